/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GENIUS domain and its profiles, as the files of this reader share them.
 *
 * What the numbers mean: u(x) = sum over issues of weight * evaluation of the level / largest evaluation of
 * the issue, weights as given; an integer issue's evaluator is offset + slope * (value - lowest value), held
 * within 0..1; a real one's the same of the value itself. A nonlinear profile is a sum of rectangles'
 * bonuses. */
#ifndef WINSET_FORMAT_GENIUS_H
#define WINSET_FORMAT_GENIUS_H

#include "case/doc.h"
#include "format/genius_xml.h"
#include "winset/format.h"

/* One XML file of a domain; `text` stays until every problem has its excerpt. */
typedef struct ws_genius_file {
    const char *name; /* in its folder */
    const char *path; /* as shown */
    const char *stem; /* the name without folder and ".xml" */
    const char *text;
    size_t length;
    ws_xml_element *root;
} ws_genius_file;

typedef enum ws_genius_kind { WS_GENIUS_DISCRETE, WS_GENIUS_INTEGER, WS_GENIUS_REAL } ws_genius_kind;

typedef struct ws_genius_item {
    double index;
    size_t level;
    const char *value;
    ws_place place;
} ws_genius_item;

typedef struct ws_genius_issue {
    const char *name;
    int64_t index; /* as the file counts */
    ws_genius_kind kind;
    size_t level_count;
    const char **items;           /* DISCRETE: [level_count] */
    const ws_genius_item *sorted; /* the same by value */
    double from, to;              /* INTEGER, REAL */
    ws_place place;
} ws_genius_issue;

typedef struct ws_genius_domain {
    const ws_genius_file *file;
    const char *name; /* what the talks are called */
    size_t issue_count;
    ws_genius_issue *issues; /* by rising index */
} ws_genius_domain;

typedef struct ws_genius_side {
    size_t issue;
    double from, to; /* both included */
} ws_genius_side;

/* A bonus for every deal within it. */
typedef struct ws_genius_rectangle {
    double bonus; /* weighted, divided by the largest utility */
    size_t side_count;
    ws_genius_side *sides;
    struct ws_genius_rectangle *next;
} ws_genius_rectangle;

typedef struct ws_genius_profile {
    const ws_genius_file *file;
    double **points; /* [issue][level]; NULL: nonlinear */
    ws_genius_rectangle *rectangles, *last_rectangle;
    double reservation, discount; /* discount 1: none */
} ws_genius_profile;

/* The value of level `level` of an integer or real issue. */
double ws__genius_value(const ws_genius_issue *issue, size_t level);

/* The decimal of twelve digits where that is the same number within four units in the last place: so that a
 * third of 0.3 is 0.1, and equal deals stay equal; else the number. */
double ws__tidy_genius(double value);

/* A number as XML has it: a decimal, finite. Problems name the attribute and what it belongs to. */
bool ws__read_genius_number(double *out, const ws_xml_element *element, const char *attribute,
                            const char *of_what, ws_diag *diag);

/* The nearest name, unless there are too many to compare; NULL: none is near. */
const char *ws__near_genius_name(const char *name, size_t count, const char *const *names);

/* The level of a discrete issue's item; SIZE_MAX: none. */
size_t ws__find_genius_item(const ws_genius_issue *issue, const char *value);

/* Every issue below an element's objectives, however nested, one after the other: the next after `last`
 * (NULL: the first); NULL: no more. */
const ws_xml_element *ws__next_issue(const ws_xml_element *top, const ws_xml_element *last);

ws_status ws__read_genius_domain(ws_genius_domain *out, ws_arena *arena, const ws_genius_file *file,
                                 unsigned real_steps, ws_diag *diag);
ws_status ws__read_genius_profile(ws_genius_profile *out, ws_arena *arena, const ws_genius_file *file,
                                  const ws_genius_domain *domain, ws_diag *diag);
/* The rectangles of a nonlinear profile. */
ws_status ws__read_genius_rectangles(ws_genius_profile *out, ws_arena *arena, const ws_xml_element *utility,
                                     const ws_genius_domain *domain, ws_diag *diag);

/* The case as a document, its nodes in doc->arena. */
ws_status ws__make_genius_doc(ws_doc *doc, const ws_genius_domain *domain, size_t count,
                              const ws_genius_profile *profiles, ws_diag *diag);

/* Reads a folder, a domain file, or a domain file with named profiles. */
ws_status ws__read_genius(ws_doc **out, const char *path, const ws_read_options *options, ws_diag *diag);
/* The same of texts in memory, named as files of a folder. */
ws_status ws__read_genius_texts(ws_doc **out, size_t count, const ws_written_file *texts,
                                const ws_read_options *options, ws_diag *diag);

#endif
