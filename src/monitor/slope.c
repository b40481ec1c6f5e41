/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Theil and Sen's slope: the median of the slopes of all pairs, and the slopes at two other ranks.
 *
 * Up to 5,000 values all pairs are looked at. Above, the slope of a rank is selected without: the pairs with
 * a slope below s are the inversions of x - s t, and those between two slopes are the inversions of x - hi t
 * in the order of x - lo t, which a merge sort can count and list. How many pairs lie below a slope is told
 * exactly by such a count, and between two counts it is nearly a line: a sample of pairs shows where to count
 * first, a secant or two leads from there to within some hundred thousand pairs of a rank, and these are all
 * looked at. Each step starts from the order at the slope before, which makes its sort quick. Where the
 * counts are no line, as with a mass of equal slopes, a sample brackets the rank, and a bracket is sampled
 * again. The answer is exact, only the work is random (after Matousek 1991,
 * doi:10.1016/0020-0190(91)90177-J, and Dillencourt, Mount, Netanyahu 1992). */
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
    NEAR_RANK = 1 << 23, /* pairs from which a line leads to a rank */
    BESIDE_RANK = 1 << 16,
    MOST_MOVES = 6,
    MOST_ROUNDS = 64,
    TASKS = 3 /* a rank each */
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

/* Where a sample puts a rank: at, and surely between lo and hi, with as many pairs there as are expected. */
typedef struct slope_guess {
    double lo, at, hi, expected;
} slope_guess;

typedef struct slope_work {
    size_t count;
    const slope_point *points;
    double noise; /* slopes nearer than this are not told apart */
    uint64_t seed;
    slope_ranks ranks;
    slope_order first; /* at the sample's median, from which each rank starts */
    slope_guess guesses[4];
    struct bracket_walk *walks; /* one a worker */
    double found[4];
    ws_status status[TASKS];
} slope_work;

/* What one walk over a bracket lo <= slope < hi tells. */
typedef struct bracket_walk {
    const slope_work *work;
    uint64_t stride, within, stream, drawn;
    double *slopes;
    size_t count;
    bool full;
    slope_order own;           /* at lo */
    ws_keyed *items, *scratch; /* [work->count] */
} bracket_walk;

static void free_walk(bracket_walk *walk)
{
    free(walk->slopes);
    free(walk->own.items);
    free(walk->items);
    free(walk->scratch);
}

