#include "slice/delivery/package.h"

#include <inttypes.h>
#include <string.h>
#include <zstd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "sys/secret.h"

enum { ZSTD_LEVEL = 3 };

/* ------------------------------------------------------------------ rows */

/* Call `each` for every line that holds a row. */
struct lines {
    struct text rest;
    uint64_t number; /* of the line read last, from one */
};

static bool next_line(struct lines *lines, struct text *out)
{
    bool more = text_cut(&lines->rest, '\n', out);

    lines->number += more;
    return more;
}

static enum err read_row(struct arena *arena, const struct lines *lines, struct text line,
                         struct json **row, struct fault *fault)
{
    enum err err = json_parse(arena, line, row, fault);

    if (err == OK && (*row)->kind != JSON_OBJECT) {
        err = fail(fault, ERR_INVALID, "a row must be an object");
    }
    if (err != OK) {
        fault->line = lines->number;
    }
    return err;
}

const char *package_row_hash(struct arena *arena, const struct json *row)
{
    struct buffer buffer = buffer_new(arena);
    struct json_out out = json_to(&buffer);
    struct json copy = *row;
    struct json **tail = &copy.first;

    copy.count = 0;
    for (const struct json *member = row->first; member != NULL; member = member->next) {
        if (strcmp(member->name, "row_hash") != 0) {
            struct json *kept = arena_new_of(arena, struct json);

            *kept = *member;
            kept->next = NULL;
            *tail = kept;
            tail = &kept->next;
            copy.count++;
        }
    }
    *tail = NULL;
    json_canonical(&out, &copy);
    return sha256_hex(arena, buffer_view(&buffer));
}

enum err package_check_chain(struct arena *arena, struct text rows, struct fault *fault)
{
    struct lines lines = {.rest = rows};
    struct text line;
    char before[2 * SHA256_SIZE + 1] = "";

    while (next_line(&lines, &line)) {
        struct arena_mark mark = arena_mark(arena);
        struct json *row = NULL;

        TRY(read_row(arena, &lines, line, &row, fault));
        const char *hash = json_text_of(row, "row_hash");
        const char *previous = json_text_of(row, "prev_hash");

        if (hash == NULL || strcmp(hash, package_row_hash(arena, row)) != 0) {
            return fail_line(fault, ERR_INVALID, lines.number, "row_hash",
                             "the row does not match its own hash");
        }
        if (previous == NULL || strcmp(previous, before) != 0) {
            return fail_line(fault, ERR_INVALID, lines.number, "prev_hash",
                             "the row does not follow the one before: rows were removed, added or "
                             "put in another order");
        }
        memcpy(before, hash, strlen(hash) + 1);
        arena_undo(arena, mark);
    }
    return OK;
}

/* ------------------------------------------------------------------ formats */

enum err package_derive(struct arena *arena, const struct package_format *format, struct text rows,
                        struct buffer *to, int64_t *row_count, struct fault *fault)
{
    struct lines lines = {.rest = rows};
    struct text line;

    *row_count = 0;
    while (next_line(&lines, &line)) {
        ARENA_SCOPE scratch = arena_new();
        struct json *row = NULL;

        TRY(read_row(scratch, &lines, line, &row, fault));
        if (lines.number == 1 && format->head != NULL) {
            format->head(to, row);
        }
        *row_count += format->row(to, row);
    }
    return OK;
}

/* ------------------------------------------------------------------ manifest */

