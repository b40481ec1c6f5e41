/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distributions: reading them, and their means, truncated where `within` says so.
 *
 * Truncated means in closed form, each from the end of the line where less of the mass lies, so that far
 * tails lose no digits: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions (1994), sections
 * 13.10 (normal), 14.7 (lognormal); beta by the incomplete beta function of one parameter more. */
#include "case/build.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

/* ---- Means ---- */

static const double no_mean = (double)NAN, infinite = (double)INFINITY;

/* The standard normal's mass between a and b (a < b; infinite allowed). */
static double normal_mass(double a, double b)
{
    return a > 0 ? gsl_cdf_ugaussian_Q(a) - gsl_cdf_ugaussian_Q(b)
                 : gsl_cdf_ugaussian_P(b) - gsl_cdf_ugaussian_P(a);
}

static double density(double x)
{
    return isinf(x) ? 0 : gsl_ran_ugaussian_pdf(x);
}

static double normal_mean(double mu, double sigma, double lo, double hi)
{
    double a = (lo - mu) / sigma, b = (hi - mu) / sigma;
    double mass = normal_mass(a, b);
    return mass > 0 ? mu + sigma * (density(a) - density(b)) / mass : no_mean;
}

static double lognormal_mean(double mu, double sigma, double lo, double hi)
{
    double a = lo > 0 ? (log(lo) - mu) / sigma : -infinite;
    double b = isinf(hi) ? infinite : hi > 0 ? (log(hi) - mu) / sigma : -infinite;
    double mass = a < b ? normal_mass(a, b) : 0;
    return mass > 0 ? exp(mu + sigma * sigma / 2) * normal_mass(a - sigma, b - sigma) / mass : no_mean;
}

static double beta_mass(double x, double y, double a, double b)
{
    double middle = a / (a + b);
    return x > middle ? gsl_cdf_beta_Q(x, a, b) - gsl_cdf_beta_Q(y, a, b)
                      : gsl_cdf_beta_P(y, a, b) - gsl_cdf_beta_P(x, a, b);
}

static double beta_mean(double a, double b, double lo, double hi)
{
    double x = fmax(lo, 0), y = fmin(hi, 1);
    if (x == 0 && y == 1)
        return a / (a + b);
    double mass = x < y ? beta_mass(x, y, a, b) : 0;
    return mass > 0 ? a / (a + b) * beta_mass(x, y, a + 1, b) / mass : no_mean;
}

static double uniform_mean(double a, double b, double lo, double hi)
{
    double x = fmax(a, lo), y = fmin(b, hi);
    return x <= y ? x + (y - x) / 2 : no_mean;
}

/* Of a density that rises linearly from p at x to q at y (a trapezium): its mass, and its first moment. */
static void add_trapezium(double *mass, double *moment, double x, double y, double p, double q)
{
    double width = y - x, area = width * (p + q) / 2;
    if (!(width > 0) || !(area > 0))
        return;
    *mass += area;
    *moment += area * (x + width * (p + 2 * q) / (3 * (p + q)));
}

static double triangular_mean(double a, double mode, double b, double lo, double hi)
{
    if (lo <= a && hi >= b)
        return (a + mode + b) / 3;
    double x = fmax(a, lo), y = fmin(b, hi), mass = 0, moment = 0;
    if (a == b)
        return x <= y ? a : no_mean;
    double left = fmin(y, mode), right = fmax(x, mode); /* heights are relative to the mode's */
    if (x < left)
        add_trapezium(&mass, &moment, x, left, (x - a) / (mode - a), (left - a) / (mode - a));
    if (right < y)
        add_trapezium(&mass, &moment, right, y, (b - right) / (b - mode), (b - y) / (b - mode));
    return mass > 0 ? moment / mass : no_mean;
}

static double discrete_mean(const ws_distribution *d)
{
    double mass = 0, sum = 0;
    for (size_t i = 0; i < d->count; i++)
        if (d->values[i] >= d->lo && d->values[i] <= d->hi) {
            mass += d->probabilities[i];
            sum += d->probabilities[i] * d->values[i];
        }
    return mass > 0 ? sum / mass : no_mean;
}

