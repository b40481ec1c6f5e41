/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YAML and JSON texts into documents and back. Knows syntax and places, nothing of cases. */
#ifndef WINSET_FORMAT_YAML_H
#define WINSET_FORMAT_YAML_H

#include "base/diag.h"
#include "base/text.h"
#include "case/doc.h"

/* What no text may exceed. */
enum {
    WS_YAML_DEPTH = 64,         /* nested lists and maps */
    WS_YAML_UNFOLDED = 1000000, /* items that aliases stand for, all together */
    WS_YAML_ANCHORS = 10000
};

/* Reads a text into `doc` (doc->root; nodes in its arena). Problems that leave the rest readable (a key
 * twice, a tag, an unknown alias) are reported and leave a `broken` node; the answer is WS_OK where doc->root
 * is set, so ask the diag too. Excerpts are left to the caller. */
ws_status ws__read_yaml(ws_doc *doc, const char *text, size_t length, ws_diag *diag);

/* One value as --set gives it, without places; `what` stands before messages. */
ws_status ws__read_value(const ws_node **out, ws_arena *arena, const char *text, const char *what,
                         ws_diag *diag);

/* A document as YAML, aliases unfolded: what was written in [] and {} stays so where it fits a line. */
void ws__write_yaml(ws_text *out, const ws_node *root);
/* One node on one line. */
void ws__write_flow(ws_text *out, const ws_node *node);

/* ---- Bytes (yaml_bytes.c) ---- */

/* Where JSON's surrogate pairs were made one escape: what follows in the line stands two columns earlier. */
typedef struct ws_yaml_shift {
    uint32_t line, column;
} ws_yaml_shift;

typedef struct ws_yaml_text {
    char *bytes; /* free() */
    size_t length;
    size_t shift_count;
    ws_yaml_shift *shifts; /* free() */
} ws_yaml_text;

/* A copy of the text without its byte order mark, checked: UTF-8, no NUL, no control characters. */
ws_status ws__check_yaml_bytes(ws_yaml_text *out, const char *text, size_t length, const char *file,
                               ws_diag *diag);
void ws__free_yaml_text(ws_yaml_text *text);
/* A control character that no text may hold, or 0xFFFD and the like; `code` is a character. */
bool ws__is_control(uint32_t code);

#endif
