-- name: award_events_new :many award_event_row
-- Events of engagements that nobody has looked at, oldest first. An event that was committed late is found if it
-- is not an hour older than the newest that was looked at.
-- across: the operator keeps its word to everybody
-- param: row_max INT64
SELECT v.id, v.organisation_id, v.engagement_id, v.kind, v.happened_at, v.notice_at, e.campaign_id, e.person_id
  FROM engagement_event v
  JOIN engagement e ON e.id = v.engagement_id
 WHERE v.happened_at >= COALESCE((SELECT MAX(happened_at) FROM award_event), 0) - 3600000000
   AND v.kind IN ('began', 'completed', 'ended_by_operator')
   AND NOT EXISTS (SELECT 1 FROM award_event a WHERE a.event_id = v.id)
 ORDER BY v.happened_at, v.id
 LIMIT :row_max;

-- name: award_events_unseen :many award_event_row
-- The same of one engagement.
SELECT v.id, v.organisation_id, v.engagement_id, v.kind, v.happened_at, v.notice_at, e.campaign_id, e.person_id
  FROM engagement_event v
  JOIN engagement e ON e.id = v.engagement_id
 WHERE v.engagement_id = :engagement_id
   AND v.organisation_id = :organisation_id
   AND v.kind IN ('began', 'completed', 'ended_by_operator')
   AND NOT EXISTS (SELECT 1 FROM award_event a WHERE a.event_id = v.id)
 ORDER BY v.id;

-- name: award_event_insert :affected
INSERT INTO award_event (event_id, organisation_id, happened_at)
VALUES (:event_id, :organisation_id, :happened_at)
ON CONFLICT (event_id) DO NOTHING;

-- name: award_insert :affected
INSERT INTO award (id, organisation_id, campaign_id, engagement_id, person_id, kind, cause_id, currency, amount_minor,
                   is_charged, reason, made_by, made_at, due_at, state, trouble)
VALUES (:id, :organisation_id, :campaign_id, :engagement_id, :person_id, :kind, :cause_id, :currency, :amount_minor,
        :is_charged, :reason, :made_by, :made_at, :due_at, :state, :trouble)
ON CONFLICT (kind, cause_id) DO NOTHING;

-- name: award_by_id :one award_row
SELECT id, organisation_id, campaign_id, engagement_id, person_id, kind, cause_id, currency, amount_minor, is_charged,
       reason, made_at, due_at, state, trouble, decision
  FROM award
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: award_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id
  FROM award
 WHERE id = :id;

-- name: award_due_next :many award_row
-- across: the operator keeps its word to everybody
-- param: now INT64
-- param: row_max INT64
SELECT id, organisation_id, campaign_id, engagement_id, person_id, kind, cause_id, currency, amount_minor, is_charged,
       reason, made_at, due_at, state, trouble, decision
  FROM award
 WHERE state = 'due'
   AND due_at <= :now
 ORDER BY due_at, id
 LIMIT :row_max;

-- name: award_move :affected
-- param: next TEXT
UPDATE award
   SET state = :next, trouble = NULL, decided_by = :decided_by, decided_at = :decided_at, decision = :decision
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = :state;

-- name: award_posted :affected
UPDATE award
   SET state = 'posted', trouble = NULL
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'due';

-- name: award_wait :exec
-- There is no entry yet, and why.
UPDATE award
   SET trouble = :trouble, due_at = :due_at
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'due';

-- name: award_of_engagement :many award_row
SELECT id, organisation_id, campaign_id, engagement_id, person_id, kind, cause_id, currency, amount_minor, is_charged,
       reason, made_at, due_at, state, trouble, decision
  FROM award
 WHERE engagement_id = :engagement_id
   AND organisation_id = :organisation_id
 ORDER BY id DESC
 LIMIT 200;

-- name: award_referral_of_person :many award_row
-- What a person is owed for those whom they brought.
-- across: the person's own awards are what is asked for
SELECT id, organisation_id, campaign_id, engagement_id, person_id, kind, cause_id, currency, amount_minor, is_charged,
       reason, made_at, due_at, state, trouble, decision
  FROM award
 WHERE person_id = :person_id
   AND kind = 'referral'
 ORDER BY id DESC
 LIMIT 200;

-- name: award_open :many award_row
-- What waits for a decision or an exchange rate, oldest first.
-- param: row_max INT64
SELECT a.id, a.organisation_id, a.campaign_id, a.engagement_id, a.person_id, a.kind, a.cause_id, a.currency,
       a.amount_minor, a.is_charged, a.reason, a.made_at, a.due_at, a.state, a.trouble, a.decision
  FROM award a
 WHERE a.state IN ('held', 'due')
   AND a.trouble IS NOT NULL
   AND a.id > :id
   AND (a.organisation_id = :organisation_id
        OR EXISTS (SELECT 1 FROM client_grant g
                    WHERE g.organisation_id = a.organisation_id AND g.person_id = :person_id AND g.revoked_at IS NULL))
 ORDER BY a.id
 LIMIT :row_max;

-- name: award_person :one
-- Does this person belong to that house?
SELECT person_id
  FROM membership
 WHERE person_id = :person_id
   AND organisation_id = :organisation_id
 LIMIT 1;

-- name: referral_terms_insert :exec
INSERT INTO referral_terms (id, organisation_id, currency, share_points, cap_minor, earn_days, set_by, since_at)
VALUES (:id, :organisation_id, :currency, :share_points, :cap_minor, :earn_days, :set_by, :since_at);

