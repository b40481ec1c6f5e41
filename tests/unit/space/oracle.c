/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The naive program of oracle.h. */
#include "oracle.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t draw(oracle_case *c, uint64_t below)
{
    c->random ^= c->random << 13;
    c->random ^= c->random >> 7;
    c->random ^= c->random << 17;
    return c->random % below;
}

static void put(oracle_case *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(oracle_case *c, const char *format, ...)
{
    size_t at = strlen(c->text);
    va_list values;
    va_start(values, format);
    vsnprintf(c->text + at, sizeof c->text - at, format, values);
    va_end(values);
}

static wide power(int digits)
{
    wide ten = 1;
    while (digits-- > 0)
        ten *= 10;
    return ten;
}

/* ---- Drawing ---- */

static void draw_condition(oracle_case *c, oracle_condition *condition)
{
    condition->count = 1 + (int)draw(c, MOST_TESTS);
    condition->any = draw(c, 2);
    condition->negate = draw(c, 4) == 0;
    for (int i = 0; i < condition->count; i++) {
        condition->issue[i] = (int)draw(c, (uint64_t)c->issues);
        unsigned all = (1u << c->level_count[condition->issue[i]]) - 1;
        condition->mask[i] = 1 + (unsigned)draw(c, all);
    }
}

static void draw_party(oracle_case *c, oracle_party *party)
{
    party->weights = draw(c, 2);
    party->digits = (int)draw(c, 4);
    int spread = (int)draw(c, 3) == 0 ? 3 : 40;
    int sum = 0;
    for (int i = 0; i < c->issues; i++) {
        party->weight[i] = (int)draw(c, 8);
        sum += party->weight[i];
        for (int l = 0; l < c->level_count[i]; l++)
            party->value[i][l] = (int)draw(c, (uint64_t)spread) - (party->weights ? 0 : spread / 4);
        party->levels[i] = (int)draw(c, (uint64_t)c->level_count[i]);
    }
    if (sum == 0)
        party->weight[0] = 1;
    party->term_count = (int)draw(c, MOST_TERMS + 3);
    party->term_count = party->term_count > MOST_TERMS ? 0 : party->term_count;
    for (int t = 0; t < party->term_count; t++) {
        draw_condition(c, &party->when[t]);
        party->add[t] = (int)draw(c, 100) - 50;
    }
    party->kind = (reservation_kind)draw(c, 4);
    party->number = party->weights ? (int)draw(c, 100) : (int)draw(c, 4000) - 500;
    if (party->kind == BY_PERCENTILE)
        party->number = (int)draw(c, 10001);
}

/* ---- Writing ---- */

static void put_condition(oracle_case *c, const oracle_condition *condition)
{
    put(c, condition->negate ? "{not: {%s: [" : "{%s: [", condition->any ? "any" : "all");
    for (int i = 0; i < condition->count; i++) {
        put(c, "%s{i%d: [", i ? ", " : "", condition->issue[i]);
        bool more = false;
        for (int l = 0; l < c->level_count[condition->issue[i]]; l++)
            if (condition->mask[i] >> l & 1) {
                put(c, "%sl%d", more ? ", " : "", l);
                more = true;
            }
        put(c, "]}");
    }
    put(c, condition->negate ? "]}}" : "]}");
}

static void put_decimal(oracle_case *c, int value, int digits)
{
    int unit = (int)power(digits), size = abs(value);
    if (digits)
        put(c, "%s%d.%0*d", value < 0 ? "-" : "", size / unit, digits, size % unit);
    else
        put(c, "%d", value);
}

static void put_party(oracle_case *c, int at)
{
    const oracle_party *party = &c->party[at];
    put(c, "  p%d:\n", at);
    if (party->weights) {
        put(c, "    weights: {");
        for (int i = 0; i < c->issues; i++)
            put(c, "%si%d: %d", i ? ", " : "", i, party->weight[i]);
        put(c, "}\n");
    }
    put(c, "    %s:\n", party->weights ? "values" : "points");
    for (int i = 0; i < c->issues; i++) {
        put(c, "      i%d: [", i);
        for (int l = 0; l < c->level_count[i]; l++) {
            put(c, "%s", l ? ", " : "");
            put_decimal(c, party->value[i][l], party->digits);
        }
        put(c, "]\n");
    }
    if (party->term_count)
        put(c, "    together:\n");
    for (int t = 0; t < party->term_count; t++) {
        put(c, "      - {when: ");
        put_condition(c, &party->when[t]);
        put(c, ", add: ");
        put_decimal(c, party->add[t], 2);
        put(c, "}\n");
    }
    if (party->kind == BY_NUMBER || party->kind == BY_PERCENTILE) {
        put(c, "    reservation: %s", party->kind == BY_PERCENTILE ? "{percentile: " : "");
        put_decimal(c, party->number, 2);
        put(c, party->kind == BY_PERCENTILE ? "}\n" : "\n");
    } else if (party->kind == BY_OUTCOME) {
        put(c, "    reservation: {outcome: {");
        for (int i = 0; i < c->issues; i++)
            put(c, "%si%d: l%d", i ? ", " : "", i, party->levels[i]);
        put(c, "}}\n");
    }
}

static void write_case(oracle_case *c)
{
    put(c, "winset: 1\nissues:\n");
    for (int i = 0; i < c->issues; i++) {
        put(c, "  i%d: [", i);
        for (int l = 0; l < c->level_count[i]; l++)
            put(c, "%sl%d", l ? ", " : "", l);
        put(c, "]\n");
    }
    put(c, "parties:\n");
    for (int p = 0; p < c->parties; p++)
        put_party(c, p);
    if (c->agreement == 1) {
        put(c, "agreement: {at_least: %d, of: [", c->parties - 1);
        for (int p = 0; p < c->parties; p++)
            put(c, "%sp%d", p ? ", " : "", p);
        put(c, "]}\n");
    } else if (c->agreement == 2) {
        put(c, "agreement: {members: {");
        for (int p = 0; p < c->parties; p++)
            put(c, "%sp%d: %d", p ? ", " : "", p, p + 1);
        put(c, "}, rule: {quota: \"50%%\"}}\n");
    }
    if (c->constraint_count)
        put(c, "constraints:\n");
    for (int i = 0; i < c->constraint_count; i++) {
        put(c, "  - ");
        put_condition(c, &c->constraint[i]);
        put(c, "\n");
    }
    if (c->class_count)
        put(c, "classes:\n");
    for (int i = 0; i < c->class_count; i++) {
        put(c, "  c%d: ", i);
        put_condition(c, &c->class_of[i]);
        put(c, "\n");
    }
}

void draw_case(oracle_case *c, uint64_t seed, bool large)
{
    memset(c, 0, sizeof *c);
    c->random = seed * 0x9E3779B97F4A7C15u + 0x1234567;
    for (int i = 0; i < 8; i++)
        draw(c, 2);
    c->issues = large ? 4 + (int)draw(c, 3) : 1 + (int)draw(c, 4);
    uint64_t most = large ? 60000 : 3000;
    c->outcomes = 1;
    for (int i = 0; i < c->issues; i++) {
        c->level_count[i] = (large ? 3 : 1) + (int)draw(c, large ? 9 : 6);
        while (c->level_count[i] > 1 && c->outcomes * (uint64_t)c->level_count[i] > most)
            c->level_count[i]--;
        c->outcomes *= (uint64_t)c->level_count[i];
    }
    c->parties = 2 + (int)draw(c, MOST_PARTIES - 1);
    for (int p = 0; p < c->parties; p++)
        draw_party(c, &c->party[p]);
    c->constraint_count = draw(c, 2) ? (int)draw(c, MOST_RULES + 1) : 0;
    for (int i = 0; i < c->constraint_count; i++)
        draw_condition(c, &c->constraint[i]);
    c->class_count = (int)draw(c, MOST_RULES + 1);
    for (int i = 0; i < c->class_count; i++)
        draw_condition(c, &c->class_of[i]);
    c->agreement = (int)draw(c, 3);
    write_case(c);
}

/* ---- Solving ---- */

void find_levels(int *levels, const oracle_case *c, uint64_t outcome)
{
    for (int i = c->issues; i-- > 0;) {
        levels[i] = (int)(outcome % (uint64_t)c->level_count[i]);
        outcome /= (uint64_t)c->level_count[i];
    }
}

bool holds(const oracle_condition *condition, const int *levels)
{
    int met = 0;
    for (int i = 0; i < condition->count; i++)
        met += (int)(condition->mask[i] >> levels[condition->issue[i]] & 1u);
    bool truth = condition->any ? met > 0 : met == condition->count;
    return truth != condition->negate;
}

bool is_feasible(const oracle_case *c, const int *levels)
{
    for (int i = 0; i < c->constraint_count; i++)
        if (!holds(&c->constraint[i], levels))
            return false;
    return true;
}

int class_of(const oracle_case *c, const int *levels)
{
    if (c->class_count == 0)
        return 0; /* `deal` */
    for (int i = 0; i < c->class_count; i++)
        if (holds(&c->class_of[i], levels))
            return i;
    return c->class_count;
}

/* Least value and swing of an issue. */
static int find_swing(int *least, const oracle_case *c, const oracle_party *party, int issue)
{
    int low = party->value[issue][0], high = low;
    for (int l = 1; l < c->level_count[issue]; l++) {
        int value = party->value[issue][l];
        low = value < low ? value : low;
        high = value > high ? value : high;
    }
    *least = low;
    return high - low;
}

static void find_unit(const oracle_case *c, oracle_party *party)
{
    party->unit = 100;
    if (!party->weights) {
        party->unit *= power(party->digits);
        return;
    }
    int total = 0, least;
    for (int i = 0; i < c->issues; i++) {
        int swing = find_swing(&least, c, party, i);
        party->unit *= swing ? swing : 1;
        total += party->weight[i];
    }
    party->unit *= total;
}

wide utility(const oracle_case *c, int at, const int *levels)
{
    const oracle_party *party = &c->party[at];
    wide sum = 0;
    int total = 0;
    for (int i = 0; i < c->issues; i++)
        total += party->weight[i];
    for (int i = 0; i < c->issues; i++) {
        int least, value = party->value[i][levels[i]];
        if (!party->weights) {
            sum += value * (party->unit / power(party->digits));
            continue;
        }
        int swing = find_swing(&least, c, party, i);
        if (swing)
            sum += (value - least) * (party->unit / total / swing) * party->weight[i];
    }
    for (int t = 0; t < party->term_count; t++)
        if (holds(&party->when[t], levels))
            sum += party->add[t] * (party->unit / 100);
    return sum;
}

static int compare_wide(const void *a, const void *b)
{
    const wide *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void solve_reservation(oracle_case *c, int p, wide *sums)
{
    oracle_party *party = &c->party[p];
    party->reserve_unit = party->unit;
    switch (party->kind) {
    case BY_NUMBER:
        party->reserve = party->number;
        party->reserve_unit = 100;
        break;
    case BY_OUTCOME:
        party->reserve = utility(c, p, party->levels);
        break;
    case BY_DEFAULT:
        party->reserve = party->least;
        break;
    case BY_PERCENTILE: {
        if (c->feasible == 0)
            break;
        qsort(sums, c->feasible, sizeof *sums, compare_wide);
        uint64_t rank = 1; /* the least number of outcomes that is at least the share */
        while ((wide)rank * 10000 < (wide)party->number * (wide)c->feasible)
            rank++;
        party->reserve = sums[rank - 1];
    }
    }
}

void solve_case(oracle_case *c)
{
    int levels[MOST_ISSUES];
    wide *sums = malloc(c->outcomes * sizeof *sums);
    for (int p = 0; p < c->parties; p++) {
        oracle_party *party = &c->party[p];
        find_unit(c, party);
        c->feasible = 0;
        party->ideal = UINT64_MAX;
        for (uint64_t x = 0; x < c->outcomes; x++) {
            find_levels(levels, c, x);
            if (!is_feasible(c, levels))
                continue;
            wide sum = utility(c, p, levels);
            if (c->feasible == 0 || sum < party->least)
                party->least = sum;
            if (c->feasible == 0 || sum > party->most) {
                party->most = sum;
                party->ideal = x;
            }
            sums[c->feasible++] = sum;
        }
        solve_reservation(c, p, sums);
    }
    free(sums);
}

/* u >= r - 1e-9 (most - least), in whole numbers */
bool accepts(const oracle_case *c, int at, wide numerator)
{
    const oracle_party *party = &c->party[at];
    const wide billion = 1000000000;
    wide common = party->reserve_unit;
    wide left = numerator * common * billion;
    wide right = party->reserve * party->unit * billion - (party->most - party->least) * common;
    return left >= right;
}

bool agrees(const oracle_case *c, const bool *who)
{
    int yes = 0, weight = 0, total = 0;
    for (int p = 0; p < c->parties; p++) {
        yes += who[p];
        weight += who[p] ? p + 1 : 0;
        total += p + 1;
    }
    if (c->agreement == 1)
        return yes >= c->parties - 1;
    return c->agreement == 2 ? 2 * weight >= total : yes == c->parties;
}
