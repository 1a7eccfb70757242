/* The log: events as they are told, chained by hash, and the chain as a file. */

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/shape.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/engage/engage.h"
#include "slice/engage/engage_sql.h"
#include "slice/time/time.h"
#include "slice/time/time_rule.h"
#include "slice/time/time_sql.h"
#include "store/work.h"
#include "sys/secret.h"

enum { MS = 1000, EXTENSION_S = 1800 };

static const char HEADER[] =
    "engagement,sequence,lease,class,kind,tab,happened_at,received_at,clock_jumped,hash\n";

static const char TAB_LETTERS[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

static const char *words_of(struct arena *arena, const struct log_line *line)
{
    char happened[TIME_TEXT_SIZE];
    char received[TIME_TEXT_SIZE];

    time_print(line->happened_us, happened);
    time_print(line->received_us, received);
    return arena_print(arena, "%s,%" PRId64 ",%s,%s,%s,%s,%s,%s,%" PRId64, line->engagement_id,
                       line->sequence, line->lease_id == NULL ? "" : line->lease_id, line->class,
                       line->kind, line->tab, happened, received, line->clock_jumped);
}

const char *time_chain_hash(struct arena *arena, const char *before, const struct log_line *line)
{
    const char *words =
        arena_print(arena, "%s\n%s", before == NULL ? "" : before, words_of(arena, line));

    return sha256_hex(arena, text_of(words));
}

/* ------------------------------------------------------------------ telling */

/* Where an event belongs; `engagement_id` NULL: it is ignored. */
struct place {
    const char *organisation_id;
    const char *engagement_id;
    const char *class;
    int64_t since_at;
};

static enum err place_on_lease(struct work *work, const struct told_event *event, struct place *out)
{
    struct time_lease_row lease;
    enum err err = time_lease(
        work, &(struct time_lease_args){.id = event->lease_id, .person_id = work->who->person_id},
        &lease);

    *out = (struct place){0};
    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    *out = (struct place){
        .organisation_id = lease.organisation_id,
        .engagement_id = lease.engagement_id,
        .class = strcmp(lease.stage, "produce") != 0 ? "review"
                 : lease.submission_id == NULL       ? "work"
                                                     : "rework",
        .since_at = lease.since_at,
    };
    return OK;
}

static enum err place_elsewhere(struct work *work, const struct told_event *event,
                                struct place *out)
{
    struct time_engagement_row engagement;

    *out = (struct place){0};
    if (event->engagement_id == NULL || event->class == NULL) {
        return OK;
    }
    enum err err = time_engagement(work, &(struct time_engagement_args){.id = event->engagement_id},
                                   &engagement);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(engagement.person_id, work->who->person_id))) {
        return OK;
    }
    TRY(err);
    *out = (struct place){.organisation_id = engagement.organisation_id,
                          .engagement_id = engagement.id,
                          .class = event->class,
                          .since_at = engagement.since_at};
    return OK;
}

static enum err chain(struct work *work, const struct place *place, struct log_line *line,
                      const char **hash)
{
    struct work_event_last_row last;
    enum err err =
        work_event_last(work,
                        &(struct work_event_last_args){.engagement_id = place->engagement_id,
                                                       .organisation_id = place->organisation_id},
                        &last);

    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    line->sequence = err == OK ? last.sequence + 1 : 1;
    *hash = time_chain_hash(work->arena, err == OK ? last.hash : NULL, line);
    return OK;
}

static enum err write_event(struct work *work, const struct told_batch *batch, size_t index,
                            int64_t at_us, bool jumped)
{
    const struct told_event *event = &batch->events[index];
    struct place place;
    const char *hash = NULL;

    TRY(event->lease_id != NULL ? place_on_lease(work, event, &place)
                                : place_elsewhere(work, event, &place));
    if (place.engagement_id == NULL || at_us < place.since_at) {
        return ERR_NOT_FOUND;
    }
    struct log_line line = {.engagement_id = place.engagement_id,
                            .lease_id = event->lease_id,
                            .class = place.class,
                            .kind = event->kind,
                            .tab = batch->tab,
                            .happened_us = at_us,
                            .received_us = work->now_us,
                            .clock_jumped = jumped};

    TRY(chain(work, &place, &line, &hash));
    return work_event_insert(work, &(struct work_event_insert_args){
                                       .engagement_id = place.engagement_id,
                                       .sequence = line.sequence,
                                       .organisation_id = place.organisation_id,
                                       .person_id = work->who->person_id,
                                       .lease_id = event->lease_id,
                                       .class = place.class,
                                       .kind = event->kind,
                                       .tab = batch->tab,
                                       .happened_at = at_us,
                                       .received_at = work->now_us,
                                       .clock_jumped = jumped,
                                       .hash = hash,
                                   });
}

enum err time_tell(struct work *work, const struct told_batch *batch, struct told_outcome *out)
{
    struct clock_reading *readings = arena_array(work->arena, struct clock_reading, batch->count);
    int64_t *at_us = arena_array(work->arena, int64_t, batch->count);
    bool *jumped = arena_array(work->arena, bool, batch->count);

