#include <string.h>

#include "base/arena.h"
#include "engine/resume/resume_inside.h"

static const char *const TITLES[] = {"intern",
                                     "engineer",
                                     "manager",
                                     "director",
                                     "cto",
                                     "ceo",
                                     "cfo",
                                     "coo",
                                     "founder",
                                     "co-founder",
                                     "scientist",
                                     "professor",
                                     "analyst",
                                     "consultant",
                                     "lead",
                                     "head",
                                     "developer",
                                     "nurse",
                                     "physician",
                                     "attorney",
                                     "lawyer",
                                     "associate",
                                     "assistant",
                                     "researcher",
                                     "lecturer",
                                     "teacher",
                                     "editor",
                                     "writer",
                                     "architect",
                                     "designer",
                                     "officer",
                                     "president",
                                     "partner",
                                     "counsel",
                                     "fellow",
                                     "specialist",
                                     "coordinator",
                                     "administrator",
                                     "accountant",
                                     "auditor",
                                     "clerk",
                                     "judge",
                                     "resident",
                                     "surgeon",
                                     "pharmacist",
                                     "technician",
                                     "programmer",
                                     "postdoc",
                                     "tutor",
                                     "instructor",
                                     "principal",
                                     "translator",
                                     "statistician",
                                     "economist",
                                     "trader",
                                     "banker",
                                     "paralegal",
                                     "secretary",
                                     "supervisor",
                                     "chief",
                                     "vice president",
                                     "student",
                                     NULL};
static const char *const DEGREES[] = {"phd",        "ph.d.",
                                      "ph.d",       "bs",
                                      "b.s.",       "bsc",
                                      "b.sc.",      "ba",
                                      "b.a.",       "ma",
                                      "m.a.",       "ms",
                                      "m.s.",       "msc",
                                      "m.sc.",      "md",
                                      "m.d.",       "jd",
                                      "j.d.",       "mba",
                                      "llm",        "llb",
                                      "meng",       "beng",
                                      "bachelor",   "master",
                                      "bachelors",  "masters",
                                      "bachelor's", "master's",
                                      "doctor",     "doctorate",
                                      "diploma",    "associate degree",
                                      "abitur",     "mphil",
                                      "dphil",      NULL};
static const char *const SCHOOLS[] = {"university",  "college",      "school",     "institute",
                                      "academy",     "polytechnic",  "université", "universität",
                                      "universidad", "üniversitesi", "hochschule", "faculty",
                                      NULL};

/* "4 months", "2 years 10 months": how long it took, no field. */
static bool is_duration(struct text text)
{
    static const char *const UNITS[] = {"month", "months", "year", "years", NULL};

    return text.size > 0 && text.at[0] >= '0' && text.at[0] <= '9' && text.size < 24 &&
           resume_has_word(text, UNITS);
}

/* "Princeton, NJ", "London, UK", "Istanbul, Türkiye": one comma, short, no digits. */
bool resume_is_place(struct text text)
{
    const char *comma = memchr(text.at, ',', text.size);

    if (comma == NULL || text.size > 48 || resume_has_word(text, TITLES) ||
        resume_has_word(text, SCHOOLS) || resume_has_word(text, DEGREES)) {
        return false;
    }
    size_t before = (size_t)(comma - text.at);
    struct text after = text_trim((struct text){comma + 1, text.size - before - 1});

    for (size_t i = 0; i < text.size; i++) {
        if ((text.at[i] >= '0' && text.at[i] <= '9') || text.at[i] == '@' || text.at[i] == '&') {
            return false;
        }
    }
    return before > 1 && after.size >= 2 && after.size <= 20;
}

/* Where one of the signs that part a line stands: " – ", " — ", " | ", " at "; its place. */
static bool find_break(struct text text, size_t *at, size_t *size)
{
    static const char *const BREAKS[] = {" – ", " — ", " | ", " at ", " · "};
    bool found = false;

    for (size_t i = 0; i < sizeof(BREAKS) / sizeof(BREAKS[0]); i++) {
        const char *hit = memmem(text.at, text.size, BREAKS[i], strlen(BREAKS[i]));

        if (hit != NULL && (!found || (size_t)(hit - text.at) < *at)) {
            *at = (size_t)(hit - text.at);
            *size = strlen(BREAKS[i]);
            found = true;
        }
    }
    return found;
}

struct parts {
    struct text at[ENTRY_PIECES_MAX * 3];
    uint32_t lines[ENTRY_PIECES_MAX * 3];
    uint32_t count;
    struct text place;
    uint32_t place_line;
};

static void add_part(struct parts *parts, struct text text, uint32_t line)
{
    text = text_trim(text);
    while (text.size > 0 && (text.at[text.size - 1] == ',' || text.at[text.size - 1] == '|')) {
        text = text_trim((struct text){text.at, text.size - 1});
    }
    if (text.size < 2 || is_duration(text) || parts->count == ENTRY_PIECES_MAX * 3) {
        return;
    }
    if (parts->place.size == 0 && resume_is_place(text)) {
        parts->place = text;
        parts->place_line = line;
        return;
    }
    parts->lines[parts->count] = line;
    parts->at[parts->count++] = text;
}

