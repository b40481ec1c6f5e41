/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deals, conditions and rules in words. A tree is told from its root; what stands inside it is put in
 * brackets where that matters. */
#include "report/words.h"

#include "base/text.h"
#include "report/text.h"

#include <string.h>

static const char *keep(ws_arena *arena, const ws_text *text)
{
    const char *words =
        text->failed ? NULL : ws__copy_bytes(arena, text->bytes ? text->bytes : "", text->length);
    return words ? words : "";
}

const char *ws__say_title(const ws_case *c, const char *otherwise)
{
    const char *title = ws_case_title(c);
    return *title ? title : otherwise ? otherwise : "A case without a title";
}

/* ---- Deals and conditions ---- */

const char *ws__say_deal(ws_arena *arena, const ws_shape *shape, const uint32_t *levels)
{
    WS_TEXT(text);
    for (size_t i = 0; i < shape->issue_count; i++) {
        const ws_issue *issue = &shape->issues[i];
        ws__add_format(&text, "%s%s: %s", i ? "; " : "", issue->name, issue->level_names[levels[i]]);
        if (issue->unit)
            ws__add_format(&text, " %s", issue->unit);
    }
    return keep(arena, &text);
}

/* "Site is north bay or the island"; by what is not allowed where that is shorter. */
static void add_test(ws_text *out, const ws_shape *shape, const ws_condition *test)
{
    const ws_issue *issue = &shape->issues[test->issue];
    size_t allowed = 0, named = 0, last = 0;
    for (size_t l = 0; l < issue->level_count; l++)
        allowed += test->allowed[l];
    bool by_allowed = allowed <= issue->level_count - allowed || allowed == 1;
    size_t total = by_allowed ? allowed : issue->level_count - allowed;
    ws__add_format(out, "%s is %s", issue->name, by_allowed ? "" : "not ");
    for (size_t l = 0; l < issue->level_count; l++)
        if (test->allowed[l] == by_allowed)
            last = l;
    for (size_t l = 0; l < issue->level_count; l++) {
        if (test->allowed[l] != by_allowed)
            continue;
        ws__add_format(out, "%s%s", named == 0 ? "" : l == last ? " or " : ", ", issue->level_names[l]);
        named++;
    }
    if (total == 0)
        ws__add_text(out, by_allowed ? "nothing it can be" : "anything");
}

/* Depth: the case's, bounded by its reader. */
static void add_condition(ws_text *out, const ws_shape *shape, const ws_condition *c, bool inside)
{
    switch (c->kind) {
    case WS_CONDITION_TEST:
        add_test(out, shape, c);
        return;
    case WS_CONDITION_NOT:
        ws__add_text(out, "it is not so that ");
        add_condition(out, shape, c->parts[0], true);
        return;
    case WS_CONDITION_OTHERWISE:
        ws__add_text(out, "anything else");
        return;
    case WS_CONDITION_ALL:
    case WS_CONDITION_ANY:
    case WS_CONDITION_AT_LEAST:
        break;
    }
    bool several = c->count > 1 || c->kind == WS_CONDITION_AT_LEAST;
    if (inside && several)
        ws__add_text(out, "(");
    if (c->kind == WS_CONDITION_AT_LEAST)
        ws__add_format(out, "at least %zu of: ", c->least);
    for (size_t i = 0; i < c->count; i++) {
        ws__add_text(out, i == 0                             ? ""
                          : c->kind == WS_CONDITION_AT_LEAST ? "; "
                          : c->kind == WS_CONDITION_ANY      ? ", or "
                                                             : ", and ");
        add_condition(out, shape, c->parts[i], several);
    }
    if (c->count == 0)
        ws__add_text(out, c->kind == WS_CONDITION_ANY ? "nothing" : "anything");
    if (inside && several)
        ws__add_text(out, ")");
}

const char *ws__say_condition(ws_arena *arena, const ws_shape *shape, const ws_condition *condition)
{
    WS_TEXT(text);
    add_condition(&text, shape, condition, false);
    return keep(arena, &text);
}

