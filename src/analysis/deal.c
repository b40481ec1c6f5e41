/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deals as a user names them (deal.h). */
#include "analysis/deal.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "case/model.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_NAMES = 12 };

/* ---- Names of solutions ---- */

static bool same_name(const char *key, const char *text, size_t length)
{
    if (strlen(key) != length)
        return false;
    for (size_t i = 0; i < length; i++)
        if ((text[i] == '-' ? '_' : text[i]) != key[i])
            return false;
    return true;
}

static bool read_name(ws_deal_name *out, const char *text)
{
    static const char suffix[] = "_expected";
    size_t length = strlen(text), tail = sizeof suffix - 1;
    *out = (ws_deal_name){.kind = WS_DEAL_SOLUTION, .outcome = WS_NO_OUTCOME};
    if (same_name("best", text, length)) {
        out->kind = WS_DEAL_BEST;
        return true;
    }
    if (same_name("at_table", text, length))
        return true;
    if (same_name("at_home", text, length) ||
        (length > tail && same_name(suffix, text + length - tail, tail))) {
        out->kind = WS_DEAL_EXPECTED;
        length = same_name("at_home", text, length) ? 0 : length - tail;
    }
    if (length == 0)
        return true;
    for (int s = 0; s < WS_SOLUTION_COUNT; s++)
        if (same_name(ws_solution_key((ws_solution)s), text, length)) {
            out->solution = (ws_solution)s;
            return true;
        }
    return false;
}

/* ---- Levels ---- */

/* A level by its key or what is shown for it; of a numeric issue also by its value. */
static size_t find_level(const ws_issue *issue, const char *text)
{
    for (size_t l = 0; l < issue->level_count; l++)
        if (strcmp(issue->levels[l], text) == 0)
            return l;
    double value;
    if (issue->values && ws__read_number(&value, text, strlen(text)))
        for (size_t l = 0; l < issue->level_count; l++)
            if (issue->values[l] == value)
                return l;
    for (size_t l = 0; l < issue->level_count; l++)
        if (issue->level_names && strcmp(issue->level_names[l], text) == 0)
            return l;
    return SIZE_MAX;
}

static size_t find_issue(const ws_shape *shape, const char *text)
{
    for (size_t i = 0; i < shape->issue_count; i++)
        if (strcmp(shape->issues[i].key, text) == 0)
            return i;
    return SIZE_MAX;
}

/* "a, b, c" of at most SHOWN_NAMES names. */
static const char *list_names(ws_arena *arena, size_t count, const char *const *names)
{
    WS_TEXT(list);
    for (size_t i = 0; i < count && i < SHOWN_NAMES; i++)
        ws__add_format(&list, "%s%s", i ? ", " : "", names[i]);
    if (count > SHOWN_NAMES)
        ws__add_text(&list, ", ...");
    const char *copy = ws__copy_text(arena, list.bytes ? list.bytes : "");
    return copy ? copy : "";
}

static ws_status complain_of_level(const ws_issue *issue, const char *text, ws_place place, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    const char *near = ws__nearest_name(text, issue->level_count, issue->levels);
    if (near)
        return ws_fail_at(diag, WS_INVALID, place, "issue '%s' has no level '%s'; did you mean '%s'?",
                          issue->key, text, near);
    return ws_fail_at(diag, WS_INVALID, place, "issue '%s' has no level '%s'; expected one of %s", issue->key,
                      text, list_names(&scratch, issue->level_count, issue->levels));
}

static ws_status complain_of_issue(const ws_shape *shape, const char *text, ws_place place, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    const char **keys = WS_NEW_MANY(&scratch, shape->issue_count, const char *);
    if (!keys)
        return WS_LIMIT;
    for (size_t i = 0; i < shape->issue_count; i++)
        keys[i] = shape->issues[i].key;
    const char *near = ws__nearest_name(text, shape->issue_count, keys);
    if (near)
        return ws_fail_at(diag, WS_INVALID, place, "there is no issue '%s'; did you mean '%s'?", text, near);
    return ws_fail_at(diag, WS_INVALID, place, "there is no issue '%s'; expected %s", text,
                      list_names(&scratch, shape->issue_count, keys));
}

/* ---- issue=level,... ---- */

typedef struct level_reader {
    const ws_shape *shape;
    uint32_t *levels;
    bool *given;
    ws_place place;
    ws_diag *diag;
    ws_status status;
} level_reader;

static void note(level_reader *reader, ws_status status)
{
    reader->status = reader->status == WS_OK ? status : reader->status;
}

/* The text without the blanks around it, in place. */
static char *trim(char *text)
{
    text += strspn(text, " ");
    size_t length = strlen(text);
    while (length && text[length - 1] == ' ')
        text[--length] = '\0';
    return text;
}

static void read_pair(level_reader *reader, char *pair)
{
    char *equals = strchr(pair, '=');
    if (!equals) {
        note(reader, ws_fail_at(reader->diag, WS_INVALID, reader->place,
                                "'%s' is no part of a deal; expected issue=level", pair));
        return;
    }
    *equals = '\0';
    pair = trim(pair);
    const char *name = trim(equals + 1);
    size_t issue = find_issue(reader->shape, pair);
    if (issue == SIZE_MAX) {
        note(reader, complain_of_issue(reader->shape, pair, reader->place, reader->diag));
        return;
    }
    if (reader->given[issue])
        note(reader, ws_fail_at(reader->diag, WS_INVALID, reader->place,
                                "issue '%s' stands twice in the deal", pair));
    reader->given[issue] = true;
    size_t level = find_level(&reader->shape->issues[issue], name);
    if (level == SIZE_MAX)
        note(reader, complain_of_level(&reader->shape->issues[issue], name, reader->place, reader->diag));
    else
        reader->levels[issue] = (uint32_t)level;
}