    if (batch->tab[strspn(batch->tab, TAB_LETTERS)] != '\0') {
        return work_fail_field(work, ERR_INVALID, "tab",
                               "a tab is named by letters, digits, _ and - alone");
    }
    *out = (struct told_outcome){0};
    for (size_t i = 0; i < batch->count; i++) {
        readings[i] = (struct clock_reading){.wall_us = batch->events[i].at,
                                             .tick_us = batch->events[i].tick_ms * MS};
    }
    TRY(clock_reconcile(
        readings, batch->count,
        &(struct clock_reading){.wall_us = batch->sent_at, .tick_us = batch->sent_tick_ms * MS},
        work->now_us, at_us, jumped, &work->fault));
    for (size_t i = 0; i < batch->count; i++) {
        enum err err = write_event(work, batch, i, at_us[i], jumped[i]);

        if (err == ERR_NOT_FOUND) {
            out->ignored++;
            continue;
        }
        TRY(err);
        out->accepted++;
        out->jumped += jumped[i];
    }
    return OK;
}

enum err time_extend(struct work *work, const char *lease_id, const char *reason, int64_t *seconds)
{
    struct place place;
    struct engagement_terms_row terms;

    TRY(place_on_lease(work, &(struct told_event){.lease_id = lease_id}, &place));
    if (place.engagement_id == NULL) {
        return work_fail(work, ERR_NOT_FOUND, "you hold no such lease");
    }
    TRY(engage_terms_at(work, place.engagement_id, work->now_us, &terms));
    *seconds = terms.task_cap_s == INT_ABSENT ? EXTENSION_S : terms.task_cap_s;
    const char *id = work_new_id(work, "tex");

    TRY(time_extension_insert(work, &(struct time_extension_insert_args){
                                        .id = id,
                                        .organisation_id = place.organisation_id,
                                        .engagement_id = place.engagement_id,
                                        .lease_id = lease_id,
                                        .seconds = *seconds,
                                        .reason = reason,
                                        .asked_at = work->now_us,
                                    }));
    return audit(work, "time.extend", id, "{}");
}

/* ------------------------------------------------------------------ the file */

enum err time_log(struct work *work, const char *engagement_id, struct text *out)
{
    struct work_event_row *rows;
    struct buffer to = buffer_new(work->arena);
    size_t count;

    TRY(work_event_log(work,
                       &(struct work_event_log_args){.engagement_id = engagement_id,
                                                     .organisation_id = work->organisation_id},
                       &rows, &count));
    buffer_string(&to, HEADER);
    for (size_t i = 0; i < count; i++) {
        struct log_line line = {.engagement_id = engagement_id,
                                .sequence = rows[i].sequence,
                                .lease_id = rows[i].lease_id,
                                .class = rows[i].class,
                                .kind = rows[i].kind,
                                .tab = rows[i].tab,
                                .happened_us = rows[i].happened_at,
                                .received_us = rows[i].received_at,
                                .clock_jumped = rows[i].clock_jumped};

        buffer_string(&to, words_of(work->arena, &line));
        buffer_print(&to, ",%s\n", rows[i].hash);
    }
    *out = buffer_view(&to);
    return OK;
}

enum { COLUMNS = 10 };

static enum err read_line(struct arena *arena, const struct csv_record *record, uint64_t number,
                          struct log_line *out, struct fault *fault)
{
    const struct text *fields = record->fields;

    if (record->count != COLUMNS || !text_int(fields[1], &out->sequence) ||
        !time_parse(fields[6], &out->happened_us) || !time_parse(fields[7], &out->received_us) ||
        !text_int(fields[8], &out->clock_jumped)) {
        return fail_line(fault, ERR_INVALID, number, "", "this is no line of a time log");
    }
    out->engagement_id = arena_copy(arena, fields[0].at, fields[0].size);
    out->lease_id = fields[2].size == 0 ? NULL : arena_copy(arena, fields[2].at, fields[2].size);
    out->class = arena_copy(arena, fields[3].at, fields[3].size);
    out->kind = arena_copy(arena, fields[4].at, fields[4].size);
    out->tab = arena_copy(arena, fields[5].at, fields[5].size);
    return OK;
}

enum err time_log_verify(struct arena *arena, struct text csv, int64_t *count, struct fault *fault)
{
    struct csv reader = csv_open(csv, ',');
    struct csv_record record;
    const char *before = NULL;

    *count = 0;
    if (!text_starts(csv, HEADER)) {
        return fail_line(fault, ERR_INVALID, 1, "", "a time log begins with %s", HEADER);
    }
    TRY(csv_next(&reader, arena, COLUMNS, &record, fault));
    for (;;) {
        struct log_line line;

        TRY(csv_next(&reader, arena, COLUMNS, &record, fault));
        if (record.count == 0) {
            return OK;
        }
        TRY(read_line(arena, &record, reader.line, &line, fault));
        const char *hash = time_chain_hash(arena, before, &line);

        if (line.sequence != *count + 1 || !text_is(record.fields[COLUMNS - 1], hash)) {
            return fail_line(fault, ERR_INVALID, reader.line, "hash",
                             "this line does not follow from the one before: the log was changed "
                             "here, or a line is missing");
        }
        before = hash;
        (*count)++;
    }
}
