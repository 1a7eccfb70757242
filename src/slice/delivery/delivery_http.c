#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/delivery/delivery.h"
#include "slice/delivery/delivery_archive.h"
#include "slice/delivery/delivery_job.h"
#include "slice/delivery/delivery_sql.h"
#include "slice/delivery/package.h"
#include "slice/installation.h"
#include "slice/slice.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/secret.h"

static const struct field delivery_fields[] = {
    TEXT(delivery_row, id, .doc = "Identifier, `dlv_` and 26 characters"),
    TEXT(delivery_row, campaign_id, .doc = "The campaign"),
    INT(delivery_row, number, .doc = "Counts from 1 in the campaign"),
    TEXT(delivery_row, state, .doc = "Where it stands", .choices = "making|ready|failed"),
    JSON(delivery_row, formats, .doc = "Formats beside the rows"),
    INT(delivery_row, row_count, .doc = "Rows"),
    TEXT(delivery_row, manifest_hash, .optional = true, .doc = "SHA-256 of manifest.json"),
    TEXT(delivery_row, signature, .optional = true, .doc = "Ed25519, hexadecimal"),
    TEXT(delivery_row, signer_key, .optional = true, .doc = "Public key, hexadecimal"),
    TEXT(delivery_row, message, .optional = true, .doc = "Why it failed"),
    TEXT(delivery_row, job_id, .optional = true, .doc = "The job that makes it"),
    TIME(delivery_row, created_at, .doc = "When it was asked for"),
};
static const struct shape delivery_shape = SHAPE(delivery_row, delivery_fields, "A delivery");

struct delivery_list {
    struct list items;
};
static const struct field delivery_list_fields[] = {
    LIST(delivery_list, items, .of = &delivery_shape, .doc = "Newest first"),
};
static const struct shape delivery_list_shape =
    SHAPE(delivery_list, delivery_list_fields, "A campaign's deliveries");

static const struct field file_fields[] = {
    TEXT(delivery_file_row, path, .doc = "Path in the package"),
    TEXT(delivery_file_row, sha256, .doc = "SHA-256, hexadecimal"),
    INT(delivery_file_row, size_bytes, .doc = "Bytes"),
    INT(delivery_file_row, row_count, .doc = "Rows; -1: not made of rows"),
};
static const struct shape file_shape =
    SHAPE(delivery_file_row, file_fields, "A file of a delivery");

struct delivery_view {
    struct delivery_row delivery;
    struct list files;
};
static const struct field delivery_view_fields[] = {
    OBJECT(delivery_view, delivery, delivery_row, .of = &delivery_shape, .doc = "The delivery"),
    LIST(delivery_view, files, .of = &file_shape, .doc = "By path"),
};
static const struct shape delivery_view_shape =
    SHAPE(delivery_view, delivery_view_fields, "A delivery with its files");

struct delivery_body {
    struct texts formats;
};
static const char *const DEFAULT_FORMATS[] = {"csv", "openai-dpo", "trl-preference"};
static const struct delivery_body delivery_body_defaults = {
    .formats = {.at = DEFAULT_FORMATS, .count = COUNT(DEFAULT_FORMATS)}};
static const struct field delivery_body_fields[] = {
    TEXTS(delivery_body, formats, .optional = true, .choices = "csv|openai-dpo|trl-preference",
          .max = 16, .doc = "Formats beside the rows; all unless said"),
};
static const struct shape delivery_body_shape = SHAPE(
    delivery_body, delivery_body_fields, "A new delivery", .defaults = &delivery_body_defaults);

static enum err serve_add(struct call *call)
{
    const struct delivery_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(delivery_add(call->work, call->ids[0], &body->formats, &made->id));
    call->reply = made;
    return OK;
}

static enum err serve_list(struct call *call)
{
    struct work *work = call->work;
    struct delivery_list *list = arena_new_of(work->arena, struct delivery_list);
    struct delivery_row *rows;
    size_t count;

    TRY(delivery_page(work,
                      &(struct delivery_page_args){.campaign_id = call->ids[0],
                                                   .organisation_id = work->organisation_id},
                      &rows, &count));
    list->items = (struct list){.at = rows, .count = count};
    call->reply = list;
    return OK;
}

static enum err serve_show(struct call *call)
{
    struct work *work = call->work;
    struct delivery_view *view = arena_new_of(work->arena, struct delivery_view);
    struct delivery_file_row *files;

    TRY(delivery_by_id(
        work,
        &(struct delivery_by_id_args){.id = call->ids[0], .organisation_id = work->organisation_id},
        &view->delivery));
    TRY(delivery_files(work,
                       &(struct delivery_files_args){.delivery_id = call->ids[0],
                                                     .organisation_id = work->organisation_id},
                       &files, &view->files.count));
    view->files.at = files;
    call->reply = view;
    return OK;
}

