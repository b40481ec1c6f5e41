/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `winset monitor`: is it being kept, and what did a breakdown cost; of a case, or of one table. */
#include "base/date.h"
#include "base/diag.h"
#include "case/model.h"
#include "cli/verbs.h"
#include "report/monitor.h"

#include <stdlib.h>
#include <string.h>

static ws_status read_day(ws_day *out, ws_call *call, const char *name, const char *text)
{
    if (text && ws__read_period(out, NULL, text, strlen(text)))
        return WS_OK;
    return ws_fail(call->diag, WS_USAGE, "--%s is '%s'; expected a date: 1994-02-11, 1993-05, 1992-Q4, 1986",
                   name, text ? text : "");
}

static ws_status put(ws_call *call, ws_monitoring *monitoring, const ws_case *c, const char *about)
{
    char *document = NULL;
    ws_status status = ws__report_monitoring(&document, monitoring, c, about, &call->report, call->diag);
    ws_free_monitoring(monitoring);
    return status == WS_OK ? ws__put(call, document) : status;
}

/* ---- A case ---- */

static ws_status monitor_case(ws_call *call)
{
    ws_monitor_options options = {.design = ws__is_given(call, "design"),
                                  .opening = ws__given_number(call, "opening", 0),
                                  .cheat = ws__given_number(call, "cheat", 0)};
    if (ws__is_given(call, "as-of")) {
        WS_TRY(read_day(&options.as_of, call, "as-of", ws__given_text(call, "as-of", NULL)));
        options.has_as_of = true;
    }
    ws_case *c = NULL;
    WS_TRY(ws__load_case(&c, call));
    ws_monitoring *monitoring = NULL;
    ws_status status = ws_monitor_case(&monitoring, c, &options, &call->run, call->diag);
    if (status == WS_OK)
        status = put(call, monitoring, c, ws_case_title(c));
    ws_free_case(c);
    return status;
}

/* ---- One table ---- */

static size_t count_given(const ws_call *call, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < call->line.given_count; i++)
        count += strcmp(call->line.given[i].option->name, name) == 0;
    return count;
}

static ws_status read_events(int32_t *out, ws_call *call)
{
    size_t count = 0;
    for (size_t i = 0; i < call->line.given_count; i++) {
        const ws_given *given = &call->line.given[i];
        if (strcmp(given->option->name, "events") != 0)
            continue;
        ws_day day;
        WS_TRY(read_day(&day, call, "events", given->text));
        out[count++] = day;
    }
    return WS_OK;
}

/* FROM,TO */
static ws_status read_window(ws_event_window *out, ws_call *call)
{
    const char *text = ws__given_text(call, "window", NULL);
    char *end = NULL;
    if (text) {
        out->from = (int)strtol(text, &end, 10);
        const char *second = end + 1;
        bool good = end != text && *end == ',';
        if (good)
            out->to = (int)strtol(second, &end, 10);
        if (!good || end == second || *end || out->from > out->to)
            return ws_fail(call->diag, WS_USAGE, "--window is '%s'; expected FROM,TO such as -1,3", text);
    }
    out->estimation = (size_t)ws__given_number(call, "estimation", 0);
    out->simple = ws__is_given(call, "simple");
    return WS_OK;
}

static ws_status study_table(ws_call *call, const ws_series *series, const char *name)
{
    size_t count = count_given(call, "events");
    ws_event_window window = {0};
    int32_t *events = WS_NEW_MANY(&call->arena, count, int32_t);
    if (!events)
        return ws_fail(call->diag, WS_LIMIT, "no memory for %zu events", count);
    WS_TRY(read_events(events, call));
    WS_TRY(read_window(&window, call));
    ws_monitoring *monitoring = NULL;
    WS_TRY(ws_monitor_events(&monitoring, name, series, count, events, &window, call->diag));
    return put(call, monitoring, NULL, name);
}

static ws_status monitor_table(ws_call *call, const ws_series *series, const char *name)
{
    ws_question question = {.key = name, .agreed = WS_NO_DAY, .design = ws__is_given(call, "design")};
    ws_promise promise = {.value = ws__given_number(call, "target", 0),
                          .at_most = ws__is_given(call, "at-most")};
    question.opening = ws__given_number(call, "opening", 0);
    question.cheat = ws__given_number(call, "cheat", 0);
    if (ws__is_given(call, "target") != ws__is_given(call, "by"))
        return ws_fail(call->diag, WS_USAGE, "a target needs --target and --by, a value and a date");
    if (ws__is_given(call, "target")) {
        WS_TRY(read_day(&promise.by, call, "by", ws__given_text(call, "by", NULL)));
        question.promise_count = 1;
        question.promises = &promise;
    }
    if (ws__is_given(call, "agreed"))
        WS_TRY(read_day(&question.agreed, call, "agreed", ws__given_text(call, "agreed", NULL)));
    ws_monitoring *monitoring = NULL;
    WS_TRY(ws_monitor_series(&monitoring, series, &question, &call->run, call->diag));
    monitoring->as_of = WS_NO_DAY;
    return put(call, monitoring, NULL, name);
}

