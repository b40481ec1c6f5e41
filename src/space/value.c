/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preferences into tables: every form of POINTS and VALUES becomes, issue by issue, a row of fractions over
 * one denominator, and in parallel a row of doubles for where the fractions do not fit 128 bits. Rows of an
 * evaluator are then brought to one denominator (ws_evaluator in space.h).
 *
 * Weights: values are rescaled to 0..1 over the issue's levels (all equal: 0), weights to sum 1 over the
 * issues that are named; interaction terms are added as written, after that. */
#include "space/space.h"

#include <math.h>

#include "base/diag.h"
#include "space/exact.h"

/* One issue's values: digits[l] / unit, or near[l]. */
typedef struct value_row {
    size_t count;
    bool exact;
    ws_int128 *digits;
    ws_int128 unit;
    double *near;
} value_row;

typedef struct resolver {
    ws_arena *scratch;
    const ws_case *source;
    const ws_preference *preference;
} resolver;

static bool begin_row(value_row *row, ws_arena *arena, size_t count)
{
    row->count = count;
    row->exact = true;
    row->unit = 1;
    row->digits = WS_NEW_MANY(arena, count, ws_int128);
    row->near = WS_NEW_MANY(arena, count, double);
    return row->digits && row->near;
}

/* Numbers as a row. */
static void set_decimals(value_row *row, const double *numbers)
{
    unsigned places = 0;
    row->exact = ws__find_decimals(row->digits, &places, row->count, numbers);
    row->unit = row->exact ? ws__power_of_ten(places) : 1;
    for (size_t i = 0; i < row->count; i++)
        row->near[i] = numbers[i];
}

/* Linear through (at, value), for the numeric levels of an issue. */
static bool set_piecewise(value_row *row, const ws_issue *issue, const ws_values *values, resolver *r)
{
    size_t points = values->count;
    double *numbers = WS_NEW_MANY(r->scratch, points, double);
    double *places_of = WS_NEW_MANY(r->scratch, points + row->count, double);
    ws_int128 *value = WS_NEW_MANY(r->scratch, points, ws_int128);
    ws_int128 *where = WS_NEW_MANY(r->scratch, points + row->count, ws_int128);
    if (!numbers || !places_of || !value || !where)
        return false;
    for (size_t j = 0; j < points; j++) {
        numbers[j] = ws__number(r->source, values->slots[j], 0);
        places_of[j] = values->at[j];
    }
    for (size_t l = 0; l < row->count; l++)
        places_of[points + l] = issue->values[l];
    unsigned value_places = 0, at_places;
    bool exact = ws__find_decimals(value, &value_places, points, numbers) &&
                 ws__find_decimals(where, &at_places, points + row->count, places_of);
    ws_int128 unit = 1;
    for (size_t j = 0; exact && j + 1 < points; j++)
        exact = ws__common_multiple(&unit, unit, where[j + 1] - where[j]);
    for (size_t l = 0; l < row->count; l++) {
        double x = issue->values[l];
        size_t j = 0;
        while (j + 2 < points && x > values->at[j + 1])
            j++;
        size_t k = points > 1 ? j + 1 : j;
        double width = values->at[k] - values->at[j];
        double part = width > 0 ? (x - values->at[j]) / width : 0;
        row->near[l] = numbers[j] + (numbers[k] - numbers[j]) * part;
        if (!exact)
            continue;
        ws_int128 slope_width = k > j ? where[k] - where[j] : 1, left, right;
        ws_int128 from = k > j ? where[points + l] - where[j] : 0;
        exact = ws__multiply(&left, value[j], slope_width - from) && ws__multiply(&right, value[k], from) &&
                ws__add(&left, left, right) && ws__multiply(&row->digits[l], left, unit / slope_width);
    }
    row->exact = exact && ws__multiply(&row->unit, unit, ws__power_of_ten(value_places));
    return true;
}

/* 1 at the ideal, 0 at the farthest level; distance in units of a numeric issue, else in steps. */
static void set_ideal(value_row *row, const ws_issue *issue, const ws_values *values)
{
    unsigned places;
    bool exact = true;
    if (issue->values)
        exact = ws__find_decimals(row->digits, &places, row->count, issue->values);
    else
        for (size_t l = 0; l < row->count; l++)
            row->digits[l] = (ws_int128)l;
    ws_int128 ideal = row->digits[values->ideal], farthest = 0;
    double near_ideal = issue->values ? issue->values[values->ideal] : (double)values->ideal, far = 0;
    for (size_t l = 0; l < row->count; l++) {
        ws_int128 distance = row->digits[l] < ideal ? ideal - row->digits[l] : row->digits[l] - ideal;
        row->digits[l] = distance;
        farthest = distance > farthest ? distance : farthest;
        row->near[l] = fabs((issue->values ? issue->values[l] : (double)l) - near_ideal);
        far = row->near[l] > far ? row->near[l] : far;
    }
    if (farthest == 0)
        farthest = 1;
    if (far <= 0)
        far = 1;
    row->unit = farthest;
    if (values->quadratic)
        exact = exact && ws__multiply(&row->unit, farthest, farthest);
    for (size_t l = 0; l < row->count; l++) {
        double share = row->near[l] / far;
        row->near[l] = 1 - (values->quadratic ? share * share : share);
        ws_int128 loss = row->digits[l];
        if (values->quadratic)
            exact = exact && ws__multiply(&loss, loss, loss);
        row->digits[l] = row->unit - loss;
    }
    row->exact = exact;
}

