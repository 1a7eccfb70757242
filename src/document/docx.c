#include "document/docx.h"

#include <archive.h>
#include <archive_entry.h>
#include <expat.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "document/document.h"

enum { PART_SIZE_MAX = 20 * 1024 * 1024, DEPTH_MAX = 200, BLOCK = 64 * 1024 };

/* ------------------------------------------------------------------ the archive */

/* The part's bytes, bounded; NULL data: it is not there. */
static enum err read_entry(struct arena *arena, struct archive *archive, struct text *out,
                           struct fault *fault)
{
    struct buffer buffer = buffer_new(arena);
    char *block = arena_array(arena, char, BLOCK);
    la_ssize_t got;

    while ((got = archive_read_data(archive, block, BLOCK)) > 0) {
        buffer_put(&buffer, block, (size_t)got);
        if (buffer.size > PART_SIZE_MAX) {
            return fail(fault, ERR_INVALID,
                        "the document unpacks to more than %d MiB: this is no résumé",
                        PART_SIZE_MAX / 1024 / 1024);
        }
    }
    if (got < 0) {
        return fail(fault, ERR_INVALID, "the DOCX file is damaged or encrypted");
    }
    *out = buffer_view(&buffer);
    return OK;
}

static enum err find_part(struct arena *arena, struct archive *archive, struct text *out,
                          struct fault *fault)
{
    struct archive_entry *entry;

    for (int count = 0; archive_read_next_header(archive, &entry) == ARCHIVE_OK; count++) {
        const char *name = archive_entry_pathname(entry);

        if (count == DOCUMENT_ENTRY_MAX) {
            return fail(fault, ERR_INVALID, "the archive has more than %d entries",
                        DOCUMENT_ENTRY_MAX);
        }
        if (name != NULL && strcmp(name, "word/document.xml") == 0) {
            return read_entry(arena, archive, out, fault);
        }
    }
    return fail(fault, ERR_INVALID, "this archive is no DOCX: it holds no word/document.xml");
}

static enum err read_part(struct arena *arena, struct text bytes, struct text *out,
                          struct fault *fault)
{
    struct archive *archive = archive_read_new();
    enum err err = OK;

    (void)archive_read_support_format_zip(archive);
    if (archive_read_open_memory(archive, bytes.at, bytes.size) != ARCHIVE_OK) {
        err = fail(fault, ERR_INVALID, "the DOCX file is damaged");
    }
    if (err == OK) {
        err = find_part(arena, archive, out, fault);
    }
    (void)archive_read_free(archive);
    return err;
}

/* ------------------------------------------------------------------ the XML */

struct reading {
    XML_Parser parser;
    struct buffer text;
    int depth;
    int row; /* within so many table rows */
    bool in_text;
    bool refused; /* a DOCTYPE, or too deep */
};

static bool is_named(const XML_Char *name, const char *wanted)
{
    const char *colon = strchr(name, ':');

    return strcmp(colon == NULL ? name : colon + 1, wanted) == 0;
}

static void refuse(struct reading *reading)
{
    reading->refused = true;
    (void)XML_StopParser(reading->parser, XML_FALSE);
}

static void XMLCALL on_doctype(void *data, const XML_Char *name, const XML_Char *system_id,
                               const XML_Char *public_id, int internal)
{
    refuse(data);
}

static void XMLCALL on_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *reading = data;

    if (++reading->depth > DEPTH_MAX || reading->text.size > DOCUMENT_TEXT_MAX) {
        refuse(reading);
        return;
    }
    reading->in_text = is_named(name, "t");
    reading->row += is_named(name, "tr");
    if (is_named(name, "tab")) {
        buffer_string(&reading->text, "    ");
    } else if (is_named(name, "br")) {
        buffer_char(&reading->text, '\n');
    } else if (is_named(name, "numPr")) {
        buffer_string(&reading->text, "• ");
    }
}

static void XMLCALL on_end(void *data, const XML_Char *name)
{
    struct reading *reading = data;

    reading->depth--;
    reading->in_text = false;
    if (is_named(name, "p")) {
        buffer_string(&reading->text, reading->row > 0 ? "    " : "\n");
    } else if (is_named(name, "tr")) {
        reading->row--;
        buffer_char(&reading->text, '\n');
    }
}

static void XMLCALL on_text(void *data, const XML_Char *at, int size)
{
    struct reading *reading = data;

    if (reading->in_text) {
        buffer_put(&reading->text, at, (size_t)size);
    }
}

enum err docx_text(struct arena *arena, struct text bytes, struct text *out, struct fault *fault)
{
    struct reading reading = {.text = buffer_new(arena)};
    struct text part;

    TRY(read_part(arena, bytes, &part, fault));
    reading.parser = XML_ParserCreate("UTF-8");
    XML_SetUserData(reading.parser, &reading);
    XML_SetElementHandler(reading.parser, on_start, on_end);
    XML_SetCharacterDataHandler(reading.parser, on_text);
    XML_SetStartDoctypeDeclHandler(reading.parser, on_doctype);
    enum XML_Status status = XML_Parse(reading.parser, part.at, (int)part.size, XML_TRUE);

    XML_ParserFree(reading.parser);
    if (reading.refused) {
        return fail(fault, ERR_INVALID,
                    "the document's XML declares a DOCTYPE, is nested too deep or too large");
    }
    if (status != XML_STATUS_OK) {
        return fail(fault, ERR_INVALID, "the document's XML is damaged");
    }
    *out = buffer_view(&reading.text);
    return OK;
}
