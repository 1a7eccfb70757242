#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/map.h"
#include "engine/verify/rubric.h"
#include "engine/verify/rubric_read.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/rubric/rubric_inside.h"
#include "slice/rubric/rubric_intake.h"
#include "slice/rubric/rubric_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/file.h"

enum { LINES_MAX = 100'000, MARKS_MAX = 200'000, WORD_SIZE_MAX = 200, REASON_SIZE_MAX = 8000 };

/* ------------------------------------------------------------------ versions */

struct rubric_upload_query {
    const char *origin;
};
static const struct rubric_upload_query upload_defaults = {.origin = "person"};
static const struct field upload_fields[] = {
    TEXT(rubric_upload_query, origin, .optional = true, .choices = "person|model",
         .doc = "Who wrote it; a model's is a draft until a person confirms it"),
};
const struct shape rubric_upload_query_shape =
    SHAPE(rubric_upload_query, upload_fields, "Where it comes from", .defaults = &upload_defaults);

static const struct field made_fields[] = {
    INT(version_made, number, .doc = "Of the version"),
    TEXT(version_made, change, .choices = "new|same", .doc = "same: it is the newest already"),
    TEXT(version_made, content_hash, .doc = "SHA-256 of what it says"),
    TEXT(version_made, state, .choices = "confirmed|draft", .doc = "May it be graded by?"),
    INT(version_made, task_count, .doc = "Tasks with criteria"),
    INT(version_made, criterion_count, .doc = "Criteria"),
    INT(version_made, finding_count, .doc = "What the linter found"),
};
const struct shape version_made_shape = SHAPE(version_made, made_fields, "A version of a rubric");

struct uploading {
    struct call *call;
    struct text file;
    struct version_draft draft;
    struct version_made *made;
    struct grades_taken *taken;
    int64_t number;
};

static enum err keep_version(struct work *work, void *context)
{
    struct uploading *uploading = context;

    return version_add(work, &uploading->draft, uploading->made);
}

enum err serve_version_add(struct call *call)
{
    struct work *work = call->work;
    const struct rubric_upload_query *query = call->query;
    struct uploading uploading = {
        .call = call,
        .draft = {.rubric_id = call->ids[0], .origin = query->origin},
        .made = arena_new_of(work->arena, struct version_made),
    };

    TRY(file_read(work->arena, call->upload->path, RUBRIC_FILE_MAX, &uploading.file, &work->fault));
    TRY(rubric_set_read(work->arena, uploading.file, &uploading.draft.set, &work->fault));
    TRY(store_write(work, keep_version, &uploading));
    call->reply = uploading.made;
    return OK;
}

/* ------------------------------------------------------------------ lines */

typedef enum err take_line(struct work *work, struct uploading *uploading, const struct json *row);

/* Each line that is not blank; a fault has its number. */
static enum err each_line(struct work *work, struct uploading *uploading, take_line *take)
{
    struct json_lines lines = {.rest = uploading->file};
    struct json *row;
    enum err err = json_next(work->arena, &lines, &row, &work->fault);

    while (err == OK && row != NULL) {
        if (lines.line > LINES_MAX) {
            return work_fail(work, ERR_INVALID, "more than %d lines: hand them over in parts",
                             LINES_MAX);
        }
        err = take(work, uploading, row);
        if (err != OK) {
            work->fault.line = lines.line;
            return err;
        }
        err = json_next(work->arena, &lines, &row, &work->fault);
    }
    return err;
}

static enum err need_word(struct work *work, const struct json *row, const char *name,
                          const char **out)
{
    const char *text = row->kind == JSON_OBJECT ? json_text_of(row, name) : NULL;

    if (text == NULL || text[0] == '\0' || strlen(text) > WORD_SIZE_MAX) {
        return work_fail_field(work, ERR_INVALID, name, "%s is a text of 1 to %d bytes", name,
                               WORD_SIZE_MAX);
    }
    *out = text;
    return OK;
}

static const char *or_empty(const struct json *row, const char *name)
{
    const char *text = json_text_of(row, name);

    return text == NULL ? "" : text;
}

/* The rubric of a row's task; a row may leave it out where there is only one. */
static enum err rubric_of(struct work *work, const struct version *version, const struct json *row,
                          const struct rubric **out)
{
    const char *task = json_text_of(row, "task");
    uint32_t number = 0;

    if ((task == NULL && version->set.count == 1) ||
        (task != NULL && version_task(version, task, &number))) {
        *out = &version->set.at[number];
        return OK;
    }
    return work_fail_field(work, ERR_INVALID, "task", "the rubric has no task %.100s",
                           task == NULL ? "(none is named)" : task);
}

/* ------------------------------------------------------------------ grades */

struct rubric_grades_query {
    int64_t number;
};
static const struct field grades_query_fields[] = {
    INT(rubric_grades_query, number, .optional = true, .min = 1, .max = 1e9,
        .doc = "Of the version that was graded by; the newest that is confirmed unless said"),
};
const struct shape grades_query_shape =
    SHAPE(rubric_grades_query, grades_query_fields, "Which version was graded by");

struct grades_taken {
    int64_t number;
    int64_t new_count;
    int64_t same_count;
    int64_t to_person_count;
};
static const struct field taken_fields[] = {
    INT(grades_taken, number, .doc = "Of the version"),
    INT(grades_taken, new_count, .doc = "Verdicts that were not there"),
    INT(grades_taken, same_count, .doc = "Verdicts that this grader had given before; they stay"),
    INT(grades_taken, to_person_count, .doc = "New verdicts of models that go to people"),
};
const struct shape grades_taken_shape = SHAPE(grades_taken, taken_fields, "What was taken");

