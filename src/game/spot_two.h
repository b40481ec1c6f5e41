/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A decision of a party with two types. */
#ifndef WINSET_GAME_SPOT_TWO_H
#define WINSET_GAME_SPOT_TWO_H

#include "game/spot.h"

/* Readies a line: what each action's values are at the nodes, and whether it can be read in several ways. */
void ws__prepare_two(ws_line *line);
/* Solves; false where the rule of choice among several readings has no answer here. */
bool ws__solve_two(ws_spot *spot, double *chosen, ws_line *line, double prior);
/* Distance of the replies (into line->scratch [count][2]) to the policy `chosen`. */
double ws__reply_two(const double *chosen, ws_line *line, double prior);
/* Two actions one of which ends, `line->open` being the other: solves all points of a line (spot_answer.c);
 */
void ws__prepare_answer(ws_line *line);
/* hands one of them out, false where it was not found. */
bool ws__take_answer(ws_spot *spot, double *chosen, const ws_line *line, size_t point);
/* Adds up the chance of actions that can be read in more than one way, by type. */
void ws__note_ambiguity(ws_spot *spot, const double *chosen, ws_line *line, double prior);

#endif
