/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Histogram of one evaluator's column (reducers.h). */
#include "space/reducers.h"

#include <stdlib.h>

typedef struct histogram_state {
    uint64_t below, above;
    size_t count;
    uint64_t *counts;
} histogram_state;

static ws_status begin_histogram(void *at, const void *context, const ws_space *space)
{
    (void)space;
    histogram_state *state = at;
    state->count = ((const ws_histogram_wanted *)context)->count;
    state->counts = calloc(state->count, sizeof *state->counts);
    return state->counts ? WS_OK : WS_LIMIT;
}

static ws_status block_histogram(void *at, const void *context, const ws_block *block)
{
    histogram_state *state = at;
    const ws_histogram_wanted *wanted = context;
    size_t e = wanted->evaluator;
    double top = wanted->low + wanted->width * (double)wanted->count;
    if (block->high[e] < wanted->low) {
        state->below += block->feasible_count;
        return WS_OK;
    }
    if (block->low[e] >= top) {
        state->above += block->feasible_count;
        return WS_OK;
    }
    const double *column = ws__block_utility(block, e);
    const uint64_t *feasible = ws__block_feasible(block);
    for (size_t k = 0; k < block->count; k++) {
        if (!ws__bit(feasible, k))
            continue;
        if (column[k] < wanted->low)
            state->below++;
        else if (column[k] >= top)
            state->above++;
        else
            state->counts[(size_t)((column[k] - wanted->low) / wanted->width)]++;
    }
    return WS_OK;
}

static ws_status merge_histogram(void *into_at, void *from_at, const void *context)
{
    (void)context;
    histogram_state *into = into_at, *from = from_at;
    into->below += from->below;
    into->above += from->above;
    for (size_t i = 0; i < into->count; i++)
        into->counts[i] += from->counts[i];
    return WS_OK;
}

static ws_status end_histogram(void *at, void *result)
{
    histogram_state *state = at;
    ws_histogram *found = result;
    found->below = state->below;
    found->above = state->above;
    for (size_t i = 0; i < state->count; i++)
        found->counts[i] = state->counts[i];
    return WS_OK;
}

static void drop_histogram(void *at)
{
    free(((histogram_state *)at)->counts);
}

#define HISTOGRAM_OPS(all)                                                                                   \
    {                                                                                                        \
        .name = "histogram", .wants = {.parties = true, .actors = all},                                      \
        .state_size = sizeof(histogram_state), .begin = begin_histogram, .block = block_histogram,           \
        .merge = merge_histogram, .end = end_histogram, .drop = drop_histogram,                              \
    }
const ws_reducer_ops ws__reduce_histogram = HISTOGRAM_OPS(false);
const ws_reducer_ops ws__reduce_actors_histogram = HISTOGRAM_OPS(true);
