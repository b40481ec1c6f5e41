/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running the program and comparing JSON by the rules of the reference folder: every expected key must be
 * there and agree, there may be more; numbers agree within a tolerance, an index may be a number or its
 * decimal string. */
#include "peers.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_TOLD = 12, PATH_ROOM = 400 };

bool peers_exists(const char *path)
{
    struct stat facts;
    return path && stat(path, &facts) == 0;
}

char *peers_path(const char *source_root, const char *format, ...)
{
    char tail[PATH_ROOM], *path = NULL;
    va_list values;
    va_start(values, format);
    vsnprintf(tail, sizeof tail, format, values);
    va_end(values);
    const char *shared = getenv("WINSET_SHARED");
    int length = shared && *shared ? asprintf(&path, "%s/%s", shared, tail)
                                   : asprintf(&path, "%s/../shared/%s", source_root, tail);
    return length < 0 ? NULL : path;
}

/* ---- Running ---- */

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

typedef struct capture {
    int pipe[2];
    char *bytes;
    size_t length, room;
    bool open;
} capture;

static void take(capture *c)
{
    if (c->room - c->length < 65536) {
        c->room = 2 * c->room + 131072;
        c->bytes = realloc(c->bytes, c->room);
        if (!c->bytes)
            abort();
    }
    ssize_t got = read(c->pipe[0], c->bytes + c->length, c->room - c->length - 1);
    if (got > 0)
        c->length += (size_t)got;
    else if (got == 0 || errno != EINTR)
        c->open = false;
    c->bytes[c->length] = '\0';
}

static void start_child(const char *const *arguments, capture *streams)
{
    int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, 0);
    dup2(streams[0].pipe[1], 1);
    dup2(streams[1].pipe[1], 2);
    for (size_t i = 0; i < 2; i++) {
        close(streams[i].pipe[0]);
        close(streams[i].pipe[1]);
    }
    char *copies[64];
    size_t count = 0;
    for (; arguments[count] && count < 63; count++)
        copies[count] = strdup(arguments[count]);
    copies[count] = NULL;
    execv(copies[0], copies);
    _exit(127);
}

void peers_run_program(peers_run *run, const char *const *arguments, double seconds)
{
    capture streams[2] = {{.open = true}, {.open = true}};
    double start = now();
    if (pipe(streams[0].pipe) || pipe(streams[1].pipe))
        abort();
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        start_child(arguments, streams);
    close(streams[0].pipe[1]);
    close(streams[1].pipe[1]);
    bool killed = false;
    while (streams[0].open || streams[1].open) {
        struct pollfd wait[2];
        for (size_t i = 0; i < 2; i++)
            wait[i] = (struct pollfd){streams[i].open ? streams[i].pipe[0] : -1, POLLIN, 0};
        poll(wait, 2, 100);
        for (size_t i = 0; i < 2; i++)
            if (wait[i].revents)
                take(&streams[i]);
        if (!killed && now() - start > seconds) {
            kill(child, SIGKILL);
            killed = true;
        }
    }
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    for (size_t i = 0; i < 2; i++)
        close(streams[i].pipe[0]);
    *run = (peers_run){!killed && WIFEXITED(status) ? WEXITSTATUS(status) : -1, streams[0].bytes,
                       streams[1].bytes, now() - start};
}

void peers_free_run(peers_run *run)
{
    free(run->out);
    free(run->err);
}

bool peers_has_verb(const char *winset, const char *verb)
{
    peers_run run;
    peers_run_program(&run, (const char *const[]){winset, verb, "--help", NULL}, 10);
    bool has = run.exit == 0;
    peers_free_run(&run);
    return has;
}

json_t *peers_ask(peers_comparison *comparison, const char *const *arguments)
{
    peers_run run;
    peers_run_program(&run, arguments, 300);
    json_error_t error;
    json_t *got = NULL;
    if (run.exit != 0)
        peers_differ(comparison, "exit", "%d; expected 0: %.300s", run.exit, run.err ? run.err : "");
    else if (!(got = json_loads(run.out ? run.out : "", 0, &error)))
        peers_differ(comparison, "output", "no JSON: %s", error.text);
    peers_free_run(&run);
    return got;
}

json_t *peers_analyze(peers_comparison *comparison, const char *winset, const char *path,
                      const char *const *more)
{
    const char *arguments[64] = {winset, "analyze", path, "--json"};
    for (size_t i = 0; more && more[i] && i < 59; i++)
        arguments[4 + i] = more[i];
    return peers_ask(comparison, arguments);
}

json_t *peers_analyze_value(peers_comparison *comparison, const char *winset, const json_t *value,
                            const char *const *more)
{
    char path[] = "/tmp/winset-peers-XXXXXX.json";
    int file = mkstemps(path, 5);
    if (file < 0 || json_dumpfd(value, file, JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17)) != 0)
        abort();
    close(file);
    json_t *got = peers_analyze(comparison, winset, path, more);
    unlink(path);
    return got;
}

