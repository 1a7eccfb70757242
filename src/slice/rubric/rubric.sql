-- name: rubric_insert :exec
INSERT INTO rubric (id, organisation_id, name, summary, agreement_min, double_min, expert_share, seed, created_at, created_by)
VALUES (:id, :organisation_id, :name, :summary, :agreement_min, :double_min, :expert_share, :seed, :created_at, :created_by);

-- name: rubric_by_id :one rubric_row
SELECT id, organisation_id, name, summary, agreement_min, double_min, expert_share, seed, created_at
  FROM rubric
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: rubric_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id
  FROM rubric
 WHERE id = :id;

-- name: rubric_named :one
SELECT id
  FROM rubric
 WHERE organisation_id = :organisation_id
   AND name = :name;

-- name: rubric_page :many rubric_page_row
-- The asker's own organisation's, and those of the clients that were granted to them.
-- across: the grants decide what is reachable
-- param: row_max INT64
-- param: own_id TEXT
-- column: version_count INT64
SELECT r.id, r.organisation_id, r.name, r.summary, r.created_at,
       (SELECT COUNT(*) FROM rubric_version v WHERE v.rubric_id = r.id) AS version_count
  FROM rubric r
 WHERE r.id > :id
   AND (r.organisation_id = :own_id
        OR EXISTS (SELECT 1 FROM client_grant g
                    WHERE g.person_id = :person_id AND g.organisation_id = r.organisation_id
                      AND g.revoked_at IS NULL))
 ORDER BY r.id
 LIMIT :row_max;

-- name: rubric_gate_set :affected
UPDATE rubric
   SET agreement_min = :agreement_min, double_min = :double_min, expert_share = :expert_share, seed = :seed
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: version_insert :exec
INSERT INTO rubric_version (organisation_id, rubric_id, number, content_hash, rubric_text, origin, task_count, criterion_count,
                            finding_count, made_at, made_by, confirmed_at, confirmed_by)
VALUES (:organisation_id, :rubric_id, :number, :content_hash, :rubric_text, :origin, :task_count, :criterion_count,
        :finding_count, :made_at, :made_by, :confirmed_at, :confirmed_by);

-- name: version_list :many version_row
-- Newest first, without what they say.
SELECT number, content_hash, origin, task_count, criterion_count, finding_count, made_at, confirmed_at
  FROM rubric_version
 WHERE rubric_id = :rubric_id
   AND organisation_id = :organisation_id
 ORDER BY number DESC;

-- name: version_content :one
SELECT rubric_text, confirmed_at
  FROM rubric_version
 WHERE rubric_id = :rubric_id
   AND organisation_id = :organisation_id
   AND number = :number;

-- name: version_last :one
SELECT number, content_hash
  FROM rubric_version
 WHERE rubric_id = :rubric_id
   AND organisation_id = :organisation_id
 ORDER BY number DESC
 LIMIT 1;

-- name: version_confirm :affected
UPDATE rubric_version
   SET confirmed_at = :confirmed_at, confirmed_by = :confirmed_by
 WHERE rubric_id = :rubric_id
   AND organisation_id = :organisation_id
   AND number = :number
   AND confirmed_at IS NULL;

-- name: binding_put :exec
INSERT INTO rubric_binding (organisation_id, rubric_id, campaign_id, number, bound_at, bound_by)
VALUES (:organisation_id, :rubric_id, :campaign_id, :number, :bound_at, :bound_by)
ON CONFLICT (campaign_id, rubric_id) DO UPDATE SET number = excluded.number, bound_at = excluded.bound_at,
                                                   bound_by = excluded.bound_by;

-- name: binding_list :many binding_row
SELECT b.campaign_id, c.name, b.number, b.bound_at
  FROM rubric_binding b
  JOIN campaign c ON c.id = b.campaign_id
 WHERE b.rubric_id = :rubric_id
   AND b.organisation_id = :organisation_id
 ORDER BY b.campaign_id;

-- name: bindable_campaign :one
SELECT task_type
  FROM campaign
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: response_put :exec
INSERT INTO rubric_response (organisation_id, rubric_id, response, task, answer)
VALUES (:organisation_id, :rubric_id, :response, :task, :answer)
ON CONFLICT (rubric_id, response) DO NOTHING;

-- name: response_list :many
SELECT response, task, answer
  FROM rubric_response
 WHERE rubric_id = :rubric_id
   AND organisation_id = :organisation_id
 ORDER BY response;

-- name: mark_insert :affected
INSERT INTO rubric_mark (organisation_id, rubric_id, number, response, criterion, grader, grader_kind, verdict, reason, quote,
                         to_person, marked_at, marked_by)
VALUES (:organisation_id, :rubric_id, :number, :response, :criterion, :grader, :grader_kind, :verdict, :reason, :quote,
        :to_person, :marked_at, :marked_by)
ON CONFLICT (rubric_id, number, response, criterion, grader) DO NOTHING;

-- name: mark_list :each mark_row
SELECT response, criterion, grader, grader_kind, verdict, to_person
  FROM rubric_mark
 WHERE rubric_id = :rubric_id
   AND organisation_id = :organisation_id
   AND number = :number
 ORDER BY response, criterion, grader;

-- name: bound_answers :each
-- What graders answered in the campaigns that are bound to a version, as it stands.
SELECT s.campaign_id, s.person_id, t.payload, st.final_answer
  FROM rubric_binding b
  JOIN submission s ON s.campaign_id = b.campaign_id
  JOIN submission_state st ON st.submission_id = s.id
  JOIN task t ON t.id = s.task_id
 WHERE b.rubric_id = :rubric_id
   AND b.organisation_id = :organisation_id
   AND b.number = :number
   AND st.state IN ('pending', 'accepted')
 ORDER BY s.id;
