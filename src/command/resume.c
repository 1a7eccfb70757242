#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "cli/command.h"
#include "command/groups.h"
#include "command/yaml_file.h"
#include "document/document.h"
#include "engine/resume/resume.h"
#include "sys/file.h"

struct resume_command {
    bool json;
    bool text;
};
static const struct field read_fields[] = {
    BOOL(resume_command, json, .optional = true, .doc = "Print one JSON object a field"),
    BOOL(resume_command, text, .optional = true, .doc = "Print the text that was read, no fields"),
};
static const struct shape read_shape = SHAPE(resume_command, read_fields, "Options of resume read");

static enum err read_fields_of(struct invocation *call, const char *path, struct resume *out,
                               struct text *text)
{
    enum document_kind kind;
    struct text bytes;

    TRY(file_read(call->arena, path, DOCUMENT_SIZE_MAX, &bytes, call->fault));
    TRY(document_text(call->arena, bytes, &kind, text, call->fault));
    return kind == DOCUMENT_JSON ? resume_read_json(call->arena, *text, out, call->fault)
                                 : resume_read(call->arena, *text, out, call->fault);
}

static void print_json(struct invocation *call, const struct resume_field *field)
{
    struct buffer buffer = buffer_new(call->arena);
    struct json_out out = json_to(&buffer);

    json_open(&out, '{');
    json_name(&out, "field");
    json_text(&out, field->field);
    json_name(&out, "group");
    json_int(&out, field->group);
    json_name(&out, "value");
    json_text(&out, field->value);
    json_name(&out, "confidence");
    json_real(&out, field->confidence);
    json_name(&out, "line");
    json_int(&out, field->line);
    json_close(&out, '}');
    fprintf(call->out, "%s\n", buffer.at);
}

static enum err run_read(struct invocation *call)
{
    const struct resume_command *options = call->options;
    struct resume resume;
    struct text text;

    TRY(read_fields_of(call, call->words[0], &resume, &text));
    if (options->text) {
        (void)fwrite(text.at, 1, text.size, call->out);
        return OK;
    }
    if (!options->json) {
        fprintf(call->out, "field\tgroup\tconfidence\tline\tvalue\n");
    }
    for (size_t i = 0; i < resume.count; i++) {
        const struct resume_field *field = &resume.fields[i];

        if (options->json) {
            print_json(call, field);
        } else {
            fprintf(call->out, "%s\t%u\t%.2f\t%u\t%s\n", field->field, field->group,
                    field->confidence, field->line, field->value);
        }
    }
    return OK;
}

/* ------------------------------------------------------------------ against what was meant */

struct tally {
    uint32_t right;
    uint32_t wrong;
    uint32_t missing;
};

/* The n-th group that has the field, and then its value of another one; NULL: there is none. */
static const char *found_in(const struct resume *resume, const char *lead, int n, const char *field)
{
    uint32_t group = 0;

    for (size_t i = 0; i < resume->count; i++) {
        if (strcmp(resume->fields[i].field, lead) == 0 && n-- == 0) {
            group = resume->fields[i].group;
        }
    }
    for (size_t i = 0; i < resume->count && group > 0; i++) {
        if (resume->fields[i].group == group && strcmp(resume->fields[i].field, field) == 0) {
            return resume->fields[i].value;
        }
    }
    return NULL;
}

static const char *found_of_person(const struct resume *resume, const char *field)
{
    for (size_t i = 0; i < resume->count; i++) {
        if (resume->fields[i].group == 0 && strcmp(resume->fields[i].field, field) == 0) {
            return resume->fields[i].value;
        }
    }
    return NULL;
}

/* Addresses are compared without their scheme and last slash. */
static struct text plain(const char *value)
{
    struct text text = text_of(value);

    if (text_starts(text, "https://")) {
        text = (struct text){text.at + 8, text.size - 8};
    }
    if (text.size > 0 && text.at[text.size - 1] == '/') {
        text.size--;
    }
    return text;
}

static void compare(struct invocation *call, const char *place, const char *wanted,
                    const char *found, struct tally *tally)
{
    bool right = found != NULL && text_equal(plain(wanted), plain(found));

    tally->right += right;
    tally->missing += found == NULL;
    tally->wrong += found != NULL && !right;
    fprintf(call->out, "%s\t%s\t%s\t%s\n",
            right           ? "right"
            : found == NULL ? "missing"
                            : "wrong",
            place, wanted, found == NULL ? "" : found);
}

static bool has_skill(const struct resume *resume, struct text wanted)
{
    for (size_t i = 0; i < resume->count; i++) {
        if (strcmp(resume->fields[i].field, "skill") == 0 &&
            text_equal(text_of(resume->fields[i].value), wanted)) {
            return true;
        }
    }
    return false;
}

