/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree's equilibria against a naive recursion: every combination of types plays every history out, and a
 * player's expected payoff of an action is averaged over the others' types by Bayes' rule from the start.
 * Nothing of the solver is used but the strategies it found. */
#include "games.h"
#include "game/logit.h"
#include "game/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

typedef struct naive {
    const ws_tree_game *tree;
    const ws_game *game;
    size_t combinations;
    double *worth; /* [nodes][combinations][parties] payoffs counted from s, in money of the first round */
} naive;

static double power(double base, size_t n)
{
    double out = 1;
    while (n-- > 0)
        out *= base;
    return out;
}

/* What an end pays, given everybody's type: every set of those who deliver in turn. */
static void pay_end(double *out, const naive *all, const ws_history *node, const ws_branch *branch, size_t c)
{
    const ws_game *g = all->game;
    double held = 0;
    if (branch->kind == WS_AFTER_SIGNED)
        for (uint32_t who = 0; who < UINT32_C(1) << g->parties; who++) {
            double chance = 1;
            if (who & ~branch->at)
                continue;
            for (size_t p = 0; p < g->parties; p++) {
                double pi = g->deliver[p][ws__type_in(g, c, p) * g->offers + branch->offer];
                if ((branch->at >> p) & 1U)
                    chance *= (who >> p) & 1U ? pi : 1 - pi;
            }
            held += (g->rules[g->rule_of[branch->offer]] >> who) & 1U ? chance : 0;
        }
    for (size_t p = 0; p < g->parties; p++) {
        size_t t = ws__type_in(g, c, p);
        double d = power(g->discount[p][t], node->round), s = g->status[p][t];
        if (branch->kind == WS_AFTER_SIGNED)
            out[p] = d * (held * (g->utility[p][t * g->offers + branch->offer] - s) +
                          (1 - held) * (g->failure[p][t] - s));
        else
            out[p] = -d * (branch->kind == WS_AFTER_WALK ? g->cost[p][t] : g->expiry[p][t]);
    }
}

static void action_worth(double *out, const naive *all, size_t at, size_t a, size_t c)
{
    const ws_branch *branch = &all->tree->branches[a];
    size_t parties = all->game->parties;
    if (branch->child == WS_NO_NODE)
        pay_end(out, all, &all->tree->nodes[at], branch, c);
    else
        memcpy(out, all->worth + (branch->child * all->combinations + c) * parties, parties * sizeof *out);
}

static void fill_node(naive *all, size_t at, size_t c)
{
    const ws_game *g = all->game;
    const ws_history *node = &all->tree->nodes[at];
    double *out = all->worth + (at * all->combinations + c) * g->parties, one[TEST_PARTIES];
    for (size_t i = node->first; i < node->first + node->count; i++) {
        double chance;
        if (node->kind == WS_HISTORY_ROUND) {
            chance = (1 - g->hazard[node->round]) *
                     g->proposer[node->round * g->parties + all->tree->nodes[i].actor];
            memcpy(one, all->worth + (i * all->combinations + c) * g->parties, g->parties * sizeof *one);
        } else {
            chance = exp(ws__chosen(all->tree, i)[ws__type_in(g, c, node->actor)]);
            action_worth(one, all, at, i, c);
        }
        for (size_t p = 0; p < g->parties; p++)
            out[p] += chance * one[p];
    }
    for (size_t p = 0; node->kind == WS_HISTORY_ROUND && p < g->parties; p++) {
        size_t t = ws__type_in(g, c, p);
        out[p] -= g->hazard[node->round] * power(g->discount[p][t], node->round) * g->cost[p][t];
    }
}

/* Log-probability that the types of a combination bring a history about, by everybody's own moves. */
static double log_reach(const naive *all, size_t at, size_t c)
{
    double sum = 0;
    for (size_t n = at; n != 0; n = all->tree->nodes[n].parent) {
        const ws_history *parent = &all->tree->nodes[all->tree->nodes[n].parent];
        if (parent->kind != WS_HISTORY_ROUND)
            sum += ws__chosen(all->tree,
                              all->tree->nodes[n].parent_action)[ws__type_in(all->game, c, parent->actor)];
    }
    return sum;
}

