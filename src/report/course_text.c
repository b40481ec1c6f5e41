/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `solve` as people read it: how it ends, when, what to offer, what would change it, what it hangs on. */
#include "base/date.h"
#include "base/diag.h"
#include "case/model.h"
#include "report/course.h"
#include "report/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BAR = 20, ROUND_BAR = 12, MOST_SHOWN = 10, HEAD_WIDTH = 14 };

#define NOTHING 1e-9 /* said as 0% */

typedef struct telling {
    ws_page *page;
    ws_arena *arena;
    const ws_course *course;
    const ws_shape *shape;
    const double *least, *most; /* [parties] reservation value, largest utility among the offers */
} telling;

static const char *party(const telling *t, size_t p)
{
    return t->shape->parties[p].name;
}

static const char *class_words(const telling *t, size_t k)
{
    return k < t->shape->class_count ? t->shape->classes[k].name : "other";
}

/* A value as a share of what the party could gain over no deal. */
static const char *gain_words(const telling *t, size_t p, double value)
{
    double room = t->most[p] - t->least[p];
    return room > 0 ? ws__say_whole_percent(t->arena, (value - t->least[p]) / room) : "-";
}

/* A deal as what differs from another (NULL: all of it): "Cars targets, Car parts monitoring". */
static const char *deal_words(const telling *t, const ws_outcome *outcome, const ws_outcome *other)
{
    WS_TEXT(words);
    for (size_t i = 0; i < t->shape->issue_count; i++) {
        const ws_issue *issue = &t->shape->issues[i];
        if (other && other->levels[i] == outcome->levels[i])
            continue;
        ws__add_format(&words, "%s%s%s%s", words.length ? ", " : "",
                       t->shape->issue_count > 1 ? issue->name : "", t->shape->issue_count > 1 ? " " : "",
                       issue->level_names[outcome->levels[i]]);
    }
    const char *copy = words.bytes ? ws__copy_text(t->arena, words.bytes) : NULL;
    return copy ? copy : "";
}

static bool find_scales(telling *t)
{
    size_t parties = t->shape->party_count;
    double *least = WS_NEW_MANY(t->arena, parties, double), *most = WS_NEW_MANY(t->arena, parties, double);
    if (!least || !most)
        return false;
    for (size_t p = 0; p < parties; p++) {
        least[p] = most[p] = (double)NAN;
        for (size_t x = 0; x < t->course->offer_count; x++) {
            const ws_outcome *outcome = t->course->offers[x].outcome;
            least[p] = outcome->u[p] - outcome->gain[p];
            most[p] = x == 0 || outcome->u[p] > most[p] ? outcome->u[p] : most[p];
        }
    }
    t->least = least;
    t->most = most;
    return true;
}

/* ---- The answer ---- */

static size_t likeliest_class(const ws_odds *odds, size_t classes)
{
    size_t best = 0;
    for (size_t k = 1; k < classes; k++)
        best = odds->classes[k] > odds->classes[best] ? k : best;
    return best;
}

static void tell_missing(telling *t)
{
    if (!t->course->complete)
        ws__page_paragraph(t->page, WS_STRONG "Incomplete:" WS_PLAIN " the work was stopped. Left out: %s.",
                           ws__say_list(t->arena, t->course->missing_count, t->course->missing));
}

static void tell_answer(telling *t)
{
    const ws_odds *odds = &t->course->odds;
    const ws_course_round *last = &t->course->rounds[t->course->round_count - 1];
    size_t best = likeliest_class(odds, t->course->class_count);
    char by[WS_DATE_ROOM + 16] = "";
    if (last->date != WS_NO_DAY) {
        char day[WS_DATE_ROOM + 8];
        ws__format_long_date(day, last->date);
        snprintf(by, sizeof by, " by %s", day);
    }
    const char *verdict = odds->agreement >= 0.9   ? "almost sure"
                          : odds->agreement >= 0.6 ? "likely"
                          : odds->agreement >= 0.4 ? "an open question"
                          : odds->agreement >= 0.1 ? "unlikely"
                                                   : "hardly to be expected";
    const char *kind = "";
    if (t->shape->class_count > 1 && odds->agreement > 0)
        kind = ws__format_text(t->arena, ", most likely of the kind \"%s\" (%s)", class_words(t, best),
                               ws__say_percent(t->arena, odds->classes[best]));
    ws__page_paragraph(t->page, WS_STRONG "An agreement%s is %s: %s" WS_PLAIN "%s. Talks break down in %s%s.",
                       by, verdict, ws__say_percent(t->arena, odds->agreement), kind ? kind : "",
                       ws__say_percent(t->arena, odds->breakdown),
                       odds->failed > NOTHING
                           ? ws__format_text(t->arena, ", and in %s what was signed fails at home",
                                             ws__say_percent(t->arena, odds->failed))
                           : "");
}

