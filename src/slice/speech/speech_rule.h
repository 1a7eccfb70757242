#pragma once

/* What a recording may be, pure. */

#include <stdbool.h>
#include <stdint.h>

enum {
    SPEECH_BYTES_MAX = 24 << 20, /* of a recording */
    SPEECH_CHUNK_MAX = 1 << 20,
    SPEECH_CHUNKS_MAX = 4000, /* of a segment */
    SPEECH_SEGMENTS_MAX = 20,
    SPEECH_TEXT_MAX = 8000, /* as an answer */
};

/* Why these bytes are not taken, in words; NULL: they are. */
const char *speech_bars(int64_t bytes_before, uint64_t size, int64_t segment, int64_t chunk);

/* "audio/webm;codecs=opus" is audio/webm; NULL: a type that nothing can be done with. */
const char *speech_media(const char *type);
