/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scores of the solutions. With g the gains, m the largest gains, u the utilities and w the bargaining
 * weights, all sums in the order of the parties:
 *
 *   nash                  sum of w ln g         over parties with m > 0; a gain of 0 or less: minus infinity
 *   kalai_smorodinsky     least g / m           over parties with m > 0
 *   egalitarian           least g
 *   utilitarian           sum of u
 *   relative_utilitarian  sum of g / m          over parties with m > 0
 *   equal_loss            minus the largest m - g
 *   raiffa                kalai_smorodinsky from Raiffa's point (raiffa.c)
 *
 * Ties by leximin of gains; of g / m for kalai_smorodinsky and relative_utilitarian; of losses, largest
 * first, for equal_loss. Logarithms come from SLEEF, so that no CPU breaks a tie another way. Sources: Nash
 * 1950, Kalai 1977 (weights), Kalai and Smorodinsky 1975, Imai 1983 (leximin), Kalai 1977, Dhillon and
 * Mertens 1999, Chun 1988, Raiffa 1953. */
#include "analysis/solutions.h"

#include <math.h>
#include <sleef.h>
#include <stdlib.h>

static const double TIE = 1e-12;

const char *ws_solution_key(ws_solution solution)
{
    switch (solution) {
#define SOLUTION_KEY(name, key)                                                                              \
    case WS_SOLUTION_##name:                                                                                 \
        return key;
        WS_SOLUTIONS(SOLUTION_KEY)
#undef SOLUTION_KEY
    case WS_SOLUTION_COUNT:
        break;
    }
    return "";
}

/* How a set of deals is scored: by rows of gains from some point, of which the largest are `most`. */
typedef struct scoring {
    const ws_bargain *bargain;
    const double *from; /* [parties] gains are counted from here; NULL: 0 */
    const double *most; /* [parties] */
    const bool *only;   /* [count] rows that count; NULL: all */
} scoring;

static double gain(const scoring *by, size_t row, size_t p)
{
    double g = by->bargain->gain[row * by->bargain->parties + p];
    return by->from ? g - by->from[p] : g;
}

static double noise(const scoring *by, size_t p)
{
    return by->bargain->noise[p];
}

/* Parties that can gain nothing do not count in products and ratios. */
static bool counts(const scoring *by, size_t p)
{
    return by->most[p] > (by->from ? noise(by, p) : 0);
}

static double score_nash(const scoring *by, size_t row)
{
    double sum = 0;
    for (size_t p = 0; p < by->bargain->parties; p++) {
        if (!counts(by, p))
            continue;
        double g = gain(by, row, p);
        if (!(g > 0))
            return -INFINITY;
        sum += by->bargain->weight[p] * Sleef_cinz_logd1_u10purec(g);
    }
    return sum;
}

static double score_least_ratio(const scoring *by, size_t row)
{
    double least = INFINITY;
    for (size_t p = 0; p < by->bargain->parties; p++) {
        double ratio = counts(by, p) ? gain(by, row, p) / by->most[p] : (double)INFINITY;
        least = ratio < least ? ratio : least;
    }
    return isinf(least) ? 0 : least;
}

static double score_sum_of_ratios(const scoring *by, size_t row)
{
    double sum = 0;
    for (size_t p = 0; p < by->bargain->parties; p++)
        if (counts(by, p))
            sum += gain(by, row, p) / by->most[p];
    return sum;
}

static double score_least_gain(const scoring *by, size_t row)
{
    double least = INFINITY;
    for (size_t p = 0; p < by->bargain->parties; p++) {
        double g = gain(by, row, p);
        least = g < least ? g : least;
    }
    return least;
}

static double score_sum(const scoring *by, size_t row)
{
    double sum = 0;
    for (size_t p = 0; p < by->bargain->parties; p++)
        sum += by->bargain->u[row * by->bargain->parties + p];
    return sum;
}

static double score_largest_loss(const scoring *by, size_t row)
{
    double largest = -INFINITY;
    for (size_t p = 0; p < by->bargain->parties; p++) {
        double loss = by->most[p] - gain(by, row, p);
        largest = loss > largest ? loss : largest;
    }
    return -largest;
}

