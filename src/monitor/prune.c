/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The best division of a long series into m + 1 segments, by functional pruning.
 *
 *   V_m(j) = min over i <= j - h of  V_(m-1)(i) + min over mu of sum over i < k <= j of (x_k - mu)^2
 *
 * As a function of mu, what a last break after i costs differs from what one after i' costs by a quadratic
 * that does not depend on j. So a candidate i that is beaten at mu by a later one stays beaten there, and
 * only the candidates on the lower envelope are kept, each with the stretch of mu where it is best:
 *
 *     | i=3 |      i=40      | i=3 |   i=41   |       stretches over mu, from least to largest value
 *
 * A break needs h values behind it: candidate i is let in when j reaches i + h; all that is compared is the
 * same from there on. Usually a few dozen stretches live (Rigaill 2010, arXiv:1004.0887); a series made to
 * keep many would take quadratic time, and the search gives up beyond a stated number of steps. */
#include "monitor/breaks.h"

#include "base/diag.h"
#include "base/tasks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t most_steps = UINT64_C(600000000);

/* What a last break after `at` costs, less what all candidates share: constant + 2 sum mu - at mu^2. */
typedef struct stretch {
    double to; /* it begins where the one before ends */
    double constant, sum;
    uint32_t at;
} stretch;

typedef struct envelope {
    stretch *stretches, *other;
    size_t count, room;
    double least, largest;
    uint64_t steps;
} envelope;

static bool make_room(envelope *all, size_t wanted)
{
    if (wanted <= all->room)
        return true;
    size_t room = 2 * wanted;
    if (!ws__resize_list(&all->stretches, room, sizeof *all->stretches) ||
        !ws__resize_list(&all->other, room, sizeof *all->other))
        return false;
    all->room = room;
    return true;
}

/* fmin and fmax would be calls here. */
static inline double hold(double x, double least, double most)
{
    x = x > least ? x : least;
    return x < most ? x : most;
}

static size_t add_stretch(stretch *list, size_t count, double from, const stretch *piece, double to)
{
    if (!(to > from))
        return count;
    if (count && list[count - 1].at == piece->at) {
        list[count - 1].to = to;
        return count;
    }
    list[count] = *piece;
    list[count].to = to;
    return count + 1;
}

/* Lets a candidate, later than all others, take the stretches where it is best. */
static bool let_in(envelope *all, stretch candidate)
{
    if (!make_room(all, 3 * all->count + 1))
        return false;
    if (!all->count) {
        candidate.to = all->largest;
        all->stretches[all->count++] = candidate;
        return true;
    }
    size_t count = 0;
    double from = all->least;
    for (size_t i = 0; i < all->count; i++) {
        const stretch *old = &all->stretches[i];
        /* old - candidate = a mu^2 - 2 b mu + c, a > 0: the old one stays between the roots. */
        double a = (double)candidate.at - (double)old->at, b = candidate.sum - old->sum;
        double c = old->constant - candidate.constant, inside = b * b - a * c;
        double first = from, last = from;
        if (inside > 0) {
            double root = sqrt(inside);
            first = hold((b - root) / a, from, old->to);
            last = hold((b + root) / a, first, old->to);
        }
        count = add_stretch(all->other, count, from, &candidate, first);
        count = add_stretch(all->other, count, first, old, last);
        count = add_stretch(all->other, count, last, &candidate, old->to);
        from = old->to;
    }
    all->steps += all->count;
    stretch *list = all->stretches;
    all->stretches = all->other;
    all->other = list;
    all->count = count;
    return true;
}

static double best_candidate(uint32_t *best, const envelope *all, const ws_sums *sums, const double *before,
                             size_t j)
{
    double least = INFINITY;
    for (size_t i = 0; i < all->count; i++) {
        size_t at = all->stretches[i].at;
        double total = before[at] + ws__segment_squares(sums, at, j);
        if (total < least || (total == least && at < *best)) {
            least = total;
            *best = (uint32_t)at;
        }
    }
    return least;
}

/* V_m(j) for j = (m + 1) h .. n - h, from V_(m-1). */
static ws_status divide_once(envelope *all, double *now, uint32_t *last, const double *before, size_t m,
                             size_t h, const ws_sums *sums, const ws_run *run, double started)
{
    all->count = 0;
    for (size_t j = (m + 1) * h; j + h <= sums->count; j++) {
        size_t at = j - h;
        stretch candidate = {0, before[at] - sums->second[at], sums->first[at], (uint32_t)at};
        if (!let_in(all, candidate))
            return WS_LIMIT;
        now[j] = best_candidate(&last[j], all, sums, before, j);
        if (all->steps > most_steps)
            return WS_LIMIT;
        if (j % 4096 == 0 && ws__should_stop(run, started) != WS_OK)
            return ws__should_stop(run, started);
    }
    return WS_OK;
}

static void trace_back(ws_breaks *out, size_t m, uint32_t *const *last, const double *before,
                       const ws_sums *sums)
{
    size_t h = out->least_segment, best = m * h;
    double least = INFINITY;
    for (size_t i = m * h; i + h <= sums->count; i++) {
        double total = before[i] + ws__segment_squares(sums, i, sums->count);
        if (total < least) {
            least = total;
            best = i;
        }
    }
    for (size_t k = m; k > 0; k--) {
        out->divisions[m].at[k - 1] = best;
        if (k > 1)
            best = last[k - 1][best];
    }
}

ws_status ws__divide_by_pruning(ws_breaks *out, const ws_sums *sums, const ws_run *run, ws_diag *diag)
{
    size_t n = sums->count, h = out->least_segment, most = out->most;
    double started = ws__now();
    WS_SCRATCH(scratch);
    double *before = WS_NEW_MANY(&scratch, n + 1, double), *now = WS_NEW_MANY(&scratch, n + 1, double);
    uint32_t *last[WS_MOST_BREAKS + 1] = {0};
    for (size_t m = 1; m < most; m++)
        last[m] = WS_NEW_MANY(&scratch, n + 1, uint32_t);
    if (!before || !now || (most > 1 && !last[most - 1]))
        return ws_fail(diag, WS_LIMIT, "no memory for breaks in %zu values", n);
    envelope all = {.least = sums->values[0], .largest = sums->values[0]};
    for (size_t i = 0; i < n; i++) {
        all.least = fmin(all.least, sums->values[i]);
        all.largest = fmax(all.largest, sums->values[i]);
    }
    for (size_t j = h; j <= n; j++)
        before[j] = ws__segment_squares(sums, 0, j);
    ws_status status = WS_OK;
    size_t done = 0;
    for (size_t m = 1; m <= most && status == WS_OK; m++) {
        trace_back(out, m, last, before, sums);
        done = m;
        if (m == most)
            break;
        status = divide_once(&all, now, last[m], before, m, h, sums, run, started);
        double *other = before;
        before = now;
        now = other;
    }
    free(all.stretches);
    free(all.other);
    if (status == WS_INTERRUPTED)
        return status;
    out->gave_up = status != WS_OK;
    out->most = done;
    return WS_OK;
}
