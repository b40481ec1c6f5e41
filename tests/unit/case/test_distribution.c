/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means of distributions, against numerical integration by another road (Simpson over the density) and closed
 * forms. */
#include "case/build.h"
#include "case_helpers.h"

#include <gsl/gsl_randist.h>
#include <math.h>

static double mean_of(ws_distribution_kind kind, double a, double b, double c, double lo, double hi)
{
    ws_distribution d = {.kind = kind, .parameters = {a, b, c}, .lo = lo, .hi = hi};
    return ws__distribution_mean(&d);
}

static double density(ws_distribution_kind kind, double a, double b, double c, double x)
{
    switch (kind) {
    case WS_NORMAL:
        return gsl_ran_gaussian_pdf(x - a, b);
    case WS_BETA:
        return gsl_ran_beta_pdf(x, a, b);
    case WS_LOGNORMAL:
        return gsl_ran_lognormal_pdf(x, a, b);
    case WS_TRIANGULAR:
        return x < b ? (x - a) / (b - a) : (c - x) / (c - b);
    default:
        return 1;
    }
}

/* The mean between lo and hi, where the density is smooth, by Simpson's rule. */
static double integrated(ws_distribution_kind kind, double a, double b, double c, double lo, double hi)
{
    enum { STEPS = 20000 };
    double mass = 0, moment = 0, h = (hi - lo) / STEPS;
    for (int i = 0; i <= STEPS; i++) {
        double x = lo + h * i, w = i == 0 || i == STEPS ? 1 : i % 2 ? 4 : 2;
        double p = w * density(kind, a, b, c, x);
        mass += p;
        moment += p * x;
    }
    return moment / mass;
}

static void truncated_means_agree_with_integration(void **state)
{
    (void)state;
    static const struct {
        ws_distribution_kind kind;
        double a, b, c, lo, hi;
    } cases[] = {
        {WS_NORMAL, 0, 1, 0, -1, 2},        {WS_NORMAL, 0, 1, 0, 8, 9},     {WS_NORMAL, 5, 2, 0, -9, -4},
        {WS_BETA, 2, 5, 0, 0.1, 0.6},       {WS_BETA, 3, 3, 0, 0.2, 0.9},   {WS_LOGNORMAL, 0, 0.5, 0, 0.5, 2},
        {WS_LOGNORMAL, 1.2, 0.4, 0, 9, 12}, {WS_TRIANGULAR, 0, 4, 9, 1, 3}, {WS_TRIANGULAR, 0, 4, 9, 5, 8}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double got = mean_of(cases[i].kind, cases[i].a, cases[i].b, cases[i].c, cases[i].lo, cases[i].hi);
        double want = integrated(cases[i].kind, cases[i].a, cases[i].b, cases[i].c, cases[i].lo, cases[i].hi);
        if (fabs(got - want) > 1e-9 * fmax(1, fabs(want)))
            print_error("case %zu: %.15g, integrated %.15g\n", i, got, want);
        assert_true(fabs(got - want) <= 1e-9 * fmax(1, fabs(want)));
    }
}

static void whole_means_have_closed_forms(void **state)
{
    (void)state;
    double far = HUGE_VAL;
    assert_true(mean_of(WS_NORMAL, 3, 2, 0, -far, far) == 3);
    assert_true(mean_of(WS_UNIFORM, 2, 5, 0, -far, far) == 3.5);
    assert_true(mean_of(WS_UNIFORM, 2, 5, 0, 3, 10) == 4);
    assert_true(mean_of(WS_TRIANGULAR, 1, 2, 6, -far, far) == 3);
    assert_true(mean_of(WS_BETA, 1, 3, 0, -far, far) == 0.25);
    assert_true(fabs(mean_of(WS_LOGNORMAL, 0, 0.5, 0, -far, far) - exp(0.125)) < 1e-15);
}

static void nothing_within_is_refused(void **state)
{
    (void)state;
    assert_true(isnan(mean_of(WS_UNIFORM, 2, 5, 0, 6, 7)));
    assert_true(isnan(mean_of(WS_NORMAL, 0, 1, 0, 100, 101)));
    assert_true(isnan(mean_of(WS_BETA, 2, 2, 0, 2, 3)));
    expect_problem(SMALL_ISSUES
                   "parties:\n  a: {points: {}, reservation: {uniform: [0, 1], within: [2, 3]}}\n"
                   "  b: {points: {}}\n",
                   6, 32, "within");
}

static void a_mean_must_be_within_the_limits_too(void **state)
{
    (void)state;
    expect_problem(SMALL "process: {rounds: 2, hazard: {normal: [2, 0.1]}}\n", 8, 30, "mean");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truncated_means_agree_with_integration),
        cmocka_unit_test(whole_means_have_closed_forms),
        cmocka_unit_test(nothing_within_is_refused),
        cmocka_unit_test(a_mean_must_be_within_the_limits_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
