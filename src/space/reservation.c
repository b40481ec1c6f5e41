/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reservation values and thresholds of every kind, and from them what an evaluator accepts: sums of at least
 * the reservation less 1e-9 of the range, found exactly where the numbers are exact.
 *
 * A percentile is the least sum that a share of the feasible outcomes does not exceed: sums are integers, so
 * passes that count them in ever finer buckets find it, each narrowing the width by the number of
 * buckets; mostly one. */
#include "space/space.h"

#include <math.h>

#include "base/diag.h"
#include "space/exact.h"
#include "space/reducers.h"

enum { FEW_BUCKETS = 1 << 10, BUCKETS = 1 << 16 };

/* A reservation value: a sum of the evaluator, where it is one, and a number in the case's units. */
typedef struct reserved {
    bool is_sum;
    double sum;
    double value;
} reserved;

/* ceil(share of all), share = percent / 100, exactly; at least 1. */
static bool find_rank(uint64_t *rank, double percent, uint64_t all)
{
    ws_int128 digits, product, unit;
    unsigned places;
    if (!ws__find_decimal(&digits, &places, percent) || !ws__multiply(&product, digits, (ws_int128)all) ||
        !ws__multiply(&unit, ws__power_of_ten(places), 100))
        return false;
    ws_int128 least = product / unit + (product % unit != 0);
    *rank = least < 1 ? 1 : least > (ws_int128)all ? all : (uint64_t)least;
    return true;
}

static ws_status find_percentile(double *out, const ws_space *space, size_t evaluator, double percent,
                                 const ws_run *run, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    const ws_evaluator *e = &space->evaluators[evaluator];
    uint64_t rank;
    if (!find_rank(&rank, percent, space->feasible_count))
        return ws_fail(diag, WS_INVALID, "the percentile %g has too many digits", percent);
    size_t buckets = space->outcome_count < BUCKETS ? FEW_BUCKETS : BUCKETS;
    ws_histogram found = {.counts = WS_NEW_MANY(&scratch, buckets, uint64_t)};
    if (!found.counts)
        return ws_fail(diag, WS_LIMIT, "no memory for a histogram");
    ws_histogram_wanted wanted = {evaluator, e->least, 1, buckets};
    while (e->least + wanted.width * (double)buckets <= e->most)
        wanted.width *= (double)buckets;
    ws_reducer reducer = {evaluator < space->party_count ? &ws__reduce_histogram
                                                         : &ws__reduce_actors_histogram,
                          &wanted, &found};
    for (;;) {
        WS_TRY(ws_scan_space(space, 1, &reducer, run, NULL, diag));
        uint64_t below = found.below;
        size_t bucket = 0;
        while (below + found.counts[bucket] < rank)
            below += found.counts[bucket++];
        wanted.low += (double)bucket * wanted.width;
        if (wanted.width <= 1)
            break;
        wanted.width /= (double)buckets;
    }
    *out = wanted.low;
    return WS_OK;
}

static ws_status find_reserve(reserved *out, const ws_space *space, size_t evaluator,
                              const ws_reservation *reservation, ws_slot fallback, const ws_run *run,
                              ws_diag *diag)
{
    const ws_evaluator *e = &space->evaluators[evaluator];
    bool none = space->feasible_count == 0;
    *out = (reserved){.is_sum = true, .sum = (double)NAN};
    switch (reservation->kind) {
    case WS_RESERVATION_NUMBER:
        *out = (reserved){.value = ws__number(space->source, reservation->number, 0)};
        return WS_OK;
    case WS_RESERVATION_OUTCOME:
        out->sum = ws__sum_at(space, evaluator, reservation->levels);
        break;
    case WS_RESERVATION_PERCENTILE:
        if (!none)
            WS_TRY(find_percentile(&out->sum, space, evaluator,
                                   ws__number(space->source, reservation->number, 0), run, diag));
        break;
    case WS_RESERVATION_DEFAULT:
        if (fallback != WS_NO_SLOT)
            *out = (reserved){.value = ws__number(space->source, fallback, 0)};
        else if (!none)
            out->sum = e->least;
        break;
    }
    if (out->is_sum)
        out->value = out->sum / e->divisor;
    return WS_OK;
}

/* ceil(divisor * value - range / 1e9) in exact arithmetic; false where the digits do not fit. */
static bool find_exact_accept(double *out, const ws_evaluator *e, double value)
{
    const ws_int128 billion = 1000000000;
    ws_int128 digits, product, left, right;
    unsigned places;
    if (!ws__find_decimal(&digits, &places, value) || !ws__multiply(&product, digits, (ws_int128)e->divisor))
        return false;
    ws_int128 unit = ws__power_of_ten(places), range = (ws_int128)(e->most - e->least);
    ws_int128 whole = product / unit, rest = product % unit;
    if (rest < 0) {
        rest += unit;
        whole--;
    }
    /* whole + rest/unit - range/billion, both fractions in [0, 1) */
    if (!ws__multiply(&left, rest, billion) || !ws__multiply(&right, range % billion, unit))
        return false;
    whole += (left > right) - range / billion;
    *out = (double)whole;
    return true;
}

/* The least sum whose column reaches `accept`: near the inverse of the key, exactly by trying. */
static double find_accept_sum(const ws_evaluator *e)
{
    double accept = e->scaling.accept;
    if (e->key_factor == 0 || !isfinite(accept))
        return accept;
    double sum = ceil((accept - 0.5) / e->key_factor);
    if (fabs(sum) > 0x1p53) /* beyond all sums: nobody or everybody is meant */
        return sum;
    while (ws__column_value(e, sum) >= accept)
        sum--;
    while (ws__column_value(e, sum) < accept)
        sum++;
    return sum;
}

static void set_accept(ws_evaluator *e, const reserved *reserve)
{
    double range = e->most - e->least;
    double sum = reserve->is_sum ? reserve->sum : reserve->value * e->divisor;
    e->range.reservation = reserve->value;
    if (!(range >= 0)) /* nothing feasible: nothing to accept, but single outcomes may be asked about */
        range = 0;
    if (e->exact && reserve->is_sum)
        e->scaling.accept = sum - floor(range / 1e9);
    else if (!e->exact || isnan(e->least) || !find_exact_accept(&e->scaling.accept, e, reserve->value))
        e->scaling.accept = ws__column_value(e, sum - range * 1e-9);
    e->accept_sum = find_accept_sum(e);
}

ws_status ws__find_reservations(ws_space *space, const ws_run *run, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    const ws_shape *shape = space->source->shape;
    reserved *reserves = WS_NEW_MANY(&scratch, space->evaluator_count, reserved);
    if (!reserves)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu reservation values", space->evaluator_count);
    for (size_t p = 0; p < space->party_count; p++) {
        const ws_party *party = &shape->parties[p];
        ws_slot fallback = shape->breakdown.value ? shape->breakdown.value[p] : WS_NO_SLOT;
        WS_TRY(find_reserve(&reserves[p], space, p, &party->reservation, fallback, run, diag));
        size_t actors = party->domestic ? party->domestic->actor_count : 0;
        for (size_t a = 0; a < actors; a++) {
            size_t e = space->first_actor[p] + a;
            WS_TRY(find_reserve(&reserves[e], space, e, &party->domestic->actors[a].threshold, WS_NO_SLOT,
                                run, diag));
        }
    }
    WS_TRY(ws__set_scales(space, run, diag)); /* columns held sums until now */
    for (size_t e = 0; e < space->evaluator_count; e++)
        set_accept(&space->evaluators[e], &reserves[e]);
    return WS_OK;
}
