/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every level of every issue is worth to a party, as numbers: for writing preferences in another form.
 */
#ifndef WINSET_FORMAT_GENIUS_WORTH_H
#define WINSET_FORMAT_GENIUS_WORTH_H

#include "case/model.h"

/* out[issue][level] in `arena`, whatever form the preference has; weights rescaled to sum 1, values to 0..1.
 * Interaction terms are not in it. NULL where memory is out. */
double **ws__find_worth(ws_arena *arena, const ws_case *c, const ws_preference *preference);

#endif
