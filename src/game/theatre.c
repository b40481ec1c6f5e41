/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a case to a game: what each type of each party sees (a case and a space of its own: a type is a change
 * of the case), and a game's numbers for a setting. A party's own numbers hang on its own type alone. */
#include "game/stage.h"

#include "base/date.h"
#include "base/diag.h"
#include "space/deliver.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROUNDS = 100000 };

static ws_status view_type(ws_view *view, const ws_theatre *theatre, size_t p, size_t t, const ws_run *run,
                           ws_diag *diag)
{
    const ws_party *party = &theatre->c->shape->parties[p];
    if (party->type_count == 0)
        view->c = ws_hold_case(theatre->c);
    else
        WS_TRY(ws_apply_type(&view->c, theatre->c, party->key, party->types[t].key, diag));
    if (!view->c)
        return ws_fail(diag, WS_LIMIT, "no memory for a case");
    WS_TRY(ws_compile_space(&view->space, view->c, run, diag));
    const ws_shape *shape = view->c->shape;
    ws_range range = ws_get_range(view->space, p);
    view->reservation = range.reservation;
    view->range = range.max - range.min;
    view->status = shape->breakdown.value ? ws__number(view->c, shape->breakdown.value[p], range.reservation)
                                          : range.reservation;
    view->failure = ws__failure_value(view->space, p);
    view->discount = ws__number(view->c, shape->parties[p].discount, 1);
    return WS_OK;
}

/* What a breakdown, and the end of time, cost each party. */
static ws_status read_costs(ws_theatre *theatre, ws_diag *diag)
{
    const ws_case *c = theatre->c;
    const ws_breakdown *breakdown = &c->shape->breakdown;
    double *cost = WS_NEW_MANY(&theatre->arena, theatre->parties, double);
    double *expiry = WS_NEW_MANY(&theatre->arena, theatre->parties, double);
    if (!cost || !expiry)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu parties", theatre->parties);
    bool measured = breakdown->per_percent && breakdown->moved == WS_NO_SLOT;
    if (measured)
        return ws_fail(
            diag, WS_INVALID,
            "breakdown.cost hangs on how much the market %s moved, which is not given; add moved: N "
            "(percent), as `winset monitor` measures it",
            breakdown->market < c->shape->market_count ? c->shape->markets[breakdown->market].key : "");
    for (size_t p = 0; p < theatre->parties; p++) {
        if (breakdown->per_percent)
            cost[p] = ws__number(c, breakdown->per_percent[p], 0) * fabs(ws__number(c, breakdown->moved, 0));
        else
            cost[p] = breakdown->cost ? ws__number(c, breakdown->cost[p], 0) : 0;
        expiry[p] = breakdown->expiry ? ws__number(c, breakdown->expiry[p], cost[p]) : cost[p];
    }
    theatre->cost = cost;
    theatre->expiry = expiry;
    return WS_OK;
}

static ws_status open_theatre(ws_theatre *theatre, const ws_offer_choice *choice, const ws_run *run,
                              ws_diag *diag)
{
    const ws_case *c = theatre->c;
    const ws_shape *shape = c->shape;
    ws_offer_choice mine = {.kind = shape->process->offers, .most = shape->process->offers_best};
    theatre->parties = shape->party_count;
    theatre->classes = shape->class_count + 1;
    if (theatre->parties > WS_GAME_PARTIES)
        return ws_fail(diag, WS_LIMIT, "the game is played by 2 to %d parties; the case has %zu",
                       WS_GAME_PARTIES, theatre->parties);
    WS_TRY(ws_compile_space(&theatre->space, c, run, diag));
    theatre->feasible = ws_count_feasible(theatre->space);
    if (theatre->feasible == 0)
        return ws_fail(diag, WS_INVALID,
                       "no deal can be offered: the constraints allow none of the %llu outcomes",
                       (unsigned long long)ws_count_outcomes(theatre->space));
    WS_TRY(read_costs(theatre, diag));
    for (size_t p = 0; p < theatre->parties; p++) {
        size_t types = shape->parties[p].type_count;
        theatre->type_count[p] = types ? types : 1;
        if (types > WS_GAME_TYPES)
            return ws_fail(diag, WS_LIMIT, "%s has %zu types; the game takes up to %d", shape->parties[p].key,
                           types, WS_GAME_TYPES);
        theatre->views[p] = WS_NEW_MANY(&theatre->arena, theatre->type_count[p], ws_view);
        if (!theatre->views[p])
            return ws_fail(diag, WS_LIMIT, "no memory for the types of %s", shape->parties[p].key);
        for (size_t t = 0; t < theatre->type_count[p]; t++)
            WS_TRY(view_type(&theatre->views[p][t], theatre, p, t, run, diag));
    }
    return ws__choose_offers(theatre, choice ? choice : &mine, run, diag);
}

