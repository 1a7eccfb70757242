#include "http/site.h"

#include <stdlib.h>

static void get__answers_with_the_reply_and_its_headers(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *answer = ask(&site, "GET /v1/things/a%2Fb", "X-Request-Id: mine-1\r\n", NULL);

    CHECK(status_of(answer) == 200);
    CHECK(strcmp(body_of(answer), "{\"id\":\"a/b\",\"note\":\"mine-1\",\"amount\":7}") == 0);
    CHECK(strcmp(header_of(&site, answer, "ETag"), "\"7\"") == 0);
    CHECK(strcmp(header_of(&site, answer, "X-Request-Id"), "mine-1") == 0);
    CHECK(strcmp(header_of(&site, answer, "X-Content-Type-Options"), "nosniff") == 0);
    CHECK(strcmp(header_of(&site, answer, "Content-Type"), "application/json") == 0);
    CHECK(has(header_of(&site, answer, "Content-Security-Policy"), "default-src 'none'"));
}

static void get__spares_a_version_that_the_caller_holds(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    CHECK(status_of(ask(&site, "GET /v1/things/a", "If-None-Match: \"7\"\r\n", NULL)) == 304);
    CHECK(status_of(ask(&site, "GET /v1/things/a", "If-None-Match: \"6\"\r\n", NULL)) == 200);
}

static void head__gives_the_headers_of_get_alone(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *answer = ask(&site, "HEAD /v1/things/a", NULL, NULL);

    CHECK(status_of(answer) == 200);
    CHECK(body_of(answer)[0] == '\0');
    CHECK(strtol(header_of(&site, answer, "Content-Length"), NULL, 10) > 10);
    CHECK(status_of(ask(&site, "HEAD /v1/count", NULL, NULL)) == 200);
}

static void path__that_is_none_is_404_and_a_wrong_method_405(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *answer = ask(&site, "PATCH /v1/things", NULL, NULL);

    CHECK(status_of(answer) == 405);
    CHECK(strcmp(header_of(&site, answer, "Allow"), "GET, HEAD, POST") == 0);
    CHECK(has(answer, "/problems/no-method"));
    CHECK(status_of(ask(&site, "BREW /v1/things", NULL, NULL)) == 405);
    CHECK(status_of(ask(&site, "GET /v1/nothing", NULL, NULL)) == 404);
    CHECK(status_of(ask(&site, "GET /v1/things/", NULL, NULL)) == 404);
    CHECK(status_of(ask(&site, "GET /v1/things/none", NULL, NULL)) == 404);
    CHECK(status_of(ask(&site, "GET /v1/things/%zz", NULL, NULL)) == 400);
    CHECK(status_of(ask(&site, "GET /v1/things/%00", NULL, NULL)) == 400);
    CHECK(status_of(ask(&site, "GET /v1/things/%ff", NULL, NULL)) == 400);
}

static void query__is_read_by_its_shape(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *answer = ask(&site, "GET /v1/things?limit=3&after=a%26b+c&all=true", NULL, NULL);

    CHECK(strcmp(body_of(answer), "{\"id\":\"a&b c\",\"note\":\"all\",\"amount\":3}") == 0);
    CHECK(has(ask(&site, "GET /v1/things", NULL, NULL), "\"amount\":50"));
    const char *const refused[] = {"limit=0",         "limit=x",        "limit=101",  "colour=red",
                                   "limit=1&limit=2", "order=sideways", "since=soon", "after=%ff"};

    for (size_t i = 0; i < COUNT(refused); i++) {
        CHECK(status_of(ask(&site, arena_print(site.arena, "GET /v1/things?%s", refused[i]), NULL,
                            NULL)) == 422);
    }
    CHECK(has(ask(&site, "GET /v1/things?colour=red", NULL, NULL), "\"field\":\"colour\""));
}

static void body__is_read_by_its_shape(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *answer = ask(&site, "POST /v1/things", NULL, "{\"note\":\"n\",\"amount\":4}");

    CHECK(status_of(answer) == 201);
    CHECK(has(answer, "\"amount\":4"));
    const char *const refused[] = {"{",
                                   "[]",
                                   "{}",
                                   "{\"note\":1}",
                                   "{\"note\":\"\"}",
                                   "{\"note\":\"n\",\"amount\":1001}",
                                   "{\"note\":\"n\",\"more\":1}",
                                   "{\"note\":\"n\",\"note\":\"m\"}"};

    for (size_t i = 0; i < COUNT(refused); i++) {
        CHECK(status_of(ask(&site, "POST /v1/things", NULL, refused[i])) == 422);
    }
    answer = ask(&site, "POST /v1/things", NULL, "{\"note\":\"n\",\"amount\":1001}");
    CHECK(has(answer, "application/problem+json"));
    CHECK(has(answer, "\"field\":\"amount\""));
    CHECK(atomic_load(&site_served) == 1);
}

