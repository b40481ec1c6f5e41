/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `winset init`: a new case from a template, or by asking. */
#include "base/diag.h"
#include "cli/init.h"

#include <stdlib.h>
#include <string.h>

static ws_status run_init(ws_call *call)
{
    if (call->line.argument_count && call->output)
        return ws_fail(call->diag, WS_USAGE, "a file is named twice: '%s' and -o %s; which of them?",
                       call->line.arguments[0], call->output);
    if (call->line.argument_count)
        call->output = call->line.arguments[0];
    call->input_count = 0; /* its argument is no input */
    if (call->report.form == WS_REPORT_JSON && ws__is_given(call, "json"))
        return ws_fail(call->diag, WS_USAGE, "init writes a case file; it has no --json");
    char *text = NULL;
    if (ws__is_given(call, "ask"))
        WS_TRY(ws__ask_case(&text, call));
    else
        text = strdup(ws__init_template);
    if (!text)
        return ws_fail(call->diag, WS_LIMIT, "no memory for a case");
    return ws__put(call, text);
}

static const ws_option options[] = {
    {.name = "ask", .kind = WS_OPTION_FLAG, .help = "ask for issues, parties and what they want"},
    {.name = NULL},
};

const ws_verb ws_verb_init = {
    .name = "init",
    .run = run_init,
    .tells = "a new case from a template, or by asking",
    .arguments = "[FILE]",
    .example = "winset init",
    .example_does = "prints a commented case to start from; name a FILE to write it there",
    .flags = WS_OWN_FORMATS,
    .options = options,
};
