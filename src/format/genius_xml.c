/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML into elements with places, on libxml2's SAX2 events.
 *
 * GENIUS files are small and flat, so everything that makes XML dangerous is simply refused: a document type
 * (and with it every entity but the five of XML), depth, size. libxml2 is given the bytes, never a name, so
 * it opens nothing. Entities are asked to be resolved (XML_PARSE_NOENT) because otherwise libxml2 hands
 * `&amp;` in an attribute over as `&#38;`; with document types refused there is no other entity that could be
 * resolved.
 *
 * libxml2 compares the attributes of one element pairwise: so an element with very many is refused before the
 * parse, by counting; and encodings that could hide the signs that are counted are refused too. */
#include "format/genius_xml.h"

#include "base/diag.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <limits.h>
#include <string.h>
#include <strings.h>

enum {
    MOST_BYTES = 64 << 20,
    MOST_ELEMENTS = 1000000,
    MOST_ATTRIBUTES = 1000, /* of one element */
    MOST_DEPTH = 64,
    LOOK_BACK = 1000, /* bytes searched for the start of a line */
    SHOWN = 60        /* characters of a name in a message */
};

typedef struct xml_reader {
    xmlParserCtxtPtr parser;
    ws_arena *arena;
    const char *file;
    ws_diag *diag;
    ws_xml_element *root, *open; /* `open`: the innermost element that has not ended */
    size_t elements, depth;
    ws_status status;
} xml_reader;

static bool starts_character(unsigned char byte)
{
    return (byte & 0xC0) != 0x80;
}

