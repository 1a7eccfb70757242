#include "slice/expert/taxonomy.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "engine/retrieve/link.h"
#include "slice/expert/profile.h"
#include "sys/embedded.h"

#define NEAR_ENOUGH 0.72 /* of the linker's three views; below, a link is wrong too often */

struct taxonomy {
    struct taxonomy_skill *skills;
    size_t count;
    struct map *names; /* of skills and their other names */
    uint32_t *skill;   /* [name] */
    struct retrieve_linker *linker;
};

static struct text cut(struct text *rest, char at)
{
    const char *end = rest->size == 0 ? NULL : memchr(rest->at, at, rest->size);
    struct text part = {.at = rest->at,
                        .size = end == NULL ? rest->size : (size_t)(end - rest->at)};
    size_t used = end == NULL ? rest->size : part.size + 1;

    rest->at += used;
    rest->size -= used;
    return text_trim(part);
}

static const char *kept(struct arena *arena, struct text text)
{
    return arena_copy(arena, text.at, text.size);
}

static void read_domain(struct arena *arena, const struct embedded *file, struct taxonomy *taxonomy)
{
    struct text rest = text_of(file->text);

    while (rest.size > 0) {
        struct text line = cut(&rest, '\n');

        if (line.size > 0 && line.at[0] != '#') {
            struct taxonomy_skill *skill = &taxonomy->skills[taxonomy->count++];

            skill->domain = file->name;
            skill->name = kept(arena, cut(&line, '|'));
            skill->others = kept(arena, text_trim(line));
        }
    }
}

static void read_skills(struct arena *arena, struct taxonomy *taxonomy)
{
    size_t most = 0;

    for (size_t i = 0; i < embedded_skills_count; i++) {
        most += strlen(embedded_skills[i].text) / 4; /* a line is longer */
    }
    taxonomy->skills = arena_array(arena, struct taxonomy_skill, most);
    for (size_t i = 0; i < embedded_skills_count; i++) {
        read_domain(arena, &embedded_skills[i], taxonomy);
    }
}

/* A name that several skills claim means the first. */
static void add_name(struct taxonomy *taxonomy, struct text name, uint32_t skill)
{
    uint32_t known = map_count(taxonomy->names);
    uint32_t number = map_add(taxonomy->names, name);

    if (number == known) {
        taxonomy->skill[number] = skill;
    }
}

static size_t names_most(const struct taxonomy *taxonomy)
{
    size_t most = 0;

    for (size_t i = 0; i < taxonomy->count; i++) {
        most += 2;
        for (const char *at = taxonomy->skills[i].others; *at != '\0'; at++) {
            most += *at == ',';
        }
    }
    return most;
}

enum err taxonomy_new(struct arena *arena, struct taxonomy **out, struct fault *fault)
{
    struct taxonomy *taxonomy = arena_new_of(arena, struct taxonomy);

    read_skills(arena, taxonomy);
    taxonomy->names = map_new(arena);
    taxonomy->skill = arena_array(arena, uint32_t, names_most(taxonomy));
    for (uint32_t i = 0; i < taxonomy->count; i++) {
        add_name(taxonomy, text_of(taxonomy->skills[i].name), i);
    }
    for (uint32_t i = 0; i < taxonomy->count; i++) {
        struct text others = text_of(taxonomy->skills[i].others);

        while (others.size > 0) {
            add_name(taxonomy, cut(&others, ','), i);
        }
    }
    struct text *titles = arena_array(arena, struct text, map_count(taxonomy->names));

    for (uint32_t i = 0; i < map_count(taxonomy->names); i++) {
        titles[i] = map_key(taxonomy->names, i);
    }
    TRY(retrieve_linker_new(arena, titles, map_count(taxonomy->names), "en", &taxonomy->linker,
                            fault));
    *out = taxonomy;
    return OK;
}

void taxonomy_free(struct taxonomy *taxonomy)
{
    if (taxonomy != NULL) {
        retrieve_linker_free(taxonomy->linker);
    }
}

struct skill_link taxonomy_link(struct arena *arena, const struct taxonomy *taxonomy,
                                const char *written)
{
    const char *key = name_key(arena, written);
    uint32_t number;

    if (map_find(taxonomy->names, text_of(key), &number)) {
        return (struct skill_link){taxonomy->skills[taxonomy->skill[number]].name, 1};
    }
    struct retrieve_links links = retrieve_link(arena, taxonomy->linker, text_of(key), 1);

    if (links.count > 0 && links.at[0].score >= NEAR_ENOUGH) {
        return (struct skill_link){taxonomy->skills[taxonomy->skill[links.at[0].row]].name,
                                   links.at[0].score};
    }
    return (struct skill_link){key, 0};
}

const struct taxonomy_skill *taxonomy_skills(const struct taxonomy *taxonomy, size_t *count)
{
    *count = taxonomy->count;
    return taxonomy->skills;
}
