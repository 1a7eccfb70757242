#include "slice/qualify/qualify.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/qualify/qualify_sql.h"
#include "store/work.h"

enum { EXPORT_AT_ONCE = 1000, EXPORT_ROUNDS_MAX = 1000 };

enum err qualify_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct qualification_owner_find_row *row =
        arena_new_of(work->arena, struct qualification_owner_find_row);
    enum err err =
        qualification_owner_find(work, &(struct qualification_owner_find_args){.id = id}, row);

    if (err == OK) {
        err = account_may_reach(work, row->organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no such qualification, or none you may see");
    }
    TRY(err);
    *organisation_id = row->organisation_id;
    return OK;
}

enum err qualify_revoke(struct work *work, const char *id, const char *reason)
{
    struct qualification_owner_find_row row;
    int64_t changed;

    TRY(qualification_owner_find(work, &(struct qualification_owner_find_args){.id = id}, &row));
    TRY(qualification_revoke(
        work,
        &(struct qualification_revoke_args){.id = id,
                                            .organisation_id = work->organisation_id,
                                            .revoked_at = work->now_us,
                                            .revoked_by = work->who->person_id,
                                            .reason = reason},
        &changed));
    if (changed == 0) {
        return work_fail(work, ERR_CONFLICT, "it was taken back already");
    }
    TRY(audit(work, "qualification.revoke", id, "{}"));
    return notify(work, &(struct notice_draft){
                            .person_id = row.person_id,
                            .kind = "qualification",
                            .title = arena_print(
                                work->arena, "Your qualification in %s was taken back", row.domain),
                            .message = arena_print(work->arena,
                                                   "%s You can reply to whoever did it, and apply "
                                                   "again.",
                                                   reason),
                            .link = "/applications",
                        });
}

static void put_time(struct buffer *out, int64_t at)
{
    char text[TIME_TEXT_SIZE];

    time_print(at, text);
    buffer_char(out, ',');
    buffer_string(out, text);
}

/* Whoever applies chooses the name; a spreadsheet must not take it for a formula. */
static void put_name(struct buffer *out, const char *name)
{
    ARENA_SCOPE arena = arena_new();
    bool formula = name[0] != '\0' && strchr("=+-@\t\r", name[0]) != NULL;

    buffer_csv(out, text_of(formula ? arena_print(arena, "'%s", name) : name));
}

static void put_row(struct buffer *out, const struct pool_member *row)
{
    buffer_csv(out, text_of(row->id));
    buffer_char(out, ',');
    buffer_csv(out, text_of(row->person_id));
    buffer_char(out, ',');
    put_name(out, row->name);
    buffer_char(out, ',');
    buffer_csv(out, text_of(row->domain));
    buffer_print(out, ",%lld,%.3f,%.3f,%.3f,%lld,%.3f", (long long)row->difficulty, row->estimate,
                 row->interval_low, row->interval_high, (long long)row->item_count,
                 row->reliability);
    put_time(out, row->issued_at);
    put_time(out, row->expires_at);
    buffer_char(out, ',');
    buffer_csv(out, text_of(row->interview_id));
    buffer_string(out, "\r\n");
}

enum err qualify_export(struct work *work, struct buffer *out)
{
    const char *after = "~";

    buffer_string(out, "id,person_id,name,domain,level,ability,ability_low,ability_high,items,"
                       "reliability,issued_at,expires_at,interview_id\r\n");
    for (int round = 0; round < EXPORT_ROUNDS_MAX; round++) {
        struct pool_member *rows;
        size_t count;

        TRY(qualification_page(
            work,
            &(struct qualification_page_args){.organisation_id = work->who->organisation_id,
                                              .domain = "",
                                              .difficulty = 1,
                                              .valid_at = work->now_us,
                                              .name_like = "",
                                              .id = after,
                                              .row_max = EXPORT_AT_ONCE},
            &rows, &count));
        for (size_t i = 0; i < count; i++) {
            put_row(out, &rows[i]);
        }
        if (count < EXPORT_AT_ONCE) {
            return OK;
        }
        after = rows[count - 1].id;
    }
    return OK;
}
