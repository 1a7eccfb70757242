/*
 * Goal: accounts with wrong check digits are refused, payment files are the same bytes for the same
 * run and add up, and a bank's statement is read to the cent or refused whole.
 *
 * Golden values: the IBANs of the ISO 13616 registry's examples, a routing number of the Federal
 * Reserve, record layouts of the NACHA operating rules.
 */

#include "check.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/time.h"
#include "slice/payout/camt.h"
#include "slice/payout/payout_file.h"

static const struct bank_account PAYER = {"iban", "Example GmbH", "DE89370400440532013000",
                                          "COBADEFFXXX"};
static const struct bank_account US_PAYER = {"us", "Example Inc", "123456789", "091000019"};

static bool refused(struct bank_account account, const char *field)
{
    struct fault fault = {0};

    return bank_account_check(&account, &fault) == ERR_INVALID && strcmp(fault.field, field) == 0;
}

static void accounts__have_check_digits(void)
{
    static const char *const IBANS[] = {"GB29NWBK60161331926819", "FR1420041010050500013M02606",
                                        "NO9386011117947", "MT84MALT011000012345MTLCAST001S",
                                        "DE89370400440532013000"};
    struct bank_account account = PAYER;
    struct fault fault;

    for (size_t i = 0; i < sizeof(IBANS) / sizeof(IBANS[0]); i++) {
        account.account_number = IBANS[i];
        CHECK(bank_account_check(&account, &fault) == OK);
    }
    account.account_number = "DE89370400440532013001";
    CHECK(refused(account, "account_number"));
    account.account_number = "DE89 3704 0044 0532 0130 00";
    CHECK(refused(account, "account_number"));
    account = PAYER;
    account.bank_code = "COBADE";
    CHECK(refused(account, "bank_code"));
    account = PAYER;
    account.holder = "M\xC3\xBCller <script>";
    CHECK(refused(account, "holder"));
    CHECK(bank_account_check(&US_PAYER, &fault) == OK);
    account = US_PAYER;
    account.bank_code = "091000018";
    CHECK(refused(account, "bank_code"));
    account.bank_code = "000000000";
    CHECK(refused(account, "bank_code"));
    account = US_PAYER;
    account.account_number = "12-34";
    CHECK(refused(account, "account_number"));
}

static struct payment_file file_of(struct bank_account from, const char *currency,
                                   const struct payment *payments, size_t count)
{
    return (struct payment_file){.id = "pyr_01K9ABCDEFGHJKMNPQRSTVWXYZ",
                                 .company_code = "1234567890",
                                 .from = from,
                                 .currency = currency,
                                 .pay_day = time_days(2026, 3, 6),
                                 .created_us = 1772700000 * TIME_SECOND,
                                 .payments = payments,
                                 .count = count};
}

static void pain__adds_up(void)
{
    const struct payment PAYMENTS[] = {
        {"pyl_01", {"iban", "Ana D'Or", "GB29NWBK60161331926819", "NWBKGB2L"}, 12345},
        {"pyl_02", {"iban", "Ben", "NO9386011117947", "DNBANOKK"}, 5}};
    struct payment_file file = file_of(PAYER, "EUR", PAYMENTS, 2);
    ARENA_SCOPE arena = arena_new();
    struct buffer first = buffer_new(arena);
    struct buffer second = buffer_new(arena);
    struct fault fault;

    CHECK(payment_write_pain(&file, &first, &fault) == OK);
    CHECK(payment_write_pain(&file, &second, &fault) == OK);
    CHECK(text_equal(buffer_view(&first), buffer_view(&second)));
    CHECK(strstr(first.at, "<CtrlSum>123.50</CtrlSum>") != NULL);
    CHECK(strstr(first.at, "<NbOfTxs>2</NbOfTxs>") != NULL);
    CHECK(strstr(first.at, "<InstdAmt Ccy=\"EUR\">123.45</InstdAmt>") != NULL);
    CHECK(strstr(first.at, "<Nm>Ana D&apos;Or</Nm>") != NULL);
    CHECK(strstr(first.at, "<ReqdExctnDt><Dt>2026-03-06</Dt></ReqdExctnDt>") != NULL);
    file.from = US_PAYER;
    CHECK(payment_write_pain(&file, &second, &fault) == ERR_INVALID);
}

/* Every record has 94 characters; blocks of ten; sums and hash as the controls say. */
static void nacha__is_balanced(void)
{
    const struct payment PAYMENTS[] = {
        {"pyl_01K9ABCDEFGHJKMNPQRSTVWXYZ", {"us", "Ana", "111", "091000019"}, 12345},
        {"pyl_01K9ABCDEFGHJKMNPQRSTVWXY0", {"us", "Ben", "222", "011000015"}, 5}};
    struct payment_file file = file_of(US_PAYER, "USD", PAYMENTS, 2);
    ARENA_SCOPE arena = arena_new();
    struct buffer to = buffer_new(arena);
    struct fault fault;
    size_t lines = 0;

    CHECK(payment_write_nacha(&file, &to, &fault) == OK);
    for (const char *at = to.at; *at != '\0'; lines++) {
        const char *end = strchr(at, '\n');

        CHECK(end != NULL && end - at == 94);
        at = end + 1;
    }
    CHECK(lines == 10);
    const char *batch = strstr(to.at, "\n8200") + 1;

    CHECK(strncmp(batch + 4, "000003", 6) == 0);
    /* 09100001 + 01100001 + 09100001 */
    CHECK(strncmp(batch + 10, "0019300003", 10) == 0);
    CHECK(strncmp(batch + 20, "000000012350", 12) == 0);
    CHECK(strncmp(batch + 32, "000000012350", 12) == 0);
    file.currency = "EUR";
    CHECK(payment_write_nacha(&file, &to, &fault) == ERR_INVALID);
}

