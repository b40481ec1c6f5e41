/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answers to an offer: who is asked after whom, and where each answer leads. It hangs on the proposer and
 * the agreement rule alone, so it is made once for each pair. */
#ifndef WINSET_GAME_CHAIN_H
#define WINSET_GAME_CHAIN_H

#include "game/game.h"

enum { WS_CHAIN_TURNS = 15 }; /* 1 + 2 + 4 + 8 for four who answer */

typedef enum ws_after {
    WS_AFTER_TURN,   /* the next to answer: `at` is its turn */
    WS_AFTER_SIGNED, /* signed: `at` is the set of signers */
    WS_AFTER_END,    /* the round ends: `at` is the set of those who have moved */
    WS_AFTER_WALK    /* the proposer broke off (never within a chain) */
} ws_after;

typedef struct ws_next {
    ws_after kind;
    uint32_t at;
} ws_next;

typedef struct ws_turn {
    uint32_t actor;
    uint32_t moved;    /* the set of those who have moved before it */
    ws_next answer[2]; /* after accepting, after rejecting */
} ws_turn;

/* Later turns stand behind earlier ones. */
typedef struct ws_chain {
    ws_next root;
    size_t count;
    ws_turn turns[WS_CHAIN_TURNS];
} ws_chain;

/* Builds the chain of one proposer under one rule. */
void ws__build_chain(ws_chain *out, size_t parties, size_t proposer, uint32_t rule);

/* Where walking out leads: to a breakdown, or, where every rule can do without the proposer, to the end of
 * the round. */
ws_next ws__after_walk(const ws_game *game, size_t proposer);

/* True where the set `who` agrees. */
static inline bool ws__agrees(uint32_t rule, uint32_t who)
{
    return (rule >> who) & 1U;
}

/* Probability that the rule holds on those of `signers` who deliver, each on its own with pi[party]. */
double ws__deliver_chance(uint32_t rule, size_t parties, uint32_t signers, const double *pi);

#endif
