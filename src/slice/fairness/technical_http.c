#include "base/arena.h"
#include "base/buffer.h"
#include "base/time.h"
#include "http/outlet.h"
#include "http/route.h"
#include "slice/fairness/fairness_inside.h"
#include "slice/fairness/technical.h"
#include "store/store.h"
#include "store/work.h"

static const struct field technical_fields[] = {
    TEXT(technical_file, program, .doc = "Name and version"),
    TEXT(technical_file, bank_hash, .doc = "SHA-256 over codes and hashes of all wordings"),
    INT(technical_file, item_count, .doc = "Questions asked now"),
    INT(technical_file, suspended_count, .doc = "Questions put aside"),
    INT(technical_file, calibrated_count, .doc = "Of those asked now, calibrated"),
    INT(technical_file, domain_count, .doc = "Fields"),
    TEXT(technical_file, scorer_hash, .doc = "SHA-256 of the scorer that is in use"),
    BOOL(technical_file, is_shipped, .doc = "True: it is the one that the program came with"),
    INT(technical_file, lesson_count, .doc = "Answers graded by people here that it learnt from"),
    REAL(technical_file, agreement, .optional = true,
         .doc = "Share in the same category as people, on answers that it had not seen"),
    REAL(technical_file, kappa, .optional = true, .doc = "Quadratic kappa of the same"),
    TEXT(technical_file, model, .optional = true, .doc = "Model heard as one more rater"),
    BOOL(technical_file, is_spoken, .doc = "True: answers may be spoken"),
    INT(technical_file, interview_count, .doc = "Interviews with a result"),
    INT(technical_file, passed_by_machine, .doc = "Of these, passed without a person"),
    INT(technical_file, judged_count, .doc = "Graded by people"),
    INT(technical_file, waiting_count, .doc = "That a person has to grade yet"),
    INT(technical_file, appeal_count, .doc = "Appeals decided"),
    INT(technical_file, overturned_count, .doc = "Of these, results that changed"),
    INT(technical_file, answers_keep_days, .doc = "Days that answers are kept; 0: until erased"),
    INT(technical_file, applications_keep_days, .doc = "Of the words of applications"),
    INT(technical_file, resumes_keep_days, .doc = "Of what was read in résumés"),
    INT(technical_file, scorers_keep_days, .doc = "Of scorers that are used no more"),
};
const struct shape technical_shape =
    SHAPE(technical_file, technical_fields, "What the technical file states as of now");

enum err technical_serve(struct call *call)
{
    struct technical_file *file = arena_new_of(call->work->arena, struct technical_file);

    TRY(technical_read(call->work, file));
    call->reply = file;
    return OK;
}

static enum err read_file(struct work *work, void *context)
{
    return technical_read(work, context);
}

enum err technical_pour(struct call *call, struct outlet *outlet)
{
    struct buffer buffer = buffer_new(call->work->arena);
    struct technical_file file;
    char date[TIME_TEXT_SIZE];

    TRY(store_read(call->work, read_file, &file));
    time_print(call->work->now_us, date);
    technical_html(&file, arena_copy(call->work->arena, date, 10), &buffer);
    return outlet_write(outlet, buffer_view(&buffer), &call->work->fault);
}
