/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The walk of scan.h. A task is a run of blocks whose length hangs on the space alone. Whoever ends a task
 * merges it, and those that wait behind it, if all before it are merged: so states merge in order and only
 * those of tasks ahead of the slowest one are kept. */
#include "space/scan.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/tasks.h"
#include "space/deliver.h"
#include "space/plan.h"

static const double default_limit = 2e10;

typedef struct scan_walk {
    const ws_plan *plan;
    const ws_reducer *reducers;
    size_t count;
    const size_t *offsets; /* [count] of each reducer's state in a task's memory */
    size_t state_size;
    uint64_t task_blocks;
    size_t task_count;
    ws_scratch **workers;
    atomic_int failed; /* the first failure's status; then no task does anything */
    pthread_mutex_t lock;
    char **waiting; /* [tasks] states that are done and not merged */
    size_t merged;
    char *total;
} scan_walk;

static void *state_of(const scan_walk *walk, char *states, size_t reducer)
{
    return states + walk->offsets[reducer];
}

static void drop_states(const scan_walk *walk, char *states, size_t begun)
{
    if (!states)
        return;
    for (size_t i = 0; i < begun; i++)
        if (walk->reducers[i].ops->drop)
            walk->reducers[i].ops->drop(state_of(walk, states, i));
    free(states);
}

static ws_status begin_states(char **out, const scan_walk *walk)
{
    char *states = calloc(1, walk->state_size);
    if (!states)
        return WS_LIMIT;
    for (size_t i = 0; i < walk->count; i++) {
        const ws_reducer *r = &walk->reducers[i];
        ws_status status =
            r->ops->begin ? r->ops->begin(state_of(walk, states, i), r->context, walk->plan->space) : WS_OK;
        if (status != WS_OK) {
            drop_states(walk, states, i + 1);
            return status;
        }
    }
    *out = states;
    return WS_OK;
}

static ws_status walk_blocks(const scan_walk *walk, char *states, ws_scratch *scratch, uint64_t first,
                             uint64_t last)
{
    for (uint64_t b = first; b < last; b++) {
        const ws_block *block = ws__enter_block(scratch, b);
        if (block->feasible_count == 0)
            continue;
        for (size_t i = 0; i < walk->count; i++)
            WS_TRY(walk->reducers[i].ops->block(state_of(walk, states, i), walk->reducers[i].context, block));
    }
    return WS_OK;
}

static ws_status merge_states(const scan_walk *walk, char *from)
{
    for (size_t i = 0; i < walk->count; i++)
        WS_TRY(walk->reducers[i].ops->merge(state_of(walk, walk->total, i), state_of(walk, from, i),
                                            walk->reducers[i].context));
    return WS_OK;
}

static ws_status hand_in(scan_walk *walk, size_t task, char *states)
{
    ws_status status = WS_OK;
    pthread_mutex_lock(&walk->lock);
    walk->waiting[task] = states;
    while (status == WS_OK && walk->merged < walk->task_count && walk->waiting[walk->merged]) {
        char *next = walk->waiting[walk->merged];
        status = merge_states(walk, next);
        walk->waiting[walk->merged++] = NULL;
        drop_states(walk, next, walk->count);
    }
    pthread_mutex_unlock(&walk->lock);
    return status;
}

static void do_task(void *context, size_t task, unsigned worker)
{
    scan_walk *walk = context;
    if (atomic_load(&walk->failed) != WS_OK)
        return;
    char *states = NULL;
    uint64_t first = task * walk->task_blocks, last = first + walk->task_blocks;
    if (last > walk->plan->block_count)
        last = walk->plan->block_count;
    ws_status status = WS_OK;
    if (!walk->workers[worker] && !(walk->workers[worker] = ws__new_scratch(walk->plan)))
        status = WS_LIMIT;
    if (status == WS_OK)
        status = begin_states(&states, walk);
    if (status == WS_OK)
        status = walk_blocks(walk, states, walk->workers[worker], first, last);
    if (status == WS_OK)
        status = hand_in(walk, task, states);
    else
        drop_states(walk, states, walk->count);
    if (status != WS_OK)
        atomic_store(&walk->failed, (int)status);
}

/* ---- Limits ---- */

static const char *tell_duration(char *text, size_t size, double seconds)
{
    if (seconds < 100)
        snprintf(text, size, "%.2g seconds", seconds);
    else if (seconds < 6000)
        snprintf(text, size, "%.0f minutes", seconds / 60);
    else if (seconds < 360000)
        snprintf(text, size, "%.0f hours", seconds / 3600);
    else if (seconds < 6e7)
        snprintf(text, size, "%.0f days", seconds / 86400);
    else
        snprintf(text, size, "%.2g years", seconds / 31557600);
    return text;
}

/* True where some party's chance of delivering must be counted. */
static bool counts_votes(const ws_space *space, ws_wants wants)
{
    bool votes = false;
    for (size_t p = 0; p < space->party_count; p++)
        votes = votes || space->source->shape->parties[p].domestic;
    return votes && wants.deliver;
}

/* Outcomes a second and thread, as measured on one machine of 2024: what is meant is the order of magnitude.
 */
static double guess_rate(const ws_space *space, ws_wants wants)
{
    if (counts_votes(space, wants))
        return 5e6;
    return space->constraint || wants.actors || space->party_count > 2 ? 2e8 : 1e9;
}

