-- name: environment_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id, name, state
  FROM environment
 WHERE id = :id;

-- name: graded_task_find :one graded_task
-- The current version of a task, as far as judging needs it.
SELECT id, verifier, reference, content_hash, world_hash
  FROM environment_task
 WHERE environment_id = :environment_id
   AND organisation_id = :organisation_id
   AND name = :name
   AND is_current = 1;

-- name: world_files :many world_file_row
SELECT w.path, w.mode, b.content
  FROM world_file w
  JOIN stored_content b ON b.organisation_id = w.organisation_id AND b.sha256 = w.sha256
 WHERE w.organisation_id = :organisation_id
   AND w.world_hash = :world_hash
 ORDER BY w.path;

-- name: reward_run_insert :exec
INSERT INTO reward_run (id, organisation_id, name, environment_id, verifier, created_at, created_by)
VALUES (:id, :organisation_id, :name, :environment_id, :verifier, :created_at, :created_by);

-- name: reward_run_named :one reward_run_row
SELECT id, organisation_id, name, environment_id, verifier, created_at
  FROM reward_run
 WHERE organisation_id = :organisation_id
   AND name = :name;

-- name: reward_run_by_id :one reward_run_row
SELECT id, organisation_id, name, environment_id, verifier, created_at
  FROM reward_run
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: reward_run_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id
  FROM reward_run
 WHERE id = :id;

-- name: reward_run_page :many reward_run_row
-- param: row_max INT64
SELECT id, organisation_id, name, environment_id, verifier, created_at
  FROM reward_run
 WHERE organisation_id = :organisation_id
   AND id > :id
 ORDER BY id
 LIMIT :row_max;

-- name: verdict_insert :exec_many
-- What was judged twice at the same time keeps its first verdict.
INSERT INTO verdict (organisation_id, run_id, row_index, row_hash, row_text, verdict_text, kind, reason, score, task_version,
                     verifier_version, judged_at)
VALUES (:organisation_id, :run_id, :row_index, :row_hash, :row_text, :verdict_text, :kind, :reason, :score, :task_version,
        :verifier_version, :judged_at)
ON CONFLICT (run_id, row_index) DO NOTHING;

-- name: verdicts_between :many
-- param: first_index INT64
-- param: last_index INT64
SELECT row_index, row_hash, verdict_text, kind, score
  FROM verdict
 WHERE run_id = :run_id
   AND organisation_id = :organisation_id
   AND row_index >= :first_index
   AND row_index <= :last_index
 ORDER BY row_index;

-- name: verdict_page :many verdict_row
-- param: row_max INT64
SELECT row_index, row_text, verdict_text, kind, reason, score, task_version, verifier_version, judged_at
  FROM verdict
 WHERE run_id = :run_id
   AND organisation_id = :organisation_id
   AND row_index >= :row_index
 ORDER BY row_index
 LIMIT :row_max;

-- name: verdict_counts :many
-- column: row_count INT64
SELECT kind, COUNT(*) AS row_count
  FROM verdict
 WHERE run_id = :run_id
   AND organisation_id = :organisation_id
 GROUP BY kind
 ORDER BY kind;

-- name: reverification_insert :exec
INSERT INTO reverification (id, organisation_id, run_id, job_id, state, row_count, same_count, flip_count,
                            unscored_count, next_index, created_at, created_by)
VALUES (:id, :organisation_id, :run_id, :job_id, 'running', 0, 0, 0, 0, 0, :created_at, :created_by);

-- name: reverification_by_id :one reverification_row
SELECT id, run_id, job_id, state, row_count, same_count, flip_count, unscored_count, next_index, created_at
  FROM reverification
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: reverification_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id
  FROM reverification
 WHERE id = :id;

-- name: reverification_advance :affected
UPDATE reverification
   SET state = :state, row_count = :row_count, same_count = :same_count, flip_count = :flip_count,
       unscored_count = :unscored_count, next_index = :next_index
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: flip_insert :exec
INSERT INTO flip (organisation_id, reverification_id, row_index, line_before, line_after)
VALUES (:organisation_id, :reverification_id, :row_index, :line_before, :line_after)
ON CONFLICT (reverification_id, row_index) DO NOTHING;

-- name: flip_page :many flip_row
-- param: row_max INT64
SELECT row_index, line_before, line_after
  FROM flip
 WHERE reverification_id = :reverification_id
   AND organisation_id = :organisation_id
   AND row_index > :row_index
 ORDER BY row_index
 LIMIT :row_max;
