/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An analysis, and the certificates of deals, as JSON. The keys are a contract (docs/commands). */
#ifndef WINSET_REPORT_ANALYSIS_JSON_H
#define WINSET_REPORT_ANALYSIS_JSON_H

#include "report/json.h"

/* The whole document of `winset analyze` in *out (free()). */
ws_status ws__write_analysis_json(char **out, const ws_analysis *analysis, const ws_case *c,
                                  const ws_report_options *options, ws_diag *diag);
/* Of `winset score`: one certificate, or a list of them under "deals". */
ws_status ws__write_certificates_json(char **out, const ws_certificates *certificates, bool list,
                                      const ws_case *c, const ws_report_options *options, ws_diag *diag);

#endif
