/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The analyses of made_analysis.h, by brute force over a small space. */
#include "made_analysis.h"

#include "base/text.h"
#include "winset/format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned hash(size_t a, size_t b, size_t c)
{
    uint64_t x = a * 0x9E3779B97F4A7C15u + b * 0xC2B2AE3D27D4EB4Fu + c * 0x165667B19E3779F9u + 12345;
    x ^= x >> 29;
    x *= 0xBF58476D1CE4E5B9u;
    x ^= x >> 32;
    return (unsigned)(x & 0xFFFF);
}

static const char *made_name(ws_arena *arena, const char *word, size_t at, bool long_names)
{
    static const char *const long_words[] = {
        "Ministry of International Trade, Industry and Economic Affairs",
        "\xe6\x97\xa5\xe6\x9c\xac\xe5\x9b\xbd\xe5\xa4\x96\xe5\x8b\x99\xe7\x9c\x81",
        "F\303\251d\303\251ration nationale des producteurs",
        "Association of Independent Procurement Officers"};
    return long_names ? ws__format_text(arena, "%s %zu", long_words[at % 4], at)
                      : ws__format_text(arena, "%s%zu", word, at);
}

/* The case as a file; the numbers come from a hash. */
static char *write_case(ws_arena *arena, made_options o)
{
    WS_TEXT(out);
    ws__add_format(&out, "winset: 1\ntitle: %s\nissues:\n",
                   o.long_names
                       ? "A long title that goes on and on, over more than the eighty columns that a page "
                         "has, as titles of conferences do"
                       : "Made talks");
    for (size_t i = 0; i < o.issues; i++) {
        ws__add_format(&out, "  issue%zu: {name: \"%s\", levels: {", i,
                       made_name(arena, "issue", i, o.long_names));
        for (size_t k = 0; k < o.levels; k++)
            ws__add_format(&out, "%slevel%zu: \"%s\"", k ? ", " : "", k,
                           made_name(arena, "level", k, o.long_names));
        ws__add_text(&out, "}}\n");
    }
    ws__add_text(&out, "parties:\n");
    for (size_t p = 0; p < o.parties; p++) {
        ws__add_format(&out, "  p%zu:\n    name: \"%s\"\n    points: {", p,
                       made_name(arena, "Party ", p, o.long_names));
        double best = 0;
        for (size_t i = 0; i < o.issues; i++) {
            double most = 0;
            ws__add_format(&out, "%sissue%zu: [", i ? ", " : "", i);
            for (size_t k = 0; k < o.levels; k++) {
                double rising = (double)k / (double)(o.levels > 1 ? o.levels - 1 : 1);
                double u = round(10 * (hash(p, i, 0) % 40 + 10) * (p % 2 ? 1 - rising : rising)) / 10 +
                           hash(p, i, k + 1) % 5;
                char number[WS_NUMBER_ROOM];
                ws__format_number(number, u);
                ws__add_format(&out, "%s%s", k ? ", " : "", number);
                most = u > most ? u : most;
            }
            ws__add_text(&out, "]");
            best += most;
        }
        ws__add_format(&out, "}\n    reservation: %.0f\n", round(o.reservation * best));
        if (o.types && p == 1)
            ws__add_text(
                &out, "    types: {can_deliver: {probability: 0.5}, cannot_deliver: {probability: 0.5}}\n");
    }
    if (o.nothing_feasible)
        ws__add_text(&out,
                     "constraints: [{any: [{issue0: level0}, {issue0: level1}]}, {not: {issue0: level0}}, "
                     "{issue0: level0}]\n");
    if (o.classes)
        ws__add_text(&out, "classes: {watered_down: {issue0: level0}, full: otherwise}\n");
    return ws__take_text(&out);
}

/* A chance at home, made up: the later the level, the smaller. */
static double chance(const made_options *o, size_t party, const uint32_t *levels)
{
    if (!o->home)
        return 1;
    double sum = 0;
    for (size_t i = 0; i < o->issues; i++)
        sum += levels[i];
    return 1 / (1 + exp(sum / (double)o->issues * 3 - 3 - (double)party));
}

