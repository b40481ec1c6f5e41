/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must not matter: the zero and the unit of a utility, names, the order of types and of offers, a type
 * that nobody can have. Each is a case written twice and solved on the tree and on the grid. */
#include "games.h"
#include "winset/format.h"
#include "winset/game.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static ws_case *read_text(const char *text)
{
    ws_case *c = NULL;
    ws_diag *diag = ws_new_diag();
    if (ws_read_case_text(&c, text, strlen(text), "test.yaml", diag) != WS_OK) {
        fprintf(stderr, "%s\n", ws_get_problem(diag, 0)->message);
        abort();
    }
    ws_free_diag(diag);
    return c;
}

static const char plain[] =
    "winset: 1\n"
    "issues: {price: [low, middle, high], term: [short, long]}\n"
    "classes: {dear: {price: high}, fair: otherwise}\n"
    "parties:\n"
    "  seller:\n"
    "    points: {price: [0, 6, 10], term: [3, 0]}\n"
    "    reservation: 3\n"
    "    discount: 0.9\n"
    "    types: {calm: {probability: 0.6}, proud: {probability: 0.4, set: {reservation: 5}}}\n"
    "  buyer:\n"
    "    points: {price: [10, 6, 1], term: [0, 2]}\n"
    "    reservation: 3\n"
    "    discount: 0.95\n"
    "    domestic:\n"
    "      actors: {board: {points: {price: [8, 4, 0]}, threshold: 3, noise: 2}}\n"
    "      institutions: {council: {veto: board}}\n"
    "      failure: 1\n"
    "    types: {able: {probability: 0.5}, bound: {probability: 0.5, set: {domestic.actors.board.threshold: "
    "7}}}\n"
    "breakdown: {cost: {seller: 0.5, buyer: 0.25}}\n"
    "process: {rounds: 3, first: seller, hazard: 0.05, offers: all, rationality: 8}\n";

/* The buyer's utility times 4 less 7, the board's times 0.5 plus 2, with all that is counted in them. */
static const char scaled[] =
    "winset: 1\n"
    "issues: {price: [low, middle, high], term: [short, long]}\n"
    "classes: {dear: {price: high}, fair: otherwise}\n"
    "parties:\n"
    "  seller:\n"
    "    points: {price: [0, 6, 10], term: [3, 0]}\n"
    "    reservation: 3\n"
    "    discount: 0.9\n"
    "    types: {calm: {probability: 0.6}, proud: {probability: 0.4, set: {reservation: 5}}}\n"
    "  buyer:\n"
    "    points: {price: [33, 17, -3], term: [0, 8]}\n"
    "    reservation: 5\n"
    "    discount: 0.95\n"
    "    domestic:\n"
    "      actors: {board: {points: {price: [6, 4, 2]}, threshold: 3.5, noise: 1}}\n"
    "      institutions: {council: {veto: board}}\n"
    "      failure: -3\n"
    "    types: {able: {probability: 0.5}, bound: {probability: 0.5, set: {domestic.actors.board.threshold: "
    "5.5}}}\n"
    "breakdown: {cost: {seller: 0.5, buyer: 1}}\n"
    "process: {rounds: 3, first: seller, hazard: 0.05, offers: all, rationality: 8}\n";

/* Other names for everything; levels, types and issues in another order; a type that nobody has. */
static const char renamed[] =
    "winset: 1\n"
    "issues: {zeit: [lang, kurz], preis: [viel, mittel, wenig]}\n"
    "classes: {teuer: {preis: viel}, gut: otherwise}\n"
    "parties:\n"
    "  verkauf:\n"
    "    points: {preis: [10, 6, 0], zeit: [0, 3]}\n"
    "    reservation: 3\n"
    "    discount: 0.9\n"
    "    types:\n"
    "      stolz: {probability: 0.4, set: {reservation: 5}}\n"
    "      niemand: {probability: 0, set: {reservation: 9}}\n"
    "      ruhig: {probability: 0.6}\n"
    "  kauf:\n"
    "    points: {preis: [1, 6, 10], zeit: [2, 0]}\n"
    "    reservation: 3\n"
    "    discount: 0.95\n"
    "    domestic:\n"
    "      actors: {rat: {points: {preis: [0, 4, 8]}, threshold: 3, noise: 2}}\n"
    "      institutions: {haus: {veto: rat}}\n"
    "      failure: 1\n"
    "    types: {kann: {probability: 0.5}, gebunden: {probability: 0.5, set: {domestic.actors.rat.threshold: "
    "7}}}\n"
    "breakdown: {cost: {verkauf: 0.5, kauf: 0.25}}\n"
    "process: {rounds: 3, first: verkauf, hazard: 0.05, offers: all, rationality: 8}\n";

