/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditions and agreement rules as postfix programs over bits: one bit an outcome of a block, 64 at once.
 *
 * A test of an outer issue is the same for the whole block, so most of a program folds to a constant there; a
 * test of an inner issue is a pattern that all blocks share. Constants are the arrays `all` and `none` of the
 * environment, told apart by their address. With every issue outer and one word the same program judges a
 * single outcome. */
#ifndef WINSET_SPACE_PROGRAM_H
#define WINSET_SPACE_PROGRAM_H

#include "case/model.h"

typedef enum ws_step_kind {
    WS_STEP_TRUE,
    WS_STEP_FALSE,
    WS_STEP_TEST,  /* push: the level of `issue` is in `allowed` */
    WS_STEP_VOTER, /* push: party `issue` is for it */
    WS_STEP_BODY,  /* push: the weight of those for it reaches the least */
    WS_STEP_AND,   /* of the top two */
    WS_STEP_OR,
    WS_STEP_NOT,
    WS_STEP_IMPLY, /* not the lower, or the upper */
    WS_STEP_LEAST  /* at least `least` of the top `count` */
} ws_step_kind;

typedef struct ws_step_body {
    size_t count;
    const size_t *voters;
    const uint64_t *weights;
    uint64_t least; /* reached by `least` of the weight; above the total: never */
} ws_step_body;

typedef struct ws_step {
    ws_step_kind kind;
    size_t issue;
    const bool *allowed;
    size_t leaf; /* TEST: position among all tests of the space */
    size_t count, least;
    const ws_step_body *body;
} ws_step;

typedef struct ws_program {
    size_t count;
    const ws_step *steps;
    size_t depth;     /* of the stack it needs */
    size_t last_test; /* the issues it tests are in first_test .. last_test; none: first > last */
    size_t first_test;
} ws_program;

/* Builds programs in one arena. */
typedef struct ws_program_maker {
    ws_arena *arena;
    const ws_case *source;
    size_t leaf_count, depth; /* so far, over all programs */
} ws_program_maker;

ws_status ws__compile_condition(const ws_program **out, ws_program_maker *maker,
                                const ws_condition *condition, ws_diag *diag);
/* All of several; NULL where there are none. */
ws_status ws__compile_conditions(const ws_program **out, ws_program_maker *maker, size_t count,
                                 const ws_condition *const *conditions, ws_diag *diag);
ws_status ws__compile_agreement(const ws_program **out, ws_program_maker *maker, const ws_tree *tree,
                                ws_diag *diag);

typedef struct ws_program_run {
    const uint32_t *levels;     /* [issues]; of outer issues those of the block */
    size_t first_inner;         /* issues from here on are inner */
    const uint64_t *leaf_bits;  /* [leaves][words_a_leaf] patterns of inner tests */
    size_t words, leaf_words;   /* in use; apart */
    const uint64_t *all, *none; /* [words] */
    const uint64_t *const *who; /* [parties] of agreement; else NULL */
    uint64_t *stack;            /* [depth][leaf_words] */
    const uint64_t **places;    /* [depth] */
} ws_program_run;

/* The bits where the program holds; lives in the stack, among the leaves, or is `all` or `none`. */
const uint64_t *ws__run_program(const ws_program *program, const ws_program_run *run);
/* For one outcome; `who` [parties] for an agreement, else NULL. */
bool ws__judge_outcome(const ws_program *program, const uint32_t *levels, const bool *who,
                       size_t party_count);

#endif
