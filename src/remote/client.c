#include "remote/client.h"

#include <curl/curl.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "sys/secret.h"

enum { TRIES = 3, CONNECT_TIMEOUT_S = 10, STALL_S = 60, ANSWER_MAX = 256 * 1024 * 1024 };

struct receiving {
    struct remote_answer *answer;
    struct arena *arena;
    FILE *file; /* NULL: into the buffer */
    CURL *curl;
};

void remote_escape(struct buffer *to, const char *text)
{
    static const char SAFE[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~";

    for (const char *at = text; *at != '\0'; at++) {
        if (strchr(SAFE, *at) != NULL) {
            buffer_char(to, *at);
        } else {
            buffer_print(to, "%%%02X", (unsigned char)*at);
        }
    }
}

/* A refusal is for reading, not for the file. */
static size_t receive(char *at, size_t one, size_t size, void *context)
{
    struct receiving *receiving = context;
    long status = 0;

    (void)curl_easy_getinfo(receiving->curl, CURLINFO_RESPONSE_CODE, &status);
    if (receiving->file != NULL && status < 400) {
        return fwrite(at, 1, size, receiving->file);
    }
    if (receiving->answer->body.size + size > ANSWER_MAX) {
        return 0;
    }
    buffer_put(&receiving->answer->body, at, size);
    return size;
}

static struct curl_slist *headers_of(struct arena *arena, const struct remote_server *server,
                                     const struct remote_request *request, const char *once)
{
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");

    if (server->key != NULL) {
        list = curl_slist_append(list, arena_print(arena, "Authorization: Bearer %s", server->key));
    }
    if (server->cookie != NULL) {
        list = curl_slist_append(list, arena_print(arena, "Cookie: %s", server->cookie));
    }
    if (request->body.at != NULL) {
        list = curl_slist_append(list, "Content-Type: application/json");
    }
    if (request->upload_path != NULL) {
        const char *dot = strrchr(request->upload_path, '.');
        bool csv = dot != NULL && strcasecmp(dot, ".csv") == 0;

        list = curl_slist_append(list, csv ? "Content-Type: text/csv"
                                           : "Content-Type: application/octet-stream");
    }
    if (once != NULL) {
        list = curl_slist_append(list, arena_print(arena, "Idempotency-Key: %s", once));
    }
    return list;
}

static void set_common(CURL *curl, const struct remote_request *request, const char *url)
{
    (void)curl_easy_setopt(curl, CURLOPT_URL, url);
    (void)curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
    (void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)STALL_S);
    if (request->body.at != NULL) {
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.size);
        (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body.at);
    }
}

static void set_upload(CURL *curl, const struct remote_request *request, FILE *file)
{
    if (file == NULL) {
        return;
    }
    (void)fseeko(file, 0, SEEK_END);
    (void)curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)ftello(file));
    rewind(file);
    (void)curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    (void)curl_easy_setopt(curl, CURLOPT_READDATA, file);
}

/* One header line of the answer. */
static size_t hear(char *at, size_t one, size_t size, void *context)
{
    static const char NAME[] = "Set-Cookie:";
    struct receiving *receiving = context;

    if (size > sizeof(NAME) && strncasecmp(at, NAME, sizeof(NAME) - 1) == 0) {
        const char *end = memchr(at, ';', size);
        struct text value = {.at = at + sizeof(NAME) - 1};

        value.size = (end == NULL ? size : (size_t)(end - at)) - (sizeof(NAME) - 1);
        value = text_trim(value);
        receiving->answer->cookie = arena_copy(receiving->arena, value.at, value.size);
    }
    return size;
}

static CURLcode perform(CURL *curl, struct arena *arena, struct receiving *receiving)
{
    const char *type = NULL;

    receiving->answer->body = buffer_new(arena);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, receiving);
    (void)curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, hear);
    (void)curl_easy_setopt(curl, CURLOPT_HEADERDATA, receiving);
    CURLcode code = curl_easy_perform(curl);

    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &receiving->answer->status);
    (void)curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    receiving->answer->type = type == NULL ? "" : arena_copy(arena, type, strlen(type));
    return code;
}

/* A lost connection or a busy server: the key makes it safe to ask again. */
static bool is_worth_repeating(const struct remote_request *request, CURLcode code, long status)
{
    bool lost = code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR;

    return request->upload_path == NULL && (request->once || strcmp(request->method, "GET") == 0) &&
           (lost || (code == CURLE_OK && status == 503));
}

static CURLcode exchange(struct arena *arena, CURL *curl, const struct remote_server *server,
                         const struct remote_request *request, struct receiving *receiving,
                         FILE *upload)
{
    const char *once = request->once ? secret_token(arena, "cli-") : NULL;
    const char *url = arena_print(arena, "%s%s", server->url, request->target);
    struct curl_slist *headers = headers_of(arena, server, request, once);
    CURLcode code = CURLE_OK;

    set_common(curl, request, url);
    set_upload(curl, request, upload);
    (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    for (unsigned attempt = 1; attempt <= TRIES; attempt++) {
        code = perform(curl, arena, receiving);
        if (!is_worth_repeating(request, code, receiving->answer->status)) {
            break;
        }
        (void)sleep(attempt < TRIES ? attempt : 0);
    }
    curl_slist_free_all(headers);
    return code;
}

static enum err open_file(const char *path, const char *mode, FILE **out, struct fault *fault)
{
    if (path == NULL) {
        return OK;
    }
    *out = fopen(path, mode);
    return *out != NULL
               ? OK
               : fail(fault, ERR_INVALID, "%s cannot be opened: %s", path, strerror(errno));
}

static void close_file(FILE **file)
{
    if (*file != NULL) {
        (void)fclose(*file);
    }
}

enum err remote_ask(struct arena *arena, const struct remote_server *server,
                    const struct remote_request *request, struct remote_answer *out,
                    struct fault *fault)
{
    [[gnu::cleanup(close_file)]] FILE *upload = NULL;
    [[gnu::cleanup(close_file)]] FILE *save = NULL;

    TRY(open_file(request->upload_path, "rb", &upload, fault));
    TRY(open_file(request->save_path, "wb", &save, fault));
    CURL *curl = curl_easy_init();

    if (curl == NULL) {
        return fail(fault, ERR_INTERNAL, "libcurl cannot be started");
    }
    struct receiving receiving = {.answer = out, .arena = arena, .file = save, .curl = curl};
    CURLcode code = exchange(arena, curl, server, request, &receiving, upload);

    curl_easy_cleanup(curl);
    if (code != CURLE_OK) {
        return fail(fault, ERR_UNAVAILABLE, "%s: %s", server->url, curl_easy_strerror(code));
    }
    if (save != NULL && (fflush(save) != 0 || ferror(save))) {
        return fail(fault, ERR_UNAVAILABLE, "%s cannot be written", request->save_path);
    }
    return OK;
}
