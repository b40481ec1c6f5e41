/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shifts in the mean. The best division into m + 1 segments, for every m, by dynamic programming over the
 * last break (Bai and Perron); where the series is long by bound.c or prune.c, with the same answer.
 * Means, sums of squares and criteria of the divisions are then computed anew from their segments. */
#include "monitor/breaks.h"

#include "base/diag.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <gsl/gsl_sf_erf.h>
#include <math.h>

enum { PLAIN_PROGRAMME = 5000 };

/* ---- Sums ---- */

/* Running sums of the values less their mean, and of their squares; the lost bits are carried along
 * (Neumaier), since differences of them are taken. */
static bool make_sums(ws_sums *out, ws_arena *arena, size_t count, const double *values)
{
    double *first = WS_NEW_MANY(arena, count + 1, double), *second = WS_NEW_MANY(arena, count + 1, double);
    double *centred = WS_NEW_MANY(arena, count, double);
    if (!first || !second || !centred)
        return false;
    double mean = 0;
    for (size_t i = 0; i < count; i++)
        mean += (values[i] - mean) / (double)(i + 1);
    double sum = 0, lost = 0, squares = 0, lost_squares = 0;
    for (size_t i = 0; i < count; i++) {
        double x = values[i] - mean, next = sum + x;
        centred[i] = x;
        lost += fabs(sum) >= fabs(x) ? (sum - next) + x : (x - next) + sum;
        sum = next;
        next = squares + x * x;
        lost_squares += squares >= x * x ? (squares - next) + x * x : (x * x - next) + squares;
        squares = next;
        first[i + 1] = sum + lost;
        second[i + 1] = squares + lost_squares;
    }
    *out = (ws_sums){count, centred, first, second};
    return true;
}

/* Sum of squares about the mean of values from + 1 .. to, taken value by value. */
static double exact_squares(const double *values, size_t from, size_t to)
{
    double mean = 0, squares = 0;
    for (size_t i = from; i < to; i++) {
        double d = values[i] - mean;
        mean += d / (double)(i - from + 1);
        squares += d * (values[i] - mean);
    }
    return squares > 0 ? squares : 0;
}

/* ---- The plain programme ---- */

static bool divide_plainly(ws_breaks *out, ws_arena *arena, const ws_sums *sums)
{
    size_t n = sums->count, h = out->least_segment;
    uint32_t *last[WS_MOST_BREAKS + 1] = {0};
    double *before = WS_NEW_MANY(arena, n + 1, double), *now = WS_NEW_MANY(arena, n + 1, double);
    for (size_t m = 1; m <= out->most; m++)
        last[m] = WS_NEW_MANY(arena, n + 1, uint32_t);
    if (!before || !now || (out->most && !last[out->most]))
        return false;
    for (size_t j = h; j <= n; j++)
        before[j] = ws__segment_squares(sums, 0, j);
    for (size_t m = 1; m <= out->most; m++) {
        for (size_t j = (m + 1) * h; j <= n; j++) {
            now[j] = INFINITY;
            for (size_t i = m * h; i + h <= j; i++) {
                double total = before[i] + ws__segment_squares(sums, i, j);
                if (total < now[j]) {
                    now[j] = total;
                    last[m][j] = (uint32_t)i;
                }
            }
        }
        double *other = before;
        before = now;
        now = other;
        size_t end = n;
        for (size_t k = m; k > 0; k--) {
            end = last[k][end];
            out->divisions[m].at[k - 1] = end;
        }
    }
    return true;
}

/* ---- Criteria ---- */

