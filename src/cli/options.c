/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options, parsed by popt from the tables of options.h. */
#include "cli/options.h"

#include "base/diag.h"
#include "base/text.h"

#include <math.h>
#include <popt.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_OPTIONS = 96, MOST_GIVEN = 10000 };

const ws_option ws__common_options[] = {
    {"json", 0, WS_OPTION_FLAG, NULL, "the result as JSON", NULL, true},
    {"output", 'o', WS_OPTION_TEXT, "FILE", "write the result to a file: .txt, .md or .json", NULL, true},
    {"force", 0, WS_OPTION_FLAG, NULL, "write over a file that exists (never over an input)", NULL, true},
    {"seed", 0, WS_OPTION_COUNT, "N", "of random numbers; the same seed, the same answer (1)", NULL, false},
    {"threads", 0, WS_OPTION_COUNT, "N", "threads to work with (one a processor); no answer hangs on it",
     NULL, true},
    {"limit", 0, WS_OPTION_TEXT, "OUTCOMES|TIME", "largest scan (2e10), or a time such as 10s, 5m", NULL,
     true},
    {"quiet", 'q', WS_OPTION_FLAG, NULL, "no progress, no hint at the next command", NULL, true},
    {"verbose", 'v', WS_OPTION_FLAG, NULL, "also tell how it was computed", NULL, true},
    {"help", 'h', WS_OPTION_FLAG, NULL, "this help", NULL, true},
    {"version", 0, WS_OPTION_FLAG, NULL, "the version", NULL, true},
    {0}};

const ws_option ws__case_options[] = {
    {"set", 0, WS_OPTION_LIST, "PATH=VALUE", "change the case, as if its file said so", NULL, false},
    {"type", 0, WS_OPTION_LIST, "PARTY=TYPE", "a party is of this type", NULL, false},
    {"alpha", 0, WS_OPTION_NUMBER, "P", "chance of passing at home that a win-set asks for (0.5)", NULL,
     false},
    {"points", 0, WS_OPTION_COUNT, "N", "deals of the frontier to list (10000)", NULL, false},
    {"profiles", 0, WS_OPTION_TEXT, "A.xml,B.xml", "GENIUS: who negotiates (all in the folder, by name)",
     NULL, false},
    {"real-steps", 0, WS_OPTION_COUNT, "N", "GENIUS: levels for an issue of real numbers", NULL, false},
    {0}};

typedef struct parser {
    ws_arena *arena;
    ws_diag *diag;
    ws_status status;
    size_t option_count;
    const ws_option *options[MOST_OPTIONS];
    struct poptOption popt[MOST_OPTIONS + 1];
    ws_given *given;
    size_t given_count, given_room;
} parser;

static void fail(parser *p, ws_status status)
{
    if (p->status == WS_OK)
        p->status = status;
}

static void add_tables(parser *p, size_t table_count, const ws_option *const *tables)
{
    for (size_t t = 0; t < table_count; t++)
        for (const ws_option *option = tables[t]; option && option->name && p->option_count < MOST_OPTIONS;
             option++) {
            p->popt[p->option_count] = (struct poptOption){
                .longName = option->name,
                .shortName = option->letter,
                .argInfo = option->kind == WS_OPTION_FLAG ? POPT_ARG_NONE : POPT_ARG_STRING,
                .val = (int)p->option_count + 1,
            };
            p->options[p->option_count++] = option;
        }
}

static void check_choice(parser *p, const ws_option *option, const char *text)
{
    const char *names[32];
    size_t count = 0;
    char *copy = ws__copy_text(p->arena, option->choices), *rest = NULL;
    for (char *name = copy ? strtok_r(copy, " ", &rest) : NULL; name && count < 32;
         name = strtok_r(NULL, " ", &rest)) {
        if (strcmp(name, text) == 0)
            return;
        names[count++] = name;
    }
    const char *near = ws__nearest_name(text, count, names);
    if (near)
        ws_fail(p->diag, WS_USAGE, "--%s is '%s'; did you mean '%s'?", option->name, text, near);
    else
        ws_fail(p->diag, WS_USAGE, "--%s is '%s'; expected one of: %s", option->name, text, option->choices);
    fail(p, WS_USAGE);
}

