/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys: cut to a length, kept off the words that conditions and trees use, made different by numbers. A
 * number is behind the last `_` alone, so two different beginnings never meet; that a numbered key is none of
 * the others is looked up in the sorted list. */
#include "format/keys.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_KEY = 40 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_sign(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* Words that mean something else where keys of issues or parties stand, and those that YAML takes for no
 * text. */
static bool is_reserved(const char *text)
{
    static const char *const words[] = {"all",  "any",  "not",     "at_least", "of",    "rule", "otherwise",
                                        "when", "need", "members", "true",     "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

static char *make_key(ws_arena *arena, const char *prefix, const char *text)
{
    size_t length = strlen(text), legal = 0;
    while (is_sign(text[legal]))
        legal++;
    if (is_letter(*text) && legal == length && length <= LONGEST_KEY)
        return is_reserved(text) ? ws__format_text(arena, "%s_", text) : ws__copy_text(arena, text);
    char key[LONGEST_KEY + 1];
    size_t used = 0;
    bool gap = false;
    for (size_t i = 0; i < length && used < LONGEST_KEY - 1; i++) {
        bool keep = is_sign(text[i]);
        if (keep && gap && used)
            key[used++] = '_';
        gap = !keep;
        if (keep)
            key[used++] = text[i];
    }
    key[used] = '\0';
    return is_letter(*key) ? ws__copy_text(arena, key)
           : used          ? ws__format_text(arena, "%s_%s", prefix, key)
                           : ws__copy_text(arena, prefix);
}

typedef struct key_place {
    const char *key;
    size_t at;
} key_place;

static int compare_places(const void *a, const void *b)
{
    const key_place *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order ? order : x->at < y->at ? -1 : x->at > y->at;
}

static int compare_key(const void *key, const void *place)
{
    return strcmp(key, ((const key_place *)place)->key);
}

const char **ws__make_keys(ws_arena *arena, const char *prefix, size_t count, const char *const *texts)
{
    const char **keys = WS_NEW_MANY(arena, count, const char *);
    key_place *sorted = WS_NEW_MANY(arena, count, key_place);
    if (!keys || !sorted)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        sorted[i] = (key_place){make_key(arena, prefix, texts[i]), i};
        if (!(keys[i] = sorted[i].key))
            return NULL;
    }
    qsort(sorted, count, sizeof *sorted, compare_places);
    size_t number = 2;
    for (size_t i = 1; i < count; i++) {
        if (strcmp(sorted[i - 1].key, sorted[i].key) != 0) {
            number = 2;
            continue;
        }
        const char *key;
        do
            if (!(key = ws__format_text(arena, "%s_%zu", sorted[i].key, number++)))
                return NULL;
        while (bsearch(key, sorted, count, sizeof *sorted, compare_key));
        keys[sorted[i].at] = key;
    }
    return keys;
}
