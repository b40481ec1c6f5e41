/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the levels of one issue are worth to somebody: a list, a map, a shape, an ideal, a column of a file.
 */
#include "case/build.h"

#include "base/csv.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *const shapes[] = {"rising", "falling"};

/* ---- A number a level ---- */

static void build_list(ws_builder *b, ws_values *out, const ws_issue *issue, ws_spot *spot)
{
    size_t count = issue->level_count, given = spot->node->count;
    if (given != count) {
        const char *hint = spot->node->flow && given == 2 * count
                               ? " (a decimal comma makes two numbers of one: write a decimal point)"
                               : "";
        ws__problem(b, spot, "'%s' has %zu level%s, but %zu number%s given%s", issue->key, count,
                    count == 1 ? "" : "s", given, given == 1 ? " is" : "s are", hint);
        return;
    }
    ws_slot *slots = WS_TAKE(b, count, ws_slot);
    if (!slots)
        return;
    for (size_t i = 0; i < count; i++) {
        ws_spot item = ws__child(spot, i);
        slots[i] = ws__read_slot(b, &item, issue->key, &ws__any_number, true);
    }
    *out = (ws_values){.kind = WS_VALUES_LIST, .count = count, .slots = slots, .times = WS_NO_SLOT};
}

static void report_missing(ws_builder *b, const ws_spot *spot, const ws_issue *issue, const ws_slot *slots)
{
    const char *names[16];
    size_t count = 0, missing = 0;
    for (size_t i = 0; i < issue->level_count; i++)
        if (slots[i] == WS_NO_SLOT) {
            missing++;
            if (count < WS_COUNT(names))
                names[count++] = issue->levels[i];
        }
    if (missing)
        ws__problem(b, spot, "'%s': no number for %zu of its levels: %s", issue->key, missing,
                    ws__list_names(b, count, names));
}

static void build_levels(ws_builder *b, ws_values *out, size_t at, ws_spot *spot)
{
    const ws_issue *issue = &b->shape->issues[at];
    ws_slot *slots = WS_TAKE(b, issue->level_count, ws_slot);
    if (!slots)
        return;
    for (size_t i = 0; i < issue->level_count; i++)
        slots[i] = WS_NO_SLOT;
    bool good = true;
    for (size_t i = 0; i < spot->node->count; i++) {
        ws_spot item = ws__child(spot, i);
        ws_spot key = item;
        key.node = spot->node->keys[i];
        size_t level = ws__find_level(b, &key, at);
        good = good && level != SIZE_MAX;
        if (level != SIZE_MAX)
            slots[level] = ws__read_slot(b, &item, issue->key, &ws__any_number, true);
    }
    if (good && !b->full)
        report_missing(b, spot, issue, slots);
    *out =
        (ws_values){.kind = WS_VALUES_LIST, .count = issue->level_count, .slots = slots, .times = WS_NO_SLOT};
}

/* ---- Linear through points of a numeric issue ---- */

typedef struct point {
    double at;
    ws_slot slot;
} point;

static int compare_points(const void *a, const void *b)
{
    double x = ((const point *)a)->at, y = ((const point *)b)->at;
    return x < y ? -1 : x > y;
}

static void build_piecewise(ws_builder *b, ws_values *out, const ws_issue *issue, ws_spot *spot)
{
    size_t count = spot->node->count;
    double first = issue->values[0], last = issue->values[issue->level_count - 1];
    point *points = WS_TAKE(b, count, point);
    double *at = WS_TAKE(b, count, double);
    ws_slot *slots = WS_TAKE(b, count, ws_slot);
    if (!points || !at || !slots)
        return;
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        ws_spot item = ws__child(spot, i);
        const ws_node *key = spot->node->keys[i];
        if (!ws__read_number(&points[i].at, key->text, key->count))
            good = ws__problem_at_key(b, spot, key, "'%s': expected a number from %s to %s, got '%s'",
                                      issue->key, issue->levels[0], issue->levels[issue->level_count - 1],
                                      ws__in_short(b, key->text));
        else if (points[i].at < first || points[i].at > last)
            good = ws__problem_at_key(
                b, spot, key, "'%s': %s lies outside the issue, which goes from %s to %s", issue->key,
                ws__in_short(b, key->text), issue->levels[0], issue->levels[issue->level_count - 1]);
        points[i].slot = ws__read_slot(b, &item, issue->key, &ws__any_number, true);
    }
    if (!good)
        return;
    if (count)
        qsort(points, count, sizeof *points, compare_points);
    for (size_t i = 0; i < count; i++) {
        at[i] = points[i].at;
        slots[i] = points[i].slot;
        if (i && at[i] == at[i - 1])
            good = ws__problem(b, spot, "'%s': the number %g is given twice", issue->key, at[i]);
    }
    if (good && (count == 0 || at[0] != first || at[count - 1] != last)) {
        ws__problem(b, spot, "'%s': the map must have numbers at both ends, %s and %s", issue->key,
                    issue->levels[0], issue->levels[issue->level_count - 1]);
        return;
    }
    *out = (ws_values){
        .kind = WS_VALUES_PIECEWISE, .count = count, .slots = slots, .at = at, .times = WS_NO_SLOT};
}

