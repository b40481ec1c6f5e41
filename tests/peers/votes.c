/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chances that bodies pass, both tails, against exact fractions. */
#include "peers.h"
#include "space/votes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static size_t differences;

static double number_of(const json_t *value)
{
    return json_is_string(value) ? strtod(json_string_value(value), NULL) : json_number_value(value);
}

static void compare(const char *name, const char *what, double got, const json_t *want, double tolerance)
{
    double w = number_of(want);
    if (fabs(got - w) <= tolerance * fabs(w))
        return;
    printf("%s: %s: got %.17g, want %.17g\n", name, what, got, w);
    differences++;
}

static void check_body(const json_t *body, double tolerance)
{
    WS_SCRATCH(arena);
    const char *name = json_string_value(json_object_get(body, "name"));
    const json_t *members = json_object_get(body, "members");
    size_t n = json_array_size(members);
    ws_seat *seats = WS_NEW_MANY(&arena, n, ws_seat);
    ws_chance *votes = WS_NEW_MANY(&arena, n, ws_chance), pass;
    double *importance = WS_NEW_MANY(&arena, n, double), mean;
    for (size_t i = 0; i < n; i++) {
        const json_t *member = json_array_get(members, i);
        double discipline = number_of(json_object_get(member, "discipline"));
        double yes = number_of(json_object_get(member, "p_yes"));
        votes[i] = (ws_chance){yes, yes > 0.9999 && yes < 1 ? nearbyint((1 - yes) * 1e9) / 1e9 : 1 - yes};
        seats[i] =
            (ws_seat){i, (uint64_t)number_of(json_object_get(member, "seats")), discipline < 1, discipline};
    }
    ws_tally *tally;
    if (ws__build_tally(&tally, n, seats, (uint64_t)number_of(json_object_get(body, "quota")), name, &arena,
                        NULL) != WS_OK ||
        ws__weigh_votes(&pass, &mean, importance, tally, votes) != WS_OK) {
        printf("%s: not counted\n", name);
        differences++;
        return;
    }
    compare(name, "p_pass", pass.yes, json_object_get(body, "p_pass"), tolerance);
    compare(name, "p_fail", pass.no, json_object_get(body, "p_fail"), tolerance);
    compare(name, "mean", mean, json_object_get(body, "mean_yes"), tolerance);
    for (size_t i = 0; i < n; i++)
        compare(name, "importance", importance[i], json_array_get(json_object_get(body, "importance"), i),
                tolerance);
}

int main(int argc, char **argv)
{
    char *path = peers_path(argc > 2 ? argv[2] : ".", "tables/votes.json");
    json_t *table = path && peers_exists(path) ? json_load_file(path, 0, NULL) : NULL;
    free(path);
    if (!table)
        return PEERS_SKIPPED;
    double tolerance = number_of(json_object_get(table, "tolerance"));
    size_t at;
    json_t *entry;
    json_array_foreach(json_object_get(table, "institutions"), at, entry)
    {
        check_body(entry, tolerance);
    }
    json_array_foreach(json_object_get(table, "votes"), at, entry)
    {
        double u = number_of(json_object_get(entry, "u")), noise = number_of(json_object_get(entry, "noise"));
        double margin = u - number_of(json_object_get(entry, "threshold"));
        ws_chance vote = ws__vote_chance(fabs(margin) <= 1e-9 ? 0 : margin, noise);
        compare("vote", "p_yes", vote.yes, json_object_get(entry, "p_yes"), tolerance);
        compare("vote", "p_no", vote.no, json_object_get(entry, "p_no"), tolerance);
    }
    json_decref(table);
    printf("%zu differences\n", differences);
    return differences ? 1 : 0;
}
