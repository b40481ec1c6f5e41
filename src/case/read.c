/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a document's nodes: spots and paths, messages, known keys, names. */
#include "case/build.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 60, FEW_NAMES = 8, LISTED = 6, MOST_WORDED = 10000 };

/* ---- Memory and messages ---- */

void *ws__take(ws_builder *b, size_t count, size_t size)
{
    size_t bytes = 0;
    if (b->full)
        return NULL;
    void *taken = NULL;
    if (!__builtin_mul_overflow(count, size, &bytes) && bytes <= b->budget) {
        b->budget -= bytes;
        taken = ws__alloc(b->arena, bytes);
    }
    if (!taken) {
        b->full = b->failed = true;
        ws_fail_at(b->diag, WS_LIMIT, (ws_place){b->doc->file, 0, 0},
                   "the case is too large: its tables need more memory than the limit of 1 GiB, or than "
                   "there is");
    }
    return taken;
}

ws_place ws__place(const ws_builder *b, const ws_spot *spot)
{
    for (; spot; spot = spot->up)
        if (spot->node && spot->node->line)
            return (ws_place){b->doc->file, spot->node->line, spot->node->column};
    return (ws_place){b->doc->file, 0, 0};
}

static void report(ws_builder *b, bool warning, const ws_spot *spot, const ws_node *key, const char *format,
                   va_list values) WS_PRINTF(5, 0);
static void report(ws_builder *b, bool warning, const ws_spot *spot, const ws_node *key, const char *format,
                   va_list values)
{
    if (!warning && ws_count_errors(b->diag) >= MOST_WORDED) { /* nobody reads on: they are only counted */
        ws_fail_at(b->diag, WS_INVALID, (ws_place){0}, "and more");
        return;
    }
    WS_TEXT(text);
    const ws_node *node = key ? key : spot ? spot->node : NULL;
    ws_place place = ws__place(b, spot);
    if (node && node->line)
        place = (ws_place){b->doc->file, node->line, node->column};
    else if (node)
        place = (ws_place){b->doc->file, 0, 0};
    if (node && !node->line && spot->up)
        ws__add_format(&text, "%s: ", ws__spot_path(b, spot));
    ws__add_format_list(&text, format, values);
    char *message = ws__take_text(&text);
    if (warning)
        ws_warn_at(b->diag, place, "%s", message ? message : "no memory");
    else
        ws_fail_at(b->diag, WS_INVALID, place, "%s", message ? message : "no memory");
    free(message);
}

bool ws__problem(ws_builder *b, const ws_spot *spot, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    b->failed = true;
    report(b, false, spot, NULL, format, values);
    va_end(values);
    return false;
}

bool ws__problem_at_key(ws_builder *b, const ws_spot *map, const ws_node *key, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    b->failed = true;
    report(b, false, map, key, format, values);
    va_end(values);
    return false;
}

void ws__warning(ws_builder *b, const ws_spot *spot, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    report(b, true, spot, NULL, format, values);
    va_end(values);
}

const char *ws__in_short(ws_builder *b, const char *text)
{
    size_t length = strlen(text);
    if (length <= SHOWN && !strpbrk(text, "\n\r\t"))
        return text;
    size_t fit = ws__fit_width(text, length, SHOWN);
    char *cut = ws__format_text(b->arena, "%.*s%s", (int)fit, text, fit < length ? "..." : "");
    if (!cut)
        return "...";
    for (char *c = cut; *c; c++)
        if (*c == '\n' || *c == '\r' || *c == '\t')
            *c = ' ';
    return cut;
}

const char *ws__suggest(ws_builder *b, const char *name, size_t count, const char *const *names)
{
    if (count > b->comparisons)
        return "";
    b->comparisons -= count;
    const char *near = ws__nearest_name(name, count, names);
    const char *text = near ? ws__format_text(b->arena, "; did you mean '%s'?", near) : NULL;
    return text ? text : "";
}

const char *ws__list_names(ws_builder *b, size_t count, const char *const *names)
{
    WS_TEXT(text);
    for (size_t i = 0; i < count && i < LISTED; i++)
        ws__add_format(&text, "%s'%s'", i == 0 ? "" : i + 1 == count ? " and " : ", ", names[i]);
    if (count > LISTED)
        ws__add_format(&text, " and %zu more", count - LISTED);
    char *made = ws__take_text(&text);
    const char *kept = made ? ws__copy_text(b->arena, made) : NULL;
    free(made);
    return kept ? kept : "...";
}

/* ---- Spots ---- */

ws_spot ws__child(ws_spot *up, size_t index)
{
    const ws_node *node = up->node;
    return (ws_spot){.node = node->items[index],
                     .up = up,
                     .key = node->kind == WS_NODE_MAP ? node->keys[index]->text : NULL,
                     .index = index};
}

