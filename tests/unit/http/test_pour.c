/* Goal: an answer that is written piece by piece comes whole, waits for a slow reader in bounded
 * memory, ends when nobody reads, and is visibly cut when it fails. */

#include "http/site.h"

#include <unistd.h>

#include "base/err.h"

enum { PIECE = 64 * 1024, PATIENCE_MS = 10'000 };

static bool becomes(const _Atomic int64_t *number, int64_t value)
{
    for (int i = 0; i < PATIENCE_MS && atomic_load(number) != value; i++) {
        (void)usleep(1000);
    }
    return atomic_load(number) == value;
}

static size_t count_of(const char *text, char letter)
{
    size_t count = 0;

    for (; *text != '\0'; text++) {
        count += *text == letter;
    }
    return count;
}

static void pour__comes_whole(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *answer = ask(&site, "GET /v1/well?limit=20", NULL, NULL);

    CHECK(status_of(answer) == 200);
    CHECK(has(answer, "application/x-ndjson"));
    CHECK(count_of(body_of(answer), 'x') == 20 * (PIECE - 1));
    CHECK(has(answer + strlen(answer) - 5, "0\r\n\r\n"));
}

static void pour__that_says_nothing_is_an_empty_answer(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *answer = ask(&site, "GET /v1/well?all=true", NULL, NULL);

    CHECK(status_of(answer) == 200);
    CHECK(count_of(body_of(answer), 'x') == 0);
}

static void pour__that_fails_at_once_is_a_problem(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *answer = ask(&site, "GET /v1/well?all=true&order=up", NULL, NULL);

    CHECK(status_of(answer) == 422);
    CHECK(has(answer, "the well is dry"));
}

/* Without its last chunk nobody takes half an answer for a whole one. */
static void pour__that_fails_later_is_cut(void)
{
    SITE_SCOPE site;

    CHECK(site_open(&site, NULL));
    const char *answer = ask(&site, "GET /v1/well?limit=2&order=up", NULL, NULL);

    CHECK(status_of(answer) == 200);
    CHECK(count_of(body_of(answer), 'x') == 2 * (PIECE - 1));
    CHECK(!has(answer + strlen(answer) - 5, "0\r\n\r\n"));
}

static void pour__waits_for_who_does_not_read(void)
{
    SITE_SCOPE site;
    const char *line = "GET /v1/well?limit=100 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

    atomic_store(&site_poured, 0);
    CHECK(site_open(&site, NULL));
    int socket_ = dial(&site);

    send_all(socket_, line, strlen(line));
    (void)usleep(300'000);
    int64_t written = atomic_load(&site_poured);

    CHECK(written > 0 && written < 100 * PIECE); /* the kernel's buffers and ours, not all of it */
    const char *answer = read_answer(&site, socket_, 3000);

    CHECK(count_of(body_of(answer), 'x') == 100 * (PIECE - 1));
    (void)close(socket_);
}

static void pour__ends_when_its_reader_goes(void)
{
    SITE_SCOPE site;
    const char *line = "GET /v1/well?limit=100 HTTP/1.1\r\nHost: h\r\n\r\n";

    atomic_store(&site_unheard, 0);
    CHECK(site_open(&site, NULL));
    int socket_ = dial(&site);

    send_all(socket_, line, strlen(line));
    (void)usleep(200'000);
    (void)close(socket_);
    CHECK(becomes(&site_unheard, 1));
}

/* Before its first byte and after it. */
static void pour__learns_of_it_while_it_has_nothing_to_say(void)
{
    static const char *const LINES[] = {
        "GET /v1/well?all=true&order=down HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /v1/well?limit=1&order=down HTTP/1.1\r\nHost: h\r\n\r\n"};

    for (int i = 0; i < 2; i++) {
        SITE_SCOPE site;

        atomic_store(&site_unheard, 0);
        CHECK(site_open(&site, NULL));
        int socket_ = dial(&site);

        send_all(socket_, LINES[i], strlen(LINES[i]));
        if (i == 1) {
            (void)read_answer(&site, socket_, 300);
        }
        (void)usleep(100'000);
        CHECK(atomic_load(&site_unheard) == 0);
        (void)close(socket_);
        CHECK(becomes(&site_unheard, 1));
    }
}

static void head__gives_the_headers_alone(void)
{
    SITE_SCOPE site;

    atomic_store(&site_poured, 0);
    CHECK(site_open(&site, NULL));
    const char *answer = ask(&site, "HEAD /v1/well", NULL, NULL);

    CHECK(status_of(answer) == 200);
    CHECK(atomic_load(&site_poured) == 0);
}

STORE_TEST_MAIN(CASE(pour__comes_whole), CASE(pour__that_says_nothing_is_an_empty_answer),
                CASE(pour__that_fails_at_once_is_a_problem), CASE(pour__that_fails_later_is_cut),
                CASE(pour__waits_for_who_does_not_read), CASE(pour__ends_when_its_reader_goes),
                CASE(pour__learns_of_it_while_it_has_nothing_to_say),
                CASE(head__gives_the_headers_alone))
