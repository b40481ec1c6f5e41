/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A monitoring as JSON; the keys are those of the command reference. */
#include "report/monitor.h"

#include "base/date.h"

static json_t *day_json(int32_t day)
{
    char text[WS_DATE_ROOM];
    ws__format_date(text, day);
    return ws__json_text(text[0] ? text : NULL);
}

static json_t *promise_json(const ws_promise *p)
{
    json_t *out = json_object();
    ws__set(out, "by", day_json(p->by));
    ws__set(out, p->at_most ? "at_most" : "at_least", ws__json_number(p->value));
    ws__set(out, "due", json_boolean(p->ahead > 0));
    ws__set(out, "value", p->seen ? ws__json_number(p->seen_value) : json_null());
    return out;
}

static json_t *target_json(const ws_indicator_report *r)
{
    if (!r->promise_count)
        return json_null();
    json_t *out = promise_json(&r->promises[r->promise_count - 1]);
    ws__set(out, "needed_per_step", r->has_needed ? ws__json_number(r->needed) : json_null());
    ws__set(out, "step", ws__json_text(r->step));
    ws__set(out, "steps_left", r->has_needed ? ws__json_count(r->steps_left) : json_null());
    if (r->promise_count > 1) {
        json_t *path = json_array();
        for (size_t i = 0; i < r->promise_count; i++)
            ws__append(path, promise_json(&r->promises[i]));
        ws__set(out, "path", path);
    }
    return out;
}

static json_t *trend_json(const ws_indicator_report *r)
{
    if (!r->has_trend)
        return json_null();
    const ws_trend *t = &r->trend;
    json_t *out = json_object(), *plain = json_object(), *corrected = json_object(), *slope = json_object();
    ws__set(out, "slope", ws__json_number(t->slope));
    ws__set(out, "per", ws__json_text("year"));
    ws__set(plain, "tau", ws__json_number(t->tau_b));
    ws__set(plain, "p", ws__json_number(t->p));
    ws__set(plain, "s", json_integer(t->s));
    ws__set(out, "mann_kendall", plain);
    ws__set(corrected, "p", t->uncorrected ? json_null() : ws__json_number(t->corrected_p));
    ws__set(corrected, "factor", t->uncorrected ? json_null() : ws__json_number(t->correction));
    ws__set(out, "hamed_rao", corrected);
    ws__set(slope, "slope", ws__json_number(t->slope));
    bool interval = t->count >= 4; /* of fewer it is the whole range */
    ws__set(slope, "lo", interval ? ws__json_number(t->lo) : json_null());
    ws__set(slope, "hi", interval ? ws__json_number(t->hi) : json_null());
    ws__set(out, "theil_sen", slope);
    return out;
}

static json_t *break_json(const ws_indicator_report *r, size_t k)
{
    const ws_breaks *b = &r->breaks;
    size_t at = b->divisions[b->best_bic].at[k];
    json_t *out = json_object(), *interval = json_array();
    ws__set(out, "date", day_json(r->series->dates[at - 1]));
    if (b->lower[k]) {
        ws__append(interval, day_json(r->series->dates[b->lower[k] - 1]));
        ws__append(interval, day_json(r->series->dates[b->upper[k] - 1]));
        ws__set(out, "interval", interval);
    } else {
        json_decref(interval);
        ws__set(out, "interval", json_null());
    }
    ws__set(out, "test", ws__json_text(r->has_agreed_test ? "F at the agreement" : "BIC"));
    ws__set(out, "p", r->has_agreed_test ? ws__json_number(r->agreed_p) : json_null());
    return out;
}

