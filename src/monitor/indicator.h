/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How an indicator is judged, in parts. */
#ifndef WINSET_MONITOR_INDICATOR_H
#define WINSET_MONITOR_INDICATOR_H

#include "monitor/series.h"

/* Fills a report on a series; its texts and lists are taken from `arena`. The series is borrowed. */
ws_status ws__judge_indicator(ws_indicator_report *out, ws_arena *arena, const ws_series *series,
                              const ws_question *question, const ws_run *run, ws_diag *diag);

/* The likeliest of level, level with slope, and both with a season where the steps have one. On WS_INVALID
 * *why (in `arena`) tells why there is none. */
ws_status ws__choose_model(ws_fit *out, ws_state *state, const char **words, ws_arena *arena,
                           const ws_grid *grid, const ws_run *run);

/* The chance that values at `ahead[count]` (rising, >= 1) steps behind the state all lie on their side of the
 * targets: one exactly, several by simulation with the seed. */
double ws__joint_chance(const ws_state_model *model, const ws_state *state, size_t count,
                        const ws_promise *const *promises, uint64_t seed, ws_arena *arena);

/* False comfort, power and detection for the last promise, due `ahead` >= 1 steps from now. */
bool ws__design_target(ws_target_design *out, const ws_state_model *model, const ws_state *state,
                       const ws_grid *grid, const ws_promise *promise, double latest,
                       const ws_question *question);

#endif
