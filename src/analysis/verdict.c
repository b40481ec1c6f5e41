/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one sentence of a certificate: first what stops the deal, if anything does; then what it wastes; then
 * that it is good. The library says it, not the report, because JSON has it too. */
#include "analysis/verdict.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>

/* "A, B and C" of those parties for whom `which` has `value`. */
static void add_names(ws_text *out, const ws_appraiser *appraiser, const bool *which, bool value)
{
    const ws_party *parties = appraiser->source->shape->parties;
    size_t total = 0, said = 0;
    for (size_t p = 0; p < appraiser->parties; p++)
        total += which[p] == value;
    for (size_t p = 0; p < appraiser->parties; p++) {
        if (which[p] != value)
            continue;
        ws__add_text(out, said == 0 ? "" : said + 1 == total ? " and " : ", ");
        ws__add_text(out, parties[p].name);
        said++;
    }
}

/* Percent with two significant digits at most: 43%, 0.093%. */
static void add_percent(ws_text *out, double share)
{
    if (share > 0 && share < 1e-4)
        ws__add_text(out, "less than 0.01%");
    else
        ws__add_format(out, "%.*g%%", share >= 0.995 ? 3 : 2, 100 * share);
}

static size_t count_of(const bool *which, size_t count)
{
    size_t sum = 0;
    for (size_t p = 0; p < count; p++)
        sum += which[p];
    return sum;
}

/* The party for whom most is left, in shares of its range. */
static size_t most_left(double *most, const ws_certificate *deal, const ws_appraiser *appraiser)
{
    size_t at = 0;
    *most = 0;
    for (size_t p = 0; p < appraiser->parties; p++) {
        double range = appraiser->ranges[p].max - appraiser->ranges[p].min;
        double left = range > 0 ? deal->value_left[p] / range : 0;
        if (left > *most) {
            *most = left;
            at = p;
        }
    }
    return at;
}

static void add_waste(ws_text *out, const ws_certificate *deal, const ws_appraiser *appraiser)
{
    double most;
    size_t p = most_left(&most, deal, appraiser);
    if (deal->better_count)
        ws__add_text(out, ", but there are deals better for every party");
    else
        ws__add_text(out, ", but it leaves value on the table");
    ws__add_format(out, ": %s could gain another ", appraiser->source->shape->parties[p].name);
    add_percent(out, most);
    ws__add_text(out, " of its range with nobody worse off");
}

static void add_home(ws_text *out, const ws_certificate *deal, const ws_appraiser *appraiser, double alpha)
{
    if (!appraiser->has_home)
        return;
    bool likely = deal->outcome.p_all >= alpha;
    ws__add_format(out, ", and it is %s to pass %s (", likely ? "likely" : "unlikely",
                   appraiser->unanimous ? "at home" : "with enough parties");
    add_percent(out, deal->outcome.p_all);
    ws__add_text(out, ")");
}

const char *ws__say_verdict(ws_arena *arena, const ws_certificate *deal, const ws_appraiser *appraiser,
                            double alpha)
{
    WS_TEXT(out);
    size_t accept = count_of(deal->accepted_by, appraiser->parties);
    bool all = accept == appraiser->parties;
    if (!deal->feasible) {
        ws__add_text(&out, "Not a possible deal: it breaks a constraint of the case.");
    } else if (!deal->acceptable) {
        ws__add_text(&out, "No deal: ");
        add_names(&out, appraiser, deal->accepted_by, false);
        ws__add_text(&out, appraiser->parties - accept == 1 ? " does better without an agreement"
                                                            : " do better without an agreement");
        ws__add_text(&out, appraiser->unanimous || accept == 0 ? "." : ", and the others are not enough.");
    } else {
        bool likely = deal->outcome.p_all >= alpha;
        ws__add_text(&out, !deal->on_frontier ? "An acceptable deal"
                           : likely           ? "A good deal"
                                              : "An efficient deal");
        if (!all) {
            ws__add_text(&out, " over the head of ");
            add_names(&out, appraiser, deal->accepted_by, false);
        }
        if (!deal->on_frontier)
            add_waste(&out, deal, appraiser);
        else
            ws__add_text(&out, ": nobody can gain more without another losing");
        add_home(&out, deal, appraiser, alpha);
        ws__add_text(&out, ".");
    }
    return out.failed ? NULL : ws__copy_text(arena, out.bytes);
}
