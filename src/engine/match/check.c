#include "engine/match/check.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buffer.h"

enum { COLUMN_SEATS, COLUMN_HOURS, COLUMN_RATE, COLUMN_ZONE, COLUMN_FROM, COLUMN_TO };
enum { DAY = MATCH_ZONE_DAY };

static void invert_tags(struct arena *arena, struct match_columns *columns)
{
    const struct match_experts *experts = columns->experts;
    uint32_t tag_count = columns->input->tag_count;
    uint64_t total = experts->tag_start[experts->count];
    uint64_t *start = arena_array(arena, uint64_t, (size_t)tag_count + 2);

    for (uint64_t i = 0; i < total; i++) {
        start[experts->tags[i].tag + 2]++;
    }
    for (size_t i = 2; i < (size_t)tag_count + 2; i++) {
        start[i] += start[i - 1];
    }
    columns->holders = arena_array(arena, uint32_t, total + 1);
    columns->levels = arena_array(arena, uint8_t, total + 1);
    for (uint32_t expert = 0; expert < experts->count; expert++) {
        for (uint64_t i = experts->tag_start[expert]; i < experts->tag_start[expert + 1]; i++) {
            uint64_t at = start[experts->tags[i].tag + 1]++;

            columns->holders[at] = expert;
            columns->levels[at] = experts->tags[i].level;
        }
    }
    columns->holder_start = start;
}

struct match_columns match_columns_of(struct arena *arena, const struct match_input *input)
{
    struct match_columns columns = {.experts = &input->experts, .input = input};

    columns.table = retrieve_table_new(arena, input->experts.count);
    (void)retrieve_table_add(columns.table, RETRIEVE_U16, input->experts.seats);
    (void)retrieve_table_add(columns.table, RETRIEVE_U16, input->experts.hours);
    (void)retrieve_table_add(columns.table, RETRIEVE_U32, input->experts.rate);
    (void)retrieve_table_add(columns.table, RETRIEVE_U8, input->experts.zone);
    (void)retrieve_table_add(columns.table, RETRIEVE_U16, input->experts.from_day);
    (void)retrieve_table_add(columns.table, RETRIEVE_U16, input->experts.to_day);
    invert_tags(arena, &columns);
    return columns;
}

const struct match_check *
match_checks_of(struct arena *arena, const struct match_requirement *requirement, uint32_t *count)
{
    struct match_check *checks =
        arena_array(arena, struct match_check, (size_t)requirement->tag_count + MATCH_POOL + 1);
    uint32_t used = 0;

    checks[used++].kind = MATCH_SEATS;
    if (requirement->hours > 0) {
        checks[used++].kind = MATCH_HOURS;
    }
    if (requirement->rate != UINT32_MAX) {
        checks[used++].kind = MATCH_RATE;
    }
    if (requirement->zone != MATCH_ZONE_NONE) {
        checks[used++].kind = MATCH_ZONE;
    }
    if (requirement->start_day > 0) {
        checks[used++].kind = MATCH_AVAILABLE;
    }
    for (uint32_t i = 0; i < requirement->tag_count; i++) {
        checks[used++] = (struct match_check){.kind = MATCH_TAG, .tag = requirement->tags[i]};
    }
    if (requirement->country_count > 0) {
        checks[used++].kind = MATCH_COUNTRY;
    }
    if (requirement->walls.count > 0) {
        checks[used++].kind = MATCH_WALL;
    }
    if (requirement->from_pool) {
        checks[used++].kind = MATCH_POOL;
    }
    *count = used;
    return checks;
}

/* Predicates over the columns; a zone range that wraps must also shut out unknown zones. */
static size_t predicates_of(const struct match_requirement *requirement, enum match_kind kind,
                            struct retrieve_predicate *out)
{
    uint32_t zone = requirement->zone;
    uint32_t shift = requirement->zone_shift;

    if (kind == MATCH_SEATS) {
        out[0] = (struct retrieve_predicate){.column = COLUMN_SEATS, .low = 1, .high = UINT16_MAX};
        return 1;
    }
    if (kind == MATCH_HOURS) {
        out[0] = (struct retrieve_predicate){
            .column = COLUMN_HOURS, .low = requirement->hours, .high = UINT16_MAX};
        return 1;
    }
    if (kind == MATCH_RATE) {
        out[0] = (struct retrieve_predicate){.column = COLUMN_RATE, .high = requirement->rate};
        return 1;
    }
    if (kind == MATCH_AVAILABLE) {
        out[0] = (struct retrieve_predicate){.column = COLUMN_FROM, .high = requirement->start_day};
        out[1] = (struct retrieve_predicate){
            .column = COLUMN_TO, .low = requirement->start_day, .high = UINT16_MAX};
        return 2;
    }
    out[0] = (struct retrieve_predicate){.column = COLUMN_ZONE, .high = DAY - 1};
    out[1] = (struct retrieve_predicate){
        .column = COLUMN_ZONE, .low = (zone + DAY - shift) % DAY, .high = (zone + shift) % DAY};
    return shift * 2 + 1 >= DAY ? 1 : 2;
}

static bool is_column(enum match_kind kind)
{
    return kind <= MATCH_AVAILABLE;
}

static void add_holders(const struct match_columns *columns, struct match_tag wanted,
                        struct retrieve_bitmap *out)
{
    uint64_t end = columns->holder_start[wanted.tag + 1];

    for (uint64_t i = columns->holder_start[wanted.tag]; i < end; i++) {
        if (columns->levels[i] >= wanted.level) {
            retrieve_bitmap_add(out, columns->holders[i]);
        }
    }
}

