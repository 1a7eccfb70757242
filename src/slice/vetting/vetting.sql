-- name: listing_insert :exec
INSERT INTO listing (id, organisation_id, title, description, domain, difficulty, languages, hours_week, rate_low_minor,
                     rate_high_minor, currency, assessed, interview_min, answer_days, item_max, listing_state, owner_id,
                     created_at, created_by)
VALUES (:id, :organisation_id, :title, :description, :domain, :difficulty, :languages, :hours_week, :rate_low_minor,
        :rate_high_minor, :currency, :assessed, :interview_min, :answer_days, :item_max, 'draft', :owner_id,
        :created_at, :created_by);

-- name: listing_find :one listing_row
-- across: a listing is shown to whoever may apply; who may is for the caller to say
SELECT id, organisation_id, title, description, domain, difficulty, languages, hours_week, rate_low_minor, rate_high_minor,
       currency, assessed, interview_min, answer_days, item_max, listing_state, owner_id, created_at
  FROM listing
 WHERE id = :id;

-- name: listing_page_open :many listing_row
-- What anybody may apply to, newest first.
-- across: listings that are open are for everybody
-- param: row_max INT64
SELECT id, organisation_id, title, description, domain, difficulty, languages, hours_week, rate_low_minor, rate_high_minor,
       currency, assessed, interview_min, answer_days, item_max, listing_state, owner_id, created_at
  FROM listing
 WHERE listing_state = 'open'
   AND id < :id
 ORDER BY id DESC
 LIMIT :row_max;

-- name: listing_page_own :many listing_row
-- param: row_max INT64
SELECT id, organisation_id, title, description, domain, difficulty, languages, hours_week, rate_low_minor, rate_high_minor,
       currency, assessed, interview_min, answer_days, item_max, listing_state, owner_id, created_at
  FROM listing
 WHERE organisation_id = :organisation_id
   AND id < :id
 ORDER BY id DESC
 LIMIT :row_max;

-- name: listing_set_state :affected
-- param: state_before TEXT
UPDATE listing
   SET listing_state = :listing_state
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND listing_state = :state_before;

-- name: listing_funnel :many funnel_row
-- How many applications of a listing stand where.
-- column: amount INT64
-- column: late_count INT64
SELECT application_state, COUNT(*) AS amount,
       SUM(CASE WHEN escalated_at IS NULL THEN 0 ELSE 1 END) AS late_count
  FROM application
 WHERE listing_id = :listing_id
   AND organisation_id = :organisation_id
 GROUP BY application_state
 ORDER BY application_state;

-- name: link_insert :exec
INSERT INTO listing_link (id, organisation_id, listing_id, link_kind, token_hash, person_id, created_at, expires_at)
VALUES (:id, :organisation_id, :listing_id, :link_kind, :token_hash, :person_id, :created_at, :expires_at);

-- name: link_by_token :one
-- across: who holds the token is who was given it
SELECT k.id, k.listing_id, k.link_kind, k.person_id, p.name, k.created_at, k.expires_at
  FROM listing_link k
  JOIN person p ON p.id = k.person_id
 WHERE k.token_hash = :token_hash;

-- name: link_use :exec
UPDATE listing_link
   SET used_count = used_count + 1
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: application_insert :exec
INSERT INTO application (id, organisation_id, listing_id, person_id, application_state, link_id, note, applied_at, due_at)
VALUES (:id, :organisation_id, :listing_id, :person_id, :application_state, :link_id, :note, :applied_at, :due_at);

-- name: application_find :one application_row
-- across: it is what finds the organisation
SELECT a.id, a.organisation_id, a.listing_id, a.person_id, a.application_state, a.link_id, a.note, a.applied_at, a.due_at,
       a.escalated_at, a.decided_at, a.decided_by, a.reason_code, a.reason, l.title, l.domain, l.difficulty, l.item_max,
       l.listing_state, l.owner_id
  FROM application a
  JOIN listing l ON l.id = a.listing_id
 WHERE a.id = :id;

-- name: application_page_own :many application_line
-- The person's own, newest first.
-- across: it is the person's own rows
-- param: row_max INT64
SELECT a.id, a.listing_id, a.person_id, p.name, l.title, l.domain, l.difficulty, a.application_state, a.applied_at, a.due_at,
       a.escalated_at, a.decided_at,
       (SELECT MAX(i.id) FROM interview i WHERE i.application_id = a.id) AS interview_id
  FROM application a
  JOIN listing l ON l.id = a.listing_id
  JOIN person p ON p.id = a.person_id
 WHERE a.person_id = :person_id
   AND a.id < :id
 ORDER BY a.id DESC
 LIMIT :row_max;

