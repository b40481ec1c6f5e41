/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The deals that matter by name: which they are, what they say, what each side gains in them. A deal that is
 * chosen in several ways is shown once. Where its levels fit they stand in a table, else in lines that tell
 * what differs from the deal before. */
#include "report/analysis_text.h"

#include <math.h>
#include <string.h>

enum { MOST_IDEALS = 3, MOST_GAIN_COLUMNS = 3, MOST_DEAL_COLUMNS = 9 };

static const struct {
    const char *name;  /* whose it is */
    const char *label; /* of the deal, in tables */
    const char *means;
} solutions[WS_SOLUTION_COUNT] = {
    [WS_SOLUTION_NASH] = {"Nash", "Nash", "the largest product of gains"},
    [WS_SOLUTION_KALAI_SMORODINSKY] = {"Kalai\xe2\x80\x93Smorodinsky", "equal shares",
                                       "the least share of what each could gain is as large as can be"},
    [WS_SOLUTION_EGALITARIAN] = {"egalitarian", "equal gains", "the least gain is as large as can be"},
    [WS_SOLUTION_UTILITARIAN] = {"utilitarian", "largest sum", "the largest sum of utilities"},
    [WS_SOLUTION_RELATIVE_UTILITARIAN] = {"relative utilitarian", "most shares",
                                          "the largest sum of shares of what each could gain"},
    [WS_SOLUTION_EQUAL_LOSS] = {"equal loss", "equal losses", "the largest sacrifice is as small as can be"},
    [WS_SOLUTION_RAIFFA] = {"Raiffa", "Raiffa", "equal steps up from no deal"},
    [WS_SOLUTION_MOST_DELIVERABLE] = {"surest", "surest", "likeliest to pass everywhere"},
};

const char *ws__solution_name(ws_solution solution)
{
    return solutions[solution].name;
}

/* ---- Choosing ---- */

static ws_named_deal *find_or_add(ws_telling *telling, const ws_outcome *outcome)
{
    if (outcome->index == WS_NO_OUTCOME)
        return NULL;
    for (size_t i = 0; i < telling->deal_count; i++)
        if (telling->deals[i].outcome->index == outcome->index)
            return &telling->deals[i];
    if (telling->deal_count == (telling->parties > MOST_GAIN_COLUMNS ? MOST_DEAL_COLUMNS : WS_MOST_DEALS))
        return NULL;
    ws_named_deal *deal = &telling->deals[telling->deal_count++];
    *deal = (ws_named_deal){.outcome = outcome, .best_for = SIZE_MAX};
    return deal;
}

static const char *label_of(const ws_telling *telling, const ws_named_deal *deal)
{
    bool home = telling->analysis->has_home;
    if (deal->at_table & 1u << WS_SOLUTION_NASH)
        return home ? "at the table" : "Nash";
    if (deal->at_home & 1u << WS_SOLUTION_NASH)
        return "at home";
    if (home && deal->at_table & 1u << WS_SOLUTION_MOST_DELIVERABLE)
        return "surest";
    if (deal->best_for != SIZE_MAX) {
        const char *text = ws__format_text(telling->arena, "best for %s", telling->shorts[deal->best_for]);
        return text ? text : "";
    }
    for (size_t s = 0; s < WS_SOLUTION_COUNT; s++)
        if (deal->at_table & 1u << s)
            return solutions[s].label;
    for (size_t s = 0; s < WS_SOLUTION_COUNT; s++)
        if (deal->at_home & 1u << s)
            return ws__format_text(telling->arena, "%s, home", solutions[s].label);
    return "best in zone";
}

static void sort_deals(ws_telling *telling)
{
    for (size_t i = 1; i < telling->deal_count; i++) { /* a handful, by insertion */
        ws_named_deal moved = telling->deals[i];
        size_t at = i;
        for (; at > 0 && telling->deals[at - 1].outcome->u[0] < moved.outcome->u[0]; at--)
            telling->deals[at] = telling->deals[at - 1];
        telling->deals[at] = moved;
    }
}

