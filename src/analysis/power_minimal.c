/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deegan-Packel, Holler and Johnston: forward counts times backward completions.
 *
 * Players stand by falling weight. A coalition is minimal iff its last player is the one that reaches the
 * quota: F_j(k) counts the coalitions of the players before j that weigh k, B_j(k) the ways the players from
 * j on complete them; then those that hold i are sum_k F_i(k) * (ways after i joined). Only weights from
 * which the quota can still be reached are kept, which for falling weights are few. 1/size is the integral of
 * p^(size-1) over 0..1: a factor p for each player, at points of Gauss and Legendre, exact.
 *
 * Johnston goes the same way. A winning coalition of weight quota + e has for critical members those heavier
 * than e: its members among the first h players, h set by e. So at "stage h" the players after h contribute
 * t_h(k), the number of ways in which they bring the weight from k to quota + e for some e of h, whatever p;
 * the backward recursion takes t_h up on its way, and one run of it serves all h: members^2 * quota steps,
 * where a run for each weight would cost that many for each. */
#include "analysis/power.h"

#include "base/tasks.h"

#include <stdlib.h>
#include <string.h>

/* The stages 0 .. count: before player j. Arrays of a stage hold weights [low, low + length). */
typedef struct stages {
    const ws_weighted *game;
    const ws_array_ops *ops;
    uint64_t *low;
    size_t *length, *start; /* [count + 2] */
    uint64_t *above;        /* how far above the quota a stage goes: 0, or for Johnston the last weight */
    const double *extra;    /* t_h by stage; NULL: minimal coalitions */
    const double *points;
    double *values; /* [points][kinds] */
    double *totals; /* [points] */
    bool *failed;
} stages;

static bool make_stages(stages *s, const ws_weighted *game, bool johnston, ws_arena *arena)
{
    size_t n = game->count;
    *s = (stages){.game = game, .ops = ws__array_ops()};
    s->low = WS_NEW_MANY(arena, n + 2, uint64_t);
    s->length = WS_NEW_MANY(arena, n + 2, size_t);
    s->start = WS_NEW_MANY(arena, n + 2, size_t);
    s->above = WS_NEW_MANY(arena, n + 2, uint64_t);
    if (!s->low || !s->length || !s->start || !s->above)
        return false;
    uint64_t rest = game->total;
    for (size_t j = 0; j <= n; j++) {
        s->low[j] = game->quota > rest ? game->quota - rest : 0;
        s->above[j] = johnston && j > 0 ? game->weights[j - 1] : 0;
        s->length[j] = (size_t)(game->quota + s->above[j] - s->low[j]);
        s->start[j + 1] = s->start[j] + s->length[j];
        rest -= j < n ? game->weights[j] : 0;
    }
    return true;
}

/* What the stage after player j gives for having taken it, with k before: k + weight in its array. */
static void join_player(double *to, const stages *s, size_t j, const double *next, double p)
{
    const ws_weighted *game = s->game;
    uint64_t weight = game->weights[j], low = s->low[j], low_next = s->low[j + 1];
    uint64_t end = game->quota + s->above[j], end_next = game->quota + s->above[j + 1];
    /* staying out: next[k]; joining: next[k + weight] */
    for (uint64_t k = low; k < end; k++)
        to[k - low] += k >= low_next && k < end_next ? next[k - low_next] : 0;
    for (uint64_t k = low; k < end && k + weight < end_next; k++)
        to[k - low] += p * next[k + weight - low_next];
    if (!s->extra) /* it reaches the quota and ends a minimal coalition */
        for (uint64_t k = game->quota - low > weight ? game->quota - weight : low; k < end; k++)
            to[k - low] += 1;
}

/* Forward: F over [low, quota) of the next stage. */
static void advance(double *to, const double *from, const stages *s, size_t j, double p)
{
    uint64_t weight = s->game->weights[j], low = s->low[j], low_next = s->low[j + 1], quota = s->game->quota;
    uint64_t both = weight + low > low_next ? weight + low : low_next;
    if (both > quota)
        both = quota;
    memcpy(to, from + (low_next - low), (size_t)(both - low_next) * sizeof *to);
    s->ops->mix(to + (both - low_next), from + (both - low), 1, from + (both - weight - low), p,
                (size_t)(quota - both));
}

/* One point: values of every kind. */
static ws_status run_point(double *values, double *total, const stages *s, double p)
{
    const ws_weighted *game = s->game;
    size_t n = game->count;
    double *back = calloc(s->start[n + 1] + 1, sizeof *back);
    double *forward = calloc(2 * (size_t)game->quota + 2, sizeof *forward);
    if (!back || !forward) {
        free(back);
        free(forward);
        return WS_LIMIT;
    }
    if (s->extra)
        memcpy(back, s->extra, s->start[n + 1] * sizeof *back);
    for (size_t j = n; j-- > 0;)
        join_player(back + s->start[j], s, j, back + s->start[j + 1], p);
    *total = s->low[0] == 0 ? back[0] : 0;
    double *now = forward, *then = forward + game->quota + 1;
    if (s->low[0] == 0)
        now[0] = 1;
    for (size_t kind = 0, j = 0; j < n; j++) {
        uint64_t weight = game->weights[j], low = s->low[j], end = game->quota;
        if (j == game->kinds[kind]) {
            const double *next = back + s->start[j + 1];
            uint64_t last = game->quota + s->above[j + 1]; /* k + weight below this */
            uint64_t stop = last > weight ? (last - weight < end ? last - weight : end) : 0;
            double sum =
                stop > low ? p * s->ops->dot(now, next + (low + weight - s->low[j + 1]), (size_t)(stop - low))
                           : 0;
            uint64_t first = end - low > weight ? end - weight : low;
            if (!s->extra)
                sum += s->ops->sum(now + (first - low), (size_t)(end - first));
            values[kind++] = sum;
        }
        advance(then, now, s, j, p);
        double *swap = now;
        now = then;
        then = swap;
    }
    free(back);
    free(forward);
    return WS_OK;
}

