#include "slice/expert/profile.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/text.h"
#include "engine/text/fold.h"
#include "engine/text/words.h"
#include "slice/expert/taxonomy.h"

static const struct field skill_fields[] = {
    TEXT(profile_skill, name, .doc = "Name; normalised to the list of skills", .min = 1,
         .max = 120),
    INT(profile_skill, level, .optional = true, .min = 1, .max = 10,
        .doc = "1: beginner, 5: professional, 10: leads the field"),
    TEXT(profile_skill, written, .optional = true, .max = 120,
         .doc = "What was written, where that differs"),
    REAL(profile_skill, confidence, .optional = true, .min = 0, .max = 1,
         .doc = "How sure the normalised name is; 0: it is not on the list"),
};
static const struct profile_skill skill_defaults = {.level = 5, .confidence = (double)NAN};
static const struct shape skill_shape =
    SHAPE(profile_skill, skill_fields, "A skill with its level", .defaults = &skill_defaults);

static const struct field claim_fields[] = {
    TEXT(profile_claim, name, .doc = "Name", .min = 1, .max = 200),
    TIME(profile_claim, until_at, .optional = true, .doc = "Until when; none: open"),
};
static const struct shape claim_shape =
    SHAPE(profile_claim, claim_fields, "A name that counts until a day");

static const struct field window_fields[] = {
    TIME(profile_window, from_at, .doc = "First moment"),
    TIME(profile_window, to_at, .doc = "Last moment"),
    INT(profile_window, hours, .min = 0, .max = 168, .doc = "Hours a week in it"),
};
static const struct shape window_shape =
    SHAPE(profile_window, window_fields, "A window of availability");

static const struct profile profile_defaults = {.zone = (double)NAN,
                                                .weekly_hours = PROFILE_HOURS_DEFAULT,
                                                .seats = 1,
                                                .currency = "USD",
                                                .looking = true};
static const struct field profile_fields[] = {
    TEXT(profile, headline, .optional = true, .max = 200, .doc = "One line: who this is"),
    TEXT(profile, summary, .optional = true, .max = 20000, .doc = "Experience, in own words"),
    TEXT(profile, domain, .optional = true, .max = 60, .doc = "Field of expertise, as law"),
    LIST(profile, skills, .optional = true, .of = &skill_shape, .max = 40, .doc = "What for"),
    TEXTS(profile, languages, .optional = true, .max = 20, .doc = "ISO 639-1 codes, as en"),
    LIST(profile, credentials, .optional = true, .of = &claim_shape, .max = 20,
         .doc = "Degrees, licences, admissions"),
    LIST(profile, employers, .optional = true, .of = &claim_shape, .max = 40,
         .doc = "Present and former ones; a present one keeps its own campaigns away"),
    LIST(profile, confidentiality, .optional = true, .of = &claim_shape, .max = 40,
         .doc = "To whom a duty of confidence is owed; keeps the campaigns of their rivals away"),
    TEXTS(profile, hidden_from, .optional = true, .max = 40,
          .doc = "Companies that must not see this profile; no match proposes it to them"),
    TEXT(profile, country, .optional = true, .max = 2, .doc = "ISO 3166 code, as DE"),
    REAL(profile, zone, .optional = true, .min = -14, .max = 14, .doc = "Hours east of UTC"),
    INT(profile, weekly_hours, .optional = true, .min = 0, .max = 168, .doc = "Hours a week"),
    INT(profile, seats, .optional = true, .min = 1, .max = 20, .doc = "Campaigns at once"),
    LIST(profile, availability, .optional = true, .of = &window_shape, .max = PROFILE_WINDOWS_MAX,
         .doc = "Windows; none: always, at the weekly hours"),
    INT(profile, rate_minor, .optional = true, .min = 0, .max = 10000000,
        .doc = "Least an hour, in minor units"),
    TEXT(profile, currency, .optional = true, .min = 3, .max = 3, .doc = "ISO 4217 code"),
    BOOL(profile, looking, .optional = true, .doc = "Looks for work at present"),
};
const struct shape profile_shape =
    SHAPE(profile, profile_fields, "What an expert can do", .defaults = &profile_defaults);

const char *name_key(struct arena *arena, const char *name)
{
    struct text folded = text_trim(text_fold(arena, text_of(name), false));

    return arena_copy(arena, folded.at, folded.size);
}

