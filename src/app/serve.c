#include "app/serve.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "app/housekeep.h"
#include "app/settings.h"
#include "app/setup.h"
#include "app/slices.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/time.h"
#include "cli/command.h"
#include "http/server.h"
#include "job/job.h"
#include "slice/account/principal_cache.h"
#include "slice/bank/scorer_cache.h"
#include "slice/installation.h"
#include "slice/quality/quality.h"
#include "slice/reward/grader.h"
#include "slice/type/type_cache.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { CLOCK_SLACK_S = 10, SEAL_S = 5 };

/* ------------------------------------------------------------------ serve */

/* Everything that runs, so that it can be stopped in reverse. */
struct running {
    struct settings settings;
    struct installation installation;
    struct store *store;
    struct job_runner *jobs;
    struct http_server *server;
};

static enum err load_settings(struct invocation *call, struct settings *out)
{
    struct setting_sources sources;

    return settings_load(call->arena, call->options, out, &sources, call->fault);
}

static enum err open_store(struct invocation *call, const struct settings *settings, bool existing,
                           struct store **out)
{
    struct store_settings store = STORE_DEFAULTS;

    store.existing = existing;
    store.url = settings->store;
    store.reader_max = settings->readers;
    store.queue_max = settings->write_queue;
    store.group_max = settings->write_group;
    return store_open(&store, out, call->fault);
}

static enum err open_current_store(struct invocation *call, const struct settings *settings,
                                   struct store **out)
{
    size_t applied = 0;

    TRY(open_store(call, settings, false, out));
    enum err err = store_migrate(*out, clock_now_us(), &applied, call->fault);

    if (err != OK) {
        store_close(*out);
        *out = NULL;
    }
    return err;
}

static enum err start_jobs(struct invocation *call, struct running *running)
{
    struct job_settings settings = JOB_DEFAULTS;
    size_t count;
    const struct job_kind *const *kinds = app_jobs(call->arena, &count);

    if (running->settings.job_runners == 0) {
        return OK;
    }
    settings.runner_count = running->settings.job_runners;
    settings.installation = &running->installation;
    return job_start(&settings, kinds, count, running->store, &running->jobs, call->fault);
}

static enum err start_server(struct invocation *call, struct running *running)
{
    const struct settings *from = &running->settings;
    struct http_settings settings = HTTP_DEFAULTS;

    settings.address = from->address;
    settings.port = from->port;
    settings.origin = from->origin;
    settings.proxy = from->proxy;
    settings.secure_cookie = from->secure_cookie;
    settings.worker_count = from->workers;
    settings.connection_max = from->connections;
    settings.connection_max_per_address = from->connections_per_address;
    settings.stream_max = from->streams;
    settings.body_max = from->body_bytes;
    settings.upload_max = from->upload_bytes;
    settings.timeout_s = from->timeout_s;
    settings.rate_per_minute = from->rate_per_minute;
    settings.spool = running->installation.spool;
    return http_start(&settings, app_site(call->arena, &running->installation), running->store,
                      &running->server, call->fault);
}

/* Its keepers are forked: before any thread runs. */
static enum err start_grader(struct invocation *call, struct running *running)
{
    struct grader_settings settings = {.slot_count = running->settings.sandbox_slots};

    (void)sandbox_level_named(running->settings.sandbox_level, &settings.level_min);
    return grader_new(&settings, &running->installation.grader, call->fault);
}

static enum err start(struct invocation *call, struct running *running)
{
    bool made = false;

    running->installation.types = type_cache_new();
    running->installation.principals = principal_cache_new();
    running->installation.scorers = scorer_cache_new();
    TRY(setup_folder(call->arena, &running->settings, &running->installation, call->fault));
    TRY(start_grader(call, running));
    TRY(open_current_store(call, &running->settings, &running->store));
    TRY(house_set_clock(running->store, call->fault));
    TRY(setup_spool(call->arena, &running->installation, running->store, call->fault));
    TRY(setup_operator(call->arena, &running->settings, running->store, &made, call->fault));
    TRY(setup_bank(call->arena, running->store, &running->installation, call->fault));
    TRY(setup_model(call->arena, &running->settings, &running->installation, call->fault));
    TRY(start_jobs(call, running));
    TRY(start_server(call, running));
    if (made) {
        fprintf(call->out,
                "First start: the operator's sign-in is in %s/operator.sign-in, an API key in "
                "%s/operator.key.\n",
                running->settings.data, running->settings.data);
    }
    fprintf(call->out, "Periti listens on http://%s:%lld (store: %s).\n", running->settings.address,
            (long long)http_port(running->server), running->settings.store);
    (void)fflush(call->out);
    return OK;
}

