#pragma once

/* Requirements: what a campaign asks for. Handlers and shapes for the slice's route table. */

#include "base/err.h"
#include "base/shape.h"

struct call;
struct requirement_row;
struct work;

/* What an expert must have. Absent: any. */
struct demand {
    struct list skills; /* struct demand_skill */
    const char *domain;
    struct texts languages;
    struct texts credentials;
    struct texts countries;
    double zone;
    double zone_shift;
    int64_t hours;
    int64_t rate_minor;
    const char *currency;
    const char *pool_id;
    int64_t starts_at;
    int64_t ends_at;
    const char *text;
    struct list bounds; /* struct demand_bound */
};
struct demand_skill {
    const char *name;
    int64_t level;
};

/* Of the seats, at least and at most so many for experts of a country or level. */
struct demand_bound {
    const char *country; /* NULL: any */
    int64_t level;       /* of the first skill, at least; INT_ABSENT: any */
    int64_t least;
    int64_t most; /* INT_ABSENT: all */
};
extern const struct shape demand_shape;

enum err demand_read(struct work *work, const char *json, struct demand *out);

extern const struct shape requirement_shape;
extern const struct shape requirement_list_shape;
extern const struct shape requirement_body_shape;
extern const struct shape requirement_edit_shape;

enum err requirement_serve_add(struct call *call);
enum err requirement_serve_list(struct call *call);
enum err requirement_serve_show(struct call *call);
enum err requirement_serve_put(struct call *call);

enum err requirement_owner(struct work *work, const char *id, const char **organisation_id);
enum err requirement_find(struct work *work, const char *id, struct requirement_row *out);
