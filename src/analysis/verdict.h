/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one sentence of a certificate. */
#ifndef WINSET_ANALYSIS_VERDICT_H
#define WINSET_ANALYSIS_VERDICT_H

#include "analysis/appraise.h"

/* In `arena`; NULL: memory. All of the certificate but its verdict is there. */
const char *ws__say_verdict(ws_arena *arena, const ws_certificate *deal, const ws_appraiser *appraiser,
                            double alpha);

#endif
