/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A monitoring in words: the verdict and its reason first, then what was seen, what may come, what changed
 * and when, what events did. */
#include "report/monitor.h"
#include "report/page.h"

#include "base/date.h"

#include <math.h>

enum { SPARK_ROOM = 60, LEAST_FOR_INTERVAL = 4 };

static const char *say_day(ws_page *page, int32_t day)
{
    char text[WS_DATE_ROOM + 8];
    ws__format_long_date(text, day);
    const char *copy = ws__copy_text(&page->arena, text);
    return copy ? copy : "";
}

static const char *say_verdict(ws_verdict verdict)
{
    static const char *const words[] = {"Met", "On track", "At risk", "Behind", "Missed", "Unknown"};
    return words[verdict];
}

static const char *say_p(ws_page *page, double p)
{
    return p < 0.0001 ? "under 0.01%" : ws__say_percent(&page->arena, p);
}

static const char *say_value(ws_page *page, const ws_indicator_report *r, double value)
{
    const char *number = ws__say_number(&page->arena, value);
    const char *text =
        r->unit[0] ? ws__format_text(&page->arena, r->unit[0] == '%' ? "%s%s" : "%s %s", number, r->unit)
                   : number;
    return text ? text : "";
}

/* A difference of two values: of shares in percent it is no share. */
static const char *say_change(ws_page *page, const ws_indicator_report *r, double change)
{
    if (r->unit[0] != '%' || r->unit[1])
        return say_value(page, r, change);
    const char *text = ws__format_text(&page->arena, "%s percentage point%s",
                                       ws__say_number(&page->arena, change), fabs(change) == 1 ? "" : "s");
    return text ? text : "";
}

/* ---- The sparkline ---- */

/* The series in at most SPARK_ROOM columns: the last value of each stretch of time. */
static const char *draw_spark(ws_page *page, const ws_series *s, size_t steps)
{
    static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const plain[] = {"_", ".", ".", "-", "-", "=", "=", "#"};
    double columns[SPARK_ROOM];
    double least = s->values[0], most = s->values[0], span = (double)(s->dates[s->count - 1] - s->dates[0]);
    size_t width = steps < SPARK_ROOM ? steps : SPARK_ROOM;
    for (size_t i = 0; i < width; i++)
        columns[i] = NAN;
    for (size_t i = 0; i < s->count; i++) {
        double at = span > 0 ? (double)(s->dates[i] - s->dates[0]) / span * (double)(width - 1) : 0;
        columns[(size_t)(at + 0.5)] = s->values[i];
        least = fmin(least, s->values[i]);
        most = fmax(most, s->values[i]);
    }
    WS_TEXT(text);
    for (size_t i = 0; i < width; i++) {
        double share = most > least ? (columns[i] - least) / (most - least) : 0.5;
        size_t level = isnan(columns[i]) ? 0 : share >= 1 ? 7 : (size_t)(share * 8);
        ws__add_text(&text, isnan(columns[i]) ? " " : page->ascii ? plain[level] : blocks[level]);
    }
    const char *copy = text.bytes ? ws__copy_text(&page->arena, text.bytes) : NULL;
    return copy ? copy : "";
}

/* ---- An indicator ---- */

static void say_series(ws_page *page, const ws_indicator_report *r)
{
    const ws_series *s = r->series;
    const char *known = r->missing ? ws__format_text(&page->arena, " (values of %s of %s %ss)",
                                                     ws__say_count(&page->arena, s->count),
                                                     ws__say_count(&page->arena, r->steps), r->step)
                                   : "";
    if (s->count > 1)
        ws__page_picture(
            page, ws__format_text(&page->arena, "%s to %s, %s to %s%s\n%s\n", say_day(page, s->dates[0]),
                                  say_day(page, s->dates[s->count - 1]), say_value(page, r, s->values[0]),
                                  say_value(page, r, s->values[s->count - 1]), known ? known : "",
                                  draw_spark(page, s, r->steps)));
    const char *promise = "";
    const ws_promise *last = r->promise_count ? &r->promises[r->promise_count - 1] : NULL;
    double latest = s->values[s->count - 1];
    if (last && r->has_needed && (last->at_most ? latest <= last->value : latest >= last->value))
        promise = ws__format_text(&page->arena, " That would keep the target; %s %s%s %s left.",
                                  ws__say_count(&page->arena, r->steps_left), r->step,
                                  r->steps_left == 1 ? "" : "s", r->steps_left == 1 ? "is" : "are");
    else if (r->has_needed)
        promise = ws__format_text(&page->arena, " It must %s by %s a %s for the %s %s%s left.",
                                  r->needed < 0 ? "fall" : "rise", say_change(page, r, fabs(r->needed)),
                                  r->step, ws__say_count(&page->arena, r->steps_left), r->step,
                                  r->steps_left == 1 ? "" : "s");
    ws__page_paragraph(page, "The latest value is %s, of %s.%s", say_value(page, r, s->values[s->count - 1]),
                       say_day(page, s->dates[s->count - 1]), promise ? promise : "");
}

