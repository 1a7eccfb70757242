#include "engine/resume/resume.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/resume/resume_inside.h"

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

/* ------------------------------------------------------------------ the name */

/* Two to five words of letters before the first comma, none of them a heading's or a title's. */
static bool is_name(struct text text)
{
    static const char NOISE[] = "curriculum|vitae|resume|résumé|lebenslauf|page|last updated|cv";
    enum resume_section section;
    size_t words = resume_word_count(text);

    for (size_t i = 0; i < text.size; i++) {
        if ((text.at[i] >= '0' && text.at[i] <= '9') || strchr("@:/|;&", text.at[i]) != NULL) {
            return false;
        }
    }
    return words >= 2 && words <= 5 && text.size <= 60 && !resume_has_word(text, NOISE) &&
           !resume_heading(text, &section);
}

/* "Name    Ada Byron", "Ada Byron, Nurse", "ADA BYRON    Nurse". */
static bool take_name(struct resume_out *out, const struct resume_line *line)
{
    static const char LABEL[] = "name|full name|nom|nombre";
    bool labelled = line->count > 0 && resume_word_at(line->pieces[0].text, 0, LABEL) > 0;
    struct text text = line->pieces[labelled && line->count > 1 ? 1 : 0].text;

    if (labelled && line->count == 1) {
        text = resume_strip(resume_after(text, resume_word_at(text, 0, LABEL)), ": ");
    }
    const char *comma = memchr(text.at, ',', text.size);
    struct text head = {text.at, comma == NULL ? text.size : (size_t)(comma - text.at)};

    struct text place;
    bool is_place = resume_cut_place(text, &place).size < text.size;

    if (!is_name(head) || (line->count > 2 && !labelled) || is_place) {
        return false;
    }
    resume_add(out, "name", 0, head, resume_has_word(head, RESUME_TITLES) ? 0.5 : 0.9,
               line->number);
    return true;
}

/* ------------------------------------------------------------------ the walk */

struct walk {
    struct resume_out *out;
    enum resume_section section;
    struct resume_line *lines; /* of the section so far */
    size_t count;
    bool named;
};

static void close_section(struct walk *walk)
{
    if (walk->section == SECTION_WORK || walk->section == SECTION_STUDY) {
        resume_entries(walk->out, walk->section, walk->lines, walk->count);
    } else if (walk->section == SECTION_SKILLS || walk->section == SECTION_LANGUAGES ||
               walk->section == SECTION_CREDENTIALS) {
        resume_list(walk->out, walk->section, walk->lines, walk->count);
    }
    walk->count = 0;
}

/* A heading stands alone, left of what it is about, or before a colon on the same line. What is
 * left of the line is kept. */
static bool take_heading(struct walk *walk, struct resume_line *line)
{
    enum resume_section section;
    struct text *first = &line->pieces[0].text;

    if (line->bullet) {
        return false;
    }
    if (resume_heading(*first, &section)) {
        memmove(line->pieces, line->pieces + 1, (line->count - 1) * sizeof(line->pieces[0]));
        line->count--;
    } else {
        const char *colon = memchr(first->at, ':', first->size);
        struct text before = {first->at, colon == NULL ? 0 : (size_t)(colon - first->at)};
        bool list = colon != NULL && resume_heading(before, &section) &&
                    (section == SECTION_LANGUAGES || section == SECTION_SKILLS);

        if (!list || (walk->section == SECTION_SKILLS && !line->gap) ||
            resume_word_count(*first) == resume_word_count(before)) {
            return false;
        }
        *first = text_trim(resume_after(*first, before.size + 1));
    }
    close_section(walk);
    walk->section = section;
    return true;
}

static void walk_line(struct walk *walk, struct resume_line line)
{
    if (line.fresh) {
        close_section(walk);
        walk->section = SECTION_NONE;
    }
    if (take_heading(walk, &line) && line.count == 0) {
        return;
    }
    bool contact = walk->section == SECTION_NONE || walk->section == SECTION_CONTACT;

    if (contact && !walk->named && take_name(walk->out, &line)) {
        walk->named = true;
        line.count = line.count > 1 ? line.count : 0;
    }
    if (contact) {
        resume_contact(walk->out, &line);
    } else if (walk->section == SECTION_OTHER) {
        resume_contact_aside(walk->out, &line);
    } else if (line.count > 0) {
        walk->lines[walk->count++] = line;
    }
}

/* A footer with the person's own name on each page: "John Doe – 1/2". */
static bool is_footer(const struct resume_out *out, const struct resume_line *line)
{
    if (out->count == 0 || line->count != 1) {
        return false;
    }
    const char *name = out->fields[0].value;
    struct text text = line->pieces[0].text;

    return strcmp(out->fields[0].field, "name") == 0 && text.size < strlen(name) + 16 &&
           text_starts(text, name) && memchr(text.at, '/', text.size) != NULL;
}

enum err resume_read(struct arena *arena, struct text text, struct resume *out, struct fault *fault)
{
    struct resume_out fields = {
        .arena = arena, .fields = arena_array(arena, struct resume_field, RESUME_FIELD_MAX)};
    struct walk walk = {.out = &fields};
    struct resume_row *rows;
    size_t count;

    TRY(resume_rows(arena, text, &rows, &count, fault));
    resume_unfold(arena, &rows, &count);
    walk.lines = arena_array(arena, struct resume_line, count + 1);
    for (size_t i = 0; i < count; i++) {
        struct resume_line line = resume_line_cut(&rows[i]);

        if (line.count > 0 && !is_footer(&fields, &line)) {
            walk_line(&walk, line);
        }
    }
    close_section(&walk);
    if (fields.count == 0) {
        return fail(fault, ERR_INVALID,
                    "nothing in it reads like a résumé: headings such as Experience and Education "
                    "are looked for");
    }
    *out = (struct resume){.fields = fields.fields, .count = fields.count};
    return OK;
}
