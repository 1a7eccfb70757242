#pragma once

/*
 * The connections, and until when each must have got on with what it does.
 *
 * The library's own timeout starts anew with every byte; whoever sends one byte
 * at a time would stay for ever. So each phase (headers, body, answer) also has
 * an end, and a thread that cuts the connections that missed it.
 */

#include <stdbool.h>
#include <stdint.h>

struct peer;
struct peers;

struct peers *peers_new(void);
void peers_free(struct peers *peers); /* NULL is fine; the connections are gone by then */

struct peer *peer_add(struct peers *peers, int descriptor, const char *address);
void peer_remove(struct peers *peers, struct peer *peer); /* before its descriptor is closed */

void peer_expect(struct peer *peer, int64_t tick_us); /* INT64_MAX: as long as it takes */
const char *peer_address(const struct peer *peer);
bool peer_left(const struct peer *peer); /* has it closed its side, or is the connection broken? */
uint64_t peers_count(struct peers *peers);
