-- name: duplicate_people :many
-- The operator's experts, the eldest account first.
-- param: row_max INT64
SELECT p.id, p.name, p.email
  FROM membership m
  JOIN person p ON p.id = m.person_id
 WHERE m.organisation_id = :organisation_id
   AND m.role = 'expert'
   AND m.until_at IS NULL
   AND p.disabled_at IS NULL
 ORDER BY m.person_id
 LIMIT :row_max;

-- name: duplicate_phones :many
-- Telephone numbers that people confirmed in a résumé.
-- param: row_max INT64
SELECT r.person_id, f.confirmed
  FROM membership m
  JOIN resume r ON r.person_id = m.person_id
  JOIN resume_field f ON f.resume_id = r.id
 WHERE m.organisation_id = :organisation_id
   AND m.role = 'expert'
   AND r.organisation_id = :organisation_id
   AND f.organisation_id = :organisation_id
   AND f.field = 'phone'
   AND f.confirmed IS NOT NULL
 ORDER BY r.person_id, f.confirmed
 LIMIT :row_max;

-- name: duplicate_answers :many
-- Pairs of people whose answers to the same questions were both marked as copies of one another.
-- (CROSS: from an answer's own bands to those that share one, never over all answers to its item.)
-- column: left_id TEXT
-- column: right_id TEXT
-- column: item_count INT64
-- param: row_max INT64
SELECT i1.person_id AS left_id, i2.person_id AS right_id, COUNT(DISTINCT s1.item_id) AS item_count
  FROM membership m
  JOIN interview i1 ON i1.person_id = m.person_id
  JOIN integrity_note n1 ON n1.interview_id = i1.id
  JOIN interview_step s1 ON s1.id = n1.step_id
  JOIN answer_band b1 ON b1.step_id = s1.id
 CROSS JOIN answer_band b2
  JOIN interview_step s2 ON s2.id = b2.step_id
  JOIN interview i2 ON i2.id = s2.interview_id
 WHERE b2.item_id = b1.item_id
   AND b2.band = b1.band
   AND m.organisation_id = :organisation_id
   AND m.role = 'expert'
   AND i1.organisation_id = :organisation_id
   AND n1.organisation_id = :organisation_id
   AND s1.organisation_id = :organisation_id
   AND b1.organisation_id = :organisation_id
   AND b2.organisation_id = :organisation_id
   AND s2.organisation_id = :organisation_id
   AND i2.organisation_id = :organisation_id
   AND n1.note_kind = 'copy'
   AND i1.person_id < i2.person_id
   AND EXISTS (SELECT 1
                 FROM integrity_note n2
                WHERE n2.interview_id = i2.id
                  AND n2.step_id = s2.id
                  AND n2.organisation_id = :organisation_id
                  AND n2.note_kind = 'copy')
 GROUP BY i1.person_id, i2.person_id
 ORDER BY i1.person_id, i2.person_id
 LIMIT :row_max;

-- name: duplicate_replies :many duplicate_reply
-- What the two people answered, the elder account first.
-- param: row_max INT64
SELECT person_id, answer, message, replied_at
  FROM duplicate_reply
 WHERE organisation_id = :organisation_id
   AND left_id = :left_id
   AND right_id = :right_id
 ORDER BY person_id
 LIMIT :row_max;

-- name: duplicate_reply_put :affected
-- Said again, it is not said anew.
INSERT INTO duplicate_reply (organisation_id, left_id, right_id, person_id, answer, message, replied_at)
VALUES (:organisation_id, :left_id, :right_id, :person_id, :answer, :message, :replied_at)
ON CONFLICT (organisation_id, left_id, right_id, person_id)
DO UPDATE SET answer = excluded.answer, message = excluded.message, replied_at = excluded.replied_at
 WHERE duplicate_reply.answer <> excluded.answer OR COALESCE(duplicate_reply.message, '') <> COALESCE(excluded.message, '');

-- name: duplicate_found :one
SELECT finding, reason, found_at
  FROM duplicate_finding
 WHERE organisation_id = :organisation_id
   AND left_id = :left_id
   AND right_id = :right_id;

-- name: duplicate_finding_put :affected
-- Found again, it is not found anew.
INSERT INTO duplicate_finding (organisation_id, left_id, right_id, finding, reason, found_by, found_at)
VALUES (:organisation_id, :left_id, :right_id, :finding, :reason, :found_by, :found_at)
ON CONFLICT (organisation_id, left_id, right_id)
DO UPDATE SET finding = excluded.finding, reason = excluded.reason, found_by = excluded.found_by,
              found_at = excluded.found_at
 WHERE duplicate_finding.finding <> excluded.finding OR duplicate_finding.reason <> excluded.reason
    OR duplicate_finding.found_by <> excluded.found_by;
