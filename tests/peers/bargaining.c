/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets with the outcome of every solution by exact fractions: textbook sets, closed forms, ties on purpose.
 * Each is made into a case (an issue with a level an outcome, or the issues that the set has) and analyzed.
 *
 *   bargaining WINSET SOURCE_ROOT */
#include "peers.h"

#include <stdio.h>
#include <stdlib.h>

static json_t *name(const char *letter, size_t at)
{
    return json_sprintf("%s%zu", letter, at);
}

static size_t count_levels(const json_t *set, size_t issue)
{
    const json_t *form = json_object_get(set, "form");
    const json_t *points = json_object_get(form, "points");
    return points ? json_array_size(json_array_get(points, issue))
                  : json_array_size(json_object_get(set, "outcomes"));
}

static json_t *find_point(const json_t *set, size_t issue, size_t level, size_t party)
{
    const json_t *points = json_object_get(json_object_get(set, "form"), "points");
    const json_t *levels = points ? json_array_get(points, issue) : json_object_get(set, "outcomes");
    return json_array_get(json_array_get(levels, level), party);
}

static json_t *make_case(const json_t *set)
{
    const json_t *given = json_object_get(json_object_get(set, "form"), "issues");
    size_t issue_count = given ? json_array_size(given) : 1;
    const json_t *reservation = json_object_get(set, "reservation");
    json_t *issues = json_object(), *parties = json_object();
    for (size_t i = 0; i < issue_count; i++) {
        json_t *levels = json_array(), *key = name("issue", i);
        for (size_t level = 0; level < count_levels(set, i); level++)
            json_array_append_new(levels, name("o", level));
        json_object_set_new(issues, json_string_value(key), levels);
        json_decref(key);
    }
    for (size_t p = 0; p < json_array_size(reservation); p++) {
        json_t *points = json_object(), *party = json_object(), *key = name("p", p);
        for (size_t i = 0; i < issue_count; i++) {
            json_t *list = json_array(), *issue = name("issue", i);
            for (size_t level = 0; level < count_levels(set, i); level++)
                json_array_append(list, find_point(set, i, level, p));
            json_object_set_new(points, json_string_value(issue), list);
            json_decref(issue);
        }
        json_object_set_new(party, "points", points);
        json_object_set(party, "reservation", json_array_get(reservation, p));
        json_t *weight = json_array_get(json_object_get(set, "bargaining_weights"), p);
        if (weight)
            json_object_set(party, "bargaining_weight", weight);
        json_object_set_new(parties, json_string_value(key), party);
        json_decref(key);
    }
    return json_pack("{s:i, s:o, s:o}", "winset", 1, "issues", issues, "parties", parties);
}

static void compare_set(peers_comparison *comparison, const json_t *set, const json_t *got)
{
    const char *key;
    json_t *want;
    const json_t *counts = json_object_get(set, "counts"), *solutions = json_object_get(got, "solutions");
    peers_compare(comparison, json_object_get(counts, "acceptable"),
                  json_object_get(json_object_get(got, "zone"), "acceptable"), "acceptable");
    peers_compare(comparison, json_object_get(counts, "frontier"),
                  json_object_get(json_object_get(got, "frontier"), "size"), "frontier");
    json_object_foreach(json_object_get(set, "solutions"), key, want)
    {
        const json_t *deal = json_object_get(solutions, key);
        if (json_is_null(want)) {
            peers_compare(comparison, want, deal, key);
            continue;
        }
        peers_compare(comparison, json_object_get(want, "index"), json_object_get(deal, "index"), key);
        for (size_t p = 0; p < json_array_size(json_object_get(want, "u")); p++) {
            json_t *party = name("p", p);
            peers_compare(comparison, json_array_get(json_object_get(want, "u"), p),
                          json_object_get(json_object_get(deal, "u"), json_string_value(party)), key);
            json_decref(party);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    char *path = peers_path(argv[2], "tables/bargaining.json");
    if (!peers_exists(path) || !peers_has_verb(argv[1], "analyze")) {
        puts("skipped: no table, or no verb analyze");
        free(path);
        return PEERS_SKIPPED;
    }
    json_error_t error;
    json_t *table = json_load_file(path, 0, &error), *set;
    size_t at, failed = 0, count = 0;
    json_array_foreach(json_object_get(table, "examples"), at, set)
    {
        peers_comparison comparison = {.tolerance = json_number_value(json_object_get(table, "tolerance")),
                                       .what = json_string_value(json_object_get(set, "name"))};
        json_t *value = make_case(set), *got = peers_analyze_value(&comparison, argv[1], value, NULL);
        if (got)
            compare_set(&comparison, set, got);
        printf("%s %s\n", comparison.differences ? "FAIL" : "ok  ", comparison.what);
        failed += comparison.differences > 0;
        count++;
        json_decref(got);
        json_decref(value);
    }
    printf("%zu sets, %zu do not agree\n", count, failed);
    json_decref(table);
    free(path);
    return failed || !count;
}
