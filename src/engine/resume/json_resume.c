#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "engine/resume/resume_inside.h"

/* What the member of a list's entries is called here. */
struct naming {
    const char *member;
    const char *field;
};

static void add_text(struct resume_out *out, const struct json *object, const char *member,
                     const char *field, uint32_t group)
{
    const char *text = json_text_of(object, member);

    if (text != NULL) {
        resume_add(out, field, group, text_of(text), 1, 0);
    }
}

/* Days are left off: "2021-05-01" is 2021-05. */
static void add_date(struct resume_out *out, const struct json *object, const char *member,
                     const char *field, uint32_t group)
{
    const char *text = json_text_of(object, member);

    if (text != NULL) {
        size_t size = strlen(text);

        resume_add(out, field, group, (struct text){text, size > 7 ? 7 : size}, 1, 0);
    }
}

static void add_entries(struct resume_out *out, const struct json *list,
                        const struct naming *namings, size_t count)
{
    if (list == NULL || list->kind != JSON_LIST) {
        return;
    }
    for (const struct json *one = list->first; one != NULL; one = one->next) {
        uint32_t group = ++out->group;
        bool dated = json_text_of(one, "startDate") != NULL;

        for (size_t i = 0; i < count; i++) {
            add_text(out, one, namings[i].member, namings[i].field, group);
        }
        add_date(out, one, "startDate", "start", group);
        if (dated && json_text_of(one, "endDate") == NULL) {
            resume_add(out, "end", group, text_of("present"), 0.8, 0);
        }
        add_date(out, one, "endDate", "end", group);
    }
}

static void add_basics(struct resume_out *out, const struct json *basics)
{
    const struct json *place = json_member(basics, "location");
    const char *city = place == NULL ? NULL : json_text_of(place, "city");

    add_text(out, basics, "name", "name", 0);
    add_text(out, basics, "email", "email", 0);
    add_text(out, basics, "phone", "phone", 0);
    add_text(out, basics, "url", "url", 0);
    if (city != NULL) {
        const char *country = json_text_of(place, "countryCode");

        resume_add(
            out, "location", 0,
            text_of(country == NULL ? city : arena_print(out->arena, "%s, %s", city, country)), 1,
            0);
    }
}

static void add_skills(struct resume_out *out, const struct json *list)
{
    if (list == NULL || list->kind != JSON_LIST) {
        return;
    }
    for (const struct json *one = list->first; one != NULL; one = one->next) {
        const struct json *words = json_member(one, "keywords");
        uint32_t group = ++out->group;

        if (words == NULL || words->kind != JSON_LIST || words->count == 0) {
            add_text(out, one, "name", "skill", group);
            continue;
        }
        for (const struct json *word = words->first; word != NULL; word = word->next) {
            if (word->kind == JSON_TEXT) {
                resume_add(out, "skill", group, text_of(word->text), 1, 0);
            }
        }
    }
}

enum err resume_read_json(struct arena *arena, struct text json, struct resume *out,
                          struct fault *fault)
{
    static const struct naming WORK[] = {{"name", "company"},
                                         {"company", "company"},
                                         {"position", "position"},
                                         {"location", "place"}};
    static const struct naming STUDY[] = {
        {"institution", "institution"}, {"studyType", "degree"}, {"area", "area"}};
    static const struct naming LANGUAGES[] = {{"language", "language"}};
    static const struct naming CREDENTIALS[] = {{"name", "credential"}};
    struct resume_out fields = {
        .arena = arena, .fields = arena_array(arena, struct resume_field, RESUME_FIELD_MAX)};
    struct json *tree;

    TRY(json_parse(arena, json, &tree, fault));
    if (tree->kind != JSON_OBJECT) {
        return fail(fault, ERR_INVALID, "a JSON résumé is an object with basics, work, education");
    }
    const struct json *basics = json_member(tree, "basics");

    if (basics != NULL && basics->kind == JSON_OBJECT) {
        add_basics(&fields, basics);
    }
    add_entries(&fields, json_member(tree, "work"), WORK, COUNT(WORK));
    add_entries(&fields, json_member(tree, "education"), STUDY, COUNT(STUDY));
    add_skills(&fields, json_member(tree, "skills"));
    add_entries(&fields, json_member(tree, "languages"), LANGUAGES, COUNT(LANGUAGES));
    add_entries(&fields, json_member(tree, "certificates"), CREDENTIALS, COUNT(CREDENTIALS));
    if (fields.count == 0) {
        return fail(fault, ERR_INVALID, "it has none of basics, work, education, skills");
    }
    *out = (struct resume){.fields = fields.fields, .count = fields.count};
    return OK;
}
