/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GENIUS domains against brute force: sizes, ranges, reservation values, acceptable deals, every vector of
 * the frontier, and the best value that each solution reaches.
 *
 *   genius WINSET SOURCE_ROOT [NAME] */
#include "peers.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PARTIES = 16, MOST_DOMAINS = 200 };

typedef struct domain {
    const json_t *reference, *got;
    size_t parties;
    const char *keys[MOST_PARTIES];                       /* as the program calls them */
    double reservation[MOST_PARTIES], most[MOST_PARTIES]; /* the largest gain among acceptable deals */
    peers_comparison comparison;
} domain;

static double number_at(const json_t *list, size_t at)
{
    return json_number_value(json_array_get(list, at));
}

static bool is_acceptable(const domain *d, const json_t *vector)
{
    for (size_t p = 0; p < d->parties; p++)
        if (number_at(vector, p) < d->reservation[p] - 1e-9)
            return false;
    return true;
}

static void find_parties(domain *d)
{
    const char *key;
    json_t *party, *vector;
    size_t at, i;
    json_object_foreach(json_object_get(d->got, "parties"), key, party)
    {
        if (d->parties < MOST_PARTIES)
            d->keys[d->parties++] = key;
    }
    const json_t *names = json_object_get(d->reference, "parties");
    if (d->parties != json_array_size(names))
        peers_differ(&d->comparison, "parties", "%zu; expected %zu", d->parties, json_array_size(names));
    for (i = 0; i < d->parties; i++) {
        const char *name = json_string_value(json_array_get(names, i));
        if (!name || strcmp(name, d->keys[i]) != 0)
            peers_differ(&d->comparison, "parties", "'%s'; expected '%s'", d->keys[i], name ? name : "");
        d->reservation[i] = number_at(json_object_get(d->reference, "reservation"), i);
    }
    for (i = 0; i < d->parties; i++) {
        json_array_foreach(json_object_get(d->reference, "frontier"), at, vector)
        {
            if (is_acceptable(d, vector))
                d->most[i] = fmax(d->most[i], number_at(vector, i) - d->reservation[i]);
        }
    }
}

static void compare_ranges(domain *d)
{
    for (size_t p = 0; p < d->parties; p++) {
        const json_t *party = json_object_get(json_object_get(d->got, "parties"), d->keys[p]);
        static const char *const facts[] = {"min", "max", "reservation"};
        for (size_t i = 0; i < 3; i++)
            peers_compare(&d->comparison, json_array_get(json_object_get(d->reference, facts[i]), p),
                          json_object_get(party, facts[i]), facts[i]);
    }
}

static bool same_vector(const domain *d, const json_t *want, const json_t *u)
{
    for (size_t p = 0; p < d->parties; p++)
        if (!(fabs(number_at(want, p) - json_number_value(json_object_get(u, d->keys[p]))) <= 1e-9))
            return false;
    return true;
}

/* The reference sums doubles; where deals worth exactly the reservation value fall below it by that, the
 * number in exact fractions counts. */
static void compare_acceptable(domain *d, const char *name)
{
    static const struct {
        const char *name;
        double exact;
    } exact[] = {{"Wholesaler", 4906}};
    double want = json_number_value(json_object_get(d->reference, "acceptable"));
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++)
        if (strcmp(exact[i].name, name) == 0)
            want = exact[i].exact;
    const json_t *zone = json_object_get(d->got, "zone");
    peers_compare_number(&d->comparison, want, json_number_value(json_object_get(zone, "acceptable")),
                         "acceptable");
}

static void compare_frontier(domain *d)
{
    const json_t *frontier = json_object_get(d->got, "frontier"),
                 *points = json_object_get(frontier, "points");
    peers_compare(&d->comparison, json_object_get(d->reference, "frontier_size"),
                  json_object_get(frontier, "size"), "frontier.size");
    size_t i, j;
    json_t *vector, *point;
    json_array_foreach(json_object_get(d->reference, "frontier"), i, vector)
    {
        bool found = false;
        json_array_foreach(points, j, point)
        {
            if ((found = same_vector(d, vector, json_object_get(point, "u"))))
                break;
        }
        if (!found)
            peers_differ(&d->comparison, "frontier.points", "vector %zu of the reference is not there", i);
    }
}

