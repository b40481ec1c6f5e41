/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One indicator: what was promised against what was seen, trend, breaks, forecast, chance, and the verdict
 * with its reason. A promise is answered by the last period that ends by its date. */
#include "monitor/indicator.h"

#include "base/diag.h"
#include "base/tasks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FORECASTS = 12, FEW_VALUES = 20 };

const char *ws_verdict_key(ws_verdict verdict)
{
    static const char *const keys[] = {
#define WS_VERDICT_KEY(name, key) key,
        WS_VERDICTS(WS_VERDICT_KEY)
#undef WS_VERDICT_KEY
    };
    return keys[verdict];
}

typedef struct judging {
    ws_indicator_report *out;
    ws_arena *arena;
    const ws_series *series;
    const ws_question *question;
    const ws_run *run;
    ws_grid grid;
    ws_state state;
    const char **notes;
} judging;

enum { MOST_NOTES = 8 };

static void note(judging *j, const char *text)
{
    if (j->notes && text && j->out->note_count < MOST_NOTES)
        j->notes[j->out->note_count++] = text;
}

static const char *date_text(judging *j, int32_t day)
{
    char date[WS_DATE_ROOM + 8];
    ws__format_long_date(date, day);
    const char *text = ws__copy_text(j->arena, date);
    return text ? text : "";
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* ---- Promises ---- */

static ws_status take_promises(judging *j, ws_diag *diag)
{
    size_t count = j->question->promise_count;
    ws_promise *promises = WS_NEW_MANY(j->arena, count, ws_promise);
    if (count && !promises)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu targets", count);
    for (size_t i = 0; i < count; i++) {
        ws_promise *p = &promises[i];
        *p = j->question->promises[i];
        p->ahead = ws__steps_until(&j->grid, p->by);
        p->dated = ws__date_ahead(&j->grid, p->ahead);
        int64_t at = (int64_t)j->grid.count - 1 + p->ahead;
        p->seen = p->ahead <= 0 && at >= 0 && !isnan(j->grid.values[at]);
        p->seen_value = p->seen ? j->grid.values[at] : 0;
    }
    j->out->promise_count = count;
    j->out->promises = promises;
    return WS_OK;
}

static bool keeps(const ws_promise *p)
{
    return p->at_most ? p->seen_value <= p->value : p->seen_value >= p->value;
}

/* ---- Trend and breaks ---- */

/* What a series is looked at for, each apart from the others. Only MODEL may use the arena meanwhile. */
enum { TREND, MODEL, BREAKS, LOOKS };

typedef struct looking {
    judging *j;
    const double *years;
    ws_run run;
    ws_status status[LOOKS];
} looking;

static void look(void *context, size_t task, unsigned worker)
{
    (void)worker;
    looking *l = context;
    judging *j = l->j;
    ws_indicator_report *out = j->out;
    size_t n = j->series->count;
    if (task == TREND && n >= 2)
        l->status[TREND] = ws_find_trend(&out->trend, n, l->years, j->series->values, 0, &l->run, NULL);
    else if (task == BREAKS && n >= 2)
        l->status[BREAKS] = ws_find_breaks(&out->breaks, n, j->series->values, &l->run, NULL);
    else if (task == MODEL)
        out->has_model =
            ws__choose_model(&out->fit, &j->state, &out->model_words, j->arena, &j->grid, &l->run) == WS_OK;
}

static ws_status find_facts(judging *j, ws_diag *diag)
{
    ws_indicator_report *out = j->out;
    size_t n = j->series->count;
    double *years = WS_NEW_MANY(j->arena, n, double);
    if (!years)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu values", n);
    for (size_t i = 0; i < n; i++)
        years[i] = ws__years(j->series->dates[0], j->series->dates[i]);
    looking l = {.j = j, .years = years};
    if (j->run)
        l.run = *j->run;
    l.run.progress = NULL;
    l.run.threads = ws__count_workers(j->run); /* more than there are, but none idle while one look is long */
    WS_TRY(ws__run_tasks(j->run, "indicator", LOOKS, look, &l, NULL));
    for (size_t i = 0; i < LOOKS; i++)
        if (l.status[i] != WS_OK)
            return ws_fail(diag, l.status[i], "the facts of %zu values could not be found", n);
    out->model_words = or_empty(out->model_words);
    out->has_trend = n >= 2;
    out->has_breaks = out->breaks.most > 0;
    if (out->has_breaks && out->breaks.gave_up)
        note(j, ws__format_text(j->arena,
                                "More than %zu breaks were not looked for: in this series that would take "
                                "too long.",
                                out->breaks.most));
    else if (!out->has_breaks && n >= 2)
        out->breaks_reason =
            or_empty(ws__format_text(j->arena, "%zu values; breaks are looked for in 14 or more", n));
    return WS_OK;
}

static void test_agreement(judging *j)
{
    ws_indicator_report *out = j->out;
    const ws_series *s = j->series;
    out->agreed = j->question->agreed;
    if (out->agreed == WS_NO_DAY)
        return;
    size_t before = 0;
    while (before < s->count && s->dates[before] <= out->agreed)
        before++;
    out->agreed_at = before;
    if (before < 2 || s->count - before < 2) {
        out->agreed_words = or_empty(ws__format_text(
            j->arena,
            "%zu value%s before the agreement and %zu after: too few to tell whether it changed "
            "anything",
            before, before == 1 ? "" : "s", s->count - before));
        return;
    }
    out->has_agreed_test = ws_test_break_at(&out->agreed_f, &out->agreed_p, s->count, s->values, before);
    size_t m = out->has_breaks ? out->breaks.best_bic : 0;
    int32_t nearest = WS_NO_DAY;
    for (size_t k = 0; k < m; k++) {
        size_t lower = out->breaks.lower[k], upper = out->breaks.upper[k],
               at = out->breaks.divisions[m].at[k];
        lower = lower ? lower : at;
        upper = upper ? upper : at;
        int32_t from = s->dates[lower - 1], to = s->dates[upper < s->count ? upper : s->count - 1];
        if (out->agreed >= from && out->agreed < to)
            out->break_at_agreement = true;
        int32_t here = s->dates[at - 1];
        if (nearest == WS_NO_DAY ||
            llabs((long long)here - out->agreed) < llabs((long long)nearest - out->agreed))
            nearest = here;
    }
    if (!out->has_agreed_test)
        out->agreed_words = "nothing varies before and after the agreement";
    else if (out->break_at_agreement)
        out->agreed_words = "a break stands where the agreement does: an opening is possible";
    else if (m)
        out->agreed_words = or_empty(ws__format_text(
            j->arena, "the level broke after %s, not at the agreement: coincidence, or something else",
            date_text(j, nearest)));
    else if (out->agreed_p < 0.05)
        out->agreed_words =
            "the level differs before and after, but no break stands out: drift is as good an "
            "explanation as the agreement";
    else
        out->agreed_words = "the level does not differ before and after the agreement";
}

/* ---- Forecast and chance ---- */

static void make_forecasts(judging *j, int32_t horizon)
{
    ws_indicator_report *out = j->out;
    size_t count = horizon < MOST_FORECASTS ? (size_t)horizon : MOST_FORECASTS;
    ws_forecast *forecasts = WS_NEW_MANY(j->arena, count, ws_forecast);
    for (size_t i = 0; forecasts && i < count; i++) {
        int32_t ahead = (int32_t)((int64_t)horizon * (int64_t)(i + 1) / (int64_t)count);
        double mean, variance;
        ws_day date = ws__date_ahead(&j->grid, ahead);
        if (date == WS_NO_DAY ||
            !ws_forecast_value(&mean, &variance, &out->fit.model, &j->state, (size_t)ahead))
            break;
        double half = 1.959963984540054 * sqrt(variance);
        forecasts[out->forecast_count++] = (ws_forecast){date, mean, mean - half, mean + half};
    }
    out->forecasts = forecasts;
}

static ws_status find_forecast(judging *j, ws_diag *diag)
{
    ws_indicator_report *out = j->out;
    size_t due = 0;
    const ws_promise **waiting = WS_NEW_MANY(j->arena, out->promise_count, const ws_promise *);
    if (out->promise_count && !waiting)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu targets", out->promise_count);
    for (size_t i = 0; i < out->promise_count; i++)
        if (out->promises[i].ahead > 0)
            waiting[due++] = &out->promises[i];
    if (due) {
        const ws_promise *last = waiting[due - 1];
        double latest = j->series->values[j->series->count - 1];
        out->has_needed = true;
        out->steps_left = (size_t)last->ahead;
        out->needed = (last->value - latest) / (double)last->ahead;
    }
    if (!out->has_model)
        return WS_OK;
    int32_t season = (int32_t)ws__steps_a_year(j->grid.step);
    make_forecasts(j, due ? waiting[due - 1]->ahead : season ? season : 4);
    if (due) {
        out->chance =
            ws__joint_chance(&out->fit.model, &j->state, due, waiting, j->run ? j->run->seed : 1, j->arena);
        out->has_chance = isfinite(out->chance);
        if (j->question->design)
            out->has_design =
                ws__design_target(&out->design, &out->fit.model, &j->state, &j->grid, waiting[due - 1],
                                  j->series->values[j->series->count - 1], j->question);
    }
    if (out->fit.on_bound)
        note(j, "One of the variances is most likely 0. That is an answer, but the intervals lean on it.");
    if (j->series->count < FEW_VALUES)
        note(j, ws__format_text(j->arena,
                                "Only %zu values: variances are taken as known, so the intervals are too "
                                "narrow.",
                                j->series->count));
    return WS_OK;
}

/* ---- The verdict ---- */

static const char *say_chance(judging *j, double chance)
{
    return chance > 0.995   ? "over 99%"
           : chance < 0.005 ? "under 1%"
                            : or_empty(ws__format_text(j->arena, "%.0f%%", 100 * chance));
}

/* A value with its unit: 20.1%, 3.5 billion. */
static const char *say_value(judging *j, double value)
{
    const char *unit = j->out->unit, *blank = unit[0] && unit[0] != '%' ? " " : "";
    return or_empty(ws__format_text(j->arena, "%.4g%s%s", value, blank, unit));
}

static const char *say_promise(judging *j, const ws_promise *p)
{
    return or_empty(ws__format_text(j->arena, "at %s %s by %s", p->at_most ? "most" : "least",
                                    say_value(j, p->value), date_text(j, p->by)));
}

/* What was met on its day may be lost on the next. */
static const char *say_relapse(judging *j, const ws_promise *last)
{
    const ws_series *s = j->series;
    size_t next = 0;
    while (next < s->count && s->dates[next] <= last->dated)
        next++;
    ws_promise then = *last;
    if (next == s->count)
        return "";
    then.seen_value = s->values[next];
    return keeps(&then)
               ? ""
               : or_empty(ws__format_text(j->arena, "; the next value, %s on %s, is not",
                                          say_value(j, then.seen_value), date_text(j, s->dates[next])));
}

static void give_verdict(judging *j)
{
    ws_indicator_report *out = j->out;
    const ws_promise *last = out->promise_count ? &out->promises[out->promise_count - 1] : NULL;
    out->verdict = WS_VERDICT_UNKNOWN;
    if (!last) {
        out->reason = "nothing was promised";
        return;
    }
    bool waits = false;
    for (size_t i = 0; i < out->promise_count; i++) {
        const ws_promise *p = &out->promises[i];
        waits = waits || p->ahead > 0;
        if (p->seen && !keeps(p)) {
            out->verdict = WS_VERDICT_MISSED;
            out->reason =
                or_empty(ws__format_text(j->arena, "%s on %s; promised was %s", say_value(j, p->seen_value),
                                         date_text(j, p->dated), say_promise(j, p)));
            return;
        }
        if (p->ahead <= 0 && !p->seen) {
            out->reason = or_empty(ws__format_text(j->arena, "there is no value for %s, when %s was promised",
                                                   date_text(j, p->dated), say_promise(j, p)));
            return;
        }
    }
    if (!waits) {
        out->verdict = WS_VERDICT_MET;
        out->reason = or_empty(ws__format_text(j->arena, "%s on %s; promised was %s; a margin of %.4g%s",
                                               say_value(j, last->seen_value), date_text(j, last->dated),
                                               say_promise(j, last), fabs(last->seen_value - last->value),
                                               say_relapse(j, last)));
        return;
    }
    if (!out->has_chance) {
        out->reason = out->model_words;
        return;
    }
    double on_track = j->question->on_track > 0 ? j->question->on_track : 0.7;
    double at_risk = j->question->at_risk > 0 ? j->question->at_risk : 0.3;
    out->verdict = out->chance >= on_track  ? WS_VERDICT_ON_TRACK
                   : out->chance >= at_risk ? WS_VERDICT_AT_RISK
                                            : WS_VERDICT_BEHIND;
    out->reason = or_empty(
        ws__format_text(j->arena, "the chance of %s is %s; from %.4g%% it is on track, below %.4g%% behind",
                        out->promise_count > 1 ? "keeping what is still due" : say_promise(j, last),
                        say_chance(j, out->chance), 100 * on_track, 100 * at_risk));
}

ws_status ws__judge_indicator(ws_indicator_report *out, ws_arena *arena, const ws_series *series,
                              const ws_question *question, const ws_run *run, ws_diag *diag)
{
    judging j = {.out = out, .arena = arena, .series = series, .question = question, .run = run};
    *out = (ws_indicator_report){.key = or_empty(question->key), .series = series};
    out->title = question->title ? question->title : out->key;
    out->unit = or_empty(question->unit);
    out->agreed = WS_NO_DAY;
    j.notes = WS_NEW_MANY(arena, MOST_NOTES, const char *);
    out->notes = j.notes;
    out->breaks_reason = out->agreed_words = out->model_words = "";
    if (!series->count) {
        out->verdict = WS_VERDICT_UNKNOWN;
        out->step = "";
        out->reason = "no value was known on that day";
        return WS_OK;
    }
    WS_TRY(ws__lay_grid(&j.grid, arena, series, diag));
    out->step = ws__step_name(j.grid.step);
    out->steps = j.grid.count;
    out->missing = j.grid.count - series->count;
    WS_TRY(take_promises(&j, diag));
    WS_TRY(find_facts(&j, diag));
    test_agreement(&j);
    WS_TRY(find_forecast(&j, diag));
    give_verdict(&j);
    return WS_OK;
}
