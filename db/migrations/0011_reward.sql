-- Rewards and environments: tasks with a verifier, verdicts about answers, and what proves a task.

CREATE TABLE environment (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name            TEXT NOT NULL,
    summary         TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'retired')),
    version_number  INT64 NOT NULL,
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE UNIQUE INDEX environment_name ON environment (organisation_id, name);

-- Content of files by its hash; worlds share it.
CREATE TABLE stored_content (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    sha256          TEXT NOT NULL,
    size_bytes      INT64 NOT NULL,
    content         BLOB NOT NULL,
    PRIMARY KEY (organisation_id, sha256)
);

-- A world is the list of its files, named by the hash of that list.
CREATE TABLE world_file (
    organisation_id TEXT NOT NULL,
    world_hash      TEXT NOT NULL,
    path            TEXT NOT NULL,
    mode            INT64 NOT NULL,
    sha256          TEXT NOT NULL,
    PRIMARY KEY (organisation_id, world_hash, path),
    FOREIGN KEY (organisation_id, sha256) REFERENCES stored_content (organisation_id, sha256)
);

-- Fact: one version of a task. The newest of a name is current.
CREATE TABLE environment_task (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    environment_id  TEXT NOT NULL REFERENCES environment (id),
    name            TEXT NOT NULL,
    number          INT64 NOT NULL CHECK (number >= 1),
    content_hash    TEXT NOT NULL,
    instruction     TEXT NOT NULL,
    verifier        TEXT NOT NULL, -- JSON
    reference       TEXT,          -- what an answer is held against
    solution        TEXT,          -- an answer that passes
    world_hash      TEXT,
    metadata        TEXT NOT NULL, -- JSON: what came with it and has no place of its own
    is_current      INT64 NOT NULL CHECK (is_current IN (0, 1)),
    gate            TEXT NOT NULL CHECK (gate IN ('open', 'passed', 'failed')),
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE UNIQUE INDEX environment_task_version ON environment_task (environment_id, name, number);
CREATE INDEX environment_task_current ON environment_task (environment_id, is_current, name);

-- Fact: the gate tried one version of a task.
CREATE TABLE gate_result (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    environment_id  TEXT NOT NULL REFERENCES environment (id),
    task_id         TEXT NOT NULL REFERENCES environment_task (id),
    job_id          TEXT NOT NULL,
    passed          INT64 NOT NULL CHECK (passed IN (0, 1)),
    report          TEXT NOT NULL, -- JSON
    judged_at       INT64 NOT NULL
);
CREATE INDEX gate_result_task ON gate_result (task_id, id);
CREATE INDEX gate_result_environment ON gate_result (environment_id, id);

-- Answers judged under one name, so that a trainer that asks again gets the same verdicts.
CREATE TABLE reward_run (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name            TEXT NOT NULL,
    environment_id  TEXT REFERENCES environment (id),
    verifier        TEXT NOT NULL, -- JSON, of rows that name none
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE UNIQUE INDEX reward_run_name ON reward_run (organisation_id, name);
CREATE INDEX reward_run_organisation ON reward_run (organisation_id, id);

-- Fact: what came of judging one row.
CREATE TABLE verdict (
    organisation_id  TEXT NOT NULL,
    run_id           TEXT NOT NULL REFERENCES reward_run (id),
    row_index        INT64 NOT NULL CHECK (row_index >= 0),
    row_hash         TEXT NOT NULL,
    row_text         TEXT NOT NULL, -- as it was asked
    verdict_text     TEXT NOT NULL, -- as it was answered
    kind             TEXT NOT NULL CHECK (kind IN ('pass', 'fail', 'partial', 'unscored')),
    reason           TEXT,
    score            FLOAT64, -- null: not scored
    task_version     TEXT,
    verifier_version TEXT,
    judged_at        INT64 NOT NULL,
    PRIMARY KEY (run_id, row_index)
);
CREATE INDEX verdict_kind ON verdict (run_id, kind);

-- Fact: the stored answers of a run were judged anew.
CREATE TABLE reverification (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    run_id          TEXT NOT NULL REFERENCES reward_run (id),
    job_id          TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('running', 'done')),
    row_count       INT64 NOT NULL,
    same_count      INT64 NOT NULL,
    flip_count      INT64 NOT NULL,
    unscored_count  INT64 NOT NULL, -- could not be judged this time
    next_index      INT64 NOT NULL, -- rows before it are done
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE INDEX reverification_run ON reverification (run_id, id);

CREATE TABLE flip (
    organisation_id   TEXT NOT NULL,
    reverification_id TEXT NOT NULL REFERENCES reverification (id),
    row_index         INT64 NOT NULL,
    line_before       TEXT NOT NULL,
    line_after        TEXT NOT NULL,
    PRIMARY KEY (reverification_id, row_index)
);

-- Somebody saw an answer that was rewarded and does not deserve it.
CREATE TABLE hack_report (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    environment_id  TEXT NOT NULL REFERENCES environment (id),
    task_name       TEXT NOT NULL,
    task_version    TEXT,
    answer          TEXT NOT NULL,
    note            TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'confirmed', 'dismissed')),
    decision        TEXT,
    reported_by     TEXT NOT NULL,
    reported_at     INT64 NOT NULL,
    decided_by      TEXT,
    decided_at      INT64
);
CREATE INDEX hack_report_environment ON hack_report (environment_id, id);

-- One walk through a task by way of reset and step.
CREATE TABLE episode (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    environment_id  TEXT NOT NULL REFERENCES environment (id),
    person_id       TEXT NOT NULL,
    task_id         TEXT NOT NULL REFERENCES environment_task (id),
    name            TEXT NOT NULL, -- as the caller calls it
    step_count      INT64 NOT NULL,
    is_done         INT64 NOT NULL CHECK (is_done IN (0, 1)),
    reward          FLOAT64,
    created_at      INT64 NOT NULL
);
CREATE INDEX episode_person ON episode (environment_id, person_id, name, id);
