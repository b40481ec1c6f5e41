/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers of random.h. */
#include "base/random.h"

#include <Random123/philox.h>
#include <math.h>
#include <sleef.h>

uint64_t ws__random_at(uint64_t seed, uint64_t stream, uint64_t counter)
{
    philox4x32_ctr_t at = {
        {(uint32_t)counter, (uint32_t)(counter >> 32), (uint32_t)stream, (uint32_t)(stream >> 32)}};
    philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    philox4x32_ctr_t drawn = philox4x32(at, key);
    return (uint64_t)drawn.v[1] << 32 | drawn.v[0];
}

ws_random ws__new_random(uint64_t seed, uint64_t stream)
{
    return (ws_random){seed, stream, 0};
}

uint64_t ws__draw_bits(ws_random *random)
{
    return ws__random_at(random->seed, random->stream, random->counter++);
}

double ws__draw_uniform(ws_random *random)
{
    return (double)(ws__draw_bits(random) >> 11) * 0x1p-53;
}

double ws__draw_open(ws_random *random)
{
    return ((double)(ws__draw_bits(random) >> 12) + 0.5) * 0x1p-52;
}

double ws__draw_normal(ws_random *random)
{
    double radius = sqrt(-2 * Sleef_cinz_logd1_u10purec(ws__draw_open(random)));
    double angle = 2 * ws__draw_uniform(random);
    return radius * Sleef_cinz_cospid1_u05purec(angle);
}

uint64_t ws__draw_below(ws_random *random, uint64_t bound)
{
    uint64_t skipped = (UINT64_MAX - bound + 1) % bound; /* so many would make small numbers likelier */
    uint64_t bits;
    do
        bits = ws__draw_bits(random);
    while (bits < skipped);
    return bits % bound;
}
