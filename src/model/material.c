#include "model/material.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "sys/secret.h"

enum { MARK_SIZE = 16 };

const char *material_mark(struct arena *arena, const char *const *texts)
{
    struct buffer whole = buffer_new(arena);

    for (size_t i = 0; texts[i] != NULL; i++) {
        buffer_string(&whole, i == 0 ? "" : "\n");
        buffer_string(&whole, texts[i]);
    }
    return arena_print(arena, "=====%.*s", MARK_SIZE, sha256_hex(arena, buffer_view(&whole)));
}

void material_put(struct buffer *to, const char *mark, const char *name, const char *text)
{
    if (text != NULL) {
        buffer_print(to, "%s %s\n%s\n", mark, name, text);
    }
}

void material_end(struct buffer *to, const char *mark)
{
    buffer_print(to, "%s end of the material", mark);
}
