/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YAML into a document, from libyaml's events: they come with places and cost memory only for what is kept.
 *
 * What libyaml leaves to its caller is done here: a limit on depth (its own work grows with the square of
 * it), keys given twice (by sorting, so that a map of a million keys is no trap), aliases as the node itself
 * with a limit on what they unfold to, and words that say what to write instead. Frames on a fixed stack, the
 * items of open lists and maps on one growing array: no recursion. */
#include "format/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { PAIRWISE = 12 }; /* maps up to this size are checked for double keys pair by pair */

typedef struct frame {
    ws_node *node;
    size_t from;     /* its items begin here in `pending`; a map's are key, value, key, value */
    uint64_t before; /* items unfolded when it began */
    size_t anchor;   /* its position among the anchors; SIZE_MAX: none */
} frame;

typedef struct anchor {
    const char *name;
    const ws_node *node; /* NULL: still open */
    uint64_t unfolded;
} anchor;

typedef struct reader {
    ws_doc *doc;
    ws_diag *diag;
    const ws_yaml_text *text;
    yaml_parser_t parser;
    frame frames[WS_YAML_DEPTH];
    size_t depth;
    const ws_node **pending;
    size_t pending_count, pending_room;
    anchor *anchors;
    size_t anchor_count, anchor_room;
    size_t *anchor_order; /* positions, sorted by name */
    uint64_t items, aliased;
    bool places;
} reader;

/* ---- Places ---- */

