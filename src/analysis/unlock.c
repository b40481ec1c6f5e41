/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reducer of unlock.h: party by party the rule is asked as if the party accepted whatever it delivers. */
#include "analysis/unlock.h"

#include "analysis/bits.h"
#include "base/diag.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double CHANCE_ALLOWED = 1e-12;

struct ws_unlock_scratch {
    const uint64_t **who;      /* [parties] */
    const uint64_t **delivers; /* [parties] */
    uint64_t *bits;            /* [2 * parties][WS_WORDS] */
    uint64_t *found, *zone;
};

static ws_status begin(void *state, const void *context, const ws_space *space)
{
    (void)space;
    ws_unlock *unlock = state;
    const ws_survey_plan *plan = context;
    size_t parties = plan->appraiser->parties;
    ws_arena *arena = &unlock->arena;
    struct ws_unlock_scratch *s = unlock->scratch = WS_NEW(arena, struct ws_unlock_scratch);
    unlock->best = WS_NEW_MANY(arena, parties, double);
    unlock->deal = WS_NEW_MANY(arena, parties, uint64_t);
    unlock->blocked = WS_NEW_MANY(arena, parties, ws_blocked);
    unlock->blocked_count = unlock->blocked ? parties : 0;
    if (!s || !unlock->best || !unlock->deal || !unlock->blocked)
        return WS_LIMIT;
    s->who = WS_NEW_MANY(arena, parties, const uint64_t *);
    s->delivers = WS_NEW_MANY(arena, parties, const uint64_t *);
    s->bits = WS_NEW_MANY(arena, 2 * parties * WS_WORDS, uint64_t);
    s->found = WS_NEW_MANY(arena, WS_WORDS, uint64_t);
    s->zone = WS_NEW_MANY(arena, WS_WORDS, uint64_t);
    for (size_t p = 0; p < parties; p++) {
        unlock->best[p] = -INFINITY;
        unlock->deal[p] = WS_NO_OUTCOME;
    }
    return s->who && s->delivers && s->bits && s->found && s->zone ? WS_OK : WS_LIMIT;
}

/* Bits of who delivers, and of win-sets. */
static void fill_bits(ws_unlock *unlock, const ws_survey_plan *plan, const ws_block *block)
{
    struct ws_unlock_scratch *s = unlock->scratch;
    size_t parties = plan->appraiser->parties;
    for (size_t p = 0; p < parties; p++) {
        s->delivers[p] = ws__block_all(block);
        if (plan->appraiser->source->shape->parties[p].domestic) {
            uint64_t *bits = s->bits + p * WS_WORDS;
            ws__mark_at_least(bits, ws__block_deliver(block, p), block->count, plan->alpha - CHANCE_ALLOWED);
            s->delivers[p] = bits;
        }
        s->who[p] = ws__both_bits(s->bits + (parties + p) * WS_WORDS, block, s->delivers[p],
                                  ws__block_accepts(block, p));
    }
}

/* The likeliest first; of equals the lower outcome. */
static int compare_blocked(const void *a, const void *b)
{
    const ws_blocked_deal *x = a, *y = b;
    if (x->chance != y->chance)
        return x->chance > y->chance ? -1 : 1;
    return x->outcome < y->outcome ? -1 : x->outcome > y->outcome;
}

static void trim_blocked(ws_blocked *blocked)
{
    if (blocked->count)
        qsort(blocked->deals, blocked->count, sizeof *blocked->deals, compare_blocked);
    blocked->count = blocked->count < WS_MOST_BLOCKED ? blocked->count : WS_MOST_BLOCKED;
}

static ws_status add_blocked(ws_blocked *blocked, ws_blocked_deal deal)
{
    if (!blocked->deals) {
        blocked->room = 2 * WS_MOST_BLOCKED;
        blocked->deals = calloc(blocked->room, sizeof *blocked->deals);
        if (!blocked->deals)
            return WS_LIMIT;
    }
    blocked->deals[blocked->count++] = deal;
    if (blocked->count == blocked->room)
        trim_blocked(blocked);
    return WS_OK;
}