static void say_trend(ws_page *page, const ws_indicator_report *r)
{
    if (!r->has_trend)
        return;
    const ws_trend *t = &r->trend;
    double p = t->uncorrected ? t->p : t->corrected_p;
    if (!(t->variance > 0)) {
        ws__page_paragraph(page, "Trend: none: all values are the same.");
        return;
    }
    if (t->count < LEAST_FOR_INTERVAL) {
        ws__page_paragraph(page,
                           "Trend: %s a year (Theil and Sen). %zu values are too few to tell it from chance.",
                           say_change(page, r, t->slope), t->count);
        return;
    }
    ws__page_paragraph(page,
                       "Trend: %s a year (95%% interval %s to %s; Theil and Sen). By chance alone a trend so "
                       "steady appears with probability %s (Mann and Kendall%s).",
                       say_change(page, r, t->slope), ws__say_number(&page->arena, t->lo),
                       ws__say_number(&page->arena, t->hi), say_p(page, p),
                       t->uncorrected ? "" : ", corrected for memory by Hamed and Rao");
}

static void say_breaks(ws_page *page, const ws_indicator_report *r)
{
    const ws_breaks *b = &r->breaks;
    if (r->has_trend && !r->has_breaks)
        ws__page_paragraph(page, "Breaks: not looked for: %s.", r->breaks_reason);
    if (r->has_breaks && !(r->trend.variance > 0)) {
        ws__page_paragraph(page, "Breaks: none: all values are the same.");
        return;
    }
    if (r->has_breaks && !b->best_bic)
        ws__page_paragraph(page,
                           "Breaks: no shift of the level stands out, of up to %zu that were looked for "
                           "(by the criterion BIC%s).",
                           b->most, b->best_lwz ? "; LWZ would take some" : ", and by the stricter LWZ");
    for (size_t k = 0; r->has_breaks && k < b->best_bic; k++) {
        const int32_t *dates = r->series->dates;
        size_t at = b->divisions[b->best_bic].at[k];
        const char *interval = b->lower[k] ? ws__format_text(&page->arena, "95%% interval %s to %s",
                                                             say_day(page, dates[b->lower[k] - 1]),
                                                             say_day(page, dates[b->upper[k] - 1]))
                                           : "its interval could not be told";
        ws__page_point(page, "The mean broke after %s (%s).", say_day(page, dates[at - 1]), interval);
    }
    if (r->has_breaks && b->best_bic > 1 && r->trend.corrected_p < 0.05)
        ws__page_paragraph(page, "A steady trend, too, looks like several breaks.");
    if (r->has_breaks && b->pettitt_at)
        ws__page_paragraph(page,
                           "As a check, Pettitt's test puts one change after %s; by chance alone one so "
                           "clear appears with probability %s.",
                           say_day(page, r->series->dates[b->pettitt_at - 1]), say_p(page, b->pettitt_p));
    if (r->agreed_words[0])
        ws__page_paragraph(page, "Agreed on %s: %s%s.", say_day(page, r->agreed), r->agreed_words,
                           r->has_agreed_test ? ws__format_text(&page->arena,
                                                                " (F test at that date: by chance alone "
                                                                "with probability %s)",
                                                                say_p(page, r->agreed_p))
                                              : "");
}

