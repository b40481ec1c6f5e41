/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who accepts how much, and of which class (reducers.h). Bits alone: no column is made for it where tables
 * are exact. */
#include "space/reducers.h"

#include <stdlib.h>
#include <string.h>

#include "space/space.h"

typedef struct count_state {
    uint64_t feasible, acceptable;
    size_t parties, classes;
    uint64_t *counts; /* [parties + 2 classes] */
} count_state;

static ws_status begin_counts(void *at, const void *context, const ws_space *space)
{
    (void)context;
    count_state *state = at;
    state->parties = space->party_count;
    state->classes = space->class_count + 1;
    state->counts = calloc(state->parties + 2 * state->classes, sizeof *state->counts);
    return state->counts ? WS_OK : WS_LIMIT;
}

static ws_status block_counts(void *at, const void *context, const ws_block *block)
{
    (void)context;
    count_state *state = at;
    const uint64_t *feasible = ws__block_feasible(block), *acceptable = ws__block_acceptable(block);
    state->feasible += block->feasible_count;
    state->acceptable += ws__block_count_both(block, feasible, acceptable);
    for (size_t p = 0; p < state->parties; p++)
        state->counts[p] += ws__block_accept_count(block, p);
    uint64_t *of_class = state->counts + state->parties, *class_acceptable = of_class + state->classes;
    uint64_t both[WS_WORDS];
    for (size_t c = 0; c < state->classes; c++) {
        const uint64_t *bits = ws__block_class(block, c);
        if (bits == ws__block_none(block))
            continue;
        of_class[c] += ws__block_count_both(block, feasible, bits);
        if (block->all_feasible) {
            class_acceptable[c] += ws__block_count_both(block, acceptable, bits);
            continue;
        }
        for (size_t w = 0; w < block->words; w++)
            both[w] = feasible[w] & acceptable[w];
        class_acceptable[c] += ws__block_count_both(block, both, bits);
    }
    return WS_OK;
}

static ws_status merge_counts(void *into_at, void *from_at, const void *context)
{
    (void)context;
    count_state *into = into_at, *from = from_at;
    into->feasible += from->feasible;
    into->acceptable += from->acceptable;
    for (size_t i = 0; i < into->parties + 2 * into->classes; i++)
        into->counts[i] += from->counts[i];
    return WS_OK;
}

static ws_status end_counts(void *at, void *result)
{
    count_state *state = at;
    ws_counts *found = result;
    found->feasible = state->feasible;
    found->acceptable = state->acceptable;
    memcpy(found->accepts, state->counts, state->parties * sizeof *state->counts);
    memcpy(found->of_class, state->counts + state->parties, state->classes * sizeof *state->counts);
    memcpy(found->class_acceptable, state->counts + state->parties + state->classes,
           state->classes * sizeof *state->counts);
    return WS_OK;
}

static void drop_counts(void *at)
{
    free(((count_state *)at)->counts);
}

const ws_reducer_ops ws__reduce_counts = {
    .name = "counts",
    .wants = {.parties = true, .classes = true},
    .state_size = sizeof(count_state),
    .begin = begin_counts,
    .block = block_counts,
    .merge = merge_counts,
    .end = end_counts,
    .drop = drop_counts,
};
