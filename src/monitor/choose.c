/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which model forecasts. Diffuse likelihoods of different models are densities of different things, so they
 * are never compared: each model's likelihood is taken of the same values, all behind those that the largest
 * model needs to begin with, given the ones before; less one a variance (Akaike). */
#include "monitor/indicator.h"

#include "base/diag.h"
#include "base/tasks.h"

#include <math.h>

enum { MOST_SEASONAL = 20000 };

/* Steps up to and with the value number `seen`. */
static size_t steps_of(const ws_grid *grid, size_t seen)
{
    size_t steps = 0;
    while (steps < grid->count && seen)
        seen -= isnan(grid->values[steps++]) ? 0 : 1;
    return steps;
}

static size_t count_seen(const ws_grid *grid)
{
    size_t seen = 0;
    for (size_t i = 0; i < grid->count; i++)
        seen += isnan(grid->values[i]) ? 0 : 1;
    return seen;
}

static const char *words_of(const ws_state_model *form, ws_arena *arena)
{
    const char *words =
        ws__format_text(arena, "%s%s", form->slope ? "a level and a slope that drift" : "a level that drifts",
                        form->season > 1 ? ", with a season" : "");
    return words ? words : "";
}

/* A model of each kind, tried. */
typedef struct model_trial {
    ws_fit fit;
    ws_state state;
    double score; /* -INFINITY: it could not be fitted */
} model_trial;

typedef struct model_trials {
    const ws_grid *grid;
    unsigned season;
    size_t head; /* steps that only serve to begin with */
    model_trial trials[4];
} model_trials;

static void try_model(void *context, size_t task, unsigned worker)
{
    (void)worker;
    model_trials *all = context;
    model_trial *trial = &all->trials[task];
    const ws_grid *grid = all->grid;
    ws_state_model form = {.slope = task & 1, .season = task & 2 ? all->season : 0};
    ws_run one = {.threads = 1};
    ws_state before;
    trial->score = -INFINITY;
    if (ws_fit_series(&trial->fit, &form, grid->count, grid->values, &one, NULL) != WS_OK ||
        ws_filter_series(&trial->state, &trial->fit.model, grid->count, grid->values, NULL) != WS_OK ||
        ws_filter_series(&before, &trial->fit.model, all->head, grid->values, NULL) != WS_OK ||
        !trial->state.proper)
        return;
    trial->score = trial->state.log_likelihood_nd - before.log_likelihood_nd - 2.0 - (form.slope ? 1 : 0) -
                   (form.season ? 1 : 0);
}

ws_status ws__choose_model(ws_fit *out, ws_state *state, const char **words, ws_arena *arena,
                           const ws_grid *grid, const ws_run *run)
{
    unsigned season = ws__steps_a_year(grid->step);
    size_t seen = count_seen(grid);
    bool seasonal = season && seen >= 3 * (size_t)season + 2 && grid->count <= MOST_SEASONAL;
    size_t start = seasonal ? (size_t)season + 1 : 2, kinds = seasonal ? 4 : 2;
    if (seen < 6) {
        *words = ws__format_text(arena, "%zu value%s; chances and intervals are estimated from 6 or more",
                                 seen, seen == 1 ? "" : "s");
        return WS_INVALID;
    }
    model_trials all = {.grid = grid, .season = season, .head = steps_of(grid, start)};
    WS_TRY(ws__run_tasks(run, "models", kinds, try_model, &all, NULL));
    double best = -INFINITY;
    for (size_t i = 0; i < kinds; i++) {
        const model_trial *trial = &all.trials[i];
        if (!(trial->score > best))
            continue;
        best = trial->score;
        *out = trial->fit;
        *state = trial->state;
        *words = words_of(&trial->fit.model, arena);
    }
    if (isfinite(best))
        return WS_OK;
    *words = "the values do not vary about a line; there is no error to judge chances by";
    return WS_INVALID;
}
