/* JSON: whatever is taken can be written in canonical form, which is taken again and the same. */

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct json *value = NULL;
    struct json *again = NULL;
    struct buffer first = buffer_new(arena);
    struct buffer second = buffer_new(arena);
    struct json_out first_out = json_to(&first);
    struct json_out second_out = json_to(&second);

    if (json_parse(arena, (struct text){(const char *)data, size}, &value, &fault) != OK) {
        assert(fault.text[0] != '\0');
        return 0;
    }
    json_canonical(&first_out, value);
    enum err err = json_parse(arena, buffer_view(&first), &again, &fault);

    assert(err == OK);
    json_canonical(&second_out, again);
    assert(first.size == second.size && memcmp(first.at, second.at, first.size) == 0);
    return 0;
}
