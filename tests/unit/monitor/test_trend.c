/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trends: against published tables, closed forms, and a naive reading of the definitions. */
#include "tables.h"

#include "base/random.h"
#include "monitor/series.h"
#include "monitor/statistics.h"

static void a_table_holds(json_t *expected, const double *steps, const double *values, size_t count)
{
    ws_trend trend, ninety;
    assert_int_equal(WS_OK, ws_find_trend(&trend, count, steps, values, 0, NULL, NULL));
    assert_int_equal(WS_OK, ws_find_trend(&ninety, count, steps, values, 0.9, NULL, NULL));
    near((double)trend.s, number(expected, "mann_kendall/S"), 0);
    near(trend.variance, number(expected, "mann_kendall/var"), 1e-12);
    near(trend.tau_b, number(expected, "mann_kendall/tau_b"), 1e-12);
    near((double)trend.s / ((double)count * (double)(count - 1) / 2), number(expected, "mann_kendall/tau_a"),
         1e-12);
    near(trend.z, number(expected, "mann_kendall/z"), 1e-12);
    near(trend.p, number(expected, "mann_kendall/p"), 1e-12);
    near(trend.slope, number(expected, "theil_sen/slope_per_step"), 1e-12);
    near(trend.lo, number(expected, "theil_sen/ci95/0"), 1e-12);
    near(trend.hi, number(expected, "theil_sen/ci95/1"), 1e-12);
    near(ninety.lo, number(expected, "theil_sen/ci90/0"), 1e-12);
    near(ninety.hi, number(expected, "theil_sen/ci90/1"), 1e-12);
    if (item(expected, "hamed_rao")) {
        near(trend.correction, number(expected, "hamed_rao/factor"), 1e-8);
        near(trend.corrected_z, number(expected, "hamed_rao/z"), 1e-8);
        near(trend.corrected_p, number(expected, "hamed_rao/p"), 1e-8);
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
        a_table_holds(item(table, path), steps, values, count);
    }
    json_decref(table);
}

/* The short series of the tables: with ties, and of five values. */
static void the_tables_of_short_series_hold(void **state)
{
    (void)state;
    static const char *const names[] = {"ties", "five"};
    json_t *table = load_table("tables/trend-breaks.json");
    for (size_t i = 0; i < 2; i++) {
        char path[64];
        double steps[16], values[16];
        snprintf(path, sizeof path, "series/%s", names[i]);
        json_t *row = item(table, path);
        size_t count = json_array_size(item(row, "series"));
        assert_true(count == (size_t)number(row, "n") && count <= 16);
        for (size_t k = 0; k < count; k++) {
            steps[k] = (double)k;
            values[k] = json_number_value(json_array_get(item(row, "series"), k));
        }
        a_table_holds(row, steps, values, count);
    }
    json_decref(table);
}

/* Chips: unevenly dated, in years. */
static void chips_hold(json_t *expected, const double *years, const double *values, size_t count)
{
    ws_trend trend;
    assert_int_equal(count, (size_t)number(expected, "n"));
    assert_int_equal(WS_OK, ws_find_trend(&trend, count, years, values, 0, NULL, NULL));
    near((double)trend.s, number(expected, "mann_kendall/S"), 0);
    near(trend.variance, number(expected, "mann_kendall/var"), 1e-12);
    near(trend.tau_b, number(expected, "mann_kendall/tau_b"), 1e-12);
    near(trend.z, number(expected, "mann_kendall/z"), 1e-12);
    near(trend.p, number(expected, "mann_kendall/p"), 1e-12);
    near(trend.slope, number(expected, "theil_sen/slope_per_year"), 1e-8);
    near(trend.lo, number(expected, "theil_sen/ci95/0"), 1e-8);
    near(trend.hi, number(expected, "theil_sen/ci95/1"), 1e-8);
}

