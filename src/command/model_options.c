#include "command/model_options.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "cli/command.h"
#include "sys/file.h"

enum { KEY_MAX = 4096 };

static enum err read_key(struct invocation *call, const char *path, const char **out)
{
    struct text file;

    TRY(file_read(call->arena, path, KEY_MAX, &file, call->fault));
    file = text_trim(file);
    if (file.size == 0 || memchr(file.at, '\n', file.size) != NULL) {
        return fail_field(call->fault, ERR_INVALID, "key-file", "%s must hold one key and no more",
                          path);
    }
    *out = arena_copy(call->arena, file.at, file.size);
    return OK;
}

enum err model_setup_read(struct invocation *call, const struct model_options *options,
                          struct model_setup *out)
{
    size_t size = strlen(options->server);

    *out = (struct model_setup){.server = model_defaults};
    while (size > 0 && options->server[size - 1] == '/') {
        size--;
    }
    out->server.url = arena_copy(call->arena, options->server, size);
    out->server.model = options->model;
    out->server.in_flight_max = options->in_flight;
    out->server.calls_per_s = options->rate;
    out->server.tries_max = options->tries;
    out->server.input_price = options->input_price;
    out->server.output_price = options->output_price;
    out->server.stream = options->stream;
    if (options->key_file != NULL) {
        TRY(read_key(call, options->key_file, &out->server.key));
    }
    if (options->cache != NULL) {
        TRY(model_cache_open(call->arena, options->cache, &out->cache, call->fault));
    }
    out->run = (struct model_run){.server = &out->server,
                                  .cache = options->cache == NULL ? NULL : &out->cache,
                                  .budget = options->budget,
                                  .seed = 1};
    return OK;
}

void model_totals_print(struct invocation *call, const struct model_totals *totals)
{
    fprintf(call->out, "calls");
    for (size_t i = 0; i < MODEL_ENDS; i++) {
        if (totals->ends[i] > 0) {
            fprintf(call->out, "\t%" PRIu64 " %s", totals->ends[i],
                    model_end_name((enum model_end)i));
        }
    }
    fprintf(call->out, "\t%" PRIu64 " of them from the cache\n", totals->cached);
    fprintf(call->out,
            "spent\t%" PRIu64 " tries\t%" PRId64 " tokens read\t%" PRId64 " written\t%.4f\n",
            totals->tries, totals->input_tokens, totals->output_tokens, totals->spend);
}
