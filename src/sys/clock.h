#pragma once

/* Clocks. Only doors read them: below, time comes from the unit of work. */

#include <stdint.h>

int64_t clock_now_us(void);  /* UTC, microseconds since 1970; may be set back */
int64_t clock_tick_us(void); /* microseconds since some start; never goes back */
