/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hostile GENIUS folders: the texts of a domain and its profiles, parted by lines of `%%`. What is read must
 * build, or be refused with a problem; what was built is written and must be read again. */
#include "base/diag.h"
#include "case/model.h"
#include "format/format.h"
#include "format/genius.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);

enum { MOST_TEXTS = 6 };

static size_t part_texts(ws_written_file *texts, const char *bytes, size_t length)
{
    static const char *const names[MOST_TEXTS] = {"a.xml", "b.xml", "c.xml", "d.xml", "e.xml", "f.xml"};
    size_t count = 0;
    while (count < MOST_TEXTS) {
        const char *end = memmem(bytes, length, "%%\n", 3);
        size_t size = end ? (size_t)(end - bytes) : length;
        texts[count] = (ws_written_file){names[count], bytes, size};
        count++;
        if (!end)
            break;
        bytes += size + 3;
        length -= size + 3;
    }
    return count;
}

static ws_case *build(size_t count, const ws_written_file *texts)
{
    ws_diag *diag = ws_new_diag();
    ws_doc *doc = NULL;
    ws_case *c = NULL;
    ws_status status = ws__read_genius_texts(&doc, count, texts, &(ws_read_options){.real_steps = 7}, diag);
    if (status == WS_OK) {
        status = ws__build_case(&c, doc, diag);
        ws__release_doc(doc);
    }
    if ((status == WS_OK) != (ws_count_errors(diag) == 0))
        abort(); /* refused without a word, or taken with an error */
    ws_free_diag(diag);
    return status == WS_OK ? c : NULL;
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length)
{
    ws_written_file texts[MOST_TEXTS];
    char *copy = malloc(length + 1); /* so that reading past the end is found */
    if (!copy)
        return 0;
    memcpy(copy, bytes, length);
    copy[length] = 0;
    ws_case *c = build(part_texts(texts, copy, length), texts);
    ws_written written = {{0}, 0, NULL};
    if (c && ws__genius_format.write(&written, c, NULL) == WS_OK) {
        ws_case *again = build(written.count, written.files);
        if (!again)
            abort();
        ws_free_case(again);
    }
    ws__free_arena(&written.arena);
    ws_free_case(c);
    free(copy);
    return 0;
}
