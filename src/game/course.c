/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `solve`: from a case to the course of its talks. The game is staged from the public beliefs, solved, and
 * told: odds, rounds, offers, types; then what a reader asks next (compare.c, assumptions.c, verify.c). */
#include "base/date.h"
#include "base/diag.h"
#include "base/text.h"
#include "game/logit.h"
#include "game/stage.h"

#include <stdlib.h>
#include <string.h>

/* What halving the grid may move before it is doubled. Errors fall at least with the square of the nodes'
 * spacing, so that at most a third of it, 1e-3, is left in the answer. */
#define MOVED 3e-3

/* ---- Odds ---- */

ws_status ws__sum_odds(ws_odds *out, ws_arena *arena, const ws_play *play, size_t round, size_t combination,
                       ws_diag *diag)
{
    const ws_game *game = play->game;
    double *classes = WS_NEW_MANY(arena, game->classes, double);
    double *walk = WS_NEW_MANY(arena, game->parties, double);
    if (!classes || !walk)
        return ws_fail(diag, WS_LIMIT, "no memory for the odds");
    *out = (ws_odds){.classes = classes, .walk = walk};
    for (size_t c = 0; c < play->combinations; c++) {
        double w = combination == SIZE_MAX ? play->weight[c] : 1;
        if (combination != SIZE_MAX && c != combination)
            continue;
        for (size_t n = 0; n < game->rounds; n++) {
            size_t at = c * game->rounds + n;
            if (round != SIZE_MAX && n != round)
                continue;
            for (size_t k = 0; k < game->classes; k++)
                classes[k] += w * play->deal[at * game->classes + k];
            out->failed += w * play->failed[at];
            out->outside += w * play->outside[at];
            for (size_t p = 0; p < game->parties; p++)
                walk[p] += w * play->walk[at * game->parties + p];
        }
        if (round == SIZE_MAX || round + 1 == game->rounds)
            out->expiry += w * play->expiry[c];
    }
    for (size_t k = 0; k < game->classes; k++)
        out->agreement += classes[k];
    out->breakdown = out->outside + out->expiry;
    for (size_t p = 0; p < game->parties; p++)
        out->breakdown += walk[p];
    return WS_OK;
}

double *ws__mean_values(ws_arena *arena, const ws_play *play)
{
    const ws_game *game = play->game;
    double *value = WS_NEW_MANY(arena, game->parties, double);
    for (size_t p = 0; value && p < game->parties; p++)
        for (size_t t = 0; t < game->types[p]; t++)
            value[p] += game->prior[p][t] * play->value[ws__column(game, p, t)];
    return value;
}

/* ---- Sections ---- */

static ws_status describe(const ws_outcome **out, ws_course_box *box, const ws_theatre *theatre, size_t x,
                          ws_diag *diag)
{
    ws_outcome **slot = &box->outcomes[x];
    if (!*slot)
        WS_TRY(ws_describe_outcome(slot, theatre->space, theatre->offers[x], diag));
    *out = *slot;
    return WS_OK;
}

/* Public beliefs as a round begins, averaged over how it came about. */
static const double *const *beliefs_at(ws_arena *arena, const ws_question *question, size_t round)
{
    const ws_play *play = question->play;
    const ws_game *game = play->game;
    double **belief = WS_NEW_MANY(arena, game->parties, double *);
    for (size_t p = 0; belief && p < game->parties; p++) {
        size_t types = question->theatre->c->shape->parties[p].type_count;
        double sum = 0;
        if (types == 0)
            continue;
        if (!(belief[p] = WS_NEW_MANY(arena, types, double)))
            return NULL;
        for (size_t c = 0; c < play->combinations; c++) {
            double mass = play->weight[c] * play->reach[c * game->rounds + round];
            belief[p][question->staged->type[p][ws__type_in(game, c, p)]] += mass;
            sum += mass;
        }
        for (size_t t = 0; sum > 0 && t < types; t++)
            belief[p][t] /= sum;
        for (size_t t = 0; !(sum > 0) && t < game->types[p]; t++) /* never reached: nothing was learnt */
            belief[p][question->staged->type[p][t]] = game->prior[p][t];
    }
    return (const double *const *)belief;
}

