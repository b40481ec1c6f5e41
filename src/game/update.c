/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Beliefs from dated events: Bayes' rule, one event after another, by date and then by place in the file.
 * Likelihoods are the case's, or, for an offer, acceptance or rejection within the process, the solved
 * game's at the beliefs of that day. Hidden events move the analyst's belief alone. */
#include "game/stage.h"

#include "base/date.h"
#include "base/diag.h"
#include "base/tasks.h"

#include <stdlib.h>
#include <string.h>

static const char *kind_name(ws_event_kind kind)
{
    static const char *const names[] = {
#define EVENT_NAME(name, text) text,
        WS_EVENT_KINDS(EVENT_NAME)
#undef EVENT_NAME
    };
    return names[kind];
}

typedef struct update {
    ws_arena *arena;
    const ws_case *c;
    const ws_run *run;
    ws_diag *diag;
    ws_day until;
    bool hidden;             /* hidden events count */
    const ws_event *stopped; /* the event at which the work was stopped */
    ws_chances now;
    ws_belief_step *steps[WS_GAME_PARTIES]; /* [events] */
    size_t step_count[WS_GAME_PARTIES];
    ws_theatre *theatre; /* opened when an event asks the game */
    /* the last offer within the process, as it was solved */
    size_t offer, proposer, offer_round;
    ws_staged *staged;
    ws_play *play;
} update;

ws_status ws__prior_chances(ws_chances *out, ws_arena *arena, const ws_case *c, ws_diag *diag)
{
    *out = (ws_chances){0};
    for (size_t p = 0; p < c->shape->party_count && p < WS_GAME_PARTIES; p++) {
        const ws_party *party = &c->shape->parties[p];
        if (party->type_count == 0)
            continue;
        out->of[p] = WS_NEW_MANY(arena, party->type_count, double);
        if (!out->of[p])
            return ws_fail(diag, WS_LIMIT, "no memory for beliefs");
        for (size_t t = 0; t < party->type_count; t++)
            out->of[p][t] = ws__number(c, party->types[t].probability, 0);
    }
    return WS_OK;
}

/* Events that count, by date, then by place in the file. */
static const ws_event **sort_events(size_t *count, const update *work)
{
    const ws_shape *shape = work->c->shape;
    const ws_event **list = WS_NEW_MANY(work->arena, shape->event_count + 1, const ws_event *);
    *count = 0;
    for (size_t i = 0; list && i < shape->event_count; i++) {
        const ws_event *event = &shape->events[i];
        if ((event->hide && !work->hidden) || (work->until != WS_NO_DAY && event->date > work->until))
            continue;
        size_t at = (*count)++;
        for (; at > 0 && list[at - 1]->date > event->date; at--)
            list[at] = list[at - 1];
        list[at] = event;
    }
    return list;
}

/* Moves the belief about one party. */
static ws_status move_belief(update *work, size_t p, const ws_event *event, const double *likelihood,
                             bool from_model)
{
    const ws_party *party = &work->c->shape->parties[p];
    size_t types = party->type_count;
    const char *name = event->title ? event->title : kind_name(event->kind);
    double sum = 0, *posterior = WS_NEW_MANY(work->arena, 2 * types, double), *copy = posterior + types;
    if (!posterior)
        return ws_fail(work->diag, WS_LIMIT, "no memory for beliefs");
    for (size_t t = 0; t < types; t++) {
        if (!(likelihood[t] >= 0))
            return ws_fail_at(work->diag, WS_INVALID, event->place,
                              "event '%s': likelihood %g for %s of %s; expected >= 0", name, likelihood[t],
                              party->types[t].key, party->key);
        posterior[t] = work->now.of[p][t] * likelihood[t];
        copy[t] = likelihood[t];
        sum += posterior[t];
    }
    if (!(sum > 0))
        return ws_fail_at(
            work->diag, WS_INVALID, event->place,
            "event '%s' contradicts the case: no type of %s that is still possible gives it a chance; "
            "change its likelihood or the events before it",
            name, party->key);
    for (size_t t = 0; t < types; t++)
        work->now.of[p][t] = posterior[t] /= sum;
    work->steps[p][work->step_count[p]++] = (ws_belief_step){.date = event->date,
                                                             .event = name,
                                                             .from_model = from_model,
                                                             .likelihood = copy,
                                                             .posterior = posterior};
    return WS_OK;
}

/* ---- What the game says of an event ---- */

/* The round an event belongs to; false: outside the process. */
static bool round_of(size_t *out, const ws_case *c, ws_day day)
{
    const ws_process *process = c->shape->process;
    if (!process || !process->dates || day < process->dates[0])
        return false;
    *out = 0;
    while (*out + 1 < process->round_count && process->dates[*out + 1] <= day)
        ++*out;
    return true;
}

