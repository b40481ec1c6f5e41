/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Votes at home as a whip's count: the chance first and who decides; then the ratification as a tree, a line
 * an actor with what it wants, what it gets and how it votes; then what it would take. */
#include "report/ratify.h"

#include "base/diag.h"
#include "case/model.h"
#include "report/page.h"
#include "report/words.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

typedef struct teller {
    const ws_ratification *result;
    const ws_case *c;
    ws_page *page;
    ws_arena *arena;
    bool *shown; /* [institutions] of the party at hand: all its members were shown */
} teller;

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

/* ---- The picture ---- */

/* A line is 80 columns: name, "wants" and a number, "gets" and a number, gauge, chance, pivot. */
enum { NAME_WIDTH = 26, NUMBERS_WIDTH = 26, GAUGE_WIDTH = 12, MANY_MEMBERS = 6 };
enum { CHANCE_COLUMN = NAME_WIDTH + NUMBERS_WIDTH + GAUGE_WIDTH + 1 };

static void add_padded(ws_text *out, const char *text, size_t width)
{
    size_t have = ws__text_width(text);
    ws__add_text(out, text);
    if (have < width)
        ws__add_repeated(out, " ", width - have);
}

static void add_right(ws_text *out, const char *text, size_t width)
{
    size_t have = ws__text_width(text);
    if (have < width)
        ws__add_repeated(out, " ", width - have);
    ws__add_text(out, text);
}

/* An actor's utility as a bar over its range, with a mark at its threshold; a threshold beyond the range
 * stretches it. */
static void add_gauge(ws_text *out, const teller *t, const ws_ratify_actor *actor)
{
    bool ascii = t->page->ascii;
    double low = fmin(actor->min, actor->threshold), range = fmax(actor->max, actor->threshold) - low;
    double at = range > 0 ? (actor->u - low) / range : 0;
    double line = range > 0 ? (actor->threshold - low) / range : 0;
    size_t mark = (size_t)fmin(fmax(line, 0) * GAUGE_WIDTH, GAUGE_WIDTH - 1);
    for (size_t i = 0; i < GAUGE_WIDTH; i++) {
        bool filled = (double)i + 0.5 <= at * GAUGE_WIDTH;
        if (i == mark)
            ws__add_text(out, ascii ? "|" : "│");
        ws__add_text(out, filled ? (ascii ? "#" : "▓") : (ascii ? "." : "░"));
    }
}

/* How far an actor is from its line, in words. */
static const char *distance_words(const ws_ratify_actor *actor)
{
    double range = actor->max - actor->min, over = range > 0 ? (actor->u - actor->threshold) / range : 0;
    double margin = fabs(over);
    if (margin <= 1e-9)
        return "exactly at its line";
    if (margin < 0.05)
        return over > 0 ? "just over its line" : "just short of its line";
    if (margin < 0.2)
        return over > 0 ? "over its line" : "short of its line";
    return over > 0 ? "far over its line" : "far short of its line";
}

/* Begins a line of `width` columns with a text; what is too long for it goes on below, the last line being
 * padded. `stem` stands before every line. A number in brackets keeps the word before it. */
static void add_long(ws_text *out, const char *first, const char *stem, const char *text, size_t width)
{
    const char *before = first;
    size_t room = width > ws__text_width(stem) + 8 ? width - ws__text_width(stem) : 8;
    while (ws__text_width(text) > room) {
        size_t fits = ws__fit_width(text, strlen(text), room), end = fits;
        while (end > 0 &&
               (text[end] != ' ' || (text[end + 1] == '(' && isdigit((unsigned char)text[end + 2]))))
            end--;
        end = end ? end : fits;
        ws__add_format(out, "%s%.*s\n", before, (int)end, text);
        text += end + strspn(text + end, " ");
        before = stem;
    }
    ws__add_text(out, before);
    add_padded(out, text, room);
}

/* Whether the members of an institution have more than one vote each. */
static bool counts_votes(const ws_ratify_institution *body)
{
    return body->member_count > 1 && body->total != (double)body->member_count;
}

