#include "model/transcribe.h"

#include <curl/curl.h>

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"

enum { ANSWER_MAX = 1 << 20, CONNECT_MS = 10000, TRIES = 2, TEXT_MAX = 100000 };

/* What a call is made of. */
struct spoken {
    const char *media;
    struct text bytes;
};

struct receiving {
    struct buffer body;
    bool overrun;
};

static size_t receive(char *at, size_t one, size_t size, void *context)
{
    struct receiving *receiving = context;

    (void)one;
    receiving->overrun = receiving->body.size + size > ANSWER_MAX;
    if (receiving->overrun) {
        return 0;
    }
    buffer_put(&receiving->body, at, size);
    return size;
}

/* Servers go by the ending of a file's name. */
static const char *file_name(const char *media)
{
    return strcmp(media, "audio/ogg") == 0   ? "answer.ogg"
           : strcmp(media, "audio/mp4") == 0 ? "answer.mp4"
           : strcmp(media, "audio/wav") == 0 ? "answer.wav"
                                             : "answer.webm";
}

static curl_mime *form_of(CURL *curl, const struct transcription_server *server,
                          const struct spoken *spoken)
{
    curl_mime *form = curl_mime_init(curl);
    curl_mimepart *part = curl_mime_addpart(form);

    (void)curl_mime_name(part, "file");
    (void)curl_mime_filename(part, file_name(spoken->media));
    (void)curl_mime_type(part, spoken->media);
    (void)curl_mime_data(part, spoken->bytes.at, spoken->bytes.size);
    part = curl_mime_addpart(form);
    (void)curl_mime_name(part, "model");
    (void)curl_mime_data(part, server->model, CURL_ZERO_TERMINATED);
    part = curl_mime_addpart(form);
    (void)curl_mime_name(part, "response_format");
    (void)curl_mime_data(part, "json", CURL_ZERO_TERMINATED);
    return form;
}

static void prepare(CURL *curl, struct arena *arena, const struct transcription_server *server,
                    struct receiving *receiving, curl_mime *form, struct curl_slist *headers)
{
    (void)curl_easy_setopt(curl, CURLOPT_URL,
                           arena_print(arena, "%s/audio/transcriptions", server->url));
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)(server->total_ms / TRIES + 1));
    (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    (void)curl_easy_setopt(curl, CURLOPT_MIMEPOST, form);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, receiving);
}

static enum err read_text(struct arena *arena, struct text body, const char **out,
                          struct fault *fault)
{
    struct json *tree;

    if (json_parse(arena, body, &tree, fault) != OK) {
        return fail(fault, ERR_UNAVAILABLE, "the transcription server sent no JSON");
    }
    const char *text = json_text_of(tree, "text");

    if (text == NULL || strlen(text) > TEXT_MAX) {
        return fail(fault, ERR_UNAVAILABLE,
                    "the transcription server sent no text, or far too much of it");
    }
    *out = text;
    return OK;
}

/* What came back, and whether another try may help. */
struct heard {
    const char *text;
    bool again;
};

static enum err judge(CURL *curl, struct arena *arena, CURLcode code,
                      const struct receiving *receiving, struct heard *out, struct fault *fault)
{
    long status = 0;

    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    out->again = true;
    if (receiving->overrun) {
        return fail(fault, ERR_UNAVAILABLE, "the transcription server sent more than 1 MiB");
    }
    if (code != CURLE_OK) {
        return fail(fault, ERR_UNAVAILABLE, "the transcription server cannot be reached: %s",
                    curl_easy_strerror(code));
    }
    if (status != 200) {
        out->again = status == 408 || status == 425 || status == 429 || status >= 500;
        return fail(fault, ERR_UNAVAILABLE, "the transcription server answered %ld", status);
    }
    return read_text(arena, buffer_view(&receiving->body), &out->text, fault);
}

static enum err try_once(CURL *curl, struct arena *arena, const struct transcription_server *server,
                         const struct spoken *spoken, struct heard *out, struct fault *fault)
{
    struct receiving receiving = {.body = buffer_new(arena)};
    curl_mime *form = form_of(curl, server, spoken);
    struct curl_slist *headers = curl_slist_append(NULL, "Expect:");

    if (server->key != NULL) {
        headers =
            curl_slist_append(headers, arena_print(arena, "Authorization: Bearer %s", server->key));
    }
    prepare(curl, arena, server, &receiving, form, headers);
    CURLcode code = curl_easy_perform(curl);
    enum err err = judge(curl, arena, code, &receiving, out, fault);

    curl_slist_free_all(headers);
    curl_mime_free(form);
    return err;
}

enum err transcribe(struct arena *arena, const struct transcription_server *server,
                    const char *media, struct text bytes, const char **out, struct fault *fault)
{
    CURL *curl = curl_easy_init();
    struct spoken spoken = {.media = media, .bytes = bytes};
    struct heard heard = {.again = true};
    enum err err = ERR_UNAVAILABLE;

    if (curl == NULL) {
        return fail(fault, ERR_UNAVAILABLE, "no connection can be made");
    }
    for (int i = 0; i < TRIES && err != OK && heard.again; i++) {
        curl_easy_reset(curl);
        err = try_once(curl, arena, server, &spoken, &heard, fault);
    }
    curl_easy_cleanup(curl);
    *out = err == OK ? heard.text : *out;
    return err;
}
