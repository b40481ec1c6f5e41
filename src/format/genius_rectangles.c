/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A nonlinear GENIUS profile: bonuses for rectangles of deals, over integer issues. A rectangle's bonus is
 * its utility times its function's weight, divided by `maxutility`; the utility of a deal is their sum. */
#include "format/genius.h"

#include "base/diag.h"

#include <math.h>
#include <string.h>

typedef struct rectangle_reader {
    ws_genius_profile *out;
    ws_arena *arena;
    const ws_genius_domain *domain;
    ws_diag *diag;
    ws_status status;
} rectangle_reader;

static void note_failure(rectangle_reader *reader, ws_status status)
{
    if (reader->status == WS_OK)
        reader->status = status;
}

static bool read_number(rectangle_reader *reader, double *out, const ws_xml_element *element,
                        const char *attribute)
{
    bool right = ws__read_genius_number(out, element, attribute, "the nonlinear utility", reader->diag);
    if (!right)
        note_failure(reader, WS_INVALID);
    return right;
}

/* One side: false where it is wrong. */
static bool read_side(rectangle_reader *reader, ws_genius_side *side, const ws_xml_element *element)
{
    double index;
    if (!read_number(reader, &index, element, "index") || !read_number(reader, &side->from, element, "min") ||
        !read_number(reader, &side->to, element, "max"))
        return false;
    side->issue = 0;
    while (side->issue < reader->domain->issue_count &&
           (double)reader->domain->issues[side->issue].index != index)
        side->issue++;
    if (side->issue == reader->domain->issue_count) {
        note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, element->place,
                                        "a rectangle over issue %g, but no issue has that index", index));
        return false;
    }
    const ws_genius_issue *issue = &reader->domain->issues[side->issue];
    if (issue->kind != WS_GENIUS_INTEGER) {
        note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, element->place,
                                        "a rectangle over issue '%s'; expected an integer issue",
                                        ws__shown(reader->arena, issue->name)));
        return false;
    }
    side->from = ceil(side->from);
    side->to = floor(side->to);
    return true;
}

/* Takes the side behind the last one in: two sides of one issue are their intersection. */
static ws_genius_side *merge_side(ws_genius_rectangle *rectangle, ws_genius_side *sides)
{
    const ws_genius_side *new = &sides[rectangle->side_count];
    for (size_t i = 0; i < rectangle->side_count; i++)
        if (sides[i].issue == new->issue) {
            sides[i].from = fmax(sides[i].from, new->from);
            sides[i].to = fmin(sides[i].to, new->to);
            return &sides[i];
        }
    return &sides[rectangle->side_count++];
}

static void read_rectangle(rectangle_reader *reader, const ws_xml_element *element, double weight,
                           double largest)
{
    ws_genius_rectangle *rectangle = WS_NEW(reader->arena, ws_genius_rectangle);
    size_t room = 0;
    for (const ws_xml_element *at = element->first; at; at = at->next)
        room++;
    ws_genius_side *sides = WS_NEW_MANY(reader->arena, room + 1, ws_genius_side);
    double utility;
    if (!rectangle || !sides) {
        note_failure(reader, ws_fail(reader->diag, WS_LIMIT, "no memory for a rectangle"));
        return;
    }
    if (!read_number(reader, &utility, element, "utility"))
        return;
    rectangle->bonus = ws__tidy_genius(utility * weight / largest);
    rectangle->sides = sides;
    bool empty = false;
    for (const ws_xml_element *at = element->first; at; at = at->next) {
        if (strcmp(at->name, "INCLUDES") != 0) {
            note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, at->place,
                                            "<%s> in a rectangle is not read; expected <INCLUDES>",
                                            ws__shown(reader->arena, at->name)));
            continue;
        }
        ws_genius_side *side = &sides[rectangle->side_count];
        if (!read_side(reader, side, at))
            continue;
        side = merge_side(rectangle, sides);
        const ws_genius_issue *issue = &reader->domain->issues[side->issue];
        empty = empty || side->from > side->to || side->from > issue->to || side->to < issue->from;
    }
    if (empty || utility == 0) /* no deal is in it */
        return;
    if (reader->out->last_rectangle)
        reader->out->last_rectangle->next = rectangle;
    else
        reader->out->rectangles = rectangle;
    reader->out->last_rectangle = rectangle;
}

static void read_function(rectangle_reader *reader, const ws_xml_element *function, double largest)
{
    double weight = 1;
    if (ws__find_attribute(function, "weight") && !read_number(reader, &weight, function, "weight"))
        return;
    const ws_xml_attribute *how = ws__find_attribute(function, "aggregation");
    if (how && strcmp(how->value, "sum") != 0) {
        note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, how->place,
                                        "aggregation '%s' is not read; expected sum",
                                        ws__shown(reader->arena, how->value)));
        return;
    }
    for (const ws_xml_element *at = function->first; at; at = at->next) {
        if (strcmp(at->name, "hyperRectangle") == 0)
            read_rectangle(reader, at, weight, largest);
        else
            note_failure(reader,
                         ws_fail_at(reader->diag, WS_INVALID, at->place,
                                    "<%s> in a nonlinear utility is not read; expected <hyperRectangle>",
                                    ws__shown(reader->arena, at->name)));
    }
}

ws_status ws__read_genius_rectangles(ws_genius_profile *out, ws_arena *arena, const ws_xml_element *utility,
                                     const ws_genius_domain *domain, ws_diag *diag)
{
    rectangle_reader reader = {out, arena, domain, diag, WS_OK};
    double largest;
    if (!read_number(&reader, &largest, utility, "maxutility"))
        return reader.status;
    if (!(largest > 0))
        return ws_fail_at(diag, WS_INVALID, utility->place,
                          "maxutility is %g; utilities are divided by it, so it must be above 0", largest);
    for (const ws_xml_element *at = utility->first; at; at = at->next) {
        if (strcmp(at->name, "ufun") == 0)
            read_function(&reader, at, largest);
        else
            note_failure(&reader, ws_fail_at(diag, WS_INVALID, at->place,
                                             "<%s> in <utility> is not read; expected <ufun>",
                                             ws__shown(arena, at->name)));
    }
    return reader.status;
}
