/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A decision for one type, and for any number of types, and what a solved decision is worth. Two types have
 * their own way (spot_two.c). */
#include "game/spot.h"
#include "game/logit.h"
#include "game/spot_two.h"

#include <string.h>

enum { NEWTON_STEPS = 40, SWEEPS = 600, LATE_SWEEPS = 3000 };

bool ws__init_line(ws_line *line, ws_arena *arena, const ws_axis *axis, size_t columns, size_t count)
{
    size_t lanes = count > axis->nodes ? count : axis->nodes;
    *line = (ws_line){.ops = ws__lane_ops(), .axis = axis, .columns = columns, .lanes = lanes};
    line->curve = WS_NEW_MANY(arena, WS_CURVE * count * axis->nodes, double);
    line->level = WS_NEW_MANY(arena, count * axis->nodes, double);
    line->folds = WS_NEW_MANY(arena, count, bool);
    line->odds = WS_NEW_MANY(arena, count, double);
    line->value = WS_NEW_MANY(arena, 2 * lanes, double);
    line->by_odds = WS_NEW_MANY(arena, 2 * lanes, double);
    line->here = WS_NEW_MANY(arena, lanes, double);
    line->scratch = WS_NEW_MANY(arena, (WS_AXES + 1) * lanes, double);
    line->taken = WS_NEW_MANY(arena, (WS_AXES + 1) * lanes, double);
    line->after = WS_NEW_MANY(arena, 2 * lanes, double);
    line->replies = WS_NEW_MANY(arena, 4 * lanes, double);
    return line->curve && line->level && line->folds && line->odds && line->value && line->by_odds &&
           line->here && line->scratch && line->taken && line->after && line->replies &&
           ws__init_crossings(&line->cross, arena, lanes);
}

void ws__begin_line(ws_line *line)
{
    line->warm = false;
    if (line->types == 2)
        ws__prepare_two(line);
}

/* The actor's own values of an action at a belief. */
static void own_values(double *out, double (*by_coordinate)[WS_AXES + 1], const ws_line *line,
                       const ws_action *action, const ws_belief *belief)
{
    size_t types = line->types, columns = line->columns, own = line->own;
    if (action->ends) {
        for (size_t t = 0; t < types; t++) /* an end's worth to a type does not hang on beliefs about it */
            out[t] = action->line[t * columns + own + t];
        if (by_coordinate)
            memset(by_coordinate, 0, (types - 1) * sizeof *by_coordinate);
        return;
    }
    ws_stencil stencil;
    double slopes[WS_AXES][WS_STENCIL];
    ws__place_belief(&stencil, by_coordinate ? slopes : NULL, line->axis, belief, types);
    for (size_t t = 0; t < types; t++) {
        out[t] = 0;
        for (size_t i = 0; i < stencil.count; i++)
            out[t] += stencil.w[i] * action->line[stencil.at[i] * columns + own + t];
        for (size_t k = 0; by_coordinate && k + 1 < types; k++) {
            by_coordinate[k][t] = 0;
            for (size_t i = 0; i < stencil.count; i++)
                by_coordinate[k][t] += slopes[k][i] * action->line[stencil.at[i] * columns + own + t];
        }
    }
}

