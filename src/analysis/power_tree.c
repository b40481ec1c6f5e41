/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Power in a whole ratification: swings with every vote a yes with probability p, on the tree's own chance to
 * pass. At p = 1/2 that is Penrose's index; over p, Shapley-Shubik's (as for any simple game). Players of
 * equal weight in the same institutions are measured once. */
#include "analysis/power.h"

#include "base/diag.h"
#include "base/tasks.h"
#include "case/model.h"
#include "space/votes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct tree_game {
    const ws_ballot *ballot;
    size_t kind_count;
    const size_t *first; /* [kinds] a player of each */
    const double *points;
    double *values; /* [points][kinds] swings */
    double *passes; /* [points] */
    bool *failed;   /* [points] */
} tree_game;

/* Swings of each kind with every vote a yes with probability p; lane 2k: kind k yes, 2k + 1: no. */
static bool swing_at(double *out, double *pass, const tree_game *game, double p)
{
    WS_SCRATCH(arena);
    const ws_ballot *ballot = game->ballot;
    size_t voters = ballot->voter_count, most = ws__best_lanes(ballot->scratch);
    size_t lanes = most < 2 ? 2 : most - most % 2;
    double *yes = WS_NEW_MANY(&arena, voters * lanes + 1, double);
    double *no = WS_NEW_MANY(&arena, voters * lanes + 1, double);
    double *holds = WS_NEW_MANY(&arena, ballot->when_count * lanes + 1, double);
    double *passed = WS_NEW_MANY(&arena, 2 * lanes, double);
    double *scratch = WS_NEW_MANY(&arena, ws__ballot_scratch(ballot, lanes) + 1, double);
    if (!yes || !no || !holds || !passed || !scratch)
        return false;
    for (size_t i = 0; i < ballot->when_count * lanes; i++)
        holds[i] = 1;
    for (size_t kind = 0; kind < game->kind_count; kind += lanes / 2) {
        size_t some = game->kind_count - kind < lanes / 2 ? game->kind_count - kind : lanes / 2;
        for (size_t i = 0; i < voters * lanes; i++) {
            yes[i] = p;
            no[i] = 1 - p;
        }
        for (size_t k = 0; k < some; k++) {
            size_t at = game->first[kind + k] * lanes + 2 * k;
            yes[at] = no[at + 1] = 1;
            no[at] = yes[at + 1] = 0;
        }
        ws_votes votes = {.lanes = 2 * some, .stride = lanes, .yes = yes, .no = no, .holds = holds};
        ws__count_ops()->ballot(passed, passed + lanes, ballot, &votes, scratch);
        for (size_t k = 0; k < some; k++) {
            const double *in = passed + 2 * k, *out_no = in + lanes;
            double moved = in[0] < 0.5 ? in[0] - in[1] : out_no[1] - out_no[0];
            out[kind + k] = moved > 0 ? moved : 0;
            *pass = p * in[0] + (1 - p) * in[1];
        }
    }
    return true;
}

static void swing_task(void *context, size_t task, unsigned worker)
{
    tree_game *game = context;
    (void)worker;
    game->failed[task] =
        !swing_at(game->values + task * game->kind_count, &game->passes[task], game, game->points[task]);
}

/* ---- Players alike ---- */

/* What a player weighs in a body; 0: nothing, or no member. */
static uint64_t weight_in(const ws_tally *tally, size_t voter)
{
    for (size_t i = 0; i < tally->seat_count; i++)
        if (tally->seats[i].voter == voter)
            return tally->seats[i].weight;
    return 0;
}

static bool are_alike(const ws_ballot *ballot, size_t one, size_t other)
{
    for (size_t b = 0; b < ballot->body_count; b++)
        if (weight_in(ballot->bodies[b], one) != weight_in(ballot->bodies[b], other))
            return false;
    return true;
}

/* Kinds of players, and each player's; players nobody asks are SIZE_MAX. */
static size_t find_kinds(size_t *first, size_t *kind_of, const ws_ballot *ballot)
{
    size_t kinds = 0;
    for (size_t v = 0; v < ballot->voter_count; v++) {
        kind_of[v] = SIZE_MAX;
        for (size_t k = 0; ballot->asked[v] && k < kinds && kind_of[v] == SIZE_MAX; k++)
            if (are_alike(ballot, first[k], v))
                kind_of[v] = k;
        if (ballot->asked[v] && kind_of[v] == SIZE_MAX) {
            kind_of[v] = kinds;
            first[kinds++] = v;
        }
    }
    return kinds;
}

/* ---- The whole ---- */

/* Bodies with every member one player, blocs too. */
static ws_status compile_game(ws_ballot **out, const ws_case *c, const ws_party *party, ws_arena *arena,
                              ws_diag *diag)
{
    const ws_domestic *home = party->domestic;
    const ws_tally **tallies = WS_NEW_MANY(arena, home->body_count + 1, const ws_tally *);
    if (!tallies)
        return WS_LIMIT;
    for (size_t b = 0; b < home->body_count; b++) {
        ws_tally weighed = {0}, *tally = NULL;
        const char *who = ws__format_text(arena, "institution '%s'", home->bodies[b].key);
        WS_TRY(ws__weigh_body(&weighed, c, &home->bodies[b], home->actors, who, arena, diag));
        ws_seat *seats = WS_NEW_MANY(arena, weighed.seat_count + 1, ws_seat);
        if (!seats)
            return WS_LIMIT;
        for (size_t i = 0; i < weighed.seat_count; i++)
            seats[i] = (ws_seat){weighed.seats[i].voter, weighed.seats[i].weight, false, 1};
        WS_TRY(ws__build_tally(&tally, weighed.seat_count, seats, weighed.quota, who, arena, diag));
        tallies[b] = tally;
    }
    const char *who = ws__format_text(arena, "party '%s'", party->key);
    return ws__compile_ballot(out, home->ratification, home->body_count, tallies, home->actor_count, NULL,
                              who, arena, diag);
}

