/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands behind the answer: classes, types, trade-offs, what opens the zone, the price of the home
 * fronts, the fine print, the next command. */
#include "report/analysis_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { MOST_TRADEOFFS = 4, MOST_OPENINGS = 8, MOST_WIDENINGS = 3 };

/* ---- Classes ---- */

void ws__tell_classes(ws_telling *telling)
{
    const ws_analysis *a = telling->analysis;
    if (telling->shape->class_count < 2)
        return;
    ws__page_heading(telling->page, "Kinds of deal");
    ws_table *table = ws__start_table(telling->page);
    ws__add_column(table, "class", WS_FLEXIBLE, 10);
    ws__add_column(table, "deals", WS_RIGHT, 0);
    ws__add_column(table, telling->parties == 2 && telling->shape->unanimous ? "good for both" : "acceptable",
                   WS_RIGHT, 0);
    if (a->has_home)
        ws__add_column(table, "in the zone", WS_RIGHT, 0);
    for (size_t i = 0; i < a->class_count; i++) {
        ws__add_cell(table, ws__class_words(telling, i));
        ws__add_cell(table, ws__say_count(telling->arena, a->classes[i].outcomes));
        ws__add_cell(table, ws__say_count(telling->arena, a->classes[i].acceptable));
        if (a->has_home)
            ws__add_cell(table, ws__say_count(telling->arena, a->classes[i].in_zone));
    }
    ws__end_table(table);
}

/* ---- Types ---- */

/* True where it makes a difference of a thousandth to a deal shown of which type the party is. */
static bool type_matters(const ws_telling *telling, size_t party)
{
    for (size_t d = 0; d < telling->deal_count; d++) {
        const ws_outcome *o = telling->deals[d].outcome;
        if (!o->p_by_type || !o->p_by_type[party])
            continue;
        for (size_t t = 0; t < telling->shape->parties[party].type_count; t++)
            if (fabs(o->p_by_type[party][t] - o->p[party]) > 1e-3)
                return true;
    }
    return false;
}

static void tell_types_of(ws_telling *telling, size_t party)
{
    const ws_party *p = &telling->shape->parties[party];
    ws_table *table = ws__start_table(telling->page);
    ws__add_column(table, "", WS_LEFT, 0);
    ws__add_column(table, ws__format_text(telling->arena, "passes with\n%s", telling->shorts[party]),
                   WS_FLEXIBLE, 12);
    ws__add_column(table, "as\nwritten", WS_DECIMAL, 0);
    for (size_t t = 0; t < p->type_count; t++) {
        double chance = ws__number(ws_space_case(telling->space), p->types[t].probability, (double)NAN);
        const char *heading = ws__format_text(telling->arena, "%s\n(%s)", p->types[t].name,
                                              ws__say_percent(telling->arena, chance));
        ws__add_column(table, heading ? heading : "", WS_DECIMAL, 0);
    }
    ws__add_column(table, "averaged", WS_DECIMAL, 0);
    for (size_t d = 0; d < telling->deal_count; d++) {
        const ws_outcome *o = telling->deals[d].outcome;
        if (!o->p_by_type || !o->p_by_type[party])
            continue;
        char letter[2] = {telling->deals[d].letter, '\0'};
        ws__add_cell(table, letter);
        ws__add_cell(table, telling->deals[d].label);
        ws__add_cell(table, ws__say_percent(telling->arena, o->p[party]));
        for (size_t t = 0; t < p->type_count; t++)
            ws__add_cell(table, ws__say_percent(telling->arena, o->p_by_type[party][t]));
        ws__add_cell(table, ws__say_percent(telling->arena, o->p_mixed ? o->p_mixed[party] : (double)NAN));
    }
    ws__end_table(table);
}

