/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which files make a GENIUS case. A folder's domain is its one file with the root <negotiation_template>, its
 * profiles are the files with the root <utility_space>, in name order (bytes) or as they are asked for. A
 * domain file stands for its folder. Files of another kind beside them are passed over with a warning. */
#include "format/genius.h"

#include "base/diag.h"
#include "base/file.h"
#include "base/sha256.h"
#include "format/format.h"
#include "format/genius_write.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { MOST_FILES = 1000, MOST_BYTES = 64 << 20 };

typedef struct genius_reader {
    ws_arena *arena;
    const char *path;   /* as given */
    const char *prefix; /* the folder as it stands before a file's name: "" or "a/b/" */
    const char *given;  /* name of the file that was given; NULL: a folder */
    size_t asked_count; /* profiles asked for by name */
    const char *const *asked;
    unsigned real_steps;
    size_t count;
    ws_genius_file *files; /* [MOST_FILES] */
    ws_status status;
    ws_diag *diag;
} genius_reader;

static void note_failure(genius_reader *reader, ws_status status)
{
    if (reader->status == WS_OK)
        reader->status = status;
}

static ws_status fail_memory(ws_diag *diag)
{
    return ws_fail(diag, WS_LIMIT, "no memory to read a GENIUS domain");
}

static bool ends_in_xml(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcasecmp(name + length - 4, ".xml") == 0;
}

static bool is_asked(const genius_reader *reader, const char *name)
{
    for (size_t i = 0; i < reader->asked_count; i++)
        if (strcmp(reader->asked[i], name) == 0)
            return true;
    return false;
}

/* ---- Files ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of the folder's regular XML files, sorted. */
static ws_status list_names(genius_reader *reader, size_t *count, const char **names)
{
    const char *path = *reader->prefix ? reader->prefix : ".";
    DIR *folder = opendir(path);
    if (!folder)
        return ws_fail_at(reader->diag, WS_INVALID, (ws_place){.file = path}, "cannot open it: %s",
                          strerror(errno));
    ws_status status = WS_OK;
    *count = 0;
    for (struct dirent *entry; status == WS_OK && (entry = readdir(folder));) {
        if (entry->d_name[0] == '.' || !ends_in_xml(entry->d_name))
            continue;
        WS_SCRATCH(scratch);
        const char *file = ws__format_text(&scratch, "%s%s", reader->prefix, entry->d_name);
        struct stat facts;
        if (!file || stat(file, &facts) != 0 || !S_ISREG(facts.st_mode))
            continue;
        if (*count == MOST_FILES)
            status = ws_fail_at(reader->diag, WS_LIMIT, (ws_place){.file = path}, "more than %d XML files",
                                MOST_FILES);
        else if (!(names[(*count)++] = ws__copy_text(reader->arena, entry->d_name)))
            status = fail_memory(reader->diag);
    }
    closedir(folder);
    if (status == WS_OK)
        qsort(names, *count, sizeof *names, compare_names);
    return status;
}

/* True where the text cannot be XML: its first sign is no `<`. An empty one is a mistake of another kind. */
static bool is_other_text(const char *text, size_t length)
{
    size_t at = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    if (length >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0))
        return false;
    while (at < length && text[at] && strchr(" \t\r\n", text[at]))
        at++;
    return at < length && text[at] != '<';
}

/* Reads one file into reader->files. With `needed` it must be GENIUS's. */
static ws_status read_file(genius_reader *reader, const char *name, bool needed, ws_diag *diag)
{
    if (reader->count == MOST_FILES)
        return ws_fail(diag, WS_LIMIT, "more than %d files", MOST_FILES);
    ws_genius_file *file = &reader->files[reader->count];
    size_t stem = strlen(name) - (ends_in_xml(name) ? 4 : 0);
    *file = (ws_genius_file){.name = ws__copy_text(reader->arena, name),
                             .path = ws__format_text(reader->arena, "%s%s", reader->prefix, name),
                             .stem = ws__copy_bytes(reader->arena, name, stem)};
    if (!file->name || !file->path || !file->stem)
        return fail_memory(diag);
    char *bytes = NULL;
    WS_TRY(ws__read_file(&bytes, &file->length, file->path, MOST_BYTES, diag));
    file->text = ws__copy_bytes(reader->arena, bytes, file->length);
    free(bytes);
    if (!file->text)
        return fail_memory(diag);
    if (!needed && is_other_text(file->text, file->length)) {
        ws_warn_at(diag, (ws_place){.file = file->path}, "this is no XML; passed over");
        return WS_OK;
    }
    WS_TRY(ws__read_xml(&file->root, reader->arena, file->text, file->length, file->path, diag));
    reader->count++;
    return WS_OK;
}

