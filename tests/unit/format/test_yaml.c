/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YAML and JSON into documents, and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/yaml.h"

static ws_doc *read_bytes(const char *text, size_t length, ws_diag *diag)
{
    ws_doc *doc = ws__new_doc("t", NULL);
    if (ws__read_yaml(doc, text, length, diag) == WS_OK)
        return doc;
    ws__release_doc(doc);
    return NULL;
}

static ws_doc *read_good(const char *text)
{
    ws_diag *diag = ws_new_diag();
    ws_doc *doc = read_bytes(text, strlen(text), diag);
    for (size_t i = 0; i < ws_count_problems(diag); i++)
        print_error("%s\n", ws_get_problem(diag, i)->message);
    assert_int_equal(ws_count_problems(diag), 0);
    ws_free_diag(diag);
    assert_non_null(doc);
    return doc;
}

static void expect_bytes(const char *text, size_t length, uint32_t line, uint32_t column, const char *words)
{
    ws_diag *diag = ws_new_diag();
    ws__release_doc(read_bytes(text, length, diag));
    assert_int_equal(ws_count_errors(diag), 1);
    const ws_problem *problem = ws_get_problem(diag, 0);
    if (!strstr(problem->message, words) || (line && problem->place.line != line) ||
        (column && problem->place.column != column))
        print_error("%u:%u: %s\n", (unsigned)problem->place.line, (unsigned)problem->place.column,
                    problem->message);
    assert_non_null(strstr(problem->message, words));
    if (line)
        assert_int_equal(problem->place.line, line);
    if (column)
        assert_int_equal(problem->place.column, column);
    ws_free_diag(diag);
}

static void expect(const char *text, uint32_t line, uint32_t column, const char *words)
{
    expect_bytes(text, strlen(text), line, column, words);
}

static void places_count_characters(void **state)
{
    (void)state;
    ws_doc *doc = read_good("\xEF\xBB\xBF"
                            "a: 1\r\nb: {\xC3\xA9\xC3\xA9: [x, 'y']}\r\n");
    const ws_node *list = ws__find_item(ws__find_item(doc->root, "b"), "\xC3\xA9\xC3\xA9");
    assert_int_equal(list->line, 2);
    assert_int_equal(list->column, 9);
    assert_int_equal(list->items[1]->column, 13);
    assert_true(list->items[1]->quoted && !list->items[0]->quoted && list->flow);
    ws__release_doc(doc);
}

static void surrogate_pairs_of_json_are_one_character(void **state)
{
    (void)state;
    ws_doc *doc = read_good("{\"a\": \"\\ud83d\\ude00 \\\\ud83d\", \"b\": [1]}");
    assert_string_equal(ws__find_item(doc->root, "a")->text, "\xF0\x9F\x98\x80 \\ud83d");
    assert_int_equal(ws__find_item(doc->root, "b")->column, 36);
    ws__release_doc(doc);
    expect("{\"a\": \"\\ud83d\"}", 1, 0, "");
}

static void an_alias_is_the_node_itself(void **state)
{
    (void)state;
    ws_doc *doc = read_good("a: &x [1, 2]\nb: *x\nc: &x 3\nd: *x\n");
    assert_ptr_equal(ws__find_item(doc->root, "a"), ws__find_item(doc->root, "b"));
    assert_string_equal(ws__find_item(doc->root, "d")->text, "3");
    ws__release_doc(doc);
}

static void bytes_that_are_no_text_are_placed(void **state)
{
    (void)state;
    expect_bytes("a: \0", 4, 1, 4, "NUL");
    expect("a: 1\nb: \xC3\xA9\xE9", 2, 5, "UTF-8");
    expect("a: \x07", 1, 4, "U+0007");
    expect("a: \"\\e[31m\"", 1, 4, "control");
    expect("a: \"\\0\"", 1, 4, "NUL");
    expect_bytes("a\0:\0", 4, 1, 1, "UTF-16");
    expect("", 0, 0, "empty");
    expect("# nothing\n", 0, 0, "empty");
}

