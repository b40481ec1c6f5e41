/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of page.h: blocks with a blank line between them, a heading close to what it heads. */
#include "report/page.h"

#include "base/diag.h"
#include "report/page_style.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 80 };

ws_page *ws__start_page(const ws_report_options *options)
{
    static const ws_report_options defaults = {0};
    ws_page *page = calloc(1, sizeof *page);
    if (!page)
        return NULL;
    options = options ? options : &defaults;
    page->options = options;
    page->markdown = options->form == WS_REPORT_MARKDOWN;
    page->ascii = options->ascii && !page->markdown;
    page->color = options->color && !page->markdown;
    page->quiet = options->quiet;
    page->verbose = options->verbose;
    page->width = options->width ? options->width : WIDTH;
    return page;
}

ws_status ws__finish_page(char **out, ws_page *page, ws_diag *diag)
{
    char *taken = NULL;
    if (page) {
        taken = ws__take_text(&page->out);
        ws__free_arena(&page->arena);
        free(page);
    }
    if (!taken)
        return ws_fail(diag, WS_LIMIT, "no memory for the result as text");
    *out = taken;
    return WS_OK;
}

void ws__begin_block(ws_page *page, bool close)
{
    if (page->begun && !close)
        ws__add_text(&page->out, "\n");
    page->begun = true;
}

/* ---- Emphasis ---- */

static bool has_marks(const char *text)
{
    return strpbrk(text, WS_STRONG WS_PLAIN) != NULL;
}

/* The capital of a small letter: ASCII, Latin-1 (é), Greek and Cyrillic as far as one offset reaches. */
static size_t add_capital(ws_text *out, const char *at, size_t length)
{
    uint32_t code;
    size_t size = ws__next_character(&code, at, length);
    if (size == 1 && code >= 'a' && code <= 'z') {
        char capital = (char)(code - 'a' + 'A');
        ws__add_bytes(out, &capital, 1);
    } else if (size == 2 && code >= 0xE0 && code <= 0xFE && code != 0xF7) {
        char capital[2] = {at[0], (char)((unsigned char)at[1] - 0x20)};
        ws__add_bytes(out, capital, 2);
    } else {
        ws__add_bytes(out, at, size);
    }
    return size;
}

/* Emphasis without colours: capitals; where nothing has a capital, asterisks. */
static void add_plain(ws_text *out, const char *text)
{
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        if (text[at] == WS_PLAIN[0]) {
            at++;
        } else if (text[at] == WS_STRONG[0]) {
            const char *begin = text + at + 1;
            const char *close = strchr(begin, WS_PLAIN[0]);
            size_t inside = close ? (size_t)(close - begin) : strlen(begin);
            WS_TEXT(raised);
            for (size_t i = 0; i < inside;)
                i += add_capital(&raised, begin + i, inside - i);
            bool same = raised.length == inside && (inside == 0 || memcmp(raised.bytes, begin, inside) == 0);
            ws__add_text(out, same && inside ? "*" : "");
            ws__add_bytes(out, raised.bytes ? raised.bytes : "", raised.length);
            ws__add_text(out, same && inside ? "*" : "");
            at += 1 + inside;
        } else {
            ws__add_bytes(out, text + at, 1);
            at++;
        }
    }
}

static void add_markdown(ws_text *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == WS_STRONG[0] || *c == WS_PLAIN[0])
            ws__add_text(out, "**");
        else if (*c == WS_JOIN[0])
            ws__add_text(out, " ");
        else if (strchr("\\`*_[]<>|", *c))
            ws__add_format(out, "\\%c", *c);
        else
            ws__add_bytes(out, c, 1);
    }
}

const char *ws__prepare_text(ws_page *page, const char *text)
{
    WS_TEXT(made);
    if (page->markdown)
        add_markdown(&made, text);
    else if (!page->color && has_marks(text))
        add_plain(&made, text);
    else
        return text;
    const char *copy = ws__copy_bytes(&page->arena, made.bytes ? made.bytes : "", made.length);
    if (!copy)
        page->out.failed = true;
    return copy ? copy : "";
}

void ws__emit(ws_page *page, const char *text, size_t length)
{
    bool strong = false;
    for (size_t from = 0; from < length;) {
        size_t to = from;
        while (to < length && text[to] != WS_STRONG[0] && text[to] != WS_PLAIN[0])
            to++;
        for (size_t i = from; i < to; i++)
            ws__add_bytes(&page->out, text[i] == WS_JOIN[0] ? " " : text + i, 1);
        if (to < length && page->color && strong != (text[to] == WS_STRONG[0])) {
            strong = !strong;
            ws__add_text(&page->out, strong ? "\x1b[1m" : "\x1b[22m");
        }
        from = to + 1;
    }
    if (strong)
        ws__add_text(&page->out, "\x1b[22m");
}

/* ---- Blocks ---- */

static void add_line(ws_page *page, const char *text, size_t length)
{
    ws__emit(page, text, length);
    ws__add_text(&page->out, "\n");
}

