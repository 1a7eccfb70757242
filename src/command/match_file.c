#include "command/match_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/map.h"
#include "base/shape.h"
#include "command/lines.h"
#include "command/match_wall.h"
#include "engine/match/sieve.h"
#include "engine/text/analyser.h"
#include "engine/text/fold.h"

enum { SEATS_MAX = 10000, HOURS_MAX = 168 };

struct skill {
    const char *name;
    int64_t level;
};
static const struct field skill_fields[] = {
    TEXT(skill, name, .doc = "Name", .min = 1, .max = 200),
    INT(skill, level, .doc = "Level", .min = 1, .max = MATCH_LEVEL_MAX, .optional = true),
};
static const struct shape skill_shape = SHAPE(skill, skill_fields, "A skill");

struct expert_line {
    const char *id;
    struct list skills;
    struct texts languages;
    struct texts credentials;
    struct texts employers;
    const char *domain;
    const char *country;
    const char *text;
    double zone;
    double rate;
    int64_t hours;
    int64_t seats;
};
static const struct field expert_fields[] = {
    TEXT(expert_line, id, .doc = "Identifier", .min = 1, .max = 200),
    LIST(expert_line, skills, .of = &skill_shape, .max = MATCH_TAGS_MAX, .optional = true),
    TEXTS(expert_line, languages, .max = MATCH_TAGS_MAX, .optional = true),
    TEXTS(expert_line, credentials, .max = MATCH_TAGS_MAX, .optional = true),
    TEXTS(expert_line, employers, .max = MATCH_TAGS_MAX, .optional = true),
    TEXT(expert_line, domain, .max = 200, .optional = true),
    TEXT(expert_line, country, .max = 200, .optional = true),
    TEXT(expert_line, text, .max = 100000, .optional = true),
    REAL(expert_line, zone, .min = -14, .max = 14, .optional = true),
    REAL(expert_line, rate, .min = 0, .max = 1e6, .optional = true),
    INT(expert_line, hours, .min = 0, .max = HOURS_MAX, .optional = true),
    INT(expert_line, seats, .min = 0, .max = 1000, .optional = true),
};
static const struct shape expert_shape = SHAPE(expert_line, expert_fields, "An expert");

struct requirement_line {
    const char *id;
    const char *campaign;
    const char *client;
    struct list skills;
    struct texts languages;
    struct texts credentials;
    struct texts countries;
    const char *domain;
    const char *text;
    double zone;
    double zone_shift;
    double rate;
    int64_t hours;
    int64_t seats;
};
static const struct field requirement_fields[] = {
    TEXT(requirement_line, id, .doc = "Identifier", .min = 1, .max = 200),
    TEXT(requirement_line, campaign, .max = 200, .optional = true),
    TEXT(requirement_line, client, .max = 200, .optional = true),
    LIST(requirement_line, skills, .of = &skill_shape, .max = MATCH_SKILLS_MAX, .optional = true),
    TEXTS(requirement_line, languages, .max = 16, .optional = true),
    TEXTS(requirement_line, credentials, .max = 16, .optional = true),
    TEXTS(requirement_line, countries, .max = MATCH_TAGS_MAX, .optional = true),
    TEXT(requirement_line, domain, .max = 200, .optional = true),
    TEXT(requirement_line, text, .max = 100000, .optional = true),
    REAL(requirement_line, zone, .min = -14, .max = 14, .optional = true),
    REAL(requirement_line, zone_shift, .min = 0, .max = 12, .optional = true),
    REAL(requirement_line, rate, .min = 0, .max = 1e6, .optional = true),
    INT(requirement_line, hours, .min = 0, .max = HOURS_MAX, .optional = true),
    INT(requirement_line, seats, .min = 1, .max = SEATS_MAX, .optional = true),
};
static const struct shape requirement_shape =
    SHAPE(requirement_line, requirement_fields, "A requirement");

