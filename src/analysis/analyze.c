/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The analysis of a space: one pass (survey.c), then every section from the few efficient deals it kept. */
#include "analysis/analyze.h"

#include "base/diag.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double ALPHA = 0.5, KEYS = 1e9;
enum { LISTED_POINTS = 10000 };

/* ---- The pass ---- */

ws_status ws__plan_survey(ws_survey_plan *plan, ws_arena *arena, ws_appraiser *appraiser, double alpha)
{
    const ws_shape *shape = appraiser->source->shape;
    double *factors = WS_NEW_MANY(arena, appraiser->parties, double);
    if (!factors)
        return WS_LIMIT;
    for (size_t p = 0; p < appraiser->parties; p++) {
        double range = appraiser->ranges[p].max - appraiser->ranges[p].min;
        factors[p] = range > 0 ? KEYS / range : 0;
    }
    bool one_class = shape->class_count == 1 && shape->classes[0].when->kind == WS_CONDITION_OTHERWISE;
    *plan = (ws_survey_plan){.appraiser = appraiser,
                             .alpha = alpha,
                             .class_count = shape->class_count,
                             .keep_acceptable = appraiser->conditional,
                             .keep_zone = appraiser->has_home,
                             .keep_classes = !one_class,
                             .keep_expected = appraiser->has_home || !appraiser->unanimous,
                             .keep_surest = appraiser->has_home,
                             .key_factor = factors};
    return WS_OK;
}

ws_status ws__walk_survey(ws_survey *survey, const ws_survey_plan *plan, const ws_run *run, uint64_t *done,
                          ws_diag *diag)
{
    ws_reducer reducer = {&ws__survey_ops, plan, survey};
    return ws_scan_space(plan->appraiser->space, 1, &reducer, run, done, diag);
}

ws_status ws__count_zone(uint64_t *out, const ws_space *space, double alpha, const ws_run *run, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    ws_appraiser appraiser;
    WS_TRY(ws__make_appraiser(&appraiser, space, diag));
    ws_survey survey = {0};
    ws_survey_plan plan;
    uint64_t done;
    ws_status status = ws__plan_survey(&plan, &scratch, &appraiser, alpha);
    if (status == WS_OK) {
        plan.count_only = true;
        plan.keep_expected = false;
        status = ws__walk_survey(&survey, &plan, run, &done, diag);
        if (status == WS_OK)
            *out = survey.deal_zone;
        ws__free_survey(&survey);
    }
    ws__free_appraiser(&appraiser);
    return status;
}

/* ---- Candidates ---- */

static ws_status make_bargain(ws_bargain *out, ws_findings *findings, size_t count, const uint64_t *outcomes,
                              const double *rows, const double *most)
{
    ws_bargain_input input = {.parties = findings->appraiser->parties,
                              .count = count,
                              .outcomes = outcomes,
                              .u = rows,
                              .reservation = findings->reservation,
                              .range = findings->range,
                              .weight = findings->weight,
                              .most = most};
    return ws__make_bargain(out, findings->scratch, &input);
}

ws_status ws__bargain_on_u(ws_bargain *out, ws_findings *findings, size_t count, const uint64_t *outcomes,
                           const double *most)
{
    size_t parties = findings->appraiser->parties;
    double *rows = WS_NEW_MANY(findings->scratch, count * parties + 1, double);
    if (!rows)
        return WS_LIMIT;
    for (size_t i = 0; i < count; i++)
        for (size_t p = 0; p < parties; p++)
            rows[i * parties + p] = ws_utility(findings->appraiser->space, p, outcomes[i]);
    return make_bargain(out, findings, count, outcomes, rows, most);
}

ws_status ws__bargain_on_e(ws_bargain *out, ws_findings *findings, size_t count, const uint64_t *outcomes)
{
    size_t parties = findings->appraiser->parties;
    double *rows = WS_NEW_MANY(findings->scratch, count * parties + 1, double);
    ws_appraisal deal;
    if (!rows || !ws__alloc_appraisal(&deal, findings->scratch, parties))
        return WS_LIMIT;
    for (size_t i = 0; i < count; i++) {
        WS_TRY(ws__appraise(&deal, findings->appraiser, outcomes[i]));
        memcpy(rows + i * parties, deal.e, parties * sizeof *rows);
    }
    return make_bargain(out, findings, count, outcomes, rows, NULL);
}

