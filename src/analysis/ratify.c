/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One deal at home: votes, institutions, the tree with a probability at every node, the pivot, sweeteners. */
#include "analysis/ratify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "space/space.h"

typedef struct owned_ratification {
    ws_ratification result;
    ws_outcome *outcome;
    ws_arena arena;
} owned_ratification;

void ws_free_ratification(ws_ratification *ratification)
{
    if (!ratification)
        return;
    owned_ratification *owned = (owned_ratification *)(void *)ratification;
    ws_free_outcome(owned->outcome);
    ws__free_arena(&owned->arena);
    free(owned);
}

/* ---- Actors and institutions ---- */

static ws_ratify_actor *describe_actors(const ws_space *space, size_t party, const ws_home *home,
                                        uint64_t outcome, const ws_chance *votes, ws_arena *arena)
{
    size_t count = home->domestic->actor_count;
    ws_ratify_actor *actors = WS_NEW_MANY(arena, count + 1, ws_ratify_actor);
    for (size_t a = 0; actors && a < count; a++) {
        size_t evaluator = ws_actor_evaluator(space, party, a);
        ws_range range = ws_get_range(space, evaluator);
        actors[a] = (ws_ratify_actor){.p_yes = votes[a].yes,
                                      .u = ws_utility(space, evaluator, outcome),
                                      .threshold = range.reservation,
                                      .noise = home->noise[a],
                                      .min = range.min,
                                      .max = range.max};
    }
    return actors;
}

static ws_status describe_institution(ws_ratify_institution *out, const ws_tally *tally,
                                      const ws_chance *votes, ws_arena *arena)
{
    WS_SCRATCH(scratch);
    size_t count = tally->seat_count;
    double *importance = WS_NEW_MANY(&scratch, count + 1, double), sum = 0;
    ws_ratify_member *members = WS_NEW_MANY(arena, count + 1, ws_ratify_member);
    ws_chance pass;
    if (!importance || !members)
        return WS_LIMIT;
    WS_TRY(ws__weigh_votes(&pass, &out->mean, importance, tally, votes));
    for (size_t i = 0; i < count; i++)
        sum += importance[i];
    for (size_t i = 0; i < count; i++)
        members[i] = (ws_ratify_member){.actor = tally->seats[i].voter,
                                        .weight = ws__written_weight(tally, (double)tally->seats[i].weight),
                                        .importance = importance[i],
                                        .pivot_share = sum > 0 ? importance[i] / sum : 0};
    out->p = pass.yes;
    out->quota = tally->written_quota;
    out->total = ws__written_weight(tally, (double)tally->total);
    out->member_count = count;
    out->members = members;
    return WS_OK;
}

/* ---- The tree ---- */

typedef struct telling {
    const ws_home_vote *vote;
    ws_ratify_node *nodes;
    ws_ratify_institution *institutions;
    size_t count;
    const uint32_t *levels;
    ws_arena *arena;
} telling;

static size_t count_nodes(const ws_tree *tree)
{
    size_t count = tree->kind != WS_TREE_WHEN;
    for (size_t i = 0; i < tree->count; i++)
        count += count_nodes(tree->parts[i]);
    return count;
}

/* The chance that a part of the tree passes, counted by itself. */
static ws_status count_part(double *p, const telling *t, const ws_tree *tree)
{
    WS_SCRATCH(scratch);
    const ws_home *home = t->vote->home;
    ws_ballot *ballot = NULL;
    ws_chance pass;
    WS_TRY(ws__compile_ballot(&ballot, tree, home->body_count, home->tallies, home->domestic->actor_count,
                              NULL, "a part of the ratification", &scratch, NULL));
    bool *holds = WS_NEW_MANY(&scratch, ballot->when_count + 1, bool);
    if (!holds)
        return WS_LIMIT;
    for (size_t w = 0; w < ballot->when_count; w++)
        holds[w] = ws__holds(ballot->whens[w], t->levels);
    WS_TRY(ws__count_ballot(&pass, ballot, t->vote->votes, holds));
    *p = pass.yes;
    return WS_OK;
}