void ws__choose_deals(ws_telling *telling)
{
    const ws_analysis *a = telling->analysis;
    for (size_t s = 0; s < WS_SOLUTION_COUNT; s++) {
        bool surest = s == WS_SOLUTION_MOST_DELIVERABLE;
        ws_named_deal *deal = surest && !a->has_home ? NULL : find_or_add(telling, &a->solutions[s]);
        if (deal)
            deal->at_table |= 1u << s;
        deal = a->has_home && !surest ? find_or_add(telling, &a->solutions_expected[s]) : NULL;
        if (deal)
            deal->at_home |= 1u << s;
    }
    ws_named_deal *zone = find_or_add(telling, &a->zone.best);
    if (zone)
        zone->best_in_zone = true;
    for (size_t p = 0; p < telling->parties && telling->parties <= MOST_IDEALS; p++) {
        ws_named_deal *ideal = find_or_add(telling, &a->parties[p].ideal);
        if (ideal && ideal->best_for == SIZE_MAX)
            ideal->best_for = p;
    }
    sort_deals(telling);
    for (size_t i = 0; i < telling->deal_count; i++) {
        telling->deals[i].letter = (char)('A' + i);
        telling->deals[i].label = label_of(telling, &telling->deals[i]);
    }
}

char ws__letter_of(const ws_telling *telling, const ws_outcome *outcome)
{
    for (size_t i = 0; i < telling->deal_count; i++)
        if (telling->deals[i].outcome->index == outcome->index)
            return telling->deals[i].letter;
    return '?';
}

/* ---- What they say ---- */

static bool differs(const ws_telling *telling, size_t deal, size_t issue)
{
    return deal > 0 &&
           telling->deals[deal].outcome->levels[issue] != telling->deals[deal - 1].outcome->levels[issue];
}

/* True where a table can show the levels with no word cut, in few lines each. */
static bool levels_fit(const ws_telling *telling)
{
    size_t issues = telling->shape->issue_count, need = 1, left = telling->page->width;
    for (size_t d = 0; d < telling->deal_count; d++) {
        size_t word = ws__widest_word(telling->deals[d].label);
        need = word > need ? word : need;
    }
    need += 3;
    for (size_t i = 0; i < issues; i++) {
        size_t word = ws__widest_word(telling->issue_names[i]), whole = 0;
        for (size_t d = 0; d < telling->deal_count; d++) {
            const char *level = ws__level_words(telling, i, telling->deals[d].outcome->levels[i]);
            size_t width = ws__text_width(level), one = ws__widest_word(level);
            whole = width > whole ? width : whole;
            word = one > word ? one : word;
        }
        need += 2 + (2 * word > whole ? word : whole / 2);
    }
    return need <= left;
}

/* An issue's name in two lines where it is long. */
static const char *in_two_lines(const ws_telling *telling, const char *name)
{
    size_t length = strlen(name), best = 0;
    if (length <= 9)
        return name;
    for (size_t i = 1; i + 1 < length; i++) {
        size_t here = i > length / 2 ? i - length / 2 : length / 2 - i;
        size_t there = best > length / 2 ? best - length / 2 : length / 2 - best;
        if (name[i] == ' ' && (best == 0 || here < there))
            best = i;
    }
    if (best == 0)
        return name;
    const char *text = ws__format_text(telling->arena, "%.*s\n%s", (int)best, name, name + best + 1);
    return text ? text : name;
}

static const char *emphasised(const ws_telling *telling, const char *text)
{
    const char *marked = ws__format_text(telling->arena, WS_STRONG "%s" WS_PLAIN, text);
    return marked ? marked : text;
}

static void add_letter(ws_table *table, const ws_named_deal *deal)
{
    char letter[2] = {deal->letter, '\0'};
    ws__add_cell(table, letter);
    ws__add_cell(table, deal->label);
}

static void tell_levels_in_table(ws_telling *telling)
{
    ws_table *table = ws__start_table(telling->page);
    ws__add_column(table, "", WS_LEFT, 0);
    ws__add_column(table, "deal", WS_FLEXIBLE, 0);
    for (size_t i = 0; i < telling->shape->issue_count; i++)
        ws__add_column(table, in_two_lines(telling, telling->issue_names[i]), WS_FLEXIBLE, 4);
    for (size_t d = 0; d < telling->deal_count; d++) {
        add_letter(table, &telling->deals[d]);
        for (size_t i = 0; i < telling->shape->issue_count; i++) {
            const char *level = ws__level_words(telling, i, telling->deals[d].outcome->levels[i]);
            ws__add_cell(table, differs(telling, d, i) ? emphasised(telling, level) : level);
        }
    }
    ws__end_table(table);
}

