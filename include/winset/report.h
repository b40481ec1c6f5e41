/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 *  Results as text, Markdown and JSON: three readings of the same numbers. */
#ifndef WINSET_REPORT_H
#define WINSET_REPORT_H

#include "winset/analysis.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ws_report_form { WS_REPORT_TEXT, WS_REPORT_MARKDOWN, WS_REPORT_JSON } ws_report_form;

/** An option of the question that changes its answer; JSON's "options" repeat it. */
typedef struct ws_report_option {
    const char *name;
    const char *text; /**< NULL: `number` */
    double number;
    bool list; /**< options of this name make a list, also where there is one */
} ws_report_option;

/** How a result is told. Zero everywhere means the defaults. */
typedef struct ws_report_options {
    ws_report_form form;
    unsigned width;        /**< columns of text; 0: 80 */
    bool ascii;            /**< bars and maps in ASCII only */
    bool color;            /**< bold and colours, for a terminal */
    bool quiet;            /**< without the line that names the next command */
    bool verbose;          /**< also how it was computed */
    const char *case_name; /**< as a command would name the case; NULL: "CASE" */
    size_t option_count;
    const ws_report_option *options;
    const ws_diag *warnings; /**< shown with the result; may be NULL */
} ws_report_options;

/** An analysis as a document, NUL-terminated UTF-8 in `*out` (free()).
 *  @return WS_OK; WS_LIMIT: memory */
WS_API ws_status ws_report_analysis(char **out, const ws_analysis *analysis, const ws_space *space,
                                    const ws_report_options *options, ws_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