static bool has_root(const ws_genius_file *file, const char *root)
{
    return strcmp(file->root->name, root) == 0;
}

static const ws_genius_file *find_file(const genius_reader *reader, const char *name)
{
    for (size_t i = 0; i < reader->count; i++)
        if (strcmp(reader->files[i].name, name) == 0)
            return &reader->files[i];
    return NULL;
}

/* Reads every XML file of the folder; where profiles are asked for by name the rest is only searched for the
 * domain, and a broken file among it is none of our business unless there is no domain without it. */
static ws_status read_folder(genius_reader *reader)
{
    const char **names = WS_NEW_MANY(reader->arena, MOST_FILES, const char *);
    size_t count = 0;
    if (!names)
        return fail_memory(reader->diag);
    WS_TRY(list_names(reader, &count, names));
    if (count == 0)
        return ws_fail_at(reader->diag, WS_INVALID, (ws_place){.file = reader->path},
                          "no XML file in it; expected a GENIUS domain and a profile for each party");
    bool quiet = reader->asked_count > 0, domain = false;
    for (size_t i = 0; i < count; i++) {
        if (quiet && is_asked(reader, names[i]))
            continue;
        ws_status status = read_file(reader, names[i], false, quiet ? NULL : reader->diag);
        if (!quiet)
            note_failure(reader, status);
        else if (status == WS_OK && reader->count)
            domain = domain || has_root(&reader->files[reader->count - 1], "negotiation_template");
    }
    for (size_t i = 0; i < count && quiet && !domain; i++)
        if (!is_asked(reader, names[i]) && !find_file(reader, names[i]))
            note_failure(reader, read_file(reader, names[i], false, reader->diag));
    return WS_OK;
}

static ws_status read_files(genius_reader *reader)
{
    if (!reader->given || reader->asked_count == 0)
        WS_TRY(read_folder(reader));
    if (reader->given && !find_file(reader, reader->given) && reader->status == WS_OK)
        note_failure(reader, read_file(reader, reader->given, true, reader->diag));
    for (size_t i = 0; i < reader->asked_count; i++) {
        if (strchr(reader->asked[i], '/') || !*reader->asked[i])
            note_failure(reader,
                         ws_fail(reader->diag, WS_INVALID,
                                 "'%s' is no profile; expected the name of a file in the domain's folder",
                                 reader->asked[i]));
        else
            note_failure(reader, read_file(reader, reader->asked[i], true, reader->diag));
    }
    return WS_OK;
}

/* ---- Roles ---- */

/* The domain among the files; NULL: a problem was told, or one is to be told with the files' own. */
static const ws_genius_file *find_domain(genius_reader *reader)
{
    const ws_genius_file *domain = NULL;
    for (size_t i = 0; i < reader->count; i++) {
        const ws_genius_file *file = &reader->files[i];
        if (!has_root(file, "negotiation_template") ||
            (reader->given && strcmp(file->name, reader->given) != 0))
            continue;
        if (domain)
            note_failure(reader,
                         ws_fail_at(reader->diag, WS_INVALID, file->root->place,
                                    "a second domain beside %s; give the file of the one that is meant",
                                    domain->path));
        else
            domain = file;
    }
    return domain;
}

