/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One outcome at a time: index and levels, feasibility, class, utility. For passes over many there is the
 * scan. */
#include "space/space.h"

#include <math.h>

enum { FEW_ISSUES = 64 };

const ws_case *ws_space_case(const ws_space *space)
{
    return space->source;
}

uint64_t ws_count_outcomes(const ws_space *space)
{
    return space->outcome_count;
}

uint64_t ws_count_feasible(const ws_space *space)
{
    return space->feasible_count;
}

size_t ws_count_evaluators(const ws_space *space)
{
    return space->evaluator_count;
}

size_t ws_actor_evaluator(const ws_space *space, size_t party, size_t actor)
{
    return space->first_actor[party] + actor;
}

ws_range ws_get_range(const ws_space *space, size_t evaluator)
{
    return space->evaluators[evaluator].range;
}

const ws_scaling *ws__get_scaling(const ws_space *space, size_t evaluator)
{
    return &space->evaluators[evaluator].scaling;
}

void ws_get_levels(uint32_t *levels, const ws_space *space, uint64_t outcome)
{
    for (size_t i = space->issue_count; i-- > 0;) {
        levels[i] = (uint32_t)(outcome % space->level_counts[i]);
        outcome /= space->level_counts[i];
    }
}

uint64_t ws_find_outcome(const ws_space *space, const uint32_t *levels)
{
    uint64_t outcome = 0;
    for (size_t i = 0; i < space->issue_count; i++)
        outcome += levels[i] * space->strides[i];
    return outcome;
}

/* Levels of an outcome, in `few` where they fit, else in the arena. */
static const uint32_t *find_levels(const ws_space *space, uint64_t outcome, uint32_t *few, ws_arena *arena)
{
    uint32_t *levels =
        space->issue_count <= FEW_ISSUES ? few : WS_NEW_MANY(arena, space->issue_count, uint32_t);
    if (levels)
        ws_get_levels(levels, space, outcome);
    return levels;
}

bool ws_is_feasible(const ws_space *space, uint64_t outcome)
{
    WS_SCRATCH(scratch);
    uint32_t few[FEW_ISSUES];
    if (!space->constraint)
        return true;
    const uint32_t *levels = find_levels(space, outcome, few, &scratch);
    return levels && ws__judge_outcome(space->constraint, levels, NULL, 0);
}

size_t ws_find_class(const ws_space *space, uint64_t outcome)
{
    WS_SCRATCH(scratch);
    uint32_t few[FEW_ISSUES];
    const uint32_t *levels = find_levels(space, outcome, few, &scratch);
    for (size_t i = 0; levels && i < space->class_count; i++)
        if (ws__judge_outcome(space->classes[i], levels, NULL, 0))
            return i;
    return space->class_count;
}

double ws__sum_at(const ws_space *space, size_t evaluator, const uint32_t *levels)
{
    const ws_evaluator *e = &space->evaluators[evaluator];
    double sum = 0;
    for (size_t i = 0; i < space->issue_count; i++)
        sum += e->table[i][levels[i]];
    for (size_t t = 0; t < e->term_count; t++)
        if (ws__judge_outcome(e->terms[t].when, levels, NULL, 0))
            sum += e->terms[t].add;
    return sum;
}

/* The sum of an outcome; NaN where memory is out. */
static double sum_of(const ws_space *space, size_t evaluator, uint64_t outcome)
{
    WS_SCRATCH(scratch);
    uint32_t few[FEW_ISSUES];
    const uint32_t *levels = find_levels(space, outcome, few, &scratch);
    return levels ? ws__sum_at(space, evaluator, levels) : (double)NAN;
}

double ws_utility(const ws_space *space, size_t evaluator, uint64_t outcome)
{
    return sum_of(space, evaluator, outcome) / space->evaluators[evaluator].divisor;
}

bool ws_accepts(const ws_space *space, size_t evaluator, uint64_t outcome)
{
    const ws_evaluator *e = &space->evaluators[evaluator];
    return ws__column_value(e, sum_of(space, evaluator, outcome)) >= e->scaling.accept;
}

bool ws_is_acceptable(const ws_space *space, uint64_t outcome, const bool *who)
{
    WS_SCRATCH(scratch);
    uint32_t few[FEW_ISSUES];
    const uint32_t *levels = find_levels(space, outcome, few, &scratch);
    return levels && ws__judge_outcome(space->agreement, levels, who, space->party_count);
}

void ws__gather_utilities(double *out, const ws_space *space, size_t evaluator, size_t count,
                          const uint64_t *outcomes)
{
    for (size_t i = 0; i < count; i++)
        out[i] = ws__column_value(&space->evaluators[evaluator], sum_of(space, evaluator, outcomes[i]));
}