static void add_actor(ws_text *out, const teller *t, const ws_ratify_party *party, const ws_domestic *home,
                      const ws_ratify_institution *body, size_t member, const char *stem)
{
    size_t actor = body->members[member].actor;
    const ws_ratify_actor *a = &party->actors[actor];
    const char *name = home->actors[actor].name;
    if (counts_votes(body) && body->members[member].weight != 1)
        name = text_or_empty(ws__format_text(t->arena, "%s (%s)", name,
                                             ws__say_votes(t->arena, body->members[member].weight)));
    const char *first = text_or_empty(ws__format_text(t->arena, "%s  ", stem));
    const char *more = text_or_empty(ws__format_text(t->arena, "%s    ", stem));
    size_t own = ws__text_width(name) + ws__text_width(first);
    add_long(out, first, own > NAME_WIDTH ? more : first, name, NAME_WIDTH);
    ws__add_text(out, " wants ");
    add_padded(out, ws__say_number(t->arena, a->threshold), 6);
    ws__add_text(out, " gets ");
    add_padded(out, ws__say_number(t->arena, a->u), 7);
    add_gauge(out, t, a);
    add_right(out, ws__say_percent(t->arena, a->p_yes), 7);
    if (actor == party->pivot)
        ws__add_text(out, t->page->ascii ? " < pivot" : " ◄ pivot");
    ws__add_text(out, "\n");
}

/* The yes votes to expect: to a tenth where these are few. */
static const char *say_mean(const teller *t, const ws_ratify_institution *body)
{
    double unit = body->total < 30 ? 10 : 1;
    return ws__say_votes(t->arena, round(body->mean * unit) / unit);
}

static const char *node_name(const teller *t, const ws_ratify_party *party, const ws_domestic *home,
                             const ws_ratify_node *node)
{
    const char *text;
    if (node->institution != SIZE_MAX) {
        const ws_ratify_institution *body = &party->institutions[node->institution];
        const char *name = home->bodies[node->institution].name;
        text = body->member_count == 1
                   ? name
                   : ws__format_text(t->arena, "%s, %s of %s votes, %s expected", name,
                                     ws__say_votes(t->arena, body->quota),
                                     ws__say_votes(t->arena, body->total), say_mean(t, body));
    } else if (node->least == node->part_count) {
        text = "All of:";
    } else {
        text = node->least == 1 ? "Any of:" : ws__format_text(t->arena, "At least %zu of:", node->least);
    }
    return text_or_empty(text);
}

/* Institutions of the same members need not show them again. */
static void mark_alike(const teller *t, const ws_ratify_party *party, size_t institution)
{
    const ws_ratify_institution *body = &party->institutions[institution];
    for (size_t b = 0; b < party->institution_count; b++) {
        const ws_ratify_institution *other = &party->institutions[b];
        bool alike = other->member_count == body->member_count;
        for (size_t i = 0; alike && i < body->member_count; i++)
            alike = other->members[i].actor == body->members[i].actor;
        t->shown[b] |= alike;
    }
}

/* A node's line, and for an institution its members; `stem` holds the branches to the left. */
static void add_node(ws_text *out, const teller *t, const ws_ratify_party *party, const ws_domestic *home,
                     const ws_ratify_node *node, const char *stem, const char *branch, const char *below)
{
    const char *name = node_name(t, party, home, node);
    const char *aside = !node->needed       ? " (not needed for this deal)"
                        : node->conditional ? " (needed for this deal)"
                                            : "";
    const char *line = text_or_empty(ws__format_text(t->arena, "%s%s", name, aside));
    add_long(out, text_or_empty(ws__format_text(t->arena, "%s%s", stem, branch)),
             text_or_empty(ws__format_text(t->arena, "%s%s", stem, below)), line, CHANCE_COLUMN);
    add_right(out, node->needed || node->institution == SIZE_MAX ? ws__say_percent(t->arena, node->p) : "-",
              7);
    ws__add_text(out, "\n");
    if (node->institution == SIZE_MAX || !node->needed)
        return;
    const ws_ratify_institution *body = &party->institutions[node->institution];
    if (body->member_count > MANY_MEMBERS && t->shown[node->institution]) {
        ws__add_format(out, "%s%s  its members as above\n", stem, below);
        return;
    }
    mark_alike(t, party, node->institution);
    const char *member_stem = text_or_empty(ws__format_text(t->arena, "%s%s", stem, below));
    for (size_t i = 0; i < body->member_count; i++)
        add_actor(out, t, party, home, body, i, member_stem);
}

