/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What parties and actors want: points, or weights with values, or another's preferences by `like`.
 *
 * Each is read into a draft first. Then `like` is resolved along the chain of copies, originals first,
 * without recursion; a copy holds the slots of its original, so that a changed number changes both. */
#include "case/build.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const key_names[WS_PREFERENCE_KEYS] = {"points", "weights", "values", "like", "together"};

void ws__preference_keys(ws_key *keys)
{
    for (size_t i = 0; i < WS_PREFERENCE_KEYS; i++)
        keys[i] = (ws_key){.name = key_names[i]};
}

/* ---- Weights, together ---- */

static void build_weights(ws_builder *b, ws_draft *draft, ws_spot *spot)
{
    size_t count = b->shape->issue_count;
    ws_slot *weights = WS_TAKE(b, count, ws_slot);
    if (!weights || !ws__want_map(b, spot, "weights"))
        return;
    for (size_t i = 0; i < count; i++)
        weights[i] = WS_NO_SLOT;
    draft->preference.weights = weights;
    for (size_t i = 0; i < spot->node->count; i++) {
        ws_spot item = ws__child(spot, i);
        size_t issue = ws__find_issue(b, spot, spot->node->keys[i]);
        if (issue == SIZE_MAX)
            continue;
        weights[issue] = ws__read_slot(b, &item, "a weight", &ws__at_least_zero, true);
    }
}

static void build_together(ws_builder *b, ws_draft *draft, ws_spot *spot)
{
    if (!spot->node || !ws__want_list(b, spot, "together"))
        return;
    size_t count = spot->node->count, made = 0;
    ws_together *terms = WS_TAKE(b, count, ws_together);
    if (!terms)
        return;
    for (size_t i = 0; i < count; i++) {
        ws_spot item = ws__child(spot, i);
        ws_key keys[] = {{.name = "when", .required = true}, {.name = "add", .required = true}};
        if (!ws__take_keys(b, &item, "an entry of together", WS_COUNT(keys), keys))
            continue;
        if (!keys[0].spot.node || !keys[1].spot.node)
            continue;
        terms[made].when = ws__build_condition(b, &keys[0].spot, false);
        terms[made++].add = ws__read_slot(b, &keys[1].spot, "add", &ws__any_number, true);
    }
    draft->preference.together = terms;
    draft->preference.together_count = made;
}

/* ---- Values over all issues ---- */

static void build_values(ws_builder *b, ws_draft *draft, ws_spot *spot, bool points)
{
    if (!ws__want_map(b, spot, points ? "points" : "values"))
        return;
    ws_values *values = NULL;
    memcpy(&values, &draft->preference.values, sizeof values); /* ours until the case is handed out */
    for (size_t i = 0; values && i < spot->node->count; i++) {
        ws_spot item = ws__child(spot, i);
        size_t issue = ws__find_issue(b, spot, spot->node->keys[i]);
        if (issue == SIZE_MAX)
            continue;
        draft->has_values[issue] = true;
        ws__build_values(b, &values[issue], issue, &item, points);
    }
}

/* True where some key is most likely one of these with a slip: then nothing is said to be missing. */
static bool has_slip(const ws_node *map)
{
    for (size_t i = 0; i < map->count && i < 20; i++) {
        const char *near = ws__nearest_name(map->keys[i]->text, WS_PREFERENCE_KEYS, key_names);
        if (near && strcmp(near, map->keys[i]->text) != 0)
            return true;
    }
    return false;
}

void ws__build_preference(ws_builder *b, ws_draft *draft, ws_key *keys)
{
    enum { POINTS, WEIGHTS, VALUES, LIKE, TOGETHER };
    size_t count = b->shape->issue_count;
    draft->preference.values = WS_TAKE(b, count, ws_values);
    draft->has_values = WS_TAKE(b, count, bool);
    draft->original = SIZE_MAX;
    if (!draft->preference.values || !draft->has_values)
        return;
    draft->points = keys[POINTS].spot;
    draft->weights = keys[WEIGHTS].spot;
    draft->values = keys[VALUES].spot;
    draft->like = keys[LIKE].spot;
    bool points = draft->points.node != NULL;
    bool weights = draft->weights.node || draft->values.node;
    if (points && weights)
        ws__problem(b, &draft->points, "'%s' has both points and %s; expected points, or weights with values",
                    draft->key, draft->weights.node ? "weights" : "values");
    draft->preference.form = points ? WS_FORM_POINTS : WS_FORM_WEIGHTS;
    if (points)
        build_values(b, draft, &draft->points, true);
    else if (draft->values.node)
        build_values(b, draft, &draft->values, false);
    if (draft->weights.node && !points)
        build_weights(b, draft, &draft->weights);
    build_together(b, draft, &keys[TOGETHER].spot);
    if (draft->like.node || draft->place.node->broken)
        return;
    if (b->failed && !(points || (draft->weights.node && draft->values.node)) &&
        has_slip(draft->place.node)) {
        draft->broken = true;
        return;
    }
    if (!points && !weights)
        ws__problem(b, &draft->place, "'%s' needs preferences: points, or weights with values, or like",
                    draft->key);
    else if (!points && !draft->values.node)
        ws__problem(b, &draft->weights, "'%s' has weights; it needs 'values' too", draft->key);
    else if (!points && !draft->weights.node)
        ws__problem(b, &draft->values, "'%s' has values; it needs 'weights' too", draft->key);
}

