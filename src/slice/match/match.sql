-- name: requirement_insert :exec
INSERT INTO requirement (id, organisation_id, campaign_id, name, state, seats, version_number, demand, created_at,
                         created_by)
VALUES (:id, :organisation_id, :campaign_id, :name, 'open', :seats, 1, :demand, :created_at, :created_by);

-- name: requirement_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id, campaign_id
  FROM requirement
 WHERE id = :id;

-- name: requirement_by_id :one requirement_row
SELECT id, campaign_id, name, state, seats, version_number, demand, created_at
  FROM requirement
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: requirement_page :many requirement_row
-- Oldest first; a campaign has few.
SELECT id, campaign_id, name, state, seats, version_number, demand, created_at
  FROM requirement
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 ORDER BY id
 LIMIT 1000;

-- name: requirement_change :affected
UPDATE requirement
   SET name = :name, state = :state, seats = :seats, demand = :demand, version_number = version_number + 1
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND version_number = :version_number;

-- name: requirements_open :many
-- Open requirements of campaigns that this person may reach, and the seats that offers or engagements hold already.
-- across: the grants decide what is reachable
-- column: held_count INT64
SELECT r.id, r.organisation_id, o.name AS organisation_name, r.campaign_id, c.name AS campaign_name, r.name, r.seats,
       r.version_number, r.demand, c.deadline_at,
       (SELECT COUNT(*) FROM offer f
         WHERE f.requirement_id = r.id
           AND (f.state IN ('open', 'countered', 'accepted')
                OR (f.state = 'engaged' AND EXISTS (SELECT 1 FROM engagement e
                                                     WHERE e.id = f.engagement_id AND e.state <> 'ended')))) AS held_count
  FROM client_grant g
  JOIN organisation o ON o.id = g.organisation_id
  JOIN campaign c ON c.organisation_id = g.organisation_id AND c.state IN ('draft', 'open', 'paused')
  JOIN requirement r ON r.campaign_id = c.id AND r.state = 'open'
 WHERE g.person_id = :person_id
   AND g.revoked_at IS NULL
 ORDER BY r.id
 LIMIT 2000;

-- name: team_of_campaign :many
SELECT person_id, state
  FROM engagement
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 ORDER BY person_id;

-- name: team_of_client :many
-- Who works for any campaign of a client.
SELECT DISTINCT person_id
  FROM engagement
 WHERE organisation_id = :organisation_id
   AND state <> 'ended'
 ORDER BY person_id;

-- name: offers_about :many
-- Whom an offer for a requirement binds, or did not; and whom one for another of its campaign binds, with its name.
-- column: elsewhere TEXT
SELECT f.person_id, f.state, CASE WHEN f.requirement_id = :requirement_id THEN '' ELSE r.name END AS elsewhere
  FROM offer f
  JOIN requirement r ON r.id = f.requirement_id
 WHERE f.campaign_id = :campaign_id
   AND f.organisation_id = :organisation_id
   AND (f.requirement_id = :requirement_id OR f.state IN ('open', 'countered', 'accepted'))
 ORDER BY f.person_id;

-- name: rejected_of_requirement :many
SELECT DISTINCT person_id
  FROM proposal
 WHERE requirement_id = :requirement_id
   AND organisation_id = :organisation_id
   AND state = 'rejected'
 ORDER BY person_id;

-- name: loads :each load_row
-- Seats and weekly minutes that the experts have given away.
-- across: an expert's time is one, whoever has it
-- column: seat_count INT64
-- column: week_min INT64
SELECT e.person_id, COUNT(*) AS seat_count,
       CAST(SUM(COALESCE((SELECT t.week_cap_min FROM engagement_terms t
                           WHERE t.engagement_id = e.id AND t.state = 'in_force'
                           ORDER BY t.since_at DESC LIMIT 1), 0)) AS INT64) AS week_min
  FROM engagement e
 WHERE e.state <> 'ended'
   AND e.duty = 'expert'
 GROUP BY e.person_id
 ORDER BY e.person_id;

-- name: match_run_insert :exec
INSERT INTO match_run (id, organisation_id, pool_version, run_day, seed, options, engine_version, input, input_hash,
                       instance, result_hash, expert_count, wanted_count, filled_count, total_score, free_score,
                       is_optimal, gap, requested_by, created_at)
VALUES (:id, :organisation_id, :pool_version, :run_day, :seed, :options, :engine_version, :input, :input_hash,
        :instance, :result_hash, :expert_count, :wanted_count, :filled_count, :total_score, :free_score,
        :is_optimal, :gap, :requested_by, :created_at);

