-- Public lists of occupations and skills (O*NET, ESCO, the operator's own): the same for everybody, so nobody's rows.

CREATE TABLE taxonomy_concept (
    source TEXT NOT NULL CHECK (source IN ('onet', 'esco', 'own')),
    kind   TEXT NOT NULL CHECK (kind IN ('occupation', 'skill')),
    code   TEXT NOT NULL, -- in the source
    label  TEXT NOT NULL, -- the preferred title
    PRIMARY KEY (source, kind, code)
);

-- Derived: each title, preferred or another, under each stem of its words; short titles first.
CREATE TABLE taxonomy_word (
    kind       TEXT NOT NULL,
    word       TEXT NOT NULL,
    title_size INT64 NOT NULL,
    source     TEXT NOT NULL,
    code       TEXT NOT NULL,
    title      TEXT NOT NULL,
    PRIMARY KEY (kind, word, title_size, source, code, title)
);
CREATE INDEX taxonomy_word_source ON taxonomy_word (source, kind);
