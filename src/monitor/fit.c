/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maximum likelihood of the variances. The common scale is concentrated out; of the others the ratios are
 * sought on a logarithmic scale. That scale has no 0, so each choice of variances that are 0 is a search of
 * its own, and a smaller model that is as likely is the answer: one free ratio by a scan and Brent's method
 * in every hill, two and more by simplices from several starts; the top of the best is found by Newton's
 * method, or by one more simplex where it is no top but a plain. Long series are searched in their last part
 * and then climbed as a whole. */
#include "monitor/kalman.h"

#include "base/diag.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_min.h>
#include <gsl/gsl_multimin.h>
#include <limits.h>
#include <math.h>
#include <string.h>

enum { PARTS = 4, LEAST_VALUES = 6, PART_OF_LONG = 8000, MOST_STEPS = 400 };
/* On the logarithmic scale: sizes of a simplex (the coarse one tells which hill is the highest), differences
 * for slopes, and a step of Newton's method whose square no longer matters. */
#define COARSE 0.05
#define FINE 1e-5
#define NUDGE 1e-3
#define NEAR_TOP 1e-3
#define GAIN 1e-3 /* of likelihood that keeps a simplex going, for one that is to become of size 1 */
static const double least_ratio = -23, largest_ratio = 16; /* logarithms */

/* Which of the variances irregular, level, slope, season may be positive: bits of a mask. */
typedef struct likelihood {
    const ws_state_model *form;
    size_t count;
    const double *values;
    unsigned mask;
} likelihood;

typedef struct candidate {
    double log_likelihood;
    double variances[PARTS]; /* relative */
    unsigned mask;
} candidate;

static unsigned full_mask(const ws_state_model *form)
{
    return 3U | (form->slope ? 4U : 0) | (form->season > 1 ? 8U : 0);
}

static ws_state_model with_variances(const ws_state_model *form, const double v[PARTS], double scale)
{
    return (ws_state_model){form->slope,
                            form->season,
                            v[0] * scale,
                            v[1] * scale,
                            form->slope ? v[2] * scale : 0,
                            form->season > 1 ? v[3] * scale : 0};
}

/* The likelihood at relative variances, and the scale at which it is largest. */
static double judge(const likelihood *l, const double v[PARTS], double *scale, ws_state *state)
{
    ws_state local;
    ws_filter_sums sums;
    ws_state_model model = with_variances(l->form, v, 1);
    state = state ? state : &local;
    if (!ws__run_filter(state, &sums, &model, l->count, l->values) || !state->proper)
        return -INFINITY;
    double proper = (double)(state->seen - state->diffuse), log_2pi = log(2 * acos(-1));
    *scale = sums.squares / proper;
    if (!(*scale > 0) || !isfinite(*scale))
        return -INFINITY;
    return -(sums.log_diffuse + sums.log_f + proper * (log(*scale) + 1) + (double)state->seen * log_2pi) / 2;
}

/* Relative variances from the logarithms of ratios to the first of the mask. */
static void spread(double v[PARTS], unsigned mask, const double *ratios)
{
    size_t at = 0;
    bool first = true;
    for (unsigned i = 0; i < PARTS; i++) {
        v[i] = 0;
        if (!(mask >> i & 1))
            continue;
        if (first)
            v[i] = 1;
        else
            v[i] = exp(fmin(fmax(ratios[at++], 1.5 * least_ratio), 1.5 * largest_ratio));
        first = false;
    }
}

static double minus_at(const likelihood *l, const double *ratios)
{
    double v[PARTS], scale, found;
    spread(v, l->mask, ratios);
    found = judge(l, v, &scale, NULL);
    return isfinite(found) ? -found : 1e300;
}

static double minus_of_one(double ratio, void *user)
{
    return minus_at(user, &ratio);
}

static double minus_of_many(const gsl_vector *ratios, void *user)
{
    return minus_at(user, ratios->data);
}

