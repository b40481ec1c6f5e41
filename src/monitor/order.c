/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting that counts: a merge sort meets every inversion once, in runs, so that it can count all (Knight
 * 1966, doi:10.1080/01621459.1966.10480879) and tell of some. Ranks, for which a sort by digits is quicker,
 * and order statistics. */
#include "monitor/statistics.h"

#include "base/diag.h"
#include "base/tasks.h"

#include <string.h>

enum { RUN = 8 };

/* Tells of those of the next `count` inversions, of `left` [count] with `right`, that are asked for. */
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
        for (; k > 0 && items[k - 1].key > item.key; k--)
            items[k] = items[k - 1];
        if (k == j)
            continue;
        items[k] = item;
        if (told)
            tell(told, items + k + 1, j - k, item.at);
        inversions += j - k;
    }
    return inversions;
}

/* How many items at the end of a sorted list are above `key`: doubled steps from its end, then halves. */
static size_t count_above(const ws_keyed *end, size_t count, double key)
{
    size_t above = 0, step = 1;
    for (; step <= count && (end - step)->key > key; step *= 2)
        above = step;
    size_t most = step < count ? step : count;
    while (above < most) {
        size_t middle = above + (most - above + 1) / 2;
        if ((end - middle)->key > key)
            above = middle;
        else
            most = middle - 1;
    }
    return above;
}

/* How many items at the start of a sorted list are below `key`. */
static size_t count_below(const ws_keyed *list, size_t count, double key)
{
    size_t below = 0, step = 1;
    for (; step <= count && list[step - 1].key < key; step *= 2)
        below = step;
    size_t most = step < count ? step : count;
    while (below < most) {
        size_t middle = below + (most - below + 1) / 2;
        if (list[middle - 1].key < key)
            below = middle;
        else
            most = middle - 1;
    }
    return below;
}

/* One of two items without a branch. */
static inline const ws_keyed *choose(const ws_keyed *one, const ws_keyed *other, bool second)
{
    return (const ws_keyed *)((uintptr_t)one ^ (((uintptr_t)one ^ (uintptr_t)other) & -(uintptr_t)second));
}

/* Merges `lefts` and then `rights` items in `room` from both ends at once, so that one does not wait for the
 * other. Of an item on the right the inversions are what is left of the lefts at the front, or what was taken
 * of them at the back. */
static uint64_t merge_ends(ws_keyed *to, const ws_keyed *room, size_t lefts, size_t rights)
{
    const ws_keyed *a = room, *b = room + lefts, *a_end = room + lefts, *a_back = a_end - 1;
    const ws_keyed *b_back = b + rights - 1;
    ws_keyed *back = to + lefts + rights - 1;
    uint64_t inversions = 0;
    size_t both = lefts < rights ? lefts : rights; /* so far neither end can run out */
    for (size_t i = 0; i < both / 2; i++) {
        bool right = b->key < a->key, left = b_back->key < a_back->key;
        ws_keyed front_item = *choose(a, b, right), back_item = *choose(b_back, a_back, left);
        inversions += (uint64_t)(a_end - a) & -(uint64_t)right;
        inversions += (uint64_t)(a_end - 1 - a_back) & -(uint64_t)!left;
        *to++ = front_item;
        *back-- = back_item;
        a += !right;
        b += right;
        a_back -= left;
        b_back -= !left;
    }
    while (a <= a_back && b <= b_back) {
        bool right = b->key < a->key;
        inversions += (uint64_t)(a_end - a) & -(uint64_t)right;
        *to++ = *choose(a, b, right);
        a += !right;
        b += right;
    }
    inversions += (uint64_t)(b_back + 1 - b) * (uint64_t)(a_end - 1 - a_back);
    memcpy(to, a <= a_back ? a : b, (size_t)(a <= a_back ? a_back + 1 - a : b_back + 1 - b) * sizeof *a);
    return inversions;
}

/* Merges two sorted neighbours. Only what overlaps is moved, and since the last item on the left is above all
 * of that on the right, the right ends first. Which one is less is no branch: it could not be foreseen. */
static uint64_t merge(ws_keyed *items, ws_keyed *room, size_t middle, size_t count, ws_inversions *told)
{
    ws_keyed *b = items + middle;
    size_t lefts = count_above(b, middle, b->key);
    if (!lefts)
        return 0;
    const ws_keyed *b_end = b + count_below(b, count - middle, b[-1].key);
    const ws_keyed *a = room, *a_end = room + lefts;
    ws_keyed *to = b - lefts;
    uint64_t inversions = 0;
    if (!told) {
        size_t rights = (size_t)(b_end - b);
        memcpy(room, to, (lefts + rights) * sizeof *room);
        return merge_ends(to, room, lefts, rights);
    }
    memcpy(room, to, lefts * sizeof *room);
    while (b < b_end) {
        bool right = b->key < a->key;
        uint64_t passed = (uint64_t)(a_end - a) & -(uint64_t)right;
        if (told->next - told->seen < passed)
            tell(told, a, passed, b->at);
        else
            told->seen += passed;
        inversions += passed;
        *to++ = *choose(a, b, right);
        a += !right;
        b += right;
    }
    memcpy(to, a, (size_t)(a_end - a) * sizeof *a);
    return inversions;
}

