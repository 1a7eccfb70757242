#include "slice/match/build.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/map.h"
#include "base/time.h"
#include "slice/expert/card.h"
#include "slice/expert/expert.h"
#include "slice/expert/expert_sql.h"
#include "slice/expert/profile.h"
#include "slice/match/match_sql.h"
#include "store/work.h"
#include "sys/secret.h"

static const struct match_options_view options_defaults = {
    .seed = 1, .candidates = 200, .near = 200};
static const struct field options_fields[] = {
    INT(match_options_view, seed, .optional = true, .min = 0, .max = 9e15,
        .doc = "Breaks ties, draws among equals"),
    INT(match_options_view, candidates, .optional = true, .min = 1, .max = 20000,
        .doc = "Experts looked at for each requirement, at least; 20 a seat if that is more"),
    INT(match_options_view, near, .optional = true, .min = 0, .max = 1000,
        .doc = "Near misses kept for questions, for each of rate, hours and levels"),
};
const struct shape match_options_shape =
    SHAPE(match_options_view, options_fields, "Options of a match", .defaults = &options_defaults);

/* Names that are asked for get numbers behind those that somebody has. */
struct naming {
    struct arena *arena;
    const char **names;
    uint32_t held; /* names that the pool knows */
    uint32_t count;
    uint32_t room;
    struct map *numbers;
};

struct building {
    struct work *work;
    struct arena *scratch;
    struct match_input *input;
    const struct match_facts *facts;
    struct naming naming;
    uint16_t day;
    size_t load; /* next of the facts' loads */
    bool sorted;
};

/* ------------------------------------------------------------------ names */

static enum err open_names(struct building *building)
{
    struct work *work = building->work;
    struct naming *naming = &building->naming;
    struct expert_name_row *rows;
    size_t count;

    TRY(expert_names(work, &(struct expert_names_args){.organisation_id = work->organisation_id},
                     &rows, &count));
    naming->arena = work->arena;
    naming->numbers = map_new(building->scratch);
    naming->held = count == 0 ? 0 : (uint32_t)rows[count - 1].name_number + 1;
    naming->room = naming->held + 4096;
    naming->names = arena_array(work->arena, const char *, naming->room);
    for (uint32_t i = 0; i < naming->held; i++) {
        naming->names[i] = "";
    }
    for (size_t i = 0; i < count; i++) {
        naming->names[rows[i].name_number] = rows[i].name;
    }
    /* The map numbers in order of adding, so that its numbers are the names'. */
    for (uint32_t i = 0; i < naming->held; i++) {
        const char *name = naming->names[i][0] != '\0' ? naming->names[i]
                                                       : arena_print(building->scratch, "\n%u", i);

        (void)map_add(naming->numbers, text_of(name));
    }
    naming->count = naming->held;
    return OK;
}

static uint32_t number_of(struct building *building, const char *kind, const char *key)
{
    struct naming *naming = &building->naming;
    const char *name = arena_print(naming->arena, "%s %s", kind, key);
    uint32_t number = map_add(naming->numbers, text_of(name));

    if (number == naming->count) {
        if (naming->count == naming->room) {
            const char **wider = arena_array(naming->arena, const char *, naming->room * 2UL);

            memcpy(wider, naming->names, naming->room * sizeof(*wider));
            naming->names = wider;
            naming->room *= 2;
        }
        naming->names[naming->count++] = name;
    }
    return number;
}

/* ------------------------------------------------------------------ experts */

/* What is left of an expert's time. Loads and experts come by person, mostly. */
static void take_off_load(struct building *building, const char *person_id,
                          struct match_expert *expert)
{
    const struct load_fact *loads = building->facts->loads.at;
    size_t low = 0;
    size_t high = building->facts->loads.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(loads[middle].person_id, person_id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < building->facts->loads.count && strcmp(loads[low].person_id, person_id) == 0) {
        int64_t seats = expert->seats - loads[low].seats;
        int64_t hours = expert->hours - loads[low].hours;

        expert->seats = (uint16_t)(seats < 0 ? 0 : seats);
        expert->hours = (uint16_t)(hours < 0 ? 0 : hours);
    }
}

