/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges and ideals over feasible outcomes: by groups of levels that constraints and interaction terms tell
 * apart (without such, issue by issue); where these have many combinations, in one pass over all outcomes.
 * Then the grid of keys of evaluators whose numbers are not exact: 1e-9 of the range. */
#include "space/space.h"

#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "space/reducers.h"

/* Levels of an issue in groups: those of a group pass the same tests of constraints and of an evaluator's
 * interaction terms. So a combination of groups is all feasible or not, and within it the evaluator is
 * additive: its best is the sum of the groups' best levels. Arrays of levels are flat, by
 * space->table_offsets. */
typedef struct level_groups {
    uint32_t *group;  /* of each level */
    uint32_t *counts; /* [issues] groups */
    uint32_t *member; /* of each group its first level */
    uint64_t *sizes;  /* of each group */
    double *low, *high;
    uint32_t *best;  /* of each group the lowest level at high */
    uint32_t *at;    /* [issues] the group an enumeration is at */
    uint32_t *level; /* [issues] its first level; and its best one */
    uint32_t *ideal;
    uint32_t *names; /* room for renaming groups: two a level */
} level_groups;

static bool make_grouping(level_groups *g, ws_arena *arena, const ws_space *space)
{
    size_t issues = space->issue_count, levels = space->table_offsets[issues];
    g->group = WS_NEW_MANY(arena, levels, uint32_t);
    g->counts = WS_NEW_MANY(arena, issues, uint32_t);
    g->member = WS_NEW_MANY(arena, levels, uint32_t);
    g->sizes = WS_NEW_MANY(arena, levels, uint64_t);
    g->low = WS_NEW_MANY(arena, levels, double);
    g->high = WS_NEW_MANY(arena, levels, double);
    g->best = WS_NEW_MANY(arena, levels, uint32_t);
    g->at = WS_NEW_MANY(arena, issues, uint32_t);
    g->level = WS_NEW_MANY(arena, issues, uint32_t);
    g->ideal = WS_NEW_MANY(arena, issues, uint32_t);
    g->names = WS_NEW_MANY(arena, 2 * levels, uint32_t);
    return g->group && g->counts && g->member && g->sizes && g->low && g->high && g->best && g->at &&
           g->level && g->ideal && g->names;
}

/* Splits the groups of an issue by a test; groups are numbered by their first levels. */
static void split_groups(level_groups *g, const ws_space *space, const ws_step *test)
{
    uint32_t *group = g->group + space->table_offsets[test->issue], next = 0;
    for (uint32_t n = 0; n < 2 * g->counts[test->issue]; n++)
        g->names[n] = UINT32_MAX;
    for (uint32_t l = 0; l < space->level_counts[test->issue]; l++) {
        uint32_t *name = &g->names[2 * group[l] + test->allowed[l]];
        if (*name == UINT32_MAX)
            *name = next++;
        group[l] = *name;
    }
    g->counts[test->issue] = next;
}

static void split_by_program(level_groups *g, const ws_space *space, const ws_program *program)
{
    for (size_t s = 0; program && s < program->count; s++)
        if (program->steps[s].kind == WS_STEP_TEST)
            split_groups(g, space, &program->steps[s]);
}

static void group_levels(level_groups *g, const ws_space *space, const ws_evaluator *e)
{
    for (size_t i = 0; i < space->issue_count; i++)
        g->counts[i] = 1;
    memset(g->group, 0, space->table_offsets[space->issue_count] * sizeof *g->group);
    split_by_program(g, space, space->constraint);
    for (size_t t = 0; t < e->term_count; t++)
        split_by_program(g, space, e->terms[t].when);
}

/* Combinations of groups; UINT64_MAX where there are more than can be counted. */
static uint64_t count_combinations(const level_groups *g, const ws_space *space)
{
    uint64_t count = 1;
    for (size_t i = 0; i < space->issue_count; i++)
        if (__builtin_mul_overflow(count, (uint64_t)g->counts[i], &count))
            return UINT64_MAX;
    return count;
}

/* True where a pass over all outcomes costs less than judging the combinations one by one. */
static bool needs_pass(const ws_space *space, uint64_t combinations)
{
    return combinations > 1024 && combinations > space->outcome_count / 64;
}

