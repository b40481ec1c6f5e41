/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases solved and events followed: what is refused and in which words, likelihoods from the game, types. */
#include "games.h"
#include "winset/format.h"
#include "winset/game.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const char *const parts[] = {"winset: 1\n"
                                    "as_of: 2001-01-10\n"
                                    "issues: {price: [low, middle, high]}\n"
                                    "parties:\n"
                                    "  a: {points: {price: [0, 5, 10]}, reservation: 2, discount: 0.9}\n"
                                    "  b:\n"
                                    "    points: {price: [10, 6, 1]}\n"
                                    "    reservation: 2\n"
                                    "    discount: 0.9\n"
                                    "    types:\n"
                                    "      soft: {probability: 0.5}\n"
                                    "      hard: {probability: 0.5, set: {reservation: 5.5}}\n"};

static ws_case *read_case(const char *process, const char *events)
{
    char text[4096];
    ws_case *c = NULL;
    ws_diag *diag = ws_new_diag();
    snprintf(text, sizeof text, "%s%s%s", parts[0], process, events);
    if (ws_read_case_text(&c, text, strlen(text), "test.yaml", diag) != WS_OK) {
        fprintf(stderr, "%s\n", ws_get_problem(diag, 0)->message);
        abort();
    }
    ws_free_diag(diag);
    return c;
}

#define PROCESS                                                                                              \
    "process: {rounds: {from: 2001-01-08, until: 2001-01-22, every: 1w}, first: a, offers: all, "            \
    "rationality: 5}\n"

static void refuse(const ws_case *c, const ws_solve_options *options, const char *word)
{
    ws_course *course = NULL;
    ws_diag *diag = ws_new_diag();
    assert_int_equal(ws_solve_case(&course, c, options, NULL, diag), WS_INVALID);
    assert_null(course);
    if (!strstr(ws_get_problem(diag, 0)->message, word))
        fprintf(stderr, "%s\n", ws_get_problem(diag, 0)->message);
    assert_non_null(strstr(ws_get_problem(diag, 0)->message, word));
    ws_free_diag(diag);
}

static void what_cannot_be_played_is_refused_in_words(void **state)
{
    (void)state;
    ws_case *c = read_case("", "");
    refuse(c, NULL, "no process");
    ws_free_case(c);
    c = read_case(PROCESS, "");
    refuse(c, &(ws_solve_options){.as_of = "2001-02-01"}, "deadline has passed");
    refuse(c, &(ws_solve_options){.rationality = -1}, "rationality");
    refuse(c, &(ws_solve_options){.rationality = HUGE_VAL}, "name a rationality");
    ws_free_case(c);
    c = read_case(PROCESS, "constraints: [{price: low}, {price: high}]\n");
    refuse(c, NULL, "no deal can be offered");
    ws_free_case(c);
    c = read_case(
        PROCESS,
        "events:\n"
        "  - {date: 2001-01-02, kind: contact, title: Soft no more, likelihood: {b: {soft: 0, hard: 1}}}\n"
        "  - {date: 2001-01-03, kind: contact, title: Odd call, likelihood: {b: {soft: 1, hard: 0}}}\n");
    refuse(c, NULL, "Odd call");
    ws_free_case(c);
}

static void rounds_before_today_are_over_and_the_order_of_speaking_goes_on(void **state)
{
    (void)state;
    ws_case *c = read_case(PROCESS, "");
    ws_course *course = NULL;
    assert_int_equal(ws_solve_case(&course, c, NULL, NULL, NULL), WS_OK);
    assert_int_equal(course->round_count, 2);
    assert_int_equal(course->rounds[0].number, 2);
    assert_int_equal(course->rounds[0].proposer, 1);
    assert_int_equal(course->speaker, 1);
    double sum = course->odds.agreement + course->odds.failed + course->odds.breakdown;
    assert_near(sum, 1, 1e-12);
    ws_free_course(course);
    ws_free_case(c);
}

static void a_type_known_to_all_is_played_alone(void **state)
{
    (void)state;
    ws_case *c = read_case(PROCESS, "");
    const char *party[] = {"b"}, *type[] = {"hard"};
    ws_course *mixed = NULL, *known = NULL;
    assert_int_equal(ws_solve_case(&mixed, c, NULL, NULL, NULL), WS_OK);
    assert_int_equal(
        ws_solve_case(&known, c,
                      &(ws_solve_options){.fixed_count = 1, .fixed_party = party, .fixed_type = type}, NULL,
                      NULL),
        WS_OK);
    assert_string_equal(mixed->method.name, "tree");
    assert_string_equal(known->method.name, "perfect");
    assert_true(known->odds.agreement < mixed->odds.agreement);
    ws_free_course(mixed);
    ws_free_course(known);
    ws_free_case(c);
}