static ws_status read_table(ws_call *call)
{
    const char *path = ws__given_text(call, "series", NULL);
    const char *slash = strrchr(path, '/');
    const char *name = ws__given_text(call, "value", slash ? slash + 1 : path);
    ws_series_options columns = {.date_column = ws__given_text(call, "date", NULL),
                                 .value_column = ws__given_text(call, "value", NULL)};
    const char **inputs = WS_NEW_MANY(&call->arena, call->input_count + 1, const char *);
    if (!inputs)
        return ws_fail(call->diag, WS_LIMIT, "no memory for the command line");
    for (size_t i = 0; i < call->input_count; i++)
        inputs[i] = call->inputs[i];
    inputs[call->input_count++] = path;
    call->inputs = inputs;
    ws_series *read = NULL, *known = NULL;
    WS_TRY(ws_read_series(&read, path, &columns, call->diag));
    ws_day as_of = WS_NO_DAY;
    ws_status status = WS_OK;
    if (ws__is_given(call, "as-of"))
        status = read_day(&as_of, call, "as-of", ws__given_text(call, "as-of", NULL));
    if (status == WS_OK)
        status = ws_known_series(&known, read, as_of, 0, call->diag);
    if (status == WS_OK)
        status =
            count_given(call, "events") ? study_table(call, known, name) : monitor_table(call, known, name);
    ws_free_series(read);
    ws_free_series(known);
    return status;
}

static ws_status run_monitor(ws_call *call)
{
    bool table = ws__is_given(call, "series");
    if (table && call->line.argument_count)
        return ws_fail(call->diag, WS_USAGE, "a case or --series, not both");
    return table ? read_table(call) : monitor_case(call);
}

static const ws_option options[] = {
    {.name = "as-of",
     .kind = WS_OPTION_TEXT,
     .value = "DATE",
     .help = "use only what was known on that day (the case's as_of)"},
    {.name = "design",
     .kind = WS_OPTION_FLAG,
     .help = "what each target can tell apart: false comfort, power, periods until a cheat shows"},
    {.name = "opening",
     .kind = WS_OPTION_NUMBER,
     .value = "SIZE",
     .help = "of the design: a shift of the level"},
    {.name = "cheat",
     .kind = WS_OPTION_NUMBER,
     .value = "SIZE",
     .help = "of the design: a shortfall of the level"},
    {.name = "series", .kind = WS_OPTION_TEXT, .value = "FILE", .help = "a CSV table instead of a case"},
    {.name = "date",
     .kind = WS_OPTION_TEXT,
     .value = "COLUMN",
     .help = "of the table's dates (first column)"},
    {.name = "value",
     .kind = WS_OPTION_TEXT,
     .value = "COLUMN",
     .help = "of the table's values (second column)"},
    {.name = "target",
     .kind = WS_OPTION_NUMBER,
     .value = "N",
     .help = "what was promised of the table's values"},
    {.name = "by", .kind = WS_OPTION_TEXT, .value = "DATE", .help = "when it was promised for"},
    {.name = "at-most", .kind = WS_OPTION_FLAG, .help = "the target is not to be exceeded (at least)"},
    {.name = "agreed",
     .kind = WS_OPTION_TEXT,
     .value = "DATE",
     .help = "when it was promised: is there a break?"},
    {.name = "events",
     .kind = WS_OPTION_LIST,
     .value = "DATE",
     .help = "study an event in the table's market"},
    {.name = "window",
     .kind = WS_OPTION_TEXT,
     .value = "FROM,TO",
     .help = "returns about the event's day that count (0,0)"},
    {.name = "estimation",
     .kind = WS_OPTION_COUNT,
     .value = "N",
     .help = "returns before it that are normal (120)"},
    {.name = "simple", .kind = WS_OPTION_FLAG, .help = "simple returns, not logarithms"},
    {.name = NULL},
};

const ws_verb ws_verb_monitor = {
    .name = "monitor",
    .run = run_monitor,
    .tells = "indicators against targets, trends, breaks, chance of attainment; event studies",
    .arguments = "CASE",
    .example = "winset monitor examples/us-japan-1994/case.yaml",
    .example_does = "tells whether the chip target was kept and what February 1994 cost",
    .flags = WS_NEEDS_CASE | WS_AS_WRITTEN,
    .options = options,
};