/* Deals that would be in the zone if the party delivered whatever it accepts. */
static ws_status find_blocked(ws_unlock *unlock, const ws_block *block, size_t p)
{
    struct ws_unlock_scratch *s = unlock->scratch;
    const uint64_t *own = s->who[p], *feasible = ws__feasible_bits(block);
    s->who[p] = ws__block_accepts(block, p);
    ws__block_agreement(s->found, block, s->who);
    s->who[p] = own;
    const double *chance = ws__block_deliver(block, p);
    for (size_t i = 0; i < block->count; i++)
        if (ws__bit(s->found, i) && !ws__bit(s->zone, i) && ws__bit(feasible, i))
            WS_TRY(add_blocked(&unlock->blocked[p], (ws_blocked_deal){chance[i], block->first + i}));
    return WS_OK;
}

/* Under unanimity: of the deals that all accept and somebody does not deliver, the largest least chance. */
static void find_alpha(ws_unlock *unlock, const ws_survey_plan *plan, const ws_block *block)
{
    struct ws_unlock_scratch *s = unlock->scratch;
    const uint64_t *acceptable = ws__block_acceptable(block), *feasible = ws__feasible_bits(block);
    for (size_t i = 0; i < block->count; i++) {
        if (!ws__bit(acceptable, i) || !ws__bit(feasible, i) || ws__bit(s->zone, i))
            continue;
        double least = 1;
        for (size_t p = 0; p < plan->appraiser->parties; p++) {
            double chance =
                plan->appraiser->source->shape->parties[p].domestic ? ws__block_deliver(block, p)[i] : 1;
            least = chance < least ? chance : least;
        }
        unlock->alpha = least > unlock->alpha ? least : unlock->alpha;
    }
}

static ws_status take_block(void *state, const void *context, const ws_block *block)
{
    ws_unlock *unlock = state;
    const ws_survey_plan *plan = context;
    struct ws_unlock_scratch *s = unlock->scratch;
    fill_bits(unlock, plan, block);
    const uint64_t *feasible = ws__feasible_bits(block);
    ws__block_agreement(s->zone, block,
                        s->who); /* what is in the zone already, perhaps over somebody's head */
    if (plan->appraiser->has_home && plan->appraiser->unanimous)
        find_alpha(unlock, plan, block);
    for (size_t p = 0; p < plan->appraiser->parties; p++) {
        if (plan->appraiser->source->shape->parties[p].domestic)
            WS_TRY(find_blocked(unlock, block, p));
        const uint64_t *own = s->who[p], *accepts = ws__block_accepts(block, p);
        if (accepts == ws__block_all(block))
            continue; /* nothing here waits for this party's acceptance */
        s->who[p] = s->delivers[p];
        ws__block_agreement(s->found, block, s->who);
        s->who[p] = own;
        const double *column = ws__block_utility(block, p);
        for (size_t i = 0; i < block->count; i++)
            if (column[i] > unlock->best[p] && ws__bit(s->found, i) && !ws__bit(s->zone, i) &&
                ws__bit(feasible, i) && !ws__bit(accepts, i)) {
                unlock->best[p] = column[i];
                unlock->deal[p] = block->first + i;
            }
    }
    return WS_OK;
}

static ws_status merge(void *into_state, void *from_state, const void *context)
{
    ws_unlock *into = into_state, *from = from_state;
    const ws_survey_plan *plan = context;
    into->alpha = from->alpha > into->alpha ? from->alpha : into->alpha;
    for (size_t p = 0; p < plan->appraiser->parties; p++)
        for (size_t i = 0; i < from->blocked[p].count; i++)
            WS_TRY(add_blocked(&into->blocked[p], from->blocked[p].deals[i]));
    for (size_t p = 0; p < plan->appraiser->parties; p++)
        if (from->best[p] > into->best[p]) {
            into->best[p] = from->best[p];
            into->deal[p] = from->deal[p];
        }
    return WS_OK;
}

static ws_status end(void *state, void *result)
{
    ws_unlock *unlock = state;
    for (size_t p = 0; p < unlock->blocked_count; p++)
        trim_blocked(&unlock->blocked[p]);
    memcpy(result, state, sizeof(ws_unlock));
    memset(state, 0, sizeof(ws_unlock));
    return WS_OK;
}

void ws__free_unlock(ws_unlock *unlock)
{
    for (size_t p = 0; p < unlock->blocked_count; p++)
        free(unlock->blocked[p].deals);
    ws__free_arena(&unlock->arena);
}

static void drop(void *state)
{
    ws__free_unlock(state);
}

const ws_reducer_ops ws__unlock_ops = {.name = "unlock",
                                       .wants = {.parties = true, .deliver = true},
                                       .state_size = sizeof(ws_unlock),
                                       .begin = begin,
                                       .block = take_block,
                                       .merge = merge,
                                       .end = end,
                                       .drop = drop};
