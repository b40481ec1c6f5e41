/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Votes at home as a document. */
#ifndef WINSET_REPORT_RATIFY_H
#define WINSET_REPORT_RATIFY_H

#include "winset/ratify.h"
#include "winset/report.h"

ws_status ws__report_ratification(char **out, const ws_ratification *ratification, const ws_case *c,
                                  const ws_report_options *options, ws_diag *diag);
ws_status ws__report_ratify_survey(char **out, const ws_ratify_survey *survey, const ws_case *c,
                                   const ws_report_options *options, ws_diag *diag);
/* JSON (ratify_json.c). */
ws_status ws__write_ratification(char **out, const ws_ratification *ratification, const ws_case *c,
                                 const ws_report_options *options, ws_diag *diag);
ws_status ws__write_ratify_survey(char **out, const ws_ratify_survey *survey, const ws_case *c,
                                  const ws_report_options *options, ws_diag *diag);

#endif