static void add_end(telling *t, ws_table *table, const char *what, double odds)
{
    ws__add_cell(table, what);
    ws__add_cell(table, ws__say_percent(t->arena, odds));
    ws__add_cell(table, ws__say_bar(t->arena, odds < NOTHING ? 0 : odds, BAR, t->page->ascii));
}

static void tell_ends(telling *t)
{
    const ws_odds *odds = &t->course->odds;
    ws_table *table = ws__start_table(t->page);
    ws__add_column(table, "how it ends", WS_FLEXIBLE, 12);
    ws__add_column(table, "odds", WS_DECIMAL, 0);
    ws__add_column(table, "", WS_LEFT, 0);
    for (size_t k = 0; k < t->course->class_count; k++)
        if (odds->classes[k] > 0)
            add_end(t, table,
                    t->shape->class_count > 1 ? ws__format_text(t->arena, "a deal: %s", class_words(t, k))
                                              : "a deal",
                    odds->classes[k]);
    if (odds->failed > 0)
        add_end(t, table, "signed, then fails at home", odds->failed);
    for (size_t p = 0; p < t->course->party_count; p++)
        if (odds->walk[p] > 0)
            add_end(t, table, ws__format_text(t->arena, "%s breaks off", party(t, p)), odds->walk[p]);
    if (odds->outside > 0)
        add_end(t, table, "collapses from outside causes", odds->outside);
    if (odds->expiry > 0)
        add_end(t, table, "time runs out", odds->expiry);
    ws__end_table(table);
}

/* ---- The course ---- */

static void tell_rounds(telling *t)
{
    const ws_course *course = t->course;
    double top = 0;
    for (size_t n = 0; n < course->round_count; n++)
        top = course->rounds[n].agree > top ? course->rounds[n].agree : top;
    ws__page_heading(t->page, "Round by round");
    ws_table *table = ws__start_table(t->page);
    ws__add_column(table, course->rounds[0].date == WS_NO_DAY ? "round" : "date", WS_LEFT, 0);
    ws__add_column(table, "speaks", WS_FLEXIBLE, 6);
    ws__add_column(table, "begins", WS_DECIMAL, 0);
    ws__add_column(table, "signed", WS_DECIMAL, 0);
    ws__add_column(table, "", WS_LEFT, 0);
    ws__add_column(table, t->shape->class_count > 1 ? "likeliest deal" : "", WS_FLEXIBLE, 6);
    size_t shown = course->round_count <= 24 ? course->round_count : 24;
    for (size_t n = 0; n < shown; n++) {
        const ws_course_round *round = &course->rounds[n];
        char day[WS_DATE_ROOM];
        ws__format_date(day, round->date);
        ws__add_cell(table, round->date == WS_NO_DAY ? ws__format_text(t->arena, "%zu", round->number) : day);
        ws__add_cell(table, round->proposer == SIZE_MAX ? "drawn" : party(t, round->proposer));
        ws__add_cell(table, ws__say_percent(t->arena, round->reach));
        ws__add_cell(table, ws__say_percent(t->arena, round->agree));
        ws__add_cell(table,
                     ws__say_bar(t->arena, top > 0 ? round->agree / top : 0, ROUND_BAR, t->page->ascii));
        ws__add_cell(table, t->shape->class_count <= 1  ? ""
                            : round->odds.agreement > 0 ? class_words(t, round->class_of)
                                                        : "-");
    }
    ws__end_table(table);
    ws__page_paragraph(
        t->page,
        "Begins, signed: the odds, seen from today, that a round begins and that a deal is signed "
        "in it.%s",
        shown < course->round_count
            ? ws__format_text(t->arena, " %zu later rounds are in --json.", course->round_count - shown)
            : "");
}

