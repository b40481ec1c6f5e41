/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one pass of an analysis: everything about all outcomes that its sections need.
 *
 * Sets of efficient vectors are kept only where they can differ from others:
 *   all          every feasible outcome
 *   acceptable   where the agreement rule asks for the deal itself; else those of `all` that are acceptable
 *                (a deal as good for everybody is accepted by everybody who accepted the other)
 *   zone         where somebody votes at home; else the zone is what is acceptable
 *   classes      where there are several: the acceptable outcomes of each
 *   expected     on E, of what is acceptable on E, where E can differ from u
 *   surest       the acceptable outcomes with the largest chance of being delivered, on u; on E
 *
 * Vectors are columns of the scan (scaled utilities, integers); on E they are keys on a grid of 1e-9 of the
 * party's range. */
#ifndef WINSET_ANALYSIS_SURVEY_H
#define WINSET_ANALYSIS_SURVEY_H

#include "analysis/appraise.h"
#include "analysis/front.h"

/* What is asked; read only while the scan walks. */
typedef struct ws_survey_plan {
    ws_appraiser *appraiser; /* its ballot and numbers; not its scratch */
    double alpha;
    size_t class_count; /* of the case; `other` is one more */
    bool count_only;    /* the zone's counts and nothing else */
    bool keep_acceptable, keep_zone, keep_classes, keep_expected, keep_surest;
    const double *key_factor; /* [parties] of E; 0: no grid (the range is 0) */
} ws_survey_plan;

/* Efficient vectors among those with the largest chance. The chance is one more coordinate. */
typedef struct ws_band {
    ws_front front;
    double best;
} ws_band;

typedef struct ws_survey {
    uint64_t feasible;
    uint64_t *accepts, *deliverable, *win_set; /* [parties] */
    uint64_t acceptable, deal_zone, joint;
    uint64_t *class_outcomes, *class_acceptable, *class_in_zone; /* [classes + 1] */
    ws_front all, acceptable_front, zone, expected;
    size_t class_fronts;
    ws_front *classes; /* [classes + 1] */
    ws_band surest, surest_expected;
    struct ws_survey_scratch *scratch;
    ws_arena arena;
} ws_survey;

/* The reducer; its context is a ws_survey_plan, its result a ws_survey that the caller frees. */
extern const struct ws_reducer_ops ws__survey_ops;
void ws__free_survey(ws_survey *survey);

#endif
