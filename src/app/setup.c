#include "app/setup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/settings.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/shape.h"
#include "base/time.h"
#include "engine/score/model.h"
#include "slice/account/account.h"
#include "slice/account/account_sql.h"
#include "slice/bank/bank.h"
#include "slice/expert/expert_import.h"
#include "slice/installation.h"
#include "slice/task/import.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"
#include "sys/embedded.h"
#include "sys/file.h"
#include "sys/secret.h"

enum { FRESH_S = 3600 };

#define OPERATOR_EMAIL "operator@periti.local"

static enum err make_folder(const char *path, struct fault *fault)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return fail(fault, ERR_UNAVAILABLE, "cannot make the folder %s: %s", path, strerror(errno));
    }
    return OK;
}

enum err setup_folder(struct arena *arena, const struct settings *settings,
                      struct installation *out, struct fault *fault)
{
    out->spool = arena_print(arena, "%s/spool", settings->data);
    TRY(make_folder(settings->data, fault));
    TRY(make_folder(out->spool, fault));
    return signing_key_load(arena_print(arena, "%s/signing.key", settings->data), &out->signing,
                            fault);
}

struct asking {
    const char *import_id;
    bool waits;
};

static enum err ask_for(struct work *work, void *context)
{
    struct asking *asking = context;

    TRY(import_waits(work, asking->import_id, &asking->waits));
    return asking->waits ? OK : expert_import_waits(work, asking->import_id, &asking->waits);
}

/* Does a job still wait to read this file? */
static enum err is_wanted(struct work *work, const char *name, bool *wanted)
{
    const char *ending = strrchr(name, '.');
    struct asking asking = {0};

    *wanted = false;
    if (ending == NULL || strcmp(ending, SPOOL_KEPT) != 0) {
        return OK;
    }
    asking.import_id = arena_copy(work->arena, name, (size_t)(ending - name));
    TRY(store_read(work, ask_for, &asking));
    *wanted = asking.waits;
    return OK;
}

/* Another server on the same PostgreSQL may share the spool: what is fresh may be its own. */
static bool is_fresh(DIR *folder, const char *name)
{
    struct stat status;

    return fstatat(dirfd(folder), name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
           status.st_mtime > clock_now_us() / TIME_SECOND - FRESH_S;
}

/* A SQLite store is ours alone, and with it the folder. */
static bool may_be_shared(struct store *store)
{
    struct store_statistics statistics;

    store_statistics(store, &statistics);
    return strcmp(statistics.driver, "sqlite") != 0;
}

static enum err clean(struct work *work, DIR *folder)
{
    bool shared = may_be_shared(work->store);

    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        bool wanted = entry->d_name[0] == '.' || (shared && is_fresh(folder, entry->d_name));

        if (!wanted) {
            TRY(is_wanted(work, entry->d_name, &wanted));
        }
        if (!wanted) {
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
        }
    }
    return OK;
}

enum err setup_spool(struct arena *arena, const struct installation *installation,
                     struct store *store, struct fault *fault)
{
    struct work work = {.arena = arena, .store = store};
    DIR *folder = opendir(installation->spool);

    if (folder == NULL) {
        return fail(fault, ERR_UNAVAILABLE, "cannot read the folder %s: %s", installation->spool,
                    strerror(errno));
    }
    enum err err = clean(&work, folder);

    (void)closedir(folder);
    if (err != OK) {
        *fault = work.fault;
    }
    return err;
}

struct first {
    const char *password_hash;
    const char *key;
    bool made;
};

static enum err add_operator(struct work *work, void *context)
{
    struct first *first = context;
    struct organisation_row existing;
    const char *organisation_id = NULL;
    const char *person_id = NULL;
    struct key_made key;
    enum err err = organisation_operator(work, &existing);

    first->made = false;
    if (err != ERR_NOT_FOUND) {
        return err;
    }
    TRY(organisation_add(work, &(struct organisation_draft){.name = "Operator", .kind = "operator"},
                         &organisation_id));
    TRY(person_add(work,
                   &(struct person_draft){.organisation_id = organisation_id,
                                          .email = OPERATOR_EMAIL,
                                          .name = "Operator",
                                          .role = "operator",
                                          .password_hash = first->password_hash},
                   &person_id));
    TRY(key_add(
        work,
        &(struct key_draft){
            .person_id = person_id, .name = "first operator", .scope = "all", .days = INT_ABSENT},
        &key));
    first->key = key.key;
    first->made = true;
    return OK;
}

static enum err is_there(struct work *work, void *context)
{
    struct organisation_row existing;
    enum err err = organisation_operator(work, &existing);

    *(bool *)context = err == OK;
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err setup_operator(struct arena *arena, const struct settings *settings, struct store *store,
                        bool *made, struct fault *fault)
{
    struct work work = {.arena = arena, .store = store, .now_us = clock_now_us()};
    struct first first = {0};
    const char *password = secret_token(arena, "");
    bool there = false;
    enum err err = store_read(&work, is_there, &there);

    *made = false;
    if (err == OK && !there) {
        TRY(password_hash(arena, password, &first.password_hash, fault));
        err = store_write(&work, add_operator, &first);
    }
    if (err != OK) {
        *fault = work.fault;
        return err;
    }
    if (!first.made) {
        return OK;
    }
    *made = true;
    TRY(file_write(arena_print(arena, "%s/operator.key", settings->data),
                   text_of(arena_print(arena, "%s\n", first.key)), 0600, fault));
    return file_write(arena_print(arena, "%s/operator.sign-in", settings->data),
                      text_of(arena_print(arena, "%s %s\n", OPERATOR_EMAIL, password)), 0600,
                      fault);
}

static enum err install_bank(struct work *work, void *context)
{
    struct organisation_row operator;

    (void)context;
    TRY(organisation_operator(work, &operator));
    return bank_install(work, operator.id);
}

enum err setup_bank(struct arena *arena, struct store *store, struct installation *installation,
                    struct fault *fault)
{
    struct score_model *model = arena_new_of(arena, struct score_model);
    struct work work = {
        .arena = arena, .store = store, .installation = installation, .now_us = clock_now_us()};
    struct text bytes = {embedded_scorer[0].text, embedded_scorer[0].size};

    TRY(score_model_decode(arena, bytes, model, fault));
    installation->scorer = model;
    installation->scorer_hash = sha256_hex(arena, bytes);
    enum err err = store_write(&work, install_bank, NULL);

    *fault = err == OK ? *fault : work.fault;
    return err;
}
