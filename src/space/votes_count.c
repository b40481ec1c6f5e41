/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counting votes, many outcomes at a time: built once for each instruction set (WS_COUNT_OPS names the table,
 * WS_WIDTH the doubles of a register). Every lane is computed alike, without contraction, so that all
 * of them give the same bits.
 *
 * A tally is walked from its last level to the first: the chance to pass from a state is
 * yes * chance(after yes) + no * chance(after no), and likewise the chance to fail. Only positive numbers are
 * added, so both keep their relative accuracy. */
#include "base/wide.h"
#include "space/votes.h"

#include <math.h>
#include <string.h>

static const double SMALLEST = 1e-290; /* a binomial's terms below count as 0 */

/* What is being counted: the votes, and what conditioning has fixed. */
typedef struct count {
    const ws_ballot *ballot;
    size_t lanes, stride;
    const double *holds;
    const double **yes, **no;           /* [voters] */
    const double **body_yes, **body_no; /* [bodies]; NULL: not fixed */
    bool only_yes;                      /* of the parts at hand nobody asks how likely they fail */
    double ones[WS_LANES], zeros[WS_LANES];
} count;

/* ---- A body ---- */

/* Terms of a binomial from the largest outwards, then over their sum, which is 1. */
static void fill_binomial(double *terms, size_t step, size_t n, double yes, double no, const double *ratios)
{
    for (size_t k = 0; k <= n; k++)
        terms[k * step] = 0;
    double guess = (double)(n + 1) * yes;
    size_t mode = guess >= (double)n ? n : (size_t)guess;
    double up = yes / no, down = no / yes, term = 1, below = 0, above = 0;
    for (size_t k = mode; k < n && term > SMALLEST; k++) {
        term *= ratios[k] * up;
        terms[(k + 1) * step] = term;
        above += term;
    }
    term = 1;
    for (size_t k = mode; k > 0 && term > SMALLEST; k--) {
        term *= ratios[n - k] * down;
        terms[(k - 1) * step] = term;
        below += term;
    }
    terms[mode * step] = 1;
    double sum = 1 + (above + below);
    for (size_t k = 0; k <= n; k++)
        terms[k * step] /= sum;
}

/* The yes votes of a loose bloc: pmf [n + 1], at least k: up [n + 2], fewer than k: down [n + 2]. */
static void fill_bloc(double *pmf, double *up, double *down, const ws_tally *tally, uint32_t at,
                      const double *yes, const double *no, size_t lanes)
{
    const ws_seat *seat = &tally->seats[at];
    size_t n = (size_t)seat->weight;
    double whole = seat->discipline, split = 1 - seat->discipline;
    for (size_t i = 0; i < lanes; i++) {
        fill_binomial(pmf + i, lanes, n, yes[i], no[i], tally->ratios[at]);
        for (size_t k = 0; k <= n; k++)
            pmf[k * lanes + i] *= split;
        pmf[i] += whole * no[i];
        pmf[n * lanes + i] += whole * yes[i];
    }
    memset(up + (n + 1) * lanes, 0, lanes * sizeof *up);
    memset(down, 0, lanes * sizeof *down);
    for (size_t k = n + 1; k-- > 0;)
        for (size_t i = 0; i < lanes; i++)
            up[k * lanes + i] = up[(k + 1) * lanes + i] + pmf[k * lanes + i];
    for (size_t k = 0; k <= n; k++)
        for (size_t i = 0; i < lanes; i++)
            down[(k + 1) * lanes + i] = down[k * lanes + i] + pmf[k * lanes + i];
}

/* `fail` NULL here and below: only the chance to pass is asked for. */
WS_INLINE void count_whole(double *pass, double *fail, const ws_tally_level *level,
                           const double *restrict yes, const double *restrict no, size_t lanes)
{
    for (uint32_t j = 0; j < level->count; j++) {
        size_t to = (size_t)(level->first + j) * lanes;
        size_t a = (size_t)level->next[j][0] * lanes, b = (size_t)level->next[j][1] * lanes;
        double *restrict p = pass + to;
        const double *restrict pa = pass + a, *restrict pb = pass + b;
        for (size_t i = 0; i < lanes; i++)
            p[i] = yes[i] * pb[i] + no[i] * pa[i];
        if (!fail)
            continue;
        double *restrict f = fail + to;
        const double *restrict fa = fail + a, *restrict fb = fail + b;
        for (size_t i = 0; i < lanes; i++)
            f[i] = yes[i] * fb[i] + no[i] * fa[i];
    }
}

