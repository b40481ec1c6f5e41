/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A case as it was understood, in words: did I write what I meant? */
#include "report/understood.h"

#include "base/diag.h"
#include "report/page.h"
#include "report/words.h"

#include <math.h>
#include <string.h>

/* ---- Words that JSON has too ---- */

uint64_t ws__count_case_outcomes(const ws_shape *shape)
{
    uint64_t count = 1;
    for (size_t i = 0; i < shape->issue_count; i++)
        if (__builtin_mul_overflow(count, (uint64_t)shape->issues[i].level_count, &count))
            return 0;
    return count;
}

const char *ws__form_word(const ws_preference *preference)
{
    return preference->form == WS_FORM_POINTS ? "points" : "weights";
}

/* ---- The page ---- */

typedef struct teller {
    const ws_case *c;
    const ws_shape *shape;
    const ws_space *space;
    ws_page *page;
    ws_arena *arena;
} teller;

static const char *number_words(teller *t, ws_slot slot, double other)
{
    return ws__say_number(t->arena, ws__number(t->c, slot, other));
}

static void tell_summary(teller *t)
{
    const ws_shape *shape = t->shape;
    uint64_t outcomes = ws__count_case_outcomes(shape);
    const char *deals = outcomes ? ws__say_many(t->arena, outcomes, "possible deal", "possible deals")
                                 : "more possible deals than 64 bits count";
    const char *feasible = "";
    if (t->space && shape->constraint_count) {
        uint64_t count = ws_count_feasible(t->space);
        feasible = count == 0 ? "; the constraints leave none of them"
                              : ws__format_text(t->arena, "; the constraints leave %s of them",
                                                ws__say_count(t->arena, count));
    }
    const char *by = shape->unanimous ? "all parties must agree" : "an agreement needs not all of them";
    ws__page_paragraph(t->page, "The case reads without an error: %s, %s, %s; %s%s.",
                       ws__say_many(t->arena, shape->issue_count, "issue", "issues"),
                       ws__say_many(t->arena, shape->party_count, "party", "parties"), deals, by,
                       feasible ? feasible : "");
    if (!shape->unanimous)
        ws__page_paragraph(t->page, "To agree it takes %s.", ws__say_agreement(t->arena, t->c));
}

static const char *level_words(teller *t, const ws_issue *issue)
{
    const char *words;
    if (issue->values) {
        words =
            ws__format_text(t->arena, "%s to %s%s%s", issue->levels[0], issue->levels[issue->level_count - 1],
                            issue->unit ? " " : "", issue->unit ? issue->unit : "");
        return words ? words : "";
    }
    WS_TEXT(text);
    for (size_t i = 0; i < issue->level_count && i < 8; i++)
        ws__add_format(&text, "%s%s", i ? ", " : "", issue->level_names[i]);
    if (issue->level_count > 8)
        ws__add_text(&text, ", ...");
    words = text.bytes && !text.failed ? ws__copy_text(t->arena, text.bytes) : NULL;
    return words ? words : "";
}

static void tell_issues(teller *t)
{
    ws__page_heading(t->page, "Issues");
    ws_table *table = ws__start_table(t->page);
    ws__add_column(table, "issue", WS_FLEXIBLE, 12);
    ws__add_column(table, "levels", WS_RIGHT, 0);
    ws__add_column(table, "from first to last", WS_FLEXIBLE, 20);
    for (size_t i = 0; i < t->shape->issue_count; i++) {
        const ws_issue *issue = &t->shape->issues[i];
        ws__add_cell(table, issue->name);
        ws__add_cell(table, ws__say_count(t->arena, issue->level_count));
        ws__add_cell(table, level_words(t, issue));
    }
    ws__end_table(table);
}

/* Where a reservation value comes from, where the file does not state a number. */
static const char *origin(teller *t, const ws_reservation *reservation, size_t party)
{
    switch (reservation->kind) {
    case WS_RESERVATION_NUMBER:
        return "";
    case WS_RESERVATION_OUTCOME:
        return "of an outcome";
    case WS_RESERVATION_PERCENTILE:
        return "of a percentile";
    case WS_RESERVATION_DEFAULT:
        break;
    }
    return party != SIZE_MAX && t->shape->breakdown.value[party] != WS_NO_SLOT ? "of breakdown" : "its least";
}

