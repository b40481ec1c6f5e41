/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Votes at home as JSON: `winset ratify --json`. */
#include "base/diag.h"
#include "case/model.h"
#include "report/json.h"
#include "report/ratify.h"

static json_t *describe_institution(const ws_ratify_institution *institution, const ws_ratify_party *party,
                                    const ws_domestic *home)
{
    json_t *object = json_object(), *weight = json_object(), *members = json_object();
    ws__set(weight, "mean", ws__json_number(institution->mean));
    ws__set(weight, "quota", ws__json_number(institution->quota));
    ws__set(weight, "total", ws__json_number(institution->total));
    for (size_t i = 0; i < institution->member_count; i++) {
        const ws_ratify_member *m = &institution->members[i];
        const ws_ratify_actor *actor = &party->actors[m->actor];
        json_t *member = json_object();
        ws__set(member, "p_yes", ws__json_number(actor->p_yes));
        ws__set(member, "u", ws__json_number(actor->u));
        ws__set(member, "threshold", ws__json_number(actor->threshold));
        ws__set(member, "weight", ws__json_number(m->weight));
        ws__set(member, "importance", ws__json_number(m->importance));
        ws__set(member, "pivot_share", ws__json_number(m->pivot_share));
        ws__set(members, home->actors[m->actor].key, member);
    }
    ws__set(object, "p", ws__json_number(institution->p));
    ws__set(object, "needed", json_boolean(institution->needed));
    ws__set(object, "yes_weight", weight);
    ws__set(object, "members", members);
    return object;
}

static json_t *describe_price(const ws_ratify_price *price, const ws_domestic *home)
{
    json_t *object = json_object(), *cheapest = json_array();
    for (size_t i = 0; i < price->move_count; i++) {
        json_t *move = json_object();
        ws__set(move, "actor", json_string(home->actors[price->moves[i].actor].key));
        ws__set(move, "needs", ws__json_number(price->moves[i].needs));
        ws__set(move, "needs_share", ws__json_number(price->moves[i].needs_share));
        ws__append(cheapest, move);
    }
    ws__set(object, "to", ws__json_number(price->to));
    ws__set(object, "possible", json_boolean(price->possible));
    ws__set(object, "cheapest", cheapest);
    ws__set(object, "total", price->possible ? ws__json_number(price->total) : json_null());
    ws__set(object, "method", ws__json_text(price->method));
    return object;
}

static json_t *level_of(const ws_issue *issue, uint32_t level)
{
    return issue->values ? ws__json_number(issue->values[level]) : json_string(issue->levels[level]);
}

static json_t *describe_sweeteners(const ws_ratify_party *party, const ws_case *c)
{
    json_t *list = json_array();
    for (size_t i = 0; i < party->sweetener_count; i++) {
        const ws_ratify_sweetener *s = &party->sweeteners[i];
        const ws_issue *issue = &c->shape->issues[s->issue];
        json_t *object = json_object();
        ws__set(object, "issue", json_string(issue->key));
        ws__set(object, "from", level_of(issue, s->from));
        ws__set(object, "to", level_of(issue, s->to));
        ws__set(object, "p", ws__json_number(s->p));
        ws__set(object, "rise", ws__json_number(s->rise));
        ws__set(object, "loss", ws__json_number(s->loss));
        ws__append(list, object);
    }
    return list;
}

/* The tree, parts inside their node; `*at` is the next node. Depth: the case's, bounded by its reader. */
static json_t *describe_tree(const ws_ratify_party *party, const ws_domestic *home, size_t *at)
{
    const ws_ratify_node *node = &party->nodes[(*at)++];
    json_t *object = json_object();
    ws__set(object, "p", ws__json_number(node->p));
    ws__set(object, "needed", json_boolean(node->needed));
    if (node->institution != SIZE_MAX) {
        ws__set(object, "institution", json_string(home->bodies[node->institution].key));
        return object;
    }
    json_t *parts = json_array();
    ws__set(object, "at_least", ws__json_count(node->least));
    for (size_t i = 0; i < node->part_count; i++)
        ws__append(parts, describe_tree(party, home, at));
    ws__set(object, "of", parts);
    return object;
}