uint64_t ws__sort_keyed(ws_keyed *items, ws_keyed *room, size_t count, ws_inversions *told)
{
    if (count <= RUN)
        return sort_run(items, count, told);
    size_t middle = count / 2; /* 30 deep at most: what is small stays near the processor */
    uint64_t inversions = ws__sort_keyed(items, room, middle, told);
    inversions += ws__sort_keyed(items + middle, room, count - middle, told);
    return inversions + merge(items, room, middle, count, told);
}

/* ---- The same in parts ---- */

enum { PARTS = 8, LEAST_IN_PARTS = 1 << 15 };

typedef struct sort_in_parts {
    ws_keyed *items, *room;
    size_t count, parts; /* this many sorted neighbours are made, of twice as many or of none */
    uint64_t inversions[PARTS];
} sort_in_parts;

static void sort_part(void *context, size_t task, unsigned worker)
{
    (void)worker;
    sort_in_parts *all = context;
    size_t from = all->count * task / all->parts, to = all->count * (task + 1) / all->parts;
    if (all->parts == PARTS) {
        all->inversions[task] = ws__sort_keyed(all->items + from, all->room + from, to - from, NULL);
        return;
    }
    size_t middle = all->count * (2 * task + 1) / (2 * all->parts);
    all->inversions[task] = merge(all->items + from, all->room + from, middle - from, to - from, NULL);
}

ws_status ws__sort_keyed_parts(uint64_t *inversions, ws_keyed *items, ws_keyed *room, size_t count,
                               const ws_run *run)
{
    *inversions = 0;
    if (count < LEAST_IN_PARTS) {
        *inversions = ws__sort_keyed(items, room, count, NULL);
        return WS_OK;
    }
    sort_in_parts all = {.items = items, .room = room, .count = count};
    for (all.parts = PARTS; all.parts; all.parts /= 2) {
        WS_TRY(ws__run_tasks(run, "sort", all.parts, sort_part, &all, NULL));
        for (size_t i = 0; i < all.parts; i++)
            *inversions += all.inversions[i];
    }
    return WS_OK;
}

/* ---- Ranks ---- */

enum { DIGIT = 11, DIGITS = 1 << DIGIT, PASSES = 6 }; /* 66 bits hold 64 */

typedef struct bits_at {
    uint64_t bits;
    uint32_t at;
} bits_at;

/* A number's bits, such that they rise as it does. */
static uint64_t rising_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

/* Sorts by digits, the lowest first; a digit that all share costs no pass. Gives back where the items are. */
static bits_at *sort_by_digits(bits_at *items, bits_at *room, size_t count, uint32_t (*places)[DIGITS])
{
    for (size_t i = 0; i < count; i++)
        for (unsigned pass = 0; pass < PASSES; pass++)
            places[pass][items[i].bits >> DIGIT * pass & (DIGITS - 1)]++;
    for (unsigned pass = 0; pass < PASSES; pass++) {
        uint32_t *place = places[pass], sum = 0;
        if (place[items[0].bits >> DIGIT * pass & (DIGITS - 1)] == count)
            continue;
        for (size_t d = 0; d < DIGITS; d++) {
            uint32_t here = place[d];
            place[d] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++)
            room[place[items[i].bits >> DIGIT * pass & (DIGITS - 1)]++] = items[i];
        bits_at *other = items;
        items = room;
        room = other;
    }
    return items;
}

bool ws__rank_values(double *ranks, const double *values, size_t count)
{
    WS_SCRATCH(scratch);
    bits_at *order = WS_NEW_MANY(&scratch, count, bits_at), *room = WS_NEW_MANY(&scratch, count, bits_at);
    uint32_t(*places)[DIGITS] = ws__alloc_many(&scratch, PASSES, sizeof *places);
    if (!order || !room || !places)
        return false;
    for (size_t i = 0; i < count; i++)
        order[i] = (bits_at){rising_bits(values[i] + 0.0), (uint32_t)i}; /* -0 becomes 0 */
    order = count ? sort_by_digits(order, room, count, places) : order;
    for (size_t i = 0, j; i < count; i = j) {
        for (j = i; j < count && order[j].bits == order[i].bits;)
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