const ws_path *ws__keep_path(ws_builder *b, ws_spot *spot)
{
    if (!spot || !spot->up)
        return NULL;
    if (!spot->kept) {
        ws_path *path = WS_TAKE(b, 1, ws_path);
        if (!path)
            return NULL;
        path->up = ws__keep_path(b, spot->up);
        path->key = spot->key;
        path->index = spot->index;
        spot->kept = path;
    }
    return spot->kept;
}

static bool plain_in_path(const char *key)
{
    return *key && strpbrk(key, ".[]=") == NULL;
}

static void add_step(ws_text *text, const char *key, size_t index)
{
    bool plain = !key || plain_in_path(key);
    if (text->length && plain)
        ws__add_text(text, ".");
    if (!key)
        ws__add_format(text, "%zu", index);
    else
        ws__add_format(text, plain ? "%s" : "[%s]", key);
}

const char *ws__path_text(ws_arena *arena, const ws_path *up, const char *key, size_t index)
{
    const ws_path *steps[128];
    size_t count = 0;
    for (; up && count < 128; up = up->up)
        steps[count++] = up;
    WS_TEXT(text);
    while (count--)
        add_step(&text, steps[count]->key, steps[count]->index);
    add_step(&text, key, index);
    char *made = ws__take_text(&text);
    const char *kept = made ? ws__copy_text(arena, made) : NULL;
    free(made);
    return kept ? kept : "";
}

const char *ws__spot_path(ws_builder *b, const ws_spot *spot)
{
    const ws_spot *steps[128];
    size_t count = 0;
    for (; spot && spot->up && count < 128; spot = spot->up)
        steps[count++] = spot;
    WS_TEXT(text);
    while (count--)
        add_step(&text, steps[count]->key, steps[count]->index);
    char *made = ws__take_text(&text);
    const char *kept = made ? ws__copy_text(b->arena, made) : NULL;
    free(made);
    return kept ? kept : "";
}

/* ---- Kinds ---- */

bool ws__is_broken(ws_builder *b, const ws_node *node)
{
    if (node && node->broken)
        b->failed = true;
    return node && node->broken;
}

static bool among_words(const ws_node *node, const char *const *words)
{
    if (!node || node->kind != WS_NODE_TEXT || node->quoted)
        return false;
    for (; *words; words++)
        if (strcmp(node->text, *words) == 0)
            return true;
    return false;
}

bool ws__is_null(const ws_node *node)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL", NULL};
    return among_words(node, words);
}

bool ws__is_plain_word(const ws_node *node)
{
    static const char *const words[] = {"true", "True", "TRUE", "false", "False", "FALSE", NULL};
    return ws__is_null(node) || among_words(node, words);
}

bool ws__text_is(const ws_node *node, const char *text)
{
    return node && node->kind == WS_NODE_TEXT && strcmp(node->text, text) == 0;
}

static const char *got(ws_builder *b, const ws_node *node)
{
    if (ws__is_null(node))
        return "nothing is given";
    if (node->kind != WS_NODE_TEXT)
        return node->kind == WS_NODE_MAP ? "got a map" : "got a list";
    const char *text = ws__format_text(b->arena, "got '%s'", ws__in_short(b, node->text));
    return text ? text : "got a text";
}

static bool want(ws_builder *b, const ws_spot *spot, const char *what, ws_node_kind kind,
                 const char *expected)
{
    if (ws__is_broken(b, spot->node))
        return false;
    if (spot->node->kind == kind && !(kind == WS_NODE_TEXT && ws__is_null(spot->node)))
        return true;
    return ws__problem(b, spot, "%s: expected %s, %s", what, expected, got(b, spot->node));
}

bool ws__want_map(ws_builder *b, const ws_spot *spot, const char *what)
{
    return want(b, spot, what, WS_NODE_MAP, "a map (key: value)");
}

bool ws__want_list(ws_builder *b, const ws_spot *spot, const char *what)
{
    return want(b, spot, what, WS_NODE_LIST, "a list");
}

bool ws__want_text(ws_builder *b, const ws_spot *spot, const char *what)
{
    return want(b, spot, what, WS_NODE_TEXT, "a text");
}

/* ---- Keys ---- */

static void report_unknown_key(ws_builder *b, const ws_spot *map, const char *what, const ws_node *key,
                               size_t count, const ws_key *keys)
{
    const char *names[32];
    size_t known = 0;
    for (size_t i = 0; i < count && known < 32; i++)
        names[known++] = keys[i].name;
    const char *near = ws__suggest(b, key->text, known, names);
    if (*near)
        ws__problem_at_key(b, map, key, "%s has no key '%s'%s", what, ws__in_short(b, key->text), near);
    else
        ws__problem_at_key(b, map, key, "%s has no key '%s'; it may have %s", what,
                           ws__in_short(b, key->text), ws__list_names(b, known, names));
}

