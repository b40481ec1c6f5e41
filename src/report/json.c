/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The common parts of JSON results. Keys stand in the order they were set. Numbers are written as the
 * shortest decimals that read back equal (jansson's own writer gives all 17 digits: 0.10000000000000001), so
 * the writer at the end is ours; jansson holds the document. */
#include "report/json.h"

#include "base/diag.h"
#include "base/text.h"
#include "case/model.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define LARGEST_EXACT (UINT64_C(1) << 53)
enum { DEEPEST = 64 };
/* What marks an object in which something is missing: no result has such a key. */
#define SPOILT "\x1f"

void ws__set(json_t *object, const char *key, json_t *value)
{
    if (!object)
        json_decref(value);
    else if (!value || json_object_set_new(object, key, value) != 0)
        json_object_set_new(object, SPOILT, json_null());
}

void ws__append(json_t *list, json_t *value)
{
    if (!list)
        json_decref(value);
    else
        json_array_append_new(list, value ? value : json_string(SPOILT));
}

json_t *ws__json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *ws__json_count(uint64_t count)
{
    if (count <= LARGEST_EXACT)
        return json_integer((json_int_t)count);
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, count);
    return json_string(text);
}

json_t *ws__json_text(const char *text)
{
    return text ? json_string(text) : json_null();
}

json_t *ws__json_by_party(const ws_case *c, const double *values)
{
    json_t *object = json_object();
    for (size_t p = 0; p < c->shape->party_count; p++)
        ws__set(object, c->shape->parties[p].key, ws__json_number(values[p]));
    return object;
}

json_t *ws__json_counts_by_party(const ws_case *c, const uint64_t *counts)
{
    json_t *object = json_object();
    for (size_t p = 0; p < c->shape->party_count; p++)
        ws__set(object, c->shape->parties[p].key, ws__json_count(counts[p]));
    return object;
}

json_t *ws__json_levels(const ws_case *c, const uint32_t *levels)
{
    json_t *object = json_object();
    for (size_t i = 0; i < c->shape->issue_count; i++) {
        const ws_issue *issue = &c->shape->issues[i];
        ws__set(object, issue->key,
                issue->values ? ws__json_number(issue->values[levels[i]])
                              : json_string(issue->levels[levels[i]]));
    }
    return object;
}

const char *ws__class_key(const ws_case *c, size_t class_of)
{
    return class_of < c->shape->class_count ? c->shape->classes[class_of].key : "other";
}

json_t *ws__json_outcome(const ws_case *c, const ws_outcome *outcome)
{
    if (!outcome || outcome->index == WS_NO_OUTCOME)
        return json_null();
    json_t *object = json_object();
    ws__set(object, "index", ws__json_count(outcome->index));
    ws__set(object, "levels", ws__json_levels(c, outcome->levels));
    ws__set(object, "u", ws__json_by_party(c, outcome->u));
    ws__set(object, "gain", ws__json_by_party(c, outcome->gain));
    ws__set(object, "p", ws__json_by_party(c, outcome->p));
    ws__set(object, "p_all", ws__json_number(outcome->p_all));
    ws__set(object, "e", ws__json_by_party(c, outcome->e));
    ws__set(object, "class", json_string(ws__class_key(c, outcome->class_of)));
    if (outcome->overridden) {
        json_t *overridden = json_array();
        for (size_t p = 0; p < c->shape->party_count; p++)
            if (outcome->overridden[p])
                ws__append(overridden, json_string(c->shape->parties[p].key));
        ws__set(object, "overridden", overridden);
    }
    return object;
}

/* ---- The head ---- */

static json_t *describe_case(const ws_case *c)
{
    if (!c)
        return json_null();
    json_t *object = json_object(), *files = json_array();
    ws__set(object, "title", json_string(c->shape->title ? c->shape->title : ""));
    for (size_t i = 0; i < c->shape->file_count; i++) {
        json_t *file = json_object();
        ws__set(file, "file", json_string(c->shape->files[i].file));
        ws__set(file, "sha256", json_string(c->shape->files[i].sha256));
        ws__append(files, file);
    }
    ws__set(object, "files", files);
    return object;
}

static json_t *describe_options(const ws_report_options *options)
{
    json_t *object = json_object();
    for (size_t i = 0; options && i < options->option_count; i++) {
        const ws_report_option *option = &options->options[i];
        json_t *value = option->text ? json_string(option->text) : ws__json_number(option->number);
        json_t *list = json_object_get(object, option->name);
        if (option->list && !list) {
            ws__set(object, option->name, json_array());
            list = json_object_get(object, option->name);
        }
        if (option->list)
            ws__append(list, value);
        else
            ws__set(object, option->name, value);
    }
    return object;
}

