/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Home fronts compiled; one deal's votes; tables of pi by the levels that matter. */
#include "space/deliver.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/tasks.h"
#include "space/space.h"

static const uint64_t ALWAYS_TABLED = 1 << 16, MOST_TABLED = 1 << 22;

struct ws_lock {
    pthread_mutex_t mutex;
};

/* ---- Compiling ---- */

static ws_status no_memory(ws_diag *diag)
{
    return ws_fail(diag, WS_LIMIT, "no memory for the home fronts");
}

/* Marks the issues that an evaluator's utility hangs on. */
static void mark_program(bool *cares, const ws_program *program)
{
    for (size_t s = 0; s < program->count; s++)
        if (program->steps[s].kind == WS_STEP_TEST)
            cares[program->steps[s].issue] = true;
}

static void mark_evaluator(bool *cares, const ws_space *space, const ws_evaluator *e)
{
    for (size_t i = 0; i < space->issue_count; i++)
        for (uint32_t l = 1; l < space->level_counts[i]; l++)
            cares[i] = cares[i] || e->table[i][l] != e->table[i][0];
    for (size_t t = 0; t < e->term_count; t++)
        mark_program(cares, e->terms[t].when);
}

/* The combinations of levels that matter, numbered like outcomes. */
static bool number_cares(ws_home *home, ws_space *space, const bool *cares)
{
    size_t *list = WS_NEW_MANY(&space->arena, space->issue_count + 1, size_t);
    home->care_strides = WS_NEW_MANY(&space->arena, space->issue_count + 1, uint64_t);
    if (!list || !home->care_strides)
        return false;
    home->care_size = 1;
    for (size_t i = 0; i < space->issue_count; i++)
        if (cares[i])
            list[home->care_count++] = i;
    for (size_t i = space->issue_count; i-- > 0;) {
        if (!cares[i])
            continue;
        home->care_strides[i] = home->care_size;
        home->care_size *= space->level_counts[i];
    }
    home->cares = list;
    home->tabled = home->care_size <= ALWAYS_TABLED ||
                   (home->care_size <= MOST_TABLED && home->care_size <= space->outcome_count / 16);
    return true;
}

static ws_status find_cares(ws_home *home, ws_space *space, size_t party, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    bool *cares = WS_NEW_MANY(&scratch, space->issue_count + 1, bool);
    if (!cares)
        return no_memory(diag);
    for (size_t a = 0; a < home->domestic->actor_count; a++)
        if (home->ballot->asked[a])
            mark_evaluator(cares, space, &space->evaluators[space->first_actor[party] + a]);
    for (size_t w = 0; w < home->ballot->when_count; w++)
        mark_program(cares, home->whens[w]);
    return number_cares(home, space, cares) ? WS_OK : no_memory(diag);
}

static ws_status compile_whens(ws_home *home, ws_space *space, ws_diag *diag)
{
    size_t count = home->ballot->when_count;
    const ws_program **whens = WS_NEW_MANY(&space->arena, count + 1, const ws_program *);
    if (!whens)
        return no_memory(diag);
    ws_program_maker maker = {
        .arena = &space->arena, .source = space->source, .leaf_count = space->leaf_count};
    maker.depth = space->stack_depth;
    for (size_t w = 0; w < count; w++)
        WS_TRY(ws__compile_condition(&whens[w], &maker, home->ballot->whens[w], diag));
    space->leaf_count = maker.leaf_count;
    space->stack_depth = maker.depth;
    home->whens = whens;
    return WS_OK;
}

static ws_status compile_home(ws_home *home, ws_space *space, size_t party, ws_diag *diag)
{
    const ws_case *c = space->source;
    const ws_party *p = &c->shape->parties[party];
    const ws_domestic *domestic = home->domestic = p->domestic;
    if (!domestic)
        return WS_OK;
    WS_SCRATCH(scratch);
    const ws_tally **tallies = WS_NEW_MANY(&space->arena, domestic->body_count + 1, const ws_tally *);
    double *noise = WS_NEW_MANY(&space->arena, domestic->actor_count + 1, double);
    bool *certain = WS_NEW_MANY(&scratch, domestic->actor_count + 1, bool);
    if (!tallies || !noise || !certain)
        return no_memory(diag);
    for (size_t a = 0; a < domestic->actor_count; a++) {
        noise[a] = ws__number(c, domestic->actors[a].noise, 0);
        certain[a] = !(noise[a] > 0);
    }
    for (size_t b = 0; b < domestic->body_count; b++) {
        ws_tally *tally = NULL;
        const char *who =
            ws__format_text(&scratch, "party '%s', institution '%s'", p->key, domestic->bodies[b].key);
        WS_TRY(ws__compile_tally(&tally, c, &domestic->bodies[b], domestic->actors, who ? who : p->key,
                                 &space->arena, diag));
        tallies[b] = tally;
    }
    home->noise = noise;
    home->body_count = domestic->body_count;
    home->tallies = tallies;
    const char *who = ws__format_text(&scratch, "party '%s'", p->key);
    ws_ballot *ballot = NULL;
    WS_TRY(ws__compile_ballot(&ballot, domestic->ratification, domestic->body_count, tallies,
                              domestic->actor_count, certain, who ? who : p->key, &space->arena, diag));
    home->ballot = ballot;
    WS_TRY(compile_whens(home, space, diag));
    return find_cares(home, space, party, diag);
}

