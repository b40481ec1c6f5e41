/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of pi against each deal counted by itself, by table, by odds and by margins. */
#include "space/deliver.h"
#include "space/space.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { ISSUES = 4, LEVELS = 5, PARTIES = 2, ACTORS = 4, BODIES = 3, OUTCOMES = 625, NUMBERS = 4096 };

static uint64_t state = 7;
static double draw(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) * 0x1p-53;
}
static size_t draw_below(size_t n)
{
    return (size_t)(draw() * (double)n);
}

/* A case made by hand. */
typedef struct made {
    ws_arena arena;
    double numbers[NUMBERS];
    ws_slot used;
    ws_shape shape;
    ws_case source;
} made;

static ws_slot put(made *m, double value)
{
    m->numbers[m->used] = value;
    return m->used++;
}

static ws_preference draw_preference(made *m, bool term)
{
    ws_values *values = WS_NEW_MANY(&m->arena, ISSUES, ws_values);
    for (size_t i = 0; i < ISSUES; i++) {
        ws_slot *slots = WS_NEW_MANY(&m->arena, LEVELS, ws_slot);
        for (size_t l = 0; l < LEVELS; l++)
            slots[l] = put(m, (double)draw_below(20) / 2);
        values[i] = (ws_values){.kind = WS_VALUES_LIST, .count = LEVELS, .slots = slots, .times = WS_NO_SLOT};
    }
    ws_preference out = {.form = WS_FORM_POINTS, .values = values};
    if (term) {
        ws_condition *when = WS_NEW(&m->arena, ws_condition);
        bool *allowed = WS_NEW_MANY(&m->arena, LEVELS, bool);
        allowed[draw_below(LEVELS)] = true;
        *when = (ws_condition){.kind = WS_CONDITION_TEST, .issue = draw_below(ISSUES), .allowed = allowed};
        ws_together *together = WS_NEW(&m->arena, ws_together);
        *together = (ws_together){when, put(m, 3)};
        out.together = together;
        out.together_count = 1;
    }
    return out;
}

static ws_actor draw_actor(made *m, double noise)
{
    return (ws_actor){.key = "actor",
                      .name = "actor",
                      .preference = draw_preference(m, draw() < 0.3),
                      .threshold = {.kind = WS_RESERVATION_NUMBER, .number = put(m, 18)},
                      .noise = put(m, noise),
                      .seats = put(m, 1 + (double)draw_below(5)),
                      .discipline = put(m, 1)};
}

static const ws_tree *body_tree(made *m, size_t body)
{
    ws_tree *tree = WS_NEW(&m->arena, ws_tree);
    *tree = (ws_tree){.kind = WS_TREE_BODY, .body = body};
    return tree;
}

static const ws_domestic *draw_home(made *m, double noise)
{
    ws_domestic *home = WS_NEW(&m->arena, ws_domestic);
    ws_actor *actors = WS_NEW_MANY(&m->arena, ACTORS, ws_actor);
    ws_body *bodies = WS_NEW_MANY(&m->arena, BODIES, ws_body);
    for (size_t a = 0; a < ACTORS; a++)
        actors[a] = draw_actor(m, draw() < 0.2 ? 0 : noise);
    for (size_t b = 0; b < BODIES; b++) {
        ws_member *members = WS_NEW_MANY(&m->arena, ACTORS, ws_member);
        size_t first = draw_below(ACTORS), count = 1 + draw_below(ACTORS);
        for (size_t i = 0; i < count; i++)
            members[i] = (ws_member){(first + i) % ACTORS, WS_NO_SLOT};
        bodies[b] = (ws_body){.key = "body",
                              .name = "body",
                              .member_count = count,
                              .members = members,
                              .rule = draw() < 0.5 ? WS_RULE_MAJORITY : WS_RULE_TWO_THIRDS,
                              .quota = WS_NO_SLOT};
    }
    ws_condition *when = WS_NEW(&m->arena, ws_condition);
    bool *allowed = WS_NEW_MANY(&m->arena, LEVELS, bool);
    allowed[1] = allowed[3] = true;
    *when = (ws_condition){.kind = WS_CONDITION_TEST, .issue = draw_below(ISSUES), .allowed = allowed};
    ws_tree *need = WS_NEW(&m->arena, ws_tree), *all = WS_NEW(&m->arena, ws_tree);
    const ws_tree **needed = WS_NEW_MANY(&m->arena, 1, const ws_tree *);
    const ws_tree **parts = WS_NEW_MANY(&m->arena, BODIES, const ws_tree *);
    needed[0] = body_tree(m, 0);
    *need = (ws_tree){.kind = WS_TREE_WHEN, .when = when, .count = 1, .parts = needed};
    parts[0] = need;
    for (size_t b = 1; b < BODIES; b++)
        parts[b] = body_tree(m, b);
    *all = (ws_tree){.kind = WS_TREE_ALL, .count = BODIES, .parts = parts};
    *home = (ws_domestic){.actor_count = ACTORS,
                          .actors = actors,
                          .body_count = BODIES,
                          .bodies = bodies,
                          .ratification = all,
                          .failure = WS_NO_SLOT};
    return home;
}

