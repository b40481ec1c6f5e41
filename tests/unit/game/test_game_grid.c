/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The grid of beliefs against the tree of public histories on random games, and its own accounts: odds that
 * sum to 1, the same bytes for any number of threads, refusals. */
#include "games.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

typedef struct random_state {
    uint64_t s;
} random_state;

static double draw(random_state *r)
{
    r->s ^= r->s << 13;
    r->s ^= r->s >> 7;
    r->s ^= r->s << 17;
    return (double)(r->s >> 11) / 9007199254740992.0;
}

enum { ON_RESERVATION = 1, ON_DELIVERY = 2 };

/* A random game: `kinds` says what types are about. */
static test_game *random_game(random_state *r, size_t parties, size_t offers, size_t rounds, unsigned kinds,
                              bool drawn, size_t types1)
{
    test_game *t = new_test_game(parties, offers, rounds);
    t->game.walk = draw(r) < 0.5;
    for (size_t p = 0; p < parties; p++) {
        size_t types = p == 1 ? types1 : draw(r) < 0.6 ? 2 : 1;
        double lo = HUGE_VAL, hi = -HUGE_VAL, sum = 0;
        if (parties == 3 && p == 0)
            types = 1;
        t->game.types[p] = types;
        for (size_t x = 0; x < offers; x++) {
            double share = offers > 1 ? (double)x / (double)(offers - 1) : 0;
            double u = (p % 2 ? 1 - share : share) + 0.3 * draw(r);
            lo = u < lo ? u : lo;
            hi = u > hi ? u : hi;
            for (size_t k = 0; k < types; k++)
                t->utility[p][k * offers + x] = u;
        }
        for (size_t k = 0; k < types; k++) {
            t->prior[p][k] = 0.2 + draw(r);
            sum += t->prior[p][k];
            t->status[p][k] = lo + (hi - lo) * (0.1 + (kinds & ON_RESERVATION ? 0.35 : 0.0) * draw(r));
            t->failure[p][k] = t->status[p][k] - 0.1 * draw(r);
            t->cost[p][k] = t->expiry[p][k] = 0.1;
            t->discount[p][k] = 0.85 + 0.14 * draw(r);
            t->range[p][k] = hi - lo;
            double able = draw(r);
            for (size_t x = 0; x < offers; x++)
                t->deliver[p][k * offers + x] =
                    kinds & ON_DELIVERY ? 1 / (1 + exp(4 * draw(r) - 6 * able)) : 1;
        }
        for (size_t k = 0; k < types; k++)
            t->prior[p][k] /= sum;
    }
    for (size_t n = 0; n < rounds; n++) {
        t->hazard[n] = 0.1 * draw(r);
        for (size_t p = 0; p < parties && drawn; p++)
            t->proposer[n * parties + p] = 1 / (double)parties;
    }
    return t;
}

static void largest_difference(double *value, double *odds, const ws_play *a, const ws_play *b)
{
    const ws_game *g = a->game;
    *value = *odds = 0;
    for (size_t p = 0; p < g->parties; p++)
        for (size_t t = 0; t < g->types[p]; t++) {
            size_t c = ws__column(g, p, t);
            *value = fmax(*value, fabs(a->value[c] - b->value[c]) / g->range[p][t]);
        }
    for (size_t c = 0; c < a->combinations * g->rounds; c++) {
        *odds = fmax(*odds, fabs(a->agree[c] - b->agree[c]));
        *odds = fmax(*odds, fabs(a->failed[c] - b->failed[c]));
        *odds = fmax(*odds, fabs(a->reach[c] - b->reach[c]));
        *odds = fmax(*odds, fabs(a->outside[c] - b->outside[c]));
    }
    for (size_t i = 0; i < g->rounds * g->offers; i++)
        *odds = fmax(*odds, fabs(a->made[i] - b->made[i]));
    for (size_t p = 0; p < g->parties; p++)
        for (size_t x = 0; x < g->offers && a->first[p].probability > 0; x++) {
            *odds = fmax(*odds, fabs(a->first[p].accept[x] - b->first[p].accept[x]));
            *odds = fmax(*odds, fabs(a->first[p].deliver[x] - b->first[p].deliver[x]));
        }
}

static void compare_random(size_t parties, size_t types1, unsigned kinds, bool drawn, double rationality,
                           size_t games, double value_tolerance, double odds_tolerance, uint64_t seed)
{
    random_state r = {seed};
    size_t compared = 0;
    double worst_value = 0, worst_odds = 0;
    for (size_t i = 0; i < games; i++) {
        test_game *t = random_game(&r, parties, 3 + i % 2, parties == 2 ? 3 : 2, kinds, drawn, types1);
        t->game.rationality = rationality;
        ws_play *grid = solve_test_game(t, WS_METHOD_GRID), *tree = solve_test_game(t, WS_METHOD_TREE);
        double value, odds;
        for (size_t c = 0; c < grid->combinations; c++) {
            assert_near(sum_odds(grid, c), 1, 1e-12);
            assert_near(sum_odds(tree, c), 1, 1e-12);
        }
        largest_difference(&value, &odds, grid, tree);
        if (getenv("VERBOSE"))
            fprintf(stderr, "game %zu: value %.2g odds %.2g ambiguity %.2g damped %llu tree %.2g\n", i, value,
                    odds, grid->how.ambiguity, (unsigned long long)grid->how.damped, tree->how.residual);
        if (grid->how.ambiguity < 1e-3) {
            compared++;
            worst_value = fmax(worst_value, value);
            worst_odds = fmax(worst_odds, odds);
        }
        ws__free_play(grid);
        ws__free_play(tree);
        free(t);
    }
    fprintf(stderr, "seed %llu: %zu of %zu unambiguous, value %.2g, odds %.2g\n", (unsigned long long)seed,
            compared, games, worst_value, worst_odds);
    assert_true(2 * compared >= games);
    assert_true(worst_value <= value_tolerance);
    assert_true(worst_odds <= odds_tolerance);
}

