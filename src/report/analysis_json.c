/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An analysis as JSON, section by section, with the keys of the command reference. */
#include "report/analysis_json.h"

#include "base/diag.h"
#include "case/model.h"

#include <math.h>

/* A deal that is shown, with what each type of each party would give beside the case as written. */
static json_t *shown_outcome(const ws_case *c, const ws_outcome *deal)
{
    json_t *object = ws__json_outcome(c, deal);
    if (deal->index == WS_NO_OUTCOME || !deal->p_by_type)
        return object;
    json_t *by_type = json_object(), *mixed = json_object();
    for (size_t p = 0; p < c->shape->party_count; p++) {
        const ws_party *party = &c->shape->parties[p];
        ws__set(mixed, party->key, ws__json_number(deal->p_mixed[p]));
        if (!deal->p_by_type[p])
            continue;
        json_t *types = json_object();
        for (size_t t = 0; t < party->type_count; t++)
            ws__set(types, party->types[t].key, ws__json_number(deal->p_by_type[p][t]));
        ws__set(by_type, party->key, types);
    }
    ws__set(object, "p_by_type", by_type);
    ws__set(object, "p_mixed", mixed);
    return object;
}

static json_t *describe_space(const ws_analysis *analysis, const ws_case *c)
{
    json_t *object = json_object();
    ws__set(object, "issues", ws__json_count(c->shape->issue_count));
    ws__set(object, "outcomes", ws__json_count(analysis->outcomes));
    ws__set(object, "feasible", ws__json_count(analysis->feasible));
    ws__set(object, "method", json_string(analysis->method));
    if (!analysis->complete)
        ws__set(object, "scanned", ws__json_count(analysis->scanned));
    return object;
}

static json_t *describe_parties(const ws_analysis *analysis, const ws_case *c)
{
    json_t *object = json_object();
    for (size_t p = 0; p < analysis->party_count; p++) {
        const ws_party_section *party = &analysis->parties[p];
        json_t *section = json_object();
        ws__set(section, "min", ws__json_number(party->range.min));
        ws__set(section, "max", ws__json_number(party->range.max));
        ws__set(section, "reservation", ws__json_number(party->range.reservation));
        ws__set(section, "ideal", ws__json_outcome(c, &party->ideal));
        ws__set(object, c->shape->parties[p].key, section);
    }
    return object;
}

static json_t *describe_zone(const ws_analysis *analysis, const ws_case *c)
{
    const ws_zone_section *zone = &analysis->zone;
    json_t *object = json_object();
    ws__set(object, "alpha", ws__json_number(zone->alpha));
    ws__set(object, "accepts", ws__json_counts_by_party(c, zone->accepts));
    ws__set(object, "acceptable", ws__json_count(zone->acceptable));
    ws__set(object, "deliverable", ws__json_counts_by_party(c, zone->deliverable));
    ws__set(object, "win_set", ws__json_counts_by_party(c, zone->win_set));
    ws__set(object, "deal_zone", ws__json_count(zone->deal_zone));
    ws__set(object, "share", ws__json_number(zone->share));
    ws__set(object, "joint", ws__json_count(zone->joint));
    ws__set(object, "best", shown_outcome(c, &zone->best));
    return object;
}

static json_t *describe_frontier(const ws_analysis *analysis, const ws_case *c)
{
    json_t *object = json_object(), *points = json_array();
    for (size_t i = 0; i < analysis->point_count; i++)
        ws__append(points, ws__json_outcome(c, &analysis->points[i]));
    ws__set(object, "size", ws__json_count(analysis->frontier_size));
    ws__set(object, "points", points);
    return object;
}

static json_t *describe_solutions(const ws_outcome *solutions, const ws_case *c)
{
    json_t *object = json_object();
    for (int s = 0; s < WS_SOLUTION_COUNT; s++)
        ws__set(object, ws_solution_key((ws_solution)s), shown_outcome(c, &solutions[s]));
    return object;
}

static json_t *describe_classes(const ws_analysis *analysis, const ws_case *c)
{
    json_t *object = json_object();
    for (size_t k = 0; k < analysis->class_count; k++) {
        const ws_class_section *section = &analysis->classes[k];
        json_t *item = json_object();
        ws__set(item, "outcomes", ws__json_count(section->outcomes));
        ws__set(item, "acceptable", ws__json_count(section->acceptable));
        ws__set(item, "in_zone", ws__json_count(section->in_zone));
        ws__set(item, "best", shown_outcome(c, &section->best));
        ws__set(object, ws__class_key(c, k), item);
    }
    return object;
}

static json_t *level_of(const ws_issue *issue, uint32_t level)
{
    return issue->values ? ws__json_number(issue->values[level]) : json_string(issue->levels[level]);
}

static json_t *describe_move(const ws_case *c, size_t party, size_t at, uint32_t from, uint32_t to)
{
    const ws_issue *issue = &c->shape->issues[at];
    json_t *object = json_object();
    ws__set(object, "party", json_string(c->shape->parties[party].key));
    ws__set(object, "issue", json_string(issue->key));
    ws__set(object, "from", level_of(issue, from));
    ws__set(object, "to", level_of(issue, to));
    return object;
}

static json_t *describe_tradeoffs(const ws_analysis *analysis, const ws_case *c)
{
    json_t *list = json_array();
    for (size_t i = 0; i < analysis->tradeoff_count; i++) {
        const ws_tradeoff *trade = &analysis->tradeoffs[i];
        json_t *item = json_object();
        ws__set(item, "give",
                describe_move(c, trade->giver, trade->give_issue, trade->give_from, trade->give_to));
        ws__set(item, "get",
                describe_move(c, trade->getter, trade->get_issue, trade->get_from, trade->get_to));
        ws__set(item, "cost", ws__json_number(trade->cost));
        ws__set(item, "benefit", ws__json_number(trade->benefit));
        ws__set(item, "ratio", ws__json_number(trade->ratio));
        ws__append(list, item);
    }
    return list;
}