static ws_status compile_agreement(ws_deliver *deliver, ws_space *space, ws_diag *diag)
{
    const ws_shape *shape = space->source->shape;
    size_t count = shape->agreement_body_count;
    const ws_tally **tallies = WS_NEW_MANY(&space->arena, count + 1, const ws_tally *);
    if (!tallies)
        return no_memory(diag);
    for (size_t b = 0; b < count; b++) {
        ws_tally *tally = NULL;
        WS_TRY(ws__compile_tally(&tally, space->source, &shape->agreement_bodies[b], NULL,
                                 "the agreement rule", &space->arena, diag));
        tallies[b] = tally;
    }
    ws_ballot *ballot = NULL;
    WS_TRY(ws__compile_ballot(&ballot, shape->agreement, count, tallies, shape->party_count, NULL,
                              "the agreement rule", &space->arena, diag));
    deliver->agreement = ballot;
    return WS_OK;
}

ws_status ws__compile_deliver(ws_space *space, ws_diag *diag)
{
    ws_deliver *deliver = space->deliver = WS_NEW(&space->arena, ws_deliver);
    if (!deliver)
        return no_memory(diag);
    deliver->homes = WS_NEW_MANY(&space->arena, space->party_count, ws_home);
    deliver->lock = WS_NEW(&space->arena, struct ws_lock);
    if (!deliver->homes || !deliver->lock || pthread_mutex_init(&deliver->lock->mutex, NULL) != 0) {
        deliver->lock = NULL;
        return no_memory(diag);
    }
    for (size_t p = 0; p < space->party_count; p++)
        WS_TRY(compile_home(&deliver->homes[p], space, p, diag));
    return space->source->shape->unanimous ? WS_OK : compile_agreement(deliver, space, diag);
}

void ws__free_deliver(ws_space *space)
{
    if (!space->deliver)
        return;
    for (size_t p = 0; space->deliver->homes && p < space->party_count; p++)
        if (!space->deliver->homes[p].borrowed)
            free(space->deliver->homes[p].table);
    if (space->deliver->lock)
        pthread_mutex_destroy(&space->deliver->lock->mutex);
}

const ws_home *ws__get_home(const ws_space *space, size_t party)
{
    return &space->deliver->homes[party];
}

/* ---- One deal ---- */

void ws__find_votes(ws_chance *votes, bool *holds, const ws_space *space, size_t party,
                    const uint32_t *levels)
{
    const ws_home *home = ws__get_home(space, party);
    for (size_t a = 0; votes && a < home->domestic->actor_count; a++) {
        size_t evaluator = space->first_actor[party] + a;
        const ws_evaluator *e = &space->evaluators[evaluator];
        double sum = ws__sum_at(space, evaluator, levels);
        if (home->noise[a] > 0)
            votes[a] = ws__vote_chance(sum / e->divisor - e->range.reservation, home->noise[a]);
        else
            votes[a] = ws__vote_chance(sum >= e->scaling.accept ? 0 : -1, 0);
    }
    for (size_t w = 0; holds && w < home->ballot->when_count; w++)
        holds[w] = ws__judge_outcome(home->whens[w], levels, NULL, 0);
}

ws_status ws__find_deliver(ws_chance *out, const ws_space *space, size_t party, const uint32_t *levels)
{
    WS_SCRATCH(scratch);
    const ws_home *home = ws__get_home(space, party);
    if (!home->domestic) {
        *out = (ws_chance){1, 0};
        return WS_OK;
    }
    ws_chance *votes = WS_NEW_MANY(&scratch, home->domestic->actor_count + 1, ws_chance);
    bool *holds = WS_NEW_MANY(&scratch, home->ballot->when_count + 1, bool);
    if (!votes || !holds)
        return WS_LIMIT;
    ws__find_votes(votes, holds, space, party, levels);
    return ws__count_ballot(out, home->ballot, votes, holds);
}