-- name: match_run_by_id :one match_run_row
SELECT id, pool_version, run_day, seed, options, engine_version, input_hash, result_hash, expert_count, wanted_count,
       filled_count, total_score, free_score, is_optimal, gap, created_at
  FROM match_run
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: match_run_page :many match_run_row
-- Newest first.
-- param: row_max INT64
SELECT id, pool_version, run_day, seed, options, engine_version, input_hash, result_hash, expert_count, wanted_count,
       filled_count, total_score, free_score, is_optimal, gap, created_at
  FROM match_run
 WHERE organisation_id = :organisation_id
   AND id < :id
 ORDER BY id DESC
 LIMIT :row_max;

-- name: match_run_inside :one
SELECT input, instance
  FROM match_run
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: match_run_ungranted :one
-- Requirements of clients whose rows this person may not reach.
-- across: it counts what is out of reach
-- column: ask_count INT64
SELECT COUNT(*) AS ask_count
  FROM match_ask a
 WHERE a.run_id = :run_id
   AND NOT EXISTS (SELECT 1 FROM client_grant g
                    WHERE g.person_id = :person_id AND g.organisation_id = a.organisation_id
                      AND g.revoked_at IS NULL);

-- name: match_ask_insert :exec_many
INSERT INTO match_ask (organisation_id, run_id, position, campaign_id, requirement_id, requirement_version,
                       wanted_count, filled_count, eligible_count, considered_count, price, relaxed)
VALUES (:organisation_id, :run_id, :position, :campaign_id, :requirement_id, :requirement_version,
        :wanted_count, :filled_count, :eligible_count, :considered_count, :price, :relaxed);

-- name: match_asks :many match_ask_row
-- The requirements of a run, for those who may see the run.
-- across: who may see a run may reach all of its clients
SELECT a.position, a.campaign_id, c.name AS campaign_name, a.requirement_id, r.name, a.requirement_version,
       a.wanted_count, a.filled_count, a.eligible_count, a.considered_count, a.price, a.relaxed
  FROM match_ask a
  JOIN campaign c ON c.id = a.campaign_id
  JOIN requirement r ON r.id = a.requirement_id
 WHERE a.run_id = :run_id
 ORDER BY a.position;

-- name: match_run_of_requirement :one
-- The last run that asked for it.
-- param: house_id TEXT
SELECT a.run_id, a.position, m.seed
  FROM match_ask a
  JOIN match_run m ON m.id = a.run_id
 WHERE a.requirement_id = :requirement_id
   AND a.organisation_id = :organisation_id
   AND m.organisation_id = :house_id
 ORDER BY a.run_id DESC
 LIMIT 1;

-- name: match_run_of_campaign :one
-- The last run that asked for any of a campaign's requirements.
SELECT run_id
  FROM match_ask
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 ORDER BY run_id DESC
 LIMIT 1;

-- name: match_run_last :one
SELECT id, pool_version, run_day
  FROM match_run
 WHERE organisation_id = :organisation_id
 ORDER BY id DESC
 LIMIT 1;

-- name: proposal_insert :exec_many
INSERT INTO proposal (id, organisation_id, run_id, campaign_id, requirement_id, person_id, origin, state, match_score,
                      score_parts, runner_up_id, runner_up_score, bound, limited_by, chance, reason,
                      created_at)
VALUES (:id, :organisation_id, :run_id, :campaign_id, :requirement_id, :person_id, :origin, 'proposed', :match_score,
        :score_parts, :runner_up_id, :runner_up_score, :bound, :limited_by, :chance, :reason,
        :created_at);

-- name: proposal_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id
  FROM proposal
 WHERE id = :id;

-- name: proposal_by_id :one proposal_row
SELECT p.id, p.run_id, p.campaign_id, p.requirement_id, p.person_id, n.name, p.origin, p.state, p.match_score,
       p.score_parts, p.runner_up_id, u.name AS runner_up_name, p.runner_up_score, p.bound, p.limited_by, p.chance,
       p.reason, p.decided_by, p.decided_at, p.created_at
  FROM proposal p
  JOIN person n ON n.id = p.person_id
  LEFT JOIN person u ON u.id = p.runner_up_id
 WHERE p.id = :id
   AND p.organisation_id = :organisation_id;

-- name: proposal_page :many proposal_row
-- param: row_max INT64
SELECT p.id, p.run_id, p.campaign_id, p.requirement_id, p.person_id, n.name, p.origin, p.state, p.match_score,
       p.score_parts, p.runner_up_id, u.name AS runner_up_name, p.runner_up_score, p.bound, p.limited_by, p.chance,
       p.reason, p.decided_by, p.decided_at, p.created_at
  FROM proposal p
  JOIN person n ON n.id = p.person_id
  LEFT JOIN person u ON u.id = p.runner_up_id
 WHERE p.campaign_id = :campaign_id
   AND p.organisation_id = :organisation_id
   AND p.state = :state
   AND p.id > :id
 ORDER BY p.id
 LIMIT :row_max;

