/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of pi against each deal counted by itself, by table, by odds and by margins. */
#include "space/deliver.h"
#include "space/space.h"
#include "base/text.h"
#include "winset/format.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { ISSUES = 4, LEVELS = 5, PARTIES = 2, ACTORS = 4, BODIES = 3, OUTCOMES = 625 };

static uint64_t state = 7;
static double draw(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) * 0x1p-53;
}
static size_t draw_below(size_t n)
{
    return (size_t)(draw() * (double)n);
}

static const char *const level_names = "[l0, l1, l2, l3, l4]";

static void add_preference(ws_text *out, bool term)
{
    ws__add_text(out, "points: {");
    for (size_t i = 0; i < ISSUES; i++) {
        ws__add_format(out, "%si%zu: [", i ? ", " : "", i);
        for (size_t l = 0; l < LEVELS; l++)
            ws__add_format(out, "%s%zu%s", l ? ", " : "", draw_below(10), draw() < 0.5 ? ".5" : "");
        ws__add_text(out, "]");
    }
    ws__add_text(out, "}");
    if (term)
        ws__add_format(out, ", together: [{when: {i%zu: l%zu}, add: 3}]", draw_below(ISSUES),
                       draw_below(LEVELS));
}

static void add_home(ws_text *out, double noise)
{
    ws__add_text(out, "    domestic:\n      actors:\n");
    for (size_t a = 0; a < ACTORS; a++) {
        ws__add_format(out, "        a%zu: {seats: %zu, threshold: 18, noise: %.17g, ", a, 1 + draw_below(5),
                       draw() < 0.2 ? 0 : noise);
        add_preference(out, draw() < 0.3);
        ws__add_text(out, "}\n");
    }
    ws__add_text(out, "      institutions:\n");
    for (size_t b = 0; b < BODIES; b++) {
        size_t first = draw_below(ACTORS), count = 1 + draw_below(ACTORS);
        ws__add_format(out, "        b%zu: {members: [", b);
        for (size_t i = 0; i < count; i++)
            ws__add_format(out, "%sa%zu", i ? ", " : "", (first + i) % ACTORS);
        ws__add_format(out, "], rule: %s}\n", draw() < 0.5 ? "majority" : "two-thirds");
    }
    ws__add_format(out, "      ratification: {all: [{when: {i%zu: [l1, l3]}, need: b0}, b1, b2]}\n",
                   draw_below(ISSUES));
}

static ws_case *draw_case(double noise, bool unanimous)
{
    WS_TEXT(out);
    ws__add_text(&out, "winset: 1\nissues:\n");
    for (size_t i = 0; i < ISSUES; i++)
        ws__add_format(&out, "  i%zu: %s\n", i, level_names);
    ws__add_text(&out, "parties:\n");
    for (size_t p = 0; p < PARTIES; p++) {
        ws__add_format(&out, "  p%zu:\n    ", p);
        WS_TEXT(preference);
        add_preference(&preference, false);
        ws__add_text(&out, preference.bytes);
        ws__add_text(&out, "\n    reservation: 17\n");
        add_home(&out, noise);
    }
    if (!unanimous)
        ws__add_text(&out, "agreement: {any: [p0, p1]}\n");
    ws_case *c = NULL;
    ws_diag *diag = ws_new_diag();
    if (ws_read_case_text(&c, out.bytes, out.length, "drawn", diag) != WS_OK) {
        print_error("%s\n%s\n", ws_get_problem(diag, 0)->message, out.bytes);
        fail();
    }
    ws_free_diag(diag);
    return c;
}

/* ---- A reducer that keeps all columns ---- */

typedef struct kept {
    double deliver[PARTIES][OUTCOMES], all[OUTCOMES];
} kept;

typedef struct keeper {
    kept *to;
} keeper;

static ws_status keep_block(void *at, const void *context, const ws_block *block)
{
    (void)at;
    kept *to = ((const keeper *)context)->to;
    for (size_t p = 0; p < PARTIES; p++)
        memcpy(to->deliver[p] + block->first, ws__block_deliver(block, p), block->count * sizeof(double));
    memcpy(to->all + block->first, ws__block_deliver_all(block), block->count * sizeof(double));
    return WS_OK;
}

static ws_status keep_nothing(void *into, void *from, const void *context)
{
    (void)into, (void)from, (void)context;
    return WS_OK;
}

static const ws_reducer_ops keep_all = {
    .name = "keep", .wants = {.deliver = true}, .state_size = 1, .block = keep_block, .merge = keep_nothing};

static void scan_agrees(double noise, bool unanimous, bool tabled)
{
    ws_case *c = draw_case(noise, unanimous);
    kept *found = calloc(1, sizeof *found);
    keeper context = {found};
    ws_space *space = NULL;
    assert_int_equal(ws_compile_space(&space, c, NULL, NULL), WS_OK);
    for (size_t p = 0; !tabled && p < PARTIES; p++)
        space->deliver->homes[p].tabled = false;
    ws_reducer reducer = {&keep_all, &context, NULL};
    assert_int_equal(ws_scan_space(space, 1, &reducer, NULL, NULL, NULL), WS_OK);
    for (uint64_t x = 0; x < OUTCOMES; x++) {
        uint32_t levels[ISSUES];
        ws_chance pi[PARTIES], all;
        bool accepts[PARTIES];
        ws_get_levels(levels, space, x);
        for (size_t p = 0; p < PARTIES; p++) {
            assert_int_equal(ws__find_deliver(&pi[p], space, p, levels), WS_OK);
            accepts[p] = ws_accepts(space, p, x);
            if (fabs(found->deliver[p][x] - pi[p].yes) > 1e-12 * pi[p].yes) {
                print_error("outcome %zu: %.17g, by itself %.17g (%.17g)\n", (size_t)x, found->deliver[p][x],
                            pi[p].yes, pi[p].no);
                fail();
            }
        }
        assert_int_equal(ws__find_deliver_all(&all, space, pi, accepts, levels), WS_OK);
        assert_true(fabs(found->all[x] - all.yes) <= 1e-12);
    }
    ws_free_space(space);
    ws_free_case(c);
    free(found);
}

static void tables_agree_with_each_deal_by_itself(void **unused)
{
    (void)unused;
    for (int i = 0; i < 30; i++)
        scan_agrees(i % 3 ? 4 : 0.5, i % 2, true);
}

static void odds_agree_with_each_deal_by_itself(void **unused)
{
    (void)unused;
    for (int i = 0; i < 30; i++)
        scan_agrees(i % 3 ? 4 : 0.5, i % 2, false);
}

static void margins_far_outside_the_range_of_doubles_agree_too(void **unused)
{
    (void)unused;
    for (int i = 0; i < 10; i++) {
        scan_agrees(0.01, true, false);
        scan_agrees(1e-9, true, false);
        scan_agrees(1e9, false, false);
        scan_agrees(0, false, false);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_agree_with_each_deal_by_itself),
        cmocka_unit_test(odds_agree_with_each_deal_by_itself),
        cmocka_unit_test(margins_far_outside_the_range_of_doubles_agree_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
