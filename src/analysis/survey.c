/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reducer of survey.h. Facts of whole blocks come first: bits that are all or none cost nothing to count,
 * and a block whose upper corner is beaten by an efficient vector before it is never made into columns. */
#include "analysis/survey.h"

#include "analysis/bits.h"
#include "base/diag.h"

#include <math.h>
#include <string.h>

static const double CHANCE_ALLOWED = 1e-12, TIE = 1e-12;

/* Of one task. */
struct ws_survey_scratch {
    const uint64_t **who; /* [parties] bits handed to the agreement rule */
    uint64_t *deliver;    /* [parties][WS_WORDS] pi >= alpha */
    uint64_t *win;        /* [parties][WS_WORDS] */
    uint64_t *reach;      /* [parties][WS_WORDS] E >= r */
    uint64_t *zone, *accepted, *reached, *all_accept, *sure;
    double *chance;         /* [WS_BLOCK] probability that the deal is delivered */
    double *expected;       /* [parties][WS_BLOCK] E, then its keys */
    const double **columns; /* [parties + 1] */
    double *row;            /* [parties + 1] */
};

/* ---- Efficient vectors ---- */

/* Offers the outcomes of `bits` with their utilities, unless the block's corner is beaten. */
static ws_status offer_bits(ws_front *front, const ws_survey *survey, const ws_survey_plan *plan,
                            const ws_block *block, const uint64_t *bits)
{
    size_t parties = plan->appraiser->parties;
    if (!ws__any_bit(block, bits) || ws__front_beats(front, block->high, true))
        return WS_OK;
    for (size_t p = 0; p < parties; p++)
        survey->scratch->columns[p] = ws__block_utility(block, p);
    bool all = bits == ws__block_all(block);
    return ws__front_offer_columns(front, survey->scratch->columns, block->count, block->first,
                                   all ? NULL : bits);
}

static ws_status offer_all(ws_survey *survey, const ws_survey_plan *plan, const ws_block *block)
{
    size_t parties = plan->appraiser->parties;
    if (!block->plain)
        return offer_bits(&survey->all, survey, plan, block, ws__feasible_bits(block));
    if (ws__front_beats(&survey->all, block->high, true))
        return WS_OK;
    const ws_inner *inner = block->inner;
    double *row = survey->scratch->row;
    for (size_t k = 0; k < inner->efficient_count; k++) {
        size_t i = inner->efficient[k];
        for (size_t p = 0; p < parties; p++)
            row[p] = block->base[p] + inner->column[p][i];
        WS_TRY(ws__front_offer(&survey->all, row, block->first + i));
    }
    return WS_OK;
}

/* ---- The surest deals ---- */

static void purge_points(ws_points *points, double least)
{
    size_t kept = 0;
    for (size_t i = 0; i < points->count; i++)
        if (ws__row(points, i)[points->dimension - 1] >= least)
            ws__move_point(points, kept++, i);
    points->count = kept;
}

static double least_of_band(const ws_band *band)
{
    return band->best - TIE * fabs(band->best);
}

static void raise_band(ws_band *band, double best)
{
    if (!(best > band->best))
        return;
    band->best = best;
    purge_points(&band->front.kept, least_of_band(band));
    purge_points(&band->front.pending, least_of_band(band));
    band->front.leader_count = 0;
}

/* columns [parties], chance and bits of a block's outcomes. */
static ws_status offer_band(ws_band *band, const ws_survey *survey, const ws_survey_plan *plan,
                            const ws_block *block, const double *const *columns, const uint64_t *bits)
{
    const double *chance = survey->scratch->chance;
    double best = band->best;
    for (size_t i = 0; i < block->count; i++)
        if (ws__bit(bits, i) && chance[i] > best)
            best = chance[i];
    raise_band(band, best);
    double least = least_of_band(band);
    double *row = survey->scratch->row;
    size_t parties = plan->appraiser->parties;
    for (size_t i = 0; i < block->count; i++) {
        if (!(chance[i] >= least) || !ws__bit(bits, i))
            continue;
        for (size_t p = 0; p < parties; p++)
            row[p] = columns[p][i];
        row[parties] = chance[i];
        WS_TRY(ws__front_offer(&band->front, row, block->first + i));
    }
    return WS_OK;
}

static ws_status merge_band(ws_band *into, ws_band *from)
{
    raise_band(into, from->best);
    purge_points(&from->front.kept, least_of_band(into));
    purge_points(&from->front.pending, least_of_band(into));
    from->front.leader_count = 0;
    return ws__merge_front(&into->front, &from->front);
}

/* ---- Home fronts ---- */