static void multiply_row(value_row *row, double factor)
{
    ws_int128 digits;
    unsigned places;
    bool exact = row->exact && ws__find_decimal(&digits, &places, factor) &&
                 ws__multiply(&row->unit, row->unit, ws__power_of_ten(places));
    for (size_t l = 0; l < row->count; l++) {
        exact = exact && ws__multiply(&row->digits[l], row->digits[l], digits);
        row->near[l] *= factor;
    }
    row->exact = exact;
}

/* An issue's values as written. */
static bool resolve_row(value_row *row, resolver *r, size_t issue_at)
{
    const ws_issue *issue = &r->source->shape->issues[issue_at];
    const ws_values *values = &r->preference->values[issue_at];
    size_t count = issue->level_count;
    if (!begin_row(row, r->scratch, count))
        return false;
    switch (values->kind) {
    case WS_VALUES_LIST: {
        double *numbers = WS_NEW_MANY(r->scratch, count, double);
        if (!numbers)
            return false;
        for (size_t l = 0; l < count; l++)
            numbers[l] = ws__number(r->source, values->slots[l], 0);
        set_decimals(row, numbers);
        return true;
    }
    case WS_VALUES_PIECEWISE:
        return set_piecewise(row, issue, values, r);
    case WS_VALUES_RISING:
    case WS_VALUES_FALLING:
        row->unit = count > 1 ? (ws_int128)(count - 1) : 1;
        for (size_t l = 0; l < count; l++) {
            size_t step = count == 1 ? 0 : values->kind == WS_VALUES_RISING ? l : count - 1 - l;
            row->digits[l] = (ws_int128)step;
            row->near[l] = (double)step / (double)row->unit;
        }
        break;
    case WS_VALUES_IDEAL:
        set_ideal(row, issue, values);
        break;
    case WS_VALUES_NONE:
        return true;
    }
    if (values->times != WS_NO_SLOT)
        multiply_row(row, ws__number(r->source, values->times, 1));
    return true;
}

/* Values to 0..1 over the levels, times weight / total. */
static void rescale_row(value_row *row, double weight, double total, ws_int128 weight_digits,
                        ws_int128 total_digits, bool weights_exact)
{
    ws_int128 least = row->digits[0], most = row->digits[0];
    double low = row->near[0], high = row->near[0];
    for (size_t l = 1; l < row->count; l++) {
        least = row->digits[l] < least ? row->digits[l] : least;
        most = row->digits[l] > most ? row->digits[l] : most;
        low = fmin(low, row->near[l]);
        high = fmax(high, row->near[l]);
    }
    bool flat = row->exact ? least == most : high <= low;
    ws_int128 common = weights_exact ? ws__common_divisor(weight_digits, total_digits) : 1;
    if (common > 1) {
        weight_digits /= common;
        total_digits /= common;
    }
    ws_int128 swing = 0;
    bool exact = row->exact && weights_exact && ws__add(&swing, most, -least) &&
                 ws__multiply(&row->unit, flat ? 1 : swing, total_digits);
    for (size_t l = 0; l < row->count; l++) {
        row->near[l] = flat ? 0 : (row->near[l] - low) / (high - low) * (weight / total);
        exact = exact && ws__multiply(&row->digits[l], flat ? 0 : row->digits[l] - least, weight_digits);
    }
    row->exact = exact;
}

static ws_status rescale_rows(value_row *rows, resolver *r, const char *whose, ws_diag *diag)
{
    const ws_shape *shape = r->source->shape;
    size_t count = shape->issue_count;
    double *weights = WS_NEW_MANY(r->scratch, count, double);
    ws_int128 *digits = WS_NEW_MANY(r->scratch, count, ws_int128);
    if (!weights || !digits)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu weights", count);
    double total = 0;
    for (size_t i = 0; i < count; i++) {
        weights[i] = ws__number(r->source, r->preference->weights[i], 0);
        total += weights[i];
    }
    if (!(total > 0 && isfinite(total)))
        return ws_fail(diag, WS_INVALID, "the weights of %s sum to %g; expected finite, > 0", whose, total);
    unsigned places;
    bool exact = ws__find_decimals(digits, &places, count, weights);
    ws_int128 sum = 0;
    for (size_t i = 0; exact && i < count; i++)
        exact = ws__add(&sum, sum, digits[i]);
    for (size_t i = 0; i < count; i++)
        rescale_row(&rows[i], weights[i], total, digits[i], sum, exact && sum > 0);
    return WS_OK;
}

