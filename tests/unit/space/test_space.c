/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiled cases and passes over them against a naive program in exact fractions (oracle.h), for any number
 * of threads and every instruction set; then the edges one by one. */
#include "winset/winset.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "oracle.h"
#include "space/reducers.h"
#include "space/space.h"

static ws_space *compile_text(const char *text, const ws_run *run)
{
    ws_diag *diag = ws_new_diag();
    ws_case *c = NULL;
    ws_space *space = NULL;
    ws_status status = ws_read_case_text(&c, text, strlen(text), "test", diag);
    if (status == WS_OK)
        status = ws_compile_space(&space, c, run, diag);
    for (size_t i = 0; i < ws_count_problems(diag); i++)
        print_message("%s\n", ws_get_problem(diag, i)->message);
    ws_free_case(c);
    ws_free_diag(diag);
    assert_int_equal(status, WS_OK);
    return space;
}

/* ---- A reducer that checks every block against the space's and the oracle's answers ---- */

typedef struct checker {
    const oracle_case *oracle;
    bool exact;
} checker;

typedef struct check_state {
    uint64_t outcomes, feasible;
} check_state;

static void check_outcome(const checker *check, const ws_block *block, size_t at)
{
    const oracle_case *c = check->oracle;
    int levels[MOST_ISSUES];
    bool who[MOST_PARTIES];
    find_levels(levels, c, block->first + at);
    bool feasible = is_feasible(c, levels);
    assert_int_equal(ws__bit(ws__block_feasible(block), at), feasible);
    int class = class_of(c, levels);
    assert_int_equal(ws__block_classes(block)[at], class);
    assert_true(ws__bit(ws__block_class(block, (size_t) class), at));
    for (int p = 0; p < c->parties; p++) {
        wide sum = utility(c, p, levels);
        double column = ws__block_utility(block, (size_t)p)[at];
        double divisor = ws__get_scaling(block->space, (size_t)p)->divisor;
        assert_true((wide)column * c->party[p].unit == sum * (wide)divisor);
        assert_true(block->low[p] <= column && column <= block->high[p]);
        if (block->shared[p])
            assert_true(column == block->base[p] + block->inner->column[p][at]);
        who[p] = accepts(c, p, sum);
        assert_int_equal(ws__bit(ws__block_accepts(block, (size_t)p), at), who[p]);
    }
    assert_int_equal(ws__bit(ws__block_acceptable(block), at), agrees(c, who));
}

/* No outcome of a plain block that is not listed may be efficient, nor the first of its equals. */
static void check_efficient(const ws_block *block)
{
    const ws_inner *inner = block->inner;
    size_t next = 0;
    for (uint32_t x = 0; x < block->count; x++) {
        if (next < inner->efficient_count && inner->efficient[next] == x) {
            next++;
            continue;
        }
        bool beaten = false;
        for (uint32_t y = 0; y < block->count && !beaten; y++) {
            bool worse = false, better = y < x;
            for (size_t p = 0; p < block->space->party_count; p++) {
                worse |= inner->column[p][y] < inner->column[p][x];
                better |= inner->column[p][y] > inner->column[p][x];
            }
            beaten = !worse && better;
        }
        assert_true(beaten);
    }
    assert_int_equal(next, inner->efficient_count);
}

static ws_status check_block(void *at, const void *context, const ws_block *block)
{
    check_state *state = at;
    state->outcomes += block->count;
    state->feasible += block->feasible_count;
    for (size_t i = 0; i < block->count; i++)
        check_outcome(context, block, i);
    if (block->plain && block->first == 0)
        check_efficient(block);
    return WS_OK;
}

static ws_status merge_checks(void *into_at, void *from_at, const void *context)
{
    (void)context;
    check_state *into = into_at, *from = from_at;
    into->outcomes += from->outcomes;
    into->feasible += from->feasible;
    return WS_OK;
}

static ws_status end_checks(void *at, void *result)
{
    *(check_state *)result = *(check_state *)at;
    return WS_OK;
}

static const ws_reducer_ops check_ops = {
    .name = "check",
    .wants = {.parties = true, .actors = true, .classes = true},
    .state_size = sizeof(check_state),
    .block = check_block,
    .merge = merge_checks,
    .end = end_checks,
};

