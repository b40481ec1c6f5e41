/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a case holds, in words: deals, conditions, and what a rule asks for: of a body, of a ratification, of
 * the agreement. All answers live in `arena`. */
#ifndef WINSET_REPORT_WORDS_H
#define WINSET_REPORT_WORDS_H

#include "base/arena.h"
#include "case/model.h"

/* As the case's file has it, by keys. */

/* "majority", "quota 12", "55%", ... */
const char *ws__rule_words(ws_arena *arena, const ws_case *c, const ws_body *body);
/* "cabinet, finance and diet where its condition holds" */
const char *ws__tree_words(ws_arena *arena, const ws_tree *tree, const ws_body *bodies,
                           const ws_party *parties);

/* As people say it, by names. */

/* Weights are counts: all their digits. */
const char *ws__say_votes(ws_arena *arena, double votes);
/* "at least 5 of 7 votes (Alpha valley 2, Beta delta 3 and Gamma 2)", "2 of the Cabinet and Diet", ...;
 * `actors` of an institution, NULL in an agreement. */
const char *ws__say_body(ws_arena *arena, const ws_case *c, const ws_body *body, const ws_actor *actors);
/* What must pass at home of a party. */
const char *ws__say_ratification(ws_arena *arena, const ws_case *c, const ws_domestic *home);
/* Who must accept and deliver. */
const char *ws__say_agreement(ws_arena *arena, const ws_case *c);
/* "Site: north bay; Night sailings: two a night". */
const char *ws__say_deal(ws_arena *arena, const ws_shape *shape, const uint32_t *levels);
/* "Site is north bay or the island, and Night sailings is not none". */
const char *ws__say_condition(ws_arena *arena, const ws_shape *shape, const ws_condition *condition);
/* The constraints that a deal breaks, each as it asks; NULL: none. */
const char *ws__say_broken(ws_arena *arena, const ws_shape *shape, const uint32_t *levels);
/* The case's title, or what stands for it. */
const char *ws__say_title(const ws_case *c, const char *otherwise);

#endif
