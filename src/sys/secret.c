#include "sys/secret.h"

#include <errno.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <semaphore.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/time.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { ARGON_MEMORY = 19456 * 1024, ARGON_PASSES = 2, ARGON_AT_ONCE = 2, ARGON_WAIT_S = 5 };

void secret_random(void *out, size_t size)
{
    randombytes_buf(out, size);
}

static const char *hex(struct arena *arena, const unsigned char *bytes, size_t size)
{
    char *text = arena_take(arena, size * 2 + 1, 1);

    return sodium_bin2hex(text, size * 2 + 1, bytes, size);
}

static EVP_MD *fetched;

static void fetch(void)
{
    fetched = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (fetched == NULL) {
        abort();
    }
}

/* EVP_sha256() stands for an algorithm that OpenSSL looks for anew each time. */
static const EVP_MD *method(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, fetch);
    return fetched;
}

void sha256(struct text bytes, unsigned char out[static SHA256_SIZE])
{
    int done = EVP_Digest(bytes.at, bytes.size, out, NULL, method(), NULL);

    if (done != 1) {
        abort();
    }
}

const char *sha256_hex(struct arena *arena, struct text bytes)
{
    unsigned char digest[SHA256_SIZE];

    sha256(bytes, digest);
    return hex(arena, digest, sizeof(digest));
}

struct sha256 *sha256_new(void)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    if (context == NULL || EVP_DigestInit_ex(context, method(), NULL) != 1) {
        abort();
    }
    return (struct sha256 *)context;
}

void sha256_add(struct sha256 *hash, struct text bytes)
{
    if (EVP_DigestUpdate((EVP_MD_CTX *)hash, bytes.at, bytes.size) != 1) {
        abort();
    }
}

const char *sha256_end_hex(struct sha256 *hash, struct arena *arena)
{
    unsigned char digest[SHA256_SIZE];

    if (EVP_DigestFinal_ex((EVP_MD_CTX *)hash, digest, NULL) != 1) {
        abort();
    }
    EVP_MD_CTX_free((EVP_MD_CTX *)hash);
    return hex(arena, digest, sizeof(digest));
}

const char *secret_token(struct arena *arena, const char *prefix)
{
    static const char DIGITS[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    char token[44];

    for (size_t i = 0; i < sizeof(token) - 1; i++) { /* 43 digits of 5.95 bits: 256 bits */
        token[i] = DIGITS[randombytes_uniform(62)];
    }
    token[sizeof(token) - 1] = '\0';
    return arena_print(arena, "%s%s", prefix, token);
}

/* Hashing takes 19 MiB and tens of milliseconds: a flood of sign-ins must not take the machine. */
static sem_t argon_places;

[[gnu::constructor]] static void open_places(void)
{
    if (sodium_init() < 0 || sem_init(&argon_places, 0, ARGON_AT_ONCE) != 0) {
        abort();
    }
}

static enum err enter(struct fault *fault)
{
    const struct timespec until = clock_until(ARGON_WAIT_S * TIME_SECOND);

    while (sem_clockwait(&argon_places, CLOCK_MONOTONIC, &until) != 0) {
        if (errno != EINTR) {
            return fail(fault, ERR_UNAVAILABLE,
                        "too many people are signing in; try again shortly");
        }
    }
    return OK;
}

enum err password_hash(struct arena *arena, const char *password, const char **out,
                       struct fault *fault)
{
    char *hashed = arena_take(arena, crypto_pwhash_STRBYTES, 1);

    TRY(enter(fault));
    int failed = crypto_pwhash_str_alg(hashed, password, strlen(password), ARGON_PASSES,
                                       ARGON_MEMORY, crypto_pwhash_ALG_ARGON2ID13);

    (void)sem_post(&argon_places);
    if (failed) {
        return fail(fault, ERR_UNAVAILABLE, "there is not enough memory to hash a password");
    }
    *out = hashed;
    return OK;
}

enum err password_check(const char *hash, const char *password, bool *matches, struct fault *fault)
{
    TRY(enter(fault));
    *matches = crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
    (void)sem_post(&argon_places);
    return OK;
}

enum err signing_key_load(const char *path, struct signing_key *out, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    unsigned char seed[SIGNING_SEED_SIZE];
    struct text content;
    size_t size = 0;

    if (access(path, F_OK) != 0) {
        secret_random(seed, sizeof(seed));
        const char *text = arena_print(arena, "%s\n", hex(arena, seed, sizeof(seed)));

        TRY(file_write(path, text_of(text), 0600, fault));
    } else {
        TRY(file_read(arena, path, 1024, &content, fault));
        content = text_trim(content);
        if (sodium_hex2bin(seed, sizeof(seed), content.at, content.size, NULL, &size, NULL) != 0 ||
            size != sizeof(seed)) {
            return fail(fault, ERR_INVALID, "%s must hold a signing seed of 64 hexadecimal digits",
                        path);
        }
    }
    (void)crypto_sign_seed_keypair(out->public_key, out->secret, seed);
    sodium_memzero(seed, sizeof(seed));
    return OK;
}

const char *signing_public_hex(struct arena *arena, const struct signing_key *key)
{
    return hex(arena, key->public_key, sizeof(key->public_key));
}

const char *signature_hex(struct arena *arena, const struct signing_key *key, struct text message)
{
    unsigned char signature[SIGNATURE_SIZE];

    (void)crypto_sign_detached(signature, NULL, (const unsigned char *)message.at, message.size,
                               key->secret);
    return hex(arena, signature, sizeof(signature));
}

bool signature_holds(const char *public_hex, const char *signature_hex, struct text message)
{
    unsigned char public_key[SIGNING_PUBLIC_SIZE];
    unsigned char signature[SIGNATURE_SIZE];
    size_t key_size = 0;
    size_t signature_size = 0;

    return sodium_hex2bin(public_key, sizeof(public_key), public_hex, strlen(public_hex), NULL,
                          &key_size, NULL) == 0 &&
           key_size == sizeof(public_key) &&
           sodium_hex2bin(signature, sizeof(signature), signature_hex, strlen(signature_hex), NULL,
                          &signature_size, NULL) == 0 &&
           signature_size == sizeof(signature) &&
           crypto_sign_verify_detached(signature, (const unsigned char *)message.at, message.size,
                                       public_key) == 0;
}

bool secret_equal(const char *left, const char *right)
{
    size_t size = strlen(left);

    return size == strlen(right) && sodium_memcmp(left, right, size) == 0;
}
