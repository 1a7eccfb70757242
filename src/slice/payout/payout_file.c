#include "slice/payout/payout_file.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/money.h"
#include "base/time.h"

enum { NAME_MAX = 70 };

/* How long an IBAN is, country by country, as the registry of ISO 13616 says (release 99). */
static const char IBAN_SIZES[] =
    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24"
    "FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32"
    "LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24"
    "RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

/* What every bank takes (EPC217-08): no slash at the beginning or end, nor two in a row. */
static bool is_plain(const char *words)
{
    static const char ALLOWED[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ";
    size_t size = strlen(words);

    return strspn(words, ALLOWED) == size && size > 0 && words[0] != '/' &&
           words[size - 1] != '/' && strstr(words, "//") == NULL;
}

static bool all(const char *text, size_t from, size_t to, int (*test)(int))
{
    for (size_t i = from; i < to; i++) {
        if ((unsigned char)text[i] > 127 || !test((unsigned char)text[i])) {
            return false;
        }
    }
    return true;
}

static int is_big(int c)
{
    return c >= 'A' && c <= 'Z';
}

static int is_figure(int c)
{
    return c >= '0' && c <= '9';
}

static int is_code(int c)
{
    return is_big(c) || is_figure(c);
}

/* The remainder by 97 of the IBAN read as ISO 7064 says: its head behind, letters as two digits. */
static unsigned iban_rest(const char *iban, size_t size)
{
    unsigned rest = 0;

    for (size_t i = 0; i < size; i++) {
        char c = iban[(i + 4) % size];

        rest = is_figure(c) ? (rest * 10 + (unsigned)(c - '0')) % 97
                            : (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
    }
    return rest;
}

/* Zero: this country has none. */
static size_t iban_size(const char *country)
{
    for (const char *at = IBAN_SIZES; *at != '\0'; at += 4) {
        if (at[0] == country[0] && at[1] == country[1]) {
            return (size_t)(at[2] - '0') * 10 + (size_t)(at[3] - '0');
        }
    }
    return 0;
}

bool iban_is_sound(const char *text)
{
    size_t size = strlen(text);

    return size > 4 && size == iban_size(text) && all(text, 2, 4, is_figure) &&
           all(text, 4, size, is_code) && iban_rest(text, size) == 1;
}

static bool is_bic(const char *text)
{
    size_t size = strlen(text);

    return (size == 8 || size == 11) && all(text, 0, 4, is_code) && all(text, 4, 6, is_big) &&
           all(text, 6, size, is_code);
}

static bool is_routing_number(const char *text)
{
    static const unsigned WEIGHTS[] = {3, 7, 1};
    unsigned sum = 0;

    if (strlen(text) != 9 || !all(text, 0, 9, is_figure)) {
        return false;
    }
    for (size_t i = 0; i < 9; i++) {
        sum += WEIGHTS[i % 3] * (unsigned)(text[i] - '0');
    }
    return sum > 0 && sum % 10 == 0;
}

enum err bank_account_check(const struct bank_account *account, struct fault *fault)
{
    bool is_us = strcmp(account->kind, "us") == 0;
    size_t size = strlen(account->account_number);

    if (strlen(account->holder) > NAME_MAX || !is_plain(account->holder)) {
        return fail_field(fault, ERR_INVALID, "holder",
                          "banks take at most 70 characters: letters without accents, digits, "
                          "blanks and / - ? : ( ) . , ' +, with no slash at the beginning or end "
                          "nor two in a row");
    }
    if (is_us ? size == 0 || size > 17 || !all(account->account_number, 0, size, is_figure)
              : !iban_is_sound(account->account_number)) {
        return fail_field(fault, ERR_INVALID, "account_number",
                          is_us ? "an account number has at most 17 digits"
                                : "this is no IBAN: its length, characters or check digits are "
                                  "wrong (write it without blanks, in capitals)");
    }
    if (is_us ? !is_routing_number(account->bank_code) : !is_bic(account->bank_code)) {
        return fail_field(fault, ERR_INVALID, "bank_code",
                          is_us ? "this is no routing number: nine digits with a check digit"
                                : "this is no BIC: eight or eleven letters and digits");
    }
    return OK;
}

static enum err sum_of(const struct payment_file *file, int64_t *out, struct fault *fault)
{
    int64_t sum = 0;

    for (size_t i = 0; i < file->count; i++) {
        if (!money_add(sum, file->payments[i].amount_minor, &sum)) {
            return fail(fault, ERR_INVALID, "the payments do not fit into one file");
        }
    }
    *out = sum;
    return OK;
}

static enum err check_kinds(const struct payment_file *file, const char *kind, const char *format,
                            struct fault *fault)
{
    bool fits = strcmp(file->from.kind, kind) == 0;

    for (size_t i = 0; i < file->count; i++) {
        fits = fits && strcmp(file->payments[i].to.kind, kind) == 0;
    }
    return fits ? OK
                : fail_field(fault, ERR_INVALID, "format",
                             "%s pays from and to accounts of the kind %s; some of this run are "
                             "not",
                             format, kind);
}

/* ------------------------------------------------------------------ ISO 20022 */

static void put_name(struct buffer *to, const char *name)
{
    for (; *name != '\0'; name++) {
        if (*name == '\'') {
            buffer_string(to, "&apos;");
        } else {
            buffer_char(to, *name);
        }
    }
}

static void put_payment(struct buffer *to, const struct payment_file *file,
                        const struct payment *payment)
{
    buffer_print(to,
                 "      <CdtTrfTxInf>\n"
                 "        <PmtId><EndToEndId>%s</EndToEndId></PmtId>\n"
                 "        <Amt><InstdAmt Ccy=\"%s\">%s</InstdAmt></Amt>\n"
                 "        <CdtrAgt><FinInstnId><BICFI>%s</BICFI></FinInstnId></CdtrAgt>\n"
                 "        <Cdtr><Nm>",
                 payment->id, file->currency,
                 money_print(to->arena, payment->amount_minor, file->currency),
                 payment->to.bank_code);
    put_name(to, payment->to.holder);
    buffer_print(to,
                 "</Nm></Cdtr>\n"
                 "        <CdtrAcct><Id><IBAN>%s</IBAN></Id></CdtrAcct>\n"
                 "        <RmtInf><Ustrd>%s</Ustrd></RmtInf>\n"
                 "      </CdtTrfTxInf>\n",
                 payment->to.account_number, payment->id);
}

static void put_head(struct buffer *to, const struct payment_file *file, const char *total)
{
    char created[TIME_TEXT_SIZE];

    time_print(file->created_us - file->created_us % TIME_SECOND, created);
    buffer_print(to,
                 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                 "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\n"
                 "  <CstmrCdtTrfInitn>\n"
                 "    <GrpHdr>\n"
                 "      <MsgId>%s</MsgId>\n"
                 "      <CreDtTm>%s</CreDtTm>\n"
                 "      <NbOfTxs>%zu</NbOfTxs>\n"
                 "      <CtrlSum>%s</CtrlSum>\n"
                 "      <InitgPty><Nm>",
                 file->id, created, file->count, total);
    put_name(to, file->from.holder);
    buffer_print(to,
                 "</Nm></InitgPty>\n"
                 "    </GrpHdr>\n"
                 "    <PmtInf>\n"
                 "      <PmtInfId>%s</PmtInfId>\n"
                 "      <PmtMtd>TRF</PmtMtd>\n"
                 "      <BtchBookg>true</BtchBookg>\n"
                 "      <NbOfTxs>%zu</NbOfTxs>\n"
                 "      <CtrlSum>%s</CtrlSum>\n"
                 "%s"
                 "      <ReqdExctnDt><Dt>%s</Dt></ReqdExctnDt>\n"
                 "      <Dbtr><Nm>",
                 file->id, file->count, total,
                 strcmp(file->currency, "EUR") == 0
                     ? "      <PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>\n"
                     : "",
                 time_day_text(to->arena, file->pay_day));
    put_name(to, file->from.holder);
    buffer_print(to,
                 "</Nm></Dbtr>\n"
                 "      <DbtrAcct><Id><IBAN>%s</IBAN></Id></DbtrAcct>\n"
                 "      <DbtrAgt><FinInstnId><BICFI>%s</BICFI></FinInstnId></DbtrAgt>\n"
                 "      <ChrgBr>%s</ChrgBr>\n",
                 file->from.account_number, file->from.bank_code,
                 strcmp(file->currency, "EUR") == 0 ? "SLEV" : "SHAR");
}

enum err payment_write_pain(const struct payment_file *file, struct buffer *to, struct fault *fault)
{
    int64_t sum = 0;

    TRY(check_kinds(file, "iban", "pain.001", fault));
    TRY(sum_of(file, &sum, fault));
    put_head(to, file, money_print(to->arena, sum, file->currency));
    for (size_t i = 0; i < file->count; i++) {
        put_payment(to, file, &file->payments[i]);
    }
    buffer_string(to, "    </PmtInf>\n  </CstmrCdtTrfInitn>\n</Document>\n");
    return OK;
}

/* ------------------------------------------------------------------ NACHA */

enum { RECORD_SIZE = 94, BLOCK_RECORDS = 10, SUM_MAX_DIGITS = 12 };

/* Every record is 94 characters. Text is cut and padded to the width of its field. */
static void put_field(struct buffer *to, const char *text, size_t width)
{
    size_t size = strlen(text);

    for (size_t i = 0; i < width; i++) {
        char c = i < size ? text[i] : ' ';

        buffer_char(to, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }
}

static void put_number(struct buffer *to, uint64_t value, int width)
{
    buffer_print(to, "%0*" PRIu64, width, value);
}

struct batch {
    uint64_t hash; /* of the first eight digits of the routing numbers */
    uint64_t debit;
    uint64_t credit;
    uint64_t entries;
};

static uint64_t routing_head(const char *routing)
{
    uint64_t head = 0;

    for (size_t i = 0; i < 8; i++) {
        head = head * 10 + (uint64_t)(routing[i] - '0');
    }
    return head;
}

static void put_entry(struct buffer *to, const struct payment_file *file, struct batch *batch,
                      const struct payment *payment, bool debit)
{
    /* 22 credits and 27 debits a checking account. */
    buffer_string(to, debit ? "627" : "622");
    put_field(to, payment->to.bank_code, 9);
    put_field(to, payment->to.account_number, 17);
    put_number(to, (uint64_t)payment->amount_minor, 10);
    /* Fifteen characters: the random end of our reference tells payments of a run apart. */
    put_field(to, payment->id + (strlen(payment->id) > 15 ? strlen(payment->id) - 15 : 0), 15);
    put_field(to, payment->to.holder, 22);
    buffer_string(to, "  0");
    put_field(to, file->from.bank_code, 8);
    put_number(to, ++batch->entries, 7);
    buffer_char(to, '\n');
    batch->hash += routing_head(payment->to.bank_code);
    *(debit ? &batch->debit : &batch->credit) += (uint64_t)payment->amount_minor;
}

static void put_file_head(struct buffer *to, const struct payment_file *file)
{
    char created[TIME_TEXT_SIZE];

    time_print(file->created_us, created);
    buffer_string(to, "101 ");
    put_field(to, file->from.bank_code, 9);
    put_field(to, file->company_code, 10);
    buffer_print(to, "%.2s%.2s%.2s%.2s%.2s", created + 2, created + 5, created + 8, created + 11,
                 created + 14);
    buffer_string(to, "A094101");
    put_field(to, "", 23);
    put_field(to, file->from.holder, 23);
    put_field(to, "", 8);
    buffer_char(to, '\n');
}

static void put_batch_head(struct buffer *to, const struct payment_file *file)
{
    const char *day = time_day_text(to->arena, file->pay_day);

    buffer_string(to, "5200"); /* credits and debits */
    put_field(to, file->from.holder, 16);
    put_field(to, file->id + (strlen(file->id) > 20 ? strlen(file->id) - 20 : 0), 20);
    put_field(to, file->company_code, 10);
    buffer_string(to, "PPDPAYOUT    ");
    put_field(to, "", 6);
    buffer_print(to, "%.2s%.2s%.2s   1", day + 2, day + 5, day + 8);
    put_field(to, file->from.bank_code, 8);
    buffer_string(to, "0000001\n");
}

static void put_controls(struct buffer *to, const struct payment_file *file,
                         const struct batch *batch)
{
    uint64_t records = batch->entries + 4;
    uint64_t blocks = (records + BLOCK_RECORDS - 1) / BLOCK_RECORDS;

    buffer_string(to, "8200");
    put_number(to, batch->entries, 6);
    put_number(to, batch->hash % 10000000000, 10);
    put_number(to, batch->debit, SUM_MAX_DIGITS);
    put_number(to, batch->credit, SUM_MAX_DIGITS);
    put_field(to, file->company_code, 10);
    put_field(to, "", 25);
    put_field(to, file->from.bank_code, 8);
    buffer_string(to, "0000001\n9000001");
    put_number(to, blocks, 6);
    put_number(to, batch->entries, 8);
    put_number(to, batch->hash % 10000000000, 10);
    put_number(to, batch->debit, SUM_MAX_DIGITS);
    put_number(to, batch->credit, SUM_MAX_DIGITS);
    put_field(to, "", 39);
    buffer_char(to, '\n');
    for (uint64_t i = records; i < blocks * BLOCK_RECORDS; i++) {
        for (int k = 0; k < RECORD_SIZE; k++) {
            buffer_char(to, '9');
        }
        buffer_char(to, '\n');
    }
}

enum err payment_write_nacha(const struct payment_file *file, struct buffer *to,
                             struct fault *fault)
{
    struct batch batch = {0};
    int64_t sum = 0;

    TRY(check_kinds(file, "us", "NACHA", fault));
    TRY(sum_of(file, &sum, fault));
    if (strcmp(file->currency, "USD") != 0 || sum > INT64_C(9999999999)) {
        return fail_field(fault, ERR_INVALID, "format",
                          "NACHA pays US dollars, at most 99,999,999.99 a file");
    }
    put_file_head(to, file);
    put_batch_head(to, file);
    for (size_t i = 0; i < file->count; i++) {
        put_entry(to, file, &batch, &file->payments[i], false);
    }
    /* The other side: what balances the file leaves the payer's own account. */
    put_entry(to, file, &batch,
              &(struct payment){.id = file->id, .to = file->from, .amount_minor = sum}, true);
    put_controls(to, file, &batch);
    return OK;
}

void payment_write_csv(const struct payment_file *file, struct buffer *to)
{
    buffer_string(to, "reference,holder,account,bank,amount,currency\n");
    for (size_t i = 0; i < file->count; i++) {
        const struct payment *payment = &file->payments[i];

        buffer_print(to, "%s,", payment->id);
        buffer_csv(to, text_of(payment->to.holder));
        buffer_print(to, ",%s,%s,%s,%s\n", payment->to.account_number, payment->to.bank_code,
                     money_print(to->arena, payment->amount_minor, file->currency), file->currency);
    }
}
