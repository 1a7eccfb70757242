#include "slice/account/audit_http.h"

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account_shape.h"
#include "slice/account/account_sql.h"
#include "slice/account/audit_chain.h"
#include "store/work.h"

static const struct field audit_fields[] = {
    TEXT(audit_row, id, .doc = "Identifier, `aud_` and 26 characters"),
    TEXT(audit_row, organisation_id, .optional = true, .doc = "Whose chain it is in"),
    TEXT(audit_row, person_id, .optional = true, .doc = "Who did it"),
    TEXT(audit_row, action, .doc = "What was done, as delivery.make"),
    TEXT(audit_row, object_id, .doc = "To what"),
    JSON(audit_row, detail, .doc = "What else there is to say"),
    TEXT(audit_row, request_id, .optional = true, .doc = "By which request"),
    TIME(audit_row, happened_at, .doc = "When"),
    INT(audit_row, position, .doc = "Place in the chain, from 1; 0: it is sealed in a moment"),
    TEXT(audit_row, previous_hash, .optional = true, .doc = "`hash` of the one before it"),
    TEXT(audit_row, hash, .optional = true,
         .doc = "SHA-256 of the canonical JSON of all this but `hash`"),
};
static const struct shape audit_shape = SHAPE(audit_row, audit_fields, "Something that was done");

static const struct field audit_list_fields[] = PAGE_FIELDS(audit_shape, "Newest first");
const struct shape audit_list_shape =
    PAGE_SHAPE(audit_list, audit_list_fields, "A page of what was done");

enum err audit_serve_list(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct audit_row *rows;
    size_t count;

    TRY(audit_event_page(work,
                         &(struct audit_event_page_args){
                             .organisation_id = work->organisation_id,
                             .id = page_after(query->after, "~"),
                             .row_max = query->limit,
                         },
                         &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

static const struct audit_note audit_note_defaults = {.hash = ""};
static const struct field audit_note_fields[] = {
    INT(audit_note, position, .optional = true, .min = 0, .max = 1e15,
        .doc = "A position that was noted before"),
    TEXT(audit_note, hash, .optional = true, .max = 64, .doc = "The hash that was noted with it"),
};
const struct shape audit_note_shape =
    SHAPE(audit_note, audit_note_fields, "What was noted of a chain earlier",
          .defaults = &audit_note_defaults);

static const struct field audit_proof_fields[] = {
    BOOL(audit_proof, whole, .doc = "True: every event is there and as it was written"),
    INT(audit_proof, event_count, .doc = "Events that hold, from the first on"),
    TEXT(audit_proof, head_hash, .doc = "Hash of the last of them: note it, outside"),
    INT(audit_proof, unsealed_count, .doc = "Events that are sealed in a moment"),
    INT(audit_proof, broken_at, .doc = "Position of the first break; 0: none"),
    TEXT(audit_proof, broken_id, .optional = true, .doc = "The event there"),
    TEXT(audit_proof, broken_why, .optional = true, .doc = "What is wrong"),
};
const struct shape audit_proof_shape =
    SHAPE(audit_proof, audit_proof_fields, "The proof of a chain of what was done");

enum err audit_serve_proof(struct call *call)
{
    struct audit_proof *proof = arena_new_of(call->work->arena, struct audit_proof);

    TRY(audit_prove(call->work, call->ids[0], call->query, proof));
    call->reply = proof;
    return OK;
}
