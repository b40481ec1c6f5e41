/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One vote, and the weights of a body in whole numbers: decimals times a power of ten, over their greatest
 * common divisor, so that sums of weights are exact and a quota is met or not, never nearly. */
#include "space/votes.h"

#include "base/diag.h"

#include <math.h>
#include <sleef.h>

enum { MOST_DIGITS = 15 };

ws_chance ws__vote_chance(double margin, double noise)
{
    if (!(noise > 0))
        return margin >= 0 ? (ws_chance){1, 0} : (ws_chance){0, 1};
    double v = Sleef_cinz_expd1_u10purec(-fabs(margin) / noise);
    double likely = 1 / (1 + v), unlikely = v / (1 + v);
    return margin >= 0 ? (ws_chance){likely, unlikely} : (ws_chance){unlikely, likely};
}

/* ---- Whole numbers ---- */

/* True where value * power is a whole number and no other decimal reads as value. */
static bool is_whole(double value, double power)
{
    double scaled = nearbyint(value * power);
    return scaled <= WS_MOST_WEIGHT && scaled / power == value;
}

static uint64_t gcd_of(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t r = a % b;
        a = b;
        b = r;
    }
    return a;
}

__extension__ typedef unsigned __int128 wide;

/* ceil(part * total / whole), where part is a decimal. */
static uint64_t share_of(double part, double whole, uint64_t total)
{
    double power = 1;
    for (int digits = 0; digits < 12 && !is_whole(part, power); digits++)
        power *= 10;
    wide up = (wide)nearbyint(part * power) * total, down = (wide)(whole * power);
    return (uint64_t)((up + down - 1) / down);
}

/* The least whole weight that passes, of weights times `power` that sum to `total`. */
static uint64_t least_to_pass(ws_rule_kind rule, double number, double power, uint64_t total)
{
    switch (rule) {
    case WS_RULE_MAJORITY:
        return total / 2 + 1;
    case WS_RULE_TWO_THIRDS:
        return total - total / 3;
    case WS_RULE_UNANIMITY:
        return total;
    case WS_RULE_PERCENT:
        return share_of(number, 100, total);
    case WS_RULE_QUOTA:
    case WS_RULE_AT_LEAST:
        break;
    }
    double scaled = nearbyint(number * power);
    return (uint64_t)(scaled / power >= number ? scaled : scaled + 1);
}

/* The quota as it is shown where weights are no whole numbers. */
static double shown_quota(ws_rule_kind rule, double number, double total)
{
    switch (rule) {
    case WS_RULE_MAJORITY:
        return total / 2;
    case WS_RULE_TWO_THIRDS:
        return 2 * total / 3;
    case WS_RULE_UNANIMITY:
        return total;
    case WS_RULE_PERCENT:
        return number * total / 100;
    case WS_RULE_QUOTA:
    case WS_RULE_AT_LEAST:
        break;
    }
    return number;
}

/* The power of ten that makes all weights whole; 0: none does. */
static double find_power(size_t count, const double *written)
{
    double power = 1;
    for (int digits = 0; digits <= MOST_DIGITS; digits++, power *= 10) {
        size_t i = 0;
        while (i < count && is_whole(written[i], power))
            i++;
        if (i == count)
            return power;
    }
    return 0;
}

