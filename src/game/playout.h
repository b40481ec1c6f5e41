/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Talks played out by chance from the computed strategies: another road to the same odds. */
#ifndef WINSET_GAME_PLAYOUT_H
#define WINSET_GAME_PLAYOUT_H

#include "game/chain.h"
#include "game/game.h"

/* A player of all parts. `draw` is uniform in [0, 1). */
typedef struct ws_player {
    void *state;
    void (*begin)(void *state);
    /* The proposer's action: an offer, or game->offers for walking out. */
    size_t (*offer)(void *state, size_t round, size_t proposer, size_t type, double draw);
    /* True: it accepts. */
    bool (*answer)(void *state, size_t round, size_t proposer, size_t x, size_t turn, size_t type,
                   double draw);
    /* The round ended without a deal. NULL: nothing to do. */
    void (*next)(void *state);
    /* Chance a player needs for itself (from which nodes a belief is made up); NULL: none. */
    void (*shake)(void *state, double draw);
    /* What this talk counts: 1, but for players who draw with signs. */
    double (*weight)(void *state);
} ws_player;

/* Plays `count` talks and notes in play->how the worst distance from its odds, in standard errors, over all
 * ends that are common enough to tell. `chains` [parties][rules]. */
ws_status ws__play_out(ws_play *play, const ws_chain *chains, const ws_player *player, uint64_t count,
                       uint64_t seed, const ws_run *run, ws_diag *diag);

#endif
