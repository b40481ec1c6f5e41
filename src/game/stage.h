/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A case on its way to a game: each party's own view under each of its types, the deals that may be offered,
 * the rounds that are left. */
#ifndef WINSET_GAME_STAGE_H
#define WINSET_GAME_STAGE_H

#include "base/tasks.h"
#include "case/model.h"
#include "game/game.h"
#include "winset/game.h"

/* A party as one of its types has it. */
typedef struct ws_view {
    ws_case *c;
    ws_space *space;
    double status, failure, discount, range, reservation;
} ws_view;

/* What is the same for every game of a case: built once, used for the game, its comparisons, its events. */
typedef struct ws_theatre {
    ws_arena arena;
    const ws_case *c;
    ws_space *space; /* the case as written */
    size_t parties, classes;
    size_t type_count[WS_GAME_PARTIES]; /* at least 1 */
    ws_view *views[WS_GAME_PARTIES];    /* [types] */
    const double *cost, *expiry;        /* [parties] */
    uint64_t feasible;
    /* the offers */
    size_t offer_count;     /* after thinning */
    uint64_t offers_of;     /* before */
    const uint64_t *offers; /* outcomes, rising */
    const double *weight;
    const uint32_t *class_of;
    const uint8_t *rule_of;
    size_t rule_count;
    const uint32_t *rules;
    const double *utility[WS_GAME_PARTIES]; /* [types][offers] */
    const double *deliver[WS_GAME_PARTIES];
} ws_theatre;

/* How the offers are chosen. */
typedef struct ws_offer_choice {
    ws_offers_kind kind;
    size_t most; /* of FRONTIER and BEST: thinned to so many */
} ws_offer_choice;

/* `offers` NULL: as the case says. */
ws_status ws__open_theatre(ws_theatre **out, const ws_case *c, const ws_offer_choice *offers,
                           const ws_run *run, ws_diag *diag);
void ws__close_theatre(ws_theatre *theatre);
/* Fills theatre->offers .. deliver (offers.c). */
ws_status ws__choose_offers(ws_theatre *theatre, const ws_offer_choice *choice, const ws_run *run,
                            ws_diag *diag);
/* The offer an outcome counts as: itself, else its nearest (distances in u / R). */
size_t ws__nearest_offer(const ws_theatre *theatre, uint64_t outcome);

/* Chances of types, [parties] of [types]; NULL for a party without types. */
typedef struct ws_chances {
    double *of[WS_GAME_PARTIES];
} ws_chances;

/* What is played. */
typedef struct ws_setting {
    size_t first_round; /* position among the case's rounds */
    size_t rounds;      /* how many are played */
    double rationality; /* infinite: the limit */
    const ws_chances *chances;
    const size_t *fixed; /* [parties] SIZE_MAX, or the type it surely has; NULL: none */
    size_t speaker;      /* 0: as the case says; p + 1: party p speaks in the first round played */
} ws_setting;

/* A game with the types of positive probability. */
typedef struct ws_staged {
    ws_game game;
    size_t type[WS_GAME_PARTIES][WS_GAME_TYPES]; /* the case's type of each of the game's */
} ws_staged;

ws_status ws__stage_game(ws_staged **out, ws_arena *arena, const ws_theatre *theatre,
                         const ws_setting *setting, ws_diag *diag);

/* The first round on or after a day (WS_NO_DAY: the first); WS_INVALID: the deadline has passed, or there is
 * no process. */
ws_status ws__find_first_round(size_t *out, const ws_case *c, ws_day day, ws_diag *diag);
/* A round's day, past the case's last one too; WS_NO_DAY: rounds have none. */
ws_day ws__round_day(const ws_case *c, size_t round);
/* The rationality of a case. */
double ws__case_rationality(const ws_case *c);
/* The day that counts as today: `text`, else the case's. */
ws_status ws__read_as_of(ws_day *out, const ws_case *c, const char *text, ws_diag *diag);

/* Beliefs that the public shares at the end of `until`, in `arena`. */
ws_status ws__public_chances(ws_chances *out, ws_arena *arena, const ws_case *c, ws_day until,
                             const ws_run *run, ws_diag *diag);
/* The priors. */
ws_status ws__prior_chances(ws_chances *out, ws_arena *arena, const ws_case *c, ws_diag *diag);

/* The course of a theatre's game from a setting; the play's numbers in a course's arrays (course.c). */
typedef struct ws_course_box {
    ws_course course; /* first */
    ws_arena arena;
    size_t outcome_count;
    ws_outcome **outcomes; /* owned */
} ws_course_box;

/* Averages over types, in `arena`. `round` SIZE_MAX: all rounds; `combination` SIZE_MAX: averaged. */
ws_status ws__sum_odds(ws_odds *out, ws_arena *arena, const ws_play *play, size_t round, size_t combination,
                       ws_diag *diag);
/* [parties] values averaged over types. */
double *ws__mean_values(ws_arena *arena, const ws_play *play);

/* What an answer needs beside the game itself. */
typedef struct ws_question {
    const ws_theatre *theatre;
    ws_setting setting;
    const ws_staged *staged;
    const ws_play *play; /* the answer itself */
    ws_game_options options;
    const ws_run *run; /* of the clock */
    const ws_clocked_run *clock;
    ws_diag *diag;
} ws_question;

/* The three comparisons (compare.c), the assumptions that matter most (assumptions.c), the checks (verify.c).
 */
ws_status ws__compare_course(ws_course_box *box, const ws_question *question);
ws_status ws__rank_assumptions(ws_course_box *box, const ws_question *question);
ws_status ws__verify_course(ws_course_box *box, const ws_question *question);

#endif
