#include "slice/account/audit_chain.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/shape.h"
#include "base/time.h"
#include "slice/account/account_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/secret.h"

/* Events are sealed within seconds at most; one that is much older was kept from it. */
#define SEALED_WITHIN (10 * TIME_MINUTE)

/* What a commit leaves is sealed by whoever calls audit_seal_some. */
enum { EVENTS_OF_COMMIT = 2000 };

static void put(struct json_out *out, const char *name, const char *value)
{
    if (value != NULL) {
        json_name(out, name);
        json_text(out, value);
    }
}

static enum err hash_of(struct work *work, const struct audit_row *row, const char **out)
{
    struct buffer plain = buffer_new(work->arena);
    struct buffer canonical = buffer_new(work->arena);
    struct json_out json = json_to(&plain);
    struct json_out sorted = json_to(&canonical);
    struct json *tree = NULL;

    json_open(&json, '{');
    put(&json, "id", row->id);
    put(&json, "organisation_id", row->organisation_id);
    put(&json, "person_id", row->person_id);
    put(&json, "action", row->action);
    put(&json, "object_id", row->object_id);
    json_name(&json, "detail");
    json_raw(&json, row->detail);
    put(&json, "request_id", row->request_id);
    json_name(&json, "happened_at");
    json_time(&json, row->happened_at);
    json_name(&json, "position");
    json_int(&json, row->position);
    put(&json, "previous_hash", row->previous_hash);
    json_close(&json, '}');
    TRY(json_parse(work->arena, buffer_view(&plain), &tree, &work->fault));
    json_canonical(&sorted, tree);
    *out = sha256_hex(work->arena, buffer_view(&canonical));
    return OK;
}

static const char *chain_of(const struct audit_row *row)
{
    return row->organisation_id == NULL ? "" : row->organisation_id;
}

static enum err find_head(struct work *work, const char *chain, struct audit_head_find_row *out)
{
    enum err err = audit_head_find(work, &(struct audit_head_find_args){.chain = chain}, out);

    if (err == ERR_NOT_FOUND) {
        *out = (struct audit_head_find_row){.position = 0, .hash = ""};
        return OK;
    }
    return err;
}

/* ------------------------------------------------------------------ sealing */

/* Where a chain ends while events are added to it. */
struct end {
    const char *chain; /* NULL: of none yet */
    struct audit_head_find_row head;
};

static enum err leave(struct work *work, const struct end *end)
{
    if (end->chain == NULL || end->head.position == 0) {
        return OK;
    }
    return audit_head_set(work, &(struct audit_head_set_args){.chain = end->chain,
                                                              .position = end->head.position,
                                                              .hash = end->head.hash});
}

static enum err follow(struct work *work, const char *chain, struct end *end)
{
    if (end->chain != NULL && strcmp(end->chain, chain) == 0) {
        return OK;
    }
    TRY(leave(work, end));
    end->chain = chain;
    return find_head(work, chain, &end->head);
}

/* An event that cannot be hashed stays as it is, for the proof to name, and keeps up no other. */
static enum err seal(struct work *work, struct audit_row *row, struct end *end)
{
    int64_t affected;

    row->position = end->head.position + 1;
    row->previous_hash = end->head.hash;
    if (hash_of(work, row, &row->hash) != OK) {
        return OK;
    }
    TRY(audit_seal(work,
                   &(struct audit_seal_args){.id = row->id,
                                             .position = row->position,
                                             .previous_hash = row->previous_hash,
                                             .hash = row->hash},
                   &affected));
    if (affected == 0) {
        return work_fail(work, ERR_UNAVAILABLE, "another server seals the same events");
    }
    end->head = (struct audit_head_find_row){.position = row->position, .hash = row->hash};
    return OK;
}

enum err audit_any_unsealed(struct work *work, bool *any)
{
    struct audit_row *rows;
    size_t found;

    TRY(audit_unsealed(work, &(struct audit_unsealed_args){.row_max = 1}, &rows, &found));
    *any = found > 0;
    return OK;
}

enum err audit_seal_some(struct work *work, int64_t row_max, int64_t *count)
{
    struct audit_row *rows;
    struct end end = {0};
    size_t found;

    TRY(audit_unsealed(work, &(struct audit_unsealed_args){.row_max = row_max}, &rows, &found));
    for (size_t i = 0; i < found; i++) {
        TRY(follow(work, chain_of(&rows[i]), &end));
        TRY(seal(work, &rows[i], &end));
    }
    *count = (int64_t)found;
    return leave(work, &end);
}

static enum err seal_noted(struct work *work, const struct total *total)
{
    int64_t count;

