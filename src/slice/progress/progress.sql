-- name: job_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id
  FROM job
 WHERE id = :id;