static void complain_of_missing(level_reader *reader, ws_arena *arena)
{
    const char **missing = WS_NEW_MANY(arena, reader->shape->issue_count, const char *);
    size_t count = 0;
    for (size_t i = 0; missing && i < reader->shape->issue_count; i++)
        if (!reader->given[i])
            missing[count++] = reader->shape->issues[i].key;
    if (count)
        note(reader, ws_fail_at(reader->diag, WS_INVALID, reader->place, "the deal leaves out %s%s",
                                count == 1 ? "issue " : "issues ", list_names(arena, count, missing)));
}

static ws_status read_levels(uint64_t *out, const char *text, const ws_space *space, ws_place place,
                             ws_diag *diag)
{
    WS_SCRATCH(scratch);
    const ws_shape *shape = ws_space_case(space)->shape;
    level_reader reader = {.shape = shape, .place = place, .diag = diag};
    reader.levels = WS_NEW_MANY(&scratch, shape->issue_count, uint32_t);
    reader.given = WS_NEW_MANY(&scratch, shape->issue_count, bool);
    char *copy = ws__copy_text(&scratch, text);
    if (!reader.levels || !reader.given || !copy)
        return ws_fail(diag, WS_LIMIT, "no memory for a deal");
    for (char *pair = copy; pair;) {
        char *comma = strchr(pair, ',');
        if (comma)
            *comma = '\0';
        read_pair(&reader, pair);
        pair = comma ? comma + 1 : NULL;
    }
    complain_of_missing(&reader, &scratch);
    if (reader.status == WS_OK)
        *out = ws_find_outcome(space, reader.levels);
    return reader.status;
}

/* ---- Any of them ---- */

static bool is_number(const char *text)
{
    return *text && strspn(text, "0123456789") == strlen(text);
}

static ws_status read_index(uint64_t *out, const char *text, const ws_space *space, ws_place place,
                            ws_diag *diag)
{
    uint64_t index = 0, count = ws_count_outcomes(space);
    bool fits = true;
    for (const char *c = text; *c; c++)
        fits = fits && !__builtin_mul_overflow(index, 10, &index) &&
               !__builtin_add_overflow(index, (uint64_t)(*c - '0'), &index);
    if (!fits || index >= count)
        return ws_fail_at(diag, WS_INVALID, place,
                          "there is no deal %s; expected an index from 0 to %" PRIu64, text, count - 1);
    *out = index;
    return WS_OK;
}

ws_status ws__parse_deal_at(ws_deal_name *out, const char *text, const ws_space *space, ws_place place,
                            ws_diag *diag)
{
    ws_deal_name name = {.kind = WS_DEAL_OUTCOME};
    if (is_number(text)) {
        WS_TRY(read_index(&name.outcome, text, space, place, diag));
    } else if (strchr(text, '=')) {
        WS_TRY(read_levels(&name.outcome, text, space, place, diag));
    } else if (!read_name(&name, text)) {
        const char *keys[WS_SOLUTION_COUNT + 3] = {"best", "at-table", "at-home"};
        for (int s = 0; s < WS_SOLUTION_COUNT; s++)
            keys[s + 3] = ws_solution_key((ws_solution)s);
        const char *near = ws__nearest_name(text, WS_SOLUTION_COUNT + 3, keys);
        if (near)
            return ws_fail_at(diag, WS_INVALID, place, "there is no deal '%s'; did you mean '%s'?", text,
                              near);
        return ws_fail_at(
            diag, WS_INVALID, place,
            "there is no deal '%s'; expected an index, issue=level,... or a solution such as nash", text);
    }
    *out = name;
    return WS_OK;
}

ws_status ws__parse_deal(ws_deal_name *out, const char *text, const ws_space *space, ws_diag *diag)
{
    if (!*text)
        return ws_fail(diag, WS_INVALID,
                       "the deal is empty; a deal is a name such as nash, an index, or issue=level,...");
    return ws__parse_deal_at(out, text, space, (ws_place){0}, diag);
}

ws_status ws__resolve_deal(uint64_t *out, const ws_deal_name *name, const ws_analysis *analysis,
                           ws_diag *diag)
{
    uint64_t outcome = name->outcome;
    if (name->kind == WS_DEAL_BEST)
        outcome = analysis->zone.best.index;
    else if (name->kind == WS_DEAL_SOLUTION)
        outcome = analysis->solutions[name->solution].index;
    else if (name->kind == WS_DEAL_EXPECTED)
        outcome = analysis->solutions_expected[name->solution].index;
    if (outcome == WS_NO_OUTCOME && name->kind == WS_DEAL_BEST)
        return ws_fail(diag, WS_INVALID, "there is no best deal: the zone is empty");
    if (outcome == WS_NO_OUTCOME)
        return ws_fail(diag, WS_INVALID, "there is no %s deal: nothing is acceptable to all who must sign%s",
                       ws_solution_key(name->solution),
                       name->kind == WS_DEAL_EXPECTED ? ", home fronts counted" : "");
    *out = outcome;
    return WS_OK;
}

ws_status ws__find_deal(uint64_t *out, const char *text, const ws_space *space,
                        const ws_analyze_options *options, const ws_run *run, ws_diag *diag)
{
    ws_deal_name name;
    WS_TRY(ws__parse_deal(&name, text, space, diag));
    if (name.kind == WS_DEAL_OUTCOME) {
        *out = name.outcome;
        return WS_OK;
    }
    ws_analysis *analysis = NULL;
    ws_status status = ws_analyze_space(&analysis, space, options, run, diag);
    if (status == WS_OK)
        status = ws__resolve_deal(out, &name, analysis, diag);
    ws_free_analysis(analysis);
    return status;
}
