/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time of what `monitor` does to a long series: a table of COUNT daily rows (10^6) in memory, read, trend,
 * forecast, breaks (also of a walk and of noise alone), all of it with 1 and 2 threads; then a case of a
 * thousand indicators with 1 and 2 threads, whose documents must be the same. Processor seconds (all threads)
 * and, beside them, as multiples of one qsort of as many numbers, which other loads on the machine slow down
 * alike. Usage: monitor [COUNT]. */
#include "base/date.h"
#include "base/random.h"
#include "base/text.h"
#include "report/monitor.h"
#include "winset/winset.h"

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

static void time_breaks(const char *what, size_t count, const double *values)
{
    ws_breaks breaks;
    begin();
    if (ws_find_breaks(&breaks, count, values, NULL, NULL) != WS_OK)
        exit(1);
    tell(what);
    printf("           up to %zu breaks%s\n", breaks.most, breaks.gave_up ? ", then gave up" : "");
}

/* Of a walk and of noise about a constant. */
static void time_other_breaks(size_t count, double *values)
{
    ws_random random = ws__new_random(2, 9);
    double walk = 0;
    for (size_t i = 0; i < count; i++)
        values[i] = walk += ws__draw_normal(&random);
    time_breaks("a walk", count, values);
    for (size_t i = 0; i < count; i++)
        values[i] = 5 + ws__draw_normal(&random);
    time_breaks("noise", count, values);
}

static void time_indicator(const ws_series *series, unsigned threads)
{
    ws_promise promise = {.by = series->dates[series->count - 1] + 365, .value = 100};
    ws_question question = {.key = "daily", .promise_count = 1, .promises = &promise, .agreed = INT32_MIN};
    ws_run run = {.threads = threads};
    ws_monitoring *monitoring = NULL;
    begin();
    if (ws_monitor_series(&monitoring, series, &question, &run, NULL) != WS_OK)
        exit(1);
    tell(threads == 1 ? "all, 1" : "all, 2");
    ws_free_monitoring(monitoring);
}

static char *monitor_many(const ws_case *c, unsigned threads)
{
    ws_run run = {.threads = threads};
    ws_report_options options = {.form = WS_REPORT_JSON};
    ws_monitoring *monitoring = NULL;
    char *document = NULL;
    begin();
    if (ws_monitor_case(&monitoring, c, NULL, &run, NULL) != WS_OK)
        exit(1);
    tell(threads == 1 ? "many, 1" : "many, 2");
    if (ws__report_monitoring(&document, monitoring, c, NULL, &options, NULL) != WS_OK)
        exit(1);
    ws_free_monitoring(monitoring);
    return document;
}

/* A thousand indicators of 40 quarters each. */
static void time_many(void)
{
    WS_TEXT(text);
    ws_random random = ws__new_random(3, 9);
    ws__add_text(
        &text,
        "winset: 1\nissues: {a: [x, y]}\nparties: {p: {points: {a: [0, 1]}}, q: {points: {a: [1, 0]}}}\n"
        "indicators:\n");
    for (int i = 0; i < 1000; i++) {
        double level = 20;
        ws__add_format(&text, "  i%d:\n    target: {by: 2001-12-31, at_least: 22}\n    series: {", i);
        for (int q = 0; q < 40; q++) {
            level += 0.3 * ws__draw_normal(&random);
            ws__add_format(&text, "%s%d-Q%d: %.3f", q ? ", " : "", 1990 + q / 4, q % 4 + 1,
                           level + ws__draw_normal(&random));
        }
        ws__add_text(&text, "}\n");
    }
    ws_case *c = NULL;
    if (!text.bytes || ws_read_case_text(&c, text.bytes, text.length, "many", NULL) != WS_OK)
        exit(1);
    char *one = monitor_many(c, 1), *two = monitor_many(c, 2);
    printf("           a thousand indicators: %s\n", strcmp(one, two) == 0 ? "the same bytes" : "DIFFERENT");
    free(one);
    free(two);
    ws_free_case(c);
}

int main(int argument_count, char **arguments)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
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
    time_breaks("breaks", count, series->values);
    time_other_breaks(count, values);
    time_indicator(series, 1);
    time_indicator(series, 2);
    time_many();
    ws_free_series(series);
    free(values);
    free(times);
    return 0;
}
