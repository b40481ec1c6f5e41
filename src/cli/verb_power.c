/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `winset power`: who matters at home: an institution of a case, a whole ratification, or plain weights. */
#include "base/csv.h"
#include "base/diag.h"
#include "base/file.h"
#include "case/model.h"
#include "cli/verbs.h"
#include "report/power.h"
#include "winset/power.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_TABLE_BYTES = 1 << 24 };

/* ---- Weights from the command line or a table ---- */

typedef struct table {
    ws_call *call;
    size_t count, room;
    const char **names;
    double *weights;
    const char *file;
    size_t name_column, weight_column, columns;
    ws_status status;
} table;

static bool add_row(table *t, const char *name, double weight)
{
    if (t->count == t->room) {
        size_t room = t->room ? 2 * t->room : 64;
        const char **names = WS_NEW_MANY(&t->call->arena, room, const char *);
        double *weights = WS_NEW_MANY(&t->call->arena, room, double);
        if (!names || !weights) {
            t->status = ws_fail(t->call->diag, WS_LIMIT, "no memory for %zu weights", room);
            return false;
        }
        if (t->count) {
            memcpy(names, t->names, t->count * sizeof *names);
            memcpy(weights, t->weights, t->count * sizeof *weights);
        }
        t->names = names;
        t->weights = weights;
        t->room = room;
    }
    t->names[t->count] = name;
    t->weights[t->count++] = weight;
    return true;
}

static ws_status read_weights(table *t, const char *text)
{
    ws_status status = WS_OK;
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, ",");
        double weight;
        if (!ws__read_number(&weight, at, length) || weight < 0)
            status = ws_fail(t->call->diag, WS_USAGE,
                             "--weights: '%.*s' is no weight; expected a number from 0 on",
                             (int)(length < 40 ? length : 40), at);
        else if (!add_row(t, ws__format_text(&t->call->arena, "%zu", t->count + 1), weight))
            return t->status;
        at += length;
        if (!*at)
            return status;
    }
}

/* Columns by name: `member` or `name` (else the first) and `weight`, `votes` or `seats` (else the second). */
static void read_header(table *t, const ws_csv_row *row)
{
    static const char *const names[] = {"member", "name", "actor"}, *const weights[] = {"weight", "votes",
                                                                                        "seats"};
    t->columns = row->count;
    t->name_column = t->weight_column = SIZE_MAX;
    for (size_t i = 0; i < row->count; i++)
        for (size_t k = 0; k < 3; k++) {
            if (t->name_column == SIZE_MAX && strcasecmp(row->fields[i], names[k]) == 0)
                t->name_column = i;
            if (t->weight_column == SIZE_MAX && strcasecmp(row->fields[i], weights[k]) == 0)
                t->weight_column = i;
        }
    ws_place place = {t->file, row->line, 1};
    if (t->weight_column == SIZE_MAX || t->name_column == SIZE_MAX)
        t->status = ws_fail_at(t->call->diag, WS_INVALID, place,
                               "the table has no column '%s'; expected a header with 'member' and 'weight'",
                               t->weight_column == SIZE_MAX ? "weight" : "member");
}

static bool read_row(void *user, const ws_csv_row *row)
{
    table *t = user;
    ws_place place = {t->file, row->line, 1};
    if (t->columns == 0) {
        read_header(t, row);
        return t->status == WS_OK;
    }
    double weight = 0;
    if (row->count != t->columns) {
        t->status = ws_fail_at(t->call->diag, WS_INVALID, place, "%zu fields; expected %zu as in the header",
                               row->count, t->columns);
        return true;
    }
    const char *text = row->fields[t->weight_column], *name = row->fields[t->name_column];
    if (!ws__read_number(&weight, text, row->lengths[t->weight_column]) || weight < 0)
        t->status = ws_fail_at(t->call->diag, WS_INVALID, place,
                               "'%s' is no weight; expected a number from 0 on", text);
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->names[i], name) == 0)
            t->status =
                ws_fail_at(t->call->diag, WS_INVALID, place, "member '%s' stands in the table twice", name);
    const char *kept = ws__copy_text(&t->call->arena, name);
    return kept && add_row(t, kept, weight);
}

static ws_status read_table(table *t, const char *file)
{
    char *text = NULL;
    size_t length;
    WS_TRY(ws__read_file(&text, &length, file, MOST_TABLE_BYTES, t->call->diag));
    t->file = file;
    ws_status status = ws__read_csv(text, length, file, read_row, t, t->call->diag);
    free(text);
    return status == WS_OK ? t->status : status;
}

static ws_status put_power(ws_call *call, ws_power *power, const ws_case *c, bool tree)
{
    char *document = NULL;
    ws_status status = ws__report_power(&document, power, c, tree, &call->report, call->diag);
    ws_free_power(power);
    return status == WS_OK ? ws__put(call, document) : status;
}

static ws_status measure_weights(ws_call *call)
{
    table t = {.call = call};
    const char *weights = ws__given_text(call, "weights", NULL), *file = ws__given_text(call, "table", NULL);
    if (weights && file)
        return ws_fail(call->diag, WS_USAGE, "--weights and --table both give weights; expected one of them");
    if (call->line.argument_count || ws__is_given(call, "institution") || ws__is_given(call, "tree"))
        return ws_fail(call->diag, WS_USAGE, "--%s gives the whole body; expected no case beside it",
                       weights ? "weights" : "table");
    ws_status read = weights ? read_weights(&t, weights) : read_table(&t, file);
    if (!ws__is_given(call, "quota"))
        return ws_fail(call->diag, WS_USAGE, "what weight passes? Expected --quota N");
    WS_TRY(read);
    double quota = ws__given_number(call, "quota", 0);
    if (!(quota > 0))
        return ws_fail(call->diag, WS_USAGE, "--quota is %g; expected a number above 0", quota);
    ws_power *power = NULL;
    WS_TRY(ws_measure_power(&power, t.count, t.names, t.weights, quota, &call->run, call->diag));
    return put_power(call, power, NULL, false);
}

