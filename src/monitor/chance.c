/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chances of keeping what was promised, and what a target can tell apart. Values at several dates are jointly
 * normal; their covariances are followed through the model, and draws are made of the values themselves, so
 * that a horizon of years of days costs no more than one of quarters. */
#include "monitor/indicator.h"
#include "monitor/kalman.h"

#include "base/random.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

enum { DRAWS = 100000, MOST_PERIODS = 4000, PAST = 2000 };
static const uint64_t chance_stream = UINT64_C(0x6368616e6365);

static double observe(const ws_state_model *model, const double *v)
{
    return v[0] + (model->season > 1 ? v[1 + model->slope] : 0);
}

/* Lower Cholesky factor in place; a row of no variance left becomes 0. */
static void factor(double *c, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        double least = 1e-14 * c[j * n + j];
        for (size_t k = 0; k < j; k++)
            c[j * n + j] -= c[j * n + k] * c[j * n + k];
        double pivot = c[j * n + j] > least ? sqrt(c[j * n + j]) : 0;
        c[j * n + j] = pivot;
        for (size_t i = j + 1; i < n; i++) {
            for (size_t k = 0; k < j; k++)
                c[i * n + j] -= c[i * n + k] * c[j * n + k];
            c[i * n + j] = pivot > 0 ? c[i * n + j] / pivot : 0;
        }
    }
}

static double one_chance(double mean, double variance, const ws_promise *promise)
{
    double rest = promise->at_most ? promise->value - mean : mean - promise->value;
    if (!(variance > 0))
        return rest >= 0;
    return gsl_cdf_ugaussian_P(rest / sqrt(variance));
}

double ws__joint_chance(const ws_state_model *model, const ws_state *state, size_t count,
                        const ws_promise *const *promises, uint64_t seed, ws_arena *arena)
{
    double mean, variance;
    if (count == 1 && ws_forecast_value(&mean, &variance, model, state, (size_t)promises[0]->ahead))
        return one_chance(mean, variance, promises[0]);
    double *means = WS_NEW_MANY(arena, count, double), *c = WS_NEW_MANY(arena, count * count, double);
    double *z = WS_NEW_MANY(arena, count, double);
    if (!means || !c || !z)
        return NAN;
    ws_state at = *state;
    int32_t stands = 1;
    for (size_t i = 0; i < count; i++) {
        for (; stands < promises[i]->ahead; stands++)
            ws__step_state(model, &at);
        means[i] = observe(model, at.mean);
        double w[WS_MOST_STATES];
        for (size_t k = 0; k < at.size; k++)
            w[k] = observe(model, at.variance[k]);
        c[i * count + i] = observe(model, w) + model->irregular;
        for (size_t j = i + 1; j < count; j++) {
            for (int32_t s = promises[j - 1]->ahead; s < promises[j]->ahead; s++)
                ws__move_state(model, w);
            c[j * count + i] = observe(model, w);
        }
    }
    factor(c, count);
    ws_random random = ws__new_random(seed ? seed : 1, chance_stream);
    uint64_t kept = 0;
    for (size_t draw = 0; draw < DRAWS; draw++) {
        bool all = true;
        for (size_t i = 0; i < count; i++) {
            double value = means[i];
            z[i] = ws__draw_normal(&random);
            for (size_t k = 0; k <= i; k++)
                value += c[i * count + k] * z[k];
            all = all && (promises[i]->at_most ? value <= promises[i]->value : value >= promises[i]->value);
        }
        kept += all;
    }
    return (double)kept / DRAWS;
}

/* What `periods` values after now tell of a shift of the level by 1: the sum of its squared innovations. */
static double shift_information(const ws_state_model *model, double *room, const ws_grid *grid,
                                size_t periods)
{
    size_t past = grid->count < PAST ? grid->count : PAST;
    for (size_t i = 0; i < past; i++)
        room[i] = isnan(grid->values[grid->count - past + i]) ? (double)NAN : 0;
    for (size_t i = 0; i < periods; i++)
        room[past + i] = 1;
    ws_state state;
    ws_filter_sums sums;
    return ws__run_filter(&state, &sums, model, past + periods, room) && state.proper ? sums.squares : 0;
}

static size_t periods_until(const ws_state_model *model, const ws_grid *grid, double shift)
{
    WS_SCRATCH(scratch);
    double *room = WS_NEW_MANY(&scratch, PAST + MOST_PERIODS, double);
    double wanted = 2 * gsl_cdf_ugaussian_Pinv(0.9); /* no alarm without, alarm with: 9 of 10 each */
    size_t low = 0, high = 1;
    if (!room || !(shift > 0))
        return 0;
    while (high < MOST_PERIODS && shift * sqrt(shift_information(model, room, grid, high)) < wanted) {
        low = high;
        high = 2 * high < MOST_PERIODS ? 2 * high : MOST_PERIODS;
    }
    if (shift * sqrt(shift_information(model, room, grid, high)) < wanted)
        return 0;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (shift * sqrt(shift_information(model, room, grid, middle)) < wanted)
            low = middle;
        else
            high = middle;
    }
    return high;
}

bool ws__design_target(ws_target_design *out, const ws_state_model *model, const ws_state *state,
                       const ws_grid *grid, const ws_promise *promise, double latest,
                       const ws_question *question)
{
    double mean, variance;
    if (promise->ahead < 1 || !ws_forecast_value(&mean, &variance, model, state, (size_t)promise->ahead))
        return false;
    double toward = promise->at_most ? -1 : 1, rise = toward * (promise->value - latest);
    double whole = rise > 0 ? rise : sqrt(variance);
    ws_target_design design = {.target = promise->value, .by = promise->by};
    design.no_opening = one_chance(mean, variance, promise);
    if (question->opening > 0) {
        design.opening_count = 1;
        design.openings[0] = question->opening;
    } else {
        design.opening_count = 4;
        for (size_t i = 0; i < 4; i++)
            design.openings[i] = whole * (double[]){0.25, 0.5, 1, 1.5}[i];
    }
    for (size_t i = 0; i < design.opening_count; i++)
        design.power[i] = one_chance(mean + toward * design.openings[i], variance, promise);
    design.cheat = question->cheat > 0 ? question->cheat : whole;
    design.periods_to_detect = periods_until(model, grid, design.cheat);
    *out = design;
    return true;
}