static void the_grid_agrees_with_the_tree_on_reservation_values(void **state)
{
    (void)state;
    compare_random(2, 2, ON_RESERVATION, false, 20, 6, 1e-3, 1e-3, 11);
}

static void the_grid_agrees_with_the_tree_on_delivery(void **state)
{
    (void)state;
    compare_random(2, 2, ON_DELIVERY, false, 20, 12, 1e-3, 1e-3, 12);
}

static void the_grid_agrees_with_the_tree_on_both(void **state)
{
    (void)state;
    compare_random(2, 2, ON_RESERVATION | ON_DELIVERY, false, 20, 6, 1e-3, 1e-3, 13);
}

static void the_grid_agrees_with_the_tree_with_a_drawn_proposer(void **state)
{
    (void)state;
    compare_random(2, 2, ON_RESERVATION | ON_DELIVERY, true, 10, 4, 1e-3, 1e-3, 14);
}

static void the_grid_agrees_with_the_tree_on_three_types(void **state)
{
    (void)state;
    compare_random(2, 3, ON_RESERVATION | ON_DELIVERY, false, 10, 2, 3e-3, 1e-2, 15);
}

static void the_grid_agrees_with_the_tree_on_three_parties(void **state)
{
    (void)state;
    compare_random(3, 2, ON_RESERVATION | ON_DELIVERY, false, 10, 4, 1e-3, 1e-3, 16);
}

static void talks_played_out_end_as_the_odds_say(void **state)
{
    (void)state;
    random_state r = {31};
    for (size_t i = 0; i < 2; i++) {
        test_game *t = random_game(&r, 2, 4, 3, ON_RESERVATION | ON_DELIVERY, false, 2);
        t->game.rationality = 10;
        double gap[2][2];
        for (size_t m = 0; m < 2; m++) {
            ws_game_options options = {
                .method = m ? WS_METHOD_GRID : WS_METHOD_TREE, .gap = true, .playouts = 20000, .seed = 7};
            ws_play *play = NULL;
            assert_int_equal(ws__solve_game(&play, &t->game, &options, NULL, NULL), WS_OK);
            assert_true(play->how.playouts == 20000);
            assert_true(play->how.playout_errors > 0 && play->how.playout_errors < 3);
            for (size_t p = 0; p < 2; p++) {
                gap[m][p] = play->how.gap[p];
                assert_true(gap[m][p] >= -1e-9);
            }
            ws__free_play(play);
        }
        assert_near(gap[0][0], gap[1][0], 1e-3);
        assert_near(gap[0][1], gap[1][1], 1e-3);
        free(t);
    }
}

static void same_play(const ws_play *a, const ws_play *b, const test_game *t)
{
    size_t cn = a->combinations * t->game.rounds;
    assert_memory_equal(a->value, b->value, a->columns * sizeof(double));
    assert_memory_equal(a->agree, b->agree, cn * sizeof(double));
    assert_memory_equal(a->deal, b->deal, cn * sizeof(double));
    assert_memory_equal(a->failed, b->failed, cn * sizeof(double));
    assert_memory_equal(a->first[0].accept, b->first[0].accept, t->game.offers * sizeof(double));
}

static void neither_threads_nor_instructions_change_a_byte(void **state)
{
    (void)state;
    static const char *const isas[] = {"baseline", "avx2", "avx512"};
    random_state r = {21};
    test_game *t = random_game(&r, 2, 9, 4, ON_RESERVATION | ON_DELIVERY, false, 2);
    ws_play *first = NULL;
    ws_game_options options = {.method = WS_METHOD_GRID, .grid = 9};
    for (unsigned i = 0; i < 6; i++) {
        ws_play *play = NULL;
        ws_run run = {.threads = 1 + i % 2 * 2};
        setenv("WINSET_ISA", isas[i / 2], 1);
        assert_int_equal(ws__solve_game(&play, &t->game, &options, &run, NULL), WS_OK);
        if (!first) {
            first = play;
            continue;
        }
        same_play(first, play, t);
        ws__free_play(play);
    }
    unsetenv("WINSET_ISA");
    ws__free_play(first);
    free(t);
}

static void too_many_beliefs_are_refused_with_what_to_fix(void **state)
{
    (void)state;
    test_game *t = new_test_game(4, 3, 2);
    for (size_t p = 0; p < 4; p++) {
        t->game.types[p] = 2;
        t->prior[p][0] = t->prior[p][1] = 0.5;
    }
    ws_play *play = NULL;
    ws_game_options options = {.method = WS_METHOD_GRID};
    ws_diag *diag = ws_new_diag();
    assert_int_equal(ws__solve_game(&play, &t->game, &options, NULL, diag), WS_LIMIT);
    assert_non_null(strstr(ws_get_problem(diag, 0)->message, "--type"));
    ws_free_diag(diag);
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_grid_agrees_with_the_tree_on_reservation_values),
        cmocka_unit_test(the_grid_agrees_with_the_tree_on_delivery),
        cmocka_unit_test(the_grid_agrees_with_the_tree_on_both),
        cmocka_unit_test(the_grid_agrees_with_the_tree_with_a_drawn_proposer),
        cmocka_unit_test(the_grid_agrees_with_the_tree_on_three_types),
        cmocka_unit_test(the_grid_agrees_with_the_tree_on_three_parties),
        cmocka_unit_test(talks_played_out_end_as_the_odds_say),
        cmocka_unit_test(neither_threads_nor_instructions_change_a_byte),
        cmocka_unit_test(too_many_beliefs_are_refused_with_what_to_fix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
