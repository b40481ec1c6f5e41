/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What opens the zone at home: for each actor the smallest fall of its threshold, for each bloc the smallest
 * change of its seats, for each institution the smallest fall of its quota, that adds a deal. And the largest
 * confidence alpha that would.
 *
 * Only deals that nothing but the party's own home front keeps out matter, and of those on which it votes
 * alike one. A threshold is found by bisection on one deal after another, and a deal that the best so far
 * would not let pass is passed over at once: so few deals are bisected. Quotas and seats are whole numbers:
 * the extreme first, then bisection, each time with the case compiled anew and only the deals asked that
 * passed before. What is found is verified over the whole space. More seats for a bloc may also lose deals:
 * then the smallest change that was seen to add one is given. */
#include "analysis/analyze.h"
#include "analysis/unlock.h"

#include "base/diag.h"
#include "base/text.h"
#include "space/deliver.h"

#include <inttypes.h>
#include <math.h>

static const double CHANCE_ALLOWED = 1e-12;
enum { BISECTIONS = 60 };

/* ---- Adding what is found ---- */

/* Verifies a change and lists it where it adds a deal. */
static ws_status list_opening(ws_opening_list *list, ws_findings *findings, const char *path,
                              const char *value, const char *shown, double by, bool *adds)
{
    uint64_t zone = 0;
    ws_status status = ws__try_opening(findings, &zone, 1, &(ws_change){path, value}, findings->plan->alpha);
    if (status == WS_INTERRUPTED || status == WS_LIMIT)
        return status;
    *adds = status == WS_OK && zone > findings->study->result.zone.deal_zone;
    return *adds ? ws__list_opening(list, shown, by, zone) : WS_OK;
}

/* ---- Thresholds ---- */

/* A deal as its party's actors vote on it. */
typedef struct home_deal {
    const ws_home *home;
    ws_chance *votes; /* [actors] */
    bool *holds;
    double *margin; /* [actors] utility less threshold */
} home_deal;

static ws_status passes_with(bool *out, home_deal *deal, size_t actor, ws_chance vote, double alpha)
{
    ws_chance own = deal->votes[actor], pass;
    deal->votes[actor] = vote;
    ws_status status = ws__count_ballot(&pass, deal->home->ballot, deal->votes, deal->holds);
    deal->votes[actor] = own;
    *out = status == WS_OK && pass.yes >= alpha - CHANCE_ALLOWED;
    return status;
}

static ws_status passes_lowered(bool *out, home_deal *deal, size_t actor, double fall, double alpha)
{
    double noise = deal->home->noise[actor];
    return passes_with(out, deal, actor, ws__vote_chance(deal->margin[actor] + fall, noise), alpha);
}

/* An actor's vote with which the deal has to pass if it is worth a look: a sure one, or one at less than
 * another deal needs. */
static ws_chance best_vote(const home_deal *deal, size_t actor, double best)
{
    double noise = deal->home->noise[actor];
    return isinf(best) || noise <= 0 ? (ws_chance){1, 0}
                                     : ws__vote_chance(deal->margin[actor] + best * (1 - 1e-9), noise);
}

/* The least fall of the actor's threshold with which the deal passes, if that is less than *best; it passes
 * with the actor's best vote. */
static ws_status lower_threshold(double *best, home_deal *deal, size_t actor, double alpha)
{
    bool passes;
    double noise = deal->home->noise[actor];
    if (noise <= 0) {
        double fall = -deal->margin[actor];
        *best = fall > 0 && fall < *best ? fall : *best;
        return WS_OK;
    }
    double high = *best;
    if (isinf(high)) {
        for (high = noise, passes = false; !passes && high < 1e300; high *= 2)
            WS_TRY(passes_lowered(&passes, deal, actor, high, alpha));
    }
    double low = 0;
    for (int i = 0; i < BISECTIONS; i++) {
        double middle = low + (high - low) / 2;
        WS_TRY(passes_lowered(&passes, deal, actor, middle, alpha));
        if (passes)
            high = middle;
        else
            low = middle;
    }
    *best = high;
    return WS_OK;
}

