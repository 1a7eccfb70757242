#include "store/work.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "store/driver.h"
#include "sys/secret.h"

enum {
    STAMP_CHARS = 10,
    RANDOM_CHARS = 16,
    RANDOM_SIZE = 10, /* bytes: five bits a character */
    CHANCE_SIZE = 1024
};

/* The last identifier, so that those of one millisecond go on counting upwards. */
struct id_source {
    pthread_mutex_t lock;
    int64_t millis;
    unsigned char random[RANDOM_SIZE]; /* big-endian */
    unsigned char chance[CHANCE_SIZE]; /* drawn from the system in one piece */
    size_t chance_left;
};

struct id_source *id_source_new(void)
{
    struct id_source *source = calloc(1, sizeof(*source));

    if (source == NULL || pthread_mutex_init(&source->lock, NULL) != 0) {
        abort();
    }
    source->millis = -1;
    return source;
}

void id_source_free(struct id_source *source)
{
    if (source != NULL) {
        (void)pthread_mutex_destroy(&source->lock);
        free(source);
    }
}

/* With the lock held. */
static void draw(struct id_source *source, void *out, size_t size)
{
    if (source->chance_left < size) {
        secret_random(source->chance, CHANCE_SIZE);
        source->chance_left = CHANCE_SIZE;
    }
    source->chance_left -= size;
    memcpy(out, source->chance + source->chance_left, size);
}

/* Add a random step of 1 to 2^32; false when the sum no longer fits. */
static bool step_upwards(struct id_source *source)
{
    unsigned char *random = source->random;
    uint32_t step;

    draw(source, &step, sizeof(step));
    uint64_t carry = (uint64_t)step + 1;

    for (size_t i = RANDOM_SIZE; i-- > 0 && carry > 0;) {
        carry += random[i];
        random[i] = (unsigned char)(carry & 0xff);
        carry >>= 8;
    }
    return carry == 0;
}

static void next_random(struct id_source *source, int64_t millis, unsigned char out[RANDOM_SIZE])
{
    if (source == NULL) {
        secret_random(out, RANDOM_SIZE);
        return;
    }
    (void)pthread_mutex_lock(&source->lock);
    if (source->millis != millis || !step_upwards(source)) {
        draw(source, source->random, RANDOM_SIZE);
        source->random[0] &= 0x7f; /* leaves room to count upwards */
        source->millis = millis;
    }
    memcpy(out, source->random, RANDOM_SIZE);
    (void)pthread_mutex_unlock(&source->lock);
}

static const char DIGITS[] = "0123456789abcdefghjkmnpqrstvwxyz";

int64_t work_id_time(const char *id)
{
    const char *line = strchr(id, '_');
    int64_t millis = 0;

    if (line == NULL || strlen(line + 1) != STAMP_CHARS + RANDOM_CHARS) {
        return 0;
    }
    for (size_t i = 1; i <= STAMP_CHARS; i++) {
        const char *digit = strchr(DIGITS, line[i]);

        if (digit == NULL) {
            return 0;
        }
        millis = millis << 5 | (digit - DIGITS);
    }
    return millis < INT64_MAX / 1000 ? millis * 1000 : 0;
}

const char *work_new_id(struct work *work, const char *prefix)
{
    size_t prefix_size = strlen(prefix);
    char *id = arena_take(work->arena, prefix_size + 1 + STAMP_CHARS + RANDOM_CHARS + 1, 1);
    char *at = mempcpy(id, prefix, prefix_size);
    int64_t millis = work->now_us / 1000;
    unsigned char random[RANDOM_SIZE];

    *at++ = '_';
    for (size_t i = 0; i < STAMP_CHARS; i++) {
        at[i] = DIGITS[(uint64_t)millis >> (5 * (STAMP_CHARS - 1 - i)) & 31];
    }
    next_random(work->store == NULL ? NULL : work->store->ids, millis, random);
    for (size_t i = 0; i < RANDOM_CHARS; i++) {
        size_t bit = 5 * i;
        unsigned pair =
            (unsigned)random[bit / 8] << 8 | (bit / 8 + 1 < RANDOM_SIZE ? random[bit / 8 + 1] : 0U);

        at[STAMP_CHARS + i] = DIGITS[pair >> (11 - bit % 8) & 31];
    }
    return id;
}

int64_t work_random(struct work *work)
{
    struct id_source *source = work->store == NULL ? NULL : work->store->ids;
    uint64_t bits;

    if (source == NULL) {
        secret_random(&bits, sizeof(bits));
    } else {
        (void)pthread_mutex_lock(&source->lock);
        draw(source, &bits, sizeof(bits));
        (void)pthread_mutex_unlock(&source->lock);
    }
    return (int64_t)(bits >> 2);
}
