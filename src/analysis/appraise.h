/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one deal is worth to everybody: utilities, gains, chances at home, expected values, and whether the
 * agreement rule holds on those who accept it. Everything that shows a deal asks here. */
#ifndef WINSET_ANALYSIS_APPRAISE_H
#define WINSET_ANALYSIS_APPRAISE_H

#include "base/arena.h"
#include "case/model.h"
#include "space/scan.h"
#include "space/votes.h"
#include "winset/analysis.h"

typedef struct ws_appraiser {
    ws_arena arena;
    const ws_space *space;
    const ws_case *source;
    size_t parties, issues;
    bool unanimous; /* everybody must accept */
    bool has_home;  /* some party has people at home who vote */
    bool has_types;
    bool conditional;        /* the agreement rule asks for the deal itself (`when`) */
    const ws_ballot *ballot; /* of the agreement; NULL where it is unanimous */
    const ws_range *ranges;  /* [parties] */
    const double *failure;   /* [parties] f_p, what signing and failing at home is worth */
    const double *allowed;   /* [parties] 1e-9 of the range: what u >= r and E >= r allow */
    uint32_t *levels;        /* [issues] scratch */
    ws_chance *votes;        /* [parties] scratch */
    bool *holds;             /* [conditions of the ballot] scratch */
} ws_appraiser;

/* The numbers of one deal; arrays [parties] are the caller's. */
typedef struct ws_appraisal {
    double *u, *gain, *p, *e;
    bool *accepts;
    double p_all;
    bool acceptable;
} ws_appraisal;

ws_status ws__make_appraiser(ws_appraiser *out, const ws_space *space, ws_diag *diag);
void ws__free_appraiser(ws_appraiser *appraiser);

bool ws__alloc_appraisal(ws_appraisal *out, ws_arena *arena, size_t parties);
ws_status ws__appraise(ws_appraisal *out, ws_appraiser *appraiser, uint64_t deal);
/* Whether the agreement rule holds on `who` [parties] for a deal. */
ws_status ws__ask_agreement(bool *out, ws_appraiser *appraiser, const bool *who, uint64_t deal);
/* The probability that it holds on those who accept (`accepts` [parties]) and deliver (`p` [parties]). */
ws_status ws__ask_delivery(double *out, ws_appraiser *appraiser, const bool *accepts, const double *p,
                           uint64_t deal);
/* The chance that a party delivers a deal. */
ws_status ws__ask_home(double *out, const ws_appraiser *appraiser, size_t party, uint64_t deal);

/* Expected value of signing: E = P(delivered) u + P(not) f; u itself where it is sure. */
static inline double ws__expected(double u, double p_all, double failure)
{
    return p_all * u + (1 - p_all) * failure;
}

/* Says, where it is so, that uncertain numbers count with their means. */
void ws__warn_of_means(const ws_case *c, ws_diag *diag);

/* A deal with everything that is shown of it, in `arena`. WS_NO_OUTCOME gives no deal. */
ws_status ws__describe(ws_outcome *out, ws_arena *arena, ws_appraiser *appraiser, uint64_t deal);

#endif
