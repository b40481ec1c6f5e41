/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 *  Files into a case and back: YAML/JSON case files, GENIUS domains. */
#ifndef WINSET_FORMAT_H
#define WINSET_FORMAT_H

#include "winset/case.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How a case is read. Zero everywhere means the defaults. */
typedef struct ws_read_options {
    const char *format;   /**< "case", "genius"; NULL: by looking at the file */
    unsigned real_steps;  /**< GENIUS: levels for a real-valued issue; 0: such an issue is an error that names
                             the option */
    size_t profile_count; /**< GENIUS: profiles, in this order; 0: all in the folder, in name order */
    const char *const *profiles; /**< file names in the domain's folder */
} ws_read_options;

/** Reads a case from a file, a folder, or "-" (standard input). Every problem is collected, with an excerpt.
 *  @return WS_OK; WS_INVALID; WS_LIMIT (too large) */
WS_API ws_status ws_read_case(ws_case **out, const char *path, const ws_read_options *options, ws_diag *diag);
/** The same from memory; `name` stands before messages; no data file is read. */
WS_API ws_status ws_read_case_text(ws_case **out, const char *text, size_t length, const char *name,
                                   ws_diag *diag);
/** A file of a written case. */
typedef struct ws_written_file {
    const char *name; /**< in the folder it is to be put into */
    const char *text; /**< NUL-terminated */
    size_t length;
} ws_written_file;

/** The files that a case of `format` ("case": one; "genius": a domain and a profile a party) is written to,
 * as a list ended by a NULL name; free with ws_free_written_files. What the format cannot hold is an error:
 * every such part is named. Nothing is written to a disk. */
WS_API ws_status ws_write_case_files(const ws_written_file **out, const ws_case *c, const char *format,
                                     ws_diag *diag);
WS_API void ws_free_written_files(const ws_written_file *files);
/** Writes a case as a file of `format`, text in `*out` (free()). What the format cannot hold is an error, so
 * is a format that needs more than one file. */
WS_API ws_status ws_write_case(char **out, const ws_case *c, const char *format, ws_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
