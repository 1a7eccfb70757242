#pragma once

/*
 * Documents: the text of files that strangers send.
 *
 * What a file is follows from its bytes, never from its name. PDF is read by pdftotext in a sandbox
 * without files or network; DOCX by libarchive and expat, with bounds on entries and size, and a
 * DOCTYPE refused; anything else has to be UTF-8 text. Hostile files end in an error within the
 * bounds.
 */

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;

enum {
    DOCUMENT_SIZE_MAX = 10 * 1024 * 1024,
    DOCUMENT_PAGE_MAX = 50,
    DOCUMENT_TEXT_MAX = 2 * 1024 * 1024,
    DOCUMENT_ENTRY_MAX = 500,
};

enum document_kind { DOCUMENT_TEXT, DOCUMENT_PDF, DOCUMENT_DOCX, DOCUMENT_JSON };
const char *document_kind_name(enum document_kind kind);

/* ERR_INVALID: a program, an archive, an image, encrypted, damaged, too many pages, too large; the
 * fault says which. ERR_UNAVAILABLE: the sandbox or pdftotext is not there. */
enum err document_text(struct arena *arena, struct text bytes, enum document_kind *kind,
                       struct text *out, struct fault *fault);
