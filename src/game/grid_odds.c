/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Odds on the grid of beliefs: probability mass of each combination of types moves forward through the stages
 * of each round. What a policy brings to a belief between nodes is laid on the nodes with the weights that
 * interpolated the values there, so odds and values tell of the same play and sum to 1 exactly. Offers are
 * shared out in a fixed number of parts whose sums are added in order: the same bytes for any threads. */
#include "game/grid.h"
#include "game/lanes.h"
#include "game/logit.h"
#include "game/playout.h"
#include "base/diag.h"
#include "base/tasks.h"

#include <string.h>

enum {
    PARTS = 8,
    WIDEST = 16 /* most combinations: three axes of beliefs make at most 4 * 4 */
};
#define NOTHING 1e-18 /* mass not worth carrying */

/* What one part of the offers brings. */
typedef struct offers_part {
    ws_arena arena;
    double *agree, *failed, *expiry;    /* [combinations] */
    double *deal;                       /* [combinations][classes] */
    double *end[1U << WS_GAME_PARTIES]; /* [points][combinations] where the round ended, by who had moved */
    double *at_turn[WS_CHAIN_TURNS];    /* [points][combinations] */
    double *taken;                      /* [points][answers][types] chances at a turn */
    double *after, *complement;         /* [points][answers] two types: the answerer's belief after it */
    bool memory;                        /* it ran out */
} offers_part;

typedef struct carry {
    ws_play *play;
    ws_grid *grid;
    size_t round, proposer, width; /* width: combinations */
    double share;                  /* that talks go on and this party speaks */
    const ws_lane_ops *ops;
    const double *mass; /* [points of the round's beginning][combinations] */
    uint8_t *type;      /* [combinations][parties] */
    offers_part *parts;
} carry;

static bool worth_carrying(const double *mass, size_t width)
{
    double sum = 0;
    for (size_t c = 0; c < width; c++)
        sum += fabs(mass[c]);
    return sum > NOTHING;
}

/* Position in domain `to` of point `at` of domain `from`, party q at its first node. */
static size_t lift(const ws_grid *grid, uint32_t from, uint32_t to, size_t at, size_t q)
{
    const ws_domain *a = &grid->domains[from], *b = &grid->domains[to];
    size_t out = 0;
    for (size_t p = 0; p < grid->game->parties; p++) {
        size_t digit = at / a->stride[p] % a->points[p];
        out += p == q || b->points[p] == 1 ? 0 : digit * b->stride[p];
    }
    return out;
}

static const ws_belief *belief_at(const ws_grid *grid, uint32_t domain, size_t at, size_t p)
{
    const ws_domain *d = &grid->domains[domain];
    return ws__grid_belief(grid, domain, p, at / d->stride[p] % d->points[p]);
}

/* Lays `mass` [width] that party q's action carried from point `at` of `from` on the nodes of `to`; `after`:
 * the belief about it then. */
static void lay(double *to_mass, const carry *go, uint32_t from, uint32_t to, size_t at, size_t q,
                const ws_belief *after, const double *mass)
{
    const ws_grid *grid = go->grid;
    size_t types = grid->game->types[q], base = lift(grid, from, to, at, q);
    ws_stencil stencil = {.count = 1, .at = {0}, .w = {1}};
    if (types > 1)
        ws__place_belief(&stencil, NULL, &grid->axis, after, types);
    for (size_t i = 0; i < stencil.count; i++) {
        double *out = to_mass + (base + stencil.at[i] * grid->domains[to].stride[q]) * go->width;
        for (size_t c = 0; c < go->width; c++)
            out[c] += stencil.w[i] * mass[c];
    }
}

/* A table of the part, made when first needed. */
static double *table_of(offers_part *part, double **slot, size_t size)
{
    if (!*slot)
        *slot = WS_NEW_MANY(&part->arena, size, double);
    part->memory = part->memory || !*slot;
    return *slot;
}

