/* SPDX-License-Identifier: GPL-3.0-or-later */
/* winset VERB [arguments] [options]: finds the verb, parses the options by its tables, runs it, prints every
 * problem and answers with its status. */
#include "base/diag.h"
#include "base/tasks.h"
#include "cli/progress.h"
#include "cli/verbs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* ---- Problems ---- */

static bool seen_before(const ws_diag *diag, size_t at)
{
    const ws_problem *problem = ws_get_problem(diag, at);
    for (size_t i = at > 200 ? at - 200 : 0; i < at; i++) {
        const ws_problem *other = ws_get_problem(diag, i);
        if (other->severity == problem->severity && other->place.line == problem->place.line &&
            other->place.column == problem->place.column && strcmp(other->message, problem->message) == 0)
            return true;
    }
    return false;
}

static void print_problem(const ws_problem *problem)
{
    static const char *const words[] = {"error", "warning", "note"};
    const char *word = words[problem->severity];
    if (!problem->place.file)
        fprintf(stderr, "winset: %s: %s\n", word, problem->message);
    else if (!problem->place.line)
        fprintf(stderr, "%s: %s: %s\n", problem->place.file, word, problem->message);
    else if (!problem->place.column)
        fprintf(stderr, "%s:%u: %s: %s\n", problem->place.file, problem->place.line, word, problem->message);
    else
        fprintf(stderr, "%s:%u:%u: %s: %s\n", problem->place.file, problem->place.line, problem->place.column,
                word, problem->message);
    if (problem->excerpt && problem->caret) {
        size_t length = strlen(problem->excerpt), at = 0;
        for (uint32_t i = 1; i < problem->caret && at < length; i++) {
            uint32_t code;
            at += ws__next_character(&code, problem->excerpt + at, length - at);
        }
        size_t blanks = ws__bytes_width(problem->excerpt, at);
        fprintf(stderr, "    %s\n    %*s^\n", problem->excerpt, (int)(blanks < 1000 ? blanks : 1000), "");
    }
}

static void print_problems(const ws_diag *diag, bool warnings)
{
    for (size_t i = 0; i < ws_count_problems(diag); i++) {
        const ws_problem *problem = ws_get_problem(diag, i);
        if ((problem->severity == WS_ERROR || warnings) && !seen_before(diag, i))
            print_problem(problem);
    }
}

/* ---- From the command line to a call ---- */

static bool reads_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
    }
    return false;
}

