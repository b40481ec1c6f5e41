/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over all outcomes.
 *
 * The space is walked in blocks of consecutive indices; a block's columns are filled, only those some reducer
 * asks for, and every reducer consumes them. Blocks are shared among threads; each task (a fixed run of
 * blocks, the same for any number of threads) has a state of its own for each reducer, and states merge in
 * the order of tasks: so the bytes of a result never hang on the number of threads.
 *
 * Utilities in columns are *scaled*: u = column * scale[e]. Where the case's numbers allow it (decimals,
 * small denominators) the column holds exact integers, so that equal deals compare equal in any order of
 * summing; else the values are rounded to a grid of 1e-9 of the evaluator's range (keys), so that equality is
 * transitive. Compare columns with each other and with `accept[e]`; convert with `ws__unscale` to print or
 * multiply. */
#ifndef WINSET_SPACE_SCAN_H
#define WINSET_SPACE_SCAN_H

#include "winset/space.h"

enum { WS_BLOCK = 1024 }; /* most outcomes in a block */

/* What a reducer may ask for, as bits; evaluators' columns by their bit in ws_wants.utility. */
typedef struct ws_wants {
    bool parties;  /* the utilities of all parties */
    bool actors;   /* and of all actors */
    bool feasible; /* block->feasible */
    bool classes;  /* block->class_of */
    bool deliver;  /* block->deliver: pi_p of every party */
} ws_wants;

/* A block as reducers see it; arrays belong to the scan, [count] each, and are read only. */
typedef struct ws_block {
    uint64_t first; /* index of its first outcome */
    size_t count;
    const double *const *utility; /* [evaluators], scaled; NULL for a column nobody wants */
    const double *const *deliver; /* [parties] probabilities */
    const uint8_t *feasible;      /* 1 or 0; NULL: all are */
    const uint32_t *class_of;
    const ws_space *space;
} ws_block;

/* A reducer: its state and what it does with blocks. See the contract above; a naive oracle tests each. */
typedef struct ws_reducer_ops {
    const char *name;
    ws_wants wants;
    size_t state_size;
    /* Makes a state ready (zeroed before); `context` is the reducer's own, read only, shared by all threads.
     */
    ws_status (*begin)(void *state, const void *context, const ws_space *space);
    /* Takes a block in; may use only its state. */
    ws_status (*block)(void *state, const void *context, const ws_block *block);
    /* Adds `from`, whose outcomes all come later, to `into`. */
    ws_status (*merge)(void *into, void *from, const void *context);
    /* Writes the result through `context`'s caller-owned output; frees nothing. May be NULL. */
    ws_status (*end)(void *state, void *result);
    /* Frees what begin and block allocated. May be NULL. */
    void (*drop)(void *state);
} ws_reducer_ops;

typedef struct ws_reducer {
    const ws_reducer_ops *ops;
    const void *context;
    void *result;
} ws_reducer;

/* Walks the space for all reducers at once. With WS_INTERRUPTED or WS_LIMIT the results tell of the first
 * *done outcomes (done may be NULL). */
ws_status ws_scan_space(const ws_space *space, size_t count, ws_reducer *reducers, const ws_run *run,
                        uint64_t *done, ws_diag *diag);

/* An evaluator's scale: utility = (column + offset) * scale; exact tells whether columns are integers. */
typedef struct ws_scaling {
    double divisor; /* u = scaled / divisor */
    bool exact;
    double accept; /* scaled utility >= accept: the evaluator accepts (1e-9 of its range allowed) */
} ws_scaling;
const ws_scaling *ws__get_scaling(const ws_space *space, size_t evaluator);
static inline double ws__unscale(const ws_scaling *scaling, double scaled)
{
    return scaled / scaling->divisor;
}

/* Scaled utilities of many outcomes by index: out[i] of outcomes[i]. */
void ws__gather_utilities(double *out, const ws_space *space, size_t evaluator, size_t count,
                          const uint64_t *outcomes);

#endif
