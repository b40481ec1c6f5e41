/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of pi in a scan: looked up by the levels that matter, or counted from the actors' columns, WS_LANES
 * outcomes at a time. */
#include <math.h>
#include <sleef.h>
#include <string.h>

#include "base/diag.h"
#include "space/deliver.h"
#include "space/plan.h"

static const double MOST_EXPONENT =
    690; /* e^690 and its inverse are doubles, and so is their product with 1 */

/* What all blocks of a piece share for a voter: e^-(inner sum - middle) / noise. */
typedef struct voter_odds {
    double middle, half; /* of the inner column, in utility; half in units of noise */
    double *odds;        /* [count]; NULL: not used */
} voter_odds;

typedef struct piece_deliver {
    uint32_t **at;      /* [parties][count] a tabled party's combination, of the inner issues alone */
    voter_odds *voters; /* [evaluators] */
} piece_deliver;

struct ws_plan_deliver {
    piece_deliver *pieces;
    size_t lanes;
    size_t rows, scratch, voters, whens; /* of the party that needs most */
};

/* How a voter is asked in this block. */
typedef struct asked {
    const double *odds;    /* times `factor`; NULL: by margins */
    const double *column;  /* margins, or the sums that reach `accept` */
    double factor, accept; /* noise > 0: margin = column / divisor - threshold, over noise */
    double divisor, threshold, noise;
} asked;

/* A worker's memory. */
typedef struct voting {
    double *yes, *no, *holds, *margins, *scratch;
    asked *voters;    /* [most voters] of the party at hand */
    uint64_t *bits;   /* [most conditions][WS_WORDS] */
    uint32_t *levels; /* [issues] */
} voting;

/* ---- Before the walk ---- */

/* The part of a combination's number that hangs on inner issues. */
static bool number_inner(uint32_t **out, ws_plan *plan, size_t piece, const ws_home *home)
{
    const ws_space *space = plan->space;
    size_t count = plan->pieces[piece].inner.count;
    uint32_t *at = *out = WS_NEW_MANY(&plan->arena, count + 1, uint32_t);
    for (size_t i = 0; at && i < count; i++) {
        uint64_t rest = (uint64_t)piece * WS_BLOCK + i, number = 0;
        for (size_t issue = space->issue_count; issue-- > plan->first_inner;) {
            number += rest % space->level_counts[issue] * home->care_strides[issue];
            rest /= space->level_counts[issue];
        }
        at[i] = (uint32_t)number;
    }
    return at;
}

static bool plan_voter(voter_odds *out, ws_plan *plan, size_t piece, size_t evaluator, double noise)
{
    const ws_inner *inner = &plan->pieces[piece].inner;
    double divisor = plan->space->evaluators[evaluator].divisor;
    double low = inner->min[evaluator] / divisor, high = inner->max[evaluator] / divisor;
    out->middle = low + (high - low) / 2;
    out->half = (high - low) / 2 / noise;
    if (!(out->half <= MOST_EXPONENT))
        return true;
    out->odds = WS_NEW_MANY(&plan->arena, inner->count + WS_LANES, double);
    for (size_t i = 0; out->odds && i < inner->count; i++)
        out->odds[i] =
            Sleef_cinz_expd1_u10purec((out->middle - inner->column[evaluator][i] / divisor) / noise);
    return out->odds;
}

static bool plan_party(piece_deliver *out, ws_plan *plan, size_t piece, size_t party)
{
    const ws_home *home = ws__get_home(plan->space, party);
    if (!home->domestic)
        return true;
    if (home->tabled)
        return number_inner(&out->at[party], plan, piece, home);
    for (size_t a = 0; a < home->ballot->voter_count; a++) {
        size_t evaluator = plan->space->first_actor[party] + a;
        if (home->ballot->asked[a] && home->noise[a] > 0 &&
            !plan_voter(&out->voters[evaluator], plan, piece, evaluator, home->noise[a]))
            return false;
    }
    return true;
}

static bool plan_pieces(struct ws_plan_deliver *out, ws_plan *plan)
{
    const ws_space *space = plan->space;
    out->pieces = WS_NEW_MANY(&plan->arena, plan->piece_count, piece_deliver);
    for (size_t piece = 0; out->pieces && piece < plan->piece_count; piece++) {
        piece_deliver *own = &out->pieces[piece];
        own->at = WS_NEW_MANY(&plan->arena, space->party_count, uint32_t *);
        own->voters = WS_NEW_MANY(&plan->arena, space->evaluator_count, voter_odds);
        if (!own->at || !own->voters)
            return false;
        for (size_t p = 0; p < space->party_count; p++)
            if (!plan_party(own, plan, piece, p))
                return false;
    }
    return out->pieces;
}

