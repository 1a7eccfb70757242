#include "slice/reward/grader_inside.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "slice/reward/grade.h"
#include "slice/reward/program.h"

enum { STACK_SIZE = 1 << 20 };

/* The next load of this kind: dockets take turns. */
static struct load *next_locked(struct grader *grader, bool programs, struct docket **out)
{
    for (size_t i = 0; i < DOCKETS_MAX; i++) {
        size_t at = (grader->turn + i) % DOCKETS_MAX;
        struct docket *docket = grader->dockets[at];
        struct load *load =
            docket == NULL ? NULL : queue_withdraw(programs ? &docket->programs : &docket->texts);

        if (load != NULL) {
            grader->turn = at + 1;
            *out = docket;
            return load;
        }
    }
    return NULL;
}

/* ------------------------------------------------------------------ judging */

/* Copied once for the many rows that share it. */
static const char *share(struct arena *arena, const char *text, const char *last)
{
    if (text == NULL || (last != NULL && strcmp(text, last) == 0)) {
        return text == NULL ? NULL : last;
    }
    return arena_copy(arena, text, strlen(text));
}

static void add_verdict(struct sheet *sheet, struct buffer *lines, const struct load_row *row,
                        const struct graded *graded)
{
    size_t count = sheet->row_count++;
    struct sheet_row *to = &sheet->rows[count];
    const struct sheet_row *last = count == 0 ? to : to - 1;
    struct arena *arena = sheet->load->arena;
    size_t begin = lines->size;

    graded_write(lines, graded);
    *to = (struct sheet_row){.row = *row,
                             .line_begin = begin,
                             .line_size = lines->size - begin,
                             .kind = graded->verdict.kind,
                             .reason = graded->verdict.reason,
                             .score = graded->verdict.score,
                             .micros = graded->micros,
                             .final = graded->verdict.reason != REASON_SANDBOX &&
                                      graded->verdict.reason != REASON_CANCELLED,
                             .task_version = share(arena, graded->task_version, last->task_version),
                             .verifier_version =
                                 share(arena, graded->verifier_version, last->verifier_version)};
}

static struct load *defer(const struct load_row *row)
{
    struct load *load = load_new();

    load->rows = arena_new_of(load->arena, struct load_row);
    load->row_count = 1;
    load->rows[0] =
        (struct load_row){.index = row->index,
                          .line = {.at = arena_copy(load->arena, row->line.at, row->line.size),
                                   .size = row->line.size}};
    return load;
}

/* Rows that need a program go to the other queue, one by one. */
static struct sheet *judge(struct docket *docket, struct load *load, bool programs,
                           struct bench *bench, struct queue *deferred)
{
    struct sheet *sheet = arena_new_of(load->arena, struct sheet);
    struct arena *scratch = arena_new();
    struct arena_mark mark = arena_mark(scratch);
    struct buffer lines = buffer_new(arena_new());

    sheet->load = load;
    sheet->rows = arena_array(load->arena, struct sheet_row, load->row_count);
    for (size_t i = 0; i < load->row_count && !atomic_load(&docket->cancel); i++) {
        struct graded graded = {.index = load->rows[i].index};

        if (grade_row(bench, docket->grading, load->rows[i].line, programs, scratch, &graded)) {
            add_verdict(sheet, &lines, &load->rows[i], &graded);
        } else {
            queue_append(deferred, defer(&load->rows[i]));
        }
        arena_undo(scratch, mark);
    }
    sheet->lines = buffer_view(&lines);
    sheet->line_arena = lines.arena;
    arena_free(scratch);
    return sheet;
}

static void settle_locked(struct docket *docket, struct sheet *sheet, struct queue *deferred,
                          bool programs)
{
    for (struct load *load = queue_withdraw(deferred); load != NULL;
         load = queue_withdraw(deferred)) {
        queue_append(&docket->programs, load);
        docket->open_programs++;
        (void)pthread_cond_signal(&docket->grader->programs_wait);
    }
    if (programs) {
        docket->open_programs--;
    } else {
        docket->open_texts--;
    }
    if (sheet->row_count == 0) {
        sheet_free(sheet);
    } else {
        if (docket->done_last == NULL) {
            docket->done_first = sheet;
        } else {
            docket->done_last->next = sheet;
        }
        docket->done_last = sheet;
        docket->done_count++;
    }
    (void)pthread_cond_signal(&docket->changed);
}

static void serve(struct grader *grader, bool programs)
{
    pthread_cond_t *wait = programs ? &grader->programs_wait : &grader->texts_wait;
    struct bench *bench = bench_new();

    (void)pthread_mutex_lock(&grader->lock);
    while (!grader->closing) {
        struct docket *docket = NULL;
        struct load *load = next_locked(grader, programs, &docket);
        struct queue deferred = {0};

        if (load == NULL) {
            (void)pthread_cond_wait(wait, &grader->lock);
            continue;
        }
        (void)pthread_mutex_unlock(&grader->lock);
        struct sheet *sheet = judge(docket, load, programs, bench, &deferred);

        (void)pthread_mutex_lock(&grader->lock);
        settle_locked(docket, sheet, &deferred, programs);
    }
    (void)pthread_mutex_unlock(&grader->lock);
    bench_free(bench);
}

static void *serve_texts(void *context)
{
    serve(context, false);
    return NULL;
}

