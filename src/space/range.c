/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges and ideals over feasible outcomes: issue by issue where nothing but tables counts, else in one pass.
 * Then the grid of keys of evaluators whose numbers are not exact: 1e-9 of the range. */
#include "space/space.h"

#include <math.h>
#include <stdlib.h>

#include "base/diag.h"
#include "space/reducers.h"

static bool needs_pass(const ws_space *space, size_t evaluator)
{
    return space->constraint || space->evaluators[evaluator].term_count;
}

/* The range of an additive evaluator; the lowest ideal has the lowest best level of each issue. */
static void add_up_range(ws_space *space, size_t evaluator)
{
    ws_evaluator *e = &space->evaluators[evaluator];
    e->least = e->most = 0;
    e->range.ideal = 0;
    for (size_t i = 0; i < space->issue_count; i++) {
        const double *row = e->table[i];
        double least = row[0], most = row[0];
        uint32_t best = 0;
        for (uint32_t l = 1; l < space->level_counts[i]; l++) {
            least = row[l] < least ? row[l] : least;
            best = row[l] > most ? l : best;
            most = row[l] > most ? row[l] : most;
        }
        e->least += least;
        e->most += most;
        e->range.ideal += best * space->strides[i];
    }
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

/* Where keys make more than one outcome the best, the first of them. */
static ws_status walk_ideals(ws_space *space, size_t count, const size_t *evaluators, const ws_run *run,
                             ws_diag *diag)
{
    WS_SCRATCH(scratch);
    double *bounds = WS_NEW_MANY(&scratch, count, double);
    uint64_t *ideals = WS_NEW_MANY(&scratch, count, uint64_t);
    size_t *keyed = WS_NEW_MANY(&scratch, count, size_t);
    if (!bounds || !ideals || !keyed)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu ranges", count);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const ws_evaluator *e = &space->evaluators[evaluators[i]];
        if (e->key_factor == 0)
            continue;
        bounds[kept] = ws__column_value(e, e->most);
        keyed[kept++] = evaluators[i];
    }
    if (kept == 0 || space->feasible_count == 0)
        return WS_OK;
    ws_first_wanted wanted = {kept, keyed, bounds};
    ws_reducer reducer = {&ws__reduce_first, &wanted, ideals};
    WS_TRY(ws_scan_space(space, 1, &reducer, run, NULL, diag));
    for (size_t i = 0; i < kept; i++)
        space->evaluators[keyed[i]].range.ideal = ideals[i];
    return WS_OK;
}

static void set_scale(ws_space *space, size_t evaluator)
{
    ws_evaluator *e = &space->evaluators[evaluator];
    e->range.min = e->least / e->divisor;
    e->range.max = e->most / e->divisor;
    e->scaling = (ws_scaling){.divisor = e->divisor, .exact = e->exact, .accept = NAN};
    double range = e->most - e->least;
    if (e->exact || evaluator >= space->party_count || !(range > 0))
        return;
    e->key_factor = 1e9 / range;
    e->scaling.divisor = e->divisor * e->key_factor;
}

ws_status ws__find_ranges(ws_space *space, const ws_run *run, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    size_t *walked = WS_NEW_MANY(&scratch, space->evaluator_count, size_t), count = 0;
    if (!walked)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu ranges", space->evaluator_count);
    space->feasible_count = space->outcome_count;
    for (size_t e = 0; e < space->evaluator_count; e++) {
        if (needs_pass(space, e))
            walked[count++] = e;
        else
            add_up_range(space, e);
    }
    if (count > 0)
        WS_TRY(walk_ranges(space, count, walked, run, diag));
    return WS_OK;
}

ws_status ws__set_scales(ws_space *space, const ws_run *run, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    size_t *walked = WS_NEW_MANY(&scratch, space->evaluator_count, size_t), count = 0;
    if (!walked)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu ranges", space->evaluator_count);
    for (size_t e = 0; e < space->evaluator_count; e++) {
        set_scale(space, e);
        if (needs_pass(space, e))
            walked[count++] = e;
        else if (space->evaluators[e].key_factor != 0)
            lower_ideal(space, e);
    }
    return walk_ideals(space, count, walked, run, diag);
}
