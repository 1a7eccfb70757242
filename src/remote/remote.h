#pragma once

/*
 * Commands that ask a running server: one for each route that has a command.
 *
 * `campaign show CAMPAIGN_ID`: what stands in {braces} in the path is a word, a
 * file to upload is the last word, fields of query and body are options. Lists,
 * objects and JSON are given as JSON. A value `@path` is read from that file;
 * `@@` begins a value that begins with @. The server checks all values.
 */

struct arena;
struct command_group;
struct http_site;

/* The commands live in the arena, and use the site's tables. */
const struct command_group *remote_commands(struct arena *arena, const struct http_site *site);