static const char *list_beliefs(const telling *t, const ws_party *its, const double *belief, bool names)
{
    WS_TEXT(words);
    for (size_t k = 0; k < its->type_count; k++)
        ws__add_format(&words, "%s%s%s%s%s",
                       k == 0                     ? ""
                       : k + 1 == its->type_count ? " and "
                                                  : ", ",
                       names ? "\"" : "", names ? its->types[k].name : "", names ? "\" " : "",
                       ws__say_percent(t->arena, belief[k]));
    const char *copy = words.bytes ? ws__copy_text(t->arena, words.bytes) : NULL;
    return copy ? copy : "";
}

static void tell_beliefs(telling *t)
{
    const ws_course_round *first = &t->course->rounds[0],
                          *last = &t->course->rounds[t->course->round_count - 1];
    for (size_t p = 0; p < t->course->party_count; p++) {
        const ws_party *its = &t->shape->parties[p];
        if (!first->belief[p])
            continue;
        ws__page_paragraph(t->page, "Believed of %s: %s%s%s.", its->name,
                           list_beliefs(t, its, first->belief[p], true),
                           t->course->round_count > 1 ? "; once the last round begins, " : "",
                           t->course->round_count > 1 ? list_beliefs(t, its, last->belief[p], false) : "");
    }
}

/* ---- Offers ---- */

static void tell_offers(telling *t)
{
    const ws_course *course = t->course;
    if (course->speaker == SIZE_MAX || course->offer_count == 0)
        return;
    const ws_next_offer *best = &course->offers[0];
    const ws_party *speaker = &t->shape->parties[course->speaker];
    size_t turn = course->rounds[0].proposer;
    ws__page_heading(
        t->page,
        ws__format_text(t->arena, "What %s can offer next, best first%s", speaker->name,
                        turn != SIZE_MAX && turn != course->speaker ? " (were it to speak first)" : ""));
    ws_table *table = ws__start_table(t->page);
    ws__add_column(table, "", WS_RIGHT, 0);
    ws__add_column(table, "offer", WS_FLEXIBLE, 16);
    ws__add_column(table, "signed", WS_DECIMAL, 0);
    ws__add_column(table, "passes", WS_DECIMAL, 0);
    ws__add_column(table, "worth", WS_RIGHT, 0);
    if (best->reveals)
        ws__add_column(table, "reveals", WS_DECIMAL, 0);
    size_t shown = course->offer_count < MOST_SHOWN ? course->offer_count : MOST_SHOWN;
    for (size_t x = 0; x < shown; x++) {
        const ws_next_offer *offer = &course->offers[x];
        const char *words = deal_words(t, offer->outcome, x ? best->outcome : NULL);
        ws__add_cell(table, ws__format_text(t->arena, "%zu", x + 1));
        ws__add_cell(table, x && t->shape->issue_count > 1 ? ws__format_text(t->arena, "as 1, but %s", words)
                                                           : words);
        ws__add_cell(table, ws__say_percent(t->arena, offer->accept));
        ws__add_cell(table, ws__say_percent(t->arena, offer->deliver));
        ws__add_cell(table, gain_words(t, course->speaker, offer->value));
        if (best->reveals)
            ws__add_cell(table, ws__say_percent(t->arena, offer->reveals[0]));
    }
    ws__end_table(table);
    WS_TEXT(reveals);
    if (best->reveals)
        ws__add_format(
            &reveals, " Reveals: how sure the others are, after the offer, that it is \"%s\" (now %s).",
            speaker->types[0].name, ws__say_percent(t->arena, course->rounds[0].belief[course->speaker][0]));
    ws__page_paragraph(
        t->page,
        "Signed: the others accept it now. Passes: once signed, it is ratified. Worth: what making "
        "the offer is worth to %s, as a share of what it could gain at most (0%%: no deal).%s %s",
        speaker->name, reveals.bytes ? reveals.bytes : "",
        shown < course->offer_count
            ? ws__format_text(t->arena, "%zu more offers are in --json.", course->offer_count - shown)
            : "");
}

/* ---- What would change it ---- */

