/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ratification tree made ready for counting: which parts of a node hang together, and on what one must
 * condition so that they no longer do.
 *
 * Two parts hang together where they share an actor or an institution that no node above has fixed. An actor
 * is conditioned on where it is met in two parts at two places (two institutions, or as a voter itself): one
 * who is met in two parts only through one institution is settled with that institution, which is conditioned
 * on as one event. */
#include "space/votes.h"

#include "base/diag.h"

#include <math.h>

enum { MOST_DEPTH = 200, FEW_COMBINATIONS = 64 };
static const size_t NOWHERE = SIZE_MAX, LEAF = SIZE_MAX - 1;

typedef struct plan {
    ws_arena *scratch, *arena;
    ws_ballot *ballot;
    const bool *certain;
    const char *who;
    ws_diag *diag;
    uint32_t *fixed_voter, *fixed_body; /* how many nodes above condition on it */
    const ws_condition **whens;
    double most_doubts; /* conditioned on at one node */
} plan;

/* What was met in the parts of one node. */
typedef struct meeting {
    size_t *voter_part, *voter_place; /* [voters] where it was met first */
    bool *voter_parts, *voter_places; /* [voters] in several */
    size_t *body_part;
    bool *body_parts;
    size_t *root; /* [parts] union-find */
} meeting;

static ws_status no_memory(const plan *p)
{
    return ws_fail(p->diag, WS_LIMIT, "%s: no memory for its ratification", p->who);
}

static size_t find_root(size_t *root, size_t part)
{
    while (root[part] != part) {
        root[part] = root[root[part]];
        part = root[part];
    }
    return part;
}

static void join(meeting *m, size_t one, size_t other)
{
    size_t a = find_root(m->root, one), b = find_root(m->root, other);
    if (a < b)
        m->root[b] = a;
    else
        m->root[a] = b;
}

static void meet_voter(meeting *m, const plan *p, size_t voter, size_t place, size_t part)
{
    if (p->fixed_voter[voter])
        return;
    if (m->voter_part[voter] == NOWHERE) {
        m->voter_part[voter] = part;
        m->voter_place[voter] = place;
        return;
    }
    if (m->voter_part[voter] != part) {
        m->voter_parts[voter] = true;
        join(m, part, m->voter_part[voter]);
    }
    m->voter_places[voter] |= m->voter_place[voter] != place || place == LEAF;
}

static void meet_tree(meeting *m, const plan *p, const ws_tree *tree, size_t part)
{
    if (tree->kind == WS_TREE_VOTER) {
        meet_voter(m, p, tree->voter, LEAF, part);
    } else if (tree->kind == WS_TREE_BODY) {
        const ws_tally *tally = p->ballot->bodies[tree->body];
        if (p->fixed_body[tree->body])
            return;
        if (m->body_part[tree->body] == NOWHERE) {
            m->body_part[tree->body] = part;
        } else if (m->body_part[tree->body] != part) {
            m->body_parts[tree->body] = true;
            join(m, part, m->body_part[tree->body]);
        }
        for (size_t i = 0; i < tally->seat_count; i++)
            meet_voter(m, p, tally->seats[i].voter, tree->body, part);
    }
    for (size_t i = 0; i < tree->count; i++)
        meet_tree(m, p, tree->parts[i], part);
}

static bool begin_meeting(meeting *m, const plan *p, size_t parts)
{
    size_t voters = p->ballot->voter_count, bodies = p->ballot->body_count;
    m->voter_part = WS_NEW_MANY(p->scratch, voters + 1, size_t);
    m->voter_place = WS_NEW_MANY(p->scratch, voters + 1, size_t);
    m->voter_parts = WS_NEW_MANY(p->scratch, voters + 1, bool);
    m->voter_places = WS_NEW_MANY(p->scratch, voters + 1, bool);
    m->body_part = WS_NEW_MANY(p->scratch, bodies + 1, size_t);
    m->body_parts = WS_NEW_MANY(p->scratch, bodies + 1, bool);
    m->root = WS_NEW_MANY(p->scratch, parts + 1, size_t);
    if (!m->voter_part || !m->voter_place || !m->voter_parts || !m->voter_places || !m->body_part ||
        !m->body_parts || !m->root)
        return false;
    for (size_t v = 0; v < voters; v++)
        m->voter_part[v] = NOWHERE;
    for (size_t b = 0; b < bodies; b++)
        m->body_part[b] = NOWHERE;
    for (size_t i = 0; i < parts; i++)
        m->root[i] = i;
    return true;
}

/* True where a body, its group's shared voters fixed, is still in doubt. */
static bool is_in_doubt(const plan *p, size_t body)
{
    const ws_tally *tally = p->ballot->bodies[body];
    for (size_t i = 0; i < tally->seat_count; i++) {
        size_t voter = tally->seats[i].voter;
        if (!p->fixed_voter[voter] && !(p->certain && p->certain[voter]))
            return true;
    }
    return false;
}

