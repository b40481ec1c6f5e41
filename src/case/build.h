/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Understanding a document: what the build_*.c files share. Each reads one part of a case and reports every
 * problem it finds; after a problem a plausible stand-in takes the place of what was wrong, so that one slip
 * is reported once and the rest is still read. A case with a problem is never handed out.
 *
 * A *spot* is a node with the way that led to it: places, paths of slots and messages come from it. Spots
 * live on the stack, each pointing to the one above. Depth is bounded by the reader of documents. */
#ifndef WINSET_CASE_BUILD_H
#define WINSET_CASE_BUILD_H

#include "base/diag.h"
#include "case/model.h"

/* The way to a slot's container, kept with the case. */
typedef struct ws_path {
    const struct ws_path *up;
    const char *key; /* NULL: a list's item */
    size_t index;
} ws_path;

typedef struct ws_spot {
    const ws_node *node; /* NULL: not there */
    struct ws_spot *up;
    const char *key;
    size_t index;
    const ws_path *kept;
} ws_spot;

/* What a number may be. */
typedef struct ws_limits {
    double lo, hi;
    bool lo_open; /* lo itself is not allowed */
    bool whole;
    const char *expected; /* in words */
} ws_limits;
extern const ws_limits ws__any_number, ws__at_least_zero, ws__above_zero, ws__probability;

/* Names with their positions, found in O(log n). */
typedef struct ws_names {
    size_t count;
    const char *const *names;
    const uint32_t *order; /* sorted; NULL for few */
} ws_names;

/* A shape with what belongs to it but is no reader's business. */
typedef struct ws_shape_box {
    ws_shape shape; /* first */
    int references; /* atomic */
    ws_arena arena;
    const ws_path **slot_ups; /* [slot_count] the container, and where in it */
    const char **slot_keys;   /* NULL: slot_indexes */
    size_t *slot_indexes;
    const ws_limits **slot_limits;
    const double *numbers; /* [slot_count] as the document states them */
} ws_shape_box;

typedef struct ws_case_box {
    ws_case c;      /* first */
    int references; /* atomic */
    double numbers[];
} ws_case_box;

typedef struct ws_builder {
    ws_doc *doc;
    ws_diag *diag;
    ws_shape_box *box;
    ws_shape *shape;
    ws_arena *arena;    /* the shape's */
    bool failed;        /* a problem was reported: the case is not handed out */
    bool full;          /* memory or size: nothing more is read */
    size_t budget;      /* bytes that the shape may still take */
    size_t comparisons; /* names that may still be compared for "did you mean" */

    double *numbers;
    size_t slot_room;
    ws_distribution *distributions;
    size_t distribution_room;
    ws_source *files;
    size_t file_room;

    ws_names issue_names, party_names, market_names;
    ws_names *level_names; /* [issues] */
    ws_names *type_names;  /* [parties] */
    bool *issue_broken;    /* its levels are not known: ask no more */
    bool issues_unknown, parties_unknown;
    size_t level_total;
} ws_builder;

/* ---- Memory and messages ---- */

/* Zeroed, in the shape's arena, NULL once the case is too large (reported once). */
void *ws__take(ws_builder *b, size_t count, size_t size);
#define WS_TAKE(b, count, type) ((type *)ws__take((b), (count), sizeof(type)))
/* An error where the spot is (or, for what is not there, where it should be). Always false. */
bool ws__problem(ws_builder *b, const ws_spot *spot, const char *format, ...) WS_PRINTF(3, 4);
/* The same at a key of a map. */
bool ws__problem_at_key(ws_builder *b, const ws_spot *map, const ws_node *key, const char *format, ...)
    WS_PRINTF(4, 5);
void ws__warning(ws_builder *b, const ws_spot *spot, const char *format, ...) WS_PRINTF(3, 4);
ws_place ws__place(const ws_builder *b, const ws_spot *spot);
/* A text cut to what a message can hold. */
const char *ws__in_short(ws_builder *b, const char *text);
/* "; did you mean 'telecom'?", or "". */
const char *ws__suggest(ws_builder *b, const char *name, size_t count, const char *const *names);
/* "'a', 'b' and 3 more" */
const char *ws__list_names(ws_builder *b, size_t count, const char *const *names);

/* ---- Spots ---- */

