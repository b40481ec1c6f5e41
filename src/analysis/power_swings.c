/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Swings, and with them Penrose, Banzhaf and Shapley-Shubik.
 *
 * A player swings where the others' weight lies in [quota - weight, quota). The distributions of "all but
 * one" come by divide and conquer: to go into one half of the players, add the other half. Of a distribution
 * only weights are kept from which the players that are still to be added can reach the window; so a level of
 * the recursion costs less the deeper it lies, about 2 * players * total in all. Nothing is subtracted.
 *
 * With every vote a yes with probability p a player swings with probability f(p), a polynomial below degree
 * n; Shapley-Shubik is its integral over 0..1 (Owen 1972, doi:10.1287/mnsc.18.5.64), which ceil(n/2) points
 * of Gauss and Legendre give exactly. */
#include "analysis/power.h"

#include "base/tasks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void ws__gauss_legendre(double *points, double *weights, size_t count)
{
    const double pi = 3.14159265358979323846, n = (double)count;
    for (size_t i = 0; i < count; i++) {
        double x = cos(pi * ((double)i + 0.75) / (n + 0.5)), slope = 0;
        for (int round = 0; round < 100; round++) {
            double p = 1, before = 0;
            for (size_t k = 0; k < count; k++) {
                double next = ((2 * (double)k + 1) * x * p - (double)k * before) / ((double)k + 1);
                before = p;
                p = next;
            }
            slope = n * (before - x * p) / ((1 - x) * (1 + x));
            double step = p / slope;
            x -= step;
            if (fabs(step) < 1e-16)
                break;
        }
        points[i] = (1 - x) / 2; /* rising */
        weights[i] = 1 / ((1 - x) * (1 + x) * slope * slope);
    }
}

/* The votes: a coalition is taken `no` for each player outside and `yes` for each inside. */
typedef struct recursion {
    const ws_weighted *game;
    const ws_array_ops *ops;
    double yes, no;
    double *out;
    double *buffers; /* two of [quota] for every depth */
} recursion;

/* A distribution of the others' weight: [low, high] are valid, above high all 0. */
typedef struct span {
    double *values;
    uint64_t low, high;
    bool empty;
} span;

/* One player more: into `to`, of which weights from `low` on will be needed. */
static span add_player(double *to, span from, const recursion *r, uint64_t weight, uint64_t low)
{
    const uint64_t quota = r->game->quota;
    span out = {to, low, from.high + weight < quota ? from.high + weight : quota - 1, false};
    if (from.empty || out.high < low) {
        out.empty = true;
        return out;
    }
    const double *in = from.values;
    uint64_t both = weight > low ? weight : low; /* from here on the player may be inside */
    uint64_t below = both < from.high + 1 ? both : from.high + 1;
    for (uint64_t k = low; k < below; k++)
        to[k] = in[k] * r->no;
    for (uint64_t k = below > low ? below : low; k < both && k <= out.high; k++)
        to[k] = 0;
    uint64_t end = from.high + 1;
    if (end > both)
        r->ops->mix(to + both, in + both, r->no, in + (both - weight), r->yes, (size_t)(end - both));
    for (uint64_t k = end > both ? end : both; k <= out.high; k++)
        to[k] = in[k - weight] * r->yes;
    return out;
}

/* Adds players of kinds [from, end) (all, or `fewer` of each); `pending` is the weight still to be added
 * beside. Swaps between the two buffers of a depth. */
static span add_kinds(span s, const recursion *r, size_t depth, size_t from, size_t end, size_t fewer,
                      uint64_t pending)
{
    const ws_weighted *game = r->game;
    size_t side = 0;
    for (size_t kind = from; kind < end; kind++) {
        uint64_t weight = game->weights[game->kinds[kind]];
        for (size_t i = game->kinds[kind] + fewer; i < game->kinds[kind + 1]; i++) {
            pending -= weight;
            uint64_t low = game->quota > pending ? game->quota - pending : 0;
            s = add_player(r->buffers + (2 * depth + side) * game->quota, s, r, weight, low);
            side = 1 - side;
        }
    }
    return s;
}

static uint64_t weigh_kinds(const ws_weighted *game, size_t from, size_t end)
{
    uint64_t sum = 0;
    for (size_t i = game->kinds[from]; i < game->kinds[end]; i++)
        sum += game->weights[i];
    return sum;
}

/* Kinds [from, end), `s` holding all others. Depth: log2 of the kinds. */
static void split_kinds(const recursion *r, span s, size_t depth, size_t from, size_t end)
{
    const ws_weighted *game = r->game;
    uint64_t pending = weigh_kinds(game, from, end);
    if (end - from == 1) {
        uint64_t weight = game->weights[game->kinds[from]];
        s = add_kinds(s, r, depth, from, end, 1, pending);
        uint64_t low = game->quota > weight ? game->quota - weight : 0;
        if (!s.empty && low < s.low)
            low = s.low;
        r->out[from] = s.empty || s.high < low ? 0 : r->ops->sum(s.values + low, (size_t)(s.high - low + 1));
        return;
    }
    size_t middle = from + (end - from) / 2;
    split_kinds(r, add_kinds(s, r, depth, middle, end, 0, pending), depth + 1, from, middle);
    split_kinds(r, add_kinds(s, r, depth, from, middle, 0, pending), depth + 1, middle, end);
}

static size_t count_depth(size_t kinds)
{
    size_t depth = 2;
    while (kinds > 1) {
        kinds = (kinds + 1) / 2;
        depth++;
    }
    return depth;
}

static ws_status run_swings(double *out, const ws_weighted *game, double yes, double no)
{
    double one = 1;
    size_t depth = count_depth(game->kind_count);
    double *buffers = calloc(2 * depth * (size_t)game->quota, sizeof *buffers);
    if (!buffers)
        return WS_LIMIT;
    recursion r = {game, ws__array_ops(), yes, no, out, buffers};
    split_kinds(&r, (span){&one, 0, 0, false}, 0, 0, game->kind_count);
    free(buffers);
    return WS_OK;
}

ws_status ws__count_swings(double *out, const ws_weighted *game, ws_arena *arena)
{
    (void)arena;
    return run_swings(out, game, 1, 1);
}

typedef struct integral {
    const ws_weighted *game;
    const double *points;
    double *values; /* [points][kinds] */
    bool *failed;   /* [points] */
} integral;

static void integrate_point(void *context, size_t task, unsigned worker)
{
    const integral *in = context;
    (void)worker;
    double p = in->points[task];
    ws_status status = run_swings(in->values + task * in->game->kind_count, in->game, p, 1 - p);
    in->failed[task] = status != WS_OK;
}

ws_status ws__measure_shapley(double *out, const ws_weighted *game, const ws_run *run, ws_arena *arena)
{
    size_t count = (game->count + 1) / 2, kinds = game->kind_count;
    double *points = WS_NEW_MANY(arena, count, double), *weights = WS_NEW_MANY(arena, count, double);
    integral in = {game, points, WS_NEW_MANY(arena, count * kinds, double), WS_NEW_MANY(arena, count, bool)};
    if (!points || !weights || !in.values || !in.failed)
        return WS_LIMIT;
    ws__gauss_legendre(points, weights, count);
    ws_status status = ws__run_tasks(run, "orders of voting", count, integrate_point, &in, NULL);
    if (status != WS_OK)
        return status;
    memset(out, 0, kinds * sizeof *out);
    for (size_t i = 0; i < count; i++) {
        if (in.failed[i])
            return WS_LIMIT;
        for (size_t k = 0; k < kinds; k++)
            out[k] += weights[i] * in.values[i * kinds + k];
    }
    return WS_OK;
}
