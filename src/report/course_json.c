/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `solve` and `update` as JSON. */
#include "base/date.h"
#include "base/diag.h"
#include "case/model.h"
#include "report/course.h"
#include "report/json.h"

#include <math.h>

static json_t *json_date(int32_t day)
{
    char text[WS_DATE_ROOM];
    if (day == WS_NO_DAY)
        return json_null();
    ws__format_date(text, day);
    return json_string(text);
}

/* {type: value} */
static json_t *by_type(const ws_party *party, const double *values)
{
    json_t *object = json_object();
    for (size_t t = 0; t < party->type_count; t++)
        ws__set(object, party->types[t].key, ws__json_number(values[t]));
    return object;
}

/* {class: P, "breakdown": P, "failed_at_home": P}; `other` only where something is of it. */
static json_t *json_classes(const ws_case *c, const ws_odds *odds)
{
    json_t *object = json_object();
    size_t count = c->shape->class_count;
    for (size_t k = 0; k <= count; k++)
        if (k < count || odds->classes[k] > 0)
            ws__set(object, ws__class_key(c, k), ws__json_number(odds->classes[k]));
    ws__set(object, "breakdown", ws__json_number(odds->breakdown));
    ws__set(object, "failed_at_home", ws__json_number(odds->failed));
    return object;
}

static json_t *json_breakdown(const ws_case *c, const ws_odds *odds)
{
    json_t *object = json_object();
    ws__set(object, "walk", ws__json_by_party(c, odds->walk));
    ws__set(object, "outside", ws__json_number(odds->outside));
    ws__set(object, "expiry", ws__json_number(odds->expiry));
    return object;
}

static json_t *json_round(const ws_case *c, const ws_course_round *round)
{
    const ws_shape *shape = c->shape;
    json_t *object = json_object(), *belief = json_object();
    ws__set(object, "round", ws__json_count(round->number));
    if (round->date != WS_NO_DAY)
        ws__set(object, "date", json_date(round->date));
    ws__set(object, "proposer",
            round->proposer == SIZE_MAX ? json_null() : json_string(shape->parties[round->proposer].key));
    ws__set(object, "reach", ws__json_number(round->reach));
    ws__set(object, "agree", ws__json_number(round->agree));
    ws__set(object, "class",
            round->odds.agreement > 0 ? json_string(ws__class_key(c, round->class_of)) : json_null());
    ws__set(object, "classes", json_classes(c, &round->odds));
    ws__set(object, "breakdown_by", json_breakdown(c, &round->odds));
    ws__set(object, "offer", round->offer ? ws__json_outcome(c, round->offer) : json_null());
    ws__set(object, "offer_probability", ws__json_number(round->offer_probability));
    for (size_t p = 0; p < shape->party_count; p++)
        if (round->belief[p])
            ws__set(belief, shape->parties[p].key, by_type(&shape->parties[p], round->belief[p]));
    ws__set(object, "belief", belief);
    return object;
}

static json_t *json_offer(const ws_case *c, const ws_course *course, const ws_next_offer *offer)
{
    json_t *object = json_object();
    ws__set(object, "outcome", ws__json_outcome(c, offer->outcome));
    ws__set(object, "probability", ws__json_number(offer->probability));
    ws__set(object, "accept", ws__json_number(offer->accept));
    ws__set(object, "deliver", ws__json_number(offer->deliver));
    ws__set(object, "value", ws__json_number(offer->value));
    if (offer->reveals)
        ws__set(object, "reveals", by_type(&c->shape->parties[course->speaker], offer->reveals));
    return object;
}

static json_t *json_types(const ws_case *c, const ws_course_types *types)
{
    const ws_shape *shape = c->shape;
    json_t *object = json_object(), *names = json_object();
    for (size_t p = 0; p < shape->party_count; p++)
        if (types->types[p] != SIZE_MAX)
            ws__set(names, shape->parties[p].key, json_string(shape->parties[p].types[types->types[p]].key));
    ws__set(object, "types", names);
    ws__set(object, "probability", ws__json_number(types->probability));
    ws__set(object, "value", ws__json_by_party(c, types->value));
    ws__set(object, "agreement", ws__json_number(types->odds.agreement));
    ws__set(object, "classes", json_classes(c, &types->odds));
    return object;
}

static json_t *json_method(const ws_case *c, const ws_course *course)
{
    json_t *object = json_object();
    ws__set(object, "name", json_string(course->method.name));
    ws__set(object, "rationality",
            isinf(course->method.rationality) ? json_string("infinite")
                                              : ws__json_number(course->method.rationality));
    ws__set(object, "residual", ws__json_number(course->method.residual));
    ws__set(object, "offers", ws__json_count(course->method.offers));
    ws__set(object, "offers_of", ws__json_count(course->method.offers_of));
    if (course->method.grid) {
        ws__set(object, "grid", ws__json_count(course->method.grid));
        ws__set(object, "points", ws__json_count(course->method.points));
        ws__set(object, "halved_grid_moves_value", ws__json_number(course->method.halved_value));
        ws__set(object, "halved_grid_moves_odds", ws__json_number(course->method.halved_odds));
    }
    ws__set(object, "ambiguity", ws__json_number(course->method.ambiguity));
    if (course->method.actions)
        ws__set(object, "actions", ws__json_count(course->method.actions));
    ws__set(object, "iterations", ws__json_count(course->method.iterations));
    if (isinf(course->method.rationality))
        ws__set(object, "tie", json_boolean(course->method.tie));
    if (!course->method.verified)
        return object;
    json_t *verify = json_object();
    ws__set(verify, "best_response_gap",
            course->method.gap ? ws__json_by_party(c, course->method.gap) : json_null());
    ws__set(verify, "playouts", ws__json_count(course->method.playouts));
    ws__set(verify, "playout_standard_errors", ws__json_number(course->method.playout_errors));
    ws__set(verify, "farthest_readings_move_odds", ws__json_number(course->method.farthest_odds));
    ws__set(verify, "half_the_offers_moves_odds", ws__json_number(course->method.fewer_offers_odds));
    ws__set(object, "verify", verify);
    return object;
}

