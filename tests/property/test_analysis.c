/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole analyses of random small cases against a naive program that shares no code with the product: it
 * enumerates all outcomes and compares exact integers (tenths). Cases have constraints, interactions,
 * classes, agreement rules, veto players at home (without noise), ties on purpose. `SEED [COUNT]` repeats. */
#define DRAWS_CASES (1 << 16)
#define DRAWS_ANALYSES
#include "draws.h"

#include <math.h>
#include <string.h>

enum { PARTIES = 4, ISSUES = 4, LEVELS = 4, DEALS = 256, CLASSES = 4, TERMS = 3, PARTS = 3, TESTS = 64 };

/* Tenths as a decimal. */
static void say_tenths(int tenths)
{
    say("%s%d.%d", tenths < 0 ? "-" : "", abs(tenths) / 10, abs(tenths) % 10);
}

/* ---- Conditions ---- */

typedef struct condition {
    char kind; /* t: test, a: all, o: any, n: not, * : otherwise */
    unsigned issue;
    bool allowed[LEVELS];
    unsigned parts[PARTS], count; /* positions among `conditions` */
} condition;

static condition conditions[TESTS];
static unsigned condition_count;

/* ---- The case ---- */

typedef struct rule { /* the agreement */
    char kind; /* u: unanimity, k: at least `least` of all, v: party 0 and at least `least` of the others,
                  q: weights with a quota, w: unanimity, but party 0 is needed only where a condition holds */
    unsigned least, weight[PARTIES], quota, when;
    const char *name; /* of the quota; NULL: as a number */
} rule;

typedef struct game {
    unsigned parties, issues, levels[ISSUES], deals;
    int points[PARTIES][ISSUES][LEVELS];
    unsigned term_count[PARTIES], term[PARTIES][TERMS];
    int add[PARTIES][TERMS], reservation[PARTIES];
    bool default_reservation[PARTIES];
    bool home[PARTIES], own_failure[PARTIES]; /* a veto player; what a deal that fails there is worth */
    int wants[PARTIES][ISSUES][LEVELS], threshold[PARTIES], failure[PARTIES];
    unsigned constraint_count, constraints[2], class_count, classes[CLASSES];
    rule agreement;
    /* found by enumeration */
    unsigned level[DEALS][ISSUES], class_of[DEALS];
    int u[DEALS][PARTIES], e[DEALS][PARTIES], least[PARTIES], most[PARTIES];
    int veto[DEALS][PARTIES]; /* what the deal is worth to the veto player */
    bool feasible[DEALS], acceptable[DEALS], accepts[DEALS][PARTIES], delivers[DEALS][PARTIES];
    bool zone[DEALS], delivered[DEALS];
    unsigned feasible_count;
} game;

static unsigned new_condition(const game *g, unsigned depth)
{
    unsigned at = condition_count++;
    condition c = {.kind = depth && draw(3) == 0 ? "aon"[draw(3)] : 't'};
    if (c.kind == 't') {
        c.issue = draw(g->issues);
        unsigned pivot = draw(g->levels[c.issue]), how = draw(4);
        for (unsigned l = 0; l < g->levels[c.issue]; l++)
            c.allowed[l] = how == 0 ? l == pivot : how == 1 ? l >= pivot : how == 2 ? l <= pivot : l != pivot;
        c.count = how; /* how it is written */
        c.parts[0] = pivot;
    } else {
        c.count = c.kind == 'n' ? 1 : 2;
        for (unsigned i = 0; i < c.count; i++)
            c.parts[i] = new_condition(g, depth - 1);
    }
    conditions[at] = c;
    return at;
}

static void say_condition(unsigned at)
{
    static const char *const how[] = {"", ">=", "<=", "!="};
    const condition *c = &conditions[at];
    if (c->kind == 't') {
        say("{i%u: \"%sl%u\"}", c->issue, how[c->count], c->parts[0]);
        return;
    }
    say(c->kind == 'a' ? "{all: [" : c->kind == 'o' ? "{any: [" : "{not: ");
    for (unsigned i = 0; i < c->count; i++) {
        say(i ? ", " : "");
        say_condition(c->parts[i]);
    }
    say(c->kind == 'n' ? "}" : "]}");
}

