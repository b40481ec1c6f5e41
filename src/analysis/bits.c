/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets of a block's outcomes (bits.h). */
#include "analysis/bits.h"

bool ws__is_none(const ws_block *block, const uint64_t *bits)
{
    return bits == ws__block_none(block);
}

uint64_t ws__count_feasible(const ws_block *block, const uint64_t *bits)
{
    if (ws__is_none(block, bits))
        return 0;
    if (bits == ws__block_all(block))
        return block->feasible_count;
    if (block->all_feasible)
        return ws__block_count(block, bits);
    return ws__block_count_both(block, bits, ws__block_feasible(block));
}

const uint64_t *ws__both_bits(uint64_t *out, const ws_block *block, const uint64_t *a, const uint64_t *b)
{
    if (a == b || ws__is_none(block, a) || b == ws__block_all(block))
        return a;
    if (ws__is_none(block, b) || a == ws__block_all(block))
        return b;
    for (size_t w = 0; w < block->words; w++)
        out[w] = a[w] & b[w];
    return out;
}

const uint64_t *ws__feasible_bits(const ws_block *block)
{
    return block->all_feasible ? ws__block_all(block) : ws__block_feasible(block);
}

bool ws__any_bit(const ws_block *block, const uint64_t *bits)
{
    if (ws__is_none(block, bits))
        return false;
    for (size_t w = 0; w < block->words; w++)
        if (bits[w])
            return true;
    return false;
}

void ws__mark_at_least(uint64_t *out, const double *column, size_t count, double least)
{
    for (size_t w = 0; 64 * w < count; w++) {
        uint64_t bits = 0;
        size_t most = count - 64 * w < 64 ? count - 64 * w : 64;
        for (size_t i = 0; i < most; i++)
            bits |= (uint64_t)(column[64 * w + i] >= least) << i;
        out[w] = bits;
    }
}

void ws__mark_no_less(uint64_t *out, const double *column, const double *other, size_t count)
{
    for (size_t w = 0; 64 * w < count; w++)
        out[w] = 0;
    for (size_t i = 0; i < count; i++)
        out[i / 64] |= (uint64_t)(column[i] >= other[i]) << i % 64;
}
