/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bargaining set in characters. Two sides: a map, the first side's gain to the right, the second's up,
 * the lines of no deal, the efficient deals, the named ones by letter. More sides: a strip for each. */
#include "report/analysis_text.h"

#include <math.h>
#include <string.h>

enum { WIDE = 62, HIGH = 17, MARGIN = 7, MOST_CLOUD = 4096, STRIP_ROWS = 3 };

typedef enum mark { EMPTY, CLOUD, LINE_UP, LINE_ACROSS, CROSS, EFFICIENT, FIRST_LETTER } mark;

typedef struct axis {
    double least, most, zero; /* utilities; `zero`: no deal */
} axis;

static axis make_axis(const ws_telling *telling, size_t party)
{
    ws_range range = telling->analysis->parties[party].range;
    axis made = {fmin(range.min, range.reservation), fmax(range.max, range.reservation), range.reservation};
    return made;
}

static size_t place(const axis *on, double u, size_t cells)
{
    double share = on->most > on->least ? (u - on->least) / (on->most - on->least) : 0;
    double at = round(share * (double)(cells - 1));
    return at <= 0 ? 0 : at >= (double)(cells - 1) ? cells - 1 : (size_t)at;
}

typedef struct map {
    unsigned char cells[HIGH][WIDE]; /* row 0 at the bottom */
    axis x, y;
} map;

static void put(map *m, double u, double v, unsigned char what)
{
    size_t column = place(&m->x, u, WIDE), row = place(&m->y, v, HIGH);
    if (m->cells[row][column] < what)
        m->cells[row][column] = what;
}

/* Possible deals: all of a small space, an even sample of a large one. */
static void put_cloud(map *m, const ws_telling *telling)
{
    uint64_t count = telling->analysis->outcomes, shown = count < MOST_CLOUD ? count : MOST_CLOUD;
    for (uint64_t i = 0; i < shown; i++) {
        uint64_t outcome = i;
        if (count >
            MOST_CLOUD) { /* fractions of the golden section: even, and in step with no issue's radix */
            double part = (double)(i + 1) * 0.6180339887498949;
            outcome = (uint64_t)((part - floor(part)) * (double)count);
            outcome = outcome < count ? outcome : count - 1;
        }
        if (ws_is_feasible(telling->space, outcome))
            put(m, ws_utility(telling->space, 0, outcome), ws_utility(telling->space, 1, outcome), CLOUD);
    }
}

static void put_lines(map *m)
{
    size_t column = place(&m->x, m->x.zero, WIDE), row = place(&m->y, m->y.zero, HIGH);
    for (size_t i = 0; i < HIGH; i++)
        if (m->cells[i][column] < LINE_UP)
            m->cells[i][column] = LINE_UP;
    for (size_t j = 0; j < WIDE; j++)
        if (m->cells[row][j] < LINE_ACROSS)
            m->cells[row][j] = LINE_ACROSS;
    m->cells[row][column] = CROSS;
}

/* A letter at its place, or beside it where another letter stands. */
static void put_letter(map *m, const ws_outcome *outcome, char letter)
{
    size_t column = place(&m->x, outcome->u[0], WIDE), row = place(&m->y, outcome->u[1], HIGH);
    for (size_t step = 0; step < 6; step++) {
        size_t at = step % 2 ? column - (step + 1) / 2 : column + step / 2;
        if (at < WIDE && m->cells[row][at] < FIRST_LETTER) {
            m->cells[row][at] = (unsigned char)letter;
            return;
        }
    }
}

static void add_cell(ws_text *out, unsigned char cell, bool ascii)
{
    static const char *const plain[] = {" ", ".", "|", "-", "+", "o"};
    static const char *const drawn[] = {
        " ", "\xc2\xb7", "\xe2\x94\x82", "\xe2\x94\x80", "\xe2\x94\xbc", "\xe2\x97\x8b"};
    if (cell < FIRST_LETTER)
        ws__add_text(out, ascii ? plain[cell] : drawn[cell]);
    else
        ws__add_bytes(out, (const char *)&cell, 1);
}

static void add_margin(ws_text *out, const map *m, size_t row)
{
    size_t zero = place(&m->y, m->y.zero, HIGH);
    const char *tick = row == zero ? "0%" : row == HIGH - 1 && zero < HIGH - 1 ? "100%" : "";
    ws__add_format(out, "%*s ", MARGIN - 1, tick);
}

static void add_bottom(ws_text *out, const map *m)
{
    char ticks[MARGIN + WIDE + 8];
    memset(ticks, ' ', sizeof ticks);
    size_t zero = MARGIN + place(&m->x, m->x.zero, WIDE);
    size_t end = MARGIN + WIDE;
    memcpy(ticks + (zero + 2 > end ? end - 2 : zero), "0%", 2);
    if (zero + 8 < end)
        memcpy(ticks + end - 4, "100%", 4);
    ticks[end] = '\0';
    size_t length = end;
    while (length && ticks[length - 1] == ' ')
        ticks[--length] = '\0';
    ws__add_format(out, "%s\n", ticks);
}

