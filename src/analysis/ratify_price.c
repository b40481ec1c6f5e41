/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The price of passing: whom to move, and how far, so that a party delivers with a given probability; the sum
 * of the moves, each a share of its actor's range, is least.
 *
 * Where every vote is certain (noise 0) an actor is either moved to its threshold or not, and the least is
 * found exactly: a body is a covering knapsack (dynamic programming over the weight that is missing), all:
 * the sum of its parts, any: the least of them, at least k: the k least. Where parts share actors or stand
 * twice, branch and bound over who is moved, with what all that are left could still bring as the bound.
 *
 * With noise the problem is not convex: one actor alone and pairs are searched over a grid and refined,
 * larger sets start with all their actors at the same chance; the best of these starts are improved by moving
 * shares from one actor to another in ever smaller steps. How many starts there were is said. */
#include "analysis/ratify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double NEVER = (double)INFINITY;

enum { MOST_NEED = 1 << 20, MOST_STEPS = 1 << 22, MOST_MOVED = 6, LARGE_BALLOT = 20000 };

/* What it costs an actor to be moved to its threshold; infinite where it votes yes or has no range. */
static double flip_cost(const ws_home_vote *vote, size_t actor)
{
    const ws_ratify_actor *a = &vote->actors[actor];
    double range = a->max - a->min;
    return vote->votes[actor].yes < 1 && range > 0 ? (a->threshold - a->u) / range : NEVER;
}

/* ---- Certain votes: trees whose parts share nobody ---- */

typedef struct cover {
    const ws_home_vote *vote;
    ws_arena *arena;
    bool failed; /* memory, or a body that misses too much weight */
} cover;

/* The seats to move so that a body passes. O(seats * missing weight). */
static double cover_body(bool *chosen, cover *c, const ws_tally *tally)
{
    uint64_t have = 0;
    for (size_t i = 0; i < tally->seat_count; i++)
        have += c->vote->votes[tally->seats[i].voter].yes > 0 ? tally->seats[i].weight : 0;
    if (have >= tally->quota)
        return 0;
    uint64_t missing = tally->quota - have;
    if (missing > MOST_NEED || missing * tally->seat_count > (uint64_t)MOST_NEED * 64) {
        c->failed = true;
        return NEVER;
    }
    size_t width = (size_t)missing + 1;
    double *cost = WS_NEW_MANY(c->arena, width, double);
    bool *taken = WS_NEW_MANY(c->arena, width * tally->seat_count, bool);
    if (!cost || !taken) {
        c->failed = true;
        return NEVER;
    }
    for (size_t w = 1; w < width; w++)
        cost[w] = NEVER;
    for (size_t i = 0; i < tally->seat_count; i++) {
        double own = flip_cost(c->vote, tally->seats[i].voter);
        for (size_t w = width; own < NEVER && w-- > 1;) {
            double with = own + cost[w > tally->seats[i].weight ? w - (size_t)tally->seats[i].weight : 0];
            if (with < cost[w]) {
                cost[w] = with;
                taken[i * width + w] = true;
            }
        }
    }
    size_t left = width - 1;
    for (size_t i = tally->seat_count; cost[width - 1] < NEVER && i-- > 0;)
        if (taken[i * width + left]) {
            chosen[tally->seats[i].voter] = true;
            left = left > tally->seats[i].weight ? left - (size_t)tally->seats[i].weight : 0;
        }
    return cost[width - 1];
}

static double cover_node(bool *chosen, cover *c, const ws_ballot_node *node);

/* The `least` cheapest parts. */
static double cover_parts(bool *chosen, cover *c, const ws_ballot_node *node, size_t least)
{
    size_t voters = c->vote->home->ballot->voter_count, at = 0;
    double *costs = WS_NEW_MANY(c->arena, node->part_count + 1, double), sum = 0;
    bool *sets = WS_NEW_MANY(c->arena, node->part_count * voters + 1, bool);
    if (!costs || !sets) {
        c->failed = true;
        return NEVER;
    }
    for (size_t g = 0; g < node->group_count; g++)
        for (size_t i = 0; i < node->groups[g].part_count; i++, at++)
            costs[at] = cover_node(sets + at * voters, c, node->groups[g].parts[i]);
    for (size_t k = 0; k < least; k++) {
        size_t best = 0;
        for (size_t i = 1; i < at; i++)
            if (costs[i] < costs[best])
                best = i;
        if (at == 0 || !(costs[best] < NEVER))
            return NEVER;
        sum += costs[best];
        costs[best] = NEVER;
        for (size_t v = 0; v < voters; v++)
            chosen[v] |= sets[best * voters + v];
    }
    return sum;
}

