/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A case as it was understood, as JSON: everything that was filled in is there. */
#include "report/words.h"
#include "report/understood.h"

#include <math.h>
#include <string.h>

typedef struct teller {
    const ws_case *c;
    const ws_shape *shape;
    const ws_space *space; /* NULL: unknown */
    ws_arena arena;
} teller;

static json_t *number(const teller *t, ws_slot slot, double other)
{
    return ws__json_number(ws__number(t->c, slot, other));
}

static json_t *tell_issues(const teller *t)
{
    json_t *issues = json_object();
    for (size_t i = 0; i < t->shape->issue_count; i++) {
        const ws_issue *issue = &t->shape->issues[i];
        json_t *one = json_object();
        ws__set(one, "name", json_string(issue->name));
        ws__set(one, "levels", ws__json_count(issue->level_count));
        ws__set(one, "numeric", json_boolean(issue->values != NULL));
        if (issue->unit)
            ws__set(one, "unit", json_string(issue->unit));
        if (issue->values) {
            ws__set(one, "from", ws__json_number(issue->values[0]));
            ws__set(one, "to", ws__json_number(issue->values[issue->level_count - 1]));
        } else {
            json_t *names = json_array();
            for (size_t l = 0; l < issue->level_count; l++)
                ws__append(names, json_string(issue->levels[l]));
            ws__set(one, "names", names);
        }
        ws__set(issues, issue->key, one);
    }
    return issues;
}

/* ---- People ---- */

static json_t *tell_reservation(const teller *t, const ws_reservation *reservation, size_t evaluator,
                                bool breakdown)
{
    json_t *one = json_object();
    const char *from = "number";
    if (reservation->kind == WS_RESERVATION_OUTCOME)
        from = "outcome";
    else if (reservation->kind == WS_RESERVATION_PERCENTILE)
        from = "percentile";
    else if (reservation->kind == WS_RESERVATION_DEFAULT)
        from = breakdown ? "breakdown" : "minimum";
    double value = t->space ? ws_get_range(t->space, evaluator).reservation : (double)NAN;
    if (!t->space && reservation->kind == WS_RESERVATION_NUMBER)
        value = ws__number(t->c, reservation->number, value);
    ws__set(one, "from", json_string(from));
    ws__set(one, "value", ws__json_number(value));
    if (reservation->kind == WS_RESERVATION_PERCENTILE)
        ws__set(one, "percentile", number(t, reservation->number, (double)NAN));
    if (reservation->kind == WS_RESERVATION_OUTCOME)
        ws__set(one, "outcome", ws__json_levels(t->c, reservation->levels));
    return one;
}

static void tell_range(const teller *t, json_t *one, size_t evaluator)
{
    ws_range range = {.min = (double)NAN, .max = (double)NAN};
    if (t->space)
        range = ws_get_range(t->space, evaluator);
    ws__set(one, "min", ws__json_number(range.min));
    ws__set(one, "max", ws__json_number(range.max));
}

static json_t *tell_preference(const teller *t, const ws_preference *preference)
{
    json_t *one = json_object();
    double total = 0;
    for (size_t i = 0; preference->weights && i < t->shape->issue_count; i++)
        total += ws__number(t->c, preference->weights[i], 0);
    json_t *weights = json_object();
    for (size_t i = 0; i < t->shape->issue_count; i++)
        if (preference->weights && preference->weights[i] != WS_NO_SLOT)
            ws__set(weights, t->shape->issues[i].key,
                    ws__json_number(ws__number(t->c, preference->weights[i], 0) / total));
    ws__set(one, "form", json_string(ws__form_word(preference)));
    if (preference->form == WS_FORM_WEIGHTS)
        ws__set(one, "weights", weights);
    else
        json_decref(weights);
    ws__set(one, "together", ws__json_count(preference->together_count));
    return one;
}

static json_t *tell_actor(const teller *t, const ws_actor *actor, size_t evaluator)
{
    json_t *one = json_object();
    ws__set(one, "name", json_string(actor->name));
    ws__set(one, "preferences", tell_preference(t, &actor->preference));
    tell_range(t, one, evaluator);
    ws__set(one, "threshold", tell_reservation(t, &actor->threshold, evaluator, false));
    ws__set(one, "noise", number(t, actor->noise, 0));
    ws__set(one, "seats", number(t, actor->seats, 1));
    ws__set(one, "discipline", number(t, actor->discipline, 1));
    return one;
}

