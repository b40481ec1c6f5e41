/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parties and the people at home: actors, institutions. Preferences are drafted for all of them in one list,
 * parties first, and resolved at the end. */
#include "case/build.h"

#include <string.h>

enum { NAME = WS_PREFERENCE_KEYS, RESERVATION, DISCOUNT, BARGAINING, DOMESTIC, TYPES, PARTY_KEYS };
enum { ACTOR_NAME = WS_PREFERENCE_KEYS, THRESHOLD, NOISE, SEATS, DISCIPLINE, ACTOR_KEYS };

typedef struct people {
    size_t count;
    ws_draft *drafts;
    size_t *first_actor;   /* [parties + 1] positions among the drafts */
    ws_names *actor_names; /* [parties] */
    ws_actor **actors;     /* [parties] */
    size_t party;
} people;

static const ws_limits discount_limits = {0, 1, true, false, "a number above 0 and at most 1"};
static const ws_limits seat_limits = {1, 1e9, false, true, "a whole number of 1 or more"};

static ws_slot read_optional(ws_builder *b, ws_spot *spot, const char *what, const ws_limits *limits,
                             bool spread)
{
    return spot->node ? ws__read_slot(b, spot, what, limits, spread) : WS_NO_SLOT;
}

static void start_draft(ws_builder *b, ws_draft *draft, ws_spot *spot, const char *key, size_t party,
                        ws_key *keys)
{
    *draft = (ws_draft){.key = key, .party = party, .place = *spot, .original = SIZE_MAX};
    draft->path = ws__keep_path(b, spot);
    ws__build_preference(b, draft, keys);
    /* What is kept outlives the stack it points into. */
    draft->place.up = draft->like.up = draft->weights.up = draft->values.up = draft->points.up = NULL;
}

static void build_actor(ws_builder *b, people *all, ws_actor *actor, ws_draft *draft, ws_spot *spot)
{
    ws_key keys[ACTOR_KEYS] = {[ACTOR_NAME] = {.name = "name"},
                               [THRESHOLD] = {.name = "threshold"},
                               [NOISE] = {.name = "noise"},
                               [SEATS] = {.name = "seats"},
                               [DISCIPLINE] = {.name = "discipline"}};
    ws__preference_keys(keys);
    actor->key = actor->name = spot->key;
    actor->threshold = (ws_reservation){.number = WS_NO_SLOT};
    actor->noise = actor->seats = actor->discipline = WS_NO_SLOT;
    *draft = (ws_draft){.key = spot->key, .party = all->party, .broken = true, .original = SIZE_MAX};
    if (!ws__take_keys(b, spot, "an actor", ACTOR_KEYS, keys))
        return;
    start_draft(b, draft, spot, spot->key, all->party, keys);
    actor->name = ws__read_name(b, &keys[ACTOR_NAME].spot, actor->key);
    ws__build_reservation(b, &actor->threshold, &keys[THRESHOLD].spot, "threshold");
    actor->noise = read_optional(b, &keys[NOISE].spot, "noise", &ws__at_least_zero, true);
    actor->seats = read_optional(b, &keys[SEATS].spot, "seats", &seat_limits, false);
    actor->discipline = read_optional(b, &keys[DISCIPLINE].spot, "discipline", &ws__probability, false);
}

static void build_actors(ws_builder *b, people *all, ws_domestic *out, ws_spot *spot)
{
    ws_names *names = &all->actor_names[all->party];
    if (!spot->node || !ws__take_names(b, spot, "actors", names))
        return;
    size_t count = spot->node->count, first = all->first_actor[all->party];
    ws_actor *actors = WS_TAKE(b, count, ws_actor);
    if (!actors)
        return;
    for (size_t i = 0; i < count; i++) {
        ws_spot item = ws__child(spot, i);
        ws__check_name(b, spot, spot->node->keys[i], "an actor", 0, NULL);
        build_actor(b, all, &actors[i], &all->drafts[first + i], &item);
    }
    all->actors[all->party] = actors;
    out->actors = actors;
    out->actor_count = count;
}

static void build_home(ws_builder *b, people *all, ws_party *party, ws_spot *spot)
{
    enum { ACTORS, INSTITUTIONS, RATIFICATION, FAILURE, KEYS };
    ws_key keys[KEYS] = {
        {.name = "actors"}, {.name = "institutions"}, {.name = "ratification"}, {.name = "failure"}};
    if (!spot->node || !ws__take_keys(b, spot, "domestic", KEYS, keys))
        return;
    ws_domestic *domestic = WS_TAKE(b, 1, ws_domestic);
    if (!domestic)
        return;
    build_actors(b, all, domestic, &keys[ACTORS].spot);
    ws__build_domestic(b, domestic, &all->actor_names[all->party], &keys[INSTITUTIONS], &keys[RATIFICATION]);
    domestic->failure = read_optional(b, &keys[FAILURE].spot, "failure", &ws__any_number, true);
    party->domestic = domestic;
}

