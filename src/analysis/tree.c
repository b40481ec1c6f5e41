/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which vectors of four and more coordinates are dominated.
 *
 * 1. The rows with the largest sums of rescaled coordinates dominate most of a random set: each row is first
 *    tested against a few of them.
 * 2. The rows left over go into a k-d tree whose nodes keep the upper corner of their box; leaves hold
 *    LEAF rows column by column, so that one comparison looks at several rows. A row is dominated if a leaf
 *    holds another row that is nowhere below it; a node whose corner is below it anywhere is passed over.
 *    Dominated rows may stay in the tree: what they dominate, what dominates them does too.
 *
 * A query costs O(n^(1 - 1/P)) at worst and mostly O(log n). Divide and conquer (Kung, Luccio, Preparata
 * 1975) has the better worst case, but larger constants up to some 10^5 rows of six coordinates. Source:
 * Bentley 1975 (the tree); Chomicki 2003 (sorting by a sum first). */
#include "analysis/points.h"

#include "base/diag.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAF = 16, LANES = 8, LEADERS = 32, DEPTH = 64 };

typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));
typedef int64_t mask_lanes __attribute__((vector_size(LANES * sizeof(int64_t))));

typedef struct dominance_tree {
    size_t dimension, leaf_count;
    size_t *rows;     /* [leaf_count * LEAF] row of each place; SIZE_MAX: none */
    lanes *leaves;    /* [leaf_count][dimension][LEAF / LANES] */
    double *corners;  /* [2 * leaf_count - 1][dimension] upper corners */
    size_t *children; /* [2 * leaf_count - 1] the second child (the first follows its parent); 0: a leaf */
    size_t *first;    /* [2 * leaf_count - 1] of a leaf: its position among leaves */
} dominance_tree;

/* ---- Leaders ---- */

static bool covers(const double *a, const double *b, size_t dimension)
{
    for (size_t d = 0; d < dimension; d++)
        if (a[d] < b[d])
            return false;
    return true;
}

/* Rows with the largest sums of coordinates, each over its range. Returns how many. */
static size_t pick_leaders(size_t *leaders, const ws_points *points)
{
    size_t dimension = points->dimension, found = 0;
    double sums[LEADERS];
    double scale[DEPTH];
    for (size_t d = 0; d < dimension && d < DEPTH; d++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t i = 0; i < points->count; i++) {
            double value = ws__row(points, i)[d];
            low = value < low ? value : low;
            high = value > high ? value : high;
        }
        scale[d] = high > low ? 1 / (high - low) : 0;
    }
    for (size_t i = 0; i < points->count; i++) {
        const double *row = ws__row(points, i);
        double sum = 0;
        for (size_t d = 0; d < dimension && d < DEPTH; d++)
            sum += row[d] * scale[d];
        if (found == LEADERS && !(sum > sums[LEADERS - 1]))
            continue;
        size_t at = found < LEADERS ? found++ : LEADERS - 1;
        for (; at > 0 && sums[at - 1] < sum; at--) {
            sums[at] = sums[at - 1];
            leaders[at] = leaders[at - 1];
        }
        sums[at] = sum;
        leaders[at] = i;
    }
    return found;
}

static void mark_by_leaders(uint8_t *dominated, const ws_points *points)
{
    size_t leaders[LEADERS];
    size_t count = pick_leaders(leaders, points);
    for (size_t i = 0; i < points->count; i++)
        for (size_t k = 0; k < count; k++)
            if (leaders[k] != i &&
                covers(ws__row(points, leaders[k]), ws__row(points, i), points->dimension)) {
                dominated[i] = 1;
                break;
            }
}

/* ---- Building ---- */

/* Puts the `middle` smallest of rows by coordinate d before the others (quickselect). */
static void split_rows(size_t *rows, size_t count, size_t middle, const ws_points *points, size_t d)
{
    size_t low = 0, high = count;
    while (high - low > 1) {
        double pivot = ws__row(points, rows[low + (high - low) / 2])[d];
        size_t less = low, at = low, more = high; /* [low, less) < pivot, [less, at) equal, [more, high) > */
        while (at < more) {
            double value = ws__row(points, rows[at])[d];
            size_t swap = rows[at];
            if (value < pivot) {
                rows[at++] = rows[less];
                rows[less++] = swap;
            } else if (value > pivot) {
                rows[at] = rows[--more];
                rows[more] = swap;
            } else {
                at++;
            }
        }
        if (middle < less)
            high = less;
        else if (middle > more)
            low = more;
        else
            return;
    }
}

static size_t widest(double *corner, const size_t *rows, size_t count, const ws_points *points)
{
    size_t best = 0;
    double width = -1;
    for (size_t d = 0; d < points->dimension; d++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t i = 0; i < count; i++) {
            double value = ws__row(points, rows[i])[d];
            low = value < low ? value : low;
            high = value > high ? value : high;
        }
        corner[d] = high;
        if (high - low > width) {
            width = high - low;
            best = d;
        }
    }
    return best;
}

