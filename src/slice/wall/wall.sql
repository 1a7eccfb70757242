-- name: wall_insert :exec
INSERT INTO wall (id, organisation_id, campaign_id, person_id, reason, set_by, set_at, until_at)
VALUES (:id, :organisation_id, :campaign_id, :person_id, :reason, :set_by, :set_at, :until_at);

-- name: wall_page :many wall_row
SELECT w.id, w.person_id, p.name, w.reason, w.set_by, s.name AS set_by_name, w.set_at, w.until_at, w.lifted_at
  FROM wall w
  JOIN person p ON p.id = w.person_id
  JOIN person s ON s.id = w.set_by
 WHERE w.campaign_id = :campaign_id
   AND w.organisation_id = :organisation_id
 ORDER BY w.id
 LIMIT 200;

-- name: wall_lift :affected
UPDATE wall
   SET lifted_at = :lifted_at
 WHERE id = :id
   AND campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND lifted_at IS NULL;

-- name: wall_stands :one wall_found
-- A wall that somebody put between a person and a campaign.
-- column: kind TEXT
-- param: now INT64
SELECT 'manual' AS kind, w.reason, s.name AS set_by_name, w.set_at, w.until_at
  FROM wall w
  JOIN person s ON s.id = w.set_by
 WHERE w.campaign_id = :campaign_id
   AND w.organisation_id = :organisation_id
   AND w.person_id = :person_id
   AND w.lifted_at IS NULL
   AND (w.until_at IS NULL OR w.until_at > :now)
 ORDER BY w.id
 LIMIT 1;

-- name: walls_standing :many
-- People whom somebody put behind a wall of a campaign.
-- param: now INT64
SELECT w.person_id, w.reason, s.name AS set_by_name, w.set_at, w.until_at
  FROM wall w
  JOIN person s ON s.id = w.set_by
 WHERE w.campaign_id = :campaign_id
   AND w.organisation_id = :organisation_id
   AND w.lifted_at IS NULL
   AND (w.until_at IS NULL OR w.until_at > :now)
 ORDER BY w.person_id;

-- name: wall_rule_insert :exec
INSERT INTO wall_rule (id, organisation_id, campaign_id, kind, subject, subject_key, reason, set_by, set_at, until_at)
VALUES (:id, :organisation_id, :campaign_id, :kind, :subject, :subject_key, :reason, :set_by, :set_at, :until_at);

-- name: wall_rule_page :many wall_rule_row
-- Each with the names of who set it and of what it is about.
-- column: subject_name TEXT
SELECT r.id, r.campaign_id, c.name AS campaign_name, r.kind, r.subject,
       CASE r.kind WHEN 'rival' THEN (SELECT o.name FROM organisation o WHERE o.id = r.subject)
                   WHEN 'team' THEN (SELECT t.name FROM campaign t WHERE t.id = r.subject)
                   WHEN 'person' THEN (SELECT p.name FROM person p WHERE p.id = r.subject)
                   ELSE r.subject END AS subject_name,
       r.reason, r.set_by, s.name AS set_by_name, r.set_at, r.until_at, r.lifted_at
  FROM wall_rule r
  JOIN person s ON s.id = r.set_by
  LEFT JOIN campaign c ON c.id = r.campaign_id
 WHERE r.organisation_id = :organisation_id
 ORDER BY r.id
 LIMIT 1000;

-- name: wall_rules_standing :many
-- param: now INT64
SELECT r.id, r.campaign_id, r.kind, r.subject, r.subject_key, r.reason, s.name AS set_by_name, r.set_at, r.until_at
  FROM wall_rule r
  JOIN person s ON s.id = r.set_by
 WHERE r.organisation_id = :organisation_id
   AND r.lifted_at IS NULL
   AND (r.until_at IS NULL OR r.until_at > :now)
 ORDER BY r.id
 LIMIT 1000;

-- name: wall_rule_lift :affected
UPDATE wall_rule
   SET lifted_at = :lifted_at
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND lifted_at IS NULL;

