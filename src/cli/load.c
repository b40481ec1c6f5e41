/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The case that the user named, with what --set and --type change of it. */
#include "base/diag.h"
#include "case/model.h"
#include "cli/verbs.h"
#include "winset/format.h"
#include "winset/monitor.h"

#include <stdlib.h>
#include <string.h>

/* The texts between commas. */
static ws_status split_list(size_t *count, const char *const **out, ws_arena *arena, const char *text)
{
    size_t room = 1;
    for (const char *c = text; *c; c++)
        room += *c == ',';
    const char **items = WS_NEW_MANY(arena, room, const char *);
    if (!items)
        return WS_LIMIT;
    *count = 0;
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, ",");
        if (length) {
            items[*count] = ws__copy_bytes(arena, at, length);
            if (!items[(*count)++])
                return WS_LIMIT;
        }
        at += length;
        if (!*at)
            break;
    }
    *out = items;
    return WS_OK;
}

/* NAME=VALUE in two; the first `=` outside brackets parts them. */
static ws_status split_change(ws_change *out, ws_call *call, const ws_given *given)
{
    size_t depth = 0, at = 0;
    for (; given->text[at] && (given->text[at] != '=' || depth); at++)
        if (given->text[at] == '[')
            depth++;
        else if (given->text[at] == ']' && depth)
            depth--;
    if (at == 0 || given->text[at] != '=')
        return ws_fail(call->diag, WS_USAGE, "--%s is '%s'; expected %s", given->option->name, given->text,
                       given->option->value);
    out->path = ws__copy_bytes(&call->arena, given->text, at);
    out->value = given->text + at + 1;
    return out->path ? WS_OK : ws_fail(call->diag, WS_LIMIT, "no memory for the command line");
}

static ws_status read_changes(size_t *count, ws_change *out, ws_call *call, const char *name)
{
    ws_status status = WS_OK;
    *count = 0;
    for (size_t i = 0; i < call->line.given_count; i++) {
        if (strcmp(call->line.given[i].option->name, name) != 0)
            continue;
        ws_status one = split_change(&out[*count], call, &call->line.given[i]);
        *count += one == WS_OK;
        status = status == WS_OK ? one : status;
    }
    return status;
}

static void remember_inputs(ws_call *call, const ws_case *c)
{
    size_t count = c->shape->file_count;
    const char **inputs = WS_NEW_MANY(&call->arena, call->input_count + count, const char *);
    if (!inputs)
        return;
    if (call->input_count)
        memcpy(inputs, call->inputs, call->input_count * sizeof *inputs);
    const char *folder = c->shape->doc ? c->shape->doc->folder : NULL;
    for (size_t i = 0; i < count; i++) {
        const char *file = c->shape->files[i].file;
        bool inside = i > 0 && folder && file[0] != '/';
        const char *path =
            inside ? ws__format_text(&call->arena, "%s/%s", folder, file) : ws__copy_text(&call->arena, file);
        inputs[call->input_count++] = path;
    }
    call->inputs = inputs;
}

static void step_to(ws_case **at, ws_case *next)
{
    ws_free_case(*at);
    *at = next;
}

/* A cost of breakdown that is to be measured on a market becomes a number of the case, and is told. */
static ws_status measure_cost(ws_case **at, ws_call *call)
{
    if ((call->verb->flags & WS_AS_WRITTEN) || !ws_needs_measurement(*at))
        return WS_OK;
    ws_measurement measured;
    WS_TRY(ws_measure_breakdown(&measured, *at, call->diag));
    char moved[WS_NUMBER_ROOM];
    ws__format_number(moved, measured.moved);
    const ws_change change = {"breakdown.cost.moved", moved};
    ws_case *next = NULL;
    WS_TRY(ws_change_case(&next, *at, 1, &change, call->diag));
    step_to(at, next);
    ws_warn(call->diag,
            "The cost of breakdown is measured: '%s' moved by %.3g%% (95%% interval %.3g to %.3g%%, %zu "
            "event%s); "
            "--set breakdown.cost.moved=N tries another",
            measured.market, measured.moved, measured.lo, measured.hi, measured.events,
            measured.events == 1 ? "" : "s");
    return WS_OK;
}

ws_status ws__load_case(ws_case **out, ws_call *call)
{
    if (call->line.argument_count == 0)
        return ws_fail(call->diag, WS_USAGE, "which case? Usage: winset %s %s [options]", call->verb->name,
                       call->verb->arguments);
    ws_change *changes = WS_NEW_MANY(&call->arena, 2 * call->line.given_count + 1, ws_change);
    if (!changes)
        return ws_fail(call->diag, WS_LIMIT, "no memory for the command line");
    size_t set_count, type_count;
    ws_status sets = read_changes(&set_count, changes, call, "set");
    ws_change *types = changes + set_count;
    ws_status typed = read_changes(&type_count, types, call, "type");
    WS_TRY(sets);
    WS_TRY(typed);

    const char *path = call->line.arguments[0];
    ws_read_options reading = {.real_steps = (unsigned)ws__given_number(call, "real-steps", 0)};
    const char *profiles = ws__given_text(call, "profiles", NULL);
    if (profiles)
        WS_TRY(split_list(&reading.profile_count, &reading.profiles, &call->arena, profiles));
    ws_case *at = NULL;
    WS_TRY(ws_read_case(&at, path, &reading, call->diag));
    remember_inputs(call, at);
    ws_status status = WS_OK;
    if (set_count) {
        ws_case *next = NULL;
        status = ws_change_case(&next, at, set_count, changes, call->diag);
        if (status == WS_OK)
            step_to(&at, next);
    }
    for (size_t i = 0; i < type_count && status == WS_OK; i++) {
        ws_case *next = NULL;
        status = ws_apply_type(&next, at, types[i].path, types[i].value, call->diag);
        if (status == WS_OK)
            step_to(&at, next);
    }
    if (status == WS_OK)
        status = measure_cost(&at, call);
    if (status != WS_OK) {
        ws_free_case(at);
        return status;
    }
    *out = at;
    return WS_OK;
}
