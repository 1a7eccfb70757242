#include "cli/command.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "cli/nearest.h"

/* How many leading words spell the command's name; zero if they do not. */
static size_t spelled(const struct command *command, char **words, size_t word_count)
{
    const char *at = command->name;
    size_t used = 0;

    while (used < word_count) {
        size_t width = strcspn(at, " ");

        if (strlen(words[used]) != width || memcmp(words[used], at, width) != 0) {
            return 0;
        }
        used++;
        if (at[width] == '\0') {
            return used;
        }
        at += width + 1;
    }
    return 0;
}

static const struct command *find(const struct command_group *const *groups, size_t group_count,
                                  char **words, size_t word_count, size_t *used)
{
    const struct command *best = NULL;

    *used = 0;
    for (size_t i = 0; i < group_count; i++) {
        for (size_t k = 0; k < groups[i]->command_count; k++) {
            size_t width = spelled(&groups[i]->commands[k], words, word_count);

            if (width > *used) {
                *used = width;
                best = &groups[i]->commands[k];
            }
        }
    }
    return best;
}

static bool asks_for_help(char **words, size_t word_count)
{
    for (size_t i = 0; i < word_count && strcmp(words[i], "--") != 0; i++) {
        if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0) {
            return true;
        }
    }
    return false;
}

/* "LEFT [RIGHT]" takes one or two words, "FILE..." one or more. */
static bool fits(const char *words, size_t count)
{
    size_t least = 0;
    size_t most = 0;

    for (const char *at = words == NULL ? "" : words; *at != '\0';) {
        size_t width = strcspn(at, " ");
        bool repeated = width > 3 && memcmp(at + width - 3, "...", 3) == 0;

        least += *at != '[';
        most = repeated ? SIZE_MAX : most + 1;
        at += width;
        at += strspn(at, " ");
    }
    return count >= least && count <= most;
}

static enum err run(const struct command *command, char **words, size_t word_count,
                    struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    void *options = command->options == NULL ? NULL : arena_take(arena, 1, command->options->size);
    struct texts rest;

    TRY(options_read(arena, command->options, words, word_count, options, &rest, fault));
    if (!fits(command->words, rest.count)) {
        bool takes = command->words != NULL && command->words[0] != '\0';

        return fail(fault, ERR_INVALID, "usage: periti %s%s%s%s", command->name, takes ? " " : "",
                    takes ? command->words : "", command->options == NULL ? "" : " [OPTIONS]");
    }
    struct invocation call = {.arena = arena,
                              .fault = fault,
                              .words = rest.at,
                              .word_count = rest.count,
                              .options = options,
                              .shape = command->options,
                              .with = command->with,
                              .out = stdout};

    TRY(command->run(&call));
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return fail(fault, ERR_UNAVAILABLE, "the output could not be written");
    }
    return OK;
}

static void print_fault(const char *name, const struct fault *fault)
{
    fprintf(stderr, "periti %s: ", name);
    if (fault->line > 0) {
        fprintf(stderr, "line %llu: ", (unsigned long long)fault->line);
    }
    fprintf(stderr, "%s\n", fault->text);
}

static const char *joined(struct arena *arena, char **words, size_t word_count)
{
    struct buffer to = buffer_new(arena);

    buffer_string(&to, "");
    for (size_t i = 0; i < word_count && words[i][0] != '-'; i++) {
        buffer_string(&to, i == 0 ? "" : " ");
        buffer_string(&to, words[i]);
    }
    return to.at;
}

static size_t count_words(const char *name)
{
    size_t count = 1;

    for (; *name != '\0'; name++) {
        count += *name == ' ';
    }
    return count;
}

/* The command whose name is spelled most like the words, or NULL when none is close. */
static const char *suggest(struct arena *arena, const struct command_group *const *groups,
                           size_t group_count, char **words, size_t word_count)
{
    const char *best = NULL;
    size_t least = SIZE_MAX;

    for (size_t i = 0; i < group_count; i++) {
        for (size_t k = 0; k < groups[i]->command_count; k++) {
            const char *name = groups[i]->commands[k].name;
            size_t width = count_words(name);
            const char *said = joined(arena, words, width < word_count ? width : word_count);
            size_t distance = edit_distance(said, name);

            if (distance < least && is_near(distance, name)) {
                least = distance;
                best = name;
            }
        }
    }
    return best;
}

/* `delivery` is no command, but the beginning of some: list those. */
static int answer_unknown(const struct command_group *const *groups, size_t group_count,
                          char **words, size_t word_count)
{
    ARENA_SCOPE arena = arena_new();
    bool wants_help = word_count == 0 || asks_for_help(words, word_count);
    bool says_help = word_count > 0 && strcmp(words[0], "help") == 0;
    const char *first = word_count == 0 || words[0][0] == '-' ? "" : words[says_help];
    bool begins = first != NULL && command_is_beginning(groups, group_count, first);

    if (begins && (wants_help || says_help || word_count == 1)) {
        command_list(stdout, groups, group_count, first);
        return 0;
    }
    if (wants_help || says_help) {
        command_overview(stdout, groups, group_count);
        return 0;
    }
    const char *near = suggest(arena, groups, group_count, words, word_count);
    const char *said = joined(arena, words, begins ? 2 : 1);

    fprintf(stderr, "periti: there is no command \"%s\"", said[0] == '\0' ? words[0] : said);
    fprintf(stderr, near == NULL ? "\n" : "; did you mean \"%s\"?\n", near);
    if (begins) {
        fputc('\n', stderr);
        command_list(stderr, groups, group_count, first);
    } else {
        fputs("`periti help` lists all commands.\n", stderr);
    }
    return 2;
}

int command_main(const struct command_group *const *groups, size_t group_count, int word_count,
                 char **words)
{
    struct fault fault = {0};
    char version[] = "version";
    size_t count = (size_t)word_count - 1;
    size_t used;

    if (count == 1 && strcmp(words[1], "--version") == 0) {
        words[1] = version; /* what people try first */
    }
    const struct command *command = find(groups, group_count, words + 1, count, &used);

    if (command == NULL) {
        return answer_unknown(groups, group_count, words + 1, count);
    }
    if (asks_for_help(words + 1 + used, count - used)) {
        command_help(stdout, command);
        return 0;
    }
    enum err err = run(command, words + 1 + used, count - used, &fault);

    if (err == OK) {
        return 0;
    }
    print_fault(command->name, &fault);
    return err == ERR_INVALID ? 2 : 1;
}