static size_t shifts_before(const ws_yaml_text *text, uint32_t line, uint32_t column)
{
    size_t low = 0, high = text->shift_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const ws_yaml_shift *shift = &text->shifts[middle];
        if (shift->line < line || (shift->line == line && shift->column < column))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static ws_place place_of(const reader *r, yaml_mark_t mark)
{
    if (!r->places)
        return (ws_place){r->doc->file, 0, 0};
    uint32_t line = (uint32_t)mark.line + 1, column = (uint32_t)mark.column + 1;
    if (r->text->shift_count)
        column += 2 * (uint32_t)(shifts_before(r->text, line, column) - shifts_before(r->text, line, 0));
    return (ws_place){r->doc->file, line, column};
}

static ws_status no_memory(reader *r)
{
    return ws_fail(r->diag, WS_LIMIT, "no memory to read %s", r->doc->file ? r->doc->file : "the text");
}

static ws_node *new_node(reader *r, ws_node_kind kind, yaml_mark_t mark)
{
    ws_node *node = WS_NEW(&r->doc->arena, ws_node);
    if (!node)
        return NULL;
    ws_place place = place_of(r, mark);
    node->kind = kind;
    node->line = place.line;
    node->column = place.column;
    return node;
}

static ws_place node_place(const reader *r, const ws_node *node)
{
    return (ws_place){r->doc->file, node->line, node->column};
}

/* ---- Keys given twice ---- */

static int compare_keys(const void *a, const void *b, void *context)
{
    const ws_node *const *keys = context;
    size_t i = *(const size_t *)a, j = *(const size_t *)b;
    int order = strcmp(keys[i]->text, keys[j]->text);
    return order ? order : i < j ? -1 : i > j;
}

static void report_double(reader *r, const ws_node *first, const ws_node *second)
{
    if (first->line)
        ws_fail_at(r->diag, WS_INVALID, node_place(r, second),
                   "the key '%.60s' stands here twice: it was already given in line %u", second->text,
                   (unsigned)first->line);
    else
        ws_fail_at(r->diag, WS_INVALID, node_place(r, second), "the key '%.60s' stands here twice",
                   second->text);
}

/* Marks what repeats an earlier key; `dropped` [count]. */
static ws_status find_doubles(reader *r, bool *dropped, size_t count, const ws_node *const *keys)
{
    if (count <= PAIRWISE) {
        for (size_t i = 1; i < count; i++)
            for (size_t j = 0; j < i && !dropped[i]; j++)
                if (!dropped[j] && strcmp(keys[i]->text, keys[j]->text) == 0) {
                    dropped[i] = true;
                    report_double(r, keys[j], keys[i]);
                }
        return WS_OK;
    }
    size_t *order = malloc(count * sizeof *order);
    if (!order)
        return no_memory(r);
    bool sorted = true;
    for (size_t i = 0; i < count; i++) {
        order[i] = i;
        sorted = sorted && (i == 0 || strcmp(keys[i - 1]->text, keys[i]->text) < 0);
    }
    if (!sorted) {
        union {
            const ws_node *const *keys;
            void *context;
        } cast = {keys};
        qsort_r(order, count, sizeof *order, compare_keys, cast.context);
        for (size_t i = 1, first = order[0]; i < count; i++) {
            if (strcmp(keys[first]->text, keys[order[i]]->text) != 0) {
                first = order[i];
                continue;
            }
            dropped[order[i]] = true;
            report_double(r, keys[first], keys[order[i]]);
        }
    }
    free(order);
    return WS_OK;
}

/* ---- Lists and maps ---- */

static ws_status push_pending(reader *r, const ws_node *node)
{
    if (r->pending_count == r->pending_room) {
        size_t room = r->pending_room ? 2 * r->pending_room : 256;
        const ws_node **grown = realloc(r->pending, room * sizeof *grown);
        if (!grown)
            return no_memory(r);
        r->pending = grown;
        r->pending_room = room;
    }
    r->pending[r->pending_count++] = node;
    return WS_OK;
}

static ws_status open_node(reader *r, ws_node_kind kind, bool flow, const yaml_event_t *event,
                           size_t anchor_at)
{
    if (r->depth == WS_YAML_DEPTH)
        return ws_fail_at(r->diag, WS_INVALID, place_of(r, event->start_mark),
                          "lists and maps are nested too deep; at most %d levels are read", WS_YAML_DEPTH);
    ws_node *node = new_node(r, kind, event->start_mark);
    if (!node)
        return no_memory(r);
    node->flow = flow;
    r->frames[r->depth++] = (frame){node, r->pending_count, r->items, anchor_at};
    return WS_OK;
}

static ws_status close_list(reader *r, ws_node *node, size_t from)
{
    size_t count = r->pending_count - from;
    const ws_node **items = WS_NEW_MANY(&r->doc->arena, count, const ws_node *);
    if (!items)
        return no_memory(r);
    if (count)
        memcpy(items, r->pending + from, count * sizeof *items);
    node->items = items;
    node->count = count;
    return WS_OK;
}

/* Keys that are no texts, and <<, leave the map `broken`: what it lacks is not asked for. */
static bool check_key(reader *r, ws_node *map, const ws_node *key)
{
    if (key->kind != WS_NODE_TEXT || key->broken) {
        if (!key->broken)
            ws_fail_at(r->diag, WS_INVALID, node_place(r, key), "a key must be a text, not a %s",
                       key->kind == WS_NODE_MAP ? "map" : "list");
        map->broken = true;
        return false;
    }
    if (!key->quoted && strcmp(key->text, "<<") == 0) {
        ws_fail_at(r->diag, WS_INVALID, node_place(r, key),
                   "'<<' merge keys are YAML 1.1 and not read; write the keys out, or for preferences use "
                   "'like'");
        map->broken = true;
        return false;
    }
    return true;
}

static ws_status close_map(reader *r, ws_node *node, size_t from)
{
    size_t count = (r->pending_count - from) / 2;
    const ws_node **keys = WS_NEW_MANY(&r->doc->arena, count, const ws_node *);
    const ws_node **items = WS_NEW_MANY(&r->doc->arena, count, const ws_node *);
    bool *dropped = calloc(count + 1, sizeof *dropped);
    if (!keys || !items || !dropped) {
        free(dropped);
        return no_memory(r);
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const ws_node *key = r->pending[from + 2 * i];
        if (!check_key(r, node, key))
            continue;
        keys[kept] = key;
        items[kept++] = r->pending[from + 2 * i + 1];
    }
    ws_status status = find_doubles(r, dropped, kept, keys);
    size_t left = 0;
    for (size_t i = 0; i < kept; i++)
        if (!dropped[i]) {
            keys[left] = keys[i];
            items[left++] = items[i];
        }
    free(dropped);
    node->keys = keys;
    node->items = items;
    node->count = left;
    return status;
}

/* ---- Anchors ---- */

/* The place of `name` in the sorted order; *found: it is there. */
static size_t find_anchor(const reader *r, const char *name, bool *found)
{
    size_t low = 0, high = r->anchor_count;
    *found = false;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(r->anchors[r->anchor_order[middle]].name, name);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Notes an anchor (or gives an old one its new meaning); its position in *at. */
static ws_status add_anchor(reader *r, size_t *at, const char *name, yaml_mark_t mark)
{
    bool found;
    size_t where = find_anchor(r, name, &found);
    if (found) {
        *at = r->anchor_order[where];
        r->anchors[*at].node = NULL;
        return WS_OK;
    }
    if (r->anchor_count == WS_YAML_ANCHORS)
        return ws_fail_at(r->diag, WS_LIMIT, place_of(r, mark), "more than %d anchors", WS_YAML_ANCHORS);
    if (r->anchor_count == r->anchor_room) {
        size_t room = r->anchor_room ? 2 * r->anchor_room : 16;
        if (!ws__resize_list(&r->anchors, room, sizeof *r->anchors) ||
            !ws__resize_list(&r->anchor_order, room, sizeof *r->anchor_order))
            return no_memory(r);
        r->anchor_room = room;
    }
    char *copy = ws__copy_text(&r->doc->arena, name);
    if (!copy)
        return no_memory(r);
    memmove(r->anchor_order + where + 1, r->anchor_order + where,
            (r->anchor_count - where) * sizeof *r->anchor_order);
    *at = r->anchor_order[where] = r->anchor_count;
    r->anchors[r->anchor_count++] = (anchor){copy, NULL, 0};
    return WS_OK;
}

static ws_status read_alias(reader *r, const ws_node **out, const yaml_event_t *event)
{
    const char *name = (const char *)event->data.alias.anchor;
    ws_place place = place_of(r, event->start_mark);
    bool found;
    size_t where = find_anchor(r, name, &found);
    const anchor *target = found ? &r->anchors[r->anchor_order[where]] : NULL;
    if (target && target->node) {
        r->aliased += target->unfolded;
        if (r->aliased > WS_YAML_UNFOLDED)
            return ws_fail_at(r->diag, WS_LIMIT, place,
                              "the aliases up to here unfold to more than %d items; write less by '*%.40s'",
                              WS_YAML_UNFOLDED, name);
        r->items += target->unfolded;
        *out = target->node;
        return WS_OK;
    }
    if (target)
        ws_fail_at(r->diag, WS_INVALID, place, "the alias '*%.60s' stands inside its own anchor", name);
    else
        ws_fail_at(r->diag, WS_INVALID, place,
                   "the alias '*%.60s' has no anchor; expected '&%.60s' before a value further up", name,
                   name);
    ws_node *node = new_node(r, WS_NODE_TEXT, event->start_mark);
    if (!node)
        return no_memory(r);
    node->text = "";
    node->broken = true;
    *out = node;
    return WS_OK;
}

/* ---- Texts and tags ---- */

/* Reports a tag; true where there is one. */
static bool refuse_tag(reader *r, const yaml_char_t *tag, yaml_mark_t mark)
{
    if (!tag)
        return false;
    const char *text = (const char *)tag;
    if (text[0] == '!' && strchr("=<>", text[1]) && text[1])
        ws_fail_at(r->diag, WS_INVALID, place_of(r, mark),
                   "YAML reads '%.40s' as a tag, and tags are not read; put it in quotes: \"%.40s\"", text,
                   text);
    else
        ws_fail_at(r->diag, WS_INVALID, place_of(r, mark),
                   "the tag '%.60s' is not read (no file is included, no type converted); leave it out, or "
                   "put a text that begins with '!' in quotes",
                   text);
    return true;
}

/* Control characters come in by escapes ("\e[31m"); they would reach a terminal. */
static bool check_scalar(reader *r, const char *text, size_t length, yaml_mark_t mark)
{
    for (size_t at = 0; at < length;) {
        uint32_t code;
        at += ws__next_character(&code, text + at, length - at);
        if (!ws__is_control(code))
            continue;
        ws_fail_at(r->diag, WS_INVALID, place_of(r, mark),
                   code ? "the text holds a control character (U+%04X) by an escape; take it out"
                        : "the text holds a NUL character (U+%04X) by an escape; take it out",
                   (unsigned)code);
        return false;
    }
    return true;
}

static ws_status read_scalar(reader *r, const ws_node **out, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    ws_node *node = new_node(r, WS_NODE_TEXT, event->start_mark);
    if (!node)
        return no_memory(r);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->broken = refuse_tag(r, event->data.scalar.tag, event->start_mark) ||
                   !check_scalar(r, text, length, event->start_mark);
    node->text = ws__copy_bytes(&r->doc->arena, text, node->broken ? strlen(text) : length);
    node->count = length;
    if (!node->text)
        return no_memory(r);
    *out = node;
    return WS_OK;
}

/* ---- Events ---- */

static ws_status take_node(reader *r, const ws_node *node)
{
    if (r->depth)
        return push_pending(r, node);
    r->doc->root = node;
    return WS_OK;
}

static ws_status close_node(reader *r)
{
    frame top = r->frames[--r->depth];
    WS_TRY(top.node->kind == WS_NODE_MAP ? close_map(r, top.node, top.from)
                                         : close_list(r, top.node, top.from));
    r->pending_count = top.from;
    if (top.anchor != SIZE_MAX) {
        r->anchors[top.anchor].node = top.node;
        r->anchors[top.anchor].unfolded = r->items - top.before + 1;
    }
    return take_node(r, top.node);
}

static ws_status take_event(reader *r, const yaml_event_t *event)
{
    const ws_node *node = NULL;
    size_t at = SIZE_MAX;
    r->items++;
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        WS_TRY(read_alias(r, &node, event));
        return take_node(r, node);
    case YAML_SCALAR_EVENT:
        if (event->data.scalar.anchor)
            WS_TRY(add_anchor(r, &at, (const char *)event->data.scalar.anchor, event->start_mark));
        WS_TRY(read_scalar(r, &node, event));
        if (at != SIZE_MAX) {
            r->anchors[at].node = node;
            r->anchors[at].unfolded = 1;
        }
        return take_node(r, node);
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT: {
        bool map = event->type == YAML_MAPPING_START_EVENT;
        const yaml_char_t *name = map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor;
        const yaml_char_t *tag = map ? event->data.mapping_start.tag : event->data.sequence_start.tag;
        bool flow = map ? event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
                        : event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
        if (name)
            WS_TRY(add_anchor(r, &at, (const char *)name, event->start_mark));
        WS_TRY(open_node(r, map ? WS_NODE_MAP : WS_NODE_LIST, flow, event, at));
        r->frames[r->depth - 1].node->broken = refuse_tag(r, tag, event->start_mark);
        return WS_OK;
    }
    default:
        return close_node(r);
    }
}

/* ---- What libyaml cannot read, in our words ---- */

static bool has(const char *text, const char *piece)
{
    return text && strstr(text, piece);
}

static ws_status report_syntax(reader *r)
{
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_MEMORY_ERROR)
        return no_memory(r);
    ws_place place = place_of(r, p->problem_mark);
    ws_place context = place_of(r, p->context_mark);
    const char *problem = p->problem ? p->problem : "unreadable";
    if (has(p->context, "quoted scalar") && (has(problem, "end of stream") || has(problem, "document ind")))
        return ws_fail_at(r->diag, WS_INVALID, context, "the quote that opens here is never closed");
    if (has(p->context, "block scalar"))
        return ws_fail_at(r->diag, WS_INVALID, context,
                          "YAML reads '>' and '|' as the start of a text over several lines; put a test such "
                          "as \">=level\" in quotes");
    if (has(p->context, "tag") || has(problem, "tag handle"))
        return ws_fail_at(r->diag, WS_INVALID, place,
                          "YAML reads '!' as the start of a tag, and tags are not read; put a text that "
                          "begins with it in quotes");
    if (has(problem, "mapping values are not allowed"))
        return ws_fail_at(r->diag, WS_INVALID, place,
                          "no key with a ':' may stand here; put a text with a colon in quotes, or indent "
                          "the key like its neighbours");
    if (has(problem, "expected ':'"))
        return ws_fail_at(r->diag, WS_INVALID, context,
                          "a key without ': ' behind it, or a line that is indented unlike its neighbours");
    if (has(problem, "escape"))
        return ws_fail_at(r->diag, WS_INVALID, place,
                          "YAML: %s in a double-quoted text; single quotes read '\\' as it stands", problem);
    return ws_fail_at(r->diag, WS_INVALID, place, "this is no YAML: %s%s%s", problem, p->context ? ", " : "",
                      p->context ? p->context : "");
}