ws_status ws__find_delivers(double *out, const ws_space *space, size_t party, size_t count,
                            const uint64_t *outcomes)
{
    WS_SCRATCH(scratch);
    const ws_ballot *ballot = ws__get_home(space, party)->ballot;
    if (!ballot) {
        for (size_t i = 0; i < count; i++)
            out[i] = 1;
        return WS_OK;
    }
    size_t voters = ballot->voter_count, lanes = ws__best_lanes(ballot->scratch + 2 * voters);
    uint32_t *levels = WS_NEW_MANY(&scratch, space->issue_count, uint32_t);
    ws_chance *one = WS_NEW_MANY(&scratch, voters + 1, ws_chance);
    bool *hold = WS_NEW_MANY(&scratch, ballot->when_count + 1, bool);
    double *yes = WS_NEW_MANY(&scratch, voters * lanes + 1, double);
    double *no = WS_NEW_MANY(&scratch, voters * lanes + 1, double);
    double *holds = WS_NEW_MANY(&scratch, ballot->when_count * lanes + 1, double);
    double *rest = WS_NEW_MANY(&scratch, ws__ballot_scratch(ballot, lanes) + 1, double);
    if (!levels || !one || !hold || !yes || !no || !holds || !rest)
        return WS_LIMIT;
    for (size_t from = 0; from < count; from += lanes) {
        size_t n = count - from < lanes ? count - from : lanes;
        for (size_t i = 0; i < n; i++) {
            ws_get_levels(levels, space, outcomes[from + i]);
            ws__find_votes(one, hold, space, party, levels);
            for (size_t v = 0; v < voters; v++) {
                yes[v * lanes + i] = one[v].yes;
                no[v * lanes + i] = one[v].no;
            }
            for (size_t w = 0; w < ballot->when_count; w++)
                holds[w * lanes + i] = hold[w];
        }
        ws_votes votes = {.lanes = n, .stride = lanes, .yes = yes, .no = no, .holds = holds};
        ws__count_ops()->ballot(out + from, NULL, ballot, &votes, rest);
    }
    return WS_OK;
}

uint64_t ws__find_care(const ws_space *space, size_t party, uint64_t outcome)
{
    const ws_home *home = ws__get_home(space, party);
    uint64_t number = 0;
    for (size_t i = space->issue_count; i-- > 0; outcome /= space->level_counts[i])
        number += outcome % space->level_counts[i] * home->care_strides[i];
    return number;
}

ws_status ws__find_deliver_all(ws_chance *out, const ws_space *space, const ws_chance *deliver,
                               const bool *accepts, const uint32_t *levels)
{
    WS_SCRATCH(scratch);
    size_t parties = space->party_count;
    if (!space->deliver->agreement) {
        *out = (ws_chance){1, 0};
        for (size_t p = 0; p < parties; p++) {
            out->no += out->yes * deliver[p].no;
            out->yes *= deliver[p].yes;
        }
        return WS_OK;
    }
    const ws_ballot *rule = space->deliver->agreement;
    ws_chance *votes = WS_NEW_MANY(&scratch, parties, ws_chance);
    bool *holds = WS_NEW_MANY(&scratch, rule->when_count + 1, bool);
    if (!votes || !holds)
        return WS_LIMIT;
    for (size_t p = 0; p < parties; p++)
        votes[p] = accepts[p] ? deliver[p] : (ws_chance){0, 1};
    for (size_t w = 0; w < rule->when_count; w++)
        holds[w] = ws__holds(rule->whens[w], levels);
    return ws__count_ballot(out, rule, votes, holds);
}

double ws__failure_value(const ws_space *space, size_t party)
{
    const ws_case *c = space->source;
    const ws_domestic *domestic = c->shape->parties[party].domestic;
    double otherwise = ws_get_range(space, party).reservation;
    otherwise =
        ws__number(c, c->shape->breakdown.value ? c->shape->breakdown.value[party] : WS_NO_SLOT, otherwise);
    return domestic ? ws__number(c, domestic->failure, otherwise) : otherwise;
}

/* ---- Tables ---- */

enum { TASK_CARES = 4096 };

