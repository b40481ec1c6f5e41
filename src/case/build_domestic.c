/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bodies that vote, and trees over them: ratification at home, and the agreement over parties. */
#include "case/build.h"

#include "base/text.h"

#include <string.h>

/* What a tree is over: a party's institutions, or the parties. */
typedef struct voters {
    const ws_names *names;  /* who sits in bodies: actors, or parties */
    const char *what;       /* "actor", "party" */
    const ws_names *bodies; /* institutions that a tree may name; NULL in an agreement */
    ws_body *made;          /* an agreement's bodies, growing */
    size_t made_count, made_room;
    bool unknown; /* the names are not known: say nothing */
} voters;

static const ws_limits quota_limits = {0, 1e150, true, false, "a number above 0"};
static const ws_limits percent_limits = {0, 100, true, false, "a share above 0% and at most 100%"};
static const ws_limits least_limits = {1, 1e9, false, true, "a whole number of 1 or more"};

static size_t find_voter(ws_builder *b, const voters *over, const ws_spot *spot, const ws_node *key)
{
    const char *name = key ? key->text : spot->node->text;
    size_t at = ws__find_name(over->names, name);
    if (at != SIZE_MAX || over->unknown)
        return at;
    const char *near = ws__suggest(b, name, over->names->count, over->names->names);
    if (key)
        ws__problem_at_key(b, spot, key, "no %s is named '%s'%s", over->what, ws__in_short(b, name), near);
    else
        ws__problem(b, spot, "no %s is named '%s'%s", over->what, ws__in_short(b, name), near);
    return SIZE_MAX;
}

/* ---- Members and rules ---- */

static bool build_member_list(ws_builder *b, const voters *over, ws_member *members, size_t *made,
                              ws_spot *spot)
{
    bool *seen = WS_TAKE(b, over->names->count, bool);
    if (!seen)
        return false;
    for (size_t i = 0; i < spot->node->count; i++) {
        ws_spot item = ws__child(spot, i);
        if (!ws__want_text(b, &item, "a member"))
            continue;
        size_t voter = find_voter(b, over, &item, NULL);
        if (voter == SIZE_MAX)
            continue;
        if (seen[voter])
            ws__problem(b, &item, "'%s' stands among the members twice", item.node->text);
        else
            members[(*made)++] = (ws_member){voter, WS_NO_SLOT};
        seen[voter] = true;
    }
    return true;
}

static void build_members(ws_builder *b, const voters *over, ws_body *body, ws_spot *spot)
{
    if (ws__is_broken(b, spot->node))
        return;
    if (spot->node->kind == WS_NODE_TEXT) {
        ws__problem(b, spot, "members: expected a list, or a map from member to weight");
        return;
    }
    size_t count = spot->node->count, made = 0;
    if (count == 0) {
        ws__problem(b, spot, "members: at least 1 member is needed");
        return;
    }
    ws_member *members = WS_TAKE(b, count, ws_member);
    if (!members)
        return;
    if (spot->node->kind == WS_NODE_LIST) {
        if (!build_member_list(b, over, members, &made, spot))
            return;
    } else {
        body->as_one = true;
        for (size_t i = 0; i < count; i++) {
            ws_spot item = ws__child(spot, i);
            size_t voter = find_voter(b, over, spot, spot->node->keys[i]);
            ws_slot weight = ws__read_slot(b, &item, "the weight of a member", &ws__at_least_zero, false);
            if (voter != SIZE_MAX)
                members[made++] = (ws_member){voter, weight};
        }
    }
    body->members = members;
    body->member_count = made;
}

/* {quota: N} or {quota: "74%"}. */
static void build_quota(ws_builder *b, ws_body *body, ws_spot *spot)
{
    body->rule = WS_RULE_QUOTA;
    const ws_node *node = spot->node;
    size_t length = node->kind == WS_NODE_TEXT ? node->count : 0;
    if (length == 0 || node->text[length - 1] != '%') {
        body->quota = ws__read_slot(b, spot, "quota", &quota_limits, false);
        return;
    }
    double value;
    ws_node *number = WS_TAKE(b, 1, ws_node);
    char *text = WS_TAKE(b, length, char);
    if (!number || !text)
        return;
    memcpy(text, node->text, length - 1);
    *number = *node;
    number->text = text;
    number->count = length - 1;
    number->quoted = false;
    if (!ws__number_of(&value, number) || value <= 0 || value > 100) {
        ws__problem(b, spot,
                    "quota: expected a number above 0, or a share above 0%% and at most 100%%, got '%s'",
                    ws__in_short(b, node->text));
        return;
    }
    ws_spot share = *spot;
    share.node = number;
    body->rule = WS_RULE_PERCENT;
    body->quota = ws__read_slot(b, &share, "quota", &percent_limits, false);
}

