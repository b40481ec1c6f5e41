/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes and runs the programs of program.h. Lists fold into the top of the stack one by one, so the stack is
 * as deep as the condition, but for "at least k of n", which needs its n parts together. Weights of a body
 * are added bit by bit: plane j holds bit j of 64 sums at once. */
#include "space/program.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "space/exact.h"

enum { DEEPEST = 200, PLANES = 63 };

/* Steps while they are written; they move to the arena in the end. */
typedef struct program_draft {
    ws_program_maker *maker;
    ws_step *steps;
    size_t count, room;
    size_t depth, deepest;
    size_t first_test, last_test;
    const ws_body *bodies;
} program_draft;

static ws_status add_step(program_draft *draft, ws_step step, ws_diag *diag)
{
    if (draft->count == draft->room) {
        size_t room = draft->room ? 2 * draft->room : 16;
        ws_step *steps = realloc(draft->steps, room * sizeof *steps);
        if (!steps)
            return ws_fail(diag, WS_LIMIT, "no memory for a condition of %zu steps", room);
        draft->steps = steps;
        draft->room = room;
    }
    if (step.kind <= WS_STEP_BODY)
        draft->depth++;
    else if (step.kind == WS_STEP_LEAST)
        draft->depth -= step.count - 1;
    else if (step.kind != WS_STEP_NOT)
        draft->depth--;
    if (draft->depth > draft->deepest)
        draft->deepest = draft->depth;
    draft->steps[draft->count++] = step;
    return WS_OK;
}

static ws_status draft_test(program_draft *draft, const ws_condition *condition, ws_diag *diag)
{
    size_t issue = condition->issue;
    if (draft->first_test > issue)
        draft->first_test = issue;
    if (draft->last_test < issue)
        draft->last_test = issue;
    ws_step step = {.kind = WS_STEP_TEST, .issue = issue, .allowed = condition->allowed};
    step.leaf = draft->maker->leaf_count++;
    return add_step(draft, step, diag);
}

static ws_status too_deep(ws_diag *diag)
{
    return ws_fail(diag, WS_INVALID, "a condition or rule is nested more than %d deep", DEEPEST);
}

static ws_status draft_condition(program_draft *draft, const ws_condition *condition, int level,
                                 ws_diag *diag)
{
    if (level > DEEPEST)
        return too_deep(diag);
    switch (condition->kind) {
    case WS_CONDITION_TEST:
        return draft_test(draft, condition, diag);
    case WS_CONDITION_OTHERWISE:
        return add_step(draft, (ws_step){.kind = WS_STEP_TRUE}, diag);
    case WS_CONDITION_NOT:
        WS_TRY(draft_condition(draft, condition->parts[0], level + 1, diag));
        return add_step(draft, (ws_step){.kind = WS_STEP_NOT}, diag);
    case WS_CONDITION_AT_LEAST:
        for (size_t i = 0; i < condition->count; i++)
            WS_TRY(draft_condition(draft, condition->parts[i], level + 1, diag));
        if (condition->count == 0)
            return add_step(draft, (ws_step){.kind = condition->least ? WS_STEP_FALSE : WS_STEP_TRUE}, diag);
        return add_step(
            draft, (ws_step){.kind = WS_STEP_LEAST, .count = condition->count, .least = condition->least},
            diag);
    case WS_CONDITION_ALL:
    case WS_CONDITION_ANY:
        break;
    }
    bool all = condition->kind == WS_CONDITION_ALL;
    if (condition->count == 0)
        return add_step(draft, (ws_step){.kind = all ? WS_STEP_TRUE : WS_STEP_FALSE}, diag);
    for (size_t i = 0; i < condition->count; i++) {
        WS_TRY(draft_condition(draft, condition->parts[i], level + 1, diag));
        if (i > 0)
            WS_TRY(add_step(draft, (ws_step){.kind = all ? WS_STEP_AND : WS_STEP_OR}, diag));
    }
    return WS_OK;
}

