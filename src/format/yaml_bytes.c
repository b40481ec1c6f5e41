/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a text must be before it can be YAML: UTF-8 without control characters. libyaml lets some of these
 * pass and says of none where it stands, so they are looked for here.
 *
 * libyaml also refuses JSON's way to write characters above U+FFFF, two escapes \ud83d\ude00. Where a text is
 * JSON (nothing but its punctuation, words and numbers between double-quoted strings) such a pair is
 * rewritten as YAML's \U0001F600, two bytes shorter; the places behind it are moved back. */
#include "format/yaml.h"

#include <stdlib.h>
#include <string.h>

bool ws__is_control(uint32_t code)
{
    return (code < 0x20 && code != '\t' && code != '\n' && code != '\r') || code == 0x7F ||
           (code >= 0x80 && code < 0xA0 && code != 0x85) || code == 0xFEFF || code == 0xFFFE ||
           code == 0xFFFF;
}

void ws__free_yaml_text(ws_yaml_text *text)
{
    free(text->bytes);
    free(text->shifts);
    *text = (ws_yaml_text){0};
}

/* UTF-16 and UTF-32, by mark or by the NULs beside the first character. */
static const char *other_encoding(const char *text, size_t length)
{
    if (length >= 4 && (memcmp(text, "\xFF\xFE\0\0", 4) == 0 || memcmp(text, "\0\0\xFE\xFF", 4) == 0))
        return "UTF-32";
    if (length >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0))
        return "UTF-16";
    if (length >= 4 &&
        ((text[0] && !text[1] && text[2] && !text[3]) || (!text[0] && text[1] && !text[2] && text[3])))
        return "UTF-16";
    return NULL;
}

static ws_status fail_character(uint32_t code, unsigned char byte, ws_place place, ws_diag *diag)
{
    if (code == 0xFFFD)
        return ws_fail_at(diag, WS_INVALID, place,
                          "the byte 0x%02X is no UTF-8 text; expected a text file saved as UTF-8", byte);
    if (code == 0)
        return ws_fail_at(diag, WS_INVALID, place, "a NUL byte (0x00) stands in the text; take it out");
    return ws_fail_at(diag, WS_INVALID, place, "a control character (U+%04X) stands in the text; take it out",
                      (unsigned)code);
}

static ws_status check_characters(const char *text, size_t length, const char *file, ws_diag *diag)
{
    uint32_t line = 1, column = 1;
    for (size_t at = 0; at < length;) {
        unsigned char byte = (unsigned char)text[at];
        if (byte >= 0x20 && byte < 0x7F) {
            at++;
            column++;
            continue;
        }
        if (byte == '\n') {
            at++;
            line++;
            column = 1;
            continue;
        }
        uint32_t code;
        size_t size = ws__next_character(&code, text + at, length - at);
        if (ws__is_control(code) || (code == 0xFFFD && size == 1))
            return fail_character(code, byte, (ws_place){file, line, column}, diag);
        at += size;
        column++;
    }
    return WS_OK;
}

/* ---- JSON's surrogate pairs ---- */

/* The four hexadecimal digits of \uXXXX at `at`; UINT32_MAX: none. */
static uint32_t read_escape(const char *text, size_t length, size_t at)
{
    if (length - at < 6 || text[at] != '\\' || text[at + 1] != 'u')
        return UINT32_MAX;
    uint32_t value = 0;
    for (size_t i = at + 2; i < at + 6; i++) {
        char c = text[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 16;
        if (digit == 16)
            return UINT32_MAX;
        value = value << 4 | digit;
    }
    return value;
}

static bool is_high(uint32_t code)
{
    return code >= 0xD800 && code < 0xDC00;
}

static bool mentions_surrogates(const char *text, size_t length)
{
    for (const char *at = text, *end = text + length; (at = memchr(at, '\\', (size_t)(end - at))); at++)
        if (is_high(read_escape(text, length, (size_t)(at - text))))
            return true;
    return false;
}

typedef struct rewriter {
    ws_yaml_text *out;
    size_t room;
    uint32_t line, column;
} rewriter;

static bool add_shift(rewriter *r)
{
    if (r->out->shift_count == r->room) {
        size_t room = r->room ? 2 * r->room : 64;
        ws_yaml_shift *grown = realloc(r->out->shifts, room * sizeof *grown);
        if (!grown)
            return false;
        r->out->shifts = grown;
        r->room = room;
    }
    r->out->shifts[r->out->shift_count++] = (ws_yaml_shift){r->line, r->column};
    return true;
}

/* Rewrites the pairs of `text` into out->bytes (room for all of it); false: it is no JSON, or no memory. */
static bool rewrite_pairs(ws_yaml_text *out, const char *text, size_t length)
{
    rewriter r = {out, 0, 1, 1};
    bool string = false;
    size_t to = 0;
    for (size_t at = 0; at < length;) {
        char c = text[at];
        size_t copied = 1;
        if (!string && !strchr("{}[]:,\"-+.0123456789eE \t\r\ntrufalsn", c))
            return false;
        if (c == '"') {
            string = !string;
        } else if (string && c == '\\') {
            uint32_t high = read_escape(text, length, at);
            uint32_t low = is_high(high) && length - at >= 12 ? read_escape(text, length, at + 6) : 0;
            if (low >= 0xDC00 && low < 0xE000) {
                uint32_t code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                static const char digits[] = "0123456789ABCDEF";
                out->bytes[to++] = '\\';
                out->bytes[to++] = 'U';
                for (int shift = 28; shift >= 0; shift -= 4)
                    out->bytes[to++] = digits[code >> shift & 15];
                if (!add_shift(&r))
                    return false;
                at += 12;
                r.column += 10;
                continue;
            }
            copied = length - at > 1 ? 2 : 1;
        }
        for (size_t i = 0; i < copied; i++, at++) {
            out->bytes[to++] = text[at];
            if (text[at] == '\n') {
                r.line++;
                r.column = 1;
            } else if (((unsigned char)text[at] & 0xC0) != 0x80) {
                r.column++;
            }
        }
    }
    out->bytes[to] = '\0';
    out->length = to;
    return true;
}

ws_status ws__check_yaml_bytes(ws_yaml_text *out, const char *text, size_t length, const char *file,
                               ws_diag *diag)
{
    const char *encoding = other_encoding(text, length);
    if (encoding)
        return ws_fail_at(diag, WS_INVALID, (ws_place){file, 1, 1},
                          "the file is %s; expected a text file saved as UTF-8", encoding);
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        length -= 3;
    }
    WS_TRY(check_characters(text, length, file, diag));
    ws_yaml_text copy = {.bytes = malloc(length + 1)};
    if (!copy.bytes)
        return ws_fail(diag, WS_LIMIT, "no memory for a text of %zu bytes", length);
    if (!mentions_surrogates(text, length) || !rewrite_pairs(&copy, text, length)) {
        free(copy.shifts);
        copy.shifts = NULL;
        copy.shift_count = 0;
        if (length)
            memcpy(copy.bytes, text, length);
        copy.bytes[length] = '\0';
        copy.length = length;
    }
    *out = copy;
    return WS_OK;
}
