/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Kalman filter with an exact diffuse start. States: level, slope, season (dummy form, the last season -
 * 1 effects); the value is level + first season effect + irregular. While something of the start is unknown
 * two variance matrices are carried, the diffuse and the proper one (Durbin and Koopman 2012, 5.2); from then
 * on a level alone, or level and slope, has a loop of its own, which settles into constant gains. A long
 * stretch of constant gains is walked in lanes side by side, each from a little before its start: what a lane
 * begins with is forgotten by a known factor a step, so that after so many steps no bit of it is left. */
#include "monitor/kalman.h"

#include "base/diag.h"

#include <math.h>
#include <string.h>

typedef double matrix[WS_MOST_STATES][WS_MOST_STATES];

/* Sum of logarithms, as the logarithm of products: one logarithm for many factors. */
typedef struct log_sum {
    double product, sum;
} log_sum;

static inline void add_log(log_sum *logs, double factor)
{
    logs->product *= factor;
    if (!(logs->product > 1e-200 && logs->product < 1e200)) {
        logs->sum += log(logs->product);
        logs->product = 1;
    }
}

static double end_log(const log_sum *logs)
{
    return logs->sum + log(logs->product);
}

size_t ws__count_states(const ws_state_model *model)
{
    size_t size = 1 + (size_t)model->slope + (model->season > 1 ? model->season - 1 : 0);
    return size <= WS_MOST_STATES ? size : 0;
}

void ws__move_state(const ws_state_model *model, double *v)
{
    if (model->slope)
        v[0] += v[1];
    if (model->season > 1) {
        double *effects = v + 1 + model->slope, sum = 0;
        size_t count = model->season - 1;
        for (size_t i = 0; i < count; i++)
            sum += effects[i];
        memmove(effects + 1, effects, (count - 1) * sizeof *effects);
        effects[0] = -sum;
    }
}

/* Where Z is 1: the level, and the first season effect. */
static size_t season_at(const ws_state_model *model)
{
    return model->season > 1 ? 1 + (size_t)model->slope : 0;
}

/* T P T', entry by entry as T is made: the slope is added to the level; season effects move up by one, and
 * the first becomes less the sum of all. */
static void move_matrix(const ws_state_model *model, matrix p, size_t size)
{
    if (model->slope) {
        for (size_t j = 0; j < size; j++)
            p[0][j] += p[1][j];
        for (size_t i = 0; i < size; i++)
            p[i][0] += p[i][1];
    }
    if (model->season <= 1)
        return;
    size_t from = 1 + (size_t)model->slope, last = size - 1;
    double sums[WS_MOST_STATES] = {0}, all = 0;
    for (size_t i = from; i < size; i++)
        for (size_t j = 0; j < size; j++)
            sums[j] += p[i][j];
    for (size_t j = from; j < size; j++)
        all += sums[j];
    for (size_t i = last; i > from; i--) {
        memmove(&p[i][from + 1], &p[i - 1][from], (last - from) * sizeof p[i][0]);
        for (size_t j = 0; j < from; j++)
            p[i][j] = p[j][i] = p[i - 1][j];
    }
    for (size_t j = last; j > from; j--)
        p[from][j] = p[j][from] = -sums[j - 1];
    for (size_t j = 0; j < from; j++)
        p[from][j] = p[j][from] = -sums[j];
    p[from][from] = all;
}

typedef struct filter {
    const ws_state_model *model;
    size_t size, season;
    double *mean;
    matrix diffuse;
    double (*proper)[WS_MOST_STATES];
    log_sum log_diffuse, log_f;
    double squares;
    size_t left; /* diffuse dimensions */
    ws_state *state;
} filter;

/* P Z' and Z P Z'. */
static double observe(const filter *f, double (*p)[WS_MOST_STATES], double *pz)
{
    for (size_t i = 0; i < f->size; i++)
        pz[i] = p[i][0] + (f->season ? p[i][f->season] : 0);
    return pz[0] + (f->season ? pz[f->season] : 0);
}

static double largest_variance(const filter *f)
{
    double most = 1;
    for (size_t i = 0; i < f->size; i++)
        most = fmax(most, f->diffuse[i][i]);
    return most;
}

static bool take_value(filter *f, double value)
{
    double pz[WS_MOST_STATES] = {0}, dz[WS_MOST_STATES] = {0}, v = value - f->mean[0];
    if (f->season)
        v -= f->mean[f->season];
    double variance = observe(f, f->proper, pz) + f->model->irregular;
    double diffuse = f->left ? observe(f, f->diffuse, dz) : 0;
    f->state->seen++;
    double gain[WS_MOST_STATES], diffuse_gain[WS_MOST_STATES];
    if (f->left && diffuse > 1e-9 * largest_variance(f)) {
        for (size_t i = 0; i < f->size; i++) {
            diffuse_gain[i] = dz[i] / diffuse;
            gain[i] = diffuse_gain[i] * variance - pz[i];
            f->mean[i] += diffuse_gain[i] * v;
        }
        for (size_t i = 0; i < f->size; i++)
            for (size_t j = 0; j < f->size; j++) {
                f->proper[i][j] += gain[i] * diffuse_gain[j] - diffuse_gain[i] * pz[j];
                f->diffuse[i][j] -= dz[i] * diffuse_gain[j];
            }
        add_log(&f->log_diffuse, diffuse);
        f->state->diffuse++;
        f->left--;
        return true;
    }
    if (!(variance > 0) || !isfinite(variance))
        return false;
    for (size_t i = 0; i < f->size; i++) {
        gain[i] = pz[i] / variance;
        f->mean[i] += gain[i] * v;
    }
    for (size_t i = 0; i < f->size; i++)
        for (size_t j = 0; j < f->size; j++)
            f->proper[i][j] -= pz[i] * gain[j];
    add_log(&f->log_f, variance);
    f->squares += v * v / variance;
    return true;
}

