/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The deals that may be offered. `all`: every feasible one. `frontier`: every deal that is efficient in u, or
 * in E for some combination of types: what is worse for everybody is noise in a logit choice. More than 256
 * of them (or than was asked for) are thinned by farthest point from the Nash deal; a deal that is dropped
 * adds its weight to the nearest that stays, of its own class where one stays. */
#include "game/stage.h"

#include "analysis/points.h"
#include "base/diag.h"
#include "base/tasks.h"
#include "game/logit.h"
#include "game/chain.h"
#include "space/deliver.h"
#include "space/space.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_OFFERS = 256, MOST_LISTED = 2000000, MOST_ALL = 100000 };
#define KEY 1e-9 /* of the range: what counts as equal */

/* What every feasible deal is worth to every type. */
typedef struct ledger {
    size_t count;
    uint64_t *outcomes;
    double *utility[WS_GAME_PARTIES]; /* [types][count] */
    double *deliver[WS_GAME_PARTIES];
    bool *accepts[WS_GAME_PARTIES];
} ledger;

static ws_status list_feasible(ledger *out, ws_arena *arena, const ws_theatre *theatre, ws_diag *diag)
{
    uint64_t all = ws_count_outcomes(theatre->space);
    out->outcomes = WS_NEW_MANY(arena, (size_t)theatre->feasible, uint64_t);
    if (!out->outcomes)
        return ws_fail(diag, WS_LIMIT, "no memory for %llu deals", (unsigned long long)theatre->feasible);
    for (uint64_t x = 0; x < all && out->count < theatre->feasible; x++)
        if (theatre->feasible == all || ws_is_feasible(theatre->space, x))
            out->outcomes[out->count++] = x;
    return WS_OK;
}

enum { DEALS_TOGETHER = 64 };

/* What deals are worth to one party as one of its types has it. */
typedef struct valued {
    const ws_view *view;
    size_t party, count;
    const uint64_t *outcomes;
    double *utility, *deliver;
    bool *accepts;
    atomic_bool failed;
} valued;

static void value_some(void *context, size_t number, unsigned worker)
{
    valued *it = context;
    const ws_space *space = it->view->space;
    size_t first = number * DEALS_TOGETHER;
    size_t end = first + DEALS_TOGETHER < it->count ? first + DEALS_TOGETHER : it->count;
    (void)worker;
    for (size_t i = first; i < end; i++) {
        it->utility[i] = ws_utility(space, it->party, it->outcomes[i]);
        it->accepts[i] = ws_accepts(space, it->party, it->outcomes[i]);
    }
    if (ws__find_delivers(it->deliver + first, space, it->party, end - first, it->outcomes + first) != WS_OK)
        atomic_store(&it->failed, true);
}

static ws_status value_deals(double *utility, double *deliver, bool *accepts, const ws_view *view, size_t p,
                             size_t count, const uint64_t *outcomes, const ws_run *run, ws_diag *diag)
{
    valued it = {.view = view,
                 .party = p,
                 .count = count,
                 .outcomes = outcomes,
                 .utility = utility,
                 .deliver = deliver,
                 .accepts = accepts};
    size_t tasks = (count + DEALS_TOGETHER - 1) / DEALS_TOGETHER;
    atomic_init(&it.failed, false);
    WS_TRY(ws__run_tasks(run, "deals", tasks, value_some, &it, NULL));
    if (atomic_load(&it.failed))
        return ws_fail(diag, WS_LIMIT, "no memory for the votes of %s", view->c->shape->parties[p].key);
    return WS_OK;
}

static ws_status fill_ledger(ledger *out, ws_arena *arena, const ws_theatre *theatre, const ws_run *run,
                             ws_diag *diag)
{
    WS_TRY(list_feasible(out, arena, theatre, diag));
    for (size_t p = 0; p < theatre->parties; p++) {
        size_t size = theatre->type_count[p] * out->count;
        out->utility[p] = WS_NEW_MANY(arena, size, double);
        out->deliver[p] = WS_NEW_MANY(arena, size, double);
        out->accepts[p] = WS_NEW_MANY(arena, size, bool);
        if (!out->utility[p] || !out->deliver[p] || !out->accepts[p])
            return ws_fail(diag, WS_LIMIT, "no memory for %zu deals", out->count);
        for (size_t t = 0; t < theatre->type_count[p]; t++)
            WS_TRY(value_deals(out->utility[p] + t * out->count, out->deliver[p] + t * out->count,
                               out->accepts[p] + t * out->count, &theatre->views[p][t], p, out->count,
                               out->outcomes, run, diag));
    }
    return WS_OK;
}

