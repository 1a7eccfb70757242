/*
 * The framing guard, fed a request head: the request line, then a field a line. A head that it lets
 * pass has one way to find its end: no control character, one Host, and at most one of
 * Content-Length and Transfer-Encoding.
 */

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "fuzz.h"
#include "http/guard.h"

/* Cut off what stands before `mark`. */
static struct text cut(struct text *rest, char mark)
{
    const char *at = rest->size == 0 ? NULL : memchr(rest->at, mark, rest->size);
    struct text head = {rest->at, at == NULL ? rest->size : (size_t)(at - rest->at)};
    size_t gone = head.size + (at != NULL);

    rest->at += gone;
    rest->size -= gone;
    return head;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text rest = {(const char *)data, size};
    struct text first = cut(&rest, '\n');
    struct text method = cut(&first, ' ');
    struct text target = cut(&first, ' ');
    bool version_1_1 = first.size == 0;
    bool control = memchr(target.at, '\r', target.size) != NULL;
    struct guard guard = {0};

    guard_target(&guard, method, target);
    while (rest.size > 0) {
        struct text line = cut(&rest, '\n');
        struct text name = cut(&line, ':');

        control = control || memchr(line.at, '\r', line.size) != NULL ||
                  memchr(line.at, '\0', line.size) != NULL;
        guard_header(&guard, name, line);
    }
    if (guard_verdict(&guard, version_1_1) != NULL) {
        return 0;
    }
    assert(!control && target.size > 0 && target.at[0] == '/');
    assert(guard.lengths + guard.encodings <= 1 && guard.hosts <= 1);
    assert(guard.hosts == 1 || !version_1_1);
    assert(guard.encodings == 0 || version_1_1);
    return 0;
}
