#include "slice/match/question.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/match/loaded.h"
#include "slice/match/match_sql.h"
#include "slice/match/run.h"
#include "store/work.h"

/* ------------------------------------------------------------------ candidates */

struct candidate_query {
    const char *requirement_id;
    int64_t limit;
};
static const struct candidate_query candidate_defaults = {.limit = PAGE_DEFAULT};
static const struct field candidate_query_fields[] = {
    TEXT(candidate_query, requirement_id, .min = 1, .max = 40, .doc = "Whose seats"),
    INT(candidate_query, limit, .optional = true, .min = 1, .max = PAGE_MAX, .doc = "Rows at most"),
};
const struct shape candidate_query_shape = SHAPE(
    candidate_query, candidate_query_fields, "Whose candidates", .defaults = &candidate_defaults);

struct candidate {
    const char *expert_id;
    const char *name;
    double score;
    const char *parts;
    const char *standing;
    const char *seated_in;
    const char *misses;
    int64_t rate_minor;
    int64_t weekly_hours;
};
static const struct field candidate_fields[] = {
    TEXT(candidate, expert_id, .doc = "Who"),
    TEXT(candidate, name, .doc = "Name"),
    REAL(candidate, score, .doc = "0 to 1"),
    JSON(candidate, parts, .doc = "What the score is made of"),
    TEXT(candidate, standing, .choices = "seated|elsewhere|free|misses",
         .doc = "Whether the run seated this expert here, elsewhere, nowhere, or could not"),
    TEXT(candidate, seated_in, .optional = true, .doc = "The requirement that seated this expert"),
    TEXT(candidate, misses, .optional = true, .doc = "What is asked for and not met"),
    INT(candidate, rate_minor, .doc = "Asks so much an hour, in minor units"),
    INT(candidate, weekly_hours, .doc = "Has so many hours a week left"),
};
static const struct shape candidate_shape =
    SHAPE(candidate, candidate_fields, "An expert who could sit");

struct candidate_list {
    struct list items;
};
static const struct field candidate_list_fields[] = {
    LIST(candidate_list, items, .of = &candidate_shape, .doc = "Best first; who misses comes last"),
};
const struct shape candidate_list_shape =
    SHAPE(candidate_list, candidate_list_fields, "Candidates of a requirement in a run");

struct ranked {
    uint32_t choice;
    bool meets;
    float score;
};

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left;
    const struct ranked *b = right;

    if (a->meets != b->meets) {
        return a->meets ? -1 : 1;
    }
    if (a->score != b->score) {
        return a->score < b->score ? 1 : -1;
    }
    return (a->choice > b->choice) - (a->choice < b->choice);
}

/* The ask that seated a member in the run; MATCH_NONE: none. */
static uint32_t seat_of(const struct match_loaded *loaded, uint32_t member, uint32_t preferred)
{
    uint32_t found = MATCH_NONE;

    for (uint32_t i = 0; i < loaded->before.seat_count; i++) {
        const struct match_seat *seat = &loaded->before.seats[i];

        if (loaded->instance.choices[seat->choice].member == member && found != preferred) {
            found = seat->ask;
        }
    }
    return found;
}

static const char *misses_of(struct arena *arena, const struct match_instance *asked, uint32_t ask,
                             uint32_t choice)
{
    const struct match_ask *want = &asked->asks[ask];
    const struct match_choice *at = &asked->choices[choice];
    const struct match_member *member = &asked->members[at->member];

    if (member->rate > want->rate) {
        return arena_print(arena, "asks %.2f an hour, the ceiling is %.2f", member->rate / 100.0,
                           want->rate / 100.0);
    }
    if (member->hours < want->hours) {
        return arena_print(arena, "has %u hours a week, %u are needed", member->hours, want->hours);
    }
    for (uint32_t i = 0; i < want->skill_count; i++) {
        if (at->levels[i] < want->wanted[i]) {
            return arena_print(arena, "has level %u in a skill, %u is needed", at->levels[i],
                               want->wanted[i]);
        }
    }
    return NULL;
}

