/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of `analyze`: the answer first, then why, then the deals, last the fine print. This file knows the
 * order, the names and the answer. */
#include "report/analysis_text.h"

#include "base/diag.h"
#include "report/words.h"

#include <math.h>
#include <string.h>

enum { SHORT = 12 };

/* ---- Names ---- */

const char *ws__class_words(const ws_telling *telling, size_t class_of)
{
    if (class_of >= telling->shape->class_count)
        return "other";
    return telling->shape->classes[class_of].name;
}

const char *ws__level_words(const ws_telling *telling, size_t issue, uint32_t level)
{
    return telling->shape->issues[issue].level_names[level];
}

double ws__gain_share(const ws_telling *telling, size_t party, const ws_outcome *outcome)
{
    ws_range range = telling->analysis->parties[party].range;
    double most = range.max - range.reservation;
    return most > 0 ? outcome->gain[party] / most : (double)NAN;
}

/* The key as a name: US, Japan. */
static const char *short_name(ws_telling *telling, const ws_party *party)
{
    char *copy = ws__copy_text(telling->arena, party->key);
    if (!copy)
        return party->key;
    for (char *c = copy; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    size_t capitals = strlen(copy) <= 3 ? strlen(copy) : 1;
    for (size_t i = 0; i < capitals; i++)
        if (copy[i] >= 'a' && copy[i] <= 'z')
            copy[i] = (char)(copy[i] - 'a' + 'A');
    return copy;
}

static bool name_everything(ws_telling *telling)
{
    const ws_shape *shape = telling->shape;
    ws_arena *arena = telling->arena;
    telling->names = WS_NEW_MANY(arena, telling->parties, const char *);
    telling->shorts = WS_NEW_MANY(arena, telling->parties, const char *);
    telling->issue_names = WS_NEW_MANY(arena, shape->issue_count, const char *);
    if (!telling->names || !telling->shorts || !telling->issue_names)
        return false;
    bool fitting = true;
    for (size_t p = 0; p < telling->parties; p++) {
        telling->names[p] = shape->parties[p].name;
        fitting = fitting && ws__text_width(telling->names[p]) <= SHORT;
    }
    for (size_t p = 0; p < telling->parties; p++) /* where one name is long, all go by their keys */
        telling->shorts[p] = fitting ? telling->names[p] : short_name(telling, &shape->parties[p]);
    for (size_t i = 0; i < shape->issue_count; i++)
        telling->issue_names[i] = ws__capital(arena, shape->issues[i].name);
    telling->everybody =
        telling->parties == 2 ? "both sides" : ws__format_text(arena, "all %zu sides", telling->parties);
    double alpha = telling->analysis->zone.alpha;
    telling->sure =
        ws__format_text(arena, "at least %s likely to pass at home", ws__say_percent(arena, alpha));
    return telling->everybody && telling->sure;
}

/* ---- The answer ---- */

static const char *acceptable_to(const ws_telling *telling)
{
    return telling->shape->unanimous
               ? ws__format_text(telling->arena, "at least as good as no deal for %s", telling->everybody)
               : "no worse than no deal for enough sides";
}

static const char *how_much(double share, uint64_t count)
{
    return count == 1     ? "A deal exists, but only one"
           : share < 0.02 ? "A deal exists, but a thin one"
           : share < 0.2  ? "A deal exists"
                          : "There is room for a deal";
}

static void tell_incomplete(ws_telling *telling)
{
    const ws_analysis *a = telling->analysis;
    if (!a->complete)
        ws__page_paragraph(telling->page,
                           WS_STRONG "Incomplete:" WS_PLAIN
                                     " the work was cut short. What follows tells of the first %s of %s.",
                           ws__say_count(telling->arena, a->scanned),
                           ws__say_many(telling->arena, a->outcomes, "deal", "deals"));
}

/* "All but 2 are watered down." where one class holds most of the zone. */
static const char *main_class(const ws_telling *telling)
{
    const ws_analysis *a = telling->analysis;
    uint64_t zone = a->zone.deal_zone;
    for (size_t i = 0; i < a->class_count && telling->shape->class_count > 1 && zone > 1; i++) {
        uint64_t inside = a->classes[i].in_zone;
        const char *words = ws__class_words(telling, i);
        if (inside == zone)
            return ws__format_text(telling->arena, " All of them are %s.", words);
        if (4 * inside >= 3 * zone)
            return ws__format_text(telling->arena, " All but %s of them are %s.",
                                   ws__say_count(telling->arena, zone - inside), words);
    }
    return "";
}

/* Whether the zone's deals pass everywhere (or with enough sides) at once. */
static const char *joint_words(const ws_telling *telling)
{
    const ws_analysis *a = telling->analysis;
    const ws_outcome *surest = &a->solutions[WS_SOLUTION_MOST_DELIVERABLE];
    bool unanimous = telling->shape->unanimous;
    if (!a->has_home || surest->index == WS_NO_OUTCOME ||
        (unanimous ? a->zone.joint > 0 : surest->p_all >= a->zone.alpha))
        return "";
    const char *text =
        ws__format_text(telling->arena, " None is as likely to pass on %s at once: the surest, %c, has %s.",
                        unanimous ? telling->everybody : "enough sides", ws__letter_of(telling, surest),
                        ws__say_percent(telling->arena, surest->p_all));
    return text ? text : "";
}

/* Where a deal passes that becomes one: everywhere, or where the agreement rule asks it to. */
static const char *passes_where(const ws_telling *telling)
{
    return telling->shape->unanimous ? "everywhere" : "with enough sides";
}

/* "gives Washington 56% and Tokyo 64% of what each could gain at most" */
static const char *list_gains(const ws_telling *telling, const ws_outcome *o)
{
    ws_arena *arena = telling->arena;
    const char *gains[3] = {NULL};
    size_t count = 0;
    for (size_t p = 0; p < telling->parties; p++) {
        double share = ws__gain_share(telling, p, o);
        const char *gain =
            ws__format_text(arena, "%s %s", telling->names[p], ws__say_whole_percent(arena, share));
        if (gain && !isnan(share))
            gains[count++] = gain;
    }
    if (count == 0)
        return "brings nobody more than no deal does: there is nothing to gain";
    return ws__format_text(arena, "gives %s of what %s could gain at most", ws__say_list(arena, count, gains),
                           count == 1 ? "it" : "each");
}

static const char *gains_words(const ws_telling *telling, const ws_outcome *o)
{
    ws_arena *arena = telling->arena;
    const char *text = NULL;
    size_t worst = ws__worst_off(telling, o);
    if (telling->parties <= 3)
        text = list_gains(telling, o);
    else if (worst != SIZE_MAX && ws__gain_share(telling, worst, o) < 0)
        text = ws__format_text(
            arena, "is made over the head of %s, which loses %s of what it could gain at most",
            telling->names[worst], ws__say_whole_percent(arena, -ws__gain_share(telling, worst, o)));
    else if (worst != SIZE_MAX)
        text = ws__format_text(arena, "leaves nobody with less than %s of what it could gain at most (%s)",
                               ws__say_whole_percent(arena, ws__gain_share(telling, worst, o)),
                               telling->names[worst]);
    return text ? text : "is the best for nobody in particular";
}

/* Which deal it is that the answer points to. */
static void tell_best(ws_telling *telling)
{
    const ws_analysis *a = telling->analysis;
    const ws_outcome *best = a->has_home ? &a->zone.best : &a->solutions[WS_SOLUTION_NASH];
    if (best->index == WS_NO_OUTCOME)
        return;
    const char *home = a->has_home
                           ? ws__format_text(telling->arena, "; it passes %s with %s", passes_where(telling),
                                             ws__say_percent(telling->arena, best->p_all))
                           : "";
    ws__page_paragraph(telling->page, "%s, %c below, %s%s.",
                       a->has_home               ? "The best balanced of them"
                       : a->zone.acceptable == 1 ? "It"
                                                 : "The best balanced deal (Nash's)",
                       ws__letter_of(telling, best), gains_words(telling, best), home ? home : "");
}

/* "; 33% if it is of the type can deliver", where another type would pass the deal and this one does not. */
static const char *type_words(const ws_telling *telling, const ws_outcome *o, size_t party)
{
    const ws_party *p = &telling->shape->parties[party];
    if (!o->p_by_type || !o->p_by_type[party] || p->type_count == 0)
        return "";
    size_t best = 0;
    for (size_t t = 1; t < p->type_count; t++)
        if (o->p_by_type[party][t] > o->p_by_type[party][best])
            best = t;
    if (o->p_by_type[party][best] < o->p[party] + 0.01)
        return "";
    const char *text =
        ws__format_text(telling->arena, "; %s were it of the type \"%s\"",
                        ws__say_percent(telling->arena, o->p_by_type[party][best]), p->types[best].name);
    return text ? text : "";
}

/* Of those who accept a deal the one least likely to pass it at home. */
static size_t find_hardest(const ws_telling *telling, const ws_outcome *o)
{
    size_t hardest = SIZE_MAX;
    for (size_t p = 0; p < telling->parties; p++) {
        bool accepts = !o->overridden || !o->overridden[p];
        if (accepts && (hardest == SIZE_MAX || o->p[p] < o->p[hardest]))
            hardest = p;
    }
    return hardest == SIZE_MAX ? 0 : hardest;
}

/* What the table would sign, and what becomes of it at home. */
static void tell_table(ws_telling *telling)
{
    const ws_analysis *a = telling->analysis;
    const ws_outcome *nash = &a->solutions[WS_SOLUTION_NASH];
    if (!a->has_home || nash->index == WS_NO_OUTCOME)
        return;
    size_t hardest = find_hardest(telling, nash);
    const char *chance = ws__say_percent(telling->arena, nash->p_all);
    char letter = ws__letter_of(telling, nash);
    bool unanimous = telling->shape->unanimous;
    if (unanimous ? nash->p[hardest] < a->zone.alpha : nash->p_all < a->zone.alpha)
        ws__page_paragraph(
            telling->page,
            "What the table would sign if nobody had to ask at home (Nash's deal, %c) passes %swith %s"
            "%s: %s %s (%s%s).",
            letter, unanimous ? "" : "with enough sides ", *chance == '<' ? "" : "only ", chance,
            unanimous ? "it fails with" : "the least likely to pass it is", telling->names[hardest],
            ws__say_percent(telling->arena, nash->p[hardest]), type_words(telling, nash, hardest));
    else if (nash->index != a->zone.best.index)
        ws__page_paragraph(telling->page, "What the table would sign (Nash's deal, %c) passes %s with %s.",
                           letter, passes_where(telling), chance);
}

/* Where at home a deal of the zone is likely to pass. */
static const char *where_at_home(const ws_telling *telling)
{
    return !telling->shape->unanimous ? "enough of those sides"
           : telling->parties == 2    ? "each side"
                                      : "every side";
}

static void tell_no_zone(ws_telling *telling)
{
    const ws_analysis *a = telling->analysis;
    ws_arena *arena = telling->arena;
    if (a->zone.acceptable == 0) {
        ws__page_paragraph(telling->page, WS_STRONG "There is no deal:" WS_PLAIN " not one of %s is %s.",
                           ws__say_many(arena, a->feasible, "possible deal", "possible deals"),
                           acceptable_to(telling));
        return;
    }
    ws__page_paragraph(
        telling->page,
        WS_STRONG "No deal survives at home:" WS_PLAIN " %s of %s %s %s, but none of them is %s on %s.%s",
        ws__say_count(arena, a->zone.acceptable), ws__say_many(arena, a->feasible, "deal", "deals"),
        a->zone.acceptable == 1 ? "is" : "are", acceptable_to(telling), telling->sure, where_at_home(telling),
        joint_words(telling));
}

void ws__tell_answer(ws_telling *telling)
{
    const ws_analysis *a = telling->analysis;
    ws_arena *arena = telling->arena;
    tell_incomplete(telling);
    if (a->feasible == 0) {
        ws__page_paragraph(telling->page,
                           WS_STRONG "No deal is possible:" WS_PLAIN
                                     " none of %s meets the constraints of the case.",
                           ws__say_many(arena, a->outcomes, "combination", "combinations"));
        return;
    }
    uint64_t zone = a->zone.deal_zone;
    if (zone == 0) {
        tell_no_zone(telling);
    } else {
        const char *home =
            a->has_home ? ws__format_text(arena, " and %s on %s", telling->sure, where_at_home(telling)) : "";
        const char *those =
            a->feasible == 1
                ? "the only possible deal"
                : ws__format_text(arena, "%s of %s (%s)", ws__say_count(arena, zone),
                                  ws__say_many(arena, a->feasible, "possible deal", "possible deals"),
                                  ws__say_percent(arena, a->zone.share));
        ws__page_paragraph(telling->page, WS_STRONG "%s:" WS_PLAIN " %s %s %s%s.%s%s",
                           how_much(a->zone.share, zone), those ? those : "", zone == 1 ? "is" : "are",
                           acceptable_to(telling), home ? home : "", main_class(telling),
                           joint_words(telling));
        tell_best(telling);
    }
    tell_table(telling);
}

/* Who is enough, where not all must agree. */
static void tell_rule(ws_telling *telling)
{
    if (!telling->shape->unanimous)
        ws__page_paragraph(telling->page, "Enough sides are %s.",
                           ws__say_agreement(telling->arena, ws_space_case(telling->space)));
}

/* ---- The whole ---- */

static void tell_title(ws_telling *telling)
{
    const ws_analysis *a = telling->analysis;
    ws_arena *arena = telling->arena;
    const char *title = telling->shape->title;
    if (!title || !*title)
        title = telling->page->options->case_name ? telling->page->options->case_name : "Analysis";
    const char *size =
        ws__format_text(arena, "%s, %s", ws__say_many(arena, telling->shape->issue_count, "issue", "issues"),
                        ws__say_many(arena, a->outcomes, "deal", "deals"));
    if (a->feasible != a->outcomes && a->complete)
        size = ws__format_text(arena, "%s, %s possible", size ? size : "",
                               a->feasible ? ws__say_count(arena, a->feasible) : "none");
    ws__page_title(telling->page, title, size ? size : "");
}

static void tell_all(ws_telling *telling)
{
    tell_title(telling);
    if (telling->analysis->feasible)
        ws__choose_deals(telling);
    ws__tell_answer(telling);
    tell_rule(telling);
    ws__tell_counts(telling);
    if (telling->analysis->feasible) {
        ws__tell_deals(telling);
        ws__tell_map(telling);
        ws__tell_classes(telling);
        ws__tell_types(telling);
        ws__tell_tradeoffs(telling);
        ws__tell_opening(telling);
    }
    ws__tell_end(telling);
}

ws_status ws__write_analysis_text(char **out, const ws_analysis *analysis, const ws_space *space,
                                  const ws_report_options *options, ws_diag *diag)
{
    ws_page *page = ws__start_page(options);
    if (!page)
        return ws_fail(diag, WS_LIMIT, "no memory for the result as text");
    ws_telling telling = {.page = page,
                          .arena = &page->arena,
                          .analysis = analysis,
                          .space = space,
                          .shape = ws_space_case(space)->shape,
                          .parties = analysis->party_count};
    if (name_everything(&telling))
        tell_all(&telling);
    else
        page->out.failed = true;
    return ws__finish_page(out, page, diag);
}
