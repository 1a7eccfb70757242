#pragma once

/* Inside: lines in pieces, dates, and where fields are gathered. */

#include <stdbool.h>

#include "engine/resume/resume.h"

enum { PIECE_MAX = 8 };

struct resume_out {
    struct arena *arena;
    struct resume_field *fields;
    size_t count;
    uint32_t group;
};
void resume_add(struct resume_out *out, const char *field, uint32_t group, struct text value,
                double confidence, uint32_t line);

/* A range of months as it was written. */
struct resume_span {
    const char *start; /* NULL: only one date */
    const char *end;   /* "present", or a date */
    size_t at;         /* bytes in the text that it covers */
    size_t size;
    bool exact; /* with months on both sides */
};
bool resume_span_find(struct arena *arena, struct text text, struct resume_span *out);

/* A line cut at runs of three blanks, with the place of each piece. */
struct resume_line {
    uint32_t number;
    bool bullet;
    uint32_t mark; /* column of the bullet, or of the text */
    uint32_t count;
    struct text pieces[PIECE_MAX];
    uint32_t columns[PIECE_MAX];
};
struct resume_line resume_line_cut(struct text line, uint32_t number);

enum resume_section {
    SECTION_NONE, /* before the first heading */
    SECTION_WORK,
    SECTION_STUDY,
    SECTION_SKILLS,
    SECTION_LANGUAGES,
    SECTION_CREDENTIALS,
    SECTION_OTHER,
};
/* True: the line is a heading. */
bool resume_heading(const struct resume_line *line, enum resume_section *out);

/* One entry of work or study: its lines that are no bullets, dates already taken out. */
enum { ENTRY_PIECES_MAX = 12 };
struct resume_entry {
    struct text pieces[ENTRY_PIECES_MAX];
    uint32_t lines[ENTRY_PIECES_MAX];
    bool right[ENTRY_PIECES_MAX]; /* not the first piece of its line */
    uint32_t count;
    struct resume_span span;
    uint32_t span_line;
    bool dated;
};
void resume_entry_close(struct resume_out *out, enum resume_section section,
                        const struct resume_entry *entry);

void resume_contact(struct resume_out *out, const struct resume_line *line);
bool resume_is_language(struct text word);
bool resume_is_place(struct text text);

/* Does the folded text hold one of the words, as words? `words` ends with NULL. */
bool resume_has_word(struct text text, const char *const *words);
