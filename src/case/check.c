/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the numbers of a case must satisfy together. Asked when a case is built and again for every variant
 * with other numbers; so it looks at the shape and the numbers alone. NaN: that number was wrong already. */
#include "case/build.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct checker {
    const ws_shape_box *box;
    const ws_shape *shape;
    const double *numbers;
    ws_diag *diag;
    bool good;
} checker;

static double number(const checker *c, ws_slot slot, double other)
{
    return slot == WS_NO_SLOT ? other : c->numbers[slot];
}

static void fail(checker *c, ws_slot slot, const char *format, ...) WS_PRINTF(3, 4);
static void fail(checker *c, ws_slot slot, const char *format, ...)
{
    WS_SCRATCH(scratch);
    char message[512];
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);
    c->good = false;
    const ws_node *node = slot == WS_NO_SLOT ? NULL : c->shape->slot_nodes[slot];
    if (node && node->line)
        ws_fail_at(c->diag, WS_INVALID, (ws_place){c->shape->doc->file, node->line, node->column}, "%s",
                   message);
    else if (node)
        ws_fail_at(c->diag, WS_INVALID, (ws_place){c->shape->doc->file, 0, 0}, "%s: %s",
                   ws__path_text(&scratch, c->box->slot_ups[slot], c->box->slot_keys[slot],
                                 c->box->slot_indexes[slot]),
                   message);
    else
        ws_fail_at(c->diag, WS_INVALID, (ws_place){c->shape->doc->file, 0, 0}, "%s", message);
}

static void check_weights(checker *c, const ws_preference *preference, const char *key)
{
    if (preference->form != WS_FORM_WEIGHTS || !preference->weights)
        return;
    double sum = 0;
    ws_slot first = WS_NO_SLOT;
    for (size_t i = 0; i < c->shape->issue_count; i++) {
        ws_slot slot = preference->weights[i];
        first = first == WS_NO_SLOT ? slot : first;
        sum += number(c, slot, 0);
    }
    if (sum == 0)
        fail(c, first, "the weights of '%.60s' are all zero; at least one must be above 0", key);
}

static void check_types(checker *c, const ws_party *party)
{
    double sum = 0;
    for (size_t i = 0; i < party->type_count; i++)
        sum += number(c, party->types[i].probability, (double)NAN);
    if (party->type_count && fabs(sum - 1) > 1e-9)
        fail(c, party->types[0].probability,
             "the probabilities of the types of '%.60s' sum to %.10g; expected 1", party->key, sum);
}

/* ---- Institutions ---- */

static double member_weight(const checker *c, const ws_body *body, const ws_member *member,
                            const ws_actor *actors)
{
    (void)body;
    if (member->weight != WS_NO_SLOT)
        return number(c, member->weight, 1);
    return actors ? number(c, actors[member->voter].seats, 1) : 1;
}

static void check_body(checker *c, const ws_body *body, const ws_actor *actors)
{
    double total = 0;
    for (size_t i = 0; i < body->member_count; i++) {
        total += member_weight(c, body, &body->members[i], actors);
        if (total > WS_MOST_WEIGHT) {
            ws_slot slot = body->members[i].weight;
            fail(c, slot == WS_NO_SLOT && actors ? actors[body->members[i].voter].seats : slot,
                 "the weights of '%.60s' sum to %.10g up to here; expected at most 9e15",
                 body->key ? body->key : "agreement", total);
            return;
        }
    }
    double quota = number(c, body->quota, 0);
    if (isnan(total) || isnan(quota) || body->member_count == 0)
        return;
    if (body->rule == WS_RULE_AT_LEAST && quota > (double)body->member_count)
        fail(c, body->quota, "at least %g of %zu members can never be", quota, body->member_count);
    else if (body->rule == WS_RULE_QUOTA && quota > total * (1 + 1e-12))
        fail(c, body->quota, "the quota %.10g is more than the total weight %.10g of the members", quota,
             total);
    else if (total == 0 && body->rule != WS_RULE_AT_LEAST)
        fail(c, body->members[0].weight, "the members of '%.60s' have no weight at all",
             body->key ? body->key : "agreement");
}

