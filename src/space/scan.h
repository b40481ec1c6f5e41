/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over all outcomes.
 *
 *   space:   [ issue 0 | ... | issue k-1 ][ issue k | ... | last issue ]
 *              outer digits: one block          inner digits: the outcomes of a block, at most WS_BLOCK
 *              for each of their values         (a last issue with more levels is cut into pieces)
 *
 * The space is walked in blocks of consecutive indices, and every reducer consumes each block. A reducer asks
 * a block for what it needs: columns (an array with one entry an outcome) and bits (one bit an outcome) are
 * made when they are first asked for and shared by all reducers; what nobody asks for is never made. Facts
 * that hold for the whole block (bounds, "all are feasible") are there at once, so that a reducer can do
 * without columns where they decide.
 *
 * Blocks are shared among threads; each task (a fixed run of blocks, the same for any number of threads) has
 * a state of its own for each reducer, and states merge in the order of tasks: so the bytes of a result never
 * hang on the number of threads. A state lives until it is merged, so memory does not grow with the space.
 *
 * Utilities in columns are *scaled*: u = column / divisor. Where the case's numbers allow it (decimals, small
 * denominators) a column holds exact integers, so that equal deals compare equal in any order of summing.
 * Else a *party's* column holds keys: integers on a grid of 1e-9 of its range, so that equality is
 * transitive; and an *actor's* holds the unrounded sum (votes need its digits more than its ties). Compare
 * columns with each other and with `accept`; convert with ws__unscale to multiply; show what ws_utility says.
 */
#ifndef WINSET_SPACE_SCAN_H
#define WINSET_SPACE_SCAN_H

#include "winset/space.h"

enum {
    WS_BLOCK = 4096,         /* most outcomes in a block */
    WS_WORDS = WS_BLOCK / 64 /* most words of its bits */
};

/* What a reducer will ask blocks for: memory for it is set aside before the walk. */
typedef struct ws_wants {
    bool parties; /* utilities and acceptance of parties */
    bool actors;  /* and of all actors */
    bool classes; /* classes */
    bool deliver; /* probabilities of delivering */
} ws_wants;

/* What the blocks of one position share: the table over the inner issues, in the scaled units of columns
 * before keys. One for all blocks, but where the last issue alone has more than WS_BLOCK levels. Only those
 * evaluators that some reducer wants; else NULL entries. */
typedef struct ws_inner {
    size_t count;                /* outcomes of a block */
    const double *const *column; /* [evaluators][count] sums over the inner issues */
    const double *min, *max;     /* [evaluators] of it */
    /* [efficient_count] the outcomes of a block, rising, that can be efficient in a block that is `plain`: no
     * other outcome of the block is at least as good for every party and better for one (of equals the first
     * alone is listed). */
    size_t efficient_count;
    const uint32_t *efficient;
} ws_inner;

typedef struct ws_scratch ws_scratch; /* of a worker; the columns live here */

/* A block as reducers see it. Read only; what functions below give lasts until the block is done. */
typedef struct ws_block {
    const ws_space *space;
    uint64_t first; /* index of its first outcome */
    size_t count;
    size_t words;           /* of bits: (count + 63) / 64; bits beyond count are 0 */
    const uint32_t *levels; /* [issues] of its first outcome */
    const ws_inner *inner;
    bool all_feasible;       /* else ask ws__block_feasible */
    uint64_t feasible_count; /* 0: nothing in this block counts */
    bool plain; /* every outcome is feasible and every party's column is base + inner->column, entry by entry
                 */
    const double
        *base; /* [evaluators] the outer issues' sum, with interaction terms that hold for all of it */
    const double *low, *high; /* [evaluators] bounds of the column (units of the column) over its outcomes */
    const bool *shared;       /* [evaluators] the column is base + inner->column, entry by entry */
    const uint64_t *all, *none; /* see ws__block_all */
    ws_scratch *scratch;
} ws_block;

