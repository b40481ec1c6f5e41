/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has happened, and what is watched: events, indicators, markets. */
#include "case/build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Events ---- */

static void build_by(ws_builder *b, ws_event *event, ws_spot *spot)
{
    if (!spot->node || ws__is_broken(b, spot->node))
        return;
    bool list = spot->node->kind == WS_NODE_LIST;
    size_t count = list ? spot->node->count : 1;
    size_t *by = WS_TAKE(b, count, size_t);
    if (!by)
        return;
    for (size_t i = 0; i < count; i++) {
        ws_spot item = list ? ws__child(spot, i) : *spot;
        size_t party = ws__find_party(b, &item, "by");
        if (party != SIZE_MAX)
            by[event->by_count++] = party;
    }
    event->by = by;
}

/* The likelihoods of an event under one party's types: all of them. */
static const ws_slot *build_likelihood(ws_builder *b, size_t at, ws_spot *spot)
{
    const ws_party *party = &b->shape->parties[at];
    if (!ws__want_map(b, spot, "likelihood"))
        return NULL;
    ws_slot *slots = WS_TAKE(b, party->type_count, ws_slot);
    if (!slots)
        return NULL;
    for (size_t i = 0; i < party->type_count; i++)
        slots[i] = WS_NO_SLOT;
    for (size_t i = 0; i < spot->node->count; i++) {
        ws_spot item = ws__child(spot, i);
        size_t type = ws__find_name(&b->type_names[at], item.key);
        if (type == SIZE_MAX)
            ws__problem_at_key(b, spot, spot->node->keys[i], "'%s' has no type '%s'%s", party->key,
                               ws__in_short(b, item.key),
                               ws__suggest(b, item.key, b->type_names[at].count, b->type_names[at].names));
        else
            slots[type] = ws__read_slot(b, &item, "likelihood", &ws__probability, false);
    }
    for (size_t i = 0; i < party->type_count; i++)
        if (slots[i] == WS_NO_SLOT)
            ws__problem(b, spot, "the likelihood of the type '%s' of '%s' is missing", party->types[i].key,
                        party->key);
    return slots;
}

static void build_likelihoods(ws_builder *b, ws_event *event, ws_spot *spot)
{
    if (!spot->node || !ws__want_map(b, spot, "likelihood"))
        return;
    const ws_slot **likelihood = WS_TAKE(b, b->shape->party_count, const ws_slot *);
    if (!likelihood)
        return;
    event->likelihood = likelihood;
    for (size_t i = 0; i < spot->node->count; i++) {
        ws_spot item = ws__child(spot, i);
        ws_spot key = item;
        key.node = spot->node->keys[i];
        size_t party = ws__find_party(b, &key, "likelihood");
        if (party == SIZE_MAX)
            continue;
        if (b->shape->parties[party].type_count == 0)
            ws__problem(b, &key, "'%s' has no types, so an event has no likelihood for it", item.key);
        else
            likelihood[party] = build_likelihood(b, party, &item);
    }
}

static void build_event(ws_builder *b, ws_event *event, ws_spot *spot)
{
    enum { DATE, KIND, BY, TITLE, SOURCE, OFFER, LIKELIHOOD, HIDE, KEYS };
    static const char *const kinds[] = {
#define KIND_TEXT(name, text) text,
        WS_EVENT_KINDS(KIND_TEXT)
#undef KIND_TEXT
    };
    ws_key keys[KEYS] = {{.name = "date", .required = true},
                         {.name = "kind", .required = true},
                         {.name = "by"},
                         {.name = "title"},
                         {.name = "source"},
                         {.name = "offer"},
                         {.name = "likelihood"},
                         {.name = "hide"}};
    event->date = WS_NO_DAY;
    event->kind = WS_EVENT_OTHER;
    event->place = ws__place(b, spot);
    if (!ws__take_keys(b, spot, "an event", KEYS, keys))
        return;
    if (keys[DATE].spot.node)
        ws__read_day(b, &keys[DATE].spot, "date", &event->date);
    if (keys[KIND].spot.node) {
        size_t kind = ws__read_word(b, &keys[KIND].spot, "kind", WS_COUNT(kinds), kinds);
        event->kind = kind == SIZE_MAX ? WS_EVENT_OTHER : (ws_event_kind)kind;
    }
    build_by(b, event, &keys[BY].spot);
    event->title = ws__read_words(b, &keys[TITLE].spot, "title");
    event->source = ws__read_words(b, &keys[SOURCE].spot, "source");
    if (keys[OFFER].spot.node && !b->issues_unknown)
        event->offer = ws__read_deal(b, &keys[OFFER].spot, "the offer");
    build_likelihoods(b, event, &keys[LIKELIHOOD].spot);
    if (keys[HIDE].spot.node)
        ws__read_truth(b, &keys[HIDE].spot, "hide", &event->hide);
}

