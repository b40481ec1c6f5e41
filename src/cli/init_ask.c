/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A case from a conversation: questions on standard error, answers from standard input, a line each. An
 * answer that cannot be is asked for again. What comes out is a document like any other and is checked like
 * one. */
#include "base/diag.h"
#include "case/model.h"
#include "cli/init.h"
#include "format/keys.h"
#include "format/yaml.h"
#include "winset/format.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ITEMS = 200, MOST_LINE = 4000 };

typedef struct thing { /* an issue or a party */
    const char *key, *name;
    size_t level_count;
    const char **levels, **level_names;
} thing;

typedef struct talk {
    ws_arena *arena;
    ws_diag *diag;
    bool ended;
    thing issues[MOST_ITEMS], parties[MOST_ITEMS];
    size_t issue_count, party_count;
} talk;

/* ---- Questions ---- */

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vfprintf(stderr, format, values);
    va_end(values);
    fflush(stderr);
}

/* The next line, trimmed; NULL where the input ends. */
static char *listen(talk *t)
{
    char line[MOST_LINE];
    if (t->ended || !fgets(line, sizeof line, stdin)) {
        t->ended = true;
        return NULL;
    }
    if (!strchr(line, '\n')) /* longer than any answer: the rest is dropped */
        for (int c = getchar(); c != '\n' && c != EOF;)
            c = getchar();
    char *from = line + strspn(line, " \t");
    size_t length = strcspn(from, "\r\n");
    while (length && (from[length - 1] == ' ' || from[length - 1] == '\t'))
        length--;
    if (!ws__check_utf8(NULL, from, length)) {
        say("That is no UTF-8 text; once more: ");
        return listen(t);
    }
    return ws__copy_bytes(t->arena, from, length);
}

/* Splits at commas; pieces are trimmed, empty ones left out. */
static size_t split(talk *t, const char **out, size_t most, const char *text)
{
    size_t count = 0;
    while (*text && count < most) {
        text += strspn(text, ", \t");
        size_t length = strcspn(text, ",");
        size_t kept = length;
        while (kept && (text[kept - 1] == ' ' || text[kept - 1] == '\t'))
            kept--;
        char *piece = kept ? ws__copy_bytes(t->arena, text, kept) : NULL;
        if (piece)
            out[count++] = piece;
        text += length;
    }
    return count;
}

static const char **make_keys(talk *t, size_t count, const char *const *names, const char *stem)
{
    return ws__make_keys(t->arena, stem, count, names);
}

/* ---- What is negotiated, by whom ---- */

static bool ask_issue(talk *t)
{
    char *name = listen(t);
    if (!name || !*name)
        return false;
    thing *issue = &t->issues[t->issue_count];
    issue->name = name;
    const char *pieces[MOST_ITEMS];
    size_t count = 0;
    while (count == 0 && !t->ended) {
        say("  Its levels, from first to last, with commas between: ");
        char *line = listen(t);
        count = line ? split(t, pieces, MOST_ITEMS, line) : 0;
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < i; j++)
                if (strcmp(pieces[i], pieces[j]) == 0) {
                    say("  '%s' stands there twice.\n", pieces[i]);
                    count = 0;
                }
    }
    issue->level_count = count;
    issue->level_names = WS_NEW_MANY(t->arena, count + 1, const char *);
    issue->levels = count ? make_keys(t, count, pieces, "level") : NULL;
    if (!issue->level_names || !issue->levels)
        return false;
    memcpy(issue->level_names, pieces, count * sizeof *pieces);
    t->issue_count++;
    return true;
}

static void ask_things(talk *t)
{
    do
        say("Issue %zu (empty: no more): ", t->issue_count + 1);
    while (t->issue_count < MOST_ITEMS && (ask_issue(t) || (!t->ended && t->issue_count == 0)));
    say("\n");
    while (t->party_count < MOST_ITEMS && !t->ended) {
        say("Party %zu%s: ", t->party_count + 1, t->party_count < 2 ? "" : " (empty: no more)");
        char *name = listen(t);
        if (name && *name)
            t->parties[t->party_count++].name = name;
        else if (t->party_count >= 2)
            break;
    }
}

static bool name_things(talk *t, thing *things, size_t count, const char *stem)
{
    const char **names = WS_NEW_MANY(t->arena, count + 1, const char *);
    for (size_t i = 0; names && i < count; i++)
        names[i] = things[i].name;
    const char **keys = names ? make_keys(t, count, names, stem) : NULL;
    for (size_t i = 0; keys && i < count; i++)
        things[i].key = keys[i];
    return keys != NULL;
}

/* ---- What they want ---- */

/* `count` numbers; NULL where the input ended. */
static const ws_node *const *ask_numbers(talk *t, size_t count)
{
    const ws_node **numbers = WS_NEW_MANY(t->arena, count + 1, const ws_node *);
    while (numbers) {
        char *line = listen(t);
        const char *pieces[MOST_ITEMS];
        if (!line)
            return NULL;
        size_t given = split(t, pieces, MOST_ITEMS, line);
        bool good = given == count;
        for (size_t i = 0; good && i < count; i++) {
            double value;
            good = ws__read_number(&value, pieces[i], strlen(pieces[i])) && fabs(value) <= 1e150;
            numbers[i] = ws__new_text(t->arena, pieces[i], false);
        }
        if (good)
            return numbers;
        say("    Expected %zu number%s%s, with a decimal point; once more: ", count, count == 1 ? "" : "s",
            count == 1 ? "" : " with commas between");
    }
    return NULL;
}