static ws_status check_limit(const ws_space *space, ws_wants wants, const ws_run *run, ws_diag *diag)
{
    char text[64];
    double limit = run && run->limit_outcomes ? (double)run->limit_outcomes : default_limit;
    double count = (double)space->outcome_count;
    if (count <= limit)
        return WS_OK;
    double seconds = count / guess_rate(space, wants) / ws__count_workers(run);
    return ws_fail(diag, WS_LIMIT,
                   "the case has %.4g possible deals, more than the limit of %.4g; looking at all would take "
                   "about %s",
                   count, limit, tell_duration(text, sizeof text, seconds));
}

/* ---- The whole ---- */

static ws_wants join_wants(size_t count, const ws_reducer *reducers)
{
    ws_wants all = {0};
    for (size_t i = 0; i < count; i++) {
        const ws_wants *w = &reducers[i].ops->wants;
        all.parties |= w->parties;
        all.actors |= w->actors;
        all.classes |= w->classes;
        all.deliver |= w->deliver;
    }
    return all;
}

/* Long enough that a state's start and merge do not count, short enough that a cancel is heeded within some
 * hundredths of a second and that threads share small spaces. */
static void cut_tasks(scan_walk *walk)
{
    bool votes = counts_votes(walk->plan->space, walk->plan->wants);
    uint64_t blocks = walk->plan->block_count, most = votes ? 64 : 4096;
    uint64_t least = votes ? 1 : 1 + 65536 / walk->plan->pieces[0].inner.count;
    walk->task_blocks = blocks / 64 < least ? least : blocks / 64 > most ? most : blocks / 64;
    walk->task_count = (size_t)((blocks + walk->task_blocks - 1) / walk->task_blocks);
}

static ws_status end_walk(scan_walk *walk)
{
    for (size_t i = 0; i < walk->count; i++)
        if (walk->reducers[i].ops->end)
            WS_TRY(walk->reducers[i].ops->end(state_of(walk, walk->total, i), walk->reducers[i].result));
    return WS_OK;
}

static ws_status run_walk(scan_walk *walk, const ws_run *run, uint64_t *done, ws_diag *diag)
{
    size_t tasks_done = 0;
    ws_status status = begin_states(&walk->total, walk);
    if (status != WS_OK)
        return ws_fail(diag, status, "no memory for a pass over the deals");
    ws_status stopped =
        ws__run_tasks(run, "looking at all deals", walk->task_count, do_task, walk, &tasks_done);
    status = (ws_status)atomic_load(&walk->failed);
    if (status == WS_OK)
        status = end_walk(walk);
    if (status != WS_OK)
        return ws_fail(diag, status, "a pass over the deals failed: %s",
                       status == WS_LIMIT ? "memory is out" : ws_status_text(status));
    uint64_t blocks = tasks_done * walk->task_blocks;
    if (blocks > walk->plan->block_count)
        blocks = walk->plan->block_count;
    uint64_t seen = ws__block_start(walk->plan, blocks);
    if (done)
        *done = seen;
    if (stopped == WS_INTERRUPTED)
        ws_fail(diag, stopped, "interrupted after %llu of %llu possible deals", (unsigned long long)seen,
                (unsigned long long)walk->plan->space->outcome_count);
    else if (stopped != WS_OK)
        ws_fail(diag, stopped, "the time limit came after %llu of %llu possible deals",
                (unsigned long long)seen, (unsigned long long)walk->plan->space->outcome_count);
    return stopped;
}

static ws_status set_up_walk(scan_walk *walk, ws_arena *arena, const ws_run *run)
{
    size_t *offsets = WS_NEW_MANY(arena, walk->count, size_t);
    if (!offsets)
        return WS_LIMIT;
    for (size_t i = 0; i < walk->count; i++) {
        offsets[i] = walk->state_size;
        walk->state_size += (walk->reducers[i].ops->state_size + 63) / 64 * 64;
    }
    walk->state_size += walk->state_size == 0;
    walk->offsets = offsets;
    cut_tasks(walk);
    walk->waiting = WS_NEW_MANY(arena, walk->task_count, char *);
    walk->workers = WS_NEW_MANY(arena, ws__count_workers(run), ws_scratch *);
    return walk->waiting && walk->workers ? WS_OK : WS_LIMIT;
}

static void clear_walk(scan_walk *walk, const ws_run *run)
{
    drop_states(walk, walk->total, walk->count);
    for (size_t i = walk->merged; walk->waiting && i < walk->task_count; i++)
        drop_states(walk, walk->waiting[i], walk->count);
    for (unsigned w = 0; walk->workers && w < ws__count_workers(run); w++)
        ws__free_scratch(walk->workers[w]);
    pthread_mutex_destroy(&walk->lock);
}

ws_status ws_scan_space(const ws_space *space, size_t count, const ws_reducer *reducers, const ws_run *run,
                        uint64_t *done, ws_diag *diag)
{
    WS_SCRATCH(arena);
    ws_wants wants = join_wants(count, reducers);
    if (done)
        *done = 0;
    WS_TRY(check_limit(space, wants, run, diag));
    if (wants.deliver)
        WS_TRY(ws__prepare_deliver(space, run, diag));
    ws_plan plan = {0};
    WS_TRY(ws__make_plan(&plan, space, wants, diag));
    scan_walk walk = {.plan = &plan, .reducers = reducers, .count = count};
    atomic_init(&walk.failed, WS_OK);
    pthread_mutex_init(&walk.lock, NULL);
    ws_status status = set_up_walk(&walk, &arena, run);
    if (status == WS_OK)
        status = run_walk(&walk, run, done, diag);
    else
        ws_fail(diag, status, "no memory for a pass over the deals");
    clear_walk(&walk, run);
    ws__free_plan(&plan);
    return status;
}
