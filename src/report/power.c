/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Power in a body as JSON and as text: who matters, who never does, who can block alone; then the table. */
#include "report/power.h"

#include "base/diag.h"
#include "report/json.h"
#include "report/page.h"
#include "report/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- JSON ---- */

static json_t *by_player(const ws_power *power, const double *values)
{
    json_t *object = json_object();
    for (size_t i = 0; i < power->count; i++)
        ws__set(object, power->players[i], ws__json_number(values[i]));
    return object;
}

static json_t *count_or_null(size_t count)
{
    return count == SIZE_MAX ? json_null() : ws__json_count(count);
}

/* A number of coalitions: above 2^53 its decimals. */
static json_t *coalitions(const char *decimals)
{
    if (!decimals)
        return json_null();
    bool small = strlen(decimals) <= 15;
    return small ? ws__json_count(strtoull(decimals, NULL, 10)) : json_string(decimals);
}

static ws_status write_json(char **out, const ws_power *power, const ws_case *c, bool tree,
                            const ws_report_options *options, ws_diag *diag)
{
    json_t *root = ws__start_json("power", c, options), *indices = json_object();
    ws__set(root, "institution", tree ? json_null() : ws__json_text(power->name));
    if (tree)
        ws__set(root, "tree", ws__json_text(power->name));
    ws__set(root, "quota", ws__json_number(power->quota));
    ws__set(root, "weights", power->weights ? by_player(power, power->weights) : json_null());
    ws__set(root, "winning", coalitions(power->winning));
    ws__set(root, "winning_share", ws__json_number(power->winning_share));
    ws__set(root, "least_to_win", count_or_null(power->least_to_win));
    ws__set(root, "least_to_block", count_or_null(power->least_to_block));
    for (size_t i = 0; i < WS_POWER_COUNT; i++)
        if (power->indices[i])
            ws__set(indices, ws_power_key((ws_power_index)i), by_player(power, power->indices[i]));
    ws__set(root, "indices", indices);
    return ws__finish_json(out, root, diag);
}

/* ---- Text ---- */

/* Names of the players for whom `test` holds, "A, B and C", at most `most` of them. */
static const char *list_players(ws_page *page, const ws_power *power, const bool *chosen, size_t most)
{
    const char **names = WS_NEW_MANY(&page->arena, power->count + 1, const char *);
    size_t count = 0, all = 0;
    for (size_t i = 0; names && i < power->count; i++)
        if (chosen[i] && all++ < most)
            names[count++] = power->titles[i];
    if (!names)
        return "";
    if (all > most) {
        const char *rest = ws__format_text(&page->arena, "%zu others", all - most);
        names[count++] = rest ? rest : "";
    }
    return ws__say_list(&page->arena, count, names);
}

static void tell_strongest(ws_page *page, const ws_power *power)
{
    const double *share = power->indices[WS_POWER_BANZHAF];
    bool *chosen = WS_NEW_MANY(&page->arena, power->count + 1, bool);
    size_t best = 0, alike = 0;
    for (size_t i = 1; i < power->count; i++)
        if (share[i] > share[best] * (1 + 1e-12))
            best = i;
    if (!chosen || !(share[best] > 0)) {
        ws__page_paragraph(page, "No member ever decides: there is no power here to share.");
        return;
    }
    bool same_weight = power->weights && power->total > 0; /* of all who have the same power */
    for (size_t i = 0; i < power->count; i++) {
        chosen[i] = share[i] >= share[best] * (1 - 1e-12);
        alike += chosen[i];
        same_weight = same_weight && (!chosen[i] || power->weights[i] == power->weights[best]);
    }
    double weight = same_weight ? power->weights[best] / power->total : (double)NAN;
    const char *of = isnan(weight) ? ""
                                   : ws__format_text(&page->arena, ", with %s of the votes",
                                                     ws__say_percent(&page->arena, weight));
    ws__page_paragraph(page, "%s %s %s of the power to decide (Banzhaf)%s%s.",
                       ws__capital(&page->arena, list_players(page, power, chosen, 6)),
                       alike > 1 ? "each have" : "has", ws__say_percent(&page->arena, share[best]),
                       of ? of : "", alike > 1 && of && *of ? " each" : "");
}

static void tell_special(ws_page *page, const ws_power *power)
{
    const double *share = power->indices[WS_POWER_BANZHAF],
                 *prevent = power->indices[WS_POWER_COLEMAN_PREVENT];
    bool *idle = WS_NEW_MANY(&page->arena, power->count + 1, bool);
    bool *veto = WS_NEW_MANY(&page->arena, power->count + 1, bool);
    size_t idle_count = 0, veto_count = 0;
    for (size_t i = 0; idle && veto && i < power->count; i++) {
        idle[i] = share[i] == 0;
        veto[i] = prevent && prevent[i] >= 1 - 1e-12;
        idle_count += idle[i];
        veto_count += veto[i];
    }
    if (!idle || !veto || idle_count == power->count)
        return;
    if (veto_count)
        ws__page_paragraph(page, "Nothing passes without %s.", list_players(page, power, veto, 8));
    if (idle_count)
        ws__page_paragraph(page, "%s %s never decisive.",
                           ws__capital(&page->arena, list_players(page, power, idle, 8)),
                           idle_count > 1 ? "are" : "is");
}

