#pragma once

/* The import of public lists of occupations and skills, as a command on the store. */

extern const struct command_group taxonomy_group;
