/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates of deals: is this a good one? One pass finds where each stands among all and the efficient
 * vectors; the solutions come from an analysis of the same space. */
#include "analysis/rank.h"
#include "analysis/appraise.h"
#include "analysis/verdict.h"

#include "base/diag.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BETTER = 5 };

typedef struct owned_certificates {
    ws_certificates certificates; /* first */
    ws_arena arena;
} owned_certificates;

typedef struct scoring {
    owned_certificates *owner;
    ws_arena *scratch;
    ws_appraiser *appraiser;
    const ws_analysis *analysis;
    const ws_rank_plan *plan;
    ws_ranks *ranks;
    double *const *columns; /* [parties][deals] scaled */
    size_t count;
    const uint64_t *deals;
} scoring;

/* ---- The steps ---- */

static int compare_numbers(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Columns of the deals, and for each party its distinct values, rising. */
static ws_status plan_ranks(ws_rank_plan *plan, scoring *s)
{
    size_t parties = s->appraiser->parties;
    double **columns = WS_NEW_MANY(s->scratch, parties, double *);
    const double **steps = WS_NEW_MANY(s->scratch, parties, const double *);
    size_t *step_count = WS_NEW_MANY(s->scratch, parties, size_t);
    if (!columns || !steps || !step_count)
        return WS_LIMIT;
    for (size_t p = 0; p < parties; p++) {
        columns[p] = WS_NEW_MANY(s->scratch, s->count + 1, double);
        double *sorted = WS_NEW_MANY(s->scratch, s->count + 1, double);
        if (!columns[p] || !sorted)
            return WS_LIMIT;
        ws__gather_utilities(columns[p], s->appraiser->space, p, s->count, s->deals);
        memcpy(sorted, columns[p], s->count * sizeof *sorted);
        qsort(sorted, s->count, sizeof *sorted, compare_numbers);
        for (size_t i = 0; i < s->count; i++)
            if (i == 0 || sorted[i] != sorted[i - 1])
                sorted[step_count[p]++] = sorted[i];
        steps[p] = sorted;
    }
    s->columns = columns;
    *plan = (ws_rank_plan){parties, step_count, steps};
    return WS_OK;
}

static size_t step_of(const ws_rank_plan *plan, size_t p, double value)
{
    const double *found =
        bsearch(&value, plan->steps[p], plan->step_count[p], sizeof(double), compare_numbers);
    return found ? (size_t)(found - plan->steps[p]) : 0;
}

/* ---- Measures ---- */

static double share(const scoring *s, size_t p, double scaled)
{
    double range = s->appraiser->ranges[p].max - s->appraiser->ranges[p].min;
    return range > 0 ? ws__unscale(ws__get_scaling(s->appraiser->space, p), scaled) / range : 0;
}

/* Distance of a deal from a row of scaled utilities. */
static double distance(const scoring *s, size_t deal, const double *row)
{
    double sum = 0;
    for (size_t p = 0; p < s->appraiser->parties; p++) {
        double d = share(s, p, row[p] - s->columns[p][deal]);
        sum += d * d;
    }
    return sqrt(sum);
}

static void measure_frontier(ws_certificate *out, const scoring *s, size_t deal, double *left)
{
    const ws_points *front = &s->ranks->front.kept;
    size_t parties = s->appraiser->parties;
    double nearest = front->count ? INFINITY : NAN;
    for (size_t i = 0; i < front->count; i++) {
        const double *row = ws__row(front, i);
        bool covers = true, equal = true;
        for (size_t p = 0; p < parties; p++) {
            covers = covers && row[p] >= s->columns[p][deal];
            equal = equal && row[p] == s->columns[p][deal];
        }
        double d = distance(s, deal, row);
        nearest = d < nearest ? d : nearest;
        out->on_frontier = out->on_frontier || (equal && out->feasible);
        for (size_t p = 0; covers && p < parties; p++) {
            double more = ws__unscale(ws__get_scaling(s->appraiser->space, p), row[p] - s->columns[p][deal]);
            left[p] = more > left[p] ? more : left[p];
        }
    }
    out->pareto_distance = nearest;
    out->value_left = left;
}

/* The least gain of all over a deal, in shares of range; not above 0: not better for all. */
static double least_gain(const scoring *s, size_t deal, const double *row)
{
    double least = INFINITY;
    for (size_t p = 0; p < s->appraiser->parties; p++) {
        double more = share(s, p, row[p] - s->columns[p][deal]);
        least = more < least ? more : least;
    }
    return least;
}

static ws_status list_better(ws_certificate *out, scoring *s, size_t deal)
{
    const ws_points *front = &s->ranks->front.kept;
    size_t rows[MOST_BETTER + 1], count = 0;
    double gains[MOST_BETTER + 1];
    for (size_t i = 0; i < front->count; i++) {
        double least = least_gain(s, deal, ws__row(front, i));
        if (!(least > 0) || (count == MOST_BETTER && !(least > gains[count - 1])))
            continue;
        size_t at = count < MOST_BETTER ? count++ : count - 1;
        for (; at > 0 && gains[at - 1] < least; at--) {
            gains[at] = gains[at - 1];
            rows[at] = rows[at - 1];
        }
        gains[at] = least;
        rows[at] = i;
    }
    ws_outcome *better = WS_NEW_MANY(&s->owner->arena, count + 1, ws_outcome);
    if (!better)
        return WS_LIMIT;
    for (size_t i = 0; i < count; i++)
        WS_TRY(ws__describe(&better[i], &s->owner->arena, s->appraiser, front->outcomes[rows[i]]));
    out->better = better;
    out->better_count = count;
    return WS_OK;
}

static void measure_solutions(ws_certificate *out, const scoring *s, size_t deal, double *row)
{
    for (int k = 0; k < WS_SOLUTION_COUNT; k++) {
        uint64_t solution = s->analysis->solutions[k].index;
        out->distance[k] = NAN;
        if (solution == WS_NO_OUTCOME)
            continue;
        for (size_t p = 0; p < s->appraiser->parties; p++)
            ws__gather_utilities(&row[p], s->appraiser->space, p, 1, &solution);
        out->distance[k] = distance(s, deal, row);
    }
}

static ws_status certify(ws_certificate *out, scoring *s, size_t deal)
{
    ws_arena *arena = &s->owner->arena;
    ws_appraiser *appraiser = s->appraiser;
    size_t parties = appraiser->parties;
    bool *accepts = WS_NEW_MANY(arena, parties, bool);
    uint64_t *ranks = WS_NEW_MANY(arena, parties, uint64_t);
    double *left = WS_NEW_MANY(arena, parties, double), *row = WS_NEW_MANY(s->scratch, parties, double);
    if (!accepts || !ranks || !left || !row)
        return WS_LIMIT;
    uint64_t index = s->deals[deal];
    *out = (ws_certificate){.feasible = ws_is_feasible(appraiser->space, index), .of = s->ranks->feasible};
    WS_TRY(ws__describe(&out->outcome, arena, appraiser, index));
    for (size_t p = 0; p < parties; p++) {
        accepts[p] = ws_accepts(appraiser->space, p, index);
        ranks[p] = ws__count_at_or_above(s->ranks, s->plan, p, step_of(s->plan, p, s->columns[p][deal]));
    }
    out->accepted_by = accepts;
    out->at_or_above = ranks;
    WS_TRY(ws__ask_agreement(&out->acceptable, appraiser, accepts, index));
    measure_frontier(out, s, deal, left);
    measure_solutions(out, s, deal, row);
    WS_TRY(list_better(out, s, deal));
    out->verdict = ws__say_verdict(arena, out, appraiser, s->analysis->zone.alpha);
    return out->verdict ? WS_OK : WS_LIMIT;
}

/* ---- The whole ---- */

static ws_status score_all(scoring *s, const ws_run *run, ws_diag *diag)
{
    ws_rank_plan plan;
    ws_ranks ranks = {0};
    WS_TRY(plan_ranks(&plan, s));
    ws_reducer reducer = {&ws__rank_ops, &plan, &ranks};
    WS_TRY(ws_scan_space(s->appraiser->space, 1, &reducer, run, NULL, diag));
    s->plan = &plan;
    s->ranks = &ranks;
    ws_certificate *list = WS_NEW_MANY(&s->owner->arena, s->count + 1, ws_certificate);
    ws_status status = list ? WS_OK : WS_LIMIT;
    for (size_t i = 0; i < s->count && status == WS_OK; i++)
        status = certify(&list[i], s, i);
    s->plan = NULL;
    s->ranks = NULL;
    ws__free_ranks(&ranks);
    s->owner->certificates = (ws_certificates){s->count, list};
    return status;
}

ws_status ws_score_deals(ws_certificates **out, const ws_space *space, size_t count, const uint64_t *deals,
                         const ws_analyze_options *options, const ws_run *run, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    for (size_t i = 0; i < count; i++)
        if (deals[i] >= ws_count_outcomes(space))
            return ws_fail(diag, WS_USAGE, "there is no deal of that number");
    ws_analyze_options asked = options ? *options : (ws_analyze_options){0};
    asked.points = 1;
    asked.opening = asked.by_type = false;
    ws_analysis *analysis = NULL;
    ws_status status = ws_analyze_space(&analysis, space, &asked, run, diag);
    owned_certificates *owner = calloc(1, sizeof *owner);
    ws_appraiser appraiser;
    bool ready = false;
    if (status == WS_OK && !owner)
        status = WS_LIMIT;
    if (status == WS_OK) {
        status = ws__make_appraiser(&appraiser, space, diag);
        ready = status == WS_OK;
    }
    if (ready) {
        scoring s = {.owner = owner,
                     .scratch = &scratch,
                     .appraiser = &appraiser,
                     .analysis = analysis,
                     .count = count,
                     .deals = deals};
        status = score_all(&s, run, diag);
        ws__free_appraiser(&appraiser);
    }
    ws_free_analysis(analysis);
    if (status != WS_OK) {
        ws_free_certificates(owner ? &owner->certificates : NULL);
        return status;
    }
    *out = &owner->certificates;
    return WS_OK;
}

void ws_free_certificates(ws_certificates *certificates)
{
    if (!certificates)
        return;
    owned_certificates *owner = (owned_certificates *)certificates;
    ws__free_arena(&owner->arena);
    free(owner);
}
