-- name: batch_insert :exec
INSERT INTO batch (id, organisation_id, campaign_id, name, format, mapping, on_error, state, content_hash, job_id,
                   spool_path, created_at, created_by)
VALUES (:id, :organisation_id, :campaign_id, :name, :format, :mapping, :on_error, 'importing', :content_hash, :job_id,
        :spool_path, :created_at, :created_by);

-- name: batch_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id, campaign_id
  FROM batch
 WHERE id = :id;

-- name: batch_state_find :one
-- across: whether a file in the spool is still wanted, whoever sent it
SELECT state
  FROM batch
 WHERE id = :id;

-- name: batch_by_id :one batch_row
-- One whose job was cancelled before it ran has failed.
-- column: state TEXT
SELECT b.id, b.campaign_id, b.name, b.format, b.mapping, b.on_error,
       CASE WHEN b.state = 'importing' AND j.state = 'cancelled' THEN 'failed' ELSE b.state END AS state,
       b.line_count, b.task_count, b.repeat_count, b.bad_count, b.job_id, b.spool_path, b.created_at
  FROM batch b
  LEFT JOIN job j ON j.id = b.job_id
 WHERE b.id = :id
   AND b.organisation_id = :organisation_id;

-- name: batch_page :many batch_row
-- Newest first.
-- param: row_max INT64
-- column: state TEXT
SELECT b.id, b.campaign_id, b.name, b.format, b.mapping, b.on_error,
       CASE WHEN b.state = 'importing' AND j.state = 'cancelled' THEN 'failed' ELSE b.state END AS state,
       b.line_count, b.task_count, b.repeat_count, b.bad_count, b.job_id, b.spool_path, b.created_at
  FROM batch b
  LEFT JOIN job j ON j.id = b.job_id
 WHERE b.campaign_id = :campaign_id
   AND b.organisation_id = :organisation_id
   AND b.id < :id
 ORDER BY b.id DESC
 LIMIT :row_max;

-- name: batch_advance :affected
UPDATE batch
   SET line_count = :line_count, task_count = task_count + :task_count, repeat_count = repeat_count + :repeat_count,
       bad_count = bad_count + :bad_count
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'importing';

-- name: batch_begin_again :exec
UPDATE batch
   SET bad_count = 0
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'importing';

-- name: batch_end :exec
UPDATE batch
   SET state = :state, line_count = :line_count
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'importing';

-- name: batch_error_insert :exec_many
INSERT INTO batch_error (organisation_id, batch_id, line, field, message)
VALUES (:organisation_id, :batch_id, :line, :field, :message)
ON CONFLICT (batch_id, line) DO NOTHING;

-- name: batch_error_page :many batch_error_row
-- param: row_max INT64
SELECT line, field, message
  FROM batch_error
 WHERE batch_id = :batch_id
   AND organisation_id = :organisation_id
   AND line > :line
 ORDER BY line
 LIMIT :row_max;

-- name: task_insert :affected
-- A task that is there already is left alone.
INSERT INTO task (id, organisation_id, campaign_id, batch_id, external_id, payload, content_hash, created_at)
VALUES (:id, :organisation_id, :campaign_id, :batch_id, :external_id, :payload, :content_hash, :created_at)
ON CONFLICT (campaign_id, content_hash) DO NOTHING;

-- name: task_state_insert :exec_many
INSERT INTO task_state (task_id, organisation_id, campaign_id, state, shuffle, wanted, active, given, accepted)
VALUES (:task_id, :organisation_id, :campaign_id, 'open', :shuffle, :wanted, 0, 0, 0);

-- name: task_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id, campaign_id
  FROM task
 WHERE id = :id;

-- name: task_by_id :one task_row
SELECT t.id, t.campaign_id, t.batch_id, t.external_id, t.payload, t.created_at, s.state, s.wanted, s.active, s.given,
       s.accepted
  FROM task t
  JOIN task_state s ON s.campaign_id = t.campaign_id AND s.task_id = t.id
 WHERE t.id = :id
   AND t.organisation_id = :organisation_id;

-- name: task_page :many task_row
-- param: row_max INT64
SELECT t.id, t.campaign_id, t.batch_id, t.external_id, t.payload, t.created_at, s.state, s.wanted, s.active, s.given,
       s.accepted
  FROM task_state s
  JOIN task t ON t.id = s.task_id
 WHERE s.campaign_id = :campaign_id
   AND s.organisation_id = :organisation_id
   AND s.task_id > :id
 ORDER BY s.task_id
 LIMIT :row_max;

-- name: task_page_in_state :many task_row
-- param: row_max INT64
SELECT t.id, t.campaign_id, t.batch_id, t.external_id, t.payload, t.created_at, s.state, s.wanted, s.active, s.given,
       s.accepted
  FROM task_state s
  JOIN task t ON t.id = s.task_id
 WHERE s.campaign_id = :campaign_id
   AND s.organisation_id = :organisation_id
   AND s.state = :state
   AND s.task_id > :id
 ORDER BY s.task_id
 LIMIT :row_max;

