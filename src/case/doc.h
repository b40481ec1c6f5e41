/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document: maps, lists and texts with their places, as a file states them and before anybody asks what
 * they mean. Every reader of `format` makes one, `ws_build_case` understands it, the writer writes it.
 *
 * A node is immutable once its document is built; nodes may be shared (an alias is the node itself), so that
 * a changed document copies only the path to what changed. Whoever walks one counts what it visits: shared
 * nodes can unfold to more than any memory holds (readers refuse documents that unfold beyond a bound). */
#ifndef WINSET_CASE_DOC_H
#define WINSET_CASE_DOC_H

#include "base/arena.h"
#include "winset/base.h"

typedef enum ws_node_kind { WS_NODE_TEXT, WS_NODE_LIST, WS_NODE_MAP } ws_node_kind;

typedef struct ws_node {
    ws_node_kind kind;
    bool quoted;      /* a text in quotes or a block: never a number, a truth value or null */
    bool flow;        /* written in [] or {}: kept, so that a written case looks like the one read */
    bool broken;      /* a problem was reported where it stands: whoever asks what it means says no more */
    uint32_t line;    /* from 1; 0: made by a program */
    uint32_t column;  /* from 1, in characters */
    const char *text; /* WS_NODE_TEXT: UTF-8, NUL-terminated, `count` bytes */
    size_t count;     /* bytes of text, or items */
    const struct ws_node *const *keys;  /* WS_NODE_MAP: [count] texts, in the file's order, no two equal */
    const struct ws_node *const *items; /* WS_NODE_MAP, WS_NODE_LIST: [count] */
} ws_node;

/* A file that was read to make a case; the hash stands in every result. */
typedef struct ws_source {
    const char *file; /* as the user named it, or relative to the case's folder */
    char sha256[65];  /* lower-case hex */
} ws_source;

/* A document: owns its arena, and (reference-counted) the documents whose nodes it shares. */
typedef struct ws_doc {
    ws_arena arena;
    const ws_node *root;
    const char *file;   /* shown before every message */
    const char *folder; /* data files are looked for here, and nowhere outside; NULL: none may be read */
    const ws_source *sources; /* every file read so far to make this document */
    size_t source_count;
    struct ws_doc *base; /* the document this one was changed from; NULL: none */
    int references;      /* atomic */
} ws_doc;

ws_doc *ws__new_doc(const char *file, const char *folder);
ws_doc *ws__hold_doc(ws_doc *doc);
void ws__release_doc(ws_doc *doc);

/* The item of a map under a key; NULL: none, or no map. */
const ws_node *ws__find_item(const ws_node *map, const char *key);

/* Making nodes (in `arena`; line 0). Lists and maps take arrays that the caller fills before use. */
const ws_node *ws__new_text(ws_arena *arena, const char *text, bool quoted);
const ws_node *ws__new_number(ws_arena *arena, double value); /* the shortest decimal that reads back equal */
const ws_node *ws__new_list(ws_arena *arena, size_t count, const ws_node *const *items, bool flow);
const ws_node *ws__new_map(ws_arena *arena, size_t count, const ws_node *const *keys,
                           const ws_node *const *items, bool flow);

#endif
