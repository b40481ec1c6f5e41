/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a case is understood to be. */
#include "case_helpers.h"

#include <math.h>

static double value(const ws_case *c, ws_slot slot)
{
    return ws__number(c, slot, -999);
}

static void a_small_case_has_its_numbers(void **state)
{
    (void)state;
    ws_case *c = read_good(SMALL);
    assert_int_equal(ws_count_issues(c), 2);
    assert_int_equal(ws_count_levels(c, 0), 3);
    assert_string_equal(ws_level_key(c, 1, 1), "fast");
    assert_string_equal(ws_party_name(c, 1), "seller");
    assert_string_equal(ws_case_title(c), "");
    const ws_party *seller = &c->shape->parties[1];
    assert_true(value(c, seller->preference.values[0].slots[2]) == 80);
    assert_int_equal(seller->reservation.kind, WS_RESERVATION_NUMBER);
    assert_true(value(c, seller->reservation.number) == 25);
    assert_true(c->shape->unanimous);
    assert_int_equal(c->shape->class_count, 1);
    assert_string_equal(c->shape->classes[0].key, "deal");
    ws_free_case(c);
}

static void levels_of_a_numeric_issue_are_exact_decimals(void **state)
{
    (void)state;
    ws_case *c =
        read_good("winset: 1\nissues:\n  n: {from: -0.1, to: +2e-1, step: 1E-1}\n  m: {from: 0x10, to: 1e3, "
                  "step: 123}\nparties: {p: {points: {}}, q: {points: {}}}\n");
    const ws_issue *n = &c->shape->issues[0], *m = &c->shape->issues[1];
    assert_int_equal(n->level_count, 4);
    assert_string_equal(n->levels[0], "-0.1");
    assert_string_equal(n->levels[1], "0");
    assert_true(n->values[3] == 0.2 && n->values[0] == -0.1);
    assert_int_equal(m->level_count, 9);
    assert_string_equal(m->levels[8], "1000");
    ws_free_case(c);
}

static void a_percentage_is_kept_as_one(void **state)
{
    (void)state;
    ws_case *c = read_good(SMALL "agreement: {members: {buyer: 29, seller: 71}, rule: {quota: \"74%\"}}\n");
    assert_int_equal(c->shape->agreement_body_count, 1);
    const ws_body *body = &c->shape->agreement_bodies[0];
    assert_int_equal(body->rule, WS_RULE_PERCENT);
    assert_true(value(c, body->quota) == 74);
    assert_true(body->as_one);
    assert_false(c->shape->unanimous);
    ws_free_case(c);
}

static void an_agreement_of_all_is_unanimous(void **state)
{
    (void)state;
    ws_case *c = read_good(SMALL "agreement: {all: [seller, {all: [buyer]}]}\n");
    assert_true(c->shape->unanimous);
    ws_free_case(c);
    c = read_good(SMALL "agreement: {any: [seller, buyer]}\n");
    assert_false(c->shape->unanimous);
    ws_free_case(c);
}

static void a_copy_holds_the_slots_of_its_original(void **state)
{
    (void)state;
    ws_case *c =
        read_good(SMALL_ISSUES "parties:\n"
                               "  a: {like: b, values: {speed: falling}}\n"
                               "  b: {like: c, weights: {price: 5}}\n"
                               "  c: {weights: {price: 1, speed: 2}, values: {price: [0, 1, 3], speed: "
                               "rising}, together: [{when: {price: low}, add: 0.5}]}\n");
    const ws_preference *a = &c->shape->parties[0].preference, *b = &c->shape->parties[1].preference,
                        *o = &c->shape->parties[2].preference;
    assert_int_equal(a->weights[1], o->weights[1]);
    assert_int_equal(a->weights[0], b->weights[0]);
    assert_true(value(c, a->weights[0]) == 5);
    assert_int_equal(a->values[0].slots[2], o->values[0].slots[2]);
    assert_int_equal(a->values[1].kind, WS_VALUES_FALLING);
    assert_int_equal(a->together_count, 1);
    ws_free_case(c);
}

static void an_actor_is_copied_before_a_party_of_its_name(void **state)
{
    (void)state;
    ws_case *c = read_good(
        SMALL_ISSUES "parties:\n"
                     "  x: {points: {price: [1, 2, 3]}}\n"
                     "  y: {points: {price: [3, 2, 1]}, domestic: {actors: {x: {like: x}, z: {like: x}}}}\n");
    const ws_actor *actors = c->shape->parties[1].domestic->actors;
    assert_int_equal(actors[0].preference.values[0].slots[0],
                     c->shape->parties[0].preference.values[0].slots[0]);
    assert_int_equal(actors[1].preference.values[0].slots[0], actors[0].preference.values[0].slots[0]);
    ws_free_case(c);
}

static void conditions_hold_where_they_say(void **state)
{
    (void)state;
    ws_case *c =
        read_good(SMALL "constraints:\n"
                        "  - {price: \">low\", speed: [slow, fast]}\n"
                        "  - {not: {price: \"!=high\"}}\n"
                        "  - {at_least: 2, of: [{price: low}, {speed: fast}, {price: \"<=middle\"}]}\n"
                        "  - {any: []}\n  - {all: []}\n");
    static const struct {
        uint32_t levels[2];
        int holds[5];
    } want[] = {{{0, 0}, {0, 0, 1, 0, 1}},
                {{1, 1}, {1, 0, 1, 0, 1}},
                {{2, 1}, {1, 1, 0, 0, 1}},
                {{1, 0}, {1, 0, 0, 0, 1}}};
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 5; k++)
            assert_int_equal(ws__holds(c->shape->constraints[k], want[i].levels), want[i].holds[k]);
    ws_free_case(c);
}

