#include "command/match_report.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"

enum { FLUSH_SIZE = 1 << 20 };

/* Everything that the lines speak about. */
struct report {
    FILE *file;
    struct buffer *to;
    struct buffer *words; /* for explanations */
    const struct match_input *input;
    const struct match_plan *plan;
};

static const char *expert_name(const struct report *report, uint32_t expert)
{
    return report->input->experts.id[expert];
}

static struct json_out open_line(const struct report *report, const char *kind)
{
    struct json_out out = json_to(report->to);

    json_open(&out, '{');
    json_name(&out, "kind");
    json_text(&out, kind);
    return out;
}

static void flush(const struct report *report)
{
    (void)fwrite(report->to->at, 1, report->to->size, report->file); /* ferror tells the caller */
    buffer_reset(report->to);
}

static void close_line(const struct report *report, struct json_out *out)
{
    json_close(out, '}');
    buffer_char(report->to, '\n');
    if (report->to->size > FLUSH_SIZE) {
        flush(report);
    }
}

static void put_int(struct json_out *out, const char *name, int64_t value)
{
    json_name(out, name);
    json_int(out, value);
}

static void put_text(struct json_out *out, const char *name, const char *text)
{
    json_name(out, name);
    json_text(out, text);
}

/* Scores are multiples of a millionth. */
static void put_score(struct json_out *out, const char *name, double score)
{
    json_name(out, name);
    json_real(out, score);
}

static double rounded(double score)
{
    int64_t units = (int64_t)(score * MATCH_SCORE_UNIT + (score < 0 ? -0.5 : 0.5));

    return (double)units / MATCH_SCORE_UNIT;
}

static void write_run(const struct report *report, uint64_t seed)
{
    const struct match_outcome *outcome = &report->plan->outcome;
    uint64_t wanted = 0;
    struct json_out out = open_line(report, "run");

    for (uint32_t i = 0; i < report->input->requirement_count; i++) {
        wanted += report->input->requirements[i].seats;
    }
    put_text(&out, "version", PERITI_VERSION);
    put_int(&out, "seed", (int64_t)seed);
    put_int(&out, "experts",
            report->input->expert_total > 0 ? (int64_t)report->input->expert_total
                                            : report->input->experts.count);
    put_int(&out, "requirements", report->input->requirement_count);
    put_int(&out, "seats", (int64_t)wanted);
    put_int(&out, "filled", outcome->seat_count);
    put_score(&out, "score", outcome->score);
    json_name(&out, "optimal");
    json_bool(&out, outcome->optimal);
    put_int(&out, "gap", outcome->gap);
    json_name(&out, "weights");
    json_open(&out, '{');
    for (int i = 0; i < MATCH_PARTS_; i++) {
        put_score(&out, match_part_names[i], match_part_weights[i]);
    }
    json_close(&out, '}');
    close_line(report, &out);
}

static void write_parts(struct json_out *out, const struct match_candidate *candidate)
{
    json_name(out, "parts");
    json_open(out, '{');
    for (int i = 0; i < MATCH_PARTS_; i++) {
        if (candidate->part[i] >= 0) {
            put_score(out, match_part_names[i], rounded((double)candidate->part[i]));
        }
    }
    json_close(out, '}');
}

static void write_runner_up(const struct report *report, struct json_out *out,
                            const struct match_candidate *seated,
                            const struct match_candidate *next)
{
    json_name(out, "runner_up");
    if (next == NULL) {
        json_null(out);
        return;
    }
    json_open(out, '{');
    put_text(out, "expert", report->plan->instance.members[next->expert].id);
    put_score(out, "score", rounded((double)next->score));
    put_score(out, "margin", rounded((double)seated->score - (double)next->score));
    write_parts(out, next);
    json_close(out, '}');
}

static void write_seat(const struct report *report, const struct match_seat *seat,
                       const struct match_candidate *next)
{
    const struct match_slate *slate = &report->plan->slates.at[seat->ask];
    struct match_candidate candidate =
        match_choice_score(&report->plan->instance, seat->ask, seat->choice);
    struct json_out out = open_line(report, "seat");

    put_text(&out, "requirement", report->input->requirements[seat->ask].id);
    put_text(&out, "expert", report->plan->instance.members[candidate.expert].id);
    put_score(&out, "score", rounded((double)candidate.score));
    write_parts(&out, &candidate);
    json_name(&out, "passed");
    json_open(&out, '[');
    for (uint32_t i = 0; i < slate->check_count; i++) {
        json_text(&out, match_check_name(&report->plan->slates.columns, &slate->checks[i]));
    }
    json_close(&out, ']');
    write_runner_up(report, &out, &candidate, next);
    close_line(report, &out);
}

/* Checks to relax, the most useful first. */
static void write_relaxed(const struct report *report, struct json_out *out,
                          const struct match_slate *slate)
{
    uint64_t below = UINT64_MAX;

    json_name(out, "relax");
    json_open(out, '[');
    for (;;) {
        uint64_t most = 0;

        for (uint32_t i = 0; i < slate->check_count; i++) {
            if (slate->relaxed[i] < below && slate->relaxed[i] > most) {
                most = slate->relaxed[i];
            }
        }
        if (most == 0) {
            break;
        }
        for (uint32_t i = 0; i < slate->check_count; i++) {
            if (slate->relaxed[i] == most) {
                json_open(out, '{');
                put_text(out, "check",
                         match_check_name(&report->plan->slates.columns, &slate->checks[i]));
                put_int(out, "experts", (int64_t)most);
                json_close(out, '}');
            }
        }
        below = most;
    }
    json_close(out, ']');
}