static ws_status measure_points(tree_game *game, size_t count, double *weights, const ws_run *run,
                                ws_arena *arena)
{
    double *points = WS_NEW_MANY(arena, count + 1, double);
    game->points = points;
    game->values = WS_NEW_MANY(arena, (count + 1) * (game->kind_count + 1), double);
    game->passes = WS_NEW_MANY(arena, count + 1, double);
    game->failed = WS_NEW_MANY(arena, count + 1, bool);
    if (!points || !game->values || !game->passes || !game->failed)
        return WS_LIMIT;
    ws__gauss_legendre(points, weights, count);
    points[count] = 0.5; /* Penrose's */
    ws_status status = ws__run_tasks(run, "orders of voting", count + 1, swing_task, game, NULL);
    for (size_t i = 0; i <= count && status == WS_OK; i++)
        status = game->failed[i] ? WS_LIMIT : WS_OK;
    return status;
}

static bool fill_tree(ws_power *power, const tree_game *game, const size_t *kind_of, size_t points,
                      const double *weights, ws_arena *arena)
{
    size_t kinds = game->kind_count;
    double *shapley = WS_NEW_MANY(arena, kinds + 1, double), sum = 0;
    const double *swings = game->values + points * kinds;
    if (!shapley)
        return false;
    for (size_t i = 0; i < points; i++)
        for (size_t k = 0; k < kinds; k++)
            shapley[k] += weights[i] * game->values[i * kinds + k];
    for (size_t v = 0; v < power->count; v++)
        sum += kind_of[v] == SIZE_MAX ? 0 : swings[kind_of[v]];
    double winning = game->passes[points];
    power->winning_share = winning;
    if (power->count <= 50)
        power->winning = ws__format_text(arena, "%.0f", nearbyint(winning * exp2((double)power->count)));
    const struct {
        ws_power_index index;
        const double *values;
        double by;
    } rows[] = {{WS_POWER_PENROSE, swings, 1},
                {WS_POWER_BANZHAF, swings, sum > 0 ? 1 / sum : 0},
                {WS_POWER_SHAPLEY_SHUBIK, shapley, 1},
                {WS_POWER_COLEMAN_PREVENT, swings, winning > 0 ? 0.5 / winning : 0},
                {WS_POWER_COLEMAN_INITIATE, swings, winning < 1 ? 0.5 / (1 - winning) : 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!ws__spread_power(power, rows[i].index, rows[i].values, rows[i].by, kind_of, arena))
            return false;
    return true;
}

static ws_status measure_tree(ws_power *power, const ws_case *c, size_t party, const ws_run *run,
                              ws_arena *arena, ws_diag *diag)
{
    const ws_domestic *home = c->shape->parties[party].domestic;
    ws_ballot *ballot = NULL;
    WS_TRY(compile_game(&ballot, c, &c->shape->parties[party], arena, diag));
    size_t voters = ballot->voter_count, players = 0;
    size_t *first = WS_NEW_MANY(arena, voters + 1, size_t), *kind_of = WS_NEW_MANY(arena, voters + 1, size_t);
    size_t *shown = WS_NEW_MANY(arena, voters + 1, size_t);
    const char **keys = WS_NEW_MANY(arena, voters + 1, const char *);
    const char **titles = WS_NEW_MANY(arena, voters + 1, const char *);
    double *weights = WS_NEW_MANY(arena, voters + 1, double);
    if (!first || !kind_of || !shown || !keys || !titles || !weights)
        return WS_LIMIT;
    tree_game game = {.ballot = ballot, .first = first, .kind_count = find_kinds(first, kind_of, ballot)};
    for (size_t v = 0; v < voters; v++)
        if (ballot->asked[v]) {
            keys[players] = ws__copy_text(arena, home->actors[v].key);
            titles[players] = ws__copy_text(arena, home->actors[v].name);
            shown[players++] = kind_of[v];
        }
    *power = (ws_power){.name = ws__copy_text(arena, c->shape->parties[party].key),
                        .title = ws__copy_text(arena, c->shape->parties[party].name),
                        .count = players,
                        .players = keys,
                        .titles = titles,
                        .quota = NAN,
                        .total = NAN,
                        .least_to_win = SIZE_MAX,
                        .least_to_block = SIZE_MAX};
    size_t points = (players + 1) / 2;
    WS_TRY(measure_points(&game, points, weights, run, arena));
    return fill_tree(power, &game, shown, points, weights, arena) ? WS_OK : WS_LIMIT;
}

ws_status ws_measure_tree(ws_power **out, const ws_case *c, size_t party, const ws_run *run, ws_diag *diag)
{
    ws_arena *arena = NULL;
    ws_power *power = ws__new_power(&arena);
    if (!power)
        return ws_fail(diag, WS_LIMIT, "no memory to measure power");
    ws_status status = measure_tree(power, c, party, run, arena, diag);
    if (status == WS_OK) {
        *out = power;
        return WS_OK;
    }
    ws_free_power(power);
    return ws_diag_status(diag) == WS_OK && status != WS_INTERRUPTED
               ? ws_fail(diag, status, "no memory to measure the power in a ratification")
               : status;
}