static bool holds(unsigned at, const unsigned *level)
{
    const condition *c = &conditions[at];
    bool first, second;
    switch (c->kind) {
    case 't':
        return c->allowed[level[c->issue]];
    case '*':
        return true;
    case 'n':
        return !holds(c->parts[0], level);
    default:
        first = holds(c->parts[0], level);
        second = holds(c->parts[1], level);
        return c->kind == 'a' ? first && second : first || second;
    }
}

static void random_rule(game *g)
{
    rule *r = &g->agreement;
    r->kind = draw(2) ? 'u' : "kvqw"[draw(4)];
    r->least = 1 + draw(g->parties - 1);
    unsigned total = 0;
    for (unsigned p = 0; p < g->parties; p++)
        total += r->weight[p] = 1 + draw(5);
    static const char *const names[] = {NULL, "majority", "two-thirds", "unanimity"};
    unsigned named = draw(4);
    r->name = names[named];
    r->quota = named == 0   ? 1 + draw(total)
               : named == 1 ? total / 2 + 1
               : named == 2 ? (2 * total + 2) / 3
                            : total;
    r->when = r->kind == 'w' ? new_condition(g, 1) : 0;
}

static void random_game(game *g)
{
    memset(g, 0, sizeof *g);
    condition_count = 0;
    g->parties = 2 + draw(3);
    g->issues = 1 + draw(ISSUES);
    g->deals = 1;
    unsigned spread = 2 + draw(9);
    for (unsigned i = 0; i < g->issues; i++)
        g->deals *= g->levels[i] = 1 + draw(LEVELS);
    for (unsigned p = 0; p < g->parties; p++) {
        for (unsigned i = 0; i < g->issues; i++)
            for (unsigned l = 0; l < g->levels[i]; l++)
                g->points[p][i][l] = (int)draw(spread) - (draw(4) == 0);
        g->term_count[p] = draw(3) == 0 ? draw(TERMS) : 0;
        for (unsigned t = 0; t < g->term_count[p]; t++) {
            g->term[p][t] = new_condition(g, 1);
            g->add[p][t] = (int)draw(2 * spread) - (int)spread;
        }
        g->home[p] = draw(3) == 0;
        g->own_failure[p] = draw(2);
        g->threshold[p] = (int)draw(2 * spread) - 1;
        g->failure[p] = (int)draw(spread) - 2;
        for (unsigned i = 0; i < g->issues; i++)
            for (unsigned l = 0; l < g->levels[i]; l++)
                g->wants[p][i][l] = (int)draw(spread);
        g->default_reservation[p] = draw(5) == 0;
        g->reservation[p] = (int)draw(2 * spread) - 1;
    }
    g->constraint_count = draw(2) ? draw(3) : 0;
    for (unsigned k = 0; k < g->constraint_count; k++)
        g->constraints[k] = new_condition(g, 2);
    g->class_count = draw(2) ? 1 + draw(CLASSES - 1) : 0;
    for (unsigned k = 0; k < g->class_count; k++)
        g->classes[k] = new_condition(g, 2);
    random_rule(g);
}

static void say_rule(const game *g)
{
    const rule *r = &g->agreement;
    if (r->kind == 'u')
        return;
    if (r->kind == 'q') {
        say("agreement: {members: {");
        for (unsigned p = 0; p < g->parties; p++)
            say("%sp%u: %u", p ? ", " : "", p, r->weight[p]);
        if (r->name)
            say("}, rule: %s}\n", r->name);
        else
            say("}, rule: {quota: %u}}\n", r->quota);
        return;
    }
    if (r->kind == 'w') {
        say("agreement: {all: [{when: ");
        say_condition(r->when);
        say(", need: p0}");
        for (unsigned p = 1; p < g->parties; p++)
            say(", p%u", p);
        say("]}\n");
        return;
    }
    say(r->kind == 'v' ? "agreement: {all: [p0, {at_least: %u, of: [" : "agreement: {at_least: %u, of: [",
        r->least);
    for (unsigned p = r->kind == 'v'; p < g->parties; p++)
        say("%sp%u", p > (r->kind == 'v') ? ", " : "", p);
    say(r->kind == 'v' ? "]}]}\n" : "]}\n");
}

