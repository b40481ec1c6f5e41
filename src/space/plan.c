/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prepares a scan: splits issues into outer and inner, tabulates the inner ones once for all blocks: sums of
 * each evaluator, patterns of tests, interaction terms among inner issues, which combinations can be
 * efficient. */
#include "space/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "space/deliver.h"

/* The inner issues: as many of the last as fit a block, at least one. */
static void split_issues(ws_plan *plan)
{
    const ws_space *space = plan->space;
    size_t first = space->issue_count - 1;
    uint64_t inner = space->level_counts[first];
    while (first > 0 && inner * space->level_counts[first - 1] <= WS_BLOCK)
        inner *= space->level_counts[--first];
    plan->first_inner = first;
    plan->inner_count = inner;
    plan->piece_count = (size_t)((inner + WS_BLOCK - 1) / WS_BLOCK);
    plan->block_count = space->outcome_count / inner * plan->piece_count;
}

uint64_t ws__block_start(const ws_plan *plan, uint64_t block)
{
    return block / plan->piece_count * plan->inner_count + block % plan->piece_count * WS_BLOCK;
}

/* Bits of the outcomes of a piece whose level of an inner issue is allowed. */
static void set_leaf(uint64_t *bits, const ws_plan *plan, size_t piece, const ws_step *step)
{
    const ws_space *space = plan->space;
    uint64_t stride = space->strides[step->issue], first = (uint64_t)piece * WS_BLOCK;
    uint64_t left = stride - first % stride; /* entries until the level changes */
    uint32_t count = space->level_counts[step->issue], level = (uint32_t)(first / stride % count);
    for (size_t i = 0; i < plan->pieces[piece].inner.count; i++) {
        bits[i / 64] |= (uint64_t)step->allowed[level] << (i % 64);
        if (--left == 0) {
            left = stride;
            level = level + 1 == count ? 0 : level + 1;
        }
    }
}

static void set_leaves(uint64_t *bits, const ws_plan *plan, size_t piece, const ws_program *program)
{
    for (size_t s = 0; program && s < program->count; s++)
        if (program->steps[s].kind == WS_STEP_TEST && program->steps[s].issue >= plan->first_inner)
            set_leaf(bits + program->steps[s].leaf * WS_WORDS, plan, piece, &program->steps[s]);
}

/* Conditions of what must be ratified. */
static void set_home_leaves(uint64_t *bits, const ws_plan *plan, size_t piece, const ws_home *home)
{
    for (size_t w = 0; home->domestic && w < home->ballot->when_count; w++)
        set_leaves(bits, plan, piece, home->whens[w]);
}

static bool tabulate_leaves(ws_plan *plan, size_t piece)
{
    const ws_space *space = plan->space;
    uint64_t *all = WS_NEW_MANY(&plan->arena, WS_WORDS, uint64_t);
    uint64_t *bits = WS_NEW_MANY(&plan->arena, space->leaf_count * WS_WORDS, uint64_t);
    if (!all || !bits)
        return false;
    for (size_t i = 0; i < plan->pieces[piece].inner.count; i++)
        all[i / 64] |= (uint64_t)1 << (i % 64);
    set_leaves(bits, plan, piece, space->constraint);
    if (plan->wants.parties)
        set_leaves(bits, plan, piece, space->agreement);
    for (size_t p = 0; plan->wants.deliver && p < space->party_count; p++)
        set_home_leaves(bits, plan, piece, ws__get_home(space, p));
    for (size_t i = 0; plan->wants.classes && i < space->class_count; i++)
        set_leaves(bits, plan, piece, space->classes[i]);
    for (size_t e = plan->first_wanted; e < plan->last_wanted; e++)
        for (size_t t = 0; t < space->evaluators[e].term_count; t++)
            set_leaves(bits, plan, piece, space->evaluators[e].terms[t].when);
    plan->pieces[piece].all = all;
    plan->pieces[piece].leaf_bits = bits;
    return true;
}

