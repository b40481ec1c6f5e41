/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text: decimals, UTF-8, widths, near names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/random.h"
#include "base/random.h"
#include "base/text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void a_buffer_grows_and_is_taken(void **state)
{
    (void)state;
    WS_TEXT(text);
    for (int i = 0; i < 1000; i++)
        ws__add_format(&text, "%d,", i % 10);
    assert_int_equal(text.length, 2000);
    char *taken = ws__take_text(&text);
    assert_int_equal(strlen(taken), 2000);
    free(taken);
    char *nothing = ws__take_text(&text);
    assert_string_equal(nothing, "");
    free(nothing);
}

static void a_decimal_is_the_shortest_that_reads_back(void **state)
{
    (void)state;
    char out[WS_NUMBER_ROOM];
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0.1, "0.1"},
                 {0.3, "0.3"},
                 {1.0 / 3, "0.3333333333333333"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {-2, "-2"},
                 {1e21, "1e+21"},
                 {5e-324, "5e-324"},
                 {DBL_MAX, "1.7976931348623157e+308"},
                 {123456789012345678.0, "1.2345678901234568e+17"},
                 {0, "0"},
                 {(double)NAN, "nan"},
                 {-INFINITY, "-inf"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(ws__format_number(out, cases[i].value), strlen(cases[i].text));
        assert_string_equal(out, cases[i].text);
    }
    ws_random random = ws__new_random(7, 1);
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = ws__draw_bits(&random);
        double value, back;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        size_t length = ws__format_number(out, value);
        assert_true(ws__read_number(&back, out, length));
        assert_memory_equal(&value, &back, sizeof value);
    }
}

static void only_a_whole_finite_decimal_is_a_number(void **state)
{
    (void)state;
    double value = -7;
    static const char *const bad[] = {"",    "-",   ".",  "1,5", "1e",    "1e+", "0x10",
                                      "nan", "inf", "1 ", " 1",  "1e999", "--1", "1.2.3"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(ws__read_number(&value, bad[i], strlen(bad[i])));
    assert_true(value == -7);
    assert_true(ws__read_number(&value, "-.5e1rest", 5));
    assert_true(value == -5);
    ws_random random = ws__new_random(5, 2);
    for (int i = 0; i < 20000; i++) { /* short numbers go another way than strtod's */
        char text[32];
        int length = snprintf(text, sizeof text, "%s%.*f", i % 3 ? "" : "-", (int)ws__draw_below(&random, 12),
                              ws__draw_uniform(&random) * (double)ws__draw_below(&random, 100000000));
        assert_true(ws__read_number(&value, text, (size_t)length));
        assert_true(value == strtod(text, NULL));
    }
    assert_true(ws__read_number(&value, "+3.", 3));
    assert_true(value == 3);
}

static void bad_utf8_is_found_where_it_begins(void **state)
{
    (void)state;
    size_t bad = 0;
    assert_true(ws__check_utf8(&bad, "na\xc3\xafve \xe6\x97\xa5 \xf0\x9f\x99\x82", 15));
    static const char *const broken[] = {"ab\xff",        "ab\xc0\x80",         "ab\xed\xa0\x80",
                                         "ab\xe2\x82",    "ab\xf5\x80\x80\x80", "ab\x80",
                                         "ab\xe0\x80\x80"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        assert_false(ws__check_utf8(&bad, broken[i], strlen(broken[i])));
        assert_int_equal(bad, 2);
    }
}

static void width_counts_columns_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(ws__text_width("abc"), 3);
    assert_int_equal(ws__text_width("na\xc3\xafve"), 5);
    assert_int_equal(ws__text_width("\xe6\x97\xa5\xe6\x9c\xac"), 4);
    assert_int_equal(ws__text_width("e\xcc\x81"), 1);
    assert_int_equal(ws__text_width("\xe2\x96\x88\xe2\x96\x91"), 2);
    assert_int_equal(ws__fit_width("\xe6\x97\xa5\xe6\x9c\xac", 6, 3), 3);
    assert_int_equal(ws__fit_width("abc", 3, 9), 3);
}

static void a_slip_finds_the_name_meant(void **state)
{
    (void)state;
    static const char *const names[] = {"autos", "auto_parts", "telecom", "medical", "insurance", "us"};
    assert_string_equal(ws__nearest_name("telcom", 6, names), "telecom");
    assert_string_equal(ws__nearest_name("telceom", 6, names), "telecom");
    assert_string_equal(ws__nearest_name("Autos", 6, names), "autos");
    assert_string_equal(ws__nearest_name("auto-parts", 6, names), "auto_parts");
    assert_string_equal(ws__nearest_name("insurence", 6, names), "insurance");
    assert_null(ws__nearest_name("fisheries", 6, names));
    assert_null(ws__nearest_name("x", 6, names));
    assert_null(ws__nearest_name("", 0, names));
    assert_int_equal(ws__name_distance("ca", "abc"), 3);
    assert_int_equal(ws__name_distance("abcd", "acbd"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_grows_and_is_taken),
        cmocka_unit_test(a_decimal_is_the_shortest_that_reads_back),
        cmocka_unit_test(only_a_whole_finite_decimal_is_a_number),
        cmocka_unit_test(bad_utf8_is_found_where_it_begins),
        cmocka_unit_test(width_counts_columns_not_bytes),
        cmocka_unit_test(a_slip_finds_the_name_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