/* ---- Comparing ---- */

void peers_differ(peers_comparison *comparison, const char *path, const char *format, ...)
{
    if (comparison->differences++ >= MOST_TOLD)
        return;
    printf("  %s: %s: ", comparison->what, path);
    va_list values;
    va_start(values, format);
    vprintf(format, values);
    va_end(values);
    putchar('\n');
}

static const char *show(const json_t *value, char out[80])
{
    char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    snprintf(out, 80, "%s", text ? text : "nothing");
    free(text);
    return out;
}

static bool is_relative(const peers_comparison *comparison, const char *path)
{
    size_t at;
    json_t *prefix;
    json_array_foreach(comparison->relative, at, prefix)
    {
        const char *text = json_string_value(prefix);
        size_t length = strlen(text);
        if (strncmp(path, text, length) == 0 && (!path[length] || strchr(".[", path[length])))
            return true;
    }
    return false;
}

static void compare_numbers(peers_comparison *comparison, const json_t *want, const json_t *got,
                            const char *path)
{
    double w = json_number_value(want), g = json_number_value(got);
    double scale = is_relative(comparison, path) ? fabs(w) : fmax(1, fabs(w));
    if (!(fabs(g - w) <= comparison->tolerance * scale))
        peers_differ(comparison, path, "%.17g; expected %.17g (difference %.3g)", g, w, g - w);
}

void peers_compare_number(peers_comparison *comparison, double want, double got, const char *path)
{
    if (!(fabs(got - want) <= comparison->tolerance * fmax(1, fabs(want))))
        peers_differ(comparison, path, "%.17g; expected %.17g (difference %.3g)", got, want, got - want);
}

static void compare_offers(peers_comparison *comparison, const json_t *want, const json_t *got,
                           const char *path)
{
    size_t i, j;
    json_t *w, *g;
    json_array_foreach(want, i, w)
    {
        char at[PATH_ROOM];
        snprintf(at, sizeof at, "%.360s[%zu]", path, i);
        const json_t *index = json_object_get(json_object_get(w, "outcome"), "index"), *found = NULL;
        json_array_foreach(got, j, g)
        {
            if (json_equal(index, json_object_get(json_object_get(g, "outcome"), "index")))
                found = g;
        }
        if (found)
            peers_compare(comparison, w, found, at);
        else
            peers_differ(comparison, at, "no offer of this outcome");
    }
}

static void compare_lists(peers_comparison *comparison, const json_t *want, const json_t *got,
                          const char *path)
{
    if (json_array_size(want) != json_array_size(got)) {
        peers_differ(comparison, path, "%zu entries; expected %zu", json_array_size(got),
                     json_array_size(want));
        return;
    }
    size_t i;
    json_t *w;
    json_array_foreach(want, i, w)
    {
        char at[PATH_ROOM];
        snprintf(at, sizeof at, "%.360s[%zu]", path, i);
        peers_compare(comparison, w, json_array_get(got, i), at);
    }
}

static void compare_maps(peers_comparison *comparison, const json_t *want, const json_t *got,
                         const char *path)
{
    const char *key;
    json_t *w;
    json_object_foreach((json_t *)(size_t)want, key, w)
    {
        char at[PATH_ROOM];
        snprintf(at, sizeof at, "%.300s%s%.90s", path, *path ? "." : "", key);
        const json_t *g = json_object_get(got, key);
        if (!g)
            peers_differ(comparison, at, "not in the result");
        else if (strcmp(key, "next_offer") == 0 && json_is_array(w) && json_is_array(g))
            compare_offers(comparison, w, g, at);
        else
            peers_compare(comparison, w, g, at);
    }
}

/* A count or index above 2^53 may be a number or its decimal string. */
static bool same_decimal(const json_t *a, const json_t *b)
{
    if (json_is_string(b)) {
        const json_t *swap = a;
        a = b;
        b = swap;
    }
    char text[32];
    if (!json_is_string(a) || !json_is_integer(b))
        return false;
    snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(b));
    return strcmp(text, json_string_value(a)) == 0;
}

void peers_compare(peers_comparison *comparison, const json_t *want, const json_t *got, const char *path)
{
    char g[80], w[80];
    if (json_is_object(want) && json_is_object(got))
        compare_maps(comparison, want, got, path);
    else if (json_is_array(want) && json_is_array(got))
        compare_lists(comparison, want, got, path);
    else if (json_is_number(want) && json_is_number(got))
        compare_numbers(comparison, want, got, path);
    else if (!json_equal(want, got) && !same_decimal(want, got))
        peers_differ(comparison, path, "%s; expected %s", show(got, g), show(want, w));
}
