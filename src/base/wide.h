/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exponentials and logarithms of a register of doubles, for files that are built once an instruction set:
 * WS_WIDTH is how many doubles a register holds (8: AVX-512, 4: AVX, else 1). SLEEF's cinz family gives the
 * same bits at every width. */
#ifndef WINSET_BASE_WIDE_H
#define WINSET_BASE_WIDE_H

#if WS_WIDTH > 1
#include <immintrin.h>
#endif
#include <math.h>
#include <sleef.h>
#include <stddef.h>

#define WS_INLINE static inline __attribute__((always_inline))

/* out[i] = e^x[i], i < WS_WIDTH; `out` may be `x`. */
WS_INLINE void ws__wide_exp(double *out, const double *x)
{
#if WS_WIDTH == 8
    _mm512_storeu_pd(out, Sleef_cinz_expd8_u10avx512fnofma(_mm512_loadu_pd(x)));
#elif WS_WIDTH == 4
    _mm256_storeu_pd(out, Sleef_cinz_expd4_u10avx(_mm256_loadu_pd(x)));
#else
    out[0] = Sleef_cinz_expd1_u10purec(x[0]);
#endif
}

/* chance[i] = 1 / (1 + e^-x[i]), and its complement, both accurate */
WS_INLINE void ws__wide_logistic(double *chance, double *complement, const double *x)
{
    double e[WS_WIDTH];
    for (size_t i = 0; i < WS_WIDTH; i++)
        e[i] = -fabs(x[i]);
    ws__wide_exp(e, e);
    for (size_t i = 0; i < WS_WIDTH; i++) {
        double large = 1 / (1 + e[i]), small = e[i] / (1 + e[i]);
        chance[i] = x[i] > 0 ? large : small;
        complement[i] = x[i] > 0 ? small : large;
    }
}

/* out[i] = log(1 + x[i]) */
WS_INLINE void ws__wide_log1p(double *out, const double *x)
{
#if WS_WIDTH == 8
    _mm512_storeu_pd(out, Sleef_cinz_log1pd8_u10avx512fnofma(_mm512_loadu_pd(x)));
#elif WS_WIDTH == 4
    _mm256_storeu_pd(out, Sleef_cinz_log1pd4_u10avx(_mm256_loadu_pd(x)));
#else
    out[0] = Sleef_cinz_log1pd1_u10purec(x[0]);
#endif
}

#endif