static void keep(candidate *best, const likelihood *l, const double *ratios)
{
    candidate found = {.mask = l->mask};
    double scale;
    spread(found.variances, l->mask, ratios);
    found.log_likelihood = judge(l, found.variances, &scale, NULL);
    if (found.log_likelihood > best->log_likelihood)
        *best = found;
}

/* Brent's method within a hill of the scan. */
static void climb_one(candidate *best, likelihood *l, double low, double middle, double high)
{
    gsl_function function = {minus_of_one, l};
    double at_low = minus_of_one(low, l), at_middle = minus_of_one(middle, l),
           at_high = minus_of_one(high, l);
    keep(best, l, &middle);
    if (!(at_middle < at_low && at_middle < at_high))
        return;
    gsl_min_fminimizer *search = gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent);
    if (!search)
        return;
    if (gsl_min_fminimizer_set_with_values(search, &function, middle, at_middle, low, at_low, high,
                                           at_high) == GSL_SUCCESS) {
        for (int i = 0; i < 60; i++) {
            if (gsl_min_fminimizer_iterate(search) != GSL_SUCCESS)
                break;
            if (gsl_min_fminimizer_x_upper(search) - gsl_min_fminimizer_x_lower(search) < 1e-7)
                break;
        }
        double found = gsl_min_fminimizer_x_minimum(search);
        keep(best, l, &found);
    }
    gsl_min_fminimizer_free(search);
}

static void search_one(candidate *best, likelihood *l)
{
    enum { POINTS = 27 };
    double at[POINTS], minus[POINTS];
    for (int i = 0; i < POINTS; i++) {
        at[i] = least_ratio + (largest_ratio - least_ratio) * i / (POINTS - 1);
        minus[i] = minus_of_one(at[i], l);
    }
    for (int i = 0; i < POINTS; i++) {
        bool hill = (i == 0 || minus[i] <= minus[i - 1]) && (i == POINTS - 1 || minus[i] <= minus[i + 1]);
        if (hill && i > 0 && i < POINTS - 1)
            climb_one(best, l, at[i - 1], at[i], at[i + 1]);
        else if (hill)
            keep(best, l, &at[i]);
    }
}

static void climb_many(candidate *best, likelihood *l, size_t free_count, const double *start, double stride,
                       double finest)
{
    gsl_vector *point = gsl_vector_alloc(free_count), *strides = gsl_vector_alloc(free_count);
    gsl_multimin_fminimizer *search =
        gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, free_count);
    if (point && strides && search) {
        for (size_t i = 0; i < free_count; i++)
            gsl_vector_set(point, i, start[i]);
        gsl_vector_set_all(strides, stride);
        gsl_multimin_function function = {minus_of_many, free_count, l};
        bool ready = gsl_multimin_fminimizer_set(search, &function, point, strides) == GSL_SUCCESS;
        double last = HUGE_VAL;
        size_t idle = 0; /* steps in which nothing was gained: the hill is a plain that goes on to 0 */
        for (int i = 0; ready && i < MOST_STEPS && idle < 8 * free_count; i++) {
            if (gsl_multimin_fminimizer_iterate(search) != GSL_SUCCESS)
                break;
            idle = last - search->fval > GAIN * finest ? 0 : idle + 1;
            last = idle ? last : search->fval;
            if (gsl_multimin_test_size(gsl_multimin_fminimizer_size(search), finest) == GSL_SUCCESS)
                break;
        }
        if (ready)
            keep(best, l, search->x->data);
    }
    if (search)
        gsl_multimin_fminimizer_free(search);
    if (point)
        gsl_vector_free(point);
    if (strides)
        gsl_vector_free(strides);
}

/* Solves c x = b, in place, by Cholesky's factor; false: c is not positive definite. (GSL's would end the
 * program of whoever left its error handler on.) */
static bool solve(double *b, double c[PARTS][PARTS], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            for (size_t k = 0; k < j; k++)
                c[i][j] -= c[i][k] * c[j][k];
            if (j < i)
                c[i][j] /= c[j][j];
        }
        if (!(c[i][i] > 0))
            return false;
        c[i][i] = sqrt(c[i][i]);
        for (size_t k = 0; k < i; k++)
            b[i] -= c[i][k] * b[k];
        b[i] /= c[i][i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= c[k][i] * b[k];
        b[i] /= c[i][i];
    }
    return true;
}

