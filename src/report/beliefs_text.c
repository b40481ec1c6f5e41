/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `update` as people read it: what is believed of each side now, and what each event did to that. */
#include "base/date.h"
#include "base/diag.h"
#include "case/model.h"
#include "report/course.h"
#include "report/page.h"

#include <string.h>

enum { HEAD_WIDTH = 12, BAR = 12 };

static const char *list_types(ws_page *page, const ws_party *party, const double *values)
{
    WS_TEXT(words);
    for (size_t t = 0; t < party->type_count; t++)
        ws__add_format(&words, "%s%s %s", t ? ", " : "", party->types[t].name,
                       ws__say_percent(&page->arena, values[t]));
    const char *copy = words.bytes ? ws__copy_text(&page->arena, words.bytes) : NULL;
    return copy ? copy : "";
}

/* The likeliest type. */
static size_t likeliest(const ws_party_beliefs *beliefs)
{
    size_t best = 0;
    for (size_t t = 1; t < beliefs->type_count; t++)
        if (beliefs->posterior[t] > beliefs->posterior[best])
            best = t;
    return best;
}

static void tell_answer(ws_page *page, const ws_shape *shape, const ws_party_beliefs *beliefs)
{
    const ws_party *party = &shape->parties[beliefs->party];
    size_t t = likeliest(beliefs);
    const char *now = ws__say_percent(&page->arena, beliefs->posterior[t]);
    if (beliefs->step_count == 0)
        ws__page_paragraph(page, WS_STRONG "%s: \"%s\" is likeliest, %s" WS_PLAIN "; no event tells of it.",
                           party->name, party->types[t].name, now);
    else
        ws__page_paragraph(page, WS_STRONG "%s: \"%s\" is likeliest, %s" WS_PLAIN ", against %s before %s.",
                           party->name, party->types[t].name, now,
                           ws__say_percent(&page->arena, beliefs->prior[t]),
                           beliefs->step_count == 1 ? "the event" : "the events");
}

static void tell_steps(ws_page *page, const ws_shape *shape, const ws_party_beliefs *beliefs)
{
    const ws_party *party = &shape->parties[beliefs->party];
    ws__page_heading(page, party->name);
    ws_table *table = ws__start_table(page);
    ws__add_column(table, "date", WS_LEFT, 0);
    ws__add_column(table, "event", WS_FLEXIBLE, 12);
    for (size_t t = 0; t < party->type_count; t++)
        ws__add_column(table, ws__break_text(&page->arena, party->types[t].name, HEAD_WIDTH), WS_DECIMAL, 0);
    size_t shown = likeliest(beliefs);
    ws__add_column(table, ws__break_text(&page->arena, party->types[shown].name, BAR), WS_LEFT, 0);
    ws__add_cell(table, "");
    ws__add_cell(table, "before the events");
    for (size_t t = 0; t < party->type_count; t++)
        ws__add_cell(table, ws__say_percent(&page->arena, beliefs->prior[t]));
    ws__add_cell(table, ws__say_bar(&page->arena, beliefs->prior[shown], BAR, page->ascii));
    for (size_t s = 0; s < beliefs->step_count; s++) {
        const ws_belief_step *step = &beliefs->steps[s];
        char day[WS_DATE_ROOM];
        ws__format_date(day, step->date);
        ws__add_cell(table, day);
        ws__add_cell(table, step->from_model
                                ? ws__format_text(&page->arena, "%s (likelihood from the game)", step->event)
                                : step->event);
        for (size_t t = 0; t < party->type_count; t++)
            ws__add_cell(table, ws__say_percent(&page->arena, step->posterior[t]));
        ws__add_cell(table, ws__say_bar(&page->arena, step->posterior[shown], BAR, page->ascii));
    }
    ws__end_table(table);
}

ws_status ws__report_beliefs(char **out, const ws_beliefs *beliefs, const ws_case *c,
                             const ws_report_options *options, ws_diag *diag)
{
    if (options && options->form == WS_REPORT_JSON)
        return ws__beliefs_json(out, beliefs, c, options, diag);
    ws_page *page = ws__start_page(options);
    if (!page)
        return ws_fail(diag, WS_LIMIT, "no memory for the result");
    char day[WS_DATE_ROOM + 8] = "";
    if (beliefs->until != WS_NO_DAY)
        ws__format_long_date(day, beliefs->until);
    ws__page_title(page, *ws_case_title(c) ? ws_case_title(c) : "What the events tell",
                   *day ? ws__format_text(&page->arena, "up to %s", day) : "");
    if (!beliefs->complete)
        ws__page_paragraph(page,
                           WS_STRONG
                           "Incomplete:" WS_PLAIN
                           " the work was stopped at \"%s\"; it and later events do not count here.",
                           beliefs->stopped_at);
    if (beliefs->party_count == 0)
        ws__page_paragraph(
            page, "Nobody in this case has private types, so no event can tell anything about them.");
    for (size_t i = 0; i < beliefs->party_count; i++)
        tell_answer(page, c->shape, &beliefs->parties[i]);
    for (size_t i = 0; i < beliefs->party_count; i++)
        tell_steps(page, c->shape, &beliefs->parties[i]);
    if (beliefs->analyst) {
        ws__page_heading(page, "What you know beyond the public");
        for (size_t i = 0; i < beliefs->party_count; i++) {
            const ws_party *party = &c->shape->parties[beliefs->analyst[i].party];
            ws__page_paragraph(page, "With the hidden events too, %s is %s. The parties do not play by that.",
                               party->name, list_types(page, party, beliefs->analyst[i].posterior));
        }
    }
    if (beliefs->party_count)
        ws__page_paragraph(
            page, "By Bayes' rule, one event after another; how likely each type was to act so is the case's "
                  "judgment, or the game's where it says so.");
    ws__page_warnings(page);
    bool plays = c->shape->process != NULL;
    ws__page_next(page, plays ? "What follows from this" : "What each type would sign and deliver",
                  ws__format_text(&page->arena, plays ? "winset solve %s" : "winset analyze %s --by-type",
                                  options && options->case_name ? options->case_name : "CASE"));
    return ws__finish_page(out, page, diag);
}