ws_status ws__open_theatre(ws_theatre **out, const ws_case *c, const ws_offer_choice *offers,
                           const ws_run *run, ws_diag *diag)
{
    if (!c->shape->process)
        return ws_fail(diag, WS_INVALID,
                       "the case has no process: no rounds to play; add one, e.g. "
                       "process: {rounds: 5, first: %s}",
                       c->shape->parties[0].key);
    ws_theatre *theatre = calloc(1, sizeof *theatre);
    if (!theatre)
        return ws_fail(diag, WS_LIMIT, "no memory for the game");
    ws__init_arena(&theatre->arena);
    theatre->c = c;
    ws_status status = open_theatre(theatre, offers, run, diag);
    if (status == WS_OK)
        *out = theatre;
    else
        ws__close_theatre(theatre);
    return status;
}

void ws__close_theatre(ws_theatre *theatre)
{
    if (!theatre)
        return;
    for (size_t p = 0; p < WS_GAME_PARTIES; p++)
        for (size_t t = 0; theatre->views[p] && t < theatre->type_count[p]; t++) {
            ws_free_space(theatre->views[p][t].space);
            ws_free_case(theatre->views[p][t].c);
        }
    ws_free_space(theatre->space);
    ws__free_arena(&theatre->arena);
    free(theatre);
}

/* ---- Rounds ---- */

ws_day ws__round_day(const ws_case *c, size_t round)
{
    const ws_process *process = c->shape->process;
    if (!process || !process->dates)
        return WS_NO_DAY;
    size_t last = process->round_count - 1;
    if (round <= last)
        return process->dates[round];
    int32_t step = last > 0 ? process->dates[last] - process->dates[last - 1] : 7;
    return process->dates[last] + step * (int32_t)(round - last);
}

ws_status ws__find_first_round(size_t *out, const ws_case *c, ws_day day, ws_diag *diag)
{
    const ws_process *process = c->shape->process;
    *out = 0;
    if (!process)
        return ws_fail(diag, WS_INVALID, "the case has no process");
    if (process->round_count == 0)
        return ws_fail(diag, WS_INVALID, "the process has no round");
    if (!process->dates || day == WS_NO_DAY)
        return WS_OK;
    while (*out < process->round_count && process->dates[*out] < day)
        ++*out;
    if (*out == process->round_count) {
        char today[WS_DATE_ROOM], last[WS_DATE_ROOM];
        ws__format_date(today, day);
        ws__format_date(last, process->dates[process->round_count - 1]);
        return ws_fail(
            diag, WS_INVALID,
            "the deadline has passed: as of %s the last round, %s, is over; set as_of or process.rounds",
            today, last);
    }
    return WS_OK;
}

double ws__case_rationality(const ws_case *c)
{
    const ws_process *process = c->shape->process;
    return process->infinite ? HUGE_VAL : ws__number(c, process->rationality, 20);
}

ws_status ws__read_as_of(ws_day *out, const ws_case *c, const char *text, ws_diag *diag)
{
    if (!text)
        *out = c->shape->as_of;
    else if (!ws__read_date(out, text, strlen(text)))
        return ws_fail(diag, WS_USAGE, "'%s' is no date; expected YYYY-MM-DD", text);
    return WS_OK;
}

/* ---- Games ---- */

static double hazard_of(const ws_case *c, size_t round)
{
    const ws_process *process = c->shape->process;
    if (process->hazard_count == 0)
        return 0;
    if (process->hazard_count == 1)
        return ws__number(c, process->hazard[0], 0);
    return ws__number(c, process->hazard[round < process->hazard_count ? round : process->hazard_count - 1],
                      0);
}

