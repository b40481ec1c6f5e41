/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `winset update CASE`: beliefs after the events. */
#include "base/diag.h"
#include "cli/verbs.h"
#include "report/course.h"

static ws_status run_update(ws_call *call)
{
    ws_case *c = NULL;
    ws_beliefs *beliefs = NULL;
    char *document = NULL;
    WS_TRY(ws__load_case(&c, call));
    ws_status status =
        ws_update_beliefs(&beliefs, c, ws__given_text(call, "until", NULL), &call->run, call->diag);
    if (beliefs) { /* whole, or what was known when it was stopped */
        ws_status told = ws__report_beliefs(&document, beliefs, c, &call->report, call->diag);
        told = told == WS_OK ? ws__put(call, document) : told;
        status = told != WS_OK ? told : status;
    }
    ws_free_beliefs(beliefs);
    ws_free_case(c);
    return status;
}

static const ws_option update_options[] = {
    {.name = "until",
     .kind = WS_OPTION_TEXT,
     .value = "DATE",
     .help = "the last day whose events count; default: the case's as_of"},
    {.name = NULL},
};

const ws_verb ws_verb_update = {
    .name = "update",
    .run = run_update,
    .tells = "beliefs about types after the events",
    .arguments = "CASE",
    .example = "winset update examples/us-japan-1994/case.yaml --until 1994-05-01",
    .example_does = "what was believed on 1 May 1994",
    .flags = WS_NEEDS_CASE,
    .options = update_options,
};
