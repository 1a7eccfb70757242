#include "base/base64.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"

static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_write(struct buffer *to, struct text bytes)
{
    for (size_t at = 0; at < bytes.size; at += 3) {
        size_t left = bytes.size - at;
        uint32_t three = (uint32_t)(unsigned char)bytes.at[at] << 16;

        three |= left > 1 ? (uint32_t)(unsigned char)bytes.at[at + 1] << 8 : 0;
        three |= left > 2 ? (uint32_t)(unsigned char)bytes.at[at + 2] : 0;
        buffer_char(to, LETTERS[three >> 18]);
        buffer_char(to, LETTERS[three >> 12 & 63]);
        buffer_char(to, left > 1 ? LETTERS[three >> 6 & 63] : '=');
        buffer_char(to, left > 2 ? LETTERS[three & 63] : '=');
    }
}

static int value_of(char letter)
{
    if (letter >= 'A' && letter <= 'Z') {
        return letter - 'A';
    }
    if (letter >= 'a' && letter <= 'z') {
        return letter - 'a' + 26;
    }
    if (letter >= '0' && letter <= '9') {
        return letter - '0' + 52;
    }
    return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

bool base64_read(struct arena *arena, struct text from, struct text *out)
{
    char *bytes = arena_array(arena, char, from.size / 4 * 3 + 4);
    size_t size = 0;
    uint32_t held = 0;
    int bits = 0;
    size_t at = 0;

    for (; at < from.size && from.at[at] != '='; at++) {
        int value = value_of(from.at[at]);

        if (from.at[at] == '\n' || from.at[at] == '\r') {
            continue;
        }
        if (value < 0) {
            return false;
        }
        held = held << 6 | (uint32_t)value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes[size++] = (char)(unsigned char)(held >> bits & 0xff);
        }
    }
    for (; at < from.size; at++) {
        if (from.at[at] != '=' && from.at[at] != '\n' && from.at[at] != '\r') {
            return false;
        }
    }
    *out = (struct text){.at = bytes, .size = size};
    return bits < 6 && (held & ((UINT32_C(1) << bits) - 1)) == 0;
}
