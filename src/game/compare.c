/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an analyst asks first, each a game with one thing changed: what if the other side surely can, or
 * cannot, deliver; what does a round of delay change; what is a public sign of deliverability worth. */
#include "base/diag.h"
#include "game/logit.h"
#include "game/stage.h"

#include <string.h>

enum {
    MOST_COMPARISONS = 8,
    COMPARED_GRID = 17 /* differences of interest are far above what it misses */
};
#define SIGN_RIGHT 0.8 /* how often the sign is right */

static ws_status add(ws_course_box *box, const ws_question *question, const char *change, const double *value,
                     const ws_odds *odds, bool averaged)
{
    ws_comparison *list = (ws_comparison *)(uintptr_t)box->course.comparisons;
    if (!list && !(list = WS_NEW_MANY(&box->arena, MOST_COMPARISONS, ws_comparison)))
        return ws_fail(question->diag, WS_LIMIT, "no memory for the comparisons");
    if (!change || !value)
        return ws_fail(question->diag, WS_LIMIT, "no memory for the comparisons");
    list[box->course.comparison_count++] = (ws_comparison){change, value, *odds, averaged};
    box->course.comparisons = list;
    return WS_OK;
}

/* Solves with a changed setting; the play and its values, to be freed by the caller. */
static ws_status solve_changed(ws_play **play, ws_staged **staged, ws_arena *arena,
                               const ws_question *question, const ws_setting *setting)
{
    ws_game_options options = question->options;
    if (question->play->how.method != WS_METHOD_PERFECT)
        options.method = WS_METHOD_AUTO; /* fewer types may need no grid */
    if (options.grid == 0 || options.grid > COMPARED_GRID)
        options.grid = COMPARED_GRID;
    WS_TRY(ws__stage_game(staged, arena, question->theatre, setting, question->diag));
    return ws__solve_game(play, &(*staged)->game, &options, question->run, question->diag);
}

static ws_status compare_setting(ws_course_box *box, const ws_question *question, const ws_setting *setting,
                                 const char *change)
{
    WS_SCRATCH(arena);
    ws_staged *staged;
    ws_play *play = NULL;
    ws_odds odds;
    WS_TRY(solve_changed(&play, &staged, &arena, question, setting));
    ws_status status = ws__sum_odds(&odds, &box->arena, play, SIZE_MAX, SIZE_MAX, question->diag);
    const ws_game *game = play->game;
    double *value = WS_NEW_MANY(&box->arena, game->parties, double);
    size_t late =
        setting->first_round - question->setting.first_round; /* what starts later is counted from now */
    for (size_t p = 0; value && p < game->parties; p++)
        for (size_t t = 0; t < game->types[p]; t++) {
            double gain = play->value[ws__column(game, p, t)] - game->status[p][t];
            gain *= ws__power(game->discount[p][t], late);
            value[p] += game->prior[p][t] * (game->status[p][t] + gain);
        }
    ws__free_play(play);
    return status != WS_OK ? status : add(box, question, change, value, &odds, false);
}

/* How likely a type is to deliver, over the offers. */
static double delivers(const ws_question *question, size_t p, size_t t)
{
    const ws_theatre *theatre = question->theatre;
    double sum = 0;
    for (size_t x = 0; x < theatre->offer_count; x++)
        sum += theatre->weight[x] * theatre->deliver[p][t * theatre->offer_count + x];
    return sum;
}

/* The party whose types differ in what they deliver, another than the speaker if there is one; SIZE_MAX. */
static size_t find_deliverer(const ws_question *question, size_t speaker, size_t *best, size_t *worst)
{
    const ws_game *game = &question->staged->game;
    size_t found = SIZE_MAX;
    for (size_t p = 0; p < game->parties; p++) {
        size_t most = question->staged->type[p][0], least = most;
        for (size_t i = 1; i < game->types[p]; i++) {
            size_t t = question->staged->type[p][i];
            most = delivers(question, p, t) > delivers(question, p, most) ? t : most;
            least = delivers(question, p, t) < delivers(question, p, least) ? t : least;
        }
        if (delivers(question, p, most) - delivers(question, p, least) < 1e-3)
            continue;
        if (found == SIZE_MAX || found == speaker) {
            found = p;
            *best = most;
            *worst = least;
        }
    }
    return found;
}