static void tell_odds_row(telling *t, ws_table *table, const char *what, const ws_odds *odds,
                          const double *value)
{
    ws__add_cell(table, what);
    ws__add_cell(table, ws__say_percent(t->arena, odds->agreement));
    ws__add_cell(table, ws__say_percent(t->arena, odds->failed));
    for (size_t p = 0; p < t->course->party_count && p < 3; p++)
        ws__add_cell(table, gain_words(t, p, value[p]));
}

static ws_table *start_odds(telling *t, const char *heading)
{
    ws_table *table = ws__start_table(t->page);
    ws__add_column(table, heading, WS_FLEXIBLE, 20);
    ws__add_column(table, "deal", WS_DECIMAL, 0);
    ws__add_column(table, "fails", WS_DECIMAL, 0);
    for (size_t p = 0; p < t->course->party_count && p < 3; p++)
        ws__add_column(table, ws__break_text(t->arena, party(t, p), HEAD_WIDTH), WS_RIGHT, 0);
    return table;
}

static const char *type_words(const telling *t, const ws_course_types *types)
{
    WS_TEXT(words);
    for (size_t p = 0; p < t->course->party_count; p++)
        if (types->types[p] != SIZE_MAX)
            ws__add_format(&words, "%s%s", words.length ? ", " : "",
                           t->shape->parties[p].types[types->types[p]].name);
    const char *copy = ws__format_text(t->arena, "%s (%s)", words.bytes ? words.bytes : "",
                                       ws__say_percent(t->arena, types->probability));
    return copy ? copy : "";
}

/* Whose types a row of `by_type` names. */
static const char *types_of(const telling *t)
{
    WS_TEXT(words);
    for (size_t p = 0; p < t->course->party_count; p++)
        if (t->course->by_type[0].types[p] != SIZE_MAX)
            ws__add_format(&words, "%s%s", words.length ? ", " : "", party(t, p));
    const char *copy = words.bytes ? ws__copy_text(t->arena, words.bytes) : NULL;
    return copy ? copy : "";
}

static void tell_changes(telling *t)
{
    const ws_course *course = t->course;
    if (course->type_count > 1) {
        ws__page_heading(t->page, "If the truth is");
        ws_table *table = start_odds(t, types_of(t));
        for (size_t i = 0; i < course->type_count; i++)
            tell_odds_row(t, table, type_words(t, &course->by_type[i]), &course->by_type[i].odds,
                          course->by_type[i].value);
        ws__end_table(table);
    }
    if (course->comparison_count > 0) {
        ws__page_heading(t->page, "What would change it");
        ws_table *table = start_odds(t, "if");
        tell_odds_row(t, table, "as it stands", &course->odds, course->value);
        for (size_t i = 0; i < course->comparison_count; i++)
            tell_odds_row(t, table, course->comparisons[i].change, &course->comparisons[i].odds,
                          course->comparisons[i].value);
        ws__end_table(table);
    }
    if (course->type_count > 1 || course->comparison_count > 0)
        ws__page_paragraph(
            t->page, "Deal: the odds of an agreement. Fails: signed, then refused at home. Under each name: "
                     "what the talks are worth to it, as a share of what it could gain at most (0%%: no "
                     "deal; below: worse).");
    for (size_t i = 0; i < course->comparison_count; i++)
        if (course->comparisons[i].averaged) {
            ws__page_paragraph(t->page,
                               "Whatever it says: the average over both things a sign can say. One raises "
                               "the odds of a deal, the other lowers them; what the other side learns can "
                               "cost more than it brings.");
            break;
        }
}

static void tell_assumptions(telling *t)
{
    const ws_course *course = t->course;
    if (course->assumption_count == 0) {
        ws__page_paragraph(t->page, "These odds are consequences of what the case assumes, not a forecast.");
        return;
    }
    ws__page_paragraph(t->page,
                       "These odds are consequences of what the case assumes, not a forecast. The odds of an "
                       "agreement (%s) hang most on:",
                       ws__say_percent(t->arena, course->odds.agreement));
    for (size_t i = 0; i < course->assumption_count; i++) {
        const ws_assumption *one = &course->assumptions[i];
        double odds = course->odds.agreement + one->moves;
        ws__page_point(t->page, "%s: %s would make it %s", one->what, one->step,
                       ws__say_percent(t->arena, odds < 0   ? 0
                                                 : odds > 1 ? 1
                                                            : odds));
    }
}

/* ---- How it was computed ---- */

