#pragma once

/* Programs in the sandbox, with the files that they find and those that they leave. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "sandbox/sandbox.h"

struct arena;
struct fault;

/* A file below /tmp, where jobs begin. */
struct program_file {
    const char *path;
    struct text content;
    int64_t mode;
};

struct program {
    const char *language; /* of `source`; NULL: `command` is run as it is */
    struct text source;
    const char *const *command;       /* ends with NULL */
    const struct program_file *files; /* written first, as the job */
    size_t file_count;
    struct text input;
    const char *keep; /* hand back the first of these files (between blanks) that is there instead
                       * of the output; NULL: none */
    struct sandbox_limits limits;
    const _Atomic bool *cancel;
};

/* Every step of a path is a name, and it does not begin with a slash. */
bool program_path_is_plain(const char *path);

/* Is there what the language needs on this machine? */
bool program_language_is_there(const char *language);

/* ERR_INVALID: a path leaves the folder, or it is too much. What goes wrong inside is an outcome.
 */
enum err program_run(struct sandbox *sandbox, const struct program *program, struct arena *arena,
                     struct sandbox_outcome *out, struct fault *fault);
