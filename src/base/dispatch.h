/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which instruction set kernels run on: asked here and nowhere else. A kernel file is built once an
 * instruction set, each build exporting one table; who calls it picks the table of ws__choose_isa(). */
#ifndef WINSET_BASE_DISPATCH_H
#define WINSET_BASE_DISPATCH_H

/* In rising order: a kernel that has no build for one takes the next lower. AVX512: F, VL and DQ. */
#define WS_ISAS(X) X(BASELINE, "baseline") X(NEON, "neon") X(AVX2, "avx2") X(AVX512, "avx512")

typedef enum ws_isa {
#define WS_ISA_MEMBER(name, text) WS_ISA_##name,
    WS_ISAS(WS_ISA_MEMBER)
#undef WS_ISA_MEMBER
        WS_ISA_COUNT
} ws_isa;

/* The best that this processor has, or what the environment's WINSET_ISA names, where the processor has it.
 */
ws_isa ws__choose_isa(void);
const char *ws__isa_name(ws_isa isa);

#endif
