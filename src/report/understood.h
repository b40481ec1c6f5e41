/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A case as it was understood: what `check` shows, as words and as JSON. */
#ifndef WINSET_REPORT_UNDERSTOOD_H
#define WINSET_REPORT_UNDERSTOOD_H

#include "case/model.h"
#include "report/json.h"

/* `space` may be NULL (the case is too large to look at every outcome): ranges and feasible outcomes are then
 * left out. The text or JSON in *out (free()). */
ws_status ws__report_case(char **out, const ws_case *c, const ws_space *space,
                          const ws_report_options *options, ws_diag *diag);
json_t *ws__understood_json(const ws_case *c, const ws_space *space, const ws_report_options *options);

/* Outcomes of a case without compiling it; 0: more than 2^64 - 1. */
uint64_t ws__count_case_outcomes(const ws_shape *shape);
/* "weights" or "points". */
const char *ws__form_word(const ws_preference *preference);

#endif
