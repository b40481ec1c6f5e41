/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Analyses made for the tests of their text: any number of sides and issues, names short and long, with
 * people at home or without. Utilities are the case's own; chances at home are made up. */
#ifndef WINSET_TESTS_MADE_ANALYSIS_H
#define WINSET_TESTS_MADE_ANALYSIS_H

#include "case/model.h"
#include "winset/report.h"

typedef struct made_options {
    size_t parties, issues, levels;
    bool home, types, long_names, classes;
    double reservation; /* share of the best that no deal is worth; above 1: no deal is acceptable */
    bool nothing_feasible;
} made_options;

typedef struct made {
    ws_arena arena;
    ws_case *c;
    ws_space *space;
    ws_analysis analysis;
} made;

/* Makes one; end it with free_made. */
void make_analysis(made *out, made_options options);
void free_made(made *one);

#endif
