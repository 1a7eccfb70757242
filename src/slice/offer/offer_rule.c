#include "slice/offer/offer_rule.h"

#include <stddef.h>
#include <string.h>

#include "base/err.h"

struct step {
    const char *from;
    enum offer_act act;
    const char *to;
};

static const struct step STEPS[] = {
    {"open", OFFER_ACCEPT, "accepted"},        {"open", OFFER_DECLINE, "declined"},
    {"open", OFFER_COUNTER, "countered"},      {"open", OFFER_WITHDRAW, "withdrawn"},
    {"open", OFFER_EXPIRE, "expired"},         {"countered", OFFER_AGREE, "accepted"},
    {"countered", OFFER_HOLD, "open"},         {"countered", OFFER_WITHDRAW, "withdrawn"},
    {"countered", OFFER_EXPIRE, "expired"},    {"countered", OFFER_UNDO, "open"},
    {"accepted", OFFER_UNDO, "open"},          {"declined", OFFER_UNDO, "open"},
    {"accepted", OFFER_ENGAGE, "engaged"},     {"accepted", OFFER_DROP, "dropped"},
    {"accepted", OFFER_WITHDRAW, "withdrawn"}, {"engaged", OFFER_DROP, "dropped"},
    {"accepted", OFFER_CALIBRATE, "accepted"},
};

const char *offer_next(const char *state, enum offer_act act)
{
    for (size_t i = 0; i < COUNT(STEPS); i++) {
        if (STEPS[i].act == act && strcmp(STEPS[i].from, state) == 0) {
            return STEPS[i].to;
        }
    }
    return NULL;
}

double offer_cut(int64_t before, int64_t now)
{
    return before <= 0 || now >= before ? 0 : 100.0 * (double)(before - now) / (double)before;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool offer_name_fits(const char *signed_name, const char *name)
{
    for (;;) {
        while (is_blank(*signed_name)) {
            signed_name++;
        }
        while (is_blank(*name)) {
            name++;
        }
        if (*signed_name == '\0' || *name == '\0') {
            return *signed_name == *name;
        }
        if (lower(*signed_name++) != lower(*name++)) {
            return false;
        }
    }
}
