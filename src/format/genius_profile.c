/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GENIUS profile: what every level of every issue is worth to one party.
 *
 * Issues and items are matched by their exact names; weights by the index that the profile itself gives an
 * issue. The points of a level are weight * evaluation / largest evaluation, rounded to twelve digits where
 * that is the same number within a few units in the last place: so that a third of 0.3 is 0.1, and equal
 * deals stay equal. */
#include "format/genius.h"

#include "base/diag.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef struct profile_reader {
    ws_genius_profile *out;
    ws_arena *arena;
    const ws_genius_domain *domain;
    const ws_xml_element *space;
    const char **issue_names;        /* [issues] of the domain */
    const ws_xml_element **elements; /* [issues] of the profile, in the domain's order; NULL: none */
    int64_t *indices;                /* [issues] that the profile gives them */
    double *weights;                 /* [issues]; NaN: none given */
    bool weights_right;
    size_t failures;
    ws_status status;
    ws_diag *diag;
} profile_reader;

static void note_failure(profile_reader *reader, ws_status status)
{
    if (reader->status == WS_OK)
        reader->status = status;
    reader->failures += status != WS_OK;
}

/* A file with very many problems is not worth telling all of them. */
static bool is_hopeless(const profile_reader *reader)
{
    return reader->failures > 100;
}

static const char *issue_text(const profile_reader *reader, size_t issue)
{
    const char *text = ws__format_text(reader->arena, "issue '%s'",
                                       ws__shown(reader->arena, reader->domain->issues[issue].name));
    return text ? text : "an issue";
}

/* ---- Which issue is which ---- */

static size_t find_name(const char *name, size_t count, const char *const *names)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return SIZE_MAX;
}

static void match_issue(profile_reader *reader, const ws_xml_element *element)
{
    size_t count = reader->domain->issue_count;
    const ws_xml_attribute *name = ws__find_attribute(element, "name");
    if (!name) {
        note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, element->place, "an issue has no name"));
        return;
    }
    size_t issue = find_name(name->value, count, reader->issue_names);
    if (issue == SIZE_MAX) {
        const char *near = ws__near_genius_name(name->value, count, reader->issue_names);
        const char *hint = near ? ws__format_text(reader->arena, "; did you mean '%s'?", near) : "";
        note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, name->place, "%s has no issue '%s'%s",
                                        reader->domain->file->path, ws__shown(reader->arena, name->value),
                                        hint ? hint : ""));
        issue = near ? find_name(near, count, reader->issue_names) : SIZE_MAX;
        if (near && !reader->elements[issue])
            reader->elements[issue] = element; /* so that it is not missed too */
        return;
    }
    if (reader->elements[issue]) {
        note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, element->place, "%s is there twice",
                                        issue_text(reader, issue)));
        return;
    }
    reader->elements[issue] = element;
    double index;
    if (!ws__read_genius_number(&index, element, "index", issue_text(reader, issue), reader->diag))
        note_failure(reader, WS_INVALID);
    else if (index != floor(index) || fabs(index) > 1e9)
        note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, element->place,
                                        "%s has index %g; expected a whole number", issue_text(reader, issue),
                                        index));
    else {
        reader->indices[issue] = (int64_t)index;
        if (reader->indices[issue] != reader->domain->issues[issue].index)
            ws_warn_at(reader->diag, element->place,
                       "%s has index %" PRId64 " here and %" PRId64 " in the domain; names decide",
                       issue_text(reader, issue), reader->indices[issue],
                       reader->domain->issues[issue].index);
    }
}

static void match_issues(profile_reader *reader)
{
    for (const ws_xml_element *at = NULL; !is_hopeless(reader) && (at = ws__next_issue(reader->space, at));)
        match_issue(reader, at);
    for (size_t i = 0; i < reader->domain->issue_count && !is_hopeless(reader); i++)
        if (!reader->elements[i])
            note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, reader->space->place,
                                            "the profile leaves out %s; expected every issue of %s",
                                            issue_text(reader, i), reader->domain->file->path));
}

/* ---- Weights ---- */

