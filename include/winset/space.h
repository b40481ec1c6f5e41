/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 *  The compiled case: every possible deal, what each is worth to everyone, and one pass over all of them.
 *
 *  A deal (outcome) is a level for every issue. Its index is the mixed-radix number of its levels, the first
 * issue the most significant digit, levels from 0. An evaluator is whoever has preferences: the parties
 * first, in the case's order, then the actors of each party in turn. */
#ifndef WINSET_SPACE_H
#define WINSET_SPACE_H

#include "winset/case.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ws_space ws_space;

#define WS_NO_OUTCOME UINT64_MAX

/** Compiles a case: value tables, constraints, classes; ranges and reservation values over feasible outcomes.
 * The space holds the case. A space of more than run->limit_outcomes is refused (WS_LIMIT) before anything is
 * walked, where walking is needed; it says how long it would take. */
WS_API ws_status ws_compile_space(ws_space **out, const ws_case *c, const ws_run *run, ws_diag *diag);
WS_API void ws_free_space(ws_space *space);
/** The case it was compiled from; borrowed. */
WS_API const ws_case *ws_space_case(const ws_space *space);

WS_API uint64_t ws_count_outcomes(const ws_space *space);
/** Outcomes that meet every constraint. */
WS_API uint64_t ws_count_feasible(const ws_space *space);
WS_API size_t ws_count_evaluators(const ws_space *space);
/** The evaluator of a party's actor. */
WS_API size_t ws_actor_evaluator(const ws_space *space, size_t party, size_t actor);

/** Levels [issues] of an outcome, and back. */
WS_API void ws_get_levels(uint32_t *levels, const ws_space *space, uint64_t outcome);
WS_API uint64_t ws_find_outcome(const ws_space *space, const uint32_t *levels);
WS_API bool ws_is_feasible(const ws_space *space, uint64_t outcome);
/** The class of an outcome: its position among the case's classes; their count: `other`. */
WS_API size_t ws_find_class(const ws_space *space, uint64_t outcome);

/** What an outcome is worth to an evaluator, in its own units, correctly rounded where the case's numbers are
 * exact. */
WS_API double ws_utility(const ws_space *space, size_t evaluator, uint64_t outcome);
/** True where the evaluator prefers the outcome to its reservation value (a party) or threshold (an actor),
 * or is indifferent within 1e-9 of its range. */
WS_API bool ws_accepts(const ws_space *space, size_t evaluator, uint64_t outcome);

/** True where the agreement rule holds on `who` [parties] for this outcome (a rule may depend on it). */
WS_API bool ws_is_acceptable(const ws_space *space, uint64_t outcome, const bool *who);

/** What an evaluator can get over feasible outcomes. */
typedef struct ws_range {
    double min, max;    /**< NaN where nothing is feasible */
    uint64_t ideal;     /**< the lowest index among the best; WS_NO_OUTCOME */
    double reservation; /**< a party's reservation value, an actor's threshold; NaN where it hangs on feasible
                           outcomes and there are none */
} ws_range;
WS_API ws_range ws_get_range(const ws_space *space, size_t evaluator);

#ifdef __cplusplus
}
#endif
#endif
