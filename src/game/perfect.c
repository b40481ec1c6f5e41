/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The game in which nobody has types: one backward pass over rounds for values and choices, one forward pass
 * for odds. Exact: beliefs do not move, so all histories of a round are one.
 *
 * Infinite rationality is backward induction: an answerer who is indifferent within 1e-9 of its range
 * accepts; an indifferent proposer picks what the others like better, in party order, then the lower index,
 * walking out last. Cost: O(rounds * offers * proposers * answers). */
#include "game/chain.h"
#include "game/game.h"
#include "game/logit.h"
#include "game/playout.h"
#include "base/diag.h"
#include "base/tasks.h"

#include <string.h>

#define TIE 1e-9

typedef struct perfect {
    ws_play *play;
    const ws_game *game;
    size_t parties, offers;
    ws_chain *chains; /* [parties][rules] */
    ws_next walk[WS_GAME_PARTIES];
    size_t turns;      /* the longest chain */
    double *delivered; /* [offers][parties] a party's probability */
    double *choice;    /* [rounds][parties][offers + 1] probabilities */
    double *accept;    /* [rounds][parties][offers][turns] */
    double *worth;     /* [offers + 1][parties] of the round at hand */
    double *after;     /* [parties] what the end of the round is worth */
} perfect;

static double *choice_of(const perfect *pass, size_t round, size_t proposer)
{
    return pass->choice + (round * pass->parties + proposer) * (pass->offers + 1);
}

static double *accept_of(const perfect *pass, size_t round, size_t proposer, size_t x)
{
    return pass->accept + ((round * pass->parties + proposer) * pass->offers + x) * pass->turns;
}

static const ws_chain *chain_of(const perfect *pass, size_t proposer, size_t x)
{
    return &pass->chains[proposer * pass->game->rule_count + pass->game->rule_of[x]];
}

/* A decision's precision in this round's money; 0: by weight alone. */
static double precision(const perfect *pass, size_t p, size_t round)
{
    const ws_game *game = pass->game;
    if (game->infinite || !(game->range[p][0] > 0))
        return 0;
    return game->rationality * ws__power(game->discount[p][0], round) / game->range[p][0];
}

/* What follows, in this round's money, [parties]; turns behind have been valued in `at_turn`. */
static void value_next(double *out, const perfect *pass, ws_next next, size_t x, const double *at_turn)
{
    const ws_game *game = pass->game;
    size_t parties = pass->parties;
    if (next.kind == WS_AFTER_TURN) {
        memcpy(out, at_turn + next.at * parties, parties * sizeof *out);
    } else if (next.kind == WS_AFTER_END) {
        memcpy(out, pass->after, parties * sizeof *out);
    } else if (next.kind == WS_AFTER_WALK) {
        for (size_t p = 0; p < parties; p++)
            out[p] = -game->cost[p][0];
    } else {
        double chance = ws__deliver_chance(game->rules[game->rule_of[x]], parties, next.at,
                                           pass->delivered + x * parties);
        for (size_t p = 0; p < parties; p++)
            out[p] = chance * (game->utility[p][x] - game->status[p][0]) +
                     (1 - chance) * (game->failure[p][0] - game->status[p][0]);
    }
}

/* Values an offer from its last answer to its first, and notes each answerer's probability of accepting. */
static void value_offer(double *out, const perfect *pass, size_t round, size_t proposer, size_t x,
                        const double *rate)
{
    const ws_chain *chain = chain_of(pass, proposer, x);
    double at_turn[WS_CHAIN_TURNS * WS_GAME_PARTIES], yes[WS_GAME_PARTIES], no[WS_GAME_PARTIES];
    double *accept = accept_of(pass, round, proposer, x);
    for (size_t t = chain->count; t-- > 0;) {
        const ws_turn *turn = &chain->turns[t];
        value_next(yes, pass, turn->answer[0], x, at_turn);
        value_next(no, pass, turn->answer[1], x, at_turn);
        double better = yes[turn->actor] - no[turn->actor], q;
        if (pass->game->infinite) {
            double slack = TIE * pass->game->range[turn->actor][0];
            q = better >= -slack ? 1 : 0;
            pass->play->how.tie |= fabs(better) <= slack;
        } else {
            q = ws__logistic(rate[turn->actor] * better);
        }
        accept[t] = q;
        for (size_t p = 0; p < pass->parties; p++)
            at_turn[t * pass->parties + p] = q == 1 ? yes[p] : q * yes[p] + (1 - q) * no[p];
    }
    value_next(out, pass, chain->root, x, at_turn);
}

