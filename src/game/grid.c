/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The backward pass on the grid of beliefs. In a round the answers to every offer come first (a task an
 * offer), last answer first; then the offers (a task a line of the proposer's beliefs). Within a line each
 * point starts from its neighbour, and never from another line: so the bytes do not hang on the threads.
 * Cost: O(rounds * points * offers). */
#include "game/grid.h"
#include "game/logit.h"
#include "base/diag.h"
#include "base/tasks.h"

#include <stdlib.h>
#include <string.h>

#define MEMORY_LIMIT (UINT64_C(3) << 30)

/* ---- Domains ---- */

static void make_domains(ws_grid *grid)
{
    const ws_game *game = grid->game;
    grid->all = (UINT32_C(1) << game->parties) - 1;
    for (uint32_t set = 0; set <= grid->all; set++) {
        ws_domain *domain = &grid->domains[set];
        domain->total = 1;
        for (size_t p = game->parties; p-- > 0;) {
            domain->points[p] = (set >> p) & 1U ? grid->beliefs[p] : 1;
            domain->stride[p] = domain->total;
            domain->total *= domain->points[p];
        }
    }
}

/* One party less on the nodes: its axis interpolated at its prior. */
static double *restrict_one(ws_arena *arena, const ws_grid *grid, const double *table, uint32_t from,
                            size_t p, size_t width, bool transpose)
{
    uint32_t to = from & ~(UINT32_C(1) << p);
    const ws_domain *wide = &grid->domains[from], *narrow = &grid->domains[to];
    ws_stencil stencil = {.count = 1, .at = {0}, .w = {1}};
    if (grid->game->types[p] > 1)
        ws__place_belief(&stencil, NULL, &grid->axis, &grid->prior[p], grid->game->types[p]);
    double *out = WS_NEW_MANY(arena, (transpose ? wide : narrow)->total * width, double);
    for (size_t at = 0; out && at < narrow->total; at++) {
        size_t low = at % narrow->stride[p], high = at / narrow->stride[p];
        size_t base = low + high * wide->stride[p] * wide->points[p];
        for (size_t i = 0; i < stencil.count; i++) {
            size_t there = base + stencil.at[i] * wide->stride[p];
            for (size_t c = 0; c < width; c++)
                if (transpose)
                    out[there * width + c] += stencil.w[i] * table[at * width + c];
                else
                    out[at * width + c] += stencil.w[i] * table[there * width + c];
        }
    }
    return out;
}

double *ws__restrict_table(ws_arena *arena, const ws_grid *grid, const double *table, uint32_t from,
                           uint32_t to)
{
    size_t size = grid->domains[from].total * grid->width;
    double *out = WS_NEW_MANY(arena, size, double);
    if (out)
        memcpy(out, table, size * sizeof *out);
    for (size_t p = 0; out && p < grid->game->parties; p++)
        if (((from & ~to) >> p) & 1U) {
            out = restrict_one(arena, grid, out, from, p, grid->width, false);
            from &= ~(UINT32_C(1) << p);
        }
    return out;
}

double *ws__expand_table(ws_arena *arena, const ws_grid *grid, const double *mass, uint32_t from, uint32_t to,
                         size_t width)
{
    size_t size = grid->domains[from].total * width;
    double *out = WS_NEW_MANY(arena, size, double);
    if (out)
        memcpy(out, mass, size * sizeof *out);
    for (size_t p = 0; out && p < grid->game->parties; p++)
        if (((to & ~from) >> p) & 1U) {
            from |= UINT32_C(1) << p;
            out = restrict_one(arena, grid, out, from, p, width, true);
        }
    return out;
}

/* ---- A round ---- */

typedef struct counts {
    uint64_t solved, damped, failed, steps;
    double residual;
} counts;

typedef struct round_work {
    ws_grid *grid;
    size_t round, proposer;
    double *after[1U << WS_GAME_PARTIES]; /* the end of the round, by who has moved; NULL: expiry */
    double *answered;                     /* [offers][points where the proposer is on the nodes][columns] */
    double *value;                        /* [points][columns] what the proposer's offer stage is worth */
    uint32_t offer_domain;
    counts *tally;           /* one a task */
    double **scratch_tables; /* [workers][turns] tables of answers */
    ws_line *lines;          /* [workers] */
    double **buffers;        /* [workers] gathered lines */
    ws_action *actions;      /* [workers][offers + 1] */
    double *first_worth;
    bool memory;
} round_work;

/* Where the others stand on a line of party q: positions of a domain's first point of the line in another. */
static size_t line_base(const ws_grid *grid, uint32_t domain, size_t q, size_t line, uint32_t other)
{
    const ws_domain *from = &grid->domains[domain], *to = &grid->domains[other];
    size_t base = 0;
    for (size_t p = grid->game->parties; p-- > 0;) {
        if (p == q)
            continue;
        size_t digit = line % from->points[p];
        line /= from->points[p];
        base += (to->points[p] == 1 ? 0 : digit) * to->stride[p];
    }
    return base;
}

static size_t count_lines(const ws_grid *grid, uint32_t domain, size_t q)
{
    return grid->domains[domain].total / grid->domains[domain].points[q];
}

/* The belief about party p on a line. */
static const ws_belief *line_belief(const ws_grid *grid, uint32_t domain, size_t q, size_t line, size_t p)
{
    for (size_t i = grid->game->parties; i-- > 0;) {
        if (i == q)
            continue;
        if (i == p)
            return ws__grid_belief(grid, domain, p, line % grid->domains[domain].points[i]);
        line /= grid->domains[domain].points[i];
    }
    return NULL;
}

/* An end as values [types of q][columns], weighed by beliefs about q. */
static void fill_end(double *out, const ws_grid *grid, ws_next next, size_t x, size_t q, uint32_t domain,
                     size_t line)
{
    const ws_game *game = grid->game;
    size_t k = game->offers;
    double mean[WS_GAME_PARTIES] = {0};
    for (size_t p = 0; p < game->parties && next.kind == WS_AFTER_SIGNED; p++) {
        const ws_belief *belief = p == q ? NULL : line_belief(grid, domain, q, line, p);
        for (size_t t = 0; belief && t < game->types[p]; t++)
            mean[p] += (game->types[p] == 1 ? 1 : belief->mu[t]) * game->deliver[p][t * k + x];
    }
    for (size_t s = 0; s < game->types[q]; s++)
        for (size_t p = 0; p < game->parties; p++)
            for (size_t t = 0; t < game->types[p]; t++) {
                double *cell = out + s * grid->width + grid->column[p] + t, pi[WS_GAME_PARTIES];
                if (next.kind != WS_AFTER_SIGNED) {
                    *cell = next.kind == WS_AFTER_WALK ? -game->cost[p][t] : -game->expiry[p][t];
                    continue;
                }
                memcpy(pi, mean, sizeof pi);
                pi[q] = game->deliver[q][s * k + x];
                pi[p] = game->deliver[p][t * k + x];
                double chance = ws__deliver_chance(game->rules[game->rule_of[x]], game->parties, next.at, pi);
                *cell = chance * (game->utility[p][t * k + x] - game->status[p][t]) +
                        (1 - chance) * (game->failure[p][t] - game->status[p][t]);
            }
    for (size_t s = 0; s < game->types[q] && grid->width > grid->columns; s++)
        memcpy(out + s * grid->width + grid->columns, out + s * grid->width, grid->columns * sizeof *out);
}

/* Sets one action of a line: gathers the table's line of q's beliefs into `room`, or fills an end. */
static void set_action(ws_action *action, double *room, const round_work *work, ws_next next, size_t x,
                       const double *table, size_t q, uint32_t domain, size_t line, double log_weight)
{
    const ws_grid *grid = work->grid;
    uint32_t child = domain | (UINT32_C(1) << q);
    if (next.kind == WS_AFTER_END)
        table = work->after[next.at];
    *action = (ws_action){.ends = !table, .line = room, .log_weight = log_weight};
    if (!table) {
        fill_end(room, grid, next, x, q, domain, line);
        return;
    }
    if (next.kind == WS_AFTER_END && work->round > 0)
        child = grid->all;
    size_t base = line_base(grid, domain, q, line, child), step = grid->domains[child].stride[q];
    for (size_t k = 0; k < grid->beliefs[q]; k++)
        memcpy(room + k * grid->width, table + (base + k * step) * grid->width, grid->width * sizeof *room);
}

/* All points of one line of party q. */
static void solve_line(const round_work *work, ws_line *line, counts *tally, size_t q, uint32_t domain,
                       size_t number, double *chosen, double *value, double *ambiguous)
{
    const ws_grid *grid = work->grid;
    const ws_game *game = grid->game;
    size_t types = game->types[q], points = grid->domains[domain].points[q];
    size_t base = line_base(grid, domain, q, number, domain), step = grid->domains[domain].stride[q];
    line->columns = grid->width;
    line->own = grid->column[q];
    line->best = grid->width > grid->columns ? grid->columns : 0;
    line->types = types;
    line->farthest = grid->options->farthest;
    line->notes = ambiguous != NULL;
    for (size_t t = 0; t < types; t++)
        line->rate[t] =
            game->range[q][t] > 0
                ? game->rationality * ws__power(game->discount[q][t], work->round) / game->range[q][t]
                : 0;
    line->beliefs = ws__grid_belief(grid, domain, q, 0);
    line->points = points;
    ws__begin_line(line);
    for (size_t k = 0; k < points; k++) {
        size_t at = base + k * step;
        ws_spot spot;
        ws__solve_spot(&spot, chosen + at * line->count * types, value + at * grid->width, line, k);
        tally->solved++;
        tally->steps += spot.steps;
        tally->damped += spot.damped;
        tally->failed += !spot.solved;
        tally->residual = spot.residual > tally->residual ? spot.residual : tally->residual;
        for (size_t t = 0; ambiguous && t < types; t++)
            ambiguous[at * types + t] = types == 2 ? spot.ambiguous[t] : 0;
    }
}

/* The answers to offer x, last turn first. */
static void answer_offer(void *context, size_t x, unsigned worker)
{
    round_work *work = context;
    ws_grid *grid = work->grid;
    const ws_chain *chain = ws__grid_chain(grid, work->proposer, x);
    ws_stage *stages = grid->rounds[work->round].answer[work->proposer] + x * WS_CHAIN_TURNS;
    ws_line *line = &work->lines[worker];
    ws_action *actions = work->actions + worker * (grid->game->offers + 1);
    for (size_t t = chain->count; t-- > 0;) {
        const ws_turn *turn = &chain->turns[t];
        size_t q = turn->actor,
               span = grid->beliefs[q] > grid->game->types[q] ? grid->beliefs[q] : grid->game->types[q];
        double *out = t == 0 ? work->answered + x * grid->domains[stages[0].domain].total * grid->width
                             : work->scratch_tables[worker * WS_CHAIN_TURNS + t];
        line->actions = actions;
        line->count = 2;
        for (size_t number = 0; number < count_lines(grid, stages[t].domain, q); number++) {
            for (size_t a = 0; a < 2; a++) {
                ws_next next = turn->answer[a];
                const double *table = next.kind == WS_AFTER_TURN
                                          ? work->scratch_tables[worker * WS_CHAIN_TURNS + next.at]
                                          : NULL;
                set_action(&actions[a], work->buffers[worker] + a * span * grid->width, work, next, x, table,
                           q, stages[t].domain, number, 0);
            }
            solve_line(work, line, &work->tally[x], q, stages[t].domain, number, stages[t].chosen, out, NULL);
        }
    }
}

/* All offers on one line of the proposer's beliefs. */
static void offer_line(void *context, size_t number, unsigned worker)
{
    round_work *work = context;
    ws_grid *grid = work->grid;
    const ws_game *game = grid->game;
    size_t q = work->proposer, k = game->offers;
    ws_stage *stage = &grid->rounds[work->round].offer[q];
    ws_line *line = &work->lines[worker];
    ws_action *actions = work->actions + worker * (k + 1);
    size_t span = grid->beliefs[q] > game->types[q] ? grid->beliefs[q] : game->types[q];
    for (size_t x = 0; x < k; x++) {
        const ws_chain *chain = ws__grid_chain(grid, q, x);
        const ws_stage *root = grid->rounds[work->round].answer[q] + x * WS_CHAIN_TURNS;
        const double *table = chain->root.kind == WS_AFTER_TURN
                                  ? work->answered + x * grid->domains[root->domain].total * grid->width
                                  : NULL;
        set_action(&actions[x], work->buffers[worker] + x * span * grid->width, work, chain->root, x, table,
                   q, stage->domain, number, ws__log(game->weight[x]));
    }
    if (game->walk)
        set_action(&actions[k], work->buffers[worker] + k * span * grid->width, work, grid->walk[q], 0, NULL,
                   q, stage->domain, number, 0);
    line->actions = actions;
    line->count = k + (game->walk ? 1 : 0);
    solve_line(work, line, &work->tally[number], q, stage->domain, number, stage->chosen, work->value,
               grid->rounds[work->round].ambiguous[q]);
    if (!work->first_worth) /* the first round has one line */
        return;
    for (size_t x = 0; x < k; x++)
        for (size_t t = 0; t < game->types[q]; t++) {
            ws_belief after;
            ws_stencil stencil = {.count = 1, .at = {0}, .w = {1}};
            double worth = 0;
            ws__posterior(&after, &grid->prior[q], stage->chosen + x * game->types[q], game->types[q]);
            if (actions[x].ends)
                stencil.at[0] = t;
            else if (game->types[q] > 1)
                ws__place_belief(&stencil, NULL, &grid->axis, &after, game->types[q]);
            for (size_t i = 0; i < stencil.count; i++)
                worth += stencil.w[i] * actions[x].line[stencil.at[i] * grid->width + grid->column[q] + t];
            work->first_worth[t * k + x] = game->status[q][t] + worth;
        }
}

static void merge_counts(ws_grid *grid, const counts *tally, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        grid->solved += tally[i].solved;
        grid->damped += tally[i].damped;
        grid->failed += tally[i].failed;
        grid->steps += tally[i].steps;
        grid->residual = tally[i].residual > grid->residual ? tally[i].residual : grid->residual;
    }
}

