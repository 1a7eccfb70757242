-- name: qualification_page :many pool_member
-- Empty texts mean any; newest first.
-- param: row_max INT64
-- param: valid_at INT64
-- param: name_like TEXT
SELECT q.id, q.person_id, p.name, q.domain, q.difficulty, q.interview_id, q.estimate, q.interval_low, q.interval_high,
       q.item_count, q.reliability, q.issued_at, q.issued_by, q.expires_at, q.revoked_at, q.reason
  FROM qualification q
  JOIN person p ON p.id = q.person_id
 WHERE q.organisation_id = :organisation_id
   AND (:domain = '' OR q.domain = :domain)
   AND q.difficulty >= :difficulty
   AND (:valid_at = 0 OR (q.expires_at > :valid_at AND q.revoked_at IS NULL))
   AND (:name_like = '' OR LOWER(p.name) LIKE :name_like)
   AND q.id < :id
 ORDER BY q.id DESC
 LIMIT :row_max;

-- name: qualification_owner_find :one
-- across: it is what finds the organisation
SELECT organisation_id, person_id, domain
  FROM qualification
 WHERE id = :id;

-- name: qualification_revoke :affected
UPDATE qualification
   SET revoked_at = :revoked_at, revoked_by = :revoked_by, reason = :reason
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND revoked_at IS NULL;

-- name: qualification_own :many own_qualification
-- across: it is the person's own
SELECT id, domain, difficulty, interview_id, estimate, interval_low, interval_high, issued_at, expires_at, revoked_at, reason
  FROM qualification
 WHERE person_id = :person_id
 ORDER BY domain, difficulty;