const char *ws__shown(ws_arena *arena, const char *text)
{
    size_t length = 0;
    for (size_t seen = 0; text[length]; length++)
        if (starts_character((unsigned char)text[length]) && seen++ == SHOWN)
            break;
    char *copy = ws__format_text(arena, "%.*s%s", (int)length, text, text[length] ? "..." : "");
    if (!copy)
        return "";
    for (char *c = copy; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = ' ';
    return copy;
}

const ws_xml_attribute *ws__find_attribute(const ws_xml_element *element, const char *name)
{
    for (size_t i = 0; i < element->attribute_count; i++)
        if (strcmp(element->attributes[i].name, name) == 0)
            return &element->attributes[i];
    return NULL;
}

const ws_xml_element *ws__find_child(const ws_xml_element *element, const char *name)
{
    for (const ws_xml_element *child = element->first; child; child = child->next)
        if (strcmp(child->name, name) == 0)
            return child;
    return NULL;
}

static void stop(xml_reader *reader, ws_status status)
{
    if (reader->status == WS_OK)
        reader->status = status;
    xmlStopParser(reader->parser);
}

/* Where the parser stands. */
static ws_place here(const xml_reader *reader)
{
    const xmlParserInput *input = reader->parser->input;
    if (!input)
        return (ws_place){.file = reader->file};
    return (ws_place){reader->file, input->line > 0 ? (uint32_t)input->line : 0,
                      input->col > 0 ? (uint32_t)input->col : 0};
}

/* The place of a byte of the parser's buffer at or before where it stands; else where it stands. Its column
 * is counted from the line's start where that is near, else taken from libxml2 (which counts bytes). */
static ws_place place_of(const xml_reader *reader, const xmlChar *at)
{
    const xmlParserInput *input = reader->parser->input;
    if (!input || at < input->base || at > input->cur)
        return here(reader);
    ws_place place = here(reader);
    for (const xmlChar *c = at; c < input->cur; c++)
        if (*c == '\n')
            place.line--;
    const xmlChar *from = at - input->base > LOOK_BACK ? at - LOOK_BACK : input->base;
    const xmlChar *line = memrchr(from, '\n', (size_t)(at - from));
    if (!line && (from != input->base || input->consumed)) {
        place.column -=
            (uint32_t)(input->cur - at) < place.column ? (uint32_t)(input->cur - at) : place.column;
        return place;
    }
    place.column = 1;
    for (const xmlChar *c = line ? line + 1 : from; c < at; c++)
        place.column += starts_character(*c);
    return place;
}

static ws_place place_of_tag(const xml_reader *reader)
{
    const xmlParserInput *input = reader->parser->input;
    if (!input || input->cur <= input->base)
        return here(reader);
    const xmlChar *tag = memrchr(input->base, '<', (size_t)(input->cur - input->base));
    return tag ? place_of(reader, tag) : here(reader);
}

static bool copy_attributes(xml_reader *reader, ws_xml_element *element, size_t count, const xmlChar **given)
{
    ws_xml_attribute *attributes = WS_NEW_MANY(reader->arena, count, ws_xml_attribute);
    if (!attributes)
        return false;
    for (size_t i = 0; i < count; i++) { /* five pointers each: name, prefix, URI, value, its end */
        const xmlChar **one = given + 5 * i;
        attributes[i].name = ws__copy_text(reader->arena, (const char *)one[0]);
        attributes[i].value = ws__copy_bytes(reader->arena, (const char *)one[3], (size_t)(one[4] - one[3]));
        if (!attributes[i].name || !attributes[i].value)
            return false;
        const xmlParserInput *input = reader->parser->input;
        bool in_buffer = input && one[3] >= input->base && one[3] <= input->cur;
        attributes[i].place = in_buffer ? place_of(reader, one[3]) : element->place;
    }
    element->attributes = attributes;
    element->attribute_count = count;
    return true;
}

static void start_element(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                          int namespace_count, const xmlChar **namespaces, int attribute_count,
                          int defaulted_count, const xmlChar **attributes)
{
    (void)prefix, (void)uri, (void)namespace_count, (void)namespaces, (void)defaulted_count;
    xml_reader *reader = user;
    if (reader->status != WS_OK)
        return;
    if (++reader->depth > MOST_DEPTH) {
        stop(reader,
             ws_fail_at(reader->diag, WS_INVALID, here(reader),
                        "elements are nested too deeply; expected a depth of at most %d", MOST_DEPTH));
        return;
    }
    if (++reader->elements > MOST_ELEMENTS) {
        stop(reader,
             ws_fail_at(reader->diag, WS_LIMIT, here(reader), "more than %d elements", MOST_ELEMENTS));
        return;
    }
    ws_xml_element *element = WS_NEW(reader->arena, ws_xml_element);
    if (element) {
        element->name = ws__copy_text(reader->arena, (const char *)name);
        element->place = place_of_tag(reader);
        element->parent = reader->open;
    }
    if (!element || !element->name ||
        !copy_attributes(reader, element, (size_t)attribute_count, attributes)) {
        stop(reader, ws_fail(reader->diag, WS_LIMIT, "no memory for %s", reader->file));
        return;
    }
    if (!reader->open)
        reader->root = element;
    else if (!reader->open->first)
        reader->open->first = reader->open->last = element;
    else
        reader->open->last = reader->open->last->next = element;
    reader->open = element;
}

static void end_element(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)name, (void)prefix, (void)uri;
    xml_reader *reader = user;
    if (reader->status != WS_OK)
        return;
    reader->depth--;
    if (reader->open)
        reader->open = reader->open->parent;
}

static void refuse_doctype(void *user, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    xml_reader *reader = user;
    if (reader->status == WS_OK)
        stop(reader,
             ws_fail_at(reader->diag, WS_INVALID, place_of_tag(reader),
                        "a document type (DOCTYPE, DTD) with its entities is not read; expected a file "
                        "that begins with its first element"));
}

static void refuse_malformed(void *user, xmlErrorPtr error)
{
    xml_reader *reader = user;
    if (reader->status != WS_OK || error->level != XML_ERR_FATAL)
        return;
    WS_SCRATCH(scratch);
    const char *message = error->message ? error->message : "not well-formed";
    char *line = ws__copy_bytes(&scratch, message, strcspn(message, "\n"));
    ws_place place = {reader->file, error->line > 0 ? (uint32_t)error->line : 0,
                      error->int2 > 0 ? (uint32_t)error->int2 : 0};
    reader->status = ws_fail_at(reader->diag, WS_INVALID, place, "not well-formed XML: %s",
                                line ? ws__shown(&scratch, line) : "");
}

