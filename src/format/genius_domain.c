/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GENIUS domain: its issues and their levels, in the order of their indices. */
#include "format/genius.h"

#include "base/diag.h"
#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LEVELS = 1000000, MOST_STEPS = 10000, MOST_ISSUES = 1000, MOST_NEAR = 1000 };

/* ---- Numbers and names, for profiles too ---- */

bool ws__read_genius_number(double *out, const ws_xml_element *element, const char *attribute,
                            const char *of_what, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    const ws_xml_attribute *given = ws__find_attribute(element, attribute);
    if (!given) {
        ws_fail_at(diag, WS_INVALID, element->place, "%s: <%s> has no %s; expected a number", of_what,
                   ws__shown(&scratch, element->name), attribute);
        return false;
    }
    const char *text = given->value + strspn(given->value, " \t\r\n");
    size_t length = strlen(text);
    while (length && strchr(" \t\r\n", text[length - 1]))
        length--;
    if (!ws__read_number(out, text, length)) {
        ws_fail_at(diag, WS_INVALID, given->place, "%s: %s is '%s'; expected a finite number such as 0.25",
                   of_what, attribute, ws__shown(&scratch, given->value));
        return false;
    }
    return true;
}

double ws__tidy_genius(double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.12g", value);
    double near;
    if (!ws__read_number(&near, text, strlen(text)))
        return value;
    return fabs(near - value) <= 4 * 2.220446049250313e-16 * fabs(value) ? near : value;
}

const char *ws__near_genius_name(const char *name, size_t count, const char *const *names)
{
    return count > MOST_NEAR ? NULL : ws__nearest_name(name, count, names);
}

/* ---- Issues ---- */

const ws_xml_element *ws__next_issue(const ws_xml_element *top, const ws_xml_element *last)
{
    const ws_xml_element *at = last ? last : top;
    for (;;) {
        bool enter =
            at == top || strcmp(at->name, "objective") == 0 || strcmp(at->name, "utility_space") == 0;
        const ws_xml_element *next = enter ? at->first : NULL;
        while (!next && at != top) {
            next = at->next;
            at = at->parent;
        }
        if (!next)
            return NULL;
        at = next;
        if (strcmp(at->name, "issue") == 0)
            return at;
    }
}

double ws__genius_value(const ws_genius_issue *issue, size_t level)
{
    if (issue->level_count < 2)
        return issue->from;
    return issue->from + (issue->to - issue->from) * (double)level / (double)(issue->level_count - 1);
}

typedef struct domain_reader {
    ws_genius_domain *out;
    ws_arena *arena;
    const ws_genius_file *file;
    unsigned real_steps;
    ws_diag *diag;
} domain_reader;

static bool read_kind(domain_reader *reader, ws_genius_issue *issue, const ws_xml_element *element)
{
    const ws_xml_attribute *given = NULL;
    for (size_t i = 0; !given && i < 3; i++)
        given = ws__find_attribute(element, (const char *const[]){"vtype", "type", "etype"}[i]);
    if (!given || strcmp(given->value, "discrete") == 0)
        issue->kind = WS_GENIUS_DISCRETE;
    else if (strcmp(given->value, "integer") == 0)
        issue->kind = WS_GENIUS_INTEGER;
    else if (strcmp(given->value, "real") == 0)
        issue->kind = WS_GENIUS_REAL;
    else {
        ws_fail_at(reader->diag, WS_INVALID, given->place,
                   "issue '%s' is of type '%s'; expected discrete, integer or real",
                   ws__shown(reader->arena, issue->name), ws__shown(reader->arena, given->value));
        return false;
    }
    return true;
}

static int compare_items(const void *a, const void *b)
{
    const ws_genius_item *x = a, *y = b;
    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    return x->level < y->level ? -1 : 1;
}

static int compare_values(const void *a, const void *b)
{
    const ws_genius_item *x = a, *y = b;
    int order = strcmp(x->value, y->value);
    return order ? order : x->level < y->level ? -1 : x->level > y->level;
}

