/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A weighted body as a game, its power indices, and the numbers that go with them. */
#include "analysis/power.h"

#include "base/diag.h"
#include "base/dispatch.h"
#include "case/model.h"
#include "space/votes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *ws_power_key(ws_power_index index)
{
    static const char *const keys[] = {
#define POWER_KEY(name, key) key,
        WS_POWERS(POWER_KEY)
#undef POWER_KEY
    };
    return index < WS_POWER_COUNT ? keys[index] : "";
}

extern const ws_array_ops ws__array_ops_baseline;
#if defined(__x86_64__)
extern const ws_array_ops ws__array_ops_avx2, ws__array_ops_avx512;
#endif

const ws_array_ops *ws__array_ops(void)
{
    switch (ws__choose_isa()) {
#if defined(__x86_64__)
    case WS_ISA_AVX512:
        return &ws__array_ops_avx512;
    case WS_ISA_AVX2:
        return &ws__array_ops_avx2;
#endif
    default:
        return &ws__array_ops_baseline;
    }
}

/* ---- Results and their memory ---- */

typedef struct owned_power {
    ws_power power;
    ws_arena arena;
} owned_power;

ws_power *ws__new_power(ws_arena **arena)
{
    owned_power *owned = calloc(1, sizeof *owned);
    if (!owned)
        return NULL;
    *arena = &owned->arena;
    return &owned->power;
}

void ws_free_power(ws_power *power)
{
    if (!power)
        return;
    owned_power *owned = (owned_power *)(void *)power;
    ws__free_arena(&owned->arena);
    free(owned);
}

static ws_status no_memory(ws_diag *diag)
{
    return ws_fail(diag, WS_LIMIT, "no memory to measure power");
}

/* ---- The game in whole numbers ---- */

static int compare_weights(const void *one, const void *other)
{
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return a < b ? 1 : a > b ? -1 : 0;
}

/* Sorts weights into kinds; `kind_of` [count] tells each player's, SIZE_MAX for an idle one. */
static bool make_game(ws_weighted *game, size_t *kind_of, size_t count, const uint64_t *weights,
                      uint64_t quota, ws_arena *arena)
{
    uint64_t *sorted = WS_NEW_MANY(arena, count + 1, uint64_t);
    size_t *kinds = WS_NEW_MANY(arena, count + 2, size_t);
    if (!sorted || !kinds)
        return false;
    *game = (ws_weighted){.weights = sorted, .kinds = kinds, .quota = quota};
    for (size_t i = 0; i < count; i++) {
        sorted[i] = weights[i];
        game->idle += weights[i] == 0;
        game->total += weights[i];
    }
    qsort(sorted, count, sizeof *sorted, compare_weights);
    game->count = count - game->idle;
    for (size_t i = 0; i < game->count; i++)
        if (i == 0 || sorted[i] != sorted[i - 1])
            kinds[game->kind_count++] = i;
    kinds[game->kind_count] = game->count;
    for (size_t i = 0; i < count; i++) {
        kind_of[i] = SIZE_MAX;
        for (size_t kind = 0; kind < game->kind_count; kind++)
            if (sorted[kinds[kind]] == weights[i])
                kind_of[i] = kind;
    }
    return true;
}

/* Heaviest first until the quota is met; or until those outside cannot meet it. */
static void count_least(ws_power *power, const ws_weighted *game)
{
    uint64_t inside = 0;
    power->least_to_win = power->least_to_block = SIZE_MAX;
    for (size_t j = 0; j < game->count; j++) {
        inside += game->weights[j];
        if (power->least_to_win == SIZE_MAX && inside >= game->quota)
            power->least_to_win = j + 1;
        if (power->least_to_block == SIZE_MAX && game->total - inside < game->quota)
            power->least_to_block = j + 1;
    }
}

/* ---- Indices ---- */

/* What is measured, by kind. */
typedef struct measures {
    double *swings, *shapley, *holler, *deegan_packel, *johnston, minimal;
} measures;

static ws_status check_size(const ws_weighted *game, const char *who, ws_diag *diag)
{
    size_t players = game->count + game->idle;
    if (players > WS_MOST_PLAYERS)
        return ws_fail(diag, WS_LIMIT, "%s has %zu members; power is measured for at most %d", who, players,
                       (int)WS_MOST_PLAYERS);
    if (game->count > WS_FEW_PLAYERS && (double)game->count * (double)game->quota > WS_MOST_POWER_STEPS)
        return ws_fail(diag, WS_LIMIT,
                       "%s: %zu members at a quota of %.0f (weights over their common divisor) make %.3g "
                       "steps; power is measured up to %.0e, or for at most %d members",
                       who, game->count, (double)game->quota, (double)game->count * (double)game->quota,
                       WS_MOST_POWER_STEPS, (int)WS_FEW_PLAYERS);
    return WS_OK;
}

