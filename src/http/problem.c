#include "http/problem.h"

#include <assert.h>

#include "base/fault.h"
#include "base/json.h"

const struct problem PROBLEM_MALFORMED = {400, "malformed", "The request is malformed"};
const struct problem PROBLEM_NO_METHOD = {405, "no-method", "The path has no such method"};
const struct problem PROBLEM_BEYOND = {416, "beyond", "The range begins behind the end"};
const struct problem PROBLEM_TOO_LARGE = {413, "too-large", "The body is too large"};
const struct problem PROBLEM_NOT_JSON = {415, "not-json", "The body has the wrong type"};
const struct problem PROBLEM_KEY_REUSED = {422, "key-reused",
                                           "The Idempotency-Key was used for another request"};
const struct problem PROBLEM_FOREIGN_ORIGIN = {403, "foreign-origin",
                                               "A page of another site sent this"};

const struct problem *problem_of(enum err err)
{
    static const struct problem PROBLEMS[] = {
        [ERR_INVALID] = {422, "invalid", "The input breaks a rule"},
        [ERR_UNAUTHENTICATED] = {401, "unauthenticated", "Nobody is signed in"},
        [ERR_FORBIDDEN] = {403, "forbidden", "You may not do this"},
        [ERR_NOT_FOUND] = {404, "not-found", "There is no such thing"},
        [ERR_CONFLICT] = {409, "conflict", "It changed, or exists already"},
        [ERR_LIMIT] = {429, "limit", "A bound was reached"},
        [ERR_UNAVAILABLE] = {503, "unavailable", "Try again later"},
        [ERR_INTERNAL] = {500, "internal", "Something went wrong on our side"},
    };

    assert(err != OK);
    return &PROBLEMS[err];
}

void problem_write(struct buffer *to, const struct problem *problem, const struct fault *fault,
                   const char *request_id)
{
    struct json_out out = json_to(to);
    bool ours = problem->status == 500;

    json_open(&out, '{');
    json_name(&out, "type");
    buffer_print(to, "\"/problems/%s\"", problem->slug);
    out.comma = true;
    json_name(&out, "title");
    json_text(&out, problem->title);
    json_name(&out, "status");
    json_int(&out, problem->status);
    if (fault->text[0] != '\0' && !ours) {
        json_name(&out, "detail");
        json_text(&out, fault->text);
    }
    if (fault->field[0] != '\0' && !ours) {
        json_name(&out, "field");
        json_text(&out, fault->field);
    }
    if (fault->line > 0 && !ours) {
        json_name(&out, "line");
        json_int(&out, (int64_t)fault->line);
    }
    json_name(&out, "request_id");
    json_text(&out, request_id);
    json_close(&out, '}');
}
