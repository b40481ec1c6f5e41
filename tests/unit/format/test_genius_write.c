/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases into GENIUS files and back: the same deals are worth the same, and what GENIUS cannot hold is named.
 */
#include "base/diag.h"
#include "case/model.h"
#include "format/format.h"
#include "format/genius.h"
#include "format/genius_worth.h"
#include "winset/space.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static ws_case *read_text(const char *text)
{
    ws_diag *diag = ws_new_diag();
    ws_case *c = NULL;
    ws_read_case_text(&c, text, strlen(text), "case", diag);
    for (size_t i = 0; i < ws_count_errors(diag); i++)
        print_message("%s\n", ws_get_problem(diag, i)->message);
    assert_non_null(c);
    ws_free_diag(diag);
    return c;
}

static ws_case *write_and_read(const ws_case *c, ws_diag *diag)
{
    ws_written written = {{0}, 0, NULL};
    assert_int_equal(ws__genius_format.write(&written, c, diag), WS_OK);
    ws_doc *doc = NULL;
    const char **profiles = test_calloc(written.count, sizeof *profiles); /* keeps the parties' order */
    for (size_t i = 1; i < written.count; i++)
        profiles[i - 1] = written.files[i].name;
    ws_read_options options = {.profile_count = written.count - 1, .profiles = profiles};
    ws_diag *again = ws_new_diag();
    ws_status status = ws__read_genius_texts(&doc, written.count, written.files, &options, again);
    for (size_t i = 0; status != WS_OK && i < ws_count_problems(again); i++)
        print_message("%s\n", ws_get_problem(again, i)->message);
    assert_int_equal(status, WS_OK);
    ws_case *out = NULL;
    assert_int_equal(ws__build_case(&out, doc, again), WS_OK);
    ws_free_diag(again);
    ws__release_doc(doc);
    ws__free_arena(&written.arena);
    test_free(profiles);
    return out;
}

/* Every deal is worth the same to every party, divided by `scale`; so is the reservation value. */
static void assert_same_worth(const ws_case *a, const ws_case *b, double scale, bool exactly)
{
    ws_space *x = NULL, *y = NULL;
    assert_int_equal(ws_compile_space(&x, a, NULL, NULL), WS_OK);
    assert_int_equal(ws_compile_space(&y, b, NULL, NULL), WS_OK);
    assert_int_equal(ws_count_outcomes(x), ws_count_outcomes(y));
    for (size_t p = 0; p < ws_count_parties(a); p++) {
        for (uint64_t deal = 0; deal < ws_count_outcomes(x); deal++) {
            double want = ws_utility(x, p, deal) / scale, got = ws_utility(y, p, deal);
            if (exactly ? want != got : fabs(want - got) > 1e-12)
                fail_msg("party %zu, deal %d: %.17g; expected %.17g", p, (int)deal, got, want);
        }
        double want = ws_get_range(x, p).reservation / scale, got = ws_get_range(y, p).reservation;
        if (fabs(want - got) > 1e-12)
            fail_msg("party %zu: reservation %.17g; expected %.17g", p, got, want);
    }
    ws_free_space(x);
    ws_free_space(y);
}

static const char *const plain =
    "winset: 1\ntitle: A \"sale\" & more\n"
    "issues:\n  colour: {name: 'Colour <trim>', levels: {red: deep red, blue: blue}}\n"
    "  months: {from: 1, to: 4, step: 1}\n  size: [s, m, l]\n"
    "parties:\n"
    "  buyer: {points: {colour: [0.3, 0.1], months: [0, 0.1, 0.2, 0.3], size: [0.1, 0.4, 0]}, reservation: "
    "0.35}\n"
    "  abel: {points: {colour: [0, 0.25], months: [0.5, 0.25, 0, 0], size: [0.25, 0.125, 0]}, reservation: "
    "0.2, "
    "discount: 0.9}\n";

