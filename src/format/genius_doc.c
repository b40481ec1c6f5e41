/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GENIUS domain as a case document. Names that are no keys get some and stay what is shown; what a number
 * means was settled by the reader, so utilities are `points`. */
#include "format/genius.h"

#include "base/diag.h"
#include "base/text.h"
#include "format/keys.h"

#include <math.h>
#include <string.h>

/* A map or list under construction; nodes that could not be made leave `failed`. */
typedef struct node_list {
    size_t count;
    const ws_node **keys, **items;
} node_list;

typedef struct doc_maker {
    ws_arena *arena;
    const ws_genius_domain *domain;
    const char **issue_keys;
    const char ***level_keys; /* [issue]; NULL: a numeric issue */
    bool failed;
} doc_maker;

static node_list begin_list(doc_maker *maker, size_t room)
{
    node_list list = {0, WS_NEW_MANY(maker->arena, room, const ws_node *),
                      WS_NEW_MANY(maker->arena, room, const ws_node *)};
    maker->failed = maker->failed || !list.keys || !list.items;
    return list;
}

static void add_item(doc_maker *maker, node_list *list, const char *key, const ws_node *item)
{
    const ws_node *name = key && !maker->failed ? ws__new_text(maker->arena, key, false) : NULL;
    maker->failed = maker->failed || !item || (key && !name);
    if (maker->failed)
        return;
    list->keys[list->count] = name;
    list->items[list->count++] = item;
}

static const ws_node *end_map(doc_maker *maker, const node_list *list, bool flow)
{
    return maker->failed ? NULL : ws__new_map(maker->arena, list->count, list->keys, list->items, flow);
}

static const ws_node *end_list(doc_maker *maker, const node_list *list)
{
    return maker->failed ? NULL : ws__new_list(maker->arena, list->count, list->items, true);
}

static const ws_node *new_text(doc_maker *maker, const char *text)
{
    return ws__new_text(maker->arena, text, true);
}

static const ws_node *new_number(doc_maker *maker, double value)
{
    return ws__new_number(maker->arena, value == 0 ? 0 : value); /* no -0 */
}

/* ---- Issues ---- */

/* The step between an issue's values where it is a decimal short enough for a numeric issue; 0: it is none.
 */
static double find_step(const ws_genius_issue *issue)
{
    if (issue->kind == WS_GENIUS_INTEGER || issue->level_count < 2)
        return 1;
    char text[WS_NUMBER_ROOM];
    double steps = (double)(issue->level_count - 1);
    double step = ws__tidy_genius((issue->to - issue->from) / steps);
    return ws__format_number(text, step) <= 10 ? step : 0;
}

/* Texts of the levels of an issue without decimal steps. */
static const char **write_values(doc_maker *maker, const ws_genius_issue *issue)
{
    const char **texts = WS_NEW_MANY(maker->arena, issue->level_count, const char *);
    for (size_t level = 0; texts && level < issue->level_count; level++)
        if (!(texts[level] = ws__format_text(maker->arena, "%.6g", ws__genius_value(issue, level))))
            return NULL;
    return texts;
}

/* A list of keys, or a map from keys to what is shown. */
static const ws_node *make_levels(doc_maker *maker, size_t count, const char **keys, const char **texts)
{
    node_list list = begin_list(maker, count);
    bool same = true;
    for (size_t i = 0; i < count && !maker->failed; i++)
        same = same && strcmp(keys[i], texts[i]) == 0;
    for (size_t i = 0; i < count && !maker->failed; i++)
        if (same)
            add_item(maker, &list, NULL, ws__new_text(maker->arena, keys[i], false));
        else
            add_item(maker, &list, keys[i], new_text(maker, texts[i]));
    return same ? end_list(maker, &list) : end_map(maker, &list, false);
}

static const ws_node *make_issue(doc_maker *maker, size_t at)
{
    const ws_genius_issue *issue = &maker->domain->issues[at];
    double step = issue->kind == WS_GENIUS_DISCRETE ? 0 : find_step(issue);
    node_list map = begin_list(maker, 4);
    bool named = strcmp(issue->name, maker->issue_keys[at]) != 0;
    if (named)
        add_item(maker, &map, "name", new_text(maker, issue->name));
    if (step > 0) {
        add_item(maker, &map, "from", new_number(maker, issue->from));
        add_item(maker, &map, "to", new_number(maker, issue->to));
        add_item(maker, &map, "step", new_number(maker, step));
        return end_map(maker, &map, true);
    }
    const char **texts = issue->kind == WS_GENIUS_DISCRETE ? issue->items : write_values(maker, issue);
    maker->level_keys[at] = texts ? ws__make_keys(maker->arena, "v", issue->level_count, texts) : NULL;
    maker->failed = maker->failed || !maker->level_keys[at];
    if (maker->failed)
        return NULL;
    const ws_node *levels = make_levels(maker, issue->level_count, maker->level_keys[at], texts);
    if (!named && levels && levels->kind == WS_NODE_LIST)
        return levels;
    add_item(maker, &map, "levels", levels);
    return end_map(maker, &map, false);
}