/* The column of an evaluator, [count], scaled. */
const double *ws__block_utility(const ws_block *block, size_t evaluator);
/* pi_p of a party for every outcome, [count]. */
const double *ws__block_deliver(const ws_block *block, size_t party);
/* Pi for every outcome, [count]: that the agreement rule holds on those who accept and deliver. */
const double *ws__block_deliver_all(const ws_block *block);
/* The class of every outcome, [count]: position among the case's classes; their count: `other`. */
const uint32_t *ws__block_classes(const ws_block *block);

/* Bits: outcome i is bit i % 64 of word i / 64; [words]. They are not restricted to feasible outcomes, but
 * for the first. Where they are all 0 (all 1) they are the array ws__block_none (ws__block_all): comparing
 * the pointers saves work. */
const uint64_t *ws__block_feasible(const ws_block *block);
const uint64_t *ws__block_accepts(const ws_block *block, size_t evaluator); /* column >= accept */
const uint64_t *ws__block_acceptable(const ws_block *block); /* the agreement rule holds on who accepts */
const uint64_t *ws__block_class(const ws_block *block, size_t class_of);
static inline const uint64_t *ws__block_none(const ws_block *block)
{
    return block->none;
}
static inline const uint64_t *ws__block_all(const ws_block *block) /* bits beyond count are 0 */
{
    return block->all;
}
static inline bool ws__bit(const uint64_t *bits, size_t at)
{
    return bits[at / 64] >> (at % 64) & 1;
}
/* How many are 1; in both. */
uint64_t ws__block_count(const ws_block *block, const uint64_t *bits);
uint64_t ws__block_count_both(const ws_block *block, const uint64_t *a, const uint64_t *b);
/* Feasible outcomes that the evaluator accepts. */
uint64_t ws__block_accept_count(const ws_block *block, size_t evaluator);
/* Where the agreement rule holds, given for each party the bits of who is for it, [parties][words]; into
 * `out` [words], a caller's array. */
void ws__block_agreement(uint64_t *out, const ws_block *block, const uint64_t *const *who);

/* A reducer: its state and what it does with blocks. `block` sees only its own state and its context; merge
 * comes in the order of blocks; `end` writes the result. A naive oracle tests each. */
typedef struct ws_reducer_ops {
    const char *name;
    ws_wants wants;
    size_t state_size;
    /* Makes a state ready (zeroed before); `context` is the reducer's own, read only, shared by all threads.
     */
    ws_status (*begin)(void *state, const void *context, const ws_space *space);
    /* Takes a block in. Not called for a block in which nothing is feasible. */
    ws_status (*block)(void *state, const void *context, const ws_block *block);
    /* Adds `from`, whose outcomes all come later, to `into`. */
    ws_status (*merge)(void *into, void *from, const void *context);
    /* Writes the result through the reducer's `result`; frees nothing. May be NULL. */
    ws_status (*end)(void *state, void *result);
    /* Frees what begin and block allocated. May be NULL. */
    void (*drop)(void *state);
} ws_reducer_ops;

typedef struct ws_reducer {
    const ws_reducer_ops *ops;
    const void *context;
    void *result;
} ws_reducer;

/* Walks the space for all reducers at once. A space larger than run->limit_outcomes is refused (WS_LIMIT)
 * before the walk: *done is 0 and no result is written. With WS_INTERRUPTED, or WS_LIMIT of time, the results
 * tell of the first *done outcomes (done may be NULL). */
ws_status ws_scan_space(const ws_space *space, size_t count, const ws_reducer *reducers, const ws_run *run,
                        uint64_t *done, ws_diag *diag);

/* An evaluator's scale. */
typedef struct ws_scaling {
    double divisor; /* u = column / divisor */
    bool exact;     /* columns hold exact integers; else keys (a party) or sums (an actor) */
    double accept;  /* column >= accept: the evaluator accepts (1e-9 of its range allowed); NaN: never */
} ws_scaling;
const ws_scaling *ws__get_scaling(const ws_space *space, size_t evaluator);
static inline double ws__unscale(const ws_scaling *scaling, double scaled)
{
    return scaled / scaling->divisor;
}

/* The column's values of many outcomes by index: out[i] of outcomes[i]. */
void ws__gather_utilities(double *out, const ws_space *space, size_t evaluator, size_t count,
                          const uint64_t *outcomes);

#endif
