/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An analysis as a document of any form. */
#include "report/analysis_json.h"
#include "report/analysis_text.h"
#include "winset/report.h"

ws_status ws_report_analysis(char **out, const ws_analysis *analysis, const ws_space *space,
                             const ws_report_options *options, ws_diag *diag)
{
    if (options && options->form == WS_REPORT_JSON)
        return ws__write_analysis_json(out, analysis, ws_space_case(space), options, diag);
    return ws__write_analysis_text(out, analysis, space, options, diag);
}
