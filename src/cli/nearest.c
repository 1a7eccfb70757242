#include "cli/nearest.h"

#include <string.h>

static size_t least(size_t left, size_t right)
{
    return left < right ? left : right;
}

size_t edit_distance(const char *left, const char *right)
{
    size_t rows[3][NEAREST_SIZE_MAX + 1];
    size_t height = strlen(left);
    size_t width = strlen(right);

    if (height > NEAREST_SIZE_MAX || width > NEAREST_SIZE_MAX) {
        return height > width ? height : width;
    }
    for (size_t k = 0; k <= width; k++) {
        rows[0][k] = k;
    }
    for (size_t i = 1; i <= height; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        const size_t *before = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t k = 1; k <= width; k++) {
            size_t replaced = above[k - 1] + (left[i - 1] != right[k - 1]);

            row[k] = least(least(above[k], row[k - 1]) + 1, replaced);
            if (i > 1 && k > 1 && left[i - 1] == right[k - 2] && left[i - 2] == right[k - 1]) {
                row[k] = least(row[k], before[k - 2] + 1);
            }
        }
    }
    return rows[height % 3][width];
}

bool is_near(size_t distance, const char *word)
{
    size_t size = strlen(word);

    return distance <= (size < 6 ? 1 : size / 3);
}
