/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A worker at a block: the facts are found on entering, everything else is made when a reducer first asks.
 * Base sums change with the outer digits like an odometer: only the digits that turned are added anew. */
#include "space/deliver.h"
#include "space/plan.h"

#include <math.h>
#include <string.h>

/* ---- Memory, all of it before the walk, so that what reducers ask for cannot fail ---- */

static bool allocate_columns(ws_scratch *s)
{
    const ws_plan *plan = s->plan;
    size_t evaluators = plan->space->evaluator_count, room = WS_PAD(plan->pieces[0].inner.count);
    s->columns = WS_NEW_MANY(&s->arena, evaluators, double *);
    s->accept_bits = WS_NEW_MANY(&s->arena, evaluators * WS_WORDS, uint64_t);
    if (!s->columns || !s->accept_bits)
        return false;
    for (size_t e = plan->first_wanted; e < plan->last_wanted; e++) {
        s->columns[e] = WS_NEW_MANY(&s->arena, room, double);
        if (!s->columns[e])
            return false;
    }
    size_t parties = plan->space->party_count;
    s->deliver = WS_NEW_MANY(&s->arena, parties, double *);
    s->has_deliver = WS_NEW_MANY(&s->arena, parties, bool);
    for (size_t p = 0; s->deliver && plan->wants.deliver && p < parties; p++)
        if (!(s->deliver[p] = WS_NEW_MANY(&s->arena, room, double)))
            return false;
    s->deliver_all = WS_NEW_MANY(&s->arena, plan->wants.deliver ? room : 1, double);
    return s->deliver && s->has_deliver && s->deliver_all && (!plan->wants.deliver || ws__begin_deliver(s));
}

static bool allocate(ws_scratch *s)
{
    const ws_plan *plan = s->plan;
    const ws_space *space = plan->space;
    size_t evaluators = space->evaluator_count, classes = space->class_count + 1;
    s->levels = WS_NEW_MANY(&s->arena, space->issue_count, uint32_t);
    s->prefix = WS_NEW_MANY(&s->arena, (plan->first_inner + 1) * evaluators, double);
    s->base = WS_NEW_MANY(&s->arena, evaluators, double);
    s->low = WS_NEW_MANY(&s->arena, evaluators, double);
    s->high = WS_NEW_MANY(&s->arena, evaluators, double);
    s->shared = WS_NEW_MANY(&s->arena, evaluators, bool);
    s->whole = WS_NEW_MANY(&s->arena, evaluators, bool);
    s->accept_counts = WS_NEW_MANY(&s->arena, evaluators, uint64_t);
    s->has_column = WS_NEW_MANY(&s->arena, evaluators, bool);
    s->accepts = WS_NEW_MANY(&s->arena, evaluators, const uint64_t *);
    s->feasible_bits = WS_NEW_MANY(&s->arena, WS_WORDS, uint64_t);
    s->agreement_stack = WS_NEW_MANY(&s->arena, space->stack_depth * WS_WORDS, uint64_t);
    s->class_bits = WS_NEW_MANY(&s->arena, classes * WS_WORDS, uint64_t);
    s->class_at = WS_NEW_MANY(&s->arena, classes, const uint64_t *);
    s->class_of = WS_NEW_MANY(&s->arena, plan->wants.classes ? WS_BLOCK : 1, uint32_t);
    s->stack = WS_NEW_MANY(&s->arena, space->stack_depth * WS_WORDS, uint64_t);
    s->places = WS_NEW_MANY(&s->arena, space->stack_depth, const uint64_t *);
    s->who = WS_NEW_MANY(&s->arena, space->party_count, const uint64_t *);
    s->live_bits = WS_NEW_MANY(&s->arena, plan->live_count * WS_WORDS, uint64_t);
    s->live_at = WS_NEW_MANY(&s->arena, plan->live_count, const uint64_t *);
    return s->levels && s->prefix && s->base && s->low && s->high && s->shared && s->whole &&
           s->accept_counts && s->has_column && s->accepts && s->feasible_bits && s->agreement_stack &&
           s->class_bits && s->class_at && s->class_of && s->stack && s->places && s->who && s->live_bits &&
           s->live_at && allocate_columns(s);
}