WS_INLINE void count_loose(double *pass, double *fail, const ws_tally_level *level, const double *pmf,
                           const double *up, const double *down, size_t lanes)
{
    for (uint32_t j = 0; j < level->count; j++) {
        ws_spread s = level->into[j];
        size_t to = (size_t)(level->first + j) * lanes;
        double *restrict p = pass + to;
        memcpy(p, up + (size_t)(s.least + s.alive) * lanes, lanes * sizeof *p);
        for (uint32_t k = 0; k < s.alive; k++) {
            const double *restrict chance = pmf + (size_t)(s.least + k) * lanes;
            const double *restrict pn = pass + (size_t)level->map[s.base + k] * lanes;
            for (size_t i = 0; i < lanes; i++)
                p[i] += chance[i] * pn[i];
        }
        if (!fail)
            continue;
        double *restrict f = fail + to;
        memcpy(f, down + (size_t)s.least * lanes, lanes * sizeof *f);
        for (uint32_t k = 0; k < s.alive; k++) {
            const double *restrict chance = pmf + (size_t)(s.least + k) * lanes;
            const double *restrict fn = fail + (size_t)level->map[s.base + k] * lanes;
            for (size_t i = 0; i < lanes; i++)
                f[i] += chance[i] * fn[i];
        }
    }
}

WS_INLINE void count_levels(double *out_yes, double *out_no, const ws_tally *tally, const double *const *yes,
                            const double *const *no, double *scratch, size_t lanes)
{
    double *pass = scratch, *fail = pass + tally->node_count * lanes;
    double *pmf = fail + tally->node_count * lanes;
    double *up = pmf + (tally->widest_loose + 1) * lanes, *down = up + (tally->widest_loose + 2) * lanes;
    for (size_t i = 0; i < lanes; i++) {
        pass[i] = fail[lanes + i] = 0; /* node 0 fails, node 1 passes */
        fail[i] = pass[lanes + i] = 1;
    }
    fail = out_no ? fail : NULL;
    for (size_t l = 0; l < tally->level_count; l++) {
        const ws_tally_level *level = &tally->levels[l];
        const ws_seat *seat = &tally->seats[level->seat];
        if (seat->loose) {
            fill_bloc(pmf, up, down, tally, level->seat, yes[seat->voter], no[seat->voter], lanes);
            count_loose(pass, fail, level, pmf, up, down, lanes);
        } else {
            count_whole(pass, fail, level, yes[seat->voter], no[seat->voter], lanes);
        }
    }
    memcpy(out_yes, pass + (size_t)tally->root * lanes, lanes * sizeof *out_yes);
    if (out_no)
        memcpy(out_no, fail + (size_t)tally->root * lanes, lanes * sizeof *out_no);
}

static void count_tally(double *yes, double *no, const ws_tally *tally, const double *const *votes_yes,
                        const double *const *votes_no, double *scratch, size_t lanes)
{
    if (lanes == WS_LANES)
        count_levels(yes, no, tally, votes_yes, votes_no, scratch, WS_LANES);
    else
        count_levels(yes, no, tally, votes_yes, votes_no, scratch, lanes);
}

/* ---- A tree ---- */

static void count_node(double *yes, double *no, count *c, const ws_ballot_node *node, double *scratch);

static void fill_with(double *out, double value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = value;
}

/* How many of a node's parts pass is kept as a chance (yes: all; or any), or as a distribution. */
static bool is_counting(const ws_ballot_node *node)
{
    return node->kind == WS_TREE_AT_LEAST;
}

/* Takes one more part into `sum` (`no` NULL: of an `all` whose complement nobody asks for): [2][lanes] yes
 * and no; or [parts + 1][lanes], of which `have` are met. */
