/* Goal: what was written is read back, the vectors of RFC 4648 hold, and nothing else is taken. */

#include "check.h"

#include "base/arena.h"
#include "base/base64.h"
#include "base/buffer.h"
#include "base/text.h"

static void both__obey_the_vectors_of_the_standard(void)
{
    static const char *const PLAIN[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar"};
    static const char *const CODED[] = {"",         "Zg==",     "Zm8=",    "Zm9v",
                                        "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    ARENA_SCOPE arena = arena_new();

    for (size_t i = 0; i < 7; i++) {
        struct buffer to = buffer_new(arena);
        struct text back;

        base64_write(&to, text_of(PLAIN[i]));
        CHECK(text_is(buffer_view(&to), CODED[i]));
        CHECK(base64_read(arena, text_of(CODED[i]), &back) && text_is(back, PLAIN[i]));
    }
}

static void read__gives_back_any_bytes(void)
{
    ARENA_SCOPE arena = arena_new();
    char bytes[256];

    for (size_t size = 0; size < sizeof(bytes); size++) {
        struct buffer to = buffer_new(arena);
        struct text back;

        bytes[size] = (char)(size * 37 + 11);
        base64_write(&to, (struct text){.at = bytes, .size = size});
        CHECK(base64_read(arena, buffer_view(&to), &back));
        CHECK(text_equal(back, (struct text){.at = bytes, .size = size}));
    }
}

static void read__takes_line_ends_and_missing_padding(void)
{
    ARENA_SCOPE arena = arena_new();
    struct text back;

    CHECK(base64_read(arena, text_of("Zm9v\r\nYmE"), &back) && text_is(back, "fooba"));
}

static void read__refuses_what_is_none(void)
{
    ARENA_SCOPE arena = arena_new();
    struct text back;

    CHECK(!base64_read(arena, text_of("Zm9v!"), &back));
    CHECK(!base64_read(arena, text_of("Z"), &back));
    CHECK(!base64_read(arena, text_of("Zm=v"), &back));
    CHECK(!base64_read(arena, text_of("Zh=="), &back)); /* bits that say nothing must be zero */
}

TEST_MAIN(CASE(both__obey_the_vectors_of_the_standard), CASE(read__gives_back_any_bytes),
          CASE(read__takes_line_ends_and_missing_padding), CASE(read__refuses_what_is_none))