json_t *ws__start_json(const char *verb, const ws_case *c, const ws_report_options *options)
{
    json_t *root = json_object(), *warnings = json_array();
    ws__set(root, "winset", json_string(ws_version()));
    ws__set(root, "verb", json_string(verb));
    ws__set(root, "case", describe_case(c));
    ws__set(root, "options", describe_options(options));
    const ws_diag *diag = options ? options->warnings : NULL;
    for (size_t i = 0; i < ws_count_problems(diag); i++)
        if (ws_get_problem(diag, i)->severity == WS_WARNING)
            ws__append(warnings, json_string(ws_get_problem(diag, i)->message));
    ws__set(root, "warnings", warnings);
    ws__set(root, "complete", json_true());
    return root;
}

/* ---- The writer ---- */

static void write_text(ws_text *out, const char *text, size_t length)
{
    ws__add_bytes(out, "\"", 1);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\')
            ws__add_format(out, "\\%c", c);
        else if (c == '\n')
            ws__add_text(out, "\\n");
        else if (c < 0x20 || c == 0x7F)
            ws__add_format(out, "\\u%04x", c);
        else
            ws__add_bytes(out, text + i, 1);
    }
    ws__add_bytes(out, "\"", 1);
}

static bool is_short(json_t *value)
{
    const char *key;
    json_t *item;
    size_t i;
    if (json_is_array(value)) {
        json_array_foreach(value, i, item) if (json_is_object(item) || json_is_array(item)) return false;
        return true;
    }
    if (!json_is_object(value))
        return true;
    void *at;
    for (at = json_object_iter(value); at; at = json_object_iter_next(value, at)) {
        key = json_object_iter_key(at);
        item = json_object_iter_value(at);
        if (key[0] == SPOILT[0] || json_is_object(item) || json_is_array(item))
            return false;
    }
    return true;
}

/* False: the document holds what could not be made. */
static bool write_value(ws_text *out, json_t *value, size_t depth);

static bool write_items(ws_text *out, json_t *value, size_t depth)
{
    bool object = json_is_object(value), first = true, whole = true, line = is_short(value);
    ws__add_text(out, object ? "{" : "[");
    void *at = object ? json_object_iter(value) : NULL;
    size_t count = object ? json_object_size(value) : json_array_size(value);
    for (size_t i = 0; i < count && whole; i++, first = false) {
        if (!first)
            ws__add_text(out, line ? ", " : ",");
        if (!line) {
            ws__add_text(out, "\n");
            ws__add_repeated(out, " ", depth + 1);
        }
        json_t *item = object ? json_object_iter_value(at) : json_array_get(value, i);
        if (object) {
            const char *key = json_object_iter_key(at);
            whole = key[0] != SPOILT[0];
            write_text(out, key, strlen(key));
            ws__add_text(out, ": ");
            at = json_object_iter_next(value, at);
        }
        whole = whole && write_value(out, item, depth + 1);
    }
    if (!line && count) {
        ws__add_text(out, "\n");
        ws__add_repeated(out, " ", depth);
    }
    ws__add_text(out, object ? "}" : "]");
    return whole;
}

static bool write_value(ws_text *out, json_t *value, size_t depth)
{
    if (!value || depth > DEEPEST)
        return false;
    char number[WS_NUMBER_ROOM];
    switch (json_typeof(value)) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        return write_items(out, value, depth);
    case JSON_STRING:
        write_text(out, json_string_value(value), json_string_length(value));
        return strcmp(json_string_value(value), SPOILT) != 0;
    case JSON_INTEGER:
        ws__add_format(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return true;
    case JSON_REAL:
        ws__format_number(number, json_real_value(value) == 0 ? 0 : json_real_value(value));
        ws__add_text(out, number);
        return true;
    case JSON_TRUE:
        ws__add_text(out, "true");
        return true;
    case JSON_FALSE:
        ws__add_text(out, "false");
        return true;
    case JSON_NULL:
        ws__add_text(out, "null");
        return true;
    }
    return false;
}

ws_status ws__finish_json(char **out, json_t *root, ws_diag *diag)
{
    WS_TEXT(text);
    bool whole = write_value(&text, root, 0);
    ws__add_text(&text, "\n");
    json_decref(root);
    char *taken = whole ? ws__take_text(&text) : NULL;
    if (!taken)
        return ws_fail(diag, WS_LIMIT, "no memory for the result as JSON");
    *out = taken;
    return WS_OK;
}
