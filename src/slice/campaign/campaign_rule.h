#pragma once

/* Decisions about campaigns, pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* One clause of a guideline: a heading and what stands under it. */
struct clause {
    const char *code;  /* "2.1": the number that the heading begins with, else its place */
    const char *title; /* the heading without that number */
    const char *body;  /* Markdown */
};

enum { CLAUSE_MAX = 500 };

/* Split Markdown at its headings (fenced code does not count). Text before the first heading
 * belongs to no clause. A code that appears twice is made unique by a letter. */
size_t guideline_split(struct arena *arena, const char *markdown, const struct clause **out);

/* May a campaign go from one state to another? */
bool campaign_may_become(const char *state, const char *next);

/* A name that tells nothing: "E-" or "R-" and five characters of Crockford's base 32. */
const char *pseudonym(struct arena *arena, const char *duty, uint64_t random);

/* ISO 4217: three capital letters. */
bool is_currency(const char *text);

/* Why a campaign is not open to an expert, in words; NULL: it is open. */
struct standing {
    const char *campaign_state;
    const char *engagement_state; /* NULL: not engaged */
    const char *engagement_reason;
    bool nothing_left; /* the person has seen all that is open */
};
const char *why_closed(const struct standing *standing);