-- name: proposals_standing :many
-- Whom a requirement has been proposed and nobody turned down.
SELECT id, person_id, state
  FROM proposal
 WHERE requirement_id = :requirement_id
   AND organisation_id = :organisation_id
   AND state IN ('proposed', 'accepted')
 ORDER BY id;

-- name: person_stands :one
-- Is the account closed, and does the person look for work, by now?
-- across: a profile belongs to its operator, and a person has one
-- column: is_closed INT64
-- column: is_looking INT64
SELECT CASE WHEN p.disabled_at IS NULL THEN 0 ELSE 1 END AS is_closed, COALESCE(e.is_looking, 1) AS is_looking
  FROM person p
  LEFT JOIN expert e ON e.person_id = p.id
 WHERE p.id = :person_id;

-- name: seat_in_campaign :one
-- Where a person sits in a campaign, or may soon, beside one proposal.
-- column: standing TEXT
SELECT h.requirement_name, h.standing
  FROM (SELECT r.name AS requirement_name, 'is proposed for' AS standing
          FROM proposal p
          JOIN requirement r ON r.id = p.requirement_id
         WHERE p.campaign_id = :campaign_id
           AND p.organisation_id = :organisation_id
           AND p.person_id = :person_id
           AND p.state = 'proposed'
           AND p.id <> :proposal_id
         UNION ALL
        SELECT r.name AS requirement_name, 'has an offer for' AS standing
          FROM offer f
          JOIN requirement r ON r.id = f.requirement_id
         WHERE f.campaign_id = :campaign_id
           AND f.organisation_id = :organisation_id
           AND f.person_id = :person_id
           AND f.state IN ('open', 'countered', 'accepted')
         UNION ALL
        SELECT c.name AS requirement_name, 'is on the team of' AS standing
          FROM engagement e
          JOIN campaign c ON c.id = e.campaign_id
         WHERE e.campaign_id = :campaign_id
           AND e.organisation_id = :organisation_id
           AND e.person_id = :person_id
           AND e.state <> 'ended') h
 ORDER BY h.standing
 LIMIT 1;

-- name: proposal_decide :affected
-- Only what waits can be decided: of two who decide at once, one is late.
UPDATE proposal
   SET state = :state, reason = :reason, decided_by = :decided_by, decided_at = :decided_at
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'proposed';

-- name: proposal_supersede :exec
-- A new run replaces what still waits.
UPDATE proposal
   SET state = 'superseded'
 WHERE requirement_id = :requirement_id
   AND organisation_id = :organisation_id
   AND state = 'proposed';

-- name: seats_of_run :many
-- Who was seated by the run itself, for those who may see the run.
-- across: who may see a run may reach all of its clients
SELECT requirement_id, person_id
  FROM proposal
 WHERE run_id = :run_id
   AND origin = 'match'
 ORDER BY id;

-- name: match_run_is_there :one
SELECT requested_by
  FROM match_run
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: requirement_held :one
-- Seats that offers and engagements hold, and proposals that wait.
-- column: held_count INT64
-- column: waiting_count INT64
SELECT (SELECT COUNT(*) FROM offer f
         WHERE f.requirement_id = r.id AND f.organisation_id = r.organisation_id
           AND (f.state IN ('open', 'countered', 'accepted')
                OR (f.state = 'engaged' AND EXISTS (SELECT 1 FROM engagement e
                                                     WHERE e.id = f.engagement_id AND e.state <> 'ended')))) AS held_count,
       (SELECT COUNT(*) FROM proposal p
         WHERE p.requirement_id = r.id AND p.organisation_id = r.organisation_id
           AND p.state = 'proposed') AS waiting_count
  FROM requirement r
 WHERE r.id = :id
   AND r.organisation_id = :organisation_id;

-- name: proposed_in_run :many
-- Who is proposed for, or has, any seat of a run.
-- across: it keeps somebody from being proposed twice
SELECT DISTINCT person_id
  FROM proposal
 WHERE run_id = :run_id
   AND state IN ('proposed', 'accepted')
 ORDER BY person_id;

-- name: match_person_name :one
SELECT name
  FROM person
 WHERE id = :id;

-- name: match_budget_put :exec
INSERT INTO match_budget (campaign_id, organisation_id, week_minor, whole_minor, currency, set_by, set_at)
VALUES (:campaign_id, :organisation_id, :week_minor, :whole_minor, :currency, :set_by, :set_at)
ON CONFLICT (campaign_id) DO UPDATE SET week_minor = excluded.week_minor, whole_minor = excluded.whole_minor,
    currency = excluded.currency, set_by = excluded.set_by, set_at = excluded.set_at;

