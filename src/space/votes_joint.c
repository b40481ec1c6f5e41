/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole ratification as one decision diagram, for trees whose institutions share so many voters that
 * conditioning on their votes would take too long (a triple majority of the same 27 members).
 *
 * Voters vote one after the other. A state is where each institution's own diagram (in the same order) has
 * got to; once the tree is decided whatever follows, the state is an end. Institutions that can no longer
 * matter are forgotten, so that states that differ in nothing else become one. Conditions (`when`) and voters
 * that stand in the tree themselves are variables too. */
#include "space/votes.h"

#include <stdlib.h>
#include <string.h>

enum { FAILS = 0, PASSES = 1, OPEN = 2, MOST_STATES = 1 << 21, MOST_VARIABLES = 2000 };

typedef struct joint {
    const ws_tree *tree;
    size_t body_count, voter_count, when_count;
    const ws_condition *const *whens;
    const ws_tally **bodies;  /* [body_count] in the joint order; NULL: not in the tree */
    const uint32_t **node_at; /* [body_count][nodes] the variable of a node */
    size_t *place;            /* [when_count + voter_count + body_count] of a component; SIZE_MAX: none */
    size_t components;
    size_t variables;
    size_t *variable_of; /* [when_count + voter_count] SIZE_MAX: none */
    ws_arena *scratch;
} joint;

static size_t when_of(const joint *j, const ws_condition *when)
{
    size_t at = 0;
    while (j->whens[at] != when)
        at++;
    return at;
}

/* ---- What a state decides ---- */

static uint32_t component(const joint *j, const uint32_t *state, size_t thing)
{
    return state[j->place[thing]];
}

/* PASSES, FAILS or OPEN. */
static uint32_t judge(const joint *j, const ws_tree *tree, const uint32_t *state)
{
    size_t passing = 0, failing = 0, least;
    switch (tree->kind) {
    case WS_TREE_BODY: {
        uint32_t node = component(j, state, j->when_count + j->voter_count + tree->body);
        return node < OPEN ? node : OPEN;
    }
    case WS_TREE_VOTER:
        return component(j, state, j->when_count + tree->voter);
    case WS_TREE_WHEN: {
        uint32_t holds = component(j, state, when_of(j, tree->when));
        if (holds == FAILS)
            return PASSES;
        uint32_t need = judge(j, tree->parts[0], state);
        return holds == PASSES || need == PASSES ? need : OPEN;
    }
    case WS_TREE_ALL:
    case WS_TREE_ANY:
    case WS_TREE_AT_LEAST:
        break;
    }
    least = tree->kind == WS_TREE_ALL ? tree->count : tree->kind == WS_TREE_ANY ? 1 : tree->least;
    for (size_t i = 0; i < tree->count; i++) {
        uint32_t part = judge(j, tree->parts[i], state);
        passing += part == PASSES;
        failing += part == FAILS;
    }
    return passing >= least ? PASSES : tree->count - failing < least ? FAILS : OPEN;
}

/* Marks the components that may still matter. */
static void mark(const joint *j, const ws_tree *tree, const uint32_t *state, bool *matters)
{
    if (judge(j, tree, state) != OPEN)
        return;
    if (tree->kind == WS_TREE_BODY)
        matters[j->place[j->when_count + j->voter_count + tree->body]] = true;
    if (tree->kind == WS_TREE_VOTER)
        matters[j->place[j->when_count + tree->voter]] = true;
    if (tree->kind == WS_TREE_WHEN)
        matters[j->place[when_of(j, tree->when)]] = true;
    for (size_t i = 0; i < tree->count; i++)
        mark(j, tree->parts[i], state, matters);
}

/* ---- States of one variable, found by hash ---- */

typedef struct level {
    size_t count, room;
    uint32_t *states; /* [count][components] */
    size_t slots;     /* a power of two */
    uint32_t *table;  /* [slots] state + 1; 0: free */
} level;

static void drop_level(level *l)
{
    free(l->states);
    free(l->table);
    *l = (level){0};
}

