/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ctrl-C and progress: how a run hears of the one and shows the other. */
#ifndef WINSET_CLI_PROGRESS_H
#define WINSET_CLI_PROGRESS_H

#include "winset/base.h"

/* Makes Ctrl-C ask for an end (the second one ends the program at once) and progress appear on standard
 * error, only where that is a terminal, only after half a second. */
void ws__watch_run(ws_run *run, bool quiet);
/* Takes the progress line away before anything else is written. */
void ws__clear_progress(void);

#endif