double ws__distribution_mean(const ws_distribution *d)
{
    const double *p = d->parameters;
    double mean = no_mean;
    bool whole = isinf(d->lo) && isinf(d->hi);
    switch (d->kind) {
    case WS_FIXED:
        mean = p[0];
        break;
    case WS_NORMAL:
        mean = whole ? p[0] : normal_mean(p[0], p[1], d->lo, d->hi);
        break;
    case WS_UNIFORM:
        mean = uniform_mean(p[0], p[1], d->lo, d->hi);
        break;
    case WS_TRIANGULAR:
        mean = triangular_mean(p[0], p[1], p[2], d->lo, d->hi);
        break;
    case WS_BETA:
        mean = beta_mean(p[0], p[1], d->lo, d->hi);
        break;
    case WS_LOGNORMAL:
        mean = whole ? exp(p[0] + p[1] * p[1] / 2) : lognormal_mean(p[0], p[1], d->lo, d->hi);
        break;
    case WS_DISCRETE:
        mean = discrete_mean(d);
        break;
    }
    /* Cancellation in a far tail may leave the interval by a rounding error. */
    return mean < d->lo ? d->lo : mean > d->hi ? d->hi : mean;
}

/* ---- Reading ---- */

static const char *const names[] = {"normal",   "uniform", "triangular", "beta",       "lognormal",
                                    "discrete", "within",  "factor",     "correlation"};
enum { KINDS = 6, WITHIN = 6, FACTOR, CORRELATION, KEYS };

static bool read_list(ws_builder *b, ws_spot *spot, const char *what, size_t count, const char *form,
                      double *out)
{
    if (ws__is_broken(b, spot->node))
        return false;
    if (spot->node->kind != WS_NODE_LIST || spot->node->count != count)
        return ws__problem(b, spot, "%s: expected %zu numbers, %s", what, count, form);
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        ws_spot item = ws__child(spot, i);
        good = ws__read_plain(b, &item, what, &ws__any_number, &out[i]) && good;
    }
    return good;
}

static bool read_parameters(ws_builder *b, ws_spot *spot, ws_distribution *d)
{
    double *p = d->parameters;
    switch (d->kind) {
    case WS_NORMAL:
        return read_list(b, spot, "normal", 2, "[mean, standard deviation]", p) &&
               (p[1] > 0 ||
                ws__problem(b, spot, "normal: the standard deviation must be positive, got %g", p[1]));
    case WS_UNIFORM:
        return read_list(b, spot, "uniform", 2, "[least, largest]", p) &&
               (p[0] < p[1] || ws__problem(b, spot, "uniform: %g is not below %g", p[0], p[1]));
    case WS_TRIANGULAR:
        return read_list(b, spot, "triangular", 3, "[least, likeliest, largest]", p) &&
               ((p[0] <= p[1] && p[1] <= p[2] && p[0] < p[2]) ||
                ws__problem(b, spot, "triangular: expected least <= likeliest <= largest, got %g, %g, %g",
                            p[0], p[1], p[2]));
    case WS_BETA:
        return read_list(b, spot, "beta", 2, "[a, b]", p) &&
               ((p[0] > 0 && p[1] > 0 && p[0] <= 1e6 && p[1] <= 1e6) ||
                ws__problem(b, spot, "beta: expected two numbers above 0 (at most 1e6), got %g and %g", p[0],
                            p[1]));
    case WS_LOGNORMAL:
        return read_list(b, spot, "lognormal", 2, "[mu, sigma] of the logarithm", p) &&
               ((p[1] > 0 && p[1] <= 20 && fabs(p[0]) <= 300) ||
                ws__problem(b, spot,
                            "lognormal: expected mu in -300..300 and sigma above 0, at most 20, got "
                            "%g and %g",
                            p[0], p[1]));
    default:
        return false;
    }
}

