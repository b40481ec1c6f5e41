/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The case as a value: holding, freeing, asking, and the same shape with other numbers. */
#include "case/build.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static ws_shape_box *box_of(const ws_case *c)
{
    union {
        const ws_shape *shape;
        ws_shape_box *box;
    } cast = {c->shape}; /* a shape is the first member of its box; only its count changes */
    return cast.box;
}

static ws_case_box *case_box_of(const ws_case *c)
{
    union {
        const ws_case *c;
        ws_case_box *box;
    } cast = {c};
    return cast.box;
}

void ws__release_shape(ws_shape_box *box)
{
    if (!box || __atomic_sub_fetch(&box->references, 1, __ATOMIC_ACQ_REL) != 0)
        return;
    ws__release_doc(box->shape.doc);
    ws__free_arena(&box->arena);
    free(box);
}

ws_status ws__new_case(ws_case **out, ws_shape_box *box, const double *numbers, ws_diag *diag)
{
    size_t count = box->shape.slot_count;
    ws_case_box *made = count < SIZE_MAX / 16 ? malloc(sizeof *made + (count + 1) * sizeof(double)) : NULL;
    if (!made)
        return ws_fail(diag, WS_LIMIT, "no memory for the %zu numbers of a case", count);
    if (count)
        memcpy(made->numbers, numbers, count * sizeof(double));
    made->references = 1;
    made->c = (ws_case){&box->shape, made->numbers};
    __atomic_add_fetch(&box->references, 1, __ATOMIC_RELAXED);
    *out = &made->c;
    return WS_OK;
}

ws_case *ws_hold_case(const ws_case *c)
{
    if (!c)
        return NULL;
    ws_case_box *box = case_box_of(c);
    __atomic_add_fetch(&box->references, 1, __ATOMIC_RELAXED);
    return &box->c;
}

void ws_free_case(ws_case *c)
{
    if (!c)
        return;
    ws_case_box *box = case_box_of(c);
    if (__atomic_sub_fetch(&box->references, 1, __ATOMIC_ACQ_REL) != 0)
        return;
    ws__release_shape(box_of(c));
    free(box);
}

/* ---- Asking ---- */

const char *ws_case_title(const ws_case *c)
{
    return c->shape->title ? c->shape->title : "";
}

size_t ws_count_parties(const ws_case *c)
{
    return c->shape->party_count;
}

const char *ws_party_key(const ws_case *c, size_t party)
{
    return c->shape->parties[party].key;
}

const char *ws_party_name(const ws_case *c, size_t party)
{
    return c->shape->parties[party].name;
}

size_t ws_count_issues(const ws_case *c)
{
    return c->shape->issue_count;
}

const char *ws_issue_key(const ws_case *c, size_t issue)
{
    return c->shape->issues[issue].key;
}

size_t ws_count_levels(const ws_case *c, size_t issue)
{
    return c->shape->issues[issue].level_count;
}

const char *ws_level_key(const ws_case *c, size_t issue, size_t level)
{
    return c->shape->issues[issue].levels[level];
}

/* ---- Other numbers ---- */

bool ws__votes_at_home(const ws_shape *shape)
{
    bool home = false;
    for (size_t p = 0; p < shape->party_count; p++)
        home = home || shape->parties[p].domestic;
    return home;
}

ws_status ws__seek_party(size_t *out, const ws_case *c, const char *key, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    const ws_shape *shape = c->shape;
    const char **keys = WS_NEW_MANY(&scratch, shape->party_count + 1, const char *);
    for (size_t p = 0; p < shape->party_count; p++) {
        if (strcmp(shape->parties[p].key, key) == 0) {
            *out = p;
            return WS_OK;
        }
        if (keys)
            keys[p] = shape->parties[p].key;
    }
    const char *near = keys ? ws__nearest_name(key, shape->party_count, keys) : NULL;
    return ws_fail(diag, WS_INVALID, "no party is named '%s'%s%s%s", key, near ? "; did you mean '" : "",
                   near ? near : "", near ? "'?" : "");
}

const char *ws__slot_path(ws_arena *arena, const ws_case *c, ws_slot slot)
{
    const ws_shape_box *box = box_of(c);
    return ws__path_text(arena, box->slot_ups[slot], box->slot_keys[slot], box->slot_indexes[slot]);
}

static bool allows(const ws_limits *limits, double value)
{
    return isfinite(value) && fabs(value) <= 1e150 && value <= limits->hi &&
           (limits->lo_open ? value > limits->lo : value >= limits->lo) &&
           (!limits->whole || value == floor(value));
}

ws_status ws__renumber_case(ws_case **out, const ws_case *base, size_t count, const ws_slot *slots,
                            const double *values, ws_diag *diag)
{
    ws_shape_box *box = box_of(base);
    ws_case *made = NULL;
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        const ws_limits *limits = box->slot_limits[slots[i]];
        if (allows(limits, values[i]))
            continue;
        WS_SCRATCH(scratch);
        ws_fail(diag, WS_INVALID, "%s: expected %s, got %.10g", ws__slot_path(&scratch, base, slots[i]),
                limits->expected, values[i]);
        good = false;
    }
    if (!good)
        return WS_INVALID;
    WS_TRY(ws__new_case(&made, box, base->numbers, diag));
    double *numbers = case_box_of(made)->numbers;
    for (size_t i = 0; i < count; i++)
        numbers[slots[i]] = values[i];
    if (!ws__check_numbers(box, numbers, diag)) {
        ws_free_case(made);
        return WS_INVALID;
    }
    *out = made;
    return WS_OK;
}
