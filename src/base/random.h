/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers by counter: number `counter` of stream `stream` under `seed` is a function of the three, so
 * a draw is the same on any number of threads and hosts. Philox4x32-10 (Salmon and others 2011,
 * doi:10.1145/2063384.2063405) from Random123. A stream a purpose, a counter a draw. */
#ifndef WINSET_BASE_RANDOM_H
#define WINSET_BASE_RANDOM_H

#include <stdint.h>

typedef struct ws_random {
    uint64_t seed, stream, counter;
} ws_random;

/* The 64 bits at a place. */
uint64_t ws__random_at(uint64_t seed, uint64_t stream, uint64_t counter);
/* A place that walks: each draw takes the next counters. */
ws_random ws__new_random(uint64_t seed, uint64_t stream);
uint64_t ws__draw_bits(ws_random *random);
/* Within [0, 1), multiples of 2^-53. */
double ws__draw_uniform(ws_random *random);
/* Strictly within (0, 1). */
double ws__draw_open(ws_random *random);
/* Mean 0, deviation 1 (Box and Muller, one of the pair; two counters). The same bits on every processor. */
double ws__draw_normal(ws_random *random);
/* A whole number below `bound` > 0, each equally likely. */
uint64_t ws__draw_below(ws_random *random, uint64_t bound);

#endif
