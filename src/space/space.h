/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a compiled case consists of, for the files of this room. */
#ifndef WINSET_SPACE_SPACE_H
#define WINSET_SPACE_SPACE_H

#include "base/arena.h"
#include "case/model.h"
#include "space/program.h"
#include "space/scan.h"

/* A together term: `add` (in the table's units) where program `when` holds. */
typedef struct ws_term {
    const ws_program *when;
    double add;
} ws_term;

/* An evaluator's table holds integers (as doubles) whose sums stay below 2^53, so that sums are exact in any
 * order: u = sum / divisor. `exact`: they are the case's numbers themselves over their common denominator.
 * Else the numbers were rounded to a grid of 2^-52 of the largest sum (divisor is a power of 2). */
typedef struct ws_evaluator {
    bool exact;
    double divisor;
    const double *const *table; /* [issues][levels] */
    size_t term_count;
    const ws_term *terms;
    double least, most; /* sums over feasible outcomes; NaN */
    double key_factor;  /* 0: columns hold sums; else keys, floor(sum * key_factor + 0.5) */
    ws_scaling scaling;
    double accept_sum; /* the least sum that is accepted: sum >= accept_sum exactly if column >= accept */
    ws_range range;
} ws_evaluator;

struct ws_space {
    ws_arena arena;
    ws_case *source;
    size_t issue_count;
    const uint32_t *level_counts; /* [issues] */
    const uint64_t *strides;      /* [issues] */
    const size_t *table_offsets;  /* [issues + 1] of an issue's levels in a flat table */
    uint64_t outcome_count, feasible_count;
    size_t party_count, evaluator_count;
    const size_t *first_actor; /* [parties] the evaluator of its first actor */
    ws_evaluator *evaluators;
    const ws_program *constraint; /* NULL: none */
    size_t class_count;
    const ws_program *const *classes;
    const ws_program *agreement;
    struct ws_deliver *deliver; /* the home fronts (deliver.h) */
    size_t leaf_count;          /* tests in all programs together */
    size_t stack_depth;         /* that the deepest program needs */
};

/* Resolves a preference into an evaluator's table and terms (programs are compiled through `programs`). */
ws_status ws__resolve_preference(ws_evaluator *out, ws_space *space, const ws_preference *preference,
                                 ws_program_maker *programs, const char *whose, ws_diag *diag);

/* Ranges, ideals, the count of feasible outcomes; then, with columns still holding sums, reservation values;
 * they set the scales of columns (which may lower an ideal's index) and what is accepted. */
ws_status ws__find_ranges(ws_space *space, const ws_run *run, ws_diag *diag);
ws_status ws__set_scales(ws_space *space, const ws_run *run, ws_diag *diag);
ws_status ws__find_reservations(ws_space *space, const ws_run *run, ws_diag *diag);

/* The sum of an evaluator's table and terms at given levels; the column's value for a sum. */
double ws__sum_at(const ws_space *space, size_t evaluator, const uint32_t *levels);
static inline double ws__column_value(const ws_evaluator *evaluator, double sum)
{
    return evaluator->key_factor == 0 ? sum : __builtin_floor(sum * evaluator->key_factor + 0.5);
}

#endif
