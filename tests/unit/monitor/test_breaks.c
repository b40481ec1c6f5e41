/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Breaks: against published tables, an exhaustive search, and one programme against the other. */
#include "tables.h"

#include "base/random.h"
#include "monitor/breaks.h"

static void a_table_holds(json_t *expected, const double *values, size_t count)
{
    ws_breaks breaks;
    assert_int_equal(WS_OK, ws_find_breaks(&breaks, count, values, NULL, NULL));
    near(breaks.pettitt_k, number(expected, "pettitt/K"), 0);
    near((double)breaks.pettitt_at, number(expected, "pettitt/at/0"), 0);
    near(breaks.pettitt_p, number(expected, "pettitt/p"), 1e-12);
    assert_int_equal(breaks.least_segment, (size_t)number(expected, "bai_perron/min_segment"));
    assert_int_equal(breaks.most, 5);
    for (size_t m = 0; m <= 5; m++) {
        char path[64];
        snprintf(path, sizeof path, "bai_perron/by_m/%zu", m);
        json_t *row = item(expected, path);
        near(breaks.divisions[m].rss, number(row, "rss"), 1e-8);
        near(breaks.divisions[m].bic, number(row, "bic"), 1e-8);
        near(breaks.divisions[m].lwz, number(row, "lwz"), 1e-8);
        for (size_t k = 0; k < m; k++)
            assert_int_equal(breaks.divisions[m].at[k],
                             json_integer_value(json_array_get(item(row, "breaks_after"), k)));
    }
    assert_int_equal(breaks.best_bic, (size_t)number(expected, "bai_perron/best_bic"));
    assert_int_equal(breaks.best_lwz, (size_t)number(expected, "bai_perron/best_lwz"));
    for (size_t k = 0; k < breaks.best_bic; k++) {
        assert_int_equal(breaks.lower[k], json_number_value(json_array_get(
                                              item(expected, "bai_perron/ci95_of_breaks/lower"), k)));
        assert_int_equal(breaks.upper[k], json_number_value(json_array_get(
                                              item(expected, "bai_perron/ci95_of_breaks/upper"), k)));
    }
    double f, p;
    size_t at = (size_t)number(expected, "sup_f/at");
    assert_true(ws_test_break_at(&f, &p, count, values, at));
    near(f, number(expected, "sup_f/value"), 1e-8);
    assert_true(p > 0 && p < 0.001);
    for (size_t k = (size_t)number(expected, "sup_f/first"); k <= (size_t)number(expected, "sup_f/last");
         k++) {
        double other;
        assert_true(ws_test_break_at(&other, &p, count, values, k));
        assert_true(other <= f); /* the largest F of one break stands where the table has it */
    }
}

static void the_tables_of_three_long_series_hold(void **state)
{
    (void)state;
    static const char *const names[] = {"nile", "nhtemp", "lakehuron"};
    json_t *table = load_table("tables/trend-breaks.json");
    for (size_t i = 0; i < 3; i++) {
        double steps[128], values[128];
        char file[64], path[64];
        snprintf(file, sizeof file, "tables/%s.csv", names[i]);
        snprintf(path, sizeof path, "series/%s", names[i]);
        size_t count = load_values(values, steps, 128, file);
        a_table_holds(item(table, path), values, count);
    }
    json_decref(table);
}

static void pettitt_counts_ties(void **state)
{
    (void)state;
    static const double values[] = {1, 2, 2, 3, 3, 3, 2, 4, 5, 5, 4, 6}, five[] = {4, 3, 5, 7, 6};
    ws_breaks breaks;
    assert_int_equal(WS_OK, ws_find_breaks(&breaks, 12, values, NULL, NULL));
    assert_int_equal(breaks.pettitt_at, 7);
    near(breaks.pettitt_k, 35, 0);
    near(breaks.pettitt_p, 0.03943368531462139, 1e-14);
    assert_int_equal(WS_OK, ws_find_breaks(&breaks, 5, five, NULL, NULL));
    assert_int_equal(breaks.pettitt_at, 2);
    near(breaks.pettitt_p, 0.47385551736424353, 1e-14);
}

static void a_series_too_short_for_two_segments_has_no_break(void **state)
{
    (void)state;
    double values[14] = {0};
    for (size_t i = 7; i < 14; i++)
        values[i] = 5;
    for (size_t count = 1; count < 14; count++) {
        ws_breaks breaks;
        assert_int_equal(WS_OK, ws_find_breaks(&breaks, count, values, NULL, NULL));
        assert_int_equal(breaks.most, 0);
        assert_int_equal(breaks.best_bic, 0);
    }
    ws_breaks breaks;
    assert_int_equal(WS_OK, ws_find_breaks(&breaks, 14, values, NULL, NULL));
    assert_int_equal(breaks.best_bic, 1); /* a step without noise: no residual is left */
    assert_int_equal(breaks.divisions[1].at[0], 7);
    assert_true(breaks.divisions[1].rss == 0);
}