/* Newton's method from near the top, slopes and curvatures by small differences; false: it is no such place.
 */
static bool climb_quickly(candidate *best, likelihood *l, size_t n, const double *start)
{
    double x[PARTS], now = minus_at(l, start);
    memcpy(x, start, n * sizeof *x);
    for (int round = 0; round < 10; round++) {
        double up[PARTS], step[PARTS] = {0}, curves[PARTS][PARTS] = {{0}}, most = 0;
        for (size_t i = 0; i < n; i++) {
            double here = x[i], down;
            x[i] = here + NUDGE;
            up[i] = minus_at(l, x);
            x[i] = here - NUDGE;
            down = minus_at(l, x);
            x[i] = here;
            step[i] = (up[i] - down) / (2 * NUDGE);
            curves[i][i] = (up[i] - 2 * now + down) / (NUDGE * NUDGE);
        }
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < i; j++) {
                double here[2] = {x[i], x[j]};
                x[i] += NUDGE;
                x[j] += NUDGE;
                curves[i][j] = (minus_at(l, x) - up[i] - up[j] + now) / (NUDGE * NUDGE);
                x[i] = here[0];
                x[j] = here[1];
            }
        if (!solve(step, curves, n))
            return false;
        for (size_t i = 0; i < n; i++)
            most = fmax(most, fabs(step[i]));
        if (!(most <= 1))
            return false;
        for (size_t i = 0; i < n; i++)
            x[i] -= step[i];
        double next = minus_at(l, x);
        if (!(next <= now + 1e-12 * fabs(now)))
            return false;
        now = next;
        if (most < NEAR_TOP) { /* the error of this step is the square of it */
            keep(best, l, x);
            return true;
        }
    }
    return false;
}

static size_t count_bits(unsigned mask)
{
    size_t count = 0;
    for (; mask; mask >>= 1)
        count += mask & 1;
    return count;
}

/* Climbs on from a candidate, on the values that the likelihood now has. */
static void polish(candidate *best, likelihood *l)
{
    double ratios[PARTS] = {0}, first = 0;
    size_t free_count = 0;
    for (unsigned i = 0; i < PARTS; i++) {
        if (!(best->mask >> i & 1))
            continue;
        if (first > 0)
            ratios[free_count++] = log(best->variances[i] / first);
        else
            first = best->variances[i];
    }
    l->mask = best->mask;
    best->log_likelihood = -INFINITY;
    if (free_count && climb_quickly(best, l, free_count, ratios))
        return;
    if (free_count == 1)
        climb_one(best, l, ratios[0] - 0.5, ratios[0], ratios[0] + 0.5);
    if (free_count != 1 || !isfinite(best->log_likelihood))
        keep(best, l, ratios);
    if (free_count > 1)
        climb_many(best, l, free_count, ratios, 0.2, FINE);
}

/* The likeliest variances with those of `mask` free and the others 0. */
static candidate search_mask(likelihood *l, unsigned mask)
{
    static const double starts[][PARTS - 1] = {{-2, -6, -4}, {0, 0, -8}, {-6, -2, -2}, {3, -3, -3}};
    candidate best = {.log_likelihood = -INFINITY, .mask = mask};
    size_t free_count = count_bits(mask) - 1;
    l->mask = mask;
    if (free_count == 0)
        keep(&best, l, starts[0]);
    else if (free_count == 1)
        search_one(&best, l);
    for (size_t i = 0; free_count > 1 && i < sizeof starts / sizeof *starts; i++)
        climb_many(&best, l, free_count, starts[i], 2, COARSE);
    if (free_count > 1 && isfinite(best.log_likelihood))
        polish(&best, l);
    return best;
}

static bool better(const candidate *one, const candidate *other)
{
    double slack = count_bits(one->mask) < count_bits(other->mask) ? -1e-7 : 1e-7;
    return one->log_likelihood > other->log_likelihood + slack;
}

