-- name: bulk_insert :exec
INSERT INTO bulk_import (id, organisation_id, kind, topic, name, options, state, job_id, created_at, created_by)
VALUES (:id, :organisation_id, :kind, :topic, :name, :options, 'importing', :job_id, :created_at, :created_by);

-- name: bulk_content_insert :exec
INSERT INTO bulk_content (bulk_id, organisation_id, content)
VALUES (:bulk_id, :organisation_id, :content);

-- name: bulk_content_of :one bulk_content_row
SELECT content
  FROM bulk_content
 WHERE bulk_id = :bulk_id
   AND organisation_id = :organisation_id;

-- name: bulk_content_erase :exec
DELETE FROM bulk_content
 WHERE bulk_id = :bulk_id
   AND organisation_id = :organisation_id;

-- name: bulk_owner_of :one bulk_owner_row
-- across: it is what finds the organisation
SELECT organisation_id
  FROM bulk_import
 WHERE id = :id;

-- name: bulk_by_id :one bulk_row
SELECT id, kind, topic, name, options, state, message, read_count, added_count, known_count, bad_count, job_id,
       created_at, created_by
  FROM bulk_import
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: bulk_running :one bulk_row
SELECT id, kind, topic, name, options, state, message, read_count, added_count, known_count, bad_count, job_id,
       created_at, created_by
  FROM bulk_import
 WHERE organisation_id = :organisation_id
   AND kind = :kind
   AND topic = :topic
   AND topic <> ''
   AND state = 'importing';

-- name: bulk_page :many bulk_row
-- Newest first.
-- param: row_max INT64
SELECT id, kind, topic, name, options, state, message, read_count, added_count, known_count, bad_count, job_id,
       created_at, created_by
  FROM bulk_import
 WHERE organisation_id = :organisation_id
   AND kind = :kind
   AND id < :id
 ORDER BY id DESC
 LIMIT :row_max;

-- name: bulk_advance_row :affected
UPDATE bulk_import
   SET read_count = :read_count, added_count = added_count + :added_count,
       known_count = known_count + :known_count, bad_count = bad_count + :bad_count
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'importing';

-- name: bulk_end_row :affected
UPDATE bulk_import
   SET state = :state, message = :message
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'importing';

-- name: bulk_error_insert :exec_many
INSERT INTO bulk_error (organisation_id, bulk_id, position, file, line, field, message)
VALUES (:organisation_id, :bulk_id, :position, :file, :line, :field, :message)
ON CONFLICT (bulk_id, position) DO NOTHING;

-- name: bulk_error_page :many bulk_error_row
-- param: row_max INT64
SELECT position, file, line, field, message
  FROM bulk_error
 WHERE bulk_id = :bulk_id
   AND organisation_id = :organisation_id
   AND position > :position
 ORDER BY position
 LIMIT :row_max;
