#include "slice/invoice/invoice_receipt.h"

#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/invoice/invoice.h"
#include "slice/invoice/invoice_sql.h"
#include "slice/payout/camt.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/file.h"

enum { STATEMENT_SIZE_MAX = 32 << 20 };

struct receipt_left {
    const char *remittance;
    const char *currency;
    int64_t amount_minor;
    const char *reason;
};
static const struct field receipt_left_fields[] = {
    TEXT(receipt_left, remittance, .optional = true, .doc = "What the payer wrote"),
    TEXT(receipt_left, currency, .doc = "ISO 4217 code"),
    INT(receipt_left, amount_minor, .doc = "In minor units"),
    TEXT(receipt_left, reason, .doc = "Why it was not recorded"),
};
static const struct shape receipt_left_shape =
    SHAPE(receipt_left, receipt_left_fields, "Money that came in and is for a person to record");

struct receipt_outcome {
    int64_t recorded;
    int64_t known;
    struct list left;
};
static const struct field receipt_outcome_fields[] = {
    INT(receipt_outcome, recorded, .doc = "Payments that were recorded"),
    INT(receipt_outcome, known, .doc = "Recorded before"),
    LIST(receipt_outcome, left, .of = &receipt_left_shape, .doc = "Not recorded, and why"),
};
const struct shape receipt_outcome_shape =
    SHAPE(receipt_outcome, receipt_outcome_fields, "What came in, as the bank's statement says");

struct receipt_reading {
    struct camt file;
    struct invoice_open_granted_row *invoices;
    size_t invoice_count;
    struct receipt_left *left;
    size_t left_count;
    struct text xml;
    struct receipt_outcome *outcome;
};

/* A number counts only where it stands alone: A-1 is not in A-12. */
static bool names(const char *remittance, const char *number)
{
    static const char WORD[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
    size_t size = strlen(number);

    for (const char *at = strstr(remittance, number); at != NULL; at = strstr(at + 1, number)) {
        bool begins = at == remittance || strchr(WORD, at[-1]) == NULL;
        bool ends = at[size] == '\0' || strchr(WORD, at[size]) == NULL;

        if (begins && ends) {
            return true;
        }
    }
    return false;
}

static const struct invoice_open_granted_row *named_by(const struct receipt_reading *reading,
                                                       const struct camt_movement *movement,
                                                       const char **why)
{
    const struct invoice_open_granted_row *found = NULL;

    *why = "it names no invoice that you may record payments of";
    for (size_t i = 0; movement->remittance != NULL && i < reading->invoice_count; i++) {
        if (!names(movement->remittance, reading->invoices[i].invoice_number)) {
            continue;
        }
        if (found != NULL) {
            *why = "it names more than one invoice: record by hand what is for which";
            return NULL;
        }
        found = &reading->invoices[i];
    }
    if (found != NULL && strcmp(found->currency, movement->currency) != 0) {
        *why = "the invoice is in another currency";
        return NULL;
    }
    return found;
}

static void leave(struct receipt_reading *reading, const struct camt_movement *movement,
                  const char *why)
{
    reading->left[reading->left_count++] =
        (struct receipt_left){.remittance = movement->remittance,
                              .currency = movement->currency,
                              .amount_minor = movement->amount_minor,
                              .reason = why};
}

/* A statement's first movement: the same statement gives the same references in any file. */
static size_t first_of(const struct camt *file, size_t statement)
{
    size_t first = 0;

    while (file->movements[first].statement != statement) {
        first++;
    }
    return first;
}

static enum err record(struct work *work, struct receipt_reading *reading, size_t place)
{
    const struct camt_movement *movement = &reading->file.movements[place];
    const char *why = NULL;
    const struct invoice_open_granted_row *invoice = named_by(reading, movement, &why);
    struct invoice_receipt_find_row before;
    const char *id;

    if (invoice == NULL) {
        leave(reading, movement, why);
        return OK;
    }
    const char *reference =
        arena_print(work->arena, "%.80s/%zu", reading->file.ids[movement->statement],
                    place - first_of(&reading->file, movement->statement) + 1);

    work->organisation_id = invoice->organisation_id;
    enum err err = invoice_receipt_find(
        work,
        &(struct invoice_receipt_find_args){.invoice_id = invoice->id,
                                            .reference = reference,
                                            .organisation_id = invoice->organisation_id},
        &before);

    if (err != ERR_NOT_FOUND) {
        reading->outcome->known += err == OK;
        return err;
    }
    err = invoice_pay(work, invoice->id,
                      &(struct payment_draft){.amount_minor = movement->amount_minor,
                                              .reference = reference,
                                              .received_at = work->now_us},
                      &id);
    if (err == ERR_INVALID) {
        leave(reading, movement, arena_print(work->arena, "%s", work->fault.text));
        return OK;
    }
    reading->outcome->recorded += err == OK;
    return err;
}

/* All of the statement, or nothing of it. */
static enum err read_all(struct work *work, void *context)
{
    struct receipt_reading *reading = context;

    *reading->outcome = (struct receipt_outcome){0};
    reading->left_count = 0;
    TRY(camt_read(work->arena, reading->xml, &reading->file, &work->fault));
    TRY(invoice_open_granted(
        work,
        &(struct invoice_open_granted_args){.person_id = work->who->person_id,
                                            .seller_id = work->who->organisation_id},
        &reading->invoices, &reading->invoice_count));
    reading->left = arena_array(work->arena, struct receipt_left, reading->file.count);
    for (size_t i = 0; i < reading->file.count; i++) {
        const struct camt_movement *movement = &reading->file.movements[i];
        bool is_payout =
            movement->reference != NULL && strncmp(movement->reference, "pyl_", 4) == 0;

        if (movement->credit && !movement->returned && !is_payout) {
            TRY(record(work, reading, i));
        }
    }
    reading->outcome->left = (struct list){.at = reading->left, .count = reading->left_count};
    return OK;
}

enum err receipt_serve_bank(struct call *call)
{
    struct work *work = call->work;
    struct receipt_reading reading = {.outcome = arena_new_of(work->arena, struct receipt_outcome)};

    TRY(file_read(work->arena, call->upload->path, STATEMENT_SIZE_MAX, &reading.xml, &work->fault));
    TRY(store_write(work, read_all, &reading));
    call->reply = reading.outcome;
    return OK;
}