static void the_tables_of_the_chips_hold(void **state)
{
    (void)state;
    json_t *table = load_table("tables/semiconductors.json");
    double years[16], values[16];
    size_t count = json_array_size(item(table, "values"));
    assert_true(count == json_array_size(item(table, "dates")) && count <= 16);
    ws_day first = 0;
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_array_get(item(table, "dates"), i));
        ws_day day;
        assert_true(ws__read_date(&day, text, strlen(text)));
        first = i ? first : day;
        years[i] = ws__years(first, day);
        values[i] = json_number_value(json_array_get(item(table, "values"), i));
    }
    chips_hold(item(table, "all"), years, values, count);
    chips_hold(item(table, "to_1993Q4"), years, values, 4);
    ws_breaks breaks;
    assert_int_equal(WS_OK, ws_find_breaks(&breaks, count, values, NULL, NULL));
    near(breaks.pettitt_k, number(table, "all/pettitt/K"), 0);
    near((double)breaks.pettitt_at, number(table, "all/pettitt/at/0"), 0);
    near(breaks.pettitt_p, number(table, "all/pettitt/p"), 1e-12);
    json_decref(table);
}

static void ties_are_counted(void **state)
{
    (void)state;
    static const double values[] = {1, 2, 2, 3, 3, 3, 2, 4, 5, 5, 4, 6};
    double steps[12];
    for (int i = 0; i < 12; i++)
        steps[i] = i;
    ws_trend trend;
    assert_int_equal(WS_OK, ws_find_trend(&trend, 12, steps, values, 0, NULL, NULL));
    assert_int_equal(trend.s, 48);
    near(trend.variance, 610.0 / 3, 1e-13);
    near(trend.tau_b, 0.7758098206022831, 1e-13);
    near(trend.p, 0.0009805515398432104, 1e-13);
    near(trend.slope, 0.4, 1e-14);
    near(trend.lo, 0.25, 1e-14);
    near(trend.hi, 0.5, 1e-14);
}

static void a_constant_series_has_no_trend(void **state)
{
    (void)state;
    double steps[8], values[8];
    for (int i = 0; i < 8; i++) {
        steps[i] = i;
        values[i] = 3.5;
    }
    for (size_t count = 2; count <= 8; count++) {
        ws_trend trend;
        assert_int_equal(WS_OK, ws_find_trend(&trend, count, steps, values, 0, NULL, NULL));
        assert_int_equal(trend.s, 0);
        assert_true(trend.p == 1 && trend.corrected_p == 1 && trend.tau_b == 0);
        assert_true(trend.slope == 0 && trend.lo == 0 && trend.hi == 0);
    }
    ws_trend trend;
    assert_int_equal(WS_INVALID, ws_find_trend(&trend, 1, steps, values, 0, NULL, NULL));
}