static void build_rule(ws_builder *b, ws_body *body, ws_spot *spot)
{
    static const char *const words[] = {"majority", "two-thirds", "unanimity"};
    static const ws_rule_kind kinds[] = {WS_RULE_MAJORITY, WS_RULE_TWO_THIRDS, WS_RULE_UNANIMITY};
    if (!spot->node || ws__is_broken(b, spot->node))
        return;
    if (spot->node->kind == WS_NODE_TEXT) {
        size_t at = ws__read_word(b, spot, "rule", WS_COUNT(words), words);
        body->rule = at == SIZE_MAX ? WS_RULE_MAJORITY : kinds[at];
        return;
    }
    ws_key keys[] = {{.name = "quota"}, {.name = "at_least"}};
    if (!ws__take_keys(b, spot, "a rule", WS_COUNT(keys), keys))
        return;
    if (!keys[0].spot.node == !keys[1].spot.node) {
        ws__problem(b, spot, "rule: expected majority, two-thirds, unanimity, {quota: N} or {at_least: K}");
    } else if (keys[0].spot.node) {
        build_quota(b, body, &keys[0].spot);
    } else {
        body->rule = WS_RULE_AT_LEAST;
        body->as_one = true;
        body->quota = ws__read_slot(b, &keys[1].spot, "at_least", &least_limits, false);
    }
}

static void build_institution(ws_builder *b, const voters *over, ws_body *body, ws_spot *spot)
{
    enum { NAME, MEMBERS, RULE, VETO, KEYS };
    ws_key keys[KEYS] = {{.name = "name"}, {.name = "members"}, {.name = "rule"}, {.name = "veto"}};
    *body = (ws_body){.key = spot->key, .name = spot->key, .quota = WS_NO_SLOT};
    if (!ws__take_keys(b, spot, "an institution", KEYS, keys))
        return;
    body->name = ws__read_name(b, &keys[NAME].spot, spot->key);
    ws_spot *veto = &keys[VETO].spot;
    if (veto->node) {
        if (keys[MEMBERS].spot.node || keys[RULE].spot.node)
            ws__problem(b, spot, "'%s' has a veto, so it has no %s: {veto: NAME} is whole", spot->key,
                        keys[MEMBERS].spot.node ? "members" : "rule");
        ws_member *member = WS_TAKE(b, 1, ws_member);
        size_t voter = member && ws__want_text(b, veto, "veto") ? find_voter(b, over, veto, NULL) : SIZE_MAX;
        if (voter == SIZE_MAX)
            return;
        *member = (ws_member){voter, WS_NO_SLOT};
        body->veto = body->as_one = true;
        body->members = member;
        body->member_count = 1;
        body->rule = WS_RULE_UNANIMITY;
        return;
    }
    if (!keys[MEMBERS].spot.node) {
        if (!spot->node->broken)
            ws__problem(b, spot, "the institution '%s' needs 'members' (or 'veto')", spot->key);
        return;
    }
    build_members(b, over, body, &keys[MEMBERS].spot);
    build_rule(b, body, &keys[RULE].spot);
}

/* ---- Trees ---- */

static const ws_tree no_tree = {.kind = WS_TREE_ALL};

static ws_tree *new_tree(ws_builder *b, ws_tree_kind kind)
{
    ws_tree *tree = WS_TAKE(b, 1, ws_tree);
    if (tree)
        tree->kind = kind;
    return tree;
}

static const ws_tree *build_tree(ws_builder *b, voters *over, ws_spot *spot);

static const ws_tree *build_leaf(ws_builder *b, voters *over, const ws_spot *spot)
{
    ws_tree *tree = new_tree(b, over->bodies ? WS_TREE_BODY : WS_TREE_VOTER);
    if (!tree)
        return &no_tree;
    if (!over->bodies) {
        size_t voter = find_voter(b, over, spot, NULL);
        tree->voter = voter == SIZE_MAX ? 0 : voter;
        return voter == SIZE_MAX ? &no_tree : tree;
    }
    const char *name = spot->node->text;
    tree->body = ws__find_name(over->bodies, name);
    if (tree->body != SIZE_MAX)
        return tree;
    if (ws__find_name(over->names, name) != SIZE_MAX)
        ws__problem(b, spot, "'%s' is an actor; expected an institution, as NAME: {veto: %s}", name, name);
    else if (!over->unknown)
        ws__problem(b, spot, "no institution is named '%s'%s", ws__in_short(b, name),
                    ws__suggest(b, name, over->bodies->count, over->bodies->names));
    return &no_tree;
}

