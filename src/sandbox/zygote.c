#include "sandbox/zygote.h"

#include "sandbox/zygote.inc"

const char *const zygote_source = zygote_text;
