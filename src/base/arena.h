/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An arena: memory that is taken piece by piece and given back at once.
 *
 *   chunk -> chunk -> chunk        each [ header | used ..... | free ..... ]
 *
 * Pieces are 16-byte aligned and zeroed. Under AddressSanitizer a red zone stands behind each piece. One
 * thread at a time. A NULL answer means that memory is out (or the size overflowed): callers hand it up. */
#ifndef WINSET_BASE_ARENA_H
#define WINSET_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ws_arena {
    struct ws_chunk *chunks;
    size_t next_size;
} ws_arena;

void ws__init_arena(ws_arena *arena);
void ws__free_arena(ws_arena *arena);
/* `size` zeroed bytes. */
void *ws__alloc(ws_arena *arena, size_t size);
/* `count` zeroed items of `size` bytes; NULL also where the product overflows. */
void *ws__alloc_many(ws_arena *arena, size_t count, size_t size);
#define WS_NEW(arena, type) ((type *)ws__alloc((arena), sizeof(type)))
#define WS_NEW_MANY(arena, count, type) ((type *)ws__alloc_many((arena), (count), sizeof(type)))
/* Copies, NUL-terminated. */
char *ws__copy_text(ws_arena *arena, const char *text);
char *ws__copy_bytes(ws_arena *arena, const char *bytes, size_t length);
/* printf into the arena. */
char *ws__format_text(ws_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes room for `room` items of `size` bytes in a list of malloc: `list` is the address of its pointer.
 * False: memory is out, and the list is as it was. */
bool ws__resize_list(void *list, size_t room, size_t size);

/* An arena for the length of a block, freed on every way out. */
#define WS_SCRATCH(name) __attribute__((cleanup(ws__free_arena))) ws_arena name = {0, 0}

#endif
