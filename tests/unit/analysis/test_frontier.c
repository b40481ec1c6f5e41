/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The efficient vectors of a set against a naive program that compares all pairs, on random sets of one to
 * ten coordinates: spread evenly, with ties on purpose, and on a sphere where all are efficient. */
#include "analysis/points.h"

#include <math.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum kind { EVEN, TIES, SPHERE, KINDS };

static uint64_t next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t x = *state;
    x ^= x >> 33;
    x *= UINT64_C(0xff51afd7ed558ccd);
    return x ^ x >> 33;
}

static double uniform(uint64_t *state)
{
    return (double)(next(state) >> 11) * 0x1p-53;
}

static void random_row(double *row, size_t dimension, enum kind kind, uint64_t *state)
{
    double length = 0;
    for (size_t d = 0; d < dimension; d++) {
        row[d] = kind == TIES ? (double)(next(state) % 4) - 1 : uniform(state);
        if (kind == SPHERE)
            row[d] = fabs(sqrt(-2 * log(1 - row[d])) * cos(6.28 * uniform(state))) + 1e-6;
        length += row[d] * row[d];
    }
    for (size_t d = 0; kind == SPHERE && d < dimension; d++)
        row[d] /= sqrt(length);
}

static void fill(ws_points *points, size_t count, enum kind kind, uint64_t *state)
{
    double row[10];
    for (size_t i = 0; i < count; i++) {
        random_row(row, points->dimension, kind, state);
        assert_true(ws__add_point(points, row, next(state) % 2 ? i : 1000000 - i));
    }
}

static bool covers(const double *a, const double *b, size_t dimension)
{
    for (size_t d = 0; d < dimension; d++)
        if (a[d] < b[d])
            return false;
    return true;
}

static bool stays(const ws_points *points, size_t i)
{
    for (size_t j = 0; j < points->count; j++) {
        if (j == i || !covers(ws__row(points, j), ws__row(points, i), points->dimension))
            continue;
        bool equal = covers(ws__row(points, i), ws__row(points, j), points->dimension);
        if (!equal || points->outcomes[j] < points->outcomes[i])
            return false;
    }
    return true;
}

static int before(const double *a, const double *b, size_t dimension)
{
    for (size_t d = 0; d < dimension; d++)
        if (a[d] != b[d])
            return a[d] > b[d];
    return 0;
}

/* Every survivor of the naive program is there, nothing else is, and the order is falling. */
static void compare(const ws_points *all, const ws_points *kept, uint64_t seed)
{
    size_t expected = 0;
    for (size_t i = 0; i < all->count; i++)
        expected += stays(all, i);
    if (kept->count != expected)
        fail_msg("seed %llu, %zu coordinates: %zu kept, expected %zu", (unsigned long long)seed,
                 all->dimension, kept->count, expected);
    for (size_t k = 0; k < kept->count; k++) {
        bool found = false;
        for (size_t i = 0; i < all->count && !found; i++)
            found = all->outcomes[i] == kept->outcomes[k] && stays(all, i) &&
                    covers(ws__row(all, i), ws__row(kept, k), all->dimension) &&
                    covers(ws__row(kept, k), ws__row(all, i), all->dimension);
        assert_true(found);
        if (k)
            assert_true(before(ws__row(kept, k - 1), ws__row(kept, k), all->dimension));
    }
}

static void compare_random(uint64_t seed, size_t dimension, size_t count, enum kind kind)
{
    uint64_t state = seed;
    ws_points all = {.dimension = dimension}, kept = {.dimension = dimension};
    fill(&all, count, kind, &state);
    assert_true(ws__append_points(&kept, &all));
    assert_int_equal(ws__keep_efficient(&kept), WS_OK);
    compare(&all, &kept, seed);
    ws__free_points(&all);
    ws__free_points(&kept);
}

static void efficient_vectors_are_those_of_all_pairs(void **unused)
{
    (void)unused;
    uint64_t seed = 1;
    for (size_t dimension = 1; dimension <= 10; dimension++)
        for (int repeat = 0; repeat < 300; repeat++, seed++)
            compare_random(seed, dimension, seed % 60, (enum kind)(seed % KINDS));
}

static void large_sets_agree_too(void **unused)
{
    (void)unused;
    for (size_t dimension = 2; dimension <= 7; dimension++)
        for (int kind = 0; kind < KINDS; kind++)
            compare_random(77 + dimension, dimension, 1500, (enum kind)kind);
}

static void all_of_a_sphere_is_efficient(void **unused)
{
    (void)unused;
    for (size_t dimension = 2; dimension <= 6; dimension++) {
        uint64_t state = dimension;
        ws_points points = {.dimension = dimension};
        fill(&points, 20000, SPHERE, &state);
        assert_int_equal(ws__keep_efficient(&points), WS_OK);
        assert_int_equal(points.count, 20000);
        ws__free_points(&points);
    }
}

static void minus_zero_is_zero(void **unused)
{
    (void)unused;
    ws_points points = {.dimension = 2};
    assert_true(ws__add_point(&points, (double[]){0.0, 1}, 5));
    assert_true(ws__add_point(&points, (double[]){-0.0, 1}, 3));
    assert_int_equal(ws__keep_efficient(&points), WS_OK);
    assert_int_equal(points.count, 1);
    assert_int_equal(points.outcomes[0], 3);
    ws__free_points(&points);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(efficient_vectors_are_those_of_all_pairs),
        cmocka_unit_test(large_sets_agree_too),
        cmocka_unit_test(all_of_a_sphere_is_efficient),
        cmocka_unit_test(minus_zero_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
