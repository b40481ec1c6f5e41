/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree of public histories: its size, its building, what its ends are worth, and the odds of each
 * combination of types. The equilibrium itself is found in tree_newton.c. */
#include "game/tree.h"
#include "game/logit.h"
#include "game/playout.h"
#include "base/diag.h"

#include <string.h>

/* ---- Size ---- */

/* Actions of one chain, and how many of its ends begin another round. */
static void count_chain(const ws_chain *chain, uint64_t *actions, uint64_t *ends)
{
    *actions += 2 * chain->count;
    *ends += chain->root.kind == WS_AFTER_END;
    for (size_t t = 0; t < chain->count; t++)
        for (size_t a = 0; a < 2; a++)
            *ends += chain->turns[t].answer[a].kind == WS_AFTER_END;
}

uint64_t ws__count_tree_actions(const ws_game *game, uint64_t limit)
{
    uint64_t total = 0, histories = 1;
    for (size_t n = 0; n < game->rounds; n++) {
        uint64_t actions = 0, ends = 0;
        for (size_t i = 0; i < game->parties; i++) {
            if (!(game->proposer[n * game->parties + i] > 0))
                continue;
            uint64_t by_rule[256][2] = {{0}};
            for (size_t r = 0; r < game->rule_count; r++) {
                ws_chain chain;
                ws__build_chain(&chain, game->parties, i, game->rules[r]);
                count_chain(&chain, &by_rule[r][0], &by_rule[r][1]);
            }
            for (size_t x = 0; x < game->offers; x++) {
                actions += 1 + by_rule[game->rule_of[x]][0];
                ends += by_rule[game->rule_of[x]][1];
            }
            actions += game->walk;
            ends += game->walk && ws__after_walk(game, i).kind == WS_AFTER_END;
        }
        if (histories > limit || actions > limit || histories * actions > limit - total)
            return UINT64_MAX;
        total += histories * actions;
        if (ends > limit || (n + 1 < game->rounds && histories * ends > limit))
            return UINT64_MAX;
        histories *= ends;
    }
    return total;
}

/* ---- Building ---- */

static size_t add_node(ws_tree_game *tree, ws_history node)
{
    tree->nodes[tree->node_count] = node;
    return tree->node_count++;
}

/* Adds an action of node `at`; where it leads to a node, that too. */
static void add_action(ws_tree_game *tree, size_t at, ws_next next, uint32_t x, size_t *room)
{
    const ws_history *node = &tree->nodes[at];
    ws_branch *branch = &tree->branches[tree->action_count];
    *branch = (ws_branch){.kind = next.kind, .at = next.at, .offer = x, .child = WS_NO_NODE};
    ws_history child = {.round = node->round,
                        .proposer = node->proposer,
                        .offer = x,
                        .parent = at,
                        .parent_action = tree->action_count};
    if (next.kind == WS_AFTER_TURN) {
        child.kind = WS_HISTORY_ANSWER;
        child.turn = next.at;
        child.actor = ws__tree_chain(tree, node->proposer, x)->turns[next.at].actor;
        branch->child = add_node(tree, child);
    } else if (next.kind == WS_AFTER_END && node->round + 1 < tree->game->rounds) {
        child.kind = WS_HISTORY_ROUND;
        child.round = node->round + 1;
        branch->child = add_node(tree, child);
    }
    tree->policy[tree->action_count++] = *room;
    *room += tree->game->types[node->actor];
}