/* Values to everybody from the policy. */
static void mix_spot(double *value, const double *chosen, ws_line *line, const ws_belief *prior)
{
    size_t types = line->types, columns = line->columns, own = line->own;
    double *after_q = line->after, *after_p = line->after + line->lanes;
    memset(value, 0, columns * sizeof *value);
    memcpy(line->taken, chosen, line->count * types * sizeof *chosen);
    line->ops->exp(line->taken, line->count * types);
    for (size_t a = 0; types == 2 && a < line->count; a++)
        after_q[a] = prior->odds[0] + chosen[2 * a] - chosen[2 * a + 1];
    if (types == 2)
        line->ops->logistic(after_q, after_p, after_q, line->count);
    for (size_t t = 0; line->best && t < types; t++)
        value[line->best + own + t] = -HUGE_VAL;
    for (size_t a = 0; a < line->count; a++) {
        const ws_action *action = &line->actions[a];
        ws_belief after;
        ws_stencil stencil;
        double each[2 * WS_GAME_COLUMNS] = {0}, chance = 0;
        const double *taken = line->taken + a * types;
        if (types == 2) {
            after.q[0] = after.mu[0] = after_q[a];
            after.mu[1] = after_p[a];
        } else {
            ws__posterior(&after, prior, chosen + a * types, types);
        }
        for (size_t t = 0; t < types; t++)
            chance += prior->mu[t] * taken[t];
        if (action->ends) {
            stencil.count = types;
            for (size_t t = 0; t < types; t++) {
                stencil.at[t] = t;
                stencil.w[t] = after.mu[t];
            }
        } else {
            ws__place_belief(&stencil, NULL, line->axis, &after, types);
        }
        for (size_t i = 0; i < stencil.count; i++)
            for (size_t c = 0; c < columns; c++)
                each[c] += stencil.w[i] * action->line[stencil.at[i] * columns + c];
        for (size_t t = 0; t < types; t++) {
            double mine = action->ends ? action->line[t * columns + own + t] : each[own + t];
            value[own + t] += taken[t] * mine;
        }
        for (size_t t = 0; line->best && t < types; t++) {
            size_t c = line->best + own + t;
            double mine = action->ends ? action->line[t * columns + c] : each[c];
            value[c] = mine > value[c] ? mine : value[c];
        }
        for (size_t c = 0; c < columns; c++) {
            size_t in = line->best && c >= line->best ? c - line->best : c;
            if (in < own || in >= own + types)
                value[c] += chance * each[c];
        }
    }
}

/* Everybody of one type: choice by value, no beliefs to move. */
static void solve_one(double *chosen, const ws_line *line)
{
    for (size_t a = 0; a < line->count; a++)
        chosen[a] = line->actions[a].log_weight + line->rate[0] * line->actions[a].line[line->own];
    double z = ws__log_sum(chosen, line->count, 1);
    for (size_t a = 0; a < line->count; a++)
        chosen[a] -= z;
}

/* Replies to the policy in `chosen`, into line->scratch; gives the largest distance. */
static double replies(const double *chosen, ws_line *line, const ws_belief *prior)
{
    size_t types = line->types;
    double far = 0;
    if (types == 2)
        return ws__reply_two(chosen, line, prior->odds[0]);
    for (size_t a = 0; a < line->count; a++) {
        ws_belief after;
        double own[WS_AXES + 1];
        ws__posterior(&after, prior, chosen + a * types, types);
        own_values(own, NULL, line, &line->actions[a], &after);
        for (size_t t = 0; t < types; t++)
            line->scratch[a * types + t] = line->actions[a].log_weight + line->rate[t] * own[t];
    }
    for (size_t t = 0; t < types; t++) {
        double z = ws__log_sum(line->scratch + t, line->count, types);
        for (size_t a = 0; a < line->count; a++) {
            line->scratch[a * types + t] -= z;
            double off = fabs(line->scratch[a * types + t] - chosen[a * types + t]);
            far = off > far || !isfinite(off) ? off : far;
        }
    }
    return far;
}

/* Damped replies until they are `near`; gives the distance left. */
static double damp(ws_spot *spot, double *chosen, ws_line *line, const ws_belief *prior, double damping,
                   unsigned sweeps, double near)
{
    size_t types = line->types;
    double far = HUGE_VAL;
    for (unsigned i = 0; i < sweeps; i++) {
        far = replies(chosen, line, prior);
        spot->steps++;
        if (far <= near)
            break;
        for (size_t a = 0; a < line->count * types; a++)
            chosen[a] += damping * (line->scratch[a] - chosen[a]);
        for (size_t t = 0; t < types; t++) {
            double z = ws__log_sum(chosen + t, line->count, types);
            for (size_t a = 0; a < line->count; a++)
                chosen[a * types + t] -= z;
        }
    }
    return far;
}

