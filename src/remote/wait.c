#include "remote/wait.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "cli/command.h"
#include "http/route.h"
#include "remote/ask.h"
#include "remote/client.h"
#include "remote/show.h"

enum { POLLS_MAX = 1'000'000, PAUSE_MIN_MS = 100, PAUSE_MAX_MS = 1000, BAR_WIDTH = 30 };
enum { REPORT_PAGES_MAX = 100'000, LINE_STEP = 10 };

/* How the job stood when it was last shown. */
struct progress {
    bool terminal;
    bool shown;
    int64_t percent;
    int64_t done;
};

/* ------------------------------------------------------------------ progress */

static int64_t integer_of(const struct json *object, const char *name)
{
    const struct json *member = json_member(object, name);

    return member == NULL || member->kind != JSON_INT ? 0 : member->integer;
}

static void draw_bar(int64_t percent, int64_t done, int64_t total)
{
    int filled = (int)(percent * BAR_WIDTH / 100);

    fputs("\r[", stderr);
    for (int i = 0; i < BAR_WIDTH; i++) {
        fputc(i < filled ? '#' : '.', stderr);
    }
    fprintf(stderr, "] %3" PRId64 " %%  %" PRId64 " of %" PRId64, percent, done, total);
}

/* A bar that moves on a terminal; else a line for each tenth, for logs. */
static void show_progress(struct progress *progress, const struct json *job)
{
    int64_t done = integer_of(job, "done_count");
    int64_t total = integer_of(job, "total_count");
    int64_t share = total > 0 && done > 0 ? (int64_t)(100.0 * (double)done / (double)total) : 0;
    int64_t percent = share > 100 ? 100 : share;
    bool news = !progress->shown || done != progress->done;

    if (!news || done <= 0) {
        return;
    }
    if (progress->terminal && total > 0) {
        draw_bar(percent, done, total);
    } else if (progress->terminal) {
        fprintf(stderr, "\r%" PRId64 " done", done);
    } else if (total > 0 && (!progress->shown || percent >= progress->percent + LINE_STEP ||
                             (percent == 100 && progress->percent < 100))) {
        fprintf(stderr, "%" PRId64 " %%, %" PRId64 " of %" PRId64 "\n", percent, done, total);
    } else {
        return;
    }
    *progress = (struct progress){
        .terminal = progress->terminal, .shown = true, .percent = percent, .done = done};
}

static bool is_over(const char *state)
{
    return strcmp(state, "waiting") != 0 && strcmp(state, "running") != 0;
}

/* ------------------------------------------------------------------ the job */

static enum err poll_job(struct invocation *call, const struct remote_server *server,
                         const char *target, struct progress *progress, const struct json **out)
{
    long pause_ms = PAUSE_MIN_MS;

    for (size_t poll = 0; poll < POLLS_MAX; poll++) {
        struct arena_mark mark = arena_mark(call->arena);
        struct json *job;

        TRY(remote_get(call, server, target, &job));
        const char *state = json_text_of(job, "state");

        if (state == NULL) {
            return fail(call->fault, ERR_INTERNAL, "the server does not say how the job stands");
        }
        show_progress(progress, job);
        if (is_over(state)) {
            *out = job;
            return OK;
        }
        arena_undo(call->arena, mark);
        (void)nanosleep(
            &(struct timespec){.tv_sec = pause_ms / 1000, .tv_nsec = pause_ms % 1000 * 1'000'000},
            NULL);
        pause_ms = pause_ms * 3 / 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : pause_ms * 3 / 2;
    }
    return fail(call->fault, ERR_UNAVAILABLE, "the job has not ended; see `periti job show`");
}

static enum err follow(struct invocation *call, const struct remote_server *server,
                       const char *job_id)
{
    struct progress progress = {.terminal = isatty(STDERR_FILENO) == 1};
    struct buffer target = buffer_new(call->arena);
    const struct json *job = NULL;

    buffer_string(&target, "/v1/jobs/");
    remote_escape(&target, job_id);
    enum err err = poll_job(call, server, target.at, &progress, &job);

    if (progress.terminal && progress.shown) {
        fputc('\n', stderr);
    }
    TRY(err);
    const char *state = json_text_of(job, "state");

    if (strcmp(state, "done") == 0) {
        return OK;
    }
    const char *why = json_text_of(job, "fault_text");

    return fail(call->fault, ERR_CONFLICT, "the job %s %s%s%s", job_id,
                strcmp(state, "failed") == 0 ? "failed" : "was cancelled", why == NULL ? "" : ": ",
                why == NULL ? "" : why);
}

/* ------------------------------------------------------------------ what came of it */

/* "/v1/batches/{batch_id}" with the members of the reply; NULL when one is missing. */
static const char *target_from(struct arena *arena, const char *path, const struct json *reply)
{
    struct buffer to = buffer_new(arena);

    for (const char *at = path; *at != '\0'; at++) {
        if (*at != '{') {
            buffer_char(&to, *at);
            continue;
        }
        size_t size = strcspn(at + 1, "}");
        const char *value = json_text_of(reply, arena_copy(arena, at + 1, size));

        if (value == NULL) {
            return NULL;
        }
        remote_escape(&to, value);
        at += size + 1;
    }
    return to.at;
}

/* What is shown may be wrapped with its parts: {"delivery": {…}, "files": […]}. */
static const char *text_within(const struct json *thing, const char *name)
{
    const char *value = json_text_of(thing, name);

    for (const struct json *part = thing->first; part != NULL && value == NULL; part = part->next) {
        value = part->kind == JSON_OBJECT ? json_text_of(part, name) : NULL;
    }
    return value;
}

static void print(struct invocation *call, const struct json *tree)
{
    const struct remote_options *options = call->options;

    if (options->json) {
        fprintf(call->out, "%.*s\n", (int)tree->source.size, tree->source.at);
    } else {
        show_answer(call->out, call->arena, tree);
    }
}

static enum err print_report(struct invocation *call, const struct remote_server *server,
                             const char *target)
{
    const struct remote_options *options = call->options;
    const char *next = "";

    for (size_t page = 0; page < REPORT_PAGES_MAX && next != NULL; page++) {
        const char *question = next[0] == '\0' ? "" : "?after=";
        struct json *tree;

        TRY(remote_get(call, server, arena_print(call->arena, "%s%s%s", target, question, next),
                       &tree));
        const struct json *items = json_member(tree, "items");

        if (items == NULL || items->count == 0) {
            break;
        }
        if (page == 0 && !options->json) {
            fputs("\nRecords that were not imported:\n", call->out);
        }
        print(call, tree);
        next = json_text_of(tree, "next");
    }
    return OK;
}

static enum err judge(struct invocation *call, const struct json *thing)
{
    const char *state = text_within(thing, "state");

