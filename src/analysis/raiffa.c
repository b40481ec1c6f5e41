/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Raiffa's sequence of points: from the reservation values each party moves by its share (one of P) of the
 * way to the best it could have among the deals that are at least as good for everybody as the point; all at
 * once. It ends where no deal is as good as the next point, or where the next point is no news (1e-9 of each
 * party's range, or of its largest gain where that is larger).
 *
 * Each step shrinks the way left by 1 - 1/P, so some 30 ln 2 / -ln(1 - 1/P) steps do. Deals that fall below a
 * point never come back, as points only rise: each step looks at those left.
 * Source: Raiffa 1953. */
#include "analysis/solutions.h"

#include <math.h>

static const double NEWS = 1e-9, ROUNDING = 1e-12;

static double scale_of(const ws_bargain *bargain, size_t p)
{
    return bargain->most[p] > bargain->range[p] ? bargain->most[p] : bargain->range[p];
}

/* Whether a row is at least as good as the point for everybody; at the start, where gains were rounded to 0,
 * without a tolerance. */
static bool reaches(const ws_bargain *bargain, size_t row, const double *d)
{
    for (size_t p = 0; p < bargain->parties; p++) {
        double slack = d[p] > 0 ? ROUNDING * scale_of(bargain, p) + bargain->noise[p] : 0;
        if (!(bargain->gain[row * bargain->parties + p] >= d[p] - slack))
            return false;
    }
    return true;
}

static double best_left(const ws_bargain *bargain, const bool *left, size_t p)
{
    double best = -INFINITY;
    for (size_t i = 0; i < bargain->count; i++) {
        double gain = bargain->gain[i * bargain->parties + p];
        if (left[i] && gain > best)
            best = gain;
    }
    return best;
}

/* One step: writes the next point; tells whether it is news. */
static bool step_on(double *next, const double *d, const bool *left, const ws_bargain *bargain)
{
    bool news = false;
    for (size_t p = 0; p < bargain->parties; p++) {
        double move = (best_left(bargain, left, p) - d[p]) / (double)bargain->parties;
        move = move > 0 ? move : 0;
        next[p] = d[p] + move;
        news = news || (move > 0 && move >= NEWS * scale_of(bargain, p));
    }
    return news;
}

bool ws__walk_raiffa(double *d, size_t *steps, bool *left, const ws_bargain *bargain)
{
    WS_SCRATCH(scratch);
    double *next = WS_NEW_MANY(&scratch, bargain->parties, double);
    size_t count = 0;
    *steps = 0;
    for (size_t p = 0; p < bargain->parties; p++)
        d[p] = 0;
    for (size_t i = 0; i < bargain->count; i++)
        count += left[i] = reaches(bargain, i, d);
    while (count && next) {
        bool news = step_on(next, d, left, bargain);
        size_t stay = 0;
        for (size_t i = 0; i < bargain->count; i++)
            stay += left[i] && reaches(bargain, i, next);
        if (stay == 0)
            break;
        for (size_t i = 0; i < bargain->count; i++)
            left[i] = left[i] && reaches(bargain, i, next);
        for (size_t p = 0; p < bargain->parties; p++)
            d[p] = next[p];
        count = stay;
        if (!news)
            break;
        ++*steps;
    }
    return count > 0;
}
