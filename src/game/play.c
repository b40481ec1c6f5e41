/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a game must be, room for what is computed of it, and which engine computes it. */
#include "game/game.h"
#include "base/diag.h"
#include "game/chain.h"

#include <math.h>
#include <stdlib.h>

enum { TREE_LIMIT = 60000 };

static ws_status check_party(const ws_game *game, size_t p, ws_diag *diag)
{
    double sum = 0;
    for (size_t t = 0; t < game->types[p]; t++) {
        if (!(game->prior[p][t] > 0))
            return ws_fail(diag, WS_INVALID, "party %zu: type %zu has probability %g; expected > 0", p, t,
                           game->prior[p][t]);
        sum += game->prior[p][t];
        if (!(game->discount[p][t] > 0 && game->discount[p][t] <= 1))
            return ws_fail(diag, WS_INVALID, "party %zu: discount %g; expected above 0, at most 1", p,
                           game->discount[p][t]);
        if (!(game->cost[p][t] >= 0 && game->expiry[p][t] >= 0))
            return ws_fail(diag, WS_INVALID, "party %zu: cost of a breakdown %g, of expiry %g; expected >= 0",
                           p, game->cost[p][t], game->expiry[p][t]);
        double all = game->status[p][t] + game->cost[p][t] + game->expiry[p][t] + game->failure[p][t];
        for (size_t x = 0; x < game->offers; x++) {
            double pi = game->deliver[p][t * game->offers + x];
            all += game->utility[p][t * game->offers + x];
            if (!(pi >= 0 && pi <= 1))
                return ws_fail(diag, WS_INVALID, "party %zu delivers offer %zu with probability %g", p, x,
                               pi);
        }
        if (!isfinite(all) || !(game->range[p][t] >= 0))
            return ws_fail(diag, WS_INVALID, "party %zu: type %zu has a utility that is not finite", p, t);
    }
    if (!(fabs(sum - 1) <= 1e-9))
        return ws_fail(diag, WS_INVALID, "party %zu: the probabilities of its types sum to %g; expected 1", p,
                       sum);
    return WS_OK;
}

static ws_status check_game(const ws_game *game, ws_diag *diag)
{
    size_t columns = 0;
    if (game->parties < 2 || game->parties > WS_GAME_PARTIES)
        return ws_fail(diag, WS_LIMIT, "the game is played by 2 to %d parties; here are %zu", WS_GAME_PARTIES,
                       game->parties);
    if (game->rounds < 1 || game->offers < 1)
        return ws_fail(diag, WS_INVALID, "%s",
                       game->rounds < 1 ? "there is no round left to play" : "no deal can be offered");
    for (size_t p = 0; p < game->parties; p++) {
        if (game->types[p] < 1 || game->types[p] > WS_GAME_TYPES)
            return ws_fail(diag, WS_LIMIT, "party %zu has %zu types; the game takes 1 to %d", p,
                           game->types[p], WS_GAME_TYPES);
        columns += game->types[p];
        WS_TRY(check_party(game, p, diag));
    }
    if (columns > WS_GAME_COLUMNS)
        return ws_fail(diag, WS_LIMIT, "the parties have %zu types together; the game takes up to %d",
                       columns, WS_GAME_COLUMNS);
    if (!game->infinite && !(game->rationality > 0 && isfinite(game->rationality)))
        return ws_fail(diag, WS_INVALID, "rationality is %g; expected a number above 0, or infinite",
                       game->rationality);
    if (game->infinite && ws__has_types(game))
        return ws_fail(diag, WS_INVALID,
                       "with private types the limit of infinite rationality is not one answer; "
                       "name a rationality, e.g. --rationality 20");
    for (size_t n = 0; n < game->rounds; n++) {
        double sum = 0;
        if (!(game->hazard[n] >= 0 && game->hazard[n] <= 1))
            return ws_fail(diag, WS_INVALID, "the hazard of round %zu is %g; expected 0 to 1", n + 1,
                           game->hazard[n]);
        for (size_t p = 0; p < game->parties; p++)
            sum += game->proposer[n * game->parties + p];
        if (!(fabs(sum - 1) <= 1e-9))
            return ws_fail(diag, WS_INVALID, "the chances of speaking in round %zu sum to %g; expected 1",
                           n + 1, sum);
    }
    return WS_OK;
}

