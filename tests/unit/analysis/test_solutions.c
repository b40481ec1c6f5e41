/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every solution against a naive program in exact integers: small whole utilities, so that scores, ratios
 * (over a common denominator) and products compare exactly and ties abound. */
#include "analysis/solutions.h"
#include "analysis/points.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum { MOST_PARTIES = 4, MOST_DEALS = 40 };

typedef int64_t wide;

static uint64_t draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t x = *state;
    x ^= x >> 33;
    x *= UINT64_C(0xff51afd7ed558ccd);
    return x ^ x >> 33;
}

typedef struct game {
    size_t parties, count;
    int u[MOST_DEALS][MOST_PARTIES];
    int r[MOST_PARTIES];
    bool candidate[MOST_DEALS]; /* acceptable and efficient, the first of its equals */
    int most[MOST_PARTIES];
} game;

static void random_game(game *g, uint64_t seed)
{
    uint64_t state = seed;
    *g = (game){.parties = 2 + draw(&state) % 3, .count = 1 + draw(&state) % MOST_DEALS};
    unsigned spread = 2 + (unsigned)(draw(&state) % 11);
    for (size_t p = 0; p < g->parties; p++) {
        g->r[p] = (int)(draw(&state) % spread) / 2 - 1;
        for (size_t i = 0; i < g->count; i++)
            g->u[i][p] = (int)(draw(&state) % spread) - 1;
    }
}

static bool better(const game *g, size_t j, size_t i)
{
    bool some = false;
    for (size_t p = 0; p < g->parties; p++) {
        if (g->u[j][p] < g->u[i][p])
            return false;
        some = some || g->u[j][p] > g->u[i][p];
    }
    return some || j < i;
}

static void find_candidates(game *g)
{
    for (size_t p = 0; p < g->parties; p++)
        g->most[p] = -1;
    for (size_t i = 0; i < g->count; i++) {
        bool accepted = true;
        for (size_t p = 0; p < g->parties; p++)
            accepted = accepted && g->u[i][p] >= g->r[p];
        g->candidate[i] = accepted;
        for (size_t p = 0; p < g->parties && accepted; p++)
            if (g->u[i][p] - g->r[p] > g->most[p])
                g->most[p] = g->u[i][p] - g->r[p];
        for (size_t j = 0; j < g->count; j++)
            if (j != i && better(g, j, i))
                g->candidate[i] = false;
    }
}

/* The scores and ties of a deal as whole numbers: [0] the score, then the tie rule's, least first. */
typedef struct judged {
    wide score, tie[MOST_PARTIES];
    size_t width;
} judged;

