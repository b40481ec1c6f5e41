/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bargaining solutions on a set of deals, each by its score and its rule for ties.
 *
 * Candidates are the acceptable efficient deals (docs: "Solutions"): whatever is at least as good as a deal
 * for everybody scores at least as much, so no other deal need be looked at. */
#ifndef WINSET_ANALYSIS_SOLUTIONS_H
#define WINSET_ANALYSIS_SOLUTIONS_H

#include "base/arena.h"
#include "winset/analysis.h"

/* The candidates; everything borrowed. Rows are [count][parties]. */
typedef struct ws_bargain {
    size_t parties, count;
    const uint64_t *outcomes; /* [count] */
    const double *u;          /* in each party's own units */
    const double *gain;       /* u less r; 0 where it is within rounding of it */
    const double *noise;      /* [parties] what rounding may have done to a gain */
    const double *range;      /* [parties] R_p, largest less least utility */
    const double *weight;     /* [parties] bargaining weights */
    const double *most;       /* [parties] m_p, the largest gain among all acceptable deals */
} ws_bargain;

/* What candidates are made of; borrowed. */
typedef struct ws_bargain_input {
    size_t parties, count;
    const uint64_t *outcomes;  /* [count] */
    const double *u;           /* [count][parties] */
    const double *reservation; /* [parties] */
    const double *range;       /* [parties] */
    const double *weight;      /* [parties] */
    const double *most;        /* [parties]; NULL: the largest gains of these rows */
} ws_bargain_input;

/* Gains, their noise and the largest of them (bargain.c), in `arena`. A gain within rounding of 0, and a loss
 * that acceptance allows (1e-9 of the range), count as 0. WS_LIMIT: memory. */
ws_status ws__make_bargain(ws_bargain *out, ws_arena *arena, const ws_bargain_input *input);

/* The row of a solution (all but WS_SOLUTION_MOST_DELIVERABLE); SIZE_MAX where there is no candidate or
 * memory is out, which `*status` tells apart. */
size_t ws__solve_bargain(ws_status *status, ws_solution solution, const ws_bargain *bargain);
/* The row with the largest probability (`chance` [count]) of being delivered. */
size_t ws__solve_deliverable(ws_status *status, const ws_bargain *bargain, const double *chance);

/* Raiffa's point: `d` [parties] as gains, and how many steps led there (raiffa.c). The rows at least as good
 * as it are `left` [count]; false where none is. */
bool ws__walk_raiffa(double *d, size_t *steps, bool *left, const ws_bargain *bargain);

/* One number of a tie rule: larger is better, `noise` what rounding may have done to it. */
typedef struct ws_worth {
    double value, noise;
} ws_worth;

/* The two steps of every rule, so that the order of work never matters (pick.c): the best score, then of all
 * rows within `tolerance` of it the leximin of `worths` [count][width] (sorted in place, row by row), then
 * the lowest outcome. A best score of -infinity: all rows tie. SIZE_MAX where count is 0. */
size_t ws__pick_row(size_t count, const double *score, double tolerance, size_t width, ws_worth *worths,
                    const uint64_t *outcomes);

#endif
