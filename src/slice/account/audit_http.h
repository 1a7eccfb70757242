#pragma once

/* What was done, and the proof of its chain: handlers and shapes for the slice's route table. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape audit_list_shape;
extern const struct shape audit_note_shape;
extern const struct shape audit_proof_shape;

enum err audit_serve_list(struct call *call);
enum err audit_serve_proof(struct call *call);
