/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filter, likelihood, forecasts: against published values, and one way of computing against another. */
#include "tables.h"

#include "base/random.h"
#include "monitor/kalman.h"

#include <gsl/gsl_cdf.h>

static ws_state filtered(const ws_state_model *model, size_t count, const double *values)
{
    ws_state state;
    assert_int_equal(WS_OK, ws_filter_series(&state, model, count, values, NULL));
    return state;
}

static void forecasts_hold(json_t *rows, const ws_state_model *model, const ws_state *state, double tolerance)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        double mean, variance;
        assert_true(ws_forecast_value(&mean, &variance, model, state, (size_t)(number(row, "year") - 1970)));
        near(mean, number(row, "mean"), tolerance);
        near(sqrt(variance), number(row, "sd"), tolerance);
        if (item(row, "lo95")) {
            near(mean - 1.959963984540054 * sqrt(variance), number(row, "lo95"), tolerance);
            near(mean + 1.959963984540054 * sqrt(variance), number(row, "hi95"), tolerance);
        }
    }
}

static void the_level_of_the_nile_holds(void **state)
{
    (void)state;
    json_t *table = load_table("tables/state-space.json");
    double steps[128], values[128], mean, variance;
    size_t count = load_values(values, steps, 128, "tables/nile.csv");
    ws_state_model model = {.irregular = 15099, .level = 1469.1};
    ws_state at = filtered(&model, count, values);
    json_t *given = item(table, "local_level/at_published");
    near(at.log_likelihood, number(table, "local_level/loglik_at_published/diffuse_all_n"), 1e-11);
    near(at.log_likelihood_nd, number(table, "local_level/loglik_at_published/without_the_diffuse_value"),
         1e-11);
    near(at.mean[0], number(given, "filtered_level_1970"), 1e-10);
    near(at.variance[0][0] - 1469.1, number(given, "filtered_var_1970"), 1e-10);
    forecasts_hold(item(given, "forecast"), &model, &at, 1e-10);
    const char *year;
    json_t *chance;
    json_object_foreach(item(given, "p_at_least_900_in"), year, chance)
    {
        assert_true(ws_forecast_value(&mean, &variance, &model, &at, strtoul(year, NULL, 10) - 1970));
        near(gsl_cdf_ugaussian_Q((900 - mean) / sqrt(variance)), json_number_value(chance), 1e-10);
    }

    ws_fit fit;
    assert_int_equal(WS_OK, ws_fit_series(&fit, &(ws_state_model){0}, count, values, NULL, NULL));
    near(fit.model.irregular / number(table, "local_level/mle_own/sigma2_eps"), 1, 1e-3);
    near(fit.model.level / number(table, "local_level/mle_own/sigma2_eta"), 1, 1e-3);
    assert_true(fit.log_likelihood >= number(table, "local_level/loglik_at_mle/diffuse_all_n") - 1e-7);
    near(fit.log_likelihood_nd, number(table, "local_level/loglik_at_mle/without_the_diffuse_value"), 1e-8);
    ws_state_model other = {.irregular = number(table, "local_level/mle_statsmodels/sigma2_eps"),
                            .level = number(table, "local_level/mle_statsmodels/sigma2_eta")};
    assert_true(filtered(&other, count, values).log_likelihood < fit.log_likelihood);
    assert_false(fit.on_bound);
    json_decref(table);
}

static void gaps_in_the_nile_are_bridged(void **state)
{
    (void)state;
    json_t *table = load_table("tables/state-space.json"), *gaps = item(table, "local_level_gaps");
    double steps[128], values[128];
    size_t count = load_values(values, steps, 128, "tables/nile.csv");
    for (size_t i = 20; i < 40; i++)
        values[i] = values[i + 40] = NAN;
    ws_state_model model = {.irregular = 15099, .level = 1469.1};
    ws_state at = filtered(&model, 40, values);
    near(at.mean[0], number(gaps, "level_1910"), 1e-11);
    near(at.variance[0][0] - 1469.1, number(gaps, "level_var_1910"), 1e-11);
    at = filtered(&model, count, values);
    near(at.log_likelihood, number(gaps, "loglik/diffuse_all_seen"), 1e-11);
    near(at.log_likelihood_nd, number(gaps, "loglik/without_the_diffuse_value"), 1e-11);
    near(at.mean[0], number(gaps, "level_1970"), 1e-11);
    json_decref(table);
}

