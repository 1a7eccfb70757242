-- name: resume_insert :exec
INSERT INTO resume (id, organisation_id, person_id, file_name, content_hash, resume_state, uploaded_at)
VALUES (:id, :organisation_id, :person_id, :file_name, :content_hash, 'reading', :uploaded_at);

-- name: resume_file_insert :exec
INSERT INTO resume_file (resume_id, organisation_id, content)
VALUES (:resume_id, :organisation_id, :content);

-- name: resume_file_of :one resume_file_row
SELECT content
  FROM resume_file
 WHERE resume_id = :resume_id
   AND organisation_id = :organisation_id;

-- name: resume_file_erase :exec
DELETE FROM resume_file
 WHERE resume_id = :resume_id
   AND organisation_id = :organisation_id;

-- name: resume_end :affected
UPDATE resume
   SET resume_state = :resume_state, note = :note
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND resume_state = 'reading';

-- name: resume_field_insert :exec_many
INSERT INTO resume_field (organisation_id, resume_id, position, field, field_group, found, confidence, place, field_state)
VALUES (:organisation_id, :resume_id, :position, :field, :field_group, :found, :confidence, :place, 'found');

-- name: resume_find :one resume_row
-- across: it is what finds the organisation
SELECT id, organisation_id, person_id, file_name, resume_state, note
  FROM resume
 WHERE id = :id;

-- name: resume_with_hash :one resume_with_hash_row
SELECT id
  FROM resume
 WHERE person_id = :person_id
   AND organisation_id = :organisation_id
   AND content_hash = :content_hash
 LIMIT 1;

-- name: resume_own :many resume_line
-- across: it is the person's own
-- param: row_max INT64
SELECT id, file_name, resume_state, uploaded_at, confirmed_at
  FROM resume
 WHERE person_id = :person_id
 ORDER BY id DESC
 LIMIT :row_max;

-- name: resume_fields :many resume_field_row
SELECT position, field, field_group, found, confidence, place, field_state, confirmed
  FROM resume_field
 WHERE resume_id = :resume_id
   AND organisation_id = :organisation_id
 ORDER BY position;

-- name: resume_field_settle :affected
UPDATE resume_field
   SET field_state = :field_state, confirmed = :confirmed
 WHERE resume_id = :resume_id
   AND organisation_id = :organisation_id
   AND position = :position;

-- name: resume_confirm :exec
UPDATE resume
   SET resume_state = 'confirmed', confirmed_at = :confirmed_at
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: resume_fields_erase :exec
DELETE FROM resume_field
 WHERE resume_id = :resume_id
   AND organisation_id = :organisation_id;

-- name: resume_erase :exec
DELETE FROM resume
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: resumes_past :many resume_past_row
-- across: the house is kept for everybody
-- param: before_at INT64
-- param: row_max INT64
SELECT id, organisation_id
  FROM resume
 WHERE uploaded_at < :before_at
 ORDER BY uploaded_at
 LIMIT :row_max;
