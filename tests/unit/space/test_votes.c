/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Votes, bodies and trees against sums over every combination of votes. */
#include "space/votes.h"

#include "winset/base.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void close_to(double got, double want, double tolerance)
{
    if (!(fabs(got - want) <= tolerance * fabs(want))) {
        print_error("got %.17g, want %.17g\n", got, want);
        fail();
    }
}

/* ---- Brute force ---- */

static double binomial(size_t n, size_t k, double yes, double no)
{
    double value = 1;
    for (size_t i = 0; i < k; i++)
        value = value * (double)(n - i) / (double)(i + 1) * yes;
    for (size_t i = k; i < n; i++)
        value *= no;
    return value;
}

/* Chance that seats [at, count) and `weight` so far reach the quota (or, `fails`, do not). */
static double pass_by_hand(const ws_seat *seats, size_t count, size_t at, const ws_chance *votes,
                           uint64_t weight, uint64_t quota, bool fails)
{
    if (at == count)
        return (weight >= quota) != fails ? 1 : 0;
    ws_chance vote = votes[seats[at].voter];
    double sum = 0;
    uint64_t n = seats[at].weight;
    for (uint64_t k = 0; k <= n; k += seats[at].loose || n == 0 ? 1 : n) {
        double chance = seats[at].loose
                            ? (1 - seats[at].discipline) * binomial((size_t)n, (size_t)k, vote.yes, vote.no)
                            : 0;
        chance += (seats[at].loose ? seats[at].discipline : 1) * (k == n ? vote.yes : k == 0 ? vote.no : 0);
        if (n == 0)
            chance = 1;
        if (chance > 0)
            sum += chance * pass_by_hand(seats, count, at + 1, votes, weight + k, quota, fails);
    }
    return sum;
}

static uint64_t state = 20240517;
static double draw(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) * 0x1p-53;
}
static size_t draw_below(size_t n)
{
    return (size_t)(draw() * (double)n);
}

static ws_chance draw_chance(void)
{
    double x = draw();
    if (x < 0.1)
        return draw() < 0.5 ? (ws_chance){1, 0} : (ws_chance){0, 1};
    return ws__vote_chance((draw() - 0.5) * (x < 0.3 ? 60 : 6), 1);
}

static void random_bodies_agree_with_every_combination_of_votes(void **unused)
{
    (void)unused;
    for (int round = 0; round < 10000; round++) {
        WS_SCRATCH(arena);
        ws_seat seats[7];
        ws_chance votes[7];
        size_t count = 1 + draw_below(7);
        uint64_t total = 0;
        for (size_t i = 0; i < count; i++) {
            votes[i] = draw_chance();
            bool loose = draw() < 0.2;
            seats[i] = (ws_seat){i, (uint64_t)draw_below(loose ? 5 : 9), loose, loose ? draw() : 1};
            total += seats[i].weight;
        }
        uint64_t quota = (uint64_t)draw_below((size_t)total + 2);
        ws_tally *tally;
        ws_chance pass;
        double importance[7], mean;
        assert_int_equal(ws__build_tally(&tally, count, seats, quota, "body", &arena, NULL), WS_OK);
        assert_int_equal(ws__weigh_votes(&pass, &mean, importance, tally, votes), WS_OK);
        close_to(pass.yes, pass_by_hand(seats, count, 0, votes, 0, quota, false), 1e-12);
        close_to(pass.no, pass_by_hand(seats, count, 0, votes, 0, quota, true), 1e-12);
        for (size_t i = 0; i < count; i++) {
            ws_seat others[7];
            ws_chance all_no[7];
            memcpy(others, seats, sizeof others);
            memcpy(all_no, votes, sizeof all_no);
            all_no[i] = (ws_chance){0, 1};
            double needed = pass_by_hand(others, count, 0, all_no, 0, quota, true);
            all_no[i] = (ws_chance){1, 0};
            double with = pass_by_hand(others, count, 0, all_no, 0, quota, true);
            assert_true(fabs(importance[i] - (needed - with)) <= 1e-12);
        }
    }
}

/* ---- Trees ---- */

enum { VOTERS = 5, BODIES = 4 };

