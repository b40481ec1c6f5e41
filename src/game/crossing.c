/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lanes take their steps a few together, until the last of the few has arrived; one that has stays where it
 * is. A lane's steps do not hang on its neighbours. */
#include "game/crossing.h"

#include <math.h>

enum { STEPS = 80, TOGETHER = 8 };

bool ws__init_crossings(ws_crossings *out, ws_arena *arena, size_t lanes)
{
    double *room = WS_NEW_MANY(arena, 6 * lanes, double);
    *out = (ws_crossings){.x = room, .sought = WS_NEW_MANY(arena, lanes, bool)};
    if (!room || !out->sought)
        return false;
    out->below = room + lanes;
    out->above = room + 2 * lanes;
    out->target = room + 3 * lanes;
    out->level = room + 4 * lanes;
    out->slope = room + 5 * lanes;
    return true;
}

static bool is_between(const ws_crossings *at, size_t i, double x)
{
    return (x > at->below[i] && x < at->above[i]) || (x > at->above[i] && x < at->below[i]);
}

/* A lane's step from what is known at its x; false where it has arrived: what Newton's method leaves after a
 * small step is of the order of its square. */
static bool step(ws_crossings *at, size_t i)
{
    double x = at->x[i], off = at->level[i] - at->target[i];
    *(off <= 0 ? &at->below[i] : &at->above[i]) = x;
    double middle = 0.5 * (at->below[i] + at->above[i]);
    double next = fabs(at->slope[i]) > 1e-6 ? x - off / at->slope[i] : middle;
    double near = fabs(at->slope[i]) > 0.05 ? 1e-8 : 1e-14;
    bool arrived = fabs(off) < 1e-13 || fabs(next - x) < near * (1 + fabs(x));
    at->x[i] = is_between(at, i, next) ? next : arrived ? x : middle;
    return !arrived;
}

/* Lanes `first` .. end - 1. */
static unsigned find_some(ws_crossings *at, size_t first, size_t end, ws_levels_fn *levels, void *context)
{
    unsigned steps = 0;
    bool any = false;
    for (size_t i = first; i < end; i++) {
        if (at->sought[i] && !is_between(at, i, at->x[i]))
            at->x[i] = 0.5 * (at->below[i] + at->above[i]);
        any = any || at->sought[i];
    }
    for (unsigned s = 0; any && s < STEPS; s++) {
        levels(context, at->level + first, at->slope + first, at->x + first, first, end - first);
        any = false;
        for (size_t i = first; i < end; i++) {
            if (!at->sought[i])
                continue;
            steps++;
            at->sought[i] = step(at, i);
            any = any || at->sought[i];
        }
    }
    return steps;
}

unsigned ws__find_crossings(ws_crossings *at, size_t lanes, ws_levels_fn *levels, void *context)
{
    unsigned steps = 0;
    for (size_t first = 0; first < lanes; first += TOGETHER)
        steps += find_some(at, first, first + TOGETHER < lanes ? first + TOGETHER : lanes, levels, context);
    return steps;
}
