#pragma once

/* What this installation is: made once at start, handed to every unit of work, never changed. */

#include "sys/secret.h"

struct installation {
    struct signing_key signing; /* of deliveries and audit seals */
    const char *spool;          /* folder for files that live no longer than a request or a job */
};
