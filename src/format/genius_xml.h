/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML as GENIUS writes it: elements and attributes with their places, nothing else. */
#ifndef WINSET_FORMAT_GENIUS_XML_H
#define WINSET_FORMAT_GENIUS_XML_H

#include "base/arena.h"
#include "winset/base.h"

typedef struct ws_xml_attribute {
    const char *name, *value; /* UTF-8, entities resolved */
    ws_place place;           /* of the value */
} ws_xml_attribute;

typedef struct ws_xml_element {
    const char *name; /* without a namespace's prefix */
    ws_place place;   /* of the `<` */
    size_t attribute_count;
    const ws_xml_attribute *attributes;
    struct ws_xml_element *parent, *first, *last, *next; /* children in the file's order */
} ws_xml_element;

/* Reads a whole file's text. Refused, each in words of its own: what is no well-formed XML (one problem, the
 * first), a document type, elements nested too deeply, too many elements or attributes, an encoding that is
 * not of the common ones. Everything is owned by `arena`. `file` is borrowed by every place. */
ws_status ws__read_xml(ws_xml_element **root, ws_arena *arena, const char *text, size_t length,
                       const char *file, ws_diag *diag);

/* The attribute of a name; NULL: none. */
const ws_xml_attribute *ws__find_attribute(const ws_xml_element *element, const char *name);
/* The first child of a name; NULL: none. */
const ws_xml_element *ws__find_child(const ws_xml_element *element, const char *name);

/* A text as messages show it: cut at 60 characters, control characters as blanks. */
const char *ws__shown(ws_arena *arena, const char *text);

#endif
