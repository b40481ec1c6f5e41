/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A growing set of vectors, one coordinate a party, each with the outcome it belongs to; and what is left of
 * it when every vector that another one is at least as good as is dropped.
 *
 * Larger is better in every coordinate. Coordinates are finite. Of equal vectors the lowest outcome stays. */
#ifndef WINSET_ANALYSIS_POINTS_H
#define WINSET_ANALYSIS_POINTS_H

#include "winset/base.h"

typedef struct ws_points {
    size_t dimension, count, room;
    double *values;     /* [count * dimension], a row a vector */
    uint64_t *outcomes; /* [count] */
} ws_points;

static inline const double *ws__row(const ws_points *points, size_t at)
{
    return points->values + at * points->dimension;
}

/* Room for `room` rows in all; false where memory is out. */
bool ws__reserve_points(ws_points *points, size_t room);
bool ws__add_point(ws_points *points, const double *row, uint64_t outcome);
/* All rows of `from` behind those of `into`; equal dimensions. */
bool ws__append_points(ws_points *into, const ws_points *from);
void ws__free_points(ws_points *points);

/* Sorts rows falling by the first coordinate, then the second, and so on, equal ones rising by outcome, and
 * drops all but the first of equal ones. WS_LIMIT: memory. */
ws_status ws__sort_points(ws_points *points);

/* Leaves the efficient vectors, in that order. Cost: one and two coordinates O(n log n); three O(n log n)
 * but for a rare move of the staircase's index; more: O(n log n) to build a tree, then a query a vector.
 * WS_LIMIT: memory. */
ws_status ws__keep_efficient(ws_points *points);

/* Row `from` over row `to`. */
void ws__move_point(ws_points *points, size_t to, size_t from);

/* The same for points that are sorted and distinct already. */
ws_status ws__filter_sorted(ws_points *points);
/* The part of it for three coordinates (staircase.c). */
ws_status ws__filter_three(ws_points *points);
/* And for four and more (tree.c): sets dominated[i] for each row i. */
ws_status ws__mark_dominated(uint8_t *dominated, const ws_points *points);

#endif
