/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bargaining game as plain numbers, and what its solvers answer. Nothing here knows of cases.
 *
 * Rounds 1..N. In each: talks collapse with probability hazard[n]; a proposer is drawn; it offers a deal or
 * walks out; the others answer in party order; the round ends where the agreement rule can no longer be met;
 * a signed deal is ratified by each signer on its own. Payoffs are counted from s (`status`):
 *
 *   deal at n: s + d^(n-1) (u - s)    failed at home: s + d^(n-1) (f - s)    breakdown: s - d^(n-1) c
 *
 * so a round's values are kept in *that round's money*, w: u - s, f - s, -c, and d times the next round's w.
 * A type chooses action a with probability proportional to m_a exp(L w_a), L = rationality d^(n-1) / range
 * (agent logit equilibrium, McKelvey and Palfrey 1998); m: an offer's weight, 1 for walking, 1 an answer.
 *
 * A *column* is a type of a party: party 0's types first. A *combination* is a type for every party, mixed
 * radix, party 0 the most significant. */
#ifndef WINSET_GAME_GAME_H
#define WINSET_GAME_GAME_H

#include "base/arena.h"
#include "winset/base.h"

enum {
    WS_GAME_PARTIES = 5, /* most parties: a set of them is a bit of a 32-bit rule */
    WS_GAME_TYPES = 8,   /* most types of a party */
    WS_GAME_COLUMNS = 16 /* most types together */
};

typedef struct ws_game {
    size_t parties;
    size_t types[WS_GAME_PARTIES];
    size_t rounds;
    size_t offers;
    size_t classes;

    /* [types of the party] each; the arrays below it are [type][offer], flat */
    const double *prior[WS_GAME_PARTIES];    /* > 0, sums to 1 */
    const double *status[WS_GAME_PARTIES];   /* s */
    const double *cost[WS_GAME_PARTIES];     /* c of a walk-out or a collapse, >= 0 */
    const double *expiry[WS_GAME_PARTIES];   /* c when time runs out */
    const double *failure[WS_GAME_PARTIES];  /* f */
    const double *discount[WS_GAME_PARTIES]; /* 0 < d <= 1 */
    const double *range[WS_GAME_PARTIES];    /* R >= 0; 0: choice by weight alone */
    const double *utility[WS_GAME_PARTIES];  /* u */
    const double *deliver[WS_GAME_PARTIES];  /* pi, 0..1 */

    const double *weight;     /* [offers] > 0, sums to 1 */
    const uint32_t *class_of; /* [offers] */
    const uint8_t *rule_of;   /* [offers] its agreement rule */
    size_t rule_count;
    const uint32_t *rules; /* bit m: the set of parties m (bit p: party p) agrees */

    const double *hazard;   /* [rounds] */
    const double *proposer; /* [rounds][parties] probabilities */
    bool walk;              /* a proposer may walk out */
    bool infinite;          /* the limit of rationality; then `rationality` is not read */
    double rationality;     /* > 0 */
} ws_game;

typedef enum ws_method { WS_METHOD_AUTO, WS_METHOD_PERFECT, WS_METHOD_TREE, WS_METHOD_GRID } ws_method;

typedef struct ws_game_options {
    ws_method method;
    size_t grid;         /* nodes an axis of beliefs; 0: 33, or 17 with three axes */
    uint64_t tree_limit; /* actions up to which AUTO takes the tree; 0: 60,000 */
    bool farthest;       /* grid: of several readings of an offer the farthest from the prior */
    bool gap;            /* also what each party could gain by playing perfectly against the others */
    uint64_t playouts;   /* talks to play out by chance; 0: none */
    uint64_t seed;       /* of them; 0 means 1 */
} ws_game_options;

