/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 *  What one look at a space tells: which deals both sides can accept and deliver, the frontier, the
 * solutions, classes, trade-offs, what opens the zone. A result is plain structs in independent sections;
 * `report` turns them into JSON and text. Everything in a result is owned by it. */
#ifndef WINSET_ANALYSIS_H
#define WINSET_ANALYSIS_H

#include "winset/space.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A deal with everything that is shown of it. Arrays have one entry a party. */
typedef struct ws_outcome {
    uint64_t index;         /**< WS_NO_OUTCOME: no deal; then nothing else is meant */
    const uint32_t *levels; /**< [issues] */
    const double *u;
    const double *gain;     /**< u less the reservation value */
    const double *p;        /**< probability that the party delivers it */
    double p_all;           /**< that the agreement rule holds on those who accept and deliver it */
    const double *e;        /**< expected value of signing it */
    size_t class_of;        /**< position among the case's classes; their count: `other` */
    const bool *overridden; /**< signed over this party's head; NULL where the agreement is unanimous */
    /** [parties], each [types of that party] (NULL: it has none): p if the party is of that type. NULL as a
     * whole where no party has types, or for deals that are only listed (the frontier's points). */
    const double *const *p_by_type;
    const double *p_mixed; /**< [parties] p averaged over its types (p where it has none); NULL as above */
} ws_outcome;

/** The solutions, in the order they are shown. */
#define WS_SOLUTIONS(X)                                                                                      \
    X(NASH, "nash")                                                                                          \
    X(KALAI_SMORODINSKY, "kalai_smorodinsky")                                                                \
    X(EGALITARIAN, "egalitarian")                                                                            \
    X(UTILITARIAN, "utilitarian")                                                                            \
    X(RELATIVE_UTILITARIAN, "relative_utilitarian")                                                          \
    X(EQUAL_LOSS, "equal_loss")                                                                              \
    X(RAIFFA, "raiffa")                                                                                      \
    X(MOST_DELIVERABLE, "most_deliverable")

typedef enum ws_solution {
#define WS_SOLUTION_MEMBER(name, key) WS_SOLUTION_##name,
    WS_SOLUTIONS(WS_SOLUTION_MEMBER)
#undef WS_SOLUTION_MEMBER
        WS_SOLUTION_COUNT
} ws_solution;

/** The key of a solution in JSON. */
WS_API const char *ws_solution_key(ws_solution solution);

typedef struct ws_party_section {
    ws_range range;
    ws_outcome ideal;
} ws_party_section;

typedef struct ws_zone_section {
    double alpha;
    const uint64_t *accepts;     /**< [parties] outcomes with u >= r */
    uint64_t acceptable;         /**< on which the agreement rule holds */
    const uint64_t *deliverable; /**< [parties] pi >= alpha */
    const uint64_t *win_set;     /**< [parties] both */
    uint64_t deal_zone;          /**< the agreement rule holds on those whose win-set it is in */
    uint64_t joint;              /**< every u >= r and Pi >= alpha */
    double share;                /**< of the feasible outcomes; 0 where there are none */
    ws_outcome best;
} ws_zone_section;

typedef struct ws_class_section {
    uint64_t outcomes, acceptable, in_zone;
    ws_outcome best;
} ws_class_section;

typedef struct ws_tradeoff {
    size_t giver, give_issue;
    uint32_t give_from, give_to;
    size_t getter, get_issue;
    uint32_t get_from, get_to;
    double cost, benefit; /**< shares of each party's range */
    double ratio;         /**< benefit / cost; NaN: a free gain (null in JSON) */
} ws_tradeoff;

typedef struct ws_opening {
    const char *change; /**< a path as --set takes it, or in words where it is no number of the case */
    double by;
    uint64_t zone; /**< deals in the zone after it */
} ws_opening;

/** The two-level price: what the home fronts cost. Joint gain is the sum over parties of the gain as a share
 * of the largest gain among acceptable deals (gain/m; parties with m <= 0 do not count). */
typedef struct ws_price_section {
    double table; /**< the largest joint gain of an acceptable deal, were all deals delivered; NaN: no deal */
    double
        home; /**< the largest expected joint gain of signing one, E for u; 0 where none is worth signing */
    double cost;  /**< table less home */
    double share; /**< cost / table; 0 where table is 0 */
} ws_price_section;

