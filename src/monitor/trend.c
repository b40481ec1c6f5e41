/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mann-Kendall with ties, S by merge sort (Knight 1966); Hamed and Rao's correction for values that remember
 * the last ones. The slope is slope.c's, the autocorrelations are lags.c's. */
#include "monitor/statistics.h"

#include "base/arena.h"
#include "base/diag.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static double two_sided(double z)
{
    double p = 2 * gsl_cdf_ugaussian_Q(fabs(z));
    return p < 1 ? p : 1;
}

static double with_continuity(int64_t s, double variance)
{
    return s == 0 || variance <= 0 ? 0 : ((double)s - (s > 0 ? 1 : -1)) / sqrt(variance);
}

static ws_status find_kendall(ws_trend *out, const double *values, const ws_run *run, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    size_t n = out->count;
    ws_keyed *sorted = WS_NEW_MANY(&scratch, n, ws_keyed), *room = WS_NEW_MANY(&scratch, n, ws_keyed);
    if (!sorted || !room)
        return ws_fail(diag, WS_LIMIT, "no memory for the trend of %zu values", n);
    for (size_t i = 0; i < n; i++)
        sorted[i] = (ws_keyed){values[i], (uint32_t)i};
    uint64_t falling, all = (uint64_t)n * (n - 1) / 2, tied = 0;
    WS_TRY(ws__sort_keyed_parts(&falling, sorted, room, n, run));
    double size = (double)n, variance = size * (size - 1) * (2 * size + 5);
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i; j < n && sorted[j].key == sorted[i].key;)
            j++;
        double ties = (double)(j - i);
        tied += (uint64_t)(j - i) * (uint64_t)(j - i - 1) / 2;
        variance -= ties * (ties - 1) * (2 * ties + 5);
    }
    out->s = (int64_t)(all - tied - falling) - (int64_t)falling;
    out->variance = tied == all ? 0 : variance / 18;
    out->tau_b = tied == all ? 0 : (double)out->s / sqrt((double)all * (double)(all - tied));
    out->z = with_continuity(out->s, out->variance);
    out->p = out->variance > 0 ? two_sided(out->z) : 1;
    return WS_OK;
}

/* The factor of the variance of S for a series that remembers. */
static ws_status find_correction(ws_trend *out, const double *times, const double *values, const ws_run *run,
                                 ws_diag *diag)
{
    WS_SCRATCH(scratch);
    size_t n = out->count;
    double *residuals = WS_NEW_MANY(&scratch, n, double), *ranks = WS_NEW_MANY(&scratch, n, double);
    double *sums = residuals; /* when they are ranked, their room is free */
    if (!residuals || !ranks)
        return ws_fail(diag, WS_LIMIT, "no memory for the autocorrelations of %zu values", n);
    for (size_t i = 0; i < n; i++)
        residuals[i] = values[i] - out->slope * times[i];
    if (!ws__rank_values(ranks, residuals, n))
        return ws_fail(diag, WS_LIMIT, "no memory for the ranks of %zu values", n);
    double mean = ((double)n + 1) / 2;
    for (size_t i = 0; i < n; i++)
        ranks[i] -= mean;
    WS_TRY(ws__sum_lags(sums, ranks, n, run));
    double size = (double)n, excess = 0, limit = gsl_cdf_ugaussian_Pinv(0.975) / sqrt(size);
    for (size_t k = 1; k < n && sums[0] > 0; k++) {
        double lag = (double)k, correlation = sums[k] / sums[0];
        if (fabs(correlation) > limit)
            excess += (size - lag) * (size - lag - 1) * (size - lag - 2) * correlation;
    }
    out->correction = 1 + 2 * excess / (size * (size - 1) * (size - 2));
    return WS_OK;
}

ws_status ws_find_trend(ws_trend *out, size_t count, const double *times, const double *values, double level,
                        const ws_run *run, ws_diag *diag)
{
    if (count < 2)
        return ws_fail(diag, WS_INVALID, "a trend needs two values; there is %zu", count);
    ws_trend found = {.count = count, .level = level > 0 && level < 1 ? level : 0.95, .correction = 1};
    WS_TRY(find_kendall(&found, values, run, diag));
    WS_TRY(ws__find_slope(&found, times, values, run, diag));
    if (count >= 4)
        WS_TRY(find_correction(&found, times, values, run, diag));
    found.uncorrected = count < 4 || !(found.correction > 0);
    if (found.uncorrected)
        found.correction = 1;
    found.corrected_z = with_continuity(found.s, found.variance * found.correction);
    found.corrected_p = found.variance > 0 ? two_sided(found.corrected_z) : 1;
    *out = found;
    return WS_OK;
}
