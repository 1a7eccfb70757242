-- What is said about two accounts that look like one person's. The evidence itself is found anew each time.

-- What one of the two answered last; the audit keeps what was answered before.
CREATE TABLE duplicate_reply (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    left_id         TEXT NOT NULL REFERENCES person (id), -- the elder account
    right_id        TEXT NOT NULL REFERENCES person (id),
    person_id       TEXT NOT NULL REFERENCES person (id), -- one of both
    answer          TEXT NOT NULL CHECK (answer IN ('mine', 'another', 'explanation')),
    message         TEXT,
    replied_at      INT64 NOT NULL,
    PRIMARY KEY (organisation_id, left_id, right_id, person_id)
);

-- What an operator found last. Nothing happens to the accounts by it.
CREATE TABLE duplicate_finding (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    left_id         TEXT NOT NULL REFERENCES person (id),
    right_id        TEXT NOT NULL REFERENCES person (id),
    finding         TEXT NOT NULL CHECK (finding IN ('same', 'different', 'unclear')),
    reason          TEXT NOT NULL,
    found_by        TEXT NOT NULL REFERENCES person (id),
    found_at        INT64 NOT NULL,
    PRIMARY KEY (organisation_id, left_id, right_id)
);

-- From a copied answer to its bands.
CREATE INDEX answer_band_step ON answer_band (step_id);
