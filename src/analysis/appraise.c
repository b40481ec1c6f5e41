/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers of one deal. A deal is *accepted* by those with u >= r; *acceptable* where the agreement rule
 * holds on them; *delivered* where it holds on those who accept and deliver it. Under the default rule, all,
 * the chance of the last is shown as the product of the parties' chances for every deal, accepted or not. */
#include "analysis/appraise.h"

#include "base/diag.h"
#include "space/deliver.h"

#include <math.h>
#include <string.h>

#define MEANS "here each counts with its mean"

static const double ALLOWED = 1e-9;

static bool has_when(const ws_tree *tree)
{
    if (tree->kind == WS_TREE_WHEN)
        return true;
    for (size_t i = 0; i < tree->count; i++)
        if (has_when(tree->parts[i]))
            return true;
    return false;
}

static ws_status make_ballot(ws_appraiser *appraiser, ws_diag *diag)
{
    const ws_shape *shape = appraiser->source->shape;
    ws_arena *arena = &appraiser->arena;
    size_t count = shape->agreement_body_count;
    const ws_tally **bodies = WS_NEW_MANY(arena, count + 1, const ws_tally *);
    if (!bodies)
        return ws_fail(diag, WS_LIMIT, "no memory for an agreement rule");
    for (size_t b = 0; b < count; b++) {
        ws_tally *tally;
        WS_TRY(ws__compile_tally(&tally, appraiser->source, &shape->agreement_bodies[b], NULL, "agreement",
                                 arena, diag));
        bodies[b] = tally;
    }
    ws_ballot *ballot;
    WS_TRY(ws__compile_ballot(&ballot, shape->agreement, count, bodies, appraiser->parties, NULL, "agreement",
                              arena, diag));
    appraiser->ballot = ballot;
    appraiser->holds = WS_NEW_MANY(arena, ballot->when_count + 1, bool);
    return appraiser->holds ? WS_OK : ws_fail(diag, WS_LIMIT, "no memory for an agreement rule");
}

static ws_status fill_appraiser(ws_appraiser *appraiser, ws_diag *diag)
{
    const ws_shape *shape = appraiser->source->shape;
    ws_arena *arena = &appraiser->arena;
    size_t parties = appraiser->parties;
    ws_range *ranges = WS_NEW_MANY(arena, parties, ws_range);
    double *failure = WS_NEW_MANY(arena, parties, double), *allowed = WS_NEW_MANY(arena, parties, double);
    appraiser->levels = WS_NEW_MANY(arena, appraiser->issues + 1, uint32_t);
    appraiser->votes = WS_NEW_MANY(arena, parties, ws_chance);
    if (!ranges || !failure || !allowed || !appraiser->levels || !appraiser->votes)
        return ws_fail(diag, WS_LIMIT, "no memory for %zu parties", parties);
    for (size_t p = 0; p < parties; p++) {
        ranges[p] = ws_get_range(appraiser->space, p);
        failure[p] = ws__failure_value(appraiser->space, p);
        allowed[p] = ALLOWED * (ranges[p].max - ranges[p].min);
        appraiser->has_types = appraiser->has_types || shape->parties[p].type_count;
    }
    appraiser->has_home = ws__votes_at_home(shape);
    appraiser->ranges = ranges;
    appraiser->failure = failure;
    appraiser->allowed = allowed;
    appraiser->unanimous = shape->unanimous;
    appraiser->conditional = !shape->unanimous && has_when(shape->agreement);
    return shape->unanimous ? WS_OK : make_ballot(appraiser, diag);
}

ws_status ws__make_appraiser(ws_appraiser *out, const ws_space *space, ws_diag *diag)
{
    ws_appraiser made = {.space = space, .source = ws_space_case(space)};
    made.parties = made.source->shape->party_count;
    made.issues = made.source->shape->issue_count;
    ws_status status = fill_appraiser(&made, diag);
    if (status != WS_OK)
        ws__free_arena(&made.arena);
    else
        *out = made;
    return status;
}

void ws__free_appraiser(ws_appraiser *appraiser)
{
    ws__free_arena(&appraiser->arena);
}

void ws__warn_of_means(const ws_case *c, ws_diag *diag)
{
    size_t count = c->shape->distribution_count;
    for (size_t i = 0; i < ws_count_problems(diag); i++) /* once is enough */
        if (strstr(ws_get_problem(diag, i)->message, MEANS))
            return;
    if (count)
        ws_warn(diag, "%zu of the case's numbers %s uncertain: " MEANS, count, count == 1 ? "is" : "are");
}