static int compare_value(const void *value, const void *item)
{
    return strcmp(value, ((const ws_genius_item *)item)->value);
}

size_t ws__find_genius_item(const ws_genius_issue *issue, const char *value)
{
    const ws_genius_item *found =
        bsearch(value, issue->sorted, issue->level_count, sizeof *issue->sorted, compare_value);
    return found ? found->level : SIZE_MAX;
}

/* Sorts items by value; false where two have the same. */
static bool refuse_repeats(domain_reader *reader, const ws_genius_issue *issue, size_t count,
                           ws_genius_item *items)
{
    bool right = true;
    qsort(items, count, sizeof *items, compare_values);
    for (size_t i = 1; i < count; i++)
        if (strcmp(items[i - 1].value, items[i].value) == 0) {
            ws_fail_at(reader->diag, WS_INVALID, items[i].place,
                       "issue '%s' has item '%s' twice; expected different values",
                       ws__shown(reader->arena, issue->name), ws__shown(reader->arena, items[i].value));
            right = false;
        }
    return right;
}

static ws_status read_items(domain_reader *reader, ws_genius_issue *issue, const ws_xml_element *element)
{
    size_t count = 0;
    for (const ws_xml_element *child = element->first; child; child = child->next)
        count += strcmp(child->name, "item") == 0;
    if (count == 0)
        return ws_fail_at(reader->diag, WS_INVALID, element->place,
                          "issue '%s' has no <item>; expected one for each value",
                          ws__shown(reader->arena, issue->name));
    ws_genius_item *items = WS_NEW_MANY(reader->arena, count, ws_genius_item);
    issue->items = WS_NEW_MANY(reader->arena, count, const char *);
    if (!items || !issue->items)
        return ws_fail(reader->diag, WS_LIMIT, "no memory for %zu items", count);
    bool right = true;
    size_t at = 0;
    for (const ws_xml_element *child = element->first; child; child = child->next) {
        if (strcmp(child->name, "item") != 0)
            continue;
        const ws_xml_attribute *value = ws__find_attribute(child, "value");
        if (!value) {
            ws_fail_at(reader->diag, WS_INVALID, child->place, "an item of issue '%s' has no value",
                       ws__shown(reader->arena, issue->name));
            right = false;
        }
        double index = 0;
        if (ws__find_attribute(child, "index"))
            right = ws__read_genius_number(&index, child, "index", "an item", reader->diag) && right;
        items[at] =
            (ws_genius_item){index, at, value ? value->value : "", value ? value->place : child->place};
        at++;
    }
    if (!right)
        return WS_INVALID;
    qsort(items, count, sizeof *items, compare_items);
    for (size_t i = 0; i < count; i++) {
        items[i].level = i;
        issue->items[i] = items[i].value;
    }
    if (!refuse_repeats(reader, issue, count, items))
        return WS_INVALID;
    issue->sorted = items;
    issue->level_count = count;
    return WS_OK;
}

