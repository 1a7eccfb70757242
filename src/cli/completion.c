#include <string.h>

#include "base/shape.h"
#include "cli/command.h"
#include "cli/terminal.h"

/*
 * All three scripts take the words before the cursor that are no options, joined by spaces: as a
 * whole they say which word of a name comes next, and as a beginning which command's options fit.
 */

struct walk {
    FILE *to;
    const struct command_table *table;
};

static const struct command *command_at(const struct command_table *table, size_t index)
{
    for (size_t i = 0; i < table->group_count; i++) {
        if (index < table->groups[i]->command_count) {
            return &table->groups[i]->commands[index];
        }
        index -= table->groups[i]->command_count;
    }
    return NULL;
}

/* Text between single quotes: fish knows backslashes there, bash and zsh do not. */
static void put_quoted(FILE *to, const char *text, bool fish)
{
    fputc('\'', to);
    for (const char *at = text == NULL ? "" : text; *at != '\0'; at++) {
        if (*at == '\'') {
            fputs(fish ? "\\'" : "'\\''", to);
        } else if (*at == '\\' && fish) {
            fputs("\\\\", to);
        } else {
            fputc(*at == '\n' ? ' ' : *at, to);
        }
    }
    fputc('\'', to);
}

static void put_option(FILE *to, const char *name)
{
    for (; *name != '\0'; name++) {
        fputc(*name == '_' ? '-' : *name, to);
    }
}

static void put_choices(FILE *to, const char *choices)
{
    for (; *choices != '\0'; choices++) {
        fputc(*choices == '|' ? ' ' : *choices, to);
    }
}

/* The first word of a name, once: is it the first command that begins so? */
static bool is_first_of_word(const struct command_table *table, size_t index, size_t size)
{
    const char *name = command_at(table, index)->name;

    for (size_t i = 0; i < index; i++) {
        const char *other = command_at(table, i)->name;

        if (strncmp(other, name, size) == 0 && (other[size] == ' ' || other[size] == '\0')) {
            return false;
        }
    }
    return true;
}

/* Calls `first` for each first word, once, and `second` for each command of two words. */
static void walk_words(const struct walk *walk,
                       void (*first)(const struct walk *walk, const char *word, size_t size,
                                     const struct command *command),
                       void (*second)(const struct walk *walk, const char *word, size_t size,
                                      const struct command *command))
{
    const struct command *command;

    for (size_t i = 0; (command = command_at(walk->table, i)) != NULL; i++) {
        size_t size = strcspn(command->name, " ");

        if (first != NULL && is_first_of_word(walk->table, i, size)) {
            first(walk, command->name, size, command);
        }
        if (second != NULL && command->name[size] == ' ') {
            second(walk, command->name, size, command);
        }
    }
}

/* Names with more words first, so that "delivery verify" is tried before "delivery". */
static void walk_options(const struct walk *walk,
                         void (*visit)(const struct walk *walk, const struct command *command))
{
    const struct command *command;

    for (int spaced = 1; spaced >= 0; spaced--) {
        for (size_t i = 0; (command = command_at(walk->table, i)) != NULL; i++) {
            if ((strchr(command->name, ' ') != NULL) == (spaced == 1)) {
                visit(walk, command);
            }
        }
    }
}

/* ------------------------------------------------------------------ bash */

static void bash_first(const struct walk *walk, const char *word, size_t size,
                       const struct command *)
{
    fprintf(walk->to, "%.*s ", (int)size, word);
}

/* One arm for each first word that has second ones. */
static void bash_arm(const struct walk *walk, const char *word, size_t size, const struct command *)
{
    const struct command *command;
    bool open = false;

    for (size_t i = 0; (command = command_at(walk->table, i)) != NULL; i++) {
        if (strncmp(command->name, word, size) == 0 && command->name[size] == ' ') {
            if (!open) {
                fprintf(walk->to, "    %.*s) choices='", (int)size, word);
            }
            fprintf(walk->to, "%s%s", open ? " " : "", command->name + size + 1);
            open = true;
        }
    }
    fputs(open ? "' ;;\n" : "", walk->to);
}

static void bash_options(const struct walk *walk, const struct command *command)
{
    const struct shape *shape = command->options;

    fprintf(walk->to, "    '%s '*)\n      options='--help", command->name);
    for (size_t i = 0; shape != NULL && i < shape->field_count; i++) {
        fputs(" --", walk->to);
        put_option(walk->to, shape->fields[i].name);
    }
    fputs("'\n      case $previous in\n", walk->to);
    for (size_t i = 0; shape != NULL && i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];

        if (field->kind == FIELD_BOOL) {
            continue;
        }
        fputs("        --", walk->to);
        put_option(walk->to, field->name);
        fputs(") value=1 choices='", walk->to);
        put_choices(walk->to, field->choices == NULL ? "" : field->choices);
        fputs("' ;;\n", walk->to);
    }
    fputs("        *) ;;\n      esac ;;\n", walk->to);
}

void completion_bash(FILE *to, const struct command_table *table)
{
    const struct walk walk = {.to = to, .table = table};

    fputs("# Completion of periti for bash.\n"
          "_periti() {\n"
          "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
          "  local before='' word options='' choices='' value=''\n"
          "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
          "    [[ $word == -* ]] || before+=${before:+ }$word\n"
          "  done\n"
          "  case $before in\n"
          "    '') choices='help ",
          to);
    walk_words(&walk, bash_first, NULL);
    fputs("' ;;\n", to);
    walk_words(&walk, bash_arm, NULL);
    fputs("    *) ;;\n  esac\n  case \"$before \" in\n", to);
    walk_options(&walk, bash_options);
    fputs("    *) ;;\n  esac\n"
          "  [[ $current == -* && -z $value ]] && choices=$options\n"
          "  COMPREPLY=()\n"
          "  if [[ -n $choices ]]; then\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$current\")\n"
          "  else\n"
          "    mapfile -t COMPREPLY < <(compgen -f -- \"${current#@}\")\n"
          "  fi\n"
          "}\n"
          "complete -o filenames -F _periti periti\n",
          to);
}

