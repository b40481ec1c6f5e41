/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The price of passing, on random small homes whose votes are uncertain, against a naive search that shares
 * no code with the product: what is named must reach the probability asked for, and nothing that a grid over
 * all ways to move the actors finds may be cheaper. `SEED [COUNT]` repeats. */
#define DRAWS_CASES 4096
#include "draws.h"

#include <math.h>

enum { ACTORS = 3, STEPS = 40 };

typedef struct home {
    double u[ACTORS], range[ACTORS], threshold[ACTORS], noise[ACTORS];
    unsigned weight[ACTORS], quota;
    bool veto; /* the first actor must also say yes by itself */
    double to;
} home;

static void draw_home(home *h)
{
    unsigned total = 0;
    for (int a = 0; a < ACTORS; a++) {
        h->range[a] = 20 + draw(80);
        h->u[a] = draw((unsigned)h->range[a] + 1);
        h->threshold[a] = 10 + draw(70);
        h->noise[a] = 2 + draw(15);
        h->weight[a] = 1 + draw(3);
        total += h->weight[a];
    }
    h->quota = 1 + draw(total);
    h->veto = draw(3) == 0;
    h->to = 0.5 + 0.01 * draw(45);
}

static void write_home(const home *h)
{
    length = 0;
    say("winset: 1\nissues: {a: [low, here, high]}\nparties:\n  one:\n    points: {a: rising}\n    "
        "domestic:\n"
        "      actors:\n");
    for (int a = 0; a < ACTORS; a++)
        say("        v%d: {points: {a: [0, %g, %g]}, threshold: %g, noise: %g}\n", a, h->u[a], h->range[a],
            h->threshold[a], h->noise[a]);
    say("      institutions:\n        body: {members: {");
    for (int a = 0; a < ACTORS; a++)
        say("%sv%d: %u", a ? ", " : "", a, h->weight[a]);
    say("}, rule: {quota: %u}}\n", h->quota);
    if (h->veto)
        say("        alone: {veto: v0}\n");
    say("  other: {points: {a: falling}}\n");
}

/* The chance to pass where each actor is moved by a share of its range: all ways to vote. */
static double chance(const home *h, const double *moved)
{
    double yes[ACTORS], sum = 0;
    for (int a = 0; a < ACTORS; a++)
        yes[a] = 1 / (1 + exp((h->threshold[a] - h->u[a] - moved[a] * h->range[a]) / h->noise[a]));
    for (unsigned votes = 0; votes < 1u << ACTORS; votes++) {
        double p = 1;
        unsigned weight = 0;
        for (int a = 0; a < ACTORS; a++) {
            p *= votes >> a & 1 ? yes[a] : 1 - yes[a];
            weight += votes >> a & 1 ? h->weight[a] : 0;
        }
        sum += weight >= h->quota && (!h->veto || votes & 1) ? p : 0;
    }
    return sum;
}

/* The least share of `last`, the others being moved as they are, that reaches; infinite above `most`. */
static double least_of_last(const home *h, double *moved, int last, double most)
{
    moved[last] = most;
    if (!(most >= 0) || chance(h, moved) < h->to)
        return (double)INFINITY;
    double low = 0, high = most;
    for (int i = 0; i < 40; i++) {
        moved[last] = (low + high) / 2;
        if (chance(h, moved) >= h->to)
            high = moved[last];
        else
            low = moved[last];
    }
    return high;
}

/* The cheapest that a grid finds: two actors on the grid, the third as far as it must. */
static double search(const home *h)
{
    double best = 40; /* dearer than any home drawn here */
    for (int last = 0; last < ACTORS; last++)
        for (int i = 0; i <= STEPS; i++)
            for (int j = 0; j <= STEPS; j++) {
                double moved[ACTORS];
                int first = (last + 1) % ACTORS, second = (last + 2) % ACTORS;
                moved[first] = 4.0 * i / STEPS;
                moved[second] = 4.0 * j / STEPS;
                double paid = moved[first] + moved[second];
                if (paid < best)
                    best = fmin(best, paid + least_of_last(h, moved, last, best - paid));
            }
    return best;
}

/* True where the product's price holds. */
static bool check(const home *h, bool *priced)
{
    write_home(h);
    ws_case *c = NULL;
    ws_space *space = NULL;
    ws_ratification *found = NULL;
    bool right = false;
    if (ws_read_case_text(&c, text, length, "price", NULL) == WS_OK &&
        ws_compile_space(&space, c, NULL, NULL) == WS_OK &&
        ws_ratify_deal(&found, space, 1, &(ws_ratify_options){.to = h->to}, NULL, NULL) == WS_OK) {
        const ws_ratify_price *price = &found->parties[0].price;
        double moved[ACTORS] = {0}, none[ACTORS] = {0}, sum = 0;
        for (size_t i = 0; i < price->move_count; i++) {
            moved[price->moves[i].actor] = price->moves[i].needs / h->range[price->moves[i].actor];
            sum += moved[price->moves[i].actor];
        }
        double naive = search(h);
        *priced = price->move_count > 0;
        right = price->possible && chance(h, moved) >= h->to - 1e-9 && fabs(sum - price->total) <= 1e-9 &&
                price->total <= naive + 1e-6 && (chance(h, none) < h->to || price->move_count == 0);
        if (!right)
            printf("price %.9g reaches %.9g of %.9g (now %.9g), a grid finds %.9g\n", price->total,
                   chance(h, moved), h->to, chance(h, none), naive);
    }
    ws_free_ratification(found);
    ws_free_space(space);
    ws_free_case(c);
    return right;
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    unsigned count = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 60, wrong = 0, priced = 0;
    state = seed;
    for (unsigned i = 0; i < count; i++) {
        home h;
        bool moves = false;
        draw_home(&h);
        if (!check(&h, &moves)) {
            printf("home %u of seed %llu:\n%s", i, (unsigned long long)seed, text);
            wrong++;
        }
        priced += moves;
    }
    printf("%u homes, %u of them with a price, %u wrong\n", count, priced, wrong);
    return wrong || (count >= 20 && priced == 0) ? 1 : 0;
}
