/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditions, constraints and classes. A test becomes the set of levels that pass it. */
#include "case/build.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

static const ws_condition stand_in = {.kind = WS_CONDITION_OTHERWISE}; /* for what was wrong */

bool ws__holds(const ws_condition *condition, const uint32_t *levels)
{
    size_t held = 0;
    switch (condition->kind) {
    case WS_CONDITION_TEST:
        return condition->allowed[levels[condition->issue]];
    case WS_CONDITION_OTHERWISE:
        return true;
    case WS_CONDITION_NOT:
        return !ws__holds(condition->parts[0], levels);
    case WS_CONDITION_ALL:
        for (size_t i = 0; i < condition->count; i++)
            if (!ws__holds(condition->parts[i], levels))
                return false;
        return true;
    case WS_CONDITION_ANY:
        for (size_t i = 0; i < condition->count; i++)
            if (ws__holds(condition->parts[i], levels))
                return true;
        return false;
    case WS_CONDITION_AT_LEAST:
        for (size_t i = 0; i < condition->count && held < condition->least; i++)
            held += ws__holds(condition->parts[i], levels);
        return held >= condition->least;
    }
    return false;
}

/* ---- Tests ---- */

typedef enum operator{ LESS, LESS_EQUAL, MORE, MORE_EQUAL, NOT_EQUAL } operator;

/* The operator a text begins with; what follows it in *rest. */
static bool read_operator(operator* out, const char **rest, const char *text)
{
    bool equal = text[0] && text[1] == '=';
    if (text[0] == '>')
        *out = equal ? MORE_EQUAL : MORE;
    else if (text[0] == '<')
        *out = equal ? LESS_EQUAL : LESS;
    else if (text[0] == '!' && equal)
        *out = NOT_EQUAL;
    else
        return false;
    *rest = text + 1 + equal;
    *rest += strspn(*rest, " ");
    return true;
}

static bool passes(operator op, double value, double bound)
{
    switch (op) {
    case LESS:
        return value < bound;
    case LESS_EQUAL:
        return value <= bound;
    case MORE:
        return value > bound;
    case MORE_EQUAL:
        return value >= bound;
    case NOT_EQUAL:
        return value != bound;
    }
    return false;
}

/* The spot with another text in its place. */
static ws_spot with_text(ws_builder *b, const ws_spot *spot, const char *text)
{
    ws_spot out = *spot;
    ws_node *node = WS_TAKE(b, 1, ws_node);
    if (node) {
        *node = *spot->node;
        node->text = text;
        node->count = strlen(text);
        out.node = node;
    }
    return out;
}

static bool read_bound(ws_builder *b, const ws_spot *spot, const char *text, size_t length, double *out)
{
    while (length && text[0] == ' ') {
        text++;
        length--;
    }
    while (length && text[length - 1] == ' ')
        length--;
    if (ws__read_number(out, text, length))
        return true;
    return ws__problem(b, spot, "expected a number (or numbers as in \"2..5\") in the test '%s'",
                       ws__in_short(b, spot->node->text));
}

/* "a..b" of a numeric issue. */
static bool allow_range(ws_builder *b, bool *allowed, const ws_issue *issue, const ws_spot *spot,
                        const char *dots)
{
    const char *text = spot->node->text;
    double from, to;
    if (!read_bound(b, spot, text, (size_t)(dots - text), &from) ||
        !read_bound(b, spot, dots + 2, strlen(dots + 2), &to))
        return false;
    if (from > to)
        return ws__problem(b, spot, "the test '%s' can never hold: %g is above %g", ws__in_short(b, text),
                           from, to);
    for (size_t i = 0; i < issue->level_count; i++)
        allowed[i] = issue->values[i] >= from && issue->values[i] <= to;
    return true;
}

static bool allow_operator(ws_builder *b, bool *allowed, size_t at, const ws_spot *spot, operator op,
                           const char *rest)
{
    const ws_issue *issue = &b->shape->issues[at];
    if (issue->values && op != NOT_EQUAL) {
        double bound;
        if (!read_bound(b, spot, rest, strlen(rest), &bound))
            return false;
        for (size_t i = 0; i < issue->level_count; i++)
            allowed[i] = passes(op, issue->values[i], bound);
        return true;
    }
    ws_spot level_spot = with_text(b, spot, rest);
    size_t level = b->full ? SIZE_MAX : ws__find_level(b, &level_spot, at);
    if (level == SIZE_MAX)
        return false;
    for (size_t i = 0; i < issue->level_count; i++)
        allowed[i] = passes(op, (double)i, (double)level);
    return true;
}