/* Room for the policies of one proposer's round. */
static bool room_for_round(ws_grid *grid, size_t round, size_t q)
{
    const ws_game *game = grid->game;
    ws_round_play *play = &grid->rounds[round];
    size_t k = game->offers, actions = k + (game->walk ? 1 : 0);
    uint32_t start = round == 0 ? 0 : grid->all;
    play->offer[q].domain = start;
    play->offer[q].chosen =
        WS_NEW_MANY(&grid->arena, grid->domains[start].total * actions * game->types[q], double);
    play->ambiguous[q] = WS_NEW_MANY(&grid->arena, grid->domains[start].total * game->types[q], double);
    play->answer[q] = WS_NEW_MANY(&grid->arena, k * WS_CHAIN_TURNS, ws_stage);
    if (!play->offer[q].chosen || !play->ambiguous[q] || !play->answer[q])
        return false;
    for (size_t x = 0; x < k; x++) {
        const ws_chain *chain = ws__grid_chain(grid, q, x);
        for (size_t t = 0; t < chain->count; t++) {
            ws_stage *stage = &play->answer[q][x * WS_CHAIN_TURNS + t];
            stage->domain = round == 0 ? chain->turns[t].moved : grid->all;
            stage->chosen = WS_NEW_MANY(
                &grid->arena, grid->domains[stage->domain].total * 2 * game->types[chain->turns[t].actor],
                double);
            if (!stage->chosen)
                return false;
        }
    }
    return true;
}

