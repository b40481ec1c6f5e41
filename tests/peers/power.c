/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Power indices against tables of exact fractions and against long computations, each to its tolerance. */
#include "base/tasks.h"
#include "peers.h"
#include "winset/power.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t differences;

static double number_of(const json_t *value)
{
    return json_is_string(value) ? strtod(json_string_value(value), NULL) : json_number_value(value);
}

static void compare(const char *game, const char *index, const json_t *want, const double *got, size_t count,
                    double tolerance, bool relative)
{
    for (size_t i = 0; want && i < count; i++) {
        double w = number_of(json_array_get(want, i));
        if (fabs(got[i] - w) <= tolerance * (relative ? fabs(w) : 1))
            continue;
        printf("%s: %s of player %zu: got %.17g, want %.17g\n", game, index, i + 1, got[i], w);
        differences++;
        break;
    }
}

static void check_game(const char *name, const json_t *weights, double quota, const json_t *values,
                       const json_t *swings, const json_t *tolerances, double tolerance, bool relative)
{
    size_t n = json_array_size(weights);
    double *list = calloc(n + 1, sizeof *list);
    for (size_t i = 0; i < n; i++)
        list[i] = number_of(json_array_get(weights, i));
    ws_power *power = NULL;
    double started = ws__now();
    if (ws_measure_power(&power, n, NULL, list, quota, NULL, NULL) != WS_OK) {
        printf("%s: not measured\n", name);
        differences++;
        free(list);
        return;
    }
    double seconds = ws__now() - started;
    if (seconds > 0.1)
        printf("%s: %zu players, quota %.0f, %.2f s\n", name, n, quota, seconds);
    for (size_t i = 0; i < WS_POWER_COUNT; i++) {
        const char *key = ws_power_key((ws_power_index)i);
        const json_t *own = json_object_get(tolerances, key);
        compare(name, key, json_object_get(values, key), power->indices[i], n,
                own ? number_of(own) : tolerance, relative);
    }
    for (size_t i = 0; swings && i < n; i++) {
        double want = ldexp(number_of(json_array_get(swings, i)), 1 - (int)n);
        if (fabs(power->indices[WS_POWER_PENROSE][i] - want) > 1e-12 * want) {
            printf("%s: swings of player %zu\n", name, i + 1);
            differences++;
        }
    }
    ws_free_power(power);
    free(list);
}

static json_t *load(const char *root, const char *file)
{
    char *path = peers_path(root, "%s", file);
    json_t *table = path && peers_exists(path) ? json_load_file(path, 0, NULL) : NULL;
    free(path);
    return table;
}

int main(int argc, char **argv)
{
    const char *root = argc > 2 ? argv[2] : ".";
    json_t *small = load(root, "tables/power.json"), *large = load(root, "tables/power-large.json");
    json_t *weighted = load(root, "peers/voting-power/weighted.json");
    if (!small || !large || !weighted)
        return PEERS_SKIPPED;
    size_t at, games = 0;
    json_t *game;
    const char *name;
    json_array_foreach(small, at, game)
    {
        check_game(json_string_value(json_object_get(game, "name")), json_object_get(game, "weights"),
                   number_of(json_object_get(game, "quota")), json_object_get(game, "value"),
                   json_object_get(game, "swings"), NULL, number_of(json_object_get(game, "tolerance")),
                   false);
        games++;
    }
    json_array_foreach(json_object_get(large, "games"), at, game)
    {
        if (!json_object_get(game, "weights") || json_object_get(game, "member_quota"))
            continue;
        check_game(json_string_value(json_object_get(game, "name")), json_object_get(game, "weights"),
                   number_of(json_object_get(game, "quota")), json_object_get(game, "value"),
                   json_object_get(game, "swings"), NULL, number_of(json_object_get(game, "tolerance")),
                   false);
        games++;
    }
    const json_t *imf = json_object_get(large, "imf_like");
    json_array_foreach(json_object_get(imf, "games"), at, game)
    {
        check_game(json_string_value(json_object_get(game, "name")), json_object_get(imf, "weights"),
                   number_of(json_object_get(game, "quota")), json_object_get(game, "value"),
                   json_object_get(game, "swings"), json_object_get(game, "tolerance"), 1e-12, true);
        games++;
    }
    json_object_foreach(weighted, name, game)
    {
        check_game(name, json_object_get(game, "weights"), number_of(json_object_get(game, "quota")), game,
                   json_object_get(game, "swings"), NULL, 1e-12, false);
        games++;
    }
    json_decref(small);
    json_decref(large);
    json_decref(weighted);
    printf("%zu games, %zu differences\n", games, differences);
    return differences ? 1 : 0;
}