/** The same analysis as one party of one type has it. */
typedef struct ws_type_view {
    size_t party, type;
    double probability;
    const struct ws_analysis *analysis;
} ws_type_view;

typedef struct ws_analysis {
    const ws_space *space; /**< borrowed: what was analyzed */
    bool has_home;         /**< some party has people at home who vote */
    bool has_types;        /**< some party has types */
    uint64_t outcomes, feasible;
    const char *method; /**< "scan" */
    bool complete; /**< false: cut by a limit or an interrupt; counts are of the first `scanned` outcomes */
    uint64_t scanned;
    size_t party_count;
    const ws_party_section *parties;
    ws_zone_section zone;
    uint64_t frontier_size; /**< distinct utility vectors over feasible outcomes */
    size_t point_count;
    const ws_outcome *points;
    ws_outcome solutions[WS_SOLUTION_COUNT];
    ws_outcome solutions_expected[WS_SOLUTION_COUNT];
    size_t class_count; /**< the case's classes, and `other` last where any outcome is of it */
    const ws_class_section *classes;
    size_t tradeoff_count;
    const ws_tradeoff *tradeoffs;
    double opposition; /**< NaN where nothing is feasible */
    bool opening_asked;
    size_t opening_count;
    const ws_opening *openings;
    ws_price_section price;
    size_t by_type_count; /**< asked for by options.by_type */
    const ws_type_view *by_type;
} ws_analysis;

/** What is analyzed. Zero everywhere means the defaults. */
typedef struct ws_analyze_options {
    double alpha;    /**< confidence of a win-set; 0: 0.5 */
    uint64_t points; /**< of the frontier to list; 0: 10,000 */
    bool opening;    /**< also where the zone is not empty */
    bool by_type;    /**< the whole once more for each type of each party */
} ws_analyze_options;

/** Analyzes a space, one pass over its outcomes. With WS_INTERRUPTED or WS_LIMIT *out tells of what was
 * walked. */
WS_API ws_status ws_analyze_space(ws_analysis **out, const ws_space *space, const ws_analyze_options *options,
                                  const ws_run *run, ws_diag *diag);
WS_API void ws_free_analysis(ws_analysis *analysis);

/** Fills one outcome, in arrays owned by `*owner` (free with ws_free_outcome). */
WS_API ws_status ws_describe_outcome(ws_outcome **out, const ws_space *space, uint64_t outcome,
                                     ws_diag *diag);
WS_API void ws_free_outcome(ws_outcome *outcome);

/** The certificate of one deal. Distances are Euclidean, each utility as a share of its party's range (a
 * party with range 0 does not count). Arrays have one entry a party. */
typedef struct ws_certificate {
    ws_outcome outcome;
    bool feasible;
    const bool *accepted_by;            /**< u >= r */
    bool acceptable;                    /**< the agreement rule holds on them */
    bool on_frontier;                   /**< no feasible deal is as good for all and better for one */
    double pareto_distance;             /**< to the nearest efficient deal; NaN: nothing is feasible */
    double distance[WS_SOLUTION_COUNT]; /**< to each solution on u; NaN: there is none */
    const uint64_t *at_or_above;        /**< feasible deals at least as good for the party */
    uint64_t of;                        /**< feasible deals */
    const double *value_left;           /**< the most the party could still gain with nobody worse off */
    size_t better_count;                /**< efficient deals better for every party, at most 5 */
    const ws_outcome *better;           /**< the largest least gain (as a share of range) first */
    const char *verdict;                /**< one plain sentence */
} ws_certificate;

typedef struct ws_certificates {
    size_t count;
    const ws_certificate *certificates;
} ws_certificates;

/** Certificates of `count` deals, from one pass over the space. */
WS_API ws_status ws_score_deals(ws_certificates **out, const ws_space *space, size_t count,
                                const uint64_t *deals, const ws_analyze_options *options, const ws_run *run,
                                ws_diag *diag);
WS_API void ws_free_certificates(ws_certificates *certificates);

#ifdef __cplusplus
}
#endif
#endif