static ws_status plan_node(ws_ballot_node *out, plan *p, const ws_tree *tree, size_t depth,
                           double *combinations);

/* The parts whose root is `first`: their shared voters and bodies, then each part with those fixed. */
static ws_status plan_group(ws_ballot_group *out, plan *p, const ws_tree *tree, meeting *m, size_t first,
                            size_t depth, double *combinations)
{
    size_t voters = p->ballot->voter_count, bodies = p->ballot->body_count, at = 0;
    for (size_t i = first; i < tree->count; i++)
        out->part_count += find_root(m->root, i) == first;
    const ws_ballot_node **parts = WS_NEW_MANY(p->arena, out->part_count + 1, const ws_ballot_node *);
    size_t *shared_voters = WS_NEW_MANY(p->arena, voters + 1, size_t);
    size_t *shared_bodies = WS_NEW_MANY(p->arena, bodies + 1, size_t);
    if (!parts || !shared_voters || !shared_bodies)
        return no_memory(p);
    double doubts = 0, inner = 0;
    for (size_t v = 0; out->part_count > 1 && v < voters; v++)
        if (m->voter_parts[v] && m->voter_places[v] && find_root(m->root, m->voter_part[v]) == first) {
            shared_voters[out->voter_count++] = v;
            p->fixed_voter[v]++;
            doubts += !(p->certain && p->certain[v]);
        }
    for (size_t b = 0; out->part_count > 1 && b < bodies; b++)
        if (m->body_parts[b] && find_root(m->root, m->body_part[b]) == first) {
            shared_bodies[out->body_count++] = b;
            doubts += is_in_doubt(p, b);
        }
    for (size_t b = 0; b < out->body_count; b++)
        p->fixed_body[shared_bodies[b]]++;
    for (size_t i = first; i < tree->count; i++) {
        if (find_root(m->root, i) != first)
            continue;
        ws_ballot_node *node = WS_NEW(p->arena, ws_ballot_node);
        if (!node)
            return no_memory(p);
        WS_TRY(plan_node(node, p, tree->parts[i], depth + 1, &inner));
        parts[at++] = node;
    }
    for (size_t i = 0; i < out->voter_count; i++)
        p->fixed_voter[shared_voters[i]]--;
    for (size_t i = 0; i < out->body_count; i++)
        p->fixed_body[shared_bodies[i]]--;
    out->parts = parts;
    out->voters = shared_voters;
    out->bodies = shared_bodies;
    *combinations += doubts > 0 ? exp2(doubts) * (1 + inner) : inner;
    p->most_doubts = doubts > p->most_doubts ? doubts : p->most_doubts;
    return WS_OK;
}

static ws_status plan_node(ws_ballot_node *out, plan *p, const ws_tree *tree, size_t depth,
                           double *combinations)
{
    *out = (ws_ballot_node){.kind = tree->kind,
                            .body = tree->body,
                            .voter = tree->voter,
                            .least = tree->least,
                            .part_count = tree->count};
    if (depth > MOST_DEPTH)
        return ws_fail(p->diag, WS_LIMIT, "%s: its ratification is nested more than %d deep", p->who,
                       (int)MOST_DEPTH);
    while (tree->kind == WS_TREE_WHEN && p->whens[out->when] != tree->when)
        out->when++;
    if (tree->count == 0)
        return WS_OK;
    meeting m;
    ws_ballot_group *groups = WS_NEW_MANY(p->arena, tree->count, ws_ballot_group);
    if (!groups || !begin_meeting(&m, p, tree->count))
        return no_memory(p);
    for (size_t i = 0; i < tree->count; i++)
        meet_tree(&m, p, tree->parts[i], i);
    for (size_t i = 0; i < tree->count; i++)
        if (find_root(m.root, i) == i)
            WS_TRY(plan_group(&groups[out->group_count++], p, tree, &m, i, depth, combinations));
    out->groups = groups;
    return WS_OK;
}

/* ---- What counting a node needs: doubles a lane, as votes_count.c takes them ---- */

static size_t tally_scratch(const ws_tally *tally)
{
    return 2 * (size_t)tally->node_count + (tally->widest_loose ? 3 * ((size_t)tally->widest_loose + 3) : 0);
}

size_t ws__tally_scratch(const ws_tally *tally, size_t lanes)
{
    size_t voters = 0;
    for (size_t i = 0; i < tally->seat_count; i++)
        if (tally->seats[i].voter >= voters)
            voters = tally->seats[i].voter + 1;
    return tally_scratch(tally) * lanes + 2 * voters;
}

