/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One walk over all outcomes: the last three issues are one table of 1000 gains a party, the others a base
 * that an odometer turns; each outcome costs two additions, the test of acceptance, four scores. Built once
 * an instruction set (LIMIT_NAME); AVX-512 by hand, the rest as compilers do it. */
#include "limit_kernel.h"

#include <string.h>

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

enum { INNER = 3, BLOCK = 1000 };

typedef struct best_scores {
    double sum, product, least, share;
    uint64_t acceptable;
} best_scores;

#if defined(__AVX512F__)
typedef struct score_lanes {
    __m512d sum, product, least, share;
} score_lanes;

static inline void look_at_block(best_scores *best, score_lanes *lanes, const double *first,
                                 const double *second, double a, double b, const limit_scale *scale)
{
    (void)scale;
    __m512d base_a = _mm512_set1_pd(a), base_b = _mm512_set1_pd(b), zero = _mm512_setzero_pd();
    __m512d per_a = _mm512_set1_pd(1 / scale->most[0]), per_b = _mm512_set1_pd(1 / scale->most[1]);
    uint64_t count = 0;
    __m512d most_sum = lanes->sum, most_product = lanes->product, most_least = lanes->least,
            most_share = lanes->share;
    for (int i = 0; i < BLOCK; i += 8) {
        __m512d x = _mm512_add_pd(_mm512_loadu_pd(first + i), base_a);
        __m512d y = _mm512_add_pd(_mm512_loadu_pd(second + i), base_b);
        __m512d least = _mm512_min_pd(x, y);
        __mmask8 yes = _mm512_cmp_pd_mask(least, zero, _CMP_GE_OQ);
        count += (uint64_t)__builtin_popcount(yes);
        most_least = _mm512_max_pd(most_least, least);
        most_sum = _mm512_mask_max_pd(most_sum, yes, most_sum, _mm512_add_pd(x, y));
        most_product = _mm512_mask_max_pd(most_product, yes, most_product, _mm512_mul_pd(x, y));
        most_share =
            _mm512_max_pd(most_share, _mm512_min_pd(_mm512_mul_pd(x, per_a), _mm512_mul_pd(y, per_b)));
    }
    *lanes = (score_lanes){most_sum, most_product, most_least, most_share};
    best->acceptable += count;
}
#else
typedef struct score_lanes {
    double sum, product, least, share;
} score_lanes;

static inline void look_at_block(best_scores *best, score_lanes *lanes, const double *first,
                                 const double *second, double a, double b, const limit_scale *scale)
{
    double per_a = 1 / scale->most[0], per_b = 1 / scale->most[1];
    uint64_t count = 0;
    for (int i = 0; i < BLOCK; i++) {
        double x = first[i] + a, y = second[i] + b, least = x < y ? x : y;
        double share = x * per_a < y * per_b ? x * per_a : y * per_b;
        int yes = least >= 0;
        count += (uint64_t)yes;
        double sum = yes ? x + y : -1, product = yes ? x * y : -1;
        lanes->sum = sum > lanes->sum ? sum : lanes->sum;
        lanes->product = product > lanes->product ? product : lanes->product;
        lanes->least = least > lanes->least ? least : lanes->least;
        lanes->share = share > lanes->share ? share : lanes->share;
    }
    best->acceptable += count;
}
#endif

static void fold_lanes(best_scores *best, const score_lanes *lanes)
{
    double all[sizeof *lanes / sizeof(double)];
    size_t width = sizeof all / sizeof *all / 4;
    memcpy(all, lanes, sizeof all);
    for (size_t i = 0; i < width; i++) {
        best->sum = all[i] > best->sum ? all[i] : best->sum;
        best->product = all[width + i] > best->product ? all[width + i] : best->product;
        best->least = all[2 * width + i] > best->least ? all[2 * width + i] : best->least;
        best->share = all[3 * width + i] > best->share ? all[3 * width + i] : best->share;
    }
}

void LIMIT_NAME(limit_result *out, const recipe *r, const limit_scale *scale);
void LIMIT_NAME(limit_result *out, const recipe *r, const limit_scale *scale)
{
    static _Thread_local double inner[2][BLOCK];
    int outer = r->issues - INNER, levels[RECIPE_MOST_ISSUES] = {0};
    for (int p = 0; p < 2; p++)
        for (int i = 0; i < BLOCK; i++)
            inner[p][i] = (double)r->points[p][outer][i / 100] +
                          (double)r->points[p][outer + 1][i / 10 % 10] +
                          (double)r->points[p][outer + 2][i % 10];
    best_scores best = {-1, -1, -1, -1, 0};
    score_lanes lanes;
    double start[sizeof lanes / sizeof(double)];
    for (size_t i = 0; i < sizeof start / sizeof *start; i++)
        start[i] = -1;
    memcpy(&lanes, start, sizeof lanes);
    uint64_t blocks = 1;
    for (int i = 0; i < outer; i++)
        blocks *= RECIPE_LEVELS;
    for (uint64_t block = 0; block < blocks; block++) {
        double base[2] = {-(double)r->reservation[0], -(double)r->reservation[1]};
        for (int p = 0; p < 2; p++)
            for (int i = 0; i < outer; i++)
                base[p] += (double)r->points[p][i][levels[i]];
        look_at_block(&best, &lanes, inner[0], inner[1], base[0], base[1], scale);
        for (int i = outer; i-- > 0 && ++levels[i] == RECIPE_LEVELS;)
            levels[i] = 0;
    }
    fold_lanes(&best, &lanes);
    *out = (limit_result){blocks * BLOCK, best.acceptable, best.sum, best.product, best.least, best.share};
}