ws_status ws__weigh_numbers(ws_tally *tally, uint64_t *weights, size_t count, const double *written,
                            ws_rule_kind rule, double number, bool keep_units, const char *who, ws_diag *diag)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(written[i] >= 0 && written[i] <= WS_MOST_WEIGHT))
            return ws_fail(diag, WS_INVALID, "%s: a weight of %.15g; expected a number from 0 to 9e15", who,
                           written[i]);
        sum += written[i];
    }
    double power = find_power(count, written);
    if (power == 0 || sum * power > WS_MOST_WEIGHT)
        return ws_fail(diag, WS_INVALID,
                       "%s: its weights have too many digits to be counted exactly; expected at most 15 from "
                       "the first of their total, %.15g, to the last decimal",
                       who, sum);
    uint64_t total = 0, gcd = 0;
    for (size_t i = 0; i < count; i++) {
        weights[i] = (uint64_t)nearbyint(written[i] * power);
        total += weights[i];
        gcd = gcd_of(gcd, weights[i]);
    }
    if (keep_units || gcd == 0)
        gcd = 1;
    double sum_written = (double)total / power;
    if (!isfinite(number) || (rule == WS_RULE_PERCENT && number > 100) ||
        ((rule == WS_RULE_QUOTA || rule == WS_RULE_AT_LEAST) && number > sum_written))
        return ws_fail(diag, WS_INVALID, "%s: a quota of %.15g%s can never be met; expected at most %.15g%s",
                       who, number, rule == WS_RULE_PERCENT ? "%" : "",
                       rule == WS_RULE_PERCENT ? 100 : sum_written,
                       rule == WS_RULE_PERCENT    ? "%"
                       : rule == WS_RULE_AT_LEAST ? ", the number of members"
                                                  : ", the total weight");
    uint64_t quota = number < 0 ? 0 : least_to_pass(rule, number, power, total);
    for (size_t i = 0; i < count; i++)
        weights[i] /= gcd;
    tally->gcd = gcd;
    tally->power = power;
    tally->total = total / gcd;
    tally->quota = (quota + gcd - 1) / gcd;
    tally->written_quota = power > 1 ? shown_quota(rule, number, sum_written) : (double)quota;
    return WS_OK;
}

/* ---- Bodies of a case ---- */

/* A member as it is written: what it weighs, and whether its bloc may split. */
static ws_status read_seat(ws_seat *seat, double *weight, const ws_case *c, const ws_body *body,
                           const ws_member *member, const ws_actor *actors, const char *who, ws_diag *diag)
{
    const ws_actor *actor = actors ? &actors[member->voter] : NULL;
    double seats = actor ? ws__number(c, actor->seats, 1) : 1;
    double discipline = actor ? ws__number(c, actor->discipline, 1) : 1;
    *seat = (ws_seat){.voter = member->voter, .discipline = 1};
    *weight = ws__number(c, member->weight, seats);
    if (body->veto || body->rule == WS_RULE_AT_LEAST)
        *weight = 1;
    else if (actor && !body->as_one && discipline < 1 && seats > 1) {
        if (seats != nearbyint(seats))
            return ws_fail(diag, WS_INVALID,
                           "%s: '%s' has %.15g seats; expected a whole number where discipline is below 1",
                           who, actor->key, seats);
        seat->loose = true;
        seat->discipline = discipline > 0 ? discipline : 0;
    }
    return WS_OK;
}

ws_status ws__weigh_body(ws_tally *tally, const ws_case *c, const ws_body *body, const ws_actor *actors,
                         const char *who, ws_arena *arena, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    size_t count = body->member_count;
    ws_seat *seats = WS_NEW_MANY(arena, count + 1, ws_seat);
    double *written = WS_NEW_MANY(&scratch, count + 1, double);
    uint64_t *weights = WS_NEW_MANY(&scratch, count + 1, uint64_t);
    if (!seats || !written || !weights)
        return ws_fail(diag, WS_LIMIT, "%s: no memory for %zu members", who, count);
    bool loose = false;
    for (size_t i = 0; i < count; i++) {
        WS_TRY(read_seat(&seats[i], &written[i], c, body, &body->members[i], actors, who, diag));
        loose |= seats[i].loose;
    }
    ws_rule_kind rule = body->veto ? WS_RULE_UNANIMITY : body->rule;
    WS_TRY(ws__weigh_numbers(tally, weights, count, written, rule, ws__number(c, body->quota, 0), loose, who,
                             diag));
    if (loose && tally->power > 1)
        return ws_fail(diag, WS_INVALID, "%s: seats must be whole numbers where discipline is below 1", who);
    for (size_t i = 0; i < count; i++)
        seats[i].weight = weights[i];
    tally->seat_count = count;
    tally->seats = seats;
    return WS_OK;
}

ws_status ws__compile_tally(ws_tally **out, const ws_case *c, const ws_body *body, const ws_actor *actors,
                            const char *who, ws_arena *arena, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    ws_tally weighed = {0};
    WS_TRY(ws__weigh_body(&weighed, c, body, actors, who, &scratch, diag));
    ws_tally *tally;
    WS_TRY(ws__build_tally(&tally, weighed.seat_count, weighed.seats, weighed.quota, who, arena, diag));
    tally->gcd = weighed.gcd;
    tally->power = weighed.power;
    tally->written_quota = weighed.written_quota;
    *out = tally;
    return WS_OK;
}