#define CAMT(entries)                                                                              \
    "<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">"   \
    "<BkToCstmrStmt><Stmt><Id>S-1</Id>" entries "</Stmt></BkToCstmrStmt></Document>"
#define ENTRY                                                                                      \
    "<Ntry><Amt Ccy=\"EUR\">123.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><NtryDtls>"                     \
    "<TxDtls><Refs><EndToEndId>pyl_01</EndToEndId></Refs><Amt Ccy=\"EUR\">123.45</Amt></TxDtls>"   \
    "<TxDtls><Refs><EndToEndId>pyl_02</EndToEndId></Refs><Amt Ccy=\"EUR\">0.05</Amt>"              \
    "<CdtDbtInd>CRDT</CdtDbtInd><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>"                \
    "</NtryDtls></Ntry><Ntry><Amt Ccy=\"EUR\">9</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>"

static void statements__are_read_to_the_cent(void)
{
    ARENA_SCOPE arena = arena_new();
    struct camt file;
    struct fault fault;

    CHECK(camt_read(arena, text_of(CAMT(ENTRY)), &file, &fault) == OK);
    CHECK(file.id_count == 1 && strcmp(file.ids[0], "S-1") == 0 && file.count == 3);
    CHECK(strcmp(file.movements[0].reference, "pyl_01") == 0);
    CHECK(file.movements[0].amount_minor == 12345 && !file.movements[0].credit);
    CHECK(file.movements[1].returned && file.movements[1].credit);
    CHECK(file.movements[1].amount_minor == 5 && strcmp(file.movements[1].reason, "AC04") == 0);
    CHECK(file.movements[2].reference == NULL && file.movements[2].amount_minor == 900);
}

/* Two statements; a batch in one sum; amounts of version 02; a reversal; what is only announced. */
static void statements__of_many_banks_are_read(void)
{
    ARENA_SCOPE arena = arena_new();
    struct camt file;
    struct fault fault;

    CHECK(
        camt_read(
            arena,
            text_of(CAMT(
                "<Ntry><Amt Ccy=\"EUR\">30</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
                "<NtryDtls><Btch><PmtInfId>pyr_1</PmtInfId><NbOfTxs>2</NbOfTxs></Btch></NtryDtls>"
                "</Ntry><Ntry><Amt Ccy=\"EUR\">7</Amt><CdtDbtInd>DBIT</CdtDbtInd>"
                "<Sts>PDNG</Sts></Ntry></Stmt><Stmt><Id>S-2</Id>"
                "<Ntry><Amt Ccy=\"EUR\">5</Amt><CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd>"
                "<Sts>BOOK</Sts><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
                "<AmtDtls><InstdAmt><Amt Ccy=\"USD\">6</Amt></InstdAmt><TxAmt>"
                "<Amt Ccy=\"EUR\">4.50</Amt></TxAmt></AmtDtls><RmtInf><Ustrd>Invoice</Ustrd>"
                "<Ustrd>INV-1</Ustrd><Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf>"
                "</TxDtls></NtryDtls></Ntry>")),
            &file, &fault) == OK);
    CHECK(file.id_count == 2 && strcmp(file.ids[1], "S-2") == 0 && file.count == 2);
    CHECK(file.movements[0].statement == 0 && file.movements[0].amount_minor == 3000);
    CHECK(strcmp(file.movements[0].batch, "pyr_1") == 0 && file.movements[0].reference == NULL);
    CHECK(file.movements[1].statement == 1 && file.movements[1].amount_minor == 450);
    CHECK(file.movements[1].returned && file.movements[1].reference == NULL);
    CHECK(strcmp(file.movements[1].currency, "EUR") == 0);
    CHECK(strcmp(file.movements[1].remittance, "Invoice INV-1 RF18") == 0);
}

static void statements__of_another_kind_are_refused(void)
{
    static const char *const BAD[] = {
        "",
        "hello",
        "<a/>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
        CAMT("<Ntry><Amt Ccy=\"EUR\">1.234</Amt></Ntry>"),
        CAMT("<Ntry><Amt Ccy=\"EUR\">x</Amt></Ntry>"),
        CAMT("<Ntry><Amt>1</Amt></Ntry>"),
        CAMT("<Ntry>"),
        CAMT("</Stmt><Stmt><Id>S-1</Id>"),
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.03\"/>",
    };
    ARENA_SCOPE arena = arena_new();
    struct camt file;
    struct fault fault;
    struct buffer deep = buffer_new(arena);

    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        CHECK(camt_read(arena, text_of(BAD[i]), &file, &fault) == ERR_INVALID);
    }
    for (int i = 0; i < 1000; i++) {
        buffer_string(&deep, "<Ntry>");
    }
    CHECK(camt_read(arena, buffer_view(&deep), &file, &fault) == ERR_INVALID);
}

TEST_MAIN(CASE(accounts__have_check_digits), CASE(pain__adds_up), CASE(nacha__is_balanced),
          CASE(statements__are_read_to_the_cent), CASE(statements__of_many_banks_are_read),
          CASE(statements__of_another_kind_are_refused))
