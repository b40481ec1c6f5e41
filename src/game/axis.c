/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes, interpolation weights and Bayes' rule on a party's cube of beliefs. */
#include "game/axis.h"
#include "game/logit.h"

#define PI 3.14159265358979323846

/* Hermite's cubic in an interval as weights of nodes: the values at its ends, and the slopes there, each a
 * sum over three nodes. */
static void fill_weights(ws_axis *axis, size_t k)
{
    double step = axis->q[k + 1] - axis->q[k];
    size_t base = k == 0 ? 0 : k - 1;
    if (base + 4 > axis->nodes)
        base = axis->nodes - 4;
    axis->base[k] = base;
    for (size_t i = 0; i < 4; i++) {
        double from = base + i == k, to = base + i == k + 1, up = 0, down = 0;
        size_t a = base + i - axis->from[k], b = base + i - axis->from[k + 1];
        if (base + i >= axis->from[k] && a < 3)
            up = step * axis->slope[k][a];
        if (base + i >= axis->from[k + 1] && b < 3)
            down = step * axis->slope[k + 1][b];
        axis->weight[k][0][i] = from;
        axis->weight[k][1][i] = up;
        axis->weight[k][2][i] = 3 * (to - from) - 2 * up - down;
        axis->weight[k][3][i] = up + down - 2 * (to - from);
    }
}

void ws__init_axis(ws_axis *axis, size_t nodes)
{
    size_t last = nodes - 1;
    axis->nodes = nodes;
    for (size_t k = 0; k <= last / 2; k++) { /* both halves from the same numbers: the grid is symmetric */
        double s = sin(PI * (double)k / (2 * (double)last)), q = s * s;
        if (2 * k == last)
            q = 0.5;
        axis->q[k] = axis->p[last - k] = q;
        axis->p[k] = axis->q[last - k] = 1 - q;
        axis->odds[k] = k == 0 ? -HUGE_VAL : ws__log(q) - ws__log1p(-q);
        axis->odds[last - k] = -axis->odds[k];
    }
    if (last % 2 == 0)
        axis->odds[last / 2] = 0;
    for (size_t k = 0; k < last; k++)
        axis->per_step[k] = 1 / (axis->q[k + 1] - axis->q[k]);
    for (size_t i = 0, k = 0; i <= WS_AXIS_BUCKETS; i++) {
        while (k + 1 < last && axis->q[k + 1] <= (double)i / WS_AXIS_BUCKETS)
            k++;
        axis->near[i] = (uint8_t)k;
    }
    for (size_t k = 0; k < nodes; k++) { /* the parabola through three nodes, at node k */
        size_t f = k == 0 ? 0 : k == last ? last - 2 : k - 1;
        double x = axis->q[k], a = axis->q[f], b = axis->q[f + 1], c = axis->q[f + 2];
        axis->from[k] = f;
        axis->slope[k][0] = (2 * x - b - c) / ((a - b) * (a - c));
        axis->slope[k][1] = (2 * x - a - c) / ((b - a) * (b - c));
        axis->slope[k][2] = (2 * x - a - b) / ((c - a) * (c - b));
    }
    for (size_t k = 0; k < last; k++)
        fill_weights(axis, k);
}

void ws__place_on_axis(ws_place1 *out, const ws_axis *axis, double q)
{
    size_t k = ws__find_interval(axis, q);
    const double(*w)[4] = axis->weight[k];
    double per = axis->per_step[k], s = (q - axis->q[k]) * per;
    out->base = axis->base[k];
    for (size_t i = 0; i < 4; i++) {
        out->w[i] = w[0][i] + s * (w[1][i] + s * (w[2][i] + s * w[3][i]));
        out->d[i] = per * (w[1][i] + s * (2 * w[2][i] + s * (3 * w[3][i])));
    }
}

void ws__fill_belief(ws_belief *belief, size_t types)
{
    double rest = 1;
    for (size_t k = 0; k + 1 < types; k++) {
        belief->q[k] = ws__logistic_both(&belief->p[k], belief->odds[k]);
        belief->mu[k] = rest * belief->q[k];
        rest *= belief->p[k];
    }
    belief->mu[types - 1] = rest;
}

void ws__belief_of(ws_belief *out, const double *mu, size_t types)
{
    double rest[WS_AXES + 2] = {0};
    for (size_t k = types; k-- > 0;)
        rest[k] = rest[k + 1] + mu[k];
    for (size_t k = 0; k + 1 < types; k++)
        out->odds[k] = rest[k] > 0 ? ws__log(mu[k]) - ws__log(rest[k + 1]) : 0;
    ws__fill_belief(out, types);
}

void ws__belief_at(ws_belief *out, const ws_axis *axis, size_t at, size_t types)
{
    double rest = 1;
    for (size_t k = types - 1; k-- > 0; at /= axis->nodes) {
        out->odds[k] = axis->odds[at % axis->nodes];
        out->q[k] = axis->q[at % axis->nodes];
        out->p[k] = axis->p[at % axis->nodes];
    }
    for (size_t k = 0; k + 1 < types; k++) {
        out->mu[k] = rest * out->q[k];
        rest *= out->p[k];
    }
    out->mu[types - 1] = rest;
}

void ws__posterior(ws_belief *out, const ws_belief *prior, const double *chosen, size_t types)
{
    double rest = chosen[types - 1]; /* log chance of the action given that the type is k or later */
    for (size_t k = types - 1; k-- > 0;) {
        out->odds[k] = prior->odds[k] + chosen[k] - rest;
        if (k == 0)
            break;
        double a = ws__log(prior->q[k]) + chosen[k], b = ws__log(prior->p[k]) + rest;
        if (prior->q[k] > 0 && prior->p[k] > 0)
            rest = a > b ? a + ws__log1p(ws__exp(b - a)) : b + ws__log1p(ws__exp(a - b));
        else
            rest = prior->q[k] > 0 ? a : b;
    }
    ws__fill_belief(out, types);
}

size_t ws__count_beliefs(const ws_axis *axis, size_t types)
{
    size_t count = 1;
    for (size_t k = 1; k < types; k++)
        count *= axis->nodes;
    return count;
}

void ws__place_belief(ws_stencil *out, double (*slopes)[WS_STENCIL], const ws_axis *axis,
                      const ws_belief *belief, size_t types)
{
    size_t axes = types - 1;
    ws_place1 place[WS_AXES];
    if (axes == 1 && !slopes) { /* the usual case, the same numbers */
        ws__place_on_axis(&place[0], axis, belief->q[0]);
        out->count = 4;
        for (size_t i = 0; i < 4; i++) {
            out->at[i] = place[0].base + i;
            out->w[i] = place[0].w[i];
        }
        return;
    }
    out->count = 1;
    for (size_t k = 0; k < axes; k++) {
        ws__place_on_axis(&place[k], axis, belief->q[k]);
        out->count *= 4;
    }
    for (size_t i = 0; i < out->count; i++) {
        size_t digits = i, digit[WS_AXES] = {0};
        for (size_t k = axes; k-- > 0; digits /= 4)
            digit[k] = digits % 4;
        out->at[i] = 0;
        out->w[i] = 1;
        for (size_t k = 0; k < axes; k++) {
            out->at[i] = out->at[i] * axis->nodes + place[k].base + digit[k];
            out->w[i] *= place[k].w[digit[k]];
        }
        for (size_t d = 0; slopes && d < axes; d++) {
            slopes[d][i] = 1;
            for (size_t k = 0; k < axes; k++)
                slopes[d][i] *= k == d ? place[k].d[digit[k]] : place[k].w[digit[k]];
        }
    }
}