/* The chance that each outcome is delivered; where nobody votes at home, whether the rule accepts it. */
static void fill_chance(const ws_survey *survey, const ws_survey_plan *plan, const ws_block *block)
{
    const ws_appraiser *appraiser = plan->appraiser;
    double *chance = survey->scratch->chance;
    if (appraiser->has_home) {
        memcpy(chance, ws__block_deliver_all(block), block->count * sizeof *chance);
        return;
    }
    const uint64_t *bits = ws__block_acceptable(block);
    for (size_t i = 0; i < block->count; i++)
        chance[i] = ws__bit(bits, i);
}

/* The bits of a party's win-set, and its counts. */
static const uint64_t *count_win_set(ws_survey *survey, const ws_survey_plan *plan, const ws_block *block,
                                     size_t p)
{
    const uint64_t *accepts = ws__block_accepts(block, p);
    survey->accepts[p] += ws__count_feasible(block, accepts);
    if (!plan->appraiser->source->shape->parties[p].domestic) {
        survey->deliverable[p] += block->feasible_count;
        survey->win_set[p] += ws__count_feasible(block, accepts);
        return accepts;
    }
    uint64_t *deliver = survey->scratch->deliver + p * WS_WORDS;
    ws__mark_at_least(deliver, ws__block_deliver(block, p), block->count, plan->alpha - CHANCE_ALLOWED);
    survey->deliverable[p] += ws__count_feasible(block, deliver);
    const uint64_t *win = ws__both_bits(survey->scratch->win + p * WS_WORDS, block, deliver, accepts);
    survey->win_set[p] += ws__count_feasible(block, win);
    return win;
}

/* Where everybody in `who` [parties] stands together: all of them, or by the agreement rule. */
static const uint64_t *agree(uint64_t *out, const ws_appraiser *appraiser, const ws_block *block,
                             const uint64_t *const *who, bool everybody)
{
    if (!everybody && !appraiser->unanimous) {
        ws__block_agreement(out, block, who);
        return out;
    }
    const uint64_t *bits = who[0];
    for (size_t p = 1; p < appraiser->parties; p++)
        bits = ws__both_bits(out, block, bits, who[p]);
    return bits;
}

/* The zone, and what is jointly accepted and likely. */
static ws_status count_zone(const uint64_t **zone, ws_survey *survey, const ws_survey_plan *plan,
                            const ws_block *block)
{
    struct ws_survey_scratch *scratch = survey->scratch;
    const ws_appraiser *appraiser = plan->appraiser;
    for (size_t p = 0; p < appraiser->parties; p++)
        scratch->who[p] = count_win_set(survey, plan, block, p);
    bool simple = !appraiser->has_home;
    *zone =
        simple ? ws__block_acceptable(block) : agree(scratch->zone, appraiser, block, scratch->who, false);
    survey->deal_zone += ws__count_feasible(block, *zone);
    for (size_t p = 0; p < appraiser->parties; p++)
        scratch->who[p] = ws__block_accepts(block, p);
    const uint64_t *joint = agree(scratch->all_accept, appraiser, block, scratch->who, true);
    if (simple) {
        joint = ws__both_bits(scratch->sure, block, joint, *zone);
    } else {
        ws__mark_at_least(scratch->sure, scratch->chance, block->count, plan->alpha - CHANCE_ALLOWED);
        joint = ws__both_bits(scratch->all_accept, block, scratch->sure, joint);
    }
    survey->joint += ws__count_feasible(block, joint);
    return WS_OK;
}

/* ---- Expected values ---- */

static void fill_expected(double *out, const ws_survey_plan *plan, const ws_block *block,
                          const double *chance, size_t p)
{
    const double *column = ws__block_utility(block, p);
    double divisor = ws__get_scaling(block->space, p)->divisor, failure = plan->appraiser->failure[p];
    for (size_t i = 0; i < block->count; i++)
        out[i] = ws__expected(column[i] / divisor, chance[i], failure);
}

static ws_status survey_expected(ws_survey *survey, const ws_survey_plan *plan, const ws_block *block)
{
    struct ws_survey_scratch *scratch = survey->scratch;
    const ws_appraiser *appraiser = plan->appraiser;
    size_t parties = appraiser->parties;
    for (size_t p = 0; p < parties; p++) {
        double *expected = scratch->expected + p * WS_BLOCK;
        fill_expected(expected, plan, block, scratch->chance, p);
        uint64_t *reach = scratch->reach + p * WS_WORDS;
        ws__mark_at_least(reach, expected, block->count,
                          appraiser->ranges[p].reservation - appraiser->allowed[p]);
        scratch->who[p] = reach;
        if (plan->key_factor[p] > 0)
            for (size_t i = 0; i < block->count; i++)
                expected[i] = floor(expected[i] * plan->key_factor[p] + 0.5);
        scratch->columns[p] = expected;
    }
    const uint64_t *reached = agree(scratch->reached, appraiser, block, scratch->who, false);
    reached = ws__both_bits(scratch->reached, block, reached, ws__feasible_bits(block));
    if (!ws__any_bit(block, reached))
        return WS_OK;
    WS_TRY(ws__front_offer_columns(&survey->expected, scratch->columns, block->count, block->first, reached));
    return offer_band(&survey->surest_expected, survey, plan, block, scratch->columns, reached);
}

