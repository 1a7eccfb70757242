#pragma once

/*
 * Walls between people and a client's campaigns: set for one person by hand, or by a rule about a
 * rival, a company, another team or a person.
 *
 * A wall binds wherever somebody would begin or go on: offers, teams put together by hand, claims
 * and reviews. Whoever is refused reads which wall it is, who set it, why and until when.
 */

#include <stdint.h>

#include "base/err.h"

struct arena;
struct slice;
struct work;

struct wall {
    const char *kind; /* manual, person, rival, employer, team; client or hidden: by the profile */
    const char *reason; /* as it was given */
    const char *set_by; /* name; NULL: nobody, it follows from what is known */
    int64_t set_at;     /* INT_ABSENT: as set_by */
    int64_t until_at;   /* INT_ABSENT: until it is lifted */
};

/* "rival, set by Olive on 2026-11-22 until it is lifted: They compete." */
const char *wall_words(struct arena *arena, const struct wall *wall);

/* One person and one campaign. */
struct wall_question {
    const char *organisation_id; /* the client */
    const char *campaign_id;
    const char *person_id;
};

/* The wall that keeps somebody from working now: one that was set. NULL: none. */
enum err wall_find_set(struct work *work, const struct wall_question *question,
                       const struct wall **out);

/* The same for somebody who would join: also a client that employs the person or from which the
 * person hides, and a client of the person's own that has declared this one a rival. */
enum err wall_find(struct work *work, const struct wall_question *question,
                   const struct wall **out);

/* ERR_CONFLICT at `field`: a wall keeps the person from joining this campaign of the work's
 * organisation. */
enum err wall_refuse(struct work *work, const char *campaign_id, const char *person_id,
                     const char *field);

/* ERR_FORBIDDEN: a wall keeps the asker from working on it. */
enum err wall_refuse_asker(struct work *work, const char *campaign_id);

extern const struct slice wall_slice;
