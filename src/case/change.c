/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes to a case: --set, a type, a slider. Where only numbers change, the case keeps its shape; else the
 * document is changed along the path (the rest is shared) and understood anew, so that a changed case is the
 * case that the file with the change would have been. */
#include "case/build.h"

#include "base/text.h"
#include "format/yaml.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_STEPS = 70 };

typedef struct path {
    const char *text; /* as given */
    size_t count;
    const char *steps[MOST_STEPS];
} path;

/* ---- Paths ---- */

/* `parties.us.points.discount[0.1]` into its steps. */
static bool split_path(path *out, ws_arena *arena, const char *text, ws_diag *diag)
{
    *out = (path){.text = text};
    const char *at = text;
    while (*at || out->count == 0) {
        const char *end;
        bool bracket = *at == '[';
        if (bracket) {
            end = strchr(++at, ']');
        } else {
            at += out->count && *at == '.';
            end = at + strcspn(at, ".[");
        }
        if (!end || end == at || out->count == MOST_STEPS) {
            ws_fail(diag, WS_INVALID,
                    "%s: this is no path; expected keys with dots between, as "
                    "parties.us.reservation, a key with a dot in brackets",
                    text);
            return false;
        }
        char *step = ws__copy_bytes(arena, at, (size_t)(end - at));
        if (!step)
            return false;
        out->steps[out->count++] = step;
        at = end + bracket;
    }
    return true;
}

/* The position of a step in a node; SIZE_MAX: not there. */
static size_t find_step(const ws_node *node, const char *step)
{
    if (node->kind == WS_NODE_MAP) {
        for (size_t i = 0; i < node->count; i++)
            if (strcmp(node->keys[i]->text, step) == 0)
                return i;
        return SIZE_MAX;
    }
    double number;
    if (node->kind != WS_NODE_LIST || !ws__read_number(&number, step, strlen(step)) || number < 0 ||
        number >= (double)node->count || (double)(size_t)number != number)
        return SIZE_MAX;
    return (size_t)number;
}

