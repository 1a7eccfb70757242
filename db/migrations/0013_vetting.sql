-- From an application to a qualified expert: questions, listings, interviews, grades, pools.
-- All of it belongs to the operator: its organisation is the key.

CREATE TABLE item (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    code            TEXT NOT NULL,
    domain          TEXT NOT NULL,
    block           TEXT NOT NULL,
    item_kind       TEXT NOT NULL CHECK (item_kind IN ('free', 'numeric', 'choice', 'order', 'find-error')),
    difficulty      INT64 NOT NULL CHECK (difficulty BETWEEN 1 AND 3),
    part_count      INT64 NOT NULL, -- choices, steps or lines
    enemies         TEXT NOT NULL,  -- codes of items that give it away, one a line
    item_status     TEXT NOT NULL CHECK (item_status IN ('pilot', 'live', 'suspended', 'retired')),
    status_reason   TEXT,
    version_number  INT64 NOT NULL,
    shown_count     INT64 NOT NULL DEFAULT 0,
    created_at      INT64 NOT NULL,
    created_by      TEXT
);
CREATE UNIQUE INDEX item_code ON item (organisation_id, code);
CREATE INDEX item_domain ON item (organisation_id, domain, item_status, id);

-- Fact: how an item was worded, signed by the installation.
CREATE TABLE item_version (
    organisation_id TEXT NOT NULL,
    item_id         TEXT NOT NULL REFERENCES item (id),
    version_number  INT64 NOT NULL,
    body            TEXT NOT NULL, -- as docs/engines/item.md says
    content_hash    TEXT NOT NULL,
    signature       TEXT NOT NULL,
    created_at      INT64 NOT NULL,
    created_by      TEXT,
    PRIMARY KEY (item_id, version_number)
);

-- Derived: one calibration of a domain's items.
CREATE TABLE calibration (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    domain          TEXT NOT NULL,
    engine          TEXT NOT NULL,
    person_count    INT64 NOT NULL,
    answer_count    INT64 NOT NULL,
    item_count      INT64 NOT NULL, -- that interviews use
    held_count      INT64 NOT NULL, -- that the answers do not hold well enough yet
    likelihood      FLOAT64 NOT NULL,
    shift           FLOAT64 NOT NULL, -- by which abilities were moved, so that levels keep their meaning
    content_hash    TEXT NOT NULL, -- of the parameters
    computed_at     INT64 NOT NULL
);
CREATE INDEX calibration_domain ON calibration (organisation_id, domain, id);

-- Derived: what calibration found of an item. `steps` holds the intercepts as JSON, `errors` the standard errors of slope and
-- intercepts in the same order.
CREATE TABLE item_parameter (
    item_id         TEXT PRIMARY KEY REFERENCES item (id),
    organisation_id TEXT NOT NULL,
    calibration_id  TEXT NOT NULL REFERENCES calibration (id),
    version_number  INT64 NOT NULL,
    slope           FLOAT64 NOT NULL,
    guess           FLOAT64 NOT NULL,
    steps           TEXT NOT NULL,
    errors          TEXT NOT NULL,
    response_count  INT64 NOT NULL,
    is_used         INT64 NOT NULL CHECK (is_used IN (0, 1)), -- 0: held back, the answers do not hold it yet
    computed_at     INT64 NOT NULL
);
CREATE INDEX item_parameter_calibration ON item_parameter (calibration_id, item_id);

-- Derived: how a rater errs in a domain, [true][given] as JSON. Raters are `scorer`, `model` and people by their id.
CREATE TABLE rater_confusion (
    organisation_id TEXT NOT NULL,
    domain          TEXT NOT NULL,
    rater           TEXT NOT NULL,
    cells           TEXT NOT NULL,
    shared_count    INT64 NOT NULL, -- answers that somebody else graded too
    computed_at     INT64 NOT NULL,
    PRIMARY KEY (organisation_id, domain, rater)
);

