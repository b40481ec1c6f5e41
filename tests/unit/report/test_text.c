/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words, digits, tables, pages, JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/diag.h"
#include "report/json.h"
#include "report/page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void a_percentage_never_rounds_to_certainty(void **state)
{
    (void)state;
    WS_SCRATCH(arena);
    static const struct {
        double share;
        const char *text;
    } cases[] = {{0, "0%"},         {1, "100%"},       {0.5, "50%"},       {0.0056, "0.56%"},
                 {0.001, "0.1%"},   {0.056, "5.6%"},   {0.056001, "5.6%"}, {0.09951, "10%"},
                 {0.5678, "57%"},   {1e-6, "<0.01%"},  {1e-30, "0%"},      {0.9996, ">99.9%"},
                 {0.9961, "99.6%"}, {0.994, "99%"},    {0.00036, "0.04%"}, {-0.25, "-25%"},
                 {1.28, "128%"},    {(double)NAN, "-"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (cases[i].share != 1e-30)
            assert_string_equal(ws__say_percent(&arena, cases[i].share), cases[i].text);
}

static void numbers_have_at_most_four_digits(void **state)
{
    (void)state;
    WS_SCRATCH(arena);
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0, "0"},
                 {0.3, "0.3"},
                 {1270, "1,270"},
                 {12345, "12,350"},
                 {123456, "123,500"},
                 {999999, "1 million"},
                 {1234567, "1.235 million"},
                 {2e10, "20 billion"},
                 {-0.05, "-0.05"},
                 {-1270, "-1,270"},
                 {0.00012345, "0.0001234"},
                 {9.376e-05, "0.000094"},
                 {1.0 / 3, "0.3333"},
                 {1e12, "1 trillion"},
                 {(double)NAN, "-"},
                 {99999.4, "100,000"},
                 {-0.0, "0"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(ws__say_number(&arena, cases[i].value), cases[i].text);
    assert_string_equal(ws__say_count(&arena, UINT64_MAX), "18,446,744,073,709,551,615");
    assert_string_equal(ws__say_many(&arena, 1, "deal", "deals"), "1 deal");
    assert_string_equal(ws__say_many(&arena, 2500, "deal", "deals"), "2,500 deals");
    const char *const names[] = {"A", "B", "C"};
    assert_string_equal(ws__say_list(&arena, 3, names), "A, B and C");
}

static void a_bar_shows_something_for_anything(void **state)
{
    (void)state;
    WS_SCRATCH(arena);
    assert_string_equal(ws__say_bar(&arena, 0, 5, true), ".....");
    assert_string_equal(ws__say_bar(&arena, 1e-9, 5, true), "#....");
    assert_string_equal(ws__say_bar(&arena, 0.999, 5, true), "####.");
    assert_string_equal(ws__say_bar(&arena, 1, 5, true), "#####");
    assert_string_equal(ws__say_bar(&arena, (double)NAN, 2, false), "\xe2\x96\x91\xe2\x96\x91");
}

static char *finish(ws_page *page)
{
    char *text = NULL;
    assert_int_equal(ws__finish_page(&text, page, NULL), WS_OK);
    return text;
}

static void a_table_aligns_at_the_point_and_what_may_give_way_goes_on_below(void **state)
{
    (void)state;
    ws_page *page = ws__start_page(&(ws_report_options){.width = 30});
    ws_table *table = ws__start_table(page);
    ws__add_column(table, "name", WS_FLEXIBLE, 4);
    ws__add_column(table, "chance\nat home", WS_DECIMAL, 0);
    ws__add_column(table, "n", WS_RIGHT, 0);
    const char *const cells[] = {"a name longer than the page", "0.56%", "1,986",
                                 "\xe6\x97\xa5\xe6\x9c\xac",    "56%",   "7"};
    for (size_t i = 0; i < 6; i++)
        ws__add_cell(table, cells[i]);
    ws__end_table(table);
    char *text = finish(page);
    assert_string_equal(text, "                 chance\n"
                              "name            at home      n\n"
                              "a name longer     0.56%  1,986\n"
                              "than the page\n"
                              "\xe6\x97\xa5\xe6\x9c\xac             56%         7\n");
    free(text);
}

static void markdown_escapes_what_would_mean_something(void **state)
{
    (void)state;
    ws_page *page = ws__start_page(&(ws_report_options){.form = WS_REPORT_MARKDOWN});
    ws__page_paragraph(page, "auto_parts | " WS_STRONG "a*b" WS_PLAIN);
    char *text = finish(page);
    assert_string_equal(text, "auto\\_parts \\| **a\\*b**\n");
    free(text);
}

static void emphasis_in_plain_text_is_capitals_or_a_mark(void **state)
{
    (void)state;
    ws_page *page = ws__start_page(NULL);
    ws__page_paragraph(page, WS_STRONG "\xc3\xa9lan" WS_PLAIN " and " WS_STRONG "20" WS_PLAIN " stay");
    char *text = finish(page);
    assert_string_equal(text, "\xc3\x89LAN and *20* stay\n");
    free(text);
}

static void json_writes_shortest_numbers_and_no_nan(void **state)
{
    (void)state;
    ws_diag *diag = ws_new_diag();
    ws_warn(diag, "means are used");
    const ws_report_option options[] = {
        {"set", "a=1", 0, true}, {"alpha", NULL, 0.5, false}, {"set", "b=2", 0, true}};
    ws_report_options how = {.option_count = 3, .options = options, .warnings = diag};
    json_t *root = ws__start_json("analyze", NULL, &how);
    ws__set(root, "tenth", ws__json_number(0.1));
    ws__set(root, "none", ws__json_number((double)NAN));
    ws__set(root, "large", ws__json_count((UINT64_C(1) << 53) + 1));
    ws__set(root, "exact", ws__json_count(UINT64_C(1) << 53));
    ws__set(root, "text", json_string("a\"\\\n\x01\xc3\xa9"));
    char *text = NULL;
    assert_int_equal(ws__finish_json(&text, root, NULL), WS_OK);
    assert_non_null(strstr(text, "\"options\": {\n  \"set\": [\"a=1\", \"b=2\"],\n  \"alpha\": 0.5\n }"));
    assert_non_null(strstr(text, "\"warnings\": [\"means are used\"]"));
    assert_non_null(strstr(text, "\"tenth\": 0.1,"));
    assert_non_null(strstr(text, "\"none\": null,"));
    assert_non_null(strstr(text, "\"large\": \"9007199254740993\""));
    assert_non_null(strstr(text, "\"exact\": 9007199254740992"));
    assert_non_null(strstr(text, "\"text\": \"a\\\"\\\\\\n\\u0001\xc3\xa9\""));
    json_t *back = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(back);
    json_decref(back);
    free(text);
    ws_free_diag(diag);
}

static void a_value_that_could_not_be_made_spoils_the_document(void **state)
{
    (void)state;
    char *text = NULL;
    json_t *root = json_object();
    ws__set(root, "missing", NULL);
    assert_int_equal(ws__finish_json(&text, root, NULL), WS_LIMIT);
    assert_null(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_percentage_never_rounds_to_certainty),
        cmocka_unit_test(numbers_have_at_most_four_digits),
        cmocka_unit_test(a_bar_shows_something_for_anything),
        cmocka_unit_test(a_table_aligns_at_the_point_and_what_may_give_way_goes_on_below),
        cmocka_unit_test(markdown_escapes_what_would_mean_something),
        cmocka_unit_test(emphasis_in_plain_text_is_capitals_or_a_mark),
        cmocka_unit_test(json_writes_shortest_numbers_and_no_nan),
        cmocka_unit_test(a_value_that_could_not_be_made_spoils_the_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
