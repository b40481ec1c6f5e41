/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A body's decision diagram: forward, the distinct yes weights that can still go either way after each seat;
 * then back, their nodes, with states of equal future made one (they are neighbours: the chance to pass never
 * falls as the weight grows).
 *
 * Seats stand in this order: loose blocs by rising size (few states yet, so that branching n + 1 ways is
 * cheap), members that vote as one by falling weight (the heaviest decide most), and the largest loose bloc
 * last, of which only the two tails matter. */
#include "space/votes.h"

#include "base/diag.h"

#include <stdlib.h>

enum { FAILS = 0, PASSES = 1, MOST_LISTED = 1 << 15, MOST_NEEDS = 1 << 20 };

/* What is known while a diagram is made. */
typedef struct build {
    ws_arena *scratch, *arena;
    const ws_seat *seats;
    const uint32_t *order; /* seats that weigh something */
    size_t depth;
    const uint64_t *rest; /* [depth + 1] weight of the seats from this level on */
    uint64_t quota;
    uint64_t **states; /* [depth + 1] rising */
    size_t *counts;
} build;

static bool is_open(const build *b, size_t level, uint64_t weight)
{
    return weight < b->quota && weight + b->rest[level] >= b->quota;
}

/* The open states of level + 1 reached by a seat that votes as one; into NULL: counts only. */
static size_t step_whole(uint64_t *into, const build *b, size_t level, uint64_t weight)
{
    const uint64_t *from = b->states[level];
    size_t n = b->counts[level], no = 0, yes = 0, count = 0;
    while (no < n || yes < n) {
        uint64_t a = no < n ? from[no] : UINT64_MAX, c = yes < n ? from[yes] + weight : UINT64_MAX;
        uint64_t next = a < c ? a : c;
        no += a == next;
        yes += c == next;
        if (is_open(b, level + 1, next)) {
            if (into)
                into[count] = next;
            count++;
        }
    }
    return count;
}

/* The votes of a loose bloc that leave the state open. */
static ws_spread spread_of(const build *b, size_t level, uint64_t weight, uint64_t n)
{
    uint64_t rest = b->rest[level + 1], needed = b->quota - weight;
    uint64_t least = needed > rest ? needed - rest : 0;
    uint64_t end = needed <= n ? needed : n + 1;
    return (ws_spread){(uint32_t)least, (uint32_t)(end > least ? end - least : 0), 0};
}

static size_t step_loose(uint64_t *into, const build *b, size_t level, uint64_t n)
{
    size_t count = 0;
    uint64_t next = 0; /* states below were written */
    for (size_t i = 0; i < b->counts[level]; i++) {
        uint64_t weight = b->states[level][i];
        ws_spread s = spread_of(b, level, weight, n);
        uint64_t from = weight + s.least, end = from + s.alive;
        for (uint64_t w = from > next ? from : next; w < end; w++) {
            if (into)
                into[count] = w;
            count++;
        }
        next = end > next ? end : next;
    }
    return count;
}

static size_t step(uint64_t *into, const build *b, size_t level)
{
    const ws_seat *seat = &b->seats[b->order[level]];
    return seat->loose ? step_loose(into, b, level, seat->weight) : step_whole(into, b, level, seat->weight);
}

/* All states, level by level; *done levels before there are more than `most`. */
static ws_status list_states(build *b, size_t most, size_t *done, const char *who, ws_diag *diag)
{
    size_t total = 0;
    b->states[0] = WS_NEW(b->scratch, uint64_t);
    if (!b->states[0])
        return ws_fail(diag, WS_LIMIT, "%s: no memory to count votes", who);
    b->counts[0] = is_open(b, 0, 0) ? 1 : 0;
    for (size_t level = 0; level < b->depth; level++) {
        size_t count = step(NULL, b, level);
        total += count;
        if (total > most)
            return WS_OK;
        *done = level + 1;
        b->counts[level + 1] = count;
        b->states[level + 1] = WS_NEW_MANY(b->scratch, count + 1, uint64_t);
        if (!b->states[level + 1])
            return ws_fail(diag, WS_LIMIT, "%s: no memory for %zu sums of weights", who, count);
        step(b->states[level + 1], b, level);
    }
    return WS_OK;
}

/* The node of a weight at a level; `at` is where it was found last and only moves on. */
static uint32_t node_of(const build *b, size_t level, const uint32_t *ids, uint64_t weight, size_t *at)
{
    if (weight >= b->quota)
        return PASSES;
    if (weight + b->rest[level] < b->quota)
        return FAILS;
    while (b->states[level][*at] < weight)
        ++*at;
    return ids[*at];
}