/* An actor who sits in two institutions casts one vote in both: its bloc cannot split. */
static void check_shared(checker *c, const ws_domestic *home)
{
    WS_SCRATCH(scratch);
    unsigned char *seats = WS_NEW_MANY(&scratch, home->actor_count + 1, unsigned char);
    for (size_t i = 0; seats && i < home->body_count; i++)
        for (size_t m = 0; m < home->bodies[i].member_count; m++) {
            unsigned char *at = &seats[home->bodies[i].members[m].voter];
            *at = (unsigned char)(*at < 2 ? *at + 1 : 2);
        }
    for (size_t a = 0; seats && a < home->actor_count; a++) {
        const ws_actor *actor = &home->actors[a];
        if (seats[a] >= 2 && number(c, actor->discipline, 1) < 1)
            fail(c, actor->discipline,
                 "'%.60s' sits in two institutions and casts one vote in both: its discipline must be 1, not "
                 "%g",
                 actor->key, number(c, actor->discipline, 1));
    }
}

static void check_home(checker *c, const ws_domestic *home)
{
    for (size_t i = 0; i < home->actor_count; i++)
        check_weights(c, &home->actors[i].preference, home->actors[i].key);
    for (size_t i = 0; i < home->body_count; i++)
        check_body(c, &home->bodies[i], home->actors);
    check_shared(c, home);
}

/* ---- Process and events ---- */

static void check_proposer(checker *c, const ws_process *process)
{
    if (!process || !process->proposer)
        return;
    double sum = 0;
    ws_slot first = WS_NO_SLOT;
    for (size_t p = 0; p < c->shape->party_count; p++) {
        first = first == WS_NO_SLOT ? process->proposer[p] : first;
        sum += number(c, process->proposer[p], 0);
    }
    if (fabs(sum - 1) > 1e-9)
        fail(c, first, "the probabilities of being proposer sum to %.10g; expected 1", sum);
}

static void check_event(checker *c, const ws_event *event)
{
    for (size_t k = 0; event->offer && k < c->shape->constraint_count; k++)
        if (!ws__holds(c->shape->constraints[k], event->offer)) {
            c->good = false;
            ws_fail_at(c->diag, WS_INVALID, event->place,
                       "the event%s%.60s offers a deal that a constraint forbids", event->title ? " " : "",
                       event->title ? event->title : "");
            break;
        }
    for (size_t p = 0; event->likelihood && p < c->shape->party_count; p++) {
        const ws_slot *slots = event->likelihood[p];
        double largest = 0;
        for (size_t i = 0; slots && i < c->shape->parties[p].type_count; i++) {
            double value = number(c, slots[i], (double)NAN);
            largest = isnan(value) || value > largest ? value : largest;
            if (isnan(largest))
                break;
        }
        if (slots && largest == 0)
            fail(c, slots[0],
                 "the event%s%.60s has likelihood zero under every type of '%.60s', which contradicts the "
                 "case",
                 event->title ? " " : "", event->title ? event->title : "", c->shape->parties[p].key);
    }
}

/* ---- Warnings ---- */

static void warn_party(checker *c, size_t at)
{
    const ws_party *party = &c->shape->parties[at];
    if (c->shape->breakdown.value[at] == WS_NO_SLOT)
        return;
    for (size_t t = 0; t < party->type_count; t++)
        for (size_t i = 0; i < party->types[t].change_count; i++) {
            const char *path = party->types[t].changes[i].path;
            const char *rest = strstr(path, ".reservation");
            if (!rest || strncmp(path, "parties.", 8) != 0 || strlen(party->key) + 8 != (size_t)(rest - path))
                continue;
            const ws_node *node = c->shape->slot_nodes[party->types[t].probability];
            ws_warn_at(
                c->diag, (ws_place){c->shape->doc->file, node->line, node->column},
                "the type '%s' of '%s' sets the reservation value, but breakdown.value is given for it: "
                "the game pays the latter",
                party->types[t].key, party->key);
        }
}

