/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times the frontier of a case of 10^6 deals and two parties (six issues of ten levels, additive, whole
 * numbers from a fixed generator), from the case in memory to the efficient deals: ranges, walk, filter.
 *
 *   build/bench/frontier
 *
 * Beside it the same work in numpy in the same run, where /usr/bin/python3 has it; and NegMAS's
 * pareto_frontier on the same numbers as measured once (3.85 s: its arrays, evaluation in Python). The answer
 * is checked against known sums. Source of the numbers: NegMAS 0.11 on one core of the machine this was
 * written on. */
#include "analysis/rank.h"
#include "base/tasks.h"
#include "base/text.h"
#include "winset/winset.h"

#include <stdio.h>

enum { PARTIES = 2, ISSUES = 6, LEVELS = 10, REPEATS = 15 };
static const double NEGMAS_SECONDS = 3.8547;

static const double points[PARTIES] = {12347278, 10852138}; /* sums over the efficient vectors */
enum { EFFICIENT = 50 };

static uint64_t state = 42;

static unsigned draw(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(state >> 33);
}

/* The case as text: points are weight times evaluation. */
static void write_case(ws_text *text)
{
    ws__add_text(text, "winset: 1\nissues:\n");
    for (int i = 0; i < ISSUES; i++)
        ws__add_format(text, "  i%d: [a, b, c, d, e, f, g, h, i, j]\n", i);
    ws__add_text(text, "parties:\n");
    for (int p = 0; p < PARTIES; p++) {
        ws__add_format(text, "  p%d:\n    points:\n", p);
        for (int i = 0; i < ISSUES; i++) {
            unsigned weight = 1 + draw() % 100;
            ws__add_format(text, "      i%d: [", i);
            for (int l = 0; l < LEVELS; l++)
                ws__add_format(text, "%s%u", l ? ", " : "", weight * (draw() % 1001));
            ws__add_text(text, "]\n");
        }
    }
}

static ws_status find_frontier(double *seconds, const ws_case *c, ws_diag *diag)
{
    double started = ws__now();
    ws_space *space = NULL;
    ws_points found = {0};
    ws_status status = ws_compile_space(&space, c, NULL, diag);
    if (status == WS_OK)
        status = ws__find_frontier(&found, space, NULL, diag);
    *seconds = ws__now() - started;
    double sums[PARTIES] = {0};
    for (size_t i = 0; i < found.count; i++)
        for (size_t p = 0; p < PARTIES; p++)
            sums[p] += ws_utility(space, p, found.outcomes[i]);
    if (status == WS_OK && (found.count != EFFICIENT || sums[0] != points[0] || sums[1] != points[1])) {
        fprintf(stderr, "frontier: %zu efficient deals, sums %g and %g: not the known answer\n", found.count,
                sums[0], sums[1]);
        status = WS_FAULT;
    }
    ws__free_points(&found);
    ws_free_space(space);
    return status;
}

static ws_status analyze(double *seconds, const ws_case *c, ws_diag *diag)
{
    double started = ws__now();
    ws_space *space = NULL;
    ws_analysis *analysis = NULL;
    ws_status status = ws_compile_space(&space, c, NULL, diag);
    if (status == WS_OK)
        status = ws_analyze_space(&analysis, space, NULL, NULL, diag);
    *seconds = ws__now() - started;
    ws_free_analysis(analysis);
    ws_free_space(space);
    return status;
}

/* Seconds of the same work in numpy; 0 where there is none, or where it finds something else. */
static double time_numpy(void)
{
    FILE *pipe = popen("/usr/bin/python3 " FRONTIER_NUMPY " 2>/dev/null", "r");
    double seconds = 0, sums[PARTIES] = {0};
    int efficient = 0;
    if (!pipe)
        return 0;
    bool read = fscanf(pipe, "%lf %d %lf %lf", &seconds, &efficient, &sums[0], &sums[1]) == 4;
    bool same = efficient == EFFICIENT && sums[0] == points[0] && sums[1] == points[1];
    return pclose(pipe) == 0 && read && same ? seconds : 0;
}

int main(void)
{
    ws_diag *diag = ws_new_diag();
    ws_case *c = NULL;
    WS_TEXT(text);
    write_case(&text);
    ws_status status = ws_read_case_text(&c, text.bytes, text.length, "bench", diag);
    double best = 1e300, whole = 1e300, seconds;
    for (int i = 0; i < REPEATS && status == WS_OK; i++) {
        status = find_frontier(&seconds, c, diag);
        best = seconds < best ? seconds : best;
    }
    for (int i = 0; i < REPEATS && status == WS_OK; i++) {
        status = analyze(&seconds, c, diag);
        whole = seconds < whole ? seconds : whole;
    }
    if (status != WS_OK)
        fprintf(stderr, "frontier: %s\n",
                ws_count_problems(diag) ? ws_get_problem(diag, 0)->message : ws_status_text(status));
    double numpy = status == WS_OK ? time_numpy() : 0;
    if (status == WS_OK) {
        printf("{\"bench\": \"frontier\", \"outcomes\": 1000000, \"parties\": 2, \"seconds\": %.3g, "
               "\"analysis_seconds\": %.3g, \"negmas_seconds\": %g, \"ratio\": %.4g",
               best, whole, NEGMAS_SECONDS, NEGMAS_SECONDS / best);
        if (numpy > 0)
            printf(", \"numpy_seconds\": %.3g, \"numpy_ratio\": %.4g", numpy, numpy / best);
        printf("}\n");
    }
    ws_free_case(c);
    ws_free_diag(diag);
    return status == WS_OK ? 0 : 1;
}