static ws_status measure_game(measures *m, ws_power *power, const ws_weighted *game, const ws_run *run,
                              ws_arena *arena)
{
    size_t kinds = game->kind_count;
    double *rows = WS_NEW_MANY(arena, 5 * (kinds + 1), double);
    if (!rows)
        return WS_LIMIT;
    *m = (measures){rows, rows + kinds, rows + 2 * kinds, rows + 3 * kinds, rows + 4 * kinds, 0};
    if ((double)game->count * (double)game->quota > WS_MOST_POWER_STEPS) {
        double winning;
        WS_TRY(ws__enumerate_power(m->swings, m->shapley, m->holler, m->deegan_packel, m->johnston,
                                   &m->minimal, &winning, game, run, arena));
        power->winning_share = winning / exp2((double)game->count);
        power->winning = game->idle ? NULL : ws__format_text(arena, "%.0f", winning);
        return WS_OK;
    }
    power->winning = ws__count_winning(&power->winning_share, game, arena);
    if (!power->winning)
        return WS_LIMIT;
    WS_TRY(ws__count_swings(m->swings, game, arena));
    WS_TRY(ws__measure_shapley(m->shapley, game, run, arena));
    WS_TRY(ws__measure_minimal(m->holler, m->deegan_packel, &m->minimal, game, run, arena));
    return ws__measure_johnston(m->johnston, game, run, arena);
}

bool ws__spread_power(ws_power *power, ws_power_index index, const double *values, double by,
                      const size_t *kind_of, ws_arena *arena)
{
    double *out = WS_NEW_MANY(arena, power->count + 1, double);
    for (size_t i = 0; out && i < power->count; i++)
        out[i] = kind_of[i] == SIZE_MAX ? 0 : values[kind_of[i]] * by;
    power->indices[index] = out;
    return out;
}

static double sum_players(const double *values, size_t count, const size_t *kind_of)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += kind_of[i] == SIZE_MAX ? 0 : values[kind_of[i]];
    return sum;
}

static double share_of(double sum)
{
    return sum > 0 ? 1 / sum : 0;
}

static bool spread_all(ws_power *power, const measures *m, const ws_weighted *game, const size_t *kind_of,
                       ws_arena *arena)
{
    size_t n = power->count;
    double all = exp2((double)game->count), winning = power->winning_share * all;
    double losing = (1 - power->winning_share) * all;
    return ws__spread_power(power, WS_POWER_PENROSE, m->swings, 2 / all, kind_of, arena) &&
           ws__spread_power(power, WS_POWER_BANZHAF, m->swings, share_of(sum_players(m->swings, n, kind_of)),
                            kind_of, arena) &&
           ws__spread_power(power, WS_POWER_SHAPLEY_SHUBIK, m->shapley, 1, kind_of, arena) &&
           ws__spread_power(power, WS_POWER_DEEGAN_PACKEL, m->deegan_packel, share_of(m->minimal), kind_of,
                            arena) &&
           ws__spread_power(power, WS_POWER_JOHNSTON, m->johnston,
                            share_of(sum_players(m->johnston, n, kind_of)), kind_of, arena) &&
           ws__spread_power(power, WS_POWER_HOLLER, m->holler, share_of(sum_players(m->holler, n, kind_of)),
                            kind_of, arena) &&
           ws__spread_power(power, WS_POWER_COLEMAN_PREVENT, m->swings, share_of(winning), kind_of, arena) &&
           ws__spread_power(power, WS_POWER_COLEMAN_INITIATE, m->swings, share_of(losing), kind_of, arena);
}

/* Measures a body that is weighed already; players' names are set by the caller. */
static ws_status measure_body(ws_power *power, size_t count, const uint64_t *weights, uint64_t quota,
                              const char *who, const ws_run *run, ws_arena *arena, ws_diag *diag)
{
    ws_weighted game;
    measures m;
    size_t *kind_of = WS_NEW_MANY(arena, count + 1, size_t);
    if (!kind_of || !make_game(&game, kind_of, count, weights, quota, arena))
        return no_memory(diag);
    power->count = count;
    if (quota == 0 || quota > game.total)
        return ws_fail(diag, WS_INVALID,
                       "%s: a quota of %.0f; expected more than 0 and at most the total weight, %.0f", who,
                       (double)quota, (double)game.total);
    WS_TRY(check_size(&game, who, diag));
    count_least(power, &game);
    ws_status status = measure_game(&m, power, &game, run, arena);
    if (status == WS_LIMIT)
        return ws_fail(diag, status, "%s: no memory or time to measure the power of %zu members", who, count);
    if (status != WS_OK)
        return status;
    return spread_all(power, &m, &game, kind_of, arena) ? WS_OK : no_memory(diag);
}

