/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One outcome's votes with all that is shown of them: what each member's vote moves.
 *
 * What a member moves in its body is the chance that the others' yes weight lies where its votes decide,
 * [quota - weight, quota): a sum of positive terms, never a difference of numbers near 1. The distributions
 * of "all but one" come by divide and conquer: add the seats of one half, go into the other. */
#include "space/votes.h"

#include "base/diag.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Distributions of the yes weight, sparse: rising weights and their chances ---- */

typedef struct sums {
    size_t count;
    uint64_t *weights;
    double *chances;
} sums;

static bool make_room(sums *s, size_t room)
{
    s->weights = malloc((room + 1) * sizeof *s->weights);
    s->chances = malloc((room + 1) * sizeof *s->chances);
    return s->weights && s->chances;
}

static void drop_sums(sums *s)
{
    free(s->weights);
    free(s->chances);
    *s = (sums){0};
}

/* Yes votes of one seat: [parts] weights with chances; a loose bloc of n seats has n + 1. */
static bool spread_seat(sums *out, const ws_seat *seat, ws_chance vote, const double *ratios)
{
    if (!seat->loose) {
        if (!make_room(out, 2))
            return false;
        out->count = 0;
        if (vote.no > 0 || seat->weight == 0) {
            out->weights[out->count] = 0;
            out->chances[out->count++] = seat->weight ? vote.no : 1;
        }
        if (vote.yes > 0 && seat->weight) {
            out->weights[out->count] = seat->weight;
            out->chances[out->count++] = vote.yes;
        }
        return true;
    }
    size_t n = (size_t)seat->weight;
    if (!make_room(out, n + 1))
        return false;
    out->count = n + 1;
    double guess = (double)(n + 1) * vote.yes, sum = 1;
    size_t mode = guess >= (double)n ? n : (size_t)guess;
    for (size_t k = 0; k <= n; k++)
        out->weights[k] = k;
    out->chances[mode] = 1;
    for (size_t k = mode; k < n; k++)
        sum += out->chances[k + 1] = out->chances[k] * ratios[k] * (vote.yes / vote.no);
    for (size_t k = mode; k > 0; k--)
        sum += out->chances[k - 1] = out->chances[k] * ratios[n - k] * (vote.no / vote.yes);
    for (size_t k = 0; k <= n; k++)
        out->chances[k] *= (1 - seat->discipline) / sum;
    out->chances[0] += seat->discipline * vote.no;
    out->chances[n] += seat->discipline * vote.yes;
    return true;
}

/* from + seat: for each of the seat's weights the shifted sums are merged in. */
static bool add_pair(sums *out, const sums *from, uint64_t shift, double stay, double move)
{
    if (!make_room(out, 2 * from->count))
        return false;
    size_t a = 0, b = 0, count = 0;
    while (a < from->count || b < from->count) {
        uint64_t x = a < from->count ? from->weights[a] : UINT64_MAX;
        uint64_t y = b < from->count ? from->weights[b] + shift : UINT64_MAX;
        double chance = 0;
        out->weights[count] = x < y ? x : y;
        if (x <= y)
            chance += from->chances[a++] * stay;
        if (y <= x)
            chance += from->chances[b++] * move;
        out->chances[count++] = chance;
    }
    out->count = count;
    return true;
}

static bool add_bloc(sums *out, const sums *from, const sums *bloc)
{
    if (from->count == 0)
        return make_room(out, 0);
    uint64_t low = from->weights[0], high = from->weights[from->count - 1] + bloc->count;
    size_t span = (size_t)(high - low);
    if (!make_room(out, span))
        return false;
    double *dense = calloc(span + 1, sizeof *dense);
    if (!dense)
        return false;
    for (size_t i = 0; i < from->count; i++)
        for (size_t k = 0; k < bloc->count; k++)
            dense[(size_t)(from->weights[i] - low) + k] += from->chances[i] * bloc->chances[k];
    for (size_t w = 0; w < span; w++)
        if (dense[w] > 0) {
            out->weights[out->count] = low + w;
            out->chances[out->count++] = dense[w];
        }
    free(dense);
    return true;
}

