/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `winset about`: the version, and what the program runs on here. */
#include "base/diag.h"
#include "base/dispatch.h"
#include "base/tasks.h"
#include "cli/verbs.h"
#include "report/json.h"
#include "report/page.h"

static ws_status run_about(ws_call *call)
{
    char *document = NULL;
    const char *isa = ws__isa_name(ws__choose_isa());
    unsigned threads = ws__count_workers(&call->run);
    if (call->report.form == WS_REPORT_JSON) {
        json_t *root = ws__start_json("about", NULL, &call->report);
        ws__set(root, "instructions", json_string(isa));
        ws__set(root, "threads", json_integer(threads));
        WS_TRY(ws__finish_json(&document, root, call->diag));
        return ws__put(call, document);
    }
    ws_page *page = ws__start_page(&call->report);
    if (!page)
        return ws_fail(call->diag, WS_LIMIT, "no memory for the result");
    ws__page_title(page, "winset " WINSET_VERSION, "GPL-3.0-or-later");
    ws__page_paragraph(
        page,
        "For two or more parties and the people at home who must approve what they sign: is there a deal "
        "all sides can deliver, which one, and how likely is it?");
    ws__page_paragraph(page, "Here it works with %s and %s instructions.",
                       ws__say_many(&page->arena, threads, "thread", "threads"), isa);
    ws__page_next(page, "The verbs", "winset --help");
    WS_TRY(ws__finish_page(&document, page, call->diag));
    return ws__put(call, document);
}

const ws_verb ws_verb_about = {
    .name = "about",
    .run = run_about,
    .tells = "the version, and what winset runs on here",
    .arguments = "",
    .example = "winset about --json",
    .example_does = "the same for a program",
    .flags = WS_NO_ARGUMENTS,
};
