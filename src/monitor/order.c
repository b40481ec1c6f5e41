/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting that counts: a merge sort meets every inversion once, in runs, so that it can count all (Knight
 * 1966, doi:10.1080/01621459.1966.10480879) and tell of some. Ranks and order statistics. */
#include "monitor/statistics.h"

#include <string.h>

enum { RUN = 16 };

static void tell(ws_inversions *told, const ws_keyed *left, uint64_t count, uint32_t right)
{
    while (told->next - told->seen < count)
        told->next = told->take(told->user, left[told->next - told->seen].at, right);
    told->seen += count;
}

static uint64_t sort_run(ws_keyed *items, size_t count, ws_inversions *told)
{
    uint64_t inversions = 0;
    for (size_t j = 1; j < count; j++) {
        ws_keyed item = items[j];
        size_t k = j;
        while (k > 0 && items[k - 1].key > item.key)
            k--;
        if (told && k < j)
            tell(told, items + k, j - k, item.at);
        memmove(items + k + 1, items + k, (j - k) * sizeof *items);
        items[k] = item;
        inversions += j - k;
    }
    return inversions;
}

static uint64_t merge(ws_keyed *to, const ws_keyed *a, const ws_keyed *a_end, const ws_keyed *b,
                      const ws_keyed *b_end, ws_inversions *told)
{
    uint64_t inversions = 0;
    bool mixed = a < a_end && b < b_end && a_end[-1].key > b->key;
    while (mixed && a < a_end && b < b_end) {
        if (a->key <= b->key) {
            *to++ = *a++;
        } else {
            inversions += (uint64_t)(a_end - a);
            if (told)
                tell(told, a, (uint64_t)(a_end - a), b->at);
            *to++ = *b++;
        }
    }
    memcpy(to, a, (size_t)(a_end - a) * sizeof *a);
    memcpy(to + (a_end - a), b, (size_t)(b_end - b) * sizeof *b);
    return inversions;
}

uint64_t ws__sort_keyed(ws_keyed *items, ws_keyed *room, size_t count, ws_inversions *told)
{
    uint64_t inversions = 0;
    for (size_t i = 0; i < count; i += RUN)
        inversions += sort_run(items + i, count - i < RUN ? count - i : RUN, told);
    ws_keyed *from = items, *to = room;
    for (size_t width = RUN; width < count; width *= 2) {
        for (size_t i = 0; i < count; i += 2 * width) {
            size_t middle = count - i < width ? count : i + width;
            size_t end = count - middle < width ? count : middle + width;
            inversions += merge(to + i, from + i, from + middle, from + middle, from + end, told);
        }
        ws_keyed *other = from;
        from = to;
        to = other;
    }
    if (from != items)
        memcpy(items, from, count * sizeof *items);
    return inversions;
}

bool ws__rank_values(double *ranks, const double *values, size_t count)
{
    WS_SCRATCH(scratch);
    ws_keyed *order = WS_NEW_MANY(&scratch, count, ws_keyed), *room = WS_NEW_MANY(&scratch, count, ws_keyed);
    if (!order || !room)
        return false;
    for (size_t i = 0; i < count; i++)
        order[i] = (ws_keyed){values[i], (uint32_t)i};
    ws__sort_keyed(order, room, count, NULL);
    for (size_t i = 0, j; i < count; i = j) {
        for (j = i; j < count && order[j].key == order[i].key;)
            j++;
        for (size_t k = i; k < j; k++)
            ranks[order[k].at] = (double)(i + 1 + j) / 2;
    }
    return true;
}

double ws__select_value(double *values, size_t count, size_t rank)
{
    size_t low = 0, high = count - 1;
    while (low < high) { /* Hoare's: low..j <= pivot <= j+1..high, j < high */
        double pivot = values[low + (high - low) / 2];
        size_t i = low, j = high;
        for (;; i++, j--) {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i >= j)
                break;
            double other = values[i];
            values[i] = values[j];
            values[j] = other;
        }
        if (rank <= j)
            high = j;
        else
            low = j + 1;
    }
    return values[low];
}
