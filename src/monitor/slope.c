/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Theil and Sen's slope: the median of the slopes of all pairs, and the slopes at two other ranks.
 *
 * Up to 5,000 values all pairs are looked at. Above, the slope of a rank is selected without: the pairs with
 * a slope below s are the inversions of x - s t, and those between two slopes are the inversions of x - hi t
 * in the order of x - lo t, which a merge sort can count and draw from. A sample brackets the rank, a bracket
 * is sampled again, until all pairs in it can be looked at: the answer is exact, only the work is random.
 * Small samples and more rounds are best, since a sort that starts from the order at a slope nearby is quick:
 * each rank keeps the order at its last lower end and goes on from there
 * (after Matousek 1991, doi:10.1016/0020-0190(91)90177-J, and Dillencourt, Mount, Netanyahu 1992). */
#include "monitor/statistics.h"

#include "base/diag.h"
#include "base/random.h"
#include "base/tasks.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALL_PAIRS = 5000,
    FIRST_SAMPLE = 1 << 18,
    SAMPLE = 1 << 16,
    MOST_LOOKED_AT = 1 << 20,
    MOST_ROUNDS = 64
};
static const uint64_t slope_stream = UINT64_C(0x736c6f7065);

typedef struct slope_ranks {
    uint64_t pairs;
    uint64_t at[4]; /* from 0: of the interval's ends, and of the middle, which may be two */
} slope_ranks;

static slope_ranks ranks_of(const ws_trend *trend)
{
    slope_ranks ranks = {.pairs = (uint64_t)trend->count * (trend->count - 1) / 2};
    double pairs = (double)ranks.pairs;
    double half = gsl_cdf_ugaussian_Pinv(0.5 + trend->level / 2) * sqrt(trend->variance);
    double first = rint((pairs - half) / 2), last = rint((pairs + half) / 2 + 1); /* half to even */
    first = first < 1 ? 1 : first > pairs ? pairs : first;
    last = last < 1 ? 1 : last > pairs ? pairs : last;
    ranks.at[0] = (uint64_t)first - 1;
    ranks.at[1] = (ranks.pairs - 1) / 2;
    ranks.at[2] = ranks.pairs / 2;
    ranks.at[3] = (uint64_t)last - 1;
    return ranks;
}

static void take_slopes(ws_trend *trend, const double slopes[4])
{
    trend->lo = slopes[0];
    trend->slope = slopes[1] + (slopes[2] - slopes[1]) / 2;
    trend->hi = slopes[3];
}

static ws_status from_all_pairs(ws_trend *trend, const double *times, const double *values, ws_diag *diag)
{
    slope_ranks ranks = ranks_of(trend);
    double *slopes = malloc((size_t)ranks.pairs * sizeof *slopes);
    if (!slopes)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu slopes", (size_t)ranks.pairs);
    size_t at = 0;
    for (size_t j = 1; j < trend->count; j++)
        for (size_t i = 0; i < j; i++)
            slopes[at++] = (values[j] - values[i]) / (times[j] - times[i]);
    double found[4];
    for (int i = 0; i < 4; i++)
        found[i] = ws__select_value(slopes, at, (size_t)ranks.at[i]);
    free(slopes);
    take_slopes(trend, found);
    return WS_OK;
}

/* ---- Long series ---- */

typedef struct slope_point {
    double value, time; /* the value about the mean of all */
} slope_point;

/* All points by x - slope t, and the pairs with a slope below. */
typedef struct slope_order {
    ws_keyed *items;
    double slope;
    uint64_t below;
} slope_order;

typedef struct slope_work {
    size_t count;
    const slope_point *points;
    double noise; /* slopes nearer than this are not told apart */
    uint64_t seed;
    slope_ranks ranks;
    slope_order first;                /* from which each rank starts */
    double lo[4], hi[4], expected[4]; /* a bracket of each rank to start from, and the pairs it may hold */
    double found[4];
    ws_status status[3];
} slope_work;

/* What one walk over a bracket lo <= slope < hi tells. */
typedef struct bracket_walk {
    const slope_work *work;
    uint64_t stride, below, within, stream, drawn;
    double *slopes;
    size_t count, room;
    bool full;
    ws_keyed *items, *scratch; /* [work->count] */
} bracket_walk;

static void free_walk(bracket_walk *walk)
{
    free(walk->slopes);
    free(walk->items);
    free(walk->scratch);
}

static bool make_walk(bracket_walk *out, const slope_work *work, uint64_t stream)
{
    *out = (bracket_walk){.work = work, .room = MOST_LOOKED_AT, .stream = stream};
    out->slopes = malloc(out->room * sizeof *out->slopes);
    out->items = malloc(work->count * sizeof *out->items);
    out->scratch = malloc(work->count * sizeof *out->scratch);
    return out->slopes && out->items && out->scratch;
}

static double slope_between(const slope_work *work, size_t i, size_t j)
{
    const slope_point *a = &work->points[i], *b = &work->points[j];
    return (b->value - a->value) / (b->time - a->time);
}

