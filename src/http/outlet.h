#pragma once

/*
 * Outlets: an answer that its handler writes piece by piece, on its worker, while it works.
 *
 * What is written waits in a small buffer that an event thread sends from. A client that reads
 * slowly makes the writer wait; one that goes away makes the next write fail. The first write
 * begins the answer: until then a failure becomes a problem document as with any other route,
 * afterwards it cuts the body off, so that nobody takes half an answer for a whole one.
 */

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"

struct MHD_Response;
struct fault;
struct outlet;
struct request;

/* For handlers. ERR_UNAVAILABLE: nobody is there any more, or the server stops. */
enum err outlet_write(struct outlet *outlet, struct text bytes, struct fault *fault);

/* Is anybody still there? Ask while nothing is written, so that work for nobody ends. */
bool outlet_heard(struct outlet *outlet);

/* Has anything been written? Then what goes wrong can only be said in the answer itself. */
bool outlet_begun(struct outlet *outlet);

/* For the door. */
struct outlet *outlet_new(struct request *request, int status, const char *type);

/* The handler is done. True: the answer has left the worker's hands, and the request may be gone;
 * false: nothing was written, the answer is still to be made, and the outlet is gone. */
bool outlet_end(struct outlet *outlet, enum err err, const struct fault *fault);

struct MHD_Response *outlet_response(struct outlet *outlet);
void outlet_leave(struct outlet *outlet);   /* the connection is gone: nothing more is taken */
void outlet_release(struct outlet *outlet); /* after that: frees the request when both are done */
