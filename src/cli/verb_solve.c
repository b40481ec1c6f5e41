/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `winset solve CASE`: the bargaining game to its deadline. */
#include "base/diag.h"
#include "cli/verbs.h"
#include "report/course.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

/* The answer is some dozen games of like sizes: what one has used is kept for the next, which halves the
 * page faults. */
static void keep_memory(void)
{
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, 1 << 25);
    mallopt(M_TRIM_THRESHOLD, 1 << 28);
#endif
}

/* The types that --type fixed: known to all. */
static ws_status read_fixed(ws_solve_options *options, ws_call *call)
{
    const char **party = WS_NEW_MANY(&call->arena, call->line.given_count + 1, const char *);
    const char **type = WS_NEW_MANY(&call->arena, call->line.given_count + 1, const char *);
    if (!party || !type)
        return ws_fail(call->diag, WS_LIMIT, "no memory for the command line");
    for (size_t i = 0; i < call->line.given_count; i++) {
        const ws_given *given = &call->line.given[i];
        const char *equals = given->text ? strchr(given->text, '=') : NULL;
        if (strcmp(given->option->name, "type") != 0 || !equals)
            continue;
        party[options->fixed_count] =
            ws__copy_bytes(&call->arena, given->text, (size_t)(equals - given->text));
        type[options->fixed_count] = equals + 1;
        if (!party[options->fixed_count++])
            return ws_fail(call->diag, WS_LIMIT, "no memory for the command line");
    }
    options->fixed_party = party;
    options->fixed_type = type;
    return WS_OK;
}

static ws_status read_options(ws_solve_options *options, ws_call *call)
{
    const char *rationality = ws__given_text(call, "rationality", NULL);
    *options = (ws_solve_options){
        .for_party = ws__given_text(call, "for", NULL),
        .as_of = ws__given_text(call, "as-of", NULL),
        .method = ws__given_text(call, "method", NULL),
        .no_events = ws__is_given(call, "no-events"),
        .verify = ws__is_given(call, "verify"),
        .rounds = (uint64_t)ws__given_number(call, "rounds", 0),
        .offers = (uint64_t)ws__given_number(call, "offers", 0),
        .grid = (uint64_t)ws__given_number(call, "grid", 0),
    };
    if (rationality && strcmp(rationality, "infinite") == 0)
        options->rationality = HUGE_VAL;
    else if (rationality && (!ws__read_number(&options->rationality, rationality, strlen(rationality)) ||
                             !(options->rationality > 0)))
        return ws_fail(call->diag, WS_USAGE, "--rationality is '%s'; expected a number above 0, or infinite",
                       rationality);
    if (ws__is_given(call, "rounds") && options->rounds == 0)
        return ws_fail(call->diag, WS_USAGE, "--rounds is 0; expected at least 1");
    if (ws__is_given(call, "offers") && options->offers == 0)
        return ws_fail(call->diag, WS_USAGE, "--offers is 0; expected at least 1");
    return read_fixed(options, call);
}

static ws_status run_solve(ws_call *call)
{
    ws_case *c = NULL;
    ws_course *course = NULL;
    ws_solve_options options;
    char *document = NULL;
    keep_memory();
    WS_TRY(read_options(&options, call));
    WS_TRY(ws__load_case(&c, call));
    ws_status status = ws_solve_case(&course, c, &options, &call->run, call->diag);
    if (course) { /* whole, or what was known when it was stopped */
        ws_status told = ws__report_course(&document, course, c, &call->report, call->diag);
        told = told == WS_OK ? ws__put(call, document) : told;
        status = told != WS_OK ? told : status;
    }
    ws_free_course(course);
    ws_free_case(c);
    return status;
}

static const ws_option solve_options[] = {
    {.name = "for",
     .kind = WS_OPTION_TEXT,
     .value = "PARTY",
     .help = "whose offers are ranked; default: who speaks next"},
    {.name = "as-of", .kind = WS_OPTION_TEXT, .value = "DATE", .help = "today; default: the case's as_of"},
    {.name = "no-events",
     .kind = WS_OPTION_FLAG,
     .help = "start from the case's probabilities, not from its events"},
    {.name = "rationality",
     .kind = WS_OPTION_TEXT,
     .value = "NUMBER",
     .help = "how surely the better course is taken, or infinite; default: the case's, 20"},
    {.name = "rounds", .kind = WS_OPTION_COUNT, .value = "N", .help = "rounds left to play"},
    {.name = "offers",
     .kind = WS_OPTION_COUNT,
     .value = "N",
     .help = "play with the N deals that cover the frontier best"},
    {.name = "method",
     .kind = WS_OPTION_TEXT,
     .value = "NAME",
     .help = "how games with types are solved; default: by size",
     .choices = "perfect tree grid"},
    {.name = "grid",
     .kind = WS_OPTION_COUNT,
     .value = "N",
     .help = "nodes of an axis of beliefs, odd; default 33"},
    {.name = "verify",
     .kind = WS_OPTION_FLAG,
     .help = "also check the answer, and say what else it could have been"},
    {.name = NULL},
};

const ws_verb ws_verb_solve = {
    .name = "solve",
    .run = run_solve,
    .tells = "the bargaining game to its deadline: odds, values, what to offer next",
    .arguments = "CASE",
    .example = "winset solve examples/us-japan-1994/case.yaml --for us",
    .example_does = "the odds on 14 May 1994, and what Washington should offer",
    .flags = WS_NEEDS_CASE,
    .options = solve_options,
};
