/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 *  Who matters when votes are taken: power indices of a weighted body and of a whole ratification tree.
 *
 *  A player is critical in a winning coalition that loses without it; that is a swing of the player. With n
 *  players: Penrose: swings / 2^(n-1) (1946); Banzhaf: its share of all swings (1965); Shapley-Shubik: the
 *  share of all orders in which the player turns a losing coalition into a winning one (1954); Deegan-Packel:
 *  over minimal winning coalitions, the mean of 1/size for its members (1978); Holler: the share of
 *  memberships in minimal winning coalitions (1982); Johnston: over winning coalitions, 1/(number of critical
 *  members) for each critical one, as a share (1978); Coleman (1971): swings over winning coalitions (power
 * to prevent) and over losing ones (power to initiate). Where there is no swing all are 0.
 *
 *  Every member counts as one player, blocs too. */
#ifndef WINSET_POWER_H
#define WINSET_POWER_H

#include "winset/case.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The indices, in the order they are shown. */
#define WS_POWERS(X)                                                                                         \
    X(BANZHAF, "banzhaf")                                                                                    \
    X(PENROSE, "penrose")                                                                                    \
    X(SHAPLEY_SHUBIK, "shapley_shubik")                                                                      \
    X(DEEGAN_PACKEL, "deegan_packel")                                                                        \
    X(JOHNSTON, "johnston")                                                                                  \
    X(HOLLER, "holler")                                                                                      \
    X(COLEMAN_PREVENT, "coleman_prevent")                                                                    \
    X(COLEMAN_INITIATE, "coleman_initiate")

typedef enum ws_power_index {
#define WS_POWER_MEMBER(name, key) WS_POWER_##name,
    WS_POWERS(WS_POWER_MEMBER)
#undef WS_POWER_MEMBER
        WS_POWER_COUNT
} ws_power_index;

/** The key of an index in JSON. */
WS_API const char *ws_power_key(ws_power_index index);

/** Power in a body. Arrays have an entry a player; everything is owned by it. */
typedef struct ws_power {
    const char *name;  /**< of the institution (key); of a tree's party; NULL: none */
    const char *title; /**< what is shown for it */
    size_t count;
    const char *const *players; /**< keys */
    const char *const *titles;  /**< what is shown for each */
    const double *weights;      /**< as written; NULL for a tree */
    double quota, total;        /**< NaN for a tree */
    const char *winning;        /**< number of winning coalitions, exact, in decimals; NULL: not counted */
    double winning_share;       /**< of all 2^n */
    size_t least_to_win;        /**< members; SIZE_MAX: cannot be, or not counted */
    size_t least_to_block;
    const double *indices[WS_POWER_COUNT]; /**< NULL: not measured (all but the swings' for a tree) */
} ws_power;

/** Measures a weighted body.
 *
 *  Cost: all but Johnston's come from arrays as long as the quota (weights over their greatest common
 *  divisor): about members^2 * quota steps. Exact counts; sums of positive terms only.
 *
 *  @param[out] out  free with ws_free_power; untouched on failure
 *  @param players   [count] keys, or NULL: 1, 2, ...
 *  @param weights   [count], >= 0, decimals of at most 15 digits
 *  @param quota     weight that passes, 0 < quota <= the total
 *  @return WS_OK; WS_INVALID: weights or quota; WS_LIMIT: more than 1,000 players, or players * quota above
 *          5e7 with more than 24 players; WS_INTERRUPTED
 *  Source: Owen 1972 (Shapley-Shubik as an integral, exact by Gauss-Legendre); docs/home-politics.md. */
WS_API ws_status ws_measure_power(ws_power **out, size_t count, const char *const *players,
                                  const double *weights, double quota, const ws_run *run, ws_diag *diag);
/** The same for an institution of a case: positions of a party and of one of its institutions. */
WS_API ws_status ws_measure_institution(ws_power **out, const ws_case *c, size_t party, size_t institution,
                                        const ws_run *run, ws_diag *diag);
/** Penrose-Banzhaf, Shapley-Shubik and Coleman of a party's whole ratification, every condition taken to
 *  hold. WS_LIMIT where its shared votes cannot be counted exactly. */
WS_API ws_status ws_measure_tree(ws_power **out, const ws_case *c, size_t party, const ws_run *run,
                                 ws_diag *diag);
WS_API void ws_free_power(ws_power *power);

#ifdef __cplusplus
}
#endif
#endif
