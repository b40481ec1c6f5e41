/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Broken files: what the program must say of each. A diagnostic that is expected must be matched by one of
 * its own: at its line or within its lines, at its column, of its file, with its words.
 *
 *   bad WINSET SOURCE_ROOT [PREFIX]       (PREFIX of the file's name: "genius/", "alias") */
#include "peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_MESSAGES = 400, MOST_EXPECTED = 64 };

typedef struct message {
    char *text;         /* the line and those that belong to it */
    size_t file_length; /* of the file's name at its start; 0: none */
    long long line, column;
} message;

typedef struct messages {
    size_t count;
    message list[MOST_MESSAGES];
} messages;

/* FILE:LINE:COL: error: ... and the like; false: it is no such line. */
static bool read_head(message *out, const char *line)
{
    const char *at = strstr(line, " error: ");
    const char *colon = at && at > line && at[-1] == ':' ? at - 1 : NULL;
    if (!colon || memchr(line, '\n', (size_t)(at - line)))
        return false;
    *out = (message){0};
    char *head = strndup(line, (size_t)(colon - line)), *second = strrchr(head, ':'), *first = NULL;
    if (second) {
        *second = 0;
        first = strrchr(head, ':');
    }
    if (first && strspn(first + 1, "0123456789") == strlen(first + 1)) {
        out->line = atoll(first + 1);
        out->column = atoll(second + 1);
        out->file_length = (size_t)(first - head);
    } else if (strncmp(line, "winset:", 7) != 0)
        out->file_length = (size_t)(colon - line);
    free(head);
    return true;
}

static void read_messages(messages *out, char *text)
{
    message *open = NULL;
    char *start = text;
    for (char *line = text; line && *line;) {
        char *end = strchr(line, '\n');
        message head;
        bool other = strstr(line, ": warning: ") && (!end || strstr(line, ": warning: ") < end);
        bool error = read_head(&head, line);
        if ((error || other) && open) {
            open->text = strndup(start, (size_t)(line - start));
            open = NULL;
        }
        if (error && out->count < MOST_MESSAGES) {
            open = &out->list[out->count++];
            *open = head;
            start = line;
        }
        line = end ? end + 1 : NULL;
    }
    if (open)
        open->text = strdup(start);
}

static bool has_word(const char *text, const json_t *word)
{
    const char *value = json_string_value(word);
    return value && strcasestr(text, value);
}

static bool has_words(const char *text, const json_t *words)
{
    size_t i, j;
    json_t *word, *one;
    json_array_foreach(words, i, word)
    {
        bool found = has_word(text, word);
        if (json_is_array(word))
            json_array_foreach(word, j, one)
            {
                found = found || has_word(text, one);
            }
        if (!found)
            return false;
    }
    return true;
}

static bool matches(const message *m, const json_t *expected)
{
    const json_t *line = json_object_get(expected, "line"), *lines = json_object_get(expected, "lines");
    const json_t *column = json_object_get(expected, "column"), *in = json_object_get(expected, "in");
    if (line && m->line != json_integer_value(line))
        return false;
    if (lines && (m->line < json_integer_value(json_array_get(lines, 0)) ||
                  m->line > json_integer_value(json_array_get(lines, 1))))
        return false;
    if (column && m->column != json_integer_value(column))
        return false;
    if (in) {
        size_t length = strlen(json_string_value(in));
        if (m->file_length < length ||
            strncmp(m->text + m->file_length - length, json_string_value(in), length) != 0)
            return false;
    }
    return has_words(m->text, json_object_get(expected, "words"));
}

/* A different message for each expected one: the usual augmenting paths. */
static bool assign(const messages *got, const json_t *expected, size_t at, bool *seen, int *owner)
{
    for (size_t i = 0; i < got->count; i++) {
        if (seen[i] || !matches(&got->list[i], json_array_get(expected, at)))
            continue;
        seen[i] = true;
        if (owner[i] < 0 || assign(got, expected, (size_t)owner[i], seen, owner)) {
            owner[i] = (int)at;
            return true;
        }
    }
    return false;
}

static bool is_exit_right(const json_t *expected, int exit)
{
    size_t i;
    json_t *one;
    if (json_is_integer(expected))
        return json_integer_value(expected) == exit;
    json_array_foreach(expected, i, one)
    {
        if (json_integer_value(one) == exit)
            return true;
    }
    return false;
}

static void compare_messages(peers_comparison *comparison, const json_t *entry, const peers_run *run)
{
    messages got = {0};
    int owner[MOST_MESSAGES];
    read_messages(&got, run->err);
    for (size_t i = 0; i < MOST_MESSAGES; i++)
        owner[i] = -1;
    const json_t *expected = json_object_get(entry, "diagnostics");
    size_t count = json_array_size(expected);
    for (size_t i = 0; i < count; i++) {
        bool seen[MOST_MESSAGES] = {false};
        if (!assign(&got, expected, i, seen, owner)) {
            char *text = json_dumps(json_array_get(expected, i), JSON_COMPACT);
            peers_differ(comparison, "no message matches", "%s", text);
            free(text);
        }
    }
    if (json_is_true(json_object_get(entry, "only")) && got.count != count)
        peers_differ(comparison, "messages", "%zu errors; expected %zu", got.count, count);
    for (size_t i = 0; i < got.count; i++)
        free(got.list[i].text);
}

static size_t do_entry(const char *winset, const char *root, const json_t *entry)
{
    const char *file = json_string_value(json_object_get(entry, "file"));
    const char *verb = json_string_value(json_object_get(entry, "verb"));
    const json_t *seconds = json_object_get(entry, "seconds"), *most = json_object_get(entry, "max_output");
    const char *secret = json_string_value(json_object_get(entry, "secret"));
    char *path = peers_path(root, "bad/%s", file);
    double limit = seconds ? json_number_value(seconds) : 10;
    size_t most_output = most ? (size_t)json_integer_value(most) : 20000;
    peers_comparison comparison = {.what = file};
    peers_run run;
    peers_run_program(&run, (const char *const[]){winset, verb ? verb : "check", path, NULL}, limit);
    const char *out = run.out ? run.out : "", *err = run.err ? run.err : "";
    if (!is_exit_right(json_object_get(entry, "exit"), run.exit))
        peers_differ(&comparison, "exit", run.exit < 0 ? "a crash or more than %.0f s" : "%.0f",
                     run.exit < 0 ? limit : (double)run.exit);
    if (strlen(out) + strlen(err) > most_output)
        peers_differ(&comparison, "output", "%zu bytes; at most %zu", strlen(out) + strlen(err), most_output);
    if (secret && (strstr(out, secret) || strstr(err, secret)))
        peers_differ(&comparison, "output", "it tells the secret");
    if (run.err)
        compare_messages(&comparison, entry, &run);
    printf("%s %s (%s)\n", comparison.differences ? "FAIL" : "ok  ", file,
           json_string_value(json_object_get(entry, "why")));
    if (comparison.differences)
        printf("%.3000s\n", err);
    peers_free_run(&run);
    free(path);
    return comparison.differences > 0;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    char *path = peers_path(argv[2], "bad/index.json");
    bool check = peers_has_verb(argv[1], "check"), analyze = peers_has_verb(argv[1], "analyze");
    if (!peers_exists(path) || (!check && !analyze)) {
        puts("skipped: no broken files, or no verb check or analyze");
        free(path);
        return PEERS_SKIPPED;
    }
    json_error_t error;
    json_t *index = json_load_file(path, 0, &error), *entry;
    size_t i, failed = 0, done = 0, skipped = 0;
    json_array_foreach(index, i, entry)
    {
        const char *file = json_string_value(json_object_get(entry, "file"));
        if (argc > 3 && strncmp(file, argv[3], strlen(argv[3])) != 0)
            continue;
        if (json_object_get(entry, "verb") ? !analyze : !check) {
            skipped++;
            continue;
        }
        failed += do_entry(argv[1], argv[2], entry);
        done++;
    }
    printf("%zu files, %zu not as they must be, %zu skipped\n", done, failed, skipped);
    json_decref(index);
    free(path);
    return failed ? 1 : done ? 0 : PEERS_SKIPPED;
}
