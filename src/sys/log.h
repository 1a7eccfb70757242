#pragma once

/*
 * The log: whole lines to a descriptor, written by a thread of its own, so that
 * a slow reader of the log never stops a request. Lines that find the room full
 * are dropped and counted; the count is written as a line when there is room.
 */

#include "base/text.h"

struct log;

struct log *log_new(int descriptor);
void log_free(struct log *log); /* after everything is written; NULL is fine */

void log_line(struct log *log, struct text line); /* without its line end */
