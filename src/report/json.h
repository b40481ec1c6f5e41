/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results as JSON: the head that every verb's result begins with, numbers, counts and deals the way all of
 * them write them. Objects are jansson's; a NULL object (memory is out) is taken by every function here, and
 * ws__finish_json answers for all. */
#ifndef WINSET_REPORT_JSON_H
#define WINSET_REPORT_JSON_H

#include "winset/report.h"

#include <jansson.h>

/* {"winset", "verb", "case", "options", "warnings", "complete": true}. `c` NULL: null (no case was read). */
json_t *ws__start_json(const char *verb, const ws_case *c, const ws_report_options *options);
/* The text of a result, which is freed, in *out (free()). */
ws_status ws__finish_json(char **out, json_t *root, ws_diag *diag);

/* object[key] = value, which is taken. A value that could not be made marks the object as spoilt. */
void ws__set(json_t *object, const char *key, json_t *value);
void ws__append(json_t *list, json_t *value);

/* A number; NaN and infinities are null. */
json_t *ws__json_number(double value);
/* A count or an index; above 2^53 a decimal string. */
json_t *ws__json_count(uint64_t count);
/* Text; null for NULL. */
json_t *ws__json_text(const char *text);
/* {party key: value}, of [parties] values. */
json_t *ws__json_by_party(const ws_case *c, const double *values);
json_t *ws__json_counts_by_party(const ws_case *c, const uint64_t *counts);
/* {issue key: level}; a numeric issue's level is a number. */
json_t *ws__json_levels(const ws_case *c, const uint32_t *levels);
/* An OUTCOME of the reference (docs/commands); null for no deal. */
json_t *ws__json_outcome(const ws_case *c, const ws_outcome *outcome);
/* The key of a class: a position among the case's, or `other`. */
const char *ws__class_key(const ws_case *c, size_t class_of);

#endif
