/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Eleven small games against Gambit's agent logit equilibria, per information set, by tree, and values and
 * odds by every engine that takes the game. The references are not part of this tree: without them the
 * program says "skipped". */
#include "games.h"
#include "game/tree.h"
#include "game/logit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <jansson.h>
#include <unistd.h>

static char folder[512];

static double logistic(double z)
{
    return 1 / (1 + exp(-z));
}

/* The family of games: three splits, two parties, what they share. */
static test_game *base_game(size_t rounds)
{
    test_game *t = new_test_game(2, 3, rounds);
    for (size_t k = 0; k < 2; k++)
        for (size_t x = 0; x < 3; x++) {
            t->utility[0][k * 3 + x] = 0.25 + 0.25 * (double)x;
            t->utility[1][k * 3 + x] = 0.75 - 0.25 * (double)x;
        }
    for (size_t k = 0; k < 2; k++) {
        t->status[0][k] = t->failure[0][k] = 0.1;
        t->status[1][k] = t->failure[1][k] = 0.15;
        t->cost[0][k] = t->expiry[0][k] = 0.05;
        t->cost[1][k] = t->expiry[1][k] = 0.1;
        t->discount[0][k] = 0.9;
        t->discount[1][k] = 0.95;
        t->range[0][k] = t->range[1][k] = 0.5;
    }
    return t;
}

static void set_types(test_game *t, size_t p, double first, double s1, double s2)
{
    t->game.types[p] = 2;
    t->prior[p][0] = first;
    t->prior[p][1] = 1 - first;
    t->status[p][0] = t->failure[p][0] = s1;
    t->status[p][1] = t->failure[p][1] = s2;
}

static void set_home(test_game *t, size_t p, size_t type, double threshold, double noise)
{
    const double u[2][3] = {{0.2, 0.5, 0.9}, {0.9, 0.6, 0.1}};
    for (size_t x = 0; x < 3; x++)
        t->deliver[p][type * 3 + x] = logistic((u[p][x] - threshold) / noise);
}

static test_game *make_game(const char *name, const char *types[2])
{
    size_t rounds = (size_t)(name[strlen(name) - 1] - '0');
    test_game *t = base_game(rounds);
    types[0] = types[1] = "";
    if (strncmp(name, "home", 4) == 0) {
        set_home(t, 0, 0, 0.45, 0.1);
        set_home(t, 1, 0, 0.5, 0.12);
        t->failure[1][0] = 0.02;
    } else if (strncmp(name, "hazard", 6) == 0) {
        t->hazard[0] = t->hazard[1] = 0.05;
    } else if (strncmp(name, "walk", 4) == 0) {
        t->game.walk = true;
    } else if (strncmp(name, "one-sided", 9) == 0) {
        set_types(t, 1, 0.5, 0.1, 0.4);
        types[1] = "low high";
    } else if (strncmp(name, "two-sided", 9) == 0) {
        set_types(t, 1, 0.5, 0.1, 0.4);
        set_types(t, 0, 0.6, 0.05, 0.3);
        types[0] = types[1] = "low high";
    } else if (strncmp(name, "deliver-proposer", 16) == 0) {
        set_types(t, 0, 0.35, 0.1, 0.1);
        set_home(t, 0, 0, 0.3, 0.1);
        set_home(t, 0, 1, 0.7, 0.1);
        t->failure[0][0] = t->failure[0][1] = 0;
        types[0] = "can cannot";
    } else if (strncmp(name, "deliver-responder", 17) == 0) {
        set_types(t, 1, 0.35, 0.15, 0.15);
        set_home(t, 1, 0, 0.3, 0.12);
        set_home(t, 1, 1, 0.7, 0.12);
        t->failure[1][0] = t->failure[1][1] = 0;
        types[1] = "can cannot";
    } else if (strncmp(name, "random-proposer", 15) == 0) {
        for (size_t n = 0; n < 2; n++) {
            t->proposer[2 * n] = 0.4;
            t->proposer[2 * n + 1] = 0.6;
        }
    } else if (strncmp(name, "three-parties", 13) == 0) {
        test_game *three = new_test_game(3, 3, 2);
        const double u[3][3] = {{0.25, 0.5, 0.75}, {0.75, 0.5, 0.25}, {0.3, 0.5, 0.4}};
        const double s[3] = {0.1, 0.1, 0.2}, d[3] = {0.9, 0.95, 0.9}, r[3] = {0.5, 0.5, 0.2};
        for (size_t p = 0; p < 3; p++) {
            memcpy(three->utility[p], u[p], sizeof u[p]);
            three->status[p][0] = three->failure[p][0] = s[p];
            three->discount[p][0] = d[p];
            three->range[p][0] = r[p];
        }
        three->cost[2][0] = three->expiry[2][0] = 0.05;
        free(t);
        return three;
    }
    return t;
}