/* A deal as accepted by those whose scaled utility reaches their line. */
static ws_status is_acceptable(bool *out, ws_findings *findings, const double *row, uint64_t outcome,
                               bool *who)
{
    ws_appraiser *appraiser = findings->appraiser;
    for (size_t p = 0; p < appraiser->parties; p++)
        who[p] = row[p] >= ws__get_scaling(appraiser->space, p)->accept;
    return ws__ask_agreement(out, appraiser, who, outcome);
}

/* The acceptable efficient deals: kept apart, or those of all efficient ones that are acceptable. */
static ws_status find_acceptable(ws_findings *findings)
{
    ws_survey *survey = findings->survey;
    size_t parties = findings->appraiser->parties;
    const ws_points *from =
        findings->plan->keep_acceptable ? &survey->acceptable_front.kept : &survey->all.kept;
    bool *who = WS_NEW_MANY(findings->scratch, parties, bool);
    findings->acceptable.dimension = parties;
    if (!who || !ws__reserve_points(&findings->acceptable, from->count + 1))
        return WS_LIMIT;
    for (size_t i = 0; i < from->count; i++) {
        bool acceptable;
        WS_TRY(is_acceptable(&acceptable, findings, ws__row(from, i), from->outcomes[i], who));
        if (acceptable)
            ws__add_point(&findings->acceptable, ws__row(from, i), from->outcomes[i]);
    }
    WS_TRY(ws__bargain_on_u(&findings->on_u, findings, findings->acceptable.count,
                            findings->acceptable.outcomes, NULL));
    if (!findings->plan->keep_expected) {
        findings->on_e = findings->on_u;
        return WS_OK;
    }
    return ws__bargain_on_e(&findings->on_e, findings, survey->expected.kept.count,
                            survey->expected.kept.outcomes);
}

/* ---- Sections ---- */

static ws_status describe(ws_outcome *out, ws_findings *findings, uint64_t deal)
{
    return ws__describe(out, &findings->study->arena, findings->appraiser, deal);
}

static uint64_t outcome_of(const ws_bargain *bargain, size_t row)
{
    return row == SIZE_MAX ? WS_NO_OUTCOME : bargain->outcomes[row];
}

static ws_status solve_all(ws_outcome *out, ws_findings *findings, const ws_bargain *bargain)
{
    for (int s = 0; s < WS_SOLUTION_MOST_DELIVERABLE; s++) {
        ws_status status;
        size_t row = ws__solve_bargain(&status, (ws_solution)s, bargain);
        WS_TRY(status);
        WS_TRY(describe(&out[s], findings, outcome_of(bargain, row)));
    }
    return WS_OK;
}

/* The surest deal of a band; where the chance is 1 for every acceptable deal, of the candidates. */
static ws_status solve_surest(ws_outcome *out, ws_findings *findings, const ws_band *band, bool on_e)
{
    size_t parties = findings->appraiser->parties;
    const ws_points *points = band ? &band->front.kept : NULL;
    size_t count = points ? points->count : findings->on_u.count;
    double *chance = WS_NEW_MANY(findings->scratch, count + 1, double);
    if (!chance)
        return WS_LIMIT;
    ws_bargain bargain = findings->on_u;
    for (size_t i = 0; i < count; i++)
        chance[i] = points ? ws__row(points, i)[parties] : 1;
    if (points && on_e)
        WS_TRY(ws__bargain_on_e(&bargain, findings, count, points->outcomes));
    else if (points)
        WS_TRY(ws__bargain_on_u(&bargain, findings, count, points->outcomes, NULL));
    ws_status status;
    size_t row = ws__solve_deliverable(&status, &bargain, chance);
    WS_TRY(status);
    return describe(out, findings, outcome_of(&bargain, row));
}

static ws_status fill_solutions(ws_findings *findings)
{
    ws_analysis *result = &findings->study->result;
    const ws_survey *survey = findings->survey;
    const ws_survey_plan *plan = findings->plan;
    WS_TRY(solve_all(result->solutions, findings, &findings->on_u));
    WS_TRY(solve_surest(&result->solutions[WS_SOLUTION_MOST_DELIVERABLE], findings,
                        plan->keep_surest ? &survey->surest : NULL, false));
    if (!plan->keep_expected) {
        for (int s = 0; s < WS_SOLUTION_COUNT; s++)
            result->solutions_expected[s] = result->solutions[s];
        return WS_OK;
    }
    WS_TRY(solve_all(result->solutions_expected, findings, &findings->on_e));
    return solve_surest(&result->solutions_expected[WS_SOLUTION_MOST_DELIVERABLE], findings,
                        &survey->surest_expected, true);
}

