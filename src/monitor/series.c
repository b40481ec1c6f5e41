/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Series from tables, and what of them was known on a day. A number may be written with separators between
 * thousands; which sign is the decimal one is settled by the table's delimiter: where fields are parted by
 * semicolons 1.234,5 is read, else 1,234.5. */
#include "monitor/series.h"

#include "base/csv.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LONGEST_NUMBER = 64 };
static const size_t most_bytes = (size_t)1 << 30;
static const double most_value = 1e100; /* sums of squares stay finite */

/* A series and what it owns, in one piece. */
typedef struct owned_series {
    ws_series series;
    ws_arena arena;
} owned_series;

void ws_free_series(ws_series *series)
{
    if (!series)
        return;
    ws_arena arena = ((owned_series *)series)->arena;
    ws__free_arena(&arena);
}

static ws_status take_series(ws_series **out, size_t count, const ws_day *dates, const uint8_t *kinds,
                             const double *values, ws_diag *diag)
{
    ws_arena arena = {0, 0};
    owned_series *owned = WS_NEW(&arena, owned_series);
    int32_t *own_dates = WS_NEW_MANY(&arena, count, int32_t);
    uint8_t *own_kinds = WS_NEW_MANY(&arena, count, uint8_t);
    double *own_values = WS_NEW_MANY(&arena, count, double);
    if (!owned || !own_dates || !own_kinds || !own_values) {
        ws__free_arena(&arena);
        return ws_fail(diag, WS_LIMIT, "no memory for a series of %zu values", count);
    }
    if (count) {
        memcpy(own_dates, dates, count * sizeof *dates);
        memcpy(own_kinds, kinds, count * sizeof *kinds);
        memcpy(own_values, values, count * sizeof *values);
    }
    owned->series = (ws_series){.count = count, .dates = own_dates, .kinds = own_kinds, .values = own_values};
    owned->arena = arena;
    *out = &owned->series;
    return WS_OK;
}

ws_status ws__make_series(ws_series **out, size_t count, const ws_day *dates, const uint8_t *kinds,
                          const double *values, const char *name, ws_diag *diag)
{
    for (size_t i = 1; i < count; i++)
        if (dates[i] <= dates[i - 1]) {
            char a[WS_DATE_ROOM], b[WS_DATE_ROOM];
            ws__format_date(a, dates[i]);
            ws__format_date(b, dates[i - 1]);
            return ws_fail(diag, WS_INVALID, "%s: value %zu is dated %s, %s %s; expected rising dates", name,
                           i + 1, a, dates[i] == dates[i - 1] ? "as the one before it," : "behind", b);
        }
    return take_series(out, count, dates, kinds, values, diag);
}

/* ---- Numbers ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Groups of three digits behind each separator, the first of one to three. */
static bool drop_separators(char *number, char separator)
{
    size_t out = 0, group = 0;
    bool grouped = false;
    for (size_t i = 0; number[i]; i++) {
        if (number[i] == separator) {
            if ((grouped && group != 3) || group < 1 || group > 3)
                return false;
            grouped = true;
            group = 0;
            continue;
        }
        if (!is_digit(number[i]) && grouped && group != 3 && number[i] != '-')
            return false;
        if (!is_digit(number[i]) && number[i] != '-' && number[i] != '+') { /* behind the whole part */
            while (number[i])
                number[out++] = number[i++];
            number[out] = '\0';
            return true;
        }
        group += is_digit(number[i]);
        number[out++] = number[i];
    }
    number[out] = '\0';
    return !grouped || group == 3;
}

/* A value as tables have them; false: it is none. */
static bool read_value(double *out, const char *text, size_t length, bool comma_is_decimal)
{
    if (ws__read_number(out, text, length) && !(comma_is_decimal && memchr(text, '.', length)))
        return true;
    char number[LONGEST_NUMBER];
    size_t size = 0;
    for (size_t i = 0; i < length; i++) {
        if ((text[i] == ' ' || text[i] == '\'') && i && i + 1 < length && is_digit(text[i - 1]))
            number[size++] = ' ';
        else if ((unsigned char)text[i] == 0xC2 && i + 1 < length && (unsigned char)text[i + 1] == 0xA0) {
            number[size++] = ' ';
            i++;
        } else if ((unsigned char)text[i] == 0xE2 && i + 2 < length && (unsigned char)text[i + 1] == 0x80 &&
                   (unsigned char)text[i + 2] == 0xAF) {
            number[size++] = ' ';
            i += 2;
        } else
            number[size++] = text[i];
        if (size == LONGEST_NUMBER - 1)
            return false;
    }
    number[size] = '\0';
    if (size && number[size - 1] == '%')
        number[--size] = '\0';
    while (size && number[size - 1] == ' ')
        number[--size] = '\0';
    char thousands = comma_is_decimal ? '.' : ',';
    if (strchr(number, ' ') && strchr(number, thousands))
        return false;
    if (!drop_separators(number, strchr(number, ' ') ? ' ' : thousands))
        return false;
    char *comma = comma_is_decimal ? strchr(number, ',') : NULL;
    if (comma)
        *comma = '.';
    return ws__read_number(out, number, strlen(number));
}

