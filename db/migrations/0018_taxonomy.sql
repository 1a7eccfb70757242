-- Public lists of occupations and skills (O*NET, ESCO, the operator's own): the same for everybody, so nobody's rows.

-- A list as one import wrote it. It is asked when it is current, and written beside the current one before.
CREATE TABLE taxonomy_edition (
    id            TEXT PRIMARY KEY,
    source        TEXT NOT NULL CHECK (source IN ('onet', 'esco', 'own')),
    edition_state TEXT NOT NULL CHECK (edition_state IN ('loading', 'current', 'old')),
    written_count INT64 NOT NULL -- entries of its file that have been written
);
CREATE UNIQUE INDEX taxonomy_edition_current ON taxonomy_edition (source) WHERE edition_state = 'current';

CREATE TABLE taxonomy_concept (
    edition_id TEXT NOT NULL REFERENCES taxonomy_edition (id),
    kind       TEXT NOT NULL CHECK (kind IN ('occupation', 'skill')),
    code       TEXT NOT NULL, -- in the source
    label      TEXT NOT NULL, -- the preferred title
    PRIMARY KEY (edition_id, kind, code)
);

-- Derived: each title, preferred or another, under each stem of its words; short titles first.
CREATE TABLE taxonomy_word (
    kind       TEXT NOT NULL,
    word       TEXT NOT NULL,
    title_size INT64 NOT NULL,
    edition_id TEXT NOT NULL,
    code       TEXT NOT NULL,
    title      TEXT NOT NULL,
    PRIMARY KEY (kind, word, title_size, edition_id, code, title)
);
CREATE INDEX taxonomy_word_concept ON taxonomy_word (edition_id, kind, code);
