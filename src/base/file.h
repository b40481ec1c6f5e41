/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole files in and out. What is written is complete or not there: a temporary file in the same folder,
 * fsync, rename. */
#ifndef WINSET_BASE_FILE_H
#define WINSET_BASE_FILE_H

#include "winset/base.h"

/* Reads all of a file; "-" is standard input. *out (free()) has a NUL behind its `length` bytes. A file of
 * more than `most` bytes is refused (WS_LIMIT), also where its size was not known beforehand. */
ws_status ws__read_file(char **out, size_t *length, const char *path, size_t most, ws_diag *diag);

/* Writes a whole file. Without `force` an existing file is refused (WS_USAGE), and one of the `inputs` (by
 * identity, not by name; "-" and what does not exist are passed over) always. What is there and no regular
 * file (/dev/stdout, a pipe) is written straight. */
ws_status ws__write_file(const char *path, const char *bytes, size_t length, bool force, size_t input_count,
                         const char *const *inputs, ws_diag *diag);

#endif