/* Nodes of a level whose seat votes as one: ids of its states, and the nodes that are new. */
static bool link_whole(ws_tally_level *out, uint32_t *ids, const build *b, size_t level, uint32_t *next_id,
                       const uint32_t *after)
{
    size_t n = b->counts[level], low = 0, high = 0;
    uint64_t weight = b->seats[out->seat].weight;
    uint32_t(*next)[2] = ws__alloc_many(b->arena, n + 1, sizeof *next);
    if (!next)
        return false;
    for (size_t i = 0; i < n; i++) {
        uint64_t w = b->states[level][i];
        uint32_t no = node_of(b, level + 1, after, w, &low);
        uint32_t yes = node_of(b, level + 1, after, w + weight, &high);
        if (no == yes) { /* this seat decides nothing here */
            ids[i] = no;
        } else if (out->count && next[out->count - 1][0] == no && next[out->count - 1][1] == yes) {
            ids[i] = *next_id - 1;
        } else {
            next[out->count][0] = no;
            next[out->count++][1] = yes;
            ids[i] = (*next_id)++;
        }
    }
    out->next = (const uint32_t(*)[2])next;
    return true;
}

static bool link_loose(ws_tally_level *out, uint32_t *ids, const build *b, size_t level, uint32_t *next_id,
                       const uint32_t *after)
{
    size_t n = b->counts[level], at = 0;
    ws_spread *into = WS_NEW_MANY(b->arena, n + 1, ws_spread);
    uint32_t *map = WS_NEW_MANY(b->arena, b->counts[level + 1] + 1, uint32_t);
    if (!into || !map)
        return false;
    for (size_t i = 0; i < b->counts[level + 1]; i++)
        map[i] = after[i];
    for (size_t i = 0; i < n; i++) {
        uint64_t w = b->states[level][i];
        into[i] = spread_of(b, level, w, b->seats[out->seat].weight);
        if (into[i].alive) {
            while (b->states[level + 1][at] < w + into[i].least)
                at++;
            into[i].base = (uint32_t)at;
        }
        ids[i] = (*next_id)++;
    }
    out->count = (uint32_t)n;
    out->into = into;
    out->map = map;
    return true;
}

/* Keeps the nodes that the root leads to, numbered anew. */
static bool keep_reachable(ws_tally *tally, ws_tally_level *levels, ws_arena *scratch)
{
    uint32_t *ids = WS_NEW_MANY(scratch, tally->node_count, uint32_t), next_id = 2;
    bool *reached = WS_NEW_MANY(scratch, tally->node_count, bool);
    size_t kept_levels = 0;
    if (!ids || !reached)
        return false;
    reached[tally->root] = true;
    for (size_t l = tally->level_count; l-- > 0;)
        for (uint32_t j = 0; j < levels[l].count; j++)
            if (reached[levels[l].first + j])
                reached[levels[l].next[j][0]] = reached[levels[l].next[j][1]] = true;
    ids[PASSES] = PASSES;
    for (size_t l = 0; l < tally->level_count; l++) {
        ws_tally_level level = levels[l];
        uint32_t(*next)[2] = (uint32_t(*)[2])(uintptr_t)level.next; /* made by link_needs, ours to change */
        uint32_t first = next_id, kept = 0;
        for (uint32_t j = 0; j < level.count; j++) {
            if (!reached[level.first + j])
                continue;
            ids[level.first + j] = next_id++;
            next[kept][0] = ids[next[j][0]];
            next[kept++][1] = ids[next[j][1]];
        }
        level.first = first;
        level.count = kept;
        if (kept)
            levels[kept_levels++] = level;
    }
    tally->root = ids[tally->root];
    tally->level_count = kept_levels;
    tally->node_count = next_id;
    return true;
}

/* ---- Few seats of weights with many digits: intervals ---- */

/* A level's nodes by the weight still needed: need in (ends[i - 1], ends[i]] leads to ids[i]; the first
 * interval passes, the one beyond the last fails. From the last level back intervals double at most, as do
 * sums from the first level on: they meet in the middle. */
typedef struct needs {
    size_t count;
    int64_t *ends;
    uint32_t *ids;
} needs;

static uint32_t need_node(const needs *n, int64_t need, size_t *at)
{
    while (*at < n->count && n->ends[*at] < need)
        ++*at;
    return *at < n->count ? n->ids[*at] : FAILS;
}

