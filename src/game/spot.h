/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One decision at one public belief: the fixed point between what each type of the actor chooses and what
 * the others believe because of it. Actions lead to values that are tabulated along the actor's own beliefs,
 * or to an end whose values are linear in them. */
#ifndef WINSET_GAME_SPOT_H
#define WINSET_GAME_SPOT_H

#include "game/axis.h"
#include "game/crossing.h"
#include "game/lanes.h"

typedef struct ws_action {
    bool ends;          /* values are [types][columns], weighed by the beliefs about the actor */
    const double *line; /* else [nodes of the actor's beliefs][columns] */
    double log_weight;
} ws_action;

/* What is the same for all points of a line (the others' beliefs fixed), and room for the work on one. */
typedef struct ws_line {
    const ws_lane_ops *ops;
    const ws_axis *axis;
    size_t columns, own, types; /* of a table; the actor's first column, its types */
    size_t best;                /* where the columns of best responses begin; 0: there are none */
    size_t count;
    const ws_action *actions;
    const ws_belief *beliefs; /* [points] about the actor */
    size_t points;
    double rate[WS_AXES + 1]; /* precision of each type */
    bool farthest;
    bool notes;      /* tell how many readings the actions have */
    bool warm;       /* two types: a neighbour's solution is at hand */
    size_t open;     /* two types, two actions, one of which ends: the other; else SIZE_MAX */
    size_t lanes;    /* room for as many actions, or points, at once */
    double *curve;   /* [count][nodes][WS_CURVE] two types: see lanes.h; of an end: flat */
    double *level;   /* [count][nodes] two types: odds - L1 V1 + L2 V2 at the nodes; of `open`: see there */
    bool *folds;     /* [count] not increasing along the nodes: some offer may be read in several ways */
    double *odds;    /* [count] posterior log odds of the last solution */
    double *value;   /* [lanes][2] values of the actor's types there, */
    double *by_odds; /* and their derivatives */
    double *here;    /* [lanes] levels at the prior; of answers: what is left of the distance to it */
    double *scratch; /* [lanes][types, at least 2] */
    double *taken;   /* [lanes][types, at least 2] chances of the actions */
    double *after;   /* [2][lanes] two types: beliefs after them, and their complements */
    double *replies; /* [2][lanes][2] log chances of the open answer and of the other, by point and type */
    ws_crossings cross; /* [lanes] */
    unsigned steps;     /* of all answers of the line together */
    double shift;       /* log Z1 - log Z2 of the last solution */
    double at;          /* log odds at which it was; infinite: `odds` are counted from it */
} ws_line;

typedef struct ws_spot {
    double residual; /* the last step's largest move */
    unsigned steps;
    bool solved, damped;
    double ambiguous[WS_AXES + 1]; /* by type: chance of an action that can be read in more than one way */
} ws_spot;

/* Room for lines of `count` actions. False: memory. */
bool ws__init_line(ws_line *line, ws_arena *arena, const ws_axis *axis, size_t columns, size_t count);
/* Readies a line once its actions and beliefs are set. */
void ws__begin_line(ws_line *line);

/* Solves at the belief `point`; points in their order, each starts from the one before. chosen
 * [count][types]: log-probabilities; value [columns]. */
void ws__solve_spot(ws_spot *spot, double *chosen, double *value, ws_line *line, size_t point);

#endif
