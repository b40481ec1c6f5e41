/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agent logit equilibrium on the tree of public histories.
 *
 * Damped replies from play by weight find the neighbourhood of an answer (of several, always the same one);
 * Newton's method then makes it exact. A Newton step eliminates from the leaves up: a child hands up its
 * values V, their derivatives J by the log beliefs w, and the correction v that its own step brings. At a
 * node of party q, with r_a the residual of action a and L the precision of each type,
 *
 *   M_a = I - L J_a[q,q],  y_a = M_a^-1 (L (J_a[q,.] dw + v_a) + r_a),
 *   z = (sum_a diag s_a M_a^-1)^-1 sum_a diag s_a y_a,  d log s_a = y_a - M_a^-1 z,
 *
 * which is affine in dw; so are the node's own V, J, v. Then one pass down makes the step. Blocks are as
 * large as a party has types; the cost of a step is linear in the tree. */
#include "game/tree.h"
#include "game/logit.h"
#include "base/diag.h"
#include "base/tasks.h"

#include <string.h>

enum { SWEEPS = 400, LATE_SWEEPS = 1600, NEWTON_STEPS = 25 };

/* What Newton needs beside the tree. */
typedef struct elimination {
    ws_tree_game *tree;
    double *slope;                                   /* [nodes][columns][columns] J */
    double *shift;                                   /* [nodes][columns] v */
    double *by_belief;                               /* by action, as log_chosen: [types][columns] */
    double *by_itself;                               /* by action, as log_chosen: [types] */
    double *inverse;                                 /* [most actions of a node][types][types] */
    double *child_slope, *child_shift, *child_value; /* [most actions][...] for branches without a node */
} elimination;

/* a x = b for `sides` right-hand sides in place; false where a is singular. */
static bool solve_small(double *a, double *b, size_t n, size_t sides)
{
    for (size_t i = 0; i < n; i++) {
        size_t pivot = i;
        for (size_t r = i + 1; r < n; r++)
            pivot = fabs(a[r * n + i]) > fabs(a[pivot * n + i]) ? r : pivot;
        if (!(fabs(a[pivot * n + i]) > 1e-14))
            return false;
        for (size_t c = 0; pivot != i && c < n; c++) {
            double keep = a[i * n + c];
            a[i * n + c] = a[pivot * n + c];
            a[pivot * n + c] = keep;
        }
        for (size_t c = 0; pivot != i && c < sides; c++) {
            double keep = b[i * sides + c];
            b[i * sides + c] = b[pivot * sides + c];
            b[pivot * sides + c] = keep;
        }
        for (size_t r = 0; r < n; r++) {
            if (r == i || a[r * n + i] == 0)
                continue;
            double f = a[r * n + i] / a[i * n + i];
            for (size_t c = i; c < n; c++)
                a[r * n + c] -= f * a[i * n + c];
            for (size_t c = 0; c < sides; c++)
                b[r * sides + c] -= f * b[i * sides + c];
        }
    }
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < sides; c++)
            b[i * sides + c] /= a[i * n + i];
    return true;
}

/* A round's beginning from its proposers; in the money of the round before, but for the first. */
static void value_chance(elimination *all, size_t at)
{
    ws_tree_game *tree = all->tree;
    const ws_game *game = tree->game;
    const ws_history *node = &tree->nodes[at];
    size_t columns = tree->columns;
    double open = 1 - game->hazard[node->round];
    for (size_t p = 0; p < game->parties; p++)
        for (size_t t = 0; t < game->types[p]; t++) {
            size_t c = tree->column[p] + t;
            double money = node->round == 0 ? 1 : game->discount[p][t];
            double value = -game->hazard[node->round] * game->cost[p][t], shift = 0;
            double *slope = all->slope ? all->slope + (at * columns + c) * columns : NULL;
            if (slope)
                memset(slope, 0, columns * sizeof *slope);
            for (size_t i = node->first; i < node->first + node->count; i++) {
                double share = open * game->proposer[node->round * game->parties + tree->nodes[i].actor];
                value += share * tree->value[i * columns + c];
                if (!slope)
                    continue;
                shift += share * all->shift[i * columns + c];
                for (size_t d = 0; d < columns; d++)
                    slope[d] += money * share * all->slope[(i * columns + c) * columns + d];
            }
            tree->value[at * columns + c] = money * value;
            if (slope)
                all->shift[at * columns + c] = money * shift;
        }
}

