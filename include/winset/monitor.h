/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 *  Is it being kept? Series of dated values, their trends and breaks, forecasts, what they say of a promised
 *  target, and what an event did to a market.
 *
 *  Dates are days since 1970-01-01; a period (1986, 1992-Q4, 1993-05) is dated at its last day. Time is in
 *  years of 365.25 days. Nothing here is ever a NaN: what cannot be told is told to be so, with the reason.
 *  Formulas: docs/monitor.md. */
#ifndef WINSET_MONITOR_H
#define WINSET_MONITOR_H

#include "winset/case.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Series ---- */

/** Values in the order of time. What the file left empty is not in it, but counted. */
typedef struct ws_series {
    size_t count;
    const int32_t *dates; /**< [count], rising */
    const uint8_t *kinds; /**< [count] what each date names: 0 a day, 1 a month, 2 a quarter, 3 a year */
    const double *values; /**< [count], finite */
    size_t skipped;       /**< rows without a value: empty, `.`, NA */
    size_t skipped_rows;  /**< rows without a date and a value */
    size_t held_back;     /**< values that were not yet known on the day asked for */
} ws_series;

/** How a series is read. Zero everywhere means the defaults. */
typedef struct ws_series_options {
    const char *date_column;  /**< NULL: the first column */
    const char *value_column; /**< NULL: the second column */
} ws_series_options;

/** Reads a series from a CSV table with a header line: comma, semicolon or tab; quotes; thousands separators
 *  (1,234.5 in quotes, 1 234.5, and 1.234,5 in a table of semicolons); a percent sign behind a value.
 *  @return WS_OK; WS_INVALID: no such file or column, dates that are none, fall or come twice (each named by
 *  its line), no text, no value at all; WS_LIMIT: larger than 1 GiB */
WS_API ws_status ws_read_series(ws_series **out, const char *path, const ws_series_options *options,
                                ws_diag *diag);
/** The same from memory; `name` stands before messages. */
WS_API ws_status ws_read_series_text(ws_series **out, const char *text, size_t length, const char *name,
                                     const ws_series_options *options, ws_diag *diag);
WS_API void ws_free_series(ws_series *series);
/** The part of a series that was known on a day, when values appear `lag` days after their period ends.
 *  `as_of` INT32_MIN: all of it. */
WS_API ws_status ws_known_series(ws_series **out, const ws_series *series, int32_t as_of, int32_t lag,
                                 ws_diag *diag);

/* ---- Trends ---- */

/** Is there a trend, and how steep. */
typedef struct ws_trend {
    size_t count;
    int64_t s;                    /**< concordant less discordant pairs */
    double variance, z, p, tau_b; /**< Mann-Kendall with ties; p two-sided; variance 0: p = 1, tau_b = 0 */
    double correction;            /**< Hamed and Rao's factor of the variance */
    double corrected_z, corrected_p;
    bool uncorrected;     /**< their factor was not positive (or n < 4): the plain test stands */
    double slope, lo, hi; /**< Theil and Sen's median slope and its interval, per unit of time */
    double level;         /**< confidence of the interval */
    bool drawn;           /**< the slope was selected at random (still exactly), not from all pairs */
} ws_trend;

/** Mann-Kendall, Hamed-Rao and Theil-Sen of values at rising times, O(n log n) above 5,000 values.
 *  @param count   at least 2
 *  @param level   of the slope's interval, 0 < level < 1; 0: 0.95
 *  Sources: Mann 1945, Kendall 1975; Hamed and Rao 1998, doi:10.1016/S0022-1694(97)00125-X; Sen 1968,
 *  doi:10.1080/01621459.1968.10480934. */
WS_API ws_status ws_find_trend(ws_trend *out, size_t count, const double *times, const double *values,
                               double level, const ws_run *run, ws_diag *diag);

/* ---- Breaks ---- */

enum { WS_MOST_BREAKS = 5 };

/** A division into segments of equal mean. Positions count values before the break, from 1. */
typedef struct ws_division {
    double rss, bic, lwz; /**< bic, lwz: only where rss > 0 */
    size_t at[WS_MOST_BREAKS];
} ws_division;

