/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The efficient vectors of a stream of outcomes.
 *
 *   block  ->  [ corner beaten by `kept`?  drop it whole ]
 *          ->  [ row beaten by `kept`?     drop the row  ]  ->  pending  --(full: sort, filter)-->  kept
 *
 * Outcomes come in rising order, so what `kept` is at least as good as can go, equal vectors too: the lower
 * outcome is there already. Pending rows are not compared with each other until there are as many as kept
 * ones (at least PENDING): so all settling together costs O(n log n) of the rows that ever got there. */
#ifndef WINSET_ANALYSIS_FRONT_H
#define WINSET_ANALYSIS_FRONT_H

#include "analysis/points.h"

enum { WS_FRONT_LEADERS = 16 };

typedef struct ws_front {
    ws_points kept, pending;
    double *second; /* two coordinates: [kept.count] the second ones; the first ones: */
    double *first;
    size_t corner_room;
    size_t leaders[WS_FRONT_LEADERS]; /* rows of kept that dominate much: what beat a row lately, first */
    size_t leader_count;
} ws_front;

void ws__begin_front(ws_front *front, size_t dimension);
void ws__drop_front(ws_front *front);

/* True where something kept is at least as good as `corner` [dimension] in every coordinate: nothing at or
 * below the corner that comes later can be efficient. `thorough`: look at all of it (else at leaders only).
 */
bool ws__front_beats(ws_front *front, const double *corner, bool thorough);
/* Takes a row in, unless it is beaten. */
ws_status ws__front_offer(ws_front *front, const double *row, uint64_t outcome);
/* Takes rows of columns in: row i is columns[d][i], outcome first + i, for each i < count with its bit in
 * `bits` (NULL: all). */
ws_status ws__front_offer_columns(ws_front *front, const double *const *columns, size_t count, uint64_t first,
                                  const uint64_t *bits);
/* Leaves the efficient vectors in front->kept. */
ws_status ws__settle_front(ws_front *front);
/* Adds `from`, whose outcomes all come later. */
ws_status ws__merge_front(ws_front *into, ws_front *from);

#endif
