/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The space that benchmarks walk: issues of 10 levels, additive points from a linear congruential generator
 * (the recipe that NegMAS was timed with): for each party and issue a weight 1 + x % 100, then 10 values
 * x % 1001; points are weight times value. */
#ifndef WINSET_BENCH_RECIPE_H
#define WINSET_BENCH_RECIPE_H

#include <stdint.h>
#include <stdio.h>
#include <time.h>

enum { RECIPE_LEVELS = 10, RECIPE_MOST_ISSUES = 12, RECIPE_MOST_PARTIES = 4 };

typedef struct recipe {
    int parties, issues;
    uint32_t points[RECIPE_MOST_PARTIES][RECIPE_MOST_ISSUES][RECIPE_LEVELS];
    uint32_t reservation[RECIPE_MOST_PARTIES]; /* a share of the party's best */
} recipe;

static inline uint32_t draw_recipe(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

static inline void make_recipe(recipe *r, int parties, int issues, double share)
{
    uint64_t state = 42;
    r->parties = parties;
    r->issues = issues;
    for (int p = 0; p < parties; p++) {
        uint32_t best = 0;
        for (int i = 0; i < issues; i++) {
            uint32_t weight = 1 + draw_recipe(&state) % 100, most = 0;
            for (int l = 0; l < RECIPE_LEVELS; l++) {
                uint32_t points = r->points[p][i][l] = weight * (draw_recipe(&state) % 1001);
                most = points > most ? points : most;
            }
            best += most;
        }
        r->reservation[p] = (uint32_t)(share * best);
    }
}

/* As a case file, NUL-terminated. */
static inline void write_recipe(char *text, size_t size, const recipe *r)
{
    size_t at = 0;
#define PUT(...) at += (size_t)snprintf(text + at, at < size ? size - at : 0, __VA_ARGS__)
    PUT("winset: 1\nissues:\n");
    for (int i = 0; i < r->issues; i++)
        PUT("  i%d: [a, b, c, d, e, f, g, h, i, j]\n", i);
    PUT("parties:\n");
    for (int p = 0; p < r->parties; p++) {
        PUT("  p%d:\n    reservation: %u\n    points:\n", p, r->reservation[p]);
        for (int i = 0; i < r->issues; i++) {
            PUT("      i%d: [", i);
            for (int l = 0; l < RECIPE_LEVELS; l++)
                PUT("%s%u", l ? ", " : "", r->points[p][i][l]);
            PUT("]\n");
        }
    }
#undef PUT
}

/* Processor seconds of this process: other programs on the machine slow the clock, not this. */
static inline double processor_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#endif