static double cover_node(bool *chosen, cover *c, const ws_ballot_node *node)
{
    switch (node->kind) {
    case WS_TREE_BODY:
        return cover_body(chosen, c, c->vote->home->ballot->bodies[node->body]);
    case WS_TREE_VOTER:
        if (c->vote->votes[node->voter].yes > 0)
            return 0;
        chosen[node->voter] = true;
        return flip_cost(c->vote, node->voter);
    case WS_TREE_WHEN:
        return c->vote->holds[node->when] ? cover_node(chosen, c, node->groups[0].parts[0]) : 0;
    case WS_TREE_ALL:
        return cover_parts(chosen, c, node, node->part_count);
    case WS_TREE_ANY:
        return cover_parts(chosen, c, node, 1);
    case WS_TREE_AT_LEAST:
        return cover_parts(chosen, c, node, node->least);
    }
    return NEVER;
}

static bool shares_nobody(const ws_ballot_node *node)
{
    for (size_t g = 0; g < node->group_count; g++) {
        if (node->groups[g].voter_count + node->groups[g].body_count)
            return false;
        for (size_t i = 0; i < node->groups[g].part_count; i++)
            if (!shares_nobody(node->groups[g].parts[i]))
                return false;
    }
    return true;
}

/* ---- Certain votes: branch and bound ---- */

typedef struct branching {
    const ws_home_vote *vote;
    ws_chance *votes;
    size_t count;
    const size_t *candidates; /* by rising cost */
    const double *costs;
    bool *now, *best;
    double best_cost;
    size_t steps;
    ws_ballot_box *box;
} branching;

static bool passes(branching *b)
{
    return ws__count_box(b->box, b->votes) > 0.5;
}

/* Decides candidates from `at` on; those before are decided. Depth: the candidates. */
static void branch(branching *b, size_t at, double cost)
{
    if (cost >= b->best_cost || ++b->steps > MOST_STEPS)
        return;
    if (passes(b)) {
        b->best_cost = cost;
        memcpy(b->best, b->now, b->count * sizeof *b->best);
        return;
    }
    if (at == b->count)
        return;
    for (size_t i = at; i < b->count; i++) /* could all that are left bring it? */
        b->votes[b->candidates[i]] = (ws_chance){1, 0};
    bool can = passes(b);
    for (size_t i = at; i < b->count; i++)
        b->votes[b->candidates[i]] = (ws_chance){0, 1};
    if (!can)
        return;
    b->now[at] = true;
    b->votes[b->candidates[at]] = (ws_chance){1, 0};
    branch(b, at + 1, cost + b->costs[at]);
    b->now[at] = false;
    b->votes[b->candidates[at]] = (ws_chance){0, 1};
    branch(b, at + 1, cost);
}

/* Chosen actors by branch and bound; *exact is false where it was cut short. */
static double branch_votes(bool *chosen, bool *exact, const ws_home_vote *vote, ws_arena *arena)
{
    const ws_ballot *ballot = vote->home->ballot;
    size_t voters = ballot->voter_count, count = 0;
    size_t *candidates = WS_NEW_MANY(arena, voters + 1, size_t);
    double *costs = WS_NEW_MANY(arena, voters + 1, double);
    ws_chance *votes = WS_NEW_MANY(arena, voters + 1, ws_chance);
    branching b = {
        .vote = vote, .votes = votes, .candidates = candidates, .costs = costs, .best_cost = NEVER};
    b.now = WS_NEW_MANY(arena, voters + 1, bool);
    b.best = WS_NEW_MANY(arena, voters + 1, bool);
    b.box = ws__open_box(ballot, vote->holds, arena);
    if (!candidates || !costs || !votes || !b.now || !b.best || !b.box)
        return NAN;
    memcpy(votes, vote->votes, voters * sizeof *votes);
    for (size_t v = 0; v < voters; v++) {
        double cost = flip_cost(vote, v);
        if (!ballot->asked[v] || !(cost < NEVER))
            continue;
        size_t at = count++;
        for (; at > 0 && costs[at - 1] > cost; at--) {
            costs[at] = costs[at - 1];
            candidates[at] = candidates[at - 1];
        }
        costs[at] = cost;
        candidates[at] = v;
    }
    b.count = count;
    branch(&b, 0, 0);
    for (size_t i = 0; i < count; i++)
        chosen[candidates[i]] = b.best[i];
    *exact = b.steps <= MOST_STEPS;
    return b.best_cost;
}