static void what_is_written_reads_back_equal(void **state)
{
    (void)state;
    ws_case *c = read_text(plain), *again = write_and_read(c, NULL);
    assert_same_worth(c, again, 1, true);
    assert_string_equal(ws_case_title(again), "A \"sale\" & more");
    assert_string_equal(ws_party_key(again, 0), "buyer");
    assert_string_equal(again->shape->issues[0].name, "Colour <trim>");
    assert_string_equal(again->shape->issues[0].level_names[0], "deep red");
    assert_true(ws__number(again, again->shape->parties[1].discount, 1) == 0.9);
    assert_non_null(again->shape->issues[1].values); /* still a numeric issue */
    ws_free_case(again);
    ws_free_case(c);
}

static void twice_there_and_back_changes_nothing(void **state)
{
    (void)state;
    ws_case *c = read_text(plain), *once = write_and_read(c, NULL), *twice = write_and_read(once, NULL);
    char *first = NULL, *second = NULL;
    assert_int_equal(ws_write_case(&first, once, "case", NULL), WS_OK);
    assert_int_equal(ws_write_case(&second, twice, "case", NULL), WS_OK);
    assert_string_equal(first, second);
    free(first);
    free(second);
    ws_free_case(twice);
    ws_free_case(once);
    ws_free_case(c);
}

static bool has_message(const ws_diag *diag, ws_severity severity, const char *words)
{
    for (size_t i = 0; i < ws_count_problems(diag); i++)
        if (ws_get_problem(diag, i)->severity == severity && strstr(ws_get_problem(diag, i)->message, words))
            return true;
    return false;
}

static void points_out_of_100_are_divided_so_that_weights_sum_to_1(void **state)
{
    (void)state;
    ws_case *c = read_text("winset: 1\nissues: {a: [x, y], b: [v, w]}\nparties:\n"
                           "  one: {points: {a: [60, 0], b: [0, 40]}, reservation: 30}\n"
                           "  two: {points: {a: [0, 75], b: [25, 0]}, reservation: 50}\n");
    ws_diag *diag = ws_new_diag();
    ws_case *again = write_and_read(c, diag);
    assert_same_worth(c, again, 100, false);
    assert_true(has_message(diag, WS_WARNING, "parties.one: utilities are divided by 100"));
    ws_free_diag(diag);
    ws_free_case(again);
    ws_free_case(c);
}

static void every_form_of_preferences_is_written_as_the_space_understands_it(void **state)
{
    (void)state;
    ws_case *c = read_text(
        "winset: 1\nissues:\n  price: {from: 0, to: 10, step: 2.5}\n  days: {from: 2, to: 6, step: 1}\n"
        "  kind: [a, b, c, d]\n  one: [only]\n"
        "parties:\n"
        "  w: {weights: {price: 3, days: 2, kind: 1, one: 2}, values: {price: rising, days: {4: 1, 2: 0, 6: "
        "0.5}, "
        "kind: {ideal: b, loss: quadratic}, one: [5]}}\n"
        "  p: {points: {price: {shape: falling, times: 0.5}, days: {ideal: 3, loss: linear, times: 0.25}, "
        "kind: {a: 0.1, b: 0.2, c: 0, d: 0.05}}}\n"
        "  l: {like: w, weights: {kind: 9}, reservation: {outcome: {price: 5, days: 3, kind: c, one: "
        "only}}}\n");
    WS_SCRATCH(scratch);
    ws_space *space = NULL;
    assert_int_equal(ws_compile_space(&space, c, NULL, NULL), WS_OK);
    for (size_t p = 0; p < 3; p++) {
        double **worth = ws__find_worth(&scratch, c, &c->shape->parties[p].preference);
        assert_non_null(worth);
        for (uint64_t deal = 0; deal < ws_count_outcomes(space); deal++) {
            uint32_t levels[4];
            ws_get_levels(levels, space, deal);
            double sum = 0;
            for (size_t i = 0; i < 4; i++)
                sum += worth[i][levels[i]];
            assert_true(fabs(sum - ws_utility(space, p, deal)) < 1e-12);
        }
    }
    ws_free_space(space);
    ws_case *again = write_and_read(c, NULL);
    ws_space *x = NULL, *y = NULL;
    assert_int_equal(ws_compile_space(&x, c, NULL, NULL), WS_OK);
    assert_int_equal(ws_compile_space(&y, again, NULL, NULL), WS_OK);
    for (size_t p = 0; p < 3; p++) { /* each has its own scale */
        double scale = ws_get_range(x, p).max / ws_get_range(y, p).max;
        for (uint64_t deal = 0; deal < ws_count_outcomes(x); deal++)
            assert_true(fabs(ws_utility(x, p, deal) - scale * ws_utility(y, p, deal)) < 1e-12);
        assert_true(fabs(ws_get_range(x, p).reservation - scale * ws_get_range(y, p).reservation) < 1e-12);
    }
    ws_free_space(x);
    ws_free_space(y);
    ws_free_case(again);
    ws_free_case(c);
}