static void a_party_may_be_named_like_a_key(void **state)
{
    (void)state;
    ws_case *c = read_good(SMALL_ISSUES "parties:\n  market: {points: {}}\n  moved: {points: {}}\n"
                                        "breakdown: {cost: {market: 2, moved: 3}}\n");
    assert_true(value(c, c->shape->breakdown.cost[0]) == 2);
    assert_int_equal(c->shape->breakdown.market, WS_NO_MARKET);
    ws_free_case(c);
}

static void levels_named_like_a_form_are_levels(void **state)
{
    (void)state;
    ws_case *c =
        read_good("winset: 1\nissues: {form: [shape, ideal]}\n"
                  "parties: {p: {points: {form: {shape: 2, ideal: 1}}}, q: {points: {form: rising}}}\n");
    assert_int_equal(c->shape->parties[0].preference.values[0].kind, WS_VALUES_LIST);
    ws_free_case(c);
}

static void dates_of_rounds_end_where_the_step_meets_until(void **state)
{
    (void)state;
    ws_case *c = read_good(SMALL "process: {rounds: {from: 1994-05-27, until: 1994-07-08, every: 1w}}\n");
    assert_int_equal(c->shape->process->round_count, 7);
    assert_int_equal(c->shape->process->dates[6], c->shape->process->dates[0] + 42);
    assert_int_equal(c->shape->process->first, 0);
    ws_free_case(c);
}

static void a_type_that_sets_what_breakdown_fixes_is_warned_of(void **state)
{
    (void)state;
    static const char text[] = SMALL_ISSUES
        "parties:\n"
        "  a: {points: {price: [1, 2, 3]}, types: {x: {probability: 1, set: {reservation: 2}}}}\n"
        "  b: {points: {price: [3, 2, 1]}}\nbreakdown: {value: {a: 1}}\n";
    ws_diag *diag = ws_new_diag();
    ws_case *c = NULL;
    assert_int_equal(ws_read_case_text(&c, text, strlen(text), "t", diag), WS_OK);
    assert_true(said(diag, 6, 0, "breakdown.value"));
    assert_int_equal(ws_count_errors(diag), 0);
    ws_free_case(c);
    ws_free_diag(diag);
}

static void slips_are_named_once_where_they_are(void **state)
{
    (void)state;
    expect_problem(SMALL "clases: {}\n", 8, 1, "'classes'");
    expect_problem(SMALL "constraints: [{price: lw}]\n", 8, 23, "'low'");
    expect_problem(SMALL "process: {rounds: 2, walk: yes}\n", 8, 28, "true or false");
    expect_problem(SMALL "process: {rounds: 2, proposer: {buyer: 0.5, seler: 0.5}}\n", 8, 45, "'seller'");
    expect_problem(SMALL "agreement: {at_least: 3, of: [buyer, seller]}\n", 8, 23, "3 of 2");
    expect_problem(SMALL "as_of: 1900-02-29\n", 8, 8, "1900-02-29");
    expect_problem("winset: 1\nissues: {a: [b]}\nparties: {p: {points: {}}, q: {points: {a: [1e200]}}}\n", 3,
                   45, "too large");
    expect_problem("winset: 1\nissues: {a: {from: 0, to: 1e15, step: 1e-6}}\n"
                   "parties: {p: {points: {}}, q: {points: {}}}\n",
                   2, 0, "limit");
}

static void many_levels_in_all_are_refused(void **state)
{
    (void)state;
    char text[4096] = "winset: 1\nissues:\n";
    for (int i = 0; i < 20; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "  i%d: {from: 1, to: 1000000, step: 1}\n",
                 i);
    strcat(text, "parties: {p: {points: {}}, q: {points: {}}}\n");
    expect_problem(text, 0, 0, "limit");
}

static void a_case_can_be_held_twice(void **state)
{
    (void)state;
    ws_case *c = read_good(SMALL), *again = ws_hold_case(c);
    ws_free_case(c);
    assert_string_equal(ws_party_key(again, 0), "buyer");
    ws_free_case(again);
    ws_free_case(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_case_has_its_numbers),
        cmocka_unit_test(levels_of_a_numeric_issue_are_exact_decimals),
        cmocka_unit_test(a_percentage_is_kept_as_one),
        cmocka_unit_test(an_agreement_of_all_is_unanimous),
        cmocka_unit_test(a_copy_holds_the_slots_of_its_original),
        cmocka_unit_test(an_actor_is_copied_before_a_party_of_its_name),
        cmocka_unit_test(conditions_hold_where_they_say),
        cmocka_unit_test(a_party_may_be_named_like_a_key),
        cmocka_unit_test(levels_named_like_a_form_are_levels),
        cmocka_unit_test(dates_of_rounds_end_where_the_step_meets_until),
        cmocka_unit_test(a_type_that_sets_what_breakdown_fixes_is_warned_of),
        cmocka_unit_test(slips_are_named_once_where_they_are),
        cmocka_unit_test(many_levels_in_all_are_refused),
        cmocka_unit_test(a_case_can_be_held_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
