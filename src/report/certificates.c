/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates as text and Markdown: the verdict first, then the deal, then where it leaves each party, then
 * what would be better. */
#include "report/certificates.h"

#include "base/diag.h"
#include "case/model.h"
#include "report/analysis_json.h"
#include "report/analysis_text.h"
#include "report/words.h"

#include <math.h>
#include <string.h>

static double share_of_gain(const ws_space *space, const ws_outcome *deal, size_t p)
{
    ws_range range = ws_get_range(space, p);
    double most = range.max - range.reservation;
    return most > 0 ? deal->gain[p] / most : (double)NAN;
}

static void table_of_parties(ws_page *page, const ws_certificate *deal, const ws_space *space)
{
    const ws_shape *shape = ws_space_case(space)->shape;
    ws_table *table = ws__start_table(page);
    ws__add_column(table, "", WS_FLEXIBLE, 12);
    ws__add_column(table, "accepts", WS_LEFT, 0);
    ws__add_column(table, "gains", WS_RIGHT, 0);
    ws__add_column(table, "as good\nor better", WS_RIGHT, 0);
    ws__add_column(table, "left to\ngain", WS_RIGHT, 0);
    ws__add_column(table, "passes\nat home", WS_RIGHT, 0);
    for (size_t p = 0; p < shape->party_count; p++) {
        ws_range range = ws_get_range(space, p);
        double width = range.max - range.min;
        ws__add_cell(table, shape->parties[p].name);
        ws__add_cell(table, deal->accepted_by[p] ? "yes" : "no");
        ws__add_cell(table, ws__say_whole_percent(&page->arena, share_of_gain(space, &deal->outcome, p)));
        ws__add_cell(table,
                     ws__say_percent(&page->arena, deal->of ? (double)deal->at_or_above[p] / (double)deal->of
                                                            : (double)NAN));
        ws__add_cell(table, ws__say_percent(&page->arena, width > 0 ? deal->value_left[p] / width : 0));
        ws__add_cell(table, ws__say_percent(&page->arena, deal->outcome.p[p]));
    }
    ws__end_table(table);
}

/* Which solutions it is, or the nearest by name. */
static void say_nearest(ws_page *page, const ws_certificate *deal)
{
    int nearest = -1;
    const char *same[WS_SOLUTION_COUNT];
    size_t count = 0;
    for (int s = 0; s < WS_SOLUTION_COUNT; s++) {
        if (isnan(deal->distance[s]))
            continue;
        if (nearest < 0 || deal->distance[s] < deal->distance[nearest])
            nearest = s;
        if (deal->distance[s] == 0)
            same[count++] = ws__solution_name((ws_solution)s);
    }
    if (count)
        ws__page_paragraph(page, "It is the %s deal.", ws__say_list(&page->arena, count, same));
    else if (nearest >= 0)
        ws__page_paragraph(page,
                           "The nearest solution is the %s deal, %s of the parties' ranges away; the nearest "
                           "efficient deal %s.",
                           ws__solution_name((ws_solution)nearest),
                           ws__say_percent(&page->arena, deal->distance[nearest]),
                           ws__say_percent(&page->arena, deal->pareto_distance));
}

/* Each better deal by a letter: what it says, then what it brings whom. */
static void tell_better(ws_page *page, const ws_certificate *deal, const ws_space *space)
{
    if (deal->better_count == 0)
        return;
    const ws_shape *shape = ws_space_case(space)->shape;
    ws__page_heading(page, "Better for every party");
    for (size_t i = 0; i < deal->better_count; i++)
        ws__page_point(page, "%c: %s", (char)('A' + i),
                       ws__say_deal(&page->arena, shape, deal->better[i].levels));
    ws_table *table = ws__start_table(page);
    ws__add_column(table, "gains of", WS_FLEXIBLE, 12);
    for (size_t i = 0; i < deal->better_count; i++)
        ws__add_column(table, (char[]){(char)('A' + i), '\0'}, WS_RIGHT, 0);
    for (size_t p = 0; p < shape->party_count; p++) {
        ws__add_cell(table, shape->parties[p].name);
        for (size_t i = 0; i < deal->better_count; i++)
            ws__add_cell(table,
                         ws__say_whole_percent(&page->arena, share_of_gain(space, &deal->better[i], p)));
    }
    ws__add_cell(table, "chance to pass");
    for (size_t i = 0; i < deal->better_count; i++)
        ws__add_cell(table, ws__say_percent(&page->arena, deal->better[i].p_all));
    ws__end_table(table);
}

