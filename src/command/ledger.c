#include <inttypes.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/money.h"
#include "cli/command.h"
#include "command/book_file.h"
#include "command/groups.h"
#include "engine/ledger/ledger.h"

struct proof {
    struct ledger_book *book;
    struct fault *fault;
    int64_t first_us;
    uint64_t close_count;
};

/* The first break: the engine says what, the file says where. */
static enum err prove_item(void *context, const struct book_item *item)
{
    struct proof *proof = context;
    enum err err;

    if (item->entry == NULL) {
        proof->close_count++;
        err = ledger_book_close(proof->book, item->closed_until_us, proof->fault);
    } else {
        if (item->entry->at_us < proof->first_us) {
            proof->first_us = item->entry->at_us;
        }
        err = ledger_book_add(proof->book, item->entry, proof->fault);
    }
    if (err != OK) {
        proof->fault->line = item->line;
    }
    return err;
}

static enum err prove(struct invocation *call, const char *path, struct proof *out)
{
    *out = (struct proof){
        .book = ledger_book_new(call->arena), .fault = call->fault, .first_us = INT64_MAX};
    return book_file_read(path, prove_item, out, call->fault);
}

struct ledger_check {
    const char *balances;
    bool list;
};
static const struct field check_fields[] = {
    TEXT(ledger_check, balances, .optional = true,
         .doc = "CSV account,currency,amount that has to agree with the book"),
    BOOL(ledger_check, list, .optional = true, .doc = "print each account's balance as CSV"),
};
static const struct shape check_shape = SHAPE(ledger_check, check_fields, "What to check");

static enum err run_check(struct invocation *call)
{
    const struct ledger_check *options = call->options;
    const struct ledger_balance *claimed = NULL;
    const struct ledger_balance *balances;
    struct proof proof;
    size_t claimed_count = 0;

    TRY(prove(call, call->words[0], &proof));
    if (options->balances != NULL) {
        TRY(book_file_balances(call->arena, options->balances, &claimed, &claimed_count,
                               call->fault));
        TRY(ledger_book_compare(proof.book, claimed, claimed_count, call->fault));
    }
    size_t count = ledger_book_balances(proof.book, call->arena, &balances);

    if (options->list) {
        fprintf(call->out, "account,currency,amount\n");
        for (size_t i = 0; i < count; i++) {
            fprintf(call->out, "%s,%s,%" PRId64 "\n", balances[i].account, balances[i].currency,
                    balances[i].amount);
        }
        return OK;
    }
    fprintf(call->out,
            "The book holds: %" PRIu64 " entries, %" PRIu64 " postings, %zu accounts, %" PRIu64
            " closed periods%s.\n",
            ledger_book_entries(proof.book), ledger_book_postings(proof.book), count,
            proof.close_count, options->balances == NULL ? "" : "; the balances agree");
    return OK;
}

struct ledger_export {
    const char *format;
};
static const struct field export_fields[] = {
    TEXT(ledger_export, format, .optional = true, .choices = "hledger|ledger|beancount",
         .doc = "which tool shall read it; hledger unless said"),
};
static const struct shape export_shape = SHAPE(ledger_export, export_fields, "How to write it");

struct writing {
    FILE *out;
    struct arena *arena;
    enum ledger_dialect dialect;
};

static enum err write_item(void *context, const struct book_item *item)
{
    struct writing *writing = context;

    if (item->entry != NULL) {
        struct arena_mark mark = arena_mark(writing->arena);
        struct buffer text = buffer_new(writing->arena);

        ledger_write_entry(&text, writing->dialect, item->entry);
        fwrite(text.at, 1, text.size, writing->out);
        arena_undo(writing->arena, mark);
    }
    return OK;
}

/* Twice over the file: first it is proven and its accounts are gathered, then it is written. */
static enum err run_export(struct invocation *call)
{
    const struct ledger_export *options = call->options;
    const struct ledger_balance *balances;
    struct buffer head = buffer_new(call->arena);
    struct writing writing = {.out = call->out, .arena = call->arena};
    struct proof proof;

    if (call->words[0][0] == '-' && call->words[0][1] == '\0') {
        return fail(call->fault, ERR_INVALID,
                    "the book is read twice, so it has to be a file, not standard input");
    }
    TRY(prove(call, call->words[0], &proof));
    size_t count = ledger_book_balances(proof.book, call->arena, &balances);

    if (options->format != NULL) {
        (void)ledger_dialect_find(options->format, &writing.dialect);
    }
    if (count > 0) {
        ledger_write_head(&head, writing.dialect, balances, count, proof.first_us);
    }
    fwrite(head.at, 1, head.size, call->out);
    return book_file_read(call->words[0], write_item, &writing, call->fault);
}

static const struct command commands[] = {
    {.name = "ledger check",
     .words = "BOOK.csv",
     .run = run_check,
     .options = &check_shape,
     .summary = "Prove every invariant over a whole book and name the first break",
     .details =
         "Reads CSV with the header entry,at,currency,kind,pays,corrects,account,amount: one\n"
         "posting a row, amounts in minor units, a row of the kind close closes what lies before;\n"
         "- is standard input. Every entry balances in one currency, identifiers grow, nothing\n"
         "is paid twice, a correction is the opposite of what it names, nothing is posted into a\n"
         "closed period. `periti ledger book` writes the book of a server in this form.",
     .examples = "  periti ledger check book.csv\n"
                 "  periti ledger check book.csv --balances balances.csv\n"},
    {.name = "ledger export",
     .words = "BOOK.csv",
     .run = run_export,
     .options = &export_shape,
     .summary = "Write a book in the form of hledger, Ledger or Beancount",
     .details = "The book is proven first, and refused if it does not hold.",
     .examples = "  periti ledger export book.csv > book.journal && hledger -f book.journal check\n"
                 "  periti ledger export book.csv --format beancount > book.beancount\n"},
};

const struct command_group ledger_group = {
    .name = "Money", .commands = commands, .command_count = COUNT(commands)};
