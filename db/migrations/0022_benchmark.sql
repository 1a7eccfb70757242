-- Benchmarks: suites of tasks in versions, files of them that were handed out, and what models answered.

CREATE TABLE suite (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name            TEXT NOT NULL,
    summary         TEXT NOT NULL,
    canary          TEXT NOT NULL, -- stands in every file of it: found in a model, it says that the model has read one
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE UNIQUE INDEX suite_name ON suite (organisation_id, name);

-- Fact, but for its end: one version of a task.
CREATE TABLE suite_task (
    organisation_id TEXT NOT NULL,
    suite_id        TEXT NOT NULL REFERENCES suite (id),
    name            TEXT NOT NULL,
    number          INT64 NOT NULL CHECK (number >= 1),
    part            TEXT NOT NULL CHECK (part IN ('public', 'held_out')),
    domain          TEXT NOT NULL, -- empty: none
    prompt          TEXT NOT NULL,
    reference       TEXT NOT NULL,
    check_kind      TEXT NOT NULL,
    content_hash    TEXT NOT NULL,
    added_at        INT64 NOT NULL,
    added_by        TEXT NOT NULL,
    retired_at      INT64, -- NULL: it counts
    retired_by      TEXT,
    retired_reason  TEXT,
    PRIMARY KEY (suite_id, name, number)
);
CREATE INDEX suite_task_current ON suite_task (suite_id, name) WHERE retired_at IS NULL;

-- Fact: a file of tasks as it was handed out. Answers say by its hash which they answer.
CREATE TABLE suite_release (
    organisation_id TEXT NOT NULL,
    suite_id        TEXT NOT NULL REFERENCES suite (id),
    content_hash    TEXT NOT NULL,
    release_part    TEXT NOT NULL CHECK (release_part IN ('public', 'all')),
    task_count      INT64 NOT NULL,
    release_text    TEXT NOT NULL, -- a line of JSON for each task
    released_at     INT64 NOT NULL,
    released_by     TEXT NOT NULL,
    PRIMARY KEY (suite_id, content_hash)
);

-- Fact: a file of answers that came in.
CREATE TABLE benchmark_run (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    suite_id        TEXT NOT NULL REFERENCES suite (id),
    file_hash       TEXT NOT NULL,
    provenance      TEXT NOT NULL, -- in words: server, settings, date
    answer_count    INT64 NOT NULL,
    imported_at     INT64 NOT NULL,
    imported_by     TEXT NOT NULL
);
CREATE UNIQUE INDEX benchmark_run_file ON benchmark_run (suite_id, file_hash);

-- Fact: one answer to one version of a task, as it was judged.
CREATE TABLE benchmark_answer (
    organisation_id TEXT NOT NULL,
    suite_id        TEXT NOT NULL,
    run_id          TEXT NOT NULL REFERENCES benchmark_run (id),
    line            INT64 NOT NULL,
    name            TEXT NOT NULL,
    task_hash       TEXT NOT NULL,
    model           TEXT NOT NULL,
    is_person       INT64 NOT NULL CHECK (is_person IN (0, 1)), -- the human baseline
    run_number      INT64 NOT NULL,
    score           FLOAT64, -- null: not scored
    expert_score    FLOAT64, -- null: no expert judged it as well
    input_tokens    INT64 NOT NULL,
    output_tokens   INT64 NOT NULL,
    took_ms         INT64 NOT NULL,
    spend           FLOAT64 NOT NULL, -- minor units
    answer_line     TEXT NOT NULL, -- as it came
    PRIMARY KEY (run_id, line)
);
CREATE INDEX benchmark_answer_suite ON benchmark_answer (suite_id, name);