static void say_home(const game *g, unsigned p)
{
    say("    domestic:\n      actors:\n        v%u:\n          points:\n", p);
    for (unsigned i = 0; i < g->issues; i++) {
        say("            i%u: [", i);
        for (unsigned l = 0; l < g->levels[i]; l++) {
            if (l)
                say(", ");
            say_tenths(g->wants[p][i][l]);
        }
        say("]\n");
    }
    say("          threshold: ");
    say_tenths(g->threshold[p]);
    say("\n      institutions: {chamber: {veto: v%u}}\n", p);
    if (g->own_failure[p]) {
        say("      failure: ");
        say_tenths(g->failure[p]);
        say("\n");
    }
}

static void say_party(const game *g, unsigned p)
{
    say("  p%u:\n    points:\n", p);
    for (unsigned i = 0; i < g->issues; i++) {
        say("      i%u: [", i);
        for (unsigned l = 0; l < g->levels[i]; l++) {
            say(l ? ", " : "");
            say_tenths(g->points[p][i][l]);
        }
        say("]\n");
    }
    if (!g->default_reservation[p]) {
        say("    reservation: ");
        say_tenths(g->reservation[p]);
        say("\n");
    }
    if (g->term_count[p])
        say("    together:\n");
    for (unsigned t = 0; t < g->term_count[p]; t++) {
        say("      - {when: ");
        say_condition(g->term[p][t]);
        say(", add: ");
        say_tenths(g->add[p][t]);
        say("}\n");
    }
    if (g->home[p])
        say_home(g, p);
}

static void say_game(const game *g)
{
    length = 0;
    say("winset: 1\nissues:\n");
    for (unsigned i = 0; i < g->issues; i++) {
        say("  i%u: [", i);
        for (unsigned l = 0; l < g->levels[i]; l++)
            say("%sl%u", l ? ", " : "", l);
        say("]\n");
    }
    say("parties:\n");
    for (unsigned p = 0; p < g->parties; p++)
        say_party(g, p);
    say_rule(g);
    if (g->constraint_count)
        say("constraints:\n");
    for (unsigned k = 0; k < g->constraint_count; k++) {
        say("  - ");
        say_condition(g->constraints[k]);
        say("\n");
    }
    if (g->class_count)
        say("classes:\n");
    for (unsigned k = 0; k < g->class_count; k++) {
        say("  c%u: ", k);
        say_condition(g->classes[k]);
        say("\n");
    }
}

/* ---- Enumeration ---- */

static bool agrees(const game *g, const bool *who, const unsigned *level)
{
    const rule *r = &g->agreement;
    unsigned count = 0, others = 0, weight = 0;
    for (unsigned p = 0; p < g->parties; p++) {
        count += who[p];
        others += p > 0 && who[p];
        weight += who[p] ? r->weight[p] : 0;
    }
    switch (r->kind) {
    case 'k':
        return count >= r->least;
    case 'v':
        return who[0] && others >= r->least;
    case 'q':
        return weight >= r->quota;
    case 'w':
        return others == g->parties - 1 && (who[0] || !holds(r->when, level));
    default:
        return count == g->parties;
    }
}

