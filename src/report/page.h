/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page: what a verb says, as text for people or as Markdown, from the same calls. Headings, paragraphs
 * (wrapped), tables (fitted), preformatted pictures, and one last line that names the next command.
 *
 * Within texts WS_STRONG .. WS_PLAIN emphasises: bold on a terminal in colour, capitals in plain text, ** in
 * Markdown. A page never fails half way: memory that ran out is told by ws__finish_page. */
#ifndef WINSET_REPORT_PAGE_H
#define WINSET_REPORT_PAGE_H

#include "report/text.h"
#include "winset/report.h"

#define WS_STRONG "\x01"
#define WS_PLAIN "\x02"
/* A blank at which no line is broken. */
#define WS_JOIN "\x03"

typedef struct ws_page {
    ws_text out;
    ws_arena arena; /* for what is said on the page */
    bool markdown, ascii, color, quiet, verbose;
    bool begun;
    size_t last_point; /* where the last point ended */
    size_t width;
    const ws_report_options *options;
} ws_page;

/* `options` NULL: the defaults. It must outlive the page. */
ws_page *ws__start_page(const ws_report_options *options);
/* The page's text in *out (free()); the page is freed. */
ws_status ws__finish_page(char **out, ws_page *page, ws_diag *diag);

/* The first line: what it is about, and at the right a few words on its size ("" for none). */
void ws__page_title(ws_page *page, const char *title, const char *aside);
void ws__page_heading(ws_page *page, const char *heading);
/* A paragraph; runs of blanks and line ends in it do not matter. */
void ws__page_paragraph(ws_page *page, const char *format, ...) WS_PRINTF(2, 3);
/* One of a list of points, wrapped with a hanging indent. */
void ws__page_point(ws_page *page, const char *format, ...) WS_PRINTF(2, 3);
/* Lines as they are: a picture. No emphasis in it. */
void ws__page_picture(ws_page *page, const char *lines);
/* "Next: command" after why; nothing where the page is quiet. */
void ws__page_next(ws_page *page, const char *why, const char *command);
/* The warnings of the options, one a paragraph; nothing where there are none. */
void ws__page_warnings(ws_page *page);

/* ---- Tables ---- */

/* How a column stands. WS_FLEXIBLE gives way where the page is too narrow: its texts go on in the line below.
 */
typedef enum ws_align { WS_LEFT, WS_RIGHT, WS_DECIMAL, WS_FLEXIBLE } ws_align;

typedef struct ws_table ws_table;
ws_table *ws__start_table(ws_page *page);
/* A column, before any cell; `least` is the narrowest that a flexible one may become (0: 4). */
void ws__add_column(ws_table *table, const char *heading, ws_align align, size_t least);
/* The next cell, row by row from the left; texts are copied. */
void ws__add_cell(ws_table *table, const char *text);
/* Columns that the table would take on the page (for a choice of layout), cells not cut. */
size_t ws__table_width(const ws_table *table);
/* Puts it on the page. */
void ws__end_table(ws_table *table);

#endif