static void add_zone_row(ws_telling *telling, ws_table *table, const char *who, const ws_analysis *a)
{
    ws__add_cell(table, who ? who : "");
    for (size_t p = 0; p < telling->parties; p++)
        ws__add_cell(table, ws__say_count(telling->arena, a->zone.win_set[p]));
    ws__add_cell(table, ws__say_count(telling->arena, a->zone.deal_zone));
}

/* The win-sets with each type of each side, below each other. */
static void tell_zones_by_type(ws_telling *telling)
{
    const ws_analysis *a = telling->analysis;
    if (a->by_type_count == 0)
        return;
    ws__page_heading(telling->page, "Win-sets by type");
    ws_table *table = ws__start_table(telling->page);
    ws__add_column(table, "deals in the win-set of", WS_FLEXIBLE, 16);
    for (size_t p = 0; p < telling->parties; p++)
        ws__add_column(table, telling->shorts[p], WS_RIGHT, 0);
    ws__add_column(table, "in the\nzone", WS_RIGHT, 0);
    add_zone_row(telling, table, "as written", a);
    for (size_t i = 0; i < a->by_type_count; i++) {
        const ws_type_view *view = &a->by_type[i];
        add_zone_row(telling, table,
                     ws__format_text(telling->arena, "%s: %s (%s)", telling->shorts[view->party],
                                     telling->shape->parties[view->party].types[view->type].name,
                                     ws__say_percent(telling->arena, view->probability)),
                     view->analysis);
    }
    ws__end_table(table);
}

void ws__tell_types(ws_telling *telling)
{
    if (!telling->analysis->has_types)
        return;
    tell_zones_by_type(telling);
    bool headed = false;
    WS_TEXT(same);
    for (size_t p = 0; p < telling->parties; p++) {
        if (telling->shape->parties[p].type_count == 0)
            continue;
        if (!type_matters(telling, p)) {
            ws__add_format(&same, "%s%s", same.length ? ", " : "", telling->names[p]);
            continue;
        }
        if (!headed)
            ws__page_heading(telling->page, "What nobody at the table knows for sure");
        headed = true;
        tell_types_of(telling, p);
    }
    if (headed)
        ws__page_paragraph(telling->page,
                           "All else on this page takes each side as written. --type PARTY=TYPE shows "
                           "all of it for one type, --by-type for each.");
    if (same.length)
        ws__page_paragraph(telling->page,
                           "Which type a side is makes no difference to what passes at home for: %s.",
                           same.bytes);
}

/* ---- Trade-offs ---- */

static bool told_before(const ws_analysis *a, size_t at)
{
    size_t same = 0;
    for (size_t i = 0; i < at; i++) {
        if (a->tradeoffs[i].giver == a->tradeoffs[at].giver &&
            a->tradeoffs[i].getter == a->tradeoffs[at].getter)
            same++;
        if (a->tradeoffs[i].give_issue == a->tradeoffs[at].give_issue &&
            a->tradeoffs[i].giver == a->tradeoffs[at].giver)
            return true;
    }
    return same >= 2;
}

static void tell_tradeoff(ws_telling *telling, const ws_tradeoff *t)
{
    ws_arena *arena = telling->arena;
    const char *cost = isnan(t->ratio)
                           ? "nothing"
                           : ws__format_text(arena, "%s of its range", ws__say_percent(arena, t->cost));
    const char *ratio = isnan(t->ratio) ? "" : ws__format_text(arena, ": %.2f for 1", t->ratio);
    ws__page_point(telling->page, "%s: %s instead of %s costs %s %s and brings %s %s%s.",
                   telling->issue_names[t->give_issue], ws__level_words(telling, t->give_issue, t->give_to),
                   ws__level_words(telling, t->give_issue, t->give_from), telling->shorts[t->giver],
                   cost ? cost : "", telling->shorts[t->getter], ws__say_percent(arena, t->benefit),
                   ratio ? ratio : "");
}