static void the_trend_of_the_nile_holds(void **state)
{
    (void)state;
    json_t *table = load_table("tables/state-space.json"), *given = item(table, "local_linear_trend/given");
    json_t *largest = item(table, "local_linear_trend/mle");
    double steps[128], values[128];
    size_t count = load_values(values, steps, 128, "tables/nile.csv");
    ws_state_model model = {.slope = true, .irregular = 15000, .level = 1400, .slope_variance = 5};
    ws_state at = filtered(&model, count, values);
    near(at.log_likelihood, number(given, "loglik/diffuse_all_n"), 1e-11);
    near(at.log_likelihood_nd, number(given, "loglik/without_the_diffuse_values"), 1e-11);
    near(at.mean[0], number(given, "level_1971"), 1e-10);
    near(at.mean[1], number(given, "slope_1971"), 1e-9);
    forecasts_hold(item(given, "forecast"), &model, &at, 1e-9);

    ws_fit fit;
    assert_int_equal(WS_OK, ws_fit_series(&fit, &(ws_state_model){.slope = true}, count, values, NULL, NULL));
    assert_true(fit.model.slope_variance == 0); /* a variance on its bound is an answer */
    assert_true(fit.on_bound);
    near(fit.model.irregular / number(largest, "sigma2_eps"), 1, 1e-3);
    near(fit.model.level / number(largest, "sigma2_level"), 1, 1e-3);
    near(fit.log_likelihood, number(largest, "loglik/diffuse_all_n"), 1e-8);
    at = filtered(&fit.model, count, values);
    forecasts_hold(item(largest, "forecast"), &fit.model, &at, 1e-3);
    json_decref(table);
}

static void short_paths_and_the_general_filter_agree(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        ws_random random = ws__new_random(seed, 5);
        enum { COUNT = 300 };
        double values[COUNT], level = 0, slope = 0;
        for (size_t i = 0; i < COUNT; i++) {
            slope += 0.1 * ws__draw_normal(&random);
            level += slope + ws__draw_normal(&random);
            values[i] = level + ws__draw_normal(&random);
            if (ws__draw_below(&random, 10) == 0)
                values[i] = NAN;
        }
        /* A season of period 2 with no variance, taken out by its own state, leaves the general path. */
        ws_state_model plain = {.slope = seed % 2, .irregular = 1, .level = 0.5, .slope_variance = 0.01};
        ws_state fast = filtered(&plain, COUNT, values), slow = {.size = fast.size};
        double first_mean, first_variance, mean, variance;
        /* One value at a time from every start: the prefix of the series, then gaps, is a forecast. */
        double cut[COUNT];
        for (size_t i = 0; i < COUNT; i++)
            cut[i] = i < 200 ? values[i] : (double)NAN;
        slow = filtered(&plain, COUNT, cut);
        fast = filtered(&plain, 200, values);
        assert_true(ws_forecast_value(&first_mean, &first_variance, &plain, &slow, 1));
        assert_true(ws_forecast_value(&mean, &variance, &plain, &fast, COUNT - 200 + 1));
        near(mean, first_mean, 1e-9);
        near(variance, first_variance, 1e-9);
        near(fast.log_likelihood, slow.log_likelihood, 1e-12);
    }
}

/* The likelihood of a local level by the density of its differences: y_t - y_1 is jointly normal. */
static void the_likelihood_is_that_of_the_differences(void **state)
{
    (void)state;
    static const double values[] = {3, 5, 4, 8};
    const double h = 2, q = 0.7, pi = acos(-1);
    double c[3][3], low[3][3] = {{0}}, z[3], log_density = -1.5 * log(2 * pi);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            c[i][j] = h + (i == j ? h : 0) + q * ((i < j ? i : j) + 1);
    for (int i = 0; i < 3; i++) {
        double rest = values[i + 1] - values[0];
        for (int j = 0; j <= i; j++) {
            double sum = c[i][j];
            for (int k = 0; k < j; k++)
                sum -= low[i][k] * low[j][k];
            low[i][j] = i == j ? sqrt(sum) : sum / low[j][j];
        }
        for (int k = 0; k < i; k++)
            rest -= low[i][k] * z[k];
        z[i] = rest / low[i][i];
        log_density -= log(low[i][i]) + z[i] * z[i] / 2;
    }
    ws_state at = filtered(&(ws_state_model){.irregular = h, .level = q}, 4, values);
    near(at.log_likelihood_nd, log_density, 1e-13);
}

static void a_season_is_learned_and_continued(void **state)
{
    (void)state;
    static const double season[4] = {5, -2, -4, 1};
    double values[40], mean, variance;
    ws_random random = ws__new_random(4, 6);
    for (size_t i = 0; i < 40; i++)
        values[i] = 10 + 0.5 * (double)i + season[i % 4] + 0.1 * ws__draw_normal(&random);
    ws_fit fit;
    assert_int_equal(
        WS_OK, ws_fit_series(&fit, &(ws_state_model){.slope = true, .season = 4}, 40, values, NULL, NULL));
    ws_state at = filtered(&fit.model, 40, values);
    assert_int_equal(at.diffuse, 5);
    for (size_t ahead = 1; ahead <= 8; ahead++) {
        size_t i = 39 + ahead;
        assert_true(ws_forecast_value(&mean, &variance, &fit.model, &at, ahead));
        near(mean / (10 + 0.5 * (double)i + season[i % 4]), 1, 0.03);
        assert_true(variance > 0);
    }
}