/* Room for the work of a round, used again by all; false: memory. */
static bool room_for_work(round_work *work, ws_arena *arena, unsigned workers)
{
    ws_grid *grid = work->grid;
    size_t k = grid->game->offers, widest = 1, total = grid->domains[grid->all].total;
    for (size_t p = 0; p < grid->game->parties; p++) {
        size_t types = grid->game->types[p];
        widest = grid->beliefs[p] > widest ? grid->beliefs[p] : widest;
        widest = types > widest ? types : widest;
    }
    work->answered = WS_NEW_MANY(arena, k * total * grid->width, double);
    work->value = WS_NEW_MANY(arena, total * grid->width, double);
    work->tally = WS_NEW_MANY(arena, total > k ? total : k, counts);
    work->scratch_tables = WS_NEW_MANY(arena, workers * (size_t)WS_CHAIN_TURNS, double *);
    work->lines = WS_NEW_MANY(arena, workers, ws_line);
    work->buffers = WS_NEW_MANY(arena, workers, double *);
    work->actions = WS_NEW_MANY(arena, workers * (k + 1), ws_action);
    if (!work->answered || !work->value || !work->tally || !work->scratch_tables || !work->lines ||
        !work->buffers || !work->actions)
        return false;
    for (unsigned w = 0; w < workers; w++) {
        work->buffers[w] = WS_NEW_MANY(arena, (k + 2) * widest * grid->width, double);
        if (!work->buffers[w] || !ws__init_line(&work->lines[w], arena, &grid->axis, grid->width, k + 2))
            return false;
        for (size_t t = 1; t < grid->turns; t++)
            if (!(work->scratch_tables[w * WS_CHAIN_TURNS + t] =
                      WS_NEW_MANY(arena, total * grid->width, double)))
                return false;
    }
    return true;
}