/* ---- Shapes ---- */

static ws_slot build_times(ws_builder *b, ws_spot *times, bool points)
{
    if (!times->node)
        return WS_NO_SLOT;
    if (!points) {
        ws__problem(b, times,
                    "times belongs to points; values are rescaled to 0..1 anyway, weigh them with "
                    "'weights'");
        return WS_NO_SLOT;
    }
    return ws__read_slot(b, times, "times", &ws__any_number, true);
}

static void build_shape(ws_builder *b, ws_values *out, ws_spot *spot, bool points)
{
    ws_key keys[] = {{.name = "shape", .required = true}, {.name = "times"}};
    if (!ws__take_keys(b, spot, "a shape", WS_COUNT(keys), keys))
        return;
    size_t shape = ws__read_word(b, &keys[0].spot, "shape", WS_COUNT(shapes), shapes);
    *out = (ws_values){.kind = shape == 1 ? WS_VALUES_FALLING : WS_VALUES_RISING,
                       .times = build_times(b, &keys[1].spot, points)};
}

static void build_ideal(ws_builder *b, ws_values *out, size_t issue, ws_spot *spot, bool points)
{
    static const char *const losses[] = {"linear", "quadratic"};
    ws_key keys[] = {{.name = "ideal", .required = true}, {.name = "loss"}, {.name = "times"}};
    if (!ws__take_keys(b, spot, "an ideal", WS_COUNT(keys), keys))
        return;
    size_t level = ws__find_level(b, &keys[0].spot, issue), loss = 0;
    if (keys[1].spot.node)
        loss = ws__read_word(b, &keys[1].spot, "loss", WS_COUNT(losses), losses);
    *out = (ws_values){.kind = WS_VALUES_IDEAL,
                       .ideal = level == SIZE_MAX ? 0 : level,
                       .quadratic = loss == 1,
                       .times = build_times(b, &keys[2].spot, points)};
}

/* ---- A column of a file ---- */

typedef struct column {
    ws_builder *b;
    ws_spot *spot;
    const char *file, *key, *value;
    size_t key_at, value_at, count, room;
    const ws_node **keys, **items;
    bool header, good;
} column;

static const ws_node *node_of(column *c, const char *text)
{
    ws_node *node = WS_TAKE(c->b, 1, ws_node);
    size_t length = strlen(text);
    char *copy = WS_TAKE(c->b, length + 1, char);
    if (!node || !copy)
        return NULL;
    memcpy(copy, text, length + 1);
    *node = (ws_node){.kind = WS_NODE_TEXT,
                      .text = copy,
                      .count = length,
                      .line = c->spot->node->line,
                      .column = c->spot->node->column};
    return node;
}

static bool read_header(column *c, const ws_csv_row *row)
{
    c->header = true;
    c->key_at = c->value_at = SIZE_MAX;
    for (size_t i = 0; i < row->count; i++) {
        if (strcmp(row->fields[i], c->key) == 0)
            c->key_at = i;
        if (strcmp(row->fields[i], c->value) == 0)
            c->value_at = i;
    }
    const char *missing = c->key_at == SIZE_MAX ? c->key : c->value_at == SIZE_MAX ? c->value : NULL;
    if (missing)
        c->good =
            ws__problem(c->b, c->spot, "the file '%s' has no column '%s'%s", c->file,
                        ws__in_short(c->b, missing), ws__suggest(c->b, missing, row->count, row->fields));
    return c->good;
}

