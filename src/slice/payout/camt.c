#include "slice/payout/camt.h"

#include <expat.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/money.h"

enum { DEPTH_MAX = 40, TEXT_MAX = 1024, MOVEMENTS_MAX = 100000, STATEMENTS_MAX = 400 };

/* What stands around the parser: the path of open elements, and the movement that is being read. */
struct reading {
    struct arena *arena;
    struct fault *fault;
    XML_Parser parser;
    const char *names[DEPTH_MAX];
    size_t depth;
    char text[TEXT_MAX];
    size_t text_size;
    char currency[4];
    struct camt_movement entry; /* of the whole entry */
    struct camt_movement part;  /* of one of its transactions */
    bool has_parts;
    bool is_pending;
    struct camt_movement *movements;
    size_t count;
    size_t room;
    const char *ids[STATEMENTS_MAX];
    size_t id_count;
    enum err outcome;
    bool is_camt;
};

static void refuse(struct reading *reading, const char *why)
{
    if (reading->outcome == OK) {
        reading->outcome =
            fail_line(reading->fault, ERR_INVALID,
                      (uint64_t)XML_GetCurrentLineNumber(reading->parser), "", "%s", why);
        (void)XML_StopParser(reading->parser, XML_FALSE);
    }
}

/* Is the open element `name`, within `parent`? */
static bool is_at(const struct reading *reading, const char *parent, const char *name)
{
    return reading->depth >= 2 && strcmp(reading->names[reading->depth - 1], name) == 0 &&
           strcmp(reading->names[reading->depth - 2], parent) == 0;
}

