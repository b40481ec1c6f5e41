/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the odds hang on most: one number of the game is moved at a time, by a step a careful analyst would
 * not rule out, and the odds of an agreement are solved again (on a coarse grid; differences are taken
 * between games solved alike). The three that move them most are told. */
#include "base/diag.h"
#include "game/stage.h"

#include <math.h>
#include <string.h>

enum { MOST_TRIED = 32, MOST_TOLD = 3, COARSE = 9 };

typedef struct trial {
    ws_game game;
    const char *what, *step;
    ws_status status; /* of its game */
    double agreement;
} trial;

typedef struct trials {
    ws_arena *arena;
    const ws_question *question;
    trial list[MOST_TRIED];
    size_t count;
} trials;

/* A trial with one array of a party replaced by `map` of it. */
static double *copy_array(trials *all, const double *from, size_t count)
{
    double *copy = WS_NEW_MANY(all->arena, count, double);
    if (copy)
        memcpy(copy, from, count * sizeof *copy);
    return copy;
}

static trial *new_trial(trials *all, const char *what, const char *step)
{
    if (all->count == MOST_TRIED || !what)
        return NULL;
    trial *it = &all->list[all->count++];
    it->game = all->question->staged->game;
    it->what = what;
    it->step = step;
    return it;
}

static void try_party(trials *all, size_t p)
{
    const ws_game *game = &all->question->staged->game;
    const ws_party *party = &all->question->theatre->c->shape->parties[p];
    ws_arena *arena = all->arena;
    size_t types = game->types[p];
    double *status = copy_array(all, game->status[p], types), *cost = copy_array(all, game->cost[p], types);
    double *failure = copy_array(all, game->failure[p], types),
           *prior = copy_array(all, game->prior[p], types);
    if (!status || !cost || !failure || !prior)
        return;
    double least = 1;
    for (size_t i = 0; i < types * game->offers; i++)
        least = game->deliver[p][i] < least ? game->deliver[p][i] : least;
    for (size_t t = 0; t < types; t++) {
        status[t] += 0.05 * game->range[p][t];
        cost[t] += 0.05 * game->range[p][t];
        failure[t] -= 0.1 * game->range[p][t];
    }
    trial *it = new_trial(all, ws__format_text(arena, "what no agreement is worth to %s", party->name),
                          "a twentieth of its range more");
    if (it)
        it->game.status[p] = status;
    if ((it = new_trial(all, ws__format_text(arena, "what another breakdown costs %s", party->name),
                        "a twentieth of its range more")))
        it->game.cost[p] = it->game.expiry[p] = cost;
    if (least < 0.99 &&
        (it = new_trial(all,
                        ws__format_text(arena, "what a deal that fails at home is worth to %s", party->name),
                        "a tenth of its range less")))
        it->game.failure[p] = failure;
    if (types > 1) {
        size_t t = all->question->staged->type[p][0];
        double move = prior[0] < 0.85 ? 0.1 : -0.1;
        for (size_t i = 1; i < types; i++)
            prior[i] *= (1 - prior[0] - move) / (1 - prior[0]);
        prior[0] += move;
        it = new_trial(all,
                       ws__format_text(arena, "how likely %s is \"%s\" (%.0f%%)", party->name,
                                       party->types[t].name, 100 * game->prior[p][0]),
                       move > 0 ? "ten points more" : "ten points less");
        if (it)
            it->game.prior[p] = prior;
    }
}

static double agreement(const ws_play *play)
{
    const ws_game *game = play->game;
    double sum = 0;
    for (size_t c = 0; c < play->combinations; c++)
        for (size_t i = 0; i < game->rounds * game->classes; i++)
            sum += play->weight[c] * play->deal[c * game->rounds * game->classes + i];
    return sum;
}

/* A trial a task, the work of each in one thread. */
static void solve_trial(void *context, size_t number, unsigned worker)
{
    trials *all = context;
    trial *it = &all->list[number];
    ws_game_options options = {.grid = COARSE, .tree_limit = 2000};
    ws_run alone = all->question->run ? *all->question->run : (ws_run){0};
    ws_play *play = NULL;
    (void)worker;
    alone.threads = 1;
    alone.progress = NULL;
    it->status = ws__solve_game(&play, &it->game, &options, &alone, NULL);
    if (it->status != WS_OK)
        return;
    it->agreement = agreement(play);
    ws__free_play(play);
}

ws_status ws__rank_assumptions(ws_course_box *box, const ws_question *question)
{
    WS_SCRATCH(arena);
    trials *all = WS_NEW(&arena, trials);
    ws_assumption *told = WS_NEW_MANY(&box->arena, MOST_TRIED, ws_assumption);
    const ws_game *game = &question->staged->game;
    if (!all || !told)
        return ws_fail(question->diag, WS_LIMIT, "no memory for the assumptions");
    all->arena = &box->arena;
    all->question = question;
    new_trial(all, "as it stands", "");
    for (size_t p = 0; p < game->parties; p++)
        try_party(all, p);
    trial *it = game->infinite ? NULL
                               : new_trial(all,
                                           ws__format_text(&box->arena,
                                                           "how surely the better course is taken "
                                                           "(rationality %g)",
                                                           game->rationality),
                                           "half of it");
    if (it)
        it->game.rationality *= 0.5;
    double *hazard = copy_array(all, game->hazard, game->rounds);
    bool any = false;
    for (size_t n = 0; hazard && n < game->rounds; n++) {
        any = any || hazard[n] > 0;
        hazard[n] = hazard[n] < 0.95 ? hazard[n] + 0.05 : 1;
    }
    if (any &&
        (it = new_trial(all, "the chance that outside events end the talks", "five points more a round")))
        it->game.hazard = hazard;
    ws_status status = ws__run_tasks(question->run, "assumptions", all->count, solve_trial, all, NULL);
    if (status != WS_OK)
        return status;
    const trial *base = &all->list[0];
    if (base->status != WS_OK) /* nothing is claimed */
        return base->status == WS_INTERRUPTED ? base->status : WS_OK;
    size_t count = 0;
    for (size_t i = 1; i < all->count; i++) {
        if (all->list[i].status == WS_INTERRUPTED)
            return WS_INTERRUPTED;
        if (all->list[i].status != WS_OK)
            continue;
        ws_assumption found = {.what = all->list[i].what,
                               .step = all->list[i].step,
                               .moves = all->list[i].agreement - base->agreement};
        size_t at = count++;
        for (; at > 0 && fabs(told[at - 1].moves) < fabs(found.moves); at--)
            told[at] = told[at - 1];
        told[at] = found;
    }
    box->course.assumptions = told;
    box->course.assumption_count = count < MOST_TOLD ? count : MOST_TOLD;
    return WS_OK;
}