/* Lists a tree's nodes; a condition is told with the part it governs. */
static ws_status tell_tree(telling *t, const ws_tree *tree, size_t depth, bool conditional, bool needed)
{
    while (tree->kind == WS_TREE_WHEN) {
        conditional = true;
        needed = needed && ws__holds(tree->when, t->levels);
        tree = tree->parts[0];
    }
    ws_ratify_node *node = &t->nodes[t->count++];
    *node = (ws_ratify_node){.depth = depth,
                             .part_count = tree->count,
                             .institution = tree->kind == WS_TREE_BODY ? tree->body : SIZE_MAX,
                             .least = tree->kind == WS_TREE_ALL   ? tree->count
                                      : tree->kind == WS_TREE_ANY ? 1
                                                                  : tree->least,
                             .conditional = conditional,
                             .needed = needed};
    if (tree->kind == WS_TREE_BODY && needed)
        t->institutions[tree->body].needed = true;
    if (count_part(&node->p, t, tree) != WS_OK)
        node->p = NAN; /* too many shared votes in this part alone: not told */
    for (size_t i = 0; i < tree->count; i++)
        WS_TRY(tell_tree(t, tree->parts[i], depth + 1, false, needed));
    return WS_OK;
}

/* ---- Sweeteners ---- */

static bool is_better(const ws_ratify_sweetener *a, const ws_ratify_sweetener *b)
{
    double one = a->rise * b->loss, other = b->rise * a->loss; /* rise / loss, without dividing by 0 */
    if (a->loss == 0 || b->loss == 0)
        return a->loss == b->loss ? a->rise > b->rise : a->loss < b->loss;
    return one > other;
}

static double lose(const ws_space *space, uint64_t from, uint64_t to)
{
    double loss = 0;
    for (size_t p = 0; p < space->party_count; p++) {
        ws_range range = ws_get_range(space, p);
        double fall = ws_utility(space, p, from) - ws_utility(space, p, to);
        if (fall > 0 && range.max > range.min)
            loss += fall / (range.max - range.min);
    }
    return loss;
}

static ws_status find_sweeteners(ws_ratify_party *out, const ws_home_vote *vote, const uint32_t *levels,
                                 uint64_t outcome, size_t most, ws_arena *arena)
{
    WS_SCRATCH(scratch);
    const ws_space *space = vote->space;
    uint32_t *changed = WS_NEW_MANY(&scratch, space->issue_count, uint32_t);
    ws_ratify_sweetener *best = WS_NEW_MANY(arena, most + 1, ws_ratify_sweetener);
    if (!changed || !best)
        return WS_LIMIT;
    memcpy(changed, levels, space->issue_count * sizeof *changed);
    for (size_t i = 0; i < space->issue_count; i++) {
        for (uint32_t l = 0; vote->home->care_strides[i] && l < space->level_counts[i]; l++) {
            changed[i] = l;
            uint64_t other = ws_find_outcome(space, changed);
            ws_chance then;
            if (l == levels[i] || !ws_is_feasible(space, other))
                continue;
            WS_TRY(ws__find_deliver(&then, space, vote->party, changed));
            ws_ratify_sweetener found = {i, levels[i], l, then.yes, then.yes - vote->p, 0};
            if (!(found.rise > 1e-9))
                continue;
            found.loss = lose(space, outcome, other);
            size_t at = out->sweetener_count < most ? out->sweetener_count++ : most;
            best[at] = found;
            for (; at > 0 && is_better(&best[at], &best[at - 1]); at--) {
                ws_ratify_sweetener swap = best[at];
                best[at] = best[at - 1];
                best[at - 1] = swap;
            }
        }
        changed[i] = levels[i];
    }
    out->sweeteners = best;
    return WS_OK;
}

/* ---- A party ---- */

