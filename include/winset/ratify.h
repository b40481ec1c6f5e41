/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 *  One deal at home: who votes how, who is pivotal, how likely it is to pass, what it would take.
 *
 *  Importance of an actor is P(passes | all its votes yes) - P(passes | all no) (Birnbaum 1969). The price of
 *  passing is the cheapest way to raise actors' utilities, each counted as a share of its own range, so that
 *  the party delivers with a given probability. A sweetener is a change of one level of the deal that makes
 *  the party likelier to deliver it, set against what the parties lose by it. */
#ifndef WINSET_RATIFY_H
#define WINSET_RATIFY_H

#include "winset/analysis.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A member of an institution. */
typedef struct ws_ratify_member {
    size_t actor;
    double weight; /**< in this institution, as written */
    double importance, pivot_share;
} ws_ratify_member;

typedef struct ws_ratify_institution {
    bool needed; /**< it stands in the ratification where its conditions hold for this deal */
    double p;
    double mean, quota, total; /**< yes weight */
    size_t member_count;
    const ws_ratify_member *members;
} ws_ratify_institution;

/** How an actor votes on the deal. */
typedef struct ws_ratify_actor {
    double p_yes, u, threshold, noise;
    double min, max;   /**< its utility over feasible outcomes */
    double importance; /**< for the whole ratification */
} ws_ratify_actor;

/** A node of the ratification tree, parents before their parts. */
typedef struct ws_ratify_node {
    size_t depth; /**< of the root: 0 */
    size_t part_count;
    size_t institution; /**< SIZE_MAX: all, any or at least `least` of its parts */
    size_t least;       /**< of the parts that must pass */
    bool conditional;   /**< needed only under a condition */
    bool needed;        /**< false: the condition does not hold, so it passes */
    double p;
} ws_ratify_node;

typedef struct ws_ratify_move {
    size_t actor;
    double needs, needs_share; /**< utility, and as a share of the actor's range */
} ws_ratify_move;

typedef struct ws_ratify_price {
    double to;
    bool possible; /**< false: not even with every actor voting yes */
    size_t move_count;
    const ws_ratify_move *moves; /**< none: it is likely enough as it is */
    double total;                /**< sum of shares, which is minimised */
    const char *method; /**< "exact" or "best of N starts", with ", at most K moved" where more might be */
} ws_ratify_price;

typedef struct ws_ratify_sweetener {
    size_t issue;
    uint32_t from, to;
    double p, rise; /**< the party's probability then; less that now */
    double loss;    /**< what the parties lose, as shares of their ranges, summed */
} ws_ratify_sweetener;

typedef struct ws_ratify_party {
    bool has_home; /**< false: nobody at home votes; p is 1 and the rest is empty */
    bool accepts;  /**< the party itself is no worse off than without a deal */
    double p;
    size_t pivot; /**< actor; SIZE_MAX: none */
    size_t actor_count;
    const ws_ratify_actor *actors;
    size_t institution_count;
    const ws_ratify_institution *institutions;
    size_t node_count;
    const ws_ratify_node *nodes;
    ws_ratify_price price;
    size_t sweetener_count;
    const ws_ratify_sweetener *sweeteners; /**< the best first */
    size_t type_count;                     /**< of the party; 0: it has none */
    const double *p_by_type;               /**< [type_count] p if the party is of that type */
    double p_mixed;                        /**< averaged over types; p where there are none */
} ws_ratify_party;

/** A party's vote as one of its types has it. */
typedef struct ws_ratify_type {
    size_t party, type;
    double probability;
    ws_ratify_party vote;
} ws_ratify_type;

typedef struct ws_ratification {
    const ws_outcome *outcome;
    bool feasible;     /**< it meets the constraints */
    double importance; /**< of the pivot: P(delivered | it delivers) - P(delivered | it does not) */
    size_t pivot;      /**< the party with a home front on whom delivery hangs most; SIZE_MAX: none */
    size_t party_count;
    const ws_ratify_party *parties;
    size_t by_type_count; /**< asked for by options.by_type */
    const ws_ratify_type *by_type;
} ws_ratification;

/** What is asked. Zero everywhere means the defaults. */
typedef struct ws_ratify_options {
    double to;         /**< probability to reach; 0: 0.75 */
    bool by_type;      /**< the whole once more for each type of each party */
    size_t sweeteners; /**< most to list for a party; 0: 3 */
} ws_ratify_options;

/** Looks at one deal. @return WS_OK; WS_INVALID: an option out of range; WS_LIMIT: memory */
WS_API ws_status ws_ratify_deal(ws_ratification **out, const ws_space *space, uint64_t outcome,
                                const ws_ratify_options *options, const ws_run *run, ws_diag *diag);
WS_API void ws_free_ratification(ws_ratification *ratification);

/** How deals of one class fare at home. Arrays have an entry a party. */
typedef struct ws_ratify_class {
    uint64_t outcomes;
    const double *mean, *best; /**< of p over the class's feasible outcomes */
    const uint64_t *likely;    /**< outcomes with p >= alpha */
    double mean_all, best_all; /**< of the chance that the deal is delivered */
    uint64_t likely_all;
    uint64_t surest; /**< the outcome of best_all (the lowest index); WS_NO_OUTCOME */
} ws_ratify_class;

typedef struct ws_ratify_survey {
    double alpha;
    size_t party_count, class_count; /**< the case's classes, and `other` */
    const ws_ratify_class *classes;
} ws_ratify_survey;

/** All deals, by class. */
WS_API ws_status ws_ratify_classes(ws_ratify_survey **out, const ws_space *space, double alpha,
                                   const ws_run *run, ws_diag *diag);
WS_API void ws_free_ratify_survey(ws_ratify_survey *survey);

#ifdef __cplusplus
}
#endif
#endif
