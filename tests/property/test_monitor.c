/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random series against the definitions, computed naively: trends from all pairs, breaks by a dynamic
 * programme over sums taken anew, likelihood and forecast of a state-space model from one joint normal
 * density with generalised least squares for what is diffuse, event studies from the returns written out.
 * No code is shared with the product. `SEED [COUNT]` repeats. */
#include "draws.h"

#include "winset/monitor.h"

#include <math.h>
#include <string.h>

enum { MOST = 120, DAYS = 260 };

/* ---- Random numbers, comparison ---- */

static uint64_t seed;
static unsigned failures;

/* Near enough to normal. */
static double draw_normal(void)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += draw(1000000) / 1e6;
    return sum;
}

static void compare(const char *what, double got, double expected, double tolerance)
{
    double scale = fabs(expected) > 1 ? fabs(expected) : 1;
    if (fabs(got - expected) <= tolerance * scale)
        return;
    failures++;
    printf("seed %llu: %s is %.17g, expected %.17g\n", (unsigned long long)seed, what, got, expected);
}

static void demand(const char *what, bool holds)
{
    if (!holds) {
        failures++;
        printf("seed %llu: %s\n", (unsigned long long)seed, what);
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int sign(double x)
{
    return (x > 0) - (x < 0);
}

/* Mean ranks, from 1. */
static void rank_all(double *ranks, const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ranks[i] = 0.5;
        for (size_t j = 0; j < n; j++)
            ranks[i] += values[j] < values[i] ? 1 : values[j] == values[i] ? 0.5 : 0;
    }
}

/* ---- Trends ---- */

/* Kinds: noise, a walk, few different values, a step. Times are whole, or uneven. */
static void draw_series(double *times, double *values, size_t n)
{
    double walk = 0, time = 0;
    unsigned kind = draw(4), uneven = draw(2);
    for (size_t i = 0; i < n; i++) {
        time += uneven ? (1 + draw(20)) / 8.0 : 1;
        times[i] = time;
        walk += draw_normal();
        values[i] = kind == 0   ? draw_normal()
                    : kind == 1 ? walk
                    : kind == 2 ? (double)draw(4)
                                : draw_normal() + (i > n / 3 ? 2 : 0);
    }
}

static double hamed_rao(const double *times, const double *values, size_t n, double slope)
{
    static double rest[MOST], ranks[MOST];
    double squares = 0, excess = 0, size = (double)n;
    for (size_t i = 0; i < n; i++)
        rest[i] = values[i] - slope * times[i];
    rank_all(ranks, rest, n);
    for (size_t i = 0; i < n; i++) {
        ranks[i] -= (size + 1) / 2;
        squares += ranks[i] * ranks[i];
    }
    for (size_t k = 1; k < n && squares > 0; k++) {
        double sum = 0, lag = (double)k;
        for (size_t i = 0; i + k < n; i++)
            sum += ranks[i] * ranks[i + k];
        if (fabs(sum / squares) > 1.959963984540054 / sqrt(size))
            excess += (size - lag) * (size - lag - 1) * (size - lag - 2) * sum / squares;
    }
    return 1 + 2 * excess / (size * (size - 1) * (size - 2));
}

static void test_trend(void)
{
    static double times[MOST], values[MOST], slopes[MOST * MOST / 2];
    size_t n = 2 + draw(MOST - 2), pairs = 0;
    draw_series(times, values, n);
    double s = 0, size = (double)n, variance = size * (size - 1) * (2 * size + 5) / 18, tied = 0;
    for (size_t j = 1; j < n; j++)
        for (size_t i = 0; i < j; i++) {
            s += sign(values[j] - values[i]);
            tied += values[j] == values[i];
            slopes[pairs++] = (values[j] - values[i]) / (times[j] - times[i]);
        }
    for (size_t i = 0; i < n; i++) { /* a group of t ties is met t times: t (t - 1) (2 t + 5) / t each */
        double t = 0;
        for (size_t j = 0; j < n; j++)
            t += values[j] == values[i];
        variance -= (t - 1) * (2 * t + 5) / 18;
    }
    qsort(slopes, pairs, sizeof *slopes, by_size);
    ws_trend trend;
    demand("a trend is found", ws_find_trend(&trend, n, times, values, 0, NULL, NULL) == WS_OK);
    double all = (double)pairs, half = 1.959963984540054 * sqrt(fmax(variance, 0));
    compare("S", (double)trend.s, s, 0);
    compare("its variance", trend.variance, variance < 1e-9 ? 0 : variance, 1e-12);
    compare("tau-b", trend.tau_b, tied == all ? 0 : s / sqrt(all * (all - tied)), 1e-12);
    double z = variance > 1e-9 ? (s - sign(s)) / sqrt(variance) : 0;
    compare("z", trend.z, z, 1e-12);
    compare("p", trend.p, erfc(fabs(z) / sqrt(2)), 1e-10);
    size_t lo = (size_t)fmin(fmax(rint((all - half) / 2), 1), all) - 1;
    size_t hi = (size_t)fmin(fmax(rint((all + half) / 2 + 1), 1), all) - 1;
    compare("slope", trend.slope, (slopes[(pairs - 1) / 2] + slopes[pairs / 2]) / 2, 1e-12);
    compare("slope's lower end", trend.lo, slopes[lo], 1e-12);
    compare("slope's upper end", trend.hi, slopes[hi], 1e-12);
    double factor = n >= 4 ? hamed_rao(times, values, n, trend.slope) : 0;
    demand("a factor that is not positive is not used", trend.uncorrected == !(factor > 0));
    if (factor > 0)
        compare("Hamed and Rao's factor", trend.correction, factor, 1e-9);
}

/* A long series: how many of all pairs lie below the slope that was selected, and not above. */
static void test_long_trend(void)
{
    enum { LONG = 5200 };
    static double times[LONG], values[LONG];
    size_t n = 5001 + draw(LONG - 5001);
    draw_series(times, values, n);
    ws_trend trend, again;
    ws_run one = {.threads = 1, .seed = 3}, many = {.threads = 4, .seed = 9};
    demand("a long trend is found", ws_find_trend(&trend, n, times, values, 0, &one, NULL) == WS_OK &&
                                        ws_find_trend(&again, n, times, values, 0, &many, NULL) == WS_OK);
    double pairs = (double)n * (double)(n - 1) / 2, half = 1.959963984540054 * sqrt(trend.variance);
    double wanted[] = {rint((pairs - half) / 2) - 1, (pairs - 1) / 2, rint((pairs + half) / 2 + 1) - 1};
    double got[] = {trend.lo, trend.slope, trend.hi}, other[] = {again.lo, again.slope, again.hi};
    for (int k = 0; k < 3; k++) {
        double below = 0, not_above = 0;
        for (size_t j = 1; j < n; j++)
            for (size_t i = 0; i < j; i++) {
                double rise = values[j] - values[i] - got[k] * (times[j] - times[i]);
                below += rise < -1e-11;
                not_above += rise <= 1e-11;
            }
        demand("a selected slope has its rank", below <= ceil(wanted[k]) && floor(wanted[k]) < not_above);
        compare("a slope selected with another seed", other[k], got[k], 1e-12);
    }
}

/* ---- Breaks ---- */

static double squares_of(const double *values, size_t from, size_t to)
{
    double mean = 0, sum = 0;
    for (size_t i = from; i < to; i++)
        mean += values[i] / (double)(to - from);
    for (size_t i = from; i < to; i++)
        sum += (values[i] - mean) * (values[i] - mean);
    return sum;
}

static void test_breaks(void)
{
    static double times[MOST], values[MOST], least[WS_MOST_BREAKS + 1][MOST + 1];
    size_t n = 14 + draw(MOST - 14), h = n * 15 / 100, most = n / h - 1;
    most = most < WS_MOST_BREAKS ? most : WS_MOST_BREAKS;
    draw_series(times, values, n);
    for (size_t m = 0; m <= most; m++)
        for (size_t j = 0; j <= n; j++) {
            least[m][j] = m || j < h ? (double)INFINITY : squares_of(values, 0, j);
            for (size_t i = m * h; m && i + h <= j; i++)
                least[m][j] = fmin(least[m][j], least[m - 1][i] + squares_of(values, i, j));
        }
    ws_breaks breaks;
    demand("breaks are found", ws_find_breaks(&breaks, n, values, NULL, NULL) == WS_OK);
    compare("the shortest segment", (double)breaks.least_segment, (double)h, 0);
    compare("most breaks", (double)breaks.most, (double)most, 0);
    size_t best = 0;
    double best_bic = INFINITY, count = (double)n;
    for (size_t m = 0; m <= most && breaks.most == most; m++) {
        const ws_division *d = &breaks.divisions[m];
        double total = 0;
        size_t from = 0;
        for (size_t k = 0; k <= m; k++) {
            size_t to = k < m ? d->at[k] : n;
            demand("a segment is long enough", to >= from + h && to <= n);
            total += squares_of(values, from, to);
            from = to;
        }
        compare("squares of the division", total, least[m][n], 1e-9);
        compare("squares told", d->rss, least[m][n], 1e-9);
        double bic =
            count * (log(2 * acos(-1)) + log(least[m][n] / count) + 1) + log(count) * 2 * ((double)m + 1);
        if (d->rss > 0)
            compare("BIC", d->bic, bic, 1e-8);
        if (bic < best_bic - 1e-7) {
            best_bic = bic;
            best = m;
        }
    }
    compare("breaks by BIC", (double)breaks.best_bic, (double)best, 0);
    double largest = 0;
    for (size_t k = 1; k < n; k++) {
        double sum = 0;
        for (size_t i = 0; i < k; i++)
            for (size_t j = k; j < n; j++)
                sum += sign(values[i] - values[j]);
        largest = fmax(largest, fabs(sum));
    }
    compare("Pettitt's K", breaks.pettitt_k, largest, 0);
}

/* ---- The state-space model as one normal density ---- */

enum { STEPS = 26, STATES = 6 };

static void move(const ws_state_model *model, double *v)
{
    size_t at = model->slope ? 2 : 1;
    if (model->slope)
        v[0] += v[1];
    if (model->season) {
        double sum = 0;
        for (size_t i = model->season - 2; i + 1 > 0; i--) {
            sum += v[at + i];
            if (i)
                v[at + i] = v[at + i - 1];
        }
        v[at] = -sum;
    }
}

static double seen_of(const ws_state_model *model, const double *v)
{
    return v[0] + (model->season ? v[model->slope ? 2 : 1] : 0);
}

/* What the value at each step owes to a unit in one state at step 0. */
static void respond(double *out, const ws_state_model *model, size_t in)
{
    double v[STATES] = {0};
    v[in] = 1;
    for (size_t t = 0; t < STEPS; t++) {
        out[t] = seen_of(model, v);
        move(model, v);
    }
}

/* Solves A x = b for several right sides by Cholesky; gives ln det A. */
static double solve(double *a, size_t n, double *b, size_t sides)
{
    double log_determinant = 0;
    for (size_t j = 0; j < n; j++) {
        for (size_t k = 0; k < j; k++)
            a[j * n + j] -= a[j * n + k] * a[j * n + k];
        a[j * n + j] = sqrt(a[j * n + j]);
        log_determinant += 2 * log(a[j * n + j]);
        for (size_t i = j + 1; i < n; i++) {
            for (size_t k = 0; k < j; k++)
                a[i * n + j] -= a[i * n + k] * a[j * n + k];
            a[i * n + j] /= a[j * n + j];
        }
    }
    for (size_t s = 0; s < sides; s++) {
        double *x = b + s * n;
        for (size_t i = 0; i < n; i++) {
            for (size_t k = 0; k < i; k++)
                x[i] -= a[i * n + k] * x[k];
            x[i] /= a[i * n + i];
        }
        for (size_t i = n; i-- > 0;) {
            for (size_t k = i + 1; k < n; k++)
                x[i] -= a[k * n + i] * x[k];
            x[i] /= a[i * n + i];
        }
    }
    return log_determinant;
}

static double product(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void test_filter(void)
{
    static const unsigned seasons[] = {0, 0, 2, 4};
    ws_state_model model = {.slope = draw(2), .season = seasons[draw(4)]};
    model.irregular = 0.2 + draw(100) / 40.0;
    model.level = draw(100) / 50.0;
    model.slope_variance = model.slope ? draw(100) / 400.0 : 0;
    model.season_variance = model.season ? draw(100) / 100.0 : 0;
    size_t size = 1 + (size_t)model.slope + (model.season ? model.season - 1 : 0), count = STEPS - 4, n = 0;
    double values[STEPS], walk = 0, y[STEPS], answer[STATES][STEPS];
    size_t at[STEPS + 1];
    for (size_t t = 0; t < count; t++) {
        walk += draw_normal();
        values[t] = draw(5) == 0 ? (double)NAN : 100 + walk + draw_normal();
        if (!isnan(values[t])) {
            y[n] = values[t];
            at[n++] = t;
        }
    }
    size_t ahead = 1 + draw(4);
    at[n] = count - 1 + ahead; /* the value to come stands behind those seen */
    ws_state filtered;
    demand("the filter runs", ws_filter_series(&filtered, &model, count, values, NULL) == WS_OK);
    if (!filtered.proper || n < size + 1)
        return;
    for (size_t i = 0; i < size; i++)
        respond(answer[i], &model, i);
    double moved[STATES] = {model.level, 0};
    size_t moving[STATES] = {0, 1, model.slope ? 2 : 1}, noises = 1;
    if (model.slope)
        moved[noises++] = model.slope_variance;
    if (model.season) {
        moving[noises] = model.slope ? 2 : 1;
        moved[noises++] = model.season_variance;
    }
    static double c[(STEPS + 1) * (STEPS + 1)], omega[STEPS * STEPS], right[(STATES + 2) * STEPS];
    for (size_t i = 0; i <= n; i++)
        for (size_t j = 0; j <= n; j++) {
            double sum = i == j ? model.irregular : 0;
            for (size_t k = 0; k < noises; k++)
                for (size_t s = 1; s <= at[i] && s <= at[j]; s++)
                    sum += moved[k] * answer[moving[k]][at[i] - s] * answer[moving[k]][at[j] - s];
            c[i * (n + 1) + j] = sum;
        }
    for (size_t i = 0; i < n; i++) {
        memcpy(omega + i * n, c + i * (n + 1), n * sizeof *omega);
        for (size_t k = 0; k < size; k++)
            right[k * n + i] = answer[k][at[i]];
        right[size * n + i] = y[i];
        right[(size + 1) * n + i] = c[i * (n + 1) + n];
    }
    double x[STATES][STEPS], cross[STEPS], log_omega = solve(omega, n, right, size + 2);
    for (size_t i = 0; i < n; i++) {
        cross[i] = c[i * (n + 1) + n];
        for (size_t k = 0; k < size; k++)
            x[k][i] = answer[k][at[i]];
    }
    /* right: omega^-1 of X, y and the covariance with the value to come. */
    double gram[STATES * STATES], beta[2 * STATES], rest[STATES];
    for (size_t k = 0; k < size; k++) {
        for (size_t l = 0; l < size; l++)
            gram[k * size + l] = product(x[k], right + l * n, n);
        beta[k] = product(x[k], right + size * n, n);
        beta[size + k] = rest[k] = answer[k][at[n]] - product(x[k], right + (size + 1) * n, n);
    }
    double fitted[STATES];
    memcpy(fitted, beta, sizeof fitted);
    double log_gram = solve(gram, size, beta, 2);
    double squares = product(y, right + size * n, n) - product(fitted, beta, size);
    double log_likelihood = -((double)n * log(2 * acos(-1)) + log_omega + log_gram + squares) / 2;
    compare("the likelihood", filtered.log_likelihood, log_likelihood, 1e-8);
    compare("the likelihood without diffuse values", filtered.log_likelihood_nd,
            log_likelihood + (double)size * log(2 * acos(-1)) / 2, 1e-8);
    double mean, variance, expected = product(cross, right + size * n, n) + product(rest, beta, size);
    double spread =
        c[n * (n + 1) + n] - product(cross, right + (size + 1) * n, n) + product(rest, beta + size, size);
    demand("a forecast is made", ws_forecast_value(&mean, &variance, &model, &filtered, ahead));
    compare("the forecast", mean, expected, 1e-7);
    compare("its variance", variance, spread, 1e-7);
}

/* ---- Events ---- */

typedef struct naive_event {
    bool told;
    double car, variance, t, z, ranks[DAYS];
} naive_event;

/* Returns between days on which both are there; windows counted in returns. */
static naive_event study(const double *own, const double *market, const int32_t *dates, size_t n,
                         int32_t event, int from, int to, size_t length)
{
    naive_event out = {.told = false};
    int day_0 = 0;
    while (day_0 < (int)n && dates[day_0] < event)
        day_0++;
    int first = day_0 + from, last = day_0 + to, start = first - (int)length;
    if (day_0 == (int)n || start < 0 || last >= (int)n)
        return out;
    double mean = 0, market_mean = 0, xx = 0, xy = 0, squares = 0, days = to - from + 1,
           size = (double)length;
    for (int i = start; i < first; i++) {
        mean += own[i] / size;
        market_mean += market ? market[i] / size : 0;
    }
    for (int i = start; market && i < first; i++) {
        xx += (market[i] - market_mean) * (market[i] - market_mean);
        xy += (market[i] - market_mean) * (own[i] - mean);
    }
    double beta = market ? xy / xx : 0, rest[DAYS], off = 0, middle = 0;
    for (int i = start; i <= last; i++) {
        double r = own[i] - mean - (market ? beta * (market[i] - market_mean) : 0);
        rest[i - start] = r;
        squares += i < first ? r * r : 0;
        out.car += i >= first ? r : 0;
        off += i >= first && market ? market[i] - market_mean : 0;
    }
    out.variance =
        squares / (size - (market ? 2 : 1)) * (days + days * days / size + (market ? off * off / xx : 0));
    out.t = out.car / sqrt(out.variance);
    size_t all = length + (size_t)days;
    rank_all(out.ranks, rest, all);
    middle = ((double)all + 1) / 2;
    double sum = 0, square = 0;
    for (size_t i = 0; i < all; i++) {
        out.ranks[i] -= middle;
        square += out.ranks[i] * out.ranks[i] / (double)all;
        sum += i >= length ? out.ranks[i] : 0;
    }
    out.z = sum / (sqrt(days) * sqrt(square));
    out.told = true;
    return out;
}

static void test_events(void)
{
    int32_t own_days[DAYS], market_days[DAYS], days[DAYS], events[4];
    uint8_t kinds[DAYS] = {0};
    double own[DAYS], market[DAYS], returns[DAYS], other[DAYS], level = 5, market_level = 5;
    bool benchmark = draw(2);
    size_t own_count = 0, market_count = 0, n = 0;
    double last = 0, market_last = 0;
    for (int day = 0; day < DAYS; day++) {
        double common = 0.01 * draw_normal();
        bool here = draw(8), there = draw(8);
        level += common + 0.01 * draw_normal();
        market_level += common;
        if (here) {
            own_days[own_count] = day;
            own[own_count++] = exp(level);
        }
        if (there) {
            market_days[market_count] = day;
            market[market_count++] = exp(market_level);
        }
        if (!here || (benchmark && !there))
            continue;
        if (last > 0) {
            days[n] = day;
            returns[n] = log(exp(level) / last);
            other[n] = benchmark ? log(exp(market_level) / market_last) : 0;
            n++;
        }
        last = exp(level);
        market_last = exp(market_level);
    }
    size_t count = 1 + draw(4), length = 20 + draw(60), told = 0;
    int from = -(int)draw(3), to = from + (int)draw(6);
    from += from == 0 && to == 0 ? -1 : 0;
    for (size_t i = 0; i < count; i++)
        events[i] = (int32_t)draw(DAYS + 5);
    ws_series series = {.count = own_count, .dates = own_days, .kinds = kinds, .values = own};
    ws_series line = {.count = market_count, .dates = market_days, .kinds = kinds, .values = market};
    ws_event_window window = {.estimation = length, .from = from, .to = to};
    ws_event_study *got = NULL;
    demand("events are studied",
           ws_study_events(&got, &series, benchmark ? &line : NULL, count, events, &window, NULL) == WS_OK);
    double t_sum = 0, t_squares = 0, cars = 0;
    static naive_event expected[4];
    for (size_t i = 0; i < count; i++) {
        expected[i] = study(returns, benchmark ? other : NULL, days, n, events[i], from, to, length);
        const ws_event_effect *e = &got->events[i];
        demand("what can be told is told", expected[i].told == !e->problem);
        if (!expected[i].told || e->problem)
            continue;
        told++;
        compare("the move", e->car, expected[i].car, 1e-11);
        compare("its variance", e->variance / expected[i].variance, 1, 1e-9);
        compare("its t", e->t, expected[i].t, 1e-9);
        compare("its ranks", e->rank_z, expected[i].z, 1e-9);
        demand("a p is a probability", e->p >= 0 && e->p <= 1 && e->rank_p >= 0 && e->rank_p <= 1);
        t_sum += expected[i].t;
        cars += expected[i].car;
    }
    double size = (double)told;
    for (size_t i = 0; i < count; i++)
        if (expected[i].told)
            t_squares += (expected[i].t - t_sum / size) * (expected[i].t - t_sum / size);
    compare("events told", (double)got->told, size, 0);
    demand("one event has no test over events", got->has_bmp == (told > 1 && t_squares > 0));
    if (told)
        compare("the mean move", got->mean_car, cars / size, 1e-11);
    if (got->has_bmp && told > 1)
        compare("the t over events", got->bmp_t, t_sum / size / sqrt(t_squares / (size - 1) / size), 1e-8);
    if (told) {
        double sum = 0, square = 0;
        size_t all = length + (size_t)(to - from + 1);
        for (size_t k = 0; k < all; k++) {
            double day = 0;
            for (size_t i = 0; i < count; i++)
                day += expected[i].told ? expected[i].ranks[k] / size : 0;
            square += day * day / (double)all;
            sum += k >= length ? day : 0;
        }
        compare("the ranks over events", got->rank_z, sum / sqrt((double)(to - from + 1) * square), 1e-8);
    }
    ws_free_event_study(got);
}

int main(int argc, char **argv)
{
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1,
             count = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000;
    if (argc == 2)
        count = 1;
    for (seed = first; seed < first + count && failures < 10; seed++) {
        state = seed;
        test_trend();
        test_breaks();
        test_filter();
        test_events();
        if (seed % 200 == 0)
            test_long_trend();
    }
    printf("seeds %llu to %llu, %u differences\n", (unsigned long long)first, (unsigned long long)(seed - 1),
           failures);
    return failures ? 1 : 0;
}
