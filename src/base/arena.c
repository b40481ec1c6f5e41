/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arena of arena.h: chunks that double up to a bound; a piece larger than a chunk gets one of its own. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define RED_ZONE 32
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RED_ZONE 32
#endif
#endif
#ifdef RED_ZONE
#include <sanitizer/asan_interface.h>
#else
#define RED_ZONE 0
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

enum { FIRST_CHUNK = 4096, LARGEST_CHUNK = 1 << 20, ALIGNMENT = 16 };

typedef struct ws_chunk {
    struct ws_chunk *next;
    size_t used, size;
    _Alignas(ALIGNMENT) unsigned char bytes[];
} ws_chunk;

void ws__init_arena(ws_arena *arena)
{
    *arena = (ws_arena){0, 0};
}

void ws__free_arena(ws_arena *arena)
{
    ws_chunk *chunk = arena->chunks;
    while (chunk) {
        ws_chunk *next = chunk->next;
        ASAN_UNPOISON_MEMORY_REGION(chunk->bytes, chunk->size);
        free(chunk);
        chunk = next;
    }
    *arena = (ws_arena){0, 0};
}

static ws_chunk *add_chunk(ws_arena *arena, size_t needed)
{
    size_t size = arena->next_size ? arena->next_size : FIRST_CHUNK;
    arena->next_size = size < LARGEST_CHUNK ? 2 * size : size;
    if (size < needed)
        size = needed;
    if (size > SIZE_MAX - sizeof(ws_chunk))
        return NULL;
    ws_chunk *chunk = calloc(1, sizeof *chunk + size);
    if (!chunk)
        return NULL;
    chunk->size = size;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    ASAN_POISON_MEMORY_REGION(chunk->bytes, size);
    return chunk;
}

void *ws__alloc(ws_arena *arena, size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT - RED_ZONE)
        return NULL;
    size_t taken = (size + RED_ZONE + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (taken == 0)
        taken = ALIGNMENT;
    ws_chunk *chunk = arena->chunks;
    if (!chunk || chunk->size - chunk->used < taken)
        chunk = add_chunk(arena, taken);
    if (!chunk)
        return NULL;
    void *piece = chunk->bytes + chunk->used;
    chunk->used += taken;
    ASAN_UNPOISON_MEMORY_REGION(piece, size);
    return piece;
}

void *ws__alloc_many(ws_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return ws__alloc(arena, bytes);
}

char *ws__copy_bytes(ws_arena *arena, const char *bytes, size_t length)
{
    char *copy = ws__alloc(arena, length + 1);
    if (copy && length)
        memcpy(copy, bytes, length);
    return copy;
}

char *ws__copy_text(ws_arena *arena, const char *text)
{
    return ws__copy_bytes(arena, text, strlen(text));
}

char *ws__format_text(ws_arena *arena, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    int length = vsnprintf(NULL, 0, format, values);
    va_end(values);
    if (length < 0)
        return NULL;
    char *text = ws__alloc(arena, (size_t)length + 1);
    if (!text)
        return NULL;
    va_start(values, format);
    vsnprintf(text, (size_t)length + 1, format, values);
    va_end(values);
    return text;
}

bool ws__resize_list(void *list, size_t room, size_t size)
{
    void *now;
    memcpy(&now, list, sizeof now);
    void *grown = !room || !size || room > SIZE_MAX / size ? NULL : realloc(now, room * size);
    if (grown)
        memcpy(list, &grown, sizeof grown);
    return grown != NULL;
}