static ws_status describe_party(ws_ratify_party *out, const ws_space *space, size_t party, uint64_t outcome,
                                const uint32_t *levels, const ws_ratify_options *options, ws_arena *arena)
{
    WS_SCRATCH(scratch);
    const ws_home *home = ws__get_home(space, party);
    out->p = 1;
    out->accepts = ws_accepts(space, party, outcome);
    out->pivot = SIZE_MAX;
    if (!home->domestic)
        return WS_OK;
    size_t count = home->domestic->actor_count;
    ws_chance *votes = WS_NEW_MANY(&scratch, count + 1, ws_chance), pass;
    bool *holds = WS_NEW_MANY(&scratch, home->ballot->when_count + 1, bool);
    double *importance = WS_NEW_MANY(&scratch, count + 1, double);
    ws_ratify_institution *institutions = WS_NEW_MANY(arena, home->body_count + 1, ws_ratify_institution);
    ws_ratify_node *nodes = WS_NEW_MANY(arena, count_nodes(home->domestic->ratification) + 1, ws_ratify_node);
    if (!votes || !holds || !importance || !institutions || !nodes)
        return WS_LIMIT;
    ws__find_votes(votes, holds, space, party, levels);
    ws_ratify_actor *actors = describe_actors(space, party, home, outcome, votes, arena);
    if (!actors)
        return WS_LIMIT;
    for (size_t b = 0; b < home->body_count; b++)
        WS_TRY(describe_institution(&institutions[b], home->tallies[b], votes, arena));
    WS_TRY(ws__count_ballot(&pass, home->ballot, votes, holds));
    WS_TRY(ws__weigh_voters(importance, home->ballot, votes, holds));
    for (size_t a = 0; a < count; a++)
        actors[a].importance = importance[a];
    ws_home_vote vote = {space, party, home, votes, holds, actors, pass.yes};
    telling t = {&vote, nodes, institutions, 0, levels, arena};
    WS_TRY(tell_tree(&t, home->domestic->ratification, 0, false, true));
    out->has_home = true;
    out->p = pass.yes;
    out->pivot = ws__find_pivot(count, importance);
    out->actor_count = count;
    out->actors = actors;
    out->institution_count = home->body_count;
    out->institutions = institutions;
    out->nodes = nodes;
    out->node_count = t.count;
    WS_TRY(ws__price_votes(&out->price, &vote, options->to > 0 ? options->to : 0.75, arena));
    return find_sweeteners(out, &vote, levels, outcome, options->sweeteners ? options->sweeteners : 3, arena);
}

/* ---- Types ---- */

static ws_status describe_type(ws_ratify_party *out, const ws_space *space, size_t party, size_t type,
                               const uint32_t *levels, const ws_ratify_options *options, const ws_run *run,
                               ws_arena *arena, ws_diag *diag)
{
    const ws_party *p = &space->source->shape->parties[party];
    ws_case *changed = NULL;
    ws_space *own = NULL;
    WS_TRY(ws_apply_type(&changed, space->source, p->key, p->types[type].key, diag));
    ws_status status = ws_compile_space(&own, changed, run, diag);
    ws_free_case(changed);
    if (status != WS_OK)
        return status;
    if (options->by_type) {
        status = describe_party(out, own, party, ws_find_outcome(own, levels), levels, options, arena);
    } else {
        ws_chance pass = {1, 0};
        status = ws__find_deliver(&pass, own, party, levels);
        out->p = pass.yes;
    }
    ws_free_space(own);
    return status;
}

/* Each type of each party: p, and where asked for all of it. */
static ws_status describe_types(ws_ratification *out, ws_ratify_party *parties, const ws_space *space,
                                const uint32_t *levels, const ws_ratify_options *options, const ws_run *run,
                                ws_arena *arena, ws_diag *diag)
{
    const ws_case *c = space->source;
    size_t most = 0;
    for (size_t p = 0; p < space->party_count; p++)
        most += c->shape->parties[p].type_count;
    ws_ratify_type *all = WS_NEW_MANY(arena, most + 1, ws_ratify_type);
    if (!all)
        return WS_LIMIT;
    for (size_t p = 0; p < space->party_count; p++) {
        const ws_party *party = &c->shape->parties[p];
        double *by_type = WS_NEW_MANY(arena, party->type_count + 1, double);
        if (!by_type)
            return WS_LIMIT;
        parties[p].type_count = party->type_count;
        parties[p].p_by_type = by_type;
        parties[p].p_mixed = party->type_count ? 0 : parties[p].p;
        for (size_t t = 0; t < party->type_count; t++) {
            ws_ratify_type *view = &all[out->by_type_count];
            *view = (ws_ratify_type){p, t, ws__number(c, party->types[t].probability, 0), {0}};
            WS_TRY(describe_type(&view->vote, space, p, t, levels, options, run, arena, diag));
            by_type[t] = view->vote.p;
            parties[p].p_mixed += view->probability * by_type[t];
            out->by_type_count += options->by_type;
        }
    }
    out->by_type = all;
    return WS_OK;
}