static void refuse_root(genius_reader *reader, const ws_genius_file *file, bool fatal, const char *expected)
{
    WS_SCRATCH(scratch);
    const char *root = ws__shown(&scratch, file->root->name);
    if (fatal)
        note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, file->root->place,
                                        "<%s> is not what GENIUS writes; expected %s", root, expected));
    else
        ws_warn_at(reader->diag, file->root->place, "<%s> is not what GENIUS writes; passed over", root);
}

/* The profiles, in order; their number. */
static size_t find_profiles(genius_reader *reader, const ws_genius_file **profiles, bool domain_found)
{
    size_t count = 0;
    for (size_t i = 0; i < reader->count; i++) {
        const ws_genius_file *file = &reader->files[i];
        bool asked = is_asked(reader, file->name);
        if (has_root(file, "utility_space")) {
            if (!reader->asked_count || asked)
                profiles[count++] = file;
        } else if (asked)
            refuse_root(reader, file, true, "a profile's <utility_space>");
        else if (!has_root(file, "negotiation_template"))
            refuse_root(reader, file, !domain_found,
                        "<negotiation_template> (a domain) or <utility_space> (a profile)");
    }
    return count;
}

static void check_roles(genius_reader *reader, const ws_genius_file *domain, size_t profile_count)
{
    ws_place place = {.file = reader->path};
    if (!domain && reader->given && reader->status == WS_OK)
        note_failure(reader,
                     ws_fail_at(reader->diag, WS_INVALID, place,
                                "this is no domain; expected <negotiation_template>, and the profiles "
                                "beside it"));
    else if (!domain && reader->status == WS_OK)
        note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, place,
                                        "no domain among %zu XML files; expected one with the root "
                                        "<negotiation_template>",
                                        reader->count));
    if (domain && profile_count < 2 && reader->status == WS_OK)
        note_failure(reader, ws_fail_at(reader->diag, WS_INVALID, place,
                                        "%zu profile%s; expected at least 2, one for each party",
                                        profile_count, profile_count == 1 ? "" : "s"));
}

/* ---- The case ---- */

static ws_status add_sources(ws_doc *doc, const ws_genius_file *domain, size_t count,
                             const ws_genius_file *const *profiles)
{
    ws_source *sources = WS_NEW_MANY(&doc->arena, count + 1, ws_source);
    if (!sources)
        return WS_LIMIT;
    for (size_t i = 0; i <= count; i++) {
        const ws_genius_file *file = i ? profiles[i - 1] : domain;
        sources[i].file = ws__copy_text(&doc->arena, file->path);
        if (!sources[i].file)
            return WS_LIMIT;
        ws__sha256(sources[i].sha256, file->text, file->length);
    }
    doc->sources = sources;
    doc->source_count = count + 1;
    return WS_OK;
}

static ws_status make_doc(genius_reader *reader, ws_doc *doc, const ws_genius_file *domain_file, size_t count,
                          const ws_genius_file *const *files)
{
    ws_genius_domain domain;
    ws_genius_profile *profiles = WS_NEW_MANY(reader->arena, count, ws_genius_profile);
    if (!profiles || add_sources(doc, domain_file, count, files) != WS_OK)
        return fail_memory(reader->diag);
    WS_TRY(ws__read_genius_domain(&domain, reader->arena, domain_file, reader->real_steps, reader->diag));
    for (size_t i = 0; i < count; i++)
        note_failure(reader,
                     ws__read_genius_profile(&profiles[i], reader->arena, files[i], &domain, reader->diag));
    WS_TRY(reader->status);
    return ws__make_genius_doc(doc, &domain, count, profiles, reader->diag);
}

/* Splits the path: a folder, or a file in one. */
static ws_status split_path(genius_reader *reader)
{
    struct stat facts;
    if (stat(reader->path, &facts) != 0)
        return ws_fail_at(reader->diag, WS_INVALID, (ws_place){.file = reader->path}, "cannot open it: %s",
                          strerror(errno));
    const char *slash = strrchr(reader->path, '/');
    if (S_ISDIR(facts.st_mode))
        reader->prefix =
            slash && !slash[1] ? reader->path : ws__format_text(reader->arena, "%s/", reader->path);
    else {
        reader->given = slash ? slash + 1 : reader->path;
        reader->prefix = ws__copy_bytes(reader->arena, reader->path, (size_t)(reader->given - reader->path));
    }
    return reader->prefix ? WS_OK : fail_memory(reader->diag);
}