static uint64_t hash_state(const uint32_t *state, size_t components)
{
    uint64_t hash = 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < components; i++) {
        hash = (hash ^ state[i]) * 0xff51afd7ed558ccdu;
        hash ^= hash >> 32;
    }
    return hash;
}

static bool grow(level *l, size_t components)
{
    size_t slots = l->slots ? 2 * l->slots : 64;
    uint32_t *table = calloc(slots, sizeof *table);
    uint32_t *states = realloc(l->states, slots / 2 * components * sizeof *states);
    if (states) {
        l->states = states;
        l->room = slots / 2;
    }
    if (!table || !states) {
        free(table);
        return false;
    }
    for (size_t i = 0; i < l->count; i++) {
        size_t at = hash_state(l->states + i * components, components) & (slots - 1);
        while (table[at])
            at = (at + 1) & (slots - 1);
        table[at] = (uint32_t)i + 1;
    }
    free(l->table);
    l->table = table;
    l->slots = slots;
    return true;
}

/* The number of a state, which is added where it is new; UINT32_MAX: memory is out. */
static uint32_t find_state(level *l, const uint32_t *state, size_t components)
{
    if (l->count == l->room && !grow(l, components))
        return UINT32_MAX;
    size_t at = hash_state(state, components) & (l->slots - 1);
    for (; l->table[at]; at = (at + 1) & (l->slots - 1))
        if (memcmp(l->states + (size_t)(l->table[at] - 1) * components, state, components * sizeof *state) ==
            0)
            return l->table[at] - 1;
    memcpy(l->states + l->count * components, state, components * sizeof *state);
    l->table[at] = (uint32_t)++l->count;
    return (uint32_t)l->count - 1;
}

/* ---- The order of voters ---- */

static void order_bodies(joint *j, const ws_tree *tree, const ws_tally *const *bodies, size_t *order)
{
    if (tree->kind == WS_TREE_VOTER && j->variable_of[j->when_count + tree->voter] == SIZE_MAX) {
        order[j->variables - j->when_count] = tree->voter;
        j->variable_of[j->when_count + tree->voter] = j->variables++;
    }
    const ws_tally *tally = tree->kind == WS_TREE_BODY ? bodies[tree->body] : NULL;
    for (size_t taken = 0; tally && taken < tally->seat_count; taken++) { /* the heaviest that is left */
        size_t best = SIZE_MAX;
        for (size_t i = 0; i < tally->seat_count; i++)
            if (j->variable_of[j->when_count + tally->seats[i].voter] == SIZE_MAX &&
                (best == SIZE_MAX || tally->seats[i].weight > tally->seats[best].weight))
                best = i;
        if (best == SIZE_MAX)
            break;
        order[j->variables - j->when_count] = tally->seats[best].voter;
        j->variable_of[j->when_count + tally->seats[best].voter] = j->variables++;
    }
    for (size_t i = 0; i < tree->count; i++)
        order_bodies(j, tree->parts[i], bodies, order);
}

/* The body's own diagram in the joint order. */
static bool order_body(joint *j, size_t body, const ws_tally *from, const size_t *order, const char *who)
{
    ws_seat *seats = WS_NEW_MANY(j->scratch, from->seat_count + 1, ws_seat);
    size_t at = 0;
    ws_tally *tally = NULL;
    for (size_t k = 0; seats && k < j->variables - j->when_count; k++)
        for (size_t i = 0; i < from->seat_count; i++)
            if (from->seats[i].voter == order[k])
                seats[at++] = from->seats[i];
    if (!seats ||
        ws__build_ordered_tally(&tally, at, seats, from->quota, true, who, j->scratch, NULL) != WS_OK)
        return false;
    uint32_t *node_at = WS_NEW_MANY(j->scratch, tally->node_count, uint32_t);
    for (size_t l = 0; node_at && l < tally->level_count; l++)
        for (uint32_t k = 0; k < tally->levels[l].count; k++)
            node_at[tally->levels[l].first + k] =
                (uint32_t)j->variable_of[j->when_count + tally->seats[tally->levels[l].seat].voter];
    j->bodies[body] = tally;
    j->node_at[body] = node_at;
    return node_at;
}