static void add_range(teller *t, ws_table *table, size_t evaluator, const ws_reservation *reservation,
                      size_t party)
{
    ws_range range = {.min = (double)NAN, .max = (double)NAN, .reservation = (double)NAN};
    if (t->space)
        range = ws_get_range(t->space, evaluator);
    else if (reservation->kind == WS_RESERVATION_NUMBER)
        range.reservation = ws__number(t->c, reservation->number, 0);
    ws__add_cell(table, ws__say_number(t->arena, range.min));
    ws__add_cell(table, ws__say_number(t->arena, range.max));
    ws__add_cell(table, ws__say_number(t->arena, range.reservation));
    ws__add_cell(table, origin(t, reservation, party));
}

static void tell_parties(teller *t)
{
    ws__page_heading(t->page, "Parties, in the order they speak");
    ws_table *table = ws__start_table(t->page);
    ws__add_column(table, "party", WS_FLEXIBLE, 12);
    ws__add_column(table, "by", WS_LEFT, 0);
    ws__add_column(table, "worst", WS_DECIMAL, 0);
    ws__add_column(table, "best", WS_DECIMAL, 0);
    ws__add_column(table, "no deal", WS_DECIMAL, 0);
    ws__add_column(table, "", WS_LEFT, 0);
    ws__add_column(table, "discount", WS_DECIMAL, 0);
    for (size_t p = 0; p < t->shape->party_count; p++) {
        const ws_party *party = &t->shape->parties[p];
        ws__add_cell(table, party->name);
        ws__add_cell(table, ws__form_word(&party->preference));
        add_range(t, table, p, &party->reservation, p);
        ws__add_cell(table, number_words(t, party->discount, 1));
    }
    ws__end_table(table);
}

static void tell_actors(teller *t, size_t party)
{
    const ws_domestic *home = t->shape->parties[party].domestic;
    ws_table *table = ws__start_table(t->page);
    ws__add_column(table, "who votes", WS_FLEXIBLE, 12);
    ws__add_column(table, "worst", WS_DECIMAL, 0);
    ws__add_column(table, "best", WS_DECIMAL, 0);
    ws__add_column(table, "asks for", WS_DECIMAL, 0);
    ws__add_column(table, "", WS_LEFT, 0);
    ws__add_column(table, "noise", WS_DECIMAL, 0);
    ws__add_column(table, "seats", WS_RIGHT, 0);
    ws__add_column(table, "discipline", WS_DECIMAL, 0);
    for (size_t a = 0; a < home->actor_count; a++) {
        const ws_actor *actor = &home->actors[a];
        ws__add_cell(table, actor->name);
        add_range(t, table, t->space ? ws_actor_evaluator(t->space, party, a) : 0, &actor->threshold,
                  SIZE_MAX);
        ws__add_cell(table, number_words(t, actor->noise, 0));
        ws__add_cell(table, number_words(t, actor->seats, 1));
        ws__add_cell(table, number_words(t, actor->discipline, 1));
    }
    ws__end_table(table);
}

static void tell_bodies(teller *t, const ws_domestic *home)
{
    for (size_t i = 0; i < home->body_count; i++)
        ws__page_point(t->page, "%s: %s.", home->bodies[i].name,
                       ws__say_body(t->arena, t->c, &home->bodies[i], home->actors));
}

static void tell_homes(teller *t)
{
    for (size_t p = 0; p < t->shape->party_count; p++) {
        const ws_party *party = &t->shape->parties[p];
        const ws_domestic *home = party->domestic;
        if (home && home->actor_count) {
            const char *heading = ws__format_text(t->arena, "At home: %s", party->name);
            ws__page_heading(t->page, heading ? heading : party->name);
            tell_actors(t, p);
            tell_bodies(t, home);
            if (home->body_count)
                ws__page_paragraph(t->page, "To ratify: %s.", ws__say_ratification(t->arena, t->c, home));
        }
        if (party->type_count == 0)
            continue;
        WS_TEXT(text);
        for (size_t i = 0; i < party->type_count; i++)
            ws__add_format(&text, "%s%s %s", i ? ", " : "", party->types[i].name,
                           ws__say_percent(t->arena, ws__number(t->c, party->types[i].probability, 0)));
        ws__page_paragraph(t->page, "%s is one of %zu types, as the others see it: %s.", party->name,
                           party->type_count, text.bytes ? text.bytes : "");
    }
}

