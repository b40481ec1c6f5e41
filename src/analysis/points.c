/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets of vectors: growing, and sorting them. The sort is by radix on the first coordinate (doubles as
 * integers of the same order), eleven bits a pass from the least significant, passes in which all digits are
 * equal skipped; runs of equal first coordinates are then sorted by comparison. */
#include "analysis/points.h"

#include <stdlib.h>
#include <string.h>

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, PASSES = 6 };

/* A row to be sorted: its first coordinate as a key that rises as the coordinate falls. */
typedef struct sort_item {
    uint64_t key;
    uint64_t row;
} sort_item;

bool ws__reserve_points(ws_points *points, size_t room)
{
    if (room <= points->room)
        return true;
    size_t bytes;
    if (__builtin_mul_overflow(room, points->dimension * sizeof(double), &bytes))
        return false;
    double *values = realloc(points->values, bytes);
    if (!values)
        return false;
    points->values = values;
    uint64_t *outcomes = realloc(points->outcomes, room * sizeof *outcomes);
    if (!outcomes)
        return false;
    points->outcomes = outcomes;
    points->room = room;
    return true;
}

static bool make_room(ws_points *points, size_t more)
{
    if (more > SIZE_MAX / 4 - points->count)
        return false;
    size_t needed = points->count + more;
    if (needed <= points->room)
        return true;
    size_t grown = points->room ? 2 * points->room : 64;
    return ws__reserve_points(points, grown > needed ? grown : needed);
}

bool ws__add_point(ws_points *points, const double *row, uint64_t outcome)
{
    if (points->count == points->room && !make_room(points, 1))
        return false;
    memcpy(points->values + points->count * points->dimension, row, points->dimension * sizeof *row);
    points->outcomes[points->count++] = outcome;
    return true;
}

bool ws__append_points(ws_points *into, const ws_points *from)
{
    if (from->count == 0)
        return true;
    if (!make_room(into, from->count))
        return false;
    memcpy(into->values + into->count * into->dimension, from->values,
           from->count * from->dimension * sizeof(double));
    memcpy(into->outcomes + into->count, from->outcomes, from->count * sizeof(uint64_t));
    into->count += from->count;
    return true;
}

void ws__free_points(ws_points *points)
{
    free(points->values);
    free(points->outcomes);
    points->values = NULL;
    points->outcomes = NULL;
    points->count = points->room = 0;
}

/* An integer that falls as the double rises; -0 and 0 are one. */
static uint64_t falling_key(double value)
{
    uint64_t bits;
    value += 0.0; /* -0 becomes 0 */
    memcpy(&bits, &value, sizeof bits);
    uint64_t rising = bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
    return ~rising;
}

static int compare_rows(const void *a, const void *b, void *context)
{
    const ws_points *points = context;
    const sort_item *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    const double *u = ws__row(points, x->row), *v = ws__row(points, y->row);
    for (size_t d = 1; d < points->dimension; d++)
        if (u[d] != v[d])
            return u[d] > v[d] ? -1 : 1;
    uint64_t i = points->outcomes[x->row], j = points->outcomes[y->row];
    return i < j ? -1 : i > j;
}

/* Sorts by key; the result is in `items` (`other` is scratch of the same size). */
static void radix_sort(sort_item **items, sort_item **other, size_t count)
{
    for (unsigned pass = 0; pass < PASSES; pass++) {
        unsigned shift = pass * DIGIT_BITS;
        size_t starts[DIGITS] = {0};
        for (size_t i = 0; i < count; i++)
            starts[(*items)[i].key >> shift & (DIGITS - 1)]++;
        if (starts[(*items)[0].key >> shift & (DIGITS - 1)] == count)
            continue;
        size_t at = 0;
        for (size_t digit = 0; digit < DIGITS; digit++) {
            size_t here = starts[digit];
            starts[digit] = at;
            at += here;
        }
        for (size_t i = 0; i < count; i++)
            (*other)[starts[(*items)[i].key >> shift & (DIGITS - 1)]++] = (*items)[i];
        sort_item *swap = *items;
        *items = *other;
        *other = swap;
    }
}

static void sort_items(sort_item **items, sort_item **other, ws_points *points)
{
    size_t count = points->count;
    if (count < DIGITS) {
        qsort_r(*items, count, sizeof **items, compare_rows, points);
        return;
    }
    radix_sort(items, other, count);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && (*items)[to].key == (*items)[from].key; to++)
            ;
        if (to - from > 1)
            qsort_r(*items + from, to - from, sizeof **items, compare_rows, points);
    }
}

static bool equal_rows(const double *a, const double *b, size_t dimension)
{
    for (size_t d = 0; d < dimension; d++)
        if (a[d] != b[d])
            return false;
    return true;
}

/* Copies rows in the order of `items` into fresh arrays, leaving out what equals its predecessor. */
static bool reorder(ws_points *points, const sort_item *items)
{
    ws_points sorted = {.dimension = points->dimension};
    if (!ws__reserve_points(&sorted, points->count)) {
        ws__free_points(&sorted);
        return false;
    }
    size_t dimension = points->dimension, kept = 0;
    for (size_t i = 0; i < points->count; i++) {
        const double *row = ws__row(points, items[i].row);
        if (kept && equal_rows(row, ws__row(&sorted, kept - 1), dimension))
            continue;
        memcpy(sorted.values + kept * dimension, row, dimension * sizeof *row);
        sorted.outcomes[kept++] = points->outcomes[items[i].row];
    }
    sorted.count = kept;
    ws__free_points(points);
    *points = sorted;
    return true;
}

ws_status ws__sort_points(ws_points *points)
{
    if (points->count < 2)
        return WS_OK;
    sort_item *items = calloc(points->count, sizeof *items);
    sort_item *other = points->count < DIGITS ? NULL : calloc(points->count, sizeof *other);
    bool fine = items && (other || points->count < DIGITS);
    if (fine) {
        for (size_t i = 0; i < points->count; i++)
            items[i] = (sort_item){falling_key(ws__row(points, i)[0]), i};
        sort_items(&items, &other, points);
        fine = reorder(points, items);
    }
    free(items);
    free(other);
    return fine ? WS_OK : WS_LIMIT;
}

void ws__move_point(ws_points *points, size_t to, size_t from)
{
    if (to == from)
        return;
    size_t dimension = points->dimension;
    memcpy(points->values + to * dimension, points->values + from * dimension, dimension * sizeof(double));
    points->outcomes[to] = points->outcomes[from];
}