static enum err tell_candidate(struct work *work, const struct match_loaded *loaded, uint32_t ask,
                               uint32_t choice, struct candidate *out)
{
    const struct match_instance *instance = &loaded->instance;
    const struct ask_fact *asks = loaded->facts.asks.at;
    struct match_candidate scored = match_choice_score(instance, ask, choice);
    const struct match_member *member = &instance->members[scored.expert];
    uint32_t seat = seat_of(loaded, scored.expert, ask);
    struct match_person_name_row person;

    TRY(match_person_name(work, &(struct match_person_name_args){.id = member->id}, &person));
    *out = (struct candidate){
        .expert_id = member->id,
        .name = person.name,
        .score = match_rounded((double)scored.score),
        .parts = match_parts_text(work, &scored),
        .misses = misses_of(work->arena, instance, ask, choice),
        .seated_in = seat == MATCH_NONE ? NULL : asks[seat].name,
        .rate_minor = member->rate,
        .weekly_hours = member->hours,
    };
    out->standing = seat == ask           ? "seated"
                    : out->misses != NULL ? "misses"
                    : seat != MATCH_NONE  ? "elsewhere"
                                          : "free";
    return OK;
}

static enum err find_ask(struct work *work, const struct match_loaded *loaded,
                         const char *requirement_id, uint32_t *ask)
{
    *ask = match_ask_find(loaded, requirement_id);
    if (*ask == MATCH_NONE) {
        return work_fail_field(work, ERR_INVALID, "requirement_id",
                               "the run did not ask for %.40s; start a new one", requirement_id);
    }
    return OK;
}

enum err question_serve_candidates(struct call *call)
{
    const struct candidate_query *query = call->query;
    struct work *work = call->work;
    struct candidate_list *list = arena_new_of(work->arena, struct candidate_list);
    struct match_loaded loaded;
    uint32_t ask;

    TRY(match_load(work, call->ids[0], work->organisation_id, &loaded));
    TRY(find_ask(work, &loaded, query->requirement_id, &ask));
    const struct match_ask *asked = &loaded.instance.asks[ask];
    struct ranked *ranked = arena_array(work->arena, struct ranked, asked->choice_count);

    for (uint32_t i = 0; i < asked->choice_count; i++) {
        uint32_t choice = asked->choice_start + i;

        ranked[i] = (struct ranked){
            .choice = choice,
            .meets = match_choice_meets(&loaded.instance, ask, choice),
            .score = match_choice_score(&loaded.instance, ask, choice).score,
        };
    }
    qsort(ranked, asked->choice_count, sizeof(*ranked), compare_ranked);
    size_t count = asked->choice_count;

    count = count < (size_t)query->limit ? count : (size_t)query->limit;
    struct candidate *items = arena_array(work->arena, struct candidate, count);

    for (size_t i = 0; i < count; i++) {
        TRY(tell_candidate(work, &loaded, ask, ranked[i].choice, &items[i]));
    }
    list->items = (struct list){.at = items, .count = count};
    call->reply = list;
    return OK;
}

/* ------------------------------------------------------------------ what if */

struct what_if_body {
    const char *requirement_id;
    int64_t seats;
    int64_t rate_minor;
    int64_t hours;
    int64_t level;
    int64_t ends_at;
    const char *with;
    const char *without;
};
static const struct what_if_body what_if_defaults = {
    .seats = INT_ABSENT, .rate_minor = INT_ABSENT, .hours = INT_ABSENT, .ends_at = INT_ABSENT};
static const struct field what_if_body_fields[] = {
    TEXT(what_if_body, requirement_id, .min = 1, .max = 40, .doc = "Whose terms change"),
    INT(what_if_body, seats, .optional = true, .min = 0, .max = 10000, .doc = "Seats instead"),
    INT(what_if_body, rate_minor, .optional = true, .min = 0, .max = 10000000,
        .doc = "Ceiling of the hourly rate instead"),
    INT(what_if_body, hours, .optional = true, .min = 0, .max = 168, .doc = "Hours a week instead"),
    INT(what_if_body, level, .optional = true, .min = -9, .max = 9,
        .doc = "Added to every level that is asked for"),
    TIME(what_if_body, ends_at, .optional = true,
         .doc = "Deadline instead: the same work in less time needs more seats"),
    TEXT(what_if_body, with, .optional = true, .max = 40, .doc = "This expert must sit here"),
    TEXT(what_if_body, without, .optional = true, .max = 40, .doc = "This expert must not"),
};
const struct shape what_if_body_shape =
    SHAPE(what_if_body, what_if_body_fields, "Another question", .defaults = &what_if_defaults);

