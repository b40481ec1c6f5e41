/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many of the possible deals each side accepts and can pass at home, with bars; and what no deal and the
 * best deal are worth to each. */
#include "report/analysis_text.h"

#include <string.h>

enum { LABEL = 26, MOST_BAR = 20 };

static double share_of(const ws_telling *telling, uint64_t count)
{
    return telling->analysis->feasible ? (double)count / (double)telling->analysis->feasible : 0;
}

static const char *count_and_bar(const ws_telling *telling, uint64_t count, size_t width, size_t columns)
{
    ws_arena *arena = telling->arena;
    const char *number = ws__say_count(arena, count);
    const char *text =
        ws__format_text(arena, "%*s %s", (int)width, number,
                        ws__say_bar(arena, share_of(telling, count), columns, telling->page->ascii));
    return text ? text : number;
}

static const char *passes_words(const ws_telling *telling)
{
    const char *text = ws__format_text(telling->arena, "passes at home (%s)",
                                       ws__say_percent(telling->arena, telling->analysis->zone.alpha));
    return text ? text : "passes at home";
}

/* Two sides: a column each, bars beneath. */
static void tell_two(ws_telling *telling)
{
    const ws_zone_section *zone = &telling->analysis->zone;
    const uint64_t *rows[] = {zone->accepts, zone->deliverable, zone->win_set};
    const char *labels[] = {"no worse than breakdown", passes_words(telling), "both of these"};
    size_t most = telling->analysis->has_home ? 3 : 1;
    size_t width = strlen(ws__say_count(telling->arena, telling->analysis->feasible));
    size_t room = (telling->page->width - LABEL - 4) / 2;
    size_t columns = room > width + 5 ? room - width - 1 : 4;
    columns = columns > MOST_BAR ? MOST_BAR : columns;
    ws_table *table = ws__start_table(telling->page);
    ws__add_column(table, "", WS_LEFT, 0);
    for (size_t p = 0; p < 2; p++)
        ws__add_column(
            table, ws__cut_text(telling->arena, telling->names[p], width + 1 + columns, telling->page->ascii),
            WS_LEFT, 0);
    for (size_t i = 0; i < most; i++) {
        ws__add_cell(table, labels[i]);
        for (size_t p = 0; p < 2; p++)
            ws__add_cell(table, count_and_bar(telling, rows[i][p], width, columns));
    }
    ws__end_table(table);
}

/* The name, and beside a long one the short form that headings use. */
static const char *full_name(const ws_telling *telling, size_t party)
{
    const char *name = telling->names[party];
    if (strcmp(name, telling->shorts[party]) == 0)
        return name;
    const char *both = ws__format_text(telling->arena, "%s (%s)", name, telling->shorts[party]);
    return both ? both : name;
}

/* What deals are worth in each side's own units; for many sides with the counts beside. */
static void tell_worth(ws_telling *telling)
{
    const ws_analysis *a = telling->analysis;
    ws_arena *arena = telling->arena;
    bool counts = telling->parties != 2 && a->feasible;
    size_t width = strlen(ws__say_count(arena, a->feasible));
    ws_table *table = ws__start_table(telling->page);
    ws__add_column(table, "in its own units", WS_FLEXIBLE, 16);
    ws__add_column(table, "worst\ndeal", WS_DECIMAL, 0);
    ws__add_column(table, "no\ndeal", WS_DECIMAL, 0);
    ws__add_column(table, "best\ndeal", WS_DECIMAL, 0);
    if (counts)
        ws__add_column(table, "deals no worse\nthan breakdown", WS_LEFT, 0);
    if (counts && a->has_home) {
        ws__add_column(table, "pass at\nhome", WS_RIGHT, 0);
        ws__add_column(table, "both", WS_RIGHT, 0);
    }
    for (size_t p = 0; p < telling->parties; p++) {
        ws__add_cell(table, full_name(telling, p));
        ws__add_cell(table, ws__say_number(arena, a->parties[p].range.min));
        ws__add_cell(table, ws__say_number(arena, a->parties[p].range.reservation));
        ws__add_cell(table, ws__say_number(arena, a->parties[p].range.max));
        if (counts)
            ws__add_cell(table, count_and_bar(telling, a->zone.accepts[p], width, 10));
        if (counts && a->has_home) {
            ws__add_cell(table, ws__say_count(arena, a->zone.deliverable[p]));
            ws__add_cell(table, ws__say_count(arena, a->zone.win_set[p]));
        }
    }
    ws__end_table(table);
}

void ws__tell_counts(ws_telling *telling)
{
    if (telling->analysis->feasible && telling->parties == 2)
        tell_two(telling);
    tell_worth(telling);
}
