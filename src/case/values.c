/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading what a case's texts mean: numbers and slots, truth values, dates, words, files of data. */
#include "case/build.h"

#include "base/sha256.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Larger numbers are refused, so that no sum or product of a case overflows. */
static const double largest = 1e150;
enum { MOST_FILE = 256 << 20 };

const ws_limits ws__any_number = {-(double)INFINITY, (double)INFINITY, false, false, "a number"};
const ws_limits ws__at_least_zero = {0, (double)INFINITY, false, false,
                                     "a number of 0 or more, not negative"};
const ws_limits ws__above_zero = {0, (double)INFINITY, true, false, "a number above 0"};
const ws_limits ws__probability = {0, 1, false, false, "a probability from 0 to 1"};

/* ---- Numbers ---- */

/* 0x2, 0o7: whole numbers of YAML's core schema. */
static bool read_based(double *out, const char *text)
{
    unsigned base = text[0] == '0' && text[1] == 'x' ? 16 : text[0] == '0' && text[1] == 'o' ? 8 : 0;
    if (!base || !text[2])
        return false;
    double value = 0;
    for (const char *c = text + 2; *c; c++) {
        unsigned digit = *c >= '0' && *c <= '9'   ? (unsigned)(*c - '0')
                         : *c >= 'a' && *c <= 'f' ? (unsigned)(*c - 'a') + 10
                         : *c >= 'A' && *c <= 'F' ? (unsigned)(*c - 'A') + 10
                                                  : 99;
        if (digit >= base)
            return false;
        value = value * base + digit;
    }
    *out = value;
    return value < 0x1p53;
}

static bool read_number_text(double *out, const char *text)
{
    return ws__read_number(out, text, strlen(text)) || read_based(out, text);
}

bool ws__number_of(double *out, const ws_node *node)
{
    return node && node->kind == WS_NODE_TEXT && !node->quoted && read_number_text(out, node->text) &&
           fabs(*out) <= largest;
}

static bool is_infinite(const char *text)
{
    static const char *const words[] = {".nan", "nan", ".inf", "inf", "infinity", ".infinity"};
    if (*text == '-' || *text == '+')
        text++;
    for (size_t i = 0; i < WS_COUNT(words); i++)
        if (strcasecmp(text, words[i]) == 0)
            return true;
    return false;
}

/* Why a text is no number. */
static bool report_number(ws_builder *b, const ws_spot *spot, const char *what, const char *expected)
{
    const ws_node *node = spot->node;
    if (node->kind != WS_NODE_TEXT || ws__is_null(node))
        return ws__problem(b, spot, "%s: expected %s, %s", what, expected,
                           ws__is_null(node)           ? "but nothing is given"
                           : node->kind == WS_NODE_MAP ? "got a map"
                                                       : "got a list");
    const char *text = ws__in_short(b, node->text);
    double value;
    if (node->quoted && read_number_text(&value, node->text))
        return ws__problem(b, spot, "%s: expected %s, got the text \"%s\"; take away the quotes", what,
                           expected, text);
    if (is_infinite(node->text))
        return ws__problem(b, spot, "%s: expected a finite number, got '%s'", what, text);
    const char *rest = node->text + strspn(node->text, "+-0123456789.eE");
    char *end = NULL;
    if (!*rest)
        (void)strtod(node->text, &end);
    if (end && end != node->text && !*end)
        return ws__problem(b, spot, "%s: the number '%s' is too large; at most 1e150 is read", what, text);
    if (*rest == ',')
        return ws__problem(b, spot, "%s: expected %s, got '%s'; write a decimal point, not a comma", what,
                           expected, text);
    if (*rest == '_' || *rest == ' ' || *rest == '\'')
        return ws__problem(b, spot, "%s: expected %s, got '%s'; write its digits without separators", what,
                           expected, text);
    return ws__problem(b, spot, "%s: expected %s, got '%s'", what, expected, text);
}

static bool within_limits(const ws_limits *limits, double value)
{
    return value <= limits->hi && (limits->lo_open ? value > limits->lo : value >= limits->lo) &&
           (!limits->whole || (value == floor(value) && fabs(value) <= 0x1p53));
}

bool ws__read_plain(ws_builder *b, const ws_spot *spot, const char *what, const ws_limits *limits,
                    double *out)
{
    if (ws__is_broken(b, spot->node))
        return false;
    double value;
    if (!ws__number_of(&value, spot->node))
        return report_number(b, spot, what, limits->expected);
    if (!within_limits(limits, value))
        return ws__problem(b, spot, "%s: expected %s, got %s", what, limits->expected,
                           ws__in_short(b, spot->node->text));
    *out = value;
    return true;
}

/* ---- Slots ---- */

