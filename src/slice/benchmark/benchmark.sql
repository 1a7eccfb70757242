-- name: suite_insert :exec
INSERT INTO suite (id, organisation_id, name, summary, canary, created_at, created_by)
VALUES (:id, :organisation_id, :name, :summary, :canary, :created_at, :created_by);

-- name: suite_by_id :one suite_row
SELECT id, organisation_id, name, summary, canary, created_at
  FROM suite
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: suite_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id
  FROM suite
 WHERE id = :id;

-- name: suite_named :one
SELECT id
  FROM suite
 WHERE organisation_id = :organisation_id
   AND name = :name;

-- name: suite_page :many suite_page_row
-- The asker's own organisation's, and those of the clients that were granted to them.
-- across: the grants decide what is reachable
-- param: row_max INT64
-- param: own_id TEXT
-- column: task_count INT64
-- column: run_count INT64
SELECT s.id, s.organisation_id, s.name, s.summary, s.created_at,
       (SELECT COUNT(*) FROM suite_task t WHERE t.suite_id = s.id AND t.retired_at IS NULL) AS task_count,
       (SELECT COUNT(*) FROM benchmark_run r WHERE r.suite_id = s.id) AS run_count
  FROM suite s
 WHERE s.id > :id
   AND (s.organisation_id = :own_id
        OR EXISTS (SELECT 1 FROM client_grant g
                    WHERE g.person_id = :person_id AND g.organisation_id = s.organisation_id
                      AND g.revoked_at IS NULL))
 ORDER BY s.id
 LIMIT :row_max;

-- name: suite_task_current :one
SELECT number, content_hash
  FROM suite_task
 WHERE suite_id = :suite_id
   AND organisation_id = :organisation_id
   AND name = :name
   AND retired_at IS NULL;

-- name: suite_task_last :one
SELECT number
  FROM suite_task
 WHERE suite_id = :suite_id
   AND organisation_id = :organisation_id
   AND name = :name
 ORDER BY number DESC
 LIMIT 1;

-- name: suite_task_insert :exec
INSERT INTO suite_task (organisation_id, suite_id, name, number, part, domain, prompt, reference, check_kind, content_hash,
                        added_at, added_by)
VALUES (:organisation_id, :suite_id, :name, :number, :part, :domain, :prompt, :reference, :check_kind, :content_hash,
        :added_at, :added_by);

-- name: suite_task_retire :affected
UPDATE suite_task
   SET retired_at = :retired_at, retired_by = :retired_by, retired_reason = :retired_reason
 WHERE suite_id = :suite_id
   AND organisation_id = :organisation_id
   AND name = :name
   AND retired_at IS NULL;

-- name: suite_task_page :many suite_task_row
-- param: row_max INT64
SELECT name, number, part, domain, prompt, reference, check_kind, content_hash, added_at
  FROM suite_task
 WHERE suite_id = :suite_id
   AND organisation_id = :organisation_id
   AND retired_at IS NULL
   AND name > :name
 ORDER BY name
 LIMIT :row_max;

-- name: suite_task_list :many
-- All that count, by name.
SELECT name, part, domain, prompt, reference, check_kind, content_hash
  FROM suite_task
 WHERE suite_id = :suite_id
   AND organisation_id = :organisation_id
   AND retired_at IS NULL
 ORDER BY name;

-- name: suite_change_list :many suite_change_row
-- Every version that was retired, newest first.
SELECT name, number, part, added_at, retired_at, retired_reason
  FROM suite_task
 WHERE suite_id = :suite_id
   AND organisation_id = :organisation_id
   AND retired_at IS NOT NULL
 ORDER BY retired_at DESC, name;

-- name: release_insert :exec
INSERT INTO suite_release (organisation_id, suite_id, content_hash, release_part, task_count, release_text, released_at, released_by)
VALUES (:organisation_id, :suite_id, :content_hash, :release_part, :task_count, :release_text, :released_at, :released_by)
ON CONFLICT (suite_id, content_hash) DO NOTHING;

-- name: release_list :many release_row
SELECT content_hash, release_part, task_count, released_at
  FROM suite_release
 WHERE suite_id = :suite_id
   AND organisation_id = :organisation_id
 ORDER BY released_at DESC, content_hash;

-- name: release_text_find :one
SELECT release_text
  FROM suite_release
 WHERE suite_id = :suite_id
   AND organisation_id = :organisation_id
   AND content_hash = :content_hash;

-- name: run_of_file :one
SELECT id
  FROM benchmark_run
 WHERE suite_id = :suite_id
   AND organisation_id = :organisation_id
   AND file_hash = :file_hash;

-- name: benchmark_run_insert :exec
INSERT INTO benchmark_run (id, organisation_id, suite_id, file_hash, provenance, answer_count, imported_at, imported_by)
VALUES (:id, :organisation_id, :suite_id, :file_hash, :provenance, :answer_count, :imported_at, :imported_by);

-- name: benchmark_run_list :many benchmark_run_row
SELECT id, file_hash, provenance, answer_count, imported_at
  FROM benchmark_run
 WHERE suite_id = :suite_id
   AND organisation_id = :organisation_id
 ORDER BY id DESC;

-- name: benchmark_answer_insert :exec_many
INSERT INTO benchmark_answer (organisation_id, suite_id, run_id, line, name, task_hash, model, is_person, run_number, score,
                              expert_score, input_tokens, output_tokens, took_ms, spend, answer_line)
VALUES (:organisation_id, :suite_id, :run_id, :line, :name, :task_hash, :model, :is_person, :run_number, :score,
        :expert_score, :input_tokens, :output_tokens, :took_ms, :spend, :answer_line);

-- name: board_lines :each
-- Answers to tasks as they stand now; of a retired or replaced task none.
SELECT a.name, t.part, t.domain, a.model, a.is_person, a.run_number, a.score, a.expert_score, a.input_tokens,
       a.output_tokens, a.took_ms, a.spend
  FROM benchmark_answer a
  JOIN suite_task t ON t.suite_id = a.suite_id AND t.name = a.name AND t.content_hash = a.task_hash
 WHERE a.suite_id = :suite_id
   AND a.organisation_id = :organisation_id
   AND t.retired_at IS NULL
 ORDER BY a.run_id, a.line;

-- name: benchmark_run_last :one
-- The highest number that runs of a model have; zero: it has none.
-- column: number INT64
SELECT COALESCE(MAX(run_number), 0) AS number
  FROM benchmark_answer
 WHERE suite_id = :suite_id
   AND organisation_id = :organisation_id
   AND model = :model;
