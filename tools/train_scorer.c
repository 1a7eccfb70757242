/*
 * Teach the shipped scorer with the seed bank, at build. Usage: train_scorer OUT FILE.json...
 *
 * The same sources and the same bank give the same bytes.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "engine/item/grade.h"

static const size_t FILE_SIZE_MAX = (size_t)16 << 20;

static struct text read_whole(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *bytes = arena_array(arena, char, FILE_SIZE_MAX);
    size_t size = file == NULL ? 0 : fread(bytes, 1, FILE_SIZE_MAX, file);

    if (file != NULL) {
        (void)fclose(file);
    }
    return (struct text){bytes, size};
}

static enum err train(struct arena *arena, char **paths, int count, struct buffer *out,
                      struct fault *fault)
{
    struct score_options options = SCORE_DEFAULTS;
    struct item_bank bank = {0};
    struct score_model model;

    for (int i = 0; i < count; i++) {
        TRY(item_bank_read(arena, read_whole(arena, paths[i]), &bank, fault));
    }
    TRY(item_train(arena, bank.at, bank.count, &options, NULL, &model, fault));
    score_model_encode(&model, out);
    return OK;
}

int main(int argc, char **argv)
{
    ARENA_SCOPE arena = arena_new();
    struct buffer bytes = buffer_new(arena);
    struct fault fault = {0};

    if (argc < 3 || train(arena, argv + 2, argc - 2, &bytes, &fault) != OK) {
        fprintf(stderr, "train_scorer: %s\n", fault.text);
        return 1;
    }
    FILE *file = fopen(argv[1], "wb");

    if (file == NULL || fwrite(bytes.at, 1, bytes.size, file) != bytes.size || fclose(file) != 0) {
        fprintf(stderr, "train_scorer: cannot write %s\n", argv[1]);
        return 1;
    }
    return 0;
}
