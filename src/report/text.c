/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words and digits of text.h. */
#include "report/text.h"

#include "report/page.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *kept(const char *text)
{
    return text ? text : "";
}

/* Nothing below reaches a locale: the library never sets one, but its caller may have. */
static const char *with_point(char *text)
{
    for (char *c = text; c && *c; c++)
        if (*c == ',')
            *c = '.';
    return kept(text);
}

const char *ws__say_percent(ws_arena *arena, double share)
{
    if (isnan(share))
        return "-";
    if (share < 0) {
        char *text = ws__format_text(arena, "-%s", ws__say_percent(arena, -share));
        return kept(text);
    }
    double percent = 100 * share;
    if (percent <= 1e-7)
        return "0%";
    if (percent < 0.01)
        return "<0.01%";
    if (fabs(percent - 100) <= 1e-7)
        return "100%";
    if (percent > 99.9 && percent < 100)
        return ">99.9%";
    int digits = percent < 0.1                     ? 2
                 : percent < 0.95                  ? 2
                 : percent < 9.95                  ? 1
                 : percent > 99.5 && percent < 100 ? 1
                                                   : 0;
    char text[64];
    snprintf(text, sizeof text, "%.*f", digits, percent);
    /* 0.50 reads as a precision that is not meant */
    size_t length = strlen(text);
    if (digits)
        while (text[length - 1] == '0')
            text[--length] = '\0';
    if (text[length - 1] == '.' || text[length - 1] == ',')
        text[--length] = '\0';
    return with_point(ws__format_text(arena, "%s%%", text));
}

const char *ws__say_whole_percent(ws_arena *arena, double share)
{
    if (isnan(share))
        return "-";
    double percent = round(100 * share);
    return kept(ws__format_text(arena, "%.0f%%", percent == 0 ? 0 : percent));
}

static void group_digits(char out[40], uint64_t count)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    size_t at = 0;
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
}

const char *ws__say_count(ws_arena *arena, uint64_t count)
{
    char text[40];
    group_digits(text, count);
    return kept(ws__copy_text(arena, text));
}

const char *ws__say_many(ws_arena *arena, uint64_t count, const char *one, const char *many)
{
    if (count == 0)
        return kept(ws__format_text(arena, "no %s", many));
    return kept(ws__format_text(arena, "%s %s", ws__say_count(arena, count), count == 1 ? one : many));
}

const char *ws__say_number(ws_arena *arena, double value)
{
    if (isnan(value))
        return "-";
    if (isinf(value))
        return value < 0 ? "-infinity" : "infinity";
    double size = fabs(value);
    const char *sign = value < 0 ? "-" : "";
    static const struct {
        double unit;
        const char *word;
    } units[] = {{1e12, " trillion"}, {1e9, " billion"}, {1e6, " million"}};
    for (size_t i = 0; i < 3; i++)
        if (size >= 0.99995 * units[i].unit && size < 1e15)
            return with_point(ws__format_text(arena, "%s%.4g%s", sign, size / units[i].unit, units[i].word));
    if (size >= 9999.5 && size < 1e6) {
        char digits[40];
        double unit = size >= 99995 ? 100 : 10;
        group_digits(digits, (uint64_t)(round(size / unit) * unit));
        return kept(ws__format_text(arena, "%s%s", sign, digits));
    }
    if (size >= 999.95 && size < 1e15) {
        char digits[40];
        group_digits(digits, (uint64_t)round(size));
        return kept(ws__format_text(arena, "%s%s", sign, digits));
    }
    if (size >= 1e-9 && size < 1e-4) /* as a decimal: 0.000094 */
        return with_point(ws__format_text(arena, "%s%.*f", sign, 1 - (int)floor(log10(size)), size));
    return with_point(ws__format_text(arena, "%s%.4g", size < 1e-300 ? "" : sign, size));
}

const char *ws__say_list(ws_arena *arena, size_t count, const char *const *names)
{
    WS_TEXT(text);
    for (size_t i = 0; i < count; i++) {
        if (i)
            ws__add_text(&text, i + 1 == count ? " and " : ", ");
        ws__add_text(&text, names[i]);
    }
    return kept(ws__copy_bytes(arena, text.bytes, text.length));
}

const char *ws__say_bar(ws_arena *arena, double share, size_t columns, bool ascii)
{
    double wanted = round(share * (double)columns);
    size_t full = !(share > 0) ? 0 : share >= 1 ? columns : (size_t)wanted;
    if (full == 0 && share > 0)
        full = 1;
    if (full == columns && share < 1 && columns > 1)
        full = columns - 1;
    WS_TEXT(text);
    ws__add_repeated(&text, ascii ? "#" : "\xe2\x96\x88", full);
    ws__add_repeated(&text, ascii ? "." : "\xe2\x96\x91", columns - full);
    return kept(ws__copy_bytes(arena, text.bytes, text.length));
}

const char *ws__cut_text(ws_arena *arena, const char *text, size_t columns, bool ascii)
{
    size_t length = strlen(text);
    if (ws__bytes_width(text, length) <= columns)
        return text;
    const char *mark = ascii ? "." : "\xe2\x80\xa6";
    if (columns == 0)
        return "";
    size_t keep = ws__fit_width(text, length, columns - 1);
    while (keep > 0 && text[keep - 1] == ' ')
        keep--;
    return kept(ws__format_text(arena, "%.*s%s", (int)keep, text, mark));
}

/* Bytes of `text` that a line of `width` takes: up to a blank, or one word that is wider by itself. */
static size_t fill_line(const char *text, size_t width)
{
    size_t taken = 0;
    for (size_t at = 0; text[at];) {
        size_t end = at + strcspn(text + at, " ");
        if (taken && ws__bytes_width(text, end) > width)
            break;
        taken = end;
        at = end + strspn(text + end, " ");
    }
    return taken;
}

const char *ws__break_text(ws_arena *arena, const char *text, size_t columns)
{
    WS_TEXT(lines);
    bool strong = false;
    for (size_t taken; *text; text += taken + strspn(text + taken, " ")) {
        size_t line = strcspn(text, "\n");
        const char *whole = ws__copy_bytes(arena, text, line);
        taken = whole ? fill_line(whole, columns) : line;
        if (lines.length)
            ws__add_text(&lines, strong ? "\n" WS_STRONG : "\n");
        ws__add_bytes(&lines, text, taken);
        for (size_t i = 0; i < taken; i++)
            strong = text[i] == WS_STRONG[0] || (strong && text[i] != WS_PLAIN[0]);
        taken += text[taken] == '\n';
    }
    return kept(ws__copy_bytes(arena, lines.bytes ? lines.bytes : "", lines.length));
}

const char *ws__capital(ws_arena *arena, const char *text)
{
    char *copy = ws__copy_text(arena, text);
    if (copy && copy[0] >= 'a' && copy[0] <= 'z')
        copy[0] = (char)(copy[0] - 'a' + 'A');
    return kept(copy);
}
