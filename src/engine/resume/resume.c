#include "engine/resume/resume.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/resume/resume_inside.h"

enum { NAME_LINES = 12, CONTACT_LINES = 60 };

void resume_add(struct resume_out *out, const char *field, uint32_t group, struct text value,
                double confidence, uint32_t line)
{
    value = text_trim(value);
    if (value.size == 0 || out->count == RESUME_FIELD_MAX) {
        return;
    }
    while (value.size > RESUME_VALUE_MAX || (value.size > 0 && text_check(value) != value.size)) {
        value.size = value.size > RESUME_VALUE_MAX ? RESUME_VALUE_MAX : value.size - 1;
    }
    out->fields[out->count++] =
        (struct resume_field){.field = field,
                              .group = group,
                              .value = arena_copy(out->arena, value.at, value.size),
                              .confidence = confidence,
                              .line = line};
}

/* The walk through the lines. */
struct walk {
    struct resume_out *out;
    enum resume_section section;
    struct resume_entry entry;
    uint32_t bullet_mark; /* column of the bullets of this entry */
    bool after_bullet;    /* the line before was a bullet, or went on with one */
    bool named;
};

static bool in_entries(const struct walk *walk)
{
    return walk->section == SECTION_WORK || walk->section == SECTION_STUDY;
}

static void close_entry(struct walk *walk)
{
    resume_entry_close(walk->out, walk->section, &walk->entry);
    walk->entry = (struct resume_entry){0};
    walk->after_bullet = false;
}

/* Take a date out of a piece; what is left may be empty. */
static struct text take_span(struct walk *walk, struct text piece, uint32_t line)
{
    struct resume_span span;

    if (!resume_span_find(walk->out->arena, piece, &span)) {
        return piece;
    }
    if (!walk->entry.dated) {
        walk->entry.span = span;
        walk->entry.span_line = line;
        walk->entry.dated = true;
    }
    struct text before = text_trim((struct text){piece.at, span.at});
    struct text after =
        text_trim((struct text){piece.at + span.at + span.size, piece.size - span.at - span.size});

    return before.size > 0 ? before : after;
}

static void take_piece(struct walk *walk, struct text piece, uint32_t line, bool right)
{
    struct resume_entry *entry = &walk->entry;
    struct text rest = take_span(walk, piece, line);

    if (rest.size > 1 && entry->count < ENTRY_PIECES_MAX) {
        entry->right[entry->count] = right;
        entry->lines[entry->count] = line;
        entry->pieces[entry->count++] = rest;
    }
}

static bool has_span(const struct walk *walk, const struct resume_line *line)
{
    struct resume_span span;

    for (uint32_t i = 0; i < line->count; i++) {
        if (resume_span_find(walk->out->arena, line->pieces[i], &span)) {
            return true;
        }
    }
    return false;
}

/* Dates and places often stand to the right of the first bullets. */
static void take_right(struct walk *walk, const struct resume_line *line, uint32_t first)
{
    for (uint32_t i = first; i < line->count; i++) {
        struct resume_span span;

        if (resume_is_place(line->pieces[i]) ||
            resume_span_find(walk->out->arena, line->pieces[i], &span)) {
            take_piece(walk, line->pieces[i], line->number, true);
        }
    }
}

/* Where the text of a line begins, when a date to its left is left out. */
static uint32_t text_column(const struct walk *walk, const struct resume_line *line)
{
    struct resume_span span;

    for (uint32_t i = 0; i + 1 < line->count; i++) {
        if (!resume_span_find(walk->out->arena, line->pieces[i], &span) ||
            span.size + 2 < line->pieces[i].size) {
            return line->columns[i];
        }
    }
    return line->count == 0 ? 0 : line->columns[line->count - 1];
}

static void walk_entry_line(struct walk *walk, const struct resume_line *line)
{
    if (line->bullet) {
        if (!walk->after_bullet) {
            walk->bullet_mark = line->mark;
        }
        walk->after_bullet = true;
        take_right(walk, line, 1);
        return;
    }
    if (walk->after_bullet && text_column(walk, line) > walk->bullet_mark &&
        !has_span(walk, line)) {
        take_right(walk, line, 1); /* a bullet goes on */
        return;
    }
    bool again = walk->entry.dated && walk->entry.count > 0 && has_span(walk, line);

    if (walk->after_bullet || again) {
        close_entry(walk);
    }
    for (uint32_t i = 0; i < line->count; i++) {
        take_piece(walk, line->pieces[i], line->number, i > 0);
    }
}