/* What a solution maximises (or, for equal_loss, minimises) at a deal. */
static double score(const domain *d, const char *solution, const double *u)
{
    double sum = 0, product = 1, gain = HUGE_VAL, ratio = HUGE_VAL, loss = -HUGE_VAL;
    for (size_t p = 0; p < d->parties; p++) {
        double g = u[p] - d->reservation[p];
        sum += u[p];
        gain = fmin(gain, g);
        loss = fmax(loss, d->most[p] - g);
        if (d->most[p] > 0) {
            product *= g;
            ratio = fmin(ratio, g / d->most[p]);
        }
    }
    return strcmp(solution, "nash") == 0          ? product
           : strcmp(solution, "egalitarian") == 0 ? gain
           : strcmp(solution, "equal_loss") == 0  ? loss
           : strcmp(solution, "utilitarian") == 0 ? sum
                                                  : ratio;
}

static void compare_solution(domain *d, const char *solution, bool any, double best)
{
    const json_t *deal = json_object_get(json_object_get(d->got, "solutions"), solution);
    if (!any || !json_is_object(deal)) {
        if (any || !json_is_null(deal))
            peers_differ(&d->comparison, solution, any ? "no deal" : "a deal; expected none");
        return;
    }
    double u[MOST_PARTIES];
    for (size_t p = 0; p < d->parties; p++)
        u[p] = json_number_value(json_object_get(json_object_get(deal, "u"), d->keys[p]));
    peers_compare_number(&d->comparison, best, score(d, solution, u), solution);
}

static void compare_solutions(domain *d)
{
    static const struct {
        const char *solution, *value;
    } solutions[] = {{"nash", "product"},
                     {"egalitarian", "min_gain"},
                     {"kalai_smorodinsky", "min_ratio"},
                     {"equal_loss", "max_loss"}};
    for (size_t i = 0; i < sizeof solutions / sizeof *solutions; i++) {
        const json_t *want = json_object_get(d->reference, solutions[i].solution);
        const json_t *best = json_object_get(want, solutions[i].value);
        compare_solution(d, solutions[i].solution, json_is_number(best), json_number_value(best));
    }
    double most = -HUGE_VAL;
    size_t at;
    json_t *vector;
    json_array_foreach(json_object_get(d->reference, "frontier"), at, vector)
    {
        double u[MOST_PARTIES] = {0};
        for (size_t p = 0; p < d->parties; p++)
            u[p] = number_at(vector, p);
        if (is_acceptable(d, vector))
            most = fmax(most, score(d, "utilitarian", u));
    }
    compare_solution(d, "utilitarian", most > -HUGE_VAL, most);
}

static size_t do_domain(const char *winset, const char *root, const char *name)
{
    char *folder = peers_path(root, "peers/genius/%s", name);
    char *file = peers_path(root, "peers/genius/%s/reference.json", name);
    json_error_t error;
    json_t *reference = json_load_file(file, 0, &error);
    domain d = {.reference = reference, .comparison = {.tolerance = 1e-9, .what = name}};
    if (!reference)
        peers_differ(&d.comparison, file, "%s", error.text);
    json_t *got = reference ? peers_analyze(&d.comparison, winset, folder,
                                            (const char *const[]){"--points", "1000000", NULL})
                            : NULL;
    d.got = got;
    if (got) {
        find_parties(&d);
        peers_compare(&d.comparison, json_object_get(reference, "outcomes"),
                      json_object_get(json_object_get(got, "space"), "outcomes"), "outcomes");
        compare_acceptable(&d, name);
        compare_ranges(&d);
        compare_frontier(&d);
        compare_solutions(&d);
    }
    printf("%s %s\n", d.comparison.differences ? "FAIL" : "ok  ", name);
    json_decref(got);
    json_decref(reference);
    free(file);
    free(folder);
    return d.comparison.differences > 0;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    char *path = peers_path(argv[2], "peers/genius"), *names[MOST_DOMAINS];
    DIR *folder = opendir(path);
    size_t count = 0, failed = 0, done = 0;
    for (struct dirent *entry; folder && count < MOST_DOMAINS && (entry = readdir(folder));)
        if (entry->d_name[0] != '.')
            names[count++] = strdup(entry->d_name);
    if (folder)
        closedir(folder);
    free(path);
    if (!count || !peers_has_verb(argv[1], "analyze")) {
        puts("skipped: no domains, or no verb analyze");
        return PEERS_SKIPPED;
    }
    qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 0; i < count; i++) {
        char *file = peers_path(argv[2], "peers/genius/%s/reference.json", names[i]);
        if (peers_exists(file) && (argc < 4 || strcmp(argv[3], names[i]) == 0)) {
            failed += do_domain(argv[1], argv[2], names[i]);
            done++;
        }
        free(file);
        free(names[i]);
    }
    printf("%zu domains, %zu do not agree\n", done, failed);
    return failed || !done;
}
