#include "remote/sign_in.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "remote/ask.h"
#include "sys/file.h"

enum { PASSWORD_MAX = 200, KEPT_MAX = 16 * 1024, DAYS = 30, HOST_MAX = 64 };

struct kept {
    const char *server;
    const char *email;
    const char *key_id;
    const char *key;
};
static const struct field kept_fields[] = {
    TEXT(kept, server, .doc = "Address"),
    TEXT(kept, email, .doc = "Who"),
    TEXT(kept, key_id, .doc = "Identifier of the key"),
    TEXT(kept, key, .secret = true, .doc = "The key"),
};
static const struct shape kept_shape = SHAPE(kept, kept_fields, "A sign-in");

/* ------------------------------------------------------------------ the file */

/* $XDG_CONFIG_HOME/periti, or ~/.config/periti. */
static enum err find_folder(struct invocation *call, const char **out)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");

    if (config != NULL && config[0] == '/') {
        *out = arena_print(call->arena, "%s/periti", config);
        return OK;
    }
    if (home == NULL || home[0] != '/') {
        return fail(call->fault, ERR_NOT_FOUND,
                    "HOME is not set, so there is no place for a sign-in");
    }
    *out = arena_print(call->arena, "%s/.config/periti", home);
    return OK;
}

static const char *file_in(struct invocation *call, const char *folder)
{
    return arena_print(call->arena, "%s/sign-in.json", folder);
}

static enum err make_folders(struct invocation *call, const char *folder)
{
    char *path = arena_copy(call->arena, folder, strlen(folder));

    for (char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash != NULL) {
            *slash = '\0';
        }
        if (mkdir(path, 0700) != 0 && errno != EEXIST) {
            return fail(call->fault, ERR_UNAVAILABLE, "the folder %s cannot be made: %s", path,
                        strerror(errno));
        }
        if (slash == NULL) {
            return OK;
        }
        *slash = '/';
    }
}

/* ERR_NOT_FOUND: nobody is signed in. */
static enum err read_kept(struct invocation *call, struct kept *out)
{
    const char *folder;
    struct text content;
    struct json *tree;

    TRY(find_folder(call, &folder));
    const char *path = file_in(call, folder);

    if (access(path, F_OK) != 0) {
        return fail(call->fault, ERR_NOT_FOUND, "nobody is signed in here: periti sign-in ADDRESS");
    }
    TRY(file_read(call->arena, path, KEPT_MAX, &content, call->fault));
    if (json_parse(call->arena, content, &tree, call->fault) != OK ||
        json_decode(call->arena, tree, &kept_shape, out, call->fault) != OK) {
        return fail(call->fault, ERR_INVALID, "%s is damaged; remove it and sign in again", path);
    }
    return OK;
}

static enum err write_kept(struct invocation *call, const struct kept *kept)
{
    struct buffer text = buffer_new(call->arena);
    struct json_out out = json_to(&text);
    const char *folder;

    TRY(find_folder(call, &folder));
    TRY(make_folders(call, folder));
    json_encode(&out, &kept_shape, kept);
    buffer_char(&text, '\n');
    return file_write(file_in(call, folder), buffer_view(&text), 0600, call->fault);
}

enum err sign_in_read(struct invocation *call, struct remote_server *out)
{
    struct kept kept = {0};
    enum err err = read_kept(call, &kept);

    *out = (struct remote_server){0};
    if (err == ERR_NOT_FOUND) {
        call->fault->text[0] = '\0';
        return OK;
    }
    TRY(err);
    *out = (struct remote_server){.url = kept.server, .key = kept.key};
    return OK;
}

/* ------------------------------------------------------------------ the password */

/* From the terminal without showing it, or the first line of standard input. */
static enum err read_password(struct invocation *call, const char *email, const char **out)
{
    char line[PASSWORD_MAX + 2];
    struct termios before;
    bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;

    if (terminal) {
        struct termios silent = before;

        silent.c_lflag &= ~(tcflag_t)ECHO;
        fprintf(stderr, "Password of %s: ", email);
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    bool got = fgets(line, sizeof(line), stdin) != NULL;

    if (terminal) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fputc('\n', stderr);
    }
    line[got ? strcspn(line, "\n") : 0] = '\0';
    if (line[0] == '\0' || strlen(line) > PASSWORD_MAX) {
        return fail(call->fault, ERR_INVALID,
                    "a password of at most %d characters is read from the terminal or from "
                    "standard input",
                    (int)PASSWORD_MAX);
    }
    *out = arena_copy(call->arena, line, strlen(line));
    return OK;
}

/* ------------------------------------------------------------------ signing in */

struct sign_in_options {
    const char *email;
    const char *scope;
    int64_t days;
};
static const struct sign_in_options sign_in_defaults = {.scope = "all", .days = DAYS};
static const struct field sign_in_fields[] = {
    TEXT(sign_in_options, email, .doc = "Who signs in"),
    TEXT(sign_in_options, scope, .optional = true, .choices = "all|read|rewards",
         .doc = "What the commands may do"),
    INT(sign_in_options, days, .optional = true, .min = 1, .max = 3650,
        .doc = "How long the sign-in holds"),
};
static const struct shape sign_in_shape =
    SHAPE(sign_in_options, sign_in_fields, "Options", .defaults = &sign_in_defaults);