/* Backward induction's choice among `count` actions valued in pass->worth. */
static size_t best_action(const perfect *pass, size_t proposer, size_t count)
{
    const double *worth = pass->worth;
    size_t parties = pass->parties, best = 0;
    WS_SCRATCH(scratch);
    bool *in = WS_NEW_MANY(&scratch, count, bool);
    for (size_t a = 0; in && a < count; a++)
        in[a] = true;
    for (size_t round = 0; in && round <= parties;
         round++) { /* the proposer's own, then the others in order */
        size_t p = round == 0 ? proposer : round - 1;
        double top = -HUGE_VAL, slack = TIE * pass->game->range[p][0];
        if (round > 0 && p == proposer)
            continue;
        for (size_t a = 0; a < count; a++)
            top = in[a] && worth[a * parties + p] > top ? worth[a * parties + p] : top;
        for (size_t a = 0; a < count; a++)
            in[a] = in[a] && worth[a * parties + p] >= top - slack;
    }
    while (in && best + 1 < count && !in[best])
        best++;
    return best;
}

/* The proposer's choice in `choice`, and what the round is worth then added to `value` with `share`. */
static void choose_offer(double *value, const perfect *pass, size_t round, size_t proposer, double share,
                         const double *rate)
{
    const ws_game *game = pass->game;
    size_t count = pass->offers + (game->walk ? 1 : 0), parties = pass->parties;
    double *choice = choice_of(pass, round, proposer), top = -HUGE_VAL, sum = 0;
    if (game->infinite) {
        choice[best_action(pass, proposer, count)] = 1;
    } else {
        double step = rate[proposer];
        for (size_t a = 0; a < count; a++)
            if (step * pass->worth[a * parties + proposer] > top)
                top = step * pass->worth[a * parties + proposer];
        for (size_t a = 0; a < count; a++) {
            double weight = a < pass->offers ? game->weight[a] : 1;
            choice[a] = weight * ws__exp(step * pass->worth[a * parties + proposer] - top);
            sum += choice[a];
        }
        for (size_t a = 0; a < count; a++)
            choice[a] /= sum;
    }
    for (size_t a = 0; a < count; a++)
        for (size_t p = 0; p < parties; p++)
            value[p] += share * choice[a] * pass->worth[a * parties + p];
}

/* Values of a round's beginning from those of its end. */
static void value_round(double *value, const perfect *pass, size_t round)
{
    const ws_game *game = pass->game;
    double rate[WS_GAME_PARTIES], sum[WS_GAME_PARTIES] = {0};
    for (size_t p = 0; p < pass->parties; p++)
        rate[p] = precision(pass, p, round);
    for (size_t i = 0; i < pass->parties; i++) {
        double share = game->proposer[round * pass->parties + i];
        if (!(share > 0))
            continue;
        for (size_t x = 0; x < pass->offers; x++)
            value_offer(pass->worth + x * pass->parties, pass, round, i, x, rate);
        value_next(pass->worth + pass->offers * pass->parties, pass, pass->walk[i], 0, NULL);
        choose_offer(sum, pass, round, i, share, rate);
        if (round == 0) {
            ws_first *first = &pass->play->first[i];
            first->probability = share;
            for (size_t x = 0; x < pass->offers; x++)
                first->worth[x] = game->status[i][0] + pass->worth[x * pass->parties + i];
            memcpy(first->chosen, choice_of(pass, round, i), (pass->offers + 1) * sizeof(double));
        }
    }
    for (size_t p = 0; p < pass->parties; p++)
        value[p] = (1 - game->hazard[round]) * sum[p] - game->hazard[round] * game->cost[p][0];
}