void ws__build_events(ws_builder *b, ws_spot *spot)
{
    if (!spot->node || !ws__want_list(b, spot, "events"))
        return;
    ws_event *events = WS_TAKE(b, spot->node->count, ws_event);
    if (!events)
        return;
    for (size_t i = 0; i < spot->node->count; i++) {
        ws_spot item = ws__child(spot, i);
        build_event(b, &events[i], &item);
    }
    b->shape->events = events;
    b->shape->event_count = spot->node->count;
}

/* ---- Series ---- */

static void build_inline_series(ws_builder *b, ws_series_source *out, ws_spot *spot)
{
    size_t count = spot->node->count, made = 0;
    ws_day *dates = WS_TAKE(b, count, ws_day);
    const char **labels = WS_TAKE(b, count, const char *);
    double *values = WS_TAKE(b, count, double);
    if (!dates || !labels || !values)
        return;
    for (size_t i = 0; i < count; i++) {
        ws_spot item = ws__child(spot, i);
        const ws_node *key = spot->node->keys[i];
        if (!ws__read_period(&dates[made], NULL, key->text, key->count))
            ws__problem_at_key(b, spot, key,
                               "'%s' is no date or period; expected 1986, 1992-Q4, 1993-05 or 1994-02-11",
                               ws__in_short(b, key->text));
        labels[made] = key->text;
        if (ws__is_null(item.node) || ws__text_is(item.node, "."))
            continue; /* a missing value */
        if (ws__read_plain(b, &item, "a value of the series", &ws__any_number, &values[made]))
            made++;
    }
    *out = (ws_series_source){
        .count = made, .dates = dates, .labels = labels, .values = values, .place = ws__place(b, spot)};
}

static void build_series(ws_builder *b, ws_series_source *out, ws_spot *spot, const char *what)
{
    out->place = ws__place(b, spot);
    if (!spot->node || !ws__want_map(b, spot, what))
        return;
    if (!ws__find_item(spot->node, "file")) {
        if (spot->node->count == 0)
            ws__problem(b, spot, "%s: at least 1 value is needed", what);
        build_inline_series(b, out, spot);
        return;
    }
    ws_key keys[] = {{.name = "file", .required = true},
                     {.name = "date", .required = true},
                     {.name = "value", .required = true}};
    if (!ws__take_keys(b, spot, what, WS_COUNT(keys), keys))
        return;
    out->file = ws__read_words(b, &keys[0].spot, "file");
    out->date_column = ws__read_words(b, &keys[1].spot, "date");
    out->value_column = ws__read_words(b, &keys[2].spot, "value");
    char *bytes = NULL;
    size_t length;
    if (out->file && ws__read_data_file(b, &keys[0].spot, out->file, &bytes, &length))
        free(bytes); /* its reader reads it; here it is known to be there, and its hash is kept */
}

/* ---- Indicators ---- */

static bool build_goal(ws_builder *b, ws_target *out, ws_spot *spot, ws_key *by, ws_key *least, ws_key *most)
{
    bool good = true;
    if (!by->spot.node)
        good = ws__problem(b, spot, "a target needs 'by': the date it is to be met");
    else
        good = ws__read_day(b, &by->spot, "by", &out->by);
    if (!least->spot.node == !most->spot.node)
        return ws__problem(b, spot, "a target needs 'at_least' or 'at_most'%s",
                           least->spot.node ? ", not both" : "");
    out->at_most = most->spot.node != NULL;
    ws_key *value = out->at_most ? most : least;
    return ws__read_plain(b, &value->spot, value->name, &ws__any_number, &out->value) && good;
}

static void build_goal_path(ws_builder *b, ws_indicator *out, ws_spot *path)
{
    if (!ws__want_list(b, path, "path"))
        return;
    ws_target *targets = WS_TAKE(b, path->node->count, ws_target);
    if (!targets)
        return;
    if (path->node->count == 0)
        ws__problem(b, path, "path: at least 1 target is needed");
    for (size_t i = 0; i < path->node->count; i++) {
        ws_spot item = ws__child(path, i);
        ws_key keys[] = {{.name = "by"}, {.name = "at_least"}, {.name = "at_most"}};
        if (ws__take_keys(b, &item, "a target", WS_COUNT(keys), keys))
            build_goal(b, &targets[i], &item, &keys[0], &keys[1], &keys[2]);
    }
    out->targets = targets;
    out->target_count = path->node->count;
}