-- name: task_next_open :one
-- The next open task on this person's walk that they have not seen, with its numbers.
SELECT s.task_id, s.shuffle, s.wanted, s.active, s.given, s.accepted
  FROM task_state s
 WHERE s.campaign_id = :campaign_id
   AND s.organisation_id = :organisation_id
   AND s.state = 'open'
   AND s.shuffle > :shuffle
   AND NOT EXISTS (SELECT 1 FROM submission a WHERE a.task_id = s.task_id AND a.person_id = :person_id)
   AND NOT EXISTS (SELECT 1 FROM skip k WHERE k.task_id = s.task_id AND k.person_id = :person_id)
 ORDER BY s.shuffle
 LIMIT 1;

-- name: task_next_gold :one
-- The gold task that was handed out least, of those that this person has not seen.
SELECT g.gold_id, g.task_id
  FROM gold_state g
 WHERE g.campaign_id = :campaign_id
   AND g.organisation_id = :organisation_id
   AND g.state = 'active'
   AND NOT EXISTS (SELECT 1 FROM submission a WHERE a.task_id = g.task_id AND a.person_id = :person_id)
   AND NOT EXISTS (SELECT 1 FROM skip k WHERE k.task_id = g.task_id AND k.person_id = :person_id)
 ORDER BY g.served, g.gold_id
 LIMIT 1;

-- name: gold_serve :exec
UPDATE gold_state
   SET served = served + 1
 WHERE gold_id = :gold_id
   AND organisation_id = :organisation_id;

-- name: task_state_find :one task_counts
SELECT state, wanted, active, given, accepted
  FROM task_state
 WHERE campaign_id = :campaign_id
   AND task_id = :task_id
   AND organisation_id = :organisation_id;

-- name: task_state_add :exec
UPDATE task_state
   SET active = active + :active, given = given + :given, accepted = accepted + :accepted
 WHERE campaign_id = :campaign_id
   AND task_id = :task_id
   AND organisation_id = :organisation_id;

-- name: task_state_set :exec
UPDATE task_state
   SET state = :state
 WHERE campaign_id = :campaign_id
   AND task_id = :task_id
   AND organisation_id = :organisation_id;

-- name: task_state_want :exec
UPDATE task_state
   SET wanted = :wanted
 WHERE campaign_id = :campaign_id
   AND task_id = :task_id
   AND organisation_id = :organisation_id;

-- name: task_states :each
-- Counts of every task of a campaign.
SELECT s.task_id, s.state, s.wanted, s.active, s.given
  FROM task_state s
 WHERE s.campaign_id = :campaign_id
   AND s.organisation_id = :organisation_id
 ORDER BY s.task_id;

-- name: lease_insert :exec
INSERT INTO lease (id, organisation_id, campaign_id, task_id, submission_id, stage, person_id, state, presentation,
                   taken_at, expires_at)
VALUES (:id, :organisation_id, :campaign_id, :task_id, :submission_id, :stage, :person_id, 'held', :presentation,
        :taken_at, :expires_at);

-- name: lease_of_person :one lease_row
-- The holder alone sees a lease.
-- across: the person's own lease is what is asked for
SELECT id, organisation_id, campaign_id, task_id, submission_id, stage, state, presentation, taken_at, expires_at
  FROM lease
 WHERE id = :id
   AND person_id = :person_id;

-- name: lease_owner_find :one
-- The holder alone finds out whose lease it is.
-- across: the person's own lease is what is asked for
SELECT organisation_id
  FROM lease
 WHERE id = :id
   AND person_id = :person_id;

-- name: lease_held :one lease_row
-- What the person holds in one campaign and stage.
SELECT id, organisation_id, campaign_id, task_id, submission_id, stage, state, presentation, taken_at, expires_at
  FROM lease
 WHERE person_id = :person_id
   AND state = 'held'
   AND stage = :stage
   AND campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 ORDER BY taken_at
 LIMIT 1;

-- name: lease_extend :affected
UPDATE lease
   SET expires_at = :expires_at
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'held';

-- name: lease_end :affected
UPDATE lease
   SET state = :state, ended_at = :ended_at
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'held';

-- name: lease_page_expired :many lease_row
-- across: time runs out for every client alike
-- param: row_max INT64
SELECT id, organisation_id, campaign_id, task_id, submission_id, stage, state, presentation, taken_at, expires_at
  FROM lease
 WHERE state = 'held'
   AND expires_at <= :expires_at
 ORDER BY expires_at
 LIMIT :row_max;

-- name: draft_put :exec
INSERT INTO draft (lease_id, organisation_id, answer, saved_at)
VALUES (:lease_id, :organisation_id, :answer, :saved_at)
ON CONFLICT (lease_id) DO UPDATE SET answer = excluded.answer, saved_at = excluded.saved_at;

-- name: draft_find :one draft_row
SELECT answer, saved_at
  FROM draft
 WHERE lease_id = :lease_id
   AND organisation_id = :organisation_id;