static enum err take_card(struct work *work, void *context, const struct expert_card_at *row)
{
    struct building *building = context;
    struct match_experts *experts = &building->input->experts;
    struct arena_mark mark = arena_mark(building->scratch);
    struct match_expert expert;

    if (!expert_card_unpack(work->arena, building->scratch, row->card, building->day, &expert)) {
        return work_fail(work, ERR_INTERNAL, "the card of %s is damaged", row->person_id);
    }
    expert.id = arena_copy(work->arena, row->person_id, strlen(row->person_id));
    take_off_load(building, expert.id, &expert);
    if (experts->count > 0 && strcmp(experts->id[experts->count - 1], expert.id) >= 0) {
        building->sorted = false;
    }
    (void)match_expert_add(work->arena, building->input, &expert);
    arena_undo(building->scratch, mark);
    return OK;
}

static enum err take_experts(struct building *building, int64_t version, const char *person_id)
{
    struct work *work = building->work;

    building->sorted = true;
    if (person_id == NULL) {
        TRY(expert_cards(work,
                         &(struct expert_cards_args){.organisation_id = work->organisation_id,
                                                     .pool_version = version},
                         take_card, building));
    } else {
        struct expert_card_at row;
        enum err err =
            expert_card_of(work,
                           &(struct expert_card_of_args){.person_id = person_id,
                                                         .organisation_id = work->organisation_id,
                                                         .pool_version = version},
                           &row);

        if (err != ERR_NOT_FOUND) {
            TRY(err);
            TRY(take_card(work, building, &row));
        }
    }
    if (!building->sorted) {
        match_experts_sort(work->arena, &building->input->experts);
    }
    return OK;
}