static void build_growth(ws_builder *b, ws_indicator *out, ws_spot *spot)
{
    ws_key keys[] = {
        {.name = "per_year", .required = true}, {.name = "from", .required = true}, {.name = "by"}};
    out->growth_by = WS_NO_DAY;
    if (!ws__take_keys(b, spot, "growth", WS_COUNT(keys), keys))
        return;
    out->growth = true;
    if (keys[0].spot.node)
        ws__read_plain(b, &keys[0].spot, "per_year", &ws__any_number, &out->growth_per_year);
    if (keys[1].spot.node)
        ws__read_day(b, &keys[1].spot, "from", &out->growth_from);
    if (keys[2].spot.node && ws__read_day(b, &keys[2].spot, "by", &out->growth_by) &&
        out->growth_by <= out->growth_from)
        ws__problem(b, &keys[2].spot, "growth: by is not later than from");
}

static void build_target(ws_builder *b, ws_indicator *out, ws_spot *spot)
{
    enum { BY, AT_LEAST, AT_MOST, PATH, GROWTH, KEYS };
    ws_key keys[KEYS] = {
        {.name = "by"}, {.name = "at_least"}, {.name = "at_most"}, {.name = "path"}, {.name = "growth"}};
    if (!spot->node || !ws__take_keys(b, spot, "target", KEYS, keys))
        return;
    bool one = keys[BY].spot.node || keys[AT_LEAST].spot.node || keys[AT_MOST].spot.node;
    if (one + (keys[PATH].spot.node != NULL) + (keys[GROWTH].spot.node != NULL) != 1) {
        ws__problem(b, spot,
                    "a target needs 'by' with 'at_least' or 'at_most', or 'path', or 'growth': one "
                    "of them");
    } else if (one) {
        ws_target *target = WS_TAKE(b, 1, ws_target);
        if (target && build_goal(b, target, spot, &keys[BY], &keys[AT_LEAST], &keys[AT_MOST])) {
            out->targets = target;
            out->target_count = 1;
        }
    } else if (keys[PATH].spot.node) {
        build_goal_path(b, out, &keys[PATH].spot);
    } else {
        build_growth(b, out, &keys[GROWTH].spot);
    }
}

static void build_status(ws_builder *b, ws_indicator *out, ws_spot *spot)
{
    ws_key keys[] = {{.name = "on_track"}, {.name = "at_risk"}};
    out->on_track = 0.7;
    out->at_risk = 0.3;
    if (!spot->node || !ws__take_keys(b, spot, "status", WS_COUNT(keys), keys))
        return;
    if (keys[0].spot.node)
        ws__read_plain(b, &keys[0].spot, "on_track", &ws__probability, &out->on_track);
    if (keys[1].spot.node)
        ws__read_plain(b, &keys[1].spot, "at_risk", &ws__probability, &out->at_risk);
    if (out->at_risk > out->on_track)
        ws__problem(b, spot, "status: at_risk %g is above on_track %g", out->at_risk, out->on_track);
}

static void build_lag(ws_builder *b, ws_indicator *out, ws_spot *spot)
{
    ws_interval lag;
    if (!spot->node || !ws__want_text(b, spot, "lag"))
        return;
    if (ws__text_is(spot->node, "0"))
        return;
    if (!ws__read_interval(&lag, spot->node->text, spot->node->count) || (lag.unit != 'd' && lag.unit != 'w'))
        ws__problem(b, spot, "lag: expected days or weeks, as 75d or 10w, got '%s'",
                    ws__in_short(b, spot->node->text));
    else
        out->lag_days = lag.count * (lag.unit == 'w' ? 7 : 1);
}

static void build_indicator(ws_builder *b, ws_indicator *out, ws_spot *spot)
{
    enum { TITLE, SERIES, UNIT, LAG, STATUS, AGREED, TARGET, KEYS };
    ws_key keys[KEYS] = {{.name = "title"},  {.name = "series"}, {.name = "unit"},  {.name = "lag"},
                         {.name = "status"}, {.name = "agreed"}, {.name = "target"}};
    out->key = out->title = spot->key;
    out->agreed = out->growth_by = WS_NO_DAY;
    out->place = ws__place(b, spot);
    if (!ws__take_keys(b, spot, "an indicator", KEYS, keys))
        return;
    if (!keys[SERIES].spot.node && !spot->node->broken)
        ws__problem(b, spot, "the indicator '%s' needs 'series'", spot->key);
    const char *title = ws__read_words(b, &keys[TITLE].spot, "title");
    out->title = title ? title : spot->key;
    out->unit = ws__read_words(b, &keys[UNIT].spot, "unit");
    build_series(b, &out->series, &keys[SERIES].spot, "series");
    build_lag(b, out, &keys[LAG].spot);
    build_status(b, out, &keys[STATUS].spot);
    if (keys[AGREED].spot.node)
        ws__read_day(b, &keys[AGREED].spot, "agreed", &out->agreed);
    build_target(b, out, &keys[TARGET].spot);
}