ws_status ws__course_json(char **out, const ws_course *course, const ws_case *c,
                          const ws_report_options *options, ws_diag *diag)
{
    json_t *root = ws__start_json("solve", c, options), *list = json_array();
    if (!course->complete) {
        json_t *missing = json_array();
        for (size_t i = 0; i < course->missing_count; i++)
            ws__append(missing, json_string(course->missing[i]));
        ws__set(root, "complete", json_false());
        ws__set(root, "missing", missing);
    }
    ws__set(root, "value", ws__json_by_party(c, course->value));
    ws__set(root, "agreement", ws__json_number(course->odds.agreement));
    ws__set(root, "classes", json_classes(c, &course->odds));
    ws__set(root, "breakdown_by", json_breakdown(c, &course->odds));
    for (size_t n = 0; n < course->round_count; n++)
        ws__append(list, json_round(c, &course->rounds[n]));
    ws__set(root, "rounds", list);
    list = json_array();
    for (size_t x = 0; x < course->offer_count; x++)
        ws__append(list, json_offer(c, course, &course->offers[x]));
    ws__set(root, "next_offer_by",
            course->speaker == SIZE_MAX ? json_null() : json_string(c->shape->parties[course->speaker].key));
    ws__set(root, "next_offer", list);
    list = json_array();
    for (size_t i = 0; i < course->type_count; i++)
        ws__append(list, json_types(c, &course->by_type[i]));
    ws__set(root, "by_type", list);
    list = json_array();
    for (size_t i = 0; i < course->comparison_count; i++) {
        const ws_comparison *one = &course->comparisons[i];
        json_t *object = json_object();
        ws__set(object, "change", json_string(one->change));
        ws__set(object, "value", ws__json_by_party(c, one->value));
        ws__set(object, "agreement", ws__json_number(one->odds.agreement));
        ws__set(object, "classes", json_classes(c, &one->odds));
        ws__append(list, object);
    }
    ws__set(root, "comparisons", list);
    list = json_array();
    for (size_t i = 0; i < course->assumption_count; i++) {
        json_t *object = json_object();
        ws__set(object, "what", json_string(course->assumptions[i].what));
        ws__set(object, "step", json_string(course->assumptions[i].step));
        ws__set(object, "moves_agreement", ws__json_number(course->assumptions[i].moves));
        ws__append(list, object);
    }
    ws__set(root, "assumptions", list);
    ws__set(root, "method", json_method(c, course));
    return ws__finish_json(out, root, diag);
}

/* ---- update ---- */

static json_t *json_parties(const ws_case *c, const ws_beliefs *beliefs, const ws_party_beliefs *list)
{
    json_t *object = json_object();
    for (size_t i = 0; i < beliefs->party_count; i++) {
        const ws_party_beliefs *one = &list[i];
        const ws_party *party = &c->shape->parties[one->party];
        json_t *its = json_object(), *steps = json_array();
        ws__set(its, "prior", by_type(party, one->prior));
        ws__set(its, "posterior", by_type(party, one->posterior));
        for (size_t s = 0; s < one->step_count; s++) {
            json_t *step = json_object();
            ws__set(step, "date", json_date(one->steps[s].date));
            ws__set(step, "event", json_string(one->steps[s].event));
            if (one->steps[s].from_model)
                ws__set(step, "from_model", json_true());
            ws__set(step, "likelihood", by_type(party, one->steps[s].likelihood));
            ws__set(step, "posterior", by_type(party, one->steps[s].posterior));
            ws__append(steps, step);
        }
        ws__set(its, "steps", steps);
        ws__set(object, party->key, its);
    }
    return object;
}

ws_status ws__beliefs_json(char **out, const ws_beliefs *beliefs, const ws_case *c,
                           const ws_report_options *options, ws_diag *diag)
{
    json_t *root = ws__start_json("update", c, options);
    if (!beliefs->complete) {
        ws__set(root, "complete", json_false());
        ws__set(root, "stopped_at", json_string(beliefs->stopped_at));
    }
    if (beliefs->until != WS_NO_DAY)
        ws__set(root, "until", json_date(beliefs->until));
    ws__set(root, "parties", json_parties(c, beliefs, beliefs->parties));
    if (beliefs->analyst) {
        json_t *analyst = json_object();
        ws__set(analyst, "parties", json_parties(c, beliefs, beliefs->analyst));
        ws__set(root, "analyst", analyst);
    }
    return ws__finish_json(out, root, diag);
}