struct grading {
    struct uploading uploading; /* first: its address is this one's */
    struct version version;
    struct mark_intake intake;
    int64_t mark_count;
};

static enum err check_criterion(struct work *work, const struct version *version, const char *key)
{
    uint32_t number;

    return map_find(version->index, text_of(key), &number)
               ? OK
               : work_fail_field(work, ERR_INVALID, "rubrics",
                                 "version %lld has no criterion \"%.200s\"",
                                 (long long)version->number, key);
}

static enum err take_grades(struct work *work, struct uploading *uploading, const struct json *row)
{
    struct grading *grading = (struct grading *)uploading;
    struct mark_draft mark = {0};
    const struct rubric *rubric;
    const struct criterion *criteria;
    size_t count;

    TRY(need_word(work, row, "id", &mark.response));
    TRY(need_word(work, row, "grader", &mark.grader));
    TRY(rubric_of(work, &grading->version, row, &rubric));
    const struct json *items = json_member(row, "rubrics");

    if (items == NULL || items->kind != JSON_LIST) {
        return work_fail_field(work, ERR_INVALID, "rubrics",
                               "a row needs rubrics: a list of id and criteria_met");
    }
    mark.model = strcmp(or_empty(row, "kind"), "model") == 0;
    TRY(rubric_read_criteria(work->arena, row, &criteria, &count, &work->fault));
    const struct json *item = items->first;

    for (size_t i = 0; i < count; i++, item = item->next) {
        mark.criterion = criterion_key(work, rubric, &criteria[i]);
        mark.reason = or_empty(item, "reason");
        mark.quote = or_empty(item, "quote");
        mark.verdict = !criteria[i].scored      ? MARK_COULD_NOT
                       : criteria[i].score > .5 ? MARK_MET
                                                : MARK_NOT_MET;
        TRY(check_criterion(work, &grading->version, mark.criterion));
        if (strlen(mark.reason) > REASON_SIZE_MAX || strlen(mark.quote) > REASON_SIZE_MAX) {
            return work_fail_field(work, ERR_INVALID, "reason",
                                   "reason and quote have at most %d bytes", REASON_SIZE_MAX);
        }
        if (++grading->mark_count > MARKS_MAX) {
            return work_fail(work, ERR_INVALID, "more than %d verdicts: hand them over in parts",
                             MARKS_MAX);
        }
        TRY(mark_intake_put(work, &grading->intake, &mark));
    }
    return OK;
}

static enum err keep_grades(struct work *work, void *context)
{
    struct grading *grading = context;
    struct grades_taken *taken = grading->uploading.taken;
    struct rubric_row row;

    grading->mark_count = 0;
    TRY(rubric_find(grading->uploading.call, &row));
    TRY(version_load_confirmed(work, row.id, grading->uploading.number, &grading->version));
    TRY(mark_intake_open(work, &row, &grading->version, &grading->intake));
    TRY(each_line(work, &grading->uploading, take_grades));
    *taken = (struct grades_taken){.number = grading->version.number,
                                   .new_count = grading->intake.new_count,
                                   .same_count = grading->intake.same_count,
                                   .to_person_count = grading->intake.to_person_count};
    return audit(work, "rubric.grades", row.id, "{}");
}

enum err serve_grades_add(struct call *call)
{
    struct work *work = call->work;
    const struct rubric_grades_query *query = call->query;
    struct grading grading = {.uploading = {.call = call, .number = query->number}};

    grading.uploading.taken = arena_new_of(work->arena, struct grades_taken);
    TRY(file_read(work->arena, call->upload->path, RUBRIC_FILE_MAX, &grading.uploading.file,
                  &work->fault));
    TRY(store_write(work, keep_grades, &grading));
    call->reply = grading.uploading.taken;
    return OK;
}

/* ------------------------------------------------------------------ answers */

struct responses_taken {
    int64_t row_count;
};
static const struct field responses_fields[] = {
    INT(responses_taken, row_count, .doc = "Answers in the file; those that were there stay"),
};
const struct shape responses_taken_shape =
    SHAPE(responses_taken, responses_fields, "What was taken");

struct answering {
    struct uploading uploading; /* first, as above */
    struct version version;
    struct responses_taken *taken;
};

static enum err take_response(struct work *work, struct uploading *uploading,
                              const struct json *row)
{
    struct answering *answering = (struct answering *)uploading;
    const struct rubric *rubric;
    const char *response;
    const char *answer = row->kind == JSON_OBJECT ? json_text_of(row, "answer") : NULL;

    TRY(need_word(work, row, "id", &response));
    TRY(rubric_of(work, &answering->version, row, &rubric));
    if (answer == NULL || answer[0] == '\0') {
        return work_fail_field(work, ERR_INVALID, "answer", "answer is missing or no text");
    }
    answering->taken->row_count++;
    return response_put(work, &(struct response_put_args){.organisation_id = work->organisation_id,
                                                          .rubric_id = uploading->call->ids[0],
                                                          .response = response,
                                                          .task = rubric->id,
                                                          .answer = answer});
}

static enum err keep_responses(struct work *work, void *context)
{
    struct answering *answering = context;

    answering->taken->row_count = 0;
    TRY(version_load_confirmed(work, answering->uploading.call->ids[0], INT_ABSENT,
                               &answering->version));
    return each_line(work, &answering->uploading, take_response);
}

enum err serve_responses_add(struct call *call)
{
    struct work *work = call->work;
    struct answering answering = {.uploading = {.call = call},
                                  .taken = arena_new_of(work->arena, struct responses_taken)};

    TRY(file_read(work->arena, call->upload->path, RUBRIC_FILE_MAX, &answering.uploading.file,
                  &work->fault));
    TRY(store_write(work, keep_responses, &answering));
    call->reply = answering.taken;
    return OK;
}
