-- name: consent_insert :exec
INSERT INTO consent (id, organisation_id, person_id, notice_version, notice_hash, given_at)
VALUES (:id, :organisation_id, :person_id, :notice_version, :notice_hash, :given_at);

-- name: accommodation_put :exec
INSERT INTO accommodation (person_id, organisation_id, wishes, changed_at)
VALUES (:person_id, :organisation_id, :wishes, :changed_at)
ON CONFLICT (person_id)
DO UPDATE SET wishes = excluded.wishes, changed_at = excluded.changed_at;

-- name: accommodation_find :one
-- across: it is the person's own
SELECT wishes
  FROM accommodation
 WHERE person_id = :person_id;

-- name: interview_insert :exec
INSERT INTO interview (id, organisation_id, person_id, application_id, consent_id, domain, difficulty, is_practice,
                       interview_state, chance_seed, item_max, started_at)
VALUES (:id, :organisation_id, :person_id, :application_id, :consent_id, :domain, :difficulty, :is_practice,
        'open', :chance_seed, :item_max, :started_at);

-- name: interview_find :one interview_row
-- across: it is what finds the organisation
SELECT id, organisation_id, person_id, application_id, domain, difficulty, is_practice, interview_state, outcome, chance_seed,
       item_max, revision, started_at, ended_at, stop_reason, estimate, deviation, interval_low, interval_high, chance_above,
       item_count, scored_by, scorer
  FROM interview
 WHERE id = :id;

-- name: interview_of_application :one
-- The latest that was not given up for a technical failure.
SELECT id, interview_state, started_at
  FROM interview
 WHERE application_id = :application_id
   AND organisation_id = :organisation_id
   AND interview_state IN ('open', 'done')
 ORDER BY id DESC
 LIMIT 1;

-- name: interview_practice_open :one
-- across: it is the person's own
SELECT id
  FROM interview
 WHERE person_id = :person_id
   AND domain = :domain
   AND is_practice = 1
   AND interview_state = 'open'
 ORDER BY id DESC
 LIMIT 1;

-- name: interview_page_own :many interview_line
-- across: it is the person's own
-- param: row_max INT64
SELECT id, application_id, domain, difficulty, is_practice, interview_state, outcome, started_at, ended_at
  FROM interview
 WHERE person_id = :person_id
   AND id < :id
 ORDER BY id DESC
 LIMIT :row_max;

-- name: interview_turn :affected
-- One answer a revision, whichever window it comes from.
-- param: revision_before INT64
UPDATE interview
   SET revision = revision + 1
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND interview_state = 'open'
   AND revision = :revision_before;

-- name: interview_end :affected
-- param: state_before TEXT
UPDATE interview
   SET interview_state = :interview_state, ended_at = :ended_at, stop_reason = :stop_reason
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND interview_state = :state_before;

-- name: interview_estimate :exec
UPDATE interview
   SET outcome = :outcome, estimate = :estimate, deviation = :deviation, interval_low = :interval_low,
       interval_high = :interval_high, chance_above = :chance_above, item_count = :item_count,
       scored_by = :scored_by, scorer = :scorer
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: interview_sessions :one
-- How many interviews of a field the counts of exposure stand for.
-- column: amount INT64
SELECT COUNT(*) AS amount
  FROM interview
 WHERE organisation_id = :organisation_id
   AND domain = :domain
   AND is_practice = 0;

-- name: step_insert :exec
INSERT INTO interview_step (id, organisation_id, interview_id, step_number, item_id, version_number, is_counted, presentation,
                            parameters, calibration_id, asked_at)
VALUES (:id, :organisation_id, :interview_id, :step_number, :item_id, :version_number, :is_counted, :presentation,
        :parameters, :calibration_id, :asked_at);

-- name: steps_of :many step_row
SELECT id, step_number, item_id, version_number, is_counted, presentation, draft, answer, follow_up, follow_up_answer,
       pasted_count, category, points, points_max, verdict, alarm, asked_at, answered_at, parameters, calibration_id, scorer_hash
  FROM interview_step
 WHERE interview_id = :interview_id
   AND organisation_id = :organisation_id
 ORDER BY step_number;

-- name: step_draft :exec
UPDATE interview_step
   SET draft = :draft
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: step_answer :exec
UPDATE interview_step
   SET answer = :answer, follow_up = :follow_up, follow_up_answer = :follow_up_answer, pasted_count = :pasted_count,
       category = :category, points = :points, points_max = :points_max, verdict = :verdict, alarm = :alarm,
       answered_at = :answered_at, scorer_hash = :scorer_hash, draft = NULL
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: step_erase :exec
-- The words go; what was learnt about the items stays, without a name.
UPDATE interview_step
   SET draft = NULL, answer = CASE WHEN answer IS NULL THEN NULL ELSE '' END, follow_up_answer = NULL, verdict = NULL
 WHERE interview_id = :interview_id
   AND organisation_id = :organisation_id;

