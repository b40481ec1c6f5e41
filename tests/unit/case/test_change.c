/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changing a case: --set, types, numbers. */
#include "case_helpers.h"

#include <math.h>
#include <stdlib.h>

static ws_case *change(const ws_case *base, const char *path, const char *value)
{
    ws_case *out = NULL;
    ws_diag *diag = ws_new_diag();
    ws_status status = ws_change_case(&out, base, 1, &(ws_change){path, value}, diag);
    for (size_t i = 0; status != WS_OK && i < ws_count_problems(diag); i++)
        print_error("%s\n", ws_get_problem(diag, i)->message);
    ws_free_diag(diag);
    assert_int_equal(status, WS_OK);
    return out;
}

static void refuse(const ws_case *base, const char *path, const char *value, const char *words)
{
    ws_case *out = NULL;
    ws_diag *diag = ws_new_diag();
    assert_int_not_equal(ws_change_case(&out, base, 1, &(ws_change){path, value}, diag), WS_OK);
    assert_null(out);
    if (!said(diag, 0, 0, words))
        print_error("no '%s' in: %s\n", words, ws_get_problem(diag, 0)->message);
    assert_true(said(diag, 0, 0, words));
    ws_free_diag(diag);
}

static double reservation(const ws_case *c, size_t party)
{
    return ws__number(c, c->shape->parties[party].reservation.number, -999);
}

static void a_number_alone_keeps_the_shape(void **state)
{
    (void)state;
    ws_case *base = read_good(SMALL), *c = change(base, "parties.buyer.reservation", "75");
    assert_ptr_equal(c->shape, base->shape);
    assert_true(reservation(c, 0) == 75 && reservation(base, 0) == 30);
    ws_free_case(base); /* the variant lives on */
    assert_true(reservation(c, 1) == 25);
    ws_case *again = change(c, "parties.seller.points.price.2", "8e1");
    assert_true(reservation(again, 0) == 75);
    ws_free_case(c);
    ws_free_case(again);
}

static void what_is_no_number_is_built_anew_with_the_numbers_of_before(void **state)
{
    (void)state;
    ws_case *base = read_good(SMALL), *c = change(base, "parties.buyer.reservation", "75");
    ws_case *d = change(c, "parties.seller.points.price", "[1, 2, 3]");
    assert_true(d->shape != base->shape);
    assert_true(reservation(d, 0) == 75);
    assert_true(ws__number(d, d->shape->parties[1].preference.values[0].slots[2], 0) == 3);
    ws_case *e = change(d, "parties.buyer.discount", "0.9"); /* a key that the file leaves out */
    assert_true(ws__number(e, e->shape->parties[0].discount, 1) == 0.9);
    ws_case *f = change(e, "process", "{rounds: 3}");
    assert_int_equal(f->shape->process->round_count, 3);
    ws_free_case(base);
    ws_free_case(c);
    ws_free_case(d);
    ws_free_case(e);
    assert_true(reservation(f, 0) == 75);
    ws_free_case(f);
}

static void a_key_with_a_dot_stands_in_brackets(void **state)
{
    (void)state;
    ws_case *base =
        read_good("winset: 1\nissues: {n: {from: 0, to: 0.2, step: 0.1}}\n"
                  "parties: {p: {points: {n: {0: 1, 0.1: 5, 0.2: 3}}}, q: {points: {n: rising}}}\n");
    ws_case *c = change(base, "parties.p.points.n[0.1]", "7");
    const ws_values *values = &c->shape->parties[0].preference.values[0];
    assert_true(ws__number(c, values->slots[1], 0) == 7);
    WS_SCRATCH(scratch);
    assert_string_equal(ws__slot_path(&scratch, c, values->slots[1]), "parties.p.points.n[0.1]");
    ws_free_case(base);
    ws_free_case(c);
}

static void a_distribution_gives_way_to_a_number(void **state)
{
    (void)state;
    ws_case *base =
        read_good(SMALL_ISSUES "parties:\n  a: {points: {price: [1, 2, 3]}, reservation: {uniform: [0, 2]}}\n"
                               "  b: {points: {price: [3, 2, 1]}}\n");
    assert_int_equal(base->shape->distribution_count, 1);
    assert_true(reservation(base, 0) == 1);
    ws_case *c = change(base, "parties.a.reservation", "2");
    assert_int_equal(c->shape->distribution_count, 0);
    assert_true(reservation(c, 0) == 2);
    ws_free_case(base);
    ws_free_case(c);
}

static void one_of_two_aliases_changes_alone(void **state)
{
    (void)state;
    ws_case *base = read_good(SMALL_ISSUES
                              "parties:\n  a: {points: {price: &x [1, 2, 3]}}\n  b: {points: {price: *x}}\n");
    ws_case *c = change(base, "parties.b.points.price.0", "9");
    assert_true(ws__number(c, c->shape->parties[1].preference.values[0].slots[0], 0) == 9);
    assert_true(ws__number(c, c->shape->parties[0].preference.values[0].slots[0], 0) == 1);
    ws_free_case(base);
    ws_free_case(c);
}

