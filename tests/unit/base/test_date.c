/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates, periods, intervals; the C library's own calendar is the oracle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/date.h"

#include <string.h>
#include <time.h>

static ws_day day_of(const char *text)
{
    ws_day day = WS_NO_DAY;
    ws__read_period(&day, NULL, text, strlen(text));
    return day;
}

static void every_day_agrees_with_the_c_library(void **state)
{
    (void)state;
    for (ws_day day = -719162; day <= 2932896; day += 97) {
        time_t seconds = (time_t)day * 86400;
        struct tm expected;
        gmtime_r(&seconds, &expected);
        int year, month, of_month;
        ws__split_day(&year, &month, &of_month, day);
        assert_int_equal(year, expected.tm_year + 1900);
        assert_int_equal(month, expected.tm_mon + 1);
        assert_int_equal(of_month, expected.tm_mday);
        assert_int_equal((ws__weekday(day) + 1) % 7, expected.tm_wday);
        assert_int_equal(ws__make_day(year, month, of_month), day);
        char text[WS_DATE_ROOM];
        ws__format_date(text, day);
        assert_int_equal(day_of(text), day);
    }
}

static void a_period_is_dated_at_its_end(void **state)
{
    (void)state;
    assert_int_equal(day_of("1986"), ws__make_day(1986, 12, 31));
    assert_int_equal(day_of("1992-Q4"), ws__make_day(1992, 12, 31));
    assert_int_equal(day_of("1992Q1"), ws__make_day(1992, 3, 31));
    assert_int_equal(day_of("1992-02"), ws__make_day(1992, 2, 29));
    assert_int_equal(day_of("1994-05-14"), 8899);
    static const char *const bad[] = {"1992-Q5",    "1992-Q0",   "1992-13", "1992-00",
                                      "1994-02-30", "94",        "0000",    "1992-",
                                      "1992-Q",     "1994-5-14", "199212",  "1994-05-14 "};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(day_of(bad[i]), WS_NO_DAY);
}

static void months_end_where_the_month_ends(void **state)
{
    (void)state;
    ws_interval month, week;
    assert_true(ws__read_interval(&month, "1m", 2));
    assert_true(ws__read_interval(&week, "1w", 2));
    assert_int_equal(ws__add_interval(day_of("1994-01-31"), month, 1), day_of("1994-02-28"));
    assert_int_equal(ws__add_interval(day_of("1994-01-31"), month, 2), day_of("1994-03-31"));
    assert_int_equal(ws__add_interval(day_of("1994-03-31"), month, -1), day_of("1994-02-28"));
    assert_int_equal(ws__add_interval(day_of("1994-05-27"), week, 6), day_of("1994-07-08"));
    assert_int_equal(ws__add_interval(day_of("9999-12-31"), week, 1), WS_NO_DAY);
    ws_interval none = {7, 'd'};
    assert_false(ws__read_interval(&none, "m", 1));
    assert_false(ws__read_interval(&none, "1", 1));
    assert_false(ws__read_interval(&none, "1h", 2));
    assert_false(ws__read_interval(&none, "999999d", 7));
    assert_int_equal(none.count, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_agrees_with_the_c_library),
        cmocka_unit_test(a_period_is_dated_at_its_end),
        cmocka_unit_test(months_end_where_the_month_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