bool ws__alloc_appraisal(ws_appraisal *out, ws_arena *arena, size_t parties)
{
    double *numbers = WS_NEW_MANY(arena, 4 * parties, double);
    bool *accepts = WS_NEW_MANY(arena, parties, bool);
    if (!numbers || !accepts)
        return false;
    *out = (ws_appraisal){.u = numbers,
                          .gain = numbers + parties,
                          .p = numbers + 2 * parties,
                          .e = numbers + 3 * parties,
                          .accepts = accepts};
    return true;
}

/* The chance that the agreement rule holds, votes being in appraiser->votes. */
static ws_status count_agreement(double *out, ws_appraiser *appraiser, uint64_t deal)
{
    const ws_ballot *ballot = appraiser->ballot;
    ws_get_levels(appraiser->levels, appraiser->space, deal);
    for (size_t i = 0; i < ballot->when_count; i++)
        appraiser->holds[i] = ws__holds(ballot->whens[i], appraiser->levels);
    ws_chance pass;
    WS_TRY(ws__count_ballot(&pass, ballot, appraiser->votes, appraiser->holds));
    *out = pass.yes;
    return WS_OK;
}

ws_status ws__ask_agreement(bool *out, ws_appraiser *appraiser, const bool *who, uint64_t deal)
{
    bool all = true;
    for (size_t p = 0; p < appraiser->parties; p++) {
        all = all && who[p];
        appraiser->votes[p] = who[p] ? (ws_chance){1, 0} : (ws_chance){0, 1};
    }
    if (appraiser->unanimous) {
        *out = all;
        return WS_OK;
    }
    double chance;
    WS_TRY(count_agreement(&chance, appraiser, deal));
    *out = chance > 0.5;
    return WS_OK;
}

ws_status ws__ask_delivery(double *out, ws_appraiser *appraiser, const bool *accepts, const double *p,
                           uint64_t deal)
{
    ws_chance chance;
    for (size_t i = 0; i < appraiser->parties; i++)
        appraiser->votes[i] = (ws_chance){p[i], 1 - p[i]};
    ws_get_levels(appraiser->levels, appraiser->space, deal);
    WS_TRY(ws__find_deliver_all(&chance, appraiser->space, appraiser->votes, accepts, appraiser->levels));
    *out = chance.yes;
    return WS_OK;
}

ws_status ws__ask_home(double *out, const ws_appraiser *appraiser, size_t party, uint64_t deal)
{
    if (!appraiser->source->shape->parties[party].domestic) {
        *out = 1;
        return WS_OK;
    }
    ws_chance chance;
    ws_get_levels(appraiser->levels, appraiser->space, deal);
    WS_TRY(ws__find_deliver(&chance, appraiser->space, party, appraiser->levels));
    *out = chance.yes;
    return WS_OK;
}

ws_status ws__appraise(ws_appraisal *out, ws_appraiser *appraiser, uint64_t deal)
{
    const ws_space *space = appraiser->space;
    for (size_t p = 0; p < appraiser->parties; p++) {
        out->u[p] = ws_utility(space, p, deal);
        out->gain[p] = out->u[p] - appraiser->ranges[p].reservation;
        out->accepts[p] = ws_accepts(space, p, deal);
        WS_TRY(ws__ask_home(&out->p[p], appraiser, p, deal));
    }
    WS_TRY(ws__ask_agreement(&out->acceptable, appraiser, out->accepts, deal));
    WS_TRY(ws__ask_delivery(&out->p_all, appraiser, out->accepts, out->p, deal));
    for (size_t p = 0; p < appraiser->parties; p++)
        out->e[p] = ws__expected(out->u[p], out->p_all, appraiser->failure[p]);
    return WS_OK;
}

ws_status ws__describe(ws_outcome *out, ws_arena *arena, ws_appraiser *appraiser, uint64_t deal)
{
    *out = (ws_outcome){.index = deal};
    if (deal == WS_NO_OUTCOME)
        return WS_OK;
    ws_appraisal numbers;
    uint32_t *levels = WS_NEW_MANY(arena, appraiser->issues, uint32_t);
    bool *overridden = appraiser->unanimous ? NULL : WS_NEW_MANY(arena, appraiser->parties, bool);
    if (!levels || (!appraiser->unanimous && !overridden) ||
        !ws__alloc_appraisal(&numbers, arena, appraiser->parties))
        return WS_LIMIT;
    WS_TRY(ws__appraise(&numbers, appraiser, deal));
    ws_get_levels(levels, appraiser->space, deal);
    for (size_t p = 0; overridden && p < appraiser->parties; p++)
        overridden[p] = numbers.acceptable && !numbers.accepts[p];
    out->levels = levels;
    out->u = numbers.u;
    out->gain = numbers.gain;
    out->p = numbers.p;
    out->p_all = numbers.p_all;
    out->e = numbers.e;
    out->class_of = ws_find_class(appraiser->space, deal);
    out->overridden = overridden;
    return WS_OK;
}
