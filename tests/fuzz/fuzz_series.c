/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hostile tables: whatever they hold, a series is read or refused, and judged without a NaN. */
#include "winset/monitor.h"

#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(double value)
{
    if (!isfinite(value))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ws_series *series = NULL;
    if (size > 4096 || ws_read_series_text(&series, (const char *)data, size, "t", NULL, NULL) != WS_OK)
        return 0;
    for (size_t i = 0; i < series->count; i++) {
        check(series->values[i]);
        if (i && series->dates[i] <= series->dates[i - 1])
            abort();
    }
    ws_trend trend;
    if (series->count > 1) {
        double *times = malloc(series->count * sizeof *times);
        for (size_t i = 0; times && i < series->count; i++)
            times[i] = series->dates[i];
        if (times && ws_find_trend(&trend, series->count, times, series->values, 0, NULL, NULL) == WS_OK) {
            check(trend.p);
            check(trend.corrected_p);
            check(trend.tau_b);
        }
        free(times);
    }
    ws_free_series(series);
    return 0;
}