static void judge_divisions(ws_breaks *out, const ws_sums *sums)
{
    double n = (double)sums->count, log_n = log(n),
           zero = 1e-18 * exact_squares(sums->values, 0, sums->count);
    for (size_t m = 0; m <= out->most; m++) {
        ws_division *division = &out->divisions[m];
        division->rss = 0;
        for (size_t k = 0; k <= m; k++)
            division->rss += exact_squares(sums->values, k ? division->at[k - 1] : 0,
                                           k < m ? division->at[k] : sums->count);
        if (division->rss <= zero)
            division->rss = 0;
        if (division->rss > 0) {
            double fit = n * (log(2 * acos(-1)) + log(division->rss / n) + 1);
            division->bic = fit + log_n * 2 * ((double)m + 1);
            division->lwz = fit + 0.299 * pow(log_n, 2.1) * 2 * ((double)m + 1);
        }
    }
    size_t bic = 0, lwz = 0;
    for (size_t m = 1; m <= out->most; m++) {
        const ws_division *d = out->divisions;
        if (d[bic].rss > 0 && (d[m].rss == 0 || d[m].bic < d[bic].bic))
            bic = m;
        if (d[lwz].rss > 0 && (d[m].rss == 0 || d[m].lwz < d[lwz].lwz))
            lwz = m;
    }
    out->best_bic = bic;
    out->best_lwz = lwz;
}

/* ---- Bai's interval of a break ---- */

typedef struct break_law {
    double ratio; /* variance behind over variance before the break */
    double level;
} break_law;

static double log_phi(double z)
{
    return gsl_sf_log_erfc(-z / sqrt(2)) - log(2);
}

/* Distribution of the place of the maximum of a Brownian motion with drift that changes its variance at 0
 * (Bai 1997, appendix, with equal regressors on both sides). */
static double place_cdf(double x, void *user)
{
    const break_law *law = user;
    double log_2pi = log(2 * acos(-1)), at = fabs(x), phi = law->ratio, share = 1 / phi;
    if (x < 0)
        return -exp(log(at) / 2 - at / 8 - log_2pi / 2) -
               phi * (phi + 2) / (phi + 1) *
                   exp(share * (1 + share) * at / 2 + log_phi(-(0.5 + share) * sqrt(at))) +
               (at / 2 - 2 + (phi + 2) * (phi + 2) / (phi + 1)) * exp(log_phi(-sqrt(at) / 2)) - law->level;
    double sum = 2 * phi + 1;
    return 1 + sqrt(share) * exp(log(at) / 2 - share * at / 8 - log_2pi / 2) +
           share * sum / (phi + 1) * exp((phi + 1) * at / 2 + log_phi(-sum * sqrt(at) / (2 * sqrt(phi)))) -
           (sum * sum / ((phi + 1) * phi) - 2 + share * at / 2) * exp(log_phi(-sqrt(share * at) / 2)) -
           law->level;
}

/* The x with place_cdf(x) = level on one side of 0; NaN: it could not be found. */
static double find_place(double ratio, double level, double direction)
{
    break_law law = {ratio, level};
    double near = 1e-9 * direction, far = direction;
    while (fabs(far) < 1e9 && place_cdf(far, &law) * direction < 0)
        far *= 4;
    double low = direction > 0 ? near : far, high = direction > 0 ? far : near;
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    gsl_function function = {place_cdf, &law};
    double place = NAN;
    bool between = place_cdf(low, &law) < 0 && place_cdf(high, &law) > 0;
    if (solver && between && gsl_root_fsolver_set(solver, &function, low, high) == GSL_SUCCESS) {
        for (int i = 0; i < 200; i++) {
            if (gsl_root_fsolver_iterate(solver) != GSL_SUCCESS)
                break;
            place = gsl_root_fsolver_root(solver);
            if (gsl_root_test_interval(gsl_root_fsolver_x_lower(solver), gsl_root_fsolver_x_upper(solver),
                                       1e-6, 1e-9) == GSL_SUCCESS)
                break;
        }
    }
    if (solver)
        gsl_root_fsolver_free(solver);
    return place;
}

