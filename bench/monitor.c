/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time of what `monitor` does to a long series: a table of COUNT daily rows (10^6) in memory, read, trend,
 * forecast, breaks; processor seconds (all threads) and, beside them, as multiples of one qsort of as many
 * numbers, which other loads on the machine slow down alike. Usage: monitor [COUNT]. */
#include "base/date.h"
#include "base/random.h"
#include "base/text.h"
#include "winset/monitor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(clockid_t clock)
{
    struct timespec at;
    clock_gettime(clock, &at);
    return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double unit = 1, started, started_wall;

static void begin(void)
{
    started = now(CLOCK_PROCESS_CPUTIME_ID);
    started_wall = now(CLOCK_MONOTONIC);
}

static void tell(const char *what)
{
    double used = now(CLOCK_PROCESS_CPUTIME_ID) - started;
    printf("%-10s %7.3f s  %6.2f sorts  (%.3f s of wall)\n", what, used, used / unit,
           now(CLOCK_MONOTONIC) - started_wall);
}

int main(int argument_count, char **arguments)
{
    size_t count = argument_count > 1 ? strtoul(arguments[1], NULL, 10) : 1000000;
    double *values = malloc(count * sizeof *values), *times = malloc(count * sizeof *times);
    ws_random random = ws__new_random(1, 9);
    WS_TEXT(table);
    double level = 100;
    ws__add_text(&table, "date,value\n");
    for (size_t i = 0; values && times && i < count; i++) {
        char date[WS_DATE_ROOM];
        ws__format_date(date, (ws_day)i - 500000);
        level += 0.05 * ws__draw_normal(&random);
        ws__add_format(&table, "%s,%.3f\n", date, level + ws__draw_normal(&random));
        times[i] = (double)i / 365.25;
        values[i] = ws__draw_normal(&random);
    }
    if (!values || !times || !table.bytes)
        return 1;
    begin();
    qsort(values, count, sizeof *values, by_size);
    unit = now(CLOCK_PROCESS_CPUTIME_ID) - started;
    tell("qsort");
    ws_series *series = NULL;
    begin();
    if (ws_read_series_text(&series, table.bytes, table.length, "table", NULL, NULL) != WS_OK)
        return 1;
    tell("read");
    ws_trend trend;
    begin();
    ws_find_trend(&trend, count, times, series->values, 0, NULL, NULL);
    tell("trend");
    for (int slope = 0; slope < 2; slope++) {
        ws_fit fit;
        begin();
        ws_fit_series(&fit, &(ws_state_model){.slope = slope}, count, series->values, NULL, NULL);
        tell(slope ? "fit slope" : "fit level");
    }
    ws_breaks breaks;
    begin();
    ws_find_breaks(&breaks, count, series->values, NULL, NULL);
    tell("breaks");
    printf("up to %zu breaks%s\n", breaks.most, breaks.gave_up ? ", then gave up" : "");
    ws_free_series(series);
    free(values);
    free(times);
    return 0;
}
