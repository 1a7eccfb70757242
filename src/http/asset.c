#include "http/asset.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "http/accept.h"
#include "http/inside.h"
#include "http/metric.h"
#include "http/params.h"

/* A mistake in the build must not become a flood of memory. */
enum { UNPACKED_MAX = 64 * 1024 * 1024 };

struct entry {
    const struct http_asset *asset;
    const char *etag;
};

struct asset_table {
    struct entry *entries; /* sorted by path */
    size_t count;
};

static int by_path(const void *left, const void *right)
{
    return strcmp(((const struct entry *)left)->asset->path,
                  ((const struct entry *)right)->asset->path);
}

struct asset_table *asset_table_new(struct arena *arena, const struct http_asset *assets,
                                    size_t count)
{
    struct asset_table *table = arena_new_of(arena, struct asset_table);

    table->entries = arena_array(arena, struct entry, count);
    table->count = count;
    for (size_t i = 0; i < count; i++) {
        struct text bytes = {.at = (const char *)assets[i].bytes, .size = assets[i].size};

        table->entries[i].asset = &assets[i];
        table->entries[i].etag =
            arena_print(arena, "\"%016llx\"", (unsigned long long)text_hash(bytes));
    }
    qsort(table->entries, count, sizeof(table->entries[0]), by_path);
    return table;
}

static const struct entry *find(const struct asset_table *table, const char *path)
{
    struct http_asset wanted = {.path = path};
    struct entry key = {.asset = &wanted};

    return bsearch(&key, table->entries, table->count, sizeof(table->entries[0]), by_path);
}

/* Clients that do not take gzip are rare; a worker unpacks for them. */
static bool unpack(struct request *request)
{
    struct answer *answer = &request->answer;
    z_stream stream = {.next_in = (z_const Bytef *)(uintptr_t)answer->body.at,
                       .avail_in = (uInt)answer->body.size};
    struct buffer plain = buffer_new(request->arena);
    unsigned char piece[16 * 1024];
    int state = inflateInit2(&stream, 15 + 16);

    while (state == Z_OK && plain.size < UNPACKED_MAX) {
        stream.next_out = piece;
        stream.avail_out = sizeof(piece);
        state = inflate(&stream, Z_NO_FLUSH);
        buffer_put(&plain, piece, sizeof(piece) - stream.avail_out);
    }
    (void)inflateEnd(&stream);
    if (state != Z_STREAM_END) {
        struct fault fault = {0};

        request_fail(request, fail(&fault, ERR_INTERNAL, "an embedded file cannot be unpacked"),
                     &fault);
        return true;
    }
    answer->body = buffer_view(&plain);
    answer->gzipped = false;
    return true;
}

bool asset_match(struct request *request)
{
    const struct asset_table *table = request->server->assets;
    struct answer *answer = &request->answer;
    const char *path;

    if (percent_decode(request->arena, request->path, false, &path) != OK) {
        return false;
    }
    const struct entry *entry = find(table, path);

    if (strcmp(path, "/") == 0 && !accepts_json(request->accept)) {
        entry = find(table, "/index.html");
    }
    if (entry == NULL && accepts_html(request->accept) && !text_starts(text_of(path), "/v1/")) {
        entry = find(table, "/index.html");
    }
    if (entry == NULL) {
        return false;
    }
    *answer = (struct answer){
        .status = 200,
        .type = entry->asset->type,
        .body = {.at = (const char *)entry->asset->bytes, .size = entry->asset->size},
        .etag = entry->etag,
        .gzipped = true,
        .immutable = entry->asset->immutable,
        .revalidated = !entry->asset->immutable,
        .page = strncmp(entry->asset->type, "text/html", 9) == 0};
    request->metric_row = request->server->site->route_count + METRIC_ASSET;
    if (request->if_none_match != NULL && strstr(request->if_none_match, entry->etag) != NULL) {
        answer->status = 304;
        answer->body = (struct text){0};
    } else if (!accepts_gzip(request->accept_encoding)) {
        request->run = unpack;
    }
    return true;
}
