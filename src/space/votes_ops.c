/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which counting kernels this processor runs, and how many lanes it counts at once. */
#include "space/votes.h"

#include "base/dispatch.h"

extern const ws_count_ops ws__count_ops_baseline;
#if defined(__x86_64__)
extern const ws_count_ops ws__count_ops_avx2, ws__count_ops_avx512;
#endif

const ws_count_ops *ws__count_ops(void)
{
    switch (ws__choose_isa()) {
#if defined(__x86_64__)
    case WS_ISA_AVX512:
        return &ws__count_ops_avx512;
    case WS_ISA_AVX2:
        return &ws__count_ops_avx2;
#endif
    default:
        return &ws__count_ops_baseline;
    }
}

size_t ws__best_lanes(size_t scratch)
{
    enum { CACHE = 1 << 17 }; /* doubles: half of a usual second-level cache */
    size_t lanes = WS_LANES;
    while (lanes > 1 && scratch * lanes > CACHE)
        lanes /= 2;
    return lanes;
}
