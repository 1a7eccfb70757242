#pragma once

/*
 * Commands: what the binary does from a terminal, declared.
 *
 * Options are read by shape: a field `rounds_max` is `--rounds-max N`, a boolean
 * is a flag, a list of texts may be repeated. `--help` and shell completion come
 * from the same tables. Exit codes: 0 done; 1 it could not be done; 2 the
 * command line or the input is wrong.
 */

#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "base/shape.h"

struct arena;
struct fault;

struct invocation {
    struct arena *arena;
    struct fault *fault;
    const char *const *words; /* what follows the command's name, without options */
    size_t word_count;
    const void *options; /* as the command's shape says */
    const struct shape *shape;
    const void *with; /* as the command says */
    FILE *out;
};

struct command {
    const char *name;  /* "truth", "delivery verify" */
    const char *words; /* "LABELS.csv", "LEFT [RIGHT]", "FILE..." */
    enum err (*run)(struct invocation *call);
    const struct shape *options; /* NULL: none */
    const char *summary;         /* one line, imperative */
    const char *details;         /* what is read and printed; may be NULL */
    const char *examples;        /* whole lines; may be NULL */
    const void *with;            /* handed to `run`, for commands made from a table; may be NULL */
};

struct command_group {
    const char *name;
    const struct command *commands;
    size_t command_count;
};

/* Find the command, read its options, run it, print a fault; returns the exit code. */
int command_main(const struct command_group *const *groups, size_t group_count, int word_count,
                 char **words);

/* Read `words` by shape. Positional words are collected in `rest`. ERR_INVALID names the option. */
enum err options_read(struct arena *arena, const struct shape *shape, char **words,
                      size_t word_count, void *out, struct texts *rest, struct fault *fault);

/* Set one field from its text, as options and the environment give it. */
enum err option_set(struct arena *arena, const struct field *field, const char *text, void *out,
                    struct fault *fault);

void command_help(FILE *to, const struct command *command);

/* True when a command of several words begins with `word`: "delivery". */
bool command_is_beginning(const struct command_group *const *groups, size_t group_count,
                          const char *word);

/* Those commands, whatever their group. */
void command_list(FILE *to, const struct command_group *const *groups, size_t group_count,
                  const char *word);
void command_overview(FILE *to, const struct command_group *const *groups, size_t group_count);
