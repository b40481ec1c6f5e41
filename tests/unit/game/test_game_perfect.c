/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The game without types: closed forms, backward induction, ties, odds that sum to 1. */
#include "games.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <time.h>

static double stahl(double d1, double d2, size_t rounds)
{
    size_t k = rounds / 2;
    double dk = pow(d1 * d2, (double)k);
    return (1 - d2) * (1 - dk) / (1 - d1 * d2) + (rounds % 2 ? dk : 0);
}

static void the_first_offer_tends_to_stahl_and_rubinstein(void **state)
{
    (void)state;
    const double d[][2] = {{0.9, 0.9}, {0.9, 0.8}, {0.7, 0.95}};
    for (size_t i = 0; i < 3; i++)
        for (size_t rounds = 1; rounds <= 200; rounds = rounds * 3 + 1) {
            test_game *t = new_pie(1001, rounds, d[i][0], d[i][1]);
            t->game.infinite = true;
            ws_play *play = solve_test_game(t, WS_METHOD_AUTO);
            double off = fabs(play->value[0] - stahl(d[i][0], d[i][1], rounds));
            assert_true(off <= 0.001 / (1 - d[i][0] * d[i][1]));
            assert_near(sum_odds(play, 0), 1, 1e-12);
            ws__free_play(play);
            free(t);
        }
}

static void short_rounds_give_nash_weighted_by_patience(void **state)
{
    (void)state;
    double r1 = 1, r2 = 2,
           step = 0.05; /* the limit is r2 / (r1 + r2); the first mover's edge fades with it */
    test_game *t = new_pie(1001, 251, exp(-r1 * step), exp(-r2 * step));
    t->game.infinite = true;
    ws_play *play = solve_test_game(t, WS_METHOD_AUTO);
    double want = (1 - exp(-r2 * step)) / (1 - exp(-(r1 + r2) * step));
    assert_near(play->value[0], want, 0.001 / (1 - exp(-(r1 + r2) * step)));
    assert_near(want, r2 / (r1 + r2), step);
    ws__free_play(play);
    free(t);
}

static void a_single_choice_is_the_logit_of_its_values(void **state)
{
    (void)state;
    test_game *t = new_pie(3, 1, 0.9, 0.95);
    t->status[0][0] = 0.1;
    t->status[1][0] = 0.15;
    t->expiry[0][0] = 0.05;
    t->expiry[1][0] = 0.1;
    t->game.rationality = 5;
    ws_play *play = solve_test_game(t, WS_METHOD_AUTO);
    double w[3], sum = 0, value = 0;
    for (size_t x = 0; x < 3; x++) {
        double yes = 1 / (1 + exp(-5 * (t->utility[1][x] - 0.15 + 0.1)));
        assert_near(play->first[0].accept[x], yes, 1e-14);
        double q = yes * (t->utility[0][x] - 0.1) + (1 - yes) * -0.05;
        w[x] = exp(5 * q);
        sum += w[x];
        value += w[x] * q;
    }
    assert_near(play->value[0], 0.1 + value / sum, 1e-14);
    for (size_t x = 0; x < 3; x++)
        assert_near(play->first[0].chosen[x], w[x] / sum, 1e-14);
    ws__free_play(play);
    free(t);
}

static void an_indifferent_answerer_accepts(void **state)
{
    (void)state;
    test_game *t = new_pie(2, 1, 1, 1); /* offer 1 gives party 1 nothing, as expiry does */
    t->game.infinite = true;
    ws_play *play = solve_test_game(t, WS_METHOD_AUTO);
    assert_near(play->first[0].accept[1], 1, 0);
    assert_near(play->value[0], 1, 0);
    assert_true(play->how.tie);
    ws__free_play(play);
    free(t);
}

static void an_indifferent_proposer_pleases_the_others_then_takes_the_lower_index(void **state)
{
    (void)state;
    test_game *t = new_test_game(2, 4, 1);
    const double mine[] = {1, 2, 2, 2}, theirs[] = {9, 3, 4, 4};
    memcpy(t->utility[0], mine, sizeof mine);
    memcpy(t->utility[1], theirs, sizeof theirs);
    t->game.infinite = true;
    t->game.walk = true;
    ws_play *play = solve_test_game(t, WS_METHOD_AUTO);
    assert_near(play->first[0].chosen[2], 1, 0);
    ws__free_play(play);
    free(t);
}

static void doubling_the_offers_does_not_make_walking_out_rarer(void **state)
{
    (void)state;
    double walked[2];
    for (size_t i = 0; i < 2; i++) {
        test_game *t = new_test_game(2, 3 + 3 * i, 2);
        for (size_t x = 0; x < t->game.offers; x++) {
            t->utility[0][x] = (double)(x % 3);
            t->utility[1][x] = 2 - (double)(x % 3);
        }
        t->game.walk = true;
        t->game.rationality = 3;
        ws_play *play = solve_test_game(t, WS_METHOD_AUTO);
        walked[i] = play->walk[0];
        assert_near(sum_odds(play, 0), 1, 1e-12);
        ws__free_play(play);
        free(t);
    }
    assert_near(walked[0], walked[1], 1e-14);
    assert_true(walked[0] > 0);
}

