/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates as day numbers: days since 1970-01-01 in the Gregorian calendar, also before it was decreed. A period
 * (1986, 1992-Q4, 1993-05) is dated at its last day. Years 0001 to 9999. */
#ifndef WINSET_BASE_DATE_H
#define WINSET_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t ws_day;
#define WS_NO_DAY INT32_MIN

enum { WS_DATE_ROOM = 16 };

ws_day ws__make_day(int year, int month, int day); /* WS_NO_DAY: there is no such date */
void ws__split_day(int *year, int *month, int *day, ws_day date);
/* 1994-05-14. `out` is "" for WS_NO_DAY. */
void ws__format_date(char out[WS_DATE_ROOM], ws_day date);
/* "14 May 1994", as it is read aloud. */
void ws__format_long_date(char out[WS_DATE_ROOM + 8], ws_day date);
/* Reads YYYY-MM-DD; false: it is no date (also 1994-02-30). */
bool ws__read_date(ws_day *out, const char *text, size_t length);
/* 0 Monday .. 6 Sunday. */
int ws__weekday(ws_day date);

typedef enum ws_period_kind {
    WS_PERIOD_DAY,
    WS_PERIOD_MONTH,
    WS_PERIOD_QUARTER,
    WS_PERIOD_YEAR
} ws_period_kind;
/* Reads a date, 1993-05, 1992-Q4 (also 1992Q4) or 1986; *out is its last day. `kind` may be NULL. */
bool ws__read_period(ws_day *out, ws_period_kind *kind, const char *text, size_t length);

/* A stretch of time: 3d, 1w, 2m, 1y. */
typedef struct ws_interval {
    int32_t count;
    char unit; /* 'd', 'w', 'm', 'y' */
} ws_interval;
/* Reads a count from 0 to 100,000 and its unit. */
bool ws__read_interval(ws_interval *out, const char *text, size_t length);
/* `date` and `times` intervals (months end where the month ends: 31 January and 1m: 28 February). WS_NO_DAY:
 * outside the calendar. */
ws_day ws__add_interval(ws_day date, ws_interval interval, int32_t times);

#endif
