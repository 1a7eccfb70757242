#include "store/sqlite_wal.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* SQLite's files take less than 128 KiB at a time. */
enum { ROOM = 127 * 1024 };

/* Followed by the system's own struct of the file. */
struct wal {
    sqlite3_file base;
    sqlite3_file *real;
    char *bytes; /* appended, not written yet */
    int size;
    sqlite3_int64 offset; /* of `bytes` in the file */
    bool defers;          /* syncs of commits are left to others */
};

static sqlite3_vfs *system_files;
static sqlite3_vfs own_files;

static struct wal *wal_of(sqlite3_file *file)
{
    return (struct wal *)(void *)file;
}

/* What cannot be written stays, so that the log is never written out of order. */
static int flush(struct wal *wal)
{
    if (wal->size == 0) {
        return SQLITE_OK;
    }
    int code = wal->real->pMethods->xWrite(wal->real, wal->bytes, wal->size, wal->offset);

    if (code == SQLITE_OK) {
        wal->size = 0;
    }
    return code;
}

static int wal_close(sqlite3_file *file)
{
    struct wal *wal = wal_of(file);
    int written = flush(wal);
    int closed = wal->real->pMethods->xClose(wal->real);

    free(wal->bytes);
    return written == SQLITE_OK ? closed : written;
}

static int wal_read(sqlite3_file *file, void *to, int size, sqlite3_int64 offset)
{
    struct wal *wal = wal_of(file);
    int code = flush(wal);

    return code == SQLITE_OK ? wal->real->pMethods->xRead(wal->real, to, size, offset) : code;
}

static int wal_write(sqlite3_file *file, const void *from, int size, sqlite3_int64 offset)
{
    struct wal *wal = wal_of(file);

    if (offset != wal->offset + wal->size || size > ROOM - wal->size) {
        int code = flush(wal);

        if (code != SQLITE_OK) {
            return code;
        }
        wal->offset = offset;
    }
    if (size > ROOM) {
        return wal->real->pMethods->xWrite(wal->real, from, size, offset);
    }
    memcpy(wal->bytes + wal->size, from, (size_t)size);
    wal->size += size;
    return SQLITE_OK;
}

static int wal_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct wal *wal = wal_of(file);
    int code = flush(wal);

    return code == SQLITE_OK ? wal->real->pMethods->xTruncate(wal->real, size) : code;
}

/* The log's head, which stands at zero, must last before what follows it is written. */
static int wal_sync(sqlite3_file *file, int flags)
{
    struct wal *wal = wal_of(file);
    bool left = wal->defers && wal->offset > 0;
    int code = flush(wal);

    return code == SQLITE_OK && !left ? wal->real->pMethods->xSync(wal->real, flags) : code;
}

static int wal_size(sqlite3_file *file, sqlite3_int64 *size)
{
    struct wal *wal = wal_of(file);
    int code = flush(wal);

    return code == SQLITE_OK ? wal->real->pMethods->xFileSize(wal->real, size) : code;
}

static int wal_lock(sqlite3_file *file, int level)
{
    struct wal *wal = wal_of(file);

    return wal->real->pMethods->xLock(wal->real, level);
}

static int wal_unlock(sqlite3_file *file, int level)
{
    struct wal *wal = wal_of(file);

    return wal->real->pMethods->xUnlock(wal->real, level);
}

static int wal_check_lock(sqlite3_file *file, int *locked)
{
    struct wal *wal = wal_of(file);

    return wal->real->pMethods->xCheckReservedLock(wal->real, locked);
}

static int wal_control(sqlite3_file *file, int operation, void *argument)
{
    struct wal *wal = wal_of(file);

    return wal->real->pMethods->xFileControl(wal->real, operation, argument);
}

static int wal_sector_size(sqlite3_file *file)
{
    struct wal *wal = wal_of(file);

    return wal->real->pMethods->xSectorSize(wal->real);
}

static int wal_characteristics(sqlite3_file *file)
{
    struct wal *wal = wal_of(file);

    return wal->real->pMethods->xDeviceCharacteristics(wal->real);
}

static const sqlite3_io_methods METHODS = {
    .iVersion = 1, /* memory is shared, and mapped, by the database file alone */
    .xClose = wal_close,
    .xRead = wal_read,
    .xWrite = wal_write,
    .xTruncate = wal_truncate,
    .xSync = wal_sync,
    .xFileSize = wal_size,
    .xLock = wal_lock,
    .xUnlock = wal_unlock,
    .xCheckReservedLock = wal_check_lock,
    .xFileControl = wal_control,
    .xSectorSize = wal_sector_size,
    .xDeviceCharacteristics = wal_characteristics,
};

static int open_wal(const char *name, struct wal *wal, int flags, int *flags_out)
{
    *wal = (struct wal){.real = (sqlite3_file *)(void *)(wal + 1), .bytes = malloc(ROOM)};
    if (wal->bytes == NULL) {
        return SQLITE_NOMEM;
    }
    int code = system_files->xOpen(system_files, name, wal->real, flags, flags_out);

    if (code == SQLITE_OK) {
        wal->base.pMethods = &METHODS;
    } else {
        free(wal->bytes);
    }
    return code;
}

static int open_file(sqlite3_vfs *files, const char *name, sqlite3_file *file, int flags,
                     int *flags_out)
{
    (void)files;
    return (flags & SQLITE_OPEN_WAL) != 0
               ? open_wal(name, wal_of(file), flags, flags_out)
               : system_files->xOpen(system_files, name, file, flags, flags_out);
}

static void make_known(void)
{
    sqlite3_vfs *found = sqlite3_vfs_find(NULL);

    if (found == NULL) {
        return;
    }
    own_files = *found;
    own_files.zName = "periti";
    own_files.szOsFile += (int)sizeof(struct wal);
    own_files.xOpen = open_file;
    if (sqlite3_vfs_register(&own_files, 0) == SQLITE_OK) {
        system_files = found;
    }
}

const char *sqlite_wal_files(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, make_known);
    return system_files == NULL ? NULL : own_files.zName;
}

struct wal *sqlite_wal_of(struct sqlite3 *handle)
{
    sqlite3_file *file = NULL;

    return sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, (void *)&file) ==
                       SQLITE_OK &&
                   file != NULL && file->pMethods == &METHODS
               ? wal_of(file)
               : NULL;
}

void sqlite_wal_defer(struct wal *wal, bool defers)
{
    wal->defers = defers;
}

bool sqlite_wal_sync(struct wal *wal)
{
    return wal->real->pMethods->xSync(wal->real, SQLITE_SYNC_NORMAL) == SQLITE_OK;
}