static void a_copy_follows_its_original(void **state)
{
    (void)state;
    ws_case *base = read_good(SMALL_ISSUES "parties:\n  a: {points: {price: [1, 2, 3]}}\n  b: {like: a}\n");
    ws_case *c = change(base, "parties.a.points.price.1", "7");
    assert_true(ws__number(c, c->shape->parties[1].preference.values[0].slots[1], 0) == 7);
    ws_free_case(base);
    ws_free_case(c);
}

static void changes_that_cannot_be_say_why(void **state)
{
    (void)state;
    ws_case *base = read_good(SMALL);
    refuse(base, "parties.buyr.reservation", "3", "'buyer'");
    refuse(base, "parties.buyer.reservaton", "3", "'reservation'");
    refuse(base, "parties.buyer.reservation", "much", "parties.buyer.reservation");
    refuse(base, "parties.buyer.points.price.3", "1", "from 0 to 2");
    refuse(base, "parties.buyer.discount", "2", "discount");
    refuse(base, "parties..x", "2", "no path");
    refuse(base, "parties.buyer.points.price", "{low: [", "no YAML");
    refuse(base, "winset.x.y", "1", "nothing inside");
    ws_free_case(base);
}

static void a_number_out_of_its_limits_is_refused(void **state)
{
    (void)state;
    ws_case *base = read_good(SMALL_ISSUES
                              "parties:\n  a: {weights: {price: 1}, values: {price: rising}, discount: 0.5}\n"
                              "  b: {points: {price: [3, 2, 1]}}\n"),
            *out = NULL;
    const ws_party *a = &base->shape->parties[0];
    ws_diag *diag = ws_new_diag();
    double values[] = {1.5, 0, NAN};
    ws_slot slots[] = {a->discount, a->preference.weights[0], a->discount};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(ws__renumber_case(&out, base, 1, &slots[i], &values[i], diag), WS_INVALID);
    assert_true(said(diag, 0, 0, "parties.a.discount"));
    assert_true(said(diag, 0, 0, "all zero"));
    assert_null(out);
    ws_free_diag(diag);
    ws_free_case(base);
}

static void a_type_makes_its_changes(void **state)
{
    (void)state;
    ws_case *base = read_good(
                SMALL_ISSUES
                "parties:\n"
                "  a: {points: {price: [1, 2, 3]}, reservation: 1,\n"
                "      types: {x: {probability: 0.5, set: {reservation: 2, points.speed: [0, 4]}},\n"
                "              y: {probability: 0.5, set: {breakdown: 0.5}}}}\n"
                "  b: {points: {price: [3, 2, 1]}}\n"),
            *x = NULL, *y = NULL, *none = NULL;
    assert_int_equal(ws_apply_type(&x, base, "a", "x", NULL), WS_OK);
    assert_true(reservation(x, 0) == 2);
    assert_int_equal(x->shape->parties[0].preference.values[1].kind, WS_VALUES_LIST);
    assert_int_equal(ws_apply_type(&y, base, "a", "y", NULL), WS_OK);
    assert_true(ws__number(y, y->shape->breakdown.value[0], -1) == 0.5);
    ws_diag *diag = ws_new_diag();
    assert_int_equal(ws_apply_type(&none, base, "a", "z", diag), WS_INVALID);
    assert_int_equal(ws_apply_type(&none, base, "b", "x", diag), WS_INVALID);
    assert_int_equal(ws_apply_type(&none, base, "c", "x", diag), WS_INVALID);
    assert_int_equal(ws_count_errors(diag), 3);
    ws_free_diag(diag);
    ws_free_case(base);
    ws_free_case(x);
    ws_free_case(y);
}

static void a_written_variant_has_its_numbers(void **state)
{
    (void)state;
    ws_case *base = read_good(SMALL), *c = change(base, "parties.seller.points.price.1", "0.1");
    char *text = NULL;
    assert_int_equal(ws_write_case(&text, c, "case", NULL), WS_OK);
    assert_non_null(strstr(text, "price: [0, 0.1, 80]"));
    ws_case *again = read_good(text);
    assert_int_equal(again->shape->slot_count, c->shape->slot_count);
    for (size_t i = 0; i < c->shape->slot_count; i++)
        assert_true(again->numbers[i] == c->numbers[i]);
    free(text);
    ws_free_case(base);
    ws_free_case(c);
    ws_free_case(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_alone_keeps_the_shape),
        cmocka_unit_test(what_is_no_number_is_built_anew_with_the_numbers_of_before),
        cmocka_unit_test(a_key_with_a_dot_stands_in_brackets),
        cmocka_unit_test(a_distribution_gives_way_to_a_number),
        cmocka_unit_test(one_of_two_aliases_changes_alone),
        cmocka_unit_test(a_copy_follows_its_original),
        cmocka_unit_test(changes_that_cannot_be_say_why),
        cmocka_unit_test(a_number_out_of_its_limits_is_refused),
        cmocka_unit_test(a_type_makes_its_changes),
        cmocka_unit_test(a_written_variant_has_its_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