static json_t *tell_body(teller *t, const ws_body *body, const ws_actor *actors)
{
    json_t *one = json_object(), *members = json_object();
    double total = 0;
    for (size_t m = 0; m < body->member_count; m++) {
        const ws_member *member = &body->members[m];
        const char *key = actors ? actors[member->voter].key : t->shape->parties[member->voter].key;
        double weight = 1;
        if (body->rule != WS_RULE_AT_LEAST && !body->veto)
            weight = ws__number(t->c, member->weight,
                                actors ? ws__number(t->c, actors[member->voter].seats, 1) : 1);
        total += weight;
        ws__set(members, key, ws__json_number(weight));
    }
    if (body->name)
        ws__set(one, "name", json_string(body->name));
    ws__set(one, "members", members);
    ws__set(one, "rule", json_string(ws__rule_words(&t->arena, t->c, body)));
    ws__set(one, "total", ws__json_number(total));
    return one;
}

static json_t *tell_home(teller *t, size_t party)
{
    const ws_domestic *home = t->shape->parties[party].domestic;
    if (!home)
        return json_null();
    json_t *one = json_object(), *actors = json_object(), *institutions = json_object();
    for (size_t a = 0; a < home->actor_count; a++)
        ws__set(actors, home->actors[a].key,
                tell_actor(t, &home->actors[a], t->space ? ws_actor_evaluator(t->space, party, a) : 0));
    for (size_t i = 0; i < home->body_count; i++)
        ws__set(institutions, home->bodies[i].key, tell_body(t, &home->bodies[i], home->actors));
    ws__set(one, "actors", actors);
    ws__set(one, "institutions", institutions);
    ws__set(one, "ratification",
            json_string(ws__tree_words(&t->arena, home->ratification, home->bodies, NULL)));
    ws__set(one, "failure", number(t, home->failure, (double)NAN));
    return one;
}

static json_t *tell_types(const teller *t, const ws_party *party)
{
    json_t *types = json_object();
    for (size_t i = 0; i < party->type_count; i++) {
        const ws_type *type = &party->types[i];
        json_t *one = json_object(), *set = json_object();
        for (size_t k = 0; k < type->change_count; k++)
            ws__set(set, type->changes[k].path, json_string(type->changes[k].value));
        ws__set(one, "probability", number(t, type->probability, (double)NAN));
        ws__set(one, "set", set);
        ws__set(types, type->key, one);
    }
    return types;
}

static json_t *tell_party(teller *t, size_t at)
{
    const ws_party *party = &t->shape->parties[at];
    json_t *one = json_object();
    ws__set(one, "name", json_string(party->name));
    ws__set(one, "preferences", tell_preference(t, &party->preference));
    tell_range(t, one, at);
    ws__set(one, "reservation",
            tell_reservation(t, &party->reservation, at, t->shape->breakdown.value[at] != WS_NO_SLOT));
    ws__set(one, "discount", number(t, party->discount, 1));
    ws__set(one, "bargaining_weight", number(t, party->bargaining_weight, 1));
    ws__set(one, "domestic", tell_home(t, at));
    ws__set(one, "types", tell_types(t, party));
    return one;
}

/* ---- Rules, breakdown, process ---- */

static json_t *tell_agreement(teller *t)
{
    json_t *one = json_object(), *bodies = json_array();
    ws__set(one, "unanimous", json_boolean(t->shape->unanimous));
    ws__set(one, "rule",
            json_string(ws__tree_words(&t->arena, t->shape->agreement, t->shape->agreement_bodies,
                                       t->shape->parties)));
    for (size_t i = 0; i < t->shape->agreement_body_count; i++)
        ws__append(bodies, tell_body(t, &t->shape->agreement_bodies[i], NULL));
    ws__set(one, "bodies", bodies);
    return one;
}

static json_t *by_party(const teller *t, const ws_slot *slots)
{
    json_t *object = json_object();
    for (size_t p = 0; p < t->shape->party_count; p++)
        if (slots && slots[p] != WS_NO_SLOT)
            ws__set(object, t->shape->parties[p].key, number(t, slots[p], 0));
    return object;
}

static json_t *tell_breakdown(const teller *t)
{
    const ws_breakdown *breakdown = &t->shape->breakdown;
    json_t *one = json_object();
    ws__set(one, "value", by_party(t, breakdown->value));
    if (breakdown->per_percent) {
        json_t *cost = json_object();
        ws__set(cost, "market",
                breakdown->market == WS_NO_MARKET ? json_null()
                                                  : json_string(t->shape->markets[breakdown->market].key));
        ws__set(cost, "moved", number(t, breakdown->moved, (double)NAN));
        ws__set(cost, "per_percent", by_party(t, breakdown->per_percent));
        ws__set(one, "cost", cost);
    } else {
        ws__set(one, "cost", by_party(t, breakdown->cost));
    }
    ws__set(one, "expiry", by_party(t, breakdown->expiry));
    return one;
}

static json_t *tell_day(ws_day day)
{
    char text[WS_DATE_ROOM];
    ws__format_date(text, day);
    return day == WS_NO_DAY ? json_null() : json_string(text);
}