static ws_status fail_step(const path *p, size_t at, const ws_node *node, ws_diag *diag)
{
    WS_TEXT(so_far);
    for (size_t i = 0; i < at; i++)
        ws__add_format(&so_far, "%s%s", i ? "." : "", p->steps[i]);
    const char *where = at && so_far.bytes ? so_far.bytes : "the case";
    if (node->kind == WS_NODE_TEXT)
        return ws_fail(diag, WS_INVALID, "%s: %s is '%.60s', with nothing inside that could be set", p->text,
                       where, node->text);
    if (node->kind == WS_NODE_LIST)
        return ws_fail(diag, WS_INVALID,
                       "%s: %s is a list of %zu; expected a position from 0 to %zu, got '%s'", p->text, where,
                       node->count, node->count ? node->count - 1 : 0, p->steps[at]);
    const char **names = calloc(node->count + 1, sizeof *names);
    for (size_t i = 0; names && i < node->count; i++)
        names[i] = node->keys[i]->text;
    const char *near = names ? ws__nearest_name(p->steps[at], node->count, names) : NULL;
    ws_status status = ws_fail(diag, WS_INVALID, "%s: %s has no '%.60s'%s%s%s", p->text, where, p->steps[at],
                               near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    free(names);
    return status;
}

/* ---- A changed document ---- */

/* A copy of a list or map with one item replaced, or (SIZE_MAX) added under `key`. */
static const ws_node *replace(ws_arena *arena, const ws_node *node, size_t at, const char *key,
                              const ws_node *item)
{
    ws_node *copy = WS_NEW(arena, ws_node);
    size_t count = node->count + (at == SIZE_MAX);
    const ws_node **items = WS_NEW_MANY(arena, count, const ws_node *);
    if (!copy || !items)
        return NULL;
    *copy = *node;
    if (node->count)
        memcpy(items, node->items, node->count * sizeof *items);
    if (at == SIZE_MAX) {
        const ws_node **keys = WS_NEW_MANY(arena, count, const ws_node *);
        const ws_node *name = ws__new_text(arena, key, false);
        if (!keys || !name)
            return NULL;
        if (node->count)
            memcpy(keys, node->keys, node->count * sizeof *keys);
        keys[count - 1] = name;
        copy->keys = keys;
        at = count - 1;
    }
    items[at] = item;
    copy->items = items;
    copy->count = count;
    return copy;
}

/* An empty map, for `breakdown.value` where a case has no breakdown. */
static const ws_node *nothing_yet(ws_arena *arena)
{
    return ws__new_map(arena, 0, NULL, NULL, true);
}

static ws_status set_path(ws_doc *doc, const path *p, const ws_node *value, ws_diag *diag)
{
    const ws_node *nodes[MOST_STEPS];
    size_t at[MOST_STEPS];
    const ws_node *node = doc->root;
    bool breakdown = strcmp(p->steps[0], "breakdown") == 0;
    for (size_t i = 0; i < p->count; i++) {
        nodes[i] = node;
        at[i] = find_step(node, p->steps[i]);
        bool missing = at[i] == SIZE_MAX;
        if (missing && (node->kind != WS_NODE_MAP || (i + 1 < p->count && !(breakdown && i < 2))))
            return fail_step(p, i, node, diag);
        if (i + 1 == p->count)
            break;
        node = missing ? nothing_yet(&doc->arena) : node->items[at[i]];
        if (!node)
            return ws_fail(diag, WS_LIMIT, "no memory for a changed case");
    }
    for (size_t i = p->count; i-- && value;)
        value = replace(&doc->arena, nodes[i], at[i], p->steps[i], value);
    if (!value)
        return ws_fail(diag, WS_LIMIT, "no memory for a changed case");
    doc->root = value;
    return WS_OK;
}

static ws_doc *derive_doc(ws_doc *base)
{
    ws_doc *doc = ws__new_doc(base->file, base->folder);
    if (!doc)
        return NULL;
    doc->base = ws__hold_doc(base);
    doc->root = base->root;
    doc->sources = base->sources;
    doc->source_count = base->source_count;
    return doc;
}

static ws_status set_change(ws_doc *doc, const ws_change *change, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    path p;
    const ws_node *value;
    if (!split_path(&p, &scratch, change->path, diag))
        return WS_INVALID;
    WS_TRY(ws__read_value(&value, &doc->arena, change->value, change->path, diag));
    return set_path(doc, &p, value, diag);
}

ws_status ws__try_change(ws_doc *base, const ws_change *change, ws_diag *diag)
{
    ws_doc *doc = derive_doc(base);
    if (!doc)
        return ws_fail(diag, WS_LIMIT, "no memory for a changed case");
    ws_case *c = NULL;
    ws_status status = set_change(doc, change, diag);
    if (status == WS_OK)
        status = ws__build_variant(&c, doc, diag);
    ws_free_case(c);
    ws__release_doc(doc);
    return status;
}

/* ---- Numbers alone ---- */

static bool is_slot(const ws_shape_box *box, size_t slot, const path *p)
{
    const ws_path *up = box->slot_ups[slot];
    const char *key = box->slot_keys[slot];
    size_t index = box->slot_indexes[slot];
    for (size_t i = p->count; i--; up = up->up) {
        double number;
        if (key ? strcmp(key, p->steps[i]) != 0
                : !ws__read_number(&number, p->steps[i], strlen(p->steps[i])) || number != (double)index)
            return false;
        if (!up || i == 0)
            return !up && i == 0;
        key = up->key;
        index = up->index;
    }
    return false;
}

/* The slot of a number as it stands in the file; WS_NO_SLOT: none, or a distribution. */
static ws_slot find_slot(const ws_case *c, const path *p)
{
    const ws_shape *shape = c->shape;
    const ws_node *node = shape->doc->root;
    for (size_t i = 0; i < p->count; i++) {
        size_t at = find_step(node, p->steps[i]);
        if (at == SIZE_MAX)
            return WS_NO_SLOT;
        node = node->items[at];
    }
    if (node->kind != WS_NODE_TEXT)
        return WS_NO_SLOT;
    for (size_t slot = 0; slot < shape->slot_count; slot++)
        if (shape->slot_nodes[slot] == node && is_slot((const ws_shape_box *)shape, slot, p))
            return (ws_slot)slot;
    return WS_NO_SLOT;
}

/* Every change as a slot and a number; false: some is more than that. */
static bool as_numbers(ws_slot *slots, double *values, const ws_case *base, size_t count,
                       const ws_change *changes)
{
    for (size_t i = 0; i < count; i++) {
        WS_SCRATCH(scratch);
        path p;
        const char *text = changes[i].value;
        if (!split_path(&p, &scratch, changes[i].path, NULL) ||
            !ws__read_number(&values[i], text, strlen(text)))
            return false;
        slots[i] = find_slot(base, &p);
        if (slots[i] == WS_NO_SLOT)
            return false;
    }
    return true;
}

/* Writes the numbers in which a case differs from its document into `doc`. */
static ws_status write_numbers(ws_doc *doc, const ws_case *c, ws_diag *diag)
{
    const ws_shape_box *box = (const ws_shape_box *)c->shape;
    for (size_t slot = 0; slot < c->shape->slot_count; slot++) {
        if (c->numbers[slot] == box->numbers[slot])
            continue;
        char number[WS_NUMBER_ROOM];
        ws__format_number(number, c->numbers[slot]);
        WS_SCRATCH(scratch);
        const char *where = ws__slot_path(&scratch, c, (ws_slot)slot);
        WS_TRY(set_change(doc, &(ws_change){where, number}, diag));
    }
    return WS_OK;
}

ws_status ws__case_doc(ws_doc **out, const ws_case *c, ws_diag *diag)
{
    ws_doc *doc = derive_doc(c->shape->doc);
    if (!doc)
        return ws_fail(diag, WS_LIMIT, "no memory for a document");
    ws_status status = write_numbers(doc, c, diag);
    if (status == WS_OK)
        *out = doc;
    else
        ws__release_doc(doc);
    return status;
}

static ws_status rebuild(ws_case **out, const ws_case *base, size_t count, const ws_change *changes,
                         ws_diag *diag)
{
    ws_doc *doc;
    WS_TRY(ws__case_doc(&doc, base, diag));
    ws_status status = WS_OK;
    for (size_t i = 0; i < count; i++) {
        ws_status one = set_change(doc, &changes[i], diag);
        status = status == WS_OK ? one : status;
    }
    if (status == WS_OK)
        status = ws__build_case(out, doc, diag);
    ws__release_doc(doc);
    return status;
}

ws_status ws_change_case(ws_case **out, const ws_case *base, size_t count, const ws_change *changes,
                         ws_diag *diag)
{
    WS_SCRATCH(scratch);
    ws_slot *slots = WS_NEW_MANY(&scratch, count, ws_slot);
    double *values = WS_NEW_MANY(&scratch, count, double);
    if (!slots || !values)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu changes", count);
    if (as_numbers(slots, values, base, count, changes))
        return ws__renumber_case(out, base, count, slots, values, diag);
    ws_diag *own = diag ? NULL : ws_new_diag();
    ws_status status = rebuild(out, base, count, changes, diag ? diag : own);
    ws_free_diag(own);
    return status;
}

ws_status ws_apply_type(ws_case **out, const ws_case *base, const char *party, const char *type,
                        ws_diag *diag)
{
    size_t p;
    WS_TRY(ws__seek_party(&p, base, party, diag));
    const ws_party *at = &base->shape->parties[p];
    for (size_t t = 0; t < at->type_count; t++)
        if (strcmp(at->types[t].key, type) == 0)
            return ws_change_case(out, base, at->types[t].change_count, at->types[t].changes, diag);
    if (!at->type_count)
        return ws_fail(diag, WS_INVALID, "'%s' has no types", party);
    WS_SCRATCH(scratch);
    const char **names = WS_NEW_MANY(&scratch, at->type_count, const char *);
    for (size_t t = 0; names && t < at->type_count; t++)
        names[t] = at->types[t].key;
    const char *near = names ? ws__nearest_name(type, at->type_count, names) : NULL;
    return ws_fail(diag, WS_INVALID, "'%s' has no type '%s'%s%s%s", party, type,
                   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}