static void say_forecast(ws_page *page, const ws_indicator_report *r)
{
    if (!r->has_model)
        ws__page_paragraph(page, "Forecast: none: %s.", r->model_words);
    if (!r->forecast_count)
        return;
    ws_table *table = ws__start_table(page);
    ws__add_column(table, "expected by", WS_LEFT, 0);
    ws__add_column(table, "value", WS_DECIMAL, 0);
    ws__add_column(table, "95% from", WS_DECIMAL, 0);
    ws__add_column(table, "to", WS_DECIMAL, 0);
    size_t stride = (r->forecast_count + 5) / 6;
    for (size_t i = 0; i < r->forecast_count; i++) {
        if ((r->forecast_count - 1 - i) % stride != 0)
            continue;
        const ws_forecast *f = &r->forecasts[i];
        ws__add_cell(table, say_day(page, f->date));
        ws__add_cell(table, ws__say_number(&page->arena, f->mean));
        ws__add_cell(table, ws__say_number(&page->arena, f->lo));
        ws__add_cell(table, ws__say_number(&page->arena, f->hi));
    }
    ws__end_table(table);
    if (r->has_chance)
        ws__page_paragraph(page, "Chance of keeping what is still due: %s, if the series is %s.",
                           ws__say_percent(&page->arena, r->chance), r->model_words);
    else
        ws__page_paragraph(page, "That is, if the series is %s.", r->model_words);
    if (page->verbose)
        ws__page_paragraph(
            page,
            "Log-likelihood %s (exact diffuse start: minus half of n ln 2 pi + the sum of ln F + "
            "v^2/F, with the diffuse F for the first values).",
            ws__say_number(&page->arena, r->fit.log_likelihood));
}

static void say_design(ws_page *page, const ws_indicator_report *r)
{
    const ws_target_design *d = &r->design;
    if (!r->has_design)
        return;
    ws__page_paragraph(page,
                       "As a target: %s by %s is met with probability %s though nothing opens (false "
                       "comfort).",
                       say_value(page, r, d->target), say_day(page, d->by),
                       ws__say_percent(&page->arena, d->no_opening));
    for (size_t i = 0; i < d->opening_count; i++)
        ws__page_point(page, "With an opening of %s: %s.", say_change(page, r, d->openings[i]),
                       ws__say_percent(&page->arena, d->power[i]));
    if (d->periods_to_detect)
        ws__page_paragraph(page, "A cheat of %s shows with 90%% confidence after %zu %s%s.",
                           say_change(page, r, d->cheat), d->periods_to_detect, r->step,
                           d->periods_to_detect == 1 ? "" : "s");
    else
        ws__page_paragraph(page,
                           "A cheat of %s would never show with 90%% confidence: the level drifts too much.",
                           say_change(page, r, d->cheat));
}

static void say_indicator(ws_page *page, const ws_indicator_report *r, bool alone, bool asked_design)
{
    if (!alone)
        ws__page_heading(page, r->title);
    if (r->promise_count || !r->series->count)
        ws__page_paragraph(page, WS_STRONG "%s" WS_PLAIN ": %s.", say_verdict(r->verdict), r->reason);
    if (r->series->count) {
        say_series(page, r);
        say_forecast(page, r);
        say_trend(page, r);
        say_breaks(page, r);
        say_design(page, r);
        if (asked_design && !r->has_design)
            ws__page_paragraph(page, "As a target: %s.",
                               r->has_model ? "nothing is still due" : r->model_words);
    }
    for (size_t i = 0; i < r->note_count; i++)
        ws__page_paragraph(page, "%s", r->notes[i]);
    size_t left_out = r->series->skipped + r->series->skipped_rows;
    if (left_out)
        ws__page_paragraph(page, "%zu row%s without a value %s skipped.", left_out, left_out == 1 ? "" : "s",
                           left_out == 1 ? "was" : "were");
    if (r->series->held_back)
        ws__page_paragraph(page, "%zu value%s not yet known on that day.", r->series->held_back,
                           r->series->held_back == 1 ? " was" : "s were");
}

/* ---- A market ---- */

static void say_event(ws_page *page, const ws_event_effect *e)
{
    if (e->problem) {
        ws__page_point(page, "%s: nothing can be told: %s.", say_day(page, e->event), e->problem);
        return;
    }
    bool sure = e->p < 0.05;
    const char *when = e->first == e->last ? ws__format_text(&page->arena, "on %s", say_day(page, e->first))
                                           : ws__format_text(&page->arena, "from %s to %s",
                                                             say_day(page, e->first), say_day(page, e->last));
    ws__page_point(
        page,
        "%s: %s%% %s (95%% interval %s to %s%%), %s what the days before let one expect; by chance "
        "alone so large a move appears with probability %s (t %s).",
        say_day(page, e->event), ws__say_number(&page->arena, e->percent), when ? when : "",
        ws__say_number(&page->arena, e->percent_lo), ws__say_number(&page->arena, e->percent_hi),
        sure ? "beyond" : "within", say_p(page, e->p), ws__say_number(&page->arena, e->t));
}