static void measure_ballot(struct ws_plan_deliver *out, const ws_ballot *ballot)
{
    size_t rows = 2 * ballot->voter_count + ballot->when_count + 1;
    out->voters = ballot->voter_count > out->voters ? ballot->voter_count : out->voters;
    out->whens = ballot->when_count > out->whens ? ballot->when_count : out->whens;
    size_t lanes = ws__best_lanes(ballot->scratch + rows);
    out->lanes = lanes < out->lanes ? lanes : out->lanes;
    out->rows = rows > out->rows ? rows : out->rows;
    size_t scratch = ws__ballot_scratch(ballot, WS_LANES);
    out->scratch = scratch > out->scratch ? scratch : out->scratch;
}

ws_status ws__plan_deliver(ws_plan *plan, ws_diag *diag)
{
    const ws_space *space = plan->space;
    struct ws_plan_deliver *out = plan->deliver = WS_NEW(&plan->arena, struct ws_plan_deliver);
    if (!out || !plan_pieces(out, plan))
        return ws_fail(diag, WS_LIMIT, "no memory for the votes of a scan");
    out->lanes = WS_LANES;
    for (size_t p = 0; p < space->party_count; p++) {
        const ws_home *home = ws__get_home(space, p);
        if (home->domestic && !home->tabled)
            measure_ballot(out, home->ballot);
    }
    if (space->deliver->agreement)
        measure_ballot(out, space->deliver->agreement);
    return WS_OK;
}

bool ws__begin_deliver(ws_scratch *s)
{
    const struct ws_plan_deliver *plan = s->plan->deliver;
    voting *v = WS_NEW(&s->arena, voting);
    if (!v)
        return false;
    v->yes = WS_NEW_MANY(&s->arena, plan->rows * WS_LANES + 1, double);
    v->scratch = WS_NEW_MANY(&s->arena, plan->scratch / WS_LANES * plan->lanes + 4 * plan->rows + 64, double);
    v->voters = WS_NEW_MANY(&s->arena, plan->voters + 1, asked);
    v->bits = WS_NEW_MANY(&s->arena, plan->whens * WS_WORDS + 1, uint64_t);
    s->voting = v;
    v->levels = WS_NEW_MANY(&s->arena, s->plan->space->issue_count + 1, uint32_t);
    return v->yes && v->scratch && v->voters && v->bits && v->levels;
}

/* ---- In a block ---- */

static void look_up(double *column, const ws_block *block, const ws_home *home, const uint32_t *at)
{
    const ws_plan *plan = block->scratch->plan;
    uint64_t outer = 0;
    for (size_t i = 0; i < plan->first_inner; i++)
        outer += block->levels[i] * home->care_strides[i];
    const double *table = home->table + outer;
    for (size_t i = 0; i < block->count; i++)
        column[i] = table[at[i]];
}

static asked ask_voter(const ws_block *block, size_t evaluator, double noise, const voter_odds *odds)
{
    const ws_evaluator *e = &block->space->evaluators[evaluator];
    asked out = {.accept = e->scaling.accept,
                 .divisor = e->divisor,
                 .threshold = e->range.reservation,
                 .noise = noise};
    if (noise > 0 && odds->odds && block->shared[evaluator]) {
        double exponent = (e->range.reservation - block->base[evaluator] / e->divisor - odds->middle) / noise;
        if (fabs(exponent) + odds->half <= MOST_EXPONENT) {
            out.odds = odds->odds;
            out.factor = Sleef_cinz_expd1_u10purec(exponent);
            return out;
        }
    }
    out.column = ws__block_utility(block, evaluator);
    return out;
}

/* Votes of a voter for outcomes [from, from + n). */
static void vote(double *yes, double *no, double *margins, const asked *by, size_t from, size_t n,
                 const ws_count_ops *ops)
{
    if (by->odds) {
        for (size_t i = 0; i < n; i++)
            margins[i] = by->odds[from + i] * by->factor;
        ops->odds(yes, no, margins, n);
    } else if (by->noise > 0) {
        for (size_t i = 0; i < n; i++)
            margins[i] = (by->column[from + i] / by->divisor - by->threshold) / by->noise;
        ops->logistic(yes, no, margins, n);
    } else {
        for (size_t i = 0; i < n; i++) {
            yes[i] = by->column[from + i] >= by->accept ? 1 : 0;
            no[i] = by->column[from + i] >= by->accept ? 0 : 1;
        }
    }
}

