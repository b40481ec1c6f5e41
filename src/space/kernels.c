/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which build of kernel.c runs. */
#include "space/kernel.h"

#include "base/dispatch.h"

extern const ws_kernels ws__kernels_baseline;
#if defined(__x86_64__)
extern const ws_kernels ws__kernels_avx2, ws__kernels_avx512;
#endif

const ws_kernels *ws__choose_kernels(void)
{
    switch (ws__choose_isa()) {
#if defined(__x86_64__)
    case WS_ISA_AVX512:
        return &ws__kernels_avx512;
    case WS_ISA_AVX2:
        return &ws__kernels_avx2;
#endif
    default: /* NEON is in every build for AArch64 */
        return &ws__kernels_baseline;
    }
}
