/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inner loops of the scan, built once an instruction set (kernel.c) and chosen in one place. All builds
 * give the same bytes: no sum is reordered, nothing is contracted.
 *
 * Columns are padded to whole words of 64 entries (WS_PAD); inner columns with NaN, so that bits beyond the
 * last outcome are 0. */
#ifndef WINSET_SPACE_KERNEL_H
#define WINSET_SPACE_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#define WS_PAD(count) (((count) + 63) / 64 * 64)

typedef struct ws_kernels {
    const char *isa;
    /* out[i] = in[i] + base; count is a multiple of 64 here and below */
    void (*add)(double *out, const double *in, size_t count, double base);
    /* out[i] = floor((in[i] + base) * factor + 0.5); out may be in */
    void (*keys)(double *out, const double *in, size_t count, double base, double factor);
    /* out[i] += add where bit i is 1 */
    void (*add_where)(double *out, const uint64_t *bits, size_t count, double add);
    /* bit i = in[i] >= threshold */
    void (*at_least)(uint64_t *bits, const double *in, size_t count, double threshold);
    uint64_t (*count)(const uint64_t *bits, size_t words);
    uint64_t (*count_both)(const uint64_t *a, const uint64_t *b, size_t words);
} ws_kernels;

/* Those of ws__choose_isa(). */
const ws_kernels *ws__choose_kernels(void);

#endif
