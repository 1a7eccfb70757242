#include "slice/account/account_rule.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "slice/account/account.h"

enum { FAILURES_BY_EMAIL_MAX = 10, FAILURES_BY_ADDRESS_MAX = 50, EMAIL_SIZE_MAX = 254 };

uint32_t role_bit(const char *role)
{
    static const struct {
        const char *name;
        enum role bit;
    } ROLES[] = {
        {"operator", ROLE_OPERATOR}, {"client", ROLE_CLIENT},   {"reviewer", ROLE_REVIEWER},
        {"expert", ROLE_EXPERT},     {"finance", ROLE_FINANCE}, {"auditor", ROLE_AUDITOR},
    };

    for (size_t i = 0; i < COUNT(ROLES); i++) {
        if (strcmp(ROLES[i].name, role) == 0) {
            return ROLES[i].bit;
        }
    }
    return 0;
}

bool role_fits(const char *role, const char *organisation_kind)
{
    uint32_t bit = role_bit(role);

    if (strcmp(organisation_kind, "client") == 0) {
        return bit == ROLE_CLIENT;
    }
    if (strcmp(organisation_kind, "vendor") == 0) {
        return bit == ROLE_EXPERT || bit == ROLE_REVIEWER;
    }
    return bit != 0 && bit != ROLE_CLIENT;
}

const char *email_normal(struct arena *arena, const char *email)
{
    struct text text = text_trim(text_of(email));
    const char *at = memchr(text.at, '@', text.size);
    char *normal = arena_copy(arena, text.at, text.size);

    if (text.size > EMAIL_SIZE_MAX || at == NULL || at == text.at ||
        at == text.at + text.size - 1 || memrchr(text.at, '@', text.size) != at) {
        return NULL;
    }
    for (size_t i = 0; i < text.size; i++) {
        if ((unsigned char)normal[i] <= ' ') {
            return NULL;
        }
        if (normal[i] >= 'A' && normal[i] <= 'Z') {
            normal[i] = (char)(normal[i] - 'A' + 'a');
        }
    }
    return normal;
}

bool sign_in_is_throttled(int64_t failures_by_email, int64_t failures_by_address)
{
    return failures_by_email >= FAILURES_BY_EMAIL_MAX ||
           failures_by_address >= FAILURES_BY_ADDRESS_MAX;
}
