-- name: environment_insert :exec
INSERT INTO environment (id, organisation_id, name, summary, state, version_number, created_at, created_by)
VALUES (:id, :organisation_id, :name, :summary, 'open', 1, :created_at, :created_by);

-- name: environment_by_id :one environment_row
SELECT id, organisation_id, name, summary, state, version_number, created_at
  FROM environment
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: environment_named :one
SELECT id
  FROM environment
 WHERE organisation_id = :organisation_id
   AND name = :name;

-- name: environment_page :many environment_row
-- The asker's own organisation's, and those of the clients that were granted to them.
-- across: the grants decide what is reachable
-- param: row_max INT64
-- param: own_id TEXT
SELECT e.id, e.organisation_id, e.name, e.summary, e.state, e.version_number, e.created_at
  FROM environment e
 WHERE e.id > :id
   AND (e.organisation_id = :own_id
        OR EXISTS (SELECT 1 FROM client_grant g
                    WHERE g.person_id = :person_id AND g.organisation_id = e.organisation_id
                      AND g.revoked_at IS NULL))
 ORDER BY e.id
 LIMIT :row_max;

-- name: environment_touch :exec
UPDATE environment
   SET version_number = version_number + 1
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: task_counts :many
-- column: row_count INT64
SELECT gate, COUNT(*) AS row_count
  FROM environment_task
 WHERE environment_id = :environment_id
   AND organisation_id = :organisation_id
   AND is_current = 1
 GROUP BY gate
 ORDER BY gate;

-- name: content_insert :exec
INSERT INTO stored_content (organisation_id, sha256, size_bytes, content)
VALUES (:organisation_id, :sha256, :size_bytes, :content)
ON CONFLICT (organisation_id, sha256) DO NOTHING;

-- name: world_file_insert :exec
INSERT INTO world_file (organisation_id, world_hash, path, mode, sha256)
VALUES (:organisation_id, :world_hash, :path, :mode, :sha256)
ON CONFLICT (organisation_id, world_hash, path) DO NOTHING;

-- name: world_listing :many
-- The files of a world without what they hold.
SELECT w.path, w.mode, w.sha256, b.size_bytes
  FROM world_file w
  JOIN stored_content b ON b.organisation_id = w.organisation_id AND b.sha256 = w.sha256
 WHERE w.organisation_id = :organisation_id
   AND w.world_hash = :world_hash
 ORDER BY w.path;

-- name: task_current :one
SELECT id, number, content_hash
  FROM environment_task
 WHERE environment_id = :environment_id
   AND organisation_id = :organisation_id
   AND name = :name
   AND is_current = 1;

-- name: task_supersede :affected
UPDATE environment_task
   SET is_current = 0
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: task_insert_version :exec
INSERT INTO environment_task (id, organisation_id, environment_id, name, number, content_hash, instruction, verifier,
                              reference, solution, world_hash, metadata, is_current, gate, created_at, created_by)
VALUES (:id, :organisation_id, :environment_id, :name, :number, :content_hash, :instruction, :verifier,
        :reference, :solution, :world_hash, :metadata, 1, 'open', :created_at, :created_by);

-- name: env_task_page :many env_task_row
-- param: row_max INT64
SELECT id, name, number, content_hash, instruction, verifier, reference, solution, world_hash, metadata, gate, created_at
  FROM environment_task
 WHERE environment_id = :environment_id
   AND organisation_id = :organisation_id
   AND is_current = 1
   AND name > :name
 ORDER BY name
 LIMIT :row_max;

-- name: env_task_by_id :one env_task_row
SELECT id, name, number, content_hash, instruction, verifier, reference, solution, world_hash, metadata, gate, created_at
  FROM environment_task
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: env_task_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id, environment_id
  FROM environment_task
 WHERE id = :id;

-- name: env_task_versions :many
SELECT id, number, content_hash, gate, is_current, created_at
  FROM environment_task
 WHERE environment_id = :environment_id
   AND organisation_id = :organisation_id
   AND name = :name
 ORDER BY number DESC;

-- name: gate_set :affected
UPDATE environment_task
   SET gate = :gate
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: gate_result_insert :exec
INSERT INTO gate_result (id, organisation_id, environment_id, task_id, job_id, passed, report, judged_at)
VALUES (:id, :organisation_id, :environment_id, :task_id, :job_id, :passed, :report, :judged_at);

-- name: gate_result_last :one
SELECT passed, report, judged_at
  FROM gate_result
 WHERE task_id = :task_id
   AND organisation_id = :organisation_id
 ORDER BY id DESC
 LIMIT 1;

-- name: hack_insert :exec
INSERT INTO hack_report (id, organisation_id, environment_id, task_name, task_version, answer, note, state, reported_by,
                         reported_at)
VALUES (:id, :organisation_id, :environment_id, :task_name, :task_version, :answer, :note, 'open', :reported_by,
        :reported_at);

-- name: hack_page :many hack_row
-- param: row_max INT64
SELECT id, task_name, task_version, answer, note, state, decision, reported_at, decided_at
  FROM hack_report
 WHERE environment_id = :environment_id
   AND organisation_id = :organisation_id
   AND id > :id
 ORDER BY id
 LIMIT :row_max;

-- name: hack_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id
  FROM hack_report
 WHERE id = :id;

-- name: hack_decide :affected
UPDATE hack_report
   SET state = :state, decision = :decision, decided_by = :decided_by, decided_at = :decided_at
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'open';

-- name: episode_insert :exec
INSERT INTO episode (id, organisation_id, environment_id, person_id, task_id, name, step_count, is_done, reward, created_at)
VALUES (:id, :organisation_id, :environment_id, :person_id, :task_id, :name, 0, 0, NULL, :created_at);

-- name: episode_last :one
SELECT id, task_id, name, step_count, is_done, reward
  FROM episode
 WHERE environment_id = :environment_id
   AND organisation_id = :organisation_id
   AND person_id = :person_id
 ORDER BY id DESC
 LIMIT 1;

-- name: episode_named :one
SELECT id, task_id, name, step_count, is_done, reward
  FROM episode
 WHERE environment_id = :environment_id
   AND organisation_id = :organisation_id
   AND person_id = :person_id
   AND name = :name
 ORDER BY id DESC
 LIMIT 1;

-- name: episode_step :affected
UPDATE episode
   SET step_count = step_count + 1, is_done = :is_done, reward = :reward
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND is_done = 0;

-- name: env_task_at :one env_task_row
-- The task at a place in the order of names.
-- param: row_skip INT64
SELECT id, name, number, content_hash, instruction, verifier, reference, solution, world_hash, metadata, gate, created_at
  FROM environment_task
 WHERE environment_id = :environment_id
   AND organisation_id = :organisation_id
   AND is_current = 1
 ORDER BY name
 LIMIT 1 OFFSET :row_skip;
