/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A case as GENIUS XML: domain.xml and a profile a party. The writer reads back what it wrote to the same
 * numbers: an evaluation is the worth of a level, the weight its largest (divided by the party's scale). */
#include "format/genius_write.h"

#include "base/diag.h"
#include "base/text.h"
#include "format/genius.h"

#include <stdlib.h>
#include <string.h>

static void add_attribute(ws_text *out, const char *name, const char *value)
{
    ws__add_format(out, " %s=\"", name);
    for (; *value; value++) {
        unsigned char c = (unsigned char)*value;
        const char *name_of = c == '&'   ? "&amp;"
                              : c == '<' ? "&lt;"
                              : c == '>' ? "&gt;"
                              : c == '"' ? "&quot;"
                                         : NULL;
        if (name_of)
            ws__add_text(out, name_of);
        else if (c < 0x20)
            ws__add_format(out, "&#%u;", (unsigned)c);
        else
            ws__add_bytes(out, value, 1);
    }
    ws__add_text(out, "\"");
}

static void add_number(ws_text *out, const char *name, double value)
{
    char text[WS_NUMBER_ROOM];
    ws__format_number(text, value);
    add_attribute(out, name, text);
}

/* The opening of an issue, up to its last attribute. */
static void add_issue(ws_text *out, const ws_genius_form *form, size_t at)
{
    const ws_issue *issue = &form->source->shape->issues[at];
    const char *kind = form->integer[at] ? "integer" : "discrete";
    ws__add_format(out, "      <issue index=\"%zu\"", at + 1);
    add_attribute(out, "name", form->issue_names[at]);
    ws__add_format(out, " type=\"%s\" etype=\"%s\" vtype=\"%s\"", kind, kind, kind);
    if (form->integer[at]) {
        add_number(out, "lowerbound", issue->values[0]);
        add_number(out, "upperbound", issue->values[issue->level_count - 1]);
    }
}

static void begin_objective(ws_text *out, const ws_genius_form *form)
{
    const char *title = form->source->shape->title;
    ws__add_text(out, "    <objective index=\"0\"");
    add_attribute(out, "name", title && *title ? title : "root");
    ws__add_text(out, " description=\"\" type=\"objective\" etype=\"objective\">\n");
}

static void add_domain(ws_text *out, const ws_genius_form *form)
{
    const ws_shape *shape = form->source->shape;
    ws__add_format(out, "<negotiation_template>\n  <utility_space number_of_issues=\"%zu\">\n",
                   shape->issue_count);
    begin_objective(out, form);
    for (size_t i = 0; i < shape->issue_count; i++) {
        add_issue(out, form, i);
        if (form->integer[i]) {
            ws__add_text(out, "/>\n");
            continue;
        }
        ws__add_text(out, ">\n");
        for (size_t level = 0; level < shape->issues[i].level_count; level++) {
            ws__add_format(out, "        <item index=\"%zu\"", level + 1);
            add_attribute(out, "value", form->level_names[i][level]);
            ws__add_text(out, " description=\"\" cost=\"0\"/>\n");
        }
        ws__add_text(out, "      </issue>\n");
    }
    ws__add_text(out, "    </objective>\n  </utility_space>\n</negotiation_template>\n");
}

/* ---- Profiles ---- */

static void add_linear_issue(ws_text *out, const ws_genius_form *form, const ws_genius_fit *fit, size_t at)
{
    add_issue(out, form, at);
    ws__add_text(out, ">\n");
    if (form->integer[at]) {
        ws__add_text(out, "        <evaluator ftype=\"linear\"");
        add_number(out, "slope", fit->slope);
        add_number(out, "offset", fit->offset);
        ws__add_text(out, "/>\n");
    }
    for (size_t level = 0; !form->integer[at] && level < form->source->shape->issues[at].level_count;
         level++) {
        ws__add_format(out, "        <item index=\"%zu\"", level + 1);
        add_attribute(out, "value", form->level_names[at][level]);
        add_number(out, "evaluation", fit->evaluations[level]);
        ws__add_text(out, " cost=\"0\"/>\n");
    }
    ws__add_text(out, "      </issue>\n");
}

static void add_linear(ws_text *out, const ws_genius_form *form, const ws_genius_party *party)
{
    size_t count = form->source->shape->issue_count;
    for (size_t i = 0; i < count; i++)
        add_linear_issue(out, form, &party->fits[i], i);
    for (size_t i = 0; i < count; i++) {
        ws__add_format(out, "      <weight index=\"%zu\"", i + 1);
        add_number(out, "value", party->fits[i].weight);
        ws__add_text(out, "/>\n");
    }
}

static void begin_rectangle(ws_text *out, double utility)
{
    ws__add_text(out, "          <hyperRectangle");
    add_number(out, "utility", utility);
    ws__add_text(out, ">\n");
}

static void add_side(ws_text *out, const ws_issue *issue, size_t at, size_t from, size_t to)
{
    ws__add_format(out, "            <INCLUDES index=\"%zu\"", at + 1);
    add_number(out, "min", issue->values[from]);
    add_number(out, "max", issue->values[to]);
    ws__add_text(out, "/>\n");
}

static bool add_rectangle(ws_text *out, const ws_case *c, ws_arena *arena, const ws_together *term)
{
    size_t count = c->shape->issue_count;
    size_t *from = WS_NEW_MANY(arena, count, size_t), *to = WS_NEW_MANY(arena, count, size_t);
    if (!from || !to)
        return false;
    ws__find_rectangle(from, to, c, term->when);
    begin_rectangle(out, ws__number(c, term->add, 0));
    for (size_t i = 0; i < count; i++)
        if (from[i] > 0 || to[i] + 1 < c->shape->issues[i].level_count)
            add_side(out, &c->shape->issues[i], i, from[i], to[i]);
    ws__add_text(out, "          </hyperRectangle>\n");
    return true;
}

/* Points beside bonuses are bonuses of one level each. */
static bool add_nonlinear(ws_text *out, const ws_genius_form *form, ws_arena *arena, size_t p)
{
    const ws_shape *shape = form->source->shape;
    const ws_preference *preference = &shape->parties[p].preference;
    for (size_t i = 0; i < shape->issue_count; i++) {
        add_issue(out, form, i);
        ws__add_text(out, "/>\n");
    }
    ws__add_text(out, "      <utility maxutility=\"1\">\n"
                      "        <ufun type=\"PlainUfun\" weight=\"1\" aggregation=\"sum\">\n");
    for (size_t i = 0; i < shape->issue_count; i++)
        for (size_t level = 0; level < shape->issues[i].level_count; level++) {
            double worth = form->parties[p].fits[i].evaluations[level];
            if (worth == 0)
                continue;
            begin_rectangle(out, worth);
            add_side(out, &shape->issues[i], i, level, level);
            ws__add_text(out, "          </hyperRectangle>\n");
        }
    for (size_t t = 0; t < preference->together_count; t++)
        if (!add_rectangle(out, form->source, arena, &preference->together[t]))
            return false;
    ws__add_text(out, "        </ufun>\n      </utility>\n");
    return true;
}

static bool add_profile(ws_text *out, const ws_genius_form *form, ws_arena *arena, size_t p)
{
    const ws_genius_party *party = &form->parties[p];
    ws__add_format(out, "<utility_space%s>\n", party->nonlinear ? " type=\"nonlinear\"" : "");
    begin_objective(out, form);
    if (party->nonlinear) {
        if (!add_nonlinear(out, form, arena, p))
            return false;
    } else
        add_linear(out, form, party);
    ws__add_text(out, "    </objective>\n  <discount_factor");
    add_number(out, "value", party->discount);
    ws__add_text(out, "/>\n  <reservation");
    add_number(out, "value", party->reservation);
    ws__add_text(out, "/>\n</utility_space>\n");
    return true;
}

static bool keep_file(ws_written *out, const char *name, ws_text *text)
{
    ws_written_file *file = &out->files[out->count++];
    file->name = ws__copy_text(&out->arena, name);
    file->text = text->bytes && !text->failed ? ws__copy_bytes(&out->arena, text->bytes, text->length) : NULL;
    file->length = text->length;
    return file->name && file->text;
}

static void warn_of_order(const ws_genius_form *form, ws_diag *diag)
{
    for (size_t p = 1; p < form->source->shape->party_count; p++)
        if (strcmp(form->parties[p - 1].file, form->parties[p].file) > 0) {
            ws_warn(diag,
                    "profiles are read in name order; the case's own order is kept with --profiles %s,%s%s",
                    form->parties[0].file, form->parties[1].file,
                    form->source->shape->party_count > 2 ? ",..." : "");
            return;
        }
}

ws_status ws__write_genius(ws_written *out, const ws_case *c, ws_diag *diag)
{
    WS_SCRATCH(scratch);
    ws_genius_form form;
    WS_TRY(ws__fit_genius(&form, &scratch, c, diag));
    size_t parties = c->shape->party_count;
    out->files = WS_NEW_MANY(&out->arena, parties + 2, ws_written_file);
    bool enough = out->files != NULL;
    for (size_t i = 0; enough && i <= parties; i++) {
        WS_TEXT(text);
        if (i == 0)
            add_domain(&text, &form);
        else
            enough = add_profile(&text, &form, &scratch, i - 1);
        enough = enough && keep_file(out, i ? form.parties[i - 1].file : "domain.xml", &text);
    }
    if (!enough)
        return ws_fail(diag, WS_LIMIT, "no memory to write GENIUS files");
    warn_of_order(&form, diag);
    return WS_OK;
}
