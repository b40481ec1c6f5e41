/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an event did to a market: returns about its day less what the days before let one expect. Returns run
 * between successive values that are there, so holidays and weekends are no days at all; a return bears the
 * date of its end, and day 0 is the first with a return on or after the event. */
#include "monitor/statistics.h"

#include "base/date.h"
#include "base/diag.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

enum { ESTIMATION = 120 };

typedef struct owned_study {
    ws_event_study study;
    ws_arena arena;
} owned_study;

typedef struct market_returns {
    size_t count;
    const int32_t *dates;
    const double *own;
    const double *market; /* NULL: no benchmark */
    ws_arena *arena;
} market_returns;

void ws_free_event_study(ws_event_study *study)
{
    if (!study)
        return;
    ws_arena arena = ((owned_study *)study)->arena;
    ws__free_arena(&arena);
}

static double change(double from, double to, bool simple)
{
    return simple ? to / from - 1 : log(to / from);
}

static ws_status check_prices(const ws_series *series, const char *what, bool simple, ws_diag *diag)
{
    for (size_t i = 0; i < series->count; i++)
        if (!(series->values[i] > 0) && !(simple && series->values[i] < 0)) {
            char date[WS_DATE_ROOM];
            ws__format_date(date, series->dates[i]);
            return ws_fail(diag, WS_INVALID, "the %s is %g on %s; returns need values above 0", what,
                           series->values[i], date);
        }
    return WS_OK;
}

/* Returns between successive days on which all that is needed is there. */
static ws_status make_returns(market_returns *out, const ws_series *own, const ws_series *benchmark,
                              bool simple, ws_diag *diag)
{
    size_t room = own->count;
    int32_t *dates = WS_NEW_MANY(out->arena, room, int32_t);
    double *returns = WS_NEW_MANY(out->arena, room, double);
    double *market = benchmark ? WS_NEW_MANY(out->arena, room, double) : NULL;
    if (!dates || !returns || (benchmark && !market))
        return ws_fail(diag, WS_LIMIT, "no memory for %zu returns", room);
    WS_TRY(check_prices(own, "market", simple, diag));
    if (benchmark)
        WS_TRY(check_prices(benchmark, "benchmark", simple, diag));
    size_t last = SIZE_MAX, last_at = 0, at = 0, count = 0;
    for (size_t i = 0; i < own->count; i++) {
        while (benchmark && at < benchmark->count && benchmark->dates[at] < own->dates[i])
            at++;
        if (benchmark && (at == benchmark->count || benchmark->dates[at] != own->dates[i]))
            continue;
        if (last != SIZE_MAX) {
            dates[count] = own->dates[i];
            returns[count] = change(own->values[last], own->values[i], simple);
            if (benchmark)
                market[count] = change(benchmark->values[last_at], benchmark->values[at], simple);
            count++;
        }
        last = i;
        last_at = at;
    }
    out->count = count;
    out->dates = dates;
    out->own = returns;
    out->market = market;
    return WS_OK;
}

static double mean_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

/* What is normal, from the `length` returns from `from` on; residuals into `rest`, then the abnormal returns
 * of the window behind them. False: nothing varies. */
static bool estimate(ws_event_effect *out, double *rest, const market_returns *r, size_t from, size_t length)
{
    const double *own = r->own + from, *market = r->market ? r->market + from : NULL;
    double size = (double)length, days = (double)out->window, mean = mean_of(own, length), squares = 0;
    double market_mean = market ? mean_of(market, length) : 0, market_squares = 0, products = 0;
    for (size_t i = 0; market && i < length; i++) {
        market_squares += (market[i] - market_mean) * (market[i] - market_mean);
        products += (market[i] - market_mean) * (own[i] - mean);
    }
    if (market && !(market_squares > 0))
        return false;
    out->beta = market ? products / market_squares : 0;
    out->mean = mean - out->beta * market_mean;
    double car = 0, market_days = 0;
    for (size_t i = 0; i < length + out->window; i++) {
        rest[i] = own[i] - out->mean - (market ? out->beta * market[i] : 0);
        if (i < length)
            squares += rest[i] * rest[i];
        else
            car += rest[i];
        if (i >= length && market)
            market_days += market[i] - market_mean;
    }
    out->degrees = length - (market ? 2 : 1);
    double variance = squares / (double)out->degrees;
    out->deviation = sqrt(variance);
    out->car = car;
    out->variance =
        variance * (days + days * days / size + (market ? market_days * market_days / market_squares : 0));
    return out->variance > 0;
}

