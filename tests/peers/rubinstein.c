/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alternating offers over a pie against exact shares: Ståhl's finite horizons and Rubinstein's limit, short
 * rounds and shocks (Binmore, Rubinstein, Wolinsky 1986), and finite splits with every rule of the game.
 *
 *   rubinstein WINSET SOURCE_ROOT */
#include "peers.h"

#include "game/game.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPLITS = 401, LONG = 400 };
#define TAIL 1e-3 /* what rounds beyond those played can be worth: so many keep the test short */

/* The numbers of one game of two parties over k / (splits - 1). */
typedef struct pie {
    size_t splits, rounds;
    double discount[2], status[2], cost[2], hazard, first_hazard;
    unsigned first;
} pie;

static double number(const json_t *row, const char *key, double otherwise)
{
    const json_t *value = json_object_get(row, key);
    return json_is_number(value) ? json_number_value(value) : otherwise;
}

/* Values of both counted from the status, and the share of party 1 that is offered first; false: refused. */
static bool play_pie(double *value, double *offered, const pie *of)
{
    static const double one[1] = {1};
    static const uint32_t rules[1] = {UINT32_C(1) << 3};
    size_t k = of->splits, n = of->rounds;
    double *numbers = calloc(5 * k + 3 * n, sizeof *numbers);
    uint32_t *class_of = calloc(k, sizeof *class_of);
    uint8_t *rule_of = calloc(k, sizeof *rule_of);
    ws_play *play = NULL;
    bool ok = numbers && class_of && rule_of;
    if (ok) {
        double *u0 = numbers, *u1 = u0 + k, *sure = u1 + k, *weight = sure + k, *hazard = weight + k;
        double *proposer = hazard + n;
        for (size_t x = 0; x < k; x++) {
            u0[x] = (double)x / (double)(k - 1);
            u1[x] = (double)(k - 1 - x) / (double)(k - 1);
            sure[x] = 1;
            weight[x] = 1 / (double)k;
        }
        for (size_t i = 0; i < n; i++) {
            hazard[i] = i == 0 ? of->first_hazard : of->hazard;
            proposer[2 * i + (i + of->first) % 2] = 1;
        }
        ws_game game = {.parties = 2,
                        .types = {1, 1},
                        .rounds = n,
                        .offers = k,
                        .classes = 1,
                        .prior = {one, one},
                        .status = {&of->status[0], &of->status[1]},
                        .cost = {&of->cost[0], &of->cost[1]},
                        .expiry = {&of->cost[0], &of->cost[1]},
                        .failure = {&of->status[0], &of->status[1]},
                        .discount = {&of->discount[0], &of->discount[1]},
                        .range = {one, one},
                        .utility = {u0, u1},
                        .deliver = {sure, sure},
                        .weight = weight,
                        .class_of = class_of,
                        .rule_of = rule_of,
                        .rule_count = 1,
                        .rules = rules,
                        .hazard = hazard,
                        .proposer = proposer,
                        .infinite = true,
                        .rationality = 1};
        ok = ws__solve_game(&play, &game, NULL, NULL, NULL) == WS_OK;
        if (ok) {
            size_t best = 0;
            for (size_t p = 0; p < 2; p++)
                value[p] = play->value[p] - of->status[p];
            for (size_t x = 1; x < k; x++)
                best = play->first[of->first].chosen[x] > play->first[of->first].chosen[best] ? x : best;
            *offered = u0[best];
        }
        ws__free_play(play);
    }
    free(numbers);
    free(class_of);
    free(rule_of);
    return ok;
}

static void near_share(peers_comparison *all, const pie *of, double want, double within, size_t row)
{
    double value[2], offered;
    if (!play_pie(value, &offered, of))
        peers_differ(all, "", "row %zu: not solved", row);
    else if (!(fabs(value[0] - want) <= within + 1e-12))
        peers_differ(all, "", "row %zu: share %.12g, expected %.12g within %.3g", row, value[0], want,
                     within);
}

/* Splits of size e: the share is off by e / (1 - d1 d2) at most. */
static size_t divisible(peers_comparison *all, const json_t *table)
{
    size_t done = 0, row;
    const json_t *it;
    json_array_foreach(json_object_get(table, "rows"), row, it)
    {
        const json_t *rounds = json_object_get(it, "rounds");
        pie of = {.splits = SPLITS,
                  .rounds = json_is_integer(rounds) ? (size_t)json_integer_value(rounds) : LONG,
                  .discount = {number(it, "delta1", 1), number(it, "delta2", 1)}};
        double both = of.discount[0] * of.discount[1], within = 1.0 / (SPLITS - 1) / (1 - both);
        if (!json_is_integer(rounds)) /* the limit: what rounds beyond LONG could still change */
            within += pow(both, LONG / 2);
        near_share(all, &of, number(it, "share1", NAN), within, row);
        done++;
    }
    return done;
}

