/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Series from tables: dates, numbers, gaps, and what is no series. */
#include "tables.h"

#include "base/date.h"
#include "monitor/series.h"

static ws_series *read_text(const char *text)
{
    ws_series *series = NULL;
    ws_diag *diag = ws_new_diag();
    ws_status status = ws_read_series_text(&series, text, strlen(text), "t.csv", NULL, diag);
    for (size_t i = 0; i < ws_count_problems(diag); i++)
        print_message("%s\n", ws_get_problem(diag, i)->message);
    ws_free_diag(diag);
    assert_int_equal(status, WS_OK);
    return series;
}

static void refuses(const char *text, uint32_t line, const char *word)
{
    ws_series *series = NULL;
    ws_diag *diag = ws_new_diag();
    assert_int_equal(WS_INVALID, ws_read_series_text(&series, text, strlen(text), "t.csv", NULL, diag));
    assert_true(ws_count_problems(diag) >= 1);
    const ws_problem *problem = ws_get_problem(diag, 0);
    assert_int_equal(problem->place.line, line);
    if (!strstr(problem->message, word))
        print_message("'%s' lacks '%s'\n", problem->message, word);
    assert_non_null(strstr(problem->message, word));
    ws_free_diag(diag);
}

static void dated(const ws_series *series, size_t at, const char *date, double value)
{
    char text[WS_DATE_ROOM];
    ws__format_date(text, series->dates[at]);
    assert_string_equal(text, date);
    near(series->values[at], value, 0);
}

static void periods_are_dated_at_their_end_and_may_be_mixed(void **state)
{
    (void)state;
    ws_series *series = read_text("quarter,share\n1986,8.5\n1992-Q4,20.1\n1993Q3,18.1\n1993 Q4,20.7\n"
                                  "1994-02,21\n1994/03/11,22\n");
    assert_int_equal(series->count, 6);
    dated(series, 0, "1986-12-31", 8.5);
    dated(series, 1, "1992-12-31", 20.1);
    dated(series, 2, "1993-09-30", 18.1);
    dated(series, 3, "1993-12-31", 20.7);
    dated(series, 4, "1994-02-28", 21);
    dated(series, 5, "1994-03-11", 22);
    ws_free_series(series);
}

static void numbers_may_have_separators(void **state)
{
    (void)state;
    ws_series *series = read_text("\"the date\",\"a \"\"value\"\"\"\n1990,\"1,234,567.5\"\n1991,1 234.5\n"
                                  "1992,12%\n1993,-3e2\n1994,1'000\n");
    dated(series, 0, "1990-12-31", 1234567.5);
    dated(series, 1, "1991-12-31", 1234.5);
    dated(series, 2, "1992-12-31", 12);
    dated(series, 3, "1993-12-31", -300);
    dated(series, 4, "1994-12-31", 1000);
    ws_free_series(series);
    series = read_text("\xEF\xBB\xBF"
                       "d;v\r\n1990;1.234,5\r\n1991;12,25\r\n1992;7\r\n");
    dated(series, 0, "1990-12-31", 1234.5);
    dated(series, 1, "1991-12-31", 12.25);
    dated(series, 2, "1992-12-31", 7);
    ws_free_series(series);
}

static void gaps_are_skipped_and_counted(void **state)
{
    (void)state;
    ws_series *series = read_text("d\tv\n1990\t\n1991\t.\n1992\t3\n\n\t\n1993\tNA\n1994\t4\n");
    assert_int_equal(series->count, 2);
    assert_int_equal(series->skipped, 3);
    assert_int_equal(series->skipped_rows, 1);
    ws_free_series(series);
}

static void what_is_wrong_is_named_by_its_line(void **state)
{
    (void)state;
    refuses("d,v\n1990,1\n1992,2\n1991,3\n", 4, "behind a later date on line 3");
    refuses("d,v\n1990,1\n1992,2\n\n1992,3\n", 5, "comes twice, first on line 3");
    refuses("d,v\n1990,1\n1990-Q4,2\n", 3, "comes twice");
    refuses("d,v\n1990,1\n02/11/1994,2\n", 3, "no date");
    refuses("d,v\n1994-02-30,1\n", 2, "no date");
    refuses("d,v\n1990,one\n", 2, "no number");
    refuses("d,v\n1990,\"1,23\"\n", 2, "no number");
    refuses("d,v\n1990,inf\n", 2, "no number");
    refuses("d,v\n1990\n", 2, "1 field");
    refuses("d,v\n1990,\n", 0, "all values are missing");
    refuses("d,v\n", 0, "no rows");
    refuses("", 0, "empty");
    refuses("d\n1990\n", 1, "expected two");
}