/* a x = b, `n` up to WS_AXES + 1 with `sides` right-hand sides; false where singular. */
static bool solve_block(double *a, double *b, size_t n, size_t sides)
{
    for (size_t i = 0; i < n; i++) {
        size_t pivot = i;
        for (size_t r = i + 1; r < n; r++)
            pivot = fabs(a[r * n + i]) > fabs(a[pivot * n + i]) ? r : pivot;
        if (!(fabs(a[pivot * n + i]) > 1e-14))
            return false;
        for (size_t c = 0; pivot != i && c < n; c++) {
            double keep = a[i * n + c];
            a[i * n + c] = a[pivot * n + c];
            a[pivot * n + c] = keep;
        }
        for (size_t c = 0; pivot != i && c < sides; c++) {
            double keep = b[i * sides + c];
            b[i * sides + c] = b[pivot * sides + c];
            b[pivot * sides + c] = keep;
        }
        for (size_t r = 0; r < n; r++) {
            double f = r == i ? 0 : a[r * n + i] / a[i * n + i];
            for (size_t c = i; f != 0 && c < n; c++)
                a[r * n + c] -= f * a[i * n + c];
            for (size_t c = 0; f != 0 && c < sides; c++)
                b[r * sides + c] -= f * b[i * sides + c];
        }
    }
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < sides; c++)
            b[i * sides + c] /= a[i * n + i];
    return true;
}

/* M_a = I - L dV_a/dw and the residual of one action, solved: y in `right` [types], M^-1 in `inverse`. */
static bool newton_block(double *right, double *inverse, double *reply, const double *chosen,
                         const ws_line *line, size_t a, const ws_belief *prior)
{
    size_t types = line->types;
    ws_belief after;
    double own[WS_AXES + 1], by[WS_AXES][WS_AXES + 1], m[(WS_AXES + 1) * (WS_AXES + 1)];
    double both[(WS_AXES + 1) * (WS_AXES + 2)];
    ws__posterior(&after, prior, chosen, types);
    own_values(own, by, line, &line->actions[a], &after);
    for (size_t t = 0; t < types; t++) {
        reply[t] = line->actions[a].log_weight + line->rate[t] * own[t];
        for (size_t s = 0; s < types; s++) {
            double slope = 0; /* of V(t) by the log weight of s: coordinate k moves for every s >= k */
            for (size_t k = 0; k + 1 < types && k <= s; k++) {
                double within = 1; /* chance of s among the types from k on */
                for (size_t j = k; j < s; j++)
                    within *= after.p[j];
                within *= s + 1 < types ? after.q[s] : 1;
                slope += by[k][t] * (s == k ? after.q[k] * after.p[k] : -after.q[k] * within);
            }
            m[t * types + s] = (t == s) - line->rate[t] * slope;
            both[t * (types + 1) + s] = t == s;
        }
        both[t * (types + 1) + types] = reply[t] - chosen[t];
    }
    if (!solve_block(m, both, types, types + 1))
        return false;
    for (size_t t = 0; t < types; t++) {
        right[t] = both[t * (types + 1) + types];
        for (size_t s = 0; s < types; s++)
            inverse[t * types + s] = both[t * (types + 1) + s];
    }
    return true;
}