ws_spot ws__child(ws_spot *up, size_t index);
const ws_path *ws__keep_path(ws_builder *b, ws_spot *spot);
/* The spot's path as --set takes it. */
const char *ws__spot_path(ws_builder *b, const ws_spot *spot);
/* Path of `key` (or index) under `up`, in `arena`. */
const char *ws__path_text(ws_arena *arena, const ws_path *up, const char *key, size_t index);

/* ---- Kinds ---- */

/* True where the node is there and is such; else says so (silently where it is broken). `what` names it. */
bool ws__want_map(ws_builder *b, const ws_spot *spot, const char *what);
bool ws__want_list(ws_builder *b, const ws_spot *spot, const char *what);
bool ws__want_text(ws_builder *b, const ws_spot *spot, const char *what);
bool ws__is_broken(ws_builder *b, const ws_node *node);
/* An unquoted true, false or null, or nothing: what YAML takes for no text. */
bool ws__is_null(const ws_node *node);
bool ws__is_plain_word(const ws_node *node);
bool ws__text_is(const ws_node *node, const char *text);

/* ---- Keys ---- */

typedef struct ws_key {
    const char *name;
    bool required;
    ws_spot spot;        /* filled in; node NULL: left out */
    const ws_node *node; /* the key itself */
} ws_key;
/* Finds the known keys of a map and reports the others. `what`: "a party". False: no map, nothing is filled.
 */
bool ws__take_keys(ws_builder *b, ws_spot *map, const char *what, size_t count, ws_key *keys);
#define WS_COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- Names ---- */

bool ws__index_names(ws_builder *b, ws_names *out, size_t count, const char *const *names);
size_t ws__find_name(const ws_names *names, const char *name); /* SIZE_MAX: none */
/* A legal name that is not `reserved`; reports. */
bool ws__check_name(ws_builder *b, const ws_spot *map, const ws_node *name, const char *what,
                    size_t reserved_count, const char *const *reserved);
/* The keys of a map of named things, indexed. False: it is no map. */
bool ws__take_names(ws_builder *b, ws_spot *map, const char *what, ws_names *out);
/* The position of a party named by a text; SIZE_MAX (reported, unless parties are unknown). */
size_t ws__find_party(ws_builder *b, const ws_spot *spot, const char *what);

/* ---- Values ---- */

/* A finite number of any spelling; no message. */
bool ws__number_of(double *out, const ws_node *node);
/* A number within limits; reports under `what`. */
bool ws__read_plain(ws_builder *b, const ws_spot *spot, const char *what, const ws_limits *limits,
                    double *out);
/* The same as a slot; also a distribution where `spread`. A stand-in (NaN) after a problem. */
ws_slot ws__read_slot(ws_builder *b, ws_spot *spot, const char *what, const ws_limits *limits, bool spread);
/* A whole number from `least` to `most`; 0 and a message where it is none. */
size_t ws__read_count(ws_builder *b, const ws_spot *spot, const char *what, size_t least, size_t most);
bool ws__read_truth(ws_builder *b, const ws_spot *spot, const char *what, bool *out);
bool ws__read_day(ws_builder *b, const ws_spot *spot, const char *what, ws_day *out);
/* A text in the shape's arena; NULL where it is left out or wrong. */
const char *ws__read_words(ws_builder *b, const ws_spot *spot, const char *what);
/* What is shown for a thing: its `name`, else its key in words (will_settle is "will settle"). */
const char *ws__read_name(ws_builder *b, const ws_spot *spot, const char *key);
const char *ws__key_in_words(ws_builder *b, const char *key);
/* Position among `words`; SIZE_MAX and a message. */
size_t ws__read_word(ws_builder *b, const ws_spot *spot, const char *what, size_t count,
                     const char *const *words);
/* Reads a file under the case's folder (no link, nothing above it) and notes its hash. *bytes to free();
 * NULL with true: no data file may be read here (the case came without a folder). */
bool ws__read_data_file(ws_builder *b, const ws_spot *spot, const char *name, char **bytes, size_t *length);

/* ---- Parts ---- */