/* ------------------------------------------------------------------ download */

struct link_body {
    int64_t hours;
};
static const struct link_body link_defaults = {.hours = 24};
static const struct field link_body_fields[] = {
    INT(link_body, hours, .optional = true, .min = 1, .max = 720, .doc = "How long it holds"),
};
static const struct shape link_body_shape =
    SHAPE(link_body, link_body_fields, "A new link", .defaults = &link_defaults);

struct link_view {
    const char *path;
    int64_t expires_at;
};
static const struct field link_fields[] = {
    TEXT(link_view, path, .secret = true,
         .doc = "Where to download, behind the server's address; shown only here"),
    TIME(link_view, expires_at, .doc = "Until when"),
};
static const struct shape link_shape = SHAPE(link_view, link_fields, "A link to a delivery");

static enum err serve_link(struct call *call)
{
    const struct link_body *body = call->body;
    struct work *work = call->work;
    struct link_view *view = arena_new_of(work->arena, struct link_view);
    const char *token = NULL;

    TRY(delivery_link(work, call->ids[0], body->hours, &token, &view->expires_at));
    view->path = arena_print(work->arena, "/v1/downloads/%s", token);
    call->reply = view;
    return OK;
}

struct following {
    const char *token;
    struct download_link_find_row link;
};

static enum err follow(struct work *work, void *context)
{
    struct following *following = context;
    const char *hash = sha256_hex(work->arena, text_of(following->token));
    enum err err = download_link_find(work, &(struct download_link_find_args){.token_hash = hash},
                                      &following->link);

    if (err == ERR_NOT_FOUND || (err == OK && following->link.expires_at <= work->now_us)) {
        return work_fail(work, ERR_NOT_FOUND,
                         "this link does not exist or has expired; ask for a new one");
    }
    return err;
}

static enum err serve_download(struct call *call)
{
    struct work *work = call->work;
    struct following following = {.token = call->ids[0]};

    TRY(store_read(work, follow, &following));
    work->organisation_id = following.link.organisation_id;
    TRY(delivery_archive(work, following.link.delivery_id, &call->file_path, &call->version));
    call->file_name = arena_print(work->arena, "%s.tar", following.link.delivery_id);
    call->file_type = "application/x-tar";
    return OK;
}

struct signer {
    const char *public_key;
};
static const struct field signer_fields[] = {
    TEXT(signer, public_key, .doc = "Ed25519 public key, hexadecimal"),
};
static const struct shape signer_shape = SHAPE(signer, signer_fields, "Who signs deliveries here");

static enum err serve_signer(struct call *call)
{
    struct signer *signer = arena_new_of(call->work->arena, struct signer);

    signer->public_key = signing_public_hex(call->work->arena, &call->work->installation->signing);
    call->reply = signer;
    return OK;
}

#define OFFICES (ROLE_OPERATOR | ROLE_CLIENT | ROLE_FINANCE | ROLE_AUDITOR)

static const struct route routes[] = {
    {GET, "/v1/campaigns/{campaign_id}/deliveries", serve_list, OFFICES, 200,
     .owner = campaign_owner, .reply = &delivery_list_shape,
     .summary = "List a campaign's deliveries", .command = "delivery list"},
    {POST, "/v1/campaigns/{campaign_id}/deliveries", serve_add, ROLE_OPERATOR | ROLE_CLIENT, 202,
     ROUTE_WRITES, .owner = campaign_owner, .body = &delivery_body_shape, .reply = &made_shape,
     .summary = "Make a delivery of the accepted rows", .command = "delivery make",
     .fills = "/v1/deliveries/{id}"},
    {GET, "/v1/deliveries/{delivery_id}", serve_show, OFFICES, 200, .owner = delivery_owner,
     .reply = &delivery_view_shape, .summary = "Show a delivery with its files",
     .command = "delivery show"},
    {POST, "/v1/deliveries/{delivery_id}/links", serve_link, ROLE_OPERATOR | ROLE_CLIENT, 201,
     ROUTE_WRITES, .owner = delivery_owner, .body = &link_body_shape, .reply = &link_shape,
     .summary = "Make a link to download a delivery, which expires", .command = "delivery link"},
    {GET, "/v1/downloads/{token}", serve_download, 0, 200, ROUTE_FREE,
     .summary = "Download a delivery by a link, as a tar archive; Range goes on where one was "
                "cut off"},
    {GET, "/v1/signing-key", serve_signer, 0, 200, .reply = &signer_shape,
     .summary = "Show the public key that signs deliveries", .command = "delivery key"},
};

static const struct job_kind *const jobs[] = {&delivery_job};

const struct slice delivery_slice = {.name = "delivery",
                                     .routes = routes,
                                     .route_count = COUNT(routes),
                                     .jobs = jobs,
                                     .job_count = COUNT(jobs),
                                     .commands = &delivery_group};