static void read_weight(profile_reader *reader, const ws_xml_element *element)
{
    double index, value;
    if (!ws__read_genius_number(&index, element, "index", "a weight", reader->diag)) {
        reader->weights_right = false;
        note_failure(reader, WS_INVALID);
        return;
    }
    size_t issue = 0;
    while (issue < reader->domain->issue_count && (double)reader->indices[issue] != index)
        issue++;
    if (issue == reader->domain->issue_count) {
        reader->weights_right = false;
        note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, element->place,
                                        "a weight for issue %g, but no issue has index %g", index, index));
        return;
    }
    const char *what = issue_text(reader, issue);
    bool again = !isnan(reader->weights[issue]);
    reader->weights[issue] = 0;
    if (!ws__read_genius_number(&value, element, "value",
                                ws__format_text(reader->arena, "the weight of %s", what), reader->diag))
        note_failure(reader, WS_INVALID);
    else if (value < 0)
        note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, element->place,
                                        "the weight of %s is %g; expected 0 or more", what, value));
    else if (again)
        note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, element->place,
                                        "the weight of %s is given twice", what));
    else {
        reader->weights[issue] = value;
        return;
    }
    reader->weights_right = false;
}

/* Weights stand beside the issues of an objective; nested objectives have their own, for their issues. */
static void read_weights(profile_reader *reader)
{
    const ws_xml_element *at = reader->space;
    for (;;) {
        bool enter = at == reader->space || strcmp(at->name, "objective") == 0;
        const ws_xml_element *next = enter ? at->first : NULL;
        while (!next && at != reader->space) {
            next = at->next;
            at = at->parent;
        }
        if (!next || is_hopeless(reader))
            break;
        at = next;
        if (strcmp(at->name, "weight") == 0)
            read_weight(reader, at);
    }
    double sum = 0;
    for (size_t i = 0; i < reader->domain->issue_count; i++) {
        if (!reader->elements[i])
            continue;
        if (isnan(reader->weights[i]) && reader->weights_right) {
            note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, reader->elements[i]->place,
                                            "%s has no <weight>", issue_text(reader, i)));
            reader->weights[i] = 0;
        }
        sum += isnan(reader->weights[i]) ? 0 : reader->weights[i];
    }
    if (reader->status == WS_OK && fabs(sum - 1) > 1e-6)
        ws_warn_at(reader->diag, reader->space->place,
                   "the weights sum to %.7g, not to 1; they are used as given", sum);
}

/* ---- Evaluations ---- */

static const ws_xml_element *skip_to_item(const ws_xml_element *at)
{
    while (at && strcmp(at->name, "item") != 0)
        at = at->next;
    return at;
}

static void read_item(profile_reader *reader, size_t issue, const ws_xml_element *item, bool *seen,
                      bool *given)
{
    const ws_genius_issue *of = &reader->domain->issues[issue];
    const ws_xml_attribute *value = ws__find_attribute(item, "value");
    const char *what = issue_text(reader, issue);
    if (!value) {
        note_failure(reader,
                     ws_fail_at(reader->diag, WS_INVALID, item->place, "an item of %s has no value", what));
        *given = false;
        return;
    }
    size_t level = ws__find_genius_item(of, value->value);
    const char *shown = ws__shown(reader->arena, value->value);
    if (level == SIZE_MAX) {
        const char *near = ws__near_genius_name(value->value, of->level_count, of->items);
        const char *hint = near ? ws__format_text(reader->arena, "; did you mean '%s'?", near) : "";
        note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, value->place, "%s has no item '%s'%s", what,
                                        shown, hint ? hint : ""));
        if (near)
            seen[ws__find_genius_item(of, near)] = true; /* so that it is not missed too */
        *given = false;
        return;
    }
    if (seen[level]) {
        note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, value->place, "%s has item '%s' twice",
                                        what, shown));
        return;
    }
    seen[level] = true;
    const char *item_text = ws__format_text(reader->arena, "%s, item '%s'", what, shown);
    if (!ws__read_genius_number(&reader->out->points[issue][level], item, "evaluation",
                                item_text ? item_text : what, reader->diag)) {
        note_failure(reader, WS_INVALID);
        *given = false;
    }
}

static void weigh_items(profile_reader *reader, size_t issue)
{
    double *points = reader->out->points[issue], largest = points[0];
    size_t count = reader->domain->issues[issue].level_count;
    for (size_t i = 1; i < count; i++)
        largest = points[i] > largest ? points[i] : largest;
    bool all_zero = largest == 0;
    for (size_t i = 0; i < count; i++)
        all_zero = all_zero && points[i] == 0;
    if (largest <= 0 && !all_zero) {
        note_failure(reader,
                     ws_fail_at(reader->diag, WS_INVALID, reader->elements[issue]->place,
                                "the largest evaluation of %s is %g; evaluations are divided by it, so "
                                "it must be above 0",
                                issue_text(reader, issue), largest));
        return;
    }
    double weight = reader->weights[issue];
    for (size_t i = 0; i < count && !all_zero && weight != largest; i++) /* else they are points already */
        points[i] = ws__tidy_genius(weight * points[i] / largest);
}