static json_t *describe_openings(const ws_analysis *analysis)
{
    json_t *list = json_array();
    for (size_t i = 0; i < analysis->opening_count; i++) {
        json_t *item = json_object();
        ws__set(item, "change", json_string(analysis->openings[i].change));
        ws__set(item, "by", ws__json_number(analysis->openings[i].by));
        ws__set(item, "zone", ws__json_count(analysis->openings[i].zone));
        ws__append(list, item);
    }
    return list;
}

static json_t *describe_price(const ws_analysis *analysis)
{
    json_t *object = json_object();
    ws__set(object, "table", ws__json_number(analysis->price.table));
    ws__set(object, "home", ws__json_number(analysis->price.home));
    ws__set(object, "cost", ws__json_number(analysis->price.cost));
    ws__set(object, "share", ws__json_number(analysis->price.share));
    return object;
}

static void set_sections(json_t *root, const ws_analysis *analysis, const ws_case *c)
{
    ws__set(root, "space", describe_space(analysis, c));
    ws__set(root, "parties", describe_parties(analysis, c));
    ws__set(root, "zone", describe_zone(analysis, c));
    ws__set(root, "frontier", describe_frontier(analysis, c));
    ws__set(root, "solutions", describe_solutions(analysis->solutions, c));
    ws__set(root, "solutions_expected", describe_solutions(analysis->solutions_expected, c));
    ws__set(root, "classes", describe_classes(analysis, c));
    ws__set(root, "tradeoffs", describe_tradeoffs(analysis, c));
    ws__set(root, "opposition", ws__json_number(analysis->opposition));
    if (analysis->openings)
        ws__set(root, "opening", describe_openings(analysis));
    if (analysis->has_home)
        ws__set(root, "two_level_price", describe_price(analysis));
}

static json_t *describe_type_view(const ws_type_view *view, const ws_case *c)
{
    const ws_party *party = &c->shape->parties[view->party];
    json_t *object = json_object();
    ws__set(object, "party", json_string(party->key));
    ws__set(object, "type", json_string(party->types[view->type].key));
    ws__set(object, "probability", ws__json_number(view->probability));
    set_sections(object, view->analysis, ws_space_case(view->analysis->space));
    return object;
}

ws_status ws__write_analysis_json(char **out, const ws_analysis *analysis, const ws_case *c,
                                  const ws_report_options *options, ws_diag *diag)
{
    json_t *root = ws__start_json("analyze", c, options);
    if (!analysis->complete)
        ws__set(root, "complete", json_false());
    set_sections(root, analysis, c);
    if (analysis->by_type) {
        json_t *list = json_array();
        for (size_t i = 0; i < analysis->by_type_count; i++)
            ws__append(list, describe_type_view(&analysis->by_type[i], c));
        ws__set(root, "by_type", list);
    }
    return ws__finish_json(out, root, diag);
}

/* ---- Certificates ---- */

static json_t *list_parties(const ws_case *c, const bool *which)
{
    json_t *list = json_array();
    for (size_t p = 0; p < c->shape->party_count; p++)
        if (which[p])
            ws__append(list, json_string(c->shape->parties[p].key));
    return list;
}

static void set_certificate(json_t *root, const ws_certificate *deal, const ws_case *c)
{
    json_t *distance = json_object(), *rank = json_object(), *better = json_array();
    ws__set(root, "outcome", shown_outcome(c, &deal->outcome));
    ws__set(root, "feasible", json_boolean(deal->feasible));
    ws__set(root, "accepted_by", list_parties(c, deal->accepted_by));
    ws__set(root, "acceptable", json_boolean(deal->acceptable));
    ws__set(root, "on_frontier", json_boolean(deal->on_frontier));
    ws__set(root, "pareto_distance", ws__json_number(deal->pareto_distance));
    for (int s = 0; s < WS_SOLUTION_COUNT; s++)
        ws__set(distance, ws_solution_key((ws_solution)s), ws__json_number(deal->distance[s]));
    ws__set(root, "distance", distance);
    for (size_t p = 0; p < c->shape->party_count; p++) {
        json_t *place = json_object();
        ws__set(place, "at_or_above", ws__json_count(deal->at_or_above[p]));
        ws__set(place, "of", ws__json_count(deal->of));
        ws__set(rank, c->shape->parties[p].key, place);
    }
    ws__set(root, "rank", rank);
    ws__set(root, "value_left", ws__json_by_party(c, deal->value_left));
    for (size_t i = 0; i < deal->better_count; i++)
        ws__append(better, ws__json_outcome(c, &deal->better[i]));
    ws__set(root, "better_for_all", better);
    ws__set(root, "p", ws__json_by_party(c, deal->outcome.p));
    ws__set(root, "p_all", ws__json_number(deal->outcome.p_all));
    ws__set(root, "verdict", json_string(deal->verdict));
}

ws_status ws__write_certificates_json(char **out, const ws_certificates *certificates, bool list,
                                      const ws_case *c, const ws_report_options *options, ws_diag *diag)
{
    json_t *root = ws__start_json("score", c, options);
    if (!list) {
        set_certificate(root, &certificates->certificates[0], c);
        return ws__finish_json(out, root, diag);
    }
    json_t *deals = json_array();
    for (size_t i = 0; i < certificates->count; i++) {
        json_t *item = json_object();
        set_certificate(item, &certificates->certificates[i], c);
        ws__append(deals, item);
    }
    ws__set(root, "deals", deals);
    return ws__finish_json(out, root, diag);
}