/* The least whole weight that passes; false where the numbers do not fit. */
static bool find_least(uint64_t *out, const ws_body *body, ws_int128 total, unsigned places, double quota)
{
    ws_int128 digits, least;
    unsigned own;
    switch (body->rule) {
    case WS_RULE_MAJORITY:
        least = total / 2 + 1;
        break;
    case WS_RULE_TWO_THIRDS:
        least = (2 * total + 2) / 3;
        break;
    case WS_RULE_UNANIMITY:
        least = total;
        break;
    case WS_RULE_QUOTA:
    case WS_RULE_PERCENT:
    case WS_RULE_AT_LEAST:
    default:
        if (!ws__find_decimal(&digits, &own, quota))
            return false;
        ws_int128 unit = ws__power_of_ten(own);
        if (body->rule == WS_RULE_QUOTA && !ws__multiply(&digits, digits, ws__power_of_ten(places)))
            return false;
        if (body->rule == WS_RULE_PERCENT &&
            (!ws__multiply(&digits, digits, total) || !ws__multiply(&unit, unit, 100)))
            return false;
        if (digits < 0)
            digits = 0;
        least = digits / unit + (digits % unit != 0);
    }
    if (least > total)
        least = total + 1;
    *out = (uint64_t)least;
    return true;
}

static ws_status draft_body(program_draft *draft, const ws_body *body, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    ws_arena *arena = draft->maker->arena;
    const ws_case *c = draft->maker->source;
    size_t count = body->member_count;
    ws_step_body *step = WS_NEW(arena, ws_step_body);
    size_t *voters = WS_NEW_MANY(arena, count, size_t);
    uint64_t *weights = WS_NEW_MANY(arena, count, uint64_t);
    double *numbers = WS_NEW_MANY(&scratch, count, double);
    ws_int128 *digits = WS_NEW_MANY(&scratch, count, ws_int128);
    if (!step || !voters || !weights || !numbers || !digits)
        return ws_fail(diag, WS_LIMIT, "no memory for a body of %zu members", count);
    bool heads = body->rule == WS_RULE_AT_LEAST;
    for (size_t i = 0; i < count; i++) {
        voters[i] = body->members[i].voter;
        numbers[i] = heads ? 1 : ws__number(c, body->members[i].weight, 1);
    }
    unsigned places = 0;
    ws_int128 total = 0;
    bool fits = ws__find_decimals(digits, &places, count, numbers);
    for (size_t i = 0; fits && i < count; i++) {
        fits = digits[i] >= 0 && digits[i] < (ws_int128)1 << 56;
        total += digits[i];
        weights[i] = (uint64_t)digits[i];
    }
    fits = fits && total < (ws_int128)1 << 60 &&
           find_least(&step->least, body, total, places, ws__number(c, body->quota, 0));
    if (!fits)
        return ws_fail(diag, WS_INVALID,
                       "the weights of an agreement's members are too fine or too large to "
                       "be added exactly; expected at most 15 digits each");
    step->count = count;
    step->voters = voters;
    step->weights = weights;
    return add_step(draft, (ws_step){.kind = WS_STEP_BODY, .body = step}, diag);
}

static ws_status draft_tree(program_draft *draft, const ws_tree *tree, int level, ws_diag *diag)
{
    if (level > DEEPEST)
        return too_deep(diag);
    switch (tree->kind) {
    case WS_TREE_BODY:
        return draft_body(draft, &draft->bodies[tree->body], diag);
    case WS_TREE_VOTER:
        return add_step(draft, (ws_step){.kind = WS_STEP_VOTER, .issue = tree->voter}, diag);
    case WS_TREE_WHEN:
        WS_TRY(draft_condition(draft, tree->when, level + 1, diag));
        WS_TRY(draft_tree(draft, tree->parts[0], level + 1, diag));
        return add_step(draft, (ws_step){.kind = WS_STEP_IMPLY}, diag);
    case WS_TREE_AT_LEAST:
        for (size_t i = 0; i < tree->count; i++)
            WS_TRY(draft_tree(draft, tree->parts[i], level + 1, diag));
        if (tree->count == 0)
            return add_step(draft, (ws_step){.kind = tree->least ? WS_STEP_FALSE : WS_STEP_TRUE}, diag);
        return add_step(draft, (ws_step){.kind = WS_STEP_LEAST, .count = tree->count, .least = tree->least},
                        diag);
    case WS_TREE_ALL:
    case WS_TREE_ANY:
        break;
    }
    bool all = tree->kind == WS_TREE_ALL;
    if (tree->count == 0)
        return add_step(draft, (ws_step){.kind = all ? WS_STEP_TRUE : WS_STEP_FALSE}, diag);
    for (size_t i = 0; i < tree->count; i++) {
        WS_TRY(draft_tree(draft, tree->parts[i], level + 1, diag));
        if (i > 0)
            WS_TRY(add_step(draft, (ws_step){.kind = all ? WS_STEP_AND : WS_STEP_OR}, diag));
    }
    return WS_OK;
}