static void set_breaks(json_t *out, const ws_indicator_report *r)
{
    const ws_breaks *b = &r->breaks;
    json_t *pettitt = r->has_trend ? json_object() : json_null(), *all = json_array();
    if (r->has_trend) {
        ws__set(pettitt, "date", b->pettitt_at ? day_json(r->series->dates[b->pettitt_at - 1]) : json_null());
        ws__set(pettitt, "p", ws__json_number(b->pettitt_p));
    }
    ws__set(out, "pettitt", pettitt);
    size_t count = r->has_breaks ? b->best_bic : 0, nearest = 0;
    for (size_t k = 0; k < count; k++) {
        ws__append(all, break_json(r, k));
        const size_t *at = b->divisions[b->best_bic].at;
        size_t near = at[nearest] > r->agreed_at ? at[nearest] - r->agreed_at : r->agreed_at - at[nearest];
        size_t this = at[k] > r->agreed_at ? at[k] - r->agreed_at : r->agreed_at - at[k];
        nearest = this < near ? k : nearest;
    }
    ws__set(out, "break", count ? break_json(r, nearest) : json_null());
    ws__set(out, "breaks", all);
    ws__set(out, "break_counts",
            r->has_breaks
                ? json_pack("{s:I,s:I}", "bic", (json_int_t)b->best_bic, "lwz", (json_int_t)b->best_lwz)
                : json_null());
    ws__set(out, "breaks_reason", ws__json_text(r->has_breaks ? NULL : r->breaks_reason));
    json_t *agreed = r->agreed_words[0] ? json_object() : json_null();
    if (r->agreed_words[0]) {
        ws__set(agreed, "date", day_json(r->agreed));
        ws__set(agreed, "f", r->has_agreed_test ? ws__json_number(r->agreed_f) : json_null());
        ws__set(agreed, "p", r->has_agreed_test ? ws__json_number(r->agreed_p) : json_null());
        ws__set(agreed, "break_there", json_boolean(r->break_at_agreement));
        ws__set(agreed, "words", ws__json_text(r->agreed_words));
    }
    ws__set(out, "agreed", agreed);
}

static json_t *model_json(const ws_indicator_report *r)
{
    json_t *out = json_object();
    ws__set(out, "words", ws__json_text(r->model_words));
    if (!r->has_model)
        return out;
    const ws_state_model *m = &r->fit.model;
    ws__set(out, "irregular", ws__json_number(m->irregular));
    ws__set(out, "level", ws__json_number(m->level));
    ws__set(out, "slope", m->slope ? ws__json_number(m->slope_variance) : json_null());
    ws__set(out, "season", m->season ? ws__json_number(m->season_variance) : json_null());
    ws__set(out, "log_likelihood", ws__json_number(r->fit.log_likelihood));
    ws__set(out, "convention",
            ws__json_text(
                "exact diffuse; -1/2 [n ln 2 pi + sum ln F + v^2/F], with diffuse F for the first values"));
    ws__set(out, "on_bound", json_boolean(r->fit.on_bound));
    return out;
}

static json_t *indicator_json(const ws_indicator_report *r)
{
    json_t *out = json_object(), *latest = json_null(), *forecasts = json_array(), *notes = json_array();
    size_t n = r->series->count;
    if (n) {
        latest = json_object();
        ws__set(latest, "date", day_json(r->series->dates[n - 1]));
        ws__set(latest, "value", ws__json_number(r->series->values[n - 1]));
    }
    ws__set(out, "title", ws__json_text(r->title));
    ws__set(out, "latest", latest);
    ws__set(out, "target", target_json(r));
    ws__set(out, "status", ws__json_text(ws_verdict_key(r->verdict)));
    ws__set(out, "reason", ws__json_text(r->reason));
    ws__set(out, "trend", trend_json(r));
    set_breaks(out, r);
    for (size_t i = 0; i < r->forecast_count; i++) {
        const ws_forecast *f = &r->forecasts[i];
        json_t *one = json_object();
        ws__set(one, "date", day_json(f->date));
        ws__set(one, "mean", ws__json_number(f->mean));
        ws__set(one, "lo", ws__json_number(f->lo));
        ws__set(one, "hi", ws__json_number(f->hi));
        ws__append(forecasts, one);
    }
    ws__set(out, "forecast", forecasts);
    ws__set(out, "model", model_json(r));
    ws__set(out, "p_attain", r->has_chance ? ws__json_number(r->chance) : json_null());
    ws__set(out, "values", ws__json_count(n));
    ws__set(out, "missing", ws__json_count(r->missing));
    ws__set(out, "skipped", ws__json_count(r->series->skipped + r->series->skipped_rows));
    ws__set(out, "held_back", ws__json_count(r->series->held_back));
    for (size_t i = 0; i < r->note_count; i++)
        ws__append(notes, ws__json_text(r->notes[i]));
    ws__set(out, "notes", notes);
    return out;
}