/* The best of a set of acceptable deals: the largest Nash product, gains being measured as among all. */
static ws_status find_best(ws_outcome *out, ws_findings *findings, const ws_points *points)
{
    ws_bargain bargain;
    WS_TRY(ws__bargain_on_u(&bargain, findings, points->count, points->outcomes, findings->on_u.most));
    ws_status status;
    size_t row = ws__solve_bargain(&status, WS_SOLUTION_NASH, &bargain);
    WS_TRY(status);
    return describe(out, findings, outcome_of(&bargain, row));
}

static ws_status fill_parties(ws_findings *findings)
{
    ws_analysis *result = &findings->study->result;
    size_t parties = findings->appraiser->parties;
    ws_party_section *sections = WS_NEW_MANY(&findings->study->arena, parties, ws_party_section);
    if (!sections)
        return WS_LIMIT;
    for (size_t p = 0; p < parties; p++) {
        sections[p].range = findings->appraiser->ranges[p];
        WS_TRY(describe(&sections[p].ideal, findings, sections[p].range.ideal));
    }
    result->parties = sections;
    result->party_count = parties;
    return WS_OK;
}

static uint64_t *copy_counts(ws_arena *arena, const uint64_t *counts, size_t count)
{
    uint64_t *copy = WS_NEW_MANY(arena, count, uint64_t);
    if (copy)
        memcpy(copy, counts, count * sizeof *copy);
    return copy;
}

static ws_status fill_zone(ws_findings *findings)
{
    const ws_survey *survey = findings->survey;
    ws_zone_section *zone = &findings->study->result.zone;
    ws_arena *arena = &findings->study->arena;
    size_t parties = findings->appraiser->parties;
    *zone = (ws_zone_section){.alpha = findings->plan->alpha,
                              .accepts = copy_counts(arena, survey->accepts, parties),
                              .acceptable = survey->acceptable,
                              .deliverable = copy_counts(arena, survey->deliverable, parties),
                              .win_set = copy_counts(arena, survey->win_set, parties),
                              .deal_zone = survey->deal_zone,
                              .joint = survey->joint};
    zone->share = survey->feasible ? (double)survey->deal_zone / (double)survey->feasible : 0;
    if (!zone->accepts || !zone->deliverable || !zone->win_set)
        return WS_LIMIT;
    return find_best(&zone->best, findings,
                     findings->plan->keep_zone ? &survey->zone.kept : &findings->acceptable);
}

static ws_status fill_classes(ws_findings *findings)
{
    const ws_survey *survey = findings->survey;
    ws_analysis *result = &findings->study->result;
    size_t count = findings->plan->class_count;
    count += survey->class_outcomes[count] > 0; /* `other`, where there is any */
    ws_class_section *sections = WS_NEW_MANY(&findings->study->arena, count, ws_class_section);
    if (!sections)
        return WS_LIMIT;
    for (size_t k = 0; k < count; k++) {
        sections[k].outcomes = survey->class_outcomes[k];
        sections[k].acceptable = survey->class_acceptable[k];
        sections[k].in_zone = survey->class_in_zone[k];
        WS_TRY(find_best(&sections[k].best, findings,
                         findings->plan->keep_classes ? &survey->classes[k].kept : &findings->acceptable));
    }
    result->classes = sections;
    result->class_count = count;
    return WS_OK;
}

/* Sorted by the first party's utility, falling, then the second's: the order efficient vectors are kept in.
 */
static ws_status fill_frontier(ws_findings *findings)
{
    const ws_points *all = &findings->survey->all.kept;
    ws_analysis *result = &findings->study->result;
    uint64_t listed = findings->options->points ? findings->options->points : LISTED_POINTS;
    size_t count = all->count < listed ? all->count : (size_t)listed;
    ws_outcome *points = WS_NEW_MANY(&findings->study->arena, count + 1, ws_outcome);
    if (!points)
        return WS_LIMIT;
    for (size_t i = 0; i < count; i++)
        WS_TRY(describe(&points[i], findings, all->outcomes[i]));
    result->frontier_size = all->count;
    result->points = points;
    result->point_count = count;
    return WS_OK;
}