static const ws_node *make_issues(doc_maker *maker)
{
    size_t count = maker->domain->issue_count;
    const char **names = WS_NEW_MANY(maker->arena, count, const char *);
    maker->level_keys = WS_NEW_MANY(maker->arena, count, const char **);
    for (size_t i = 0; names && i < count; i++)
        names[i] = maker->domain->issues[i].name;
    maker->issue_keys = names ? ws__make_keys(maker->arena, "issue", count, names) : NULL;
    if (!maker->issue_keys || !maker->level_keys) {
        maker->failed = true;
        return NULL;
    }
    node_list map = begin_list(maker, count);
    for (size_t i = 0; i < count && !maker->failed; i++)
        add_item(maker, &map, maker->issue_keys[i], make_issue(maker, i));
    return end_map(maker, &map, false);
}

/* ---- Parties ---- */

static const ws_node *make_points(doc_maker *maker, const ws_genius_profile *profile)
{
    size_t count = profile->points ? maker->domain->issue_count : 0;
    node_list map = begin_list(maker, count);
    for (size_t i = 0; i < count && !maker->failed; i++) {
        size_t levels = maker->domain->issues[i].level_count;
        node_list list = begin_list(maker, levels);
        for (size_t level = 0; level < levels && !maker->failed; level++)
            add_item(maker, &list, NULL, new_number(maker, profile->points[i][level]));
        add_item(maker, &map, maker->issue_keys[i], end_list(maker, &list));
    }
    return end_map(maker, &map, count == 0);
}

/* A test of one integer issue: "3..9". */
static const ws_node *make_test(doc_maker *maker, const ws_genius_side *side)
{
    const ws_genius_issue *issue = &maker->domain->issues[side->issue];
    const char *text =
        ws__format_text(maker->arena, "%.0f..%.0f", fmax(side->from, issue->from), fmin(side->to, issue->to));
    return text ? new_text(maker, text) : NULL;
}

static const ws_node *make_together(doc_maker *maker, const ws_genius_profile *profile)
{
    size_t count = 0;
    for (const ws_genius_rectangle *at = profile->rectangles; at; at = at->next)
        count++;
    node_list list = begin_list(maker, count);
    for (const ws_genius_rectangle *at = profile->rectangles; at && !maker->failed; at = at->next) {
        node_list when = begin_list(maker, at->side_count + 1), term = begin_list(maker, 2);
        for (size_t i = 0; i < at->side_count && !maker->failed; i++)
            add_item(maker, &when, maker->issue_keys[at->sides[i].issue], make_test(maker, &at->sides[i]));
        if (at->side_count == 0) /* it always holds */
            add_item(maker, &when, "all", ws__new_list(maker->arena, 0, NULL, true));
        add_item(maker, &term, "when", end_map(maker, &when, true));
        add_item(maker, &term, "add", new_number(maker, at->bonus));
        add_item(maker, &list, NULL, end_map(maker, &term, true));
    }
    return maker->failed ? NULL : ws__new_list(maker->arena, list.count, list.items, false);
}

static const ws_node *make_party(doc_maker *maker, const ws_genius_profile *profile, const char *key)
{
    node_list map = begin_list(maker, 5);
    if (strcmp(profile->file->stem, key) != 0)
        add_item(maker, &map, "name", new_text(maker, profile->file->stem));
    add_item(maker, &map, "points", make_points(maker, profile));
    if (!profile->points)
        add_item(maker, &map, "together", make_together(maker, profile));
    add_item(maker, &map, "reservation", new_number(maker, profile->reservation));
    if (profile->discount < 1)
        add_item(maker, &map, "discount", new_number(maker, profile->discount));
    return end_map(maker, &map, false);
}

static const ws_node *make_parties(doc_maker *maker, size_t count, const ws_genius_profile *profiles)
{
    const char **names = WS_NEW_MANY(maker->arena, count, const char *);
    for (size_t i = 0; names && i < count; i++)
        names[i] = profiles[i].file->stem;
    const char **keys = names ? ws__make_keys(maker->arena, "party", count, names) : NULL;
    maker->failed = maker->failed || !keys;
    node_list map = begin_list(maker, count);
    for (size_t i = 0; keys && i < count && !maker->failed; i++)
        add_item(maker, &map, keys[i], make_party(maker, &profiles[i], keys[i]));
    return end_map(maker, &map, false);
}

ws_status ws__make_genius_doc(ws_doc *doc, const ws_genius_domain *domain, size_t count,
                              const ws_genius_profile *profiles, ws_diag *diag)
{
    doc_maker maker = {.arena = &doc->arena, .domain = domain};
    node_list map = begin_list(&maker, 4);
    add_item(&maker, &map, "winset", ws__new_text(maker.arena, "1", false));
    add_item(&maker, &map, "title", new_text(&maker, domain->name));
    add_item(&maker, &map, "issues", make_issues(&maker));
    if (!maker.failed)
        add_item(&maker, &map, "parties", make_parties(&maker, count, profiles));
    const ws_node *root = end_map(&maker, &map, false);
    if (!root)
        return ws_fail(diag, WS_LIMIT, "no memory for the case of %s", domain->file->path);
    doc->root = root;
    return WS_OK;
}