/* Sums over the inner issues, first issue the most significant. */
static void sum_inner(double *out, const ws_plan *plan, size_t piece, size_t evaluator)
{
    const ws_space *space = plan->space;
    const ws_evaluator *e = &space->evaluators[evaluator];
    size_t count = plan->pieces[piece].inner.count, last = space->issue_count - 1;
    if (plan->first_inner == last) {
        memcpy(out, e->table[last] + piece * WS_BLOCK, count * sizeof *out);
        return;
    }
    size_t have = 1;
    out[0] = 0;
    for (size_t i = plan->first_inner; i <= last; i++) {
        size_t levels = space->level_counts[i];
        for (size_t k = have; k-- > 0;) { /* from the end: the entries it reads are not yet overwritten */
            double sum = out[k];
            for (size_t l = 0; l < levels; l++)
                out[k * levels + l] = sum + e->table[i][l];
        }
        have *= levels;
    }
}

static bool is_inner(const ws_plan *plan, const ws_program *when)
{
    return when->first_test <= when->last_test && when->first_test >= plan->first_inner;
}

/* Adds the interaction terms that hang on inner issues alone. */
static bool add_inner_terms(double *out, ws_plan *plan, const ws_piece *piece, const ws_evaluator *evaluator)
{
    WS_SCRATCH(scratch);
    uint64_t *stack = WS_NEW_MANY(&scratch, plan->space->stack_depth * WS_WORDS, uint64_t);
    const uint64_t **places = WS_NEW_MANY(&scratch, plan->space->stack_depth, const uint64_t *);
    if (!stack || !places)
        return false;
    ws_program_run run = {.first_inner = plan->first_inner,
                          .leaf_bits = piece->leaf_bits,
                          .words = piece->words,
                          .leaf_words = WS_WORDS,
                          .all = piece->all,
                          .none = plan->none,
                          .stack = stack,
                          .places = places};
    for (size_t t = 0; t < evaluator->term_count; t++)
        if (is_inner(plan, evaluator->terms[t].when))
            plan->kernels->add_where(out, ws__run_program(evaluator->terms[t].when, &run),
                                     WS_PAD(piece->inner.count), evaluator->terms[t].add);
    return true;
}

static bool tabulate_columns(ws_plan *plan, size_t at)
{
    ws_piece *piece = &plan->pieces[at];
    size_t evaluators = plan->space->evaluator_count, padded = WS_PAD(piece->inner.count);
    const double **columns = WS_NEW_MANY(&plan->arena, evaluators, const double *);
    double *min = WS_NEW_MANY(&plan->arena, evaluators, double);
    double *max = WS_NEW_MANY(&plan->arena, evaluators, double);
    if (!columns || !min || !max)
        return false;
    for (size_t e = plan->first_wanted; e < plan->last_wanted; e++) {
        double *column = WS_NEW_MANY(&plan->arena, padded, double);
        if (!column)
            return false;
        sum_inner(column, plan, at, e);
        if (!add_inner_terms(column, plan, piece, &plan->space->evaluators[e]))
            return false;
        min[e] = max[e] = column[0];
        for (size_t i = 1; i < piece->inner.count; i++) {
            min[e] = column[i] < min[e] ? column[i] : min[e];
            max[e] = column[i] > max[e] ? column[i] : max[e];
        }
        for (size_t i = piece->inner.count; i < padded; i++)
            column[i] = (double)NAN;
        columns[e] = column;
    }
    piece->inner.column = columns;
    piece->inner.min = min;
    piece->inner.max = max;
    return true;
}

/* Whether what is prepared for each block comes back: so often are the tables used. */
static bool is_long(const ws_plan *plan)
{
    return plan->block_count > 16 * plan->piece_count;
}

typedef struct ranked {
    double sum;
    uint32_t at;
} ranked;

