/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `winset convert`: a case in another format. A case file goes to -o FILE or to standard output; GENIUS is a
 * folder of files, none of which is written unless all of them can be. */
#include "base/diag.h"
#include "base/file.h"
#include "cli/progress.h"
#include "cli/verbs.h"
#include "winset/format.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static const ws_option options[] = {
    {.name = "to",
     .kind = WS_OPTION_TEXT,
     .value = "FORMAT",
     .help = "the format; without it from the name after -o, else a case file",
     .choices = "case genius",
     .silent = true},
    {.name = NULL},
};

static bool is_folder(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static bool ends_in(const char *text, const char *end)
{
    size_t length = strlen(text), of_end = strlen(end);
    return length > of_end && strcasecmp(text + length - of_end, end) == 0;
}

/* NULL: a problem was told. */
static const char *choose_format(ws_call *call)
{
    const char *asked = ws__given_text(call, "to", NULL), *output = call->output;
    if (asked)
        return asked;
    if (!output || ends_in(output, ".yaml") || ends_in(output, ".yml"))
        return "case";
    if (ends_in(output, "/") || is_folder(output))
        return "genius";
    ws_fail(call->diag, WS_USAGE,
            "-o %s: the name tells no format; expected a name in .yaml, a folder (GENIUS), or --to FORMAT",
            output);
    return NULL;
}

static ws_status make_folder(ws_call *call, const char *folder)
{
    if (is_folder(folder) || mkdir(folder, 0777) == 0)
        return WS_OK;
    return ws_fail_at(call->diag, WS_INVALID, (ws_place){.file = folder}, "cannot make the folder: %s",
                      strerror(errno));
}

/* Every file that is there already is named before any is written. */
static ws_status refuse_existing(ws_call *call, const char *const *paths)
{
    ws_status status = WS_OK;
    struct stat facts;
    for (size_t i = 0; paths[i] && !call->force; i++)
        if (stat(paths[i], &facts) == 0)
            status = ws_fail_at(call->diag, WS_USAGE, (ws_place){.file = paths[i]},
                                "it is there already; --force writes over it");
    return status;
}

static ws_status put_files(ws_call *call, const ws_written_file *files)
{
    if (!call->output)
        return ws_fail(call->diag, WS_USAGE, "GENIUS is a folder of files: say which with -o FOLDER");
    size_t count = 0;
    while (files[count].name)
        count++;
    const char **paths = WS_NEW_MANY(&call->arena, count + 1, const char *);
    const char *slash = ends_in(call->output, "/") ? "" : "/";
    bool enough = paths != NULL;
    for (size_t i = 0; enough && i < count; i++)
        enough =
            (paths[i] = ws__format_text(&call->arena, "%s%s%s", call->output, slash, files[i].name)) != NULL;
    if (!enough)
        return ws_fail(call->diag, WS_LIMIT, "no memory to write %s", call->output);
    WS_TRY(make_folder(call, call->output));
    WS_TRY(refuse_existing(call, paths));
    for (size_t i = 0; i < count; i++)
        WS_TRY(ws__write_file(paths[i], files[i].text, files[i].length, call->force, call->input_count,
                              call->inputs, call->diag));
    return WS_OK;
}

static ws_status run_convert(ws_call *call)
{
    const char *format = choose_format(call);
    if (!format)
        return WS_USAGE;
    ws_case *c = NULL;
    WS_TRY(ws__load_case(&c, call));
    ws_status status;
    if (strcmp(format, "case") == 0) {
        char *text = NULL;
        status = ws_write_case(&text, c, format, call->diag);
        if (status == WS_OK)
            status = ws__put(call, text);
    } else {
        const ws_written_file *files = NULL;
        status = ws_write_case_files(&files, c, format, call->diag);
        if (status == WS_OK)
            status = put_files(call, files);
        ws_free_written_files(files);
    }
    call->warnings_told = false; /* a converted case has no place for them */
    ws_free_case(c);
    return status;
}

const ws_verb ws_verb_convert = {
    .name = "convert",
    .run = run_convert,
    .tells = "a case in another format: case files, GENIUS domains",
    .arguments = "CASE",
    .example = "winset convert examples/sale/case.yaml --to genius -o /tmp/sale",
    .example_does = "the sale as a GENIUS domain, its files in a folder",
    .flags = WS_NEEDS_CASE | WS_OWN_FORMATS | WS_AS_WRITTEN,
    .options = options,
};
