/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of cases share: a small case as text, reading it, asking what was said of it. */
#ifndef WINSET_TESTS_CASE_HELPERS_H
#define WINSET_TESTS_CASE_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "case/model.h"
#include "winset/format.h"

#define SMALL_ISSUES "winset: 1\nissues:\n  price: [low, middle, high]\n  speed: [slow, fast]\n"
#define SMALL_PARTIES                                                                                        \
    "parties:\n"                                                                                             \
    "  buyer: {points: {price: [60, 35, 0], speed: [0, 40]}, reservation: 30}\n"                             \
    "  seller: {points: {price: [0, 45, 80], speed: [20, 0]}, reservation: 25}\n"
#define SMALL SMALL_ISSUES SMALL_PARTIES

/* The case of a text that must be good. */
static inline ws_case *read_good(const char *text)
{
    ws_diag *diag = ws_new_diag();
    ws_case *c = NULL;
    ws_status status = ws_read_case_text(&c, text, strlen(text), "test.yaml", diag);
    for (size_t i = 0; i < ws_count_problems(diag); i++)
        if (status != WS_OK)
            print_error("%u:%u: %s\n", (unsigned)ws_get_problem(diag, i)->place.line,
                        (unsigned)ws_get_problem(diag, i)->place.column, ws_get_problem(diag, i)->message);
    ws_free_diag(diag);
    assert_int_equal(status, WS_OK);
    return c;
}

/* True where a problem at the place (line 0: anywhere) has the words. */
static inline int said(const ws_diag *diag, uint32_t line, uint32_t column, const char *words)
{
    for (size_t i = 0; i < ws_count_problems(diag); i++) {
        const ws_problem *problem = ws_get_problem(diag, i);
        if ((!line || problem->place.line == line) && (!column || problem->place.column == column) &&
            strstr(problem->message, words))
            return 1;
    }
    return 0;
}

/* A text that must be refused with exactly one problem, at a place, with words. */
static inline void expect_problem(const char *text, uint32_t line, uint32_t column, const char *words)
{
    ws_diag *diag = ws_new_diag();
    ws_case *c = NULL;
    ws_status status = ws_read_case_text(&c, text, strlen(text), "test.yaml", diag);
    if (status == WS_OK || ws_count_errors(diag) != 1 || !said(diag, line, column, words))
        for (size_t i = 0; i < ws_count_problems(diag); i++)
            print_error("%u:%u: %s\n", (unsigned)ws_get_problem(diag, i)->place.line,
                        (unsigned)ws_get_problem(diag, i)->place.column, ws_get_problem(diag, i)->message);
    assert_int_not_equal(status, WS_OK);
    assert_null(c);
    assert_int_equal(ws_count_errors(diag), 1);
    assert_true(said(diag, line, column, words));
    ws_free_diag(diag);
}

#endif