static uint64_t take_pair(void *user, uint32_t left, uint32_t right)
{
    bracket_walk *walk = user;
    const slope_work *work = walk->work;
    if (walk->count == walk->room) {
        walk->full = true;
        return UINT64_MAX;
    }
    walk->slopes[walk->count++] = slope_between(work, left, right);
    uint64_t stratum = ++walk->drawn * walk->stride;
    return walk->stride == 1 ? stratum
                             : stratum + ws__random_at(work->seed, walk->stream, walk->drawn) % walk->stride;
}

static void set_keys(ws_keyed *items, const slope_work *work, double slope)
{
    for (size_t i = 0; i < work->count; i++) {
        const slope_point *point = &work->points[items[i].at];
        items[i].key = point->value - slope * point->time;
    }
}

/* Counts the pairs below and within a bracket, and takes one in `stride` of those within. Starts from an
 * order, which it may leave at lo. */
static void walk_bracket(bracket_walk *walk, const slope_order *from, double lo, double hi, slope_order *keep)
{
    const slope_work *work = walk->work;
    bool back = lo < from->slope;
    memcpy(walk->items, from->items, work->count * sizeof *walk->items);
    set_keys(walk->items, work, lo);
    uint64_t passed = ws__sort_keyed(walk->items, walk->scratch, work->count, NULL);
    walk->below = back ? from->below - passed : from->below + passed;
    if (keep) {
        memcpy(keep->items, walk->items, work->count * sizeof *walk->items);
        keep->slope = lo;
        keep->below = walk->below;
    }
    set_keys(walk->items, work, hi);
    walk->count = 0;
    walk->drawn = 0;
    walk->full = false;
    ws_inversions told = {.take = take_pair, .user = walk};
    walk->within = ws__sort_keyed(walk->items, walk->scratch, work->count, &told);
}

/* Narrows a bracket to the sampled slopes about rank `rank` of the pairs within. */
static void narrow(double *lo, double *hi, double *expected, bracket_walk *walk, double rank)
{
    double share = rank / (double)walk->within, sample = (double)walk->count;
    double spread = 3 * sqrt(sample * share * (1 - share)) + 8;
    double first = floor(share * sample - spread), last = ceil(share * sample + spread);
    first = first < 0 ? 0 : first;
    last = last > sample - 1 ? sample - 1 : last;
    double low = first > 0 ? ws__select_value(walk->slopes, walk->count, (size_t)first) : *lo;
    double high = last < sample - 1 ? ws__select_value(walk->slopes, walk->count, (size_t)last) : *hi;
    *lo = low;
    *hi = high;
    *expected = (last - first + 1) / sample * (double)walk->within;
}

static void take_rank(slope_work *work, size_t which, double found, double next)
{
    work->found[which] = found;
    if (which == 1)
        work->found[2] = next;
}

static ws_status walk_to_rank(slope_work *work, size_t which, bracket_walk *walk, slope_order *own)
{
    double lo = work->lo[which], hi = work->hi[which], expected = work->expected[which];
    uint64_t rank = work->ranks.at[which], next = which == 1 ? work->ranks.at[2] : rank;
    own->slope = INFINITY;
    for (unsigned round = 0; round < MOST_ROUNDS; round++) {
        bool point = hi - lo <= work->noise; /* a mass of equal slopes: it is enough to know that it is hit */
        if (point) {
            lo -= work->noise;
            hi += work->noise;
        }
        double middle = lo + (hi - lo) / 2;
        bool all = expected < 0.5 * MOST_LOOKED_AT;
        walk->stride = all ? 1 : (uint64_t)(expected / SAMPLE);
        walk->stream = slope_stream + 64 * which + round + 1;
        walk_bracket(walk, lo >= own->slope ? own : &work->first, lo, hi, own);
        if (rank < walk->below || next >= walk->below + walk->within) { /* missed: look wider */
            double width = hi - lo;
            expected = 3 * (double)walk->within + (double)work->count;
            lo -= width + work->noise;
            hi += width + work->noise;
        } else if (walk->stride == 1 && !walk->full) {
            double found = ws__select_value(walk->slopes, walk->count, (size_t)(rank - walk->below));
            take_rank(work, which, found,
                      ws__select_value(walk->slopes, walk->count, (size_t)(next - walk->below)));
            return WS_OK;
        } else if (point) {
            take_rank(work, which, middle, middle);
            return WS_OK;
        } else if (walk->full) {
            expected = (double)walk->within;
        } else {
            narrow(&lo, &hi, &expected, walk, (double)(rank - walk->below));
        }
    }
    return WS_FAULT;
}

static ws_status select_slope(slope_work *work, size_t which)
{
    bracket_walk walk;
    slope_order own = {.items = malloc(work->count * sizeof *own.items)};
    bool ready = make_walk(&walk, work, 0) && own.items;
    ws_status status = ready ? walk_to_rank(work, which, &walk, &own) : WS_LIMIT;
    free_walk(&walk);
    free(own.items);
    return status;
}