/* The round ended after party q's action: the next begins, or time is out. `scale` by combination. */
static void take_round_end(const carry *go, offers_part *part, uint32_t from, uint32_t set, size_t at,
                           size_t q, const ws_belief *after, const double *mass, const double *scale)
{
    const ws_grid *grid = go->grid;
    double scaled[WIDEST];
    uint32_t to = go->round > 0 ? grid->all : set;
    for (size_t c = 0; c < go->width; c++)
        scaled[c] = mass[c] * scale[c];
    if (go->round + 1 == grid->game->rounds) {
        for (size_t c = 0; c < go->width; c++)
            part->expiry[c] += scaled[c];
        return;
    }
    double *table = table_of(part, &part->end[to], grid->domains[to].total * go->width);
    if (table)
        lay(table, go, from, to, at, q, after, scaled);
}

static void take_signed(const carry *go, offers_part *part, size_t x, uint32_t signers, const double *mass,
                        const double *scale)
{
    const ws_game *game = go->grid->game;
    ws_play *play = go->play;
    size_t k = game->offers;
    for (size_t c = 0; c < go->width; c++) {
        double pi[WS_GAME_PARTIES], m = mass[c] * scale[c];
        for (size_t p = 0; p < game->parties; p++)
            pi[p] = game->deliver[p][go->type[c * game->parties + p] * k + x];
        double held = ws__deliver_chance(game->rules[game->rule_of[x]], game->parties, signers, pi);
        part->agree[c] += m;
        part->deal[c * game->classes + game->class_of[x]] += m * held;
        part->failed[c] += m * (1 - held);
        play->dealt[go->round * k + x] += play->weight[c] * m * held;
        if (go->round == 0) {
            play->first[go->proposer].accepts[c * k + x] += mass[c];
            play->first[go->proposer].delivers[c * k + x] += mass[c] * held;
        }
    }
}

/* Chances of the answers at all points of a turn, and what is then believed of the answerer. */
static void read_answers(offers_part *part, const carry *go, const ws_stage *stage, size_t q)
{
    const ws_grid *grid = go->grid;
    size_t types = grid->game->types[q], total = grid->domains[stage->domain].total;
    memcpy(part->taken, stage->chosen, total * 2 * types * sizeof *stage->chosen);
    go->ops->exp(part->taken, total * 2 * types);
    if (types != 2)
        return;
    for (size_t i = 0; i < 2 * total; i++)
        part->after[i] = belief_at(grid, stage->domain, i / 2, q)->odds[0] + stage->chosen[2 * i] -
                         stage->chosen[2 * i + 1];
    go->ops->logistic(part->after, part->complement, part->after, 2 * total);
}

/* The answers to x, from what lies at its first turn. */
static void carry_answers(const carry *go, offers_part *part, size_t x, const double *scale)
{
    const ws_grid *grid = go->grid;
    const ws_game *game = grid->game;
    const ws_chain *chain = ws__grid_chain(grid, go->proposer, x);
    const ws_stage *stages = grid->rounds[go->round].answer[go->proposer] + x * WS_CHAIN_TURNS;
    for (size_t t = 0; t < chain->count; t++) {
        const ws_turn *turn = &chain->turns[t];
        size_t q = turn->actor, types = game->types[q];
        uint32_t here = stages[t].domain;
        const double *mass = part->at_turn[t];
        double all_signed[2][WIDEST] = {{0}};
        if (!mass)
            continue;
        read_answers(part, go, &stages[t], q);
        for (size_t at = 0; at < grid->domains[here].total; at++) {
            if (!worth_carrying(mass + at * go->width, go->width))
                continue;
            for (size_t a = 0; a < 2; a++) {
                const double *chance = part->taken + (at * 2 + a) * types;
                ws_next next = turn->answer[a];
                double moved[WIDEST];
                for (size_t c = 0; c < go->width; c++)
                    moved[c] = mass[at * go->width + c] * chance[go->type[c * game->parties + q]];
                if (next.kind == WS_AFTER_SIGNED) { /* no belief moves any more */
                    for (size_t c = 0; c < go->width; c++)
                        all_signed[a][c] += moved[c];
                    continue;
                }
                ws_belief after;
                if (types == 2)
                    after.q[0] = part->after[at * 2 + a];
                else
                    ws__posterior(&after, belief_at(grid, here, at, q),
                                  stages[t].chosen + (at * 2 + a) * types, types);
                if (next.kind == WS_AFTER_END)
                    take_round_end(go, part, here, next.at, at, q, &after, moved, scale);
                else if (part->at_turn[next.at])
                    lay(part->at_turn[next.at], go, here, stages[next.at].domain, at, q, &after, moved);
            }
        }
        for (size_t a = 0; a < 2; a++)
            if (turn->answer[a].kind == WS_AFTER_SIGNED)
                take_signed(go, part, x, turn->answer[a].at, all_signed[a], scale);
    }
}