/* The rows of a ballot in a worker's memory. */
static ws_votes lay_rows(voting *v, const ws_ballot *ballot)
{
    v->no = v->yes + ballot->voter_count * WS_LANES;
    v->holds = v->no + ballot->voter_count * WS_LANES;
    v->margins = v->holds + ballot->when_count * WS_LANES;
    return (ws_votes){.stride = WS_LANES, .yes = v->yes, .no = v->no, .holds = v->holds};
}

static void count_party(double *column, const ws_block *block, size_t party, const ws_home *home)
{
    ws_scratch *s = block->scratch;
    voting *v = s->voting;
    const ws_ballot *ballot = home->ballot;
    const ws_count_ops *ops = ws__count_ops();
    const piece_deliver *piece = &s->plan->deliver->pieces[s->piece - s->plan->pieces];
    size_t first = block->space->first_actor[party], lanes = s->plan->deliver->lanes;
    ws_votes votes = lay_rows(v, ballot);
    for (size_t a = 0; a < ballot->voter_count; a++)
        if (ballot->asked[a])
            v->voters[a] = ask_voter(block, first + a, home->noise[a], &piece->voters[first + a]);
    for (size_t w = 0; w < ballot->when_count; w++)
        ws__block_program(v->bits + w * WS_WORDS, block, home->whens[w]);
    for (size_t from = 0; from < block->count; from += lanes) {
        size_t n = block->count - from < lanes ? block->count - from : lanes;
        for (size_t a = 0; a < ballot->voter_count; a++)
            if (ballot->asked[a])
                vote(v->yes + a * WS_LANES, v->no + a * WS_LANES, v->margins, &v->voters[a], from, n, ops);
        for (size_t w = 0; w < ballot->when_count; w++)
            for (size_t i = 0; i < n; i++)
                v->holds[w * WS_LANES + i] = ws__bit(v->bits + w * WS_WORDS, from + i);
        votes.lanes = n;
        ops->ballot(column + from, NULL, ballot, &votes, v->scratch);
    }
}

void ws__fill_deliver(double *column, const ws_block *block, size_t party)
{
    const ws_scratch *s = block->scratch;
    const ws_home *home = ws__get_home(block->space, party);
    if (!home->domestic) {
        for (size_t i = 0; i < block->count; i++)
            column[i] = 1;
    } else if (home->tabled) {
        look_up(column, block, home, s->plan->deliver->pieces[s->piece - s->plan->pieces].at[party]);
    } else {
        count_party(column, block, party, home);
    }
}

/* Where the conditions of the agreement rule hold, outcome by outcome: rules that ask for the deal are rare.
 */
static void fill_holds(voting *v, const ws_block *block, const ws_ballot *rule, size_t from, size_t n)
{
    for (size_t i = 0; rule->when_count && i < n; i++) {
        ws_get_levels(v->levels, block->space, block->first + from + i);
        for (size_t w = 0; w < rule->when_count; w++)
            v->holds[w * WS_LANES + i] = ws__holds(rule->whens[w], v->levels);
    }
}

void ws__fill_deliver_all(double *column, const ws_block *block)
{
    ws_scratch *s = block->scratch;
    voting *v = s->voting;
    const ws_ballot *rule = block->space->deliver->agreement;
    size_t parties = block->space->party_count, lanes = s->plan->deliver->lanes;
    if (!rule) {
        memcpy(column, ws__block_deliver(block, 0), block->count * sizeof *column);
        for (size_t p = 1; p < parties; p++) {
            const double *deliver = ws__block_deliver(block, p);
            for (size_t i = 0; i < block->count; i++)
                column[i] *= deliver[i];
        }
        return;
    }
    for (size_t p = 0; p < parties; p++)
        ws__block_deliver(block, p);
    ws_votes votes = lay_rows(v, rule);
    for (size_t from = 0; from < block->count; from += lanes) {
        size_t n = block->count - from < lanes ? block->count - from : lanes;
        for (size_t p = 0; p < parties; p++) {
            const uint64_t *accepts = ws__block_accepts(block, p);
            const double *deliver = ws__block_deliver(block, p);
            for (size_t i = 0; i < n; i++) {
                bool may = ws__bit(accepts, from + i);
                v->yes[p * WS_LANES + i] = may ? deliver[from + i] : 0;
                v->no[p * WS_LANES + i] = may ? 1 - deliver[from + i] : 1;
            }
        }
        fill_holds(v, block, rule, from, n);
        votes.lanes = n;
        ws__count_ops()->ballot(column + from, NULL, rule, &votes, v->scratch);
    }
}
