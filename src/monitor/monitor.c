/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All indicators and markets of a case, each a task of its own with its own memory, problems gathered in the
 * case's order; and what a breakdown costs. */
#include "monitor/indicator.h"

#include "base/diag.h"
#include "base/tasks.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

/* What one task made. */
typedef struct piece {
    ws_arena arena;
    ws_series *read, *known, *benchmark;
    ws_event_study *study;
    ws_diag *diag;
    ws_status status;
} piece;

typedef struct owned_monitoring {
    ws_monitoring monitoring;
    ws_arena arena;
    size_t piece_count;
    piece *pieces;
    ws_indicator_report *indicators;
    ws_market_report *markets;
    const ws_case *c;
    const ws_monitor_options *options;
    const ws_run *run;
} owned_monitoring;

static void free_piece(piece *p)
{
    ws__free_arena(&p->arena);
    ws_free_series(p->read);
    ws_free_series(p->known);
    ws_free_series(p->benchmark);
    ws_free_event_study(p->study);
    ws_free_diag(p->diag);
}

void ws_free_monitoring(ws_monitoring *monitoring)
{
    if (!monitoring)
        return;
    owned_monitoring *owned = (owned_monitoring *)monitoring;
    for (size_t i = 0; i < owned->piece_count; i++)
        free_piece(&owned->pieces[i]);
    ws_arena arena = owned->arena;
    ws__free_arena(&arena);
}

static owned_monitoring *start(size_t indicators, size_t markets)
{
    ws_arena arena = {0, 0};
    owned_monitoring *owned = WS_NEW(&arena, owned_monitoring);
    piece *pieces = WS_NEW_MANY(&arena, indicators + markets + 1, piece);
    ws_indicator_report *reports = WS_NEW_MANY(&arena, indicators + 1, ws_indicator_report);
    ws_market_report *market_reports = WS_NEW_MANY(&arena, markets + 1, ws_market_report);
    if (!owned || !pieces || !reports || !market_reports) {
        ws__free_arena(&arena);
        return NULL;
    }
    *owned = (owned_monitoring){.arena = arena, .pieces = pieces, .piece_count = indicators + markets};
    owned->indicators = reports;
    owned->markets = market_reports;
    owned->monitoring = (ws_monitoring){WS_NO_DAY, false, indicators, reports, markets, market_reports};
    return owned;
}

/* ---- Questions of a case ---- */

static double value_on(const ws_series *series, ws_day day, bool *there)
{
    size_t count = 0;
    while (count < series->count && series->dates[count] <= day)
        count++;
    *there = count > 0;
    return count ? series->values[count - 1] : 0;
}

/* `growth`: so many percent a year on the value of a day; without an end, to a year behind the last value. */
static ws_status promise_growth(ws_promise *out, const ws_indicator *indicator, const ws_series *series,
                                ws_diag *diag)
{
    bool there;
    double base = value_on(series, indicator->growth_from, &there);
    if (!there)
        return ws_fail_at(diag, WS_INVALID, indicator->place,
                          "'%s' has no value on or before the day its growth is counted from",
                          indicator->key);
    ws_day by = indicator->growth_by;
    if (by == WS_NO_DAY)
        by = ws__add_interval(series->dates[series->count - 1], (ws_interval){1, 'y'}, 1);
    double years = ws__years(indicator->growth_from, by);
    double value = base * exp(years * log1p(indicator->growth_per_year / 100));
    if (!isfinite(value))
        return ws_fail_at(diag, WS_INVALID, indicator->place, "'%s': the growth leads to no finite value",
                          indicator->key);
    *out = (ws_promise){.by = by, .value = value, .at_most = indicator->growth_per_year < 0};
    return WS_OK;
}