/* ---- Institutions of a case ---- */

typedef struct choice {
    size_t party, body, count; /* the last found, and how many there are */
} choice;

static void find_institutions(choice *out, const ws_case *c, const char *party, size_t party_length,
                              const char *name)
{
    for (size_t p = 0; p < c->shape->party_count; p++) {
        const ws_domestic *home = c->shape->parties[p].domestic;
        if (party && (strlen(c->shape->parties[p].key) != party_length ||
                      strncmp(c->shape->parties[p].key, party, party_length) != 0))
            continue;
        for (size_t b = 0; home && b < home->body_count; b++)
            if (!name || strcmp(home->bodies[b].key, name) == 0)
                *out = (choice){p, b, out->count + 1};
    }
}

static const char *list_institutions(ws_call *call, const ws_case *c)
{
    WS_TEXT(text);
    for (size_t p = 0; p < c->shape->party_count; p++) {
        const ws_domestic *home = c->shape->parties[p].domestic;
        for (size_t b = 0; home && b < home->body_count; b++)
            ws__add_format(&text, "%s%s.%s", text.length ? ", " : "", c->shape->parties[p].key,
                           home->bodies[b].key);
    }
    const char *list = text.bytes ? ws__copy_text(&call->arena, text.bytes) : "none";
    return list ? list : "";
}

static ws_status measure_institution(ws_call *call, const ws_case *c)
{
    const char *wanted = ws__given_text(call, "institution", NULL);
    const char *dot = wanted ? strchr(wanted, '.') : NULL;
    choice found = {0, 0, 0};
    if (dot)
        find_institutions(&found, c, wanted, (size_t)(dot - wanted), dot + 1);
    else
        find_institutions(&found, c, NULL, 0, wanted);
    if (found.count == 0 && !wanted)
        return ws_fail(call->diag, WS_INVALID,
                       "nobody at home votes in this case: there is no institution to measure");
    if (found.count == 0)
        return ws_fail(call->diag, WS_INVALID, "there is no institution '%s'; this case has: %s", wanted,
                       list_institutions(call, c));
    if (found.count > 1)
        return ws_fail(call->diag, WS_USAGE, "which institution? Expected --institution with one of: %s",
                       list_institutions(call, c));
    ws_power *power = NULL;
    WS_TRY(ws_measure_institution(&power, c, found.party, found.body, &call->run, call->diag));
    return put_power(call, power, c, false);
}

static ws_status measure_tree(ws_call *call, const ws_case *c)
{
    const char *wanted = ws__given_text(call, "tree", NULL);
    size_t p;
    WS_TRY(ws__seek_party(&p, c, wanted, call->diag));
    if (!c->shape->parties[p].domestic)
        return ws_fail(call->diag, WS_INVALID, "nobody at home votes on what '%s' signs", wanted);
    ws_power *power = NULL;
    WS_TRY(ws_measure_tree(&power, c, p, &call->run, call->diag));
    return put_power(call, power, c, true);
}

static ws_status run_power(ws_call *call)
{
    if (ws__is_given(call, "weights") || ws__is_given(call, "table"))
        return measure_weights(call);
    if (ws__is_given(call, "quota"))
        return ws_fail(call->diag, WS_USAGE,
                       "--quota goes with --weights or --table; an institution has its own");
    if (ws__is_given(call, "tree") && ws__is_given(call, "institution"))
        return ws_fail(call->diag, WS_USAGE,
                       "--tree and --institution ask for different things; expected one");
    ws_case *c = NULL;
    WS_TRY(ws__load_case(&c, call));
    ws_status status = ws__is_given(call, "tree") ? measure_tree(call, c) : measure_institution(call, c);
    ws_free_case(c);
    return status;
}

static const ws_option options[] = {
    {.name = "institution",
     .kind = WS_OPTION_TEXT,
     .value = "[PARTY.]NAME",
     .help = "the institution to measure, where the case has several"},
    {.name = "tree",
     .kind = WS_OPTION_TEXT,
     .value = "PARTY",
     .help = "the whole ratification of a party instead"},
    {.name = "weights", .kind = WS_OPTION_TEXT, .value = "N,N,...", .help = "no case: the members' weights"},
    {.name = "table",
     .kind = WS_OPTION_TEXT,
     .value = "FILE.csv",
     .help = "no case: a table with the columns member and weight"},
    {.name = "quota",
     .kind = WS_OPTION_NUMBER,
     .value = "N",
     .help = "with --weights or --table: the weight that passes"},
    {.name = NULL},
};

const ws_verb ws_verb_power = {
    .name = "power",
    .run = run_power,
    .tells = "who matters at home: power indices of an institution or a whole ratification",
    .arguments = "[CASE]",
    .example = "winset power --weights 4,4,4,2,2,1 --quota 12",
    .example_does = "the Council of the six in 1958: Luxembourg's vote never mattered",
    .flags = WS_NEEDS_CASE,
    .options = options,
};