static bool make_walk(bracket_walk *out, const slope_work *work)
{
    free_walk(out); /* of what a task before could not have */
    size_t size = work->count * sizeof *out->items;
    out->slopes = malloc(MOST_LOOKED_AT * sizeof *out->slopes);
    out->own.items = malloc(size);
    out->items = malloc(size);
    out->scratch = malloc(size);
    bool ready = out->slopes && out->own.items && out->items && out->scratch;
    out->work = ready ? work : NULL;
    return ready;
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
    if (walk->count == MOST_LOOKED_AT) {
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

/* Leads an order to another slope: the pairs that change places lie between. */
static void lead_order(slope_order *order, const slope_work *work, double slope, ws_keyed *scratch)
{
    set_keys(order->items, work, slope);
    uint64_t passed = ws__sort_keyed(order->items, scratch, work->count, NULL);
    order->below = slope < order->slope ? order->below - passed : order->below + passed;
    order->slope = slope;
}

/* Counts the pairs within a bracket, and takes one in `stride` of them. */
static void walk_bracket(bracket_walk *walk, double lo, double hi)
{
    const slope_work *work = walk->work;
    lead_order(&walk->own, work, lo, walk->scratch);
    memcpy(walk->items, walk->own.items, work->count * sizeof *walk->items);
    set_keys(walk->items, work, hi);
    walk->count = 0;
    walk->drawn = 0;
    walk->full = false;
    ws_inversions told = {.take = take_pair, .user = walk};
    walk->within = ws__sort_keyed(walk->items, walk->scratch, work->count, &told);
}

/* Narrows a bracket to the sampled slopes about rank `rank` of the pairs within. */
static void narrow(slope_guess *guess, bracket_walk *walk, double rank)
{
    double share = rank / (double)walk->within, sample = (double)walk->count;
    double spread = 3 * sqrt(sample * share * (1 - share)) + 8;
    double first = floor(share * sample - spread), last = ceil(share * sample + spread);
    first = first < 0 ? 0 : first;
    last = last > sample - 1 ? sample - 1 : last;
    if (first > 0)
        guess->lo = ws__select_value(walk->slopes, walk->count, (size_t)first);
    if (last < sample - 1)
        guess->hi = ws__select_value(walk->slopes, walk->count, (size_t)last);
    guess->expected = (last - first + 1) / sample * (double)walk->within;
}

static void take_rank(slope_work *work, size_t which, double found, double next)
{
    work->found[which] = found;
    if (which == 1)
        work->found[2] = next;
}

static double gap_to(const slope_order *order, uint64_t rank)
{
    return rank < order->below ? -(double)(order->below - rank) : (double)(rank - order->below);
}

/* Leads the walk's order near a rank by secants, and brackets it there; if that fails, the guess stands. */
static void approach(slope_guess *guess, bracket_walk *walk, uint64_t rank)
{
    const slope_work *work = walk->work;
    slope_order *own = &walk->own;
    double density = guess->expected / (guess->hi - guess->lo); /* pairs a unit of slope */
    for (unsigned move = 0; guess->hi - guess->lo > work->noise; move++) {
        double gap = gap_to(own, rank), last = own->slope;
        if (fabs(gap) <= NEAR_RANK) {
            double middle = last + gap / density, half = (BESIDE_RANK + fabs(gap) / 64) / density;
            *guess = (slope_guess){middle - half, middle, middle + half, 2 * half * density};
            return;
        }
        double next = last + gap / density;
        if (move == MOST_MOVES || !(next > guess->lo && next < guess->hi))
            return;
        lead_order(own, work, next, walk->scratch);
        double passed = gap - gap_to(own, rank);
        if (!(passed / (next - last) > 0))
            return;
        density = passed / (next - last);
    }
}

static ws_status walk_to_rank(slope_work *work, size_t which, bracket_walk *walk)
{
    slope_guess guess = work->guesses[which];
    uint64_t rank = work->ranks.at[which], next = which == 1 ? work->ranks.at[2] : rank;
    approach(&guess, walk, rank);
    for (unsigned round = 0; round < MOST_ROUNDS; round++) {
        bool point =
            guess.hi - guess.lo <= work->noise; /* equal slopes: it is enough to know that it is hit */
        if (point) {
            guess.lo -= work->noise;
            guess.hi += work->noise;
        }
        double middle = guess.lo + (guess.hi - guess.lo) / 2;
        walk->stride = guess.expected < 0.5 * MOST_LOOKED_AT ? 1 : (uint64_t)(guess.expected / SAMPLE);
        walk->stream = slope_stream + 64 * which + round + 1;
        walk_bracket(walk, guess.lo, guess.hi);
        uint64_t below = walk->own.below;
        if (rank < below || next >= below + walk->within) { /* missed: look wider */
            double width = guess.hi - guess.lo;
            guess.expected = 3 * (double)walk->within + (double)work->count;
            guess.lo -= width + work->noise;
            guess.hi += width + work->noise;
        } else if (walk->stride == 1 && !walk->full) {
            double found = ws__select_value(walk->slopes, walk->count, (size_t)(rank - below));
            take_rank(work, which, found,
                      ws__select_value(walk->slopes, walk->count, (size_t)(next - below)));
            return WS_OK;
        } else if (point) {
            take_rank(work, which, middle, middle);
            return WS_OK;
        } else if (walk->full) {
            guess.expected = (double)walk->within;
        } else {
            narrow(&guess, walk, (double)(rank - below));
        }
    }
    return WS_FAULT;
}

static void select_task(void *context, size_t task, unsigned worker)
{
    slope_work *work = context;
    static const size_t rank_of_task[TASKS] = {0, 1, 3}; /* 2 is sought with 1 */
    bracket_walk *walk = &work->walks[worker];
    bool ready = walk->work || make_walk(walk, work);
    if (ready) {
        memcpy(walk->own.items, work->first.items, work->count * sizeof *walk->own.items);
        walk->own.slope = work->first.slope;
        walk->own.below = work->first.below;
    }
    work->status[task] = ready ? walk_to_rank(work, rank_of_task[task], walk) : WS_LIMIT;
}

/* Puts the ranks where a sample of all pairs has them. */
static bool guess_ranks(slope_work *work)
{
    const slope_ranks *ranks = &work->ranks;
    size_t sample = ranks->pairs / 4 < FIRST_SAMPLE ? (size_t)(ranks->pairs / 4) : FIRST_SAMPLE;
    double *slopes = malloc(sample * sizeof *slopes);
    if (!slopes)
        return false;
    ws_random random = ws__new_random(work->seed, slope_stream);
    for (size_t count = 0; count < sample;) {
        size_t i = (size_t)ws__draw_below(&random, work->count);
        size_t j = (size_t)ws__draw_below(&random, work->count);
        if (i != j)
            slopes[count++] = slope_between(work, i, j);
    }
    double spread = 2.5 * sqrt((double)sample), scale = (double)sample / (double)ranks->pairs;
    for (int k = 0; k < 4; k++) {
        double at = floor((double)ranks->at[k] * scale), first = fmax(at - spread, 0);
        double last = fmin(at + spread, (double)sample - 1);
        slope_guess *guess = &work->guesses[k];
        guess->lo = ws__select_value(slopes, sample, (size_t)first);
        guess->at = ws__select_value(slopes, sample, (size_t)fmin(at, last));
        guess->hi = ws__select_value(slopes, sample, (size_t)last);
        guess->expected = (last - first + 1) / scale;
    }
    free(slopes);
    return true;
}

/* The order at the sample's median. */
static ws_status order_first(slope_work *work, const ws_run *run)
{
    ws_keyed *room = malloc(work->count * sizeof *room);
    if (!room)
        return WS_LIMIT;
    for (size_t i = 0; i < work->count; i++)
        work->first.items[i].at = (uint32_t)i;
    work->first.slope = work->guesses[1].at;
    set_keys(work->first.items, work, work->first.slope);
    ws_status status = ws__sort_keyed_parts(&work->first.below, work->first.items, room, work->count, run);
    free(room);
    return status;
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
    bracket_walk walks[TASKS] = {{0}}; /* no more workers than tasks */
    slope_work work = {.walks = walks, .count = trend->count, .seed = run && run->seed ? run->seed : 1};
    work.first.items = WS_NEW_MANY(&scratch, trend->count, ws_keyed);
    if (!points || !work.first.items)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu values", trend->count);
    work.ranks = ranks_of(trend);
    ws_status status = WS_OK;
    if (make_points(&work, points, times, values)) {
        status = guess_ranks(&work) ? order_first(&work, run) : WS_LIMIT;
        if (status == WS_OK)
            status = ws__run_tasks(run, "slopes", TASKS, select_task, &work, NULL);
        for (size_t i = 0; i < TASKS; i++)
            free_walk(&work.walks[i]);
    }
    for (size_t i = 0; i < TASKS && status == WS_OK; i++)
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