static json_t *describe_party(const ws_ratify_party *party, const ws_case *c, const ws_party *source)
{
    const ws_domestic *home = source->domestic;
    json_t *object = json_object(), *institutions = json_object();
    ws__set(object, "p", ws__json_number(party->p));
    ws__set(object, "pivot",
            party->pivot == SIZE_MAX ? json_null() : json_string(home->actors[party->pivot].key));
    for (size_t b = 0; b < party->institution_count; b++)
        ws__set(institutions, home->bodies[b].key,
                describe_institution(&party->institutions[b], party, home));
    ws__set(object, "institutions", institutions);
    if (!party->has_home)
        return object;
    json_t *importance = json_object();
    for (size_t a = 0; a < party->actor_count; a++)
        ws__set(importance, home->actors[a].key, ws__json_number(party->actors[a].importance));
    size_t at = 0;
    ws__set(object, "tree", describe_tree(party, home, &at));
    ws__set(object, "importance", importance);
    ws__set(object, "price", describe_price(&party->price, home));
    ws__set(object, "sweeteners", describe_sweeteners(party, c));
    return object;
}

static void add_types(json_t *object, const ws_ratify_party *party, const ws_party *source)
{
    if (!party->type_count)
        return;
    json_t *by_type = json_object();
    for (size_t t = 0; t < party->type_count; t++)
        ws__set(by_type, source->types[t].key, ws__json_number(party->p_by_type[t]));
    ws__set(object, "p_by_type", by_type);
    ws__set(object, "p_mixed", ws__json_number(party->p_mixed));
}

ws_status ws__write_ratification(char **out, const ws_ratification *ratification, const ws_case *c,
                                 const ws_report_options *options, ws_diag *diag)
{
    json_t *root = ws__start_json("ratify", c, options), *parties = json_object();
    ws__set(root, "outcome", ws__json_outcome(c, ratification->outcome));
    for (size_t p = 0; p < ratification->party_count; p++) {
        const ws_party *source = &c->shape->parties[p];
        json_t *party = describe_party(&ratification->parties[p], c, source);
        ws__set(party, "accepts", json_boolean(ratification->parties[p].accepts));
        add_types(party, &ratification->parties[p], source);
        ws__set(parties, source->key, party);
    }
    ws__set(root, "feasible", json_boolean(ratification->feasible));
    ws__set(root, "pivot",
            ratification->pivot == SIZE_MAX ? json_null()
                                            : json_string(c->shape->parties[ratification->pivot].key));
    ws__set(root, "parties", parties);
    if (ratification->by_type_count) {
        json_t *list = json_array();
        for (size_t i = 0; i < ratification->by_type_count; i++) {
            const ws_ratify_type *view = &ratification->by_type[i];
            const ws_party *source = &c->shape->parties[view->party];
            json_t *object = json_object();
            ws__set(object, "party", json_string(source->key));
            ws__set(object, "type", json_string(source->types[view->type].key));
            ws__set(object, "probability", ws__json_number(view->probability));
            ws__set(object, "vote", describe_party(&view->vote, c, source));
            ws__append(list, object);
        }
        ws__set(root, "by_type", list);
    }
    return ws__finish_json(out, root, diag);
}

ws_status ws__write_ratify_survey(char **out, const ws_ratify_survey *survey, const ws_case *c,
                                  const ws_report_options *options, ws_diag *diag)
{
    json_t *root = ws__start_json("ratify", c, options), *classes = json_object();
    ws__set(root, "alpha", ws__json_number(survey->alpha));
    for (size_t k = 0; k < survey->class_count; k++) {
        const ws_ratify_class *of = &survey->classes[k];
        if (k + 1 == survey->class_count && of->outcomes == 0)
            continue; /* nothing is `other` */
        json_t *object = json_object();
        ws__set(object, "outcomes", ws__json_count(of->outcomes));
        ws__set(object, "mean", ws__json_by_party(c, of->mean));
        ws__set(object, "best", ws__json_by_party(c, of->best));
        ws__set(object, "likely", ws__json_counts_by_party(c, of->likely));
        ws__set(object, "mean_all", ws__json_number(of->mean_all));
        ws__set(object, "best_all", ws__json_number(of->best_all));
        ws__set(object, "likely_all", ws__json_count(of->likely_all));
        ws__set(object, "surest", of->surest == WS_NO_OUTCOME ? json_null() : ws__json_count(of->surest));
        ws__set(classes, ws__class_key(c, k), object);
    }
    ws__set(root, "classes", classes);
    return ws__finish_json(out, root, diag);
}