-- name: referral_terms_at :one referral_terms_row
-- What was promised at a moment.
SELECT currency, share_points, cap_minor, earn_days, since_at
  FROM referral_terms
 WHERE organisation_id = :organisation_id
   AND since_at <= :since_at
 ORDER BY since_at DESC
 LIMIT 1;

-- name: referral_terms_page :many referral_terms_row
-- Newest first.
SELECT currency, share_points, cap_minor, earn_days, since_at
  FROM referral_terms
 WHERE organisation_id = :organisation_id
 ORDER BY since_at DESC
 LIMIT 100;

-- name: referral_insert :exec
INSERT INTO referral (id, organisation_id, person_id, referrer_id, share_points, cap_minor, currency, source, link_id,
                      since_at, until_at, counted_until, recorded_by, recorded_at)
VALUES (:id, :organisation_id, :person_id, :referrer_id, :share_points, :cap_minor, :currency, :source, :link_id,
        :since_at, :until_at, :counted_until, :recorded_by, :recorded_at);

-- name: referral_of_person :one referral_row
SELECT r.id, r.organisation_id, r.person_id, p.name AS person_name, r.referrer_id, q.name AS referrer_name, r.share_points,
       r.cap_minor, r.currency, r.source, r.link_id, r.since_at, r.until_at, r.counted_until, r.end_reason
  FROM referral r
  JOIN person p ON p.id = r.person_id
  JOIN person q ON q.id = r.referrer_id
 WHERE r.person_id = :person_id
   AND r.organisation_id = :organisation_id;

-- name: referral_by_id :one referral_row
SELECT r.id, r.organisation_id, r.person_id, p.name AS person_name, r.referrer_id, q.name AS referrer_name, r.share_points,
       r.cap_minor, r.currency, r.source, r.link_id, r.since_at, r.until_at, r.counted_until, r.end_reason
  FROM referral r
  JOIN person p ON p.id = r.person_id
  JOIN person q ON q.id = r.referrer_id
 WHERE r.id = :id
   AND r.organisation_id = :organisation_id;

-- name: referral_page :many referral_row
-- The whole graph, oldest first.
-- param: row_max INT64
SELECT r.id, r.organisation_id, r.person_id, p.name AS person_name, r.referrer_id, q.name AS referrer_name, r.share_points,
       r.cap_minor, r.currency, r.source, r.link_id, r.since_at, r.until_at, r.counted_until, r.end_reason
  FROM referral r
  JOIN person p ON p.id = r.person_id
  JOIN person q ON q.id = r.referrer_id
 WHERE r.organisation_id = :organisation_id
   AND r.id > :id
 ORDER BY r.id
 LIMIT :row_max;

-- name: referral_of_referrer :many referral_row
-- across: the person's own referrals are what is asked for
SELECT r.id, r.organisation_id, r.person_id, p.name AS person_name, r.referrer_id, q.name AS referrer_name, r.share_points,
       r.cap_minor, r.currency, r.source, r.link_id, r.since_at, r.until_at, r.counted_until, r.end_reason
  FROM referral r
  JOIN person p ON p.id = r.person_id
  JOIN person q ON q.id = r.referrer_id
 WHERE r.referrer_id = :referrer_id
 ORDER BY r.id
 LIMIT 200;

-- name: referral_uncounted :many referral_row
-- Those with a week that ended and is not counted.
-- across: the operator keeps its word to everybody
-- param: week_at INT64
-- param: row_max INT64
SELECT r.id, r.organisation_id, r.person_id, p.name AS person_name, r.referrer_id, q.name AS referrer_name, r.share_points,
       r.cap_minor, r.currency, r.source, r.link_id, r.since_at, r.until_at, r.counted_until, r.end_reason
  FROM referral r
  JOIN person p ON p.id = r.person_id
  JOIN person q ON q.id = r.referrer_id
 WHERE r.counted_until < :week_at
   AND r.counted_until < r.until_at
 ORDER BY r.counted_until, r.id
 LIMIT :row_max;

-- name: referral_counted :affected
-- param: before_at INT64
UPDATE referral
   SET counted_until = :counted_until
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND counted_until = :before_at;

-- name: referral_end :affected
UPDATE referral
   SET until_at = :until_at, ended_by = :ended_by, end_reason = :end_reason
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND ended_by IS NULL;

-- name: referral_earned :one
-- What the referred person earned by work within the referral's time.
-- across: a person earns for all clients at once
-- param: from_at INT64
-- param: to_at INT64
-- column: amount_minor INT64
SELECT CAST(COALESCE(SUM(person_minor), 0) AS INT64) AS amount_minor
  FROM entry
 WHERE person_id = :person_id
   AND happened_at >= :from_at
   AND happened_at < :to_at
   AND currency = :currency
   AND kind IN ('unit', 'minutes');

-- name: referral_awarded :one
-- What was made of it so far, undone or not.
-- param: prefix_low TEXT
-- param: prefix_high TEXT
-- column: amount_minor INT64
SELECT CAST(COALESCE(SUM(amount_minor), 0) AS INT64) AS amount_minor
  FROM award
 WHERE kind = 'referral'
   AND cause_id > :prefix_low
   AND cause_id < :prefix_high
   AND organisation_id = :organisation_id;

-- name: referral_same_account :one
-- Are two people paid to the same account?
-- param: other_id TEXT
SELECT a.id
  FROM payout_account a
  JOIN payout_account b ON b.account_number = a.account_number AND b.bank_code = a.bank_code
 WHERE a.person_id = :person_id
   AND b.person_id = :other_id
   AND a.state <> 'refused'
   AND b.state <> 'refused'
 LIMIT 1;
