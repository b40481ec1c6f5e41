/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiles a case: sizes, value tables, programs; then ranges and reservation values (range.c,
 * reservation.c). Cheap where no pass over the outcomes is needed: a slider compiles its case anew with each
 * move. */
#include "space/space.h"

#include <stdlib.h>

#include "base/diag.h"
#include "space/deliver.h"

static ws_status measure(ws_space *space, ws_diag *diag)
{
    const ws_shape *shape = space->source->shape;
    size_t count = space->issue_count = shape->issue_count;
    uint32_t *levels = WS_NEW_MANY(&space->arena, count, uint32_t);
    uint64_t *strides = WS_NEW_MANY(&space->arena, count, uint64_t);
    size_t *offsets = WS_NEW_MANY(&space->arena, count + 1, size_t);
    if (!levels || !strides || !offsets)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu issues", count);
    for (size_t i = 0; i < count; i++) {
        if (shape->issues[i].level_count > UINT32_MAX)
            return ws_fail(diag, WS_LIMIT, "issue %s has more than 2^32 levels", shape->issues[i].key);
        levels[i] = (uint32_t)shape->issues[i].level_count;
        offsets[i + 1] = offsets[i] + levels[i];
    }
    uint64_t all = 1;
    double about = 1;
    bool fits = true;
    for (size_t i = count; i-- > 0;) {
        strides[i] = all;
        about *= (double)levels[i];
        fits = fits && !__builtin_mul_overflow(all, (uint64_t)levels[i], &all);
    }
    if (!fits || all == UINT64_MAX)
        return ws_fail(
            diag, WS_LIMIT,
            "the case has about %.2g possible deals; at most 2^64 (1.8e19) can be counted one by one", about);
    space->level_counts = levels;
    space->strides = strides;
    space->table_offsets = offsets;
    space->outcome_count = all;
    return WS_OK;
}

static ws_status count_evaluators(ws_space *space, ws_diag *diag)
{
    const ws_shape *shape = space->source->shape;
    space->party_count = shape->party_count;
    size_t *first = WS_NEW_MANY(&space->arena, shape->party_count, size_t);
    size_t count = shape->party_count;
    for (size_t p = 0; first && p < shape->party_count; p++) {
        first[p] = count;
        count += shape->parties[p].domestic ? shape->parties[p].domestic->actor_count : 0;
    }
    space->first_actor = first;
    space->evaluator_count = count;
    space->evaluators = WS_NEW_MANY(&space->arena, count, ws_evaluator);
    if (!first || !space->evaluators)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu evaluators", count);
    return WS_OK;
}

static ws_status resolve_party(ws_space *space, size_t p, ws_program_maker *programs, ws_diag *diag)
{
    const ws_party *party = &space->source->shape->parties[p];
    WS_TRY(
        ws__resolve_preference(&space->evaluators[p], space, &party->preference, programs, party->key, diag));
    size_t actors = party->domestic ? party->domestic->actor_count : 0;
    for (size_t a = 0; a < actors; a++) {
        const ws_actor *actor = &party->domestic->actors[a];
        ws_evaluator *evaluator = &space->evaluators[space->first_actor[p] + a];
        WS_TRY(ws__resolve_preference(evaluator, space, &actor->preference, programs, actor->key, diag));
    }
    return WS_OK;
}

static ws_status compile_rules(ws_space *space, ws_program_maker *programs, ws_diag *diag)
{
    const ws_shape *shape = space->source->shape;
    WS_TRY(ws__compile_conditions(&space->constraint, programs, shape->constraint_count, shape->constraints,
                                  diag));
    const ws_program **classes = WS_NEW_MANY(&space->arena, shape->class_count, const ws_program *);
    if (!classes)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu classes", shape->class_count);
    for (size_t i = 0; i < shape->class_count; i++)
        WS_TRY(ws__compile_condition(&classes[i], programs, shape->classes[i].when, diag));
    space->classes = classes;
    space->class_count = shape->class_count;
    return ws__compile_agreement(&space->agreement, programs, shape->agreement, diag);
}

static ws_status compile(ws_space *space, const ws_run *run, ws_diag *diag)
{
    WS_TRY(measure(space, diag));
    WS_TRY(count_evaluators(space, diag));
    ws_program_maker programs = {.arena = &space->arena, .source = space->source};
    for (size_t p = 0; p < space->party_count; p++)
        WS_TRY(resolve_party(space, p, &programs, diag));
    WS_TRY(compile_rules(space, &programs, diag));
    space->leaf_count = programs.leaf_count;
    space->stack_depth = programs.depth;
    WS_TRY(ws__find_ranges(space, run, diag));
    WS_TRY(ws__find_reservations(space, run, diag));
    return ws__compile_deliver(space, diag);
}

ws_status ws_compile_space(ws_space **out, const ws_case *c, const ws_run *run, ws_diag *diag)
{
    ws_space *space = calloc(1, sizeof *space);
    if (!space)
        return ws_fail(diag, WS_LIMIT, "no memory for a space");
    space->source = ws_hold_case(c);
    ws_status status = compile(space, run, diag);
    if (status == WS_OK)
        *out = space;
    else
        ws_free_space(space);
    return status;
}

void ws_free_space(ws_space *space)
{
    if (!space)
        return;
    ws__free_deliver(space);
    ws_free_case(space->source);
    ws__free_arena(&space->arena);
    free(space);
}
