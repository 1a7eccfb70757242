#include "slice/expert/expert.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "base/map.h"
#include "base/time.h"
#include "engine/text/analyser.h"
#include "engine/text/vocabulary.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/expert/card.h"
#include "slice/expert/expert_sql.h"
#include "slice/expert/profile.h"
#include "slice/expert/taxonomy.h"
#include "store/work.h"

static const struct text_options WORDS = {.language = "en", .word_low = 1, .word_high = 1};

/* Numbers that were committed before the transaction that asks; a later one may yet be undone. */
struct numbers {
    struct map *keys;
    uint32_t *number; /* [key] */
    size_t room;
    int64_t last; /* in the store, with those of this transaction */
    int64_t last_committed;
};

struct expert_writer {
    struct arena *arena;
    struct taxonomy *taxonomy;
    struct text_analyser *analyser;
    struct numbers names;
    struct numbers words;
    int64_t version;
};

enum err expert_writer_new(struct expert_writer **out, struct fault *fault)
{
    struct arena *arena = arena_new();
    struct expert_writer *writer = arena_new_of(arena, struct expert_writer);

    writer->arena = arena;
    writer->names.keys = map_new(arena);
    writer->words.keys = map_new(arena);
    enum err err = text_analyser_new(&WORDS, &writer->analyser, fault);

    if (err == OK) {
        err = taxonomy_new(arena, &writer->taxonomy, fault);
    }
    if (err != OK) {
        expert_writer_free(writer);
        return err;
    }
    *out = writer;
    return OK;
}

void expert_writer_free(struct expert_writer *writer)
{
    if (writer != NULL) {
        text_analyser_free(writer->analyser);
        taxonomy_free(writer->taxonomy);
        arena_free(writer->arena);
    }
}

enum err expert_version(struct work *work, int64_t *out)
{
    struct expert_pool_version_row row = {0};
    enum err err = expert_pool_version(
        work, &(struct expert_pool_version_args){.organisation_id = work->organisation_id}, &row);

