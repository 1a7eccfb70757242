-- name: engagement_by_id :one engagement_found
SELECT e.id, e.campaign_id, c.name AS campaign_name, e.person_id, e.duty, e.state, e.currency, e.since_at
  FROM engagement e
  JOIN campaign c ON c.id = e.campaign_id
 WHERE e.id = :id
   AND e.organisation_id = :organisation_id;

-- name: engagement_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id, person_id
  FROM engagement
 WHERE id = :id;

-- name: engagement_own :many engagement_own_row
-- What one person is engaged for.
-- across: the person's own engagements are what is asked for
-- param: row_max INT64
SELECT e.id, e.campaign_id, c.name AS campaign_name, e.duty, e.state, e.reason, e.price_minor, e.currency, e.since_at
  FROM engagement e
  JOIN campaign c ON c.id = e.campaign_id
 WHERE e.person_id = :person_id
   AND e.id > :id
 ORDER BY e.id
 LIMIT :row_max;

-- name: engagement_set_price :exec
-- The price that the terms in force name, kept beside the state for those who hand out work.
UPDATE engagement
   SET price_minor = :price_minor, currency = :currency, changed_at = :changed_at
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: engagement_event_insert :exec
INSERT INTO engagement_event (id, organisation_id, engagement_id, kind, reason_code, message, done_by, happened_at,
                              notice_at)
VALUES (:id, :organisation_id, :engagement_id, :kind, :reason_code, :message, :done_by, :happened_at, :notice_at);

-- name: engagement_event_page :many engagement_event_row
SELECT id, kind, reason_code, message, done_by, happened_at, notice_at
  FROM engagement_event
 WHERE engagement_id = :engagement_id
   AND organisation_id = :organisation_id
 ORDER BY id
 LIMIT 500;

-- name: terms_insert :exec
INSERT INTO engagement_terms (id, organisation_id, engagement_id, terms_number, state, side, source, currency,
                              unit_minor, hour_minor, signing_minor, completion_minor, kill_minor, notice_days,
                              notice_minor, week_cap_min, overtime_after_min, overtime_percent, idle_s, task_cap_s,
                              ends_at, note, proposed_by, proposed_at, decided_by, decided_at, since_at)
VALUES (:id, :organisation_id, :engagement_id, :terms_number, :state, :side, :source, :currency,
        :unit_minor, :hour_minor, :signing_minor, :completion_minor, :kill_minor, :notice_days,
        :notice_minor, :week_cap_min, :overtime_after_min, :overtime_percent, :idle_s, :task_cap_s,
        :ends_at, :note, :proposed_by, :proposed_at, :decided_by, :decided_at, :since_at);

-- name: terms_rate_insert :exec_many
INSERT INTO engagement_rate (organisation_id, terms_id, class, hour_minor)
VALUES (:organisation_id, :terms_id, :class, :hour_minor);

-- name: terms_milestone_insert :exec_many
INSERT INTO engagement_milestone (organisation_id, terms_id, position, title, amount_minor, due_at)
VALUES (:organisation_id, :terms_id, :position, :title, :amount_minor, :due_at);

-- name: terms_page :many engagement_terms_row
-- The history, newest first; an engagement has few.
SELECT id, terms_number, state, side, source, currency, unit_minor, hour_minor, signing_minor, completion_minor,
       kill_minor, notice_days, notice_minor, week_cap_min, overtime_after_min, overtime_percent, idle_s, task_cap_s,
       ends_at, note, proposed_by, proposed_at, decided_at, since_at
  FROM engagement_terms
 WHERE engagement_id = :engagement_id
   AND organisation_id = :organisation_id
 ORDER BY terms_number DESC
 LIMIT 200;

-- name: terms_by_id :one engagement_terms_row
SELECT id, terms_number, state, side, source, currency, unit_minor, hour_minor, signing_minor, completion_minor,
       kill_minor, notice_days, notice_minor, week_cap_min, overtime_after_min, overtime_percent, idle_s, task_cap_s,
       ends_at, note, proposed_by, proposed_at, decided_at, since_at
  FROM engagement_terms
 WHERE id = :id
   AND engagement_id = :engagement_id
   AND organisation_id = :organisation_id;

-- name: terms_at :one engagement_terms_row
-- In force at a moment.
SELECT id, terms_number, state, side, source, currency, unit_minor, hour_minor, signing_minor, completion_minor,
       kill_minor, notice_days, notice_minor, week_cap_min, overtime_after_min, overtime_percent, idle_s, task_cap_s,
       ends_at, note, proposed_by, proposed_at, decided_at, since_at
  FROM engagement_terms
 WHERE engagement_id = :engagement_id
   AND organisation_id = :organisation_id
   AND since_at <= :since_at
 ORDER BY since_at DESC, terms_number DESC
 LIMIT 1;

-- name: terms_rates :many
SELECT class, hour_minor
  FROM engagement_rate
 WHERE terms_id = :terms_id
   AND organisation_id = :organisation_id
 ORDER BY class;

-- name: terms_milestones :many milestone_row
SELECT position, title, amount_minor, due_at
  FROM engagement_milestone
 WHERE terms_id = :terms_id
   AND organisation_id = :organisation_id
 ORDER BY position;

-- name: terms_settle :affected
UPDATE engagement_terms
   SET state = :state, decided_by = :decided_by, decided_at = :decided_at, since_at = :since_at
 WHERE id = :id
   AND engagement_id = :engagement_id
   AND organisation_id = :organisation_id
   AND state = 'proposed';
