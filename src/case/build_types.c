/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Private types of a party, and whether what they set can be set. */
#include "case/build.h"

#include "base/text.h"
#include "format/yaml.h"

#include <stdlib.h>
#include <string.h>

/* A type's path from the root; `breakdown` means the party's own value there. */
static const char *root_path(ws_builder *b, const char *party, const char *path)
{
    if (strcmp(path, "breakdown") == 0)
        return ws__format_text(b->arena, "breakdown.value.%s", party);
    return ws__format_text(b->arena, "parties.%s.%s", party, path);
}

static void build_changes(ws_builder *b, const char *party, ws_type *type, ws_spot *spot)
{
    if (!spot->node || !ws__want_map(b, spot, "set"))
        return;
    ws_change *changes = WS_TAKE(b, spot->node->count, ws_change);
    if (!changes)
        return;
    for (size_t i = 0; i < spot->node->count; i++) {
        ws_spot item = ws__child(spot, i);
        if (ws__is_broken(b, item.node))
            continue;
        WS_TEXT(value);
        ws__write_flow(&value, item.node);
        ws_change *change = &changes[type->change_count];
        change->path = root_path(b, party, item.key);
        change->value = value.bytes ? ws__copy_text(b->arena, value.bytes) : "\"\"";
        if (!change->path || !change->value || value.failed)
            return;
        type->change_count++;
    }
    type->changes = changes;
}

void ws__build_types(ws_builder *b, ws_party *party, ws_spot *spot)
{
    ws_names *names = &b->type_names[party - b->shape->parties];
    if (!spot->node || !ws__take_names(b, spot, "types", names))
        return;
    ws_type *types = WS_TAKE(b, names->count, ws_type);
    if (!types)
        return;
    for (size_t i = 0; i < names->count; i++) {
        ws_spot item = ws__child(spot, i);
        ws_key keys[] = {{.name = "probability", .required = true}, {.name = "set"}, {.name = "name"}};
        types[i] = (ws_type){.key = item.key, .name = item.key, .probability = WS_NO_SLOT};
        ws__check_name(b, spot, spot->node->keys[i], "a type", 0, NULL);
        if (!ws__take_keys(b, &item, "a type", WS_COUNT(keys), keys))
            continue;
        if (keys[0].spot.node)
            types[i].probability = ws__read_slot(b, &keys[0].spot, "probability", &ws__probability, false);
        build_changes(b, party->key, &types[i], &keys[1].spot);
        types[i].name = ws__read_name(b, &keys[2].spot, item.key);
    }
    party->types = types;
    party->type_count = names->count;
}

/* ---- Can it be set? ---- */

enum { MOST_REBUILT = 20000000 }; /* slots of all the cases that are built to see */

/* The entry of the document that a change was written as. */
static const ws_node *find_entry(const ws_node *parties, const ws_party *party, const ws_type *type,
                                 size_t at)
{
    const ws_node *node = ws__find_item(ws__find_item(parties, party->key), "types");
    const ws_node *set = ws__find_item(ws__find_item(node, type->key), "set");
    return set && set->kind == WS_NODE_MAP && at < set->count ? set->keys[at] : NULL;
}

/* One change at a time, so that each problem stands where it was written. */
static void check_change(ws_builder *b, const ws_change *change, const ws_node *entry)
{
    ws_diag *found = ws_new_diag();
    if (!found)
        return;
    ws__try_change(b->doc, change, found);
    for (size_t i = 0; i < ws_count_problems(found); i++) {
        const ws_problem *problem = ws_get_problem(found, i);
        if (problem->severity != WS_ERROR || problem->place.line)
            continue; /* with a line: no fault of the change */
        ws_spot spot = {.node = entry};
        ws__problem(b, &spot, "set: %s", problem->message);
    }
    ws_free_diag(found);
}

void ws__check_types(ws_builder *b, const ws_node *parties)
{
    size_t budget = MOST_REBUILT;
    for (size_t p = 0; p < b->shape->party_count; p++) {
        const ws_party *party = &b->shape->parties[p];
        for (size_t t = 0; t < party->type_count; t++)
            for (size_t i = 0; i < party->types[t].change_count; i++) {
                const ws_node *entry = find_entry(parties, party, &party->types[t], i);
                size_t cost = b->shape->slot_count + 100;
                if (!entry || cost > budget)
                    continue;
                budget -= cost;
                check_change(b, &party->types[t].changes[i], entry);
            }
    }
}
