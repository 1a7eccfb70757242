#include "slice/campaign/campaign_rule.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

/* The level of a heading line (1 to 6), or zero. */
static size_t heading_level(struct text line)
{
    size_t level = 0;

    while (level < line.size && line.at[level] == '#') {
        level++;
    }
    return level >= 1 && level <= 6 && level < line.size && line.at[level] == ' ' ? level : 0;
}

static struct text next_line(struct text *rest)
{
    struct text line = {.at = rest->at};

    text_cut(rest, '\n', &line);
    return line;
}

/* "2.1", "2.1." or "3)" at the start of a heading. */
static struct text leading_number(struct text title)
{
    size_t size = 0;

    while (size < title.size &&
           ((title.at[size] >= '0' && title.at[size] <= '9') || title.at[size] == '.')) {
        size++;
    }
    if (size == 0 || title.at[0] == '.' ||
        (size < title.size && title.at[size] != ' ' && title.at[size] != ')')) {
        return (struct text){.at = title.at, .size = 0};
    }
    return (struct text){.at = title.at, .size = size};
}

static bool has_code(const struct clause *clauses, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(clauses[i].code, code) == 0) {
            return true;
        }
    }
    return false;
}

static const char *unique_code(struct arena *arena, const struct clause *clauses, size_t count,
                               const char *code)
{
    const char *unique = code;

    for (unsigned turn = 1; has_code(clauses, count, unique); turn++) {
        unique = arena_print(arena, "%s-%u", code, turn + 1);
    }
    return unique;
}

static struct clause open_clause(struct arena *arena, const struct clause *clauses, size_t count,
                                 struct text title)
{
    struct text number = leading_number(title);
    struct text rest = {.at = title.at + number.size, .size = title.size - number.size};
    const char *code;

    while (number.size > 0 && number.at[number.size - 1] == '.') {
        number.size--;
    }
    if (rest.size > 0 && rest.at[0] == ')') {
        rest.at++;
        rest.size--;
    }
    code = number.size > 0 ? arena_copy(arena, number.at, number.size)
                           : arena_print(arena, "%zu", count + 1);
    rest = text_trim(rest);
    return (struct clause){.code = unique_code(arena, clauses, count, code),
                           .title = arena_copy(arena, rest.at, rest.size)};
}

size_t guideline_split(struct arena *arena, const char *markdown, const struct clause **out)
{
    struct clause *clauses = arena_array(arena, struct clause, CLAUSE_MAX);
    struct text rest = text_of(markdown);
    const char *body = NULL; /* of the clause that is open */
    size_t count = 0;
    bool fenced = false;

    while (rest.size > 0) {
        struct text line = next_line(&rest);
        size_t level = heading_level(line);

        if (text_starts(line, "```") || text_starts(line, "~~~")) {
            fenced = !fenced;
        }
        if (fenced || level == 0 || count == CLAUSE_MAX) {
            continue;
        }
        if (body != NULL) {
            struct text text = text_trim((struct text){body, (size_t)(line.at - body)});

            clauses[count - 1].body = arena_copy(arena, text.at, text.size);
        }
        line.at += level;
        line.size -= level;
        clauses[count] = open_clause(arena, clauses, count, text_trim(line));
        count++;
        body = rest.at;
    }
    if (body != NULL) {
        struct text text = text_trim((struct text){body, (size_t)(rest.at - body)});

        clauses[count - 1].body = arena_copy(arena, text.at, text.size);
    }
    *out = clauses;
    return count;
}

bool campaign_may_become(const char *state, const char *next)
{
    static const struct {
        const char *from;
        const char *to;
    } STEPS[] = {{"draft", "open"},  {"open", "paused"},   {"paused", "open"},
                 {"open", "closed"}, {"paused", "closed"}, {"draft", "closed"}};

    for (size_t i = 0; i < COUNT(STEPS); i++) {
        if (strcmp(STEPS[i].from, state) == 0 && strcmp(STEPS[i].to, next) == 0) {
            return true;
        }
    }
    return false;
}

const char *pseudonym(struct arena *arena, const char *duty, uint64_t random)
{
    static const char DIGITS[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    char code[6] = {0};

    for (size_t i = 0; i + 1 < sizeof(code); i++, random >>= 5) {
        code[i] = DIGITS[random & 31];
    }
    return arena_print(arena, "%c-%s", strcmp(duty, "reviewer") == 0 ? 'R' : 'E', code);
}

bool is_currency(const char *text)
{
    for (size_t i = 0; i < 3; i++) {
        if (text[i] < 'A' || text[i] > 'Z') {
            return false;
        }
    }
    return text[3] == '\0';
}

const char *why_closed(const struct standing *standing)
{
    if (standing->engagement_state == NULL) {
        return "You are not on this campaign's team.";
    }
    if (strcmp(standing->engagement_state, "paused") == 0) {
        return "Your engagement is paused.";
    }
    if (strcmp(standing->engagement_state, "ended") == 0) {
        return "Your engagement has ended.";
    }
    if (strcmp(standing->campaign_state, "paused") == 0) {
        return "The campaign is paused.";
    }
    if (standing->nothing_left) {
        return "You have done or seen every task that is open. New ones appear here by themselves.";
    }
    return NULL;
}