typedef struct ws_breaks {
    size_t count;                              /**< values */
    size_t least_segment;                      /**< values a segment has at least: a share of 0.15 of all */
    size_t most;                               /**< breaks looked for, 0 .. WS_MOST_BREAKS */
    ws_division divisions[WS_MOST_BREAKS + 1]; /**< [most + 1], best with 0, 1, ... breaks */
    size_t best_bic, best_lwz;                 /**< number of breaks by either criterion */
    size_t lower[WS_MOST_BREAKS], upper[WS_MOST_BREAKS]; /**< Bai's 95% interval of each of the best_bic
                                                              breaks; 0: could not be told */
    double pettitt_k, pettitt_p;
    size_t pettitt_at; /**< the last value before the change; the first where several reach K */
    bool gave_up;      /**< a long series in which too little could be pruned: `most` is what was finished */
} ws_breaks;

/** Shifts in the mean: least total squares over up to five breaks (Bai and Perron), the number by BIC and
 *  LWZ, Pettitt's test beside it. Up to 5,000 values by their dynamic programme, O(5 n^2); above by
 *  bounds or functional pruning, which give the same answer, or it says that it gave up. Sources: Bai and
 * Perron 2003, doi:10.1002/jae.659; Bai 1997 (intervals), doi:10.1162/003465397557132; Rigaill 2010,
 * arXiv:1004.0887; Pettitt 1979, doi:10.2307/2346729. */
WS_API ws_status ws_find_breaks(ws_breaks *out, size_t count, const double *values, const ws_run *run,
                                ws_diag *diag);

/** F of one break after value `at` (1 <= at < count), known beforehand, and its p: F(1, count - 2).
 *  False: fewer than 3 values, or no variation within the parts. */
WS_API bool ws_test_break_at(double *f, double *p, size_t count, const double *values, size_t at);

/* ---- Forecasts ---- */

/** A level that walks, with or without a slope that walks and a season that walks. Variances per step. */
typedef struct ws_state_model {
    bool slope;
    unsigned season; /**< steps in a year; 0: no season */
    double irregular, level, slope_variance, season_variance;
} ws_state_model;

enum { WS_MOST_STATES = 14 };

/** Where a model stands behind the last value it was given: one step ahead, before that value is seen. */
typedef struct ws_state {
    size_t size;
    double mean[WS_MOST_STATES];
    double variance[WS_MOST_STATES][WS_MOST_STATES];
    size_t seen;           /**< values used */
    size_t diffuse;        /**< of these, such that only served to begin with */
    bool proper;           /**< as many as the model has states: before, nothing is known of the next value */
    double log_likelihood; /**< -1/2 [n ln 2 pi + sum ln F + v^2/F], diffuse F for the first (Durbin and
                                Koopman; also statsmodels) */
    double log_likelihood_nd; /**< the same with (n - d) ln 2 pi (KFAS) */
} ws_state;

/** Runs the exact diffuse Kalman filter over `values` [count], one a step; NaN: missing.
 *  Source: Durbin and Koopman 2012, section 5.2. */
WS_API ws_status ws_filter_series(ws_state *out, const ws_state_model *model, size_t count,
                                  const double *values, ws_diag *diag);
/** Mean and variance of the value `ahead` >= 1 steps behind the last; false: the state is not proper. */
WS_API bool ws_forecast_value(double *mean, double *variance, const ws_state_model *model,
                              const ws_state *state, size_t ahead);

typedef struct ws_fit {
    ws_state_model model; /**< of largest likelihood; a variance may be exactly 0 */
    double log_likelihood, log_likelihood_nd;
    bool on_bound; /**< a variance is 0 */
} ws_fit;

/** Maximum likelihood of the variances of a model of the given form (`slope`, `season`), from several starts.
 *  @return WS_OK; WS_INVALID: fewer than 6 values, or values without variation about the form */
WS_API ws_status ws_fit_series(ws_fit *out, const ws_state_model *form, size_t count, const double *values,
                               const ws_run *run, ws_diag *diag);

/* ---- Events in markets ---- */

typedef struct ws_event_window {
    size_t estimation; /**< returns before the window that say what is normal; 0: 120 */
    int from, to;      /**< returns about day 0, from <= to; both 0: day 0 alone */
    bool simple;       /**< simple returns, not logarithms */
} ws_event_window;

