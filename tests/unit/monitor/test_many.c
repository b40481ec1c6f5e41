/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many indicators of one case: in parallel, to the same bytes. */
#include "tables.h"

#include "base/random.h"
#include "base/text.h"
#include "report/monitor.h"
#include "winset/format.h"

enum { MANY = 40 };

static void add_indicators(ws_text *text)
{
    ws_random random = ws__new_random(1, 11);
    for (int i = 0; i < MANY; i++) {
        size_t count = 1 + (size_t)ws__draw_below(&random, 30);
        ws__add_format(text, "  i%d:\n    agreed: 1995-06-30\n    series: {", i);
        for (size_t q = 0; q < count; q++)
            ws__add_format(text, "%s%zu-Q%zu: %.2f", q ? ", " : "", 1990 + q / 4, q % 4 + 1,
                           i % 7 ? 20 + ws__draw_normal(&random) : 20.0);
        ws__add_text(
            text,
            "}\n    target: {path: [{by: 1999-12-31, at_least: 20}, {by: 2001-12-31, at_least: 21}]}\n");
    }
}

static char *document_of(const ws_case *c, unsigned threads)
{
    ws_run run = {.threads = threads, .seed = 5};
    ws_monitor_options options = {.design = true};
    ws_report_options form = {.form = WS_REPORT_JSON};
    ws_monitoring *monitoring = NULL;
    char *document = NULL;
    assert_int_equal(WS_OK, ws_monitor_case(&monitoring, c, &options, &run, NULL));
    assert_int_equal(monitoring->indicator_count, MANY);
    assert_int_equal(WS_OK, ws__report_monitoring(&document, monitoring, c, NULL, &form, NULL));
    ws_free_monitoring(monitoring);
    return document;
}

static void many_indicators_give_the_same_bytes_on_any_number_of_threads(void **state)
{
    (void)state;
    WS_TEXT(text);
    ws__add_text(&text, "winset: 1\nissues: {a: [x, y]}\n"
                        "parties: {p: {points: {a: [0, 1]}}, q: {points: {a: [1, 0]}}}\nindicators:\n");
    add_indicators(&text);
    ws_case *c = NULL;
    ws_diag *diag = ws_new_diag();
    ws_status status = ws_read_case_text(&c, text.bytes, text.length, "many", diag);
    for (size_t i = 0; i < ws_count_problems(diag); i++)
        print_message("%s\n", ws_get_problem(diag, i)->message);
    assert_int_equal(WS_OK, status);
    char *one = document_of(c, 1), *three = document_of(c, 3);
    assert_string_equal(one, three);
    assert_null(strstr(one, "nan"));
    free(one);
    free(three);
    ws_free_diag(diag);
    ws_free_case(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_indicators_give_the_same_bytes_on_any_number_of_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
