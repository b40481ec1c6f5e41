/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 (FIPS 180-4): which files a result was made from. */
#ifndef WINSET_BASE_SHA256_H
#define WINSET_BASE_SHA256_H

#include <stddef.h>

/* The hash of `length` bytes as 64 lower-case hexadecimal digits. */
void ws__sha256(char out[65], const void *bytes, size_t length);

#endif
