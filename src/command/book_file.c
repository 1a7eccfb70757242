#include "command/book_file.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"
#include "base/time.h"
#include "command/table.h"
#include "engine/ledger/ledger.h"

enum { ENTRY, AT, CURRENCY, KIND, PAYS, CORRECTS, ACCOUNT, AMOUNT, COLUMN_COUNT };

struct reader {
    struct arena *arena; /* of the open entry */
    struct arena_mark empty;
    struct ledger_entry entry;
    struct ledger_posting *postings;
    uint64_t line; /* of its first row; zero: none is open */
    enum err (*take)(void *context, const struct book_item *item);
    void *context;
    struct fault *fault;
};

static const char *kept(struct reader *reader, struct text text)
{
    return text.size == 0 ? NULL : arena_copy(reader->arena, text.at, text.size);
}

static enum err finish(struct reader *reader)
{
    if (reader->line == 0) {
        return OK;
    }
    reader->entry.postings = reader->postings;
    TRY(reader->take(reader->context,
                     &(struct book_item){.entry = &reader->entry, .line = reader->line}));
    reader->line = 0;
    arena_undo(reader->arena, reader->empty);
    return OK;
}

static enum err read_time(struct reader *reader, struct text text, uint64_t line, int64_t *out)
{
    if (time_parse(text, out)) {
        return OK;
    }
    return fail_line(reader->fault, ERR_INVALID, line, "at",
                     "\"%.*s\" is no time such as 2026-03-01T09:30:00Z", (int)text.size, text.at);
}

static enum err open_entry(struct reader *reader, const struct text *fields, uint64_t line)
{
    static const char *const NAMES[] = {"entry", "at", "currency", "kind", "pays"};

    TRY(finish(reader));
    for (size_t i = ENTRY; i <= PAYS; i++) {
        if (fields[i].size == 0) {
            return fail_line(reader->fault, ERR_INVALID, line, NAMES[i], "the field is empty");
        }
    }
    reader->entry = (struct ledger_entry){.id = kept(reader, fields[ENTRY]),
                                          .currency = kept(reader, fields[CURRENCY]),
                                          .kind = kept(reader, fields[KIND]),
                                          .pays = kept(reader, fields[PAYS]),
                                          .corrects = kept(reader, fields[CORRECTS])};
    TRY(read_time(reader, fields[AT], line, &reader->entry.at_us));
    reader->postings = arena_array(reader->arena, struct ledger_posting, LEDGER_POSTINGS_MAX);
    reader->line = line;
    return OK;
}

static bool agrees(const struct reader *reader, const struct text *fields)
{
    const struct ledger_entry *entry = &reader->entry;
    int64_t at_us;

    return text_is(fields[CURRENCY], entry->currency) && text_is(fields[KIND], entry->kind) &&
           text_is(fields[PAYS], entry->pays) &&
           text_is(fields[CORRECTS], entry->corrects == NULL ? "" : entry->corrects) &&
           time_parse(fields[AT], &at_us) && at_us == entry->at_us;
}

static enum err add_posting(struct reader *reader, const struct text *fields, uint64_t line)
{
    size_t count = reader->entry.posting_count;
    int64_t amount;

    if (count == LEDGER_POSTINGS_MAX) {
        return fail_line(reader->fault, ERR_INVALID, line, "entry",
                         "an entry has at most %d postings", LEDGER_POSTINGS_MAX);
    }
    if (fields[ACCOUNT].size == 0) {
        return fail_line(reader->fault, ERR_INVALID, line, "account", "the field is empty");
    }
    if (!text_int(fields[AMOUNT], &amount)) {
        return fail_line(reader->fault, ERR_INVALID, line, "amount",
                         "\"%.*s\" is no whole number of minor units", (int)fields[AMOUNT].size,
                         fields[AMOUNT].at);
    }
    reader->postings[count] =
        (struct ledger_posting){.account = kept(reader, fields[ACCOUNT]), .amount = amount};
    reader->entry.posting_count++;
    return OK;
}

static enum err take_row(struct reader *reader, const struct text *fields, uint64_t line)
{
    if (text_is(fields[KIND], "close")) {
        int64_t until_us;

        TRY(finish(reader));
        TRY(read_time(reader, fields[AT], line, &until_us));
        return reader->take(reader->context,
                            &(struct book_item){.closed_until_us = until_us, .line = line});
    }
    if (reader->line == 0 || !text_is(fields[ENTRY], reader->entry.id)) {
        TRY(open_entry(reader, fields, line));
    } else if (!agrees(reader, fields)) {
        return fail_line(reader->fault, ERR_INVALID, line, "entry",
                         "the rows of entry %.40s do not agree", reader->entry.id);
    }
    return add_posting(reader, fields, line);
}

enum err book_file_read(const char *path,
                        enum err (*take)(void *context, const struct book_item *item),
                        void *context, struct fault *fault)
{
    static const struct column COLUMNS[COLUMN_COUNT] = {
        [ENTRY] = {"entry", true},       [AT] = {"at"},
        [CURRENCY] = {"currency", true}, [KIND] = {"kind"},
        [PAYS] = {"pays", true},         [CORRECTS] = {"corrects", true},
        [ACCOUNT] = {"account", true},   [AMOUNT] = {"amount", true},
    };
    ARENA_SCOPE arena = arena_new();
    TABLE_SCOPE table = NULL;
    const struct text *fields;
    bool more;

    (void)arena_take(arena, 1, 1); /* so that the mark lies in a block that stays */
    struct reader reader = {.arena = arena,
                            .empty = arena_mark(arena),
                            .take = take,
                            .context = context,
                            .fault = fault};

    TRY(table_open(path, COLUMNS, COLUMN_COUNT, &table, fault));
    TRY(table_next(table, &fields, &more, fault));
    while (more) {
        TRY(take_row(&reader, fields, table_line(table)));
        TRY(table_next(table, &fields, &more, fault));
    }
    return finish(&reader);
}

enum err book_file_balances(struct arena *arena, const char *path,
                            const struct ledger_balance **out, size_t *count, struct fault *fault)
{
    static const struct column COLUMNS[] = {{"account"}, {"currency"}, {"amount"}};
    TABLE_SCOPE table = NULL;
    struct ledger_balance *balances = arena_array(arena, struct ledger_balance, 64);
    const struct text *fields;
    size_t room = 64;
    bool more;

    *count = 0;
    TRY(table_open(path, COLUMNS, COUNT(COLUMNS), &table, fault));
    TRY(table_next(table, &fields, &more, fault));
    while (more) {
        int64_t amount;

        if (!text_int(fields[2], &amount)) {
            return fail_line(fault, ERR_INVALID, table_line(table), "amount",
                             "\"%.*s\" is no whole number of minor units", (int)fields[2].size,
                             fields[2].at);
        }
        if (*count == room) {
            struct ledger_balance *wider = arena_array(arena, struct ledger_balance, room * 2);

            memcpy(wider, balances, room * sizeof(*balances));
            balances = wider;
            room *= 2;
        }
        balances[(*count)++] =
            (struct ledger_balance){.account = arena_copy(arena, fields[0].at, fields[0].size),
                                    .currency = arena_copy(arena, fields[1].at, fields[1].size),
                                    .amount = amount};
        TRY(table_next(table, &fields, &more, fault));
    }
    *out = balances;
    return OK;
}