static void say_market(ws_page *page, const ws_market_report *m, bool alone)
{
    const ws_event_study *s = m->study;
    if (!alone)
        ws__page_heading(page, m->title);
    for (size_t i = 0; i < s->count; i++)
        say_event(page, &s->events[i]);
    if (s->has_bmp)
        ws__page_paragraph(
            page,
            "%s events together: %s%% on average (95%% interval %s to %s%%); by chance alone so large a move "
            "appears with probability %s (Boehmer, Musumeci and Poulsen, t %s), by the ranks of the returns "
            "with %s (Corrado, z %s).",
            s->told == 2 ? "Both" : ws__format_text(&page->arena, "All %zu", s->told),
            ws__say_number(&page->arena, s->mean_percent), ws__say_number(&page->arena, s->mean_percent_lo),
            ws__say_number(&page->arena, s->mean_percent_hi), say_p(page, s->bmp_p),
            ws__say_number(&page->arena, s->bmp_t), say_p(page, s->rank_p),
            ws__say_number(&page->arena, s->rank_z));
    else if (s->has_ranks)
        ws__page_paragraph(page,
                           "By the ranks of the returns so large a move appears by chance alone with "
                           "probability %s (Corrado, z %s)%s%s.",
                           say_p(page, s->rank_p), ws__say_number(&page->arena, s->rank_z),
                           s->rank_note[0] ? "; " : "", s->rank_note);
    if (!s->told)
        return;
    if (m->skipped)
        ws__page_paragraph(page, "%zu day%s without a value %s skipped.", m->skipped,
                           m->skipped == 1 ? "" : "s", m->skipped == 1 ? "was" : "were");
    ws__page_paragraph(
        page,
        "Returns run between days that have a value (weekends and holidays are no days); the %s "
        "of the %zu returns before the window is what was expected.",
        s->has_benchmark ? "line on the benchmark" : "mean",
        m->window.estimation ? m->window.estimation : (size_t)120);
}

ws_status ws__report_monitoring(char **out, const ws_monitoring *monitoring, const ws_case *c,
                                const char *about, const ws_report_options *options, ws_diag *diag)
{
    if (options && options->form == WS_REPORT_JSON)
        return ws__finish_json(out, ws__monitoring_json(monitoring, c, options), diag);
    ws_page *page = ws__start_page(options);
    if (!page)
        return WS_LIMIT;
    char day[WS_DATE_ROOM + 8];
    ws__format_long_date(day, monitoring->as_of);
    const char *aside = day[0] ? ws__format_text(&page->arena, "as known on %s", day) : "";
    bool alone = monitoring->indicator_count + monitoring->market_count == 1 && !c;
    ws__page_title(page, about ? about : "", aside ? aside : "");
    bool design = monitoring->design;
    if (monitoring->indicator_count > 1) {
        size_t counts[WS_VERDICT_UNKNOWN + 1] = {0};
        for (size_t i = 0; i < monitoring->indicator_count; i++)
            counts[monitoring->indicators[i].verdict]++;
        ws__page_paragraph(
            page, "%zu indicators: %zu met, %zu on track, %zu at risk, %zu behind, %zu missed, %zu unknown.",
            monitoring->indicator_count, counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
    }
    if (!monitoring->indicator_count && !monitoring->market_count)
        ws__page_paragraph(page, "There is nothing to monitor: the case has no indicators and no markets.");
    for (size_t i = 0; i < monitoring->indicator_count; i++)
        say_indicator(page, &monitoring->indicators[i], alone, design);
    for (size_t i = 0; i < monitoring->market_count; i++)
        say_market(page, &monitoring->markets[i], alone);
    ws__page_warnings(page);
    const char *name = options && options->case_name ? options->case_name : "CASE";
    const char *next = ws__format_text(&page->arena, "winset %s %s%s", design ? "solve" : "monitor", name,
                                       design ? "" : " --design");
    if (c && next && (monitoring->market_count || monitoring->indicator_count))
        ws__page_next(page, design ? "What a breakdown does to the talks" : "What each target can tell apart",
                      next);
    return ws__finish_page(out, page, diag);
}
