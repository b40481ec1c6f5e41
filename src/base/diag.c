/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Problems, collected: each with its place, its words and the piece of the source it is about. Texts live in
 * one arena; a collection stops growing at a bound, so that a hostile file cannot fill the memory. */
#include "base/diag.h"

#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PROBLEMS = 10000, EXCERPT_BEFORE = 60, EXCERPT_LENGTH = 100 };

struct ws_diag {
    ws_arena arena;
    ws_problem *problems;
    size_t count, room, errors;
    ws_status first;
};

const char *ws_status_text(ws_status status)
{
    switch (status) {
#define STATUS_TEXT(name, exit, text)                                                                        \
    case WS_##name:                                                                                          \
        return text;
        WS_STATUSES(STATUS_TEXT)
#undef STATUS_TEXT
    }
    return "an unknown status";
}

const char *ws_version(void)
{
    return WINSET_VERSION;
}

ws_diag *ws_new_diag(void)
{
    ws_diag *diag = calloc(1, sizeof *diag);
    if (diag)
        ws__init_arena(&diag->arena);
    return diag;
}

void ws_free_diag(ws_diag *diag)
{
    if (!diag)
        return;
    ws__free_arena(&diag->arena);
    free(diag->problems);
    free(diag);
}

size_t ws_count_problems(const ws_diag *diag)
{
    return diag ? diag->count : 0;
}

const ws_problem *ws_get_problem(const ws_diag *diag, size_t at)
{
    return &diag->problems[at];
}

size_t ws_count_errors(const ws_diag *diag)
{
    return diag ? diag->errors : 0;
}

ws_status ws_diag_status(const ws_diag *diag)
{
    return diag ? diag->first : WS_OK;
}

static void add_problem(ws_diag *diag, ws_severity severity, ws_status status, ws_place place,
                        const char *format, va_list values) WS_PRINTF(5, 0);
static void add_problem(ws_diag *diag, ws_severity severity, ws_status status, ws_place place,
                        const char *format, va_list values)
{
    if (severity == WS_ERROR) {
        if (diag->errors++ == 0)
            diag->first = status;
    }
    if (diag->count >= MOST_PROBLEMS)
        return;
    if (diag->count == diag->room) {
        size_t room = diag->room ? 2 * diag->room : 16;
        ws_problem *grown = realloc(diag->problems, room * sizeof *grown);
        if (!grown)
            return;
        diag->problems = grown;
        diag->room = room;
    }
    va_list again;
    va_copy(again, values);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *message = length < 0 ? NULL : ws__alloc(&diag->arena, (size_t)length + 1);
    if (!message)
        return;
    vsnprintf(message, (size_t)length + 1, format, values);
    if (place.file)
        place.file = ws__copy_text(&diag->arena, place.file);
    diag->problems[diag->count++] =
        (ws_problem){.severity = severity, .status = status, .place = place, .message = message};
}

ws_status ws_fail_at(ws_diag *diag, ws_status status, ws_place place, const char *format, ...)
{
    if (diag) {
        va_list values;
        va_start(values, format);
        add_problem(diag, WS_ERROR, status, place, format, values);
        va_end(values);
    }
    return status;
}

ws_status ws_fail(ws_diag *diag, ws_status status, const char *format, ...)
{
    if (diag) {
        va_list values;
        va_start(values, format);
        add_problem(diag, WS_ERROR, status, (ws_place){0}, format, values);
        va_end(values);
    }
    return status;
}

void ws_warn_at(ws_diag *diag, ws_place place, const char *format, ...)
{
    if (!diag)
        return;
    va_list values;
    va_start(values, format);
    add_problem(diag, WS_WARNING, WS_OK, place, format, values);
    va_end(values);
}

static bool starts_character(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

/* The piece of one line around a column; control bytes become blanks, so that the caret stands right. */
static void cut_excerpt(ws_arena *arena, ws_problem *problem, const char *line, size_t length)
{
    size_t at = 0;
    for (uint32_t column = 1; column < problem->place.column && at < length; column++)
        do
            at++;
        while (at < length && !starts_character(line[at]));
    size_t from = at, before = 0;
    while (from > 0 && before < EXCERPT_BEFORE) {
        do
            from--;
        while (from > 0 && !starts_character(line[from]));
        before++;
    }
    size_t to = from;
    for (size_t seen = 0; to < length && seen < EXCERPT_LENGTH; seen++)
        do
            to++;
        while (to < length && !starts_character(line[to]));
    char *excerpt = ws__copy_bytes(arena, line + from, to - from);
    if (!excerpt)
        return;
    for (char *c = excerpt; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = ' ';
    problem->excerpt = excerpt;
    problem->caret = (uint32_t)before + 1;
}

void ws__excerpt_problems(ws_diag *diag, const char *file, const char *text, size_t length)
{
    if (!diag || !file)
        return;
    uint32_t line = 1; /* problems mostly come in the order of lines: remember where the last one was */
    size_t start = 0;
    for (size_t i = 0; i < diag->count; i++) {
        ws_problem *problem = &diag->problems[i];
        if (problem->excerpt || !problem->place.line || !problem->place.file ||
            strcmp(problem->place.file, file) != 0)
            continue;
        if (problem->place.line < line) {
            line = 1;
            start = 0;
        }
        while (line < problem->place.line) {
            const char *end = start < length ? memchr(text + start, '\n', length - start) : NULL;
            if (!end)
                break;
            start = (size_t)(end - text) + 1;
            line++;
        }
        if (line != problem->place.line || start >= length)
            continue;
        const char *end = memchr(text + start, '\n', length - start);
        cut_excerpt(&diag->arena, problem, text + start,
                    end ? (size_t)(end - (text + start)) : length - start);
    }
}
