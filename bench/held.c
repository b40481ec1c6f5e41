/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often the intervals and tests of `monitor` hold what they promise: 1,000 simulated series each, with
 * the truth known. Usage: held [SEED]. Its figures stand in docs/monitor.md. */
#include "base/random.h"
#include "winset/monitor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { RUNS = 1000, MOST = 240 };

static double times[MOST], values[MOST];

static void tell(const char *what, int held, int of, double nominal)
{
    double share = (double)held / of;
    printf("%-66s %5.1f%%  (nominal %.0f%%, +-%.1f)\n", what, 100 * share, 100 * nominal,
           196 * sqrt(share * (1 - share) / of));
}

/* Noise that remembers `memory` of itself about a line. */
static void draw_line(size_t count, double slope, double memory, ws_random *random)
{
    double noise = ws__draw_normal(random) / sqrt(1 - memory * memory);
    for (size_t i = 0; i < count; i++) {
        times[i] = (double)i;
        values[i] = slope * (double)i + noise;
        noise = memory * noise + ws__draw_normal(random);
    }
}

static void trends(uint64_t seed, size_t count, double memory)
{
    int slope_held = 0, plain = 0, corrected = 0;
    char what[80];
    for (uint64_t run = 0; run < RUNS; run++) {
        ws_random random = ws__new_random(seed, 1000 + run);
        ws_trend trend;
        draw_line(count, 0.05, memory, &random);
        ws_find_trend(&trend, count, times, values, 0.95, NULL, NULL);
        slope_held += trend.lo <= 0.05 && 0.05 <= trend.hi;
        draw_line(count, 0, memory, &random);
        ws_find_trend(&trend, count, times, values, 0.95, NULL, NULL);
        plain += trend.p < 0.05;
        corrected += trend.corrected_p < 0.05;
    }
    snprintf(what, sizeof what, "slope's interval, %zu values, memory %.1f", count, memory);
    tell(what, slope_held, RUNS, 0.95);
    snprintf(what, sizeof what, "false trends, Mann-Kendall, %zu values, memory %.1f", count, memory);
    tell(what, plain, RUNS, 0.05);
    snprintf(what, sizeof what, "false trends, with Hamed-Rao, %zu values, memory %.1f", count, memory);
    tell(what, corrected, RUNS, 0.05);
}

static void breaks(uint64_t seed, double shift)
{
    int found = 0, held = 0, none = 0;
    char what[80];
    for (uint64_t run = 0; run < RUNS; run++) {
        ws_random random = ws__new_random(seed, 2000 + run);
        ws_breaks result;
        draw_line(100, 0, 0, &random);
        ws_find_breaks(&result, 100, values, NULL, NULL);
        none += result.best_bic == 0;
        for (size_t i = 40; i < 100; i++)
            values[i] += shift;
        ws_find_breaks(&result, 100, values, NULL, NULL);
        found += result.best_bic == 1;
        held += result.best_bic == 1 && result.lower[0] <= 40 && 40 <= result.upper[0];
    }
    snprintf(what, sizeof what, "one break found, shift of %.1f deviations in 100 values", shift);
    tell(what, found, RUNS, 1);
    snprintf(what, sizeof what, "its interval, where one was found");
    tell(what, held, found ? found : 1, 0.95);
    tell("no break found where there is none, 100 values", none, RUNS, 1);
}

static void forecasts(uint64_t seed, size_t count, double level)
{
    int held[2] = {0}, fitted = 0;
    char what[80];
    for (uint64_t run = 0; run < RUNS; run++) {
        ws_random random = ws__new_random(seed, 3000 + run);
        double state = 0, truth[2], mean, variance;
        for (size_t i = 0; i < count + 4; i++) {
            double value = state + ws__draw_normal(&random);
            if (i < count)
                values[i] = value;
            if (i == count)
                truth[0] = value;
            truth[1] = value;
            state += level * ws__draw_normal(&random);
        }
        ws_fit fit;
        ws_state end;
        if (ws_fit_series(&fit, &(ws_state_model){0}, count, values, NULL, NULL) != WS_OK ||
            ws_filter_series(&end, &fit.model, count, values, NULL) != WS_OK)
            continue;
        fitted++;
        for (size_t k = 0; k < 2; k++)
            if (ws_forecast_value(&mean, &variance, &fit.model, &end, k ? 4 : 1))
                held[k] += fabs(truth[k] - mean) <= 1.959963984540054 * sqrt(variance);
    }
    for (size_t k = 0; k < 2; k++) {
        snprintf(what, sizeof what, "forecast's interval, %zu values, level moves %.1f, %d ahead", count,
                 level, k ? 4 : 1);
        tell(what, held[k], fitted, 0.95);
    }
}

static void events(uint64_t seed)
{
    int alarms = 0, held = 0;
    for (uint64_t run = 0; run < RUNS; run++) {
        ws_random random = ws__new_random(seed, 4000 + run);
        int32_t dates[160], event = 140;
        uint8_t kinds[160] = {0};
        double prices[160], price = 0;
        for (int32_t i = 0; i < 160; i++) {
            dates[i] = i;
            price += 0.006 * ws__draw_normal(&random) + (i == event ? -0.03 : 0);
            prices[i] = exp(price);
        }
        ws_series market = {.count = 160, .dates = dates, .kinds = kinds, .values = prices};
        ws_event_window window = {.from = -1, .to = 3};
        ws_event_study *study;
        int32_t quiet = 130;
        if (ws_study_events(&study, &market, NULL, 1, &event, &window, NULL) == WS_OK) {
            double truth = 100 * expm1(-0.03);
            held += study->events[0].percent_lo <= truth && truth <= study->events[0].percent_hi;
            ws_free_event_study(study);
        }
        if (ws_study_events(&study, &market, NULL, 1, &quiet, &window, NULL) == WS_OK) {
            alarms += study->events[0].p < 0.05;
            ws_free_event_study(study);
        }
    }
    tell("event's move, five days, 120 before", held, RUNS, 0.95);
    tell("false alarms of its t", alarms, RUNS, 0.05);
}

int main(int count, char **arguments)
{
    uint64_t seed = count > 1 ? strtoull(arguments[1], NULL, 10) : 1;
    printf("%d simulations each, seed %llu\n", (int)RUNS, (unsigned long long)seed);
    trends(seed, 20, 0);
    trends(seed, 60, 0);
    trends(seed, 60, 0.5);
    breaks(seed, 1);
    breaks(seed, 2);
    forecasts(seed, 8, 0.5);
    forecasts(seed, 20, 0.5);
    forecasts(seed, 100, 0.5);
    events(seed);
    return 0;
}