static ws_outcome describe(made *one, const made_options *o, uint64_t index)
{
    ws_arena *arena = &one->arena;
    ws_outcome outcome = {.index = index};
    if (index == WS_NO_OUTCOME)
        return outcome;
    uint32_t *levels = WS_NEW_MANY(arena, o->issues, uint32_t);
    double *u = WS_NEW_MANY(arena, o->parties, double), *gain = WS_NEW_MANY(arena, o->parties, double);
    double *p = WS_NEW_MANY(arena, o->parties, double), *e = WS_NEW_MANY(arena, o->parties, double);
    ws_get_levels(levels, one->space, index);
    outcome.p_all = 1;
    for (size_t a = 0; a < o->parties; a++) {
        ws_range range = ws_get_range(one->space, a);
        u[a] = ws_utility(one->space, a, index);
        gain[a] = u[a] - range.reservation;
        p[a] = chance(o, a, levels);
        outcome.p_all *= p[a];
    }
    for (size_t a = 0; a < o->parties; a++)
        e[a] = outcome.p_all * u[a] + (1 - outcome.p_all) * (u[a] - gain[a]);
    if (o->types) {
        const double **by = WS_NEW_MANY(arena, o->parties, const double *);
        double *two = WS_NEW_MANY(arena, 2, double), *mixed = WS_NEW_MANY(arena, o->parties, double);
        two[0] = sqrt(p[1]);
        two[1] = p[1];
        by[1] = two;
        for (size_t a = 0; a < o->parties; a++)
            mixed[a] = a == 1 ? (two[0] + two[1]) / 2 : p[a];
        outcome.p_by_type = by;
        outcome.p_mixed = mixed;
    }
    outcome.levels = levels;
    outcome.u = u;
    outcome.gain = gain;
    outcome.p = p;
    outcome.e = e;
    outcome.class_of = ws_find_class(one->space, index);
    return outcome;
}

typedef double score_fn(const ws_outcome *outcome, size_t parties);

static double product(const ws_outcome *o, size_t parties)
{
    double all = 1;
    for (size_t p = 0; p < parties; p++)
        all *= o->gain[p];
    return all;
}

static double sum(const ws_outcome *o, size_t parties)
{
    double all = 0;
    for (size_t p = 0; p < parties; p++)
        all += o->u[p];
    return all;
}

static double least(const ws_outcome *o, size_t parties)
{
    double all = o->gain[0];
    for (size_t p = 1; p < parties; p++)
        all = fmin(all, o->gain[p]);
    return all;
}

static double surest(const ws_outcome *o, size_t parties)
{
    (void)parties;
    return o->p_all;
}

static double worth(const ws_outcome *o, size_t parties)
{
    return product(o, parties) * o->p_all;
}

