/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates of deals as a document of any form. */
#ifndef WINSET_REPORT_CERTIFICATES_H
#define WINSET_REPORT_CERTIFICATES_H

#include "winset/report.h"
#include "winset/space.h"

/* In *out (free()). `list`: a table of many, also where there is one. */
ws_status ws__report_certificates(char **out, const ws_certificates *certificates, bool list,
                                  const ws_space *space, const ws_report_options *options, ws_diag *diag);

#endif