static void body__of_another_type_or_none_is_refused(void)
{
    static const char FORM[] = "POST /v1/things HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                               "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}";
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    CHECK(status_of(ask_raw(&site, FORM, sizeof(FORM) - 1, 5000)) == 415);
    CHECK(status_of(ask(&site, "POST /v1/things", NULL, NULL)) == 422);
    CHECK(status_of(ask(&site, "GET /v1/things", NULL, "{}")) == 400);
}

static void write__under_a_key_happens_once(void)
{
    static const char KEY[] = "Authorization: Bearer pk_good\r\nIdempotency-Key: k1\r\n";
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *first = ask(&site, "POST /v1/things", KEY, "{\"note\":\"n\"}");
    const char *again = ask(&site, "POST /v1/things", KEY, "{\"note\":\"n\"}");
    const char *other = ask(&site, "POST /v1/things", KEY, "{\"note\":\"m\"}");

    CHECK(status_of(first) == 201 && status_of(again) == 201);
    CHECK(strcmp(body_of(first), body_of(again)) == 0);
    CHECK(atomic_load(&site_served) == 1);
    CHECK(status_of(other) == 422 && has(other, "/problems/key-reused"));
    CHECK(status_of(ask(&site, "POST /v1/things", "Idempotency-Key: a b\r\n",
                        "{\"note\":\"n\"}")) == 422);
}

/* Whoever is known needs no worker: the store hands the request back. */
static void write__of_somebody_known_is_like_any_other(void)
{
    enum { WRITES = 40 };
    SITE_SCOPE site;
    size_t good = 0;
    size_t refused = 0;

    CHECK(site_open(&site, NULL));
    for (int i = 0; i < WRITES; i++) {
        const char *headers =
            arena_print(site.arena, "Authorization: Bearer pk_good\r\nIdempotency-Key: n%d\r\n", i);

        good += has(ask(&site, "POST /v1/things", headers, "{\"note\":\"n\"}"), "\"note\":\"n\"");
        refused += status_of(ask(&site, "POST /v1/things", headers, "{\"note\":\"\"}")) == 422;
    }
    CHECK(good == WRITES && refused == WRITES && atomic_load(&site_served) == WRITES);
}

static void write__with_an_old_version_is_a_conflict(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *good = ask(&site, "PUT /v1/things/a", "If-Match: \"7\"\r\n", "{\"note\":\"n\"}");

    CHECK(status_of(good) == 200);
    CHECK(strcmp(header_of(&site, good, "ETag"), "\"8\"") == 0);
    CHECK(status_of(ask(&site, "PUT /v1/things/a", "If-Match: \"6\"\r\n", "{\"note\":\"n\"}")) ==
          409);
    CHECK(status_of(ask(&site, "PUT /v1/things/a", "If-Match: *\r\n", "{\"note\":\"n\"}")) == 200);
    CHECK(status_of(ask(&site, "PUT /v1/things/a", "If-Match: 7\r\n", "{\"note\":\"n\"}")) == 422);
    CHECK(status_of(ask(&site, "DELETE /v1/things/a", NULL, NULL)) == 204);
}

static void credentials__open_what_is_closed(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    CHECK(status_of(ask(&site, "GET /v1/secret", NULL, NULL)) == 401);
    CHECK(status_of(ask(&site, "GET /v1/secret", "Authorization: Bearer no\r\n", NULL)) == 401);
    CHECK(status_of(ask(&site, "GET /v1/secret", "Authorization: Basic x\r\n", NULL)) == 401);
    CHECK(status_of(ask(&site, "GET /v1/secret", "Cookie: a=b; periti=bad\r\n", NULL)) == 401);
    CHECK(has(ask(&site, "GET /v1/secret", "Cookie: a=b; periti=good\r\n", NULL), "somebody"));
    CHECK(has(ask(&site, "GET /v1/secret", "Authorization: bearer pk_good\r\n", NULL), "somebody"));
    /* Who is not let in does not learn what the body should be. */
    CHECK(status_of(ask(&site, "POST /v1/secret", NULL, "{")) == 401);
    /* A session that ended does not keep anybody from signing in. */
    const char *answer = ask(&site, "POST /v1/session", "Cookie: periti=bad\r\n", NULL);

    CHECK(status_of(answer) == 200);
    CHECK(strncmp(header_of(&site, answer, "Set-Cookie"),
                  "periti=good; Path=/; HttpOnly; SameSite=Lax", 43) == 0);
}

