/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rhythm of a series: the finest period it names; where it names days, days, weekdays, weeks, months,
 * quarters or years, by the distances between them. A period without a value is a missing value, and a
 * coarser period (1986 among quarters) counts as its last part. */
#include "monitor/series.h"

#include "base/diag.h"

#include <math.h>
#include <stdlib.h>

static int32_t month_index(ws_day day)
{
    int year, month, date;
    ws__split_day(&year, &month, &date, day);
    return year * 12 + month - 1;
}

static int32_t floor_part(int32_t a, int32_t b)
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

static int32_t index_of(ws_step step, ws_day day)
{
    int32_t week = floor_part(day + 3, 7); /* from a Monday */
    switch (step) {
    case WS_STEP_DAY:
        return day;
    case WS_STEP_WEEKDAY: {
        int32_t of_week = day + 3 - week * 7;
        return week * 5 + (of_week > 4 ? 4 : of_week);
    }
    case WS_STEP_WEEK:
        return week;
    case WS_STEP_MONTH:
        return month_index(day);
    case WS_STEP_QUARTER:
        return month_index(day) / 3;
    case WS_STEP_YEAR:
        break;
    }
    return month_index(day) / 12;
}

static int32_t months_of(ws_step step)
{
    return step == WS_STEP_MONTH ? 1 : step == WS_STEP_QUARTER ? 3 : 12;
}

/* No two values fall into one step. */
static bool fits(const ws_series *series, ws_step step)
{
    for (size_t i = 1; i < series->count; i++)
        if (index_of(step, series->dates[i]) == index_of(step, series->dates[i - 1]))
            return false;
    return true;
}

static int by_size(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static ws_step step_of_days(const ws_series *series, ws_arena *arena)
{
    if (series->count < 2)
        return WS_STEP_DAY;
    int32_t *gaps = WS_NEW_MANY(arena, series->count - 1, int32_t);
    bool weekend = false;
    for (size_t i = 0; i < series->count; i++) {
        weekend = weekend || ws__weekday(series->dates[i]) > 4;
        if (gaps && i)
            gaps[i - 1] = series->dates[i] - series->dates[i - 1];
    }
    if (!gaps)
        return WS_STEP_DAY;
    qsort(gaps, series->count - 1, sizeof *gaps, by_size);
    int32_t middle = gaps[(series->count - 1) / 2];
    if (middle > 200 && fits(series, WS_STEP_YEAR))
        return WS_STEP_YEAR;
    if (middle > 60 && fits(series, WS_STEP_QUARTER))
        return WS_STEP_QUARTER;
    if (middle > 20 && fits(series, WS_STEP_MONTH))
        return WS_STEP_MONTH;
    if (middle > 4 && fits(series, WS_STEP_WEEK))
        return WS_STEP_WEEK;
    return weekend ? WS_STEP_DAY : WS_STEP_WEEKDAY;
}

ws_status ws__lay_grid(ws_grid *out, ws_arena *arena, const ws_series *series, ws_diag *diag)
{
    static const ws_step steps[] = {WS_STEP_DAY, WS_STEP_MONTH, WS_STEP_QUARTER, WS_STEP_YEAR};
    if (!series->count)
        return ws_fail(diag, WS_INVALID, "no value is known");
    uint8_t finest = WS_PERIOD_YEAR;
    for (size_t i = 0; i < series->count; i++)
        finest = series->kinds[i] < finest ? series->kinds[i] : finest;
    ws_grid grid = {.step = finest == WS_PERIOD_DAY ? step_of_days(series, arena) : steps[finest]};
    grid.month_days = finest == WS_PERIOD_DAY;
    grid.last = series->dates[series->count - 1];
    grid.first = index_of(grid.step, series->dates[0]);
    grid.count = (size_t)(index_of(grid.step, grid.last) - grid.first) + 1;
    grid.values = WS_NEW_MANY(arena, grid.count, double);
    if (!grid.values)
        return ws_fail(diag, WS_LIMIT, "no memory for a series of %zu steps", grid.count);
    for (size_t i = 0; i < grid.count; i++)
        grid.values[i] = NAN;
    for (size_t i = 0; i < series->count; i++)
        grid.values[index_of(grid.step, series->dates[i]) - grid.first] = series->values[i];
    *out = grid;
    return WS_OK;
}

ws_day ws__date_ahead(const ws_grid *grid, int32_t ahead)
{
    if (grid->step == WS_STEP_DAY)
        return grid->last + ahead;
    if (grid->step == WS_STEP_WEEK)
        return grid->last + 7 * ahead;
    if (grid->step == WS_STEP_WEEKDAY) {
        int32_t index = index_of(WS_STEP_WEEKDAY, grid->last) + ahead, week = floor_part(index, 5);
        return week * 7 + (index - week * 5) - 3;
    }
    int year, month, day;
    ws__split_day(&year, &month, &day, grid->last);
    bool at_end = ws__make_day(year, month, day + 1) == WS_NO_DAY;
    return grid->month_days && !at_end
               ? ws__add_interval(grid->last, (ws_interval){months_of(grid->step), 'm'}, ahead)
               : ws__add_interval(ws__add_interval(ws__make_day(year, month, 1), (ws_interval){1, 'm'},
                                                   ahead * months_of(grid->step) + 1),
                                  (ws_interval){1, 'd'}, -1);
}

int32_t ws__steps_until(const ws_grid *grid, ws_day day)
{
    int32_t ahead = index_of(grid->step, day) - index_of(grid->step, grid->last);
    ws_day at = ws__date_ahead(grid, ahead);
    return at != WS_NO_DAY && at > day ? ahead - 1 : ahead;
}

const char *ws__step_name(ws_step step)
{
    static const char *const names[] = {"day", "weekday", "week", "month", "quarter", "year"};
    return names[step];
}

unsigned ws__steps_a_year(ws_step step)
{
    return step == WS_STEP_MONTH ? 12 : step == WS_STEP_QUARTER ? 4 : 0;
}