static void say_one(ws_page *page, const ws_certificate *deal, const ws_space *space)
{
    const ws_shape *shape = ws_space_case(space)->shape;
    ws__page_paragraph(page, "%s", deal->verdict);
    const char *broken = ws__say_broken(&page->arena, shape, deal->outcome.levels);
    if (broken)
        ws__page_paragraph(page, "It asks that %s.", broken);
    if (!shape->unanimous)
        ws__page_paragraph(page, "To agree it takes %s.",
                           ws__say_agreement(&page->arena, ws_space_case(space)));
    ws__page_paragraph(page, "The deal: %s.", ws__say_deal(&page->arena, shape, deal->outcome.levels));
    table_of_parties(page, deal, space);
    ws__page_paragraph(
        page,
        "Gains are shares of what the party could gain at most over no agreement; \"as good or better\": "
        "how many of the possible deals are that for it; what is left to gain is what it could still "
        "get with nobody worse off.");
    say_nearest(page, deal);
    tell_better(page, deal, space);
}

/* "1 is", "2 are", "none is". */
static const char *say_are(ws_page *page, uint64_t count)
{
    const char *text =
        ws__format_text(&page->arena, "%s %s", ws__say_count(&page->arena, count), count == 1 ? "is" : "are");
    return count == 0 || !text ? "none is" : text;
}

static void say_many(ws_page *page, const ws_certificates *certificates, const ws_space *space)
{
    const ws_shape *shape = ws_space_case(space)->shape;
    uint64_t acceptable = 0, efficient = 0;
    for (size_t i = 0; i < certificates->count; i++) {
        acceptable += certificates->certificates[i].acceptable && certificates->certificates[i].feasible;
        efficient += certificates->certificates[i].on_frontier;
    }
    ws__page_paragraph(page, "Of %s %s acceptable and %s efficient.",
                       ws__say_many(&page->arena, certificates->count, "deal", "deals"),
                       say_are(page, acceptable), say_are(page, efficient));
    ws_table *table = ws__start_table(page);
    ws__add_column(table, "deal", WS_RIGHT, 0);
    for (size_t p = 0; p < shape->party_count; p++)
        ws__add_column(table, shape->parties[p].name, WS_RIGHT, 0);
    ws__add_column(table, "passes", WS_RIGHT, 0);
    ws__add_column(table, "", WS_FLEXIBLE, 20);
    for (size_t i = 0; i < certificates->count; i++) {
        const ws_certificate *deal = &certificates->certificates[i];
        ws__add_cell(table, ws__say_count(&page->arena, deal->outcome.index));
        for (size_t p = 0; p < shape->party_count; p++)
            ws__add_cell(table, ws__say_whole_percent(&page->arena, share_of_gain(space, &deal->outcome, p)));
        ws__add_cell(table, ws__say_percent(&page->arena, deal->outcome.p_all));
        ws__add_cell(table, deal->verdict);
    }
    ws__end_table(table);
}

ws_status ws__report_certificates(char **out, const ws_certificates *certificates, bool list,
                                  const ws_space *space, const ws_report_options *options, ws_diag *diag)
{
    const ws_case *c = ws_space_case(space);
    if (options && options->form == WS_REPORT_JSON)
        return ws__write_certificates_json(out, certificates, list, c, options, diag);
    ws_page *page = ws__start_page(options);
    if (!page)
        return ws_fail(diag, WS_LIMIT, "no memory for the result");
    ws__page_title(page, ws__say_title(c, options ? options->case_name : NULL), list ? "" : "one deal");
    if (list)
        say_many(page, certificates, space);
    else
        say_one(page, &certificates->certificates[0], space);
    ws__page_warnings(page);
    const char *name = options && options->case_name ? options->case_name : "CASE";
    if (!list && ws__votes_at_home(c->shape))
        ws__page_next(page, "Who at home would pass it",
                      ws__format_text(&page->arena, "winset ratify %s --deal %llu", name,
                                      (unsigned long long)certificates->certificates[0].outcome.index));
    return ws__finish_page(out, page, diag);
}
