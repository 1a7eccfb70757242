/* `periti delivery verify DIR`: prove a package without a network. */

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "cli/command.h"
#include "slice/delivery/delivery.h"
#include "slice/delivery/package.h"
#include "sys/file.h"
#include "sys/secret.h"

enum { MANIFEST_MAX = 16 << 20 };

struct verify_options {
    const char *key;
    bool json;
};
static const struct field verify_fields[] = {
    TEXT(
        verify_options, key, .optional = true,
        .doc =
            "Public key that must have signed it (64 hexadecimal digits); else the manifest's own"),
    BOOL(verify_options, json, .doc = "Print JSON"),
};
static const struct shape verify_shape = SHAPE(verify_options, verify_fields, "");

struct package {
    struct invocation *call;
    const char *folder;
    const struct json *manifest;
    struct text rows;
    int64_t file_count;
};

static const char *path_in(const struct package *package, const char *name)
{
    return arena_print(package->call->arena, "%s/%s", package->folder, name);
}

/* What is not as it was made is no wrong input: the verdict is "not proven", exit code 1. */
#define broken(package, ...) fail((package)->call->fault, ERR_CONFLICT, __VA_ARGS__)

static enum err name_difference(struct package *package, const char *path, struct text now,
                                struct text before)
{
    size_t shorter = now.size < before.size ? now.size : before.size;
    size_t at = 0;
    size_t line = 1;
    size_t column = 1;

    while (at < shorter && now.at[at] == before.at[at]) {
        column = now.at[at] == '\n' ? 1 : column + 1;
        line += now.at[at] == '\n';
        at++;
    }
    if (at == now.size) {
        return broken(package, "%s was cut off at byte %zu (line %zu): it has %zu bytes of %zu",
                      path, at, line, now.size, before.size);
    }
    if (at == before.size) {
        return broken(package, "%s was made longer from byte %zu on (line %zu)", path, at, line);
    }
    return broken(
        package,
        "%s was changed; the first changed byte is %zu (line %zu, column %zu): it was 0x%02x "
        "and is 0x%02x",
        path, at, line, column, (unsigned char)before.at[at], (unsigned char)now.at[at]);
}

/* ------------------------------------------------------------------ manifest */

static enum err check_signature(struct package *package, const char *wanted_key)
{
    struct arena *arena = package->call->arena;
    const char *key = json_text_of(package->manifest, "signer_key");
    const char *signature = json_text_of(package->manifest, "signature");

    if (key == NULL || signature == NULL) {
        return broken(package, "manifest.json carries no signature");
    }
    if (wanted_key != NULL && strcmp(wanted_key, key) != 0) {
        return broken(package, "manifest.json was signed by %.64s, not by the key you gave", key);
    }
    const char *signed_part = manifest_signed_part(arena, package->manifest);

    if (!signature_holds(key, signature, text_of(signed_part))) {
        return broken(package, "manifest.json was changed: its signature does not hold");
    }
    return OK;
}

static enum err take_manifest(struct package *package, struct text content, const char *wanted_key)
{
    struct invocation *call = package->call;
    struct json *tree = NULL;

    if (json_parse(call->arena, content, &tree, call->fault) != OK || tree->kind != JSON_OBJECT) {
        return broken(package, "manifest.json was changed: it is not JSON any more");
    }
    const char *schema = json_text_of(tree, "schema_id");
    const struct json *version = json_member(tree, "schema_version");

    if (schema == NULL || strcmp(schema, PACKAGE_SCHEMA) != 0) {
        return fail(call->fault, ERR_INVALID, "%s is no delivery of Periti", package->folder);
    }
    if (version == NULL || version->integer != PACKAGE_VERSION) {
        return fail(call->fault, ERR_INVALID,
                    "the package is of version %lld; this program knows version %d",
                    version == NULL ? 0LL : (long long)version->integer, PACKAGE_VERSION);
    }
    package->manifest = tree;
    return check_signature(package, wanted_key);
}

/* There may be none: packages had no second one at first. */
static bool read_copy(struct package *package, struct text *out)
{
    struct fault ignored = {0};

    return file_read(package->call->arena, path_in(package, PACKAGE_MANIFEST_COPY), MANIFEST_MAX,
                     out, &ignored) == OK;
}

/* The manifest must hold, and be the same as its copy; where it does not hold, a copy that does
 * tells where it was changed. */
static enum err read_manifest(struct package *package, const char *wanted_key)
{
    struct invocation *call = package->call;
    struct text content;
    struct text copy;

    TRY(file_read(call->arena, path_in(package, "manifest.json"), MANIFEST_MAX, &content,
                  call->fault));
    enum err err = take_manifest(package, content, wanted_key);