static ws_status ask(ws_question *out, ws_arena *arena, const ws_indicator *indicator,
                     const ws_series *series, const ws_monitor_options *options, ws_diag *diag)
{
    size_t count = indicator->growth ? (size_t)(series->count > 0) : indicator->target_count;
    ws_promise *promises = WS_NEW_MANY(arena, count, ws_promise);
    if (count && !promises)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu targets", count);
    if (indicator->growth && count)
        WS_TRY(promise_growth(promises, indicator, series, diag));
    for (size_t i = 0; !indicator->growth && i < count; i++) {
        const ws_target *target = &indicator->targets[i];
        promises[i] = (ws_promise){.by = target->by, .value = target->value, .at_most = target->at_most};
    }
    for (size_t i = 1; i < count; i++) /* a path is walked in the order of time */
        for (size_t k = i; k && promises[k].by < promises[k - 1].by; k--) {
            ws_promise other = promises[k];
            promises[k] = promises[k - 1];
            promises[k - 1] = other;
        }
    *out = (ws_question){.key = indicator->key,
                         .title = indicator->title,
                         .unit = indicator->unit,
                         .promise_count = count,
                         .promises = promises,
                         .agreed = indicator->agreed,
                         .on_track = indicator->on_track,
                         .at_risk = indicator->at_risk,
                         .design = options->design,
                         .opening = options->opening,
                         .cheat = options->cheat};
    return WS_OK;
}

static ws_status look_at_indicator(owned_monitoring *all, size_t at, piece *p, const ws_run *run)
{
    const ws_indicator *indicator = &all->c->shape->indicators[at];
    ws_question question;
    WS_TRY(ws__load_source(&p->read, all->c, &indicator->series, p->diag));
    WS_TRY(ws_known_series(&p->known, p->read, all->monitoring.as_of, indicator->lag_days, p->diag));
    WS_TRY(ask(&question, &p->arena, indicator, p->known, all->options, p->diag));
    return ws__judge_indicator(&all->indicators[at], &p->arena, p->known, &question, run, p->diag);
}

static ws_status look_at_market(ws_market_report *out, const ws_case *c, const ws_market *market,
                                ws_day as_of, piece *p)
{
    WS_TRY(ws__load_source(&p->read, c, &market->series, p->diag));
    WS_TRY(ws_known_series(&p->known, p->read, as_of, 0, p->diag));
    if (market->benchmark.file || market->benchmark.count)
        WS_TRY(ws__load_source(&p->benchmark, c, &market->benchmark, p->diag));
    *out = (ws_market_report){.key = market->key, .title = market->title ? market->title : market->key};
    out->window = (ws_event_window){.estimation = market->estimation,
                                    .from = market->window_from,
                                    .to = market->window_to,
                                    .simple = !market->log_returns};
    out->skipped = p->known->skipped;
    ws_status status = ws_study_events(&p->study, p->known, p->benchmark, market->event_count, market->events,
                                       &out->window, p->diag);
    out->study = p->study;
    return status;
}

static void look(void *context, size_t task, unsigned worker)
{
    (void)worker;
    owned_monitoring *all = context;
    piece *p = &all->pieces[task];
    ws_run one = {.threads = 1, .seed = all->run ? all->run->seed : 1};
    if (all->piece_count == 1) /* nothing else waits for the other threads */
        one.threads = ws__count_workers(all->run);
    size_t indicators = all->monitoring.indicator_count;
    p->diag = ws_new_diag();
    if (task < indicators)
        p->status = look_at_indicator(all, task, p, &one);
    else
        p->status = look_at_market(&all->markets[task - indicators], all->c,
                                   &all->c->shape->markets[task - indicators], all->monitoring.as_of, p);
}

static void hand_on(ws_diag *to, const ws_diag *from, const char *what, const char *key)
{
    for (size_t i = 0; from && i < ws_count_problems(from); i++) {
        const ws_problem *problem = ws_get_problem(from, i);
        if (problem->severity == WS_ERROR && problem->place.file)
            ws_fail_at(to, problem->status, problem->place, "%s", problem->message);
        else if (problem->severity == WS_ERROR)
            ws_fail(to, problem->status, "%s '%s': %s", what, key, problem->message);
        else
            ws_warn_at(to, problem->place, "%s", problem->message);
    }
}

