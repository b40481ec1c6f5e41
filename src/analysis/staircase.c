/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The efficient vectors of three coordinates.
 *
 * Rows come falling by the first coordinate, so a row is dominated if a row before it is at least as good in
 * the second and the third. Of the rows before it only the staircase matters: those efficient in the second
 * and third, the second falling while the third rises. It is kept in steps of at most STEP entries, in an
 * index of steps by their first entry: finding is two binary searches; a step that is full is split.
 *
 *   index   [ first second of step 0 ] [ of step 1 ] ...       falling
 *   step    second: falling, third: rising
 *
 * The staircase of n vectors spread evenly has some sqrt(n) entries, so all of it stays in the first cache
 * (an indexed tree of prefix maxima over all ranks was tried: twice as slow on a sphere of 10^6).
 * Source: Kung, Luccio, Preparata 1975. */
#include "analysis/points.h"

#include "base/arena.h"
#include "base/diag.h"

#include <stdlib.h>
#include <string.h>

enum { STEP = 128 };

typedef struct step {
    size_t count;
    double second[STEP], third[STEP];
} step;

typedef struct staircase {
    ws_arena arena;
    step **steps; /* [count] */
    double *firsts;
    size_t count, room;
    step *spare; /* an empty step to be used again */
} staircase;

/* Last of `count` falling numbers that is at least `value`; SIZE_MAX: none. */
static size_t last_at_least(const double *falling, size_t count, double value)
{
    size_t low = 0, high = count; /* falling[low - 1] >= value > falling[high] */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (falling[middle] >= value)
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}

static bool grow_index(staircase *stairs)
{
    size_t room = stairs->room ? 2 * stairs->room : 64;
    step **steps = realloc(stairs->steps, room * sizeof(step *));
    if (!steps)
        return false;
    stairs->steps = steps;
    double *firsts = realloc(stairs->firsts, room * sizeof *firsts);
    if (!firsts)
        return false;
    stairs->firsts = firsts;
    stairs->room = room;
    return true;
}

static step *insert_step(staircase *stairs, size_t at)
{
    if (stairs->count == stairs->room && !grow_index(stairs))
        return NULL;
    step *fresh = stairs->spare ? stairs->spare : ws__alloc(&stairs->arena, sizeof *fresh);
    if (!fresh)
        return NULL;
    stairs->spare = NULL;
    fresh->count = 0;
    memmove(stairs->steps + at + 1, stairs->steps + at, (stairs->count - at) * sizeof(step *));
    memmove(stairs->firsts + at + 1, stairs->firsts + at, (stairs->count - at) * sizeof(double));
    stairs->steps[at] = fresh;
    stairs->count++;
    return fresh;
}

static void remove_steps(staircase *stairs, size_t at, size_t count)
{
    if (count == 0)
        return;
    stairs->spare = stairs->steps[at];
    size_t rest = stairs->count - at - count;
    memmove(stairs->steps + at, stairs->steps + at + count, rest * sizeof(step *));
    memmove(stairs->firsts + at, stairs->firsts + at + count, rest * sizeof(double));
    stairs->count -= count;
}

static void remove_entries(step *here, size_t at, size_t count)
{
    size_t rest = here->count - at - count;
    memmove(here->second + at, here->second + at + count, rest * sizeof(double));
    memmove(here->third + at, here->third + at + count, rest * sizeof(double));
    here->count -= count;
}

/* Takes out the entries from (at, entry) on whose third coordinate is not above `third`. */
static void remove_below(staircase *stairs, size_t at, size_t entry, double third)
{
    size_t gone = 0;
    for (size_t s = at; s < stairs->count; s++) {
        step *here = stairs->steps[s];
        size_t from = s == at ? entry : 0, to = from;
        while (to < here->count && here->third[to] <= third)
            to++;
        if (s != at && to == here->count) { /* all of a later step */
            gone++;
            continue;
        }
        remove_entries(here, from, to - from);
        if (s != at)
            stairs->firsts[s] = here->second[0];
        if (from < here->count)
            break;
    }
    remove_steps(stairs, at + 1, gone);
}

static bool split_step(staircase *stairs, size_t at)
{
    step *later = insert_step(stairs, at + 1);
    if (!later)
        return false;
    step *here = stairs->steps[at];
    size_t half = here->count / 2;
    later->count = here->count - half;
    memcpy(later->second, here->second + half, later->count * sizeof(double));
    memcpy(later->third, here->third + half, later->count * sizeof(double));
    here->count = half;
    stairs->firsts[at + 1] = later->second[0];
    return true;
}

/* Puts an entry at `entry` of step `at`. */
static bool insert_entry(staircase *stairs, size_t at, size_t entry, double second, double third)
{
    if (stairs->steps[at]->count == STEP) {
        if (!split_step(stairs, at))
            return false;
        size_t half = stairs->steps[at]->count;
        if (entry > half) {
            entry -= half;
            at++;
        }
    }
    step *here = stairs->steps[at];
    memmove(here->second + entry + 1, here->second + entry, (here->count - entry) * sizeof(double));
    memmove(here->third + entry + 1, here->third + entry, (here->count - entry) * sizeof(double));
    here->second[entry] = second;
    here->third[entry] = third;
    here->count++;
    if (entry == 0)
        stairs->firsts[at] = second;
    return true;
}

typedef enum verdict { DOMINATED, TAKEN, NO_MEMORY } verdict;

static verdict climb(staircase *stairs, double second, double third)
{
    if (stairs->count == 0 && !insert_step(stairs, 0))
        return NO_MEMORY;
    size_t at = last_at_least(stairs->firsts, stairs->count, second), entry = 0;
    if (at == SIZE_MAX || stairs->steps[at]->count == 0) {
        at = 0;
    } else {
        const step *here = stairs->steps[at];
        size_t last = last_at_least(here->second, here->count, second);
        if (here->third[last] >= third)
            return DOMINATED;
        entry = here->second[last] == second ? last : last + 1;
    }
    remove_below(stairs, at, entry, third);
    return insert_entry(stairs, at, entry, second, third) ? TAKEN : NO_MEMORY;
}

ws_status ws__filter_three(ws_points *points)
{
    staircase stairs = {.count = 0};
    size_t kept = 0;
    verdict found = TAKEN;
    for (size_t i = 0; i < points->count && found != NO_MEMORY; i++) {
        const double *row = ws__row(points, i);
        found = climb(&stairs, row[1], row[2]);
        if (found == TAKEN)
            ws__move_point(points, kept++, i);
    }
    points->count = kept;
    ws__free_arena(&stairs.arena);
    free(stairs.steps);
    free(stairs.firsts);
    return found == NO_MEMORY ? WS_LIMIT : WS_OK;
}