/** What one event did. */
typedef struct ws_event_effect {
    int32_t event;       /**< as asked for */
    int32_t day_0;       /**< the first day with a return on or after it */
    int32_t first, last; /**< of the window */
    int32_t estimated_from, estimated_to;
    size_t window;                 /**< returns in it */
    double mean, beta;             /**< constant mean, or alpha; beta only with a benchmark */
    double deviation;              /**< of a normal return */
    double car, variance;          /**< cumulative abnormal return, and its variance */
    double percent;                /**< the move that nobody expected, in percent of the value */
    double percent_lo, percent_hi; /**< its 95% interval */
    double t, p;                   /**< t with estimation - 1 (benchmark: - 2) degrees */
    size_t degrees;
    double rank_z, rank_p; /**< Corrado's ranks */
    const char *problem;   /**< why nothing could be told (then only `event` is meant); NULL: it could */
} ws_event_effect;

/** Several events of one market. */
typedef struct ws_event_study {
    size_t count;
    const ws_event_effect *events;
    size_t told; /**< events without a problem */
    bool has_benchmark;
    bool has_bmp;        /**< two events or more */
    double bmp_t, bmp_p; /**< Boehmer, Musumeci, Poulsen 1991 */
    double mean_car, mean_percent, mean_percent_lo, mean_percent_hi;
    bool has_ranks;
    double rank_z, rank_p, rank_most; /**< Corrado 1989 over all events; the largest |z| that so few days can
                                           ever reach */
    const char *rank_note;            /**< "" or what to know of it */
} ws_event_study;

/** Studies events in a market. The benchmark may be NULL: then the mean of the estimation returns is normal,
 *  else a line on the benchmark's return between the same days (days on which either is missing are left
 *  out). Sources: MacKinlay 1997; Boehmer, Musumeci and Poulsen 1991, doi:10.1016/0304-405X(91)90032-F;
 *  Corrado 1989, doi:10.1016/0304-405X(89)90064-0. */
WS_API ws_status ws_study_events(ws_event_study **out, const ws_series *market, const ws_series *benchmark,
                                 size_t event_count, const int32_t *events, const ws_event_window *window,
                                 ws_diag *diag);
WS_API void ws_free_event_study(ws_event_study *study);

/* ---- Indicators ---- */

/** How a promise stands. */
#define WS_VERDICTS(X)                                                                                       \
    X(MET, "met")                                                                                            \
    X(ON_TRACK, "on_track")                                                                                  \
    X(AT_RISK, "at_risk") X(BEHIND, "behind") X(MISSED, "missed") X(UNKNOWN, "unknown")

typedef enum ws_verdict {
#define WS_VERDICT_MEMBER(name, key) WS_VERDICT_##name,
    WS_VERDICTS(WS_VERDICT_MEMBER)
#undef WS_VERDICT_MEMBER
} ws_verdict;

/** "met", "on_track", ... */
WS_API const char *ws_verdict_key(ws_verdict verdict);

/** One date and value that were promised. */
typedef struct ws_promise {
    int32_t by;
    bool at_most; /**< else at least */
    double value;
    int32_t dated;     /**< of the value that answers it: the last period that ends by then */
    int32_t ahead;     /**< steps from the latest value to that; <= 0: it is past */
    bool seen;         /**< that value is there */
    double seen_value; /**< only where seen */
} ws_promise;

typedef struct ws_forecast {
    int32_t date;
    double mean, lo, hi; /**< 95%, of the value; the variances taken as known */
} ws_forecast;

/** What a target can tell apart. Openings are shifts of the level, in the target's direction. */
typedef struct ws_target_design {
    double target;
    int32_t by;
    double no_opening; /**< chance that it is met though nothing changes: false comfort */
    size_t opening_count;
    double openings[4], power[4]; /**< chance that it is met with an opening of that size */
    double cheat;                 /**< a shortfall of this size, from the first period on */
    size_t periods_to_detect; /**< until it shows with 90 percent confidence (an alarm in 1 of 10 without one,
                                 in 9 of 10 with one); 0: never, or beyond 4,000 */
} ws_target_design;

