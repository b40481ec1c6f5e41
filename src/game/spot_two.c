/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two types: given D = log Z1 - log Z2 (the types' normalising sums) the actions part. Each has one scalar
 * equation for the log odds l that the actor is of type 1 once the action has been seen,
 *
 *   H_a(l) = l - L1 V_a(1; l) + L2 V_a(2; l) = prior - D,
 *
 * and D one outside: F(D) = log Z1 - log Z2 - D = 0. Where H_a rises along the nodes there is one reading of
 * the action; where it folds there may be several: the one nearest to the prior in the direction of the
 * prior's residual is taken. Newton's method on all l and D from the neighbour on the line is tried first and
 * kept where it agrees with that rule; else D is bracketed with the scalar roots inside. */
#include "game/spot_two.h"
#include "game/logit.h"

#include <string.h>

enum { JOINT_STEPS = 16, OUTER_STEPS = 80, INNER_STEPS = 80 };

/* Values of an action's two types, and derivatives by log odds, at posterior log odds `odds`. */
static void evaluate(const ws_line *line, size_t a, double odds, double *value, double *by_odds)
{
    const ws_action *action = &line->actions[a];
    if (action->ends) {
        value[0] = action->line[line->own];
        value[1] = action->line[line->columns + line->own + 1];
        by_odds[0] = by_odds[1] = 0;
        return;
    }
    double p, q = ws__logistic_both(&p, odds);
    ws__read_curve(value, by_odds, line, a, q, q * p);
}

/* Hermite's form of an action's own columns: what axis.c would interpolate, without its weights. */
static void draw_curve(const ws_line *line, size_t a)
{
    const ws_axis *axis = line->axis;
    const double *table = line->actions[a].line + line->own;
    double *curve = line->curve + 4 * a * axis->nodes;
    for (size_t k = 0; k < axis->nodes; k++, curve += 4) {
        const double *at = table + axis->from[k] * line->columns, *slope = axis->slope[k];
        for (size_t t = 0; t < 2; t++) {
            curve[t] = table[k * line->columns + t];
            curve[2 + t] =
                slope[0] * at[t] + slope[1] * at[line->columns + t] + slope[2] * at[2 * line->columns + t];
        }
    }
}

void ws__prepare_two(ws_line *line)
{
    size_t nodes = line->axis->nodes;
    line->open = SIZE_MAX;
    for (size_t a = 0; a < line->count; a++)
        if (!line->actions[a].ends)
            draw_curve(line, a);
    if (line->count == 2 && line->actions[0].ends != line->actions[1].ends) {
        line->open = line->actions[0].ends ? 1 : 0;
        ws__prepare_answer(line);
        return;
    }
    for (size_t a = 0; a < line->count; a++) {
        const double *curve = line->curve + 4 * a * nodes;
        double *level = line->level + a * nodes;
        line->folds[a] = false;
        for (size_t k = 1; !line->actions[a].ends && k + 1 < nodes; k++) {
            level[k] = line->axis->odds[k] - line->rate[0] * curve[4 * k] + line->rate[1] * curve[4 * k + 1];
            line->folds[a] = line->folds[a] || (k > 1 && level[k] <= level[k - 1]);
        }
    }
}

/* Sign changes of H_a - c along the nodes, from -inf to +inf: more than one: several readings. */
static unsigned count_readings(const ws_line *line, size_t a, double c)
{
    const double *level = line->level + a * line->axis->nodes;
    unsigned changes = 0;
    bool above = false;
    for (size_t k = 1; k + 1 < line->axis->nodes; k++)
        if ((level[k] > c) != above) {
            above = !above;
            changes++;
        }
    return changes + !above;
}

/* H_a and its derivative. */
static double level_at(const ws_line *line, size_t a, double odds, double *slope, double *value,
                       double *by_odds)
{
    evaluate(line, a, odds, value, by_odds);
    *slope = 1 - line->rate[0] * by_odds[0] + line->rate[1] * by_odds[1];
    return odds - line->rate[0] * value[0] + line->rate[1] * value[1];
}

/* The root of H_a = c between lo (below or at c) and hi (above or at c), from `guess`. */
static double root_between(const ws_line *line, size_t a, double c, double lo, double hi, double guess)
{
    double value[2], by_odds[2], slope, x = guess;
    for (unsigned i = 0; i < INNER_STEPS; i++) {
        if (!(x > lo && x < hi))
            x = 0.5 * (lo + hi);
        double off = level_at(line, a, x, &slope, value, by_odds) - c;
        if (off > 0)
            hi = x;
        else
            lo = x;
        double next = slope > 1e-6 ? x - off / slope : 0.5 * (lo + hi);
        if (fabs(off) < 1e-13 || fabs(next - x) < 1e-13 * (1 + fabs(x)))
            return next >= lo && next <= hi ? next : x;
        x = next;
    }
    return x;
}

/* A bracket [lo, hi] with H(lo) <= c < H(hi), or the other way round, by the rule: nearest to the prior, or
 * farthest. Ends beyond the last inner nodes are pushed out until they bracket. */
static void bracket(const ws_line *line, size_t a, double c, double prior, double *lo, double *hi)
{
    size_t last = line->axis->nodes - 2;
    const double *level = line->level + a * line->axis->nodes, *odds = line->axis->odds;
    double value[2], by_odds[2], slope, here = level_at(line, a, prior, &slope, value, by_odds);
    bool left = here > c;
    if (line->farthest) {
        double best = -1;
        *lo = *hi = prior;
        for (size_t k = 1; k < last; k++)
            if ((level[k] <= c) != (level[k + 1] <= c)) {
                double far = fabs(0.5 * (odds[k] + odds[k + 1]) - prior);
                if (far > best) {
                    best = far;
                    *lo = level[k] <= c ? odds[k] : odds[k + 1];
                    *hi = level[k] <= c ? odds[k + 1] : odds[k];
                }
            }
        if (best >= 0)
            return;
    }
    double from = prior; /* walk from the prior until the level crosses c */
    if (left) {
        for (size_t k = last; k >= 1; k--) {
            if (odds[k] >= prior)
                continue;
            if (level[k] <= c) {
                *lo = odds[k];
                *hi = from;
                return;
            }
            from = odds[k];
        }
    } else {
        for (size_t k = 1; k <= last; k++) {
            if (odds[k] <= prior)
                continue;
            if (level[k] > c) {
                *lo = from;
                *hi = odds[k];
                return;
            }
            from = odds[k];
        }
    }
    double step = 1, far = from;
    do {
        far = left ? far - step : far + step;
        step *= 2;
        here = level_at(line, a, far, &slope, value, by_odds);
    } while (step < 1e300 && (left ? here > c : here <= c));
    *lo = left ? far : from;
    *hi = left ? from : far;
}

/* All actions at one D: posterior odds by the rule, values, F and its derivative. */
static double outer(ws_line *line, double prior, double shift, double *slope)
{
    double c = prior - shift, top[2] = {-HUGE_VAL, -HUGE_VAL}, sum[2] = {0, 0}, down = 0;
    double *weight = line->scratch;
    for (size_t a = 0; a < line->count; a++) {
        double *value = line->value + 2 * a, *by_odds = line->by_odds + 2 * a;
        if (!line->actions[a].ends) {
            double lo, hi;
            bracket(line, a, c, prior, &lo, &hi);
            if (lo <= hi) {
                line->odds[a] = root_between(line, a, c, lo, hi, line->odds[a]);
            } else { /* a falling crossing (only the farthest rule takes one) */
                double left = hi, right = lo, s;
                for (unsigned i = 0; i < INNER_STEPS; i++) {
                    double mid = 0.5 * (left + right);
                    if (level_at(line, a, mid, &s, value, by_odds) > c)
                        left = mid;
                    else
                        right = mid;
                }
                line->odds[a] = 0.5 * (left + right);
            }
        }
        evaluate(line, a, line->odds[a], value, by_odds);
        if (line->actions[a].ends)
            line->odds[a] = c + line->rate[0] * value[0] - line->rate[1] * value[1];
        for (size_t t = 0; t < 2; t++) {
            weight[2 * a + t] = line->actions[a].log_weight + line->rate[t] * value[t];
            top[t] = weight[2 * a + t] > top[t] ? weight[2 * a + t] : top[t];
        }
    }
    for (size_t a = 0; a < line->count; a++)
        for (size_t t = 0; t < 2; t++) {
            weight[2 * a + t] = ws__exp(weight[2 * a + t] - top[t]);
            sum[t] += weight[2 * a + t];
        }
    for (size_t a = 0; a < line->count; a++) {
        const double *by_odds = line->by_odds + 2 * a;
        double steep = 1 - line->rate[0] * by_odds[0] + line->rate[1] * by_odds[1];
        down += (weight[2 * a] / sum[0] * line->rate[0] * by_odds[0] -
                 weight[2 * a + 1] / sum[1] * line->rate[1] * by_odds[1]) /
                steep;
    }
    *slope = -down - 1;
    return top[0] + ws__log(sum[0]) - top[1] - ws__log(sum[1]) - shift;
}

/* Newton's method on all readings and D at once, from what the line holds. */
static bool solve_joint(ws_spot *spot, ws_line *line, double prior)
{
    double *weight = line->scratch;
    for (unsigned i = 0; i < JOINT_STEPS; i++) {
        double c = prior - line->shift, top[2] = {-HUGE_VAL, -HUGE_VAL}, sum[2] = {0, 0}, far = 0;
        for (size_t a = 0; a < line->count; a++) {
            double *value = line->value + 2 * a;
            evaluate(line, a, line->odds[a], value, line->by_odds + 2 * a);
            for (size_t t = 0; t < 2; t++) {
                weight[2 * a + t] = line->actions[a].log_weight + line->rate[t] * value[t];
                top[t] = weight[2 * a + t] > top[t] ? weight[2 * a + t] : top[t];
            }
        }
        for (size_t a = 0; a < line->count; a++)
            for (size_t t = 0; t < 2; t++) {
                weight[2 * a + t] = ws__exp(weight[2 * a + t] - top[t]);
                sum[t] += weight[2 * a + t];
            }
        double off = top[0] + ws__log(sum[0]) - top[1] - ws__log(sum[1]) - line->shift, left = off, right = 1;
        for (size_t a = 0; a < line->count; a++) {
            const double *value = line->value + 2 * a, *by_odds = line->by_odds + 2 * a;
            double steep = 1 - line->rate[0] * by_odds[0] + line->rate[1] * by_odds[1];
            double gap = line->odds[a] - line->rate[0] * value[0] + line->rate[1] * value[1] - c;
            double pull = weight[2 * a] / sum[0] * line->rate[0] * by_odds[0] -
                          weight[2 * a + 1] / sum[1] * line->rate[1] * by_odds[1];
            if (!(steep > 1e-3))
                return false;
            left -= pull * gap / steep;
            right += pull / steep;
        }
        if (!(right > 1e-3))
            return false;
        double move = left / right;
        for (size_t a = 0; a < line->count; a++) {
            const double *value = line->value + 2 * a, *by_odds = line->by_odds + 2 * a;
            double steep = 1 - line->rate[0] * by_odds[0] + line->rate[1] * by_odds[1];
            double gap = line->odds[a] - line->rate[0] * value[0] + line->rate[1] * value[1] - c;
            double by = -(gap + move) / steep;
            far = fabs(by) > far || !isfinite(by) ? fabs(by) : far;
            line->odds[a] += by;
        }
        line->shift += move;
        far = fabs(move) > far ? fabs(move) : far;
        spot->steps++;
        spot->residual = far;
        if (!isfinite(far) || (i > 3 && far > 5))
            return false;
        if (far < 1e-10)
            return true;
    }
    return false;
}

/* D by bracketing, the readings by the rule inside. Where F jumps over 0 the rule has no answer: some
 * action's near reading ends at a fold. Its other reading goes on beyond: the readings of either side of the
 * jump, the far side's first, are followed by Newton's method. False: neither leads to an answer. */
static bool solve_nested(ws_spot *spot, ws_line *line, double prior)
{
    double lo = -HUGE_VAL, hi = HUGE_VAL, slope, x = line->shift, off_lo = 1, off_hi = -1, step = 0.5;
    for (unsigned i = 0; i < OUTER_STEPS; i++) {
        double off = outer(line, prior, x, &slope);
        spot->steps++;
        spot->residual = fabs(off);
        if (fabs(off) < 1e-12) {
            line->shift = x;
            return true;
        }
        if (off > 0) {
            lo = x;
            off_lo = off;
        } else {
            hi = x;
            off_hi = off;
        }
        bool held = isfinite(lo) && isfinite(hi);
        if (held && hi - lo < 1e-6 && off_lo - off_hi > 1e-3)
            break;
        double next = slope < -1e-6 ? x - off / slope : off > 0 ? x + step : x - step;
        if (held && (!(next > lo && next < hi) || i % 4 == 3))
            next = 0.5 * (lo + hi);
        if (!held) { /* never further than the step, which grows */
            next = fabs(next - x) < step && (next > x) == (off > 0) ? next : off > 0 ? x + step : x - step;
            step *= 2;
        }
        x = next;
    }
    if (spot->residual < 1e-9) {
        line->shift = x;
        return true;
    }
    for (unsigned side = 0; side < 2; side++) {
        line->shift = side == 0 ? hi : lo;
        outer(line, prior, line->shift, &slope);
        if (solve_joint(spot, line, prior))
            return true;
    }
    return false;
}

/* True where every reading is the one that the rule takes. */
static bool keeps_rule(const ws_line *line, double prior)
{
    double c = prior - line->shift;
    for (size_t a = 0; a < line->count; a++) {
        double lo, hi;
        if (!line->folds[a])
            continue;
        bracket(line, a, c, prior, &lo, &hi);
        if (lo > hi ? !(line->odds[a] <= lo + 1e-9 && line->odds[a] >= hi - 1e-9)
                    : !(line->odds[a] >= lo - 1e-9 && line->odds[a] <= hi + 1e-9))
            return false;
    }
    return true;
}

/* Log-probabilities from the readings. */
static void write_chosen(double *chosen, const ws_line *line)
{
    for (size_t a = 0; a < line->count; a++) {
        double *value = line->value + 2 * a;
        evaluate(line, a, line->odds[a], value, line->by_odds + 2 * a);
        for (size_t t = 0; t < 2; t++)
            chosen[2 * a + t] = line->actions[a].log_weight + line->rate[t] * value[t];
    }
    for (size_t t = 0; t < 2; t++) {
        double z = ws__log_sum(chosen + t, line->count, 2);
        for (size_t a = 0; a < line->count; a++)
            chosen[2 * a + t] -= z;
    }
}

void ws__note_ambiguity(ws_spot *spot, const double *chosen, const ws_line *line, double prior)
{
    double value[2], by_odds[2], slope,
        c = level_at(line, 0, prior + chosen[0] - chosen[1], &slope, value, by_odds);
    if (!isfinite(prior))
        return;
    for (size_t a = 0; a < line->count; a++)
        if (line->folds[a] && count_readings(line, a, c) > 1)
            for (size_t t = 0; t < 2; t++)
                spot->ambiguous[t] += ws__exp(chosen[2 * a + t]);
}

bool ws__solve_two(ws_spot *spot, double *chosen, ws_line *line, const ws_belief *prior)
{
    double at = prior->odds[0];
    if (line->open != SIZE_MAX)
        return ws__solve_answer(spot, chosen, line, at);
    if (!isfinite(at)) { /* the type is known: no action tells anything */
        for (size_t a = 0; a < line->count; a++)
            line->odds[a] = at;
        write_chosen(chosen, line);
        line->shift = 0; /* the neighbour starts from what the actions would tell */
        for (size_t a = 0; a < line->count; a++)
            line->odds[a] = chosen[2 * a] - chosen[2 * a + 1];
        line->shift = line->rate[0] * line->value[0] - line->rate[1] * line->value[1] - line->odds[0];
        line->warm = true;
        line->at = at;
        return true;
    }
    bool solved = false;
    if (line->warm) {
        double from = isfinite(line->at) ? at - line->at : at;
        for (size_t a = 0; a < line->count; a++)
            line->odds[a] += from;
        solved = solve_joint(spot, line, at) && keeps_rule(line, at);
    }
    if (!solved) { /* start afresh: the neighbour was no help, or there is none */
        line->shift = 0;
        for (size_t a = 0; a < line->count; a++)
            line->odds[a] = at;
        solved = (solve_joint(spot, line, at) && keeps_rule(line, at)) || solve_nested(spot, line, at);
    }
    line->warm = solved;
    line->at = at;
    if (!solved)
        return false;
    write_chosen(chosen, line);
    return true;
}