/* ---- The agreement rule ---- */

/* The sets of parties that agree on a deal, as bits. `levels` [issues]: room. */
static uint32_t find_rule(const ws_theatre *theatre, uint64_t deal, uint32_t *levels)
{
    uint32_t sets = UINT32_C(1) << theatre->parties, rule = UINT32_C(1) << (sets - 1);
    if (theatre->c->shape->unanimous)
        return rule;
    ws_get_levels(levels, theatre->space, deal);
    rule = 0;
    for (uint32_t set = 0; set < sets; set++) {
        bool who[WS_GAME_PARTIES];
        for (size_t p = 0; p < theatre->parties; p++)
            who[p] = (set >> p) & 1U;
        if (ws__judge_outcome(theatre->space->agreement, levels, who, theatre->parties))
            rule |= UINT32_C(1) << set;
    }
    return rule;
}

/* Marks what is efficient under one combination of types: in u, and in E. */
static ws_status mark_efficient(bool *mark, const ledger *all, const ws_theatre *theatre, const size_t *type,
                                ws_diag *diag)
{
    size_t parties = theatre->parties;
    ws_points points[2] = {{.dimension = parties}, {.dimension = parties}};
    ws_status status = WS_OK;
    WS_SCRATCH(scratch);
    uint32_t *levels = WS_NEW_MANY(&scratch, ws_count_issues(theatre->c) + 1, uint32_t);
    bool room = levels != NULL;
    for (size_t i = 0; i < all->count && room && status == WS_OK; i++) {
        double row[2][WS_GAME_PARTIES], pi[WS_GAME_PARTIES];
        uint32_t signers = 0, rule = find_rule(theatre, all->outcomes[i], levels);
        for (size_t p = 0; p < parties; p++) {
            pi[p] = all->deliver[p][type[p] * all->count + i];
            if (theatre->c->shape->unanimous || all->accepts[p][type[p] * all->count + i])
                signers |= UINT32_C(1) << p;
        }
        double chance = ws__deliver_chance(rule, parties, signers, pi);
        for (size_t p = 0; p < parties; p++) {
            const ws_view *view = &theatre->views[p][type[p]];
            double grid = view->range > 0 ? KEY * view->range : 1;
            double u = all->utility[p][type[p] * all->count + i];
            row[0][p] = floor(u / grid + 0.5);
            row[1][p] = floor((view->failure + chance * (u - view->failure)) / grid + 0.5);
        }
        room = ws__add_point(&points[0], row[0], i) && ws__add_point(&points[1], row[1], i);
    }
    for (size_t k = 0; k < 2 && room && status == WS_OK; k++) {
        status = ws__keep_efficient(&points[k]);
        for (size_t i = 0; status == WS_OK && i < points[k].count; i++)
            mark[points[k].outcomes[i]] = true;
    }
    ws__free_points(&points[0]);
    ws__free_points(&points[1]);
    return status != WS_OK || !room ? ws_fail(diag, WS_LIMIT, "no memory for the efficient deals") : WS_OK;
}

static ws_status mark_frontier(bool *mark, const ledger *all, const ws_theatre *theatre, ws_diag *diag)
{
    size_t combinations = 1, type[WS_GAME_PARTIES];
    for (size_t p = 0; p < theatre->parties; p++)
        combinations *= theatre->type_count[p];
    ws_status status = WS_OK;
    for (size_t c = 0; c < combinations && status == WS_OK; c++) {
        size_t digits = c;
        for (size_t p = theatre->parties; p-- > 0; digits /= theatre->type_count[p])
            type[p] = digits % theatre->type_count[p];
        status = mark_efficient(mark, all, theatre, type, diag);
    }
    return status;
}

/* ---- Thinning ---- */

typedef struct cloud {
    size_t count, parties;
    const size_t *row; /* [count] positions in the ledger */
    const ledger *all;
    double scale[WS_GAME_PARTIES]; /* 1 / R */
    const double *utility[WS_GAME_PARTIES];
    const uint32_t *class_of;
} cloud;

