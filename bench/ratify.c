/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times columns of pi: 8 actors with logistic noise in two institutions, 10^7 deals of 7 issues that every
 * actor cares about, so that nothing is looked up; beside the same work done deal by deal in a plain loop.
 * Prints deals a second on all processors and the ratio to the loop (on one). */
#include "base/tasks.h"
#include "base/text.h"
#include "space/deliver.h"
#include "winset/format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ISSUES = 7, LEVELS = 10, ACTORS = 8, HALF = 4 };

static uint64_t state = 42;
static unsigned draw(unsigned below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % below;
}

static double points[ACTORS][ISSUES][LEVELS];
static double least[ACTORS];

static ws_case *make_case(void)
{
    WS_TEXT(out);
    ws__add_text(&out, "winset: 1\nissues:\n");
    for (int i = 0; i < ISSUES; i++)
        ws__add_format(&out, "  i%d: {from: 1, to: %d, step: 1}\n", i, LEVELS);
    ws__add_text(&out, "parties:\n  other: {points: {i0: rising}}\n  one:\n    points: {i0: falling}\n"
                       "    domestic:\n      actors:\n");
    for (int a = 0; a < ACTORS; a++) {
        least[a] = 0.5 * ISSUES * 50;
        ws__add_format(&out, "        a%d: {threshold: %g, noise: 20, points: {", a, least[a]);
        for (int i = 0; i < ISSUES; i++) {
            ws__add_format(&out, "%si%d: [", i ? ", " : "", i);
            for (int l = 0; l < LEVELS; l++)
                ws__add_format(&out, "%s%g", l ? ", " : "", points[a][i][l] = draw(51));
            ws__add_text(&out, "]");
        }
        ws__add_text(&out, "}}\n");
    }
    ws__add_text(&out, "      institutions:\n        x: {members: [a0, a1, a2, a3]}\n"
                       "        y: {members: {a4: 3, a5: 2, a6: 2, a7: 1}, rule: {quota: 5}}\n");
    ws_case *c = NULL;
    ws_diag *diag = ws_new_diag();
    if (ws_read_case_text(&c, out.bytes, out.length, "bench", diag) != WS_OK)
        printf("%s\n", ws_get_problem(diag, 0)->message);
    ws_free_diag(diag);
    return c;
}

/* ---- The plain loop ---- */

/* The chance that at least `quota` of the weight of four voters is yes, by all 16 ways to vote. */
static double count_four(const double *yes, const unsigned *weights, unsigned quota)
{
    double sum = 0;
    for (unsigned votes = 0; votes < 16; votes++) {
        double chance = 1;
        unsigned weight = 0;
        for (unsigned v = 0; v < HALF; v++) {
            chance *= votes >> v & 1 ? yes[v] : 1 - yes[v];
            weight += votes >> v & 1 ? weights[v] : 0;
        }
        sum += weight >= quota ? chance : 0;
    }
    return sum;
}

static double loop_deals(uint64_t from, uint64_t end)
{
    static const unsigned even[HALF] = {1, 1, 1, 1}, uneven[HALF] = {3, 2, 2, 1};
    double sum = 0;
    for (uint64_t x = from; x < end; x++) {
        double yes[ACTORS];
        for (int a = 0; a < ACTORS; a++) {
            double u = 0;
            uint64_t rest = x;
            for (int i = ISSUES; i-- > 0; rest /= LEVELS)
                u += points[a][i][rest % LEVELS];
            yes[a] = 1 / (1 + exp((least[a] - u) / 20));
        }
        sum += count_four(yes, even, 3) * count_four(yes + HALF, uneven, 5);
    }
    return sum;
}

/* ---- The scan ---- */

static ws_status add_block(void *at, const void *context, const ws_block *block)
{
    (void)context;
    const double *pi = ws__block_deliver(block, 1);
    double strands[8] = {0};
    for (size_t i = 0; i + 8 <= block->count; i += 8)
        for (size_t j = 0; j < 8; j++)
            strands[j] += pi[i + j];
    for (size_t i = block->count - block->count % 8; i < block->count; i++)
        strands[0] += pi[i];
    for (size_t j = 0; j < 8; j++)
        *(double *)at += strands[j];
    return WS_OK;
}

static ws_status merge_sums(void *into, void *from, const void *context)
{
    (void)context;
    *(double *)into += *(double *)from;
    return WS_OK;
}

static ws_status end_sum(void *at, void *result)
{
    *(double *)result = *(double *)at;
    return WS_OK;
}

int main(void)
{
    static const ws_reducer_ops sum_ops = {.name = "sum",
                                           .wants = {.deliver = true},
                                           .state_size = sizeof(double),
                                           .block = add_block,
                                           .merge = merge_sums,
                                           .end = end_sum};
    ws_case *c = make_case();
    ws_space *space = NULL;
    if (!c || ws_compile_space(&space, c, NULL, NULL) != WS_OK)
        return 1;
    double found = 0, deals = (double)ws_count_outcomes(space);
    ws_reducer reducer = {&sum_ops, NULL, &found};
    double cpu = (double)clock() / CLOCKS_PER_SEC, wall = ws__now();
    if (ws_scan_space(space, 1, &reducer, NULL, NULL, NULL) != WS_OK)
        return 1;
    cpu = (double)clock() / CLOCKS_PER_SEC - cpu;
    wall = ws__now() - wall;
    double loop = (double)clock() / CLOCKS_PER_SEC;
    double some = 500000, by_hand = loop_deals(0, (uint64_t)some);
    loop = (double)clock() / CLOCKS_PER_SEC - loop;
    printf("scan  %.3g deals/s wall, %.3g deals/s of processor time; mean pi %.6f\n", deals / wall,
           deals / cpu, found / deals);
    printf("loop  %.3g deals/s of processor time; mean pi of its part %.6f\n", some / loop, by_hand / some);
    printf("ratio %.1f (processor time)\n", deals / cpu / (some / loop));
    ws_free_space(space);
    ws_free_case(c);
    return 0;
}