/* Corrado's ranks about their mean over estimation and window; gives their root mean square. */
static double rank_rest(double *ranks, const double *rest, size_t length, size_t window)
{
    size_t all = length + window;
    double middle = ((double)all + 1) / 2, squares = 0;
    if (!ws__rank_values(ranks, rest, all))
        return 0;
    for (size_t i = 0; i < all; i++) {
        ranks[i] -= middle;
        squares += ranks[i] * ranks[i];
    }
    return sqrt(squares / (double)all);
}

static double rank_score(const double *ranks, size_t length, size_t window, double deviation)
{
    double sum = 0;
    for (size_t i = length; i < length + window; i++)
        sum += ranks[i];
    return deviation > 0 ? sum / (sqrt((double)window) * deviation) : 0;
}

static double in_percent(double change_of, bool simple)
{
    return 100 * (simple ? change_of : expm1(change_of));
}

static double normal_p(double z)
{
    return 2 * gsl_cdf_ugaussian_Q(fabs(z));
}

static void study_one(ws_event_effect *out, double *ranks, const market_returns *r,
                      const ws_event_window *window, size_t length)
{
    size_t day_0 = 0;
    while (day_0 < r->count && r->dates[day_0] < out->event)
        day_0++;
    out->window = (size_t)(window->to - window->from) + 1;
    int64_t first = (int64_t)day_0 + window->from, last = (int64_t)day_0 + window->to;
    if (day_0 == r->count) {
        out->problem = "the market has no return on or after it";
        return;
    }
    if (first < (int64_t)length) {
        out->problem = "the market has too few returns before it";
        return;
    }
    if (last >= (int64_t)r->count) {
        out->problem = "the market ends within its window";
        return;
    }
    size_t from = (size_t)first - length;
    double *rest = WS_NEW_MANY(r->arena, length + out->window, double);
    out->day_0 = r->dates[day_0];
    out->first = r->dates[first];
    out->last = r->dates[last];
    out->estimated_from = r->dates[from];
    out->estimated_to = r->dates[first - 1];
    if (!rest || !estimate(out, rest, r, from, length)) {
        out->problem = rest ? "nothing moved before it" : "no memory";
        return;
    }
    double degrees = (double)out->degrees, deviation = sqrt(out->variance);
    double half = gsl_cdf_tdist_Pinv(0.975, degrees) * deviation;
    out->t = out->car / deviation;
    out->p = 2 * gsl_cdf_tdist_Q(fabs(out->t), degrees);
    out->percent = in_percent(out->car, window->simple);
    out->percent_lo = in_percent(out->car - half, window->simple);
    out->percent_hi = in_percent(out->car + half, window->simple);
    out->rank_z = rank_score(ranks, length, out->window, rank_rest(ranks, rest, length, out->window));
    out->rank_p = normal_p(out->rank_z);
}