/* The parts of node *at, which is shown already; leaves *at behind them. Depth: the case's. */
static void add_parts(ws_text *out, const teller *t, const ws_ratify_party *party, const ws_domestic *home,
                      size_t *at, const char *stem)
{
    size_t count = party->nodes[*at].institution == SIZE_MAX ? party->nodes[*at].part_count : 0;
    bool ascii = t->page->ascii;
    ++*at;
    for (size_t i = 0; i < count; i++) {
        bool last = i + 1 == count;
        const char *branch = last ? (ascii ? "`-" : "└ ") : (ascii ? "|-" : "├ ");
        const char *below = last ? "  " : (ascii ? "| " : "│ ");
        const ws_ratify_node *node = &party->nodes[*at];
        add_node(out, t, party, home, node, stem, branch, below);
        add_parts(out, t, party, home, at, text_or_empty(ws__format_text(t->arena, "%s%s", stem, below)));
    }
}

static void tell_tree(teller *t, const ws_ratify_party *party, const ws_party *source)
{
    WS_TEXT(out);
    size_t at = 0;
    const ws_ratify_node *root = &party->nodes[0];
    add_long(&out, "", "", source->name, CHANCE_COLUMN);
    add_right(&out, ws__say_percent(t->arena, party->p), 7);
    ws__add_text(&out, "\n");
    if (root->institution != SIZE_MAX)
        add_node(&out, t, party, source->domestic, root, "", t->page->ascii ? "`-" : "└ ", "  ");
    else if (root->least != root->part_count)
        add_node(&out, t, party, source->domestic, root, "", "", "");
    add_parts(&out, t, party, source->domestic, &at, "");
    if (out.bytes && !out.failed)
        ws__page_picture(t->page, out.bytes);
}

/* ---- Sentences ---- */

static void tell_pivot(teller *t, const ws_ratify_party *party, const ws_party *source)
{
    const char *p = ws__say_percent(t->arena, party->p);
    if (party->pivot == SIZE_MAX) {
        ws__page_paragraph(t->page, "%s: %s. No single actor can change that.", source->name, p);
        return;
    }
    const ws_ratify_actor *actor = &party->actors[party->pivot];
    ws__page_paragraph(t->page, "%s: %s. %s decides (%s yes), %s.", source->name, p,
                       ws__capital(t->arena, source->domestic->actors[party->pivot].name),
                       ws__say_percent(t->arena, actor->p_yes), distance_words(actor));
}

static void tell_price(teller *t, const ws_ratify_party *party, const ws_party *source)
{
    const ws_ratify_price *price = &party->price;
    const char *to = ws__say_percent(t->arena, price->to);
    if (!price->possible) {
        ws__page_paragraph(
            t->page, "No moving of its actors brings it to %s: the deal itself would have to change.", to);
        return;
    }
    if (price->move_count == 0)
        return;
    WS_TEXT(moves);
    for (size_t i = 0; i < price->move_count; i++)
        ws__add_format(&moves, "%s%s by %s of its range",
                       i == 0                       ? ""
                       : i + 1 == price->move_count ? " and "
                                                    : ", ",
                       source->domestic->actors[price->moves[i].actor].name,
                       ws__say_percent(t->arena, price->moves[i].needs_share));
    bool exact = strcmp(price->method, "exact") == 0;
    ws__page_paragraph(t->page, "To reach %s: move %s%s%s%s.", to, text_or_empty(moves.bytes),
                       exact ? "" : " (the cheapest found, ", exact ? "" : price->method, exact ? "" : ")");
}

static void tell_sweeteners(teller *t, const ws_ratify_party *party)
{
    if (party->sweetener_count == 0)
        return;
    ws__page_paragraph(t->page, "In the deal itself, one change at a time, most for least first:");
    for (size_t i = 0; i < party->sweetener_count; i++) {
        const ws_ratify_sweetener *s = &party->sweeteners[i];
        const ws_issue *issue = &t->c->shape->issues[s->issue];
        const char *cost = s->loss > 0
                               ? ws__format_text(t->arena, "at a cost to the parties of %s of a range",
                                                 ws__say_percent(t->arena, s->loss))
                               : "at no cost to any party";
        ws__page_point(t->page, "%s: %s instead of %s brings %s, %s", issue->name, issue->level_names[s->to],
                       issue->level_names[s->from], ws__say_percent(t->arena, s->p), text_or_empty(cost));
    }
}

