/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plays talks by the rules, one draw a decision, and compares how they end with the computed odds. Talk
 * number i uses stream i of the random numbers: the same talks whatever else is drawn. */
#include "game/playout.h"

#include "base/diag.h"
#include "base/random.h"
#include "base/tasks.h"

#include <math.h>

#define COMMON 10 /* expected talks (of an end and of its absence) from which on it is compared */

typedef struct ends {
    size_t width; /* of a round: classes, failed, outside, walk by party */
    size_t count; /* rounds * width + 1: expiry */
    double *odds, *sum, *square;
} ends;

static bool make_ends(ends *out, ws_arena *arena, const ws_play *play)
{
    const ws_game *game = play->game;
    out->width = game->classes + 2 + game->parties;
    out->count = game->rounds * out->width + 1;
    out->odds = WS_NEW_MANY(arena, out->count, double);
    out->sum = WS_NEW_MANY(arena, out->count, double);
    out->square = WS_NEW_MANY(arena, out->count, double);
    if (!out->odds || !out->sum || !out->square)
        return false;
    for (size_t c = 0; c < play->combinations; c++) {
        double w = play->weight[c];
        for (size_t n = 0; n < game->rounds; n++) {
            size_t at = c * game->rounds + n;
            double *odds = out->odds + n * out->width;
            for (size_t k = 0; k < game->classes; k++)
                odds[k] += w * play->deal[at * game->classes + k];
            odds[game->classes] += w * play->failed[at];
            odds[game->classes + 1] += w * play->outside[at];
            for (size_t p = 0; p < game->parties; p++)
                odds[game->classes + 2 + p] += w * play->walk[at * game->parties + p];
        }
        out->odds[out->count - 1] += w * play->expiry[c];
    }
    return true;
}

/* A position drawn from `count` probabilities. */
static size_t draw_from(const double *chance, size_t count, double draw)
{
    size_t at = 0;
    for (; at + 1 < count && draw >= chance[at]; at++)
        draw -= chance[at];
    return at;
}

/* What a signed deal comes to. */
static size_t ratify(const ws_game *game, const size_t *type, size_t x, uint32_t signers, ws_random *random)
{
    uint32_t who = 0;
    for (size_t p = 0; p < game->parties; p++)
        if ((signers >> p) & 1U && ws__draw_uniform(random) < game->deliver[p][type[p] * game->offers + x])
            who |= UINT32_C(1) << p;
    return ws__agrees(game->rules[game->rule_of[x]], who) ? game->class_of[x] : game->classes;
}

static double shaken(const ws_player *player, ws_random *random)
{
    double draw = ws__draw_uniform(random);
    if (player->shake)
        player->shake(player->state, ws__draw_uniform(random));
    return draw;
}

/* One talk; gives its end, as a position among all ends. */
static size_t play_talk(const ws_game *game, const ws_chain *chains, const ws_player *player, size_t width,
                        ws_random *random)
{
    size_t type[WS_GAME_PARTIES];
    for (size_t p = 0; p < game->parties; p++)
        type[p] = draw_from(game->prior[p], game->types[p], ws__draw_uniform(random));
    player->begin(player->state);
    for (size_t n = 0; n < game->rounds; n++) {
        size_t base = n * width;
        if (ws__draw_uniform(random) < game->hazard[n])
            return base + game->classes + 1;
        size_t i = draw_from(game->proposer + n * game->parties, game->parties, ws__draw_uniform(random));
        size_t x = player->offer(player->state, n, i, type[i], shaken(player, random));
        ws_next next = x == game->offers ? ws__after_walk(game, i) : (ws_next){WS_AFTER_TURN, 0};
        if (next.kind == WS_AFTER_WALK)
            return base + game->classes + 2 + i;
        if (next.kind == WS_AFTER_TURN) {
            const ws_chain *chain = &chains[i * game->rule_count + game->rule_of[x]];
            next = chain->root;
            while (next.kind == WS_AFTER_TURN) {
                const ws_turn *turn = &chain->turns[next.at];
                bool yes = player->answer(player->state, n, i, x, next.at, type[turn->actor],
                                          shaken(player, random));
                next = turn->answer[yes ? 0 : 1];
            }
        }
        if (next.kind == WS_AFTER_SIGNED)
            return base + ratify(game, type, x, next.at, random);
        if (player->shake)
            player->shake(player->state, ws__draw_uniform(random));
        if (player->next)
            player->next(player->state);
    }
    return game->rounds * width;
}

ws_status ws__play_out(ws_play *play, const ws_chain *chains, const ws_player *player, uint64_t count,
                       uint64_t seed, const ws_run *run, ws_diag *diag)
{
    WS_SCRATCH(arena);
    ends all;
    double started = ws__now(), worst = 0;
    if (!make_ends(&all, &arena, play))
        return ws_fail(diag, WS_LIMIT, "no memory for the play-out");
    for (uint64_t i = 0; i < count; i++) {
        ws_random random = ws__new_random(seed, i);
        if (i % 256 == 0)
            WS_TRY(ws__should_stop(run, started));
        size_t end = play_talk(play->game, chains, player, all.width, &random);
        double weight = player->weight ? player->weight(player->state) : 1;
        all.sum[end] += weight;
        all.square[end] += weight * weight;
    }
    double n = (double)count;
    for (size_t i = 0; i < all.count; i++) {
        double mean = all.sum[i] / n, p = all.odds[i],
               deviation = sqrt(fmax(all.square[i] / n - mean * mean, p * (1 - p)) / n);
        if (n * p < COMMON || n * (1 - p) < COMMON)
            continue;
        double off = fabs(mean - p) / deviation;
        worst = off > worst ? off : worst;
    }
    play->how.playouts = count;
    play->how.playout_errors = worst;
    return WS_OK;
}
