/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GENIUS XML into case documents: what numbers and names become, which files of a folder count, and where
 * problems are said to be. The domains are written here, into a folder of their own. */
#include "base/text.h"
#include "format/genius.h"
#include "format/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define DOMAIN_HEAD                                                                                          \
    "<negotiation_template><utility_space number_of_issues=\"2\"><objective name=\"Van\" index=\"0\">\n"
#define COLOUR                                                                                               \
    "<issue index=\"1\" name=\"Colour &amp; trim\" vtype=\"discrete\">\n"                                    \
    "<item index=\"2\" value=\"10\"/>\n<item index=\"1\" value=\"deep red\"/>\n"                             \
    "<item index=\"3\" value=\"10''\"/>\n</issue>\n"
#define MONTHS "<issue index=\"2\" name=\"months\" vtype=\"integer\" lowerbound=\"1\" upperbound=\"4\"/>\n"
#define DOMAIN_TAIL "</objective></utility_space></negotiation_template>\n"
#define PROFILE(red, ten, inch, slope, offset, colour_weight, months_weight, rest)                           \
    "<utility_space><objective index=\"0\">\n<issue index=\"1\" name=\"Colour &amp; trim\">\n"               \
    "<item value=\"10\" evaluation=\"" ten "\"/>\n<item value=\"deep red\" evaluation=\"" red "\"/>\n"       \
    "<item value=\"10''\" evaluation=\"" inch "\"/>\n</issue>\n<issue index=\"2\" name=\"months\">"          \
    "<evaluator ftype=\"linear\" slope=\"" slope "\" offset=\"" offset "\"/></issue>\n"                      \
    "<weight index=\"1\" value=\"" colour_weight "\"/>\n<weight index=\"2\" value=\"" months_weight          \
    "\"/>\n</objective>" rest "</utility_space>\n"
#define FIRST PROFILE("3", "1", "2", "0.5", "0.25", "0.3", "0.7", "<reservation value=\"0.4\"/>")
#define SECOND                                                                                               \
    PROFILE("0", "0", "0", "-1", "1", "0.5", "0.6",                                                          \
            "<discount_factor value=\"0.9\"/><reservation value=\"0\"/>")

static char folder[64];

static const char *put(const char *name, const char *text)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return path;
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/winset-genius-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) == 0 ? 0 : -1;
}

static void put_van(void)
{
    put("van-domain.xml", DOMAIN_HEAD COLOUR MONTHS DOMAIN_TAIL);
    put("2 seller.xml", SECOND);
    put("buyer.xml", FIRST);
}

static ws_doc *read_folder(const ws_read_options *options, ws_diag *diag)
{
    ws_doc *doc = NULL;
    ws_status status = ws__read_genius(&doc, folder, options, diag);
    for (size_t i = 0; status != WS_OK && i < ws_count_problems(diag); i++)
        print_message("%s\n", ws_get_problem(diag, i)->message);
    assert_int_equal(status, WS_OK);
    return doc;
}

static const ws_node *find(const ws_node *node, const char *path)
{
    char copy[200], *save = NULL;
    snprintf(copy, sizeof copy, "%s", path);
    for (char *key = strtok_r(copy, "/", &save); key && node; key = strtok_r(NULL, "/", &save))
        node = ws__find_item(node, key);
    assert_non_null(node);
    return node;
}

static void assert_numbers(const ws_node *list, size_t count, const double *expected)
{
    assert_int_equal(list->count, count);
    for (size_t i = 0; i < count; i++) {
        double value;
        assert_true(ws__read_number(&value, list->items[i]->text, list->items[i]->count));
        assert_true(value == expected[i]);
    }
}

static void names_that_are_no_keys_get_keys_and_stay_what_is_shown(void **state)
{
    (void)state;
    put_van();
    ws_doc *doc = read_folder(NULL, NULL);
    assert_string_equal(find(doc->root, "title")->text, "Van");
    assert_string_equal(find(doc->root, "issues/Colour_trim/name")->text, "Colour & trim");
    assert_string_equal(find(doc->root, "issues/Colour_trim/levels/deep_red")->text, "deep red");
    assert_string_equal(find(doc->root, "issues/Colour_trim/levels/v_10")->text, "10");
    assert_string_equal(find(doc->root, "issues/Colour_trim/levels/v_10_2")->text, "10''");
    assert_string_equal(find(doc->root, "parties/party_2_seller/name")->text, "2 seller");
    assert_null(ws__find_item(find(doc->root, "parties/buyer"), "name"));
    ws__release_doc(doc);
}