/* True where a tab is what stops the reading: at the problem, or among the blanks before it in its line. */
static bool tab_is_to_blame(const reader *r)
{
    const char *line = r->text->bytes, *end = line + r->text->length;
    for (size_t i = 0; i < r->parser.problem_mark.line && line; i++) {
        line = memchr(line, '\n', (size_t)(end - line));
        line = line ? line + 1 : NULL;
    }
    if (!line || !has(r->parser.problem, "cannot start any token"))
        return has(r->parser.problem, "tab");
    while (line < end && (*line == ' ' || *line == '-'))
        line++;
    return line < end && *line == '\t';
}

static ws_status fail_parse(reader *r)
{
    if (tab_is_to_blame(r))
        return ws_fail_at(r->diag, WS_INVALID, place_of(r, r->parser.problem_mark),
                          "a tab indents this line; YAML is indented with blanks");
    return report_syntax(r);
}

static ws_status read_events(reader *r)
{
    for (unsigned documents = 0;;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&r->parser, &event))
            return fail_parse(r);
        yaml_event_type_t type = event.type;
        ws_status status = WS_OK;
        if (type == YAML_DOCUMENT_START_EVENT && ++documents == 2) {
            ws_fail_at(r->diag, WS_INVALID, place_of(r, event.start_mark),
                       "a second document begins here; a file holds one case");
            type = YAML_STREAM_END_EVENT;
        } else if (type != YAML_STREAM_START_EVENT && type != YAML_STREAM_END_EVENT &&
                   type != YAML_DOCUMENT_START_EVENT && type != YAML_DOCUMENT_END_EVENT) {
            status = take_event(r, &event);
        }
        yaml_event_delete(&event);
        if (status != WS_OK)
            return status;
        if (type == YAML_STREAM_END_EVENT)
            return WS_OK;
    }
}

