-- How sure is sure enough, tasks whose answer is known, decisions about people, and what the quality job derives
-- beside truth and skill.

ALTER TABLE campaign ADD COLUMN target_certainty FLOAT64; -- NULL: every task gets `redundancy` answers
ALTER TABLE campaign ADD COLUMN label_min INT64;
ALTER TABLE campaign ADD COLUMN label_max INT64;
ALTER TABLE campaign ADD COLUMN gold_rate FLOAT64 NOT NULL DEFAULT 0; -- share of claims that get a gold task
ALTER TABLE campaign ADD COLUMN gold_reveal_s INT64 NOT NULL DEFAULT 86400; -- a missed one is told after so long

-- Fact: more or fewer answers of a task were wanted from then on, and why.
CREATE TABLE demand_event (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    task_id         TEXT NOT NULL REFERENCES task (id),
    wanted_before   INT64 NOT NULL,
    wanted          INT64 NOT NULL,
    given           INT64 NOT NULL,
    certainty       FLOAT64 NOT NULL,
    reason          TEXT NOT NULL CHECK (reason IN ('minimum', 'unsure', 'sure', 'cap', 'plain')),
    engine          TEXT NOT NULL,
    engine_version  TEXT NOT NULL,
    happened_at     INT64 NOT NULL
);
CREATE INDEX demand_event_task ON demand_event (task_id, id);
CREATE INDEX demand_event_campaign ON demand_event (campaign_id, id);

-- State: how a task stands under the rule.
CREATE TABLE demand (
    task_id         TEXT PRIMARY KEY REFERENCES task (id),
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    reason          TEXT NOT NULL CHECK (reason IN ('minimum', 'unsure', 'sure', 'cap', 'plain')),
    certainty       FLOAT64 NOT NULL,
    wanted          INT64 NOT NULL,
    wanted_plain    INT64 NOT NULL -- answers that it would have got without the rule
);
CREATE INDEX demand_campaign ON demand (campaign_id, reason, task_id);

-- Fact: the answer of a task is known, and hidden.
CREATE TABLE gold (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    task_id         TEXT NOT NULL REFERENCES task (id),
    answer          TEXT NOT NULL,
    clause_code     TEXT NOT NULL,
    message         TEXT NOT NULL, -- why this is the answer
    added_at        INT64 NOT NULL,
    added_by        TEXT NOT NULL REFERENCES person (id)
);
CREATE UNIQUE INDEX gold_task ON gold (task_id);
CREATE INDEX gold_campaign ON gold (campaign_id, id);

-- State: which gold is in use, and how often it was handed out.
CREATE TABLE gold_state (
    gold_id         TEXT PRIMARY KEY REFERENCES gold (id),
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    task_id         TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('active', 'resting', 'retired')),
    served          INT64 NOT NULL DEFAULT 0,
    reason          TEXT,
    changed_at      INT64 NOT NULL
);
CREATE UNIQUE INDEX gold_state_task ON gold_state (task_id);
CREATE INDEX gold_state_rotation ON gold_state (campaign_id, state, served, gold_id);

-- Fact: somebody says that a gold task's answer is wrong. State: what came of it.
CREATE TABLE gold_challenge (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    gold_id         TEXT NOT NULL REFERENCES gold (id),
    submission_id   TEXT NOT NULL REFERENCES submission (id),
    person_id       TEXT NOT NULL REFERENCES person (id),
    message         TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'upheld', 'overturned')),
    opened_at       INT64 NOT NULL,
    due_at          INT64 NOT NULL,
    decided_by      TEXT REFERENCES person (id),
    decided_at      INT64,
    decision        TEXT
);
CREATE UNIQUE INDEX gold_challenge_submission ON gold_challenge (submission_id);
CREATE INDEX gold_challenge_queue ON gold_challenge (campaign_id, state, due_at, id);
CREATE INDEX gold_challenge_gold ON gold_challenge (gold_id, state);

-- Fact: a submission with a known fault (or none), put before reviewers as if it were an expert's.
CREATE TABLE plant (
    submission_id   TEXT PRIMARY KEY REFERENCES submission (id),
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    expected        TEXT NOT NULL CHECK (expected IN ('pass', 'fault')),
    clause_code     TEXT, -- that it breaks
    message         TEXT NOT NULL,
    planted_at      INT64 NOT NULL,
    planted_by      TEXT NOT NULL REFERENCES person (id)
);
CREATE INDEX plant_campaign ON plant (campaign_id, submission_id);