/* True where one element seems to have too many attributes: `="` or `='` so often without a `<` between. */
static bool has_too_many_attributes(const char *text, size_t length)
{
    size_t count = 0;
    bool equals = false;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == '<')
            count = 0;
        else if (equals && (c == '"' || c == '\'') && ++count > MOST_ATTRIBUTES)
            return true;
        if (c == '=')
            equals = true;
        else if (c && !strchr(" \t\r\n", c))
            equals = false;
    }
    return false;
}

/* The encoding that the XML declaration names, where it is none of the usual ones; NULL: it is usual. */
static const char *find_unusual_encoding(ws_arena *arena, const char *text, size_t length)
{
    static const char *const usual[] = {"utf-8", "us-ascii", "ascii", "utf-16", "iso-8859-", "windows-125"};
    if (length >= 4 && memcmp(text, "\x4C\x6F\xA7\x94", 4) == 0)
        return "EBCDIC";
    char *head = ws__copy_bytes(arena, text, length < 300 ? length : 300);
    char *end = head ? strstr(head, "?>") : NULL;
    if (!end)
        return NULL;
    *end = 0;
    char *at = strstr(head, "encoding");
    char *from = at ? strpbrk(at, "\"'") : NULL;
    if (!from)
        return NULL;
    from[1 + strcspn(from + 1, "\"'")] = 0;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (strncasecmp(from + 1, usual[i], strlen(usual[i])) == 0)
            return NULL;
    return ws__shown(arena, from + 1);
}

static ws_status check_before(ws_arena *arena, const char *text, size_t length, const char *file,
                              ws_diag *diag)
{
    ws_place start = {file, 1, 1};
    if (length == 0)
        return ws_fail_at(diag, WS_INVALID, start, "the file is empty; expected XML");
    if (length > MOST_BYTES)
        return ws_fail_at(diag, WS_LIMIT, start, "%zu bytes are too much XML; the limit is %d", length,
                          MOST_BYTES);
    const char *encoding = find_unusual_encoding(arena, text, length);
    if (encoding)
        return ws_fail_at(diag, WS_INVALID, start, "XML in the encoding '%s' is not read; expected UTF-8",
                          encoding);
    if (has_too_many_attributes(text, length))
        return ws_fail_at(diag, WS_LIMIT, start, "an element has more than %d attributes", MOST_ATTRIBUTES);
    return WS_OK;
}

ws_status ws__read_xml(ws_xml_element **root, ws_arena *arena, const char *text, size_t length,
                       const char *file, ws_diag *diag)
{
    WS_TRY(check_before(arena, text, length, file, diag));
    xml_reader reader = {.arena = arena, .file = file, .diag = diag};
    reader.parser = xmlCreateMemoryParserCtxt(text, (int)length);
    if (!reader.parser)
        return ws_fail(diag, WS_LIMIT, "no memory for %s", file);
    xmlCtxtUseOptions(reader.parser, XML_PARSE_NOENT | XML_PARSE_NONET);
    memset(reader.parser->sax, 0, sizeof *reader.parser->sax);
    reader.parser->sax->initialized = XML_SAX2_MAGIC;
    reader.parser->sax->startElementNs = start_element;
    reader.parser->sax->endElementNs = end_element;
    reader.parser->sax->internalSubset = refuse_doctype;
    reader.parser->sax->serror = refuse_malformed;
    reader.parser->userData = &reader;
    xmlParseDocument(reader.parser);
    if (reader.status == WS_OK && (!reader.parser->wellFormed || !reader.root || reader.open))
        reader.status = ws_fail_at(diag, WS_INVALID, (ws_place){file, 1, 1}, "not well-formed XML");
    xmlFreeDoc(reader.parser->myDoc); /* libxml2 makes one where a document type declares an entity */
    xmlFreeParserCtxt(reader.parser);
    ws__excerpt_problems(diag, file, text, length);
    if (reader.status == WS_OK)
        *root = reader.root;
    return reader.status;
}
