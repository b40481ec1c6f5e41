/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of csv.h. libcsv knows the grammar (quotes, doubled quotes, line ends); it is fed one line of the
 * file at a time, so that every row knows where it stands, which libcsv does not tell. A line without quotes,
 * as most are, is cut at its delimiters here: libcsv looks at every byte alone. */
#include "base/csv.h"

#include "base/arena.h"
#include "base/text.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FIELDS = 10000 };

typedef struct table_reader {
    ws_csv_row_fn *reader;
    void *user;
    uint32_t row_line;
    bool ended, too_many, no_memory;
    ws_text bytes; /* the fields of this row, a NUL behind each */
    size_t count, room;
    size_t *starts, *lengths;
    const char **fields;
} table_reader;

static bool make_room(table_reader *table)
{
    if (table->count < table->room)
        return true;
    size_t room = table->room ? 2 * table->room : 16;
    if (!ws__resize_list(&table->starts, room, sizeof *table->starts) ||
        !ws__resize_list(&table->lengths, room, sizeof *table->lengths) ||
        !ws__resize_list(&table->fields, room, sizeof *table->fields))
        return false;
    table->room = room;
    return true;
}

static void take_field(const char *bytes, size_t length, table_reader *table)
{
    if (table->ended)
        return;
    if (table->count == MOST_FIELDS || !make_room(table)) {
        table->too_many = table->count == MOST_FIELDS;
        table->no_memory = !table->too_many;
        table->ended = true;
        return;
    }
    table->starts[table->count] = table->bytes.length;
    table->lengths[table->count++] = length;
    ws__add_bytes(&table->bytes, length ? bytes : "", length);
    ws__add_bytes(&table->bytes, "", 1);
}

static void take_parsed_field(void *bytes, size_t length, void *user)
{
    take_field(bytes, length, user);
}

static void take_row(table_reader *table)
{
    if (table->bytes.failed)
        table->no_memory = table->ended = true;
    if (!table->ended && table->count) {
        for (size_t i = 0; i < table->count; i++)
            table->fields[i] = table->bytes.bytes + table->starts[i];
        ws_csv_row row = {table->row_line, table->count, table->fields, table->lengths};
        table->ended = !table->reader(table->user, &row);
    }
    table->count = 0;
    table->bytes.length = 0;
}

static void take_parsed_row(int end, void *user)
{
    (void)end;
    take_row(user);
}

char ws__guess_delimiter(const char *text, size_t length)
{
    size_t commas = 0, semicolons = 0, tabs = 0;
    bool quoted = false;
    for (size_t i = 0; i < length && (quoted || (text[i] != '\n' && text[i] != '\r')); i++) {
        quoted ^= text[i] == '"';
        commas += !quoted && text[i] == ',';
        semicolons += !quoted && text[i] == ';';
        tabs += !quoted && text[i] == '\t';
    }
    if (tabs > commas && tabs >= semicolons)
        return '\t';
    return semicolons > commas ? ';' : ',';
}

static uint32_t line_of(const char *text, size_t at)
{
    uint32_t line = 1;
    for (size_t i = 0; i < at; i++)
        line += text[i] == '\n';
    return line;
}

/* What no table of text holds. */
static ws_status check_text(const char *text, size_t length, const char *file, ws_diag *diag)
{
    ws_place place = {.file = file, .line = 1};
    if (length >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0))
        return ws_fail_at(diag, WS_INVALID, place, "the file is UTF-16; expected UTF-8 text");
    const char *zero = memchr(text, '\0', length);
    if (zero) {
        place.line = line_of(text, (size_t)(zero - text));
        return ws_fail_at(diag, WS_INVALID, place, "a byte 0: this is no text; expected a CSV table");
    }
    size_t bad;
    if (!ws__check_utf8(&bad, text, length)) {
        place.line = line_of(text, bad);
        return ws_fail_at(diag, WS_INVALID, place, "byte 0x%02X is not UTF-8; expected UTF-8 text",
                          (unsigned)(unsigned char)text[bad]);
    }
    return WS_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Cuts a line without quotes as libcsv would: fields trimmed, a line of blanks alone left out. */
static void cut_line(table_reader *table, const char *text, size_t length, char delimiter)
{
    const char *end = text + length;
    while (text < end && is_blank(*text) && *text != delimiter)
        text++;
    for (bool more = text < end; more && !table->ended; text++) {
        const char *stop = memchr(text, delimiter, (size_t)(end - text));
        more = stop != NULL;
        const char *first = text, *last = stop ? stop : end;
        text = last;
        while (first < last && is_blank(*first))
            first++;
        while (last > first && is_blank(last[-1]))
            last--;
        take_field(first, (size_t)(last - first), table);
    }
    take_row(table);
}

static ws_status read_lines(table_reader *table, struct csv_parser *parser, const char *text, size_t length,
                            const char *file, ws_diag *diag)
{
    uint32_t line = 0;
    char end = memchr(text, '\n', length) ? '\n' : '\r';
    for (size_t at = 0; at < length && !table->ended;) {
        line++;
        if (!parser->quoted)
            table->row_line = line;
        const char *stop = memchr(text + at, end, length - at);
        size_t size = stop ? (size_t)(stop - (text + at)) + 1 : length - at;
        size_t bare = size && text[at + size - 1] == end ? size - 1 : size;
        bare -= bare && text[at + bare - 1] == '\r';
        if (!parser->quoted && !memchr(text + at, '"', bare) && !memchr(text + at, '\r', bare)) {
            cut_line(table, text + at, bare, (char)csv_get_delim(parser));
            at += size;
            continue;
        }
        if (csv_parse(parser, text + at, size, take_parsed_field, take_parsed_row, table) != size) {
            if (csv_error(parser) != CSV_EPARSE)
                return ws_fail(diag, WS_LIMIT, "no memory for line %u", line);
            return ws_fail_at(diag, WS_INVALID, (ws_place){.file = file, .line = line},
                              "a quote inside a field; expected it around the whole field, doubled within");
        }
        at += size;
    }
    if (!table->ended && csv_fini(parser, take_parsed_field, take_parsed_row, table) != 0)
        return ws_fail_at(diag, WS_INVALID, (ws_place){.file = file, .line = table->row_line},
                          "a quote that is opened on this line is never closed");
    if (table->too_many)
        return ws_fail_at(diag, WS_INVALID, (ws_place){.file = file, .line = table->row_line},
                          "more than %d fields in a row", (int)MOST_FIELDS);
    return table->no_memory ? ws_fail(diag, WS_LIMIT, "no memory for line %u", table->row_line) : WS_OK;
}

ws_status ws__read_csv(const char *text, size_t length, const char *file, ws_csv_row_fn *reader, void *user,
                       ws_diag *diag)
{
    WS_TRY(check_text(text, length, file, diag));
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        length -= 3;
    }
    struct csv_parser parser;
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&parser, (unsigned char)ws__guess_delimiter(text, length));
    table_reader table = {.reader = reader, .user = user};
    ws_status status = read_lines(&table, &parser, text, length, file, diag);
    csv_free(&parser);
    ws__free_text(&table.bytes);
    free(table.starts);
    free(table.lengths);
    free(table.fields);
    return status;
}