const char *ws__say_broken(ws_arena *arena, const ws_shape *shape, const uint32_t *levels)
{
    WS_TEXT(text);
    for (size_t i = 0; i < shape->constraint_count; i++)
        if (!ws__holds(shape->constraints[i], levels))
            ws__add_format(&text, "%s%s", text.length ? "; and " : "",
                           ws__say_condition(arena, shape, shape->constraints[i]));
    return text.length ? keep(arena, &text) : NULL;
}

/* ---- Bodies by their keys ---- */

const char *ws__rule_words(ws_arena *arena, const ws_case *c, const ws_body *body)
{
    char number[WS_NUMBER_ROOM];
    ws__format_number(number, ws__number(c, body->quota, 0));
    const char *text = "";
    if (body->veto)
        text = "veto";
    else if (body->rule == WS_RULE_MAJORITY)
        text = "majority";
    else if (body->rule == WS_RULE_TWO_THIRDS)
        text = "two-thirds";
    else if (body->rule == WS_RULE_UNANIMITY)
        text = "unanimity";
    else if (body->rule == WS_RULE_QUOTA)
        text = ws__format_text(arena, "quota %s", number);
    else if (body->rule == WS_RULE_PERCENT)
        text = ws__format_text(arena, "quota %s%%", number);
    else
        text = ws__format_text(arena, "at least %s members", number);
    return text ? text : "";
}

/* ---- A body as people say it ---- */

static double weight_of(const ws_case *c, const ws_body *body, const ws_member *member,
                        const ws_actor *actors)
{
    if (body->rule == WS_RULE_AT_LEAST || body->veto)
        return 1;
    return ws__number(c, member->weight, actors ? ws__number(c, actors[member->voter].seats, 1) : 1);
}

const char *ws__say_votes(ws_arena *arena, double votes)
{
    bool whole = votes >= 0 && votes < 9e15 && votes == (double)(uint64_t)votes;
    return whole ? ws__say_count(arena, (uint64_t)votes) : ws__say_number(arena, votes);
}

/* "A 2, B 3 and C 2", or names alone. */
static const char *say_members(ws_arena *arena, const ws_case *c, const ws_body *body, const ws_actor *actors,
                               bool weights)
{
    const char **names = WS_NEW_MANY(arena, body->member_count + 1, const char *);
    for (size_t m = 0; names && m < body->member_count; m++) {
        const ws_member *member = &body->members[m];
        const char *name = actors ? actors[member->voter].name : c->shape->parties[member->voter].name;
        if (weights)
            name = ws__format_text(arena, "%s %s", name,
                                   ws__say_votes(arena, weight_of(c, body, member, actors)));
        names[m] = name ? name : "";
    }
    return names ? ws__say_list(arena, body->member_count, names) : "";
}

static const char *say_need(ws_arena *arena, const ws_body *body, double quota, double total, bool weights)
{
    const char *of = weights ? ws__format_text(arena, "%s votes", ws__say_votes(arena, total)) : NULL;
    const char *whole = of ? of : "";
    switch (body->rule) {
    case WS_RULE_MAJORITY:
        return ws__format_text(arena, "more than half of %s", whole);
    case WS_RULE_TWO_THIRDS:
        return ws__format_text(arena, "two thirds of %s", whole);
    case WS_RULE_UNANIMITY:
        return ws__format_text(arena, "all of %s", whole);
    case WS_RULE_PERCENT:
        return ws__format_text(arena, "%s%% of %s", ws__say_number(arena, quota), whole);
    case WS_RULE_QUOTA:
    case WS_RULE_AT_LEAST:
        break;
    }
    return ws__format_text(arena, "at least %s of %s", ws__say_votes(arena, quota), whole);
}

