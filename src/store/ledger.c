#include <string.h>

#include "base/arena.h"
#include "store/driver.h"
#include "store/ledger_sql.h"
#include "store/work.h"

extern const struct schema store_ledger_schema;

/* A work of the store itself. */
static struct work own_work(struct store *store, struct arena *arena, int64_t now_us)
{
    return (struct work){.arena = arena, .store = store, .now_us = now_us};
}

enum err ledger_compare(struct work *work, const struct schema *schema, int64_t *version)
{
    struct ledger_row *rows;
    size_t count;

    TRY(ledger_all(work, &rows, &count));
    for (size_t i = 0; i < count && i < schema->count; i++) {
        const struct migration *known = &schema->migrations[i];

        if (rows[i].number != (int64_t)i + 1) {
            return work_fail(work, ERR_CONFLICT,
                             "the store's list of migrations is damaged: number %zu is missing",
                             i + 1);
        }
        if (strcmp(rows[i].hash, known->hash) != 0) {
            return work_fail(work, ERR_CONFLICT,
                             "the store was migrated with another %s than this program carries; "
                             "use the program that made it, or a newer release",
                             rows[i].name);
        }
    }
    if (count > schema->count) {
        return work_fail(work, ERR_CONFLICT,
                         "the store's schema is newer (%zu, %s) than this program knows (%zu); "
                         "use a newer program",
                         count, rows[count - 1].name, schema->count);
    }
    *version = (int64_t)count;
    return OK;
}

struct checking {
    const struct schema *schema;
    int64_t version;
};

static enum err check_body(struct work *work, void *context)
{
    struct checking *checking = context;

    TRY(work->db->driver->run_script(work, store_ledger_schema.migrations[0].text));
    return ledger_compare(work, checking->schema, &checking->version);
}

enum err ledger_check(struct store *store, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    struct work work = own_work(store, arena, 0);
    struct checking checking = {.schema = store->schema};
    enum err err = store_write(&work, check_body, &checking);

    if (err != OK) {
        *fault = work.fault;
        return err;
    }
    store->schema_version = checking.version;
    return OK;
}

static enum err migrate_body(struct work *work, void *context)
{
    size_t index = *(const size_t *)context;
    const struct migration *migration = &work->store->schema->migrations[index];

    TRY(work->db->driver->run_script(work, migration->text));
    return ledger_add(work, &(struct ledger_add_args){.number = (int64_t)index + 1,
                                                      .name = migration->name,
                                                      .hash = migration->hash,
                                                      .applied_us = work->now_us});
}

enum err store_migrate(struct store *store, int64_t now_us, size_t *applied, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    size_t count = 0;

    for (size_t next = (size_t)store->schema_version; next < store->schema->count;
         next = (size_t)store->schema_version) {
        struct work work = own_work(store, arena, now_us);
        enum err err = store_write(&work, migrate_body, &next);

        /* Another server may have been quicker; then the ledger says so. */
        TRY(ledger_check(store, fault));
        if (err != OK && (size_t)store->schema_version == next) {
            return fail(fault, err, "the migration %s failed: %s",
                        store->schema->migrations[next].name, work.fault.text);
        }
        count += err == OK;
    }
    *applied = count;
    return OK;
}
