/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of ratifying share. */
#ifndef WINSET_ANALYSIS_RATIFY_H
#define WINSET_ANALYSIS_RATIFY_H

#include "base/arena.h"
#include "space/deliver.h"
#include "winset/ratify.h"

/* A party's vote on one deal. */
typedef struct ws_home_vote {
    const ws_space *space;
    size_t party;
    const ws_home *home;
    const ws_chance *votes; /* [actors] */
    const bool *holds;      /* [conditions] */
    const ws_ratify_actor *actors;
    double p;
} ws_home_vote;

/* The cheapest set of actors to move; see ratify_price.c. */
ws_status ws__price_votes(ws_ratify_price *out, const ws_home_vote *vote, double to, ws_arena *arena);

#endif