/* ---- Votes in doubt ---- */

typedef struct search {
    const ws_home_vote *vote;
    double to;
    ws_chance *votes;
    double *shares; /* [voters] */
    size_t count;   /* who may be moved */
    size_t candidates[MOST_MOVED];
    size_t most; /* candidates */
    bool left;   /* some who might be moved are none */
    ws_ballot_box *box;
} search;

static void set_share(search *s, size_t voter, double share)
{
    const ws_ratify_actor *a = &s->vote->actors[voter];
    double margin = a->u + share * (a->max - a->min) - a->threshold;
    s->shares[voter] = share;
    if (share == 0)
        s->votes[voter] = s->vote->votes[voter];
    else if (isinf(share))
        s->votes[voter] = (ws_chance){1, 0};
    else
        s->votes[voter] = ws__vote_chance(
            a->noise > 0 || margin < -1e-9 * (a->max - a->min) ? margin : fabs(margin), a->noise);
}

static bool reaches(search *s)
{
    return ws__count_box(s->box, s->votes) >= s->to;
}

/* The least share of one actor that reaches, others as they are; infinite: none does. Leaves it set. */
static double solve_share(search *s, size_t voter, int rounds)
{
    set_share(s, voter, 0);
    if (reaches(s))
        return 0;
    set_share(s, voter, NEVER);
    if (!reaches(s)) {
        set_share(s, voter, 0);
        return NEVER;
    }
    double low = 0, high = 0.125;
    for (set_share(s, voter, high); !reaches(s) && high < 1e9; set_share(s, voter, high)) {
        low = high;
        high *= 2;
    }
    for (int i = 0; i < rounds && high - low > 1e-15 * high; i++) {
        double middle = low + (high - low) / 2;
        set_share(s, voter, middle);
        *(reaches(s) ? &high : &low) = middle;
    }
    set_share(s, voter, high);
    return high;
}

static double sum_shares(const search *s)
{
    double sum = 0;
    for (size_t i = 0; i < s->count; i++)
        sum += s->shares[s->candidates[i]];
    return sum;
}

static void clear_shares(search *s)
{
    for (size_t i = 0; i < s->count; i++)
        set_share(s, s->candidates[i], 0);
}

typedef struct found {
    double total;
    double shares[MOST_MOVED];
} found;

static void keep_if_better(found *best, const search *s, double total)
{
    if (!(total < best->total))
        return;
    best->total = total;
    for (size_t i = 0; i < s->count; i++)
        best->shares[i] = s->shares[s->candidates[i]];
}

/* One gives `share`, the other what is then needed. */
static double try_pair(found *best, search *s, size_t one, size_t other, double share, int rounds)
{
    set_share(s, one, share);
    double total = share + solve_share(s, other, rounds);
    keep_if_better(best, s, total);
    return total;
}

/* A pair: the first's share over a grid, then around the best point by golden section. */
static void search_pair(found *best, search *s, size_t one, size_t other)
{
    enum { GRID = 10, REFINED = 14 };
    const double golden = 0.6180339887498949;
    double most = best->total < 4 ? best->total : 4, least = NEVER, at = 0;
    for (int k = 1; k < GRID; k++) {
        double share = most * k / GRID, total = try_pair(best, s, one, other, share, 20);
        if (total < least) {
            least = total;
            at = share;
        }
    }
    if (!(least < NEVER))
        return;
    double low = at - most / GRID, high = at + most / GRID;
    for (int k = 0; k < REFINED; k++) {
        double a = high - golden * (high - low), b = low + golden * (high - low);
        if (try_pair(best, s, one, other, a, 26) <= try_pair(best, s, one, other, b, 26))
            high = b;
        else
            low = a;
    }
}

