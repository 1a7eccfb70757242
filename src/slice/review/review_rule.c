#include "slice/review/review_rule.h"

#include <stdbool.h>
#include <string.h>

#include "slice/review/review.h"

static bool is_empty(const char *text)
{
    return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

struct review_lack review_lacks(const struct review_draft *draft)
{
    bool fixes = strcmp(draft->verdict, "fix") == 0;
    bool adverse = strcmp(draft->verdict, "return") == 0 || strcmp(draft->verdict, "reject") == 0;

    if (fixes && draft->answer == NULL) {
        return (struct review_lack){"answer", "to fix an answer, send it as it shall be"};
    }
    if (!fixes && draft->answer != NULL) {
        return (struct review_lack){"answer", "only a fix carries an answer"};
    }
    if (adverse && is_empty(draft->clause_code)) {
        return (struct review_lack){"clause_code",
                                    "name the clause of the guideline that was not met"};
    }
    if (adverse && is_empty(draft->reason_code)) {
        return (struct review_lack){"reason_code", "choose a reason"};
    }
    if (adverse && is_empty(draft->message)) {
        return (struct review_lack){"message",
                                    "say in words what was wrong and what would be right"};
    }
    return (struct review_lack){0};
}

const char *review_state_after(const char *verdict)
{
    return strcmp(verdict, "reject") == 0   ? "rejected"
           : strcmp(verdict, "return") == 0 ? "returned"
                                            : "accepted";
}
