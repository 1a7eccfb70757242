#pragma once

/*
 * Secrets: entropy, hashes, passwords, tokens, signatures.
 * SHA-256 and HMAC by OpenSSL; argon2id and Ed25519 by libsodium.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;

void secret_random(void *out, size_t size);

enum { SHA256_SIZE = 32 };
void sha256(struct text bytes, unsigned char out[static SHA256_SIZE]);
const char *sha256_hex(struct arena *arena, struct text bytes);

/* SHA-256 of bytes that come in pieces. */
struct sha256;
struct sha256 *sha256_new(void);
void sha256_add(struct sha256 *hash, struct text bytes);
const char *sha256_end_hex(struct sha256 *hash, struct arena *arena); /* frees it */

/* The prefix and 256 random bits in base 62: for sessions, keys and links. Store only its hash. */
const char *secret_token(struct arena *arena, const char *prefix);

/*
 * Argon2id with 19 MiB and two passes (OWASP 2023), in its own string form. At most two run at
 * once: others wait, at most a few seconds, then ERR_UNAVAILABLE.
 */
enum err password_hash(struct arena *arena, const char *password, const char **out,
                       struct fault *fault);
enum err password_check(const char *hash, const char *password, bool *matches, struct fault *fault);

enum { SIGNATURE_SIZE = 64, SIGNING_SEED_SIZE = 32, SIGNING_PUBLIC_SIZE = 32 };

struct signing_key {
    unsigned char secret[64];
    unsigned char public_key[SIGNING_PUBLIC_SIZE];
};

/* The key whose seed is in the file; a new one, mode 0600, when there is no such file. */
enum err signing_key_load(const char *path, struct signing_key *out, struct fault *fault);
const char *signing_public_hex(struct arena *arena, const struct signing_key *key);
const char *signature_hex(struct arena *arena, const struct signing_key *key, struct text message);
bool signature_holds(const char *public_hex, const char *signature_hex, struct text message);

/* Equal, in time that depends on the lengths alone. */
bool secret_equal(const char *left, const char *right);
