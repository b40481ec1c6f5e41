/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The readings of `solve` and `update`. */
#ifndef WINSET_REPORT_COURSE_H
#define WINSET_REPORT_COURSE_H

#include "winset/game.h"
#include "winset/report.h"

/* A course of talks, and beliefs, as the options ask: text, Markdown or JSON, in *out (free()). */
ws_status ws__report_course(char **out, const ws_course *course, const ws_case *c,
                            const ws_report_options *options, ws_diag *diag);
ws_status ws__report_beliefs(char **out, const ws_beliefs *beliefs, const ws_case *c,
                             const ws_report_options *options, ws_diag *diag);

ws_status ws__course_json(char **out, const ws_course *course, const ws_case *c,
                          const ws_report_options *options, ws_diag *diag);
ws_status ws__beliefs_json(char **out, const ws_beliefs *beliefs, const ws_case *c,
                           const ws_report_options *options, ws_diag *diag);

#endif
