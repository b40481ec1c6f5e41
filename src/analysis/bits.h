/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets of a block's outcomes as bits, where all and none are known by their pointers (space/scan.h). */
#ifndef WINSET_ANALYSIS_BITS_H
#define WINSET_ANALYSIS_BITS_H

#include "space/scan.h"

bool ws__is_none(const ws_block *block, const uint64_t *bits);
bool ws__any_bit(const ws_block *block, const uint64_t *bits);
/* How many feasible outcomes have their bit. */
uint64_t ws__count_feasible(const ws_block *block, const uint64_t *bits);
/* Those in both; in `out` [words], unless one of them is all or none. `out` may be one of them. */
const uint64_t *ws__both_bits(uint64_t *out, const ws_block *block, const uint64_t *a, const uint64_t *b);
const uint64_t *ws__feasible_bits(const ws_block *block);
/* Where a column is at least `least`, into `out`. */
void ws__mark_at_least(uint64_t *out, const double *column, size_t count, double least);
/* Where a column is at least another. */
void ws__mark_no_less(uint64_t *out, const double *column, const double *other, size_t count);

#endif