    *out = row.pool_version;
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err expert_writer_begin(struct work *work, struct expert_writer *writer)
{
    const char *house = work->organisation_id;
    struct expert_name_last_row name;
    struct expert_word_last_row word;

    TRY(expert_pool_advance(work, &(struct expert_pool_advance_args){.organisation_id = house}));
    TRY(expert_version(work, &writer->version));
    TRY(expert_name_last(work, &(struct expert_name_last_args){.organisation_id = house}, &name));
    TRY(expert_word_last(work, &(struct expert_word_last_args){.organisation_id = house}, &word));
    writer->names.last = writer->names.last_committed = name.last_number;
    writer->words.last = writer->words.last_committed = word.last_number;
    return OK;
}

static void remember(struct arena *arena, struct numbers *numbers, const char *key, uint32_t number)
{
    uint32_t place = map_add(numbers->keys, text_of(key));

    if (place >= numbers->room) {
        size_t room = numbers->room * 2 + 1024;
        uint32_t *wider = arena_array(arena, uint32_t, room);

        if (numbers->room > 0) {
            memcpy(wider, numbers->number, numbers->room * sizeof(*wider));
        }
        numbers->number = wider;
        numbers->room = room;
    }
    numbers->number[place] = number;
}

static bool recall(const struct numbers *numbers, const char *key, uint32_t *out)
{
    uint32_t place;

    if (!map_find(numbers->keys, text_of(key), &place)) {
        return false;
    }
    *out = numbers->number[place];
    return true;
}

static enum err name_number(struct work *work, struct expert_writer *writer, const char *name,
                            uint32_t *out)
{
    struct expert_name_find_row row;

    if (recall(&writer->names, name, out)) {
        return OK;
    }
    enum err err = expert_name_find(
        work,
        &(struct expert_name_find_args){.organisation_id = work->organisation_id, .name = name},
        &row);

    if (err == ERR_NOT_FOUND) {
        row.name_number = ++writer->names.last;
        err = expert_name_insert(
            work, &(struct expert_name_insert_args){.organisation_id = work->organisation_id,
                                                    .name = name,
                                                    .name_number = row.name_number});
    }
    TRY(err);
    *out = (uint32_t)row.name_number;
    if (row.name_number <= writer->names.last_committed) {
        remember(writer->arena, &writer->names, name, *out);
    }
    return OK;
}

static enum err word_number(struct work *work, struct expert_writer *writer, const char *word,
                            uint32_t *out)
{
    struct expert_word_find_row row;

    if (recall(&writer->words, word, out)) {
        return OK;
    }
    enum err err = expert_word_find(
        work,
        &(struct expert_word_find_args){.organisation_id = work->organisation_id, .word = word},
        &row);

    if (err == ERR_NOT_FOUND) {
        row.word_number = ++writer->words.last;
        err = expert_word_insert(
            work, &(struct expert_word_insert_args){.organisation_id = work->organisation_id,
                                                    .word = word,
                                                    .word_number = row.word_number});
    }
    TRY(err);
    *out = (uint32_t)row.word_number;
    if (row.word_number <= writer->words.last_committed) {
        remember(writer->arena, &writer->words, word, *out);
    }
    return OK;
}

/* ------------------------------------------------------------------ cards */

static uint16_t day_of(int64_t at)
{
    int64_t day = at == INT_ABSENT ? 0 : at / TIME_DAY;

    return (uint16_t)(day < 0 ? 0 : day > UINT16_MAX ? UINT16_MAX : day);
}

struct carding {
    struct work *work;
    struct expert_writer *writer;
    struct card *card;
};

static enum err add_tag(struct carding *carding, const char *kind, const char *key, int64_t level,
                        int64_t until_at)
{
    struct card *card = carding->card;
    const char *name = arena_print(carding->work->arena, "%s %s", kind, key);
    uint32_t number;

    if (card->tag_count == CARD_TAGS_MAX) {
        return OK; /* the door's bounds are below */
    }
    TRY(name_number(carding->work, carding->writer, name, &number));
    card->tags[card->tag_count++] =
        (struct card_tag){.name = number, .level = (uint8_t)level, .until_day = day_of(until_at)};
    return OK;
}

static enum err add_claims(struct carding *carding, const char *kind, struct list list,
                           bool companies)
{
    const struct profile_claim *claims = list.at;

    for (size_t i = 0; i < list.count; i++) {
        struct arena *arena = carding->work->arena;
        const char *key =
            companies ? company_key(arena, claims[i].name) : name_key(arena, claims[i].name);

        TRY(add_tag(carding, kind, key, 1, claims[i].until_at));
    }
    return OK;
}

static enum err add_tags(struct carding *carding, const struct profile *profile)
{
    const struct profile_skill *skills = profile->skills.at;
    struct arena *arena = carding->work->arena;

    for (size_t i = 0; i < profile->skills.count; i++) {
        TRY(add_tag(carding, "skill", skills[i].name, skills[i].level, INT_ABSENT));
    }
    for (size_t i = 0; i < profile->languages.count; i++) {
        TRY(add_tag(carding, "language", profile->languages.at[i], 1, INT_ABSENT));
    }
    for (size_t i = 0; i < profile->hidden_from.count; i++) {
        TRY(add_tag(carding, "hidden", company_key(arena, profile->hidden_from.at[i]), 1,
                    INT_ABSENT));
    }
    if (profile->domain != NULL) {
        TRY(add_tag(carding, "domain", profile->domain, 1, INT_ABSENT));
    }
    if (profile->country != NULL) {
        TRY(add_tag(carding, "country", name_key(arena, profile->country), 1, INT_ABSENT));
    }
    TRY(add_tag(carding, "currency", name_key(arena, profile->currency), 1, INT_ABSENT));
    TRY(add_claims(carding, "credential", profile->credentials, false));
    TRY(add_claims(carding, "employer", profile->employers, true));
    return add_claims(carding, "duty", profile->confidentiality, true);
}

static int compare_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

/* Rising distinct numbers and their counts, in place. */
static struct text_bag bag_of(struct arena *arena, uint32_t *numbers, size_t count)
{
    uint32_t *counts = arena_array(arena, uint32_t, count + 1);
    size_t used = 0;

