/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random small cases, as a text for the reader and as plain numbers for a naive program that finds everything
 * by enumeration in exact fractions. */
#ifndef WINSET_TESTS_SPACE_ORACLE_H
#define WINSET_TESTS_SPACE_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MOST_ISSUES = 7, MOST_LEVELS = 12, MOST_PARTIES = 4, MOST_TESTS = 3, MOST_TERMS = 2, MOST_RULES = 2 };

__extension__ typedef __int128 wide;

/* All (or any) of some tests: the issue's level is among a mask's. `negate`: the whole does not hold. */
typedef struct oracle_condition {
    int count;
    int issue[MOST_TESTS];
    unsigned mask[MOST_TESTS];
    bool any, negate;
} oracle_condition;

typedef enum { BY_NUMBER, BY_OUTCOME, BY_PERCENTILE, BY_DEFAULT } reservation_kind;

typedef struct oracle_party {
    bool weights;
    int digits; /* numbers are value / 10^digits */
    int value[MOST_ISSUES][MOST_LEVELS];
    int weight[MOST_ISSUES];
    int term_count;
    oracle_condition when[MOST_TERMS];
    int add[MOST_TERMS]; /* / 100 */
    reservation_kind kind;
    int number; /* / 100 */
    int levels[MOST_ISSUES];
    /* found */
    wide unit;
    wide least, most;
    uint64_t ideal;
    wide reserve, reserve_unit; /* a fraction */
} oracle_party;

typedef struct oracle_case {
    int issues, level_count[MOST_ISSUES], parties;
    oracle_party party[MOST_PARTIES];
    int constraint_count, class_count;
    oracle_condition constraint[MOST_RULES], class_of[MOST_RULES];
    int agreement; /* 0: all; 1: at least all but one; 2: weights 3, 2, 1, .. with a quota of half */
    char text[1 << 16];
    uint64_t outcomes, feasible;
    uint64_t random;
} oracle_case;

/* A new case from a seed; `large`: of many blocks. */
void draw_case(oracle_case *c, uint64_t seed, bool large);
/* Ranges, ideals, reservation values by enumeration. */
void solve_case(oracle_case *c);

void find_levels(int *levels, const oracle_case *c, uint64_t outcome);
bool holds(const oracle_condition *condition, const int *levels);
bool is_feasible(const oracle_case *c, const int *levels);
int class_of(const oracle_case *c, const int *levels); /* class_count: other */
/* The utility's numerator over party->unit. */
wide utility(const oracle_case *c, int party, const int *levels);
bool accepts(const oracle_case *c, int party, wide numerator);
bool agrees(const oracle_case *c, const bool *who);

#endif
