#include "slice/reward/verifier.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "sys/secret.h"

/* Of the rules of all checks: counted up when any of them would judge otherwise than before. */
#define EDITION "1"

enum { VERSION_DIGITS = 16, CASES_MAX = 1000, FILES_MAX = 500, PROGRAM_MAX = 1 << 20 };

static const struct field case_fields[] = {
    TEXT(verifier_case, input, .max = PROGRAM_MAX, .doc = "Standard input"),
    TEXT(verifier_case, output, .max = PROGRAM_MAX, .doc = "Standard output that is right"),
};
static const struct shape case_shape = SHAPE(verifier_case, case_fields, "A case of a program");

static const struct verifier_file file_defaults = {.mode = 0644};
static const struct field file_fields[] = {
    TEXT(verifier_file, path, .min = 1, .max = 400, .doc = "Below the tests' folder"),
    TEXT(verifier_file, content, .max = PROGRAM_MAX, .doc = "What it holds"),
    INT(verifier_file, mode, .optional = true, .max = 0777, .doc = "Permissions; 420 is rw-r--r--"),
};
static const struct shape file_shape =
    SHAPE(verifier_file, file_fields, "A file of the tests", .defaults = &file_defaults);

static const struct verifier verifier_defaults = {
    .check = "exact",
    .normalise = "trim",
    .language = "python",
    .prompt = "",
    .split = true,
    .reward_path = "/logs/verifier/reward.json /logs/verifier/reward.txt",
    .limits = {.wall_ms = 10'000,
               .cpu_ms = 10'000,
               .memory_mib = 512,
               .file_mib = 32,
               .output_kib = 256,
               .process_max = 64,
               .open_max = 128},
};

static const struct field verifier_fields[] = {
    TEXT(verifier, check, .optional = true, .doc = "How the answer is judged; exact unless said",
         .choices = "exact|choice|numeric|set|regex|json|schema|table|diff|math|code|program|"
                    "script"),
    TEXT(verifier, normalise, .optional = true, .max = 100,
         .doc = "Of exact and set: trim,space,case,punctuation,articles,unicode or none"),
    TEXT(verifier, marker, .optional = true, .min = 1, .max = 200,
         .doc = "The answer follows the last of these; without it: no answer"),
    TEXT(verifier, path, .optional = true, .max = 400,
         .doc = "Of json: the part that counts, as rows[0].name"),
    REAL(verifier, absolute, .optional = true, .max = 1e300,
         .doc = "Absolute tolerance of numbers"),
    REAL(verifier, relative, .optional = true, .max = 1, .doc = "Relative tolerance of numbers"),
    BOOL(verifier, round, .optional = true, .doc = "Round answers to the reference's places"),
    BOOL(verifier, unordered, .optional = true, .doc = "Lists and rows may come in any order"),
    BOOL(verifier, partial, .optional = true,
         .doc = "A share of a set, a table or the cases counts"),
    BOOL(verifier, fenced, .optional = true,
         .doc = "The answer is what its last code fence holds, if it has one"),
    BOOL(verifier, split, .optional = true,
         .doc = "Of code: tests and solution in two processes; true unless said"),
    TEXT(verifier, language, .optional = true, .choices = "python|bash|perl|nodejs|c|cpp",
         .doc = "Of program: what the answer is written in"),
    TEXT(verifier, prompt, .optional = true, .max = PROGRAM_MAX,
         .doc = "Of code: what stands before the solution"),
    TEXT(verifier, test, .optional = true, .min = 1, .max = PROGRAM_MAX,
         .doc = "Of code: Python that defines check(candidate)"),
    TEXT(verifier, entry, .optional = true, .min = 1, .max = 200,
         .doc = "Of code: name of the function that is tested"),
    LIST(verifier, cases, .of = &case_shape, .optional = true, .max = CASES_MAX,
         .doc = "Of program: inputs and what they must give"),
    LIST(verifier, files, .of = &file_shape, .optional = true, .max = FILES_MAX,
         .doc = "Of script: files of the tests, which the answer never meets"),
    TEXTS(verifier, command, .optional = true, .max = 100,
          .doc = "Of script: what is run, with an absolute path"),
    TEXT(verifier, reward_path, .optional = true, .min = 1, .max = 400,
         .doc = "Of script: where the tests leave the reward; of several, the first that is there"),
    OBJECT(verifier, limits, sandbox_limits, .of = &sandbox_limits_shape, .optional = true,
           .doc = "What a program may use"),
};
const struct shape verifier_shape =
    SHAPE(verifier, verifier_fields, "A verifier", .defaults = &verifier_defaults);

