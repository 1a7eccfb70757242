-- name: inquiry_insert :exec
INSERT INTO inquiry (id, organisation_id, kind, subject_id, model, options, budget, job_id, outcome, note, started_at, started_by)
VALUES (:id, :organisation_id, :kind, :subject_id, :model, :options, :budget, :job_id, NULL, '', :started_at, :started_by);

-- name: inquiry_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id
  FROM inquiry
 WHERE id = :id;

-- name: inquiry_load :one
SELECT kind, subject_id, model, options, budget, started_by
  FROM inquiry
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: inquiry_under_way :one
-- One like it that is not at its end.
SELECT i.id
  FROM inquiry i
  JOIN job j ON j.id = i.job_id
 WHERE i.subject_id = :subject_id
   AND i.organisation_id = :organisation_id
   AND i.kind = :kind
   AND i.model = :model
   AND j.state IN ('waiting', 'running')
 LIMIT 1;

-- name: inquiry_show :one inquiry_row
-- column: state TEXT
-- column: spend FLOAT64
SELECT i.id, i.kind, i.subject_id, i.model, i.options, i.budget, i.job_id, i.note, i.started_at,
       CASE WHEN j.state = 'done' THEN COALESCE(i.outcome, 'stopped') ELSE j.state END AS state,
       COALESCE((SELECT SUM(c.spend) FROM inquiry_call c WHERE c.inquiry_id = i.id), 0.0) AS spend,
       j.done_count, j.total_count, j.result, j.fault_text, j.ended_us
  FROM inquiry i
  JOIN job j ON j.id = i.job_id
 WHERE i.id = :id
   AND i.organisation_id = :organisation_id;

-- name: inquiry_list :many inquiry_row
-- Newest first.
-- param: row_max INT64
-- column: state TEXT
-- column: spend FLOAT64
SELECT i.id, i.kind, i.subject_id, i.model, i.options, i.budget, i.job_id, i.note, i.started_at,
       CASE WHEN j.state = 'done' THEN COALESCE(i.outcome, 'stopped') ELSE j.state END AS state,
       COALESCE((SELECT SUM(c.spend) FROM inquiry_call c WHERE c.inquiry_id = i.id), 0.0) AS spend,
       j.done_count, j.total_count, j.result, j.fault_text, j.ended_us
  FROM inquiry i
  JOIN job j ON j.id = i.job_id
 WHERE i.subject_id = :subject_id
   AND i.organisation_id = :organisation_id
 ORDER BY i.id DESC
 LIMIT :row_max;

-- name: inquiry_resume :affected
UPDATE inquiry
   SET budget = :budget, job_id = :job_id, outcome = NULL, note = ''
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: inquiry_outcome :affected
UPDATE inquiry
   SET outcome = :outcome, note = :note
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: inquiry_spent :one
-- What it cost so far, and what all of the organisation's cost since then.
-- param: since_at INT64
-- param: id TEXT
-- column: own FLOAT64
-- column: lately FLOAT64
SELECT COALESCE((SELECT SUM(c.spend) FROM inquiry_call c WHERE c.inquiry_id = :id), 0.0) AS own,
       COALESCE((SELECT SUM(d.spend) FROM inquiry_call d
                  WHERE d.organisation_id = :organisation_id AND d.called_at > :since_at), 0.0) AS lately;

-- name: inquiry_answer :one
SELECT answer
  FROM inquiry_call
 WHERE organisation_id = :organisation_id
   AND call_hash = :call_hash
   AND answer IS NOT NULL
 LIMIT 1;

-- name: inquiry_call_put :exec
INSERT INTO inquiry_call (organisation_id, inquiry_id, call_hash, answer, spend, called_at)
VALUES (:organisation_id, :inquiry_id, :call_hash, :answer, :spend, :called_at)
ON CONFLICT (inquiry_id, call_hash) DO UPDATE SET answer = excluded.answer, spend = inquiry_call.spend + excluded.spend,
                                                  called_at = excluded.called_at;
