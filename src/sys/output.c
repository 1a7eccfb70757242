#include "sys/output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"

enum { BUFFER_SIZE = 1 << 20 };

enum err output_open(struct arena *arena, const char *path, struct output *out, struct fault *fault)
{
    struct output output = {.path = path,
                            .beside = arena_print(arena, "%s.%d.new", path, (int)getpid())};
    char *buffer = arena_take(arena, BUFFER_SIZE, 1); /* first: it may find no room */

    output.file = fopen(output.beside, "wxe");
    if (output.file == NULL) {
        return fail(fault, ERR_INVALID, "cannot create %s: %s", output.beside, strerror(errno));
    }
    (void)setvbuf(output.file, buffer, _IOFBF, BUFFER_SIZE);
    *out = output;
    return OK;
}

enum err output_finish(struct output *output, struct fault *fault)
{
    bool written =
        fflush(output->file) == 0 && ferror(output->file) == 0 && fsync(fileno(output->file)) == 0;

    written = fclose(output->file) == 0 && written;
    if (!written || rename(output->beside, output->path) != 0) {
        enum err err =
            fail(fault, ERR_UNAVAILABLE, "cannot write %s: %s", output->path, strerror(errno));

        (void)unlink(output->beside);
        return err;
    }
    return OK;
}