static void fill_leaf(dominance_tree *tree, size_t leaf, const size_t *rows, size_t count,
                      const ws_points *points)
{
    size_t dimension = tree->dimension;
    double *columns = (double *)(tree->leaves + leaf * dimension * (LEAF / LANES));
    for (size_t i = 0; i < LEAF; i++) {
        tree->rows[leaf * LEAF + i] = i < count ? rows[i] : SIZE_MAX;
        for (size_t d = 0; d < dimension; d++)
            columns[d * LEAF + i] = i < count ? ws__row(points, rows[i])[d] : -(double)INFINITY;
    }
}

typedef struct span {
    size_t begin, count, parent;
} span;

/* Nodes in preorder; the second child of a node is written into it when it is reached. */
static void build(dominance_tree *tree, size_t *rows, size_t count, const ws_points *points)
{
    span stack[DEPTH];
    size_t depth = 0, node = 0, leaf = 0;
    stack[depth++] = (span){0, count, SIZE_MAX};
    while (depth) {
        span here = stack[--depth];
        if (here.parent != SIZE_MAX)
            tree->children[here.parent] = node;
        size_t d = widest(tree->corners + node * tree->dimension, rows + here.begin, here.count, points);
        size_t leaves = (here.count + LEAF - 1) / LEAF;
        if (leaves < 2) {
            tree->children[node] = 0;
            tree->first[node] = leaf;
            fill_leaf(tree, leaf++, rows + here.begin, here.count, points);
        } else {
            size_t middle = leaves / 2 * LEAF;
            split_rows(rows + here.begin, here.count, middle, points, d);
            stack[depth++] = (span){here.begin, middle, node};
            stack[depth++] =
                (span){here.begin + middle, here.count - middle, SIZE_MAX}; /* better ones first */
        }
        node++;
    }
}

/* ---- Asking ---- */

static bool leaf_dominates(const dominance_tree *tree, size_t leaf, const double *row, size_t self)
{
    const lanes *columns = tree->leaves + leaf * tree->dimension * (LEAF / LANES);
    for (size_t half = 0; half < LEAF / LANES; half++) {
        mask_lanes nowhere_below = columns[half] >= row[0];
        for (size_t d = 1; d < tree->dimension; d++)
            nowhere_below &= columns[d * (LEAF / LANES) + half] >= row[d];
        for (size_t lane = 0; lane < LANES; lane++)
            if (nowhere_below[lane] && tree->rows[leaf * LEAF + half * LANES + lane] != self)
                return true;
    }
    return false;
}

static bool is_dominated(const dominance_tree *tree, const double *row, size_t self)
{
    size_t stack[DEPTH];
    size_t depth = 0, node = 0;
    for (;;) {
        if (covers(tree->corners + node * tree->dimension, row, tree->dimension)) {
            if (tree->children[node]) {
                stack[depth++] = tree->children[node];
                node++;
                continue;
            }
            if (leaf_dominates(tree, tree->first[node], row, self))
                return true;
        }
        if (depth == 0)
            return false;
        node = stack[--depth];
    }
}

static ws_status mark_by_tree(uint8_t *dominated, const ws_points *points, size_t *rows, size_t count)
{
    size_t dimension = points->dimension, leaves = (count + LEAF - 1) / LEAF, nodes = 2 * leaves;
    dominance_tree tree = {.dimension = dimension, .leaf_count = leaves};
    tree.rows = calloc(leaves * LEAF, sizeof *tree.rows);
    tree.leaves = aligned_alloc(sizeof(lanes), leaves * dimension * LEAF * sizeof(double));
    tree.corners = calloc(nodes * dimension, sizeof *tree.corners);
    tree.children = calloc(nodes, sizeof *tree.children);
    tree.first = calloc(nodes, sizeof *tree.first);
    bool fine = tree.rows && tree.leaves && tree.corners && tree.children && tree.first;
    if (fine) {
        build(&tree, rows, count, points);
        for (size_t i = 0; i < count; i++) /* in the tree's order: neighbours visit the same nodes */
            if (is_dominated(&tree, ws__row(points, rows[i]), rows[i]))
                dominated[rows[i]] = 1;
    }
    free(tree.rows);
    free(tree.leaves);
    free(tree.corners);
    free(tree.children);
    free(tree.first);
    return fine ? WS_OK : WS_LIMIT;
}

ws_status ws__mark_dominated(uint8_t *dominated, const ws_points *points)
{
    mark_by_leaders(dominated, points);
    size_t *rows = calloc(points->count, sizeof *rows);
    if (!rows)
        return WS_LIMIT;
    size_t count = 0;
    for (size_t i = 0; i < points->count; i++)
        if (!dominated[i])
            rows[count++] = i;
    ws_status status = count < 2 ? WS_OK : mark_by_tree(dominated, points, rows, count);
    free(rows);
    return status;
}