/* Ever shorter rounds: shares by the discount of a round, and the weighted Nash solution in the limit. */
static size_t short_rounds(peers_comparison *all, const json_t *table)
{
    size_t done = 0, row;
    const json_t *it;
    json_array_foreach(json_object_get(table, "rows"), row, it)
    {
        double r1 = number(it, "r1", 1), r2 = number(it, "r2", 1), dt = number(it, "dt", 0);
        bool limit = !(dt > 0);
        dt = limit ? 0.02 : dt;
        pie of = {.splits = SPLITS, .discount = {exp(-r1 * dt), exp(-r2 * dt)}};
        double both = of.discount[0] * of.discount[1];
        of.rounds = 2 * (size_t)ceil(log(TAIL) / log(both));
        if (of.rounds > 1000)
            continue;
        for (of.first = 0; of.first < 2; of.first++) {
            double want = limit ? number(it, "limit", NAN)
                                : number(it, of.first ? "share1_if_2_first" : "share1_if_1_first", NAN);
            /* in the limit speaking first is worth nothing; with dt it is worth at most r dt */
            double within = 1.0 / (SPLITS - 1) / (1 - both) + TAIL + (limit ? (r1 > r2 ? r1 : r2) * dt : 0);
            near_share(all, &of, want, within, row);
        }
        done++;
    }
    return done;
}

/* No impatience, but talks may end from outside after every rejection. */
static size_t shocks(peers_comparison *all, const json_t *table)
{
    size_t done = 0, row;
    const json_t *it;
    json_array_foreach(json_object_get(table, "rows"), row, it)
    {
        double b[2] = {number(it, "b1", 0), number(it, "b2", 0)}, hazard = number(it, "hazard", 0);
        bool limit = !(hazard > 0);
        hazard = limit ? 0.02 : hazard;
        double keep = 1 - hazard, pieces = 1 - b[0] - b[1];
        pie of = {.splits = SPLITS, .discount = {1, 1}, .status = {b[0], b[1]}, .hazard = hazard};
        of.rounds = 2 * (size_t)ceil(log(TAIL) / (2 * log(keep)));
        for (of.first = 0; of.first < 2; of.first++) {
            double want = limit ? number(it, "limit", NAN)
                                : number(it, of.first ? "share1_if_2_first" : "share1_if_1_first", NAN);
            double within = 1.0 / (SPLITS - 1) / (1 - keep * keep) + TAIL + (limit ? pieces * hazard : 0);
            near_share(all, &of, want - b[0], within, row);
        }
        done++;
    }
    return done;
}

/* Backward induction in exact fractions over the same splits: equal. */
static size_t finite_splits(peers_comparison *all, const json_t *table)
{
    size_t done = 0, row;
    const json_t *it;
    json_array_foreach(json_object_get(table, "rows"), row, it)
    {
        const json_t *cost = json_object_get(it, "breakdown_cost"), *want = json_object_get(it, "value");
        double value[2], offered, hazard = number(it, "hazard", 0);
        pie of = {
            .splits = (size_t)number(it, "splits", 0),
            .rounds = (size_t)number(it, "rounds", 0),
            .discount = {number(it, "delta1", 1), number(it, "delta2", 1)},
            .cost = {json_number_value(json_array_get(cost, 0)), json_number_value(json_array_get(cost, 1))},
            .hazard = hazard,
            .first_hazard = hazard};
        if (!play_pie(value, &offered, &of)) {
            peers_differ(all, "", "finite row %zu: not solved", row);
            continue;
        }
        for (size_t p = 0; p < 2; p++)
            peers_compare_number(all, json_number_value(json_array_get(want, p)), value[p],
                                 p ? "value2" : "value1");
        peers_compare_number(all, number(it, "first_offer_share1", NAN), offered, "first_offer_share1");
        done++;
    }
    return done;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        size_t (*compare)(peers_comparison *all, const json_t *table);
    } tables[] = {{"divisible_pie", divisible},
                  {"short_rounds", short_rounds},
                  {"shocks", shocks},
                  {"finite_splits", finite_splits}};
    if (argc < 3)
        return 2;
    char *path = peers_path(argv[2], "tables/rubinstein.json");
    if (!path || !peers_exists(path)) {
        printf("skipped: no tables/rubinstein.json\n");
        free(path);
        return PEERS_SKIPPED;
    }
    json_t *file = json_load_file(path, 0, NULL);
    size_t differences = 0;
    free(path);
    for (size_t i = 0; file && i < sizeof tables / sizeof *tables; i++) {
        peers_comparison all = {.tolerance = 1e-12, .what = tables[i].name};
        size_t rows = tables[i].compare(&all, json_object_get(file, tables[i].name));
        printf("%-14s %zu rows, %zu differences\n", tables[i].name, rows, all.differences);
        differences += all.differences + (rows == 0);
    }
    if (!file)
        differences++;
    json_decref(file);
    return differences ? 1 : 0;
}