static ws_status fill_round(ws_course_round *out, ws_course_box *box, const ws_question *question, size_t n)
{
    const ws_play *play = question->play;
    const ws_game *game = play->game;
    const double *made = play->made + n * game->offers;
    size_t best = 0, speakers = 0;
    double sum = 0;
    *out = (ws_course_round){.number = question->setting.first_round + n + 1, .proposer = SIZE_MAX};
    out->date = ws__round_day(question->theatre->c, question->setting.first_round + n);
    for (size_t p = 0; p < game->parties; p++)
        if (game->proposer[n * game->parties + p] > 0) {
            out->proposer = speakers++ ? SIZE_MAX : p;
        }
    for (size_t c = 0; c < play->combinations; c++) {
        out->reach += play->weight[c] * play->reach[c * game->rounds + n];
        out->agree += play->weight[c] * play->agree[c * game->rounds + n];
    }
    WS_TRY(ws__sum_odds(&out->odds, &box->arena, play, n, SIZE_MAX, question->diag));
    for (size_t k = 1; k < game->classes; k++)
        if (out->odds.classes[k] > out->odds.classes[out->class_of])
            out->class_of = k;
    for (size_t x = 0; x < game->offers; x++) {
        best = made[x] > made[best] ? x : best;
        sum += made[x];
    }
    if (sum > 0) {
        out->offer_probability = made[best] / (out->reach * (1 - game->hazard[n]));
        WS_TRY(describe(&out->offer, box, question->theatre, best, question->diag));
    }
    out->belief = beliefs_at(&box->arena, question, n);
    return out->belief ? WS_OK : ws_fail(question->diag, WS_LIMIT, "no memory for beliefs");
}

static int by_value(const void *a, const void *b)
{
    const ws_next_offer *x = a, *y = b;
    if (x->value != y->value)
        return x->value > y->value ? -1 : 1;
    return x->outcome->index < y->outcome->index ? -1 : x->outcome->index > y->outcome->index;
}

/* The offers of one party, best first. */
static ws_status fill_offers(ws_course_box *box, const ws_question *question, size_t p)
{
    const ws_play *play = question->play;
    const ws_game *game = play->game;
    const ws_first *first = &play->first[p];
    size_t k = game->offers, types = question->theatre->c->shape->parties[p].type_count;
    ws_next_offer *list = WS_NEW_MANY(&box->arena, k, ws_next_offer);
    if (!list)
        return ws_fail(question->diag, WS_LIMIT, "no memory for %zu offers", k);
    for (size_t x = 0; x < k; x++) {
        ws_next_offer *offer = &list[x];
        double *reveals = types ? WS_NEW_MANY(&box->arena, types, double) : NULL;
        WS_TRY(describe(&offer->outcome, box, question->theatre, x, question->diag));
        offer->accept = first->accept[x];
        offer->deliver = first->deliver[x];
        for (size_t t = 0; t < game->types[p]; t++) {
            double posterior = first->posterior[x * game->types[p] + t];
            offer->probability += game->prior[p][t] * first->chosen[t * (k + 1) + x];
            offer->value += posterior * first->worth[t * k + x];
            if (reveals)
                reveals[question->staged->type[p][t]] = posterior;
        }
        offer->reveals = reveals;
    }
    qsort(list, k, sizeof *list, by_value);
    box->course.speaker = p;
    box->course.offer_count = k;
    box->course.offers = list;
    return WS_OK;
}