static bool is_missing(const char *text, size_t length)
{
    static const char *const words[] = {".", "..", "-", "NA", "N/A", "ND", "NaN", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == length && strncasecmp(words[i], text, length) == 0)
            return true;
    return length == 0;
}

/* ---- Dates ---- */

/* A period, also with slashes for dashes, or a blank in 1992 Q4; a time of day behind a date is passed over.
 */
static bool read_when(ws_day *out, ws_period_kind *kind, const char *text, size_t length)
{
    char copy[16];
    if (length > 10 && (text[10] == 'T' || text[10] == ' '))
        length = 10;
    if (length >= sizeof copy)
        return false;
    size_t size = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] != ' ')
            copy[size++] = text[i] == '/' ? '-' : text[i];
    return ws__read_period(out, kind, copy, size);
}

/* ---- Tables ---- */

typedef struct series_reader {
    const ws_series_options *options;
    const char *file;
    ws_diag *diag;
    ws_status status;
    bool comma_is_decimal, has_header;
    size_t date_at, value_at;
    size_t count, room, skipped, skipped_rows, problems;
    ws_day *dates;
    uint8_t *kinds;
    double *values;
    ws_day last, before; /* the latest date so far, and that of the row before, with a value or without */
    uint32_t last_line, before_line;
} series_reader;

enum { MOST_PROBLEMS = 20 };

static void fail_line(series_reader *reader, uint32_t line, const char *format, ...) WS_PRINTF(3, 4);
static void fail_line(series_reader *reader, uint32_t line, const char *format, ...)
{
    reader->status = WS_INVALID;
    if (reader->problems++ > MOST_PROBLEMS)
        return;
    WS_TEXT(text);
    va_list values;
    va_start(values, format);
    ws__add_format_list(&text, format, values);
    va_end(values);
    ws_fail_at(reader->diag, WS_INVALID, (ws_place){.file = reader->file, .line = line}, "%s",
               reader->problems > MOST_PROBLEMS ? "more such lines are not listed" : text.bytes);
}

static bool find_column(size_t *out, series_reader *reader, const ws_csv_row *row, const char *name,
                        size_t otherwise)
{
    if (!name) {
        *out = otherwise;
        if (otherwise < row->count)
            return true;
        fail_line(reader, row->line, "%zu column; expected two, a date and a value", row->count);
        return false;
    }
    for (size_t i = 0; i < row->count; i++)
        if (strcmp(row->fields[i], name) == 0) {
            *out = i;
            return true;
        }
    const char *near = ws__nearest_name(name, row->count, row->fields);
    fail_line(reader, row->line, near ? "no column '%s'; did you mean '%s'?" : "no column '%s'", name, near);
    return false;
}

static bool grow(series_reader *reader)
{
    if (reader->count < reader->room)
        return true;
    size_t room = reader->room ? 2 * reader->room : 256;
    if (!ws__resize_list(&reader->dates, room, sizeof *reader->dates) ||
        !ws__resize_list(&reader->kinds, room, sizeof *reader->kinds) ||
        !ws__resize_list(&reader->values, room, sizeof *reader->values))
        return false;
    reader->room = room;
    return true;
}