struct reading {
    struct arena *arena;
    struct fault *fault;
    struct text_analyser *analyser;
    struct match_files *files;
    struct text_vocabulary *vocabulary; /* of what is asked */
    struct map *clients;
    struct map *employed; /* "client", a line end, "expert" */
    struct map *requirement_ids;
    struct match_sieve *sieve; /* NULL: everybody is kept */
    bool walled;               /* a file of walls comes later */
    size_t row_room;
};

/* Collected tags of one line. */
struct tags {
    struct match_tag at[MATCH_TAGS_MAX * 4 + 2];
    uint32_t count;
    bool asked; /* of a requirement */
};

static int64_t or_else(int64_t value, int64_t absent)
{
    return value == INT_ABSENT ? absent : value;
}

/* What a requirement names gets a number; what an expert names has one only if it is asked for. */
static bool tag_of(struct reading *reading, struct arena *scratch, const char *kind,
                   const char *name, bool asked, uint32_t *out)
{
    struct text folded = text_trim(text_fold(scratch, text_of(name), false));
    size_t kind_size = strlen(kind);
    char *at = arena_take(scratch, kind_size + 1 + folded.size, 1);
    struct text key = {.at = at, .size = kind_size + 1 + folded.size};

    memcpy(at, kind, kind_size);
    at[kind_size] = ' ';
    memcpy(at + kind_size + 1, folded.at, folded.size);
    if (!asked) {
        return map_find(reading->files->tags, key, out);
    }
    *out = map_add(reading->files->tags, key);
    return true;
}

static void add_tag(struct reading *reading, struct arena *scratch, struct tags *tags,
                    const char *kind, const char *name, int64_t level)
{
    uint32_t number;

    if (name != NULL && tag_of(reading, scratch, kind, name, tags->asked, &number)) {
        tags->at[tags->count++] = (struct match_tag){.tag = number,
                                                     .level = (uint8_t)or_else(level, 1),
                                                     .skill = strcmp(kind, "skill") == 0};
    }
}

static void add_names(struct reading *reading, struct arena *scratch, struct tags *tags,
                      const char *kind, struct texts names)
{
    for (size_t i = 0; i < names.count; i++) {
        add_tag(reading, scratch, tags, kind, names.at[i], 1);
    }
}

static void add_skills(struct reading *reading, struct arena *scratch, struct tags *tags,
                       struct list list)
{
    const struct skill *skills = list.at;

    for (size_t i = 0; i < list.count; i++) {
        add_tag(reading, scratch, tags, "skill", skills[i].name, skills[i].level);
    }
}

/* The words that stand for a line: its text, domain and skills. */
static struct text_words terms_of(struct reading *reading, struct arena *scratch, const char *text,
                                  const char *domain, struct list skills)
{
    struct buffer all = buffer_new(scratch);
    const struct skill *skill = skills.at;

    buffer_string(&all, text == NULL ? "" : text);
    buffer_char(&all, '\n');
    buffer_string(&all, domain == NULL ? "" : domain);
    for (size_t i = 0; i < skills.count; i++) {
        buffer_char(&all, '\n');
        buffer_string(&all, skill[i].name);
    }
    return text_analyse(reading->analyser, scratch, buffer_view(&all));
}

/* The words that are asked for; its length counts all. What a word weighs follows from its holders,
 * the number of texts and their lengths, so that no score misses the others. */
static struct text_bag bag_of(struct reading *reading, struct arena *scratch,
                              struct text_words words)
{
    struct text_bag bag = text_vocabulary_look(reading->vocabulary, scratch, words);

    bag.length = words.count;
    return bag;
}

/* Keep an expert who may matter, and remember where. */
static void keep_expert(struct reading *reading, uint32_t number, struct match_expert *expert)
{
    struct match_files *files = reading->files;

    files->rows =
        arena_room(reading->arena, files->rows, number, &reading->row_room, sizeof(*files->rows));
    files->rows[number] = MATCH_NONE;
    if (reading->sieve == NULL || match_sieve_take(reading->sieve, expert)) {
        expert->id = map_key(files->ids, number).at;
        files->rows[number] = match_expert_add(reading->arena, &files->input, expert);
    }
}