static ws_status fill_types(ws_course_box *box, const ws_question *question)
{
    const ws_play *play = question->play;
    const ws_game *game = play->game;
    if (!ws__has_types(game))
        return WS_OK;
    ws_course_types *list = WS_NEW_MANY(&box->arena, play->combinations, ws_course_types);
    for (size_t c = 0; list && c < play->combinations; c++) {
        size_t *types = WS_NEW_MANY(&box->arena, game->parties, size_t);
        double *value = WS_NEW_MANY(&box->arena, game->parties, double);
        if (!types || !value)
            return ws_fail(question->diag, WS_LIMIT, "no memory for the types");
        for (size_t p = 0; p < game->parties; p++) {
            size_t t = ws__type_in(game, c, p);
            bool has = question->theatre->c->shape->parties[p].type_count > 0;
            types[p] = has ? question->staged->type[p][t] : SIZE_MAX;
            value[p] = play->value[ws__column(game, p, t)];
        }
        list[c] = (ws_course_types){.types = types, .probability = play->weight[c], .value = value};
        WS_TRY(ws__sum_odds(&list[c].odds, &box->arena, play, SIZE_MAX, c, question->diag));
    }
    box->course.by_type = list;
    box->course.type_count = list ? play->combinations : 0;
    return list ? WS_OK : ws_fail(question->diag, WS_LIMIT, "no memory for the types");
}

static ws_status fill_course(ws_course_box *box, const ws_question *question)
{
    ws_course *course = &box->course;
    const ws_play *play = question->play;
    const ws_game *game = play->game;
    course->party_count = game->parties;
    course->class_count = game->classes;
    course->speaker = SIZE_MAX;
    course->round_count = game->rounds;
    ws_course_round *rounds = WS_NEW_MANY(&box->arena, game->rounds, ws_course_round);
    box->outcomes = WS_NEW_MANY(&box->arena, game->offers, ws_outcome *);
    box->outcome_count = game->offers;
    course->value = ws__mean_values(&box->arena, play);
    if (!rounds || !box->outcomes || !course->value)
        return ws_fail(question->diag, WS_LIMIT, "no memory for %zu rounds", game->rounds);
    WS_TRY(ws__sum_odds(&course->odds, &box->arena, play, SIZE_MAX, SIZE_MAX, question->diag));
    course->rounds = rounds;
    for (size_t n = 0; n < game->rounds; n++)
        WS_TRY(fill_round(&rounds[n], box, question, n));
    WS_TRY(fill_types(box, question));
    const char *names[] = {"", "perfect", "tree", "grid"};
    course->method.name = names[play->how.method];
    course->method.rationality = game->infinite ? HUGE_VAL : game->rationality;
    course->method.residual = play->how.residual;
    course->method.ambiguity = play->how.ambiguity;
    course->method.grid = play->how.grid;
    course->method.points = play->how.points;
    course->method.actions = play->how.actions;
    course->method.iterations = play->how.iterations;
    course->method.offers = question->theatre->offer_count;
    course->method.offers_of = question->theatre->offers_of;
    course->method.tie = play->how.tie;
    course->method.playout_errors = course->method.farthest_odds = course->method.fewer_offers_odds =
        (double)NAN;
    return WS_OK;
}

/* ---- The game itself ---- */

/* The largest difference of values, in ranges, and of odds by class and round, averaged over types. */
static void compare_plays(double *value, double *odds, const ws_play *a, const ws_play *b)
{
    const ws_game *game = a->game;
    *value = *odds = 0;
    for (size_t p = 0; p < game->parties; p++)
        for (size_t t = 0; t < game->types[p]; t++) {
            size_t c = ws__column(game, p, t);
            double d = game->range[p][t] > 0 ? fabs(a->value[c] - b->value[c]) / game->range[p][t] : 0;
            *value = d > *value ? d : *value;
        }
    for (size_t n = 0; n < game->rounds; n++)
        for (size_t k = 0; k < game->classes + 2; k++) { /* classes, failed, reach */
            double d = 0;
            for (size_t c = 0; c < a->combinations; c++) {
                size_t at = c * game->rounds + n;
                if (k < game->classes)
                    d += a->weight[c] * (a->deal[at * game->classes + k] - b->deal[at * game->classes + k]);
                else if (k == game->classes)
                    d += a->weight[c] * (a->failed[at] - b->failed[at]);
                else
                    d += a->weight[c] * (a->reach[at] - b->reach[at]);
            }
            *odds = fabs(d) > *odds ? fabs(d) : *odds;
        }
}

