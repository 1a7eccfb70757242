#pragma once

/* One try of one call: sent, received, and judged. */

#include <curl/curl.h>

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "model/answer.h"
#include "model/model.h"
#include "model/request.h"

struct arena;

/* What a try came to. */
enum exchange_next {
    EXCHANGE_DONE,  /* the reply stands */
    EXCHANGE_AGAIN, /* worth another try */
};

struct exchange {
    CURL *curl;
    struct curl_slist *headers;
    struct buffer body;
    struct request_changes changes;
    struct answer answer;
    bool overrun;    /* the answer was larger than any may be */
    int64_t wait_us; /* what the server asked to wait; zero: nothing */
};

/* Make the handle ready; the body of the request lies in `arena` until the exchange ends. */
bool exchange_prepare(struct exchange *exchange, struct arena *arena,
                      const struct model_server *server, const struct model_ask *ask,
                      int64_t try_us);

/* After the transfer: fill in the reply, or its end and note so far. Changes for the next try are
 * made in the exchange. */
enum exchange_next exchange_judge(struct exchange *exchange, struct arena *arena,
                                  const struct model_ask *ask, CURLcode code,
                                  struct model_reply *reply);

void exchange_end(struct exchange *exchange); /* the headers go, the handle stays */