/** What is asked about a series. */
typedef struct ws_question {
    const char *key, *title, *unit; /**< title, unit may be NULL */
    size_t promise_count;           /**< 0: none */
    const ws_promise *promises;     /**< by, at_most, value are read; in the order of time */
    int32_t agreed;                 /**< INT32_MIN: not known */
    double on_track, at_risk;       /**< chances that part the verdicts; 0: 0.7 and 0.3 */
    bool design;
    double opening, cheat; /**< for the design; 0: by the promise */
} ws_question;

typedef struct ws_indicator_report {
    const char *key, *title, *unit; /**< never NULL; unit may be "" */
    const ws_series *series;        /**< what was known */
    const char *step;               /**< "quarter" */
    size_t steps, missing;          /**< from the first value to the last; of these without a value */
    size_t promise_count;
    const ws_promise *promises;
    ws_verdict verdict;
    const char *reason; /**< a sentence */
    bool has_chance;
    double chance; /**< of keeping all that is not yet due */
    bool has_needed;
    double needed; /**< change per step that still leads to the last promise */
    size_t steps_left;
    bool has_trend;
    ws_trend trend; /**< per year */
    bool has_breaks;
    ws_breaks breaks;
    const char *breaks_reason; /**< why not, where there are none; else "" */
    int32_t agreed;
    bool has_agreed_test;
    size_t agreed_at; /**< values up to the agreement */
    double agreed_f, agreed_p;
    bool break_at_agreement;  /**< the interval of a break holds its date */
    const char *agreed_words; /**< "" without an agreement */
    bool has_model;
    ws_fit fit;
    const char *model_words; /**< which model; or why none */
    size_t forecast_count;
    const ws_forecast *forecasts;
    bool has_design;
    ws_target_design design;
    size_t note_count;
    const char *const *notes;
} ws_indicator_report;

typedef struct ws_market_report {
    const char *key, *title;
    ws_event_window window;
    const ws_event_study *study;
    size_t skipped; /**< days without a value */
} ws_market_report;

typedef struct ws_monitoring {
    int32_t as_of; /**< INT32_MIN: all that is there */
    bool design;   /**< it was asked for */
    size_t indicator_count;
    const ws_indicator_report *indicators;
    size_t market_count;
    const ws_market_report *markets;
} ws_monitoring;

typedef struct ws_monitor_options {
    bool has_as_of;
    int32_t as_of; /**< only what was known on that day; without it the case's own `as_of` counts */
    bool design;
    double opening, cheat; /**< 0: by the promises */
} ws_monitor_options;

/** Looks at every indicator and market of a case, in parallel. All problems of all series are collected. */
WS_API ws_status ws_monitor_case(ws_monitoring **out, const ws_case *c, const ws_monitor_options *options,
                                 const ws_run *run, ws_diag *diag);
/** The same for one series and a question about it. */
WS_API ws_status ws_monitor_series(ws_monitoring **out, const ws_series *series, const ws_question *question,
                                   const ws_run *run, ws_diag *diag);
/** Events of one market, as a monitoring of its own. */
WS_API ws_status ws_monitor_events(ws_monitoring **out, const char *key, const ws_series *market,
                                   size_t event_count, const int32_t *events, const ws_event_window *window,
                                   ws_diag *diag);
WS_API void ws_free_monitoring(ws_monitoring *monitoring);

/* ---- What a breakdown costs ---- */

/** How far a case's market moved at its events. */
typedef struct ws_measurement {
    const char *market; /**< key */
    size_t events;      /**< that could be measured */
    double moved;       /**< percent, >= 0: the size of the mean unexpected move */
    double lo, hi;      /**< its 95% interval; lo is 0 where the interval holds no move at all */
    double p;           /**< that nothing happened: of t (one event), of BMP's test (several), else 1 */
} ws_measurement;

/** True where `breakdown.cost` is to be measured: it names a market and no `moved`. */
WS_API bool ws_needs_measurement(const ws_case *c);
/** Measures it. Hand the value on by ws_change_case: `breakdown.cost.moved`.
 *  @return WS_OK; WS_INVALID: no event of the market could be measured */
WS_API ws_status ws_measure_breakdown(ws_measurement *out, const ws_case *c, ws_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