/* Probability mass through one offer's answers; gives what reaches the end of the round. */
static double pass_offer(const perfect *pass, size_t round, size_t proposer, size_t x, double mass,
                         double *signed_, double *delivered)
{
    const ws_game *game = pass->game;
    const ws_chain *chain = chain_of(pass, proposer, x);
    const double *accept = accept_of(pass, round, proposer, x);
    double at_turn[WS_CHAIN_TURNS] = {0}, end = 0;
    *signed_ = *delivered = 0;
    if (chain->root.kind != WS_AFTER_TURN)
        return mass;
    at_turn[0] = mass;
    for (size_t t = 0; t < chain->count; t++)
        for (size_t a = 0; a < 2; a++) {
            ws_next next = chain->turns[t].answer[a];
            double m = at_turn[t] * (a == 0 ? accept[t] : 1 - accept[t]);
            if (next.kind == WS_AFTER_TURN) {
                at_turn[next.at] += m;
            } else if (next.kind == WS_AFTER_END) {
                end += m;
            } else {
                *signed_ += m;
                *delivered += m * ws__deliver_chance(game->rules[game->rule_of[x]], pass->parties, next.at,
                                                     pass->delivered + x * pass->parties);
            }
        }
    return end;
}

/* Odds of one round; gives the probability that the next begins (or, after the last, of expiry). */
static double odds_of_round(const perfect *pass, size_t round, double reach)
{
    ws_play *play = pass->play;
    const ws_game *game = pass->game;
    double open = reach * (1 - game->hazard[round]), end = 0;
    play->reach[round] = reach;
    play->outside[round] = reach * game->hazard[round];
    for (size_t i = 0; i < pass->parties; i++) {
        double share = game->proposer[round * pass->parties + i];
        if (!(share > 0))
            continue;
        const double *choice = choice_of(pass, round, i);
        for (size_t x = 0; x < pass->offers; x++) {
            double mass = open * share * choice[x], agreed, delivered;
            end += pass_offer(pass, round, i, x, mass, &agreed, &delivered);
            play->made[round * pass->offers + x] += mass;
            play->dealt[round * pass->offers + x] += delivered;
            play->deal[round * game->classes + game->class_of[x]] += delivered;
            play->failed[round] += agreed - delivered;
            play->agree[round] += agreed;
            if (round == 0)
                pass_offer(pass, round, i, x, 1, &play->first[i].accepts[x], &play->first[i].delivers[x]);
        }
        if (pass->walk[i].kind == WS_AFTER_END)
            end += open * share * choice[pass->offers];
        else
            play->walk[round * pass->parties + i] += open * share * choice[pass->offers];
    }
    return end;
}

/* ---- Checks ---- */

/* What follows is worth to party p if it plays perfectly from here on. */
static double best_next(const perfect *pass, ws_next next, size_t x, size_t p, double after,
                        const double *at_turn)
{
    double out[WS_GAME_PARTIES];
    if (next.kind == WS_AFTER_TURN)
        return at_turn[next.at];
    if (next.kind == WS_AFTER_END)
        return after;
    value_next(out, pass, next, x, NULL);
    return out[p];
}

static double best_offer(const perfect *pass, size_t round, size_t proposer, size_t x, size_t p, double after)
{
    const ws_chain *chain = chain_of(pass, proposer, x);
    const double *accept = accept_of(pass, round, proposer, x);
    double at_turn[WS_CHAIN_TURNS] = {0};
    for (size_t t = chain->count; t-- > 0;) {
        const ws_turn *turn = &chain->turns[t];
        double yes = best_next(pass, turn->answer[0], x, p, after, at_turn);
        double no = best_next(pass, turn->answer[1], x, p, after, at_turn);
        at_turn[t] = turn->actor == p ? fmax(yes, no) : accept[t] * yes + (1 - accept[t]) * no;
    }
    return best_next(pass, chain->root, x, p, after, at_turn);
}

/* The best response of party p to the others' strategies, at the first round. */
static double best_response(const perfect *pass, size_t p)
{
    const ws_game *game = pass->game;
    double value = 0;
    for (size_t n = game->rounds; n-- > 0;) {
        double after = n + 1 == game->rounds ? -game->expiry[p][0] : game->discount[p][0] * value, sum = 0;
        for (size_t i = 0; i < pass->parties; i++) {
            double share = game->proposer[n * pass->parties + i], mean = 0, best = -HUGE_VAL;
            const double *choice = choice_of(pass, n, i);
            for (size_t a = 0; share > 0 && a < pass->offers + (game->walk ? 1 : 0); a++) {
                double worth = a < pass->offers ? best_offer(pass, n, i, a, p, after)
                                                : best_next(pass, pass->walk[i], 0, p, after, NULL);
                mean += choice[a] * worth;
                best = worth > best ? worth : best;
            }
            sum += share > 0 ? share * (i == p ? best : mean) : 0;
        }
        value = (1 - game->hazard[n]) * sum - game->hazard[n] * game->cost[p][0];
    }
    return value;
}