/* The least distance from all ideals, in shares of ranges; the nearest deal is an efficient one. */
static double find_opposition(const ws_findings *findings)
{
    const ws_points *all = &findings->survey->all.kept;
    const ws_appraiser *appraiser = findings->appraiser;
    double least = NAN;
    for (size_t i = 0; i < all->count; i++) {
        double sum = 0;
        for (size_t p = 0; p < appraiser->parties; p++) {
            double range = findings->range[p];
            double missing = appraiser->ranges[p].max -
                             ws__unscale(ws__get_scaling(appraiser->space, p), ws__row(all, i)[p]);
            sum += range > 0 ? missing / range * (missing / range) : 0;
        }
        if (!(sum >= least))
            least = sum;
    }
    return sqrt(least);
}

static double best_joint_gain(const ws_bargain *bargain, const double *most)
{
    double best = -INFINITY;
    for (size_t i = 0; i < bargain->count; i++) {
        double sum = 0;
        for (size_t p = 0; p < bargain->parties; p++)
            sum += most[p] > 0 ? bargain->gain[i * bargain->parties + p] / most[p] : 0;
        best = sum > best ? sum : best;
    }
    return best;
}

static ws_price_section find_price(const ws_findings *findings)
{
    const double *most = findings->on_u.most;
    ws_price_section price = {.table = NAN, .home = 0, .cost = NAN};
    if (findings->on_u.count == 0)
        return price;
    price.table = best_joint_gain(&findings->on_u, most);
    if (findings->on_e.count) {
        double home = best_joint_gain(&findings->on_e, most);
        price.home = home > 0 ? home : 0;
    }
    price.cost = price.table - price.home;
    price.share = price.table > 0 ? price.cost / price.table : 0;
    return price;
}

/* Where one party has points and another weights, sums and least gains compare unlike units. */
static void warn_of_units(const ws_findings *findings)
{
    const ws_shape *shape = findings->appraiser->source->shape;
    bool points = false, weights = false;
    for (size_t p = 0; p < shape->party_count; p++) {
        points = points || shape->parties[p].preference.form == WS_FORM_POINTS;
        weights = weights || shape->parties[p].preference.form == WS_FORM_WEIGHTS;
    }
    for (size_t i = 0; i < ws_count_problems(findings->diag); i++) /* once is enough */
        points = points && !strstr(ws_get_problem(findings->diag, i)->message, "depend on these units");
    if (points && weights)
        ws_warn(findings->diag, "some parties count in points and others in weights: the egalitarian and the "
                                "utilitarian solution depend on these units");
}

static ws_status fill_sections(ws_findings *findings)
{
    ws_analysis *result = &findings->study->result;
    const ws_space *space = findings->appraiser->space;
    WS_TRY(find_acceptable(findings));
    result->space = space;
    result->has_home = findings->appraiser->has_home;
    result->has_types = findings->appraiser->has_types;
    result->outcomes = ws_count_outcomes(space);
    result->feasible = findings->survey->feasible;
    result->method = "scan";
    WS_TRY(fill_parties(findings));
    WS_TRY(fill_zone(findings));
    WS_TRY(fill_frontier(findings));
    WS_TRY(fill_solutions(findings));
    WS_TRY(fill_classes(findings));
    result->opposition = find_opposition(findings);
    result->price = find_price(findings);
    uint64_t base = result->solutions[WS_SOLUTION_NASH].index;
    base = base == WS_NO_OUTCOME ? result->solutions[WS_SOLUTION_UTILITARIAN].index : base;
    WS_TRY(ws__find_tradeoffs(findings, base));
    warn_of_units(findings);
    ws__warn_of_means(findings->appraiser->source, findings->diag);
    return WS_OK;
}

/* ---- The whole ---- */

static ws_status fill_numbers(ws_findings *findings)
{
    const ws_appraiser *appraiser = findings->appraiser;
    const ws_case *c = appraiser->source;
    size_t parties = appraiser->parties;
    double *numbers = WS_NEW_MANY(findings->scratch, 3 * parties, double);
    if (!numbers)
        return WS_LIMIT;
    for (size_t p = 0; p < parties; p++) {
        numbers[p] = ws__number(c, c->shape->parties[p].bargaining_weight, 1);
        numbers[parties + p] = appraiser->ranges[p].max - appraiser->ranges[p].min;
        numbers[2 * parties + p] = appraiser->ranges[p].reservation;
    }
    findings->weight = numbers;
    findings->range = numbers + parties;
    findings->reservation = numbers + 2 * parties;
    return WS_OK;
}

