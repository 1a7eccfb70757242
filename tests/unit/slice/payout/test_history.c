/*
 * Goal: over random histories on a store (prices, charges and exchange rates that change, units
 * rejected and accepted again, minutes posted anew, bonuses shared, holds, changed accounts,
 * payouts that come back, invoices, closed periods; transactions that fail at their end, and the
 * whole process killed in the middle) every cent is where plain arithmetic says, statements equal
 * entries, payouts equal statements, the book proves, and every derived table made anew is the
 * same.
 *
 * PERITI_HISTORIES says how many, PERITI_HISTORY_FIRST where they begin, so that several programs
 * can share a million; PERITI_HISTORY_FOLDER where their stores lie.
 */

#include "check.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "slice/payout/history.h"

enum { BATCH = 50, ONE_KILLED = 4, KILL_AFTER_MS = 400 };

struct batch {
    uint64_t first;
    uint64_t count;
    char path[256];
    char url[280];
};

static void remove_store(const struct batch *batch)
{
    static const char *const TAILS[] = {"", "-wal", "-shm", "-journal", ".lock"};
    char path[300];

    for (size_t i = 0; i < sizeof(TAILS) / sizeof(TAILS[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s%s", batch->path, TAILS[i]);
        (void)unlink(path);
    }
}

static bool play_all(const struct batch *batch)
{
    static struct history history;
    struct world world;

    if (!world_open(&world, batch->url, batch->first)) {
        return false;
    }
    for (uint64_t i = 0; i < batch->count; i++) {
        if (!history_begin(&history, &world, batch->first + i) || !history_play(&history) ||
            !history_holds(&history, true)) {
            return false;
        }
    }
    bool holds = world_holds(&world);

    store_close(world.store);
    return holds;
}

/* What a killed process left: runs go on, and all holds but what only its memory knew. */
static bool take_up(const struct batch *batch)
{
    static struct history history;
    struct world world;

    if (!world_open(&world, batch->url, batch->first)) {
        return false;
    }
    int64_t begun_us = world.now_us;

    /* Later than anything in there; each history takes less than two months. */
    world.now_us += (int64_t)(batch->count + 1) * 60 * TIME_DAY;
    if (!world_resume(&world)) {
        return broken("a run does not go on", batch->first);
    }
    for (uint64_t i = 0; i < batch->count; i++) {
        history_name(&history, &world, batch->first + i);
        history.begun_us = begun_us;
        if (!history_holds(&history, false)) {
            return false;
        }
    }
    bool holds = world_holds(&world);

    store_close(world.store);
    return holds;
}

/* Each in a process of its own, so that it can be killed; true: it was not killed and all held. */
static bool held(const struct batch *batch, bool (*work)(const struct batch *), int64_t kill_ms)
{
    int status = 0;

    (void)fflush(stdout);
    pid_t child = fork();

    if (child == 0) {
        bool holds = work(batch);

        (void)fflush(stdout);
        _exit(holds ? 0 : 1);
    }
    if (kill_ms > 0) {
        (void)nanosleep(
            &(struct timespec){.tv_sec = kill_ms / 1000, .tv_nsec = kill_ms % 1000 * 1000000},
            NULL);
        (void)kill(child, SIGKILL);
    }
    return waitpid(child, &status, 0) == child &&
           ((WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
            (kill_ms > 0 && WIFSIGNALED(status)));
}

static bool batch_holds(const struct batch *batch, struct rng *rng)
{
    bool killed = rng_below(rng, ONE_KILLED) == 0;
    bool holds;

    remove_store(batch);
    holds = held(batch, play_all, killed ? 1 + (int64_t)rng_below(rng, KILL_AFTER_MS) : 0) &&
            (!killed || held(batch, take_up, 0));
    remove_store(batch);
    return holds;
}

static uint64_t number_of(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);

    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

static void histories__put_every_cent_where_arithmetic_says(void)
{
    uint64_t first = number_of("PERITI_HISTORY_FIRST", 0);
    uint64_t count = number_of("PERITI_HISTORIES", 100);
    const char *folder = getenv("PERITI_HISTORY_FOLDER");
    struct rng rng = rng_new(first);

    for (uint64_t done = 0; done < count; done += BATCH) {
        struct batch batch = {.first = first + done,
                              .count = count - done < BATCH ? count - done : BATCH};

        (void)snprintf(batch.path, sizeof(batch.path), "%s/periti-history-%d.db",
                       folder == NULL ? "/tmp" : folder, (int)getpid());
        (void)snprintf(batch.url, sizeof(batch.url), "sqlite:%s", batch.path);
        CHECK(batch_holds(&batch, &rng));
        if ((done + BATCH) % 10000 == 0) {
            printf("# %llu histories\n", (unsigned long long)(done + BATCH));
            (void)fflush(stdout);
        }
    }
    printf("# %llu histories\n", (unsigned long long)count);
}

TEST_MAIN(CASE(histories__put_every_cent_where_arithmetic_says))