const char *ws__say_body(ws_arena *arena, const ws_case *c, const ws_body *body, const ws_actor *actors)
{
    double total = 0;
    bool even = true;
    for (size_t m = 0; m < body->member_count; m++) {
        double weight = weight_of(c, body, &body->members[m], actors);
        total += weight;
        even = even && weight == 1;
    }
    const char *members = say_members(arena, c, body, actors, !even);
    if (body->member_count == 1) {
        const char *alone = ws__format_text(arena, "%s alone", say_members(arena, c, body, actors, false));
        return alone ? alone : "";
    }
    const char *need = say_need(arena, body, ws__number(c, body->quota, 0), total, !even);
    const char *text = ws__format_text(arena, even ? "%s%s" : "%s (%s)", need ? need : "", members);
    return text ? text : "";
}

/* ---- A tree ---- */

typedef struct naming {
    ws_arena *arena;
    const ws_case *c;
    const ws_body *bodies;
    const ws_party *parties;
    bool keys; /* as in the file */
} naming;

static void add_leaf(ws_text *out, const naming *n, const ws_tree *tree, bool inside)
{
    if (tree->kind == WS_TREE_VOTER) {
        const ws_party *party = &n->parties[tree->voter];
        ws__add_text(out, n->keys ? party->key : party->name);
        return;
    }
    const ws_body *body = &n->bodies[tree->body];
    if (body->key) {
        ws__add_text(out, n->keys ? body->key : body->name);
    } else if (n->keys) {
        ws__add_text(out, "the vote of its members");
    } else {
        ws__add_text(out, inside ? "(" : "");
        ws__add_text(out, ws__say_body(n->arena, n->c, body, NULL));
        ws__add_text(out, inside ? ")" : "");
    }
}

/* Depth: the case's, bounded by its reader. */
static void add_tree(ws_text *out, const naming *n, const ws_tree *tree, bool inside)
{
    switch (tree->kind) {
    case WS_TREE_BODY:
    case WS_TREE_VOTER:
        add_leaf(out, n, tree, inside);
        return;
    case WS_TREE_WHEN:
        add_tree(out, n, tree->parts[0], true);
        if (n->keys)
            ws__add_text(out, " where its condition holds");
        else
            ws__add_format(out, " (where %s)", ws__say_condition(n->arena, n->c->shape, tree->when));
        return;
    case WS_TREE_ALL:
    case WS_TREE_ANY:
    case WS_TREE_AT_LEAST:
        break;
    }
    if (tree->count == 1 && tree->kind != WS_TREE_AT_LEAST) {
        add_tree(out, n, tree->parts[0], inside);
        return;
    }
    if (inside && (n->keys || tree->kind != WS_TREE_AT_LEAST))
        ws__add_text(out, "(");
    if (tree->kind == WS_TREE_AT_LEAST)
        ws__add_format(out, "at least %zu of ", tree->least);
    for (size_t i = 0; i < tree->count; i++) {
        const char *last = tree->kind == WS_TREE_ANY ? " or " : " and ";
        ws__add_text(out, i == 0 ? "" : i + 1 == tree->count ? last : ", ");
        add_tree(out, n, tree->parts[i], true);
    }
    if (tree->count == 0)
        ws__add_text(out, "nobody");
    if (inside && (n->keys || tree->kind != WS_TREE_AT_LEAST))
        ws__add_text(out, ")");
}

static const char *say_tree(const naming *n, const ws_tree *tree)
{
    WS_TEXT(text);
    add_tree(&text, n, tree, false);
    return keep(n->arena, &text);
}

const char *ws__tree_words(ws_arena *arena, const ws_tree *tree, const ws_body *bodies,
                           const ws_party *parties)
{
    return say_tree(&(naming){arena, NULL, bodies, parties, true}, tree);
}

const char *ws__say_ratification(ws_arena *arena, const ws_case *c, const ws_domestic *home)
{
    return say_tree(&(naming){arena, c, home->bodies, NULL, false}, home->ratification);
}

const char *ws__say_agreement(ws_arena *arena, const ws_case *c)
{
    const ws_shape *shape = c->shape;
    return say_tree(&(naming){arena, c, shape->agreement_bodies, shape->parties, false}, shape->agreement);
}