static void tell_map(ws_telling *telling)
{
    map *m = WS_NEW(telling->arena, map);
    if (!m) {
        telling->page->out.failed = true;
        return;
    }
    bool ascii = telling->page->ascii;
    m->x = make_axis(telling, 0);
    m->y = make_axis(telling, 1);
    put_cloud(m, telling);
    put_lines(m);
    const ws_analysis *a = telling->analysis;
    for (size_t i = 0; i < a->point_count; i++)
        put(m, a->points[i].u[0], a->points[i].u[1], EFFICIENT);
    for (size_t i = 0; i < telling->deal_count; i++)
        put_letter(m, telling->deals[i].outcome, telling->deals[i].letter);
    WS_TEXT(out);
    ws__add_format(&out, "%*s%s %s\n", MARGIN, "", telling->shorts[1],
                   ascii ? "gains (up)" : "gains \xe2\x86\x91");
    for (size_t row = HIGH; row-- > 0;) {
        add_margin(&out, m, row);
        size_t last = WIDE;
        while (last && m->cells[row][last - 1] == EMPTY)
            last--;
        for (size_t j = 0; j < last; j++)
            add_cell(&out, m->cells[row][j], ascii);
        ws__add_text(&out, "\n");
    }
    add_bottom(&out, m);
    const char *across =
        ws__format_text(telling->arena, "%s gains %s", telling->shorts[0], ascii ? "->" : "\xe2\x86\x92");
    size_t width = across ? ws__text_width(across) : 0;
    ws__add_format(&out, "%*s%s\n", (int)(MARGIN + WIDE > width ? MARGIN + WIDE - width : 0), "",
                   across ? across : "");
    ws__add_format(&out, "%*s%s efficient: no deal is better for both   %s possible   %s no deal\n", MARGIN,
                   "", ascii ? "o" : "\xe2\x97\x8b", ascii ? "." : "\xc2\xb7", ascii ? "+" : "\xe2\x94\xbc");
    if (out.failed)
        telling->page->out.failed = true;
    ws__page_heading(telling->page, "The bargaining set");
    ws__page_picture(telling->page, out.bytes ? out.bytes : "");
}

/* ---- Strips ---- */

/* Letters at their places, in as many rows as it takes, at most STRIP_ROWS. */
static size_t fill_strip(char rows[STRIP_ROWS][WIDE], const ws_telling *telling, size_t party, size_t cells)
{
    axis on = make_axis(telling, party);
    size_t used = 1;
    memset(rows, ' ', (size_t)STRIP_ROWS * WIDE);
    for (size_t i = 0; i < telling->deal_count; i++) {
        size_t at = place(&on, telling->deals[i].outcome->u[party], cells);
        for (size_t row = 0; row < STRIP_ROWS; row++)
            if (rows[row][at] == ' ') {
                rows[row][at] = telling->deals[i].letter;
                used = row + 1 > used ? row + 1 : used;
                break;
            }
    }
    return used;
}

static void add_strip_row(ws_text *out, const char *row, size_t cells, size_t zero, bool ascii)
{
    for (size_t j = 0; j < cells; j++) {
        if (row[j] != ' ')
            ws__add_bytes(out, row + j, 1);
        else if (j == zero)
            ws__add_text(out, ascii ? "|" : "\xe2\x94\x82");
        else
            ws__add_text(out, ascii ? "." : "\xc2\xb7");
    }
    ws__add_text(out, "\n");
}

static void tell_strips(ws_telling *telling)
{
    bool ascii = telling->page->ascii;
    size_t label = 12;
    for (size_t p = 0; p < telling->parties; p++) {
        size_t width = ws__text_width(telling->names[p]);
        label = width > label ? width : label;
    }
    label = label > 24 ? 24 : label;
    size_t cells = telling->page->width - label - 2;
    cells = cells > WIDE ? WIDE : cells;
    WS_TEXT(out);
    for (size_t p = 0; p < telling->parties; p++) {
        char rows[STRIP_ROWS][WIDE];
        size_t used = fill_strip(rows, telling, p, cells);
        axis on = make_axis(telling, p);
        for (size_t row = 0; row < used; row++) {
            const char *name = row ? "" : ws__cut_text(telling->arena, telling->names[p], label, ascii);
            ws__add_text(&out, name);
            ws__add_repeated(&out, " ", label + 2 - ws__text_width(name));
            add_strip_row(&out, rows[row], cells, place(&on, on.zero, cells), ascii);
        }
    }
    ws__add_format(&out, "%*sworst deal on the left, best on the right; %s no deal\n", (int)label + 2, "",
                   ascii ? "|" : "\xe2\x94\x82");
    if (out.failed)
        telling->page->out.failed = true;
    ws__page_heading(telling->page, "Where the deals stand for each side");
    ws__page_picture(telling->page, out.bytes ? out.bytes : "");
}

void ws__tell_map(ws_telling *telling)
{
    if (telling->parties == 2)
        tell_map(telling);
    else if (telling->deal_count)
        tell_strips(telling);
}
