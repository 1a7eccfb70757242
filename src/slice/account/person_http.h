#pragma once

/* People and their accounts, as operators keep them: handlers and shapes for the slice's route
 * table. */

#include "base/err.h"
#include "base/shape.h"

struct call;
struct work;

extern const struct shape person_body_shape;
extern const struct shape person_made_shape;
extern const struct shape member_list_shape;
extern const struct shape person_change_shape;
extern const struct shape role_body_shape;
extern const struct shape access_body_shape;

/* The organisation where a person belongs. */
enum err person_owner(struct work *work, const char *id, const char **organisation_id);

enum err person_serve_list(struct call *call);
enum err person_serve_add(struct call *call);
enum err person_serve_amend(struct call *call);
enum err person_serve_role(struct call *call);
enum err person_serve_access(struct call *call);
enum err person_serve_password(struct call *call);
