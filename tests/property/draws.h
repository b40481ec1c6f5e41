/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every program of random cases needs: numbers that a seed repeats, a text that is written bit by bit,
 * and an analysis of the case in it. */
#ifndef WINSET_TESTS_DRAWS_H
#define WINSET_TESTS_DRAWS_H

#include "winset/winset.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state; /* set it to the seed */

/* 0 .. below - 1. */
static unsigned draw(unsigned below)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t x = state ^ state >> 33;
    x *= UINT64_C(0xff51afd7ed558ccd);
    return (unsigned)((x ^ x >> 33) % below);
}

#ifdef DRAWS_CASES /* the case's text, at most so long */
static char text[DRAWS_CASES];
static size_t length;

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    length += (size_t)vsnprintf(text + length, sizeof text - length, format, values);
    va_end(values);
}

#ifdef DRAWS_ANALYSES
/* Analyses the text, on one thread or two, and hands it to `compare`. @return false: it failed, which is told
 */
static bool analyze_text(uint64_t seed, const ws_analyze_options *options,
                         void (*compare)(void *game, const ws_analysis *analysis), void *game)
{
    ws_diag *diag = ws_new_diag();
    ws_case *c = NULL;
    ws_space *space = NULL;
    ws_analysis *analysis = NULL;
    ws_run run = {.threads = 1 + (unsigned)(seed % 2)};
    bool done = ws_read_case_text(&c, text, length, "random", diag) == WS_OK &&
                ws_compile_space(&space, c, &run, diag) == WS_OK &&
                ws_analyze_space(&analysis, space, options, &run, diag) == WS_OK;
    if (done)
        compare(game, analysis);
    else
        printf("seed %llu: %s\n%s\n", (unsigned long long)seed,
               ws_count_problems(diag) ? ws_get_problem(diag, 0)->message : "failed", text);
    ws_free_analysis(analysis);
    ws_free_space(space);
    ws_free_case(c);
    ws_free_diag(diag);
    return done;
}
#endif
#endif

#endif
