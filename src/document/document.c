#include "document/document.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "document/docx.h"
#include "sandbox/sandbox.h"

enum { PDF_BEGIN_MAX = 1024 }; /* programs look for a PDF's beginning so far */

static const char PDFTOTEXT[] = "/usr/bin/pdftotext";

const char *document_kind_name(enum document_kind kind)
{
    static const char *const NAMES[] = {"text", "pdf", "docx", "json"};

    return NAMES[kind];
}

static bool begins(struct text bytes, const char *magic, size_t size)
{
    return bytes.size >= size && memcmp(bytes.at, magic, size) == 0;
}

/* ------------------------------------------------------------------ PDF */

static enum err outcome_of(struct arena *arena, const struct sandbox_outcome *outcome,
                           struct text *out, struct fault *fault)
{
    static const char PASSWORD[] = "password";
    size_t pages = 0;

    if (outcome->end == SANDBOX_BROKEN) {
        return fail(fault, ERR_UNAVAILABLE, "the sandbox broke: %s", outcome->note);
    }
    if (outcome->end != SANDBOX_EXITED) {
        return fail(fault, ERR_INVALID, "the PDF could not be read within the bounds: %s",
                    sandbox_end_name(outcome->end));
    }
    if (memmem(outcome->error.at, outcome->error.size, PASSWORD, strlen(PASSWORD)) != NULL) {
        return fail(fault, ERR_INVALID,
                    "the PDF is encrypted: send one that opens without a password");
    }
    if (outcome->exit_code != 0) {
        return fail(fault, ERR_INVALID, "the PDF is damaged, or is none");
    }
    for (size_t i = 0; i < outcome->output.size; i++) {
        pages += outcome->output.at[i] == '\f';
    }
    if (pages > DOCUMENT_PAGE_MAX) {
        return fail(fault, ERR_INVALID, "the PDF has more than %d pages: this is no résumé",
                    DOCUMENT_PAGE_MAX);
    }
    *out = outcome->output;
    return OK;
}

static enum err pdf_text(struct arena *arena, struct text bytes, struct text *out,
                         struct fault *fault)
{
    const char *last = arena_print(arena, "%d", DOCUMENT_PAGE_MAX + 1);
    const char *const arguments[] = {PDFTOTEXT, "-layout", "-enc", "UTF-8", "-l",
                                     last,      "-",       "-",    NULL};
    const char *const environment[] = {NULL};
    struct sandbox_options options = sandbox_options_default;
    struct sandbox_outcome outcome;
    struct sandbox *sandbox;
    struct sandbox_job job = {.arguments = arguments,
                              .environment = environment,
                              .input = bytes,
                              .limits = sandbox_limits_default};

    job.limits.output_kib = DOCUMENT_TEXT_MAX / 1024;
    job.limits.memory_mib = 256;
    options.memory_mib = 512;
    TRY(sandbox_new(&options, &sandbox, fault));
    enum err err = sandbox_run(sandbox, &job, arena, &outcome, fault);

    sandbox_free(sandbox);
    TRY(err);
    return outcome_of(arena, &outcome, out, fault);
}

/* ------------------------------------------------------------------ what it is */

/* Files that are sent under a wrong name, by how they begin. */
static const char *foreign_kind(struct text bytes)
{
    static const struct {
        const char *magic;
        size_t size;
        const char *what;
    } KINDS[] = {
        {"\x7f"
         "ELF",
         4, "a program"},
        {"MZ", 2, "a program"},
        {"#!", 2, "a script"},
        {"\xca\xfe\xba\xbe", 4, "a program"},
        {"\xcf\xfa\xed\xfe", 4, "a program"},
        {"\x89PNG", 4, "an image"},
        {"\xff\xd8\xff", 3, "an image"},
        {"GIF8", 4, "an image"},
        {"\x1f\x8b", 2, "an archive"},
        {"Rar!", 4, "an archive"},
        {"7z\xbc\xaf", 4, "an archive"},
        {"\xd0\xcf\x11\xe0", 4, "an old Word file: save it as DOCX or PDF"},
        {"{\\rtf", 5, "rich text: save it as DOCX or PDF"},
    };

    for (size_t i = 0; i < COUNT(KINDS); i++) {
        if (begins(bytes, KINDS[i].magic, KINDS[i].size)) {
            return KINDS[i].what;
        }
    }
    return NULL;
}

static enum err plain_text(struct text bytes, enum document_kind *kind, struct text *out,
                           struct fault *fault)
{
    struct text text = bytes;

    if (begins(text, "\xef\xbb\xbf", 3)) {
        text = (struct text){text.at + 3, text.size - 3};
    }
    if (memmem(bytes.at, bytes.size < PDF_BEGIN_MAX ? bytes.size : PDF_BEGIN_MAX, "%PDF-", 5) !=
        NULL) {
        return fail(fault, ERR_INVALID, "this is a PDF behind other bytes: send the PDF alone");
    }
    if (text_check(text) != text.size) {
        return fail(fault, ERR_INVALID,
                    "this is neither PDF nor DOCX nor UTF-8 text (byte %zu is no text)",
                    text_check(text));
    }
    if (text.size > DOCUMENT_TEXT_MAX) {
        return fail(fault, ERR_INVALID, "the text is larger than %d MiB",
                    DOCUMENT_TEXT_MAX / 1024 / 1024);
    }
    *kind = text_starts(text_trim(text), "{") ? DOCUMENT_JSON : DOCUMENT_TEXT;
    *out = text;
    return OK;
}

enum err document_text(struct arena *arena, struct text bytes, enum document_kind *kind,
                       struct text *out, struct fault *fault)
{
    const char *foreign = foreign_kind(bytes);
    struct text text;

    if (bytes.size == 0 || bytes.size > DOCUMENT_SIZE_MAX) {
        return fail(fault, ERR_INVALID, "a file has 1 byte to %d MiB; this one has %zu bytes",
                    DOCUMENT_SIZE_MAX / 1024 / 1024, bytes.size);
    }
    if (foreign != NULL) {
        return fail(fault, ERR_INVALID, "this is %s, whatever its name says", foreign);
    }
    if (begins(bytes, "%PDF-", 5)) {
        *kind = DOCUMENT_PDF;
        TRY(pdf_text(arena, bytes, &text, fault));
    } else if (begins(bytes, "PK\x03\x04", 4)) {
        *kind = DOCUMENT_DOCX;
        TRY(docx_text(arena, bytes, &text, fault));
    } else {
        return plain_text(bytes, kind, out, fault);
    }
    if (text_check(text) != text.size) {
        return fail(fault, ERR_INVALID, "the file's text is no UTF-8");
    }
    *out = text;
    return OK;
}
