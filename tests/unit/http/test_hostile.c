#include "http/site.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"

#define SMUGGLED "GET /v1/broken HTTP/1.1\r\nHost: h\r\n\r\n"

/* One answer, of this status, and then the end: nothing behind it is read as a request. */
static bool refused(struct site *site, int status, const char *headers, const char *body)
{
    const char *bytes =
        arena_print(site->arena, "POST /v1/things HTTP/1.1\r\nHost: h\r\n%s\r\n%s", headers, body);
    const char *answer = ask_raw(site, bytes, strlen(bytes), 3000);
    const char *second = strstr(answer + (answer[0] != '\0'), "HTTP/1.1 ");

    return status_of(answer) == status && second == NULL;
}

static void framing__two_lengths_are_refused(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    CHECK(refused(&site, 400, "Content-Length: 2\r\nContent-Length: 2\r\n", "{}" SMUGGLED));
    CHECK(refused(&site, 400, "Content-Length: 2\r\nContent-Length: 40\r\n", "{}" SMUGGLED));
}

static void framing__length_and_chunks_are_refused(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    CHECK(refused(&site, 400, "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                  "0\r\n\r\n" SMUGGLED));
    CHECK(refused(&site, 400, "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                  "0\r\n\r\n" SMUGGLED));
}

static void framing__other_encodings_are_refused(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    CHECK(refused(&site, 400, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                  "0\r\n\r\n" SMUGGLED));
    CHECK(refused(&site, 400, "Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n" SMUGGLED));
    CHECK(refused(&site, 400, "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n" SMUGGLED));
    CHECK(refused(&site, 400, "Transfer-Encoding: identity\r\n", SMUGGLED));
}

static void framing__lengths_that_are_no_numbers_are_refused(void)
{
    static const char *const LENGTHS[] = {"+2", "-1", "0x2", "2, 2", "2 2", "99999999999999999999"};
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    for (size_t i = 0; i < COUNT(LENGTHS); i++) {
        const char *headers = arena_print(site.arena, "Content-Length: %s\r\n", LENGTHS[i]);
        const char *bytes = arena_print(
            site.arena, "POST /v1/things HTTP/1.1\r\nHost: h\r\n%s\r\n{}" SMUGGLED, headers);
        const char *answer = ask_raw(&site, bytes, strlen(bytes), 3000);

        CHECK(!has(answer, "/problems/internal"));
        CHECK(status_of(answer) == 400 || status_of(answer) == 413 || answer[0] == '\0');
    }
}

static void framing__hosts_other_than_one_are_refused(void)
{
    static const char NONE[] = "GET /v1/things HTTP/1.1\r\n\r\n";
    static const char TWO[] = "GET /v1/things HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n";
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    CHECK(status_of(ask_raw(&site, NONE, sizeof(NONE) - 1, 3000)) == 400);
    CHECK(status_of(ask_raw(&site, TWO, sizeof(TWO) - 1, 3000)) == 400);
}

static void framing__control_characters_are_refused(void)
{
    static const char VALUE[] = "GET /v1/things HTTP/1.1\r\nHost: h\r\nX: a\x01z\r\n\r\n";
    static const char TARGET[] = "GET /v1/things?\x01 HTTP/1.1\r\nHost: h\r\n\r\n";
    static const char NAME[] = "GET /v1/things HTTP/1.1\r\nHost: h\r\nX\x7fY: a\r\n\r\n";
    static const char STAR[] = "GET * HTTP/1.1\r\nHost: h\r\n\r\n";
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    CHECK(status_of(ask_raw(&site, VALUE, sizeof(VALUE) - 1, 3000)) == 400);
    CHECK(status_of(ask_raw(&site, TARGET, sizeof(TARGET) - 1, 3000)) == 400);
    CHECK(status_of(ask_raw(&site, NAME, sizeof(NAME) - 1, 3000)) == 400);
    CHECK(status_of(ask_raw(&site, STAR, sizeof(STAR) - 1, 3000)) == 400);
}

static int status_after(struct site *site, const char *line, const char *headers)
{
    const char *bytes = arena_print(site->arena, "%s HTTP/1.1\r\n%s\r\n", line, headers);

    return status_of(ask_raw(site, bytes, strlen(bytes), 3000));
}

static void framing__a_target_may_name_its_host(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    CHECK(status_after(&site, "GET http://h:1/v1/things", "Host: H:1\r\n") == 200);
    CHECK(status_after(&site, "GET HTTPS://h/v1/things", "Host: h\r\n") == 200);
    CHECK(status_after(&site, "GET http://h/v1/things", "Host: g\r\n") == 400);
    CHECK(status_after(&site, "GET http://h/v1/things", "Host: h:1\r\n") == 400);
    CHECK(status_after(&site, "GET http://h", "Host: h\r\n") == 400);
    CHECK(status_after(&site, "GET ftp://h/v1/things", "Host: h\r\n") == 400);
}

static void framing__hosts_that_are_none_are_refused(void)
{
    static const char *const HOSTS[] = {"a b", "a/b", "me@a", "a?b", "\"a\"", "a,b\\c"};
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    for (size_t i = 0; i < COUNT(HOSTS); i++) {
        const char *header = arena_print(site.arena, "Host: %s\r\n", HOSTS[i]);

        CHECK(status_after(&site, "GET /v1/things", header) == 400);
    }
    CHECK(status_after(&site, "GET /v1/things", "Host: [::1]:8080\r\n") == 200);
    CHECK(status_after(&site, "GET /v1/things", "Host: xn--a.example:80\r\n") == 200);
}

/* A proxy in front might have looked at the other one. */
static void headers__of_one_value_are_given_once(void)
{
    static const char *const TWICE[] = {
        "Authorization: Bearer pk_bad\r\nAuthorization: Bearer pk_good\r\n",
        "Idempotency-Key: a\r\nIdempotency-Key: b\r\n",
        "Content-Type: text/plain\r\nContent-Type: application/json\r\n",
        "Origin: http://h\r\nOrigin: http://g\r\n"};
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    for (size_t i = 0; i < COUNT(TWICE); i++) {
        const char *headers = arena_print(site.arena, "Host: h\r\n%s", TWICE[i]);

        CHECK(status_after(&site, "GET /v1/things", headers) == 400);
    }
    CHECK(status_after(&site, "GET /v1/things", "Host: h\r\nCookie: a=b\r\nCookie: c=d\r\n") ==
          200);
}

/* A refused body is read to its end, so what follows on the connection is understood. */
static void refusal__keeps_the_connection_in_step(void)
{
    static const char BYTES[] =
        "PATCH /v1/things HTTP/1.1\r\nHost: h\r\nContent-Length: 39\r\n\r\n" SMUGGLED "123"
        "GET /v1/things HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    CHECK(strlen(SMUGGLED "123") == 39);
    const char *answer = ask_raw(&site, BYTES, sizeof(BYTES) - 1, 3000);

    CHECK(status_of(answer) == 405);
    CHECK(has(answer, "\"note\":\"some\""));
    CHECK(!has(answer, "/problems/internal"));
}

static void small_body(struct http_settings *settings)
{
    settings->body_max = 1000;
}

static void body__over_its_bound_is_413(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, small_body));
    char *body = arena_take(site.arena, 3001, 1);

    memset(body, ' ', 3000);
    CHECK(status_of(ask(&site, "POST /v1/things", NULL, body)) == 413);
    memset(body, ' ', 1500);
    body[1500] = '\0';
    const char *chunked =
        arena_print(site.arena,
                    "POST /v1/things HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                    "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5dc\r\n%s\r\n0\r\n\r\n",
                    body);

    CHECK(status_of(ask_raw(&site, chunked, strlen(chunked), 3000)) == 413);
}

static void header__over_its_bound_is_refused(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    char *value = arena_take(site.arena, 70'001, 1);

    memset(value, 'a', 70'000);
    const char *answer =
        ask(&site, "GET /v1/things", arena_print(site.arena, "X: %s\r\n", value), NULL);

    CHECK(status_of(answer) == 431 || status_of(answer) == 413 || answer[0] == '\0');
    CHECK(status_of(ask(&site, "GET /v1/things", NULL, NULL)) == 200);
}

static void short_patience(struct http_settings *settings)
{
    settings->timeout_s = 1;
}

/* One byte at a time, each before the timeout of silence. */
static void loris__is_cut_off(void)
{
    static const char BYTES[] = "GET /v1/things HTTP/1.1\r\nHost: h\r\nX-Slow: aaaaaaaaaaaaaaaa";
    SITE_SCOPE site;

    CHECK(site_open(&site, short_patience));
    int connection = dial(&site);
    bool cut = false;

    for (size_t i = 0; i + 1 < sizeof(BYTES) && !cut; i++) {
        cut = send(connection, &BYTES[i], 1, MSG_NOSIGNAL) < 0;
        (void)usleep(300'000);
    }
    (void)close(connection);
    CHECK(cut);
}

/* As many bytes are promised as a route takes; they come one by one. */
static void loris__is_cut_off_in_its_body(void)
{
    static const char HEAD[] =
        "POST /v1/uploads HTTP/1.1\r\nHost: h\r\nContent-Length: 90000\r\n\r\n";
    SITE_SCOPE site;

    CHECK(site_open(&site, short_patience));
    int connection = dial(&site);
    bool cut = false;

    CHECK(send(connection, HEAD, sizeof(HEAD) - 1, MSG_NOSIGNAL) == sizeof(HEAD) - 1);
    for (size_t i = 0; i < 50 && !cut; i++) {
        cut = send(connection, "a", 1, MSG_NOSIGNAL) < 0;
        (void)usleep(300'000);
    }
    (void)close(connection);
    CHECK(cut);
}

static void no_spool(struct http_settings *settings)
{
    settings->spool = "/nowhere";
}

/* Where nothing can be kept, only who may send something hears of it. */
static void upload__of_a_stranger_is_refused_before_a_byte_is_kept(void)
{
    static const char HEAD[] = "POST /v1/secret/uploads HTTP/1.1\r\nHost: h\r\n%s"
                               "Expect: 100-continue\r\nContent-Length: 900000000\r\n\r\n";
    SITE_SCOPE site;

    CHECK(site_open(&site, no_spool));
    const char *stranger = arena_print(site.arena, HEAD, "");
    const char *liar = arena_print(site.arena, HEAD, "Authorization: Bearer pk_bad\r\n");
    const char *known = arena_print(site.arena, HEAD, "Authorization: Bearer pk_good\r\n");

    CHECK(status_of(ask_raw(&site, stranger, strlen(stranger), 3000)) == 401);
    CHECK(status_of(ask_raw(&site, liar, strlen(liar), 3000)) == 401);
    CHECK(status_of(ask_raw(&site, known, strlen(known), 3000)) == 503);
}

static void upload__of_no_said_size_is_refused_at_once(void)
{
    static const char HEAD[] = "POST /v1/secret/uploads HTTP/1.1\r\nHost: h\r\n"
                               "Transfer-Encoding: chunked\r\n\r\nfffff\r\nthe first of many";
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    CHECK(status_of(ask_raw(&site, HEAD, strlen(HEAD), 3000)) == 401);
}

static void upload__of_who_may_is_asked_for(void)
{
    static const char HEAD[] = "POST /v1/secret/uploads HTTP/1.1\r\nHost: h\r\n"
                               "Authorization: Bearer pk_good\r\nExpect: 100-continue\r\n"
                               "Content-Length: 5\r\nConnection: close\r\n\r\nhello";
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *answer = ask_raw(&site, HEAD, strlen(HEAD), 3000);

    CHECK(has(answer, "HTTP/1.1 100 Continue\r\n\r\n") && has(answer, "HTTP/1.1 201 "));
    CHECK(has(answer, "\"amount\":5"));
}

static void two_connections(struct http_settings *settings)
{
    settings->connection_max = 2;
}

/* Who finds no room is not turned away: a place becomes free. */
static void connections__over_the_bound_wait(void)
{
    static const char BYTES[] = "GET /v1/things HTTP/1.1\r\nHost: h\r\n\r\n";
    int held[2];
    SITE_SCOPE site;

    CHECK(site_open(&site, two_connections));
    for (size_t i = 0; i < COUNT(held); i++) {
        held[i] = dial(&site);
        send_all(held[i], BYTES, sizeof(BYTES) - 1);
        CHECK(status_of(read_answer(&site, held[i], 500)) == 200);
    }
    int late = dial(&site);

    send_all(late, BYTES, sizeof(BYTES) - 1);
    CHECK(read_answer(&site, late, 300)[0] == '\0');
    (void)close(held[0]);
    CHECK(status_of(read_answer(&site, late, 3000)) == 200);
    (void)close(held[1]);
    (void)close(late);
}

static void few_tokens(struct http_settings *settings)
{
    settings->rate_per_minute = 5;
}

static void rate__of_one_address_is_bounded(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, few_tokens));
    for (int i = 0; i < 5; i++) {
        CHECK(status_of(ask(&site, "GET /v1/things", NULL, NULL)) == 200);
    }
    const char *answer = ask(&site, "GET /v1/things", NULL, NULL);

    CHECK(status_of(answer) == 429 && header_of(&site, answer, "Retry-After") != NULL);
    CHECK(status_of(ask(&site, "GET /v1/secret", "Authorization: Bearer pk_good\r\n", NULL)) ==
          200);
    CHECK(status_of(ask(&site, "GET /v1/secret", "Authorization: Bearer pk_bad\r\n", NULL)) == 429);
}

static void one_worker(struct http_settings *settings)
{
    settings->worker_count = 1;
    settings->queue_max = 1;
}

static void queue__that_is_full_says_so_at_once(void)
{
    static const char SLOW[] = "GET /v1/slow HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    SITE_SCOPE site;

    CHECK(site_open(&site, one_worker));
    int working = dial(&site);
    int waiting = dial(&site);

    send_all(working, SLOW, sizeof(SLOW) - 1);
    (void)usleep(100'000);
    send_all(waiting, SLOW, sizeof(SLOW) - 1);
    (void)usleep(100'000);
    const char *answer = ask(&site, "GET /v1/slow", NULL, NULL);

    CHECK(status_of(answer) == 503 && header_of(&site, answer, "Retry-After") != NULL);
    atomic_store(&site_gate, true);
    CHECK(status_of(read_answer(&site, working, 3000)) == 200);
    CHECK(status_of(read_answer(&site, waiting, 3000)) == 200);
    (void)close(working);
    (void)close(waiting);
}

static void stop__finishes_what_was_accepted(void)
{
    static const char SLOW[] = "GET /v1/slow HTTP/1.1\r\nHost: h\r\n\r\n";
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    int working = dial(&site);

    send_all(working, SLOW, sizeof(SLOW) - 1);
    (void)usleep(100'000);
    atomic_store(&site_gate, true);
    http_stop(site.server, 5);
    site.server = NULL;
    CHECK(status_of(read_answer(&site, working, 3000)) == 200);
    (void)close(working);
}

static void stream__sends_events_and_ends(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *answer = ask(&site, "GET /v1/count", NULL, NULL);

    CHECK(strcmp(header_of(&site, answer, "Content-Type"), "text/event-stream") == 0);
    CHECK(has(answer, "event: count\ndata: {\"id\":\"n\",\"note\":\"count\",\"amount\":1}\n\n"));
    CHECK(has(answer, "\"amount\":3}"));
    CHECK(!has(answer, "\"amount\":4}"));
}

/* Streams cost no threads: hundreds are open while requests are answered. */
static void stream__is_cheap_and_ends_with_the_server(void)
{
    enum { STREAMS = 300 };
    static const char QUIET[] = "GET /v1/quiet HTTP/1.1\r\nHost: h\r\n\r\n";
    int streams[STREAMS];
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    for (int i = 0; i < STREAMS; i++) {
        streams[i] = dial(&site);
        send_all(streams[i], QUIET, sizeof(QUIET) - 1);
    }
    bool open = false;

    for (int i = 0; i < 100 && !open; i++) {
        (void)usleep(50'000);
        open = has(ask(&site, "GET /metrics", NULL, NULL), "periti_http_streams 300\n");
    }
    CHECK(open);
    for (int i = 0; i < STREAMS / 2; i++) {
        (void)close(streams[i]);
    }
    http_stop(site.server, 5);
    site.server = NULL;
    CHECK(has(read_answer(&site, streams[STREAMS - 1], 3000), "retry: 3000"));
    for (int i = STREAMS / 2; i < STREAMS; i++) {
        (void)close(streams[i]);
    }
}

STORE_TEST_MAIN(
    CASE(framing__two_lengths_are_refused), CASE(framing__length_and_chunks_are_refused),
    CASE(framing__other_encodings_are_refused),
    CASE(framing__lengths_that_are_no_numbers_are_refused),
    CASE(framing__hosts_other_than_one_are_refused), CASE(framing__control_characters_are_refused),
    CASE(refusal__keeps_the_connection_in_step), CASE(body__over_its_bound_is_413),
    CASE(header__over_its_bound_is_refused), CASE(loris__is_cut_off),
    CASE(loris__is_cut_off_in_its_body),
    CASE(upload__of_a_stranger_is_refused_before_a_byte_is_kept),
    CASE(upload__of_who_may_is_asked_for), CASE(upload__of_no_said_size_is_refused_at_once),
    CASE(framing__a_target_may_name_its_host), CASE(framing__hosts_that_are_none_are_refused),
    CASE(headers__of_one_value_are_given_once), CASE(connections__over_the_bound_wait),
    CASE(rate__of_one_address_is_bounded), CASE(queue__that_is_full_says_so_at_once),
    CASE(stop__finishes_what_was_accepted), CASE(stream__sends_events_and_ends),
    CASE(stream__is_cheap_and_ends_with_the_server))
