-- What an expert does before the queue opens: tasks whose answer is known, with feedback after each.

CREATE TABLE calibration_policy (
    campaign_id     TEXT PRIMARY KEY REFERENCES campaign (id),
    organisation_id TEXT NOT NULL,
    task_count      INT64 NOT NULL CHECK (task_count BETWEEN 1 AND 100),   -- of one attempt
    pass_count      INT64 NOT NULL CHECK (pass_count BETWEEN 1 AND 100),   -- answers that must be right
    attempt_max     INT64 NOT NULL CHECK (attempt_max BETWEEN 1 AND 10),
    changed_at      INT64 NOT NULL,
    changed_by      TEXT NOT NULL
);

CREATE TABLE calibration_task (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    task_id         TEXT NOT NULL REFERENCES task (id),
    answer          TEXT NOT NULL,
    clause_code     TEXT NOT NULL,
    message         TEXT NOT NULL, -- why it is the answer: what the expert reads afterwards
    retired_at      INT64,
    added_at        INT64 NOT NULL,
    added_by        TEXT NOT NULL
);
CREATE UNIQUE INDEX calibration_task_task ON calibration_task (task_id);
CREATE INDEX calibration_task_campaign ON calibration_task (campaign_id, id);

-- An attempt; its rule is that of the moment when it began.
CREATE TABLE calibration_try (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    engagement_id   TEXT NOT NULL REFERENCES engagement (id),
    try_number      INT64 NOT NULL CHECK (try_number >= 1),
    task_count      INT64 NOT NULL,
    pass_count      INT64 NOT NULL,
    guideline_id    TEXT, -- in force then
    state           TEXT NOT NULL CHECK (state IN ('running', 'passed', 'failed')),
    begun_at        INT64 NOT NULL,
    ended_at        INT64
);
CREATE UNIQUE INDEX calibration_try_number ON calibration_try (engagement_id, try_number);
CREATE INDEX calibration_try_campaign ON calibration_try (campaign_id, id);

-- Fact: an answer to a calibration task.
CREATE TABLE calibration_answer (
    organisation_id TEXT NOT NULL,
    try_id          TEXT NOT NULL REFERENCES calibration_try (id),
    calibration_task_id TEXT NOT NULL REFERENCES calibration_task (id),
    answer          TEXT NOT NULL,
    is_right        INT64 NOT NULL CHECK (is_right IN (0, 1)),
    answered_at     INT64 NOT NULL,
    PRIMARY KEY (try_id, calibration_task_id)
);
CREATE INDEX calibration_answer_task ON calibration_answer (calibration_task_id);

-- Attempts that an operator granted beyond the policy's.
CREATE TABLE calibration_grant (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    engagement_id   TEXT NOT NULL REFERENCES engagement (id),
    reason          TEXT NOT NULL,
    granted_by      TEXT NOT NULL,
    granted_at      INT64 NOT NULL
);
CREATE INDEX calibration_grant_engagement ON calibration_grant (engagement_id, id);