/* Row of a person in the sorted pool; MATCH_NONE: not there. */
static uint32_t row_of(const struct match_experts *experts, const char *person_id)
{
    uint32_t low = 0;
    uint32_t high = experts->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (strcmp(experts->id[middle], person_id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < experts->count && strcmp(experts->id[low], person_id) == 0 ? low : MATCH_NONE;
}

/* ------------------------------------------------------------------ requirements */

static void add_names(struct building *building, const char *kind, struct texts names,
                      struct match_requirement *out)
{
    for (size_t i = 0; i < names.count; i++) {
        const char *key = name_key(building->scratch, names.at[i]);

        out->tags[out->tag_count++] =
            (struct match_tag){.tag = number_of(building, kind, key), .level = 1};
    }
}

static void set_tags(struct building *building, const struct demand *demand,
                     struct match_requirement *out)
{
    struct arena *arena = building->work->arena;
    const struct demand_skill *skills = demand->skills.at;

    out->tags =
        arena_array(arena, struct match_tag,
                    demand->skills.count + demand->languages.count + demand->credentials.count + 2);
    for (size_t i = 0; i < demand->skills.count; i++) {
        out->tags[out->tag_count++] =
            (struct match_tag){.tag = number_of(building, "skill", skills[i].name),
                               .level = (uint8_t)skills[i].level,
                               .skill = true};
    }
    add_names(building, "language", demand->languages, out);
    add_names(building, "credential", demand->credentials, out);
    if (demand->domain != NULL) {
        add_names(building, "domain", (struct texts){.at = &demand->domain, .count = 1}, out);
    }
    if (demand->rate_minor != INT_ABSENT && demand->currency != NULL) {
        add_names(building, "currency", (struct texts){.at = &demand->currency, .count = 1}, out);
    }
    out->countries = arena_array(arena, uint32_t, demand->countries.count + 1);
    for (size_t i = 0; i < demand->countries.count; i++) {
        const char *key = name_key(building->scratch, demand->countries.at[i]);

        out->countries[out->country_count++] = number_of(building, "country", key);
    }
}

static int compare_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

struct membership {
    const struct match_experts *experts;
    struct arena *arena;
    uint32_t *rows;
    size_t count;
    size_t room;
};

static enum err take_member(struct work *work, void *context,
                            const struct expert_pool_member_at *row)
{
    struct membership *members = context;
    uint32_t found = row_of(members->experts, row->person_id);

    if (members->count == members->room) {
        size_t room = members->room * 2 + 256;
        uint32_t *wider = arena_array(members->arena, uint32_t, room);

        if (members->count > 0) {
            memcpy(wider, members->rows, members->count * sizeof(*wider));
        }
        members->rows = wider;
        members->room = room;
    }
    if (found != MATCH_NONE) {
        members->rows[members->count++] = found;
    }
    return OK;
}

static enum err set_pool(struct building *building, const char *pool_id, int64_t version,
                         struct match_requirement *out)
{
    struct work *work = building->work;
    struct membership members = {.experts = &building->input->experts, .arena = work->arena};

    TRY(expert_pool_members(
        work,
        &(struct expert_pool_members_args){
            .pool_id = pool_id, .organisation_id = work->organisation_id, .pool_version = version},
        take_member, &members));
    qsort(members.rows, members.count, sizeof(*members.rows), compare_number);
    out->from_pool = true;
    out->pool = (struct retrieve_rows){.at = members.rows, .count = members.count};
    return OK;
}

static enum err take_ask(struct building *building, const struct ask_fact *ask, int64_t version)
{
    struct work *work = building->work;
    const struct demand *demand = &ask->demand;
    struct match_requirement *out = match_requirement_add(work->arena, building->input);
    double shift = isnan(demand->zone_shift) ? 4 : demand->zone_shift;

    *out = (struct match_requirement){
        .id = ask->id,
        .campaign = ask->campaign_id,
        .client = ask->organisation_id,
        .seats = (uint32_t)ask->seats,
        .hours = demand->hours == INT_ABSENT ? 0 : (uint32_t)demand->hours,
        .rate = demand->rate_minor == INT_ABSENT ? UINT32_MAX : (uint32_t)demand->rate_minor,
        .zone = match_zone_of(demand->zone),
        .zone_shift = (uint8_t)lround(shift * 4),
        .start_day = demand->starts_at == INT_ABSENT ? building->day
                                                     : (uint16_t)(demand->starts_at / TIME_DAY),
    };
    out->start_day = out->start_day < building->day ? building->day : out->start_day;
    set_tags(building, demand, out);
    if (demand->text != NULL) {
        TRY(expert_word_numbers(work, demand->text, &out->terms, &out->term_count));
    }
    return demand->pool_id == NULL ? OK : set_pool(building, demand->pool_id, version, out);
}

/* ------------------------------------------------------------------ walls */

struct walls {
    struct match_wall *at;
    size_t count;
    size_t room;
};

static void add_wall(struct building *building, struct walls *walls, int64_t ask, uint32_t expert,
                     const char *reason)
{
    if (walls->count == walls->room) {
        size_t room = walls->room * 2 + 256;
        struct match_wall *wider = arena_array(building->scratch, struct match_wall, room);

        if (walls->count > 0) {
            memcpy(wider, walls->at, walls->count * sizeof(*wider));
        }
        walls->at = wider;
        walls->room = room;
    }
    walls->at[walls->count++] =
        (struct match_wall){.requirement = (uint32_t)ask, .expert = expert, .reason = reason};
}

/* Facts about one name, chained. */
struct chain {
    const struct name_fact *fact;
    struct chain *next;
};

static void add_name_walls(struct building *building, struct walls *walls)
{
    const struct match_experts *experts = &building->input->experts;
    const struct name_fact *names = building->facts->names.at;
    struct chain **chains =
        arena_array(building->scratch, struct chain *, building->naming.held + 1UL);

    for (size_t i = 0; i < building->facts->names.count; i++) {
        uint32_t number;

        if (map_find(building->naming.numbers, text_of(names[i].name), &number) &&
            number < building->naming.held) {
            struct chain *link = arena_new_of(building->scratch, struct chain);

            *link = (struct chain){.fact = &names[i], .next = chains[number]};
            chains[number] = link;
        }
    }
    for (uint32_t row = 0; row < experts->count; row++) {
        for (uint64_t i = experts->tag_start[row]; i < experts->tag_start[row + 1]; i++) {
            uint32_t tag = experts->tags[i].tag;
            const struct chain *link = tag < building->naming.held ? chains[tag] : NULL;

            for (; link != NULL; link = link->next) {
                add_wall(building, walls, link->fact->ask, row, link->fact->reason);
            }
        }
    }
}

static void set_walls(struct building *building)
{
    const struct bar_fact *bars = building->facts->bars.at;
    struct walls walls = {0};

    for (size_t i = 0; i < building->facts->bars.count; i++) {
        uint32_t row = row_of(&building->input->experts, bars[i].person_id);

        if (row != MATCH_NONE) {
            add_wall(building, &walls, bars[i].ask, row, bars[i].reason);
        }
    }
    add_name_walls(building, &walls);
    match_walls_set(building->work->arena, building->input, walls.at, walls.count);
}

enum err match_read_pool(struct work *work, int64_t pool_version, uint16_t day,
                         const struct match_facts *facts, const char *person_id,
                         struct match_input *out)
{
    ARENA_SCOPE scratch = arena_new();
    struct building building = {
        .work = work, .scratch = scratch, .input = out, .facts = facts, .day = day};
    const struct ask_fact *asks = facts->asks.at;
    struct expert_word_last_row last;

    *out = (struct match_input){0};
    TRY(open_names(&building));
    TRY(expert_word_last(
        work, &(struct expert_word_last_args){.organisation_id = work->organisation_id}, &last));
    TRY(take_experts(&building, pool_version, person_id));
    for (size_t i = 0; i < facts->asks.count; i++) {
        TRY(take_ask(&building, &asks[i], pool_version));
    }
    set_walls(&building);
    out->tag_names = building.naming.names;
    out->tag_count = building.naming.count;
    out->term_count = (uint32_t)(last.last_number + 1);
    return OK;
}

enum err match_compute(struct work *work, const struct match_options_view *options,
                       struct match_made *made)
{
    struct match_options how = {.candidates_min = (uint32_t)options->candidates,
                                .near_max = (uint32_t)options->near,
                                .seed = (uint64_t)options->seed};

    TRY(match_slates_make(work->arena, &made->input, &how, &made->slates, &work->fault));
    match_instance_of(work->arena, &made->input, &made->slates, &made->instance);
    return match_solve(work->arena, &made->instance, how.seed, &made->outcome, &work->fault);
}

const char *match_result_hash(struct work *work, const struct match_outcome *outcome)
{
    ARENA_SCOPE scratch = arena_new();
    struct buffer text = buffer_new(scratch);
    const struct match_instance *asked = &outcome->asked;

    for (uint32_t i = 0; i < outcome->seat_count; i++) {
        const struct match_seat *seat = &outcome->seats[i];
        uint32_t member = asked->choices[seat->choice].member;

        buffer_print(&text, "%s %s %.9g\n", asked->asks[seat->ask].id, asked->members[member].id,
                     (double)match_choice_score(asked, seat->ask, seat->choice).score);
    }
    for (uint32_t i = 0; i < asked->ask_count; i++) {
        buffer_print(&text, "%s %" PRId64 "\n", asked->asks[i].id, outcome->price[i]);
    }
    return sha256_hex(work->arena, buffer_view(&text));
}