static void expand_node(ws_tree_game *tree, size_t at, size_t *room)
{
    const ws_game *game = tree->game;
    ws_history *node = &tree->nodes[at];
    if (node->kind == WS_HISTORY_ROUND) {
        node->first = tree->node_count;
        for (uint32_t i = 0; i < game->parties; i++)
            if (game->proposer[node->round * game->parties + i] > 0) {
                node->count++;
                add_node(tree, (ws_history){.kind = WS_HISTORY_OFFER,
                                            .round = node->round,
                                            .proposer = i,
                                            .actor = i,
                                            .parent = at,
                                            .parent_action = WS_NO_NODE});
            }
        return;
    }
    node->first = tree->action_count;
    if (node->kind == WS_HISTORY_OFFER) {
        for (uint32_t x = 0; x < game->offers; x++)
            add_action(tree, at, ws__tree_chain(tree, node->proposer, x)->root, x, room);
        if (game->walk)
            add_action(tree, at, ws__after_walk(game, node->proposer), (uint32_t)game->offers, room);
    } else {
        const ws_turn *turn = &ws__tree_chain(tree, node->proposer, node->offer)->turns[node->turn];
        add_action(tree, at, turn->answer[0], node->offer, room);
        add_action(tree, at, turn->answer[1], node->offer, room);
    }
    node->count = tree->action_count - node->first;
}

double ws__log_weight(const ws_tree_game *tree, const ws_history *node, size_t action)
{
    if (node->kind != WS_HISTORY_OFFER || action == tree->game->offers)
        return 0;
    return ws__log(tree->game->weight[action]);
}

/* Everybody plays by weight alone. */
static void play_by_weight(ws_tree_game *tree)
{
    for (size_t at = 0; at < tree->node_count; at++) {
        const ws_history *node = &tree->nodes[at];
        if (node->kind == WS_HISTORY_ROUND)
            continue;
        double sum = node->kind == WS_HISTORY_ANSWER ? 2 : node->count > tree->game->offers ? 2 : 1;
        for (size_t a = 0; a < node->count; a++)
            for (size_t t = 0; t < tree->game->types[node->actor]; t++)
                ws__chosen(tree, node->first + a)[t] = ws__log_weight(tree, node, a) - ws__log(sum);
    }
}

ws_status ws__build_tree(ws_tree_game *out, ws_arena *arena, const ws_game *game, uint64_t limit,
                         ws_diag *diag)
{
    uint64_t actions = ws__count_tree_actions(game, limit);
    if (actions == UINT64_MAX)
        return ws_fail(diag, WS_LIMIT,
                       "the tree of public histories has more than %llu actions; use --method grid, or fewer "
                       "--offers or --rounds",
                       (unsigned long long)limit);
    *out = (ws_tree_game){.game = game};
    for (size_t p = 0; p < game->parties; p++) {
        out->column[p] = out->columns;
        out->columns += game->types[p];
    }
    size_t proposers = game->parties, most = 1, nodes, columns = out->columns;
    for (size_t p = 0; p < game->parties; p++)
        most = game->types[p] > most ? game->types[p] : most;
    nodes =
        (size_t)actions * (proposers + 1) + proposers + 1; /* a child an action, its proposers, the root */
    out->chains = WS_NEW_MANY(arena, game->parties * game->rule_count, ws_chain);
    out->nodes = WS_NEW_MANY(arena, nodes, ws_history);
    out->branches = WS_NEW_MANY(arena, (size_t)actions, ws_branch);
    out->policy = WS_NEW_MANY(arena, (size_t)actions, size_t);
    out->log_chosen = WS_NEW_MANY(arena, (size_t)actions * most, double);
    out->rate = WS_NEW_MANY(arena, game->rounds * columns, double);
    if (!out->chains || !out->nodes || !out->branches || !out->policy || !out->log_chosen || !out->rate)
        return ws_fail(diag, WS_LIMIT, "no memory for a tree of %llu actions", (unsigned long long)actions);
    for (size_t i = 0; i < game->parties; i++)
        for (size_t r = 0; r < game->rule_count; r++)
            ws__build_chain(&out->chains[i * game->rule_count + r], game->parties, i, game->rules[r]);
    size_t room = 0;
    add_node(out, (ws_history){.kind = WS_HISTORY_ROUND, .parent = WS_NO_NODE, .parent_action = WS_NO_NODE});
    for (size_t at = 0; at < out->node_count; at++) /* nodes are appended while the list is walked */
        expand_node(out, at, &room);
    out->belief = WS_NEW_MANY(arena, out->node_count * columns, double);
    out->value = WS_NEW_MANY(arena, out->node_count * columns, double);
    if (!out->belief || !out->value)
        return ws_fail(diag, WS_LIMIT, "no memory for a tree of %llu actions", (unsigned long long)actions);
    for (size_t n = 0; n < game->rounds; n++)
        for (size_t p = 0; p < game->parties; p++)
            for (size_t t = 0; t < game->types[p]; t++)
                out->rate[n * columns + out->column[p] + t] =
                    game->range[p][t] > 0
                        ? game->rationality * ws__power(game->discount[p][t], n) / game->range[p][t]
                        : 0;
    play_by_weight(out);
    return WS_OK;
}

