/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges and first outcomes (reducers.h). A block whose bounds tell nothing new is not looked at; where the
 * column is base + inner for all of a feasible block its bounds are the range itself. */
#include "space/reducers.h"

#include <math.h>
#include <stdlib.h>

typedef struct range_state {
    uint64_t feasible;
    size_t count;
    double *min, *max;
    uint64_t *ideal;
} range_state;

static ws_status begin_ranges(void *at, const void *context, const ws_space *space)
{
    (void)space;
    range_state *state = at;
    const ws_ranges_wanted *wanted = context;
    state->count = wanted->count;
    state->min = malloc((wanted->count + 1) * sizeof *state->min);
    state->max = malloc((wanted->count + 1) * sizeof *state->max);
    state->ideal = malloc((wanted->count + 1) * sizeof *state->ideal);
    if (!state->min || !state->max || !state->ideal)
        return WS_LIMIT;
    for (size_t i = 0; i < wanted->count; i++) {
        state->min[i] = (double)INFINITY;
        state->max[i] = -(double)INFINITY;
        state->ideal[i] = WS_NO_OUTCOME;
    }
    return WS_OK;
}

static void range_of_column(range_state *state, size_t i, const ws_block *block, const double *column)
{
    const uint64_t *feasible = ws__block_feasible(block);
    for (size_t k = 0; k < block->count; k++) {
        if (!ws__bit(feasible, k))
            continue;
        if (column[k] < state->min[i])
            state->min[i] = column[k];
        if (column[k] > state->max[i]) {
            state->max[i] = column[k];
            state->ideal[i] = block->first + k;
        }
    }
}

static ws_status block_ranges(void *at, const void *context, const ws_block *block)
{
    range_state *state = at;
    const ws_ranges_wanted *wanted = context;
    state->feasible += block->feasible_count;
    for (size_t i = 0; i < wanted->count; i++) {
        size_t e = wanted->evaluators[i];
        bool lower = block->low[e]<state->min[i], higher = block->high[e]> state->max[i];
        if (lower && !higher && block->all_feasible && block->shared[e])
            state->min[i] = block->low[e];
        else if (lower || higher)
            range_of_column(state, i, block, ws__block_utility(block, e));
    }
    return WS_OK;
}

static ws_status merge_ranges(void *into_at, void *from_at, const void *context)
{
    (void)context;
    range_state *into = into_at, *from = from_at;
    into->feasible += from->feasible;
    for (size_t i = 0; i < into->count; i++) {
        if (from->min[i] < into->min[i])
            into->min[i] = from->min[i];
        if (from->max[i] > into->max[i]) {
            into->max[i] = from->max[i];
            into->ideal[i] = from->ideal[i];
        }
    }
    return WS_OK;
}

static ws_status end_ranges(void *at, void *result)
{
    range_state *state = at;
    ws_ranges_found *found = result;
    found->feasible = state->feasible;
    for (size_t i = 0; i < state->count; i++) {
        found->min[i] = state->feasible ? state->min[i] : (double)NAN;
        found->max[i] = state->feasible ? state->max[i] : (double)NAN;
        found->ideal[i] = state->ideal[i];
    }
    return WS_OK;
}

static void drop_ranges(void *at)
{
    range_state *state = at;
    free(state->min);
    free(state->max);
    free(state->ideal);
}

#define RANGES_OPS(wanted)                                                                                   \
    {                                                                                                        \
        .name = "ranges", .wants = wanted, .state_size = sizeof(range_state), .begin = begin_ranges,         \
        .block = block_ranges, .merge = merge_ranges, .end = end_ranges, .drop = drop_ranges,                \
    }
#define WANT_PARTIES                                                                                         \
    {                                                                                                        \
        .parties = true                                                                                      \
    }
#define WANT_ALL                                                                                             \
    {                                                                                                        \
        .parties = true, .actors = true                                                                      \
    }
const ws_reducer_ops ws__reduce_ranges = RANGES_OPS(WANT_PARTIES);
const ws_reducer_ops ws__reduce_actors_ranges = RANGES_OPS(WANT_ALL);

/* ---- The first at a bound ---- */

typedef struct first_state {
    size_t count;
    uint64_t *first;
} first_state;

static ws_status begin_first(void *at, const void *context, const ws_space *space)
{
    (void)space;
    first_state *state = at;
    const ws_first_wanted *wanted = context;
    state->count = wanted->count;
    state->first = malloc((wanted->count + 1) * sizeof *state->first);
    if (!state->first)
        return WS_LIMIT;
    for (size_t i = 0; i < wanted->count; i++)
        state->first[i] = WS_NO_OUTCOME;
    return WS_OK;
}

static ws_status block_first(void *at, const void *context, const ws_block *block)
{
    first_state *state = at;
    const ws_first_wanted *wanted = context;
    const uint64_t *feasible = ws__block_feasible(block);
    for (size_t i = 0; i < wanted->count; i++) {
        size_t e = wanted->evaluators[i];
        if (state->first[i] != WS_NO_OUTCOME || !(block->high[e] >= wanted->bounds[i]))
            continue;
        const double *column = ws__block_utility(block, e);
        for (size_t k = 0; k < block->count && state->first[i] == WS_NO_OUTCOME; k++)
            if (column[k] >= wanted->bounds[i] && ws__bit(feasible, k))
                state->first[i] = block->first + k;
    }
    return WS_OK;
}

static ws_status merge_first(void *into_at, void *from_at, const void *context)
{
    (void)context;
    first_state *into = into_at, *from = from_at;
    for (size_t i = 0; i < into->count; i++)
        if (into->first[i] == WS_NO_OUTCOME)
            into->first[i] = from->first[i];
    return WS_OK;
}

static ws_status end_first(void *at, void *result)
{
    first_state *state = at;
    for (size_t i = 0; i < state->count; i++)
        ((uint64_t *)result)[i] = state->first[i];
    return WS_OK;
}

static void drop_first(void *at)
{
    free(((first_state *)at)->first);
}

const ws_reducer_ops ws__reduce_first = {
    .name = "first",
    .wants = WANT_ALL,
    .state_size = sizeof(first_state),
    .begin = begin_first,
    .block = block_first,
    .merge = merge_first,
    .end = end_first,
    .drop = drop_first,
};
