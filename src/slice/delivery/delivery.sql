-- name: delivery_insert :exec
INSERT INTO delivery (id, organisation_id, campaign_id, number, state, formats, row_count, job_id, created_at, created_by)
VALUES (:id, :organisation_id, :campaign_id, :number, 'making', :formats, 0, :job_id, :created_at, :created_by);

-- name: delivery_last :one
-- column: number INT64
SELECT COALESCE(MAX(number), 0) AS number
  FROM delivery
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: delivery_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id, campaign_id
  FROM delivery
 WHERE id = :id;

-- name: delivery_by_id :one delivery_row
-- One whose job was cancelled before it ran has failed.
-- column: state TEXT
-- column: message TEXT
SELECT d.id, d.campaign_id, d.number, CASE WHEN d.state = 'making' AND j.state = 'cancelled' THEN 'failed' ELSE d.state END AS state,
       d.formats, d.row_count, d.manifest_hash, d.signature, d.signer_key,
       CASE WHEN d.state = 'making' AND j.state = 'cancelled' THEN 'it was cancelled' ELSE d.message END AS message,
       d.job_id, d.created_at, d.created_by
  FROM delivery d
  LEFT JOIN job j ON j.id = d.job_id
 WHERE d.id = :id
   AND d.organisation_id = :organisation_id;

-- name: delivery_page :many delivery_row
-- Newest first; a campaign has few.
-- column: state TEXT
-- column: message TEXT
SELECT d.id, d.campaign_id, d.number, CASE WHEN d.state = 'making' AND j.state = 'cancelled' THEN 'failed' ELSE d.state END AS state,
       d.formats, d.row_count, d.manifest_hash, d.signature, d.signer_key,
       CASE WHEN d.state = 'making' AND j.state = 'cancelled' THEN 'it was cancelled' ELSE d.message END AS message,
       d.job_id, d.created_at, d.created_by
  FROM delivery d
  LEFT JOIN job j ON j.id = d.job_id
 WHERE d.campaign_id = :campaign_id
   AND d.organisation_id = :organisation_id
 ORDER BY d.number DESC
 LIMIT 200;

-- name: delivery_seal :affected
-- Once: a delivery that is ready or failed never changes again.
UPDATE delivery
   SET state = :state, row_count = :row_count, manifest_hash = :manifest_hash, signature = :signature,
       signer_key = :signer_key, message = :message
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'making';

-- name: delivery_row_insert :exec_many
INSERT INTO delivery_row (organisation_id, delivery_id, task_id, row_hash)
VALUES (:organisation_id, :delivery_id, :task_id, :row_hash)
ON CONFLICT (delivery_id, task_id) DO NOTHING;

-- name: delivery_file_insert :exec
INSERT INTO delivery_file (organisation_id, delivery_id, path, sha256, size_bytes, row_count)
VALUES (:organisation_id, :delivery_id, :path, :sha256, :size_bytes, :row_count)
ON CONFLICT (delivery_id, path) DO NOTHING;

-- name: delivery_files :many delivery_file_row
SELECT path, sha256, size_bytes, row_count
  FROM delivery_file
 WHERE delivery_id = :delivery_id
   AND organisation_id = :organisation_id
 ORDER BY path;

-- name: delivery_chunk_insert :exec
INSERT INTO delivery_chunk (organisation_id, delivery_id, path, number, content)
VALUES (:organisation_id, :delivery_id, :path, :number, :content);

-- name: delivery_chunk_clear :exec
DELETE FROM delivery_chunk
 WHERE delivery_id = :delivery_id
   AND organisation_id = :organisation_id;

-- name: delivery_chunk_find :one
SELECT content
  FROM delivery_chunk
 WHERE delivery_id = :delivery_id
   AND organisation_id = :organisation_id
   AND path = :path
   AND number = :number;

-- name: download_link_insert :exec
INSERT INTO download_link (token_hash, organisation_id, delivery_id, created_at, created_by, expires_at)
VALUES (:token_hash, :organisation_id, :delivery_id, :created_at, :created_by, :expires_at);

-- name: download_link_find :one
-- across: the link itself is the grant
SELECT organisation_id, delivery_id, expires_at
  FROM download_link
 WHERE token_hash = :token_hash;

-- name: deliverable_page :many
-- Tasks that have as many accepted answers as were wanted.
-- param: row_max INT64
SELECT t.id, t.external_id, t.payload, t.content_hash
  FROM task_state s
  JOIN task t ON t.id = s.task_id
 WHERE s.campaign_id = :campaign_id
   AND s.organisation_id = :organisation_id
   AND s.state = 'done'
   AND s.task_id > :id
 ORDER BY s.task_id
 LIMIT :row_max;

-- name: delivered_truths :many
SELECT label, value, probability, majority, label_count
  FROM truth
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND task_id = :task_id
 ORDER BY label;

-- name: delivered_answers :many
SELECT s.id, e.pseudonym, s.answer, t.final_answer, s.presentation, s.ai_assist, s.active_ms, s.submitted_at,
       s.revision, g.guideline_number
  FROM submission s
  JOIN submission_state t ON t.submission_id = s.id
  JOIN guideline g ON g.id = s.guideline_id
  JOIN engagement e ON e.campaign_id = s.campaign_id AND e.person_id = s.person_id AND e.duty = 'expert'
 WHERE s.task_id = :task_id
   AND s.organisation_id = :organisation_id
   AND t.state = 'accepted'
 ORDER BY s.id;

-- name: delivered_reviews :many
SELECT r.verdict, r.clause_code, r.reason_code, r.decided_at, e.pseudonym
  FROM review r
  JOIN engagement e ON e.campaign_id = r.campaign_id AND e.person_id = r.person_id AND e.duty = 'reviewer'
 WHERE r.submission_id = :submission_id
   AND r.organisation_id = :organisation_id
 ORDER BY r.id;

-- name: delivered_appeals :many
SELECT state, decided_at
  FROM appeal
 WHERE submission_id = :submission_id
   AND organisation_id = :organisation_id
   AND state <> 'open'
 ORDER BY id;