/* Newton's method on all log-probabilities; true where it arrived. `blocks` [count][types * (types + 1)]. */
static bool newton_many(ws_spot *spot, double *chosen, double *blocks, ws_line *line, const ws_belief *prior)
{
    size_t types = line->types, room = types * (types + 1);
    for (unsigned i = 0; i < NEWTON_STEPS; i++) {
        double total[(WS_AXES + 1) * (WS_AXES + 1)] = {0}, z[WS_AXES + 1] = {0}, far = 0;
        for (size_t a = 0; a < line->count; a++) {
            double *right = blocks + a * room, *inverse = right + types;
            if (!newton_block(right, inverse, line->scratch + a * types, chosen + a * types, line, a, prior))
                return false;
            for (size_t t = 0; t < types; t++) {
                double s = ws__exp(chosen[a * types + t]);
                z[t] += s * right[t];
                for (size_t u = 0; u < types; u++)
                    total[t * types + u] += s * inverse[t * types + u];
            }
        }
        if (!solve_block(total, z, types, 1))
            return false;
        for (size_t a = 0; a < line->count; a++)
            for (size_t t = 0; t < types; t++) {
                double move = blocks[a * room + t];
                for (size_t u = 0; u < types; u++)
                    move -= blocks[a * room + types + t * types + u] * z[u];
                far = fabs(move) > far || !isfinite(move) ? fabs(move) : far;
                chosen[a * types + t] += move;
            }
        spot->steps++;
        spot->residual = far;
        if (!isfinite(far) || (i > 4 && far > 20))
            return false;
        for (size_t t = 0; t < types; t++) {
            double sum = ws__log_sum(chosen + t, line->count, types);
            for (size_t a = 0; a < line->count; a++)
                chosen[a * types + t] -= sum;
        }
        if (far < 1e-10)
            return true;
    }
    return spot->residual < 1e-9;
}

static void by_weight(double *chosen, const ws_line *line)
{
    size_t types = line->types;
    double sum = 0;
    for (size_t a = 0; a < line->count; a++)
        sum += ws__exp(line->actions[a].log_weight);
    for (size_t a = 0; a < line->count; a++)
        for (size_t t = 0; t < types; t++)
            chosen[a * types + t] = line->actions[a].log_weight - ws__log(sum);
}

/* Damped replies from play by weight, then Newton. */
static void solve_damped(ws_spot *spot, double *chosen, ws_line *line, const ws_belief *prior)
{
    const struct {
        double damping, near;
        unsigned sweeps;
    } plan[] = {{0.3, 0.03, SWEEPS}, {0.3, 1e-5, SWEEPS}, {0.1, 1e-10, LATE_SWEEPS}};
    WS_SCRATCH(arena);
    double *blocks = WS_NEW_MANY(&arena, line->count * line->types * (line->types + 1), double);
    double *keep = WS_NEW_MANY(&arena, line->count * line->types, double);
    if (!blocks || !keep)
        return;
    by_weight(chosen, line);
    for (size_t i = 0; i < sizeof plan / sizeof *plan && !spot->solved; i++) {
        double far = damp(spot, chosen, line, prior, plan[i].damping, plan[i].sweeps, plan[i].near);
        memcpy(keep, chosen, line->count * line->types * sizeof *keep);
        spot->residual = far;
        spot->solved = far < 1e-9 || newton_many(spot, chosen, blocks, line, prior);
        if (!spot->solved)
            memcpy(chosen, keep, line->count * line->types * sizeof *keep);
    }
}

/* The policy alone; false: not found. */
static bool find_chosen(ws_spot *spot, double *chosen, ws_line *line, size_t point)
{
    if (line->types == 2)
        return line->open == SIZE_MAX ? ws__solve_two(spot, chosen, line, line->beliefs[point].odds[0])
                                      : ws__take_answer(spot, chosen, line, point);
    if (line->types > 2)
        return false;
    solve_one(chosen, line);
    return true;
}

void ws__solve_spot(ws_spot *spot, double *chosen, double *value, ws_line *line, size_t point)
{
    const ws_belief *prior = &line->beliefs[point];
    *spot = (ws_spot){0};
    spot->solved = find_chosen(spot, chosen, line, point);
    if (!spot->solved) {
        line->warm = false;
        spot->damped = line->types == 2;
        solve_damped(spot, chosen, line, prior);
    }
    if (line->types == 2 && line->notes)
        ws__note_ambiguity(spot, chosen, line, prior->odds[0]);
    mix_spot(value, chosen, line, prior);
}
