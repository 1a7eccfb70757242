#include "http/download.h"

#include <string.h>

#include "base/arena.h"
#include "http/inside.h"

/* RFC 6266: a plain name for old programs, and the whole one percent-encoded. */
static const char *disposition(struct arena *arena, const char *name)
{
    static const char SAFE[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    struct buffer to = buffer_new(arena);

    buffer_string(&to, "attachment; filename=\"");
    for (const char *at = name; *at != '\0'; at++) {
        buffer_char(&to, strchr(SAFE, *at) != NULL ? *at : '_');
    }
    buffer_string(&to, "\"; filename*=UTF-8''");
    for (const char *at = name; *at != '\0'; at++) {
        if (strchr(SAFE, *at) != NULL) {
            buffer_char(&to, *at);
        } else {
            buffer_print(&to, "%%%02X", (unsigned char)*at);
        }
    }
    return to.at;
}

void download_prepare(struct request *request, const struct call *call)
{
    struct answer *answer = &request->answer;

    if (call->file_path != NULL) {
        answer->file_path = arena_copy(request->arena, call->file_path, strlen(call->file_path));
    }
    answer->type = call->file_type != NULL ? call->file_type : "application/octet-stream";
    answer->disposition =
        disposition(request->arena, call->file_name != NULL ? call->file_name : "download");
}
