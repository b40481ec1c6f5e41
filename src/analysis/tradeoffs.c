/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What could be traded from a deal: each change of a single issue's level, as what it costs one party and
 * gives another, both as shares of their ranges. A pair of changes of ratio above 1, one each way, is a
 * logroll. A change that costs the giver nothing is a free gain. Source: Froman and Cohen 1970. */
#include "analysis/analyze.h"

#include "base/diag.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_TRADEOFFS = 1000 };
static const double NOTHING = 1e-12; /* of a range */

typedef struct listing {
    ws_tradeoff *items;
    size_t count, room;
} listing;

static bool add(listing *list, ws_tradeoff item)
{
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 64;
        ws_tradeoff *items = realloc(list->items, room * sizeof *items);
        if (!items)
            return false;
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = item;
    return true;
}

/* Every pair of a giver and a getter that a change serves. `change` [parties] in shares of range. */
static bool add_pairs(listing *list, const ws_findings *findings, const double *change, size_t issue,
                      uint32_t from, uint32_t to)
{
    size_t parties = findings->appraiser->parties;
    for (size_t giver = 0; giver < parties; giver++) {
        if (!(findings->range[giver] > 0) || change[giver] > NOTHING)
            continue;
        double cost = change[giver] < -NOTHING ? -change[giver] : 0;
        for (size_t getter = 0; getter < parties; getter++) {
            if (getter == giver || !(findings->range[getter] > 0) || !(change[getter] > NOTHING))
                continue;
            ws_tradeoff item = {giver,
                                issue,
                                from,
                                to,
                                getter,
                                issue,
                                from,
                                to,
                                cost,
                                change[getter],
                                cost > 0 ? change[getter] / cost : (double)NAN};
            if (!add(list, item))
                return false;
        }
    }
    return true;
}

/* Free gains first, the largest benefit first; then by ratio; then as in the file. */
static int compare(const void *a, const void *b)
{
    const ws_tradeoff *x = a, *y = b;
    bool x_free = isnan(x->ratio), y_free = isnan(y->ratio);
    if (x_free != y_free)
        return x_free ? -1 : 1;
    double left = x_free ? x->benefit : x->ratio, right = x_free ? y->benefit : y->ratio;
    if (left != right)
        return left > right ? -1 : 1;
    if (x->giver != y->giver)
        return x->giver < y->giver ? -1 : 1;
    if (x->give_issue != y->give_issue)
        return x->give_issue < y->give_issue ? -1 : 1;
    if (x->give_to != y->give_to)
        return x->give_to < y->give_to ? -1 : 1;
    return x->getter < y->getter ? -1 : x->getter > y->getter;
}

static bool list_changes(listing *list, ws_findings *findings, uint64_t base, uint32_t *levels,
                         double *change)
{
    const ws_appraiser *appraiser = findings->appraiser;
    const ws_space *space = appraiser->space;
    ws_get_levels(levels, space, base);
    for (size_t issue = 0; issue < appraiser->issues; issue++) {
        uint32_t from = levels[issue];
        size_t count = appraiser->source->shape->issues[issue].level_count;
        for (uint32_t to = 0; to < count; to++) {
            levels[issue] = to;
            uint64_t other = ws_find_outcome(space, levels);
            if (to == from || !ws_is_feasible(space, other))
                continue;
            for (size_t p = 0; p < appraiser->parties; p++)
                change[p] = (ws_utility(space, p, other) - ws_utility(space, p, base)) / findings->range[p];
            if (!add_pairs(list, findings, change, issue, from, to))
                return false;
        }
        levels[issue] = from;
    }
    return true;
}

ws_status ws__find_tradeoffs(ws_findings *findings, uint64_t base)
{
    if (base == WS_NO_OUTCOME)
        return WS_OK;
    const ws_appraiser *appraiser = findings->appraiser;
    uint32_t *levels = WS_NEW_MANY(findings->scratch, appraiser->issues, uint32_t);
    double *change = WS_NEW_MANY(findings->scratch, appraiser->parties, double);
    listing list = {0};
    ws_status status = WS_LIMIT;
    if (levels && change && list_changes(&list, findings, base, levels, change)) {
        if (list.count)
            qsort(list.items, list.count, sizeof *list.items, compare);
        size_t count = list.count < MOST_TRADEOFFS ? list.count : MOST_TRADEOFFS;
        ws_tradeoff *kept = WS_NEW_MANY(&findings->study->arena, count + 1, ws_tradeoff);
        for (size_t i = 0; kept && i < count; i++)
            kept[i] = list.items[i];
        findings->study->result.tradeoffs = kept;
        findings->study->result.tradeoff_count = kept ? count : 0;
        status = kept ? WS_OK : WS_LIMIT;
    }
    free(list.items);
    return status;
}