static void *serve_programs(void *context)
{
    serve(context, true);
    return NULL;
}

/* ------------------------------------------------------------------ the grader */

static size_t processors(int64_t asked)
{
    long count = asked > 0 ? (long)asked : sysconf(_SC_NPROCESSORS_ONLN);

    return count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : (size_t)count;
}

static enum err start_sandbox(const struct grader *grader, const struct grader_settings *settings,
                              enum sandbox_kind kind, struct sandbox **out, struct fault *fault)
{
    struct sandbox_options options = sandbox_options_default;

    options.kind = kind;
    options.level_min = settings->level_min;
    options.slot_count = grader->program_count;
    options.lazy = true;
    return sandbox_new(&options, out, fault);
}

static enum err start_threads(struct grader *grader, struct fault *fault)
{
    pthread_attr_t attributes;
    size_t wanted = grader->text_count + grader->program_count;
    int error = 0;

    (void)pthread_attr_init(&attributes);
    (void)pthread_attr_setstacksize(&attributes, STACK_SIZE);
    while (error == 0 && grader->thread_count < wanted) {
        bool texts = grader->thread_count < grader->text_count;

        error = pthread_create(&grader->threads[grader->thread_count], &attributes,
                               texts ? serve_texts : serve_programs, grader);
        grader->thread_count += error == 0;
    }
    (void)pthread_attr_destroy(&attributes);
    return error == 0
               ? OK
               : fail(fault, ERR_UNAVAILABLE, "the threads of the grader: %s", strerror(error));
}

static enum err start(struct grader *grader, const struct grader_settings *settings,
                      struct fault *fault)
{
    grader->text_count = processors(settings->thread_count);
    grader->program_count = processors(settings->slot_count);
    TRY(start_sandbox(grader, settings, SANDBOX_PYTHON, &grader->python, fault));
    TRY(start_sandbox(grader, settings, SANDBOX_COMMANDS, &grader->commands, fault));
    return start_threads(grader, fault);
}

enum err grader_new(const struct grader_settings *settings, struct grader **out,
                    struct fault *fault)
{
    struct grader *grader = calloc(1, sizeof(*grader));

    if (grader == NULL) {
        return fail(fault, ERR_UNAVAILABLE, "no memory for the grader");
    }
    (void)pthread_mutex_init(&grader->lock, NULL);
    (void)pthread_cond_init(&grader->texts_wait, NULL);
    (void)pthread_cond_init(&grader->programs_wait, NULL);
    enum err err = start(grader, settings, fault);

    if (err != OK) {
        grader_free(grader);
        return err;
    }
    *out = grader;
    return OK;
}

/* Somebody is still inside, and cannot be cut. */
static bool is_used(struct grader *grader)
{
    bool used = atomic_load(&grader->guest_count) > 0;

    (void)pthread_mutex_lock(&grader->lock);
    for (size_t i = 0; i < DOCKETS_MAX; i++) {
        used = used || grader->dockets[i] != NULL;
    }
    (void)pthread_mutex_unlock(&grader->lock);
    return used;
}

void grader_free(struct grader *grader)
{
    if (grader == NULL || is_used(grader)) {
        return; /* it ends with the process; the keepers see that and clean up */
    }
    (void)pthread_mutex_lock(&grader->lock);
    grader->closing = true;
    (void)pthread_cond_broadcast(&grader->texts_wait);
    (void)pthread_cond_broadcast(&grader->programs_wait);
    (void)pthread_mutex_unlock(&grader->lock);
    for (size_t i = 0; i < grader->thread_count; i++) {
        (void)pthread_join(grader->threads[i], NULL);
    }
    sandbox_free(grader->python);
    sandbox_free(grader->commands);
    (void)pthread_cond_destroy(&grader->texts_wait);
    (void)pthread_cond_destroy(&grader->programs_wait);
    (void)pthread_mutex_destroy(&grader->lock);
    free(grader);
}

/* Callers that wait for a slot hold a worker of the server each: only so many may. */
static enum err enter(struct grader *grader, struct fault *fault)
{
    if (atomic_fetch_add(&grader->guest_count, 1) < GUESTS_MAX) {
        return OK;
    }
    atomic_fetch_sub(&grader->guest_count, 1);
    return fail(fault, ERR_UNAVAILABLE, "too many programs wait already; try again");
}

enum err grader_run(struct grader *grader, const struct program *program, struct arena *arena,
                    struct sandbox_outcome *out, struct fault *fault)
{
    TRY(enter(grader, fault));
    enum err err = program_run(grader->commands, program, arena, out, fault);

    atomic_fetch_sub(&grader->guest_count, 1);
    return err;
}

static const char *carry(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_copy(arena, text, strlen(text));
}

enum err grader_grade(struct grader *grader, struct grading *grading, struct text line,
                      struct arena *arena, struct graded *out, struct fault *fault)
{
    static const _Atomic bool never = false;

    TRY(enter(grader, fault));
    struct bench *bench = bench_new();

    grading->python = grader->python;
    grading->commands = grader->commands;
    grading->cancel = &never;
    bool done = grade_row(bench, grading, line, true, arena, out);

    assert(done);
    out->task_version = carry(arena, out->task_version);
    out->verifier_version = carry(arena, out->verifier_version);
    bench_free(bench);
    atomic_fetch_sub(&grader->guest_count, 1);
    return OK;
}
