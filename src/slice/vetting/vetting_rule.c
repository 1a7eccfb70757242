#include "slice/vetting/vetting_rule.h"

#include <stddef.h>
#include <string.h>

static bool is_open(const char *state)
{
    return strcmp(state, "applied") == 0 || strcmp(state, "interviewing") == 0 ||
           strcmp(state, "judged") == 0;
}

bool application_can_withdraw(const char *state)
{
    return is_open(state);
}

const char *application_bars(const char *state, bool qualified, const char *reason_code)
{
    if (!is_open(state)) {
        return "it is decided already, or withdrawn";
    }
    if (!qualified && strcmp(state, "judged") != 0 && strcmp(reason_code, "listing_ended") != 0) {
        return "no person has graded the interview yet: a machine's score alone declines nobody";
    }
    if (qualified && strcmp(state, "judged") != 0) {
        return "there is no graded interview to rest it on";
    }
    return NULL;
}

bool application_may_advance(const char *from, const char *to)
{
    if (strcmp(to, "interviewing") == 0) {
        return strcmp(from, "applied") == 0 || strcmp(from, "judged") == 0;
    }
    if (strcmp(to, "judged") == 0) {
        return strcmp(from, "interviewing") == 0;
    }
    /* A late overturn on appeal qualifies even whoever was declined. */
    return strcmp(to, "qualified") == 0 && strcmp(from, "withdrawn") != 0 &&
           strcmp(from, "qualified") != 0;
}