/* Words filled into lines; the first begins with `first`, the others with `hang` blanks. */
static void wrap(ws_page *page, const char *first, size_t hang, const char *text)
{
    WS_TEXT(line);
    ws__add_text(&line, first);
    size_t used = ws__text_width(first), start = used;
    bool strong = false;
    for (const char *at = text;;) {
        at += strspn(at, " \n\t");
        size_t length = strcspn(at, " \n\t");
        if (length == 0)
            break;
        size_t wide = ws__bytes_width(at, length);
        for (size_t i = 0; i < length; i++)
            wide += at[i] == WS_JOIN[0];
        if (used > start && used + 1 + wide > page->width && !page->markdown) {
            if (strong)
                ws__add_text(&line, WS_PLAIN);
            add_line(page, line.bytes ? line.bytes : "", line.length);
            line.length = 0;
            ws__add_repeated(&line, " ", hang);
            if (strong)
                ws__add_text(&line, WS_STRONG);
            used = start = hang;
        } else if (used > start) {
            ws__add_text(&line, " ");
            used++;
        }
        ws__add_bytes(&line, at, length);
        for (size_t i = 0; i < length; i++)
            strong = at[i] == WS_STRONG[0] || (strong && at[i] != WS_PLAIN[0]);
        used += wide;
        at += length;
    }
    if (line.failed)
        page->out.failed = true;
    add_line(page, line.bytes ? line.bytes : "", line.length);
}

static const char *format_list(ws_page *page, const char *format, va_list values) WS_PRINTF(2, 0);
static const char *format_list(ws_page *page, const char *format, va_list values)
{
    WS_TEXT(text);
    ws__add_format_list(&text, format, values);
    const char *copy = ws__copy_bytes(&page->arena, text.bytes ? text.bytes : "", text.length);
    if (!copy || text.failed)
        page->out.failed = true;
    return ws__prepare_text(page, copy ? copy : "");
}

void ws__page_title(ws_page *page, const char *title, const char *aside)
{
    if (!*title && !*aside)
        return;
    ws__begin_block(page, false);
    title = ws__prepare_text(page, title);
    aside = ws__prepare_text(page, aside);
    if (page->markdown) {
        ws__add_format(&page->out, "# %s\n", title);
        if (*aside)
            ws__add_format(&page->out, "\n%s\n", aside);
        return;
    }
    size_t wide = ws__text_width(title), right = ws__text_width(aside);
    ws__add_text(&page->out, page->color ? "\x1b[1m" : "");
    if (wide > page->width)
        wrap(page, "", 0, title);
    else
        ws__emit(page, title, strlen(title));
    ws__add_text(&page->out, page->color ? "\x1b[22m" : "");
    bool beside = wide <= page->width && wide + 2 + right <= page->width;
    if (right) {
        if (!beside && wide <= page->width)
            ws__add_text(&page->out, "\n");
        size_t used = beside ? wide : 0;
        ws__add_repeated(&page->out, " ", page->width > used + right ? page->width - used - right : 0);
        ws__emit(page, aside, strlen(aside));
        ws__add_text(&page->out, "\n");
    } else if (wide <= page->width) {
        ws__add_text(&page->out, "\n");
    }
}

void ws__page_heading(ws_page *page, const char *heading)
{
    ws__begin_block(page, false);
    heading = ws__prepare_text(page, heading);
    if (page->markdown) {
        ws__add_format(&page->out, "## %s\n", heading);
        return; /* a blank line follows */
    }
    ws__add_text(&page->out, page->color ? "\x1b[1m" : "");
    ws__emit(page, heading, strlen(heading));
    ws__add_text(&page->out, page->color ? "\x1b[22m\n" : "\n");
    page->begun = false; /* what follows stands close */
}

void ws__page_paragraph(ws_page *page, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    const char *text = format_list(page, format, values);
    va_end(values);
    ws__begin_block(page, false);
    wrap(page, "", 0, text);
}

void ws__page_point(ws_page *page, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    const char *text = format_list(page, format, values);
    va_end(values);
    /* Points of one list stand close: a blank line only where the line before is none of them. */
    size_t length = page->out.length;
    bool after_point = page->last_point && page->last_point == length;
    ws__begin_block(page, after_point);
    wrap(page, page->markdown ? "- " : "  ", page->markdown ? 2 : 4, text);
    page->last_point = page->out.length;
}

void ws__page_picture(ws_page *page, const char *lines)
{
    ws__begin_block(page, false);
    if (page->markdown)
        ws__add_text(&page->out, "```text\n");
    ws__add_text(&page->out, lines);
    size_t length = strlen(lines);
    if (length == 0 || lines[length - 1] != '\n')
        ws__add_text(&page->out, "\n");
    if (page->markdown)
        ws__add_text(&page->out, "```\n");
}

void ws__page_next(ws_page *page, const char *why, const char *command)
{
    if (page->quiet)
        return;
    ws__begin_block(page, false);
    if (page->markdown) {
        ws__add_format(&page->out, "%s:\n\n```sh\n%s\n```\n", why, command);
        return;
    }
    bool together = ws__text_width(why) + 2 + ws__text_width(command) <= page->width;
    ws__add_format(&page->out, together ? "%s: %s\n" : "%s:\n  %s\n", why, command);
}

void ws__page_warnings(ws_page *page)
{
    const ws_diag *diag = page->options->warnings;
    for (size_t i = 0; i < ws_count_problems(diag); i++) {
        const ws_problem *problem = ws_get_problem(diag, i);
        if (problem->severity == WS_WARNING)
            ws__page_point(page, "%sNote:%s %s", page->markdown || page->color ? WS_STRONG : "",
                           page->markdown || page->color ? WS_PLAIN : "", problem->message);
    }
}