static void tell_types(teller *t, const ws_ratify_party *party, const ws_party *source)
{
    if (!party->type_count)
        return;
    WS_TEXT(types);
    for (size_t k = 0; k < party->type_count; k++)
        ws__add_format(&types, "%s%s were it of the type \"%s\" (%s likely)", k ? ", " : "",
                       ws__say_percent(t->arena, party->p_by_type[k]), source->types[k].name,
                       ws__say_percent(t->arena, ws__number(t->c, source->types[k].probability, 0)));
    ws__page_paragraph(t->page, "That is as written. %s; %s on average.",
                       ws__capital(t->arena, text_or_empty(types.bytes)),
                       ws__say_percent(t->arena, party->p_mixed));
}

static void tell_party(teller *t, const ws_ratify_party *party, const ws_party *source)
{
    if (!party->has_home)
        return;
    t->shown = WS_NEW_MANY(t->arena, party->institution_count + 1, bool);
    if (!t->shown)
        return;
    tell_pivot(t, party, source);
    tell_tree(t, party, source);
    tell_price(t, party, source);
    tell_sweeteners(t, party);
    tell_types(t, party, source);
}

/* ---- The whole ---- */

/* The names of some parties. */
static const char *say_parties(teller *t, const bool *which)
{
    const char **names = WS_NEW_MANY(t->arena, t->result->party_count + 1, const char *);
    size_t count = 0;
    for (size_t p = 0; names && p < t->result->party_count; p++)
        if (which[p])
            names[count++] = t->c->shape->parties[p].name;
    return names ? ws__say_list(t->arena, count, names) : "";
}

static size_t count_parties(const teller *t, const bool *which)
{
    size_t count = 0;
    for (size_t p = 0; p < t->result->party_count; p++)
        count += which[p];
    return count;
}

/* ", on MITI"; "" where nobody at home decides. */
static const char *pivot_words(teller *t, size_t party)
{
    size_t pivot = t->result->parties[party].pivot;
    return pivot == SIZE_MAX
               ? ""
               : text_or_empty(ws__format_text(t->arena, ", on %s",
                                               t->c->shape->parties[party].domestic->actors[pivot].name));
}

/* Who would not sign: under unanimity that ends it, else they are not counted. */
static void tell_unwilling(teller *t)
{
    bool *unwilling = WS_NEW_MANY(t->arena, t->result->party_count, bool);
    for (size_t p = 0; unwilling && p < t->result->party_count; p++)
        unwilling[p] = !t->result->parties[p].accepts;
    size_t count = unwilling ? count_parties(t, unwilling) : 0;
    if (count == 0)
        return;
    ws__page_paragraph(t->page, "%s %s better off without it and would not sign%s.",
                       say_parties(t, unwilling), count == 1 ? "is" : "are",
                       t->c->shape->unanimous
                           ? ": the chances below are those of a deal that is signed all the same"
                           : "; it takes others to be enough");
}

/* The chance that it is delivered, and where that hangs. */
static void tell_answer(teller *t)
{
    const ws_ratification *r = t->result;
    bool unanimous = t->c->shape->unanimous;
    const char *chance = ws__say_percent(t->arena, r->outcome->p_all);
    if (!ws__votes_at_home(t->c->shape))
        ws__page_paragraph(t->page, "Nobody at home votes in this case: %s.",
                           unanimous ? "what is signed is delivered"
                           : r->outcome->p_all > 0.5
                               ? "enough sides accept this deal, so it is delivered"
                               : "but too few sides accept this deal, so it is not signed");
    else if (r->pivot == SIZE_MAX)
        ws__page_paragraph(t->page, "%s to be delivered by %s. No single side can change that.", chance,
                           unanimous ? "all" : "enough sides");
    else
        ws__page_paragraph(t->page, "%s to be delivered by %s. It hangs on %s (%s)%s.", chance,
                           unanimous ? "all" : "enough sides", t->c->shape->parties[r->pivot].name,
                           ws__say_percent(t->arena, r->parties[r->pivot].p), pivot_words(t, r->pivot));
    if (!unanimous)
        ws__page_paragraph(t->page, "Enough sides are %s.", ws__say_agreement(t->arena, t->c));
    tell_unwilling(t);
}

/* A deal that the case rules out; false where it does not. */
static bool tell_infeasible(teller *t)
{
    const char *broken = ws__say_broken(t->arena, t->c->shape, t->result->outcome->levels);
    if (broken)
        ws__page_paragraph(
            t->page, WS_STRONG "Not a possible deal:" WS_PLAIN " a constraint of the case asks that %s.",
            broken);
    return broken;
}