static ws_status stage_rounds(ws_game *game, ws_arena *arena, const ws_theatre *theatre,
                              const ws_setting *setting, ws_diag *diag)
{
    const ws_process *process = theatre->c->shape->process;
    size_t parties = theatre->parties;
    if (setting->rounds > MOST_ROUNDS)
        return ws_fail(diag, WS_LIMIT, "%zu rounds; the game takes up to %d", setting->rounds, MOST_ROUNDS);
    double *hazard = WS_NEW_MANY(arena, setting->rounds + 1, double);
    double *proposer = WS_NEW_MANY(arena, setting->rounds * parties + 1, double);
    if (!hazard || !proposer)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu rounds", setting->rounds);
    for (size_t n = 0; n < setting->rounds; n++) {
        size_t round = setting->first_round + n;
        hazard[n] = hazard_of(theatre->c, round);
        for (size_t p = 0; p < parties; p++)
            if (n == 0 && setting->speaker)
                proposer[p] = p + 1 == setting->speaker;
            else if (process->proposer)
                proposer[n * parties + p] = ws__number(theatre->c, process->proposer[p], 0);
            else
                proposer[n * parties + p] = p == (process->first + round) % parties;
    }
    game->rounds = setting->rounds;
    game->hazard = hazard;
    game->proposer = proposer;
    return WS_OK;
}

/* A party's arrays, with the types that have a chance. */
static ws_status stage_party(ws_staged *staged, ws_arena *arena, const ws_theatre *theatre,
                             const ws_setting *setting, size_t p, ws_diag *diag)
{
    size_t k = theatre->offer_count, types = 0, fixed = setting->fixed ? setting->fixed[p] : SIZE_MAX;
    ws_game *game = &staged->game;
    const double *chances = setting->chances ? setting->chances->of[p] : NULL;
    for (size_t t = 0; t < theatre->type_count[p]; t++)
        if (fixed == SIZE_MAX ? !chances || chances[t] > 0 : t == fixed)
            staged->type[p][types++] = t;
    double *numbers = WS_NEW_MANY(arena, types * (7 + 2 * k), double);
    if (!numbers || types == 0)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu offers", k);
    double *prior = numbers, *status = prior + types, *cost = status + types, *expiry = cost + types;
    double *failure = expiry + types, *discount = failure + types, *range = discount + types;
    double *utility = range + types, *deliver = utility + types * k, sum = 0;
    for (size_t i = 0; i < types; i++) {
        size_t t = staged->type[p][i];
        const ws_view *view = &theatre->views[p][t];
        prior[i] = fixed != SIZE_MAX || !chances ? 1 : chances[t];
        sum += prior[i];
        status[i] = view->status;
        failure[i] = view->failure;
        discount[i] = view->discount;
        range[i] = view->range;
        cost[i] = theatre->cost[p];
        expiry[i] = theatre->expiry[p];
        memcpy(utility + i * k, theatre->utility[p] + t * k, k * sizeof(double));
        memcpy(deliver + i * k, theatre->deliver[p] + t * k, k * sizeof(double));
    }
    for (size_t i = 0; i < types; i++)
        prior[i] /= sum;
    game->types[p] = types;
    game->prior[p] = prior;
    game->status[p] = status;
    game->cost[p] = cost;
    game->expiry[p] = expiry;
    game->failure[p] = failure;
    game->discount[p] = discount;
    game->range[p] = range;
    game->utility[p] = utility;
    game->deliver[p] = deliver;
    return WS_OK;
}

ws_status ws__stage_game(ws_staged **out, ws_arena *arena, const ws_theatre *theatre,
                         const ws_setting *setting, ws_diag *diag)
{
    ws_staged *staged = WS_NEW(arena, ws_staged);
    if (!staged)
        return ws_fail(diag, WS_LIMIT, "no memory for the game");
    ws_game *game = &staged->game;
    game->parties = theatre->parties;
    game->offers = theatre->offer_count;
    game->classes = theatre->classes;
    game->weight = theatre->weight;
    game->class_of = theatre->class_of;
    game->rule_of = theatre->rule_of;
    game->rule_count = theatre->rule_count;
    game->rules = theatre->rules;
    game->walk = theatre->c->shape->process->walk;
    game->infinite = isinf(setting->rationality);
    game->rationality = game->infinite ? 1 : setting->rationality;
    WS_TRY(stage_rounds(game, arena, theatre, setting, diag));
    for (size_t p = 0; p < theatre->parties; p++)
        WS_TRY(stage_party(staged, arena, theatre, setting, p, diag));
    *out = staged;
    return WS_OK;
}