/* Values of what an action leads to; `after` is room for [columns]. */
static const double *branch_value(const ws_tree_game *tree, size_t at, size_t action, double *room)
{
    const ws_history *node = &tree->nodes[at];
    const ws_branch *branch = &tree->branches[action];
    size_t columns = tree->columns;
    double belief[WS_GAME_COLUMNS];
    if (branch->child != WS_NO_NODE)
        return tree->value + branch->child * columns;
    memcpy(belief, tree->belief + at * columns, columns * sizeof *belief);
    for (size_t t = 0; t < tree->game->types[node->actor]; t++)
        belief[tree->column[node->actor] + t] += ws__chosen(tree, action)[t];
    ws__value_end(room, NULL, tree, branch, belief);
    return room;
}

/* A node's values from its actions' and the policy. `mu` [types]: beliefs about the actor. */
static void mix_values(double *out, const ws_tree_game *tree, size_t at, const double *values)
{
    const ws_history *node = &tree->nodes[at];
    size_t columns = tree->columns, q = node->actor, own = tree->column[q], types = tree->game->types[q];
    double mu[WS_GAME_TYPES];
    ws__normalise(mu, tree->belief + at * columns + own, types);
    memset(out, 0, columns * sizeof *out);
    for (size_t a = 0; a < node->count; a++) {
        const double *chosen = ws__chosen(tree, node->first + a), *value = values + a * columns;
        double chance = 0;
        for (size_t t = 0; t < types; t++) {
            double s = ws__exp(chosen[t]);
            chance += mu[t] * s;
            out[own + t] += s * value[own + t];
        }
        for (size_t c = 0; c < columns; c++)
            if (c < own || c >= own + types)
                out[c] += chance * value[c];
    }
}

/* Replies to the values: log m + L V - log Z, for one type, with `stride` columns between actions' values. */
static double log_all(const ws_tree_game *tree, const ws_history *node, const double *values, size_t column,
                      double rate, double *reply)
{
    for (size_t a = 0; a < node->count; a++)
        reply[a] = ws__log_weight(tree, node, a) + rate * values[a * tree->columns + column];
    return ws__log_sum(reply, node->count, 1);
}

/* One damped sweep: beliefs down, values and replies up. Gives the largest distance of a reply. */
static double sweep(elimination *all, double damping, double *values, double *reply)
{
    ws_tree_game *tree = all->tree;
    size_t columns = tree->columns;
    double far = 0;
    ws__spread_beliefs(tree);
    for (size_t at = tree->node_count; at-- > 0;) {
        const ws_history *node = &tree->nodes[at];
        if (node->kind == WS_HISTORY_ROUND) {
            value_chance(all, at);
            continue;
        }
        for (size_t a = 0; a < node->count; a++) {
            double *value = values + a * columns;
            const double *is = branch_value(tree, at, node->first + a, value);
            if (is != value)
                memcpy(value, is, columns * sizeof *value);
        }
        size_t own = tree->column[node->actor];
        for (size_t t = 0; t < tree->game->types[node->actor]; t++) {
            double rate = tree->rate[node->round * columns + own + t];
            double z = log_all(tree, node, values, own + t, rate, reply);
            for (size_t a = 0; a < node->count; a++) {
                double *chosen = ws__chosen(tree, node->first + a) + t, move = reply[a] - z - *chosen;
                far = fabs(move) > far ? fabs(move) : far;
                reply[a] = *chosen += damping * move;
            }
            z = ws__log_sum(reply, node->count, 1);
            for (size_t a = 0; a < node->count; a++)
                ws__chosen(tree, node->first + a)[t] -= z;
        }
        mix_values(tree->value + at * columns, tree, at, values);
    }
    return far;
}

