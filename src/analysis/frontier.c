/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The efficient vectors of a set.
 *
 * Rows are sorted falling by the first coordinate (then the second ...) and distinct, so a row is dominated
 * only by one before it.
 *   one coordinate    the first row
 *   two               sweep: a row stays if its second coordinate is a new maximum
 *   three             the same with a staircase (staircase.c)
 *   more              tree.c
 * Source: Kung, Luccio, Preparata 1975. */
#include "analysis/points.h"

#include "base/diag.h"

#include <math.h>
#include <stdlib.h>

static void sweep_two(ws_points *points)
{
    size_t kept = 0;
    double best = -INFINITY;
    for (size_t i = 0; i < points->count; i++) {
        double second = ws__row(points, i)[1];
        if (second <= best)
            continue;
        best = second;
        ws__move_point(points, kept++, i);
    }
    points->count = kept;
}

static ws_status filter_many(ws_points *points)
{
    uint8_t *dominated = calloc(points->count, 1);
    ws_status status = dominated ? ws__mark_dominated(dominated, points) : WS_LIMIT;
    if (status == WS_OK) {
        size_t kept = 0;
        for (size_t i = 0; i < points->count; i++)
            if (!dominated[i])
                ws__move_point(points, kept++, i);
        points->count = kept;
    }
    free(dominated);
    return status;
}

ws_status ws__filter_sorted(ws_points *points)
{
    if (points->count < 2)
        return WS_OK;
    switch (points->dimension) {
    case 0:
    case 1:
        points->count = 1;
        return WS_OK;
    case 2:
        sweep_two(points);
        return WS_OK;
    case 3:
        return ws__filter_three(points);
    default:
        return filter_many(points);
    }
}

ws_status ws__keep_efficient(ws_points *points)
{
    WS_TRY(ws__sort_points(points));
    return ws__filter_sorted(points);
}
