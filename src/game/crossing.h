/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where many levels cross their targets: Newton's method in all lanes at once, each kept between two ends. */
#ifndef WINSET_GAME_CROSSING_H
#define WINSET_GAME_CROSSING_H

#include "base/arena.h"

/* The levels of lanes `first` .. first + n - 1, and their derivatives, at x; [n] each. */
typedef void ws_levels_fn(void *context, double *level, double *slope, const double *x, size_t first,
                          size_t n);

/* [lanes] each. */
typedef struct ws_crossings {
    double *x;             /* in: a guess; out: the crossing */
    double *below;         /* where the level is at or below the target */
    double *above;         /* where it is above; on either side of `below` */
    double *target;        /* the level sought */
    bool *sought;          /* in: there is something to find; out: false */
    double *level, *slope; /* room for those at x */
} ws_crossings;

/* False: memory. */
bool ws__init_crossings(ws_crossings *out, ws_arena *arena, size_t lanes);
/* Gives the steps that all lanes took together. */
unsigned ws__find_crossings(ws_crossings *at, size_t lanes, ws_levels_fn *levels, void *context);

#endif
