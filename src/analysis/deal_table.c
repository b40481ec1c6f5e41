/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of deals: rows of levels, a column an issue (in any order, other columns are an error), or of names
 * in one column `index` or `deal`. Every wrong column and every wrong field is reported. */
#include "analysis/deal.h"

#include "base/arena.h"
#include "base/csv.h"
#include "base/diag.h"
#include "base/text.h"
#include "case/model.h"

#include <stdlib.h>
#include <string.h>

typedef struct deal_table {
    const ws_space *space;
    const ws_shape *shape;
    const char *file;
    ws_diag *diag;
    ws_arena arena;
    bool headed, named;
    size_t column_count, name_column;
    size_t *issues; /* [columns] */
    ws_deal_name *deals;
    size_t count, room;
    ws_status status;
} deal_table;

static void note(deal_table *table, ws_status status)
{
    table->status = table->status == WS_OK ? status : table->status;
}

static bool is_name_column(const char *field)
{
    return strcmp(field, "deal") == 0 || strcmp(field, "index") == 0;
}

static void read_issue_column(deal_table *table, const ws_csv_row *row, size_t column, bool *given)
{
    const ws_shape *shape = table->shape;
    ws_place place = {table->file, row->line, 0};
    const char *field = row->fields[column];
    for (size_t i = 0; i < shape->issue_count; i++)
        if (strcmp(shape->issues[i].key, field) == 0) {
            if (given[i])
                note(table, ws_fail_at(table->diag, WS_INVALID, place, "column '%s' stands twice", field));
            given[i] = true;
            table->issues[column] = i;
            return;
        }
    const char **keys = WS_NEW_MANY(&table->arena, shape->issue_count, const char *);
    for (size_t i = 0; keys && i < shape->issue_count; i++)
        keys[i] = shape->issues[i].key;
    const char *near = keys ? ws__nearest_name(field, shape->issue_count, keys) : NULL;
    if (near)
        note(table, ws_fail_at(table->diag, WS_INVALID, place,
                               "column '%s' is no issue of the case; did you mean '%s'?", field, near));
    else
        note(table,
             ws_fail_at(table->diag, WS_INVALID, place,
                        "column '%s' is no issue of the case; expected the issues, or one column 'deal' "
                        "or 'index'",
                        field));
}

static void read_header(deal_table *table, const ws_csv_row *row)
{
    table->headed = true;
    table->column_count = row->count;
    for (size_t c = 0; c < row->count; c++)
        if (is_name_column(row->fields[c])) {
            table->named = true;
            table->name_column = c;
            return;
        }
    table->issues = WS_NEW_MANY(&table->arena, row->count, size_t);
    bool *given = WS_NEW_MANY(&table->arena, table->shape->issue_count, bool);
    if (!table->issues || !given) {
        note(table, WS_LIMIT);
        return;
    }
    for (size_t c = 0; c < row->count; c++)
        read_issue_column(table, row, c, given);
    for (size_t i = 0; i < table->shape->issue_count; i++)
        if (!given[i])
            note(table, ws_fail_at(table->diag, WS_INVALID, (ws_place){table->file, row->line, 0},
                                   "there is no column '%s': a deal needs every issue",
                                   table->shape->issues[i].key));
}

/* The row as the user would write it on the command line, so that there is one reader of deals. */
static char *spell_row(deal_table *table, const ws_csv_row *row)
{
    WS_TEXT(text);
    if (table->named)
        ws__add_text(&text, row->fields[table->name_column]);
    for (size_t c = 0; !table->named && c < row->count; c++)
        ws__add_format(&text, "%s%s=%s", c ? "," : "", table->shape->issues[table->issues[c]].key,
                       row->fields[c]);
    return ws__take_text(&text);
}

static bool add_deal(deal_table *table, ws_deal_name deal)
{
    if (table->count == table->room) {
        size_t room = table->room ? 2 * table->room : 64;
        ws_deal_name *deals = realloc(table->deals, room * sizeof *deals);
        if (!deals)
            return false;
        table->deals = deals;
        table->room = room;
    }
    table->deals[table->count++] = deal;
    return true;
}

static bool read_row(void *user, const ws_csv_row *row)
{
    deal_table *table = user;
    if (!table->headed) {
        read_header(table, row);
        return table->status == WS_OK; /* without the columns no row means anything */
    }
    ws_place place = {table->file, row->line, 0};
    if (row->count != table->column_count) {
        note(table, ws_fail_at(table->diag, WS_INVALID, place, "the row has %zu fields; expected %zu",
                               row->count, table->column_count));
        return true;
    }
    char *text = spell_row(table, row);
    ws_deal_name deal;
    ws_status status = text ? ws__parse_deal_at(&deal, text, table->space, place, table->diag) : WS_LIMIT;
    free(text);
    if (status == WS_OK && !add_deal(table, deal))
        status = WS_LIMIT;
    note(table, status);
    return true;
}

ws_status ws__parse_deals(ws_deal_name **out, size_t *count, const char *text, size_t length,
                          const char *file, const ws_space *space, ws_diag *diag)
{
    deal_table table = {.space = space, .shape = ws_space_case(space)->shape, .file = file, .diag = diag};
    ws_status status = ws__read_csv(text, length, file, read_row, &table, diag);
    status = status == WS_OK ? table.status : status;
    if (status == WS_OK && table.count == 0)
        status =
            ws_fail(diag, WS_INVALID, "%s holds no deals; expected a header line and a row a deal", file);
    ws__free_arena(&table.arena);
    if (status != WS_OK) {
        free(table.deals);
        return status;
    }
    *out = table.deals;
    *count = table.count;
    return WS_OK;
}
