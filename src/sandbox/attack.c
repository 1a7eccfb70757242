#include "sandbox/attack.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "sandbox/slot.h"

/* On a busy machine the processes of a bomb wait long for their turn to die: what counts is that
 * they do, within the owner's patience. */
enum { WALL_MS = 1500, OVERTIME_MS = 3000 };
enum { MEMORY_MIB = 256, PATH_ROOM = 256, GROUPS = 7 };

static const char NEXT[] = "+next";
static const char HERE[] = "here"; /* no attempt: says that the program runs at all */

/* The machine's side: a process, servers and a file to reach for. */
struct bait {
    struct attack_target target;
    int tcp;
    int udp;
    int path;
    int abstract;
    char socket[100];
    char name[64];
    char secret[PATH_ROOM];
};

static struct attempts (*const SOURCES[GROUPS])(void) = {
    attack_network,   attack_files,     attack_kernel, attack_processes,
    attack_resources, attack_leftovers, attack_shared};

/* ---- inside ---- */

static const struct attempt *find(const char *name, size_t size)
{
    for (size_t i = 0; i < GROUPS; i++) {
        struct attempts list = SOURCES[i]();

        for (size_t k = 0; k < list.count; k++) {
            if (strlen(list.at[k].name) == size && memcmp(list.at[k].name, name, size) == 0) {
                return &list.at[k];
            }
        }
    }
    return NULL;
}

int attack_inside(const char *name)
{
    size_t size = strcspn(name, "+");
    const struct attempt *attempt = find(name, size);
    const char *text = getenv("ATTACK_TARGET");
    char socket[PATH_ROOM] = "";
    char abstract[64] = "";
    char secret[PATH_ROOM] = "";
    struct attack_target target = {.socket = socket, .abstract = abstract, .secret = secret};

    if ((attempt == NULL && strcmp(name, HERE) != 0) || text == NULL ||
        sscanf(text, "%d %d %255s %63s %255s", &target.victim, &target.port, socket, abstract,
               secret) != 5) {
        return 2;
    }
    (void)setvbuf(stdout, NULL, _IONBF, 0);
    if (attempt == NULL) {
        printf("%s\n", HERE);
        return 0;
    }
    bool (*run)(const struct attack_target *) = name[size] == '+' ? attempt->next : attempt->run;

    errno = 0;
    bool through = run(&target);

    printf("%s\n", through ? "OPEN" : strerror(errno));
    return through ? 1 : 0;
}

/* ---- outside ---- */

static int listener(int family, int kind, void *address, socklen_t size)
{
    int fd = socket(family, kind | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, address, size) != 0 || (kind == SOCK_STREAM && listen(fd, 8) != 0)) {
        return -1;
    }
    return fd;
}

static pid_t start_victim(void)
{
    pid_t victim = fork();

    if (victim == 0) {
        for (;;) {
            (void)pause();
        }
    }
    return victim;
}

static void lay_bait(struct bait *bait)
{
    struct sockaddr_in loopback = {.sin_family = AF_INET,
                                   .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    struct sockaddr_un path = {.sun_family = AF_UNIX};
    struct sockaddr_un abstract = {.sun_family = AF_UNIX};
    socklen_t size = sizeof(loopback);
    int me = (int)getpid();

    (void)snprintf(bait->socket, sizeof(bait->socket), "/tmp/periti-bait-%d", me);
    (void)snprintf(bait->name, sizeof(bait->name), "periti-bait-%d", me);
    (void)snprintf(bait->secret, sizeof(bait->secret), "/tmp/periti-secret-%d", me);
    bait->tcp = listener(AF_INET, SOCK_STREAM, &loopback, sizeof(loopback));
    (void)getsockname(bait->tcp, (struct sockaddr *)&loopback, &size);
    bait->udp = listener(AF_INET, SOCK_DGRAM, &loopback, sizeof(loopback));
    (void)snprintf(path.sun_path, sizeof(path.sun_path), "%s", bait->socket);
    bait->path = listener(AF_UNIX, SOCK_STREAM, &path, sizeof(path));
    memcpy(abstract.sun_path + 1, bait->name, strlen(bait->name));
    bait->abstract =
        listener(AF_UNIX, SOCK_STREAM, &abstract,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(bait->name)));
    FILE *secret = fopen(bait->secret, "we");

    if (secret != NULL) {
        (void)fputs("secret\n", secret);
        (void)fclose(secret);
    }
    bait->target = (struct attack_target){.victim = start_victim(),
                                          .port = ntohs(loopback.sin_port),
                                          .socket = bait->socket,
                                          .abstract = bait->name,
                                          .secret = bait->secret};
}

static void take_bait_away(struct bait *bait)
{
    (void)kill(bait->target.victim, SIGKILL);
    (void)waitpid(bait->target.victim, NULL, 0);
    (void)close(bait->tcp);
    (void)close(bait->udp);
    (void)close(bait->path);
    (void)close(bait->abstract);
    (void)unlink(bait->socket);
    (void)unlink(bait->secret);
}

