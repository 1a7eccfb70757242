/* Why an expert has no work: every requirement of a run, and what of it the expert does not meet.
 */

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/match/loaded.h"
#include "slice/match/match_sql.h"
#include "slice/match/question.h"
#include "slice/match/run.h"
#include "store/work.h"

enum { REASONS_MAX = 200 };

struct reason {
    const char *requirement_id;
    const char *requirement;
    const char *campaign;
    bool seated;
    struct texts failed;
    const char *note;
};
static const struct field reason_fields[] = {
    TEXT(reason, requirement_id, .doc = "Requirement"),
    TEXT(reason, requirement, .doc = "Its name"),
    TEXT(reason, campaign, .doc = "Its campaign"),
    BOOL(reason, seated, .doc = "The run proposed this expert for it"),
    TEXTS(reason, failed, .doc = "Checks that fail, in words"),
    TEXT(reason, note, .optional = true, .doc = "If none fails: what decided"),
};
static const struct shape reason_shape =
    SHAPE(reason, reason_fields, "How an expert stands to a requirement");

struct reason_list {
    const char *run_id;
    int64_t computed_at;
    struct list items;
};
static const struct field reason_list_fields[] = {
    TEXT(reason_list, run_id, .optional = true, .doc = "The run; none: there was none yet"),
    TIME(reason_list, computed_at, .optional = true, .doc = "When it was made"),
    LIST(reason_list, items, .of = &reason_shape, .doc = "Fewest failed checks first"),
};
const struct shape reason_list_shape = SHAPE(reason_list, reason_list_fields, "Why no work");

static struct texts failed_of(struct arena *arena, const struct match_columns *columns,
                              const struct match_requirement *asked)
{
    uint32_t count;
    const struct match_check *checks = match_checks_of(arena, asked, &count);
    const char **texts = arena_array(arena, const char *, count);
    struct texts failed = {.at = texts};
    ARENA_SCOPE scratch = arena_new();
    struct buffer words = buffer_new(scratch);

    for (uint32_t i = 0; i < count; i++) {
        if (!match_passes(columns, asked, &checks[i], 0)) {
            buffer_reset(&words);
            match_explain(&words, columns, asked, &checks[i], 0);
            texts[failed.count++] = arena_copy(arena, words.at, words.size);
        }
    }
    return failed;
}

static bool is_seated(const struct match_loaded *loaded, uint32_t ask, uint32_t member)
{
    for (uint32_t i = 0; i < loaded->before.seat_count; i++) {
        const struct match_seat *seat = &loaded->before.seats[i];

        if (seat->ask == ask && loaded->instance.choices[seat->choice].member == member) {
            return true;
        }
    }
    return false;
}

/* The name of another requirement of the campaign that seated the member; NULL: none did. */
static const char *sits_beside(const struct match_loaded *loaded, uint32_t ask, uint32_t member)
{
    const struct ask_fact *asks = loaded->facts.asks.at;

    for (uint32_t i = 0; i < loaded->instance.ask_count; i++) {
        if (i != ask && loaded->instance.asks[i].campaign == loaded->instance.asks[ask].campaign &&
            is_seated(loaded, i, member)) {
            return asks[i].name;
        }
    }
    return NULL;
}

/* Where else the member sits, or by how much the last one seated was ahead. */
static const char *note_of(struct arena *arena, const struct match_loaded *loaded, uint32_t ask,
                           uint32_t member)
{
    uint32_t choice =
        member == MATCH_NONE ? MATCH_NONE : match_choice_find(&loaded->instance, ask, member);
    double least = 2;

    if (choice == MATCH_NONE) {
        return "passes every check; others are nearer to the work by their texts";
    }
    for (uint32_t i = 0; i < loaded->before.seat_count; i++) {
        const struct match_seat *seat = &loaded->before.seats[i];

        if (seat->ask == ask) {
            double score = (double)match_choice_score(&loaded->instance, ask, seat->choice).score;

            least = score < least ? score : least;
        }
    }
    const char *beside = sits_beside(loaded, ask, member);

    if (beside != NULL) {
        return arena_print(
            arena, "passes every check; sits in %s, and an expert sits once in a campaign", beside);
    }
    double own = (double)match_choice_score(&loaded->instance, ask, choice).score;

    return own < least && least <= 1
               ? arena_print(arena, "passes every check; scores %.2f, the last one seated %.2f",
                             own, least)
               : "passes every check; the team as a whole is better with somebody else here";
}

static size_t sort_by_failures(struct reason *items, size_t count)
{
    for (size_t i = 1; i < count; i++) { /* few */
        struct reason held = items[i];
        size_t k = i;

        for (; k > 0 && items[k - 1].failed.count > held.failed.count; k--) {
            items[k] = items[k - 1];
        }
        items[k] = held;
    }
    return count < REASONS_MAX ? count : REASONS_MAX;
}

static enum err answer(struct call *call, const char *run_id, const char *person_id)
{
    struct work *work = call->work;
    struct reason_list *list = arena_new_of(work->arena, struct reason_list);
    struct match_loaded loaded;
    struct match_input input;

    TRY(match_load(work, run_id, work->organisation_id, &loaded));
    TRY(match_read_pool(work, loaded.pool_version, loaded.day, &loaded.facts, person_id, &input));
    if (input.experts.count == 0) {
        return work_fail(work, ERR_NOT_FOUND, "there was no such profile when the match was made");
    }
    const struct ask_fact *asks = loaded.facts.asks.at;
    struct match_columns columns = match_columns_of(work->arena, &input);
    uint32_t member = match_member_find(&loaded.instance, person_id);
    struct reason *items = arena_array(work->arena, struct reason, input.requirement_count);

    for (uint32_t i = 0; i < input.requirement_count; i++) {
        items[i] = (struct reason){
            .requirement_id = asks[i].id,
            .requirement = asks[i].name,
            .campaign = asks[i].campaign_name,
            .seated = member != MATCH_NONE && is_seated(&loaded, i, member),
            .failed = failed_of(work->arena, &columns, &input.requirements[i]),
        };
        if (items[i].failed.count == 0 && !items[i].seated) {
            items[i].note = note_of(work->arena, &loaded, i, member);
        }
    }
    struct match_run_row row;

    TRY(match_run_by_id(
        work,
        &(struct match_run_by_id_args){.id = run_id, .organisation_id = work->organisation_id},
        &row));
    list->run_id = run_id;
    list->computed_at = row.created_at;
    list->items.at = items;
    list->items.count = sort_by_failures(items, input.requirement_count);
    call->reply = list;
    return OK;
}

enum err question_serve_reasons(struct call *call)
{
    return answer(call, call->ids[0], call->ids[1]);
}

/* From the last run; none yet is an answer too. */
enum err question_serve_own_reasons(struct call *call)
{
    struct work *work = call->work;
    struct match_run_last_row last;

    work->organisation_id = work->who->organisation_id;
    enum err err = match_run_last(
        work, &(struct match_run_last_args){.organisation_id = work->organisation_id}, &last);

    if (err == OK) {
        err = answer(call, last.id, work->who->person_id);
    }
    if (err == ERR_NOT_FOUND) {
        struct reason_list *list = arena_new_of(work->arena, struct reason_list);

        list->computed_at = INT_ABSENT;
        call->reply = list;
        return OK;
    }
    return err;
}
