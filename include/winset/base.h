/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 *  What every part of winset shares: the status a call answers with, the problems it collects, and how a
 *  long call is told about threads, progress, limits and cancellation. Nothing here knows of negotiation.
 *
 *  Conventions of the whole library: outputs come first and stay untouched on failure; the last parameter
 *  is a `ws_diag *`, NULL allowed; `const T *` is borrowed; `T **out` gives, `ws_free_T` takes, NULL too. */
#ifndef WINSET_BASE_H
#define WINSET_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define WS_API __attribute__((visibility("default")))
#define WS_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define WS_API
#define WS_PRINTF(at, first)
#endif

/** Every status: name, exit status of the program, text. */
#define WS_STATUSES(X)                                                                                       \
    X(OK, 0, "done")                                                                                         \
    X(FAULT, 1, "an internal fault")                                                                         \
    X(USAGE, 2, "wrong usage")                                                                               \
    X(INVALID, 3, "invalid input")                                                                           \
    X(LIMIT, 4, "a limit was reached")                                                                       \
    X(INTERRUPTED, 130, "interrupted")

typedef enum ws_status {
#define WS_STATUS_MEMBER(name, exit, text) WS_##name = exit,
    WS_STATUSES(WS_STATUS_MEMBER)
#undef WS_STATUS_MEMBER
} ws_status;

/** The status in words; never NULL. */
WS_API const char *ws_status_text(ws_status status);

/** The library's version, "MAJOR.MINOR.PATCH". */
WS_API const char *ws_version(void);

/** A place in a file. Lines and columns count from 1, columns in characters; 0: no place. */
typedef struct ws_place {
    const char *file; /**< borrowed; NULL: no file */
    uint32_t line;
    uint32_t column;
} ws_place;

typedef enum ws_severity { WS_ERROR, WS_WARNING, WS_NOTE } ws_severity;

/** One problem. Texts belong to the diag that holds it. */
typedef struct ws_problem {
    ws_severity severity;
    ws_status status; /**< what the call answers because of it; WS_OK for a warning or a note */
    ws_place place;
    const char *message; /**< what is wrong; what is expected; the nearest name */
    const char *excerpt; /**< the source line, or the piece of it around the place; NULL: none */
    uint32_t caret;      /**< the place's column within `excerpt`, from 1 */
} ws_problem;

/** A collection of problems, in the order they were found. Not for use by two threads at once. */
typedef struct ws_diag ws_diag;

/** A new, empty collection; NULL where memory is out. */
WS_API ws_diag *ws_new_diag(void);
WS_API void ws_free_diag(ws_diag *diag);
WS_API size_t ws_count_problems(const ws_diag *diag);
/** Problem `at`, 0 <= at < ws_count_problems; borrowed until the diag is freed. */
WS_API const ws_problem *ws_get_problem(const ws_diag *diag, size_t at);
WS_API size_t ws_count_errors(const ws_diag *diag);
/** The status of the first error; WS_OK where there is none. */
WS_API ws_status ws_diag_status(const ws_diag *diag);

/** How a long call is run. Zero everywhere means the defaults; the same answer for any `threads`. */
typedef struct ws_run {
    unsigned threads;        /**< 0: one a processor */
    uint64_t seed;           /**< of every random number; 0 means 1 */
    uint64_t limit_outcomes; /**< the largest scan; 0: 2e10 */
    double limit_seconds;    /**< from the start of the call; 0: none */
    /** Told now and then, from the calling thread or a worker; may be NULL. `total` 0: unknown. */
    void (*progress)(void *user, const char *what, double done, double total);
    /** Asked often, from any thread; true ends the call with WS_INTERRUPTED. May be NULL. */
    bool (*cancelled)(void *user);
    void *user;
} ws_run;

#ifdef __cplusplus
}
#endif
#endif