static void tell_counts(ws_page *page, const ws_power *power)
{
    const char *share = ws__say_percent(&page->arena, power->winning_share);
    if (power->winning && strlen(power->winning) <= 15)
        ws__page_paragraph(page, "%s of %s coalitions can pass a measure (%s).",
                           ws__say_count(&page->arena, strtoull(power->winning, NULL, 10)),
                           ws__say_number(&page->arena, exp2((double)power->count)), share);
    else
        ws__page_paragraph(page, "%s of all coalitions can pass a measure.", share);
    if (power->least_to_win != SIZE_MAX && power->least_to_block != SIZE_MAX)
        ws__page_paragraph(
            page, "At least %s to win, %s to block.",
            ws__say_many(&page->arena, power->least_to_win, "member is needed", "members are needed"),
            ws__say_count(&page->arena, power->least_to_block));
}

typedef struct column {
    ws_power_index index;
    const char *heading;
} column;

static void tell_table(ws_page *page, const ws_power *power, size_t count, const column *columns,
                       bool weights)
{
    ws_table *table = ws__start_table(page);
    ws__add_column(table, "member", WS_FLEXIBLE, 8);
    if (weights) {
        ws__add_column(table, "votes", WS_DECIMAL, 0);
        ws__add_column(table, "share", WS_DECIMAL, 0);
    }
    for (size_t k = 0; k < count; k++)
        if (power->indices[columns[k].index])
            ws__add_column(table, columns[k].heading, WS_DECIMAL, 0);
    for (size_t i = 0; i < power->count; i++) {
        ws__add_cell(table, power->titles[i]);
        if (weights) {
            ws__add_cell(table, ws__say_votes(&page->arena, power->weights[i]));
            ws__add_cell(table, ws__say_percent(&page->arena, power->weights[i] / power->total));
        }
        for (size_t k = 0; k < count; k++)
            if (power->indices[columns[k].index])
                ws__add_cell(table, ws__say_percent(&page->arena, power->indices[columns[k].index][i]));
    }
    ws__end_table(table);
}

static ws_status write_page(char **out, const ws_power *power, const ws_case *c, bool tree,
                            const ws_report_options *options, ws_diag *diag)
{
    static const column shares[] = {{WS_POWER_BANZHAF, "Banzhaf"},
                                    {WS_POWER_SHAPLEY_SHUBIK, "Shapley"},
                                    {WS_POWER_DEEGAN_PACKEL, "Deegan"},
                                    {WS_POWER_JOHNSTON, "Johnston"},
                                    {WS_POWER_HOLLER, "Holler"}};
    static const column chances[] = {{WS_POWER_PENROSE, "decides"},
                                     {WS_POWER_COLEMAN_PREVENT, "can prevent"},
                                     {WS_POWER_COLEMAN_INITIATE, "can initiate"}};
    ws_page *page = ws__start_page(options);
    if (!page)
        return ws_fail(diag, WS_LIMIT, "no memory for the result");
    const char *what = tree           ? ws__format_text(&page->arena, "Ratification: %s", power->title)
                       : power->title ? power->title
                                      : "Power by votes";
    const char *members = ws__say_many(&page->arena, power->count, "member", "members");
    const char *aside = isnan(power->quota) ? members
                                            : ws__format_text(&page->arena, "%s, quota %s of %s", members,
                                                              ws__say_votes(&page->arena, power->quota),
                                                              ws__say_votes(&page->arena, power->total));
    ws__page_title(page, what ? what : "", aside ? aside : "");
    tell_strongest(page, power);
    tell_special(page, power);
    tell_counts(page, power);
    ws__page_heading(page, "Shares of power");
    tell_table(page, power, sizeof shares / sizeof *shares, shares, power->weights);
    ws__page_heading(page, "How often");
    tell_table(page, power, sizeof chances / sizeof *chances, chances, false);
    ws__page_paragraph(
        page,
        "\"decides\": the chance that a member's vote decides when all others vote yes or no by "
        "the toss of a coin (Penrose); \"can prevent\" and \"can initiate\": of what passes and of "
        "what fails, the part that it alone could turn (Coleman).%s",
        tree ? " Every condition of the ratification is taken to hold." : "");
    ws__page_warnings(page);
    if (c)
        ws__page_next(page, "How they vote on a deal",
                      ws__format_text(&page->arena, "winset ratify %s --deal nash",
                                      options->case_name ? options->case_name : "CASE"));
    return ws__finish_page(out, page, diag);
}

ws_status ws__report_power(char **out, const ws_power *power, const ws_case *c, bool tree,
                           const ws_report_options *options, ws_diag *diag)
{
    return options->form == WS_REPORT_JSON ? write_json(out, power, c, tree, options, diag)
                                           : write_page(out, power, c, tree, options, diag);
}
