/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What opens or widens the deal zone, on random cases whose home fronts are uncertain, against a naive search
 * that shares no code with the product: every whole number of seats or votes on the way is tried, a threshold
 * must add a deal where it is said to and add none a little short of it, and the largest confidence that adds
 * a deal is sought among all. `SEED [COUNT]` repeats. */
#define DRAWS_CASES (1 << 14)
#define DRAWS_ANALYSES
#include "draws.h"

#include <math.h>
#include <string.h>

enum { PARTIES = 3, ACTORS = 3, ISSUES = 3, LEVELS = 3, DEALS = 27, MOST_SEATS = 7 };

typedef struct side {
    int points[ISSUES][LEVELS], reservation;
    bool home;
    int want[ACTORS][ISSUES][LEVELS]; /* points of the actors */
    double threshold[ACTORS], noise[ACTORS];
    unsigned seats[ACTORS], quota;
} side;

typedef struct game {
    side sides[PARTIES];
    unsigned least; /* how many sides must be for it */
    double alpha;
} game;

/* ---- A random case, drawn and written ---- */

static void draw_points(int points[ISSUES][LEVELS])
{
    for (int i = 0; i < ISSUES; i++)
        for (int l = 0; l < LEVELS; l++)
            points[i][l] = (int)draw(50);
}

static void draw_game(game *g)
{
    g->least = 2 + draw(2);
    g->alpha = 0.3 + 0.01 * draw(60);
    for (int p = 0; p < PARTIES; p++) {
        side *s = &g->sides[p];
        draw_points(s->points);
        s->reservation = (int)draw(90);
        s->home = draw(4) > 0;
        unsigned total = 0;
        for (int a = 0; a < ACTORS; a++) {
            draw_points(s->want[a]);
            s->threshold[a] = 20 + draw(80);
            s->noise[a] = 2 + draw(15);
            s->seats[a] = 1 + draw(MOST_SEATS);
            total += s->seats[a];
        }
        s->quota = 1 + draw(total);
    }
}

static void write_points(int points[ISSUES][LEVELS])
{
    for (int i = 0; i < ISSUES; i++) {
        say("%si%d: [", i ? ", " : "{", i);
        for (int l = 0; l < LEVELS; l++)
            say("%s%d", l ? ", " : "", points[i][l]);
        say("]");
    }
    say("}");
}

static void write_game(game *g)
{
    length = 0;
    say("winset: 1\nissues: {i0: [a, b, c], i1: [a, b, c], i2: [a, b, c]}\nparties:\n");
    for (int p = 0; p < PARTIES; p++) {
        side *s = &g->sides[p];
        say("  p%d:\n    points: ", p);
        write_points(s->points);
        say("\n    reservation: %d\n", s->reservation);
        if (!s->home)
            continue;
        say("    domestic:\n      actors:\n");
        for (int a = 0; a < ACTORS; a++) {
            say("        v%d: {points: ", a);
            write_points(s->want[a]);
            say(", threshold: %g, noise: %g, seats: %u}\n", s->threshold[a], s->noise[a], s->seats[a]);
        }
        say("      institutions: {house: {members: [v0, v1, v2], rule: {quota: %u}}}\n", s->quota);
    }
    say("agreement: {at_least: %u, of: [p0, p1, p2]}\n", g->least);
}

/* ---- The naive zone ---- */

static int worth(int points[ISSUES][LEVELS], int deal)
{
    return points[0][deal / 9] + points[1][deal / 3 % 3] + points[2][deal % 3];
}

static double chance(side *s, int deal)
{
    if (!s->home)
        return 1;
    double yes[ACTORS], sum = 0;
    for (int a = 0; a < ACTORS; a++)
        yes[a] = 1 / (1 + exp((s->threshold[a] - worth(s->want[a], deal)) / s->noise[a]));
    for (unsigned votes = 0; votes < 1u << ACTORS; votes++) {
        double p = 1;
        unsigned seats = 0;
        for (int a = 0; a < ACTORS; a++) {
            p *= votes >> a & 1 ? yes[a] : 1 - yes[a];
            seats += votes >> a & 1 ? s->seats[a] : 0;
        }
        sum += seats >= s->quota ? p : 0;
    }
    return sum;
}

static unsigned zone(game *g, double alpha)
{
    unsigned count = 0;
    for (int deal = 0; deal < DEALS; deal++) {
        unsigned with = 0;
        for (int p = 0; p < PARTIES; p++)
            with += worth(g->sides[p].points, deal) >= g->sides[p].reservation &&
                    chance(&g->sides[p], deal) >= alpha - 1e-12;
        count += with >= g->least;
    }
    return count;
}