static void traps_have_words_of_their_own(void **state)
{
    (void)state;
    expect("a:\n\tb: 1\n", 2, 0, "tab");
    expect("a: 1\nb: 2\na: 3\n", 3, 1, "line 1");
    expect("a: !x 1\n", 1, 4, "tag");
    expect("a: *b\n", 1, 4, "no anchor");
    expect("a: &b [*b]\n", 1, 8, "inside its own anchor");
    expect("<<: {a: 1}\n", 1, 1, "merge");
    expect("a: 'b\nc: d\n", 1, 4, "never closed");
    expect("a: 1\n---\nb: 2\n", 2, 1, "second document");
    expect("a: >=b\n", 1, 0, "quotes");
    expect("a: !=b\n", 1, 4, "quotes");
    expect("a: b: c\n", 1, 0, "colon");
    expect("? [a]\n: 1\n", 1, 0, "key");
}

static void depth_is_limited(void **state)
{
    (void)state;
    char text[300];
    memset(text, '[', 200);
    text[200] = 0;
    expect(text, 1, WS_YAML_DEPTH + 1, "deep");
    memset(text, '[', WS_YAML_DEPTH);
    memset(text + WS_YAML_DEPTH, ']', WS_YAML_DEPTH);
    text[2 * WS_YAML_DEPTH] = 0;
    ws__release_doc(read_good(text));
}

static void unfolding_is_limited(void **state)
{
    (void)state;
    char text[4000] = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
    for (int i = 1; i < 9; i++) {
        char line[200];
        snprintf(line, sizeof line, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i,
                 i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
        strcat(text, line);
    }
    expect(text, 0, 0, "unfold");
}

static void a_key_of_many_is_found_twice(void **state)
{
    (void)state;
    char text[4000] = "";
    for (int i = 0; i < 100; i++)
        snprintf(text + strlen(text), 20, "k%d: %d\n", i * 37 % 100, i);
    strcat(text, "k5: again\n");
    expect(text, 101, 1, "'k5'");
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    static const char text[] =
        "a: [1, \"1\", 'x: y', \"\", null, '# no', yes, \"true\", \"a\\tb\\u00a0\\\"\", [], {}]\n"
        "b:\n- - 1\n  - {c: d}\n- e:\n    f: g\n  h: 'i''j'\nk: |\n  two\n\n  lines\nl: \"end \\n \"\n"
        "m: {'a,b': \"x]\", n: -5, o: '-'}\nq: ' lead'\n";
    ws_doc *doc = read_good(text);
    WS_TEXT(once);
    ws__write_yaml(&once, doc->root);
    ws_doc *again = read_good(once.bytes);
    WS_TEXT(twice);
    ws__write_yaml(&twice, again->root);
    assert_string_equal(once.bytes, twice.bytes);
    WS_TEXT(flat);
    ws__write_flow(&flat, doc->root);
    ws_doc *third = read_good(flat.bytes);
    WS_TEXT(flat_again);
    ws__write_flow(&flat_again, third->root);
    assert_string_equal(flat.bytes, flat_again.bytes);
    const ws_node *a = ws__find_item(third->root, "a");
    assert_true(a->items[1]->quoted && !a->items[0]->quoted && a->items[7]->quoted && !a->items[4]->quoted);
    assert_string_equal(ws__find_item(third->root, "k")->text, "two\n\nlines\n");
    assert_string_equal(ws__find_item(again->root, "l")->text, "end \n ");
    ws__release_doc(doc);
    ws__release_doc(again);
    ws__release_doc(third);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_count_characters),
        cmocka_unit_test(surrogate_pairs_of_json_are_one_character),
        cmocka_unit_test(an_alias_is_the_node_itself),
        cmocka_unit_test(bytes_that_are_no_text_are_placed),
        cmocka_unit_test(traps_have_words_of_their_own),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(unfolding_is_limited),
        cmocka_unit_test(a_key_of_many_is_found_twice),
        cmocka_unit_test(what_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