ws_scratch *ws__new_scratch(const ws_plan *plan)
{
    ws_arena arena = {0, 0};
    ws_scratch *s = WS_NEW(&arena, ws_scratch);
    if (!s)
        return NULL;
    s->arena = arena;
    s->plan = plan;
    s->outer = UINT64_MAX;
    if (!allocate(s)) {
        ws__free_scratch(s);
        return NULL;
    }
    return s;
}

void ws__free_scratch(ws_scratch *scratch)
{
    if (!scratch)
        return;
    ws_arena arena = scratch->arena; /* the scratch itself lives in it */
    ws__free_arena(&arena);
}

/* ---- Entering ---- */

static void run_in(ws_program_run *run, const ws_scratch *s)
{
    *run = (ws_program_run){.levels = s->levels,
                            .first_inner = s->plan->first_inner,
                            .leaf_bits = s->piece->leaf_bits,
                            .words = s->piece->words,
                            .leaf_words = WS_WORDS,
                            .all = s->piece->all,
                            .none = s->plan->none,
                            .stack = s->stack,
                            .places = s->places};
}

/* The sums of the outer issues from issue `from` on. */
static void add_prefixes(ws_scratch *s, size_t from)
{
    const ws_plan *plan = s->plan;
    size_t evaluators = plan->space->evaluator_count;
    for (size_t i = from; i < plan->first_inner; i++)
        for (size_t e = plan->first_wanted; e < plan->last_wanted; e++)
            s->prefix[(i + 1) * evaluators + e] =
                s->prefix[i * evaluators + e] + plan->space->evaluators[e].table[i][s->levels[i]];
}

static void turn_to(ws_scratch *s, uint64_t outer)
{
    const ws_space *space = s->plan->space;
    size_t from = s->plan->first_inner;
    if (outer == s->outer + 1 && outer != 0) {
        while (from > 0 && ++s->levels[from - 1] == space->level_counts[from - 1])
            s->levels[--from] = 0;
        from -= from > 0;
    } else if (outer != s->outer) {
        uint64_t rest = outer;
        for (size_t i = from; i-- > 0;) {
            s->levels[i] = (uint32_t)(rest % space->level_counts[i]);
            rest /= space->level_counts[i];
        }
        from = 0;
    }
    s->outer = outer;
    add_prefixes(s, from);
}

/* Interaction terms: what holds for the whole block goes into the base; the rest is kept as bits. */
static void add_terms(ws_scratch *s, size_t evaluator, size_t first_live)
{
    const ws_live_terms *live = &s->plan->live[evaluator];
    ws_program_run run;
    run_in(&run, s);
    for (size_t t = 0; t < live->count; t++) {
        const uint64_t *bits = ws__run_program(live->terms[t]->when, &run);
        double add = live->terms[t]->add;
        if (bits == run.all) {
            s->base[evaluator] += add;
            bits = run.none;
        } else if (bits != run.none) {
            uint64_t *own = s->live_bits + (first_live + t) * WS_WORDS;
            bits = memcpy(own, bits, run.words * sizeof *own);
            s->whole[evaluator] = false;
            s->low[evaluator] += add < 0 ? add : 0;
            s->high[evaluator] += add > 0 ? add : 0;
        }
        s->live_at[first_live + t] = bits;
    }
}

static void find_bases(ws_scratch *s)
{
    const ws_plan *plan = s->plan;
    const ws_space *space = plan->space;
    const double *prefix = s->prefix + plan->first_inner * space->evaluator_count;
    size_t live = 0;
    for (size_t e = plan->first_wanted; e < plan->last_wanted; e++) {
        const ws_evaluator *evaluator = &space->evaluators[e];
        s->base[e] = prefix[e];
        s->low[e] = s->piece->inner.min[e];
        s->high[e] = s->piece->inner.max[e];
        s->whole[e] = true;
        if (plan->live[e].count) {
            add_terms(s, e, live);
            live += plan->live[e].count;
        }
        s->low[e] = ws__column_value(evaluator, s->low[e] + s->base[e]);
        s->high[e] = ws__column_value(evaluator, s->high[e] + s->base[e]);
        s->shared[e] = s->whole[e] && evaluator->key_factor == 0;
        s->has_column[e] = false;
        s->accepts[e] = NULL;
    }
}

