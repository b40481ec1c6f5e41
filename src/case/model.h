/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The case as its readers in other rooms see it: a *shape* (names, levels, trees, conditions; shared between
 * a case and all its variants) and its *numbers*, one array. Where the file has a number the shape has a
 * slot; `numbers[slot]` is its value: the number, or a distribution's mean (truncated, where `within` says
 * so).
 *
 * So a variant of a case (--set, a type, a Monte Carlo draw, a slider) is the same shape with another array,
 * unless what it sets is no number, or stands where the file has none: then the shape is built anew.
 *
 * `like` is resolved here: a copy's preferences hold the slots of the original. Everything is owned by the
 * case, lives as long as it, and never changes. */
#ifndef WINSET_CASE_MODEL_H
#define WINSET_CASE_MODEL_H

#include "base/date.h"
#include "case/doc.h"
#include "winset/case.h"

typedef uint32_t ws_slot;
#define WS_NO_SLOT UINT32_MAX

/* ---- Issues ---- */

typedef struct ws_issue {
    const char *key;
    const char *name; /* what is shown; the key where the file gives none */
    const char *unit; /* NULL: none */
    size_t level_count;
    const char *const *levels;      /* keys; of a numeric issue the number as a decimal ("0.3") */
    const char *const *level_names; /* what is shown */
    const double *values;           /* of a numeric issue, rising, exact decimals; else NULL */
} ws_issue;

/* ---- Conditions ---- */

typedef enum ws_condition_kind {
    WS_CONDITION_TEST,     /* the issue's level is among `allowed` */
    WS_CONDITION_ALL,      /* of `parts`; with none: true */
    WS_CONDITION_ANY,      /* with none: false */
    WS_CONDITION_NOT,      /* of the one part */
    WS_CONDITION_AT_LEAST, /* `least` of the parts */
    WS_CONDITION_OTHERWISE /* true; in classes only */
} ws_condition_kind;

typedef struct ws_condition {
    ws_condition_kind kind;
    size_t issue;        /* TEST */
    const bool *allowed; /* TEST: [level_count of the issue] */
    size_t least;        /* AT_LEAST */
    size_t count;
    const struct ws_condition *const *parts;
    const ws_node *node; /* as written */
} ws_condition;

/* True where the condition holds for `levels` [issue count], each a level's position from 0. */
bool ws__holds(const ws_condition *condition, const uint32_t *levels);

/* ---- Preferences ---- */

typedef enum ws_form { WS_FORM_POINTS, WS_FORM_WEIGHTS } ws_form;

typedef enum ws_values_kind {
    WS_VALUES_NONE,      /* the issue was left out: 0 at every level */
    WS_VALUES_LIST,      /* a number a level */
    WS_VALUES_PIECEWISE, /* numeric issue: linear through (at[i], slots[i]), `at` rising, both ends given */
    WS_VALUES_RISING,    /* 0 at the first level, 1 at the last, linear over the levels (one level: 0) */
    WS_VALUES_FALLING,   /* 1 .. 0 (one level: 0) */
    WS_VALUES_IDEAL      /* 1 at `ideal`, 0 at the farthest level; linear or quadratic in the distance */
} ws_values_kind;

typedef struct ws_values {
    ws_values_kind kind;
    size_t count;         /* LIST: level count; PIECEWISE: points */
    const ws_slot *slots; /* LIST, PIECEWISE */
    const double *at;     /* PIECEWISE: numeric values of the points */
    size_t ideal;         /* IDEAL: level */
    bool quadratic;       /* IDEAL */
    ws_slot times;        /* factor of RISING, FALLING, IDEAL in points; WS_NO_SLOT: 1 */
} ws_values;

typedef struct ws_together {
    const ws_condition *when;
    ws_slot add;
} ws_together;

typedef struct ws_preference {
    ws_form form;
    const ws_values *values; /* [issue count] */
    const ws_slot *weights;  /* [issue count], WS_FORM_WEIGHTS; WS_NO_SLOT: weight 0 */
    size_t together_count;
    const ws_together *together; /* added after rescaling, as written */
} ws_preference;