/* True: a client employs the expert. */
static bool take_employers(struct reading *reading, struct arena *scratch,
                           const struct expert_line *line)
{
    bool any = false;

    for (size_t i = 0; i < line->employers.count; i++) {
        const char *pair = arena_print(scratch, "%s\n%s", line->employers.at[i], line->id);
        uint32_t client;

        if (map_find(reading->clients, text_of(line->employers.at[i]), &client)) {
            (void)map_add(reading->employed, text_of(pair));
            any = true;
        }
    }
    return any;
}

static enum err take_expert(struct reading *reading, struct arena *scratch,
                            const struct expert_line *line)
{
    struct tags tags = {.count = 0};
    uint32_t before = map_count(reading->files->ids);
    uint32_t number = map_add(reading->files->ids, text_of(line->id));

    if (number < before) {
        return fail_field(reading->fault, ERR_INVALID, "id", "expert %s appears twice", line->id);
    }
    add_skills(reading, scratch, &tags, line->skills);
    add_names(reading, scratch, &tags, "language", line->languages);
    add_names(reading, scratch, &tags, "credential", line->credentials);
    add_tag(reading, scratch, &tags, "domain", line->domain, 1);
    add_tag(reading, scratch, &tags, "country", line->country, 1);
    bool walled = take_employers(reading, scratch, line) || reading->walled;

    keep_expert(
        reading, number,
        &(struct match_expert){
            .hours = (uint16_t)or_else(line->hours, 40),
            .rate = isnan(line->rate) ? 0 : (uint32_t)lround(line->rate * 100),
            .zone = match_zone_of(line->zone),
            .seats = (uint16_t)or_else(line->seats, 1),
            .to_day = MATCH_DAY_MAX,
            .tags = tags.at,
            .tag_count = tags.count,
            .text = bag_of(reading, scratch,
                           terms_of(reading, scratch, line->text, line->domain, line->skills)),
            .walled = walled,
        });
    return OK;
}

/* Its terms, rising. */
static void set_terms(struct reading *reading, struct text_words words,
                      struct match_requirement *out)
{
    struct text_bag bag = text_vocabulary_learn(reading->vocabulary, reading->arena, words);

    out->terms = bag.term;
    out->term_count = bag.size;
}

static const char *keep(struct arena *arena, const char *string)
{
    return string == NULL ? NULL : arena_copy(arena, string, strlen(string));
}

static void take_tags(struct reading *reading, struct arena *scratch,
                      const struct requirement_line *line, struct match_requirement *out)
{
    struct tags tags = {.asked = true};

    add_skills(reading, scratch, &tags, line->skills);
    add_names(reading, scratch, &tags, "language", line->languages);
    add_names(reading, scratch, &tags, "credential", line->credentials);
    add_tag(reading, scratch, &tags, "domain", line->domain, 1);
    out->tags = arena_array(reading->arena, struct match_tag, tags.count + 1);
    memcpy(out->tags, tags.at, tags.count * sizeof(*tags.at));
    out->tag_count = tags.count;
    out->countries = arena_array(reading->arena, uint32_t, line->countries.count + 1);
    for (size_t i = 0; i < line->countries.count; i++) {
        (void)tag_of(reading, scratch, "country", line->countries.at[i], true,
                     &out->countries[out->country_count++]);
    }
}

