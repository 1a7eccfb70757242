#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/money.h"
#include "base/time.h"
#include "engine/ledger/ledger.h"

bool ledger_dialect_find(const char *name, enum ledger_dialect *out)
{
    static const char *const NAMES[] = {
        [LEDGER_HLEDGER] = "hledger", [LEDGER_LEDGER] = "ledger", [LEDGER_BEANCOUNT] = "beancount"};

    for (size_t i = 0; i < COUNT(NAMES); i++) {
        if (strcmp(NAMES[i], name) == 0) {
            *out = (enum ledger_dialect)i;
            return true;
        }
    }
    return false;
}

static void put_date(struct buffer *to, int64_t at_us)
{
    char text[TIME_TEXT_SIZE];

    time_print(at_us, text);
    buffer_put(to, text, strlen("2026-01-31"));
}

/* Beancount's parts begin with a capital letter or a digit and know neither _ nor dots. */
static void put_account(struct buffer *to, enum ledger_dialect dialect, const char *account)
{
    if (dialect != LEDGER_BEANCOUNT) {
        buffer_string(to, account);
        return;
    }
    for (const char *at = account; *at != '\0'; at++) {
        bool starts = at == account || at[-1] == ':';
        bool is_small = *at >= 'a' && *at <= 'z';

        if (starts && (*at == '_' || *at == '.' || *at == '-')) {
            buffer_char(to, '0');
        }
        buffer_char(to, starts && is_small         ? (char)(*at - 'a' + 'A')
                        : *at == '_' || *at == '.' ? '-'
                                                   : *at);
    }
}

static void put_amount(struct buffer *to, int64_t amount, const char *currency)
{
    struct arena_mark mark = arena_mark(to->arena);
    char text[64];
    const char *printed = money_print(to->arena, amount, currency);
    size_t size = strlen(printed);

    memcpy(text, printed, size); /* the buffer may move into what is undone */
    arena_undo(to->arena, mark);
    buffer_put(to, text, size);
    buffer_char(to, ' ');
    buffer_string(to, currency);
}

static void put_commodity(struct buffer *to, enum ledger_dialect dialect, const char *currency,
                          int64_t first_us)
{
    if (dialect == LEDGER_BEANCOUNT) {
        put_date(to, first_us);
        buffer_print(to, " commodity %s\n", currency);
        return;
    }
    if (dialect == LEDGER_LEDGER) {
        buffer_print(to, "commodity %s\n", currency);
        return;
    }
    int digits = currency_digits(currency);

    /* hledger wants the decimal mark even where there are no digits behind it. */
    buffer_print(to, "commodity 1000.%.*s %s\n", digits < 0 ? 0 : digits, "0000", currency);
}

void ledger_write_head(struct buffer *to, enum ledger_dialect dialect,
                       const struct ledger_balance *accounts, size_t count, int64_t first_us)
{
    if (dialect == LEDGER_LEDGER) {
        buffer_string(to, "tag entry\ntag corrects\n");
    }
    for (size_t i = 0; i < count; i++) {
        bool seen = false;

        for (size_t k = 0; k < i && !seen; k++) {
            seen = strcmp(accounts[k].currency, accounts[i].currency) == 0;
        }
        if (!seen) {
            put_commodity(to, dialect, accounts[i].currency, first_us);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(accounts[i - 1].account, accounts[i].account) == 0) {
            continue;
        }
        if (dialect == LEDGER_BEANCOUNT) {
            put_date(to, first_us);
            buffer_string(to, " open ");
        } else {
            buffer_string(to, "account ");
        }
        put_account(to, dialect, accounts[i].account);
        buffer_char(to, '\n');
    }
    buffer_char(to, '\n');
}

/* What an entry is about ends its line or a quoted text: nothing in it may. */
static void put_words(struct buffer *to, const char *words)
{
    for (; *words != '\0'; words++) {
        bool is_plain = (unsigned char)*words >= ' ' && strchr("\"\\;|", *words) == NULL;

        buffer_char(to, is_plain ? *words : '_');
    }
}

static void put_beancount_title(struct buffer *to, const struct ledger_entry *entry)
{
    buffer_string(to, " * \"");
    put_words(to, entry->kind);
    buffer_char(to, ' ');
    put_words(to, entry->pays);
    buffer_string(to, "\"\n  entry: \"");
    put_words(to, entry->id);
    if (entry->corrects != NULL) {
        buffer_string(to, "\"\n  corrects: \"");
        put_words(to, entry->corrects);
    }
    buffer_string(to, "\"\n");
}

static void put_title(struct buffer *to, const struct ledger_entry *entry)
{
    buffer_string(to, " * ");
    put_words(to, entry->kind);
    buffer_char(to, ' ');
    put_words(to, entry->pays);
    buffer_string(to, "\n    ; entry: ");
    put_words(to, entry->id);
    if (entry->corrects != NULL) {
        buffer_string(to, "\n    ; corrects: ");
        put_words(to, entry->corrects);
    }
    buffer_char(to, '\n');
}

void ledger_write_entry(struct buffer *to, enum ledger_dialect dialect,
                        const struct ledger_entry *entry)
{
    put_date(to, entry->at_us);
    if (dialect == LEDGER_BEANCOUNT) {
        put_beancount_title(to, entry);
    } else {
        put_title(to, entry);
    }
    for (size_t i = 0; i < entry->posting_count; i++) {
        buffer_string(to, "    ");
        put_account(to, dialect, entry->postings[i].account);
        buffer_string(to, "  ");
        put_amount(to, entry->postings[i].amount, entry->currency);
        buffer_char(to, '\n');
    }
    buffer_char(to, '\n');
}
