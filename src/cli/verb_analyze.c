/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `winset analyze`: is there a deal, and which. */
#include "base/diag.h"
#include "cli/verbs.h"
#include "winset/analysis.h"
#include "winset/space.h"

static ws_status report_analysis(ws_call *call, const ws_analysis *analysis, const ws_space *space)
{
    char *document = NULL;
    call->warnings_told = true;
    WS_TRY(ws_report_analysis(&document, analysis, space, &call->report, call->diag));
    return ws__put(call, document);
}

static ws_status analyze_case(ws_call *call, const ws_case *c)
{
    ws_space *space = NULL;
    WS_TRY(ws_compile_space(&space, c, &call->run, call->diag));
    ws_analyze_options options = {.alpha = call->alpha,
                                  .points = call->points,
                                  .opening = ws__is_given(call, "opening"),
                                  .by_type = ws__is_given(call, "by-type")};
    ws_analysis *analysis = NULL;
    ws_status status = ws_analyze_space(&analysis, space, &options, &call->run, call->diag);
    if (analysis) { /* whole, or what was found before a limit */
        ws_status told = report_analysis(call, analysis, space);
        status = status == WS_OK ? told : status;
    }
    ws_free_analysis(analysis);
    ws_free_space(space);
    return status;
}

static ws_status run_analyze(ws_call *call)
{
    ws_case *c = NULL;
    WS_TRY(ws__load_case(&c, call));
    ws_status status = analyze_case(call, c);
    ws_free_case(c);
    return status;
}

static const ws_option own_options[] = {
    {.name = "opening", .kind = WS_OPTION_FLAG, .help = "what opens the zone, also where it is not empty"},
    {.name = "by-type", .kind = WS_OPTION_FLAG, .help = "all of it once more for each type of each party"},
    {.name = NULL},
};

const ws_verb ws_verb_analyze = {
    .name = "analyze",
    .run = run_analyze,
    .tells = "is there a deal that all sides can deliver, and which",
    .arguments = "CASE",
    .example = "winset analyze examples/us-japan-1994/case.yaml",
    .example_does = "the talks of May 1994: win-sets, the zone, the deals that matter",
    .flags = WS_NEEDS_CASE,
    .options = own_options,
};