static void check_ranges(const oracle_case *c, const ws_space *space)
{
    assert_int_equal(ws_count_outcomes(space), c->outcomes);
    assert_int_equal(ws_count_feasible(space), c->feasible);
    for (int p = 0; p < c->parties; p++) {
        const oracle_party *party = &c->party[p];
        ws_range range = ws_get_range(space, (size_t)p);
        assert_int_equal(range.ideal, party->ideal);
        if (c->feasible) {
            assert_true(range.min == (double)party->least / (double)party->unit);
            assert_true(range.max == (double)party->most / (double)party->unit);
        } else {
            assert_true(isnan(range.min) && isnan(range.max));
        }
        if (c->feasible || party->kind == BY_NUMBER || party->kind == BY_OUTCOME)
            assert_true(range.reservation == (double)party->reserve / (double)party->reserve_unit);
        else
            assert_true(isnan(range.reservation));
    }
}

static void check_singles(const oracle_case *c, const ws_space *space)
{
    int levels[MOST_ISSUES];
    bool who[MOST_PARTIES];
    for (uint64_t x = 0; x < c->outcomes; x += 1 + c->outcomes / 300) {
        uint32_t found[MOST_ISSUES];
        find_levels(levels, c, x);
        ws_get_levels(found, space, x);
        for (int i = 0; i < c->issues; i++)
            assert_int_equal(found[i], levels[i]);
        assert_int_equal(ws_find_outcome(space, found), x);
        assert_int_equal(ws_is_feasible(space, x), is_feasible(c, levels));
        assert_int_equal(ws_find_class(space, x), class_of(c, levels));
        for (int p = 0; p < c->parties; p++) {
            wide sum = utility(c, p, levels);
            double column;
            assert_true(ws_utility(space, (size_t)p, x) == (double)sum / (double)c->party[p].unit);
            ws__gather_utilities(&column, space, (size_t)p, 1, &x);
            assert_true(ws__unscale(ws__get_scaling(space, (size_t)p), column) ==
                        ws_utility(space, (size_t)p, x));
            who[p] = ws_accepts(space, (size_t)p, x);
            if (c->feasible || c->party[p].kind == BY_NUMBER || c->party[p].kind == BY_OUTCOME)
                assert_int_equal(who[p], accepts(c, p, sum));
        }
        assert_int_equal(ws_is_acceptable(space, x, who), agrees(c, who));
    }
}

/* Counts by the oracle, in the order of ws_counts: feasible, acceptable, parties, classes twice. */
static void count_naively(uint64_t *out, const oracle_case *c)
{
    int levels[MOST_ISSUES];
    size_t parties = (size_t)c->parties, classes = (size_t)(c->class_count ? c->class_count : 1) + 1;
    memset(out, 0, (2 + parties + 2 * classes) * sizeof *out);
    for (uint64_t x = 0; x < c->outcomes; x++) {
        bool who[MOST_PARTIES];
        find_levels(levels, c, x);
        if (!is_feasible(c, levels))
            continue;
        for (size_t p = 0; p < parties; p++)
            out[2 + p] += who[p] = accepts(c, (int)p, utility(c, (int)p, levels));
        size_t class = (size_t)class_of(c, levels);
        out[0]++;
        out[1] += agrees(c, who);
        out[2 + parties + class]++;
        out[2 + parties + classes + class] += agrees(c, who);
    }
}

static void check_counts(const oracle_case *c, const ws_space *space, const ws_run *run)
{
    uint64_t want[64], got[64];
    size_t parties = (size_t)c->parties, classes = space->class_count + 1;
    count_naively(want, c);
    ws_counts counts = {
        .accepts = got + 2, .of_class = got + 2 + parties, .class_acceptable = got + 2 + parties + classes};
    ws_reducer reducer = {&ws__reduce_counts, NULL, &counts};
    uint64_t done;
    assert_int_equal(ws_scan_space(space, 1, &reducer, run, &done, NULL), WS_OK);
    assert_int_equal(done, c->outcomes);
    got[0] = counts.feasible;
    got[1] = counts.acceptable;
    assert_memory_equal(got, want, (2 + parties + 2 * classes) * sizeof *got);
}

static void check_random_case(uint64_t seed, bool large)
{
    static oracle_case c;
    draw_case(&c, seed, large);
    solve_case(&c);
    ws_run run = {.threads = 1 + (unsigned)(seed % 3)};
    ws_space *space = compile_text(c.text, &run);
    for (int p = 0; p < c.parties; p++)
        assert_true(ws__get_scaling(space, (size_t)p)->exact);
    check_ranges(&c, space);
    check_singles(&c, space);
    check_counts(&c, space, &run);
    checker check = {&c, true};
    check_state seen = {0};
    ws_reducer reducer = {&check_ops, &check, &seen};
    ws_run alone = {.threads = 1}; /* cmocka's assertions jump: not from another thread */
    assert_int_equal(ws_scan_space(space, 1, &reducer, &alone, NULL, NULL), WS_OK);
    assert_int_equal(seen.feasible, c.feasible);
    ws_free_space(space);
}