/* The end of the round in its own money, for every set of parties that may have moved. */
static bool end_tables(round_work *work, ws_arena *arena, const double *next)
{
    ws_grid *grid = work->grid;
    const ws_game *game = grid->game;
    size_t total = grid->domains[grid->all].total;
    memset(work->after, 0, sizeof work->after);
    if (!next)
        return true;
    double *money = WS_NEW_MANY(arena, total * grid->width, double);
    for (size_t at = 0; money && at < total; at++)
        for (size_t p = 0; p < game->parties; p++)
            for (size_t t = 0; t < game->types[p]; t++) {
                size_t c = at * grid->width + grid->column[p] + t;
                for (size_t half = 0; half < grid->width; half += grid->columns)
                    money[c + half] = game->discount[p][t] * next[c + half];
            }
    for (uint32_t set = 0; money && set <= grid->all; set++) {
        work->after[set] = work->round > 0 ? money : ws__restrict_table(arena, grid, money, grid->all, set);
        if (!work->after[set])
            return false;
    }
    return money != NULL;
}

/* One round: `value` [points of its beginning][columns], from the next round's on the whole grid. */
static ws_status solve_round(ws_play *play, round_work *work, double *value, const double *next,
                             const ws_run *run, ws_diag *diag)
{
    ws_grid *grid = work->grid;
    const ws_game *game = grid->game;
    WS_SCRATCH(arena);
    uint32_t start = work->round == 0 ? 0 : grid->all;
    size_t total = grid->domains[start].total, columns = grid->width;
    double open = 1 - game->hazard[work->round];
    if (!end_tables(work, &arena, next))
        return ws_fail(diag, WS_LIMIT, "no memory for the grid of beliefs");
    for (size_t at = 0; at < total; at++)
        for (size_t p = 0; p < game->parties; p++)
            for (size_t t = 0; t < game->types[p]; t++)
                for (size_t half = 0; half < columns; half += grid->columns)
                    value[at * columns + half + grid->column[p] + t] =
                        -game->hazard[work->round] * game->cost[p][t];
    for (size_t q = 0; q < game->parties; q++) {
        double share = game->proposer[work->round * game->parties + q];
        if (!(share > 0))
            continue;
        if (!room_for_round(grid, work->round, q))
            return ws_fail(diag, WS_LIMIT, "no memory for the policies of round %zu", work->round + 1);
        work->proposer = q;
        work->first_worth = work->round == 0 ? play->first[q].worth : NULL;
        memset(work->tally, 0, game->offers * sizeof *work->tally);
        ws_status status = ws__run_tasks(run, "answers", game->offers, answer_offer, work, NULL);
        merge_counts(grid, work->tally, game->offers);
        size_t lines = count_lines(grid, start, q);
        memset(work->tally, 0, lines * sizeof *work->tally);
        if (status == WS_OK)
            status = ws__run_tasks(run, "offers", lines, offer_line, work, NULL);
        merge_counts(grid, work->tally, lines);
        WS_TRY(status);
        for (size_t i = 0; i < total * columns; i++)
            value[i] += open * share * work->value[i];
    }
    return WS_OK;
}