/* ---- Beliefs and ends ---- */

void ws__normalise(double *out, const double *log_weight, size_t count)
{
    double all = ws__log_sum(log_weight, count, 1);
    for (size_t t = 0; t < count; t++)
        out[t] = ws__exp(log_weight[t] - all);
}

void ws__spread_beliefs(ws_tree_game *tree)
{
    const ws_game *game = tree->game;
    size_t columns = tree->columns;
    for (size_t p = 0; p < game->parties; p++)
        for (size_t t = 0; t < game->types[p]; t++)
            tree->belief[tree->column[p] + t] = ws__log(game->prior[p][t]);
    for (size_t at = 1; at < tree->node_count; at++) {
        const ws_history *node = &tree->nodes[at], *parent = &tree->nodes[node->parent];
        double *belief = tree->belief + at * columns;
        memcpy(belief, tree->belief + node->parent * columns, columns * sizeof *belief);
        if (parent->kind == WS_HISTORY_ROUND)
            continue;
        const double *chosen = ws__chosen(tree, node->parent_action);
        for (size_t t = 0; t < game->types[parent->actor]; t++)
            belief[tree->column[parent->actor] + t] += chosen[t];
    }
}

static void value_signed(double *value, double *slope, const ws_tree_game *tree, const ws_branch *branch,
                         const double *belief)
{
    const ws_game *game = tree->game;
    uint32_t rule = game->rules[game->rule_of[branch->offer]];
    double mu[WS_GAME_COLUMNS], mean[WS_GAME_PARTIES], pi[WS_GAME_PARTIES];
    size_t k = game->offers, x = branch->offer;
    for (size_t p = 0; p < game->parties; p++) {
        ws__normalise(mu + tree->column[p], belief + tree->column[p], game->types[p]);
        mean[p] = 0;
        for (size_t t = 0; t < game->types[p]; t++)
            mean[p] += mu[tree->column[p] + t] * game->deliver[p][t * k + x];
    }
    for (size_t p = 0; p < game->parties; p++)
        for (size_t t = 0; t < game->types[p]; t++) {
            size_t c = tree->column[p] + t;
            memcpy(pi, mean, sizeof pi);
            pi[p] = game->deliver[p][t * k + x];
            double chance = ws__deliver_chance(rule, game->parties, branch->at, pi);
            double deal = game->utility[p][t * k + x] - game->status[p][t];
            double fail = game->failure[p][t] - game->status[p][t];
            value[c] = chance * deal + (1 - chance) * fail;
            for (size_t q = 0; slope && q < game->parties; q++) {
                if (q == p || game->types[q] == 1)
                    continue;
                double keep = pi[q], by_pi;
                pi[q] = 1;
                by_pi = ws__deliver_chance(rule, game->parties, branch->at, pi);
                pi[q] = 0;
                by_pi -= ws__deliver_chance(rule, game->parties, branch->at, pi);
                pi[q] = keep;
                for (size_t s = 0; s < game->types[q]; s++)
                    slope[c * tree->columns + tree->column[q] + s] = by_pi * mu[tree->column[q] + s] *
                                                                     (game->deliver[q][s * k + x] - mean[q]) *
                                                                     (deal - fail);
            }
        }
}

