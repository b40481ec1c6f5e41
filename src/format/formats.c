/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The formats a case can be read from and written to: one row each, chosen by name or by looking. */
#include "format/format.h"
#include "format/yaml.h"

#include "base/file.h"
#include "base/sha256.h"
#include "case/model.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { MOST_BYTES = 256 << 20 };

/* ---- Case files ---- */

/* The folder of a file; "" is the current one. */
static char *folder_of(ws_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return !slash ? ws__copy_text(arena, ".")
                  : ws__copy_bytes(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

static ws_status read_text(ws_doc *doc, const char *text, size_t length, ws_diag *diag)
{
    ws_source *source = WS_NEW(&doc->arena, ws_source);
    if (!source)
        return ws_fail(diag, WS_LIMIT, "no memory to read %s", doc->file);
    source->file = doc->file;
    ws__sha256(source->sha256, text, length);
    doc->sources = source;
    doc->source_count = 1;
    return ws__read_yaml(doc, text, length, diag);
}

/* Builds what was read and gives problems their piece of the text. */
static ws_status build_text(ws_case **out, ws_doc *doc, const char *text, size_t length, ws_diag *diag)
{
    size_t before = ws_count_errors(diag);
    ws_status status = read_text(doc, text, length, diag);
    ws_case *c = NULL;
    if (status == WS_OK)
        status = ws__build_case(&c, doc, diag);
    if (ws__check_utf8(NULL, text, length)) {
        bool marked = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0;
        ws__excerpt_problems(diag, doc->file, text + (marked ? 3 : 0), length - (marked ? 3 : 0));
    }
    if (status == WS_OK && ws_count_errors(diag) > before) { /* a key twice, a tag */
        ws_free_case(c);
        return WS_INVALID;
    }
    if (status == WS_OK)
        *out = c;
    return status;
}

ws_status ws_read_case_text(ws_case **out, const char *text, size_t length, const char *name, ws_diag *diag)
{
    ws_diag *own = diag ? NULL : ws_new_diag(); /* problems must be counted */
    ws_doc *doc = ws__new_doc(name ? name : "case", NULL);
    ws_status status = WS_LIMIT;
    if (doc && (diag || own))
        status = length > MOST_BYTES ? ws_fail(diag, WS_LIMIT, "%s has %zu bytes; at most %d are read",
                                               doc->file, length, MOST_BYTES)
                                     : build_text(out, doc, text, length, diag ? diag : own);
    ws__release_doc(doc);
    ws_free_diag(own);
    return status;
}

static ws_status write_case(ws_written *out, const ws_case *c, ws_diag *diag)
{
    ws_doc *doc;
    WS_TRY(ws__case_doc(&doc, c, diag));
    WS_TEXT(text);
    ws__write_yaml(&text, doc->root);
    ws__release_doc(doc);
    ws_written_file *file = WS_NEW(&out->arena, ws_written_file);
    char *copy = text.failed ? NULL : ws__copy_bytes(&out->arena, text.bytes, text.length);
    if (!file || !copy)
        return ws_fail(diag, WS_LIMIT, "no memory to write a case");
    *file = (ws_written_file){"case.yaml", copy, text.length};
    out->files = file;
    out->count = 1;
    return WS_OK;
}

/* What nothing else is; read_file reads it, since its text is at hand already. */
static const ws_format case_format = {
    .name = "case",
    .extensions = "yaml yml json",
    .write = write_case,
};

/* ---- The table ---- */

static const ws_format *const formats[] = {&ws__genius_format, &case_format};
enum { FORMATS = sizeof formats / sizeof *formats };

static const ws_format *find_format(const char *name, ws_diag *diag)
{
    for (size_t i = 0; i < FORMATS; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    WS_TEXT(known);
    for (size_t i = 0; i < FORMATS; i++)
        ws__add_format(&known, "%s'%s'", i == 0 ? "" : i + 1 < FORMATS ? ", " : " and ", formats[i]->name);
    ws_fail(diag, WS_USAGE, "no format is named '%s'; there are %s", name,
            known.bytes ? known.bytes : "none");
    return NULL;
}

static ws_status read_with(ws_case **out, const ws_format *format, const char *path,
                           const ws_read_options *options, ws_diag *diag)
{
    ws_doc *doc;
    WS_TRY(format->read(&doc, path, options, diag));
    ws_status status = ws__build_case(out, doc, diag);
    ws__release_doc(doc);
    return status;
}

/* True where the name ends in one of the format's extensions. */
static bool has_extension(const ws_format *format, const char *path)
{
    const char *dot = strrchr(path, '.');
    size_t length = dot ? strlen(dot + 1) : 0;
    for (const char *at = format->extensions; length && *at;) {
        size_t word = strcspn(at, " ");
        if (word == length && strncasecmp(at, dot + 1, length) == 0)
            return true;
        at += word + strspn(at + word, " ");
    }
    return false;
}

/* By the name, then by looking. */
static const ws_format *guess_format(const ws_glimpse *glimpse)
{
    for (size_t i = 0; i < FORMATS && !glimpse->folder; i++)
        if (has_extension(formats[i], glimpse->path))
            return formats[i];
    for (size_t i = 0; i < FORMATS; i++)
        if (formats[i]->sniff && formats[i]->sniff(glimpse))
            return formats[i];
    return &case_format;
}

static ws_status read_file(ws_case **out, const char *path, const ws_read_options *options, ws_diag *diag)
{
    const ws_format *format = NULL;
    if (options && options->format) {
        format = find_format(options->format, diag);
        if (!format)
            return WS_USAGE;
    }
    struct stat facts;
    bool standard = strcmp(path, "-") == 0;
    bool folder = !standard && stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
    char *text = NULL;
    size_t length = 0;
    if (!folder)
        WS_TRY(ws__read_file(&text, &length, path, MOST_BYTES, diag));
    ws_glimpse glimpse = {path, folder, text ? text : "", length};
    if (!format)
        format = standard ? &case_format : guess_format(&glimpse);
    ws_status status = WS_LIMIT;
    if (format->read) {
        status = read_with(out, format, path, options, diag);
    } else if (folder) {
        status = ws_fail_at(diag, WS_INVALID, (ws_place){path, 0, 0}, "it is a folder; expected a case file");
    } else {
        WS_SCRATCH(scratch);
        ws_doc *doc = ws__new_doc(path, standard ? NULL : folder_of(&scratch, path));
        status = doc ? build_text(out, doc, text, length, diag)
                     : ws_fail(diag, WS_LIMIT, "no memory to read %s", path);
        ws__release_doc(doc);
    }
    free(text);
    return status;
}

ws_status ws_read_case(ws_case **out, const char *path, const ws_read_options *options, ws_diag *diag)
{
    ws_diag *own = diag ? NULL : ws_new_diag();
    if (!diag && !own)
        return WS_LIMIT;
    ws_status status = read_file(out, path, options, diag ? diag : own);
    ws_free_diag(own);
    return status;
}

/* ---- Writing ---- */

/* The list of files with the arena that holds them. */
typedef struct handed_out {
    ws_arena arena;
    ws_written_file files[];
} handed_out;

static ws_status write_files(ws_written *out, const ws_case *c, const char *format, ws_diag *diag)
{
    const ws_format *row = find_format(format, diag);
    if (!row)
        return WS_USAGE;
    if (!row->write)
        return ws_fail(diag, WS_USAGE, "cases are not written as '%s'", format);
    return row->write(out, c, diag);
}

ws_status ws_write_case_files(const ws_written_file **out, const ws_case *c, const char *format,
                              ws_diag *diag)
{
    ws_written written = {0};
    ws_status status = write_files(&written, c, format, diag);
    handed_out *given =
        status == WS_OK ? calloc(1, sizeof *given + (written.count + 1) * sizeof *given->files) : NULL;
    if (!given) {
        ws__free_arena(&written.arena);
        return status != WS_OK ? status : ws_fail(diag, WS_LIMIT, "no memory for %zu files", written.count);
    }
    given->arena = written.arena;
    if (written.count)
        memcpy(given->files, written.files, written.count * sizeof *given->files);
    *out = given->files;
    return WS_OK;
}

void ws_free_written_files(const ws_written_file *files)
{
    if (!files)
        return;
    union {
        const char *bytes;
        handed_out *given;
    } cast = {(const char *)files - offsetof(handed_out, files)};
    ws__free_arena(&cast.given->arena);
    free(cast.given);
}

ws_status ws_write_case(char **out, const ws_case *c, const char *format, ws_diag *diag)
{
    ws_written written = {0};
    ws_status status = write_files(&written, c, format, diag);
    if (status == WS_OK && written.count != 1)
        status = ws_fail(diag, WS_USAGE, "'%s' needs %zu files for this case; expected a folder to write to",
                         format, written.count);
    char *text = status == WS_OK ? malloc(written.files[0].length + 1) : NULL;
    if (status == WS_OK && !text)
        status = ws_fail(diag, WS_LIMIT, "no memory to write a case");
    if (text) {
        memcpy(text, written.files[0].text, written.files[0].length);
        text[written.files[0].length] = '\0';
        *out = text;
    }
    ws__free_arena(&written.arena);
    return status;
}
