/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The series of a case: written in it, or a file under its folder and nowhere else. */
#include "monitor/series.h"

#include "base/diag.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* No way out of the folder: not by the name, and not by a link. */
static ws_status path_inside(char **out, const char *folder, const char *file, ws_place place, ws_diag *diag)
{
    if (!folder)
        return ws_fail_at(diag, WS_INVALID, place, "'%s': this case has no folder to read files from", file);
    WS_SCRATCH(scratch);
    const char *joined = ws__format_text(&scratch, "%s/%s", folder, file);
    if (!joined)
        return ws_fail(diag, WS_LIMIT, "no memory for a file's name");
    char *root = realpath(folder, NULL), *real = realpath(joined, NULL);
    size_t length = root ? strlen(root) : 0;
    bool inside = file[0] != '/' && root && real && strncmp(real, root, length) == 0 &&
                  (real[length] == '/' || (length == 1 && root[0] == '/'));
    bool there = real != NULL;
    free(root);
    if (inside) {
        *out = real;
        return WS_OK;
    }
    free(real);
    return ws_fail_at(diag, WS_INVALID, place,
                      there ? "'%s' lies outside the case's folder; it is not read" : "'%s' is not found",
                      file);
}

static ws_status load_inline(ws_series **out, const ws_series_source *source, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    uint8_t *kinds = WS_NEW_MANY(&scratch, source->count, uint8_t);
    if (!kinds)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu values", source->count);
    for (size_t i = 0; i < source->count; i++) {
        ws_day end;
        ws_period_kind kind = WS_PERIOD_DAY;
        if (source->labels && source->labels[i])
            ws__read_period(&end, &kind, source->labels[i], strlen(source->labels[i]));
        kinds[i] = (uint8_t)kind;
    }
    return ws__make_series(out, source->count, source->dates, kinds, source->values, "series", diag);
}

ws_status ws__load_source(ws_series **out, const ws_case *c, const ws_series_source *source, ws_diag *diag)
{
    if (!source->file)
        return load_inline(out, source, diag);
    char *path = NULL;
    const char *folder = c->shape->doc ? c->shape->doc->folder : NULL;
    WS_TRY(path_inside(&path, folder, source->file, source->place, diag));
    ws_series_options options = {.date_column = source->date_column, .value_column = source->value_column};
    ws_status status = ws_read_series(out, path, &options, diag);
    free(path);
    return status;
}
