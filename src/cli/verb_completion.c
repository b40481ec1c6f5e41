/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `winset completion bash|zsh`: what a shell needs to complete winset's command lines, from the tables of
 * verbs and options. The build runs it and installs what it prints. */
#include "base/diag.h"
#include "cli/verbs.h"

#include <string.h>

enum { MOST_TABLES = 3 };

/* The tables of a verb's options: its own, those of a case, those of all. */
static void list_tables(const ws_option *tables[MOST_TABLES], const ws_verb *verb)
{
    tables[0] = verb->options;
    tables[1] = verb->flags & WS_NEEDS_CASE ? ws__case_options : NULL;
    tables[2] = ws__common_options;
}

static bool names_file(const ws_option *option)
{
    return option->value && strstr(option->value, "FILE") != NULL;
}

/* ---- bash ---- */

static void add_bash_options(ws_text *out, const ws_verb *verb)
{
    const ws_option *tables[MOST_TABLES];
    list_tables(tables, verb);
    ws__add_format(out, "    %s) options='", verb->name);
    for (size_t t = 0; t < MOST_TABLES; t++)
        for (const ws_option *option = tables[t]; option && option->name; option++)
            ws__add_format(out, "--%s ", option->name);
    ws__add_text(out, "' ;;\n");
}

/* What may follow an option that takes a value. */
static void add_bash_values(ws_text *out, const char *verb, const ws_option *options)
{
    for (const ws_option *option = options; option && option->name; option++) {
        if (option->kind == WS_OPTION_FLAG)
            continue;
        ws__add_format(out, "    %s.--%s", verb, option->name);
        if (option->letter)
            ws__add_format(out, " | %s.-%c", verb, option->letter);
        if (option->choices)
            ws__add_format(out, ") mapfile -t COMPREPLY < <(compgen -W '%s' -- \"$current\"); return ;;\n",
                           option->choices);
        else if (names_file(option))
            ws__add_text(out, ") mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); return ;;\n");
        else
            ws__add_text(out, ") return ;;\n");
    }
}

static void add_bash(ws_text *out)
{
    ws__add_text(out, "# bash completion for winset; made by `winset completion bash`\n"
                      "_winset() {\n"
                      "    local current=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD - 1]}\n"
                      "    local verb=${COMP_WORDS[1]} options=\n"
                      "    COMPREPLY=()\n"
                      "    if [ \"$COMP_CWORD\" -le 1 ]; then\n"
                      "        mapfile -t COMPREPLY < <(compgen -W '");
    for (size_t i = 0; ws__verbs[i]; i++)
        ws__add_format(out, "%s ", ws__verbs[i]->name);
    ws__add_text(out, "--help --version' -- \"$current\")\n"
                      "        return\n"
                      "    fi\n"
                      "    case $verb.$last in\n");
    for (size_t i = 0; ws__verbs[i]; i++)
        add_bash_values(out, ws__verbs[i]->name, ws__verbs[i]->options);
    add_bash_values(out, "*", ws__case_options);
    add_bash_values(out, "*", ws__common_options);
    ws__add_text(out, "    esac\n"
                      "    case $verb in\n");
    for (size_t i = 0; ws__verbs[i]; i++)
        add_bash_options(out, ws__verbs[i]);
    ws__add_text(out, "    esac\n"
                      "    case $current in\n"
                      "    -*) mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$current\") ;;\n"
                      "    *) mapfile -t COMPREPLY < <(compgen -f -- \"$current\") ;;\n"
                      "    esac\n"
                      "}\n"
                      "complete -o filenames -F _winset winset\n");
}

/* ---- zsh ---- */

/* Within single quotes and _arguments' brackets. */
static void add_zsh_text(ws_text *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == '\'')
            ws__add_text(out, "'\\''");
        else if (*c == '[' || *c == ']' || *c == ':')
            ws__add_format(out, "\\%c", *c);
        else
            ws__add_bytes(out, c, 1);
    }
}

static void add_zsh_option(ws_text *out, const ws_option *option)
{
    ws__add_format(out, " \\\n        '%s--%s", option->kind == WS_OPTION_LIST ? "*" : "", option->name);
    ws__add_text(out, option->kind == WS_OPTION_FLAG ? "[" : "=[");
    add_zsh_text(out, option->help);
    ws__add_text(out, "]");
    if (option->kind != WS_OPTION_FLAG) {
        ws__add_text(out, ":");
        add_zsh_text(out, option->value ? option->value : "value");
        if (option->choices)
            ws__add_format(out, ":(%s)", option->choices);
        else
            ws__add_text(out, names_file(option) ? ":_files" : ":");
    }
    ws__add_text(out, "'");
}

static void add_zsh(ws_text *out)
{
    ws__add_text(out, "#compdef winset\n"
                      "# zsh completion for winset; made by `winset completion zsh`\n"
                      "_winset() {\n"
                      "    local -a verbs\n"
                      "    verbs=(\n");
    for (size_t i = 0; ws__verbs[i]; i++) {
        ws__add_format(out, "        '%s:", ws__verbs[i]->name);
        add_zsh_text(out, ws__verbs[i]->tells);
        ws__add_text(out, "'\n");
    }
    ws__add_text(out, "    )\n"
                      "    if (( CURRENT == 2 )); then\n"
                      "        _describe verb verbs\n"
                      "        return\n"
                      "    fi\n"
                      "    local verb=$words[2]\n"
                      "    shift words\n"
                      "    (( CURRENT-- ))\n"
                      "    case $verb in\n");
    for (size_t i = 0; ws__verbs[i]; i++) {
        const ws_option *tables[MOST_TABLES];
        list_tables(tables, ws__verbs[i]);
        ws__add_format(out, "    %s) _arguments", ws__verbs[i]->name);
        for (size_t t = 0; t < MOST_TABLES; t++)
            for (const ws_option *option = tables[t]; option && option->name; option++)
                add_zsh_option(out, option);
        ws__add_text(out, " \\\n        '*:file:_files' ;;\n");
    }
    ws__add_text(out, "    esac\n"
                      "}\n"
                      "_winset \"$@\"\n");
}

static ws_status run_completion(ws_call *call)
{
    const char *shell = call->line.argument_count ? call->line.arguments[0] : "";
    WS_TEXT(text);
    if (strcmp(shell, "bash") == 0)
        add_bash(&text);
    else if (strcmp(shell, "zsh") == 0)
        add_zsh(&text);
    else
        return ws_fail(call->diag, WS_USAGE, "for which shell? Expected bash or zsh");
    char *document = ws__take_text(&text);
    return document ? ws__put(call, document) : ws_fail(call->diag, WS_LIMIT, "no memory for the completion");
}

const ws_verb ws_verb_completion = {
    .name = "completion",
    .run = run_completion,
    .tells = "what bash or zsh needs to complete winset's command lines",
    .arguments = "bash|zsh",
    .example = "winset completion bash",
    .example_does = "source it, or put it into ~/.local/share/bash-completion/completions/winset",
    .flags = WS_OWN_FORMATS,
};
