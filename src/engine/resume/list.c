#include <string.h>

#include "engine/resume/resume_inside.h"

/* Skills, languages and credentials: lists by commas, signs, columns or lines, behind labels. */

enum { SKILL_WORDS_MAX = 7, SKILL_SIZE_MAX = 80, LABEL_WORDS_MAX = 5 };

static const char LEVELS[] =
    "native|fluent|mother tongue|bilingual|professional|full professional|limited working|"
    "intermediate|advanced|basic|beginner|elementary|conversational|working|proficient|proficiency|"
    "native speaker|a1|a2|b1|b2|c1|c2|expert|master|novice|muttersprache|fließend|courant";

static bool has_separator(struct text text)
{
    return memchr(text.at, ',', text.size) != NULL || memchr(text.at, ';', text.size) != NULL ||
           memmem(text.at, text.size, " · ", 4) != NULL ||
           memmem(text.at, text.size, " • ", 5) != NULL ||
           memmem(text.at, text.size, " | ", 3) != NULL;
}

/* The next of a list, up to a separator that stands in no brackets. */
static bool cut_item(struct text *rest, struct text *item)
{
    static const char *const SIGNS[] = {",", ";", " · ", " • ", " | ", " ◆ ", " / "};
    int depth = 0;
    size_t end = 0;
    size_t skip = 0;

    if (rest->size == 0) {
        return false;
    }
    for (; end < rest->size && skip == 0; end++) {
        depth += rest->at[end] == '(';
        depth -= rest->at[end] == ')' && depth > 0;
        for (size_t i = 0; i < sizeof(SIGNS) / sizeof(SIGNS[0]) && depth == 0; i++) {
            if (text_starts(resume_after(*rest, end), SIGNS[i])) {
                skip = strlen(SIGNS[i]);
            }
        }
        if (skip > 0) {
            break;
        }
    }
    *item = text_trim((struct text){rest->at, end});
    *rest = resume_after(*rest, end + skip);
    return true;
}

static void add_skill(struct resume_out *out, struct text text, uint32_t line)
{
    struct text item = resume_strip(text, ".;:-–");
    const char *bracket = item.size == 0 ? NULL : memchr(item.at, '(', item.size);

    if (bracket != NULL && bracket > item.at) { /* how well: "Python (advanced)" */
        size_t size = (size_t)(bracket - item.at);

        if (resume_has_word(resume_after(item, size), LEVELS)) {
            item = text_trim((struct text){item.at, size});
        }
    }
    if (text_starts(item, "and ")) {
        item = resume_after(item, 4);
    }
    if (item.size > 0 && item.size <= SKILL_SIZE_MAX &&
        resume_word_count(item) <= SKILL_WORDS_MAX && !resume_is_word(item, LEVELS)) {
        resume_add(out, "skill", out->group, item, 0.7, line);
    }
}

/* A language is taken without how well it is spoken. */
static bool add_language(struct resume_out *out, struct text text, uint32_t line)
{
    for (size_t at = 0; at < text.size; at++) {
        size_t size = resume_word_at(text, at, RESUME_LANGUAGES);

        if (size > 0 && (at == 0 || resume_word_count((struct text){text.at, at}) <= 2)) {
            resume_add(out, "language", out->group, (struct text){text.at + at, size}, 0.9, line);
            return true;
        }
    }
    return false;
}

static void take_item(struct resume_out *out, enum resume_section section, struct text item,
                      uint32_t line)
{
    bool spoken = section == SECTION_LANGUAGES || resume_is_word(item, RESUME_LANGUAGES) ||
                  (resume_word_count(item) <= 3 && resume_has_word(item, LEVELS));

    if (item.size > 0 && !(spoken && add_language(out, item, line))) {
        add_skill(out, item, line);
    }
}

/* A word that names what stands beside or below it: "Finance", above or left of a list. */
static bool is_label(const struct resume_line *line, uint32_t piece, const struct resume_line *next)
{
    struct text text = line->pieces[piece].text;

    if (has_separator(text) || resume_word_count(text) > LABEL_WORDS_MAX ||
        resume_has_word(text, RESUME_LANGUAGES)) {
        return false;
    }
    if (line->count == 2 && piece == 0 && has_separator(line->pieces[1].text)) {
        return true;
    }
    if (next == NULL || line->bullet || next->count < line->count) {
        return false;
    }
    return next->bullet || has_separator(next->pieces[piece].text) ||
           (line->count == 1 && next->count > 2) ||
           (line->count == 1 && !next->gap && next->mark > line->mark + 1);
}

/* "Languages: Python, C++": what stands behind the label's colon. */
static struct text behind_colon(struct text text)
{
    const char *colon = memchr(text.at, ':', text.size);
    size_t size = colon == NULL ? 0 : (size_t)(colon - text.at);

    return colon == NULL || resume_word_count((struct text){text.at, size}) > LABEL_WORDS_MAX
               ? text
               : text_trim(resume_after(text, size + 1));
}

static void take_words(struct resume_out *out, enum resume_section section,
                       const struct resume_line *line, const struct resume_line *next)
{
    for (uint32_t i = 0; i < line->count; i++) {
        struct text rest = line->pieces[i].text;
        struct text item;

        if (is_label(line, i, next)) {
            continue;
        }
        if (section != SECTION_LANGUAGES || has_separator(rest)) {
            rest = behind_colon(rest);
        }
        while (cut_item(&rest, &item)) {
            take_item(out, section, item, line->number);
        }
    }
}

/* One a line, or one a column; years beside it are left off. */
static void take_credential(struct resume_out *out, const struct resume_line *line)
{
    for (uint32_t i = 0; i < line->count; i++) {
        struct text text = line->pieces[i].text;
        struct resume_span span;

        if (resume_span_find(out->arena, text, &span)) {
            text = resume_without(text, &span);
        }
        text = resume_strip(text, ",;()|");
        if (text.size > 2) {
            resume_add(out, "credential", out->group, text, 0.8, line->pieces[i].line);
            return;
        }
    }
}

void resume_list(struct resume_out *out, enum resume_section section,
                 const struct resume_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        out->group++;
        if (section == SECTION_CREDENTIALS) {
            take_credential(out, &lines[i]);
        } else {
            take_words(out, section, &lines[i], i + 1 < count ? &lines[i + 1] : NULL);
        }
    }
}