struct retrieve_bitmap match_passing(struct arena *arena, const struct match_columns *columns,
                                     const struct match_requirement *requirement,
                                     const struct match_check *check)
{
    struct retrieve_bitmap out = retrieve_bitmap_new(arena, columns->experts->count);
    struct retrieve_predicate predicates[2];

    if (is_column(check->kind)) {
        size_t count = predicates_of(requirement, check->kind, predicates);

        /* The predicates are ours: a refusal would be a broken invariant. */
        if (retrieve_filter(columns->table, predicates, count, RETRIEVE_BEST, &out, NULL) != OK) {
            abort();
        }
    } else if (check->kind == MATCH_TAG) {
        add_holders(columns, check->tag, &out);
    } else if (check->kind == MATCH_COUNTRY) {
        for (uint32_t i = 0; i < requirement->country_count; i++) {
            add_holders(columns, (struct match_tag){.tag = requirement->countries[i]}, &out);
        }
    } else {
        retrieve_bitmap_fill(&out);
        if (check->kind == MATCH_WALL) {
            retrieve_bitmap_drop(&out, requirement->walls);
        } else {
            retrieve_bitmap_keep(&out, requirement->pool);
        }
    }
    return out;
}

uint8_t match_level(const struct match_experts *experts, uint32_t expert, uint32_t tag)
{
    uint8_t level = 0;

    for (uint64_t i = experts->tag_start[expert]; i < experts->tag_start[expert + 1]; i++) {
        if (experts->tags[i].tag == tag && experts->tags[i].level > level) {
            level = experts->tags[i].level;
        }
    }
    return level;
}

/* Where a sorted list names the row; its count if it does not. */
static size_t place_of(struct retrieve_rows rows, uint32_t row)
{
    size_t low = 0;
    size_t high = rows.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (rows.at[middle] < row) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < rows.count && rows.at[low] == row ? low : rows.count;
}

bool match_passes(const struct match_columns *columns, const struct match_requirement *requirement,
                  const struct match_check *check, uint32_t expert)
{
    struct retrieve_predicate predicates[2];
    bool passes = check->kind != MATCH_COUNTRY;

    if (is_column(check->kind)) {
        size_t count = predicates_of(requirement, check->kind, predicates);

        for (size_t i = 0; i < count; i++) {
            passes = passes && retrieve_passes(columns->table, &predicates[i], expert);
        }
        return passes;
    }
    if (check->kind == MATCH_TAG) {
        return match_level(columns->experts, expert, check->tag.tag) >= check->tag.level;
    }
    if (check->kind == MATCH_WALL) {
        return place_of(requirement->walls, expert) == requirement->walls.count;
    }
    if (check->kind == MATCH_POOL) {
        return place_of(requirement->pool, expert) < requirement->pool.count;
    }
    for (uint32_t i = 0; i < requirement->country_count; i++) {
        passes = passes || match_level(columns->experts, expert, requirement->countries[i]) > 0;
    }
    return passes;
}

double match_zone_distance(uint8_t left, uint8_t right)
{
    int apart = abs((int)left - (int)right);

    return (apart > DAY / 2 ? DAY - apart : apart) / 4.0;
}

const char *match_check_name(const struct match_columns *columns, const struct match_check *check)
{
    static const char *const NAMES[] = {"seats", "hours",   "rate", "zone", "available",
                                        NULL,    "country", "wall", "pool"};

    return check->kind == MATCH_TAG ? columns->input->tag_names[check->tag.tag]
                                    : NAMES[check->kind];
}

static void explain_tag(struct buffer *to, const struct match_columns *columns,
                        struct match_tag wanted, uint32_t expert)
{
    uint8_t level = match_level(columns->experts, expert, wanted.tag);

    buffer_string(to, columns->input->tag_names[wanted.tag]);
    if (level == 0) {
        buffer_string(to, " is missing");
    } else {
        buffer_print(to, " has level %u, needs %u", level, wanted.level);
    }
}

static void explain_wall(struct buffer *to, const struct match_requirement *requirement,
                         uint32_t expert)
{
    size_t place = place_of(requirement->walls, expert);
    const char *reason = requirement->wall_reasons[place];

    buffer_string(to, reason == NULL ? "a conflict of interest is on record" : reason);
}

void match_explain(struct buffer *to, const struct match_columns *columns,
                   const struct match_requirement *requirement, const struct match_check *check,
                   uint32_t expert)
{
    const struct match_experts *experts = columns->experts;

    switch (check->kind) {
    case MATCH_SEATS:
        buffer_string(to, "takes no further campaign at present: not looking for work, or on as many as the profile allows");
        return;
    case MATCH_HOURS:
        buffer_print(to, "offers %u hours a week, needs %u", experts->hours[expert],
                     requirement->hours);
        return;
    case MATCH_RATE:
        buffer_print(to, "asks %.2f an hour, the ceiling is %.2f", experts->rate[expert] / 100.0,
                     requirement->rate / 100.0);
        return;
    case MATCH_ZONE:
        if (experts->zone[expert] == MATCH_ZONE_NONE) {
            buffer_string(to, "gives no time zone");
        } else {
            buffer_print(to, "is %.4g hours away, at most %.4g",
                         match_zone_distance(experts->zone[expert], requirement->zone),
                         requirement->zone_shift / 4.0);
        }
        return;
    case MATCH_TAG:
        explain_tag(to, columns, check->tag, expert);
        return;
    case MATCH_COUNTRY:
        buffer_string(to, "lives in none of the countries wanted");
        return;
    case MATCH_AVAILABLE:
        buffer_string(to, "is not available when the work begins");
        return;
    case MATCH_WALL:
        explain_wall(to, requirement, expert);
        return;
    case MATCH_POOL:
        buffer_string(to, "is not in the pool that is asked for");
        return;
    }
}