static bool is_within(const struct reading *reading, const char *name)
{
    for (size_t i = 0; i < reading->depth; i++) {
        if (strcmp(reading->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void XMLCALL open_element(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *reading = context;

    if (reading->depth == DEPTH_MAX) {
        refuse(reading, "elements lie too deep in each other");
        return;
    }
    reading->names[reading->depth++] = arena_copy(reading->arena, name, strlen(name));
    reading->text_size = 0;
    reading->currency[0] = '\0';
    for (size_t i = 0; attributes[i] != NULL; i += 2) {
        if (strcmp(attributes[i], "Ccy") == 0 && strlen(attributes[i + 1]) == 3) {
            memcpy(reading->currency, attributes[i + 1], 4);
        }
        if (strcmp(attributes[i], "xmlns") == 0 &&
            strstr(attributes[i + 1], "camt.053.001") != NULL) {
            reading->is_camt = true;
        }
    }
    if (strcmp(name, "Ntry") == 0) {
        reading->entry =
            (struct camt_movement){.statement = reading->id_count > 0 ? reading->id_count - 1 : 0};
        reading->has_parts = false;
        reading->is_pending = false;
    } else if (strcmp(name, "TxDtls") == 0) {
        reading->part = reading->entry;
    }
}

static void XMLCALL take_text(void *context, const XML_Char *text, int size)
{
    struct reading *reading = context;
    size_t room = sizeof(reading->text) - 1 - reading->text_size;
    size_t taken = (size_t)size < room ? (size_t)size : room;

    memcpy(reading->text + reading->text_size, text, taken);
    reading->text_size += taken;
}

static void add(struct reading *reading, const struct camt_movement *movement)
{
    if (movement->currency == NULL || reading->is_pending) {
        return;
    }
    if (reading->count == MOVEMENTS_MAX) {
        refuse(reading, "a statement has at most 100000 movements");
        return;
    }
    if (reading->count == reading->room) {
        size_t room = reading->room == 0 ? 64 : reading->room * 2;
        struct camt_movement *wider = arena_array(reading->arena, struct camt_movement, room);

        if (reading->count > 0) {
            memcpy(wider, reading->movements, reading->count * sizeof(*wider));
        }
        reading->movements = wider;
        reading->room = room;
    }
    reading->movements[reading->count++] = *movement;
}

static void take_amount(struct reading *reading, struct camt_movement *movement, struct text text)
{
    if (!money_parse(text, reading->currency, &movement->amount_minor)) {
        refuse(reading, "an amount is no number with the digits of its currency");
        return;
    }
    movement->currency = arena_copy(reading->arena, reading->currency, 3);
}

static void add_statement(struct reading *reading, const char *id)
{
    for (size_t i = 0; i < reading->id_count; i++) {
        if (strcmp(reading->ids[i], id) == 0) {
            refuse(reading, "two statements of the file have the same Id");
            return;
        }
    }
    if (reading->id_count == STATEMENTS_MAX) {
        refuse(reading, "a file has at most 400 statements");
        return;
    }
    reading->ids[reading->id_count++] = id;
}

/* Lines of a remittance, one behind the other. */
static const char *joined(struct reading *reading, const char *before, const char *words)
{
    return before == NULL ? words : arena_print(reading->arena, "%s %s", before, words);
}

/* BOOK, PDNG or INFO, as text (version 02) or as a code within (from 08 on). */
static bool is_status(const struct reading *reading)
{
    return is_at(reading, "Ntry", "Sts") || is_at(reading, "Sts", "Cd");
}

static void close_value(struct reading *reading, struct text text)
{
    bool in_part = is_within(reading, "TxDtls");
    struct camt_movement *movement = in_part ? &reading->part : &reading->entry;
    const char *words = arena_copy(reading->arena, text.at, text.size);

    if (is_at(reading, "Ntry", "Amt") || is_at(reading, "TxDtls", "Amt") ||
        (in_part && is_at(reading, "TxAmt", "Amt"))) {
        take_amount(reading, movement, text);
    } else if (is_status(reading) && text.size > 0) {
        reading->is_pending = !text_is(text, "BOOK");
    } else if (text_is(text, "true") && is_at(reading, "Ntry", "RvslInd")) {
        movement->returned = true;
    } else if (is_at(reading, "Btch", "PmtInfId") || is_at(reading, "Refs", "PmtInfId")) {
        movement->batch = words;
    } else if (is_at(reading, "Ntry", "CdtDbtInd") || is_at(reading, "TxDtls", "CdtDbtInd")) {
        movement->credit = text_is(text, "CRDT");
    } else if (is_at(reading, "Refs", "EndToEndId")) {
        movement->reference = text_is(text, "NOTPROVIDED") ? NULL : words;
    } else if (is_at(reading, "RmtInf", "Ustrd") || is_at(reading, "CdtrRefInf", "Ref")) {
        movement->remittance = joined(reading, movement->remittance, words);
    } else if (is_within(reading, "RtrInf")) {
        movement->returned = true;
        movement->reason = text.size > 0 ? words : movement->reason;
    }
}

static void XMLCALL close_element(void *context, const XML_Char *name)
{
    struct reading *reading = context;
    struct text text = text_trim((struct text){reading->text, reading->text_size});

    if (is_at(reading, "Stmt", "Id") && text.size > 0) {
        add_statement(reading, arena_copy(reading->arena, text.at, text.size));
    } else if (is_within(reading, "Ntry")) {
        close_value(reading, text);
    }
    if (strcmp(name, "TxDtls") == 0) {
        reading->has_parts = true;
        add(reading, &reading->part);
    } else if (strcmp(name, "Ntry") == 0 && !reading->has_parts) {
        add(reading, &reading->entry);
    }
    reading->text_size = 0;
    reading->depth--;
}

/* No document type: nothing is expanded or fetched. */
static void XMLCALL refuse_type(void *context, const XML_Char *name, const XML_Char *system,
                                const XML_Char *public, int internal)
{
    refuse(context, "a bank's statement has no document type of its own");
}

enum err camt_read(struct arena *arena, struct text xml, struct camt *out, struct fault *fault)
{
    struct reading *reading = arena_new_of(arena, struct reading);
    XML_Parser parser = XML_ParserCreate("UTF-8");

    if (parser == NULL) {
        return fail(fault, ERR_UNAVAILABLE, "there is no memory for the statement");
    }
    reading->arena = arena;
    reading->fault = fault;
    reading->parser = parser;
    XML_SetUserData(parser, reading);
    XML_SetElementHandler(parser, open_element, close_element);
    XML_SetCharacterDataHandler(parser, take_text);
    XML_SetStartDoctypeDeclHandler(parser, refuse_type);
    enum XML_Status status = XML_Parse(parser, xml.at, (int)xml.size, XML_TRUE);
    uint64_t line = (uint64_t)XML_GetCurrentLineNumber(parser);
    const char *why = XML_ErrorString(XML_GetErrorCode(parser));

    XML_ParserFree(parser);
    TRY(reading->outcome);
    if (status != XML_STATUS_OK) {
        return fail_line(fault, ERR_INVALID, line, "", "this is no XML: %s", why);
    }
    if (!reading->is_camt || reading->id_count == 0) {
        return fail(
            fault, ERR_INVALID,
            "this is no camt.053 statement: its namespace or the statement's Id is missing");
    }
    *out = (struct camt){.ids = reading->ids,
                         .id_count = reading->id_count,
                         .movements = reading->movements,
                         .count = reading->count};
    return OK;
}