static bool victim_lives(const struct bait *bait)
{
    return waitpid(bait->target.victim, NULL, WNOHANG) == 0;
}

void attack_mark(const struct attack_target *target, char out[static ATTACK_MARK_ROOM])
{
    (void)snprintf(out, ATTACK_MARK_ROOM, "attack-%d", target->port);
}

/* A process anywhere on the machine that bears the mark. */
static bool mark_is_left(const struct attack_target *target)
{
    char mark[ATTACK_MARK_ROOM];
    DIR *list = opendir("/proc");
    bool found = false;

    attack_mark(target, mark);
    for (struct dirent *entry = list == NULL ? NULL : readdir(list); entry != NULL && !found;
         entry = readdir(list)) {
        char path[PATH_ROOM + 32];
        char name[32] = {0};

        (void)snprintf(path, sizeof(path), "/proc/%.200s/comm", entry->d_name);
        FILE *file = entry->d_name[0] >= '1' && entry->d_name[0] <= '9' ? fopen(path, "re") : NULL;

        if (file != NULL) {
            found = fgets(name, sizeof(name), file) != NULL &&
                    strncmp(name, mark, strlen(mark)) == 0 && name[strlen(mark)] == '\n';
            (void)fclose(file);
        }
    }
    if (list != NULL) {
        (void)closedir(list);
    }
    return found;
}

/* The suite in one kind of slot. */
struct front {
    struct sandbox *sandbox;
    enum sandbox_kind kind;
    const char *self;
    const struct bait *bait;
    int64_t *waits_us;
    size_t wait_count;
};

static enum err run_inside(const struct front *front, const char *name, struct arena *arena,
                           struct sandbox_outcome *out, struct fault *fault)
{
    const struct attack_target *target = &front->bait->target;
    const char *given = arena_print(arena, "ATTACK_TARGET=%d %d %s %s %s", target->victim,
                                    target->port, target->socket, target->abstract, target->secret);
    struct sandbox_limits limits = sandbox_limits_default;

    limits.wall_ms = WALL_MS;
    limits.memory_mib = MEMORY_MIB;
    limits.output_kib = 1;
    if (front->kind == SANDBOX_COMMANDS) {
        const char *const arguments[] = {front->self, "sandbox", "attack", "--inside", name, NULL};
        const char *const environment[] = {given, NULL};
        struct sandbox_job job = {
            .arguments = arguments, .environment = environment, .limits = limits};

        return sandbox_run(front->sandbox, &job, arena, out, fault);
    }
    /* The same program, executed by a Python solution. */
    struct sandbox_check check = {
        .prompt = "",
        .solution = arena_print(arena,
                                "import os\n"
                                "os.execve('%s', ['periti', 'sandbox', 'attack', '--inside', '%s'],"
                                " dict([r'''%s'''.split('=', 1)]))\n"
                                "def f(): pass\n",
                                front->self, name, given),
        .test = "def check(f): f()\n",
        .entry = "f",
        .split = false,
        .limits = limits};

    return sandbox_check_python(front->sandbox, &check, arena, out, fault);
}

static bool said_open(const struct sandbox_outcome *outcome)
{
    const char *open = "OPEN\n";

    return outcome->output.size >= strlen(open) &&
           memmem(outcome->output.at, outcome->output.size, open, strlen(open)) != NULL;
}

static const char *detail_of(struct arena *arena, const struct sandbox_outcome *outcome)
{
    struct text said = text_trim(outcome->output);

    if (outcome->end == SANDBOX_EXITED && said.size > 0 && said.size < 80) {
        return arena_copy(arena, said.at, said.size);
    }
    return sandbox_end_name(outcome->end);
}

/* How the attempt itself got through; NULL: it did not. */
static const char *breach_of(const struct front *front, const struct attempt *attempt,
                             const struct sandbox_outcome *outcome)
{
    if (said_open(outcome)) {
        return "it says so";
    }
    if (outcome->end == SANDBOX_BROKEN) {
        return "the slot broke";
    }
    if (attempt->judge == JUDGE_ENDS && outcome->end == SANDBOX_EXITED &&
        front->kind == SANDBOX_COMMANDS) {
        return "it ended by itself";
    }
    if (outcome->wall_us > (WALL_MS + OVERTIME_MS) * INT64_C(1000)) {
        return "it ran on after its time";
    }
    if (attempt->judge == JUDGE_VICTIM && !victim_lives(front->bait)) {
        return "the process outside is dead";
    }
    if (attempt->judge == JUDGE_MARK && mark_is_left(&front->bait->target)) {
        return "a process was left";
    }
    return NULL;
}