static void run_task(void *context, size_t task, unsigned worker)
{
    const stages *s = context;
    (void)worker;
    s->failed[task] =
        run_point(s->values + task * s->game->kind_count, &s->totals[task], s, s->points[task]) != WS_OK;
}

/* Integrates over p into out [kinds]; Johnston's runs count p once too often. */
static ws_status integrate(double *out, stages *s, const ws_run *run, ws_arena *arena)
{
    size_t count = (s->game->count + 1) / 2, kinds = s->game->kind_count;
    double *points = WS_NEW_MANY(arena, count, double), *weights = WS_NEW_MANY(arena, count, double);
    s->points = points;
    s->values = WS_NEW_MANY(arena, count * kinds, double);
    s->totals = WS_NEW_MANY(arena, count, double);
    s->failed = WS_NEW_MANY(arena, count, bool);
    if (!points || !weights || !s->values || !s->totals || !s->failed)
        return WS_LIMIT;
    ws__gauss_legendre(points, weights, count);
    ws_status status = ws__run_tasks(run, "coalitions", count, run_task, s, NULL);
    if (status != WS_OK)
        return status;
    memset(out, 0, kinds * sizeof *out);
    for (size_t i = 0; i < count; i++) {
        if (s->failed[i])
            return WS_LIMIT;
        double by = s->extra ? weights[i] / points[i] : weights[i];
        for (size_t k = 0; k < kinds; k++)
            out[k] += by * s->values[i * kinds + k];
    }
    return WS_OK;
}

ws_status ws__measure_minimal(double *holler, double *deegan_packel, double *minimal, const ws_weighted *game,
                              const ws_run *run, ws_arena *arena)
{
    stages s;
    if (!make_stages(&s, game, false, arena))
        return WS_LIMIT;
    ws_status status = run_point(holler, minimal, &s, 1);
    return status == WS_OK ? integrate(deegan_packel, &s, run, arena) : status;
}

/* ---- Johnston ---- */

/* t[k] += sum of r[k - e] over `width` values of e from `first` on, by sums of powers of two of them:
 * positive terms only. r and t are [length]. */
static void sum_windows(double *t, double *powers, double *spare, const double *r, size_t length,
                        uint64_t first, uint64_t width)
{
    memcpy(powers, r, length * sizeof *r);
    for (uint64_t have = 1, done = 0; have <= width; have *= 2) {
        if (width & have) {
            uint64_t shift = first + done;
            for (size_t k = (size_t)shift; k < length; k++)
                t[k] += powers[k - shift];
            done += have;
        }
        memcpy(spare, powers, length * sizeof *powers);
        for (size_t k = (size_t)have; k < length; k++)
            powers[k] += spare[k - have];
    }
}

/* t_h of every stage. G counts the coalitions of the players after h. Arrays run over k from -heavy on. */
static bool fill_extras(double *extra, const stages *s)
{
    const ws_weighted *game = s->game;
    size_t n = game->count, room = (size_t)(game->quota + 2 * game->weights[0] + 1);
    double *g = calloc(5 * room, sizeof *g);
    if (!g)
        return false;
    double *r = g + room, *t = r + room, *powers = t + room, *spare = powers + room;
    g[0] = 1;
    for (size_t h = n; h > 0; h--) {
        uint64_t heavy = game->weights[h - 1], light = h < n ? game->weights[h] : 0;
        if (heavy > light) {
            size_t most = (size_t)(game->quota + heavy), length = most + (size_t)heavy;
            memset(t, 0, length * sizeof *t);
            memset(r, 0, length * sizeof *r);
            for (size_t i = 0; i <= most; i++)
                r[i] = g[most - i];
            sum_windows(t, powers, spare, r, length, light, heavy - light);
            memcpy(extra + s->start[h], t + heavy + s->low[h], s->length[h] * sizeof *t);
        }
        for (size_t x = room; x-- > heavy;)
            g[x] += g[x - heavy];
    }
    free(g);
    return true;
}

ws_status ws__measure_johnston(double *out, const ws_weighted *game, const ws_run *run, ws_arena *arena)
{
    stages s;
    if (!make_stages(&s, game, true, arena))
        return WS_LIMIT;
    double *extra = calloc(s.start[game->count + 1] + 1, sizeof *extra);
    if (!extra)
        return WS_LIMIT;
    ws_status status = WS_LIMIT;
    s.extra = extra;
    if (fill_extras(extra, &s))
        status = integrate(out, &s, run, arena);
    free(extra);
    return status;
}