static enum err take_requirement(struct reading *reading, struct arena *scratch,
                                 const struct requirement_line *line)
{
    struct match_input *input = &reading->files->input;

    if (map_add(reading->requirement_ids, text_of(line->id)) < input->requirement_count) {
        return fail_field(reading->fault, ERR_INVALID, "id", "requirement %s appears twice",
                          line->id);
    }
    if (!isnan(line->zone_shift) && isnan(line->zone)) {
        return fail_field(reading->fault, ERR_INVALID, "zone",
                          "zone_shift is given, so zone is needed too");
    }
    struct match_requirement *out = match_requirement_add(reading->arena, input);

    *out = (struct match_requirement){
        .id = keep(reading->arena, line->id),
        .campaign = keep(reading->arena, line->campaign),
        .client = keep(reading->arena, line->client),
        .seats = (uint32_t)or_else(line->seats, 1),
        .hours = (uint32_t)or_else(line->hours, 0),
        .rate = isnan(line->rate) ? UINT32_MAX : (uint32_t)lround(line->rate * 100),
        .zone = match_zone_of(line->zone),
        .zone_shift = (uint8_t)lround((isnan(line->zone_shift) ? 4 : line->zone_shift) * 4),
    };
    if (line->client != NULL) {
        (void)map_add(reading->clients, text_of(line->client));
    }
    take_tags(reading, scratch, line, out);
    set_terms(reading, terms_of(reading, scratch, line->text, line->domain, line->skills), out);
    return OK;
}

static enum err take_line(struct reading *reading, struct text text, bool experts)
{
    ARENA_SCOPE scratch = arena_new();
    struct json *value;

    TRY(json_parse(scratch, text, &value, reading->fault));
    if (experts) {
        struct expert_line line;

        TRY(json_decode(scratch, value, &expert_shape, &line, reading->fault));
        return take_expert(reading, scratch, &line);
    }
    struct requirement_line line;

    TRY(json_decode(scratch, value, &requirement_shape, &line, reading->fault));
    return take_requirement(reading, scratch, &line);
}

static enum err read_lines(struct reading *reading, const char *path, bool experts)
{
    LINES_SCOPE lines = NULL;
    struct text text;
    bool more;

    TRY(lines_open(path, &lines, reading->fault));
    for (;;) {
        TRY(lines_next(lines, &text, &more, reading->fault));
        if (!more) {
            return OK;
        }
        enum err err = take_line(reading, text, experts);

        if (err != OK) {
            struct fault born = *reading->fault;

            return fault_set(reading->fault, err, born.field, lines_number(lines), born.file,
                             born.at, "%s: %s", path, born.text);
        }
    }
}

/* What the engine needs of the maps. */
static void close_maps(const struct reading *reading)
{
    struct match_files *files = reading->files;
    const char **names = arena_array(reading->arena, const char *, map_count(files->tags) + 1UL);

    for (uint32_t i = 0; i < map_count(files->tags); i++) {
        names[i] = map_key(files->tags, i).at;
    }
    files->input.tag_names = names;
    files->input.tag_count = map_count(files->tags);
}

enum err match_read(struct arena *arena, const struct match_paths *paths, struct match_files *out,
                    struct fault *fault)
{
    ARENA_SCOPE scratch = arena_new();
    TEXT_ANALYSER_SCOPE analyser = NULL;
    struct text_options options = {.language = "en", .word_low = 1, .word_high = 1};
    struct reading reading = {.arena = arena,
                              .fault = fault,
                              .files = out,
                              .vocabulary = text_vocabulary_new(arena),
                              .clients = map_new(scratch),
                              .employed = map_new(scratch),
                              .requirement_ids = map_new(scratch)};

    *out = (struct match_files){.tags = map_new(arena), .ids = map_new(arena)};
    TRY(text_analyser_new(&options, &analyser, fault));
    reading.analyser = analyser;
    TRY(read_lines(&reading, paths->requirements, false)); /* only what is asked is kept */
    out->input.term_count = text_vocabulary_size(reading.vocabulary);
    reading.walled = paths->conflicts != NULL;
    reading.sieve = paths->everybody ? NULL : match_sieve_new(arena, &out->input);
    TRY(read_lines(&reading, paths->experts, true));
    if (map_count(out->ids) == 0 || out->input.requirement_count == 0) {
        bool empty = map_count(out->ids) == 0;

        return fail(fault, ERR_INVALID, "%s holds no %s",
                    empty ? paths->experts : paths->requirements,
                    empty ? "experts" : "requirements");
    }
    if (reading.sieve != NULL) {
        match_sieve_close(reading.sieve, &out->input);
    }
    close_maps(&reading);
    return match_walls_read(arena, paths->conflicts, reading.employed, out, fault);
}