static void begin_talk(void *state)
{
    (void)state;
}

static size_t draw_offer(void *state, size_t round, size_t proposer, size_t type, double draw)
{
    const perfect *pass = state;
    const double *choice = choice_of(pass, round, proposer);
    size_t a = 0, last = pass->offers - (pass->game->walk ? 0 : 1);
    (void)type;
    for (; a < last && draw >= choice[a]; a++)
        draw -= choice[a];
    return a;
}

static bool draw_answer(void *state, size_t round, size_t proposer, size_t x, size_t turn, size_t type,
                        double draw)
{
    (void)type;
    return draw < accept_of(state, round, proposer, x)[turn];
}

static ws_status check_perfect(const perfect *pass, const ws_game_options *options, const ws_run *run,
                               ws_diag *diag)
{
    const ws_game *game = pass->game;
    perfect copy = *pass;
    ws_player player = {.state = &copy, .begin = begin_talk, .offer = draw_offer, .answer = draw_answer};
    for (size_t p = 0; options->gap && p < pass->parties; p++)
        pass->play->how.gap[p] = best_response(pass, p) - (pass->play->value[p] - game->status[p][0]);
    if (options->playouts == 0)
        return WS_OK;
    return ws__play_out(pass->play, pass->chains, &player, options->playouts,
                        options->seed ? options->seed : 1, run, diag);
}

ws_status ws__solve_perfect(ws_play *play, const ws_game_options *options, const ws_run *run, ws_diag *diag)
{
    const ws_game *game = play->game;
    WS_SCRATCH(scratch);
    double started = ws__now();
    perfect pass = {.play = play, .game = game, .parties = game->parties, .offers = game->offers};
    size_t parties = game->parties, offers = game->offers;
    pass.chains = WS_NEW_MANY(&scratch, parties * game->rule_count, ws_chain);
    pass.delivered = WS_NEW_MANY(&scratch, offers * parties, double);
    pass.worth = WS_NEW_MANY(&scratch, (offers + 1) * parties, double);
    pass.after = WS_NEW_MANY(&scratch, parties, double);
    for (size_t i = 0; pass.chains && i < parties; i++) {
        pass.walk[i] = ws__after_walk(game, i);
        for (size_t r = 0; r < game->rule_count; r++) {
            ws_chain *chain = &pass.chains[i * game->rule_count + r];
            ws__build_chain(chain, parties, i, game->rules[r]);
            pass.turns = chain->count > pass.turns ? chain->count : pass.turns;
        }
    }
    pass.choice = WS_NEW_MANY(&scratch, game->rounds * parties * (offers + 1), double);
    pass.accept = WS_NEW_MANY(&scratch, game->rounds * parties * offers * pass.turns + 1, double);
    if (!pass.chains || !pass.delivered || !pass.worth || !pass.after || !pass.choice || !pass.accept)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu rounds of %zu offers", game->rounds, offers);
    for (size_t x = 0; x < offers; x++)
        for (size_t p = 0; p < parties; p++)
            pass.delivered[x * parties + p] = game->deliver[p][x];
    double value[WS_GAME_PARTIES] = {0};
    for (size_t n = game->rounds; n-- > 0;) {
        WS_TRY(ws__should_stop(run, started));
        for (size_t p = 0; p < parties; p++)
            pass.after[p] = n + 1 == game->rounds ? -game->expiry[p][0] : game->discount[p][0] * value[p];
        value_round(value, &pass, n);
    }
    for (size_t p = 0; p < parties; p++)
        play->value[p] = game->status[p][0] + value[p];
    double reach = 1;
    for (size_t n = 0; n < game->rounds; n++)
        reach = odds_of_round(&pass, n, reach);
    play->expiry[0] = reach;
    return check_perfect(&pass, options, run, diag);
}