    (void)total;
    return audit_seal_some(work, EVENTS_OF_COMMIT, &count);
}

void audit_seal_soon(struct work *work)
{
    if (store_is_near(work->store)) {
        store_sum(
            work, seal_noted,
            &(struct total){.organisation_id = "", .object_id = "", .name = "audit", .amount = 1});
    }
}

/* ------------------------------------------------------------------ proving */

struct walk {
    struct audit_proof *proof;
    const struct audit_note *note;
    struct arena *arena; /* of what outlives a row */
};

static void say(struct audit_proof *proof, int64_t position, const char *id, const char *why)
{
    if (proof->broken_at == 0) {
        proof->broken_at = position;
        proof->broken_id = id;
        proof->broken_why = why;
    }
}

/* What is wrong with the event that comes next, or NULL. */
static enum err judge(struct work *work, const struct walk *walk, const struct audit_row *row,
                      const char **why)
{
    const struct audit_proof *proof = walk->proof;
    const struct audit_note *note = walk->note;
    const char *hash;

    *why = NULL;
    if (row->position != proof->event_count + 1) {
        *why = "the event at this position is missing";
    } else if (row->previous_hash == NULL || strcmp(row->previous_hash, proof->head_hash) != 0) {
        *why = "this event does not follow from the one before it";
    } else {
        enum err err = hash_of(work, row, &hash);

        if (err != OK && err != ERR_INVALID) {
            return err;
        }
        if (err == ERR_INVALID || row->hash == NULL || strcmp(row->hash, hash) != 0) {
            *why = "this event was changed after it was sealed";
        } else if (note->position == row->position && strcmp(note->hash, hash) != 0) {
            *why = "this event is not the one that was noted";
        }
    }
    return OK;
}

static enum err step(struct work *work, void *context, const struct audit_row *row)
{
    const struct walk *walk = context;
    struct audit_proof *proof = walk->proof;
    struct arena_mark mark = arena_mark(work->arena);
    const char *why;

    if (proof->broken_at != 0) {
        return OK;
    }
    TRY(judge(work, walk, row, &why));
    arena_undo(work->arena, mark);
    if (why != NULL) {
        bool missing = row->position != proof->event_count + 1;

        say(proof, proof->event_count + 1,
            missing ? NULL : arena_copy(walk->arena, row->id, strlen(row->id)), why);
        return OK;
    }
    proof->event_count++;
    memcpy((char *)(uintptr_t)proof->head_hash, row->hash, strlen(row->hash) + 1);
    return OK;
}

/* The end: as the head says, as was noted, and nothing left unsealed. */
static enum err check_end(struct work *work, const struct audit_note *note,
                          struct audit_proof *proof)
{
    struct audit_head_find_row head;
    struct audit_unsealed_count_row unsealed;
    int64_t next = proof->event_count + 1;

    TRY(find_head(work, proof->chain, &head));
    TRY(audit_unsealed_count(
        work, &(struct audit_unsealed_count_args){.organisation_id = proof->chain}, &unsealed));
    proof->unsealed_count = unsealed.count;
    if (head.position >= next) {
        say(proof, next, NULL, "the event at this position is missing: the chain was longer");
    } else if (head.position != proof->event_count || strcmp(head.hash, proof->head_hash) != 0) {
        say(proof, proof->event_count, NULL, "the chain does not end as its head says");
    }
    if (note->position >= next) {
        say(proof, next, NULL, "the event at this position is missing: a longer chain was noted");
    }
    if (unsealed.count > 0 && unsealed.oldest_at < work->now_us - SEALED_WITHIN) {
        say(proof, next, NULL, "an old event was not sealed");
    }
    return OK;
}

enum err audit_prove(struct work *work, const char *chain, const struct audit_note *note,
                     struct audit_proof *out)
{
    char *head_hash = arena_take(work->arena, 2 * SHA256_SIZE + 1, 1);
    struct walk walk = {.proof = out, .note = note, .arena = work->arena};

    *out = (struct audit_proof){.chain = chain, .head_hash = head_hash};
    TRY(audit_chain(work, &(struct audit_chain_args){.organisation_id = chain}, step, &walk));
    if (out->broken_at == 0) {
        TRY(check_end(work, note, out));
    }
    out->whole = out->broken_at == 0;
    return OK;
}

enum err audit_list_chains(struct work *work, const char *const **chains, size_t *count)
{
    struct audit_chains_row *rows;

    TRY(audit_chains(work, &rows, count));
    const char **names = arena_array(work->arena, const char *, *count + 1);

    for (size_t i = 0; i < *count; i++) {
        names[i] = rows[i].chain;
    }
    *chains = names;
    return OK;
}