static void take_part(double *sum, const ws_ballot_node *node, size_t have, const double *restrict yes,
                      const double *restrict no, size_t n)
{
    if (is_counting(node)) {
        for (size_t k = have + 2; k-- > 0;)
            for (size_t i = 0; i < n; i++) {
                double stay = k <= have ? sum[k * n + i] * no[i] : 0;
                sum[k * n + i] = k > 0 ? stay + sum[(k - 1) * n + i] * yes[i] : stay;
            }
        return;
    }
    double *restrict all = node->kind == WS_TREE_ANY ? sum + n : sum;
    double *restrict any = node->kind == WS_TREE_ANY ? sum : sum + n;
    const double *good = node->kind == WS_TREE_ANY ? no : yes, *bad = node->kind == WS_TREE_ANY ? yes : no;
    for (size_t i = 0; bad && i < n; i++)
        any[i] = any[i] + all[i] * bad[i];
    for (size_t i = 0; i < n; i++)
        all[i] = all[i] * good[i];
}

static size_t sum_length(const ws_ballot_node *node, size_t parts)
{
    return is_counting(node) ? parts + 1 : 2;
}

/* No part yet: all hold, none passes. */
static void begin_sum(double *sum, const ws_ballot_node *node, size_t length, size_t n)
{
    memset(sum, 0, length * n * sizeof *sum);
    fill_with(node->kind == WS_TREE_ANY ? sum + n : sum, 1, n);
}

/* The group's parts, everything they share being fixed. */
static void count_parts(double *sum, count *c, const ws_ballot_node *node, const ws_ballot_group *group,
                        double *scratch)
{
    size_t n = c->lanes;
    double *yes = scratch, *rest = yes + n, *no = c->only_yes ? NULL : rest;
    begin_sum(sum, node, sum_length(node, group->part_count), n);
    for (size_t i = 0; i < group->part_count; i++) {
        count_node(yes, no, c, group->parts[i], rest + n);
        take_part(sum, node, i, yes, no, n);
    }
}

static bool is_zero(const double *weight, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (weight[i] != 0)
            return false;
    return true;
}

static void condition(double *sum, count *c, const ws_ballot_node *node, const ws_ballot_group *group,
                      size_t at, const double *weight, double *scratch);

/* One side of what is conditioned on: its weight, and everything after it. */
static void take_side(double *sum, count *c, const ws_ballot_node *node, const ws_ballot_group *group,
                      size_t at, const double *weight, const double *side, double *scratch)
{
    size_t n = c->lanes;
    for (size_t i = 0; i < n; i++)
        scratch[i] = weight[i] * side[i];
    if (!is_zero(scratch, n))
        condition(sum, c, node, group, at + 1, scratch, scratch + n);
}

/* Adds to `sum`, weighted, what the group gives for every way its shared votes from `at` on can go. */
static void condition(double *sum, count *c, const ws_ballot_node *node, const ws_ballot_group *group,
                      size_t at, const double *weight, double *scratch)
{
    size_t n = c->lanes, length = sum_length(node, group->part_count) * n;
    if (at == group->voter_count + group->body_count) {
        count_parts(scratch, c, node, group, scratch + length);
        for (size_t k = 0; k < length; k += n)
            for (size_t i = 0; i < n; i++)
                sum[k + i] += weight[i] * scratch[k + i];
        return;
    }
    if (at < group->voter_count) {
        size_t v = group->voters[at];
        const double *yes = c->yes[v], *no = c->no[v];
        c->yes[v] = c->ones;
        c->no[v] = c->zeros;
        take_side(sum, c, node, group, at, weight, yes, scratch);
        c->yes[v] = c->zeros;
        c->no[v] = c->ones;
        take_side(sum, c, node, group, at, weight, no, scratch);
        c->yes[v] = yes;
        c->no[v] = no;
        return;
    }
    size_t b = group->bodies[at - group->voter_count];
    double *yes = scratch, *no = yes + n;
    count_tally(yes, no, c->ballot->bodies[b], c->yes, c->no, no + n, n);
    c->body_yes[b] = c->ones;
    c->body_no[b] = c->zeros;
    take_side(sum, c, node, group, at, weight, yes, no + n);
    c->body_yes[b] = c->zeros;
    c->body_no[b] = c->ones;
    take_side(sum, c, node, group, at, weight, no, no + n);
    c->body_yes[b] = c->body_no[b] = NULL;
}