/* Half the nodes of an axis; odd, as all grids. */
static size_t halve(size_t nodes)
{
    size_t half = (nodes + 1) / 2;
    return half + (half % 2 == 0);
}

/* Doubles the nodes while halving them moves the answer. *play is the better answer throughout. */
static ws_status refine(ws_play **play, ws_play **half, double *value, double *odds, const ws_game *game,
                        ws_game_options *options, const ws_run *run, ws_diag *diag)
{
    bool asked = options->grid > 0;
    for (;;) {
        compare_plays(value, odds, *play, *half);
        bool large = (*play)->how.points > 2000 || (*play)->how.grid >= 65;
        if (asked || large || (*value <= MOVED && *odds <= MOVED))
            return WS_OK;
        ws_play *finer = NULL;
        ws_game_options more = *options;
        more.grid = 2 * (*play)->how.grid - 1;
        ws_status status = ws__solve_game(&finer, game, &more, run, NULL);
        if (status == WS_FAULT || status == WS_LIMIT) { /* the finer grid has no answer: this one stands */
            ws_warn(diag,
                    "half the grid moves values by %.2g of a range and odds by %.2g, and a finer one was not "
                    "solved",
                    *value, *odds);
            return WS_OK;
        }
        WS_TRY(status);
        ws__free_play(*half);
        *half = *play;
        *play = finer;
        options->grid = more.grid;
    }
}

/* Solves; on a grid with a quarter and half of the nodes first: if the rest is stopped, that is what is known
 * (*out is set), and else the half tells how exact the answer is. */
static ws_status solve_sure(ws_play **out, double *halved_value, double *halved_odds, const ws_game *game,
                            ws_game_options *options, const ws_run *run, ws_diag *diag)
{
    ws_play *play = NULL, *half = NULL;
    size_t nodes = ws__choose_nodes(game, options);
    ws_status status = WS_OK;
    *halved_value = *halved_odds = (double)NAN;
    for (unsigned times = nodes >= 33 ? 2 : nodes >= 9 ? 1 : 0; times > 0 && status == WS_OK; times--) {
        ws_game_options fewer = *options;
        ws_play *coarse = NULL;
        fewer.method = WS_METHOD_GRID;
        fewer.grid = times == 2 ? halve(halve(nodes)) : halve(nodes);
        status = ws__solve_game(&coarse, game, &fewer, run, diag);
        if (status == WS_OK) {
            ws__free_play(half);
            half = coarse;
        }
    }
    if (status == WS_OK)
        status = ws__solve_game(&play, game, options, run, diag);
    if (status == WS_OK && half)
        status = refine(&play, &half, halved_value, halved_odds, game, options, run, diag);
    if (!play && status == WS_INTERRUPTED) {
        play = half;
        half = NULL;
    }
    ws__free_play(half);
    *out = play;
    return status;
}

