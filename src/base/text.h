/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text: a buffer that grows, characters and their width on a terminal, numbers as decimals, the name that was
 * probably meant. All text is UTF-8; what is not UTF-8 is taken byte by byte, so that nothing here reads
 * outside its bounds. */
#ifndef WINSET_BASE_TEXT_H
#define WINSET_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing string. `bytes` is NUL-terminated where not NULL. Once memory is out `failed` stays true and what
 * is added is dropped: check once, at the end. */
typedef struct ws_text {
    char *bytes;
    size_t length, room;
    bool failed;
} ws_text;

void ws__free_text(ws_text *text);
void ws__add_bytes(ws_text *text, const char *bytes, size_t length);
void ws__add_text(ws_text *text, const char *more);
void ws__add_repeated(ws_text *text, const char *piece, size_t times);
void ws__add_format(ws_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ws__add_format_list(ws_text *text, const char *format, va_list values)
    __attribute__((format(printf, 2, 0)));
/* What was built ("" where nothing was), to free(); NULL where memory ran out. The buffer is empty again. */
char *ws__take_text(ws_text *text);
/* A buffer for the length of a block. */
#define WS_TEXT(name) __attribute__((cleanup(ws__free_text))) ws_text name = {0}

/* ---- Characters ---- */

/* Length in bytes of the character at `text` (length > 0), its code in *code. A byte that begins no valid
 * character counts as one character of 0xFFFD. */
size_t ws__next_character(uint32_t *code, const char *text, size_t length);
/* True where the bytes are valid UTF-8 (no overlong forms, no surrogates); else *bad is the first bad byte.
 */
bool ws__check_utf8(size_t *bad, const char *text, size_t length);
/* Columns on a terminal: wide (CJK, emoji) 2, combining 0, control 0, other 1. */
size_t ws__character_width(uint32_t code);
size_t ws__bytes_width(const char *text, size_t length);
size_t ws__text_width(const char *text);
/* The width of the widest word of a text. */
size_t ws__widest_word(const char *text);
/* Bytes of the longest piece of `text` from its start that is at most `columns` wide. */
size_t ws__fit_width(const char *text, size_t length, size_t columns);

/* ---- Numbers ---- */

enum { WS_NUMBER_ROOM = 32 };
/* The shortest decimal that reads back as the same double: "0.1", "1e+21", "-2"; "nan", "inf", "-inf".
 * Locales change nothing. Returns its length. */
size_t ws__format_number(char out[WS_NUMBER_ROOM], double value);
/* Reads a finite decimal number, all of `length` bytes: -1, 2.5, .5, 1e-3. False: it is none, or is too large
 * for a double. Locales change nothing. */
bool ws__read_number(double *out, const char *text, size_t length);

/* ---- Names ---- */

/* The valid name nearest to `name` by Damerau-Levenshtein distance (case differences count little), or NULL
 * where none is near enough to be meant. */
const char *ws__nearest_name(const char *name, size_t count, const char *const *names);
/* Their distance: insertions, deletions, changes and swaps of neighbours. Names of more than 63 bytes are cut
 * there. */
size_t ws__name_distance(const char *a, const char *b);

#endif
