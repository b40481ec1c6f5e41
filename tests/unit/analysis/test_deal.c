/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deals as users name them, and what a certificate says of them. */
#include "analysis/deal.h"
#include "winset/winset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const char sale[] =
    "winset: 1\n"
    "issues:\n"
    "  price: {from: 10, to: 12, step: 0.5}\n"
    "  delivery: [slow, fast]\n"
    "parties:\n"
    "  buyer:  {points: {price: {10: 40, 12: 0}, delivery: [0, 30]}, reservation: 20}\n"
    "  seller: {points: {price: {10: 0, 12: 40}, delivery: [10, 0]}, reservation: 20}\n"
    "constraints: [{not: {price: 12, delivery: slow}}]\n";

typedef struct fixture {
    ws_case *c;
    ws_space *space;
    ws_diag *diag;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    f->diag = ws_new_diag();
    assert_int_equal(ws_read_case_text(&f->c, sale, sizeof sale - 1, "sale", f->diag), WS_OK);
    assert_int_equal(ws_compile_space(&f->space, f->c, NULL, f->diag), WS_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    ws_free_space(f->space);
    ws_free_case(f->c);
    ws_free_diag(f->diag);
    free(f);
    return 0;
}

static uint64_t find(fixture *f, const char *text)
{
    uint64_t deal = WS_NO_OUTCOME;
    ws_status status = ws__find_deal(&deal, text, f->space, NULL, NULL, f->diag);
    return status == WS_OK ? deal : WS_NO_OUTCOME;
}

static bool complains(fixture *f, const char *words)
{
    for (size_t i = 0; i < ws_count_problems(f->diag); i++)
        if (strstr(ws_get_problem(f->diag, i)->message, words))
            return true;
    return false;
}

static void levels_may_stand_in_any_order(void **state)
{
    fixture *f = *state;
    assert_int_equal(find(f, "price=10.5,delivery=fast"), 3);
    assert_int_equal(find(f, "delivery=fast, price=10.50"), 3);
    assert_int_equal(find(f, "9"), 9);
}

static void solutions_have_names(void **state)
{
    fixture *f = *state;
    uint64_t nash = find(f, "nash");
    assert_true(nash != WS_NO_OUTCOME);
    assert_int_equal(find(f, "at-table"), nash);
    assert_int_equal(find(f, "at-home"), nash);
    assert_int_equal(find(f, "nash_expected"), nash);
    assert_int_equal(find(f, "best"), nash);
    assert_true(find(f, "kalai-smorodinsky") != WS_NO_OUTCOME);
}

static void every_problem_of_a_deal_is_told(void **state)
{
    fixture *f = *state;
    assert_true(find(f, "price=13,delivry=fast,price=10") == WS_NO_OUTCOME);
    assert_true(complains(f, "issue 'price' has no level '13'"));
    assert_true(complains(f, "no issue 'delivry'; did you mean 'delivery'?"));
    assert_true(complains(f, "stands twice"));
    assert_true(complains(f, "leaves out issue delivery"));
    assert_true(find(f, "10") == WS_NO_OUTCOME);
    assert_true(complains(f, "from 0 to 9"));
    assert_true(find(f, "nahs") == WS_NO_OUTCOME);
    assert_true(complains(f, "did you mean 'nash'?"));
}

static void tables_of_deals_name_their_wrong_columns(void **state)
{
    fixture *f = *state;
    static const char good[] = "delivery,price\nfast,10\nslow,11.5\n", bad[] = "delivery,prise\nfast,10\n",
                      names[] = "deal\nnash\n3\n";
    ws_deal_name *deals = NULL;
    size_t count = 0;
    assert_int_equal(ws__parse_deals(&deals, &count, good, sizeof good - 1, "t.csv", f->space, f->diag),
                     WS_OK);
    assert_int_equal(count, 2);
    assert_int_equal(deals[0].outcome, 1);
    assert_int_equal(deals[1].outcome, 6);
    free(deals);
    assert_int_equal(ws__parse_deals(&deals, &count, names, sizeof names - 1, "t.csv", f->space, f->diag),
                     WS_OK);
    assert_int_equal(deals[0].kind, WS_DEAL_SOLUTION);
    assert_int_equal(deals[1].outcome, 3);
    free(deals);
    assert_int_equal(ws__parse_deals(&deals, &count, bad, sizeof bad - 1, "t.csv", f->space, f->diag),
                     WS_INVALID);
    assert_true(complains(f, "did you mean 'price'?"));
    assert_true(complains(f, "no column 'price'"));
}

static void a_certificate_says_what_is_left(void **state)
{
    fixture *f = *state;
    /* 11, slow: buyer 20, seller 30; 10.5, fast: 60, 10; 11, fast: 50, 20; 11.5, fast: 40, 30; 12, fast:
     * 30, 40. */
    const uint64_t deals[] = {4, 7, 8, 3};
    ws_certificates *found = NULL;
    assert_int_equal(ws_score_deals(&found, f->space, 4, deals, NULL, NULL, f->diag), WS_OK);
    assert_int_equal(found->count, 4);
    const ws_certificate *slow = &found->certificates[0], *fast = &found->certificates[1];
    assert_true(slow->feasible && slow->acceptable && !slow->on_frontier);
    assert_float_equal(slow->value_left[0], 20, 1e-9); /* 11.5, fast */
    assert_float_equal(slow->value_left[1], 10, 1e-9); /* 12, fast */
    assert_int_equal(slow->better_count, 1);
    assert_int_equal(slow->better[0].index, 9);
    assert_int_equal(slow->of, 9);
    assert_int_equal(slow->at_or_above[0], 8); /* all feasible deals but 11.5, slow, worth 10 */
    assert_true(fast->on_frontier && fast->pareto_distance == 0 && fast->better_count == 0);
    assert_non_null(strstr(fast->verdict, "A good deal"));
    assert_true(!found->certificates[2].feasible);
    assert_non_null(strstr(found->certificates[2].verdict, "breaks a constraint"));
    assert_non_null(strstr(found->certificates[3].verdict, "seller does better without"));
    ws_free_certificates(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(levels_may_stand_in_any_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(solutions_have_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_problem_of_a_deal_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tables_of_deals_name_their_wrong_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_certificate_says_what_is_left, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
