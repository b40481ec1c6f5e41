/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A format: a file's bytes into a document and a case into files. One `static const` a format, one row in
 * formats.c.
 *
 * read makes a document from a path and collects every problem. write makes the files of a case; what the
 * format cannot hold is an error that names it, and every such part is named. */
#ifndef WINSET_FORMAT_FORMAT_H
#define WINSET_FORMAT_FORMAT_H

#include "base/arena.h"
#include "case/doc.h"
#include "winset/format.h"

/* What is known of a path before it is read. */
typedef struct ws_glimpse {
    const char *path;
    bool folder;
    const char *start; /* the first bytes of a file; "" of a folder */
    size_t length;
} ws_glimpse;

/* The files a case is written to; texts and names live in `arena`. */
typedef struct ws_written {
    ws_arena arena;
    size_t count;
    ws_written_file *files;
} ws_written;

typedef struct ws_format {
    const char *name;       /* as ws_read_options has it */
    const char *extensions; /* "yaml yml json" */
    /* True where this is likely a file (or folder) of the format; asked in the order of the table. */
    bool (*sniff)(const ws_glimpse *glimpse);
    ws_status (*read)(ws_doc **out, const char *path, const ws_read_options *options, ws_diag *diag);
    /* NULL: the format is only read. `out` is empty. */
    ws_status (*write)(ws_written *out, const ws_case *c, ws_diag *diag);
} ws_format;

extern const ws_format ws__genius_format; /* genius.c */

#endif