void ws__tell_tradeoffs(ws_telling *telling)
{
    const ws_analysis *a = telling->analysis;
    size_t told = 0;
    for (size_t i = 0; i < a->tradeoff_count && told < MOST_TRADEOFFS; i++) {
        const ws_tradeoff *t = &a->tradeoffs[i];
        if ((!isnan(t->ratio) && t->ratio < 1) || told_before(a, i))
            continue;
        if (told++ == 0)
            ws__page_heading(telling->page, a->solutions[WS_SOLUTION_NASH].index == WS_NO_OUTCOME
                                                ? "What is cheap to give (from the largest sum)"
                                                : "What is cheap to give (from Nash's deal)");
        tell_tradeoff(telling, t);
    }
    if (told && telling->parties > 2)
        ws__page_point(telling->page,
                       "Between two sides only: what the others lose by it is not counted here.");
}

/* ---- Openings and price ---- */

/* The piece of a path between two dots, from `at`, which moves on; NULL at the end. */
static const char *next_step(ws_arena *arena, const char **at)
{
    if (**at == '\0')
        return NULL;
    size_t length = strcspn(*at, ".");
    const char *step = ws__copy_bytes(arena, *at, length);
    *at += length;
    *at += **at == '.';
    return step;
}

static size_t find_party(const ws_telling *telling, const char *key)
{
    size_t p = 0;
    while (p < telling->parties && key && strcmp(telling->shape->parties[p].key, key) != 0)
        p++;
    return key ? p : telling->parties;
}

static const char *name_in_home(const ws_party *party, const char *kind, const char *key)
{
    const ws_domestic *home = party->domestic;
    for (size_t i = 0; home && kind && key && strcmp(kind, "actors") == 0 && i < home->actor_count; i++)
        if (strcmp(home->actors[i].key, key) == 0)
            return home->actors[i].name ? home->actors[i].name : key;
    for (size_t i = 0; home && kind && key && strcmp(kind, "institutions") == 0 && i < home->body_count; i++)
        if (home->bodies[i].key && strcmp(home->bodies[i].key, key) == 0)
            return home->bodies[i].name ? home->bodies[i].name : key;
    return key;
}

/* "Hata cabinet: reservation value 0.05 lower"; the path as it is where nothing better is known. */
static const char *opening_words(const ws_telling *telling, const ws_opening *opening)
{
    ws_arena *arena = telling->arena;
    const char *at = opening->change;
    const char *root = next_step(arena, &at), *key = root ? next_step(arena, &at) : NULL;
    size_t p = root && strcmp(root, "parties") == 0 ? find_party(telling, key) : telling->parties;
    const char *amount = ws__say_number(arena, fabs(opening->by));
    const char *way = opening->by < 0 ? "lower" : "higher";
    const char *text = NULL;
    if (p < telling->parties) {
        const char *what = next_step(arena, &at);
        ws_range range = telling->analysis->parties[p].range;
        if (what && strcmp(what, "reservation") == 0 && range.max > range.min)
            text =
                ws__format_text(arena, "%s settled for %s less (%s of its range)", telling->names[p], amount,
                                ws__say_percent(arena, fabs(opening->by) / (range.max - range.min)));
        else if (what && strcmp(what, "domestic") == 0) {
            const char *kind = next_step(arena, &at), *who = next_step(arena, &at),
                       *number = next_step(arena, &at);
            if (kind && who && number)
                text = ws__format_text(arena, "the %s of %s (%s) were %s %s", number,
                                       name_in_home(&telling->shape->parties[p], kind, who),
                                       telling->shorts[p], amount, way);
        }
    }
    if (strcmp(opening->change, "alpha") == 0)
        text = ws__format_text(arena, "a chance at home of %s were enough",
                               ws__say_percent(arena, telling->analysis->zone.alpha + opening->by));
    if (!text)
        text = ws__format_text(arena, "%s were %s %s", opening->change, amount, way);
    return text ? text : opening->change;
}