/* ---- Comparing ---- */

static unsigned failures, compared;
static uint64_t seed;

static void differ(const char *what, double got, double want)
{
    failures++;
    printf("seed %llu: %s: %.17g instead of %.17g\n", (unsigned long long)seed, what, got, want);
}

/* By how much the number is said to change, up (sign 1) or down (-1); 0: not said. */
static double said(const ws_analysis *a, int sign, const char *what, unsigned *deals)
{
    for (size_t k = 0; k < a->opening_count; k++)
        if (strcmp(a->openings[k].change, what) == 0 && a->openings[k].by * sign > 0) {
            *deals = (unsigned)a->openings[k].zone;
            return a->openings[k].by;
        }
    return 0;
}

static void compare_change(const ws_analysis *a, int sign, const char *what, double by, unsigned deals)
{
    unsigned got_deals = deals;
    double got = said(a, sign, what, &got_deals);
    compared += by != 0;
    if (fabs(got - by) > 1e-6)
        differ(what, got, by);
    else if (got_deals != deals)
        differ(what, got_deals, deals);
}

/* The first step on the way to `to` that adds a deal. */
static void compare_number(game *g, const ws_analysis *a, unsigned *number, unsigned to, const char *what)
{
    unsigned from = *number, now = zone(g, g->alpha), then = now;
    int sign = to > from ? 1 : -1;
    while (then <= now && *number != to) {
        *number = (unsigned)((int)*number + sign);
        then = zone(g, g->alpha);
    }
    compare_change(a, sign, what, then > now ? (double)*number - from : 0, then);
    *number = from;
}

/* A threshold's fall is told apart by trial: enough, and not enough a little sooner. */
static void compare_threshold(game *g, const ws_analysis *a, double *threshold, const char *what)
{
    double own = *threshold;
    unsigned now = zone(g, g->alpha), deals = 0;
    double by = said(a, -1, what, &deals);
    *threshold = by != 0 ? own + by * (1 - 1e-6) : own - 1e6;
    if (zone(g, g->alpha) > now)
        differ(what, by, -1);
    *threshold = own + by * (1 + 1e-6);
    if (by != 0 && zone(g, g->alpha) <= now)
        differ(what, by, 0);
    compared += by != 0;
    *threshold = own;
}

static void compare_alpha(game *g, const ws_analysis *a)
{
    double best = 0;
    unsigned now = zone(g, g->alpha);
    for (int deal = 0; deal < DEALS; deal++)
        for (int p = 0; p < PARTIES; p++) {
            double at = chance(&g->sides[p], deal);
            if (at < g->alpha - 1e-9 && at > best && zone(g, at) > now)
                best = at;
        }
    compare_change(a, -1, "alpha", best > 0 ? best - g->alpha : 0, best > 0 ? zone(g, best) : 0);
}

static void compare(void *of, const ws_analysis *a)
{
    game *g = of;
    char what[80];
    if (a->zone.deal_zone != zone(g, g->alpha))
        differ("deal zone", (double)a->zone.deal_zone, zone(g, g->alpha));
    for (int p = 0; p < PARTIES; p++) {
        side *s = &g->sides[p];
        if (!s->home)
            continue;
        unsigned total = 0;
        for (int v = 0; v < ACTORS; v++)
            total += s->seats[v];
        for (int v = 0; v < ACTORS; v++) {
            snprintf(what, sizeof what, "parties.p%d.domestic.actors.v%d.threshold", p, v);
            compare_threshold(g, a, &s->threshold[v], what);
            snprintf(what, sizeof what, "parties.p%d.domestic.actors.v%d.seats", p, v);
            compare_number(g, a, &s->seats[v], s->seats[v] + total, what);
        }
        snprintf(what, sizeof what, "parties.p%d.domestic.institutions.house.rule.quota", p);
        compare_number(g, a, &s->quota, 1, what);
    }
    compare_alpha(g, a);
}

static bool run_case(void)
{
    static game g;
    state = seed;
    draw_game(&g);
    write_game(&g);
    if (!analyze_text(seed, &(ws_analyze_options){.opening = true, .alpha = g.alpha}, compare, &g))
        failures++;
    return failures < 10;
}

int main(int argc, char **argv)
{
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1,
             count = argc > 2 ? strtoull(argv[2], NULL, 10) : 400;
    if (argc == 2)
        count = 1;
    for (seed = first; seed < first + count && run_case(); seed++)
        ;
    printf("%llu cases, %u openings, %u differences\n", (unsigned long long)(seed - first), compared,
           failures);
    return failures || compared == 0 ? 1 : 0;
}
