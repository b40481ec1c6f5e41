/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a case GENIUS can hold: issues with items or whole numbers, additive utilities of 0 and more (or
 * bonuses for rectangles of whole numbers), a reservation value, a discount, deals that all must accept.
 *
 * GENIUS wants weights that sum to 1: utilities are divided by what they sum to, unless that is 1 within a
 * thousandth, and a warning says so. An integer issue's evaluator is linear and held within 0..1, so such an
 * issue is written with items where some party's worth is not of that shape. */
#include "format/genius_write.h"

#include "base/diag.h"
#include "format/genius.h"
#include "format/genius_worth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct fitter {
    ws_genius_form *out;
    ws_arena *arena;
    const ws_case *c;
    ws_status status;
    ws_diag *diag;
} fitter;

#define REFUSE(f, ...) ((f)->status = ws_fail((f)->diag, WS_INVALID, __VA_ARGS__))

/* ---- Parts there is no place for ---- */

static bool has_slot(const ws_case *c, const ws_slot *slots)
{
    for (size_t p = 0; slots && p < c->shape->party_count; p++)
        if (slots[p] != WS_NO_SLOT)
            return true;
    return false;
}

static void refuse_parts(fitter *f)
{
    const ws_shape *shape = f->c->shape;
    const ws_breakdown *breakdown = &shape->breakdown;
    bool one_class = shape->class_count == 1 && shape->classes[0].when->kind == WS_CONDITION_OTHERWISE;
    if (!shape->unanimous)
        REFUSE(f, "agreement: GENIUS has no rule but that all accept");
    if (shape->constraint_count)
        REFUSE(f, "constraints: in GENIUS every combination of levels is a deal");
    if (!one_class)
        REFUSE(f, "classes: GENIUS has no kinds of deals");
    if (has_slot(f->c, breakdown->cost) || has_slot(f->c, breakdown->expiry) ||
        breakdown->market != WS_NO_MARKET || breakdown->per_percent)
        REFUSE(f, "breakdown: GENIUS has no cost of breaking off");
    if (shape->process)
        REFUSE(f, "process: GENIUS has no rounds in its files");
    if (shape->event_count)
        REFUSE(f, "events: GENIUS has none");
    if (shape->indicator_count)
        REFUSE(f, "indicators: GENIUS has none");
    if (shape->market_count)
        REFUSE(f, "markets: GENIUS has none");
    for (size_t i = 0; i < shape->distribution_count; i++) {
        const char *path = ws__slot_path(f->arena, f->c, shape->distributions[i].slot);
        REFUSE(f, "%s: GENIUS has no uncertain numbers", path ? path : "a distribution");
    }
    if (f->status == WS_OK && (shape->notes || shape->source_count || shape->as_of != WS_NO_DAY))
        ws_warn(f->diag, "notes, sources and as_of have no place in GENIUS's files and are left out");
}

static void refuse_of_party(fitter *f, const ws_party *party)
{
    if (party->domestic)
        REFUSE(f, "parties.%s.domestic: GENIUS has no home politics", party->key);
    if (party->type_count)
        REFUSE(f, "parties.%s.types: GENIUS has no types", party->key);
    if (ws__number(f->c, party->bargaining_weight, 1) != 1)
        REFUSE(f, "parties.%s.bargaining_weight: GENIUS has none", party->key);
    if (party->reservation.kind == WS_RESERVATION_PERCENTILE)
        REFUSE(f, "parties.%s.reservation: GENIUS has numbers only, no percentile", party->key);
}

/* ---- Names ---- */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names where they are all different, else the keys. */
static const char **choose_names(fitter *f, size_t count, const char *const *names, const char *const *keys)
{
    const char **chosen = WS_NEW_MANY(f->arena, count, const char *);
    if (!chosen)
        return NULL;
    memcpy(chosen, names, count * sizeof *chosen);
    qsort(chosen, count, sizeof *chosen, compare_texts);
    bool different = true;
    for (size_t i = 1; i < count; i++)
        different = different && strcmp(chosen[i - 1], chosen[i]) != 0;
    memcpy(chosen, different ? names : keys, count * sizeof *chosen);
    return chosen;
}