/* Takes a group's sum into the node's. */
static void take_group(double *sum, const ws_ballot_node *node, size_t have, const double *group,
                       size_t parts, bool only_yes, size_t n)
{
    if (!is_counting(node)) {
        take_part(sum, node, have, group, node->kind == WS_TREE_ALL && only_yes ? NULL : group + n, n);
        return;
    }
    for (size_t k = have + parts + 1; k-- > 0;)
        for (size_t i = 0; i < n; i++) {
            double mixed = 0;
            for (size_t j = 0; j <= parts && j <= k; j++)
                if (k - j <= have)
                    mixed += sum[(k - j) * n + i] * group[j * n + i];
            sum[k * n + i] = mixed;
        }
}

static void count_groups(double *yes, double *no, count *c, const ws_ballot_node *node, double *scratch)
{
    size_t n = c->lanes, have = 0;
    double *sum = scratch, *group_sum = sum + (node->part_count + 2) * n;
    bool before = c->only_yes, only_yes = !no && node->kind == WS_TREE_ALL;
    c->only_yes = only_yes;
    begin_sum(sum, node, sum_length(node, node->part_count), n);
    for (size_t g = 0; g < node->group_count; g++) {
        const ws_ballot_group *group = &node->groups[g];
        size_t length = sum_length(node, group->part_count);
        double *rest = group_sum + length * n;
        if (group->voter_count + group->body_count) {
            memset(group_sum, 0, length * n * sizeof *group_sum);
            condition(group_sum, c, node, group, 0, c->ones, rest);
        } else {
            count_parts(group_sum, c, node, group, rest);
        }
        take_group(sum, node, have, group_sum, group->part_count, only_yes, n);
        have += group->part_count;
    }
    c->only_yes = before;
    if (!is_counting(node)) {
        memcpy(yes, sum, n * sizeof *yes);
        if (no)
            memcpy(no, sum + n, n * sizeof *no);
        return;
    }
    fill_with(yes, 0, n);
    if (no)
        fill_with(no, 0, n);
    for (size_t k = 0; k <= node->part_count; k++) {
        double *side = k >= node->least ? yes : no;
        for (size_t i = 0; side && i < n; i++)
            side[i] += sum[k * n + i];
    }
}

/* Needed only where the condition holds. */
static void count_when(double *yes, double *no, count *c, const ws_ballot_node *node, double *scratch)
{
    size_t n = c->lanes;
    const double *holds = c->holds + node->when * c->stride;
    if (is_zero(holds, n)) {
        fill_with(yes, 1, n);
        if (no)
            fill_with(no, 0, n);
        return;
    }
    count_node(yes, no, c, node->groups[0].parts[0], scratch);
    for (size_t i = 0; i < n; i++)
        yes[i] = holds[i] != 0 ? yes[i] : 1;
    for (size_t i = 0; no && i < n; i++)
        no[i] = holds[i] != 0 ? no[i] : 0;
}

static void count_node(double *yes, double *no, count *c, const ws_ballot_node *node, double *scratch)
{
    size_t n = c->lanes;
    switch (node->kind) {
    case WS_TREE_BODY:
        if (c->body_yes[node->body]) {
            memcpy(yes, c->body_yes[node->body], n * sizeof *yes);
            if (no)
                memcpy(no, c->body_no[node->body], n * sizeof *no);
        } else {
            count_tally(yes, no, c->ballot->bodies[node->body], c->yes, c->no, scratch, n);
        }
        return;
    case WS_TREE_VOTER:
        memcpy(yes, c->yes[node->voter], n * sizeof *yes);
        if (no)
            memcpy(no, c->no[node->voter], n * sizeof *no);
        return;
    case WS_TREE_WHEN:
        count_when(yes, no, c, node, scratch);
        return;
    case WS_TREE_ALL:
    case WS_TREE_ANY:
    case WS_TREE_AT_LEAST:
        count_groups(yes, no, c, node, scratch);
        return;
    }
}

/* ---- The table ---- */

/* The whole tree as one diagram: conditions vote like voters, surely. Its rows of pointers stand over those
 * of the bodies. */
