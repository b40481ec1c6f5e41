/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times the whole of `analyze` (every solution, counts, frontier) on one thread beside the hand-written
 * kernel of limit_kernel.c, in turns in the same run, by processor time; prints one line of JSON. `ratio` is
 * winset's rate over the kernel's. Both must agree on what they found. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "limit_kernel.h"
#include "winset/winset.h"

enum { TURNS = 4 };

static ws_space *read_space(const recipe *r, const ws_run *run)
{
    static char text[1 << 14];
    write_recipe(text, sizeof text, r);
    ws_diag *diag = ws_new_diag();
    ws_case *c = NULL;
    ws_space *space = NULL;
    if (ws_read_case_text(&c, text, strlen(text), "recipe", diag) == WS_OK)
        ws_compile_space(&space, c, run, diag);
    for (size_t i = 0; i < ws_count_problems(diag); i++)
        fprintf(stderr, "%s\n", ws_get_problem(diag, i)->message);
    ws_free_case(c);
    ws_free_diag(diag);
    return space;
}

/* The largest gain of a party among acceptable outcomes, which the kernel's Kalai-Smorodinsky score needs. */
static double most_gain(const ws_analysis *analysis, size_t party)
{
    double most = 0;
    for (size_t i = 0; i < analysis->point_count; i++) {
        const double *gain = analysis->points[i].gain;
        if (gain[0] >= 0 && gain[1] >= 0 && gain[party] > most)
            most = gain[party];
    }
    return most;
}

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(1, fabs(b));
}

static bool agree(const ws_analysis *a, const limit_result *limit, const recipe *r, const limit_scale *scale)
{
    const double *nash = a->solutions[WS_SOLUTION_NASH].gain;
    const double *kalai = a->solutions[WS_SOLUTION_KALAI_SMORODINSKY].gain;
    const double *least = a->solutions[WS_SOLUTION_EGALITARIAN].gain;
    const double *sum = a->solutions[WS_SOLUTION_UTILITARIAN].u;
    return a->zone.acceptable == limit->acceptable && near(nash[0] * nash[1], limit->nash) &&
           near(fmin(least[0], least[1]), limit->egalitarian) &&
           near(fmin(kalai[0] / scale->most[0], kalai[1] / scale->most[1]), limit->kalai) &&
           near(sum[0] + sum[1] - r->reservation[0] - r->reservation[1], limit->utilitarian);
}

int main(int argc, char **argv)
{
    static recipe r;
    ws_run run = {.threads = 1};
    make_recipe(&r, 2, argc > 1 ? atoi(argv[1]) : 9, 0.5);
    ws_space *space = read_space(&r, &run);
    if (!space)
        return 1;
    const char *isa;
    limit_fn *limit = choose_limit(&isa);
    limit_scale scale = {{1, 1}};
    limit_result found = {0};
    ws_analysis *analysis = NULL;
    double fastest_scan = 1e300, fastest_limit = 1e300;
    for (int turn = 0; turn < TURNS; turn++) {
        ws_free_analysis(analysis);
        double started = processor_seconds();
        if (ws_analyze_space(&analysis, space, NULL, &run, NULL) != WS_OK)
            return 1;
        fastest_scan = fmin(fastest_scan, processor_seconds() - started);
        scale = (limit_scale){{most_gain(analysis, 0), most_gain(analysis, 1)}};
        started = processor_seconds();
        limit(&found, &r, &scale);
        fastest_limit = fmin(fastest_limit, processor_seconds() - started);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    bool same = agree(analysis, &found, &r, &scale);
    double outcomes = (double)found.outcomes;
    printf("{\"bench\": \"scan\", \"ratio\": %.3f, \"isa\": \"%s\", \"outcomes\": %.0f, \"frontier\": %llu, "
           "\"outcomes_per_second\": %.4g, \"limit_outcomes_per_second\": %.4g, \"memory_mib\": %.1f, "
           "\"agree\": %s}\n",
           fastest_limit / fastest_scan, isa, outcomes, (unsigned long long)analysis->frontier_size,
           outcomes / fastest_scan, outcomes / fastest_limit, (double)usage.ru_maxrss / 1024,
           same ? "true" : "false");
    ws_free_analysis(analysis);
    ws_free_space(space);
    return !same;
}