static ws_status read_options(ws_question *question, ws_offer_choice *choice, bool *chosen, const ws_case *c,
                              const ws_solve_options *options, ws_arena *arena)
{
    ws_diag *diag = question->diag;
    const ws_process *process = c->shape->process;
    ws_day day;
    WS_TRY(ws__read_as_of(&day, c, options->as_of, diag));
    if (!process)
        return ws_fail(diag, WS_INVALID,
                       "the case has no process: no rounds to play; add one, e.g. process: {rounds: "
                       "5, first: %s}",
                       c->shape->parties[0].key);
    WS_TRY(ws__find_first_round(&question->setting.first_round, c, day, diag));
    if (options->as_of && !process->dates)
        ws_warn(
            diag,
            "as of %s: only the events up to then count; the rounds of this case have no dates, so all %zu "
            "are still to be played (--rounds N says how many are left)",
            options->as_of, process->round_count);
    question->setting.rounds =
        options->rounds ? (size_t)options->rounds : process->round_count - question->setting.first_round;
    question->setting.rationality =
        options->rationality != 0 ? options->rationality : ws__case_rationality(c);
    if (!(question->setting.rationality > 0))
        return ws_fail(diag, WS_INVALID, "rationality is %g; expected a number above 0, or infinite",
                       question->setting.rationality);
    *chosen = options->offers > 0;
    *choice = (ws_offer_choice){.kind = WS_OFFERS_BEST, .most = (size_t)options->offers};
    question->options.grid = (size_t)options->grid;
    if (options->method) {
        const char *names[] = {"perfect", "tree", "grid"};
        for (unsigned m = 0; m < 3; m++)
            if (strcmp(options->method, names[m]) == 0)
                question->options.method = (ws_method)(WS_METHOD_PERFECT + m);
        if (question->options.method == WS_METHOD_AUTO)
            return ws_fail(diag, WS_USAGE, "no method is named '%s'; there are perfect, tree, grid",
                           options->method);
    }
    ws_chances *chances = WS_NEW(arena, ws_chances);
    size_t *fixed = WS_NEW_MANY(arena, c->shape->party_count, size_t);
    if (!chances || !fixed)
        return ws_fail(diag, WS_LIMIT, "no memory for beliefs");
    if (c->shape->party_count > WS_GAME_PARTIES)
        return ws_fail(diag, WS_LIMIT, "the game is played by 2 to %d parties; the case has %zu",
                       WS_GAME_PARTIES, c->shape->party_count);
    if (options->no_events)
        WS_TRY(ws__prior_chances(chances, arena, c, diag));
    else
        WS_TRY(ws__public_chances(chances, arena, c, day, question->run, diag));
    for (size_t p = 0; p < c->shape->party_count; p++) {
        const ws_party *party = &c->shape->parties[p];
        fixed[p] = SIZE_MAX;
        for (size_t i = 0; i < options->fixed_count; i++)
            for (size_t t = 0; t < party->type_count; t++)
                if (strcmp(options->fixed_party[i], party->key) == 0 &&
                    strcmp(options->fixed_type[i], party->types[t].key) == 0)
                    fixed[p] = t;
    }
    question->setting.chances = chances;
    question->setting.fixed = fixed;
    return WS_OK;
}

/* The offers of who speaks next, or of the party asked for: if it is not its turn, as if it were. */
static ws_status answer_offers(ws_course_box *box, const ws_question *question, const char *for_party,
                               ws_arena *arena)
{
    const ws_game *game = &question->staged->game;
    size_t p = 0;
    if (for_party) {
        WS_TRY(ws__seek_party(&p, question->theatre->c, for_party, question->diag));
    } else {
        for (size_t q = 1; q < game->parties; q++)
            p = game->proposer[q] > game->proposer[p] ? q : p;
    }
    if (question->play->first[p].probability > 0)
        return fill_offers(box, question, p);
    ws_question its = *question;
    ws_staged *staged;
    ws_play *play = NULL;
    its.setting.speaker = p + 1;
    WS_TRY(ws__stage_game(&staged, arena, question->theatre, &its.setting, question->diag));
    WS_TRY(ws__solve_game(&play, &staged->game, &its.options, question->run, question->diag));
    its.staged = staged;
    its.play = play;
    ws_status status = fill_offers(box, &its, p);
    ws__free_play(play);
    return status;
}

enum { MOST_MISSING = 8 };

/* A part of the answer was stopped: notes what is missing and goes on; other failures stay. */
static ws_status leave_out(ws_status status, ws_course_box *box, const char *what)
{
    ws_course *course = &box->course;
    const char **list = (const char **)(uintptr_t)course->missing;
    if (status != WS_INTERRUPTED || course->missing_count == MOST_MISSING)
        return status;
    if (!list && !(list = WS_NEW_MANY(&box->arena, MOST_MISSING, const char *)))
        return status;
    list[course->missing_count++] = what;
    course->missing = list;
    course->complete = false;
    return WS_OK;
}