static void tell_price(ws_telling *telling)
{
    const ws_price_section *price = &telling->analysis->price;
    if (!telling->analysis->has_home || isnan(price->table) || !(price->table > 0))
        return;
    double sides = (double)telling->parties;
    ws__page_paragraph(
        telling->page,
        "What the home fronts cost: were every deal sure to pass, the best would bring the sides, on "
        "average, %s of the most they can hope for from a deal that %s accept; counting the chance at "
        "home %s is left.",
        ws__say_percent(telling->arena, price->table / sides),
        telling->shape->unanimous ? "all" : "enough sides",
        ws__say_percent(telling->arena, price->home / sides));
}

void ws__tell_opening(ws_telling *telling)
{
    const ws_analysis *a = telling->analysis;
    bool empty = a->zone.deal_zone == 0;
    size_t most = empty || a->opening_asked ? MOST_OPENINGS : MOST_WIDENINGS;
    size_t count = a->opening_count < most ? a->opening_count : most;
    if (count || (a->opening_asked && empty))
        ws__page_heading(telling->page, empty ? "What would open a zone" : "What would widen the zone");
    for (size_t i = 0; i < count; i++)
        ws__page_point(telling->page, "If %s, the zone would hold %s.",
                       opening_words(telling, &a->openings[i]),
                       ws__say_many(telling->arena, a->openings[i].zone, "deal", "deals"));
    if (a->opening_count > count)
        ws__page_point(telling->page, "and %zu more changes: --json lists them all.",
                       a->opening_count - count);
    if (count == 0 && a->opening_asked && empty)
        ws__page_paragraph(telling->page, "No single change of a number that was tried opens one.");
    tell_price(telling);
}

/* ---- The end ---- */

static const char *quoted_case(const ws_telling *telling)
{
    const char *name = telling->page->options->case_name;
    if (!name)
        return "CASE";
    if (!strpbrk(name, " '\"\\$&;|<>()*?!`#~"))
        return name;
    WS_TEXT(text);
    ws__add_text(&text, "'");
    for (const char *c = name; *c; c++) {
        if (*c == '\'')
            ws__add_text(&text, "'\\''");
        else
            ws__add_bytes(&text, c, 1);
    }
    ws__add_text(&text, "'");
    const char *copy = ws__copy_bytes(telling->arena, text.bytes ? text.bytes : "", text.length);
    return copy ? copy : name;
}

static void tell_method(ws_telling *telling)
{
    const ws_analysis *a = telling->analysis;
    if (!telling->page->verbose)
        return;
    const char *looked =
        ws__say_many(telling->arena, a->complete ? a->outcomes : a->scanned, "deal", "deals");
    ws__page_paragraph(telling->page,
                       "How: %s looked at one by one (%s), %s of them efficient. Opposition %s, where 0 "
                       "means that one deal is "
                       "best for all and %s that each side's best is the others' worst.",
                       looked, a->method, ws__say_count(telling->arena, a->frontier_size),
                       ws__say_number(telling->arena, a->opposition),
                       ws__say_number(telling->arena, sqrt((double)telling->parties)));
}

void ws__tell_end(ws_telling *telling)
{
    const ws_analysis *a = telling->analysis;
    tell_method(telling);
    ws__page_warnings(telling->page);
    const char *name = quoted_case(telling), *command;
    if (a->feasible == 0) {
        command = ws__format_text(telling->arena, "winset check %s", name);
        ws__page_next(telling->page, "What the case says", command ? command : "");
    } else if (a->has_home) {
        command = ws__format_text(telling->arena, "winset ratify %s --deal nash", name);
        ws__page_next(telling->page, "Who decides at home", command ? command : "");
    } else if (a->zone.acceptable) {
        command = ws__format_text(telling->arena, "winset score %s --deal nash", name);
        ws__page_next(telling->page, "How good a deal is", command ? command : "");
    } else {
        command = ws__format_text(telling->arena, "winset check %s", name);
        ws__page_next(telling->page, "The case as understood", command ? command : "");
    }
}