static const ws_node *make_map(talk *t, size_t count, const char *const *keys, const ws_node *const *items,
                               bool flow)
{
    const ws_node **nodes = WS_NEW_MANY(t->arena, count + 1, const ws_node *);
    for (size_t i = 0; nodes && i < count; i++) {
        nodes[i] = ws__new_text(t->arena, keys[i], false);
        if (!nodes[i] || !items[i])
            return NULL;
    }
    return nodes ? ws__new_map(t->arena, count, nodes, items, flow) : NULL;
}

static const ws_node *ask_party(talk *t, const thing *party)
{
    const ws_node *points[MOST_ITEMS];
    const char *keys[MOST_ITEMS];
    say("\n%s: points for each level (any unit; the total of a deal is what counts)\n", party->name);
    for (size_t i = 0; i < t->issue_count; i++) {
        const thing *issue = &t->issues[i];
        say("  %s (", issue->name);
        for (size_t l = 0; l < issue->level_count; l++)
            say("%s%s", l ? ", " : "", issue->level_names[l]);
        say("): ");
        const ws_node *const *numbers = ask_numbers(t, issue->level_count);
        points[i] = numbers ? ws__new_list(t->arena, issue->level_count, numbers, true) : NULL;
        keys[i] = issue->key;
        if (!points[i])
            return NULL;
    }
    say("  What no agreement is worth, in the same points: ");
    const ws_node *const *reservation = ask_numbers(t, 1);
    const char *const names[] = {"name", "points", "reservation"};
    const ws_node **items = WS_NEW_MANY(t->arena, 3, const ws_node *);
    const ws_node **kept = WS_NEW_MANY(t->arena, t->issue_count, const ws_node *);
    if (!reservation || !items || !kept)
        return NULL;
    memcpy(kept, points, t->issue_count * sizeof *kept);
    items[0] = ws__new_text(t->arena, party->name, true);
    items[1] = make_map(t, t->issue_count, keys, kept, false);
    items[2] = reservation[0];
    return make_map(t, 3, names, items, false);
}

/* ---- The document ---- */

static const ws_node *make_issue(talk *t, const thing *issue)
{
    const ws_node **levels = WS_NEW_MANY(t->arena, issue->level_count, const ws_node *);
    const ws_node **items = WS_NEW_MANY(t->arena, 2, const ws_node *);
    const char *const names[] = {"name", "levels"};
    if (!levels || !items)
        return NULL;
    for (size_t l = 0; l < issue->level_count; l++)
        levels[l] = ws__new_text(t->arena, issue->level_names[l], true);
    items[0] = ws__new_text(t->arena, issue->name, true);
    items[1] = make_map(t, issue->level_count, issue->levels, levels, true);
    return make_map(t, 2, names, items, true);
}

static const ws_node *make_things(talk *t, const thing *things, size_t count, bool issues)
{
    const ws_node **items = WS_NEW_MANY(t->arena, count, const ws_node *);
    const char **keys = WS_NEW_MANY(t->arena, count, const char *);
    for (size_t i = 0; items && keys && i < count; i++) {
        keys[i] = things[i].key;
        items[i] = issues ? make_issue(t, &things[i]) : ask_party(t, &things[i]);
        if (!items[i])
            return NULL;
    }
    return items && keys ? make_map(t, count, keys, items, false) : NULL;
}

static const ws_node *converse(talk *t)
{
    say("A new case. What is it about, in a few words? ");
    char *title = listen(t);
    if (!title)
        return NULL;
    say("\n");
    ask_things(t);
    if (t->ended || t->issue_count == 0 || t->party_count < 2 ||
        !name_things(t, t->issues, t->issue_count, "issue") ||
        !name_things(t, t->parties, t->party_count, "party"))
        return NULL;
    const char *const names[] = {"winset", "title", "issues", "parties"};
    const ws_node **items = WS_NEW_MANY(t->arena, 4, const ws_node *);
    if (!items)
        return NULL;
    items[0] = ws__new_number(t->arena, 1);
    items[1] = ws__new_text(t->arena, *title ? title : "A case", true);
    items[2] = make_things(t, t->issues, t->issue_count, true);
    items[3] = items[2] ? make_things(t, t->parties, t->party_count, false) : NULL;
    return items[3] ? make_map(t, 4, names, items, false) : NULL;
}

ws_status ws__ask_case(char **out, ws_call *call)
{
    talk *t = WS_NEW(&call->arena, talk);
    if (!t)
        return ws_fail(call->diag, WS_LIMIT, "no memory for a case");
    t->arena = &call->arena;
    t->diag = call->diag;
    const ws_node *root = converse(t);
    if (!root)
        return ws_fail(call->diag, t->ended ? WS_INVALID : WS_LIMIT, "%s",
                       t->ended ? "the answers ended before the case was whole; nothing is written"
                                : "no memory for a case");
    WS_TEXT(text);
    ws__write_yaml(&text, root);
    char *taken = ws__take_text(&text);
    if (!taken)
        return ws_fail(call->diag, WS_LIMIT, "no memory for a case");
    ws_case *c = NULL;
    ws_status status = ws_read_case_text(&c, taken, strlen(taken), "the answers", call->diag);
    ws_free_case(c);
    if (status == WS_OK)
        *out = taken;
    else
        free(taken);
    return status;
}