static bool allow_text(ws_builder *b, bool *allowed, size_t at, const ws_spot *spot)
{
    const ws_issue *issue = &b->shape->issues[at];
    operator op;
    const char *rest, *text = spot->node->text;
    if (read_operator(&op, &rest, text))
        return allow_operator(b, allowed, at, spot, op, rest);
    const char *dots = issue->values ? strstr(text, "..") : NULL;
    if (dots)
        return allow_range(b, allowed, issue, spot, dots);
    size_t level = ws__find_level(b, spot, at);
    if (level == SIZE_MAX)
        return false;
    allowed[level] = true;
    return true;
}

static bool allow_levels(ws_builder *b, bool *allowed, size_t at, ws_spot *spot)
{
    if (spot->node->count == 0)
        return ws__problem(b, spot, "an empty list of levels can never hold");
    bool good = true;
    for (size_t i = 0; i < spot->node->count; i++) {
        ws_spot item = ws__child(spot, i);
        size_t level = ws__find_level(b, &item, at);
        if (level == SIZE_MAX)
            good = false;
        else
            allowed[level] = true;
    }
    return good;
}

static const ws_condition *build_test(ws_builder *b, ws_spot *spot, size_t issue)
{
    if (ws__is_broken(b, spot->node) || b->issue_broken[issue])
        return &stand_in;
    ws_condition *test = WS_TAKE(b, 1, ws_condition);
    bool *allowed = WS_TAKE(b, b->shape->issues[issue].level_count, bool);
    if (!test || !allowed)
        return &stand_in;
    *test = (ws_condition){.kind = WS_CONDITION_TEST, .issue = issue, .allowed = allowed, .node = spot->node};
    if (spot->node->kind == WS_NODE_LIST)
        allow_levels(b, allowed, issue, spot);
    else if (ws__want_text(b, spot, "a test (a level, a list of levels, or as \">=level\" in quotes)"))
        allow_text(b, allowed, issue, spot);
    return test;
}

/* ---- Combinations ---- */

static const ws_condition *make(ws_builder *b, ws_condition_kind kind, size_t count,
                                const ws_condition *const *parts, size_t least, const ws_node *node)
{
    ws_condition *out = WS_TAKE(b, 1, ws_condition);
    if (!out)
        return &stand_in;
    *out = (ws_condition){.kind = kind, .count = count, .parts = parts, .least = least, .node = node};
    return out;
}

static const ws_condition *build_parts(ws_builder *b, ws_spot *list, const char *what, ws_condition_kind kind,
                                       size_t least)
{
    if (!ws__want_list(b, list, what))
        return &stand_in;
    const ws_condition **parts = WS_TAKE(b, list->node->count, const ws_condition *);
    if (!parts)
        return &stand_in;
    for (size_t i = 0; i < list->node->count; i++) {
        ws_spot item = ws__child(list, i);
        parts[i] = ws__build_condition(b, &item, false);
    }
    return make(b, kind, list->node->count, parts, least, list->node);
}

static const ws_condition *build_at_least(ws_builder *b, ws_spot *map, size_t at)
{
    ws_spot number = ws__child(map, at);
    ws_spot list = {.node = ws__find_item(map->node, "of"), .up = map, .key = "of"};
    if (!list.node) {
        ws__problem(b, map, "at_least needs 'of': a list of conditions to count");
        return &stand_in;
    }
    size_t least = ws__read_count(b, &number, "at_least", 1, SIZE_MAX);
    if (least && list.node->kind == WS_NODE_LIST && least > list.node->count)
        ws__problem(b, &number, "at least %zu of %zu conditions can never hold", least, list.node->count);
    return build_parts(b, &list, "of", WS_CONDITION_AT_LEAST, least);
}

