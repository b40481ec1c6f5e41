/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Issues and their levels. A numeric issue's levels are exact decimals: from, to and step are read as whole
 * numbers of their last digit, so that 0.1, 0.2, 0.3 are those numbers and nothing beside them. */
#include "case/build.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LEVELS = 1000000, MOST_LEVELS_IN_ALL = 10000000, MOST_SCALE = 18 };

static const char *const reserved[] = {"all", "any", "not", "at_least", "of"};

/* ---- Exact decimals ---- */

typedef struct decimal { /* digits / 10^scale */
    int64_t digits;
    int scale;
} decimal;

static bool times_ten(int64_t *value)
{
    return !__builtin_mul_overflow(*value, 10, value);
}

/* A number's text as a decimal; false: too many digits. The text is a number already. */
static bool read_decimal(decimal *out, const char *text)
{
    int64_t digits = 0, exponent = 0;
    int scale = 0;
    bool negative = *text == '-', point = false;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'o')) {
        int base = text[1] == 'x' ? 16 : 8;
        for (const char *c = text + 2; *c; c++)
            digits = digits * base + (*c <= '9' ? *c - '0' : (*c | 0x20) - 'a' + 10);
        *out = (decimal){digits, 0};
        return true; /* below 2^53: it was read as a number */
    }
    const char *c = text + (*text == '-' || *text == '+');
    for (; *c && *c != 'e' && *c != 'E'; c++) {
        if (*c == '.') {
            point = true;
            continue;
        }
        if (!times_ten(&digits) || __builtin_add_overflow(digits, *c - '0', &digits))
            return false;
        scale += point;
    }
    if (*c) {
        c++;
        bool down = *c == '-';
        c += *c == '-' || *c == '+';
        for (; *c; c++)
            exponent = exponent < 1000 ? exponent * 10 + (*c - '0') : exponent;
        if (down)
            exponent = -exponent;
    }
    for (; digits && digits % 10 == 0 && scale > exponent; scale--)
        digits /= 10;
    int64_t left = digits ? (int64_t)scale - exponent : 0;
    for (; left < 0; left++)
        if (!times_ten(&digits))
            return false;
    if (left > MOST_SCALE)
        return false;
    *out = (decimal){negative ? -digits : digits, (int)left};
    return true;
}

static bool rescale(decimal *value, int scale)
{
    while (value->scale < scale) {
        if (!times_ten(&value->digits))
            return false;
        value->scale++;
    }
    return true;
}

static double power_of_ten(int scale)
{
    double power = 1;
    for (int i = 0; i < scale; i++)
        power *= 10; /* exact up to 10^22 */
    return power;
}

static char *format_decimal(ws_builder *b, int64_t digits, int scale)
{
    char text[64];
    int at = (int)sizeof text;
    uint64_t rest = digits < 0 ? -(uint64_t)digits : (uint64_t)digits;
    while (scale > 0 && rest % 10 == 0) {
        rest /= 10;
        scale--;
    }
    for (int i = 0; rest || i <= scale; i++) {
        if (i == scale && i > 0)
            text[--at] = '.';
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
    }
    if (digits < 0)
        text[--at] = '-';
    char *out = WS_TAKE(b, sizeof text - (size_t)at + 1, char);
    if (out)
        memcpy(out, text + at, sizeof text - (size_t)at);
    return out;
}

/* ---- Numeric issues ---- */

static bool too_many(ws_builder *b, const ws_spot *spot, const char *name, double count)
{
    b->failed = true;
    ws_fail_at(b->diag, WS_LIMIT, ws__place(b, spot),
               "'%s' would have %.4g levels; the limit is %d levels an issue and %d in all", name, count,
               MOST_LEVELS, MOST_LEVELS_IN_ALL);
    return false;
}

