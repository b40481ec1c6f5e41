/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the text of `analyze` share: names, and the deals that are spoken of. */
#ifndef WINSET_REPORT_ANALYSIS_TEXT_H
#define WINSET_REPORT_ANALYSIS_TEXT_H

#include "case/model.h"
#include "report/page.h"

enum { WS_MOST_DEALS = 16 };

/* A deal that is spoken of, by a letter in tables and on the map. */
typedef struct ws_named_deal {
    const ws_outcome *outcome;
    char letter;
    const char *label; /* a few words: "at the table" */
    unsigned at_table; /* bits: solutions on u that choose it */
    unsigned at_home;  /* bits: solutions on E that choose it */
    bool best_in_zone;
    size_t best_for; /* the party whose best deal it is; SIZE_MAX: none */
} ws_named_deal;

typedef struct ws_telling {
    ws_page *page;
    ws_arena *arena; /* the page's */
    const ws_analysis *analysis;
    const ws_space *space;
    const ws_shape *shape;
    size_t parties;
    const char **names;       /* [parties] whole */
    const char **shorts;      /* [parties] for headings and rows */
    const char **issue_names; /* [issues] */
    const char *everybody;    /* "both sides", "all 3 sides" */
    const char *sure;         /* "at least 50% likely to pass at home" */
    size_t deal_count;
    ws_named_deal deals[WS_MOST_DEALS]; /* falling by the first party's gain */
} ws_telling;

/* The whole document as text or Markdown in *out (free()). */
ws_status ws__write_analysis_text(char **out, const ws_analysis *analysis, const ws_space *space,
                                  const ws_report_options *options, ws_diag *diag);

/* A gain as a share of the most the party could gain over no deal; NaN where it can gain nothing. */
double ws__gain_share(const ws_telling *telling, size_t party, const ws_outcome *outcome);
/* The party with the least such share; SIZE_MAX where none can gain. */
size_t ws__worst_off(const ws_telling *telling, const ws_outcome *outcome);
/* The letter of a deal that is spoken of; '?' where it is not. */
char ws__letter_of(const ws_telling *telling, const ws_outcome *outcome);
/* A class in words; a level as written. */
const char *ws__class_words(const ws_telling *telling, size_t class_of);
const char *ws__level_words(const ws_telling *telling, size_t issue, uint32_t level);

/* The parts, in the order they are told. */
void ws__choose_deals(ws_telling *telling);
void ws__tell_answer(ws_telling *telling);
void ws__tell_counts(ws_telling *telling);
void ws__tell_deals(ws_telling *telling);
void ws__tell_map(ws_telling *telling);
void ws__tell_classes(ws_telling *telling);
void ws__tell_types(ws_telling *telling);
void ws__tell_tradeoffs(ws_telling *telling);
void ws__tell_opening(ws_telling *telling);
void ws__tell_end(ws_telling *telling);

/* What a solution is called: "Nash", "relative utilitarian". */
const char *ws__solution_name(ws_solution solution);

#endif