/* ---- like ---- */

static size_t find_original(ws_builder *b, size_t at, ws_draft *drafts, const size_t *first_actor,
                            const ws_names *actor_names)
{
    ws_draft *draft = &drafts[at];
    if (!ws__want_text(b, &draft->like, "like"))
        return SIZE_MAX;
    const char *name = draft->like.node->text;
    const ws_names *actors = &actor_names[draft->party];
    size_t actor = ws__find_name(actors, name), party = ws__find_name(&b->party_names, name);
    if (actor != SIZE_MAX && first_actor[draft->party] + actor != at)
        return first_actor[draft->party] + actor;
    if (party != SIZE_MAX && party != at)
        return party;
    if (actor != SIZE_MAX || party != SIZE_MAX) {
        ws__problem(b, &draft->like, "like: '%s' copies itself", name);
        return SIZE_MAX;
    }
    const char *near = ws__suggest(b, name, actors->count, actors->names);
    if (!*near)
        near = ws__suggest(b, name, b->party_names.count, b->party_names.names);
    ws__problem(b, &draft->like, "like: no actor of '%s' and no party is named '%s'%s",
                b->party_names.names[draft->party], ws__in_short(b, name), near);
    return SIZE_MAX;
}

static bool copy_weights(ws_builder *b, ws_draft *draft, const ws_draft *from)
{
    const ws_slot *own = draft->preference.weights;
    if (!own || !from->preference.weights) {
        draft->preference.weights = own ? own : from->preference.weights;
        return true;
    }
    ws_slot *weights = WS_TAKE(b, b->shape->issue_count, ws_slot);
    if (!weights)
        return false;
    for (size_t i = 0; i < b->shape->issue_count; i++)
        weights[i] = own[i] != WS_NO_SLOT ? own[i] : from->preference.weights[i];
    draft->preference.weights = weights;
    return true;
}

static bool copy_together(ws_builder *b, ws_preference *to, const ws_preference *from)
{
    size_t count = to->together_count + from->together_count;
    if (!from->together_count)
        return true;
    ws_together *terms = WS_TAKE(b, count, ws_together);
    if (!terms)
        return false;
    memcpy(terms, from->together, from->together_count * sizeof *terms);
    if (to->together_count)
        memcpy(terms + from->together_count, to->together, to->together_count * sizeof *terms);
    to->together = terms;
    to->together_count = count;
    return true;
}

/* What the original has and the copy does not state itself. */
static void copy_preference(ws_builder *b, ws_draft *draft, const ws_draft *from)
{
    bool points = draft->points.node != NULL, weights = draft->weights.node || draft->values.node;
    bool of_points = from->preference.form == WS_FORM_POINTS;
    draft->broken = from->broken;
    if (from->broken)
        return;
    if ((points && !of_points) || (weights && of_points)) {
        draft->broken = !ws__problem(b,
                                     points                ? &draft->points
                                     : draft->weights.node ? &draft->weights
                                                           : &draft->values,
                                     "'%s' has %s, so its copy '%s' may change those, not %s", from->key,
                                     of_points ? "points" : "weights and values", draft->key,
                                     points ? "points" : "weights or values");
        return;
    }
    draft->preference.form = from->preference.form;
    ws_values *values = WS_TAKE(b, b->shape->issue_count, ws_values);
    bool *has = WS_TAKE(b, b->shape->issue_count, bool);
    if (!values || !has || !copy_weights(b, draft, from) ||
        !copy_together(b, &draft->preference, &from->preference))
        return;
    for (size_t i = 0; i < b->shape->issue_count; i++) {
        bool own = draft->has_values[i];
        values[i] = own ? draft->preference.values[i] : from->preference.values[i];
        has[i] = own || from->has_values[i];
    }
    draft->preference.values = values;
    draft->has_values = has;
}