static void find_feasible(ws_scratch *s)
{
    s->feasible = s->piece->all;
    s->block.feasible_count = s->block.count;
    if (!s->plan->space->constraint)
        return;
    ws_program_run run;
    run_in(&run, s);
    const uint64_t *bits = ws__run_program(s->plan->space->constraint, &run);
    if (bits == run.all)
        return;
    if (bits != run.none)
        bits = memcpy(s->feasible_bits, bits, run.words * sizeof *bits);
    s->block.feasible_count = bits == run.none ? 0 : s->plan->kernels->count(bits, run.words);
    if (s->block.feasible_count < s->block.count)
        s->feasible = s->block.feasible_count ? bits : run.none;
}

const ws_block *ws__enter_block(ws_scratch *s, uint64_t block)
{
    const ws_plan *plan = s->plan;
    const ws_space *space = plan->space;
    s->piece = &plan->pieces[block % plan->piece_count];
    turn_to(s, block / plan->piece_count);
    s->acceptable = NULL;
    s->has_classes = s->has_class_of = s->has_deliver_all = false;
    if (plan->wants.deliver)
        memset(s->has_deliver, 0, space->party_count * sizeof *s->has_deliver);
    ws_block *b = &s->block;
    b->space = space;
    b->first = ws__block_start(plan, block);
    b->count = s->piece->inner.count;
    b->words = s->piece->words;
    b->inner = &s->piece->inner;
    b->levels = s->levels;
    b->base = s->base;
    b->low = s->low;
    b->high = s->high;
    b->shared = s->shared;
    b->all = s->piece->all;
    b->none = plan->none;
    b->scratch = s;
    if (plan->piece_count > 1)
        s->levels[plan->first_inner] = (uint32_t)(block % plan->piece_count * WS_BLOCK);
    find_feasible(s);
    b->all_feasible = b->feasible_count == b->count;
    if (b->feasible_count == 0)
        return b;
    find_bases(s);
    b->plain = plan->wants.parties && plan->parties_exact && b->all_feasible;
    for (size_t p = 0; b->plain && p < space->party_count; p++)
        b->plain = s->shared[p];
    return b;
}

/* ---- What reducers ask for ---- */

const double *ws__block_utility(const ws_block *block, size_t evaluator)
{
    ws_scratch *s = block->scratch;
    const ws_plan *plan = s->plan;
    const ws_evaluator *e = &plan->space->evaluators[evaluator];
    double *column = s->columns[evaluator];
    if (s->has_column[evaluator])
        return column;
    const double *inner = s->piece->inner.column[evaluator];
    size_t count = WS_PAD(block->count), live = 0;
    double base = s->base[evaluator];
    bool partial = false;
    for (size_t other = plan->first_wanted; other < evaluator; other++)
        live += plan->live[other].count;
    for (size_t t = 0; t < plan->live[evaluator].count; t++)
        partial = partial || s->live_at[live + t] != plan->none;
    if (e->key_factor != 0 && !partial) {
        plan->kernels->keys(column, inner, count, base, e->key_factor);
    } else {
        plan->kernels->add(column, inner, count, base);
        for (size_t t = 0; t < plan->live[evaluator].count; t++)
            if (s->live_at[live + t] != plan->none)
                plan->kernels->add_where(column, s->live_at[live + t], count,
                                         plan->live[evaluator].terms[t]->add);
        if (e->key_factor != 0)
            plan->kernels->keys(column, column, count, 0, e->key_factor);
    }
    s->has_column[evaluator] = true;
    return column;
}

