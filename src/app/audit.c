#include "app/audit.h"

#include "app/serve.h"
#include "app/settings.h"
#include "base/arena.h"
#include "base/fault.h"
#include "cli/command.h"
#include "slice/account/audit_chain.h"
#include "store/schema.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"

struct verifying {
    const char *only; /* NULL: every chain */
    struct audit_proof *proofs;
    size_t count;
};

static enum err prove_all(struct work *work, void *context)
{
    struct verifying *verifying = context;
    const char *const *chains = &verifying->only;
    const struct audit_note nothing = {.hash = ""};

    verifying->count = 1;
    if (verifying->only == NULL) {
        TRY(audit_list_chains(work, &chains, &verifying->count));
    }
    verifying->proofs = arena_array(work->arena, struct audit_proof, verifying->count + 1);
    for (size_t i = 0; i < verifying->count; i++) {
        TRY(audit_prove(work, chains[i], &nothing, &verifying->proofs[i]));
    }
    return OK;
}

static const char *name_of(const struct audit_proof *proof)
{
    return proof->chain[0] == '\0' ? "the house" : proof->chain;
}

static void print_proof(FILE *out, const struct audit_proof *proof)
{
    if (proof->whole) {
        fprintf(out, "%s: whole, %lld events, the last hash is %s\n", name_of(proof),
                (long long)proof->event_count,
                proof->head_hash[0] == '\0' ? "(none)" : proof->head_hash);
    } else {
        fprintf(out, "%s: BROKEN at event %lld%s%s: %s\n", name_of(proof),
                (long long)proof->broken_at, proof->broken_id == NULL ? "" : ", ",
                proof->broken_id == NULL ? "" : proof->broken_id, proof->broken_why);
    }
    if (proof->unsealed_count > 0) {
        fprintf(out, "  %lld events are not sealed yet\n", (long long)proof->unsealed_count);
    }
}

/* ERR_CONFLICT: a chain is broken. */
static enum err report(struct invocation *call, const struct verifying *verifying)
{
    const struct audit_proof *broken = NULL;

    if (verifying->count == 0) {
        fputs("Nothing was done yet: there is no chain.\n", call->out);
    }
    for (size_t i = 0; i < verifying->count; i++) {
        print_proof(call->out, &verifying->proofs[i]);
        broken = broken == NULL && !verifying->proofs[i].whole ? &verifying->proofs[i] : broken;
    }
    return broken == NULL
               ? OK
               : fail(call->fault, ERR_CONFLICT, "the chain of %s is broken at event %lld: %s",
                      name_of(broken), (long long)broken->broken_at, broken->broken_why);
}

/* Chains came with a migration. */
static enum err refuse_older(struct invocation *call, struct store *store)
{
    struct store_statistics statistics;

    store_statistics(store, &statistics);
    if ((size_t)statistics.schema_version >= store_schema.count) {
        return OK;
    }
    store_close(store);
    return fail(call->fault, ERR_CONFLICT,
                "the store's schema is older than this program: run periti migrate, or start the "
                "server once");
}

static enum err run_verify(struct invocation *call)
{
    struct verifying verifying = {.only = call->word_count > 0 ? call->words[0] : NULL};
    struct settings settings;
    struct store *store = NULL;

    TRY(serve_open_store(call, &settings, &store));
    TRY(refuse_older(call, store));
    struct work work = {.arena = call->arena, .store = store, .now_us = clock_now_us()};
    enum err err = store_read(&work, prove_all, &verifying);

    store_close(store);
    if (err != OK) {
        *call->fault = work.fault;
        return err;
    }
    return report(call, &verifying);
}

static const struct command commands[] = {
    {.name = "audit verify",
     .words = "[ORGANISATION]",
     .run = run_verify,
     .options = &settings_shape,
     .summary = "Compute the chains of what was done again, and name the first break",
     .details = "Reads the store itself, so the server need not be trusted: on SQLite it must be\n"
                "stopped, or a backup be named. `periti audit proof` asks a running server. Note\n"
                "the last hash outside: whoever can write the store can also write a new chain.",
     .examples = "  periti audit verify --data /var/lib/periti\n"
                 "  periti audit verify --store sqlite:/backup/periti-2026-11-22.db"},
};

const struct command_group audit_group = {
    .name = "Server", .commands = commands, .command_count = COUNT(commands)};