static void read_items(profile_reader *reader, size_t issue)
{
    const ws_genius_issue *of = &reader->domain->issues[issue];
    bool *seen = WS_NEW_MANY(reader->arena, of->level_count, bool), given = true;
    if (!seen) {
        note_failure(reader, ws_fail(reader->diag, WS_LIMIT, "no memory"));
        return;
    }
    const ws_xml_element *element = reader->elements[issue];
    for (const ws_xml_element *item = skip_to_item(element->first); item; item = skip_to_item(item->next)) {
        if (is_hopeless(reader))
            return;
        read_item(reader, issue, item, seen, &given);
    }
    for (size_t level = 0; level < of->level_count && !is_hopeless(reader); level++)
        if (!seen[level]) {
            note_failure(reader,
                         ws_fail_at(reader->diag, WS_INVALID, element->place,
                                    "%s has no evaluation of item '%s'; expected one for every item of %s",
                                    issue_text(reader, issue), ws__shown(reader->arena, of->items[level]),
                                    reader->domain->file->path));
            given = false;
        }
    if (given && reader->status == WS_OK)
        weigh_items(reader, issue);
}

/* ---- Evaluators of integer and real issues ---- */

typedef enum function_kind { LINEAR, CONSTANT, TRIANGULAR } function_kind;

typedef struct evaluator {
    function_kind kind;
    double offset, slope, start; /* LINEAR: offset + slope * (value - start); CONSTANT: offset */
    double low, high, top;       /* TRIANGULAR */
} evaluator;

static double evaluate(const evaluator *e, double value)
{
    if (e->kind == CONSTANT)
        return e->offset;
    double raw = 0;
    if (e->kind == LINEAR)
        raw = e->offset + e->slope * (value - e->start);
    else if (value >= e->low && value < e->top)
        raw = (value - e->low) / (e->top - e->low);
    else if (value >= e->top && value < e->high)
        raw = 1 - (value - e->top) / (e->high - e->top);
    return raw < 0 ? 0 : raw > 1 ? 1 : raw;
}

static bool read_function(profile_reader *reader, evaluator *out, size_t issue, const ws_xml_element *element)
{
    const char *what = issue_text(reader, issue);
    const ws_xml_attribute *kind = ws__find_attribute(element, "ftype");
    const char *name = kind ? kind->value : "linear";
    *out = (evaluator){.kind = LINEAR};
    if (strcmp(name, "linear") == 0 && ws__find_attribute(element, "slope")) {
        out->start = reader->domain->issues[issue].from;
        bool right = ws__read_genius_number(&out->slope, element, "slope", what, reader->diag);
        return ws__read_genius_number(&out->offset, element, "offset", what, reader->diag) && right;
    }
    if (strcmp(name, "linear") == 0) {
        bool right = ws__read_genius_number(&out->offset, element, "parameter0", what, reader->diag);
        return ws__read_genius_number(&out->slope, element, "parameter1", what, reader->diag) && right;
    }
    if (strcmp(name, "constant") == 0) {
        out->kind = CONSTANT;
        return ws__read_genius_number(&out->offset, element, "parameter0", what, reader->diag);
    }
    if (strcmp(name, "triangular") == 0) {
        out->kind = TRIANGULAR;
        bool right = ws__read_genius_number(&out->low, element, "parameter0", what, reader->diag);
        right = ws__read_genius_number(&out->high, element, "parameter1", what, reader->diag) && right;
        return ws__read_genius_number(&out->top, element, "parameter2", what, reader->diag) && right;
    }
    ws_fail_at(reader->diag, WS_INVALID, kind ? kind->place : element->place,
               "%s has an evaluator '%s'; expected linear, constant or triangular", what,
               ws__shown(reader->arena, name));
    return false;
}