/* The logit condition at one node for one type, and the bound on what a type forgoes there. */
static void check_type(const naive *all, size_t at, size_t t)
{
    const ws_game *g = all->game;
    const ws_history *node = &all->tree->nodes[at];
    double q[TEST_OFFERS], w[TEST_OFFERS], rate = g->rationality / g->range[node->actor][t], all_reach = 0,
                                           best = -1e300;
    for (size_t c = 0; c < all->combinations; c++) {
        double reach = exp(log_reach(all, at, c));
        if (ws__type_in(g, c, node->actor) != t)
            continue;
        for (size_t p = 0; p < g->parties; p++)
            reach *= g->prior[p][ws__type_in(g, c, p)];
        for (size_t a = 0; a < node->count; a++) {
            double one[TEST_PARTIES];
            action_worth(one, all, at, node->first + a, c);
            q[a] = (all_reach > 0 ? q[a] : 0) + reach * one[node->actor];
        }
        all_reach += reach;
    }
    double mean = 0, log_sum;
    for (size_t a = 0; a < node->count; a++) {
        q[a] /= all_reach;
        w[a] = (node->kind == WS_HISTORY_OFFER && a < g->offers ? log(g->weight[a]) : 0) + rate * q[a];
        best = q[a] > best ? q[a] : best;
        mean += exp(ws__chosen(all->tree, node->first + a)[t]) * q[a];
    }
    log_sum = ws__log_sum(w, node->count, 1);
    for (size_t a = 0; a < node->count; a++)
        assert_near(ws__chosen(all->tree, node->first + a)[t], w[a] - log_sum, 1e-7);
    assert_true(best - mean <= log(2.0 * (double)g->offers + 2) / rate + 1e-12);
}

static void check_game(const test_game *t)
{
    WS_SCRATCH(scratch);
    ws_tree_game tree;
    assert_int_equal(ws__build_tree(&tree, &scratch, &t->game, 100000, NULL), WS_OK);
    assert_int_equal(ws__solve_histories(&tree, NULL, NULL), WS_OK);
    naive all = {.tree = &tree, .game = &t->game, .combinations = 1};
    for (size_t p = 0; p < t->game.parties; p++)
        all.combinations *= t->game.types[p];
    all.worth = calloc(tree.node_count * all.combinations * t->game.parties, sizeof(double));
    assert_non_null(all.worth);
    for (size_t at = tree.node_count; at-- > 0;)
        for (size_t c = 0; c < all.combinations; c++)
            fill_node(&all, at, c);
    for (size_t at = 0; at < tree.node_count; at++)
        for (size_t k = 0; tree.nodes[at].kind != WS_HISTORY_ROUND && k < t->game.types[tree.nodes[at].actor];
             k++)
            check_type(&all, at, k);
    for (size_t p = 0; p < t->game.parties; p++) { /* and the value at the start */
        for (size_t k = 0; k < t->game.types[p]; k++) {
            double value = 0;
            for (size_t c = 0; c < all.combinations; c++) {
                double w = 1;
                for (size_t q = 0; q < t->game.parties; q++)
                    w *= q == p ? ws__type_in(&t->game, c, p) == k
                                : t->game.prior[q][ws__type_in(&t->game, c, q)];
                value += w * all.worth[c * t->game.parties + p];
            }
            assert_near(tree.value[ws__column(&t->game, p, k)], value, 1e-8);
        }
    }
    free(all.worth);
}

static test_game *make(size_t parties, bool majority)
{
    test_game *t = new_test_game(parties, 3, 2);
    const double u[3][3] = {{0, 4, 10}, {8, 5, 1}, {3, 6, 2}};
    for (size_t p = 0; p < parties; p++) {
        t->game.types[p] = p == 2 ? 3 : 2;
        for (size_t k = 0; k < t->game.types[p]; k++) {
            t->prior[p][k] = p == 2 ? 1 / 3.0 : k ? 0.7 : 0.3;
            t->status[p][k] = 0.5 + 1.5 * (double)k;
            t->failure[p][k] = 0.2;
            t->cost[p][k] = 0.3;
            t->expiry[p][k] = 0.6;
            t->discount[p][k] = 0.9 - 0.1 * (double)k;
            t->range[p][k] = 8;
            for (size_t x = 0; x < 3; x++) {
                t->utility[p][k * 3 + x] = u[p][x] + 0.3 * (double)k * (double)x;
                t->deliver[p][k * 3 + x] = 0.95 - 0.3 * (double)k + 0.05 * (double)x;
            }
        }
    }
    t->hazard[1] = 0.1;
    t->game.walk = true;
    t->game.rationality = 6;
    if (majority) {
        t->rules[0] = 0;
        for (uint32_t m = 0; m < 8; m++)
            if (__builtin_popcount(m) >= 2)
                t->rules[0] |= UINT32_C(1) << m;
    }
    return t;
}

static void two_parties_with_types_reply_to_each_other(void **state)
{
    (void)state;
    test_game *t = make(2, false);
    check_game(t);
    free(t);
}

static void three_parties_with_types_reply_to_each_other(void **state)
{
    (void)state;
    test_game *t = make(3, false);
    check_game(t);
    free(t);
}

static void a_majority_of_three_replies_to_each_other(void **state)
{
    (void)state;
    test_game *t = make(3, true);
    for (size_t p = 0; p < 3; p++)
        t->proposer[p] = t->proposer[3 + p] = 1 / 3.0;
    t->game.rounds = 1;
    check_game(t);
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_parties_with_types_reply_to_each_other),
        cmocka_unit_test(three_parties_with_types_reply_to_each_other),
        cmocka_unit_test(a_majority_of_three_replies_to_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
