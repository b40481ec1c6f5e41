/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of products at every lag. Short series as they stand; long ones by Fourier transform, but of PARTS
 * interleaved series x_a(i) = x(i PARTS + a) rather than of one: what is transformed at once then stays near
 * the processor, and the parts go to the threads. With T_d(m) the sum of x_a(i) x_(a+d)(i+m) over i and
 * a = 0 .. PARTS - 1 - d, one inverse transform for every d,
 *
 *   sum at lag k PARTS + d = T_d(k) + (d > 0: T_(PARTS-d)(-(k+1))) */
#include "monitor/statistics.h"

#include "base/diag.h"
#include "base/tasks.h"

#include <gsl/gsl_fft_halfcomplex.h>
#include <gsl/gsl_fft_real.h>
#include <string.h>

enum { PARTS = 16, SHORT = 512 };

typedef struct lag_work {
    const double *x;
    size_t count, size;       /* of the series; of a transform */
    double *waves, *products; /* [PARTS][size] */
    const gsl_fft_real_wavetable *forward;
    const gsl_fft_halfcomplex_wavetable *back;
    bool failed[PARTS];
} lag_work;

static void transform_part(void *context, size_t part, unsigned worker)
{
    (void)worker;
    lag_work *all = context;
    double *wave = all->waves + part * all->size;
    gsl_fft_real_workspace *room = gsl_fft_real_workspace_alloc(all->size);
    all->failed[part] = !room;
    if (!room)
        return;
    for (size_t i = 0; i < all->size; i++) {
        size_t at = i * PARTS + part;
        wave[i] = at < all->count ? all->x[at] : 0;
    }
    gsl_fft_real_transform(wave, 1, all->size, all->forward, room);
    gsl_fft_real_workspace_free(room);
}

/* Adds conjugate(a) b, both as GSL packs the transform of real numbers: 0, then real and imaginary parts in
 * turn, and the last real alone where the size is even. */
static void add_product(double *sum, const double *a, const double *b, size_t size)
{
    sum[0] += a[0] * b[0];
    for (size_t i = 1; i + 1 < size; i += 2) {
        sum[i] += a[i] * b[i] + a[i + 1] * b[i + 1];
        sum[i + 1] += a[i] * b[i + 1] - a[i + 1] * b[i];
    }
    if (size % 2 == 0)
        sum[size - 1] += a[size - 1] * b[size - 1];
}

static void correlate_parts(void *context, size_t distance, unsigned worker)
{
    (void)worker;
    lag_work *all = context;
    double *sum = all->products + distance * all->size;
    gsl_fft_real_workspace *room = gsl_fft_real_workspace_alloc(all->size);
    all->failed[distance] = !room;
    if (!room)
        return;
    for (size_t a = 0; a + distance < PARTS; a++)
        add_product(sum, all->waves + a * all->size, all->waves + (a + distance) * all->size, all->size);
    gsl_fft_halfcomplex_inverse(sum, 1, all->size, all->back, room);
    gsl_fft_real_workspace_free(room);
}

/* The least size of factors 2, 3 and 5, which go quickly, that holds lags of both signs of `count` values. */
static size_t size_for(size_t count)
{
    for (size_t size = 2 * count;; size++) {
        size_t rest = size;
        while (rest % 2 == 0)
            rest /= 2;
        while (rest % 3 == 0)
            rest /= 3;
        while (rest % 5 == 0)
            rest /= 5;
        if (rest == 1)
            return size;
    }
}

static ws_status transform_all(lag_work *all, double *sums, const ws_run *run)
{
    WS_TRY(ws__run_tasks(run, "lags", PARTS, transform_part, all, NULL));
    for (size_t i = 0; i < PARTS; i++)
        if (all->failed[i])
            return WS_LIMIT;
    WS_TRY(ws__run_tasks(run, "lags", PARTS, correlate_parts, all, NULL));
    for (size_t i = 0; i < PARTS; i++)
        if (all->failed[i])
            return WS_LIMIT;
    for (size_t lag = 0; lag < all->count; lag++) {
        size_t k = lag / PARTS, d = lag % PARTS;
        sums[lag] = all->products[d * all->size + k];
        if (d)
            sums[lag] += all->products[(PARTS - d) * all->size + all->size - (k + 1)];
    }
    return WS_OK;
}

ws_status ws__sum_lags(double *sums, const double *x, size_t count, const ws_run *run)
{
    if (count <= SHORT) {
        for (size_t k = 0; k < count; k++) {
            sums[k] = 0;
            for (size_t i = 0; i + k < count; i++)
                sums[k] += x[i] * x[i + k];
        }
        return WS_OK;
    }
    WS_SCRATCH(scratch);
    lag_work all = {.x = x, .count = count, .size = size_for((count + PARTS - 1) / PARTS)};
    all.waves = WS_NEW_MANY(&scratch, PARTS * all.size, double);
    all.products = WS_NEW_MANY(&scratch, PARTS * all.size, double);
    gsl_fft_real_wavetable *forward = gsl_fft_real_wavetable_alloc(all.size);
    gsl_fft_halfcomplex_wavetable *back = gsl_fft_halfcomplex_wavetable_alloc(all.size);
    ws_status status = WS_LIMIT;
    if (all.waves && all.products && forward && back) {
        all.forward = forward;
        all.back = back;
        status = transform_all(&all, sums, run);
    }
    if (forward)
        gsl_fft_real_wavetable_free(forward);
    if (back)
        gsl_fft_halfcomplex_wavetable_free(back);
    return status;
}
