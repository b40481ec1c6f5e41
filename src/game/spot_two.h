/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A decision of a party with two types. */
#ifndef WINSET_GAME_SPOT_TWO_H
#define WINSET_GAME_SPOT_TWO_H

#include "game/spot.h"

/* Both types' values of an action at belief q, and their derivatives by log odds; steep = q (1 - q). */
static inline void ws__read_curve(double *value, double *by_odds, const ws_line *line, size_t a, double q,
                                  double steep)
{
    const ws_axis *axis = line->axis;
    size_t k = ws__find_interval(axis, q);
    const double *at = line->curve + 4 * (a * axis->nodes + k);
    double x = q - axis->q[k], per = axis->per_step[k], s = x * per;
    for (size_t t = 0; t < 2; t++) {
        double rise = (at[4 + t] - at[t]) * per, from = at[2 + t], to = at[6 + t];
        double second = 3 * rise - 2 * from - to, third = from + to - 2 * rise;
        value[t] = at[t] + x * (from + s * (second + s * third));
        by_odds[t] = steep * (from + s * (2 * second + s * 3 * third));
    }
}

/* Readies a line: what each action's values are at the nodes, and whether it can be read in several ways. */
void ws__prepare_two(ws_line *line);
/* Solves; false where the rule of choice among several readings has no answer here. */
bool ws__solve_two(ws_spot *spot, double *chosen, ws_line *line, const ws_belief *prior);
/* The same for two actions one of which ends, `line->open` being the other (spot_answer.c). */
void ws__prepare_answer(ws_line *line);
bool ws__solve_answer(ws_spot *spot, double *chosen, ws_line *line, double prior);
/* Adds up the chance of actions that can be read in more than one way, by type. */
void ws__note_ambiguity(ws_spot *spot, const double *chosen, const ws_line *line, double prior);

#endif