/* At dashes first, then at the first comma: "Research Intern, Acme – London, UK". */
static void split(struct parts *parts, struct text text, uint32_t line)
{
    size_t at = 0;
    size_t size = 0;

    while (find_break(text, &at, &size)) {
        struct text first = {text.at, at};

        text = (struct text){text.at + at + size, text.size - at - size};
        split(parts, first, line); /* holds no break any more */
    }
    const char *comma = memchr(text.at, ',', text.size);

    if (comma == NULL || (parts->place.size == 0 && resume_is_place(text_trim(text)))) {
        add_part(parts, text, line);
        return;
    }
    add_part(parts, (struct text){text.at, (size_t)(comma - text.at)}, line);
    add_part(parts, (struct text){comma + 1, text.size - (size_t)(comma - text.at) - 1}, line);
}

static void add_span(struct resume_out *out, uint32_t group, const struct resume_entry *entry)
{
    double sure = entry->span.exact ? 0.95 : 0.8;

    if (!entry->dated) {
        return;
    }
    if (entry->span.start != NULL) {
        resume_add(out, "start", group, text_of(entry->span.start), sure, entry->span_line);
    }
    resume_add(out, "end", group, text_of(entry->span.end), sure, entry->span_line);
}

static void close_work(struct resume_out *out, uint32_t group, const struct parts *parts)
{
    uint32_t title = UINT32_MAX;
    uint32_t company = UINT32_MAX;

    for (uint32_t i = 0; i < parts->count; i++) {
        if (title == UINT32_MAX && resume_has_word(parts->at[i], TITLES)) {
            title = i;
        } else if (company == UINT32_MAX) {
            company = i;
        }
    }
    if (title == UINT32_MAX && parts->count > 1) { /* unknown to the list: it stands second */
        title = 1;
        company = 0;
    }
    double sure = title != UINT32_MAX && resume_has_word(parts->at[title], TITLES) ? 0.9 : 0.5;

    if (company != UINT32_MAX) {
        resume_add(out, "company", group, parts->at[company], sure, parts->lines[company]);
    }
    if (title != UINT32_MAX) {
        resume_add(out, "position", group, parts->at[title], sure, parts->lines[title]);
    }
}

/* "PhD in Computer Science" is a degree and its area. */
static void add_degree(struct resume_out *out, uint32_t group, struct text text, uint32_t line,
                       bool *has_degree, bool *has_area)
{
    static const char *const JOINTS[] = {" in ", " of ", ": "};

    for (size_t i = 0; i < sizeof(JOINTS) / sizeof(JOINTS[0]); i++) {
        const char *hit = memmem(text.at, text.size, JOINTS[i], strlen(JOINTS[i]));
        struct text head = {text.at, hit == NULL ? 0 : (size_t)(hit - text.at)};

        if (hit != NULL && resume_has_word(head, DEGREES) &&
            !(i == 1 && text_is(head, "Master") && memmem(text.at, text.size, " in ", 4) != NULL)) {
            size_t skip = head.size + strlen(JOINTS[i]);

            if (!*has_degree) {
                resume_add(out, "degree", group, head, 0.9, line);
            }
            if (!*has_area) {
                resume_add(out, "area", group, (struct text){text.at + skip, text.size - skip},
                           0.85, line);
            }
            *has_degree = *has_area = true;
            return;
        }
    }
    if (!*has_degree) {
        resume_add(out, "degree", group, text, 0.85, line);
        *has_degree = true;
    }
}

static void close_study(struct resume_out *out, uint32_t group, const struct parts *parts)
{
    bool has_degree = false;
    bool has_school = false;
    bool has_area = false;

    for (uint32_t i = 0; i < parts->count; i++) {
        bool school = resume_has_word(parts->at[i], SCHOOLS);

        if (!school && resume_has_word(parts->at[i], DEGREES)) {
            add_degree(out, group, parts->at[i], parts->lines[i], &has_degree, &has_area);
        } else if (!has_school && (school || i == 0)) {
            resume_add(out, "institution", group, parts->at[i], school ? 0.95 : 0.5,
                       parts->lines[i]);
            has_school = true;
        } else if (!has_area) {
            resume_add(out, "area", group, parts->at[i], 0.6, parts->lines[i]);
            has_area = true;
        }
    }
}

void resume_entry_close(struct resume_out *out, enum resume_section section,
                        const struct resume_entry *entry)
{
    struct parts parts = {0};

    if (entry->count == 0) {
        return;
    }
    uint32_t group = ++out->group;

    for (uint32_t i = 0; i < entry->count; i++) {
        if (entry->right[i] && resume_is_place(entry->pieces[i])) {
            add_part(&parts, entry->pieces[i], entry->lines[i]);
        } else {
            split(&parts, entry->pieces[i], entry->lines[i]);
        }
    }
    if (section == SECTION_WORK) {
        close_work(out, group, &parts);
    } else {
        close_study(out, group, &parts);
    }
    add_span(out, group, entry);
    if (parts.place.size > 0) {
        resume_add(out, "place", group, parts.place, 0.8, parts.place_line);
    }
}
