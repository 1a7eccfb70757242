#include <string.h>

#include "base/arena.h"
#include "job/job.h"
#include "slice/taxonomy/taxonomy_slice.h"
#include "slice/taxonomy/taxonomy_sql.h"
#include "slice/taxonomy/taxonomy_word.h"
#include "store/store.h"
#include "store/work.h"

enum {
    STEP_SIZE = 100, /* entries of one transaction: others write too */
    TITLE_MAX = 400, /* of an entry, that it is found by */
};

/* A change, and where it stands. */
struct changing {
    struct job_run *run;
    const struct taxonomy_change *change;
    struct text_analyser *analyser;
    size_t written;        /* entries of the file */
    const char *before_id; /* the edition that is asked; NULL: there is none */
    const char *kind;      /* behind this entry the step begins that carries over */
    const char *code;
    const struct concept_row *last; /* that the step has carried over */
    size_t count;                   /* of the step; zero: there is nothing left */
    bool is_done;
    enum err (*end)(struct work *work, void *context);
    void *context;
};

static enum err begin(struct work *work, void *context)
{
    struct changing *changing = context;
    const struct taxonomy_change *change = changing->change;
    struct edition_row row;
    struct edition_current_row before;

    TRY(job_hold(changing->run, work));
    TRY(edition_begin(work,
                      &(struct edition_begin_args){.id = change->id, .source = change->source}));
    TRY(edition_find(work, &(struct edition_find_args){.id = change->id}, &row));
    changing->is_done = strcmp(row.edition_state, "loading") != 0;
    changing->written = (size_t)row.written_count;
    enum err err =
        edition_current(work, &(struct edition_current_args){.source = change->source}, &before);

    changing->before_id = err == OK ? before.id : NULL;
    return err == ERR_NOT_FOUND ? OK : err;
}

static size_t add_words(struct work *work, const struct changing *changing,
                        const struct taxonomy_entry *entry, const char *title,
                        struct word_insert_args *out)
{
    struct text stems[TAXONOMY_WORD_MAX];
    size_t count = taxonomy_stems(work->arena, changing->analyser, title, stems);

    for (size_t i = 0; i < count; i++) {
        out[i] =
            (struct word_insert_args){.kind = entry->kind,
                                      .word = arena_copy(work->arena, stems[i].at, stems[i].size),
                                      .title_size = (int64_t)strlen(title),
                                      .edition_id = changing->change->id,
                                      .code = entry->code,
                                      .title = title};
    }
    return count;
}

static enum err write_entry(struct work *work, const struct changing *changing,
                            const struct taxonomy_entry *entry)
{
    size_t others = entry->other_count < TITLE_MAX ? entry->other_count : TITLE_MAX;
    struct word_insert_args *words =
        arena_array(work->arena, struct word_insert_args, (others + 1) * TAXONOMY_WORD_MAX);
    size_t count = add_words(work, changing, entry, entry->label, words);

    for (size_t i = 0; i < others; i++) {
        count += add_words(work, changing, entry, entry->others[i], words + count);
    }
    TRY(concept_insert(work, &(struct concept_insert_args){.edition_id = changing->change->id,
                                                           .kind = entry->kind,
                                                           .code = entry->code,
                                                           .label = entry->label}));
    return word_insert(work, words, count);
}

static enum err write_step(struct work *work, void *context)
{
    struct changing *changing = context;
    const struct taxonomy_file *file = changing->change->file;

    TRY(job_hold(changing->run, work));
    for (size_t i = 0; i < changing->count; i++) {
        TRY(write_entry(work, changing, &file->entries[changing->written + i]));
    }
    return edition_written(work,
                           &(struct edition_written_args){
                               .id = changing->change->id,
                               .written_count = (int64_t)(changing->written + changing->count)});
}

static enum err write_file(struct work *work, struct changing *changing)
{
    size_t total = changing->change->file->count;

    while (changing->written < total) {
        struct arena_mark mark = arena_mark(work->arena);
        size_t left = total - changing->written;

        changing->count = left < STEP_SIZE ? left : STEP_SIZE;
        TRY(store_write(work, write_step, changing));
        changing->written += changing->count;
        arena_undo(work->arena, mark);
        TRY(job_progress(changing->run, (int64_t)changing->written, (int64_t)total, NULL));
    }
    return OK;
}

static enum err carry_step(struct work *work, void *context)
{
    struct changing *changing = context;
    const char *new_id = changing->change->id;
    struct concept_row *rows;