static void tell_homeless(teller *t)
{
    bool *homeless = WS_NEW_MANY(t->arena, t->result->party_count, bool);
    for (size_t p = 0; homeless && p < t->result->party_count; p++)
        homeless[p] = !t->result->parties[p].has_home;
    size_t count = homeless ? count_parties(t, homeless) : 0;
    if (count && count < t->result->party_count)
        ws__page_paragraph(t->page, "Nobody at home votes on it in %s.", say_parties(t, homeless));
}

static void tell_each_type(teller *t)
{
    for (size_t i = 0; i < t->result->by_type_count; i++) {
        const ws_ratify_type *view = &t->result->by_type[i];
        const ws_party *source = &t->c->shape->parties[view->party];
        ws__page_heading(t->page,
                         text_or_empty(ws__format_text(t->arena, "%s, if %s (%s)", source->name,
                                                       source->types[view->type].name,
                                                       ws__say_percent(t->arena, view->probability))));
        tell_party(t, &view->vote, source);
    }
}

static ws_status write_page(char **out, const ws_ratification *ratification, const ws_case *c,
                            const ws_report_options *options, ws_diag *diag)
{
    ws_page *page = ws__start_page(options);
    if (!page)
        return ws_fail(diag, WS_LIMIT, "no memory for the result");
    teller t = {ratification, c, page, &page->arena, NULL};
    const char *name = options->case_name ? options->case_name : "CASE";
    ws__page_title(page, ws__say_title(c, options->case_name), "one deal at home");
    bool possible = !tell_infeasible(&t);
    if (possible)
        tell_answer(&t);
    ws__page_paragraph(page, "The deal: %s.", ws__say_deal(t.arena, c->shape, ratification->outcome->levels));
    for (size_t p = 0; possible && p < ratification->party_count; p++)
        tell_party(&t, &ratification->parties[p], &c->shape->parties[p]);
    if (possible) {
        tell_homeless(&t);
        tell_each_type(&t);
    }
    ws__page_warnings(page);
    ws__page_next(page, possible ? "Whether it is a good deal at all" : "What is possible",
                  text_or_empty(possible ? ws__format_text(t.arena, "winset score %s --deal %llu", name,
                                                           (unsigned long long)ratification->outcome->index)
                                         : ws__format_text(t.arena, "winset analyze %s", name)));
    return ws__finish_page(out, page, diag);
}

ws_status ws__report_ratification(char **out, const ws_ratification *ratification, const ws_case *c,
                                  const ws_report_options *options, ws_diag *diag)
{
    return options->form == WS_REPORT_JSON ? ws__write_ratification(out, ratification, c, options, diag)
                                           : write_page(out, ratification, c, options, diag);
}

/* ---- All deals, by class ---- */

/* What a row of the table is about: one party, or (party_count) all that it takes. */
static void add_row(ws_table *table, ws_page *page, const ws_ratify_class *of, const char *who, double mean,
                    uint64_t likely, double best)
{
    ws__add_cell(table, who);
    ws__add_cell(table, of->outcomes ? ws__say_percent(&page->arena, mean) : "-");
    ws__add_cell(table, ws__say_count(&page->arena, likely));
    ws__add_cell(table, of->outcomes ? ws__say_percent(&page->arena, best) : "-");
}

static void tell_classes(ws_page *page, const ws_ratify_survey *survey, const ws_case *c)
{
    const char *likely = text_or_empty(
        ws__format_text(&page->arena, "%s or\nmore", ws__say_percent(&page->arena, survey->alpha)));
    ws_table *table = ws__start_table(page);
    ws__add_column(table, "kind of deal", WS_FLEXIBLE, 8);
    ws__add_column(table, "deals", WS_RIGHT, 0);
    ws__add_column(table, "passes with", WS_FLEXIBLE, 12);
    ws__add_column(table, "on\naverage", WS_DECIMAL, 0);
    ws__add_column(table, likely, WS_RIGHT, 0);
    ws__add_column(table, "at\nbest", WS_DECIMAL, 0);
    for (size_t k = 0; k < survey->class_count; k++) {
        const ws_ratify_class *of = &survey->classes[k];
        if (k == c->shape->class_count && of->outcomes == 0)
            continue;
        ws__add_cell(table, k < c->shape->class_count ? c->shape->classes[k].name : "other");
        ws__add_cell(table, ws__say_count(&page->arena, of->outcomes));
        for (size_t p = 0; p < survey->party_count; p++) {
            if (!c->shape->parties[p].domestic)
                continue;
            add_row(table, page, of, c->shape->parties[p].name, of->mean[p], of->likely[p], of->best[p]);
            ws__add_cell(table, "");
            ws__add_cell(table, "");
        }
        const char *together = !c->shape->unanimous       ? "enough sides"
                               : survey->party_count == 2 ? "both at once"
                                                          : "all at once";
        add_row(table, page, of, together, of->mean_all, of->likely_all, of->best_all);
    }
    ws__end_table(table);
    ws__page_paragraph(page,
                       "\"on average\" and \"at best\": the chance to pass, over the deals of the kind; "
                       "\"%s or more\": how many deals have that chance.",
                       ws__say_percent(&page->arena, survey->alpha));
}