static void random_cases_agree_with_enumeration(void **state)
{
    (void)state;
    static const char *const isas[] = {"baseline", "avx2", "avx512"};
    for (uint64_t seed = 1; seed <= 300; seed++) {
        setenv("WINSET_ISA", isas[seed % 3], 1);
        check_random_case(seed, false);
    }
    for (uint64_t seed = 1; seed <= 16; seed++) {
        setenv("WINSET_ISA", isas[seed % 3], 1);
        check_random_case(seed, true);
    }
    unsetenv("WINSET_ISA");
}

/* ---- Numbers that are no decimals of few digits ---- */

static const char thirds[] =
    "winset: 1\n"
    "issues: {a: [x, y, z], b: [x, y, z], c: [x, y, z], d: [x, y]}\n"
    "parties:\n"
    "  p: {points: {a: [0.12345678901234567, 0.7071067811865476, 1.4142135623730951],\n"
    "     b: [1.4142135623730951, 0.12345678901234567, 0.7071067811865476],\n"
    "     c: [0.7071067811865476, 1.4142135623730951, 0.12345678901234567],\n"
    "     d: [0, 1.7320508075688772]}, reservation: 2.2447771325719884}\n"
    "  q: {points: {a: [1, 2, 3]}}\n";

static void equal_deals_compare_equal_on_keys(void **state)
{
    (void)state;
    ws_space *space = compile_text(thirds, NULL);
    assert_false(ws__get_scaling(space, 0)->exact);
    uint64_t orders[3]; /* the same three numbers in three orders */
    double columns[3];
    static const uint32_t levels[3][4] = {{0, 0, 0, 0}, {1, 1, 1, 0}, {2, 2, 2, 0}};
    for (int i = 0; i < 3; i++)
        orders[i] = ws_find_outcome(space, levels[i]);
    ws__gather_utilities(columns, space, 0, 3, orders);
    assert_true(columns[0] == columns[1] && columns[1] == columns[2]);
    for (int i = 0; i < 3; i++) { /* the reservation is their sum */
        assert_true(ws_accepts(space, 0, orders[i]));
        assert_true(fabs(ws_utility(space, 0, orders[i]) - 2.2447771325719884) < 1e-14);
    }
    ws_range range = ws_get_range(space, 0);
    assert_true(fabs(range.max - (3 * 1.4142135623730951 + 1.7320508075688772)) < 1e-14);
    assert_true(fabs(ws__unscale(ws__get_scaling(space, 0), columns[0]) - 2.2447771325719884) < 1e-8);
    ws_free_space(space);
}

static void the_billionth_of_the_range_decides(void **state)
{
    (void)state;
    /* range 1e9: an allowance of 1 */
    static const char text[] =
        "winset: 1\nissues: {a: [l, m, n, o]}\nparties:\n"
        "  p: {points: {a: [0, 499999998.9, 499999999, 1000000000]}, reservation: 5e8}\n"
        "  q: {points: {a: [0, 1, 2, 3]}}\n";
    ws_space *space = compile_text(text, NULL);
    assert_false(ws_accepts(space, 0, 1));
    assert_true(ws_accepts(space, 0, 2));
    ws_free_space(space);
}

/* ---- Sizes, limits, cancel ---- */

static void make_wide_text(char *text, size_t size, int issues)
{
    size_t at = (size_t)snprintf(text, size, "winset: 1\nissues:\n");
    for (int i = 0; i < issues; i++)
        at += (size_t)snprintf(text + at, size - at, "  i%d: [a, b, c, d, e, f, g, h, i, j]\n", i);
    at += (size_t)snprintf(text + at, size - at, "parties:\n");
    for (int p = 0; p < 2; p++) {
        at += (size_t)snprintf(text + at, size - at, "  p%d:\n    points:\n", p);
        for (int i = 0; i < issues; i++)
            at += (size_t)snprintf(text + at, size - at, "      i%d: [%d, 2, 3, 4, 5, 6, 7, 8, 9, %d]\n", i,
                                   i, 3 * i + p);
    }
}

