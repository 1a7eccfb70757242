-- Rubrics: their versions, what graders made of answers by them, and when a model's verdict stands alone.

CREATE TABLE rubric (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name            TEXT NOT NULL,
    summary         TEXT NOT NULL,
    agreement_min   FLOAT64 NOT NULL, -- lower bound of a model's agreement with people from which it may grade alone
    double_min      INT64 NOT NULL,   -- criteria that both graded, at least
    expert_share    FLOAT64 NOT NULL, -- of a model's verdicts that go to people all the same
    seed            INT64 NOT NULL,   -- of the choice which
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE UNIQUE INDEX rubric_name ON rubric (organisation_id, name);

-- Fact, but for the confirmation of a draft: one version, named by the hash of what it says.
CREATE TABLE rubric_version (
    organisation_id TEXT NOT NULL,
    rubric_id       TEXT NOT NULL REFERENCES rubric (id),
    number          INT64 NOT NULL CHECK (number >= 1),
    content_hash    TEXT NOT NULL,
    rubric_text     TEXT NOT NULL, -- a line of JSON for each task's criteria
    origin          TEXT NOT NULL CHECK (origin IN ('person', 'model')),
    task_count      INT64 NOT NULL,
    criterion_count INT64 NOT NULL,
    finding_count   INT64 NOT NULL, -- of the linter
    made_at         INT64 NOT NULL,
    made_by         TEXT NOT NULL,
    confirmed_at    INT64, -- NULL: a draft
    confirmed_by    TEXT,
    PRIMARY KEY (rubric_id, number)
);

-- Whose answers of task type grading count as grades by which version.
CREATE TABLE rubric_binding (
    organisation_id TEXT NOT NULL,
    rubric_id       TEXT NOT NULL REFERENCES rubric (id),
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    number          INT64 NOT NULL,
    bound_at        INT64 NOT NULL,
    bound_by        TEXT NOT NULL,
    PRIMARY KEY (campaign_id, rubric_id)
);
CREATE INDEX rubric_binding_rubric ON rubric_binding (rubric_id, number);

-- An answer that is graded.
CREATE TABLE rubric_response (
    organisation_id TEXT NOT NULL,
    rubric_id       TEXT NOT NULL REFERENCES rubric (id),
    response        TEXT NOT NULL, -- as the client names it
    task            TEXT NOT NULL, -- whose criteria it is graded by; empty: those of the only task
    answer          TEXT, -- NULL: not handed over
    PRIMARY KEY (rubric_id, response)
);

-- Fact: what one grader made of one criterion of one answer.
CREATE TABLE rubric_mark (
    organisation_id TEXT NOT NULL,
    rubric_id       TEXT NOT NULL REFERENCES rubric (id),
    number          INT64 NOT NULL,
    response        TEXT NOT NULL,
    criterion       TEXT NOT NULL, -- the task and the criterion's id
    grader          TEXT NOT NULL,
    grader_kind     TEXT NOT NULL CHECK (grader_kind IN ('person', 'model')),
    verdict         TEXT NOT NULL CHECK (verdict IN ('met', 'not_met', 'could_not_grade')),
    reason          TEXT NOT NULL,
    quote           TEXT NOT NULL,
    to_person       INT64 NOT NULL CHECK (to_person IN (0, 1)), -- a model's: it does not stand alone
    marked_at       INT64 NOT NULL,
    marked_by       TEXT NOT NULL,
    PRIMARY KEY (rubric_id, number, response, criterion, grader)
);
