/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document as YAML. What is written reads back as the same document, and written again gives the same
 * bytes: the form of a list or map hangs on how it was written and on its width alone. */
#include "format/yaml.h"

#include <string.h>

enum { WIDTH = 110 };

/* ---- Texts ---- */

static bool looks_typed(const char *text)
{
    static const char *const words[] = {"null",  "Null",  "NULL",  "~",    "true", "True", "TRUE",
                                        "false", "False", "FALSE", ".nan", ".NaN", ".NAN"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    /* Numbers, also those that other readers take for one. */
    const char *c = text + (*text == '-' || *text == '+');
    return (*c >= '0' && *c <= '9') || (*c == '.' && ((c[1] >= '0' && c[1] <= '9') || c[1] == 'i'));
}

/* May the text stand without quotes? `number`: it was written so and may look like a number. */
static bool is_plain(const char *text, size_t length, bool flow, bool number)
{
    if (length == 0 || strlen(text) != length || text[0] == ' ' || text[length - 1] == ' ')
        return false;
    if (strchr("?:,[]{}#&*!|>'\"%@`=", text[0]) ||
        (text[0] == '-' && !(number && length > 1 && text[1] != ' ')))
        return false;
    if (!number && looks_typed(text))
        return false;
    if (strncmp(text, "---", 3) == 0 || strncmp(text, "...", 3) == 0 || text[length - 1] == ':')
        return false;
    for (size_t at = 0; at < length;) {
        uint32_t code;
        size_t size = ws__next_character(&code, text + at, length - at);
        if (code < 0x20 || ws__is_control(code) || code == 0x85 || code == 0x2028 || code == 0x2029)
            return false;
        if (flow && strchr(",[]{}:", text[at]) && size == 1)
            return false;
        if (size == 1 &&
            ((text[at] == ':' && text[at + 1] == ' ') || (text[at] == '#' && at && text[at - 1] == ' ')))
            return false;
        at += size;
    }
    return true;
}

static void write_quoted(ws_text *out, const char *text, size_t length)
{
    ws__add_text(out, "\"");
    for (size_t at = 0; at < length;) {
        uint32_t code;
        size_t size = ws__next_character(&code, text + at, length - at);
        if (code == '"' || code == '\\')
            ws__add_format(out, "\\%c", (int)code);
        else if (code == '\n')
            ws__add_text(out, "\\n");
        else if (code == '\t')
            ws__add_text(out, "\\t");
        else if (code == '\r')
            ws__add_text(out, "\\r");
        else if (code < 0x20 || ws__is_control(code) || code == 0x85 || code == 0x2028 || code == 0x2029)
            ws__add_format(out, "\\u%04X", (unsigned)code);
        else
            ws__add_bytes(out, text + at, size);
        at += size;
    }
    ws__add_text(out, "\"");
}

static void write_text(ws_text *out, const ws_node *node, bool flow)
{
    if (is_plain(node->text, node->count, flow, !node->quoted))
        ws__add_bytes(out, node->text, node->count);
    else if (!node->quoted && node->count == 0)
        ws__add_text(out, "null");
    else
        write_quoted(out, node->text, node->count);
}

/* ---- On one line ---- */

void ws__write_flow(ws_text *out, const ws_node *node)
{
    if (node->kind == WS_NODE_TEXT) {
        write_text(out, node, true);
        return;
    }
    bool map = node->kind == WS_NODE_MAP;
    ws__add_text(out, map ? "{" : "[");
    for (size_t i = 0; i < node->count && !out->failed; i++) {
        if (i)
            ws__add_text(out, ", ");
        if (map) {
            write_text(out, node->keys[i], true);
            ws__add_text(out, ": ");
        }
        ws__write_flow(out, node->items[i]);
    }
    ws__add_text(out, map ? "}" : "]");
}

/* Writes the node on the rest of a line that has `used` columns, where it fits; else takes it back. */
static bool try_flow(ws_text *out, const ws_node *node, size_t used)
{
    if (node->count > WIDTH)
        return false;
    size_t before = out->length;
    ws__write_flow(out, node);
    if (out->failed || used + ws__bytes_width(out->bytes + before, out->length - before) <= WIDTH)
        return true;
    out->length = before;
    out->bytes[before] = '\0';
    return false;
}

/* ---- In blocks ---- */

/* A text of several lines as a literal block, where it would read back the same. */
static bool is_literal(const ws_node *node)
{
    const char *text = node->text;
    size_t length = node->count;
    if (!node->quoted || !memchr(text, '\n', length) || strlen(text) != length || text[0] == ' ' ||
        text[0] == '\n' || strpbrk(text, "\r\t"))
        return false;
    if (length > 1 && text[length - 1] == '\n' && text[length - 2] == '\n')
        return false;
    for (size_t at = 0; at < length;) {
        uint32_t code;
        size_t size = ws__next_character(&code, text + at, length - at);
        if ((code < 0x20 && code != '\n') || ws__is_control(code) || code == 0x85 || code == 0x2028 ||
            code == 0x2029 || (code == ' ' && (text[at + 1] == '\n' || !text[at + 1])))
            return false;
        at += size;
    }
    return true;
}

static void write_literal(ws_text *out, const ws_node *node, size_t indent)
{
    bool ended = node->text[node->count - 1] == '\n';
    ws__add_text(out, ended ? "|\n" : "|-\n");
    for (const char *line = node->text, *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        if (end > line) {
            ws__add_repeated(out, " ", indent);
            ws__add_bytes(out, line, (size_t)(end - line));
        }
        if (*end)
            end++;
        ws__add_text(out, "\n");
    }
}

static void write_block(ws_text *out, const ws_node *node, size_t indent);

/* What follows "key:" or "-"; `used` columns of the line are taken. */
static void write_item(ws_text *out, const ws_node *node, size_t indent, size_t used, bool of_list)
{
    if (node->kind == WS_NODE_TEXT) {
        ws__add_text(out, " ");
        if (is_literal(node)) {
            write_literal(out, node, indent);
            return;
        }
        write_text(out, node, false);
        ws__add_text(out, "\n");
        return;
    }
    if (node->flow || node->count == 0) {
        ws__add_text(out, " ");
        if (node->count == 0 || try_flow(out, node, used + 1)) {
            if (node->count == 0)
                ws__add_text(out, node->kind == WS_NODE_MAP ? "{}" : "[]");
            ws__add_text(out, "\n");
            return;
        }
        out->length--;
        out->bytes[out->length] = '\0';
    }
    if (of_list) { /* its first entry stands behind the dash */
        size_t start = out->length;
        write_block(out, node, indent);
        if (!out->failed)
            out->bytes[start] = ' '; /* the indent of the first line, less the dash */
        if (!out->failed && indent > 1) {
            memmove(out->bytes + start + 1, out->bytes + start + indent, out->length - start - indent + 1);
            out->length -= indent - 1;
        }
        return;
    }
    ws__add_text(out, "\n");
    write_block(out, node, indent);
}

static void write_block(ws_text *out, const ws_node *node, size_t indent)
{
    for (size_t i = 0; i < node->count && !out->failed; i++) {
        size_t start = out->length;
        ws__add_repeated(out, " ", indent);
        if (node->kind == WS_NODE_MAP) {
            write_text(out, node->keys[i], false);
            ws__add_text(out, ":");
        } else {
            ws__add_text(out, "-");
        }
        size_t used = out->failed ? 0 : ws__bytes_width(out->bytes + start, out->length - start);
        write_item(out, node->items[i], indent + 2, used, node->kind == WS_NODE_LIST);
    }
}

void ws__write_yaml(ws_text *out, const ws_node *root)
{
    if (root->kind == WS_NODE_TEXT || root->count == 0) {
        ws__write_flow(out, root);
        ws__add_text(out, "\n");
        return;
    }
    write_block(out, root, 0);
}
