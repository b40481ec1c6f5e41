/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logarithms and exponentials with the same bits on every processor (SLEEF's cinz family), and the sums of
 * probabilities that are known by their logarithms. */
#ifndef WINSET_GAME_LOGIT_H
#define WINSET_GAME_LOGIT_H

#include <math.h>
#include <sleef.h>
#include <stddef.h>

static inline double ws__exp(double x)
{
    return Sleef_cinz_expd1_u10purec(x);
}

static inline double ws__log(double x)
{
    return x > 0 ? Sleef_cinz_logd1_u10purec(x) : -HUGE_VAL;
}

static inline double ws__log1p(double x)
{
    return Sleef_cinz_log1pd1_u10purec(x);
}

/* log(1 + e^x) */
static inline double ws__softplus(double x)
{
    return x > 0 ? x + ws__log1p(ws__exp(-x)) : ws__log1p(ws__exp(x));
}

/* 1 / (1 + e^-x) */
static inline double ws__logistic(double x)
{
    if (x >= 0)
        return 1 / (1 + ws__exp(-x));
    double e = ws__exp(x);
    return e / (1 + e);
}

/* The same and its complement, from one exponential; both accurate in their tails. */
static inline double ws__logistic_both(double *complement, double x)
{
    double e = ws__exp(x > 0 ? -x : x), large = 1 / (1 + e), small = e / (1 + e);
    *complement = x > 0 ? small : large;
    return x > 0 ? large : small;
}

/* base^exponent by squaring: the same bits everywhere. */
static inline double ws__power(double base, size_t exponent)
{
    double out = 1;
    for (; exponent > 0; exponent >>= 1, base *= base)
        out *= exponent & 1U ? base : 1;
    return out;
}

/* log of the sum of e^x[i], i < count, x `stride` apart; -inf for none. */
static inline double ws__log_sum(const double *x, size_t count, size_t stride)
{
    double top = -HUGE_VAL, sum = 0;
    for (size_t i = 0; i < count; i++)
        top = x[i * stride] > top ? x[i * stride] : top;
    if (!(top > -HUGE_VAL))
        return top;
    for (size_t i = 0; i < count; i++)
        sum += ws__exp(x[i * stride] - top);
    return top + ws__log(sum);
}

#endif