/* The two passes over a node's actions that eliminate it. False where a block is singular. */
static bool eliminate_node(elimination *all, size_t at, double *reply)
{
    ws_tree_game *tree = all->tree;
    const ws_history *node = &tree->nodes[at];
    size_t columns = tree->columns, q = node->actor, own = tree->column[q], types = tree->game->types[q];
    double mu[WS_GAME_TYPES], z[WS_GAME_TYPES * (WS_GAME_COLUMNS + 1)] = {0};
    double total[WS_GAME_TYPES * WS_GAME_TYPES] = {0};
    size_t sides = columns + 1;
    const double *rate = tree->rate + node->round * columns + own;
    double *values = all->child_value;
    ws__normalise(mu, tree->belief + at * columns + own, types);
    for (size_t a = 0; a < node->count; a++) {
        const ws_branch *branch = &tree->branches[node->first + a];
        double *slope = all->child_slope + a * columns * columns, *shift = all->child_shift + a * columns;
        if (branch->child != WS_NO_NODE) {
            memcpy(values + a * columns, tree->value + branch->child * columns, columns * sizeof *values);
            memcpy(slope, all->slope + branch->child * columns * columns, columns * columns * sizeof *slope);
            memcpy(shift, all->shift + branch->child * columns, columns * sizeof *shift);
        } else {
            double belief[WS_GAME_COLUMNS];
            memcpy(belief, tree->belief + at * columns, columns * sizeof *belief);
            for (size_t t = 0; t < types; t++)
                belief[own + t] += ws__chosen(tree, node->first + a)[t];
            ws__value_end(values + a * columns, slope, tree, branch, belief);
            memset(shift, 0, columns * sizeof *shift);
        }
    }
    for (size_t t = 0; t < types; t++) { /* residuals, into by_itself */
        double all_z = log_all(tree, node, values, own + t, rate[t], reply);
        for (size_t a = 0; a < node->count; a++) {
            size_t room = tree->policy[node->first + a] + t;
            all->by_itself[room] = reply[a] - all_z - tree->log_chosen[room];
            double off = fabs(all->by_itself[room]);
            tree->residual = off > tree->residual ? off : tree->residual;
        }
    }
    for (size_t a = 0; a < node->count; a++) {
        const double *slope = all->child_slope + a * columns * columns,
                     *shift = all->child_shift + a * columns;
        size_t room = tree->policy[node->first + a];
        double m[WS_GAME_TYPES * WS_GAME_TYPES], copy[WS_GAME_TYPES * WS_GAME_TYPES];
        double right[WS_GAME_TYPES * (WS_GAME_COLUMNS + 1)], *inverse = all->inverse + a * types * types;
        for (size_t t = 0; t < types; t++) {
            for (size_t s = 0; s < types; s++) {
                m[t * types + s] = (t == s) - rate[t] * slope[(own + t) * columns + own + s];
                inverse[t * types + s] = t == s;
            }
            for (size_t d = 0; d < columns; d++)
                right[t * sides + d] = rate[t] * slope[(own + t) * columns + d];
            right[t * sides + columns] = rate[t] * shift[own + t] + all->by_itself[room + t];
        }
        memcpy(copy, m, types * types * sizeof *m);
        if (!solve_small(m, right, types, sides) || !solve_small(copy, inverse, types, types))
            return false;
        for (size_t t = 0; t < types; t++) {
            double s = ws__exp(tree->log_chosen[room + t]);
            for (size_t d = 0; d < sides; d++)
                z[t * sides + d] += s * right[t * sides + d];
            for (size_t u = 0; u < types; u++)
                total[t * types + u] += s * inverse[t * types + u];
            memcpy(all->by_belief + (room + t) * columns, right + t * sides, columns * sizeof(double));
            all->by_itself[room + t] = right[t * sides + columns];
        }
    }
    if (!solve_small(total, z, types, sides))
        return false;
    double *slope_out = all->slope + at * columns * columns, *shift_out = all->shift + at * columns;
    memset(slope_out, 0, columns * columns * sizeof *slope_out);
    memset(shift_out, 0, columns * sizeof *shift_out);
    for (size_t a = 0; a < node->count; a++) {
        const double *slope = all->child_slope + a * columns * columns,
                     *shift = all->child_shift + a * columns;
        const double *value = values + a * columns, *inverse = all->inverse + a * types * types;
        size_t room = tree->policy[node->first + a];
        double s[WS_GAME_TYPES], chance = 0;
        for (size_t t = 0; t < types; t++) {
            for (size_t u = 0; u < types; u++) {
                for (size_t d = 0; d < columns; d++)
                    all->by_belief[(room + t) * columns + d] -= inverse[t * types + u] * z[u * sides + d];
                all->by_itself[room + t] -= inverse[t * types + u] * z[u * sides + columns];
            }
            s[t] = ws__exp(tree->log_chosen[room + t]);
            chance += mu[t] * s[t];
        }
        for (size_t c = 0; c < columns; c++) {
            bool mine = c >= own && c < own + types;
            double share = mine ? s[c - own] : chance, *out = slope_out + c * columns;
            double by_chosen[WS_GAME_TYPES]; /* of share * V_a, by each log s_a */
            for (size_t t = 0; t < types; t++) {
                double d_share = mine ? (c - own == t ? s[t] : 0) : mu[t] * s[t];
                by_chosen[t] = d_share * value[c] + share * slope[c * columns + own + t];
                if (!mine) /* and by the beliefs about the actor at the node itself */
                    out[own + t] += mu[t] * (s[t] - chance) * value[c];
            }
            for (size_t d = 0; d < columns; d++) {
                out[d] += share * slope[c * columns + d];
                for (size_t t = 0; t < types; t++)
                    out[d] += by_chosen[t] * all->by_belief[(room + t) * columns + d];
            }
            shift_out[c] += share * shift[c];
            for (size_t t = 0; t < types; t++)
                shift_out[c] += by_chosen[t] * all->by_itself[room + t];
        }
    }
    mix_values(tree->value + at * columns, tree, at, values);
    return true;
}