/* What follows the first round's offers of one proposer. */
typedef struct ws_first {
    double probability; /* that this party speaks first; 0: nothing else is set */
    double *chosen;     /* [type of the proposer][offers + 1]; last: walking out */
    double *accept;     /* [offers] that it is signed, given that it was made */
    double *deliver;    /* [offers] that the rule holds on those who deliver, given that it was signed */
    double *worth;      /* [type of the proposer][offers] its value, in its own units */
    double *posterior;  /* [offers][type of the proposer] beliefs about the proposer after it */
    double *accepts;    /* [combinations][offers] that it is signed, given types */
    double *delivers;   /* [combinations][offers] that it is signed and delivered, given types */
} ws_first;

/* The computed play. Odds are given for each combination of types; weigh them with `weight`. */
typedef struct ws_play {
    ws_arena arena;
    const ws_game *game;
    size_t columns, combinations;
    double *weight;  /* [combinations] prior probability */
    double *value;   /* [columns] expected value at the prior, in the party's own units */
    double *deal;    /* [combinations][rounds][classes] signed and delivered */
    double *failed;  /* [combinations][rounds] signed, not delivered */
    double *walk;    /* [combinations][rounds][parties] */
    double *outside; /* [combinations][rounds] collapse */
    double *expiry;  /* [combinations] */
    double *reach;   /* [combinations][rounds] the round begins */
    double *agree;   /* [combinations][rounds] a deal is signed */
    double *made;    /* [rounds][offers] the offer is made, on average */
    double *dealt;   /* [rounds][offers] it is signed and delivered, on average */
    ws_first first[WS_GAME_PARTIES];
    struct {
        ws_method method;
        double residual;             /* the largest move of a log-probability left */
        double ambiguity;            /* probability of an offer that can be read in more than one way */
        size_t grid;                 /* nodes an axis */
        uint64_t points;             /* of beliefs, a round */
        uint64_t actions;            /* of the tree */
        uint64_t iterations;         /* sweeps and Newton steps, all points */
        uint64_t damped;             /* points that only damped replies solved */
        bool tie;                    /* infinite: an exact tie was broken by the rule */
        double gap[WS_GAME_PARTIES]; /* best-response gap averaged over types, in the party's units */
        uint64_t playouts;
        double playout_errors; /* their worst distance from the odds, in standard errors */
    } how;
} ws_play;

/* Column of a party's type. */
static inline size_t ws__column(const ws_game *game, size_t party, size_t type)
{
    size_t at = type;
    for (size_t p = 0; p < party; p++)
        at += game->types[p];
    return at;
}

/* The type of `party` in a combination. */
static inline size_t ws__type_in(const ws_game *game, size_t combination, size_t party)
{
    for (size_t p = game->parties; p-- > party + 1;)
        combination /= game->types[p];
    return combination % game->types[party];
}

/* True where somebody has more than one type. */
static inline bool ws__has_types(const ws_game *game)
{
    for (size_t p = 0; p < game->parties; p++)
        if (game->types[p] > 1)
            return true;
    return false;
}

/* Checks a game and solves it. WS_INVALID: what the game must not be; WS_LIMIT: too large, or time;
 * WS_FAULT: a fixed point was not found (a message tells where). Being stopped (WS_INTERRUPTED, WS_LIMIT) is
 * told by the status alone: the caller knows what is known without this game. */
ws_status ws__solve_game(ws_play **out, const ws_game *game, const ws_game_options *options,
                         const ws_run *run, ws_diag *diag);
void ws__free_play(ws_play *play);

/* The engines; the game has been checked, `play` is zeroed and has room. */
ws_status ws__solve_perfect(ws_play *play, const ws_game_options *options, const ws_run *run, ws_diag *diag);
ws_status ws__solve_tree(ws_play *play, const ws_game_options *options, const ws_run *run, ws_diag *diag);
ws_status ws__solve_grid(ws_play *play, const ws_game_options *options, const ws_run *run, ws_diag *diag);
/* The method that ws__solve_game takes, and the nodes of an axis of its grid (0: another method). */
ws_method ws__choose_method(const ws_game *game, const ws_game_options *options);
size_t ws__choose_nodes(const ws_game *game, const ws_game_options *options);
/* Actions of the tree of public histories; UINT64_MAX where it is larger than `limit`. */
uint64_t ws__count_tree_actions(const ws_game *game, uint64_t limit);

#endif
