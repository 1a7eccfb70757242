#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/expert/expert.h"
#include "slice/expert/expert_sql.h"
#include "slice/expert/profile.h"
#include "slice/resume/resume_slice.h"
#include "slice/resume/resume_sql.h"
#include "store/work.h"

enum {
    SKILLS_MAX = 40,
    CLAIMS_MAX = 20,
    EMPLOYERS_MAX = 40,
    LANGUAGES_MAX = 20,
    SKILL_SIZE_MAX = 80,
    HEADLINE_SIZE_MAX = 200
};

/* Lists that grow behind what the profile has. */
struct growing {
    struct profile_skill *skills;
    struct profile_claim *credentials;
    struct profile_claim *employers;
    const char **languages;
};

static const char *language_code(struct arena *arena, const char *name)
{
    static const char *const CODES[][2] = {
        {"english", "en"},  {"german", "de"},     {"french", "fr"},     {"spanish", "es"},
        {"italian", "it"},  {"portuguese", "pt"}, {"dutch", "nl"},      {"polish", "pl"},
        {"russian", "ru"},  {"turkish", "tr"},    {"arabic", "ar"},     {"hebrew", "he"},
        {"hindi", "hi"},    {"urdu", "ur"},       {"mandarin", "zh"},   {"chinese", "zh"},
        {"japanese", "ja"}, {"korean", "ko"},     {"vietnamese", "vi"}, {"swedish", "sv"},
        {"danish", "da"},   {"finnish", "fi"},    {"greek", "el"},      {"ukrainian", "uk"}};
    const char *key = name_key(arena, name);

    for (size_t i = 0; i < COUNT(CODES); i++) {
        if (strncmp(key, CODES[i][0], strlen(CODES[i][0])) == 0) {
            return CODES[i][1];
        }
    }
    return strlen(key) == 2 ? key : NULL;
}

/* "2021-05" is the end of that month; "present" and nonsense are open. */
static int64_t end_of(const char *text)
{
    struct text date = text_of(text);
    int64_t year;
    int64_t month = 12;

    if (date.size < 4 || !text_int((struct text){date.at, 4}, &year) ||
        (date.size == 7 && !text_int((struct text){date.at + 5, 2}, &month)) || month < 1 ||
        month > 12) {
        return INT_ABSENT;
    }
    return month == 12 ? time_days(year + 1, 1, 1) * TIME_DAY
                       : time_days(year, (unsigned)month + 1, 1) * TIME_DAY;
}

static bool has_claim(struct arena *arena, const struct list *list, const char *name)
{
    const struct profile_claim *claims = list->at;

    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(name_key(arena, claims[i].name), name_key(arena, name)) == 0) {
            return true;
        }
    }
    return false;
}

static void add_claim(struct arena *arena, struct list *list, struct profile_claim *claims,
                      size_t most, const char *name, int64_t until)
{
    if (list->count < most && !has_claim(arena, list, name)) {
        claims[list->count++] = (struct profile_claim){.name = name, .until_at = until};
    }
}

static void add_skill(struct arena *arena, struct profile *profile, struct growing *growing,
                      const char *name)
{
    if (profile->skills.count >= SKILLS_MAX || strlen(name) > SKILL_SIZE_MAX) {
        return;
    }
    for (size_t i = 0; i < profile->skills.count; i++) {
        if (strcmp(name_key(arena, growing->skills[i].name), name_key(arena, name)) == 0) {
            return;
        }
    }
    growing->skills[profile->skills.count++] =
        (struct profile_skill){.name = name, .level = 5, .confidence = (double)__builtin_nan("")};
}

/* Their own stays. */
static void add_headline(struct profile *profile, const char *headline)
{
    bool has_one = profile->headline != NULL && profile->headline[0] != '\0';

    if (!has_one && strlen(headline) <= HEADLINE_SIZE_MAX) {
        profile->headline = headline;
    }
}

static void add_language(struct arena *arena, struct profile *profile, struct growing *growing,
                         const char *name)
{
    const char *code = language_code(arena, name);

    for (size_t i = 0; code != NULL && i < profile->languages.count; i++) {
        code = strcmp(growing->languages[i], code) == 0 ? NULL : code;
    }
    if (code != NULL && profile->languages.count < LANGUAGES_MAX) {
        growing->languages[profile->languages.count++] = code;
    }
}

