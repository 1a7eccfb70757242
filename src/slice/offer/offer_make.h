#pragma once

/* Services of the slice, behind its handlers. All inside a write transaction of the client's
 * organisation. */

#include "base/err.h"
#include "slice/offer/offer_rule.h"
#include "slice/offer/offer_shape.h"

struct offer_row;
struct proposal_row;
struct work;

enum err offer_find(struct work *work, const char *id, struct offer_row *out);

/* Accept a proposal and offer terms to its expert. ERR_CONFLICT: decided already, walled, or no
 * seat is left. */
enum err offer_make(struct work *work, const char *proposal_id, const struct offer_body *body,
                    const char **id);

/* What an act changes beside the state. */
struct offer_change {
    enum offer_act act;
    const char *detail; /* in words, for the history */
    const char *counter_terms;
    const char *counter_message;
    const char *offer_terms;   /* NULL: as they were */
    const char *engagement_id; /* NULL: as it was */
    int64_t undo_until;
};

/* ERR_CONFLICT: the act cannot be, or somebody was quicker. */
enum err offer_do(struct work *work, const struct offer_row *row,
                  const struct offer_change *change);

/* The list of steps, none done. */
enum err offer_open_steps(struct work *work, const struct offer_row *row);

/* One step is done; the last begins the engagement, or the calibration where there is one. */
enum err offer_sign_step(struct work *work, const struct offer_row *row,
                         const struct offer_sign *sign);

/* The calibration is passed: the queue opens. */
enum err offer_calibrated(struct work *work, const struct offer_row *row);

enum err offer_agreement_of(struct work *work, const struct offer_row *row,
                            struct offer_agreement *out);