/* What fails now is tried again at the next turn. */
static void note(const char *event, enum err err, const struct fault *fault)
{
    if (err != OK) {
        fprintf(stderr, "{\"event\":\"%s\",\"fault\":\"%s\"}\n", event, fault->text);
    }
}

static void stop(struct running *running)
{
    struct fault fault = {0};

    if (running->server != NULL) {
        http_stop(running->server, running->settings.grace_s);
    }
    job_stop(running->jobs);
    if (running->store != NULL) {
        note("audit", house_seal(running->store, &fault), &fault);
    }
    store_close(running->store);
    type_cache_free(running->installation.types);
    principal_cache_free(running->installation.principals);
    scorer_cache_free(running->installation.scorers);
    grader_free(running->installation.grader);
}

/* Somebody set the machine's clock back, or it was ahead when the store was last written. */
static void warn_of_clock(void)
{
    int64_t ahead_s = clock_ahead_us() / TIME_SECOND;

    if (ahead_s > CLOCK_SLACK_S) {
        fprintf(stderr,
                "{\"event\":\"clock\",\"ahead_s\":%lld,\"fault\":\"the machine's clock is behind "
                "the times in the store; time goes on an eighth slower until it has caught up\"}\n",
                (long long)ahead_s);
    }
}

/* Seal what was done every few seconds, and keep house every minute, until a signal asks to end. */
static void wait_for_end(struct invocation *call, struct running *running, const sigset_t *signals)
{
    const struct timespec pause = {.tv_sec = SEAL_S};
    int turn = 0;

    do {
        if (turn % (60 / SEAL_S) == 0) {
            warn_of_clock();
            note("housekeeping", housekeep(running->store, &running->installation, call->fault),
                 call->fault);
        }
        note("audit", house_seal(running->store, call->fault), call->fault);
        turn++;
    } while (sigtimedwait(signals, NULL, &pause) < 0 && (errno == EAGAIN || errno == EINTR));
}

static enum err run_serve(struct invocation *call)
{
    struct running running = {0};
    sigset_t signals;

    /* Block the signals before any thread is made, so that this one alone receives them. */
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    TRY(load_settings(call, &running.settings));
    enum err err = start(call, &running);

    if (err == OK) {
        wait_for_end(call, &running, &signals);
        fprintf(call->out, "Stopping: finishing what was accepted.\n");
        (void)fflush(call->out);
    }
    stop(&running);
    return err;
}

/* ------------------------------------------------------------------ the store */

enum err serve_open_store(struct invocation *call, struct settings *settings, struct store **out)
{
    TRY(load_settings(call, settings));
    return open_store(call, settings, true, out);
}

static enum err run_migrate(struct invocation *call)
{
    struct settings settings;
    struct store *store = NULL;
    size_t applied = 0;

    TRY(load_settings(call, &settings));
    TRY(open_store(call, &settings, false, &store));
    enum err err = store_migrate(store, clock_now_us(), &applied, call->fault);

    store_close(store);
    TRY(err);
    fprintf(call->out, "The schema of %s is current; %zu migrations were applied.\n",
            settings.store, applied);
    return OK;
}

static enum err run_check(struct invocation *call)
{
    struct settings settings;
    struct store *store = NULL;

    TRY(serve_open_store(call, &settings, &store));
    enum err err = store_check(store, call->fault);

    store_close(store);
    TRY(err);
    fprintf(call->out, "%s is whole.\n", settings.store);
    return OK;
}

static enum err run_backup(struct invocation *call)
{
    struct settings settings;