/* ---- Classes ---- */

static ws_status survey_classes(ws_survey *survey, const ws_survey_plan *plan, const ws_block *block,
                                const uint64_t *acceptable, const uint64_t *zone)
{
    uint64_t *out = survey->scratch->sure;
    for (size_t k = 0; k <= plan->class_count; k++) {
        const uint64_t *bits = ws__block_class(block, k);
        if (ws__is_none(block, bits))
            continue;
        survey->class_outcomes[k] += ws__count_feasible(block, bits);
        survey->class_in_zone[k] += ws__count_feasible(block, ws__both_bits(out, block, bits, zone));
        const uint64_t *accepted = ws__both_bits(out, block, bits, acceptable);
        survey->class_acceptable[k] += ws__count_feasible(block, accepted);
        if (plan->keep_classes)
            WS_TRY(offer_bits(&survey->classes[k], survey, plan, block, accepted));
    }
    return WS_OK;
}

static ws_status take_block(void *state, const void *context, const ws_block *block)
{
    ws_survey *survey = state;
    const ws_survey_plan *plan = context;
    struct ws_survey_scratch *scratch = survey->scratch;
    survey->feasible += block->feasible_count;
    if (plan->appraiser->has_home || plan->keep_expected)
        fill_chance(survey, plan, block);
    const uint64_t *zone;
    WS_TRY(count_zone(&zone, survey, plan, block));
    if (plan->count_only)
        return WS_OK;
    const uint64_t *acceptable =
        ws__both_bits(scratch->accepted, block, ws__block_acceptable(block), ws__feasible_bits(block));
    survey->acceptable += ws__count_feasible(block, acceptable);
    WS_TRY(offer_all(survey, plan, block));
    if (plan->keep_acceptable)
        WS_TRY(offer_bits(&survey->acceptable_front, survey, plan, block, acceptable));
    if (plan->keep_zone) {
        zone = ws__both_bits(scratch->zone, block, zone, ws__feasible_bits(block));
        WS_TRY(offer_bits(&survey->zone, survey, plan, block, zone));
    }
    if (plan->keep_surest && ws__any_bit(block, acceptable)) {
        for (size_t p = 0; p < plan->appraiser->parties; p++)
            scratch->columns[p] = ws__block_utility(block, p);
        WS_TRY(offer_band(&survey->surest, survey, plan, block, scratch->columns, acceptable));
    }
    WS_TRY(survey_classes(survey, plan, block, acceptable, zone));
    return plan->keep_expected ? survey_expected(survey, plan, block) : WS_OK;
}

/* ---- Life ---- */

static bool make_scratch(ws_survey *survey, const ws_survey_plan *plan)
{
    ws_arena *arena = &survey->arena;
    const ws_appraiser *appraiser = plan->appraiser;
    size_t parties = appraiser->parties;
    struct ws_survey_scratch *s = WS_NEW(arena, struct ws_survey_scratch);
    survey->scratch = s;
    if (!s)
        return false;
    bool home = appraiser->has_home, expected = plan->keep_expected;
    s->who = WS_NEW_MANY(arena, parties, const uint64_t *);
    s->deliver = WS_NEW_MANY(arena, home ? parties * WS_WORDS : 1, uint64_t);
    s->win = WS_NEW_MANY(arena, home ? parties * WS_WORDS : 1, uint64_t);
    s->reach = WS_NEW_MANY(arena, expected ? parties * WS_WORDS : 1, uint64_t);
    s->zone = WS_NEW_MANY(arena, WS_WORDS, uint64_t);
    s->accepted = WS_NEW_MANY(arena, WS_WORDS, uint64_t);
    s->reached = WS_NEW_MANY(arena, WS_WORDS, uint64_t);
    s->all_accept = WS_NEW_MANY(arena, WS_WORDS, uint64_t);
    s->sure = WS_NEW_MANY(arena, WS_WORDS, uint64_t);
    s->chance = WS_NEW_MANY(arena, home || expected ? WS_BLOCK : 1, double);
    s->expected = WS_NEW_MANY(arena, expected ? parties * WS_BLOCK : 1, double);
    s->columns = WS_NEW_MANY(arena, parties + 1, const double *);
    s->row = WS_NEW_MANY(arena, parties + 1, double);
    return s->who && s->deliver && s->win && s->reach && s->zone && s->accepted && s->reached &&
           s->all_accept && s->sure && s->chance && s->expected && s->columns && s->row;
}

