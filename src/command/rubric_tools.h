#pragma once

/* Commands on whole files of rubrics; the group is in rubric.c. */

#include "base/err.h"

struct invocation;
struct shape;

extern const struct shape rubric_convert_shape;
enum err rubric_convert(struct invocation *call);
enum err rubric_diff(struct invocation *call);
extern const struct shape rubric_measure_shape;
enum err rubric_measure_file(struct invocation *call);