/* ------------------------------------------------------------------ zsh */

static void zsh_choice(FILE *to, const char *word, size_t size, const char *summary)
{
    char entry[256];

    (void)snprintf(entry, sizeof(entry), "%.*s:%s", (int)size, word, summary);
    fputs("      ", to);
    put_quoted(to, entry, false);
    fputc('\n', to);
}

static const char *summary_of(const struct command *command, size_t size)
{
    return command->name[size] == '\0' ? command->summary : "…";
}

static void zsh_first(const struct walk *walk, const char *word, size_t size,
                      const struct command *command)
{
    zsh_choice(walk->to, word, size, summary_of(command, size));
}

static void zsh_arm(const struct walk *walk, const char *word, size_t size, const struct command *)
{
    const struct command *command;
    bool open = false;

    for (size_t i = 0; (command = command_at(walk->table, i)) != NULL; i++) {
        if (strncmp(command->name, word, size) == 0 && command->name[size] == ' ') {
            if (!open) {
                fprintf(walk->to, "    '%.*s') choices=(\n", (int)size, word);
            }
            open = true;
            zsh_choice(walk->to, command->name + size + 1, strlen(command->name + size + 1),
                       command->summary);
        }
    }
    fputs(open ? "    ) ;;\n" : "", walk->to);
}

static void zsh_options(const struct walk *walk, const struct command *command)
{
    const struct shape *shape = command->options;

    fprintf(walk->to, "    '%s '*) options=(\n      '--help[Tell more]'\n", command->name);
    for (size_t i = 0; shape != NULL && i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        bool flag = field->kind == FIELD_BOOL;

        fputs(field->kind == FIELD_TEXTS ? "      '*--" : "      '--", walk->to);
        put_option(walk->to, field->name);
        fputc('\'', walk->to);
        if (!flag && field->choices != NULL) {
            fputs("':value:(", walk->to);
            put_choices(walk->to, field->choices);
            fputs(")'", walk->to);
        } else if (!flag) {
            fputs("':value:_files'", walk->to);
        }
        fputc('\n', walk->to);
    }
    fputs("    ) ;;\n", walk->to);
}

void completion_zsh(FILE *to, const struct command_table *table)
{
    const struct walk walk = {.to = to, .table = table};

    fputs("#compdef periti\n"
          "# Completion of periti for zsh.\n"
          "_periti() {\n"
          "  local -a choices options before\n"
          "  before=(${(M)words[2,CURRENT-1]:#[^-]*})\n"
          "  case \"$before\" in\n"
          "    '') choices=(\n",
          to);
    walk_words(&walk, zsh_first, NULL);
    fputs("    ) ;;\n", to);
    walk_words(&walk, zsh_arm, NULL);
    fputs("  esac\n"
          "  if (( $#choices )); then\n"
          "    _describe -t commands command choices\n"
          "    return\n"
          "  fi\n"
          "  case \"$before \" in\n",
          to);
    walk_options(&walk, zsh_options);
    fputs("  esac\n"
          "  _arguments -S $options '*:file:_files'\n"
          "}\n"
          "if [ \"$funcstack[1]\" = _periti ]; then _periti \"$@\"; else compdef _periti periti; "
          "fi\n",
          to);
}

/* ------------------------------------------------------------------ fish */

static void fish_first(const struct walk *walk, const char *word, size_t size,
                       const struct command *command)
{
    fprintf(walk->to, "complete -c periti -f -n '__periti_at \"\"' -a %.*s -d ", (int)size, word);
    put_quoted(walk->to, summary_of(command, size), true);
    fputc('\n', walk->to);
}

static void fish_second(const struct walk *walk, const char *word, size_t size,
                        const struct command *command)
{
    fprintf(walk->to, "complete -c periti -f -n '__periti_at %.*s' -a %s -d ", (int)size, word,
            word + size + 1);
    put_quoted(walk->to, command->summary, true);
    fputc('\n', walk->to);
}

static void fish_options(const struct walk *walk, const struct command *command)
{
    for (size_t i = 0; command->options != NULL && i < command->options->field_count; i++) {
        const struct field *field = &command->options->fields[i];

        fprintf(walk->to, "complete -c periti -n '__periti_in \"%s\"' -l ", command->name);
        put_option(walk->to, field->name);
        if (field->kind != FIELD_BOOL && field->choices != NULL) {
            fputs(" -x -a '", walk->to);
            put_choices(walk->to, field->choices);
            fputs("'", walk->to);
        } else if (field->kind != FIELD_BOOL) {
            fputs(" -r", walk->to);
        }
        fputs(" -d ", walk->to);
        put_quoted(walk->to, field->doc, true);
        fputc('\n', walk->to);
    }
}

void completion_fish(FILE *to, const struct command_table *table)
{
    const struct walk walk = {.to = to, .table = table};

    fputs("# Completion of periti for fish.\n"
          "function __periti_words\n"
          "    set -l words (commandline -opc)\n"
          "    string join ' ' (string match -v -- '-*' $words[2..-1])\n"
          "end\n"
          "function __periti_at\n"
          "    set -l before (__periti_words)\n"
          "    test \"$before\" = \"$argv[1]\"\n"
          "end\n"
          "function __periti_in\n"
          "    string match -q -- \"$argv[1] *\" (__periti_words)' '\n"
          "end\n",
          to);
    walk_words(&walk, fish_first, fish_second);
    walk_options(&walk, fish_options);
}
