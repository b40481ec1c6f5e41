/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exact number of winning coalitions, in numbers as long as it takes; and, for few players whose weights
 * are too large for arrays, all indices by going through every coalition. */
#include "analysis/power.h"

#include "base/tasks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Long numbers: `words` of 64 bits, the lowest first ---- */

static void add_long(uint64_t *to, const uint64_t *more, size_t words)
{
    unsigned carry = 0;
    for (size_t i = 0; i < words; i++) {
        uint64_t sum = to[i] + more[i], with = sum + carry;
        carry = (unsigned)(sum < to[i]) + (unsigned)(with < sum);
        to[i] = with;
    }
}

static void subtract_long(uint64_t *from, const uint64_t *less, size_t words)
{
    unsigned borrow = 0;
    for (size_t i = 0; i < words; i++) {
        uint64_t left = from[i] - less[i], with = left - borrow;
        borrow = (unsigned)(from[i] < less[i]) + (unsigned)(left < borrow);
        from[i] = with;
    }
}

static double long_to_double(const uint64_t *number, size_t words)
{
    double sum = 0;
    for (size_t i = words; i-- > 0;)
        sum = sum * 0x1p64 + (double)number[i];
    return sum;
}

/* Decimals of a number, which is used up. */
static char *write_long(uint64_t *number, size_t words, ws_arena *arena)
{
    size_t room = words * 20 + 2, at = room - 1;
    char *digits = WS_NEW_MANY(arena, room, char);
    if (!digits)
        return NULL;
    bool left = true;
    while (left) {
        __extension__ unsigned __int128 rest = 0;
        left = false;
        for (size_t i = words; i-- > 0;) {
            rest = rest << 64 | number[i];
            number[i] = (uint64_t)(rest / 10);
            rest %= 10;
            left |= number[i] > 0;
        }
        digits[--at] = (char)('0' + (int)rest);
    }
    return digits + at;
}

char *ws__count_winning(double *share, const ws_weighted *game, ws_arena *arena)
{
    size_t players = game->count + game->idle, words = players / 64 + 1;
    uint64_t *losing = calloc(((size_t)game->quota + 2) * words, sizeof *losing);
    if (!losing)
        return NULL;
    uint64_t *all = losing + (size_t)game->quota * words, *lost = all + words;
    losing[0] = 1;
    uint64_t reached = 0;
    for (size_t j = 0; j < game->count; j++) {
        reached += game->weights[j];
        uint64_t top = reached < game->quota ? reached : game->quota - 1;
        for (uint64_t k = top + 1; k-- > game->weights[j];)
            add_long(losing + k * words, losing + (k - game->weights[j]) * words, words);
    }
    for (uint64_t k = 0; k < game->quota; k++)
        add_long(lost, losing + k * words, words);
    for (size_t i = 0; i < game->idle; i++) { /* each is in or out */
        memcpy(losing, lost, words * sizeof *lost);
        add_long(lost, losing, words);
    }
    all[players / 64] = (uint64_t)1 << players % 64;
    subtract_long(all, lost, words);
    *share = long_to_double(all, words) / exp2((double)players);
    char *text = write_long(all, words, arena);
    free(losing);
    return text;
}

/* ---- Every coalition ---- */

typedef struct walk {
    const ws_weighted *game;
    size_t kind_of[WS_FEW_PLAYERS];
    double by_size[WS_FEW_PLAYERS + 1]; /* (s-1)!(n-s)!/n! */
    double *swings, *shapley, *holler, *deegan_packel, *johnston, *minimal;
} walk;

/* Takes one winning coalition in: who is critical, and what of it. */
static void take_coalition(const walk *w, uint32_t members, uint64_t excess)
{
    const ws_weighted *game = w->game;
    size_t size = (size_t)__builtin_popcount(members), critical = 0;
    for (uint32_t left = members; left; left &= left - 1) /* by falling weight */
        critical += game->weights[__builtin_ctz(left)] > excess;
    if (!critical)
        return;
    bool is_minimal = critical == size;
    *w->minimal += is_minimal;
    for (uint32_t left = members; left; left &= left - 1) {
        size_t j = (size_t)__builtin_ctz(left), kind = w->kind_of[j];
        if (game->weights[j] <= excess)
            break;
        if (j != game->kinds[kind])
            continue;
        w->swings[kind] += 1;
        w->shapley[kind] += w->by_size[size];
        w->johnston[kind] += 1 / (double)critical;
        w->holler[kind] += is_minimal;
        w->deegan_packel[kind] += is_minimal ? 1 / (double)size : 0;
    }
}

ws_status ws__enumerate_power(double *swings, double *shapley, double *holler, double *deegan_packel,
                              double *johnston, double *minimal, double *winning, const ws_weighted *game,
                              const ws_run *run, ws_arena *arena)
{
    (void)arena;
    walk w = {.game = game,
              .swings = swings,
              .shapley = shapley,
              .holler = holler,
              .deegan_packel = deegan_packel,
              .johnston = johnston,
              .minimal = minimal};
    size_t n = game->count;
    double choose = 1, started = ws__now();
    for (size_t s = 1; s <= n; s++) {
        w.by_size[s] = 1 / (choose * (double)n); /* choose: s - 1 of n - 1 */
        choose = choose * (double)(n - s) / (double)s;
    }
    for (size_t kind = 0; kind < game->kind_count; kind++) {
        swings[kind] = shapley[kind] = holler[kind] = deegan_packel[kind] = johnston[kind] = 0;
        for (size_t j = game->kinds[kind]; j < game->kinds[kind + 1]; j++)
            w.kind_of[j] = kind;
    }
    *minimal = *winning = 0;
    uint64_t weight = 0;
    uint32_t members = 0;
    for (uint32_t i = 1; i < (uint32_t)1 << n; i++) { /* Gray: one player in or out a step */
        size_t j = (size_t)__builtin_ctz(i);
        members ^= (uint32_t)1 << j;
        weight = members >> j & 1 ? weight + game->weights[j] : weight - game->weights[j];
        if (weight >= game->quota) {
            *winning += 1;
            take_coalition(&w, members, weight - game->quota);
        }
        if ((i & 0xfffff) == 0 && ws__should_stop(run, started) != WS_OK)
            return ws__should_stop(run, started);
    }
    return WS_OK;
}