/* ---- The parties together ---- */

/* What each party's delivery moves, given what the others do: the agreement rule asked with it and without.
 */
static ws_status weigh_parties(double *importance, const ws_space *space, const ws_ratify_party *parties,
                               const uint32_t *levels)
{
    WS_SCRATCH(scratch);
    size_t count = space->party_count;
    ws_chance *deliver = WS_NEW_MANY(&scratch, count, ws_chance), with, without;
    bool *accepts = WS_NEW_MANY(&scratch, count, bool);
    if (!deliver || !accepts)
        return WS_LIMIT;
    for (size_t p = 0; p < count; p++) {
        deliver[p] = (ws_chance){parties[p].p, 1 - parties[p].p};
        accepts[p] = parties[p].accepts;
    }
    for (size_t p = 0; p < count; p++) {
        ws_chance own = deliver[p];
        importance[p] = 0;
        if (!parties[p].has_home)
            continue;
        deliver[p] = (ws_chance){1, 0};
        WS_TRY(ws__find_deliver_all(&with, space, deliver, accepts, levels));
        deliver[p] = (ws_chance){0, 1};
        WS_TRY(ws__find_deliver_all(&without, space, deliver, accepts, levels));
        deliver[p] = own;
        importance[p] = with.yes - without.yes;
    }
    return WS_OK;
}

static ws_status find_pivot_party(ws_ratification *out, const ws_space *space, const ws_ratify_party *parties,
                                  const uint32_t *levels, ws_arena *arena)
{
    double *importance = WS_NEW_MANY(arena, space->party_count, double);
    if (!importance)
        return WS_LIMIT;
    WS_TRY(weigh_parties(importance, space, parties, levels));
    out->pivot = ws__find_pivot(space->party_count, importance);
    out->importance = out->pivot == SIZE_MAX ? 0 : importance[out->pivot];
    return WS_OK;
}

ws_status ws_ratify_deal(ws_ratification **out, const ws_space *space, uint64_t outcome,
                         const ws_ratify_options *options, const ws_run *run, ws_diag *diag)
{
    const ws_ratify_options none = {0};
    options = options ? options : &none;
    if (!(options->to >= 0 && options->to <= 1))
        return ws_fail(diag, WS_INVALID, "a probability to reach of %g; expected a number from 0 to 1",
                       options->to);
    owned_ratification *owned = calloc(1, sizeof *owned);
    if (!owned)
        return ws_fail(diag, WS_LIMIT, "no memory for a ratification");
    ws_status status = ws_describe_outcome(&owned->outcome, space, outcome, diag);
    ws_ratify_party *parties = WS_NEW_MANY(&owned->arena, space->party_count, ws_ratify_party);
    uint32_t *levels = WS_NEW_MANY(&owned->arena, space->issue_count, uint32_t);
    if (status == WS_OK && (!parties || !levels))
        status = ws_fail(diag, WS_LIMIT, "no memory for a ratification");
    if (status == WS_OK)
        ws_get_levels(levels, space, outcome);
    for (size_t p = 0; status == WS_OK && p < space->party_count; p++) {
        status = describe_party(&parties[p], space, p, outcome, levels, options, &owned->arena);
        if (status != WS_OK)
            ws_fail(diag, status, "no memory for a ratification");
    }
    owned->result = (ws_ratification){
        .outcome = owned->outcome, .pivot = SIZE_MAX, .party_count = space->party_count, .parties = parties};
    if (status == WS_OK) {
        owned->result.feasible = ws_is_feasible(space, outcome);
        status = find_pivot_party(&owned->result, space, parties, levels, &owned->arena);
    }
    if (status == WS_OK)
        status = describe_types(&owned->result, parties, space, levels, options, run, &owned->arena, diag);
    if (status == WS_OK)
        *out = &owned->result;
    else
        ws_free_ratification(&owned->result);
    return status;
}
