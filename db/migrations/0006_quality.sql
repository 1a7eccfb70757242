-- What is known about answers and people. All but `rater` and `judgement` is derived: `periti rebuild` drops and
-- remakes it, to the bit, so nothing in it comes from a clock.

-- Somebody or something that judged tasks: a model, or a person outside.
CREATE TABLE rater (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    name            TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('model', 'outside')),
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE UNIQUE INDEX rater_name ON rater (campaign_id, name);

CREATE TABLE judgement (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    task_id         TEXT NOT NULL REFERENCES task (id),
    rater_id        TEXT NOT NULL REFERENCES rater (id),
    answer          TEXT NOT NULL,
    happened_at           INT64 NOT NULL
);
CREATE UNIQUE INDEX judgement_task ON judgement (rater_id, task_id);
CREATE INDEX judgement_campaign ON judgement (campaign_id, id);

CREATE TABLE quality_run (
    campaign_id     TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    label           TEXT NOT NULL, -- which label of the task type
    level           TEXT NOT NULL CHECK (level IN ('nominal', 'ordinal', 'interval')),
    engine          TEXT NOT NULL,
    engine_version  TEXT NOT NULL,
    options         TEXT NOT NULL,
    seed            INT64 NOT NULL,
    item_count      INT64 NOT NULL,
    rater_count     INT64 NOT NULL,
    label_count     INT64 NOT NULL,
    rounds          INT64 NOT NULL,
    log_likelihood  FLOAT64,
    gold_count      INT64 NOT NULL,
    facts_at        INT64 NOT NULL, -- time of the newest fact that it rests on
    PRIMARY KEY (campaign_id, label)
);

CREATE TABLE truth (
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    task_id         TEXT NOT NULL,
    label           TEXT NOT NULL,
    value           TEXT NOT NULL,
    probability     FLOAT64 NOT NULL,
    majority        TEXT NOT NULL,
    label_count     INT64 NOT NULL,
    stratum         TEXT NOT NULL, -- the task's domain
    is_gold         INT64 NOT NULL CHECK (is_gold IN (0, 1)),
    PRIMARY KEY (campaign_id, label, task_id)
) WITHOUT ROWID;
CREATE INDEX truth_hard ON truth (campaign_id, label, probability, task_id);

CREATE TABLE skill (
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    label           TEXT NOT NULL,
    rater_id        TEXT NOT NULL, -- an engagement or a rater
    rater_kind      TEXT NOT NULL CHECK (rater_kind IN ('expert', 'model', 'outside')),
    rater_name      TEXT NOT NULL, -- pseudonym or model name
    domain          TEXT NOT NULL, -- empty: all
    label_count     INT64 NOT NULL,
    agreed_count    INT64 NOT NULL,
    accuracy        FLOAT64, -- on tasks of average difficulty; NULL: too few answers
    low             FLOAT64,
    high            FLOAT64,
    plain           FLOAT64, -- the same, difficulty aside
    others_count    INT64 NOT NULL, -- tasks among them on which two others or more have answered
    others_agree    FLOAT64, -- how often two others agree on these
    all_agree       FLOAT64, -- how often two others agree on a task in general
    gold_count      INT64 NOT NULL,
    gold_right      INT64 NOT NULL,
    is_top          INT64 NOT NULL CHECK (is_top IN (0, 1)),
    PRIMARY KEY (campaign_id, label, domain, rater_id)
);
CREATE INDEX skill_rater ON skill (rater_id, label, domain);

CREATE TABLE agreement (
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    label           TEXT NOT NULL,
    stratum         TEXT NOT NULL, -- empty: all tasks
    metric          TEXT NOT NULL,
    left_id         TEXT NOT NULL, -- empty: over all raters
    right_id        TEXT NOT NULL,
    left_name       TEXT NOT NULL,
    right_name      TEXT NOT NULL,
    estimate        FLOAT64,
    low             FLOAT64,
    high            FLOAT64,
    unit_count      INT64 NOT NULL,
    PRIMARY KEY (campaign_id, label, stratum, metric, left_id, right_id)
);