static ws_status solve_rounds(ws_play *play, ws_grid *grid, const ws_run *run, ws_diag *diag)
{
    const ws_game *game = grid->game;
    WS_SCRATCH(arena);
    double started = ws__now();
    round_work work = {.grid = grid};
    size_t size = grid->domains[grid->all].total * grid->width;
    double *value = WS_NEW_MANY(&arena, size, double), *next = WS_NEW_MANY(&arena, size, double);
    if (!value || !next || !room_for_work(&work, &arena, ws__count_workers(run)))
        return ws_fail(diag, WS_LIMIT, "no memory for %zu offers on %zu points of beliefs", game->offers,
                       grid->domains[grid->all].total);
    for (size_t n = game->rounds; n-- > 0;) {
        WS_TRY(ws__should_stop(run, started));
        work.round = n;
        WS_TRY(solve_round(play, &work, value, n + 1 == game->rounds ? NULL : next, run, diag));
        double *keep = next;
        next = value;
        value = keep;
        if (grid->failed > 0)
            return ws_fail(
                diag, WS_FAULT,
                "no equilibrium found at %llu of %llu beliefs in round %zu (rationality %g); try a lower "
                "rationality, or another --grid",
                (unsigned long long)grid->failed, (unsigned long long)grid->solved, n + 1, game->rationality);
    }
    memcpy(grid->value, next, grid->width * sizeof *next);
    return WS_OK;
}

