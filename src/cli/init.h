/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `winset init` writes: a template, or what a person answered. */
#ifndef WINSET_CLI_INIT_H
#define WINSET_CLI_INIT_H

#include "cli/verbs.h"

extern const char ws__init_template[];

/* Asks on standard input and standard error; the case file in *out (free()). WS_INTERRUPTED: the input ended
 * before the case was whole. */
ws_status ws__ask_case(char **out, ws_call *call);

#endif