-- name: bands_erase :exec
DELETE FROM answer_band
 WHERE organisation_id = :organisation_id
   AND step_id IN (SELECT s.id
                     FROM interview_step s
                    WHERE s.interview_id = :interview_id
                      AND s.organisation_id = :organisation_id);

-- name: appeal_erase :exec
UPDATE interview_appeal
   SET message = ''
 WHERE interview_id = :interview_id
   AND organisation_id = :organisation_id;

-- name: notes_erase :exec
UPDATE integrity_note
   SET detail = '', reply = NULL
 WHERE interview_id = :interview_id
   AND organisation_id = :organisation_id;

-- name: remarks_erase :exec
UPDATE grading
   SET remark = NULL
 WHERE interview_id = :interview_id
   AND organisation_id = :organisation_id;

-- name: interviews_past :many interview_past_row
-- Those that have been kept for as long as was promised. What somebody still waits for, or a qualification
-- that still counts, holds its interview.
-- across: the house is kept for everybody
-- param: before_at INT64
-- param: now_at INT64
-- param: row_max INT64
SELECT i.id, i.organisation_id, i.interview_state
  FROM interview i
 WHERE i.interview_state IN ('open', 'done', 'failed')
   AND i.started_at < :before_at
   AND (i.ended_at IS NULL OR i.ended_at < :before_at)
   AND NOT EXISTS (SELECT 1 FROM qualification q
                    WHERE q.person_id = i.person_id AND q.interview_id = i.id AND q.revoked_at IS NULL AND q.expires_at > :now_at)
   AND NOT EXISTS (SELECT 1 FROM interview_appeal a WHERE a.interview_id = i.id AND a.appeal_state = 'open')
   AND NOT EXISTS (SELECT 1 FROM grading g WHERE g.interview_id = i.id AND g.grading_state <> 'done')
 ORDER BY i.interview_state, i.started_at
 LIMIT :row_max;

-- name: items_seen :many seen_row
-- What a person was asked before, in any interview.
-- across: it is the person's own
SELECT s.item_id
  FROM interview i
  JOIN interview_step s ON s.interview_id = i.id
 WHERE i.person_id = :person_id
   AND i.is_practice = 0;

-- name: grades_of :many grade_row
-- What people said of the answers of an interview, in the order in which they said it. A check measures graders, and
-- changes no result.
SELECT g.step_id, g.marks, g.category, g.points, g.grader_id, g.graded_at, q.purpose
  FROM grading q
  JOIN grade g ON g.grading_id = q.id
 WHERE q.interview_id = :interview_id
   AND q.organisation_id = :organisation_id
   AND q.grading_state = 'done'
   AND q.purpose <> 'check'
 ORDER BY g.id;

-- name: confusions_of :many confusion_row
-- How raters err in a domain, as far as it is known.
SELECT rater, cells, shared_count
  FROM rater_confusion
 WHERE organisation_id = :organisation_id
   AND domain = :domain;

-- name: model_ask :exec
INSERT INTO model_grade (step_id, organisation_id, interview_id, model_state, model, asked_at)
VALUES (:step_id, :organisation_id, :interview_id, 'waiting', :model, :asked_at)
ON CONFLICT (step_id) DO NOTHING;

-- name: recordings_close :exec
-- Answers were given: what was heard goes with the sound, now or when it has been kept for as long as is said; never later
-- than was said before.
UPDATE recording
   SET recording_state = 'closed', transcript = NULL,
       delete_at = CASE WHEN recording_state = 'closed' AND delete_at < :delete_at THEN delete_at ELSE :delete_at END
 WHERE interview_id = :interview_id
   AND organisation_id = :organisation_id;

-- name: recordings_hush :exec
-- The sound of closed recordings that are due goes at once.
-- param: now_at INT64
DELETE FROM recording_chunk
 WHERE organisation_id = :organisation_id
   AND recording_id IN (SELECT r.id FROM recording r
                         WHERE r.interview_id = :interview_id AND r.delete_at <= :now_at);

-- name: seat_untaken :one
-- The seat of the first judgement, if nobody has taken it.
SELECT id
  FROM grading
 WHERE interview_id = :interview_id
   AND organisation_id = :organisation_id
   AND purpose = 'judgement'
   AND grading_state = 'open';

-- name: seat_drop :affected
DELETE FROM grading
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND grading_state = 'open';