    if (err == OK) {
        struct text made = text_of(manifest_text(call->arena, package->manifest));

        TRY(text_equal(content, made) ? OK
                                      : name_difference(package, "manifest.json", content, made));
    }
    if (!read_copy(package, &copy) || text_equal(content, copy)) {
        return err;
    }
    if (err == OK) {
        return name_difference(package, PACKAGE_MANIFEST_COPY, copy, content);
    }
    struct fault fault = *call->fault;

    if (take_manifest(package, copy, wanted_key) == OK) {
        return name_difference(package, "manifest.json", content, copy);
    }
    *call->fault = fault;
    return err;
}

/* ------------------------------------------------------------------ files */

/* The names in a manifest that holds are ours; still, none may leave the folder. */
static bool is_safe(const char *path)
{
    return path[0] != '/' && path[0] != '\0' && strstr(path, "..") == NULL;
}

/* A packed copy is not what was signed: pack what it is a copy of, which was found whole, again. */
static enum err explain_packed(struct package *package, const char *path, struct text now,
                               const char *sha256_wanted)
{
    struct arena *arena = package->call->arena;
    struct fault ignored = {0};
    size_t size = strlen(path);
    struct text content;

    if (size > strlen("proof/.zst") &&
        file_map(path_in(package, arena_copy(arena, path + 6, size - strlen("proof/.zst"))),
                 &content, &ignored) == OK) {
        struct text before = package_pack(arena, content);

        if (strcmp(sha256_hex(arena, before), sha256_wanted) == 0) {
            return name_difference(package, path, now, before);
        }
    }
    return broken(package, "%s was changed: its SHA-256 does not match the manifest", path);
}

/* The content is not what was signed: find where, with the packed copy. */
static enum err explain(struct package *package, const char *path, struct text now,
                        const char *sha256_wanted, int64_t size_wanted)
{
    struct arena *arena = package->call->arena;
    struct fault ignored = {0};
    struct text packed;
    struct text before;
    const char *proof = path_in(package, arena_print(arena, "proof/%s.zst", path));

    if (strncmp(path, "proof/", 6) == 0) {
        return explain_packed(package, path, now, sha256_wanted);
    }
    if (file_map(proof, &packed, &ignored) != OK ||
        package_unpack(arena, packed, (size_t)size_wanted, &before, &ignored) != OK ||
        strcmp(sha256_hex(arena, before), sha256_wanted) != 0) {
        return broken(
            package,
            "%s was changed: its SHA-256 does not match the manifest, and its packed copy "
            "cannot tell where",
            path);
    }
    return name_difference(package, path, now, before);
}

static enum err check_file(struct package *package, const struct json *entry)
{
    struct invocation *call = package->call;
    const char *path = json_text_of(entry, "path");
    const char *wanted = json_text_of(entry, "sha256");
    const struct json *size = json_member(entry, "bytes");
    struct text content;

    if (path == NULL || wanted == NULL || size == NULL || !is_safe(path)) {
        return broken(package, "manifest.json lists a file in a way that cannot be");
    }
    if (file_map(path_in(package, path), &content, call->fault) != OK) {
        return broken(package, "%s is missing or cannot be read", path);
    }
    package->file_count++;
    if (strcmp(sha256_hex(call->arena, content), wanted) != 0) {
        return explain(package, path, content, wanted, size->integer);
    }
    if (strcmp(path, "rows.jsonl") == 0) {
        package->rows = content;
    }
    return OK;
}

/* Data files first: a change there is better named by itself than by its packed copy. */
static enum err check_files(struct package *package)
{
    const struct json *files = json_member(package->manifest, "files");

    if (files == NULL || files->kind != JSON_LIST) {
        return broken(package, "manifest.json lists no files");
    }
    for (int proofs = 0; proofs < 2; proofs++) {
        for (const struct json *entry = files->first; entry != NULL; entry = entry->next) {
            const char *path = json_text_of(entry, "path");

            if ((path != NULL && strncmp(path, "proof/", 6) == 0) == (proofs == 1)) {
                TRY(check_file(package, entry));
            }
        }
    }
    return OK;
}

static bool is_listed(const struct package *package, const char *path)
{
    const struct json *files = json_member(package->manifest, "files");

    for (const struct json *entry = files->first; entry != NULL; entry = entry->next) {
        if (strcmp(json_text_of(entry, "path"), path) == 0) {
            return true;
        }
    }
    return strcmp(path, "manifest.json") == 0 || strcmp(path, PACKAGE_MANIFEST_COPY) == 0;
}

/* Nothing may have been added. */
static enum err check_folder(struct package *package, const char *below)
{
    struct arena *arena = package->call->arena;
    DIR *folder = opendir(path_in(package, below));
    enum err err = OK;