/* What can be asked beyond the odds, each part on its own. */
static ws_status answer_more(ws_course_box *box, const ws_question *question, const ws_solve_options *options,
                             ws_arena *arena)
{
    WS_TRY(leave_out(answer_offers(box, question, options->for_party, arena), box, "the offers"));
    if (!options->no_comparisons) {
        WS_TRY(leave_out(ws__compare_course(box, question), box,
                         box->course.comparison_count ? "some comparisons" : "the comparisons"));
        WS_TRY(leave_out(ws__rank_assumptions(box, question), box,
                         "the assumptions that the odds hang on most"));
    }
    return options->verify ? leave_out(ws__verify_course(box, question), box, "the checks of --verify")
                           : WS_OK;
}

static ws_status answer(ws_course_box *box, ws_question *question, const ws_solve_options *options,
                        ws_arena *arena)
{
    double value, odds;
    ws_staged *staged;
    ws_play *play = NULL;
    WS_TRY(ws__stage_game(&staged, arena, question->theatre, &question->setting, question->diag));
    question->staged = staged;
    ws_status status =
        solve_sure(&play, &value, &odds, &staged->game, &question->options, question->run, question->diag);
    if (!play)
        return status != WS_OK ? status : ws_fail(question->diag, WS_FAULT, "the game has no answer");
    question->play = play;
    box->course.complete = true;
    bool coarse = status != WS_OK && play->how.grid < ws__choose_nodes(&staged->game, &question->options);
    status =
        leave_out(status, box,
                  coarse ? ws__format_text(&box->arena,
                                           "the full grid of beliefs (the odds are those of %zu nodes an "
                                           "axis)",
                                           play->how.grid)
                         : "a finer grid of beliefs");
    if (status == WS_OK)
        status = fill_course(box, question);
    box->course.method.halved_value = value;
    box->course.method.halved_odds = odds;
    if (status == WS_OK)
        status = answer_more(box, question, options, arena);
    if (status == WS_OK && play->how.ambiguity > 1e-3)
        ws_warn(question->diag,
                "with probability %.2g an offer is made that can be read in more than one way (ambiguity); "
                "--verify says what the other reading would change",
                play->how.ambiguity);
    ws__free_play(play);
    return status;
}

ws_status ws_solve_case(ws_course **out, const ws_case *c, const ws_solve_options *options, const ws_run *run,
                        ws_diag *diag)
{
    static const ws_solve_options defaults = {0};
    WS_SCRATCH(arena);
    ws_clocked_run clock;
    ws__clock_run(&clock, run);
    ws_question question = {.run = &clock.run, .clock = &clock, .diag = diag};
    ws_offer_choice choice;
    bool chosen = false;
    ws_theatre *theatre = NULL;
    options = options ? options : &defaults;
    ws_course_box *box = calloc(1, sizeof *box);
    if (!box)
        return ws_fail(diag, WS_LIMIT, "no memory for the game");
    ws__init_arena(&box->arena);
    ws_status status = read_options(&question, &choice, &chosen, c, options, &arena);
    if (status == WS_OK)
        status = ws__open_theatre(&theatre, c, chosen ? &choice : NULL, question.run, diag);
    question.theatre = theatre;
    if (status == WS_OK)
        status = answer(box, &question, options, &arena);
    ws__close_theatre(theatre);
    if (status == WS_OK) {
        *out = &box->course;
        return box->course.complete ? WS_OK : ws__why_stopped(&clock);
    }
    ws_free_course(&box->course);
    if (status != WS_INTERRUPTED)
        return status;
    return ws_fail(
        diag, ws__why_stopped(&clock),
        "stopped before anything was known; give more time, fewer offers (--offers N) or a coarser "
        "grid (--grid N)");
}

void ws_free_course(ws_course *course)
{
    if (!course)
        return;
    ws_course_box *box = (ws_course_box *)course;
    for (size_t x = 0; x < box->outcome_count; x++)
        ws_free_outcome(box->outcomes[x]);
    ws__free_arena(&box->arena);
    free(box);
}