static void draw_case(made *m, double noise, bool unanimous)
{
    ws_issue *issues = WS_NEW_MANY(&m->arena, ISSUES, ws_issue);
    ws_party *parties = WS_NEW_MANY(&m->arena, PARTIES, ws_party);
    ws_slot *none = WS_NEW_MANY(&m->arena, PARTIES, ws_slot);
    ws_class *classes = WS_NEW(&m->arena, ws_class);
    ws_condition *otherwise = WS_NEW(&m->arena, ws_condition);
    ws_tree *rule = WS_NEW(&m->arena, ws_tree), *voters = WS_NEW_MANY(&m->arena, PARTIES, ws_tree);
    const ws_tree **parts = WS_NEW_MANY(&m->arena, PARTIES, const ws_tree *);
    for (size_t i = 0; i < ISSUES; i++)
        issues[i] = (ws_issue){.key = "issue", .name = "issue", .level_count = LEVELS};
    for (size_t p = 0; p < PARTIES; p++) {
        none[p] = WS_NO_SLOT;
        parties[p] = (ws_party){.key = "party",
                                .name = "party",
                                .preference = draw_preference(m, false),
                                .reservation = {.kind = WS_RESERVATION_NUMBER, .number = put(m, 17)},
                                .discount = WS_NO_SLOT,
                                .bargaining_weight = WS_NO_SLOT,
                                .domestic = draw_home(m, noise)};
        voters[p] = (ws_tree){.kind = WS_TREE_VOTER, .voter = p};
        parts[p] = &voters[p];
    }
    *rule = (ws_tree){.kind = unanimous ? WS_TREE_ALL : WS_TREE_ANY, .count = PARTIES, .parts = parts};
    *otherwise = (ws_condition){.kind = WS_CONDITION_OTHERWISE};
    *classes = (ws_class){.key = "deal", .name = "deal", .when = otherwise};
    m->shape = (ws_shape){.issue_count = ISSUES,
                          .issues = issues,
                          .party_count = PARTIES,
                          .parties = parties,
                          .agreement = rule,
                          .unanimous = unanimous,
                          .class_count = 1,
                          .classes = classes,
                          .breakdown = {.value = none, .cost = none, .expiry = none, .market = WS_NO_MARKET}};
    m->source = (ws_case){.shape = &m->shape, .numbers = m->numbers};
}

/* ---- A reducer that keeps all columns ---- */

typedef struct kept {
    double deliver[PARTIES][OUTCOMES], all[OUTCOMES];
} kept;

typedef struct keeper {
    kept *to;
} keeper;

static ws_status keep_block(void *at, const void *context, const ws_block *block)
{
    (void)at;
    kept *to = ((const keeper *)context)->to;
    for (size_t p = 0; p < PARTIES; p++)
        memcpy(to->deliver[p] + block->first, ws__block_deliver(block, p), block->count * sizeof(double));
    memcpy(to->all + block->first, ws__block_deliver_all(block), block->count * sizeof(double));
    return WS_OK;
}

static ws_status keep_nothing(void *into, void *from, const void *context)
{
    (void)into, (void)from, (void)context;
    return WS_OK;
}

static const ws_reducer_ops keep_all = {
    .name = "keep", .wants = {.deliver = true}, .state_size = 1, .block = keep_block, .merge = keep_nothing};

static void scan_agrees(double noise, bool unanimous, bool tabled)
{
    made *m = calloc(1, sizeof *m);
    kept *found = calloc(1, sizeof *found);
    keeper context = {found};
    draw_case(m, noise, unanimous);
    ws_space *space = NULL;
    assert_int_equal(ws_compile_space(&space, &m->source, NULL, NULL), WS_OK);
    for (size_t p = 0; !tabled && p < PARTIES; p++)
        space->deliver->homes[p].tabled = false;
    ws_reducer reducer = {&keep_all, &context, NULL};
    assert_int_equal(ws_scan_space(space, 1, &reducer, NULL, NULL, NULL), WS_OK);
    for (uint64_t x = 0; x < OUTCOMES; x++) {
        uint32_t levels[ISSUES];
        ws_chance pi[PARTIES], all;
        bool accepts[PARTIES];
        ws_get_levels(levels, space, x);
        for (size_t p = 0; p < PARTIES; p++) {
            assert_int_equal(ws__find_deliver(&pi[p], space, p, levels), WS_OK);
            accepts[p] = ws_accepts(space, p, x);
            if (fabs(found->deliver[p][x] - pi[p].yes) > 1e-12 * pi[p].yes) {
                print_error("outcome %zu: %.17g, by itself %.17g (%.17g)\n", (size_t)x, found->deliver[p][x],
                            pi[p].yes, pi[p].no);
                fail();
            }
        }
        assert_int_equal(ws__find_deliver_all(&all, space, pi, accepts), WS_OK);
        assert_true(fabs(found->all[x] - all.yes) <= 1e-12);
    }
    ws_free_space(space);
    ws__free_arena(&m->arena);
    free(m);
    free(found);
}

static void tables_agree_with_each_deal_by_itself(void **unused)
{
    (void)unused;
    for (int i = 0; i < 30; i++)
        scan_agrees(i % 3 ? 4 : 0.5, i % 2, true);
}

static void odds_agree_with_each_deal_by_itself(void **unused)
{
    (void)unused;
    for (int i = 0; i < 30; i++)
        scan_agrees(i % 3 ? 4 : 0.5, i % 2, false);
}

static void margins_far_outside_the_range_of_doubles_agree_too(void **unused)
{
    (void)unused;
    for (int i = 0; i < 10; i++) {
        scan_agrees(0.01, true, false);
        scan_agrees(1e-9, true, false);
        scan_agrees(1e9, false, false);
        scan_agrees(0, false, false);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_agree_with_each_deal_by_itself),
        cmocka_unit_test(odds_agree_with_each_deal_by_itself),
        cmocka_unit_test(margins_far_outside_the_range_of_doubles_agree_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
