/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Power in whole ratifications against computations by other means: the Council of 27 under the Treaty of
 * Nice (three majorities of the same members; all 2^27 coalitions enumerated) and the federal system of the
 * United States (a president, two houses, a veto that two thirds override; counted over votes in each). */
#include "base/text.h"
#include "peers.h"
#include "winset/power.h"
#include "winset/winset.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t differences, compared;

static json_t *load(const char *root, const char *file)
{
    char *path = peers_path(root, "%s", file);
    json_t *table = path && peers_exists(path) ? json_load_file(path, 0, NULL) : NULL;
    free(path);
    return table;
}

/* A case of two issues whose first party ratifies by the text's domestic part. */
static ws_power *measure(const char *name, const char *domestic)
{
    WS_TEXT(text);
    ws__add_format(
        &text,
        "winset: 1\nissues: {a: [x, y]}\nparties:\n  one:\n    points: {a: rising}\n    domestic:\n"
        "%s  other: {points: {a: falling}}\n",
        domestic);
    ws_case *c = NULL;
    ws_power *power = NULL;
    ws_diag *diag = ws_new_diag();
    if (ws_read_case_text(&c, text.bytes, text.length, name, diag) != WS_OK ||
        ws_measure_tree(&power, c, 0, NULL, diag) != WS_OK) {
        printf("%s: not measured: %s\n", name,
               ws_count_problems(diag) ? ws_get_problem(diag, 0)->message : "no reason given");
        differences++;
    }
    ws_free_diag(diag);
    ws_free_case(c);
    return power;
}

static void compare(const char *name, const char *index, size_t player, double got, double want,
                    double tolerance)
{
    compared++;
    if (fabs(got - want) <= tolerance)
        return;
    printf("%s: %s of player %zu: got %.17g, want %.17g\n", name, index, player + 1, got, want);
    differences++;
}

static const ws_power_index measured[] = {WS_POWER_PENROSE, WS_POWER_BANZHAF, WS_POWER_SHAPLEY_SHUBIK};

/* ---- Nice ---- */

static void add_members(ws_text *text, const char *name, const json_t *weights, size_t count, double quota)
{
    ws__add_format(text, "        %s: {members: {", name);
    for (size_t i = 0; i < count; i++)
        ws__add_format(text, "%sm%zu: %g", i ? ", " : "", i,
                       weights ? json_number_value(json_array_get(weights, i)) : 1);
    ws__add_format(text, "}, rule: {quota: %.10g}}\n", quota);
}

static void check_nice(const json_t *game)
{
    const char *name = json_string_value(json_object_get(game, "name"));
    const json_t *weights = json_object_get(game, "weights");
    size_t count = json_array_size(weights);
    WS_TEXT(text);
    ws__add_text(&text, "      actors:\n");
    for (size_t i = 0; i < count; i++)
        ws__add_format(&text, "        m%zu: {points: {a: rising}, threshold: 0.5, noise: 1}\n", i);
    ws__add_text(&text, "      institutions:\n");
    add_members(&text, "votes", weights, count, json_number_value(json_object_get(game, "quota")));
    add_members(&text, "members", NULL, count, json_number_value(json_object_get(game, "member_quota")));
    add_members(&text, "people", json_object_get(game, "population_thousands"), count,
                json_number_value(json_object_get(game, "population_quota_thousands")));
    ws_power *power = measure(name, text.bytes);
    const json_t *value = json_object_get(game, "value");
    double tolerance = json_number_value(json_object_get(game, "tolerance"));
    for (size_t k = 0; power && k < sizeof measured / sizeof *measured; k++)
        for (size_t i = 0; i < count; i++)
            compare(name, ws_power_key(measured[k]), i, power->indices[measured[k]][i],
                    json_number_value(json_array_get(json_object_get(value, ws_power_key(measured[k])), i)),
                    tolerance);
    ws_free_power(power);
}

/* ---- The United States ---- */

static void add_house(ws_text *text, const char *name, const char *member, int count, bool president,
                      int quota)
{
    ws__add_format(text, "        %s: {members: {%s", name, president ? "v: 1, " : "");
    for (int i = 0; i < count; i++)
        ws__add_format(text, "%s%s%d: 1", i ? ", " : "", member, i);
    ws__add_format(text, "}, rule: {quota: %d}}\n", quota);
}

static int parameter(const json_t *game, const char *key)
{
    return (int)json_integer_value(json_object_get(json_object_get(game, "parameters"), key));
}

static void check_federal(const json_t *game)
{
    const char *name = json_string_value(json_object_get(game, "name"));
    int senators = parameter(game, "senators"), representatives = parameter(game, "representatives");
    bool vice = json_is_true(json_object_get(json_object_get(game, "parameters"), "vice_president"));
    WS_TEXT(text);
    ws__add_text(&text, "      actors:\n        p: {points: {a: rising}, threshold: 0.5, noise: 1}\n");
    if (vice)
        ws__add_text(&text, "        v: {points: {a: rising}, threshold: 0.5, noise: 1}\n");
    for (int i = 0; i < senators; i++)
        ws__add_format(&text, "        s%d: {points: {a: rising}, threshold: 0.5, noise: 1}\n", i);
    for (int i = 0; i < representatives; i++)
        ws__add_format(&text, "        r%d: {points: {a: rising}, threshold: 0.5, noise: 1}\n", i);
    ws__add_text(&text, "      institutions:\n        president: {veto: p}\n");
    add_house(&text, "senate", "s", senators, vice, parameter(game, "senate_majority"));
    add_house(&text, "house", "r", representatives, false, parameter(game, "house_majority"));
    add_house(&text, "senate_over", "s", senators, false, parameter(game, "senate_two_thirds"));
    add_house(&text, "house_over", "r", representatives, false, parameter(game, "house_two_thirds"));
    ws__add_text(&text, "      ratification:\n        any:\n          - all: [president, senate, house]\n"
                        "          - all: [senate_over, house_over]\n");
    ws_power *power = measure(name, text.bytes);
    const json_t *value = json_object_get(game, "value");
    double tolerance = json_number_value(json_object_get(game, "tolerance"));
    size_t first_senator = vice ? 2 : 1;
    const struct {
        const char *who;
        size_t from, count;
    } groups[] = {{"P", 0, 1},
                  {"V", 1, vice ? 1 : 0},
                  {"S", first_senator, (size_t)senators},
                  {"R", first_senator + (size_t)senators, (size_t)representatives}};
    for (size_t k = 0; power && k < sizeof measured / sizeof *measured; k++)
        for (size_t g = 0; g < 4; g++)
            for (size_t i = 0; i < groups[g].count; i++)
                compare(name, ws_power_key(measured[k]), groups[g].from + i,
                        power->indices[measured[k]][groups[g].from + i],
                        json_number_value(json_object_get(json_object_get(value, groups[g].who),
                                                          ws_power_key(measured[k]))),
                        tolerance);
    ws_free_power(power);
}

int main(int argc, char **argv)
{
    json_t *large = load(argc > 2 ? argv[2] : ".", "tables/power-large.json");
    if (!large)
        return PEERS_SKIPPED;
    size_t at;
    json_t *game;
    json_array_foreach(json_object_get(large, "games"), at, game)
    {
        if (json_object_get(game, "member_quota"))
            check_nice(game);
        else if (json_object_get(game, "parameters"))
            check_federal(game);
    }
    json_decref(large);
    printf("%zu numbers, %zu differences\n", compared, differences);
    return differences || compared == 0 ? 1 : 0;
}