/* Writes a history as the references name it. */
static void name_history(char *out, size_t size, const ws_tree_game *tree, size_t at)
{
    size_t path[64], depth = 0;
    const ws_history *nodes = tree->nodes;
    bool drawn = tree->game->proposer[0] > 0 && tree->game->proposer[0] < 1;
    for (size_t n = at; n != 0; n = nodes[n].parent)
        path[depth++] = n;
    out[0] = 0;
    for (; depth > 0; depth--) {
        const ws_history *node = &nodes[path[depth - 1]], *parent = &nodes[node->parent];
        size_t used = strlen(out);
        if (parent->kind == WS_HISTORY_ROUND) {
            if (drawn)
                snprintf(out + used, size - used, "|by%u", node->actor + 1);
        } else if (parent->kind == WS_HISTORY_OFFER) {
            snprintf(out + used, size - used, "/x%zu", node->parent_action - parent->first);
        } else {
            snprintf(out + used, size - used, "/%s%u", node->parent_action == parent->first ? "acc" : "rej",
                     parent->actor + 1);
        }
    }
}

static const char *type_name(const char *names, size_t type, char room[32])
{
    if (!*names)
        return "only";
    snprintf(room, 32, "%s", names);
    char *gap = strchr(room, ' ');
    *gap = 0;
    return type ? gap + 1 : room;
}

/* Every information set of the reference is in the tree with the same probabilities. */
static void compare_behaviour(const ws_tree_game *tree, const json_t *behaviour, const char *types[2])
{
    size_t seen = 0, wanted = 0;
    for (size_t p = 0; p < json_array_size(behaviour); p++)
        wanted += json_object_size(json_array_get(behaviour, p));
    for (size_t at = 0; at < tree->node_count; at++) {
        const ws_history *node = &tree->nodes[at];
        if (node->kind == WS_HISTORY_ROUND)
            continue;
        char history[256], label[400], room[32];
        name_history(history, sizeof history, tree, at);
        for (size_t t = 0; t < tree->game->types[node->actor]; t++) {
            const char *type = type_name(node->actor < 2 ? types[node->actor] : "", t, room);
            snprintf(label, sizeof label, "r%u %s [%s]%s%s", node->round + 1,
                     node->kind == WS_HISTORY_OFFER ? "offer" : "answer", type, *history ? " " : "", history);
            const json_t *want = json_object_get(json_array_get(behaviour, node->actor), label);
            if (!want)
                fprintf(stderr, "no information set %s\n", label);
            assert_non_null(want);
            assert_int_equal(json_array_size(want), node->count);
            for (size_t a = 0; a < node->count; a++)
                assert_near(ws__exp(ws__chosen(tree, node->first + a)[t]),
                            json_number_value(json_array_get(want, a)), 1e-8);
            seen++;
        }
    }
    assert_int_equal(seen, wanted);
}

static double odds_of(const ws_play *play, const char *label)
{
    const ws_game *g = play->game;
    double sum = 0;
    unsigned round = 0, which = 0;
    for (size_t c = 0; c < play->combinations; c++) {
        size_t at = c * g->rounds;
        if (strcmp(label, "expiry") == 0)
            sum += play->weight[c] * play->expiry[c];
        else if (sscanf(label, "failed at home %u", &round) == 1)
            sum += play->weight[c] * play->failed[at + round - 1];
        else if (sscanf(label, "collapse %u", &round) == 1)
            sum += play->weight[c] * play->outside[at + round - 1];
        else if (sscanf(label, "walk %u by %u", &round, &which) == 2)
            sum += play->weight[c] * play->walk[(at + round - 1) * g->parties + which - 1];
    }
    if (sscanf(label, "deal %u x%u", &round, &which) == 2)
        sum = play->dealt[(round - 1) * g->offers + which];
    return sum;
}

