/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where deals stand among all: how many feasible outcomes are at least as good for each party, and the
 * efficient vectors. */
#ifndef WINSET_ANALYSIS_RANK_H
#define WINSET_ANALYSIS_RANK_H

#include "analysis/front.h"
#include "base/arena.h"
#include "base/diag.h"
#include "space/scan.h"

/* What is asked: for each party the deals' scaled utilities, sorted rising, distinct. */
typedef struct ws_rank_plan {
    size_t parties;
    const size_t *step_count;   /* [parties] */
    const double *const *steps; /* [parties][step_count] */
} ws_rank_plan;

typedef struct ws_ranks {
    uint64_t feasible;
    uint64_t **reached; /* [parties][step_count + 1] outcomes that reach exactly so many steps */
    ws_front front;
    const double **columns; /* [parties] scratch */
    double *row;            /* [parties] scratch */
    ws_arena arena;
} ws_ranks;

/* The reducer; its context is a ws_rank_plan, its result a ws_ranks that the caller frees. */
extern const struct ws_reducer_ops ws__rank_ops;
void ws__free_ranks(ws_ranks *ranks);

/* The efficient vectors alone, scaled, in the order of points.h; the caller frees them. */
ws_status ws__find_frontier(ws_points *out, const ws_space *space, const ws_run *run, ws_diag *diag);
/* Outcomes at or above step `step` of a party. */
uint64_t ws__count_at_or_above(const ws_ranks *ranks, const ws_rank_plan *plan, size_t party, size_t step);

#endif
