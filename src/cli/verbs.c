/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of verbs. */
#include "cli/verbs.h"

#include <string.h>

/* One a line. */
/* clang-format off */
const ws_verb *const ws__verbs[] = {
    &ws_verb_init,
    &ws_verb_check,
    &ws_verb_convert,
    &ws_verb_analyze,
    &ws_verb_score,
    &ws_verb_ratify,
    &ws_verb_power,
    &ws_verb_monitor,
    &ws_verb_solve,
    &ws_verb_update,
    &ws_verb_about,
    &ws_verb_completion,
    NULL,
};
/* clang-format on */

const ws_verb *ws__find_verb(const char *name)
{
    for (size_t i = 0; ws__verbs[i]; i++)
        if (strcmp(ws__verbs[i]->name, name) == 0)
            return ws__verbs[i];
    return NULL;
}