static void count_joint(double *yes, double *no, count *c, double *scratch)
{
    const ws_ballot *ballot = c->ballot;
    size_t n = c->lanes, voters = ballot->voter_count, whens = ballot->when_count;
    const double **rows = (const double **)(void *)scratch;
    double *sure = scratch + 2 * (voters + ballot->body_count + whens);
    for (size_t v = voters; v-- > 0;) /* [yes voters | no voters | ..] to [yes voters, whens | no ..] */
        rows[voters + whens + v] = c->no[v];
    for (size_t w = 0; w < whens; w++) {
        rows[voters + w] = c->holds + w * c->stride;
        for (size_t i = 0; i < n; i++)
            sure[w * n + i] = 1 - c->holds[w * c->stride + i];
        rows[2 * voters + whens + w] = sure + w * n;
    }
    count_tally(yes, no, ballot->joint, rows, rows + voters + whens, sure + whens * n, n);
}

/* Rounding may leave a sum of chances an ulp above 1. */
static void cap(double *chance, size_t lanes)
{
    for (size_t i = 0; chance && i < lanes; i++)
        chance[i] = chance[i] < 1 ? chance[i] : 1;
}

/* Rows of pointers into the votes, at the start of the scratch. */
static void count_ballot(double *yes, double *no, const ws_ballot *ballot, const ws_votes *votes,
                         double *scratch)
{
    count c = {.ballot = ballot, .lanes = votes->lanes, .stride = votes->stride, .holds = votes->holds};
    size_t voters = ballot->voter_count, bodies = ballot->body_count;
    const double **rows = (const double **)(void *)scratch;
    _Static_assert(sizeof *rows <= sizeof *scratch, "a pointer fits where a double does");
    c.yes = rows;
    c.no = rows + voters;
    c.body_yes = rows + 2 * voters;
    c.body_no = c.body_yes + bodies;
    for (size_t v = 0; v < voters; v++) {
        c.yes[v] = votes->yes + v * votes->stride;
        c.no[v] = votes->no + v * votes->stride;
    }
    for (size_t b = 0; b < bodies; b++)
        c.body_yes[b] = c.body_no[b] = NULL;
    if (ballot->joint) {
        count_joint(yes, no, &c, scratch);
        return;
    }
    fill_with(c.ones, 1, votes->lanes);
    count_node(yes, no, &c, ballot->root, scratch + 2 * (voters + bodies));
}

static void run_ballot(double *yes, double *no, const ws_ballot *ballot, const ws_votes *votes,
                       double *scratch)
{
    count_ballot(yes, no, ballot, votes, scratch);
    cap(yes, votes->lanes);
    cap(no, votes->lanes);
}

static void run_tally(double *yes, double *no, const ws_tally *tally, const ws_votes *votes, double *scratch)
{
    const double **rows = (const double **)(void *)scratch;
    size_t voters = 0;
    for (size_t i = 0; i < tally->seat_count; i++)
        if (tally->seats[i].voter >= voters)
            voters = tally->seats[i].voter + 1;
    for (size_t i = 0; i < tally->seat_count; i++) {
        size_t v = tally->seats[i].voter;
        rows[v] = votes->yes + v * votes->stride;
        rows[voters + v] = votes->no + v * votes->stride;
    }
    count_tally(yes, no, tally, rows, rows + voters, scratch + 2 * voters, votes->lanes);
    cap(yes, votes->lanes);
    cap(no, votes->lanes);
}

static void run_odds(double *restrict yes, double *restrict no, const double *restrict v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        yes[i] = 1 / (1 + v[i]);
        no[i] = v[i] * yes[i];
    }
}

static void run_logistic(double *yes, double *no, const double *z, size_t n)
{
    for (size_t at = 0; at < n; at += WS_WIDTH) {
        double margin[WS_WIDTH] = {0}, likely[WS_WIDTH], unlikely[WS_WIDTH];
        size_t some = n - at < WS_WIDTH ? n - at : WS_WIDTH;
        memcpy(margin, z + at, some * sizeof *z);
        ws__wide_logistic(likely, unlikely, margin);
        memcpy(yes + at, likely, some * sizeof *yes);
        memcpy(no + at, unlikely, some * sizeof *no);
    }
}

extern const ws_count_ops WS_COUNT_OPS;
const ws_count_ops WS_COUNT_OPS = {run_ballot, run_tally, run_odds, run_logistic};