static double read_value(parser *p, const ws_option *option, const char *text)
{
    double number = 0;
    bool whole = option->kind == WS_OPTION_COUNT;
    if (option->choices)
        check_choice(p, option, text);
    if (option->kind != WS_OPTION_NUMBER && !whole)
        return 0;
    if (!ws__read_number(&number, text, strlen(text))) {
        ws_fail(p->diag, WS_USAGE, "--%s is '%s'; expected a number", option->name, text);
        fail(p, WS_USAGE);
    } else if (whole && (number < 0 || number != floor(number) || number > 0x1p63)) {
        ws_fail(p->diag, WS_USAGE, "--%s is %s; expected a whole number, 0 or more", option->name, text);
        fail(p, WS_USAGE);
    }
    return number;
}

static void take_option(parser *p, const ws_option *option, char *text)
{
    if (p->given_count == p->given_room) {
        size_t room = p->given_room ? 2 * p->given_room : 16;
        ws_given *grown = room > MOST_GIVEN ? NULL : WS_NEW_MANY(p->arena, room, ws_given);
        if (!grown) {
            fail(p, ws_fail(p->diag, WS_USAGE, "more than %d options", MOST_GIVEN));
            free(text);
            return;
        }
        if (p->given_count)
            memcpy(grown, p->given, p->given_count * sizeof *grown);
        p->given = grown;
        p->given_room = room;
    }
    ws_given given = {.option = option};
    if (text) {
        given.text = ws__copy_text(p->arena, text);
        if (!given.text)
            fail(p, WS_LIMIT);
        else
            given.number = read_value(p, option, given.text);
    }
    p->given[p->given_count++] = given;
    free(text);
}

static void name_bad_option(parser *p, poptContext context, int code)
{
    const char *bad = poptBadOption(context, POPT_BADOPTION_NOALIAS);
    fail(p, WS_USAGE);
    if (code != POPT_ERROR_BADOPT) {
        ws_fail(p->diag, WS_USAGE, code == POPT_ERROR_NOARG ? "%s needs a value" : "%s: wrong option", bad);
        return;
    }
    const char *names[MOST_OPTIONS];
    for (size_t i = 0; i < p->option_count; i++)
        names[i] = p->options[i]->name;
    char *name = ws__copy_text(p->arena, bad + strspn(bad, "-"));
    if (name)
        name[strcspn(name, "=")] = '\0';
    const char *near = name && name[0] && name[1] ? ws__nearest_name(name, p->option_count, names) : NULL;
    if (near)
        ws_fail(p->diag, WS_USAGE, "there is no option %s; did you mean --%s?", bad, near);
    else
        ws_fail(p->diag, WS_USAGE, "there is no option %s", bad);
}

ws_status ws__parse_options(ws_command_line *out, ws_arena *arena, int argc, const char *const *argv,
                            size_t table_count, const ws_option *const *tables, ws_diag *diag)
{
    parser p = {.arena = arena, .diag = diag};
    add_tables(&p, table_count, tables);
    const char **words = WS_NEW_MANY(arena, (size_t)argc + 1, const char *);
    if (!words)
        return ws_fail(diag, WS_LIMIT, "no memory for the command line");
    memcpy(words, argv, (size_t)argc * sizeof *words);
    poptContext context = poptGetContext(NULL, argc, words, p.popt, 0);
    for (int code; (code = poptGetNextOpt(context)) != -1;) {
        if (code > 0)
            take_option(&p, p.options[code - 1], poptGetOptArg(context));
        else
            name_bad_option(&p, context, code);
    }
    const char **rest = poptGetArgs(context);
    size_t count = 0;
    while (rest && rest[count])
        count++;
    const char **arguments = WS_NEW_MANY(arena, count + 1, const char *);
    for (size_t i = 0; arguments && i < count; i++)
        arguments[i] = ws__copy_text(arena, rest[i]);
    poptFreeContext(context);
    if (!arguments)
        return ws_fail(diag, WS_LIMIT, "no memory for the command line");
    *out = (ws_command_line){p.given_count, p.given, count, arguments};
    return p.status;
}

const ws_given *ws__find_given(const ws_command_line *line, const char *name)
{
    for (size_t i = line->given_count; i-- > 0;)
        if (strcmp(line->given[i].option->name, name) == 0)
            return &line->given[i];
    return NULL;
}