static void a_constant_series_has_no_break(void **state)
{
    (void)state;
    double values[40];
    for (size_t i = 0; i < 40; i++)
        values[i] = 0.1;
    ws_breaks breaks;
    double f, p;
    assert_int_equal(WS_OK, ws_find_breaks(&breaks, 40, values, NULL, NULL));
    assert_int_equal(breaks.best_bic, 0);
    assert_int_equal(breaks.best_lwz, 0);
    assert_true(breaks.pettitt_p == 1);
    assert_false(ws_test_break_at(&f, &p, 40, values, 20));
}

static double squares(const double *values, size_t from, size_t to)
{
    double mean = 0, sum = 0;
    for (size_t i = from; i < to; i++)
        mean += values[i] / (double)(to - from);
    for (size_t i = from; i < to; i++)
        sum += (values[i] - mean) * (values[i] - mean);
    return sum;
}

static void two_breaks_are_the_best_of_all_pairs(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        ws_random random = ws__new_random(seed, 2);
        size_t count = 20 + (size_t)ws__draw_below(&random, 60), h = count * 3 / 20;
        double values[80], best = INFINITY;
        for (size_t i = 0; i < count; i++)
            values[i] = ws__draw_normal(&random) + (i > count / 2 ? 1 : 0);
        for (size_t a = h; a + 2 * h <= count; a++)
            for (size_t b = a + h; b + h <= count; b++) {
                double total = squares(values, 0, a) + squares(values, a, b) + squares(values, b, count);
                best = total < best ? total : best;
            }
        ws_breaks breaks;
        assert_int_equal(WS_OK, ws_find_breaks(&breaks, count, values, NULL, NULL));
        near(breaks.divisions[2].rss, best, 1e-10);
    }
}

static void divides_as_well(const ws_breaks *found, const ws_breaks *plain, const double *values)
{
    assert_int_equal(found->most, plain->most);
    for (size_t m = 1; m <= plain->most; m++) {
        double rss = 0;
        for (size_t k = 0; k <= m; k++)
            rss += squares(values, k ? found->divisions[m].at[k - 1] : 0,
                           k < m ? found->divisions[m].at[k] : plain->count);
        near(rss, plain->divisions[m].rss, 1e-10);
    }
}

static void bounds_and_pruning_find_what_the_plain_programme_finds(void **state)
{
    (void)state;
    enum { MOST = 2600 };
    static double values[MOST], first[MOST + 1], second[MOST + 1];
    for (uint64_t seed = 1; seed <= 69; seed++) {
        ws_random random = ws__new_random(seed, 3);
        size_t count = seed <= 60 ? 14 + (size_t)ws__draw_below(&random, 400)
                                  : MOST - (size_t)ws__draw_below(&random, 500); /* blocks of two */
        double walk = 0, mean = 0;
        for (size_t i = 0; i < count; i++) {
            walk += ws__draw_normal(&random);
            values[i] = seed % 3 == 0 ? walk : seed % 3 == 1 ? (double)ws__draw_below(&random, 3) : (double)i;
            mean += values[i] / (double)count;
        }
        for (size_t i = 0; i < count; i++) {
            values[i] -= mean;
            first[i + 1] = first[i] + values[i];
            second[i + 1] = second[i] + values[i] * values[i];
        }
        ws_sums sums = {count, values, first, second};
        ws_breaks plain, other;
        assert_int_equal(WS_OK, ws_find_breaks(&plain, count, values, NULL, NULL));
        other = plain;
        memset(other.divisions, 0, sizeof other.divisions);
        assert_int_equal(WS_OK, ws__divide_by_pruning(&other, &sums, NULL, NULL));
        divides_as_well(&other, &plain, values);
        memset(other.divisions, 0, sizeof other.divisions);
        ws_run run = {.threads = 1 + (unsigned)(seed % 3)};
        assert_int_equal(WS_OK, ws__divide_by_bounds(&other, &sums, &run));
        divides_as_well(&other, &plain, values);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_of_three_long_series_hold),
        cmocka_unit_test(pettitt_counts_ties),
        cmocka_unit_test(a_series_too_short_for_two_segments_has_no_break),
        cmocka_unit_test(a_constant_series_has_no_break),
        cmocka_unit_test(two_breaks_are_the_best_of_all_pairs),
        cmocka_unit_test(bounds_and_pruning_find_what_the_plain_programme_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
