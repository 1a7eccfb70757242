#pragma once

/* The slice's handlers and shapes, as its table of routes sees them. */

#include "base/err.h"
#include "base/shape.h"

struct call;
struct outlet;
struct work;

/* task_http.c */
extern const struct shape env_task_list_shape;
extern const struct shape task_body_shape;
extern const struct shape task_made_shape;
extern const struct shape env_task_view_shape;
enum err serve_tasks(struct call *call);
enum err serve_task_put(struct call *call);
enum err serve_task(struct call *call);
enum err env_task_owner(struct work *work, const char *id, const char **organisation_id);

/* import_http.c */
extern const struct shape task_import_query_shape;
extern const struct shape task_import_shape;
extern const struct shape task_export_query_shape;
enum err serve_task_import(struct call *call);
enum err serve_task_export(struct call *call, struct outlet *outlet);
enum err serve_harbor(struct call *call, struct outlet *outlet);

/* hack_http.c */
extern const struct shape hack_body_shape;
extern const struct shape hack_list_shape;
extern const struct shape hack_decision_shape;
enum err hack_owner(struct work *work, const char *id, const char **organisation_id);
enum err serve_hack_add(struct call *call);
enum err serve_hacks(struct call *call);
enum err serve_hack_decide(struct call *call);

/* openenv.c: OpenEnv's reset, step, state, schema, metadata and health. */
extern const struct shape openenv_reset_shape;
extern const struct shape openenv_step_shape;
extern const struct shape openenv_reply_shape;
extern const struct shape openenv_state_shape;
extern const struct shape openenv_schema_shape;
extern const struct shape openenv_metadata_shape;
extern const struct shape openenv_health_shape;
enum err serve_openenv_reset(struct call *call);
enum err serve_openenv_step(struct call *call);
enum err serve_openenv_state(struct call *call);
enum err serve_openenv_schema(struct call *call);
enum err serve_openenv_metadata(struct call *call);
enum err serve_openenv_health(struct call *call);