static enum err judge(struct front *front, const struct attempt *attempt, struct arena *arena,
                      struct attack_result *result, struct fault *fault)
{
    struct sandbox_outcome outcome = {0};
    struct sandbox_outcome after = {0};

    TRY(run_inside(front, attempt->name, arena, &outcome, fault));
    const char *breach = breach_of(front, attempt, &outcome);
    int64_t ended = slot_clock();
    const char *next = attempt->judge == JUDGE_NEXT
                           ? arena_print(arena, "%s%s", attempt->name, NEXT)
                           : "clean+next";

    if (attempt->judge == JUDGE_NEXT) {
        TRY(run_inside(front, next, arena, &after, fault));
        if (breach == NULL && (said_open(&after) || after.end != SANDBOX_EXITED)) {
            breach = arena_print(arena, "the next job found something, or ended by %s",
                                 sandbox_end_name(after.end));
        }
    } else if (front->kind == SANDBOX_COMMANDS) {
        TRY(run_inside(front, next, arena, &after, fault)); /* a job that does nothing */
    }
    if (after.wall_us > 0) {
        front->waits_us[front->wait_count++] = slot_clock() - ended;
    }
    result->open[front->kind] = breach != NULL;
    result->detail[front->kind] = detail_of(arena, &outcome);
    if (breach != NULL) {
        result->detail[front->kind] =
            arena_print(arena, "%s (%s, %.1f ms)", breach, result->detail[front->kind],
                        (double)outcome.wall_us / 1000);
    }
    return OK;
}

/* Attempts that cannot even start would all look blocked. */
static enum err check_presence(struct front *front, struct arena *arena, struct fault *fault)
{
    struct sandbox_outcome outcome = {0};

    TRY(run_inside(front, HERE, arena, &outcome, fault));
    if (memmem(outcome.output.at, outcome.output.size, HERE, strlen(HERE)) != NULL) {
        return OK;
    }
    return fail(fault, ERR_UNAVAILABLE,
                "%s cannot be executed in a slot (%s %s); it must not lie below /tmp", front->self,
                sandbox_end_name(outcome.end), outcome.note);
}

static int compare_times(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

static enum err run_front(struct front *front, enum sandbox_level level_min, struct arena *arena,
                          struct attack_report *report, struct fault *fault)
{
    const char *const readable[] = {front->self};
    struct sandbox_options options = sandbox_options_default;
    enum err err = OK;

    options.kind = front->kind;
    options.level_min = level_min;
    options.memory_mib = MEMORY_MIB + options.disk_mib;
    options.readable = (struct texts){.at = readable, .count = 1};
    TRY(sandbox_new(&options, &front->sandbox, fault));
    report->level = sandbox_reached(front->sandbox)->level;
    err = check_presence(front, arena, fault);
    for (size_t i = 0; err == OK && i < report->count; i++) {
        err = judge(front, report->results[i].attempt, arena, &report->results[i], fault);
    }
    sandbox_free(front->sandbox);
    return err;
}

static void list_attempts(struct arena *arena, struct attack_report *report)
{
    size_t count = 0;

    for (size_t i = 0; i < GROUPS; i++) {
        count += SOURCES[i]().count;
    }
    report->results = arena_array(arena, struct attack_result, count);
    for (size_t i = 0; i < GROUPS; i++) {
        struct attempts list = SOURCES[i]();

        for (size_t k = 0; k < list.count; k++) {
            report->results[report->count++].attempt = &list.at[k];
        }
    }
}

enum err sandbox_attack(const char *self, enum sandbox_level level_min, struct arena *arena,
                        struct attack_report *out, struct fault *fault)
{
    struct attack_report report = {0};
    struct bait bait = {0};
    enum err err = OK;

    if (setenv("PERITI_ATTACK_SECRET", "secret", 1) != 0) {
        return fail(fault, ERR_INTERNAL, "the environment cannot be set");
    }
    list_attempts(arena, &report);
    lay_bait(&bait);
    int64_t *waits = arena_array(arena, int64_t, report.count * 2);
    size_t wait_count = 0;

    for (int kind = SANDBOX_COMMANDS; err == OK && kind <= SANDBOX_PYTHON; kind++) {
        struct front front = {.kind = (enum sandbox_kind)kind,
                              .self = self,
                              .bait = &bait,
                              .waits_us = waits,
                              .wait_count = wait_count};

        err = run_front(&front, level_min, arena, &report, fault);
        wait_count = front.wait_count;
    }
    take_bait_away(&bait);
    if (err != OK) {
        return err;
    }
    for (size_t i = 0; i < report.count; i++) {
        report.open_count += report.results[i].open[0] || report.results[i].open[1];
    }
    qsort(waits, wait_count, sizeof(*waits), compare_times);
    report.next_p99_us = wait_count == 0 ? 0 : waits[(wait_count * 99 - 1) / 100];
    *out = report;
    return OK;
}
