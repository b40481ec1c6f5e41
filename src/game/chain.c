/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who answers after whom. The others answer in party order; the proposer counts as accepting; the round ends
 * as soon as the rule could not be met if everybody still to answer accepted. Rules only gain by more
 * acceptances, so a set that agrees with all who are left is the one test that is needed. */
#include "game/chain.h"

/* What comes when `accepted` have accepted, `moved` have moved and party `from` is the next to look at. */
static ws_next next_turn(ws_chain *chain, size_t parties, uint32_t rule, uint32_t accepted, uint32_t moved)
{
    uint32_t all = (UINT32_C(1) << parties) - 1;
    if (!ws__agrees(rule, accepted | (all & ~moved)))
        return (ws_next){WS_AFTER_END, moved};
    for (uint32_t p = 0; p < parties; p++) {
        if ((moved >> p) & 1U)
            continue;
        ws_turn *turn = &chain->turns[chain->count];
        turn->actor = p;
        turn->moved = moved;
        turn->answer[0] = (ws_next){WS_AFTER_SIGNED, accepted}; /* filled in by the caller's loop */
        return (ws_next){WS_AFTER_TURN, (uint32_t)chain->count++};
    }
    return (ws_next){WS_AFTER_SIGNED, accepted};
}

void ws__build_chain(ws_chain *out, size_t parties, size_t proposer, uint32_t rule)
{
    *out = (ws_chain){0};
    uint32_t self = UINT32_C(1) << proposer;
    out->root = next_turn(out, parties, rule, self, self);
    for (size_t t = 0; t < out->count; t++) { /* turns are appended while the list is walked */
        ws_turn *turn = &out->turns[t];
        uint32_t accepted = turn->answer[0].at, actor = UINT32_C(1) << turn->actor;
        ws_next yes = next_turn(out, parties, rule, accepted | actor, turn->moved | actor);
        ws_next no = next_turn(out, parties, rule, accepted, turn->moved | actor);
        turn->answer[0] = yes;
        turn->answer[1] = no;
    }
}

ws_next ws__after_walk(const ws_game *game, size_t proposer)
{
    uint32_t all = (UINT32_C(1) << game->parties) - 1, self = UINT32_C(1) << proposer;
    for (size_t r = 0; r < game->rule_count; r++)
        if (!ws__agrees(game->rules[r], all & ~self))
            return (ws_next){WS_AFTER_WALK, self};
    return (ws_next){WS_AFTER_END, self};
}

double ws__deliver_chance(uint32_t rule, size_t parties, uint32_t signers, const double *pi)
{
    bool exact = true; /* nobody's delivery can be missed */
    double all = 1;
    for (size_t p = 0; p < parties; p++)
        if ((signers >> p) & 1U) {
            all *= pi[p];
            exact = exact && !ws__agrees(rule, signers & ~(UINT32_C(1) << p));
        }
    if (exact)
        return ws__agrees(rule, signers) ? all : 0;
    double sum = 0;
    for (uint32_t who = signers;; who = (who - 1) & signers) { /* every set within the signers */
        if (ws__agrees(rule, who)) {
            double chance = 1;
            for (size_t p = 0; p < parties; p++)
                if ((signers >> p) & 1U)
                    chance *= (who >> p) & 1U ? pi[p] : 1 - pi[p];
            sum += chance;
        }
        if (who == 0)
            break;
    }
    return sum;
}
