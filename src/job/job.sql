-- name: job_insert :exec
INSERT INTO job (id, organisation_id, kind, arguments, unique_mark, rest, state, due_us, created_us, request_id)
VALUES (:id, :organisation_id, :kind, :arguments, :unique_mark, :rest, 'waiting', :due_us, :created_us, :request_id);

-- name: job_waiting_by_mark :one
-- The job of this kind and mark that waits already.
SELECT id, due_us
  FROM job
 WHERE kind = :kind AND unique_mark = :unique_mark AND state = 'waiting'
   AND organisation_id IS NOT DISTINCT FROM :organisation_id
 ORDER BY id
 LIMIT 1;

-- name: job_last_run :one
-- The one of this kind and mark that ran last.
SELECT started_us, ended_us
  FROM job
 WHERE kind = :kind AND unique_mark = :unique_mark AND state = 'done'
   AND organisation_id IS NOT DISTINCT FROM :organisation_id
 ORDER BY started_us DESC
 LIMIT 1;

-- name: job_hasten :exec
-- One that waits is due by then, and rests so often after the one that runs.
UPDATE job
   SET due_us = :due_us, rest = :rest
 WHERE id = :id AND organisation_id IS NOT DISTINCT FROM :organisation_id
   AND state = 'waiting';

-- name: job_rest :exec
-- across: by the job that has ended
-- param: took_us INT64
-- Those that wait until this one, which ran so long, has rested.
UPDATE job
   SET due_us = :ended_us + rest * :took_us
 WHERE state = 'waiting' AND rest > 0
   AND kind = (SELECT e.kind FROM job e WHERE e.id = :id)
   AND unique_mark = (SELECT e.unique_mark FROM job e WHERE e.id = :id)
   AND organisation_id IS NOT DISTINCT FROM (SELECT e.organisation_id FROM job e WHERE e.id = :id);

-- name: job_row_by_id :one job_row
SELECT id, kind, state, attempt, done_count, total_count, result, fault_text, created_us, ended_us
  FROM job
 WHERE id = :id AND organisation_id IS NOT DISTINCT FROM :organisation_id;

-- name: job_next_due :one
-- param: now_us INT64
-- across: runners serve all organisations
-- The job that has waited longest: it may start, or its runner let the lease end. One waits while
-- another of its mark runs.
SELECT j.id, j.organisation_id, j.kind, j.arguments, j.attempt, j.due_us
  FROM job j
 WHERE j.state IN ('waiting', 'running') AND j.due_us <= :now_us
   AND (j.state = 'running' OR j.unique_mark IS NULL OR NOT EXISTS (
        SELECT 1 FROM job r
         WHERE r.kind = j.kind AND r.unique_mark = j.unique_mark AND r.state = 'running'
           AND r.organisation_id IS NOT DISTINCT FROM j.organisation_id))
 ORDER BY j.due_us, j.id
 LIMIT 1;

-- name: job_lease :affected
-- across: by the identifier that job_next_due gave
-- param: lease_us INT64
UPDATE job
   SET state = 'running', lease_id = :lease_id, due_us = :lease_us, attempt = attempt + 1, started_us = :started_us
 WHERE id = :id AND state IN ('waiting', 'running') AND due_us = :due_us;

-- name: job_keep :affected
-- across: by the lease that the runner holds
UPDATE job
   SET due_us = :due_us
 WHERE id = :id AND lease_id = :lease_id AND state = 'running';

-- name: job_advance :affected
-- across: by the lease that the runner holds
UPDATE job
   SET due_us = :due_us, done_count = :done_count, total_count = :total_count,
       result = coalesce(:result, result)
 WHERE id = :id AND lease_id = :lease_id AND state = 'running';

-- name: job_finish :affected
-- across: by the lease that the runner holds
UPDATE job
   SET state = :state, ended_us = :ended_us, fault_text = :fault_text, lease_id = NULL
 WHERE id = :id AND lease_id = :lease_id AND state = 'running';

-- name: job_wait_again :affected
-- across: by the lease that the runner holds
UPDATE job
   SET state = 'waiting', due_us = :due_us, attempt = :attempt, fault_text = :fault_text, lease_id = NULL
 WHERE id = :id AND lease_id = :lease_id AND state = 'running';

-- name: job_stop_wanted :affected
UPDATE job
   SET state = 'cancelled', ended_us = :ended_us, lease_id = NULL
 WHERE id = :id AND organisation_id IS NOT DISTINCT FROM :organisation_id
   AND state IN ('waiting', 'running');

-- name: job_event_add :exec
INSERT INTO job_event (id, job_id, kind, detail, at_us)
VALUES (:id, :job_id, :kind, :detail, :at_us);
