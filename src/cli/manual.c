#include <string.h>

#include "base/shape.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/terminal.h"

/* A letter that roff would read as its own, or that is not ASCII, by its name. */
static void put_letter(FILE *to, uint32_t code)
{
    switch (code) {
    case '\\':
        fputs("\\e", to);
        break;
    case '-':
        fputs("\\-", to);
        break;
    case '\'':
        fputs("\\(aq", to);
        break;
    case '"':
        fputs("\\(dq", to);
        break;
    case '`':
        fputs("\\(ga", to);
        break;
    case '^':
        fputs("\\(ha", to);
        break;
    case '~':
        fputs("\\(ti", to);
        break;
    case '|':
        fputs("|\\:", to); /* a line may break here */
        break;
    default:
        if (code < 0x80) {
            fputc((int)code, to);
        } else {
            fprintf(to, "\\[u%04X]", (unsigned)code);
        }
    }
}

/* Words to roff: no line of a text may begin as a request. */
static void put_text(FILE *to, const char *string)
{
    struct text text = text_of(string);
    bool begins = true;

    for (size_t at = 0; at < text.size;) {
        uint32_t code = text_next(text, &at);

        fputs(begins && code == '.' ? "\\&" : "", to);
        begins = code == '\n';
        put_letter(to, code);
    }
}

static void put_option(FILE *to, const struct field *field)
{
    fputs(".TP\n\\fB\\-\\-", to);
    for (const char *at = field->name; *at != '\0'; at++) {
        fputs(*at == '_' ? "\\-" : (const char[]){*at, '\0'}, to);
    }
    fputs("\\fR", to);
    if (field->kind != FIELD_BOOL) {
        fputs(" \\fI", to);
        put_text(to, field->choices == NULL ? "VALUE" : field->choices);
        fputs("\\fR", to);
    }
    fputc('\n', to);
    put_text(to, field->doc == NULL ? "" : field->doc);
    fputs(".\n", to);
}

/* As it stands, line for line. */
static void put_lines(FILE *to, const char *title, const char *lines)
{
    fprintf(to, ".PP\n%s\n.PP\n.nf\n", title);
    put_text(to, lines);
    fputs("\n.fi\n", to);
}

static void put_command(FILE *to, const struct command *command)
{
    fputs(".SS \"periti ", to);
    put_text(to, command->name);
    if (command->words != NULL && command->words[0] != '\0') {
        fputc(' ', to);
        put_text(to, command->words);
    }
    fputs(command->options == NULL ? "\"\n" : " [OPTIONS]\"\n", to);
    put_text(to, command->summary);
    fputs(".\n", to);
    if (command->details != NULL) {
        fputs(".PP\n", to);
        put_text(to, command->details);
        fputc('\n', to);
    }
    for (size_t i = 0; command->options != NULL && i < command->options->field_count; i++) {
        put_option(to, &command->options->fields[i]);
    }
    if (command->examples != NULL) {
        put_lines(to, "Examples:", command->examples);
    }
}

static void put_group(FILE *to, const struct command_group *group)
{
    fputs(".SH \"COMMANDS: ", to);
    put_text(to, group->name);
    fputs("\"\n", to);
    for (size_t i = 0; i < group->command_count; i++) {
        put_command(to, &group->commands[i]);
    }
}

void manual_page(FILE *to, const struct command_table *table)
{
    fputs(".TH PERITI 1 \"\" \"periti " PERITI_VERSION "\" \"User Commands\"\n"
          ".SH NAME\nperiti \\- expert data: campaigns, work, review, quality and deliveries\n"
          ".SH SYNOPSIS\n.B periti\n.I COMMAND\n[\\fIWORDS\\fR] [\\fIOPTIONS\\fR]\n"
          ".SH DESCRIPTION\n"
          "One program is the server, its commands from a terminal, and the measuring engines on "
          "plain files.\nAn option \\fB\\-\\-name\\fR \\fIVALUE\\fR may also be written "
          "\\fB\\-\\-name=\\fIVALUE\\fR; what follows \\fB\\-\\-\\fR is never an option.\n"
          "\\fB\\-\\-help\\fR behind a command tells what it reads and prints.\n",
          to);
    for (size_t i = 0; i < table->group_count; i++) {
        put_group(to, table->groups[i]);
    }
    fputs(".SH \"EXIT STATUS\"\n.TP\n.B 0\nDone.\n.TP\n.B 1\nIt could not be done.\n"
          ".TP\n.B 2\nThe command line or the input is wrong.\n"
          ".SH ENVIRONMENT\n"
          ".TP\n.B PERITI_SERVER\nAddress of the server that commands ask.\n"
          ".TP\n.B PERITI_KEY_FILE\nFile with the API key that they carry.\n"
          ".TP\n.B PERITI_KEY\nThe API key itself.\n"
          ".TP\n.B PERITI_*\nSettings of the server: \\fBperiti settings\\fR prints them.\n",
          to);
}
