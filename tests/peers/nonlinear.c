/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nonlinear GENIUS domains, too large to be walked here: the case that is read is worth, deal by deal, what
 * the XML says (summed by a reader of its own, on libxml2's tree); and climbing from many deals finds the
 * ends of the published frontier, and nothing above them.
 *
 *   nonlinear WINSET SOURCE_ROOT */
#include "case/model.h"
#include "peers.h"
#include "winset/format.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ISSUES = 10, LEVELS = 10, DEALS = 2000, CLIMBS = 400 };

static double number(const xmlNode *node, const char *name)
{
    xmlChar *text = xmlGetProp(node, (const xmlChar *)name);
    double value = text ? strtod((const char *)text, NULL) : 0;
    xmlFree(text);
    return value;
}

static bool is_named(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

/* The sum below `node` of the rectangles that the deal is in; all issues run from 0. */
static double sum_rectangles(const xmlNode *node, const uint32_t *levels)
{
    double sum = 0;
    for (const xmlNode *at = node->children; at; at = at->next) {
        if (is_named(at, "hyperRectangle")) {
            bool inside = true;
            for (const xmlNode *side = at->children; side; side = side->next)
                if (is_named(side, "INCLUDES")) {
                    double value = levels[(size_t)number(side, "index") - 1];
                    inside = inside && value >= number(side, "min") && value <= number(side, "max");
                }
            sum += inside ? number(at, "utility") : 0;
        } else if (at->type == XML_ELEMENT_NODE) {
            double below = sum_rectangles(at, levels);
            sum += is_named(at, "ufun")      ? number(at, "weight") * below
                   : is_named(at, "utility") ? below / number(at, "maxutility")
                                             : below;
        }
    }
    return sum;
}

static double worth(const ws_case *c, size_t party, const uint32_t *levels)
{
    const ws_preference *preference = &c->shape->parties[party].preference;
    double sum = 0;
    for (size_t t = 0; t < preference->together_count; t++)
        if (ws__holds(preference->together[t].when, levels))
            sum += ws__number(c, preference->together[t].add, 0);
    return sum;
}

static uint32_t draw(uint64_t *state, uint32_t below)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33) % below;
}

static void compare_deals(peers_comparison *comparison, const ws_case *c, const char *folder)
{
    for (size_t party = 0; party < 2; party++) {
        char *path = NULL;
        if (asprintf(&path, "%s/%s.xml", folder, ws_party_key(c, party)) < 0)
            abort();
        xmlDoc *file = xmlReadFile(path, NULL, XML_PARSE_NONET);
        uint64_t seed = 7;
        for (int deal = 0; file && deal < DEALS; deal++) {
            uint32_t levels[ISSUES];
            for (size_t i = 0; i < ISSUES; i++)
                levels[i] = draw(&seed, LEVELS);
            double want = sum_rectangles(xmlDocGetRootElement(file), levels);
            peers_compare_number(comparison, want, worth(c, party, levels), path);
        }
        if (!file)
            peers_differ(comparison, path, "cannot be read");
        xmlFreeDoc(file);
        free(path);
    }
}

/* Steps of one issue, then of two, while they raise a party's utility (the other's breaks ties). */
static double climb(const ws_case *c, size_t party, uint32_t *levels)
{
    double best = worth(c, party, levels) + 1e-6 * worth(c, 1 - party, levels);
    for (bool better = true; better;) {
        better = false;
        for (size_t i = 0; i < ISSUES; i++)
            for (size_t j = i; j < ISSUES; j++)
                for (uint32_t pair = 0; pair < LEVELS * LEVELS; pair++) {
                    uint32_t a = levels[i], b = levels[j];
                    levels[i] = pair / LEVELS;
                    levels[j] = pair % LEVELS;
                    double value = worth(c, party, levels) + 1e-6 * worth(c, 1 - party, levels);
                    if (value > best + 1e-12) {
                        best = value;
                        better = true;
                    } else {
                        levels[j] = b;
                        levels[i] = a;
                    }
                }
    }
    return worth(c, party, levels);
}

/* The largest number of a column of the published frontier. */
static double read_most(const char *folder, size_t party)
{
    char *path = NULL;
    if (asprintf(&path, "%s/pareto.xml", folder) < 0)
        abort();
    FILE *file = fopen(path, "r");
    double most = -1, u[2];
    for (char line[200]; file && fgets(line, sizeof line, file);)
        if (sscanf(line, "%lf , %lf", &u[0], &u[1]) == 2)
            most = fmax(most, u[party]);
    if (file)
        fclose(file);
    free(path);
    return most;
}

static size_t do_domain(const char *root, const char *name)
{
    char *folder = peers_path(root, "peers/genius/%s", name);
    if (!peers_exists(folder)) {
        free(folder);
        return 77;
    }
    peers_comparison comparison = {.tolerance = 1e-12, .what = name};
    ws_case *c = NULL;
    if (ws_read_case(&c, folder, NULL, NULL) != WS_OK || ws_count_issues(c) != ISSUES)
        peers_differ(&comparison, folder, "it is not read");
    else {
        compare_deals(&comparison, c, folder);
        for (size_t party = 0; party < 2; party++) {
            double best = 0;
            uint64_t seed = 11;
            for (int start = 0; start < CLIMBS && best < 1 - 1e-9; start++) {
                uint32_t levels[ISSUES];
                for (size_t i = 0; i < ISSUES; i++)
                    levels[i] = draw(&seed, LEVELS);
                best = fmax(best, climb(c, party, levels));
            }
            if (fabs(best - read_most(folder, party)) > 1e-6) /* published in floats */
                peers_differ(&comparison, "best", "party %zu: %.9g; published %.9g", party, best,
                             read_most(folder, party));
        }
    }
    printf("%s %s\n", comparison.differences ? "FAIL" : "ok  ", name);
    ws_free_case(c);
    free(folder);
    return comparison.differences > 0;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    size_t first = do_domain(argv[2], "S-1NIKFRT-1"), second = do_domain(argv[2], "10issues");
    if (first == 77 || second == 77) {
        puts("skipped: no domains");
        return PEERS_SKIPPED;
    }
    return first || second;
}
