/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The home fronts of a compiled case: how likely each party is to deliver a deal, for one deal with all its
 * votes and for all deals of a block.
 *
 * An actor's vote is logistic in its utility less its threshold, or (noise 0) exact, a tie voting yes. In a
 * scan the logistic costs no exp an outcome: where an actor's column is the block's base plus the inner
 * column, e^(-margin / noise) is a factor of the block times a factor of the inner table. Where that could
 * leave the range of doubles, or an interaction term holds for a part of a block, it is computed outright.
 *
 * pi_p hangs only on the issues that the party's voters and conditions care about. Where these have few
 * combinations, pi_p is tabled once for them and a scan only looks it up. */
#ifndef WINSET_SPACE_DELIVER_H
#define WINSET_SPACE_DELIVER_H

#include "space/program.h"
#include "space/scan.h"
#include "space/votes.h"

struct ws_plan;

/* A party's home front. */
typedef struct ws_home {
    const ws_domestic *domestic; /* NULL: nobody votes at home, pi = 1 */
    size_t body_count;
    const ws_tally *const *tallies; /* [body_count] of every institution, also those not in the tree */
    const ws_ballot *ballot;
    const ws_program *const *whens; /* [ballot->when_count] */
    const double *noise;            /* [actors] */
    size_t care_count;
    const size_t *cares;    /* issues on which pi hangs, rising */
    uint64_t *care_strides; /* [issues] of the combinations of cared-for levels; 0: does not matter */
    uint64_t care_size;     /* combinations */
    bool tabled;            /* few enough for a table, which a scan fills first */
    double *table;          /* [care_size] pi; NULL: not filled yet */
    bool borrowed;          /* the table is another space's */
} ws_home;

typedef struct ws_deliver {
    ws_home *homes;             /* [parties] */
    const ws_ballot *agreement; /* over parties; NULL: unanimous */
    struct ws_lock *lock;       /* while tables are filled */
} ws_deliver;

/* Called by ws_compile_space, after reservation values. */
ws_status ws__compile_deliver(ws_space *space, ws_diag *diag);
void ws__free_deliver(ws_space *space);
const ws_home *ws__get_home(const ws_space *space, size_t party);

/* ---- One deal, given by its levels ---- */

/* How each actor of a party votes, [actors]; and which conditions of its ballot hold, [whens]; either may be
 * NULL. */
void ws__find_votes(ws_chance *votes, bool *holds, const ws_space *space, size_t party,
                    const uint32_t *levels);
/* pi of a party, with its complement. */
ws_status ws__find_deliver(ws_chance *out, const ws_space *space, size_t party, const uint32_t *levels);
/* The same for many outcomes, without the complements; [count]. */
ws_status ws__find_delivers(double *out, const ws_space *space, size_t party, size_t count,
                            const uint64_t *outcomes);
/* Which combination of the levels that a party's pi hangs on an outcome has: below the home's care_size. */
uint64_t ws__find_care(const ws_space *space, size_t party, uint64_t outcome);
/* The chance that the agreement rule holds on those who accept and deliver, given pi [parties] and who
 * accepts [parties]; with unanimity the product of all pi, whoever accepts. The rule may ask for the deal. */
ws_status ws__find_deliver_all(ws_chance *out, const ws_space *space, const ws_chance *deliver,
                               const bool *accepts, const uint32_t *levels);
/* What a party gets from a deal that fails at home: `failure`, else its breakdown value, else its reservation
 * value. */
double ws__failure_value(const ws_space *space, size_t party);

/* ---- In a scan (see scan.h: ws__block_deliver, ws__block_deliver_all) ---- */

/* Fills the tables that are not filled yet. */
ws_status ws__prepare_deliver(const ws_space *space, const ws_run *run, ws_diag *diag);
/* Takes over the tables of home fronts on which nothing differs from `from`, a space of the same case with
 * other numbers, which must outlive this one. */
void ws__borrow_tables(ws_space *space, const ws_space *from);
/* True where some party's column is computed from its actors' columns. */
bool ws__deliver_needs_actors(const ws_space *space);
/* What blocks share, in the plan; what a worker needs, in its scratch. */
ws_status ws__plan_deliver(struct ws_plan *plan, ws_diag *diag);
bool ws__begin_deliver(ws_scratch *scratch);
void ws__fill_deliver(double *column, const ws_block *block, size_t party);
void ws__fill_deliver_all(double *column, const ws_block *block);

#endif