static void more_than_two_to_the_64_is_refused(void **state)
{
    (void)state;
    char text[8192];
    make_wide_text(text, sizeof text, 20);
    ws_diag *diag = ws_new_diag();
    ws_case *c = NULL;
    ws_space *space = NULL;
    assert_int_equal(ws_read_case_text(&c, text, strlen(text), "test", diag), WS_OK);
    assert_int_equal(ws_compile_space(&space, c, NULL, diag), WS_LIMIT);
    assert_null(space);
    assert_non_null(strstr(ws_get_problem(diag, 0)->message, "2^64"));
    ws_free_case(c);
    ws_free_diag(diag);
}

static void a_large_walk_is_refused_before_it_starts(void **state)
{
    (void)state;
    char text[8192];
    make_wide_text(text, sizeof text, 19);
    ws_space *space = compile_text(text, NULL); /* tables suffice for ranges */
    assert_int_equal(ws_count_outcomes(space), 10000000000000000000u);
    assert_true(ws_get_range(space, 1).max > 100);
    uint64_t numbers[8], done = 1;
    ws_counts counts = {.accepts = numbers, .of_class = numbers + 2, .class_acceptable = numbers + 4};
    ws_reducer reducer = {&ws__reduce_counts, NULL, &counts};
    ws_diag *diag = ws_new_diag();
    assert_int_equal(ws_scan_space(space, 1, &reducer, NULL, &done, diag), WS_LIMIT);
    assert_int_equal(done, 0);
    assert_non_null(strstr(ws_get_problem(diag, 0)->message, "years"));
    ws_free_diag(diag);
    ws_free_space(space);
}

typedef struct patience {
    int left;
} patience;

static bool lose_patience(void *user)
{
    return --((patience *)user)->left < 0;
}

static void a_cancelled_walk_tells_of_what_it_saw(void **state)
{
    (void)state;
    char text[8192];
    make_wide_text(text, sizeof text, 7);
    ws_space *space = compile_text(text, NULL);
    for (int patient = 0; patient < 40; patient += 13) {
        patience left = {patient};
        ws_run run = {.threads = 1, .cancelled = lose_patience, .user = &left};
        uint64_t numbers[8], done = 1;
        ws_counts counts = {.accepts = numbers, .of_class = numbers + 2, .class_acceptable = numbers + 4};
        ws_reducer reducer = {&ws__reduce_counts, NULL, &counts};
        assert_int_equal(ws_scan_space(space, 1, &reducer, &run, &done, NULL), WS_INTERRUPTED);
        assert_int_equal(counts.feasible, done);
        assert_true(done < ws_count_outcomes(space) && (done > 0) == (patient > 0));
        uint64_t naive = 0;
        for (uint64_t x = 0; x < done; x += 1)
            naive += x < 20000 && ws_accepts(space, 0, x);
        assert_true(done > 20000 ? counts.accepts[0] >= naive : counts.accepts[0] == naive);
    }
    ws_free_space(space);
}

static void a_long_last_issue_is_cut_into_pieces(void **state)
{
    (void)state;
    static const char text[] =
        "winset: 1\n"
        "issues: {a: [x, y, z], n: {from: 0, to: 99.99, step: 0.01}}\n"
        "constraints: [{n: \"10..89.5\"}]\n"
        "classes: {low: {n: \"<50\"}}\n"
        "parties:\n"
        "  p: {points: {a: [0, 1, 2], n: {shape: rising, times: 9999}}, reservation: 5000}\n"
        "  q: {points: {a: [0, 1, 2], n: {shape: falling, times: 9999}}}\n";
    ws_space *space = compile_text(text, NULL);
    assert_int_equal(ws_count_outcomes(space), 30000);
    assert_int_equal(ws_count_feasible(space), 3 * 7951);
    uint64_t numbers[8];
    ws_counts counts = {.accepts = numbers, .of_class = numbers + 2, .class_acceptable = numbers + 4};
    ws_reducer reducer = {&ws__reduce_counts, NULL, &counts};
    assert_int_equal(ws_scan_space(space, 1, &reducer, NULL, NULL, NULL), WS_OK);
    /* p: n >= 5000 - a, of 1000..8950; less 1e-9 of the range, which is less than 1 */
    assert_int_equal(counts.accepts[0], 3 * (8950 - 5000 + 1) + 0 + 1 + 2);
    assert_int_equal(counts.of_class[0], 3 * 4000);
    assert_int_equal(counts.of_class[1], 3 * 3951);
    assert_int_equal(ws_get_range(space, 0).ideal, 2 * 10000 + 8950);
    assert_int_equal(ws_get_range(space, 1).ideal, 2 * 10000 + 1000);
    ws_free_space(space);
}

