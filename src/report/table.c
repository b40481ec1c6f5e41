/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of page.h: two blanks between columns, numbers aligned at the decimal point. Where the page is too
 * narrow the widest flexible column gives way first, and its texts go on in the line below; a word is cut
 * only where it is wider than its column alone. */
#include "report/page_style.h"

#include <stdlib.h>
#include <string.h>

enum { GAP = 2, LEAST = 4, MOST_COLUMNS = 64 };

typedef struct column {
    const char *heading; /* prepared; lines apart by \n */
    ws_align align;
    size_t least;
    size_t word;          /* the widest in it, WS_FLEXIBLE */
    size_t width, before; /* `before` the point, WS_DECIMAL */
} column;

struct ws_table {
    ws_page *page;
    column columns[MOST_COLUMNS];
    size_t column_count;
    const char **cells; /* prepared */
    size_t cell_count, cell_room;
};

ws_table *ws__start_table(ws_page *page)
{
    ws_table *table = WS_NEW(&page->arena, ws_table);
    if (table)
        table->page = page;
    else
        page->out.failed = true;
    return table;
}

static const char *keep(ws_page *page, const char *text)
{
    const char *copy = ws__copy_text(&page->arena, text);
    if (!copy)
        page->out.failed = true;
    return copy ? copy : "";
}

void ws__add_column(ws_table *table, const char *heading, ws_align align, size_t least)
{
    if (!table || table->column_count == MOST_COLUMNS)
        return;
    heading = ws__prepare_text(table->page, keep(table->page, heading));
    table->columns[table->column_count++] =
        (column){.heading = heading, .align = align, .least = least ? least : LEAST};
}

void ws__add_cell(ws_table *table, const char *text)
{
    if (!table)
        return;
    if (table->cell_count == table->cell_room) {
        size_t room = table->cell_room ? 2 * table->cell_room : 64;
        const char **grown = WS_NEW_MANY(&table->page->arena, room, const char *);
        if (!grown) {
            table->page->out.failed = true;
            return;
        }
        if (table->cell_count)
            memcpy(grown, table->cells, table->cell_count * sizeof *grown);
        table->cells = grown;
        table->cell_room = room;
    }
    table->cells[table->cell_count++] = ws__prepare_text(table->page, keep(table->page, text));
}

/* Columns before the decimal point: of a number without one, up to its last digit. */
static size_t width_before_point(const char *text)
{
    const char *point = strchr(text, '.');
    if (point && point[1] >= '0' && point[1] <= '9')
        return ws__bytes_width(text, (size_t)(point - text));
    size_t end = 0;
    for (size_t i = 0; text[i]; i++)
        if (text[i] >= '0' && text[i] <= '9')
            end = i + 1;
    return ws__bytes_width(text, end ? end : strlen(text));
}

static size_t heading_lines(const char *heading)
{
    size_t lines = 1;
    for (; *heading; heading++)
        lines += *heading == '\n';
    return lines;
}

/* Line `at` (from the bottom, 0) of a heading of several. */
static const char *heading_line(size_t *length, const char *heading, size_t at)
{
    size_t lines = heading_lines(heading);
    *length = 0;
    if (at >= lines)
        return "";
    for (size_t skip = lines - 1 - at; skip; skip--)
        heading = strchr(heading, '\n') + 1;
    *length = strcspn(heading, "\n");
    return heading;
}

static void measure(ws_table *table)
{
    for (size_t j = 0; j < table->column_count; j++) {
        column *c = &table->columns[j];
        c->width = c->before = 0;
        c->word = ws__widest_word(c->heading);
        size_t after = 0;
        for (size_t i = j; i < table->cell_count; i += table->column_count) {
            size_t width = ws__text_width(table->cells[i]), before = width_before_point(table->cells[i]);
            size_t word = c->align == WS_FLEXIBLE ? ws__widest_word(table->cells[i]) : 0;
            c->width = width > c->width ? width : c->width;
            c->word = word > c->word ? word : c->word;
            c->before = before > c->before ? before : c->before;
            after = width - before > after ? width - before : after;
        }
        if (c->align == WS_DECIMAL)
            c->width = c->before + after;
        for (size_t k = 0, length; k < heading_lines(c->heading); k++) {
            const char *line = heading_line(&length, c->heading, k);
            size_t width = ws__bytes_width(line, length);
            if (width > c->width) {
                c->before += width - c->width; /* numbers stay at the right of a wide heading */
                c->width = width;
            }
        }
    }
}

static size_t total_width(const ws_table *table)
{
    size_t total = table->column_count ? GAP * (table->column_count - 1) : 0;
    for (size_t j = 0; j < table->column_count; j++)
        total += table->columns[j].width;
    return total;
}

size_t ws__table_width(const ws_table *table)
{
    if (!table)
        return 0;
    ws_table copy = *table;
    measure(&copy);
    return total_width(&copy);
}

/* The narrowest that a column may become; whole words are given up last. */
static size_t least_width(const column *c, bool whole_words)
{
    return whole_words && c->word > c->least ? c->word : c->least;
}

static void shrink(ws_table *table, bool whole_words)
{
    for (size_t total = total_width(table); total > table->page->width; total--) {
        column *widest = NULL;
        for (size_t j = 0; j < table->column_count; j++) {
            column *c = &table->columns[j];
            if (c->align == WS_FLEXIBLE && c->width > least_width(c, whole_words) &&
                (!widest || c->width > widest->width))
                widest = c;
        }
        if (!widest)
            return;
        widest->width--;
    }
}