/* The smallest fractions over one denominator. */
static void reduce_row(value_row *row)
{
    ws_int128 common = row->unit;
    for (size_t l = 0; l < row->count && common > 1; l++)
        common = ws__common_divisor(common, row->digits[l]);
    if (common <= 1)
        return;
    row->unit /= common;
    for (size_t l = 0; l < row->count; l++)
        row->digits[l] /= common;
}

static ws_int128 magnitude(ws_int128 a)
{
    return a < 0 ? -a : a;
}

/* All rows over one denominator, if every sum then stays below 2^53. Rows keep their digits otherwise. */
static bool share_unit(ws_int128 *unit, value_row *rows, size_t count)
{
    const ws_int128 bound = (ws_int128)1 << 53;
    ws_int128 all = 1;
    for (size_t i = 0; i < count; i++) {
        if (!rows[i].exact)
            return false;
        reduce_row(&rows[i]);
        if (!ws__common_multiple(&all, all, rows[i].unit) || all >= bound)
            return false;
    }
    ws_int128 sum = 0;
    for (size_t i = 0; i < count; i++) {
        ws_int128 most = 0, product;
        for (size_t l = 0; l < rows[i].count; l++)
            most = magnitude(rows[i].digits[l]) > most ? magnitude(rows[i].digits[l]) : most;
        if (!ws__multiply(&product, most, all / rows[i].unit) || !ws__add(&sum, sum, product) || sum >= bound)
            return false;
    }
    *unit = all;
    return true;
}

static double near_value(const value_row *row, size_t level)
{
    return row->exact ? (double)row->digits[level] / (double)row->unit : row->near[level];
}

/* The divisor of the grid that inexact numbers are rounded to: a power of 2 that leaves the largest sum below
 * 2^52. */
static bool choose_grid(int *exponent, const value_row *rows, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double most = 0;
        for (size_t l = 0; l < rows[i].count; l++) {
            if (!isfinite(near_value(&rows[i], l)))
                return false;
            most = fmax(most, fabs(near_value(&rows[i], l)));
        }
        sum += most;
    }
    int power = 0;
    if (!isfinite(sum))
        return false;
    frexp(sum, &power);
    *exponent = power < -900 ? 952 : 52 - power;
    return true;
}

/* Rows as the evaluator's numbers: out[i][l]. */
static ws_status fill_tables(ws_evaluator *out, double *const *tables, value_row *rows, size_t count,
                             const char *whose, ws_diag *diag)
{
    ws_int128 unit;
    int exponent = 0;
    out->exact = share_unit(&unit, rows, count);
    if (!out->exact && !choose_grid(&exponent, rows, count))
        return ws_fail(diag, WS_INVALID, "the utilities of %s are too large to be added", whose);
    out->divisor = out->exact ? (double)unit : ldexp(1, exponent);
    for (size_t i = 0; i < count; i++) {
        ws_int128 times = out->exact ? unit / rows[i].unit : 0;
        for (size_t l = 0; l < rows[i].count; l++)
            tables[i][l] = out->exact ? (double)(rows[i].digits[l] * times)
                                      : rint(ldexp(near_value(&rows[i], l), exponent)) + 0.0;
    }
    return WS_OK;
}

ws_status ws__resolve_preference(ws_evaluator *out, ws_space *space, const ws_preference *preference,
                                 ws_program_maker *programs, const char *whose, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    resolver r = {&scratch, space->source, preference};
    size_t issues = space->issue_count, terms = preference->together_count;
    value_row *rows = WS_NEW_MANY(&scratch, issues + terms, value_row);
    double **tables = WS_NEW_MANY(&space->arena, issues, double *);
    double **places = WS_NEW_MANY(&scratch, issues + terms, double *);
    double *adds = WS_NEW_MANY(&scratch, terms, double);
    ws_term *made = WS_NEW_MANY(&space->arena, terms, ws_term);
    double *flat = WS_NEW_MANY(&space->arena, space->table_offsets[issues], double);
    bool memory = rows && tables && places && adds && made && flat;
    for (size_t i = 0; memory && i < issues; i++) {
        memory = resolve_row(&rows[i], &r, i);
        places[i] = tables[i] = flat + space->table_offsets[i];
    }
    for (size_t t = 0; memory && t < terms; t++) {
        double add = ws__number(space->source, preference->together[t].add, 0);
        memory = begin_row(&rows[issues + t], &scratch, 1);
        if (memory)
            set_decimals(&rows[issues + t], &add);
        places[issues + t] = &adds[t];
    }
    if (!memory)
        return ws_fail(diag, WS_LIMIT, "no memory for the value tables of %s", whose);
    if (preference->form == WS_FORM_WEIGHTS)
        WS_TRY(rescale_rows(rows, &r, whose, diag));
    WS_TRY(fill_tables(out, places, rows, issues + terms, whose, diag));
    for (size_t t = 0; t < terms; t++) {
        made[t].add = adds[t];
        WS_TRY(ws__compile_condition(&made[t].when, programs, preference->together[t].when, diag));
    }
    out->table = (const double *const *)tables;
    out->term_count = terms;
    out->terms = made;
    return WS_OK;
}
