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
    double **rooms; /* [workers] */
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

/* A stage from the next: player j stays out, or joins. Johnston's starts from t_h, a minimal coalition from
 * the 1 for reaching the quota. */
static void join_player(double *to, const stages *s, size_t j, const double *next, double p)
{
    const ws_weighted *game = s->game;
    uint64_t weight = game->weights[j], low = s->low[j], low_next = s->low[j + 1], quota = game->quota;
    uint64_t end = quota + s->above[j], end_next = quota + s->above[j + 1];
    uint64_t stay = end < end_next ? end : end_next;
    if (s->extra) {
        memcpy(to, s->extra + s->start[j], (size_t)(end - low) * sizeof *to);
        s->ops->gain(to + (low_next - low), next, 1, (size_t)(stay - low_next));
        s->ops->gain(to, next + (low + weight - low_next), p, (size_t)(quota - low));
        return;
    }
    uint64_t ends = quota - low > weight ? quota - weight : low; /* from here on it reaches the quota */
    uint64_t outside = low_next < ends ? low_next : ends;
    memset(to, 0, (size_t)(outside - low) * sizeof *to);
    if (outside > low)
        s->ops->gain(to, next + (low + weight - low_next), p, (size_t)(outside - low));
    if (ends > low_next)
        s->ops->mix(to + (low_next - low), next, 1, next + weight, p, (size_t)(ends - low_next));
    for (uint64_t k = ends; k < quota; k++)
        to[k - low] = k >= low_next ? next[k - low_next] + 1 : 1;
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

/* Memory of a worker: all stages, and two forward arrays. */
static size_t room_of(const stages *s)
{
    return s->start[s->game->count + 1] + 2 * (size_t)s->game->quota + 4;
}

/* One point: values of every kind. */
static void run_point(double *values, double *total, const stages *s, double p, double *room)
{
    const ws_weighted *game = s->game;
    size_t n = game->count;
    double *back = room, *forward = room + s->start[n + 1] + 1;
    for (size_t i = s->start[n]; i < s->start[n + 1]; i++)
        back[i] = s->extra ? s->extra[i] : 0;
    for (size_t j = n; j-- > 0;)
        join_player(back + s->start[j], s, j, back + s->start[j + 1], p);
    *total = back[0];
    double *now = forward, *then = forward + game->quota + 1;
    memset(now, 0, (size_t)game->quota * sizeof *now);
    now[0] = 1; /* the total meets the quota: stage 0 begins at 0 */
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
}

static void run_task(void *context, size_t task, unsigned worker)
{
    const stages *s = context;
    if (!s->rooms[worker])
        s->rooms[worker] = malloc(room_of(s) * sizeof **s->rooms);
    s->failed[task] = !s->rooms[worker];
    if (s->rooms[worker])
        run_point(s->values + task * s->game->kind_count, &s->totals[task], s, s->points[task],
                  s->rooms[worker]);
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
    unsigned workers = ws__count_workers(run);
    s->rooms = WS_NEW_MANY(arena, workers, double *);
    if (!points || !weights || !s->values || !s->totals || !s->failed || !s->rooms)
        return WS_LIMIT;
    ws__gauss_legendre(points, weights, count);
    ws_status status = ws__run_tasks(run, "coalitions", count, run_task, s, NULL);
    for (unsigned i = 0; i < workers; i++)
        free(s->rooms[i]);
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
    double *room = malloc(room_of(&s) * sizeof *room);
    if (!room)
        return WS_LIMIT;
    run_point(holler, minimal, &s, 1, room);
    free(room);
    return integrate(deegan_packel, &s, run, arena);
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
