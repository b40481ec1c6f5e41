/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two types: given D = log Z1 - log Z2 (the types' normalising sums) the actions part. Each has one scalar
 * equation for the log odds l that the actor is of type 1 once the action has been seen,
 *
 *   H_a(l) = l - L1 V_a(1; l) + L2 V_a(2; l) = prior - D,
 *
 * and D one outside: F(D) = log Z1 - log Z2 - D = 0. Where H_a rises along the nodes there is one reading of
 * the action; where it folds there may be several: the one nearest to the prior in the direction of the
 * prior's residual is taken. Newton's method on all l and D from the neighbour on the line is tried first and
 * kept where it agrees with that rule, if need be once readings that do not are put right; else D is
 * bracketed with the scalar roots inside. All actions take their steps together. */
#include "game/spot_two.h"
#include "game/logit.h"

#include <string.h>

enum { JOINT_STEPS = 16, OUTER_STEPS = 80, MENDINGS = 4 };

/* Both types' values of an action along its interval, as lanes.h reads them: the cubic of Hermite that axis.c
 * interpolates by weights. An end is worth the same everywhere. */
static void draw_curve(const ws_line *line, size_t a)
{
    const ws_axis *axis = line->axis;
    const ws_action *action = &line->actions[a];
    size_t columns = line->columns;
    const double *table = action->line + line->own;
    double *curve = line->curve + a * axis->nodes * WS_CURVE, value[2] = {0, 0}, slope[2] = {0, 0};
    if (action->ends) {
        memset(curve, 0, axis->nodes * WS_CURVE * sizeof *curve);
        for (size_t k = 0; k < axis->nodes; k++)
            for (size_t t = 0; t < 2; t++)
                curve[WS_CURVE * k + t] = table[t * columns + t];
        return;
    }
    for (size_t k = 0; k < axis->nodes; k++, curve += WS_CURVE) {
        const double *at = table + axis->from[k] * columns, *by = axis->slope[k];
        for (size_t t = 0; t < 2; t++) {
            double now = table[k * columns + t];
            double steep = by[0] * at[t] + by[1] * at[columns + t] + by[2] * at[2 * columns + t];
            if (k > 0) { /* the interval that ends here */
                double step = axis->q[k] - axis->q[k - 1], rise = now - value[t];
                double from = slope[t] * step, to = steep * step, *c = curve - WS_CURVE + t;
                c[0] = value[t];
                c[2] = from;
                c[4] = 3 * rise - 2 * from - to;
                c[6] = from + to - 2 * rise;
            }
            value[t] = now;
            slope[t] = steep;
        }
    }
}

void ws__prepare_two(ws_line *line)
{
    size_t nodes = line->axis->nodes;
    line->open = SIZE_MAX;
    for (size_t a = 0; a < line->count; a++)
        draw_curve(line, a);
    if (line->count == 2 && line->actions[0].ends != line->actions[1].ends) {
        line->open = line->actions[0].ends ? 1 : 0;
        ws__prepare_answer(line);
        return;
    }
    for (size_t a = 0; a < line->count; a++) {
        const double *curve = line->curve + a * nodes * WS_CURVE;
        double *level = line->level + a * nodes;
        line->folds[a] = false;
        for (size_t k = 1; k + 1 < nodes; k++) {
            const double *at = curve + WS_CURVE * k;
            level[k] = line->axis->odds[k] - line->rate[0] * at[0] + line->rate[1] * at[1];
            line->folds[a] = line->folds[a] || (k > 1 && level[k] <= level[k - 1]);
        }
    }
}

/* Values of all actions, and their derivatives, at the line's odds. */
static void read_all(ws_line *line)
{
    size_t apart = line->axis->nodes * WS_CURVE;
    line->ops->read(line->value, line->by_odds, line->curve, apart, line->axis, line->odds, line->count);
}

/* H_a of some actions and its derivative. */
static void find_levels(void *context, double *level, double *slope, const double *x, size_t first, size_t n)
{
    ws_line *line = context;
    size_t apart = line->axis->nodes * WS_CURVE;
    line->ops->read(line->value, line->by_odds, line->curve + first * apart, apart, line->axis, x, n);
    for (size_t a = 0; a < n; a++) {
        const double *value = line->value + 2 * a, *by_odds = line->by_odds + 2 * a;
        level[a] = x[a] - line->rate[0] * value[0] + line->rate[1] * value[1];
        slope[a] = 1 - line->rate[0] * by_odds[0] + line->rate[1] * by_odds[1];
    }
}

/* H_a of one action. */
static double level_at(const ws_line *line, size_t a, double odds)
{
    size_t apart = line->axis->nodes * WS_CURVE;
    double value[2], by_odds[2];
    line->ops->read(value, by_odds, line->curve + a * apart, apart, line->axis, &odds, 1);
    return odds - line->rate[0] * value[0] + line->rate[1] * value[1];
}

/* From the values at the line's odds: each type's chances of the actions into line->scratch, before they are
 * divided by `sum`; the logarithms of the normalising sums into `z`. */
static void weigh_all(double *z, double *sum, ws_line *line)
{
    double *weight = line->scratch, top[2] = {-HUGE_VAL, -HUGE_VAL};
    for (size_t a = 0; a < line->count; a++)
        for (size_t t = 0; t < 2; t++) {
            double w = line->actions[a].log_weight + line->rate[t] * line->value[2 * a + t];
            weight[2 * a + t] = w;
            top[t] = w > top[t] ? w : top[t];
        }
    for (size_t i = 0; i < 2 * line->count; i++)
        weight[i] -= top[i % 2];
    line->ops->exp(weight, 2 * line->count);
    sum[0] = sum[1] = 0;
    for (size_t i = 0; i < 2 * line->count; i++)
        sum[i % 2] += weight[i];
    for (size_t t = 0; t < 2; t++)
        z[t] = top[t] + ws__log(sum[t]);
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

/* A bracket [lo, hi] with H(lo) <= c < H(hi), or the other way round, by the rule: nearest to the prior, or
 * farthest. Ends beyond the last inner nodes are pushed out until they bracket. */
static void bracket(const ws_line *line, size_t a, double c, double prior, double *lo, double *hi)
{
    size_t last = line->axis->nodes - 2;
    const double *level = line->level + a * line->axis->nodes, *odds = line->axis->odds;
    bool left = line->here[a] > c;
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
    double step = 1, far = from, there;
    do {
        far = left ? far - step : far + step;
        step *= 2;
        there = level_at(line, a, far);
    } while (step < 1e300 && (left ? there > c : there <= c));
    *lo = left ? far : from;
    *hi = left ? from : far;
}

/* All actions at one D: posterior odds by the rule, values, F and its derivative. */
static double outer(ws_line *line, double prior, double shift, double *slope)
{
    double c = prior - shift, z[2], sum[2], down = 0;
    ws_crossings *cross = &line->cross;
    for (size_t a = 0; a < line->count; a++) {
        const double *flat = line->curve + a * line->axis->nodes * WS_CURVE;
        cross->sought[a] = !line->actions[a].ends;
        cross->x[a] =
            line->actions[a].ends ? c + line->rate[0] * flat[0] - line->rate[1] * flat[1] : line->odds[a];
        cross->target[a] = c;
        if (cross->sought[a]) /* where the level falls, `below` is to the right */
            bracket(line, a, c, prior, &cross->below[a], &cross->above[a]);
    }
    ws__find_crossings(cross, line->count, find_levels, line);
    memcpy(line->odds, cross->x, line->count * sizeof *line->odds);
    read_all(line);
    weigh_all(z, sum, line);
    for (size_t a = 0; a < line->count; a++) {
        const double *by_odds = line->by_odds + 2 * a, *weight = line->scratch + 2 * a;
        double steep = 1 - line->rate[0] * by_odds[0] + line->rate[1] * by_odds[1];
        down += (weight[0] / sum[0] * line->rate[0] * by_odds[0] -
                 weight[1] / sum[1] * line->rate[1] * by_odds[1]) /
                steep;
    }
    *slope = -down - 1;
    return z[0] - z[1] - shift;
}

/* Newton's method on all readings and D at once, from what the line holds. */
static bool solve_joint(ws_spot *spot, ws_line *line, double prior)
{
    double *level = line->cross.level, *slope = line->cross.slope;
    for (unsigned i = 0; i < JOINT_STEPS; i++) {
        double c = prior - line->shift, z[2], sum[2], far = 0;
        find_levels(line, level, slope, line->odds, 0, line->count);
        weigh_all(z, sum, line);
        double left = z[0] - z[1] - line->shift, right = 1;
        for (size_t a = 0; a < line->count; a++) {
            const double *by_odds = line->by_odds + 2 * a, *weight = line->scratch + 2 * a;
            double pull = (weight[0] / sum[0] * line->rate[0] * by_odds[0] -
                           weight[1] / sum[1] * line->rate[1] * by_odds[1]) /
                          slope[a];
            if (!(slope[a] > 1e-3))
                return false;
            left -= pull * (level[a] - c);
            right += pull;
        }
        if (!(right > 1e-3))
            return false;
        double move = left / right;
        for (size_t a = 0; a < line->count; a++) {
            double by = -(level[a] - c + move) / slope[a];
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

/* Readings that the rule would not take are put where it would, at the D at hand; true where there are none.
 */
static bool mend_readings(ws_line *line, double prior)
{
    ws_crossings *cross = &line->cross;
    double c = prior - line->shift;
    bool kept = true;
    for (size_t a = 0; a < line->count; a++) {
        double lo, hi, odds = line->odds[a];
        cross->x[a] = odds;
        cross->sought[a] = false;
        if (!line->folds[a])
            continue;
        bracket(line, a, c, prior, &lo, &hi);
        cross->sought[a] = odds < (lo < hi ? lo : hi) - 1e-9 || odds > (lo < hi ? hi : lo) + 1e-9;
        cross->below[a] = lo;
        cross->above[a] = hi;
        cross->target[a] = c;
        kept = kept && !cross->sought[a];
    }
    if (kept)
        return true;
    ws__find_crossings(cross, line->count, find_levels, line);
    memcpy(line->odds, cross->x, line->count * sizeof *line->odds);
    return false;
}

/* Newton's method until its readings are those of the rule. */
static bool solve_by_rule(ws_spot *spot, ws_line *line, double prior)
{
    for (unsigned i = 0; i < MENDINGS && solve_joint(spot, line, prior); i++)
        if (mend_readings(line, prior))
            return true;
    return false;
}

/* Log-probabilities from the readings. */
static void write_chosen(double *chosen, ws_line *line)
{
    double z[2], sum[2];
    read_all(line);
    weigh_all(z, sum, line);
    for (size_t a = 0; a < line->count; a++)
        for (size_t t = 0; t < 2; t++)
            chosen[2 * a + t] = line->actions[a].log_weight + line->rate[t] * line->value[2 * a + t] - z[t];
}

double ws__reply_two(const double *chosen, ws_line *line, double prior)
{
    double far = 0;
    for (size_t a = 0; a < line->count; a++)
        line->odds[a] = prior + chosen[2 * a] - chosen[2 * a + 1];
    write_chosen(line->scratch, line);
    for (size_t i = 0; i < 2 * line->count; i++) {
        double off = fabs(line->scratch[i] - chosen[i]);
        far = off > far || !isfinite(off) ? off : far;
    }
    return far;
}

void ws__note_ambiguity(ws_spot *spot, const double *chosen, ws_line *line, double prior)
{
    if (!isfinite(prior))
        return;
    double c = line->open == SIZE_MAX ? level_at(line, 0, prior + chosen[0] - chosen[1]) : prior;
    for (size_t a = 0; a < line->count; a++)
        if (line->folds[a] && count_readings(line, a, c) > 1)
            for (size_t t = 0; t < 2; t++)
                spot->ambiguous[t] += ws__exp(chosen[2 * a + t]);
}

bool ws__solve_two(ws_spot *spot, double *chosen, ws_line *line, double at)
{
    if (!isfinite(at)) { /* the type is known: no action tells anything */
        for (size_t a = 0; a < line->count; a++)
            line->odds[a] = at;
        write_chosen(chosen, line);
        for (size_t a = 0; a < line->count; a++) /* the neighbour starts from what the actions would tell */
            line->odds[a] = chosen[2 * a] - chosen[2 * a + 1];
        line->shift = line->rate[0] * line->value[0] - line->rate[1] * line->value[1] - line->odds[0];
        line->warm = true;
        line->at = at;
        return true;
    }
    bool solved = false;
    for (size_t a = 0; a < line->count; a++)
        line->cross.x[a] = at;
    find_levels(line, line->here, line->cross.slope, line->cross.x, 0, line->count);
    if (line->warm) {
        double from = isfinite(line->at) ? at - line->at : at;
        for (size_t a = 0; a < line->count; a++)
            line->odds[a] += from;
        solved = solve_by_rule(spot, line, at);
    }
    if (!solved) { /* start afresh: the neighbour was no help, or there is none */
        line->shift = 0;
        for (size_t a = 0; a < line->count; a++)
            line->odds[a] = at;
        solved = solve_by_rule(spot, line, at) || solve_nested(spot, line, at);
    }
    line->warm = solved;
    line->at = at;
    if (!solved)
        return false;
    write_chosen(chosen, line);
    return true;
}