static bool take_tree(joint *j, const ws_tree *tree, const ws_tally *const *bodies, const size_t *order,
                      const char *who)
{
    size_t thing = tree->kind == WS_TREE_BODY    ? j->when_count + j->voter_count + tree->body
                   : tree->kind == WS_TREE_VOTER ? j->when_count + tree->voter
                   : tree->kind == WS_TREE_WHEN  ? when_of(j, tree->when)
                                                 : SIZE_MAX;
    if (thing != SIZE_MAX && j->place[thing] == SIZE_MAX) {
        j->place[thing] = j->components++;
        if (tree->kind == WS_TREE_BODY && !order_body(j, tree->body, bodies[tree->body], order, who))
            return false;
    }
    for (size_t i = 0; i < tree->count; i++)
        if (!take_tree(j, tree->parts[i], bodies, order, who))
            return false;
    return true;
}

/* ---- The diagram ---- */

/* Where a state leads when `variable` votes: a state of the next level, or ~0u - PASSES, ~0u - FAILS. */
static const uint32_t END = UINT32_MAX - 8;

static uint32_t follow(level *next, uint32_t *changed, bool *matters, const joint *j, const uint32_t *state,
                       size_t variable, uint32_t yes)
{
    memcpy(changed, state, j->components * sizeof *state);
    for (size_t thing = 0; thing < j->when_count + j->voter_count; thing++)
        if (j->variable_of[thing] == variable && j->place[thing] != SIZE_MAX)
            changed[j->place[thing]] = yes;
    for (size_t b = 0; b < j->body_count; b++) {
        size_t place = j->place[j->when_count + j->voter_count + b];
        if (place == SIZE_MAX || changed[place] < OPEN || j->node_at[b][changed[place]] != variable)
            continue;
        const ws_tally *tally = j->bodies[b];
        size_t l = 0;
        while (changed[place] >= tally->levels[l].first + tally->levels[l].count)
            l++;
        changed[place] = tally->levels[l].next[changed[place] - tally->levels[l].first][yes];
    }
    uint32_t decided = judge(j, j->tree, changed);
    if (decided != OPEN)
        return END + decided;
    memset(matters, 0, j->components * sizeof *matters);
    mark(j, j->tree, changed, matters);
    for (size_t k = 0; k < j->components; k++)
        changed[k] = matters[k] || changed[k] < OPEN ? changed[k] : FAILS;
    return find_state(next, changed, j->components);
}

/* Nodes from the last variable back; the ends are themselves. */
static bool number_nodes(ws_tally *out, const joint *j, const size_t *counts, uint32_t (**pairs)[2],
                         const uint32_t *seat_of, ws_arena *arena)
{
    ws_tally_level *levels = WS_NEW_MANY(arena, j->variables + 1, ws_tally_level);
    uint32_t next_id = 2, *after = NULL;
    for (size_t v = j->variables; levels && v-- > 0;) {
        uint32_t *ids = WS_NEW_MANY(j->scratch, counts[v] + 1, uint32_t);
        uint32_t(*next)[2] = ws__alloc_many(arena, counts[v] + 1, sizeof *next);
        ws_tally_level *to_level = &levels[out->level_count];
        if (!ids || !next)
            return false;
        *to_level =
            (ws_tally_level){.seat = seat_of[v], .first = next_id, .next = (const uint32_t(*)[2])next};
        for (size_t i = 0; i < counts[v]; i++) {
            uint32_t to[2];
            for (int side = 0; side < 2; side++)
                to[side] = pairs[v][i][side] >= END ? pairs[v][i][side] - END : after[pairs[v][i][side]];
            ids[i] = to[0];
            if (to[0] != to[1]) {
                memcpy(next[to_level->count++], to, sizeof to);
                ids[i] = next_id++;
            }
        }
        out->level_count += to_level->count > 0;
        after = ids;
    }
    out->levels = levels;
    out->node_count = next_id;
    out->root = after ? after[0] : FAILS;
    return levels;
}

