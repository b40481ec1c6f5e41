/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of a case from texts of any kind. */
#ifndef WINSET_FORMAT_KEYS_H
#define WINSET_FORMAT_KEYS_H

#include "base/arena.h"

#include <stddef.h>

/* A legal key for each text, all different, in `arena`: the text itself where it is one; else its letters and
 * digits with `_` between, `prefix` before what does not begin with a letter, and a number behind what would
 * be there twice. NULL where memory is out. */
const char **ws__make_keys(ws_arena *arena, const char *prefix, size_t count, const char *const *texts);

#endif
