/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of an analysis, for the files that fill its sections. */
#ifndef WINSET_ANALYSIS_ANALYZE_H
#define WINSET_ANALYSIS_ANALYZE_H

#include "analysis/solutions.h"
#include "analysis/survey.h"

/* An analysis in the making: the result with what owns it. */
typedef struct ws_study {
    ws_analysis result; /* first, so that a result's address is its study's */
    ws_arena arena;
    ws_space **type_spaces; /* of by_type, freed with the result */
    ws_analysis **type_results;
    size_t type_count;
} ws_study;

/* What the sections are made from. */
typedef struct ws_findings {
    ws_study *study;
    ws_appraiser *appraiser;
    ws_survey *survey;
    ws_survey_plan *plan;
    const ws_analyze_options *options;
    const ws_run *run;
    ws_arena *scratch;
    ws_points acceptable;                       /* the acceptable efficient vectors, scaled; outcomes */
    ws_bargain on_u, on_e;                      /* the candidates */
    const double *weight, *range, *reservation; /* [parties] */
    ws_diag *diag;
} ws_findings;

/* The pass itself. A plan for it, and the walk; `done` outcomes were walked. */
ws_status ws__plan_survey(ws_survey_plan *plan, ws_arena *arena, ws_appraiser *appraiser, double alpha);
ws_status ws__walk_survey(ws_survey *survey, const ws_survey_plan *plan, const ws_run *run, uint64_t *done,
                          ws_diag *diag);
/* How many deals are in the zone at confidence alpha. */
ws_status ws__count_zone(uint64_t *out, const ws_space *space, double alpha, const ws_run *run,
                         ws_diag *diag);

/* Candidates on u, or on E, from outcomes; `most` NULL: their own largest gains. In findings->scratch. */
ws_status ws__bargain_on_u(ws_bargain *out, ws_findings *findings, size_t count, const uint64_t *outcomes,
                           const double *most);
ws_status ws__bargain_on_e(ws_bargain *out, ws_findings *findings, size_t count, const uint64_t *outcomes);

/* Single level changes from a deal: what they cost whom and give whom (tradeoffs.c). */
ws_status ws__find_tradeoffs(ws_findings *findings, uint64_t base);
/* What opens the zone (opening.c). */
ws_status ws__find_openings(ws_findings *findings);
/* Openings as they are found. */
typedef struct ws_opening_list {
    ws_opening *items;
    size_t count;
} ws_opening_list;
ws_status ws__list_opening(ws_opening_list *list, const char *change, double by, uint64_t zone);
struct ws_unlock;
/* At home: thresholds, seats, quotas; and confidence (opening_home.c). */
ws_status ws__open_homes(ws_opening_list *list, ws_findings *findings, const struct ws_unlock *unlock);
/* The zone of the case with changes made. */
ws_status ws__try_opening(ws_findings *findings, uint64_t *zone, size_t count, const ws_change *changes,
                          double alpha);
/* What each type would give: for the deals shown, and for the whole (types.c). */
ws_status ws__fill_types(ws_findings *findings);
ws_status ws__analyze_types(ws_findings *findings);

#endif