static bool fill_numeric(ws_builder *b, ws_issue *issue, int64_t from, int64_t step, int scale, size_t count)
{
    const char **levels = WS_TAKE(b, count, const char *);
    double *values = WS_TAKE(b, count, double);
    if (!levels || !values)
        return false;
    double power = power_of_ten(scale);
    for (size_t i = 0; i < count; i++) {
        int64_t digits = from + (int64_t)i * step; /* from + count * step did not overflow */
        levels[i] = format_decimal(b, digits, scale);
        if (!levels[i])
            return false;
        values[i] = (double)digits / power;
    }
    issue->level_count = count;
    issue->levels = issue->level_names = levels;
    issue->values = values;
    return true;
}

static bool build_numeric(ws_builder *b, ws_issue *issue, ws_spot *map, ws_key *from, ws_key *to,
                          ws_key *step)
{
    ws_key *keys[] = {from, to, step};
    bool whole = true;
    for (size_t i = 0; i < 3; i++)
        if (!keys[i]->spot.node) {
            ws__problem(b, map, "the numeric issue '%s' needs '%s' (from, to and step)", issue->key,
                        keys[i]->name);
            whole = false;
        }
    double numbers[3] = {0, 0, 0};
    for (size_t i = 0; i < 3; i++)
        if (keys[i]->spot.node && !ws__read_plain(b, &keys[i]->spot, keys[i]->name,
                                                  i == 2 ? &ws__above_zero : &ws__any_number, &numbers[i]))
            whole = false;
    if (!whole)
        return false;
    if (numbers[0] > numbers[1])
        return ws__problem(b, map, "'%s': from %s is above to %s", issue->key, from->spot.node->text,
                           to->spot.node->text);
    double guess = (numbers[1] - numbers[0]) / numbers[2] + 1;
    if (guess > MOST_LEVELS + 0.5)
        return too_many(b, &step->spot, issue->key, guess);
    decimal d[3];
    int scale = 0;
    for (size_t i = 0; i < 3; i++) {
        whole = whole && read_decimal(&d[i], keys[i]->spot.node->text);
        scale = whole && d[i].scale > scale ? d[i].scale : scale;
    }
    for (size_t i = 0; whole && i < 3; i++)
        whole = rescale(&d[i], scale) && llabs(d[i].digits) < INT64_C(1) << 53;
    if (!whole)
        return ws__problem(b, map, "'%s': from, to and step have too many digits; at most 15 are read",
                           issue->key);
    int64_t way = d[1].digits - d[0].digits;
    if (way % d[2].digits != 0)
        return ws__problem(b, &step->spot, "'%s': the step %s does not divide the way from %s to %s",
                           issue->key, step->spot.node->text, from->spot.node->text, to->spot.node->text);
    return fill_numeric(b, issue, d[0].digits, d[2].digits, scale, (size_t)(way / d[2].digits) + 1);
}

