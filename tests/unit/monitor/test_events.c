/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event studies: every convention against computed tables, and what cannot be told. */
#include "tables.h"

#include "base/date.h"

static int32_t day_of(const char *text)
{
    ws_day day;
    assert_true(ws__read_date(&day, text, strlen(text)));
    return day;
}

static ws_series *load_series(const char *name, const char *value)
{
    char path[512];
    ws_series *series = NULL;
    ws_series_options options = {.value_column = value};
    assert_int_equal(WS_OK, ws_read_series(&series, shared_path(path, sizeof path, name), &options, NULL));
    return series;
}

static void a_row_holds(json_t *row, const ws_series *market, const ws_series *benchmark)
{
    int32_t event = day_of(json_string_value(item(row, "event")));
    ws_event_window window = {.estimation = (size_t)number(row, "estimation_length"),
                              .from = (int)number(row, "window/0"),
                              .to = (int)number(row, "window/1")};
    ws_event_study *study = NULL;
    assert_int_equal(WS_OK, ws_study_events(&study, market, benchmark, 1, &event, &window, NULL));
    const ws_event_effect *e = &study->events[0];
    assert_null(e->problem);
    assert_int_equal(e->day_0, day_of(json_string_value(item(row, "day_0"))));
    assert_int_equal(e->first, day_of(json_string_value(item(row, "window_dates/0"))));
    assert_int_equal(e->last, day_of(json_string_value(item(row, "window_dates/1"))));
    assert_int_equal(e->estimated_from, day_of(json_string_value(item(row, "estimation/0"))));
    assert_int_equal(e->estimated_to, day_of(json_string_value(item(row, "estimation/1"))));
    near(e->mean, number(row, benchmark ? "parameters/alpha" : "parameters/mean"), 1e-9);
    if (benchmark)
        near(e->beta, number(row, "parameters/beta"), 1e-9);
    near(e->deviation, number(row, "s"), 1e-9);
    near((double)e->degrees, number(row, "df"), 0);
    near(e->car, number(row, "car"), 1e-9);
    near(e->percent, number(row, "car_percent"), 1e-9);
    near(e->variance, number(row, "var_car"), 1e-9);
    near(e->t, number(row, "t"), 1e-9);
    near(e->p, number(row, "p"), 1e-9);
    near(e->t, number(row, "scar"), 1e-9);
    near(e->car / (e->deviation * sqrt((double)e->window)), number(row, "t_without_estimation_error"), 1e-9);
    double all = 0;
    for (size_t i = 0; i < json_array_size(item(row, "abnormal_returns")); i++)
        all += json_number_value(json_array_get(item(row, "abnormal_returns"), i));
    near(e->car, all, 1e-9);
    assert_int_equal(e->window, json_array_size(item(row, "abnormal_returns")));
    near(e->rank_z, number(row, "corrado_z"), 1e-9);
    near(e->rank_p, number(row, "corrado_p"), 1e-9);
    near(study->rank_z, e->rank_z, 1e-12); /* of one event both are the same */
    assert_true(fabs(e->rank_z) <= study->rank_most);
    assert_false(study->has_bmp);
    assert_true((e->window > 1) == (strstr(study->rank_note, "never") == NULL));
    ws_free_event_study(study);
}

static void the_yen_of_1994_holds(void **state)
{
    (void)state;
    json_t *table = load_table("tables/event-study.json"), *row;
    ws_series *yen = load_series("data/us-japan/yen.csv", NULL);
    assert_int_equal(yen->count, (size_t)number(table, "series/values"));
    assert_int_equal(yen->skipped, (size_t)number(table, "series/missing_skipped"));
    size_t i;
    json_array_foreach(item(table, "yen"), i, row) a_row_holds(row, yen, NULL);

    json_t *several = item(table, "several_events");
    int32_t events[3];
    for (i = 0; i < 3; i++)
        events[i] = day_of(json_string_value(json_array_get(item(several, "events"), i)));
    ws_event_window window = {.estimation = 120, .from = -1, .to = 3};
    ws_event_study *study = NULL;
    assert_int_equal(WS_OK, ws_study_events(&study, yen, NULL, 3, events, &window, NULL));
    assert_true(study->has_bmp);
    near(study->bmp_t, number(several, "bmp/t"), 1e-9);
    assert_int_equal(study->told, (size_t)number(several, "bmp/n"));
    double sum = 0;
    for (i = 0; i < 3; i++) {
        near(study->events[i].t, json_number_value(json_array_get(item(several, "bmp/scar"), i)), 1e-9);
        sum += study->events[i].t;
    }
    near(sum / 3, number(several, "bmp/mean_scar"), 1e-9);
    near(study->bmp_p, number(several, "bmp/p"), 1e-9);
    near(study->mean_car, number(several, "mean_car"), 1e-9);
    ws_free_event_study(study);
    ws_free_series(yen);
    json_decref(table);
}

static void the_market_model_holds(void **state)
{
    (void)state;
    json_t *table = load_table("tables/event-study.json"), *row;
    ws_series *asset = load_series("tables/event-synthetic.csv", "asset");
    ws_series *market = load_series("tables/event-synthetic.csv", "market");
    size_t i;
    json_array_foreach(item(table, "synthetic/market_model"), i, row) a_row_holds(row, asset, market);
    a_row_holds(item(table, "synthetic/constant_mean"), asset, NULL);
    ws_free_series(asset);
    ws_free_series(market);
    json_decref(table);
}

static void what_cannot_be_told_says_why(void **state)
{
    (void)state;
    static const char text[] = "date,value\n2000-01-03,1\n2000-01-04,2\n2000-01-05,1\n2000-01-06,3\n"
                               "2000-01-07,2\n2000-01-10,4\n";
    ws_series *series = NULL;
    assert_int_equal(WS_OK, ws_read_series_text(&series, text, sizeof text - 1, "t", NULL, NULL));
    int32_t events[] = {day_of("2000-01-08"), day_of("2000-01-11"), day_of("2000-01-05")};
    ws_event_window window = {.estimation = 3};
    ws_event_study *study = NULL;
    assert_int_equal(WS_OK, ws_study_events(&study, series, NULL, 3, events, &window, NULL));
    assert_null(study->events[0].problem);
    assert_int_equal(study->events[0].day_0, day_of("2000-01-10")); /* a Saturday: the Monday after */
    assert_non_null(strstr(study->events[1].problem, "no return"));
    assert_non_null(strstr(study->events[2].problem, "too few"));
    assert_int_equal(study->told, 1);
    ws_free_event_study(study);
    window.estimation = 1;
    assert_int_equal(WS_INVALID, ws_study_events(&study, series, NULL, 1, events, &window, NULL));
    window = (ws_event_window){.from = 2, .to = 1};
    assert_int_equal(WS_INVALID, ws_study_events(&study, series, NULL, 1, events, &window, NULL));
    ws_free_series(series);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_yen_of_1994_holds),
        cmocka_unit_test(the_market_model_holds),
        cmocka_unit_test(what_cannot_be_told_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