static ws_status make_grid(ws_grid *grid, size_t nodes, ws_diag *diag)
{
    const ws_game *game = grid->game;
    ws__init_axis(&grid->axis, nodes);
    for (size_t p = 0; p < game->parties; p++) {
        grid->column[p] = grid->columns;
        grid->columns += game->types[p];
        grid->beliefs[p] = ws__count_beliefs(&grid->axis, game->types[p]);
        grid->belief[p] = WS_NEW_MANY(&grid->arena, grid->beliefs[p], ws_belief);
        if (!grid->belief[p])
            return ws_fail(diag, WS_LIMIT, "no memory for the grid of beliefs");
        ws__belief_of(&grid->prior[p], game->prior[p], game->types[p]);
        for (size_t at = 0; at < grid->beliefs[p]; at++)
            ws__belief_at(&grid->belief[p][at], &grid->axis, at, game->types[p]);
    }
    grid->width = grid->options->gap ? 2 * grid->columns : grid->columns;
    make_domains(grid);
    grid->chains = WS_NEW_MANY(&grid->arena, game->parties * game->rule_count, ws_chain);
    grid->rounds = WS_NEW_MANY(&grid->arena, game->rounds, ws_round_play);
    grid->value = WS_NEW_MANY(&grid->arena, grid->width, double);
    if (!grid->chains || !grid->rounds || !grid->value)
        return ws_fail(diag, WS_LIMIT, "no memory for the grid of beliefs");
    for (size_t i = 0; i < game->parties; i++) {
        grid->walk[i] = ws__after_walk(game, i);
        for (size_t r = 0; r < game->rule_count; r++) {
            ws_chain *chain = &grid->chains[i * game->rule_count + r];
            ws__build_chain(chain, game->parties, i, game->rules[r]);
            grid->turns = chain->count > grid->turns ? chain->count : grid->turns;
        }
    }
    return WS_OK;
}