typedef double score_fn(const scoring *by, size_t row);

/* What a tie rule compares. */
typedef enum tie_rule { TIE_GAINS, TIE_RATIOS, TIE_LOSSES } tie_rule;

static size_t fill_worths(ws_worth *worths, const scoring *by, size_t row, tie_rule rule)
{
    size_t width = 0;
    for (size_t p = 0; p < by->bargain->parties; p++) {
        double g = gain(by, row, p), n = noise(by, p);
        if (rule == TIE_GAINS)
            worths[width++] = (ws_worth){g, n};
        else if (rule == TIE_LOSSES)
            worths[width++] = (ws_worth){g - by->most[p], 2 * n};
        else if (counts(by, p))
            worths[width++] = (ws_worth){g / by->most[p], TIE + 2 * n / by->most[p]};
    }
    return width;
}

/* How far below the best score another still ties with it. */
static double tie_tolerance(ws_solution solution, const scoring *by, size_t best)
{
    double sum = 0, rounding = 0, value = 0;
    for (size_t p = 0; p < by->bargain->parties; p++) {
        sum += fabs(by->bargain->u[best * by->bargain->parties + p]);
        rounding += noise(by, p);
    }
    switch (solution) {
    case WS_SOLUTION_NASH:
        for (size_t p = 0; p < by->bargain->parties; p++)
            if (counts(by, p) && gain(by, best, p) > 0)
                value += by->bargain->weight[p] * 2 * noise(by, p) / gain(by, best, p);
        return TIE + value;
    case WS_SOLUTION_UTILITARIAN:
        return TIE * sum;
    case WS_SOLUTION_EGALITARIAN:
    case WS_SOLUTION_EQUAL_LOSS:
        value = INFINITY; /* that of the party on which the score hangs */
        rounding = 0;
        for (size_t p = 0; p < by->bargain->parties; p++) {
            double worth = gain(by, best, p) - (solution == WS_SOLUTION_EQUAL_LOSS ? by->most[p] : 0);
            if (worth < value) {
                value = worth;
                rounding = 2 * noise(by, p);
            }
        }
        return TIE * fabs(value) + rounding;
    case WS_SOLUTION_KALAI_SMORODINSKY:
    case WS_SOLUTION_RELATIVE_UTILITARIAN:
    case WS_SOLUTION_RAIFFA:
        return TIE * (double)by->bargain->parties;
    case WS_SOLUTION_MOST_DELIVERABLE:
    case WS_SOLUTION_COUNT:
        break;
    }
    return 0;
}

static score_fn *score_of(ws_solution solution, tie_rule *rule)
{
    *rule = TIE_GAINS;
    switch (solution) {
    case WS_SOLUTION_NASH:
        return score_nash;
    case WS_SOLUTION_EGALITARIAN:
        return score_least_gain;
    case WS_SOLUTION_UTILITARIAN:
        return score_sum;
    case WS_SOLUTION_EQUAL_LOSS:
        *rule = TIE_LOSSES;
        return score_largest_loss;
    case WS_SOLUTION_RELATIVE_UTILITARIAN:
        *rule = TIE_RATIOS;
        return score_sum_of_ratios;
    case WS_SOLUTION_KALAI_SMORODINSKY:
    case WS_SOLUTION_RAIFFA:
        *rule = TIE_RATIOS;
        return score_least_ratio;
    case WS_SOLUTION_MOST_DELIVERABLE:
    case WS_SOLUTION_COUNT:
        break;
    }
    return NULL;
}

/* Rows worth the tie rule: with their scores, outcomes and places among all. */
typedef struct shortlist {
    size_t count;
    double *score;
    uint64_t *outcomes;
    size_t *rows;
    ws_worth *worths;
} shortlist;

static void free_shortlist(shortlist *list)
{
    free(list->score);
    free(list->outcomes);
    free(list->rows);
    free(list->worths);
}

static bool make_shortlist(shortlist *list, size_t count, size_t parties)
{
    list->score = calloc(count, sizeof *list->score);
    list->outcomes = calloc(count, sizeof *list->outcomes);
    list->rows = calloc(count, sizeof *list->rows);
    list->worths = parties <= SIZE_MAX / (count * sizeof *list->worths)
                       ? calloc(count * parties, sizeof *list->worths)
                       : NULL;
    return list->score && list->outcomes && list->rows && list->worths;
}