static ws_course *solve_text(const char *text, const char *method)
{
    ws_case *c = read_text(text);
    ws_course *course = NULL;
    ws_solve_options options = {.method = method, .no_comparisons = true};
    assert_int_equal(ws_solve_case(&course, c, &options, NULL, NULL), WS_OK);
    assert_string_equal(course->method.name, method);
    ws_free_case(c);
    return course;
}

static void compare_odds(const ws_odds *a, const ws_odds *b, size_t classes, size_t parties, double within)
{
    assert_near(a->agreement, b->agreement, within);
    assert_near(a->failed, b->failed, within);
    assert_near(a->outside, b->outside, within);
    assert_near(a->expiry, b->expiry, within);
    for (size_t k = 0; k < classes; k++)
        assert_near(a->classes[k], b->classes[k], within);
    for (size_t p = 0; p < parties; p++)
        assert_near(a->walk[p], b->walk[p], within);
}

/* The second's values are `times` the first's plus `plus`, by party. */
static void compare_courses(const char *first, const char *second, const char *method, const double *times,
                            const double *plus, double within)
{
    ws_course *a = solve_text(first, method), *b = solve_text(second, method);
    assert_true(a->odds.agreement > 0.05 && a->odds.failed > 0.01 && a->odds.breakdown > 0.05);
    compare_odds(&a->odds, &b->odds, a->class_count, a->party_count, within);
    for (size_t p = 0; p < a->party_count; p++)
        assert_near(b->value[p], times[p] * a->value[p] + plus[p], 20 * within);
    for (size_t n = 0; n < a->round_count; n++) {
        assert_near(a->rounds[n].reach, b->rounds[n].reach, within);
        compare_odds(&a->rounds[n].odds, &b->rounds[n].odds, a->class_count, a->party_count, within);
    }
    for (size_t x = 0; x < a->offer_count; x++) { /* ranked alike */
        assert_near(a->offers[x].accept, b->offers[x].accept, 10 * within);
        assert_near(a->offers[x].probability, b->offers[x].probability, within);
    }
    ws_free_course(a);
    ws_free_course(b);
}

static const double one[] = {1, 1}, none[] = {0, 0}, times[] = {1, 4}, plus[] = {0, -7};

static void zero_and_unit_of_a_utility_do_not_matter_on_the_tree(void **state)
{
    (void)state;
    compare_courses(plain, scaled, "tree", times, plus, 1e-8);
}

static void zero_and_unit_of_a_utility_do_not_matter_on_the_grid(void **state)
{
    (void)state;
    compare_courses(plain, scaled, "grid", times, plus, 1e-8);
}

static void names_and_orders_and_a_type_of_nobody_do_not_matter_on_the_tree(void **state)
{
    (void)state;
    compare_courses(plain, renamed, "tree", one, none, 1e-8);
}

static void names_and_orders_and_a_type_of_nobody_do_not_matter_on_the_grid(void **state)
{
    (void)state;
    compare_courses(plain, renamed, "grid", one, none, 1e-8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zero_and_unit_of_a_utility_do_not_matter_on_the_tree),
        cmocka_unit_test(zero_and_unit_of_a_utility_do_not_matter_on_the_grid),
        cmocka_unit_test(names_and_orders_and_a_type_of_nobody_do_not_matter_on_the_tree),
        cmocka_unit_test(names_and_orders_and_a_type_of_nobody_do_not_matter_on_the_grid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
