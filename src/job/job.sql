-- name: job_insert :exec
INSERT INTO job (id, organisation_id, kind, arguments, unique_mark, state, due_us, created_us, created_by)
VALUES (:id, :organisation_id, :kind, :arguments, :unique_mark, 'waiting', :due_us, :created_us, :created_by);
