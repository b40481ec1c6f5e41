/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `--verify`: what else the answer could have been. The same game with the farthest readings of ambiguous
 * offers, and with half the offers. */
#include "base/diag.h"
#include "game/stage.h"

#include <math.h>

enum { PLAYOUTS = 20000 };

/* The largest difference of the odds of a class, of failing at home, of a breakdown. */
static double odds_apart(const ws_odds *a, const ws_odds *b, size_t classes)
{
    double far = fabs(a->failed - b->failed), d = fabs(a->breakdown - b->breakdown);
    far = d > far ? d : far;
    for (size_t k = 0; k < classes; k++) {
        d = fabs(a->classes[k] - b->classes[k]);
        far = d > far ? d : far;
    }
    return far;
}

static ws_status solve_again(double *apart, ws_course_box *box, const ws_question *question,
                             const ws_theatre *theatre, const ws_game_options *options)
{
    WS_SCRATCH(arena);
    ws_staged *staged;
    ws_play *play = NULL;
    ws_odds odds;
    WS_TRY(ws__stage_game(&staged, &arena, theatre, &question->setting, question->diag));
    WS_TRY(ws__solve_game(&play, &staged->game, options, question->run, question->diag));
    ws_status status = ws__sum_odds(&odds, &arena, play, SIZE_MAX, SIZE_MAX, question->diag);
    ws__free_play(play);
    if (status == WS_OK)
        *apart = odds_apart(&odds, &box->course.odds, box->course.class_count);
    return status;
}

/* The game again, with best responses and talks played out. */
static ws_status check_play(ws_course_box *box, const ws_question *question)
{
    ws_game_options options = question->options;
    const ws_game *game = &question->staged->game;
    ws_play *play = NULL;
    double *gap = WS_NEW_MANY(&box->arena, game->parties, double);
    if (!gap)
        return ws_fail(question->diag, WS_LIMIT, "no memory for the best responses");
    options.gap = true;
    options.playouts = PLAYOUTS;
    options.seed = question->run ? question->run->seed : 0;
    WS_TRY(ws__solve_game(&play, game, &options, question->run, question->diag));
    for (size_t p = 0; p < game->parties; p++)
        gap[p] = game->range[p][0] > 0 ? play->how.gap[p] / game->range[p][0] : 0;
    box->course.method.gap = gap;
    box->course.method.playouts = play->how.playouts;
    box->course.method.playout_errors = play->how.playout_errors;
    ws__free_play(play);
    return WS_OK;
}

ws_status ws__verify_course(ws_course_box *box, const ws_question *question)
{
    ws_game_options options = question->options;
    WS_TRY(check_play(box, question));
    if (question->play->how.method == WS_METHOD_GRID) {
        options.farthest = true;
        WS_TRY(solve_again(&box->course.method.farthest_odds, box, question, question->theatre, &options));
        options.farthest = false;
    }
    if (question->theatre->offer_count >= 8) {
        ws_theatre *theatre = NULL;
        ws_offer_choice half = {.kind = WS_OFFERS_BEST, .most = (question->theatre->offer_count + 1) / 2};
        WS_TRY(ws__open_theatre(&theatre, question->theatre->c, &half, question->run, question->diag));
        ws_status status =
            solve_again(&box->course.method.fewer_offers_odds, box, question, theatre, &options);
        ws__close_theatre(theatre);
        WS_TRY(status);
    }
    box->course.method.verified = true;
    return WS_OK;
}