static bool read_discrete(ws_builder *b, ws_spot *spot, ws_distribution *d)
{
    if (!ws__want_map(b, spot, "discrete"))
        return false;
    size_t count = spot->node->count;
    double *values = WS_TAKE(b, count, double), *probabilities = WS_TAKE(b, count, double), sum = 0;
    if (!values || !probabilities)
        return false;
    bool good = count > 0 || ws__problem(b, spot, "discrete: expected {value: probability, ...}");
    for (size_t i = 0; i < count; i++) {
        ws_spot item = ws__child(spot, i);
        ws_node key = *spot->node->keys[i];
        key.quoted = false;
        ws_spot value = {.node = &key, .up = spot, .key = item.key};
        good = ws__read_plain(b, &value, "discrete", &ws__any_number, &values[i]) && good;
        good = ws__read_plain(b, &item, "discrete", &ws__probability, &probabilities[i]) && good;
        sum += probabilities[i];
    }
    d->count = count;
    d->values = values;
    d->probabilities = probabilities;
    if (good && fabs(sum - 1) > 1e-9)
        return ws__problem(b, spot, "discrete: the probabilities sum to %.10g; expected 1", sum);
    return good;
}

static bool read_extras(ws_builder *b, ws_key *keys, ws_distribution *d)
{
    static const ws_limits correlation = {-1, 1, false, false, "a number from -1 to 1"};
    bool good = true;
    if (keys[WITHIN].spot.node) {
        double ends[2] = {0, 0};
        good = read_list(b, &keys[WITHIN].spot, "within", 2, "[least, largest]", ends) &&
               (ends[0] < ends[1] ||
                ws__problem(b, &keys[WITHIN].spot, "within: %g is not below %g", ends[0], ends[1]));
        if (good) {
            d->lo = ends[0];
            d->hi = ends[1];
        }
    }
    d->factor = ws__read_words(b, &keys[FACTOR].spot, "factor");
    if (keys[CORRELATION].spot.node)
        good =
            ws__read_plain(b, &keys[CORRELATION].spot, "correlation", &correlation, &d->correlation) && good;
    if (!keys[FACTOR].spot.node != !keys[CORRELATION].spot.node)
        good = ws__problem(b, keys[FACTOR].spot.node ? &keys[FACTOR].spot : &keys[CORRELATION].spot,
                           "factor and correlation belong together: the name of a common cause, and how much "
                           "of it");
    return good;
}

static bool keep(ws_builder *b, const ws_distribution *d)
{
    size_t count = b->shape->distribution_count;
    if (count == b->distribution_room) {
        size_t room = count ? 2 * count : 8;
        ws_distribution *grown = WS_TAKE(b, room, ws_distribution);
        if (!grown)
            return false;
        if (count)
            memcpy(grown, b->distributions, count * sizeof *grown);
        b->distributions = grown;
        b->distribution_room = room;
    }
    b->distributions[count] = *d;
    b->shape->distributions = b->distributions;
    b->shape->distribution_count = count + 1;
    return true;
}

bool ws__build_distribution(ws_builder *b, ws_spot *spot, const char *what, ws_slot slot, double *mean)
{
    ws_key keys[KEYS];
    for (size_t i = 0; i < KEYS; i++)
        keys[i] = (ws_key){.name = names[i]};
    if (!ws__take_keys(b, spot, "a distribution", KEYS, keys))
        return false;
    size_t given = 0, kind = 0;
    for (size_t i = 0; i < KINDS; i++)
        if (keys[i].spot.node) {
            given++;
            kind = i;
        }
    if (given == 0)
        return ws__problem(b, spot,
                           "%s: expected a number or a distribution: normal, uniform, triangular, beta, "
                           "lognormal or discrete",
                           what);
    if (given > 1)
        return ws__problem(b, spot, "%s: expected one distribution, got %zu in one map", what, given);
    static const ws_distribution_kind kinds[] = {WS_NORMAL, WS_UNIFORM,   WS_TRIANGULAR,
                                                 WS_BETA,   WS_LOGNORMAL, WS_DISCRETE};
    ws_distribution d = {.slot = slot,
                         .kind = kinds[kind],
                         .lo = -(double)INFINITY,
                         .hi = (double)INFINITY,
                         .node = spot->node};
    ws_spot *parameters = &keys[kind].spot;
    bool good = d.kind == WS_DISCRETE ? read_discrete(b, parameters, &d) : read_parameters(b, parameters, &d);
    good = read_extras(b, keys, &d) && good;
    if (!good)
        return false;
    double value = ws__distribution_mean(&d);
    if (!isfinite(value) || fabs(value) > 1e150)
        return ws__problem(b, spot, "%s: nothing of the distribution %s lies within %g to %g", what,
                           names[kind], d.lo, d.hi);
    *mean = value;
    return keep(b, &d);
}