void ws__step_state(const ws_state_model *model, ws_state *state)
{
    ws__move_state(model, state->mean);
    move_matrix(model, state->variance, state->size);
    state->variance[0][0] += model->level;
    if (model->slope)
        state->variance[1][1] += model->slope_variance;
    size_t season = season_at(model);
    if (season)
        state->variance[season][season] += model->season_variance;
}

enum { LANES = 8 };
static const double forgotten = -50; /* logarithm of what is left of a wrong start */

/* Level and slope as expected of the next value, gains that no longer change, and squares of innovations. */
typedef struct steady {
    double a, b, gain, slope_gain, squares;
} steady;

/* Takes values of several stretches side by side, all with the gains of `s`. */
static void take_in_lanes(const steady *s, double a[LANES], double b[LANES], double squares[LANES],
                          const double *const *stretches, size_t count)
{
    for (size_t t = 0; t < count; t++)
        for (size_t k = 0; k < LANES; k++) {
            double v = stretches[k][t] - a[k];
            b[k] += s->slope_gain * v;
            a[k] += s->gain * v + b[k];
            squares[k] += v * v;
        }
}

/* Steps until a wrong start is forgotten: by the largest eigenvalue of what an error becomes in a step. */
static size_t steps_to_forget(const steady *s)
{
    double half = 1 - (s->gain + s->slope_gain) / 2, product = 1 - s->gain, inside = half * half - product;
    double radius = inside > 0 ? fabs(half) + sqrt(inside) : sqrt(fabs(product));
    return radius < 1 ? (size_t)fmin(forgotten / log(fmax(radius, 1e-9)), 1e9) + 8 : SIZE_MAX / LANES;
}

/* Takes values without a gap. */
static void run_steady(steady *s, size_t count, const double *values)
{
    size_t part = count / LANES, before = steps_to_forget(s), t = 0;
    if (part > 4 * before) {
        const double *stretches[LANES];
        double a[LANES], b[LANES] = {0}, squares[LANES] = {0};
        for (size_t k = 0; k < LANES; k++) {
            stretches[k] = values + k * part - (k ? before : 0);
            a[k] = stretches[k][0];
        }
        take_in_lanes(s, a, b, squares, stretches, before);
        for (size_t k = 0; k < LANES; k++) {
            stretches[k] = values + k * part;
            squares[k] = 0;
        }
        a[0] = s->a; /* the first lane begins where the state is */
        b[0] = s->b;
        take_in_lanes(s, a, b, squares, stretches, part);
        for (size_t k = 0; k < LANES; k++)
            s->squares += squares[k];
        s->a = a[LANES - 1];
        s->b = b[LANES - 1];
        t = LANES * part;
    }
    for (; t < count; t++) {
        double v = values[t] - s->a;
        s->b += s->slope_gain * v;
        s->a += s->gain * v + s->b;
        s->squares += v * v;
    }
}

static size_t count_until_gap(const double *values, size_t count)
{
    size_t seen = 0;
    while (seen < count && !isnan(values[seen]))
        seen++;
    return seen;
}

/* What a steady stretch of `seen` values adds. */
static void add_steady(filter *f, const steady *s, double variance, size_t seen)
{
    f->log_f.sum += (double)seen * log(variance);
    f->squares += s->squares / variance;
    f->state->seen += seen;
}

/* A level alone, once it is proper. */
static bool run_level(filter *f, size_t count, const double *values)
{
    double a = f->mean[0], p = f->proper[0][0], h = f->model->irregular, q = f->model->level;
    for (size_t t = 0; t < count; t++) {
        if (isnan(values[t])) {
            p += q;
            continue;
        }
        double variance = p + h, v = values[t] - a;
        if (!(variance > 0))
            return false;
        double inverse = 1 / variance, gain = p * inverse;
        a += gain * v;
        f->squares += v * v * inverse;
        add_log(&f->log_f, variance);
        f->state->seen++;
        double next = h * gain + q;
        bool settled = fabs(next - p) <= 1e-15 * p;
        p = next;
        if (settled) { /* constant gain until a gap */
            steady s = {.a = a, .gain = p / variance};
            size_t seen = count_until_gap(values + t + 1, count - t - 1);
            run_steady(&s, seen, values + t + 1);
            add_steady(f, &s, variance, seen);
            a = s.a;
            t += seen;
        }
    }
    f->mean[0] = a;
    f->proper[0][0] = p;
    return true;
}