static void tell_method(telling *t)
{
    const ws_course *course = t->course;
    ws__page_heading(t->page, "How it was computed");
    if (strcmp(course->method.name, "perfect") == 0)
        ws__page_paragraph(
            t->page, "Nobody has private types: one exact backward pass over the rounds.%s",
            course->method.tie
                ? " There is an exact tie: indifferent parties accept, an indifferent proposer "
                  "pleases the others; the limit of logit play need not do so."
                : "");
    else if (strcmp(course->method.name, "tree") == 0)
        ws__page_paragraph(t->page, "The tree of public histories: %s actions, a residual of %.1g.",
                           ws__say_count(t->arena, course->method.actions), course->method.residual);
    else
        ws__page_paragraph(
            t->page,
            "A grid of %s beliefs a round (%s nodes an axis), a residual of %.1g. %sOffers that can be read "
            "in "
            "more than one way are made with probability %.1g.",
            ws__say_count(t->arena, course->method.points), ws__say_count(t->arena, course->method.grid),
            course->method.residual,
            isfinite(course->method.halved_odds)
                ? ws__format_text(
                      t->arena,
                      "Half the nodes would move values by %.1g of a party's range and odds by %.1g. ",
                      course->method.halved_value, course->method.halved_odds)
                : "",
            course->method.ambiguity);
    ws__page_paragraph(t->page, "%s stand for %s. Rationality %s.",
                       ws__say_many(t->arena, course->method.offers, "offer", "offers"),
                       ws__say_many(t->arena, course->method.offers_of, "deal", "deals"),
                       isinf(course->method.rationality)
                           ? "infinite"
                           : ws__say_number(t->arena, course->method.rationality));
    if (!course->method.verified)
        return;
    if (course->method.gap)
        for (size_t p = 0; p < course->party_count; p++)
            ws__page_paragraph(
                t->page, "%s could gain at most %s of its range by playing perfectly against the others.",
                party(t, p), ws__say_percent(t->arena, course->method.gap[p]));
    if (course->method.playouts)
        ws__page_paragraph(t->page, "%s played-out talks end as the odds say, within %.2g standard errors.",
                           ws__say_count(t->arena, course->method.playouts), course->method.playout_errors);
    if (isfinite(course->method.farthest_odds))
        ws__page_paragraph(t->page, "The farthest reading of every ambiguous offer would move odds by %s.",
                           ws__say_percent(t->arena, course->method.farthest_odds));
    if (isfinite(course->method.fewer_offers_odds))
        ws__page_paragraph(t->page, "Half the offers would move odds by %s.",
                           ws__say_percent(t->arena, course->method.fewer_offers_odds));
}

ws_status ws__report_course(char **out, const ws_course *course, const ws_case *c,
                            const ws_report_options *options, ws_diag *diag)
{
    if (options && options->form == WS_REPORT_JSON)
        return ws__course_json(out, course, c, options, diag);
    ws_page *page = ws__start_page(options);
    if (!page)
        return ws_fail(diag, WS_LIMIT, "no memory for the result");
    telling t = {.page = page, .arena = &page->arena, .course = course, .shape = c->shape};
    if (!find_scales(&t)) {
        char *rest = NULL;
        ws__finish_page(&rest, page, NULL);
        return ws_fail(diag, WS_LIMIT, "no memory for the result");
    }
    const char *title = *ws_case_title(c) ? ws_case_title(c) : "The talks to their deadline";
    ws__page_title(page, title,
                   ws__format_text(t.arena, "%s, %s",
                                   ws__say_many(t.arena, course->round_count, "round", "rounds"),
                                   ws__say_many(t.arena, course->method.offers, "offer", "offers")));
    tell_missing(&t);
    tell_answer(&t);
    tell_ends(&t);
    tell_rounds(&t);
    tell_beliefs(&t);
    tell_offers(&t);
    tell_changes(&t);
    tell_assumptions(&t);
    if (page->verbose || course->method.verified)
        tell_method(&t);
    ws__page_warnings(page);
    bool types = course->type_count > 0;
    ws__page_next(page, types ? "What the events say of each side" : "What there is to agree on",
                  ws__format_text(t.arena, types ? "winset update %s" : "winset analyze %s",
                                  options && options->case_name ? options->case_name : "CASE"));
    return ws__finish_page(out, page, diag);
}