static void carry_offer(const carry *go, offers_part *part, size_t x)
{
    ws_grid *grid = go->grid;
    const ws_game *game = grid->game;
    size_t q = go->proposer, types = game->types[q], actions = game->offers + (game->walk ? 1 : 0);
    const ws_stage *stage = &grid->rounds[go->round].offer[q];
    const ws_stage *stages = grid->rounds[go->round].answer[q] + x * WS_CHAIN_TURNS;
    const ws_chain *chain = ws__grid_chain(grid, q, x);
    double moved[WIDEST], scale[WIDEST], chance[WS_GAME_TYPES], *made = go->play->made;
    ws_belief after;
    bool turns = chain->root.kind == WS_AFTER_TURN;
    for (size_t t = 0; t < chain->count; t++) {
        size_t size = grid->domains[stages[t].domain].total * go->width;
        size_t most = grid->domains[grid->all].total * go->width;
        if (table_of(part, &part->at_turn[t], most))
            memset(part->at_turn[t], 0, size * sizeof(double));
    }
    for (size_t at = 0; at < grid->domains[stage->domain].total; at++) {
        const double *mass = go->mass + at * go->width, *chosen = stage->chosen + (at * actions + x) * types;
        if (!worth_carrying(mass, go->width))
            continue;
        for (size_t t = 0; t < types; t++)
            chance[t] = ws__exp(chosen[t]);
        for (size_t c = 0; c < go->width; c++) {
            double s = go->share * chance[go->type[c * game->parties + q]];
            /* the first round's answers are wanted for every offer, made or not: unit mass, scaled after */
            moved[c] = go->round == 0 ? mass[c] : mass[c] * s;
            scale[c] = go->round == 0 ? s : 1;
            made[go->round * game->offers + x] += go->play->weight[c] * mass[c] * s;
        }
        ws__posterior(&after, belief_at(grid, stage->domain, at, q), chosen, types);
        if (!turns)
            take_round_end(go, part, stage->domain, chain->root.at, at, q, &after, moved, scale);
        else if (part->at_turn[0])
            lay(part->at_turn[0], go, stage->domain, stages[0].domain, at, q, &after, moved);
    }
    if (go->round > 0)
        for (size_t c = 0; c < go->width; c++)
            scale[c] = 1;
    if (turns)
        carry_answers(go, part, x, scale);
}

static void carry_part(void *context, size_t number, unsigned worker)
{
    carry *go = context;
    size_t k = go->grid->game->offers;
    (void)worker;
    for (size_t x = number * k / PARTS; x < (number + 1) * k / PARTS; x++)
        carry_offer(go, &go->parts[number], x);
}

/* Walking out, and how much of the play hangs on offers that can be read in several ways. */
static void carry_walk(const carry *go, offers_part *part)
{
    ws_grid *grid = go->grid;
    const ws_game *game = grid->game;
    ws_play *play = go->play;
    size_t q = go->proposer, types = game->types[q], actions = game->offers + 1;
    const ws_stage *stage = &grid->rounds[go->round].offer[q];
    double moved[WIDEST], one[WIDEST];
    ws_belief after;
    for (size_t at = 0; at < grid->domains[stage->domain].total; at++) {
        const double *mass = go->mass + at * go->width;
        if (!worth_carrying(mass, go->width))
            continue;
        for (size_t c = 0; c < go->width; c++) {
            size_t t = go->type[c * game->parties + q];
            one[c] = 1;
            play->how.ambiguity +=
                play->weight[c] * mass[c] * go->share * grid->rounds[go->round].ambiguous[q][at * types + t];
            if (game->walk)
                moved[c] =
                    mass[c] * go->share * ws__exp(stage->chosen[(at * actions + game->offers) * types + t]);
        }
        if (!game->walk)
            continue;
        if (grid->walk[q].kind == WS_AFTER_END) {
            ws__posterior(&after, belief_at(grid, stage->domain, at, q),
                          stage->chosen + (at * actions + game->offers) * types, types);
            take_round_end(go, part, stage->domain, grid->walk[q].at, at, q, &after, moved, one);
        } else
            for (size_t c = 0; c < go->width; c++)
                play->walk[(c * game->rounds + go->round) * game->parties + q] += moved[c];
    }
}