/* What the emphasis means. */
static void tell_emphasis(ws_telling *telling)
{
    bool bold = telling->page->markdown || telling->page->color;
    if (telling->deal_count > 1)
        ws__page_paragraph(telling->page,
                           bold ? "Bold: what differs from the deal above."
                                : "In CAPITALS, or *starred* where there are no letters: what differs from "
                                  "the deal above.");
}

/* The first deal in full, the others by what differs from the one before, or in full where most does. */
static void tell_levels_in_lines(ws_telling *telling)
{
    size_t issues = telling->shape->issue_count;
    for (size_t d = 0; d < telling->deal_count; d++) {
        const ws_named_deal *deal = &telling->deals[d];
        size_t different = 0;
        for (size_t i = 0; i < issues; i++)
            different += differs(telling, d, i);
        bool whole = d == 0 || 3 * different > 2 * issues;
        WS_TEXT(text);
        for (size_t i = 0, shown = 0; i < issues; i++) {
            if (!whole && !differs(telling, d, i))
                continue;
            const char *level = ws__level_words(telling, i, deal->outcome->levels[i]);
            ws__add_format(&text, "%s%s" WS_JOIN "%s", shown++ ? ", " : "", telling->issue_names[i],
                           differs(telling, d, i) ? emphasised(telling, level) : level);
        }
        if (text.failed)
            telling->page->out.failed = true;
        ws__page_point(telling->page, "%c, %s: %s%s", deal->letter, deal->label,
                       whole ? ""
                             : ws__format_text(telling->arena, "as %c, but ", telling->deals[d - 1].letter),
                       text.bytes ? text.bytes : "the same");
    }
}

/* ---- What each side gives and gets ---- */

static const char *heading_for(const ws_telling *telling, size_t party, const char *what)
{
    const char *text = ws__format_text(telling->arena, "%s\n%s", telling->shorts[party], what);
    return text ? text : what;
}

size_t ws__worst_off(const ws_telling *telling, const ws_outcome *outcome)
{
    size_t worst = SIZE_MAX;
    for (size_t p = 0; p < telling->parties; p++) {
        double share = ws__gain_share(telling, p, outcome);
        if (!isnan(share) && (worst == SIZE_MAX || share < ws__gain_share(telling, worst, outcome)))
            worst = p;
    }
    return worst;
}

/* Few sides: a row a deal. */
static void tell_gains_by_deal(ws_telling *telling)
{
    bool home = telling->analysis->has_home, classes = telling->shape->class_count > 1;
    ws_arena *arena = telling->arena;
    ws_table *table = ws__start_table(telling->page);
    ws__add_column(table, "", WS_LEFT, 0);
    ws__add_column(table, "deal", WS_FLEXIBLE, 0);
    for (size_t p = 0; p < telling->parties; p++)
        ws__add_column(table, heading_for(telling, p, "gains"), WS_RIGHT, 0);
    for (size_t p = 0; p < telling->parties && home; p++)
        ws__add_column(table, heading_for(telling, p, "passes"), WS_DECIMAL, 0);
    if (home)
        ws__add_column(table,
                       !telling->shape->unanimous ? "enough\npass"
                       : telling->parties == 2    ? "both\npass"
                                                  : "all\npass",
                       WS_DECIMAL, 0);
    if (classes)
        ws__add_column(table, "class", WS_FLEXIBLE, 6);
    for (size_t d = 0; d < telling->deal_count; d++) {
        const ws_outcome *o = telling->deals[d].outcome;
        add_letter(table, &telling->deals[d]);
        for (size_t p = 0; p < telling->parties; p++)
            ws__add_cell(table, ws__say_whole_percent(arena, ws__gain_share(telling, p, o)));
        for (size_t p = 0; p < telling->parties && home; p++)
            ws__add_cell(table, ws__say_percent(arena, o->p[p]));
        if (home)
            ws__add_cell(table, ws__say_percent(arena, o->p_all));
        if (classes)
            ws__add_cell(table, ws__class_words(telling, o->class_of));
    }
    ws__end_table(table);
}