/* A series of `kind`: noise about a line; a walk; whole numbers with ties; mostly one value. */
static void draw_series(double *steps, double *values, size_t count, int kind, ws_random *random)
{
    double walk = 0, time = 0;
    for (size_t i = 0; i < count; i++) {
        time += kind == 1 ? 0.1 + ws__draw_uniform(random) : 1;
        steps[i] = time;
        walk += ws__draw_normal(random);
        values[i] = kind == 0   ? 0.01 * time + ws__draw_normal(random)
                    : kind == 1 ? walk
                    : kind == 2 ? (double)ws__draw_below(random, 5)
                                : (double)(ws__draw_below(random, 40) == 0);
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void a_short_series_agrees_with_all_its_pairs(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        ws_random random = ws__new_random(seed, 1);
        size_t count = 2 + (size_t)ws__draw_below(&random, 60), pairs = 0;
        double steps[64], values[64], slopes[64 * 32];
        draw_series(steps, values, count, (int)(seed % 4), &random);
        int64_t s = 0;
        for (size_t j = 1; j < count; j++)
            for (size_t i = 0; i < j; i++) {
                s += (values[j] > values[i]) - (values[j] < values[i]);
                slopes[pairs++] = (values[j] - values[i]) / (steps[j] - steps[i]);
            }
        qsort(slopes, pairs, sizeof *slopes, by_size);
        ws_trend trend;
        assert_int_equal(WS_OK, ws_find_trend(&trend, count, steps, values, 0, NULL, NULL));
        if (trend.s != s)
            print_message("seed %d\n", (int)seed);
        assert_true(trend.s == s);
        near(trend.slope, (slopes[(pairs - 1) / 2] + slopes[pairs / 2]) / 2, 1e-12);
        assert_true(trend.lo <= trend.slope && trend.slope <= trend.hi);
        assert_true(trend.p >= 0 && trend.p <= 1 && trend.corrected_p >= 0 && trend.corrected_p <= 1);
    }
}

/* The slope of rank `rank` (from 0) is `slope` but for rounding: so many pairs lie below, so many not above.
 */
static void has_rank(double slope, double rank, const double *steps, const double *values, size_t count)
{
    double below = 0, not_above = 0, slack = 1e-11;
    for (size_t j = 1; j < count; j++)
        for (size_t i = 0; i < j; i++) {
            double rise = values[j] - values[i] - slope * (steps[j] - steps[i]);
            below += rise < -slack;
            not_above += rise <= slack;
        }
    assert_true(below <= ceil(rank) && floor(rank) < not_above);
}

static void a_long_series_selects_the_slope_that_all_pairs_have(void **state)
{
    (void)state;
    enum { COUNT = 5001 };
    static double steps[COUNT], values[COUNT];
    for (int kind = 0; kind < 4; kind++) {
        ws_random random = ws__new_random(7, (uint64_t)kind);
        draw_series(steps, values, COUNT, kind, &random);
        ws_trend trend, again;
        ws_run one = {.threads = 1}, two = {.threads = 3};
        assert_int_equal(WS_OK, ws_find_trend(&trend, COUNT, steps, values, 0, &one, NULL));
        assert_int_equal(WS_OK, ws_find_trend(&again, COUNT, steps, values, 0, &two, NULL));
        assert_true(trend.drawn);
        assert_memory_equal(&trend.slope, &again.slope, sizeof(double));
        double pairs = COUNT * (COUNT - 1.0) / 2, half = 1.959963984540054 * sqrt(trend.variance);
        has_rank(trend.slope, (pairs - 1) / 2, steps, values, COUNT);
        has_rank(trend.lo, rint((pairs - half) / 2) - 1, steps, values, COUNT);
        has_rank(trend.hi, rint((pairs + half) / 2 + 1) - 1, steps, values, COUNT);
    }
}

/* Sizes around those at which the way changes, and such as no transform is made for. */
static void products_at_every_lag_are_those_of_the_definition(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 512, 513, 528, 529, 1999};
    static double x[1999], sums[1999];
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        ws_random random = ws__new_random(8, c);
        for (size_t i = 0; i < counts[c]; i++)
            x[i] = ws__draw_normal(&random);
        assert_int_equal(WS_OK, ws__sum_lags(sums, x, counts[c], NULL));
        for (size_t k = 0; k < counts[c]; k++) {
            double sum = 0;
            for (size_t i = 0; i + k < counts[c]; i++)
                sum += x[i] * x[i + k];
            assert_true(fabs(sums[k] - sum) < 1e-10);
        }
    }
}

static void a_list_sorted_in_parts_is_the_same_list(void **state)
{
    (void)state;
    enum { COUNT = 40001 };
    static ws_keyed whole[COUNT], parts[COUNT], room[COUNT];
    ws_random random = ws__new_random(9, 1);
    for (size_t i = 0; i < COUNT; i++)
        whole[i] = parts[i] = (ws_keyed){(double)ws__draw_below(&random, 5000), (uint32_t)i};
    uint64_t inversions = ws__sort_keyed(whole, room, COUNT, NULL), in_parts;
    ws_run run = {.threads = 3};
    assert_int_equal(WS_OK, ws__sort_keyed_parts(&in_parts, parts, room, COUNT, &run));
    assert_true(in_parts == inversions);
    for (size_t i = 0; i < COUNT; i++)
        assert_true(parts[i].at == whole[i].at && parts[i].key == whole[i].key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_of_three_long_series_hold),
        cmocka_unit_test(the_tables_of_short_series_hold),
        cmocka_unit_test(the_tables_of_the_chips_hold),
        cmocka_unit_test(ties_are_counted),
        cmocka_unit_test(a_constant_series_has_no_trend),
        cmocka_unit_test(a_short_series_agrees_with_all_its_pairs),
        cmocka_unit_test(a_long_series_selects_the_slope_that_all_pairs_have),
        cmocka_unit_test(products_at_every_lag_are_those_of_the_definition),
        cmocka_unit_test(a_list_sorted_in_parts_is_the_same_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
