#include "sandbox/judge/judge.h"

#include <string.h>

#include "sandbox/sandbox.h"

struct verdict judge_end(const struct sandbox_outcome *outcome)
{
    switch (outcome->end) {
    case SANDBOX_SIGNALLED:
        return verdict_fail(REASON_CRASH, outcome->note);
    case SANDBOX_TIMEOUT:
        return verdict_fail(REASON_TIMEOUT, outcome->note);
    case SANDBOX_MEMORY:
        return verdict_fail(REASON_MEMORY, outcome->note);
    case SANDBOX_OUTPUT:
        return verdict_fail(REASON_OUTPUT, outcome->note);
    case SANDBOX_EXITED:
    case SANDBOX_BROKEN:
        break;
    }
    return verdict_unscored(REASON_SANDBOX, outcome->note);
}

struct verdict judge_check(const struct sandbox_outcome *outcome)
{
    if (outcome->end != SANDBOX_EXITED) {
        return judge_end(outcome);
    }
    if (outcome->exit_code == CHECK_UNSCORED) {
        bool unchecked = strcmp(outcome->note, "no check was executed") == 0;

        return verdict_unscored(unchecked ? REASON_UNCHECKED : REASON_VERIFIER, outcome->note);
    }
    return outcome->exit_code == CHECK_PASSED ? verdict_pass()
                                              : verdict_fail(REASON_WRONG, outcome->note);
}
