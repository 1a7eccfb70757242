#pragma once

/*
 * Text: UTF-8, as views for parsers and as NUL-terminated strings in structs.
 *
 * Text is checked once, at the door: valid UTF-8 (no surrogates, no overlong
 * forms, at most U+10FFFF) and no NUL. Behind the door nobody checks again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    const char *at; /* not terminated */
    size_t size;    /* bytes */
};

struct text text_of(const char *string);
bool text_equal(struct text left, struct text right);
bool text_is(struct text text, const char *string);
bool text_starts(struct text text, const char *prefix);
struct text text_trim(struct text text); /* blanks, tabs and line ends, both sides */

/* Cut the text up to `mark` off `rest`, and the mark with it; false when nothing is left. */
bool text_cut(struct text *rest, char mark, struct text *part);

/* The lines of a text: its line ends, and one more when the last has none. */
size_t text_lines(struct text text);

/* Offset of the first byte that is not UTF-8 or is NUL; the size if there is none. */
size_t text_check(struct text text);

/* Whole text as a number; false when it is none, has leftovers, or is out of range. */
bool text_int(struct text text, int64_t *out);
bool text_real(struct text text,
               double *out); /* finite only; always with a point, whatever the locale */

/* The characters (code points) of checked UTF-8. */
size_t text_length(struct text text);

/* Read one code point at `*at` and step over it. Checked UTF-8 only. */
uint32_t text_next(struct text text, size_t *at);

/* Write a code point as UTF-8; returns the bytes used, at most 4. */
size_t text_put(char *to, uint32_t code);

/* 64-bit hash, stable across machines and versions (FNV-1a with a final mix). */
uint64_t text_hash(struct text text);