static void items_stand_in_the_order_of_their_indices(void **state)
{
    (void)state;
    put_van();
    ws_doc *doc = read_folder(NULL, NULL);
    const ws_node *levels = find(doc->root, "issues/Colour_trim/levels");
    assert_string_equal(levels->keys[0]->text, "deep_red");
    assert_string_equal(levels->keys[1]->text, "v_10");
    ws__release_doc(doc);
}

static void points_are_weight_times_share_of_the_largest_evaluation(void **state)
{
    (void)state;
    put_van();
    ws_doc *doc = read_folder(NULL, NULL);
    assert_numbers(find(doc->root, "parties/buyer/points/Colour_trim"), 3, (double[]){0.3, 0.1, 0.2});
    assert_string_equal(find(doc->root, "parties/buyer/reservation")->text, "0.4");
    ws__release_doc(doc);
}

static void an_integer_evaluator_is_held_within_0_and_1(void **state)
{
    (void)state;
    put_van();
    ws_doc *doc = read_folder(NULL, NULL);
    assert_numbers(find(doc->root, "parties/buyer/points/months"), 4, (double[]){0.175, 0.525, 0.7, 0.7});
    assert_numbers(find(doc->root, "parties/party_2_seller/points/months"), 4, (double[]){0.6, 0, 0, 0});
    ws__release_doc(doc);
}

static void an_issue_worth_nothing_anywhere_is_worth_0(void **state)
{
    (void)state;
    put_van();
    ws_doc *doc = read_folder(NULL, NULL);
    assert_numbers(find(doc->root, "parties/party_2_seller/points/Colour_trim"), 3, (double[]){0, 0, 0});
    ws__release_doc(doc);
}

static void a_discount_between_0_and_1_is_kept_and_others_mean_none(void **state)
{
    (void)state;
    put_van();
    ws_doc *doc = read_folder(NULL, NULL);
    assert_string_equal(find(doc->root, "parties/party_2_seller/discount")->text, "0.9");
    assert_null(ws__find_item(find(doc->root, "parties/buyer"), "discount"));
    ws__release_doc(doc);
}

static bool has_problem(const ws_diag *diag, ws_severity severity, const char *file, uint32_t line,
                        const char *word)
{
    for (size_t i = 0; i < ws_count_problems(diag); i++) {
        const ws_problem *problem = ws_get_problem(diag, i);
        if (problem->severity == severity && problem->place.line == line && problem->place.file &&
            strstr(problem->place.file, file) && strstr(problem->message, word))
            return true;
    }
    return false;
}

static void weights_that_do_not_sum_to_1_are_used_with_a_warning(void **state)
{
    (void)state;
    put_van();
    ws_diag *diag = ws_new_diag();
    ws__release_doc(read_folder(NULL, diag));
    assert_int_equal(ws_count_problems(diag), 1);
    assert_true(has_problem(diag, WS_WARNING, "2 seller.xml", 1, "1.1"));
    ws_free_diag(diag);
}

static void a_wrong_number_of_issues_is_a_warning(void **state)
{
    (void)state;
    put_van();
    put("van-domain.xml", "<negotiation_template><utility_space number_of_issues=\"9\"><objective>\n" COLOUR
                          "<objective name=\"inner\">" MONTHS "</objective>" DOMAIN_TAIL);
    ws_diag *diag = ws_new_diag();
    ws__release_doc(read_folder(NULL, diag));
    assert_true(has_problem(diag, WS_WARNING, "van-domain.xml", 1, "number_of_issues is 9"));
    ws_free_diag(diag);
}

static void profiles_come_in_the_order_they_are_asked_for(void **state)
{
    (void)state;
    put_van();
    put("third.xml", "<broken");
    const char *const profiles[] = {"buyer.xml", "2 seller.xml"};
    ws_doc *doc = read_folder(&(ws_read_options){.profile_count = 2, .profiles = profiles}, NULL);
    assert_string_equal(find(doc->root, "parties")->keys[0]->text, "buyer");
    assert_int_equal(find(doc->root, "parties")->count, 2);
    ws__release_doc(doc);
}

