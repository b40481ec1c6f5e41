/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Worth of levels in doubles. The space compiles the same preferences into exact tables, which analyses need
 * and a writer does not; a test holds the two against each other. */
#include "format/genius_worth.h"

#include <math.h>

static void fill_piecewise(double *out, const ws_case *c, const ws_issue *issue, const ws_values *values)
{
    for (size_t level = 0; level < issue->level_count; level++) {
        double x = issue->values[level];
        size_t j = 0;
        while (j + 2 < values->count && x > values->at[j + 1])
            j++;
        size_t k = values->count > 1 ? j + 1 : j;
        double low = ws__number(c, values->slots[j], 0), high = ws__number(c, values->slots[k], 0);
        double width = values->at[k] - values->at[j];
        out[level] = width > 0 ? low + (high - low) * ((x - values->at[j]) / width) : low;
    }
}

static void fill_ideal(double *out, const ws_issue *issue, const ws_values *values)
{
    double farthest = 0;
    for (size_t level = 0; level < issue->level_count; level++) {
        out[level] = issue->values ? fabs(issue->values[level] - issue->values[values->ideal])
                                   : fabs((double)level - (double)values->ideal);
        farthest = fmax(farthest, out[level]);
    }
    for (size_t level = 0; level < issue->level_count; level++) {
        double share = farthest > 0 ? out[level] / farthest : 0;
        out[level] = 1 - (values->quadratic ? share * share : share);
    }
}

static void fill_values(double *out, const ws_case *c, const ws_issue *issue, const ws_values *values)
{
    size_t count = issue->level_count;
    double last = count > 1 ? (double)(count - 1) : 1;
    switch (values->kind) {
    case WS_VALUES_NONE:
        return;
    case WS_VALUES_LIST:
        for (size_t level = 0; level < count; level++)
            out[level] = ws__number(c, values->slots[level], 0);
        return;
    case WS_VALUES_PIECEWISE:
        fill_piecewise(out, c, issue, values);
        return;
    case WS_VALUES_RISING:
    case WS_VALUES_FALLING:
        for (size_t level = 0; level < count && count > 1; level++)
            out[level] = (values->kind == WS_VALUES_RISING ? (double)level : last - (double)level) / last;
        break;
    case WS_VALUES_IDEAL:
        fill_ideal(out, issue, values);
        break;
    }
    double times = ws__number(c, values->times, 1);
    for (size_t level = 0; level < count; level++)
        out[level] *= times;
}

/* To 0..1 over the levels; the same everywhere: 0. */
static void rescale(double *out, size_t count)
{
    double least = out[0], most = out[0];
    for (size_t level = 1; level < count; level++) {
        least = fmin(least, out[level]);
        most = fmax(most, out[level]);
    }
    for (size_t level = 0; level < count; level++)
        out[level] = most > least ? (out[level] - least) / (most - least) : 0;
}

double **ws__find_worth(ws_arena *arena, const ws_case *c, const ws_preference *preference)
{
    size_t count = c->shape->issue_count;
    double **out = WS_NEW_MANY(arena, count, double *), sum = 0;
    bool weighted = preference->form == WS_FORM_WEIGHTS;
    for (size_t i = 0; weighted && i < count; i++)
        sum += ws__number(c, preference->weights[i], 0);
    for (size_t i = 0; out && i < count; i++) {
        const ws_issue *issue = &c->shape->issues[i];
        out[i] = WS_NEW_MANY(arena, issue->level_count, double);
        if (!out[i])
            return NULL;
        fill_values(out[i], c, issue, &preference->values[i]);
        if (!weighted)
            continue;
        rescale(out[i], issue->level_count);
        double weight = sum > 0 ? ws__number(c, preference->weights[i], 0) / sum : 0;
        for (size_t level = 0; level < issue->level_count; level++)
            out[i][level] *= weight;
    }
    return out;
}