static const ws_tree *build_branch(ws_builder *b, voters *over, ws_tree_kind kind, size_t least,
                                   ws_spot *list, const char *what)
{
    if (!ws__want_list(b, list, what))
        return &no_tree;
    ws_tree *tree = new_tree(b, kind);
    const ws_tree **parts = WS_TAKE(b, list->node->count, const ws_tree *);
    if (!tree || !parts)
        return &no_tree;
    if (list->node->count == 0)
        ws__problem(b, list, "%s: expected at least one", what);
    for (size_t i = 0; i < list->node->count; i++) {
        ws_spot item = ws__child(list, i);
        parts[i] = build_tree(b, over, &item);
    }
    tree->least = least;
    tree->parts = parts;
    tree->count = list->node->count;
    return tree;
}

static const ws_tree *build_when(ws_builder *b, voters *over, ws_spot *map, ws_key *when, ws_key *need)
{
    if (!when->spot.node || !need->spot.node) {
        ws__problem(b, map, "'%s' needs '%s': {when: CONDITION, need: ...}",
                    when->spot.node ? "when" : "need", when->spot.node ? "need" : "when");
        return &no_tree;
    }
    ws_tree *tree = new_tree(b, WS_TREE_WHEN);
    const ws_tree **part = WS_TAKE(b, 1, const ws_tree *);
    if (!tree || !part)
        return &no_tree;
    tree->when = ws__build_condition(b, &when->spot, false);
    part[0] = build_tree(b, over, &need->spot);
    tree->parts = part;
    tree->count = 1;
    return tree;
}

static const ws_tree *build_body(ws_builder *b, voters *over, ws_key *members, ws_key *rule)
{
    ws_tree *tree = new_tree(b, WS_TREE_BODY);
    if (!tree)
        return &no_tree;
    if (over->made_count == over->made_room) {
        size_t room = over->made_room ? 2 * over->made_room : 4;
        ws_body *made = WS_TAKE(b, room, ws_body);
        if (!made)
            return &no_tree;
        if (over->made_count)
            memcpy(made, over->made, over->made_count * sizeof *made);
        over->made = made;
        over->made_room = room;
    }
    tree->body = over->made_count++;
    ws_body *body = &over->made[tree->body];
    *body = (ws_body){.quota = WS_NO_SLOT};
    build_members(b, over, body, &members->spot);
    build_rule(b, body, &rule->spot);
    return tree;
}

static const ws_tree *build_tree(ws_builder *b, voters *over, ws_spot *spot)
{
    enum { ALL, ANY, AT_LEAST, OF, WHEN, NEED, MEMBERS, RULE, KEYS };
    if (ws__is_broken(b, spot->node) || b->full)
        return &no_tree;
    const char *leaf = over->bodies ? "the name of an institution" : "the name of a party";
    if (spot->node->kind == WS_NODE_LIST || ws__is_null(spot->node)) {
        ws__problem(b, spot, "expected %s, or {all: [...]}, {any: [...]}, {at_least: K, of: [...]}", leaf);
        return &no_tree;
    }
    if (spot->node->kind == WS_NODE_TEXT)
        return build_leaf(b, over, spot);
    ws_key keys[KEYS] = {{.name = "all"},  {.name = "any"},  {.name = "at_least"}, {.name = "of"},
                         {.name = "when"}, {.name = "need"}, {.name = "members"},  {.name = "rule"}};
    if (!ws__take_keys(b, spot, over->bodies ? "ratification" : "agreement", over->bodies ? MEMBERS : KEYS,
                       keys))
        return &no_tree;
    if (over->bodies)
        keys[MEMBERS].spot.node = keys[RULE].spot.node = NULL;
    bool least = keys[AT_LEAST].spot.node || keys[OF].spot.node;
    bool when = keys[WHEN].spot.node || keys[NEED].spot.node;
    bool members = keys[MEMBERS].spot.node || keys[RULE].spot.node;
    int forms = (keys[ALL].spot.node != NULL) + (keys[ANY].spot.node != NULL) + least + when + members;
    if (forms != 1) {
        ws__problem(b, spot, "expected one of all, any, at_least with of, when with need%s",
                    over->bodies ? "" : ", members with rule");
    } else if (keys[ALL].spot.node) {
        return build_branch(b, over, WS_TREE_ALL, 0, &keys[ALL].spot, "all");
    } else if (keys[ANY].spot.node) {
        return build_branch(b, over, WS_TREE_ANY, 0, &keys[ANY].spot, "any");
    } else if (when) {
        return build_when(b, over, spot, &keys[WHEN], &keys[NEED]);
    } else if (members) {
        if (keys[MEMBERS].spot.node)
            return build_body(b, over, &keys[MEMBERS], &keys[RULE]);
        ws__problem(b, spot, "'rule' needs 'members'");
    } else if (!keys[OF].spot.node || !keys[AT_LEAST].spot.node) {
        ws__problem(b, spot, "'%s' needs '%s': {at_least: K, of: [...]}",
                    keys[OF].spot.node ? "of" : "at_least", keys[OF].spot.node ? "at_least" : "of");
    } else {
        size_t k = ws__read_count(b, &keys[AT_LEAST].spot, "at_least", 1, SIZE_MAX);
        const ws_node *of = keys[OF].spot.node;
        if (of->kind == WS_NODE_LIST && k > of->count)
            ws__problem(b, &keys[AT_LEAST].spot, "at least %zu of %zu can never be", k, of->count);
        return build_branch(b, over, WS_TREE_AT_LEAST, k, &keys[OF].spot, "of");
    }
    return &no_tree;
}

