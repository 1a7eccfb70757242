#pragma once

/*
 * Packages: what a delivery is made of, as plain bytes.
 *
 * `rows.jsonl` holds one row a task with its whole lineage; each row carries the hash
 * of the one before and its own. Every other data file is a function of these rows, so
 * whoever has the package can make them again. `manifest.json` names every file with its
 * hash, the statistics, and a signature over all of it. Beside each data file stands a
 * packed copy under `proof/`, from which a verifier tells what the first changed byte was.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct buffer;
struct fault;
struct json;
struct json_out;
struct signing_key;

#define PACKAGE_SCHEMA  "periti-delivery"
#define PACKAGE_VERSION 1

/* A format turns a row into lines of its own file, or into nothing. */
struct package_format {
    const char *name; /* as asked for: "trl-preference" */
    const char *file; /* "trl_preference.jsonl" */
    const char *doc;
    /* What comes before the first row; may be NULL. */
    void (*head)(struct buffer *to, const struct json *first_row);
    /* Append what the row becomes; false: this row has no place in the format. */
    bool (*row)(struct buffer *to, const struct json *row);
};

/* Every format, in order of name; NULL behind the last. */
const struct package_format *package_format_at(size_t index);
const struct package_format *package_format_named(const char *name);

/* The format's file made from rows.jsonl; *row_count of the rows that have a place in it.
 * ERR_INVALID: a row is no JSON object. */
enum err package_derive(struct arena *arena, const struct package_format *format, struct text rows,
                        struct buffer *to, int64_t *row_count, struct fault *fault);

/* What rows.jsonl says in numbers, as canonical JSON: counts by class and by domain, and agreement
 * over the answers with its interval. The same rows give the same bytes. */
enum err package_statistics(struct arena *arena, struct text rows, const char **out,
                            struct fault *fault);

/* Check the chain of hashes. ERR_INVALID names the first row that breaks it. */
enum err package_check_chain(struct arena *arena, struct text rows, struct fault *fault);

/* Hash of a row: SHA-256 of its canonical JSON without `row_hash`. */
const char *package_row_hash(struct arena *arena, const struct json *row);

struct package_file {
    const char *path;
    const char *sha256;
    int64_t size;
    int64_t row_count; /* -1: not made of rows */
};

/* What a manifest says beside its files. */
struct manifest {
    const char *delivery_id;
    int64_t number;
    const char *client;
    const char *campaign_id;
    const char *campaign;
    const char *task_type;
    const char *type_definition; /* JSON */
    const char *created_at;
    const char *statistics; /* JSON */
    const struct package_file *files;
    size_t file_count;
    bool is_sample;
};

/* A second manifest.json, which no list names: whichever of both holds tells where the other was
 * changed. */
#define PACKAGE_MANIFEST_COPY "proof/manifest.json"

/* manifest.json with its signature. */
const char *manifest_write(struct arena *arena, const struct manifest *manifest,
                           const struct signing_key *key, const char **signature);

/* A manifest that holds, as the bytes that it was written in. */
const char *manifest_text(struct arena *arena, const struct json *manifest);

/* What is signed: the manifest as canonical JSON without its signature. */
const char *manifest_signed_part(struct arena *arena, const struct json *manifest);

/* DATA_CARD.md. */
const char *card_write(struct arena *arena, const struct manifest *manifest, const char *guideline,
                       int64_t guideline_number);

/* Pack and unpack a copy (zstd). ERR_INVALID: the packed copy is damaged. */
struct text package_pack(struct arena *arena, struct text content);
enum err package_unpack(struct arena *arena, struct text packed, size_t size_max, struct text *out,
                        struct fault *fault);
