/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Work over a small pool of threads, with progress, limit and cancel in one place. */
#ifndef WINSET_BASE_TASKS_H
#define WINSET_BASE_TASKS_H

#include "winset/base.h"

/* Does task `task`; `worker` (0 <= worker < ws__count_workers) tells whose scratch may be used. */
typedef void ws_task_fn(void *context, size_t task, unsigned worker);

/* How many workers ws__run_tasks will use: run->threads, or the processors. `run` may be NULL. */
unsigned ws__count_workers(const ws_run *run);

/* Runs tasks 0 .. count-1, handed out in order. On cancel or time limit no further task begins, those begun
 * end: then tasks 0 .. *done-1 were done. `what` names the work for progress. Results must not depend on
 * which worker did what: keep a result a task and merge them in order. `run`, `done` may be NULL. Returns
 * WS_OK, WS_INTERRUPTED, or WS_LIMIT (time). */
ws_status ws__run_tasks(const ws_run *run, const char *what, size_t count, ws_task_fn *task, void *context,
                        size_t *done);

/* For long work that is no list of tasks: WS_OK to go on, else WS_INTERRUPTED or WS_LIMIT. `started` is
 * ws__now() at the start of the call. */
ws_status ws__should_stop(const ws_run *run, double started);
/* One run for many calls: their time limit counts from ws__clock_run on, over all of them, and what stops
 * them is always WS_INTERRUPTED; ws__why_stopped tells what it was. `outer` is borrowed and may be NULL. */
typedef struct ws_clocked_run {
    ws_run run; /* to hand on */
    const ws_run *outer;
    double until; /* of ws__now() */
} ws_clocked_run;
void ws__clock_run(ws_clocked_run *out, const ws_run *outer);
/* WS_INTERRUPTED or WS_LIMIT (time) where a call with the clocked run would stop now, else WS_OK. */
ws_status ws__why_stopped(const ws_clocked_run *clock);
/* Seconds of a monotonic clock: for limits and rates, never for a result. */
double ws__now(void);

#endif