ws_status ws_monitor_case(ws_monitoring **out, const ws_case *c, const ws_monitor_options *options,
                          const ws_run *run, ws_diag *diag)
{
    static const ws_monitor_options defaults = {0};
    const ws_shape *shape = c->shape;
    gsl_set_error_handler_off();
    owned_monitoring *all = start(shape->indicator_count, shape->market_count);
    if (!all)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu indicators", shape->indicator_count);
    all->c = c;
    all->options = options ? options : &defaults;
    all->run = run;
    all->monitoring.as_of = all->options->has_as_of ? all->options->as_of : shape->as_of;
    all->monitoring.design = all->options->design;
    ws_status status = ws__run_tasks(run, "indicators", all->piece_count, look, all, NULL);
    for (size_t i = 0; i < all->piece_count; i++) {
        bool market = i >= shape->indicator_count;
        const char *key = market ? shape->markets[i - shape->indicator_count].key : shape->indicators[i].key;
        hand_on(diag, all->pieces[i].diag, market ? "market" : "indicator", key);
        status = status == WS_OK ? all->pieces[i].status : status;
    }
    if (status != WS_OK) {
        ws_free_monitoring(&all->monitoring);
        return status;
    }
    *out = &all->monitoring;
    return WS_OK;
}

ws_status ws_monitor_series(ws_monitoring **out, const ws_series *series, const ws_question *question,
                            const ws_run *run, ws_diag *diag)
{
    gsl_set_error_handler_off();
    owned_monitoring *all = start(1, 0);
    if (!all)
        return ws_fail(diag, WS_LIMIT, "no memory for an indicator");
    all->monitoring.design = question->design;
    ws_status status =
        ws__judge_indicator(&all->indicators[0], &all->pieces[0].arena, series, question, run, diag);
    if (status != WS_OK) {
        ws_free_monitoring(&all->monitoring);
        return status;
    }
    *out = &all->monitoring;
    return WS_OK;
}

ws_status ws_monitor_events(ws_monitoring **out, const char *key, const ws_series *market, size_t event_count,
                            const int32_t *events, const ws_event_window *window, ws_diag *diag)
{
    owned_monitoring *all = start(0, 1);
    if (!all)
        return ws_fail(diag, WS_LIMIT, "no memory for a market");
    all->markets[0] = (ws_market_report){.key = key, .title = key, .window = *window};
    all->markets[0].skipped = market->skipped;
    ws_status status =
        ws_study_events(&all->pieces[0].study, market, NULL, event_count, events, window, diag);
    all->markets[0].study = all->pieces[0].study;
    if (status != WS_OK) {
        ws_free_monitoring(&all->monitoring);
        return status;
    }
    *out = &all->monitoring;
    return WS_OK;
}

/* ---- What a breakdown costs ---- */

bool ws_needs_measurement(const ws_case *c)
{
    const ws_breakdown *breakdown = &c->shape->breakdown;
    return breakdown->market != WS_NO_MARKET && breakdown->moved == WS_NO_SLOT;
}

ws_status ws_measure_breakdown(ws_measurement *out, const ws_case *c, ws_diag *diag)
{
    if (c->shape->breakdown.market == WS_NO_MARKET)
        return ws_fail(diag, WS_INVALID, "breakdown.cost names no market to measure");
    const ws_market *market = &c->shape->markets[c->shape->breakdown.market];
    ws_market_report report;
    piece p = {.diag = diag};
    ws_status status = look_at_market(&report, c, market, c->shape->as_of, &p);
    p.diag = NULL;
    if (status == WS_OK && !report.study->told)
        status = ws_fail_at(diag, WS_INVALID, market->place, "breakdown.cost cannot be measured on '%s': %s",
                            market->key,
                            report.study->count ? report.study->events[0].problem : "it has no events");
    if (status == WS_OK) {
        const ws_event_study *study = report.study;
        double a = fabs(study->mean_percent_lo), b = fabs(study->mean_percent_hi);
        bool holds_none = study->mean_percent_lo <= 0 && study->mean_percent_hi >= 0;
        *out = (ws_measurement){.market = market->key, .events = study->told};
        out->moved = fabs(study->mean_percent);
        out->lo = holds_none ? 0 : fmin(a, b);
        out->hi = fmax(a, b);
        out->p = study->has_bmp ? study->bmp_p : 1;
        for (size_t i = 0; i < study->count && study->told == 1; i++)
            if (!study->events[i].problem)
                out->p = study->events[i].p;
    }
    free_piece(&p);
    return status;
}
