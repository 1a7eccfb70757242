#pragma once

/* The program of a Python slot's interpreter, from zygote.py. */
extern const char *const zygote_source;
