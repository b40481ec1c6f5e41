/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests against reference files share: where those files are, how the program is run, how its JSON
 * is compared. Each test is a program: NAME WINSET SOURCE_ROOT [filters]; without the reference folder it
 * ends with 77 (skipped). */
#ifndef WINSET_TESTS_PEERS_H
#define WINSET_TESTS_PEERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { PEERS_SKIPPED = 77 };

/* The reference folder: $WINSET_SHARED, else ../shared beside the sources; NULL: there is none. A path under
 * it, to free(). */
char *peers_path(const char *source_root, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool peers_exists(const char *path);

/* One run of the program. */
typedef struct peers_run {
    int exit;        /* -1: it did not end in time, or by a signal */
    char *out, *err; /* free() by peers_free_run */
    double seconds;
} peers_run;
void peers_run_program(peers_run *run, const char *const *arguments, double seconds);
void peers_free_run(peers_run *run);

/* Differences between what was expected and what came, told on standard output (the first few). */
typedef struct peers_comparison {
    double tolerance;       /* |got - want| <= tolerance * max(1, |want|) */
    const json_t *relative; /* paths below which it is tolerance * |want|; NULL: none */
    size_t differences;
    const char *what; /* stands before each difference */
} peers_comparison;
void peers_compare(peers_comparison *comparison, const json_t *want, const json_t *got, const char *path);
void peers_differ(peers_comparison *comparison, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* True where the program has the verb. */
bool peers_has_verb(const char *winset, const char *verb);

/* What the program answers in JSON, or NULL after a difference was told; `arguments` end with NULL, the
 * program first. */
json_t *peers_ask(peers_comparison *comparison, const char *const *arguments);
/* `winset analyze PATH --json` and the arguments given (ended by NULL; may be NULL): its result, or NULL
 * after a difference was told. */
json_t *peers_analyze(peers_comparison *comparison, const char *winset, const char *path,
                      const char *const *more);
/* The same of a case as a value, written to a file for the while. */
json_t *peers_analyze_value(peers_comparison *comparison, const char *winset, const json_t *value,
                            const char *const *more);
/* Tells a difference unless |got - want| <= tolerance * max(1, |want|). */
void peers_compare_number(peers_comparison *comparison, double want, double got, const char *path);

#endif
