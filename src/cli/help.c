/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help, from the tables of verbs and options. */
#include "cli/verbs.h"

#include <string.h>

enum { COLUMN = 26, WIDTH = 80 };

/* Words filled into lines, the first from column `used`, the others behind `hang` blanks. */
static void add_filled(ws_text *out, const char *text, size_t used, size_t hang)
{
    bool fresh = true;
    for (const char *at = text;;) {
        at += strspn(at, " ");
        size_t length = strcspn(at, " ");
        if (!length)
            break;
        if (!fresh && used + 1 + length > WIDTH) {
            ws__add_text(out, "\n");
            ws__add_repeated(out, " ", hang);
            used = hang;
        } else if (!fresh) {
            ws__add_text(out, " ");
            used++;
        }
        fresh = false;
        ws__add_bytes(out, at, length);
        used += length;
        at += length;
    }
    ws__add_text(out, "\n");
}

static void add_entry(ws_text *out, const char *left, const char *right)
{
    size_t wide = ws__text_width(left);
    ws__add_format(out, "  %s", left);
    if (wide + 4 > COLUMN) {
        ws__add_text(out, "\n");
        ws__add_repeated(out, " ", COLUMN);
    } else {
        ws__add_repeated(out, " ", COLUMN - 2 - wide);
    }
    add_filled(out, right, COLUMN, COLUMN);
}

static void add_options(ws_text *out, const char *heading, const ws_option *options)
{
    if (!options || !options->name)
        return;
    ws__add_format(out, "\n%s\n", heading);
    for (const ws_option *option = options; option->name; option++) {
        WS_TEXT(left);
        WS_TEXT(right);
        if (option->letter)
            ws__add_format(&left, "-%c, ", option->letter);
        ws__add_format(&left, "--%s", option->name);
        if (option->value)
            ws__add_format(&left, " %s", option->value);
        ws__add_text(&right, option->help);
        if (option->choices)
            ws__add_format(&right, ": %s", option->choices);
        if (option->kind == WS_OPTION_LIST)
            ws__add_text(&right, "; may be given again");
        if (left.bytes && right.bytes)
            add_entry(out, left.bytes, right.bytes);
    }
}

static void add_program_help(ws_text *out)
{
    ws__add_text(out, "winset tells whether there is a deal that all sides can deliver, and which.\n\n"
                      "Usage: winset VERB [CASE] [options]\n\nVerbs:\n");
    for (size_t i = 0; ws__verbs[i]; i++)
        add_entry(out, ws__verbs[i]->name, ws__verbs[i]->tells);
    ws__add_text(out,
                 "\nCASE is a case file (docs/case-format.md), - for standard input, or a GENIUS domain.\n"
                 "winset VERB --help tells more, with an example.\n");
}

void ws__add_help(ws_text *out, const ws_verb *verb)
{
    if (!verb) {
        add_program_help(out);
        return;
    }
    WS_TEXT(tells);
    ws__add_format(&tells, "winset %s: %s.", verb->name, verb->tells);
    add_filled(out, tells.bytes ? tells.bytes : verb->name, 0, 2);
    ws__add_format(out, "\nUsage: winset %s%s%s [options]\n", verb->name, verb->arguments[0] ? " " : "",
                   verb->arguments);
    add_options(out, "Options:", verb->options);
    if (verb->flags & WS_NEEDS_CASE)
        add_options(out, "Options of verbs that read a case:", ws__case_options);
    add_options(out, "Options of every verb:", ws__common_options);
    ws__add_format(out, "\nExample: %s\n  %s\n", verb->example, verb->example_does);
}