/* A level with a slope, once both are proper. */
static bool run_trend(filter *f, size_t count, const double *values)
{
    double a = f->mean[0], b = f->mean[1], p = f->proper[0][0], c = f->proper[0][1], s = f->proper[1][1];
    double h = f->model->irregular, q = f->model->level, r = f->model->slope_variance;
    for (size_t t = 0; t < count; t++) {
        double p_now = p, c_now = c, s_now = s;
        bool settled = false;
        if (!isnan(values[t])) {
            double variance = p + h, v = values[t] - a;
            if (!(variance > 0))
                return false;
            double inverse = 1 / variance, gain = p * inverse, slope_gain = c * inverse;
            a += gain * v;
            b += slope_gain * v;
            f->squares += v * v * inverse;
            add_log(&f->log_f, variance);
            f->state->seen++;
            p_now = h * gain;
            c_now = h * slope_gain;
            s_now = s - c * slope_gain;
            settled = true;
        }
        a += b;
        double p_next = p_now + 2 * c_now + s_now + q, c_next = c_now + s_now, s_next = s_now + r;
        settled = settled && fabs(p_next - p) <= 1e-14 * p && fabs(c_next - c) <= 1e-14 * fabs(c) &&
                  fabs(s_next - s) <= 1e-14 * s;
        p = p_next;
        c = c_next;
        s = s_next;
        if (settled) { /* constant gains until a gap */
            steady settled_at = {a, b, p / (p + h), c / (p + h), 0};
            size_t seen = count_until_gap(values + t + 1, count - t - 1);
            run_steady(&settled_at, seen, values + t + 1);
            add_steady(f, &settled_at, p + h, seen);
            a = settled_at.a;
            b = settled_at.b;
            t += seen;
        }
    }
    f->mean[0] = a;
    f->mean[1] = b;
    f->proper[0][0] = p;
    f->proper[0][1] = f->proper[1][0] = c;
    f->proper[1][1] = s;
    return true;
}

bool ws__run_filter(ws_state *out, ws_filter_sums *sums, const ws_state_model *model, size_t count,
                    const double *values)
{
    *out = (ws_state){.size = ws__count_states(model)};
    if (!out->size || !(model->irregular >= 0 && model->level >= 0))
        return false;
    filter f = {.model = model, .size = out->size, .season = season_at(model), .mean = out->mean};
    f.proper = out->variance;
    f.log_diffuse.product = f.log_f.product = 1;
    f.left = out->size;
    f.state = out;
    for (size_t i = 0; i < f.size; i++)
        f.diffuse[i][i] = 1;
    size_t t = 0;
    bool good = true;
    for (; t < count && good && (f.left || f.season); t++) {
        good = isnan(values[t]) || take_value(&f, values[t]);
        ws__step_state(model, out);
        if (f.left)
            move_matrix(model, f.diffuse, f.size);
    }
    if (good && t < count)
        good = model->slope ? run_trend(&f, count - t, values + t) : run_level(&f, count - t, values + t);
    out->proper = !f.left;
    *sums = (ws_filter_sums){end_log(&f.log_diffuse), end_log(&f.log_f), f.squares};
    return good;
}

ws_status ws_filter_series(ws_state *out, const ws_state_model *model, size_t count, const double *values,
                           ws_diag *diag)
{
    ws_state state;
    ws_filter_sums sums;
    if (!ws__run_filter(&state, &sums, model, count, values))
        return ws_fail(
            diag, WS_INVALID,
            "the model cannot be filtered; expected variances >= 0, not all 0, and at most %d states",
            (int)WS_MOST_STATES);
    double minus = sums.log_diffuse + sums.log_f + sums.squares, log_2pi = log(2 * acos(-1));
    state.log_likelihood = -(minus + (double)state.seen * log_2pi) / 2;
    state.log_likelihood_nd = -(minus + (double)(state.seen - state.diffuse) * log_2pi) / 2;
    *out = state;
    return WS_OK;
}

bool ws_forecast_value(double *mean, double *variance, const ws_state_model *model, const ws_state *state,
                       size_t ahead)
{
    if (!state->proper || ahead < 1)
        return false;
    ws_state at = *state;
    filter f = {.model = model, .size = at.size, .season = season_at(model), .proper = at.variance};
    if (!f.season && ahead > 1) { /* far ahead in closed form */
        double k = (double)(ahead - 1), s = model->slope ? at.variance[1][1] : 0;
        double c = model->slope ? at.variance[0][1] : 0, r = model->slope ? model->slope_variance : 0;
        at.mean[0] += model->slope ? k * at.mean[1] : 0;
        at.variance[0][0] += 2 * k * c + k * k * s + k * model->level + r * (k - 1) * k * (2 * k - 1) / 6;
    }
    for (size_t i = 1; f.season && i < ahead; i++)
        ws__step_state(model, &at);
    double pz[WS_MOST_STATES] = {0};
    *variance = observe(&f, f.proper, pz) + model->irregular;
    *mean = at.mean[0] + (f.season ? at.mean[f.season] : 0);
    return isfinite(*mean) && isfinite(*variance);
}
