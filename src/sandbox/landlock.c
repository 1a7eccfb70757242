#include <fcntl.h>
#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/filter.h"

/* The kernel's structure as of version 6 of the interface; older headers know less of it. */
struct ruleset {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
};

enum {
    READ = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
    FIRST_VERSION = 0x1fff, /* all rights of version 1 */
    REFER = 0x2000,         /* version 2: rename across folders */
    TRUNCATE = 0x4000,      /* version 3 */
    DEVICE = 0x8000,        /* version 5: ioctl on devices */
    NET = 3,                /* version 4: bind and connect */
    SCOPE = 3,              /* version 6: abstract sockets and signals stay inside */
};

int landlock_version(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    return version < 0 ? 0 : (int)version;
}

static struct ruleset wanted(int version, size_t *size)
{
    struct ruleset rules = {.handled_access_fs = FIRST_VERSION};

    *size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    rules.handled_access_fs |= version >= 2 ? REFER : 0;
    rules.handled_access_fs |= version >= 3 ? TRUNCATE : 0;
    rules.handled_access_fs |= version >= 5 ? DEVICE : 0;
    rules.handled_access_net = version >= 4 ? NET : 0;
    rules.scoped = version >= 6 ? SCOPE : 0;
    return rules;
}

static bool grant(int rules, const char *path, uint64_t rights)
{
    enum { ON_FILES = READ | LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATE };
    int at = open(path, O_PATH | O_CLOEXEC);
    struct stat info;

    if (at < 0) {
        return true; /* what is not there needs no rule */
    }
    if (fstat(at, &info) == 0 && !S_ISDIR(info.st_mode)) {
        rights &= ON_FILES & ~(uint64_t)LANDLOCK_ACCESS_FS_READ_DIR;
    }
    struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = at};
    bool good = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;

    (void)close(at);
    return good;
}

bool landlock_load(const char *const *readable, const char *const *files, const char *writable,
                   int extra)
{
    int version = landlock_version();
    size_t size = 0;
    struct ruleset wants = wanted(version, &size);

    if (version == 0) {
        return false;
    }
    int rules = (int)syscall(SYS_landlock_create_ruleset, &wants, size, 0);
    bool good = rules >= 0;

    for (size_t i = 0; good && readable[i] != NULL; i++) {
        good = grant(rules, readable[i], READ);
    }
    for (size_t i = 0; good && files[i] != NULL; i++) {
        good = grant(rules, files[i], LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);
    }
    if (good && extra >= 0) {
        struct landlock_path_beneath_attr rule = {.allowed_access = READ, .parent_fd = extra};

        good = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    }
    good = good && grant(rules, writable, wants.handled_access_fs & ~(uint64_t)DEVICE);
    good = good && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    if (rules >= 0) {
        (void)close(rules);
    }
    return good;
}