/* From the files to the document. */
static ws_status combine_files(genius_reader *reader, ws_doc *doc)
{
    const ws_genius_file **profiles = WS_NEW_MANY(reader->arena, MOST_FILES, const ws_genius_file *);
    if (!profiles)
        return fail_memory(reader->diag);
    const ws_genius_file *domain = find_domain(reader);
    size_t count = find_profiles(reader, profiles, domain != NULL);
    check_roles(reader, domain, count);
    ws_status status = reader->status;
    if (domain) { /* also where a file is broken: the others' problems are told too */
        ws_status made = make_doc(reader, doc, domain, count, profiles);
        status = status == WS_OK ? made : status;
    }
    for (size_t i = 0; i < reader->count; i++)
        ws__excerpt_problems(reader->diag, reader->files[i].path, reader->files[i].text,
                             reader->files[i].length);
    return status;
}

static ws_status read_path(genius_reader *reader, ws_doc *doc)
{
    WS_TRY(split_path(reader));
    WS_TRY(read_files(reader));
    return combine_files(reader, doc);
}

static void read_texts(genius_reader *reader, size_t count, const ws_written_file *texts)
{
    for (size_t i = 0; i < count && i < MOST_FILES; i++) {
        ws_genius_file *file = &reader->files[reader->count];
        const char *name = texts[i].name;
        size_t stem = strlen(name) - (ends_in_xml(name) ? 4 : 0);
        *file = (ws_genius_file){.name = name,
                                 .path = name,
                                 .stem = ws__copy_bytes(reader->arena, name, stem),
                                 .text = texts[i].text,
                                 .length = texts[i].length};
        ws_status status = file->stem ? ws__read_xml(&file->root, reader->arena, file->text, file->length,
                                                     file->path, reader->diag)
                                      : fail_memory(reader->diag);
        reader->count += status == WS_OK;
        note_failure(reader, status);
    }
}

static ws_status read_genius(ws_doc **out, const char *path, size_t text_count, const ws_written_file *texts,
                             const ws_read_options *options, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    genius_reader reader = {.arena = &scratch, .path = path, .prefix = "", .diag = diag};
    if (options) {
        reader.asked_count = options->profile_count;
        reader.asked = options->profiles;
        reader.real_steps = options->real_steps;
    }
    reader.files = WS_NEW_MANY(&scratch, MOST_FILES, ws_genius_file);
    ws_doc *doc = ws__new_doc(path, NULL);
    if (!doc || !reader.files) {
        ws__release_doc(doc);
        return fail_memory(diag);
    }
    ws_status status;
    if (texts) {
        read_texts(&reader, text_count, texts);
        status = combine_files(&reader, doc);
    } else
        status = read_path(&reader, doc);
    if (status == WS_OK)
        *out = doc;
    else
        ws__release_doc(doc);
    return status;
}

ws_status ws__read_genius(ws_doc **out, const char *path, const ws_read_options *options, ws_diag *diag)
{
    return read_genius(out, path, 0, NULL, options, diag);
}

ws_status ws__read_genius_texts(ws_doc **out, size_t count, const ws_written_file *texts,
                                const ws_read_options *options, ws_diag *diag)
{
    return read_genius(out, "GENIUS", count, texts, options, diag);
}

/* Any folder, and a file whose first sign is `<`. */
static bool sniff_genius(const ws_glimpse *glimpse)
{
    if (!glimpse->folder)
        return glimpse->length && !is_other_text(glimpse->start, glimpse->length);
    return true;
}

const ws_format ws__genius_format = {
    .name = "genius",
    .extensions = "xml",
    .sniff = sniff_genius,
    .read = ws__read_genius,
    .write = ws__write_genius,
};
