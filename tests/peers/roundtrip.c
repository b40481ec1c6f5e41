/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every reference case, written and read again: the same bytes when written once more, the same names and
 * numbers. And the means of the reference table of distributions.
 *
 *   roundtrip WINSET SOURCE_ROOT */
#include "peers.h"

#include "case/model.h"
#include "format/yaml.h"
#include "winset/format.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void tell_problems(const ws_diag *diag)
{
    for (size_t i = 0; i < ws_count_problems(diag); i++)
        printf("     %s\n", ws_get_problem(diag, i)->message);
}

static bool same_case(const ws_case *a, const ws_case *b)
{
    const ws_shape *s = a->shape, *t = b->shape;
    if (s->slot_count != t->slot_count || s->issue_count != t->issue_count ||
        s->party_count != t->party_count || s->class_count != t->class_count ||
        s->constraint_count != t->constraint_count || s->event_count != t->event_count ||
        s->distribution_count != t->distribution_count || s->unanimous != t->unanimous)
        return false;
    for (size_t i = 0; i < s->slot_count; i++)
        if (a->numbers[i] != b->numbers[i])
            return false;
    for (size_t i = 0; i < s->issue_count; i++)
        if (strcmp(s->issues[i].name, t->issues[i].name) != 0 ||
            s->issues[i].level_count != t->issues[i].level_count)
            return false;
    return true;
}

/* Writes a case, reads that beside the original (it may name data files), writes again. */
static bool goes_round(const char *path, const char *folder)
{
    ws_diag *diag = ws_new_diag();
    ws_case *first = NULL, *second = NULL;
    char *once = NULL, *twice = NULL;
    bool good =
        ws_read_case(&first, path, NULL, diag) == WS_OK && ws_write_case(&once, first, "case", diag) == WS_OK;
    if (good) {
        /* The same text as a document whose data files are looked for in the same folder. */
        ws_doc *doc = ws__new_doc("again", folder);
        good = ws__read_yaml(doc, once, strlen(once), diag) == WS_OK &&
               ws__build_case(&second, doc, diag) == WS_OK &&
               ws_write_case(&twice, second, "case", diag) == WS_OK;
        ws__release_doc(doc);
    }
    if (good && strcmp(once, twice) != 0)
        printf("     written twice, it differs\n");
    if (good && !same_case(first, second))
        printf("     read again, it is another case\n");
    good = good && strcmp(once, twice) == 0 && same_case(first, second);
    printf("%s %s\n", good ? "ok  " : "FAIL", path);
    tell_problems(diag);
    ws_free_case(first);
    ws_free_case(second);
    free(once);
    free(twice);
    ws_free_diag(diag);
    return good;
}

static size_t check_cases(const char *folder, size_t *failed)
{
    DIR *files = opendir(folder);
    size_t count = 0;
    for (struct dirent *entry; files && (entry = readdir(files));) {
        const char *dot = strrchr(entry->d_name, '.');
        if (!dot || strstr(entry->d_name, ".expected.") ||
            (strcmp(dot, ".yaml") != 0 && strcmp(dot, ".json") != 0))
            continue;
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        count++;
        *failed += !goes_round(path, folder);
    }
    if (files)
        closedir(files);
    return count;
}

/* A case whose one reservation value is the distribution. */
static bool mean_is_right(const json_t *row, double tolerance)
{
    char *spec = json_dumps(json_object_get(row, "spec"), JSON_COMPACT);
    const json_t *within = json_object_get(row, "within");
    char *ends = json_is_array(within) ? json_dumps(within, JSON_COMPACT) : NULL, text[2000];
    spec[strlen(spec) - 1] = '\0'; /* its closing brace */
    snprintf(text, sizeof text,
             "{\"winset\": 1, \"issues\": {\"a\": [\"x\"]}, \"parties\": {\"p\": {\"points\": {}, "
             "\"reservation\": "
             "%s%s%s}}, \"q\": {\"points\": {}}}}",
             spec, ends ? ", \"within\": " : "", ends ? ends : "");
    ws_diag *diag = ws_new_diag();
    ws_case *c = NULL;
    double want = json_number_value(json_object_get(row, "mean")), got = (double)NAN;
    if (ws_read_case_text(&c, text, strlen(text), "table", diag) == WS_OK)
        got = ws__number(c, c->shape->parties[0].reservation.number, got);
    bool good = fabs(got - want) <= tolerance * fmax(1, fabs(want));
    printf("%s %s} within %s: mean %.15g, expected %.15g\n", good ? "ok  " : "FAIL", spec, ends ? ends : "-",
           got, want);
    tell_problems(diag);
    ws_free_case(c);
    ws_free_diag(diag);
    free(spec);
    free(ends);
    return good;
}

int main(int argc, char **argv)
{
    char *folder = argc > 2 ? peers_path(argv[2], "cases") : NULL;
    char *file = argc > 2 ? peers_path(argv[2], "tables/distributions.json") : NULL;
    if (!folder || !file || !peers_exists(folder) || !peers_exists(file)) {
        free(folder);
        free(file);
        return PEERS_SKIPPED;
    }
    size_t failed = 0, count = check_cases(folder, &failed), at;
    json_t *table = json_load_file(file, 0, NULL), *row;
    double tolerance = json_number_value(json_object_get(table, "tolerance"));
    json_array_foreach(json_object_get(table, "distributions"), at, row)
    {
        count++;
        failed += !mean_is_right(row, tolerance);
    }
    json_decref(table);
    free(folder);
    free(file);
    printf("%zu checked, %zu not as they must be\n", count, failed);
    return failed || !count ? 1 : 0;
}