typedef struct filling {
    const ws_space *space;
    const ws_home *home;
    size_t party;
    double *table;
    size_t lanes;
    double **memory; /* [workers] */
    bool *failed;    /* [workers] */
} filling;

/* Rows of [lanes]: yes and no of each actor, conditions, margins; then the ballot's own. */
static double *worker_memory(filling *f, unsigned worker)
{
    const ws_ballot *ballot = f->home->ballot;
    if (!f->memory[worker]) {
        size_t rows = 2 * ballot->voter_count + ballot->when_count + 1;
        f->memory[worker] =
            malloc((rows * f->lanes + ws__ballot_scratch(ballot, f->lanes)) * sizeof **f->memory);
    }
    return f->memory[worker];
}

/* Levels of a combination that matters; of other issues the first. */
static void care_levels(uint32_t *levels, const filling *f, uint64_t at)
{
    for (size_t i = f->home->care_count; i-- > 0;) {
        size_t issue = f->home->cares[i];
        levels[issue] = (uint32_t)(at % f->space->level_counts[issue]);
        at /= f->space->level_counts[issue];
    }
}

/* One lane of votes: margins over noise, or (noise 0) yes and no themselves. */
static void set_lane(double *yes, double *no, double *holds, const filling *f, const uint32_t *levels,
                     size_t lane)
{
    const ws_ballot *ballot = f->home->ballot;
    for (size_t a = 0; a < ballot->voter_count; a++) {
        if (!ballot->asked[a])
            continue;
        size_t evaluator = f->space->first_actor[f->party] + a;
        const ws_evaluator *e = &f->space->evaluators[evaluator];
        double sum = ws__sum_at(f->space, evaluator, levels);
        if (f->home->noise[a] > 0) {
            yes[a * f->lanes + lane] = (sum / e->divisor - e->range.reservation) / f->home->noise[a];
        } else {
            yes[a * f->lanes + lane] = sum >= e->scaling.accept ? 1 : 0;
            no[a * f->lanes + lane] = sum >= e->scaling.accept ? 0 : 1;
        }
    }
    for (size_t w = 0; w < ballot->when_count; w++)
        holds[w * f->lanes + lane] = ws__judge_outcome(f->home->whens[w], levels, NULL, 0);
}

static void fill_task(void *context, size_t task, unsigned worker)
{
    WS_SCRATCH(scratch);
    filling *f = context;
    const ws_ballot *ballot = f->home->ballot;
    const ws_count_ops *ops = ws__count_ops();
    double *yes = worker_memory(f, worker);
    uint32_t *levels = WS_NEW_MANY(&scratch, f->space->issue_count, uint32_t);
    if (!yes || !levels) {
        f->failed[worker] = true;
        return;
    }
    double *no = yes + ballot->voter_count * f->lanes, *holds = no + ballot->voter_count * f->lanes;
    double *margins = holds + ballot->when_count * f->lanes, *rest = margins + f->lanes;
    uint64_t end = (uint64_t)(task + 1) * TASK_CARES < f->home->care_size ? (uint64_t)(task + 1) * TASK_CARES
                                                                          : f->home->care_size;
    for (uint64_t at = (uint64_t)task * TASK_CARES; at < end; at += f->lanes) {
        size_t n = end - at < f->lanes ? (size_t)(end - at) : f->lanes;
        for (size_t i = 0; i < n; i++) {
            care_levels(levels, f, at + i);
            set_lane(yes, no, holds, f, levels, i);
        }
        for (size_t a = 0; a < ballot->voter_count; a++) {
            if (!ballot->asked[a] || !(f->home->noise[a] > 0))
                continue;
            memcpy(margins, yes + a * f->lanes, n * sizeof *margins);
            ops->logistic(yes + a * f->lanes, no + a * f->lanes, margins, n);
        }
        ws_votes votes = {.lanes = n, .stride = f->lanes, .yes = yes, .no = no, .holds = holds};
        ops->ballot(f->table + at, NULL, ballot, &votes, rest);
    }
}

