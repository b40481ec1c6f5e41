/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A case as GENIUS can hold it, between the file that finds out and the one that writes XML. */
#ifndef WINSET_FORMAT_GENIUS_WRITE_H
#define WINSET_FORMAT_GENIUS_WRITE_H

#include "case/model.h"
#include "format/format.h"

/* One party's numbers for one issue. */
typedef struct ws_genius_fit {
    double weight;        /* the largest worth of a level, divided by the party's scale */
    double *evaluations;  /* [level] worth, undivided */
    double offset, slope; /* of an integer issue: evaluation / weight, linear and held within 0..1 */
} ws_genius_fit;

typedef struct ws_genius_party {
    const char *file; /* name of the profile, with ".xml" */
    bool nonlinear;
    double scale; /* utilities are divided by it: 1, or what makes weights sum to 1 */
    double reservation, discount;
    ws_genius_fit *fits; /* [issues] */
} ws_genius_party;

typedef struct ws_genius_form {
    const ws_case *source;
    const char **issue_names;  /* [issues] */
    bool *integer;             /* [issues] written as an integer issue, else as items */
    const char ***level_names; /* [issues][levels] */
    ws_genius_party *parties;
} ws_genius_form;

/* Finds the form; every part of the case that GENIUS cannot hold is a problem that names its path. */
ws_status ws__fit_genius(ws_genius_form *out, ws_arena *arena, const ws_case *c, ws_diag *diag);

/* Range of levels that a condition allows of an issue, where the condition is a rectangle: a test of
 * neighbouring levels of integer issues, or all of such. False: it is none. [issues] from, to; an issue that
 * is not in it is whole. */
bool ws__find_rectangle(size_t *from, size_t *to, const ws_case *c, const ws_condition *condition);

/* The writer of the format. */
ws_status ws__write_genius(ws_written *out, const ws_case *c, ws_diag *diag);

#endif