/* Many sides: a row a side, a column a deal. */
static void tell_gains_by_side(ws_telling *telling)
{
    ws_arena *arena = telling->arena;
    ws_table *table = ws__start_table(telling->page);
    ws__add_column(table, "gains of", WS_FLEXIBLE, 10);
    for (size_t d = 0; d < telling->deal_count; d++) {
        char letter[2] = {telling->deals[d].letter, '\0'};
        ws__add_column(table, letter, WS_RIGHT, 0);
    }
    for (size_t p = 0; p < telling->parties; p++) {
        ws__add_cell(table, telling->names[p]);
        for (size_t d = 0; d < telling->deal_count; d++)
            ws__add_cell(table,
                         ws__say_whole_percent(arena, ws__gain_share(telling, p, telling->deals[d].outcome)));
    }
    if (telling->analysis->has_home) {
        ws__add_cell(table, telling->shape->unanimous ? "all pass at home" : "enough sides pass");
        for (size_t d = 0; d < telling->deal_count; d++)
            ws__add_cell(table, ws__say_percent(arena, telling->deals[d].outcome->p_all));
    }
    ws__end_table(table);
}

static void tell_gains(ws_telling *telling)
{
    if (telling->parties <= MOST_GAIN_COLUMNS)
        tell_gains_by_deal(telling);
    else
        tell_gains_by_side(telling);
    ws__page_paragraph(telling->page,
                       "Gains are shares of what a side could gain at most: 0%% is no deal, 100%% its "
                       "best deal; below 0%% it is worse off than without a deal.");
}

/* ---- Who chooses them ---- */

static void add_reason(ws_text *text, const char *words)
{
    if (text->length)
        ws__add_text(text, "; ");
    ws__add_text(text, words);
}

/* "Nash (the largest product of gains)"; of many only the first is explained, the others are named. */
static const char *choosers(const ws_telling *telling, unsigned bits, bool means)
{
    const char *names[WS_SOLUTION_COUNT];
    size_t count = 0, all = 0;
    for (size_t s = 0; s < WS_SOLUTION_COUNT; s++)
        all += (bits >> s & 1u) != 0;
    for (size_t s = 0; s < WS_SOLUTION_COUNT; s++)
        if (bits >> s & 1u) {
            bool explained = means && (all <= 2 || count == 0);
            const char *one =
                explained ? ws__format_text(telling->arena, "%s (%s)", solutions[s].name, solutions[s].means)
                          : solutions[s].name;
            names[count++] = one ? one : solutions[s].name;
        }
    return ws__say_list(telling->arena, count, names);
}

enum { EVERY_RULE = (1u << WS_SOLUTION_MOST_DELIVERABLE) - 1 };

static void tell_reasons(ws_telling *telling)
{
    for (size_t d = 0; d < telling->deal_count; d++) {
        const ws_named_deal *deal = &telling->deals[d];
        ws_arena *arena = telling->arena;
        unsigned rules = deal->at_table & EVERY_RULE;
        WS_TEXT(text);
        if (deal->best_for != SIZE_MAX)
            add_reason(&text,
                       ws__format_text(arena, "the best there is for %s", telling->names[deal->best_for]));
        if (rules)
            add_reason(&text,
                       rules == EVERY_RULE
                           ? "every rule's choice, Nash's (the largest product of gains) and all others"
                           : choosers(telling, rules, true));
        if (deal->at_table & ~(unsigned)EVERY_RULE)
            add_reason(&text, telling->shape->unanimous ? "the likeliest to pass everywhere"
                                                        : "the likeliest to pass with enough sides");
        if (deal->at_home == EVERY_RULE)
            add_reason(&text, "every rule's choice once the chance at home counts");
        else if (deal->at_home)
            add_reason(&text, ws__format_text(arena, "counting the chance at home: %s",
                                              choosers(telling, deal->at_home, false)));
        if (deal->best_in_zone && telling->analysis->has_home)
            add_reason(&text, "Nash's choice within the zone");
        if (text.bytes && telling->page->markdown)
            ws__page_point(telling->page, "%s: %s",
                           ws__format_text(arena, WS_STRONG "%c" WS_PLAIN, deal->letter), text.bytes);
        else if (text.bytes)
            ws__page_point(telling->page, "%c: %s", deal->letter, text.bytes);
    }
}

void ws__tell_deals(ws_telling *telling)
{
    if (telling->deal_count == 0)
        return;
    ws__page_heading(telling->page, "The deals that matter");
    if (levels_fit(telling))
        tell_levels_in_table(telling);
    else
        tell_levels_in_lines(telling);
    tell_emphasis(telling);
    telling->page->last_point = 0; /* another list */
    tell_reasons(telling);
    ws__page_heading(telling->page, "What each side gets");
    tell_gains(telling);
}
