/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `winset ratify`: can they deliver it, who decides, what would turn them. */
#include "analysis/appraise.h"
#include "analysis/deal.h"
#include "base/diag.h"
#include "cli/verbs.h"
#include "report/ratify.h"
#include "winset/ratify.h"
#include "winset/space.h"

static ws_status ratify_all(ws_call *call, const ws_case *c, const ws_space *space)
{
    ws_ratify_survey *survey = NULL;
    char *document = NULL;
    ws__warn_of_means(c, call->diag);
    WS_TRY(ws_ratify_classes(&survey, space, call->alpha, &call->run, call->diag));
    call->warnings_told = true;
    ws_status status = ws__report_ratify_survey(&document, survey, c, &call->report, call->diag);
    ws_free_ratify_survey(survey);
    return status == WS_OK ? ws__put(call, document) : status;
}

static ws_status ratify_deal(ws_call *call, const ws_case *c, const ws_space *space)
{
    uint64_t outcome;
    ws_analyze_options analyzing = {.alpha = call->alpha};
    size_t told = ws_count_problems(call->diag);
    WS_TRY(
        ws__find_deal(&outcome, ws__given_text(call, "deal", ""), space, &analyzing, &call->run, call->diag));
    if (ws_count_problems(call->diag) == told) /* else the analysis that found the deal has said so */
        ws__warn_of_means(c, call->diag);
    ws_ratify_options options = {.to = ws__given_number(call, "to", 0),
                                 .by_type = ws__is_given(call, "by-type")};
    ws_ratification *ratification = NULL;
    char *document = NULL;
    WS_TRY(ws_ratify_deal(&ratification, space, outcome, &options, &call->run, call->diag));
    call->warnings_told = true;
    ws_status status = ws__report_ratification(&document, ratification, c, &call->report, call->diag);
    ws_free_ratification(ratification);
    return status == WS_OK ? ws__put(call, document) : status;
}

static ws_status run_ratify(ws_call *call)
{
    double to = ws__given_number(call, "to", 0.75);
    if (!(to > 0 && to <= 1))
        return ws_fail(call->diag, WS_USAGE, "--to is %g; expected a probability above 0 and at most 1", to);
    ws_case *c = NULL;
    ws_space *space = NULL;
    WS_TRY(ws__load_case(&c, call));
    ws_status status = ws_compile_space(&space, c, &call->run, call->diag);
    if (status == WS_OK)
        status = ws__is_given(call, "deal") ? ratify_deal(call, c, space) : ratify_all(call, c, space);
    ws_free_space(space);
    ws_free_case(c);
    return status;
}

static const ws_option options[] = {
    {.name = "deal",
     .kind = WS_OPTION_TEXT,
     .value = "DEAL",
     .help = "nash or another solution, issue=level,..., or an index; without it all deals by class"},
    {.name = "to",
     .kind = WS_OPTION_NUMBER,
     .value = "P",
     .help = "the probability to reach, for the price (0.75)"},
    {.name = "by-type", .kind = WS_OPTION_FLAG, .help = "all of it once more for each type of each party"},
    {.name = NULL},
};

const ws_verb ws_verb_ratify = {
    .name = "ratify",
    .run = run_ratify,
    .tells = "can they deliver it, who decides, what would turn them",
    .arguments = "CASE",
    .example = "winset ratify examples/us-japan-1994/case.yaml --deal at-home",
    .example_does = "the vote count in Washington and Tokyo on the deal that survives at home",
    .flags = WS_NEEDS_CASE,
    .options = options,
};