/* A party's name where a file can be called so. */
static bool is_file_name(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length <= 100 && *name != '.' && !strchr(name, '/') && strcmp(name, "domain") != 0;
}

static ws_status choose_all_names(fitter *f)
{
    const ws_shape *shape = f->c->shape;
    size_t issues = shape->issue_count, parties = shape->party_count,
           most = issues > parties ? issues : parties;
    const char **names = WS_NEW_MANY(f->arena, most, const char *),
               **keys = WS_NEW_MANY(f->arena, most, const char *);
    f->out->level_names = WS_NEW_MANY(f->arena, issues, const char **);
    f->out->integer = WS_NEW_MANY(f->arena, issues, bool);
    f->out->parties = WS_NEW_MANY(f->arena, parties, ws_genius_party);
    if (!names || !keys || !f->out->level_names || !f->out->integer || !f->out->parties)
        return WS_LIMIT;
    for (size_t i = 0; i < issues; i++) {
        const ws_issue *issue = &shape->issues[i];
        names[i] = issue->name;
        keys[i] = issue->key;
        f->out->level_names[i] = choose_names(f, issue->level_count, issue->level_names, issue->levels);
        if (!f->out->level_names[i])
            return WS_LIMIT;
    }
    f->out->issue_names = choose_names(f, issues, names, keys);
    for (size_t p = 0; p < parties; p++) {
        names[p] = is_file_name(shape->parties[p].name) ? shape->parties[p].name : shape->parties[p].key;
        keys[p] = shape->parties[p].key;
    }
    const char **files = choose_names(f, parties, names, keys);
    for (size_t p = 0; files && p < parties; p++)
        if (!(f->out->parties[p].file = ws__format_text(f->arena, "%s.xml", files[p])))
            return WS_LIMIT;
    return files && f->out->issue_names ? WS_OK : WS_LIMIT;
}

/* ---- Rectangles ---- */

static bool is_whole_issue(const ws_issue *issue)
{
    if (!issue->values)
        return false;
    for (size_t level = 0; level < issue->level_count; level++)
        if (issue->values[level] != floor(issue->values[level]) || fabs(issue->values[level]) > 1e9 ||
            (level && issue->values[level] != issue->values[level - 1] + 1))
            return false;
    return true;
}

static bool add_test(size_t *from, size_t *to, const ws_case *c, const ws_condition *test)
{
    const ws_issue *issue = &c->shape->issues[test->issue];
    size_t first = 0, last = issue->level_count;
    while (first < last && !test->allowed[first])
        first++;
    while (last > first && !test->allowed[last - 1])
        last--;
    for (size_t level = first; level < last; level++)
        if (!test->allowed[level])
            return false;
    if (first == last || !is_whole_issue(issue))
        return false;
    from[test->issue] = first > from[test->issue] ? first : from[test->issue];
    to[test->issue] = last - 1 < to[test->issue] ? last - 1 : to[test->issue];
    return true;
}

bool ws__find_rectangle(size_t *from, size_t *to, const ws_case *c, const ws_condition *condition)
{
    for (size_t i = 0; i < c->shape->issue_count; i++) {
        from[i] = 0;
        to[i] = c->shape->issues[i].level_count - 1;
    }
    if (condition->kind == WS_CONDITION_TEST)
        return add_test(from, to, c, condition);
    if (condition->kind != WS_CONDITION_ALL)
        return false;
    for (size_t i = 0; i < condition->count; i++)
        if (condition->parts[i]->kind != WS_CONDITION_TEST || !add_test(from, to, c, condition->parts[i]))
            return false;
    return true;
}

/* ---- Preferences ---- */

/* Offset and slope of an integer issue's evaluator, found where the worth rises (or falls) most, since there
 * it is not held; false: the worth is of another shape. */
