#pragma once

/* The paragraphs of a DOCX file, one a line; cells of a table side by side. */

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;

enum err docx_text(struct arena *arena, struct text bytes, struct text *out, struct fault *fault);
