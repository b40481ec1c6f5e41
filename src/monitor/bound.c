/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The best division of a long series whose breaks stand out, by bounds. Squares about a mean only grow with
 * the segment. So if break k lies somewhere in one block of places and break k + 1 in another, what is
 * between the end of the one and the start of the other costs no more than their segment does:
 *
 *     [ block of break k ]-------- at least this --------[ block of break k + 1 ]
 *
 * A programme over blocks, from the start and from the end, tells of each block the least that any division
 * with a break in it may cost; a block that must cost more than a division already known is left out, what
 * is left is cut into smaller blocks, down to single places, where the bounds are the costs. Each number of
 * breaks is sought for itself. In noise alone no block can be left out, and the search ends at once: pruning
 * (prune.c) is for that. */
#include "monitor/breaks.h"

#include "base/diag.h"
#include "base/tasks.h"

#include <math.h>

enum { FIRST_BLOCKS = 1024, SPLIT = 4 };
static const double most_pairs = 2e7;

/* Where one break may be: blocks of places, by their first. */
typedef struct block_list {
    size_t count, last; /* of all its places, the last one that leaves room for what follows */
    uint32_t *at;
    double *ahead, *behind; /* the least that all segments before, and all behind, may cost */
    double *reached;        /* what those before cost, with all breaks at the first places of blocks */
} block_list;

typedef struct block_search {
    const ws_sums *sums;
    size_t breaks, least_segment, width;
    block_list lists[WS_MOST_BREAKS + 2]; /* the start of the series, breaks 1 .. breaks, its end */
    double known, slack;                  /* cost of the best division known; what rounding may hide */
    ws_arena arena;
} block_search;

static size_t last_of(const block_search *s, const block_list *list, size_t i)
{
    size_t last = list->at[i] + s->width - 1;
    return last < list->last ? last : list->last;
}

static bool make_list(block_search *s, block_list *list, size_t room)
{
    list->count = 0;
    list->at = WS_NEW_MANY(&s->arena, room, uint32_t);
    list->ahead = WS_NEW_MANY(&s->arena, room, double);
    list->behind = WS_NEW_MANY(&s->arena, room, double);
    list->reached = WS_NEW_MANY(&s->arena, room, double);
    return list->at && list->ahead && list->behind && list->reached;
}

/* The two ends, and for each break all places that leave room for the other segments. */
static bool begin(block_search *s)
{
    size_t n = s->sums->count, h = s->least_segment;
    s->width = n / FIRST_BLOCKS > 1 ? n / FIRST_BLOCKS : 1;
    s->known = HUGE_VAL;
    s->slack = 1e-14 * s->sums->second[n];
    for (size_t k = 0; k <= s->breaks + 1; k++) {
        block_list *list = &s->lists[k];
        size_t first = k <= s->breaks ? k * h : n;
        list->last = k ? n - (s->breaks + 1 - k) * h : 0;
        if (!make_list(s, list, (list->last - first) / s->width + 1))
            return false;
        for (size_t at = first; at <= list->last; at += s->width)
            list->at[list->count++] = (uint32_t)at;
    }
    return true;
}

/* Bounds from the start, and costs of divisions at first places. */
static void go_ahead(block_search *s, const block_list *from, block_list *to)
{
    for (size_t j = 0; j < to->count; j++) {
        size_t start = to->at[j], last = last_of(s, to, j);
        double bound = HUGE_VAL, cost = HUGE_VAL;
        for (size_t i = 0; i < from->count && from->at[i] + s->least_segment <= last; i++) {
            size_t end = last_of(s, from, i);
            double least = from->ahead[i] + (end < start ? ws__segment_squares(s->sums, end, start) : 0);
            bound = least < bound ? least : bound;
            if (s->width > 1 && from->at[i] + s->least_segment <= start) {
                double whole = from->reached[i] + ws__segment_squares(s->sums, from->at[i], start);
                cost = whole < cost ? whole : cost;
            }
        }
        to->ahead[j] = bound;
        to->reached[j] = s->width > 1 ? cost : bound;
    }
}