size_t ws__choose_nodes(const ws_game *game, const ws_game_options *options)
{
    size_t axes = 0;
    if (ws__choose_method(game, options) != WS_METHOD_GRID)
        return 0;
    for (size_t p = 0; p < game->parties; p++)
        axes += game->types[p] - 1;
    return options->grid ? options->grid : axes == 3 ? 17 : 33;
}

/* Axes of beliefs, and a clear refusal where there are too many. */
static ws_status count_axes(size_t *axes, const ws_game *game, size_t nodes, ws_diag *diag)
{
    double bytes = 0, points = 1;
    *axes = 0;
    for (size_t p = 0; p < game->parties; p++)
        *axes += game->types[p] - 1;
    if (*axes > WS_AXES)
        return ws_fail(
            diag, WS_LIMIT,
            "beliefs about %zu types in all have %zu dimensions; the grid takes %d: fix a type with --type "
            "PARTY=TYPE, or merge types",
            *axes + game->parties, *axes, WS_AXES);
    for (size_t i = 0; i < *axes; i++)
        points *= (double)nodes;
    bytes =
        8 * points * (double)game->offers * (4.0 * (double)game->rounds + (double)(*axes + game->parties));
    if (bytes > (double)MEMORY_LIMIT)
        return ws_fail(
            diag, WS_LIMIT,
            "%zu offers on %.0f points of beliefs in %zu rounds would take %.1f GB; name fewer with --offers "
            "N or --grid N",
            game->offers, points, game->rounds, bytes / 1e9);
    return WS_OK;
}

ws_status ws__solve_grid(ws_play *play, const ws_game_options *options, const ws_run *run, ws_diag *diag)
{
    const ws_game *game = play->game;
    size_t axes, nodes = ws__choose_nodes(game, options);
    if (game->infinite)
        return ws_fail(diag, WS_INVALID, "the grid needs a rationality");
    WS_TRY(count_axes(&axes, game, nodes, diag));
    if (nodes < 5 || nodes > WS_AXIS_NODES || nodes % 2 == 0)
        return ws_fail(diag, WS_USAGE, "--grid takes an odd number from 5 to %d; got %zu", WS_AXIS_NODES,
                       nodes);
    ws_grid *grid = calloc(1, sizeof *grid);
    if (!grid)
        return ws_fail(diag, WS_LIMIT, "no memory for the grid of beliefs");
    grid->game = game;
    grid->options = options;
    ws_status status = make_grid(grid, nodes, diag);
    if (status == WS_OK)
        status = solve_rounds(play, grid, run, diag);
    if (status == WS_OK)
        status = ws__carry_odds(play, grid, run, diag);
    if (status == WS_OK && options->playouts)
        status = ws__play_grid(play, grid, run, diag);
    for (size_t c = 0; c < grid->columns && status == WS_OK; c++)
        play->value[c] = grid->value[c];
    for (size_t p = 0; p < game->parties && status == WS_OK && options->gap; p++)
        for (size_t t = 0; t < game->types[p]; t++) {
            size_t c = grid->column[p] + t;
            play->how.gap[p] += game->prior[p][t] * (grid->value[grid->columns + c] - grid->value[c]);
        }
    for (size_t p = 0; p < game->parties && status == WS_OK; p++)
        for (size_t t = 0; t < game->types[p]; t++)
            play->value[grid->column[p] + t] += game->status[p][t];
    play->how.residual = grid->residual;
    play->how.grid = nodes;
    play->how.points = grid->domains[grid->all].total;
    play->how.iterations = grid->steps;
    play->how.damped = grid->damped;
    ws__free_arena(&grid->arena);
    free(grid);
    return status;
}
