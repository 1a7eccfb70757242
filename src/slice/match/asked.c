#include "slice/match/asked.h"

#include <assert.h>

#include "base/arena.h"
#include "base/map.h"
#include "slice/account/account.h"
#include "slice/expert/expert_sql.h"
#include "store/work.h"

enum err match_asked_open(struct work *work, struct arena *scratch, struct match_asked *out)
{
    struct expert_name_last_row name;
    struct expert_word_last_row word;

    TRY(expert_name_last(
        work, &(struct expert_name_last_args){.organisation_id = work->organisation_id}, &name));
    TRY(expert_word_last(
        work, &(struct expert_word_last_args){.organisation_id = work->organisation_id}, &word));
    *out = (struct match_asked){.numbers = map_new(scratch),
                                .name_count = (uint32_t)(name.last_number + 1),
                                .word_count = (uint32_t)(word.last_number + 1)};
    out->of_name = arena_array(scratch, uint32_t, out->name_count + 1UL);
    out->of_word = arena_array(scratch, uint32_t, out->word_count + 1UL);
    return OK;
}

enum err match_asked_name(struct work *work, struct match_asked *asked, const char *name,
                          uint32_t *out)
{
    struct expert_name_find_row row;

    *out = map_add(asked->numbers, text_of(name));
    if (*out < asked->count) {
        return OK;
    }
    if (asked->count == asked->room) {
        uint32_t wider = asked->room * 2 + 256;

        asked->names = arena_grow(work->arena, asked->names, asked->room * sizeof(*asked->names),
                                  wider * sizeof(*asked->names));
        asked->room = wider;
    }
    asked->names[asked->count++] = name;
    enum err err = expert_name_find(
        work,
        &(struct expert_name_find_args){.organisation_id = work->organisation_id, .name = name},
        &row);

    if (err == OK) {
        asked->of_name[row.name_number] = *out + 1;
    }
    return err == ERR_NOT_FOUND ? OK : err; /* asked for, but nobody has it */
}

uint32_t match_asked_number(const struct match_asked *asked, const char *name)
{
    uint32_t number = 0;
    bool found = map_find(asked->numbers, text_of(name), &number);

    assert(found);
    return number;
}

void match_asked_number_words(struct arena *arena, struct match_asked *asked,
                              struct match_input *input)
{
    for (uint32_t i = 0; i < input->requirement_count; i++) {
        for (size_t k = 0; k < input->requirements[i].term_count; k++) {
            asked->of_word[input->requirements[i].terms[k]] = 1;
        }
    }
    for (uint32_t i = 0; i < asked->word_count; i++) {
        asked->of_word[i] = asked->of_word[i] == 0 ? 0 : ++asked->words;
    }
    for (uint32_t i = 0; i < input->requirement_count; i++) {
        struct match_requirement *requirement = &input->requirements[i];
        uint32_t *terms = arena_array(arena, uint32_t, requirement->term_count + 1);

        for (size_t k = 0; k < requirement->term_count; k++) {
            terms[k] = asked->of_word[requirement->terms[k]] - 1;
        }
        requirement->terms = terms;
    }
}

struct card_want match_asked_want(const struct match_asked *asked)
{
    return (struct card_want){.tags = asked->of_name,
                              .tag_count = asked->name_count,
                              .terms = asked->of_word,
                              .term_count = asked->word_count};
}
