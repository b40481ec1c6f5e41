/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How votes are counted: the chance that a body passes, given how likely each member is to vote yes.
 *
 * Every chance is kept with its complement, and only positive numbers are ever added or multiplied; so both
 * tails keep their relative accuracy (1e-30 and below) and nothing is ever found as 1 - p.
 *
 * A body becomes a *tally*: a decision diagram over its members. A state of the diagram is the yes weight of
 * the members counted so far, as long as what follows can still decide: once the quota is met whatever
 * follows, or out of reach, the state is the end "passes" or "fails". States that no vote can tell apart are
 * one. Whoever walks it (votes_count.c) multiplies and adds once a state, for many outcomes at a time. A bloc
 * with discipline r of n seats votes as one with probability r, else as n independent voters: its level
 * branches n + 1 ways; the largest such bloc comes last, where only its two tails are needed.
 *
 * A ratification tree becomes a *ballot*: the tree with, at each node, its parts in groups that share nobody.
 * Within a group the actors who sit in several parts, and institutions that stand in several parts, are
 * conditioned on (each of their votes in turn, weighted), after which the parts are independent. So the price
 * is 2^shared a group, not 2^shared of the whole tree.
 * Source: reliability of systems with repeated components (Birnbaum 1969); see docs/home-politics.md. */
#ifndef WINSET_SPACE_VOTES_H
#define WINSET_SPACE_VOTES_H

#include "base/arena.h"
#include "case/model.h"

/* A probability and its complement, both accurate. */
typedef struct ws_chance {
    double yes, no;
} ws_chance;

/* The chance of a yes vote where the utility is `margin` over the threshold; noise > 0: logistic. Noise 0: a
 * hard threshold, a tie (margin >= 0) votes yes. The caller allows the 1e-9 of the range. */
ws_chance ws__vote_chance(double margin, double noise);

/* A member of a body as it votes. Weights are whole numbers: as written, times tally->power, over their gcd.
 */
typedef struct ws_seat {
    size_t voter;      /* an actor of the party; in an agreement, a party */
    uint64_t weight;   /* of all its votes together */
    bool loose;        /* discipline < 1: `weight` voters of weight 1 */
    double discipline; /* 1 unless loose */
} ws_seat;

/* A level of the diagram: one seat. Nodes are numbered 0: fails, 1: passes, then from the last level back. */
typedef struct ws_tally_level {
    uint32_t seat;
    uint32_t first, count;        /* its nodes */
    const uint32_t (*next)[2];    /* as one: [count] the nodes after no and after yes */
    const struct ws_spread *into; /* loose: [count] */
    const uint32_t *map;          /* loose: nodes of the states of the next level */
} ws_tally_level;

/* Where a loose bloc leads from a state: fewer than `least` yes fail, then `alive` states, then it passes. */
typedef struct ws_spread {
    uint32_t least, alive, base; /* yes votes least + j lead to map[base + j] */
} ws_spread;

typedef struct ws_tally {
    uint64_t quota, total;
    uint64_t gcd; /* weight w is w * gcd / power as written in the case */
    double power;
    double written_quota; /* as shown: the least whole weight that passes where weights are whole */
    size_t seat_count;
    const ws_seat *seats; /* in the body's order */
    size_t level_count;
    const ws_tally_level *levels; /* the last voter's first: in the order of their nodes */
    uint32_t node_count;          /* with the two ends */
    uint32_t root;
    uint32_t widest_loose; /* seats of the largest loose bloc; 0: none */
    double *const *ratios; /* [seats] of a loose bloc: (n - k) / (k + 1), k = 0 .. n-1; else NULL */
} ws_tally;

/* Most nodes of a tally. */
enum { WS_MOST_NODES = 1 << 22 };

/* The weights and quota of a body in whole numbers, and its diagram, in `arena`. `who` names it in messages;
 * `actors` gives seats and discipline, NULL in an agreement (each party votes as one).
 * @return WS_OK; WS_INVALID: a quota above the total, weights that overflow; WS_LIMIT: too many sums */
ws_status ws__compile_tally(ws_tally **out, const ws_case *c, const ws_body *body, const ws_actor *actors,
                            const char *who, ws_arena *arena, ws_diag *diag);
/* The same from seats (taken as they are) and a quota 0 <= quota: for tables and tests. */
ws_status ws__build_tally(ws_tally **out, size_t count, const ws_seat *seats, uint64_t quota, const char *who,
                          ws_arena *arena, ws_diag *diag);

/* The same with the levels in the order of the seats (`in_order`), which vote as one. */
ws_status ws__build_ordered_tally(ws_tally **out, size_t count, const ws_seat *seats, uint64_t quota,
                                  bool in_order, const char *who, ws_arena *arena, ws_diag *diag);

/* A whole weight as the case writes it. */
static inline double ws__written_weight(const ws_tally *tally, double weight)
{
    return weight * (double)tally->gcd / tally->power;
}

/* Weights and quota of a body in whole numbers, without a diagram: all but levels, nodes and ratios. */
ws_status ws__weigh_body(ws_tally *tally, const ws_case *c, const ws_body *body, const ws_actor *actors,
                         const char *who, ws_arena *arena, ws_diag *diag);
/* The same from numbers as written, members voting as one: `count` weights; the rule's `number` is the quota,
 * percent or members. Fills weights [count], each over the gcd. */
ws_status ws__weigh_numbers(ws_tally *tally, uint64_t *weights, size_t count, const double *written,
                            ws_rule_kind rule, double number, bool keep_units, const char *who,
                            ws_diag *diag);