/* Where conditions are asked together of all the levels that they mention. */
typedef struct trial {
    const ws_shape *shape;
    bool *mentioned;  /* [issues] */
    uint32_t *levels; /* [issues] */
} trial;

static void mention(trial *t, const ws_condition *condition)
{
    if (condition->kind == WS_CONDITION_TEST)
        t->mentioned[condition->issue] = true;
    for (size_t i = 0; i < condition->count; i++)
        mention(t, condition->parts[i]);
}

static bool next_levels(trial *t)
{
    for (size_t i = t->shape->issue_count; i-- > 0;) {
        if (!t->mentioned[i])
            continue;
        if (++t->levels[i] < t->shape->issues[i].level_count)
            return true;
        t->levels[i] = 0;
    }
    return false;
}

/* False where no deal that the constraints allow meets the condition; true also where there are too many
 * combinations to try. */
static bool can_hold(const ws_shape *shape, const ws_condition *when)
{
    enum { MOST_TRIED = 1 << 16 };
    WS_SCRATCH(scratch);
    trial t = {shape, WS_NEW_MANY(&scratch, shape->issue_count, bool),
               WS_NEW_MANY(&scratch, shape->issue_count, uint32_t)};
    if (!t.mentioned || !t.levels)
        return true;
    mention(&t, when);
    for (size_t k = 0; k < shape->constraint_count; k++)
        mention(&t, shape->constraints[k]);
    double combinations = 1;
    for (size_t i = 0; i < shape->issue_count; i++)
        combinations *= t.mentioned[i] ? (double)shape->issues[i].level_count : 1;
    if (combinations > MOST_TRIED)
        return true;
    do {
        bool holds = ws__holds(when, t.levels);
        for (size_t k = 0; holds && k < shape->constraint_count; k++)
            holds = ws__holds(shape->constraints[k], t.levels);
        if (holds)
            return true;
    } while (next_levels(&t));
    return false;
}

/* `who`: the party whose ratification it is; NULL: the agreement. */
static void warn_tree(checker *c, const ws_tree *tree, const char *who)
{
    if (tree->kind == WS_TREE_WHEN && !can_hold(c->shape, tree->when)) {
        const ws_node *node = tree->when->node;
        ws_warn_at(
            c->diag,
            node ? (ws_place){c->shape->doc->file, node->line, node->column}
                 : (ws_place){c->shape->doc->file, 0, 0},
            "a condition of %s%s%s can never hold for a deal that the constraints allow: what it asks for "
            "is never needed",
            who ? "the ratification of '" : "the agreement", who ? who : "", who ? "'" : "");
    }
    for (size_t i = 0; i < tree->count; i++)
        warn_tree(c, tree->parts[i], who);
}

void ws__warn_about(const ws_case *c, ws_diag *diag)
{
    checker check = {(const ws_shape_box *)c->shape, c->shape, c->numbers, diag, true};
    for (size_t p = 0; p < c->shape->party_count; p++)
        warn_party(&check, p);
    for (size_t p = 0; p < c->shape->party_count; p++)
        if (c->shape->parties[p].domestic && c->shape->parties[p].domestic->ratification)
            warn_tree(&check, c->shape->parties[p].domestic->ratification, c->shape->parties[p].key);
    warn_tree(&check, c->shape->agreement, NULL);
}

bool ws__check_numbers(const ws_shape_box *box, const double *numbers, ws_diag *diag)
{
    checker c = {box, &box->shape, numbers, diag, true};
    for (size_t p = 0; p < c.shape->party_count; p++) {
        const ws_party *party = &c.shape->parties[p];
        check_weights(&c, &party->preference, party->key);
        check_types(&c, party);
        if (party->domestic)
            check_home(&c, party->domestic);
    }
    for (size_t i = 0; i < c.shape->agreement_body_count; i++)
        check_body(&c, &c.shape->agreement_bodies[i], NULL);
    check_proposer(&c, c.shape->process);
    for (size_t i = 0; i < c.shape->event_count; i++)
        check_event(&c, &c.shape->events[i]);
    return c.good;
}