static void bonuses_for_ranges_of_whole_numbers_are_rectangles(void **state)
{
    (void)state;
    ws_case *c =
        read_text("winset: 1\nissues: {a: {from: 0, to: 5, step: 1}, b: {from: -2, to: 2, step: 1}}\n"
                  "parties:\n  one: {points: {a: [0, 0.125, 0, 0, 0.25, 0]}, together: ["
                  "{when: {a: '>=2', b: '-1..1'}, add: 0.5}, {when: {b: 2}, add: 0.25}], reservation: 0.1}\n"
                  "  two: {points: {a: [0, 0.2, 0.4, 0.6, 0.8, 1]}, reservation: 0.2}\n");
    ws_case *again = write_and_read(c, NULL);
    assert_same_worth(c, again, 1, true);
    ws_free_case(again);
    ws_free_case(c);
}

static void every_part_that_does_not_fit_is_named(void **state)
{
    (void)state;
    ws_case *c = read_text(
        "winset: 1\nissues: {a: [x, y], b: [v, w]}\n"
        "parties:\n  one: {points: {a: [6, 0], b: [0, -4]}, reservation: {percentile: 50}, "
        "bargaining_weight: 2}\n"
        "  two: {points: {a: [0, 5], b: [{normal: [5, 1]}, 0]}, together: [{when: {a: x}, add: 1}], "
        "domestic: {actors: {m: {points: {a: [0, 1]}}}, institutions: {i: {veto: m}}}}\n"
        "agreement: {any: [one, two]}\nconstraints: [{not: {a: x, b: w}}]\nclasses: {good: {a: x}, bad: "
        "otherwise}\n"
        "breakdown: {cost: 1}\nprocess: {rounds: 3}\n");
    ws_diag *diag = ws_new_diag();
    ws_written written = {{0}, 0, NULL};
    assert_int_equal(ws__genius_format.write(&written, c, diag), WS_INVALID);
    static const char *const words[] = {"agreement:",
                                        "constraints:",
                                        "classes:",
                                        "breakdown:",
                                        "process:",
                                        "parties.one.reservation:",
                                        "parties.one.bargaining_weight:",
                                        "parties.one.points.b:",
                                        "parties.two.points.b",
                                        "parties.two.together[0]:",
                                        "parties.two.domestic:"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!has_message(diag, WS_ERROR, words[i]))
            fail_msg("no message has '%s'", words[i]);
    ws__free_arena(&written.arena);
    ws_free_diag(diag);
    ws_free_case(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_back_equal),
        cmocka_unit_test(twice_there_and_back_changes_nothing),
        cmocka_unit_test(points_out_of_100_are_divided_so_that_weights_sum_to_1),
        cmocka_unit_test(every_form_of_preferences_is_written_as_the_space_understands_it),
        cmocka_unit_test(bonuses_for_ranges_of_whole_numbers_are_rectangles),
        cmocka_unit_test(every_part_that_does_not_fit_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