void ws__build_issues(ws_builder *b, ws_spot *spot);
/* The level of issue `at` that a node names; SIZE_MAX and a message, or 0 in silence in a broken issue. */
size_t ws__find_level(ws_builder *b, const ws_spot *spot, size_t at);
/* The level of a number of a numeric issue; SIZE_MAX: none. */
size_t ws__level_of_number(const ws_issue *issue, double value);
/* The issue a key names; SIZE_MAX and a message (none while the issues are unknown). */
size_t ws__find_issue(ws_builder *b, const ws_spot *map, const ws_node *key);
/* Levels [issues] of a deal that names every issue; NULL and messages. */
const uint32_t *ws__read_deal(ws_builder *b, ws_spot *spot, const char *what);

const ws_condition *ws__build_condition(ws_builder *b, ws_spot *spot, bool in_classes);
void ws__build_constraints(ws_builder *b, ws_spot *spot);
void ws__build_classes(ws_builder *b, ws_spot *spot);

/* Preferences before `like` is resolved. */
typedef struct ws_draft {
    ws_preference preference;
    bool *has_values; /* [issues] given (also where wrong) */
    const char *key;  /* of the party or actor */
    ws_spot place;    /* of its map; `up` is not to be followed */
    ws_spot like;     /* node NULL: none */
    ws_spot weights, values, points;
    const ws_path *path;
    size_t party; /* whose actors `like` looks among */
    bool is_actor;
    bool broken;
    size_t original; /* the draft it copies; SIZE_MAX: none */
} ws_draft;
enum { WS_PREFERENCE_KEYS = 5 };
/* POINTS or VALUES of issue `at`; a stand-in after a problem. */
void ws__build_values(ws_builder *b, ws_values *out, size_t at, ws_spot *spot, bool points);
/* Puts the keys of preferences (points, weights, values, like, together) into keys[0..4]. */
void ws__preference_keys(ws_key *keys);
void ws__build_preference(ws_builder *b, ws_draft *draft, ws_key *keys);
/* Resolves every `like` and checks what a preference must have. Drafts: parties first, then actors. */
void ws__resolve_preferences(ws_builder *b, size_t count, ws_draft *drafts,
                             const size_t *first_actor /* [parties+1] */, const ws_names *actor_names);
void ws__build_reservation(ws_builder *b, ws_reservation *out, ws_spot *spot, const char *what);

void ws__build_parties(ws_builder *b, ws_spot *spot);
/* Domestic politics of a party: actors are known, their preferences are read apart. */
void ws__build_domestic(ws_builder *b, ws_domestic *out, const ws_names *actors, ws_key *institutions,
                        ws_key *ratification);
void ws__build_agreement(ws_builder *b, ws_spot *spot);
void ws__build_types(ws_builder *b, ws_party *party, ws_spot *spot);
void ws__build_breakdown(ws_builder *b, ws_spot *spot);
void ws__build_process(ws_builder *b, ws_spot *spot);
void ws__build_events(ws_builder *b, ws_spot *spot);
void ws__build_indicators(ws_builder *b, ws_spot *spot);
void ws__build_markets(ws_builder *b, ws_spot *spot);

/* A distribution (a map) into the list; its mean in *mean. False: reported. */
bool ws__build_distribution(ws_builder *b, ws_spot *spot, const char *what, ws_slot slot, double *mean);
/* The mean of a distribution, truncated to lo..hi; NaN where nothing of it lies there. */
double ws__distribution_mean(const ws_distribution *distribution);

/* What numbers must satisfy together (sums of weights, of probabilities, quotas); NaN stands for a number
 * that was wrong already. Reports with places. */
bool ws__check_numbers(const ws_shape_box *box, const double *numbers, ws_diag *diag);
/* Notes on what is allowed but hardly meant. */
void ws__warn_about(const ws_case *c, ws_diag *diag);
/* Types whose changes cannot be made, found by making them; `parties` is their node. */
void ws__check_types(ws_builder *b, const ws_node *parties);

/* ---- The value ---- */

/* A case of the shape with a copy of `numbers`. */
ws_status ws__new_case(ws_case **out, ws_shape_box *box, const double *numbers, ws_diag *diag);
void ws__release_shape(ws_shape_box *box);
/* Builds without asking whether the types' changes can be made. */
ws_status ws__build_variant(ws_case **out, ws_doc *doc, ws_diag *diag);
/* Makes a change to a document to see what problems it has. Those without a line are the change's. */
ws_status ws__try_change(ws_doc *base, const ws_change *change, ws_diag *diag);

#endif
