#include "cli/command.h"

#include <string.h>

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
    fprintf(to, "periti %s %s%s\n\n%s.\n", command->name,
            command->words == NULL ? "" : command->words,
            command->options == NULL ? "" : " [OPTIONS]", command->summary);
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

void command_overview(FILE *to, const struct command_group *const *groups, size_t group_count)
{
    fputs("periti COMMAND [WORDS] [OPTIONS]\n", to);
    for (size_t i = 0; i < group_count; i++) {
        fprintf(to, "\n%s\n", groups[i]->name);
        for (size_t k = 0; k < groups[i]->command_count; k++) {
            const struct command *command = &groups[i]->commands[k];

            fprintf(to, "  %-22s %s\n", command->name, command->summary);
        }
    }
    fputs("\n`periti COMMAND --help` tells more. Exit codes: 0 done, 1 could not be done, 2 wrong "
          "input.\n",
          to);
}