static void build_party(ws_builder *b, people *all, ws_party *party, ws_draft *draft, ws_spot *spot)
{
    ws_key keys[PARTY_KEYS] = {
        [NAME] = {.name = "name"},         [RESERVATION] = {.name = "reservation"},
        [DISCOUNT] = {.name = "discount"}, [BARGAINING] = {.name = "bargaining_weight"},
        [DOMESTIC] = {.name = "domestic"}, [TYPES] = {.name = "types"}};
    ws__preference_keys(keys);
    party->key = party->name = spot->key;
    party->reservation = (ws_reservation){.number = WS_NO_SLOT};
    party->discount = party->bargaining_weight = WS_NO_SLOT;
    *draft = (ws_draft){.key = spot->key, .party = all->party, .broken = true, .original = SIZE_MAX};
    if (!ws__take_keys(b, spot, "a party", PARTY_KEYS, keys))
        return;
    start_draft(b, draft, spot, spot->key, all->party, keys);
    party->name = ws__read_name(b, &keys[NAME].spot, party->key);
    ws__build_reservation(b, &party->reservation, &keys[RESERVATION].spot, "reservation");
    party->discount = read_optional(b, &keys[DISCOUNT].spot, "discount", &discount_limits, true);
    party->bargaining_weight =
        read_optional(b, &keys[BARGAINING].spot, "bargaining_weight", &ws__above_zero, false);
    build_home(b, all, party, &keys[DOMESTIC].spot);
    ws__build_types(b, party, &keys[TYPES].spot);
}

/* How many actors each party's node holds, before anything is understood. */
static bool count_people(ws_builder *b, people *all, const ws_node *node)
{
    all->first_actor = WS_TAKE(b, node->count + 1, size_t);
    if (!all->first_actor)
        return false;
    size_t at = node->count;
    for (size_t p = 0; p < node->count; p++) {
        all->first_actor[p] = at;
        const ws_node *actors = ws__find_item(ws__find_item(node->items[p], "domestic"), "actors");
        at += actors && actors->kind == WS_NODE_MAP ? actors->count : 0;
    }
    all->first_actor[node->count] = all->count = at;
    all->drafts = WS_TAKE(b, at, ws_draft);
    all->actor_names = WS_TAKE(b, node->count, ws_names);
    all->actors = WS_TAKE(b, node->count, ws_actor *);
    for (size_t i = 0; all->drafts && i < at; i++)
        all->drafts[i] = (ws_draft){.key = "", .broken = true, .original = SIZE_MAX};
    return all->drafts && all->actor_names && all->actors;
}

static void hand_out_preferences(people *all, ws_party *parties, size_t count)
{
    for (size_t p = 0; p < count; p++) {
        parties[p].preference = all->drafts[p].preference;
        for (size_t i = all->first_actor[p]; i < all->first_actor[p + 1]; i++)
            if (all->actors[p])
                all->actors[p][i - all->first_actor[p]].preference = all->drafts[i].preference;
    }
}

void ws__build_parties(ws_builder *b, ws_spot *spot)
{
    b->parties_unknown = true;
    if (!spot->node || !ws__take_names(b, spot, "parties", &b->party_names))
        return;
    size_t count = spot->node->count;
    if (count < 2 && !spot->node->broken)
        ws__problem(b, spot, "parties: at least 2 parties are needed, got %zu", count);
    people all = {0};
    ws_party *parties = WS_TAKE(b, count, ws_party);
    b->type_names = WS_TAKE(b, count, ws_names);
    if (!parties || !b->type_names || !count_people(b, &all, spot->node))
        return;
    b->shape->parties = parties;
    b->shape->party_count = count;
    b->parties_unknown = spot->node->broken;
    for (size_t p = 0; p < count && !b->full; p++) {
        ws_spot item = ws__child(spot, p);
        all.party = p;
        ws__check_name(b, spot, spot->node->keys[p], "a party", 0, NULL);
        build_party(b, &all, &parties[p], &all.drafts[p], &item);
    }
    if (b->full)
        return;
    ws__resolve_preferences(b, all.count, all.drafts, all.first_actor, all.actor_names);
    hand_out_preferences(&all, parties, count);
}