/* OUTCOMES or TIME: 2e10, 10s, 5m, 1h, 500ms. */
static ws_status read_limit(ws_call *call, const char *text)
{
    static const struct {
        const char *unit;
        double seconds;
    } units[] = {{"ms", 1e-3}, {"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}};
    size_t digits = strspn(text, "0123456789.+-eE");
    double number = 0;
    if (ws__read_number(&number, text, digits) && number > 0) {
        if (!text[digits]) {
            call->run.limit_outcomes = number >= 0x1p64 ? UINT64_MAX : number < 1 ? 1 : (uint64_t)number;
            return WS_OK;
        }
        for (size_t i = 0; i < sizeof units / sizeof *units; i++)
            if (strcmp(text + digits, units[i].unit) == 0) {
                call->run.limit_seconds = number * units[i].seconds;
                return WS_OK;
            }
    }
    return ws_fail(
        call->diag, WS_USAGE,
        "--limit is '%s'; expected a number of outcomes such as 2e10, or a time such as 10s, 5m, 1h", text);
}

static ws_status choose_form(ws_call *call)
{
    static const struct {
        const char *end;
        ws_report_form form;
    } ends[] = {{".json", WS_REPORT_JSON}, {".txt", WS_REPORT_TEXT}, {".md", WS_REPORT_MARKDOWN}};
    bool json = ws__is_given(call, "json");
    call->report.form = json ? WS_REPORT_JSON : WS_REPORT_TEXT;
    if (!call->output || strcmp(call->output, "-") == 0) {
        call->output = NULL;
        call->report.ascii = !reads_utf8();
        const char *bare = getenv("NO_COLOR"), *terminal = getenv("TERM");
        call->report.color =
            isatty(STDOUT_FILENO) && !(bare && *bare) && !(terminal && strcmp(terminal, "dumb") == 0);
        return WS_OK;
    }
    size_t length = strlen(call->output);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t end = strlen(ends[i].end);
        if (length > end && strcasecmp(call->output + length - end, ends[i].end) == 0) {
            if (json && ends[i].form != WS_REPORT_JSON)
                return ws_fail(call->diag, WS_USAGE, "--json and -o %s do not go together: which of them?",
                               call->output);
            call->report.form = ends[i].form;
            return WS_OK;
        }
    }
    if (json || (call->verb->flags & WS_OWN_FORMATS))
        return WS_OK;
    return ws_fail(call->diag, WS_USAGE, "-o %s: the name tells no format; expected .txt, .md or .json",
                   call->output);
}

/* What changes the answer, for the result to repeat. */
static ws_status note_options(ws_call *call)
{
    ws_report_option *noted = WS_NEW_MANY(&call->arena, call->line.given_count + 2, ws_report_option);
    if (!noted)
        return ws_fail(call->diag, WS_LIMIT, "no memory for the command line");
    size_t count = 0;
    if (call->verb->flags & WS_NEEDS_CASE)
        noted[count++] = (ws_report_option){.name = "alpha", .number = call->alpha > 0 ? call->alpha : 0.5};
    noted[count++] =
        (ws_report_option){.name = "seed", .number = (double)(call->run.seed ? call->run.seed : 1)};
    for (size_t i = 0; i < call->line.given_count; i++) {
        const ws_given *given = &call->line.given[i];
        const char *name = given->option->name;
        if (given->option->silent || strcmp(name, "alpha") == 0 || strcmp(name, "seed") == 0)
            continue;
        bool number = given->option->kind == WS_OPTION_NUMBER || given->option->kind == WS_OPTION_COUNT;
        noted[count++] = (ws_report_option){.name = name,
                                            .text = number        ? NULL
                                                    : given->text ? given->text
                                                                  : "yes",
                                            .number = given->number,
                                            .list = given->option->kind == WS_OPTION_LIST};
    }
    call->report.options = noted;
    call->report.option_count = count;
    return WS_OK;
}

static ws_status prepare_call(ws_call *call)
{
    ws_status status = WS_OK;
    call->force = ws__is_given(call, "force");
    call->quiet = ws__is_given(call, "quiet");
    call->verbose = ws__is_given(call, "verbose");
    call->output = ws__given_text(call, "output", NULL);
    call->run.threads = (unsigned)fmin(ws__given_number(call, "threads", 0), 1e6);
    call->run.seed = (uint64_t)ws__given_number(call, "seed", 0);
    call->points = (uint64_t)ws__given_number(call, "points", 0);
    call->alpha = ws__given_number(call, "alpha", 0);
    if (ws__is_given(call, "alpha") && !(call->alpha > 0 && call->alpha <= 1))
        status = ws_fail(call->diag, WS_USAGE, "--alpha is %g; expected a probability above 0, at most 1",
                         call->alpha);
    const char *limit = ws__given_text(call, "limit", NULL);
    if (limit && read_limit(call, limit) != WS_OK)
        status = WS_USAGE;
    if (choose_form(call) != WS_OK)
        status = WS_USAGE;
    call->report.quiet = call->quiet;
    call->report.verbose = call->verbose;
    call->report.warnings = call->diag;
    size_t most = call->verb->flags & WS_NO_ARGUMENTS ? 0 : 1;
    if (!(call->verb->flags & WS_MANY_ARGUMENTS) && call->line.argument_count > most)
        status =
            ws_fail(call->diag, WS_USAGE, "'%s' is one argument too many. Usage: winset %s%s%s [options]",
                    call->line.arguments[most], call->verb->name, call->verb->arguments[0] ? " " : "",
                    call->verb->arguments);
    if (call->line.argument_count) {
        call->inputs = call->line.arguments;
        call->input_count = call->line.argument_count;
        call->report.case_name = call->line.arguments[0];
    }
    WS_TRY(status);
    ws__watch_run(&call->run, call->quiet);
    return note_options(call);
}

static int print_help(const ws_verb *verb)
{
    WS_TEXT(help);
    ws__add_help(&help, verb);
    fputs(help.bytes ? help.bytes : "", stdout);
    return fflush(stdout) == 0 ? 0 : WS_FAULT;
}

static int print_version(void)
{
    printf("winset %s\n", ws_version());
    return 0;
}

static int run_verb(const ws_verb *verb, int argc, const char *const *argv)
{
    ws_call call = {.verb = verb, .diag = ws_new_diag()};
    if (!call.diag)
        return WS_LIMIT;
    const ws_option *const tables[] = {verb->options, verb->flags & WS_NEEDS_CASE ? ws__case_options : NULL,
                                       ws__common_options};
    ws_status status = ws__parse_options(&call.line, &call.arena, argc, argv, 3, tables, call.diag);
    bool parsed = status == WS_OK;
    int answer;
    if (status == WS_OK && ws__is_given(&call, "help")) {
        answer = print_help(verb);
    } else if (status == WS_OK && ws__is_given(&call, "version")) {
        answer = print_version();
    } else {
        status = status == WS_OK ? prepare_call(&call) : status;
        status = status == WS_OK ? verb->run(&call) : status;
        ws__clear_progress();
        print_problems(call.diag, !call.warnings_told);
        if (status == WS_USAGE && !parsed)
            fprintf(stderr, "winset %s --help shows the options.\n", verb->name);
        else if (status != WS_OK && ws_count_errors(call.diag) == 0)
            fprintf(stderr, "winset: %s\n", ws_status_text(status));
        answer = (int)status;
    }
    ws_free_diag(call.diag);
    ws__free_arena(&call.arena);
    return answer;
}

int main(int argc, char **argv)
{
    const char *first = argc > 1 ? argv[1] : NULL;
    if (first && (strcmp(first, "--version") == 0 || strcmp(first, "-V") == 0))
        return print_version();
    if (first && (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 || strcmp(first, "help") == 0)) {
        const ws_verb *asked = argc > 2 ? ws__find_verb(argv[2]) : NULL;
        return print_help(asked);
    }
    const ws_verb *verb = first ? ws__find_verb(first) : NULL;
    if (verb)
        return run_verb(verb, argc - 1, (const char *const *)(argv + 1));
    if (first) {
        const char *names[64];
        size_t count = 0;
        for (; ws__verbs[count] && count < 64; count++)
            names[count] = ws__verbs[count]->name;
        const char *near = ws__nearest_name(first, count, names);
        fprintf(stderr, "winset: error: there is no verb '%s'", first);
        if (near)
            fprintf(stderr, "; did you mean '%s'?\n", near);
        else
            fputs("\n", stderr);
        fputs("winset --help shows the verbs.\n", stderr);
    } else {
        WS_TEXT(help);
        ws__add_help(&help, NULL);
        fputs(help.bytes ? help.bytes : "", stderr);
    }
    return WS_USAGE;
}
