#pragma once

/* The migrations that a program carries. sqlgen writes them from db/migrations/. */

#include <stddef.h>

struct migration {
    const char
        *name; /* the file's name; it begins with four digits that grow from one to the next */
    const char *hash; /* SHA-256 of the text, 64 hexadecimal digits */
    const char *text; /* SQL, the same for every driver */
};

struct schema {
    const struct migration *migrations;
    size_t count;
};

/* Of the product. */
extern const struct schema store_schema;
