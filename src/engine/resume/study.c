#include <string.h>

#include "engine/resume/resume_inside.h"

/* Which part of a degree's heading is the degree, its area, the school, the place. */

struct study {
    struct resume_out *out;
    struct resume_unit degree;
    struct resume_unit area;
    struct resume_unit school;
    struct resume_unit other; /* neither: the school, when none is named */
    struct resume_unit place;
};

/* What tells of a degree without being a part of it. */
static const char REMARKS[] =
    "gpa|cgpa|grade|grades|thesis|dissertation|advisor|adviser|supervisor|honours|honors|cum laude|"
    "magna|summa|distinction|first class|minor|coursework|courses|score|valedictorian|dean's|"
    "expected|graduated|class of|percentage|note";

static const char CAMPUSES[] =
    "amherst|ann arbor|austin|berkeley|boulder|chapel hill|college park|dallas|davis|irvine|"
    "los angeles|madison|merced|riverside|san diego|san francisco|santa barbara|santa cruz|"
    "twin cities|urbana-champaign";

static void set(struct resume_unit *to, struct text text, const struct resume_unit *unit)
{
    text = resume_strip(text, ",;:|()-");
    if (to->text.size == 0 && text.size > 1) {
        *to = *unit;
        to->text = text;
    }
}

/* How far a degree's own name reaches: "Bachelor of Science", "Dr. rer. nat.", "B.Sc. (Hons)". */
static size_t degree_size(struct text text)
{
    static const char MORE[] = "degree|diploma|in science|(hons)|(hons.)|hons|honours|honors";
    size_t size = resume_word_at(text, 0, RESUME_DEGREES);
    bool grown = size > 0;

    while (grown && size + 1 < text.size) {
        size_t next = size + (text.at[size] == '.') + 1;
        struct text rest = next < text.size ? resume_after(text, next) : (struct text){0};
        size_t of = text_starts(rest, "of ") ? 3 : 0;
        size_t faculty = of > 0 ? resume_word_at(rest, of, RESUME_FACULTIES) : 0;
        size_t more = faculty > 0 ? of + faculty : resume_word_at(rest, 0, MORE);

        grown = more > 0 && text.at[next - 1] == ' ';
        size = grown ? next + more : size;
    }
    return size < text.size && text.at[size] == '.' ? size + 1 : size;
}

/* "PhD in Computer Science", "Master (Finance)", "MSc Statistics": a degree and its area. */
static void take_degree(struct study *study, struct text text, const struct resume_unit *unit)
{
    size_t at = 0;

    while (at < text.size && resume_word_at(text, at, RESUME_DEGREES) == 0) {
        at++;
    }
    size_t size = degree_size(resume_after(text, at));
    struct text rest = resume_strip(resume_after(text, at + size), " ,:-–—(");

    if (resume_word_at(rest, 0, "in|of|en|at") > 0) {
        rest = text_trim(resume_after(rest, resume_word_at(rest, 0, "in|of|en|at")));
    }
    set(&study->degree, (struct text){text.at, at + size}, unit);
    if (rest.size > 0 && !resume_has_word(rest, REMARKS)) {
        set(&study->area, rest, unit);
    }
}

static void take_part(struct study *study, struct text text, const struct resume_unit *unit)
{
    text = resume_strip(text, ",;:|·");
    if (text.size < 2 || resume_word_at(text, 0, REMARKS) > 0) {
        return;
    }
    size_t school = resume_has_word(text, RESUME_SCHOOLS);
    size_t degree = resume_has_word(text, RESUME_DEGREES);

    if (degree > 0 && (school == 0 || resume_word_at(text, 0, RESUME_DEGREES) > 0)) {
        take_degree(study, text, unit);
    } else if (school > 0 && study->school.text.size == 0) {
        set(&study->school, text, unit);
    } else if (resume_is_region(text)) {
        set(&study->place, text, unit);
    } else if (study->other.text.size == 0 && study->school.text.size == 0 && !unit->right) {
        set(&study->other, text, unit);
    } else {
        set(&study->area, text, unit);
    }
}

/* "University of California, Berkeley" is one school. */
static bool is_campus(const struct study *study, struct text text)
{
    const struct text school = study->school.text;

    return school.size > 0 && text.at > school.at && text.at <= school.at + school.size + 2 &&
           resume_is_word(text, CAMPUSES);
}

/* At commas, colons and brackets. */
static bool cut_part(struct text *rest, struct text *part)
{
    static const char *const SIGNS[] = {", ",   " – ", " — ", " | ", " - ",
                                        " at ", " · ", ": ",  " ("};
    size_t end = rest->size;
    size_t skip = 0;

    if (rest->size == 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof(SIGNS) / sizeof(SIGNS[0]); i++) {
        const char *hit = memmem(rest->at, rest->size, SIGNS[i], strlen(SIGNS[i]));

        if (hit != NULL && (size_t)(hit - rest->at) < end) {
            end = (size_t)(hit - rest->at);
            skip = strlen(SIGNS[i]);
        }
    }
    *part = (struct text){rest->at, end};
    *rest = resume_after(*rest, end + skip);
    return true;
}

static void take_between(struct study *study, struct text rest, const struct resume_unit *unit)
{
    struct text place;
    struct text part;
    bool whole = resume_is_place(rest) && (unit->right || study->school.text.size > 0 ||
                                           resume_cut_place(rest, &place).size < rest.size);

    if (resume_word_at(rest, 0, REMARKS) > 0) {
        return;
    }
    if (whole) {
        set(&study->place, rest, unit);
        return;
    }
    rest = resume_cut_place(rest, &place);
    if (place.size > 0) {
        set(&study->place, place, unit);
    }
    if (text_starts(rest, "at ")) {
        rest = resume_after(rest, 3);
    }
    while (cut_part(&rest, &part)) {
        part = text_trim(part);
        if (is_campus(study, part)) {
            study->school.text.size = (size_t)(part.at + part.size - study->school.text.at);
        } else {
            take_part(study, part, unit);
        }
    }
}

/* Between dashes first: a place stands at the end of what is between two. */
static void take_unit(struct study *study, const struct resume_unit *unit)
{
    struct text rest = unit->text;
    size_t at = 0;
    size_t size;

    while ((size = resume_break(rest, &at)) > 0) {
        take_between(study, (struct text){rest.at, at}, unit);
        rest = resume_after(rest, at + size);
    }
    take_between(study, rest, unit);
}

static void put(struct resume_out *out, const char *field, const struct resume_unit *unit,
                double sure)
{
    if (unit->text.size > 0) {
        resume_add(out, field, out->group, unit->text, sure, unit->line);
    }
}

void resume_study(struct resume_out *out, const struct resume_entry *entry)
{
    struct study study = {.out = out};

    for (uint32_t i = 0; i < entry->count; i++) {
        take_unit(&study, &entry->units[i]);
    }
    bool named = study.school.text.size > 0;

    if (named && study.area.text.size == 0) {
        study.area = study.other;
    }
    put(out, "institution", named ? &study.school : &study.other, named ? 0.95 : 0.5);
    put(out, "degree", &study.degree, 0.9);
    put(out, "area", &study.area, 0.8);
    put(out, "place", &study.place, 0.8);
}