size_t ws__level_of_number(const ws_issue *issue, double value)
{
    const double *values = issue->values;
    size_t low = 0, high = issue->level_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (values[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low < issue->level_count && values[low] == value ? low : SIZE_MAX;
}

/* ---- Named levels ---- */

static bool same_level_twice(ws_builder *b, const ws_spot *spot, const char *issue, const ws_node *level)
{
    return ws__problem_at_key(b, spot, level, "the level '%s' stands in '%s' twice", level->text, issue);
}

static bool build_list(ws_builder *b, ws_issue *issue, ws_spot *list)
{
    size_t count = list->node->count;
    bool map = list->node->kind == WS_NODE_MAP, good = true;
    const ws_node *const *nodes = map ? list->node->keys : list->node->items;
    if (count == 0)
        return ws__problem(b, list, "'%s' has no levels; at least 1 is needed", issue->key);
    if (count > MOST_LEVELS)
        return too_many(b, list, issue->key, (double)count);
    const char **levels = WS_TAKE(b, count, const char *);
    const char **names = WS_TAKE(b, count, const char *);
    if (!levels || !names)
        return false;
    for (size_t i = 0; i < count; i++) {
        ws_spot spot = ws__child(list, i);
        levels[i] = names[i] = "";
        if (!map && nodes[i]->kind != WS_NODE_TEXT) {
            good = ws__want_text(b, &spot, "a level");
            continue;
        }
        good = !ws__is_broken(b, nodes[i]) && ws__check_name(b, &spot, nodes[i], "a level", 0, NULL) && good;
        levels[i] = names[i] = nodes[i]->text;
        if (map) {
            const char *shown = ws__read_words(b, &spot, "the text of a level");
            names[i] = shown ? shown : names[i];
        }
    }
    ws_names *index = &b->level_names[issue - b->shape->issues];
    if (!good || !ws__index_names(b, index, count, levels))
        return false;
    for (size_t i = 0; !map && i < count; i++) {
        ws_spot spot = ws__child(list, i);
        size_t first = ws__find_name(index, levels[i]);
        /* With equals in an index any of them is found: it is not always the first. */
        if (first != i && strcmp(levels[first], levels[i]) == 0)
            good = first < i ? same_level_twice(b, &spot, issue->key, nodes[i])
                             : same_level_twice(b, &spot, issue->key, nodes[first]);
    }
    issue->level_count = count;
    issue->levels = levels;
    issue->level_names = names;
    return good;
}

static bool build_map(ws_builder *b, ws_issue *issue, ws_spot *spot)
{
    enum { NAME, LEVELS, FROM, TO, STEP, UNIT, KEYS };
    ws_key keys[KEYS] = {{.name = "name"}, {.name = "levels"}, {.name = "from"},
                         {.name = "to"},   {.name = "step"},   {.name = "unit"}};
    if (!ws__take_keys(b, spot, "an issue", KEYS, keys))
        return false;
    issue->name = ws__read_name(b, &keys[NAME].spot, issue->key);
    issue->unit = ws__read_words(b, &keys[UNIT].spot, "unit");
    bool numeric = keys[FROM].spot.node || keys[TO].spot.node || keys[STEP].spot.node;
    ws_spot *levels = &keys[LEVELS].spot;
    if (numeric && levels->node)
        return ws__problem(b, spot, "'%s' has both levels and from, to, step; expected one of them",
                           issue->key);
    if (numeric)
        return build_numeric(b, issue, spot, &keys[FROM], &keys[TO], &keys[STEP]);
    if (!levels->node)
        return !spot->node->broken &&
               ws__problem(b, spot, "the issue '%s' needs 'levels' (or 'from', 'to' and 'step')", issue->key);
    if (ws__is_broken(b, levels->node))
        return false;
    if (levels->node->kind == WS_NODE_TEXT)
        return ws__problem(b, levels, "'%s': expected a list of levels, as [low, high]", issue->key);
    return build_list(b, issue, levels);
}

static bool build_issue(ws_builder *b, ws_issue *issue, ws_spot *spot)
{
    if (ws__is_broken(b, spot->node))
        return false;
    if (spot->node->kind == WS_NODE_LIST)
        return build_list(b, issue, spot);
    if (spot->node->kind == WS_NODE_MAP)
        return build_map(b, issue, spot);
    return ws__problem(b, spot,
                       "the issue '%s' needs a list of levels, as [low, high], or a map with "
                       "'levels' or 'from', 'to' and 'step'",
                       issue->key);
}

void ws__build_issues(ws_builder *b, ws_spot *spot)
{
    b->issues_unknown = true;
    if (!spot->node || !ws__take_names(b, spot, "issues", &b->issue_names))
        return;
    size_t count = spot->node->count;
    if (count == 0) {
        ws__problem(b, spot, "issues: at least 1 issue is needed");
        return;
    }
    ws_issue *issues = WS_TAKE(b, count, ws_issue);
    b->level_names = WS_TAKE(b, count, ws_names);
    b->issue_broken = WS_TAKE(b, count, bool);
    if (!issues || !b->level_names || !b->issue_broken)
        return;
    b->shape->issues = issues;
    b->shape->issue_count = count;
    b->issues_unknown = spot->node->broken;
    for (size_t i = 0; i < count; i++) {
        ws_spot item = ws__child(spot, i);
        issues[i].key = issues[i].name = item.key;
        ws__check_name(b, &item, spot->node->keys[i], "an issue", WS_COUNT(reserved), reserved);
        b->issue_broken[i] = !build_issue(b, &issues[i], &item);
        b->level_total += issues[i].level_count;
        if (b->level_total > MOST_LEVELS_IN_ALL) {
            b->full = !too_many(b, &item, issues[i].key, (double)issues[i].level_count);
            return;
        }
    }
}

/* ---- Naming issues and levels ---- */

size_t ws__find_issue(ws_builder *b, const ws_spot *map, const ws_node *key)
{
    size_t issue = ws__find_name(&b->issue_names, key->text);
    if (issue == SIZE_MAX && !b->issues_unknown)
        ws__problem_at_key(b, map, key, "no issue is named '%s'%s", ws__in_short(b, key->text),
                           ws__suggest(b, key->text, b->issue_names.count, b->issue_names.names));
    if (issue == SIZE_MAX)
        b->failed = true;
    return issue;
}

size_t ws__find_level(ws_builder *b, const ws_spot *spot, size_t at)
{
    if (b->issue_broken[at])
        return 0;
    const ws_issue *issue = &b->shape->issues[at];
    if (!ws__is_broken(b, spot->node) && spot->node->kind == WS_NODE_TEXT && issue->values) {
        double value;
        size_t level = SIZE_MAX;
        if (ws__read_number(&value, spot->node->text, spot->node->count) || ws__number_of(&value, spot->node))
            level = ws__level_of_number(issue, value);
        if (level == SIZE_MAX)
            ws__problem(b, spot,
                        "'%s' is no level of '%s'; its levels are the numbers from %s to %s by its step",
                        ws__in_short(b, spot->node->text), issue->key, issue->levels[0],
                        issue->levels[issue->level_count - 1]);
        return level;
    }
    if (!ws__want_text(b, spot, "a level"))
        return SIZE_MAX;
    if (ws__is_plain_word(spot->node)) {
        ws__problem(b, spot, "YAML reads %s as no text; put the level in quotes: \"%s\"", spot->node->text,
                    spot->node->text);
        return SIZE_MAX;
    }
    const ws_names *names = &b->level_names[at];
    size_t level = ws__find_name(names, spot->node->text);
    if (level == SIZE_MAX) {
        const char *near = ws__suggest(b, spot->node->text, names->count, names->names);
        if (*near)
            ws__problem(b, spot, "'%s' has no level '%s'%s", issue->key, ws__in_short(b, spot->node->text),
                        near);
        else
            ws__problem(b, spot, "'%s' has no level '%s'; it has %s", issue->key,
                        ws__in_short(b, spot->node->text), ws__list_names(b, names->count, names->names));
    }
    return level;
}

const uint32_t *ws__read_deal(ws_builder *b, ws_spot *spot, const char *what)
{
    if (!ws__want_map(b, spot, what))
        return NULL;
    size_t count = b->shape->issue_count;
    uint32_t *levels = WS_TAKE(b, count, uint32_t);
    if (!levels)
        return NULL;
    for (size_t i = 0; i < count; i++)
        levels[i] = UINT32_MAX;
    bool good = true;
    for (size_t i = 0; i < spot->node->count; i++) {
        ws_spot item = ws__child(spot, i);
        size_t issue = ws__find_issue(b, spot, spot->node->keys[i]);
        size_t level = issue == SIZE_MAX ? SIZE_MAX : ws__find_level(b, &item, issue);
        good = good && issue != SIZE_MAX;
        if (issue != SIZE_MAX)
            levels[issue] = level == SIZE_MAX ? 0 : (uint32_t)level;
    }
    for (size_t i = 0; good && i < count; i++)
        if (levels[i] == UINT32_MAX)
            good = ws__problem(b, spot, "%s must name every issue; it leaves out '%s'", what,
                               b->shape->issues[i].key);
    return good ? levels : NULL;
}
