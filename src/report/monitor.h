/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `monitor` shows: a document of a monitoring, as text, Markdown or JSON. */
#ifndef WINSET_REPORT_MONITOR_H
#define WINSET_REPORT_MONITOR_H

#include "report/json.h"
#include "winset/monitor.h"

/* `c` NULL: no case was read; `about` is then the first line. The document in *out (free()). */
ws_status ws__report_monitoring(char **out, const ws_monitoring *monitoring, const ws_case *c,
                                const char *about, const ws_report_options *options, ws_diag *diag);
json_t *ws__monitoring_json(const ws_monitoring *monitoring, const ws_case *c,
                            const ws_report_options *options);

#endif
