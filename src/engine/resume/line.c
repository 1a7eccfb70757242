#include <string.h>

#include "engine/resume/resume_inside.h"

enum { GAP = 3, HEADING_WORDS_MAX = 6, HEADING_SIZE_MAX = 60 };

/* Bytes of a bullet at the beginning; zero: there is none. */
static size_t bullet_size(struct text text)
{
    static const char *const BULLETS[] = {"•", "◦", "◆", "▪", "·", "‣", "–", "●", "○",
                                          "∗", "*", "-", "■", "",  "➢", "►", "✓", "o"};

    for (size_t i = 0; i < sizeof(BULLETS) / sizeof(BULLETS[0]); i++) {
        size_t size = strlen(BULLETS[i]);

        if (text.size > size + 1 && memcmp(text.at, BULLETS[i], size) == 0 &&
            text.at[size] == ' ') {
            return size;
        }
    }
    return 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The piece that begins here, up to a run of blanks; the place behind it. */
static size_t cut_piece(struct resume_line *cut, struct text row, size_t at, uint32_t *column)
{
    size_t end = at;
    size_t gap = 0;
    uint32_t start = *column;

    for (; end < row.size && gap < GAP; end++) {
        gap = row.at[end] == ' ' ? gap + 1 : row.at[end] == '\t' ? GAP : 0;
        *column += ((unsigned char)row.at[end] & 0xc0) != 0x80;
    }
    cut->pieces[cut->count] =
        (struct resume_piece){.text = text_trim((struct text){row.at + at, end - at}),
                              .column = start,
                              .line = cut->number};
    cut->count++;
    return end;
}

struct resume_line resume_line_cut(const struct resume_row *row)
{
    struct resume_line cut = {.number = row->number, .gap = row->gap, .fresh = row->fresh};
    struct text text = row->text;
    uint32_t column = 0;
    size_t at = 0;

    while (cut.count < PIECE_MAX) {
        for (; at < text.size && is_blank(text.at[at]); at++) {
            column++;
        }
        if (at == text.size) {
            break;
        }
        size_t bullet = cut.count == 0 && !cut.bullet ? bullet_size(resume_after(text, at)) : 0;

        if (bullet > 0) {
            cut.bullet = true;
            cut.mark = column++;
            at += bullet;
        } else {
            at = cut_piece(&cut, text, at, &column);
        }
    }
    if (!cut.bullet) {
        cut.mark = cut.count == 0 ? 0 : cut.pieces[0].column;
    }
    return cut;
}

/* ------------------------------------------------------------------ headings */

/* Words without blanks, as headings are often spaced out: "E D U C AT I O N". */
static const struct {
    const char *words;
    enum resume_section section;
} NOUNS[] = {
    {"projects|publications|patents|honors|honours|awards|talks|summary|profile|objective|"
     "references|interests|hobbies|welcome|about|aboutme|volunteering|volunteer|volunteerwork|"
     "activities|memberships|profiles|presentations|conferences|achievements|accomplishments|"
     "background|affiliations|grants|fundings|media|links|portfolio|statement|declaration|"
     "extracurricular|coursework|courses|training|careersummary|careerobjective|careerprofile|"
     "summaryofqualifications|qualificationssummary|interesse|interessen|projekte|publikationen|"
     "referenzen|projets|publications|centresdintérêt|proyectos|publicaciones|intereses|"
     "perfil|profil",
     SECTION_OTHER},
    {"contact|contacts|contactdetails|contactinformation|contactme|personaldetails|details|"
     "personalinformation|personaldata|kontakt|persönlichedaten|coordonnées|contacto|"
     "datospersonales",
     SECTION_CONTACT},
    {"experience|experiences|employment|workhistory|work|career|positions|positionsheld|"
     "appointments|history|jobs|internships|internship|employers|berufserfahrung|berufspraxis|"
     "werdegang|expérience|expériences|expérienceprofessionnelle|expériencesprofessionnelles|"
     "experiencia|experiencialaboral|experienciaprofesional|esperienza",
     SECTION_WORK},
    {"education|academicbackground|studies|degrees|qualifications|academics|academichistory|"
     "educationalbackground|schooling|ausbildung|studium|bildung|bildungsweg|formation|"
     "formations|formaciónacadémica|formación|educación|estudios|istruzione",
     SECTION_STUDY},
    {"certifications|certification|certificates|certificate|licenses|licences|licensure|license|"
     "credentials|accreditations|baradmissions|admissions|boardcertification|"
     "boardcertifications|zertifikate|certificaciones",
     SECTION_CREDENTIALS},
    {"skills|skill|skillset|technologies|expertise|competencies|competences|technicalskills|"
     "tools|proficiencies|strengths|kenntnisse|fähigkeiten|edvkenntnisse|compétences|"
     "habilidades|competencias|aptitudes|competenze",
     SECTION_SKILLS},
    {"languages|language|sprachen|sprachkenntnisse|langues|idiomas|lingue", SECTION_LANGUAGES},
};

/* Words that may stand beside such a noun. */
static const char BESIDE[] =
    "professional|work|working|relevant|academic|academics|technical|key|core|selected|additional|"
    "other|my|career|and|of|the|in|teaching|research|legal|clinical|military|industry|industrial|"
    "leadership|practical|personal|computer|it|software|programming|foreign|spoken|top|main|"
    "recent|previous|prior|past|current|educational|executive|employment|training|areas|soft|hard|"
    "skills|history|qualifications|bar|board|special|specialised|specialized|certifications|"
    "licenses|education|experience|scientific|scholarly|business|volunteer|background|positions|"
    "record|overview|languages|tools|technologies|honors|awards|interests|activities|development|"
    "community|service|peer|reviewed|continuing|post|graduate|highlights|to|for|with|"
    "und|et|y|e|berufliche|schulische";

static bool fold_word(const char *at, size_t size, char *to, size_t *used)
{
    for (size_t i = 0; i < size; i++) {
        char c = at[i];

        if (c >= 'A' && c <= 'Z') {
            c = (char)(c - 'A' + 'a');
        }
        if ((c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80) {
            to[(*used)++] = c;
        } else if (strchr("&/'-:.", c) == NULL) {
            return false; /* digits, commas, brackets: no heading */
        }
    }
    return true;
}

static bool noun_of(struct text word, enum resume_section *out)
{
    for (size_t i = 0; i < sizeof(NOUNS) / sizeof(NOUNS[0]); i++) {
        if (resume_is_word(word, NOUNS[i].words)) {
            *out = NOUNS[i].section;
            return true;
        }
    }
    return false;
}

/* The strongest section of its words; false: one of them is none of a heading's. */
static bool of_words(struct text text, enum resume_section *out)
{
    enum resume_section best = SECTION_NONE;
    struct text word;

    while (text_cut(&text, ' ', &word)) {
        char folded[HEADING_SIZE_MAX];
        size_t used = 0;
        enum resume_section section = SECTION_NONE;

        if (!fold_word(word.at, word.size, folded, &used)) {
            return false;
        }
        struct text plain = {folded, used};

        if (text_starts(plain, "volunteer")) { /* work that is not employment */
            *out = SECTION_OTHER;
            return true;
        }
        if (used > 0 && !noun_of(plain, &section) && !resume_is_word(plain, BESIDE)) {
            return false;
        }
        if (best == SECTION_NONE ||
            (section > SECTION_CONTACT && section != SECTION_OTHER && best == SECTION_OTHER)) {
            best = section == SECTION_NONE ? best : section;
        }
    }
    *out = best;
    return best != SECTION_NONE;
}

bool resume_heading(struct text text, enum resume_section *out)
{
    char folded[HEADING_SIZE_MAX];
    size_t used = 0;

    text = text_trim(text);
    if (text.size == 0 || text.size >= HEADING_SIZE_MAX ||
        (text.at[0] >= 'a' && text.at[0] <= 'z')) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] != ' ' && !fold_word(text.at + i, 1, folded, &used)) {
            return false;
        }
    }
    if (noun_of((struct text){folded, used}, out)) {
        return true;
    }
    if (text_starts(text, "Welcome ")) {
        *out = SECTION_OTHER;
        return true;
    }
    return resume_word_count(text) <= HEADING_WORDS_MAX && of_words(text, out);
}
