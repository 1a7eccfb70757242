#include "slice/match/build.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "base/map.h"
#include "base/time.h"
#include "engine/match/sieve.h"
#include "slice/expert/expert.h"
#include "slice/expert/expert_sql.h"
#include "slice/expert/profile.h"
#include "slice/match/asked.h"
#include "slice/match/limit.h"
#include "slice/match/match_sql.h"
#include "store/work.h"
#include "sys/secret.h"

static const struct match_options_view options_defaults = {
    .seed = INT_ABSENT, .candidates = 200, .near = 200, .floor_seats = 1};
static const struct field options_fields[] = {
    INT(match_options_view, seed, .optional = true, .min = 0, .max = 9e15,
        .doc = "Breaks ties, draws among equals; 1 unless said, or by chance where a cap is"),
    INT(match_options_view, candidates, .optional = true, .min = 1, .max = 20000,
        .doc = "Experts looked at for each requirement, at least; 20 a seat if that is more"),
    INT(match_options_view, near, .optional = true, .min = 0, .max = 1000,
        .doc = "Near misses kept for questions, for each of rate, hours and levels"),
    TEXT(match_options_view, floor_pool_id, .optional = true, .max = 40,
         .doc = "Floors: everybody in this pool should get a seat"),
    INT(match_options_view, floor_seats, .optional = true, .min = 1, .max = 20,
        .doc = "So many seats, with those that they have"),
    REAL(match_options_view, cap, .optional = true, .min = 0, .max = 1,
         .doc = "Draw the seats, nobody surer of one than this; 0: nothing is drawn"),
    REAL(match_options_view, spread, .optional = true, .min = 0, .max = 8,
         .doc = "Share the chances out further; at most half of 1 / cap"),
};
const struct shape match_options_shape =
    SHAPE(match_options_view, options_fields, "Options of a match", .defaults = &options_defaults);

const char *match_options_text(struct work *work, const struct match_options_view *options)
{
    struct buffer text = buffer_new(work->arena);
    struct json_out out = json_to(&text);

    json_encode(&out, &match_options_shape, options);
    return arena_copy(work->arena, text.at, text.size);
}

struct building {
    struct work *work;
    struct arena *scratch;
    struct match_input *input;
    const struct match_facts *facts;
    struct match_asked asked;
    struct match_sieve *sieve; /* NULL: everybody is kept */
    struct map *barred;        /* people that a wall names */
    uint8_t *walls_off;        /* [name] a wall is about its holders */
    uint16_t day;
    bool sorted;
};

