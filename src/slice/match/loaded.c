#include "slice/match/loaded.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "slice/match/match_sql.h"
#include "store/work.h"

uint32_t match_ask_find(const struct match_loaded *loaded, const char *requirement_id)
{
    for (uint32_t i = 0; i < loaded->instance.ask_count; i++) {
        if (strcmp(loaded->instance.asks[i].id, requirement_id) == 0) {
            return i;
        }
    }
    return MATCH_NONE;
}

uint32_t match_member_find(const struct match_instance *instance, const char *person_id)
{
    uint32_t low = 0;
    uint32_t high = instance->member_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (strcmp(instance->members[middle].id, person_id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < instance->member_count && strcmp(instance->members[low].id, person_id) == 0
               ? low
               : MATCH_NONE;
}

static enum err load_prices(struct work *work, struct match_loaded *out)
{
    int64_t *price = arena_array(work->arena, int64_t, out->instance.ask_count + 1UL);
    struct match_ask_row *rows;
    size_t count;

    TRY(match_asks(work, &(struct match_asks_args){.run_id = out->run_id}, &rows, &count));
    if (count != out->instance.ask_count) {
        return work_fail(work, ERR_INTERNAL, "the rows of %s are not those of its instance",
                         out->run_id);
    }
    for (size_t i = 0; i < count; i++) {
        price[i] = rows[i].price;
    }
    out->before.price = price;
    return OK;
}

static enum err load_seats(struct work *work, struct match_loaded *out)
{
    struct seats_of_run_row *rows;
    size_t count;

    TRY(seats_of_run(work, &(struct seats_of_run_args){.run_id = out->run_id}, &rows, &count));
    struct match_seat *seats = arena_array(work->arena, struct match_seat, count);

    for (size_t i = 0; i < count; i++) {
        uint32_t ask = match_ask_find(out, rows[i].requirement_id);
        uint32_t member = match_member_find(&out->instance, rows[i].person_id);
        uint32_t choice = ask == MATCH_NONE || member == MATCH_NONE
                              ? MATCH_NONE
                              : match_choice_find(&out->instance, ask, member);

        if (choice == MATCH_NONE) {
            return work_fail(work, ERR_INTERNAL, "a seat of %s is not in its instance",
                             out->run_id);
        }
        seats[i] = (struct match_seat){.ask = ask, .choice = choice};
    }
    out->before.seats = seats;
    out->before.seat_count = (uint32_t)count;
    return OK;
}

enum err match_load(struct work *work, const char *run_id, const char *house_id,
                    struct match_loaded *out)
{
    struct match_run_row row;
    struct match_run_inside_row inside;

    TRY(match_run_by_id(
        work, &(struct match_run_by_id_args){.id = run_id, .organisation_id = house_id}, &row));
    TRY(match_run_inside(
        work, &(struct match_run_inside_args){.id = run_id, .organisation_id = house_id}, &inside));
    *out = (struct match_loaded){.run_id = run_id,
                                 .seed = row.seed,
                                 .pool_version = row.pool_version,
                                 .day = (uint16_t)row.run_day,
                                 .score = row.total_score};
    TRY(match_facts_read(work, inside.input, &out->facts));
    TRY(match_instance_read(work->arena, inside.instance, &out->instance, &work->fault));
    TRY(load_prices(work, out));
    return load_seats(work, out);
}

struct match_fill match_fill_of(const struct match_instance *asked, uint32_t ask,
                                const struct match_seat *seats, uint32_t count)
{
    struct match_fill fill = {.wanted = asked->asks[ask].seats};
    double sum = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (seats[i].ask != ask) {
            continue;
        }
        sum += (double)match_choice_score(asked, ask, seats[i].choice).score;
        fill.week_minor += match_week_cost(asked, ask, asked->choices[seats[i].choice].member);
        fill.filled++;
    }
    fill.quality = fill.filled == 0 ? (double)NAN : sum / (double)fill.filled;
    return fill;
}