static void select_task(void *context, size_t task, unsigned worker)
{
    (void)worker;
    slope_work *work = context;
    static const size_t rank_of_task[] = {0, 1, 3}; /* 2 is sought with 1 */
    work->status[task] = select_slope(work, rank_of_task[task]);
}

static void draw_pairs(double *slopes, size_t sample, const slope_work *work)
{
    ws_random random = ws__new_random(work->seed, slope_stream);
    for (size_t count = 0; count < sample;) {
        size_t i = (size_t)ws__draw_below(&random, work->count);
        size_t j = (size_t)ws__draw_below(&random, work->count);
        if (i != j)
            slopes[count++] = slope_between(work, i, j);
    }
}

/* Brackets: of all ranks from pairs drawn at random, then of each from pairs drawn within that. */
static void start_brackets(slope_work *work, bracket_walk *walk)
{
    const slope_ranks *ranks = &work->ranks;
    size_t sample = ranks->pairs / 4 < FIRST_SAMPLE ? (size_t)(ranks->pairs / 4) : FIRST_SAMPLE;
    draw_pairs(walk->slopes, sample, work);
    double spread = 2.5 * sqrt((double)sample), scale = (double)sample / (double)ranks->pairs;
    double first = floor((double)ranks->at[0] * scale - spread);
    double last = ceil((double)ranks->at[3] * scale + spread);
    first = first < 0 ? 0 : first;
    last = last > (double)sample - 1 ? (double)sample - 1 : last;
    double lo = ws__select_value(walk->slopes, sample, (size_t)first);
    double hi = ws__select_value(walk->slopes, sample, (size_t)last) + work->noise;
    double expected = (last - first + 1) / scale;
    walk->stride = expected < FIRST_SAMPLE ? 1 : (uint64_t)(expected / FIRST_SAMPLE);
    slope_order by_time = {.items = work->first.items, .slope = -INFINITY};
    for (size_t i = 0; i < work->count; i++)
        by_time.items[i].at = (uint32_t)i;
    walk_bracket(walk, &by_time, lo, hi, &work->first);
    for (int i = 0; i < 4; i++) {
        work->lo[i] = lo;
        work->hi[i] = hi;
        work->expected[i] = expected;
        if (walk->count && ranks->at[i] >= walk->below && ranks->at[i] < walk->below + walk->within)
            narrow(&work->lo[i], &work->hi[i], &work->expected[i], walk,
                   (double)(ranks->at[i] - walk->below));
    }
}

/* The points of a series; false: all values are the same. */
static bool make_points(slope_work *work, slope_point *points, const double *times, const double *values)
{
    size_t n = work->count;
    double mean = 0, size = 0, step = times[n - 1] - times[0];
    for (size_t i = 0; i < n; i++)
        mean += (values[i] - mean) / (double)(i + 1);
    for (size_t i = 0; i < n; i++) {
        points[i] = (slope_point){values[i] - mean, times[i]};
        size = fabs(points[i].value) > size ? fabs(points[i].value) : size;
        if (i && times[i] - times[i - 1] < step)
            step = times[i] - times[i - 1];
    }
    work->points = points;
    work->noise = 8 * 0x1p-52 * size / step;
    return size > 0;
}

static ws_status from_samples(ws_trend *trend, const double *times, const double *values, const ws_run *run,
                              ws_diag *diag)
{
    WS_SCRATCH(scratch);
    slope_point *points = WS_NEW_MANY(&scratch, trend->count, slope_point);
    slope_work work = {.count = trend->count, .seed = run && run->seed ? run->seed : 1};
    work.first.items = WS_NEW_MANY(&scratch, trend->count, ws_keyed);
    if (!points || !work.first.items)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu values", trend->count);
    work.ranks = ranks_of(trend);
    ws_status status = WS_OK;
    if (make_points(&work, points, times, values)) {
        bracket_walk walk;
        status = make_walk(&walk, &work, slope_stream + 1) ? WS_OK : WS_LIMIT;
        if (status == WS_OK)
            start_brackets(&work, &walk);
        free_walk(&walk);
        if (status == WS_OK)
            status = ws__run_tasks(run, "slopes", 3, select_task, &work, NULL);
    }
    for (int i = 0; i < 3 && status == WS_OK; i++)
        status = work.status[i];
    if (status != WS_OK)
        return ws_fail(diag, status, "the slope of %zu values could not be selected", trend->count);
    take_slopes(trend, work.found);
    trend->drawn = true;
    return WS_OK;
}

ws_status ws__find_slope(ws_trend *trend, const double *times, const double *values, const ws_run *run,
                         ws_diag *diag)
{
    return trend->count <= ALL_PAIRS ? from_all_pairs(trend, times, values, diag)
                                     : from_samples(trend, times, values, run, diag);
}