static ws_status read_range(domain_reader *reader, ws_genius_issue *issue, const ws_xml_element *element)
{
    const char *name = ws__format_text(reader->arena, "issue '%s'", ws__shown(reader->arena, issue->name));
    const ws_xml_element *range = ws__find_child(element, "range"); /* where real issues have their bounds */
    const ws_xml_element *of = range && !ws__find_attribute(element, "lowerbound") ? range : element;
    if (!name)
        return ws_fail(reader->diag, WS_LIMIT, "no memory");
    bool right = ws__read_genius_number(&issue->from, of, "lowerbound", name, reader->diag);
    right = ws__read_genius_number(&issue->to, of, "upperbound", name, reader->diag) && right;
    if (!right)
        return WS_INVALID;
    bool integer = issue->kind == WS_GENIUS_INTEGER;
    if (integer && (issue->from != floor(issue->from) || issue->to != floor(issue->to)))
        return ws_fail_at(reader->diag, WS_INVALID, element->place,
                          "%s has bounds %g and %g; expected whole numbers", name, issue->from, issue->to);
    if (issue->from > issue->to)
        return ws_fail_at(reader->diag, WS_INVALID, element->place,
                          "%s has the lower bound %.10g above the upper bound %.10g", name, issue->from,
                          issue->to);
    if (integer && issue->to - issue->from >= MOST_LEVELS)
        return ws_fail_at(reader->diag, WS_LIMIT, element->place,
                          "%s has %.4g levels (%.10g to %.10g); the limit is %d", name,
                          issue->to - issue->from + 1, issue->from, issue->to, MOST_LEVELS);
    if (integer) {
        issue->level_count = (size_t)(issue->to - issue->from) + 1;
        return WS_OK;
    }
    if (reader->real_steps == 0)
        return ws_fail_at(reader->diag, WS_INVALID, element->place,
                          "%s is real-valued (%g to %g); say with --real-steps N into how many levels it is "
                          "to be divided",
                          name, issue->from, issue->to);
    if (reader->real_steps > MOST_STEPS)
        return ws_fail_at(reader->diag, WS_LIMIT, element->place, "%u levels for %s; the limit is %d",
                          reader->real_steps, name, MOST_STEPS);
    issue->level_count = issue->from < issue->to ? reader->real_steps : 1;
    return WS_OK;
}

static ws_status read_issue(domain_reader *reader, ws_genius_issue *issue, const ws_xml_element *element)
{
    const ws_xml_attribute *name = ws__find_attribute(element, "name");
    issue->place = element->place;
    if (!name)
        return ws_fail_at(reader->diag, WS_INVALID, element->place, "an issue has no name");
    issue->name = name->value;
    double index;
    const char *what = ws__format_text(reader->arena, "issue '%s'", ws__shown(reader->arena, issue->name));
    if (!what)
        return ws_fail(reader->diag, WS_LIMIT, "no memory");
    if (!ws__read_genius_number(&index, element, "index", what, reader->diag))
        return WS_INVALID;
    if (index != floor(index) || fabs(index) > 1e9)
        return ws_fail_at(reader->diag, WS_INVALID, element->place,
                          "%s has index %g; expected a whole number", what, index);
    issue->index = (int64_t)index;
    if (!read_kind(reader, issue, element))
        return WS_INVALID;
    return issue->kind == WS_GENIUS_DISCRETE ? read_items(reader, issue, element)
                                             : read_range(reader, issue, element);
}

static int compare_issues(const void *a, const void *b)
{
    const ws_genius_issue *x = a, *y = b;
    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    return x->place.line < y->place.line ? -1 : x->place.line > y->place.line;
}

static int compare_names(const void *a, const void *b)
{
    const ws_genius_issue *const *x = a, *const *y = b;
    int order = strcmp((*x)->name, (*y)->name);
    return order ? order : *x < *y ? -1 : 1;
}

static ws_status refuse_repeated_issues(domain_reader *reader)
{
    ws_status status = WS_OK;
    ws_genius_domain *out = reader->out;
    qsort(out->issues, out->issue_count, sizeof *out->issues, compare_issues);
    const ws_genius_issue **by_name = WS_NEW_MANY(reader->arena, out->issue_count, const ws_genius_issue *);
    if (!by_name)
        return ws_fail(reader->diag, WS_LIMIT, "no memory for %zu issues", out->issue_count);
    for (size_t i = 0; i < out->issue_count; i++) {
        by_name[i] = &out->issues[i];
        if (i && out->issues[i - 1].index == out->issues[i].index)
            status = ws_fail_at(reader->diag, WS_INVALID, out->issues[i].place,
                                "issue '%s' has index %" PRId64 ", which is already that of '%s'",
                                ws__shown(reader->arena, out->issues[i].name), out->issues[i].index,
                                ws__shown(reader->arena, out->issues[i - 1].name));
    }
    qsort(by_name, out->issue_count, sizeof *by_name, compare_names);
    for (size_t i = 1; i < out->issue_count; i++)
        if (strcmp(by_name[i - 1]->name, by_name[i]->name) == 0)
            status = ws_fail_at(reader->diag, WS_INVALID, by_name[i]->place, "issue '%s' is there twice",
                                ws__shown(reader->arena, by_name[i]->name));
    return status;
}

