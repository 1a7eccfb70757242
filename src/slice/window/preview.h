#pragma once

/* What work pays, as it was: from people on it, of the last four weeks; nothing of fewer than five.
 */

#include "base/err.h"
#include "base/shape.h"

struct call;
struct job_kind;
struct work;

extern const struct shape pay_preview_shape;
extern const struct job_kind preview_job;

enum err preview_serve_campaign(struct call *call);
enum err preview_serve_offer(struct call *call);
enum err preview_serve_listing(struct call *call);
enum err preview_serve_take(struct call *call);
