/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool of tasks.h. Threads live for one call: starting two costs some 30 microseconds, and a pool that
 * outlives a call would be a global. Work too small to share runs in the caller. */
#include "base/tasks.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

enum { MOST_WORKERS = 256 };

typedef struct shared_work {
    const ws_run *run;
    const char *what;
    size_t count;
    ws_task_fn *task;
    void *context;
    double started;
    atomic_size_t next;
    atomic_int stop; /* a ws_status */
} shared_work;

typedef struct worker_start {
    shared_work *work;
    unsigned worker;
} worker_start;

double ws__now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

ws_status ws__should_stop(const ws_run *run, double started)
{
    if (!run)
        return WS_OK;
    if (run->cancelled && run->cancelled(run->user))
        return WS_INTERRUPTED;
    if (run->limit_seconds > 0 && ws__now() - started > run->limit_seconds)
        return WS_LIMIT;
    return WS_OK;
}

ws_status ws__why_stopped(const ws_clocked_run *clock)
{
    if (clock->outer && clock->outer->cancelled && clock->outer->cancelled(clock->outer->user))
        return WS_INTERRUPTED;
    return ws__now() > clock->until ? WS_LIMIT : WS_OK;
}

static bool is_over(void *user)
{
    return ws__why_stopped(user) != WS_OK;
}

static void pass_progress(void *user, const char *what, double done, double total)
{
    const ws_clocked_run *clock = user;
    clock->outer->progress(clock->outer->user, what, done, total);
}

void ws__clock_run(ws_clocked_run *out, const ws_run *outer)
{
    *out = (ws_clocked_run){.run = outer ? *outer : (ws_run){0}, .outer = outer, .until = HUGE_VAL};
    if (outer && outer->limit_seconds > 0)
        out->until = ws__now() + outer->limit_seconds;
    out->run.limit_seconds = 0;
    out->run.cancelled = is_over;
    out->run.progress = outer && outer->progress ? pass_progress : NULL;
    out->run.user = out;
}

unsigned ws__count_workers(const ws_run *run)
{
    if (run && run->threads)
        return run->threads < MOST_WORKERS ? run->threads : MOST_WORKERS;
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online > MOST_WORKERS ? MOST_WORKERS : (unsigned)online;
}

static void work_on(shared_work *work, unsigned worker)
{
    for (;;) {
        int stop = atomic_load_explicit(&work->stop, memory_order_relaxed);
        if (stop == WS_OK) {
            stop = (int)ws__should_stop(work->run, work->started);
            if (stop != WS_OK)
                atomic_store_explicit(&work->stop, stop, memory_order_relaxed);
        }
        if (stop != WS_OK)
            return;
        size_t task = atomic_fetch_add_explicit(&work->next, 1, memory_order_relaxed);
        if (task >= work->count)
            return;
        work->task(work->context, task, worker);
        if (worker == 0 && work->run && work->run->progress)
            work->run->progress(work->run->user, work->what, (double)(task + 1), (double)work->count);
    }
}

static void *start_worker(void *argument)
{
    worker_start *start = argument;
    work_on(start->work, start->worker);
    return NULL;
}

ws_status ws__run_tasks(const ws_run *run, const char *what, size_t count, ws_task_fn *task, void *context,
                        size_t *done)
{
    shared_work work = {.run = run, .what = what, .count = count, .task = task, .context = context};
    work.started = ws__now();
    atomic_init(&work.next, 0);
    atomic_init(&work.stop, WS_OK);
    unsigned workers = ws__count_workers(run);
    if (count < workers)
        workers = count ? (unsigned)count : 1;
    pthread_t threads[MOST_WORKERS];
    worker_start starts[MOST_WORKERS];
    unsigned begun = 1;
    for (; begun < workers; begun++) {
        starts[begun] = (worker_start){&work, begun};
        if (pthread_create(&threads[begun], NULL, start_worker, &starts[begun]) != 0)
            break; /* fewer threads do the same work */
    }
    work_on(&work, 0);
    for (unsigned i = 1; i < begun; i++)
        pthread_join(threads[i], NULL);
    size_t handed = atomic_load(&work.next);
    handed = handed < count ? handed : count;
    if (done)
        *done = handed;
    return handed == count ? WS_OK : (ws_status)atomic_load(&work.stop);
}