static bool find_line(ws_genius_fit *fit, size_t count, double largest)
{
    size_t steepest = 0;
    const double *worth = fit->evaluations;
    for (size_t i = 0; i + 1 < count; i++)
        if (fabs(worth[i + 1] - worth[i]) > fabs(worth[steepest + 1] - worth[steepest]) * (1 + 1e-12))
            steepest = i;
    fit->slope = count > 1 && largest > 0 ? (worth[steepest + 1] - worth[steepest]) / largest : 0;
    fit->slope = ws__tidy_genius(fit->slope);
    fit->offset =
        largest > 0 ? ws__tidy_genius(worth[steepest] / largest - fit->slope * (double)steepest) : 0;
    for (size_t i = 0; i < count; i++) {
        double value = fit->offset + fit->slope * (double)i;
        value = value < 0 ? 0 : value > 1 ? 1 : value;
        if (fabs(value * largest - worth[i]) > 1e-12 * largest)
            return false;
    }
    return true;
}

static double find_largest(const ws_genius_fit *fit, size_t count)
{
    double largest = fit->evaluations[0];
    for (size_t level = 1; level < count; level++)
        largest = fmax(largest, fit->evaluations[level]);
    return largest;
}

static void fit_issue(fitter *f, const ws_party *party, ws_genius_fit *fit, size_t at)
{
    const ws_issue *issue = &f->c->shape->issues[at];
    for (size_t level = 0; level < issue->level_count; level++) {
        fit->evaluations[level] = ws__tidy_genius(fit->evaluations[level]);
        if (fit->evaluations[level] < 0) {
            REFUSE(f, "parties.%s.points.%s: %g for %s is below 0, which GENIUS has not", party->key,
                   issue->key, fit->evaluations[level], issue->levels[level]);
            return;
        }
    }
    fit->weight = find_largest(fit, issue->level_count);
    if (party->preference.together_count == 0) /* else it is written as rectangles */
        f->out->integer[at] = f->out->integer[at] && find_line(fit, issue->level_count, fit->weight);
}

static void fit_together(fitter *f, const ws_party *party, ws_genius_party *out)
{
    size_t count = f->c->shape->issue_count;
    size_t *from = WS_NEW_MANY(f->arena, count, size_t), *to = WS_NEW_MANY(f->arena, count, size_t);
    if (!from || !to) {
        f->status = ws_fail(f->diag, WS_LIMIT, "no memory");
        return;
    }
    out->nonlinear = true;
    for (size_t t = 0; t < party->preference.together_count; t++)
        if (!ws__find_rectangle(from, to, f->c, party->preference.together[t].when))
            REFUSE(f, "parties.%s.together[%zu]: GENIUS has bonuses for ranges of whole-number issues only",
                   party->key, t);
    for (size_t i = 0; i < count; i++)
        if (out->fits[i].weight > 0 && !is_whole_issue(&f->c->shape->issues[i]))
            REFUSE(f, "parties.%s.points.%s: beside `together` GENIUS has whole-number issues only",
                   party->key, f->c->shape->issues[i].key);
}

static void fit_scale(fitter *f, const ws_party *party, ws_genius_party *out)
{
    double sum = 0;
    for (size_t i = 0; i < f->c->shape->issue_count; i++)
        sum += out->fits[i].weight;
    out->scale = out->nonlinear || sum <= 0 || fabs(sum - 1) <= 1e-3 ? 1 : sum;
    for (size_t i = 0; i < f->c->shape->issue_count; i++)
        out->fits[i].weight = ws__tidy_genius(out->fits[i].weight / out->scale);
    if (out->scale != 1 && f->status == WS_OK)
        ws_warn(f->diag, "parties.%s: utilities are divided by %.12g, so that GENIUS's weights sum to 1",
                party->key, out->scale);
}

