/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words and digits as people read them: percentages, counts, amounts, bars. At most four significant digits;
 * the full numbers are in JSON. */
#ifndef WINSET_REPORT_TEXT_H
#define WINSET_REPORT_TEXT_H

#include "base/arena.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All answers live in `arena`; they are never NULL ("" where memory is out). */

/* A share or probability: "56%", "5.6%", "0.56%", "<0.01%", ">99.9%"; "-" for NaN. 0 and 1 are "0%", "100%"
 * only where they are so, or within 1e-9. */
const char *ws__say_percent(ws_arena *arena, double share);
/* Like it but always whole: "0%", "56%". For columns of gains, where a tenth would mean nothing. */
const char *ws__say_whole_percent(ws_arena *arena, double share);
/* An amount, at most four significant digits: "0.3", "1,270", "1.27 million", "-0.05"; "-" for NaN. */
const char *ws__say_number(ws_arena *arena, double value);
/* A count with its thousands: "1,986". */
const char *ws__say_count(ws_arena *arena, uint64_t count);
/* "1 deal", "2,500 deals", "no deals". */
const char *ws__say_many(ws_arena *arena, uint64_t count, const char *one, const char *many);
/* "A", "A and B", "A, B and C". */
const char *ws__say_list(ws_arena *arena, size_t count, const char *const *names);
/* `share` of `columns` filled; any share above 0 shows, and none below 1 is full. */
const char *ws__say_bar(ws_arena *arena, double share, size_t columns, bool ascii);
/* The text cut to `columns`, ending in an ellipsis (".." in ASCII) where it was longer. */
const char *ws__cut_text(ws_arena *arena, const char *text, size_t columns, bool ascii);
/* In lines of whole words, apart by \n, of at most `columns` where the words allow it; emphasis (page.h) that
 * goes on is begun anew in each. */
const char *ws__break_text(ws_arena *arena, const char *text, size_t columns);
/* With a capital first letter (ASCII letters only). */
const char *ws__capital(ws_arena *arena, const char *text);

#endif
