#include "slice/time/time_cli.h"

#include <inttypes.h>

#include "base/text.h"
#include "cli/command.h"
#include "slice/time/time.h"
#include "sys/file.h"

enum { LOG_SIZE_MAX = 1 << 30 };

static enum err run_verify(struct invocation *call)
{
    struct text csv;
    int64_t count;

    TRY(file_read(call->arena, call->words[0], LOG_SIZE_MAX, &csv, call->fault));
    TRY(time_log_verify(call->arena, csv, &count, call->fault));
    fprintf(call->out, "The chain is whole: %" PRId64 " events.\n", count);
    return OK;
}

static const struct command commands[] = {
    {.name = "time verify",
     .words = "LOG.csv",
     .run = run_verify,
     .summary = "Prove that a time log is as it was written, without a network",
     .details =
         "Follows the hash from line to line and names the first that does not follow. Both\n"
         "sides get the same file by `periti time log`.",
     .examples = "  periti time log eng_01K9… --out log.csv && periti time verify log.csv\n"},
};

const struct command_group time_group = {
    .name = "Money", .commands = commands, .command_count = COUNT(commands)};