/* From the first variable on. */
static bool walk_variables(joint *j, size_t *counts, uint32_t (**pairs)[2], size_t most)
{
    level now = {0};
    uint32_t *state = WS_NEW_MANY(j->scratch, j->components, uint32_t);
    uint32_t *changed = WS_NEW_MANY(j->scratch, j->components, uint32_t);
    bool *matters = WS_NEW_MANY(j->scratch, j->components, bool);
    size_t total = 0;
    if (!state || !changed || !matters)
        return false;
    for (size_t k = 0; k < j->components; k++)
        state[k] = OPEN;
    for (size_t b = 0; b < j->body_count; b++)
        if (j->bodies[b])
            state[j->place[j->when_count + j->voter_count + b]] = j->bodies[b]->root;
    bool made = find_state(&now, state, j->components) == 0;
    for (size_t v = 0; made && v < j->variables; v++) {
        level next = {0};
        total += counts[v] = now.count;
        pairs[v] = ws__alloc_many(j->scratch, now.count + 1, sizeof *pairs[v]);
        made = pairs[v] && total <= most;
        for (size_t i = 0; made && i < now.count; i++)
            for (uint32_t yes = 0; made && yes < 2; yes++) {
                pairs[v][i][yes] = follow(&next, changed, matters, j, now.states + i * j->components, v, yes);
                made = pairs[v][i][yes] != UINT32_MAX && total + next.count <= most;
            }
        drop_level(&now);
        now = next;
    }
    drop_level(&now);
    return made;
}

bool ws__build_joint(const ws_tally **out, const ws_tree *tree, size_t body_count,
                     const ws_tally *const *bodies, size_t voter_count, size_t when_count,
                     const ws_condition *const *whens, size_t most, ws_arena *arena)
{
    WS_SCRATCH(scratch);
    size_t things = when_count + voter_count + body_count;
    joint j = {.tree = tree,
               .body_count = body_count,
               .voter_count = voter_count,
               .when_count = when_count,
               .whens = whens,
               .scratch = &scratch};
    size_t *order = WS_NEW_MANY(&scratch, voter_count + 1, size_t);
    j.bodies = WS_NEW_MANY(&scratch, body_count + 1, const ws_tally *);
    j.node_at = WS_NEW_MANY(&scratch, body_count + 1, const uint32_t *);
    j.place = WS_NEW_MANY(&scratch, things + 1, size_t);
    j.variable_of = WS_NEW_MANY(&scratch, things + 1, size_t);
    if (!order || !j.bodies || !j.node_at || !j.place || !j.variable_of)
        return false;
    for (size_t i = 0; i < things; i++)
        j.place[i] = j.variable_of[i] = SIZE_MAX;
    for (size_t w = 0; w < when_count; w++)
        j.variable_of[w] = j.variables++;
    order_bodies(&j, tree, bodies, order);
    if (j.variables == 0 || j.variables > MOST_VARIABLES ||
        !take_tree(&j, tree, bodies, order, "the ratification"))
        return false;
    size_t *counts = WS_NEW_MANY(&scratch, j.variables, size_t);
    uint32_t(**pairs)[2] = ws__alloc_many(&scratch, j.variables, sizeof *pairs);
    uint32_t *seat_of = WS_NEW_MANY(&scratch, j.variables, uint32_t);
    ws_tally *tally = WS_NEW(arena, ws_tally);
    ws_seat *seats = WS_NEW_MANY(arena, when_count + voter_count + 1, ws_seat);
    if (!counts || !pairs || !seat_of || !tally || !seats)
        return false;
    for (size_t i = 0; i < voter_count + when_count; i++) { /* voters, then conditions */
        seats[i] = (ws_seat){.voter = i, .weight = 1, .discipline = 1};
        size_t thing = i < voter_count ? when_count + i : i - voter_count;
        if (j.variable_of[thing] != SIZE_MAX)
            seat_of[j.variable_of[thing]] = (uint32_t)i;
    }
    *tally = (ws_tally){.gcd = 1, .power = 1, .seat_count = voter_count + when_count, .seats = seats};
    if (!walk_variables(&j, counts, pairs, most < MOST_STATES ? most : MOST_STATES) ||
        !number_nodes(tally, &j, counts, pairs, seat_of, arena))
        return false;
    *out = tally;
    return true;
}
