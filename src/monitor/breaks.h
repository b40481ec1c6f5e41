/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two programmes that divide a series share. */
#ifndef WINSET_MONITOR_BREAKS_H
#define WINSET_MONITOR_BREAKS_H

#include "monitor/statistics.h"

typedef struct ws_sums {
    size_t count;
    const double *values;         /* less their mean */
    const double *first, *second; /* [count + 1] running sums of these and of their squares */
} ws_sums;

/* Sum of squares about their mean of values from + 1 .. to. */
static inline double ws__segment_squares(const ws_sums *sums, size_t from, size_t to)
{
    double sum = sums->first[to] - sums->first[from];
    double squares = sums->second[to] - sums->second[from] - sum * sum / (double)(to - from);
    return squares > 0 ? squares : 0;
}

/* Fills out->divisions[..].at for 0 .. out->most breaks. WS_LIMIT: too little could be left out (or time or
 * memory is out); what was filled is of no use. */
ws_status ws__divide_by_bounds(ws_breaks *out, const ws_sums *sums, const ws_run *run);
/* The same for any series; lowers `most` where it gave up. */
ws_status ws__divide_by_pruning(ws_breaks *out, const ws_sums *sums, const ws_run *run, ws_diag *diag);

#endif