-- name: match_budget_remove :affected
DELETE FROM match_budget
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: match_budget_of :one match_budget_row
-- column: deadline_at INT64
SELECT b.week_minor, b.whole_minor, b.currency, b.set_by, p.name AS set_by_name, b.set_at,
       COALESCE(c.deadline_at, 0) AS deadline_at
  FROM match_budget b
  JOIN campaign c ON c.id = b.campaign_id
  JOIN person p ON p.id = b.set_by
 WHERE b.campaign_id = :campaign_id
   AND b.organisation_id = :organisation_id;

-- name: budget_campaign :one
-- column: deadline_at INT64
SELECT currency, COALESCE(deadline_at, 0) AS deadline_at
  FROM campaign
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: budget_paid :one
-- What people earned in a campaign since a moment.
-- param: since_at INT64
-- column: paid_minor INT64
SELECT CAST(COALESCE(SUM(person_minor), 0) AS INT64) AS paid_minor
  FROM entry
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND currency = :currency
   AND happened_at >= :since_at;

-- name: budget_team :many
-- The terms by the hour of those who are engaged. A week without a cap is one of forty hours.
-- column: week_min INT64
SELECT t.hour_minor, COALESCE(t.week_cap_min, 2400) AS week_min
  FROM engagement e
  JOIN engagement_terms t ON t.engagement_id = e.id AND t.state = 'in_force'
 WHERE e.campaign_id = :campaign_id
   AND e.organisation_id = :organisation_id
   AND e.state <> 'ended'
   AND e.duty = 'expert'
   AND NOT EXISTS (SELECT 1 FROM engagement_terms l
                    WHERE l.engagement_id = e.id AND l.state = 'in_force' AND l.terms_number > t.terms_number);

-- name: budget_offers :many
-- Terms that were offered and may still be taken.
SELECT offer_terms
  FROM offer
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND state IN ('open', 'countered', 'accepted');

-- name: budget_waiting :many
-- Who is proposed for a campaign.
SELECT run_id, requirement_id, person_id
  FROM proposal
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND state = 'proposed';

-- name: bound_held :one
-- Seats of a requirement that people of a country, or with a level of a skill, hold already; an empty name asks for
-- nothing. With `waiting`, proposals count too.
-- param: country TEXT
-- param: skill TEXT
-- param: least_level INT64
-- param: waiting INT64
-- column: held_count INT64
SELECT COUNT(*) AS held_count
  FROM (SELECT f.person_id
          FROM offer f
         WHERE f.requirement_id = :requirement_id
           AND f.organisation_id = :organisation_id
           AND (f.state IN ('open', 'countered', 'accepted')
                OR (f.state = 'engaged' AND EXISTS (SELECT 1 FROM engagement e
                                                     WHERE e.id = f.engagement_id AND e.state <> 'ended')))
         UNION ALL
        SELECT p.person_id
          FROM proposal p
         WHERE p.requirement_id = :requirement_id
           AND p.organisation_id = :organisation_id
           AND p.state = 'proposed'
           AND :waiting = 1) h
  JOIN expert x ON x.person_id = h.person_id
 WHERE (:country = '' OR EXISTS (SELECT 1 FROM expert_tag t
                                   JOIN expert_name n ON n.organisation_id = t.organisation_id
                                                     AND n.name_number = t.name_number AND n.name = :country
                                  WHERE t.organisation_id = x.organisation_id AND t.person_id = x.person_id))
   AND (:skill = '' OR EXISTS (SELECT 1 FROM expert_tag t
                                 JOIN expert_name n ON n.organisation_id = t.organisation_id
                                                   AND n.name_number = t.name_number AND n.name = :skill
                                WHERE t.organisation_id = x.organisation_id AND t.person_id = x.person_id
                                  AND t.held_level >= :least_level));

-- name: match_limit_insert :exec_many
INSERT INTO match_limit (organisation_id, run_id, position, kind, campaign_id, requirement_id, person_id, words, given,
                         lacking, does_bind, worth)
VALUES (:organisation_id, :run_id, :position, :kind, :campaign_id, :requirement_id, :person_id, :words, :given,
        :lacking, :does_bind, :worth);

-- name: match_limits_of :many match_limit_row
-- What became of the limits of a run, for those who may see the run.
-- across: who may see a run may reach all of its clients
SELECT kind, campaign_id, requirement_id, person_id, words, given, lacking, does_bind, worth
  FROM match_limit
 WHERE run_id = :run_id
 ORDER BY position;