static void chips_with_given_variances_hold(void **state)
{
    (void)state;
    json_t *table = load_table("tables/semiconductors.json");
    double values[45];
    for (size_t i = 0; i < 45; i++)
        values[i] = NAN;
    values[0] = 8.5;   /* 1986-Q4 */
    values[24] = 20.1; /* 1992-Q4 */
    values[27] = 18.1;
    values[28] = 20.7;
    values[31] = 23.2;
    values[32] = 23.7; /* 1994-Q4 */
    size_t i;
    json_t *row;
    json_array_foreach(item(table, "local_level_given/rows"), i, row)
    {
        if (!item(row, "quarters_ahead"))
            continue;
        int year, month, day;
        assert_int_equal(3,
                         sscanf(json_string_value(item(row, "known_to")), "%d-%d-%d", &year, &month, &day));
        size_t count = (size_t)((year - 1986) * 4 + month / 3 - 4 + 1);
        ws_state_model model = {.irregular = number(row, "sigma2_eps"), .level = number(row, "sigma2_eta")};
        ws_state at = filtered(&model, count, values);
        double mean, variance;
        assert_true(ws_forecast_value(&mean, &variance, &model, &at, (size_t)number(row, "quarters_ahead")));
        near(mean, number(row, "mean"), 1e-8);
        near(sqrt(variance), number(row, "sd"), 1e-8);
        near(gsl_cdf_ugaussian_Q((number(row, "target") - mean) / sqrt(variance)), number(row, "p_attain"),
             1e-8);
        near(at.log_likelihood, number(row, "loglik_all_seen"), 1e-8);
    }
    json_decref(table);
}

/* Few values: the likelihood is flat, so that it is compared and not the variances. */
static void chips_are_fitted_as_likely_as_elsewhere(void **state)
{
    (void)state;
    json_t *table = load_table("tables/semiconductors.json"), *row;
    static const int quarters[] = {0, 24, 27, 28, 31, 32, 41, 42, 43, 44}; /* since 1986-Q4 */
    size_t i;
    json_array_foreach(item(table, "maximum_likelihood/rows"), i, row)
    {
        size_t seen = (size_t)number(row, "n");
        double values[45];
        for (size_t k = 0; k < 45; k++)
            values[k] = NAN;
        for (size_t k = 0; k < seen; k++)
            values[quarters[k]] = json_number_value(json_array_get(item(table, "values"), k));
        size_t count = (size_t)quarters[seen - 1] + 1;
        ws_fit fit;
        ws_status level = ws_fit_series(&fit, &(ws_state_model){0}, count, values, NULL, NULL);
        assert_int_equal(level, seen < 6 ? WS_INVALID : WS_OK);
        if (level != WS_OK)
            continue;
        near(fit.log_likelihood_nd, number(row, "loglik"), 1e-6);
        assert_int_equal(WS_OK,
                         ws_fit_series(&fit, &(ws_state_model){.slope = true}, count, values, NULL, NULL));
        assert_true(fit.log_likelihood_nd >= number(row, "llt_zero_slope_variance/loglik") - 1e-6);
    }
    json_decref(table);
}

static void what_cannot_be_estimated_is_refused(void **state)
{
    (void)state;
    double five[] = {1, 3, 2, 4, 5}, constant[12], line[12];
    for (int i = 0; i < 12; i++) {
        constant[i] = 0.1;
        line[i] = 0.1 * i;
    }
    ws_fit fit;
    assert_int_equal(WS_INVALID, ws_fit_series(&fit, &(ws_state_model){0}, 5, five, NULL, NULL));
    assert_int_equal(WS_INVALID, ws_fit_series(&fit, &(ws_state_model){0}, 12, constant, NULL, NULL));
    assert_int_equal(WS_INVALID, ws_fit_series(&fit, &(ws_state_model){.slope = true}, 12, line, NULL, NULL));
    ws_state at = filtered(&(ws_state_model){.slope = true, .level = 1}, 1, five);
    double mean, variance;
    assert_false(at.proper);
    assert_false(ws_forecast_value(&mean, &variance, &(ws_state_model){.slope = true, .level = 1}, &at, 1));
    assert_int_equal(WS_INVALID, ws_filter_series(&at, &(ws_state_model){.season = 52}, 5, five, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_level_of_the_nile_holds),
        cmocka_unit_test(gaps_in_the_nile_are_bridged),
        cmocka_unit_test(the_trend_of_the_nile_holds),
        cmocka_unit_test(short_paths_and_the_general_filter_agree),
        cmocka_unit_test(the_likelihood_is_that_of_the_differences),
        cmocka_unit_test(a_season_is_learned_and_continued),
        cmocka_unit_test(chips_with_given_variances_hold),
        cmocka_unit_test(chips_are_fitted_as_likely_as_elsewhere),
        cmocka_unit_test(what_cannot_be_estimated_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