/* A ratification tree that is ready to be counted. Parts of a node stand in groups that share nobody. */
typedef struct ws_ballot_node {
    ws_tree_kind kind;
    size_t body, voter, least;
    size_t when; /* WHEN: position among ballot->whens */
    size_t part_count;
    size_t group_count;
    const struct ws_ballot_group *groups;
} ws_ballot_node;

typedef struct ws_ballot_group {
    size_t part_count;
    const ws_ballot_node *const *parts;
    size_t voter_count, body_count; /* what is conditioned on */
    const size_t *voters, *bodies;
} ws_ballot_group;

typedef struct ws_ballot {
    size_t voter_count;
    size_t body_count;
    const ws_tally *const *bodies; /* [body_count]; NULL: not in the tree (yet counted where asked) */
    size_t when_count;
    const ws_condition *const *whens;
    const ws_ballot_node *root;
    const ws_tally *joint; /* counted by this one diagram instead; NULL: by the tree */
    const bool *asked;     /* [voter_count] has a vote somewhere in the tree */
    size_t scratch;        /* doubles a lane that counting needs, beside 2 * (voters + bodies) */
    double combinations;   /* that are conditioned on, all groups together */
} ws_ballot;

/* The whole tree as one diagram over voters, then conditions (voter_count + when); false where that takes
 * more than `most` states, or loose blocs vote (they have none). */
bool ws__build_joint(const ws_tally **out, const ws_tree *tree, size_t body_count,
                     const ws_tally *const *bodies, size_t voter_count, size_t when_count,
                     const ws_condition *const *whens, size_t most, ws_arena *arena);

/* Most combinations of shared votes. */
enum { WS_MOST_COMBINATIONS = 1 << 20 };

/* Makes a ballot of a tree over `bodies`. `certain` [voter_count] or NULL: voters whose vote is never in
 * doubt (noise 0), who cost no combinations. Refuses, with words, where more than WS_MOST_COMBINATIONS would
 * have to be conditioned on. */
ws_status ws__compile_ballot(ws_ballot **out, const ws_tree *tree, size_t body_count,
                             const ws_tally *const *bodies, size_t voter_count, const bool *certain,
                             const char *who, ws_arena *arena, ws_diag *diag);

/* ---- Counting, `lanes` outcomes at a time (votes_count.c, built once an instruction set) ---- */

enum { WS_LANES = 64 }; /* most outcomes counted at once */

/* What is voted on. Arrays of voter v, lane i stand at [v * stride + i]. */
typedef struct ws_votes {
    size_t lanes, stride; /* 1 <= lanes <= WS_LANES, lanes <= stride */
    const double *yes, *no;
    const double *holds; /* [when * stride + lane] 1 where the condition holds, else 0 */
} ws_votes;

typedef struct ws_count_ops {
    /* The chance that the ballot passes, and its complement, [lanes] each; `no` may be NULL, which is about
     * half the work. `scratch`: ws__ballot_scratch(ballot, lanes) doubles. */
    void (*ballot)(double *yes, double *no, const ws_ballot *ballot, const ws_votes *votes, double *scratch);
    /* The same for one body of it; `scratch`: ws__tally_scratch(tally, lanes) doubles. */
    void (*tally)(double *yes, double *no, const ws_tally *tally, const ws_votes *votes, double *scratch);
    /* Logistic votes: yes = 1 / (1 + v), no = v / (1 + v). */
    void (*odds)(double *yes, double *no, const double *v, size_t count);
    /* Votes from margins over noise: z = margin / noise. */
    void (*logistic)(double *yes, double *no, const double *z, size_t count);
} ws_count_ops;

/* The kernels of this processor. */
const ws_count_ops *ws__count_ops(void);

/* Doubles that ops->ballot needs. */
size_t ws__ballot_scratch(const ws_ballot *ballot, size_t lanes);
/* Doubles that ops->tally needs. */
size_t ws__tally_scratch(const ws_tally *tally, size_t lanes);
/* How many lanes are best counted at once: as many as keep the scratch in the cache. */
size_t ws__best_lanes(size_t scratch);

/* ---- One outcome, with all that is shown of it ---- */

/* A body: its chance, the mean yes weight (in the case's units), and for each seat
 * P(passes | all its votes yes) - P(passes | all no), as a sum over the weights where it decides.
 * `votes` [voters]; mean and importance may be NULL. */
ws_status ws__weigh_votes(ws_chance *pass, double *mean, double *importance, const ws_tally *tally,
                          const ws_chance *votes);

/* The chance of a ballot. `holds` [when_count] or NULL where there are none. */
ws_status ws__count_ballot(ws_chance *pass, const ws_ballot *ballot, const ws_chance *votes,
                           const bool *holds);
/* pass[v]: its chance to pass were voter v alone to vote changed[v]. All [voters]. */
ws_status ws__count_changed(double *pass, const ws_ballot *ballot, const ws_chance *votes,
                            const ws_chance *changed, const bool *holds);

/* The chance to pass alone, again and again, with the memory set aside once; in `arena`. NULL: none is left.
 */
typedef struct ws_ballot_box ws_ballot_box;
ws_ballot_box *ws__open_box(const ws_ballot *ballot, const bool *holds, ws_arena *arena);
double ws__count_box(ws_ballot_box *box, const ws_chance *votes);

/* What each voter's vote moves: P(passes | all yes) - P(passes | all no), [voter_count]; taken in the smaller
 * tail. */
ws_status ws__weigh_voters(double *importance, const ws_ballot *ballot, const ws_chance *votes,
                           const bool *holds);

/* Who decides: the largest importance, within 1e-9 of it the first; SIZE_MAX where all are 0. */
size_t ws__find_pivot(size_t count, const double *importance);

#endif