/* All of `count` bodies or voters. */
static const ws_tree *default_tree(ws_builder *b, ws_tree_kind leaf, size_t count)
{
    ws_tree *tree = new_tree(b, WS_TREE_ALL);
    ws_tree *leaves = WS_TAKE(b, count, ws_tree);
    const ws_tree **parts = WS_TAKE(b, count, const ws_tree *);
    if (!tree || !leaves || !parts)
        return &no_tree;
    for (size_t i = 0; i < count; i++) {
        leaves[i] = (ws_tree){.kind = leaf, .body = i, .voter = i};
        parts[i] = &leaves[i];
    }
    tree->parts = parts;
    tree->count = count;
    return tree;
}

void ws__build_domestic(ws_builder *b, ws_domestic *out, const ws_names *actors, ws_key *institutions,
                        ws_key *ratification)
{
    ws_names names = {0};
    ws_spot *spot = &institutions->spot;
    voters over = {.names = actors, .what = "actor", .bodies = &names};
    if (spot->node && ws__take_names(b, spot, "institutions", &names)) {
        ws_body *bodies = WS_TAKE(b, names.count, ws_body);
        if (!bodies)
            return;
        for (size_t i = 0; i < names.count; i++) {
            ws_spot item = ws__child(spot, i);
            ws__check_name(b, spot, spot->node->keys[i], "an institution", 0, NULL);
            build_institution(b, &over, &bodies[i], &item);
        }
        out->bodies = bodies;
        out->body_count = names.count;
    }
    over.unknown = spot->node && ws__is_broken(b, spot->node);
    out->ratification = ratification->spot.node ? build_tree(b, &over, &ratification->spot)
                                                : default_tree(b, WS_TREE_BODY, names.count);
}

/* ---- The agreement ---- */

/* Marks the parties without whose yes the tree fails, as far as `all` tells. */
static void mark_needed(const ws_shape *shape, const ws_tree *tree, bool *needed)
{
    if (tree->kind == WS_TREE_VOTER)
        needed[tree->voter] = true;
    for (size_t i = 0; tree->kind == WS_TREE_ALL && i < tree->count; i++)
        mark_needed(shape, tree->parts[i], needed);
    if (tree->kind == WS_TREE_BODY && shape->agreement_bodies[tree->body].rule == WS_RULE_UNANIMITY) {
        const ws_body *body = &shape->agreement_bodies[tree->body];
        for (size_t i = 0; i < body->member_count; i++)
            if (body->members[i].weight == WS_NO_SLOT)
                needed[body->members[i].voter] = true;
    }
}

void ws__build_agreement(ws_builder *b, ws_spot *spot)
{
    size_t count = b->shape->party_count;
    voters over = {.names = &b->party_names, .what = "party", .unknown = b->parties_unknown};
    b->shape->unanimous = true;
    if (!spot->node) {
        b->shape->agreement = default_tree(b, WS_TREE_VOTER, count);
        return;
    }
    b->shape->agreement = build_tree(b, &over, spot);
    b->shape->agreement_bodies = over.made;
    b->shape->agreement_body_count = over.made_count;
    bool *needed = WS_TAKE(b, count, bool);
    if (!needed)
        return;
    mark_needed(b->shape, b->shape->agreement, needed);
    for (size_t p = 0; p < count; p++)
        b->shape->unanimous = b->shape->unanimous && needed[p];
}