/* A sign that tells the likelier from the less likely deliverers, right SIGN_RIGHT of the time. */
static ws_status compare_sign(ws_course_box *box, const ws_question *question, size_t p, size_t best,
                              size_t worst)
{
    const ws_shape *shape = question->theatre->c->shape;
    size_t types = shape->parties[p].type_count;
    double cut = 0.5 * (delivers(question, p, best) + delivers(question, p, worst));
    ws_arena *arena = &box->arena;
    ws_odds mean = {0};
    double *classes = WS_NEW_MANY(arena, box->course.class_count, double);
    double *walk = WS_NEW_MANY(arena, box->course.party_count, double);
    double *value = WS_NEW_MANY(arena, box->course.party_count, double);
    double *chances = WS_NEW_MANY(arena, types, double);
    if (!classes || !walk || !value || !chances)
        return ws_fail(question->diag, WS_LIMIT, "no memory for the comparisons");
    for (unsigned says = 0; says < 2; says++) { /* it says: can; it says: cannot */
        WS_SCRATCH(scratch);
        ws_setting setting = question->setting;
        ws_chances changed = *question->setting.chances;
        ws_staged *staged;
        ws_play *play = NULL;
        ws_odds odds;
        double sum = 0;
        for (size_t t = 0; t < types; t++) {
            bool can = delivers(question, p, t) >= cut;
            chances[t] =
                question->setting.chances->of[p][t] * (can == (says == 0) ? SIGN_RIGHT : 1 - SIGN_RIGHT);
            sum += chances[t];
        }
        for (size_t t = 0; t < types; t++)
            chances[t] /= sum;
        changed.of[p] = chances;
        setting.chances = &changed;
        WS_TRY(solve_changed(&play, &staged, &scratch, question, &setting));
        ws_status status = ws__sum_odds(&odds, arena, play, SIZE_MAX, SIZE_MAX, question->diag);
        double *its = ws__mean_values(arena, play);
        ws__free_play(play);
        if (status != WS_OK || !its)
            return status != WS_OK ? status
                                   : ws_fail(question->diag, WS_LIMIT, "no memory for the comparisons");
        for (size_t k = 0; k < box->course.class_count; k++)
            classes[k] += sum * odds.classes[k];
        for (size_t q = 0; q < box->course.party_count; q++) {
            walk[q] += sum * odds.walk[q];
            value[q] += sum * its[q];
        }
        mean.agreement += sum * odds.agreement;
        mean.failed += sum * odds.failed;
        mean.outside += sum * odds.outside;
        mean.expiry += sum * odds.expiry;
        mean.breakdown += sum * odds.breakdown;
        if (says == 0)
            WS_TRY(add(box, question,
                       ws__format_text(arena, "a sign, right four times in five, says \"%s\" of %s",
                                       shape->parties[p].types[best].name, shape->parties[p].name),
                       its, &odds, false));
    }
    mean.classes = classes;
    mean.walk = walk;
    return add(box, question, "such a sign is given, whatever it says", value, &mean, true);
}

static ws_status compare_delivery(ws_course_box *box, const ws_question *question)
{
    size_t best = 0, worst = 0, parties = box->course.party_count;
    size_t p = find_deliverer(question, box->course.speaker, &best, &worst);
    if (p == SIZE_MAX)
        return WS_OK;
    const ws_party *party = &question->theatre->c->shape->parties[p];
    size_t *fixed = WS_NEW_MANY(&box->arena, parties, size_t);
    ws_setting setting = question->setting;
    if (!fixed)
        return ws_fail(question->diag, WS_LIMIT, "no memory for the comparisons");
    memcpy(fixed, question->setting.fixed, parties * sizeof *fixed);
    setting.fixed = fixed;
    const size_t types[] = {best, worst};
    for (unsigned i = 0; i < 2; i++) {
        fixed[p] = types[i];
        WS_TRY(compare_setting(box, question, &setting,
                               ws__format_text(&box->arena, "%s is known to be \"%s\"", party->name,
                                               party->types[types[i]].name)));
    }
    return compare_sign(box, question, p, best, worst);
}

/* Nobody has types, but somebody may fail at home: what if it could not. */
static ws_status compare_sure(ws_course_box *box, const ws_question *question)
{
    const ws_game *game = &question->staged->game;
    for (size_t i = 0; i < game->parties; i++) {
        size_t p = (box->course.speaker != SIZE_MAX ? box->course.speaker + 1 + i : i) % game->parties;
        double least = 1;
        for (size_t x = 0; x < game->types[p] * game->offers; x++)
            least = game->deliver[p][x] < least ? game->deliver[p][x] : least;
        if (least > 1 - 1e-6)
            continue;
        WS_SCRATCH(arena);
        ws_game sure = *game;
        ws_odds odds;
        ws_play *play = NULL;
        double *ones = WS_NEW_MANY(&arena, game->types[p] * game->offers, double);
        if (!ones)
            return ws_fail(question->diag, WS_LIMIT, "no memory for the comparisons");
        for (size_t x = 0; x < game->types[p] * game->offers; x++)
            ones[x] = 1;
        sure.deliver[p] = ones;
        WS_TRY(ws__solve_game(&play, &sure, &question->options, question->run, question->diag));
        ws_status status = ws__sum_odds(&odds, &box->arena, play, SIZE_MAX, SIZE_MAX, question->diag);
        double *value = ws__mean_values(&box->arena, play);
        ws__free_play(play);
        return status != WS_OK ? status
                               : add(box, question,
                                     ws__format_text(&box->arena, "%s delivers whatever it signs",
                                                     question->theatre->c->shape->parties[p].name),
                                     value, &odds, false);
    }
    return WS_OK;
}

ws_status ws__compare_course(ws_course_box *box, const ws_question *question)
{
    WS_TRY(compare_delivery(box, question));
    if (box->course.comparison_count == 0)
        WS_TRY(compare_sure(box, question));
    ws_setting setting = question->setting;
    if (setting.rounds > 1) {
        setting.first_round++;
        setting.rounds--;
        WS_TRY(compare_setting(box, question, &setting, "talks begin one round later"));
    }
    return WS_OK;
}