bool ws__take_keys(ws_builder *b, ws_spot *map, const char *what, size_t count, ws_key *keys)
{
    for (size_t k = 0; k < count; k++) {
        keys[k].spot = (ws_spot){.up = map, .key = keys[k].name};
        keys[k].node = NULL;
    }
    if (!ws__want_map(b, map, what))
        return false;
    const ws_node *node = map->node;
    for (size_t i = 0; i < node->count; i++) {
        size_t k = 0;
        while (k < count && strcmp(keys[k].name, node->keys[i]->text) != 0)
            k++;
        if (k == count) {
            report_unknown_key(b, map, what, node->keys[i], count, keys);
            continue;
        }
        keys[k].spot.node = node->items[i];
        keys[k].spot.index = i;
        keys[k].node = node->keys[i];
    }
    for (size_t k = 0; k < count; k++)
        if (keys[k].required && !keys[k].spot.node)
            ws__problem(b, map, "%s needs '%s'", what, keys[k].name);
    return true;
}

/* ---- Names ---- */

static int compare_names(const void *a, const void *b, void *names)
{
    const char *const *table = names;
    return strcmp(table[*(const uint32_t *)a], table[*(const uint32_t *)b]);
}

bool ws__index_names(ws_builder *b, ws_names *out, size_t count, const char *const *names)
{
    *out = (ws_names){count, names, NULL};
    if (count <= FEW_NAMES)
        return true;
    uint32_t *order = WS_TAKE(b, count, uint32_t);
    if (!order || count > UINT32_MAX) {
        *out = (ws_names){0};
        return false;
    }
    bool sorted = true;
    for (size_t i = 0; i < count; i++) {
        order[i] = (uint32_t)i;
        sorted = sorted && (i == 0 || strcmp(names[i - 1], names[i]) <= 0);
    }
    union {
        const char *const *names;
        void *context;
    } cast = {names};
    if (!sorted)
        qsort_r(order, count, sizeof *order, compare_names, cast.context);
    out->order = order;
    return true;
}

size_t ws__find_name(const ws_names *names, const char *name)
{
    if (!names->order) {
        for (size_t i = 0; i < names->count; i++)
            if (strcmp(names->names[i], name) == 0)
                return i;
        return SIZE_MAX;
    }
    size_t low = 0, high = names->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(names->names[names->order[middle]], name);
        if (order == 0)
            return names->order[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return SIZE_MAX;
}

static bool is_legal(const char *name)
{
    if (!((name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z')))
        return false;
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")] == '\0';
}

bool ws__check_name(ws_builder *b, const ws_spot *map, const ws_node *name, const char *what,
                    size_t reserved_count, const char *const *reserved)
{
    if (ws__is_plain_word(name))
        return ws__problem_at_key(
            b, map, name, "YAML reads %s as no text; put the name of %s in quotes: \"%s\"",
            *name->text ? name->text : "nothing", what, *name->text ? name->text : "...");
    if (!is_legal(name->text))
        return ws__problem_at_key(b, map, name,
                                  "'%s' is no legal name for %s: a name begins with a letter, then letters, "
                                  "digits, _ and - follow",
                                  ws__in_short(b, name->text), what);
    for (size_t i = 0; i < reserved_count; i++)
        if (strcmp(name->text, reserved[i]) == 0)
            return ws__problem_at_key(b, map, name, "the name '%s' is reserved and cannot name %s",
                                      name->text, what);
    return true;
}

bool ws__take_names(ws_builder *b, ws_spot *map, const char *what, ws_names *out)
{
    *out = (ws_names){0};
    if (!ws__want_map(b, map, what))
        return false;
    const char **names = WS_TAKE(b, map->node->count, const char *);
    if (!names)
        return false;
    for (size_t i = 0; i < map->node->count; i++)
        names[i] = map->node->keys[i]->text;
    return ws__index_names(b, out, map->node->count, names);
}

size_t ws__find_party(ws_builder *b, const ws_spot *spot, const char *what)
{
    if (!ws__want_text(b, spot, what))
        return SIZE_MAX;
    size_t party = ws__find_name(&b->party_names, spot->node->text);
    if (party == SIZE_MAX && !b->parties_unknown)
        ws__problem(b, spot, "no party is named '%s'%s", ws__in_short(b, spot->node->text),
                    ws__suggest(b, spot->node->text, b->party_names.count, b->party_names.names));
    return party;
}