/* What the groups of each issue offer the evaluator. */
static void measure_groups(level_groups *g, const ws_space *space, const ws_evaluator *e)
{
    for (size_t i = 0; i < space->issue_count; i++) {
        size_t offset = space->table_offsets[i];
        const double *row = e->table[i];
        for (uint32_t n = 0; n < g->counts[i]; n++)
            g->sizes[offset + n] = 0;
        for (uint32_t l = 0; l < space->level_counts[i]; l++) {
            size_t n = offset + g->group[offset + l];
            if (g->sizes[n]++ == 0) {
                g->member[n] = g->best[n] = l;
                g->low[n] = g->high[n] = row[l];
            }
            g->low[n] = row[l] < g->low[n] ? row[l] : g->low[n];
            g->best[n] = row[l] > g->high[n] ? l : g->best[n];
            g->high[n] = row[l] > g->high[n] ? row[l] : g->high[n];
        }
    }
}

/* The combination that g->at says: least, most, how many outcomes; g->level, g->ideal. */
static uint64_t add_up_groups(double *least, double *most, level_groups *g, const ws_space *space)
{
    uint64_t count = 1;
    *least = *most = 0;
    for (size_t i = 0; i < space->issue_count; i++) {
        size_t n = space->table_offsets[i] + g->at[i];
        *least += g->low[n];
        *most += g->high[n];
        count *= g->sizes[n];
        g->level[i] = g->member[n];
        g->ideal[i] = g->best[n];
    }
    return count;
}

static bool turn_groups(level_groups *g, const ws_space *space)
{
    for (size_t i = space->issue_count; i-- > 0;) {
        if (++g->at[i] < g->counts[i])
            return true;
        g->at[i] = 0;
    }
    return false;
}

/* The range, the lowest ideal, the count of feasible outcomes, by combinations of groups. */
static void add_up_range(ws_space *space, size_t evaluator, level_groups *g)
{
    ws_evaluator *e = &space->evaluators[evaluator];
    measure_groups(g, space, e);
    memset(g->at, 0, space->issue_count * sizeof *g->at);
    e->least = e->most = (double)NAN;
    e->range.ideal = WS_NO_OUTCOME;
    uint64_t feasible = 0;
    do {
        double least, most;
        uint64_t count = add_up_groups(&least, &most, g, space);
        if (space->constraint && !ws__judge_outcome(space->constraint, g->level, NULL, 0))
            continue;
        double add = 0;
        for (size_t t = 0; t < e->term_count; t++)
            add += ws__judge_outcome(e->terms[t].when, g->level, NULL, 0) ? e->terms[t].add : 0;
        uint64_t ideal = ws_find_outcome(space, g->ideal);
        feasible += count;
        if (!(least + add >= e->least))
            e->least = least + add;
        if (!(most + add <= e->most) || (most + add == e->most && ideal < e->range.ideal))
            e->range.ideal = ideal;
        if (!(most + add <= e->most))
            e->most = most + add;
    } while (turn_groups(g, space));
    space->feasible_count = feasible;
}

/* With keys, more than the best itself may count as best: the lowest of those. `slack` is what may be lost.
 */
static void lower_ideal(ws_space *space, size_t evaluator)
{
    ws_evaluator *e = &space->evaluators[evaluator];
    double best = ws__column_value(e, e->most), sum = e->most;
    e->range.ideal = 0;
    for (size_t i = 0; i < space->issue_count; i++) {
        const double *row = e->table[i];
        double most = row[0];
        for (uint32_t l = 1; l < space->level_counts[i]; l++)
            most = row[l] > most ? row[l] : most;
        uint32_t level = 0;
        while (ws__column_value(e, sum - (most - row[level])) < best)
            level++;
        sum -= most - row[level];
        e->range.ideal += level * space->strides[i];
    }
}

