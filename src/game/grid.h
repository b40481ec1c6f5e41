/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The game with types on a grid of beliefs: backward in rounds; each stage of a round (offer, answers) is
 * tabulated, and only the acting party's beliefs move in it, so that values are interpolated along its own
 * axes. In the first round a party is at the prior until it moves: that round is solved at the prior itself.
 *
 * A *domain* is a set of parties whose beliefs are on the nodes; the others are at the prior. Tables are
 * [points of the domain][width], party 0 the most significant. From the second round on every domain is
 * the whole grid. */
#ifndef WINSET_GAME_GRID_H
#define WINSET_GAME_GRID_H

#include "game/axis.h"
#include "game/chain.h"
#include "game/game.h"
#include "game/spot.h"

typedef struct ws_domain {
    size_t points[WS_GAME_PARTIES], stride[WS_GAME_PARTIES], total;
} ws_domain;

/* The log-probabilities of one stage: [points of the domain][actions][types of the actor]. */
typedef struct ws_stage {
    uint32_t domain; /* the set of parties on the nodes */
    double *chosen;
} ws_stage;

typedef struct ws_round_play {
    ws_stage offer[WS_GAME_PARTIES];    /* by proposer; chosen NULL: it never speaks in this round */
    double *ambiguous[WS_GAME_PARTIES]; /* [points][types of the proposer] */
    ws_stage *answer[WS_GAME_PARTIES];  /* [offers][WS_CHAIN_TURNS] */
} ws_round_play;

typedef struct ws_grid {
    const ws_game *game;
    const ws_game_options *options;
    ws_arena arena;
    ws_axis axis;
    size_t columns, column[WS_GAME_PARTIES];
    size_t width;                    /* of a table: columns, and, for gaps, as many again of best responses */
    size_t beliefs[WS_GAME_PARTIES]; /* nodes of a party's beliefs; 1: one type */
    ws_belief *belief[WS_GAME_PARTIES]; /* [beliefs] */
    ws_belief prior[WS_GAME_PARTIES];
    ws_domain domains[1U << WS_GAME_PARTIES];
    uint32_t all;     /* the whole grid */
    ws_chain *chains; /* [parties][rules] */
    size_t turns;     /* the longest chain */
    ws_next walk[WS_GAME_PARTIES];
    ws_round_play *rounds;
    double *value; /* [columns] at the prior */
    double residual;
    uint64_t solved, damped, failed, steps;
} ws_grid;

/* The belief about party p at position `at` of a domain. */
static inline const ws_belief *ws__grid_belief(const ws_grid *grid, uint32_t domain, size_t p, size_t at)
{
    return (domain >> p) & 1U ? &grid->belief[p][at] : &grid->prior[p];
}

static inline const ws_chain *ws__grid_chain(const ws_grid *grid, size_t proposer, size_t x)
{
    return &grid->chains[proposer * grid->game->rule_count + grid->game->rule_of[x]];
}

/* Odds from the policies, carried forward by the weights that interpolated the values. */
ws_status ws__carry_odds(ws_play *play, ws_grid *grid, const ws_run *run, ws_diag *diag);

/* Plays the policies out by chance. */
ws_status ws__play_grid(ws_play *play, ws_grid *grid, const ws_run *run, ws_diag *diag);

/* A table on `from` interpolated at the prior of each party that is in `from` and not in `to`. */
double *ws__restrict_table(ws_arena *arena, const ws_grid *grid, const double *table, uint32_t from,
                           uint32_t to);
/* The transpose of it, for [points][width] masses. */
double *ws__expand_table(ws_arena *arena, const ws_grid *grid, const double *mass, uint32_t from, uint32_t to,
                         size_t width);

#endif
