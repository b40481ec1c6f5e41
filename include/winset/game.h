/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 *  What happens by the deadline: the bargaining game of a case with a process, solved (`solve`), and what its
 *  dated events say about the parties' types (`update`).
 *
 *  Rounds run to a deadline. In each, talks may collapse from outside causes, a proposer offers a deal or
 *  walks out, the others answer in turn, and what is signed must pass at home. Everybody plays the agent
 * logit equilibrium (McKelvey and Palfrey 1998) at the case's `rationality`; docs/game.md states the game,
 * what is computed and how exact it is. Everything in a result is owned by it. */
#ifndef WINSET_GAME_H
#define WINSET_GAME_H

#include "winset/analysis.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What is asked. Zero everywhere means the defaults: the case's own numbers. */
typedef struct ws_solve_options {
    const char *for_party; /**< key: whose offers are ranked; NULL: who speaks next */
    const char *as_of;     /**< a date; NULL: the case's as_of */
    const char *method;    /**< "perfect", "tree", "grid"; NULL: by size */
    bool no_events;        /**< start from the priors */
    bool verify;           /**< also: best-response gap, play-out, other readings, fewer offers */
    bool no_comparisons;   /**< the game alone */
    size_t fixed_count;    /**< types that are known to all, whatever the events say */
    const char *const *fixed_party, *const *fixed_type; /**< [fixed_count] keys */
    double rationality;                                 /**< 0: the case's; an infinity: the limit */
    uint64_t rounds;                                    /**< left to play; 0: the case's */
    uint64_t offers; /**< the deals that cover the frontier best; 0: the case's */
    uint64_t grid;   /**< nodes an axis of beliefs; 0: 33, or 17 with three axes */
} ws_solve_options;

/** Odds of how it ends. They sum to 1. */
typedef struct ws_odds {
    double agreement;      /**< signed and delivered, all classes */
    const double *classes; /**< [classes + 1] of it; the last: `other` */
    double failed;         /**< signed and not delivered */
    const double *walk;    /**< [parties] that broke off */
    double outside, expiry;
    double breakdown; /**< the last three together */
} ws_odds;

/** One round of the course. Probabilities are from the start. */
typedef struct ws_course_round {
    size_t number;               /**< in the case, from 1 */
    int32_t date;                /**< days since 1970-01-01; INT32_MIN: none */
    size_t proposer;             /**< SIZE_MAX: drawn */
    double reach;                /**< the round begins */
    double agree;                /**< a deal is signed in it */
    ws_odds odds;                /**< how it ends in this round (expiry in the last) */
    size_t class_of;             /**< the class likeliest to be agreed on in it */
    const ws_outcome *offer;     /**< the offer likeliest to be made; NULL: the round is never reached */
    double offer_probability;    /**< given that the round is played */
    const double *const *belief; /**< [parties] of [types] (NULL: no types), public, as the round begins */
} ws_course_round;

/** An offer of the party whose turn it is. */
typedef struct ws_next_offer {
    const ws_outcome *outcome;
    double probability;    /**< over the proposer's types */
    double accept;         /**< that it is signed, given that it was made */
    double deliver;        /**< that it is then delivered */
    double value;          /**< to the proposer, given that it was made */
    const double *reveals; /**< [types of the proposer] beliefs after it; NULL: no types */
} ws_next_offer;

/** How it ends for one combination of types. */
typedef struct ws_course_types {
    const size_t *types; /**< [parties]; SIZE_MAX: no types */
    double probability;
    const double *value; /**< [parties] */
    ws_odds odds;
} ws_course_types;

/** The same game with one thing changed. */
typedef struct ws_comparison {
    const char *change;  /**< in words */
    const double *value; /**< [parties], counted as in the game itself */
    ws_odds odds;
    bool averaged; /**< over what may be learnt, weighed by its chance */
} ws_comparison;

/** What the answer hangs on: a number whose change by a modest step moves the odds most. */
typedef struct ws_assumption {
    const char *what;
    const char *step; /**< how it was changed, in words */
    double moves;     /**< of the odds of an agreement */
} ws_assumption;