-- name: application_page_listing :many application_line
-- Overdue first would need two orders: the page shows the mark, and asks for late ones alone.
-- param: row_max INT64
-- param: late_only INT64
SELECT a.id, a.listing_id, a.person_id, p.name, l.title, l.domain, l.difficulty, a.application_state, a.applied_at, a.due_at,
       a.escalated_at, a.decided_at,
       (SELECT MAX(i.id) FROM interview i WHERE i.application_id = a.id) AS interview_id
  FROM application a
  JOIN listing l ON l.id = a.listing_id
  JOIN person p ON p.id = a.person_id
 WHERE a.organisation_id = :organisation_id
   AND a.listing_id = :listing_id
   AND (:application_state = '' OR a.application_state = :application_state)
   AND (:late_only = 0 OR a.escalated_at IS NOT NULL)
   AND a.id < :id
 ORDER BY a.id DESC
 LIMIT :row_max;

-- name: application_move :affected
-- param: state_before TEXT
UPDATE application
   SET application_state = :application_state
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND application_state = :state_before;

-- name: application_settle :affected
-- param: state_before TEXT
UPDATE application
   SET application_state = :application_state, decided_at = :decided_at, decided_by = :decided_by,
       reason_code = :reason_code, reason = :reason
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND application_state = :state_before;

-- name: application_event_insert :exec
INSERT INTO application_event (id, organisation_id, application_id, event, detail, person_id, happened_at)
VALUES (:id, :organisation_id, :application_id, :event, :detail, :person_id, :happened_at);

-- name: application_events :many application_event_row
SELECT event, detail, happened_at
  FROM application_event
 WHERE application_id = :application_id
   AND organisation_id = :organisation_id
 ORDER BY id;

-- name: application_late :many late_row
-- Whoever waits beyond the promised day.
-- across: the house looks at all of them
-- param: row_max INT64
SELECT a.id, a.organisation_id, a.person_id, a.due_at, l.title, l.owner_id
  FROM application a
  JOIN listing l ON l.id = a.listing_id
 WHERE a.application_state IN ('applied', 'interviewing', 'judged')
   AND a.due_at < :due_at
   AND a.escalated_at IS NULL
   AND EXISTS (SELECT 1 FROM interview i
                WHERE i.application_id = a.id AND i.interview_state = 'done')
 ORDER BY a.due_at
 LIMIT :row_max;

-- name: application_escalate :affected
UPDATE application
   SET escalated_at = :escalated_at
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND escalated_at IS NULL;

-- name: application_open_of_listing :many waiting_row
SELECT person_id
  FROM application
 WHERE listing_id = :listing_id
   AND organisation_id = :organisation_id
   AND application_state IN ('applied', 'interviewing', 'judged');

-- name: qualification_current :one
-- What a person holds in a field at that level or above.
-- across: it is the person's own
SELECT id, interview_id
  FROM qualification
 WHERE person_id = :person_id
   AND domain = :domain
   AND difficulty >= :difficulty
   AND expires_at > :expires_at
   AND revoked_at IS NULL
 ORDER BY difficulty DESC, id DESC
 LIMIT 1;

-- name: judged_interview :one
-- What an application was judged by.
SELECT id, ended_at
  FROM interview
 WHERE application_id = :application_id
   AND organisation_id = :organisation_id
   AND interview_state = 'done'
 ORDER BY id DESC
 LIMIT 1;

-- name: opening_of :one
-- When a person last opened a result.
SELECT id, opened_at
  FROM result_opening
 WHERE interview_id = :interview_id
   AND person_id = :person_id
   AND organisation_id = :organisation_id
 ORDER BY opened_at DESC
 LIMIT 1;

-- name: applications_past :many application_past_row
-- Decided or withdrawn so long ago that nobody needs their words.
-- across: the house is kept for everybody
-- param: before_at INT64
-- param: row_max INT64
SELECT id, organisation_id
  FROM application
 WHERE application_state IN ('qualified', 'declined', 'withdrawn')
   AND applied_at < :before_at
   AND (decided_at IS NULL OR decided_at < :before_at)
   AND (note <> '' OR reason IS NOT NULL)
 ORDER BY application_state, due_at
 LIMIT :row_max;

-- name: application_hush :exec
UPDATE application
   SET note = '', reason = NULL
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: application_events_hush :exec
UPDATE application_event
   SET detail = ''
 WHERE application_id = :application_id
   AND organisation_id = :organisation_id;
