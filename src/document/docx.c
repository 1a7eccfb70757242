#include "document/docx.h"

#include <expat.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "document/document.h"
#include "document/zip.h"

enum { PART_SIZE_MAX = 20 * 1024 * 1024, DEPTH_MAX = 200 };

/* ------------------------------------------------------------------ the archive */

static bool is_part(const void *context, const char *name)
{
    return strcmp(name, context) == 0;
}

static enum err read_part(struct arena *arena, struct text bytes, struct text *out,
                          struct fault *fault)
{
    static const struct zip_wish WISH = {
        .wants = is_part, .context = "word/document.xml", .size_max = PART_SIZE_MAX};
    struct zip_file *files;
    size_t count;

    TRY(zip_read(arena, bytes, &WISH, &files, &count, fault));
    if (count == 0) {
        return fail(fault, ERR_INVALID, "this archive is no DOCX: it holds no word/document.xml");
    }
    *out = files[0].content;
    return OK;
}

/* ------------------------------------------------------------------ the XML */

/* A row of a table is laid out as it stands on the page: cells side by side, their paragraphs below
 * each other. */
enum { CELL_MAX = 20, CELL_GAP = 4, CELL_WIDTH_MAX = 160 };

struct reading {
    XML_Parser parser;
    struct arena *arena;
    struct buffer text;
    struct buffer cells[CELL_MAX];
    int cell;
    int depth;
    int row; /* within so many table rows */
    bool in_text;
    const char *refused; /* why; NULL: it is not */
};

static struct buffer *place_of(struct reading *reading)
{
    return reading->row == 0 || reading->cell < 0 ? &reading->text : &reading->cells[reading->cell];
}

/* The next line of a cell; empty when it has no more. */
static struct text next_line(struct text *rest)
{
    struct text line = {0};

    (void)text_cut(rest, '\n', &line);
    return line;
}

static size_t width_of(struct text text)
{
    size_t widest = 0;
    struct text line;

    while (text_cut(&text, '\n', &line)) {
        size_t width = text_length(line);

        widest = width > widest ? width : widest;
    }
    return widest > CELL_WIDTH_MAX ? CELL_WIDTH_MAX : widest;
}

static void put_row(struct reading *reading)
{
    struct text rests[CELL_MAX];
    size_t widths[CELL_MAX];
    bool left = true;

    for (int i = 0; i <= reading->cell; i++) {
        rests[i] = buffer_view(&reading->cells[i]);
        widths[i] = width_of(rests[i]);
    }
    while (left && reading->text.size <= DOCUMENT_TEXT_MAX) {
        left = false;
        for (int i = 0; i <= reading->cell; i++) {
            struct text line = next_line(&rests[i]);

            buffer_put(&reading->text, line.at, line.size);
            for (size_t k = text_length(line); i < reading->cell && k < widths[i] + CELL_GAP; k++) {
                buffer_char(&reading->text, ' ');
            }
            left |= rests[i].size > 0;
        }
        buffer_char(&reading->text, '\n');
    }
}

static const char TOO_LARGE[] = "its text is too large";

static bool is_named(const XML_Char *name, const char *wanted)
{
    const char *colon = strchr(name, ':');

    return strcmp(colon == NULL ? name : colon + 1, wanted) == 0;
}

static void refuse(struct reading *reading, const char *why)
{
    reading->refused = why;
    (void)XML_StopParser(reading->parser, XML_FALSE);
}

static void XMLCALL on_doctype(void *data, const XML_Char *name, const XML_Char *system_id,
                               const XML_Char *public_id, int internal)
{
    refuse(data, "its XML declares a DOCTYPE");
}

/* "ListBullet", "ListParagraph": bullets that a style makes. */
static bool is_list_style(const XML_Char *name, const XML_Char **attributes)
{
    if (!is_named(name, "pStyle")) {
        return false;
    }
    for (size_t i = 0; attributes[i] != NULL; i += 2) {
        if (is_named(attributes[i], "val") && strstr(attributes[i + 1], "List") != NULL) {
            return true;
        }
    }
    return false;
}

static void put_bullet(struct buffer *to)
{
    if (to->size == 0 || to->at[to->size - 1] == '\n') {
        buffer_string(to, "• ");
    }
}

static void XMLCALL on_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *reading = data;
    struct buffer *to = place_of(reading);

    if (++reading->depth > DEPTH_MAX) {
        refuse(reading, "its XML is nested too deep");
        return;
    }
    if (to->size + reading->text.size > DOCUMENT_TEXT_MAX) {
        refuse(reading, TOO_LARGE);
        return;
    }
    reading->in_text = is_named(name, "t");
    if (is_named(name, "tr") && reading->row++ == 0) {
        reading->cell = -1;
    } else if (is_named(name, "tc") && reading->row == 1) {
        if (reading->cell + 1 < CELL_MAX) { /* further cells go on in the last */
            reading->cells[++reading->cell] = buffer_new(reading->arena);
        }
    } else if (is_named(name, "tab")) {
        buffer_string(to, "    ");
    } else if (is_named(name, "br")) {
        buffer_char(to, '\n');
    } else if (is_named(name, "numPr") || is_list_style(name, attributes)) {
        put_bullet(to);
    }
}

static void XMLCALL on_end(void *data, const XML_Char *name)
{
    struct reading *reading = data;

    reading->depth--;
    reading->in_text = false;
    if (is_named(name, "p")) {
        buffer_char(place_of(reading), '\n');
    } else if (is_named(name, "tr") && --reading->row == 0) {
        put_row(reading);
    }
}

static void XMLCALL on_text(void *data, const XML_Char *at, int size)
{
    struct reading *reading = data;

    if (reading->in_text) {
        buffer_put(place_of(reading), at, (size_t)size);
    }
}

enum err docx_text(struct arena *arena, struct text bytes, struct text *out, struct fault *fault)
{
    struct reading reading = {.arena = arena, .text = buffer_new(arena), .cell = -1};
    struct text part = {0};

    TRY(read_part(arena, bytes, &part, fault));
    reading.parser = XML_ParserCreate("UTF-8");
    XML_SetUserData(reading.parser, &reading);
    XML_SetElementHandler(reading.parser, on_start, on_end);
    XML_SetCharacterDataHandler(reading.parser, on_text);
    XML_SetStartDoctypeDeclHandler(reading.parser, on_doctype);
    enum XML_Status status = XML_Parse(reading.parser, part.at, (int)part.size, XML_TRUE);

    XML_ParserFree(reading.parser);
    if (reading.refused == NULL && reading.text.size > DOCUMENT_TEXT_MAX) {
        reading.refused = TOO_LARGE;
    }
    if (reading.refused != NULL) {
        return fail(fault, ERR_INVALID, "the DOCX file cannot be read: %s", reading.refused);
    }
    if (status != XML_STATUS_OK) {
        return fail(fault, ERR_INVALID, "the document's XML is damaged");
    }
    *out = buffer_view(&reading.text);
    return OK;
}