/* The score that one seat more would add; null: nobody is left for it. */
static void write_next_seat(struct json_out *out, int64_t price)
{
    json_name(out, "next_seat");
    if (price >= MATCH_EMPTY_SEAT / 2) {
        json_null(out);
    } else {
        json_real(out, price == 0 ? 0 : -(double)price / MATCH_SCORE_UNIT);
    }
}

static void write_requirement(const struct report *report, uint32_t number)
{
    const struct match_outcome *outcome = &report->plan->outcome;
    const struct match_requirement *requirement = &report->input->requirements[number];
    const struct match_slate *slate = &report->plan->slates.at[number];
    uint32_t first = outcome->seat_start[number];
    uint32_t end = outcome->seat_start[number + 1];
    uint32_t choice = match_runner_up(outcome, number);
    struct json_out out = open_line(report, "requirement");
    struct match_candidate next = {0};

    put_text(&out, "id", requirement->id);
    put_int(&out, "seats", requirement->seats);
    put_int(&out, "filled", end - first);
    put_int(&out, "eligible", (int64_t)slate->eligible);
    put_int(&out, "considered", slate->candidate_count);
    write_next_seat(&out, outcome->price[number]);
    write_relaxed(report, &out, slate);
    close_line(report, &out);
    if (choice != MATCH_NONE) {
        next = match_choice_score(&report->plan->instance, number, choice);
    }
    for (uint32_t i = first; i < end; i++) {
        write_seat(report, &outcome->seats[i], choice == MATCH_NONE ? NULL : &next);
    }
}

static uint32_t failures(const struct report *report, uint32_t requirement, uint32_t expert)
{
    const struct match_slate *slate = &report->plan->slates.at[requirement];
    uint32_t count = 0;

    for (uint32_t i = 0; i < slate->check_count; i++) {
        count +=
            !match_passes(&report->plan->slates.columns, &report->input->requirements[requirement],
                          &slate->checks[i], expert);
    }
    return count;
}

/* One requirement, and why the expert has no seat in it. */
static void write_reason(const struct report *report, struct json_out *out, uint32_t requirement,
                         uint32_t expert)
{
    const struct match_requirement *asked = &report->input->requirements[requirement];
    const struct match_slate *slate = &report->plan->slates.at[requirement];
    bool failed = false;

    json_open(out, '{');
    put_text(out, "requirement", asked->id);
    json_name(out, "failed");
    json_open(out, '[');
    for (uint32_t i = 0; i < slate->check_count; i++) {
        if (match_passes(&report->plan->slates.columns, asked, &slate->checks[i], expert)) {
            continue;
        }
        failed = true;
        buffer_reset(report->words);
        match_explain(report->words, &report->plan->slates.columns, asked, &slate->checks[i],
                      expert);
        json_open(out, '{');
        put_text(out, "check", match_check_name(&report->plan->slates.columns, &slate->checks[i]));
        json_name(out, "why");
        json_view(out, buffer_view(report->words));
        json_close(out, '}');
    }
    json_close(out, ']');
    if (!failed) {
        put_text(out, "why", "passes every check; others were nearer");
    }
    json_close(out, '}');
}

/* Requirements with the fewest failed checks, as they come in the file. */
static void write_unseated(const struct report *report, uint32_t expert, uint32_t nearest,
                           uint32_t *counts)
{
    uint32_t written = 0;
    struct json_out out = open_line(report, "unseated");

    put_text(&out, "expert", expert_name(report, expert));
    json_name(&out, "nearest");
    json_open(&out, '[');
    for (uint32_t i = 0; i < report->input->requirement_count; i++) {
        counts[i] = failures(report, i, expert);
    }
    for (uint32_t want = 0; written < nearest && want <= MATCH_TAGS_MAX * 4 + MATCH_POOL; want++) {
        for (uint32_t i = 0; i < report->input->requirement_count && written < nearest; i++) {
            if (counts[i] == want) {
                write_reason(report, &out, i, expert);
                written++;
            }
        }
    }
    json_close(&out, ']');
    close_line(report, &out);
}

/* Seats of each row of the input. */
static const uint64_t *seated_rows(struct arena *arena, const struct match_plan *plan)
{
    uint64_t *seated = arena_array(arena, uint64_t, plan->input->experts.count + 1UL);

    for (uint32_t i = 0; i < plan->instance.member_count; i++) {
        seated[plan->instance.members[i].row] = plan->outcome.taken[i];
    }
    return seated;
}

void match_report_write(FILE *to, const struct match_plan *plan, uint64_t seed, uint32_t nearest)
{
    ARENA_SCOPE arena = arena_new();
    struct buffer line = buffer_new(arena);
    ARENA_SCOPE other = arena_new(); /* two buffers that grow side by side */
    struct buffer words = buffer_new(other);
    const struct match_input *input = plan->input;
    struct report report = {.file = to, .to = &line, .words = &words, .input = input, .plan = plan};
    uint32_t *counts = arena_array(arena, uint32_t, input->requirement_count);
    const uint64_t *seated = seated_rows(arena, plan);

    write_run(&report, seed);
    for (uint32_t i = 0; i < input->requirement_count; i++) {
        write_requirement(&report, i);
    }
    for (uint32_t i = 0; nearest > 0 && i < input->experts.count; i++) {
        if (seated[i] == 0) {
            write_unseated(&report, i, nearest, counts);
        }
    }
    flush(&report);
}