static bool grow_slots(ws_builder *b)
{
    size_t count = b->shape->slot_count, room = b->slot_room ? 2 * b->slot_room : 64;
    ws_shape_box *box = b->box;
    const ws_node **nodes = WS_TAKE(b, room, const ws_node *);
    double *numbers = WS_TAKE(b, room, double);
    const ws_path **ups = WS_TAKE(b, room, const ws_path *);
    const char **keys = WS_TAKE(b, room, const char *);
    size_t *indexes = WS_TAKE(b, room, size_t);
    const ws_limits **limits = WS_TAKE(b, room, const ws_limits *);
    if (!nodes || !numbers || !ups || !keys || !indexes || !limits || room >= WS_NO_SLOT)
        return false;
    if (count) {
        memcpy(nodes, b->shape->slot_nodes, count * sizeof *nodes);
        memcpy(numbers, b->numbers, count * sizeof *numbers);
        memcpy(ups, box->slot_ups, count * sizeof *ups);
        memcpy(keys, box->slot_keys, count * sizeof *keys);
        memcpy(indexes, box->slot_indexes, count * sizeof *indexes);
        memcpy(limits, box->slot_limits, count * sizeof *limits);
    }
    b->shape->slot_nodes = nodes;
    b->numbers = numbers;
    box->slot_ups = ups;
    box->slot_keys = keys;
    box->slot_indexes = indexes;
    box->slot_limits = limits;
    b->slot_room = room;
    return true;
}

ws_slot ws__read_slot(ws_builder *b, ws_spot *spot, const char *what, const ws_limits *limits, bool spread)
{
    size_t at = b->shape->slot_count;
    if (at == b->slot_room && !grow_slots(b))
        return WS_NO_SLOT;
    double value = (double)NAN;
    const ws_node *node = spot->node;
    if (ws__is_broken(b, node)) {
        value = (double)NAN;
    } else if (spread && node->kind == WS_NODE_MAP) {
        if (ws__build_distribution(b, spot, what, (ws_slot)at, &value) && !within_limits(limits, value)) {
            ws__problem(b, spot, "%s: expected %s, but the mean of this distribution is %.6g", what,
                        limits->expected, value);
            value = (double)NAN;
        }
    } else if (!ws__read_plain(b, spot, what, limits, &value)) {
        value = (double)NAN;
    }
    const ws_node **nodes = NULL;
    memcpy(&nodes, &b->shape->slot_nodes, sizeof nodes); /* ours while the shape is built */
    nodes[at] = node;
    b->numbers[at] = value;
    b->box->slot_ups[at] = ws__keep_path(b, spot->up);
    b->box->slot_keys[at] = spot->key;
    b->box->slot_indexes[at] = spot->index;
    b->box->slot_limits[at] = limits;
    b->shape->slot_count++;
    return (ws_slot)at;
}

size_t ws__read_count(ws_builder *b, const ws_spot *spot, const char *what, size_t least, size_t most)
{
    double value;
    const char *expected = most == SIZE_MAX
                               ? ws__format_text(b->arena, "a whole number of %zu or more", least)
                               : ws__format_text(b->arena, "a whole number from %zu to %zu", least, most);
    ws_limits limits = {(double)least, most == SIZE_MAX ? 0x1p53 : (double)most, false, true,
                        expected ? expected : "a whole number"};
    return ws__read_plain(b, spot, what, &limits, &value) ? (size_t)value : 0;
}

/* ---- Words ---- */

bool ws__read_truth(ws_builder *b, const ws_spot *spot, const char *what, bool *out)
{
    if (ws__is_broken(b, spot->node))
        return false;
    if (!ws__is_plain_word(spot->node) || ws__is_null(spot->node))
        return ws__problem(
            b, spot, "%s: expected true or false, got %s%s%s", what,
            spot->node->kind == WS_NODE_TEXT ? "'" : "",
            spot->node->kind == WS_NODE_TEXT ? ws__in_short(b, spot->node->text) : "no text",
            spot->node->kind == WS_NODE_TEXT ? "' (YAML 1.2 reads yes, no, on and off as texts)" : "");
    *out = spot->node->text[0] == 't' || spot->node->text[0] == 'T';
    return true;
}

bool ws__read_day(ws_builder *b, const ws_spot *spot, const char *what, ws_day *out)
{
    if (!ws__want_text(b, spot, what))
        return false;
    if (ws__read_date(out, spot->node->text, spot->node->count))
        return true;
    return ws__problem(b, spot,
                       "%s: '%s' is no date of the calendar; expected YYYY-MM-DD (ISO 8601), as "
                       "1994-05-14",
                       what, ws__in_short(b, spot->node->text));
}

const char *ws__read_words(ws_builder *b, const ws_spot *spot, const char *what)
{
    return spot->node && ws__want_text(b, spot, what) ? spot->node->text : NULL;
}