static void profiles_outside_the_folder_are_not_read(void **state)
{
    (void)state;
    put_van();
    const char *const profiles[] = {"buyer.xml", "../other.xml"};
    ws_diag *diag = ws_new_diag();
    ws_doc *doc = NULL;
    assert_int_equal(
        ws__read_genius(&doc, folder, &(ws_read_options){.profile_count = 2, .profiles = profiles}, diag),
        WS_INVALID);
    ws_free_diag(diag);
}

static void a_domain_file_stands_for_its_folder(void **state)
{
    (void)state;
    put_van();
    char path[128];
    snprintf(path, sizeof path, "%s/van-domain.xml", folder);
    ws_doc *doc = NULL;
    assert_int_equal(ws__read_genius(&doc, path, NULL, NULL), WS_OK);
    assert_int_equal(find(doc->root, "parties")->count, 2);
    assert_int_equal(doc->source_count, 3);
    assert_int_equal(strlen(doc->sources[2].sha256), 64);
    ws__release_doc(doc);
}

static void a_real_issue_asks_for_real_steps(void **state)
{
    (void)state;
    put("r.xml", "<negotiation_template><utility_space><objective>\n<issue index=\"1\" name=\"share\" "
                 "vtype=\"real\">\n<range lowerbound=\"0\" upperbound=\"1\"/></issue></objective>"
                 "</utility_space></negotiation_template>");
    const char *profile = "<utility_space><objective><issue index=\"1\" name=\"share\">"
                          "<range lowerbound=\"0\" upperbound=\"1\"/><evaluator ftype=\"linear\" "
                          "parameter0=\"0\" parameter1=\"2\"/></issue><weight index=\"1\" value=\"1\"/>"
                          "</objective></utility_space>";
    put("a.xml", profile);
    put("b.xml", profile);
    ws_diag *diag = ws_new_diag();
    ws_doc *doc = NULL;
    assert_int_equal(ws__read_genius(&doc, folder, NULL, diag), WS_INVALID);
    assert_true(has_problem(diag, WS_ERROR, "r.xml", 2, "--real-steps"));
    ws_free_diag(diag);
    doc = read_folder(&(ws_read_options){.real_steps = 5}, NULL);
    assert_string_equal(find(doc->root, "issues/share/step")->text, "0.25");
    assert_numbers(find(doc->root, "parties/a/points/share"), 5, (double[]){0, 0.5, 1, 1, 1});
    ws__release_doc(doc);
    doc = read_folder(&(ws_read_options){.real_steps = 4}, NULL); /* thirds are no steps of a numeric issue */
    assert_string_equal(find(doc->root, "issues/share/levels/v_0_333333")->text, "0.333333");
    ws__release_doc(doc);
}

static void rectangles_become_terms_with_conditions(void **state)
{
    (void)state;
    put("d.xml", DOMAIN_HEAD MONTHS "<issue index=\"3\" name=\"years\" vtype=\"integer\" lowerbound=\"0\" "
                                    "upperbound=\"9\"/>" DOMAIN_TAIL);
    const char *profile =
        "<utility_space type=\"nonlinear\"><objective>" MONTHS
        "<issue index=\"3\" name=\"years\"/></objective><utility maxutility=\"50\"><ufun weight=\"2\" "
        "aggregation=\"sum\">\n<hyperRectangle utility=\"10\"><INCLUDES index=\"2\" min=\"2\" max=\"9\"/>"
        "<INCLUDES index=\"3\" min=\"1\" max=\"3\"/></hyperRectangle>\n<hyperRectangle utility=\"5\">"
        "<INCLUDES index=\"2\" min=\"3\" max=\"2\"/></hyperRectangle></ufun></utility></utility_space>";
    put("p.xml", profile);
    put("q.xml", profile);
    ws_doc *doc = read_folder(NULL, NULL);
    const ws_node *together = find(doc->root, "parties/p/together");
    assert_int_equal(together->count, 1);
    assert_string_equal(find(together->items[0], "add")->text, "0.4");
    assert_string_equal(find(together->items[0], "when/months")->text, "2..4");
    assert_string_equal(find(together->items[0], "when/years")->text, "1..3");
    ws__release_doc(doc);
}

