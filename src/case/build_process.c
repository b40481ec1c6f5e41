/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What no agreement brings, and how the talks go on: breakdown and process. */
#include "case/build.h"

#include <math.h>

enum { MOST_ROUNDS = 100000 };

/* A number a party: a map, or one number (one slot) for all. */
static const ws_slot *build_by_party(ws_builder *b, ws_spot *spot, const char *what, const ws_limits *limits,
                                     bool spread)
{
    size_t count = b->shape->party_count;
    ws_slot *slots = WS_TAKE(b, count, ws_slot);
    if (!slots)
        return NULL;
    for (size_t p = 0; p < count; p++)
        slots[p] = WS_NO_SLOT;
    if (!spot->node || ws__is_broken(b, spot->node))
        return slots;
    if (spot->node->kind != WS_NODE_MAP) {
        ws_slot one = ws__read_slot(b, spot, what, limits, spread);
        for (size_t p = 0; p < count; p++)
            slots[p] = one;
        return slots;
    }
    for (size_t i = 0; i < spot->node->count; i++) {
        ws_spot item = ws__child(spot, i);
        ws_spot key = item;
        key.node = spot->node->keys[i];
        size_t party = ws__find_party(b, &key, what);
        ws_slot slot = ws__read_slot(b, &item, what, limits, spread);
        if (party != SIZE_MAX)
            slots[party] = slot;
    }
    return slots;
}

/* ---- Breakdown ---- */

static bool is_market_form(const ws_builder *b, const ws_node *node)
{
    static const char *const keys[] = {"market", "per_percent", "moved"};
    for (size_t i = 0; node && i < WS_COUNT(keys); i++)
        if (ws__find_item(node, keys[i]) && ws__find_name(&b->party_names, keys[i]) == SIZE_MAX)
            return true;
    return false;
}

static void build_market_cost(ws_builder *b, ws_breakdown *out, ws_spot *spot)
{
    ws_key keys[] = {{.name = "market"}, {.name = "per_percent", .required = true}, {.name = "moved"}};
    if (!ws__take_keys(b, spot, "cost", WS_COUNT(keys), keys))
        return;
    if (keys[2].spot.node)
        out->moved = ws__read_slot(b, &keys[2].spot, "moved", &ws__any_number, true);
    if (keys[1].spot.node)
        out->per_percent = build_by_party(b, &keys[1].spot, "per_percent", &ws__at_least_zero, true);
    ws_spot *market = &keys[0].spot;
    if (!market->node) {
        if (!keys[2].spot.node)
            ws__problem(b, spot, "cost: per_percent needs 'market' to measure by, or 'moved' in percent");
        return;
    }
    if (!ws__want_text(b, market, "market"))
        return;
    out->market = ws__find_name(&b->market_names, market->node->text);
    /* With `moved` the market is only what was measured: it need not be among the case's series. */
    if (out->market == SIZE_MAX && !keys[2].spot.node)
        ws__problem(b, market, "no market is named '%s'%s", ws__in_short(b, market->node->text),
                    ws__suggest(b, market->node->text, b->market_names.count, b->market_names.names));
}

void ws__build_breakdown(ws_builder *b, ws_spot *spot)
{
    enum { VALUE, COST, EXPIRY, KEYS };
    ws_key keys[KEYS] = {{.name = "value"}, {.name = "cost"}, {.name = "expiry"}};
    ws_breakdown *out = &b->shape->breakdown;
    out->market = WS_NO_MARKET;
    out->moved = WS_NO_SLOT;
    ws_spot nothing = {0};
    bool given = spot->node && ws__take_keys(b, spot, "breakdown", KEYS, keys);
    bool market = given && is_market_form(b, keys[COST].spot.node);
    out->value = build_by_party(b, given ? &keys[VALUE].spot : &nothing, "value", &ws__any_number, true);
    out->cost =
        build_by_party(b, given && !market ? &keys[COST].spot : &nothing, "cost", &ws__at_least_zero, true);
    out->expiry =
        build_by_party(b, given ? &keys[EXPIRY].spot : &nothing, "expiry", &ws__at_least_zero, true);
    if (market)
        build_market_cost(b, out, &keys[COST].spot);
}

/* ---- Rounds ---- */

static void build_dates(ws_builder *b, ws_process *out, ws_spot *spot)
{
    enum { FROM, UNTIL, EVERY };
    ws_key keys[] = {{.name = "from", .required = true},
                     {.name = "until", .required = true},
                     {.name = "every", .required = true}};
    if (!ws__take_keys(b, spot, "rounds", WS_COUNT(keys), keys))
        return;
    ws_day from = WS_NO_DAY, until = WS_NO_DAY;
    ws_interval every = {0, 'd'};
    ws_spot *step = &keys[EVERY].spot;
    bool good = keys[FROM].spot.node && ws__read_day(b, &keys[FROM].spot, "from", &from);
    good = keys[UNTIL].spot.node && ws__read_day(b, &keys[UNTIL].spot, "until", &until) && good;
    if (step->node && ws__want_text(b, step, "every") &&
        (!ws__read_interval(&every, step->node->text, step->node->count) || every.count == 0))
        ws__problem(b, step, "every: expected an interval as 3d (days), 1w (a week), 1m (a month), got '%s'",
                    ws__in_short(b, step->node->text));
    if (good && from > until)
        good = ws__problem(b, spot, "rounds: from %s is later than until %s", keys[FROM].spot.node->text,
                           keys[UNTIL].spot.node->text);
    if (!good || every.count == 0)
        return;
    size_t count = 0;
    for (ws_day day = from; day != WS_NO_DAY && day <= until && count <= MOST_ROUNDS;
         day = ws__add_interval(from, every, (int32_t)count))
        count++;
    if (count > MOST_ROUNDS) {
        ws__problem(b, spot, "rounds: more than %d rounds", MOST_ROUNDS);
        return;
    }
    ws_day *dates = WS_TAKE(b, count, ws_day);
    if (!dates)
        return;
    for (size_t i = 0; i < count; i++)
        dates[i] = ws__add_interval(from, every, (int32_t)i);
    out->dates = dates;
    out->round_count = count;
}