static ws_status find_falls(double *falls, ws_findings *findings, const ws_blocked *blocked, size_t p)
{
    const ws_space *space = findings->appraiser->space;
    const ws_domestic *domestic = findings->appraiser->source->shape->parties[p].domestic;
    home_deal deal = {.home = ws__get_home(space, p)};
    deal.votes = WS_NEW_MANY(findings->scratch, domestic->actor_count, ws_chance);
    deal.margin = WS_NEW_MANY(findings->scratch, domestic->actor_count, double);
    deal.holds = WS_NEW_MANY(findings->scratch, deal.home->ballot->when_count + 1, bool);
    ws_chance *best = WS_NEW_MANY(findings->scratch, domestic->actor_count, ws_chance);
    double *pass = WS_NEW_MANY(findings->scratch, domestic->actor_count, double);
    if (!deal.votes || !deal.margin || !deal.holds || !best || !pass)
        return WS_LIMIT;
    for (size_t i = 0; i < blocked->count; i++) {
        uint64_t outcome = blocked->deals[i].outcome;
        ws_get_levels(findings->appraiser->levels, space, outcome);
        ws__find_votes(deal.votes, deal.holds, space, p, findings->appraiser->levels);
        for (size_t a = 0; a < domestic->actor_count; a++) {
            size_t evaluator = ws_actor_evaluator(space, p, a);
            deal.margin[a] =
                ws_utility(space, evaluator, outcome) - ws_get_range(space, evaluator).reservation;
            best[a] = best_vote(&deal, a, falls[a]);
        }
        WS_TRY(ws__count_changed(pass, deal.home->ballot, deal.votes, best, deal.holds));
        for (size_t a = 0; a < domestic->actor_count; a++)
            if (pass[a] >= findings->plan->alpha - CHANCE_ALLOWED)
                WS_TRY(lower_threshold(&falls[a], &deal, a, findings->plan->alpha));
    }
    return WS_OK;
}

static ws_status open_by_thresholds(ws_opening_list *list, ws_findings *findings, const ws_blocked *blocked,
                                    size_t p)
{
    const ws_party *party = &findings->appraiser->source->shape->parties[p];
    const ws_space *space = findings->appraiser->space;
    static const double hairs[] = {0, 1e-13, 1e-9};
    double *falls = WS_NEW_MANY(findings->scratch, party->domestic->actor_count + 1, double);
    if (!falls)
        return WS_LIMIT;
    for (size_t a = 0; a < party->domestic->actor_count; a++)
        falls[a] = INFINITY;
    WS_TRY(find_falls(falls, findings, blocked, p));
    for (size_t a = 0; a < party->domestic->actor_count; a++) {
        ws_range range = ws_get_range(space, ws_actor_evaluator(space, p, a));
        const char *path = ws__format_text(&findings->study->arena, "parties.%s.domestic.actors.%s.threshold",
                                           party->key, party->domestic->actors[a].key);
        if (!path)
            return WS_LIMIT;
        bool adds = false;
        for (int more = 0; more < 3 && !adds && isfinite(falls[a]);
             more++) { /* a hair more against rounding */
            double hair = hairs[more] * fmax(range.max - range.min, fabs(range.reservation));
            double value = range.reservation - falls[a] - hair;
            char number[WS_NUMBER_ROOM];
            ws__format_number(number, value);
            WS_TRY(list_opening(list, findings, path, number, path, value - range.reservation, &adds));
        }
    }
    return WS_OK;
}

/* ---- Quotas and seats ---- */

/* A whole number of the case that may be changed. */
typedef struct whole_number {
    const char *path;
    const char *form; /* "%g", "{quota: %g}" */
    size_t party;
    uint64_t *deals; /* [count] those that may pass: at first all that are kept out */
    double *pass;
    size_t count;
} whole_number;

