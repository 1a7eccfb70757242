#include "store/memo.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/query.h"
#include "store/versions.h"

enum { SLOTS = 512, KEY_MAX = 144, TEXTS_MAX = 16 * 1024 };

struct key {
    const struct query *query;
    size_t size;
    char bytes[KEY_MAX]; /* the arguments one after the other */
};

struct slot {
    struct key key;
    uint64_t version; /* zero: free */
    char *row;        /* with its texts behind it */
    size_t texts_size;
};

struct memo {
    struct slot slots[SLOTS];
};

struct memo *memo_new(void)
{
    struct memo *memo = calloc(1, sizeof(*memo));

    if (memo == NULL) {
        abort();
    }
    return memo;
}

void memo_free(struct memo *memo)
{
    if (memo == NULL) {
        return;
    }
    for (size_t i = 0; i < SLOTS; i++) {
        free(memo->slots[i].row);
    }
    free(memo);
}

static struct text bytes_of(const struct query_slot *slot, const void *values)
{
    const char *at = (const char *)values + slot->offset;
    struct text bytes = {.at = at, .size = sizeof(int64_t)};

    if (slot->kind == QUERY_TEXT) {
        memcpy(&bytes.at, at, sizeof(bytes.at));
        bytes.size = bytes.at == NULL ? 0 : strlen(bytes.at) + 1; /* which tells "" from NULL */
    } else if (slot->kind == QUERY_BLOB) {
        memcpy(&bytes, at, sizeof(bytes));
    }
    return bytes;
}

/* False: arguments so long are not remembered. A blob, which may hold anything, is none of them. */
static bool write_key(const struct query *query, const void *args, struct key *out)
{
    out->query = query;
    out->size = 0;
    for (size_t i = 0; i < query->param_count; i++) {
        struct text bytes = bytes_of(&query->params[i], args);

        if (query->params[i].kind == QUERY_BLOB || bytes.size >= KEY_MAX - out->size) {
            return false;
        }
        out->bytes[out->size++] = bytes.size > 0;
        if (bytes.size > 0) {
            memcpy(out->bytes + out->size, bytes.at, bytes.size);
            out->size += bytes.size;
        }
    }
    return true;
}

static size_t number_of(const struct key *key)
{
    uint64_t hash = text_hash((struct text){.at = key->bytes, .size = key->size});

    return (hash ^ (uintptr_t)key->query >> 4) % SLOTS;
}

static bool holds(const struct slot *slot, const struct key *key)
{
    return slot->key.query == key->query && slot->key.size == key->size &&
           memcmp(slot->key.bytes, key->bytes, key->size) == 0;
}

static size_t texts_size(const struct query *query, const void *row)
{
    size_t size = 0;

    for (size_t i = 0; i < query->column_count; i++) {
        const struct query_slot *column = &query->columns[i];

        if (column->kind == QUERY_TEXT || column->kind == QUERY_BLOB) {
            size += bytes_of(column, row).size;
        }
    }
    return size;
}

/* The row's texts and blobs, one after the other, to `to`. */
static void move_texts(const struct query *query, void *row, char *to)
{
    for (size_t i = 0; i < query->column_count; i++) {
        const struct query_slot *column = &query->columns[i];
        struct text bytes = bytes_of(column, row);

        if ((column->kind == QUERY_TEXT || column->kind == QUERY_BLOB) && bytes.at != NULL) {
            memcpy(to, bytes.at, bytes.size);
            memcpy((char *)row + column->offset, &to, sizeof(to)); /* a blob begins with it too */
            to += bytes.size;
        }
    }
}

bool memo_recall(const struct memo *memo, const struct versions *versions, struct arena *arena,
                 const struct query *query, const void *args, void *out)
{
    uint64_t version = versions_settled(versions, query->reads, query->read_count);
    struct key key;

    if (version == 0 || !write_key(query, args, &key)) {
        return false;
    }
    const struct slot *slot = &memo->slots[number_of(&key)];

    if (slot->version != version || !holds(slot, &key)) {
        return false;
    }
    memcpy(out, slot->row, query->row_size);
    move_texts(query, out, arena_take(arena, 1, slot->texts_size));
    return true;
}

void memo_keep(struct memo *memo, const struct versions *versions, const struct query *query,
               const void *args, const void *row)
{
    uint64_t version = versions_settled(versions, query->reads, query->read_count);
    size_t size = texts_size(query, row);
    struct key key;

    if (version == 0 || size > TEXTS_MAX || !write_key(query, args, &key)) {
        return;
    }
    struct slot *slot = &memo->slots[number_of(&key)];
    char *kept = malloc(query->row_size + size);

    if (kept == NULL) {
        abort();
    }
    memcpy(kept, row, query->row_size);
    move_texts(query, kept, kept + query->row_size);
    free(slot->row);
    *slot = (struct slot){.key = key, .version = version, .row = kept, .texts_size = size};
}
