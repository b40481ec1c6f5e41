/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents: making, sharing and looking into the nodes of doc.h. */
#include "case/doc.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

ws_doc *ws__new_doc(const char *file, const char *folder)
{
    ws_doc *doc = calloc(1, sizeof *doc);
    if (!doc)
        return NULL;
    ws__init_arena(&doc->arena);
    doc->references = 1;
    doc->file = file ? ws__copy_text(&doc->arena, file) : NULL;
    doc->folder = folder ? ws__copy_text(&doc->arena, folder) : NULL;
    if ((file && !doc->file) || (folder && !doc->folder)) {
        ws__release_doc(doc);
        return NULL;
    }
    return doc;
}

ws_doc *ws__hold_doc(ws_doc *doc)
{
    if (doc)
        __atomic_add_fetch(&doc->references, 1, __ATOMIC_RELAXED);
    return doc;
}

void ws__release_doc(ws_doc *doc)
{
    while (doc && __atomic_sub_fetch(&doc->references, 1, __ATOMIC_ACQ_REL) == 0) {
        ws_doc *base = doc->base;
        ws__free_arena(&doc->arena);
        free(doc);
        doc = base;
    }
}

const ws_node *ws__find_item(const ws_node *map, const char *key)
{
    if (!map || map->kind != WS_NODE_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->keys[i]->text, key) == 0)
            return map->items[i];
    return NULL;
}

const ws_node *ws__new_text(ws_arena *arena, const char *text, bool quoted)
{
    ws_node *node = WS_NEW(arena, ws_node);
    if (!node)
        return NULL;
    node->kind = WS_NODE_TEXT;
    node->quoted = quoted;
    node->text = ws__copy_text(arena, text);
    node->count = strlen(text);
    return node->text ? node : NULL;
}

const ws_node *ws__new_number(ws_arena *arena, double value)
{
    char text[WS_NUMBER_ROOM];
    ws__format_number(text, value);
    return ws__new_text(arena, text, false);
}

const ws_node *ws__new_list(ws_arena *arena, size_t count, const ws_node *const *items, bool flow)
{
    ws_node *node = WS_NEW(arena, ws_node);
    if (!node)
        return NULL;
    node->kind = WS_NODE_LIST;
    node->flow = flow;
    node->count = count;
    node->items = items;
    return node;
}

const ws_node *ws__new_map(ws_arena *arena, size_t count, const ws_node *const *keys,
                           const ws_node *const *items, bool flow)
{
    ws_node *node = WS_NEW(arena, ws_node);
    if (!node)
        return NULL;
    node->kind = WS_NODE_MAP;
    node->flow = flow;
    node->count = count;
    node->keys = keys;
    node->items = items;
    return node;
}
