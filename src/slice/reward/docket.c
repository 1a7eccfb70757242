#include "slice/reward/grader_inside.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/fault.h"
#include "slice/reward/grade.h"

/* ------------------------------------------------------------------ queues */

void queue_append(struct queue *queue, struct load *load)
{
    load->next = NULL;
    if (queue->last == NULL) {
        queue->first = load;
    } else {
        queue->last->next = load;
    }
    queue->last = load;
}

struct load *queue_withdraw(struct queue *queue)
{
    struct load *load = queue->first;

    if (load != NULL) {
        queue->first = load->next;
        queue->last = queue->first == NULL ? NULL : queue->last;
    }
    return load;
}

static void drop_all(struct queue *queue, size_t *open)
{
    for (struct load *load = queue_withdraw(queue); load != NULL; load = queue_withdraw(queue)) {
        (*open)--;
        arena_free(load->arena);
    }
}

struct load *load_new(void)
{
    struct arena *arena = arena_new();
    struct load *load = arena_new_of(arena, struct load);

    load->arena = arena;
    return load;
}

/* ------------------------------------------------------------------ dockets */

static struct docket *docket_make(struct grader *grader, struct grading *grading)
{
    struct docket *docket = calloc(1, sizeof(*docket));
    pthread_condattr_t monotonic;

    if (docket == NULL) {
        return NULL;
    }
    docket->grader = grader;
    docket->grading = grading;
    grading->python = grader->python;
    grading->commands = grader->commands;
    grading->cancel = &docket->cancel;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&docket->changed, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    return docket;
}

enum err docket_new(struct grader *grader, struct grading *grading, struct docket **out,
                    struct fault *fault)
{
    struct docket *docket = docket_make(grader, grading);
    bool placed = false;

    if (docket == NULL) {
        return fail(fault, ERR_UNAVAILABLE, "no memory for the request");
    }
    (void)pthread_mutex_lock(&grader->lock);
    for (size_t i = 0; i < DOCKETS_MAX && !placed; i++) {
        if (grader->dockets[i] == NULL) {
            grader->dockets[i] = docket;
            placed = true;
        }
    }
    (void)pthread_mutex_unlock(&grader->lock);
    if (!placed) {
        (void)pthread_cond_destroy(&docket->changed);
        free(docket);
        return fail(fault, ERR_UNAVAILABLE,
                    "%d requests for rewards are being judged already; try again", DOCKETS_MAX);
    }
    *out = docket;
    return OK;
}

void docket_free(struct docket *docket)
{
    if (docket == NULL) {
        return;
    }
    struct grader *grader = docket->grader;

    atomic_store(&docket->cancel, true);
    (void)pthread_mutex_lock(&grader->lock);
    drop_all(&docket->texts, &docket->open_texts);
    drop_all(&docket->programs, &docket->open_programs);
    while (docket->open_texts + docket->open_programs > 0) {
        (void)pthread_cond_wait(&docket->changed, &grader->lock);
        drop_all(&docket->programs, &docket->open_programs);
    }
    for (size_t i = 0; i < DOCKETS_MAX; i++) {
        grader->dockets[i] = grader->dockets[i] == docket ? NULL : grader->dockets[i];
    }
    (void)pthread_mutex_unlock(&grader->lock);
    for (struct sheet *sheet = docket->done_first; sheet != NULL;) {
        struct sheet *next = sheet->next;

        sheet_free(sheet);
        sheet = next;
    }
    (void)pthread_cond_destroy(&docket->changed);
    free(docket);
}

bool docket_has_room(struct docket *docket)
{
    struct grader *grader = docket->grader;

    (void)pthread_mutex_lock(&grader->lock);
    bool room =
        docket->open_texts + docket->done_count < LOADS_PER_THREAD * (grader->text_count + 1) &&
        docket->open_programs < PROGRAMS_PER_SLOT * grader->program_count;

    (void)pthread_mutex_unlock(&grader->lock);
    return room;
}

bool docket_is_idle(struct docket *docket)
{
    (void)pthread_mutex_lock(&docket->grader->lock);
    bool idle = docket->open_texts + docket->open_programs + docket->done_count == 0;

    (void)pthread_mutex_unlock(&docket->grader->lock);
    return idle;
}

void docket_put(struct docket *docket, struct load *load)
{
    struct grader *grader = docket->grader;

    (void)pthread_mutex_lock(&grader->lock);
    queue_append(&docket->texts, load);
    docket->open_texts++;
    (void)pthread_cond_signal(&grader->texts_wait);
    (void)pthread_mutex_unlock(&grader->lock);
}

void sheet_free(struct sheet *sheet)
{
    arena_free(sheet->line_arena);
    arena_free(sheet->load->arena); /* the sheet is in it */
}

static void deadline(int64_t wait_ms, struct timespec *out)
{
    (void)clock_gettime(CLOCK_MONOTONIC, out);
    out->tv_sec += wait_ms / 1000;
    out->tv_nsec += wait_ms % 1000 * 1'000'000;
    out->tv_sec += out->tv_nsec / 1'000'000'000;
    out->tv_nsec %= 1'000'000'000;
}

struct sheet *docket_take(struct docket *docket, int64_t wait_ms)
{
    struct grader *grader = docket->grader;
    struct timespec until;
    int waited = 0;

    deadline(wait_ms, &until);
    (void)pthread_mutex_lock(&grader->lock);
    while (docket->done_first == NULL && waited != ETIMEDOUT &&
           docket->open_texts + docket->open_programs > 0) {
        waited = pthread_cond_timedwait(&docket->changed, &grader->lock, &until);
    }
    struct sheet *sheet = docket->done_first;

    if (sheet != NULL) {
        docket->done_first = sheet->next;
        docket->done_last = docket->done_first == NULL ? NULL : docket->done_last;
        docket->done_count--;
    }
    (void)pthread_mutex_unlock(&grader->lock);
    return sheet;
}