/* Makes the step; gives the largest move of a log-probability. */
static double step_down(elimination *all, double *moves)
{
    ws_tree_game *tree = all->tree;
    size_t columns = tree->columns;
    double far = 0;
    memset(moves, 0, columns * sizeof *moves);
    for (size_t at = 0; at < tree->node_count; at++) {
        const ws_history *node = &tree->nodes[at];
        double *move = moves + at * columns;
        if (at > 0) {
            const ws_history *parent = &tree->nodes[node->parent];
            memcpy(move, moves + node->parent * columns, columns * sizeof *move);
            if (parent->kind != WS_HISTORY_ROUND)
                for (size_t t = 0; t < tree->game->types[parent->actor]; t++)
                    move[tree->column[parent->actor] + t] +=
                        all->by_itself[tree->policy[node->parent_action] + t];
        }
        if (node->kind == WS_HISTORY_ROUND)
            continue;
        size_t types = tree->game->types[node->actor];
        for (size_t a = node->first; a < node->first + node->count; a++)
            for (size_t t = 0; t < types; t++) { /* by_itself becomes the whole move */
                size_t room = tree->policy[a] + t;
                for (size_t d = 0; d < columns; d++)
                    all->by_itself[room] += all->by_belief[room * columns + d] * move[d];
                far = fabs(all->by_itself[room]) > far ? fabs(all->by_itself[room]) : far;
                tree->log_chosen[room] += all->by_itself[room];
            }
        for (size_t t = 0; t < types; t++) { /* without this it stalls */
            double z = ws__log_sum(ws__chosen(tree, node->first) + t, node->count, types);
            for (size_t a = node->first; a < node->first + node->count; a++)
                ws__chosen(tree, a)[t] -= z;
        }
    }
    return far;
}

