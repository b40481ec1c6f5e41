/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Published and independently computed values, in a folder beside the sources: WINSET_SHARED, or ../shared
 * seen from the source folder. Where it is not there, a test that asks for a table is skipped. */
#ifndef WINSET_TESTS_MONITOR_TABLES_H
#define WINSET_TESTS_MONITOR_TABLES_H

#include "winset/monitor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <math.h>

static inline const char *shared_path(char *room, size_t size, const char *name)
{
    const char *folder = getenv("WINSET_SHARED");
    snprintf(room, size, "%s/%s", folder ? folder : "../shared", name);
    FILE *file = fopen(room, "rb");
    if (!file)
        skip();
    fclose(file);
    return room;
}

static inline json_t *load_table(const char *name)
{
    char room[512];
    json_error_t error;
    json_t *table = json_load_file(shared_path(room, sizeof room, name), 0, &error);
    assert_non_null(table);
    return table;
}

/* The item at a path such as "series/nile/pettitt/at/0". */
static inline json_t *item(json_t *from, const char *path)
{
    char piece[64];
    while (from && *path) {
        size_t length = strcspn(path, "/");
        assert_true(length < sizeof piece);
        memcpy(piece, path, length);
        piece[length] = '\0';
        from = json_is_array(from) ? json_array_get(from, (size_t)strtoul(piece, NULL, 10))
                                   : json_object_get(from, piece);
        path += length + (path[length] == '/');
    }
    return from;
}

static inline double number(json_t *from, const char *path)
{
    json_t *found = item(from, path);
    if (!json_is_number(found))
        print_message("no number at %s\n", path);
    assert_true(json_is_number(found));
    return json_number_value(found);
}

/* Within `tolerance`, absolutely or of the expected value, whichever is wider. */
static inline void near(double got, double expected, double tolerance)
{
    double allowed = tolerance * (fabs(expected) > 1 ? fabs(expected) : 1);
    if (!(fabs(got - expected) <= allowed))
        print_message("got %.17g, expected %.17g\n", got, expected);
    assert_true(fabs(got - expected) <= allowed);
}

/* The values of a table of the shared folder, its dates as steps 0, 1, ... */
static inline size_t load_values(double *values, double *steps, size_t room, const char *name)
{
    char path[512];
    FILE *file = fopen(shared_path(path, sizeof path, name), "r");
    char line[256];
    size_t count = 0;
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file) && count < room) {
        char *comma = strchr(line, ',');
        assert_non_null(comma);
        steps[count] = (double)count;
        values[count++] = strtod(comma + 1, NULL);
    }
    fclose(file);
    return count;
}

#endif
