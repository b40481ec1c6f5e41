/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reducer of rank.h. An outcome is counted at the number of steps it reaches (a binary search; with one
 * deal a comparison), and a block that lies between two steps at once. */
#include "analysis/rank.h"

#include "analysis/bits.h"
#include "base/diag.h"

#include <string.h>

static ws_status begin(void *state, const void *context, const ws_space *space)
{
    (void)space;
    ws_ranks *ranks = state;
    const ws_rank_plan *plan = context;
    ws_arena *arena = &ranks->arena;
    ws__begin_front(&ranks->front, plan->parties);
    ranks->reached = WS_NEW_MANY(arena, plan->parties, uint64_t *);
    ranks->columns = WS_NEW_MANY(arena, plan->parties, const double *);
    ranks->row = WS_NEW_MANY(arena, plan->parties, double);
    if (!ranks->reached || !ranks->columns || !ranks->row)
        return WS_LIMIT;
    for (size_t p = 0; p < plan->parties; p++) {
        ranks->reached[p] = WS_NEW_MANY(arena, plan->step_count[p] + 1, uint64_t);
        if (!ranks->reached[p])
            return WS_LIMIT;
    }
    return WS_OK;
}

/* How many of the steps are at or below a value. */
static size_t steps_reached(const double *steps, size_t count, double value)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (steps[middle] <= value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void count_party(ws_ranks *ranks, const ws_rank_plan *plan, const ws_block *block, size_t p)
{
    const double *steps = plan->steps[p];
    size_t count = plan->step_count[p];
    size_t low = steps_reached(steps, count, block->low[p]),
           high = steps_reached(steps, count, block->high[p]);
    if (low == high) {
        ranks->reached[p][low] += block->feasible_count;
        return;
    }
    const double *column = ws__block_utility(block, p);
    const uint64_t *feasible = block->all_feasible ? NULL : ws__block_feasible(block);
    for (size_t i = 0; i < block->count; i++)
        if (!feasible || ws__bit(feasible, i))
            ranks->reached[p][low + steps_reached(steps + low, high - low, column[i])]++;
}

static ws_status offer_block(ws_ranks *ranks, const ws_rank_plan *plan, const ws_block *block)
{
    if (ws__front_beats(&ranks->front, block->high, true))
        return WS_OK;
    if (block->plain) {
        for (size_t k = 0; k < block->inner->efficient_count; k++) {
            size_t i = block->inner->efficient[k];
            for (size_t p = 0; p < plan->parties; p++)
                ranks->row[p] = block->base[p] + block->inner->column[p][i];
            WS_TRY(ws__front_offer(&ranks->front, ranks->row, block->first + i));
        }
        return WS_OK;
    }
    for (size_t p = 0; p < plan->parties; p++)
        ranks->columns[p] = ws__block_utility(block, p);
    return ws__front_offer_columns(&ranks->front, ranks->columns, block->count, block->first,
                                   block->all_feasible ? NULL : ws__block_feasible(block));
}

static ws_status take_block(void *state, const void *context, const ws_block *block)
{
    ws_ranks *ranks = state;
    const ws_rank_plan *plan = context;
    ranks->feasible += block->feasible_count;
    for (size_t p = 0; p < plan->parties; p++)
        if (plan->step_count[p])
            count_party(ranks, plan, block, p);
    return offer_block(ranks, plan, block);
}

static ws_status merge(void *into_state, void *from_state, const void *context)
{
    ws_ranks *into = into_state, *from = from_state;
    const ws_rank_plan *plan = context;
    into->feasible += from->feasible;
    for (size_t p = 0; p < plan->parties; p++)
        for (size_t k = 0; k <= plan->step_count[p]; k++)
            into->reached[p][k] += from->reached[p][k];
    return ws__merge_front(&into->front, &from->front);
}

static ws_status end(void *state, void *result)
{
    WS_TRY(ws__settle_front(&((ws_ranks *)state)->front));
    memcpy(result, state, sizeof(ws_ranks));
    memset(state, 0, sizeof(ws_ranks));
    return WS_OK;
}

void ws__free_ranks(ws_ranks *ranks)
{
    ws__drop_front(&ranks->front);
    ws__free_arena(&ranks->arena);
}

static void drop(void *state)
{
    ws__free_ranks(state);
}

uint64_t ws__count_at_or_above(const ws_ranks *ranks, const ws_rank_plan *plan, size_t party, size_t step)
{
    uint64_t count = 0;
    for (size_t k = step + 1; k <= plan->step_count[party]; k++)
        count += ranks->reached[party][k];
    return count;
}

const ws_reducer_ops ws__rank_ops = {.name = "rank",
                                     .wants = {.parties = true},
                                     .state_size = sizeof(ws_ranks),
                                     .begin = begin,
                                     .block = take_block,
                                     .merge = merge,
                                     .end = end,
                                     .drop = drop};

ws_status ws__find_frontier(ws_points *out, const ws_space *space, const ws_run *run, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    size_t parties = ws_count_parties(ws_space_case(space));
    ws_rank_plan plan = {parties, WS_NEW_MANY(&scratch, parties, size_t),
                         WS_NEW_MANY(&scratch, parties, const double *)};
    if (!plan.step_count || !plan.steps)
        return ws_fail(diag, WS_LIMIT, "no memory for a frontier");
    ws_ranks ranks = {0};
    ws_reducer reducer = {&ws__rank_ops, &plan, &ranks};
    ws_status status = ws_scan_space(space, 1, &reducer, run, NULL, diag);
    if (status == WS_OK) {
        *out = ranks.front.kept;
        ranks.front.kept = (ws_points){.dimension = parties};
    }
    ws__free_ranks(&ranks);
    return status;
}