static void fit_reservation(fitter *f, size_t p, ws_genius_party *out)
{
    const ws_party *party = &f->c->shape->parties[p];
    ws_slot fallback = f->c->shape->breakdown.value ? f->c->shape->breakdown.value[p] : WS_NO_SLOT;
    double value = 0;
    switch (party->reservation.kind) {
    case WS_RESERVATION_PERCENTILE: /* refused already */
        return;
    case WS_RESERVATION_NUMBER:
        value = ws__number(f->c, party->reservation.number, 0);
        if (fallback != WS_NO_SLOT && f->c->numbers[fallback] != value)
            REFUSE(f, "breakdown.value.%s: GENIUS has the reservation value alone", party->key);
        break;
    case WS_RESERVATION_DEFAULT:
        if (fallback != WS_NO_SLOT) {
            value = f->c->numbers[fallback];
            break;
        }
        if (out->nonlinear)
            REFUSE(f, "parties.%s.reservation: GENIUS needs a number", party->key);
        for (size_t i = 0; i < f->c->shape->issue_count; i++) { /* without constraints, its least utility */
            double least = out->fits[i].evaluations[0];
            for (size_t level = 1; level < f->c->shape->issues[i].level_count; level++)
                least = fmin(least, out->fits[i].evaluations[level]);
            value += least;
        }
        break;
    case WS_RESERVATION_OUTCOME:
        for (size_t i = 0; i < f->c->shape->issue_count; i++)
            value += out->fits[i].evaluations[party->reservation.levels[i]];
        for (size_t t = 0; t < party->preference.together_count; t++)
            if (ws__holds(party->preference.together[t].when, party->reservation.levels))
                value += ws__number(f->c, party->preference.together[t].add, 0);
        break;
    }
    out->reservation = ws__tidy_genius(value / out->scale);
    out->discount = ws__number(f->c, party->discount, 1);
}

static ws_status fit_worth(fitter *f)
{
    const ws_shape *shape = f->c->shape;
    for (size_t i = 0; i < shape->issue_count; i++)
        f->out->integer[i] = is_whole_issue(&shape->issues[i]);
    for (size_t p = 0; p < shape->party_count; p++) {
        const ws_party *party = &shape->parties[p];
        ws_genius_party *out = &f->out->parties[p];
        double **worth = ws__find_worth(f->arena, f->c, &party->preference);
        out->fits = WS_NEW_MANY(f->arena, shape->issue_count, ws_genius_fit);
        if (!worth || !out->fits)
            return ws_fail(f->diag, WS_LIMIT, "no memory to write GENIUS files");
        refuse_of_party(f, party);
        for (size_t i = 0; i < shape->issue_count; i++) {
            out->fits[i].evaluations = worth[i];
            fit_issue(f, party, &out->fits[i], i);
        }
        if (party->preference.together_count)
            fit_together(f, party, out);
    }
    return WS_OK;
}

/* Rectangles need integer issues, so the worth of every linear party must be of an evaluator's shape there.
 */
static void settle_integers(fitter *f)
{
    const ws_shape *shape = f->c->shape;
    bool nonlinear = false;
    for (size_t p = 0; p < shape->party_count; p++)
        nonlinear = nonlinear || f->out->parties[p].nonlinear;
    for (size_t i = 0; i < shape->issue_count; i++) {
        if (!is_whole_issue(&shape->issues[i]) || f->out->integer[i])
            continue;
        if (nonlinear)
            REFUSE(f, "issues.%s: some party has bonuses over it and another's points are not linear in it",
                   shape->issues[i].key);
        else
            ws_warn(f->diag, "issues.%s: written with items, since a party's points are not linear in it",
                    shape->issues[i].key);
    }
}

ws_status ws__fit_genius(ws_genius_form *out, ws_arena *arena, const ws_case *c, ws_diag *diag)
{
    fitter f = {out, arena, c, WS_OK, diag};
    *out = (ws_genius_form){.source = c};
    if (choose_all_names(&f) != WS_OK)
        return ws_fail(diag, WS_LIMIT, "no memory to write GENIUS files");
    refuse_parts(&f);
    WS_TRY(fit_worth(&f));
    if (f.status == WS_OK)
        settle_integers(&f);
    for (size_t p = 0; p < c->shape->party_count; p++) {
        fit_scale(&f, &c->shape->parties[p], &out->parties[p]);
        fit_reservation(&f, p, &out->parties[p]);
    }
    return f.status;
}
