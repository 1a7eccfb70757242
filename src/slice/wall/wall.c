#include "slice/wall/wall.h"

#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/expert/profile.h"
#include "slice/wall/wall_sql.h"
#include "store/work.h"

static const char *day_of(struct arena *arena, int64_t at)
{
    char text[TIME_TEXT_SIZE];

    time_print(at, text);
    return arena_print(arena, "%.10s", text);
}

const char *wall_words(struct arena *arena, const struct wall *wall)
{
    if (wall->set_at == INT_ABSENT) {
        return arena_print(arena, "%s: %s", wall->kind, wall->reason);
    }
    const char *since = day_of(arena, wall->set_at);
    const char *begin = wall->set_by == NULL
                            ? arena_print(arena, "since %s", since)
                            : arena_print(arena, "set by %s on %s", wall->set_by, since);
    const char *end = wall->until_at == INT_ABSENT ? "it is lifted" : day_of(arena, wall->until_at);

    return arena_print(arena, "%s, %s until %s: %s", wall->kind, begin, end, wall->reason);
}

static const struct wall *kept(struct work *work, struct wall wall)
{
    struct wall *out = arena_new_of(work->arena, struct wall);

    *out = wall;
    return out;
}

static const struct wall *set(struct work *work, const struct wall_found *row)
{
    return kept(work, (struct wall){.kind = row->kind,
                                    .reason = row->reason,
                                    .set_by = row->set_by_name,
                                    .set_at = row->set_at,
                                    .until_at = row->until_at});
}

static enum err find_manual(struct work *work, const struct wall_question *question,
                            const struct wall **out)
{
    struct wall_found row;

    TRY(wall_stands(work,
                    &(struct wall_stands_args){.campaign_id = question->campaign_id,
                                               .organisation_id = question->organisation_id,
                                               .person_id = question->person_id,
                                               .now = work->now_us},
                    &row));
    *out = set(work, &row);
    return OK;
}

static enum err find_rule(struct work *work, const struct wall_question *question,
                          const struct wall **out)
{
    struct wall_found row;

    TRY(wall_rule_keeps(work,
                        &(struct wall_rule_keeps_args){.campaign_id = question->campaign_id,
                                                       .organisation_id = question->organisation_id,
                                                       .person_id = question->person_id,
                                                       .now = work->now_us,
                                                       .today = work->now_us / TIME_DAY},
                        &row));
    *out = set(work, &row);
    return OK;
}

/* The other client's reason is not told to this one. */
static enum err find_beyond(struct work *work, const struct wall_question *question,
                            const struct wall **out)
{
    struct wall_rule_beyond_row row;
    enum err err = wall_rule_beyond(
        work,
        &(struct wall_rule_beyond_args){.organisation_id = question->organisation_id,
                                        .person_id = question->person_id,
                                        .now = work->now_us},
        &row);

    if (err == OK) {
        *out = kept(work, (struct wall){.kind = "rival",
                                        .reason = "works for a client that has walled itself off "
                                                  "from this one",
                                        .set_at = row.set_at,
                                        .until_at = row.until_at});
    }
    return err;
}

static enum err find_declared(struct work *work, const struct wall_question *question,
                              const struct wall **out)
{
    struct wall_client_find_row client;
    struct wall_declared_row row;

    TRY(wall_client_find(work, &(struct wall_client_find_args){.id = question->organisation_id},
                         &client));
    const char *key = company_key(work->arena, client.name);
    struct wall_declared_args names = {.employer = arena_print(work->arena, "employer %s", key),
                                       .hidden = arena_print(work->arena, "hidden %s", key),
                                       .person_id = question->person_id,
                                       .today = work->now_us / TIME_DAY};
    enum err err = wall_declared(work, &names, &row);

    if (err == OK) {
        bool employed = strcmp(row.name, names.employer) == 0;

        *out =
            kept(work, (struct wall){.kind = employed ? "client" : "hidden",
                                     .reason = employed ? "the profile names the client as employer"
                                                        : "the profile hides from the client",
                                     .set_at = INT_ABSENT,
                                     .until_at = INT_ABSENT});
    }
    return err;
}

static enum err (*const SEARCHES[])(struct work *work, const struct wall_question *question,
                                    const struct wall **out) = {find_manual, find_rule, find_beyond,
                                                                find_declared};
enum { SEARCHES_OF_SET = 2 };

static enum err search(struct work *work, const struct wall_question *question, size_t count,
                       const struct wall **out)
{
    *out = NULL;
    for (size_t i = 0; i < count; i++) {
        enum err err = SEARCHES[i](work, question, out);

        if (err != ERR_NOT_FOUND) {
            return err;
        }
    }
    return OK;
}

enum err wall_find_set(struct work *work, const struct wall_question *question,
                       const struct wall **out)
{
    return search(work, question, SEARCHES_OF_SET, out);
}

enum err wall_find(struct work *work, const struct wall_question *question, const struct wall **out)
{
    return search(work, question, COUNT(SEARCHES), out);
}

enum err wall_refuse(struct work *work, const char *campaign_id, const char *person_id,
                     const char *field)
{
    const struct wall *wall;

    TRY(wall_find(work,
                  &(struct wall_question){.organisation_id = work->organisation_id,
                                          .campaign_id = campaign_id,
                                          .person_id = person_id},
                  &wall));
    return wall == NULL ? OK
                        : work_fail_field(work, ERR_CONFLICT, field,
                                          "a wall keeps this person away from the campaign: %s",
                                          wall_words(work->arena, wall));
}

enum err wall_refuse_asker(struct work *work, const char *campaign_id)
{
    const struct wall *wall;

    TRY(wall_find_set(work,
                      &(struct wall_question){.organisation_id = work->organisation_id,
                                              .campaign_id = campaign_id,
                                              .person_id = work->who->person_id},
                      &wall));
    return wall == NULL
               ? OK
               : work_fail(work, ERR_FORBIDDEN, "a wall keeps you away from this client: %s",
                           wall_words(work->arena, wall));
}
