/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8 characters and how wide a terminal draws them. Widths are Unicode 15's East Asian Width W and F (2),
 * and the combining and zero-width characters (0), as ranges: the C library's wcwidth knows them only in a
 * UTF-8 locale, and the program's text must be the same in every one. */
#include "base/text.h"

#include <string.h>

static bool continues(const char *text, size_t at)
{
    return ((unsigned char)text[at] & 0xC0) == 0x80;
}

/* The length of the valid character at `text`; 0: none. */
static size_t read_character(uint32_t *code, const char *text, size_t length)
{
    unsigned char lead = (unsigned char)text[0];
    if (lead < 0x80) {
        *code = lead;
        return 1;
    }
    size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || size > length)
        return 0;
    uint32_t value = lead & (0xFFU >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if (!continues(text, i))
            return 0;
        value = value << 6 | ((unsigned char)text[i] & 0x3FU);
    }
    if ((size == 3 && value < 0x800) || (size == 4 && value < 0x10000) || value > 0x10FFFF ||
        (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *code = value;
    return size;
}

size_t ws__next_character(uint32_t *code, const char *text, size_t length)
{
    size_t size = read_character(code, text, length);
    if (size)
        return size;
    *code = 0xFFFD;
    return 1;
}

bool ws__check_utf8(size_t *bad, const char *text, size_t length)
{
    uint32_t code;
    for (size_t at = 0; at < length;) {
        size_t size = read_character(&code, text + at, length - at);
        if (!size) {
            if (bad)
                *bad = at;
            return false;
        }
        at += size;
    }
    return true;
}

typedef struct span {
    uint32_t from, to;
} span;

static const span wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},   {0x23F0, 0x23F0},
    {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x267F, 0x267F},
    {0x2693, 0x2693},   {0x26A1, 0x26A1},   {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},
    {0x26CE, 0x26CE},   {0x26D4, 0x26D4},   {0x26EA, 0x26EA},   {0x26F2, 0x26F3},   {0x26F5, 0x26F5},
    {0x26FA, 0x26FA},   {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},   {0x2728, 0x2728},
    {0x274C, 0x274C},   {0x274E, 0x274E},   {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},
    {0x27B0, 0x27B0},   {0x27BF, 0x27BF},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55},
    {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6},   {0x16FE0, 0x18CFF}, {0x1AFF0, 0x1B2FF}, {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF},
    {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A}, {0x1F200, 0x1F320}, {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C},
    {0x1F37E, 0x1F393}, {0x1F3A0, 0x1F3CA}, {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0}, {0x1F3F4, 0x1F3F4},
    {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440}, {0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F54E},
    {0x1F550, 0x1F567}, {0x1F57A, 0x1F57A}, {0x1F595, 0x1F596}, {0x1F5A4, 0x1F5A4}, {0x1F5FB, 0x1F64F},
    {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6CC}, {0x1F6D0, 0x1F6D2}, {0x1F6D5, 0x1F6D7}, {0x1F6DC, 0x1F6DF},
    {0x1F6EB, 0x1F6EC}, {0x1F6F4, 0x1F6FC}, {0x1F7E0, 0x1F7EB}, {0x1F7F0, 0x1F7F0}, {0x1F90C, 0x1F93A},
    {0x1F93C, 0x1F945}, {0x1F947, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD}};

static const span empty[] = {
    {0x0300, 0x036F},  {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x05BF, 0x05BF},   {0x05C1, 0x05C2},
    {0x05C4, 0x05C5},  {0x05C7, 0x05C7}, {0x0610, 0x061A}, {0x064B, 0x065F},   {0x0670, 0x0670},
    {0x06D6, 0x06DC},  {0x06DF, 0x06E4}, {0x06E7, 0x06E8}, {0x06EA, 0x06ED},   {0x0711, 0x0711},
    {0x0730, 0x074A},  {0x0900, 0x0902}, {0x093A, 0x093A}, {0x093C, 0x093C},   {0x0941, 0x0948},
    {0x094D, 0x094D},  {0x0951, 0x0957}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A},   {0x0E47, 0x0E4E},
    {0x1160, 0x11FF},  {0x1AB0, 0x1ACE}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F},   {0x202A, 0x202E},
    {0x2060, 0x2064},  {0x2066, 0x206F}, {0x20D0, 0x20F0}, {0x302A, 0x302D},   {0x3099, 0x309A},
    {0xFE00, 0xFE0F},  {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0x1F3FB, 0x1F3FF}, {0xE0001, 0xE007F},
    {0xE0100, 0xE01EF}};

static bool among(const span *spans, size_t count, uint32_t code)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code > spans[middle].to)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && code >= spans[low].from;
}

size_t ws__character_width(uint32_t code)
{
    if (code < 0x20 || (code >= 0x7F && code < 0xA0))
        return 0;
    if (code < 0x300)
        return 1;
    if (among(empty, sizeof empty / sizeof *empty, code))
        return 0;
    return among(wide, sizeof wide / sizeof *wide, code) ? 2 : 1;
}

size_t ws__bytes_width(const char *text, size_t length)
{
    size_t width = 0;
    for (size_t at = 0; at < length;) {
        uint32_t code;
        at += ws__next_character(&code, text + at, length - at);
        width += ws__character_width(code);
    }
    return width;
}

size_t ws__text_width(const char *text)
{
    return ws__bytes_width(text, strlen(text));
}

size_t ws__widest_word(const char *text)
{
    size_t widest = 0;
    while (*text) {
        size_t length = strcspn(text, " \n"), width = ws__bytes_width(text, length);
        widest = width > widest ? width : widest;
        text += length;
        text += *text != '\0';
    }
    return widest;
}

size_t ws__fit_width(const char *text, size_t length, size_t columns)
{
    size_t width = 0, at = 0;
    while (at < length) {
        uint32_t code;
        size_t size = ws__next_character(&code, text + at, length - at);
        width += ws__character_width(code);
        if (width > columns)
            break;
        at += size;
    }
    return at;
}