static program_draft begin_draft(ws_program_maker *maker)
{
    return (program_draft){.maker = maker, .first_test = SIZE_MAX};
}

static ws_status finish_draft(const ws_program **out, program_draft *draft, ws_status status, ws_diag *diag)
{
    ws_program *program = status == WS_OK ? WS_NEW(draft->maker->arena, ws_program) : NULL;
    ws_step *steps = program ? WS_NEW_MANY(draft->maker->arena, draft->count, ws_step) : NULL;
    if (steps) {
        memcpy(steps, draft->steps, draft->count * sizeof *steps);
        *program = (ws_program){draft->count, steps, draft->deepest, draft->last_test, draft->first_test};
        if (draft->maker->depth < draft->deepest)
            draft->maker->depth = draft->deepest;
        *out = program;
    } else if (status == WS_OK) {
        status = ws_fail(diag, WS_LIMIT, "no memory for a condition of %zu steps", draft->count);
    }
    free(draft->steps);
    return status;
}

ws_status ws__compile_condition(const ws_program **out, ws_program_maker *maker,
                                const ws_condition *condition, ws_diag *diag)
{
    program_draft draft = begin_draft(maker);
    ws_status status = draft_condition(&draft, condition, 0, diag);
    return finish_draft(out, &draft, status, diag);
}

ws_status ws__compile_conditions(const ws_program **out, ws_program_maker *maker, size_t count,
                                 const ws_condition *const *conditions, ws_diag *diag)
{
    if (count == 0) {
        *out = NULL;
        return WS_OK;
    }
    ws_condition all = {.kind = WS_CONDITION_ALL, .count = count, .parts = conditions};
    return ws__compile_condition(out, maker, &all, diag);
}

ws_status ws__compile_agreement(const ws_program **out, ws_program_maker *maker, const ws_tree *tree,
                                ws_diag *diag)
{
    program_draft draft = begin_draft(maker);
    draft.bodies = maker->source->shape->agreement_bodies;
    ws_status status = draft_tree(&draft, tree, 0, diag);
    return finish_draft(out, &draft, status, diag);
}

/* ---- Running ---- */

static const uint64_t *choose(const ws_program_run *run, bool truth)
{
    return truth ? run->all : run->none;
}

static const uint64_t *run_test(const ws_step *step, const ws_program_run *run)
{
    if (step->issue < run->first_inner)
        return choose(run, step->allowed[run->levels[step->issue]]);
    return run->leaf_bits + step->leaf * run->leaf_words;
}

/* A sum for each of 64 outcomes, in planes of bits: adds 2^bit where `yes`. */
static void add_bits(uint64_t *planes, uint64_t yes, unsigned bit)
{
    for (unsigned j = bit; yes && j < PLANES; j++) {
        uint64_t sum = planes[j] ^ yes;
        yes &= planes[j];
        planes[j] = sum;
    }
}

/* Where the sum is at least `least`, from the highest plane down. */
static uint64_t reaches(const uint64_t *planes, uint64_t least)
{
    uint64_t above = 0, equal = UINT64_MAX;
    for (unsigned j = PLANES; j-- > 0;) {
        if (least >> j & 1) {
            equal &= planes[j];
        } else {
            above |= equal & planes[j];
            equal &= ~planes[j];
        }
    }
    return above | equal;
}

static const uint64_t *run_body(uint64_t *out, const ws_step_body *body, const ws_program_run *run)
{
    if (body->least == 0)
        return run->all;
    for (size_t w = 0; w < run->words; w++) {
        uint64_t planes[PLANES + 1] = {0};
        for (size_t i = 0; i < body->count; i++) {
            uint64_t yes = run->who[body->voters[i]][w];
            for (unsigned bit = 0; bit < PLANES && body->weights[i] >> bit; bit++)
                if (body->weights[i] >> bit & 1)
                    add_bits(planes, yes, bit);
        }
        out[w] = reaches(planes, body->least) & run->all[w];
    }
    return out;
}

static const uint64_t *run_least(uint64_t *out, const ws_step *step, const uint64_t *const *parts,
                                 const ws_program_run *run)
{
    if (step->least == 0)
        return run->all;
    if (step->least > step->count)
        return run->none;
    for (size_t w = 0; w < run->words; w++) {
        uint64_t planes[PLANES + 1] = {0};
        for (size_t i = 0; i < step->count; i++)
            add_bits(planes, parts[i][w], 0);
        out[w] = reaches(planes, step->least) & run->all[w];
    }
    return out;
}

