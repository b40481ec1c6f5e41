/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adding problems to a collection. `diag` may be NULL everywhere: the status still comes back. */
#ifndef WINSET_BASE_DIAG_H
#define WINSET_BASE_DIAG_H

#include "winset/base.h"

/* Adds an error without a place and gives back `status`. */
ws_status ws_fail(ws_diag *diag, ws_status status, const char *format, ...) WS_PRINTF(3, 4);
/* Adds an error at a place and gives back `status`. */
ws_status ws_fail_at(ws_diag *diag, ws_status status, ws_place place, const char *format, ...)
    WS_PRINTF(4, 5);
/* Adds a warning; place.file NULL: none. */
void ws_warn_at(ws_diag *diag, ws_place place, const char *format, ...) WS_PRINTF(3, 4);
#define ws_warn(diag, ...) ws_warn_at((diag), (ws_place){0}, __VA_ARGS__)

/* Gives each problem of `file` without an excerpt the piece of `text` (UTF-8 or not) it points at. */
void ws__excerpt_problems(ws_diag *diag, const char *file, const char *text, size_t length);

/* The one macro with a hidden return: hands a failure up. */
#define WS_TRY(call)                                                                                         \
    do {                                                                                                     \
        ws_status ws_try_status = (call);                                                                    \
        if (ws_try_status != WS_OK)                                                                          \
            return ws_try_status;                                                                            \
    } while (0)

#endif
