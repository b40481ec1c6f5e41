/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers: the published vectors of Philox, and moments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/dispatch.h"
#include "base/random.h"

#include <math.h>
#include <stdlib.h>

static void bits_are_the_published_ones(void **state)
{
    (void)state;
    /* Random123's kat_vectors: philox4x32 10, the first two words. */
    assert_true(ws__random_at(0, 0, 0) == 0xe169c58d6627e8d5);
    assert_true(ws__random_at(UINT64_MAX, UINT64_MAX, UINT64_MAX) == 0x41c83b0e408f276d);
    assert_true(ws__random_at(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88) ==
                0x94fdccebd16cfe09);
    ws_random random = ws__new_random(3, 4);
    for (uint64_t i = 0; i < 10; i++)
        assert_true(ws__draw_bits(&random) == ws__random_at(3, 4, i));
}

static void draws_have_their_moments(void **state)
{
    (void)state;
    enum { N = 100000 };
    ws_random random = ws__new_random(1, 1);
    double sum = 0, squares = 0, fourth = 0, uniform = 0;
    uint64_t sixes = 0;
    for (int i = 0; i < N; i++) {
        double z = ws__draw_normal(&random), u = ws__draw_uniform(&random), o = ws__draw_open(&random);
        assert_true(u >= 0 && u < 1 && o > 0 && o < 1);
        sum += z;
        squares += z * z;
        fourth += z * z * z * z;
        uniform += u;
        sixes += ws__draw_below(&random, 6) == 5;
    }
    assert_true(fabs(sum / N) < 4 / sqrt(N));
    assert_true(fabs(squares / N - 1) < 4 * sqrt(2.0 / N));
    assert_true(fabs(fourth / N - 3) < 4 * sqrt(96.0 / N));
    assert_true(fabs(uniform / N - 0.5) < 4 * sqrt(1.0 / 12 / N));
    assert_true(fabs((double)sixes / N - 1.0 / 6) < 4 * sqrt(5.0 / 36 / N));
}

static void the_environment_forces_an_instruction_set(void **state)
{
    (void)state;
    setenv("WINSET_ISA", "baseline", 1);
    assert_int_equal(ws__choose_isa(), WS_ISA_BASELINE);
    setenv("WINSET_ISA", "no such thing", 1);
    ws_isa best = ws__choose_isa();
    unsetenv("WINSET_ISA");
    assert_int_equal(ws__choose_isa(), best);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_are_the_published_ones),
        cmocka_unit_test(draws_have_their_moments),
        cmocka_unit_test(the_environment_forces_an_instruction_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
