#pragma once

/*
 * A slot, from the inside, and what crosses its socket.
 *
 * The owner writes standard input into a memory file that it shares with the slot, sends one
 * request, and receives one reply; output waits in two more memory files. Jobs hold the files only
 * while they live, and none outlives its request.
 */

#include <stddef.h>
#include <stdint.h>

#include "sandbox/filter.h"
#include "sandbox/group.h"
#include "sandbox/sandbox.h"

enum { REQUEST_ROOM = 96 * 1024, NOTE_ROOM = 320, WORD_MAX = 4096 };

/* Descriptors that owner and slot share, in the order in which they are handed over. */
enum slot_file { SLOT_CONTROL, SLOT_INPUT, SLOT_OUTPUT, SLOT_ERROR, SLOT_FILES };

struct slot_request {
    struct sandbox_limits limits;
    uint32_t kind;           /* 0 a command, 1 a check, 2 a check that keeps the tests apart */
    uint32_t argument_count; /* of a check: sizes of prompt, solution, test and entry follow */
    uint32_t environment_count;
    uint32_t text_size;
    char text[REQUEST_ROOM]; /* NUL-terminated strings */
};

struct slot_reply {
    int32_t end;
    int32_t exit_code;
    int32_t signal;
    int32_t spent; /* the slot must be replaced */
    int64_t wall_us;
    int64_t cpu_us;
    int64_t memory_kib;
    char note[NOTE_ROOM];
};

struct slot_plan {
    const struct sandbox_options *options;
    const struct filter *filter;
    const struct control_group *group;
    enum sandbox_level level;
    bool own_ids; /* slot and job have different user ids */
    int landlock; /* interface version; 0: none */
    int file[SLOT_FILES];
    int ready; /* a byte arrives when the keeper has set up ids and groups, and leaves again */
    const char *folder; /* below SANDBOX_NAMESPACE: the jobs' folder on the machine's own disk */
};

/* User ids inside a slot. */
enum { SLOT_ID = 999, JOB_ID = 1000, TEST_ID = 1001 };

/* Build and serve until the owner is gone. */
_Noreturn void slot_main(const struct slot_plan *plan);

/* Inside a slot. */
struct slot {
    const struct slot_plan *plan;
    int folder;           /* of temporary files */
    int proc;             /* the slot's own /proc, or -1 */
    int space;            /* the slot's process namespace, or -1 */
    int64_t memory_bytes; /* limit that the group has now */
};

/* Run one command to its end. */
void slot_run(struct slot *slot, const struct slot_request *request, struct slot_reply *reply);

/* Start the interpreter that serves checks; does not return. */
_Noreturn void slot_serve_python(struct slot *slot);

/* Drop every capability and become the job's user; false: the kernel refused. */
bool slot_drop(const struct slot_plan *plan);

/* Resident memory of the slot's processes, itself left out, and an optional cull: kill all but
 * `keep`. */
int64_t slot_resident(const struct slot *slot, int keep, bool kill_them);

/* Microseconds of a clock that only goes forward. */
int64_t slot_clock(void);
