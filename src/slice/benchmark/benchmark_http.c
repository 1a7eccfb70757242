#include "base/err.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/benchmark/benchmark.h"
#include "slice/benchmark/benchmark_inside.h"
#include "slice/inquiry/inquiry.h"
#include "slice/slice.h"

#define AUTHORS   (ROLE_OPERATOR | ROLE_CLIENT)
#define ONLOOKERS (ROLE_OPERATOR | ROLE_CLIENT | ROLE_AUDITOR)
#define HERE      "/v1/suites/{suite_id}"

static const struct route routes[] = {
    {GET, "/v1/suites", serve_suites, ONLOOKERS, 200, .query = &page_query_shape,
     .reply = &suite_list_shape, .summary = "List benchmark suites", .command = "suite list"},
    {POST, "/v1/suites", serve_suite_add, AUTHORS, 201, ROUTE_WRITES, .body = &suite_body_shape,
     .reply = &made_shape, .summary = "Add a benchmark suite", .command = "suite add"},
    {GET, HERE, serve_suite, ONLOOKERS, 200, .owner = suite_owner, .reply = &suite_view_shape,
     .summary = "Show a suite with its releases and runs", .command = "suite show"},
    {GET, HERE "/tasks", serve_suite_tasks, ONLOOKERS, 200, .owner = suite_owner,
     .query = &page_query_shape, .reply = &suite_tasks_shape,
     .summary = "List the tasks that count", .command = "suite tasks"},
    {POST, HERE "/tasks", serve_suite_import, AUTHORS, 201, ROUTE_FREE, .owner = suite_owner,
     .uploads = true, .body_max = SUITE_FILE_MAX, .reply = &suite_taken_shape,
     .summary = "Import tasks; one that changed replaces its version before",
     .command = "suite import"},
    {POST, HERE "/retirements", serve_suite_retire, AUTHORS, 200, ROUTE_WRITES,
     .owner = suite_owner, .body = &suite_retire_shape, .reply = &nothing_shape,
     .summary = "Retire a task, with a reason", .command = "suite retire"},
    {GET, HERE "/changes", serve_suite_changes, ONLOOKERS, 200, .owner = suite_owner,
     .reply = &suite_changes_shape, .summary = "Show what was retired or replaced, and why",
     .command = "suite changes"},
    {POST, HERE "/releases", serve_suite_release, AUTHORS, 201, ROUTE_WRITES, .owner = suite_owner,
     .body = &suite_release_body_shape, .reply = &suite_released_shape,
     .summary = "Make a file of the tasks as they are now", .command = "suite release"},
    {GET, HERE "/file", NULL, AUTHORS, 200, ROUTE_FREE, .owner = suite_owner,
     .query = &suite_file_query_shape, .pour = serve_suite_file,
     .summary = "Fetch the file of a release, for `periti benchmark run`", .command = "suite file"},
    {POST, HERE "/runs", serve_benchmark_import, AUTHORS, 201, ROUTE_FREE, .owner = suite_owner,
     .uploads = true, .body_max = SUITE_FILE_MAX, .query = &benchmark_import_query_shape,
     .reply = &benchmark_imported_shape,
     .summary = "Import answers of `periti benchmark run`, or of people",
     .command = "suite answers"},
    {POST, HERE "/trials", serve_trial, AUTHORS, 202, ROUTE_WRITES, .owner = suite_owner,
     .body = &trial_body_shape, .reply = &inquiry_made_shape, .summary = "Put the suite to a model",
     .command = "suite try"},
    {GET, HERE "/inquiries", serve_inquiries, ONLOOKERS, 200, .owner = suite_owner,
     .reply = &inquiry_list_shape, .summary = "List the models that the suite is put to",
     .command = "suite inquiries"},
    {GET, HERE "/leaderboard", serve_leaderboard, ONLOOKERS, 200, .owner = suite_owner,
     .query = &leaderboard_query_shape, .reply = &leaderboard_view_shape,
     .summary = "Show how models did, and how they differ", .command = "suite leaderboard"},
    {GET, HERE "/leaderboard-file", NULL, ONLOOKERS, 200, ROUTE_FREE, .owner = suite_owner,
     .query = &leaderboard_export_query_shape, .media = "text/plain",
     .pour = serve_leaderboard_export, .summary = "Export the leaderboard as CSV or JSON",
     .command = "suite export"},
};

static const struct job_kind *const jobs[] = {&trial_job};

const struct slice benchmark_slice = {.name = "benchmark",
                                      .routes = routes,
                                      .route_count = COUNT(routes),
                                      .jobs = jobs,
                                      .job_count = COUNT(jobs)};
