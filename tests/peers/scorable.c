/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Six- and seven-party games with an agreement rule short of unanimity: the proposer and the second veto
 * party must accept, and all but at most one. Counts under that rule; solutions under the default one, among
 * deals that all accept. The games are case files; their expected numbers were found by brute force.
 *
 *   scorable WINSET SOURCE_ROOT */
#include "peers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* {all: [veto..., {at_least: others - 1, of: [others]}]}: all but at most one, and both vetoes. */
static json_t *make_rule(const json_t *expected)
{
    const json_t *vetoes = json_object_get(expected, "veto");
    json_t *all = json_array(), *others = json_array(), *party, *veto;
    size_t i, j;
    json_array_foreach(json_object_get(expected, "parties"), i, party)
    {
        bool must = false;
        json_array_foreach(vetoes, j, veto)
        {
            must = must || json_equal(party, veto);
        }
        json_array_append(must ? all : others, party);
    }
    json_array_append_new(
        all, json_pack("{s:i, s:o}", "at_least", (int)json_array_size(others) - 1, "of", others));
    return json_pack("{s:o}", "all", all);
}

static const json_t *at(const json_t *value, const char *first, const char *second)
{
    return json_object_get(json_object_get(value, first), second);
}

/* True where the deal's levels are those of one of the outcomes (positions from 0). */
static bool is_among(const json_t *deal, const json_t *game, const json_t *outcomes)
{
    size_t i;
    json_t *outcome;
    json_array_foreach(outcomes, i, outcome)
    {
        size_t issue = 0, matched = 0;
        const char *key;
        json_t *value;
        json_object_foreach(json_object_get(game, "issues"), key, value)
        {
            const json_t *levels = json_is_array(value) ? value : json_object_get(value, "levels");
            const json_t *level =
                json_array_get(levels, (size_t)json_integer_value(json_array_get(outcome, issue++)));
            if (json_equal(level, at(deal, "levels", key)))
                matched++;
        }
        if (matched == issue)
            return true;
    }
    return false;
}

static double score(const char *solution, const json_t *deal, const json_t *expected)
{
    double sum = 0, product = 1, least = HUGE_VAL, ratio = HUGE_VAL;
    size_t i;
    json_t *party;
    json_array_foreach(json_object_get(expected, "parties"), i, party)
    {
        const char *key = json_string_value(party);
        double gain = json_number_value(at(deal, "gain", key));
        double most =
            json_number_value(json_array_get(json_object_get(expected, "largest_gain_among_acceptable"), i));
        sum += json_number_value(at(deal, "u", key));
        least = fmin(least, gain);
        if (most > 0) {
            product *= gain;
            ratio = fmin(ratio, gain / most);
        }
    }
    return strcmp(solution, "utilitarian") == 0   ? sum
           : strcmp(solution, "nash") == 0        ? product
           : strcmp(solution, "egalitarian") == 0 ? least
                                                  : ratio;
}

static void compare_unanimous(peers_comparison *comparison, const json_t *expected, const json_t *game,
                              const json_t *got)
{
    static const struct {
        const char *solution, *value;
    } solutions[] = {{"utilitarian", "sum"},
                     {"nash", "product"},
                     {"egalitarian", "min_gain"},
                     {"kalai_smorodinsky", "min_ratio"}};
    peers_compare(comparison, json_object_get(expected, "outcomes"), at(got, "space", "outcomes"),
                  "outcomes");
    peers_compare(comparison, json_object_get(expected, "acceptable_to"), at(got, "zone", "accepts"),
                  "accepts");
    peers_compare(comparison, json_object_get(expected, "all_accept"), at(got, "zone", "acceptable"),
                  "all_accept");
    peers_compare(comparison, json_object_get(expected, "frontier_vectors"), at(got, "frontier", "size"),
                  "frontier");
    for (size_t i = 0; i < sizeof solutions / sizeof *solutions; i++) {
        const char *name = solutions[i].solution;
        const json_t *want = json_object_get(expected, name), *deal = at(got, "solutions", name);
        if (!want)
            continue;
        double best = json_number_value(json_object_get(want, solutions[i].value));
        peers_compare_number(comparison, best, score(name, deal, expected), name);
        if (!is_among(deal, game, json_object_get(want, "outcomes")))
            peers_differ(comparison, name, "another deal than brute force found");
    }
}

static size_t do_game(const char *winset, const char *root, const char *name, const json_t *expected)
{
    char *path = peers_path(root, "peers/scorable/%s.json", name);
    json_error_t error;
    json_t *game = json_load_file(path, 0, &error);
    peers_comparison comparison = {.tolerance = 1e-9, .what = name};
    if (!game)
        peers_differ(&comparison, path, "%s", error.text);
    json_t *got = game ? peers_analyze_value(&comparison, winset, game, NULL) : NULL;
    if (got)
        compare_unanimous(&comparison, expected, game, got);
    json_decref(got);
    if (game) {
        json_object_set_new(game, "agreement", make_rule(expected));
        got = peers_analyze_value(&comparison, winset, game, NULL);
        peers_compare(&comparison, json_object_get(expected, "both_vetoes_and_all_but_one"),
                      at(got, "zone", "acceptable"), "both_vetoes_and_all_but_one");
        json_decref(got);
    }
    printf("%s %s\n", comparison.differences ? "FAIL" : "ok  ", name);
    json_decref(game);
    free(path);
    return comparison.differences > 0;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    char *path = peers_path(argv[2], "peers/scorable/expected.json");
    if (!peers_exists(path) || !peers_has_verb(argv[1], "analyze")) {
        puts("skipped: no games, or no verb analyze");
        free(path);
        return PEERS_SKIPPED;
    }
    json_error_t error;
    json_t *all = json_load_file(path, 0, &error), *expected;
    size_t failed = 0, count = 0;
    const char *name;
    json_object_foreach(all, name, expected)
    {
        if (!json_object_get(expected, "outcomes"))
            continue;
        failed += do_game(argv[1], argv[2], name, expected);
        count++;
    }
    printf("%zu games, %zu do not agree\n", count, failed);
    json_decref(all);
    free(path);
    return failed || !count;
}