/* One pass for the evaluators that need it. */
static ws_status walk_ranges(ws_space *space, size_t count, const size_t *evaluators, const ws_run *run,
                             ws_diag *diag)
{
    WS_SCRATCH(scratch);
    ws_ranges_wanted wanted = {count, evaluators};
    ws_ranges_found found = {0};
    found.min = WS_NEW_MANY(&scratch, count, double);
    found.max = WS_NEW_MANY(&scratch, count, double);
    found.ideal = WS_NEW_MANY(&scratch, count, uint64_t);
    if (!found.min || !found.max || !found.ideal)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu ranges", count);
    bool actors = count > 0 && evaluators[count - 1] >= space->party_count;
    ws_reducer reducer = {actors ? &ws__reduce_actors_ranges : &ws__reduce_ranges, &wanted, &found};
    WS_TRY(ws_scan_space(space, 1, &reducer, run, NULL, diag));
    space->feasible_count = found.feasible;
    for (size_t i = 0; i < count; i++) {
        ws_evaluator *e = &space->evaluators[evaluators[i]];
        e->least = found.min[i];
        e->most = found.max[i];
        e->range.ideal = found.ideal[i];
    }
    return WS_OK;
}

/* Where keys make more than one outcome the best, the first of them; of parties whose columns hold keys. */
static ws_status walk_ideals(ws_space *space, size_t count, const size_t *evaluators, const ws_run *run,
                             ws_diag *diag)
{
    WS_SCRATCH(scratch);
    if (count == 0 || space->feasible_count == 0)
        return WS_OK;
    double *bounds = WS_NEW_MANY(&scratch, count, double);
    uint64_t *ideals = WS_NEW_MANY(&scratch, count, uint64_t);
    if (!bounds || !ideals)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu ranges", count);
    for (size_t i = 0; i < count; i++)
        bounds[i] =
            ws__column_value(&space->evaluators[evaluators[i]], space->evaluators[evaluators[i]].most);
    ws_first_wanted wanted = {count, evaluators, bounds};
    ws_reducer reducer = {&ws__reduce_first, &wanted, ideals};
    WS_TRY(ws_scan_space(space, 1, &reducer, run, NULL, diag));
    for (size_t i = 0; i < count; i++)
        space->evaluators[evaluators[i]].range.ideal = ideals[i];
    return WS_OK;
}

static void set_scale(ws_space *space, size_t evaluator)
{
    ws_evaluator *e = &space->evaluators[evaluator];
    e->range.min = e->least / e->divisor;
    e->range.max = e->most / e->divisor;
    e->scaling = (ws_scaling){.divisor = e->divisor, .exact = e->exact, .accept = (double)NAN};
    double range = e->most - e->least;
    if (e->exact || evaluator >= space->party_count || !(range > 0))
        return;
    e->key_factor = 1e9 / range;
    e->scaling.divisor = e->divisor * e->key_factor;
}

ws_status ws__find_ranges(ws_space *space, const ws_run *run, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    level_groups groups;
    size_t *walked = WS_NEW_MANY(&scratch, space->evaluator_count, size_t), count = 0;
    if (!walked || !make_grouping(&groups, &scratch, space))
        return ws_fail(diag, WS_LIMIT, "no memory for %zu ranges", space->evaluator_count);
    for (size_t e = 0; e < space->evaluator_count; e++) {
        if (e == 0 || space->constraint || space->evaluators[e].term_count ||
            space->evaluators[e - 1].term_count)
            group_levels(&groups, space, &space->evaluators[e]);
        if (needs_pass(space, count_combinations(&groups, space)))
            walked[count++] = e;
        else
            add_up_range(space, e, &groups);
    }
    return count > 0 ? walk_ranges(space, count, walked, run, diag) : WS_OK;
}

ws_status ws__set_scales(ws_space *space, const ws_run *run, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    size_t *walked = WS_NEW_MANY(&scratch, space->evaluator_count, size_t), count = 0;
    if (!walked)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu ranges", space->evaluator_count);
    for (size_t e = 0; e < space->evaluator_count; e++) {
        set_scale(space, e);
        if (space->evaluators[e].key_factor == 0)
            continue;
        if (space->constraint || space->evaluators[e].term_count)
            walked[count++] = e;
        else
            lower_ideal(space, e);
    }
    return walk_ideals(space, count, walked, run, diag);
}