static void read_evaluator(profile_reader *reader, size_t issue)
{
    const ws_genius_issue *of = &reader->domain->issues[issue];
    const ws_xml_element *element = ws__find_child(reader->elements[issue], "evaluator");
    if (!element) {
        note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, reader->elements[issue]->place,
                                        "%s has no <evaluator>; expected one with slope and offset",
                                        issue_text(reader, issue)));
        return;
    }
    evaluator function;
    if (!read_function(reader, &function, issue, element)) {
        note_failure(reader, WS_INVALID);
        return;
    }
    for (size_t level = 0; level < of->level_count; level++)
        reader->out->points[issue][level] =
            ws__tidy_genius(reader->weights[issue] * evaluate(&function, ws__genius_value(of, level)));
}

static void read_points(profile_reader *reader)
{
    ws_genius_profile *out = reader->out;
    out->points = WS_NEW_MANY(reader->arena, reader->domain->issue_count, double *);
    bool enough = out->points != NULL;
    for (size_t i = 0; enough && i < reader->domain->issue_count; i++) {
        out->points[i] = WS_NEW_MANY(reader->arena, reader->domain->issues[i].level_count, double);
        enough = out->points[i] != NULL;
    }
    if (!enough) {
        note_failure(reader,
                     ws_fail(reader->diag, WS_LIMIT, "no memory for the points of %s", out->file->path));
        return;
    }
    for (size_t i = 0; i < reader->domain->issue_count; i++) {
        if (!reader->elements[i] || is_hopeless(reader))
            continue;
        if (reader->domain->issues[i].kind == WS_GENIUS_DISCRETE)
            read_items(reader, i);
        else
            read_evaluator(reader, i);
    }
}

/* ---- Reservation, discount, the whole ---- */

static const ws_xml_element *find_anywhere(const ws_xml_element *root, const char *name)
{
    const ws_xml_element *found = ws__find_child(root, name);
    const ws_xml_element *objective = ws__find_child(root, "objective");
    return found || !objective ? found : ws__find_child(objective, name);
}

static void read_fallback(profile_reader *reader)
{
    ws_genius_profile *out = reader->out;
    const ws_xml_element *element = find_anywhere(reader->space, "reservation");
    out->reservation = 0;
    out->discount = 1;
    if (element &&
        !ws__read_genius_number(&out->reservation, element, "value", "the reservation value", reader->diag))
        note_failure(reader, WS_INVALID);
    element = find_anywhere(reader->space, "discount_factor");
    if (!element)
        return;
    if (!ws__read_genius_number(&out->discount, element, "value", "the discount factor", reader->diag))
        note_failure(reader, WS_INVALID);
    else if (out->discount < 0 || out->discount > 1)
        note_failure(reader,
                     ws_fail_at(reader->diag, WS_INVALID, element->place,
                                "the discount factor is %g; expected 0 to 1 (0 or 1: none)", out->discount));
    else if (out->discount == 0)
        out->discount = 1;
}

static bool is_nonlinear(const ws_xml_element *space)
{
    const ws_xml_attribute *type = ws__find_attribute(space, "type");
    return type && strcmp(type->value, "nonlinear") == 0;
}

ws_status ws__read_genius_profile(ws_genius_profile *out, ws_arena *arena, const ws_genius_file *file,
                                  const ws_genius_domain *domain, ws_diag *diag)
{
    size_t count = domain->issue_count;
    *out = (ws_genius_profile){.file = file};
    profile_reader reader = {.out = out,
                             .arena = arena,
                             .domain = domain,
                             .space = file->root,
                             .issue_names = WS_NEW_MANY(arena, count, const char *),
                             .elements = WS_NEW_MANY(arena, count, const ws_xml_element *),
                             .indices = WS_NEW_MANY(arena, count, int64_t),
                             .weights = WS_NEW_MANY(arena, count, double),
                             .weights_right = true,
                             .diag = diag};
    if (!reader.issue_names || !reader.elements || !reader.indices || !reader.weights)
        return ws_fail(diag, WS_LIMIT, "no memory for %s", file->path);
    for (size_t i = 0; i < count; i++) {
        reader.issue_names[i] = domain->issues[i].name;
        reader.indices[i] = domain->issues[i].index;
        reader.weights[i] = (double)NAN;
    }
    match_issues(&reader);
    read_fallback(&reader);
    if (is_nonlinear(reader.space)) {
        const ws_xml_element *utility = find_anywhere(reader.space, "utility");
        note_failure(&reader, utility ? ws__read_genius_rectangles(out, arena, utility, domain, diag)
                                      : ws_fail_at(diag, WS_INVALID, reader.space->place,
                                                   "a nonlinear profile without <utility>"));
        return reader.status;
    }
    read_weights(&reader);
    read_points(&reader);
    return reader.status;
}