static bool tree_passes(const ws_tree *tree, ws_seat (*seats)[3], const uint64_t *quota, unsigned votes)
{
    size_t passing = 0;
    uint64_t weight = 0;
    switch (tree->kind) {
    case WS_TREE_BODY:
        for (size_t i = 0; i < 3; i++)
            weight += (votes >> seats[tree->body][i].voter & 1) ? seats[tree->body][i].weight : 0;
        return weight >= quota[tree->body];
    case WS_TREE_VOTER:
        return votes >> tree->voter & 1;
    default:
        break;
    }
    for (size_t i = 0; i < tree->count; i++)
        passing += tree_passes(tree->parts[i], seats, quota, votes);
    return tree->kind == WS_TREE_ALL   ? passing == tree->count
           : tree->kind == WS_TREE_ANY ? passing > 0
                                       : passing >= tree->least;
}

static const ws_tree *draw_tree(ws_arena *arena, size_t depth)
{
    ws_tree *tree = WS_NEW(arena, ws_tree);
    double x = draw();
    if (depth == 0 || x < 0.3) {
        tree->kind = draw() < 0.8 ? WS_TREE_BODY : WS_TREE_VOTER;
        tree->body = draw_below(BODIES);
        tree->voter = draw_below(VOTERS);
        return tree;
    }
    tree->kind = x < 0.55 ? WS_TREE_ALL : x < 0.8 ? WS_TREE_ANY : WS_TREE_AT_LEAST;
    tree->count = 1 + draw_below(4);
    tree->least = draw_below(tree->count + 2);
    const ws_tree **parts = WS_NEW_MANY(arena, tree->count, const ws_tree *);
    for (size_t i = 0; i < tree->count; i++)
        parts[i] = draw_tree(arena, depth - 1);
    tree->parts = parts;
    return tree;
}

static void random_trees_with_shared_actors_agree_with_every_combination_of_votes(void **unused)
{
    (void)unused;
    for (int round = 0; round < 3000; round++) {
        WS_SCRATCH(arena);
        ws_seat seats[BODIES][3];
        uint64_t quota[BODIES];
        const ws_tally *bodies[BODIES];
        ws_chance votes[VOTERS];
        for (size_t v = 0; v < VOTERS; v++)
            votes[v] = draw_chance();
        for (size_t b = 0; b < BODIES; b++) {
            uint64_t total = 0;
            size_t first = draw_below(VOTERS);
            for (size_t i = 0; i < 3; i++) {
                seats[b][i] = (ws_seat){(first + i) % VOTERS, 1 + (uint64_t)draw_below(3), false, 1};
                total += seats[b][i].weight;
            }
            quota[b] = 1 + (uint64_t)draw_below((size_t)total);
            ws_tally *tally;
            assert_int_equal(ws__build_tally(&tally, 3, seats[b], quota[b], "body", &arena, NULL), WS_OK);
            bodies[b] = tally;
        }
        const ws_tree *tree = draw_tree(&arena, 3);
        ws_ballot *ballot;
        assert_int_equal(
            ws__compile_ballot(&ballot, tree, BODIES, bodies, VOTERS, NULL, "party", &arena, NULL), WS_OK);
        ws_chance pass;
        double importance[VOTERS], by_hand[2] = {0, 0}, moved[VOTERS] = {0};
        assert_int_equal(ws__count_ballot(&pass, ballot, votes, NULL), WS_OK);
        assert_int_equal(ws__weigh_voters(importance, ballot, votes, NULL), WS_OK);
        for (unsigned all = 0; all < 1u << VOTERS; all++) {
            double chance = 1;
            for (size_t v = 0; v < VOTERS; v++)
                chance *= all >> v & 1 ? votes[v].yes : votes[v].no;
            by_hand[tree_passes(tree, seats, quota, all)] += chance;
            for (size_t v = 0; v < VOTERS; v++) {
                double others = 1;
                for (size_t w = 0; w < VOTERS; w++)
                    others *= w == v ? 1 : all >> w & 1 ? votes[w].yes : votes[w].no;
                if (tree_passes(tree, seats, quota, all))
                    moved[v] += all >> v & 1 ? others : -others;
            }
        }
        close_to(pass.yes, by_hand[1], 1e-12);
        close_to(pass.no, by_hand[0], 1e-12);
        for (size_t v = 0; v < VOTERS; v++)
            assert_true(fabs(importance[v] - moved[v]) <= 1e-12);
    }
}