static void compare_play(const ws_play *play, const json_t *want, double tolerance)
{
    const ws_game *g = play->game;
    const char *label;
    const json_t *odds;
    for (size_t p = 0; p < g->parties; p++) {
        double value = 0;
        for (size_t t = 0; t < g->types[p]; t++)
            value += g->prior[p][t] * play->value[ws__column(g, p, t)];
        assert_near(value, json_number_value(json_array_get(json_object_get(want, "value"), p)), tolerance);
    }
    json_object_foreach((json_t *)(uintptr_t)json_object_get(want, "odds"), label, odds)
        assert_near(odds_of(play, label), json_number_value(odds), tolerance);
    for (size_t c = 0; c < play->combinations; c++)
        assert_near(sum_odds(play, c), 1, 1e-12);
}

static void compare_game(const char *name)
{
    char path[600];
    const char *types[2];
    snprintf(path, sizeof path, "%s/%s.json", folder, name);
    json_t *root = json_load_file(path, 0, NULL);
    assert_non_null(root);
    test_game *t = make_game(name, types);
    for (size_t i = 0; i < 3; i++) {
        const char *rates[] = {"1", "5", "20"};
        json_t *want = json_object_get(json_object_get(root, "results"), rates[i]);
        t->game.rationality = atof(rates[i]);
        WS_SCRATCH(scratch);
        ws_tree_game tree;
        assert_int_equal(ws__build_tree(&tree, &scratch, &t->game, 100000, NULL), WS_OK);
        assert_int_equal(ws__solve_histories(&tree, NULL, NULL), WS_OK);
        assert_true(tree.residual < 1e-9);
        compare_behaviour(&tree, json_object_get(want, "behaviour"), types);
        const ws_method methods[] = {WS_METHOD_TREE, WS_METHOD_AUTO, WS_METHOD_GRID};
        for (size_t m = 0; m < 3; m++) {
            ws_play *play = solve_test_game(t, methods[m]);
            compare_play(play, want, methods[m] == WS_METHOD_GRID ? 1e-3 : 1e-8);
            ws__free_play(play);
        }
    }
    json_decref(root);
    free(t);
}

#define GAME(function, name)                                                                                 \
    static void function(void **state)                                                                       \
    {                                                                                                        \
        (void)state;                                                                                         \
        compare_game(name);                                                                                  \
    }
GAME(perfect_information_in_two_rounds, "perfect-3x2")
GAME(perfect_information_in_three_rounds, "perfect-3x3")
GAME(a_hazard, "hazard-3x2")
GAME(home_fronts, "home-3x2")
GAME(walking_out, "walk-3x2")
GAME(a_drawn_proposer, "random-proposer-3x2")
GAME(three_parties, "three-parties-3x2")
GAME(types_of_reservation_in_one_round, "one-sided-3x1")
GAME(types_of_reservation, "one-sided-3x2")
GAME(types_on_both_sides, "two-sided-3x2")
GAME(delivery_of_the_proposer, "deliver-proposer-3x1")
GAME(delivery_of_the_responder, "deliver-responder-3x2")

int main(void)
{
    const char *shared = getenv("WINSET_SHARED");
    const char *at[] = {shared, "../shared", "../../shared"};
    for (size_t i = 0; i < 3; i++) {
        snprintf(folder, sizeof folder, "%s/peers/gambit", at[i] ? at[i] : "../shared");
        if (access(folder, R_OK) == 0)
            break;
    }
    if (access(folder, R_OK) != 0)
        return 77;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(perfect_information_in_two_rounds),
        cmocka_unit_test(perfect_information_in_three_rounds),
        cmocka_unit_test(a_hazard),
        cmocka_unit_test(home_fronts),
        cmocka_unit_test(walking_out),
        cmocka_unit_test(a_drawn_proposer),
        cmocka_unit_test(three_parties),
        cmocka_unit_test(types_of_reservation_in_one_round),
        cmocka_unit_test(types_of_reservation),
        cmocka_unit_test(types_on_both_sides),
        cmocka_unit_test(delivery_of_the_proposer),
        cmocka_unit_test(delivery_of_the_responder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