static const char *spell(ws_findings *findings, const whole_number *number, double value)
{
    char digits[WS_NUMBER_ROOM];
    ws__format_number(digits, value);
    return ws__format_text(findings->scratch, "%s%s%s", number->form, digits, *number->form ? "}" : "");
}

/* Leaves the deals that pass, if any does. */
static bool keep_passing(whole_number *number, double alpha)
{
    size_t kept = 0;
    for (size_t i = 0; i < number->count; i++)
        if (number->pass[i] >= alpha - CHANCE_ALLOWED)
            number->deals[kept++] = number->deals[i];
    number->count = kept ? kept : number->count;
    return kept;
}

/* Whether some deal of the number's passes with this value; then only those that do are left. */
static ws_status probe(bool *out, ws_findings *findings, whole_number *number, double value)
{
    const char *text = spell(findings, number, value);
    ws_case *changed = NULL;
    ws_space *space = NULL;
    *out = false;
    if (!text)
        return WS_LIMIT;
    ws_status status =
        ws_change_case(&changed, findings->appraiser->source, 1, &(ws_change){number->path, text}, NULL);
    if (status == WS_OK)
        status = ws_compile_space(&space, changed, findings->run, NULL);
    if (status == WS_OK)
        status = ws__find_delivers(number->pass, space, number->party, number->count, number->deals);
    *out = status == WS_OK && keep_passing(number, findings->plan->alpha);
    ws_free_space(space);
    ws_free_case(changed);
    return status == WS_INTERRUPTED ? status
                                    : WS_OK; /* a number that the case does not allow opens nothing */
}

/* The value nearest to `from` on the way to `to` (which opens) that opens. */
static ws_status nearest_value(double *out, ws_findings *findings, whole_number *number, double from,
                               double to)
{
    double closed = from, open = to;
    while (fabs(open - closed) > 1) {
        double middle = closed + trunc((open - closed) / 2);
        bool opens;
        WS_TRY(probe(&opens, findings, number, middle));
        if (opens)
            open = middle;
        else
            closed = middle;
    }
    *out = open;
    return WS_OK;
}

/* Looks for the smallest change on the way from the number to `to`. */
static ws_status open_by_number(ws_opening_list *list, ws_findings *findings, whole_number number,
                                const ws_blocked *blocked, const char *shown, double from, double to)
{
    bool opens, adds;
    if (from == to)
        return WS_OK;
    WS_SCRATCH(memory);
    number.deals = WS_NEW_MANY(&memory, blocked->count, uint64_t);
    number.pass = WS_NEW_MANY(&memory, blocked->count, double);
    if (!number.deals || !number.pass)
        return WS_LIMIT;
    for (; number.count < blocked->count; number.count++)
        number.deals[number.count] = blocked->deals[number.count].outcome;
    WS_TRY(probe(&opens, findings, &number, to));
    if (!opens)
        return WS_OK;
    double value;
    WS_TRY(nearest_value(&value, findings, &number, from, to));
    const char *text = spell(findings, &number, value);
    return text ? list_opening(list, findings, number.path, text, shown, value - from, &adds) : WS_LIMIT;
}

static ws_status open_by_quotas(ws_opening_list *list, ws_findings *findings, const ws_blocked *blocked,
                                size_t p)
{
    const ws_case *c = findings->appraiser->source;
    const ws_party *party = &c->shape->parties[p];
    const ws_home *home = ws__get_home(findings->appraiser->space, p);
    ws_arena *arena = &findings->study->arena;
    for (size_t b = 0; b < party->domestic->body_count; b++) {
        const ws_body *body = &party->domestic->bodies[b];
        double quota = home->tallies[b]->written_quota;
        bool heads = body->rule == WS_RULE_AT_LEAST;
        if (body->veto || !(quota > 1) || quota != floor(quota))
            continue;
        const char *rule =
            ws__format_text(arena, "parties.%s.domestic.institutions.%s.rule", party->key, body->key);
        bool direct = body->rule == WS_RULE_QUOTA || heads;
        const char *shown =
            direct ? ws__format_text(arena, "%s.%s", rule ? rule : "", heads ? "at_least" : "quota")
                   : ws__format_text(arena, "votes needed in %s", body->name ? body->name : body->key);
        if (!rule || !shown)
            return WS_LIMIT;
        whole_number number = {.path = rule, .form = heads ? "{at_least: " : "{quota: ", .party = p};
        WS_TRY(open_by_number(list, findings, number, blocked, shown, quota, 1));
    }
    return WS_OK;
}

