/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every reference case with its expected results: runs `winset VERB CASE --json OPTIONS` and compares. Also
 * that `winset check` finds no error in it. A run whose verb the program has not is skipped and named.
 *
 *   cases WINSET SOURCE_ROOT [--case NAME] [--verb VERB] */
#include "peers.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CASES = 1000, MOST_VERBS = 40 };

typedef struct totals {
    const char *winset, *only_verb;
    size_t compared, failed, skipped;
    size_t verb_count;
    struct {
        char name[40];
        bool there;
        size_t skipped;
    } verbs[MOST_VERBS];
} totals;

static size_t find_verb(totals *all, const char *verb)
{
    size_t at = 0;
    while (at < all->verb_count && strcmp(all->verbs[at].name, verb) != 0)
        at++;
    if (at == all->verb_count && at < MOST_VERBS) {
        snprintf(all->verbs[at].name, sizeof all->verbs[at].name, "%s", verb);
        all->verbs[at].there = peers_has_verb(all->winset, verb);
        all->verb_count++;
    }
    return at;
}

static bool warning_has(const json_t *warning, const json_t *words)
{
    size_t at;
    json_t *word;
    json_array_foreach(words, at, word)
    {
        if (!json_string_value(warning) || !strcasestr(json_string_value(warning), json_string_value(word)))
            return false;
    }
    return true;
}

static void compare_warnings(peers_comparison *comparison, const json_t *want, const json_t *got)
{
    size_t i, j;
    json_t *words, *warning;
    json_array_foreach(want, i, words)
    {
        bool found = false;
        json_array_foreach(got, j, warning)
        {
            found = found || warning_has(warning, words);
        }
        char path[40];
        snprintf(path, sizeof path, "warnings[%zu]", i);
        if (!found)
            peers_differ(comparison, path, "no warning has the word '%s'",
                         json_string_value(json_array_get(words, 0)));
    }
}

/* Each wanted change must be among those told. */
static void compare_opening(peers_comparison *comparison, const json_t *want, const json_t *got)
{
    size_t i, j;
    json_t *w, *g;
    json_array_foreach(want, i, w)
    {
        char path[40];
        snprintf(path, sizeof path, "opening_has[%zu]", i);
        const json_t *found = NULL;
        json_array_foreach(got, j, g)
        {
            if (json_equal(json_object_get(w, "change"), json_object_get(g, "change")))
                found = g;
        }
        if (found)
            peers_compare(comparison, w, found, path);
        else
            peers_differ(comparison, path, "no change of %s",
                         json_string_value(json_object_get(w, "change")));
    }
}

/* Runs the program; its JSON, or NULL after a difference was told. */
static json_t *ask(peers_comparison *comparison, const char *winset, const char *verb, const char *path,
                   const json_t *options, const char *more)
{
    const char *arguments[64] = {winset, verb, path, "--json"};
    size_t count = 4, at;
    json_t *option;
    json_array_foreach(options, at, option)
    {
        if (count < 62)
            arguments[count++] = json_string_value(option);
    }
    arguments[count] = more;
    return peers_ask(comparison, arguments);
}

