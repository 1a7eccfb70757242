#include <string.h>

#include "base/arena.h"
#include "engine/resume/resume_inside.h"

enum { GAP = 3, HEADING_WORDS_MAX = 5 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || (unsigned char)c >= 0x80;
}

bool resume_has_word(struct text text, const char *const *words)
{
    for (size_t w = 0; words[w] != NULL; w++) {
        size_t size = strlen(words[w]);

        for (size_t at = 0; at + size <= text.size; at++) {
            size_t same = 0;

            while (same < size && lower(text.at[at + same]) == words[w][same]) {
                same++;
            }
            bool begins = at == 0 || !is_letter(text.at[at - 1]);
            bool ends = at + size == text.size || !is_letter(text.at[at + size]);

            if (same == size && begins && ends) {
                return true;
            }
        }
    }
    return false;
}

/* Bytes of a bullet at the beginning; zero: there is none. */
static size_t bullet_size(struct text text)
{
    static const char *const BULLETS[] = {"•", "◦", "◆", "▪", "·", "‣", "–", "●",
                                          "○", "∗", "*", "-", "■", "",  "➢", "►"};

    for (size_t i = 0; i < sizeof(BULLETS) / sizeof(BULLETS[0]); i++) {
        size_t size = strlen(BULLETS[i]);

        if (text.size > size + 1 && memcmp(text.at, BULLETS[i], size) == 0 &&
            text.at[size] == ' ') {
            return size;
        }
    }
    return 0;
}

struct resume_line resume_line_cut(struct text line, uint32_t number)
{
    struct resume_line cut = {.number = number};
    uint32_t column = 0;
    size_t at = 0;

    while (at < line.size && cut.count < PIECE_MAX) {
        size_t blanks = 0;

        while (at + blanks < line.size &&
               (line.at[at + blanks] == ' ' || line.at[at + blanks] == '\t')) {
            blanks++;
        }
        at += blanks;
        column += (uint32_t)blanks;
        if (at == line.size) {
            break;
        }
        size_t bullet = cut.count == 0 && !cut.bullet
                            ? bullet_size((struct text){line.at + at, line.size - at})
                            : 0;

        if (bullet > 0) {
            cut.bullet = true;
            cut.mark = column;
            at += bullet;
            column++;
            continue;
        }
        size_t end = at;
        size_t gap = 0;
        uint32_t start = column;

        for (; end < line.size && gap < GAP; end++) {
            gap = line.at[end] == ' ' ? gap + 1 : line.at[end] == '\t' ? GAP : 0;
            column += ((unsigned char)line.at[end] & 0xc0) != 0x80;
        }
        cut.columns[cut.count] = start;
        cut.pieces[cut.count++] = text_trim((struct text){line.at + at, end - at});
        at = end;
    }
    if (!cut.bullet) {
        cut.mark = cut.count == 0 ? 0 : cut.columns[0];
    }
    return cut;
}

/* ------------------------------------------------------------------ headings */

static const char *const WORK[] = {
    "experience", "employment", "work history", "career", "positions", "appointments", NULL};
static const char *const STUDY[] = {"education", "academic background", "studies", "degrees", NULL};
static const char *const SKILLS[] = {"skills",       "technologies", "expertise",
                                     "competencies", "technical",    NULL};
static const char *const LANGUAGES[] = {"languages", NULL};
static const char *const CREDENTIALS[] = {
    "certifications", "certificates",        "licenses", "licences", "credentials",
    "bar admissions", "board certification", NULL};
static const char *const OTHER[] = {
    "projects", "publications", "patents",    "honors",     "honours",     "awards",  "talks",
    "summary",  "profile",      "objective",  "references", "interests",   "hobbies", "welcome",
    "about",    "volunteering", "activities", "contact",    "memberships", NULL};

static uint32_t word_count(struct text text)
{
    uint32_t count = 0;

    for (size_t i = 0; i < text.size; i++) {
        count += text.at[i] != ' ' && (i == 0 || text.at[i - 1] == ' ');
    }
    return count;
}

bool resume_heading(const struct resume_line *line, enum resume_section *out)
{
    static const struct {
        const char *const *words;
        enum resume_section section;
    } SECTIONS[] = {
        {OTHER, SECTION_OTHER},   {WORK, SECTION_WORK},
        {STUDY, SECTION_STUDY},   {CREDENTIALS, SECTION_CREDENTIALS},
        {SKILLS, SECTION_SKILLS}, {LANGUAGES, SECTION_LANGUAGES},
    };

    if (line->count != 1 || line->bullet || word_count(line->pieces[0]) > HEADING_WORDS_MAX) {
        return false;
    }
    struct text text = line->pieces[0];

    if (text.size > 0 && text.at[text.size - 1] == ':') {
        text.size--;
    }
    if (memchr(text.at, ',', text.size) != NULL || memchr(text.at, '.', text.size) != NULL ||
        memchr(text.at, ':', text.size) != NULL) {
        return false;
    }
    for (size_t i = 0; i < sizeof(SECTIONS) / sizeof(SECTIONS[0]); i++) {
        if (resume_has_word(text, SECTIONS[i].words)) {
            *out = SECTIONS[i].section;
            return true;
        }
    }
    return false;
}
