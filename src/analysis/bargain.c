/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The candidates of the solutions: gains with what rounding may have done to them. */
#include "analysis/solutions.h"

#include <float.h>
#include <math.h>

static const double ALLOWED = 1e-9; /* of the range: what u >= r allows */

static double largest_magnitude(const ws_bargain_input *input, size_t p)
{
    double largest = fabs(input->reservation[p]);
    for (size_t i = 0; i < input->count; i++) {
        double u = fabs(input->u[i * input->parties + p]);
        largest = u > largest ? u : largest;
    }
    return largest;
}

static double clean_gain(double gain, double noise, double range)
{
    if (fabs(gain) <= noise || (gain < 0 && -gain <= ALLOWED * range))
        return 0;
    return gain;
}

ws_status ws__make_bargain(ws_bargain *out, ws_arena *arena, const ws_bargain_input *input)
{
    size_t parties = input->parties, count = input->count;
    double *gain = WS_NEW_MANY(arena, count * parties + 1, double);
    double *noise = WS_NEW_MANY(arena, parties, double), *most = WS_NEW_MANY(arena, parties, double);
    if (!gain || !noise || !most)
        return WS_LIMIT;
    for (size_t p = 0; p < parties; p++) {
        noise[p] = 4 * DBL_EPSILON * largest_magnitude(input, p);
        most[p] = -INFINITY;
        for (size_t i = 0; i < count; i++) {
            double g = input->u[i * parties + p] - input->reservation[p];
            g = clean_gain(g, noise[p], input->range[p]);
            gain[i * parties + p] = g;
            most[p] = g > most[p] ? g : most[p];
        }
    }
    *out = (ws_bargain){parties,      count,         input->outcomes,
                        input->u,     gain,          noise,
                        input->range, input->weight, input->most ? input->most : most};
    return WS_OK;
}