static void do_run(totals *all, const char *name, const char *path, const json_t *run, double tolerance)
{
    const char *verb = json_string_value(json_object_get(run, "verb"));
    if (all->only_verb && strcmp(all->only_verb, verb) != 0)
        return;
    size_t at = find_verb(all, verb);
    if (!all->verbs[at].there) {
        all->verbs[at].skipped++;
        all->skipped++;
        return;
    }
    char what[300];
    size_t length = (size_t)snprintf(what, sizeof what, "%s %s", verb, name), i;
    const json_t *options = json_object_get(run, "options"), *own = json_object_get(run, "tolerance");
    json_t *option;
    json_array_foreach(options, i, option)
    {
        if (length < sizeof what)
            length += (size_t)snprintf(what + length, sizeof what - length, " %s", json_string_value(option));
    }
    peers_comparison comparison = {.tolerance = own ? json_number_value(own) : tolerance,
                                   .relative = json_object_get(run, "relative"),
                                   .what = what};
    const json_t *opening = json_object_get(run, "opening_has"), *warnings = json_object_get(run, "warnings");
    json_t *got = ask(&comparison, all->winset, verb, path, options, NULL);
    if (got) {
        peers_compare(&comparison, json_object_get(run, "expect"), got, "");
        compare_warnings(&comparison, warnings, json_object_get(got, "warnings"));
        json_t *opened = NULL;
        if (opening && !json_object_get(got, "opening")) /* told by itself only where the zone is empty */
            opened = ask(&comparison, all->winset, verb, path, options, "--opening");
        compare_opening(&comparison, opening, json_object_get(opened ? opened : got, "opening"));
        json_decref(opened);
        json_decref(got);
    }
    all->compared++;
    all->failed += comparison.differences > 0;
    printf("%s %s", comparison.differences ? "FAIL" : "ok  ", what);
    if (comparison.differences)
        printf(": %zu differences", comparison.differences);
    putchar('\n');
}

static void check_case(totals *all, const char *name, const char *path)
{
    if (all->only_verb && strcmp(all->only_verb, "check") != 0)
        return;
    size_t at = find_verb(all, "check");
    if (!all->verbs[at].there) {
        all->verbs[at].skipped++;
        all->skipped++;
        return;
    }
    peers_run run;
    peers_run_program(&run, (const char *const[]){all->winset, "check", path, NULL}, 30);
    all->compared++;
    all->failed += run.exit != 0;
    if (run.exit == 0)
        printf("ok   check %s\n", name);
    else
        printf("FAIL check %s: exit %d\n%.2000s\n", name, run.exit, run.err ? run.err : "");
    peers_free_run(&run);
}

static void do_case(totals *all, const char *root, const char *name)
{
    char *file = peers_path(root, "cases/%s.expected.json", name);
    json_error_t error;
    json_t *expected = json_load_file(file, 0, &error);
    if (!expected) {
        printf("FAIL %s: %s\n", file, error.text);
        all->failed++;
        free(file);
        return;
    }
    char *path = peers_path(root, "cases/%s", json_string_value(json_object_get(expected, "case")));
    double tolerance = json_number_value(json_object_get(expected, "tolerance"));
    check_case(all, name, path);
    size_t at;
    json_t *run;
    json_array_foreach(json_object_get(expected, "runs"), at, run) do_run(all, name, path, run, tolerance);
    json_decref(expected);
    free(path);
    free(file);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t list_cases(const char *root, char **names)
{
    char *path = peers_path(root, "cases");
    DIR *folder = opendir(path);
    size_t count = 0;
    static const char end[] = ".expected.json";
    for (struct dirent *entry; folder && (entry = readdir(folder)) && count < MOST_CASES;) {
        size_t length = strlen(entry->d_name);
        if (length > strlen(end) && strcmp(entry->d_name + length - strlen(end), end) == 0)
            names[count++] = strndup(entry->d_name, length - strlen(end));
    }
    if (folder)
        closedir(folder);
    free(path);
    qsort(names, count, sizeof *names, compare_names);
    return count;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    const char *only_case = NULL;
    totals all = {.winset = argv[1]};
    for (int i = 3; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--case") == 0)
            only_case = argv[i + 1];
        else if (strcmp(argv[i], "--verb") == 0)
            all.only_verb = argv[i + 1];
        else
            return 2;
    }
    char *names[MOST_CASES];
    size_t count = list_cases(argv[2], names);
    for (size_t i = 0; i < count; i++) {
        if (!only_case || strcmp(only_case, names[i]) == 0)
            do_case(&all, argv[2], names[i]);
        free(names[i]);
    }
    printf("%zu runs agree, %zu do not, %zu skipped", all.compared - all.failed, all.failed, all.skipped);
    for (size_t i = 0; i < all.verb_count; i++)
        if (all.verbs[i].skipped)
            printf("; no verb %s (%zu)", all.verbs[i].name, all.verbs[i].skipped);
    putchar('\n');
    return all.failed ? 1 : all.compared ? 0 : PEERS_SKIPPED;
}