static void fill(made *one, const made_options *o)
{
    ws_analysis *a = &one->analysis;
    ws_arena *arena = &one->arena;
    score_fn *const scores[] = {product, sum, least, surest, worth};
    uint64_t best[5], zone = 0, acceptable = 0, inside = 0, joint = 0;
    double most[5] = {-INFINITY, -INFINITY, -INFINITY, -INFINITY, -INFINITY};
    uint64_t *accepts = WS_NEW_MANY(arena, o->parties, uint64_t),
             *passes = WS_NEW_MANY(arena, o->parties, uint64_t),
             *win = WS_NEW_MANY(arena, o->parties, uint64_t);
    ws_class_section *classes = WS_NEW_MANY(arena, 2, ws_class_section);
    for (size_t s = 0; s < 5; s++)
        best[s] = WS_NO_OUTCOME;
    ws_arena keep = one->arena;
    for (uint64_t i = 0; i < ws_count_outcomes(one->space) && !o->nothing_feasible; i++) {
        one->arena = (ws_arena){0, 0}; /* what is thrown away at once */
        ws_outcome x = describe(one, o, i);
        bool all = true, deliver = true;
        for (size_t p = 0; p < o->parties; p++) {
            bool yes = x.gain[p] >= -1e-9, sure = x.p[p] >= 0.5;
            accepts[p] += yes;
            passes[p] += sure;
            win[p] += yes && sure;
            all = all && yes;
            deliver = deliver && sure;
        }
        acceptable += all;
        zone += all && deliver;
        joint += all && x.p_all >= 0.5;
        inside++;
        classes[x.class_of].outcomes++;
        classes[x.class_of].acceptable += all;
        classes[x.class_of].in_zone += all && deliver;
        for (size_t s = 0; s < 5 && all; s++)
            if (scores[s](&x, o->parties) > most[s]) {
                most[s] = scores[s](&x, o->parties);
                best[s] = i;
            }
        ws__free_arena(&one->arena);
    }
    one->arena = keep;
    *a = (ws_analysis){.space = one->space,
                       .has_home = o->home,
                       .has_types = o->types,
                       .outcomes = ws_count_outcomes(one->space),
                       .feasible = inside,
                       .method = "scan",
                       .complete = true,
                       .party_count = o->parties,
                       .class_count = o->classes ? 2 : 1,
                       .classes = classes,
                       .frontier_size = 3,
                       .opposition = 0.38};
    ws_party_section *parties = WS_NEW_MANY(arena, o->parties, ws_party_section);
    for (size_t p = 0; p < o->parties; p++) {
        parties[p].range = ws_get_range(one->space, p);
        parties[p].ideal = describe(one, o, parties[p].range.ideal);
    }
    a->parties = parties;
    a->zone = (ws_zone_section){.alpha = 0.5,
                                .accepts = accepts,
                                .acceptable = acceptable,
                                .deliverable = passes,
                                .win_set = win,
                                .deal_zone = zone,
                                .joint = joint,
                                .share = inside ? (double)zone / (double)inside : 0};
    a->zone.best = describe(one, o, best[4]);
    for (size_t s = 0; s < WS_SOLUTION_COUNT; s++) {
        size_t by = s == WS_SOLUTION_NASH ? 0 : s == WS_SOLUTION_MOST_DELIVERABLE ? 3 : s % 2 ? 1 : 2;
        a->solutions[s] = describe(one, o, best[by]);
        a->solutions_expected[s] = describe(one, o, best[4]);
    }
    ws_tradeoff *trade = WS_NEW_MANY(arena, 2, ws_tradeoff);
    uint32_t to = o->levels > 1;
    trade[0] = (ws_tradeoff){0, 0, 0, to, 1, 0, 0, to, 0, 0.05, (double)NAN};
    trade[1] = (ws_tradeoff){1, o->issues - 1, to, 0, 0, o->issues - 1, to, 0, 0.02, 0.05, 2.5};
    a->tradeoffs = trade;
    a->tradeoff_count = best[0] == WS_NO_OUTCOME ? 0 : 2;
    ws_opening *openings = WS_NEW_MANY(arena, 2, ws_opening);
    openings[0] = (ws_opening){"parties.p1.reservation", -3, 4};
    openings[1] = (ws_opening){"alpha", -0.1, 1};
    a->openings = openings;
    a->opening_count = inside ? 2 : 0;
    a->opening_asked = true;
    a->price = (ws_price_section){best[0] == WS_NO_OUTCOME ? (double)NAN : 1.4, 0.3, 1.1, 0.78};
}

void make_analysis(made *out, made_options options)
{
    *out = (made){0};
    char *text = write_case(&out->arena, options);
    ws_diag *diag = ws_new_diag();
    if (ws_read_case_text(&out->c, text, strlen(text), "made", diag) != WS_OK ||
        ws_compile_space(&out->space, out->c, NULL, diag) != WS_OK) {
        for (size_t i = 0; i < ws_count_problems(diag); i++)
            fprintf(stderr, "%s\n", ws_get_problem(diag, i)->message);
        abort();
    }
    free(text);
    ws_free_diag(diag);
    fill(out, &options);
}

void free_made(made *one)
{
    ws_free_space(one->space);
    ws_free_case(one->c);
    ws__free_arena(&one->arena);
}
