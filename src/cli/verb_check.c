/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `winset check`: every problem of a case at once, or the case as understood. */
#include "base/diag.h"
#include "cli/verbs.h"
#include "report/understood.h"
#include "winset/format.h"

#include <stdlib.h>

/* Ranges are told where looking at every outcome takes no time that a person notices. */
static const uint64_t most_outcomes = 2000000;

static ws_status put_canonical(ws_call *call, const ws_case *c)
{
    char *text;
    WS_TRY(ws_write_case(&text, c, "case", call->diag));
    return ws__put(call, text);
}

static ws_status put_understood(ws_call *call, const ws_case *c)
{
    ws_space *space = NULL;
    ws_run run = call->run;
    if (run.limit_outcomes == 0)
        run.limit_outcomes = most_outcomes;
    uint64_t outcomes = ws__count_case_outcomes(c->shape);
    if (outcomes && outcomes <= run.limit_outcomes) {
        ws_status status = ws_compile_space(&space, c, &run, call->diag);
        if (status == WS_INTERRUPTED || status == WS_INVALID)
            return status;
    }
    char *document = NULL;
    ws_status status = ws__report_case(&document, c, space, &call->report, call->diag);
    ws_free_space(space);
    return status == WS_OK ? ws__put(call, document) : status;
}

static ws_status run_check(ws_call *call)
{
    ws_case *c = NULL;
    WS_TRY(ws__load_case(&c, call));
    ws_status status = ws__is_given(call, "canonical") ? put_canonical(call, c) : put_understood(call, c);
    ws_free_case(c);
    return status;
}

static const ws_option options[] = {
    {.name = "canonical",
     .kind = WS_OPTION_FLAG,
     .help = "print the case as a case file that reads back equal, with every --set made"},
    {.name = NULL},
};

const ws_verb ws_verb_check = {
    .name = "check",
    .run = run_check,
    .tells = "problems of a case, all at once, or the case as understood",
    .arguments = "CASE",
    .example = "winset check examples/us-japan-1994/case.yaml",
    .example_does = "shows the case with every default filled in",
    .flags = WS_NEEDS_CASE | WS_OWN_FORMATS | WS_AS_WRITTEN,
    .options = options,
};