    if (state != NULL && strcmp(state, "rolled_back") == 0) {
        return fail(call->fault, ERR_INVALID,
                    "nothing was imported, because %" PRId64
                    " records are bad; mend them, or keep the good ones with --on-error keep",
                    integer_of(thing, "bad_count"));
    }
    if (state != NULL && strcmp(state, "failed") == 0) {
        const char *why = text_within(thing, "message");

        return fail(call->fault, ERR_CONFLICT, "it failed: %s", why == NULL ? "no reason" : why);
    }
    return OK;
}

enum err wait_for(struct invocation *call, const struct remote_server *server,
                  const struct route *route, const struct json *reply)
{
    const char *target = target_from(call->arena, route->fills, reply);
    const char *job_id = json_text_of(reply, "job_id");
    struct json *thing;

    if (target == NULL) {
        return fail(call->fault, ERR_INTERNAL, "the server does not say what it began");
    }
    if (job_id == NULL) {
        TRY(remote_get(call, server, target, &thing));
        job_id = text_within(thing, "job_id");
    }
    if (job_id != NULL) {
        TRY(follow(call, server, job_id));
    }
    TRY(remote_get(call, server, target, &thing));
    print(call, thing);
    if (route->report != NULL) {
        TRY(print_report(call, server, target_from(call->arena, route->report, reply)));
    }
    return judge(call, thing);
}