static void write__from_a_foreign_page_is_refused(void)
{
    static const char BODY[] = "{\"note\":\"n\"}";
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    CHECK(status_of(ask(&site, "POST /v1/things", "Origin: https://evil.example\r\n", BODY)) ==
          403);
    CHECK(status_of(ask(&site, "POST /v1/things", "Origin: null\r\n", BODY)) == 403);
    CHECK(status_of(ask(&site, "POST /v1/things", "Sec-Fetch-Site: cross-site\r\n", BODY)) == 403);
    CHECK(status_of(ask(&site, "POST /v1/things", "Origin: http://here\r\n", BODY)) == 201);
    CHECK(status_of(ask(&site, "POST /v1/things", "Sec-Fetch-Site: same-origin\r\n", BODY)) == 201);
    CHECK(status_of(ask(&site, "GET /v1/things", "Origin: https://evil.example\r\n", NULL)) == 200);
}

static void failure__of_ours_does_not_show_its_text(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *answer = ask(&site, "GET /v1/broken", NULL, NULL);

    CHECK(status_of(answer) == 500);
    CHECK(has(answer, "/problems/internal") && has(answer, "request_id"));
    CHECK(!has(answer, "secret table"));
}

static void reply__is_compressed_where_it_is_worth_it(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *plain = ask(&site, "GET /v1/big", NULL, NULL);
    const char *packed = ask(&site, "GET /v1/big", "Accept-Encoding: br, gzip;q=0.5\r\n", NULL);
    const char *refused = ask(&site, "GET /v1/big", "Accept-Encoding: gzip;q=0\r\n", NULL);

    CHECK(strlen(body_of(plain)) > 5000 && strlen(body_of(refused)) > 5000);
    CHECK(strcmp(header_of(&site, packed, "Content-Encoding"), "gzip") == 0);
    CHECK(strtol(header_of(&site, packed, "Content-Length"), NULL, 10) < 200);
    CHECK(header_of(&site, ask(&site, "GET /v1/things", "Accept-Encoding: gzip\r\n", NULL),
                    "Content-Encoding") == NULL);
}

static void upload__is_a_file_for_the_handler(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *answer =
        ask(&site, "POST /v1/uploads", NULL, "{\"any\": \"bytes\", \"of\": \"a file\"}");

    CHECK(status_of(answer) == 201);
    CHECK(has(answer, "\"id\":\"application/json\"") && has(answer, "there"));
    CHECK(has(answer, "\"amount\":32"));
    CHECK(status_of(ask(&site, "POST /v1/uploads", NULL, NULL)) == 422);
}

static void download__offers_its_name(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *answer = ask(&site, "GET /v1/file", NULL, NULL);

    CHECK(status_of(answer) == 200);
    CHECK(strcmp(header_of(&site, answer, "Content-Disposition"),
                 "attachment; filename=\"M____x_.txt\"; "
                 "filename*=UTF-8''M%C3%BC%20%22x%22.txt") == 0);
}