    qsort(numbers, count, sizeof(*numbers), compare_number);
    for (size_t i = 0; i < count; i++) {
        if (used > 0 && numbers[used - 1] == numbers[i]) {
            counts[used - 1]++;
        } else {
            counts[used] = 1;
            numbers[used++] = numbers[i];
        }
    }
    return (struct text_bag){.term = numbers, .count = counts, .size = used, .length = count};
}

/* The words that stand for an expert: headline, summary, domain and skills. */
static enum err add_words(struct carding *carding, const struct profile *profile)
{
    struct arena *arena = carding->work->arena;
    const struct profile_skill *skills = profile->skills.at;
    struct buffer all = buffer_new(arena);

    buffer_string(&all, profile->headline == NULL ? "" : profile->headline);
    buffer_char(&all, '\n');
    buffer_string(&all, profile->summary == NULL ? "" : profile->summary);
    buffer_char(&all, '\n');
    buffer_string(&all, profile->domain == NULL ? "" : profile->domain);
    for (size_t i = 0; i < profile->skills.count; i++) {
        buffer_char(&all, '\n');
        buffer_string(&all, skills[i].name);
    }
    struct text_words words = text_analyse(carding->writer->analyser, arena, buffer_view(&all));
    uint32_t *numbers = arena_array(arena, uint32_t, words.count + 1);

    for (size_t i = 0; i < words.count; i++) {
        const char *word = arena_copy(arena, words.at[i].at, words.at[i].size);

        TRY(word_number(carding->work, carding->writer, word, &numbers[i]));
    }
    carding->card->text = bag_of(arena, numbers, words.count);
    return OK;
}

static void set_numbers(struct card *card, const struct profile *profile)
{
    const struct profile_window *windows = profile->availability.at;

    card->looking = profile->looking;
    card->hours = (uint16_t)profile->weekly_hours;
    card->seats = (uint16_t)profile->seats;
    card->rate = profile->rate_minor == INT_ABSENT ? 0 : (uint32_t)profile->rate_minor;
    card->zone = match_zone_of(profile->zone);
    for (size_t i = 0; i < profile->availability.count && i < CARD_WINDOWS_MAX; i++) {
        card->windows[card->window_count++] =
            (struct card_window){.from_day = day_of(windows[i].from_at),
                                 .to_day = day_of(windows[i].to_at),
                                 .hours = (uint16_t)windows[i].hours};
    }
}

static enum err put_card(struct work *work, struct expert_writer *writer, const char *person_id,
                         const struct profile *profile)
{
    struct card *card = arena_new_of(work->arena, struct card);
    struct carding carding = {.work = work, .writer = writer, .card = card};

    set_numbers(card, profile);
    TRY(add_tags(&carding, profile));
    TRY(add_words(&carding, profile));
    struct expert_tag_insert_args *tags =
        arena_array(work->arena, struct expert_tag_insert_args, card->tag_count);

    for (uint32_t i = 0; i < card->tag_count; i++) {
        tags[i] = (struct expert_tag_insert_args){.organisation_id = work->organisation_id,
                                                  .name_number = card->tags[i].name,
                                                  .person_id = person_id,
                                                  .held_level = card->tags[i].level,
                                                  .until_day = card->tags[i].until_day};
    }
    struct buffer bytes = buffer_new(work->arena);

    expert_card_pack(&bytes, card);
    TRY(expert_card_end(work,
                        &(struct expert_card_end_args){.person_id = person_id,
                                                       .organisation_id = work->organisation_id,
                                                       .until_version = writer->version}));
    TRY(expert_card_insert(
        work, &(struct expert_card_insert_args){.organisation_id = work->organisation_id,
                                                .person_id = person_id,
                                                .since_version = writer->version,
                                                .card = buffer_view(&bytes)}));
    TRY(expert_tag_clear(
        work, &(struct expert_tag_clear_args){.person_id = person_id,
                                              .organisation_id = work->organisation_id}));
    return expert_tag_insert(work, tags, card->tag_count);
}

enum err expert_check(struct arena *arena, const struct expert_writer *writer,
                      struct profile *profile, struct fault *fault)
{
    return profile_normalise(arena, writer->taxonomy, profile, fault);
}

/* Whoever is engaged may now stand behind a wall. */
static enum err declare(struct work *work, const char *person_id, const struct profile *profile)
{
    const char *job_id;
    int64_t engaged;

