/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the power room share: a weighted game in whole numbers, and the arrays' kernels. */
#ifndef WINSET_ANALYSIS_POWER_H
#define WINSET_ANALYSIS_POWER_H

#include "base/arena.h"
#include "winset/power.h"

/* A weighted game: players of the same weight stand together. */
typedef struct ws_weighted {
    size_t count;            /* players that weigh something */
    size_t idle;             /* players of weight 0 */
    const uint64_t *weights; /* [count] falling */
    uint64_t quota, total;   /* 0 < quota <= total */
    size_t kind_count;
    const size_t *kinds; /* [kind_count + 1] where players of one weight begin */
} ws_weighted;

enum { WS_MOST_PLAYERS = 1000, WS_FEW_PLAYERS = 24 };
static const double WS_MOST_POWER_STEPS = 5e7; /* players * quota */

/* Each fills [kind_count]: what one player of the kind has. */

/* Swings of a player among coalitions of all `count` players (not the idle ones). */
ws_status ws__count_swings(double *out, const ws_weighted *game, ws_arena *arena);
ws_status ws__measure_shapley(double *out, const ws_weighted *game, const ws_run *run, ws_arena *arena);
/* Sums over minimal winning coalitions that hold the player: of 1, and of 1 / size; `minimal`: how many. */
ws_status ws__measure_minimal(double *holler, double *deegan_packel, double *minimal, const ws_weighted *game,
                              const ws_run *run, ws_arena *arena);
/* Sums over winning coalitions where the player is critical of 1 / (critical members). */
ws_status ws__measure_johnston(double *out, const ws_weighted *game, const ws_run *run, ws_arena *arena);
/* All of it by going through all coalitions, for few players of large weights. */
ws_status ws__enumerate_power(double *swings, double *shapley, double *holler, double *deegan_packel,
                              double *johnston, double *minimal, double *winning, const ws_weighted *game,
                              const ws_run *run, ws_arena *arena);
/* The exact number of winning coalitions of all players, idle ones too, in decimals; and its share of 2^n. */
char *ws__count_winning(double *share, const ws_weighted *game, ws_arena *arena);

/* A result with its own memory. */
ws_power *ws__new_power(ws_arena **arena);
/* An index of each player from those of the kinds (SIZE_MAX: 0), times `by`. */
bool ws__spread_power(ws_power *power, ws_power_index index, const double *values, double by,
                      const size_t *kind_of, ws_arena *arena);

/* Points and weights [count] of Gauss and Legendre's rule on 0..1, exact for polynomials below 2 * count. */
void ws__gauss_legendre(double *points, double *weights, size_t count);

/* Kernels over arrays, built once an instruction set; sums run in 8 strands, so that all give equal bits. */
typedef struct ws_array_ops {
    void (*mix)(double *out, const double *a, double by_a, const double *b, double by_b, size_t n);
    void (*gain)(double *to, const double *a, double by, size_t n); /* to += a * by */
    double (*sum)(const double *a, size_t n);
    double (*dot)(const double *a, const double *b, size_t n);
} ws_array_ops;
const ws_array_ops *ws__array_ops(void);

#endif