static void a_column_is_found_by_its_name(void **state)
{
    (void)state;
    static const char text[] = "share,note,quarter\n20.1,a,1992-Q4\n18.1,b,1993-Q3\n";
    ws_series_options options = {.date_column = "quarter", .value_column = "share"};
    ws_series *series = NULL;
    assert_int_equal(WS_OK, ws_read_series_text(&series, text, strlen(text), "t", &options, NULL));
    dated(series, 1, "1993-09-30", 18.1);
    ws_free_series(series);
    options.value_column = "shares";
    ws_diag *diag = ws_new_diag();
    assert_int_equal(WS_INVALID, ws_read_series_text(&series, text, strlen(text), "t", &options, diag));
    assert_non_null(strstr(ws_get_problem(diag, 0)->message, "did you mean 'share'"));
    ws_free_diag(diag);
    assert_int_equal(WS_INVALID, ws_read_series(&series, "no-such-file.csv", NULL, NULL));
}

static void steps_are(const char *text, ws_step step, size_t count, int32_t ahead, const char *then)
{
    ws_series *series = read_text(text);
    WS_SCRATCH(scratch);
    ws_grid grid;
    char date[WS_DATE_ROOM];
    assert_int_equal(WS_OK, ws__lay_grid(&grid, &scratch, series, NULL));
    assert_int_equal(grid.step, step);
    assert_int_equal(grid.count, count);
    ws__format_date(date, ws__date_ahead(&grid, ahead));
    assert_string_equal(date, then);
    assert_int_equal(ws__steps_until(&grid, ws__date_ahead(&grid, ahead)), ahead);
    assert_int_equal(ws__steps_until(&grid, ws__date_ahead(&grid, ahead) - 1), ahead - 1);
    ws_free_series(series);
}

static void a_series_has_the_rhythm_of_its_dates(void **state)
{
    (void)state;
    steps_are("d,v\n1986,1\n1992-Q4,2\n1993-Q3,3\n", WS_STEP_QUARTER, 28, 1, "1993-12-31");
    steps_are("d,v\n1990,1\n1992,2\n", WS_STEP_YEAR, 3, 2, "1994-12-31");
    steps_are("d,v\n1990-01,1\n1990-03,2\n", WS_STEP_MONTH, 3, 11, "1991-02-28");
    steps_are("d,v\n1994-01-03,1\n1994-01-04,1\n1994-01-07,2\n1994-01-10,2\n", WS_STEP_WEEKDAY, 6, 5,
              "1994-01-17");
    steps_are("d,v\n1994-01-01,1\n1994-01-02,1\n1994-01-04,2\n", WS_STEP_DAY, 4, 3, "1994-01-07");
    steps_are("d,v\n1994-01-07,1\n1994-01-14,1\n1994-01-21,2\n", WS_STEP_WEEK, 3, 1, "1994-01-28");
    steps_are("d,v\n1994-01-01,1\n1994-02-01,1\n1994-04-01,2\n", WS_STEP_MONTH, 4, 1, "1994-05-01");
    steps_are("d,v\n1994-01-31,1\n1994-02-28,1\n1994-03-31,2\n", WS_STEP_MONTH, 3, 1, "1994-04-30");
}

static void what_was_not_yet_known_is_held_back(void **state)
{
    (void)state;
    ws_series *series = read_text("d,v\n1992-Q4,1\n1993-Q1,2\n1993-Q2,3\n"), *cut = NULL;
    ws_day day;
    assert_true(ws__read_date(&day, "1993-06-14", 10));
    assert_int_equal(WS_OK, ws_known_series(&cut, series, day, 75, NULL));
    assert_int_equal(cut->count, 2); /* the first quarter is known 75 days after 31 March: on 14 June */
    assert_int_equal(cut->held_back, 1);
    ws_free_series(cut);
    assert_int_equal(WS_OK, ws_known_series(&cut, series, day - 1, 75, NULL));
    assert_int_equal(cut->count, 1);
    ws_free_series(cut);
    ws_free_series(series);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_are_dated_at_their_end_and_may_be_mixed),
        cmocka_unit_test(numbers_may_have_separators),
        cmocka_unit_test(gaps_are_skipped_and_counted),
        cmocka_unit_test(what_is_wrong_is_named_by_its_line),
        cmocka_unit_test(a_column_is_found_by_its_name),
        cmocka_unit_test(a_series_has_the_rhythm_of_its_dates),
        cmocka_unit_test(what_was_not_yet_known_is_held_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