/* Room for the parts, used again by all rounds; false: memory. */
static bool room_for_parts(offers_part *parts, const carry *go)
{
    const ws_grid *grid = go->grid;
    size_t classes = grid->game->classes, total = grid->domains[grid->all].total, types = 1;
    for (size_t p = 0; p < grid->game->parties; p++)
        types = grid->game->types[p] > types ? grid->game->types[p] : types;
    for (size_t i = 0; i < PARTS; i++) {
        ws_arena *arena = &parts[i].arena;
        parts[i].agree = WS_NEW_MANY(arena, go->width, double);
        parts[i].failed = WS_NEW_MANY(arena, go->width, double);
        parts[i].expiry = WS_NEW_MANY(arena, go->width, double);
        parts[i].deal = WS_NEW_MANY(arena, go->width * classes, double);
        parts[i].taken = WS_NEW_MANY(arena, 2 * total * types, double);
        parts[i].after = WS_NEW_MANY(arena, 2 * total, double);
        parts[i].complement = WS_NEW_MANY(arena, 2 * total, double);
        if (!parts[i].agree || !parts[i].failed || !parts[i].expiry || !parts[i].deal || !parts[i].taken ||
            !parts[i].after || !parts[i].complement)
            return false;
    }
    return true;
}

/* Nothing has been brought yet. */
static void clear_parts(const carry *go)
{
    const ws_grid *grid = go->grid;
    for (size_t i = 0; i < PARTS; i++) {
        offers_part *part = &go->parts[i];
        memset(part->agree, 0, go->width * sizeof *part->agree);
        memset(part->failed, 0, go->width * sizeof *part->failed);
        memset(part->expiry, 0, go->width * sizeof *part->expiry);
        memset(part->deal, 0, go->width * grid->game->classes * sizeof *part->deal);
        for (uint32_t set = 0; set <= grid->all; set++)
            if (part->end[set])
                memset(part->end[set], 0, grid->domains[set].total * go->width * sizeof *part->end[set]);
    }
}

/* Adds the parts up, in order; `next` [whole grid][width]. */
static bool end_parts(const carry *go, double *next)
{
    const ws_grid *grid = go->grid;
    const ws_game *game = grid->game;
    ws_play *play = go->play;
    size_t total = grid->domains[grid->all].total * go->width;
    bool ok = true;
    for (size_t i = 0; i < PARTS; i++) {
        offers_part *part = &go->parts[i];
        for (size_t c = 0; c < go->width; c++) {
            size_t at = c * game->rounds + go->round;
            play->agree[at] += part->agree[c];
            play->failed[at] += part->failed[c];
            play->expiry[c] += part->expiry[c];
            for (size_t j = 0; j < game->classes; j++)
                play->deal[at * game->classes + j] += part->deal[c * game->classes + j];
        }
        for (uint32_t set = 0; set <= grid->all; set++) {
            WS_SCRATCH(arena);
            if (!part->end[set])
                continue;
            const double *wide = ws__expand_table(&arena, grid, part->end[set], set, grid->all, go->width);
            ok = ok && wide;
            for (size_t j = 0; wide && j < total; j++)
                next[j] += wide[j];
        }
        ok = ok && !part->memory;
    }
    return ok;
}