static void take_pair(series_reader *reader, const ws_csv_row *row)
{
    const char *date_text = row->fields[reader->date_at], *value_text = row->fields[reader->value_at];
    ws_day day;
    ws_period_kind kind;
    double value;
    if (!read_when(&day, &kind, date_text, row->lengths[reader->date_at])) {
        fail_line(reader, row->line, "'%.40s' is no date; expected 1994-02-11, 1993-05, 1992-Q4 or 1986",
                  date_text);
        return;
    }
    bool twice = reader->last_line && day == reader->before;
    if (reader->last_line && day <= reader->last) {
        fail_line(reader, row->line,
                  twice ? "%s comes twice, first on line %u" : "%s stands behind a later date on line %u",
                  date_text, twice ? reader->before_line : reader->last_line);
        reader->before = day;
        reader->before_line = row->line;
        return;
    }
    reader->last = reader->before = day;
    reader->last_line = reader->before_line = row->line;
    if (is_missing(value_text, row->lengths[reader->value_at])) {
        reader->skipped++;
        return;
    }
    if (!read_value(&value, value_text, row->lengths[reader->value_at], reader->comma_is_decimal)) {
        fail_line(reader, row->line, "'%.40s' is no number; expected one, or nothing where it is missing",
                  value_text);
        return;
    }
    if (fabs(value) > most_value) {
        fail_line(reader, row->line, "'%.40s' is larger than 1e100; expected a number of this world",
                  value_text);
        return;
    }
    if (!grow(reader)) {
        reader->status = WS_LIMIT;
        return;
    }
    reader->dates[reader->count] = day;
    reader->kinds[reader->count] = (uint8_t)kind;
    reader->values[reader->count++] = value;
}

static bool take_row(void *user, const ws_csv_row *row)
{
    series_reader *reader = user;
    if (!reader->has_header) {
        reader->has_header = true;
        bool date = find_column(&reader->date_at, reader, row, reader->options->date_column, 0);
        bool value = find_column(&reader->value_at, reader, row, reader->options->value_column, 1);
        return date && value;
    }
    size_t last = reader->date_at > reader->value_at ? reader->date_at : reader->value_at;
    bool blank = true;
    for (size_t i = 0; i < row->count; i++)
        blank = blank && row->lengths[i] == 0;
    if (blank)
        reader->skipped_rows++;
    else if (last >= row->count)
        fail_line(reader, row->line, "%zu field%s; expected at least %zu as in the header", row->count,
                  row->count == 1 ? "" : "s", last + 1);
    else
        take_pair(reader, row);
    return reader->status != WS_LIMIT;
}

ws_status ws_read_series_text(ws_series **out, const char *text, size_t length, const char *name,
                              const ws_series_options *options, ws_diag *diag)
{
    static const ws_series_options defaults = {0};
    series_reader reader = {.options = options ? options : &defaults, .file = name, .diag = diag};
    bool bom = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0;
    reader.comma_is_decimal = ws__guess_delimiter(text + (bom ? 3 : 0), length - (bom ? 3 : 0)) == ';';
    ws_status status = ws__read_csv(text, length, name, take_row, &reader, diag);
    status = status != WS_OK ? status : reader.status;
    if (status == WS_OK && !reader.count)
        status = ws_fail_at(diag, WS_INVALID, (ws_place){.file = name}, "%s",
                            !reader.has_header ? "the file is empty; expected a table with a header line"
                            : reader.skipped   ? "all values are missing"
                                               : "no rows below the header");
    ws_series *series = NULL;
    if (status == WS_OK)
        status = take_series(&series, reader.count, reader.dates, reader.kinds, reader.values, diag);
    else if (status == WS_LIMIT)
        ws_fail(diag, WS_LIMIT, "%s: no memory for its values", name);
    free(reader.dates);
    free(reader.kinds);
    free(reader.values);
    if (status != WS_OK)
        return status;
    series->skipped = reader.skipped;
    series->skipped_rows = reader.skipped_rows;
    *out = series;
    return WS_OK;
}

ws_status ws_read_series(ws_series **out, const char *path, const ws_series_options *options, ws_diag *diag)
{
    char *text;
    size_t length;
    WS_TRY(ws__read_file(&text, &length, path, most_bytes, diag));
    ws_status status = ws_read_series_text(out, text, length, path, options, diag);
    free(text);
    return status;
}

ws_status ws_known_series(ws_series **out, const ws_series *series, ws_day as_of, int32_t lag, ws_diag *diag)
{
    size_t count = series->count;
    while (count && as_of != WS_NO_DAY && (int64_t)series->dates[count - 1] + lag > as_of)
        count--;
    ws_series *cut;
    WS_TRY(take_series(&cut, count, series->dates, series->kinds, series->values, diag));
    cut->skipped = series->skipped;
    cut->skipped_rows = series->skipped_rows;
    cut->held_back = series->count - count;
    *out = cut;
    return WS_OK;
}