static void enumerate(game *g)
{
    for (unsigned d = 0; d < g->deals; d++) {
        unsigned rest = d;
        for (unsigned i = g->issues; i-- > 0; rest /= g->levels[i])
            g->level[d][i] = rest % g->levels[i];
        g->feasible[d] = true;
        for (unsigned k = 0; k < g->constraint_count; k++)
            g->feasible[d] = g->feasible[d] && holds(g->constraints[k], g->level[d]);
        g->class_of[d] = g->class_count; /* other; without classes all are of the one there is */
        for (unsigned k = g->class_count; k-- > 0;)
            if (holds(g->classes[k], g->level[d]))
                g->class_of[d] = k;
        for (unsigned p = 0; p < g->parties; p++) {
            for (unsigned i = 0; i < g->issues; i++)
                g->u[d][p] += g->points[p][i][g->level[d][i]];
            for (unsigned t = 0; t < g->term_count[p]; t++)
                g->u[d][p] += holds(g->term[p][t], g->level[d]) ? g->add[p][t] : 0;
            bool first = g->feasible_count == 0;
            if (g->feasible[d]) {
                g->least[p] = first || g->u[d][p] < g->least[p] ? g->u[d][p] : g->least[p];
                g->most[p] = first || g->u[d][p] > g->most[p] ? g->u[d][p] : g->most[p];
            }
        }
        g->feasible_count += g->feasible[d];
    }
    for (unsigned p = 0; p < g->parties; p++)
        if (g->default_reservation[p])
            g->reservation[p] = g->least[p];
    for (unsigned p = 0; p < g->parties; p++)
        if (!g->home[p] || !g->own_failure[p])
            g->failure[p] = g->reservation[p];
    for (unsigned d = 0; d < g->deals; d++) {
        bool win[PARTIES], all_deliver = true;
        for (unsigned p = 0; p < g->parties; p++) {
            for (unsigned i = 0; i < g->issues; i++)
                g->veto[d][p] += g->wants[p][i][g->level[d][i]];
            g->accepts[d][p] = g->u[d][p] >= g->reservation[p];
            g->delivers[d][p] = !g->home[p] || g->veto[d][p] >= g->threshold[p];
            win[p] = g->accepts[d][p] && g->delivers[d][p];
            all_deliver = all_deliver && g->delivers[d][p];
        }
        g->acceptable[d] = g->feasible[d] && agrees(g, g->accepts[d], g->level[d]);
        g->zone[d] = g->feasible[d] && agrees(g, win, g->level[d]);
        g->delivered[d] = g->agreement.kind == 'u' ? all_deliver : agrees(g, win, g->level[d]);
        for (unsigned p = 0; p < g->parties; p++)
            g->e[d][p] = g->delivered[d] ? g->u[d][p] : g->failure[p];
    }
}

/* d is as good as c for everybody, and better for one or of a lower index. */
static bool beats(const game *g, const int (*u)[PARTIES], unsigned d, unsigned c)
{
    bool some = false;
    for (unsigned p = 0; p < g->parties; p++) {
        if (u[d][p] < u[c][p])
            return false;
        some = some || u[d][p] > u[c][p];
    }
    return some || d < c;
}

static bool efficient_in(const game *g, const int (*u)[PARTIES], const bool *set, unsigned d)
{
    for (unsigned c = 0; c < g->deals; c++)
        if (c != d && set[c] && beats(g, u, c, d))
            return false;
    return set[d];
}

/* ---- Solutions ---- */

typedef struct judged {
    int64_t score, tie[PARTIES];
    unsigned width;
} judged;

