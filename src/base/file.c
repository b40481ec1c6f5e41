/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of file.h. */
#include "base/file.h"

#include "base/arena.h"
#include "base/diag.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_ROOM = 1 << 16, MOST_TRIES = 1000 };

static ws_status fail_file(ws_diag *diag, ws_status status, const char *path, const char *what)
{
    return ws_fail_at(diag, status, (ws_place){.file = path}, "%s", what);
}

/* ---- Reading ---- */

/* Reads to the end of `file`, at most `most` bytes and one more to know of. */
static ws_status read_all(char **out, size_t *length, int file, size_t known, size_t most)
{
    most = most < SIZE_MAX / 4 ? most : SIZE_MAX / 4; /* so that no size below overflows */
    size_t room = (known < most ? known : most) + 1;
    room = room < FIRST_ROOM ? FIRST_ROOM : room;
    size_t used = 0;
    char *bytes = malloc(room + 1);
    while (bytes) {
        if (used == room) {
            size_t grown_room = room > SIZE_MAX / 2 - 1 ? SIZE_MAX - 1 : 2 * room;
            char *grown = grown_room > room ? realloc(bytes, grown_room + 1) : NULL;
            if (!grown)
                break;
            bytes = grown;
            room = grown_room;
        }
        ssize_t got = read(file, bytes + used, room - used < SSIZE_MAX ? room - used : SSIZE_MAX);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            free(bytes);
            return WS_INVALID;
        }
        if (got == 0) {
            bytes[used] = '\0';
            *out = bytes;
            *length = used;
            return WS_OK;
        }
        used += (size_t)got;
        if (used > most)
            break;
    }
    free(bytes);
    return WS_LIMIT;
}

ws_status ws__read_file(char **out, size_t *length, const char *path, size_t most, ws_diag *diag)
{
    bool standard = strcmp(path, "-") == 0;
    int file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file < 0)
        return ws_fail_at(diag, WS_INVALID, (ws_place){.file = path}, "cannot open it: %s", strerror(errno));
    struct stat facts;
    ws_status status = WS_OK;
    if (fstat(file, &facts) != 0)
        status = fail_file(diag, WS_INVALID, path, strerror(errno));
    else if (S_ISDIR(facts.st_mode))
        status = fail_file(diag, WS_INVALID, path, "it is a folder; expected a file");
    else if (S_ISREG(facts.st_mode) && (uintmax_t)facts.st_size > most)
        status = ws_fail_at(diag, WS_LIMIT, (ws_place){.file = path},
                            "the file has %ju bytes; at most %zu are read", (uintmax_t)facts.st_size, most);
    else {
        size_t known = S_ISREG(facts.st_mode) && facts.st_size > 0 ? (size_t)facts.st_size : 0;
        status = read_all(out, length, file, known, most);
        if (status == WS_INVALID)
            ws_fail_at(diag, status, (ws_place){.file = path}, "cannot read it: %s", strerror(errno));
        else if (status == WS_LIMIT)
            ws_fail_at(diag, status, (ws_place){.file = path},
                       "more than the %zu bytes that are read at most, or no memory for it", most);
    }
    if (!standard)
        close(file);
    return status;
}

/* ---- Writing ---- */

static ws_status write_bytes(int file, const char *bytes, size_t length)
{
    while (length) {
        ssize_t written = write(file, bytes, length < SSIZE_MAX ? length : SSIZE_MAX);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return WS_INVALID;
        bytes += written;
        length -= (size_t)written;
    }
    return WS_OK;
}

static bool is_input(const struct stat *facts, size_t count, const char *const *inputs)
{
    for (size_t i = 0; i < count; i++) {
        struct stat input;
        if (inputs[i] && strcmp(inputs[i], "-") != 0 && stat(inputs[i], &input) == 0 &&
            input.st_dev == facts->st_dev && input.st_ino == facts->st_ino)
            return true;
    }
    return false;
}

/* A new file beside `path`, its name in *name. */
static int open_beside(char **name, ws_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path) + 1 : 0;
    for (unsigned i = 0; i < MOST_TRIES; i++) {
        *name =
            ws__format_text(arena, "%.*s.%s.%ju.%u.tmp", folder, path, path + folder, (uintmax_t)getpid(), i);
        if (!*name)
            return -1;
        int file = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0 || errno != EEXIST)
            return file;
    }
    return -1;
}

/* Gives the finished file its name; without `force` never over another that came meanwhile. */
static int put_in_place(const char *from, const char *to, bool force)
{
    if (force)
        return rename(from, to);
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    return link(from, to) == 0 ? unlink(from) : -1; /* file systems that know no such rename */
}

static ws_status write_beside(const char *path, const char *bytes, size_t length, bool force,
                              const struct stat *old, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    char *name = NULL;
    int file = open_beside(&name, &scratch, path);
    if (file < 0)
        return ws_fail_at(diag, WS_INVALID, (ws_place){.file = path}, "cannot write it: %s", strerror(errno));
    bool done = write_bytes(file, bytes, length) == WS_OK &&
                (!old || fchmod(file, old->st_mode & 07777) == 0) && fsync(file) == 0;
    int error = errno;
    if (close(file) != 0 && done) {
        done = false;
        error = errno;
    }
    if (done && put_in_place(name, path, force) != 0) {
        done = false;
        error = errno;
    }
    if (done)
        return WS_OK;
    unlink(name);
    return ws_fail_at(diag, error == EEXIST ? WS_USAGE : WS_INVALID, (ws_place){.file = path},
                      "cannot write it: %s", strerror(error));
}

ws_status ws__write_file(const char *path, const char *bytes, size_t length, bool force, size_t input_count,
                         const char *const *inputs, ws_diag *diag)
{
    struct stat old;
    if (stat(path, &old) != 0)
        return write_beside(path, bytes, length, force, NULL, diag);
    if (is_input(&old, input_count, inputs))
        return fail_file(diag, WS_USAGE, path,
                         "it is an input of this command; an input is never written over");
    if (S_ISDIR(old.st_mode))
        return fail_file(diag, WS_USAGE, path, "it is a folder; expected the name of a file");
    if (S_ISREG(old.st_mode)) {
        if (!force)
            return fail_file(diag, WS_USAGE, path, "the file exists; --force writes over it");
        char *real = realpath(path, NULL); /* a link's target is replaced, not the link */
        ws_status status = write_beside(real ? real : path, bytes, length, true, &old, diag);
        free(real);
        return status;
    }
    int file = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    ws_status status = file < 0 ? WS_INVALID : write_bytes(file, bytes, length);
    if (status != WS_OK)
        ws_fail_at(diag, status, (ws_place){.file = path}, "cannot write it: %s", strerror(errno));
    if (file >= 0)
        close(file);
    return status;
}
