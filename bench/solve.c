/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times the bargaining game.
 *
 *   build/bench/solve
 *
 * 1. Perfect information: 1,000 offers, 100 rounds.
 * 2. Beside Gambit: five offers, three rounds, nobody with types: the largest game of its family that
 *    gambit-logit finishes. Its seconds (rationality 5, an idle machine) were measured once, of version 17.0
 *    alpha: 36.01. `ratio` is theirs over ours, for the same logit equilibrium.
 * 3. Two parties of two types on the grid: time by (round, belief, offer), and how many times the whole grows
 * as rounds, nodes of an axis, offers double (2, 4, 2: in proportion).
 * 4. The case of 1994 (run in the source folder): odds, values and offers with half the grid; and with the
 *    comparisons and assumptions. The best of several.
 */
#include "base/tasks.h"
#include "game/game.h"
#include "winset/format.h"
#include "winset/game.h"

#include <stdio.h>
#include <stdlib.h>

static const double GAMBIT_SECONDS = 36.01;
enum { PARTIES = 2, TYPES = 2 };

typedef struct bench_game {
    ws_game game;
    double *numbers;
} bench_game;

/* A pie in `offers` splits; with types: on what no agreement is worth, and on delivery. */
static bool make_game(bench_game *out, size_t offers, size_t rounds, size_t types)
{
    static const double one[TYPES] = {0.5, 0.5}, sure[TYPES] = {1, 1}, cost[TYPES] = {0.05, 0.05};
    static const double discount[TYPES] = {0.95, 0.95}, failure[TYPES] = {-0.1, -0.1};
    static const double status[PARTIES][TYPES] = {{0.1, 0.3}, {0.15, 0.15}};
    static const uint32_t rules[1] = {1U << 3};
    size_t size = offers * (1 + 2 * PARTIES * TYPES) + rounds * (1 + PARTIES);
    double *at = calloc(size, sizeof *at);
    uint32_t *class_of = calloc(offers, sizeof *class_of);
    uint8_t *rule_of = calloc(offers, sizeof *rule_of);
    if (!at || !class_of || !rule_of)
        return false;
    ws_game *game = &out->game;
    *game = (ws_game){.parties = PARTIES, .rounds = rounds, .offers = offers, .classes = 1, .rationality = 5};
    out->numbers = at;
    for (size_t p = 0; p < PARTIES; p++) {
        double *utility = at, *deliver = at + TYPES * offers;
        for (size_t t = 0; t < TYPES; t++)
            for (size_t x = 0; x < offers; x++) {
                double share = (double)x / (double)(offers - 1);
                utility[t * offers + x] = p == 0 ? share : 1 - share;
                deliver[t * offers + x] = types > 1 && p == 1 ? (t ? 0.4 : 0.9) : 1;
            }
        at += 2 * TYPES * offers;
        game->types[p] = types;
        game->prior[p] = types > 1 ? one : sure;
        game->status[p] = status[p];
        game->cost[p] = game->expiry[p] = cost;
        game->failure[p] = failure;
        game->discount[p] = discount;
        game->range[p] = sure;
        game->utility[p] = utility;
        game->deliver[p] = deliver;
    }
    double *weight = at, *hazard = at + offers, *proposer = hazard + rounds;
    for (size_t x = 0; x < offers; x++)
        weight[x] = 1 / (double)offers;
    for (size_t n = 0; n < rounds; n++)
        proposer[n * PARTIES + n % PARTIES] = 1;
    game->weight = weight;
    game->hazard = hazard;
    game->proposer = proposer;
    game->class_of = class_of;
    game->rule_of = rule_of;
    game->rule_count = 1;
    game->rules = rules;
    return true;
}

/* Seconds of the best of `repeats`; below 0 where it failed. */
static double time_game(size_t offers, size_t rounds, size_t types, size_t grid, unsigned repeats)
{
    bench_game bench;
    double best = -1;
    ws_game_options options = {.grid = grid, .method = types > 1 ? WS_METHOD_GRID : WS_METHOD_AUTO};
    if (!make_game(&bench, offers, rounds, types))
        return -1;
    for (unsigned i = 0; i < repeats; i++) {
        ws_play *play = NULL;
        double start = ws__now();
        if (ws__solve_game(&play, &bench.game, &options, NULL, NULL) != WS_OK)
            return -1;
        double seconds = ws__now() - start;
        best = best < 0 || seconds < best ? seconds : best;
        ws__free_play(play);
    }
    free(bench.numbers);
    free((uint32_t *)(uintptr_t)bench.game.class_of);
    free((uint8_t *)(uintptr_t)bench.game.rule_of);
    return best;
}

static double time_grid(const char *what, size_t offers, size_t rounds, size_t nodes, double base)
{
    double seconds = time_game(offers, rounds, TYPES, nodes, 3);
    double cells = (double)(nodes * nodes) * (double)offers * (double)rounds;
    printf("%-8s %6zu offers %4zu rounds %3zux%-3zu beliefs %9.3f s %8.3f us a (round, belief, offer)", what,
           offers, rounds, nodes, nodes, seconds, 1e6 * seconds / cells);
    if (base > 0)
        printf(", %.2f times", seconds / base);
    printf("\n");
    return seconds;
}

/* Seconds of the whole answer to a case; below 0 where there is none. */
static double time_case(const char *path, bool comparisons, unsigned repeats)
{
    ws_case *c = NULL;
    double best = -1;
    if (ws_read_case(&c, path, NULL, NULL) != WS_OK)
        return -1;
    for (unsigned i = 0; i < repeats; i++) {
        ws_course *course = NULL;
        ws_solve_options options = {.no_comparisons = !comparisons};
        double start = ws__now();
        if (ws_solve_case(&course, c, &options, NULL, NULL) != WS_OK)
            break;
        double seconds = ws__now() - start;
        best = best < 0 || seconds < best ? seconds : best;
        ws_free_course(course);
    }
    ws_free_case(c);
    return best;
}

int main(void)
{
    printf("perfect    1000 offers  100 rounds %32.2f ms\n", 1e3 * time_game(1000, 100, 1, 0, 20));
    double ours = time_game(5, 3, 1, 0, 200);
    printf("gambit        5 offers    3 rounds: ours %.3f us, gambit-logit %.2f s, ratio %.0f\n", 1e6 * ours,
           GAMBIT_SECONDS, GAMBIT_SECONDS / ours);
    double base = time_grid("grid", 32, 7, 17, 0);
    time_grid("rounds", 32, 14, 17, base);
    time_grid("nodes", 32, 7, 33, base);
    time_grid("offers", 64, 7, 17, base);
    time_grid("large", 64, 7, 33, 0);
    const char *path = "examples/us-japan-1994/case.yaml";
    printf("1994     values, odds, offers, half the grid %20.3f s\n", time_case(path, false, 5));
    printf("1994     with comparisons and assumptions %23.3f s\n", time_case(path, true, 3));
    return 0;
}