static bool read_row(void *user, const ws_csv_row *row)
{
    column *c = user;
    if (!c->header)
        return read_header(c, row);
    if (c->key_at >= row->count || c->value_at >= row->count) {
        c->good = ws__problem(c->b, c->spot, "line %u of '%s' is too short", (unsigned)row->line, c->file);
        return true;
    }
    if (c->count == c->room) {
        size_t room = c->room ? 2 * c->room : 32;
        const ws_node **keys = WS_TAKE(c->b, room, const ws_node *);
        const ws_node **items = WS_TAKE(c->b, room, const ws_node *);
        if (!keys || !items)
            return c->good = false;
        if (c->count) {
            memcpy(keys, c->keys, c->count * sizeof *keys);
            memcpy(items, c->items, c->count * sizeof *items);
        }
        c->keys = keys;
        c->items = items;
        c->room = room;
    }
    double value;
    const char *number = row->fields[c->value_at];
    if (!ws__read_number(&value, number, row->lengths[c->value_at]))
        c->good = ws__problem(c->b, c->spot, "line %u of '%s': expected a number, got '%s'",
                              (unsigned)row->line, c->file, ws__in_short(c->b, number));
    c->keys[c->count] = node_of(c, row->fields[c->key_at]);
    c->items[c->count] = node_of(c, number);
    if (!c->keys[c->count] || !c->items[c->count])
        return c->good = false;
    c->count++;
    return true;
}

/* A level that has two rows. */
static bool check_rows(column *c)
{
    const char **names = WS_TAKE(c->b, c->count, const char *);
    ws_names index;
    for (size_t i = 0; names && i < c->count; i++)
        names[i] = c->keys[i]->text;
    if (!names || !ws__index_names(c->b, &index, c->count, names))
        return false;
    for (size_t i = 0; i < c->count; i++)
        if (ws__find_name(&index, names[i]) != i)
            return ws__problem(c->b, c->spot, "the file '%s' has two rows for '%s'", c->file,
                               ws__in_short(c->b, names[i]));
    return true;
}

static void build_column(ws_builder *b, ws_values *out, size_t issue, ws_spot *spot)
{
    ws_key keys[] = {{.name = "file", .required = true},
                     {.name = "key", .required = true},
                     {.name = "value", .required = true}};
    if (!ws__take_keys(b, spot, "a file of values", WS_COUNT(keys), keys))
        return;
    column c = {.b = b, .spot = spot, .good = true};
    c.file = ws__read_words(b, &keys[0].spot, "file");
    c.key = ws__read_words(b, &keys[1].spot, "key");
    c.value = ws__read_words(b, &keys[2].spot, "value");
    char *bytes;
    size_t length;
    if (!c.file || !c.key || !c.value || !ws__read_data_file(b, &keys[0].spot, c.file, &bytes, &length))
        return;
    if (!bytes) {
        ws__problem(b, &keys[0].spot, "no file of values can be read here: the case came without a folder");
        return;
    }
    if (ws__read_csv(bytes, length, c.file, read_row, &c, b->diag) != WS_OK)
        c.good = !(b->failed = true);
    free(bytes);
    if (c.good && !c.header)
        c.good = ws__problem(b, spot, "the file '%s' is empty", c.file);
    if (!c.good || !check_rows(&c))
        return;
    ws_node map = {.kind = WS_NODE_MAP,
                   .count = c.count,
                   .keys = c.keys,
                   .items = c.items,
                   .line = spot->node->line,
                   .column = spot->node->column};
    ws_spot levels = *spot;
    levels.node = &map;
    build_levels(b, out, issue, &levels);
}

/* ---- Which of them ---- */

static bool is_form(const ws_builder *b, const ws_node *node, size_t issue, const char *key)
{
    return ws__find_item(node, key) && ws__find_name(&b->level_names[issue], key) == SIZE_MAX;
}

void ws__build_values(ws_builder *b, ws_values *out, size_t at, ws_spot *spot, bool points)
{
    const ws_issue *issue = &b->shape->issues[at];
    /* What stands in for what is wrong: it needs no slots. */
    *out = (ws_values){.kind = WS_VALUES_RISING, .times = WS_NO_SLOT};
    if (b->issue_broken[at] || ws__is_broken(b, spot->node))
        return;
    const ws_node *node = spot->node;
    if (node->kind == WS_NODE_LIST) {
        build_list(b, out, issue, spot);
    } else if (node->kind == WS_NODE_MAP) {
        if (is_form(b, node, at, "shape"))
            build_shape(b, out, spot, points);
        else if (is_form(b, node, at, "ideal"))
            build_ideal(b, out, at, spot, points);
        else if (is_form(b, node, at, "file"))
            build_column(b, out, at, spot);
        else if (issue->values)
            build_piecewise(b, out, issue, spot);
        else
            build_levels(b, out, at, spot);
    } else if (ws__text_is(node, "rising") || ws__text_is(node, "falling")) {
        out->kind = ws__text_is(node, "rising") ? WS_VALUES_RISING : WS_VALUES_FALLING;
    } else {
        ws__problem(
            b, spot,
            "'%s': expected a list with a number a level, a map from level to number, rising, falling, "
            "or {ideal: ...}, got '%s'%s",
            issue->key, ws__in_short(b, node->text), ws__suggest(b, node->text, 2, shapes));
    }
}