/* "Languages: Python, C++" is a label with skills, unless they are tongues. */
static void walk_list_line(struct walk *walk, const struct resume_line *line)
{
    uint32_t group = ++walk->out->group;

    for (uint32_t i = 0; i < line->count; i++) {
        struct text rest = line->pieces[i];
        const char *colon = memchr(rest.at, ':', rest.size);

        if (colon != NULL) {
            size_t skip = (size_t)(colon - rest.at) + 1;

            rest = (struct text){rest.at + skip, rest.size - skip};
        }
        while (rest.size > 0) {
            const char *comma = memchr(rest.at, ',', rest.size);
            size_t size = comma == NULL ? rest.size : (size_t)(comma - rest.at);
            struct text one = text_trim((struct text){rest.at, size});
            bool tongue = resume_is_language(one);

            if (walk->section == SECTION_CREDENTIALS) {
                resume_add(walk->out, "credential", group, line->pieces[i], 0.8, line->number);
                break;
            }
            resume_add(walk->out, tongue ? "language" : "skill", group, one, tongue ? 0.9 : 0.7,
                       line->number);
            size += size < rest.size;
            rest = (struct text){rest.at + size, rest.size - size};
        }
    }
}

/* The first line that can be a name: two to five words of letters. */
static bool is_name(const struct resume_line *line)
{
    size_t words = 1;

    if (line->count != 1 || line->pieces[0].size > 60) {
        return false;
    }
    for (size_t i = 0; i < line->pieces[0].size; i++) {
        char c = line->pieces[0].at[i];

        if ((c >= '0' && c <= '9') || strchr("@:/|,;", c) != NULL) {
            return false;
        }
        words += c == ' ';
    }
    return words >= 2 && words <= 5;
}

static void walk_line(struct walk *walk, const struct resume_line *line)
{
    static const char *const NOISE[] = {"last updated", "curriculum vitae", "resume", "page", NULL};
    enum resume_section section;

    if (line->count == 0) {
        return;
    }
    if (resume_heading(line, &section)) {
        close_entry(walk);
        walk->section = section;
        return;
    }
    if (line->number <= NAME_LINES && !walk->named && is_name(line) &&
        !resume_has_word(line->pieces[0], NOISE)) {
        resume_add(walk->out, "name", 0, line->pieces[0], 0.9, line->number);
        walk->named = true;
        return;
    }
    if (walk->section == SECTION_NONE && line->number <= CONTACT_LINES) {
        resume_contact(walk->out, line);
    } else if (in_entries(walk)) {
        walk_entry_line(walk, line);
    } else if (walk->section == SECTION_SKILLS || walk->section == SECTION_LANGUAGES ||
               walk->section == SECTION_CREDENTIALS) {
        walk_list_line(walk, line);
    }
}

/* A footer with the person's own name on each page: "John Doe – 1/2". */
static bool is_footer(const struct resume_out *out, const struct resume_line *line)
{
    if (out->count == 0 || line->count != 1) {
        return false;
    }
    const char *name = out->fields[0].value;
    struct text text = line->pieces[0];

    return strcmp(out->fields[0].field, "name") == 0 && text.size < strlen(name) + 16 &&
           text_starts(text, name) && memchr(text.at, '/', text.size) != NULL;
}

enum err resume_read(struct arena *arena, struct text text, struct resume *out, struct fault *fault)
{
    struct resume_out fields = {
        .arena = arena, .fields = arena_array(arena, struct resume_field, RESUME_FIELD_MAX)};
    struct walk walk = {.out = &fields, .section = SECTION_NONE};
    uint32_t number = 0;

    struct text row;

    while (text_cut(&text, '\n', &row)) {
        while (row.size > 0 && row.at[0] == '\f') { /* the first line of a page */
            row = (struct text){row.at + 1, row.size - 1};
        }
        if (++number > RESUME_LINE_MAX) {
            return fail(fault, ERR_INVALID, "more than %d lines: this is no résumé",
                        RESUME_LINE_MAX);
        }
        struct resume_line line = resume_line_cut(row, number);

        if (!is_footer(&fields, &line)) {
            walk_line(&walk, &line);
        }
    }
    close_entry(&walk);
    if (fields.count == 0) {
        return fail(fault, ERR_INVALID,
                    "nothing in it reads like a résumé: headings such as Experience and Education "
                    "are looked for");
    }
    *out = (struct resume){.fields = fields.fields, .count = fields.count};
    return OK;
}