static double distance2(const cloud *points, size_t a, size_t b)
{
    double sum = 0;
    for (size_t p = 0; p < points->parties; p++) {
        double d =
            points->scale[p] * (points->utility[p][points->row[a]] - points->utility[p][points->row[b]]);
        sum += d * d;
    }
    return sum;
}

/* The Nash deal among them: the largest product of gains; the lowest index where nobody can gain. */
static size_t nash_of(const cloud *points, const ws_theatre *theatre)
{
    size_t best = 0;
    double most = -HUGE_VAL;
    for (size_t i = 0; i < points->count; i++) {
        double sum = 0;
        for (size_t p = 0; p < points->parties; p++) {
            double gain = points->utility[p][points->row[i]] - theatre->views[p][0].reservation;
            double weight = ws__number(theatre->c, theatre->c->shape->parties[p].bargaining_weight, 1);
            sum = gain > 0 ? sum + weight * ws__log(gain) : -HUGE_VAL;
        }
        if (sum > most) {
            most = sum;
            best = i;
        }
    }
    return best;
}

/* Keeps `most` of the cloud; weight [count] of those kept, 0 of the others. */
static ws_status thin_cloud(double *weight, const cloud *points, size_t start, size_t most, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    double *far = WS_NEW_MANY(&scratch, points->count, double);
    bool *kept = WS_NEW_MANY(&scratch, points->count, bool);
    if (!far || !kept)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu deals", points->count);
    for (size_t i = 0; i < points->count; i++)
        far[i] = HUGE_VAL;
    size_t at = start;
    for (size_t n = 0; n < most && n < points->count; n++) {
        double top = -1;
        kept[at] = true;
        size_t next = at;
        for (size_t i = 0; i < points->count; i++) {
            double d = distance2(points, at, i);
            far[i] = d < far[i] ? d : far[i];
            if (!kept[i] && far[i] > top) {
                top = far[i];
                next = i;
            }
        }
        at = next;
    }
    for (size_t i = 0; i < points->count; i++) {
        size_t nearest = SIZE_MAX;
        double least = HUGE_VAL;
        for (unsigned pass = 0; pass < 2 && nearest == SIZE_MAX; pass++) /* of its class, else of any */
            for (size_t j = 0; j < points->count; j++) {
                if (!kept[j] || (pass == 0 && points->class_of[j] != points->class_of[i]))
                    continue;
                double d = distance2(points, i, j);
                if (d < least) {
                    least = d;
                    nearest = j;
                }
            }
        weight[nearest] += 1 / (double)points->count;
    }
    return WS_OK;
}

static ws_status find_rules(ws_theatre *theatre, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    uint32_t *rules = WS_NEW_MANY(&theatre->arena, 256, uint32_t);
    uint8_t *rule_of = WS_NEW_MANY(&theatre->arena, theatre->offer_count, uint8_t);
    uint32_t *levels = WS_NEW_MANY(&scratch, ws_count_issues(theatre->c) + 1, uint32_t);
    if (!rules || !rule_of || !levels)
        return ws_fail(diag, WS_LIMIT, "no memory for the agreement rule");
    for (size_t x = 0; x < theatre->offer_count; x++) {
        uint32_t rule = find_rule(theatre, theatre->offers[x], levels);
        size_t at = 0;
        while (at < theatre->rule_count && rules[at] != rule)
            at++;
        if (at == 256)
            return ws_fail(diag, WS_LIMIT, "the agreement rule differs among deals in more than 256 ways");
        if (at == theatre->rule_count)
            rules[theatre->rule_count++] = rule;
        rule_of[x] = (uint8_t)at;
    }
    theatre->rules = rules;
    theatre->rule_of = rule_of;
    return WS_OK;
}

/* ---- Together ---- */

