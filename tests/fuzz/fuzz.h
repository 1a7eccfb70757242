#pragma once

/* What every target defines; libFuzzer calls it with one input after another. */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