static bool has_wider_line(const char *text, size_t width)
{
    for (size_t length; *text; text += length + (text[length] == '\n')) {
        length = strcspn(text, "\n");
        if (ws__bytes_width(text, length) > width)
            return true;
    }
    return false;
}

/* Headings that alone make a column wide go on in the line below. */
static void break_headings(ws_table *table)
{
    for (size_t j = 0; j < table->column_count; j++) {
        column *c = &table->columns[j];
        size_t width = ws__widest_word(c->heading);
        for (size_t i = j; i < table->cell_count; i += table->column_count) {
            size_t cell = ws__text_width(table->cells[i]);
            width = cell > width ? cell : width;
        }
        if (c->align != WS_FLEXIBLE && has_wider_line(c->heading, width))
            c->heading = ws__break_text(&table->page->arena, c->heading, width);
    }
    measure(table);
}

static void fit(ws_table *table)
{
    shrink(table, true);
    if (total_width(table) > table->page->width) {
        break_headings(table);
        shrink(table, true);
    }
    shrink(table, false);
    for (size_t j = 0; j < table->column_count; j++) {
        column *c = &table->columns[j];
        if (c->align != WS_FLEXIBLE)
            continue;
        if (has_wider_line(c->heading, c->width))
            c->heading = ws__break_text(&table->page->arena, c->heading, c->width);
        for (size_t i = j; i < table->cell_count; i += table->column_count)
            if (has_wider_line(table->cells[i], c->width))
                table->cells[i] = ws__break_text(&table->page->arena, table->cells[i], c->width);
    }
}

/* A cell, its blanks before and behind; `blanks` are owed from the cell before. */
static size_t write_cell(ws_page *page, const column *c, const char *text, size_t length, size_t blanks,
                         bool heading)
{
    size_t width = ws__bytes_width(text, length);
    if (width > c->width) {
        const char *copy = ws__copy_bytes(&page->arena, text, length);
        text = ws__cut_text(&page->arena, copy ? copy : "", c->width, page->ascii);
        length = strlen(text);
        width = ws__bytes_width(text, length);
    }
    size_t before = 0;
    if (c->align == WS_RIGHT || (c->align == WS_DECIMAL && heading))
        before = c->width - width;
    else if (c->align == WS_DECIMAL)
        before = c->before - width_before_point(text);
    if (length) {
        ws__add_repeated(&page->out, " ", blanks + before);
        ws__emit(page, text, length);
        blanks = 0;
    } else {
        blanks += before;
    }
    return blanks + c->width - before - width;
}

/* A row, in as many lines as its longest cell has. */
static void write_row(ws_table *table, const char **cells)
{
    for (bool more = true; more;) {
        size_t blanks = 0;
        more = false;
        for (size_t j = 0; j < table->column_count; j++) {
            size_t length = strcspn(cells[j], "\n");
            blanks = write_cell(table->page, &table->columns[j], cells[j], length, blanks, false) + GAP;
            cells[j] += length + (cells[j][length] == '\n');
            more = more || *cells[j];
        }
        ws__add_text(&table->page->out, "\n");
    }
}

static void write_text_table(ws_table *table)
{
    ws_page *page = table->page;
    measure(table);
    fit(table);
    size_t lines = 0;
    for (size_t j = 0; j < table->column_count; j++)
        if (*table->columns[j].heading && heading_lines(table->columns[j].heading) > lines)
            lines = heading_lines(table->columns[j].heading);
    for (size_t k = lines; k-- > 0;) {
        size_t blanks = 0;
        for (size_t j = 0; j < table->column_count; j++) {
            size_t length;
            const char *line = heading_line(&length, table->columns[j].heading, k);
            blanks = write_cell(page, &table->columns[j], line, length, blanks, true) + GAP;
        }
        ws__add_text(&page->out, "\n");
    }
    for (size_t i = 0; i + table->column_count <= table->cell_count; i += table->column_count)
        write_row(table, table->cells + i);
}

static void write_markdown_table(ws_table *table)
{
    ws_text *out = &table->page->out;
    if (!table->column_count)
        return;
    for (size_t j = 0; j < table->column_count; j++) {
        ws__add_text(out, "| ");
        for (const char *c = table->columns[j].heading; *c; c++)
            ws__add_bytes(out, *c == '\n' ? " " : c, 1);
        ws__add_text(out, " ");
    }
    ws__add_text(out, "|\n");
    for (size_t j = 0; j < table->column_count; j++)
        ws__add_text(out, table->columns[j].align == WS_RIGHT || table->columns[j].align == WS_DECIMAL
                              ? "|---:"
                              : "|:---");
    ws__add_text(out, "|\n");
    for (size_t i = 0; i < table->cell_count; i++) {
        ws__add_text(out, "| ");
        ws__add_text(out, table->cells[i]);
        ws__add_text(out, (i + 1) % table->column_count == 0 ? " |\n" : " ");
    }
}

void ws__end_table(ws_table *table)
{
    if (!table || table->column_count == 0)
        return;
    ws__begin_block(table->page, false);
    if (table->page->markdown)
        write_markdown_table(table);
    else
        write_text_table(table);
}