static bool needs_sandbox(const struct verifier *verifier)
{
    return strcmp(verifier->check, "code") == 0 || strcmp(verifier->check, "program") == 0 ||
           strcmp(verifier->check, "script") == 0;
}

/* What a check cannot do without. */
static enum err complete(const struct verifier *verifier, struct fault *fault)
{
    if (strcmp(verifier->check, "code") == 0 && verifier->test == NULL) {
        return fail_field(fault, ERR_INVALID, "test",
                          "code is checked by a test that defines check(candidate)");
    }
    if (strcmp(verifier->check, "code") == 0 && verifier->entry == NULL) {
        return fail_field(fault, ERR_INVALID, "entry", "name the function that is tested");
    }
    if (strcmp(verifier->check, "program") == 0 && verifier->cases.count == 0) {
        return fail_field(fault, ERR_INVALID, "cases", "a program needs at least one case");
    }
    if (strcmp(verifier->check, "script") == 0 &&
        (verifier->command.count == 0 || verifier->command.at[0][0] != '/')) {
        return fail_field(fault, ERR_INVALID, "command",
                          "a script needs a command that begins with an absolute path");
    }
    return OK;
}

static enum err read(struct arena *arena, struct text source, struct verifier *out,
                     const char **version, struct fault *fault)
{
    struct buffer canonical = buffer_new(arena);
    struct json_out json = json_to(&canonical);
    struct json *tree;

    TRY(json_parse(arena, source, &tree, fault));
    TRY(json_decode(arena, tree, &verifier_shape, out, fault));
    TRY(complete(out, fault));
    json_canonical(&json, tree);
    *version = arena_print(arena, "%s-" EDITION ":%.*s", out->check, VERSION_DIGITS,
                           sha256_hex(arena, buffer_view(&canonical)));
    return OK;
}

static enum err prepare(struct known *known, struct text source, struct fault *fault)
{
    struct verifier *verifier = &known->verifier;

    known->source = arena_copy(known->arena, source.at, source.size);
    source.at = known->source;
    TRY(read(known->arena, source, verifier, &known->version, fault));
    if (needs_sandbox(verifier)) {
        return OK;
    }
    return checker_new(known->arena,
                       &(struct check_options){.check = verifier->check,
                                               .normalise = verifier->normalise,
                                               .marker = verifier->marker,
                                               .path = verifier->path,
                                               .absolute = verifier->absolute,
                                               .relative = verifier->relative,
                                               .round = verifier->round,
                                               .unordered = verifier->unordered,
                                               .partial = verifier->partial},
                       &known->checker, fault);
}

enum err known_new(struct text source, struct known **out, struct fault *fault)
{
    struct arena *arena = arena_new();
    struct known *known = arena_new_of(arena, struct known);

    known->arena = arena;
    enum err err = prepare(known, source, fault);

    if (err != OK) {
        arena_free(arena);
        return err;
    }
    *out = known;
    return OK;
}

void known_free(struct known *known)
{
    if (known != NULL) {
        checker_free(known->checker);
        arena_free(known->arena);
    }
}

enum err verifier_check(struct arena *arena, struct text source, const char **version,
                        struct fault *fault)
{
    struct verifier verifier;

    return read(arena, source, &verifier, version, fault);
}
