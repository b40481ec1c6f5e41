/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a scan prepares before it walks, and what a worker keeps while it does. */
#ifndef WINSET_SPACE_PLAN_H
#define WINSET_SPACE_PLAN_H

#include "space/kernel.h"
#include "space/space.h"

/* An evaluator's inner column in rising order, and for every WS_RANK_STEP-th rank the bits of the outcomes
 * from that rank on: who accepts a block is a search for the rank of (accept - base), a row, and a few bits.
 */
enum { WS_RANK_STEP = 8, WS_RANK_BUCKETS = 1024 };
typedef struct ws_ranks {
    const double *sorted;  /* [count]; NULL: too few blocks for it to pay */
    const uint32_t *order; /* [count] positions */
    const uint64_t *rows;  /* [count / WS_RANK_STEP + 1][words] */
    /* The range is cut into WS_RANK_BUCKETS equal parts: entries of part k are sorted[starts[k]] .. before
     * sorted[starts[k + 1]], so that a search starts close to its end. */
    const uint16_t *starts; /* [WS_RANK_BUCKETS + 1] */
    double low, per_part;
} ws_ranks;

/* The part that a value from low on belongs to. */
static inline size_t ws__rank_part(const ws_ranks *ranks, double value)
{
    double part = (value - ranks->low) * ranks->per_part;
    return part < WS_RANK_BUCKETS - 1 ? (size_t)part : WS_RANK_BUCKETS - 1;
}

/* What all blocks of one position share. */
typedef struct ws_piece {
    ws_inner inner;
    const ws_ranks *ranks; /* [evaluators] */
    size_t words;
    const uint64_t *all;       /* [words] */
    const uint64_t *leaf_bits; /* [leaves][WS_WORDS] */
} ws_piece;

/* The interaction terms of an evaluator that hang on outer issues; the others stand in the inner columns. */
typedef struct ws_live_terms {
    size_t count;
    const ws_term *const *terms;
} ws_live_terms;

typedef struct ws_plan {
    ws_arena arena;
    const ws_space *space;
    const ws_kernels *kernels;
    ws_wants wants;
    size_t first_inner;   /* issues from here on are inner */
    uint64_t inner_count; /* combinations of inner issues */
    size_t piece_count;   /* blocks they are cut into */
    ws_piece *pieces;
    uint64_t block_count;
    size_t first_wanted, last_wanted; /* evaluators with columns: first <= e < last */
    const ws_live_terms *live;        /* [evaluators] */
    size_t live_count;                /* of all evaluators together */
    bool parties_exact;
    struct ws_plan_deliver *deliver; /* what blocks share for votes (deliver_block.c); NULL: not wanted */
    uint64_t none[WS_WORDS];
} ws_plan;

ws_status ws__make_plan(ws_plan *plan, const ws_space *space, ws_wants wants, ws_diag *diag);
void ws__free_plan(ws_plan *plan);

/* A worker's: the block it is at and everything made for it so far. */
struct ws_scratch {
    ws_arena arena;
    const ws_plan *plan;
    const ws_piece *piece;
    ws_block block;
    uint64_t outer; /* which values of the outer issues; UINT64_MAX: nowhere yet */
    uint32_t *levels;
    double *prefix; /* [first_inner + 1][evaluators] sums of the first outer issues */
    double *base, *low, *high;
    bool *shared, *whole; /* whole: no interaction term holds for a part of the block only */
    double **columns;     /* [evaluators] */
    bool *has_column;
    uint64_t *accept_bits;    /* [evaluators][WS_WORDS] */
    const uint64_t **accepts; /* NULL: not made yet */
    uint64_t *accept_counts;  /* set with accepts */
    uint64_t *live_bits;      /* [live terms][WS_WORDS] of terms that hold for a part of the block */
    const uint64_t **live_at; /* [live terms] their bits; all or none */
    uint64_t *feasible_bits;
    const uint64_t *feasible, *acceptable;
    uint64_t *class_bits; /* [classes + 1][WS_WORDS] */
    const uint64_t **class_at;
    bool has_classes, has_class_of;
    uint32_t *class_of;
    double **deliver;
    bool *has_deliver;
    double *deliver_all;
    bool has_deliver_all;
    void *voting;                      /* of deliver_block.c */
    uint64_t *stack, *agreement_stack; /* [depth][WS_WORDS] */
    uint64_t acceptable_count;
    const uint64_t **places;
    const uint64_t **who;
};

ws_scratch *ws__new_scratch(const ws_plan *plan);
void ws__free_scratch(ws_scratch *scratch);
/* Goes to a block and finds its facts. */
const ws_block *ws__enter_block(ws_scratch *scratch, uint64_t block);
/* The bits where a program holds that was known when the plan was made; into out [words]. */
void ws__block_program(uint64_t *out, const ws_block *block, const ws_program *program);
/* The index of the first outcome of a block; of block_count, the number of outcomes. */
uint64_t ws__block_start(const ws_plan *plan, uint64_t block);

#endif