-- name: wall_rule_keeps :one wall_found
-- The first rule of a client that keeps a person from a campaign: named itself, works for the rival, was on the other
-- team, or declares the company as employer or as one that it owes confidence.
-- param: now INT64
-- param: today INT64
SELECT r.kind, r.reason, s.name AS set_by_name, r.set_at, r.until_at
  FROM wall_rule r
  JOIN person s ON s.id = r.set_by
 WHERE r.organisation_id = :organisation_id
   AND r.lifted_at IS NULL
   AND (r.until_at IS NULL OR r.until_at > :now)
   AND (r.campaign_id IS NULL OR r.campaign_id = :campaign_id)
   AND ((r.kind = 'person' AND r.subject = :person_id)
        OR (r.kind = 'team' AND r.subject <> :campaign_id
            AND EXISTS (SELECT 1 FROM engagement e WHERE e.campaign_id = r.subject AND e.person_id = :person_id))
        OR (r.kind = 'rival'
            AND EXISTS (SELECT 1 FROM engagement e
                         WHERE e.person_id = :person_id AND e.state <> 'ended' AND e.organisation_id = r.subject))
        OR (r.subject_key IS NOT NULL
            AND EXISTS (SELECT 1 FROM expert x
                          JOIN expert_name n ON n.organisation_id = x.organisation_id
                                            AND n.name IN ('employer ' || r.subject_key, 'duty ' || r.subject_key)
                          JOIN expert_tag t ON t.organisation_id = x.organisation_id AND t.name_number = n.name_number
                                           AND t.person_id = x.person_id
                         WHERE x.person_id = :person_id AND (t.until_day = 0 OR t.until_day >= :today))))
 ORDER BY r.id
 LIMIT 1;

-- name: wall_rule_beyond :one
-- Does the person work for a client that declared this one its rival?
-- It says nothing of whose they are.
-- param: now INT64
SELECT r.set_at, r.until_at
  FROM engagement e
  JOIN wall_rule r ON r.organisation_id = e.organisation_id AND r.kind = 'rival' AND r.subject = :organisation_id
 WHERE e.person_id = :person_id
   AND e.state <> 'ended'
   AND (r.campaign_id IS NULL OR r.campaign_id = e.campaign_id)
   AND r.lifted_at IS NULL
   AND (r.until_at IS NULL OR r.until_at > :now)
 ORDER BY r.id
 LIMIT 1;

-- name: teams_walled_off :many
-- Who works for a client that declared this one its rival.
-- param: now INT64
SELECT DISTINCT e.person_id
  FROM wall_rule r
  JOIN engagement e ON e.organisation_id = r.organisation_id AND e.state <> 'ended'
                   AND (r.campaign_id IS NULL OR r.campaign_id = e.campaign_id)
 WHERE r.subject = :organisation_id
   AND r.kind = 'rival'
   AND r.lifted_at IS NULL
   AND (r.until_at IS NULL OR r.until_at > :now)
 ORDER BY e.person_id;

-- name: wall_declared :one
-- Whether a person declares a client as employer, or hides from it: two names of the house.
-- across: what the person declares is the operator's, whoever the client is
-- param: employer TEXT
-- param: hidden TEXT
-- param: today INT64
SELECT n.name
  FROM expert x
  JOIN expert_name n ON n.organisation_id = x.organisation_id AND n.name IN (:employer, :hidden)
  JOIN expert_tag t ON t.organisation_id = x.organisation_id AND t.name_number = n.name_number AND t.person_id = x.person_id
 WHERE x.person_id = :person_id
   AND (t.until_day = 0 OR t.until_day >= :today)
 ORDER BY n.name
 LIMIT 1;

-- name: wall_campaign_find :one
SELECT name
  FROM campaign
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: wall_person_find :one
SELECT name
  FROM person
 WHERE id = :id;

-- name: wall_client_find :one
SELECT name
  FROM organisation
 WHERE id = :id;