static const struct field fill_fields[] = {
    INT(match_fill, wanted, .doc = "Seats"),
    INT(match_fill, filled, .doc = "Of these, filled"),
    REAL(match_fill, quality, .optional = true, .doc = "Mean score of those seated"),
    INT(match_fill, week_minor, .doc = "What they ask for a week, in minor units"),
};
static const struct shape fill_shape = SHAPE(match_fill, fill_fields, "What a requirement gets");

struct seat_move {
    const char *requirement_id;
    const char *requirement;
    const char *expert_id;
    const char *name;
    bool comes;
};
static const struct field move_fields[] = {
    TEXT(seat_move, requirement_id, .doc = "Where"),
    TEXT(seat_move, requirement, .doc = "Its name"),
    TEXT(seat_move, expert_id, .doc = "Who"),
    TEXT(seat_move, name, .doc = "Name"),
    BOOL(seat_move, comes, .doc = "True: takes a seat; false: leaves it"),
};
static const struct shape move_shape = SHAPE(seat_move, move_fields, "A seat that changes hands");

struct what_if {
    struct match_fill before;
    struct match_fill after;
    int64_t others_lost;
    double score_before;
    double score_after;
    struct list moves;
    int64_t move_count;
    bool optimal;
};
static const struct field what_if_fields[] = {
    OBJECT(what_if, before, match_fill, .of = &fill_shape, .doc = "The requirement as it is"),
    OBJECT(what_if, after, match_fill, .of = &fill_shape, .doc = "The requirement then"),
    INT(what_if, others_lost, .doc = "Seats that other requirements would lose"),
    REAL(what_if, score_before, .doc = "Sum of scores of all seats, as it is"),
    REAL(what_if, score_after, .doc = "Sum of scores of all seats then"),
    LIST(what_if, moves, .of = &move_shape, .doc = "Seats that change hands, the first 50"),
    INT(what_if, move_count, .doc = "How many change hands in all"),
    BOOL(what_if, optimal, .doc = "Proven to be the best answer to the question"),
};
const struct shape what_if_shape = SHAPE(what_if, what_if_fields, "What another question changes");

enum { MOVES_MAX = 50 };

/* The same work by another day: as many times more seats as there is less time. */
static enum err seats_by(struct work *work, const struct ask_fact *fact, int64_t ends_at,
                         int64_t *seats)
{
    int64_t start = fact->demand.starts_at;

    if (fact->demand.ends_at == INT_ABSENT) {
        return work_fail_field(work, ERR_INVALID, "ends_at",
                               "the requirement has no deadline to compare with");
    }
    start = start == INT_ABSENT || start < work->now_us ? work->now_us : start;
    if (ends_at <= start || fact->demand.ends_at <= start) {
        return work_fail_field(work, ERR_INVALID, "ends_at", "the deadline must lie ahead");
    }
    double more = ceil((double)fact->seats * (double)(fact->demand.ends_at - start) /
                       (double)(ends_at - start));

    *seats = more > 10000 ? 10000 : (int64_t)more;
    return OK;
}

static enum err pin_of(struct work *work, const struct match_loaded *loaded, uint32_t ask,
                       const char *field, const char *person_id, struct match_pin *out)
{
    uint32_t member = match_member_find(&loaded->instance, person_id);
    uint32_t choice =
        member == MATCH_NONE ? MATCH_NONE : match_choice_find(&loaded->instance, ask, member);

    if (choice == MATCH_NONE) {
        return work_fail_field(work, ERR_INVALID, field,
                               "%.40s stands on no slate of this requirement: a check fails that "
                               "cannot be bargained about, or others were nearer",
                               person_id);
    }
    out->choice = choice;
    return OK;
}

static bool sits(const struct match_seat *seats, uint32_t count, const struct match_seat *seat)
{
    for (uint32_t i = 0; i < count; i++) {
        if (seats[i].choice == seat->choice) {
            return true;
        }
    }
    return false;
}

struct telling {
    struct work *work;
    const struct match_loaded *loaded;
    struct what_if *out;
    struct seat_move *moves;
};

