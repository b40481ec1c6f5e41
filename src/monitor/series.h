/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Series as this room keeps them, and the regular grid that a state-space model walks on. */
#ifndef WINSET_MONITOR_SERIES_H
#define WINSET_MONITOR_SERIES_H

#include "base/arena.h"
#include "base/date.h"
#include "case/model.h"
#include "winset/monitor.h"

/* Makes a series of given values (checked: rising dates), copied. */
ws_status ws__make_series(ws_series **out, size_t count, const ws_day *dates, const uint8_t *kinds,
                          const double *values, const char *name, ws_diag *diag);

/* The series of a case's source: inline, or its file under the case's folder. */
ws_status ws__load_source(ws_series **out, const ws_case *c, const ws_series_source *source, ws_diag *diag);

/* What a step is. */
typedef enum ws_step {
    WS_STEP_DAY,
    WS_STEP_WEEKDAY,
    WS_STEP_WEEK,
    WS_STEP_MONTH,
    WS_STEP_QUARTER,
    WS_STEP_YEAR
} ws_step;

typedef struct ws_grid {
    ws_step step;
    int32_t first;   /* index of the first value */
    size_t count;    /* steps from the first value to the last */
    ws_day last;     /* date of the last value */
    bool month_days; /* dated on a day within its month, not at its end */
    double *values;  /* [count], NaN: missing */
} ws_grid;

/* Lays a series on the grid of its own rhythm. */
ws_status ws__lay_grid(ws_grid *out, ws_arena *arena, const ws_series *series, ws_diag *diag);
/* Steps from the last value to the last one dated on or before `day`; < 0: before. */
int32_t ws__steps_until(const ws_grid *grid, ws_day day);
/* The date of the value `ahead` steps behind the last. */
ws_day ws__date_ahead(const ws_grid *grid, int32_t ahead);
/* "quarter", ...; steps in a year for a season (0: none). */
const char *ws__step_name(ws_step step);
unsigned ws__steps_a_year(ws_step step);

/* Years of 365.25 days from one day to another. */
static inline double ws__years(ws_day from, ws_day to)
{
    return (to - from) / 365.25;
}

#endif