void ws__value_end(double *value, double *slope, const ws_tree_game *tree, const ws_branch *branch,
                   const double *belief)
{
    const ws_game *game = tree->game;
    if (slope)
        memset(slope, 0, tree->columns * tree->columns * sizeof *slope);
    if (branch->kind == WS_AFTER_SIGNED) {
        value_signed(value, slope, tree, branch, belief);
        return;
    }
    for (size_t p = 0; p < game->parties; p++)
        for (size_t t = 0; t < game->types[p]; t++)
            value[tree->column[p] + t] =
                branch->kind == WS_AFTER_WALK ? -game->cost[p][t] : -game->expiry[p][t];
}

/* ---- Odds ---- */

/* Takes in the end of one branch: `own` [columns] is the log-probability of each type's own moves. */
static void take_end(ws_play *play, const ws_tree_game *tree, const ws_history *node, const ws_branch *branch,
                     double chance, const double *own, const double *first_choice)
{
    const ws_game *game = tree->game;
    size_t k = game->offers, x = branch->offer;
    for (size_t c = 0; c < play->combinations; c++) {
        double log_mass = 0, pi[WS_GAME_PARTIES];
        for (size_t p = 0; p < game->parties; p++) {
            size_t t = ws__type_in(game, c, p);
            log_mass += own[tree->column[p] + t];
            pi[p] = x < k ? game->deliver[p][t * k + x] : 0;
        }
        double mass = chance * ws__exp(log_mass);
        size_t at = c * game->rounds + node->round;
        if (branch->kind == WS_AFTER_WALK) {
            play->walk[at * game->parties + node->proposer] += mass;
        } else if (branch->kind == WS_AFTER_END) {
            play->expiry[c] += mass;
        } else {
            double held = ws__deliver_chance(game->rules[game->rule_of[x]], game->parties, branch->at, pi);
            play->agree[at] += mass;
            play->deal[at * game->classes + game->class_of[x]] += mass * held;
            play->failed[at] += mass * (1 - held);
            play->dealt[node->round * k + x] += play->weight[c] * mass * held;
            if (node->round == 0) {
                double given = ws__exp(log_mass - first_choice[ws__type_in(game, c, node->proposer)]);
                play->first[node->proposer].accepts[c * k + x] += given;
                play->first[node->proposer].delivers[c * k + x] += given * held;
            }
        }
    }
}

/* What a node tells by itself: reach, collapse, offers made. */
static void take_node(ws_play *play, const ws_tree_game *tree, const ws_history *node, double chance,
                      const double *own)
{
    const ws_game *game = tree->game;
    for (size_t c = 0; c < play->combinations; c++) {
        double log_mass = 0;
        for (size_t p = 0; p < game->parties; p++)
            log_mass += own[tree->column[p] + ws__type_in(game, c, p)];
        double mass = chance * ws__exp(log_mass);
        if (node->kind == WS_HISTORY_ROUND) {
            play->reach[c * game->rounds + node->round] += mass;
            play->outside[c * game->rounds + node->round] += mass * game->hazard[node->round];
        } else if (node->kind == WS_HISTORY_OFFER) {
            size_t t = ws__type_in(game, c, node->actor);
            for (size_t x = 0; x < game->offers; x++)
                play->made[node->round * game->offers + x] +=
                    play->weight[c] * mass * ws__exp(ws__chosen(tree, node->first + x)[t]);
        }
    }
}

static void take_first(ws_play *play, const ws_tree_game *tree, const ws_history *node, double share)
{
    const ws_game *game = tree->game;
    ws_first *first = &play->first[node->actor];
    size_t types = game->types[node->actor], k = game->offers;
    first->probability = share;
    for (size_t a = 0; a < node->count; a++)
        for (size_t t = 0; t < types; t++) {
            const ws_branch *branch = &tree->branches[node->first + a];
            first->chosen[t * (k + 1) + a] = ws__exp(ws__chosen(tree, node->first + a)[t]);
            if (a < k && branch->child != WS_NO_NODE)
                first->worth[t * k + a] =
                    game->status[node->actor][t] +
                    tree->value[branch->child * tree->columns + tree->column[node->actor] + t];
            else if (a < k)
                first->worth[t * k + a] = game->status[node->actor][t] - game->expiry[node->actor][t];
        }
}