static bool add_seat(sums *into, const ws_tally *tally, size_t at, const ws_chance *votes)
{
    const ws_seat *seat = &tally->seats[at];
    sums spread = {0}, next = {0};
    bool made = spread_seat(&spread, seat, votes[seat->voter], tally->ratios[at]);
    if (made && seat->loose)
        made = add_bloc(&next, into, &spread);
    else if (made && spread.count == 2)
        made = add_pair(&next, into, seat->weight, spread.chances[0], spread.chances[1]);
    else if (made)
        made = add_pair(&next, into, spread.weights[0], 0, spread.chances[0]);
    drop_sums(&spread);
    drop_sums(into);
    *into = next;
    return made;
}

/* A seat's importance from the sums of all others. */
static double decide_window(const sums *others, const ws_tally *tally, uint64_t weight)
{
    double sum = 0;
    for (size_t i = 0; i < others->count; i++)
        if (others->weights[i] < tally->quota && others->weights[i] + weight >= tally->quota)
            sum += others->chances[i];
    return sum;
}

/* Importance of seats [from, end), `others` holding all seats outside. Depth: log2 of the seats. */
static bool split_seats(double *importance, const sums *others, const ws_tally *tally, const ws_chance *votes,
                        size_t from, size_t end)
{
    if (end - from == 1) {
        importance[from] = decide_window(others, tally, tally->seats[from].weight);
        return true;
    }
    size_t middle = from + (end - from) / 2;
    for (int half = 0; half < 2; half++) {
        sums with = {0};
        bool made = add_pair(&with, others, 0, 1, 0);
        for (size_t i = half ? from : middle; made && i < (half ? middle : end); i++)
            made = add_seat(&with, tally, i, votes);
        made =
            made && split_seats(importance, &with, tally, votes, half ? middle : from, half ? end : middle);
        drop_sums(&with);
        if (!made)
            return false;
    }
    return true;
}

ws_status ws__weigh_votes(ws_chance *pass, double *mean, double *importance, const ws_tally *tally,
                          const ws_chance *votes)
{
    size_t voters = 0;
    for (size_t i = 0; i < tally->seat_count; i++)
        if (tally->seats[i].voter >= voters)
            voters = tally->seats[i].voter + 1;
    double *rows = malloc((2 * voters + 1 + ws__tally_scratch(tally, 1)) * sizeof *rows);
    if (!rows)
        return WS_LIMIT;
    for (size_t v = 0; v < voters; v++) {
        rows[v] = 0;
        rows[voters + v] = 1;
    }
    double weighed = 0;
    for (size_t i = 0; i < tally->seat_count; i++) {
        const ws_seat *seat = &tally->seats[i];
        rows[seat->voter] = votes[seat->voter].yes;
        rows[voters + seat->voter] = votes[seat->voter].no;
        weighed += (double)seat->weight * votes[seat->voter].yes;
    }
    ws_votes one = {.lanes = 1, .stride = 1, .yes = rows, .no = rows + voters};
    ws__count_ops()->tally(&pass->yes, &pass->no, tally, &one, rows + 2 * voters);
    free(rows);
    if (mean)
        *mean = ws__written_weight(tally, weighed);
    if (!importance || tally->seat_count == 0)
        return WS_OK;
    sums nobody = {0};
    bool made = make_room(&nobody, 1);
    if (made) {
        nobody.count = 1;
        nobody.weights[0] = 0;
        nobody.chances[0] = 1;
        made = split_seats(importance, &nobody, tally, votes, 0, tally->seat_count);
    }
    drop_sums(&nobody);
    return made ? WS_OK : WS_LIMIT;
}

/* ---- A whole ballot ---- */

/* Votes of `lanes` outcomes laid out for the kernels, all like `votes`. */
typedef struct sheet {
    size_t lanes;
    double *yes, *no, *holds, *scratch;
} sheet;

static bool lay_out(sheet *s, ws_arena *arena, const ws_ballot *ballot, const ws_chance *votes,
                    const bool *holds, size_t lanes)
{
    s->lanes = lanes;
    s->yes = WS_NEW_MANY(arena, ballot->voter_count * lanes + 1, double);
    s->no = WS_NEW_MANY(arena, ballot->voter_count * lanes + 1, double);
    s->holds = WS_NEW_MANY(arena, ballot->when_count * lanes + 1, double);
    s->scratch = WS_NEW_MANY(arena, ws__ballot_scratch(ballot, lanes) + 1, double);
    if (!s->yes || !s->no || !s->holds || !s->scratch)
        return false;
    for (size_t v = 0; v < ballot->voter_count; v++)
        for (size_t i = 0; i < lanes; i++) {
            s->yes[v * lanes + i] = votes[v].yes;
            s->no[v * lanes + i] = votes[v].no;
        }
    for (size_t w = 0; w < ballot->when_count; w++)
        for (size_t i = 0; i < lanes; i++)
            s->holds[w * lanes + i] = holds[w];
    return true;
}