typedef enum ws_reservation_kind {
    WS_RESERVATION_DEFAULT, /* a party: breakdown.value, else its least utility over feasible outcomes; an
                               actor: the latter */
    WS_RESERVATION_NUMBER,
    WS_RESERVATION_OUTCOME,   /* the utility of `levels`, feasible or not */
    WS_RESERVATION_PERCENTILE /* number in 0..100; reading 7 of docs/format */
} ws_reservation_kind;

typedef struct ws_reservation {
    ws_reservation_kind kind;
    ws_slot number;         /* NUMBER, PERCENTILE */
    const uint32_t *levels; /* OUTCOME: [issue count] */
} ws_reservation;

/* ---- Who votes ---- */

typedef struct ws_actor {
    const char *key, *name;
    ws_preference preference;
    ws_reservation threshold;
    ws_slot noise;      /* WS_NO_SLOT: 0 */
    ws_slot seats;      /* WS_NO_SLOT: 1 */
    ws_slot discipline; /* WS_NO_SLOT: 1 */
} ws_actor;

typedef enum ws_rule_kind {
    WS_RULE_MAJORITY,   /* more than half of the total weight */
    WS_RULE_TWO_THIRDS, /* at least */
    WS_RULE_UNANIMITY,
    WS_RULE_QUOTA,   /* weight >= quota */
    WS_RULE_PERCENT, /* weight >= percent of the total; exact fraction */
    WS_RULE_AT_LEAST /* members, each counting 1 and voting as one */
} ws_rule_kind;

typedef struct ws_member {
    size_t voter;   /* an actor of the party, or, in `agreement`, a party */
    ws_slot weight; /* WS_NO_SLOT: its seats */
} ws_member;

#define WS_MOST_WEIGHT 9007199254740992.0 /* of a body together; 2^53: whole numbers up to here are exact */

/* A body that votes: an institution, or the members of an `agreement`. */
typedef struct ws_body {
    const char *key, *name; /* NULL: without a name (agreement) */
    bool as_one; /* a map of members, {at_least: K} or a veto: each votes as one, whatever its seats */
    bool veto;   /* written {veto: X}: one member, who must say yes */
    size_t member_count;
    const ws_member *members;
    ws_rule_kind rule;
    ws_slot quota; /* QUOTA, PERCENT (in percent), AT_LEAST */
} ws_body;

typedef enum ws_tree_kind {
    WS_TREE_BODY,  /* `body` passes */
    WS_TREE_VOTER, /* `voter` (a party, in `agreement`) says yes */
    WS_TREE_ALL,
    WS_TREE_ANY,
    WS_TREE_AT_LEAST, /* `least` of the parts */
    WS_TREE_WHEN      /* where `when` holds the one part is needed; else it passes */
} ws_tree_kind;

typedef struct ws_tree {
    ws_tree_kind kind;
    size_t body;  /* BODY: position among the party's institutions, or among the case's agreement bodies */
    size_t voter; /* VOTER */
    size_t least; /* AT_LEAST */
    const ws_condition *when;
    size_t count;
    const struct ws_tree *const *parts;
} ws_tree;

typedef struct ws_domestic {
    size_t actor_count;
    const ws_actor *actors;
    size_t body_count;
    const ws_body *bodies;       /* the institutions */
    const ws_tree *ratification; /* never NULL: the default is all institutions */
    ws_slot failure;             /* WS_NO_SLOT: breakdown.value, else the reservation value */
} ws_domestic;

/* ---- Parties ---- */

typedef struct ws_type {
    const char *key, *name;
    ws_slot probability;
    size_t change_count;
    const ws_change *changes; /* paths from the case's root (made so by the reader) */
} ws_type;

typedef struct ws_party {
    const char *key, *name;
    ws_preference preference;
    ws_reservation reservation;
    ws_slot discount;            /* WS_NO_SLOT: 1 */
    ws_slot bargaining_weight;   /* WS_NO_SLOT: 1 */
    const ws_domestic *domestic; /* NULL: nobody at home votes; it delivers what it signs */
    size_t type_count;
    const ws_type *types;
} ws_party;