    TRY(load_settings(call, &settings));
    TRY(store_backup(&(struct store_settings){.url = settings.store}, call->words[0], call->fault));
    fprintf(call->out, "%s holds a verified copy of %s.\n", call->words[0], settings.store);
    return OK;
}

static enum err run_restore(struct invocation *call)
{
    struct settings settings;

    TRY(load_settings(call, &settings));
    TRY(store_restore(&(struct store_settings){.url = settings.store}, call->words[0],
                      call->fault));
    fprintf(call->out, "%s was verified and is now %s.\n", call->words[0], settings.store);
    return OK;
}

static enum err run_rebuild(struct invocation *call)
{
    struct settings settings;
    struct store *store = NULL;
    int64_t count = 0;

    TRY(load_settings(call, &settings));
    TRY(open_current_store(call, &settings, &store));
    struct work work = {.arena = call->arena, .store = store, .now_us = clock_now_us()};
    enum err err = quality_rebuild_all(&work, &count);

    *call->fault = work.fault;
    store_close(store);
    TRY(err);
    fprintf(call->out, "The quality of %lld campaigns was remade from the facts.\n",
            (long long)count);
    return OK;
}

/* ------------------------------------------------------------------ what it is */

static enum err run_openapi(struct invocation *call)
{
    struct installation none = {0};
    struct buffer buffer = buffer_new(call->arena);

    http_openapi(app_site(call->arena, &none), PERITI_VERSION, &buffer);
    (void)fwrite(buffer.at, 1, buffer.size, call->out);
    return OK;
}

static enum err run_settings(struct invocation *call)
{
    struct settings settings;
    struct setting_sources sources;

    TRY(settings_load(call->arena, call->options, &settings, &sources, call->fault));
    for (size_t i = 0; i < settings_shape.field_count; i++) {
        const struct field *field = &settings_shape.fields[i];
        struct buffer buffer = buffer_new(call->arena);
        struct json_out out = json_to(&buffer);
        const struct shape one = {.name = "one", .fields = field, .field_count = 1};

        json_encode(&out, &one, &settings);
        size_t skip = strlen(field->name) + 4; /* {"name": */
        const char *value = buffer.size > skip
                                ? arena_copy(call->arena, buffer.at + skip, buffer.size - skip - 1)
                                : "(none)";

        fprintf(call->out, "%-24s %-36s %-12s %s\n", field->name, value, sources.at[i], field->doc);
    }
    return OK;
}

static const struct command commands[] = {
    {.name = "serve",
     .run = run_serve,
     .options = &settings_shape,
     .summary = "Run the server",
     .details = "On its first start it makes the data folder, an operator and an API key.\n"
                "SIGTERM stops it after it has finished what it accepted.",
     .examples = "  periti serve --data /var/lib/periti --port 8080\n"
                 "  PERITI_STORE=postgresql://periti@db/periti periti serve"},
    {.name = "settings",
     .run = run_settings,
     .options = &settings_shape,
     .summary = "Print every setting, its value, where it came from and what it is"},
    {.name = "migrate",
     .run = run_migrate,
     .options = &settings_shape,
     .summary = "Bring the store's schema up to date (serve does it too)"},
    {.name = "backup",
     .words = "FILE",
     .run = run_backup,
     .options = &settings_shape,
     .summary = "Copy the store while it is in use, and verify the copy",
     .examples = "  periti backup /backup/periti-$(date +%F).db"},
    {.name = "restore",
     .words = "FILE",
     .run = run_restore,
     .options = &settings_shape,
     .summary = "Verify a backup and put it in the store's place; the server must be stopped"},
    {.name = "check",
     .run = run_check,
     .options = &settings_shape,
     .summary = "Check the store's integrity; the server must be stopped"},
    {.name = "rebuild",
     .run = run_rebuild,
     .options = &settings_shape,
     .summary = "Drop what is derived of the facts and remake it; the server must be stopped",
     .details =
         "Truth, skill, agreement, confusion, biases, alerts, forecast and routing of every\n"
         "campaign come out with the same bits. Facts are only read."},
    {.name = "openapi", .run = run_openapi, .summary = "Print the OpenAPI document of the API"},
};

const struct command_group serve_group = {
    .name = "Server", .commands = commands, .command_count = COUNT(commands)};
