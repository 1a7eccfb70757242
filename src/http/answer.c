#include <assert.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "http/accept.h"
#include "http/feed.h"
#include "http/inside.h"
#include "http/outlet.h"
#include "http/peers.h"
#include "http/problem.h"
#include "http/range.h"
#include "sys/clock.h"

enum { COMPRESS_MIN = 1024, COMPRESS_LEVEL = 4, RATE_MIN = 4 * 1024 };

#define PAGE_POLICY                                                                                \
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "           \
    "font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "         \
    "form-action 'self'; frame-ancestors 'none'"
#define DATA_POLICY "default-src 'none'; frame-ancestors 'none'"

void request_refuse(struct request *request, const struct problem *problem,
                    const struct fault *fault)
{
    struct buffer body = buffer_new(request->arena);

    problem_write(&body, problem, fault, request->id);
    request->answer = (struct answer){
        .status = problem->status, .type = "application/problem+json", .body = buffer_view(&body)};
    if (problem->status == 500) {
        request->fault = *fault;
    }
    if (problem->status == 503 || problem->status == 429) {
        request->answer.retry_after_s = problem->status == 503 ? 1 : 10;
    }
}

void request_fail(struct request *request, enum err err, const struct fault *fault)
{
    request_refuse(request, problem_of(err), fault);
}

void answer_compress(struct request *request)
{
    struct answer *answer = &request->answer;
    z_stream stream = {0};

    if (answer->body.size < COMPRESS_MIN || !accepts_gzip(request->accept_encoding) ||
        deflateInit2(&stream, COMPRESS_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        return;
    }
    size_t room = deflateBound(&stream, answer->body.size);
    unsigned char *to = arena_take(request->arena, room, 1);

    stream.next_in = (z_const Bytef *)(uintptr_t)answer->body.at;
    stream.avail_in = (uInt)answer->body.size;
    stream.next_out = to;
    stream.avail_out = (uInt)room;
    if (answer->body.size <= UINT32_MAX && deflate(&stream, Z_FINISH) == Z_STREAM_END) {
        answer->body = (struct text){.at = (const char *)to, .size = stream.total_out};
        answer->gzipped = true;
    }
    (void)deflateEnd(&stream);
}

static void header(struct MHD_Response *response, const char *name, const char *value)
{
    if (value != NULL) {
        enum MHD_Result added = MHD_add_response_header(response, name, value);

        assert(added == MHD_YES);
    }
}

static void add_cache(struct MHD_Response *response, const struct answer *answer)
{
    header(response, "Cache-Control",
           answer->immutable     ? "public, max-age=31536000, immutable"
           : answer->revalidated ? "no-cache"
                                 : "no-store");
}

static void add_headers(struct MHD_Response *response, const struct request *request)
{
    const struct answer *answer = &request->answer;

    header(response, "Content-Type", answer->type);
    header(response, "ETag", answer->etag);
    header(response, "Set-Cookie", answer->cookie);
    header(response, "Allow", answer->allow);
    header(response, "Content-Disposition", answer->disposition);
    header(response, "Accept-Ranges", answer->file_path != NULL ? "bytes" : NULL);
    header(response, "Content-Range", answer->content_range);
    header(response, "Content-Encoding", answer->gzipped ? "gzip" : NULL);
    header(response, "Vary", "Accept-Encoding");
    header(response, "Connection", answer->close ? "close" : NULL);
    header(response, "WWW-Authenticate", answer->status == 401 ? "Bearer" : NULL);
    header(response, "X-Request-Id", request->id);
    header(response, "X-Content-Type-Options", "nosniff");
    header(response, "Content-Security-Policy", answer->page ? PAGE_POLICY : DATA_POLICY);
    header(response, "Referrer-Policy", "no-referrer");
    header(response, "Cross-Origin-Opener-Policy", answer->page ? "same-origin" : NULL);
    header(response, "Cross-Origin-Resource-Policy", "same-origin");
    header(response, "Strict-Transport-Security",
           request->server->settings.secure_cookie ? "max-age=31536000" : NULL);
    if (answer->retry_after_s > 0) {
        header(response, "Retry-After",
               arena_print(request->arena, "%lld", (long long)answer->retry_after_s));
    }
    add_cache(response, answer);
}

/* Whole, or the part that was asked for. False: what was asked for is not there, and the answer
 * says so. */
static bool choose_part(struct request *request, uint64_t file_size, struct range *part)
{
    struct answer *answer = &request->answer;
    const char *wanted = request->head ? NULL : request->range;
    struct fault fault = {0};

    *part = (struct range){.size = file_size};
    switch (range_choose(wanted, request->if_range, answer->etag, file_size, part)) {
    case RANGE_WHOLE:
        return true;
    case RANGE_PART:
        answer->status = 206;
        answer->content_range = arena_print(
            request->arena, "bytes %llu-%llu/%llu", (unsigned long long)part->first,
            (unsigned long long)(part->first + part->size - 1), (unsigned long long)file_size);
        return true;
    case RANGE_BEYOND:
        break;
    }
    (void)fail(&fault, ERR_INVALID, "the file has %llu bytes", (unsigned long long)file_size);
    request_refuse(request, &PROBLEM_BEYOND, &fault);
    answer->content_range =
        arena_print(request->arena, "bytes */%llu", (unsigned long long)file_size);
    return false;
}

static struct MHD_Response *body_response(const struct request *request, uint64_t *size)
{
    struct text body = request->answer.body;

    *size = body.size;
    return MHD_create_response_from_buffer(body.size, (void *)(uintptr_t)body.at,
                                           MHD_RESPMEM_PERSISTENT);
}

/* NULL: it is gone. */
static struct MHD_Response *file_response(struct request *request, uint64_t *size)
{
    int descriptor = open(request->answer.file_path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    struct range part;

    if (descriptor < 0) {
        return NULL;
    }
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        (void)close(descriptor);
        return NULL;
    }
    if (!choose_part(request, (uint64_t)status.st_size, &part)) {
        (void)close(descriptor);
        return body_response(request, size);
    }
    *size = part.size;
    return MHD_create_response_from_fd_at_offset64(part.size, descriptor, part.first);
}

static struct MHD_Response *make_response(struct request *request, uint64_t *size)
{
    struct MHD_Response *response = NULL;
    struct fault fault = {0};

    *size = 0;
    if (request->answer.feed != NULL) {
        return feed_response(request->answer.feed);
    }
    if (request->answer.outlet != NULL) {
        return outlet_response(request->answer.outlet);
    }
    if (request->answer.file_path == NULL) {
        return body_response(request, size);
    }
    response = file_response(request, size);
    if (response == NULL) {
        request_fail(request, fail(&fault, ERR_INTERNAL, "a file to send cannot be opened"),
                     &fault);
        response = body_response(request, size);
    }
    return response;
}

enum MHD_Result answer_send(struct request *request)
{
    uint64_t size;
    struct MHD_Response *response = make_response(request, &size);
    int64_t slack_us = 2 * request->server->settings.timeout_s * 1'000'000;

    if (response == NULL) {
        return MHD_NO;
    }
    if (atomic_load(&request->server->draining)) {
        request->answer.close = true;
    }
    add_headers(response, request);
    peer_expect(request->peer,
                request->answer.feed != NULL || request->answer.outlet != NULL
                    ? INT64_MAX
                    : clock_tick_us() + slack_us + (int64_t)(size / RATE_MIN) * 1'000'000);
    request->state = REQUEST_SENDING;
    enum MHD_Result queued =
        MHD_queue_response(request->connection, (unsigned)request->answer.status, response);

    MHD_destroy_response(response);
    return queued;
}
