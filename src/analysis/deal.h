/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deals as a user names them: the index, `issue=level,issue=level,...` with every issue, or a solution:
 * `nash`, `nash_expected` (on expected values), `best` (of the zone); hyphens stand for underscores,
 * `at-table` is `nash` and `at-home` is `nash_expected`. And tables of deals: a column an issue, or one
 * column `index` or `deal`. */
#ifndef WINSET_ANALYSIS_DEAL_H
#define WINSET_ANALYSIS_DEAL_H

#include "winset/analysis.h"

/* What a name stands for. */
typedef enum ws_deal_kind { WS_DEAL_OUTCOME, WS_DEAL_SOLUTION, WS_DEAL_EXPECTED, WS_DEAL_BEST } ws_deal_kind;

typedef struct ws_deal_name {
    ws_deal_kind kind;
    uint64_t outcome;     /* OUTCOME */
    ws_solution solution; /* SOLUTION, EXPECTED */
} ws_deal_name;

/* Reads a deal. Every problem is reported, each with the nearest name: WS_INVALID. */
ws_status ws__parse_deal(ws_deal_name *out, const char *text, const ws_space *space, ws_diag *diag);
/* The same, problems being at `place`. */
ws_status ws__parse_deal_at(ws_deal_name *out, const char *text, const ws_space *space, ws_place place,
                            ws_diag *diag);
/* The outcome that a name stands for in an analysis; WS_INVALID where there is none. */
ws_status ws__resolve_deal(uint64_t *out, const ws_deal_name *name, const ws_analysis *analysis,
                           ws_diag *diag);
/* Both: the space is analyzed only where the name asks for it. */
ws_status ws__find_deal(uint64_t *out, const char *text, const ws_space *space,
                        const ws_analyze_options *options, const ws_run *run, ws_diag *diag);

/* The deals of a table, in *out (free()); `file` stands before messages. Names of solutions may stand in its
 * column `deal`. */
ws_status ws__parse_deals(ws_deal_name **out, size_t *count, const char *text, size_t length,
                          const char *file, const ws_space *space, ws_diag *diag);

#endif