    if (folder == NULL) {
        return broken(package, "cannot read the folder %s", below);
    }
    for (struct dirent *entry = readdir(folder); entry != NULL && err == OK;
         entry = readdir(folder)) {
        const char *path = arena_print(arena, "%s%s", below, entry->d_name);
        struct stat info;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        if (strcmp(path, "proof") == 0 && stat(path_in(package, path), &info) == 0 &&
            S_ISDIR(info.st_mode)) {
            err = check_folder(package, "proof/");
        } else if (!is_listed(package, path)) {
            err = broken(package, "%s does not belong to the package", path);
        }
    }
    (void)closedir(folder);
    return err;
}

/* ------------------------------------------------------------------ content */

static enum err check_derived(struct package *package)
{
    struct invocation *call = package->call;

    for (size_t i = 0; package_format_at(i) != NULL; i++) {
        const struct package_format *format = package_format_at(i);
        struct buffer made = buffer_new(call->arena);
        int64_t count;
        struct text stored;

        if (!is_listed(package, format->file)) {
            continue;
        }
        TRY(package_derive(call->arena, format, package->rows, &made, &count, call->fault));
        TRY(file_map(path_in(package, format->file), &stored, call->fault));
        if (!text_equal(stored, buffer_view(&made))) {
            return broken(package, "%s is not what rows.jsonl gives", format->file);
        }
    }
    return OK;
}

static enum err check_statistics(struct package *package)
{
    struct invocation *call = package->call;
    struct buffer stored = buffer_new(call->arena);
    struct json_out out = json_to(&stored);
    const struct json *stats = json_member(package->manifest, "stats");
    const char *computed = NULL;

    if (stats == NULL) {
        return broken(package, "manifest.json carries no statistics");
    }
    json_canonical(&out, stats);
    TRY(package_statistics(call->arena, package->rows, &computed, call->fault));
    if (strcmp(stored.at, computed) != 0) {
        return broken(package, "the statistics in manifest.json are not what rows.jsonl gives");
    }
    return OK;
}

static enum err verify(struct package *package, const char *wanted_key)
{
    struct invocation *call = package->call;

    TRY(read_manifest(package, wanted_key));
    TRY(check_files(package));
    TRY(check_folder(package, ""));
    if (package->rows.at == NULL) {
        return broken(package, "the package holds no rows.jsonl");
    }
    if (package_check_chain(call->arena, package->rows, call->fault) != OK) {
        return broken(package, "rows.jsonl, line %llu: %s", (unsigned long long)call->fault->line,
                      arena_copy(call->arena, call->fault->text, strlen(call->fault->text)));
    }
    TRY(check_derived(package));
    return check_statistics(package);
}

static int64_t row_count_of(const struct package *package)
{
    const struct json *rows = json_member(json_member(package->manifest, "stats"), "rows");

    return rows == NULL ? 0 : rows->integer;
}

static enum err run_verify(struct invocation *call)
{
    const struct verify_options *options = call->options;
    struct package package = {.call = call, .folder = call->words[0]};
    enum err err = verify(&package, options->key);

    if (options->json) {
        struct buffer buffer = buffer_new(call->arena);
        struct json_out out = json_to(&buffer);

        json_open(&out, '{');
        json_name(&out, "proven");
        json_bool(&out, err == OK);
        json_name(&out, "files");
        json_int(&out, package.file_count);
        json_name(&out, "rows");
        json_int(&out, row_count_of(&package));
        json_name(&out, "message");
        json_text(&out, err == OK ? NULL : call->fault->text);
        json_close(&out, '}');
        fprintf(call->out, "%s\n", buffer.at);
        return err;
    }
    TRY(err);
    fprintf(call->out,
            "Proven. Delivery %s of \"%s\" for %s, made %s.\n"
            "  signature   holds, by %s%s\n"
            "  files       %lld, every SHA-256 matches\n"
            "  rows        %lld, the chain is whole\n"
            "  formats     made again from the rows: the same bytes\n"
            "  statistics  computed again from the rows: the same\n",
            json_text_of(package.manifest, "delivery_id"),
            json_text_of(package.manifest, "campaign"), json_text_of(package.manifest, "client"),
            json_text_of(package.manifest, "created_at"),
            json_text_of(package.manifest, "signer_key"),
            options->key == NULL ? " (compare it with the sender's; --key checks it)" : "",
            (long long)package.file_count, (long long)row_count_of(&package));
    return OK;
}

static const struct command commands[] = {
    {.name = "delivery verify",
     .words = "DIR",
     .run = run_verify,
     .options = &verify_shape,
     .summary = "Prove that a delivery is as it was made, without a network",
     .details = "Checks the signature, every file's SHA-256, the chain of rows, makes the other\n"
                "formats and the statistics again, and names the first byte that was changed.\n"
                "Exit code 0: proven. 1: not proven. 2: no delivery, or wrong words.",
     .examples = "  periti delivery verify dlv_01K9…\n"
                 "  periti delivery verify dlv_01K9… --key \"$(cat periti.pub)\""},
};

const struct command_group delivery_group = {
    .name = "Deliveries", .commands = commands, .command_count = COUNT(commands)};