static ws_status read_text(ws_doc *doc, const ws_yaml_text *text, bool places, ws_diag *diag)
{
    reader *r = calloc(1, sizeof *r);
    if (!r || !yaml_parser_initialize(&r->parser)) {
        free(r);
        return ws_fail(diag, WS_LIMIT, "no memory to read a text");
    }
    r->doc = doc;
    r->diag = diag;
    r->text = text;
    r->places = places;
    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)text->bytes, text->length);
    ws_status status = read_events(r);
    yaml_parser_delete(&r->parser);
    free(r->pending);
    free(r->anchors);
    free(r->anchor_order);
    free(r);
    return status;
}

static bool is_empty(const ws_node *root)
{
    return !root || (root->kind == WS_NODE_TEXT && !root->quoted && !root->broken && root->count == 0);
}

ws_status ws__read_yaml(ws_doc *doc, const char *text, size_t length, ws_diag *diag)
{
    ws_yaml_text checked;
    WS_TRY(ws__check_yaml_bytes(&checked, text, length, doc->file, diag));
    const ws_node *old = doc->root;
    doc->root = NULL;
    ws_status status = read_text(doc, &checked, true, diag);
    ws__free_yaml_text(&checked);
    if (status == WS_OK && is_empty(doc->root))
        status = ws_fail_at(diag, WS_INVALID, (ws_place){doc->file, 0, 0},
                            "the file is empty; a case begins with 'winset: 1'");
    if (status != WS_OK)
        doc->root = old;
    return status;
}

ws_status ws__read_value(const ws_node **out, ws_arena *arena, const char *text, const char *what,
                         ws_diag *diag)
{
    ws_doc doc = {.arena = *arena, .file = what};
    ws_yaml_text checked;
    WS_TRY(ws__check_yaml_bytes(&checked, text, strlen(text), what, diag));
    size_t errors = ws_count_errors(diag);
    ws_status status = read_text(&doc, &checked, false, diag);
    ws__free_yaml_text(&checked);
    *arena = doc.arena;
    if (status == WS_OK && ws_count_errors(diag) > errors)
        status = WS_INVALID;
    if (status == WS_OK && is_empty(doc.root))
        status = ws_fail_at(diag, WS_INVALID, (ws_place){what, 0, 0}, "nothing is given; expected a value");
    if (status == WS_OK)
        *out = doc.root;
    return status;
}
