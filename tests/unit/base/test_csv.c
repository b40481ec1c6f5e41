/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: quotes, delimiters, line ends, where a row stands, and what is no table. */
#include "base/csv.h"
#include "base/random.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool write_row(void *user, const ws_csv_row *row)
{
    ws_text *text = user;
    ws__add_format(text, "%u:", row->line);
    for (size_t i = 0; i < row->count; i++)
        ws__add_format(text, "%s[%s]", i ? " " : "", row->fields[i]);
    ws__add_text(text, "\n");
    return true;
}

static void reads_as(const char *table, const char *expected)
{
    WS_TEXT(text);
    assert_int_equal(WS_OK, ws__read_csv(table, strlen(table), "t.csv", write_row, &text, NULL));
    assert_string_equal(text.bytes ? text.bytes : "", expected);
}

static void refuses(const char *table, size_t length, uint32_t line, const char *word)
{
    WS_TEXT(text);
    ws_diag *diag = ws_new_diag();
    assert_int_equal(WS_INVALID, ws__read_csv(table, length, "t.csv", write_row, &text, diag));
    assert_int_equal(ws_count_problems(diag), 1);
    assert_int_equal(ws_get_problem(diag, 0)->place.line, line);
    assert_non_null(strstr(ws_get_problem(diag, 0)->message, word));
    ws_free_diag(diag);
}

static void a_table_is_read_row_by_row(void **state)
{
    (void)state;
    reads_as("a,b\n1,2\n", "1:[a] [b]\n2:[1] [2]\n");
    reads_as("a,b\n1,", "1:[a] [b]\n2:[1] []\n");
    reads_as("", "");
    reads_as("a,b\n  \t\n ,\n 1 x,\t2 ", "1:[a] [b]\n3:[] []\n4:[1 x] [2]\n");
    reads_as("a,b\r1,2\r", "1:[a] [b]\n2:[1] [2]\n");
}

static void the_delimiter_is_found(void **state)
{
    (void)state;
    reads_as("a;b\n1,5;2\n", "1:[a] [b]\n2:[1,5] [2]\n");
    reads_as("a\tb\n1\t2\n", "1:[a] [b]\n2:[1] [2]\n");
    reads_as("\"a;;;\",b\n", "1:[a;;;] [b]\n");
}

static void quotes_hold_delimiters_line_ends_and_quotes(void **state)
{
    (void)state;
    reads_as("\"a,b\",\"c\nd\"\n\"e\"\"f\",2\n", "1:[a,b] [c\nd]\n3:[e\"f] [2]\n");
}

static void crlf_bom_and_blank_lines_are_no_matter(void **state)
{
    (void)state;
    reads_as("\xEF\xBB\xBF"
             "a,b\r\n\r\n1,2\r\n",
             "1:[a] [b]\n3:[1] [2]\n");
    reads_as("a,b\r1,2\r", "1:[a] [b]\n2:[1] [2]\n");
}

static void what_is_no_table_is_refused_with_its_line(void **state)
{
    (void)state;
    refuses("a,b\n1,\"2\n3,4\n", 13, 2, "never closed");
    refuses("a,b\n1,2\"3\n", 10, 2, "quote");
    refuses("a,b\n1,\0\n", 8, 2, "byte 0");
    refuses("a,b\n1,\xE4\n", 8, 2, "0xE4");
    refuses("\xFF\xFE"
            "a",
            3, 1, "UTF-16");
}

/* Lines without quotes are cut by other code than lines with some: both must find the same fields. */
static void a_quoted_field_changes_none_of_the_others(void **state)
{
    (void)state;
    static const char letters[] = {'a', '1', ' ', '\t', ',', ',', '.'};
    ws_random random = ws__new_random(4, 2);
    for (int i = 0; i < 5000; i++) {
        WS_TEXT(table);
        WS_TEXT(rows);
        char line[12];
        size_t length = (size_t)ws__draw_below(&random, sizeof line);
        for (size_t k = 0; k < length; k++)
            line[k] = letters[ws__draw_below(&random, sizeof letters)];
        line[length] = '\0';
        const char *end = ws__draw_below(&random, 2) ? "\r\n" : "\n";
        ws__add_format(&table, "h,h%sx,%s%sx,%s,\"q\"%s", end, line, end, line, end);
        assert_int_equal(WS_OK, ws__read_csv(table.bytes, table.length, "t.csv", write_row, &rows, NULL));
        char *bare = strstr(rows.bytes, "2:"), *quoted = strstr(rows.bytes, "3:");
        assert_true(bare && quoted);
        size_t size = (size_t)(quoted - bare) - 1;
        assert_memory_equal(bare + 2, quoted + 2, size - 2);
        assert_string_equal(quoted + size, " [q]\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_read_row_by_row),
        cmocka_unit_test(the_delimiter_is_found),
        cmocka_unit_test(quotes_hold_delimiters_line_ends_and_quotes),
        cmocka_unit_test(crlf_bom_and_blank_lines_are_no_matter),
        cmocka_unit_test(a_quoted_field_changes_none_of_the_others),
        cmocka_unit_test(what_is_no_table_is_refused_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