static ws_status keep_offers(ws_theatre *theatre, const ledger *all, const cloud *points,
                             const double *weight, ws_diag *diag)
{
    ws_arena *arena = &theatre->arena;
    size_t kept = 0;
    for (size_t i = 0; i < points->count; i++)
        kept += weight[i] > 0;
    uint64_t *offers = WS_NEW_MANY(arena, kept, uint64_t);
    double *weights = WS_NEW_MANY(arena, kept, double);
    uint32_t *class_of = WS_NEW_MANY(arena, kept, uint32_t);
    double *utility[WS_GAME_PARTIES] = {NULL}, *deliver[WS_GAME_PARTIES] = {NULL};
    bool room = offers && weights && class_of;
    for (size_t p = 0; p < theatre->parties && room; p++) {
        theatre->utility[p] = utility[p] = WS_NEW_MANY(arena, theatre->type_count[p] * kept, double);
        theatre->deliver[p] = deliver[p] = WS_NEW_MANY(arena, theatre->type_count[p] * kept, double);
        room = utility[p] && deliver[p];
    }
    if (!room)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu offers", kept);
    size_t x = 0;
    for (size_t i = 0; i < points->count; i++) {
        if (!(weight[i] > 0))
            continue;
        offers[x] = all->outcomes[points->row[i]];
        weights[x] = weight[i];
        class_of[x] = points->class_of[i];
        for (size_t p = 0; p < theatre->parties; p++)
            for (size_t t = 0; t < theatre->type_count[p]; t++) {
                utility[p][t * kept + x] = all->utility[p][t * all->count + points->row[i]];
                deliver[p][t * kept + x] = all->deliver[p][t * all->count + points->row[i]];
            }
        x++;
    }
    theatre->offer_count = kept;
    theatre->offers_of = points->count;
    theatre->offers = offers;
    theatre->weight = weights;
    theatre->class_of = class_of;
    return find_rules(theatre, diag);
}

ws_status ws__choose_offers(ws_theatre *theatre, const ws_offer_choice *choice, const ws_run *run,
                            ws_diag *diag)
{
    WS_SCRATCH(scratch);
    bool every = choice->kind == WS_OFFERS_ALL;
    uint64_t bound = every ? MOST_ALL : MOST_LISTED;
    ledger all = {0};
    if (theatre->feasible > bound || ws_count_outcomes(theatre->space) > UINT64_C(200000000))
        return ws_fail(diag, WS_LIMIT, "%llu feasible deals; the game looks at up to %llu%s",
                       (unsigned long long)theatre->feasible, (unsigned long long)bound,
                       every ? "; use offers: frontier" : "");
    WS_TRY(fill_ledger(&all, &scratch, theatre, run, diag));
    bool *mark = WS_NEW_MANY(&scratch, all.count, bool);
    size_t *row = WS_NEW_MANY(&scratch, all.count, size_t);
    uint32_t *class_of = WS_NEW_MANY(&scratch, all.count, uint32_t);
    double *weight = WS_NEW_MANY(&scratch, all.count, double);
    if (!mark || !row || !class_of || !weight)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu deals", all.count);
    if (!every)
        WS_TRY(mark_frontier(mark, &all, theatre, diag));
    cloud points = {.parties = theatre->parties, .row = row, .all = &all, .class_of = class_of};
    for (size_t i = 0; i < all.count; i++)
        if (every || mark[i]) {
            class_of[points.count] = (uint32_t)ws_find_class(theatre->space, all.outcomes[i]);
            row[points.count++] = i;
        }
    for (size_t p = 0; p < theatre->parties; p++) {
        points.utility[p] = all.utility[p];
        points.scale[p] = theatre->views[p][0].range > 0 ? 1 / theatre->views[p][0].range : 0;
    }
    size_t most = choice->kind == WS_OFFERS_BEST || choice->most ? choice->most : MOST_OFFERS;
    if (every || points.count <= most)
        for (size_t i = 0; i < points.count; i++)
            weight[i] = 1 / (double)points.count;
    else
        WS_TRY(thin_cloud(weight, &points, nash_of(&points, theatre), most, diag));
    return keep_offers(theatre, &all, &points, weight, diag);
}

size_t ws__nearest_offer(const ws_theatre *theatre, uint64_t outcome)
{
    size_t best = 0;
    double least = HUGE_VAL;
    for (size_t x = 0; x < theatre->offer_count; x++) {
        double sum = 0;
        if (theatre->offers[x] == outcome)
            return x;
        for (size_t p = 0; p < theatre->parties; p++) {
            const ws_view *view = &theatre->views[p][0];
            double d = ws_utility(view->space, p, outcome) - theatre->utility[p][x];
            d = view->range > 0 ? d / view->range : 0;
            sum += d * d;
        }
        if (sum < least) {
            least = sum;
            best = x;
        }
    }
    return best;
}
