/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two steps of every rule: the exact best score, then the rule for ties among all that come within
 * rounding of it.
 *
 * Leximin: the largest least worth; among those within 1e-12 of it the largest second least; and so on. Each
 * step looks at the best of all rows that are left, so the order of rows never matters (comparing two rows
 * with a tolerance would not be transitive). */
#include "analysis/solutions.h"

#include <math.h>
#include <stdlib.h>

static const double TIE = 1e-12;

static int compare_worths(const void *a, const void *b)
{
    const ws_worth *x = a, *y = b;
    return x->value < y->value ? -1 : x->value > y->value;
}

/* Insertion: a row has as many entries as there are parties. */
static void sort_row(ws_worth *row, size_t width)
{
    if (width > 32) {
        qsort(row, width, sizeof *row, compare_worths);
        return;
    }
    for (size_t i = 1; i < width; i++) {
        ws_worth moved = row[i];
        size_t at = i;
        for (; at > 0 && row[at - 1].value > moved.value; at--)
            row[at] = row[at - 1];
        row[at] = moved;
    }
}

size_t ws__pick_row(size_t count, const double *score, double tolerance, size_t width, ws_worth *worths,
                    const uint64_t *outcomes)
{
    if (count == 0)
        return SIZE_MAX;
    double best = -INFINITY;
    for (size_t i = 0; i < count; i++)
        best = score[i] > best ? score[i] : best;
    bool all = isinf(best);
    /* A row that is out has NaN for its first worth. */
    for (size_t i = 0; i < count; i++) {
        if (!all && score[i] < best - tolerance) {
            if (width)
                worths[i * width].value = NAN;
            continue;
        }
        sort_row(worths + i * width, width);
    }
    for (size_t k = 0; k < width; k++) {
        ws_worth least = {-INFINITY, 0};
        for (size_t i = 0; i < count; i++) {
            const ws_worth *row = worths + i * width;
            if (!isnan(row[0].value) && row[k].value > least.value)
                least = row[k];
        }
        double slack = TIE * fabs(least.value) + least.noise;
        for (size_t i = 0; i < count; i++) {
            ws_worth *row = worths + i * width;
            if (!isnan(row[0].value) && row[k].value < least.value - slack)
                row[0].value = NAN;
        }
    }
    size_t chosen = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        bool left = width ? !isnan(worths[i * width].value) : all || score[i] >= best - tolerance;
        if (left && (chosen == SIZE_MAX || outcomes[i] < outcomes[chosen]))
            chosen = i;
    }
    return chosen;
}