/* The name of the folder a path is in; NULL: the path names none. */
static const char *folder_name(ws_arena *arena, const char *path)
{
    const char *end = strrchr(path, '/');
    if (!end)
        return NULL;
    const char *start = end;
    while (start > path && start[-1] != '/')
        start--;
    size_t length = (size_t)(end - start);
    bool dots = (length == 1 && *start == '.') || (length == 2 && strncmp(start, "..", 2) == 0);
    return length && !dots ? ws__copy_bytes(arena, start, length) : NULL;
}

/* The root objective's name, else the file's, else (for one called domain.xml) the folder's. */
static void name_domain(domain_reader *reader, const ws_xml_element *space)
{
    const ws_xml_element *objective = ws__find_child(space, "objective");
    const ws_xml_attribute *name = objective ? ws__find_attribute(objective, "name") : NULL;
    const char *stem = reader->file->stem;
    size_t length = strlen(stem);
    if (length > 7 && strcmp(stem + length - 7, "-domain") == 0)
        stem = ws__copy_bytes(reader->arena, stem, length - 7);
    else if (strcmp(stem, "domain") == 0)
        stem = folder_name(reader->arena, reader->file->path);
    bool named = name && *name->value && strcmp(name->value, "root") != 0;
    reader->out->name = named ? name->value : stem ? stem : reader->file->stem;
}

ws_status ws__read_genius_domain(ws_genius_domain *out, ws_arena *arena, const ws_genius_file *file,
                                 unsigned real_steps, ws_diag *diag)
{
    domain_reader reader = {out, arena, file, real_steps, diag};
    const ws_xml_element *space = ws__find_child(file->root, "utility_space");
    if (!space)
        return ws_fail_at(diag, WS_INVALID, file->root->place,
                          "<%s> has no <utility_space>; expected the domain's issues in one",
                          file->root->name);
    *out = (ws_genius_domain){.file = file};
    name_domain(&reader, space);
    size_t count = 0;
    for (const ws_xml_element *at = NULL; (at = ws__next_issue(space, at));)
        count++;
    if (count == 0)
        return ws_fail_at(diag, WS_INVALID, space->place, "the domain has no <issue>; expected at least one");
    if (count > MOST_ISSUES)
        return ws_fail_at(diag, WS_LIMIT, space->place, "%zu issues; the limit is %d", count, MOST_ISSUES);
    out->issues = WS_NEW_MANY(arena, count, ws_genius_issue);
    if (!out->issues)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu issues", count);
    ws_status status = WS_OK;
    for (const ws_xml_element *at = NULL; (at = ws__next_issue(space, at));) {
        ws_status one = read_issue(&reader, &out->issues[out->issue_count], at);
        out->issue_count += out->issues[out->issue_count].name != NULL;
        status = status == WS_OK ? one : status;
    }
    ws_status repeated = out->issue_count ? refuse_repeated_issues(&reader) : WS_OK;
    status = status == WS_OK ? repeated : status;
    double stated = (double)count;
    const ws_xml_attribute *number = ws__find_attribute(space, "number_of_issues");
    if (number && !ws__read_genius_number(&stated, space, "number_of_issues", "the domain", diag))
        status = WS_INVALID;
    else if (number && stated != (double)count)
        ws_warn_at(diag, number->place, "number_of_issues is %g, but there are %zu issues", stated, count);
    return status;
}
