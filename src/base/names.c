/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Did you mean 'telecom'?": the distance of two names is the number of insertions, deletions, changes and
 * swaps of neighbours between them (optimal string alignment: Damerau 1964, doi:10.1145/363958.363994). */
#include "base/text.h"

#include <string.h>

enum { LONGEST = 63, WHOLE = 4, CASE_ONLY = 1 }; /* costs in quarters, so that a capital costs less */

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t change_cost(char a, char b)
{
    bool joint = (a == '-' || a == '_') && (b == '-' || b == '_');
    return a == b ? 0 : lower(a) == lower(b) || joint ? CASE_ONLY : WHOLE;
}

static size_t quarters(const char *a, const char *b)
{
    size_t rows[3][LONGEST + 1]; /* two rows back, the last, this one */
    size_t m = strnlen(a, LONGEST), n = strnlen(b, LONGEST);
    for (size_t j = 0; j <= n; j++)
        rows[0][j] = j * WHOLE;
    for (size_t i = 1; i <= m; i++) {
        size_t *row = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i * WHOLE;
        for (size_t j = 1; j <= n; j++) {
            row[j] = least(last[j - 1] + change_cost(a[i - 1], b[j - 1]),
                           least(last[j] + WHOLE, row[j - 1] + WHOLE));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + WHOLE);
        }
    }
    return rows[m % 3][n];
}

size_t ws__name_distance(const char *a, const char *b)
{
    return (quarters(a, b) + WHOLE - 1) / WHOLE;
}

const char *ws__nearest_name(const char *name, size_t count, const char *const *names)
{
    size_t length = strnlen(name, LONGEST);
    /* One slip in a short name, two in a middling one, a third of a long one. */
    size_t most = WHOLE * (length <= 2 ? 1 : length <= 5 ? 2 : length <= 8 ? 3 : length / 3);
    const char *best = NULL;
    size_t best_cost = most + 1;
    for (size_t i = 0; i < count; i++) {
        size_t cost = quarters(name, names[i]);
        size_t longer = strnlen(names[i], LONGEST);
        longer = longer > length ? longer : length;
        if (cost < best_cost && cost < WHOLE * longer - WHOLE * longer / 3) {
            best = names[i];
            best_cost = cost;
        }
    }
    return best;
}
