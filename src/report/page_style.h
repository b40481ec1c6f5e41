/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the page and its tables share: how a text with emphasis becomes bytes. */
#ifndef WINSET_REPORT_PAGE_STYLE_H
#define WINSET_REPORT_PAGE_STYLE_H

#include "report/page.h"

/* The text as it will stand, but for colours: Markdown escaped, capitals made. Lives with the page. */
const char *ws__prepare_text(ws_page *page, const char *text);
/* Writes a prepared text, marks as colours. */
void ws__emit(ws_page *page, const char *text, size_t length);
/* A blank line before a block, unless it is the first or stands close to the last. */
void ws__begin_block(ws_page *page, bool close);

#endif
