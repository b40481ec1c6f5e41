/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Power in a body as a document. */
#ifndef WINSET_REPORT_POWER_H
#define WINSET_REPORT_POWER_H

#include "winset/power.h"
#include "winset/report.h"

/** `c` NULL: no case was read. `tree`: of a whole ratification. */
ws_status ws__report_power(char **out, const ws_power *power, const ws_case *c, bool tree,
                           const ws_report_options *options, ws_diag *diag);

#endif