static ws_status begin(void *state, const void *context, const ws_space *space)
{
    (void)space;
    ws_survey *survey = state;
    const ws_survey_plan *plan = context;
    size_t parties = plan->appraiser->parties, classes = plan->class_count + 1;
    ws_arena *arena = &survey->arena;
    survey->accepts = WS_NEW_MANY(arena, parties, uint64_t);
    survey->deliverable = WS_NEW_MANY(arena, parties, uint64_t);
    survey->win_set = WS_NEW_MANY(arena, parties, uint64_t);
    survey->class_outcomes = WS_NEW_MANY(arena, classes, uint64_t);
    survey->class_acceptable = WS_NEW_MANY(arena, classes, uint64_t);
    survey->class_in_zone = WS_NEW_MANY(arena, classes, uint64_t);
    survey->classes = WS_NEW_MANY(arena, classes, ws_front);
    ws__begin_front(&survey->all, parties);
    ws__begin_front(&survey->acceptable_front, parties);
    ws__begin_front(&survey->zone, parties);
    ws__begin_front(&survey->expected, parties);
    ws__begin_front(&survey->surest.front, parties + 1);
    ws__begin_front(&survey->surest_expected.front, parties + 1);
    survey->surest.best = survey->surest_expected.best = -INFINITY;
    survey->class_fronts = survey->classes ? classes : 0;
    for (size_t k = 0; k < survey->class_fronts; k++)
        ws__begin_front(&survey->classes[k], parties);
    bool fine = survey->accepts && survey->deliverable && survey->win_set && survey->class_outcomes &&
                survey->class_acceptable && survey->class_in_zone && survey->classes;
    return fine && make_scratch(survey, plan) ? WS_OK : WS_LIMIT;
}

static void add_counts(uint64_t *into, const uint64_t *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        into[i] += from[i];
}

static ws_status merge(void *into_state, void *from_state, const void *context)
{
    ws_survey *into = into_state, *from = from_state;
    const ws_survey_plan *plan = context;
    size_t parties = plan->appraiser->parties, classes = plan->class_count + 1;
    into->feasible += from->feasible;
    into->acceptable += from->acceptable;
    into->deal_zone += from->deal_zone;
    into->joint += from->joint;
    add_counts(into->accepts, from->accepts, parties);
    add_counts(into->deliverable, from->deliverable, parties);
    add_counts(into->win_set, from->win_set, parties);
    add_counts(into->class_outcomes, from->class_outcomes, classes);
    add_counts(into->class_acceptable, from->class_acceptable, classes);
    add_counts(into->class_in_zone, from->class_in_zone, classes);
    WS_TRY(ws__merge_front(&into->all, &from->all));
    WS_TRY(ws__merge_front(&into->acceptable_front, &from->acceptable_front));
    WS_TRY(ws__merge_front(&into->zone, &from->zone));
    WS_TRY(ws__merge_front(&into->expected, &from->expected));
    for (size_t k = 0; k < classes; k++)
        WS_TRY(ws__merge_front(&into->classes[k], &from->classes[k]));
    WS_TRY(merge_band(&into->surest, &from->surest));
    return merge_band(&into->surest_expected, &from->surest_expected);
}

/* Moves all that the state holds into the result. */
static ws_status end(void *state, void *result)
{
    ws_survey *survey = state;
    WS_TRY(ws__settle_front(&survey->all));
    WS_TRY(ws__settle_front(&survey->acceptable_front));
    WS_TRY(ws__settle_front(&survey->zone));
    WS_TRY(ws__settle_front(&survey->expected));
    WS_TRY(ws__settle_front(&survey->surest.front));
    WS_TRY(ws__settle_front(&survey->surest_expected.front));
    for (size_t k = 0; k < survey->class_fronts; k++)
        WS_TRY(ws__settle_front(&survey->classes[k]));
    ws_survey *out = result;
    *out = *survey;
    memset(survey, 0, sizeof *survey);
    return WS_OK;
}

void ws__free_survey(ws_survey *survey)
{
    ws__drop_front(&survey->all);
    ws__drop_front(&survey->acceptable_front);
    ws__drop_front(&survey->zone);
    ws__drop_front(&survey->expected);
    ws__drop_front(&survey->surest.front);
    ws__drop_front(&survey->surest_expected.front);
    for (size_t k = 0; k < survey->class_fronts; k++)
        ws__drop_front(&survey->classes[k]);
    ws__free_arena(&survey->arena);
}

static void drop(void *state)
{
    ws__free_survey(state);
}

const ws_reducer_ops ws__survey_ops = {.name = "survey",
                                       .wants = {.parties = true, .classes = true, .deliver = true},
                                       .state_size = sizeof(ws_survey),
                                       .begin = begin,
                                       .block = take_block,
                                       .merge = merge,
                                       .end = end,
                                       .drop = drop};