static void write_files(struct json_out *out, const struct manifest *manifest)
{
    json_name(out, "files");
    json_open(out, '[');
    for (size_t i = 0; i < manifest->file_count; i++) {
        const struct package_file *file = &manifest->files[i];

        json_open(out, '{');
        json_name(out, "path");
        json_text(out, file->path);
        json_name(out, "sha256");
        json_text(out, file->sha256);
        json_name(out, "bytes");
        json_int(out, file->size);
        if (file->row_count >= 0) {
            json_name(out, "rows");
            json_int(out, file->row_count);
        }
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void write_body(struct json_out *out, const struct manifest *manifest,
                       const char *signer_key)
{
    const struct {
        const char *name;
        const char *value;
    } TEXTS_[] = {
        {"schema_id", PACKAGE_SCHEMA},        {"delivery_id", manifest->delivery_id},
        {"client", manifest->client},         {"campaign_id", manifest->campaign_id},
        {"campaign", manifest->campaign},     {"task_type", manifest->task_type},
        {"created_at", manifest->created_at}, {"signer_key", signer_key},
    };

    for (size_t i = 0; i < COUNT(TEXTS_); i++) {
        json_name(out, TEXTS_[i].name);
        json_text(out, TEXTS_[i].value);
    }
    json_name(out, "schema_version");
    json_int(out, PACKAGE_VERSION);
    json_name(out, "number");
    json_int(out, manifest->number);
    json_name(out, "sample");
    json_bool(out, manifest->is_sample);
    json_name(out, "task_type_definition");
    json_raw(out, manifest->type_definition);
    json_name(out, "stats");
    json_raw(out, manifest->statistics);
    write_files(out, manifest);
}

const char *manifest_signed_part(struct arena *arena, const struct json *manifest)
{
    struct buffer buffer = buffer_new(arena);
    struct json_out out = json_to(&buffer);
    struct json copy = *manifest;
    struct json **tail = &copy.first;

    copy.count = 0;
    for (const struct json *member = manifest->first; member != NULL; member = member->next) {
        if (strcmp(member->name, "signature") != 0) {
            struct json *kept = arena_new_of(arena, struct json);

            *kept = *member;
            kept->next = NULL;
            *tail = kept;
            tail = &kept->next;
            copy.count++;
        }
    }
    *tail = NULL;
    json_canonical(&out, &copy);
    return buffer.at;
}

static const char *add_signature(struct arena *arena, const char *signed_part,
                                 const char *signature)
{
    return arena_print(arena, "%.*s,\"signature\":\"%s\"}\n", (int)(strlen(signed_part) - 1),
                       signed_part, signature);
}

const char *manifest_text(struct arena *arena, const struct json *manifest)
{
    return add_signature(arena, manifest_signed_part(arena, manifest),
                         json_text_of(manifest, "signature"));
}

const char *manifest_write(struct arena *arena, const struct manifest *manifest,
                           const struct signing_key *key, const char **signature)
{
    struct buffer buffer = buffer_new(arena);
    struct json_out out = json_to(&buffer);
    struct fault fault = {0};
    struct json *tree = NULL;

    json_open(&out, '{');
    write_body(&out, manifest, signing_public_hex(arena, key));
    json_close(&out, '}');
    if (json_parse(arena, buffer_view(&buffer), &tree, &fault) != OK) {
        return NULL;
    }
    const char *canonical = manifest_signed_part(arena, tree);

    *signature = signature_hex(arena, key, text_of(canonical));
    return add_signature(arena, canonical, *signature);
}

/* ------------------------------------------------------------------ packed copies */

struct text package_pack(struct arena *arena, struct text content)
{
    size_t room = ZSTD_compressBound(content.size);
    char *packed = arena_take(arena, room, 1);
    size_t size = ZSTD_compress(packed, room, content.at, content.size, ZSTD_LEVEL);

    return (struct text){.at = packed, .size = ZSTD_isError(size) ? 0 : size};
}

enum err package_unpack(struct arena *arena, struct text packed, size_t size_max, struct text *out,
                        struct fault *fault)
{
    unsigned long long size = ZSTD_getFrameContentSize(packed.at, packed.size);

    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > size_max) {
        return fail(fault, ERR_INVALID, "the packed copy is damaged");
    }
    char *content = arena_take(arena, (size_t)size + 1, 1);
    size_t got = ZSTD_decompress(content, (size_t)size, packed.at, packed.size);

    if (ZSTD_isError(got) || got != size) {
        return fail(fault, ERR_INVALID, "the packed copy is damaged");
    }
    *out = (struct text){.at = content, .size = got};
    return OK;
}
