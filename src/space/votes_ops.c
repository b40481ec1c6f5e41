/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which counting kernels this processor runs; WINSET_ISA (baseline, avx2, avx512) forces one, for tests. */
#include "space/votes.h"

#include <stdlib.h>
#include <string.h>

extern const ws_count_ops ws__count_ops_baseline;
#if defined(__x86_64__)
extern const ws_count_ops ws__count_ops_avx2, ws__count_ops_avx512;
#endif

const ws_count_ops *ws__count_ops(void)
{
    const char *forced = getenv("WINSET_ISA");
#if defined(__x86_64__)
    bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                __builtin_cpu_supports("avx512dq");
    if (wide && (!forced || strcmp(forced, "avx512") == 0))
        return &ws__count_ops_avx512;
    if (__builtin_cpu_supports("avx2") && (!forced || strcmp(forced, "baseline") != 0))
        return &ws__count_ops_avx2;
#else
    (void)forced;
#endif
    return &ws__count_ops_baseline;
}

size_t ws__best_lanes(size_t scratch)
{
    enum { CACHE = 1 << 17 }; /* doubles: half of a usual second-level cache */
    size_t lanes = WS_LANES;
    while (lanes > 1 && scratch * lanes > CACHE)
        lanes /= 2;
    return lanes;
}
