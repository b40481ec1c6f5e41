/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Beliefs about one party on a grid.
 *
 * A belief over T types is T - 1 coordinates in 0..1: coordinate k is the chance of type k among the types
 * from k on. So the simplex is a cube, a posterior moves each coordinate's log odds, and beliefs at a corner
 * keep the ratios of the types that are ruled out there. Every coordinate has the nodes
 * sin^2(pi k / 2 (n - 1)), dense at both ends; between them values are cubic Hermite with slopes of the
 * parabola through three nodes: linear in the tabulated values, so that its weights also carry probability
 * back to the nodes (the odds come from the same numbers as the values). */
#ifndef WINSET_GAME_AXIS_H
#define WINSET_GAME_AXIS_H

#include "base/arena.h"
#include "game/game.h"

enum {
    WS_AXES = 3,         /* most coordinates of a party, and of all parties */
    WS_STENCIL = 64,     /* 4 ^ WS_AXES */
    WS_AXIS_NODES = 129, /* most nodes of a coordinate */
    WS_AXIS_BUCKETS = 256
};

typedef struct ws_axis {
    size_t nodes;
    double q[WS_AXIS_NODES], p[WS_AXIS_NODES]; /* p = 1 - q */
    double odds[WS_AXIS_NODES];                /* log(q / p), infinite at both ends */
    double slope[WS_AXIS_NODES][3];            /* of the values at three nodes from `from` */
    size_t from[WS_AXIS_NODES];
    double per_step[WS_AXIS_NODES]; /* 1 / (q[k + 1] - q[k]) */
    /* weights of the four nodes from `base` in an interval: coefficients of a cubic in the share of the
     * interval that lies below a belief, lowest power first */
    double weight[WS_AXIS_NODES][4][4];
    size_t base[WS_AXIS_NODES];
    uint8_t near[WS_AXIS_BUCKETS + 1]; /* an interval at or below the one that holds bucket / BUCKETS */
} ws_axis;

/* nodes >= 5, <= WS_AXIS_NODES. */
void ws__init_axis(ws_axis *axis, size_t nodes);

/* The interval that holds q: k with q[k] <= q < q[k + 1], the last one for q = 1. */
static inline size_t ws__find_interval(const ws_axis *axis, double q)
{
    size_t k = axis->near[(size_t)(q * WS_AXIS_BUCKETS)];
    while (k + 2 < axis->nodes && axis->q[k + 1] <= q)
        k++;
    return k;
}

/* Weights of four nodes from `base` for the value at q, and of its derivative by q. */
typedef struct ws_place1 {
    size_t base;
    double w[4], d[4];
} ws_place1;
void ws__place_on_axis(ws_place1 *out, const ws_axis *axis, double q);

/* A belief about one party: coordinates as q, p = 1 - q, and log odds; the chances of the types. */
typedef struct ws_belief {
    double q[WS_AXES], p[WS_AXES], odds[WS_AXES];
    double mu[WS_AXES + 1];
} ws_belief;

/* Fills the rest from the log odds of the coordinates. */
void ws__fill_belief(ws_belief *belief, size_t types);
/* The belief of a list of chances. */
void ws__belief_of(ws_belief *out, const double *mu, size_t types);
/* The belief at node `at` (the first coordinate the most significant digit). */
void ws__belief_at(ws_belief *out, const ws_axis *axis, size_t at, size_t types);
/* Bayes: after an action that type t takes with log-probability chosen[t]. */
void ws__posterior(ws_belief *out, const ws_belief *prior, const double *chosen, size_t types);

/* Weights of the nodes around a belief: count of them, their positions, their weights. */
typedef struct ws_stencil {
    size_t count;
    size_t at[WS_STENCIL];
    double w[WS_STENCIL];
} ws_stencil;
/* `slopes` [types - 1][WS_STENCIL]: the weights of the derivatives by each coordinate; may be NULL. */
void ws__place_belief(ws_stencil *out, double (*slopes)[WS_STENCIL], const ws_axis *axis,
                      const ws_belief *belief, size_t types);

/* Nodes of a party's beliefs: nodes ^ (types - 1). */
size_t ws__count_beliefs(const ws_axis *axis, size_t types);

#endif
