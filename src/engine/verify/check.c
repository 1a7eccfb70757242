#define PCRE2_CODE_UNIT_WIDTH 8
#include "engine/verify/check.h"

#include <stdlib.h>
#include <string.h>

#include <pcre2.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/shape.h"
#include "engine/verify/check_internal.h"
#include "engine/verify/math.h"

enum { MATCH_LIMIT = 200'000, DEPTH_LIMIT = 2000, HEAP_KIB = 8192, PATTERN_MAX = 65'536 };

struct checker {
    struct check_options options;
    enum check_kind kind;
    unsigned normal;
    pcre2_code *code; /* of the pattern below */
    pcre2_match_data *match;
    pcre2_match_context *context;
    char *pattern;
    size_t pattern_size;
};

static const char *const KINDS[] = {"exact", "choice", "numeric", "set",  "regex",
                                    "json",  "schema", "table",   "diff", "math"};

const struct check_options check_options_default = {.check = "exact", .normalise = "trim"};

static enum err check_normalise(const char *list, struct fault *fault)
{
    for (const char *at = list; at != NULL && *at != '\0';) {
        static const char KNOWN[] = "none|trim|space|case|punctuation|articles|unicode";
        char word[32] = "";
        size_t size = strcspn(at, ",");

        if (size < sizeof(word)) {
            memcpy(word, at, size);
            word[size] = '\0';
        }
        if (!shape_allows(KNOWN, word)) {
            return fail_field(fault, ERR_INVALID, "normalise",
                              "\"%.*s\" is no normalisation; there are: %s", (int)size, at, KNOWN);
        }
        at += size + (at[size] == ',');
    }
    return OK;
}

enum err checker_new(struct arena *arena, const struct check_options *options, struct checker **out,
                     struct fault *fault)
{
    struct checker *checker = arena_new_of(arena, struct checker);
    size_t kind = 0;

    while (kind < COUNT(KINDS) && strcmp(KINDS[kind], options->check) != 0) {
        kind++;
    }
    if (kind == COUNT(KINDS)) {
        return fail_field(fault, ERR_INVALID, "check", "there is no check \"%s\"", options->check);
    }
    if (!(options->absolute >= 0) || !(options->relative >= 0)) {
        return fail_field(fault, ERR_INVALID, "absolute", "a tolerance must not be negative");
    }
    TRY(check_normalise(options->normalise, fault));
    checker->options = *options;
    checker->kind = (enum check_kind)kind;
    checker->normal = check_normals(options->normalise);
    *out = checker;
    return OK;
}

void checker_free(struct checker *checker)
{
    if (checker == NULL) {
        return;
    }
    pcre2_code_free(checker->code);
    pcre2_match_data_free(checker->match);
    pcre2_match_context_free(checker->context);
    checker->code = NULL;
    checker->match = NULL;
    checker->context = NULL;
    free(checker->pattern);
    checker->pattern = NULL;
    checker->pattern_size = 0;
}

/* Rows often share a pattern: the last one is kept. NULL when it is wrong, with a note. */
static pcre2_code *compiled(struct checker *checker, struct arena *scratch, struct text pattern,
                            const char **note)
{
    PCRE2_UCHAR message[128];
    PCRE2_SIZE where = 0;
    int error = 0;

    if (checker->code != NULL && checker->pattern_size == pattern.size &&
        memcmp(checker->pattern, pattern.at, pattern.size) == 0) {
        return checker->code;
    }
    checker_free(checker);
    if (pattern.size > PATTERN_MAX) {
        *note = "the pattern is too long";
        return NULL;
    }
    checker->code =
        pcre2_compile((PCRE2_SPTR)pattern.at, pattern.size,
                      PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &error, &where, NULL);
    if (checker->code == NULL) {
        (void)pcre2_get_error_message(error, message, sizeof(message));
        *note = arena_print(scratch, "the pattern is wrong at byte %zu: %s", (size_t)where + 1,
                            (const char *)message);
        return NULL;
    }
    checker->pattern = malloc(pattern.size + 1);
    checker->match = pcre2_match_data_create(1, NULL);
    checker->context = pcre2_match_context_create(NULL);
    if (checker->pattern == NULL || checker->match == NULL || checker->context == NULL) {
        checker_free(checker);
        *note = "no memory for the pattern";
        return NULL;
    }
    memcpy(checker->pattern, pattern.at, pattern.size);
    checker->pattern_size = pattern.size;
    (void)pcre2_set_match_limit(checker->context, MATCH_LIMIT);
    (void)pcre2_set_depth_limit(checker->context, DEPTH_LIMIT);
    (void)pcre2_set_heap_limit(checker->context, HEAP_KIB);
    return checker->code;
}

static struct verdict check_regex(struct checker *checker, struct arena *scratch,
                                  struct text answer, struct text reference)
{
    const char *note = NULL;
    pcre2_code *code = compiled(checker, scratch, reference, &note);

    if (code == NULL) {
        return verdict_unscored(REASON_VERIFIER, note);
    }
    int got = pcre2_match(code, (PCRE2_SPTR)answer.at, answer.size, 0, PCRE2_NO_UTF_CHECK,
                          checker->match, checker->context);

    if (got >= 0) {
        return verdict_pass();
    }
    return got == PCRE2_ERROR_NOMATCH
               ? verdict_fail(REASON_WRONG, NULL)
               : verdict_unscored(REASON_VERIFIER,
                                  "the pattern takes too many steps on this answer");
}

static bool find_marker(const char *marker, struct text *text)
{
    size_t size = strlen(marker);

    for (size_t at = text->size < size ? 0 : text->size - size + 1; at-- > 0;) {
        if (memcmp(text->at + at, marker, size) == 0) {
            *text = (struct text){.at = text->at + at + size, .size = text->size - at - size};
            return true;
        }
    }
    return false;
}

static struct verdict judge(struct checker *checker, struct arena *scratch, struct text answer,
                            struct text reference)
{
    const struct check_options *options = &checker->options;

    switch (checker->kind) {
    case CHECK_EXACT:
        return check_exact(checker->normal, scratch, answer, reference);
    case CHECK_CHOICE:
        return check_choice(answer, reference);
    case CHECK_NUMERIC:
        return check_numeric(options, answer, reference);
    case CHECK_SET:
        return check_set(checker->normal, options->partial, scratch, answer, reference);
    case CHECK_REGEX:
        return check_regex(checker, scratch, answer, reference);
    case CHECK_JSON:
        return check_json(options, scratch, answer, reference);
    case CHECK_SCHEMA:
        return check_schema(scratch, answer, reference);
    case CHECK_TABLE:
        return check_table(options, scratch, answer, reference);
    case CHECK_DIFF:
        return check_diff(scratch, answer, reference);
    case CHECK_MATH:
        break;
    }
    if (text_trim(reference).size == 0) {
        return verdict_unscored(REASON_VERIFIER, "the reference is empty");
    }
    return math_equal(scratch, answer, reference) ? verdict_pass()
                                                  : verdict_fail(REASON_WRONG, NULL);
}

struct verdict checker_run(struct checker *checker, struct arena *scratch, struct text answer,
                           struct text reference)
{
    if (checker->options.marker != NULL) {
        if (!find_marker(checker->options.marker, &answer)) {
            return verdict_fail(REASON_FORMAT, "the answer is not marked");
        }
        (void)find_marker(checker->options.marker, &reference);
    }
    return judge(checker, scratch, answer, reference);
}