/* The least share of one actor near `from` that reaches; infinite: none does. Leaves it set. */
static double solve_near(search *s, size_t voter, double from, double step)
{
    double low = from > 4 * step ? from - 4 * step : 0, high = from + step;
    set_share(s, voter, high);
    if (!reaches(s))
        return NEVER;
    set_share(s, voter, low);
    if (reaches(s))
        return low;
    for (int i = 0; i < 16; i++) {
        double middle = low + (high - low) / 2;
        set_share(s, voter, middle);
        *(reaches(s) ? &high : &low) = middle;
    }
    set_share(s, voter, high);
    return high;
}

/* One pass: each actor a step up or down, another of those who move making up for it. */
static void exchange(found *best, search *s, double step)
{
    for (size_t i = 0; i < s->count; i++)
        for (size_t k = 0; k < s->count; k++)
            for (int side = -1; side <= 1 && i != k && best->shares[k] > 0; side += 2) {
                double share = best->shares[i] + side * step;
                if (side < 0 && best->shares[i] == 0)
                    continue;
                for (size_t j = 0; j < s->count; j++)
                    set_share(s, s->candidates[j], best->shares[j]);
                set_share(s, s->candidates[i], share > 0 ? share : 0);
                if (solve_near(s, s->candidates[k], best->shares[k], step) < NEVER)
                    keep_if_better(best, s, sum_shares(s));
            }
}

/* Moves shares between actors in ever smaller steps, each as long as it helps. */
static void improve(found *best, search *s)
{
    enum { PASSES = 20 };
    double step = best->total / (double)(2 * s->count);
    for (step = step > 0.05 ? step : 0.05; step > 3e-6; step /= 3)
        for (int pass = 0; pass < PASSES; pass++) {
            double before = best->total;
            exchange(best, s, step);
            if (!(before - best->total > 0.02 * step))
                break;
        }
}

/* The most that an actor raises the probability by, for its share, over steps of several sizes. */
static double measure_gain(search *s, size_t voter, double now)
{
    double best = 0;
    for (double share = 1.0 / 16; share <= 16; share *= 2) {
        set_share(s, voter, share);
        best = fmax(best, (ws__count_box(s->box, s->votes) - now) / share);
    }
    set_share(s, voter, 0);
    return best;
}

/* Who may be moved: those who raise the probability most for their share. */
static void choose_candidates(search *s)
{
    const ws_ballot *ballot = s->vote->home->ballot;
    double gains[MOST_MOVED + 1], now = ws__count_box(s->box, s->votes);
    for (size_t v = 0; v < ballot->voter_count; v++) {
        if (!ballot->asked[v] || !(s->vote->actors[v].max > s->vote->actors[v].min) ||
            s->vote->votes[v].no == 0)
            continue;
        double gain = measure_gain(s, v, now);
        s->left = s->left || s->count == s->most;
        size_t at = s->count < s->most ? s->count++ : s->most;
        for (; at > 0 && gains[at - 1] < gain; at--)
            if (at < s->most) {
                gains[at] = gains[at - 1];
                s->candidates[at] = s->candidates[at - 1];
            }
        if (at < s->most) {
            gains[at] = gain;
            s->candidates[at] = v;
        }
    }
}

/* The actors of a set, all to the same chance of a yes: that is how those who are needed together start. */
static void search_set(found *best, search *s, unsigned set)
{
    double low = -40, high = 40;
    for (int i = 0; i < 40; i++) {
        double middle = i ? low + (high - low) / 2 : high;
        for (size_t k = 0; k < s->count; k++) {
            const ws_ratify_actor *a = &s->vote->actors[s->candidates[k]];
            double share = (a->threshold - a->u + middle * a->noise) / (a->max - a->min);
            set_share(s, s->candidates[k], set >> k & 1 && share > 0 ? share : 0);
        }
        bool enough = reaches(s);
        if (i == 0 && !enough)
            return;
        *(enough ? &high : &low) = middle;
        if (enough)
            keep_if_better(best, s, sum_shares(s));
    }
}

/* The best of all sets of three or more, and the second; smaller sets are searched more closely. */
static void search_sets(found best[2], size_t *starts, search *s)
{
    for (unsigned set = 0; set < 1u << s->count; set++) {
        if (__builtin_popcount(set) < 3)
            continue;
        found own = {.total = NEVER};
        search_set(&own, s, set);
        ++*starts;
        if (own.total < best[0].total) {
            best[1] = best[0];
            best[0] = own;
        } else if (own.total < best[1].total) {
            best[1] = own;
        }
    }
}

