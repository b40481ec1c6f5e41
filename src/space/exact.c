/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact decimals and fractions (exact.h). Most numbers of a case have few digits: n / 10^k with n < 2^53 and
 * 10^k exact is then correctly rounded, so that trying k = 0, 1, 2, ... finds the shortest decimal without
 * printing; printf is for the rest. */
#include "space/exact.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PLACES = 37, FAST_PLACES = 15 };

ws_int128 ws__power_of_ten(unsigned places)
{
    ws_int128 power = 1;
    for (unsigned i = 0; i < places; i++)
        power *= 10;
    return power;
}

static int count_bits(ws_int128 a)
{
    if (a < 0)
        a = -a;
    uint64_t high = (uint64_t)(a >> 64), low = (uint64_t)a;
    return high ? 128 - __builtin_clzll(high) : low ? 64 - __builtin_clzll(low) : 0;
}

bool ws__multiply(ws_int128 *out, ws_int128 a, ws_int128 b)
{
    if (count_bits(a) + count_bits(b) > 126)
        return false;
    *out = a * b;
    return true;
}

bool ws__add(ws_int128 *out, ws_int128 a, ws_int128 b)
{
    if (count_bits(a) > 125 || count_bits(b) > 125)
        return false;
    *out = a + b;
    return true;
}

ws_int128 ws__common_divisor(ws_int128 a, ws_int128 b)
{
    if (a < 0)
        a = -a;
    if (b < 0)
        b = -b;
    while (b != 0) {
        if (a >> 64 == 0 && b >> 64 == 0) {
            uint64_t x = (uint64_t)a, y = (uint64_t)b;
            while (y != 0) {
                uint64_t rest = x % y;
                x = y;
                y = rest;
            }
            return x;
        }
        ws_int128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

bool ws__common_multiple(ws_int128 *out, ws_int128 a, ws_int128 b)
{
    return ws__multiply(out, a / ws__common_divisor(a, b), b);
}

/* "d.ddde+xx" of the fewest digits that read back as x; the point may be any locale's. */
static bool print_decimal(ws_int128 *digits, unsigned *places, double x)
{
    char text[64];
    for (int precision = 14; precision <= 16; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, x);
        if (strtod(text, NULL) == x)
            break;
    }
    ws_int128 number = 0;
    int after = 0;
    bool point = false;
    const char *at = text;
    for (; *at && *at != 'e'; at++) {
        if (*at >= '0' && *at <= '9') {
            number = number * 10 + (*at - '0');
            after += point;
        } else if (*at != '-') {
            point = true;
        }
    }
    int exponent = (*at == 'e' ? atoi(at + 1) : 0) - after;
    while (number != 0 && exponent < 0 && number % 10 == 0) {
        number /= 10;
        exponent++;
    }
    if (exponent < -MOST_PLACES || exponent > MOST_PLACES)
        return false;
    if (exponent > 0 && !ws__multiply(&number, number, ws__power_of_ten((unsigned)exponent)))
        return false;
    *digits = text[0] == '-' ? -number : number;
    *places = exponent < 0 ? (unsigned)-exponent : 0;
    return true;
}

bool ws__find_decimal(ws_int128 *digits, unsigned *places, double x)
{
    if (!isfinite(x))
        return false;
    double power = 1;
    for (unsigned k = 0; k <= FAST_PLACES; k++, power *= 10) {
        double n = rint(x * power);
        if (fabs(n) >= 1e15)
            break;
        if (n / power == x) {
            *digits = (ws_int128)n;
            *places = k;
            return true;
        }
    }
    return print_decimal(digits, places, x);
}

bool ws__find_decimals(ws_int128 *digits, unsigned *places, size_t count, const double *x)
{
    unsigned most = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned own;
        if (!ws__find_decimal(&digits[i], &own, x[i]))
            return false;
        if (own > most) { /* what came before gets more places */
            for (size_t j = 0; j < i; j++)
                if (!ws__multiply(&digits[j], digits[j], ws__power_of_ten(own - most)))
                    return false;
            most = own;
        } else if (!ws__multiply(&digits[i], digits[i], ws__power_of_ten(most - own))) {
            return false;
        }
    }
    *places = most;
    return true;
}
