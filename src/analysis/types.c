/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each type of a party would give: its chance of delivering the deals that are shown, the average over
 * types, and, where it is asked for, the whole analysis once more. The case counts as written; the types
 * stand beside it. */
#include "analysis/analyze.h"

#include "base/diag.h"

#include <stdlib.h>

/* The case as the party's type has it, compiled. */
static ws_status compile_type(ws_space **out, ws_findings *findings, size_t p, size_t type)
{
    const ws_party *party = &findings->appraiser->source->shape->parties[p];
    ws_case *changed = NULL;
    WS_TRY(ws_apply_type(&changed, findings->appraiser->source, party->key, party->types[type].key,
                         findings->diag));
    ws_status status = ws_compile_space(out, changed, findings->run, findings->diag);
    ws_free_case(changed);
    return status;
}

/* ---- The deals that are shown ---- */

static size_t list_shown(ws_outcome **out, ws_analysis *result)
{
    size_t count = 0;
    ws_class_section *classes =
        (ws_class_section *)(uintptr_t)result->classes; /* ours, in the study's arena */
    for (int s = 0; s < WS_SOLUTION_COUNT; s++) {
        out[count++] = &result->solutions[s];
        out[count++] = &result->solutions_expected[s];
    }
    out[count++] = &result->zone.best;
    for (size_t k = 0; k < result->class_count; k++)
        out[count++] = &classes[k].best;
    return count;
}

/* Arrays of a deal, to be filled type by type. */
static ws_status make_room(ws_outcome *deal, ws_findings *findings)
{
    const ws_shape *shape = findings->appraiser->source->shape;
    ws_arena *arena = &findings->study->arena;
    const double **by_type = WS_NEW_MANY(arena, shape->party_count, const double *);
    double *mixed = WS_NEW_MANY(arena, shape->party_count, double);
    if (!by_type || !mixed)
        return WS_LIMIT;
    for (size_t p = 0; p < shape->party_count; p++) {
        mixed[p] = shape->parties[p].type_count ? 0 : deal->p[p];
        if (!shape->parties[p].type_count)
            continue;
        by_type[p] = WS_NEW_MANY(arena, shape->parties[p].type_count, double);
        if (!by_type[p])
            return WS_LIMIT;
    }
    deal->p_by_type = by_type;
    deal->p_mixed = mixed;
    return WS_OK;
}

static ws_status fill_type(ws_findings *findings, ws_outcome **deals, size_t count, size_t p, size_t type)
{
    const ws_case *c = findings->appraiser->source;
    double probability = ws__number(c, c->shape->parties[p].types[type].probability, 0);
    ws_space *space = NULL;
    WS_TRY(compile_type(&space, findings, p, type));
    ws_appraiser appraiser;
    ws_status status = ws__make_appraiser(&appraiser, space, findings->diag);
    if (status == WS_OK) {
        for (size_t i = 0; i < count && status == WS_OK; i++) {
            double chance = 0;
            status = ws__ask_home(&chance, &appraiser, p, deals[i]->index);
            ((double *)(uintptr_t)deals[i]->p_by_type[p])[type] = chance; /* ours: make_room */
            ((double *)(uintptr_t)deals[i]->p_mixed)[p] += probability * chance;
        }
        ws__free_appraiser(&appraiser);
    }
    ws_free_space(space);
    return status;
}

ws_status ws__fill_types(ws_findings *findings)
{
    const ws_shape *shape = findings->appraiser->source->shape;
    ws_analysis *result = &findings->study->result;
    if (!findings->appraiser->has_types)
        return WS_OK;
    size_t most = 2 * WS_SOLUTION_COUNT + 1 + result->class_count, count = 0;
    ws_outcome **shown = WS_NEW_MANY(findings->scratch, most, ws_outcome *);
    if (!shown)
        return WS_LIMIT;
    size_t listed = list_shown(shown, result);
    for (size_t i = 0; i < listed; i++) {
        if (shown[i]->index == WS_NO_OUTCOME)
            continue;
        WS_TRY(make_room(shown[i], findings));
        shown[count++] = shown[i];
    }
    for (size_t p = 0; p < shape->party_count; p++)
        for (size_t t = 0; t < shape->parties[p].type_count; t++)
            WS_TRY(fill_type(findings, shown, count, p, t));
    return WS_OK;
}

/* ---- The whole, by type ---- */

static ws_status analyze_type(ws_findings *findings, ws_type_view *view, size_t p, size_t type)
{
    ws_study *study = findings->study;
    const ws_case *c = findings->appraiser->source;
    ws_space *space = NULL;
    WS_TRY(compile_type(&space, findings, p, type));
    ws_analyze_options options = *findings->options;
    options.by_type = false;
    ws_analysis *result = NULL;
    ws_status status = ws_analyze_space(&result, space, &options, findings->run, findings->diag);
    if (status != WS_OK) {
        ws_free_analysis(result);
        ws_free_space(space);
        return status;
    }
    study->type_spaces[study->type_count] = space;
    study->type_results[study->type_count++] = result;
    *view = (ws_type_view){p, type, ws__number(c, c->shape->parties[p].types[type].probability, 0), result};
    return WS_OK;
}

ws_status ws__analyze_types(ws_findings *findings)
{
    const ws_shape *shape = findings->appraiser->source->shape;
    ws_study *study = findings->study;
    size_t most = 0;
    for (size_t p = 0; p < shape->party_count; p++)
        most += shape->parties[p].type_count;
    ws_type_view *views = WS_NEW_MANY(&study->arena, most + 1, ws_type_view);
    study->type_spaces = WS_NEW_MANY(&study->arena, most + 1, ws_space *);
    study->type_results = WS_NEW_MANY(&study->arena, most + 1, ws_analysis *);
    if (!views || !study->type_spaces || !study->type_results)
        return WS_LIMIT;
    size_t count = 0;
    for (size_t p = 0; p < shape->party_count; p++)
        for (size_t t = 0; t < shape->parties[p].type_count; t++) {
            WS_TRY(analyze_type(findings, &views[count], p, t));
            count++;
        }
    study->result.by_type = views;
    study->result.by_type_count = count;
    return WS_OK;
}
