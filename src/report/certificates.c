/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates as text and Markdown: the verdict first, then the deal, then where it leaves each party, then
 * what would be better. */
#include "report/certificates.h"

#include "base/diag.h"
#include "case/model.h"
#include "report/analysis_json.h"
#include "report/page.h"

#include <math.h>
#include <string.h>

static double share_of_gain(const ws_space *space, const ws_outcome *deal, size_t p)
{
    ws_range range = ws_get_range(space, p);
    double most = range.max - range.reservation;
    return most > 0 ? deal->gain[p] / most : (double)NAN;
}

/* "Automobiles monitoring, Insurance consultations", all issues. */
static const char *say_deal(ws_page *page, const ws_shape *shape, const uint32_t *levels)
{
    WS_TEXT(text);
    for (size_t i = 0; i < shape->issue_count; i++) {
        const ws_issue *issue = &shape->issues[i];
        ws__add_format(&text, "%s%s %s", i ? ", " : "", issue->name,
                       issue->level_names ? issue->level_names[levels[i]] : issue->levels[levels[i]]);
    }
    const char *copy = ws__copy_text(&page->arena, text.bytes ? text.bytes : "");
    return copy ? copy : "";
}

static void table_of_parties(ws_page *page, const ws_certificate *deal, const ws_space *space)
{
    const ws_shape *shape = ws_space_case(space)->shape;
    ws_table *table = ws__start_table(page);
    ws__add_column(table, "", WS_FLEXIBLE, 12);
    ws__add_column(table, "accepts", WS_LEFT, 0);
    ws__add_column(table, "of its gain", WS_RIGHT, 0);
    ws__add_column(table, "as good or better", WS_RIGHT, 0);
    ws__add_column(table, "left to gain", WS_RIGHT, 0);
    ws__add_column(table, "passes at home", WS_RIGHT, 0);
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

/* The nearest solution by name. */
static void say_nearest(ws_page *page, const ws_certificate *deal)
{
    int nearest = -1;
    for (int s = 0; s < WS_SOLUTION_COUNT; s++)
        if (!isnan(deal->distance[s]) && (nearest < 0 || deal->distance[s] < deal->distance[nearest]))
            nearest = s;
    if (nearest < 0)
        return;
    char name[32] = "";
    strncpy(name, ws_solution_key((ws_solution)nearest), sizeof name - 1);
    for (char *c = name; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    if (deal->distance[nearest] == 0)
        ws__page_paragraph(page, "It is the %s deal.", name);
    else
        ws__page_paragraph(page,
                           "The nearest solution is the %s deal, %s of the parties' ranges away; the nearest "
                           "efficient deal %s.",
                           name, ws__say_percent(&page->arena, deal->distance[nearest]),
                           ws__say_percent(&page->arena, deal->pareto_distance));
}

static void table_of_better(ws_page *page, const ws_certificate *deal, const ws_space *space)
{
    if (deal->better_count == 0)
        return;
    const ws_shape *shape = ws_space_case(space)->shape;
    ws__page_heading(page, "Better for every party");
    ws_table *table = ws__start_table(page);
    ws__add_column(table, "deal", WS_FLEXIBLE, 20);
    for (size_t p = 0; p < shape->party_count; p++)
        ws__add_column(table, shape->parties[p].key, WS_RIGHT, 0);
    ws__add_column(table, "passes", WS_RIGHT, 0);
    for (size_t i = 0; i < deal->better_count; i++) {
        ws__add_cell(table, say_deal(page, shape, deal->better[i].levels));
        for (size_t p = 0; p < shape->party_count; p++)
            ws__add_cell(table,
                         ws__say_whole_percent(&page->arena, share_of_gain(space, &deal->better[i], p)));
        ws__add_cell(table, ws__say_percent(&page->arena, deal->better[i].p_all));
    }
    ws__end_table(table);
}

static void say_one(ws_page *page, const ws_certificate *deal, const ws_space *space)
{
    const ws_shape *shape = ws_space_case(space)->shape;
    ws__page_paragraph(page, "%s", deal->verdict);
    ws__page_paragraph(page, "The deal: %s.", say_deal(page, shape, deal->outcome.levels));
    table_of_parties(page, deal, space);
    ws__page_paragraph(
        page, "Gains are shares of what the party could gain at most over no agreement; what is left "
              "to gain is what it could still get with nobody worse off.");
    say_nearest(page, deal);
    table_of_better(page, deal, space);
}

static void say_many(ws_page *page, const ws_certificates *certificates, const ws_space *space)
{
    const ws_shape *shape = ws_space_case(space)->shape;
    uint64_t acceptable = 0, efficient = 0;
    for (size_t i = 0; i < certificates->count; i++) {
        acceptable += certificates->certificates[i].acceptable && certificates->certificates[i].feasible;
        efficient += certificates->certificates[i].on_frontier;
    }
    ws__page_paragraph(page, "Of %s, %s acceptable and %s efficient.",
                       ws__say_many(&page->arena, certificates->count, "deal", "deals"),
                       ws__say_count(&page->arena, acceptable), ws__say_count(&page->arena, efficient));
    ws_table *table = ws__start_table(page);
    ws__add_column(table, "deal", WS_RIGHT, 0);
    for (size_t p = 0; p < shape->party_count; p++)
        ws__add_column(table, shape->parties[p].key, WS_RIGHT, 0);
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
    ws__page_title(page, ws_case_title(c), "");
    if (list)
        say_many(page, certificates, space);
    else
        say_one(page, &certificates->certificates[0], space);
    ws__page_warnings(page);
    const char *name = options && options->case_name ? options->case_name : "CASE";
    if (!list)
        ws__page_next(page, "Who at home would pass it",
                      ws__format_text(&page->arena, "winset ratify %s --deal %llu", name,
                                      (unsigned long long)certificates->certificates[0].outcome.index));
    return ws__finish_page(out, page, diag);
}