const char *ws__key_in_words(ws_builder *b, const char *key)
{
    if (!strchr(key, '_'))
        return key;
    char *words = WS_TAKE(b, strlen(key) + 1, char);
    if (!words)
        return key;
    for (size_t i = 0; key[i]; i++)
        words[i] = key[i] == '_' ? ' ' : key[i];
    return words;
}

const char *ws__read_name(ws_builder *b, const ws_spot *spot, const char *key)
{
    const char *name = ws__read_words(b, spot, "name");
    return name ? name : ws__key_in_words(b, key);
}

size_t ws__read_word(ws_builder *b, const ws_spot *spot, const char *what, size_t count,
                     const char *const *words)
{
    if (!ws__want_text(b, spot, what))
        return SIZE_MAX;
    for (size_t i = 0; i < count; i++)
        if (strcmp(spot->node->text, words[i]) == 0)
            return i;
    const char *near = ws__suggest(b, spot->node->text, count, words);
    ws__problem(b, spot, "%s: '%s' is none of %s%s", what, ws__in_short(b, spot->node->text),
                ws__list_names(b, count, words), near);
    return SIZE_MAX;
}

/* ---- Files of data ---- */

/* Opens `name` under the folder, step by step, so that no link and no .. leads out; -1 and errno. */
static int open_beneath(const char *folder, const char *name)
{
    int at = open(*folder ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (at >= 0) {
        const char *slash = strchr(name, '/');
        size_t length = slash ? (size_t)(slash - name) : strlen(name);
        char step[NAME_MAX + 1];
        int next = -1;
        if (length == 0 || length > NAME_MAX || (length <= 2 && strncmp(name, "..", length) == 0)) {
            errno = EPERM;
        } else {
            memcpy(step, name, length);
            step[length] = '\0';
            int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (slash ? O_DIRECTORY : 0);
            next = openat(at, step, flags);
        }
        int error = errno;
        close(at);
        errno = error;
        if (next < 0 || !slash)
            return next;
        at = next;
        name = slash + 1;
    }
    return -1;
}

static char *read_whole(int file, size_t *length)
{
    struct stat facts;
    if (fstat(file, &facts) != 0)
        return NULL;
    if (!S_ISREG(facts.st_mode)) {
        errno = EPERM;
        return NULL;
    }
    if (facts.st_size > MOST_FILE) {
        errno = EFBIG;
        return NULL;
    }
    size_t room = (size_t)facts.st_size, used = 0;
    char *bytes = malloc(room + 1);
    while (bytes && used < room) {
        ssize_t got = read(file, bytes + used, room - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        used += (size_t)got;
    }
    if (bytes)
        bytes[used] = '\0';
    *length = used;
    return bytes;
}

static bool note_file(ws_builder *b, const char *name, const char *bytes, size_t length)
{
    size_t count = b->shape->file_count;
    for (size_t i = 0; i < count; i++)
        if (strcmp(b->files[i].file, name) == 0)
            return true;
    if (count == b->file_room) {
        size_t room = b->file_room ? 2 * b->file_room : 4;
        ws_source *files = WS_TAKE(b, room, ws_source);
        if (!files)
            return false;
        if (count)
            memcpy(files, b->files, count * sizeof *files);
        b->files = files;
        b->file_room = room;
    }
    b->files[count].file = name;
    ws__sha256(b->files[count].sha256, bytes, length);
    b->shape->files = b->files;
    b->shape->file_count++;
    return true;
}

bool ws__read_data_file(ws_builder *b, const ws_spot *spot, const char *name, char **bytes, size_t *length)
{
    *bytes = NULL;
    *length = 0;
    if (name[0] == '/' || strchr(name, '\\'))
        return ws__problem(b, spot, "the file '%s' must be named relative to the case's folder",
                           ws__in_short(b, name));
    if (!b->doc->folder)
        return true;
    int file = open_beneath(b->doc->folder, name);
    char *read = file >= 0 ? read_whole(file, length) : NULL;
    int error = errno;
    if (file >= 0)
        close(file);
    if (read && note_file(b, name, read, *length)) {
        *bytes = read;
        return true;
    }
    free(read);
    if (error == ENOENT || error == ENOTDIR)
        return ws__problem(b, spot, "the file '%s' was not found in the case's folder",
                           ws__in_short(b, name));
    if (error == EPERM || error == ELOOP)
        return ws__problem(b, spot,
                           "the file '%s' is not read: only plain files inside the case's folder are, by no "
                           "link and no '..'",
                           ws__in_short(b, name));
    return ws__problem(b, spot, "the file '%s' cannot be read: %s", ws__in_short(b, name), strerror(error));
}
