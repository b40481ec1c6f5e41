/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What keeps deals out of the zone: for each party the outcomes that would be in it if the party accepted. */
#ifndef WINSET_ANALYSIS_UNLOCK_H
#define WINSET_ANALYSIS_UNLOCK_H

#include "analysis/survey.h"

typedef struct ws_unlock {
    double *best;   /* [parties] the largest scaled utility among them; -infinity: none */
    uint64_t *deal; /* [parties] the first deal that has it */
    ws_arena arena;
    struct ws_unlock_scratch *scratch;
} ws_unlock;

/* The reducer; its context is a ws_survey_plan, its result a ws_unlock that the caller frees. */
extern const struct ws_reducer_ops ws__unlock_ops;
void ws__free_unlock(ws_unlock *unlock);

#endif