/* The two steps, the second on those rows alone that tie. `score` [count]. */
static size_t choose(ws_status *status, const scoring *by, const double *score, double tolerance, double best,
                     tie_rule rule)
{
    const ws_bargain *bargain = by->bargain;
    size_t tied = 0, width = 0, chosen = SIZE_MAX;
    for (size_t i = 0; i < bargain->count; i++)
        tied += (!by->only || by->only[i]) && (isinf(best) || score[i] >= best - tolerance);
    if (tied == 0)
        return SIZE_MAX;
    shortlist list = {0};
    if (make_shortlist(&list, tied, bargain->parties)) {
        for (size_t i = 0; i < bargain->count; i++) {
            if ((by->only && !by->only[i]) || !(isinf(best) || score[i] >= best - tolerance))
                continue;
            width = fill_worths(list.worths + list.count * width, by, i, rule);
            list.score[list.count] = score[i];
            list.outcomes[list.count] = bargain->outcomes[i];
            list.rows[list.count++] = i;
        }
        size_t at = ws__pick_row(list.count, list.score, tolerance, width, list.worths, list.outcomes);
        chosen = list.rows[at];
    } else {
        *status = WS_LIMIT;
    }
    free_shortlist(&list);
    return chosen;
}

static size_t solve_by(ws_status *status, ws_solution solution, const scoring *by)
{
    const ws_bargain *bargain = by->bargain;
    tie_rule rule;
    score_fn *score_row = score_of(solution, &rule);
    double *score = calloc(bargain->count + 1, sizeof *score);
    if (!score || !score_row) {
        *status = WS_LIMIT;
        free(score);
        return SIZE_MAX;
    }
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < bargain->count; i++) {
        if (by->only && !by->only[i])
            continue;
        score[i] = score_row(by, i);
        if (best == SIZE_MAX || score[i] > score[best])
            best = i;
    }
    size_t chosen = SIZE_MAX;
    if (best != SIZE_MAX)
        chosen = choose(status, by, score, tie_tolerance(solution, by, best), score[best], rule);
    free(score);
    return chosen;
}

/* Kalai and Smorodinsky's solution from Raiffa's point, among the deals that are at least as good as it. */
static size_t solve_raiffa(ws_status *status, const ws_bargain *bargain)
{
    WS_SCRATCH(scratch);
    double *d = WS_NEW_MANY(&scratch, bargain->parties, double);
    double *most = WS_NEW_MANY(&scratch, bargain->parties, double);
    bool *left = WS_NEW_MANY(&scratch, bargain->count + 1, bool);
    if (!d || !most || !left) {
        *status = WS_LIMIT;
        return SIZE_MAX;
    }
    size_t steps;
    bool any = ws__walk_raiffa(d, &steps, left, bargain);
    scoring by = {.bargain = bargain, .from = d, .most = most, .only = any ? left : NULL};
    for (size_t p = 0; p < bargain->parties; p++) {
        most[p] = -INFINITY;
        for (size_t i = 0; i < bargain->count; i++)
            if (!any || left[i])
                most[p] = gain(&by, i, p) > most[p] ? gain(&by, i, p) : most[p];
    }
    return solve_by(status, WS_SOLUTION_RAIFFA, &by);
}

size_t ws__solve_bargain(ws_status *status, ws_solution solution, const ws_bargain *bargain)
{
    *status = WS_OK;
    if (bargain->count == 0)
        return SIZE_MAX;
    if (solution == WS_SOLUTION_RAIFFA)
        return solve_raiffa(status, bargain);
    return solve_by(status, solution, &(scoring){.bargain = bargain, .most = bargain->most});
}

size_t ws__solve_deliverable(ws_status *status, const ws_bargain *bargain, const double *chance)
{
    *status = WS_OK;
    double best = -INFINITY;
    for (size_t i = 0; i < bargain->count; i++)
        best = chance[i] > best ? chance[i] : best;
    scoring by = {.bargain = bargain, .most = bargain->most};
    return choose(status, &by, chance, TIE * best, best, TIE_GAINS);
}
