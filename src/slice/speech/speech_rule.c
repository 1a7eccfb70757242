#include "slice/speech/speech_rule.h"

#include <stddef.h>
#include <string.h>

const char *speech_bars(int64_t bytes_before, uint64_t size, int64_t segment, int64_t chunk)
{
    if (size == 0) {
        return "a piece of a recording holds at least a byte";
    }
    if (size > SPEECH_CHUNK_MAX) {
        return "a piece of a recording holds at most 1 MiB";
    }
    if (segment >= SPEECH_SEGMENTS_MAX || chunk >= SPEECH_CHUNKS_MAX) {
        return "the recording has too many pieces: type what is missing";
    }
    return bytes_before + (int64_t)size > SPEECH_BYTES_MAX
               ? "the recording is longer than an answer may be: type what is missing"
               : NULL;
}

const char *speech_media(const char *type)
{
    static const char *const KNOWN[] = {"audio/webm", "audio/ogg", "audio/mp4", "audio/wav"};
    size_t size = strcspn(type, ";");

    for (size_t i = 0; i < sizeof(KNOWN) / sizeof(KNOWN[0]); i++) {
        if (strlen(KNOWN[i]) == size && strncmp(type, KNOWN[i], size) == 0) {
            return KNOWN[i];
        }
    }
    return NULL;
}