static enum err number_of_kind(struct building *building, const char *kind, const char *key,
                               uint32_t *out)
{
    struct work *work = building->work;

    return match_asked_name(work, &building->asked, arena_print(work->arena, "%s %s", kind, key),
                            out);
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

static bool may_be_walled(const struct building *building, const char *person_id,
                          const struct match_expert *expert)
{
    uint32_t number;

    for (uint32_t i = 0; i < expert->tag_count; i++) {
        if (building->walls_off[expert->tags[i].tag] != 0) {
            return true;
        }
    }
    return map_count(building->barred) > 0 &&
           map_find(building->barred, text_of(person_id), &number);
}

static enum err take_card(struct work *work, void *context, const struct expert_card_at *row)
{
    struct building *building = context;
    struct match_experts *experts = &building->input->experts;
    struct arena_mark mark = arena_mark(building->scratch);
    struct match_expert expert;
    struct card_want want = match_asked_want(&building->asked);

    if (!expert_card_unpack(building->scratch, building->scratch, row->card, building->day, &want,
                            &expert)) {
        return work_fail(work, ERR_INTERNAL, "the card of %s is damaged", row->person_id);
    }
    take_off_load(building, row->person_id, &expert);
    expert.walled = may_be_walled(building, row->person_id, &expert);
    if (building->sieve != NULL && !match_sieve_take(building->sieve, &expert)) {
        arena_undo(building->scratch, mark);
        return OK;
    }
    expert.id = arena_copy(work->arena, row->person_id, strlen(row->person_id));
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

static enum err add_tag(struct building *building, const char *kind, const char *key,
                        struct match_requirement *out)
{
    struct match_tag *tag = &out->tags[out->tag_count++];

    tag->level = 1;
    return number_of_kind(building, kind, key, &tag->tag);
}

static enum err add_names(struct building *building, const char *kind, struct texts names,
                          struct match_requirement *out)
{
    for (size_t i = 0; i < names.count; i++) {
        TRY(add_tag(building, kind, name_key(building->scratch, names.at[i]), out));
    }
    return OK;
}

/* So that countries are read that only bounds name. */
static enum err number_bounds(struct building *building, const struct demand *demand)
{
    const struct demand_bound *bounds = demand->bounds.at;
    uint32_t number;

    for (size_t i = 0; i < demand->bounds.count; i++) {
        if (bounds[i].country != NULL) {
            TRY(number_of_kind(building, "country", name_key(building->scratch, bounds[i].country),
                               &number));
        }
    }
    return OK;
}

static enum err set_tags(struct building *building, const struct demand *demand,
                         struct match_requirement *out)
{
    struct arena *arena = building->work->arena;
    const struct demand_skill *skills = demand->skills.at;

    out->tags =
        arena_array(arena, struct match_tag,
                    demand->skills.count + demand->languages.count + demand->credentials.count + 2);
    for (size_t i = 0; i < demand->skills.count; i++) {
        TRY(add_tag(building, "skill", skills[i].name, out));
        out->tags[i].level = (uint8_t)skills[i].level;
        out->tags[i].skill = true;
    }
    TRY(add_names(building, "language", demand->languages, out));
    TRY(add_names(building, "credential", demand->credentials, out));
    if (demand->domain != NULL) {
        TRY(add_tag(building, "domain", name_key(building->scratch, demand->domain), out));
    }
    if (demand->currency != NULL) {
        TRY(add_tag(building, "currency", name_key(building->scratch, demand->currency), out));
    }
    TRY(number_bounds(building, demand));
    out->countries = arena_array(arena, uint32_t, demand->countries.count + 1);
    for (size_t i = 0; i < demand->countries.count; i++) {
        TRY(number_of_kind(building, "country",
                           name_key(building->scratch, demand->countries.at[i]),
                           &out->countries[out->country_count++]));
    }
    return OK;
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

    members->rows = arena_room(members->arena, members->rows, members->count, &members->room,
                               sizeof(*members->rows));
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

static enum err take_ask(struct building *building, const struct ask_fact *ask)
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
    if (demand->text != NULL) {
        TRY(expert_word_numbers(work, demand->text, &out->terms, &out->term_count));
    }
    return set_tags(building, demand, out);
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
    walls->at =
        arena_room(building->scratch, walls->at, walls->count, &walls->room, sizeof(*walls->at));
    walls->at[walls->count++] =
        (struct match_wall){.requirement = (uint32_t)ask, .expert = expert, .reason = reason};
}

/* Facts about one name, chained. */
struct chain {
    const struct name_fact *fact;
    struct chain *next;
};

/* Who may be behind a wall, before anybody is read. */
static enum err open_walls(struct building *building)
{
    const struct name_fact *names = building->facts->names.at;
    const struct bar_fact *bars = building->facts->bars.at;
    uint32_t number;

    for (size_t i = 0; i < building->facts->names.count; i++) {
        TRY(match_asked_name(building->work, &building->asked, names[i].name, &number));
    }
    building->walls_off = arena_array(building->scratch, uint8_t, building->asked.count + 1UL);
    for (size_t i = 0; i < building->facts->names.count; i++) {
        building->walls_off[match_asked_number(&building->asked, names[i].name)] = 1;
    }
    building->barred = map_new(building->scratch);
    for (size_t i = 0; i < building->facts->bars.count; i++) {
        (void)map_add(building->barred, text_of(bars[i].person_id));
    }
    return OK;
}

static void add_name_walls(struct building *building, struct walls *walls)
{
    const struct match_experts *experts = &building->input->experts;
    const struct name_fact *names = building->facts->names.at;
    struct chain **chains =
        arena_array(building->scratch, struct chain *, building->asked.count + 1UL);

    for (size_t i = 0; i < building->facts->names.count; i++) {
        struct chain *link = arena_new_of(building->scratch, struct chain);
        uint32_t number = match_asked_number(&building->asked, names[i].name);

        *link = (struct chain){.fact = &names[i], .next = chains[number]};
        chains[number] = link;
    }
    for (uint32_t row = 0; row < experts->count; row++) {
        for (uint64_t i = experts->tag_start[row]; i < experts->tag_start[row + 1]; i++) {
            const struct chain *link = chains[experts->tags[i].tag];

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

/* First everything that is asked, then the pool, then what names its rows. */
enum err match_read_pool(struct work *work, int64_t pool_version, uint16_t day,
                         const struct match_facts *facts, const char *person_id,
                         struct match_input *out)
{
    ARENA_SCOPE scratch = arena_new();
    struct building building = {
        .work = work, .scratch = scratch, .input = out, .facts = facts, .day = day};
    const struct ask_fact *asks = facts->asks.at;

    *out = (struct match_input){0};
    TRY(match_asked_open(work, scratch, &building.asked));
    for (size_t i = 0; i < facts->asks.count; i++) {
        TRY(take_ask(&building, &asks[i]));
    }
    TRY(open_walls(&building));
    match_asked_number_words(work->arena, &building.asked, out);
    out->term_count = building.asked.words;
    building.sieve = person_id == NULL ? match_sieve_new(work->arena, out) : NULL;
    TRY(take_experts(&building, pool_version, person_id));
    for (size_t i = 0; i < facts->asks.count; i++) {
        if (asks[i].demand.pool_id != NULL) {
            TRY(set_pool(&building, asks[i].demand.pool_id, pool_version, &out->requirements[i]));
        }
    }
    set_walls(&building);
    out->tag_names = building.asked.names;
    out->tag_count = building.asked.count;
    if (building.sieve != NULL) {
        match_sieve_close(building.sieve, out);
    }
    return OK;
}

enum err match_compute(struct work *work, const struct match_options_view *options,
                       const struct match_facts *facts, struct match_made *made)
{
    struct match_options how = {.candidates_min = (uint32_t)options->candidates,
                                .near_max = (uint32_t)options->near,
                                .seed = (uint64_t)options->seed};

    TRY(match_slates_make(work->arena, &made->input, &how, &made->slates, &work->fault));
    match_instance_of(work->arena, &made->input, &made->slates, &made->instance);
    limit_set(work->arena, facts, options, &made->input, &made->instance);
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