static void compare_skills(struct invocation *call, const struct resume *resume,
                           const char *details, struct tally *tally)
{
    struct text rest = text_of(details);

    while (rest.size > 0) {
        const char *comma = memchr(rest.at, ',', rest.size);
        size_t size = comma == NULL ? rest.size : (size_t)(comma - rest.at);
        struct text one = text_trim((struct text){rest.at, size});
        const char *word = arena_copy(call->arena, one.at, one.size);

        compare(call, "skill", word, has_skill(resume, one) ? word : NULL, tally);
        size += size < rest.size;
        rest = (struct text){rest.at + size, rest.size - size};
    }
}

/* Which field of ours a path of the YAML is about. */
static void compare_value(struct invocation *call, const struct yaml_value *value,
                          const struct resume *resume, struct tally *tally)
{
    static const char *const PERSON[][2] = {{"cv.name", "name"},
                                            {"cv.location", "location"},
                                            {"cv.email", "email"},
                                            {"cv.phone", "phone"},
                                            {"cv.website", "url"}};
    static const char *const WORK[][2] = {{"company", "company"},
                                          {"position", "position"},
                                          {"start_date", "start"},
                                          {"end_date", "end"},
                                          {"location", "place"}};
    static const char *const STUDY[][2] = {
        {"institution", "institution"}, {"area", "area"},    {"degree", "degree"},
        {"start_date", "start"},        {"end_date", "end"}, {"location", "place"}};
    int at;
    char member[32];

    for (size_t i = 0; i < COUNT(PERSON); i++) {
        if (strcmp(value->path, PERSON[i][0]) == 0) {
            compare(call, PERSON[i][1], value->value, found_of_person(resume, PERSON[i][1]), tally);
        }
    }
    if (sscanf(value->path, "cv.sections.experience[%d].%31[a-z_]", &at, member) == 2) {
        for (size_t i = 0; i < COUNT(WORK); i++) {
            if (strcmp(member, WORK[i][0]) == 0) {
                compare(call, arena_print(call->arena, "work %d %s", at + 1, WORK[i][1]),
                        value->value, found_in(resume, "company", at, WORK[i][1]), tally);
            }
        }
    }
    if (sscanf(value->path, "cv.sections.education[%d].%31[a-z_]", &at, member) == 2) {
        for (size_t i = 0; i < COUNT(STUDY); i++) {
            if (strcmp(member, STUDY[i][0]) == 0) {
                compare(call, arena_print(call->arena, "study %d %s", at + 1, STUDY[i][1]),
                        value->value, found_in(resume, "institution", at, STUDY[i][1]), tally);
            }
        }
    }
    if (sscanf(value->path, "cv.sections.skills[%d].%31[a-z_]", &at, member) == 2 &&
        strcmp(member, "details") == 0) {
        compare_skills(call, resume, value->value, tally);
    }
}

static enum err run_compare(struct invocation *call)
{
    struct tally tally = {0};
    struct yaml_value *values;
    struct resume resume;
    struct text text;
    struct text yaml;
    size_t count;

    TRY(read_fields_of(call, call->words[0], &resume, &text));
    TRY(file_read(call->arena, call->words[1], DOCUMENT_SIZE_MAX, &yaml, call->fault));
    TRY(yaml_file_read(call->arena, yaml, &values, &count, call->fault));
    fprintf(call->out, "verdict\tfield\tmeant\tfound\n");
    for (size_t i = 0; i < count; i++) {
        compare_value(call, &values[i], &resume, &tally);
    }
    uint32_t all = tally.right + tally.wrong + tally.missing;

    fprintf(call->out, "# %u of %u fields right (%.1f %%), %u wrong, %u missing\n", tally.right,
            all, all == 0 ? 0 : 100.0 * tally.right / all, tally.wrong, tally.missing);
    return OK;
}

static const struct command commands[] = {
    {.name = "resume read",
     .words = "FILE",
     .run = run_read,
     .options = &read_shape,
     .summary = "Read a résumé: contact, work, degrees, skills, each with its line",
     .details = "Reads PDF (by pdftotext in a sandbox), DOCX, text and JSON Resume. What a file is "
                "follows\nfrom its bytes. Nothing that is read counts before the person confirms "
                "it.",
     .examples = "  periti resume read cv.pdf\n  periti resume read cv.docx --json"},
    {.name = "resume compare",
     .words = "FILE MEANT.yaml",
     .run = run_compare,
     .summary = "Compare what is read with what the résumé was made from, field by field",
     .details = "The YAML is as RenderCV has it. Prints a line a field, and how many are right.",
     .examples = "  periti resume compare cv.pdf cv.yaml"},
};

const struct command_group resume_group = {
    .name = "Résumés", .commands = commands, .command_count = COUNT(commands)};
