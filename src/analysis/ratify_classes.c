/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All deals at home, by class: one pass with sums, counts and bests. Sums of a class run block by block, so
 * that they are the same for any number of threads. */
#include "analysis/ratify.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "space/space.h"

/* Rows of a class: for each party and, last, for delivery by all: sum, best, count of the likely. */
typedef struct class_sums {
    uint64_t outcomes, surest;
    double *sum, *best;
    uint64_t *likely;
} class_sums;

typedef struct survey_state {
    size_t classes, rows;
    class_sums *of;
    ws_arena arena;
} survey_state;

static ws_status begin_survey(void *at, const void *context, const ws_space *space)
{
    (void)context;
    survey_state *state = at;
    state->classes = space->class_count + 1;
    state->rows = space->party_count + 1;
    state->of = WS_NEW_MANY(&state->arena, state->classes, class_sums);
    for (size_t c = 0; state->of && c < state->classes; c++) {
        class_sums *of = &state->of[c];
        of->surest = WS_NO_OUTCOME;
        of->sum = WS_NEW_MANY(&state->arena, state->rows, double);
        of->best = WS_NEW_MANY(&state->arena, state->rows, double);
        of->likely = WS_NEW_MANY(&state->arena, state->rows, uint64_t);
        if (!of->sum || !of->best || !of->likely)
            return WS_LIMIT;
    }
    return state->of ? WS_OK : WS_LIMIT;
}

static void take_class(class_sums *of, const ws_block *block, const uint64_t *bits, size_t rows, double alpha)
{
    const uint64_t *feasible = ws__block_feasible(block);
    for (size_t row = 0; row < rows; row++) {
        const double *p = row + 1 < rows ? ws__block_deliver(block, row) : ws__block_deliver_all(block);
        for (size_t w = 0; w < block->words; w++)
            for (uint64_t word = bits[w] & feasible[w]; word; word &= word - 1) {
                size_t i = 64 * w + (unsigned)__builtin_ctzll(word);
                of->sum[row] += p[i];
                of->likely[row] += p[i] >= alpha - 1e-12;
                if (row + 1 == rows) {
                    of->outcomes++;
                    if (of->surest == WS_NO_OUTCOME || p[i] > of->best[row])
                        of->surest = block->first + i;
                }
                of->best[row] = p[i] > of->best[row] ? p[i] : of->best[row];
            }
    }
}

static ws_status block_survey(void *at, const void *context, const ws_block *block)
{
    survey_state *state = at;
    for (size_t c = 0; c < state->classes; c++) {
        const uint64_t *bits = ws__block_class(block, c);
        if (bits != ws__block_none(block))
            take_class(&state->of[c], block, bits, state->rows, *(const double *)context);
    }
    return WS_OK;
}

static ws_status merge_survey(void *into_at, void *from_at, const void *context)
{
    (void)context;
    survey_state *into = into_at, *from = from_at;
    for (size_t c = 0; c < into->classes; c++) {
        class_sums *to = &into->of[c];
        const class_sums *of = &from->of[c];
        size_t last = into->rows - 1;
        if (of->outcomes && (to->surest == WS_NO_OUTCOME || of->best[last] > to->best[last]))
            to->surest = of->surest;
        to->outcomes += of->outcomes;
        for (size_t row = 0; row < into->rows; row++) {
            to->sum[row] += of->sum[row];
            to->likely[row] += of->likely[row];
            to->best[row] = of->best[row] > to->best[row] ? of->best[row] : to->best[row];
        }
    }
    return WS_OK;
}

typedef struct owned_survey {
    ws_ratify_survey survey;
    ws_arena arena;
} owned_survey;

static ws_status end_survey(void *at, void *result)
{
    survey_state *state = at;
    owned_survey *owned = result;
    size_t parties = state->rows - 1;
    ws_ratify_class *classes = WS_NEW_MANY(&owned->arena, state->classes, ws_ratify_class);
    if (!classes)
        return WS_LIMIT;
    for (size_t c = 0; c < state->classes; c++) {
        const class_sums *of = &state->of[c];
        double *mean = WS_NEW_MANY(&owned->arena, state->rows, double);
        double *best = WS_NEW_MANY(&owned->arena, state->rows, double);
        uint64_t *likely = WS_NEW_MANY(&owned->arena, state->rows, uint64_t);
        if (!mean || !best || !likely)
            return WS_LIMIT;
        for (size_t row = 0; row < state->rows; row++) {
            mean[row] = of->outcomes ? of->sum[row] / (double)of->outcomes : 0;
            best[row] = of->best[row];
            likely[row] = of->likely[row];
        }
        classes[c] = (ws_ratify_class){of->outcomes,    mean,      best, likely, mean[parties], best[parties],
                                       likely[parties], of->surest};
    }
    owned->survey.classes = classes;
    owned->survey.class_count = state->classes;
    owned->survey.party_count = parties;
    return WS_OK;
}

static void drop_survey(void *at)
{
    survey_state *state = at;
    ws__free_arena(&state->arena);
}

static const ws_reducer_ops survey_ops = {.name = "ratify",
                                          .wants = {.classes = true, .deliver = true},
                                          .state_size = sizeof(survey_state),
                                          .begin = begin_survey,
                                          .block = block_survey,
                                          .merge = merge_survey,
                                          .end = end_survey,
                                          .drop = drop_survey};

ws_status ws_ratify_classes(ws_ratify_survey **out, const ws_space *space, double alpha, const ws_run *run,
                            ws_diag *diag)
{
    owned_survey *owned = calloc(1, sizeof *owned);
    if (!owned)
        return ws_fail(diag, WS_LIMIT, "no memory for a ratification");
    owned->survey.alpha = alpha > 0 ? alpha : 0.5;
    ws_reducer reducer = {&survey_ops, &owned->survey.alpha, owned};
    ws_status status = ws_scan_space(space, 1, &reducer, run, NULL, diag);
    if (status == WS_OK)
        *out = &owned->survey;
    else
        ws_free_ratify_survey(&owned->survey);
    return status;
}

void ws_free_ratify_survey(ws_ratify_survey *survey)
{
    if (!survey)
        return;
    owned_survey *owned = (owned_survey *)(void *)survey;
    ws__free_arena(&owned->arena);
    free(owned);
}
