#pragma once

/* Inside: rows of a page, lines in pieces, dates, entries, and where fields are gathered. */

#include <stdbool.h>

#include "engine/resume/resume.h"

struct resume_out {
    struct arena *arena;
    struct resume_field *fields;
    size_t count;
    uint32_t group;
};
void resume_add(struct resume_out *out, const char *field, uint32_t group, struct text value,
                double confidence, uint32_t line);

/* ------------------------------------------------------------------ words */

/* Lists of words in lower case, parted by bars. */
extern const char RESUME_TITLES[];
extern const char RESUME_FIRMS[];
extern const char RESUME_HOUSES[];
extern const char RESUME_DEGREES[];
extern const char RESUME_SCHOOLS[];
extern const char RESUME_FACULTIES[];
extern const char RESUME_REGIONS[];
extern const char RESUME_LANGUAGES[];

size_t resume_word_at(struct text text, size_t at, const char *words); /* the longest; 0: none */
bool resume_has_word(struct text text, const char *words);
bool resume_is_word(struct text text, const char *words); /* the whole text is one */
uint32_t resume_word_count(struct text text);
struct text resume_after(struct text text, size_t skip);
struct text resume_strip(struct text text, const char *signs); /* off both ends, and blanks */

/* ------------------------------------------------------------------ rows and lines */

/* A row of a page. Columns that stand side by side follow each other once they are unfolded. */
struct resume_row {
    struct text text;
    uint32_t number;
    uint32_t page;
    bool gap;   /* an empty row before it */
    bool fresh; /* the first of a column: what headings said before it does not hold */
};
/* ERR_INVALID: more than RESUME_LINE_MAX rows. */
enum err resume_rows(struct arena *arena, struct text text, struct resume_row **out, size_t *count,
                     struct fault *fault);
void resume_unfold(struct arena *arena, struct resume_row **rows, size_t *count);

/* A row cut at runs of three blanks, with the place of each piece. */
enum { PIECE_MAX = 8 };
struct resume_piece {
    struct text text;
    uint32_t column;
    uint32_t line;
};
struct resume_line {
    uint32_t number;
    bool gap;
    bool fresh;
    bool bullet;
    uint32_t mark; /* column of the bullet, or of the text */
    uint32_t count;
    struct resume_piece pieces[PIECE_MAX];
};
struct resume_line resume_line_cut(const struct resume_row *row);

enum resume_section {
    SECTION_NONE, /* before the first heading */
    SECTION_CONTACT,
    SECTION_WORK,
    SECTION_STUDY,
    SECTION_SKILLS,
    SECTION_LANGUAGES,
    SECTION_CREDENTIALS,
    SECTION_OTHER,
};
/* True: the text is a heading, and nothing else. */
bool resume_heading(struct text text, enum resume_section *out);

/* ------------------------------------------------------------------ dates and places */

/* A range of months as it was written. */
struct resume_span {
    const char *start; /* NULL: only one date */
    const char *end;   /* "present", or a date */
    size_t at;         /* bytes in the text that it covers */
    size_t size;
    bool exact; /* with months on both sides */
    bool told;  /* "since 2020", as sentences have it too */
};
bool resume_span_find(struct arena *arena, struct text text, struct resume_span *out);
/* What is left of a text without its span: the longer side, without brackets. */
struct text resume_without(struct text text, const struct resume_span *span);

bool resume_is_duration(struct text text); /* "2 years 10 months" */

bool resume_is_place(struct text text);  /* "Princeton, NJ": one comma, short */
bool resume_is_region(struct text text); /* a country, or a state */
/* Cut "…, Warsaw, Poland" off the end; what is left. */
struct text resume_cut_place(struct text text, struct text *place);
/* Where one of the signs that part a line stands, as " – " or " at "; its size, or zero. */
size_t resume_break(struct text text, size_t *at);

/* ------------------------------------------------------------------ sections */

/* One entry of work or study: what stands in its lines that are no descriptions, without dates. */
enum { ENTRY_UNITS_MAX = 16 };
struct resume_unit {
    struct text text;
    uint32_t line;
    bool right; /* not the first piece of its line */
};
struct resume_entry {
    struct resume_unit units[ENTRY_UNITS_MAX];
    uint32_t count;
    struct resume_span span;
    uint32_t span_line;
    bool dated;
};
void resume_entries(struct resume_out *out, enum resume_section section, struct resume_line *lines,
                    size_t count);
/* The company of the entry before is handed in, for positions that stand under one; NULL: none. */
struct text resume_work(struct resume_out *out, const struct resume_entry *entry,
                        struct text before);
void resume_study(struct resume_out *out, const struct resume_entry *entry);

void resume_list(struct resume_out *out, enum resume_section section,
                 const struct resume_line *lines, size_t count);
void resume_contact(struct resume_out *out, const struct resume_line *line);
/* In a section of another kind: addresses of mail and telephones alone. */
void resume_contact_aside(struct resume_out *out, const struct resume_line *line);