static ws_status take_odds(ws_play *play, const ws_tree_game *tree, ws_diag *diag)
{
    const ws_game *game = tree->game;
    size_t columns = tree->columns;
    WS_SCRATCH(scratch);
    double *chance = WS_NEW_MANY(&scratch, tree->node_count, double);
    const double **first = WS_NEW_MANY(&scratch, tree->node_count, const double *);
    double own[WS_GAME_COLUMNS];
    if (!chance || !first)
        return ws_fail(diag, WS_LIMIT, "no memory for the odds of %zu histories", tree->node_count);
    for (size_t at = 0; at < tree->node_count; at++) {
        const ws_history *node = &tree->nodes[at];
        double share =
            node->kind == WS_HISTORY_OFFER
                ? (1 - game->hazard[node->round]) * game->proposer[node->round * game->parties + node->actor]
                : 1;
        chance[at] = at == 0 ? 1 : chance[node->parent] * share;
        for (size_t p = 0; p < game->parties; p++)
            for (size_t t = 0; t < game->types[p]; t++)
                own[tree->column[p] + t] =
                    tree->belief[at * columns + tree->column[p] + t] - tree->belief[tree->column[p] + t];
        take_node(play, tree, node, chance[at], own);
        if (node->kind == WS_HISTORY_ROUND)
            continue;
        if (node->kind == WS_HISTORY_OFFER && node->round == 0)
            take_first(play, tree, node, game->proposer[node->actor]);
        if (node->kind == WS_HISTORY_ANSWER)
            first[at] = tree->nodes[node->parent].kind == WS_HISTORY_OFFER
                            ? ws__chosen(tree, node->parent_action)
                            : first[node->parent];
        for (size_t a = node->first; a < node->first + node->count; a++) {
            double after[WS_GAME_COLUMNS];
            if (tree->branches[a].child != WS_NO_NODE)
                continue;
            memcpy(after, own, sizeof after);
            for (size_t t = 0; t < game->types[node->actor]; t++)
                after[tree->column[node->actor] + t] += ws__chosen(tree, a)[t];
            take_end(play, tree, node, &tree->branches[a], chance[at], after,
                     first[at] ? first[at] : ws__chosen(tree, a));
        }
    }
    return WS_OK;
}

/* ---- Checks ---- */

/* Best responses: each type's value at a node if its party plays perfectly from there on and the others as
 * computed, believing what the computed strategies make them believe. */
static void best_at(double *out, const double *best, const ws_tree_game *tree, size_t at)
{
    const ws_game *game = tree->game;
    const ws_history *node = &tree->nodes[at];
    size_t columns = tree->columns, q = node->actor, own = tree->column[q];
    double mu[WS_GAME_TYPES];
    for (size_t c = 0; c < columns; c++)
        out[c] = c >= own && c < own + game->types[q] ? -HUGE_VAL : 0;
    ws__normalise(mu, tree->belief + at * columns + own, game->types[q]);
    for (size_t a = node->first; a < node->first + node->count; a++) {
        const ws_branch *branch = &tree->branches[a];
        const double *chosen = ws__chosen(tree, a), *value = NULL;
        double end[WS_GAME_COLUMNS], belief[WS_GAME_COLUMNS], chance = 0;
        for (size_t t = 0; t < game->types[q]; t++)
            chance += mu[t] * ws__exp(chosen[t]);
        if (branch->child == WS_NO_NODE) {
            memcpy(belief, tree->belief + at * columns, columns * sizeof *belief);
            for (size_t t = 0; t < game->types[q]; t++)
                belief[own + t] += chosen[t];
            ws__value_end(end, NULL, tree, branch, belief);
            value = end;
        } else {
            value = best + branch->child * columns;
        }
        for (size_t c = 0; c < columns; c++)
            if (c >= own && c < own + game->types[q])
                out[c] = value[c] > out[c] ? value[c] : out[c];
            else
                out[c] += chance * value[c];
    }
}

