/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The room `space` by itself against the reference cases: sizes, ranges, ideals, reservation values, who
 * accepts how much, classes; from the first run of `analyze` without options of each. */
#include "peers.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "space/reducers.h"
#include "winset/winset.h"

enum { MOST_PARTIES = 64, MOST_CLASSES = 256 };

static json_t *number_or_null(double value)
{
    return value == value ? json_real(value) : json_null();
}

static json_t *tell_parties(const ws_space *space)
{
    const ws_case *c = ws_space_case(space);
    json_t *parties = json_object();
    for (size_t p = 0; p < ws_count_parties(c); p++) {
        ws_range range = ws_get_range(space, p);
        json_t *party = json_object();
        json_object_set_new(party, "min", number_or_null(range.min));
        json_object_set_new(party, "max", number_or_null(range.max));
        json_object_set_new(party, "reservation", number_or_null(range.reservation));
        json_t *ideal = json_null();
        if (range.ideal != WS_NO_OUTCOME) {
            json_t *u = json_object();
            for (size_t q = 0; q < ws_count_parties(c); q++)
                json_object_set_new(u, ws_party_key(c, q), json_real(ws_utility(space, q, range.ideal)));
            ideal = json_pack("{s:I, s:o}", "index", (json_int_t)range.ideal, "u", u);
        }
        json_object_set_new(party, "ideal", ideal);
        json_object_set_new(parties, ws_party_key(c, p), party);
    }
    return parties;
}

static json_t *tell_space(const ws_space *space)
{
    uint64_t accepts[MOST_PARTIES] = {0}, of_class[MOST_CLASSES], acceptable[MOST_CLASSES];
    ws_counts counts = {.accepts = accepts, .of_class = of_class, .class_acceptable = acceptable};
    ws_reducer reducer = {&ws__reduce_counts, NULL, &counts};
    if (ws_scan_space(space, 1, &reducer, NULL, NULL, NULL) != WS_OK)
        return json_null();
    const ws_case *c = ws_space_case(space);
    json_t *accepted = json_object();
    for (size_t p = 0; p < ws_count_parties(c); p++)
        json_object_set_new(accepted, ws_party_key(c, p), json_integer((json_int_t)accepts[p]));
    return json_pack("{s:{s:I,s:I,s:I}, s:o, s:{s:o,s:I}}", "space", "issues", (json_int_t)ws_count_issues(c),
                     "outcomes", (json_int_t)ws_count_outcomes(space), "feasible",
                     (json_int_t)ws_count_feasible(space), "parties", tell_parties(space), "zone", "accepts",
                     accepted, "acceptable", (json_int_t)counts.acceptable);
}

/* Of what the reference says, what this room answers. */
static json_t *pick_expected(const json_t *expect)
{
    json_t *picked = json_object(), *parties = json_object();
    json_object_set_new(picked, "space", json_deep_copy(json_object_get(expect, "space")));
    json_object_del(json_object_get(picked, "space"), "method");
    const char *key;
    json_t *party;
    json_t *all = json_object_get(expect, "parties");
    json_object_foreach(all, key, party)
    {
        json_t *copy = json_deep_copy(party), *ideal = json_object_get(copy, "ideal");
        if (json_is_object(ideal))
            json_object_set_new(copy, "ideal",
                                json_pack("{s:O,s:O}", "index", json_object_get(ideal, "index"), "u",
                                          json_object_get(ideal, "u")));
        json_object_set_new(parties, key, copy);
    }
    json_object_set_new(picked, "parties", parties);
    const json_t *zone = json_object_get(expect, "zone");
    json_object_set_new(picked, "zone",
                        json_pack("{s:O,s:O}", "accepts", json_object_get(zone, "accepts"), "acceptable",
                                  json_object_get(zone, "acceptable")));
    return picked;
}

static const json_t *find_run(const json_t *expected)
{
    size_t at;
    json_t *run;
    json_array_foreach(json_object_get(expected, "runs"), at, run)
    {
        const char *verb = json_string_value(json_object_get(run, "verb"));
        bool plain = json_array_size(json_object_get(run, "options")) == 0;
        if (verb && strcmp(verb, "analyze") == 0 && plain && json_object_get(run, "expect"))
            return run;
    }
    return NULL;
}

static bool compare_case(const char *name, const char *path, const json_t *expected, const json_t *run)
{
    peers_comparison comparison = {.tolerance = json_number_value(json_object_get(expected, "tolerance")),
                                   .what = name};
    ws_case *c = NULL;
    ws_space *space = NULL;
    ws_diag *diag = ws_new_diag();
    if (ws_read_case(&c, path, NULL, diag) != WS_OK || ws_compile_space(&space, c, NULL, diag) != WS_OK) {
        peers_differ(&comparison, "", "%s",
                     ws_count_problems(diag) ? ws_get_problem(diag, 0)->message : "not compiled");
    } else {
        json_t *want = pick_expected(json_object_get(run, "expect")), *got = tell_space(space);
        peers_compare(&comparison, want, got, "");
        json_decref(want);
        json_decref(got);
    }
    ws_free_space(space);
    ws_free_case(c);
    ws_free_diag(diag);
    printf("%s %s\n", comparison.differences ? "FAIL" : "ok  ", name);
    return comparison.differences == 0;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    static const char end[] = ".expected.json";
    char *folder = peers_path(argv[2], "cases");
    DIR *open = folder ? opendir(folder) : NULL;
    int compared = 0, failed = 0;
    for (struct dirent *entry; open && (entry = readdir(open));) {
        size_t length = strlen(entry->d_name);
        if (length <= strlen(end) || strcmp(entry->d_name + length - strlen(end), end) != 0 ||
            (argc > 3 && strncmp(entry->d_name, argv[3], strlen(argv[3])) != 0))
            continue;
        char *file = peers_path(argv[2], "cases/%s", entry->d_name);
        json_t *expected = json_load_file(file, 0, NULL);
        char *path = peers_path(argv[2], "cases/%s", json_string_value(json_object_get(expected, "case")));
        const json_t *run = find_run(expected);
        if (run) {
            compared++;
            failed += !compare_case(entry->d_name, path, expected, run);
        }
        json_decref(expected);
        free(path);
        free(file);
    }
    if (open)
        closedir(open);
    free(folder);
    printf("%d cases agree, %d do not\n", compared - failed, failed);
    return failed ? 1 : compared ? 0 : PEERS_SKIPPED;
}
