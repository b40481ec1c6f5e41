/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 *  The case: parties, issues, preferences, home politics, process, events; built once, then immutable. A
 * variant (another number, a type) is a new case that shares what did not change. Cases may be used by many
 * threads. */
#ifndef WINSET_CASE_H
#define WINSET_CASE_H

#include "winset/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ws_case ws_case;

/** One change to a case: what --set, a type and a slider all are. */
typedef struct ws_change {
    const char
        *path; /**< as in the file: `parties.japan.reservation`, `points.discount[0.1]`, lists by position */
    const char *value; /**< YAML: a number, a text, a list */
} ws_change;

/** The case with `changes` made, in order, as if the file had been written so (a copy by `like` follows its
 * original). All problems are collected; each names its path. */
WS_API ws_status ws_change_case(ws_case **out, const ws_case *base, size_t count, const ws_change *changes,
                                ws_diag *diag);
/** The case as party `party` (key) of type `type` (key) has it: the type's `set` made. */
WS_API ws_status ws_apply_type(ws_case **out, const ws_case *base, const char *party, const char *type,
                               ws_diag *diag);
/** Another handle on the same case. */
WS_API ws_case *ws_hold_case(const ws_case *c);
WS_API void ws_free_case(ws_case *c);

/** The title; "" where the case has none. */
WS_API const char *ws_case_title(const ws_case *c);
WS_API size_t ws_count_parties(const ws_case *c);
WS_API const char *ws_party_key(const ws_case *c, size_t party);
/** What is shown for the party: its name, else its key. */
WS_API const char *ws_party_name(const ws_case *c, size_t party);
WS_API size_t ws_count_issues(const ws_case *c);
WS_API const char *ws_issue_key(const ws_case *c, size_t issue);
WS_API size_t ws_count_levels(const ws_case *c, size_t issue);
WS_API const char *ws_level_key(const ws_case *c, size_t issue, size_t level);

#ifdef __cplusplus
}
#endif
#endif