/* All events together. `ranks` is [event] of [length + window]. */
static void study_all(ws_event_study *study, double *const *ranks, size_t length, bool simple)
{
    double sum = 0, squares = 0, cars = 0, variances = 0, count = (double)study->told;
    size_t window = 0, all;
    for (size_t i = 0; i < study->count; i++) {
        const ws_event_effect *e = &study->events[i];
        if (e->problem)
            continue;
        sum += e->t;
        cars += e->car;
        variances += e->variance;
        window = e->window;
    }
    if (!study->told)
        return;
    double mean = sum / count, half = 1.959963984540054 * sqrt(variances) / count;
    if (study->told == 1)
        for (size_t i = 0; i < study->count; i++)
            if (!study->events[i].problem)
                half = gsl_cdf_tdist_Pinv(0.975, (double)study->events[i].degrees) * sqrt(variances);
    study->mean_car = cars / count;
    study->mean_percent = in_percent(study->mean_car, simple);
    study->mean_percent_lo = in_percent(study->mean_car - half, simple);
    study->mean_percent_hi = in_percent(study->mean_car + half, simple);
    for (size_t i = 0; i < study->count; i++)
        if (!study->events[i].problem)
            squares += (study->events[i].t - mean) * (study->events[i].t - mean);
    study->has_bmp = study->told > 1 && squares > 0;
    if (study->has_bmp) {
        study->bmp_t = mean / sqrt(squares / (count - 1) / count);
        study->bmp_p = 2 * gsl_cdf_tdist_Q(fabs(study->bmp_t), count - 1);
    }
    all = length + window;
    double square = 0, score = 0;
    for (size_t t = 0; t < all; t++) {
        double day = 0;
        for (size_t i = 0; i < study->count; i++)
            if (!study->events[i].problem)
                day += ranks[i][t];
        square += day / count * (day / count);
        score += t >= length ? day / count : 0;
    }
    study->has_ranks = square > 0;
    if (study->has_ranks)
        study->rank_z = score / (sqrt((double)window) * sqrt(square / (double)all));
    study->rank_p = normal_p(study->rank_z);
    study->rank_most = sqrt(3 * (double)window);
    study->rank_note =
        study->told == 1 && study->rank_most < 1.959963984540054
            ? "from one event and one day this test can never be significant, whatever happened"
        : study->told == 1
            ? "from one event it says little, since the largest jump counts only as the first rank"
            : "";
}

ws_status ws_study_events(ws_event_study **out, const ws_series *market, const ws_series *benchmark,
                          size_t event_count, const int32_t *events, const ws_event_window *window,
                          ws_diag *diag)
{
    size_t length = window->estimation ? window->estimation : ESTIMATION;
    if (window->from > window->to || window->to - window->from > 10000)
        return ws_fail(diag, WS_INVALID, "window from %d to %d; expected from <= to, at most 10,000 returns",
                       window->from, window->to);
    if (length < 3 || length > 1000000)
        return ws_fail(diag, WS_INVALID, "estimation over %zu returns; expected 3 to 1,000,000", length);
    WS_SCRATCH(scratch);
    ws_arena arena = {0, 0};
    market_returns returns = {.arena = &scratch};
    WS_TRY(make_returns(&returns, market, benchmark, window->simple, diag));
    owned_study *owned = WS_NEW(&arena, owned_study);
    ws_event_effect *effects = WS_NEW_MANY(&arena, event_count, ws_event_effect);
    double **ranks = WS_NEW_MANY(&scratch, event_count, double *);
    size_t days = (size_t)(window->to - window->from) + 1;
    bool memory = owned && effects && ranks;
    for (size_t i = 0; memory && i < event_count; i++) {
        ranks[i] = WS_NEW_MANY(&scratch, length + days, double);
        memory = ranks[i] != NULL;
    }
    if (!memory) {
        ws__free_arena(&arena);
        return ws_fail(diag, WS_LIMIT, "no memory for %zu events", event_count);
    }
    owned->study = (ws_event_study){.count = event_count, .events = effects, .rank_note = ""};
    owned->study.has_benchmark = benchmark != NULL;
    for (size_t i = 0; i < event_count; i++) {
        effects[i].event = events[i];
        study_one(&effects[i], ranks[i], &returns, window, length);
        owned->study.told += effects[i].problem == NULL;
    }
    study_all(&owned->study, ranks, length, window->simple);
    owned->arena = arena;
    *out = &owned->study;
    return WS_OK;
}