const uint64_t *ws__block_feasible(const ws_block *block)
{
    return block->scratch->feasible;
}

/* The first rank at a threshold (above the least entry): within its part, by halving without branches. */
static size_t find_rank(const ws_ranks *ranks, double threshold)
{
    size_t part = ws__rank_part(ranks, threshold), first = ranks->starts[part];
    size_t left = ranks->starts[part + 1] - first;
    if (left == 0)
        return first;
    const double *at = ranks->sorted + first;
    while (left > 1) {
        size_t half = left / 2;
        at = at[half - 1] < threshold ? at + half : at;
        left -= half;
    }
    return (size_t)(at - ranks->sorted) + (*at < threshold);
}

/* Bits of inner >= threshold by rank; returns how many. */
static uint64_t accept_by_rank(uint64_t *bits, const ws_piece *piece, const ws_ranks *ranks, double threshold)
{
    size_t rank = threshold <= ranks->low ? 0 : find_rank(ranks, threshold);
    size_t row = rank / WS_RANK_STEP;
    memcpy(bits, ranks->rows + row * piece->words, piece->words * sizeof *bits);
    for (size_t i = row * WS_RANK_STEP; i < rank; i++)
        bits[ranks->order[i] / 64] &= ~((uint64_t)1 << (ranks->order[i] % 64));
    return piece->inner.count - rank;
}

static void find_accepting(const ws_block *block, size_t evaluator)
{
    ws_scratch *s = block->scratch;
    const ws_evaluator *e = &s->plan->space->evaluators[evaluator];
    const ws_ranks *ranks = &s->piece->ranks[evaluator];
    uint64_t *bits = s->accept_bits + evaluator * WS_WORDS;
    s->accepts[evaluator] = bits;
    if (s->low[evaluator] >= e->scaling.accept) {
        s->accepts[evaluator] = s->piece->all;
        s->accept_counts[evaluator] = block->count;
    } else if (!(s->high[evaluator] >= e->scaling.accept)) {
        s->accepts[evaluator] = s->plan->none;
        s->accept_counts[evaluator] = 0;
    } else if (s->whole[evaluator] && ranks->sorted) {
        s->accept_counts[evaluator] =
            accept_by_rank(bits, s->piece, ranks, e->accept_sum - s->base[evaluator]);
    } else {
        bool whole = s->whole[evaluator]; /* then inner >= accept - base says the same, without a column */
        const double *in = whole ? s->piece->inner.column[evaluator] : ws__block_utility(block, evaluator);
        s->plan->kernels->at_least(bits, in, WS_PAD(block->count),
                                   whole ? e->accept_sum - s->base[evaluator] : e->scaling.accept);
        s->accept_counts[evaluator] = s->plan->kernels->count(bits, block->words);
    }
}

const uint64_t *ws__block_accepts(const ws_block *block, size_t evaluator)
{
    if (!block->scratch->accepts[evaluator])
        find_accepting(block, evaluator);
    return block->scratch->accepts[evaluator];
}

uint64_t ws__block_accept_count(const ws_block *block, size_t evaluator)
{
    const uint64_t *bits = ws__block_accepts(block, evaluator);
    return block->all_feasible ? block->scratch->accept_counts[evaluator]
                               : ws__block_count_both(block, bits, block->scratch->feasible);
}

void ws__block_agreement(uint64_t *out, const ws_block *block, const uint64_t *const *who)
{
    ws_program_run run;
    run_in(&run, block->scratch);
    run.who = who;
    memcpy(out, ws__run_program(block->space->agreement, &run), block->words * sizeof *out);
}

const uint64_t *ws__block_acceptable(const ws_block *block)
{
    ws_scratch *s = block->scratch;
    if (s->acceptable)
        return s->acceptable;
    for (size_t p = 0; p < block->space->party_count; p++)
        s->who[p] = ws__block_accepts(block, p);
    ws_program_run run;
    run_in(&run, s);
    run.who = s->who;
    run.stack = s->agreement_stack; /* which nobody else uses: the bits stay */
    const uint64_t *bits = ws__run_program(block->space->agreement, &run);
    s->acceptable_count = ws__block_count(block, bits);
    return s->acceptable = bits;
}

