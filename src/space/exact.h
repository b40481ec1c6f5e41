/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of a case as what they were written as: decimals, and fractions made of them, in 128 bits.
 *
 * 0.1 in a file means one tenth, and that is what deals are compared by. A double that was read from a
 * decimal of up to 15 digits gives that decimal back: the shortest one that reads as the same double. All
 * operations say whether they could be done exactly; who cannot goes on in doubles. */
#ifndef WINSET_SPACE_EXACT_H
#define WINSET_SPACE_EXACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef __int128 ws_int128;

/* x = *digits * 10^-*places, places >= 0, of the shortest decimal that reads back as x. False where x is not
 * finite or the digits do not fit. */
bool ws__find_decimal(ws_int128 *digits, unsigned *places, double x);
/* 10^places; places <= 37. */
ws_int128 ws__power_of_ten(unsigned places);
/* Products and sums; false where they might not fit. */
bool ws__multiply(ws_int128 *out, ws_int128 a, ws_int128 b);
bool ws__add(ws_int128 *out, ws_int128 a, ws_int128 b);
/* The greatest common divisor of the magnitudes; gcd(0, 0) = 0. */
ws_int128 ws__common_divisor(ws_int128 a, ws_int128 b);
/* The least common multiple of positive numbers. */
bool ws__common_multiple(ws_int128 *out, ws_int128 a, ws_int128 b);
/* Several decimals over one power of ten: x[i] = digits[i] * 10^-*places. */
bool ws__find_decimals(ws_int128 *digits, unsigned *places, size_t count, const double *x);

#endif
