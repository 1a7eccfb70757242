#include "http/guard.h"

#include <string.h>
#include <strings.h>

static void refuse(struct guard *guard, const char *why)
{
    if (guard->refusal == NULL) {
        guard->refusal = why;
    }
}

/* RFC 9110 §5.6.2 */
static bool is_token(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];
        bool letter = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');

        if (!letter && (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL)) {
            return false;
        }
    }
    return text.size > 0;
}

/* Blanks and tabs may stand inside a field's value, nothing else below 0x20. */
static bool has_control(struct text text, bool tab_allowed)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.at[i];

        if ((c < 0x20 && !(tab_allowed && c == '\t')) || c == 0x7f) {
            return true;
        }
    }
    return false;
}

static bool named(struct text name, const char *want)
{
    return name.size == strlen(want) && strncasecmp(name.at, want, name.size) == 0;
}

void guard_target(struct guard *guard, struct text method, struct text target)
{
    if (!is_token(method)) {
        refuse(guard, "the method has characters that no method has");
    }
    if (target.size == 0 || target.at[0] != '/') {
        refuse(guard, "the request target must be a path that begins with /");
    }
    if (has_control(target, false) || memchr(target.at, ' ', target.size) != NULL ||
        memchr(target.at, '#', target.size) != NULL) {
        refuse(guard, "the request target has characters that must be escaped");
    }
}

static void see_length(struct guard *guard, struct text value)
{
    uint64_t length = 0;

    guard->lengths++;
    if (value.size == 0 || value.size > 18) {
        refuse(guard, "Content-Length must be a number of at most 18 digits");
        return;
    }
    for (size_t i = 0; i < value.size; i++) {
        if (value.at[i] < '0' || value.at[i] > '9') {
            refuse(guard, "Content-Length must be digits alone");
            return;
        }
        length = length * 10 + (uint64_t)(value.at[i] - '0');
    }
    guard->length = length;
}

/* A name or an address, with a port or without (RFC 9110 §7.2); it may be empty. */
static void see_host(struct guard *guard, struct text value)
{
    guard->hosts++;
    for (size_t i = 0; i < value.size; i++) {
        char c = value.at[i];

        if (c < 0x21 || c > 0x7e || strchr("\"#/<>?@\\^`{|}", c) != NULL) {
            refuse(guard, "Host has characters that no host has");
        }
    }
}

void guard_header(struct guard *guard, struct text name, struct text value)
{
    if (!is_token(name)) {
        refuse(guard, "a header field's name has characters that no name has");
    }
    if (has_control(value, true)) {
        refuse(guard, "a header field's value has control characters");
    }
    if (named(name, "Content-Length")) {
        see_length(guard, value);
    } else if (named(name, "Transfer-Encoding")) {
        guard->encodings++;
        if (!named(value, "chunked")) {
            refuse(guard, "the only Transfer-Encoding taken here is chunked");
        }
    } else if (named(name, "Host")) {
        see_host(guard, value);
    }
}

const char *guard_verdict(struct guard *guard, bool version_1_1)
{
    if (guard->lengths > 1) {
        refuse(guard, "Content-Length is given more than once");
    }
    if (guard->encodings > 1) {
        refuse(guard, "Transfer-Encoding is given more than once");
    }
    if (guard->lengths > 0 && guard->encodings > 0) {
        refuse(guard, "Content-Length and Transfer-Encoding exclude each other");
    }
    if (guard->encodings > 0 && !version_1_1) {
        refuse(guard, "Transfer-Encoding needs HTTP/1.1");
    }
    if (guard->hosts > 1 || (guard->hosts == 0 && version_1_1)) {
        refuse(guard, "Host must be given exactly once");
    }
    return guard->refusal;
}