static void download__goes_on_where_it_was_cut_off(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *whole = ask(&site, "GET /v1/file", NULL, NULL);
    const char *etag = header_of(&site, whole, "ETag");
    size_t size = strlen(body_of(whole));

    CHECK(size > 2 && etag != NULL &&
          strcmp(header_of(&site, whole, "Accept-Ranges"), "bytes") == 0);
    const char *part = ask(&site, "GET /v1/file", "Range: bytes=1-\r\n", NULL);

    CHECK(status_of(part) == 206 && strcmp(body_of(part), body_of(whole) + 1) == 0);
    CHECK(strcmp(header_of(&site, part, "Content-Range"),
                 arena_print(site.arena, "bytes 1-%zu/%zu", size - 1, size)) == 0);
    part = ask(&site, "GET /v1/file",
               arena_print(site.arena, "Range: bytes=-1\r\nIf-Range: %s\r\n", etag), NULL);
    CHECK(status_of(part) == 206 && strlen(body_of(part)) == 1);
    part = ask(&site, "GET /v1/file", "Range: bytes=1-\r\nIf-Range: \"other\"\r\n", NULL);
    CHECK(status_of(part) == 200 && strlen(body_of(part)) == size);
    part = ask(&site, "GET /v1/file", "Range: bytes=0-0,2-2\r\n", NULL);
    CHECK(status_of(part) == 200 && strlen(body_of(part)) == size);
    part = ask(&site, "GET /v1/file", "Range: bytes=99999-\r\n", NULL);
    CHECK(status_of(part) == 416 && has(part, "\"/problems/beyond\""));
    CHECK(strcmp(header_of(&site, part, "Content-Range"),
                 arena_print(site.arena, "bytes */%zu", size)) == 0);
    CHECK(status_of(ask(&site, "HEAD /v1/file", "Range: bytes=1-\r\n", NULL)) == 200);
    CHECK(status_of(ask(&site, "GET /v1/things", "Range: bytes=1-\r\n", NULL)) == 200);
}

static void page__is_given_for_any_path_that_a_browser_asks(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *answer = ask(&site, "GET /campaigns/7", "Accept: text/html,*/*\r\n", NULL);

    CHECK(status_of(answer) == 200);
    CHECK(has(body_of(answer), "<p>hello</p>"));
    CHECK(has(header_of(&site, answer, "Content-Security-Policy"), "default-src 'self'"));
    const char *etag = header_of(&site, answer, "ETag");

    CHECK(status_of(ask(&site, "GET /index.html",
                        arena_print(site.arena, "If-None-Match: %s\r\n", etag), NULL)) == 304);
    CHECK(status_of(ask(&site, "GET /campaigns/7", "Accept: application/json\r\n", NULL)) == 404);
    CHECK(status_of(ask(&site, "GET /v1/none", "Accept: text/html\r\n", NULL)) == 404);
    CHECK(status_of(ask(&site, "GET /", "", NULL)) == 200);
    CHECK(status_of(ask(&site, "GET /", "Accept: */*\r\n", NULL)) == 200);
    CHECK(status_of(ask(&site, "GET /", "Accept: application/json\r\n", NULL)) == 404);
    answer = ask(&site, "GET /assets/main-1a2b.js", "Accept-Encoding: gzip\r\n", NULL);
    CHECK(has(header_of(&site, answer, "Cache-Control"), "immutable"));
    CHECK(strcmp(header_of(&site, answer, "Content-Encoding"), "gzip") == 0);
}

static void probes__tell_health_and_numbers(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    CHECK(status_of(ask(&site, "GET /healthz", NULL, NULL)) == 200);
    CHECK(status_of(ask(&site, "GET /readyz", NULL, NULL)) == 200);
    CHECK(status_of(ask(&site, "GET /v1/things", NULL, NULL)) == 200);
    const char *answer = ask(&site, "GET /metrics", NULL, NULL);

    CHECK(has(answer, "periti_http_requests_total{method=\"GET\",route=\"/v1/things\","
                      "status=\"200\"} 1\n"));
    CHECK(has(answer, "periti_http_request_seconds_bucket{method=\"GET\",route=\"/v1/things\","
                      "le=\"+Inf\"} 1\n"));
    CHECK(has(answer, "periti_store_reads_total"));
    CHECK(has(answer, "product_things 5\n"));
}

STORE_TEST_MAIN(
    CASE(get__answers_with_the_reply_and_its_headers),
    CASE(get__spares_a_version_that_the_caller_holds), CASE(head__gives_the_headers_of_get_alone),
    CASE(path__that_is_none_is_404_and_a_wrong_method_405), CASE(query__is_read_by_its_shape),
    CASE(body__is_read_by_its_shape), CASE(body__of_another_type_or_none_is_refused),
    CASE(write__under_a_key_happens_once), CASE(write__of_somebody_known_is_like_any_other),
    CASE(write__with_an_old_version_is_a_conflict), CASE(credentials__open_what_is_closed),
    CASE(write__from_a_foreign_page_is_refused), CASE(failure__of_ours_does_not_show_its_text),
    CASE(reply__is_compressed_where_it_is_worth_it), CASE(upload__is_a_file_for_the_handler),
    CASE(download__offers_its_name), CASE(download__goes_on_where_it_was_cut_off),
    CASE(page__is_given_for_any_path_that_a_browser_asks), CASE(probes__tell_health_and_numbers))
