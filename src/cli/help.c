#include "cli/command.h"

#include <string.h>

enum { LISTED_MAX = 40, LINE_WIDTH = 100 };

static const char *value_hint(const struct field *field)
{
    switch (field->kind) {
    case FIELD_INT:
        return " N";
    case FIELD_REAL:
        return " X";
    case FIELD_BOOL:
        return "";
    case FIELD_TIME:
        return " TIME";
    case FIELD_TEXT:
    case FIELD_TEXTS:
    case FIELD_JSON:
    case FIELD_OBJECT:
    case FIELD_LIST:
        break;
    }
    return " VALUE";
}

static void print_option(FILE *to, const struct field *field)
{
    char name[64];
    size_t size = 0;

    for (; field->name[size] != '\0' && size + 1 < sizeof(name); size++) {
        name[size] = field->name[size] == '_' ? '-' : field->name[size];
    }
    name[size] = '\0';
    int width = fprintf(to, "  --%s%s", name, value_hint(field));

    fprintf(to, "%*s%s", width < 28 ? 28 - width : 1, "", field->doc == NULL ? "" : field->doc);
    if (field->choices != NULL) {
        fprintf(to, " (%s)", field->choices);
    }
    fputc('\n', to);
}

void command_help(FILE *to, const struct command *command)
{
    bool words = command->words != NULL && command->words[0] != '\0';

    fprintf(to, "periti %s%s%s%s\n\n%s.\n", command->name, words ? " " : "",
            words ? command->words : "", command->options == NULL ? "" : " [OPTIONS]",
            command->summary);
    if (command->details != NULL) {
        fprintf(to, "\n%s\n", command->details);
    }
    if (command->options != NULL) {
        fputs("\nOptions:\n", to);
        for (size_t i = 0; i < command->options->field_count; i++) {
            print_option(to, &command->options->fields[i]);
        }
    }
    if (command->examples != NULL) {
        fprintf(to, "\nExamples:\n%s\n", command->examples);
    }
}

static bool begins_with(const char *name, const char *word)
{
    size_t size = strlen(word);

    return size > 0 && strncmp(name, word, size) == 0 && name[size] == ' ';
}

bool command_is_beginning(const struct command_group *const *groups, size_t group_count,
                          const char *word)
{
    for (size_t i = 0; i < group_count; i++) {
        for (size_t k = 0; k < groups[i]->command_count; k++) {
            if (begins_with(groups[i]->commands[k].name, word)) {
                return true;
            }
        }
    }
    return false;
}

void command_list(FILE *to, const struct command_group *const *groups, size_t group_count,
                  const char *word)
{
    fprintf(to, "periti %s …\n\n", word);
    for (size_t i = 0; i < group_count; i++) {
        for (size_t k = 0; k < groups[i]->command_count; k++) {
            const struct command *command = &groups[i]->commands[k];

            if (begins_with(command->name, word)) {
                fprintf(to, "  %-22s %s\n", command->name, command->summary);
            }
        }
    }
    fprintf(to, "\n`periti %s COMMAND --help` tells more.\n", word);
}

static size_t first_word(const char *name)
{
    return strcspn(name, " ");
}

static bool same_word(const char *left, const char *right)
{
    size_t size = first_word(left);

    return first_word(right) == size && strncmp(left, right, size) == 0;
}

/* The commands that begin with the same word as the command at `first`, in one line or a few. */
static void print_word(FILE *to, const struct command_group *group, size_t first)
{
    const char *name = group->commands[first].name;
    size_t size = first_word(name);
    int width = fprintf(to, "  %-14.*s", (int)size, name);

    for (size_t i = first; i < group->command_count; i++) {
        const char *rest = group->commands[i].name + size;

        if (!same_word(group->commands[i].name, name)) {
            continue;
        }
        rest = rest[0] == ' ' ? rest + 1 : group->commands[i].summary;
        if (i > first && width + 2 + (int)strlen(rest) > LINE_WIDTH) {
            width = fprintf(to, ",\n  %14s ", "") - 2;
        } else {
            width += fprintf(to, "%s", i > first ? ", " : " ");
        }
        width += fprintf(to, "%s", rest);
    }
    fputc('\n', to);
}

/* Has one of the first `count` commands the same first word? */
static bool is_known(const struct command_group *group, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (same_word(group->commands[i].name, group->commands[count].name)) {
            return true;
        }
    }
    return false;
}

/* One a line, or by their first words where they are too many for that. */
static void print_group(FILE *to, const struct command_group *group)
{
    bool few = group->command_count <= LISTED_MAX;

    for (size_t i = 0; i < group->command_count; i++) {
        if (few) {
            fprintf(to, "  %-22s %s\n", group->commands[i].name, group->commands[i].summary);
        } else if (!is_known(group, i)) {
            print_word(to, group, i);
        }
    }
}

static bool is_named_before(const struct command_group *const *groups, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(groups[i]->name, groups[count]->name) == 0) {
            return true;
        }
    }
    return false;
}

/* Groups of one name stand together, where the first of them is. */
void command_overview(FILE *to, const struct command_group *const *groups, size_t group_count)
{
    fputs("periti COMMAND [WORDS] [OPTIONS]\n", to);
    for (size_t i = 0; i < group_count; i++) {
        if (is_named_before(groups, i)) {
            continue;
        }
        fprintf(to, "\n%s\n", groups[i]->name);
        for (size_t k = i; k < group_count; k++) {
            if (strcmp(groups[k]->name, groups[i]->name) == 0) {
                print_group(to, groups[k]);
            }
        }
    }
    fputs("\n`periti COMMAND --help` tells more, `periti campaign` lists what begins with it. Exit "
          "codes: 0 done, 1 could not be done, 2 wrong "
          "input.\n",
          to);
}