    if (profile->employers.count + profile->confidentiality.count + profile->hidden_from.count ==
        0) {
        return OK;
    }
    TRY(expert_declare(work,
                       &(struct expert_declare_args){.person_id = person_id,
                                                     .organisation_id = work->organisation_id,
                                                     .declared_at = work->now_us},
                       &engaged));
    return engaged == 0 ? OK : job_request(work, EXPERT_DECLARED_JOB, "{}", "declared", &job_id);
}

enum err expert_write(struct work *work, struct expert_writer *writer, const char *person_id,
                      struct profile *profile, bool *is_new)
{
    struct expert_row before = {0};
    struct buffer text = buffer_new(work->arena);
    struct json_out out = json_to(&text);

    TRY(expert_check(work->arena, writer, profile, &work->fault));
    enum err err =
        expert_find_row(work,
                        &(struct expert_find_row_args){.person_id = person_id,
                                                       .organisation_id = work->organisation_id},
                        &before);

    *is_new = err == ERR_NOT_FOUND;
    if (!*is_new) {
        TRY(err);
    }
    json_encode(&out, &profile_shape, profile);
    const char *json = arena_copy(work->arena, text.at, text.size);

    TRY(expert_put(work, &(struct expert_put_args){
                             .person_id = person_id,
                             .organisation_id = work->organisation_id,
                             .version_number = before.version_number + 1,
                             .is_looking = profile->looking,
                             .profile = json,
                             .changed_at = work->now_us,
                             .changed_by = work->who == NULL ? person_id : work->who->person_id}));
    TRY(declare(work, person_id, profile));
    return put_card(work, writer, person_id, profile);
}

/* ------------------------------------------------------------------ for those who ask */

enum err expert_name_number(struct work *work, const char *kind, const char *key, uint32_t *out)
{
    struct expert_name_find_row row;

    TRY(expert_name_find(
        work,
        &(struct expert_name_find_args){.organisation_id = work->organisation_id,
                                        .name = arena_print(work->arena, "%s %s", kind, key)},
        &row));
    *out = (uint32_t)row.name_number;
    return OK;
}

enum err expert_word_numbers(struct work *work, const char *text, const uint32_t **out,
                             size_t *count)
{
    TEXT_ANALYSER_SCOPE analyser = NULL;

    TRY(text_analyser_new(&WORDS, &analyser, &work->fault));
    struct text_words words = text_analyse(analyser, work->arena, text_of(text));
    uint32_t *numbers = arena_array(work->arena, uint32_t, words.count + 1);

    *count = 0;
    for (size_t i = 0; i < words.count; i++) {
        struct expert_word_find_row row;
        enum err err =
            expert_word_find(work,
                             &(struct expert_word_find_args){
                                 .organisation_id = work->organisation_id,
                                 .word = arena_copy(work->arena, words.at[i].at, words.at[i].size)},
                             &row);

        if (err == OK) {
            numbers[(*count)++] = (uint32_t)row.word_number;
        } else if (err != ERR_NOT_FOUND) {
            return err;
        }
    }
    struct text_bag bag = bag_of(work->arena, numbers, *count);

    *out = bag.term;
    *count = bag.size;
    return OK;
}

enum err expert_of_email(struct work *work, const char *email, const char *name, const char **id)
{
    struct expert_person_by_email_row person;
    const char *house = work->organisation_id;
    enum err err = expert_person_by_email(
        work, &(struct expert_person_by_email_args){.organisation_id = house, .email = email},
        &person);

    if (err == ERR_NOT_FOUND) {
        return person_add(work,
                          &(struct person_draft){.organisation_id = house,
                                                 .email = email,
                                                 .name = name == NULL ? email : name,
                                                 .role = "expert"},
                          id);
    }
    TRY(err);
    *id = person.is_expert > 0 ? person.id : NULL;
    return OK;
}