static void find_intervals(ws_breaks *out, const ws_sums *sums)
{
    size_t m = out->best_bic;
    const size_t *at = out->divisions[m].at;
    for (size_t k = 0; k < m; k++) {
        size_t from = k ? at[k - 1] : 0, to = k + 1 < m ? at[k + 1] : sums->count, middle = at[k];
        double size_1 = (double)(middle - from), size_2 = (double)(to - middle);
        double mean_1 = (sums->first[middle] - sums->first[from]) / size_1;
        double mean_2 = (sums->first[to] - sums->first[middle]) / size_2;
        double variance_1 = exact_squares(sums->values, from, middle) / size_1;
        double variance_2 = exact_squares(sums->values, middle, to) / size_2;
        double shift = (mean_2 - mean_1) * (mean_2 - mean_1);
        if (!(variance_1 > 0 && variance_2 > 0 && shift > 0))
            continue;
        double scale = variance_1 / shift, ratio = variance_2 / variance_1;
        double behind = find_place(ratio, 0.975, 1) * scale, ahead = find_place(ratio, 0.025, -1) * scale;
        if (!isfinite(behind) || !isfinite(ahead))
            continue;
        double lower = floor((double)middle - behind), upper = ceil((double)middle - ahead);
        out->lower[k] = lower < 1 ? 1 : (size_t)lower;
        out->upper[k] = upper > (double)sums->count ? sums->count : (size_t)upper;
    }
}

/* ---- Pettitt ---- */

static bool find_pettitt(ws_breaks *out, ws_arena *arena, const double *values)
{
    size_t n = out->count;
    double *ranks = WS_NEW_MANY(arena, n, double);
    if (!ranks || !ws__rank_values(ranks, values, n))
        return false;
    double sum = 0, size = (double)n;
    for (size_t k = 1; k < n; k++) {
        sum += 2 * ranks[k - 1] - (size + 1); /* whole numbers: exact */
        if (fabs(sum) > out->pettitt_k) {
            out->pettitt_k = fabs(sum);
            out->pettitt_at = k;
        }
    }
    double p = 2 * exp(-6 * out->pettitt_k * out->pettitt_k / (size * size * (size + 1)));
    out->pettitt_p = p < 1 ? p : 1;
    return true;
}

/* ---- The whole ---- */

ws_status ws_find_breaks(ws_breaks *out, size_t count, const double *values, const ws_run *run, ws_diag *diag)
{
    if (count < 1 || count > UINT32_MAX)
        return ws_fail(diag, WS_INVALID, "breaks are looked for in 1 to %u values; there are %zu", UINT32_MAX,
                       count);
    ws_breaks found = {.count = count, .least_segment = count * 3 / 20};
    if (found.least_segment < 2)
        found.least_segment = count; /* too few for segments of two */
    size_t segments = count / found.least_segment;
    found.most = segments - 1 < WS_MOST_BREAKS ? segments - 1 : WS_MOST_BREAKS;
    WS_SCRATCH(scratch);
    ws_sums sums;
    if (!make_sums(&sums, &scratch, count, values) || !find_pettitt(&found, &scratch, values))
        return ws_fail(diag, WS_LIMIT, "no memory for breaks in %zu values", count);
    if (count > PLAIN_PROGRAMME) {
        ws_status status = ws__divide_by_bounds(&found, &sums, run);
        if (status == WS_LIMIT)
            status = ws__divide_by_pruning(&found, &sums, run, diag);
        WS_TRY(status);
    } else if (!divide_plainly(&found, &scratch, &sums)) {
        return ws_fail(diag, WS_LIMIT, "no memory for breaks in %zu values", count);
    }
    judge_divisions(&found, &sums);
    find_intervals(&found, &sums);
    *out = found;
    return WS_OK;
}

bool ws_test_break_at(double *f, double *p, size_t count, const double *values, size_t at)
{
    if (count < 3 || at < 1 || at >= count)
        return false;
    double whole = exact_squares(values, 0, count);
    double parts = exact_squares(values, 0, at) + exact_squares(values, at, count);
    if (!(parts > 1e-18 * whole))
        return false;
    double degrees = (double)(count - 2), ratio = (whole - parts) / (parts / degrees);
    *f = ratio > 0 ? ratio : 0;
    *p = gsl_cdf_fdist_Q(*f, 1, degrees);
    return true;
}