static void tell_process(teller *t)
{
    const ws_process *process = t->shape->process;
    if (!process) {
        ws__page_paragraph(t->page,
                           "There is no process (rounds, deadline): the case is analyzed as it stands, "
                           "not played.");
        return;
    }
    char from[WS_DATE_ROOM + 8] = "", until[WS_DATE_ROOM + 8] = "";
    if (process->dates) {
        ws__format_long_date(from, process->dates[0]);
        ws__format_long_date(until, process->dates[process->round_count - 1]);
    }
    const char *first = process->first == SIZE_MAX ? "who proposes is drawn each round"
                                                   : ws__format_text(t->arena, "%s proposes first",
                                                                     t->shape->parties[process->first].name);
    ws__page_paragraph(t->page, "Process: %s%s%s%s%s; %s; a proposer %s break off; rationality %s.",
                       ws__say_many(t->arena, process->round_count, "round", "rounds"),
                       process->dates ? " from " : "", from, process->dates ? " to " : "", until,
                       first ? first : "", process->walk ? "may" : "may not",
                       process->infinite ? "without limit" : number_words(t, process->rationality, 20));
}

static void tell_rest(teller *t)
{
    const ws_shape *shape = t->shape;
    const char **names = WS_NEW_MANY(t->arena, shape->class_count + 1, const char *);
    for (size_t i = 0; names && i < shape->class_count; i++)
        names[i] = shape->classes[i].name;
    ws__page_heading(t->page, "The rest");
    if (names)
        ws__page_paragraph(t->page, "Kinds of deals: %s.", ws__say_list(t->arena, shape->class_count, names));
    tell_process(t);
    if (shape->event_count || shape->indicator_count || shape->market_count)
        ws__page_paragraph(t->page, "Also: %s, %s, %s.",
                           ws__say_many(t->arena, shape->event_count, "event", "events"),
                           ws__say_many(t->arena, shape->indicator_count, "indicator", "indicators"),
                           ws__say_many(t->arena, shape->market_count, "market", "markets"));
    if (shape->distribution_count)
        ws__page_paragraph(t->page,
                           "%s of %s are uncertain (distributions); where one number is needed, their "
                           "mean counts.",
                           ws__capital(t->arena, ws__say_count(t->arena, shape->distribution_count)),
                           ws__say_many(t->arena, shape->slot_count, "number", "numbers"));
    if (!t->space)
        ws__page_paragraph(t->page, "The case is too large to look at every deal here: ranges are left out.");
    if (t->page->verbose)
        for (size_t i = 0; i < shape->file_count; i++)
            ws__page_point(t->page, "read %s (SHA-256 %s)", shape->files[i].file, shape->files[i].sha256);
}

static ws_status report_page(char **out, const ws_case *c, const ws_space *space,
                             const ws_report_options *options, ws_diag *diag)
{
    ws_page *page = ws__start_page(options);
    if (!page)
        return ws_fail(diag, WS_LIMIT, "no memory for the result");
    teller t = {c, c->shape, space, page, &page->arena};
    uint64_t outcomes = ws__count_case_outcomes(t.shape);
    const char *size = outcomes
                           ? ws__format_text(t.arena, "%s, %s",
                                             ws__say_many(t.arena, t.shape->issue_count, "issue", "issues"),
                                             ws__say_many(t.arena, outcomes, "deal", "deals"))
                           : NULL;
    ws__page_title(page, *ws_case_title(c) ? ws_case_title(c) : "A case without a title", size ? size : "");
    tell_summary(&t);
    ws__page_warnings(page);
    tell_issues(&t);
    tell_parties(&t);
    tell_homes(&t);
    tell_rest(&t);
    const char *command = ws__format_text(t.arena, "winset analyze %s",
                                          options && options->case_name ? options->case_name : "CASE");
    ws__page_next(page, "Is there a deal, and which", command ? command : "winset analyze CASE");
    return ws__finish_page(out, page, diag);
}

ws_status ws__report_case(char **out, const ws_case *c, const ws_space *space,
                          const ws_report_options *options, ws_diag *diag)
{
    if (options && options->form == WS_REPORT_JSON)
        return ws__finish_json(out, ws__understood_json(c, space, options), diag);
    return report_page(out, c, space, options, diag);
}
