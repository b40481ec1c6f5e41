/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operations of lanes.h: built once an instruction set (WS_LANE_OPS names the table, WS_WIDTH the doubles
 * of a register). What is left over at the end fills a register with zeros: so a number's bits do not hang on
 * its place. */
#include "game/lanes.h"
#include "base/wide.h"

#include <string.h>

/* In place, register by register. */
WS_INLINE void run_wide(double *x, size_t n, void (*wide)(double *out, const double *x))
{
    size_t at = 0;
    for (; at + WS_WIDTH <= n; at += WS_WIDTH)
        wide(x + at, x + at);
    if (at < n) {
        double rest[WS_WIDTH] = {0};
        memcpy(rest, x + at, (n - at) * sizeof *x);
        wide(rest, rest);
        memcpy(x + at, rest, (n - at) * sizeof *x);
    }
}

static void run_exp(double *x, size_t n)
{
    run_wide(x, n, ws__wide_exp);
}

static void run_log1p(double *x, size_t n)
{
    run_wide(x, n, ws__wide_log1p);
}

static void run_logistic(double *chance, double *complement, const double *x, size_t n)
{
    for (size_t at = 0; at < n; at += WS_WIDTH) {
        size_t some = n - at < WS_WIDTH ? n - at : WS_WIDTH;
        double in[WS_WIDTH] = {0}, q[WS_WIDTH], p[WS_WIDTH];
        memcpy(in, x + at, some * sizeof *x);
        ws__wide_logistic(q, p, in);
        memcpy(chance + at, q, some * sizeof *q);
        memcpy(complement + at, p, some * sizeof *p);
    }
}

static void run_read(double *value, double *by_odds, const double *curves, size_t apart, const ws_axis *axis,
                     const double *x, size_t n)
{
    for (size_t at = 0; at < n; at += WS_WIDTH) {
        size_t some = n - at < WS_WIDTH ? n - at : WS_WIDTH;
        double in[WS_WIDTH] = {0}, q[WS_WIDTH], p[WS_WIDTH];
        memcpy(in, x + at, some * sizeof *x);
        ws__wide_logistic(q, p, in);
        for (size_t i = 0; i < some; i++) {
            size_t k = ws__find_interval(axis, q[i]);
            const double *c = curves + (at + i) * apart + WS_CURVE * k;
            double per = axis->per_step[k], s = (q[i] - axis->q[k]) * per, steep = q[i] * p[i] * per;
            double *v = value + 2 * (at + i), *d = by_odds + 2 * (at + i);
            for (size_t t = 0; t < 2; t++) {
                v[t] = c[t] + s * (c[2 + t] + s * (c[4 + t] + s * c[6 + t]));
                d[t] = steep * (c[2 + t] + s * (2 * c[4 + t] + s * (3 * c[6 + t])));
            }
        }
    }
}

extern const ws_lane_ops WS_LANE_OPS;
const ws_lane_ops WS_LANE_OPS = {run_exp, run_log1p, run_logistic, run_read};