typedef struct ws_course {
    bool complete; /**< false: stopped; what is here is right, `missing` names what is not */
    size_t missing_count;
    const char *const *missing;
    size_t party_count, class_count;
    const double *value; /**< [parties] averaged over types */
    ws_odds odds;
    size_t round_count;
    const ws_course_round *rounds;
    size_t speaker; /**< whose offers these are; SIZE_MAX: it does not speak in the next round */
    size_t offer_count;
    const ws_next_offer *offers; /**< best first */
    size_t type_count;
    const ws_course_types *by_type; /**< empty where nobody has types */
    size_t comparison_count;
    const ws_comparison *comparisons;
    size_t assumption_count;
    const ws_assumption *assumptions; /**< that matter most, first */
    struct {
        const char *name;   /**< "perfect", "tree", "grid" */
        double rationality; /**< infinite: the limit */
        double residual;    /**< the largest move of a log-probability that was left */
        double ambiguity;   /**< probability of an offer that can be read in more than one way */
        uint64_t grid;      /**< nodes an axis; 0: no grid */
        uint64_t points, actions, iterations;
        uint64_t offers, offers_of; /**< offers played, efficient deals (or feasible ones) they stand for */
        double halved_value, halved_odds; /**< what half the grid moves, in ranges and odds; NaN: not tried */
        bool tie;                         /**< infinite: an exact tie was broken by the rule */
        bool verified;
        const double *gap;     /**< [parties] best-response gap, in ranges; NULL: not computed */
        double playout_errors; /**< the play-out's worst distance, in standard errors; NaN: none */
        uint64_t playouts;
        double farthest_odds;     /**< what the farthest readings move; NaN: not tried */
        double fewer_offers_odds; /**< what half the offers move; NaN: not tried */
    } method;
} ws_course;

/** Solves the game of a case from the beliefs that its public events leave. With WS_LIMIT (time) or
 *  WS_INTERRUPTED *out tells what was known by then (`complete` false), or is untouched where that is
 * nothing: the odds from a coarse grid come first, then those of the asked one, offers, comparisons, checks.
 *  @return WS_OK; WS_INVALID: no process, no round left, a contradiction, ...; WS_LIMIT; WS_INTERRUPTED */
WS_API ws_status ws_solve_case(ws_course **out, const ws_case *c, const ws_solve_options *options,
                               const ws_run *run, ws_diag *diag);
WS_API void ws_free_course(ws_course *course);

/** One event's effect on the belief about one party. */
typedef struct ws_belief_step {
    int32_t date;
    const char *event;                    /**< its title, else its kind */
    bool from_model;                      /**< the likelihood is the solved game's */
    const double *likelihood, *posterior; /**< [types] */
} ws_belief_step;

typedef struct ws_party_beliefs {
    size_t party, type_count;
    const double *prior, *posterior;
    size_t step_count;
    const ws_belief_step *steps;
} ws_party_beliefs;

/** Beliefs about the parties that have types. */
typedef struct ws_beliefs {
    int32_t until; /**< the last day that counts; INT32_MIN: all events */
    size_t party_count;
    const ws_party_beliefs *parties;
    bool complete; /**< false: stopped before `stopped_at`: that event and those after it do not count */
    const char *stopped_at;
    bool has_hidden;
    const ws_party_beliefs *analyst; /**< with hidden events too; NULL: there are none */
} ws_beliefs;

/** Follows a case's events up to and with a date (NULL: the case's as_of, else all). With WS_LIMIT (time) or
 *  WS_INTERRUPTED, which only events that ask the game can bring, *out tells of the events before.
 *  @return WS_OK; WS_INVALID: an event that no type allows, ... */
WS_API ws_status ws_update_beliefs(ws_beliefs **out, const ws_case *c, const char *until, const ws_run *run,
                                   ws_diag *diag);
WS_API void ws_free_beliefs(ws_beliefs *beliefs);

#ifdef __cplusplus
}
#endif
#endif