static ws_status find_gaps(ws_play *play, const ws_tree_game *tree, ws_diag *diag)
{
    const ws_game *game = tree->game;
    size_t columns = tree->columns;
    WS_SCRATCH(scratch);
    double *best = WS_NEW_MANY(&scratch, tree->node_count * columns, double);
    if (!best)
        return ws_fail(diag, WS_LIMIT, "no memory for best responses");
    for (size_t at = tree->node_count; at-- > 0;) {
        const ws_history *node = &tree->nodes[at];
        double *out = best + at * columns;
        if (node->kind != WS_HISTORY_ROUND) {
            best_at(out, best, tree, at);
            continue;
        }
        for (size_t p = 0; p < game->parties; p++)
            for (size_t t = 0; t < game->types[p]; t++) {
                size_t c = tree->column[p] + t;
                double value = -game->hazard[node->round] * game->cost[p][t];
                for (size_t i = node->first; i < node->first + node->count; i++)
                    value += (1 - game->hazard[node->round]) *
                             game->proposer[node->round * game->parties + tree->nodes[i].actor] *
                             best[i * columns + c];
                out[c] = node->round == 0 ? value : game->discount[p][t] * value;
            }
    }
    for (size_t p = 0; p < game->parties; p++)
        for (size_t t = 0; t < game->types[p]; t++)
            play->how.gap[p] +=
                game->prior[p][t] * (best[tree->column[p] + t] - tree->value[tree->column[p] + t]);
    return WS_OK;
}

typedef struct tree_player {
    const ws_tree_game *tree;
    size_t at; /* the node */
} tree_player;

static void begin_tree(void *state)
{
    ((tree_player *)state)->at = 0;
}

static size_t draw_action(tree_player *player, size_t type, double draw)
{
    const ws_history *node = &player->tree->nodes[player->at];
    size_t a = 0;
    for (; a + 1 < node->count; a++) {
        double chance = ws__exp(ws__chosen(player->tree, node->first + a)[type]);
        if (draw < chance)
            break;
        draw -= chance;
    }
    player->at = player->tree->branches[node->first + a].child;
    return a;
}

static size_t draw_tree_offer(void *state, size_t round, size_t proposer, size_t type, double draw)
{
    tree_player *player = state;
    const ws_history *node = &player->tree->nodes[player->at];
    size_t child = node->first;
    (void)round;
    while (player->tree->nodes[child].actor != proposer)
        child++;
    player->at = child;
    return draw_action(player, type, draw);
}

static bool draw_tree_answer(void *state, size_t round, size_t proposer, size_t x, size_t turn, size_t type,
                             double draw)
{
    (void)round;
    (void)proposer;
    (void)x;
    (void)turn;
    return draw_action(state, type, draw) == 0;
}

static ws_status check_tree(ws_play *play, const ws_tree_game *tree, const ws_game_options *options,
                            const ws_run *run, ws_diag *diag)
{
    tree_player state = {.tree = tree};
    ws_player player = {
        .state = &state, .begin = begin_tree, .offer = draw_tree_offer, .answer = draw_tree_answer};
    if (options->gap)
        WS_TRY(find_gaps(play, tree, diag));
    if (options->playouts == 0)
        return WS_OK;
    return ws__play_out(play, tree->chains, &player, options->playouts, options->seed ? options->seed : 1,
                        run, diag);
}

ws_status ws__solve_tree(ws_play *play, const ws_game_options *options, const ws_run *run, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    ws_tree_game tree;
    const ws_game *game = play->game;
    if (game->infinite)
        return ws_fail(diag, WS_INVALID, "the tree needs a rationality");
    WS_TRY(ws__build_tree(&tree, &scratch, game, options->tree_limit ? options->tree_limit : 2000000, diag));
    WS_TRY(ws__solve_histories(&tree, run, diag));
    for (size_t p = 0; p < game->parties; p++)
        for (size_t t = 0; t < game->types[p]; t++)
            play->value[tree.column[p] + t] = game->status[p][t] + tree.value[tree.column[p] + t];
    play->how.residual = tree.residual;
    play->how.actions = tree.action_count;
    play->how.iterations = tree.sweeps + tree.steps;
    WS_TRY(take_odds(play, &tree, diag));
    return check_tree(play, &tree, options, run, diag);
}