/* More voters than are counted at once. */
static void one_changed_vote_a_lane_agrees_with_each_change_by_itself(void **unused)
{
    (void)unused;
    enum { CROWD = 2 * WS_LANES + 7 };
    WS_SCRATCH(arena);
    ws_seat seats[CROWD];
    ws_chance votes[CROWD], changed[CROWD];
    double pass[CROWD];
    for (size_t v = 0; v < CROWD; v++) {
        seats[v] = (ws_seat){v, 1 + (uint64_t)draw_below(9), false, 1};
        votes[v] = draw_chance();
        changed[v] = draw_chance();
    }
    ws_tally *tally;
    ws_ballot *ballot;
    ws_tree tree = {.kind = WS_TREE_BODY};
    assert_int_equal(ws__build_tally(&tally, CROWD, seats, 300, "body", &arena, NULL), WS_OK);
    const ws_tally *bodies[] = {tally};
    assert_int_equal(ws__compile_ballot(&ballot, &tree, 1, bodies, CROWD, NULL, "party", &arena, NULL),
                     WS_OK);
    assert_int_equal(ws__count_changed(pass, ballot, votes, changed, NULL), WS_OK);
    for (size_t v = 0; v < CROWD; v++) {
        ws_chance own = votes[v], alone;
        votes[v] = changed[v];
        assert_int_equal(ws__count_ballot(&alone, ballot, votes, NULL), WS_OK);
        votes[v] = own;
        assert_true(pass[v] == alone.yes);
    }
}

static void every_instruction_set_gives_the_same_bits(void **unused)
{
    (void)unused;
    WS_SCRATCH(arena);
    ws_seat seats[] = {{0, 5, false, 1}, {1, 7, true, 0.6}, {2, 4, false, 1}, {3, 30, true, 0.9}};
    ws_tally *tally;
    assert_int_equal(ws__build_tally(&tally, 4, seats, 23, "body", &arena, NULL), WS_OK);
    double z[4 * WS_LANES], yes[4 * WS_LANES], no[4 * WS_LANES], pass[2 * WS_LANES], first[2 * WS_LANES];
    double *scratch = WS_NEW_MANY(&arena, ws__tally_scratch(tally, WS_LANES), double);
    for (size_t i = 0; i < 4 * WS_LANES; i++)
        z[i] = (draw() - 0.5) * 50;
    const char *const isas[] = {"baseline", "avx2", "avx512"};
    for (size_t i = 0; i < 3; i++) {
        setenv("WINSET_ISA", isas[i], 1);
        const ws_count_ops *ops = ws__count_ops();
        ops->logistic(yes, no, z, 4 * WS_LANES);
        ws_votes votes = {.lanes = WS_LANES, .stride = WS_LANES, .yes = yes, .no = no};
        ops->tally(pass, pass + WS_LANES, tally, &votes, scratch);
        if (i == 0)
            memcpy(first, pass, sizeof first);
        assert_memory_equal(first, pass, sizeof first);
    }
    unsetenv("WINSET_ISA");
}

/* ---- Single things ---- */

static void a_tie_votes_yes(void **unused)
{
    (void)unused;
    assert_true(ws__vote_chance(0, 0).yes == 1);
    assert_true(ws__vote_chance(-1e-300, 0).yes == 0);
    assert_true(ws__vote_chance(0, 1).yes == 0.5);
}

static void both_tails_of_a_vote_are_accurate(void **unused)
{
    (void)unused;
    close_to(ws__vote_chance(-80, 1).yes, 1.8048513878454153e-35, 1e-14);
    close_to(ws__vote_chance(80, 1).no, 1.8048513878454153e-35, 1e-14);
    close_to(ws__vote_chance(-3e8, 1e-300).no, 1, 0);
}

static void a_chance_of_1e_30_is_not_lost_beside_1(void **unused)
{
    (void)unused;
    WS_SCRATCH(arena);
    ws_seat seats[5];
    ws_chance votes[5];
    for (size_t i = 0; i < 5; i++) {
        seats[i] = (ws_seat){i, 1, false, 1};
        votes[i] = (ws_chance){1 - 1e-6, 1e-6};
    }
    ws_tally *tally;
    ws_chance pass;
    double importance[5];
    assert_int_equal(ws__build_tally(&tally, 5, seats, 1, "body", &arena, NULL), WS_OK);
    assert_int_equal(ws__weigh_votes(&pass, NULL, importance, tally, votes), WS_OK);
    close_to(pass.no, 1e-30, 1e-12);
    close_to(importance[0], 1e-24, 1e-12);
}

static void the_first_of_equals_is_the_pivot(void **unused)
{
    (void)unused;
    assert_int_equal(ws__find_pivot(3, (double[]){0.1, 0.5 * (1 - 1e-12), 0.5}), 1);
    assert_true(ws__find_pivot(2, (double[]){0, 0}) == SIZE_MAX);
}

