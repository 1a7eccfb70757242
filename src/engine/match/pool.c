#include "engine/match/pool.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static void *widened(struct arena *arena, void *at, size_t size, size_t room, size_t wider)
{
    return arena_grow(arena, at, size * room, size * wider);
}

static void make_room(struct arena *arena, struct match_experts *experts, size_t tag_count)
{
    if (experts->count == experts->room) {
        size_t room = experts->room;
        size_t wider = room * 2 + 1024;

        experts->id = widened(arena, experts->id, sizeof(*experts->id), room, wider);
        experts->hours = widened(arena, experts->hours, sizeof(*experts->hours), room, wider);
        experts->rate = widened(arena, experts->rate, sizeof(*experts->rate), room, wider);
        experts->zone = widened(arena, experts->zone, sizeof(*experts->zone), room, wider);
        experts->seats = widened(arena, experts->seats, sizeof(*experts->seats), room, wider);
        experts->from_day =
            widened(arena, experts->from_day, sizeof(*experts->from_day), room, wider);
        experts->to_day = widened(arena, experts->to_day, sizeof(*experts->to_day), room, wider);
        experts->texts = widened(arena, experts->texts, sizeof(*experts->texts), room, wider);
        experts->tag_start = widened(arena, experts->tag_start, sizeof(*experts->tag_start),
                                     room + (room > 0), wider + 1);
        experts->room = (uint32_t)wider;
    }
    uint64_t used = experts->tag_start[experts->count];

    if (used + tag_count > experts->tag_room) {
        uint64_t wider = (used + tag_count) * 2 + 4096;

        experts->tags =
            widened(arena, experts->tags, sizeof(*experts->tags), experts->tag_room, wider);
        experts->tag_room = wider;
    }
}

static struct text_bag copied_text(struct arena *arena, const struct text_bag *text)
{
    struct text_bag copy = *text;

    if (text->size > 0) {
        uint32_t *terms = arena_array(arena, uint32_t, 2 * text->size);

        memcpy(terms, text->term, text->size * sizeof(*terms));
        memcpy(terms + text->size, text->count, text->size * sizeof(*terms));
        copy.term = terms;
        copy.count = terms + text->size;
    }
    return copy;
}

uint32_t match_expert_add(struct arena *arena, struct match_input *input,
                          const struct match_expert *expert)
{
    struct match_experts *experts = &input->experts;

    make_room(arena, experts, expert->tag_count);
    uint32_t row = experts->count++;

    experts->id[row] = expert->id;
    experts->hours[row] = expert->hours;
    experts->rate[row] = expert->rate;
    experts->zone[row] = expert->zone;
    experts->seats[row] = expert->seats;
    experts->from_day[row] = expert->from_day;
    experts->to_day[row] = expert->to_day;
    experts->texts[row] = copied_text(arena, &expert->text);
    for (uint32_t i = 0; i < expert->tag_count; i++) {
        experts->tags[experts->tag_start[row] + i] = expert->tags[i];
    }
    experts->tag_start[row + 1] = experts->tag_start[row] + expert->tag_count;
    return row;
}

struct keyed {
    const char *id;
    uint32_t row;
};

static int compare_keyed(const void *left, const void *right)
{
    return strcmp(((const struct keyed *)left)->id, ((const struct keyed *)right)->id);
}

void match_experts_sort(struct arena *arena, struct match_experts *experts)
{
    ARENA_SCOPE scratch = arena_new();
    struct keyed *order = arena_array(scratch, struct keyed, experts->count + 1UL);
    struct match_input sorted = {0};

    for (uint32_t i = 0; i < experts->count; i++) {
        order[i] = (struct keyed){.id = experts->id[i], .row = i};
    }
    qsort(order, experts->count, sizeof(*order), compare_keyed);
    for (uint32_t i = 0; i < experts->count; i++) {
        uint32_t row = order[i].row;
        uint64_t start = experts->tag_start[row];

        (void)match_expert_add(
            arena, &sorted,
            &(struct match_expert){.id = experts->id[row],
                                   .hours = experts->hours[row],
                                   .rate = experts->rate[row],
                                   .zone = experts->zone[row],
                                   .seats = experts->seats[row],
                                   .from_day = experts->from_day[row],
                                   .to_day = experts->to_day[row],
                                   .tags = experts->tags + start,
                                   .tag_count = (uint32_t)(experts->tag_start[row + 1] - start),
                                   .text = experts->texts[row]});
    }
    *experts = sorted.experts;
}

struct match_requirement *match_requirement_add(struct arena *arena, struct match_input *input)
{
    if (input->requirement_count == input->requirement_room) {
        uint32_t wider = input->requirement_room * 2 + 64;

        input->requirements = widened(arena, input->requirements, sizeof(*input->requirements),
                                      input->requirement_room, wider);
        input->requirement_room = wider;
    }
    return &input->requirements[input->requirement_count++];
}

/* qsort need not be stable: the place in the array decides last. */
struct placed {
    struct match_wall wall;
    size_t place;
};

static int compare_placed(const void *left, const void *right)
{
    const struct placed *a = left;
    const struct placed *b = right;

    if (a->wall.requirement != b->wall.requirement) {
        return a->wall.requirement < b->wall.requirement ? -1 : 1;
    }
    if (a->wall.expert != b->wall.expert) {
        return a->wall.expert < b->wall.expert ? -1 : 1;
    }
    return (a->place > b->place) - (a->place < b->place);
}

void match_walls_set(struct arena *arena, struct match_input *input, const struct match_wall *walls,
                     size_t count)
{
    ARENA_SCOPE scratch = arena_new();
    struct placed *sorted = arena_array(scratch, struct placed, count + 1);
    uint32_t *rows = arena_array(arena, uint32_t, count + 1);
    const char **reasons = arena_array(arena, const char *, count + 1);
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        sorted[i] = (struct placed){.wall = walls[i], .place = i};
    }
    qsort(sorted, count, sizeof(*sorted), compare_placed);
    for (size_t i = 0; i < count; i++) {
        const struct match_wall *wall = &sorted[i].wall;

        if (i > 0 && wall->requirement == sorted[i - 1].wall.requirement &&
            wall->expert == sorted[i - 1].wall.expert) {
            continue;
        }
        struct match_requirement *at = &input->requirements[wall->requirement];

        if (at->walls.count == 0) {
            at->walls.at = rows + used;
            at->wall_reasons = reasons + used;
        }
        rows[used] = wall->expert;
        reasons[used++] = wall->reason;
        at->walls.count++;
    }
}

uint8_t match_zone_of(double hours)
{
    return isnan(hours) ? MATCH_ZONE_NONE
                        : (uint8_t)(((int)lround(hours * 4) + MATCH_ZONE_DAY) % MATCH_ZONE_DAY);
}