static size_t most(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t node_scratch(const ws_ballot *ballot, const ws_ballot_node *node)
{
    size_t below = 0;
    if (node->kind == WS_TREE_BODY)
        return tally_scratch(ballot->bodies[node->body]);
    for (size_t g = 0; g < node->group_count; g++) {
        const ws_ballot_group *group = &node->groups[g];
        size_t inside = 0;
        for (size_t i = 0; i < group->part_count; i++)
            inside = most(inside, node_scratch(ballot, group->parts[i]));
        for (size_t b = 0; b < group->body_count; b++)
            inside = most(inside, tally_scratch(ballot->bodies[group->bodies[b]]));
        /* a weight for each condition, a body's chance, the group's sums, those of one combination */
        inside += group->voter_count + 3 * group->body_count + 2 * (group->part_count + 2) + 4;
        below = most(below, inside);
    }
    return below + 2 * (node->part_count + 2) + 4;
}

size_t ws__ballot_scratch(const ws_ballot *ballot, size_t lanes)
{
    return ballot->scratch * lanes + 2 * (ballot->voter_count + ballot->body_count + ballot->when_count);
}

/* Conditions, each once. */
static void list_whens(plan *p, const ws_tree *tree)
{
    size_t at = 0;
    while (tree->kind == WS_TREE_WHEN && at < p->ballot->when_count && p->whens[at] != tree->when)
        at++;
    if (tree->kind == WS_TREE_WHEN && at == p->ballot->when_count)
        p->whens[p->ballot->when_count++] = tree->when;
    for (size_t i = 0; i < tree->count; i++)
        list_whens(p, tree->parts[i]);
}

/* Loose blocs have no joint diagram. */
static bool may_join(const ws_ballot *ballot, const ws_tree *tree)
{
    if (tree->kind == WS_TREE_BODY && ballot->bodies[tree->body]->widest_loose)
        return false;
    for (size_t i = 0; i < tree->count; i++)
        if (!may_join(ballot, tree->parts[i]))
            return false;
    return true;
}

/* Where conditioning takes many combinations: one diagram for the whole tree, if it is smaller. */
static ws_status join_tree(plan *p, const ws_tree *tree)
{
    ws_ballot *ballot = p->ballot;
    double work = ballot->combinations * (double)node_scratch(ballot, ballot->root);
    if (ballot->combinations < FEW_COMBINATIONS)
        return WS_OK;
    if (may_join(ballot, tree) &&
        ws__build_joint(&ballot->joint, tree, ballot->body_count, ballot->bodies, ballot->voter_count,
                        ballot->when_count, p->whens, work < 1e9 ? (size_t)work : SIZE_MAX, p->arena)) {
        ballot->scratch = 2 * ballot->joint->node_count + 2 * ballot->when_count + 4;
        return WS_OK;
    }
    if (ballot->combinations > WS_MOST_COMBINATIONS)
        return ws_fail(p->diag, WS_LIMIT,
                       "%s: %.0f votes count in several places of the ratification, %.3g combinations; at "
                       "most %d (2^20) are counted exactly",
                       p->who, p->most_doubts, ballot->combinations, (int)WS_MOST_COMBINATIONS);
    return WS_OK;
}

static size_t count_whens(const ws_tree *tree)
{
    size_t count = tree->kind == WS_TREE_WHEN;
    for (size_t i = 0; i < tree->count; i++)
        count += count_whens(tree->parts[i]);
    return count;
}

static void mark_asked(bool *asked, const ws_ballot *ballot, const ws_tree *tree)
{
    if (tree->kind == WS_TREE_VOTER)
        asked[tree->voter] = true;
    for (size_t i = 0; tree->kind == WS_TREE_BODY && i < ballot->bodies[tree->body]->seat_count; i++)
        asked[ballot->bodies[tree->body]->seats[i].voter] = true;
    for (size_t i = 0; i < tree->count; i++)
        mark_asked(asked, ballot, tree->parts[i]);
}

ws_status ws__compile_ballot(ws_ballot **out, const ws_tree *tree, size_t body_count,
                             const ws_tally *const *bodies, size_t voter_count, const bool *certain,
                             const char *who, ws_arena *arena, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    ws_ballot *ballot = WS_NEW(arena, ws_ballot);
    ws_ballot_node *root = WS_NEW(arena, ws_ballot_node);
    bool *asked = WS_NEW_MANY(arena, voter_count + 1, bool);
    plan p = {
        .scratch = &scratch, .arena = arena, .ballot = ballot, .certain = certain, .who = who, .diag = diag};
    p.fixed_voter = WS_NEW_MANY(&scratch, voter_count + 1, uint32_t);
    p.fixed_body = WS_NEW_MANY(&scratch, body_count + 1, uint32_t);
    p.whens = WS_NEW_MANY(arena, count_whens(tree) + 1, const ws_condition *);
    if (!ballot || !root || !asked || !p.fixed_voter || !p.fixed_body || !p.whens)
        return no_memory(&p);
    *ballot = (ws_ballot){.voter_count = voter_count, .body_count = body_count, .bodies = bodies};
    list_whens(&p, tree);
    WS_TRY(plan_node(root, &p, tree, 0, &ballot->combinations));
    mark_asked(asked, ballot, tree);
    ballot->whens = p.whens;
    ballot->root = root;
    ballot->asked = asked;
    ballot->scratch = node_scratch(ballot, root) + 4;
    WS_TRY(join_tree(&p, tree));
    *out = ballot;
    return WS_OK;
}
