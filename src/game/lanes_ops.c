/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which build of lanes.c runs. */
#include "game/lanes.h"

#include "base/dispatch.h"

extern const ws_lane_ops ws__lane_ops_baseline;
#if defined(__x86_64__)
extern const ws_lane_ops ws__lane_ops_avx2, ws__lane_ops_avx512;
#endif

const ws_lane_ops *ws__lane_ops(void)
{
    switch (ws__choose_isa()) {
#if defined(__x86_64__)
    case WS_ISA_AVX512:
        return &ws__lane_ops_avx512;
    case WS_ISA_AVX2:
        return &ws__lane_ops_avx2;
#endif
    default: /* NEON too: SLEEF's scalar functions */
        return &ws__lane_ops_baseline;
    }
}
