/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables in text: comma, semicolon or tab between fields, quotes around any (RFC 4180), CRLF or LF, a byte
 * order mark or none. Rows are handed out one by one, so that a table of a million costs no memory. */
#ifndef WINSET_BASE_CSV_H
#define WINSET_BASE_CSV_H

#include "base/diag.h"

/* One row. Texts are NUL-terminated, trimmed of blanks where unquoted, and live until the call returns. */
typedef struct ws_csv_row {
    uint32_t line; /* of the file, where the row begins; from 1 */
    size_t count;
    const char *const *fields;
    const size_t *lengths;
} ws_csv_row;

/* What is asked of a reader for each row, the header first (`row->line` tells); false ends the reading.
 * Rows of blanks alone are left out. */
typedef bool ws_csv_row_fn(void *user, const ws_csv_row *row);

/* The delimiter of a table: the one of , ; TAB that its first line has most of outside quotes; ','. */
char ws__guess_delimiter(const char *text, size_t length);

/* Reads a table. `file` stands before messages. Problems: a byte 0, no UTF-8 (or a byte order mark of
 * UTF-16), a quote in the wrong place or never closed, more than 10,000 fields in a row.
 * @return WS_OK, also where the reader ended it; WS_INVALID; WS_LIMIT (memory) */
ws_status ws__read_csv(const char *text, size_t length, const char *file, ws_csv_row_fn *reader, void *user,
                       ws_diag *diag);

#endif
