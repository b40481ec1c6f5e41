/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of an analysis: all of it within 80 columns, in every form, whatever the case. With an argument
 * the test prints the made analyses instead, for reading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"
#include "made_analysis.h"
#include "report/analysis_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const made_options all_kinds[] = {
    {.parties = 2,
     .issues = 5,
     .levels = 5,
     .home = true,
     .types = true,
     .classes = true,
     .reservation = 0.4},
    {.parties = 2, .issues = 1, .levels = 3, .reservation = 0.2},
    {.parties = 2, .issues = 1, .levels = 1, .reservation = 0},
    {.parties = 2, .issues = 12, .levels = 2, .reservation = 0.3},
    {.parties = 7, .issues = 4, .levels = 3, .reservation = 0.3},
    {.parties = 7, .issues = 3, .levels = 3, .home = true, .classes = true, .reservation = 0.2},
    {.parties = 12, .issues = 4, .levels = 3, .home = true, .reservation = 0},
    {.parties = 3,
     .issues = 4,
     .levels = 3,
     .long_names = true,
     .home = true,
     .classes = true,
     .reservation = 0.3},
    {.parties = 2,
     .issues = 4,
     .levels = 4,
     .long_names = true,
     .types = true,
     .home = true,
     .reservation = 0.3},
    {.parties = 2, .issues = 3, .levels = 3, .reservation = 1.5},
    {.parties = 2, .issues = 3, .levels = 3, .nothing_feasible = true, .reservation = 0.2},
    {.parties = 4, .issues = 3, .levels = 3, .home = true, .reservation = 0.95},
};
enum { KINDS = sizeof all_kinds / sizeof *all_kinds };

static char *tell(const made *one, const ws_report_options *options)
{
    char *text = NULL;
    assert_int_equal(ws__write_analysis_text(&text, &one->analysis, one->space, options, NULL), WS_OK);
    return text;
}

static void no_line_is_wider_than_the_page(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        made one;
        make_analysis(&one, all_kinds[i]);
        for (int ascii = 0; ascii < 2; ascii++) {
            char *text = tell(&one, &(ws_report_options){.ascii = ascii, .verbose = true});
            for (const char *line = text; *line;) {
                size_t length = strcspn(line, "\n");
                if (ws__bytes_width(line, length) > 80)
                    fail_msg("kind %zu: %.*s", i, (int)length, line);
                if (length && line[length - 1] == ' ')
                    fail_msg("kind %zu ends in a blank: '%.*s'", i, (int)length, line);
                line += length + (line[length] == '\n');
            }
            free(text);
        }
        free_made(&one);
    }
}

static void plain_text_has_no_colours_and_nothing_unsaid(void **state)
{
    (void)state;
    static const char *const never[] = {
        "\x1b", "\x01", "\x02", "nan", "inf", "(null)", "18446744073709551615"};
    for (size_t i = 0; i < KINDS; i++) {
        made one;
        make_analysis(&one, all_kinds[i]);
        char *text = tell(&one, NULL),
             *markdown = tell(&one, &(ws_report_options){.form = WS_REPORT_MARKDOWN});
        for (size_t k = 0; k < sizeof never / sizeof *never; k++) {
            assert_null(strstr(text, never[k]));
            assert_null(strstr(markdown, never[k]));
        }
        assert_int_equal(strncmp(markdown, "# ", 2), 0);
        free(text);
        free(markdown);
        free_made(&one);
    }
}

static void the_answer_comes_first_and_fits_the_case(void **state)
{
    (void)state;
    static const struct {
        size_t kind;
        const char *words;
    } expected[] = {{9, "THERE IS NO DEAL:"}, {10, "NO DEAL IS POSSIBLE:"}, {0, "Nash's deal"}, {3, "Nash"}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        made one;
        make_analysis(&one, all_kinds[expected[i].kind]);
        char *text = tell(&one, NULL);
        if (!strstr(text, expected[i].words))
            fail_msg("no '%s' in\n%s", expected[i].words, text);
        free(text);
        free_made(&one);
    }
}

static void colour_is_bold_and_is_always_closed(void **state)
{
    (void)state;
    made one;
    make_analysis(&one, all_kinds[0]);
    char *text = tell(&one, &(ws_report_options){.color = true});
    size_t on = 0, off = 0;
    for (const char *at = text; (at = strstr(at, "\x1b[")); at++) {
        on += strncmp(at, "\x1b[1m", 4) == 0;
        off += strncmp(at, "\x1b[22m", 5) == 0;
    }
    assert_true(on > 3);
    assert_int_equal(on, off);
    free(text);
    free_made(&one);
}

int main(int argc, char **argv)
{
    (void)argv;
    for (size_t i = 0; argc > 1 && i < KINDS; i++) {
        made one;
        char *text = NULL;
        make_analysis(&one, all_kinds[i]);
        ws_report_options options = {.form = argc > 2 ? WS_REPORT_MARKDOWN : WS_REPORT_TEXT, .verbose = true};
        if (ws__write_analysis_text(&text, &one.analysis, one.space, &options, NULL) == WS_OK)
            printf("================ kind %zu\n%s", i, text);
        free(text);
        free_made(&one);
    }
    if (argc > 1)
        return 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_line_is_wider_than_the_page),
        cmocka_unit_test(plain_text_has_no_colours_and_nothing_unsaid),
        cmocka_unit_test(the_answer_comes_first_and_fits_the_case),
        cmocka_unit_test(colour_is_bold_and_is_always_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