static double search_votes(double *shares, size_t *starts, search *s)
{
    found best = {.total = NEVER}, sets[2] = {{.total = NEVER}, {.total = NEVER}};
    choose_candidates(s);
    for (size_t i = 0; i < s->count; i++) {
        clear_shares(s);
        double total = solve_share(s, s->candidates[i], 60);
        keep_if_better(&best, s, total);
    }
    for (size_t i = 0; i < s->count; i++)
        for (size_t k = 0; k < i; k++) {
            clear_shares(s);
            search_pair(&best, s, s->candidates[k], s->candidates[i]);
        }
    *starts = s->count + s->count * (s->count - 1) / 2;
    search_sets(sets, starts, s);
    if (best.total < NEVER)
        improve(&best, s);
    for (int i = 0; i < 2; i++) {
        if (!(sets[i].total < NEVER))
            continue;
        improve(&sets[i], s);
        best = sets[i].total < best.total ? sets[i] : best;
    }
    for (size_t i = 0; i < s->count; i++)
        shares[s->candidates[i]] = best.total < NEVER ? best.shares[i] : 0;
    return best.total;
}

/* ---- The whole ---- */

static ws_status list_moves(ws_ratify_price *out, const ws_home_vote *vote, const double *shares,
                            ws_arena *arena)
{
    size_t voters = vote->home->ballot->voter_count;
    ws_ratify_move *moves = WS_NEW_MANY(arena, voters + 1, ws_ratify_move);
    if (!moves)
        return WS_LIMIT;
    for (size_t v = 0; v < voters; v++)
        if (shares[v] > 0) {
            double range = vote->actors[v].max - vote->actors[v].min;
            moves[out->move_count++] = (ws_ratify_move){v, shares[v] * range, shares[v]};
            out->total += shares[v];
        }
    out->moves = moves;
    return WS_OK;
}

static bool all_are_certain(const ws_home_vote *vote)
{
    for (size_t v = 0; v < vote->home->ballot->voter_count; v++)
        if (vote->home->ballot->asked[v] && vote->home->noise[v] > 0)
            return false;
    return true;
}

ws_status ws__price_votes(ws_ratify_price *out, const ws_home_vote *vote, double to, ws_arena *arena)
{
    const char *limit = NULL;
    WS_SCRATCH(scratch);
    const ws_ballot *ballot = vote->home->ballot;
    size_t voters = ballot->voter_count, starts = 0;
    double *shares = WS_NEW_MANY(&scratch, voters + 1, double), total = 0;
    bool *chosen = WS_NEW_MANY(&scratch, voters + 1, bool), exact = true;
    ws_chance *votes = WS_NEW_MANY(&scratch, voters + 1, ws_chance);
    if (!shares || !chosen || !votes)
        return WS_LIMIT;
    *out = (ws_ratify_price){.to = to, .possible = true, .method = "exact"};
    if (vote->p >= to)
        return WS_OK;
    if (all_are_certain(vote)) {
        cover c = {vote, &scratch, false};
        total = shares_nobody(ballot->root) ? cover_node(chosen, &c, ballot->root) : (double)NAN;
        if (isnan(total) || c.failed) {
            memset(chosen, 0, voters * sizeof *chosen);
            total = branch_votes(chosen, &exact, vote, &scratch);
        }
        starts = 1;
        for (size_t v = 0; v < voters; v++)
            shares[v] = chosen[v] && total < NEVER ? flip_cost(vote, v) : 0;
    } else {
        search s = {
            .vote = vote, .to = to, .votes = votes, .shares = WS_NEW_MANY(&scratch, voters + 1, double)};
        memcpy(votes, vote->votes, voters * sizeof *votes);
        s.box = ws__open_box(ballot, vote->holds, &scratch);
        s.most = ballot->scratch > LARGE_BALLOT ? MOST_MOVED / 2 : MOST_MOVED; /* counting takes long */
        if (!s.shares || !s.box)
            return WS_LIMIT;
        total = search_votes(shares, &starts, &s);
        exact = false;
        if (s.left)
            limit = ws__format_text(arena, ", at most %zu moved", s.most);
    }
    if (isnan(total))
        return WS_LIMIT;
    out->possible = total < NEVER;
    if (!exact)
        out->method = ws__format_text(arena, "best of %zu start%s%s", starts, starts == 1 ? "" : "s",
                                      limit ? limit : "");
    return out->possible ? list_moves(out, vote, shares, arena) : WS_OK;
}
