#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "http/guard.h"
#include "http/inside.h"

enum { REQUEST_ID_MAX = 64 };

struct reading {
    struct request *request;
    struct guard guard;
    const char *authorization;
    const char *request_id;
    const char *forwarded;
    bool repeated; /* one of those that have one value */
};

static bool named(struct text name, const char *want)
{
    return name.size == strlen(want) && strncasecmp(name.at, want, name.size) == 0;
}

static void sort_header(struct reading *reading, struct text name, const char *value)
{
    struct request *request = reading->request;
    const struct {
        const char *name;
        const char **to;
        bool once; /* another reader might take the other one */
    } wanted[] = {
        {"Content-Type", &request->content_type, true},
        {"If-Match", &request->if_match},
        {"If-None-Match", &request->if_none_match},
        {"Range", &request->range},
        {"If-Range", &request->if_range},
        {"Accept", &request->accept},
        {"Accept-Encoding", &request->accept_encoding},
        {"Idempotency-Key", &request->idempotency_key, true},
        {"Cookie", &request->cookie},
        {"Host", &request->host},
        {"Origin", &request->origin, true},
        {"Sec-Fetch-Site", &request->fetch_site, true},
        {"Expect", &request->expect},
        {"Authorization", &reading->authorization, true},
        {"X-Request-Id", &reading->request_id},
        {"X-Forwarded-For", &reading->forwarded},
    };

    for (size_t i = 0; i < COUNT(wanted); i++) {
        if (named(name, wanted[i].name)) {
            reading->repeated |= wanted[i].once && *wanted[i].to != NULL;
            *wanted[i].to = value;
            return;
        }
    }
}

static enum MHD_Result see(void *context, enum MHD_ValueKind kind, const char *name,
                           size_t name_size, const char *value, size_t value_size)
{
    struct reading *reading = context;
    struct text field = {.at = name, .size = name_size};

    guard_header(&reading->guard, field, (struct text){.at = value, .size = value_size});
    sort_header(reading, field, value == NULL ? "" : value);
    return MHD_YES;
}

/* The value of our cookie among "a=b; c=d". */
static const char *cookie_value(struct arena *arena, const char *cookies, const char *name)
{
    size_t size = strlen(name);

    for (const char *at = cookies; at != NULL && *at != '\0';) {
        at += strspn(at, " \t;");
        size_t width = strcspn(at, ";");

        if (width > size && memcmp(at, name, size) == 0 && at[size] == '=') {
            struct text value = {.at = at + size + 1, .size = width - size - 1};

            value = text_trim(value);
            return arena_copy(arena, value.at, value.size);
        }
        at += width;
    }
    return NULL;
}

static void read_authorization(struct request *request, const char *value)
{
    if (value == NULL) {
        return;
    }
    request->bad_authorization = strncasecmp(value, "Bearer ", 7) != 0 || value[7] == '\0';
    request->bearer = request->bad_authorization ? NULL : value + 7;
}

/* Another one each time, which is all that is asked of it: numbers in order, from one drawn by
 * chance, shuffled one to one (the finalizer of SplitMix64, 2014). */
static const char *new_id(struct request *request)
{
    static const char DIGITS[] = "0123456789abcdef";
    char text[] = "req_................";
    uint64_t bits = atomic_fetch_add(&request->server->next_id, 1);

    bits = (bits ^ bits >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ bits >> 27) * UINT64_C(0x94d049bb133111eb);
    bits ^= bits >> 31;
    for (char *at = text + strlen("req_"); *at != '\0'; at++) {
        *at = DIGITS[bits & 15];
        bits >>= 4;
    }
    return arena_copy(request->arena, text, strlen(text));
}

/* An identifier that the caller chose is taken over if it can do no harm in a log. */
static const char *choose_id(struct request *request, const char *given)
{
    static const char SAFE[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    size_t size = given == NULL ? 0 : strlen(given);

    if (size > 0 && size <= REQUEST_ID_MAX && strspn(given, SAFE) == size) {
        return given;
    }
    return new_id(request);
}

/* Behind a proxy that we know, the caller is the last address that it added. */
static void read_forwarded(struct request *request, const char *value)
{
    const char *proxy = request->server->settings.proxy;

    if (value == NULL || proxy == NULL || strcmp(proxy, request->address) != 0) {
        return;
    }
    const char *comma = strrchr(value, ',');
    struct text last = text_trim(text_of(comma == NULL ? value : comma + 1));

    if (last.size > 0 && last.size < 64) {
        request->address = arena_copy(request->arena, last.at, last.size);
    }
}

const char *headers_read(struct request *request, const char *version)
{
    struct reading reading = {.request = request};

    guard_target(&reading.guard, text_of(request->method_text), text_of(request->target));
    (void)MHD_get_connection_values_n(request->connection, MHD_HEADER_KIND, see, &reading);
    request->session =
        cookie_value(request->arena, request->cookie,
                     request->server->settings.secure_cookie ? "__Host-periti" : "periti");
    request->id = choose_id(request, reading.request_id);
    read_authorization(request, reading.authorization);
    read_forwarded(request, reading.forwarded);
    const char *refusal = guard_verdict(&reading.guard, strcmp(version, "HTTP/1.1") == 0);

    if (refusal == NULL && reading.repeated) {
        refusal = "Authorization, Content-Type, Idempotency-Key, Origin and Sec-Fetch-Site are "
                  "given once at most";
    }
    if (refusal == NULL && request->authority.size > 0 &&
        (request->host == NULL || !named(request->authority, request->host))) {
        refusal = "the request target names another host than Host";
    }
    request->has_body = guard_has_body(&reading.guard);
    request->chunked = reading.guard.encodings > 0;
    request->length = reading.guard.length;
    return refusal;
}