/* ---- Process ---- */

static void build_proposer(ws_builder *b, ws_process *out, ws_key *first, ws_key *proposer)
{
    if (first->spot.node && proposer->spot.node)
        ws__problem(b, &proposer->spot, "process: expected first or proposer, not both");
    if (first->spot.node) {
        size_t party = ws__find_party(b, &first->spot, "first");
        out->first = party == SIZE_MAX ? 0 : party;
    }
    if (proposer->spot.node && ws__want_map(b, &proposer->spot, "proposer")) {
        bool failed = b->failed;
        b->failed = false;
        const ws_slot *slots = build_by_party(b, &proposer->spot, "proposer", &ws__probability, false);
        if (!b->failed) { /* else their sum says nothing */
            out->proposer = slots;
            out->first = SIZE_MAX;
        }
        b->failed = b->failed || failed;
    }
}

static void build_hazard(ws_builder *b, ws_process *out, ws_spot *spot)
{
    if (!spot->node || ws__is_broken(b, spot->node))
        return;
    bool list = spot->node->kind == WS_NODE_LIST;
    size_t count = list ? spot->node->count : 1;
    if (list && out->round_count && count != out->round_count) {
        ws__problem(b, spot, "hazard: %zu number%s given for %zu round%s", count,
                    count == 1 ? " is" : "s are", out->round_count, out->round_count == 1 ? "" : "s");
        return;
    }
    ws_slot *slots = WS_TAKE(b, count, ws_slot);
    if (!slots)
        return;
    for (size_t i = 0; i < count; i++) {
        ws_spot item = list ? ws__child(spot, i) : *spot;
        slots[i] = ws__read_slot(b, &item, "hazard", &ws__probability, true);
    }
    out->hazard = slots;
    out->hazard_count = count;
}

static void build_rationality(ws_builder *b, ws_process *out, ws_spot *spot)
{
    static const ws_limits limits = {0, (double)INFINITY, true, false, "a number above 0, or infinite"};
    out->rationality = WS_NO_SLOT;
    if (!spot->node)
        return;
    out->infinite = ws__text_is(spot->node, "infinite");
    if (!out->infinite)
        out->rationality = ws__read_slot(b, spot, "rationality", &limits, false);
}

static void build_offers(ws_builder *b, ws_process *out, ws_spot *spot)
{
    static const char *const words[] = {"frontier", "all"};
    double number;
    if (!spot->node || ws__is_broken(b, spot->node))
        return;
    if (ws__number_of(&number, spot->node)) {
        out->offers = WS_OFFERS_BEST;
        out->offers_best = ws__read_count(b, spot, "offers", 1, UINT32_MAX);
        return;
    }
    size_t at = ws__read_word(b, spot, "offers (or a number)", WS_COUNT(words), words);
    out->offers = at == 1 ? WS_OFFERS_ALL : WS_OFFERS_FRONTIER;
}

void ws__build_process(ws_builder *b, ws_spot *spot)
{
    enum { ROUNDS, WALK, FIRST, PROPOSER, HAZARD, RATIONALITY, OFFERS, KEYS };
    ws_key keys[KEYS] = {{.name = "rounds", .required = true},
                         {.name = "walk"},
                         {.name = "first"},
                         {.name = "proposer"},
                         {.name = "hazard"},
                         {.name = "rationality"},
                         {.name = "offers"}};
    if (!spot->node || !ws__take_keys(b, spot, "process", KEYS, keys))
        return;
    ws_process *out = WS_TAKE(b, 1, ws_process);
    if (!out)
        return;
    out->walk = true;
    ws_spot *rounds = &keys[ROUNDS].spot;
    if (rounds->node && rounds->node->kind == WS_NODE_MAP)
        build_dates(b, out, rounds);
    else if (rounds->node)
        out->round_count = ws__read_count(b, rounds, "rounds", 1, MOST_ROUNDS);
    if (keys[WALK].spot.node)
        ws__read_truth(b, &keys[WALK].spot, "walk", &out->walk);
    build_proposer(b, out, &keys[FIRST], &keys[PROPOSER]);
    build_hazard(b, out, &keys[HAZARD].spot);
    build_rationality(b, out, &keys[RATIONALITY].spot);
    build_offers(b, out, &keys[OFFERS].spot);
    b->shape->process = out;
}
