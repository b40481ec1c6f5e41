/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Votes at home as a whip's count: the chance first and who decides; then the ratification as a tree, a line
 * an actor with what it wants, what it gets and how it votes; then what it would take. */
#include "report/ratify.h"

#include "base/diag.h"
#include "case/model.h"
#include "report/page.h"

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

enum { NAME_WIDTH = 33, GAUGE_WIDTH = 12, MANY_MEMBERS = 6 };

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

/* An actor's utility as a bar over its range, with a mark at its threshold. */
static void add_gauge(ws_text *out, const teller *t, const ws_ratify_actor *actor)
{
    bool ascii = t->page->ascii;
    double range = actor->max - actor->min;
    double at = range > 0 ? (actor->u - actor->min) / range : 0;
    double line = range > 0 ? (actor->threshold - actor->min) / range : 0;
    size_t mark = (size_t)fmin(fmax(line, 0) * GAUGE_WIDTH, GAUGE_WIDTH - 1);
    for (size_t i = 0; i < GAUGE_WIDTH; i++) {
        bool filled = (double)i < at * GAUGE_WIDTH - 1e-9;
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

static void add_actor(ws_text *out, const teller *t, const ws_ratify_party *party, const ws_actor *source,
                      size_t actor, const char *stem)
{
    const ws_ratify_actor *a = &party->actors[actor];
    size_t room = NAME_WIDTH - ws__text_width(stem) - 2;
    ws__add_format(out, "%s  ", stem);
    add_padded(out, ws__cut_text(t->arena, source->name, room, t->page->ascii), room);
    ws__add_text(out, " gets ");
    add_padded(out, ws__say_number(t->arena, a->u), 6);
    ws__add_text(out, " of ");
    add_padded(out, ws__say_number(t->arena, a->threshold), 7);
    add_gauge(out, t, a);
    add_right(out, ws__say_percent(t->arena, a->p_yes), 7);
    if (actor == party->pivot)
        ws__add_text(out, t->page->ascii ? " < pivot" : " ◄ pivot");
    ws__add_text(out, "\n");
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
                   : ws__format_text(t->arena, "%s, %s of %s", name, ws__say_number(t->arena, body->quota),
                                     ws__say_number(t->arena, body->total));
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
    const char *line = text_or_empty(ws__format_text(t->arena, "%s%s%s%s", stem, branch, name, aside));
    size_t column = NAME_WIDTH + 23 + GAUGE_WIDTH + 1;
    add_padded(out, ws__cut_text(t->arena, line, column, t->page->ascii), column);
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
        add_actor(out, t, party, &home->actors[body->members[i].actor], body->members[i].actor, member_stem);
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
    size_t column = NAME_WIDTH + 23 + GAUGE_WIDTH + 1;
    add_padded(&out, ws__cut_text(t->arena, source->name, column, t->page->ascii), column);
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
        ws__add_format(&types, "%s%s if it is %s (%s)", k ? ", " : "",
                       ws__say_percent(t->arena, party->p_by_type[k]),
                       source->types[k].name ? source->types[k].name : source->types[k].key,
                       ws__say_percent(t->arena, ws__number(t->c, source->types[k].probability, 0)));
    ws__page_paragraph(t->page, "That is as written. %s; %s on average.",
                       ws__capital(t->arena, text_or_empty(types.bytes)),
                       ws__say_percent(t->arena, party->p_mixed));
}

static void tell_party(teller *t, const ws_ratify_party *party, const ws_party *source)
{
    if (!party->has_home) {
        ws__page_paragraph(t->page, "%s: nobody at home votes on it.", source->name);
        return;
    }
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

static const char *deal_words(teller *t)
{
    WS_TEXT(out);
    for (size_t i = 0; i < t->c->shape->issue_count; i++) {
        const ws_issue *issue = &t->c->shape->issues[i];
        ws__add_format(&out, "%s%s: %s", i ? "; " : "", issue->name,
                       issue->level_names[t->result->outcome->levels[i]]);
        if (issue->unit)
            ws__add_format(&out, " %s", issue->unit);
    }
    return text_or_empty(out.bytes ? ws__copy_text(t->arena, out.bytes) : NULL);
}

/* The chance of all together, and where it hangs. */
static void tell_answer(teller *t)
{
    const ws_ratification *r = t->result;
    size_t hardest = SIZE_MAX;
    for (size_t p = 0; p < r->party_count; p++)
        if (r->parties[p].has_home && (hardest == SIZE_MAX || r->parties[p].p < r->parties[hardest].p))
            hardest = p;
    if (hardest == SIZE_MAX) {
        ws__page_paragraph(t->page, "Nobody at home votes in this case: what is signed is delivered.");
        return;
    }
    const ws_ratify_party *party = &r->parties[hardest];
    const ws_party *source = &t->c->shape->parties[hardest];
    const char *who = party->pivot == SIZE_MAX
                          ? ""
                          : ws__format_text(t->arena, ", on %s", source->domestic->actors[party->pivot].name);
    ws__page_paragraph(t->page, "%s to be delivered by all. It hangs on %s (%s)%s.",
                       ws__say_percent(t->arena, r->outcome->p_all), source->name,
                       ws__say_percent(t->arena, party->p), text_or_empty(who));
}

static ws_status write_page(char **out, const ws_ratification *ratification, const ws_case *c,
                            const ws_report_options *options, ws_diag *diag)
{
    ws_page *page = ws__start_page(options);
    if (!page)
        return ws_fail(diag, WS_LIMIT, "no memory for the result");
    teller t = {ratification, c, page, &page->arena, NULL};
    ws__page_title(page, c->shape->title ? c->shape->title : "Ratification", "one deal at home");
    tell_answer(&t);
    ws__page_paragraph(page, "%s.", deal_words(&t));
    for (size_t p = 0; p < ratification->party_count; p++)
        tell_party(&t, &ratification->parties[p], &c->shape->parties[p]);
    for (size_t i = 0; i < ratification->by_type_count; i++) {
        const ws_ratify_type *view = &ratification->by_type[i];
        const ws_party *source = &c->shape->parties[view->party];
        const ws_type *type = &source->types[view->type];
        ws__page_heading(page, text_or_empty(ws__format_text(t.arena, "%s, if %s (%s)", source->name,
                                                             type->name ? type->name : type->key,
                                                             ws__say_percent(t.arena, view->probability))));
        tell_party(&t, &view->vote, source);
    }
    ws__page_warnings(page);
    ws__page_next(page, "Whether it is a good deal at all",
                  text_or_empty(ws__format_text(t.arena, "winset score %s --deal %llu",
                                                options->case_name ? options->case_name : "CASE",
                                                (unsigned long long)ratification->outcome->index)));
    return ws__finish_page(out, page, diag);
}

ws_status ws__report_ratification(char **out, const ws_ratification *ratification, const ws_case *c,
                                  const ws_report_options *options, ws_diag *diag)
{
    return options->form == WS_REPORT_JSON ? ws__write_ratification(out, ratification, c, options, diag)
                                           : write_page(out, ratification, c, options, diag);
}

/* ---- All deals, by class ---- */

static void tell_classes(ws_page *page, const ws_ratify_survey *survey, const ws_case *c)
{
    ws_table *table = ws__start_table(page);
    ws__add_column(table, "class", WS_FLEXIBLE, 8);
    ws__add_column(table, "deals", WS_RIGHT, 0);
    for (size_t p = 0; p < survey->party_count; p++) {
        ws__add_column(table,
                       text_or_empty(ws__format_text(&page->arena, "%s mean", c->shape->parties[p].key)),
                       WS_DECIMAL, 0);
        ws__add_column(table, "likely", WS_RIGHT, 0);
    }
    ws__add_column(table, "all likely", WS_RIGHT, 0);
    ws__add_column(table, "surest", WS_DECIMAL, 0);
    for (size_t k = 0; k < survey->class_count; k++) {
        const ws_ratify_class *of = &survey->classes[k];
        if (k == c->shape->class_count && of->outcomes == 0)
            continue;
        ws__add_cell(table, k < c->shape->class_count ? c->shape->classes[k].name : "other");
        ws__add_cell(table, ws__say_count(&page->arena, of->outcomes));
        for (size_t p = 0; p < survey->party_count; p++) {
            ws__add_cell(table, ws__say_percent(&page->arena, of->mean[p]));
            ws__add_cell(table, ws__say_count(&page->arena, of->likely[p]));
        }
        ws__add_cell(table, ws__say_count(&page->arena, of->likely_all));
        ws__add_cell(table, ws__say_percent(&page->arena, of->best_all));
    }
    ws__end_table(table);
}

static ws_status write_survey_page(char **out, const ws_ratify_survey *survey, const ws_case *c,
                                   const ws_report_options *options, ws_diag *diag)
{
    ws_page *page = ws__start_page(options);
    if (!page)
        return ws_fail(diag, WS_LIMIT, "no memory for the result");
    uint64_t outcomes = 0, likely = 0, surest = WS_NO_OUTCOME;
    double best = 0;
    for (size_t k = 0; k < survey->class_count; k++) {
        const ws_ratify_class *of = &survey->classes[k];
        outcomes += of->outcomes;
        likely += of->likely_all;
        if (of->outcomes && (surest == WS_NO_OUTCOME || of->best_all > best)) {
            best = of->best_all;
            surest = of->surest;
        }
    }
    const char *alpha = ws__say_percent(&page->arena, survey->alpha);
    ws__page_title(page, c->shape->title ? c->shape->title : "Ratification", "all deals at home");
    ws__page_paragraph(page, "%s of %s pass everywhere with a chance of %s or more. The surest has %s.",
                       ws__capital(&page->arena, ws__say_count(&page->arena, likely)),
                       ws__say_many(&page->arena, outcomes, "deal", "deals"), alpha,
                       ws__say_percent(&page->arena, best));
    tell_classes(page, survey, c);
    ws__page_paragraph(page,
                       "\"mean\": the chance that a party delivers, averaged over the deals of the class; "
                       "\"likely\": how many it delivers with %s or more; \"surest\": the best chance of all "
                       "together.",
                       alpha);
    ws__page_warnings(page);
    if (surest != WS_NO_OUTCOME)
        ws__page_next(page, "Who votes how on the surest deal",
                      text_or_empty(ws__format_text(&page->arena, "winset ratify %s --deal %llu",
                                                    options->case_name ? options->case_name : "CASE",
                                                    (unsigned long long)surest)));
    return ws__finish_page(out, page, diag);
}

ws_status ws__report_ratify_survey(char **out, const ws_ratify_survey *survey, const ws_case *c,
                                   const ws_report_options *options, ws_diag *diag)
{
    return options->form == WS_REPORT_JSON ? ws__write_ratify_survey(out, survey, c, options, diag)
                                           : write_survey_page(out, survey, c, options, diag);
}
