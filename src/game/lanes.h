/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a decision asks of many numbers at once: exponentials, logarithms, chances, values between the nodes
 * of an axis. Built once an instruction set; the same bits with each, whatever stands beside a number. */
#ifndef WINSET_GAME_LANES_H
#define WINSET_GAME_LANES_H

#include "game/axis.h"

/* A curve's numbers an interval of its axis: both types' values at its lower node, and the coefficients of
 * the cubic in the share of the interval that lies below a belief. */
enum { WS_CURVE = 8 };

typedef struct ws_lane_ops {
    void (*exp)(double *x, size_t n);   /* in place */
    void (*log1p)(double *x, size_t n); /* in place */
    /* 1 / (1 + e^-x), and its complement, both accurate in their tails */
    void (*logistic)(double *chance, double *complement, const double *x, size_t n);
    /* value, by_odds [n][2]: both types' values at log odds x[i] on the curve that begins at
     * curves + i * apart, and their derivatives by log odds. No x is NaN. */
    void (*read)(double *value, double *by_odds, const double *curves, size_t apart, const ws_axis *axis,
                 const double *x, size_t n);
} ws_lane_ops;

/* Those of this processor. */
const ws_lane_ops *ws__lane_ops(void);

#endif