static int compare_wide(const void *a, const void *b)
{
    const wide *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static judged judge(const game *g, size_t i, ws_solution solution)
{
    judged j = {.score = 0};
    wide common = 1, sum = 0, product = 1, ratios = 0;
    bool any = false;
    for (size_t p = 0; p < g->parties; p++)
        common *= g->most[p] > 0 ? g->most[p] : 1;
    wide least_gain = INT32_MAX, least_ratio = 0, least_loss = INT32_MAX;
    for (size_t p = 0; p < g->parties; p++) {
        wide gain = g->u[i][p] - g->r[p];
        sum += g->u[i][p];
        least_gain = gain < least_gain ? gain : least_gain;
        wide loss = gain - g->most[p];
        least_loss = loss < least_loss ? loss : least_loss;
        bool ratio_rule =
            solution == WS_SOLUTION_KALAI_SMORODINSKY || solution == WS_SOLUTION_RELATIVE_UTILITARIAN;
        if (g->most[p] > 0) {
            wide ratio = gain * common / g->most[p];
            product *= gain;
            ratios += ratio;
            least_ratio = !any || ratio < least_ratio ? ratio : least_ratio;
            any = true;
            if (ratio_rule)
                j.tie[j.width++] = ratio;
        }
        if (!ratio_rule)
            j.tie[j.width++] = solution == WS_SOLUTION_EQUAL_LOSS ? loss : gain;
    }
    qsort(j.tie, j.width, sizeof(wide), compare_wide);
    j.score = solution == WS_SOLUTION_NASH                   ? product
              : solution == WS_SOLUTION_KALAI_SMORODINSKY    ? least_ratio
              : solution == WS_SOLUTION_EGALITARIAN          ? least_gain
              : solution == WS_SOLUTION_UTILITARIAN          ? sum
              : solution == WS_SOLUTION_RELATIVE_UTILITARIAN ? ratios
                                                             : least_loss;
    return j;
}

static bool wins(const judged *a, const judged *b)
{
    if (a->score != b->score)
        return a->score > b->score;
    for (size_t k = 0; k < a->width; k++)
        if (a->tie[k] != b->tie[k])
            return a->tie[k] > b->tie[k];
    return false;
}

static size_t solve_naively(const game *g, ws_solution solution)
{
    size_t best = SIZE_MAX;
    judged best_judged = {0};
    for (size_t i = 0; i < g->count; i++) {
        if (!g->candidate[i])
            continue;
        judged j = judge(g, i, solution);
        if (best == SIZE_MAX || wins(&j, &best_judged)) {
            best = i;
            best_judged = j;
        }
    }
    return best;
}

/* The product's way: the frontier, those acceptable, then the scores; utilities divided by `divisor`, so that
 * doubles round. */
static size_t solve(const game *g, ws_solution solution, double divisor)
{
    WS_SCRATCH(scratch);
    ws_points all = {.dimension = g->parties};
    double row[MOST_PARTIES], r[MOST_PARTIES], range[MOST_PARTIES], weight[MOST_PARTIES];
    for (size_t i = 0; i < g->count; i++) {
        for (size_t p = 0; p < g->parties; p++)
            row[p] = g->u[i][p];
        assert_true(ws__add_point(&all, row, i));
    }
    assert_int_equal(ws__keep_efficient(&all), WS_OK);
    size_t kept = 0;
    for (size_t i = 0; i < all.count; i++)
        if (g->candidate[all.outcomes[i]])
            ws__move_point(&all, kept++, i);
    all.count = kept;
    for (size_t i = 0; i < kept * g->parties; i++)
        all.values[i] /= divisor;
    for (size_t p = 0; p < g->parties; p++) {
        r[p] = g->r[p] / divisor;
        range[p] = 10 / divisor;
        weight[p] = 1;
    }
    ws_bargain bargain;
    ws_bargain_input input = {g->parties, kept, all.outcomes, all.values, r, range, weight, NULL};
    assert_int_equal(ws__make_bargain(&bargain, &scratch, &input), WS_OK);
    ws_status status;
    size_t at = ws__solve_bargain(&status, solution, &bargain);
    assert_int_equal(status, WS_OK);
    size_t found = at == SIZE_MAX ? SIZE_MAX : all.outcomes[at];
    ws__free_points(&all);
    return found;
}

static void compare_all(ws_solution solution)
{
    static const double divisors[] = {1, 10, 3, 7e5, 1e-3};
    for (uint64_t seed = 1; seed <= 4000; seed++) {
        game g;
        random_game(&g, seed);
        find_candidates(&g);
        size_t expected = solve_naively(&g, solution);
        size_t found = solve(&g, solution, divisors[seed % 5]);
        if (found != expected)
            fail_msg("%s, seed %d: deal %zd, expected %zd", ws_solution_key(solution), (int)seed,
                     (ssize_t)found, (ssize_t)expected);
    }
}

#define COMPARES(name, solution)                                                                             \
    static void name(void **unused)                                                                          \
    {                                                                                                        \
        (void)unused;                                                                                        \
        compare_all(solution);                                                                               \
    }
COMPARES(nash_is_the_largest_product, WS_SOLUTION_NASH)
COMPARES(kalai_smorodinsky_is_the_largest_least_ratio, WS_SOLUTION_KALAI_SMORODINSKY)
COMPARES(egalitarian_is_the_largest_least_gain, WS_SOLUTION_EGALITARIAN)
COMPARES(utilitarian_is_the_largest_sum, WS_SOLUTION_UTILITARIAN)
COMPARES(relative_utilitarian_is_the_largest_sum_of_ratios, WS_SOLUTION_RELATIVE_UTILITARIAN)
COMPARES(equal_loss_is_the_least_largest_loss, WS_SOLUTION_EQUAL_LOSS)

/* (u1, u2) with reservation 0 and range 1. */
static size_t solve_pairs(ws_solution solution, size_t count, const double *u, const double *weight)
{
    WS_SCRATCH(scratch);
    static const double zero[2] = {0, 0}, one[2] = {1, 1};
    uint64_t outcomes[16];
    for (size_t i = 0; i < count; i++)
        outcomes[i] = i;
    ws_bargain bargain;
    ws_bargain_input input = {2, count, outcomes, u, zero, one, weight ? weight : one, NULL};
    assert_int_equal(ws__make_bargain(&bargain, &scratch, &input), WS_OK);
    ws_status status;
    return ws__solve_bargain(&status, solution, &bargain);
}

static void weights_move_nash(void **unused)
{
    (void)unused;
    const double u[] = {0.2, 0.8, 0.5, 0.5, 2.0 / 3, 1.0 / 3, 0.8, 0.2};
    assert_int_equal(solve_pairs(WS_SOLUTION_NASH, 4, u, (double[]){1, 1}), 1);
    assert_int_equal(solve_pairs(WS_SOLUTION_NASH, 4, u, (double[]){2, 1}), 2);
    assert_int_equal(solve_pairs(WS_SOLUTION_NASH, 4, u, (double[]){1, 4}), 0);
}

static void raiffa_goes_halfway_until_nothing_is_left(void **unused)
{
    (void)unused;
    WS_SCRATCH(scratch);
    static const double zero[2] = {0, 0}, one[2] = {1, 1};
    const double u[] = {1, 0.7, 0.8, 0.76, 0.9, 0.73, 0.0, 1.0};
    const uint64_t outcomes[] = {0, 1, 2, 3};
    ws_bargain bargain;
    ws_bargain_input input = {2, 4, outcomes, u, zero, one, one, NULL};
    assert_int_equal(ws__make_bargain(&bargain, &scratch, &input), WS_OK);
    double d[2];
    size_t steps;
    bool left[4];
    assert_true(ws__walk_raiffa(d, &steps, left, &bargain));
    assert_float_equal(d[0], 0.875, 1e-12); /* (1/2, 1/2), (3/4, 0.63), (7/8, ...) */
    assert_true(left[2] && !left[3]);
    ws_status status;
    assert_int_equal(ws__solve_bargain(&status, WS_SOLUTION_RAIFFA, &bargain), 2);
}

static void raiffa_stays_where_no_deal_reaches_the_next_point(void **unused)
{
    (void)unused;
    const double u[] = {1, 0, 0, 1};
    assert_int_equal(solve_pairs(WS_SOLUTION_RAIFFA, 2, u, NULL), 0);
}

static void no_candidate_has_no_solution(void **unused)
{
    (void)unused;
    for (int s = 0; s < WS_SOLUTION_MOST_DELIVERABLE; s++)
        assert_true(solve_pairs((ws_solution)s, 0, (double[]){0}, NULL) == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nash_is_the_largest_product),
        cmocka_unit_test(kalai_smorodinsky_is_the_largest_least_ratio),
        cmocka_unit_test(egalitarian_is_the_largest_least_gain),
        cmocka_unit_test(utilitarian_is_the_largest_sum),
        cmocka_unit_test(relative_utilitarian_is_the_largest_sum_of_ratios),
        cmocka_unit_test(equal_loss_is_the_least_largest_loss),
        cmocka_unit_test(weights_move_nash),
        cmocka_unit_test(raiffa_goes_halfway_until_nothing_is_left),
        cmocka_unit_test(raiffa_stays_where_no_deal_reaches_the_next_point),
        cmocka_unit_test(no_candidate_has_no_solution),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