static ws_status weigh(ws_tally *t, size_t n, const double *written, ws_rule_kind rule, double number)
{
    uint64_t weights[8];
    ws_diag *diag = ws_new_diag();
    ws_status status = ws__weigh_numbers(t, weights, n, written, rule, number, false, "council", diag);
    assert_int_equal(status == WS_OK, ws_count_errors(diag) == 0);
    ws_free_diag(diag);
    return status;
}

static void weights_are_whole_over_their_divisor(void **unused)
{
    (void)unused;
    ws_tally t;
    assert_int_equal(weigh(&t, 4, (double[]){0.5, 0.3, 0.2, 0.1}, WS_RULE_QUOTA, 0.8), WS_OK);
    assert_int_equal(t.quota, 8);
    assert_true(t.written_quota == 0.8);
    assert_int_equal(weigh(&t, 3, (double[]){4, 4, 2}, WS_RULE_MAJORITY, 0), WS_OK);
    assert_int_equal(t.quota, 3);
    assert_true(t.written_quota == 6);
    assert_int_equal(weigh(&t, 3, (double[]){55, 30, 15}, WS_RULE_PERCENT, 55), WS_OK);
    assert_int_equal(t.quota, 11);
    assert_int_equal(weigh(&t, 3, (double[]){1, 1, 1}, WS_RULE_PERCENT, 66.7), WS_OK);
    assert_int_equal(t.quota, 3);
    assert_int_equal(weigh(&t, 3, (double[]){1, 1, 1}, WS_RULE_TWO_THIRDS, 0), WS_OK);
    assert_int_equal(t.quota, 2);
}

static void a_quota_above_the_total_is_refused(void **unused)
{
    (void)unused;
    ws_tally t;
    assert_int_equal(weigh(&t, 3, (double[]){4, 4, 2}, WS_RULE_QUOTA, 11), WS_INVALID);
    assert_int_equal(weigh(&t, 3, (double[]){4, 4, 2}, WS_RULE_PERCENT, 101), WS_INVALID);
    assert_int_equal(weigh(&t, 2, (double[]){1e300, 1}, WS_RULE_MAJORITY, 0), WS_INVALID);
    assert_int_equal(weigh(&t, 2, (double[]){9e15, 9e15}, WS_RULE_MAJORITY, 0), WS_INVALID);
    assert_int_equal(weigh(&t, 2, (double[]){1e-12, 9e8}, WS_RULE_MAJORITY, 0), WS_INVALID);
}

enum { MANY = 30, JOINT = 10 };

/* Two institutions of the same members; the first has a loose bloc beside, where asked. */
static ws_status compile_twice(ws_ballot **out, ws_arena *arena, const bool *certain, bool loose, bool same)
{
    ws_seat seats[MANY + 1];
    ws_tally *tally;
    const ws_tally **bodies = WS_NEW_MANY(arena, 2, const ws_tally *);
    ws_tree *leaves = WS_NEW_MANY(arena, 3, ws_tree);
    const ws_tree **parts = WS_NEW_MANY(arena, 2, const ws_tree *);
    for (size_t i = 0; i <= MANY; i++)
        seats[i] = (ws_seat){i, i < MANY ? 1 : 5, i == MANY, i < MANY ? 1 : 0.5};
    for (size_t b = 0; b < 2; b++) {
        size_t count = (size_t)MANY + (loose && b == 0 ? 1 : 0);
        assert_int_equal(ws__build_tally(&tally, count, seats, 10 + b, "body", arena, NULL), WS_OK);
        bodies[b] = tally;
        leaves[b] = (ws_tree){.kind = WS_TREE_BODY, .body = same ? 0 : b};
        parts[b] = &leaves[b];
    }
    leaves[2] = (ws_tree){.kind = WS_TREE_ALL, .count = 2, .parts = parts};
    return ws__compile_ballot(out, &leaves[2], 2, bodies, MANY + 1, certain, "party", arena, NULL);
}

static void too_many_shared_votes_are_refused(void **unused)
{
    (void)unused;
    WS_SCRATCH(arena);
    ws_ballot *ballot;
    bool certain[MANY + 1];
    ws_chance votes[MANY + 1], pass;
    for (size_t i = 0; i <= MANY; i++) {
        certain[i] = true;
        votes[i] = (ws_chance){(double)(i % 2), (double)(1 - i % 2)};
    }
    assert_int_equal(compile_twice(&ballot, &arena, NULL, true, false), WS_LIMIT);
    assert_int_equal(compile_twice(&ballot, &arena, certain, true, false), WS_OK); /* nobody is in doubt */
    assert_int_equal(ws__count_ballot(&pass, ballot, votes, NULL), WS_OK);
    assert_true(pass.yes == 1 && pass.no == 0);
    assert_int_equal(compile_twice(&ballot, &arena, NULL, true, true), WS_OK);   /* twice, yet one event */
    assert_int_equal(compile_twice(&ballot, &arena, NULL, false, false), WS_OK); /* as one diagram */
    assert_non_null(ballot->joint);
}

