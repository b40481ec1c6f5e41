/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a case file: no crash, an error for every refusal, and what is read is written and read back
 * the same. */
#include "case/model.h"
#include "winset/format.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);

static void insist(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

/* Written, read, written: the same text, and the same numbers. */
static void go_round(const ws_case *c)
{
    char *once = NULL, *twice = NULL;
    ws_case *again = NULL;
    ws_diag *diag = ws_new_diag();
    insist(ws_write_case(&once, c, "case", diag) == WS_OK, "a case that was read is not written");
    ws_status status = ws_read_case_text(&again, once, strlen(once), "again", diag);
    if (status == WS_INVALID && ws_count_problems(diag))
        fprintf(stderr, "%s\n%s", ws_get_problem(diag, 0)->message, once);
    insist(status == WS_OK || status == WS_LIMIT, "a written case is not read");
    if (status == WS_OK) {
        insist(again->shape->slot_count == c->shape->slot_count, "a written case has other numbers");
        for (size_t i = 0; i < c->shape->slot_count; i++)
            insist(again->numbers[i] == c->numbers[i], "a written case has another number");
        insist(ws_write_case(&twice, again, "case", diag) == WS_OK && strcmp(once, twice) == 0,
               "a case is written in two ways");
    }
    ws_free_case(again);
    ws_free_diag(diag);
    free(once);
    free(twice);
}

/* The path of a number leads to it. */
static void change_numbers(const ws_case *c)
{
    for (size_t slot = 0; slot < c->shape->slot_count && slot < 20; slot++) {
        WS_SCRATCH(scratch);
        ws_case *changed = NULL;
        ws_change change = {ws__slot_path(&scratch, c, (ws_slot)slot), "0.5"};
        if (ws_change_case(&changed, c, 1, &change, NULL) == WS_OK &&
            changed->shape->slot_count == c->shape->slot_count)
            insist(changed->numbers[slot] == 0.5, "a path leads to another number");
        ws_free_case(changed);
    }
    for (size_t p = 0; p < c->shape->party_count && p < 4; p++)
        for (size_t t = 0; t < c->shape->parties[p].type_count && t < 4; t++) {
            ws_case *typed = NULL;
            (void)ws_apply_type(&typed, c, c->shape->parties[p].key, c->shape->parties[p].types[t].key, NULL);
            ws_free_case(typed);
        }
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length)
{
    ws_case *c = NULL;
    ws_diag *diag = ws_new_diag();
    ws_status status = ws_read_case_text(&c, (const char *)bytes, length, "fuzz", diag);
    insist((status == WS_OK) == (c != NULL), "a status and no case, or a case and no status");
    insist((status == WS_OK) == (ws_count_errors(diag) == 0), "a refusal without a word");
    for (size_t i = 0; i < ws_count_problems(diag); i++)
        insist(ws_get_problem(diag, i)->message[0] != '\0', "a problem without words");
    if (c && length < 20000) {
        go_round(c);
        change_numbers(c);
    }
    ws_free_case(c);
    ws_free_diag(diag);
    return 0;
}
