/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filter as maximum likelihood needs it: sums, not yet a likelihood. */
#ifndef WINSET_MONITOR_KALMAN_H
#define WINSET_MONITOR_KALMAN_H

#include "winset/monitor.h"

typedef struct ws_filter_sums {
    double log_diffuse; /* sum of ln F of the values that only served to begin with */
    double log_f;       /* sum of ln F of the others */
    double squares;     /* sum of v^2 / F of the others */
} ws_filter_sums;

/* False: the model is none (a variance below 0, all 0, too many states) or breaks down. */
bool ws__run_filter(ws_state *out, ws_filter_sums *sums, const ws_state_model *model, size_t count,
                    const double *values);

/* v <- T v for one state vector. */
void ws__move_state(const ws_state_model *model, double *v);
/* One step ahead, mean and variance. */
void ws__step_state(const ws_state_model *model, ws_state *state);
/* States of a model; 0: too many. */
size_t ws__count_states(const ws_state_model *model);

#endif
