/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree of public histories: what has been offered and answered, never who is of which type. Values are a
 * party's type (the others' types integrated out under public beliefs), odds a combination of types.
 *
 *   round --hazard, proposer--> offer --x--> answer --...--> the next round, or an end
 *
 * Nodes stand after their parents, so that a pass up or down is a loop. */
#ifndef WINSET_GAME_TREE_H
#define WINSET_GAME_TREE_H

#include "game/chain.h"
#include "game/game.h"

#define WS_NO_NODE SIZE_MAX

typedef enum ws_history_kind { WS_HISTORY_ROUND, WS_HISTORY_OFFER, WS_HISTORY_ANSWER } ws_history_kind;

typedef struct ws_history {
    ws_history_kind kind;
    uint32_t round, proposer, actor, offer, turn;
    size_t parent;        /* WS_NO_NODE: the root */
    size_t parent_action; /* action of the parent that leads here; of a chance node's child: unused */
    size_t first, count;  /* actions; of ROUND: children nodes */
} ws_history;

/* Where an action leads. */
typedef struct ws_branch {
    ws_after kind;  /* TURN and END with child != WS_NO_NODE: a node; END without: expiry */
    uint32_t at;    /* the signers */
    uint32_t offer; /* the offer at hand */
    size_t child;
} ws_branch;

typedef struct ws_tree_game {
    const ws_game *game;
    size_t columns;
    size_t column[WS_GAME_PARTIES]; /* each party's first */
    ws_chain *chains;               /* [parties][rules] */
    size_t node_count, action_count;
    ws_history *nodes;
    ws_branch *branches; /* [actions] */
    size_t *policy;      /* [actions] start of the action's log-probabilities in `log_chosen` */
    double *log_chosen;  /* by action: [types of the actor] */
    double *belief;      /* [nodes][columns] log weights of public beliefs */
    double *value;       /* [nodes][columns]; a round's in the money of the round before it */
    double *rate;        /* [rounds][columns] precision in that round's money */
    double residual;
    uint64_t sweeps, steps;
} ws_tree_game;

/* Builds the tree in `arena`, uniform play. */
ws_status ws__build_tree(ws_tree_game *out, ws_arena *arena, const ws_game *game, uint64_t limit,
                         ws_diag *diag);
/* Finds the equilibrium: damped replies, then Newton by elimination. */
ws_status ws__solve_histories(ws_tree_game *tree, const ws_run *run, ws_diag *diag);
/* Writes beliefs from the policy. */
void ws__spread_beliefs(ws_tree_game *tree);

/* Value, and with `slope` its derivatives [columns][columns] by log beliefs, of a branch that ends the talks
 * at log beliefs `belief`. */
void ws__value_end(double *value, double *slope, const ws_tree_game *tree, const ws_branch *branch,
                   const double *belief);
/* Probabilities from log weights. */
void ws__normalise(double *out, const double *log_weight, size_t count);

static inline double *ws__chosen(const ws_tree_game *tree, size_t action)
{
    return tree->log_chosen + tree->policy[action];
}

static inline const ws_chain *ws__tree_chain(const ws_tree_game *tree, size_t proposer, size_t x)
{
    return &tree->chains[proposer * tree->game->rule_count + tree->game->rule_of[x]];
}

/* The log of an action's a-priori weight at a node. */
double ws__log_weight(const ws_tree_game *tree, const ws_history *node, size_t action);

#endif