static void go_back(const block_search *s, block_list *from, const block_list *to)
{
    for (size_t i = 0; i < from->count; i++) {
        size_t end = last_of(s, from, i);
        double bound = HUGE_VAL;
        for (size_t j = to->count; j-- > 0 && from->at[i] + s->least_segment <= last_of(s, to, j);) {
            size_t start = to->at[j];
            double least = to->behind[j] + (end < start ? ws__segment_squares(s->sums, end, start) : 0);
            bound = least < bound ? least : bound;
        }
        from->behind[i] = bound;
    }
}

static void bound_blocks(block_search *s)
{
    size_t end = s->breaks + 1;
    s->lists[0].ahead[0] = s->lists[0].reached[0] = s->lists[end].behind[0] = 0;
    for (size_t k = 1; k <= end; k++)
        go_ahead(s, &s->lists[k - 1], &s->lists[k]);
    for (size_t k = s->breaks; k > 0; k--)
        go_back(s, &s->lists[k], &s->lists[k + 1]);
    s->known = fmin(s->known, s->lists[end].reached[0]);
}

/* Leaves blocks out. */
static void keep_good(block_search *s)
{
    double most = s->known + 1e-9 * s->known + s->slack;
    for (size_t k = 1; k <= s->breaks; k++) {
        block_list *list = &s->lists[k];
        size_t kept = 0;
        for (size_t i = 0; i < list->count; i++)
            if (list->ahead[i] + list->behind[i] <= most)
                list->at[kept++] = list->at[i];
        list->count = kept;
    }
}

/* Cuts blocks into smaller ones; WS_LIMIT: there are too many. */
static ws_status cut_blocks(block_search *s)
{
    size_t width = s->width / SPLIT > 1 ? s->width / SPLIT : 1, parts = (s->width + width - 1) / width;
    double pairs = 0;
    for (size_t k = 1; k < s->breaks; k++)
        pairs += (double)(s->lists[k].count * parts) * (double)(s->lists[k + 1].count * parts) / 2;
    if (pairs > most_pairs)
        return WS_LIMIT;
    for (size_t k = 1; k <= s->breaks; k++) {
        block_list old = s->lists[k], *list = &s->lists[k];
        if (!make_list(s, list, old.count * parts))
            return WS_LIMIT;
        for (size_t i = 0; i < old.count; i++)
            for (size_t at = old.at[i]; at <= last_of(s, &old, i); at += width)
                list->at[list->count++] = (uint32_t)at;
    }
    s->width = width;
    return WS_OK;
}

/* The places that the costs came from, the first of equal ones. */
static void trace_back(size_t *out, const block_search *s)
{
    size_t to = s->sums->count;
    for (size_t k = s->breaks; k > 0; k--) {
        const block_list *list = &s->lists[k];
        double least = HUGE_VAL;
        size_t best = list->at[0];
        for (size_t i = 0; i < list->count && list->at[i] + s->least_segment <= to; i++) {
            double cost = list->ahead[i] + ws__segment_squares(s->sums, list->at[i], to);
            if (cost < least) {
                least = cost;
                best = list->at[i];
            }
        }
        out[k - 1] = to = best;
    }
}

typedef struct block_searches {
    ws_breaks *out;
    const ws_sums *sums;
    ws_status status[WS_MOST_BREAKS];
} block_searches;

static void search_blocks(void *context, size_t task, unsigned worker)
{
    (void)worker;
    block_searches *all = context;
    block_search s = {.sums = all->sums, .breaks = task + 1, .least_segment = all->out->least_segment};
    ws_status status = begin(&s) ? WS_OK : WS_LIMIT;
    while (status == WS_OK) {
        bound_blocks(&s);
        if (s.width == 1)
            break;
        keep_good(&s);
        status = cut_blocks(&s);
    }
    if (status == WS_OK)
        trace_back(all->out->divisions[s.breaks].at, &s);
    all->status[task] = status;
    ws__free_arena(&s.arena);
}

ws_status ws__divide_by_bounds(ws_breaks *out, const ws_sums *sums, const ws_run *run)
{
    block_searches all = {.out = out, .sums = sums};
    WS_TRY(ws__run_tasks(run, "breaks", out->most, search_blocks, &all, NULL));
    for (size_t m = 0; m < out->most; m++)
        WS_TRY(all.status[m]);
    return WS_OK;
}