    TRY(job_hold(changing->run, work));
    TRY(concepts_lacking(work,
                         &(struct concepts_lacking_args){.new_id = new_id,
                                                         .edition_id = changing->before_id,
                                                         .kind = changing->kind,
                                                         .code = changing->code,
                                                         .row_max = STEP_SIZE},
                         &rows, &changing->count));
    for (size_t i = 0; i < changing->count; i++) {
        TRY(concept_carry(work, &(struct concept_carry_args){.new_id = new_id,
                                                             .edition_id = changing->before_id,
                                                             .kind = rows[i].kind,
                                                             .code = rows[i].code}));
        TRY(words_carry(work, &(struct words_carry_args){.new_id = new_id,
                                                         .edition_id = changing->before_id,
                                                         .kind = rows[i].kind,
                                                         .code = rows[i].code}));
    }
    changing->last = changing->count == 0 ? NULL : &rows[changing->count - 1];
    return OK;
}

static enum err carry_over(struct work *work, struct changing *changing)
{
    changing->kind = "";
    changing->code = "";
    do {
        TRY(store_write(work, carry_step, changing));
        changing->kind = changing->count == 0 ? "" : changing->last->kind;
        changing->code = changing->count == 0 ? "" : changing->last->code;
        TRY(job_progress(changing->run, (int64_t)changing->written, (int64_t)changing->written,
                         NULL));
    } while (changing->count > 0);
    return OK;
}

static enum err put_in_place(struct work *work, void *context)
{
    struct changing *changing = context;
    const struct taxonomy_change *change = changing->change;

    TRY(job_hold(changing->run, work));
    TRY(edition_retire(work, &(struct edition_retire_args){.source = change->source}));
    TRY(edition_show(work, &(struct edition_show_args){.id = change->id}));
    return changing->end == NULL ? OK : changing->end(work, changing->context);
}

/* ------------------------------------------------------------------ lists that nobody asks */

struct dropping {
    const char *id;
    size_t count;
};

static enum err drop_step(struct work *work, void *context)
{
    struct dropping *dropping = context;
    struct concept_row *rows;

    TRY(concepts_first(
        work, &(struct concepts_first_args){.edition_id = dropping->id, .row_max = STEP_SIZE},
        &rows, &dropping->count));
    for (size_t i = 0; i < dropping->count; i++) {
        TRY(words_forget(work, &(struct words_forget_args){.edition_id = dropping->id,
                                                           .kind = rows[i].kind,
                                                           .code = rows[i].code}));
        TRY(concept_forget(work, &(struct concept_forget_args){.edition_id = dropping->id,
                                                               .kind = rows[i].kind,
                                                               .code = rows[i].code}));
    }
    return dropping->count > 0
               ? OK
               : edition_forget(work, &(struct edition_forget_args){.id = dropping->id});
}

struct old_list {
    struct edition_old_row *rows;
    size_t count;
};

static enum err find_old(struct work *work, void *context)
{
    struct old_list *list = context;

    return editions_old(work, &list->rows, &list->count);
}

static enum err drop_old(struct work *work)
{
    struct old_list list;

    TRY(store_read(work, find_old, &list));
    for (size_t i = 0; i < list.count; i++) {
        struct dropping dropping = {.id = list.rows[i].id};

        do {
            TRY(store_write(work, drop_step, &dropping));
        } while (dropping.count > 0);
    }
    return OK;
}

static enum err give_up(struct work *work, void *context)
{
    return edition_give_up(work, &(struct edition_give_up_args){.id = context});
}

enum err taxonomy_drop(struct work *work, const char *id)
{
    TRY(store_write(work, give_up, arena_print(work->arena, "%s", id)));
    return drop_old(work);
}

enum err taxonomy_change(struct job_run *run, const struct taxonomy_change *change,
                         enum err (*end)(struct work *work, void *context), void *context)
{
    struct work *work = run->work;
    TEXT_ANALYSER_SCOPE analyser = NULL;

    TRY(text_analyser_new(&TAXONOMY_WORDS, &analyser, &work->fault));
    struct changing changing = {
        .run = run, .change = change, .analyser = analyser, .end = end, .context = context};

    TRY(store_write(work, begin, &changing));
    if (!changing.is_done) {
        TRY(write_file(work, &changing));
        if (change->adds && changing.before_id != NULL) {
            TRY(carry_over(work, &changing));
        }
        TRY(store_write(work, put_in_place, &changing));
    }
    return drop_old(work);
}