static void a_document_type_is_an_error_by_itself(void **state)
{
    (void)state;
    put_van();
    put("buyer.xml", "<!DOCTYPE utility_space>\n" FIRST);
    ws_diag *diag = ws_new_diag();
    ws_doc *doc = NULL;
    assert_int_equal(ws__read_genius(&doc, folder, NULL, diag), WS_INVALID);
    assert_true(has_problem(diag, WS_ERROR, "buyer.xml", 1, "DOCTYPE"));
    ws_free_diag(diag);
}

static void an_element_with_very_many_attributes_is_refused_before_it_is_parsed(void **state)
{
    (void)state;
    put_van();
    WS_TEXT(text);
    ws__add_text(&text, "<utility_space");
    for (int i = 0; i < 200000; i++)
        ws__add_format(&text, " a%d='>'", i);
    ws__add_text(&text, "/>");
    put("buyer.xml", text.bytes);
    ws_diag *diag = ws_new_diag();
    ws_doc *doc = NULL;
    assert_int_equal(ws__read_genius(&doc, folder, NULL, diag), WS_LIMIT);
    assert_true(has_problem(diag, WS_ERROR, "buyer.xml", 1, "attributes"));
    ws_free_diag(diag);
}

static void columns_count_characters_and_excerpts_show_the_line(void **state)
{
    (void)state;
    put_van();
    put("van-domain.xml", DOMAIN_HEAD "<issue name='\xC3\xA9\xC3\xA9' index='x'/>" MONTHS DOMAIN_TAIL);
    ws_diag *diag = ws_new_diag();
    ws_doc *doc = NULL;
    assert_int_equal(ws__read_genius(&doc, folder, NULL, diag), WS_INVALID);
    const ws_problem *problem = ws_get_problem(diag, 0);
    assert_int_equal(problem->place.line, 2);
    assert_int_equal(problem->place.column, 25);
    assert_non_null(problem->excerpt);
    assert_int_equal(problem->caret, 25);
    ws_free_diag(diag);
}

static void keys_are_legal_and_different(void **state)
{
    (void)state;
    WS_SCRATCH(arena);
    const char *const texts[] = {"a", "a b", "a_b", "", "not", "7", "\xE4\xB8\x80", "a.b", "a_b_2"};
    const char *const expected[] = {"a", "a_b", "a_b_3", "x", "not_", "x_7", "x_2", "a_b_4", "a_b_2"};
    const char **keys = ws__make_keys(&arena, "x", sizeof texts / sizeof *texts, texts);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_string_equal(keys[i], expected[i]);
}

int main(void)
{
#define IN_FOLDER(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(names_that_are_no_keys_get_keys_and_stay_what_is_shown),
        IN_FOLDER(items_stand_in_the_order_of_their_indices),
        IN_FOLDER(points_are_weight_times_share_of_the_largest_evaluation),
        IN_FOLDER(an_integer_evaluator_is_held_within_0_and_1),
        IN_FOLDER(an_issue_worth_nothing_anywhere_is_worth_0),
        IN_FOLDER(a_discount_between_0_and_1_is_kept_and_others_mean_none),
        IN_FOLDER(weights_that_do_not_sum_to_1_are_used_with_a_warning),
        IN_FOLDER(a_wrong_number_of_issues_is_a_warning),
        IN_FOLDER(profiles_come_in_the_order_they_are_asked_for),
        IN_FOLDER(profiles_outside_the_folder_are_not_read),
        IN_FOLDER(a_domain_file_stands_for_its_folder),
        IN_FOLDER(a_real_issue_asks_for_real_steps),
        IN_FOLDER(rectangles_become_terms_with_conditions),
        IN_FOLDER(a_document_type_is_an_error_by_itself),
        IN_FOLDER(an_element_with_very_many_attributes_is_refused_before_it_is_parsed),
        IN_FOLDER(columns_count_characters_and_excerpts_show_the_line),
        cmocka_unit_test(keys_are_legal_and_different),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
