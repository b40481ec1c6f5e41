/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An answer of a party with two types where one of the two answers ends the talks or settles them: what it is
 * worth hangs on no belief about the answerer. So one number is sought, the log odds l that the answerer is
 * of type 1 once the other answer, the open one, has been seen:
 *
 *   G(l) = l - log s(1; l) + log s(2; l) = prior,
 *
 * s(t; l) the chance that type t gives the open answer when it will be read as l. G does not hang on the
 * prior: its values at the nodes bracket the answer for every point of a line. Where G folds there are
 * several answers, and the one nearest to the prior in the direction of the prior's residual is taken: what
 * slow replies from uniform play arrive at. */
#include "game/logit.h"
#include "game/spot_two.h"

enum { STEPS = 80 };

/* How one reading of the open answer is replied to. */
typedef struct reply {
    double open[2], shut[2]; /* log chances by type */
    double level, slope;     /* G, and its derivative */
} reply;

static void reply_to(reply *out, const ws_line *line, double odds)
{
    size_t open = line->open, shut = 1 - open;
    const ws_action *end = &line->actions[shut];
    const double ends[2] = {end->line[line->own], end->line[line->columns + line->own + 1]};
    double p, q = ws__logistic_both(&p, odds), value[2], by_odds[2], refused[2];
    ws__read_curve(value, by_odds, line, open, q, q * p);
    for (size_t t = 0; t < 2; t++) {
        double z = line->actions[open].log_weight - end->log_weight + line->rate[t] * (value[t] - ends[t]);
        double e = ws__exp(z > 0 ? -z : z), rest = ws__log1p(e);
        out->open[t] = z > 0 ? -rest : z - rest;
        out->shut[t] = z > 0 ? -z - rest : -rest;
        refused[t] = z > 0 ? e / (1 + e) : 1 / (1 + e);
    }
    out->level = odds - out->open[0] + out->open[1];
    out->slope = 1 - refused[0] * line->rate[0] * by_odds[0] + refused[1] * line->rate[1] * by_odds[1];
}

void ws__prepare_answer(ws_line *line)
{
    double *level = line->level + line->open * line->axis->nodes;
    bool folds = false;
    for (size_t k = 1; k + 1 < line->axis->nodes; k++) {
        reply it;
        reply_to(&it, line, line->axis->odds[k]);
        level[k] = it.level;
        folds = folds || (k > 1 && level[k] <= level[k - 1]);
    }
    line->folds[line->open] = folds;
}

/* Log odds on either side of the answer, with the levels there. */
typedef struct span {
    double from, to, level_from, level_to;
} span;

/* The crossing farthest from the prior; false where there is none between the nodes. */
static bool find_farthest(span *out, const ws_line *line, double prior)
{
    const double *level = line->level + line->open * line->axis->nodes, *odds = line->axis->odds;
    double best = -1;
    for (size_t k = 1; k + 2 < line->axis->nodes; k++) {
        double far = fabs(0.5 * (odds[k] + odds[k + 1]) - prior);
        if ((level[k] <= prior) != (level[k + 1] <= prior) && far > best) {
            best = far;
            *out = (span){odds[k], odds[k + 1], level[k], level[k + 1]};
        }
    }
    return best >= 0;
}

/* From the prior along the nodes to where G crosses it; beyond the last inner node by growing steps. */
static void find_nearest(span *out, const ws_line *line, double prior)
{
    const double *level = line->level + line->open * line->axis->nodes, *odds = line->axis->odds;
    size_t last = line->axis->nodes - 2;
    reply here;
    reply_to(&here, line, prior);
    bool left = here.level > prior;
    *out = (span){prior, prior, here.level, here.level};
    for (size_t i = 1; i <= last; i++) {
        size_t k = left ? last + 1 - i : i;
        if (left ? odds[k] >= prior : odds[k] <= prior)
            continue;
        out->from = out->to;
        out->level_from = out->level_to;
        out->to = odds[k];
        out->level_to = level[k];
        if (left ? level[k] <= prior : level[k] > prior)
            return;
    }
    for (double step = 1; step < 1e300; step *= 2) {
        out->from = out->to;
        out->level_from = out->level_to;
        out->to += left ? -step : step;
        reply_to(&here, line, out->to);
        out->level_to = here.level;
        if (left ? here.level <= prior : here.level > prior)
            return;
    }
}

/* Newton's method between the ends of a span, halving where it leaves them. */
static double cross(ws_spot *spot, const ws_line *line, double prior, span in)
{
    bool rises = in.level_from <= prior;
    double from = in.from, to = in.to;
    double x = from + (to - from) * (prior - in.level_from) / (in.level_to - in.level_from);
    for (unsigned i = 0; i < STEPS; i++) {
        double lo = from < to ? from : to, hi = from < to ? to : from;
        reply it;
        if (!(x > lo && x < hi))
            x = 0.5 * (lo + hi);
        reply_to(&it, line, x);
        double off = it.level - prior;
        spot->steps++;
        spot->residual = fabs(off);
        if ((off <= 0) == rises)
            from = x;
        else
            to = x;
        double next = fabs(it.slope) > 1e-6 ? x - off / it.slope : 0.5 * (lo + hi);
        if (fabs(off) < 1e-13 || fabs(next - x) < 1e-14 * (1 + fabs(x)))
            break;
        x = next;
    }
    return x;
}

bool ws__solve_answer(ws_spot *spot, double *chosen, ws_line *line, double prior)
{
    double odds = prior;
    span in;
    reply it;
    if (isfinite(prior)) {
        if (!line->farthest || !line->folds[line->open] || !find_farthest(&in, line, prior))
            find_nearest(&in, line, prior);
        odds = in.level_from == in.level_to ? in.to : cross(spot, line, prior, in);
    }
    reply_to(&it, line, odds);
    for (size_t t = 0; t < 2; t++) {
        chosen[2 * line->open + t] = it.open[t];
        chosen[2 * (1 - line->open) + t] = it.shut[t];
    }
    return spot->residual < 1e-9;
}