static enum err open_session(struct invocation *call, struct remote_server *server,
                             const char *password)
{
    const struct sign_in_options *options = call->options;
    struct buffer body = buffer_new(call->arena);
    struct json_out out = json_to(&body);
    struct remote_answer answer = {0};

    json_open(&out, '{');
    json_name(&out, "email");
    json_text(&out, options->email);
    json_name(&out, "password");
    json_text(&out, password);
    json_close(&out, '}');
    TRY(remote_expect(call, server,
                      &(struct remote_request){
                          .method = "POST", .target = "/v1/sessions", .body = buffer_view(&body)},
                      &answer));
    if (answer.cookie == NULL) {
        return fail(call->fault, ERR_INTERNAL, "%s opened no session: is it Periti?", server->url);
    }
    server->cookie = answer.cookie;
    return OK;
}

static enum err make_key(struct invocation *call, const struct remote_server *server,
                         struct kept *kept)
{
    const struct sign_in_options *options = call->options;
    struct buffer body = buffer_new(call->arena);
    struct json_out out = json_to(&body);
    struct remote_answer answer = {0};
    struct json *tree;
    char host[HOST_MAX] = "";

    (void)gethostname(host, sizeof(host) - 1);
    json_open(&out, '{');
    json_name(&out, "name");
    json_text(&out, arena_print(call->arena, "sign-in %s", host));
    json_name(&out, "scope");
    json_text(&out, options->scope);
    json_name(&out, "days");
    json_int(&out, options->days);
    json_close(&out, '}');
    TRY(remote_expect(call, server,
                      &(struct remote_request){
                          .method = "POST", .target = "/v1/keys", .body = buffer_view(&body)},
                      &answer));
    TRY(json_parse(call->arena, buffer_view(&answer.body), &tree, call->fault));
    kept->key_id = json_text_of(tree, "id");
    kept->key = json_text_of(tree, "key");
    return kept->key_id != NULL && kept->key != NULL
               ? OK
               : fail(call->fault, ERR_INTERNAL, "%s made no key", server->url);
}

static enum err refuse_second(struct invocation *call)
{
    struct kept kept = {0};
    enum err err = read_kept(call, &kept);

    if (err == OK) {
        return fail(call->fault, ERR_CONFLICT, "%s is signed in at %s already: periti sign-out",
                    kept.email, kept.server);
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err run_sign_in(struct invocation *call)
{
    const struct sign_in_options *options = call->options;
    const char *url = call->words[0];
    size_t size = strlen(url);
    const char *password = NULL;
    struct remote_server server = {0};
    struct remote_answer answer = {0};

    size -= size > 0 && url[size - 1] == '/';
    server.url = arena_copy(call->arena, url, size);
    struct kept kept = {.server = server.url, .email = options->email};

    if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0) {
        return fail(call->fault, ERR_INVALID, "%s is no address: http://… or https://…", url);
    }
    if (options->email == NULL) {
        return fail_field(call->fault, ERR_INVALID, "email", "--email ADDRESS is needed");
    }
    TRY(refuse_second(call));
    TRY(read_password(call, options->email, &password));
    TRY(open_session(call, &server, password));
    TRY(make_key(call, &server, &kept));
    TRY(write_kept(call, &kept));
    (void)remote_ask(call->arena, &server,
                     &(struct remote_request){.method = "DELETE", .target = "/v1/session"}, &answer,
                     call->fault); /* the session served its end; if it stays, it runs out */
    fprintf(call->out, "%s is signed in at %s for %lld days.\n", kept.email, kept.server,
            (long long)options->days);
    return OK;
}

/* ------------------------------------------------------------------ signing out */

static enum err run_sign_out(struct invocation *call)
{
    struct kept kept = {0};
    struct remote_answer answer = {0};
    const char *folder;

    TRY(read_kept(call, &kept));
    TRY(find_folder(call, &folder));
    struct remote_server server = {.url = kept.server, .key = kept.key};
    enum err err = remote_ask(
        call->arena, &server,
        &(struct remote_request){.method = "DELETE",
                                 .target = arena_print(call->arena, "/v1/keys/%s", kept.key_id)},
        &answer, call->fault);

    if (unlink(file_in(call, folder)) != 0) {
        return fail(call->fault, ERR_UNAVAILABLE, "%s cannot be removed: %s", file_in(call, folder),
                    strerror(errno));
    }
    fprintf(call->out, "%s is signed out.\n", kept.email);
    if (err != OK || (answer.status >= 400 && answer.status != 401 && answer.status != 404)) {
        fprintf(call->out, "The key %s is forgotten here, but %s did not revoke it: %s\n",
                kept.key_id, kept.server,
                err != OK ? "it cannot be reached" : "the key may not; revoke it in the page");
    }
    call->fault->text[0] = '\0';
    return OK;
}

const struct command remote_sign_in = {
    .name = "sign-in",
    .words = "ADDRESS",
    .run = run_sign_in,
    .options = &sign_in_shape,
    .summary = "Sign in at a server, so that other commands need no key",
    .details = "The password is read from the terminal, or from standard input. What is kept, in\n"
               "~/.config/periti/sign-in.json (mode 0600), is an API key that ends by itself.\n"
               "--server, --key-file and their variables go before it.",
    .examples =
        "  periti sign-in https://periti.example.org --email ada@example.org\n"
        "  periti sign-in http://127.0.0.1:8080 --email ada@example.org --scope read <password",
};

const struct command remote_sign_out = {
    .name = "sign-out",
    .run = run_sign_out,
    .summary = "Sign out: the key is revoked and forgotten",
    .examples = "  periti sign-out",
};