-- Fact: a named person decided something about somebody's engagement for the quality of the work.
CREATE TABLE decision (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    engagement_id   TEXT NOT NULL REFERENCES engagement (id),
    person_id       TEXT NOT NULL REFERENCES person (id),
    action          TEXT NOT NULL CHECK (action IN ('pause', 'reject', 'offboard')),
    clause_code     TEXT NOT NULL,
    reason_code     TEXT NOT NULL,
    message         TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('standing', 'appealed', 'upheld', 'overturned')),
    decided_by      TEXT NOT NULL REFERENCES person (id),
    decided_at      INT64 NOT NULL,
    appeal          TEXT,
    appealed_at     INT64,
    due_at          INT64,
    settled_by      TEXT REFERENCES person (id),
    settled_at      INT64,
    settlement      TEXT
);
CREATE INDEX decision_campaign ON decision (campaign_id, id);
CREATE INDEX decision_person ON decision (person_id, id);
CREATE INDEX decision_engagement ON decision (engagement_id, state);

-- Fact: a submission that a decision rests on.
CREATE TABLE decision_evidence (
    organisation_id TEXT NOT NULL,
    decision_id     TEXT NOT NULL REFERENCES decision (id),
    submission_id   TEXT NOT NULL REFERENCES submission (id),
    state_before    TEXT NOT NULL, -- of the submission
    PRIMARY KEY (decision_id, submission_id)
);

-- Fact: somebody looked at an alert, and what they made of it.
CREATE TABLE alert_seen (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    label           TEXT NOT NULL,
    kind            TEXT NOT NULL,
    left_id         TEXT NOT NULL,
    right_id        TEXT NOT NULL,
    finding         TEXT NOT NULL CHECK (finding IN ('harmless', 'watch', 'decide')),
    message         TEXT NOT NULL,
    person_id       TEXT NOT NULL REFERENCES person (id),
    happened_at     INT64 NOT NULL
);
CREATE INDEX alert_seen_campaign ON alert_seen (campaign_id, label, kind, left_id, right_id, id);

-- Derived from here on: `periti rebuild` drops and remakes it.

-- What each rater said of each task, as the engines read it.
CREATE TABLE vote (
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    label           TEXT NOT NULL,
    task_id         TEXT NOT NULL,
    rater_id        TEXT NOT NULL,
    said            TEXT NOT NULL,
    final           TEXT NOT NULL,
    submission_id   TEXT, -- NULL: a judgement from outside
    PRIMARY KEY (campaign_id, label, task_id, rater_id)
);
CREATE INDEX vote_rater ON vote (campaign_id, label, rater_id, task_id);

CREATE TABLE confusion (
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    label           TEXT NOT NULL,
    rater_id        TEXT NOT NULL, -- empty: all experts
    value           TEXT NOT NULL, -- the inferred answer
    said            TEXT NOT NULL,
    vote_count      INT64 NOT NULL,
    value_count     INT64 NOT NULL, -- votes on tasks with this answer
    PRIMARY KEY (campaign_id, label, rater_id, value, said)
);

CREATE TABLE bias (
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    label           TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('position', 'length', 'consistency')),
    rater_id        TEXT NOT NULL, -- empty: all experts
    rater_name      TEXT NOT NULL,
    vote_count      INT64 NOT NULL,
    estimate        FLOAT64,
    low             FLOAT64,
    high            FLOAT64,
    p               FLOAT64,
    PRIMARY KEY (campaign_id, label, kind, rater_id)
);

CREATE TABLE alert (
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    label           TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('drift', 'copying')),
    left_id         TEXT NOT NULL,
    right_id        TEXT NOT NULL, -- empty: about one rater
    left_name       TEXT NOT NULL,
    right_name      TEXT NOT NULL,
    vote_count      INT64 NOT NULL, -- that were looked at
    telling_count   INT64 NOT NULL, -- in which it shows
    by_chance       FLOAT64 NOT NULL, -- of them
    strength        FLOAT64 NOT NULL, -- natural log of the evidence
    evidence        TEXT NOT NULL, -- JSON: the tasks
    PRIMARY KEY (campaign_id, label, kind, left_id, right_id)
);

CREATE TABLE forecast (
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    label           TEXT NOT NULL,
    step            INT64 NOT NULL,
    vote_count      INT64 NOT NULL, -- more judgements than now
    spend_minor     INT64 NOT NULL,
    accuracy        FLOAT64 NOT NULL,
    low             FLOAT64 NOT NULL,
    high            FLOAT64 NOT NULL,
    PRIMARY KEY (campaign_id, label, step)
);

CREATE TABLE routing (
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    label           TEXT NOT NULL,
    position        INT64 NOT NULL,
    task_id         TEXT NOT NULL,
    rater_id        TEXT NOT NULL,
    rater_name      TEXT NOT NULL,
    gain            FLOAT64 NOT NULL, -- nats
    cost_minor      INT64 NOT NULL,
    probability     FLOAT64 NOT NULL, -- of the answer as it stands
    PRIMARY KEY (campaign_id, label, position)
);