-- Derived: a scorer that was taught, by the hash of its bytes. The one that is used is the latest that is not refused; with
-- none, the shipped one.
CREATE TABLE scorer_version (
    id                 TEXT PRIMARY KEY,
    organisation_id    TEXT NOT NULL,
    content_hash       TEXT NOT NULL,
    content            BLOB NOT NULL,
    scorer_state       TEXT NOT NULL CHECK (scorer_state IN ('used', 'refused', 'replaced')),
    seed_count         INT64 NOT NULL, -- graded answers of the bank that it learnt from
    person_count       INT64 NOT NULL, -- answers graded by people in interviews that it learnt from
    agreement_before   FLOAT64 NOT NULL, -- of the shipped scorer with people, share of the same category
    agreement          FLOAT64 NOT NULL, -- of this one, on answers that it had not seen
    kappa_before       FLOAT64 NOT NULL, -- quadratic
    kappa              FLOAT64 NOT NULL,
    trained_at         INT64 NOT NULL
);
CREATE INDEX scorer_version_state ON scorer_version (organisation_id, scorer_state, id);

CREATE TABLE listing (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    title           TEXT NOT NULL,
    description     TEXT NOT NULL,
    domain          TEXT NOT NULL,
    difficulty      INT64 NOT NULL CHECK (difficulty BETWEEN 1 AND 3),
    languages       TEXT NOT NULL, -- JSON list
    hours_week      INT64 NOT NULL,
    rate_low_minor  INT64 NOT NULL,
    rate_high_minor INT64 NOT NULL,
    currency        TEXT NOT NULL,
    assessed        TEXT NOT NULL,
    interview_min   INT64 NOT NULL,
    answer_days     INT64 NOT NULL CHECK (answer_days BETWEEN 1 AND 90),
    item_max        INT64 NOT NULL CHECK (item_max BETWEEN 3 AND 40),
    listing_state   TEXT NOT NULL CHECK (listing_state IN ('draft', 'open', 'closed')),
    owner_id        TEXT NOT NULL REFERENCES person (id),
    is_sample       INT64 NOT NULL DEFAULT 0 CHECK (is_sample IN (0, 1)),
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE INDEX listing_organisation ON listing (organisation_id, listing_state, id);

-- A link by which people come: the operator invites, an expert refers.
CREATE TABLE listing_link (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    listing_id      TEXT NOT NULL REFERENCES listing (id),
    link_kind       TEXT NOT NULL CHECK (link_kind IN ('invite', 'referral')),
    token_hash      TEXT NOT NULL,
    person_id       TEXT NOT NULL REFERENCES person (id),
    used_count      INT64 NOT NULL DEFAULT 0,
    created_at      INT64 NOT NULL,
    expires_at      INT64 NOT NULL
);
CREATE UNIQUE INDEX listing_link_token ON listing_link (token_hash);
CREATE INDEX listing_link_listing ON listing_link (listing_id, id);

CREATE TABLE application (
    id                TEXT PRIMARY KEY,
    organisation_id   TEXT NOT NULL,
    listing_id        TEXT NOT NULL REFERENCES listing (id),
    person_id         TEXT NOT NULL REFERENCES person (id),
    application_state TEXT NOT NULL CHECK (application_state IN ('applied', 'interviewing', 'judged', 'qualified', 'declined', 'withdrawn')),
    link_id           TEXT,
    note              TEXT NOT NULL,
    applied_at        INT64 NOT NULL,
    due_at            INT64 NOT NULL,
    escalated_at      INT64,
    decided_at        INT64,
    decided_by        TEXT,
    reason_code       TEXT,
    reason            TEXT
);
CREATE UNIQUE INDEX application_person ON application (listing_id, person_id);
CREATE INDEX application_of_person ON application (person_id, id);
CREATE INDEX application_listing ON application (organisation_id, listing_id, id);
CREATE INDEX application_clock ON application (application_state, due_at);

-- Fact: what happened to an application.
CREATE TABLE application_event (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    application_id  TEXT NOT NULL REFERENCES application (id),
    event           TEXT NOT NULL,
    detail          TEXT NOT NULL,
    person_id       TEXT,
    happened_at     INT64 NOT NULL
);
CREATE INDEX application_event_of ON application_event (application_id, id);

-- Fact: to what a person agreed.
CREATE TABLE consent (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    person_id       TEXT NOT NULL REFERENCES person (id),
    notice_version  TEXT NOT NULL,
    notice_hash     TEXT NOT NULL,
    given_at        INT64 NOT NULL
);
CREATE INDEX consent_person ON consent (person_id, id);

-- How a person needs an interview to be. No scoring, no grading and no client's page reads it.
CREATE TABLE accommodation (
    person_id       TEXT PRIMARY KEY REFERENCES person (id),
    organisation_id TEXT NOT NULL,
    wishes          TEXT NOT NULL, -- JSON
    changed_at      INT64 NOT NULL
);

CREATE TABLE interview (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    person_id       TEXT NOT NULL REFERENCES person (id),
    application_id  TEXT REFERENCES application (id), -- NULL: practice
    consent_id      TEXT REFERENCES consent (id),
    domain          TEXT NOT NULL,
    difficulty      INT64 NOT NULL,
    is_practice     INT64 NOT NULL CHECK (is_practice IN (0, 1)),
    interview_state TEXT NOT NULL CHECK (interview_state IN ('open', 'done', 'failed', 'erased')),
    outcome         TEXT CHECK (outcome IN ('passed', 'waiting', 'below')),
    chance_seed     INT64 NOT NULL,
    item_max        INT64 NOT NULL,
    revision        INT64 NOT NULL DEFAULT 0, -- grows with every answer: two windows cannot both give one
    started_at      INT64 NOT NULL,
    ended_at        INT64,
    stop_reason     TEXT,
    estimate        FLOAT64,
    deviation       FLOAT64,
    interval_low    FLOAT64,
    interval_high   FLOAT64,
    chance_above    FLOAT64,
    item_count      INT64,
    scored_by       TEXT,
    scorer          TEXT -- what it was scored with: versions of the scorer, the items and the raters, in words
);
CREATE INDEX interview_person ON interview (person_id, id);
CREATE INDEX interview_application ON interview (application_id, id);
CREATE INDEX interview_age ON interview (interview_state, started_at);
CREATE INDEX interview_domain ON interview (organisation_id, domain, is_practice, interview_state, id);

-- One item of an interview. `verdict` is the scorer's, as JSON.
CREATE TABLE interview_step (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    interview_id    TEXT NOT NULL REFERENCES interview (id),
    step_number     INT64 NOT NULL,
    item_id         TEXT NOT NULL REFERENCES item (id),
    version_number  INT64 NOT NULL,
    is_counted      INT64 NOT NULL CHECK (is_counted IN (0, 1)),
    presentation    TEXT NOT NULL, -- order of the parts, JSON
    parameters      TEXT NOT NULL, -- what was believed of the item when it was asked, JSON: a later calibration changes no result
    calibration_id  TEXT,
    draft           TEXT,
    answer          TEXT,
    follow_up       TEXT,
    follow_up_answer TEXT,
    pasted_count    INT64 NOT NULL DEFAULT 0,
    category        INT64,
    points          FLOAT64,
    points_max      FLOAT64,
    verdict         TEXT,
    alarm           TEXT,
    scorer_hash     TEXT, -- of the scorer that found it
    asked_at        INT64 NOT NULL,
    answered_at     INT64
);
CREATE UNIQUE INDEX interview_step_number ON interview_step (interview_id, step_number);
CREATE INDEX interview_step_item ON interview_step (item_id, id);

-- A seat for a person who grades an interview: for a first judgement, an appeal, or a check.
CREATE TABLE grading (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    interview_id    TEXT NOT NULL REFERENCES interview (id),
    purpose         TEXT NOT NULL CHECK (purpose IN ('judgement', 'appeal', 'check')),
    seat            INT64 NOT NULL,
    grading_state   TEXT NOT NULL CHECK (grading_state IN ('open', 'held', 'done')),
    grader_id       TEXT REFERENCES person (id),
    held_until      INT64,
    opened_at       INT64 NOT NULL,
    due_at          INT64 NOT NULL,
    done_at         INT64,
    clarity         INT64 CHECK (clarity BETWEEN 1 AND 5),
    remark          TEXT
);
CREATE UNIQUE INDEX grading_seat ON grading (interview_id, purpose, seat);
CREATE INDEX grading_queue ON grading (organisation_id, grading_state, due_at, id);
CREATE INDEX grading_of_grader ON grading (grader_id, grading_state, id);

-- Fact: what a person said of an answer.
CREATE TABLE grade (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    grading_id      TEXT NOT NULL REFERENCES grading (id),
    step_id         TEXT NOT NULL REFERENCES interview_step (id),
    grader_id       TEXT NOT NULL REFERENCES person (id),
    marks           TEXT NOT NULL,
    category        INT64 NOT NULL,
    points          FLOAT64 NOT NULL,
    graded_at       INT64 NOT NULL
);
CREATE UNIQUE INDEX grade_once ON grade (grading_id, step_id);
CREATE INDEX grade_step ON grade (step_id, id);

-- How many of the finished judgements are graded a second time; never fewer than a twentieth.
CREATE TABLE check_share (
    organisation_id TEXT PRIMARY KEY REFERENCES organisation (id),
    share           FLOAT64 NOT NULL CHECK (share BETWEEN 0.05 AND 1),
    reason          TEXT NOT NULL,
    changed_at      INT64 NOT NULL,
    changed_by      TEXT NOT NULL
);

-- Fact: whether chance chose a finished judgement for a second grader. The draw can be made again from its seed.
CREATE TABLE check_draw (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    interview_id    TEXT NOT NULL REFERENCES interview (id),
    grading_id      TEXT NOT NULL REFERENCES grading (id),
    chance_seed     INT64 NOT NULL,
    drawn           FLOAT64 NOT NULL,
    share           FLOAT64 NOT NULL,
    is_chosen       INT64 NOT NULL CHECK (is_chosen IN (0, 1)),
    drawn_at        INT64 NOT NULL
);
CREATE INDEX check_draw_organisation ON check_draw (organisation_id, id);
CREATE UNIQUE INDEX check_draw_grading ON check_draw (grading_id);

-- Fact: somebody of the house opened a result. Who decides must have.
CREATE TABLE result_opening (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    interview_id    TEXT NOT NULL REFERENCES interview (id),
    person_id       TEXT NOT NULL REFERENCES person (id),
    outcome         TEXT, -- as it was shown
    scored_by       TEXT,
    opened_at       INT64 NOT NULL
);
CREATE INDEX result_opening_person ON result_opening (interview_id, person_id, opened_at);

-- An answer that is being spoken. Its words become the answer only once the person has confirmed them; the sound goes then,
-- or when it was kept for as long as is said.
CREATE TABLE recording (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    interview_id    TEXT NOT NULL REFERENCES interview (id),
    revision        INT64 NOT NULL, -- the question that it answers
    media           TEXT NOT NULL,
    recording_state TEXT NOT NULL CHECK (recording_state IN ('open', 'waiting', 'written', 'failed', 'closed')),
    byte_count      INT64 NOT NULL DEFAULT 0,
    transcript      TEXT,
    note            TEXT, -- why there is no transcript
    began_at        INT64 NOT NULL,
    delete_at       INT64
);
CREATE UNIQUE INDEX recording_revision ON recording (interview_id, revision);
CREATE INDEX recording_delete ON recording (delete_at);

-- Pieces of sound. After a reload a new segment begins: its pieces make a file of their own.
CREATE TABLE recording_chunk (
    recording_id    TEXT NOT NULL REFERENCES recording (id),
    segment         INT64 NOT NULL,
    chunk           INT64 NOT NULL,
    organisation_id TEXT NOT NULL,
    content         BLOB NOT NULL,
    PRIMARY KEY (recording_id, segment, chunk)
);

-- A model server as one more rater of an answer. `verdict` is what it found, as JSON; `note` why there is nothing.
CREATE TABLE model_grade (
    step_id         TEXT PRIMARY KEY REFERENCES interview_step (id),
    organisation_id TEXT NOT NULL,
    interview_id    TEXT NOT NULL REFERENCES interview (id),
    model_state     TEXT NOT NULL CHECK (model_state IN ('waiting', 'graded', 'missed')),
    model           TEXT NOT NULL,
    category        INT64,
    verdict         TEXT,
    note            TEXT,
    spend           FLOAT64 NOT NULL DEFAULT 0, -- minor units of the server's prices
    asked_at        INT64 NOT NULL,
    ended_at        INT64
);
CREATE INDEX model_grade_state ON model_grade (organisation_id, model_state, asked_at);
CREATE INDEX model_grade_interview ON model_grade (interview_id, step_id);

CREATE TABLE interview_appeal (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    interview_id    TEXT NOT NULL REFERENCES interview (id),
    person_id       TEXT NOT NULL REFERENCES person (id),
    message         TEXT NOT NULL,
    appeal_state    TEXT NOT NULL CHECK (appeal_state IN ('open', 'upheld', 'overturned')),
    opened_at       INT64 NOT NULL,
    due_at          INT64 NOT NULL,
    decided_at      INT64
);
CREATE UNIQUE INDEX interview_appeal_once ON interview_appeal (interview_id);
CREATE INDEX interview_appeal_state ON interview_appeal (organisation_id, appeal_state, id);

-- Evidence for a person to look at, with the word of whom it concerns. It decides nothing.
CREATE TABLE integrity_note (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    interview_id    TEXT NOT NULL REFERENCES interview (id),
    step_id         TEXT NOT NULL REFERENCES interview_step (id),
    note_kind       TEXT NOT NULL CHECK (note_kind IN ('copy', 'paste', 'guard')),
    detail          TEXT NOT NULL,
    found_at        INT64 NOT NULL,
    reply           TEXT,
    replied_at      INT64
);
CREATE INDEX integrity_note_interview ON integrity_note (interview_id, id);

-- MinHash bands of answers: two answers to an item that share one are compared.
CREATE TABLE answer_band (
    organisation_id TEXT NOT NULL,
    item_id         TEXT NOT NULL,
    band            INT64 NOT NULL,
    step_id         TEXT NOT NULL REFERENCES interview_step (id),
    PRIMARY KEY (item_id, band, step_id)
);

-- Who holds what, since when and until when.
CREATE TABLE qualification (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    person_id       TEXT NOT NULL REFERENCES person (id),
    domain          TEXT NOT NULL,
    difficulty      INT64 NOT NULL,
    interview_id    TEXT NOT NULL REFERENCES interview (id),
    estimate        FLOAT64 NOT NULL,
    interval_low    FLOAT64 NOT NULL,
    interval_high   FLOAT64 NOT NULL,
    item_count      INT64 NOT NULL,
    reliability     FLOAT64 NOT NULL,
    issued_at       INT64 NOT NULL,
    issued_by       TEXT NOT NULL, -- the scorer, or the person who judged
    expires_at      INT64 NOT NULL,
    revoked_at      INT64,
    revoked_by      TEXT,
    reason          TEXT
);
CREATE INDEX qualification_pool ON qualification (organisation_id, domain, difficulty, id);
CREATE INDEX qualification_person ON qualification (person_id, domain, difficulty);

-- What people say of themselves, if they like, for the fairness report alone.
CREATE TABLE demographic (
    person_id       TEXT PRIMARY KEY REFERENCES person (id),
    organisation_id TEXT NOT NULL,
    sex             TEXT NOT NULL,
    ethnicity       TEXT NOT NULL,
    age_band        TEXT NOT NULL,
    disability      TEXT NOT NULL,
    given_at        INT64 NOT NULL
);
CREATE INDEX demographic_organisation ON demographic (organisation_id, person_id);

-- A résumé that was read, and what was found in it. Nothing counts until it is confirmed.
CREATE TABLE resume (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    person_id       TEXT NOT NULL REFERENCES person (id),
    file_name       TEXT NOT NULL,
    content_hash    TEXT NOT NULL,
    resume_state    TEXT NOT NULL CHECK (resume_state IN ('reading', 'read', 'failed', 'confirmed')),
    note            TEXT, -- why it failed
    uploaded_at     INT64 NOT NULL,
    confirmed_at    INT64
);
CREATE INDEX resume_person ON resume (person_id, id);
CREATE INDEX resume_age ON resume (uploaded_at);

-- The file as it was sent, until it has been read.
CREATE TABLE resume_file (
    resume_id       TEXT PRIMARY KEY REFERENCES resume (id),
    organisation_id TEXT NOT NULL,
    content         BLOB NOT NULL
);

CREATE TABLE resume_field (
    organisation_id TEXT NOT NULL,
    resume_id       TEXT NOT NULL REFERENCES resume (id),
    position        INT64 NOT NULL,
    field           TEXT NOT NULL,
    field_group     INT64 NOT NULL, -- fields of one job or degree share it
    found           TEXT NOT NULL,
    confidence      FLOAT64 NOT NULL,
    place           TEXT NOT NULL,
    field_state     TEXT NOT NULL CHECK (field_state IN ('found', 'confirmed', 'mended', 'dropped')),
    confirmed       TEXT,
    PRIMARY KEY (resume_id, position)
);
