#include "cli/terminal.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "cli/command.h"

static enum err run_completion(struct invocation *call)
{
    static const struct {
        const char *shell;
        void (*print)(FILE *to, const struct command_table *table);
    } shells[] = {{"bash", completion_bash}, {"zsh", completion_zsh}, {"fish", completion_fish}};

    for (size_t i = 0; i < COUNT(shells); i++) {
        if (strcmp(call->words[0], shells[i].shell) == 0) {
            shells[i].print(call->out, call->with);
            return OK;
        }
    }
    return fail(call->fault, ERR_INVALID, "there is no completion for %.40s: say bash, zsh or fish",
                call->words[0]);
}

static enum err run_manual(struct invocation *call)
{
    manual_page(call->out, call->with);
    return OK;
}

const struct command_group *terminal_commands(struct arena *arena,
                                              const struct command_table *table)
{
    static const struct command made[] = {
        {.name = "completion",
         .words = "SHELL",
         .run = run_completion,
         .summary = "Print the completion of bash, zsh or fish",
         .examples = "  source <(periti completion bash)\n"
                     "  periti completion zsh > ~/.zfunc/_periti    # a folder of $fpath\n"
                     "  periti completion fish > ~/.config/fish/completions/periti.fish"},
        {.name = "manual",
         .run = run_manual,
         .summary = "Print the manual page",
         .examples = "  periti manual | man -l -\n"
                     "  periti manual > /usr/local/share/man/man1/periti.1"},
    };
    struct command *commands = arena_array(arena, struct command, COUNT(made));
    struct command_group *group = arena_new_of(arena, struct command_group);

    for (size_t i = 0; i < COUNT(made); i++) {
        commands[i] = made[i];
        commands[i].with = table;
    }
    *group = (struct command_group){
        .name = "Terminal", .commands = commands, .command_count = COUNT(made)};
    return group;
}