/* The level before: for every need, where no and yes lead. */
static bool step_back(needs *out, ws_tally_level *level, const needs *from, const build *b, uint32_t *next_id)
{
    int64_t weight = (int64_t)b->seats[level->seat].weight;
    size_t room = 2 * from->count + 2, no = 0, yes = 0, low = 0, high = 0;
    uint32_t(*next)[2] = ws__alloc_many(b->arena, room, sizeof *next);
    out->ends = WS_NEW_MANY(b->scratch, room, int64_t);
    out->ids = WS_NEW_MANY(b->scratch, room, uint32_t);
    if (!next || !out->ends || !out->ids)
        return false;
    while (no < from->count || yes < from->count) {
        int64_t a = no < from->count ? from->ends[no] : INT64_MAX;
        int64_t c = yes < from->count ? from->ends[yes] + weight : INT64_MAX;
        int64_t end = a < c ? a : c;
        no += a == end;
        yes += c == end;
        uint32_t without = need_node(from, end, &low), with = need_node(from, end - weight, &high);
        uint32_t id = without;
        if (without != with) {
            if (level->count && next[level->count - 1][0] == without && next[level->count - 1][1] == with) {
                id = *next_id - 1;
            } else {
                next[level->count][0] = without;
                next[level->count++][1] = with;
                id = (*next_id)++;
            }
        }
        if (out->count && out->ids[out->count - 1] == id)
            out->count--;
        out->ends[out->count] = end;
        out->ids[out->count++] = id;
    }
    level->next = (const uint32_t(*)[2])next;
    return true;
}

/* From the last level back to `until`, whose nodes by need are in *out. */
static bool link_needs(needs *out, ws_tally *tally, ws_tally_level *levels, const build *b, size_t until,
                       uint32_t *next_id)
{
    *out = (needs){1, WS_NEW(b->scratch, int64_t), WS_NEW(b->scratch, uint32_t)};
    if (!out->ends || !out->ids)
        return false;
    out->ids[0] = PASSES;
    for (size_t level = b->depth; level-- > until;) {
        needs before = {0};
        ws_tally_level *to = &levels[tally->level_count];
        *to = (ws_tally_level){.seat = b->order[level], .first = *next_id};
        if (*next_id + 2 * out->count > MOST_NEEDS || !step_back(&before, to, out, b, next_id))
            return false;
        tally->level_count += to->count > 0;
        *out = before;
    }
    return true;
}

/* ---- All together ---- */

/* From the last level back to the first; levels without nodes are left out. Levels from `listed` on have no
 * states: they are made by needs; *fits tells whether those were few enough. */
static ws_status link_nodes(ws_tally *tally, const build *b, size_t listed, bool *fits, const char *who,
                            ws_diag *diag)
{
    ws_tally_level *levels = WS_NEW_MANY(b->arena, b->depth + 1, ws_tally_level);
    uint32_t *after = WS_NEW_MANY(b->scratch, b->counts[listed] + 1, uint32_t);
    uint32_t next_id = 2;
    bool made = levels && after;
    tally->level_count = 0;
    if (made && listed < b->depth) {
        needs at;
        size_t place = 0;
        *fits = link_needs(&at, tally, levels, b, listed, &next_id);
        if (!*fits)
            return WS_OK;
        for (size_t i = b->counts[listed]; i-- > 0;)
            after[i] = need_node(&at, (int64_t)(b->quota - b->states[listed][i]), &place);
    }
    for (size_t level = listed; made && level-- > 0;) {
        uint32_t *ids = WS_NEW_MANY(b->scratch, b->counts[level] + 1, uint32_t);
        ws_tally_level *out = &levels[tally->level_count];
        *out = (ws_tally_level){.seat = b->order[level], .first = next_id};
        made = ids && (b->seats[out->seat].loose ? link_loose(out, ids, b, level, &next_id, after)
                                                 : link_whole(out, ids, b, level, &next_id, after));
        tally->level_count += out->count > 0;
        after = ids;
    }
    if (!made)
        return ws_fail(diag, WS_LIMIT, "%s: no memory to count votes", who);
    tally->levels = levels;
    tally->node_count = next_id;
    if (b->counts[0])
        tally->root = after[0];
    else
        tally->root = b->quota == 0 ? PASSES : FAILS;
    if (listed < b->depth && !keep_reachable(tally, levels, b->scratch))
        return ws_fail(diag, WS_LIMIT, "%s: no memory to count votes", who);
    return WS_OK;
}

/* Lists what is short of MOST_LISTED states and makes the rest by needs; where these are too many, lists all.
 */
static ws_status make_diagram(ws_tally *tally, build *b, const char *who, ws_diag *diag)
{
    size_t listed = 0;
    bool fits = false;
    WS_TRY(list_states(b, tally->widest_loose ? (size_t)WS_MOST_NODES : MOST_LISTED, &listed, who, diag));
    if (listed < b->depth && !tally->widest_loose)
        WS_TRY(link_nodes(tally, b, listed, &fits, who, diag));
    if (fits)
        return WS_OK;
    if (listed < b->depth && !tally->widest_loose)
        WS_TRY(list_states(b, WS_MOST_NODES, &listed, who, diag));
    if (listed < b->depth)
        return ws_fail(diag, WS_LIMIT,
                       "%s: its weights have too many different sums (more than %d) to keep apart; give "
                       "weights with fewer digits",
                       who, (int)WS_MOST_NODES);
    return link_nodes(tally, b, listed, &fits, who, diag);
}