static void count_sheet(double *yes, double *no, const sheet *s, const ws_ballot *ballot)
{
    ws_votes votes = {.lanes = s->lanes, .stride = s->lanes, .yes = s->yes, .no = s->no, .holds = s->holds};
    ws__count_ops()->ballot(yes, no, ballot, &votes, s->scratch);
}

ws_status ws__count_ballot(ws_chance *pass, const ws_ballot *ballot, const ws_chance *votes,
                           const bool *holds)
{
    WS_SCRATCH(arena);
    sheet s;
    if (!lay_out(&s, &arena, ballot, votes, holds, 1))
        return WS_LIMIT;
    count_sheet(&pass->yes, &pass->no, &s, ballot);
    return WS_OK;
}

ws_status ws__count_changed(double *pass, const ws_ballot *ballot, const ws_chance *votes,
                            const ws_chance *changed, const bool *holds)
{
    for (size_t first = 0; first < ballot->voter_count; first += WS_LANES) {
        WS_SCRATCH(arena);
        sheet s;
        size_t left = ballot->voter_count - first, lanes = left < WS_LANES ? left : WS_LANES;
        if (!lay_out(&s, &arena, ballot, votes, holds, lanes))
            return WS_LIMIT;
        for (size_t i = 0; i < lanes; i++) {
            s.yes[(first + i) * lanes + i] = changed[first + i].yes;
            s.no[(first + i) * lanes + i] = changed[first + i].no;
        }
        count_sheet(pass + first, NULL, &s, ballot);
    }
    return WS_OK;
}

struct ws_ballot_box {
    const ws_ballot *ballot;
    sheet sheet;
};

ws_ballot_box *ws__open_box(const ws_ballot *ballot, const bool *holds, ws_arena *arena)
{
    ws_ballot_box *box = WS_NEW(arena, ws_ballot_box);
    ws_chance *votes = WS_NEW_MANY(arena, ballot->voter_count + 1, ws_chance);
    if (!box || !votes || !lay_out(&box->sheet, arena, ballot, votes, holds, 1))
        return NULL;
    box->ballot = ballot;
    return box;
}

double ws__count_box(ws_ballot_box *box, const ws_chance *votes)
{
    double pass;
    for (size_t v = 0; v < box->ballot->voter_count; v++) {
        box->sheet.yes[v] = votes[v].yes;
        box->sheet.no[v] = votes[v].no;
    }
    count_sheet(&pass, NULL, &box->sheet, box->ballot);
    return pass;
}

ws_status ws__weigh_voters(double *importance, const ws_ballot *ballot, const ws_chance *votes,
                           const bool *holds)
{
    WS_SCRATCH(arena);
    sheet s;
    double yes[2], no[2];
    if (!lay_out(&s, &arena, ballot, votes, holds, 2))
        return WS_LIMIT;
    for (size_t v = 0; v < ballot->voter_count; v++) {
        importance[v] = 0;
        if (!ballot->asked[v])
            continue;
        s.yes[2 * v] = s.no[2 * v + 1] = 1; /* lane 0: all its votes yes; lane 1: all no */
        s.no[2 * v] = s.yes[2 * v + 1] = 0;
        count_sheet(yes, no, &s, ballot);
        double moved = yes[0] < 0.5 ? yes[0] - yes[1] : no[1] - no[0];
        importance[v] = moved > 0 ? moved : 0;
        s.yes[2 * v] = s.yes[2 * v + 1] = votes[v].yes;
        s.no[2 * v] = s.no[2 * v + 1] = votes[v].no;
    }
    return WS_OK;
}

size_t ws__find_pivot(size_t count, const double *importance)
{
    double largest = 0;
    for (size_t v = 0; v < count; v++)
        largest = importance[v] > largest ? importance[v] : largest;
    for (size_t v = 0; largest > 0 && v < count; v++)
        if (importance[v] >= largest * (1 - 1e-9))
            return v;
    return SIZE_MAX;
}
