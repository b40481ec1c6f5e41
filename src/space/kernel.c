/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels of kernel.h. Built once an instruction set, with WS_KERNEL_TABLE the table's name and
 * WS_KERNEL_ISA its text. Comparisons into bits are written by hand, for no compiler makes them of a loop. */
#include "space/kernel.h"

#include <math.h>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

static void add(double *out, const double *in, size_t count, double base)
{
    for (size_t i = 0; i < count; i++)
        out[i] = in[i] + base;
}

static void keys(double *out, const double *in, size_t count, double base, double factor)
{
    for (size_t i = 0; i < count; i++)
        out[i] = floor((in[i] + base) * factor + 0.5);
}

static void add_where(double *out, const uint64_t *bits, size_t count, double add)
{
    for (size_t w = 0; w < count / 64; w++) {
        uint64_t word = bits[w];
        if (!word)
            continue;
        double *at = out + 64 * w;
        for (unsigned j = 0; j < 64; j++)
            at[j] += word >> j & 1 ? add : 0.0;
    }
}

#if defined(__AVX512F__)
static uint64_t compare_word(const double *in, double threshold)
{
    __m512d t = _mm512_set1_pd(threshold);
    uint64_t word = 0;
    for (unsigned j = 0; j < 8; j++)
        word |= (uint64_t)_mm512_cmp_pd_mask(_mm512_loadu_pd(in + 8 * j), t, _CMP_GE_OQ) << (8 * j);
    return word;
}
#elif defined(__AVX2__)
static uint64_t compare_word(const double *in, double threshold)
{
    __m256d t = _mm256_set1_pd(threshold);
    uint64_t word = 0;
    for (unsigned j = 0; j < 16; j++) {
        __m256d greater = _mm256_cmp_pd(_mm256_loadu_pd(in + 4 * j), t, _CMP_GE_OQ);
        word |= (uint64_t)(unsigned)_mm256_movemask_pd(greater) << (4 * j);
    }
    return word;
}
#else
static uint64_t compare_word(const double *in, double threshold)
{
    uint64_t word = 0;
    for (unsigned j = 0; j < 64; j++)
        word |= (uint64_t)(in[j] >= threshold) << j;
    return word;
}
#endif

static void at_least(uint64_t *bits, const double *in, size_t count, double threshold)
{
    for (size_t w = 0; w < count / 64; w++)
        bits[w] = compare_word(in + 64 * w, threshold);
}

static uint64_t count(const uint64_t *bits, size_t words)
{
    uint64_t sum = 0;
    for (size_t w = 0; w < words; w++)
        sum += (uint64_t)__builtin_popcountll(bits[w]);
    return sum;
}

static uint64_t count_both(const uint64_t *a, const uint64_t *b, size_t words)
{
    uint64_t sum = 0;
    for (size_t w = 0; w < words; w++)
        sum += (uint64_t)__builtin_popcountll(a[w] & b[w]);
    return sum;
}

extern const ws_kernels WS_KERNEL_TABLE;
const ws_kernels WS_KERNEL_TABLE = {
    .isa = WS_KERNEL_ISA,
    .add = add,
    .keys = keys,
    .add_where = add_where,
    .at_least = at_least,
    .count = count,
    .count_both = count_both,
};
