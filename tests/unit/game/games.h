/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small games for the tests: numbers in one struct, so that a test changes what it is about. */
#ifndef WINSET_TEST_GAMES_H
#define WINSET_TEST_GAMES_H

#include "game/game.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cmocka's own comparison is in single precision. */
#define assert_near(got, want, tolerance) assert_true(near_((got), (want), (tolerance), __FILE__, __LINE__))
static inline bool near_(double got, double want, double tolerance, const char *file, int line)
{
    if (fabs(got - want) <= tolerance)
        return true;
    fprintf(stderr, "%s:%d: got %.17g, want %.17g within %g\n", file, line, got, want, tolerance);
    return false;
}

enum { TEST_PARTIES = 5, TEST_TYPES = 3, TEST_OFFERS = 1024, TEST_ROUNDS = 256 };

typedef struct test_game {
    ws_game game;
    double prior[TEST_PARTIES][TEST_TYPES], status[TEST_PARTIES][TEST_TYPES], cost[TEST_PARTIES][TEST_TYPES];
    double expiry[TEST_PARTIES][TEST_TYPES], failure[TEST_PARTIES][TEST_TYPES];
    double discount[TEST_PARTIES][TEST_TYPES], range[TEST_PARTIES][TEST_TYPES];
    double utility[TEST_PARTIES][TEST_TYPES * TEST_OFFERS], deliver[TEST_PARTIES][TEST_TYPES * TEST_OFFERS];
    double weight[TEST_OFFERS], hazard[TEST_ROUNDS], proposer[TEST_ROUNDS * TEST_PARTIES];
    uint32_t class_of[TEST_OFFERS], rules[4];
    uint8_t rule_of[TEST_OFFERS];
} test_game;

/* A game with nothing in it but its size: one type each, nothing lost by time or breakdown, everybody
 * delivers, party 0 first, all must agree, no walking out, range 1. Fill utility[p][t * offers + x]. */
static inline test_game *new_test_game(size_t parties, size_t offers, size_t rounds)
{
    test_game *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    ws_game *g = &t->game;
    *g = (ws_game){.parties = parties, .rounds = rounds, .offers = offers, .classes = 1, .rationality = 20};
    for (size_t p = 0; p < parties; p++) {
        g->types[p] = 1;
        for (size_t k = 0; k < TEST_TYPES; k++) {
            t->prior[p][k] = 1;
            t->discount[p][k] = 1;
            t->range[p][k] = 1;
        }
        for (size_t x = 0; x < TEST_TYPES * offers; x++)
            t->deliver[p][x] = 1;
        g->prior[p] = t->prior[p];
        g->status[p] = t->status[p];
        g->cost[p] = t->cost[p];
        g->expiry[p] = t->expiry[p];
        g->failure[p] = t->failure[p];
        g->discount[p] = t->discount[p];
        g->range[p] = t->range[p];
        g->utility[p] = t->utility[p];
        g->deliver[p] = t->deliver[p];
    }
    for (size_t x = 0; x < offers; x++)
        t->weight[x] = 1 / (double)offers;
    for (size_t n = 0; n < rounds; n++)
        t->proposer[n * parties + n % parties] = 1;
    t->rules[0] = UINT32_C(1) << ((1U << parties) - 1);
    g->rule_count = 1;
    g->rules = t->rules;
    g->rule_of = t->rule_of;
    g->class_of = t->class_of;
    g->weight = t->weight;
    g->hazard = t->hazard;
    g->proposer = t->proposer;
    return t;
}

/* A pie of 1 in `offers` equal splits: party 0 gets x / (offers - 1), party 1 the rest. */
static inline test_game *new_pie(size_t offers, size_t rounds, double discount0, double discount1)
{
    test_game *t = new_test_game(2, offers, rounds);
    for (size_t x = 0; x < offers; x++) {
        t->utility[0][x] = (double)x / (double)(offers - 1);
        t->utility[1][x] = (double)(offers - 1 - x) / (double)(offers - 1);
    }
    t->discount[0][0] = discount0;
    t->discount[1][0] = discount1;
    return t;
}

static inline ws_play *solve_test_game(const test_game *t, ws_method method)
{
    ws_play *play = NULL;
    ws_game_options options = {.method = method};
    if (ws__solve_game(&play, &t->game, &options, NULL, NULL) != WS_OK)
        abort();
    return play;
}

/* Sum of all odds of a combination: 1. */
static inline double sum_odds(const ws_play *play, size_t combination)
{
    const ws_game *g = play->game;
    double sum = play->expiry[combination];
    for (size_t n = 0; n < g->rounds; n++) {
        size_t at = combination * g->rounds + n;
        sum += play->failed[at] + play->outside[at];
        for (size_t c = 0; c < g->classes; c++)
            sum += play->deal[at * g->classes + c];
        for (size_t p = 0; p < g->parties; p++)
            sum += play->walk[at * g->parties + p];
    }
    return sum;
}

#endif
