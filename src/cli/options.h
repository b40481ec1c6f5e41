/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options: tables of facts, from which the parser, the help, the completion and the manual page are made.
 * Every verb has the common ones (options.c); a verb adds a table of its own, ended by a NULL name, and asks
 * for values by name. */
#ifndef WINSET_CLI_OPTIONS_H
#define WINSET_CLI_OPTIONS_H

#include "base/arena.h"
#include "winset/base.h"

typedef enum ws_option_kind {
    WS_OPTION_FLAG,
    WS_OPTION_TEXT,
    WS_OPTION_LIST,   /* may be given again; each value counts */
    WS_OPTION_NUMBER, /* a finite decimal */
    WS_OPTION_COUNT   /* a whole number >= 0; 2e10 too */
} ws_option_kind;

typedef struct ws_option {
    const char *name; /* without dashes; NULL ends a table */
    char letter;      /* '\0': none */
    ws_option_kind kind;
    const char *value;   /* what stands for the value in help: FILE, PARTY=TYPE */
    const char *help;    /* lower case, no full stop */
    const char *choices; /* "a b c": the values there are; NULL: any */
    bool silent;         /* changes no answer: not among JSON's options */
} ws_option;

/* The options of every verb, ended by a NULL name; and those of verbs that read a case. */
extern const ws_option ws__common_options[];
extern const ws_option ws__case_options[];

/* What the user gave. */
typedef struct ws_given {
    const ws_option *option;
    const char *text; /* NULL: a flag */
    double number;    /* NUMBER, COUNT */
} ws_given;

typedef struct ws_command_line {
    size_t given_count;
    const ws_given *given; /* in the order given */
    size_t argument_count;
    const char *const *arguments;
} ws_command_line;

/* Parses argv[1..] by the tables (NULL: none). Every problem is reported. Texts live in `arena`. */
ws_status ws__parse_options(ws_command_line *out, ws_arena *arena, int argc, const char *const *argv,
                            size_t table_count, const ws_option *const *tables, ws_diag *diag);

/* The last value of an option, or NULL where it was not given. */
const ws_given *ws__find_given(const ws_command_line *line, const char *name);

#endif