static const ws_condition *build_entry(ws_builder *b, ws_spot *map, size_t at)
{
    ws_spot item = ws__child(map, at);
    const char *key = item.key;
    if (strcmp(key, "all") == 0)
        return build_parts(b, &item, "all", WS_CONDITION_ALL, 0);
    if (strcmp(key, "any") == 0)
        return build_parts(b, &item, "any", WS_CONDITION_ANY, 0);
    if (strcmp(key, "at_least") == 0)
        return build_at_least(b, map, at);
    if (strcmp(key, "of") == 0) {
        if (!ws__find_item(map->node, "at_least"))
            ws__problem_at_key(b, map, map->node->keys[at],
                               "'of' needs 'at_least': how many of them must hold");
        return NULL;
    }
    if (strcmp(key, "not") == 0) {
        const ws_condition **part = WS_TAKE(b, 1, const ws_condition *);
        if (!part)
            return &stand_in;
        part[0] = ws__build_condition(b, &item, false);
        return make(b, WS_CONDITION_NOT, 1, part, 0, item.node);
    }
    size_t issue = ws__find_issue(b, map, map->node->keys[at]);
    return issue == SIZE_MAX ? &stand_in : build_test(b, &item, issue);
}

const ws_condition *ws__build_condition(ws_builder *b, ws_spot *spot, bool in_classes)
{
    if (ws__is_broken(b, spot->node))
        return &stand_in;
    if (ws__text_is(spot->node, "otherwise")) {
        if (!in_classes)
            ws__problem(b, spot, "'otherwise' may stand in classes only");
        return make(b, WS_CONDITION_OTHERWISE, 0, NULL, 0, spot->node);
    }
    if (spot->node->kind != WS_NODE_MAP) {
        ws__problem(b, spot,
                    "a condition is a map from issue to test, as {price: low}, or all, any, not, at_least%s",
                    in_classes ? ", or otherwise" : "");
        return &stand_in;
    }
    const ws_condition **parts = WS_TAKE(b, spot->node->count, const ws_condition *);
    if (!parts)
        return &stand_in;
    size_t count = 0;
    for (size_t i = 0; i < spot->node->count; i++) {
        const ws_condition *part = build_entry(b, spot, i);
        if (part)
            parts[count++] = part;
    }
    return count == 1 ? parts[0] : make(b, WS_CONDITION_ALL, count, parts, 0, spot->node);
}

/* ---- Constraints and classes ---- */

void ws__build_constraints(ws_builder *b, ws_spot *spot)
{
    if (!spot->node || !ws__want_list(b, spot, "constraints"))
        return;
    const ws_condition **constraints = WS_TAKE(b, spot->node->count, const ws_condition *);
    if (!constraints)
        return;
    for (size_t i = 0; i < spot->node->count; i++) {
        ws_spot item = ws__child(spot, i);
        constraints[i] = ws__build_condition(b, &item, false);
    }
    b->shape->constraints = constraints;
    b->shape->constraint_count = spot->node->count;
}

static void default_class(ws_builder *b)
{
    ws_class *deal = WS_TAKE(b, 1, ws_class);
    if (!deal)
        return;
    *deal = (ws_class){"deal", "deal", &stand_in};
    b->shape->classes = deal;
    b->shape->class_count = 1;
}

void ws__build_classes(ws_builder *b, ws_spot *spot)
{
    static const char *const reserved[] = {"breakdown", "failed_at_home", "other"};
    if (!spot->node || !ws__want_map(b, spot, "classes")) {
        default_class(b);
        return;
    }
    ws_class *classes = WS_TAKE(b, spot->node->count, ws_class);
    if (!classes)
        return;
    const char *last = NULL; /* the class that takes all the rest */
    for (size_t i = 0; i < spot->node->count; i++) {
        ws_spot item = ws__child(spot, i);
        bool rest = ws__text_is(item.node, "otherwise");
        ws__check_name(b, spot, spot->node->keys[i], "a class", WS_COUNT(reserved) - rest, reserved);
        classes[i] = (ws_class){item.key, ws__key_in_words(b, item.key), ws__build_condition(b, &item, true)};
        if (last)
            ws__warning(b, &item, "the class '%s' stays empty: '%s' before it takes every outcome", item.key,
                        last);
        else if (rest)
            last = item.key;
    }
    b->shape->classes = classes;
    b->shape->class_count = spot->node->count;
    if (spot->node->count == 0)
        default_class(b);
}