/* The confirmed value of another field of the same job; NULL: there is none. */
static const char *beside(const struct resume_field_row *fields, size_t count, int64_t group,
                          const char *field)
{
    for (size_t i = 0; i < count; i++) {
        if (fields[i].field_group == group && fields[i].confirmed != NULL &&
            strcmp(fields[i].field, field) == 0) {
            return fields[i].confirmed;
        }
    }
    return NULL;
}

static void take(struct arena *arena, const struct resume_field_row *fields, size_t count,
                 size_t at, struct profile *profile, struct growing *growing)
{
    const struct resume_field_row *one = &fields[at];
    const char *end = beside(fields, count, one->field_group, "end");

    if (strcmp(one->field, "headline") == 0) {
        add_headline(profile, one->confirmed);
    } else if (strcmp(one->field, "skill") == 0) {
        add_skill(arena, profile, growing, one->confirmed);
    } else if (strcmp(one->field, "language") == 0) {
        add_language(arena, profile, growing, one->confirmed);
    } else if (strcmp(one->field, "credential") == 0) {
        add_claim(arena, &profile->credentials, growing->credentials, CLAIMS_MAX, one->confirmed,
                  INT_ABSENT);
    } else if (strcmp(one->field, "degree") == 0) {
        const char *area = beside(fields, count, one->field_group, "area");

        add_claim(arena, &profile->credentials, growing->credentials, CLAIMS_MAX,
                  area == NULL ? one->confirmed
                               : arena_print(arena, "%s, %s", one->confirmed, area),
                  INT_ABSENT);
    } else if (strcmp(one->field, "company") == 0) {
        add_claim(arena, &profile->employers, growing->employers, EMPLOYERS_MAX, one->confirmed,
                  end == NULL ? INT_ABSENT : end_of(end));
    }
}

/* Room behind what is there. */
static struct growing make_room(struct arena *arena, struct profile *profile)
{
    struct growing growing = {.skills = arena_array(arena, struct profile_skill, SKILLS_MAX),
                              .credentials = arena_array(arena, struct profile_claim, CLAIMS_MAX),
                              .employers = arena_array(arena, struct profile_claim, EMPLOYERS_MAX),
                              .languages = arena_array(arena, const char *, LANGUAGES_MAX)};

    if (profile->skills.count > 0) {
        memcpy(growing.skills, profile->skills.at, profile->skills.count * sizeof(*growing.skills));
    }
    if (profile->credentials.count > 0) {
        memcpy(growing.credentials, profile->credentials.at,
               profile->credentials.count * sizeof(*growing.credentials));
    }
    if (profile->employers.count > 0) {
        memcpy(growing.employers, profile->employers.at,
               profile->employers.count * sizeof(*growing.employers));
    }
    for (size_t i = 0; i < profile->languages.count; i++) {
        growing.languages[i] = profile->languages.at[i];
    }
    profile->skills.at = growing.skills;
    profile->credentials.at = growing.credentials;
    profile->employers.at = growing.employers;
    profile->languages.at = growing.languages;
    return growing;
}

static enum err load(struct work *work, struct profile *profile)
{
    struct expert_row row;
    struct json *tree;
    enum err err =
        expert_find_row(work,
                        &(struct expert_find_row_args){.person_id = work->who->person_id,
                                                       .organisation_id = work->organisation_id},
                        &row);

    shape_clear(&profile_shape, profile);
    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    TRY(json_parse(work->arena, text_of(row.profile), &tree, &work->fault));
    return json_decode(work->arena, tree, &profile_shape, profile, &work->fault);
}

enum err resume_to_profile(struct work *work, const char *id)
{
    EXPERT_WRITER_SCOPE writer = NULL;
    struct resume_field_row *fields;
    struct profile profile;
    size_t count;
    bool is_new;

    TRY(load(work, &profile));
    TRY(resume_fields(
        work,
        &(struct resume_fields_args){.resume_id = id, .organisation_id = work->organisation_id},
        &fields, &count));
    struct growing growing = make_room(work->arena, &profile);

    for (size_t i = 0; i < count; i++) {
        if (fields[i].confirmed != NULL) {
            take(work->arena, fields, count, i, &profile, &growing);
        }
    }
    TRY(expert_writer_new(&writer, &work->fault));
    TRY(expert_writer_begin(work, writer));
    return expert_write(work, writer, work->who->person_id, &profile, &is_new);
}
