/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The choice of dispatch.h. */
#include "base/dispatch.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

const char *ws__isa_name(ws_isa isa)
{
    static const char *const names[] = {
#define ISA_NAME(name, text) [WS_ISA_##name] = text,
        WS_ISAS(ISA_NAME)
#undef ISA_NAME
    };
    return names[isa];
}

static bool has(ws_isa isa)
{
    if (isa == WS_ISA_BASELINE)
        return true;
#if defined(__x86_64__)
    if (isa == WS_ISA_AVX2)
        return __builtin_cpu_supports("avx2");
    if (isa == WS_ISA_AVX512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512dq");
    return false;
#elif defined(__aarch64__)
    return isa == WS_ISA_NEON;
#else
    return false;
#endif
}

ws_isa ws__choose_isa(void)
{
    const char *forced = getenv("WINSET_ISA");
    ws_isa best = WS_ISA_BASELINE;
    for (unsigned i = 0; i < WS_ISA_COUNT; i++) {
        ws_isa isa = (ws_isa)i;
        if (!has(isa))
            continue;
        best = isa;
        if (forced && strcmp(forced, ws__isa_name(isa)) == 0)
            return isa;
    }
    return best;
}