/* An offer within the process is judged by the game: a high price is no offer of a hard b. */
static void an_offer_takes_its_likelihood_from_the_game(void **state)
{
    (void)state;
    const char *process =
        "process: {rounds: {from: 2001-01-01, until: 2001-01-22, every: 1w}, first: b, offers: all, "
        "rationality: 5}\n";
    ws_case *c = read_case(
        process, "events:\n"
                 "  - {date: 2001-01-02, kind: offer, by: b, title: First, offer: {price: middle}}\n"
                 "  - {date: 2001-01-03, kind: rejection, by: a, title: No}\n");
    ws_case *before = read_case(process, "");
    ws_beliefs *beliefs = NULL;
    ws_course *course = NULL;
    assert_int_equal(ws_update_beliefs(&beliefs, c, NULL, NULL, NULL), WS_OK);
    assert_int_equal(beliefs->party_count, 1);
    assert_int_equal(beliefs->parties[0].step_count, 1);
    const ws_belief_step *step = &beliefs->parties[0].steps[0];
    assert_true(step->from_model);
    assert_int_equal(ws_solve_case(&course, before, &(ws_solve_options){.as_of = "2001-01-01"}, NULL, NULL),
                     WS_OK);
    for (size_t x = 0; x < course->offer_count; x++)
        if (course->offers[x].outcome->index == 1)
            for (size_t t = 0; t < 2; t++)
                assert_near(step->posterior[t], course->offers[x].reveals[t], 1e-12);
    assert_true(step->posterior[1] < 0.5);
    ws_free_course(course);
    ws_free_beliefs(beliefs);
    ws_free_case(before);
    ws_free_case(c);
}

static void hidden_events_move_the_analyst_alone(void **state)
{
    (void)state;
    ws_case *c = read_case(
        PROCESS,
        "events:\n"
        "  - {date: 2001-01-02, kind: contact, hide: true, likelihood: {b: {soft: 0.9, hard: 0.1}}}\n");
    ws_beliefs *beliefs = NULL;
    assert_int_equal(ws_update_beliefs(&beliefs, c, NULL, NULL, NULL), WS_OK);
    assert_near(beliefs->parties[0].posterior[0], 0.5, 0);
    assert_non_null(beliefs->analyst);
    assert_near(beliefs->analyst[0].posterior[0], 0.9, 1e-15);
    ws_free_beliefs(beliefs);
    ws_free_case(c);
}

/* Stopped at the n-th time it is asked. */
typedef struct patience {
    unsigned asked, most;
} patience;

static bool is_tired(void *user)
{
    patience *left = user;
    return ++left->asked > left->most;
}

static void a_stopped_answer_keeps_what_is_known(void **state)
{
    (void)state;
    ws_case *c = read_case(PROCESS, "");
    unsigned nothing = 0, part = 0, whole = 0;
    for (unsigned most = 0; most < 4000 && !whole; most += 1 + most / 8) {
        patience left = {.most = most};
        ws_run run = {.threads = 1, .cancelled = is_tired, .user = &left};
        ws_course *course = NULL;
        ws_solve_options options = {.method = "grid", .grid = 17};
        ws_status status = ws_solve_case(&course, c, &options, &run, NULL);
        assert_int_equal(status, course && course->complete ? WS_OK : WS_INTERRUPTED);
        if (!course) {
            assert_int_equal(part, 0);
            nothing++;
            continue;
        }
        assert_near(course->odds.agreement + course->odds.failed + course->odds.breakdown, 1, 1e-12);
        part += !course->complete;
        whole += course->complete;
        assert_int_equal(course->complete, course->missing_count == 0);
        if (!course->complete && part == 1) /* the coarse grid came first */
            assert_int_equal(course->method.grid, 9);
        ws_free_course(course);
    }
    assert_true(nothing > 0 && part > 1 && whole > 0);
    ws_free_case(c);
}

static void a_time_limit_counts_over_the_whole_answer(void **state)
{
    (void)state;
    ws_case *c = read_case(PROCESS, "");
    ws_run run = {.limit_seconds = 1e-9};
    ws_course *course = NULL;
    ws_diag *diag = ws_new_diag();
    assert_int_equal(ws_solve_case(&course, c, NULL, &run, diag), WS_LIMIT);
    assert_null(course);
    assert_non_null(strstr(ws_get_problem(diag, 0)->message, "stopped before anything was known"));
    ws_free_diag(diag);
    ws_free_case(c);
}

static void a_date_cannot_pass_rounds_without_dates(void **state)
{
    (void)state;
    ws_case *c = read_case("process: {rounds: 2, offers: all, rationality: 5}\n", "");
    ws_course *course = NULL;
    ws_diag *diag = ws_new_diag();
    assert_int_equal(ws_solve_case(&course, c, &(ws_solve_options){.as_of = "2001-06-01"}, NULL, diag),
                     WS_OK);
    assert_int_equal(course->round_count, 2);
    assert_non_null(strstr(ws_get_problem(diag, 0)->message, "have no dates"));
    ws_free_course(course);
    ws_free_diag(diag);
    ws_free_case(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_played_is_refused_in_words),
        cmocka_unit_test(rounds_before_today_are_over_and_the_order_of_speaking_goes_on),
        cmocka_unit_test(a_type_known_to_all_is_played_alone),
        cmocka_unit_test(an_offer_takes_its_likelihood_from_the_game),
        cmocka_unit_test(hidden_events_move_the_analyst_alone),
        cmocka_unit_test(a_stopped_answer_keeps_what_is_known),
        cmocka_unit_test(a_time_limit_counts_over_the_whole_answer),
        cmocka_unit_test(a_date_cannot_pass_rounds_without_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