static void a_triple_majority_of_the_same_members_agrees_with_every_combination(void **unused)
{
    (void)unused;
    for (int round = 0; round < 40; round++) {
        WS_SCRATCH(arena);
        ws_seat seats[3][JOINT];
        uint64_t quota[3];
        const ws_tally *bodies[3];
        ws_chance votes[JOINT], pass;
        bool allowed[2] = {false, true}, holds = round % 2;
        ws_condition when = {.kind = WS_CONDITION_TEST, .allowed = allowed};
        for (size_t b = 0; b < 3; b++) {
            uint64_t total = 0;
            for (size_t i = 0; i < JOINT; i++) {
                seats[b][i] =
                    (ws_seat){(i + b) % JOINT, 1 + (uint64_t)draw_below(b == 2 ? 100000 : 5), false, 1};
                total += seats[b][i].weight;
                votes[i] = draw_chance();
            }
            quota[b] = total / 2 + 1;
            ws_tally *tally;
            assert_int_equal(ws__build_tally(&tally, JOINT, seats[b], quota[b], "body", &arena, NULL), WS_OK);
            bodies[b] = tally;
        }
        ws_tree leaves[4] = {{.kind = WS_TREE_BODY, .body = 0},
                             {.kind = WS_TREE_BODY, .body = 1},
                             {.kind = WS_TREE_BODY, .body = 2},
                             {.kind = WS_TREE_VOTER, .voter = 3}};
        const ws_tree *needed[1] = {&leaves[2]}, *either[2] = {&leaves[1], &leaves[3]};
        ws_tree need = {.kind = WS_TREE_WHEN, .when = &when, .count = 1, .parts = needed};
        ws_tree any = {.kind = WS_TREE_ANY, .count = 2, .parts = either};
        const ws_tree *parts[3] = {&need, &leaves[0], &any};
        ws_tree all = {.kind = WS_TREE_ALL, .count = 3, .parts = parts};
        ws_ballot *ballot;
        assert_int_equal(ws__compile_ballot(&ballot, &all, 3, bodies, JOINT, NULL, "party", &arena, NULL),
                         WS_OK);
        assert_non_null(ballot->joint);
        assert_int_equal(ws__count_ballot(&pass, ballot, votes, &holds), WS_OK);
        double by_hand[2] = {0, 0};
        for (unsigned yes = 0; yes < 1u << JOINT; yes++) {
            double chance = 1;
            uint64_t weight[3] = {0};
            for (size_t v = 0; v < JOINT; v++)
                chance *= yes >> v & 1 ? votes[v].yes : votes[v].no;
            for (size_t b = 0; b < 3; b++)
                for (size_t i = 0; i < JOINT; i++)
                    weight[b] += (yes >> seats[b][i].voter & 1) * seats[b][i].weight;
            bool passes = weight[0] >= quota[0] && (weight[1] >= quota[1] || (yes >> 3 & 1)) &&
                          (!holds || weight[2] >= quota[2]);
            by_hand[passes] += chance;
        }
        close_to(pass.yes, by_hand[1], 1e-12);
        close_to(pass.no, by_hand[0], 1e-12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tie_votes_yes),
        cmocka_unit_test(both_tails_of_a_vote_are_accurate),
        cmocka_unit_test(a_chance_of_1e_30_is_not_lost_beside_1),
        cmocka_unit_test(random_bodies_agree_with_every_combination_of_votes),
        cmocka_unit_test(random_trees_with_shared_actors_agree_with_every_combination_of_votes),
        cmocka_unit_test(one_changed_vote_a_lane_agrees_with_each_change_by_itself),
        cmocka_unit_test(every_instruction_set_gives_the_same_bits),
        cmocka_unit_test(the_first_of_equals_is_the_pivot),
        cmocka_unit_test(weights_are_whole_over_their_divisor),
        cmocka_unit_test(a_quota_above_the_total_is_refused),
        cmocka_unit_test(too_many_shared_votes_are_refused),
        cmocka_unit_test(a_triple_majority_of_the_same_members_agrees_with_every_combination),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
