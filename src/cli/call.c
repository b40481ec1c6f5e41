/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a verb asks of its call: the values given, and a place for its document. */
#include "base/diag.h"
#include "base/file.h"
#include "cli/progress.h"
#include "cli/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool ws__is_given(const ws_call *call, const char *name)
{
    return ws__find_given(&call->line, name) != NULL;
}

const char *ws__given_text(const ws_call *call, const char *name, const char *otherwise)
{
    const ws_given *given = ws__find_given(&call->line, name);
    return given ? given->text : otherwise;
}

double ws__given_number(const ws_call *call, const char *name, double otherwise)
{
    const ws_given *given = ws__find_given(&call->line, name);
    return given ? given->number : otherwise;
}

ws_status ws__put(ws_call *call, char *document)
{
    ws__clear_progress();
    size_t length = strlen(document);
    ws_status status = WS_OK;
    if (call->output) {
        status = ws__write_file(call->output, document, length, call->force, call->input_count, call->inputs,
                                call->diag);
    } else if (fwrite(document, 1, length, stdout) != length || fflush(stdout) != 0) {
        status = ws_fail(call->diag, WS_INVALID, "cannot write to standard output: %s", strerror(errno));
    }
    free(document);
    call->warnings_told = status == WS_OK;
    return status;
}