static ws_status solve_from(update *work, size_t round)
{
    ws_setting setting = {.first_round = round,
                          .rounds = work->c->shape->process->round_count - round,
                          .rationality = ws__case_rationality(work->c),
                          .chances = &work->now};
    if (!work->theatre)
        WS_TRY(ws__open_theatre(&work->theatre, work->c, NULL, work->run, work->diag));
    ws__free_play(work->play);
    work->play = NULL;
    WS_TRY(ws__stage_game(&work->staged, work->arena, work->theatre, &setting, work->diag));
    return ws__solve_game(&work->play, &work->staged->game, NULL, work->run, work->diag);
}

/* An offer by the party whose turn it is: how likely each of its types was to make it. */
static ws_status ask_offer(update *work, const ws_event *event, size_t round, bool *told)
{
    size_t p = event->by[0], types = work->c->shape->parties[p].type_count;
    double *likelihood = WS_NEW_MANY(work->arena, types + 1, double);
    if (!likelihood)
        return ws_fail(work->diag, WS_LIMIT, "no memory for beliefs");
    WS_TRY(solve_from(work, round));
    const ws_game *game = &work->staged->game;
    if (!(work->play->first[p].probability > 0))
        return WS_OK; /* it was not its turn: the game knows nothing of it */
    work->proposer = p;
    work->offer_round = round;
    work->offer = ws__nearest_offer(work->theatre, ws_find_outcome(work->theatre->space, event->offer));
    *told = true;
    if (types == 0)
        return WS_OK;
    for (size_t i = 0; i < game->types[p]; i++)
        likelihood[work->staged->type[p][i]] =
            work->play->first[p].chosen[i * (game->offers + 1) + work->offer];
    return move_belief(work, p, event, likelihood, true);
}

/* An answer to the last offer: with two parties who must both agree the game tells it apart by type. */
static ws_status ask_answer(update *work, const ws_event *event, size_t round, bool *told)
{
    size_t q = event->by[0], types = work->c->shape->parties[q].type_count;
    double *likelihood = WS_NEW_MANY(work->arena, types + 1, double);
    if (!likelihood)
        return ws_fail(work->diag, WS_LIMIT, "no memory for beliefs");
    if (!work->play || work->offer == SIZE_MAX || work->offer_round != round || q == work->proposer ||
        work->c->shape->party_count != 2 || !work->c->shape->unanimous)
        return WS_OK;
    *told = true;
    if (types == 0)
        return WS_OK;
    const ws_game *game = &work->staged->game;
    const ws_first *first = &work->play->first[work->proposer];
    for (size_t c = 0; c < work->play->combinations; c++) {
        if (ws__type_in(game, c, work->proposer) != 0)
            continue;
        double yes = first->accepts[c * game->offers + work->offer];
        yes = yes < 0 ? 0 : yes > 1 ? 1 : yes;
        likelihood[work->staged->type[q][ws__type_in(game, c, q)]] =
            event->kind == WS_EVENT_ACCEPTANCE ? yes : 1 - yes;
    }
    work->offer = SIZE_MAX; /* answered */
    return move_belief(work, q, event, likelihood, true);
}

static ws_status ask_game(update *work, const ws_event *event)
{
    size_t round;
    bool told = false, answer = event->kind == WS_EVENT_ACCEPTANCE || event->kind == WS_EVENT_REJECTION;
    if ((!answer && event->kind != WS_EVENT_OFFER) || !round_of(&round, work->c, event->date))
        return WS_OK;
    if (event->by_count == 1 && answer)
        WS_TRY(ask_answer(work, event, round, &told));
    else if (event->by_count == 1 && event->offer)
        WS_TRY(ask_offer(work, event, round, &told));
    if (!told)
        ws_warn_at(work->diag, event->place,
                   "event '%s' moves no belief: the game does not tell its likelihood (%s); give likelihood",
                   event->title ? event->title : kind_name(event->kind),
                   answer ? "an answer follows an offer of its round, between two parties"
                          : "an offer is made by the one party whose turn it is");
    return WS_OK;
}

/* ---- All events ---- */

static ws_status take_event(update *work, const ws_event *event)
{
    bool given = false;
    for (size_t p = 0; event->likelihood && p < work->c->shape->party_count; p++) {
        const ws_party *party = &work->c->shape->parties[p];
        double likelihood[WS_GAME_TYPES];
        if (!event->likelihood[p])
            continue;
        given = true;
        if (party->type_count == 0 || party->type_count > WS_GAME_TYPES)
            return ws_fail_at(work->diag, WS_INVALID, event->place,
                              "event '%s' has a likelihood for %s, which has no types (or too many)",
                              event->title ? event->title : kind_name(event->kind), party->key);
        for (size_t t = 0; t < party->type_count; t++)
            likelihood[t] = ws__number(work->c, event->likelihood[p][t], 0);
        WS_TRY(move_belief(work, p, event, likelihood, false));
    }
    return given ? WS_OK : ask_game(work, event);
}

