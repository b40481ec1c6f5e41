/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What keeps deals out of the zone: for each party the outcomes that would be in it if the party accepted. */
#ifndef WINSET_ANALYSIS_UNLOCK_H
#define WINSET_ANALYSIS_UNLOCK_H

#include "analysis/survey.h"

/* A deal that nothing but the party's home front keeps out. */
typedef struct ws_blocked_deal {
    double chance; /* that it passes */
    uint64_t outcome;
} ws_blocked_deal;

/* One deal for each way in which the party's home front would vote on a blocked deal: all of them where its
 * pi is tabled, else of the WS_MOST_BLOCKED likeliest. */
typedef struct ws_blocked {
    ws_blocked_deal *deals; /* the likeliest first */
    size_t count, room;
    uint64_t *met;   /* bits of the combinations of levels among them, where pi is tabled */
    uint64_t passed; /* deals over the limit */
} ws_blocked;

enum { WS_MOST_BLOCKED = 4096 };

typedef struct ws_unlock {
    double *best;        /* [parties] the largest scaled utility among them; -infinity: none */
    uint64_t *deal;      /* [parties] the first deal that has it */
    ws_blocked *blocked; /* [parties] */
    size_t blocked_count;
    double alpha; /* the largest confidence at which one more deal would be in the zone; 0 */
    const ws_space *space;
    ws_arena arena;
    struct ws_unlock_scratch *scratch;
} ws_unlock;

/* The reducer; its context is a ws_survey_plan, its result a ws_unlock that the caller frees. */
extern const struct ws_reducer_ops ws__unlock_ops;
void ws__free_unlock(ws_unlock *unlock);

#endif