-- name: skip_insert :exec
INSERT INTO skip (id, organisation_id, campaign_id, task_id, person_id, reason_code, message, happened_at)
VALUES (:id, :organisation_id, :campaign_id, :task_id, :person_id, :reason_code, :message, :happened_at);

-- name: submission_insert :exec
INSERT INTO submission (id, organisation_id, campaign_id, task_id, lease_id, person_id, guideline_id, revision, answer,
                        presentation, ai_assist, active_ms, submitted_at)
VALUES (:id, :organisation_id, :campaign_id, :task_id, :lease_id, :person_id, :guideline_id, :revision, :answer,
        :presentation, :ai_assist, :active_ms, :submitted_at);

-- name: submission_state_insert :exec
INSERT INTO submission_state (submission_id, organisation_id, campaign_id, task_id, person_id, state, final_answer, due_at)
VALUES (:submission_id, :organisation_id, :campaign_id, :task_id, :person_id, :state, :final_answer, :due_at);

-- name: submission_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id, campaign_id, person_id
  FROM submission
 WHERE id = :id;

-- name: submission_by_id :one submission_row
SELECT s.id, s.campaign_id, s.task_id, s.person_id, s.guideline_id, s.revision, s.answer, s.presentation, s.ai_assist,
       s.active_ms, s.submitted_at, t.state, t.final_answer, t.due_at
  FROM submission s
  JOIN submission_state t ON t.submission_id = s.id
 WHERE s.id = :id
   AND s.organisation_id = :organisation_id;

-- name: submission_page_of_person :many own_row
-- The person's own work, newest first.
-- across: the person's own work is what is asked for
-- param: row_max INT64
SELECT s.id, s.campaign_id, c.name AS campaign_name, s.task_id, s.revision, s.answer, s.submitted_at, t.state,
       t.final_answer, e.price_minor, e.currency, c.task_type, k.payload AS lead
  FROM submission s
  JOIN submission_state t ON t.submission_id = s.id
  JOIN task k ON k.id = s.task_id
  JOIN campaign c ON c.id = s.campaign_id
  JOIN engagement e ON e.campaign_id = s.campaign_id AND e.person_id = s.person_id AND e.duty = 'expert'
 WHERE s.person_id = :person_id
   AND s.id < :id
 ORDER BY s.id DESC
 LIMIT :row_max;

-- name: submission_set_state :affected
UPDATE submission_state
   SET state = :state, final_answer = :final_answer
 WHERE submission_id = :submission_id
   AND organisation_id = :organisation_id;

-- name: submissions_of_task :many submission_of_task
SELECT s.id, s.revision, s.answer, s.submitted_at, t.state, t.final_answer, e.pseudonym
  FROM submission s
  JOIN submission_state t ON t.submission_id = s.id
  JOIN engagement e ON e.campaign_id = s.campaign_id AND e.person_id = s.person_id AND e.duty = 'expert'
 WHERE s.task_id = :task_id
   AND s.organisation_id = :organisation_id
 ORDER BY s.id;

-- name: lease_all_held :many lease_row
-- across: the person's own leases are what is asked for
SELECT id, organisation_id, campaign_id, task_id, submission_id, stage, state, presentation, taken_at, expires_at
  FROM lease
 WHERE person_id = :person_id
   AND state = 'held'
 ORDER BY stage, taken_at
 LIMIT 200;

-- name: task_latest :one
-- The newest lease and submission; each is the last entry of an index.
-- across: only the time in the identifiers is wanted, at start
-- column: lease_id TEXT
-- column: submission_id TEXT
SELECT (SELECT MAX(id) FROM lease) AS lease_id,
       (SELECT MAX(id) FROM submission) AS submission_id;

-- name: unit_price :one
-- What a unit pays: as it was agreed when its task was taken.
SELECT t.unit_minor, t.currency
  FROM submission s
  JOIN lease l ON l.id = s.lease_id
  JOIN engagement e ON e.campaign_id = s.campaign_id AND e.person_id = s.person_id AND e.duty = 'expert'
  JOIN engagement_terms t ON t.engagement_id = e.id AND t.since_at <= l.taken_at
 WHERE s.id = :id
   AND s.organisation_id = :organisation_id
 ORDER BY t.since_at DESC, t.terms_number DESC
 LIMIT 1;

-- name: budget_used :one
-- What is spent, and how many answers may still cost something: those that wait, and tasks in somebody's hands.
-- column: spend_minor INT64
-- column: open_units INT64
-- remembered: the claims of one commit all ask for it
SELECT CAST(COALESCE(SUM(CASE WHEN counter = 'spend_minor' THEN amount ELSE 0 END), 0) AS INT64) AS spend_minor,
       CAST(COALESCE(SUM(CASE WHEN counter = 'pending' OR counter = 'returned' OR counter = 'active' THEN amount
                              ELSE 0 END), 0) AS INT64) AS open_units
  FROM campaign_counter
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id;