/* Of all choices of variances that are 0 (with a season: of those that the search itself points to). */
static candidate search_all(likelihood *l)
{
    unsigned full = full_mask(l->form);
    candidate best = search_mask(l, full);
    for (unsigned mask = full - 1; mask && l->form->season <= 1; mask--) {
        if ((mask & ~full) != 0)
            continue;
        candidate found = search_mask(l, mask);
        if (better(&found, &best))
            best = found;
    }
    for (unsigned i = 0; i < PARTS && l->form->season > 1; i++) {
        candidate found = best;
        double most = 0;
        for (unsigned k = 0; k < PARTS; k++)
            most = fmax(most, best.variances[k]);
        if (!(best.mask >> i & 1) || best.variances[i] > 1e-3 * most || count_bits(best.mask) < 2)
            continue;
        found.mask &= ~(1U << i);
        found.variances[i] = 0;
        polish(&found, l);
        if (better(&found, &best)) {
            best = found;
            i = UINT_MAX; /* from the first again */
        }
    }
    return best;
}

/* A variance of 0 is tried at small shares again: what a part of a series shows no trace of, the whole may,
 * and what was dropped before another one was may be wanted without that. */
static void widen(candidate *best, likelihood *l)
{
    static const double shares[] = {1e-10, 1e-8, 1e-6, 1e-4, 1e-2};
    unsigned full = full_mask(l->form);
    double most = 0, scale;
    for (unsigned i = 0; i < PARTS; i++)
        most = fmax(most, best->variances[i]);
    for (unsigned i = 0; i < PARTS; i++) {
        candidate wider = *best;
        for (size_t k = 0; k < sizeof shares / sizeof *shares && (full & ~best->mask) >> i & 1; k++) {
            candidate found = {.mask = best->mask | 1U << i};
            memcpy(found.variances, best->variances, sizeof found.variances);
            found.variances[i] = shares[k] * most;
            found.log_likelihood = judge(l, found.variances, &scale, NULL);
            if (better(&found, &wider))
                wider = found;
        }
        if (wider.mask == best->mask)
            continue;
        polish(&wider, l);
        if (better(&wider, best))
            *best = wider;
    }
}

ws_status ws_fit_series(ws_fit *out, const ws_state_model *form, size_t count, const double *values,
                        const ws_run *run, ws_diag *diag)
{
    (void)run;
    size_t seen = 0;
    double mean = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i]))
            continue;
        double d = values[i] - mean;
        mean += d / (double)++seen;
        squares += d * (values[i] - mean);
    }
    size_t states = ws__count_states(form);
    if (!states || seen < LEAST_VALUES || seen < states + 2)
        return ws_fail(diag, WS_INVALID, "%zu values; variances are estimated from %d or more", seen,
                       (int)LEAST_VALUES > (int)states + 2 ? (int)LEAST_VALUES : (int)states + 2);
    likelihood l = {.form = form, .count = count, .values = values};
    bool in_part = count > 2 * PART_OF_LONG;
    if (in_part) {
        l.count = PART_OF_LONG;
        l.values = values + (count - PART_OF_LONG);
    }
    candidate best = search_all(&l);
    if (in_part) {
        l.count = count;
        l.values = values;
        if (isfinite(best.log_likelihood))
            polish(&best, &l);
        else
            best = search_all(&l);
    }
    widen(&best, &l);
    double scale = 0;
    ws_state state;
    best.log_likelihood = judge(&l, best.variances, &scale, &state);
    if (!isfinite(best.log_likelihood) || scale <= 1e-20 * (squares / (double)seen + mean * mean))
        return ws_fail(diag, WS_INVALID,
                       "the values follow the model without error; no variance can be told");
    ws_fit fit = {.model = with_variances(form, best.variances, scale)};
    fit.log_likelihood = best.log_likelihood;
    fit.log_likelihood_nd = best.log_likelihood + (double)state.diffuse * log(2 * acos(-1)) / 2;
    fit.on_bound = best.mask != full_mask(form);
    *out = fit;
    return WS_OK;
}