typedef struct ws_class {
    const char *key, *name;
    const ws_condition *when;
} ws_class;

/* ---- Breakdown and process ---- */

typedef struct ws_breakdown {
    const ws_slot *value;       /* [party count]; WS_NO_SLOT: the reservation value */
    const ws_slot *cost;        /* [party count]; WS_NO_SLOT: 0. With a market or `moved`: not used */
    const ws_slot *expiry;      /* [party count]; WS_NO_SLOT: the cost */
    size_t market;              /* of `cost: {market: ...}`; WS_NO_MARKET: none */
    ws_slot moved;              /* percent; WS_NO_SLOT: measured from the market */
    const ws_slot *per_percent; /* [party count] or NULL: cost = per_percent * |moved| */
} ws_breakdown;
#define WS_NO_MARKET SIZE_MAX

typedef enum ws_offers_kind { WS_OFFERS_FRONTIER, WS_OFFERS_ALL, WS_OFFERS_BEST } ws_offers_kind;

typedef struct ws_process {
    size_t round_count;
    const ws_day *dates; /* [round_count], or NULL where rounds are just numbered */
    bool walk;
    size_t first;            /* the party that proposes in round 1; SIZE_MAX where drawn */
    const ws_slot *proposer; /* [party count] probabilities where drawn (WS_NO_SLOT: 0); else NULL */
    size_t hazard_count;     /* 0: none; 1: every round; round_count */
    const ws_slot *hazard;
    bool infinite;       /* rationality: infinite */
    ws_slot rationality; /* WS_NO_SLOT: 20 */
    ws_offers_kind offers;
    size_t offers_best; /* of WS_OFFERS_BEST */
} ws_process;

/* ---- Events ---- */

#define WS_EVENT_KINDS(X)                                                                                    \
    X(CONTACT, "contact")                                                                                    \
    X(STATEMENT, "statement")                                                                                \
    X(OFFER, "offer")                                                                                        \
    X(ACCEPTANCE, "acceptance")                                                                              \
    X(REJECTION, "rejection")                                                                                \
    X(RESIGNATION, "resignation")                                                                            \
    X(ELECTION, "election")                                                                                  \
    X(VOTE, "vote")                                                                                          \
    X(DEADLINE, "deadline")                                                                                  \
    X(BREAKDOWN, "breakdown")                                                                                \
    X(AGREEMENT, "agreement")                                                                                \
    X(OTHER, "other")

typedef enum ws_event_kind {
#define WS_EVENT_MEMBER(name, text) WS_EVENT_##name,
    WS_EVENT_KINDS(WS_EVENT_MEMBER)
#undef WS_EVENT_MEMBER
} ws_event_kind;

typedef struct ws_event {
    ws_day date;
    ws_event_kind kind;
    size_t by_count;
    const size_t *by;           /* parties */
    const char *title, *source; /* NULL: none */
    const uint32_t *offer;      /* [issue count], of an offer; else NULL */
    const ws_slot *const
        *likelihood; /* [party count] of [type count] slots, or NULL a party; NULL: none at all */
    bool hide;
    ws_place place;
} ws_event;

/* ---- Indicators and markets ---- */

typedef struct ws_series_source {
    size_t count;              /* inline series: in the order of the file */
    const ws_day *dates;       /* a period's end */
    const char *const *labels; /* as written: 1991-Q4 */
    const double *values;
    const char *file; /* instead: a CSV under the case's folder; NULL: inline */
    const char *date_column, *value_column;
    ws_place place;
} ws_series_source;

typedef struct ws_target {
    ws_day by;
    bool at_most; /* else at least */
    double value;
} ws_target;

typedef struct ws_indicator {
    const char *key, *title, *unit;
    ws_series_source series;
    int32_t lag_days;
    double on_track, at_risk; /* chances of attainment: 0.7 and 0.3 where not given */
    ws_day agreed;            /* WS_NO_DAY: none */
    size_t target_count;      /* one, or a path */
    const ws_target *targets;
    bool growth;                   /* instead: */
    double growth_per_year;        /* percent */
    ws_day growth_from, growth_by; /* growth_by WS_NO_DAY: no end */
    ws_place place;
} ws_indicator;