/* ---- The order of seats ---- */

typedef struct key {
    uint32_t seat;
    bool loose;
    uint64_t weight;
} key;

static int compare_keys(const void *one, const void *other)
{
    const key *a = one, *b = other;
    if (a->loose != b->loose)
        return a->loose ? -1 : 1;
    if (a->weight != b->weight)
        return (a->weight < b->weight) == a->loose ? -1 : 1;
    return a->seat < b->seat ? -1 : a->seat > b->seat;
}

static size_t order_seats(uint32_t *order, key *keys, size_t count, const ws_seat *seats)
{
    size_t n = 0, loose = 0;
    for (size_t i = 0; i < count; i++)
        if (seats[i].weight)
            keys[n++] = (key){(uint32_t)i, seats[i].loose, seats[i].weight};
    if (n)
        qsort(keys, n, sizeof *keys, compare_keys);
    while (loose < n && keys[loose].loose)
        loose++;
    size_t last = loose ? loose - 1 : n; /* the largest loose bloc goes last */
    size_t at = 0;
    for (size_t i = 0; i < n; i++)
        if (i != last)
            order[at++] = keys[i].seat;
    if (last < n)
        order[at++] = keys[last].seat;
    return at;
}

static size_t keep_order(uint32_t *order, size_t count, const ws_seat *seats)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++)
        if (seats[i].weight)
            order[at++] = (uint32_t)i;
    return at;
}

/* (n - k) / (k + 1), by which a binomial's terms grow. */
static ws_status note_ratios(ws_tally *tally, ws_arena *arena, const char *who, ws_diag *diag)
{
    double **ratios = WS_NEW_MANY(arena, tally->seat_count + 1, double *);
    for (size_t i = 0; ratios && i < tally->seat_count; i++) {
        if (!tally->seats[i].loose)
            continue;
        size_t n = (size_t)tally->seats[i].weight;
        ratios[i] = WS_NEW_MANY(arena, n + 1, double);
        if (!ratios[i])
            return ws_fail(diag, WS_LIMIT, "%s: no memory for a bloc of %zu seats", who, n);
        for (size_t k = 0; k < n; k++)
            ratios[i][k] = (double)(n - k) / (double)(k + 1);
        if (n > tally->widest_loose)
            tally->widest_loose = (uint32_t)n;
    }
    tally->ratios = ratios;
    return ratios ? WS_OK : ws_fail(diag, WS_LIMIT, "%s: no memory to count votes", who);
}

ws_status ws__build_tally(ws_tally **out, size_t count, const ws_seat *seats, uint64_t quota, const char *who,
                          ws_arena *arena, ws_diag *diag)
{
    return ws__build_ordered_tally(out, count, seats, quota, false, who, arena, diag);
}

ws_status ws__build_ordered_tally(ws_tally **out, size_t count, const ws_seat *seats, uint64_t quota,
                                  bool in_order, const char *who, ws_arena *arena, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    ws_tally *tally = WS_NEW(arena, ws_tally);
    uint32_t *order = WS_NEW_MANY(&scratch, count + 1, uint32_t);
    key *keys = WS_NEW_MANY(&scratch, count + 1, key);
    uint64_t *rest = WS_NEW_MANY(&scratch, count + 1, uint64_t);
    build b = {
        .scratch = &scratch, .arena = arena, .seats = seats, .order = order, .rest = rest, .quota = quota};
    b.states = WS_NEW_MANY(&scratch, count + 1, uint64_t *);
    b.counts = WS_NEW_MANY(&scratch, count + 1, size_t);
    ws_seat *copy = WS_NEW_MANY(arena, count + 1, ws_seat);
    if (!tally || !order || !keys || !rest || !b.states || !b.counts || !copy)
        return ws_fail(diag, WS_LIMIT, "%s: no memory for %zu members", who, count);
    for (size_t i = 0; i < count; i++) {
        copy[i] = seats[i];
        if (seats[i].loose && seats[i].weight > WS_MOST_NODES)
            return ws_fail(diag, WS_LIMIT, "%s: a bloc with discipline below 1 has more than %d seats", who,
                           (int)WS_MOST_NODES);
    }
    b.depth = in_order ? keep_order(order, count, seats) : order_seats(order, keys, count, seats);
    for (size_t level = b.depth; level-- > 0;)
        rest[level] = rest[level + 1] + seats[order[level]].weight;
    *tally = (ws_tally){
        .quota = quota, .total = rest[0], .gcd = 1, .power = 1, .seat_count = count, .seats = copy};
    tally->written_quota = (double)quota;
    WS_TRY(note_ratios(tally, arena, who, diag));
    WS_TRY(make_diagram(tally, &b, who, diag));
    *out = tally;
    return WS_OK;
}