/* Walks and fills; *walked tells whether the result may be shown although the status is no WS_OK. */
static ws_status study_space(ws_findings *findings, bool *walked)
{
    ws_analysis *result = &findings->study->result;
    WS_TRY(fill_numbers(findings));
    uint64_t done = 0;
    ws_status walk = ws__walk_survey(findings->survey, findings->plan, findings->run, &done, findings->diag);
    bool cut = (walk == WS_INTERRUPTED || walk == WS_LIMIT) && done > 0;
    if (walk != WS_OK && !cut)
        return walk;
    WS_TRY(fill_sections(findings));
    result->complete = walk == WS_OK;
    result->scanned = done;
    *walked = true;
    if (walk != WS_OK)
        return walk;
    WS_TRY(ws__find_openings(findings));
    WS_TRY(ws__fill_types(findings));
    return findings->options->by_type ? ws__analyze_types(findings) : WS_OK;
}

ws_status ws_analyze_space(ws_analysis **out, const ws_space *space, const ws_analyze_options *options,
                           const ws_run *run, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    ws_analyze_options defaults = options ? *options : (ws_analyze_options){0};
    double alpha = defaults.alpha > 0 ? defaults.alpha : ALPHA;
    if (alpha > 1)
        return ws_fail(diag, WS_USAGE, "alpha is %g; expected a probability, 0 < alpha <= 1", alpha);
    ws_study *study = calloc(1, sizeof *study);
    if (!study)
        return ws_fail(diag, WS_LIMIT, "no memory for an analysis");
    ws_appraiser appraiser;
    ws_status status = ws__make_appraiser(&appraiser, space, diag);
    if (status != WS_OK) {
        free(study);
        return status;
    }
    ws_survey survey = {0};
    ws_survey_plan plan;
    ws_findings findings = {.study = study,
                            .appraiser = &appraiser,
                            .survey = &survey,
                            .plan = &plan,
                            .options = &defaults,
                            .run = run,
                            .scratch = &scratch,
                            .diag = diag};
    bool walked = false;
    status = ws__plan_survey(&plan, &scratch, &appraiser, alpha);
    if (status == WS_OK)
        status = study_space(&findings, &walked);
    if (status == WS_LIMIT && !walked && ws_count_errors(diag) == 0)
        ws_fail(diag, WS_LIMIT, "no memory for the analysis");
    ws__free_points(&findings.acceptable);
    ws__free_survey(&survey);
    ws__free_appraiser(&appraiser);
    if (walked)
        *out = &study->result;
    else
        ws_free_analysis(&study->result);
    return status;
}

void ws_free_analysis(ws_analysis *analysis)
{
    if (!analysis)
        return;
    ws_study *study = (ws_study *)analysis;
    for (size_t i = 0; i < study->type_count; i++) {
        ws_free_analysis(study->type_results[i]);
        ws_free_space(study->type_spaces[i]);
    }
    ws__free_arena(&study->arena);
    free(study);
}

/* ---- One deal ---- */

typedef struct owned_outcome {
    ws_outcome outcome; /* first */
    ws_arena arena;
} owned_outcome;

ws_status ws_describe_outcome(ws_outcome **out, const ws_space *space, uint64_t outcome, ws_diag *diag)
{
    if (outcome != WS_NO_OUTCOME && outcome >= ws_count_outcomes(space))
        return ws_fail(diag, WS_USAGE, "there is no deal of that number");
    owned_outcome *made = calloc(1, sizeof *made);
    if (!made)
        return ws_fail(diag, WS_LIMIT, "no memory for a deal");
    ws_appraiser appraiser;
    ws_status status = ws__make_appraiser(&appraiser, space, diag);
    if (status == WS_OK) {
        status = ws__describe(&made->outcome, &made->arena, &appraiser, outcome);
        ws__free_appraiser(&appraiser);
    }
    if (status != WS_OK) {
        ws_free_outcome(&made->outcome);
        return status;
    }
    *out = &made->outcome;
    return WS_OK;
}

void ws_free_outcome(ws_outcome *outcome)
{
    if (!outcome)
        return;
    owned_outcome *made = (owned_outcome *)outcome;
    ws__free_arena(&made->arena);
    free(made);
}