static int compare_ranked(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->sum != y->sum)
        return x->sum > y->sum ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static int compare_positions(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* The efficient combinations by sort and filter: none is beaten by a later one in the order of the sum of
 * rescaled utilities. Of many parties most are efficient: then looking is not worth it, and after a bound of
 * comparisons the rest is kept untested. */
static bool find_efficient(ws_plan *plan, size_t at)
{
    enum { MOST_COMPARISONS = 2000000 };
    ws_inner *inner = &plan->pieces[at].inner;
    size_t parties = plan->space->party_count, kept = 0, comparisons = 0;
    uint32_t *efficient = WS_NEW_MANY(&plan->arena, inner->count, uint32_t);
    WS_SCRATCH(scratch);
    ranked *order = WS_NEW_MANY(&scratch, inner->count, ranked);
    if (!efficient || !order)
        return false;
    inner->efficient = efficient;
    if (!is_long(plan)) {
        for (uint32_t i = 0; i < inner->count; i++)
            efficient[inner->efficient_count++] = i;
        return true;
    }
    for (size_t i = 0; i < inner->count; i++) {
        order[i].at = (uint32_t)i;
        for (size_t p = 0; p < parties; p++) {
            double range = inner->max[p] - inner->min[p];
            order[i].sum += range > 0 ? (inner->column[p][i] - inner->min[p]) / range : 0;
        }
    }
    qsort(order, inner->count, sizeof *order, compare_ranked);
    for (size_t i = 0; i < inner->count; i++) {
        uint32_t x = order[i].at;
        bool beaten = false;
        for (size_t k = 0; k < kept && !beaten && comparisons < MOST_COMPARISONS; k++, comparisons++) {
            uint32_t y = efficient[k];
            bool worse = false, better = false;
            for (size_t p = 0; p < parties; p++) {
                worse |= inner->column[p][y] < inner->column[p][x];
                better |= inner->column[p][y] > inner->column[p][x];
            }
            beaten = !worse && (better || y < x);
        }
        if (!beaten)
            efficient[kept++] = x;
    }
    qsort(efficient, kept, sizeof *efficient, compare_positions);
    inner->efficient_count = kept;
    return true;
}

/* Where each part of the range starts among the sorted entries; ws__rank_part is monotone, so the parts are
 * in order however it rounds. */
static bool index_ranks(ws_ranks *ranks, ws_plan *plan, size_t count)
{
    uint16_t *starts = WS_NEW_MANY(&plan->arena, WS_RANK_BUCKETS + 1, uint16_t);
    if (!starts)
        return false;
    double range = ranks->sorted[count - 1] - ranks->low;
    ranks->per_part = range > 0 ? WS_RANK_BUCKETS / range : 0;
    size_t at = 0;
    for (size_t part = 0; part <= WS_RANK_BUCKETS; part++) {
        while (at < count && ws__rank_part(ranks, ranks->sorted[at]) < part)
            at++;
        starts[part] = (uint16_t)(part == WS_RANK_BUCKETS ? count : at);
    }
    ranks->starts = starts;
    return true;
}

/* Ranks of an evaluator's inner column. */
static bool rank_column(ws_ranks *out, ws_plan *plan, const ws_piece *piece, const double *column)
{
    size_t count = piece->inner.count, rows = count / WS_RANK_STEP + 1, words = piece->words;
    WS_SCRATCH(scratch);
    ranked *ranks = WS_NEW_MANY(&scratch, count, ranked);
    double *sorted = WS_NEW_MANY(&plan->arena, count, double);
    uint32_t *order = WS_NEW_MANY(&plan->arena, count, uint32_t);
    uint64_t *bits = WS_NEW_MANY(&plan->arena, rows * words, uint64_t);
    if (!ranks || !sorted || !order || !bits)
        return false;
    for (size_t i = 0; i < count; i++)
        ranks[i] = (ranked){column[i], (uint32_t)i};
    qsort(ranks, count, sizeof *ranks, compare_ranked);
    for (size_t i = 0; i < count; i++) { /* compare_ranked sorts falling */
        sorted[count - 1 - i] = ranks[i].sum;
        order[count - 1 - i] = ranks[i].at;
    }
    uint64_t *row = bits + (count - 1) / WS_RANK_STEP * words; /* a row beyond stays empty */
    for (size_t rank = count; rank-- > 0;) {
        row[order[rank] / 64] |= (uint64_t)1 << (order[rank] % 64);
        if (rank % WS_RANK_STEP == 0 && rank > 0) {
            memcpy(row - words, row, words * sizeof *row);
            row -= words;
        }
    }
    *out = (ws_ranks){.sorted = sorted, .order = order, .rows = bits, .low = sorted[0]};
    return index_ranks(out, plan, count);
}

static bool rank_columns(ws_plan *plan, ws_piece *piece)
{
    ws_ranks *ranks = WS_NEW_MANY(&plan->arena, plan->space->evaluator_count, ws_ranks);
    if (!ranks)
        return false;
    bool pays = is_long(plan) && piece->inner.count >= 64;
    for (size_t e = plan->first_wanted; pays && e < plan->last_wanted; e++)
        if (!rank_column(&ranks[e], plan, piece, piece->inner.column[e]))
            return false;
    piece->ranks = ranks;
    return true;
}

static bool list_live_terms(ws_plan *plan)
{
    const ws_space *space = plan->space;
    ws_live_terms *live = WS_NEW_MANY(&plan->arena, space->evaluator_count, ws_live_terms);
    for (size_t e = plan->first_wanted; live && e < plan->last_wanted; e++) {
        const ws_evaluator *evaluator = &space->evaluators[e];
        const ws_term **terms = WS_NEW_MANY(&plan->arena, evaluator->term_count, const ws_term *);
        if (!terms)
            return false;
        for (size_t t = 0; t < evaluator->term_count; t++)
            if (!is_inner(plan, evaluator->terms[t].when))
                terms[live[e].count++] = &evaluator->terms[t];
        live[e].terms = terms;
        plan->live_count += live[e].count;
    }
    plan->live = live;
    return live != NULL;
}

static bool make_pieces(ws_plan *plan)
{
    plan->pieces = WS_NEW_MANY(&plan->arena, plan->piece_count, ws_piece);
    for (size_t i = 0; plan->pieces && i < plan->piece_count; i++) {
        uint64_t left = plan->inner_count - (uint64_t)i * WS_BLOCK;
        plan->pieces[i].inner.count = left < WS_BLOCK ? (size_t)left : WS_BLOCK;
        plan->pieces[i].words = (plan->pieces[i].inner.count + 63) / 64;
        if (!tabulate_leaves(plan, i) || !tabulate_columns(plan, i) || !rank_columns(plan, &plan->pieces[i]))
            return false;
        if (plan->wants.parties && plan->parties_exact && !find_efficient(plan, i))
            return false;
    }
    return plan->pieces != NULL;
}

ws_status ws__make_plan(ws_plan *plan, const ws_space *space, ws_wants wants, ws_diag *diag)
{
    plan->space = space;
    plan->kernels = ws__choose_kernels();
    if (wants.deliver) { /* what the votes are counted from */
        wants.actors = wants.actors || ws__deliver_needs_actors(space);
        wants.parties = wants.parties || space->deliver->agreement;
    }
    plan->wants = wants;
    plan->first_wanted = wants.parties ? 0 : wants.actors ? space->party_count : 0;
    plan->last_wanted = wants.actors ? space->evaluator_count : wants.parties ? space->party_count : 0;
    plan->parties_exact = true;
    for (size_t p = 0; p < space->party_count; p++)
        plan->parties_exact = plan->parties_exact && space->evaluators[p].key_factor == 0;
    split_issues(plan);
    if (!list_live_terms(plan) || !make_pieces(plan)) {
        ws__free_plan(plan);
        return ws_fail(diag, WS_LIMIT, "no memory for the tables of a pass over the deals");
    }
    ws_status status = wants.deliver ? ws__plan_deliver(plan, diag) : WS_OK;
    if (status != WS_OK)
        ws__free_plan(plan);
    return status;
}

void ws__free_plan(ws_plan *plan)
{
    ws__free_arena(&plan->arena);
}
