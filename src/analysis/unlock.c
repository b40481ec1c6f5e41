/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reducer of unlock.h: party by party the rule is asked as if the party accepted whatever it delivers. */
#include "analysis/unlock.h"

#include "analysis/bits.h"
#include "base/diag.h"
#include "space/deliver.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double CHANCE_ALLOWED = 1e-12;

struct ws_unlock_scratch {
    const uint64_t **who;      /* [parties] */
    const uint64_t **delivers; /* [parties] */
    const uint64_t **sure;     /* [parties] */
    uint64_t *bits;            /* [3 * parties][WS_WORDS] */
    uint64_t *found, *zone;
};

static ws_status begin(void *state, const void *context, const ws_space *space)
{
    ws_unlock *unlock = state;
    unlock->space = space;
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
    s->sure = WS_NEW_MANY(arena, parties, const uint64_t *);
    s->bits = WS_NEW_MANY(arena, 3 * parties * WS_WORDS, uint64_t);
    s->found = WS_NEW_MANY(arena, WS_WORDS, uint64_t);
    s->zone = WS_NEW_MANY(arena, WS_WORDS, uint64_t);
    for (size_t p = 0; p < parties; p++) {
        unlock->best[p] = -INFINITY;
        unlock->deal[p] = WS_NO_OUTCOME;
    }
    return s->who && s->delivers && s->sure && s->bits && s->found && s->zone ? WS_OK : WS_LIMIT;
}

static bool has_home(const ws_survey_plan *plan, size_t p)
{
    return plan->appraiser->source->shape->parties[p].domestic;
}

/* Bits of who delivers, and of win-sets. */
static void fill_bits(ws_unlock *unlock, const ws_survey_plan *plan, const ws_block *block)
{
    struct ws_unlock_scratch *s = unlock->scratch;
    size_t parties = plan->appraiser->parties;
    for (size_t p = 0; p < parties; p++) {
        s->delivers[p] = ws__block_all(block);
        if (has_home(plan, p)) {
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

static void sort_blocked(ws_blocked *blocked)
{
    if (blocked->count)
        qsort(blocked->deals, blocked->count, sizeof *blocked->deals, compare_blocked);
}

static void trim_blocked(ws_blocked *blocked)
{
    if (blocked->count <= WS_MOST_BLOCKED)
        return;
    sort_blocked(blocked);
    blocked->passed += blocked->count - WS_MOST_BLOCKED;
    blocked->count = WS_MOST_BLOCKED;
}

/* Whether the home front has met a deal on which it votes alike; now it has. */
static ws_status meet(bool *met, ws_blocked *blocked, const ws_space *space, size_t p, uint64_t outcome)
{
    if (!blocked->met)
        blocked->met = calloc((size_t)(ws__get_home(space, p)->care_size / 64 + 1), sizeof *blocked->met);
    if (!blocked->met)
        return WS_LIMIT;
    uint64_t care = ws__find_care(space, p, outcome), bit = UINT64_C(1) << care % 64;
    *met = blocked->met[care / 64] & bit;
    blocked->met[care / 64] |= bit;
    return WS_OK;
}

static ws_status add_blocked(ws_blocked *blocked, const ws_space *space, size_t p, ws_blocked_deal deal)
{
    bool met = false, tabled = ws__get_home(space, p)->tabled;
    if (tabled)
        WS_TRY(meet(&met, blocked, space, p, deal.outcome));
    if (met)
        return WS_OK;
    if (blocked->count == blocked->room && !tabled)
        trim_blocked(blocked);
    if (blocked->count == blocked->room) {
        size_t room = blocked->room ? 2 * blocked->room : 2 * (size_t)WS_MOST_BLOCKED;
        ws_blocked_deal *grown = realloc(blocked->deals, room * sizeof *grown);
        if (!grown)
            return WS_LIMIT;
        blocked->deals = grown;
        blocked->room = room;
    }
    blocked->deals[blocked->count++] = deal;
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
            WS_TRY(add_blocked(&unlock->blocked[p], block->space, p,
                               (ws_blocked_deal){chance[i], block->first + i}));
    return WS_OK;
}

/* The largest confidence under which a deal joins the zone: one party's chance to deliver it, those who
 * deliver it no less surely being with that party. */
static void find_alpha(ws_unlock *unlock, const ws_survey_plan *plan, const ws_block *block)
{
    struct ws_unlock_scratch *s = unlock->scratch;
    const uint64_t *feasible = ws__feasible_bits(block);
    size_t parties = plan->appraiser->parties;
    for (size_t q = 0; q < parties; q++) {
        if (!has_home(plan, q))
            continue;
        const double *least = ws__block_deliver(block, q);
        for (size_t p = 0; p < parties; p++) {
            s->sure[p] = ws__block_accepts(block, p);
            if (!has_home(plan, p))
                continue;
            uint64_t *bits = s->bits + (2 * parties + p) * WS_WORDS;
            ws__mark_no_less(bits, ws__block_deliver(block, p), least, block->count);
            s->sure[p] = ws__both_bits(bits, block, bits, s->sure[p]);
        }
        ws__block_agreement(s->found, block, s->sure);
        for (size_t i = 0; i < block->count; i++)
            if (least[i] > unlock->alpha && ws__bit(s->found, i) && !ws__bit(s->zone, i) &&
                ws__bit(feasible, i))
                unlock->alpha = least[i];
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
    if (plan->appraiser->has_home)
        find_alpha(unlock, plan, block);
    for (size_t p = 0; p < plan->appraiser->parties; p++) {
        if (has_home(plan, p))
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
    for (size_t p = 0; p < plan->appraiser->parties; p++) {
        for (size_t i = 0; i < from->blocked[p].count; i++)
            WS_TRY(add_blocked(&into->blocked[p], into->space, p, from->blocked[p].deals[i]));
        into->blocked[p].passed += from->blocked[p].passed;
    }
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
    for (size_t p = 0; p < unlock->blocked_count; p++) {
        if (!ws__get_home(unlock->space, p)->tabled)
            trim_blocked(&unlock->blocked[p]);
        sort_blocked(&unlock->blocked[p]);
    }
    memcpy(result, state, sizeof(ws_unlock));
    memset(state, 0, sizeof(ws_unlock));
    return WS_OK;
}

void ws__free_unlock(ws_unlock *unlock)
{
    for (size_t p = 0; p < unlock->blocked_count; p++) {
        free(unlock->blocked[p].deals);
        free(unlock->blocked[p].met);
    }
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
