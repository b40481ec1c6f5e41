/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An answer of a party with two types where one of the two answers ends the talks or settles them: what it is
 * worth hangs on no belief about the answerer. So one number is sought, the log odds l that the answerer is
 * of type 1 once the other answer, the open one, has been seen:
 *
 *   G(l) = l - log s(1; l) + log s(2; l) = prior,
 *
 * s(t; l) the chance that type t gives the open answer when it will be read as l. G does not hang on the
 * prior: its values at the nodes bracket the answer for every point of a line, and all points are sought at
 * once. Where G folds there are several answers, and the one nearest to the prior in the direction of the
 * prior's residual is taken: what slow replies from uniform play arrive at. */
#include "game/logit.h"
#include "game/spot_two.h"

#include <string.h>

/* How `n` readings x of the open answer are replied to: G and its derivative, and, in line->replies, the log
 * chances of both answers. */
static void reply_to(void *context, double *level, double *slope, const double *x, size_t first, size_t n)
{
    (void)first; /* all points have the same curve */
    ws_line *line = context;
    size_t open = line->open, shut = 1 - open, size = line->axis->nodes * WS_CURVE;
    const ws_action *end = &line->actions[shut];
    double weight = line->actions[open].log_weight - end->log_weight;
    const double ends[2] = {end->line[line->own], end->line[line->columns + line->own + 1]};
    double *e = line->scratch, *rest = line->taken, *opens = line->replies;
    double *shuts = line->replies + 2 * line->lanes;
    line->ops->read(line->value, line->by_odds, line->curve + open * size, 0, line->axis, x, n);
    for (size_t i = 0; i < 2 * n; i++) {
        double z = weight + line->rate[i % 2] * (line->value[i] - ends[i % 2]);
        opens[i] = z;
        e[i] = -fabs(z);
    }
    line->ops->exp(e, 2 * n);
    memcpy(rest, e, 2 * n * sizeof *rest);
    line->ops->log1p(rest, 2 * n);
    for (size_t i = 0; i < 2 * n; i++) {
        double z = opens[i], refused = (z > 0 ? e[i] : 1) / (1 + e[i]);
        opens[i] = z > 0 ? -rest[i] : z - rest[i];
        shuts[i] = z > 0 ? -z - rest[i] : -rest[i];
        line->by_odds[i] *= refused * line->rate[i % 2];
    }
    for (size_t i = 0; i < n; i++) {
        level[i] = x[i] - opens[2 * i] + opens[2 * i + 1];
        slope[i] = 1 - line->by_odds[2 * i] + line->by_odds[2 * i + 1];
    }
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

/* From the prior, where G is `here`, along the nodes to where G crosses it; beyond the last inner node by
 * growing steps. */
static void find_nearest(span *out, ws_line *line, double prior, double here)
{
    const double *level = line->level + line->open * line->axis->nodes, *odds = line->axis->odds;
    size_t last = line->axis->nodes - 2;
    bool left = here > prior;
    *out = (span){prior, prior, here, here};
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
        double slope;
        out->from = out->to;
        out->level_from = out->level_to;
        out->to += left ? -step : step;
        reply_to(line, &out->level_to, &slope, &out->to, 0, 1);
        if (left ? out->level_to <= prior : out->level_to > prior)
            return;
    }
}

void ws__prepare_answer(ws_line *line)
{
    size_t nodes = line->axis->nodes, points = line->points;
    double *level = line->level + line->open * nodes, prior[WS_AXIS_NODES];
    ws_crossings *cross = &line->cross;
    bool folds = false;
    reply_to(line, level + 1, cross->slope, line->axis->odds + 1, 0, nodes - 2);
    for (size_t k = 2; k + 1 < nodes; k++)
        folds = folds || level[k] <= level[k - 1];
    line->folds[line->open] = folds;
    for (size_t i = 0; i < points; i++)
        prior[i] = line->beliefs[i].odds[0];
    if (points == nodes)
        memcpy(line->here, level, nodes * sizeof *level);
    else
        reply_to(line, line->here, cross->slope, prior, 0, points);
    for (size_t i = 0; i < points; i++) {
        span in;
        cross->x[i] = cross->target[i] = prior[i];
        cross->sought[i] = false;
        if (!isfinite(prior[i])) /* the type is known: the answer tells nothing */
            continue;
        if (!line->farthest || !folds || !find_farthest(&in, line, prior[i]))
            find_nearest(&in, line, prior[i], line->here[i]);
        bool up = in.level_from <= prior[i];
        cross->below[i] = up ? in.from : in.to;
        cross->above[i] = up ? in.to : in.from;
        cross->sought[i] = in.level_from != in.level_to;
        cross->x[i] = in.to;
        if (cross->sought[i])
            cross->x[i] =
                in.from + (in.to - in.from) * (prior[i] - in.level_from) / (in.level_to - in.level_from);
    }
    line->steps = ws__find_crossings(cross, points, reply_to, line);
    reply_to(line, cross->level, cross->slope, cross->x, 0, points);
    for (size_t i = 0; i < points; i++)
        line->here[i] = isfinite(prior[i]) ? fabs(cross->level[i] - prior[i]) : 0;
}

bool ws__take_answer(ws_spot *spot, double *chosen, const ws_line *line, size_t point)
{
    const double *opens = line->replies + 2 * point, *shuts = opens + 2 * line->lanes;
    memcpy(chosen + 2 * line->open, opens, 2 * sizeof *chosen);
    memcpy(chosen + 2 * (1 - line->open), shuts, 2 * sizeof *chosen);
    spot->steps = point == 0 ? line->steps : 0;
    spot->residual = line->here[point];
    return spot->residual < 1e-9;
}
