/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What opens the zone, or widens it: the smallest change of one number that adds a deal, for each number of a
 * kind; each verified by computing the zone again for the changed case.
 *
 * Reservation values: of the deals that would be in the zone if the party accepted them, the one worth most
 * to it; its reservation must fall to that. */
#include "analysis/analyze.h"
#include "analysis/unlock.h"

#include "base/diag.h"
#include "base/text.h"
#include "space/deliver.h"

#include <math.h>
#include <string.h>

/* Larger spaces are searched only where it is asked for, or where the zone is empty. */
static const uint64_t ALWAYS = 1 << 14;
enum { MOST_OPENINGS = 4096 };

ws_status ws__list_opening(ws_opening_list *list, const char *change, double by, uint64_t zone)
{
    if (list->count < MOST_OPENINGS)
        list->items[list->count++] = (ws_opening){change, by, zone};
    return WS_OK;
}

ws_status ws__try_opening(ws_findings *findings, uint64_t *zone, size_t count, const ws_change *changes,
                          double alpha)
{
    const ws_appraiser *appraiser = findings->appraiser;
    ws_case *changed = NULL;
    WS_TRY(ws_change_case(&changed, appraiser->source, count, changes, NULL));
    ws_space *space = NULL;
    ws_status status = ws_compile_space(&space, changed, findings->run, NULL);
    if (status == WS_OK) {
        ws__borrow_tables(space, appraiser->space);
        status = ws__count_zone(zone, space, alpha, findings->run, NULL);
    }
    ws_free_space(space);
    ws_free_case(changed);
    return status;
}

static ws_status open_by_reservation(ws_opening_list *list, ws_findings *findings, const ws_unlock *unlock,
                                     size_t p)
{
    ws_appraiser *appraiser = findings->appraiser;
    ws_arena *arena = &findings->study->arena;
    if (unlock->deal[p] == WS_NO_OUTCOME)
        return WS_OK;
    double value = ws_utility(appraiser->space, p, unlock->deal[p]);
    char number[WS_NUMBER_ROOM];
    ws__format_number(number, value);
    const char *path =
        ws__format_text(arena, "parties.%s.reservation", appraiser->source->shape->parties[p].key);
    if (!path)
        return WS_LIMIT;
    uint64_t zone;
    ws_status status = ws__try_opening(findings, &zone, 1, &(ws_change){path, number}, findings->plan->alpha);
    if (status == WS_INTERRUPTED || status == WS_LIMIT)
        return status;
    if (status == WS_OK && zone > findings->study->result.zone.deal_zone)
        return ws__list_opening(list, path, value - appraiser->ranges[p].reservation, zone);
    return WS_OK;
}

static ws_status find_openings(ws_opening_list *list, ws_findings *findings)
{
    ws_unlock unlock = {0};
    ws_reducer reducer = {&ws__unlock_ops, findings->plan, &unlock};
    ws_status status =
        ws_scan_space(findings->appraiser->space, 1, &reducer, findings->run, NULL, findings->diag);
    for (size_t p = 0; p < findings->appraiser->parties && status == WS_OK; p++)
        status = open_by_reservation(list, findings, &unlock, p);
    if (status == WS_OK && findings->study->result.opening_asked)
        status = ws__open_homes(list, findings, &unlock);
    ws__free_unlock(&unlock);
    return status;
}

ws_status ws__find_openings(ws_findings *findings)
{
    ws_analysis *result = &findings->study->result;
    bool needed = findings->options->opening || (result->zone.deal_zone == 0 && result->feasible > 0);
    result->opening_asked = needed;
    if (result->feasible == 0 || (!needed && result->outcomes > ALWAYS))
        return WS_OK;
    ws_opening_list list = {WS_NEW_MANY(&findings->study->arena, MOST_OPENINGS, ws_opening), 0};
    if (!list.items)
        return WS_LIMIT;
    WS_TRY(find_openings(&list, findings));
    result->openings = list.items;
    result->opening_count = list.count;
    return WS_OK;
}
