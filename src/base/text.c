/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The growing string and decimals of text.h. */
#include "base/text.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 256, LONGEST_NUMBER = 1024 };

void ws__free_text(ws_text *text)
{
    free(text->bytes);
    *text = (ws_text){0};
}

/* Room for `more` bytes and a NUL; NULL where there is none. */
static char *reserve(ws_text *text, size_t more)
{
    if (text->failed)
        return NULL;
    if (more >= SIZE_MAX / 2 - text->length) {
        text->failed = true;
        return NULL;
    }
    size_t needed = text->length + more + 1;
    if (needed > text->room) {
        size_t room = text->room ? 2 * text->room : FIRST_ROOM;
        room = room < needed ? needed : room;
        char *grown = realloc(text->bytes, room);
        if (!grown) {
            text->failed = true;
            return NULL;
        }
        text->bytes = grown;
        text->room = room;
    }
    return text->bytes + text->length;
}

void ws__add_bytes(ws_text *text, const char *bytes, size_t length)
{
    char *at = reserve(text, length);
    if (!at)
        return;
    if (length)
        memcpy(at, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void ws__add_text(ws_text *text, const char *more)
{
    ws__add_bytes(text, more, strlen(more));
}

void ws__add_repeated(ws_text *text, const char *piece, size_t times)
{
    size_t length = strlen(piece);
    for (size_t i = 0; i < times; i++)
        ws__add_bytes(text, piece, length);
}

void ws__add_format_list(ws_text *text, const char *format, va_list values)
{
    va_list again;
    va_copy(again, values);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *at = length < 0 ? NULL : reserve(text, (size_t)length);
    if (!at) {
        text->failed = true;
        return;
    }
    vsnprintf(at, (size_t)length + 1, format, values);
    text->length += (size_t)length;
}

void ws__add_format(ws_text *text, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    ws__add_format_list(text, format, values);
    va_end(values);
}

char *ws__take_text(ws_text *text)
{
    char *taken = NULL;
    if (reserve(text, 0)) {
        text->bytes[text->length] = '\0';
        taken = text->bytes;
        text->bytes = NULL;
    }
    ws__free_text(text);
    return taken;
}

/* ---- Numbers ---- */

/* strtod of a NUL-terminated decimal with '.', whatever the locale: its decimal point is put in first. */
static double read_decimal(char *text)
{
    const char *point = localeconv()->decimal_point;
    char *dot = strchr(text, '.');
    if (dot && point[0] != '\0' && point[1] == '\0')
        *dot = point[0];
    return strtod(text, NULL);
}

size_t ws__format_number(char out[WS_NUMBER_ROOM], double value)
{
    if (!isfinite(value)) {
        int length = snprintf(out, WS_NUMBER_ROOM, "%s", isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return (size_t)length;
    }
    const char *point = localeconv()->decimal_point;
    int length = 0;
    /* Fifteen digits hold every shorter decimal, but for numbers near the least, which have fewer. */
    for (int digits = fabs(value) < 1e-290 ? 1 : 15; digits <= 17; digits++) {
        length = snprintf(out, WS_NUMBER_ROOM, "%.*g", digits, value);
        if (strtod(out, NULL) == value)
            break;
    }
    char *comma = point[0] != '.' && point[0] != '\0' ? strchr(out, point[0]) : NULL;
    if (comma)
        *comma = '.';
    return (size_t)length;
}

bool ws__read_number(double *out, const char *text, size_t length)
{
    size_t at = 0, digits = 0, decimals = 0;
    uint64_t whole = 0; /* all digits; wraps where there are too many, but then it is not used */
    if (at < length && (text[at] == '-' || text[at] == '+'))
        at++;
    for (; at < length && text[at] >= '0' && text[at] <= '9'; at++, digits++)
        whole = whole * 10 + (uint64_t)(text[at] - '0');
    if (at < length && text[at] == '.')
        for (at++; at < length && text[at] >= '0' && text[at] <= '9'; at++, digits++, decimals++)
            whole = whole * 10 + (uint64_t)(text[at] - '0');
    if (digits == 0)
        return false;
    if (at == length && digits <= 15) { /* both exact, so that their quotient is the nearest number */
        static const double tens[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
        double size = (double)whole / tens[decimals];
        *out = text[0] == '-' ? -size : size;
        return true;
    }
    if (at < length && (text[at] == 'e' || text[at] == 'E')) {
        at++;
        if (at < length && (text[at] == '-' || text[at] == '+'))
            at++;
        size_t from = at;
        while (at < length && text[at] >= '0' && text[at] <= '9')
            at++;
        if (at == from)
            return false;
    }
    if (at != length || length >= LONGEST_NUMBER)
        return false;
    char copy[LONGEST_NUMBER];
    memcpy(copy, text, length);
    copy[length] = '\0';
    double value = read_decimal(copy);
    if (!isfinite(value))
        return false;
    *out = value;
    return true;
}