/* All classes together. */
typedef struct survey_total {
    uint64_t outcomes, likely, surest;
    double best;
} survey_total;

static survey_total sum_survey(const ws_ratify_survey *survey)
{
    survey_total total = {.surest = WS_NO_OUTCOME};
    for (size_t k = 0; k < survey->class_count; k++) {
        const ws_ratify_class *of = &survey->classes[k];
        total.outcomes += of->outcomes;
        total.likely += of->likely_all;
        if (of->outcomes && (total.surest == WS_NO_OUTCOME || of->best_all > total.best)) {
            total.best = of->best_all;
            total.surest = of->surest;
        }
    }
    return total;
}

static void tell_survey(ws_page *page, const ws_ratify_survey *survey, const ws_case *c)
{
    survey_total total = sum_survey(survey);
    bool home = ws__votes_at_home(c->shape);
    const char *where = c->shape->unanimous ? "everywhere" : "with enough sides";
    const char *deals = ws__say_many(&page->arena, total.outcomes, "possible deal", "possible deals");
    if (total.outcomes == 0) {
        ws__page_paragraph(page, WS_STRONG "No deal is possible:" WS_PLAIN
                                           " none meets the constraints of the case.");
        return;
    }
    if (!home && c->shape->unanimous)
        ws__page_paragraph(page, "Nobody at home votes in this case: what is signed is delivered.");
    else if (!home)
        ws__page_paragraph(page, "Nobody at home votes in this case. Enough sides accept %s of %s.",
                           ws__say_count(&page->arena, total.likely), deals);
    else
        ws__page_paragraph(page, "%s of %s pass %s with a chance of %s or more. The surest has %s.",
                           ws__say_count(&page->arena, total.likely), deals, where,
                           ws__say_percent(&page->arena, survey->alpha),
                           ws__say_percent(&page->arena, total.best));
    if (!c->shape->unanimous)
        ws__page_paragraph(
            page, "Enough sides are %s; a side that is better off without a deal does not count for it.",
            ws__say_agreement(&page->arena, c));
    if (home)
        tell_classes(page, survey, c);
}

static ws_status write_survey_page(char **out, const ws_ratify_survey *survey, const ws_case *c,
                                   const ws_report_options *options, ws_diag *diag)
{
    ws_page *page = ws__start_page(options);
    if (!page)
        return ws_fail(diag, WS_LIMIT, "no memory for the result");
    const char *name = options->case_name ? options->case_name : "CASE";
    uint64_t surest = sum_survey(survey).surest;
    ws__page_title(page, ws__say_title(c, options->case_name), "all deals at home");
    tell_survey(page, survey, c);
    ws__page_warnings(page);
    if (surest != WS_NO_OUTCOME && !ws__votes_at_home(c->shape))
        ws__page_next(page, "Is there a deal, and which",
                      text_or_empty(ws__format_text(&page->arena, "winset analyze %s", name)));
    else if (surest != WS_NO_OUTCOME)
        ws__page_next(page, "Who votes how on the surest deal",
                      text_or_empty(ws__format_text(&page->arena, "winset ratify %s --deal %llu", name,
                                                    (unsigned long long)surest)));
    else
        ws__page_next(page, "The case as understood",
                      text_or_empty(ws__format_text(&page->arena, "winset check %s", name)));
    return ws__finish_page(out, page, diag);
}

ws_status ws__report_ratify_survey(char **out, const ws_ratify_survey *survey, const ws_case *c,
                                   const ws_report_options *options, ws_diag *diag)
{
    return options->form == WS_REPORT_JSON ? ws__write_ratify_survey(out, survey, c, options, diag)
                                           : write_survey_page(out, survey, c, options, diag);
}
