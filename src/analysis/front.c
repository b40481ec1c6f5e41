/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stream of front.h. With two coordinates what is kept is a staircase, and whether it beats a row is one
 * binary search. With more, a row is tested against a few leaders (those that beat rows lately stand first,
 * so most rows cost one comparison) and left to the settling where they do not decide. */
#include "analysis/front.h"

#include "base/diag.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PENDING = 512, THOROUGH = 4096, MOST_COORDINATES = 256 };

void ws__begin_front(ws_front *front, size_t dimension)
{
    *front = (ws_front){.kept = {.dimension = dimension}, .pending = {.dimension = dimension}};
}

void ws__drop_front(ws_front *front)
{
    ws__free_points(&front->kept);
    ws__free_points(&front->pending);
    free(front->first);
    free(front->second);
    front->first = front->second = NULL;
    front->corner_room = 0;
}

static bool covers(const double *a, const double *b, size_t dimension)
{
    for (size_t d = 0; d < dimension; d++)
        if (a[d] < b[d])
            return false;
    return true;
}

/* Of the kept rows (first falling, second rising) the last whose first is at least `first` has the largest
 * second of those; -infinity where there is none. */
static double stair(const ws_front *front, double first)
{
    size_t low = 0, high = front->kept.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (front->first[middle] >= first)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? front->second[low - 1] : -(double)INFINITY;
}

static bool leaders_beat(ws_front *front, const double *row)
{
    size_t dimension = front->kept.dimension;
    for (size_t k = 0; k < front->leader_count; k++) {
        size_t leader = front->leaders[k];
        if (!covers(ws__row(&front->kept, leader), row, dimension))
            continue;
        memmove(front->leaders + 1, front->leaders, k * sizeof *front->leaders);
        front->leaders[0] = leader;
        return true;
    }
    return false;
}

bool ws__front_beats(ws_front *front, const double *corner, bool thorough)
{
    if (front->kept.dimension == 2)
        return stair(front, corner[0]) >= corner[1];
    if (leaders_beat(front, corner))
        return true;
    if (!thorough)
        return false;
    size_t look = front->kept.count < THOROUGH ? front->kept.count : THOROUGH;
    for (size_t i = 0; i < look; i++) {
        if (!covers(ws__row(&front->kept, i), corner, front->kept.dimension))
            continue;
        memmove(front->leaders + 1, front->leaders, (WS_FRONT_LEADERS - 1) * sizeof *front->leaders);
        front->leaders[0] = i;
        front->leader_count += front->leader_count < WS_FRONT_LEADERS;
        return true;
    }
    return false;
}

/* The rows with the largest sums of coordinates, each over its range. */
static void choose_leaders(ws_front *front)
{
    const ws_points *kept = &front->kept;
    double sums[WS_FRONT_LEADERS], low[MOST_COORDINATES], scale[MOST_COORDINATES];
    size_t dimension = kept->dimension < MOST_COORDINATES ? kept->dimension : MOST_COORDINATES, found = 0;
    for (size_t d = 0; d < dimension; d++) {
        double high = -INFINITY;
        low[d] = INFINITY;
        for (size_t i = 0; i < kept->count; i++) {
            double value = ws__row(kept, i)[d];
            low[d] = value < low[d] ? value : low[d];
            high = value > high ? value : high;
        }
        scale[d] = high > low[d] ? 1 / (high - low[d]) : 0;
    }
    for (size_t i = 0; i < kept->count; i++) {
        double sum = 0;
        for (size_t d = 0; d < dimension; d++)
            sum += (ws__row(kept, i)[d] - low[d]) * scale[d];
        if (found == WS_FRONT_LEADERS && !(sum > sums[found - 1]))
            continue;
        size_t at = found < WS_FRONT_LEADERS ? found++ : found - 1;
        for (; at > 0 && sums[at - 1] < sum; at--) {
            sums[at] = sums[at - 1];
            front->leaders[at] = front->leaders[at - 1];
        }
        sums[at] = sum;
        front->leaders[at] = i;
    }
    front->leader_count = found;
}

static ws_status index_stairs(ws_front *front)
{
    size_t count = front->kept.count;
    if (count > front->corner_room) {
        double *first = realloc(front->first, 2 * count * sizeof *first);
        if (first)
            front->first = first;
        double *second = realloc(front->second, 2 * count * sizeof *second);
        if (second)
            front->second = second;
        if (!first || !second)
            return WS_LIMIT;
        front->corner_room = 2 * count;
    }
    for (size_t i = 0; i < count; i++) {
        front->first[i] = ws__row(&front->kept, i)[0];
        front->second[i] = ws__row(&front->kept, i)[1];
    }
    return WS_OK;
}

ws_status ws__settle_front(ws_front *front)
{
    if (front->pending.count == 0)
        return WS_OK;
    if (!ws__append_points(&front->kept, &front->pending))
        return WS_LIMIT;
    front->pending.count = 0;
    WS_TRY(ws__keep_efficient(&front->kept));
    if (front->kept.dimension == 2)
        return index_stairs(front);
    choose_leaders(front);
    return WS_OK;
}

static ws_status take(ws_front *front, const double *row, uint64_t outcome)
{
    if (!ws__add_point(&front->pending, row, outcome))
        return WS_LIMIT;
    size_t full = front->kept.count > PENDING ? front->kept.count : PENDING;
    return front->pending.count >= full ? ws__settle_front(front) : WS_OK;
}

ws_status ws__front_offer(ws_front *front, const double *row, uint64_t outcome)
{
    return ws__front_beats(front, row, false) ? WS_OK : take(front, row, outcome);
}

static ws_status offer_pair(ws_front *front, const double *const *columns, size_t i, uint64_t outcome)
{
    double row[2] = {columns[0][i], columns[1][i]};
    return stair(front, row[0]) >= row[1] ? WS_OK : take(front, row, outcome);
}

/* Rows whose second coordinate is not above this are beaten, whatever their first: it is at most `most`. */
static ws_status offer_pairs(ws_front *front, const double *const *columns, size_t count, uint64_t first,
                             const uint64_t *bits)
{
    double most = -INFINITY;
    for (size_t i = 0; i < count; i++)
        most = columns[0][i] > most ? columns[0][i] : most;
    double floor = stair(front, most);
    for (size_t i = 0; i < count; i++) {
        if (columns[1][i] <= floor || (bits && !(bits[i / 64] >> (i % 64) & 1)))
            continue;
        WS_TRY(offer_pair(front, columns, i, first + i));
    }
    return WS_OK;
}

ws_status ws__front_offer_columns(ws_front *front, const double *const *columns, size_t count, uint64_t first,
                                  const uint64_t *bits)
{
    size_t dimension = front->kept.dimension;
    if (dimension == 2)
        return offer_pairs(front, columns, count, first, bits);
    double *row = calloc(dimension + 1, sizeof *row);
    if (!row)
        return WS_LIMIT;
    ws_status status = WS_OK;
    for (size_t i = 0; i < count && status == WS_OK; i++) {
        if (bits && !(bits[i / 64] >> (i % 64) & 1))
            continue;
        for (size_t d = 0; d < dimension; d++)
            row[d] = columns[d][i];
        status = ws__front_offer(front, row, first + i);
    }
    free(row);
    return status;
}

ws_status ws__merge_front(ws_front *into, ws_front *from)
{
    WS_TRY(ws__settle_front(from));
    for (size_t i = 0; i < from->kept.count; i++)
        WS_TRY(ws__front_offer(into, ws__row(&from->kept, i), from->kept.outcomes[i]));
    return WS_OK;
}