static ws_status follow_events(update *work)
{
    const ws_shape *shape = work->c->shape;
    size_t count;
    work->offer = SIZE_MAX;
    WS_TRY(ws__prior_chances(&work->now, work->arena, work->c, work->diag));
    for (size_t p = 0; p < shape->party_count && p < WS_GAME_PARTIES; p++)
        if (!(work->steps[p] = WS_NEW_MANY(work->arena, shape->event_count + 1, ws_belief_step)))
            return ws_fail(work->diag, WS_LIMIT, "no memory for beliefs");
    const ws_event **events = sort_events(&count, work);
    if (!events)
        return ws_fail(work->diag, WS_LIMIT, "no memory for %zu events", shape->event_count);
    ws_status status = WS_OK;
    for (size_t i = 0; i < count && status == WS_OK; i++) {
        status = take_event(work, events[i]);
        if (status == WS_INTERRUPTED)
            work->stopped = events[i];
    }
    ws__free_play(work->play);
    ws__close_theatre(work->theatre);
    work->play = NULL;
    work->theatre = NULL;
    return status;
}

ws_status ws__public_chances(ws_chances *out, ws_arena *arena, const ws_case *c, ws_day until,
                             const ws_run *run, ws_diag *diag)
{
    update work = {.arena = arena, .c = c, .run = run, .diag = diag, .until = until};
    WS_TRY(follow_events(&work));
    *out = work.now;
    return WS_OK;
}

/* ---- The result ---- */

typedef struct beliefs_box {
    ws_beliefs beliefs; /* first */
    ws_arena arena;
} beliefs_box;

static ws_status fill_parties(const ws_party_beliefs **out, size_t *count, update *work)
{
    const ws_shape *shape = work->c->shape;
    ws_chances prior;
    WS_TRY(ws__prior_chances(&prior, work->arena, work->c, work->diag));
    ws_party_beliefs *list = WS_NEW_MANY(work->arena, shape->party_count + 1, ws_party_beliefs);
    if (!list)
        return ws_fail(work->diag, WS_LIMIT, "no memory for beliefs");
    ws_status status = follow_events(work);
    if (status != WS_OK && !work->stopped)
        return status;
    *count = 0;
    for (size_t p = 0; p < shape->party_count && p < WS_GAME_PARTIES; p++)
        if (shape->parties[p].type_count > 0)
            list[(*count)++] = (ws_party_beliefs){.party = p,
                                                  .type_count = shape->parties[p].type_count,
                                                  .prior = prior.of[p],
                                                  .posterior = work->now.of[p],
                                                  .step_count = work->step_count[p],
                                                  .steps = work->steps[p]};
    *out = list;
    return status;
}

static void note_stop(ws_beliefs *beliefs, const update *work)
{
    if (!work->stopped)
        return;
    beliefs->complete = false;
    beliefs->stopped_at = work->stopped->title ? work->stopped->title : kind_name(work->stopped->kind);
}

static ws_status fill_beliefs(beliefs_box *box, const ws_case *c, const char *until, const ws_run *run,
                              ws_diag *diag)
{
    ws_beliefs *beliefs = &box->beliefs;
    ws_day day;
    WS_TRY(ws__read_as_of(&day, c, until, diag));
    if (c->shape->party_count > WS_GAME_PARTIES)
        return ws_fail(diag, WS_LIMIT, "beliefs are followed for up to %d parties; the case has %zu",
                       WS_GAME_PARTIES, c->shape->party_count);
    beliefs->until = day;
    update work = {.arena = &box->arena, .c = c, .run = run, .diag = diag, .until = day};
    beliefs->complete = true;
    ws_status status = fill_parties(&beliefs->parties, &beliefs->party_count, &work);
    note_stop(beliefs, &work);
    WS_TRY(status);
    for (size_t i = 0; i < c->shape->event_count; i++)
        beliefs->has_hidden = beliefs->has_hidden || (c->shape->events[i].hide &&
                                                      (day == WS_NO_DAY || c->shape->events[i].date <= day));
    if (!beliefs->has_hidden)
        return WS_OK;
    size_t count;
    update seen = {.arena = &box->arena, .c = c, .run = run, .diag = diag, .until = day, .hidden = true};
    status = fill_parties(&beliefs->analyst, &count, &seen);
    note_stop(beliefs, &seen);
    return status;
}

ws_status ws_update_beliefs(ws_beliefs **out, const ws_case *c, const char *until, const ws_run *run,
                            ws_diag *diag)
{
    beliefs_box *box = calloc(1, sizeof *box);
    if (!box)
        return ws_fail(diag, WS_LIMIT, "no memory for beliefs");
    ws__init_arena(&box->arena);
    ws_clocked_run clock;
    ws__clock_run(&clock, run);
    ws_status status = fill_beliefs(box, c, until, &clock.run, diag);
    if (status == WS_OK || (status == WS_INTERRUPTED && box->beliefs.parties))
        *out = &box->beliefs;
    else
        ws_free_beliefs(&box->beliefs);
    return status == WS_INTERRUPTED ? ws__why_stopped(&clock) : status;
}

void ws_free_beliefs(ws_beliefs *beliefs)
{
    if (!beliefs)
        return;
    beliefs_box *box = (beliefs_box *)beliefs;
    ws__free_arena(&box->arena);
    free(box);
}