static ws_status fill_table(ws_home *home, const ws_space *space, size_t party, const ws_run *run)
{
    WS_SCRATCH(scratch);
    unsigned workers = ws__count_workers(run);
    filling f = {.space = space, .home = home, .party = party};
    f.lanes = ws__best_lanes(home->ballot->scratch + 2 * home->ballot->voter_count);
    f.table = malloc((size_t)home->care_size * sizeof *f.table);
    f.memory = WS_NEW_MANY(&scratch, workers, double *);
    f.failed = WS_NEW_MANY(&scratch, workers, bool);
    ws_status status = f.table && f.memory && f.failed ? WS_OK : WS_LIMIT;
    if (status == WS_OK)
        status =
            ws__run_tasks(run, "votes at home", (size_t)((home->care_size + TASK_CARES - 1) / TASK_CARES),
                          fill_task, &f, NULL);
    for (unsigned w = 0; f.memory && f.failed && w < workers; w++) {
        free(f.memory[w]);
        if (f.failed[w])
            status = WS_LIMIT;
    }
    if (status == WS_OK)
        home->table = f.table;
    else
        free(f.table);
    return status;
}

/* ---- Tables of another space ---- */

static bool same_tables(const ws_space *a, const ws_evaluator *x, const ws_evaluator *y)
{
    for (size_t i = 0; i < a->issue_count; i++)
        if (memcmp(x->table[i], y->table[i], a->level_counts[i] * sizeof(double)) != 0)
            return false;
    return true;
}

/* True where a voter votes alike in both spaces. Both are of one shape, so that terms differ in their numbers
 * alone. */
static bool same_voter(const ws_space *a, const ws_space *b, size_t evaluator)
{
    const ws_evaluator *x = &a->evaluators[evaluator], *y = &b->evaluators[evaluator];
    if (x->divisor != y->divisor || x->range.reservation != y->range.reservation ||
        x->term_count != y->term_count || x->scaling.accept != y->scaling.accept)
        return false;
    for (size_t t = 0; t < x->term_count; t++)
        if (x->terms[t].add != y->terms[t].add)
            return false;
    return same_tables(a, x, y);
}

static bool same_tally(const ws_tally *a, const ws_tally *b)
{
    if (a->quota != b->quota || a->total != b->total || a->seat_count != b->seat_count)
        return false;
    for (size_t i = 0; i < a->seat_count; i++)
        if (a->seats[i].voter != b->seats[i].voter || a->seats[i].weight != b->seats[i].weight ||
            a->seats[i].loose != b->seats[i].loose || a->seats[i].discipline != b->seats[i].discipline)
            return false;
    return true;
}

/* True where a party's table would be the same in both spaces, which share a shape: all that it hangs on. */
static bool same_home(const ws_space *a, const ws_space *b, size_t party)
{
    const ws_home *x = ws__get_home(a, party), *y = ws__get_home(b, party);
    if (x->domestic != y->domestic || x->care_size != y->care_size || x->body_count != y->body_count ||
        a->first_actor[party] != b->first_actor[party] || !x->tabled)
        return false;
    for (size_t i = 0; i < a->issue_count; i++)
        if (x->care_strides[i] != y->care_strides[i])
            return false;
    for (size_t v = 0; v < x->ballot->voter_count; v++)
        if (x->noise[v] != y->noise[v] || !same_voter(a, b, a->first_actor[party] + v))
            return false;
    for (size_t t = 0; t < x->body_count; t++)
        if (!same_tally(x->tallies[t], y->tallies[t]))
            return false;
    return true;
}

void ws__borrow_tables(ws_space *space, const ws_space *from)
{
    if (space->source->shape != from->source->shape)
        return;
    for (size_t p = 0; p < space->party_count; p++) {
        ws_home *home = &space->deliver->homes[p];
        if (home->domestic && !home->table && ws__get_home(from, p)->table && same_home(space, from, p)) {
            home->table = ws__get_home(from, p)->table;
            home->borrowed = true;
        }
    }
}

ws_status ws__prepare_deliver(const ws_space *space, const ws_run *run, ws_diag *diag)
{
    ws_deliver *deliver = space->deliver;
    ws_status status = WS_OK;
    pthread_mutex_lock(&deliver->lock->mutex);
    for (size_t p = 0; status == WS_OK && p < space->party_count; p++) {
        ws_home *home = &deliver->homes[p];
        if (home->domestic && home->tabled && !home->table)
            status = fill_table(home, space, p, run);
    }
    pthread_mutex_unlock(&deliver->lock->mutex);
    return status == WS_LIMIT ? ws_fail(diag, status, "no memory or time to count the votes at home")
                              : status;
}

bool ws__deliver_needs_actors(const ws_space *space)
{
    for (size_t p = 0; p < space->party_count; p++)
        if (space->deliver->homes[p].domestic && !space->deliver->homes[p].tabled)
            return true;
    return false;
}
