/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays of counts: mixed, summed, multiplied. Built once an instruction set (WS_ARRAY_OPS names the table).
 * A sum runs in 8 strands that are added in a fixed order: the same bits for every width of register. */
#include "analysis/power.h"

enum { STRANDS = 8 };

static void mix(double *restrict out, const double *restrict a, double by_a, const double *restrict b,
                double by_b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = a[i] * by_a + b[i] * by_b;
}

static void gain(double *restrict to, const double *restrict a, double by, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += a[i] * by;
}

static double add_strands(const double *s)
{
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

static double sum(const double *restrict a, size_t n)
{
    double strands[STRANDS] = {0};
    size_t whole = n - n % STRANDS;
    for (size_t i = 0; i < whole; i += STRANDS)
        for (size_t j = 0; j < STRANDS; j++)
            strands[j] += a[i + j];
    for (size_t i = whole; i < n; i++)
        strands[i - whole] += a[i];
    return add_strands(strands);
}

static double dot(const double *restrict a, const double *restrict b, size_t n)
{
    double strands[STRANDS] = {0};
    size_t whole = n - n % STRANDS;
    for (size_t i = 0; i < whole; i += STRANDS)
        for (size_t j = 0; j < STRANDS; j++)
            strands[j] += a[i + j] * b[i + j];
    for (size_t i = whole; i < n; i++)
        strands[i - whole] += a[i] * b[i];
    return add_strands(strands);
}

extern const ws_array_ops WS_ARRAY_OPS;
const ws_array_ops WS_ARRAY_OPS = {mix, gain, sum, dot};