/* One round of all proposers. */
static ws_status carry_round(carry *go, double *next, const ws_run *run, ws_diag *diag)
{
    const ws_game *game = go->grid->game;
    ws_play *play = go->play;
    uint32_t start = go->round == 0 ? 0 : go->grid->all;
    for (size_t at = 0; at < go->grid->domains[start].total; at++)
        for (size_t c = 0; c < go->width; c++) {
            double m = go->mass[at * go->width + c];
            play->reach[c * game->rounds + go->round] += m;
            play->outside[c * game->rounds + go->round] += m * game->hazard[go->round];
        }
    for (size_t q = 0; q < game->parties; q++) {
        double share = game->proposer[go->round * game->parties + q];
        if (!(share > 0))
            continue;
        if (go->round == 0) {
            play->first[q].probability = share;
            size_t k = game->offers, actions = k + (game->walk ? 1 : 0), types = game->types[q];
            for (size_t t = 0; t < types; t++)
                for (size_t a = 0; a < actions; a++)
                    play->first[q].chosen[t * (k + 1) + a] =
                        ws__exp(go->grid->rounds[0].offer[q].chosen[a * types + t]);
        }
        go->proposer = q;
        go->share = share * (1 - game->hazard[go->round]);
        clear_parts(go);
        WS_TRY(ws__run_tasks(run, "odds", PARTS, carry_part, go, NULL));
        carry_walk(go, &go->parts[0]);
        if (!end_parts(go, next))
            return ws_fail(diag, WS_LIMIT, "no memory for the odds of round %zu", go->round + 1);
    }
    return WS_OK;
}

static ws_status carry_rounds(ws_play *play, ws_grid *grid, offers_part *parts, const ws_run *run,
                              ws_diag *diag)
{
    const ws_game *game = grid->game;
    WS_SCRATCH(arena);
    carry go = {
        .play = play, .grid = grid, .width = play->combinations, .ops = ws__lane_ops(), .parts = parts};
    size_t total = grid->domains[grid->all].total * go.width;
    double *mass = WS_NEW_MANY(&arena, total, double), *next = WS_NEW_MANY(&arena, total, double);
    go.type = WS_NEW_MANY(&arena, go.width * game->parties, uint8_t);
    if (!mass || !next || !go.type || !room_for_parts(parts, &go))
        return ws_fail(diag, WS_LIMIT, "no memory for the odds on the grid");
    for (size_t c = 0; c < go.width; c++) {
        mass[c] = 1;
        for (size_t p = 0; p < game->parties; p++)
            go.type[c * game->parties + p] = (uint8_t)ws__type_in(game, c, p);
    }
    for (size_t n = 0; n < game->rounds; n++) {
        go.round = n;
        go.mass = mass;
        memset(next, 0, total * sizeof *next);
        WS_TRY(carry_round(&go, next, run, diag));
        double *keep = mass;
        mass = next;
        next = keep;
    }
    if (play->how.ambiguity < 0)
        play->how.ambiguity = 0; /* weights below 0 may leave a trace of nothing */
    return WS_OK;
}

ws_status ws__carry_odds(ws_play *play, ws_grid *grid, const ws_run *run, ws_diag *diag)
{
    offers_part parts[PARTS];
    for (size_t i = 0; i < PARTS; i++) {
        parts[i] = (offers_part){0};
        ws__init_arena(&parts[i].arena);
    }
    ws_status status = carry_rounds(play, grid, parts, run, diag);
    for (size_t i = 0; i < PARTS; i++)
        ws__free_arena(&parts[i].arena);
    return status;
}

/* ---- Played out by chance ---- */

/* A talk on the grid: after each action the belief about the actor moves to one of the nodes around it, drawn
 * by the weights of the interpolation. These may be below 0: then the talk counts with its sign, and all
 * count so that the mean is right. */
typedef struct grid_player {
    const ws_grid *grid;
    uint32_t domain;
    size_t at[WS_GAME_PARTIES]; /* positions of the parties' beliefs */
    double weight, draw;        /* `draw`: for the next placing */
} grid_player;

static void begin_grid(void *state)
{
    grid_player *player = state;
    *player = (grid_player){.grid = player->grid, .weight = 1, .draw = player->draw};
}