static json_t *event_json(const ws_event_effect *e)
{
    json_t *out = json_object();
    ws__set(out, "date", day_json(e->event));
    if (e->problem) {
        static const char *const keys[] = {"car", "t", "p", "window"};
        for (size_t i = 0; i < 4; i++)
            ws__set(out, keys[i], json_null());
        ws__set(out, "problem", ws__json_text(e->problem));
        return out;
    }
    json_t *window = json_array(), *estimation = json_array(), *interval = json_array();
    ws__set(out, "day_0", day_json(e->day_0));
    ws__set(out, "car", ws__json_number(e->car));
    ws__set(out, "percent", ws__json_number(e->percent));
    ws__append(interval, ws__json_number(e->percent_lo));
    ws__append(interval, ws__json_number(e->percent_hi));
    ws__set(out, "percent_interval", interval);
    ws__set(out, "t", ws__json_number(e->t));
    ws__set(out, "p", ws__json_number(e->p));
    ws__append(window, day_json(e->first));
    ws__append(window, day_json(e->last));
    ws__set(out, "window", window);
    ws__append(estimation, day_json(e->estimated_from));
    ws__append(estimation, day_json(e->estimated_to));
    ws__set(out, "estimation", estimation);
    ws__set(out, "deviation", ws__json_number(e->deviation));
    return out;
}

static json_t *market_json(const ws_market_report *m)
{
    const ws_event_study *s = m->study;
    json_t *out = json_object(), *events = json_array(), *bmp = json_null(), *ranks = json_null();
    for (size_t i = 0; i < s->count; i++)
        ws__append(events, event_json(&s->events[i]));
    ws__set(out, "title", ws__json_text(m->title));
    ws__set(out, "model", ws__json_text(s->has_benchmark ? "market model" : "constant mean"));
    ws__set(out, "events", events);
    if (s->has_bmp) {
        bmp = json_object();
        ws__set(bmp, "t", ws__json_number(s->bmp_t));
        ws__set(bmp, "p", ws__json_number(s->bmp_p));
    }
    if (s->has_ranks) {
        ranks = json_object();
        ws__set(ranks, "z", ws__json_number(s->rank_z));
        ws__set(ranks, "p", ws__json_number(s->rank_p));
        ws__set(ranks, "note", ws__json_text(s->rank_note));
    }
    ws__set(out, "bmp", bmp);
    ws__set(out, "corrado", ranks);
    ws__set(out, "mean_car", s->told ? ws__json_number(s->mean_car) : json_null());
    ws__set(out, "mean_percent", s->told ? ws__json_number(s->mean_percent) : json_null());
    ws__set(out, "skipped", ws__json_count(m->skipped));
    return out;
}

static json_t *design_json(const ws_indicator_report *r)
{
    const ws_target_design *d = &r->design;
    json_t *out = json_object(), *power = json_array();
    ws__set(out, "indicator", ws__json_text(r->key));
    ws__set(out, "target", r->has_design ? promise_json(&r->promises[r->promise_count - 1]) : json_null());
    ws__set(out, "no_opening", r->has_design ? ws__json_number(d->no_opening) : json_null());
    for (size_t i = 0; r->has_design && i < d->opening_count; i++) {
        json_t *one = json_object();
        ws__set(one, "opening", ws__json_number(d->openings[i]));
        ws__set(one, "p", ws__json_number(d->power[i]));
        ws__append(power, one);
    }
    ws__set(out, "power", power);
    ws__set(out, "cheat", r->has_design ? ws__json_number(d->cheat) : json_null());
    ws__set(out, "periods_to_detect",
            r->has_design && d->periods_to_detect ? ws__json_count(d->periods_to_detect) : json_null());
    if (!r->has_design)
        ws__set(out, "reason", ws__json_text(r->has_model ? "nothing is still due" : r->model_words));
    return out;
}

json_t *ws__monitoring_json(const ws_monitoring *monitoring, const ws_case *c,
                            const ws_report_options *options)
{
    json_t *root = ws__start_json("monitor", c, options);
    json_t *indicators = json_object(), *markets = json_object(), *design = json_array();
    for (size_t i = 0; i < monitoring->indicator_count; i++) {
        ws__set(indicators, monitoring->indicators[i].key, indicator_json(&monitoring->indicators[i]));
        ws__append(design, design_json(&monitoring->indicators[i]));
    }
    for (size_t i = 0; i < monitoring->market_count; i++)
        ws__set(markets, monitoring->markets[i].key, market_json(&monitoring->markets[i]));
    ws__set(root, "as_of", day_json(monitoring->as_of));
    ws__set(root, "indicators", indicators);
    ws__set(root, "markets", markets);
    ws__set(root, "design", design);
    return root;
}