/* Room for everything; NULL where memory is out. */
static ws_play *new_play(const ws_game *game)
{
    ws_play *play = calloc(1, sizeof *play);
    if (!play)
        return NULL;
    ws__init_arena(&play->arena);
    play->game = game;
    play->combinations = 1;
    for (size_t p = 0; p < game->parties; p++) {
        play->columns += game->types[p];
        play->combinations *= game->types[p];
    }
    size_t c = play->combinations, cn = c * game->rounds, k = game->offers;
    play->weight = WS_NEW_MANY(&play->arena, c, double);
    play->value = WS_NEW_MANY(&play->arena, play->columns, double);
    play->deal = WS_NEW_MANY(&play->arena, cn * game->classes, double);
    play->failed = WS_NEW_MANY(&play->arena, cn, double);
    play->walk = WS_NEW_MANY(&play->arena, cn * game->parties, double);
    play->outside = WS_NEW_MANY(&play->arena, cn, double);
    play->expiry = WS_NEW_MANY(&play->arena, c, double);
    play->reach = WS_NEW_MANY(&play->arena, cn, double);
    play->agree = WS_NEW_MANY(&play->arena, cn, double);
    play->made = WS_NEW_MANY(&play->arena, game->rounds * k, double);
    play->dealt = WS_NEW_MANY(&play->arena, game->rounds * k, double);
    bool ok = play->weight && play->value && play->deal && play->failed && play->walk && play->outside &&
              play->expiry && play->reach && play->agree && play->made && play->dealt;
    for (size_t p = 0; ok && p < game->parties; p++) {
        ws_first *first = &play->first[p];
        size_t types = game->types[p];
        first->chosen = WS_NEW_MANY(&play->arena, types * (k + 1), double);
        first->accept = WS_NEW_MANY(&play->arena, k, double);
        first->deliver = WS_NEW_MANY(&play->arena, k, double);
        first->worth = WS_NEW_MANY(&play->arena, types * k, double);
        first->posterior = WS_NEW_MANY(&play->arena, types * k, double);
        first->accepts = WS_NEW_MANY(&play->arena, c * k, double);
        first->delivers = WS_NEW_MANY(&play->arena, c * k, double);
        ok = first->chosen && first->accept && first->deliver && first->worth && first->posterior &&
             first->accepts && first->delivers;
    }
    for (size_t at = 0; ok && at < c; at++) {
        play->weight[at] = 1;
        for (size_t p = 0; p < game->parties; p++)
            play->weight[at] *= game->prior[p][ws__type_in(game, at, p)];
    }
    if (ok)
        return play;
    ws__free_play(play);
    return NULL;
}

void ws__free_play(ws_play *play)
{
    if (!play)
        return;
    ws__free_arena(&play->arena);
    free(play);
}

/* Averages of the first round's offers over types, from the odds given types. */
static void average_first(ws_play *play)
{
    const ws_game *game = play->game;
    size_t k = game->offers;
    for (size_t p = 0; p < game->parties; p++) {
        ws_first *first = &play->first[p];
        if (!(first->probability > 0))
            continue;
        for (size_t x = 0; x < k; x++) {
            double signed_ = 0, delivered = 0, made = 0;
            for (size_t t = 0; t < game->types[p]; t++)
                made += game->prior[p][t] * first->chosen[t * (k + 1) + x];
            for (size_t t = 0; t < game->types[p]; t++) /* never chosen (infinite): the belief stays */
                first->posterior[x * game->types[p] + t] =
                    made > 0 ? game->prior[p][t] * first->chosen[t * (k + 1) + x] / made : game->prior[p][t];
            for (size_t c = 0; c < play->combinations; c++) {
                size_t t = ws__type_in(game, c, p);
                double w = play->weight[c] / game->prior[p][t] * first->posterior[x * game->types[p] + t];
                signed_ += w * first->accepts[c * k + x];
                delivered += w * first->delivers[c * k + x];
            }
            first->accept[x] = signed_;
            first->deliver[x] = signed_ > 0 ? delivered / signed_ : 0;
        }
    }
}

ws_method ws__choose_method(const ws_game *game, const ws_game_options *options)
{
    uint64_t limit = options->tree_limit ? options->tree_limit : TREE_LIMIT;
    if (!ws__has_types(game) && (options->method == WS_METHOD_AUTO || game->infinite))
        return WS_METHOD_PERFECT;
    if (options->method != WS_METHOD_AUTO)
        return options->method;
    return ws__count_tree_actions(game, limit) <= limit ? WS_METHOD_TREE : WS_METHOD_GRID;
}

ws_status ws__solve_game(ws_play **out, const ws_game *game, const ws_game_options *options,
                         const ws_run *run, ws_diag *diag)
{
    static const ws_game_options defaults = {0};
    options = options ? options : &defaults;
    WS_TRY(check_game(game, diag));
    ws_method method = ws__choose_method(game, options);
    if (method == WS_METHOD_PERFECT && ws__has_types(game))
        return ws_fail(diag, WS_USAGE, "a party has private types: the method is tree or grid");
    ws_play *play = new_play(game);
    if (!play)
        return ws_fail(diag, WS_LIMIT, "no memory for the odds of %zu offers in %zu rounds", game->offers,
                       game->rounds);
    play->how.method = method;
    ws_status status = method == WS_METHOD_PERFECT ? ws__solve_perfect(play, options, run, diag)
                       : method == WS_METHOD_TREE  ? ws__solve_tree(play, options, run, diag)
                                                   : ws__solve_grid(play, options, run, diag);
    if (status != WS_OK) {
        ws__free_play(play);
        return status;
    }
    average_first(play);
    *out = play;
    return WS_OK;
}
