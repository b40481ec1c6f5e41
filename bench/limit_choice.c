/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which build of limit_kernel.c runs. */
#include "limit_kernel.h"

#include <stdlib.h>
#include <string.h>

limit_fn limit_baseline;
#if defined(__x86_64__)
limit_fn limit_avx2, limit_avx512;
#endif

limit_fn *choose_limit(const char **isa)
{
#if defined(__x86_64__)
    const char *forced = getenv("WINSET_ISA");
    *isa = "avx512";
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        (!forced || strcmp(forced, "avx512") == 0))
        return limit_avx512;
    *isa = "avx2";
    if (__builtin_cpu_supports("avx2") && (!forced || strcmp(forced, "baseline") != 0))
        return limit_avx2;
#endif
    *isa = "baseline";
    return limit_baseline;
}
