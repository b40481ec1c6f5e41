/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The least that a scan of two additive utilities does, written by hand: what winset's scan is measured by.
 */
#ifndef WINSET_BENCH_LIMIT_KERNEL_H
#define WINSET_BENCH_LIMIT_KERNEL_H

#include "recipe.h"

typedef struct limit_result {
    uint64_t outcomes, acceptable;
    double utilitarian, nash, egalitarian, kalai; /* best scores among acceptable outcomes; -1: none */
} limit_result;

/* Gains of the largest size, for the Kalai-Smorodinsky score: a pass before this one would find them. */
typedef struct limit_scale {
    double most[2];
} limit_scale;

typedef void limit_fn(limit_result *out, const recipe *r, const limit_scale *scale);
/* In this program's best instruction set; *isa names it. */
limit_fn *choose_limit(const char **isa);

#endif