static void a_majority_signs_over_one_party_and_can_do_without_the_proposer(void **state)
{
    (void)state;
    test_game *t = new_test_game(3, 2, 2);
    const double u[3][2] = {{1, 0}, {1, 0}, {0, 1}};
    for (size_t p = 0; p < 3; p++)
        memcpy(t->utility[p], u[p], sizeof u[p]);
    t->rules[0] = 0;
    for (uint32_t m = 0; m < 8; m++) /* two of three */
        if (__builtin_popcount(m) >= 2)
            t->rules[0] |= UINT32_C(1) << m;
    t->game.walk = true;
    t->game.infinite = true;
    t->expiry[0][0] = t->expiry[1][0] = t->expiry[2][0] = 1;
    ws_play *play = solve_test_game(t, WS_METHOD_AUTO);
    assert_near(play->first[0].accept[0], 1, 0); /* parties 0 and 1 suffice */
    assert_near(play->value[0], 1, 0);
    assert_near(play->value[2], 0, 0);
    t->game.infinite = false;
    t->game.rationality = 1;
    ws__free_play(play);
    play = solve_test_game(t, WS_METHOD_AUTO);
    assert_near(sum_odds(play, 0), 1, 1e-12);
    for (size_t n = 0; n < 2; n++) /* walking out ends the round, not the talks */
        for (size_t p = 0; p < 3; p++)
            assert_near(play->walk[n * 3 + p], 0, 0);
    ws__free_play(play);
    free(t);
}

static void affine_utilities_change_no_odds(void **state)
{
    (void)state;
    ws_play *play[2];
    test_game *t[2];
    for (size_t i = 0; i < 2; i++) {
        double a = i ? 7 : 1, b = i ? -3 : 0;
        t[i] = new_pie(9, 4, 0.9, 0.8);
        for (size_t x = 0; x < 9; x++) {
            t[i]->utility[0][x] = a * t[i]->utility[0][x] + b;
            t[i]->deliver[0][x] = 0.3 + 0.05 * (double)x;
        }
        t[i]->status[0][0] = a * 0.2 + b;
        t[i]->failure[0][0] = a * 0.1 + b;
        t[i]->cost[0][0] = t[i]->expiry[0][0] = a * 0.05;
        t[i]->range[0][0] = a;
        t[i]->hazard[1] = 0.2;
        t[i]->game.walk = true;
        play[i] = solve_test_game(t[i], WS_METHOD_AUTO);
    }
    assert_near(play[1]->value[0], 7 * play[0]->value[0] - 3, 1e-12);
    assert_near(play[1]->value[1], play[0]->value[1], 1e-13);
    for (size_t n = 0; n < 4; n++) {
        assert_near(play[0]->deal[n], play[1]->deal[n], 1e-13);
        assert_near(play[0]->failed[n], play[1]->failed[n], 1e-13);
    }
    for (size_t i = 0; i < 2; i++) {
        ws__free_play(play[i]);
        free(t[i]);
    }
}

static void talks_played_out_end_as_the_odds_say(void **state)
{
    (void)state;
    test_game *t = new_pie(6, 5, 0.9, 0.8);
    ws_game_options options = {.gap = true, .playouts = 20000, .seed = 5};
    ws_play *play[2] = {NULL, NULL};
    t->game.walk = true;
    t->game.rationality = 6;
    t->hazard[2] = 0.1;
    for (size_t x = 0; x < 6; x++)
        t->deliver[1][x] = 0.5 + 0.08 * (double)x;
    for (size_t m = 0; m < 2; m++) {
        options.method = m ? WS_METHOD_TREE : WS_METHOD_PERFECT;
        assert_int_equal(ws__solve_game(&play[m], &t->game, &options, NULL, NULL), WS_OK);
        assert_true(play[m]->how.playout_errors > 0 && play[m]->how.playout_errors < 3.5);
    }
    for (size_t p = 0; p < 2; p++) {
        assert_true(play[0]->how.gap[p] > 0);
        assert_near(play[0]->how.gap[p], play[1]->how.gap[p], 1e-9);
        assert_near(play[0]->value[p], play[1]->value[p], 1e-9);
    }
    ws__free_play(play[0]);
    ws__free_play(play[1]);
    free(t);
}

static void what_cannot_be_played_is_refused(void **state)
{
    (void)state;
    test_game *t = new_pie(3, 2, 0.9, 0.9);
    ws_play *play = NULL;
    t->hazard[1] = 1.5;
    assert_int_equal(ws__solve_game(&play, &t->game, NULL, NULL, NULL), WS_INVALID);
    t->hazard[1] = -0.1;
    assert_int_equal(ws__solve_game(&play, &t->game, NULL, NULL, NULL), WS_INVALID);
    t->hazard[1] = 0;
    t->game.rationality = 0;
    assert_int_equal(ws__solve_game(&play, &t->game, NULL, NULL, NULL), WS_INVALID);
    t->game.rationality = 20;
    t->utility[0][1] = HUGE_VAL;
    assert_int_equal(ws__solve_game(&play, &t->game, NULL, NULL, NULL), WS_INVALID);
    t->utility[0][1] = 0;
    t->game.infinite = true;
    t->game.types[0] = 2;
    t->prior[0][0] = t->prior[0][1] = 0.5;
    assert_int_equal(ws__solve_game(&play, &t->game, NULL, NULL, NULL), WS_INVALID);
    assert_null(play);
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_offer_tends_to_stahl_and_rubinstein),
        cmocka_unit_test(short_rounds_give_nash_weighted_by_patience),
        cmocka_unit_test(a_single_choice_is_the_logit_of_its_values),
        cmocka_unit_test(an_indifferent_answerer_accepts),
        cmocka_unit_test(an_indifferent_proposer_pleases_the_others_then_takes_the_lower_index),
        cmocka_unit_test(doubling_the_offers_does_not_make_walking_out_rarer),
        cmocka_unit_test(a_majority_signs_over_one_party_and_can_do_without_the_proposer),
        cmocka_unit_test(affine_utilities_change_no_odds),
        cmocka_unit_test(talks_played_out_end_as_the_odds_say),
        cmocka_unit_test(what_cannot_be_played_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
