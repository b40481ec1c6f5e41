/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates of date.h. The conversions are Howard Hinnant's (days_from_civil, civil_from_days,
 * https://howardhinnant.github.io/date_algorithms.html): eras of 400 years of 146,097 days, years that begin
 * in March, so that the leap day is the last. */
#include "base/date.h"

#include <stdio.h>

enum { DAYS_AN_ERA = 146097, EPOCH = 719468, FIRST_DAY = -719162, LAST_DAY = 2932896, MOST_COUNT = 100000 };

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

ws_day ws__make_day(int year, int month, int day)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return WS_NO_DAY;
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400, of_era = y - era * 400;
    int of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return era * DAYS_AN_ERA + day_of_era - EPOCH;
}

void ws__split_day(int *year, int *month, int *day, ws_day date)
{
    int z = date + EPOCH; /* from 0000-03-01: positive for every date we make */
    int era = z / DAYS_AN_ERA, of_era = z - era * DAYS_AN_ERA;
    int year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * of_year + 2) / 153;
    *day = of_year - (153 * shifted + 2) / 5 + 1;
    *month = shifted < 10 ? shifted + 3 : shifted - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

void ws__format_date(char out[WS_DATE_ROOM], ws_day date)
{
    out[0] = '\0';
    if (date < FIRST_DAY || date > LAST_DAY)
        return;
    int year, month, day;
    ws__split_day(&year, &month, &day, date);
    snprintf(out, WS_DATE_ROOM, "%04d-%02d-%02d", year % 10000, month % 100, day % 100);
}

void ws__format_long_date(char out[WS_DATE_ROOM + 8], ws_day date)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    out[0] = '\0';
    if (date < FIRST_DAY || date > LAST_DAY)
        return;
    int year, month, day;
    ws__split_day(&year, &month, &day, date);
    snprintf(out, WS_DATE_ROOM + 8, "%d %s %d", day % 100, months[month - 1], year % 10000);
}

/* `digits` digits at *at; -1: they are not there. */
static int take_number(const char *text, size_t length, size_t *at, size_t digits)
{
    int value = 0;
    if (length - *at < digits)
        return -1;
    for (size_t i = 0; i < digits; i++) {
        char c = text[*at + i];
        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    *at += digits;
    return value;
}

static bool take(const char *text, size_t length, size_t *at, char wanted)
{
    if (*at >= length || text[*at] != wanted)
        return false;
    ++*at;
    return true;
}

bool ws__read_date(ws_day *out, const char *text, size_t length)
{
    size_t at = 0;
    int year = take_number(text, length, &at, 4);
    if (year < 0 || !take(text, length, &at, '-'))
        return false;
    int month = take_number(text, length, &at, 2);
    if (month < 0 || !take(text, length, &at, '-'))
        return false;
    int day = take_number(text, length, &at, 2);
    ws_day date = day < 0 || at != length ? WS_NO_DAY : ws__make_day(year, month, day);
    if (date == WS_NO_DAY)
        return false;
    *out = date;
    return true;
}

int ws__weekday(ws_day date)
{
    int weekday = (date + 3) % 7; /* 1970-01-01 was a Thursday */
    return weekday < 0 ? weekday + 7 : weekday;
}

bool ws__read_period(ws_day *out, ws_period_kind *kind, const char *text, size_t length)
{
    ws_period_kind found = WS_PERIOD_DAY;
    if (!ws__read_date(out, text, length)) {
        size_t at = 0;
        int year = take_number(text, length, &at, 4), month = 12;
        if (year < 1)
            return false;
        if (at == length) {
            found = WS_PERIOD_YEAR;
        } else {
            bool dash = take(text, length, &at, '-');
            if (take(text, length, &at, 'Q') || take(text, length, &at, 'q')) {
                month = 3 * take_number(text, length, &at, 1);
                found = WS_PERIOD_QUARTER;
            } else {
                month = dash ? take_number(text, length, &at, 2) : -1;
                found = WS_PERIOD_MONTH;
            }
            if (at != length || month < 1 || month > 12)
                return false;
        }
        *out = ws__make_day(year, month, days_in_month(year, month));
    }
    if (kind)
        *kind = found;
    return true;
}

bool ws__read_interval(ws_interval *out, const char *text, size_t length)
{
    int32_t count = 0;
    size_t at = 0;
    for (; at < length && text[at] >= '0' && text[at] <= '9'; at++) {
        count = count * 10 + (text[at] - '0');
        if (count > MOST_COUNT)
            return false;
    }
    if (at == 0 || at + 1 != length)
        return false;
    char unit = text[at];
    if (unit != 'd' && unit != 'w' && unit != 'm' && unit != 'y')
        return false;
    *out = (ws_interval){count, unit};
    return true;
}

ws_day ws__add_interval(ws_day date, ws_interval interval, int32_t times)
{
    int64_t steps = (int64_t)interval.count * times;
    if (interval.unit == 'd' || interval.unit == 'w') {
        int64_t day = (int64_t)date + steps * (interval.unit == 'w' ? 7 : 1);
        return day < FIRST_DAY || day > LAST_DAY ? WS_NO_DAY : (ws_day)day;
    }
    int year, month, day;
    ws__split_day(&year, &month, &day, date);
    int64_t months = (int64_t)year * 12 + (month - 1) + steps * (interval.unit == 'y' ? 12 : 1);
    if (months < 12 || months >= (int64_t)10000 * 12)
        return WS_NO_DAY;
    year = (int)(months / 12);
    month = (int)(months % 12) + 1;
    int last = days_in_month(year, month);
    return ws__make_day(year, month, day < last ? day : last);
}