/* The total weight of the bodies where the actor's seats count; 0: nowhere. */
static double seats_count_among(ws_findings *findings, size_t p, size_t actor)
{
    const ws_domestic *domestic = findings->appraiser->source->shape->parties[p].domestic;
    const ws_home *home = ws__get_home(findings->appraiser->space, p);
    double most = 0;
    for (size_t b = 0; b < domestic->body_count; b++)
        for (size_t m = 0; !domestic->bodies[b].as_one && m < domestic->bodies[b].member_count; m++)
            if (domestic->bodies[b].members[m].voter == actor &&
                domestic->bodies[b].members[m].weight == WS_NO_SLOT)
                most = fmax(most, ws__written_weight(home->tallies[b], (double)home->tallies[b]->total));
    return most;
}

static ws_status open_by_seats(ws_opening_list *list, ws_findings *findings, const ws_blocked *blocked,
                               size_t p)
{
    const ws_case *c = findings->appraiser->source;
    const ws_party *party = &c->shape->parties[p];
    for (size_t a = 0; a < party->domestic->actor_count; a++) {
        double total = seats_count_among(findings, p, a);
        double seats = ws__number(c, party->domestic->actors[a].seats, 1);
        if (total <= 1)
            continue;
        const char *path = ws__format_text(&findings->study->arena, "parties.%s.domestic.actors.%s.seats",
                                           party->key, party->domestic->actors[a].key);
        if (!path)
            return WS_LIMIT;
        whole_number number = {.path = path, .form = "", .party = p};
        WS_TRY(open_by_number(list, findings, number, blocked, path, seats, seats + total));
        WS_TRY(open_by_number(list, findings, number, blocked, path, seats, 1));
    }
    return WS_OK;
}

/* ---- Confidence ---- */

static ws_status open_by_alpha(ws_opening_list *list, ws_findings *findings, const ws_unlock *unlock)
{
    uint64_t base = findings->study->result.zone.deal_zone, zone = base;
    double alpha = unlock->alpha;
    if (!(alpha > 0) || alpha >= findings->plan->alpha)
        return WS_OK;
    ws_status status =
        ws__count_zone(&zone, findings->appraiser->space, alpha, findings->run, findings->diag);
    WS_TRY(status);
    return zone > base ? ws__list_opening(list, "alpha", alpha - findings->plan->alpha, zone) : WS_OK;
}

static void warn_of_limit(ws_findings *findings, const ws_blocked *blocked, size_t p)
{
    if (blocked->passed)
        ws_warn(findings->diag,
                "changes at home of '%s' are sought among the %zu likeliest of the %" PRIu64
                " deals that it alone keeps out: a smaller change may open another",
                findings->appraiser->source->shape->parties[p].key, blocked->count,
                blocked->passed + blocked->count);
}

ws_status ws__open_homes(ws_opening_list *list, ws_findings *findings, const ws_unlock *unlock)
{
    for (size_t p = 0; p < findings->appraiser->parties; p++) {
        const ws_blocked *blocked = &unlock->blocked[p];
        if (!findings->appraiser->source->shape->parties[p].domestic || blocked->count == 0)
            continue;
        warn_of_limit(findings, blocked, p);
        WS_TRY(open_by_thresholds(list, findings, blocked, p));
        WS_TRY(open_by_seats(list, findings, blocked, p));
        WS_TRY(open_by_quotas(list, findings, blocked, p));
    }
    return open_by_alpha(list, findings, unlock);
}
