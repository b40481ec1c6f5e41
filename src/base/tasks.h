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
/* Seconds of a monotonic clock: for limits and rates, never for a result. */
double ws__now(void);

#endif