static bool is_legal_form(struct text word)
{
    static const char *const FORMS[] = {
        "inc",     "llc",  "ltd",  "limited", "corp", "corporation", "co", "plc",
        "ag",      "gmbh", "sa",   "bv",      "nv",   "llp",         "kg", "incorporated",
        "company", "se",   "sarl", "spa",     "pty",  "ab",          "oy", "as"};

    for (size_t i = 0; i < COUNT(FORMS); i++) {
        if (text_is(word, FORMS[i])) {
            return true;
        }
    }
    return false;
}

const char *company_key(struct arena *arena, const char *name)
{
    struct text_words words = text_words(arena, text_fold(arena, text_of(name), true));
    struct buffer key = buffer_new(arena);
    size_t count = words.count;

    while (count > 1 && is_legal_form(words.at[count - 1])) {
        count--;
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            buffer_char(&key, ' ');
        }
        buffer_text(&key, words.at[i]);
    }
    return count == 0 ? name_key(arena, name) : arena_copy(arena, key.at, key.size);
}

static enum err normalise_skills(struct arena *arena, const struct taxonomy *taxonomy,
                                 struct profile *profile, struct fault *fault)
{
    const struct profile_skill *given = profile->skills.at;
    struct profile_skill *skills = arena_array(arena, struct profile_skill, profile->skills.count);

    for (size_t i = 0; i < profile->skills.count; i++) {
        const char *written = given[i].written == NULL ? given[i].name : given[i].written;
        struct skill_link link = taxonomy_link(arena, taxonomy, written);

        skills[i] = (struct profile_skill){
            .name = link.name,
            .level = given[i].level,
            .written = strcmp(link.name, written) == 0 ? NULL : written,
            .confidence = link.confidence,
        };
        for (size_t k = 0; k < i; k++) {
            if (strcmp(skills[k].name, skills[i].name) == 0) {
                return fail_field(fault, ERR_INVALID, arena_print(arena, "skills[%zu].name", i),
                                  "the skill %s is named twice", skills[i].name);
            }
        }
    }
    profile->skills.at = skills;
    return OK;
}

static void fold_names(struct arena *arena, struct texts *names)
{
    const char **folded = arena_array(arena, const char *, names->count);

    for (size_t i = 0; i < names->count; i++) {
        folded[i] = name_key(arena, names->at[i]);
    }
    names->at = folded;
}

static enum err check_windows(struct arena *arena, const struct profile *profile,
                              struct fault *fault)
{
    const struct profile_window *windows = profile->availability.at;

    for (size_t i = 0; i < profile->availability.count; i++) {
        const char *field = arena_print(arena, "availability[%zu].to_at", i);

        if (windows[i].to_at <= windows[i].from_at) {
            return fail_field(fault, ERR_INVALID, field, "a window must end after it begins");
        }
        for (size_t k = 0; k < i; k++) {
            if (windows[i].from_at < windows[k].to_at && windows[k].from_at < windows[i].to_at) {
                return fail_field(fault, ERR_INVALID, field, "windows must not overlap");
            }
        }
    }
    return OK;
}

static enum err check_codes(const struct profile *profile, struct fault *fault)
{
    for (size_t i = 0; i < 3; i++) {
        if (profile->currency[i] < 'A' || profile->currency[i] > 'Z') {
            return fail_field(fault, ERR_INVALID, "currency",
                              "\"%.10s\" is no ISO 4217 code such as USD or EUR",
                              profile->currency);
        }
    }
    if (profile->country != NULL && strlen(profile->country) != 2) {
        return fail_field(fault, ERR_INVALID, "country",
                          "\"%.10s\" is no ISO 3166 code such as DE or US", profile->country);
    }
    return OK;
}

enum err profile_normalise(struct arena *arena, const struct taxonomy *taxonomy,
                           struct profile *profile, struct fault *fault)
{
    TRY(check_codes(profile, fault));
    TRY(check_windows(arena, profile, fault));
    TRY(normalise_skills(arena, taxonomy, profile, fault));
    fold_names(arena, &profile->languages);
    if (profile->country != NULL) {
        char code[3] = {profile->country[0], profile->country[1], '\0'};

        for (size_t i = 0; i < 2; i++) {
            code[i] = code[i] >= 'a' && code[i] <= 'z' ? (char)(code[i] - 'a' + 'A') : code[i];
        }
        profile->country = arena_copy(arena, code, 2);
    }
    if (profile->domain != NULL) {
        profile->domain = name_key(arena, profile->domain);
    }
    return OK;
}
