/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `winset score`: is this a good deal. */
#include "analysis/deal.h"
#include "base/diag.h"
#include "base/file.h"
#include "cli/verbs.h"
#include "report/certificates.h"
#include "winset/analysis.h"
#include "winset/space.h"

#include <stdlib.h>

enum { LARGEST_TABLE = 1 << 28 };

static ws_analyze_options options_of(const ws_call *call)
{
    return (ws_analyze_options){.alpha = call->alpha};
}

/* The deals of --deals, names resolved; the space is analyzed only where a name asks for it. */
static ws_status read_table(uint64_t **out, size_t *count, ws_call *call, const ws_space *space,
                            const char *file)
{
    char *text = NULL;
    size_t length = 0;
    WS_TRY(ws__read_file(&text, &length, file, LARGEST_TABLE, call->diag));
    ws_deal_name *names = NULL;
    ws_status status = ws__parse_deals(&names, count, text, length, file, space, call->diag);
    free(text);
    WS_TRY(status);
    ws_analysis *analysis = NULL;
    ws_analyze_options options = options_of(call);
    *out = WS_NEW_MANY(&call->arena, *count, uint64_t);
    status = *out ? WS_OK : WS_LIMIT;
    for (size_t i = 0; i < *count && status == WS_OK; i++) {
        if (names[i].kind != WS_DEAL_OUTCOME && !analysis)
            status = ws_analyze_space(&analysis, space, &options, &call->run, call->diag);
        if (status == WS_OK)
            status = ws__resolve_deal(&(*out)[i], &names[i], analysis, call->diag);
    }
    ws_free_analysis(analysis);
    free(names);
    return status;
}

static ws_status read_one(uint64_t **out, size_t *count, ws_call *call, const ws_space *space,
                          const char *deal)
{
    ws_analyze_options options = options_of(call);
    *count = 1;
    *out = WS_NEW(&call->arena, uint64_t);
    if (!*out)
        return ws_fail(call->diag, WS_LIMIT, "no memory for a deal");
    return ws__find_deal(*out, deal, space, &options, &call->run, call->diag);
}

static ws_status score_case(ws_call *call, const ws_case *c)
{
    const char *deal = ws__given_text(call, "deal", NULL), *table = ws__given_text(call, "deals", NULL);
    if (!deal == !table)
        return ws_fail(
            call->diag, WS_USAGE,
            deal ? "--deal and --deals do not go together: which of them?"
                 : "which deal? --deal nash, --deal issue=level,..., --deal INDEX, or --deals FILE.csv");
    ws_space *space = NULL;
    WS_TRY(ws_compile_space(&space, c, &call->run, call->diag));
    uint64_t *deals = NULL;
    size_t count = 0;
    ws_certificates *certificates = NULL;
    ws_analyze_options options = options_of(call);
    ws_status status =
        table ? read_table(&deals, &count, call, space, table) : read_one(&deals, &count, call, space, deal);
    if (status == WS_OK)
        status = ws_score_deals(&certificates, space, count, deals, &options, &call->run, call->diag);
    char *document = NULL;
    if (status == WS_OK) {
        call->warnings_told = true;
        status =
            ws__report_certificates(&document, certificates, table != NULL, space, &call->report, call->diag);
    }
    if (status == WS_OK)
        status = ws__put(call, document);
    ws_free_certificates(certificates);
    ws_free_space(space);
    return status;
}

static ws_status run_score(ws_call *call)
{
    ws_case *c = NULL;
    WS_TRY(ws__load_case(&c, call));
    ws_status status = score_case(call, c);
    ws_free_case(c);
    return status;
}

static const ws_option own_options[] = {
    {.name = "deal",
     .kind = WS_OPTION_TEXT,
     .value = "DEAL",
     .help = "a solution (nash, at-home), issue=level,issue=level,..., or an index"},
    {.name = "deals",
     .kind = WS_OPTION_TEXT,
     .value = "FILE.csv",
     .help = "a table of deals: a column an issue, or one column deal or index"},
    {.name = NULL},
};

const ws_verb ws_verb_score = {
    .name = "score",
    .run = run_score,
    .tells = "is this a good deal: who accepts, what it wastes, what would be better",
    .arguments = "CASE",
    .example = "winset score examples/us-japan-1994/case.yaml --deal nash",
    .example_does = "the deal the table would sign, and whether it survives at home",
    .flags = WS_NEEDS_CASE,
    .options = own_options,
};