static enum err tell_moves(struct telling *telling, const struct match_seat *from,
                           uint32_t from_count, const struct match_seat *to, uint32_t to_count,
                           bool comes)
{
    struct work *work = telling->work;
    const struct match_instance *instance = &telling->loaded->instance;
    const struct ask_fact *asks = telling->loaded->facts.asks.at;

    for (uint32_t i = 0; i < to_count; i++) {
        const char *person_id = instance->members[instance->choices[to[i].choice].member].id;
        struct match_person_name_row person;

        if (sits(from, from_count, &to[i])) {
            continue;
        }
        if (telling->out->moves.count < MOVES_MAX) {
            TRY(match_person_name(work, &(struct match_person_name_args){.id = person_id},
                                  &person));
            telling->moves[telling->out->moves.count++] =
                (struct seat_move){.requirement_id = asks[to[i].ask].id,
                                   .requirement = asks[to[i].ask].name,
                                   .expert_id = person_id,
                                   .name = person.name,
                                   .comes = comes};
        }
        telling->out->move_count++;
    }
    return OK;
}

static enum err answer(struct work *work, const struct match_loaded *loaded, uint32_t ask,
                       const struct match_outcome *outcome, struct what_if *out)
{
    const struct match_before *before = &loaded->before;
    struct telling telling = {.work = work,
                              .loaded = loaded,
                              .out = out,
                              .moves = arena_array(work->arena, struct seat_move, MOVES_MAX)};

    *out = (struct what_if){
        .before = match_fill_of(&loaded->instance, ask, before->seats, before->seat_count),
        .after = match_fill_of(&outcome->asked, ask, outcome->seats, outcome->seat_count),
        .score_before = match_rounded(loaded->score),
        .score_after = match_rounded(outcome->score),
        .moves.at = telling.moves,
        .optimal = outcome->optimal,
    };
    out->before.quality = match_rounded(out->before.quality);
    out->after.quality = match_rounded(out->after.quality);
    out->others_lost = (int64_t)before->seat_count - out->before.filled -
                       ((int64_t)outcome->seat_count - out->after.filled);
    TRY(tell_moves(&telling, before->seats, before->seat_count, outcome->seats, outcome->seat_count,
                   true));
    return tell_moves(&telling, outcome->seats, outcome->seat_count, before->seats,
                      before->seat_count, false);
}

enum err question_serve_what_if(struct call *call)
{
    const struct what_if_body *body = call->body;
    struct work *work = call->work;
    struct what_if *reply = arena_new_of(work->arena, struct what_if);
    struct match_pin pins[2] = {{.together = true}, {.together = false}};
    struct match_revision revision = {.pins = pins};
    struct match_loaded loaded;
    struct match_outcome outcome;
    struct match_change change;
    int64_t seats = body->seats;
    uint32_t ask;

    TRY(match_load(work, call->ids[0], work->organisation_id, &loaded));
    TRY(find_ask(work, &loaded, body->requirement_id, &ask));
    if (body->ends_at != INT_ABSENT) {
        TRY(seats_by(work, &((const struct ask_fact *)loaded.facts.asks.at)[ask], body->ends_at,
                     &seats));
    }
    change = (struct match_change){
        .ask = ask,
        .seats = seats == INT_ABSENT ? MATCH_NONE : (uint32_t)seats,
        .rate = body->rate_minor == INT_ABSENT ? MATCH_NONE : (uint32_t)body->rate_minor,
        .hours = body->hours == INT_ABSENT ? MATCH_NONE : (uint32_t)body->hours,
        .level = (int)body->level,
    };
    revision.changes = &change;
    revision.change_count = 1;
    if (body->with != NULL) {
        TRY(pin_of(work, &loaded, ask, "with", body->with, &pins[revision.pin_count]));
        pins[revision.pin_count++].together = true;
    }
    if (body->without != NULL) {
        TRY(pin_of(work, &loaded, ask, "without", body->without, &pins[revision.pin_count]));
        pins[revision.pin_count++].together = false;
    }
    TRY(match_revise(work->arena, &loaded.instance, (uint64_t)loaded.seed, &loaded.before,
                     &revision, &outcome, &work->fault));
    TRY(answer(work, &loaded, ask, &outcome, reply));
    call->reply = reply;
    return OK;
}
