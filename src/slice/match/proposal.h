#pragma once

/* Proposals: what a run suggests and an operator decides. Handlers and shapes. */

#include "base/err.h"
#include "base/shape.h"

struct call;
struct proposal_row;
struct work;

extern const struct shape proposal_query_shape;
extern const struct shape proposal_list_shape;
extern const struct shape proposal_shape;
extern const struct shape reject_body_shape;
extern const struct shape rejected_shape;
extern const struct shape override_body_shape;
extern const struct shape override_shape;

enum err proposal_serve_list(struct call *call);
enum err proposal_serve_show(struct call *call);
enum err proposal_serve_reject(struct call *call);
enum err proposal_serve_override(struct call *call);

enum err proposal_owner(struct work *work, const char *id, const char **organisation_id);

/* Within the work's organisation. */
enum err proposal_find(struct work *work, const char *id, struct proposal_row *out);

/* An expert sits once in a campaign: ERR_CONFLICT where the person is proposed for another seat of
 * it than that of the proposal, has an offer, or is on its team. */
enum err proposal_refuse_seat(struct work *work, const struct proposal_row *row,
                              const char *person_id, const char *field);

/* Decide what still waits. ERR_CONFLICT: somebody was quicker. */
enum err proposal_settle(struct work *work, const char *id, const char *state, const char *reason);
