/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document into a case: its top level, in the order that the parts need one another. */
#include "case/build.h"

#include <stdlib.h>
#include <string.h>

static const size_t most_memory = (size_t)1 << 30;
enum { MOST_COMPARISONS = 60000 }; /* about a second's work */

enum {
    WINSET,
    TITLE,
    AS_OF,
    NOTES,
    SOURCES,
    ISSUES,
    PARTIES,
    AGREEMENT,
    CONSTRAINTS,
    CLASSES,
    BREAKDOWN,
    PROCESS,
    EVENTS,
    INDICATORS,
    MARKETS,
    KEYS
};
static const char *const names[KEYS] = {"winset",    "title",   "as_of",     "notes",       "sources",
                                        "issues",    "parties", "agreement", "constraints", "classes",
                                        "breakdown", "process", "events",    "indicators",  "markets"};

/* ---- Version, title, sources ---- */

static bool check_version(ws_builder *b, ws_spot *root, ws_key *key)
{
    double version;
    if (!key->spot.node)
        return root->node->broken ||
               ws__problem(b, root, "the case does not begin with its version, 'winset: 1'");
    if (root->node->keys[0] != key->node && !root->node->broken)
        ws__problem_at_key(b, root, key->node, "'winset: 1' must be the first key of a case");
    if (!ws__read_plain(b, &key->spot, "winset", &ws__any_number, &version))
        return false;
    return version == 1 ||
           ws__problem(b, &key->spot, "version %s of the format is not known; this program reads version 1",
                       ws__in_short(b, key->spot.node->text));
}

static void build_sources(ws_builder *b, ws_spot *spot)
{
    if (!spot->node || !ws__want_list(b, spot, "sources"))
        return;
    const char **sources = WS_TAKE(b, spot->node->count, const char *);
    if (!sources)
        return;
    for (size_t i = 0; i < spot->node->count; i++) {
        ws_spot item = ws__child(spot, i);
        const char *text = ws__read_words(b, &item, "a source");
        sources[i] = text ? text : "";
    }
    b->shape->sources = sources;
    b->shape->source_count = spot->node->count;
}

static void require(ws_builder *b, ws_spot *root, const ws_key *key)
{
    if (key->spot.node || root->node->broken)
        return;
    b->failed = true;
    ws_fail_at(b->diag, WS_INVALID, (ws_place){b->doc->file, 0, 0}, "the case needs '%s'", key->name);
}

/* ---- The whole ---- */

static void build_all(ws_builder *b, ws_spot *root)
{
    ws_key keys[KEYS];
    for (size_t i = 0; i < KEYS; i++)
        keys[i] = (ws_key){.name = names[i]};
    if (root->node->kind != WS_NODE_MAP) {
        if (!ws__is_broken(b, root->node))
            ws__problem(b, root, "a case is a map that begins with 'winset: 1'");
        return;
    }
    ws__take_keys(b, root, "a case", KEYS, keys);
    check_version(b, root, &keys[WINSET]);
    b->shape->title = ws__read_words(b, &keys[TITLE].spot, "title");
    b->shape->as_of = WS_NO_DAY;
    if (keys[AS_OF].spot.node)
        ws__read_day(b, &keys[AS_OF].spot, "as_of", &b->shape->as_of);
    b->shape->notes = ws__read_words(b, &keys[NOTES].spot, "notes");
    build_sources(b, &keys[SOURCES].spot);
    require(b, root, &keys[ISSUES]);
    require(b, root, &keys[PARTIES]);
    ws__build_issues(b, &keys[ISSUES].spot);
    ws__build_parties(b, &keys[PARTIES].spot);
    ws__build_agreement(b, &keys[AGREEMENT].spot);
    ws__build_constraints(b, &keys[CONSTRAINTS].spot);
    ws__build_classes(b, &keys[CLASSES].spot);
    ws__build_markets(b, &keys[MARKETS].spot);
    ws__build_breakdown(b, &keys[BREAKDOWN].spot);
    ws__build_process(b, &keys[PROCESS].spot);
    ws__build_events(b, &keys[EVENTS].spot);
    ws__build_indicators(b, &keys[INDICATORS].spot);
    if (!b->full && !ws__check_numbers(b->box, b->numbers, b->diag))
        b->failed = true;
}

static bool start(ws_builder *b, ws_doc *doc, ws_diag *diag)
{
    ws_shape_box *box = calloc(1, sizeof *box);
    if (!box)
        return false;
    ws__init_arena(&box->arena);
    box->references = 1;
    box->shape.doc = ws__hold_doc(doc);
    *b = (ws_builder){.doc = doc,
                      .diag = diag,
                      .box = box,
                      .shape = &box->shape,
                      .arena = &box->arena,
                      .budget = most_memory,
                      .comparisons = MOST_COMPARISONS};
    if (doc->source_count) {
        b->files = WS_TAKE(b, doc->source_count + 4, ws_source);
        if (!b->files)
            return true; /* b->full */
        memcpy(b->files, doc->sources, doc->source_count * sizeof *b->files);
        b->file_room = doc->source_count + 4;
        b->shape->files = b->files;
        b->shape->file_count = doc->source_count;
    }
    return true;
}

/* `types`: also whether what the types set can be set. */
static ws_status build(ws_case **out, ws_doc *doc, bool types, ws_diag *diag)
{
    ws_builder b;
    if (!start(&b, doc, diag))
        return ws_fail(diag, WS_LIMIT, "no memory for a case");
    ws_spot root = {.node = doc->root};
    if (!b.full)
        build_all(&b, &root);
    if (types && !b.full && b.shape->party_count)
        ws__check_types(&b, ws__find_item(doc->root, "parties"));
    ws_status status = b.full ? WS_LIMIT : b.failed ? WS_INVALID : WS_OK;
    b.box->numbers = b.numbers;
    if (status == WS_OK)
        status = ws__new_case(out, b.box, b.numbers, diag);
    if (status == WS_OK && types)
        ws__warn_about(*out, diag);
    ws__release_shape(b.box);
    return status;
}

ws_status ws__build_case(ws_case **out, ws_doc *doc, ws_diag *diag)
{
    return build(out, doc, true, diag);
}

ws_status ws__build_variant(ws_case **out, ws_doc *doc, ws_diag *diag)
{
    return build(out, doc, false, diag);
}