typedef struct ws_market {
    const char *key, *title;
    ws_series_source series;
    ws_series_source benchmark; /* file NULL and count 0: none */
    bool log_returns;           /* else simple */
    size_t estimation;          /* returns */
    int window_from, window_to;
    size_t event_count;
    const ws_day *events;
    ws_place place;
} ws_market;

/* ---- Uncertainty ---- */

typedef enum ws_distribution_kind {
    WS_FIXED,
    WS_NORMAL,
    WS_UNIFORM,
    WS_TRIANGULAR,
    WS_BETA,
    WS_LOGNORMAL,
    WS_DISCRETE
} ws_distribution_kind;

typedef struct ws_distribution {
    ws_slot slot;
    ws_distribution_kind kind;
    double parameters[3];
    size_t count; /* DISCRETE */
    const double *values, *probabilities;
    double lo, hi;      /* within; -inf, inf: none */
    const char *factor; /* common cause; NULL: none */
    double correlation;
    const ws_node *node;
} ws_distribution;

/* ---- The whole ---- */

typedef struct ws_shape {
    const char *title; /* NULL: none */
    ws_day as_of;      /* WS_NO_DAY: none */
    const char *notes;
    size_t source_count;
    const char *const *sources;

    size_t issue_count;
    const ws_issue *issues;
    size_t party_count;
    const ws_party *parties;
    const ws_tree *agreement; /* never NULL: the default is ALL of every party */
    bool unanimous;           /* the default rule, or one written that means the same: all of all */
    size_t agreement_body_count;
    const ws_body *agreement_bodies;
    size_t constraint_count;
    const ws_condition *const *constraints;
    size_t class_count; /* at least 1: the default is one, `deal`, otherwise. What matches none is `other` */
    const ws_class *classes;
    ws_breakdown breakdown;
    const ws_process *process; /* NULL: static analysis only */
    size_t event_count;
    const ws_event *events; /* in the file's order */
    size_t indicator_count;
    const ws_indicator *indicators;
    size_t market_count;
    const ws_market *markets;

    size_t slot_count;
    const ws_node *const
        *slot_nodes; /* [slot_count] the text or distribution of each: for paths and places */
    size_t distribution_count;
    const ws_distribution *distributions;
    size_t file_count; /* every file that was read for this case, the case's own first */
    const ws_source *files;
    ws_doc *doc;
} ws_shape;

struct ws_case {
    const ws_shape *shape; /* shared, reference-counted by case.c */
    const double *numbers; /* [shape->slot_count] */
};

/* The number in a slot, or `other` for WS_NO_SLOT. */
static inline double ws__number(const ws_case *c, ws_slot slot, double other)
{
    return slot == WS_NO_SLOT ? other : c->numbers[slot];
}

/* Understands a document. All problems are reported; `doc` is held, not taken. */
ws_status ws__build_case(ws_case **out, ws_doc *doc, ws_diag *diag);

/* The same shape with other numbers: numbers[slots[i]] = values[i], checked against what the slot allows. */
ws_status ws__renumber_case(ws_case **out, const ws_case *base, size_t count, const ws_slot *slots,
                            const double *values, ws_diag *diag);

/* The document of a case, with the numbers in which it differs from the one it was made of. Release it. */
ws_status ws__case_doc(ws_doc **out, const ws_case *c, ws_diag *diag);

/* Whether some party has somebody at home who votes. */
bool ws__votes_at_home(const ws_shape *shape);

/* The party of a key; WS_INVALID and a message with the nearest key where there is none. */
ws_status ws__seek_party(size_t *out, const ws_case *c, const char *key, ws_diag *diag);

/* Path of a slot as --set takes it, in `arena`. */
const char *ws__slot_path(ws_arena *arena, const ws_case *c, ws_slot slot);

#endif