/* The first class whose condition holds takes an outcome; what is left is `other`. */
static void find_classes(const ws_block *block)
{
    ws_scratch *s = block->scratch;
    ws_program_run run;
    run_in(&run, s);
    size_t classes = block->space->class_count, words = block->words;
    uint64_t *left = s->class_bits + classes * WS_WORDS;
    const uint64_t *open = run.all; /* `all`, `none` or `left` */
    for (size_t c = 0; c < classes; c++) {
        const uint64_t *bits = open == run.none ? run.none : ws__run_program(block->space->classes[c], &run);
        uint64_t *own = s->class_bits + c * WS_WORDS, any = 0;
        if (bits == run.all) {
            s->class_at[c] = open == left ? memcpy(own, left, words * sizeof *own) : open;
            open = run.none;
            continue;
        }
        s->class_at[c] = bits;
        if (bits == run.none)
            continue;
        for (size_t w = 0; w < words; w++) {
            own[w] = bits[w] & open[w];
            left[w] = open[w] & ~bits[w];
            any |= left[w];
        }
        s->class_at[c] = own;
        open = any ? left : run.none;
    }
    s->class_at[classes] = open;
    s->has_classes = true;
}

const uint64_t *ws__block_class(const ws_block *block, size_t class_of)
{
    if (!block->scratch->has_classes)
        find_classes(block);
    return block->scratch->class_at[class_of];
}

const uint32_t *ws__block_classes(const ws_block *block)
{
    ws_scratch *s = block->scratch;
    if (s->has_class_of)
        return s->class_of;
    for (size_t c = 0; c <= block->space->class_count; c++) {
        const uint64_t *bits = ws__block_class(block, c);
        for (size_t w = 0; w < block->words; w++)
            for (uint64_t word = bits[w]; word; word &= word - 1)
                s->class_of[64 * w + (unsigned)__builtin_ctzll(word)] = (uint32_t)c;
    }
    s->has_class_of = true;
    return s->class_of;
}

const double *ws__block_deliver(const ws_block *block, size_t party)
{
    ws_scratch *s = block->scratch;
    double *column = s->deliver[party];
    if (s->has_deliver[party])
        return column;
    ws__fill_deliver(column, block, party);
    s->has_deliver[party] = true;
    return column;
}

const double *ws__block_deliver_all(const ws_block *block)
{
    ws_scratch *s = block->scratch;
    if (!s->has_deliver_all)
        ws__fill_deliver_all(s->deliver_all, block);
    s->has_deliver_all = true;
    return s->deliver_all;
}

void ws__block_program(uint64_t *out, const ws_block *block, const ws_program *program)
{
    ws_program_run run;
    run_in(&run, block->scratch);
    memcpy(out, ws__run_program(program, &run), block->words * sizeof *out);
}

uint64_t ws__block_count(const ws_block *block, const uint64_t *bits)
{
    const ws_scratch *s = block->scratch;
    if (bits == block->all)
        return block->count;
    if (bits == block->none)
        return 0;
    if (bits == s->acceptable)
        return s->acceptable_count;
    uintptr_t own = ((uintptr_t)bits - (uintptr_t)s->accept_bits) / (WS_WORDS * sizeof *bits);
    if (own < s->plan->space->evaluator_count) /* else it wraps or lies beyond: other bits */
        return s->accept_counts[own];
    return s->plan->kernels->count(bits, block->words);
}

uint64_t ws__block_count_both(const ws_block *block, const uint64_t *a, const uint64_t *b)
{
    const ws_scratch *s = block->scratch;
    if (a == s->plan->none || b == s->plan->none)
        return 0;
    if (a == s->piece->all)
        return ws__block_count(block, b);
    return b == s->piece->all ? ws__block_count(block, a) : s->plan->kernels->count_both(a, b, block->words);
}
