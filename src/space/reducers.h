/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reducers of general use; each states its context and its result. */
#ifndef WINSET_SPACE_REDUCERS_H
#define WINSET_SPACE_REDUCERS_H

#include "space/scan.h"

/* Ranges of evaluators' columns over feasible outcomes. Context: ws_ranges_wanted; result: ws_ranges_found.
 */
typedef struct ws_ranges_wanted {
    size_t count;
    const size_t *evaluators; /* [count] */
} ws_ranges_wanted;
typedef struct ws_ranges_found {
    uint64_t feasible;
    double *min, *max; /* [count], the caller's; NaN where nothing is feasible */
    uint64_t *ideal;   /* [count], the caller's; the first outcome at max; WS_NO_OUTCOME */
} ws_ranges_found;
extern const ws_reducer_ops ws__reduce_ranges;        /* of parties */
extern const ws_reducer_ops ws__reduce_actors_ranges; /* of any evaluators */

/* Feasible outcomes counted. Context: none; result: ws_counts, with the caller's arrays. */
typedef struct ws_counts {
    uint64_t feasible;
    uint64_t acceptable;        /* on which the agreement rule holds */
    uint64_t *accepts;          /* [parties] u >= r */
    uint64_t *of_class;         /* [classes + 1], the last: other */
    uint64_t *class_acceptable; /* [classes + 1] */
} ws_counts;
extern const ws_reducer_ops ws__reduce_counts;

/* How often a column falls into each of `count` buckets of `width` from `low` on, over feasible outcomes;
 * what lies below or above is counted apart. Context: ws_histogram_wanted; result: ws_histogram. */
typedef struct ws_histogram_wanted {
    size_t evaluator;
    double low, width;
    size_t count;
} ws_histogram_wanted;
typedef struct ws_histogram {
    uint64_t below, above;
    uint64_t *counts; /* [count], the caller's */
} ws_histogram;
extern const ws_reducer_ops ws__reduce_histogram;        /* of a party */
extern const ws_reducer_ops ws__reduce_actors_histogram; /* of any evaluator */

/* The first feasible outcome whose column reaches a bound, of several evaluators. Context:
 * ws_first_wanted; result: uint64_t [count], WS_NO_OUTCOME where none does. */
typedef struct ws_first_wanted {
    size_t count;
    const size_t *evaluators;
    const double *bounds; /* in units of columns */
} ws_first_wanted;
extern const ws_reducer_ops ws__reduce_first; /* of any evaluators */

#endif
