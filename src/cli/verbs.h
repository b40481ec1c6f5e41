/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs and the call of one.
 *
 * To add one: `const ws_verb ws_verb_NAME = {...}` in verb_NAME.c (listed in meson.build), its declaration at
 * the end here, its row in verbs.c. The frame parses options, shows help, prints problems and answers with
 * the status; the verb reads the case with ws__load_case, computes, and hands its document to ws__put. */
#ifndef WINSET_CLI_VERBS_H
#define WINSET_CLI_VERBS_H

#include "base/text.h"
#include "cli/options.h"
#include "winset/case.h"
#include "winset/report.h"

typedef struct ws_call ws_call;

enum {
    WS_NEEDS_CASE = 1, /* its first argument is a case; --set, --type and their like are understood */
    WS_MANY_ARGUMENTS = 2,
    WS_NO_ARGUMENTS = 4,
    WS_OWN_FORMATS = 8, /* -o FILE may be of any name: the verb knows its formats */
    WS_AS_WRITTEN = 16  /* of the case nothing is measured: it is shown, not computed with */
};

typedef struct ws_verb {
    const char *name;
    ws_status (*run)(ws_call *call);
    const char *tells;        /* what it tells, in a line */
    const char *arguments;    /* as in the usage line: "CASE" */
    const char *example;      /* a command that works in the source folder */
    const char *example_does; /* what it does, in a line */
    unsigned flags;
    const ws_option *options; /* its own, ended by a NULL name; NULL: none */
} ws_verb;

/* A verb as called. */
struct ws_call {
    const ws_verb *verb;
    ws_command_line line;
    ws_arena arena; /* for whatever lives as long as the call */
    ws_diag *diag;  /* every problem; printed at the end */
    ws_run run;     /* threads, limits, seed, progress, cancel */
    double alpha;   /* 0: not given */
    uint64_t points;
    bool force, quiet, verbose;
    const char *output;        /* NULL: standard output */
    ws_report_options report;  /* how results are told; the form is chosen */
    bool warnings_told;        /* they stand in the result */
    const char *const *inputs; /* files that must never be written over */
    size_t input_count;
};

/* The verbs, in the order they are shown, ended by NULL. */
extern const ws_verb *const ws__verbs[];
const ws_verb *ws__find_verb(const char *name);

/* Reads the case that the first argument names and makes its --set and --type, in this order. */
ws_status ws__load_case(ws_case **out, ws_call *call);
/* Puts a document where it belongs and frees it: to -o FILE, whole or not at all, or to standard output. Call
 * it once, and also with what was found before a limit. */
ws_status ws__put(ws_call *call, char *document);

/* Values of the verb's own options. */
bool ws__is_given(const ws_call *call, const char *name);
const char *ws__given_text(const ws_call *call, const char *name, const char *otherwise);
double ws__given_number(const ws_call *call, const char *name, double otherwise);

/* The help of a verb, or of the program (NULL). */
void ws__add_help(ws_text *out, const ws_verb *verb);

extern const ws_verb ws_verb_init;
extern const ws_verb ws_verb_check;
extern const ws_verb ws_verb_power;
extern const ws_verb ws_verb_monitor;
extern const ws_verb ws_verb_ratify;
extern const ws_verb ws_verb_solve;
extern const ws_verb ws_verb_update;
extern const ws_verb ws_verb_about;
extern const ws_verb ws_verb_convert;
extern const ws_verb ws_verb_completion;
extern const ws_verb ws_verb_analyze;
extern const ws_verb ws_verb_score;

#endif