/* Newton's method from where the policy stands; true where it arrived. */
static bool newton(elimination *all, double *reply, double *moves, const ws_run *run, double started)
{
    ws_tree_game *tree = all->tree;
    double before = HUGE_VAL;
    for (size_t i = 0; i < NEWTON_STEPS && ws__should_stop(run, started) == WS_OK; i++) {
        ws__spread_beliefs(tree);
        tree->residual = 0;
        for (size_t at = tree->node_count; at-- > 0;) {
            if (tree->nodes[at].kind == WS_HISTORY_ROUND)
                value_chance(all, at);
            else if (!eliminate_node(all, at, reply))
                return false;
        }
        tree->steps++;
        double far = step_down(all, moves);
        if (!isfinite(far) || !isfinite(tree->residual) || (i > 3 && far > 1 && far > before))
            return false;
        if (far < 1e-10 || (far < 1e-9 && tree->residual < 1e-9))
            return true;
        before = far;
    }
    return false;
}

ws_status ws__solve_histories(ws_tree_game *tree, const ws_run *run, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    double started = ws__now();
    size_t columns = tree->columns, most = tree->game->offers + 1 > 2 ? tree->game->offers + 1 : 2, types = 1;
    size_t last = tree->action_count - 1, room = tree->policy[last] + WS_GAME_TYPES;
    for (size_t p = 0; p < tree->game->parties; p++)
        types = tree->game->types[p] > types ? tree->game->types[p] : types;
    elimination all = {.tree = tree};
    double *slope = WS_NEW_MANY(&scratch, tree->node_count * columns * columns, double);
    all.shift = WS_NEW_MANY(&scratch, tree->node_count * columns, double);
    all.by_belief = WS_NEW_MANY(&scratch, room * columns, double);
    all.by_itself = WS_NEW_MANY(&scratch, room, double);
    all.inverse = WS_NEW_MANY(&scratch, most * types * types, double);
    all.child_slope = WS_NEW_MANY(&scratch, most * columns * columns, double);
    all.child_shift = WS_NEW_MANY(&scratch, most * columns, double);
    all.child_value = WS_NEW_MANY(&scratch, most * columns, double);
    double *reply = WS_NEW_MANY(&scratch, most, double), *keep = WS_NEW_MANY(&scratch, room, double);
    double *moves = WS_NEW_MANY(&scratch, tree->node_count * columns, double);
    if (!slope || !all.shift || !all.by_belief || !all.by_itself || !all.inverse || !all.child_slope ||
        !all.child_shift || !all.child_value || !reply || !keep || !moves)
        return ws_fail(diag, WS_LIMIT, "no memory for a tree of %zu histories", tree->node_count);
    const struct {
        double damping, near;
        size_t sweeps;
    } plan[] = {
        {0.3, 0.03, SWEEPS}, {0.3, 1e-4, SWEEPS}, {0.1, 1e-4, LATE_SWEEPS}, {0.05, 1e-6, LATE_SWEEPS}};
    for (size_t stage = 0; stage < sizeof plan / sizeof *plan; stage++) {
        all.slope = NULL;
        for (size_t i = 0; i < plan[stage].sweeps; i++) {
            WS_TRY(ws__should_stop(run, started));
            tree->sweeps++;
            if (sweep(&all, plan[stage].damping, all.child_value, reply) < plan[stage].near)
                break;
        }
        memcpy(keep, tree->log_chosen, (room - WS_GAME_TYPES) * sizeof *keep);
        all.slope = slope;
        if (newton(&all, reply, moves, run, started)) {
            tree->residual = sweep(&all, 0, all.child_value, reply); /* values and beliefs of the last step */
            return WS_OK;
        }
        memcpy(tree->log_chosen, keep, (room - WS_GAME_TYPES) * sizeof *keep);
    }
    return ws_fail(
        diag, WS_FAULT,
        "no equilibrium found at rationality %g: a log-probability still moves by %g; try a lower one",
        tree->game->rationality, tree->residual);
}
