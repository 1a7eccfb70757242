#pragma once

/* The first start: an operator who can sign in, and the keys of the installation. */

#include <stdbool.h>

#include "base/err.h"

struct arena;
struct fault;
struct installation;
struct settings;
struct store;

/* Make the data folder, its spool and the signing key, as far as they are not there. */
enum err setup_folder(struct arena *arena, const struct settings *settings,
                      struct installation *out, struct fault *fault);

/* Remove from the spool what earlier runs left there, but for files that imports wait to read. To
 * be called when the store is open, so that it is this server's folder. */
enum err setup_spool(struct arena *arena, const struct installation *installation,
                     struct store *store, struct fault *fault);

/* In a store without an operator: add one and write its sign-in and API key to files in the data
 * folder (mode 0600). *made says whether that happened. */
enum err setup_operator(struct arena *arena, const struct settings *settings, struct store *store,
                        bool *made, struct fault *fault);

/* The model server that rates answers of interviews and the one that writes spoken ones down, if
 * they are set. */
enum err setup_model(struct arena *arena, const struct settings *settings,
                     struct installation *installation, struct fault *fault);

/* Read the shipped scorer, and put the seed bank's new items into the operator's bank. */
enum err setup_bank(struct arena *arena, struct store *store, struct installation *installation,
                    struct fault *fault);