static json_t *tell_process(const teller *t)
{
    const ws_process *process = t->shape->process;
    if (!process)
        return json_null();
    json_t *one = json_object();
    ws__set(one, "rounds", ws__json_count(process->round_count));
    ws__set(one, "from", process->dates ? tell_day(process->dates[0]) : json_null());
    ws__set(one, "until", process->dates ? tell_day(process->dates[process->round_count - 1]) : json_null());
    ws__set(one, "walk", json_boolean(process->walk));
    ws__set(one, "first",
            process->first == SIZE_MAX ? json_null() : json_string(t->shape->parties[process->first].key));
    ws__set(one, "proposer", process->proposer ? by_party(t, process->proposer) : json_null());
    json_t *hazard = json_array();
    for (size_t i = 0; i < process->hazard_count; i++)
        ws__append(hazard, number(t, process->hazard[i], 0));
    ws__set(one, "hazard", hazard);
    ws__set(one, "rationality",
            process->infinite ? json_string("infinite") : number(t, process->rationality, 20));
    ws__set(one, "offers",
            process->offers == WS_OFFERS_BEST  ? ws__json_count(process->offers_best)
            : process->offers == WS_OFFERS_ALL ? json_string("all")
                                               : json_string("frontier"));
    return one;
}

static json_t *tell_distributions(teller *t)
{
    static const char *const kinds[] = {"fixed", "normal",    "uniform", "triangular",
                                        "beta",  "lognormal", "discrete"};
    json_t *list = json_array();
    for (size_t i = 0; i < t->shape->distribution_count; i++) {
        const ws_distribution *d = &t->shape->distributions[i];
        json_t *one = json_object();
        ws__set(one, "path", json_string(ws__slot_path(&t->arena, t->c, d->slot)));
        ws__set(one, "kind", json_string(kinds[d->kind]));
        ws__set(one, "mean", number(t, d->slot, (double)NAN));
        ws__append(list, one);
    }
    return list;
}

static json_t *tell_series(const ws_series_source *series)
{
    if (series->file)
        return json_string(series->file);
    return ws__json_count(series->count);
}

static void tell_watched(const teller *t, json_t *root)
{
    json_t *indicators = json_object(), *markets = json_object();
    for (size_t i = 0; i < t->shape->indicator_count; i++) {
        const ws_indicator *indicator = &t->shape->indicators[i];
        json_t *one = json_object();
        ws__set(one, "title", json_string(indicator->title));
        ws__set(one, "series", tell_series(&indicator->series));
        ws__set(one, "lag_days", json_integer(indicator->lag_days));
        ws__set(one, "agreed", tell_day(indicator->agreed));
        ws__set(one, "targets", ws__json_count(indicator->growth ? 1 : indicator->target_count));
        ws__set(indicators, indicator->key, one);
    }
    for (size_t i = 0; i < t->shape->market_count; i++) {
        const ws_market *market = &t->shape->markets[i];
        json_t *one = json_object();
        ws__set(one, "title", json_string(market->title));
        ws__set(one, "series", tell_series(&market->series));
        ws__set(one, "returns", json_string(market->log_returns ? "log" : "simple"));
        ws__set(one, "estimation", ws__json_count(market->estimation));
        ws__set(one, "window", json_pack("[ii]", market->window_from, market->window_to));
        ws__set(one, "events", ws__json_count(market->event_count));
        ws__set(markets, market->key, one);
    }
    ws__set(root, "indicators", indicators);
    ws__set(root, "markets", markets);
}

json_t *ws__understood_json(const ws_case *c, const ws_space *space, const ws_report_options *options)
{
    teller t = {.c = c, .shape = c->shape, .space = space};
    json_t *root = ws__start_json("check", c, options), *parties = json_object(), *classes = json_array();
    for (size_t p = 0; p < t.shape->party_count; p++)
        ws__set(parties, t.shape->parties[p].key, tell_party(&t, p));
    for (size_t i = 0; i < t.shape->class_count; i++)
        ws__append(classes, json_string(t.shape->classes[i].key));
    uint64_t outcomes = ws__count_case_outcomes(t.shape);
    ws__set(root, "as_of", tell_day(t.shape->as_of));
    ws__set(root, "issues", tell_issues(&t));
    ws__set(root, "outcomes", outcomes ? ws__json_count(outcomes) : json_null());
    ws__set(root, "feasible", space ? ws__json_count(ws_count_feasible(space)) : json_null());
    ws__set(root, "parties", parties);
    ws__set(root, "agreement", tell_agreement(&t));
    ws__set(root, "constraints", ws__json_count(t.shape->constraint_count));
    ws__set(root, "classes", classes);
    ws__set(root, "breakdown", tell_breakdown(&t));
    ws__set(root, "process", tell_process(&t));
    ws__set(root, "events", ws__json_count(t.shape->event_count));
    tell_watched(&t, root);
    ws__set(root, "numbers", ws__json_count(t.shape->slot_count));
    ws__set(root, "distributions", tell_distributions(&t));
    ws__free_arena(&t.arena);
    return root;
}