void ws__build_indicators(ws_builder *b, ws_spot *spot)
{
    ws_names names;
    if (!spot->node || !ws__take_names(b, spot, "indicators", &names))
        return;
    ws_indicator *indicators = WS_TAKE(b, names.count, ws_indicator);
    if (!indicators)
        return;
    for (size_t i = 0; i < names.count; i++) {
        ws_spot item = ws__child(spot, i);
        ws__check_name(b, spot, spot->node->keys[i], "an indicator", 0, NULL);
        build_indicator(b, &indicators[i], &item);
    }
    b->shape->indicators = indicators;
    b->shape->indicator_count = names.count;
}

/* ---- Markets ---- */

static void build_window(ws_builder *b, ws_market *out, ws_spot *spot)
{
    static const ws_limits day = {-10000, 10000, false, true, "a whole number of days"};
    if (!spot->node || !ws__want_list(b, spot, "window"))
        return;
    double ends[2] = {0, 0};
    bool good = spot->node->count == 2;
    for (size_t i = 0; good && i < 2; i++) {
        ws_spot item = ws__child(spot, i);
        if (!ws__read_plain(b, &item, "window", &day, &ends[i]))
            return;
    }
    if (!good || ends[0] > ends[1]) {
        ws__problem(b, spot, "window: expected [first, last] in days around the event, first not after last");
        return;
    }
    out->window_from = (int)ends[0];
    out->window_to = (int)ends[1];
}

static void build_market_events(ws_builder *b, ws_market *out, ws_spot *spot)
{
    if (!spot->node || !ws__want_list(b, spot, "events"))
        return;
    ws_day *days = WS_TAKE(b, spot->node->count, ws_day);
    if (!days)
        return;
    for (size_t i = 0; i < spot->node->count; i++) {
        ws_spot item = ws__child(spot, i);
        ws__read_day(b, &item, "events", &days[i]);
    }
    out->events = days;
    out->event_count = spot->node->count;
}

static void build_market(ws_builder *b, ws_market *out, ws_spot *spot)
{
    enum { TITLE, SERIES, BENCHMARK, RETURNS, ESTIMATION, WINDOW, EVENTS, KEYS };
    static const char *const kinds[] = {"log", "simple"};
    ws_key keys[KEYS] = {{.name = "title"},   {.name = "series"},     {.name = "benchmark"},
                         {.name = "returns"}, {.name = "estimation"}, {.name = "window"},
                         {.name = "events"}};
    out->key = out->title = spot->key;
    out->log_returns = true;
    out->estimation = 120;
    out->window_from = -1;
    out->window_to = 3;
    out->place = ws__place(b, spot);
    if (!ws__take_keys(b, spot, "a market", KEYS, keys))
        return;
    if (!keys[SERIES].spot.node && !spot->node->broken)
        ws__problem(b, spot, "the market '%s' needs 'series'", spot->key);
    const char *title = ws__read_words(b, &keys[TITLE].spot, "title");
    out->title = title ? title : spot->key;
    build_series(b, &out->series, &keys[SERIES].spot, "series");
    build_series(b, &out->benchmark, &keys[BENCHMARK].spot, "benchmark");
    if (keys[RETURNS].spot.node)
        out->log_returns = ws__read_word(b, &keys[RETURNS].spot, "returns", WS_COUNT(kinds), kinds) != 1;
    if (keys[ESTIMATION].spot.node)
        out->estimation = ws__read_count(b, &keys[ESTIMATION].spot, "estimation", 2, 1000000);
    build_window(b, out, &keys[WINDOW].spot);
    build_market_events(b, out, &keys[EVENTS].spot);
}

void ws__build_markets(ws_builder *b, ws_spot *spot)
{
    if (!spot->node || !ws__take_names(b, spot, "markets", &b->market_names))
        return;
    ws_market *markets = WS_TAKE(b, spot->node->count, ws_market);
    if (!markets)
        return;
    for (size_t i = 0; i < spot->node->count; i++) {
        ws_spot item = ws__child(spot, i);
        ws__check_name(b, spot, spot->node->keys[i], "a market", 0, NULL);
        build_market(b, &markets[i], &item);
    }
    b->shape->markets = markets;
    b->shape->market_count = spot->node->count;
}
