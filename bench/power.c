/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times power indices of a body like the IMF's: 190 members of synthetic weights at a quota of 25,689. Prints
 * processor seconds and wall seconds of each part. */
#include "analysis/power.h"
#include "base/tasks.h"

#include <stdio.h>
#include <time.h>

enum { MEMBERS = 190, QUOTA = 25689 };

static double started_cpu, started_wall;

static void start(void)
{
    started_cpu = (double)clock() / CLOCKS_PER_SEC;
    started_wall = ws__now();
}

static void tell(const char *what)
{
    printf("%-28s %7.3f s processor %7.3f s wall\n", what, (double)clock() / CLOCKS_PER_SEC - started_cpu,
           ws__now() - started_wall);
}

int main(void)
{
    WS_SCRATCH(arena);
    uint64_t weights[MEMBERS] = {8300}, total = 0;
    size_t kinds[MEMBERS + 1], kind_count = 0;
    double one[MEMBERS], other[MEMBERS], minimal;
    for (uint64_t k = 2; k <= MEMBERS; k++)
        weights[k - 1] = 15 + 72000 / (14 + 4 * k + k * k / 10);
    for (size_t i = 0; i < MEMBERS; i++) {
        total += weights[i];
        if (i == 0 || weights[i] != weights[i - 1])
            kinds[kind_count++] = i;
    }
    kinds[kind_count] = MEMBERS;
    ws_weighted game = {MEMBERS, 0, weights, QUOTA, total, kind_count, kinds};
    start();
    if (ws__count_swings(one, &game, &arena) != WS_OK ||
        ws__measure_shapley(one, &game, NULL, &arena) != WS_OK ||
        ws__measure_minimal(one, other, &minimal, &game, NULL, &arena) != WS_OK)
        return 1;
    tell("five indices (at most 0.25)");
    start();
    if (ws__measure_johnston(one, &game, NULL, &arena) != WS_OK)
        return 1;
    tell("Johnston (at most 5)");
    return 0;
}