/* ---- From numbers ---- */

static bool name_players(ws_power *power, size_t count, const char *const *players, ws_arena *arena)
{
    const char **keys = WS_NEW_MANY(arena, count + 1, const char *);
    for (size_t i = 0; keys && i < count; i++) {
        keys[i] = players ? ws__copy_text(arena, players[i]) : ws__format_text(arena, "%zu", i + 1);
        if (!keys[i])
            return false;
    }
    power->players = power->titles = keys;
    return keys;
}

ws_status ws_measure_power(ws_power **out, size_t count, const char *const *players, const double *weights,
                           double quota, const ws_run *run, ws_diag *diag)
{
    owned_power *owned = calloc(1, sizeof *owned);
    uint64_t *whole = owned ? WS_NEW_MANY(&owned->arena, count + 1, uint64_t) : NULL;
    double *written = owned ? WS_NEW_MANY(&owned->arena, count + 1, double) : NULL;
    if (!whole || !written || !name_players(&owned->power, count, players, &owned->arena)) {
        ws_free_power(owned ? &owned->power : NULL);
        return no_memory(diag);
    }
    ws_power *power = &owned->power;
    ws_tally tally = {0};
    ws_status status = WS_OK;
    if (count == 0)
        status = ws_fail(diag, WS_INVALID, "there are no weights");
    else if (!(quota > 0))
        status = ws_fail(diag, WS_INVALID, "the quota is %.15g; expected a number above 0", quota);
    if (status == WS_OK)
        status =
            ws__weigh_numbers(&tally, whole, count, weights, WS_RULE_QUOTA, quota, false, "the body", diag);
    if (status == WS_OK)
        status = measure_body(power, count, whole, tally.quota, "the body", run, &owned->arena, diag);
    if (status != WS_OK) {
        ws_free_power(power);
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        written[i] = weights[i];
        power->total += weights[i];
    }
    power->weights = written;
    power->quota = tally.written_quota;
    *out = power;
    return WS_OK;
}

/* ---- From a case ---- */

static ws_status fill_institution(ws_power *power, const ws_case *c, const ws_domestic *home, size_t at,
                                  const ws_run *run, ws_arena *arena, ws_diag *diag)
{
    const ws_body *body = &home->bodies[at];
    const char *who = ws__format_text(arena, "institution '%s'", body->key);
    ws_tally tally = {0};
    WS_TRY(ws__weigh_body(&tally, c, body, home->actors, who, arena, diag));
    size_t n = tally.seat_count;
    uint64_t *weights = WS_NEW_MANY(arena, n + 1, uint64_t);
    double *written = WS_NEW_MANY(arena, n + 1, double);
    const char **keys = WS_NEW_MANY(arena, n + 1, const char *);
    const char **titles = WS_NEW_MANY(arena, n + 1, const char *);
    if (!weights || !written || !keys || !titles)
        return no_memory(diag);
    for (size_t i = 0; i < n; i++) {
        const ws_actor *actor = &home->actors[tally.seats[i].voter];
        weights[i] = tally.seats[i].weight;
        written[i] = ws__written_weight(&tally, (double)weights[i]);
        keys[i] = ws__copy_text(arena, actor->key);
        titles[i] = ws__copy_text(arena, actor->name);
    }
    *power = (ws_power){.name = ws__copy_text(arena, body->key),
                        .title = ws__copy_text(arena, body->name),
                        .players = keys,
                        .titles = titles,
                        .weights = written,
                        .quota = tally.written_quota,
                        .total = ws__written_weight(&tally, (double)tally.total)};
    return measure_body(power, n, weights, tally.quota, who, run, arena, diag);
}

ws_status ws_measure_institution(ws_power **out, const ws_case *c, size_t party, size_t institution,
                                 const ws_run *run, ws_diag *diag)
{
    const ws_domestic *home = c->shape->parties[party].domestic;
    owned_power *owned = calloc(1, sizeof *owned);
    if (!owned)
        return no_memory(diag);
    ws_status status = fill_institution(&owned->power, c, home, institution, run, &owned->arena, diag);
    if (status != WS_OK) {
        ws_free_power(&owned->power);
        return status;
    }
    *out = &owned->power;
    return WS_OK;
}