static const uint64_t *run_not(uint64_t *out, const uint64_t *a, const ws_program_run *run)
{
    if (a == run->all)
        return run->none;
    if (a == run->none)
        return run->all;
    for (size_t w = 0; w < run->words; w++)
        out[w] = ~a[w] & run->all[w];
    return out;
}

static const uint64_t *run_and(uint64_t *out, const uint64_t *a, const uint64_t *b, const ws_program_run *run)
{
    if (a == run->none || b == run->none)
        return run->none;
    if (a == run->all)
        return b;
    if (b == run->all)
        return a;
    for (size_t w = 0; w < run->words; w++)
        out[w] = a[w] & b[w];
    return out;
}

static const uint64_t *run_or(uint64_t *out, const uint64_t *a, const uint64_t *b, const ws_program_run *run)
{
    if (a == run->all || b == run->all)
        return run->all;
    if (a == run->none)
        return b;
    if (b == run->none)
        return a;
    for (size_t w = 0; w < run->words; w++)
        out[w] = a[w] | b[w];
    return out;
}

static const uint64_t *run_imply(uint64_t *out, const uint64_t *a, const uint64_t *b,
                                 const ws_program_run *run)
{
    if (a == run->none || b == run->all)
        return run->all;
    if (a == run->all)
        return b;
    for (size_t w = 0; w < run->words; w++)
        out[w] = (~a[w] | b[w]) & run->all[w];
    return out;
}

const uint64_t *ws__run_program(const ws_program *program, const ws_program_run *run)
{
    size_t top = 0; /* entries on the stack; an operation writes into the lowest entry it takes */
    const uint64_t **at = run->places;
    for (size_t s = 0; s < program->count; s++) {
        const ws_step *step = &program->steps[s];
        switch (step->kind) {
        case WS_STEP_TRUE:
        case WS_STEP_FALSE:
            at[top++] = choose(run, step->kind == WS_STEP_TRUE);
            break;
        case WS_STEP_TEST:
            at[top++] = run_test(step, run);
            break;
        case WS_STEP_VOTER:
            at[top++] = run->who[step->issue];
            break;
        case WS_STEP_BODY:
            at[top] = run_body(run->stack + top * run->leaf_words, step->body, run);
            top++;
            break;
        case WS_STEP_NOT:
            at[top - 1] = run_not(run->stack + (top - 1) * run->leaf_words, at[top - 1], run);
            break;
        case WS_STEP_LEAST:
            top -= step->count;
            at[top] = run_least(run->stack + top * run->leaf_words, step, at + top, run);
            top++;
            break;
        case WS_STEP_AND:
        case WS_STEP_OR:
        case WS_STEP_IMPLY:
        default: {
            top--;
            uint64_t *out = run->stack + (top - 1) * run->leaf_words, *upper = out + run->leaf_words;
            at[top - 1] = (step->kind == WS_STEP_AND  ? run_and
                           : step->kind == WS_STEP_OR ? run_or
                                                      : run_imply)(out, at[top - 1], at[top], run);
            if (at[top - 1] == upper) /* what is pushed next would write over it */
                at[top - 1] = memcpy(out, upper, run->words * sizeof *out);
        }
        }
    }
    return at[0];
}

bool ws__judge_outcome(const ws_program *program, const uint32_t *levels, const bool *who, size_t party_count)
{
    static const uint64_t one = 1, zero = 0;
    enum { FEW = 64 };
    uint64_t stack_few[FEW];
    const uint64_t *places_few[FEW], *who_few[FEW];
    WS_SCRATCH(scratch);
    bool few = program->depth <= FEW && party_count <= FEW;
    uint64_t *stack = few ? stack_few : WS_NEW_MANY(&scratch, program->depth, uint64_t);
    const uint64_t **places = few ? places_few : WS_NEW_MANY(&scratch, program->depth, const uint64_t *);
    const uint64_t **for_it = few ? who_few : WS_NEW_MANY(&scratch, party_count, const uint64_t *);
    if (!stack || !places || !for_it)
        return false;
    for (size_t p = 0; who && p < party_count; p++)
        for_it[p] = who[p] ? &one : &zero;
    ws_program_run run = {.levels = levels,
                          .first_inner = SIZE_MAX,
                          .words = 1,
                          .leaf_words = 1,
                          .all = &one,
                          .none = &zero,
                          .who = for_it,
                          .stack = stack,
                          .places = places};
    return ws__run_program(program, &run)[0] & 1;
}