/* A weight on an issue whose levels have no values says nothing. */
static void check_weights(ws_builder *b, ws_draft *draft)
{
    const ws_slot *weights = draft->preference.weights;
    if (draft->broken || draft->preference.form != WS_FORM_WEIGHTS || !weights || !draft->weights.node ||
        (!draft->values.node && !draft->like.node))
        return;
    for (size_t i = 0; i < b->shape->issue_count; i++)
        if (weights[i] != WS_NO_SLOT && !draft->has_values[i] && !b->issue_broken[i]) {
            ws_spot spot = {.node = b->shape->slot_nodes[weights[i]], .up = &draft->weights};
            ws__problem(b, &spot, "'%s' has a weight on '%s' but no values for it", draft->key,
                        b->shape->issues[i].key);
        }
}

static void report_circle(ws_builder *b, ws_draft *drafts, const size_t *chain, size_t from, size_t to)
{
    const char *names[8];
    size_t count = 0;
    for (size_t i = from; i < to; i++) {
        if (count < 8)
            names[count++] = drafts[chain[i]].key;
        drafts[chain[i]].broken = true;
    }
    ws__problem(b, &drafts[chain[from]].like, "like goes in a circle: %s copy one another",
                ws__list_names(b, count, names));
}

/* Finishes a draft after its originals. states: 0 new, 1 on the chain, 2 done. */
static void resolve_chain(ws_builder *b, size_t at, ws_draft *drafts, unsigned char *states, size_t *chain)
{
    size_t length = 0;
    while (at != SIZE_MAX && states[at] == 0) {
        states[at] = 1;
        chain[length++] = at;
        at = drafts[at].original;
    }
    if (at != SIZE_MAX && states[at] == 1) {
        size_t from = 0;
        while (chain[from] != at)
            from++;
        report_circle(b, drafts, chain, from, length);
    }
    while (length--) {
        ws_draft *draft = &drafts[chain[length]];
        if (draft->original != SIZE_MAX && !draft->broken)
            copy_preference(b, draft, &drafts[draft->original]);
        check_weights(b, draft);
        states[chain[length]] = 2;
    }
}

void ws__resolve_preferences(ws_builder *b, size_t count, ws_draft *drafts, const size_t *first_actor,
                             const ws_names *actor_names)
{
    unsigned char *states = calloc(count + 1, 1);
    size_t *chain = malloc((count + 1) * sizeof *chain);
    for (size_t i = 0; i < count && states && chain && !b->full; i++) {
        ws_draft *draft = &drafts[i];
        if (!draft->like.node || draft->broken)
            continue;
        draft->original = find_original(b, i, drafts, first_actor, actor_names);
        draft->broken = draft->original == SIZE_MAX;
    }
    for (size_t i = 0; i < count && states && chain && !b->full; i++)
        resolve_chain(b, i, drafts, states, chain);
    if (!states || !chain) {
        b->full = b->failed = true;
        ws_fail(b->diag, WS_LIMIT, "no memory for %zu copies", count);
    }
    free(states);
    free(chain);
}

/* ---- Reservation values and thresholds ---- */

void ws__build_reservation(ws_builder *b, ws_reservation *out, ws_spot *spot, const char *what)
{
    static const ws_limits percentile = {0, 100, false, false, "a number from 0 to 100"};
    *out = (ws_reservation){.kind = WS_RESERVATION_DEFAULT, .number = WS_NO_SLOT};
    if (!spot->node || ws__is_broken(b, spot->node))
        return;
    const ws_node *deal = ws__find_item(spot->node, "outcome");
    const ws_node *share = ws__find_item(spot->node, "percentile");
    if (deal || share) {
        ws_key keys[] = {{.name = "outcome"}, {.name = "percentile"}};
        if (deal && share)
            ws__problem(b, spot, "%s: expected outcome or percentile, not both", what);
        else if (ws__take_keys(b, spot, what, WS_COUNT(keys), keys) && deal) {
            out->kind = WS_RESERVATION_OUTCOME;
            out->levels = ws__read_deal(b, &keys[0].spot, "the outcome");
        } else {
            out->kind = WS_RESERVATION_PERCENTILE;
            out->number = ws__read_slot(b, &keys[1].spot, "percentile", &percentile, false);
        }
        return;
    }
    static const ws_limits limits = {-(double)INFINITY, (double)INFINITY, false, false,
                                     "a number, {outcome: ...}, {percentile: ...} or a distribution"};
    out->kind = WS_RESERVATION_NUMBER;
    out->number = ws__read_slot(b, spot, what, &limits, true);
}