static void shake_grid(void *state, double draw)
{
    ((grid_player *)state)->draw = draw;
}

static double weight_grid(void *state)
{
    return ((grid_player *)state)->weight;
}

/* Puts the belief about party q on a node, by the signed weights. */
static void place_grid(grid_player *player, size_t q, const ws_belief *belief)
{
    const ws_grid *grid = player->grid;
    size_t types = grid->game->types[q], i = 0;
    player->domain |= UINT32_C(1) << q;
    player->at[q] = 0;
    if (types == 1)
        return;
    ws_stencil stencil;
    double all = 0, draw;
    ws__place_belief(&stencil, NULL, &grid->axis, belief, types);
    for (size_t j = 0; j < stencil.count; j++)
        all += fabs(stencil.w[j]);
    draw = player->draw * all;
    for (; i + 1 < stencil.count && draw >= fabs(stencil.w[i]); i++)
        draw -= fabs(stencil.w[i]);
    player->at[q] = stencil.at[i];
    player->weight *= stencil.w[i] < 0 ? -all : all;
    player->draw = draw / (fabs(stencil.w[i]) > 0 ? fabs(stencil.w[i]) : 1); /* uniform again */
}

static size_t point_of(const grid_player *player, uint32_t domain)
{
    const ws_domain *d = &player->grid->domains[domain];
    size_t at = 0;
    for (size_t p = 0; p < player->grid->game->parties; p++)
        at += (domain >> p) & 1U ? player->at[p] * d->stride[p] : 0;
    return at;
}

/* An action of party q at a row of log-probabilities; its belief moves. */
static size_t act(grid_player *player, size_t q, size_t actions, const double *row, size_t type, double draw)
{
    const ws_grid *grid = player->grid;
    size_t types = grid->game->types[q], a = 0;
    for (; a + 1 < actions; a++) {
        double chance = ws__exp(row[a * types + type]);
        if (draw < chance)
            break;
        draw -= chance;
    }
    ws_belief after;
    ws__posterior(&after, ws__grid_belief(grid, player->domain, q, player->at[q]), row + a * types, types);
    place_grid(player, q, &after);
    return a;
}

static size_t draw_grid_offer(void *state, size_t round, size_t proposer, size_t type, double draw)
{
    grid_player *player = state;
    const ws_game *game = player->grid->game;
    const ws_stage *stage = &player->grid->rounds[round].offer[proposer];
    size_t actions = game->offers + (game->walk ? 1 : 0);
    const double *row = stage->chosen + point_of(player, stage->domain) * actions * game->types[proposer];
    return act(player, proposer, actions, row, type, draw);
}

static bool draw_grid_answer(void *state, size_t round, size_t proposer, size_t x, size_t turn, size_t type,
                             double draw)
{
    grid_player *player = state;
    const ws_grid *grid = player->grid;
    const ws_stage *stage = grid->rounds[round].answer[proposer] + x * WS_CHAIN_TURNS + turn;
    size_t q = ws__grid_chain(grid, proposer, x)->turns[turn].actor;
    const double *row = stage->chosen + point_of(player, stage->domain) * 2 * grid->game->types[q];
    return act(player, q, 2, row, type, draw) == 0;
}

/* Whoever has not moved in the first round comes from the prior to the nodes. */
static void next_grid(void *state)
{
    grid_player *player = state;
    for (size_t p = 0; p < player->grid->game->parties; p++)
        if (!((player->domain >> p) & 1U))
            place_grid(player, p, &player->grid->prior[p]);
}

ws_status ws__play_grid(ws_play *play, ws_grid *grid, const ws_run *run, ws_diag *diag)
{
    grid_player state = {.grid = grid};
    ws_player player = {.state = &state,
                        .begin = begin_grid,
                        .offer = draw_grid_offer,
                        .answer = draw_grid_answer,
                        .next = next_grid,
                        .shake = shake_grid,
                        .weight = weight_grid};
    return ws__play_out(play, grid->chains, &player, grid->options->playouts,
                        grid->options->seed ? grid->options->seed : 1, run, diag);
}
