/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the statistics of this room share. */
#ifndef WINSET_MONITOR_STATISTICS_H
#define WINSET_MONITOR_STATISTICS_H

#include "base/arena.h"
#include "winset/monitor.h"

/* A value and where it came from. */
typedef struct ws_keyed {
    double key;
    uint32_t at;
} ws_keyed;

/* Who is told of inversions while a list is sorted: of inversion number `next`, then of what `take` answers,
 * counted from 0 in the order in which the sort meets them. */
typedef struct ws_inversions {
    uint64_t next, seen;
    uint64_t (*take)(void *user, uint32_t left, uint32_t right); /* gives the next number, > this one */
    void *user;
} ws_inversions;

/* Sorts items by key, stably, and gives back the pairs i < j with key i > key j. `room` [count] is scratch;
 * `told` may be NULL. */
uint64_t ws__sort_keyed(ws_keyed *items, ws_keyed *room, size_t count, ws_inversions *told);

/* The same, its parts on the threads of `run` (which may be NULL). WS_INTERRUPTED, or WS_LIMIT (time). */
ws_status ws__sort_keyed_parts(uint64_t *inversions, ws_keyed *items, ws_keyed *room, size_t count,
                               const ws_run *run);

/* Ranks from 1, the mean rank at ties. False: memory is out. */
bool ws__rank_values(double *ranks, const double *values, size_t count);

/* Sums over i of x_i x_(i+k), k = 0 .. count - 1. WS_LIMIT: memory or time is out. */
ws_status ws__sum_lags(double *sums, const double *x, size_t count, const ws_run *run);

/* The value of rank `rank` (from 0) among `values`, which are put in another order. */
double ws__select_value(double *values, size_t count, size_t rank);

/* Slope and interval of a trend whose `count`, `variance` and `level` are known. */
ws_status ws__find_slope(ws_trend *trend, const double *times, const double *values, const ws_run *run,
                         ws_diag *diag);

#endif