-- name: model_grades_of :many model_grade_row
SELECT step_id, model_state, model, category, verdict, note, asked_at, ended_at
  FROM model_grade
 WHERE interview_id = :interview_id
   AND organisation_id = :organisation_id
 ORDER BY step_id;

-- name: model_erase :exec
UPDATE model_grade
   SET verdict = NULL, note = NULL
 WHERE interview_id = :interview_id
   AND organisation_id = :organisation_id;

-- name: clarity_of :one
-- How clearly an interview is written, as people who graded it found.
-- column: amount INT64
-- column: total INT64
SELECT COUNT(clarity) AS amount, COALESCE(SUM(clarity), 0) AS total
  FROM grading
 WHERE interview_id = :interview_id
   AND organisation_id = :organisation_id
   AND grading_state = 'done'
   AND purpose <> 'check';

-- name: work_record :one
-- How a person's latest work in campaigns was judged.
-- across: it is the person's own work, whoever the client is
-- column: accepted_count INT64
-- column: judged_count INT64
-- param: row_max INT64
SELECT COALESCE(SUM(CASE WHEN t.state = 'accepted' THEN 1 ELSE 0 END), 0) AS accepted_count, COUNT(*) AS judged_count
  FROM (SELECT id FROM submission WHERE person_id = :person_id ORDER BY id DESC LIMIT :row_max) s
  JOIN submission_state t ON t.submission_id = s.id
 WHERE t.state IN ('accepted', 'rejected', 'returned');

-- name: seat_insert :exec
INSERT INTO grading (id, organisation_id, interview_id, purpose, seat, grading_state, opened_at, due_at)
VALUES (:id, :organisation_id, :interview_id, :purpose, :seat, 'open', :opened_at, :due_at);

-- name: opening_insert :exec
INSERT INTO result_opening (id, organisation_id, interview_id, person_id, outcome, scored_by, opened_at)
VALUES (:id, :organisation_id, :interview_id, :person_id, :outcome, :scored_by, :opened_at);

-- name: appeal_of :one interview_appeal_row
SELECT id, message, appeal_state, opened_at, due_at, decided_at
  FROM interview_appeal
 WHERE interview_id = :interview_id
   AND organisation_id = :organisation_id;

-- name: notes_of :many integrity_row
SELECT id, step_id, note_kind, detail, found_at, reply, replied_at
  FROM integrity_note
 WHERE interview_id = :interview_id
   AND organisation_id = :organisation_id
 ORDER BY id;

-- name: note_insert :exec
INSERT INTO integrity_note (id, organisation_id, interview_id, step_id, note_kind, detail, found_at)
VALUES (:id, :organisation_id, :interview_id, :step_id, :note_kind, :detail, :found_at);

-- name: note_reply :affected
UPDATE integrity_note
   SET reply = :reply, replied_at = :replied_at
 WHERE id = :id
   AND interview_id = :interview_id
   AND organisation_id = :organisation_id;

-- name: band_insert :exec
INSERT INTO answer_band (organisation_id, item_id, band, step_id)
VALUES (:organisation_id, :item_id, :band, :step_id)
ON CONFLICT (item_id, band, step_id) DO NOTHING;

-- name: band_find :many band_row
-- Answers of other people to the same item that share a band.
-- param: row_max INT64
SELECT b.step_id, s.answer, s.follow_up_answer, s.interview_id
  FROM answer_band b
  JOIN interview_step s ON s.id = b.step_id
  JOIN interview i ON i.id = s.interview_id
 WHERE b.organisation_id = :organisation_id
   AND b.item_id = :item_id
   AND b.band = :band
   AND i.person_id <> :person_id
 LIMIT :row_max;

-- name: qualification_insert :exec
INSERT INTO qualification (id, organisation_id, person_id, domain, difficulty, interview_id, estimate, interval_low,
                           interval_high, item_count, reliability, issued_at, issued_by, expires_at)
VALUES (:id, :organisation_id, :person_id, :domain, :difficulty, :interview_id, :estimate, :interval_low,
        :interval_high, :item_count, :reliability, :issued_at, :issued_by, :expires_at);

-- name: qualification_of_interview :one
SELECT id, issued_at, expires_at
  FROM qualification
 WHERE person_id = :person_id
   AND organisation_id = :organisation_id
   AND interview_id = :interview_id
   AND revoked_at IS NULL
 LIMIT 1;

-- name: qualification_revoke_of :exec
UPDATE qualification
   SET revoked_at = :revoked_at, revoked_by = :revoked_by, reason = :reason
 WHERE person_id = :person_id
   AND organisation_id = :organisation_id
   AND interview_id = :interview_id
   AND revoked_at IS NULL;