/* Terms for every pair of levels of neighbouring issues: no two levels are alike, so that ranges take a walk.
 */
static void ranges_are_those_of_all_outcomes_where_every_level_matters(void **state)
{
    (void)state;
    enum { ISSUES = 7, LEVELS = 4 };
    static char text[1 << 16];
    size_t at = (size_t)snprintf(text, sizeof text, "winset: 1\nissues:\n");
    for (int i = 0; i < ISSUES; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "  i%d: [a, b, c, d]\n", i);
    at += (size_t)snprintf(text + at, sizeof text - at,
                           "constraints: [{any: [{i0: a}, {i3: [b, c]}, {i6: d}]}]\nparties:\n");
    for (int p = 0; p < 2; p++) {
        at += (size_t)snprintf(text + at, sizeof text - at, "  p%d:\n    points: {", p);
        for (int i = 0; i < ISSUES; i++)
            at += (size_t)snprintf(text + at, sizeof text - at, "i%d: [0, %d, 0.3, 1], ", i, (i + p) % 3);
        at += (size_t)snprintf(text + at, sizeof text - at, "}\n    together:\n");
        for (int pair = 0; pair < (ISSUES - 1) * LEVELS * LEVELS; pair++)
            at += (size_t)snprintf(
                text + at, sizeof text - at, "      - {when: {i%d: %c, i%d: %c}, add: %d}\n", pair / 16,
                'a' + pair / 4 % 4, pair / 16 + 1, 'a' + pair % 4, (pair * (7 + p) + pair / 5) % 11 - 5);
    }
    ws_space *space = compile_text(text, NULL);
    for (size_t p = 0; p < 2; p++) {
        double least = (double)INFINITY, most = -(double)INFINITY;
        uint64_t feasible = 0, ideal = WS_NO_OUTCOME;
        for (uint64_t outcome = 0; outcome < ws_count_outcomes(space); outcome++) {
            if (!ws_is_feasible(space, outcome))
                continue;
            double u = ws_utility(space, p, outcome);
            feasible++;
            least = fmin(least, u);
            ideal = u > most ? outcome : ideal;
            most = fmax(most, u);
        }
        ws_range range = ws_get_range(space, p);
        assert_int_equal(ws_count_feasible(space), feasible);
        assert_true(range.min == least && range.max == most);
        assert_int_equal(range.ideal, ideal);
    }
    ws_free_space(space);
}

/* Who must be for it, for each way to write a rule over weights 3, 2, 2 and 1. */
static void an_agreement_rule_means_what_its_name_says(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        unsigned least;
    } rules[] = {{"majority", 5},          {"two-thirds", 6},       {"unanimity", 8},
                 {"{quota: 4}", 4},        {"{quota: \"74%\"}", 6}, {"{quota: \"75%\"}", 6},
                 {"{quota: \"75.1%\"}", 7}};
    static const unsigned weights[] = {3, 2, 2, 1};
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
        char text[512];
        snprintf(text, sizeof text,
                 "winset: 1\nissues: {a: [x, y]}\nagreement: {members: {p: 3, q: 2, r: 2, s: 1}, rule: %s}\n"
                 "parties: {p: {points: {a: [0, 1]}}, q: {points: {a: [0, 1]}}, r: {points: {a: [0, 1]}}, "
                 "s: {points: {a: [0, 1]}}}\n",
                 rules[r].rule);
        ws_space *space = compile_text(text, NULL);
        for (unsigned votes = 0; votes < 16; votes++) {
            bool who[4];
            unsigned weight = 0;
            for (unsigned p = 0; p < 4; p++) {
                who[p] = votes >> p & 1;
                weight += who[p] ? weights[p] : 0;
            }
            assert_int_equal(ws_is_acceptable(space, 1, who), weight >= rules[r].least);
        }
        ws_free_space(space);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_cases_agree_with_enumeration),
        cmocka_unit_test(equal_deals_compare_equal_on_keys),
        cmocka_unit_test(the_billionth_of_the_range_decides),
        cmocka_unit_test(more_than_two_to_the_64_is_refused),
        cmocka_unit_test(a_large_walk_is_refused_before_it_starts),
        cmocka_unit_test(a_cancelled_walk_tells_of_what_it_saw),
        cmocka_unit_test(a_long_last_issue_is_cut_into_pieces),
        cmocka_unit_test(ranges_are_those_of_all_outcomes_where_every_level_matters),
        cmocka_unit_test(an_agreement_rule_means_what_its_name_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