static int compare_whole(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static judged judge(const game *g, const int *u, ws_solution solution, const int *best)
{
    judged j = {.score = 0};
    int64_t common = 1, product = 1, sum = 0, ratios = 0, least_gain = INT32_MAX, least_loss = INT32_MAX;
    int64_t least_ratio = INT64_MAX;
    bool zero = false;
    bool by_ratio = solution == WS_SOLUTION_KALAI_SMORODINSKY || solution == WS_SOLUTION_RELATIVE_UTILITARIAN;
    for (unsigned p = 0; p < g->parties; p++)
        common *= best[p] > 0 ? best[p] : 1;
    for (unsigned p = 0; p < g->parties; p++) {
        int64_t gain = u[p] - g->reservation[p], loss = gain - best[p];
        sum += u[p];
        least_gain = gain < least_gain ? gain : least_gain;
        least_loss = loss < least_loss ? loss : least_loss;
        if (best[p] > 0) {
            int64_t ratio = gain * common / best[p];
            zero = zero || gain <= 0;
            product *= gain > 0 ? gain : 0;
            ratios += ratio;
            least_ratio = ratio < least_ratio ? ratio : least_ratio;
            if (by_ratio)
                j.tie[j.width++] = ratio;
        }
        if (!by_ratio)
            j.tie[j.width++] = solution == WS_SOLUTION_EQUAL_LOSS ? loss : gain;
    }
    qsort(j.tie, j.width, sizeof *j.tie, compare_whole);
    switch (solution) {
    case WS_SOLUTION_NASH:
        j.score = zero ? 0 : product;
        break;
    case WS_SOLUTION_KALAI_SMORODINSKY:
        j.score = least_ratio;
        break;
    case WS_SOLUTION_EGALITARIAN:
        j.score = least_gain;
        break;
    case WS_SOLUTION_UTILITARIAN:
        j.score = sum;
        break;
    case WS_SOLUTION_RELATIVE_UTILITARIAN:
        j.score = ratios;
        break;
    case WS_SOLUTION_EQUAL_LOSS:
        j.score = least_loss;
        break;
    default: /* most deliverable: every acceptable deal is delivered */
        break;
    }
    return j;
}

static bool wins(const judged *a, const judged *b)
{
    if (a->score != b->score)
        return a->score > b->score;
    for (unsigned k = 0; k < a->width; k++)
        if (a->tie[k] != b->tie[k])
            return a->tie[k] > b->tie[k];
    return false;
}

static void largest_gains(int *best, const game *g, const int (*u)[PARTIES], const bool *set)
{
    for (unsigned p = 0; p < g->parties; p++) {
        best[p] = INT32_MIN;
        for (unsigned d = 0; d < g->deals; d++)
            if (set[d] && u[d][p] - g->reservation[p] > best[p])
                best[p] = u[d][p] - g->reservation[p];
    }
}

/* The lowest index among the best of `candidates`, gains being measured by `best`. */
static uint64_t choose(const game *g, const int (*u)[PARTIES], const bool *candidates, ws_solution solution,
                       const int *best)
{
    uint64_t chosen = WS_NO_OUTCOME;
    judged top = {0};
    for (unsigned d = 0; d < g->deals; d++) {
        if (!candidates[d])
            continue;
        judged j = judge(g, u[d], solution, best);
        if (chosen == WS_NO_OUTCOME || wins(&j, &top)) {
            chosen = d;
            top = j;
        }
    }
    return chosen;
}

/* Raiffa's sequence in long doubles over all acceptable deals, then Kalai and Smorodinsky's from its end. */
static bool reaches(const game *g, const int *u, const long double *d)
{
    for (unsigned p = 0; p < g->parties; p++)
        if (u[p] < d[p] - 1e-11L)
            return false;
    return true;
}

static uint64_t choose_raiffa(const game *g, const int (*u)[PARTIES], const bool *set, const bool *candidates)
{
    long double d[PARTIES], next[PARTIES];
    for (unsigned p = 0; p < g->parties; p++)
        d[p] = g->reservation[p];
    bool some = false;
    for (unsigned c = 0; c < g->deals; c++)
        some = some || (set[c] && reaches(g, u[c], d));
    for (bool moves = some; moves;) {
        moves = false;
        for (unsigned p = 0; p < g->parties; p++) {
            long double top = d[p];
            for (unsigned c = 0; c < g->deals; c++)
                if (set[c] && reaches(g, u[c], d) && u[c][p] > top)
                    top = u[c][p];
            next[p] = d[p] + (top - d[p]) / g->parties;
            long double range = g->most[p] - g->least[p], move = next[p] - d[p];
            moves = moves || move >= 1e-9L * (range > 0 ? range : 1);
        }
        bool any = false;
        for (unsigned c = 0; c < g->deals; c++)
            any = any || (set[c] && reaches(g, u[c], next));
        if (!any)
            break;
        memcpy(d, next, sizeof d);
    }
    uint64_t chosen = WS_NO_OUTCOME;
    long double top[PARTIES], most[PARTIES];
    for (unsigned p = 0; p < g->parties; p++) {
        most[p] = -INFINITY;
        for (unsigned c = 0; c < g->deals; c++)
            if (candidates[c] && (!some || reaches(g, u[c], d)) && u[c][p] - d[p] > most[p])
                most[p] = u[c][p] - d[p];
    }
    for (unsigned c = 0; c < g->deals; c++) {
        if (!candidates[c] || (some && !reaches(g, u[c], d)))
            continue;
        long double ratio[PARTIES];
        unsigned width = 0;
        for (unsigned p = 0; p < g->parties; p++)
            if (most[p] > 1e-10L)
                ratio[width++] = (u[c][p] - d[p]) / most[p];
        for (unsigned i = 0; i < width; i++)
            for (unsigned k = i + 1; k < width; k++)
                if (ratio[k] < ratio[i]) {
                    long double swap = ratio[i];
                    ratio[i] = ratio[k];
                    ratio[k] = swap;
                }
        bool better = chosen == WS_NO_OUTCOME;
        for (unsigned k = 0; k < width && !better; k++) {
            if (ratio[k] > top[k] + 1e-9L)
                better = true;
            else if (ratio[k] < top[k] - 1e-9L)
                break;
        }
        if (better) {
            chosen = c;
            memcpy(top, ratio, sizeof top);
        }
    }
    return chosen;
}

/* ---- Comparison ---- */

static uint64_t seed;
static unsigned failures;

static void expect(bool fine, const char *what, double found, double expected)
{
    if (fine)
        return;
    if (failures++ < 10)
        printf("seed %llu: %s is %g, expected %g\n%s\n", (unsigned long long)seed, what, found, expected,
               text);
}

static void expect_count(uint64_t found, uint64_t expected, const char *what)
{
    expect(found == expected, what, found == WS_NO_OUTCOME ? -1 : (double)found,
           expected == WS_NO_OUTCOME ? -1 : (double)expected);
}

/* The surest deals: those delivered where there are any; ties by leximin of gains. */
static uint64_t choose_surest(const game *g, const int (*u)[PARTIES], const bool *set, const int *best)
{
    bool surest[DEALS], candidates[DEALS], any = false;
    for (unsigned d = 0; d < g->deals; d++)
        any = any || (set[d] && g->delivered[d]);
    for (unsigned d = 0; d < g->deals; d++)
        surest[d] = set[d] && (!any || g->delivered[d]);
    for (unsigned d = 0; d < g->deals; d++)
        candidates[d] = efficient_in(g, u, surest, d);
    return choose(g, u, candidates, WS_SOLUTION_MOST_DELIVERABLE, best);
}

static void compare_solutions(const game *g, const ws_outcome *found, const int (*u)[PARTIES],
                              const bool *set, const char *where)
{
    bool candidates[DEALS];
    int best[PARTIES];
    for (unsigned d = 0; d < g->deals; d++)
        candidates[d] = efficient_in(g, u, set, d);
    largest_gains(best, g, u, set);
    for (int s = 0; s < WS_SOLUTION_COUNT; s++) {
        char what[64];
        snprintf(what, sizeof what, "%s %s", ws_solution_key((ws_solution)s), where);
        uint64_t expected = s == WS_SOLUTION_RAIFFA ? choose_raiffa(g, u, set, candidates)
                            : s == WS_SOLUTION_MOST_DELIVERABLE
                                ? choose_surest(g, u, set, best)
                                : choose(g, u, candidates, (ws_solution)s, best);
        expect_count(found[s].index, expected, what);
    }
}

static void compare_frontier(const game *g, const ws_analysis *a)
{
    unsigned size = 0;
    for (unsigned d = 0; d < g->deals; d++)
        size += efficient_in(g, g->u, g->feasible, d);
    expect_count(a->frontier_size, size, "frontier size");
    for (size_t k = 0; k < a->point_count; k++) {
        uint64_t d = a->points[k].index;
        expect(d < g->deals && efficient_in(g, g->u, g->feasible, (unsigned)d), "frontier point", (double)d,
               0);
        if (k == 0 || d >= g->deals)
            continue;
        const double *u = a->points[k - 1].u, *v = a->points[k].u;
        unsigned p = 0;
        while (p + 1 < g->parties && u[p] == v[p])
            p++;
        expect(u[p] > v[p], "order of the frontier", v[p], u[p]);
    }
}

static void compare_classes(const game *g, const ws_analysis *a)
{
    int best[PARTIES];
    largest_gains(best, g, g->u, g->acceptable);
    unsigned shown = g->class_count ? g->class_count : 1;
    for (unsigned k = 0; k <= g->class_count; k++) {
        uint64_t outcomes = 0, acceptable = 0, in_zone = 0;
        bool set[DEALS], candidates[DEALS];
        for (unsigned d = 0; d < g->deals; d++) {
            set[d] = g->acceptable[d] && g->class_of[d] == k;
            outcomes += g->feasible[d] && g->class_of[d] == k;
            acceptable += set[d];
            in_zone += g->zone[d] && g->class_of[d] == k;
        }
        for (unsigned d = 0; d < g->deals; d++)
            candidates[d] = efficient_in(g, g->u, set, d);
        if (k >= shown && outcomes == 0)
            continue;
        if (k >= a->class_count) {
            expect(false, "classes", (double)a->class_count, k + 1);
            return;
        }
        expect_count(a->classes[k].outcomes, outcomes, "outcomes of a class");
        expect_count(a->classes[k].acceptable, acceptable, "acceptable outcomes of a class");
        expect_count(a->classes[k].in_zone, in_zone, "outcomes of a class in the zone");
        expect_count(a->classes[k].best.index, choose(g, g->u, candidates, WS_SOLUTION_NASH, best),
                     "best of a class");
    }
}

static void compare_zone(const game *g, const ws_analysis *a)
{
    uint64_t acceptable = 0, joint = 0, zone = 0;
    double opposition = INFINITY;
    for (unsigned d = 0; d < g->deals; d++) {
        bool all = true;
        double sum = 0;
        for (unsigned p = 0; p < g->parties; p++) {
            all = all && g->u[d][p] >= g->reservation[p];
            double range = g->most[p] - g->least[p], missing = g->most[p] - g->u[d][p];
            sum += range > 0 ? missing / range * missing / range : 0;
        }
        acceptable += g->acceptable[d];
        zone += g->zone[d];
        joint += g->feasible[d] && all && g->delivered[d];
        if (g->feasible[d] && sqrt(sum) < opposition)
            opposition = sqrt(sum);
    }
    expect_count(a->feasible, g->feasible_count, "feasible");
    expect_count(a->zone.acceptable, acceptable, "acceptable");
    expect_count(a->zone.deal_zone, zone, "deal zone");
    expect_count(a->zone.joint, joint, "joint");
    expect(isfinite(opposition) ? fabs(a->opposition - opposition) < 1e-9 : isnan(a->opposition),
           "opposition", a->opposition, opposition);
    for (unsigned p = 0; p < g->parties; p++) {
        uint64_t accepts = 0, delivers = 0, wins = 0;
        for (unsigned d = 0; d < g->deals; d++) {
            accepts += g->feasible[d] && g->accepts[d][p];
            delivers += g->feasible[d] && g->delivers[d][p];
            wins += g->feasible[d] && g->accepts[d][p] && g->delivers[d][p];
        }
        expect_count(a->zone.accepts[p], accepts, "accepts");
        expect_count(a->zone.win_set[p], wins, "win-set");
        expect_count(a->zone.deliverable[p], delivers, "deliverable");
    }
    bool candidates[DEALS];
    int best[PARTIES];
    for (unsigned d = 0; d < g->deals; d++)
        candidates[d] = efficient_in(g, g->u, g->zone, d);
    largest_gains(best, g, g->u, g->acceptable);
    expect_count(a->zone.best.index, choose(g, g->u, candidates, WS_SOLUTION_NASH, best), "best of the zone");
}

/* How many deals are in the zone if a party accepts from `reservation` and its veto player from `threshold`.
 */
static uint64_t zone_with(const game *g, unsigned p, int reservation, int threshold)
{
    uint64_t zone = 0;
    for (unsigned d = 0; d < g->deals; d++) {
        bool who[PARTIES];
        for (unsigned q = 0; q < g->parties; q++)
            who[q] = q != p ? g->accepts[d][q] && g->delivers[d][q]
                            : g->u[d][p] >= reservation && (!g->home[p] || g->veto[d][p] >= threshold);
        zone += g->feasible[d] && agrees(g, who, g->level[d]);
    }
    return zone;
}

static void compare_opening(const ws_analysis *a, const char *change, int from, int to, uint64_t zone)
{
    const ws_opening *found = NULL;
    for (size_t k = 0; k < a->opening_count; k++)
        if (strcmp(a->openings[k].change, change) == 0)
            found = &a->openings[k];
    if (to == INT32_MIN) {
        expect(!found, "an opening that opens nothing", 1, 0);
        return;
    }
    if (!found) {
        expect(false, change, (double)NAN, (to - from) / 10.0);
        return;
    }
    expect(fabs(found->by - (to - from) / 10.0) < 1e-9, change, found->by, (to - from) / 10.0);
    expect_count(found->zone, zone, "zone of an opening");
}

/* The smallest fall of one reservation value, or of one threshold, that adds a deal: the highest lower value
 * at which the zone is larger. */
static void compare_openings(const game *g, const ws_analysis *a)
{
    for (unsigned p = 0; p < g->parties; p++) {
        int accept = INT32_MIN, pass = INT32_MIN;
        uint64_t now = zone_with(g, p, g->reservation[p], g->threshold[p]);
        for (unsigned d = 0; d < g->deals; d++) {
            int u = g->u[d][p], v = g->veto[d][p];
            if (u < g->reservation[p] && u > accept && zone_with(g, p, u, g->threshold[p]) > now)
                accept = u;
            if (g->home[p] && v < g->threshold[p] && v > pass && zone_with(g, p, g->reservation[p], v) > now)
                pass = v;
        }
        char change[64];
        snprintf(change, sizeof change, "parties.p%u.reservation", p);
        compare_opening(a, change, g->reservation[p], accept, zone_with(g, p, accept, g->threshold[p]));
        snprintf(change, sizeof change, "parties.p%u.domestic.actors.v%u.threshold", p, p);
        compare_opening(a, change, g->threshold[p], pass, zone_with(g, p, g->reservation[p], pass));
    }
}

static void compare(void *of, const ws_analysis *a)
{
    const game *g = of;
    bool set[DEALS];
    compare_zone(g, a);
    compare_frontier(g, a);
    compare_classes(g, a);
    compare_solutions(g, a->solutions, g->u, g->acceptable, "on u");
    for (unsigned d = 0; d < g->deals; d++) {
        bool who[PARTIES];
        for (unsigned p = 0; p < g->parties; p++)
            who[p] = g->e[d][p] >= g->reservation[p];
        set[d] = g->feasible[d] && agrees(g, who, g->level[d]);
    }
    compare_solutions(g, a->solutions_expected, g->e, set, "on E");
    compare_openings(g, a);
}

static bool run_case(void)
{
    static game g;
    state = seed;
    random_game(&g);
    say_game(&g);
    enumerate(&g);
    if (!analyze_text(seed, &(ws_analyze_options){.opening = true}, compare, &g))
        failures++;
    return failures < 10;
}

int main(int argc, char **argv)
{
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1,
             count = argc > 2 ? strtoull(argv[2], NULL, 10) : 3000;
    if (argc == 2)
        count = 1;
    for (seed = first; seed < first + count && run_case(); seed++)
        ;
    printf("%llu cases, %u differences\n", (unsigned long long)(seed - first), failures);
    return failures ? 1 : 0;
}
